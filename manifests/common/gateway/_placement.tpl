{{- /* Where the pods of the gateway may run. */ -}}

{{- define "gateway.affinity" -}}
{{- $weights := dict -}}
{{- range $arch, $weight := .Values.global.arch -}}
  {{- if gt (int $weight) 0 -}}{{- $_ := set $weights $arch (int $weight) -}}{{- end -}}
{{- end -}}
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    {{- include "gateway.required-nodes" (dict
          "architectures" (keys $weights | sortAlpha)
          "labels" (.Gateway.nodeSelector | default .Values.global.defaultNodeSelector)) | nindent 4 }}
  preferredDuringSchedulingIgnoredDuringExecution:
    {{- range $arch, $weight := $weights }}
    - weight: {{ $weight }}
      preference:
        matchExpressions:
        - {key: kubernetes.io/arch, operator: In, values: [{{ $arch | quote }}]}
    {{- end }}
{{- $strict := .Gateway.podAntiAffinityLabelSelector -}}
{{- $wished := .Gateway.podAntiAffinityTermLabelSelector -}}
{{- if or $strict $wished }}
podAntiAffinity:
  {{- with $strict }}
  requiredDuringSchedulingIgnoredDuringExecution:
  {{- range . }}
  - {{ include "gateway.anti-affinity-term" . | nindent 4 | trim }}
  {{- end }}
  {{- end }}
  {{- with $wished }}
  preferredDuringSchedulingIgnoredDuringExecution:
  {{- range . }}
  - weight: 100
    podAffinityTerm:
      {{- include "gateway.anti-affinity-term" . | nindent 6 }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{- /* Takes architectures (a list) and labels (a map); prints nothing if both are empty. */ -}}
{{- define "gateway.required-nodes" -}}
{{- if or .architectures .labels -}}
nodeSelectorTerms:
- matchExpressions:
  {{- with .architectures }}
  - {key: kubernetes.io/arch, operator: In, values: {{ toJson . }}}
  {{- end }}
  {{- range $key, $value := .labels }}
  - {key: {{ $key | quote }}, operator: In, values: [{{ include "mesh.text" $value | quote }}]}
  {{- end }}
{{- end -}}
{{- end -}}

{{- /* One entry of the anti-affinity values, in which lists are written "a,b". */ -}}
{{- define "gateway.anti-affinity-term" -}}
labelSelector:
  matchExpressions:
  - key: {{ .key | quote }}
    operator: {{ .operator }}
    {{- with .values }}
    values: {{ splitList "," . | toJson }}
    {{- end }}
topologyKey: {{ .topologyKey | quote }}
{{- with .namespaces }}
namespaces: {{ splitList "," . | toJson }}
{{- end }}
{{- end -}}
