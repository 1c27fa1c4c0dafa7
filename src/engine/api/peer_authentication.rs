//! `PeerAuthentication`: whether workloads accept plain text, mutual TLS or both.

use std::collections::BTreeMap;

use super::crd::{Column, Resource, SECURITY, V1_BETA1};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{enumeration, message};
use super::shared::LabelSelector;

/// A whole `PeerAuthentication`.
pub(crate) type PeerAuthentication = Object<PeerAuthenticationSpec>;

impl Spec for PeerAuthenticationSpec {
    const RESOURCE: Resource = Resource {
        group: SECURITY,
        kind: "PeerAuthentication",
        plural: "peerauthentications",
        short_names: &["pa"],
        versions: V1_BETA1,
        columns: &[Column::text("Mode", ".spec.mtls.mode"), Column::age()],
        description: "Says whether workloads accept plain text, mutual TLS or both. The narrowest object counts: workload, \
                      namespace, mesh.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// A mode, and the workloads it is for.
    PeerAuthenticationSpec [
        Cel(
            "has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? \
             self.selector.matchLabels : {}).size() > 0) : true",
            "portLevelMtls requires selector",
        ),
    ] {
        /// Workloads that the mode is for. Default: all of the namespace, or of the mesh from the root namespace.
        selector: Option<LabelSelector>,
        /// The mode for all ports.
        mtls: Option<MutualTls>,
        /// Modes of single ports, by the workload's port number. Needs a selector.
        port_level_mtls: BTreeMap<String, MutualTls> [
            MinProperties(1),
            Cel("self.all(key, 0 < int(key) && int(key) <= 65535)", "port must be between 1-65535"),
        ],
    }

    /// A mode.
    MutualTls {
        /// Plain text only (`DISABLE`), both (`PERMISSIVE`) or mutual TLS only (`STRICT`). Default, and `UNSET`: as the
        /// wider object has it, else `PERMISSIVE`.
        mode: Option<MutualTlsMode>,
    }
}

enumeration! {
    /// What a workload accepts.
    MutualTlsMode {
        Unset = "UNSET",
        Disable = "DISABLE",
        Permissive = "PERMISSIVE",
        Strict = "STRICT",
    }
}
