//! `HorizontalPodAutoscaler` in `autoscaling/v1`: the one built-in kind that is served in two versions which differ. Objects
//! are stored as `autoscaling/v2`; the older version shows what of them it has fields for. What it has none for stays as it
//! is when an object is changed through it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::read::in_version;
use super::{Cluster, Object, ResourceId, ResourceInfo, Status, Written};

/// The only metric that the older version knows, as a percentage.
const TARGET: &str = "targetCPUUtilizationPercentage";
const CURRENT: &str = "currentCPUUtilizationPercentage";

impl Cluster {
    /// The kind in the version that its objects are stored in, if that differs in more than its name.
    ///
    /// # Errors
    /// 404 if the newer version were not there.
    pub(super) fn newer(&self, info: &ResourceInfo) -> Result<Option<Arc<ResourceInfo>>, Status> {
        if !is_older(info) {
            return Ok(None);
        }
        self.info(&ResourceId::new(&info.group, "v2", &info.plural))
            .map(Some)
    }
}

pub(super) fn is_older(info: &ResourceInfo) -> bool {
    info.builtin && info.group == "autoscaling" && info.version == "v1"
}

/// What was written in the newer version, as the older shows it.
pub(super) fn shown(info: &ResourceInfo, mut written: Written) -> Written {
    written.object = in_version(info, written.object);
    written
}

/// A stored object in the older version.
pub(super) fn older(object: &Object) -> Object {
    let mut out = object.clone();
    out["apiVersion"] = json!("autoscaling/v1");
    let taken = [
        ("spec", "metrics", "target", TARGET),
        ("status", "currentMetrics", "current", CURRENT),
    ];
    for (part, list, value, name) in taken {
        let Some(fields) = out[part].as_object_mut() else {
            continue;
        };
        let metrics = fields.remove(list).unwrap_or_default();
        let percent = metrics.as_array().into_iter().flatten();
        let percent = percent
            .filter(|metric| is_cpu(metric))
            .map(|metric| metric["resource"][value]["averageUtilization"].clone())
            .next();
        if let Some(percent) = percent {
            fields.insert(name.to_owned(), percent);
        }
        fields.remove("behavior");
        fields.remove("conditions");
    }
    out
}

/// An object or a patch of the older version in the newer one; `stored` has what the older cannot say.
pub(super) fn newer(mut object: Object, stored: Option<&Object>) -> Object {
    let Some(fields) = object.as_object_mut() else {
        return object;
    };
    put(fields, "apiVersion", json!("autoscaling/v2"));
    let metric = |percent: &Value, value: &str| {
        let mut resource = json!({"name": "cpu"});
        resource[value] = json!({"averageUtilization": percent});
        if value == "target" {
            resource[value]["type"] = json!("Utilization");
        }
        json!({"type": "Resource", "resource": resource})
    };
    if let Some(spec) = fields.get_mut("spec").and_then(Value::as_object_mut) {
        let cpu = spec.remove(TARGET).filter(|percent| !percent.is_null());
        let cpu = cpu.map(|percent| metric(&percent, "target"));
        let others = stored.and_then(|stored| stored["spec"]["metrics"].as_array());
        let others = others.into_iter().flatten().filter(|one| !is_cpu(one));
        let metrics: Vec<Value> = cpu.into_iter().chain(others.cloned()).collect();
        if !metrics.is_empty() {
            put(spec, "metrics", Value::Array(metrics));
        }
        keep(stored, "spec", "behavior", spec);
    }
    if let Some(status) = fields.get_mut("status").and_then(Value::as_object_mut) {
        if let Some(percent) = status.remove(CURRENT) {
            put(
                status,
                "currentMetrics",
                json!([metric(&percent, "current")]),
            );
        } else {
            keep(stored, "status", "currentMetrics", status);
        }
        keep(stored, "status", "conditions", status);
    }
    object
}

/// Whether it is the share of the processor that pods asked for.
fn is_cpu(metric: &Value) -> bool {
    let resource = &metric["resource"];
    let percent = |value: &str| resource[value]["averageUtilization"].is_number();
    metric["type"] == "Resource"
        && resource["name"] == "cpu"
        && (percent("target") || percent("current"))
}

fn put(fields: &mut Map<String, Value>, name: &str, value: Value) {
    fields.insert(name.to_owned(), value);
}

fn keep(stored: Option<&Object>, part: &str, name: &str, fields: &mut Map<String, Value>) {
    let value = stored.and_then(|stored| stored[part].get(name));
    if let Some(value) = value {
        put(fields, name, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_say_the_same_as_far_as_the_older_can() {
        let old = json!({"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "a"},
            "spec": {"maxReplicas": 5, TARGET: 80}, "status": {"desiredReplicas": 2, CURRENT: 70}});
        let new = newer(old.clone(), None);
        let target = &new["spec"]["metrics"][0]["resource"];
        assert_eq!(
            target["target"],
            json!({"type": "Utilization", "averageUtilization": 80})
        );
        assert_eq!(older(&new), old);
    }

    #[test]
    fn a_change_through_the_older_keeps_what_it_cannot_say() {
        let memory = json!({"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}});
        let stored = json!({"apiVersion": "autoscaling/v2", "metadata": {"name": "a"},
            "spec": {"maxReplicas": 5, "metrics": [memory], "behavior": {"scaleUp": {}}}, "status": {"conditions": []}});
        let mut shown = older(&stored);
        assert_eq!(shown["spec"], json!({"maxReplicas": 5}));
        shown["spec"][TARGET] = json!(50);
        let back = newer(shown, Some(&stored));
        assert_eq!(back["spec"]["metrics"][1], memory);
        assert_eq!(back["spec"]["behavior"], json!({"scaleUp": {}}));
        assert_eq!(back["status"], stored["status"]);
    }
}
