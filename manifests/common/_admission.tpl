{{- /* Admission objects that both `base` (for the default revision) and `istiod` (for its own) have. */ -}}

{{- /* The rule that catches every write of an Istio resource. */ -}}
{{- define "mesh.istio-resources" -}}
- apiGroups: [security.istio.io, networking.istio.io, telemetry.istio.io, extensions.istio.io]
  apiVersions: ["*"]
  operations: [CREATE, UPDATE]
  resources: ["*"]
{{- end -}}

{{- /*
A webhook that has istiod validate Istio resources. Takes a dict: root, name, service, and revision to see only the resources
labelled with it.

The failure policy starts with Ignore, or nothing could be written before istiod is there. Istiod sets it to Fail, together
with the CA bundle, once it is ready; so an upgrade must not touch it. A bundle that is given means that istiod does not
manage this webhook.
*/ -}}
{{- define "mesh.validation-webhook" -}}
{{- $base := .root.Values.base | default dict -}}
- name: {{ .name }}
  clientConfig:
    {{- if $base.validationURL }}
    url: {{ $base.validationURL | quote }}
    {{- else }}
    service:
      name: {{ .service }}
      namespace: {{ .root.Values.global.istioNamespace | quote }}
      path: /validate
    {{- end }}
    {{- with $base.validationCABundle }}
    caBundle: {{ . | quote }}
    {{- end }}
  {{- with .revision }}
  objectSelector:
    matchExpressions:
    - {key: istio.io/rev, operator: In, values: [{{ . | quote }}]}
  {{- end }}
  rules:
  {{- include "mesh.istio-resources" . | nindent 2 }}
  {{- if $base.validationCABundle }}
  failurePolicy: Fail
  {{- else if $base.validationFailurePolicy }}
  failurePolicy: {{ $base.validationFailurePolicy }}
  {{- else if not .root.Release.IsUpgrade }}
  failurePolicy: Ignore
  {{- end }}
  sideEffects: None
  admissionReviewVersions: [v1]
{{- end -}}

{{- /*
The policy of the stable channel: refuses what Istio does not promise to keep, whole kinds as well as fields of stable kinds,
and says which. Takes a dict: policy and binding (names), labels (YAML), and revision to see only the resources labelled
with it.
*/ -}}
{{- define "mesh.stable-channel" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ .policy }}
  labels:
    {{- .labels | nindent 4 }}
spec:
  failurePolicy: Fail
  matchConstraints:
    {{- with .revision }}
    objectSelector:
      matchExpressions:
      - {key: istio.io/rev, operator: In, values: [{{ . | quote }}]}
    {{- end }}
    resourceRules:
    {{- include "mesh.istio-resources" . | nindent 4 }}
  validations:
  {{- range $kind := list "EnvoyFilter" "WasmPlugin" "ProxyConfig" }}
  - expression: object.kind != '{{ $kind }}'
    message: {{ $kind }} is not in the stable channel of Istio
  {{- end }}
  {{- range $row := list
        (list "Telemetry" "tracing" "useRequestIdForTraceSampling")
        (list "Telemetry" "metrics" "reportingInterval")
        (list "Telemetry" "accessLogging" "filter") }}
  {{- $list := printf "object.spec.%s" (index $row 1) }}
  - expression: >-
      object.kind != '{{ index $row 0 }}' || !has({{ $list }}) || {{ $list }}.all(entry, !has(entry.{{ index $row 2 }}))
    message: spec.{{ index $row 1 }}[].{{ index $row 2 }} of {{ index $row 0 }} is not in the stable channel of Istio
  {{- end }}
  {{- range $field := list "trustDomains" "notTrustDomains" }}
  - expression: >-
      object.kind != 'AuthorizationPolicy' || !has(object.spec.rules) || object.spec.rules.all(rule,
      !has(rule.from) || rule.from.all(peer, !has(peer.source) || !has(peer.source.{{ $field }})))
    message: spec.rules[].from[].source.{{ $field }} of AuthorizationPolicy is not in the stable channel of Istio
  {{- end }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ .binding }}
spec:
  policyName: {{ .policy }}
  validationActions: [Deny]
{{- end -}}
