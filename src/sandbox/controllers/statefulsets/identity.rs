//! What makes a pod of a stateful set that pod: its number, names and claims.

use serde_json::{Map, Value, json};

use super::super::runtime::Context;
use super::super::runtime::recorder::Severity;
use super::super::{core, pods, text, writes};
use super::COMPONENT;
use crate::sandbox::api::options::{Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object};

/// The number of a set's pod; `None` for one whose name is not of the set.
pub(super) fn ordinal(set: &Object, pod: &Object) -> Option<i64> {
    let name = text(&pod["metadata"]["name"]).strip_prefix(text(&set["metadata"]["name"]))?;
    let digits = name.strip_prefix('-')?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// The pod of a number, from a template.
pub(super) fn pod(set: &Object, template: &Value, ordinal: i64) -> Object {
    let name = format!("{}{ordinal}", pods::name_prefix(set));
    let mut pod = pods::from_template(template, set);
    pod["metadata"]["name"] = json!(name);
    let labels = &mut pod["metadata"]["labels"];
    labels["statefulset.kubernetes.io/pod-name"] = json!(name);
    labels["apps.kubernetes.io/pod-index"] = json!(ordinal.to_string());
    let spec = &mut pod["spec"];
    spec["hostname"] = json!(name);
    if !text(&set["spec"]["serviceName"]).is_empty() {
        spec["subdomain"] = set["spec"]["serviceName"].clone();
    }
    let claims = claim_templates(set);
    if claims.is_empty() {
        return pod;
    }
    let mut volumes: Vec<Value> = claims
        .iter()
        .map(|claim| {
            let volume = &claim["metadata"]["name"];
            json!({"name": volume, "persistentVolumeClaim": {"claimName": claim_name(set, claim, ordinal)}})
        })
        .collect();
    let own = spec["volumes"].as_array().cloned().unwrap_or_default();
    let other = own.into_iter().filter(|volume| {
        claims
            .iter()
            .all(|claim| claim["metadata"]["name"] != volume["name"])
    });
    volumes.extend(other);
    spec["volumes"] = Value::Array(volumes);
    pod
}

fn claim_templates(set: &Object) -> &[Value] {
    let all = set["spec"]["volumeClaimTemplates"].as_array();
    all.map_or(&[], Vec::as_slice)
}

fn claim_name(set: &Object, claim: &Value, ordinal: i64) -> String {
    let name = text(&claim["metadata"]["name"]);
    format!("{name}-{}{ordinal}", pods::name_prefix(set))
}

fn policy<'a>(set: &'a Object, when: &str) -> &'a str {
    text(&set["spec"]["persistentVolumeClaimRetentionPolicy"][when])
}

/// Makes the claims that the pod of a number uses.
///
/// # Errors
/// Those of creations.
pub(super) fn ensure_claims(context: &Context, set: &Object, ordinal: i64) -> Result<(), Status> {
    let kind = core("persistentvolumeclaims");
    let namespace = text(&set["metadata"]["namespace"]);
    for template in claim_templates(set) {
        let name = claim_name(set, template, ordinal);
        let key = Key::namespaced(namespace, &name);
        if context.cluster.get(&kind, &key).is_ok() {
            continue;
        }
        let labels = template["metadata"]["labels"].as_object().cloned();
        let mut labels: Map<String, Value> = labels.unwrap_or_default();
        let selected = set["spec"]["selector"]["matchLabels"].as_object().cloned();
        labels.extend(selected.unwrap_or_default());
        let mut claim = json!({
            "metadata": {"name": name, "labels": labels, "annotations": template["metadata"]["annotations"]},
            "spec": template["spec"],
        });
        if policy(set, "whenDeleted") == "Delete" {
            claim["metadata"]["ownerReferences"] = json!([pods::controller_reference(set)]);
        }
        let made = context
            .cluster
            .create(&kind, Some(namespace), claim, &writes());
        let pod = format!("{}{ordinal}", pods::name_prefix(set));
        let owner = text(&set["metadata"]["name"]);
        let recorder = &context.recorder;
        match made {
            Ok(_) => {
                let message =
                    format!("create Claim {name} Pod {pod} in StatefulSet {owner} success");
                recorder.record(
                    COMPONENT,
                    set,
                    Severity::Normal,
                    "SuccessfulCreate",
                    &message,
                );
            }
            Err(status) => {
                let message = format!(
                    "create Claim {name} for Pod {pod} in StatefulSet {owner} failed error: {status}"
                );
                recorder.record(COMPONENT, set, Severity::Warning, "FailedCreate", &message);
                return Err(status);
            }
        }
    }
    Ok(())
}

/// Has the claims of a pod that is too many go with it, where the set says so.
///
/// # Errors
/// Those of writes.
pub(super) fn give_claims_to(context: &Context, set: &Object, pod: &Object) -> Result<(), Status> {
    let Some(ordinal) = ordinal(set, pod) else {
        return Ok(());
    };
    if policy(set, "whenScaled") != "Delete" {
        return Ok(());
    }
    let owner = json!({"apiVersion": "v1", "kind": "Pod", "name": pod["metadata"]["name"],
                       "uid": pod["metadata"]["uid"]});
    let change = Patch::Merge(json!({"metadata": {"ownerReferences": [owner]}}));
    for template in claim_templates(set) {
        let name = claim_name(set, template, ordinal);
        let key = Key::namespaced(text(&set["metadata"]["namespace"]), &name);
        let kind = core("persistentvolumeclaims");
        let written = context
            .cluster
            .patch(&kind, &key, Subresource::Main, &change, &writes());
        match written {
            Err(status) if status.code != 404 => return Err(status),
            _ => {}
        }
    }
    Ok(())
}
