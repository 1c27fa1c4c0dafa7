{{- /*
The webhooks that have istiod inject pods which ask for NAME, a revision or a tag. Takes a dict: root, name, and default, true
if pods that ask for injection without naming a revision belong here too.

A namespace asks by a label, a pod overrides it by one of its own. There is a webhook for each way to ask, and no pod matches
two of them.
*/ -}}
{{- define "istiod.injection-webhooks" -}}
{{- $webhook := .root.Values.sidecarInjectorWebhook | default dict -}}
{{- $remote := .root.Values.istiodRemote | default dict -}}
{{- $cases := include "istiod.injection-cases" (dict
      "name" .name
      "default" .default
      "everywhere" $webhook.enableNamespacesByDefault) | fromYamlArray -}}
{{- range $case := $cases }}
- name: {{ $case.name }}.sidecar-injector.istio.io
  clientConfig:
    {{- if $remote.injectionURL }}
    url: {{ $remote.injectionURL | quote }}
    {{- else }}
    service:
      name: {{ include "istiod.name" $.root }}
      namespace: {{ $.root.Release.Namespace | quote }}
      path: {{ $remote.injectionPath | default "/inject" | quote }}
      port: 443
    {{- end }}
    {{- with $remote.injectionCABundle }}
    caBundle: {{ . | quote }}
    {{- end }}
  namespaceSelector:
    matchExpressions:
    {{- toYaml $case.namespace | nindent 4 }}
  objectSelector:
    matchExpressions:
    {{- toYaml $case.pod | nindent 4 }}
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  failurePolicy: Fail
  reinvocationPolicy: {{ $webhook.reinvocationPolicy | default "Never" }}
  sideEffects: None
  admissionReviewVersions: [v1]
{{- end -}}
{{- end -}}

{{- /* The ways to ask: what labels the namespace must have, and what labels the pod. */ -}}
{{- define "istiod.injection-cases" -}}
- name: rev.namespace
  namespace:
  - {key: istio.io/rev, operator: In, values: [{{ .name | quote }}]}
  - {key: istio-injection, operator: DoesNotExist}
  pod:
  - {key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}
- name: rev.object
  namespace:
  - {key: istio.io/rev, operator: DoesNotExist}
  - {key: istio-injection, operator: DoesNotExist}
  pod:
  - {key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}
  - {key: istio.io/rev, operator: In, values: [{{ .name | quote }}]}
{{- if .default }}
- name: namespace
  namespace:
  - {key: istio-injection, operator: In, values: [enabled]}
  pod:
  - {key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}
- name: object
  namespace:
  - {key: istio-injection, operator: DoesNotExist}
  - {key: istio.io/rev, operator: DoesNotExist}
  pod:
  - {key: sidecar.istio.io/inject, operator: In, values: ["true"]}
  - {key: istio.io/rev, operator: DoesNotExist}
{{- if .everywhere }}
- name: auto
  namespace:
  - {key: istio-injection, operator: DoesNotExist}
  - {key: istio.io/rev, operator: DoesNotExist}
  - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system, kube-public, kube-node-lease, local-path-storage]}
  pod:
  - {key: sidecar.istio.io/inject, operator: DoesNotExist}
  - {key: istio.io/rev, operator: DoesNotExist}
{{- end }}
{{- end }}
{{- end -}}
