//! What names an object of a cluster, and whether two states of one say the same.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::request::MANAGER;

/// The name of an object: kind, namespace and name. Ordered by kind for reports. In whichever version it is asked for, it is the
/// same object.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reference {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    /// `None` for what belongs to the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
}

impl Reference {
    fn key(&self) -> (&str, &str, Option<&str>, &str) {
        (
            self.group(),
            &self.kind,
            self.namespace.as_deref(),
            &self.name,
        )
    }

    /// Names an object.
    pub(crate) fn new(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    /// The API group; empty for the core.
    pub(crate) fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// As kubectl names it in what it did: `deployment.apps/istiod`.
    pub(crate) fn short(&self) -> String {
        let kind = self.kind.to_lowercase();
        match self.group() {
            "" => format!("{kind}/{}", self.name),
            group => format!("{kind}.{group}/{}", self.name),
        }
    }

    /// Whether it is of this kind, whatever the version.
    pub(crate) fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.group() == group
    }
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Reference {}

impl PartialOrd for Reference {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Reference {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// `Deployment istio-system/istiod`, as messages name it.
impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(formatter, "{} {namespace}/{}", self.kind, self.name),
            None => write!(formatter, "{} {}", self.kind, self.name),
        }
    }
}

/// What stands for the fields of an object that are ours, with their values: as long as it stays the same, nobody changed one,
/// and applying the same text again would change nothing.
///
/// Whoever changes a field of ours takes it from us, so that it leaves the set of fields which the server notes with our name.
/// What istiod takes over in webhooks once it is ready is not looked at.
pub(crate) fn ownership(live: &Value) -> String {
    const OF_ISTIOD: [&str; 2] = ["f:failurePolicy", "f:caBundle"];
    let metadata = &live["metadata"];
    let entries = metadata["managedFields"].as_array();
    let ours = entries.into_iter().flatten().find(|entry| {
        entry["manager"] == MANAGER
            && entry["operation"] == "Apply"
            && entry["subresource"].is_null()
    });
    // The server has no entry for whoever owns nothing, as by a Namespace that only has its name.
    let entry = ours.unwrap_or(&Value::Null);
    let mut fields = entry["fieldsV1"].clone();
    let webhooks = fields.get_mut("f:webhooks").and_then(Value::as_object_mut);
    for webhook in webhooks.into_iter().flat_map(|it| it.values_mut()) {
        for part in ["", "/f:clientConfig"] {
            if let Some(Value::Object(part)) = webhook.pointer_mut(part) {
                part.retain(|field, _| !OF_ISTIOD.contains(&field.as_str()));
            }
        }
    }
    let all = json!([metadata["uid"], entry["apiVersion"], entry["time"], fields]);
    digest(all.to_string().as_bytes())
}

/// SHA-256 in hexadecimal, cut to the half.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in Sha256::digest(bytes).iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Whether two states of an object say the same, apart from what every write and every controller changes.
pub(crate) fn says_the_same(one: &Value, other: &Value) -> bool {
    const BOOKKEEPING: [&str; 3] = ["generation", "managedFields", "resourceVersion"];
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else {
        return one == other;
    };
    let keys = one.keys().chain(other.keys());
    keys.filter(|key| *key != "status")
        .all(|key| match (one.get(key), other.get(key)) {
            (Some(Value::Object(one)), Some(Value::Object(other))) if key == "metadata" => {
                let mut keys = one.keys().chain(other.keys());
                keys.all(|key| {
                    BOOKKEEPING.contains(&key.as_str()) || one.get(key) == other.get(key)
                })
            }
            (one, other) => one == other,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ownership_changes_when_somebody_takes_a_field_and_not_when_istiod_does() {
        let live = |fields: Value, version: &str| {
            json!({"metadata": {"uid": "u", "resourceVersion": version, "managedFields": [
                {"manager": "kubelet", "operation": "Update", "fieldsV1": {"f:status": {}}},
                {"manager": "mesh", "operation": "Apply", "apiVersion": "v1", "time": "t", "fieldsV1": fields}]}})
        };
        let all = json!({"f:data": {"f:a": {}}, "f:webhooks": {"k:{\"name\":\"a\"}": {
            "f:failurePolicy": {}, "f:clientConfig": {"f:caBundle": {}, "f:service": {}}}}});
        let istiods = json!({"f:data": {"f:a": {}}, "f:webhooks": {"k:{\"name\":\"a\"}": {
            "f:clientConfig": {"f:service": {}}}}});
        let taken = json!({"f:webhooks": all["f:webhooks"]});
        let before = ownership(&live(all.clone(), "1"));
        assert_eq!(before, ownership(&live(all, "2")));
        assert_eq!(before, ownership(&live(istiods, "2")));
        assert_ne!(before, ownership(&live(taken, "2")));
        assert_ne!(before, ownership(&json!({"metadata": {"uid": "u"}})));
    }

    #[test]
    fn bookkeeping_and_status_are_no_difference() {
        let one = json!({"metadata": {"name": "a", "resourceVersion": "1", "managedFields": []}, "spec": {"a": 1}});
        let other = json!({"metadata": {"name": "a", "resourceVersion": "2", "generation": 2}, "spec": {"a": 1}, "status": {}});
        assert!(says_the_same(&one, &other));
        let other = json!({"metadata": {"name": "a", "labels": {"a": "b"}}, "spec": {"a": 1}});
        assert!(!says_the_same(&one, &other));
        assert!(!says_the_same(
            &one,
            &json!({"metadata": {"name": "a"}, "spec": {"a": 2}})
        ));
    }

    #[test]
    fn an_object_is_the_same_in_every_version() {
        let of = |version: &str| Reference::new(version, "HorizontalPodAutoscaler", Some("a"), "b");
        assert_eq!(of("autoscaling/v1"), of("autoscaling/v2"));
        assert_ne!(of("autoscaling/v1"), of("example.com/v1"));
    }

    #[test]
    fn names_objects_as_kubectl_and_as_people_do() {
        let istiod = Reference::new("apps/v1", "Deployment", Some("istio-system"), "istiod");
        assert_eq!(istiod.short(), "deployment.apps/istiod");
        assert_eq!(istiod.to_string(), "Deployment istio-system/istiod");
        let namespace = Reference::new("v1", "Namespace", None, "shop");
        assert_eq!(namespace.short(), "namespace/shop");
        assert_eq!(namespace.to_string(), "Namespace shop");
    }
}
