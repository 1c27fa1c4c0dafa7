//! Namespaces: what each one has from the start, and its end, with everything that is in it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{core, writes};
use crate::sandbox::api::options::{DeleteOptions, ListOptions, Patch, Propagation, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::{Event, EventKind};
use crate::sandbox::api::{Key, Object, ResourceInfo};

/// Content is deleted once nothing else was deleted, in the namespace or of what is in none, for this long. `kubectl delete -f` of a manifest with its
/// Namespace in front then still finds what it deletes next. Kubernetes waits for 5 s.
const QUIET: i64 = 500;
/// Content is deleted after this long whatever else happens.
const LONGEST: i64 = 5000;

/// See the module.
pub(super) struct Namespaces {
    authority: String,
    /// The namespaces that are to go, as they were seen.
    ending: Mutex<HashMap<String, Ending>>,
}

/// Times in milliseconds since 1970.
#[derive(Clone, Copy)]
struct Ending {
    seen: i64,
    last_deletion: i64,
    began: bool,
}

const ROOT: &str = "kube-root-ca.crt";

impl Namespaces {
    pub(super) fn new(authority: &str) -> Self {
        Self {
            authority: authority.to_owned(),
            ending: Mutex::default(),
        }
    }

    fn ending(&self) -> MutexGuard<'_, HashMap<String, Ending>> {
        self.ending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account that pods have and the certificate that they know the API server by.
    fn furnish(&self, context: &Context, namespace: &str) -> Result<(), Status> {
        let account = Key::namespaced(namespace, "default");
        let accounts = core("serviceaccounts");
        if context.cluster.get(&accounts, &account).is_err() {
            let object = json!({"metadata": {"name": "default"}});
            let made = context
                .cluster
                .create(&accounts, Some(namespace), object, &writes());
            unless_there(made.map(drop))?;
        }
        let root = Key::namespaced(namespace, ROOT);
        let maps = core("configmaps");
        let data = json!({"ca.crt": self.authority});
        let Ok(found) = context.cluster.get(&maps, &root) else {
            let object = json!({"metadata": {"name": ROOT}, "data": data});
            let made = context
                .cluster
                .create(&maps, Some(namespace), object, &writes());
            return unless_there(made.map(drop));
        };
        if found["data"] != data {
            let change = Patch::Json(json!([{"op": "add", "path": "/data", "value": data}]));
            context
                .cluster
                .patch(&maps, &root, Subresource::Main, &change, &writes())?;
        }
        Ok(())
    }

    fn end(&self, context: &Context, namespace: &Object) -> Result<Next, Status> {
        let name = namespace["metadata"]["name"].as_str().unwrap_or_default();
        let now = context.clock.millis();
        let mut all = self.ending();
        let ending = all.entry(name.to_owned()).or_insert(Ending {
            seen: now,
            last_deletion: now,
            began: false,
        });
        let begin = (ending.last_deletion + QUIET).min(ending.seen + LONGEST);
        // One that was half gone when the practice cluster was stopped goes on at once.
        let interrupted = !namespace["status"]["conditions"].is_null();
        if !ending.began && !interrupted && now < begin {
            let pause = u64::try_from(begin - now).unwrap_or_default();
            return Ok(Next::After(Duration::from_millis(pause)));
        }
        ending.began = true;
        drop(all);
        let left = clear(context, name);
        if left.is_empty() {
            self.ending().remove(name);
            let emptied = json!({"spec": {"finalizers": []}});
            let key = Key::cluster(name);
            let namespaces = core("namespaces");
            let done = context.cluster.update(
                &namespaces,
                &key,
                Subresource::Finalize,
                &emptied,
                &writes(),
            );
            return done.map(|_| Next::Done);
        }
        report(context, namespace, &left)?;
        Ok(Next::Done)
    }

    /// A namespace that is to go is looked at with each deletion in it.
    fn changed(&self, context: &Context, event: &Event) -> Vec<Key> {
        let metadata = &event.object["metadata"];
        let marked = event.kind == EventKind::Modified && metadata["deletionTimestamp"].is_string();
        if !marked && event.kind != EventKind::Deleted {
            return Vec::new();
        }
        let mut all = self.ending();
        let Some(name) = metadata["namespace"].as_str() else {
            let now = context.clock.millis();
            for ending in all.values_mut().filter(|ending| !ending.began) {
                ending.last_deletion = now;
            }
            return Vec::new();
        };
        let Some(ending) = all.get_mut(name) else {
            let furniture = metadata["name"] == ROOT || metadata["name"] == "default";
            return furniture.then(|| Key::cluster(name)).into_iter().collect();
        };
        if !ending.began {
            ending.last_deletion = context.clock.millis();
        }
        vec![Key::cluster(name)]
    }
}

/// Another writer may have made it meanwhile, or the namespace may be about to go.
fn unless_there(made: Result<(), Status>) -> Result<(), Status> {
    match made {
        Err(status) if !matches!(status.reason, "AlreadyExists" | "Forbidden" | "NotFound") => {
            Err(status)
        }
        _ => Ok(()),
    }
}

impl Controller for Arc<Namespaces> {
    fn sources(&self) -> Vec<Source> {
        let this = Self::clone(self);
        vec![
            Source::own(core("namespaces")),
            Source::everything(move |context, event| this.changed(context, event)),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(namespace) = context.cluster.get(&core("namespaces"), key) else {
            self.ending().remove(&key.name);
            return Ok(Next::Done);
        };
        if namespace["metadata"]["deletionTimestamp"].is_string() {
            return self.end(context, &namespace);
        }
        self.furnish(context, &key.name)?;
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &core("namespaces"))
    }
}

/// What is left of a kind.
struct Left {
    /// `pods.`, `deployments.apps`: the plural, a dot and the group.
    kind: String,
    objects: Vec<Arc<Object>>,
}

/// Deletes what is in a namespace: pods first, and everything else once they are gone. Gives what is left.
fn clear(context: &Context, namespace: &str) -> Vec<Left> {
    let mut kinds: BTreeMap<Arc<str>, Arc<ResourceInfo>> = BTreeMap::new();
    for info in context.cluster.resources() {
        let stored = info.verbs.iter().any(|verb| verb == "delete");
        if info.namespaced && stored {
            kinds.entry(Arc::clone(&info.collection)).or_insert(info);
        }
    }
    let pods = kinds.remove("pods");
    let left = clear_kinds(context, namespace, pods.iter());
    if left.is_empty() {
        clear_kinds(context, namespace, kinds.values())
    } else {
        left
    }
}

fn clear_kinds<'a>(
    context: &Context,
    namespace: &str,
    kinds: impl Iterator<Item = &'a Arc<ResourceInfo>>,
) -> Vec<Left> {
    let mut left = Vec::new();
    let options = DeleteOptions {
        propagation: Some(Propagation::Background),
        ..DeleteOptions::default()
    };
    for info in kinds {
        let list = || {
            let listed = context
                .cluster
                .list(&info.id(), Some(namespace), &ListOptions::default());
            listed.map(|list| list.items).unwrap_or_default()
        };
        let mut held = false;
        for object in list() {
            if object["metadata"]["deletionTimestamp"].is_string() {
                held = true;
                continue;
            }
            let deleted = context
                .cluster
                .delete(&info.id(), &Key::of(&object), &options);
            held |= deleted.is_ok_and(|deleted| !deleted.gone);
        }
        let objects = if held { list() } else { Vec::new() };
        if !objects.is_empty() {
            left.push(Left {
                kind: format!("{}.{}", info.plural, info.group),
                objects,
            });
        }
    }
    left
}

/// How many objects of which kinds are left.
fn remaining(left: &[Left]) -> String {
    let kind = |one: &Left| {
        let count = one.objects.len();
        format!("{} has {count} resource instances", one.kind)
    };
    let kinds: Vec<String> = left.iter().map(kind).collect();
    format!("Some resources are remaining: {}", kinds.join(", "))
}

/// Which finalizers hold objects that are left, if any do.
fn held(left: &[Left]) -> Option<String> {
    let mut finalizers: BTreeMap<&str, usize> = BTreeMap::new();
    for object in left.iter().flat_map(|one| &one.objects) {
        let all = object["metadata"]["finalizers"].as_array();
        for finalizer in all.into_iter().flatten().filter_map(Value::as_str) {
            *finalizers.entry(finalizer).or_default() += 1;
        }
    }
    let holding: Vec<String> = finalizers
        .iter()
        .map(|(name, count)| format!("{name} in {count} resource instances"))
        .collect();
    (!holding.is_empty()).then(|| {
        format!(
            "Some content in the namespace has finalizers remaining: {}",
            holding.join(", ")
        )
    })
}

/// Says in the namespace's conditions what it waits for.
fn report(context: &Context, namespace: &Object, left: &[Left]) -> Result<(), Status> {
    let remaining = remaining(left);
    let held = held(left);
    let conditions = [
        (
            "NamespaceDeletionDiscoveryFailure",
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        (
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        (
            "NamespaceContentRemaining",
            "True",
            "SomeResourcesRemain",
            &remaining,
        ),
        match &held {
            None => (
                "NamespaceFinalizersRemaining",
                "False",
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished",
            ),
            Some(held) => (
                "NamespaceFinalizersRemaining",
                "True",
                "SomeFinalizersRemain",
                held,
            ),
        },
    ];
    let mut status = namespace["status"].clone();
    for (kind, value, reason, message) in conditions {
        super::conditions::set(
            &mut status,
            &super::conditions::Condition {
                kind,
                status: value,
                reason,
                message,
            },
            &context.clock.now(),
        );
    }
    super::write_status(context, &core("namespaces"), namespace, &status)
}
