//! Strategic merge: a rendered template (or a user's container) laid over a pod.
//!
//! Objects merge field by field, `null` deletes, scalars replace. A list is replaced, unless its type says that it merges
//! by a key or as a set; then what the patch brings comes first, and what only the pod had keeps its place after it
//! (Kubernetes' strategic merge patch, with its directives `$patch` and `$retainKeys`).

use serde_json::Map;

use crate::yaml::Value;

use super::check::Place;
use super::types::{Merge, Shape, Type};

const PATCH: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";

/// Lays `patch` over `base`, both of type `kind`. Fails when an element of a keyed list has no key; the message names
/// the list.
pub(crate) fn merge(base: &mut Value, patch: Value, kind: &'static Type) -> Result<(), String> {
    merge_value(
        base,
        patch,
        &Shape::Object(kind),
        Merge::Replace,
        &Place::root(""),
    )
}

fn merge_value(
    base: &mut Value,
    patch: Value,
    shape: &Shape,
    strategy: Merge,
    place: &Place<'_>,
) -> Result<(), String> {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => merge_object(base, patch, shape, place),
        (Value::Array(base), Value::Array(patch)) => {
            *base = merge_list(std::mem::take(base), patch, shape, strategy, place)?;
            Ok(())
        }
        (base, patch) => {
            *base = without_directives(patch);
            Ok(())
        }
    }
}

fn merge_object(
    base: &mut Map<String, Value>,
    mut patch: Map<String, Value>,
    shape: &Shape,
    place: &Place<'_>,
) -> Result<(), String> {
    match patch.remove(PATCH).as_ref().and_then(Value::as_str) {
        Some("delete") => {
            base.clear();
            return Ok(());
        }
        Some("replace") => base.clear(),
        _ => {}
    }
    if let Some(Value::Array(kept)) = patch.remove(RETAIN_KEYS) {
        base.retain(|name, _| kept.iter().any(|key| key.as_str() == Some(name)));
    }
    for (name, value) in patch {
        if value.is_null() {
            base.remove(&name);
            continue;
        }
        let (shape, strategy) = match shape {
            Shape::Object(kind) => kind
                .field(&name)
                .map_or((Shape::Any, Merge::Replace), |field| {
                    (field.shape, field.merge)
                }),
            Shape::Map(item) => (**item, Merge::Replace),
            _ => (Shape::Any, Merge::Replace),
        };
        match base.get_mut(&name).filter(|old| !old.is_null()) {
            Some(old) => {
                merge_value(old, value, &shape, strategy, &place.field(&name))?;
            }
            None => {
                base.insert(name, without_directives(value));
            }
        }
    }
    Ok(())
}

fn merge_list(
    base: Vec<Value>,
    patch: Vec<Value>,
    shape: &Shape,
    strategy: Merge,
    place: &Place<'_>,
) -> Result<Vec<Value>, String> {
    match (strategy, shape) {
        (Merge::Replace, _) => Ok(patch.into_iter().map(without_directives).collect()),
        (Merge::Set, _) => {
            let mut merged = patch;
            for item in base {
                if !merged.contains(&item) {
                    merged.push(item);
                }
            }
            Ok(merged)
        }
        (Merge::ByKey(key), Shape::List(item)) => merge_keyed(base, patch, key, item, place),
        (Merge::ByKey(_), _) => Ok(patch),
    }
}

/// Where an element of the merged list comes from.
struct Slot {
    value: Value,
    /// Its place in the list that was there, for deciding what comes first.
    was: Option<usize>,
}

fn merge_keyed(
    base: Vec<Value>,
    patch: Vec<Value>,
    key: &str,
    item: &Shape,
    place: &Place<'_>,
) -> Result<Vec<Value>, String> {
    let missing = || format!("an element of `{place}` has no `{key}`");
    let mut left: Vec<Option<Value>> = base.into_iter().map(Some).collect();
    if left.iter().flatten().any(|value| value.get(key).is_none()) {
        return Err(missing());
    }
    let replaces_all = patch
        .iter()
        .any(|value| value.get(key).is_none() && directive(value) == Some("replace"));
    if replaces_all {
        left.clear();
    }
    let mut patched = Vec::with_capacity(patch.len());
    for value in patch {
        let Some(wanted) = value.get(key) else {
            if directive(&value).is_some() {
                continue;
            }
            return Err(missing());
        };
        let was = left
            .iter()
            .position(|old| old.as_ref().is_some_and(|old| old.get(key) == Some(wanted)));
        let old = was.and_then(|was| left[was].take());
        match (old, directive(&value)) {
            (_, Some("delete")) => {}
            (Some(mut old), _) => {
                merge_value(&mut old, value, item, Merge::Replace, place)?;
                patched.push(Slot { value: old, was });
            }
            (None, _) => patched.push(Slot {
                value: without_directives(value),
                was: None,
            }),
        }
    }
    Ok(interleave(patched, left))
}

/// The patch's elements in the patch's order, and each element that only the pod had before the first of them that it
/// stood before.
fn interleave(patched: Vec<Slot>, left: Vec<Option<Value>>) -> Vec<Value> {
    let mut rest = left
        .into_iter()
        .enumerate()
        .filter_map(|(place, value)| Some((place, value?)))
        .peekable();
    let mut merged = Vec::new();
    for slot in patched {
        if let Some(was) = slot.was {
            while let Some((_, value)) = rest.next_if(|(place, _)| *place < was) {
                merged.push(value);
            }
        }
        merged.push(slot.value);
    }
    merged.extend(rest.map(|(_, value)| value));
    merged
}

fn directive(value: &Value) -> Option<&str> {
    value.get(PATCH).and_then(Value::as_str)
}

/// What a patch adds where there was nothing: without nulls and directives, which only mean something against a base.
pub(crate) fn without_directives(mut value: Value) -> Value {
    fn clean(value: &mut Value) {
        match value {
            Value::Object(map) => map.retain(|name, value| {
                clean(value);
                !name.starts_with('$') && !value.is_null()
            }),
            Value::Array(items) => items.iter_mut().for_each(clean),
            _ => {}
        }
    }
    clean(&mut value);
    value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::pod_types::{CONTAINER, POD_SPEC};
    use super::*;

    fn merged(mut base: Value, patch: Value, kind: &'static Type) -> Value {
        merge(&mut base, patch, kind).expect("mergeable");
        base
    }

    #[test]
    fn containers_merge_by_name_and_the_patch_comes_first() {
        let base = json!({"containers": [{"name": "app", "image": "a"}, {"name": "istio-proxy", "tty": true}]});
        let patch = json!({"containers": [{"name": "new"}, {"name": "istio-proxy", "image": "p"}]});
        assert_eq!(
            merged(base, patch, &POD_SPEC),
            json!({"containers": [
                {"name": "new"}, {"name": "app", "image": "a"}, {"name": "istio-proxy", "tty": true, "image": "p"},
            ]})
        );
    }

    #[test]
    fn lists_without_a_key_are_replaced() {
        assert_eq!(
            merged(
                json!({"args": ["a"]}),
                json!({"args": ["b", "c"]}),
                &CONTAINER
            ),
            json!({"args": ["b", "c"]})
        );
    }

    #[test]
    fn null_deletes_and_is_not_kept_where_nothing_was() {
        assert_eq!(
            merged(
                json!({"image": "a"}),
                json!({"image": null, "lifecycle": {"preStop": null}}),
                &CONTAINER
            ),
            json!({"lifecycle": {}})
        );
    }

    #[test]
    fn directives_delete_and_replace() {
        let base = json!({"env": [{"name": "A", "value": "1"}, {"name": "B"}]});
        let patch = json!({"env": [{"name": "A", "$patch": "delete"}]});
        assert_eq!(
            merged(base.clone(), patch, &CONTAINER),
            json!({"env": [{"name": "B"}]})
        );
        let patch = json!({"env": [{"$patch": "replace"}, {"name": "C"}]});
        assert_eq!(
            merged(base, patch, &CONTAINER),
            json!({"env": [{"name": "C"}]})
        );
    }

    #[test]
    fn an_element_without_its_key_is_an_error_that_names_the_list() {
        let mut base = json!({"containers": [{"image": "a"}]});
        let error = merge(&mut base, json!({"containers": [{"name": "b"}]}), &POD_SPEC)
            .expect_err("no name");
        assert_eq!(error, "an element of `containers` has no `name`");
    }

    #[test]
    fn duplicates_in_a_new_list_stay() {
        let patch = json!({"env": [{"name": "A"}, {"name": "A"}]});
        assert_eq!(merged(json!({}), patch.clone(), &CONTAINER), patch);
    }
}
