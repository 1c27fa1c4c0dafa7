{{- /* The long lists of the gateway's container. */ -}}

{{- define "gateway.arguments" -}}
{{- $global := .Values.global -}}
- proxy
- router
- --domain
- $(POD_NAMESPACE).svc.{{ $global.proxy.clusterDomain }}
{{- with $global.proxy.logLevel }}
- --proxyLogLevel={{ . }}
{{- end }}
{{- with $global.proxy.componentLogLevel }}
- --proxyComponentLogLevel={{ . }}
{{- end }}
{{- with ($global.logging).level }}
- --log_output_level={{ . }}
{{- end }}
{{- if $global.logAsJson }}
- --log_as_json
{{- end }}
{{- with ($global.sts).servicePort }}
- --stsPort={{ . }}
{{- end }}
{{- end -}}

{{- /*
The environment. What is given comes from the gateway's own values and from meshConfig.defaultConfig.proxyMetadata, the former
first. An injected pod gets only its own: injection adds the rest.
*/ -}}
{{- define "gateway.environment" -}}
{{- $given := include "mesh.env-entries" .Gateway.env | fromYamlArray -}}
{{- $privileges := list -}}
{{- if not .Gateway.runAsRoot -}}
  {{- $privileges = list (dict "name" "ISTIO_META_UNPRIVILEGED_POD" "value" "true") -}}
{{- end -}}
{{- if include "gateway.injected" . -}}
  {{- include "mesh.env" (dict "before" $privileges "given" $given) -}}
{{- else -}}
  {{- $metadata := include "mesh.env-entries" ((.Values.meshConfig).defaultConfig).proxyMetadata | fromYamlArray -}}
  {{- include "mesh.env" (dict
        "before" (concat (include "gateway.environment.identity" . | fromYamlArray) $privileges)
        "given" (concat $given $metadata)
        "after" (include "gateway.environment.place" . | fromYamlArray)) -}}
{{- end -}}
{{- end -}}

{{- define "gateway.environment.identity" -}}
{{- $global := .Values.global -}}
- {name: PILOT_CERT_PROVIDER, value: {{ $global.pilotCertProvider | quote }}}
- name: CA_ADDR
  value: {{ $global.caAddress | default (printf "%s.%s.svc:15012" (include "mesh.revisioned" (list . "istiod")) $global.istioNamespace) | quote }}
{{- range $row := list
      (list "NODE_NAME" "spec.nodeName")
      (list "POD_NAME" "metadata.name")
      (list "POD_NAMESPACE" "metadata.namespace")
      (list "INSTANCE_IP" "status.podIP")
      (list "HOST_IP" "status.hostIP") }}
- {name: {{ index $row 0 }}, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: {{ index $row 1 }}}}}
{{- end }}
- {name: ISTIO_CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: "1"}}}
- {name: SERVICE_ACCOUNT, valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}}
- {name: ISTIO_META_WORKLOAD_NAME, value: {{ .Gateway.name | quote }}}
- {name: ISTIO_META_OWNER, value: "kubernetes://apis/apps/v1/namespaces/{{ .Release.Namespace }}/deployments/{{ .Gateway.name }}"}
{{- with $global.meshID | default (.Values.meshConfig).trustDomain }}
- {name: ISTIO_META_MESH_ID, value: {{ . | quote }}}
{{- end }}
{{- with (.Values.meshConfig).trustDomain }}
- {name: TRUST_DOMAIN, value: {{ . | quote }}}
{{- end }}
{{- end -}}

{{- define "gateway.environment.place" -}}
{{- with .Values.global.network }}
- {name: ISTIO_META_NETWORK, value: {{ . | quote }}}
{{- end }}
- {name: ISTIO_META_CLUSTER_ID, value: {{ (.Values.global.multiCluster).clusterName | default "Kubernetes" | quote }}}
- {name: ISTIO_META_NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
{{- end -}}

{{- /* Volumes of a pod that is written out here, besides those of secretVolumes and configVolumes. */ -}}
{{- define "gateway.proxy-volumes" -}}
{{- $global := .Values.global -}}
- {name: workload-socket, emptyDir: {}}
- {name: credential-socket, emptyDir: {}}
- {name: workload-certs, emptyDir: {}}
{{- if eq $global.pilotCertProvider "istiod" }}
- name: istiod-ca-cert
  {{- if eq (toString ((.Values.pilot).env).ENABLE_CLUSTER_TRUST_BUNDLE_API) "true" }}
  projected:
    sources:
    - clusterTrustBundle: {name: "istio.io:istiod-ca:{{ $global.trustBundleName | default "root-cert" }}", path: root-cert.pem}
  {{- else }}
  configMap: {name: {{ $global.trustBundleName | default "istio-ca-root-cert" | quote }}}
  {{- end }}
{{- end }}
- name: podinfo
  downwardAPI:
    items:
    - {path: labels, fieldRef: {fieldPath: metadata.labels}}
    - {path: annotations, fieldRef: {fieldPath: metadata.annotations}}
- {name: istio-envoy, emptyDir: {}}
- {name: istio-data, emptyDir: {}}
- name: istio-token
  projected:
    sources:
    - serviceAccountToken: {path: istio-token, expirationSeconds: 43200, audience: {{ (($global.sds).token).aud | default "istio-ca" | quote }}}
{{- if $global.mountMtlsCerts }}
- {name: istio-certs, secret: {secretName: istio.{{ .GatewayKind }}-service-account, optional: true}}
{{- end }}
- {name: config-volume, configMap: {name: {{ include "mesh.revisioned" (list . "istio") }}, optional: true}}
{{- end -}}

{{- define "gateway.proxy-mounts" -}}
- {name: workload-socket, mountPath: /var/run/secrets/workload-spiffe-uds}
- {name: credential-socket, mountPath: /var/run/secrets/credential-uds}
- {name: workload-certs, mountPath: /var/run/secrets/workload-spiffe-credentials}
- {name: istio-envoy, mountPath: /etc/istio/proxy}
- {name: config-volume, mountPath: /etc/istio/config}
{{- if eq .Values.global.pilotCertProvider "istiod" }}
- {name: istiod-ca-cert, mountPath: /var/run/secrets/istio}
{{- end }}
- {name: istio-token, mountPath: /var/run/secrets/tokens, readOnly: true}
{{- if .Values.global.mountMtlsCerts }}
- {name: istio-certs, mountPath: /etc/certs, readOnly: true}
{{- end }}
- {name: istio-data, mountPath: /var/lib/istio/data}
- {name: podinfo, mountPath: /etc/istio/pod}
{{- end -}}
