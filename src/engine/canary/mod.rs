//! Progressive delivery: plans of routing edits, from the objects that hold the routes.
//!
//! An engine plans and never applies: a plan is a list of edits with what was there before, in the terms of JSON Patch, so
//! that the same plan edits a file in place and patches a cluster. [`shift`], [`rule`] (requests of some kind to a version),
//! [`init`] and [`undo`] plan edits of VirtualServices and DestinationRules; [`write`] makes of them what is sent to a
//! cluster, with the record that [`state`] keeps in annotations; [`pods`] says whether versions can take requests;
//! [`status`] shows all of it. Mirrors, promotion and `HTTPRoute`s would be further modules that plan edits of the same kind.

mod binding;
pub(crate) mod condition;
pub(crate) mod draft;
mod host;
pub(crate) mod init;
pub(crate) mod pods;
mod preconditions;
mod route;
pub(crate) mod rule;
mod select;
pub(crate) mod shift;
mod split;
pub(crate) mod state;
pub(crate) mod status;
pub(crate) mod undo;
pub(crate) mod write;

pub(crate) use host::{Target, full_name, parts, short};
pub(crate) use select::{ObjectName, RouteName, Selection, percent};
pub(crate) use split::Split;

use crate::yaml::Value;

/// An object that was read from a file or a cluster.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) kind: String,
    /// Never empty: the caller knows the default.
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// Where it was found, for messages: `routing.yaml:12`.
    pub(crate) origin: String,
    pub(crate) value: Value,
}

/// The kinds that plans look at; others need not be passed.
pub(crate) const KINDS: &[&str] = &["VirtualService", "DestinationRule", "Rollout", "Canary"];

/// Where the objects come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// From files: there may be more elsewhere.
    Files,
    /// From a cluster: what is not among them does not exist.
    Cluster,
}

/// What routes begin with that these commands add; the rest of the name is the user's.
pub(crate) const MANAGED: &str = "mesh-canary-";

impl Object {
    fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    /// An object that was read from a cluster; nothing without kind, name and namespace.
    pub(crate) fn from_cluster(value: Value, kind: &str) -> Option<Self> {
        let text = |pointer: &str| value.pointer(pointer)?.as_str().map(str::to_owned);
        Some(Self {
            kind: kind.to_owned(),
            namespace: text("/metadata/namespace")?,
            name: text("/metadata/name")?,
            origin: "in the cluster".to_owned(),
            value,
        })
    }

    /// How messages name it.
    pub(crate) fn label(&self) -> String {
        format!("{} `{}/{}`", self.kind, self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests;
