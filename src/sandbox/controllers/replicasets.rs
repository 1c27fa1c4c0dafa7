//! Replica sets: as many pods as are wanted.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::conditions::{self, Condition};
use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{apps, claims, core, number, pods, write_status};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object};

/// See the module.
pub(super) struct ReplicaSets;

const COMPONENT: &str = "replicaset-controller";
/// So many pods are made or deleted at a time.
const BURST: usize = 500;

impl Controller for ReplicaSets {
    fn sources(&self) -> Vec<Source> {
        vec![
            Source::own(apps("replicasets")),
            Source::owned_by(core("pods"), "ReplicaSet"),
            Source::mapped(core("pods"), |context, event| {
                claims::adopters(context, &apps("replicasets"), &event.object)
            }),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(set) = context.cluster.get(&apps("replicasets"), key) else {
            return Ok(Next::Done);
        };
        let Some(selector) = claims::selector_of(&set) else {
            return Ok(Next::Done);
        };
        let mut all = claims::claim(context, &core("pods"), &set, &selector)?;
        all.retain(|pod| pods::is_active(pod));
        let managed = if pods::is_terminating(&set) {
            Ok(false)
        } else {
            manage(context, &set, &mut all)
        };
        let now = context.clock.seconds();
        let status = status(&set, &all, &managed, now, &context.clock.now());
        write_status(context, &apps("replicasets"), &set, &status)?;
        if managed? {
            return Ok(Next::After(Duration::ZERO));
        }
        let minimum = number(&set["spec"]["minReadySeconds"]);
        let wait = pods::available_in(all.iter().map(|pod| &**pod), minimum, now);
        Ok(wait.map_or(Next::Done, super::after_seconds))
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &apps("replicasets"))
    }
}

/// Makes or deletes pods. `all` are those that count, before and after. Gives whether more is to be done.
fn manage(context: &Context, set: &Object, all: &mut Vec<Arc<Object>>) -> Result<bool, Status> {
    let wanted = usize::try_from(number(&set["spec"]["replicas"])).unwrap_or_default();
    if all.len() < wanted {
        let missing = wanted - all.len();
        for _ in 0..missing.min(BURST) {
            let mut pod = pods::from_template(&set["spec"]["template"], set);
            pod["metadata"]["generateName"] = json!(pods::name_prefix(set));
            all.push(pods::create(context, COMPONENT, set, pod)?);
        }
        return Ok(missing > BURST);
    }
    let surplus = all.len() - wanted;
    if surplus == 0 {
        return Ok(false);
    }
    let now = context.clock.seconds();
    all.sort_by(|one, other| pods::by_deletion(one, other, now));
    for pod in all.drain(..surplus.min(BURST)) {
        pods::delete(context, COMPONENT, set, &pod)?;
    }
    Ok(surplus > BURST)
}

fn status(
    set: &Object,
    all: &[Arc<Object>],
    managed: &Result<bool, Status>,
    now: i64,
    time: &str,
) -> Value {
    let minimum = number(&set["spec"]["minReadySeconds"]);
    let labels = &set["spec"]["template"]["metadata"]["labels"];
    let labelled = |pod: &Arc<Object>| {
        let own = &pod["metadata"]["labels"];
        let wanted = labels.as_object().into_iter().flatten();
        wanted.into_iter().all(|(key, value)| own[key] == *value)
    };
    let count = |is: &dyn Fn(&Arc<Object>) -> bool| all.iter().filter(|pod| is(pod)).count();
    let mut status =
        json!({"replicas": all.len(), "observedGeneration": set["metadata"]["generation"]});
    for (field, count) in [
        ("fullyLabeledReplicas", count(&labelled)),
        ("readyReplicas", count(&|pod| pods::is_ready(pod))),
        (
            "availableReplicas",
            count(&|pod| pods::is_available(pod, minimum, now)),
        ),
    ] {
        if count > 0 {
            status[field] = json!(count);
        }
    }
    if set["status"]["conditions"].is_array() {
        status["conditions"] = set["status"]["conditions"].clone();
    }
    match managed {
        Err(refusal) => {
            let wanted = usize::try_from(number(&set["spec"]["replicas"])).unwrap_or_default();
            let reason = if all.len() < wanted {
                "FailedCreate"
            } else {
                "FailedDelete"
            };
            let message = refusal.to_string();
            let failure = Condition {
                kind: "ReplicaFailure",
                status: "True",
                reason,
                message: &message,
            };
            // It says what failed first, until it no longer does.
            if conditions::find(&status, "ReplicaFailure").is_none() {
                conditions::set(&mut status, &failure, time);
            }
        }
        Ok(_) => conditions::remove(&mut status, "ReplicaFailure"),
    }
    if status["conditions"].as_array().is_some_and(Vec::is_empty)
        && let Some(status) = status.as_object_mut()
    {
        status.remove("conditions");
    }
    status
}
