//! What templates see as `.Chart`, `.Release` and `.Capabilities`.

use std::rc::Rc;

use super::super::{Answer, Call};
use super::super::{Map, Value};
use super::super::{Object, Struct};
use super::{Capabilities, Release};

/// The API groups that every cluster of today has.
pub(super) const KUBERNETES_API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "apiextensions.k8s.io/v1",
    "apiregistration.k8s.io/v1",
    "apps/v1",
    "authentication.k8s.io/v1",
    "authorization.k8s.io/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "certificates.k8s.io/v1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "events.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1",
    "networking.k8s.io/v1",
    "node.k8s.io/v1",
    "policy/v1",
    "rbac.authorization.k8s.io/v1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1",
];

/// The Helm version that charts may ask for.
const HELM_VERSION: &str = "v3.18.0";

/// The fields of `Chart.yaml` under Go's names: all of them, since a field that is not there is an error.
const METADATA: &[(&str, &str)] = &[
    ("Name", "name"),
    ("Home", "home"),
    ("Sources", "sources"),
    ("Version", "version"),
    ("Description", "description"),
    ("Keywords", "keywords"),
    ("Maintainers", "maintainers"),
    ("Icon", "icon"),
    ("APIVersion", "apiVersion"),
    ("Condition", "condition"),
    ("Tags", "tags"),
    ("AppVersion", "appVersion"),
    ("Deprecated", "deprecated"),
    ("Annotations", "annotations"),
    ("KubeVersion", "kubeVersion"),
    ("Dependencies", "dependencies"),
    ("Type", "type"),
];

/// `.Chart`, under its alias if it has one.
pub(super) fn metadata(metadata: &serde_json::Value, name: &str, is_root: bool) -> Value {
    let mut chart = Struct::new("chart.Metadata").field("IsRoot", is_root);
    for (field, key) in METADATA {
        let value = match (*field, metadata.get(key)) {
            ("Name", _) => name.into(),
            ("Annotations", given) => strings(given),
            ("Sources" | "Keywords" | "Maintainers" | "Dependencies", None) => {
                Value::list(Vec::new())
            }
            ("Deprecated", None) => false.into(),
            (_, None) => "".into(),
            (_, Some(given)) => Value::from(given),
        };
        chart = chart.field(*field, value);
    }
    chart.into()
}

fn strings(given: Option<&serde_json::Value>) -> Value {
    let map = Map::of_strings();
    let entries = given.and_then(|given| given.as_object());
    for (key, value) in entries.into_iter().flatten() {
        if let Some(text) = value.as_str() {
            map.set(key.as_str(), text.into());
        }
    }
    map.into()
}

/// `.Release`
pub(super) fn release(release: &Release) -> Value {
    let fields = [
        ("Name", release.name.as_str().into()),
        ("Namespace", release.namespace.as_str().into()),
        ("Revision", Value::int(release.revision)),
        ("IsUpgrade", release.is_upgrade.into()),
        ("IsInstall", (!release.is_upgrade).into()),
        ("Service", release.service.as_str().into()),
    ];
    Value::Map(fields.into_iter().collect())
}

/// `.Capabilities`
pub(super) fn capabilities(capabilities: &Capabilities) -> Value {
    let helm = Struct::new("version.BuildInfo")
        .field("Version", HELM_VERSION)
        .field("GitCommit", "")
        .field("GitTreeState", "clean")
        .field("GoVersion", "");
    Struct::new("*common.Capabilities")
        .field(
            "KubeVersion",
            Value::object(KubeVersion::new(&capabilities.kube_version)),
        )
        .field(
            "APIVersions",
            Value::object(ApiVersions(capabilities.api_versions.clone())),
        )
        .field("HelmVersion", helm)
        .into()
}

/// `.Capabilities.KubeVersion`; prints as the version.
struct KubeVersion {
    version: Rc<str>,
    major: Rc<str>,
    minor: Rc<str>,
}

impl KubeVersion {
    fn new(version: &str) -> Self {
        let version = if version.starts_with('v') {
            version.to_owned()
        } else {
            format!("v{version}")
        };
        let mut parts = version[1..].split('.');
        Self {
            major: parts.next().unwrap_or_default().into(),
            minor: parts.next().unwrap_or_default().into(),
            version: version.as_str().into(),
        }
    }
}

impl Object for KubeVersion {
    fn type_name(&self) -> &'static str {
        "common.KubeVersion"
    }

    fn field(&self, name: &str) -> Option<Value> {
        let text = match name {
            "Version" | "GitVersion" => &self.version,
            "Major" => &self.major,
            "Minor" => &self.minor,
            _ => return None,
        };
        Some(Value::Str(Rc::clone(text)))
    }

    fn method(&self, name: &str, _call: &Call<'_>) -> Option<Answer> {
        matches!(name, "String" | "GitVersion").then(|| Ok(self.data()))
    }

    fn data(&self) -> Value {
        Value::Str(Rc::clone(&self.version))
    }
}

/// `.Capabilities.APIVersions`
struct ApiVersions(Vec<String>);

impl Object for ApiVersions {
    fn type_name(&self) -> &'static str {
        "common.VersionSet"
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str, call: &Call<'_>) -> Option<Answer> {
        let has = || {
            let wanted = call.text(0)?;
            Ok(self.0.iter().any(|known| known == wanted).into())
        };
        (name == "Has").then(has)
    }

    fn data(&self) -> Value {
        Value::texts(self.0.iter().map(String::as_str))
    }
}
