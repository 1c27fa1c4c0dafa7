//! Talking to a cluster's API server. Nothing here decides what to do with what it reads; that is `engine`.

mod client;
mod failure;

pub(crate) use client::{Cluster, block_on};
