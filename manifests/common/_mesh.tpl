{{- /*
What every chart here shares: how its values come about, and the parts that all objects have in common. The file stands in
`common/` and is linked into the templates of each chart, so that a chart stays complete on its own.
*/ -}}

{{- /*
Completes .Values in place. Lowest first: the defaults of the chart, the profile, the compatibility version, the platform, and
then what was given by the user.

Helm merges the chart's defaults and the given values before any template runs, which leaves no room for a profile between
the two. The charts therefore keep their defaults under one key, `defaults`, and merge here. What was given stays at .Given.
Every template calls this first; the first call does the work.
*/ -}}
{{- define "mesh.resolve" -}}
{{- if hasKey .Values "defaults" -}}
  {{- $given := omit .Values "defaults" -}}
  {{- $global := $given.global | default dict -}}
  {{- $values := .Values.defaults -}}
  {{- range $layer := list
        (dict "path" "profile" "choice" (coalesce $given.profile $global.profile) "prefix" "")
        (dict "path" "compatibilityVersion" "choice" $given.compatibilityVersion "prefix" "compatibility-")
        (dict "path" "global.platform" "choice" (coalesce $given.platform $global.platform) "prefix" "platform-") -}}
    {{- if $layer.choice -}}
      {{- $file := printf "files/profiles/%s%v.yaml" $layer.prefix $layer.choice -}}
      {{- $text := $.Files.Get $file -}}
      {{- if not $text -}}{{- include "mesh.unknown-layer" (dict "root" $ "layer" $layer) -}}{{- end -}}
      {{- $values = mustMergeOverwrite $values (fromYaml $text) -}}
    {{- end -}}
  {{- end -}}
  {{- $top := deepCopy $given -}}
  {{- include "mesh.keep" (list $top "global" "gateways" "meshConfig" "sidecarInjectorWebhook") -}}
  {{- include "mesh.keep" (list ($top.global | default dict) "proxy") -}}
  {{- $_ := set . "Given" $given -}}
  {{- $_ := set . "Values" (mustMergeOverwrite $values $top) -}}
{{- end -}}
{{- end -}}

{{- /*
Takes (list MAP NAME…) and drops those of the names that are null in the map: sections too large to be meant to go away. Null
under any other name takes away what stands there.
*/ -}}
{{- define "mesh.keep" -}}
{{- $map := index . 0 -}}
{{- range $name := rest . -}}
  {{- if and (hasKey $map $name) (kindIs "invalid" (get $map $name)) -}}{{- $_ := unset $map $name -}}{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Fails, and says which choices there are. */ -}}
{{- define "mesh.unknown-layer" -}}
{{- $choices := list -}}
{{- range $path, $_ := .root.Files.Glob (printf "files/profiles/%s*.yaml" .layer.prefix) -}}
  {{- $name := trimPrefix "files/profiles/" $path | trimSuffix ".yaml" -}}
  {{- if or $.layer.prefix (not (regexMatch "^(compatibility|platform)-" $name)) -}}
    {{- $choices = append $choices (trimPrefix $.layer.prefix $name) -}}
  {{- end -}}
{{- end -}}
{{- fail (printf "values.%s: there is no %q; choose one of: %s" .layer.path (toString .layer.choice) (join ", " (sortAlpha $choices))) -}}
{{- end -}}

{{- /*
Prints "true" if global.resourceScope lets objects of this scope through. Takes (list $ SCOPE), SCOPE "cluster" or "namespace":
where cluster-wide objects are another administrator's, each of the two installs its half.
*/ -}}
{{- define "mesh.in-scope" -}}
{{- $scope := (index . 0).Values.global.resourceScope | default "all" -}}
{{- if not (has $scope (list "all" "cluster" "namespace")) -}}
  {{- fail (printf "values.global.resourceScope: %q is none of all, cluster, namespace" $scope) -}}
{{- end -}}
{{- if has $scope (list "all" (index . 1)) -}}true{{- end -}}
{{- end -}}

{{- /* The revision as labels and selectors spell it. */ -}}
{{- define "mesh.revision" -}}
{{ .Values.revision | default "default" }}
{{- end -}}

{{- /* Takes (list $ NAME): NAME, and -REVISION after it when there is one. */ -}}
{{- define "mesh.revisioned" -}}
{{- with (index . 0).Values.revision -}}{{ index $ 1 }}-{{ . }}{{- else -}}{{ index . 1 }}{{- end -}}
{{- end -}}

{{- /*
The labels of an object, as YAML. Takes a dict:
  root       the root context
  name       app.kubernetes.io/name
  component  marks the object as owned by this component of a revision; optional
  extra      further labels; where they collide, those made here win; optional
  without    labels to leave out; optional
*/ -}}
{{- define "mesh.labels" -}}
{{- $labels := dict
      "app.kubernetes.io/name" .name
      "app.kubernetes.io/part-of" "istio"
      "app.kubernetes.io/instance" .root.Release.Name
      "app.kubernetes.io/managed-by" .root.Release.Service
      "app.kubernetes.io/version" .root.Chart.AppVersion
      "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
      "release" .root.Release.Name -}}
{{- with .component -}}
  {{- $_ := set $labels "istio.io/rev" (include "mesh.revision" $.root) -}}
  {{- $_ := set $labels "install.operator.istio.io/owning-resource" ($.root.Values.ownerName | default "unknown") -}}
  {{- $_ := set $labels "operator.istio.io/component" . -}}
{{- end -}}
{{- range $key, $value := .extra -}}
  {{- if not (hasKey $labels $key) -}}{{- $_ := set $labels $key (include "mesh.text" $value) -}}{{- end -}}
{{- end -}}
{{- range .without -}}{{- $_ := unset $labels . -}}{{- end -}}
{{- toYaml $labels -}}
{{- end -}}

{{- /* A scalar as text. Numbers go by way of JSON: Go would print 1000000 as 1e+06. */ -}}
{{- define "mesh.text" -}}
{{- if kindIs "string" . -}}{{ . }}{{- else if not (kindIs "invalid" .) -}}{{ toJson . }}{{- end -}}
{{- end -}}

{{- /* A map with every value made text, as YAML: labels, annotations. */ -}}
{{- define "mesh.text-map" -}}
{{- $texts := dict -}}
{{- range $key, $value := . -}}{{- $_ := set $texts $key (include "mesh.text" $value) -}}{{- end -}}
{{- toYaml $texts -}}
{{- end -}}

{{- /* Takes a dict hub, image, tag, variant. An image with a slash is already a full reference. */ -}}
{{- define "mesh.image" -}}
{{- if contains "/" .image -}}
  {{ .image }}
{{- else -}}
  {{ .hub }}/{{ .image }}:{{ include "mesh.text" .tag }}{{ with .variant }}-{{ . }}{{ end }}
{{- end -}}
{{- end -}}

{{- /* Resource requirements without the amounts that were taken away by setting them to null. */ -}}
{{- define "mesh.resources" -}}
{{- $kept := dict -}}
{{- range $group, $amounts := . -}}
  {{- if kindIs "map" $amounts -}}
    {{- $set := dict -}}
    {{- range $name, $amount := $amounts -}}
      {{- if not (kindIs "invalid" $amount) -}}{{- $_ := set $set $name $amount -}}{{- end -}}
    {{- end -}}
    {{- $amounts = $set -}}
  {{- end -}}
  {{- if $amounts -}}{{- $_ := set $kept $group $amounts -}}{{- end -}}
{{- end -}}
{{- toYaml $kept -}}
{{- end -}}

{{- /* Environment entries of a map from name to value, as a YAML list. A name set to null is not set at all. */ -}}
{{- define "mesh.env-entries" -}}
{{- $entries := list -}}
{{- range $name, $value := . -}}
  {{- if not (kindIs "invalid" $value) -}}{{- $entries = append $entries (dict "name" $name "value" (include "mesh.text" $value)) -}}{{- end -}}
{{- end -}}
{{- toYaml $entries -}}
{{- end -}}

{{- /*
The environment of a container. Takes a dict of lists of entries: before, given, after. An entry made by the chart gives way to
a given one of the same name, since a name that stands twice is refused by a server-side apply.
*/ -}}
{{- define "mesh.env" -}}
{{- $taken := dict -}}
{{- $entries := list -}}
{{- $given := list -}}
{{- range .given -}}
  {{- if not (hasKey $taken .name) -}}{{- $given = append $given . -}}{{- $_ := set $taken .name true -}}{{- end -}}
{{- end -}}
{{- range .before -}}{{- if not (hasKey $taken .name) -}}{{- $entries = append $entries . -}}{{- end -}}{{- end -}}
{{- $entries = concat $entries $given -}}
{{- range .after -}}{{- if not (hasKey $taken .name) -}}{{- $entries = append $entries . -}}{{- end -}}{{- end -}}
{{- toYaml $entries -}}
{{- end -}}

{{- /* The pull secrets of a service account. */ -}}
{{- define "mesh.pull-secrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* A disruption budget is worth having, and does not block every eviction, only with two replicas or more. Takes autoscaleEnabled, autoscaleMin, replicaCount. */ -}}
{{- define "mesh.several-replicas" -}}
{{- if gt (int (ternary .autoscaleMin .replicaCount (eq (toString .autoscaleEnabled) "true"))) 1 -}}true{{- end -}}
{{- end -}}

{{- /* What a HorizontalPodAutoscaler scales by: CPU, and memory if it has a target. Takes the values with cpu and memory. */ -}}
{{- define "mesh.autoscale-metrics" -}}
{{- range $resource := list "cpu" "memory" }}
{{- with (get $ $resource).targetAverageUtilization }}
- type: Resource
  resource:
    name: {{ $resource }}
    target:
      type: Utilization
      averageUtilization: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* The spec of a ResourceQuota that lets this many pods of the highest priority into a namespace. */ -}}
{{- define "mesh.node-critical-quota" -}}
hard:
  pods: {{ . | quote }}
scopeSelector:
  matchExpressions:
  - {scopeName: PriorityClass, operator: In, values: [system-node-critical]}
{{- end -}}
