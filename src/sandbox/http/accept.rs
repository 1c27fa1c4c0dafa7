//! Content negotiation: in which form an answer is to be.

use crate::sandbox::api::status::Status;

/// What an object or list is shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// A `meta.k8s.io` Table: what `kubectl get` asks for.
    Table,
    /// Metadata only.
    Partial,
    /// Aggregated discovery, in the `v2` or `v2beta1` that is given.
    Discovery(&'static str),
}

/// The first form of an `Accept` header that can be given. Quality values are not looked at: no client of Kubernetes
/// sends them.
///
/// # Errors
/// 406 where there is none.
pub(super) fn form(accept: &str) -> Result<Form, Status> {
    if accept.trim().is_empty() {
        return Ok(Form::Plain);
    }
    accept.split(',').find_map(one).ok_or_else(|| {
        Status::new(
            406,
            "NotAcceptable",
            "only the following media types are accepted: application/json",
        )
    })
}

fn one(choice: &str) -> Option<Form> {
    let mut parts = choice.split(';').map(str::trim);
    if !matches!(parts.next()?, "application/json" | "application/*" | "*/*") {
        return None;
    }
    let (mut kind, mut group, mut version) = ("", "", "");
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        match name {
            "as" => kind = value,
            "g" => group = value,
            "v" => version = value,
            _ => {}
        }
    }
    match (kind, group, version) {
        ("", ..) => Some(Form::Plain),
        ("Table", "meta.k8s.io", "v1" | "v1beta1") => Some(Form::Table),
        (
            "PartialObjectMetadata" | "PartialObjectMetadataList",
            "meta.k8s.io",
            "v1" | "v1beta1",
        ) => Some(Form::Partial),
        ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2") => Some(Form::Discovery("v2")),
        ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2beta1") => {
            Some(Form::Discovery("v2beta1"))
        }
        _ => None,
    }
}
