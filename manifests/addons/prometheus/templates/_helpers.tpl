{{/* The labels of every object; `app` and the name are also what Services and Deployments select on. */}}
{{- define "prometheus.labels" -}}
{{ include "prometheus.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: istio
app.kubernetes.io/version: {{ .Values.prometheus.tag | toString | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "prometheus.selector" -}}
app: prometheus
app.kubernetes.io/name: prometheus
{{- end }}

{{/* The image: an `image` with a slash stands for itself. */}}
{{- define "prometheus.image" -}}
{{- if contains "/" .Values.prometheus.image -}}
{{ .Values.prometheus.image }}
{{- else -}}
{{ .Values.prometheus.hub }}/{{ .Values.prometheus.image }}:{{ .Values.prometheus.tag }}
{{- end -}}
{{- end }}

{{/* What every pod spec of this chart begins with. */}}
{{- define "prometheus.placement" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.prometheus.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.prometheus.tolerations }}
tolerations:
  {{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}
