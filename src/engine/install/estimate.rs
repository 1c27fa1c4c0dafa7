//! What a server-side apply would make of an object, reckoned without the server: for users who may read but not write.
//!
//! What is wanted is laid over what is there; fields that the manager applied before and no longer wants go. Defaults are
//! therefore kept as they are, and what webhooks would change is not known.

use serde_json::{Map, Value};

use crate::kubernetes::quantity;
use crate::kubernetes::schema::{self, Shape};

/// Lays `wanted` over `live`.
pub(super) fn apply(live: &Value, wanted: &Value, manager: &str) -> Value {
    let mut after = live.clone();
    lay(&mut after, wanted, shape(wanted).as_ref());
    let entries = live["metadata"]["managedFields"].as_array();
    let applied = entries.into_iter().flatten().filter(|entry| {
        entry["manager"] == manager
            && entry["operation"] == "Apply"
            && entry.get("subresource").is_none()
    });
    for entry in applied {
        give_up(&mut after, wanted, &entry["fieldsV1"]);
    }
    after
}

/// The shape of a built-in kind; of others nothing is known.
fn shape(object: &Value) -> Option<Shape> {
    let version = object["apiVersion"].as_str()?;
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let known = schema::of(group, version, object["kind"].as_str()?)?;
    Some(Shape::Object(known.name))
}

fn lay(live: &mut Value, wanted: &Value, shape: Option<&Shape>) {
    match (live, wanted) {
        (Value::Object(live), Value::Object(wanted)) => {
            for (name, wanted) in wanted {
                let shape = shape.and_then(|shape| shape.field(name));
                match live.get_mut(name) {
                    Some(live) => lay(live, wanted, shape),
                    // The server drops what is empty.
                    None if is_empty(wanted) => {}
                    None => {
                        live.insert(name.clone(), wanted.clone());
                    }
                }
            }
        }
        (Value::Array(live), Value::Array(wanted)) => lay_list(live, wanted, shape),
        (live, wanted) if shape == Some(&Shape::Quantity) && same_quantity(live, wanted) => {}
        (live, wanted) => live.clone_from(wanted),
    }
}

fn lay_list(live: &mut Vec<Value>, wanted: &[Value], shape: Option<&Shape>) {
    let item_shape = shape.and_then(Shape::item);
    let how = shape.and_then(Shape::merge);
    let key = how.and_then(|how| how.patch_key.or(how.keys.first().copied()));
    if how.is_some_and(|how| how.set) {
        let new: Vec<Value> = wanted
            .iter()
            .filter(|item| !live.contains(item))
            .cloned()
            .collect();
        live.extend(new);
    } else if let Some(key) = key {
        for item in wanted {
            match live.iter_mut().find(|one| one[key] == item[key]) {
                Some(same) => lay(same, item, item_shape),
                None => live.push(item.clone()),
            }
        }
    } else if live.len() == wanted.len() {
        // One value to apply; element by element, so that defaults in it are no difference.
        for (live, wanted) in live.iter_mut().zip(wanted) {
            lay(live, wanted, item_shape);
        }
    } else {
        wanted.clone_into(live);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Takes out what a set of fields, as `managedFields` writes it, has and `wanted` has not.
fn give_up(object: &mut Value, wanted: &Value, fields: &Value) {
    let Some(fields) = fields.as_object() else {
        return;
    };
    for (key, inner) in fields {
        match (key.split_once(':'), &mut *object) {
            (Some(("f", name)), Value::Object(owner)) => give_up_field(owner, name, wanted, inner),
            (Some(("k", keys)), Value::Array(items)) => {
                let others = wanted.as_array().into_iter().flatten();
                let kept = others.into_iter().find(|item| may_have_keys(item, keys));
                let Some(at) = items.iter().position(|item| has_keys(item, keys)) else {
                    continue;
                };
                match kept {
                    Some(kept) => give_up(&mut items[at], kept, inner),
                    None => {
                        items.remove(at);
                    }
                }
            }
            (Some(("v", value)), Value::Array(items)) => {
                let Ok(value) = serde_json::from_str::<Value>(value) else {
                    continue;
                };
                let kept = wanted
                    .as_array()
                    .is_some_and(|items| items.contains(&value));
                items.retain(|item| kept || *item != value);
            }
            _ => {}
        }
    }
}

fn give_up_field(owner: &mut Map<String, Value>, name: &str, wanted: &Value, inner: &Value) {
    let is_one_value = inner.as_object().is_none_or(Map::is_empty);
    let kept = wanted.get(name);
    if is_one_value && kept.is_none() {
        owner.remove(name);
        return;
    }
    let Some(value) = owner.get_mut(name) else {
        return;
    };
    give_up(value, kept.unwrap_or(&Value::Null), inner);
    if kept.is_none() && is_empty(value) {
        owner.remove(name);
    }
}

/// Whether an element has the keys of an entry, `{"containerPort":80,"protocol":"TCP"}`.
pub(super) fn has_keys(item: &Value, keys: &str) -> bool {
    matches(keys, |name, value| item.get(name) == Some(value))
}

/// The same for what is wanted, where a key may be left to its default.
fn may_have_keys(item: &Value, keys: &str) -> bool {
    matches(keys, |name, value| {
        item.get(name).is_none_or(|one| one == value)
    })
}

fn matches(keys: &str, holds: impl Fn(&str, &Value) -> bool) -> bool {
    serde_json::from_str::<Map<String, Value>>(keys)
        .is_ok_and(|keys| keys.iter().all(|(name, value)| holds(name, value)))
}

/// Whether two quantities are equal: the server writes `1000m` as `1`.
fn same_quantity(one: &Value, other: &Value) -> bool {
    match (quantity::value(one), quantity::value(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(spec: &Value) -> Value {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": spec})
    }

    fn pod(containers: &Value) -> Value {
        deployment(&json!({"template": {"spec": {"containers": containers}}}))
    }

    #[test]
    fn defaults_and_what_others_added_stay() {
        let live = pod(&json!([
            {"name": "other", "image": "theirs"},
            {"name": "a", "image": "x", "imagePullPolicy": "Always", "resources": {"requests": {"cpu": "1", "memory": "2Gi"}},
                "ports": [{"containerPort": 80, "protocol": "TCP"}]},
        ]));
        let wanted = pod(&json!([{"name": "a", "image": "x", "env": [],
            "resources": {"requests": {"cpu": "1000m", "memory": "2048Mi"}}, "ports": [{"containerPort": 80}]}]));
        assert_eq!(apply(&live, &wanted, "mesh"), live);
    }

    #[test]
    fn what_is_wanted_comes() {
        let live = pod(
            &json!([{"name": "a", "image": "x", "args": ["one"], "imagePullPolicy": "Always"}]),
        );
        let wanted =
            pod(&json!([{"name": "a", "image": "y", "args": ["one", "two"]}, {"name": "b"}]));
        assert_eq!(
            apply(&live, &wanted, "mesh"),
            pod(
                &json!([{"name": "a", "image": "y", "args": ["one", "two"], "imagePullPolicy": "Always"}, {"name": "b"}])
            )
        );
    }

    #[test]
    fn elements_of_one_value_keep_their_defaults() {
        let webhooks = |rule: Value| {
            json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                "webhooks": [{"name": "a", "rules": [rule]}]})
        };
        let live = webhooks(json!({"operations": ["CREATE"], "scope": "*"}));
        let wanted = webhooks(json!({"operations": ["CREATE"]}));
        assert_eq!(apply(&live, &wanted, "mesh"), live);
    }

    #[test]
    fn what_was_applied_and_is_no_longer_wanted_goes() {
        let mut live = pod(
            &json!([{"name": "a", "env": [{"name": "OLD", "value": "1"}, {"name": "KEPT", "value": "2"}]}]),
        );
        live["metadata"] = json!({"name": "a", "labels": {"ours": "1", "theirs": "2"}, "managedFields": [
            {"manager": "mesh", "operation": "Apply", "fieldsV1": {
                "f:metadata": {"f:labels": {"f:ours": {}}},
                "f:spec": {"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"a\"}": {".": {}, "f:name": {},
                    "f:env": {"k:{\"name\":\"OLD\"}": {".": {}, "f:name": {}, "f:value": {}}}}}}}}}}]});
        let wanted = pod(&json!([{"name": "a"}]));
        let after = apply(&live, &wanted, "mesh");
        assert_eq!(after["metadata"]["labels"], json!({"theirs": "2"}));
        assert_eq!(
            after["spec"]["template"]["spec"]["containers"][0]["env"],
            json!([{"name": "KEPT", "value": "2"}])
        );
        assert_eq!(apply(&live, &wanted, "other")["spec"], live["spec"]);
    }

    #[test]
    fn reads_quantities() {
        let same = |one: &str, other: &str| same_quantity(&json!(one), &json!(other));
        assert!(same("1000m", "1") && same("0.5", "500m") && same("1024Mi", "1Gi"));
        assert!(!same("1", "2") && !same("1M", "1Mi") && same("a", "a"));
        assert!(same_quantity(&json!(2), &json!("2")));
    }
}
