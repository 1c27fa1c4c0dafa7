{{- /* What the templates of this chart share. */ -}}

{{- /* mesh.resolve, and then what stands under `pilot` moves to the top. Every template calls this first. */ -}}
{{- define "istiod.resolve" -}}
{{- if hasKey .Values "defaults" -}}
  {{- include "mesh.resolve" . -}}
  {{- $_ := mustMergeOverwrite .Values (deepCopy (.Values.pilot | default dict)) -}}
  {{- if eq .Values.global.pilotCertProvider "kubernetes" -}}
    {{- fail "values.global.pilotCertProvider: \"kubernetes\" is no longer supported; use istiod, or custom with a signer of your own" -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* "true" if an istiod runs in this cluster. */ -}}
{{- define "istiod.runs-here" -}}
{{- $remote := .Values.istiodRemote | default dict -}}
{{- if or (not $remote.enabled) $remote.enabledLocalInjectorIstiod -}}true{{- end -}}
{{- end -}}

{{- /* "true" if an istiod, here or elsewhere, works with the configuration that this cluster holds. */ -}}
{{- define "istiod.uses-this-cluster" -}}
{{- if or .Values.global.configCluster (include "istiod.runs-here" .) -}}true{{- end -}}
{{- end -}}

{{- define "istiod.name" -}}
{{- include "mesh.revisioned" (list . "istiod") -}}
{{- end -}}

{{- /* Labels of what belongs to a revision. Takes (list $ EXTRA-LABELS). */ -}}
{{- define "istiod.labels" -}}
{{- include "mesh.labels" (dict "root" (index . 0) "name" "istiod" "component" "Pilot" "extra" (index . 1)) -}}
{{- end -}}

{{- /* What selects the pods of this revision, and of no other: those without a revision are known by another value of `istio`. */ -}}
{{- define "istiod.selector" -}}
app: istiod
{{- with .Values.revision }}
istio.io/rev: {{ . | quote }}
{{- else }}
istio: pilot
{{- end }}
{{- end -}}

{{- /* Metadata of cluster-wide objects, which carry the namespace in their name. Takes (list $ NAME APP). */ -}}
{{- define "istiod.cluster-wide" -}}
{{- $root := index . 0 -}}
name: {{ include "mesh.revisioned" (list $root (index . 1)) }}-{{ $root.Release.Namespace }}
labels:
  {{- include "mesh.labels" (dict "root" $root "name" (index . 2) "extra" (dict "app" (index . 2))) | nindent 2 }}
{{- end -}}
