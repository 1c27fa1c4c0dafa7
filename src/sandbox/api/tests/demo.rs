//! What profile demo installs, applied on the server: real objects of many kinds.

use super::*;
use crate::engine::install::{self, render, resolve};
use crate::yaml;

fn demo() -> Vec<Value> {
    let inputs = install::Inputs {
        profile: Some("demo".to_owned()),
        ..install::Inputs::default()
    };
    let manifest = render::generate(&resolve::resolve(&inputs).unwrap()).unwrap();
    let texts = manifest.objects.iter().map(install::object::Object::text);
    texts.map(|text| yaml::parse(&text).unwrap()).collect()
}

fn apply(cluster: &Cluster, config: &Value, manager: &str) -> Result<Arc<Object>, Status> {
    let version = config["apiVersion"].as_str().unwrap();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let resources = cluster.resources();
    let info = resources
        .iter()
        .find(|info| {
            info.group == group && info.version == version && config["kind"] == info.kind.as_str()
        })
        .unwrap();
    let options = WriteOptions {
        field_manager: manager.to_owned(),
        field_validation: options::FieldValidation::Strict,
        ..WriteOptions::default()
    };
    let patch = Patch::Apply(config.clone());
    let key = Key::of(config);
    let done = cluster.patch(&info.id(), &key, Subresource::Main, &patch, &options)?;
    assert_eq!(done.warnings, Vec::<String>::new());
    Ok(done.object)
}

#[test]
fn applying_demo_again_changes_nothing_and_others_agree() {
    let cluster = cluster();
    let namespace = json!({"metadata": {"name": "istio-system"}});
    let namespaces = ResourceId::new("", "v1", "namespaces");
    with(&cluster, &namespaces, None, namespace).ok();
    let objects = demo();
    for object in &objects {
        apply(&cluster, object, "one").unwrap_or_else(|status| panic!("{status}: {object}"));
    }
    let revision = cluster.revision();
    for object in &objects {
        apply(&cluster, object, "one").unwrap();
        assert_eq!(cluster.revision(), revision, "{object}");
    }
    let mut conflicts = Vec::new();
    for object in &objects {
        if let Err(status) = apply(&cluster, object, "two") {
            conflicts.extend(status.causes.into_iter().map(|cause| cause.field));
        }
    }
    // Values that are one and get a default inside, nulls, quantities that are written otherwise and empty texts are another
    // value than was applied: these are Kubernetes' own conflicts.
    let known = [
        ".annotations",
        ".fieldRef",
        ".rules",
        ".items",
        "DuringExecution",
        ".limits.cpu",
        ".limits.memory",
        ".env[name=\"PLATFORM\"].value",
    ];
    conflicts.retain(|field| !known.iter().any(|end| field.ends_with(end)));
    assert_eq!(conflicts, Vec::<String>::new());
}
