{{/* The labels of every object; `app` and the name are also what Services and Deployments select on. */}}
{{- define "grafana.labels" -}}
{{ include "grafana.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: istio
app.kubernetes.io/version: {{ .Values.grafana.tag | toString | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "grafana.selector" -}}
app: grafana
app.kubernetes.io/name: grafana
{{- end }}

{{/* The image: an `image` with a slash stands for itself. */}}
{{- define "grafana.image" -}}
{{- if contains "/" .Values.grafana.image -}}
{{ .Values.grafana.image }}
{{- else -}}
{{ .Values.grafana.hub }}/{{ .Values.grafana.image }}:{{ .Values.grafana.tag }}
{{- end -}}
{{- end }}

{{/* What every pod spec of this chart begins with. */}}
{{- define "grafana.placement" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.grafana.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.grafana.tolerations }}
tolerations:
  {{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}
