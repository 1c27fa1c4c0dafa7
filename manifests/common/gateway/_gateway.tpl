{{- /*
What the templates of the gateway charts share. The charts have the same templates and differ in their values; which one this
is follows from the name of the chart, istio-ingress or istio-egress.
*/ -}}

{{- /*
mesh.resolve, and then the gateway's section of the values as .Gateway, its kind (istio-ingressgateway) as .GatewayKind, and its
component (IngressGateways) as .GatewayComponent. Every template calls this first.
*/ -}}
{{- define "gateway.resolve" -}}
{{- if hasKey .Values "defaults" -}}
  {{- include "mesh.resolve" . -}}
  {{- $_ := set . "GatewayKind" (printf "%sgateway" .Chart.Name) -}}
  {{- $_ := set . "GatewayComponent" (printf "%sGateways" (trimPrefix "istio-" .Chart.Name | title)) -}}
  {{- $_ := set . "Gateway" (get .Values.gateways .GatewayKind) -}}
{{- end -}}
{{- end -}}

{{- /* Labels of an object of this gateway. Takes (list $ EXTRA-LABELS). */ -}}
{{- define "gateway.labels" -}}
{{- $root := index . 0 -}}
{{- include "mesh.labels" (dict "root" $root "name" $root.GatewayKind "component" $root.GatewayComponent "extra" (index . 1)) -}}
{{- end -}}

{{- define "gateway.account" -}}
{{ .Gateway.name }}-service-account
{{- end -}}

{{- /* "true" if the pod is completed by injection rather than written out here. */ -}}
{{- define "gateway.injected" -}}
{{- if .Gateway.injectionTemplate -}}true{{- end -}}
{{- end -}}

{{- /* Labels of the pod. */ -}}
{{- define "gateway.pod-labels" -}}
{{- $injected := include "gateway.injected" . -}}
{{- $extra := dict
      "sidecar.istio.io/inject" (ternary "true" "false" (eq $injected "true"))
      "service.istio.io/canonical-name" .Gateway.name
      "service.istio.io/canonical-revision" (coalesce
          (index .Gateway.labels "app.kubernetes.io/version") .Gateway.labels.version .Values.revision "latest") -}}
{{- if not $injected -}}{{- $_ := set $extra "istio.io/dataplane-mode" "none" -}}{{- end -}}
{{- $labels := include "gateway.labels" (list . (merge $extra .Gateway.labels)) | fromYaml -}}
{{- if eq .Release.Namespace "istio-system" -}}
  {{- /* Labels of long ago that dashboards and policies still select by. */ -}}
  {{- $labels = merge $labels (dict "heritage" "Tiller" "chart" "gateways") -}}
{{- else -}}
  {{- $labels = omit $labels "release" -}}
{{- end -}}
{{- if and $injected (not .Values.revision) -}}
  {{- /* On an injected pod the revision is a request, and the default revision is not asked for by name. */ -}}
  {{- $labels = omit $labels "istio.io/rev" -}}
{{- end -}}
{{- toYaml $labels -}}
{{- end -}}

{{- /* Annotations of the pod; those given win. */ -}}
{{- define "gateway.pod-annotations" -}}
{{- $annotations := dict "sidecar.istio.io/inject" "false" "istio.io/rev" (include "mesh.revision" .) -}}
{{- if include "gateway.injected" . -}}
  {{- $annotations = dict "sidecar.istio.io/inject" "true" "inject.istio.io/templates" .Gateway.injectionTemplate -}}
{{- end -}}
{{- if (.Values.meshConfig).enablePrometheusMerge -}}
  {{- $scrape := dict "prometheus.io/scrape" "true" "prometheus.io/port" "15020" "prometheus.io/path" "/stats/prometheus" -}}
  {{- $annotations = merge $annotations $scrape -}}
{{- end -}}
{{- mergeOverwrite $annotations (.Gateway.podAnnotations | default dict) | include "mesh.text-map" -}}
{{- end -}}
