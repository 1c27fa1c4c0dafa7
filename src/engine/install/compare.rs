//! Two manifests, object by object.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::object::{Content, Object};
use crate::yaml;

/// An object that only one manifest has, or that says something else in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// `Deployment istio-system/istiod`
    pub(crate) object: String,
    /// Its YAML on the left; `None` where the left does not have it.
    pub(crate) before: Option<String>,
    /// Its YAML on the right; `None` where the right does not have it.
    pub(crate) after: Option<String>,
}

/// What differs, in the order in which the objects would be applied. The version of an object's API is part of what it says, not
/// of which object it is. Of several of one name in one manifest the last counts, as it does for `kubectl apply`.
pub(crate) fn compare(left: &[Object], right: &[Object]) -> Vec<Difference> {
    let (left_of, right_of) = (by_identity(left), by_identity(right));
    let mut all: Vec<&Object> = left_of.values().copied().collect();
    all.extend(
        right_of
            .iter()
            .filter(|(id, _)| !left_of.contains_key(*id))
            .map(|(_, object)| *object),
    );
    all.sort_by(|one, other| one.apply_order(other));
    all.into_iter()
        .filter_map(|object| {
            let id = identity(object);
            difference(
                object.label(),
                left_of.get(&id).copied(),
                right_of.get(&id).copied(),
            )
        })
        .collect()
}

type Identity<'a> = (&'a str, &'a str, Option<&'a str>, &'a str);

fn identity(object: &Object) -> Identity<'_> {
    (
        object.group(),
        &object.kind,
        object.namespace.as_deref(),
        &object.name,
    )
}

fn by_identity(objects: &[Object]) -> BTreeMap<Identity<'_>, &Object> {
    objects
        .iter()
        .map(|object| (identity(object), object))
        .collect()
}

fn difference(object: String, left: Option<&Object>, right: Option<&Object>) -> Option<Difference> {
    if let (Some(left), Some(right)) = (left, right)
        && says_the_same(&left.content, &right.content)
    {
        return None;
    }
    let text = |object: Option<&Object>| object.map(|object| object.text().into_owned());
    Some(Difference {
        object,
        before: text(left),
        after: text(right),
    })
}

fn says_the_same(left: &Content, right: &Content) -> bool {
    match (left, right) {
        (Content::Tree(left), Content::Tree(right)) => left == right,
        (Content::Text(left), Content::Text(right)) => left == right,
        (Content::Tree(tree), Content::Text(text)) | (Content::Text(text), Content::Tree(tree)) => {
            Cow::Borrowed(*text) == yaml::to_string(tree)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn object(tree: Value) -> Object {
        Object::from_tree("", tree).unwrap()
    }

    fn service(version: &str, name: &str, port: u16) -> Object {
        object(
            json!({"apiVersion": version, "kind": "Service", "metadata": {"name": name}, "spec": {"port": port}}),
        )
    }

    #[test]
    fn tells_what_was_added_removed_and_changed() {
        let left = [
            service("v1", "a", 1),
            service("v1", "b", 1),
            service("v1", "same", 1),
        ];
        let right = [
            service("v1", "same", 1),
            service("v1", "b", 2),
            service("v1", "c", 1),
        ];
        let found = compare(&left, &right);
        let sides: Vec<(&str, bool, bool)> = found
            .iter()
            .map(|one| {
                (
                    one.object.as_str(),
                    one.before.is_some(),
                    one.after.is_some(),
                )
            })
            .collect();
        assert_eq!(
            sides,
            [
                ("Service a", true, false),
                ("Service b", true, true),
                ("Service c", false, true)
            ]
        );
    }

    #[test]
    fn another_version_of_the_api_is_a_change_of_the_same_object() {
        let hpa = |version: &str| {
            object(
                json!({"apiVersion": format!("autoscaling/{version}"), "kind": "HorizontalPodAutoscaler", "metadata": {"name": "x"}}),
            )
        };
        let found = compare(&[hpa("v1")], &[hpa("v2")]);
        assert!(found[0].before.is_some() && found[0].after.is_some());
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_definition_read_from_a_file_equals_the_built_in_one() {
        let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a.b\n";
        let built_in = Object::definition("Base", "a.b", text);
        let read = object(yaml::parse(text).unwrap());
        assert_eq!(compare(&[built_in], &[read]), []);
    }

    #[test]
    fn order_and_repetition_do_not_count() {
        let left = [service("v1", "a", 1), service("v1", "b", 1)];
        let right = [
            service("v1", "b", 1),
            service("v1", "a", 9),
            service("v1", "a", 1),
        ];
        assert_eq!(compare(&left, &right), []);
    }
}
