//! Kubernetes' strategic merge patch. `k8s:` settings, injection and the practice cluster all merge by this.
//!
//! Objects merge field by field; null removes, scalars replace. What a list does is said by the table of types: objects merge
//! by a key, scalars are added to, or the list is replaced. Of a merged list, what the patch names comes in the patch's order
//! (or in that of `$setElementOrder/FIELD`), and what it does not name before the first of those that it stood before.
//! Directives in the patch (`$patch`, `$retainKeys`, `$deleteFromPrimitiveList/FIELD`, `$setElementOrder/FIELD`) overrule
//! that; their meaning is that of Kubernetes' document "Strategic Merge Patch".

use std::fmt;

use serde_json::{Map, Value};

use super::schema::Shape;

const PATCH: &str = "$patch";
const RETAIN: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";

/// Why a patch does not fit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Error {
    /// An element lacks the key by which elements of its list are told apart.
    NoKey {
        /// Of the list, as `spec.template.spec.containers`.
        path: String,
        key: &'static str,
        element: Value,
    },
    /// A directive has a value that it cannot have.
    Directive {
        /// Of the object that it stands in; may be empty.
        path: String,
        directive: String,
        expected: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey { path, key, .. } => {
                write!(
                    out,
                    "an element of `{path}` has no `{key}`, by which elements are told apart"
                )
            }
            Self::Directive {
                path,
                directive,
                expected,
            } => {
                write!(
                    out,
                    "the directive `{directive}` of `{path}` must be {expected}"
                )
            }
        }
    }
}

/// Lays `patch` over `base`, which is of this shape; without one, every list is replaced.
///
/// # Errors
/// The patch does not fit. `base` is then half patched.
pub(crate) fn merge(base: &mut Value, patch: Value, shape: Option<&Shape>) -> Result<(), Error> {
    value(base, patch, shape, &Place::Root)
}

/// What a patch brings where there was nothing: without nulls and directives, which only mean something against a base.
pub(crate) fn fresh(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, value)| !is_directive(name) && !value.is_null())
            .map(|(name, value)| (name, fresh(value)))
            .collect(),
        Value::Array(items) => items
            .into_iter()
            .filter(|item| !matches!(directive(item), Some("delete" | "replace")))
            .map(fresh)
            .collect(),
        other => other,
    }
}

/// Where a value stands; written out only for an error.
enum Place<'a> {
    Root,
    Field(&'a Self, &'a str),
}

impl Place<'_> {
    fn path(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Field(Self::Root, name) => (*name).to_owned(),
            Self::Field(owner, name) => format!("{}.{name}", owner.path()),
        }
    }
}

fn is_directive(name: &str) -> bool {
    name == PATCH || name == RETAIN || name.starts_with(DELETE_FROM) || name.starts_with(ORDER)
}

fn directive(value: &Value) -> Option<&str> {
    value.get(PATCH).and_then(Value::as_str)
}

fn value(
    base: &mut Value,
    patch: Value,
    shape: Option<&Shape>,
    place: &Place<'_>,
) -> Result<(), Error> {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => object(base, patch, shape, place),
        (Value::Array(base), Value::Array(patch)) => {
            *base = list(std::mem::take(base), patch, shape, place)?;
            Ok(())
        }
        (base, patch) => {
            *base = fresh(patch);
            Ok(())
        }
    }
}

fn object(
    base: &mut Map<String, Value>,
    mut patch: Map<String, Value>,
    shape: Option<&Shape>,
    place: &Place<'_>,
) -> Result<(), Error> {
    let wrong = |directive: &str, expected| Error::Directive {
        path: place.path(),
        directive: directive.to_owned(),
        expected,
    };
    match patch.remove(PATCH) {
        None => {}
        Some(directive) => match directive.as_str() {
            Some("merge") => {}
            Some("replace") => base.clear(),
            Some("delete") => {
                base.clear();
                return Ok(());
            }
            _ => return Err(wrong(PATCH, "`delete`, `merge` or `replace`")),
        },
    }
    if let Some(kept) = patch.remove(RETAIN) {
        let Value::Array(kept) = kept else {
            return Err(wrong(RETAIN, "a list of names"));
        };
        base.retain(|name, _| kept.iter().any(|one| one == name.as_str()));
    }
    let (special, plain): (Map<_, _>, Map<_, _>) =
        patch.into_iter().partition(|(name, _)| is_directive(name));
    let mut orders = Vec::new();
    for (name, values) in special {
        let Value::Array(values) = values else {
            return Err(wrong(&name, "a list"));
        };
        if let Some(field) = name.strip_prefix(DELETE_FROM) {
            if let Some(list) = base.get_mut(field).and_then(Value::as_array_mut) {
                list.retain(|item| !values.contains(item));
            }
        } else if let Some(field) = name.strip_prefix(ORDER) {
            let key = key_of(shape.and_then(|shape| shape.field(field)));
            let before = base.get(field).and_then(Value::as_array);
            let before = before.map_or(&[][..], Vec::as_slice);
            let ids =
                |list: &[Value]| -> Vec<Value> { list.iter().map(|item| id(item, key)).collect() };
            orders.push((field.to_owned(), ids(&values), ids(before), key));
        }
    }
    for (name, patch) in plain {
        if patch.is_null() {
            base.remove(&name);
            continue;
        }
        match base.get_mut(&name).filter(|old| !old.is_null()) {
            Some(old) => {
                let shape = shape.and_then(|shape| shape.field(&name));
                value(old, patch, shape, &Place::Field(place, &name))?;
            }
            None => {
                base.insert(name, fresh(patch));
            }
        }
    }
    for (field, order, before, key) in orders {
        if let Some(list) = base.get_mut(&field).and_then(Value::as_array_mut) {
            *list = in_order(std::mem::take(list), &order, &before, key);
        }
    }
    Ok(())
}

fn key_of(shape: Option<&Shape>) -> Option<&'static str> {
    shape.and_then(Shape::merge).and_then(|how| how.patch_key)
}

/// What an element is known by: its key, or itself.
fn id(item: &Value, key: Option<&str>) -> Value {
    key.map_or_else(|| item.clone(), |key| item[key].clone())
}

fn list(
    base: Vec<Value>,
    patch: Vec<Value>,
    shape: Option<&Shape>,
    place: &Place<'_>,
) -> Result<Vec<Value>, Error> {
    let how = shape.and_then(Shape::merge);
    let replaces = patch.iter().any(|item| directive(item) == Some("replace"));
    match how {
        Some(how) if !replaces && how.patch_set => {
            let ids = base.clone();
            let mut merged = base;
            for item in &patch {
                if !merged.contains(item) {
                    merged.push(item.clone());
                }
            }
            Ok(in_order(merged, &patch, &ids, None))
        }
        Some(how) if !replaces && how.patch_key.is_some() => {
            let key = how.patch_key.unwrap_or_default();
            by_key(base, patch, key, shape.and_then(Shape::item), place)
        }
        _ => match fresh(Value::Array(patch)) {
            Value::Array(items) => Ok(items),
            _ => Ok(Vec::new()),
        },
    }
}

fn by_key(
    base: Vec<Value>,
    patch: Vec<Value>,
    key: &'static str,
    items: Option<&Shape>,
    place: &Place<'_>,
) -> Result<Vec<Value>, Error> {
    for item in base.iter().chain(&patch) {
        if item.get(key).is_none() {
            return Err(Error::NoKey {
                path: place.path(),
                key,
                element: item.clone(),
            });
        }
    }
    let ids =
        |list: &[Value]| -> Vec<Value> { list.iter().map(|item| id(item, Some(key))).collect() };
    let (order, before) = (ids(&patch), ids(&base));
    let mut merged = base;
    for item in patch {
        if directive(&item) == Some("delete") {
            merged.retain(|one| one.get(key) != item.get(key));
            continue;
        }
        match merged.iter_mut().find(|one| one.get(key) == item.get(key)) {
            Some(old) => value(old, item, items, place)?,
            None => merged.push(fresh(item)),
        }
    }
    Ok(in_order(merged, &order, &before, Some(key)))
}

/// Puts a merged list into order. Elements that `order` does not name stay before the first of those named that they stood
/// before in `before`.
fn in_order(
    merged: Vec<Value>,
    order: &[Value],
    before: &[Value],
    key: Option<&str>,
) -> Vec<Value> {
    let place = |order: &[Value], item: &Value| {
        let id = id(item, key);
        order.iter().position(|one| *one == id)
    };
    let (mut named, others): (Vec<_>, Vec<_>) = merged
        .into_iter()
        .map(|item| (place(order, &item), item))
        .partition(|(place, _)| place.is_some());
    named.sort_by_key(|(place, _)| *place);
    let mut others = others.into_iter().map(|(_, item)| item).peekable();
    let mut out = Vec::new();
    for (_, item) in named {
        let at = place(before, &item);
        let goes_first = |other: &Value| matches!((place(before, other), at), (Some(other), Some(at)) if other < at);
        while let Some(other) = others.next_if(goes_first) {
            out.push(other);
        }
        out.push(item);
    }
    out.extend(others);
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema;
    use super::*;

    fn try_merge(kind: &'static str, mut base: Value, patch: Value) -> Result<Value, Error> {
        merge(&mut base, patch, Some(&Shape::Object(kind)))?;
        Ok(base)
    }

    #[track_caller]
    fn merged(kind: &'static str, base: Value, patch: Value) -> Value {
        assert!(schema::named(kind).is_some(), "{kind}");
        try_merge(kind, base, patch).unwrap()
    }

    const CONTAINER: &str = "core.v1.Container";
    const POD_SPEC: &str = "core.v1.PodSpec";
    const DEPLOYMENT_SPEC: &str = "apps.v1.DeploymentSpec";
    const METADATA: &str = "meta.v1.ObjectMeta";

    #[test]
    fn containers_merge_by_name_and_the_patch_comes_first() {
        let base = json!({"containers": [{"name": "app", "image": "a"}, {"name": "istio-proxy", "tty": true}]});
        let patch = json!({"containers": [{"name": "new", "tty": null}, {"name": "istio-proxy", "image": "p"}]});
        assert_eq!(
            merged(POD_SPEC, base, patch),
            json!({"containers": [
                {"name": "new"}, {"name": "app", "image": "a"}, {"name": "istio-proxy", "tty": true, "image": "p"},
            ]})
        );
    }

    #[test]
    fn what_a_patch_does_not_name_keeps_its_place_among_what_it_names() {
        let base = json!({"env": [{"name": "X", "value": "1"}, {"name": "Y"}, {"name": "Z"}]});
        let patch = json!({"env": [{"name": "Y", "value": "2"}, {"name": "NEW"}]});
        assert_eq!(
            merged(CONTAINER, base, patch),
            json!({"env": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}, {"name": "NEW"}, {"name": "Z"}]})
        );
    }

    #[test]
    fn lists_without_a_key_are_replaced_and_null_removes() {
        let base =
            json!({"tolerations": [{"key": "a"}], "nodeSelector": {"x": "1"}, "hostname": "h"});
        let patch = json!({"tolerations": [{"key": "b", "value": null}], "nodeSelector": {"y": "2"}, "hostname": null,
            "dnsConfig": {"options": null, "searches": ["s"]}});
        assert_eq!(
            merged(POD_SPEC, base, patch),
            json!({"tolerations": [{"key": "b"}], "nodeSelector": {"x": "1", "y": "2"}, "dnsConfig": {"searches": ["s"]}})
        );
    }

    #[test]
    fn tells_the_ports_of_a_service_from_those_of_a_container() {
        let service = merged(
            "core.v1.Service",
            json!({"spec": {"ports": [{"port": 80, "name": "http"}]}}),
            json!({"spec": {"ports": [{"port": 80, "nodePort": 30080}]}}),
        );
        assert_eq!(
            service["spec"]["ports"],
            json!([{"port": 80, "name": "http", "nodePort": 30080}])
        );
        let container = merged(
            CONTAINER,
            json!({"ports": [{"containerPort": 80, "name": "http"}]}),
            json!({"ports": [{"containerPort": 80, "protocol": "TCP"}]}),
        );
        assert_eq!(
            container["ports"],
            json!([{"containerPort": 80, "name": "http", "protocol": "TCP"}])
        );
    }

    #[test]
    fn elements_are_deleted_and_lists_replaced_as_told() {
        let base = json!({"env": [{"name": "A", "value": "1"}, {"name": "B"}]});
        let patch = json!({"env": [{"name": "A", "$patch": "delete"}]});
        assert_eq!(
            merged(CONTAINER, base.clone(), patch),
            json!({"env": [{"name": "B"}]})
        );
        let patch = json!({"env": [{"$patch": "replace"}, {"name": "C"}]});
        assert_eq!(
            merged(CONTAINER, base, patch),
            json!({"env": [{"name": "C"}]})
        );
    }

    #[test]
    fn an_element_without_its_key_is_an_error_that_names_the_list() {
        let base = json!({"containers": [{"name": "a"}]});
        let patch = json!({"containers": [{"image": "b"}]});
        assert_eq!(
            try_merge(POD_SPEC, base, patch).unwrap_err().to_string(),
            "an element of `containers` has no `name`, by which elements are told apart"
        );
    }

    #[test]
    fn what_is_new_comes_as_it_is_without_nulls_and_directives() {
        let patch = json!({"env": [{"name": "A"}, {"name": "A"}, {"name": "B", "$patch": "delete"}],
            "lifecycle": {"preStop": null}, "image": null});
        assert_eq!(
            merged(CONTAINER, json!({"image": "a"}), patch),
            json!({"env": [{"name": "A"}, {"name": "A"}], "lifecycle": {}})
        );
    }

    #[test]
    fn puts_elements_in_the_order_of_the_patch() {
        let base = json!({"containers": [{"name": "a"}, {"name": "server"}, {"name": "b"}]});
        let patch = json!({"containers": [{"name": "c"}],
            "$setElementOrder/containers": [{"name": "b"}, {"name": "c"}, {"name": "a"}]});
        let out = merged(POD_SPEC, base, patch);
        let containers = out["containers"].as_array().unwrap();
        let names: Vec<_> = containers
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["server", "b", "c", "a"]);
    }

    #[test]
    fn keeps_only_the_keys_that_are_to_be_retained() {
        let base = json!({"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}});
        let patch = json!({"strategy": {"$retainKeys": ["type"], "type": "Recreate"}});
        assert_eq!(
            merged(DEPLOYMENT_SPEC, base, patch),
            json!({"strategy": {"type": "Recreate"}})
        );
    }

    #[test]
    fn adds_to_and_takes_from_lists_of_names() {
        let base = json!({"finalizers": ["a", "b"]});
        let patch = json!({"finalizers": ["b", "c"], "$deleteFromPrimitiveList/finalizers": ["a"]});
        assert_eq!(
            merged(METADATA, base, patch),
            json!({"finalizers": ["b", "c"]})
        );
    }

    #[test]
    fn objects_are_replaced_emptied_and_left_as_told() {
        let base = json!({"labels": {"a": "1", "b": "2"}, "annotations": {"x": "y"}});
        let patch = json!({"labels": {"a": null}, "annotations": {"$patch": "replace", "z": "1"}});
        assert_eq!(
            merged(METADATA, base.clone(), patch),
            json!({"labels": {"b": "2"}, "annotations": {"z": "1"}})
        );
        let patch = json!({"labels": {"$patch": "delete"}});
        assert_eq!(merged(METADATA, base.clone(), patch)["labels"], json!({}));
        for patch in [
            json!({"labels": {"$patch": "no"}}),
            json!({"$retainKeys": 1}),
            json!({"$setElementOrder/finalizers": {}}),
        ] {
            assert!(try_merge(METADATA, base.clone(), patch).is_err());
        }
    }
}
