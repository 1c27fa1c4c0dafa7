{{- /* The long lists of istiod's Deployment. */ -}}

{{- define "istiod.arguments" -}}
- discovery
- --monitoringAddr=:15014
{{- with (.Values.global.logging).level }}
- --log_output_level={{ . }}
{{- end }}
{{- if .Values.global.logAsJson }}
- --log_as_json
{{- end }}
- --domain
- {{ .Values.global.proxy.clusterDomain | quote }}
{{- with (.Values.taint).namespace }}
- --cniNamespace={{ . }}
{{- end }}
- --keepaliveMaxServerConnectionAge
- {{ .Values.keepaliveMaxServerConnectionAge | quote }}
{{- with .Values.extraContainerArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* The environment: who this istiod is, what was given, and what follows from other values. */ -}}
{{- define "istiod.environment" -}}
{{- $given := concat (include "mesh.env-entries" .Values.env | fromYamlArray) (.Values.envVarFrom | default list) -}}
{{- include "mesh.env" (dict
      "before" (include "istiod.environment.identity" . | fromYamlArray)
      "given" $given
      "after" (include "istiod.environment.settings" . | fromYamlArray)) -}}
{{- end -}}

{{- define "istiod.environment.identity" -}}
- {name: REVISION, value: {{ include "mesh.revision" . | quote }}}
- {name: PILOT_CERT_PROVIDER, value: {{ .Values.global.pilotCertProvider | quote }}}
- {name: POD_NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}
- {name: POD_NAMESPACE, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}}
- {name: SERVICE_ACCOUNT, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: spec.serviceAccountName}}}
- {name: KUBECONFIG, value: /var/run/secrets/remote/config}
- name: CA_TRUSTED_NODE_ACCOUNTS
  value: {{ printf "%s/%s" (.Values.trustedZtunnelNamespace | default .Release.Namespace) (.Values.trustedZtunnelName | default "ztunnel") | quote }}
{{- end -}}

{{- define "istiod.environment.settings" -}}
{{- $global := .Values.global -}}
{{- if eq ((.Values.env).COMPLIANCE_POLICY | default "") "fips-140-3" }}
- {name: GODEBUG, value: fips140=only}
{{- end }}
{{- with .Values.traceSampling }}
- {name: PILOT_TRACE_SAMPLING, value: {{ include "mesh.text" . | quote }}}
{{- end }}
{{- if (.Values.taint).enabled }}
- {name: PILOT_ENABLE_NODE_UNTAINT_CONTROLLERS, value: "true"}
- {name: PILOT_NODE_UNTAINT_CONTROLLERS_TAINT_NAME, value: {{ .Values.taint.name | quote }}}
{{- end }}
{{- if $global.externalIstiod }}
- {name: EXTERNAL_ISTIOD, value: "true"}
{{- end }}
{{- with $global.trustBundleName }}
- {name: PILOT_CA_CERT_CONFIGMAP, value: {{ . | quote }}}
{{- end }}
{{- with .Values.crlConfigMapName }}
- {name: PILOT_CRL_CONFIGMAP, value: {{ . | quote }}}
{{- end }}
- {name: PILOT_ENABLE_ANALYSIS, value: {{ ($global.istiod).enableAnalysis | default false | quote }}}
- {name: CLUSTER_ID, value: {{ ($global.multiCluster).clusterName | default "Kubernetes" | quote }}}
- {name: GOMAXPROCS, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: "1"}}}
- {name: PLATFORM, value: {{ coalesce $global.platform .Values.platform | default "" | quote }}}
{{- end -}}

{{- /*
All but the token and the scratch space may be absent: a CA of one's own (cacerts), the API server of a cluster whose
configuration is read (istio-kubeconfig), certificates that cert-manager's istio-csr made (the two csr ones), a root for the
keys of JWT issuers.
*/ -}}
{{- define "istiod.volumes" -}}
- {name: local-certs, emptyDir: {medium: Memory}}
- name: istio-token
  projected:
    sources:
    - serviceAccountToken: {audience: {{ ((.Values.global.sds).token).aud | default "istio-ca" | quote }}, expirationSeconds: 43200, path: istio-token}
- {name: cacerts, secret: {secretName: cacerts, optional: true}}
- {name: istio-kubeconfig, secret: {secretName: istio-kubeconfig, optional: true}}
- {name: istio-csr-dns-cert, secret: {secretName: istiod-tls, optional: true}}
- name: istio-csr-ca-configmap
  {{- if include "istiod.trust-bundles" . }}
  projected:
    sources:
    - clusterTrustBundle:
        name: istio.io:istiod-ca:{{ .Values.global.trustBundleName | default "root-cert" }}
        path: root-cert.pem
        optional: true
  {{- else }}
  configMap: {name: {{ .Values.global.trustBundleName | default "istio-ca-root-cert" | quote }}, defaultMode: 420, optional: true}
  {{- end }}
{{- if .Values.jwksResolverExtraRootCA }}
- {name: extracacerts, configMap: {name: {{ include "mesh.revisioned" (list . "pilot-jwks-extra-cacerts") }}}}
{{- end }}
{{- with .Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "istiod.mounts" -}}
- {name: istio-token, mountPath: /var/run/secrets/tokens, readOnly: true}
- {name: local-certs, mountPath: /var/run/secrets/istio-dns}
- {name: cacerts, mountPath: /etc/cacerts, readOnly: true}
- {name: istio-kubeconfig, mountPath: /var/run/secrets/remote, readOnly: true}
{{- if .Values.jwksResolverExtraRootCA }}
- {name: extracacerts, mountPath: /cacerts}
{{- end }}
- {name: istio-csr-dns-cert, mountPath: /var/run/secrets/istiod/tls, readOnly: true}
- {name: istio-csr-ca-configmap, mountPath: /var/run/secrets/istiod/ca, readOnly: true}
{{- with .Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* "true" if istiod publishes its root as a ClusterTrustBundle. */ -}}
{{- define "istiod.trust-bundles" -}}
{{- if eq (toString (.Values.env).ENABLE_CLUSTER_TRUST_BUNDLE_API) "true" -}}true{{- end -}}
{{- end -}}
