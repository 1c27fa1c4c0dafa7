//! One module per command, in alphabetical order.

mod architecture;
mod canary;
mod cluster;
mod completion;
mod kube_inject;
mod manifest;
mod profile;
mod sample;
mod usage;
mod version;
