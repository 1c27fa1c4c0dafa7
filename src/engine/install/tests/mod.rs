//! Whole installations against the reference data, where that is at hand.

mod addons;
mod charts;
mod difference;
mod golden;
mod profiles;
mod properties;
mod upstream;

use std::path::PathBuf;

use super::object::{Content, Object};
use super::{Inputs, render, resolve};
use crate::yaml::{self, Value};

/// The folder of reference data; `None`, said on stderr, where it is absent.
fn reference(part: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/reference")
        .join(part);
    if folder.exists() {
        return Some(folder);
    }
    crate::skipped::skipped(format_args!("no reference data at {}", folder.display()));
    None
}

/// Hub and tag of the reference, and no add-ons.
fn like_reference(profile: &str) -> Inputs {
    let addons = ["grafana", "kiali", "prometheus", "tracing"]
        .map(|name| format!("addonComponents.{name}.enabled=false"));
    Inputs {
        profile: Some(profile.to_owned()),
        set: [
            "hub=registry.istio.io/testing".to_owned(),
            "tag=latest".to_owned(),
        ]
        .into_iter()
        .chain(addons)
        .collect(),
        ..Inputs::default()
    }
}

fn generate(inputs: &Inputs) -> Vec<Object> {
    let resolved =
        resolve::resolve(inputs).unwrap_or_else(|error| panic!("{error}: {:?}", error.causes()));
    let manifest =
        render::generate(&resolved).unwrap_or_else(|error| panic!("{error}: {:?}", error.causes()));
    manifest.objects
}

fn tree(object: &Object) -> Value {
    match &object.content {
        Content::Tree(tree) => tree.clone(),
        Content::Text(text) => yaml::parse(text).unwrap(),
    }
}

#[test]
fn a_hundred_runs_give_the_same_bytes() {
    let text = || super::object::stream(&generate(&like_reference("demo")));
    let first = text();
    for _ in 0..if cfg!(debug_assertions) { 10 } else { 100 } {
        assert!(text() == first, "two runs differ");
    }
}
