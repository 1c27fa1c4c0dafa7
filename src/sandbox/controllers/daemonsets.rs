//! Daemon sets: a pod on each node.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::history::{self, History};
use super::runtime::recorder::Severity;
use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{after_seconds, apps, claims, core, fractions, number, pods, text, write_status};
use crate::sandbox::api::options::ListOptions;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object};

/// See the module.
pub(super) struct DaemonSets;

const COMPONENT: &str = "daemonset-controller";
const STYLE: history::Style = history::Style {
    label: history::LABEL,
};

impl Controller for DaemonSets {
    fn sources(&self) -> Vec<Source> {
        let sets = || apps("daemonsets");
        vec![
            Source::own(sets()),
            Source::owned_by(core("pods"), "DaemonSet"),
            Source::owned_by(apps("controllerrevisions"), "DaemonSet"),
            Source::mapped(core("pods"), move |context, event| {
                claims::adopters(context, &sets(), &event.object)
            }),
            // A node's heartbeats change its status only.
            Source::mapped(core("nodes"), move |context, event| {
                let before = event.before.as_deref();
                let same = before.is_some_and(|before| {
                    before["spec"] == event.object["spec"]
                        && before["metadata"]["labels"] == event.object["metadata"]["labels"]
                });
                if same {
                    Vec::new()
                } else {
                    keys_of(context, &sets())
                }
            }),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(set) = context.cluster.get(&apps("daemonsets"), key) else {
            return Ok(Next::Done);
        };
        let Some(selector) = claims::selector_of(&set) else {
            return Ok(Next::Done);
        };
        let members = claims::claim(context, &core("pods"), &set, &selector)?;
        if pods::is_terminating(&set) {
            return Ok(Next::Done);
        }
        let history = history::sync(context, &set, &STYLE)?;
        let mut view = View::new(context, &set, &history, members)?;
        let managed = view.manage();
        let status = view.status();
        write_status(context, &apps("daemonsets"), &set, &status)?;
        managed?;
        let used = view.pods.values().flatten();
        let prefix = pods::name_prefix(&set);
        let mut live: Vec<String> = used
            .map(|pod| format!("{prefix}{}", hash_of(pod)))
            .collect();
        live.push(text(&history.update["metadata"]["name"]).to_owned());
        let live: Vec<&str> = live.iter().map(String::as_str).collect();
        history::forget(context, &set, &history.all, &live)?;
        let minimum = number(&set["spec"]["minReadySeconds"]);
        let ready = view.pods.values().flatten().map(|pod| &**pod);
        let wait = pods::available_in(ready, minimum, context.clock.seconds());
        Ok(wait.map_or(Next::Done, after_seconds))
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &apps("daemonsets"))
    }
}

fn hash_of(pod: &Object) -> &str {
    text(&pod["metadata"]["labels"][history::LABEL])
}

/// One look at a daemon set.
struct View<'a> {
    context: &'a Context,
    set: &'a Object,
    /// The hash of the present template.
    hash: String,
    collisions: i64,
    /// The nodes that it is for.
    nodes: Vec<String>,
    /// By node, those that are on their way out included.
    pods: BTreeMap<String, Vec<Arc<Object>>>,
    now: i64,
}

impl<'a> View<'a> {
    fn new(
        context: &'a Context,
        set: &'a Object,
        history: &History,
        members: Vec<Arc<Object>>,
    ) -> Result<Self, Status> {
        let nodes = context
            .cluster
            .list(&core("nodes"), None, &ListOptions::default())?;
        let template = &set["spec"]["template"]["spec"];
        let fitting = nodes.items.iter().filter(|node| fits(template, node));
        let nodes = fitting.map(|node| text(&node["metadata"]["name"]).to_owned());
        let mut pods: BTreeMap<String, Vec<Arc<Object>>> = BTreeMap::new();
        for pod in members {
            let node = node_of(&pod).to_owned();
            pods.entry(node).or_default().push(pod);
        }
        Ok(Self {
            context,
            set,
            hash: text(&history.update["metadata"]["labels"][history::LABEL]).to_owned(),
            collisions: history.collisions,
            nodes: nodes.collect(),
            pods,
            now: context.clock.seconds(),
        })
    }

    fn is_available(&self, pod: &Object) -> bool {
        let minimum = number(&self.set["spec"]["minReadySeconds"]);
        !pods::is_terminating(pod) && pods::is_available(pod, minimum, self.now)
    }

    fn is_new(&self, pod: &Object) -> bool {
        hash_of(pod) == self.hash
    }

    fn manage(&mut self) -> Result<(), Status> {
        let strategy = &self.set["spec"]["updateStrategy"];
        let rolling = &strategy["rollingUpdate"];
        let count = i64::try_from(self.nodes.len()).unwrap_or(i64::MAX);
        let rolls = strategy["type"] != "OnDelete";
        let surge = if rolls {
            fractions::of(&rolling["maxSurge"], count, true)
        } else {
            0
        };
        let mut unavailable = fractions::of(&rolling["maxUnavailable"], count, true);
        if surge == 0 && unavailable == 0 {
            unavailable = 1;
        }
        for node in self.pods.keys().cloned().collect::<Vec<_>>() {
            if !self.nodes.contains(&node) {
                self.delete_all(&node, &|_| true)?;
            }
        }
        for node in self.nodes.clone() {
            self.replace_failed(&node)?;
            let kept: Vec<&Arc<Object>> = self.on(&node).collect();
            if kept.is_empty() && self.pods.get(&node).is_none_or(Vec::is_empty) {
                self.create(&node)?;
            } else if kept.len() > 1 && (surge == 0 || kept.iter().all(|pod| self.is_new(pod))) {
                let first = kept[0]["metadata"]["uid"].clone();
                self.delete_all(&node, &|pod| pod["metadata"]["uid"] != first)?;
            }
        }
        if !rolls {
            return Ok(());
        }
        if surge > 0 {
            self.roll_with_surge(surge)
        } else {
            self.roll(unavailable)
        }
    }

    /// Those on a node that are not on their way out.
    fn on(&self, node: &str) -> impl Iterator<Item = &Arc<Object>> {
        let pods = self.pods.get(node).into_iter().flatten();
        pods.filter(|pod| !pods::is_terminating(pod))
    }

    /// Old pods that are not available go at once, others as far as `unavailable` allows.
    fn roll(&mut self, unavailable: i64) -> Result<(), Status> {
        let has_available = |node: &&String| self.on(node).any(|pod| self.is_available(pod));
        let missing = self
            .nodes
            .iter()
            .filter(|node| !has_available(node))
            .count();
        let mut left = unavailable - i64::try_from(missing).unwrap_or(i64::MAX);
        for node in self.nodes.clone() {
            let old = self.on(&node).find(|pod| !self.is_new(pod)).cloned();
            let Some(old) = old else {
                continue;
            };
            if self.is_available(&old) {
                if left <= 0 {
                    continue;
                }
                left -= 1;
            }
            self.delete(&node, &old)?;
        }
        Ok(())
    }

    /// New pods come beside the old ones, which go when the new ones are available.
    fn roll_with_surge(&mut self, surge: i64) -> Result<(), Status> {
        let both = |node: &&String| {
            self.on(node).any(|pod| self.is_new(pod)) && self.on(node).any(|pod| !self.is_new(pod))
        };
        let doubled = self.nodes.iter().filter(both).count();
        let mut left = surge - i64::try_from(doubled).unwrap_or(i64::MAX);
        for node in self.nodes.clone() {
            let old = self.on(&node).find(|pod| !self.is_new(pod)).cloned();
            let Some(old) = old else {
                continue;
            };
            let new = self.on(&node).find(|pod| self.is_new(pod)).cloned();
            match new {
                Some(new) if self.is_available(&new) => self.delete(&node, &old)?,
                None if !self.is_available(&old) => self.delete(&node, &old)?,
                None if left > 0 => {
                    left -= 1;
                    self.create(&node)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn replace_failed(&mut self, node: &str) -> Result<(), Status> {
        let failed = self.on(node).filter(|pod| pods::is_finished(pod)).cloned();
        for pod in failed.collect::<Vec<_>>() {
            let metadata = &pod["metadata"];
            let (namespace, name) = (text(&metadata["namespace"]), text(&metadata["name"]));
            let message = format!(
                "Found failed daemon pod {namespace}/{name} on node {node}, will try to kill it"
            );
            let recorder = &self.context.recorder;
            recorder.record(
                COMPONENT,
                self.set,
                Severity::Warning,
                "FailedDaemonPod",
                &message,
            );
            self.delete(node, &pod)?;
        }
        Ok(())
    }

    fn delete_all(&mut self, node: &str, which: &dyn Fn(&Object) -> bool) -> Result<(), Status> {
        let found = self.on(node).filter(|pod| which(pod)).cloned();
        for pod in found.collect::<Vec<_>>() {
            self.delete(node, &pod)?;
        }
        Ok(())
    }

    fn delete(&mut self, node: &str, pod: &Arc<Object>) -> Result<(), Status> {
        pods::delete(self.context, COMPONENT, self.set, pod)?;
        // It stays in the picture until it is gone.
        let left = self.context.cluster.get(&core("pods"), &Key::of(pod)).ok();
        let all = self.pods.entry(node.to_owned()).or_default();
        let uid = &pod["metadata"]["uid"];
        all.retain(|one| one["metadata"]["uid"] != *uid);
        all.extend(left.filter(|left| left["metadata"]["uid"] == *uid));
        Ok(())
    }

    fn create(&mut self, node: &str) -> Result<(), Status> {
        let mut pod = pods::from_template(&self.set["spec"]["template"], self.set);
        pod["metadata"]["generateName"] = json!(pods::name_prefix(self.set));
        pod["metadata"]["labels"][history::LABEL] = json!(self.hash);
        bind(&mut pod["spec"], node);
        let made = pods::create(self.context, COMPONENT, self.set, pod)?;
        self.pods.entry(node.to_owned()).or_default().push(made);
        Ok(())
    }

    fn status(&self) -> Value {
        let (mut scheduled, mut ready, mut available, mut updated) = (0, 0, 0, 0);
        for node in &self.nodes {
            // The oldest counts, the new one before the old.
            let mut pods: Vec<&Arc<Object>> = self.on(node).collect();
            pods.sort_by_key(|pod| !self.is_new(pod));
            let Some(pod) = pods.first() else {
                continue;
            };
            scheduled += 1;
            ready += i64::from(pods::is_ready(pod));
            available += i64::from(self.is_available(pod));
            updated += i64::from(self.is_new(pod));
        }
        let desired = i64::try_from(self.nodes.len()).unwrap_or(i64::MAX);
        let wrong = self.pods.keys().filter(|node| !self.nodes.contains(node));
        let mut status = json!({
            "observedGeneration": self.set["metadata"]["generation"],
            "currentNumberScheduled": scheduled, "desiredNumberScheduled": desired,
            "numberMisscheduled": wrong.count(), "numberReady": ready,
        });
        for (field, count) in [
            ("updatedNumberScheduled", updated),
            ("numberAvailable", available),
            ("numberUnavailable", desired - available),
            ("collisionCount", self.collisions),
        ] {
            if count > 0 {
                status[field] = json!(count);
            }
        }
        status
    }
}

/// The node that a pod is on, or bound to before it is there.
fn node_of(pod: &Object) -> &str {
    let node = text(&pod["spec"]["nodeName"]);
    if !node.is_empty() {
        return node;
    }
    let affinity = &pod["spec"]["affinity"]["nodeAffinity"];
    let terms = &affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
    text(&terms[0]["matchFields"][0]["values"][0])
}

/// Binds a pod to a node, and has it stay there whatever becomes of the node, as Kubernetes does.
fn bind(spec: &mut Value, node: &str) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    let field = json!([{"key": "metadata.name", "operator": "In", "values": [node]}]);
    if !spec["affinity"].is_object() {
        spec["affinity"] = json!({});
    }
    let affinity = &mut spec["affinity"];
    if !affinity["nodeAffinity"].is_object() {
        affinity["nodeAffinity"] = json!({});
    }
    let terms = json!({"nodeSelectorTerms": [{"matchFields": field}]});
    affinity["nodeAffinity"][REQUIRED] = terms;
    let mut tolerations = spec["tolerations"].as_array().cloned().unwrap_or_default();
    for (key, effect) in [
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    ] {
        let key = format!("node.kubernetes.io/{key}");
        let toleration = json!({"key": key, "operator": "Exists", "effect": effect});
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    spec["tolerations"] = Value::Array(tolerations);
}

/// Whether a daemon's pod belongs on a node: by the node selector, and by what it tolerates.
fn fits(template: &Value, node: &Object) -> bool {
    let labels = &node["metadata"]["labels"];
    let selector = template["nodeSelector"].as_object();
    let selected = selector
        .into_iter()
        .flatten()
        .all(|(key, value)| labels[key] == *value);
    let taints = node["spec"]["taints"].as_array();
    let mut taints = taints.into_iter().flatten();
    selected
        && taints.all(|taint| {
            let of_node = text(&taint["key"]).starts_with("node.kubernetes.io/");
            let mild = taint["effect"] == "PreferNoSchedule";
            of_node || mild || tolerates(template, taint)
        })
}

fn tolerates(template: &Value, taint: &Value) -> bool {
    let tolerations = template["tolerations"].as_array();
    tolerations.into_iter().flatten().any(|one| {
        let any_key = text(&one["key"]).is_empty() && one["operator"] == "Exists";
        let key = any_key || one["key"] == taint["key"];
        let effect = text(&one["effect"]).is_empty() || one["effect"] == taint["effect"];
        let value = one["operator"] == "Exists" || text(&one["value"]) == text(&taint["value"]);
        key && effect && value
    })
}
