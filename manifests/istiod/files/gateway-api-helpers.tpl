{{- /*
Pieces of the templates from which istiod deploys a Gateway of the Gateway API: an account, a Deployment, a Service, an
autoscaler and a disruption budget, each owned by the Gateway. Their data is that of istiod's controller: the Gateway
itself (.Name, .Namespace, .UID, .Spec), and .DeploymentName, .ServiceAccount, .Ports, .InfrastructureLabels and so on.
The chart puts this text, after the pieces of injection, in front of each of them.
*/ -}}

{{- /* Annotations that the user put on the Gateway for what is made of it; those that steer istiod itself are left out. */ -}}
{{- define "gateway.ownAnnotations" }}
{{- toJsonMap .before (omit .root.InfrastructureAnnotations
      "gateway.istio.io/controller-version"
      "gateway.istio.io/name-override"
      "gateway.istio.io/service-account"
      "kubectl.kubernetes.io/last-applied-configuration") .after }}
{{- end }}

{{- /* Labels: what the piece says first, the user's, and those that name the Gateway. */ -}}
{{- define "gateway.labels" }}
{{- toJsonMap .before .root.InfrastructureLabels (strdict
      "gateway.networking.k8s.io/gateway-name" .root.Name
      "gateway.networking.k8s.io/gateway-class-name" .root.GatewayClass) .after }}
{{- end }}

{{- /* Metadata of an object of the Gateway: dict root, name, annotations (weaker than the user's), labels (stronger). */ -}}
{{- define "gateway.metadata" }}
{{- $none := strdict }}
metadata:
  name: {{ .name | quote }}
  namespace: {{ .root.Namespace | quote }}
  annotations: {{ template "gateway.ownAnnotations" (dict "root" .root "before" (.annotations | default $none) "after" $none) }}
  labels: {{ template "gateway.labels" (dict "root" .root "before" $none "after" (.labels | default $none)) }}
  ownerReferences:
  - {apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, name: {{ .root.Name | quote }}, uid: {{ .root.UID | quote }}}
{{- end }}

{{- /* Metadata of the pods: dict root, labels (weaker than the user's), manager. */ -}}
{{- define "gateway.podMetadata" }}
{{- $root := .root }}
{{- $scraped := strdict
      "istio.io/rev" ($root.Revision | default "default")
      "prometheus.io/path" "/stats/prometheus"
      "prometheus.io/port" "15020"
      "prometheus.io/scrape" "true" }}
{{- $own := mergeMaps .labels (strdict
      "sidecar.istio.io/inject" "false"
      "service.istio.io/canonical-name" $root.DeploymentName
      "service.istio.io/canonical-revision" "latest") }}
    metadata:
      annotations: {{ template "gateway.ownAnnotations" (dict "root" $root "before" strdict "after" $scraped) }}
      labels: {{ template "gateway.labels" (dict "root" $root "before" $own "after" (strdict "gateway.istio.io/managed" .manager)) }}
{{- end }}

{{- define "gateway.account" -}}
apiVersion: v1
kind: ServiceAccount
{{- template "gateway.metadata" (dict "root" . "name" .ServiceAccount) }}
{{- end }}

{{- /* What a Deployment says before its pods: dict root, manager. */ -}}
{{- define "gateway.deployment" }}
apiVersion: apps/v1
kind: Deployment
{{- template "gateway.metadata" (dict "root" .root "name" .root.DeploymentName "labels" (strdict "gateway.istio.io/managed" .manager)) }}
spec:
  selector:
    matchLabels: {{ strdict .root.GatewayNameLabel .root.Name | toJsonMap }}
{{- end }}

{{- /* Ports below 1024 without root, unless the values say something else about the pod. */ -}}
{{- define "gateway.podSecurity" }}
{{- if .Values.gateways.securityContext }}
      securityContext: {{ .Values.gateways.securityContext | toJson }}
{{- else }}
      securityContext:
        sysctls:
        - {name: net.ipv4.ip_unprivileged_port_start, value: "0"}
  {{- with .Values.gateways.seccompProfile }}
        seccompProfile: {{ . | toJson }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "gateway.probes" }}
        startupProbe:
          httpGet: {path: /healthz/ready, port: 15021, scheme: HTTP}
          initialDelaySeconds: 1
          periodSeconds: 1
          timeoutSeconds: 1
          successThreshold: 1
          failureThreshold: 30
        readinessProbe:
          httpGet: {path: /healthz/ready, port: 15021, scheme: HTTP}
          initialDelaySeconds: 0
          periodSeconds: 15
          timeoutSeconds: 1
          successThreshold: 1
          failureThreshold: 4
{{- end }}

{{- /* Arguments of the agent after "proxy ROLE". */ -}}
{{- define "gateway.logLevels" }}
        - --proxyLogLevel
        - {{ annotation .ObjectMeta "sidecar.istio.io/logLevel" .Values.global.proxy.logLevel | quote }}
        - --proxyComponentLogLevel
        - {{ annotation .ObjectMeta "sidecar.istio.io/componentLogLevel" .Values.global.proxy.componentLogLevel | quote }}
        - --log_output_level
        - {{ annotation .ObjectMeta "sidecar.istio.io/agentLogLevel" .Values.global.logging.level | quote }}
{{- if .Values.global.logAsJson }}
        - --log_as_json
{{- end }}
{{- end }}

{{- /* Environment: the Deployment, which is the workload. */ -}}
{{- define "gateway.env.workload" }}
          {name: ISTIO_META_WORKLOAD_NAME, value: {{ .DeploymentName | quote }}},
          {name: ISTIO_META_OWNER, value: {{ printf "kubernetes://apis/apps/v1/namespaces/%s/deployments/%s" .Namespace .DeploymentName | quote }}},
{{- end }}

{{- define "gateway.imagePullSecrets" }}
{{- with .Values.global.imagePullSecrets }}
      imagePullSecrets: [{{ range . }}{name: {{ . | quote }}},{{ end }}]
{{- end }}
{{- end }}

{{- /* The rest of what belongs to a Gateway: dict root, annotations (of the Service). */ -}}
{{- define "gateway.surroundings" }}
{{- $root := .root }}
{{- $name := $root.DeploymentName }}
---
apiVersion: v1
kind: Service
{{- template "gateway.metadata" (dict "root" $root "name" $name "annotations" .annotations) }}
spec:
  type: {{ $root.ServiceType | quote }}
  ipFamilyPolicy: PreferDualStack
  selector: {{ strdict $root.GatewayNameLabel $root.Name | toJsonMap }}
  ports:
{{- range $root.Ports }}
  - {name: {{ .Name | quote }}, port: {{ .Port }}, protocol: {{ .Protocol | default "TCP" }}, appProtocol: {{ .AppProtocol }}}
{{- end }}
{{- if and $root.Spec.Addresses (eq $root.ServiceType "LoadBalancer") }}
  loadBalancerIP: {{ (index $root.Spec.Addresses 0).Value | quote }}
{{- end }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
{{- template "gateway.metadata" (dict "root" $root "name" $name) }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ $name | quote }}}
  maxReplicas: 1
---
apiVersion: policy/v1
kind: PodDisruptionBudget
{{- template "gateway.metadata" (dict "root" $root "name" $name) }}
spec:
  selector:
    matchLabels:
      gateway.networking.k8s.io/gateway-name: {{ $root.Name | quote }}
{{- end }}

{{- /* The container and the volumes of an agentgateway: dict root, resources, lifecycle, seccomp. */ -}}
{{- define "gateway.agentgateway" }}
{{- $root := .root }}
{{- $image := annotation $root.ObjectMeta "gateway.istio.io/agentgatewayImage" ($root.Values.global.agentgateway).image }}
      containers:
      - name: agentgateway
        image: {{ if contains "/" $image }}{{ $image | quote }}{{ else }}{{ $root.AgentgatewayImage | quote }}{{ end }}
{{- with $root.Values.global.imagePullPolicy }}
        imagePullPolicy: {{ . | quote }}
{{- end }}
        ports:
        - {name: metrics, containerPort: 15020, protocol: TCP}
        - {name: status-port, containerPort: 15021, protocol: TCP}
        args: [--config, "{}"]
{{- with .lifecycle }}
        lifecycle: {{ . | toJson }}
{{- end }}
{{- with .resources }}
        resources: {{ omitNil . | toJson }}
{{- end }}
        securityContext:
          allowPrivilegeEscalation: false
          privileged: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
          runAsNonRoot: true
          runAsUser: {{ $root.ProxyUID | default 10101 }}
          runAsGroup: {{ $root.ProxyGID | default 10101 }}
{{- with .seccomp }}
          seccompProfile: {{ . | toJson }}
{{- end }}
        env: [
{{- range $row := list
      (list "POD_NAME" "metadata.name")
      (list "POD_NAMESPACE" "metadata.namespace")
      (list "NAMESPACE" "metadata.namespace")
      (list "INSTANCE_IP" "status.podIP")
      (list "SERVICE_ACCOUNT" "spec.serviceAccountName") }}
          {name: {{ index $row 0 }}, valueFrom: {fieldRef: {fieldPath: {{ index $row 1 }}}}},
{{- end }}
{{- template "mesh.env.limit" (list "CPU_LIMIT" "limits.cpu") }}
          {name: GATEWAY, value: {{ $root.Name | quote }}},
          {name: RUST_BACKTRACE, value: "1"},
          {name: CLUSTER_ID, value: {{ valueOrDefault ($root.Values.global.multiCluster).clusterName $root.ClusterID | quote }}},
{{- with valueOrDefault (index $root.InfrastructureLabels "topology.istio.io/network") $root.Values.global.network }}
          {name: NETWORK, value: {{ . | quote }}},
{{- end }}
{{- with valueOrDefault $root.MeshConfig.TrustDomain $root.Values.global.trustDomain }}
          {name: TRUST_DOMAIN, value: {{ . | quote }}},
{{- end }}
{{- template "mesh.env.metadata" $root }}
          {name: XDS_ADDRESS, value: {{ $root.ProxyConfig.DiscoveryAddress | quote }}},
          {name: CA_ADDRESS, value: {{ template "mesh.caAddress" $root }}},
          ]
{{- template "gateway.probes" $root }}
        volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: istiod-ca-cert, mountPath: /var/run/secrets/istio}
        - {name: istiod-ca-cert, mountPath: /var/run/secrets/xds}
        - {name: istio-token, mountPath: /var/run/secrets/tokens}
        - {name: xds-token, mountPath: /var/run/secrets/xds-tokens}
      volumes: [
        {name: tmp, emptyDir: {}},
{{- template "mesh.volume.token" (list "xds-token" $root) }}
{{- template "mesh.volume.token" (list "istio-token" $root) }}
{{- if eq $root.Values.global.pilotCertProvider "istiod" }}
{{- template "mesh.volume.rootCertificate" $root }}
{{- end }}
        ]
{{- template "gateway.imagePullSecrets" $root }}
{{- end }}
