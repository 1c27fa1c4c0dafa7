//! `ProxyConfig`: settings of the sidecar container itself.

use std::collections::BTreeMap;

use super::crd::{NETWORKING, Resource, Version};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::message;
use super::shared::LabelSelector;

/// A whole `ProxyConfig`.
pub(crate) type ProxyConfig = Object<ProxyConfigSpec>;

impl Spec for ProxyConfigSpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "ProxyConfig",
        plural: "proxyconfigs",
        short_names: &[],
        versions: &[Version::stored("v1beta1")],
        columns: &[],
        description: "Settings of the proxy container, for a workload, a namespace or the mesh. They take effect when pods \
                      are made anew.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// Settings of a set of proxies.
    ProxyConfigSpec {
        /// Workloads that the settings are for. Default: all of the namespace, or of the mesh from the root namespace.
        selector: Option<LabelSelector>,
        /// Worker threads; 0 for one a CPU. Default: from the container's CPU limit.
        concurrency: Option<i32> [Nullable, Minimum(0)],
        /// Environment variables of the proxy container.
        environment_variables: BTreeMap<String, String> [Each(&[MaxLength(2048)])],
        /// Image of the proxy.
        image: Option<ProxyImage>,
    }

    /// An image of the proxy.
    ProxyImage {
        /// `default`, `debug` or `distroless`; becomes part of the image's tag.
        image_type: Option<String>,
    }
}
