//! One module per command, in alphabetical order.

mod architecture;
mod canary;
mod cluster;
mod completion;
mod course;
mod documents;
mod durability;
mod inject;
mod install;
mod kube_inject;
mod kube_uninject;
mod kubectl;
mod manifest;
mod manifest_cluster;
mod network;
mod pods;
mod practice;
mod precheck;
mod profile;
mod reapply;
mod release;
mod sample;
mod sandbox;
mod tag;
mod usage;
mod version;
