//! Services of the practice cluster: what is behind them (`endpoints`), the addresses of load balancers (`balancer`), and
//! what istiod gives to every namespace (`istiod`) and writes into its webhooks (`webhooks`), the API server behind its own
//! Service (`server`). Cluster IPs and node ports are given by the API machine.

mod balancer;
mod endpoints;
mod istiod;
mod server;
mod slices;
mod webhooks;

pub(crate) use server::announce;

use super::api::ResourceId;
use super::controllers::runtime::Controller;

/// The controllers of Services and of the mesh. `authority` is the certificate of the mesh's authority, as PEM.
pub(crate) fn controllers(authority: &str) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(istiod::Istiod::new(authority)),
        Box::new(webhooks::Webhooks::new(false, authority)),
        Box::new(webhooks::Webhooks::new(true, authority)),
        Box::new(balancer::Balancers),
        Box::new(slices::Slices::default()),
    ]
}

fn services() -> ResourceId {
    ResourceId::new("", "v1", "services")
}
