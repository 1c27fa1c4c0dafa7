//! `k8s.overlays`: changes of any rendered object, by path.
//!
//! A path as in `--set`; a value that is a text of several lines with a map in it is read as YAML; no value deletes.

use regex::Regex;
use serde_json::{Map, Value};

use super::component::Instance;
use super::object::{Content, Object};
use super::path::{Path, PathError, Segment, elements_of, get_str, kind_of, position_in, printed};
use crate::engine::nearest::nearest;
use crate::error::{Error, Result};
use crate::yaml;

/// Applies an instance's overlays, in order. Gives warnings on overlays that met no object. `line_of` says in front of a
/// message where a setting stands.
///
/// # Errors
/// A path is malformed, or leads nowhere in the object.
pub(crate) fn apply(
    instance: &Instance<'_>,
    objects: &mut [Object],
    line_of: &dyn Fn(&str) -> String,
) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    let overlays = super::path::get(instance.spec, &["k8s", "overlays"]).and_then(Value::as_array);
    for (index, overlay) in overlays.into_iter().flatten().enumerate() {
        let place = format!("{}.k8s.overlays[{index}]", instance.path);
        let (kind, name) = (
            required(overlay, "kind", &place)?,
            required(overlay, "name", &place)?,
        );
        let patches = overlay.get("patches").and_then(Value::as_array);
        let mut met = false;
        for object in objects
            .iter_mut()
            .filter(|object| object.kind == kind && object.name == name)
        {
            met = true;
            for (number, patch) in patches.into_iter().flatten().enumerate() {
                let place = format!("{place}.patches[{number}]");
                let path = required(patch, "path", &place)?;
                patch_object(object, path, patch.get("value")).map_err(|error| {
                    let file = line_of(&place);
                    Error::config(format!("{file}cannot apply `{place}` to {}", object.label()))
                        .caused_by(&error)
                        .hint(format!(
                            "`mesh manifest generate --component {}` without overlays shows what there is",
                            instance.component.key
                        ))
                })?;
            }
        }
        if !met {
            let near =
                nearest(name, named(objects, kind)).map(|near| format!("; did you mean `{near}`?"));
            warnings.push(format!(
                "{}`{place}` changes nothing: no {kind} `{name}` is rendered for this component{}",
                line_of(&place),
                near.unwrap_or_default()
            ));
        }
    }
    Ok(warnings)
}

fn named<'a>(objects: &'a [Object], kind: &'a str) -> impl Iterator<Item = &'a str> {
    let of_kind = objects.iter().filter(move |object| object.kind == kind);
    of_kind.map(|object| object.name.as_str())
}

fn required<'a>(map: &'a Value, field: &str, place: &str) -> Result<&'a str> {
    get_str(map, &[field]).ok_or_else(|| Error::config(format!("`{place}` has no `{field}`")))
}

fn patch_object(object: &mut Object, path: &str, value: Option<&Value>) -> Result<(), PathError> {
    if let Content::Text(text) = object.content {
        let tree = yaml::parse(text).map_err(|error| PathError(error.to_string()))?;
        object.content = Content::Tree(tree);
    }
    let Content::Tree(tree) = &mut object.content else {
        unreachable!("a text was made a tree just above")
    };
    let path = Path::parse(path)?;
    let Some((last, before)) = path.0.split_last() else {
        return Err(PathError("the path is empty".to_owned()));
    };
    let value = value.filter(|value| !value.is_null());
    let mut parent = tree;
    for segment in before {
        parent = match enter(parent, segment, value.is_some(), &path)? {
            Some(next) => next,
            // What stands below a part that is not there is deleted already.
            None => return Ok(()),
        };
    }
    match value {
        Some(value) => write(parent, last, read_text(value), &path),
        None => delete(parent, last, &path),
    }
}

/// One step down; missing maps and lists are made where `create` says so.
fn enter<'a>(
    node: &'a mut Value,
    segment: &Segment,
    create: bool,
    path: &Path,
) -> Result<Option<&'a mut Value>, PathError> {
    if let Segment::Key(key) = segment {
        if node.is_null() && create {
            *node = Value::Object(Map::new());
        }
        let kind = kind_of(node);
        let Value::Object(map) = node else {
            return Err(PathError(format!("`{key}` of `{path}` stands in {kind}")));
        };
        if create {
            map.entry(key.as_str()).or_insert(Value::Null);
        }
        return Ok(map.get_mut(key));
    }
    let list = list_at(node, segment, create, path)?;
    let position = find(list, segment, path)?;
    if position == list.len() {
        list.push(Value::Null);
    }
    Ok(list.get_mut(position))
}

fn write(parent: &mut Value, last: &Segment, value: Value, path: &Path) -> Result<(), PathError> {
    if let Some(place) = enter(parent, last, true, path)? {
        *place = value;
    }
    Ok(())
}

fn delete(parent: &mut Value, last: &Segment, path: &Path) -> Result<(), PathError> {
    if let Segment::Key(key) = last {
        if let Some(map) = parent.as_object_mut() {
            map.remove(key);
        }
        return Ok(());
    }
    let list = list_at(parent, last, false, path)?;
    let position = find(list, last, path)?;
    if position < list.len() {
        list.remove(position);
    }
    Ok(())
}

fn list_at<'a>(
    node: &'a mut Value,
    segment: &Segment,
    create: bool,
    path: &Path,
) -> Result<&'a mut Vec<Value>, PathError> {
    if node.is_null() && create {
        *node = Value::Array(Vec::new());
    }
    let kind = kind_of(node);
    match node {
        Value::Array(list) => Ok(list),
        _ => Err(PathError(format!(
            "`{segment}` of `{path}` selects from {kind}, not a list"
        ))),
    }
}

/// The position that a segment selects. An element of a list of scalars may also be given as a regular expression.
fn find(list: &[Value], segment: &Segment, path: &Path) -> Result<usize, PathError> {
    if let Some(position) = position_in(list, segment) {
        return Ok(position);
    }
    if let Segment::Element(pattern) = segment
        && let Ok(pattern) = Regex::new(pattern)
        && let Some(position) = list
            .iter()
            .position(|element| printed(element).is_some_and(|text| pattern.is_match(&text)))
    {
        return Ok(position);
    }
    Err(PathError(format!(
        "`{segment}` of `{path}` is not in the list{}",
        elements_of(list, segment)
    )))
}

/// Reads a text that is a map in YAML as that map.
fn read_text(value: &Value) -> Value {
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    let one_line = !text.trim_end().contains('\n');
    let looks_like_map = if one_line {
        text.contains(": ")
    } else {
        text.contains(':')
    };
    if looks_like_map
        && !text.trim_start().starts_with('{')
        && let Ok(map @ Value::Object(_)) = yaml::parse(text)
    {
        return map;
    }
    value.clone()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patched(path: &str, value: Option<&Value>) -> Result<Value, PathError> {
        let tree = json!({"kind": "Deployment", "metadata": {"name": "d"}, "spec": {
            "args": ["discovery", "--age", "30m"],
            "env": [{"name": "A", "value": "1"}, {"name": "B"}],
            "securityContext": {"runAsUser": 1},
            "webhooks": [{"name": "namespace.istio.io", "n": 1}],
        }});
        let mut object = Object::from_tree("Pilot", tree).unwrap();
        patch_object(&mut object, path, value)?;
        match object.content {
            Content::Tree(mut tree) => Ok(tree["spec"].take()),
            Content::Text(_) => panic!("a tree was expected"),
        }
    }

    #[test]
    fn replaces_adds_and_deletes_by_path() {
        let spec = |path: &str, value: Option<Value>| patched(path, value.as_ref()).unwrap();
        assert_eq!(
            spec("spec.args.[30m]", Some(json!("60m")))["args"][2],
            "60m"
        );
        assert_eq!(spec("spec.args.[^--a.*]", Some(json!("x")))["args"][1], "x");
        assert_eq!(
            spec("spec.env.[name:B].value", Some(json!("2")))["env"][1],
            json!({"name": "B", "value": "2"})
        );
        assert_eq!(spec("spec.env[0]", None)["env"], json!([{"name": "B"}]));
        assert_eq!(
            spec("spec.env.[name:A]", None)["env"],
            json!([{"name": "B"}])
        );
        assert_eq!(
            spec("spec.env[-1]", Some(json!({"name": "C"})))["env"][2],
            json!({"name": "C"})
        );
        assert_eq!(
            spec("spec.securityContext", None).get("securityContext"),
            None
        );
        assert_eq!(
            spec("spec.new.deep", Some(json!(false)))["new"],
            json!({"deep": false})
        );
        assert_eq!(
            spec(
                r"spec.webhooks.[name:namespace\.istio\.io].n",
                Some(json!(2))
            )["webhooks"][0]["n"],
            2
        );
    }

    #[test]
    fn reads_a_map_given_as_text() {
        let text = json!("fieldRef:\n  fieldPath: metadata.x\n");
        let spec = patched("spec.env.[name:A].valueFrom", Some(&text)).unwrap();
        assert_eq!(
            spec["env"][0]["valueFrom"],
            json!({"fieldRef": {"fieldPath": "metadata.x"}})
        );
    }

    #[test]
    fn deleting_what_is_not_there_is_no_error_but_a_wrong_selector_is() {
        assert!(patched("spec.none.deeper", None).is_ok());
        assert!(patched("spec.env.[name:Z]", None).is_err());
        assert!(patched("spec.args.key.x", Some(&json!(1))).is_err());
        assert!(patched("spec.securityContext.[0]", Some(&json!(1))).is_err());
    }
}
