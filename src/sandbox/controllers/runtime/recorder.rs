//! Events: what happened to an object, as `kubectl describe` and `kubectl get events` show it. What happens again is counted,
//! not repeated, and many of a sort are drawn together, as Kubernetes' clients do it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{Clock, writes_of};
use crate::sandbox::api::options::{Patch, Subresource};
use crate::sandbox::api::{Cluster, Key, Object, ResourceId, clock};

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Severity {
    Normal,
    Warning,
}

impl Severity {
    fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// So many events that differ in their message only are kept apart; further ones become one.
const SIMILAR: usize = 10;
/// The same, forgotten after this many seconds without one.
const SIMILAR_FOR: i64 = 600;
/// So many events are remembered, to be counted instead of repeated.
const REMEMBERED: usize = 4096;

/// An event about an object.
pub(crate) struct Happening<'a> {
    pub(crate) object: &'a Object,
    /// Which part of it, as `spec.containers{web}`; may be empty.
    pub(crate) field_path: &'a str,
    /// Who says it: `deployment-controller`, `kubelet`.
    pub(crate) component: &'a str,
    /// On which node; may be empty.
    pub(crate) host: &'a str,
    pub(crate) severity: Severity,
    pub(crate) reason: &'a str,
    pub(crate) message: &'a str,
}

#[derive(Default)]
struct Memory {
    hasher: RandomState,
    /// By a hash of what makes an event the same: where it is kept, and how often it happened.
    events: HashMap<u64, (Key, i64)>,
    /// By a hash of what makes events similar: hashes of their messages, and the time of the last.
    similar: HashMap<u64, (HashSet<u64>, i64)>,
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Recorder {
    cluster: Cluster,
    clock: Clock,
    memory: Arc<Mutex<Memory>>,
}

impl Recorder {
    /// Records in this cluster.
    pub(crate) fn new(cluster: Cluster, clock: Clock) -> Self {
        Self {
            cluster,
            clock,
            memory: Arc::default(),
        }
    }

    /// Records what a controller did to an object, or why it could not.
    pub(crate) fn record(
        &self,
        component: &str,
        object: &Object,
        severity: Severity,
        reason: &str,
        message: &str,
    ) {
        self.happened(&Happening {
            object,
            field_path: "",
            component,
            host: "",
            severity,
            reason,
            message,
        });
    }

    /// Records an event. One that cannot be kept (its namespace is going) is lost, as in Kubernetes.
    pub(crate) fn happened(&self, happening: &Happening<'_>) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.seconds();
        let uid = happening.object["metadata"]["uid"].as_str();
        let sort = (
            uid.unwrap_or_default(),
            happening.component,
            happening.severity,
            happening.reason,
            happening.field_path,
        );
        let sort = memory.hasher.hash_one(sort);
        let text = memory.hasher.hash_one(happening.message);
        if memory.similar.len() > REMEMBERED {
            memory
                .similar
                .retain(|_, (_, last)| now - *last <= SIMILAR_FOR);
        }
        let similar = memory.similar.entry(sort).or_default();
        if now - similar.1 > SIMILAR_FOR {
            similar.0.clear();
        }
        similar.1 = now;
        let many = similar.0.len() >= SIMILAR && !similar.0.contains(&text);
        if !many {
            similar.0.insert(text);
        }
        let id = memory.hasher.hash_one((sort, (!many).then_some(text)));
        let message = if many {
            format!("(combined from similar events): {}", happening.message)
        } else {
            happening.message.to_owned()
        };
        let known = memory.events.get(&id).cloned();
        let again = known.and_then(|(key, count)| {
            let count = count + 1;
            self.count(&key, count, &message, now)
                .then_some((key, count))
        });
        let kept = again.or_else(|| Some((self.create(happening, &message, now)?, 1)));
        if memory.events.len() >= REMEMBERED {
            memory.events.clear();
        }
        if let Some(kept) = kept {
            memory.events.insert(id, kept);
        }
    }

    /// Counts an event; false where it is gone.
    fn count(&self, key: &Key, count: i64, message: &str, now: i64) -> bool {
        let change =
            json!({"count": count, "lastTimestamp": clock::format(now), "message": message});
        let options = writes_of("kube-controller-manager");
        self.cluster
            .patch(
                &events(),
                key,
                Subresource::Main,
                &Patch::Merge(change),
                &options,
            )
            .is_ok()
    }

    fn create(&self, happening: &Happening<'_>, message: &str, now: i64) -> Option<Key> {
        let about = happening.object;
        let metadata = &about["metadata"];
        let name = metadata["name"].as_str().unwrap_or_default();
        // Objects in no namespace have their events in `default`.
        let namespace = metadata["namespace"].as_str().unwrap_or("default");
        let mut involved = json!({"kind": about["kind"], "apiVersion": about["apiVersion"]});
        for field in ["name", "namespace", "uid", "resourceVersion"] {
            if let Value::String(text) = &metadata[field] {
                involved[field] = json!(text);
            }
        }
        let mut source = json!({"component": happening.component});
        if !happening.field_path.is_empty() {
            involved["fieldPath"] = json!(happening.field_path);
        }
        if !happening.host.is_empty() {
            source["host"] = json!(happening.host);
        }
        let key = Key::namespaced(namespace, &format!("{name}.{:016x}", moment()));
        let time = clock::format(now);
        let event = json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": key.name, "namespace": namespace},
            "involvedObject": involved, "source": source, "count": 1,
            "firstTimestamp": time, "lastTimestamp": time, "type": happening.severity.as_str(),
            "reason": happening.reason, "message": message,
            "reportingComponent": happening.component, "reportingInstance": happening.host,
        });
        let manager = if happening.host.is_empty() {
            "kube-controller-manager"
        } else {
            happening.component
        };
        let made = self
            .cluster
            .create(&events(), Some(namespace), event, &writes_of(manager));
        made.is_ok().then_some(key)
    }
}

/// Nanoseconds since 1970, never the same twice: kubectl shows events of one second in the order of their names.
fn moment() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
    let next = |last: u64| Some(now.max(last + 1));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    now.max(last.unwrap_or_default() + 1)
}

fn events() -> ResourceId {
    ResourceId::new("", "v1", "events")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::api::Config;
    use crate::sandbox::api::options::ListOptions;

    fn recorded(messages: &[&str]) -> Vec<(String, i64)> {
        let cluster = Cluster::start(&Config::default()).unwrap();
        let recorder = Recorder::new(cluster.clone(), Clock::default());
        let object = json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "web", "namespace": "default", "uid": "u1"}});
        for message in messages {
            recorder.record("test", &object, Severity::Normal, "Tried", message);
        }
        let listed = cluster
            .list(&events(), None, &ListOptions::default())
            .unwrap();
        let mut out: Vec<_> = listed
            .items
            .iter()
            .map(|event| {
                let message = event["message"].as_str().unwrap().to_owned();
                (message, event["count"].as_i64().unwrap())
            })
            .collect();
        out.sort();
        out
    }

    #[test]
    fn what_happens_again_is_counted() {
        let expected = vec![("a".to_owned(), 2), ("b".to_owned(), 1)];
        assert_eq!(recorded(&["a", "b", "a"]), expected);
    }

    #[test]
    fn many_similar_events_become_one() {
        let messages: Vec<String> = (10..30).map(|number| format!("pod {number}")).collect();
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let out = recorded(&messages);
        assert_eq!(out.len(), 11);
        let combined = ("(combined from similar events): pod 29".to_owned(), 10);
        assert_eq!(out[0], combined);
    }
}
