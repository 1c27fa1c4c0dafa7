//! Keeps `EndpointSlices` and Endpoints as `endpoints` says they should be.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::{endpoints, services};
use crate::sandbox::api::options::{DeleteOptions, ListOptions, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, ResourceId};
use crate::sandbox::controllers::runtime::{Context, Controller, Next, Source, keys_of, writes_of};

/// A Service whose pods change all the time is looked at no more often than this, in milliseconds.
const EVERY: i64 = 100;

/// See the module.
#[derive(Default)]
pub(super) struct Slices {
    /// When a Service was last looked at.
    seen: Mutex<HashMap<Key, i64>>,
}

fn slices() -> ResourceId {
    ResourceId::new("discovery.k8s.io", "v1", "endpointslices")
}

fn core(plural: &str) -> ResourceId {
    ResourceId::new("", "v1", plural)
}

/// The Services that select a pod.
fn services_of(context: &Context, pods: &[&Object]) -> Vec<Key> {
    let namespace = pods.first().map(|pod| &pod["metadata"]["namespace"]);
    let namespace = namespace.and_then(Value::as_str);
    let listed = context
        .cluster
        .list(&services(), namespace, &ListOptions::default());
    let all = listed.map(|list| list.items).unwrap_or_default();
    all.iter()
        .filter(|service| pods.iter().any(|pod| endpoints::selects(service, pod)))
        .map(|service| Key::of(service))
        .collect()
}

impl Slices {
    /// How long to wait before a Service may be looked at again; `None` for now.
    fn wait(&self, key: &Key, now: i64) -> Option<Duration> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now - seen.get(key).copied().unwrap_or(i64::MIN / 2);
        if (0..EVERY).contains(&since) {
            return Some(Duration::from_millis(
                u64::try_from(EVERY - since).unwrap_or(1),
            ));
        }
        seen.insert(key.clone(), now);
        None
    }

    fn forget(&self, key: &Key) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.remove(key);
    }
}

/// Replaces an object's content, if it is another.
fn replace(context: &Context, kind: &ResourceId, old: &Object, new: &Object) -> Result<(), Status> {
    let mut object = old.clone();
    let fields = ["addressType", "endpoints", "ports", "subsets"];
    for field in fields {
        match (new.get(field), object.as_object_mut()) {
            (Some(value), _) => object[field] = value.clone(),
            (None, Some(object)) => {
                object.remove(field);
            }
            _ => {}
        }
    }
    object["metadata"]["labels"] = new["metadata"]["labels"].clone();
    if object == *old {
        return Ok(());
    }
    let options = writes_of("kube-controller-manager");
    context
        .cluster
        .update(kind, &Key::of(old), Subresource::Main, &object, &options)?;
    Ok(())
}

/// Makes the slices of a Service into those that it should have, the present ones first.
fn keep_slices(context: &Context, service: &Object, pods: &[Arc<Object>]) -> Result<(), Status> {
    let key = Key::of(service);
    let selector = format!(
        "{}={},endpointslice.kubernetes.io/managed-by={}",
        endpoints::SERVICE,
        key.name,
        endpoints::MANAGER
    );
    let options = ListOptions {
        label_selector: selector,
        ..ListOptions::default()
    };
    let namespace = key.namespace.as_deref();
    let listed = context.cluster.list(&slices(), namespace, &options)?;
    let mut present = listed.items.into_iter();
    for slice in endpoints::slices(service, pods) {
        if let Some(old) = present.next() {
            replace(context, &slices(), &old, &slice)?;
        } else {
            let options = writes_of("kube-controller-manager");
            context
                .cluster
                .create(&slices(), namespace, slice, &options)?;
        }
    }
    for old in present {
        let deleted = context
            .cluster
            .delete(&slices(), &Key::of(&old), &DeleteOptions::default());
        if let Err(status) = deleted
            && status.code != 404
        {
            return Err(status);
        }
    }
    Ok(())
}

fn keep_endpoints(context: &Context, service: &Object, pods: &[Arc<Object>]) -> Result<(), Status> {
    let key = Key::of(service);
    let wanted = endpoints::endpoints(service, pods);
    match context.cluster.get(&core("endpoints"), &key) {
        Ok(old) => replace(context, &core("endpoints"), &old, &wanted),
        Err(status) if status.code == 404 => {
            let options = writes_of("kube-controller-manager");
            let namespace = key.namespace.as_deref();
            let made = context
                .cluster
                .create(&core("endpoints"), namespace, wanted, &options);
            made.map(|_| ())
        }
        Err(status) => Err(status),
    }
}

/// Endpoints have no owner: they go with their Service by hand.
fn remove_endpoints(context: &Context, key: &Key) -> Result<(), Status> {
    let Ok(old) = context.cluster.get(&core("endpoints"), key) else {
        return Ok(());
    };
    let ours = old["metadata"]["labels"]["endpoints.kubernetes.io/managed-by"]
        == json!("endpoint-controller");
    if !ours {
        return Ok(());
    }
    let deleted = context
        .cluster
        .delete(&core("endpoints"), key, &DeleteOptions::default());
    match deleted {
        Err(status) if status.code != 404 => Err(status),
        _ => Ok(()),
    }
}

impl Controller for Slices {
    fn sources(&self) -> Vec<Source> {
        vec![
            Source::own(services()),
            Source::mapped(core("pods"), |context, event| {
                let before = event.before.as_deref();
                let pods: Vec<&Object> = before.into_iter().chain([&*event.object]).collect();
                services_of(context, &pods)
            }),
            Source::owned_by(slices(), "Service"),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let service = match context.cluster.get(&services(), key) {
            Err(status) if status.code == 404 => {
                self.forget(key);
                remove_endpoints(context, key)?;
                return Ok(Next::Done);
            }
            service => service?,
        };
        let going = service["metadata"]["deletionTimestamp"].is_string();
        if going || !endpoints::has_endpoints(&service) {
            return Ok(Next::Done);
        }
        if let Some(pause) = self.wait(key, context.clock.millis()) {
            return Ok(Next::After(pause));
        }
        let namespace = key.namespace.as_deref();
        let pods = context
            .cluster
            .list(&core("pods"), namespace, &ListOptions::default())?;
        let behind: Vec<Arc<Object>> = pods
            .items
            .into_iter()
            .filter(|pod| endpoints::selects(&service, pod))
            .collect();
        keep_slices(context, &service, &behind)?;
        keep_endpoints(context, &service, &behind)?;
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &services())
    }
}
