//! Istio's resources as types of our own, and the definitions (CRDs) that are generated from them.
//!
//! One file per family of kinds holds its types with their descriptions; [`RESOURCES`] lists the kinds. What a field
//! means is said once, in the doc comment that is also what `kubectl explain` shows. Here is no client and no
//! validation beyond types.

pub(crate) mod crd;
pub(crate) mod object;
pub(crate) mod read;
pub(crate) mod schema;
pub(crate) mod shared;
pub(crate) mod virtual_service;

#[cfg(test)]
mod tests;

use crd::Resource;
use object::Spec as _;

/// Every kind, in the order of their definitions' names.
pub(crate) const RESOURCES: &[Resource] = &[virtual_service::VirtualServiceSpec::RESOURCE];
