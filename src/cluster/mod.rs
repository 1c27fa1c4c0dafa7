//! Talking to a cluster's API server. It takes objects as JSON and gives what became of them; nothing here decides what to do
//! with what it reads, that is `engine`.

pub(crate) mod access;
pub(crate) mod apply;
mod client;
pub(crate) mod delete;
pub(crate) mod discovery;
mod failure;
pub(crate) mod foresee;
pub(crate) mod interrupt;
pub(crate) mod inventory;
pub(crate) mod object;
pub(crate) mod readiness;
pub(crate) mod reasons;
pub(crate) mod request;
pub(crate) mod routing;
pub(crate) mod wait;
mod warnings;

pub(crate) use client::{Cluster, block_on};
