{{- /*
The rules of a role, from files/rbac/FILE.yaml. Takes (list $ FILE). The files hold plain rules, with two additions:

  when: FACT             the rule is there only if the fact below holds
  FIELDFrom: FACT        FIELD (apiGroups, resourceNames) is the fact's list; no FIELD if the list is empty
*/ -}}
{{- define "istiod.rules" -}}
{{- $facts := include "istiod.rbac-facts" (index . 0) | fromYaml -}}
{{- range $rule := (index . 0).Files.Get (printf "files/rbac/%s.yaml" (index . 1)) | fromYamlArray -}}
  {{- if or (not $rule.when) (get $facts $rule.when) -}}
    {{- $plain := dict -}}
    {{- range $field, $value := omit $rule "when" -}}
      {{- if hasSuffix "From" $field -}}
        {{- with get $facts $value -}}{{- $_ := set $plain (trimSuffix "From" $field) . -}}{{- end -}}
      {{- else -}}
        {{- $_ := set $plain $field $value -}}
      {{- end -}}
    {{- end }}
- {{ toYaml $plain | nindent 2 | trim }}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* What the rules depend on. */ -}}
{{- define "istiod.rbac-facts" -}}
{{- $global := .Values.global -}}
{{- $env := .Values.env | default dict -}}
analysis: {{ ($global.istiod).enableAnalysis | default false }}
untaint: {{ (.Values.taint).enabled | default false }}
control-plane-elsewhere: {{ (.Values.istiodRemote).enabled | default false }}
kubernetes-signs: {{ or (not (empty $env.EXTERNAL_CA)) (not (has $global.pilotCertProvider (list "istiod" "custom" "none"))) }}
trust-bundles: {{ eq (include "istiod.trust-bundles" .) "true" }}
cert-signers: {{ $global.certSigners | default list | toJson }}
multicluster-services: [{{ $env.MCS_API_GROUP | default "multicluster.x-k8s.io" | quote }}]
{{- end -}}

{{- /* "true" unless istiod was told not to make gateways for Gateway resources. */ -}}
{{- define "istiod.makes-gateways" -}}
{{- if ne (toString (.Values.env).PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER) "false" -}}true{{- end -}}
{{- end -}}
