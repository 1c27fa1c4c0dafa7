//! The controllers of the practice cluster: what makes pods of a Deployment, and lets go what nobody wants any more.
//!
//! Each file is one controller, named after the kind that it is for; `runtime` is what they are made of. They write as
//! Kubernetes' controller manager does. Nodes, pods and Services are in `kubelet` and `network`.

mod autoscalers;
mod budgets;
mod claims;
mod conditions;
mod cronjobs;
mod daemonsets;
mod deployments;
mod expiry;
mod fractions;
mod garbage;
mod history;
mod jobs;
mod namespaces;
mod pods;
mod replicasets;
pub(crate) mod runtime;
mod statefulsets;
mod templates;
mod volumes;

use std::time::Duration;

use runtime::{Clock, Context, Controller, Handle, Hub, Next, writes_of};

use serde_json::{Value, json};

use super::api::options::{Subresource, WriteOptions};
use super::api::status::Status;
use super::api::{Cluster, Key, Object, ResourceId};
use super::{kubelet, network};
use crate::error::{Error, Kind, Result};

/// Starts all controllers on the present network runtime. They stop when the handle is dropped. `authority` is the
/// certificate that signs the API server's, as PEM.
///
/// # Errors
/// No threads are to be had.
pub(crate) fn start(cluster: &Cluster, authority: &str) -> Result<Handle> {
    let context = Context::new(cluster, Clock::default());
    furnish(&context.cluster);
    let mut all = controllers(authority);
    all.extend(kubelet::controllers(cluster));
    all.extend(network::controllers(authority));
    Handle::start(Hub::new(context, all)).map_err(|error| {
        Error::new(
            Kind::Internal,
            "cannot start the practice cluster's controllers",
        )
        .caused_by(&error)
    })
}

fn controllers(authority: &str) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(std::sync::Arc::new(namespaces::Namespaces::new(authority))),
        Box::new(garbage::Garbage),
        Box::new(deployments::Deployments),
        Box::new(replicasets::ReplicaSets),
        Box::new(statefulsets::StatefulSets),
        Box::new(daemonsets::DaemonSets),
        Box::new(jobs::Jobs),
        Box::new(cronjobs::CronJobs),
        Box::new(budgets::Budgets),
        Box::new(autoscalers::Autoscalers),
        Box::new(volumes::Volumes),
        Box::new(expiry::Expiry::default()),
    ]
}

/// Makes what a cluster has beside what its API server needs. What the user changed or deleted is his, but for what nothing
/// works without.
fn furnish(cluster: &Cluster) {
    let (kind, object) = volumes::default_class();
    // It is there already after a restart.
    let _ = cluster.create(&kind, None, object, &writes());
}

/// Who the controllers are to field management.
fn writes() -> WriteOptions {
    writes_of("kube-controller-manager")
}

/// Replaces an object's status, if it is another. Nobody else writes it, so that no revision is asked for, save where the API
/// insists; an object of the same name that came since is left alone.
fn write_status(
    context: &Context,
    kind: &ResourceId,
    object: &Object,
    status: &Value,
) -> std::result::Result<(), Status> {
    if object["status"] == *status {
        return Ok(());
    }
    let mut part = json!({"metadata": {"uid": object["metadata"]["uid"]}, "status": status});
    if kind.plural == "poddisruptionbudgets" {
        part["metadata"]["resourceVersion"] = object["metadata"]["resourceVersion"].clone();
    }
    let written = context.cluster.update(
        kind,
        &Key::of(object),
        Subresource::Status,
        &part,
        &writes(),
    );
    match written {
        // It went meanwhile, or is another one: whatever it is now, it is told of.
        Err(status) if !matches!(status.code, 404 | 409) => Err(status),
        _ => Ok(()),
    }
}

/// A text, or an empty one for anything else.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A number, or 0 for anything else.
fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn after_seconds(seconds: i64) -> Next {
    Next::After(Duration::from_secs(
        u64::try_from(seconds).unwrap_or_default(),
    ))
}

fn apps(plural: &str) -> ResourceId {
    ResourceId::new("apps", "v1", plural)
}

/// Who owns an object, as its metadata say.
fn references(object: &Object) -> impl Iterator<Item = &Value> {
    let all = object["metadata"]["ownerReferences"].as_array();
    all.into_iter().flatten()
}

fn core(plural: &str) -> ResourceId {
    ResourceId::new("", "v1", plural)
}

#[cfg(test)]
mod tests;
