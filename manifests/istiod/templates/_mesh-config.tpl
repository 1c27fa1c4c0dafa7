{{- /* The MeshConfig that istiod reads: what follows from the values, and values.meshConfig over it. As YAML. */ -}}
{{- define "istiod.mesh-config" -}}
{{- $global := .Values.global -}}
{{- $config := dict
      "trustDomain" "cluster.local"
      "rootNamespace" $global.istioNamespace
      "defaultConfig" (include "istiod.proxy-config" . | fromYaml) -}}
{{- $given := .Values.meshConfig | default dict -}}
{{- if not $given.defaultProviders -}}
  {{- with include "istiod.default-providers" . | fromYaml -}}{{- $_ := set $config "defaultProviders" . -}}{{- end -}}
{{- end -}}
{{- toYaml (mustMergeOverwrite $config (deepCopy $given)) -}}
{{- end -}}

{{- /* Providers of telemetry where no Telemetry resource says otherwise. */ -}}
{{- define "istiod.default-providers" -}}
{{- $v2 := (.Values.telemetry).v2 | default dict -}}
{{- if and (.Values.telemetry).enabled $v2.enabled -}}
  {{- $metrics := list -}}
  {{- if ($v2.prometheus).enabled -}}{{- $metrics = append $metrics "prometheus" -}}{{- end -}}
  {{- if ($v2.stackdriver).enabled -}}{{- $metrics = append $metrics "stackdriver" }}
accessLogging: [stackdriver]
  {{- end -}}
  {{- with $metrics }}
metrics: [{{ join ", " . }}]
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* What a proxy starts with: where istiod is, the identity of the mesh, the kind of image, the tracer. */ -}}
{{- define "istiod.proxy-config" -}}
{{- $global := .Values.global -}}
{{- $istiod := include "istiod.name" . -}}
{{- if $global.remotePilotAddress -}}
  {{- $istiod = ternary "istiod-remote" "istiod" (and (.Values.istiodRemote).enabled (.Values.istiodRemote).enabledLocalInjectorIstiod) -}}
{{- end -}}
discoveryAddress: {{ $istiod }}.{{ .Release.Namespace }}.svc:15012
{{- with $global.meshID }}
meshId: {{ . | quote }}
{{- end }}
{{- with $global.proxy.variant | default $global.variant }}
image:
  imageType: {{ . | quote }}
{{- end }}
{{- if ne ($global.proxy.tracer | default "none") "none" }}
tracing:
  {{- include "istiod.tracer" . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* The tracer that global.proxy.tracer names, with global.tracer.NAME over its usual settings. */ -}}
{{- define "istiod.tracer" -}}
{{- $name := .Values.global.proxy.tracer -}}
{{- $usual := dict
      "zipkin" (dict "address" (printf "zipkin.%s:9411" .Values.global.istioNamespace))
      "lightstep" dict
      "datadog" (dict "address" "$(HOST_IP):8126")
      "stackdriver" (dict "debug" false "maxNumberOfAttributes" 200 "maxNumberOfAnnotations" 200 "maxNumberOfMessageEvents" 200) -}}
{{- if not (hasKey $usual $name) -}}
  {{- fail (printf "values.global.proxy.tracer: there is no %q; choose one of: none, %s" $name (join ", " (keys $usual | sortAlpha))) -}}
{{- end -}}
{{- $given := get (.Values.global.tracer | default dict) $name | default dict -}}
{{- toYaml (dict $name (mustMergeOverwrite (get $usual $name) (deepCopy $given))) -}}
{{- end -}}
