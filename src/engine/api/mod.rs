//! Istio's resources as types of our own, and the definitions (CRDs) that are generated from them.
//!
//! One file per family of kinds holds its types with their descriptions; [`RESOURCES`] lists the kinds. What a field
//! means is said once, in the doc comment that is also what `kubectl explain` shows. Here is no client and no
//! validation beyond types.

pub(crate) mod authorization_policy;
pub(crate) mod crd;
pub(crate) mod destination_rule;
pub(crate) mod envoy_filter;
pub(crate) mod extension;
pub(crate) mod gateway;
pub(crate) mod object;
pub(crate) mod peer_authentication;
pub(crate) mod proxy_config;
pub(crate) mod read;
pub(crate) mod request_authentication;
pub(crate) mod schema;
pub(crate) mod service_entry;
pub(crate) mod shared;
pub(crate) mod sidecar;
pub(crate) mod telemetry;
pub(crate) mod virtual_service;
pub(crate) mod workload;

#[cfg(test)]
mod tests;

use crd::Resource;
use object::Spec as _;

/// Every kind, in the order of their definitions' names.
pub(crate) const RESOURCES: &[Resource] = &[
    authorization_policy::AuthorizationPolicySpec::RESOURCE,
    destination_rule::DestinationRuleSpec::RESOURCE,
    envoy_filter::EnvoyFilterSpec::RESOURCE,
    gateway::GatewaySpec::RESOURCE,
    peer_authentication::PeerAuthenticationSpec::RESOURCE,
    proxy_config::ProxyConfigSpec::RESOURCE,
    request_authentication::RequestAuthenticationSpec::RESOURCE,
    service_entry::ServiceEntrySpec::RESOURCE,
    sidecar::SidecarSpec::RESOURCE,
    telemetry::TelemetrySpec::RESOURCE,
    extension::TrafficExtensionSpec::RESOURCE,
    virtual_service::VirtualServiceSpec::RESOURCE,
    extension::WasmPluginSpec::RESOURCE,
    workload::WorkloadEntrySpec::RESOURCE,
    workload::WorkloadGroupSpec::RESOURCE,
];
