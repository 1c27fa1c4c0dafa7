//! How an object of the cluster differs from what it would be if it were applied, field by field, and whose doing that is.

use std::fmt::{self, Write as _};

use serde_json::Value;

use super::control_plane;
use super::estimate;
use super::object::{Content, Object};
use super::record::LEFT_OUT;
use crate::yaml;

/// What the server notes of every object and nobody applies.
const NOTES: [&str; 6] = [
    "creationTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// An object without its status and what the server notes of it.
pub(crate) fn visible(live: &Value) -> Value {
    let mut object = live.clone();
    if let Value::Object(fields) = &mut object {
        fields.remove("status");
        if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.retain(|name, _| !NOTES.contains(&name.as_str()));
        }
    }
    object
}

/// An object that is not there yet, as YAML; what a secret holds is hidden.
pub(crate) fn text(object: &Object) -> String {
    match &object.content {
        Content::Tree(tree) if object.kind == "Secret" => {
            let mut tree = tree.clone();
            mask([&mut tree, &mut Value::Null]);
            yaml::to_string(&tree)
        }
        _ => object.text().into_owned(),
    }
}

/// Hides what secrets hold; it still shows which of their values would change. Other kinds are left as they are.
pub(crate) fn mask(states: [&mut Value; 2]) {
    let [one, other] = states;
    for field in ["data", "stringData"] {
        let same = |name: &String, other: &Value| other[field].get(name).cloned();
        let before = one.clone();
        mask_values(one, field, "before", |name| same(name, other));
        mask_values(other, field, "after", |name| same(name, &before));
    }
}

fn mask_values(
    secret: &mut Value,
    field: &str,
    when: &str,
    same: impl Fn(&String) -> Option<Value>,
) {
    if secret["kind"] != "Secret" {
        return;
    }
    for (name, value) in secret[field].as_object_mut().into_iter().flatten() {
        *value = match same(name) {
            Some(one) if one != *value => Value::from(format!("*** ({when})")),
            _ => Value::from("***"),
        };
    }
}

/// What an apply of `wanted`, which is JSON or YAML, by `manager` makes of `live`, reckoned here where the server may not be asked.
pub(crate) fn estimated(live: &Value, wanted: &str, manager: &str) -> Value {
    // Nothing else is ever sent than what was rendered, and a test reads each of the built-in definitions.
    let wanted = yaml::parse(wanted).unwrap_or_default();
    estimate::apply(live, &wanted, manager)
}

/// One step on the way to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Name(String),
    /// An element of a list: its place, and its `name` where elements have one.
    Item(usize, Option<String>),
}

/// Where a field is, as the API server writes it in conflicts: `.spec.containers[name="discovery"].image`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<Step>);

impl Path {
    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Step::Name(name) if name.contains(['.', '/']) => write!(out, "[{name:?}]")?,
                Step::Name(name) => write!(out, ".{name}")?,
                Step::Item(_, Some(name)) => write!(out, "[name={name:?}]")?,
                Step::Item(at, None) => write!(out, "[{at}]")?,
            }
        }
        Ok(())
    }
}

/// A field that is not as it would be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) path: Path,
    /// `None` where it is not there.
    pub(crate) is: Option<Value>,
    /// `None` where it would not be there.
    pub(crate) wanted: Option<Value>,
    /// The field managers that own it now.
    pub(crate) owners: Vec<String>,
}

/// The fields of `live` that would be different in `after`, in order of their names.
pub(crate) fn changes(live: &Value, after: &Value) -> Vec<Change> {
    let [one, other] = [live, after].map(visible);
    let mut found = Vec::new();
    compare(&one, &other, &Path::default(), &mut found);
    for change in &mut found {
        if change.is.is_some() {
            change.owners = owners(live, &change.path);
        }
    }
    found
}

fn compare(one: &Value, other: &Value, path: &Path, found: &mut Vec<Change>) {
    match (one, other) {
        _ if one == other => {}
        (Value::Object(one), Value::Object(other)) => {
            let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                let path = path.with(Step::Name(name.clone()));
                both(one.get(name), other.get(name), path, found);
            }
        }
        (Value::Array(one), Value::Array(other)) => lists(one, other, path, found),
        _ => both_differ(Some(one), Some(other), path.clone(), found),
    }
}

/// Elements that have names are the same by name, others by place.
fn lists(one: &[Value], other: &[Value], path: &Path, found: &mut Vec<Change>) {
    let named = are_named(one) && are_named(other);
    let name = |item: &Value| item["name"].as_str().map(str::to_owned).filter(|_| named);
    for (at, item) in one.iter().enumerate() {
        let same = if named {
            other.iter().find(|one| one["name"] == item["name"])
        } else {
            other.get(at)
        };
        both(
            Some(item),
            same,
            path.with(Step::Item(at, name(item))),
            found,
        );
    }
    for (at, item) in other.iter().enumerate() {
        let is_new = if named {
            !one.iter().any(|one| one["name"] == item["name"])
        } else {
            at >= one.len()
        };
        if is_new {
            both(
                None,
                Some(item),
                path.with(Step::Item(at, name(item))),
                found,
            );
        }
    }
}

/// The same without what the control plane writes into an object of this kind.
pub(crate) fn changes_by_others(
    group: &str,
    kind: &str,
    live: &Value,
    after: &Value,
) -> Vec<Change> {
    let without = |state: &Value| {
        let mut state = state.clone();
        control_plane::remove(group, kind, &mut state);
        state
    };
    changes(&without(live), &without(after))
}

/// Whether every element has a name of its own.
fn are_named(items: &[Value]) -> bool {
    let mut names: Vec<&str> = items
        .iter()
        .filter_map(|item| item["name"].as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names.len() == items.len()
}

fn both(one: Option<&Value>, other: Option<&Value>, path: Path, found: &mut Vec<Change>) {
    match (one, other) {
        (Some(one), Some(other)) => compare(one, other, &path, found),
        (one, other) => both_differ(one, other, path, found),
    }
}

fn both_differ(one: Option<&Value>, other: Option<&Value>, path: Path, found: &mut Vec<Change>) {
    found.push(Change {
        path,
        is: one.cloned(),
        wanted: other.cloned(),
        owners: Vec::new(),
    });
}

/// The managers that own a field of `live`, by name.
fn owners(live: &Value, path: &Path) -> Vec<String> {
    let entries = live["metadata"]["managedFields"].as_array();
    let owning = entries.into_iter().flatten().filter(|entry| {
        entry["subresource"] != "status" && owns(&entry["fieldsV1"], live, &path.0)
    });
    let mut names: Vec<String> = owning
        .filter_map(|entry| entry["manager"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a set of fields, as `managedFields` writes it, has what the steps lead to.
fn owns(fields: &Value, at: &Value, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return true;
    };
    let (inner, below) = match step {
        Step::Name(name) => (fields.get(format!("f:{name}")), &at[name.as_str()]),
        Step::Item(index, _) => (item_of(fields, &at[*index], *index), &at[*index]),
    };
    match inner {
        // Whatever is below is part of one value.
        Some(Value::Object(inner)) if inner.is_empty() => true,
        Some(inner) => owns(inner, below, rest),
        None => false,
    }
}

/// What a set has of an element of a list.
fn item_of<'a>(fields: &'a Value, item: &Value, at: usize) -> Option<&'a Value> {
    let mut entries = fields.as_object()?.iter();
    let found = entries.find(|(key, _)| match key.split_once(':') {
        Some(("k", keys)) => estimate::has_keys(item, keys),
        Some(("v", value)) => serde_json::from_str::<Value>(value).is_ok_and(|one| one == *item),
        Some(("i", index)) => index.parse() == Ok(at),
        _ => false,
    });
    found.map(|(_, inner)| inner)
}

impl Change {
    /// Whether it is not known what the field should be, since it holds a secret that is not stored.
    pub(crate) fn is_unknown(&self) -> bool {
        let wanted = self.wanted.as_ref();
        wanted.is_some_and(|wanted| wanted.to_string().contains(LEFT_OUT))
    }

    /// In words: `.spec.replicas is 0, not 1 (kubectl)`. `ours` is the manager that is not worth telling.
    pub(crate) fn words(&self, ours: &str) -> String {
        let path = &self.path;
        let mut text = match (&self.is, &self.wanted) {
            (Some(is), Some(wanted)) => match (brief(is), brief(wanted)) {
                (Some(is), Some(wanted)) => format!("{path} is {is}, not {wanted}"),
                _ => format!("{path} is different"),
            },
            (None, Some(wanted)) => match brief(wanted) {
                Some(wanted) => format!("{path} is missing, not {wanted}"),
                None => format!("{path} is missing"),
            },
            (_, None) => format!("{path} should not be there"),
        };
        let others: Vec<&str> = self
            .owners
            .iter()
            .map(String::as_str)
            .filter(|owner| *owner != ours)
            .collect();
        if !others.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(text, " ({})", others.join(", "));
        }
        text
    }
}

/// A value that fits into a line.
fn brief(value: &Value) -> Option<String> {
    const LONGEST: usize = 60;
    let text = match value {
        Value::Object(_) | Value::Array(_) => return None,
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    };
    (text.len() <= LONGEST).then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(live: &Value, after: &Value) -> Vec<String> {
        changes(live, after)
            .iter()
            .map(|change| change.words("mesh"))
            .collect()
    }

    #[test]
    fn status_and_notes_of_the_server_are_no_difference() {
        let live = json!({"metadata": {"name": "a", "resourceVersion": "1", "uid": "x", "managedFields": []}, "status": {"a": 1}});
        let after = json!({"metadata": {"name": "a", "resourceVersion": "1", "generation": 2}});
        assert_eq!(words(&live, &after), Vec::<String>::new());
    }

    #[test]
    fn what_secrets_hold_is_hidden_and_not_that_it_changes() {
        let secret = |value: &str| json!({"kind": "Secret", "data": {"a": value, "b": "same"}});
        let (mut live, mut after) = (secret("one"), secret("two"));
        mask([&mut live, &mut after]);
        assert_eq!(live["data"], json!({"a": "*** (before)", "b": "***"}));
        assert_eq!(after["data"], json!({"a": "*** (after)", "b": "***"}));
        let map = json!({"kind": "ConfigMap", "data": {"a": "one"}});
        let (mut one, mut other) = (map.clone(), json!({}));
        mask([&mut one, &mut other]);
        assert_eq!(one, map);
    }

    #[test]
    fn names_the_field_and_who_changed_it() {
        let live = json!({"metadata": {"managedFields": [
            {"manager": "mesh", "operation": "Apply", "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": {
                "k:{\"name\":\"discovery\"}": {".": {}, "f:name": {}}}}}}}},
            {"manager": "kubectl", "operation": "Update", "subresource": "scale", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            {"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": {
                "k:{\"name\":\"discovery\"}": {"f:image": {}}}}}}}},
            {"manager": "controller", "operation": "Update", "subresource": "status", "fieldsV1": {"f:spec": {"f:replicas": {}}}}]},
            "spec": {"replicas": 0, "template": {"spec": {"containers": [{"name": "discovery", "image": "mine"}]}}}});
        let after = json!({"metadata": {}, "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "discovery", "image": "pilot"}]}}}});
        assert_eq!(
            words(&live, &after),
            [
                ".spec.replicas is 0, not 1 (kubectl)",
                ".spec.template.spec.containers[name=\"discovery\"].image is \"mine\", not \"pilot\" (kubectl-edit)",
            ]
        );
    }

    #[test]
    fn says_what_is_missing_and_what_is_too_much() {
        let live =
            json!({"metadata": {"labels": {"a.b/c": "d"}}, "data": {"long": "x\ny"}, "list": [1]});
        let after = json!({"metadata": {}, "data": {"long": "x".repeat(80)}, "list": [1, 2], "set": {"a": 1}});
        assert_eq!(
            words(&live, &after),
            [
                ".data.long is different",
                ".list[1] is missing, not 2",
                ".metadata.labels should not be there",
                ".set is missing",
            ]
        );
    }

    #[test]
    fn what_the_control_plane_writes_is_no_difference() {
        let webhook = |policy: &str, bundle: Option<&str>| {
            let mut tree =
                json!({"webhooks": [{"name": "a", "failurePolicy": policy, "clientConfig": {}}]});
            if let Some(bundle) = bundle {
                tree["webhooks"][0]["clientConfig"]["caBundle"] = Value::from(bundle);
            }
            tree
        };
        let (live, after) = (webhook("Fail", Some("YQ==")), webhook("Ignore", None));
        let group = "admissionregistration.k8s.io";
        assert_eq!(
            changes_by_others(group, "ValidatingWebhookConfiguration", &live, &after),
            []
        );
        let found = changes_by_others(group, "MutatingWebhookConfiguration", &live, &after);
        assert_eq!(
            found[0].words("mesh"),
            ".webhooks[name=\"a\"].failurePolicy is \"Fail\", not \"Ignore\""
        );
    }
}
