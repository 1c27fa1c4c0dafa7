{{- /*
Pieces that the injection templates share. The chart puts this text in front of each of them, since the injector parses
every template on its own.

Lists are written as flow rows ("{name: …, value: …},") so that a piece does not depend on how deep it is used: open the
list with "[", print the pieces, close it with "]". Every piece takes the template's whole data as its dot.
*/ -}}

{{- /* The two labels that telemetry and authorization know a workload by. */ -}}
{{- define "mesh.canonicalLabels" }}
{{- $labels := .ObjectMeta.Labels }}
{{- $name := coalesce (index $labels "service.istio.io/canonical-name") (index $labels "app.kubernetes.io/name") (index $labels "app") .DeploymentMeta.Name | default "" }}
{{- $revision := coalesce (index $labels "service.istio.io/canonical-revision") (index $labels "app.kubernetes.io/version") (index $labels "version") "latest" }}
    service.istio.io/canonical-name: {{ $name | trunc 63 | trimAll "-_." | quote }}
    service.istio.io/canonical-revision: {{ $revision | quote }}
{{- end }}

{{- /* The revision that injected, and the container that kubectl logs and exec pick: the application, not the proxy. */ -}}
{{- define "mesh.annotations" }}
    istio.io/rev: {{ .Revision | default "default" | quote }}
{{- $first := "" }}
{{- range .Spec.Containers }}
  {{- if and (not $first) (ne .Name "istio-proxy") }}{{ $first = .Name }}{{ end }}
{{- end }}
{{- if $first }}
  {{- range $choice := list "kubectl.kubernetes.io/default-container" "kubectl.kubernetes.io/default-logs-container" }}
    {{- if not (isset $.ObjectMeta.Annotations $choice) }}
    {{ $choice }}: {{ $first | quote }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* A full image name given by annotation or by values.global.proxy.image wins over hub, tag and variant. */ -}}
{{- define "mesh.proxyImage" }}
{{- $image := annotation .ObjectMeta "sidecar.istio.io/proxyImage" .Values.global.proxy.image }}
{{- if contains "/" $image }}{{ $image | quote }}{{ else }}{{ .ProxyImage | quote }}{{ end }}
{{- end }}

{{- /* Requests and limits by annotation replace those of values.global.proxy.resources as a whole. */ -}}
{{- define "mesh.proxyResources" }}
{{- $asked := dict }}
{{- range $row := list
      (list "requests" "cpu" "sidecar.istio.io/proxyCPU")
      (list "requests" "memory" "sidecar.istio.io/proxyMemory")
      (list "limits" "cpu" "sidecar.istio.io/proxyCPULimit")
      (list "limits" "memory" "sidecar.istio.io/proxyMemoryLimit") }}
  {{- if isset $.ObjectMeta.Annotations (index $row 2) }}
    {{- $side := index $row 0 }}
    {{- if not (hasKey $asked $side) }}{{ $_ := set $asked $side dict }}{{ end }}
    {{- $_ := set (index $asked $side) (index $row 1) (index $.ObjectMeta.Annotations (index $row 2)) }}
  {{- end }}
{{- end }}
{{- if $asked }}
    resources: {{ $asked | toJson }}
{{- else if .Values.global.proxy.resources }}
    resources: {{ omitNil .Values.global.proxy.resources | toJson }}
{{- end }}
{{- end }}

{{- /* Arguments that every kind of agent takes, after "proxy sidecar" or "proxy router". */ -}}
{{- define "mesh.agentArgs" }}
    - --domain
    - $(POD_NAMESPACE).svc.{{ .Values.global.proxy.clusterDomain }}
    - {{ printf "--proxyLogLevel=%s" (annotation .ObjectMeta "sidecar.istio.io/logLevel" .Values.global.proxy.logLevel) | quote }}
    - {{ printf "--proxyComponentLogLevel=%s" (annotation .ObjectMeta "sidecar.istio.io/componentLogLevel" .Values.global.proxy.componentLogLevel) | quote }}
    - {{ printf "--log_output_level=%s" (annotation .ObjectMeta "sidecar.istio.io/agentLogLevel" .Values.global.logging.level) | quote }}
{{- with (.Values.global.sts).servicePort }}
    - --stsPort={{ . }}
{{- end }}
{{- if .Values.global.logAsJson }}
    - --log_as_json
{{- end }}
{{- end }}

{{- /* Who signs certificates: an address of the user's, or istiod of this revision. */ -}}
{{- define "mesh.caAddress" }}
{{- $istiod := printf "istiod%s.%s.svc:15012" (ternary "" (printf "-%s" .Values.revision) (empty .Values.revision)) .Values.global.istioNamespace }}
{{- .Values.global.caAddress | default $istiod | quote }}
{{- end }}

{{- /* Environment: where the certificates come from and who this pod is. */ -}}
{{- define "mesh.env.identity" }}
            {name: PILOT_CERT_PROVIDER, value: {{ .Values.global.pilotCertProvider | quote }}},
            {name: CA_ADDR, value: {{ template "mesh.caAddress" . }}},
{{- range $row := list
      (list "POD_NAME" "metadata.name")
      (list "POD_NAMESPACE" "metadata.namespace")
      (list "INSTANCE_IP" "status.podIP")
      (list "SERVICE_ACCOUNT" "spec.serviceAccountName")
      (list "HOST_IP" "status.hostIP") }}
            {name: {{ index $row 0 }}, valueFrom: {fieldRef: {fieldPath: {{ index $row 1 }}}}},
{{- end }}
{{- end }}

{{- /* Environment: the proxy's own configuration and the ports that the application declares. */ -}}
{{- define "mesh.env.config" }}
{{- $ports := "[" }}
{{- $separator := "" }}
{{- range .Spec.Containers }}
  {{- range .Ports }}
    {{- $ports = printf "%s\n    %s%s" $ports $separator (structToJSON .) }}
    {{- $separator = "," }}
  {{- end }}
{{- end }}
            {name: PROXY_CONFIG, value: {{ printf "%s\n" (protoToJSON .ProxyConfig) | quote }}},
            {name: ISTIO_META_POD_PORTS, value: {{ printf "%s\n]" $ports | quote }}},
{{- end }}

{{- /* Environment: the names of the application's containers. */ -}}
{{- define "mesh.env.containers" }}
{{- $names := list }}
{{- range .Spec.Containers }}
  {{- if ne .Name "istio-proxy" }}{{ $names = append $names .Name }}{{ end }}
{{- end }}
            {name: ISTIO_META_APP_CONTAINERS, value: {{ $names | join "," | quote }}},
{{- end }}

{{- /* Environment: a limit of the container, as a number. */ -}}
{{- define "mesh.env.limit" }}
            {name: {{ index . 0 }}, valueFrom: {resourceFieldRef: {resource: {{ index . 1 }}, divisor: "1"}}},
{{- end }}

{{- /* Environment: what the Go runtime may use, and the rules for cryptography that it keeps to. */ -}}
{{- define "mesh.env.runtime" }}
{{- template "mesh.env.limit" (list "GOMEMLIMIT" "limits.memory") }}
{{- template "mesh.env.limit" (list "GOMAXPROCS" "limits.cpu") }}
{{- with .CompliancePolicy }}
            {name: COMPLIANCE_POLICY, value: {{ . | quote }}},
  {{- if eq . "fips-140-3" }}
            {name: GODEBUG, value: "fips140=only"},
  {{- end }}
{{- end }}
{{- end }}

{{- /* Environment: the cluster and the node. */ -}}
{{- define "mesh.env.cluster" }}
            {name: ISTIO_META_CLUSTER_ID, value: {{ valueOrDefault (.Values.global.multiCluster).clusterName "Kubernetes" | quote }}},
            {name: ISTIO_META_NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}},
{{- end }}

{{- /* Environment: the network, and the workload that owns the pod; a list of the template's data and of the workload's name. */ -}}
{{- define "mesh.env.workload" }}
{{- $name := index . 1 }}
{{- with index . 0 }}
{{- with .Values.global.network }}
            {name: ISTIO_META_NETWORK, value: {{ . | quote }}},
{{- end }}
{{- with $name }}
            {name: ISTIO_META_WORKLOAD_NAME, value: {{ . | quote }}},
{{- end }}
{{- if and .TypeMeta.APIVersion .DeploymentMeta.Name }}
  {{- $namespace := valueOrDefault .DeploymentMeta.Namespace "default" }}
            {name: ISTIO_META_OWNER, value: {{ printf "kubernetes://apis/%s/namespaces/%s/%ss/%s" .TypeMeta.APIVersion $namespace (toLower .TypeMeta.Kind) .DeploymentMeta.Name | quote }}},
{{- end }}
{{- end }}
{{- end }}

{{- /* Environment: the mesh and its trust domain. */ -}}
{{- define "mesh.env.mesh" }}
{{- $trust := valueOrDefault .MeshConfig.TrustDomain .Values.global.trustDomain }}
{{- with .Values.global.meshID | default $trust }}
            {name: ISTIO_META_MESH_ID, value: {{ . | quote }}},
{{- end }}
{{- with $trust }}
            {name: TRUST_DOMAIN, value: {{ . | quote }}},
{{- end }}
{{- end }}

{{- /* Environment: proxyMetadata of the proxy's configuration. */ -}}
{{- define "mesh.env.metadata" }}
{{- range $name, $value := .ProxyConfig.ProxyMetadata }}
            {name: {{ $name | quote }}, value: {{ $value | quote }}},
{{- end }}
{{- end }}

{{- /* Mounts: the SPIFFE certificates, from the platform or from the agent. */ -}}
{{- define "mesh.mount.certificates" }}
{{- if eq .Values.global.caName "GkeWorkloadCertificate" }}
            {name: gke-workload-certificate, mountPath: /var/run/secrets/workload-spiffe-credentials, readOnly: true},
{{- else }}
            {name: workload-certs, mountPath: /var/run/secrets/workload-spiffe-credentials},
{{- end }}
{{- end }}

{{- /* Mounts: istiod's root certificate. */ -}}
{{- define "mesh.mount.root" }}
{{- if eq .Values.global.pilotCertProvider "istiod" }}
            {name: istiod-ca-cert, mountPath: /var/run/secrets/istio},
{{- end }}
{{- end }}

{{- /* Mounts: the token for the CA, certificates of the user's own, and the pod's labels and annotations. */ -}}
{{- define "mesh.mount.credentials" }}
            {name: istio-token, mountPath: /var/run/secrets/tokens},
{{- if .Values.global.mountMtlsCerts }}
            {name: istio-certs, mountPath: /etc/certs/, readOnly: true},
{{- end }}
            {name: istio-podinfo, mountPath: /etc/istio/pod},
{{- end }}

{{- /* Mounts that the pod's annotation sidecar.istio.io/userVolumeMount asks for: a JSON object, volume → mount, or a list of mounts
with their names. */ -}}
{{- define "mesh.mount.user" }}
{{- with index .ObjectMeta.Annotations "sidecar.istio.io/userVolumeMount" }}
  {{- range $name, $mount := fromJSON . }}
            {{ merge $mount (dict "name" (toString $name)) | toJson }},
  {{- end }}
{{- end }}
{{- end }}

{{- /* Volumes: the pod's labels and annotations as files. */ -}}
{{- define "mesh.volume.podinfo" }}
            {name: istio-podinfo, downwardAPI: {items: [
            {path: labels, fieldRef: {fieldPath: metadata.labels}},
            {path: annotations, fieldRef: {fieldPath: metadata.annotations}},
            ]}},
{{- end }}

{{- /* Volumes: a token that istiod accepts; a list of the name, of the file as well, and the template's data. */ -}}
{{- define "mesh.volume.token" }}
            {name: {{ index . 0 }}, projected: {sources: [
            {serviceAccountToken: {path: {{ index . 0 }}, expirationSeconds: 43200, audience: {{ (index . 1).Values.global.sds.token.aud | quote }}}},
            ]}},
{{- end }}

{{- /* Volumes: istiod's root certificate, from a ConfigMap or from a bundle of the cluster. */ -}}
{{- define "mesh.volume.rootCertificate" }}
{{- $bundle := .Values.global.trustBundleName }}
{{- if eq (toString ((.Values.pilot).env).ENABLE_CLUSTER_TRUST_BUNDLE_API) "true" }}
            {name: istiod-ca-cert, projected: {sources: [
            {clusterTrustBundle: {name: {{ printf "istio.io:istiod-ca:%s" ($bundle | default "root-cert") | quote }}, path: root-cert.pem}},
            ]}},
{{- else }}
            {name: istiod-ca-cert, configMap: {name: {{ $bundle | default "istio-ca-root-cert" | quote }}}},
{{- end }}
{{- end }}

{{- /* Volumes: all that the agent needs to prove who it is. */ -}}
{{- define "mesh.volume.credentials" }}
{{- template "mesh.volume.podinfo" . }}
{{- template "mesh.volume.token" (list "istio-token" .) }}
{{- if eq .Values.global.pilotCertProvider "istiod" }}
{{- template "mesh.volume.rootCertificate" . }}
{{- end }}
{{- end }}

{{- /* Volumes: the SPIFFE certificates, from the platform or from the agent. */ -}}
{{- define "mesh.volume.certificates" }}
{{- if eq .Values.global.caName "GkeWorkloadCertificate" }}
            {name: gke-workload-certificate, csi: {driver: workloadcertificates.security.cloud.google.com}},
{{- else }}
            {name: workload-certs},
{{- end }}
{{- end }}

{{- /* Volumes: a bootstrap of the user's own for Envoy. */ -}}
{{- define "mesh.volume.bootstrap" }}
{{- if isset .ObjectMeta.Annotations "sidecar.istio.io/bootstrapOverride" }}
            {name: custom-bootstrap-volume, configMap: {name: {{ index .ObjectMeta.Annotations "sidecar.istio.io/bootstrapOverride" | quote }}}},
{{- end }}
{{- end }}

{{- /* Volumes: certificates of the user's own, by service account. */ -}}
{{- define "mesh.volume.ownCertificates" }}
{{- if .Values.global.mountMtlsCerts }}
            {name: istio-certs, secret: {optional: true, secretName: {{ printf "istio.%s" (.Spec.ServiceAccountName | default "default") | quote }}}},
{{- end }}
{{- end }}

{{- /* Volumes that the pod's annotation sidecar.istio.io/userVolume asks for: a JSON object, name → volume, or a list of volumes
with their names. */ -}}
{{- define "mesh.volume.user" }}
{{- with index .ObjectMeta.Annotations "sidecar.istio.io/userVolume" }}
  {{- range $name, $volume := fromJSON . }}
            {{ merge $volume (dict "name" (toString $name)) | toJson }},
  {{- end }}
{{- end }}
{{- end }}

{{- define "mesh.imagePullSecrets" }}
{{- with .Values.global.imagePullSecrets }}
  imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}
