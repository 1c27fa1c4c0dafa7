//! The types of a pod, as far as injection has to know them: the order of their fields, and what is left out when it is zero
//! (Kubernetes API conventions, `core/v1` and `meta/v1` of Kubernetes 1.36). How their lists merge is in `kubernetes::schema`.
//!
//! A type that injection never looks into (affinity, the sources of a volume) is `Any` or left out; what is not in a table
//! is kept as it is.

use super::types::Shape::{Any, Bool, Integer, List, Map, Object, Port, Quantity, Text};
use super::types::{Type, field};

/// A pod, without its status.
pub(crate) static POD: Type = Type {
    name: "Pod",
    fields: &[
        field("metadata", Object(&OBJECT_META)),
        field("spec", Object(&POD_SPEC)),
    ],
};

static OWNER_REFERENCE: Type = Type {
    name: "OwnerReference",
    fields: &[
        field("apiVersion", Text).required(),
        field("kind", Text).required(),
        field("name", Text).required(),
        field("uid", Text).required(),
        field("controller", Bool).pointer(),
        field("blockOwnerDeletion", Bool).pointer(),
    ],
};

pub(crate) static OBJECT_META: Type = Type {
    name: "ObjectMeta",
    fields: &[
        field("name", Text),
        field("generateName", Text),
        field("namespace", Text),
        field("selfLink", Text),
        field("uid", Text),
        field("resourceVersion", Text),
        field("generation", Integer),
        field("creationTimestamp", Any),
        field("deletionTimestamp", Any).pointer(),
        field("deletionGracePeriodSeconds", Integer).pointer(),
        field("labels", Map(&Text)),
        field("annotations", Map(&Text)),
        field("ownerReferences", List(&Object(&OWNER_REFERENCE))),
        field("finalizers", List(&Text)),
        field("managedFields", List(&Any)),
    ],
};

pub(crate) static VOLUME: Type = Type {
    name: "Volume",
    fields: &[field("name", Text).required()],
};

pub(crate) static CONTAINER_PORT: Type = Type {
    name: "ContainerPort",
    fields: &[
        field("name", Text),
        field("hostPort", Integer),
        field("containerPort", Integer).required(),
        field("protocol", Text),
        field("hostIP", Text),
    ],
};

static CONFIG_MAP_ENV_SOURCE: Type = Type {
    name: "ConfigMapEnvSource",
    fields: &[field("name", Text), field("optional", Bool).pointer()],
};

static SECRET_ENV_SOURCE: Type = Type {
    name: "SecretEnvSource",
    fields: &[field("name", Text), field("optional", Bool).pointer()],
};

static ENV_FROM_SOURCE: Type = Type {
    name: "EnvFromSource",
    fields: &[
        field("prefix", Text),
        field("configMapRef", Object(&CONFIG_MAP_ENV_SOURCE)).pointer(),
        field("secretRef", Object(&SECRET_ENV_SOURCE)).pointer(),
    ],
};

static OBJECT_FIELD_SELECTOR: Type = Type {
    name: "ObjectFieldSelector",
    fields: &[
        field("apiVersion", Text),
        field("fieldPath", Text).required(),
    ],
};

static RESOURCE_FIELD_SELECTOR: Type = Type {
    name: "ResourceFieldSelector",
    fields: &[
        field("containerName", Text),
        field("resource", Text).required(),
        field("divisor", Quantity),
    ],
};

static CONFIG_MAP_KEY_SELECTOR: Type = Type {
    name: "ConfigMapKeySelector",
    fields: &[
        field("name", Text),
        field("key", Text).required(),
        field("optional", Bool).pointer(),
    ],
};

static SECRET_KEY_SELECTOR: Type = Type {
    name: "SecretKeySelector",
    fields: &[
        field("name", Text),
        field("key", Text).required(),
        field("optional", Bool).pointer(),
    ],
};

static FILE_KEY_SELECTOR: Type = Type {
    name: "FileKeySelector",
    fields: &[
        field("volumeName", Text).required(),
        field("path", Text).required(),
        field("key", Text).required(),
        field("optional", Bool).pointer(),
    ],
};

static ENV_VAR_SOURCE: Type = Type {
    name: "EnvVarSource",
    fields: &[
        field("fieldRef", Object(&OBJECT_FIELD_SELECTOR)).pointer(),
        field("resourceFieldRef", Object(&RESOURCE_FIELD_SELECTOR)).pointer(),
        field("configMapKeyRef", Object(&CONFIG_MAP_KEY_SELECTOR)).pointer(),
        field("secretKeyRef", Object(&SECRET_KEY_SELECTOR)).pointer(),
        field("fileKeyRef", Object(&FILE_KEY_SELECTOR)).pointer(),
    ],
};

static ENV_VAR: Type = Type {
    name: "EnvVar",
    fields: &[
        field("name", Text).required(),
        field("value", Text),
        field("valueFrom", Object(&ENV_VAR_SOURCE)).pointer(),
    ],
};

static RESOURCE_CLAIM: Type = Type {
    name: "ResourceClaim",
    fields: &[field("name", Text).required(), field("request", Text)],
};

static RESOURCE_REQUIREMENTS: Type = Type {
    name: "ResourceRequirements",
    fields: &[
        field("limits", Map(&Quantity)),
        field("requests", Map(&Quantity)),
        field("claims", List(&Object(&RESOURCE_CLAIM))),
    ],
};

static CONTAINER_RESIZE_POLICY: Type = Type {
    name: "ContainerResizePolicy",
    fields: &[
        field("resourceName", Text).required(),
        field("restartPolicy", Text).required(),
    ],
};

static CONTAINER_RESTART_RULE_ON_EXIT_CODES: Type = Type {
    name: "ContainerRestartRuleOnExitCodes",
    fields: &[field("operator", Text), field("values", List(&Integer))],
};

static CONTAINER_RESTART_RULE: Type = Type {
    name: "ContainerRestartRule",
    fields: &[
        field("action", Text),
        field("exitCodes", Object(&CONTAINER_RESTART_RULE_ON_EXIT_CODES)).pointer(),
    ],
};

pub(crate) static VOLUME_MOUNT: Type = Type {
    name: "VolumeMount",
    fields: &[
        field("name", Text).required(),
        field("readOnly", Bool),
        field("recursiveReadOnly", Text).pointer(),
        field("mountPath", Text).required(),
        field("subPath", Text),
        field("mountPropagation", Text).pointer(),
        field("subPathExpr", Text),
    ],
};

static VOLUME_DEVICE: Type = Type {
    name: "VolumeDevice",
    fields: &[
        field("name", Text).required(),
        field("devicePath", Text).required(),
    ],
};

static EXEC_ACTION: Type = Type {
    name: "ExecAction",
    fields: &[field("command", List(&Text))],
};

static HTTP_HEADER: Type = Type {
    name: "HTTPHeader",
    fields: &[
        field("name", Text).required(),
        field("value", Text).required(),
    ],
};

pub(crate) static HTTP_GET_ACTION: Type = Type {
    name: "HTTPGetAction",
    fields: &[
        field("path", Text),
        field("port", Port).required(),
        field("host", Text),
        field("scheme", Text),
        field("httpHeaders", List(&Object(&HTTP_HEADER))),
    ],
};

pub(crate) static TCP_SOCKET_ACTION: Type = Type {
    name: "TCPSocketAction",
    fields: &[field("port", Port).required(), field("host", Text)],
};

pub(crate) static GRPC_ACTION: Type = Type {
    name: "GRPCAction",
    fields: &[
        field("port", Integer).required(),
        field("service", Any).required(),
    ],
};

pub(crate) static PROBE: Type = Type {
    name: "Probe",
    fields: &[
        field("exec", Object(&EXEC_ACTION)).pointer(),
        field("httpGet", Object(&HTTP_GET_ACTION)).pointer(),
        field("tcpSocket", Object(&TCP_SOCKET_ACTION)).pointer(),
        field("grpc", Object(&GRPC_ACTION)).pointer(),
        field("initialDelaySeconds", Integer),
        field("timeoutSeconds", Integer),
        field("periodSeconds", Integer),
        field("successThreshold", Integer),
        field("failureThreshold", Integer),
        field("terminationGracePeriodSeconds", Integer).pointer(),
    ],
};

static SLEEP_ACTION: Type = Type {
    name: "SleepAction",
    fields: &[field("seconds", Integer).required()],
};

static LIFECYCLE_HANDLER: Type = Type {
    name: "LifecycleHandler",
    fields: &[
        field("exec", Object(&EXEC_ACTION)).pointer(),
        field("httpGet", Object(&HTTP_GET_ACTION)).pointer(),
        field("tcpSocket", Object(&TCP_SOCKET_ACTION)).pointer(),
        field("sleep", Object(&SLEEP_ACTION)).pointer(),
    ],
};

static LIFECYCLE: Type = Type {
    name: "Lifecycle",
    fields: &[
        field("postStart", Object(&LIFECYCLE_HANDLER)).pointer(),
        field("preStop", Object(&LIFECYCLE_HANDLER)).pointer(),
        field("stopSignal", Text).pointer(),
    ],
};

static CAPABILITIES: Type = Type {
    name: "Capabilities",
    fields: &[field("add", List(&Text)), field("drop", List(&Text))],
};

static SELINUX_OPTIONS: Type = Type {
    name: "SELinuxOptions",
    fields: &[
        field("user", Text),
        field("role", Text),
        field("type", Text),
        field("level", Text),
    ],
};

static SECCOMP_PROFILE: Type = Type {
    name: "SeccompProfile",
    fields: &[
        field("type", Text).required(),
        field("localhostProfile", Text).pointer(),
    ],
};

static APP_ARMOR_PROFILE: Type = Type {
    name: "AppArmorProfile",
    fields: &[
        field("type", Text).required(),
        field("localhostProfile", Text).pointer(),
    ],
};

static SECURITY_CONTEXT: Type = Type {
    name: "SecurityContext",
    fields: &[
        field("capabilities", Object(&CAPABILITIES)).pointer(),
        field("privileged", Bool).pointer(),
        field("seLinuxOptions", Object(&SELINUX_OPTIONS)).pointer(),
        field("windowsOptions", Any).pointer(),
        field("runAsUser", Integer).pointer(),
        field("runAsGroup", Integer).pointer(),
        field("runAsNonRoot", Bool).pointer(),
        field("readOnlyRootFilesystem", Bool).pointer(),
        field("allowPrivilegeEscalation", Bool).pointer(),
        field("procMount", Text).pointer(),
        field("seccompProfile", Object(&SECCOMP_PROFILE)).pointer(),
        field("appArmorProfile", Object(&APP_ARMOR_PROFILE)).pointer(),
    ],
};

pub(crate) static CONTAINER: Type = Type {
    name: "Container",
    fields: &[
        field("name", Text).required(),
        field("image", Text),
        field("command", List(&Text)),
        field("args", List(&Text)),
        field("workingDir", Text),
        field("ports", List(&Object(&CONTAINER_PORT))),
        field("envFrom", List(&Object(&ENV_FROM_SOURCE))),
        field("env", List(&Object(&ENV_VAR))),
        field("resources", Object(&RESOURCE_REQUIREMENTS)),
        field("resizePolicy", List(&Object(&CONTAINER_RESIZE_POLICY))),
        field("restartPolicy", Text).pointer(),
        field("restartPolicyRules", List(&Object(&CONTAINER_RESTART_RULE))),
        field("volumeMounts", List(&Object(&VOLUME_MOUNT))),
        field("volumeDevices", List(&Object(&VOLUME_DEVICE))),
        field("livenessProbe", Object(&PROBE)).pointer(),
        field("readinessProbe", Object(&PROBE)).pointer(),
        field("startupProbe", Object(&PROBE)).pointer(),
        field("lifecycle", Object(&LIFECYCLE)).pointer(),
        field("terminationMessagePath", Text),
        field("terminationMessagePolicy", Text),
        field("imagePullPolicy", Text),
        field("securityContext", Object(&SECURITY_CONTEXT)).pointer(),
        field("stdin", Bool),
        field("stdinOnce", Bool),
        field("tty", Bool),
    ],
};

static SYSCTL: Type = Type {
    name: "Sysctl",
    fields: &[
        field("name", Text).required(),
        field("value", Text).required(),
    ],
};

static POD_SECURITY_CONTEXT: Type = Type {
    name: "PodSecurityContext",
    fields: &[
        field("seLinuxOptions", Object(&SELINUX_OPTIONS)).pointer(),
        field("windowsOptions", Any).pointer(),
        field("runAsUser", Integer).pointer(),
        field("runAsGroup", Integer).pointer(),
        field("runAsNonRoot", Bool).pointer(),
        field("supplementalGroups", List(&Integer)),
        field("supplementalGroupsPolicy", Text).pointer(),
        field("fsGroup", Integer).pointer(),
        field("sysctls", List(&Object(&SYSCTL))),
        field("fsGroupChangePolicy", Text).pointer(),
        field("seccompProfile", Object(&SECCOMP_PROFILE)).pointer(),
        field("appArmorProfile", Object(&APP_ARMOR_PROFILE)).pointer(),
        field("seLinuxChangePolicy", Text).pointer(),
    ],
};

static LOCAL_OBJECT_REFERENCE: Type = Type {
    name: "LocalObjectReference",
    fields: &[field("name", Text)],
};

static HOST_ALIAS: Type = Type {
    name: "HostAlias",
    fields: &[
        field("ip", Text).required(),
        field("hostnames", List(&Text)),
    ],
};

static POD_DNS_CONFIG_OPTION: Type = Type {
    name: "PodDNSConfigOption",
    fields: &[field("name", Text), field("value", Text).pointer()],
};

static POD_DNS_CONFIG: Type = Type {
    name: "PodDNSConfig",
    fields: &[
        field("nameservers", List(&Text)),
        field("searches", List(&Text)),
        field("options", List(&Object(&POD_DNS_CONFIG_OPTION))),
    ],
};

static POD_READINESS_GATE: Type = Type {
    name: "PodReadinessGate",
    fields: &[field("conditionType", Text).required()],
};

static POD_OS: Type = Type {
    name: "PodOS",
    fields: &[field("name", Text).required()],
};

static POD_SCHEDULING_GATE: Type = Type {
    name: "PodSchedulingGate",
    fields: &[field("name", Text).required()],
};

static POD_RESOURCE_CLAIM: Type = Type {
    name: "PodResourceClaim",
    fields: &[
        field("name", Text).required(),
        field("resourceClaimName", Text).pointer(),
        field("resourceClaimTemplateName", Text).pointer(),
    ],
};

pub(crate) static POD_SPEC: Type = Type {
    name: "PodSpec",
    fields: &[
        field("volumes", List(&Object(&VOLUME))),
        field("initContainers", List(&Object(&CONTAINER))),
        field("containers", List(&Object(&CONTAINER))).required(),
        field("ephemeralContainers", List(&Any)),
        field("restartPolicy", Text),
        field("terminationGracePeriodSeconds", Integer).pointer(),
        field("activeDeadlineSeconds", Integer).pointer(),
        field("dnsPolicy", Text),
        field("nodeSelector", Map(&Text)),
        field("serviceAccountName", Text),
        field("serviceAccount", Text),
        field("automountServiceAccountToken", Bool).pointer(),
        field("nodeName", Text),
        field("hostNetwork", Bool),
        field("hostPID", Bool),
        field("hostIPC", Bool),
        field("shareProcessNamespace", Bool).pointer(),
        field("securityContext", Object(&POD_SECURITY_CONTEXT)).pointer(),
        field("imagePullSecrets", List(&Object(&LOCAL_OBJECT_REFERENCE))),
        field("hostname", Text),
        field("subdomain", Text),
        field("affinity", Any).pointer(),
        field("schedulerName", Text),
        field("tolerations", List(&Any)),
        field("hostAliases", List(&Object(&HOST_ALIAS))),
        field("priorityClassName", Text),
        field("priority", Integer).pointer(),
        field("dnsConfig", Object(&POD_DNS_CONFIG)).pointer(),
        field("readinessGates", List(&Object(&POD_READINESS_GATE))),
        field("runtimeClassName", Text).pointer(),
        field("enableServiceLinks", Bool).pointer(),
        field("preemptionPolicy", Text).pointer(),
        field("overhead", Map(&Quantity)),
        field("topologySpreadConstraints", List(&Any)),
        field("setHostnameAsFQDN", Bool).pointer(),
        field("os", Object(&POD_OS)).pointer(),
        field("hostUsers", Bool).pointer(),
        field("schedulingGates", List(&Object(&POD_SCHEDULING_GATE))),
        field("resourceClaims", List(&Object(&POD_RESOURCE_CLAIM))),
        field("resources", Object(&RESOURCE_REQUIREMENTS)).pointer(),
        field("hostnameOverride", Text).pointer(),
        field("schedulingGroup", Any).pointer(),
    ],
};
