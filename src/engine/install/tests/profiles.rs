//! Every profile against what istioctl gives for it: the same objects, and their fields, one by one.
//!
//! `cargo test --lib install::tests::profiles -- --nocapture` prints what differs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::difference::{Difference, compare};
use super::{generate, like_reference, reference, tree};
use crate::yaml;

/// Every profile of the reference.
const PROFILES: &[&str] = &[
    "ambient",
    "default",
    "demo",
    "empty",
    "minimal",
    "openshift",
    "openshift-ambient",
    "preview",
    "remote",
    "stable",
];

/// Places (by a part of them) that differ on purpose, with the reason.
const INTENDED: &[(&str, &str)] = &[
    (
        "Namespace /istio-system",
        "so that `kubectl apply -f -` succeeds on an empty cluster; istioctl makes it apart from its manifest",
    ),
    (
        "/values: .metadata.annotations.kubernetes.io/description",
        "a description, in our own words",
    ),
    (
        "ValidatingAdmissionPolicy /stable-channel-policy-istio-system.istio.io: .spec.va",
        "what the stable channel refuses, in expressions of our own, each with a message",
    ),
];

fn by_name(objects: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    objects
        .into_iter()
        .filter(|object| object["kind"] != "CustomResourceDefinition" && !object.is_null())
        .map(|object| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (namespace, name) = (
                text(&object["metadata"]["namespace"]),
                text(&object["metadata"]["name"]),
            );
            (
                format!("{} {namespace}/{name}", text(&object["kind"])),
                object,
            )
        })
        .collect()
}

fn differences(folder: &std::path::Path, profile: &str) -> Vec<Difference> {
    let text = std::fs::read_to_string(folder.join(format!("{profile}.yaml"))).unwrap();
    let expected = by_name(yaml::parse_all(&text).unwrap());
    let found = by_name(generate(&like_reference(profile)).iter().map(tree));
    let mut differences = Vec::new();
    for name in expected
        .keys()
        .chain(found.keys().filter(|name| !expected.contains_key(*name)))
    {
        let mut found = found.get(name).cloned();
        let expected = expected.get(name);
        if name.ends_with("/istio-sidecar-injector")
            && let Some(config) = found
                .as_mut()
                .and_then(|found| found.pointer_mut("/data/config"))
        {
            summarise(config);
        }
        compare(
            &format!("{profile}: {name}: "),
            expected,
            found.as_ref(),
            &mut differences,
        );
    }
    differences
}

/// The injector's templates are our own text: they are compared by their names.
fn summarise(config: &mut Value) {
    let parsed = yaml::parse(config.as_str().unwrap_or_default()).unwrap();
    let keys = |value: &Value| {
        value
            .as_object()
            .map(|map| map.keys().cloned().collect::<Vec<_>>().join(", "))
            .unwrap_or_default()
    };
    *config = Value::from(format!(
        "(template text left out; keys: {}; templates: {})",
        keys(&parsed),
        keys(&parsed["templates"])
    ));
}

#[test]
fn have_the_objects_and_fields_of_the_reference() {
    let Some(folder) = reference("profiles") else {
        return;
    };
    let all: Vec<Difference> = PROFILES
        .iter()
        .flat_map(|profile| differences(&folder, profile))
        .collect();
    let (intended, open): (Vec<_>, Vec<_>) = all.iter().partition(|difference| {
        INTENDED
            .iter()
            .any(|(part, _)| difference.place.contains(part))
    });
    for difference in &open {
        eprintln!("{difference}");
    }
    eprintln!(
        "{} differences, and {} intended",
        open.len(),
        intended.len()
    );
    for (part, reason) in INTENDED {
        assert!(
            intended
                .iter()
                .any(|difference| difference.place.contains(part)),
            "no longer differs: {part} ({reason})"
        );
    }
    assert!(open.is_empty(), "{} differences", open.len());
}
