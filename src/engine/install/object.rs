//! A Kubernetes object to install, and the order in which objects are to be applied.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::path::get_str;
use crate::yaml;

/// An object, with what identifies it at hand.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// Label of the component that it belongs to.
    pub(crate) component: &'static str,
    pub(crate) api_version: String,
    pub(crate) kind: String,
    /// `None` for what belongs to the cluster, or to whatever namespace it is applied in.
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
    pub(crate) content: Content,
}

/// What an object says.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Tree(Value),
    /// YAML as [`yaml::to_string`] would write it, not parsed: custom resource definitions.
    Text(&'static str),
}

impl Object {
    /// Takes an object apart; `None` for what has no kind (an empty document, a comment).
    pub(crate) fn from_tree(component: &'static str, tree: Value) -> Option<Self> {
        let text = |keys: &[&str]| get_str(&tree, keys).map(str::to_owned);
        Some(Self {
            component,
            kind: text(&["kind"])?,
            api_version: text(&["apiVersion"]).unwrap_or_default(),
            namespace: text(&["metadata", "namespace"]),
            name: text(&["metadata", "name"]).unwrap_or_default(),
            content: Content::Tree(tree),
        })
    }

    /// A custom resource definition by its name, in the bytes that it is written with.
    pub(crate) fn definition(component: &'static str, name: &str, text: &'static str) -> Self {
        Self {
            component,
            api_version: "apiextensions.k8s.io/v1".to_owned(),
            kind: "CustomResourceDefinition".to_owned(),
            namespace: None,
            name: name.to_owned(),
            content: Content::Text(text),
        }
    }

    /// The API group; empty for the core.
    pub(crate) fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// One YAML document, ending in a line break.
    pub(crate) fn text(&self) -> Cow<'static, str> {
        match &self.content {
            Content::Tree(tree) => Cow::Owned(yaml::to_string(tree)),
            Content::Text(text) => Cow::Borrowed(text),
        }
    }

    /// How it is named in messages: `Deployment istio-system/istiod`.
    pub(crate) fn label(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{} {namespace}/{}", self.kind, self.name),
            None => format!("{} {}", self.kind, self.name),
        }
    }

    /// When to apply it; what is needed by others first.
    ///
    /// The ranks are istioctl's, with those kinds added that its charts do not have. Definitions come first, as they are
    /// slow to be established; accounts and roles before their bindings; the validating webhook early, so that an old one
    /// that fails closed is reset before it could refuse the rest; Services last, when Pods are on their way.
    fn rank(&self) -> u32 {
        match (self.group(), self.kind.as_str()) {
            ("", "Namespace") => 0,
            ("apiextensions.k8s.io", "CustomResourceDefinition") => 1,
            ("scheduling.k8s.io", "PriorityClass") => 2,
            ("", "ServiceAccount") | ("rbac.authorization.k8s.io", "ClusterRole") => 10,
            ("rbac.authorization.k8s.io", "ClusterRoleBinding") => 11,
            ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration") => 12,
            ("", "ConfigMap" | "Secret" | "PersistentVolumeClaim") => 100,
            ("autoscaling", "HorizontalPodAutoscaler") => 1001,
            ("", "Service") => 10000,
            _ => 1000,
        }
    }

    /// Apply order: rank, group, kind, name, namespace.
    pub(crate) fn apply_order(&self, other: &Self) -> Ordering {
        let key = |object: &Self| {
            (
                object.rank(),
                object.group().to_owned(),
                object.kind.clone(),
                object.name.clone(),
                object.namespace.clone(),
            )
        };
        key(self).cmp(&key(other))
    }

    /// Whether both name the same object of a cluster.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.group() == other.group()
            && self.kind == other.kind
            && self.name == other.name
            && self.namespace == other.namespace
    }
}

/// One stream of documents, each followed by a separator, as kubectl reads it.
pub(crate) fn stream(objects: &[Object]) -> String {
    let mut text = String::new();
    for object in objects {
        text.push_str(&object.text());
        text.push_str("---\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(api_version: &str, kind: &str, name: &str) -> Object {
        let tree = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
        Object::from_tree("Pilot", tree).unwrap()
    }

    #[test]
    fn orders_what_others_need_first() {
        let mut objects = vec![
            object("v1", "Service", "s"),
            object("autoscaling/v2", "HorizontalPodAutoscaler", "h"),
            object("rbac.authorization.k8s.io/v1", "Role", "r"),
            object("apps/v1", "Deployment", "b"),
            object("apps/v1", "Deployment", "a"),
            object(
                "admissionregistration.k8s.io/v1",
                "MutatingWebhookConfiguration",
                "m",
            ),
            object("v1", "ConfigMap", "c"),
            object(
                "admissionregistration.k8s.io/v1",
                "ValidatingWebhookConfiguration",
                "v",
            ),
            object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "cb"),
            object("rbac.authorization.k8s.io/v1", "ClusterRole", "cr"),
            object("v1", "ServiceAccount", "sa"),
            Object::definition("Base", "d", ""),
            object("v1", "Namespace", "n"),
        ];
        objects.sort_by(Object::apply_order);
        let names: Vec<&str> = objects.iter().map(|object| object.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "n", "d", "sa", "cr", "cb", "v", "c", "m", "a", "b", "r", "h", "s"
            ]
        );
    }

    #[test]
    fn a_document_without_a_kind_is_no_object() {
        assert!(Object::from_tree("Pilot", json!(null)).is_none());
        assert!(Object::from_tree("Pilot", json!({"a": 1})).is_none());
    }

    #[test]
    fn separates_documents_after_each() {
        let text = stream(&[object("v1", "Service", "a"), object("v1", "Service", "b")]);
        assert_eq!(text.matches("---\n").count(), 2);
        assert!(text.ends_with("\n---\n"));
    }
}
