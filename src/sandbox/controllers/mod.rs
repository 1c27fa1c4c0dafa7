//! The controllers of the practice cluster: what makes pods of a Deployment, and lets go what nobody wants any more.
//!
//! Each file is one controller, named after the kind that it is for; `runtime` is what they are made of. They write as
//! Kubernetes' controller manager does. Nodes, pods and Services are not theirs.

mod conditions;
mod garbage;
mod namespaces;
pub(crate) mod runtime;

use runtime::{Clock, Context, Controller, Handle, Hub, writes_of};

use serde_json::{Value, json};

use super::api::options::{Subresource, WriteOptions};
use super::api::status::Status;
use super::api::{Cluster, Key, Object, ResourceId};
use crate::error::{Error, Kind, Result};

/// Starts all controllers on the present network runtime. They stop when the handle is dropped. `authority` is the
/// certificate that signs the API server's, as PEM.
///
/// # Errors
/// No threads are to be had.
pub(crate) fn start(cluster: &Cluster, authority: &str) -> Result<Handle> {
    let context = Context::new(cluster, Clock::default());
    Handle::start(Hub::new(context, controllers(authority))).map_err(|error| {
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
    ]
}

/// Who the controllers are to field management.
fn writes() -> WriteOptions {
    writes_of("kube-controller-manager")
}

/// Replaces an object's status, if it is another. Nobody else writes it, so that no revision is asked for; an object of the
/// same name that came since is left alone.
fn write_status(
    context: &Context,
    kind: &ResourceId,
    object: &Object,
    status: &Value,
) -> std::result::Result<(), Status> {
    if object["status"] == *status {
        return Ok(());
    }
    let part = json!({"metadata": {"uid": object["metadata"]["uid"]}, "status": status});
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

fn core(plural: &str) -> ResourceId {
    ResourceId::new("", "v1", plural)
}

#[cfg(test)]
mod tests;
