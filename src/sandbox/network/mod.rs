//! Services of the practice cluster: what is behind them (`endpoints`), and the addresses of load balancers (`balancer`).
//! Cluster IPs and node ports are given by the API machine.

mod balancer;
mod endpoints;
mod slices;

use super::api::ResourceId;
use super::controllers::runtime::Controller;

/// The controllers of Services.
pub(crate) fn controllers() -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(balancer::Balancers),
        Box::new(slices::Slices::default()),
    ]
}

fn services() -> ResourceId {
    ResourceId::new("", "v1", "services")
}
