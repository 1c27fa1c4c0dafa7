//! Istio's own charts, rendered by our engine: `goldens/helm-render`, and every profile. They are not in this project, so
//! `MESH_TEST_CHARTS` names the folder `manifests` of a checkout of istio/istio; without it these tests say that they are skipped.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::super::object::Object;
use super::super::package::Package;
use super::super::{Inputs, profile, render, resolve};
use super::golden::{compare_golden, parsed};
use super::reference;
use crate::engine::template::Environment;
use crate::engine::template::chart::{Capabilities, Chart, Release, render_with};
use crate::input::read_tree;
use crate::yaml::{self, Value};

/// Cases whose result is that of another version of the charts than the one at hand may differ in these.
const OTHER_VERSION: &str = "the charts may be of another version than the reference (1.31)";

fn charts() -> Option<PathBuf> {
    let folder = std::env::var_os("MESH_TEST_CHARTS").map(PathBuf::from);
    if folder.is_none() {
        crate::skipped::skipped(
            "MESH_TEST_CHARTS names no folder `manifests` of a checkout of istio/istio",
        );
    }
    folder
}

fn rendered(charts: &Path, folder: &Path, case: &Value) -> Vec<Object> {
    let text = |field: &str| case[field].as_str().unwrap();
    let input = std::fs::read_to_string(folder.join(text("input"))).unwrap();
    let values = parsed(&input).first().map_or_else(
        || serde_json::json!({}),
        |input| input["spec"]["values"].clone(),
    );
    let files = read_tree(&charts.join("charts").join(text("chart"))).unwrap();
    let files = files
        .into_iter()
        .map(|(path, bytes)| (path, Cow::Owned(bytes)));
    let chart = Chart::from_files("chart", files).unwrap();
    let mut release = Release::new(text("release"), text("namespace"));
    release.is_upgrade = case["is_upgrade"] == true;
    let capabilities = Capabilities {
        kube_version: "v1.32.0".to_owned(),
        ..Capabilities::default()
    };
    let files = render_with(
        Environment::new(),
        &chart,
        &values,
        &release,
        &capabilities,
        |_| true,
    );
    let files = files.unwrap_or_else(|error| panic!("{}: {error}", case["name"]));
    let trees = files.iter().flat_map(|file| parsed(&file.text));
    trees
        .filter_map(|tree| Object::from_tree("", tree))
        .collect()
}

#[test]
fn charts_of_istio_render_as_helm_renders_them() {
    let (Some(charts), Some(folder)) = (charts(), reference("goldens/helm-render")) else {
        return;
    };
    let cases = yaml::parse(&std::fs::read_to_string(folder.join("cases.json")).unwrap()).unwrap();
    let mut complaints = Vec::new();
    for case in cases.as_array().unwrap() {
        let found = rendered(&charts, &folder, case);
        for complaint in compare_golden(&folder, case, &found) {
            complaints.push(format!("{}: {complaint}", case["name"]));
        }
    }
    assert!(
        complaints.is_empty(),
        "{OTHER_VERSION}\n{}",
        complaints.join("\n")
    );
}

#[test]
fn every_profile_of_istio_renders_from_its_charts() {
    let Some(charts) = charts() else {
        return;
    };
    let package = Package::new("charts", read_tree(&charts).unwrap()).unwrap();
    for profile in profile::all() {
        let inputs = Inputs {
            profile: Some(profile.name.to_owned()),
            package: Some(package.clone()),
            ..Inputs::default()
        };
        let resolved = resolve::resolve(&inputs).unwrap();
        let manifest = render::generate(&resolved);
        let objects = manifest
            .unwrap_or_else(|error| panic!("{}: {error}: {:?}", profile.name, error.causes()))
            .objects;
        let expected = profile.name != "empty";
        assert_eq!(
            objects
                .iter()
                .any(|object| object.kind == "CustomResourceDefinition"),
            expected,
            "{}",
            profile.name
        );
    }
}
