//! `goldens/manifest-generate`: Istio's own cases, each passing or in [`OPEN`] with the reason.
//!
//! `cargo test --lib install::tests::golden -- --nocapture` prints what differs. Cases about files written are tests of the
//! binary (`tests/cli/cases/manifest.rs`).

use std::path::Path as FilePath;

use regex::Regex;
use serde_json::Value;

use super::super::object::{Object, stream};
use super::super::path::{Path, Segment, get_str, position_in};
use super::super::{File, Inputs, render, resolve};
use super::difference::{Difference, compare};
use super::{reference, tree};
use crate::yaml;

/// Cases that do not pass, and why. A case that passes must leave the table.
const OPEN: &[(&str, &str)] = &[(
    "ztunnel_tolerations",
    "made from older charts, whose ztunnel had no ZTUNNEL_RESOURCE_CPU_LIMIT and _REQUEST",
)];

/// How istioctl words an error, and what ours says about the same cause.
const WORDING: &[(&str, &str)] = &[
    (
        "contains multiple IstioOperator CRs, only one per file is supported",
        "holds 2 documents, expected one IstioOperator",
    ),
    ("could not unmarshal", "is not a field of Toleration"),
    ("invalid schema for", "is not a field of Toleration"),
];

/// Said in the reference by a number that is not in the charts: a hub and tag of our own.
const HUB_AND_TAG: [&str; 2] = ["hub=registry.istio.io/testing", "tag=latest"];

fn run(folder: &FilePath, args: &[String]) -> Result<Vec<Object>, String> {
    let said = |error: crate::error::Error| {
        format!(
            "{error}: {} {}",
            error.causes().join(": "),
            error.hints().join("; ")
        )
    };
    let resolved = resolve::resolve(&inputs(folder, args)).map_err(said)?;
    // The namespace is ours alone, see `profiles::INTENDED`.
    let theirs = |object: &Object| object.kind != "Namespace";
    render::generate(&resolved)
        .map(|manifest| manifest.objects.into_iter().filter(theirs).collect())
        .map_err(said)
}

fn inputs(folder: &FilePath, args: &[String]) -> Inputs {
    let mut inputs = Inputs::default();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-f" => {
                let name = words.next().unwrap();
                let text = std::fs::read_to_string(folder.join(name)).unwrap();
                inputs.files.push(File {
                    name: name.clone(),
                    text,
                });
            }
            "-s" | "--set" => inputs.set.push(words.next().unwrap().clone()),
            "--force" => inputs.force = true,
            other => match other.strip_prefix("--revision=") {
                Some(revision) => inputs.revision = Some(revision.to_owned()),
                None => panic!("unknown argument {other}"),
            },
        }
    }
    // The built-in hub and tag of the reference are weaker than every input.
    let named = |field: &str| {
        inputs
            .set
            .iter()
            .any(|set| set.starts_with(&format!("{field}=")))
            || inputs.files.iter().any(|file| {
                yaml::parse(&file.text).is_ok_and(|operator| operator["spec"].get(field).is_some())
            })
    };
    let built_in: Vec<String> = HUB_AND_TAG
        .iter()
        .filter(|setting| !named(setting.split('=').next().unwrap()))
        .map(|setting| (*setting).to_owned())
        .collect();
    inputs.set.splice(0..0, built_in);
    inputs
}

/// What a case complains of; nothing where it passes.
fn complaints(folder: &FilePath, case: &Value) -> Vec<String> {
    let args: Vec<String> = serde_json::from_value(case["args"].clone()).unwrap();
    let outcome = run(folder, &args);
    if case["kind"] == "golden" {
        return match outcome {
            Ok(objects) => compare_golden(folder, case, &objects),
            Err(error) => vec![error],
        };
    }
    let checks = case["checks"].as_array().unwrap();
    checks
        .iter()
        .filter_map(|check| check_one(folder, check, &outcome).err())
        .collect()
}

/// The documents of a stream without the empty ones.
pub(super) fn parsed(text: &str) -> Vec<Value> {
    let trees = yaml::parse_all(text).unwrap().into_iter();
    trees.filter(|tree| !tree.is_null()).collect()
}

pub(super) fn compare_golden(folder: &FilePath, case: &Value, objects: &[Object]) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(case["expected"].as_str().unwrap())).unwrap();
    let expected: Vec<Value> = parsed(&text).into_iter().map(without_nulls).collect();
    let patterns: Vec<Regex> = case["select"]
        .as_str()
        .unwrap_or("*:*:*")
        .split(',')
        .map(selector)
        .collect();
    let found: Vec<Value> = objects
        .iter()
        .filter(|object| {
            patterns
                .iter()
                .any(|pattern| pattern.is_match(&hash(object)))
        })
        .map(|object| without_nulls(tree(object)))
        .collect();
    let names = |trees: &[Value]| -> Vec<String> {
        trees
            .iter()
            .map(|tree| format!("{} {}", tree["kind"], tree["metadata"]["name"]))
            .collect()
    };
    if names(&expected) != names(&found) {
        return vec![format!(
            "expected {:?}, found {:?}",
            names(&expected),
            names(&found)
        )];
    }
    let mut differences: Vec<Difference> = Vec::new();
    for (expected, found) in expected.iter().zip(&found) {
        let place = format!("{} {}: ", expected["kind"], expected["metadata"]["name"]);
        compare(&place, Some(expected), Some(found), &mut differences);
    }
    differences.iter().map(Difference::to_string).collect()
}

fn selector(pattern: &str) -> Regex {
    let parts: Vec<&str> = pattern
        .trim()
        .split(':')
        .map(|part| {
            if part.is_empty() || part == "*" {
                ".*"
            } else {
                part
            }
        })
        .collect();
    Regex::new(&parts.join(":")).unwrap()
}

fn hash(object: &Object) -> String {
    match object.kind.as_str() {
        "ClusterRole" | "ClusterRoleBinding" => format!("{}:{}", object.kind, object.name),
        kind => format!(
            "{kind}:{}:{}",
            object.namespace.as_deref().unwrap_or_default(),
            object.name
        ),
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, without_nulls(value)))
            .collect(),
        Value::Array(list) => list.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

fn check_one(
    folder: &FilePath,
    check: &Value,
    outcome: &Result<Vec<Object>, String>,
) -> Result<(), String> {
    let field = |name: &str| check[name].as_str().unwrap_or_default();
    if check["op"] == "error_contains" {
        let (_, ours) = WORDING
            .iter()
            .find(|(theirs, _)| *theirs == field("text"))
            .unwrap();
        return match outcome {
            Err(error) if error.contains(ours) => Ok(()),
            other => Err(format!(
                "expected an error with {ours:?}, found {:?}",
                other.as_ref().err()
            )),
        };
    }
    let objects = outcome.as_ref().map_err(Clone::clone)?;
    let find = || {
        objects
            .iter()
            .find(|object| object.kind == field("kind") && object.name == field("name"))
    };
    let at_path = || {
        let object = find().ok_or_else(|| format!("no {} {}", field("kind"), field("name")))?;
        Ok::<_, String>(at(
            &tree(object),
            field("path"),
            check["container"].as_str(),
        ))
    };
    let holds = match field("op") {
        "ok" => true,
        "exists" => find().is_some(),
        "absent" => find().is_none(),
        "object_count" => check["value"] == objects.len(),
        "path_equals" => at_path()?.as_ref() == Some(&check["value"]),
        "path_absent" => at_path()?.is_none(),
        "path_contains" => at_path()?.is_some_and(|found| contains(&found, &check["value"])),
        "path_matches" => at_path()?.is_some_and(|found| {
            Regex::new(field("regex"))
                .unwrap()
                .is_match(found.as_str().unwrap_or_default())
        }),
        "stdout_contains" => stream(objects).contains(field("text")),
        "stdout_not_contains" => !stream(objects).contains(field("text")),
        "stdout_matches" => Regex::new(field("regex"))
            .unwrap()
            .is_match(&stream(objects)),
        "stdout_not_matches" => !Regex::new(field("regex"))
            .unwrap()
            .is_match(&stream(objects)),
        "same_stdout_as" => {
            let args: Vec<String> = serde_json::from_value(check["args"].clone()).unwrap();
            stream(&run(folder, &args)?) == stream(objects)
        }
        "selector_matches" => {
            let selector = at_path()?.unwrap_or_default();
            check["value"]
                == selects(
                    &serde_json::json!({ "matchLabels": selector }),
                    &check["labels"],
                )
        }
        "bindings_reference_roles" => unbound(objects).is_empty(),
        "referential_integrity" => {
            return refers_to_what_is_there(objects, field("name"), &check["deployment_selector"]);
        }
        "webhook_selector" => return webhooks_select(folder, check),
        other => panic!("unknown check {other}"),
    };
    holds
        .then_some(())
        .ok_or_else(|| format!("does not hold: {check}"))
}

fn at(tree: &Value, path: &str, container: Option<&str>) -> Option<Value> {
    let path = match container {
        Some(name) => format!("spec.template.spec.containers.[name:{name}].{path}"),
        None => path.to_owned(),
    };
    Path::parse(&path)
        .unwrap()
        .0
        .iter()
        .try_fold(tree, |node, segment| match segment {
            Segment::Key(key) => node.get(key),
            other => node.get(position_in(node.as_array()?, other)?),
        })
        .cloned()
}

fn contains(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, value)| found.get(key).is_some_and(|found| contains(found, value))),
        _ => found == wanted,
    }
}

/// Whether a label selector selects an object with these labels.
fn selects(selector: &Value, labels: &Value) -> bool {
    let by_label = selector["matchLabels"]
        .as_object()
        .into_iter()
        .flatten()
        .all(|(key, value)| labels.get(key) == Some(value));
    let by_expression = selector["matchExpressions"]
        .as_array()
        .into_iter()
        .flatten()
        .all(|expression| {
            let found = expression["key"].as_str().and_then(|key| labels.get(key));
            let listed = found.is_some_and(|found| {
                expression["values"]
                    .as_array()
                    .is_some_and(|values| values.contains(found))
            });
            match expression["operator"].as_str().unwrap() {
                "In" => listed,
                "NotIn" => !listed,
                "Exists" => found.is_some(),
                "DoesNotExist" => found.is_none(),
                other => panic!("unknown operator {other}"),
            }
        });
    by_label && by_expression
}

/// Bindings whose role is not among the objects.
fn unbound(objects: &[Object]) -> Vec<String> {
    let bindings = objects
        .iter()
        .filter(|object| object.kind == "ClusterRoleBinding");
    bindings
        .filter(|binding| {
            let tree = tree(binding);
            let role = get_str(&tree, &["roleRef", "name"]).unwrap_or_default();
            !objects
                .iter()
                .any(|object| object.kind == "ClusterRole" && object.name == role)
        })
        .map(Object::label)
        .collect()
}

fn refers_to_what_is_there(objects: &[Object], name: &str, selector: &Value) -> Result<(), String> {
    let of_kind = |kind: &str| {
        objects
            .iter()
            .find(|object| object.kind == kind && object.name == name)
            .map(tree)
            .ok_or_else(|| format!("no {kind} {name}"))
    };
    let deployment = of_kind("Deployment")?;
    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    let account = get_str(
        &deployment,
        &["spec", "template", "spec", "serviceAccountName"],
    )
    .unwrap_or_default();
    for (holds, what) in [
        (
            deployment["spec"]["selector"]["matchLabels"] == *selector,
            "the Deployment's selector",
        ),
        (
            selects(&deployment["spec"]["selector"], labels),
            "the Deployment selects its own Pods",
        ),
        (
            selects(
                &serde_json::json!({"matchLabels": of_kind("Service")?["spec"]["selector"]}),
                labels,
            ),
            "the Service selects the Pods",
        ),
        (
            selects(&of_kind("PodDisruptionBudget")?["spec"]["selector"], labels),
            "the budget selects the Pods",
        ),
        (
            of_kind("HorizontalPodAutoscaler")?["spec"]["scaleTargetRef"]["name"] == name,
            "the autoscaler's target",
        ),
        (
            objects
                .iter()
                .any(|object| object.kind == "ServiceAccount" && object.name == account),
            "the ServiceAccount",
        ),
    ] {
        if !holds {
            return Err(format!("{name}: not right: {what}"));
        }
    }
    Ok(())
}

fn webhooks_select(folder: &FilePath, check: &Value) -> Result<(), String> {
    let mut hooks = Vec::new();
    for source in check["webhooks"].as_array().unwrap() {
        let args: Vec<String> = serde_json::from_value(source["args"].clone()).unwrap();
        let objects = run(folder, &args)?;
        let name = source["name"].as_str().unwrap();
        let object = objects
            .iter()
            .find(|object| object.kind == "MutatingWebhookConfiguration" && object.name == name);
        let object = object.ok_or_else(|| format!("no webhooks {name}"))?;
        hooks.extend(tree(object)["webhooks"].as_array().unwrap().clone());
    }
    for row in check["rows"].as_array().unwrap() {
        let called: std::collections::BTreeSet<&str> = hooks
            .iter()
            .filter(|hook| {
                selects(&hook["namespaceSelector"], &row["namespace_labels"])
                    && selects(&hook["objectSelector"], &row["pod_labels"])
            })
            .filter_map(|hook| hook["clientConfig"]["service"]["name"].as_str())
            .collect();
        let called = called.into_iter().collect::<Vec<_>>().join(" and ");
        if row["service"] != called {
            return Err(format!("{row}: called {called:?}"));
        }
    }
    Ok(())
}

#[test]
fn cases_pass_or_stand_in_the_table() {
    let Some(folder) = reference("goldens/manifest-generate") else {
        return;
    };
    let cases: Value =
        serde_json::from_slice(&std::fs::read(folder.join("cases.json")).unwrap()).unwrap();
    let (mut passed, mut wrong) = (0, Vec::new());
    for case in cases.as_array().unwrap() {
        let name = case["name"]
            .as_str()
            .unwrap()
            .trim_start_matches("manifest-generate/");
        if name.starts_with("assert-output-file") {
            continue;
        }
        let complaints = complaints(&folder, case);
        let open = OPEN.iter().find(|(open, _)| *open == name);
        match (complaints.is_empty(), open) {
            (true, None) => passed += 1,
            (true, Some(_)) => wrong.push(format!("{name} passes: take it out of OPEN")),
            (false, Some((_, reason))) => {
                eprintln!("open: {name}: {reason} ({} complaints)", complaints.len());
            }
            (false, None) => wrong.push(format!(
                "{name} ({}):\n  {}",
                case["charts"],
                complaints.join("\n  ")
            )),
        }
    }
    eprintln!("{passed} cases pass, {} are open", OPEN.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
