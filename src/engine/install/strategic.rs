//! Strategic merge patch of the Kubernetes objects that `k8s:` settings reach: workloads, Service, autoscaler, disruption
//! budget.
//!
//! The rules are Kubernetes' own (the `patchStrategy` and `patchMergeKey` of its API types): maps merge, `null` removes, most
//! lists are replaced, some are merged element by element by a key. Elements of a patch that are new come before the
//! elements that only the original has, unless the patch also names an element that stands later.

use serde_json::{Map, Value};

/// Lists that merge: the list's field, the field that holds the list's owner (`""` for any), the key of its elements.
const MERGE_KEYS: &[(&str, &str, &str)] = &[
    ("containers", "", "name"),
    ("initContainers", "", "name"),
    ("ephemeralContainers", "", "name"),
    ("volumes", "", "name"),
    ("imagePullSecrets", "", "name"),
    ("hostAliases", "", "ip"),
    ("topologySpreadConstraints", "", "topologyKey"),
    ("schedulingGates", "", "name"),
    ("resourceClaims", "spec", "name"),
    ("env", "", "name"),
    ("volumeMounts", "", "mountPath"),
    ("volumeDevices", "", "devicePath"),
    ("ports", "containers", "containerPort"),
    ("ports", "initContainers", "containerPort"),
    ("ports", "spec", "port"),
];

/// Why a patch does not fit.
pub(crate) struct PatchError(pub(crate) String);

/// Lays `patch` on `base`.
///
/// # Errors
/// An element of a merged list has no key, or a directive is unknown.
pub(crate) fn merge(base: &mut Value, patch: &Value) -> Result<(), PatchError> {
    merge_at(base, patch, "", "")
}

/// `field` is the field that holds `base`, `owner` the one around it (the list's, for an element of a list).
fn merge_at(base: &mut Value, patch: &Value, owner: &str, field: &str) -> Result<(), PatchError> {
    match (&mut *base, patch) {
        (Value::Object(base), Value::Object(patch)) => merge_map(base, patch, field),
        (Value::Array(base), Value::Array(patch)) => {
            if let Some(key) = merge_key(field, owner) {
                return merge_list(base, patch, field, key);
            }
            patch.clone_into(base);
            Ok(())
        }
        _ => {
            *base = without_directives(patch.clone());
            Ok(())
        }
    }
}

fn merge_map(
    base: &mut Map<String, Value>,
    patch: &Map<String, Value>,
    field: &str,
) -> Result<(), PatchError> {
    match patch.get("$patch").and_then(Value::as_str) {
        None if !patch.contains_key("$patch") => {}
        Some("replace") => {
            *base = patch
                .iter()
                .filter(|(key, _)| *key != "$patch")
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            return Ok(());
        }
        Some("delete") => {
            base.clear();
            return Ok(());
        }
        Some("merge") => {}
        _ => {
            return Err(PatchError(format!(
                "`$patch: {}` of `{field}` is none of `merge`, `replace`, `delete`",
                patch["$patch"]
            )));
        }
    }
    // A rolling update's settings next to another type of strategy would be refused by the API server.
    if field == "strategy"
        && patch
            .get("type")
            .is_some_and(|kind| kind != "RollingUpdate")
    {
        base.remove("rollingUpdate");
    }
    for (key, value) in patch.iter().filter(|(key, _)| *key != "$patch") {
        if key.starts_with('$') {
            return Err(PatchError(format!(
                "the directive `{key}` of `{field}` is not supported"
            )));
        }
        if value.is_null() {
            base.remove(key);
        } else if let Some(existing) = base.get_mut(key) {
            merge_at(existing, value, field, key)?;
        } else {
            base.insert(key.clone(), without_directives(value.clone()));
        }
    }
    Ok(())
}

fn merge_key(field: &str, owner: &str) -> Option<&'static str> {
    MERGE_KEYS
        .iter()
        .find(|(list, of, _)| *list == field && (of.is_empty() || *of == owner))
        .map(|(_, _, key)| *key)
}

fn merge_list(
    base: &mut Vec<Value>,
    patch: &[Value],
    field: &str,
    key: &str,
) -> Result<(), PatchError> {
    let mut named = Vec::new();
    let mut replace = false;
    for element in patch {
        match element.get("$patch").and_then(Value::as_str) {
            Some("replace") => replace = true,
            Some("delete") => {
                let gone = key_of(element, field, key)?;
                base.retain(|existing| existing.get(key) != Some(gone));
            }
            _ => named.push(element),
        }
    }
    if replace {
        *base = named.into_iter().cloned().collect();
        return Ok(());
    }
    let mut rest: Vec<(usize, Value)> = std::mem::take(base).into_iter().enumerate().collect();
    let mut merged: Vec<(Option<usize>, Value)> = Vec::new();
    for element in named {
        let wanted = key_of(element, field, key)?;
        match rest
            .iter()
            .position(|(_, existing)| existing.get(key) == Some(wanted))
        {
            Some(position) => {
                let (place, mut existing) = rest.remove(position);
                merge_at(&mut existing, element, field, field)?;
                merged.push((Some(place), existing));
            }
            None => merged.push((None, without_directives(element.clone()))),
        }
    }
    let mut rest = rest.into_iter().peekable();
    for (place, element) in merged {
        while let Some((_, earlier)) =
            rest.next_if(|(index, _)| place.is_some_and(|place| *index < place))
        {
            base.push(earlier);
        }
        base.push(element);
    }
    base.extend(rest.map(|(_, element)| element));
    Ok(())
}

fn key_of<'a>(element: &'a Value, field: &str, key: &str) -> Result<&'a Value, PatchError> {
    element.get(key).ok_or_else(|| {
        PatchError(format!(
            "an element of `{field}` has no `{key}`, by which elements are told apart"
        ))
    })
}

/// Takes `null` members and directives out of a part that is new.
fn without_directives(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(key, value)| key != "$patch" && !value.is_null())
            .map(|(key, value)| (key, without_directives(value)))
            .collect(),
        Value::Array(list) => list.into_iter().map(without_directives).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn merged(mut base: Value, patch: &Value) -> Value {
        merge(&mut base, patch).map_err(|error| error.0).unwrap();
        base
    }

    #[test]
    fn merges_environment_by_name_in_kubernetes_order() {
        let base = json!({"containers": [{"name": "a", "env": [{"name": "X", "value": "1"}, {"name": "Y"}, {"name": "Z"}]}, {"name": "b"}]});
        let patch = json!({"containers": [{"name": "a", "env": [{"name": "Y", "value": "2"}, {"name": "NEW"}]}]});
        assert_eq!(
            merged(base, &patch),
            json!({"containers": [{"name": "a", "env": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}, {"name": "NEW"}, {"name": "Z"}]}, {"name": "b"}]})
        );
    }

    #[test]
    fn new_elements_alone_come_first() {
        let patch = json!({"env": [{"name": "NEW"}]});
        assert_eq!(
            merged(json!({"env": [{"name": "X"}]}), &patch),
            json!({"env": [{"name": "NEW"}, {"name": "X"}]})
        );
    }

    #[test]
    fn replaces_lists_without_a_key_and_removes_by_null() {
        let base = json!({"tolerations": [{"key": "a"}], "nodeSelector": {"x": "1"}, "gone": 1});
        let patch = json!({"tolerations": [{"key": "b"}], "nodeSelector": {"y": "2"}, "gone": null, "new": {"a": null, "b": 1}});
        assert_eq!(
            merged(base, &patch),
            json!({"tolerations": [{"key": "b"}], "nodeSelector": {"x": "1", "y": "2"}, "new": {"b": 1}})
        );
    }

    #[test]
    fn tells_the_ports_of_a_service_from_those_of_a_container() {
        let service = merged(
            json!({"spec": {"ports": [{"port": 80, "name": "http"}]}}),
            &json!({"spec": {"ports": [{"port": 80, "nodePort": 30080}]}}),
        );
        assert_eq!(
            service["spec"]["ports"],
            json!([{"port": 80, "name": "http", "nodePort": 30080}])
        );
        let pod = merged(
            json!({"containers": [{"name": "a", "ports": [{"containerPort": 80, "name": "http"}]}]}),
            &json!({"containers": [{"name": "a", "ports": [{"containerPort": 80, "protocol": "TCP"}]}]}),
        );
        assert_eq!(
            pod["containers"][0]["ports"],
            json!([{"containerPort": 80, "name": "http", "protocol": "TCP"}])
        );
    }

    #[test]
    fn another_type_of_strategy_drops_the_rolling_update() {
        let base = json!({"spec": {"strategy": {"rollingUpdate": {"maxSurge": 1}, "type": "RollingUpdate"}}});
        let patch = json!({"spec": {"strategy": {"type": "Recreate"}}});
        assert_eq!(
            merged(base, &patch),
            json!({"spec": {"strategy": {"type": "Recreate"}}})
        );
    }

    #[test]
    fn honours_directives() {
        let base = json!({"env": [{"name": "X"}, {"name": "Y"}], "labels": {"a": "1"}});
        let patch = json!({"env": [{"name": "X", "$patch": "delete"}], "labels": {"$patch": "replace", "b": "2"}});
        assert_eq!(
            merged(base, &patch),
            json!({"env": [{"name": "Y"}], "labels": {"b": "2"}})
        );
    }

    #[test]
    fn rejects_an_element_without_its_key() {
        let mut base = json!({"env": [{"name": "X"}]});
        assert!(merge(&mut base, &json!({"env": [{"value": "1"}]})).is_err());
    }
}
