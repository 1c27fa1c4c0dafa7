//! Kubernetes' strategic merge patch, for built-in kinds. Pure.
//!
//! Objects are merged field by field. What a list does is said by the table of types (`kinds::schema`): objects merge by a
//! key, scalars are added to, or the list is replaced. Directives in the patch (`$patch`, `$retainKeys`,
//! `$deleteFromPrimitiveList/FIELD`, `$setElementOrder/FIELD`) overrule that; their meaning is that of Kubernetes' document
//! "Strategic Merge Patch".

use serde_json::{Map, Value};

use super::api::status::Status;
use super::kinds::schema::{self, Merge, Shape, Type};

const PATCH: &str = "$patch";
const RETAIN: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";

/// The object that a patch makes of `current`, which is of type `of`; without one, every list is replaced.
///
/// # Errors
/// 400 for directives that make no sense, 422 for an element without the key that it is to be merged by.
pub(crate) fn strategic(
    current: &Value,
    patch: &Value,
    of: Option<&'static Type>,
) -> Result<Value, Status> {
    let shape = of.map(|of| Shape::Object(of.name));
    merge(Some(current), patch, shape.as_ref())
}

fn bad(what: &str) -> Status {
    Status::bad_request(what)
}

fn field_shape<'a>(shape: Option<&'a Shape>, name: &str) -> Option<&'a Shape> {
    match shape? {
        Shape::Object(of) => schema::named(of)?.field(name).map(|field| &field.shape),
        Shape::Map { values, .. } => Some(values),
        _ => None,
    }
}

/// `current` (if it is there) with the patch merged in. What is new is merged into nothing, so that no directive and no null
/// of the patch is left in it.
fn merge(current: Option<&Value>, patch: &Value, shape: Option<&Shape>) -> Result<Value, Status> {
    match patch {
        Value::Object(patch) => {
            let current = current.and_then(Value::as_object);
            object(current, patch, shape).map(Value::Object)
        }
        Value::Array(patch) => {
            let (items, how) = match shape {
                Some(Shape::List(items, how)) => (Some(&**items), Some(how)),
                _ => (None, None),
            };
            let current = current
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice);
            list(current, patch, items, how).map(Value::Array)
        }
        other => Ok(other.clone()),
    }
}

fn object(
    current: Option<&Map<String, Value>>,
    patch: &Map<String, Value>,
    shape: Option<&Shape>,
) -> Result<Map<String, Value>, Status> {
    let mut out = match patch.get(PATCH).map(Value::as_str) {
        None | Some(Some("merge")) => current.cloned().unwrap_or_default(),
        Some(Some("replace")) => Map::new(),
        Some(Some("delete")) => return Ok(Map::new()),
        Some(_) => {
            return Err(bad(
                "invalid value of $patch: expected delete, merge or replace",
            ));
        }
    };
    if let Some(kept) = patch.get(RETAIN) {
        let kept = kept
            .as_array()
            .ok_or_else(|| bad("invalid patch format of $retainKeys: expected a list of names"))?;
        out.retain(|name, _| kept.iter().any(|one| one == name.as_str()));
    }
    for (name, value) in patch {
        if let Some(field) = name.strip_prefix(DELETE_FROM) {
            delete_from(&mut out, field, value)?;
        }
    }
    let plain = patch.iter().filter(|(name, _)| !name.starts_with('$'));
    // `$ref` and `$schema` are fields of JSON schemas.
    let dollars = patch
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "$ref" | "$schema"));
    for (name, value) in plain.chain(dollars) {
        let deletes = value.is_null() || value.get(PATCH).and_then(Value::as_str) == Some("delete");
        if deletes {
            out.remove(name);
            continue;
        }
        let merged = merge(out.get(name), value, field_shape(shape, name))?;
        out.insert(name.clone(), merged);
    }
    for (name, value) in patch {
        if let Some(field) = name.strip_prefix(ORDER) {
            let server = current.and_then(|current| current.get(field));
            reorder(&mut out, field, value, server, field_shape(shape, field))?;
        }
    }
    Ok(out)
}

fn delete_from(out: &mut Map<String, Value>, field: &str, values: &Value) -> Result<(), Status> {
    let values = values
        .as_array()
        .ok_or_else(|| bad("invalid patch format of primitive list: expected a list"))?;
    if let Some(list) = out.get_mut(field).and_then(Value::as_array_mut) {
        list.retain(|item| !values.contains(item));
    }
    Ok(())
}

fn list(
    current: &[Value],
    patch: &[Value],
    items: Option<&Shape>,
    how: Option<&Merge>,
) -> Result<Vec<Value>, Status> {
    let replaces = patch.iter().any(|item| item[PATCH] == "replace");
    let real = patch.iter().filter(|item| item[PATCH] != "replace");
    if let Some(key) = how.and_then(|how| how.patch_key).filter(|_| !replaces) {
        return by_key(current, patch, items, key);
    }
    if how.is_some_and(|how| how.patch_set) && !replaces {
        let mut out = current.to_vec();
        for item in patch {
            if !out.contains(item) {
                out.push(item.clone());
            }
        }
        return Ok(out);
    }
    real.map(|item| merge(None, item, items)).collect()
}

fn by_key(
    current: &[Value],
    patch: &[Value],
    items: Option<&Shape>,
    key: &str,
) -> Result<Vec<Value>, Status> {
    let mut out = current.to_vec();
    for item in patch {
        let id = item.get(key).ok_or_else(|| {
            let text = format!("map: {item} does not contain declared merge key: {key}");
            Status::new(422, "Invalid", text)
        })?;
        if item[PATCH] == "delete" {
            out.retain(|one| one.get(key) != Some(id));
            continue;
        }
        let place = out.iter().position(|one| one.get(key) == Some(id));
        let merged = merge(place.map(|at| &out[at]), item, items)?;
        match place {
            Some(at) => out[at] = merged,
            None => out.push(merged),
        }
    }
    Ok(out)
}

/// Puts a merged list into the order that the patch gives. Elements that it does not name stay before those that they stood
/// before on the server.
fn reorder(
    out: &mut Map<String, Value>,
    field: &str,
    order: &Value,
    server: Option<&Value>,
    shape: Option<&Shape>,
) -> Result<(), Status> {
    let order = order
        .as_array()
        .ok_or_else(|| bad("invalid patch format of setElementOrder list: expected a list"))?;
    let key = match shape {
        Some(Shape::List(_, how)) => how.patch_key,
        _ => None,
    };
    let id = |item: &Value| key.map_or_else(|| item.clone(), |key| item[key].clone());
    let wanted: Vec<Value> = order.iter().map(id).collect();
    let before: Vec<Value> = server
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(id)
        .collect();
    let Some(list) = out.get_mut(field).and_then(Value::as_array_mut) else {
        return Ok(());
    };
    let place = |order: &[Value], item: &Value| order.iter().position(|one| *one == id(item));
    let (mut named, others): (Vec<Value>, Vec<Value>) = std::mem::take(list)
        .into_iter()
        .partition(|item| place(&wanted, item).is_some());
    named.sort_by_key(|item| place(&wanted, item));
    let mut others = others.into_iter().peekable();
    for item in named {
        let at = place(&before, &item);
        let goes_first = |other: &Value| matches!((place(&before, other), at), (Some(other), Some(at)) if other < at);
        while let Some(other) = others.next_if(goes_first) {
            list.push(other);
        }
        list.push(item);
    }
    list.extend(others);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn patched(current: &Value, patch: &Value) -> Value {
        strategic(current, patch, schema::of("apps", "v1", "Deployment")).unwrap()
    }

    /// A Deployment with these containers.
    fn with(containers: &Value) -> Value {
        json!({"spec": {"template": {"spec": {"containers": containers}}}})
    }

    #[test]
    fn merges_containers_by_name_and_adds_new_ones() {
        let current =
            with(&json!([{"name": "a", "image": "1", "args": ["x"]}, {"name": "b", "image": "1"}]));
        let patch =
            with(&json!([{"name": "a", "image": "2"}, {"name": "c", "image": "1", "tty": null}]));
        let wanted = with(
            &json!([{"name": "a", "image": "2", "args": ["x"]}, {"name": "b", "image": "1"},
            {"name": "c", "image": "1"}]),
        );
        assert_eq!(patched(&current, &patch), wanted);
    }

    #[test]
    fn deletes_and_replaces_elements_as_told() {
        let current = with(&json!([{"name": "a"}, {"name": "b"}]));
        let patch = with(&json!([{"name": "a", "$patch": "delete"}]));
        assert_eq!(patched(&current, &patch), with(&json!([{"name": "b"}])));
        let patch = with(&json!([{"$patch": "replace"}, {"name": "c"}]));
        assert_eq!(patched(&current, &patch), with(&json!([{"name": "c"}])));
        let refused = strategic(
            &current,
            &with(&json!([{"image": "x"}])),
            schema::of("apps", "v1", "Deployment"),
        );
        assert_eq!(refused.unwrap_err().code, 422);
    }

    #[test]
    fn replaces_lists_without_a_key() {
        let current = with(&json!([{"name": "a", "args": ["x", "y"]}]));
        let patch = with(&json!([{"name": "a", "args": ["z"]}]));
        assert_eq!(patched(&current, &patch), patch);
    }

    #[test]
    fn puts_elements_in_the_order_of_the_patch() {
        let current = with(&json!([{"name": "a"}, {"name": "server"}, {"name": "b"}]));
        let patch = json!({"spec": {"template": {"spec": {"containers": [{"name": "c"}],
            "$setElementOrder/containers": [{"name": "b"}, {"name": "c"}, {"name": "a"}]}}}});
        let out = patched(&current, &patch);
        let containers = out["spec"]["template"]["spec"]["containers"]
            .as_array()
            .unwrap();
        let names: Vec<_> = containers
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["server", "b", "c", "a"]);
    }

    #[test]
    fn keeps_only_the_keys_that_are_to_be_retained() {
        let current = json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}});
        let patch = json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}});
        assert_eq!(
            patched(&current, &patch),
            json!({"spec": {"strategy": {"type": "Recreate"}}})
        );
    }

    #[test]
    fn adds_to_and_takes_from_lists_of_names() {
        let current = json!({"metadata": {"finalizers": ["a", "b"]}});
        let patch = json!({"metadata": {"finalizers": ["b", "c"], "$deleteFromPrimitiveList/finalizers": ["a"]}});
        assert_eq!(
            patched(&current, &patch),
            json!({"metadata": {"finalizers": ["b", "c"]}})
        );
    }

    #[test]
    fn deletes_what_is_null_and_replaces_what_is_to_be_replaced() {
        let current =
            json!({"metadata": {"labels": {"a": "1", "b": "2"}, "annotations": {"x": "y"}}});
        let patch = json!({"metadata": {"labels": {"a": null}, "annotations": {"$patch": "replace", "z": "1"}}});
        let wanted = json!({"metadata": {"labels": {"b": "2"}, "annotations": {"z": "1"}}});
        assert_eq!(patched(&current, &patch), wanted);
        assert!(strategic(&current, &json!({"metadata": {"$patch": "no"}}), None).is_err());
    }
}
