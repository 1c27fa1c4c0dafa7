{{- /* What the templates of this chart share. */ -}}

{{- /* mesh.resolve, and then what stands under `cni` moves to the top. Every template calls this first. */ -}}
{{- define "cni.resolve" -}}
{{- if hasKey .Values "defaults" -}}
  {{- include "mesh.resolve" . -}}
  {{- $_ := mustMergeOverwrite .Values (deepCopy (.Values.cni | default dict)) -}}
{{- end -}}
{{- end -}}

{{- /* Labels of an object. Takes (list $ EXTRA-LABELS). */ -}}
{{- define "cni.labels" -}}
{{- include "mesh.labels" (dict "root" (index . 0) "name" "istio-cni" "component" "Cni" "extra" (index . 1)) -}}
{{- end -}}

{{- /* "true" if the agent works in the node's network namespace all the time. */ -}}
{{- define "cni.host-network" -}}
{{- if and (.Values.ambient).enabled (.Values.ambient).shareHostNetworkNamespace -}}true{{- end -}}
{{- end -}}

{{- /* What the agent reads from its environment, by way of a ConfigMap. */ -}}
{{- define "cni.config" -}}
{{- $values := .Values -}}
{{- $ambient := $values.ambient | default dict -}}
{{- $repair := $values.repair | default dict -}}
{{- $config := dict
      "CURRENT_AGENT_VERSION" ($values.tag | default $values.global.tag)
      "AMBIENT_ENABLED" $ambient.enabled
      "AMBIENT_ENABLEMENT_SELECTOR" (toYaml $ambient.enablementSelectors)
      "AMBIENT_DNS_CAPTURE" $ambient.dnsCapture
      "AMBIENT_IPV6" $ambient.ipv6
      "AMBIENT_RECONCILE_POD_RULES_ON_STARTUP" $ambient.reconcileIptablesOnStartup
      "ENABLE_AMBIENT_DETECTION_RETRY" $ambient.enableAmbientDetectionRetry
      "ISTIO_OWNED_CNI_CONFIG" $values.istioOwnedCNIConfig
      "CHAINED_CNI_PLUGIN" $values.chained
      "EXCLUDE_NAMESPACES" (join "," ($values.excludeNamespaces | default list))
      "REPAIR_ENABLED" $repair.enabled
      "REPAIR_LABEL_PODS" $repair.labelPods
      "REPAIR_DELETE_PODS" $repair.deletePods
      "REPAIR_REPAIR_PODS" $repair.repairPods
      "REPAIR_INIT_CONTAINER_NAME" $repair.initContainerName
      "REPAIR_BROKEN_POD_LABEL_KEY" $repair.brokenPodLabelKey
      "REPAIR_BROKEN_POD_LABEL_VALUE" $repair.brokenPodLabelValue
      "NATIVE_NFTABLES" $values.global.nativeNftables -}}
{{- with $values.cniConfFileName -}}{{- $_ := set $config "CNI_CONF_NAME" . -}}{{- end -}}
{{- if $values.istioOwnedCNIConfig -}}
  {{- $_ := set $config "ISTIO_OWNED_CNI_CONF_FILENAME" $values.istioOwnedCNIConfigFileName -}}
{{- end -}}
{{- mergeOverwrite $config ($values.env | default dict) | include "mesh.text-map" -}}
{{- end -}}

{{- define "cni.environment" -}}
{{- $own := list
      (dict "name" "REPAIR_NODE_NAME" "valueFrom" (dict "fieldRef" (dict "fieldPath" "spec.nodeName")))
      (dict "name" "REPAIR_RUN_AS_DAEMON" "value" "true")
      (dict "name" "REPAIR_SIDECAR_ANNOTATION" "value" "sidecar.istio.io/status") -}}
{{- if not (include "cni.host-network" .) -}}
  {{- $own = append $own (dict "name" "ALLOW_SWITCH_TO_HOST_NS" "value" "true") -}}
{{- end -}}
{{- $own = concat $own (list
      (dict "name" "NODE_NAME" "valueFrom" (dict "fieldRef" (dict "apiVersion" "v1" "fieldPath" "spec.nodeName")))
      (dict "name" "GOMEMLIMIT" "valueFrom" (dict "resourceFieldRef" (dict "resource" "limits.memory" "divisor" "1")))
      (dict "name" "GOMAXPROCS" "valueFrom" (dict "resourceFieldRef" (dict "resource" "limits.cpu" "divisor" "1")))
      (dict "name" "POD_NAME" "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.name")))
      (dict "name" "POD_NAMESPACE" "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.namespace")))) -}}
{{- include "mesh.env" (dict "before" $own "given" (include "mesh.env-entries" .Values.env | fromYamlArray)) -}}
{{- end -}}

{{- /* Folders of the node: {name, path, type, mount, …}. A row without mount is there for others to use. */ -}}
{{- define "cni.host-folders" -}}
{{- $ambient := (.Values.ambient).enabled -}}
{{- $usual := ternary "/home/kubernetes/bin" "/opt/cni/bin" (contains "-gke" .Capabilities.KubeVersion.Version) -}}
- {name: cni-bin-dir, path: {{ .Values.cniBinDir | default $usual }}}
{{- if or (.Values.repair).repairPods $ambient }}
- {name: cni-host-procfs, path: /proc, type: Directory}
{{- end }}
{{- if $ambient }}
- {name: cni-ztunnel-sock-dir, path: /var/run/ztunnel, type: DirectoryOrCreate}
{{- end }}
- {name: cni-net-dir, path: {{ .Values.cniConfDir }}}
- {name: cni-socket-dir, path: /var/run/istio-cni}
{{- /* May be missing until the first pod starts on the node. */}}
- {name: cni-netns-dir, path: {{ .Values.cniNetnsDir }}, type: DirectoryOrCreate}
{{- end -}}

{{- define "cni.mounts" -}}
{{- $ambient := (.Values.ambient).enabled -}}
- {name: cni-bin-dir, mountPath: /host/opt/cni/bin}
{{- if or (.Values.repair).repairPods $ambient }}
- {name: cni-host-procfs, mountPath: /host/proc, readOnly: true}
{{- end }}
- {name: cni-net-dir, mountPath: /host/etc/cni/net.d}
- {name: cni-socket-dir, mountPath: /var/run/istio-cni}
{{- if $ambient }}
- {name: cni-netns-dir, mountPath: /host/var/run/netns, mountPropagation: HostToContainer}
- {name: cni-ztunnel-sock-dir, mountPath: /var/run/ztunnel}
{{- end }}
{{- end -}}
