//! The table of built-in kinds. A row says what `kubectl api-resources` shows and which subresources there are; which
//! columns a kind's table has is in `columns`.

use super::{ResourceInfo, ScalePaths, collection, columns};

/// One built-in kind.
pub(super) struct Row {
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
    namespaced: bool,
    /// Separated by spaces, as the other lists.
    short_names: &'static str,
    categories: &'static str,
    subresources: &'static str,
    verbs: Verbs,
    /// The version that objects are stored as, if it is not this one.
    stored: &'static str,
}

/// What may be done with a kind.
#[derive(Clone, Copy)]
enum Verbs {
    /// Everything that an object in the store takes.
    All,
    /// Nothing but `create`: a question that is answered, not stored. The HTTP server answers it.
    Create,
}

const ALL: &[&str] = &[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];

impl Row {
    pub(super) fn info(&self) -> ResourceInfo {
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let verbs: &[&str] = match self.verbs {
            Verbs::All => ALL,
            Verbs::Create => &["create"],
        };
        let subresources = words(self.subresources);
        let stored = if self.stored.is_empty() {
            self.version
        } else {
            self.stored
        };
        ResourceInfo {
            group: self.group.to_owned(),
            version: self.version.to_owned(),
            storage_version: stored.to_owned(),
            kind: self.kind.to_owned(),
            list_kind: format!("{}List", self.kind),
            plural: self.plural.to_owned(),
            singular: self.kind.to_lowercase(),
            short_names: words(self.short_names),
            categories: words(self.categories),
            namespaced: self.namespaced,
            has_status: subresources.iter().any(|one| one == "status"),
            scale: subresources
                .iter()
                .any(|one| one == "scale")
                .then(|| ScalePaths {
                    wanted: words("spec replicas"),
                    present: words("status replicas"),
                    selector: None,
                }),
            subresources,
            verbs: verbs.iter().map(|verb| (*verb).to_owned()).collect(),
            columns: columns::of(self.group, self.kind),
            builtin: true,
            collection: collection(self.group, self.plural),
            custom: None,
        }
    }
}

/// A row: group, version, kind, plural, short names, categories, subresources.
const fn row(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
    lists: [&'static str; 3],
) -> Row {
    Row {
        group,
        version,
        kind,
        plural,
        namespaced: true,
        short_names: lists[0],
        categories: lists[1],
        subresources: lists[2],
        verbs: Verbs::All,
        stored: "",
    }
}

/// As `row`, for a kind whose objects are in no namespace.
const fn wide(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
    lists: [&'static str; 3],
) -> Row {
    let mut out = row(group, version, kind, plural, lists);
    out.namespaced = false;
    out
}

/// A question: it is only created, and in no namespace.
const fn review(group: &'static str, kind: &'static str, plural: &'static str) -> Row {
    let mut out = wide(group, "v1", kind, plural, ["", "", ""]);
    out.verbs = Verbs::Create;
    out
}

const NAMESPACED_REVIEW: Row = {
    let plural = "localsubjectaccessreviews";
    let mut out = review("authorization.k8s.io", "LocalSubjectAccessReview", plural);
    out.namespaced = true;
    out
};

/// An older version, which `api::autoscaling` turns into the newer.
const OLD_AUTOSCALER: Row = {
    let (kind, plural) = ("HorizontalPodAutoscaler", "horizontalpodautoscalers");
    let mut out = row("autoscaling", "v1", kind, plural, ["hpa", "all", "status"]);
    out.stored = "v2";
    out
};

const ADMISSION: &str = "admissionregistration.k8s.io";
const NETWORKING: &str = "networking.k8s.io";
const RBAC: &str = "rbac.authorization.k8s.io";
const STORAGE: &str = "storage.k8s.io";

pub(super) const ROWS: &[Row] = &[
    row("", "v1", "ConfigMap", "configmaps", ["cm", "", ""]),
    row("", "v1", "Endpoints", "endpoints", ["ep", "", ""]),
    row("", "v1", "Event", "events", ["ev", "", ""]),
    row("", "v1", "LimitRange", "limitranges", ["limits", "", ""]),
    wide(
        "",
        "v1",
        "Namespace",
        "namespaces",
        ["ns", "", "finalize status"],
    ),
    wide("", "v1", "Node", "nodes", ["no", "", "status"]),
    row(
        "",
        "v1",
        "PersistentVolumeClaim",
        "persistentvolumeclaims",
        ["pvc", "", "status"],
    ),
    wide(
        "",
        "v1",
        "PersistentVolume",
        "persistentvolumes",
        ["pv", "", "status"],
    ),
    row(
        "",
        "v1",
        "Pod",
        "pods",
        [
            "po",
            "all",
            "attach binding ephemeralcontainers eviction exec log portforward status",
        ],
    ),
    row("", "v1", "PodTemplate", "podtemplates", ["", "", ""]),
    row(
        "",
        "v1",
        "ReplicationController",
        "replicationcontrollers",
        ["rc", "all", "scale status"],
    ),
    row(
        "",
        "v1",
        "ResourceQuota",
        "resourcequotas",
        ["quota", "", "status"],
    ),
    row("", "v1", "Secret", "secrets", ["", "", ""]),
    row(
        "",
        "v1",
        "ServiceAccount",
        "serviceaccounts",
        ["sa", "", "token"],
    ),
    row("", "v1", "Service", "services", ["svc", "all", "status"]),
    wide(
        ADMISSION,
        "v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        ["", "api-extensions", ""],
    ),
    wide(
        ADMISSION,
        "v1",
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
        ["", "api-extensions", "status"],
    ),
    wide(
        ADMISSION,
        "v1",
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
        ["", "api-extensions", ""],
    ),
    wide(
        ADMISSION,
        "v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        ["", "api-extensions", ""],
    ),
    wide(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        ["crd crds", "api-extensions", "status"],
    ),
    wide(
        "apiregistration.k8s.io",
        "v1",
        "APIService",
        "apiservices",
        ["", "api-extensions", "status"],
    ),
    row(
        "apps",
        "v1",
        "ControllerRevision",
        "controllerrevisions",
        ["", "", ""],
    ),
    row(
        "apps",
        "v1",
        "DaemonSet",
        "daemonsets",
        ["ds", "all", "status"],
    ),
    row(
        "apps",
        "v1",
        "Deployment",
        "deployments",
        ["deploy", "all", "scale status"],
    ),
    row(
        "apps",
        "v1",
        "ReplicaSet",
        "replicasets",
        ["rs", "all", "scale status"],
    ),
    row(
        "apps",
        "v1",
        "StatefulSet",
        "statefulsets",
        ["sts", "all", "scale status"],
    ),
    review(
        "authentication.k8s.io",
        "SelfSubjectReview",
        "selfsubjectreviews",
    ),
    review("authentication.k8s.io", "TokenReview", "tokenreviews"),
    NAMESPACED_REVIEW,
    review(
        "authorization.k8s.io",
        "SelfSubjectAccessReview",
        "selfsubjectaccessreviews",
    ),
    review(
        "authorization.k8s.io",
        "SelfSubjectRulesReview",
        "selfsubjectrulesreviews",
    ),
    review(
        "authorization.k8s.io",
        "SubjectAccessReview",
        "subjectaccessreviews",
    ),
    row(
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        ["hpa", "all", "status"],
    ),
    OLD_AUTOSCALER,
    row(
        "batch",
        "v1",
        "CronJob",
        "cronjobs",
        ["cj", "all", "status"],
    ),
    row("batch", "v1", "Job", "jobs", ["", "all", "status"]),
    wide(
        "certificates.k8s.io",
        "v1",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        ["csr", "", "approval status"],
    ),
    row("coordination.k8s.io", "v1", "Lease", "leases", ["", "", ""]),
    row(
        "discovery.k8s.io",
        "v1",
        "EndpointSlice",
        "endpointslices",
        ["", "", ""],
    ),
    wide(
        NETWORKING,
        "v1",
        "IngressClass",
        "ingressclasses",
        ["", "", ""],
    ),
    row(
        NETWORKING,
        "v1",
        "Ingress",
        "ingresses",
        ["ing", "", "status"],
    ),
    row(
        NETWORKING,
        "v1",
        "NetworkPolicy",
        "networkpolicies",
        ["netpol", "", ""],
    ),
    row(
        "policy",
        "v1",
        "PodDisruptionBudget",
        "poddisruptionbudgets",
        ["pdb", "", "status"],
    ),
    wide(
        RBAC,
        "v1",
        "ClusterRoleBinding",
        "clusterrolebindings",
        ["", "", ""],
    ),
    wide(RBAC, "v1", "ClusterRole", "clusterroles", ["", "", ""]),
    row(RBAC, "v1", "RoleBinding", "rolebindings", ["", "", ""]),
    row(RBAC, "v1", "Role", "roles", ["", "", ""]),
    wide(
        "scheduling.k8s.io",
        "v1",
        "PriorityClass",
        "priorityclasses",
        ["pc", "", ""],
    ),
    wide(STORAGE, "v1", "CSIDriver", "csidrivers", ["", "", ""]),
    wide(
        STORAGE,
        "v1",
        "StorageClass",
        "storageclasses",
        ["sc", "", ""],
    ),
];
