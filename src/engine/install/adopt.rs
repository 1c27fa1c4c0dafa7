//! Objects of a Helm release, taken over: their fields become ours, and Helm's marks go.
//!
//! Forcing an apply would take the fields that ours and Helm's have in common, those of people who edited the object as well, and leave
//! behind what only Helm's had. So ownership is moved, in `managedFields`, from Helm's manager to ours: the apply that follows then
//! takes out what is no longer wanted, and meets others' fields as it always does.

use serde_json::{Map, Value, json};

const NAME: &str = "meta.helm.sh/release-name";
const NAMESPACE: &str = "meta.helm.sh/release-namespace";
/// Flux installs by Helm, and would do it again.
const FLUX: &str = "helm.toolkit.fluxcd.io/name";

/// A release of Helm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Release {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

/// The release that an object belongs to; `None` for one of nobody, of somebody who uses Helm, or of another object: a `ReplicaSet` has
/// the annotations of its Deployment.
pub(crate) fn release(live: &Value) -> Option<Release> {
    let metadata = &live["metadata"];
    let mark = |name: &str| metadata["annotations"][name].as_str();
    let owned = metadata["ownerReferences"].as_array();
    if metadata["labels"].get(FLUX).is_some() || owned.is_some_and(|it| !it.is_empty()) {
        return None;
    }
    Some(Release {
        namespace: mark(NAMESPACE).unwrap_or_default().to_owned(),
        name: mark(NAME)?.to_owned(),
    })
}

/// The JSON Patch that makes Helm's fields those of `manager`, as if it had applied them, its marks among them. It tests that the
/// object is still as it was read. `None` if Helm owns no field.
pub(crate) fn transfer(live: &Value, manager: &str) -> Option<Value> {
    let metadata = &live["metadata"];
    let entries = moved(metadata["managedFields"].as_array()?, manager)?;
    Some(json!([
        {"op": "test", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"]},
        {"op": "replace", "path": "/metadata/managedFields", "value": entries},
    ]))
}

/// The merge patch that takes Helm's marks off what is not applied afterwards.
pub(crate) fn unmark() -> Value {
    json!({"metadata": {"annotations": {NAME: null, NAMESPACE: null}}})
}

/// The entries after the move; `None` if Helm has none.
fn moved(entries: &[Value], manager: &str) -> Option<Vec<Value>> {
    let (of_helm, mut rest): (Vec<&Value>, Vec<&Value>) =
        entries.iter().partition(|entry| is_of_helm(entry));
    let own = rest.iter().position(|entry| {
        entry["manager"] == manager && entry["operation"] == "Apply" && is_of_the_object(entry)
    });
    let own = own.map(|index| rest.remove(index));
    let last = of_helm.last()?;
    let mut all = own.map_or_else(|| (*last).clone(), Value::clone);
    all["manager"] = Value::from(manager);
    all["operation"] = Value::from("Apply");
    // Field paths of another version of the kind may mean other fields.
    let version = all["apiVersion"].clone();
    let of_helm = of_helm.iter().filter(|it| it["apiVersion"] == version);
    for entry in of_helm {
        unite(&mut all["fieldsV1"], &entry["fieldsV1"]);
    }
    Some(rest.into_iter().cloned().chain([all]).collect())
}

/// `helm`, and other programs that use it as a library, such as `terraform-provider-helm`.
fn is_of_helm(entry: &Value) -> bool {
    let manager = entry["manager"].as_str().unwrap_or_default();
    manager.contains("helm") && is_of_the_object(entry)
}

fn is_of_the_object(entry: &Value) -> bool {
    entry["subresource"].as_str().unwrap_or_default().is_empty()
}

/// Sets of fields are trees; what both or either have is in both.
fn unite(one: &mut Value, other: &Value) {
    let Some(other) = other.as_object() else {
        return;
    };
    if !one.is_object() {
        *one = Value::Object(Map::new());
    }
    for (key, below) in other {
        unite(&mut one[key.as_str()], below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(manager: &str, operation: &str, fields: &Value) -> Value {
        json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields})
    }

    fn live(entries: &[Value]) -> Value {
        json!({"metadata": {"resourceVersion": "7", "managedFields": entries,
            "annotations": {NAME: "istiod", NAMESPACE: "istio-system", "a": "b"}}})
    }

    #[test]
    fn tells_whose_an_object_is() {
        let release = release(&live(&[])).unwrap();
        assert_eq!(
            (release.namespace.as_str(), release.name.as_str()),
            ("istio-system", "istiod")
        );
        assert_eq!(
            super::release(
                &json!({"metadata": {"labels": {"app.kubernetes.io/managed-by": "Helm"}}})
            ),
            None
        );
        let mut of_flux = live(&[]);
        of_flux["metadata"]["labels"] = json!({FLUX: "mesh"});
        assert_eq!(super::release(&of_flux), None);
        let mut replica_set = live(&[]);
        replica_set["metadata"]["ownerReferences"] =
            json!([{"kind": "Deployment", "name": "istiod"}]);
        assert_eq!(super::release(&replica_set), None);
    }

    #[test]
    fn moves_the_fields_of_helm_and_of_nobody_else() {
        let patch = transfer(
            &live(&[
                entry("helm", "Update", &json!({"f:data": {".": {}, "f:a": {}}})),
                entry("kubectl-edit", "Update", &json!({"f:data": {"f:b": {}}})),
                entry("mesh", "Apply", &json!({"f:data": {"f:c": {}}})),
                entry("helm", "Apply", &json!({"f:data": {"f:d": {}}})),
            ]),
            "mesh",
        );
        assert_eq!(
            patch,
            Some(json!([
                {"op": "test", "path": "/metadata/resourceVersion", "value": "7"},
                {"op": "replace", "path": "/metadata/managedFields", "value": [
                    entry("kubectl-edit", "Update", &json!({"f:data": {"f:b": {}}})),
                    entry("mesh", "Apply", &json!({"f:data": {".": {}, "f:a": {}, "f:c": {}, "f:d": {}}})),
                ]},
            ]))
        );
    }

    #[test]
    fn moves_nothing_where_helm_owns_nothing() {
        let mut status = entry("helm", "Update", &json!({}));
        status["subresource"] = json!("status");
        let entries = [entry("kubectl", "Update", &json!({})), status];
        assert_eq!(transfer(&live(&entries), "mesh"), None);
    }
}
