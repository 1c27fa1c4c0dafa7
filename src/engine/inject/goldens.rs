//! Istio's own cases (`goldens/inject` of the reference data) against this engine and our own templates.
//!
//! Two documents are equal when they are the same objects, lists in order, apart from what a round trip through Go's types
//! adds or drops: nulls, empty objects, and, outside of the pod, fields that are zero.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::*;
use crate::engine::install::{self, InjectionConfig, render, resolve};

fn folder() -> Option<PathBuf> {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/goldens/inject");
    if folder.is_dir() {
        return Some(folder);
    }
    crate::skipped::skipped(format_args!("{} is not there", folder.display()));
    None
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the charts give for a case; most cases share it.
fn rendered(folder: &Path, case: &Value) -> InjectionConfig {
    let set = case["set"].as_array().into_iter().flatten();
    let fixed = [
        "profile=empty",
        "components.pilot.enabled=true",
        "hub=registry.istio.io/testing",
        "tag=latest",
    ];
    let operator = case["operator_file"].as_str();
    let inputs = install::Inputs {
        files: operator
            .map(|name| install::File {
                name: name.to_owned(),
                text: read(folder.join(name)),
            })
            .into_iter()
            .collect(),
        set: set
            .filter_map(|set| set.as_str())
            .chain(fixed)
            .map(str::to_owned)
            .collect(),
        ..install::Inputs::default()
    };
    let resolved = resolve::resolve(&inputs).expect("a configuration");
    render::injection_config(&resolved).expect("charts that render")
}

fn config(case: &Value, rendered: &InjectionConfig) -> Config {
    let mut mesh = rendered.mesh.clone();
    if let Some(overlay) = case.get("mesh_overlay") {
        deep_merge(&mut mesh, overlay);
    }
    let options = &case["options"];
    Config {
        templates: rendered.templates.clone(),
        default_templates: vec!["sidecar".to_owned()],
        values: rendered.values.clone(),
        mesh,
        openshift: options["platform"] == "openshift",
        native_sidecars: options["native_sidecars"].as_bool().expect("a flag"),
        compliance_policy: options["compliance_policy"]
            .as_str()
            .unwrap_or("")
            .to_owned(),
        ..Config::default()
    }
}

fn deep_merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (name, value) in over {
                deep_merge(base.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

fn neutral(value: &mut Value, in_pod: bool) {
    match value {
        Value::Object(map) => {
            let pod_template = map.contains_key("containers");
            map.retain(|_, value| {
                neutral(value, in_pod || pod_template);
                let empty = value.as_object().is_some_and(serde_json::Map::is_empty);
                let zero =
                    !in_pod && !pod_template && (*value == json!(false) || *value == json!(0));
                !(value.is_null() || empty || zero)
            });
        }
        Value::Array(items) => items.iter_mut().for_each(|value| neutral(value, in_pod)),
        _ => {}
    }
}

fn documents(text: &str) -> Vec<Value> {
    let mut values = yaml::parse_all(text).expect("YAML");
    values.retain(|value| !value.is_null());
    for value in &mut values {
        neutral(value, false);
    }
    values
}

/// What is wrong with a case, if anything.
fn failure(folder: &Path, case: &Value, rendered: &InjectionConfig) -> Option<String> {
    let injector = Injector::new(config(case, rendered)).expect("a good configuration");
    let mut skipped = Vec::new();
    let mut got = Vec::new();
    for mut document in
        yaml::parse_all(&read(folder.join(case["input"].as_str().expect("input")))).expect("YAML")
    {
        match injector.inject(&mut document) {
            Ok(outcomes) => {
                for outcome in outcomes {
                    if let Err(skip) = outcome.result {
                        skipped.push(format!(
                            "Skipping injection because {} {skip}",
                            outcome.object
                        ));
                    }
                }
            }
            Err(error) => {
                let Some(wanted) = case["expected_error_contains_lowercase"].as_str() else {
                    return Some(format!("error: {error}"));
                };
                let message = error.to_string().to_lowercase();
                return (!message.contains(wanted)).then(|| format!("wrong error: {error}"));
            }
        }
        neutral(&mut document, false);
        got.push(document);
    }
    got.retain(|value| !value.is_null());
    let wanted = case["expected_warning_contains"].as_str().unwrap_or("");
    if !wanted.is_empty() && !skipped.iter().any(|skip| skip.contains(wanted)) {
        return Some(format!("skipped: {skipped:?}"));
    }
    let Some(expected) = case["expected"].as_str() else {
        return Some("no error".to_owned());
    };
    compare(&got, &documents(&read(folder.join(expected))))
}

fn compare(got: &[Value], want: &[Value]) -> Option<String> {
    if got == want {
        return None;
    }
    let text = |values: &[Value]| {
        values
            .iter()
            .map(yaml::to_string)
            .collect::<Vec<_>>()
            .join("---\n")
    };
    let (want, got) = (text(want), text(got));
    let diff = similar::TextDiff::from_lines(&want, &got);
    let lines = diff
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{change}", change.tag()));
    Some(lines.take(30).collect::<Vec<_>>().concat())
}

/// The Pods that the controllers of a document's workloads would make.
fn pods(document: &Value) -> Vec<Value> {
    let kinds = Kinds::default();
    let place = match workload::form(document, &kinds) {
        Form::Other => return Vec::new(),
        Form::List => {
            let items = document["items"].as_array().into_iter().flatten();
            return items.flat_map(pods).collect();
        }
        Form::Workload(place) => place,
    };
    let at = |path: &[&str]| image::at(document, path).cloned().unwrap_or_default();
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": at(&place.metadata()), "spec": at(&place.spec()),
    });
    if document["kind"] == "Pod" {
        return vec![pod];
    }
    let mut owner =
        json!({"apiVersion": document["apiVersion"], "kind": document["kind"], "controller": true});
    let name = document["metadata"]["name"].as_str().unwrap_or("");
    owner["name"] = json!(name);
    if document["kind"] == "Deployment" {
        owner["kind"] = json!("ReplicaSet");
        owner["name"] = json!(format!("{name}-fake"));
        pod["metadata"]["generateName"] = json!(format!("{name}-fake-"));
        pod["metadata"]["labels"]["pod-template-hash"] = json!("fake");
    } else {
        pod["metadata"]["generateName"] = json!(format!("{name}-"));
    }
    pod["metadata"]["ownerReferences"] = json!([owner]);
    if !document["metadata"]["namespace"].is_null() {
        pod["metadata"]["namespace"] = document["metadata"]["namespace"].clone();
    }
    vec![pod]
}

/// What is wrong with a case in the webhook's way, if anything.
fn webhook_failure(folder: &Path, case: &Value, rendered: &InjectionConfig) -> Option<String> {
    let injector = Injector::new(config(case, rendered)).expect("a good configuration");
    let input = yaml::parse_all(&read(folder.join(case["input"].as_str()?))).expect("YAML");
    let openshift = case["options"]["platform"] == "openshift";
    let name = if openshift { "test-ns" } else { "default" };
    let namespace = json!({"metadata": {"name": name, "annotations": {
        "openshift.io/sa.scc.uid-range": "1000620000/10000",
        "openshift.io/sa.scc.supplemental-groups": "1000620000/10000",
    }}});
    let request = Request {
        namespace: &namespace,
        path: "/inject",
        proxy_configs: &[],
    };
    let mut got: Vec<Value> = input.iter().flat_map(pods).collect();
    for pod in &mut got {
        if let Err(error) = injector.admit(pod, &request) {
            let wanted = case["expected_error_contains_lowercase"].as_str();
            let message = error.to_string().to_lowercase();
            return (!wanted.is_some_and(|wanted| message.contains(wanted)))
                .then(|| format!("error: {error}"));
        }
    }
    let expected = read(folder.join(case["expected"].as_str()?));
    let expected = yaml::parse_all(&expected).expect("YAML");
    let want: Vec<Value> = expected.iter().flat_map(pods).collect();
    compare(&comparable(got), &comparable(want))
}

fn comparable(mut pods: Vec<Value>) -> Vec<Value> {
    for pod in &mut pods {
        if let Some(notes) = pod["metadata"]["annotations"].as_object_mut() {
            notes.remove(annotations::STATUS);
        }
        neutral(pod, false);
    }
    pods
}

/// Runs all cases of a mode.
fn run(mode: &str, failure: fn(&Path, &Value, &InjectionConfig) -> Option<String>) {
    let Some(folder) = folder() else { return };
    let cases: Value = serde_json::from_str(&read(folder.join("cases.json"))).expect("JSON");
    let mut charts = BTreeMap::new();
    let (mut all, mut wrong) = (0, Vec::new());
    for case in cases.as_array().expect("a list of cases") {
        let modes = case["modes"].as_array().expect("modes");
        if !modes.contains(&json!(mode)) {
            continue;
        }
        all += 1;
        let key = format!("{} {}", case["operator_file"], case["set"]);
        let charts = charts.entry(key).or_insert_with(|| rendered(&folder, case));
        if let Some(reason) = failure(&folder, case, charts) {
            wrong.push(format!("{}:\n{reason}", case["name"]));
        }
    }
    assert!(all > 0, "no case is of the mode {mode}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn injects_files_as_istio_does() {
    run("kube-inject", failure);
}

#[test]
fn injects_new_pods_as_istio_does() {
    run("webhook", webhook_failure);
}
