//! A pod while it is being injected: its metadata and its spec, known to have the form that injection relies on.

use serde_json::Map;

use crate::kubernetes::schema::Shape;
use crate::kubernetes::strategic;
use crate::yaml::Value;

use super::check::describe;

/// The container that is the proxy, in every template.
pub(crate) const PROXY: &str = "istio-proxy";

/// What Kubernetes says of a pod's fields: how its lists merge.
pub(crate) static LISTS: Shape = Shape::Object("core.v1.Pod");

/// One of the two lists of containers that injection works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Containers {
    Init,
    App,
}

impl Containers {
    /// The name of the list in the spec.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Init => "initContainers",
            Self::App => "containers",
        }
    }
}

/// A pod without status: `metadata` and `spec` are objects, annotations and labels are maps of strings, and containers
/// and volumes are lists of objects with a name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pod(Value);

impl Pod {
    /// A pod of these parts; `metadata` may be null. Fails when a part does not have the form that Kubernetes wants; the
    /// message names the field, starting at the pod (`spec.containers[0].name`).
    pub(crate) fn new(metadata: Value, spec: Value) -> Result<Self, String> {
        let metadata = match metadata {
            Value::Null => Value::Object(Map::new()),
            other => other,
        };
        expect(metadata.is_object(), "metadata", "an object", &metadata)?;
        for field in ["annotations", "labels"] {
            check_strings(&metadata, field)?;
        }
        expect(spec.is_object(), "spec", "an object", &spec)?;
        for which in [Containers::Init, Containers::App] {
            check_named(&spec, which.field())?;
            check_unique(&spec, which.field())?;
        }
        check_named(&spec, "volumes")?;
        let mut pod = Map::new();
        pod.insert("metadata".into(), metadata);
        pod.insert("spec".into(), spec);
        Ok(Self(Value::Object(pod)))
    }

    /// A pod with nothing in it, for templates to be laid over.
    pub(crate) fn empty() -> Self {
        let mut pod = Map::new();
        pod.insert("metadata".into(), Value::Object(Map::new()));
        pod.insert("spec".into(), Value::Object(Map::new()));
        Self(Value::Object(pod))
    }

    /// Metadata and spec again.
    pub(crate) fn into_parts(self) -> (Value, Value) {
        match self.0 {
            Value::Object(mut pod) => (
                pod.remove("metadata").unwrap_or_default(),
                pod.remove("spec").unwrap_or_default(),
            ),
            _ => (Value::Null, Value::Null),
        }
    }

    /// Lays a rendered pod, or part of one, over this one.
    pub(crate) fn merge(&mut self, patch: Value) -> Result<(), String> {
        strategic::merge(&mut self.0, patch, Some(&LISTS)).map_err(|error| error.to_string())
    }

    pub(crate) fn metadata(&self) -> &Value {
        &self.0["metadata"]
    }

    pub(crate) fn spec(&self) -> &Value {
        &self.0["spec"]
    }

    fn section_mut(&mut self, section: &str, field: &str) -> &mut Value {
        let section = &mut self.0[section];
        if !section.is_object() {
            *section = Value::Object(Map::new());
        }
        &mut section[field]
    }

    fn strings(&self, field: &str) -> impl Iterator<Item = (&str, &str)> {
        let map = self.metadata().get(field).and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// All annotations, by name.
    pub(crate) fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.strings("annotations")
    }

    pub(crate) fn annotation(&self, name: &str) -> Option<&str> {
        self.metadata().get("annotations")?.get(name)?.as_str()
    }

    pub(crate) fn label(&self, name: &str) -> Option<&str> {
        self.metadata().get("labels")?.get(name)?.as_str()
    }

    /// Gives the pod a label.
    pub(crate) fn set_label(&mut self, name: &str, value: &str) {
        let labels = self.section_mut("metadata", "labels");
        if !labels.is_object() {
            *labels = Value::Object(Map::new());
        }
        labels[name] = Value::String(value.to_owned());
    }

    pub(crate) fn set_annotation(&mut self, name: &str, value: impl Into<String>) {
        let annotations = self.section_mut("metadata", "annotations");
        if !annotations.is_object() {
            *annotations = Value::Object(Map::new());
        }
        annotations[name] = Value::String(value.into());
    }

    pub(crate) fn remove_annotation(&mut self, name: &str) {
        if let Value::Object(annotations) = self.section_mut("metadata", "annotations") {
            annotations.remove(name);
        }
    }

    pub(crate) fn remove_label(&mut self, name: &str) {
        if let Value::Object(labels) = self.section_mut("metadata", "labels") {
            labels.remove(name);
        }
    }

    /// Takes a field out of the spec.
    pub(crate) fn drop_field(&mut self, field: &str) {
        if let Value::Object(spec) = &mut self.0["spec"] {
            spec.remove(field);
        }
    }

    /// Takes the items whose names `drop` picks out of a list of the spec; a list that is empty goes altogether.
    pub(crate) fn drop_named(&mut self, field: &str, drop: impl Fn(&str) -> bool) {
        let Some(list) = self.0["spec"].get_mut(field).and_then(Value::as_array_mut) else {
            return;
        };
        list.retain(|item| !drop(name_of(item)));
        if list.is_empty() {
            self.drop_field(field);
        }
    }

    /// Takes annotations and labels away where there are none.
    pub(crate) fn drop_empty(&mut self) {
        if let Value::Object(metadata) = &mut self.0["metadata"] {
            metadata.retain(|name, value| {
                let none = value.is_null() || value.as_object().is_some_and(Map::is_empty);
                !(matches!(name.as_str(), "annotations" | "labels") && none)
            });
        }
    }

    /// The containers of a list; none where the list is absent.
    pub(crate) fn containers(&self, which: Containers) -> &[Value] {
        self.list(which.field())
    }

    /// A list of the spec; empty where it is absent.
    pub(crate) fn list(&self, field: &str) -> &[Value] {
        let list = self.spec().get(field).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// The list of containers, to be changed; made when it is absent.
    pub(crate) fn containers_mut(&mut self, which: Containers) -> &mut Vec<Value> {
        let list = self.section_mut("spec", which.field());
        if !list.is_array() {
            *list = Value::Array(Vec::new());
        }
        list.as_array_mut().expect("made a list just now")
    }

    /// The list of containers, to be changed, where there is one.
    pub(crate) fn existing_mut(&mut self, which: Containers) -> Option<&mut Vec<Value>> {
        self.0["spec"].get_mut(which.field())?.as_array_mut()
    }

    pub(crate) fn container(&self, which: Containers, name: &str) -> Option<&Value> {
        self.containers(which).iter().find(|it| name_of(it) == name)
    }

    pub(crate) fn has_container(&self, which: Containers, name: &str) -> bool {
        self.container(which, name).is_some()
    }

    /// The proxy, wherever it is.
    pub(crate) fn proxy(&self) -> Option<&Value> {
        self.container(Containers::App, PROXY)
            .or_else(|| self.container(Containers::Init, PROXY))
    }

    /// The proxy, to be changed.
    pub(crate) fn proxy_mut(&mut self) -> Option<&mut Value> {
        let which = if self.has_container(Containers::App, PROXY) {
            Containers::App
        } else {
            Containers::Init
        };
        let list = self.existing_mut(which)?;
        list.iter_mut().find(|it| name_of(it) == PROXY)
    }

    /// Takes the variables whose names `drop` picks out of the proxy's environment.
    pub(crate) fn drop_proxy_variables(&mut self, drop: impl Fn(&str) -> bool) {
        let variables = self.proxy_mut().and_then(|proxy| proxy.get_mut("env"));
        if let Some(Value::Array(variables)) = variables {
            variables.retain(|variable| !drop(name_of(variable)));
        }
    }

    /// Adds a variable to the proxy's environment, after the others.
    pub(crate) fn add_proxy_variable(&mut self, name: &str, value: &str) {
        let Some(Value::Object(proxy)) = self.proxy_mut() else {
            return;
        };
        let variables = proxy
            .entry("env")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(variables) = variables {
            variables.push(serde_json::json!({"name": name, "value": value}));
        }
    }
}

/// The name of a container, a volume or the like; empty where it has none.
pub(crate) fn name_of(item: &Value) -> &str {
    item.get("name").and_then(Value::as_str).unwrap_or("")
}

fn expect(holds: bool, field: &str, wanted: &str, found: &Value) -> Result<(), String> {
    if holds {
        return Ok(());
    }
    Err(format!("{field} must be {wanted}, not {}", describe(found)))
}

fn check_strings(metadata: &Value, field: &str) -> Result<(), String> {
    let Some(map) = metadata.get(field).filter(|map| !map.is_null()) else {
        return Ok(());
    };
    let Some(entries) = map.as_object() else {
        return expect(false, &format!("metadata.{field}"), "an object", map);
    };
    for (name, value) in entries {
        if !value.is_string() {
            let quoted = match value {
                Value::Bool(_) | Value::Number(_) => format!("; write \"{value}\" in quotes"),
                _ => String::new(),
            };
            return Err(format!(
                "metadata.{field}[{name}] must be a string, not {}{quoted}",
                describe(value)
            ));
        }
    }
    Ok(())
}

fn check_named(spec: &Value, field: &str) -> Result<(), String> {
    let Some(list) = spec.get(field).filter(|list| !list.is_null()) else {
        return Ok(());
    };
    let Some(items) = list.as_array() else {
        return expect(false, &format!("spec.{field}"), "a list", list);
    };
    for (index, item) in items.iter().enumerate() {
        let place = format!("spec.{field}[{index}]");
        expect(item.is_object(), &place, "an object", item)?;
        match item.get("name") {
            Some(Value::String(name)) if !name.is_empty() => {}
            None | Some(Value::Null | Value::String(_)) => {
                return Err(format!("{place}.name is missing"));
            }
            Some(other) => return expect(false, &format!("{place}.name"), "a string", other),
        }
    }
    Ok(())
}

fn check_unique(spec: &Value, field: &str) -> Result<(), String> {
    let items = spec.get(field).and_then(Value::as_array);
    let names: Vec<&str> = items.into_iter().flatten().map(name_of).collect();
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = names[..index].iter().position(|other| other == name) {
            return Err(format!(
                "spec.{field}[{index}] has the name `{name}`, which spec.{field}[{first}] has already"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(metadata: Value, spec: Value) -> String {
        Pod::new(metadata, spec).expect_err("not a pod")
    }

    #[test]
    fn rejects_what_is_no_pod_by_its_field() {
        assert_eq!(
            refused(
                json!({"annotations": {"sidecar.istio.io/inject": false}}),
                json!({})
            ),
            "metadata.annotations[sidecar.istio.io/inject] must be a string, not a boolean; write \"false\" in quotes"
        );
        assert_eq!(
            refused(json!(null), json!(null)),
            "spec must be an object, not null"
        );
        assert_eq!(
            refused(json!(null), json!({"containers": {"name": "a"}})),
            "spec.containers must be a list, not an object"
        );
        assert_eq!(
            refused(json!(null), json!({"containers": [{"image": "a"}]})),
            "spec.containers[0].name is missing"
        );
        assert_eq!(
            refused(
                json!(null),
                json!({"containers": [{"name": "istio-proxy"}, {"name": "istio-proxy"}]})
            ),
            "spec.containers[1] has the name `istio-proxy`, which spec.containers[0] has already"
        );
    }

    #[test]
    fn finds_the_proxy_in_either_list() {
        let mut pod = Pod::new(
            json!(null),
            json!({"initContainers": [{"name": "istio-proxy"}]}),
        )
        .expect("a pod");
        assert!(pod.proxy().is_some());
        pod.add_proxy_variable("A", "1");
        assert_eq!(
            pod.proxy().expect("a proxy")["env"],
            json!([{"name": "A", "value": "1"}])
        );
    }
}
