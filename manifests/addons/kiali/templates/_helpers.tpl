{{/* The labels of every object; `app` and the name are also what Services and Deployments select on. */}}
{{- define "kiali.labels" -}}
{{ include "kiali.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: istio
app.kubernetes.io/version: {{ .Values.kiali.tag | toString | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "kiali.selector" -}}
app: kiali
app.kubernetes.io/name: kiali
{{- end }}

{{/* The image: an `image` with a slash stands for itself. */}}
{{- define "kiali.image" -}}
{{- if contains "/" .Values.kiali.image -}}
{{ .Values.kiali.image }}
{{- else -}}
{{ .Values.kiali.hub }}/{{ .Values.kiali.image }}:{{ .Values.kiali.tag }}
{{- end -}}
{{- end }}

{{/* What every pod spec of this chart begins with. */}}
{{- define "kiali.placement" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.kiali.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.kiali.tolerations }}
tolerations:
  {{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}
