{{- /* What the templates of this chart share. */ -}}

{{- /* mesh.resolve, and then what stands under `global` comes to the top, below what was given there. Every template calls this first. */ -}}
{{- define "ztunnel.resolve" -}}
{{- if hasKey .Values "defaults" -}}
  {{- include "mesh.resolve" . -}}
  {{- $_ := mustMergeOverwrite .Values (deepCopy .Values.global) (deepCopy .Given) -}}
{{- end -}}
{{- end -}}

{{- define "ztunnel.name" -}}
{{ .Values.resourceName | default "ztunnel" }}
{{- end -}}

{{- /* Metadata of an object in the namespace. */ -}}
{{- define "ztunnel.metadata" -}}
name: {{ include "ztunnel.name" . }}
namespace: {{ .Release.Namespace | quote }}
labels:
  {{- include "mesh.labels" (dict "root" . "name" "ztunnel" "extra" .Values.labels "without" (list "release")) | nindent 2 }}
{{- end -}}

{{- /* Annotations of the objects, with the revision that they belong to. */ -}}
{{- define "ztunnel.annotations" -}}
{{- $annotations := deepCopy (.Values.annotations | default dict) -}}
{{- with .Values.revision -}}{{- $_ := set $annotations "istio.io/rev" . -}}{{- end -}}
{{- include "mesh.text-map" $annotations -}}
{{- end -}}

{{- define "ztunnel.environment" -}}
{{- $metadata := include "mesh.env-entries" ((.Values.meshConfig).defaultConfig).proxyMetadata | fromYamlArray -}}
{{- $after := list -}}
{{- if (.Values.peerCaCrl).enabled -}}
  {{- $after = list (dict "name" "CRL_PATH" "value" "/var/run/secrets/istio/crl/ca-crl.pem") -}}
{{- end -}}
{{- include "mesh.env" (dict
      "before" (concat
          (include "ztunnel.environment.own" . | fromYamlArray) $metadata (include "ztunnel.environment.limits" . | fromYamlArray))
      "given" (include "mesh.env-entries" .Values.env | fromYamlArray)
      "after" $after) -}}
{{- end -}}

{{- define "ztunnel.environment.own" -}}
{{- $istiod := printf "%s.%s.svc:15012" (include "mesh.revisioned" (list . "istiod")) (.Values.istioNamespace | default "istio-system") -}}
- {name: CA_ADDRESS, value: {{ .Values.caAddress | default $istiod | quote }}}
- {name: XDS_ADDRESS, value: {{ .Values.xdsAddress | default $istiod | quote }}}
{{- if .Values.logAsJson }}
- {name: LOG_FORMAT, value: json}
{{- end }}
{{- with .Values.network }}
- {name: NETWORK, value: {{ . | quote }}}
{{- end }}
- {name: RUST_LOG, value: {{ .Values.logLevel | quote }}}
- {name: RUST_BACKTRACE, value: "1"}
- {name: ISTIO_META_CLUSTER_ID, value: {{ (.Values.multiCluster).clusterName | default "Kubernetes" | quote }}}
- {name: INPOD_ENABLED, value: "true"}
- {name: TERMINATION_GRACE_PERIOD_SECONDS, value: {{ .Values.terminationGracePeriodSeconds | quote }}}
{{- range $row := list
      (list "POD_NAME" "metadata.name")
      (list "POD_NAMESPACE" "metadata.namespace")
      (list "NODE_NAME" "spec.nodeName")
      (list "INSTANCE_IP" "status.podIP")
      (list "SERVICE_ACCOUNT" "spec.serviceAccountName") }}
- {name: {{ index $row 0 }}, valueFrom: {fieldRef: {fieldPath: {{ index $row 1 }}}}}
{{- end }}
{{- end -}}

{{- /* The limit of CPU, and, if they are set, limit and request once more: unset, a limit reads as all of the node. */ -}}
{{- define "ztunnel.environment.limits" -}}
- {name: ZTUNNEL_CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: "1"}}}
{{- if ((.Values.resources).limits).cpu }}
- {name: ZTUNNEL_RESOURCE_CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: "1"}}}
{{- end }}
{{- if ((.Values.resources).requests).cpu }}
- {name: ZTUNNEL_RESOURCE_CPU_REQUEST, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: "1"}}}
{{- end }}
{{- end -}}

{{- /* mesh.in-scope, for a chart that has the scope at the top. */ -}}
{{- define "ztunnel.in-scope" -}}
{{- $scope := dict "Values" (dict "global" (dict "resourceScope" (index . 0).Values.resourceScope)) -}}
{{- include "mesh.in-scope" (list $scope (index . 1)) -}}
{{- end -}}
