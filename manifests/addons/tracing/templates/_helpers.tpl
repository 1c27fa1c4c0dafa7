{{/* The labels of every object; `app` and the name are also what Services and Deployments select on. */}}
{{- define "tracing.labels" -}}
{{ include "tracing.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: istio
app.kubernetes.io/version: {{ .Values.tracing.tag | toString | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "tracing.selector" -}}
app: jaeger
app.kubernetes.io/name: jaeger
{{- end }}

{{/* The image: an `image` with a slash stands for itself. */}}
{{- define "tracing.image" -}}
{{- if contains "/" .Values.tracing.image -}}
{{ .Values.tracing.image }}
{{- else -}}
{{ .Values.tracing.hub }}/{{ .Values.tracing.image }}:{{ .Values.tracing.tag }}
{{- end -}}
{{- end }}

{{/* What every pod spec of this chart begins with. */}}
{{- define "tracing.placement" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.tracing.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tracing.tolerations }}
tolerations:
  {{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}
