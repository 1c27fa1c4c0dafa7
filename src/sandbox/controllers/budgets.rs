//! Disruption budgets: how many pods may be taken away now. Evictions ask the status that is written here.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::conditions::{self, Condition};
use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{core, fractions, number, pods, text, write_status};
use crate::sandbox::api::options::ListOptions;
use crate::sandbox::api::selector::LabelSelector;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::Event;
use crate::sandbox::api::{Key, Object, ResourceId};

/// See the module.
pub(super) struct Budgets;

fn budgets() -> ResourceId {
    ResourceId::new("policy", "v1", "poddisruptionbudgets")
}

impl Controller for Budgets {
    fn sources(&self) -> Vec<Source> {
        let mut sources = vec![
            Source::own(budgets()),
            Source::mapped(core("pods"), |context, event| {
                let before = event.before.as_deref();
                in_namespace(context, event)
                    .into_iter()
                    .filter(|budget| {
                        selects(budget, &event.object)
                            || before.is_some_and(|pod| selects(budget, pod))
                    })
                    .map(|budget| Key::of(&budget))
                    .collect()
            }),
        ];
        // What their pods' controllers want counts too.
        for kind in SCALED {
            let id = ResourceId::new("apps", "v1", kind);
            sources.push(Source::mapped(id, |context, event| {
                let before = event
                    .before
                    .as_deref()
                    .map(|object| &object["spec"]["replicas"]);
                if before == Some(&event.object["spec"]["replicas"]) {
                    return Vec::new();
                }
                let all = in_namespace(context, event);
                all.iter().map(|budget| Key::of(budget)).collect()
            }));
        }
        sources
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(budget) = context.cluster.get(&budgets(), key) else {
            return Ok(Next::Done);
        };
        let status = status(context, &budget)?;
        write_status(context, &budgets(), &budget, &status)?;
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &budgets())
    }
}

const SCALED: [&str; 3] = ["deployments", "replicasets", "statefulsets"];

fn in_namespace(context: &Context, event: &Event) -> Vec<std::sync::Arc<Object>> {
    let namespace = event.object["metadata"]["namespace"].as_str();
    let listed = context
        .cluster
        .list(&budgets(), namespace, &ListOptions::default());
    listed.map(|list| list.items).unwrap_or_default()
}

/// A budget without a selector is for no pod, one with an empty selector for all.
fn selects(budget: &Object, pod: &Object) -> bool {
    let selector = &budget["spec"]["selector"];
    !selector.is_null()
        && LabelSelector::from_object(selector).is_ok_and(|selector| selector.matches(pod))
}

fn status(context: &Context, budget: &Object) -> Result<Value, Status> {
    let namespace = budget["metadata"]["namespace"].as_str();
    let listed = context
        .cluster
        .list(&core("pods"), namespace, &ListOptions::default())?;
    let mut counted = listed.items;
    counted.retain(|pod| selects(budget, pod) && !pods::is_finished(pod));
    let healthy = |pod: &&std::sync::Arc<Object>| pods::is_ready(pod) && !pods::is_terminating(pod);
    let current = i64::try_from(counted.iter().filter(healthy).count()).unwrap_or(i64::MAX);
    let count = i64::try_from(counted.len()).unwrap_or(i64::MAX);
    let spec = &budget["spec"];
    let (expected, desired) = if spec["maxUnavailable"].is_null() {
        let least = &spec["minAvailable"];
        let expected = if least.is_string() {
            scale_of(context, &counted)
        } else {
            count
        };
        // Kubernetes takes one where nothing is said.
        let least = if least.is_null() { &json!(1) } else { least };
        (expected, fractions::of(least, expected, true))
    } else {
        let expected = scale_of(context, &counted);
        let most = fractions::of(&spec["maxUnavailable"], expected, true);
        (expected, (expected - most).max(0))
    };
    let allowed = if expected > 0 {
        (current - desired).max(0)
    } else {
        0
    };
    let mut status = json!({
        "observedGeneration": budget["metadata"]["generation"], "currentHealthy": current,
        "desiredHealthy": desired, "expectedPods": expected, "disruptionsAllowed": allowed,
    });
    if budget["status"]["conditions"].is_array() {
        status["conditions"] = budget["status"]["conditions"].clone();
    }
    let (value, reason) = if allowed > 0 {
        ("True", "SufficientPods")
    } else {
        ("False", "InsufficientPods")
    };
    let condition = Condition {
        kind: "DisruptionAllowed",
        status: value,
        reason,
        message: "",
    };
    conditions::set(&mut status, &condition, &context.clock.now());
    if let Some(all) = status["conditions"].as_array_mut() {
        for condition in all {
            condition["observedGeneration"] = budget["metadata"]["generation"].clone();
        }
    }
    Ok(status)
}

/// How many pods the controllers of some pods want together. A pod without one counts as one.
fn scale_of(context: &Context, counted: &[std::sync::Arc<Object>]) -> i64 {
    let mut scales: BTreeMap<String, i64> = BTreeMap::new();
    for pod in counted {
        let mut owner = std::sync::Arc::clone(pod);
        while let Some(above) = controller_of(context, &owner) {
            owner = above;
        }
        let scale = if owner["kind"] == "Pod" {
            1
        } else {
            number(&owner["spec"]["replicas"])
        };
        scales.insert(text(&owner["metadata"]["uid"]).to_owned(), scale);
    }
    scales.values().sum()
}

/// The workload that controls an object, if it has a scale.
fn controller_of(context: &Context, object: &Object) -> Option<std::sync::Arc<Object>> {
    for (kind, plural) in ["Deployment", "ReplicaSet", "StatefulSet"]
        .into_iter()
        .zip(SCALED)
    {
        if let Some(key) = super::runtime::controller_key(object, kind) {
            return context.cluster.get(&super::apps(plural), &key).ok();
        }
    }
    None
}
