//! The practice cluster: a Kubernetes API on loopback, with the controllers that make `kubectl` and `mesh` feel at home.
//!
//! - `kinds`: what built-in kinds there are, and how they are shown.
//! - `definitions`: what CustomResourceDefinitions say of their objects, and objects held against it.
//! - `store`: all objects, their history for watches, and the state file behind them.
//! - `api`: the API machine without HTTP: what a verb does to the store. The HTTP server, the controllers and tests use it.
//! - `injection`: istiod's sidecar injector, as a hook that new pods pass.
//! - `controllers`: what makes pods of a Deployment, and the runtime that it is made of.
//! - `kubelet`: the one node, its scheduler, and what becomes of its pods.
//! - `network`: what is behind Services, and the addresses of load balancers.
//! - `http`: the API server that kubectl talks to.
//! - `apply`: server-side apply and who owns which field, of objects and their types alone.
//! - `state`: the folder in which a practice cluster lives between runs.
//!
//! The layers point one way: `api` uses `store` and `kinds`; nothing here knows about HTTP except the server itself.

pub(crate) mod api;
pub(crate) mod apply;
pub(crate) mod controllers;
pub(crate) mod definitions;
pub(crate) mod http;
pub(crate) mod injection;
pub(crate) mod kinds;
pub(crate) mod kubelet;
pub(crate) mod network;
pub(crate) mod state;
pub(crate) mod store;
