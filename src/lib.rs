//! `mesh` installs, injects, releases on and diagnoses an Istio service mesh.
//!
//! The library is the binary: [`run`] takes the command line and gives the exit code. Data flows one way: arguments →
//! settings → `engine` (pure: values in, a plan or report out) → `output`. See ARCHITECTURE.md for the map.

mod calendar;
mod cli;
mod cluster;
mod commands;
#[cfg(test)]
mod dice;
mod engine;
mod error;
mod go_regex;
mod input;
mod kubernetes;
mod output;
mod sandbox;
mod settings;
#[cfg(test)]
mod skipped;
mod yaml;

pub use cli::run;
