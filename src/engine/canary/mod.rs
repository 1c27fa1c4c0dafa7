//! Progressive delivery: plans of routing edits, from the objects that hold the routes.
//!
//! An engine plans and never applies: a plan is a list of edits with what was there before, in the terms of JSON Patch, so
//! that the same plan edits a file in place and patches a cluster. Here now: [`shift`], on VirtualServices. Matches,
//! mirrors, promotion and `HTTPRoute`s would be further modules that plan edits of the same kind.

mod binding;
mod host;
mod preconditions;
mod route;
mod select;
pub(crate) mod shift;
mod split;

pub(crate) use host::Target;
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

impl Object {
    fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    /// How messages name it.
    fn label(&self) -> String {
        format!("{} `{}/{}`", self.kind, self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests;
