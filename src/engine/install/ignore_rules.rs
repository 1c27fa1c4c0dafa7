//! Settings for Argo CD and Flux that keep them from taking for drift what the control plane writes into what they deployed.
//!
//! Rules name objects, so that nothing else of an application is hidden. Forms are those of Argo CD's `ignoreDifferences` with
//! the sync option that respects it, of `spec.ignore` of Flux's Kustomization (since Flux 2.9), and of `spec.driftDetection` of
//! its `HelmRelease` (since 2.2). JSON pointers have no wildcard: a rule has one for each webhook that the manifest has.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::control_plane::{self, EACH, Field};
use super::object::{Content, Object};
use crate::yaml;

/// Who is to ignore the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    ArgoCd,
    /// Kustomize-controller.
    Flux,
    /// Helm-controller.
    FluxHelm,
}

/// A fragment of the tool's resource as YAML, with comments that say where it belongs; `None` where the control plane writes
/// nothing into these objects.
pub(crate) fn rules(tool: Tool, objects: &[Object]) -> Option<String> {
    let rules: Vec<Value> = objects
        .iter()
        .filter_map(|object| rule(tool, object))
        .collect();
    if rules.is_empty() {
        return None;
    }
    let (place, spec) = match tool {
        Tool::ArgoCd => (
            "an Application (argoproj.io/v1alpha1)",
            json!({"ignoreDifferences": rules, "syncPolicy": {"syncOptions": ["RespectIgnoreDifferences=true"]}}),
        ),
        Tool::Flux => (
            "a Kustomization (kustomize.toolkit.fluxcd.io/v1), Flux 2.9 or later",
            json!({"ignore": rules}),
        ),
        Tool::FluxHelm => (
            "a HelmRelease (helm.toolkit.fluxcd.io/v2)",
            json!({"driftDetection": {"mode": "enabled", "ignore": rules}}),
        ),
    };
    let manager = control_plane::MANAGER;
    let mut text = format!(
        "# Into {place}.\n# Istiod (field manager {manager}) writes these fields itself:\n"
    );
    for (kind, fields) in explained(objects) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "#   {kind}: {fields}");
    }
    text.push_str(&yaml::to_string(&json!({ "spec": spec })));
    Some(text)
}

/// The rule for one object.
fn rule(tool: Tool, object: &Object) -> Option<Value> {
    let (group, kind) = (object.group(), object.kind.as_str());
    let fields = || control_plane::fields(group, kind);
    fields().next()?;
    let selects = json!({"group": group, "kind": kind, "name": object.name});
    if tool == Tool::ArgoCd {
        let mut rule = selects;
        rule["jqPathExpressions"] = fields()
            .map(|field| Value::from(expression(field)))
            .collect();
        return Some(rule);
    }
    let Content::Tree(tree) = &object.content else {
        return None;
    };
    let mut paths = Vec::new();
    for field in fields() {
        pointers(tree, field.path, "", &mut paths);
    }
    (!paths.is_empty()).then(|| json!({"paths": paths, "target": selects}))
}

/// `.webhooks[]?.clientConfig.caBundle`
fn expression(field: &Field) -> String {
    let steps = field.path.iter().map(|step| match *step {
        EACH => "[]?".to_owned(),
        name => format!(".{name}"),
    });
    steps.collect()
}

/// `/webhooks/0/clientConfig/caBundle`, and so on for every element. What the field stands in must be there, it need not be itself.
fn pointers(tree: &Value, path: &[&str], at: &str, into: &mut Vec<String>) {
    match path {
        [] => into.push(at.to_owned()),
        [EACH, rest @ ..] => {
            for (index, item) in tree.as_array().into_iter().flatten().enumerate() {
                pointers(item, rest, &format!("{at}/{index}"), into);
            }
        }
        [name, rest @ ..] => pointers(&tree[*name], rest, &format!("{at}/{name}"), into),
    }
}

/// For each kind among the objects: its fields, and what they are.
fn explained(objects: &[Object]) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = Vec::new();
    for field in control_plane::FIELDS {
        if !objects
            .iter()
            .any(|object| object.kind == field.kind && object.group() == field.group)
        {
            continue;
        }
        let name = field.path.last().copied().unwrap_or_default();
        let text = format!("{name} ({})", field.what);
        match all.iter_mut().find(|(kind, _)| *kind == field.kind) {
            Some((_, texts)) => {
                texts.push_str(", ");
                texts.push_str(&text);
            }
            None => all.push((field.kind, text)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::{Inputs, render, resolve};
    use super::*;

    fn minimal() -> Vec<Object> {
        let inputs = Inputs {
            profile: Some("minimal".to_owned()),
            ..Inputs::default()
        };
        render::generate(&resolve::resolve(&inputs).unwrap())
            .unwrap()
            .objects
    }

    fn spec(tool: Tool) -> Value {
        let text = rules(tool, &minimal()).unwrap();
        yaml::parse(&text).unwrap()["spec"].clone()
    }

    #[test]
    fn argo_cd_gets_an_expression_for_all_webhooks_of_an_object() {
        let spec = spec(Tool::ArgoCd);
        let rules = spec["ignoreDifferences"].as_array().unwrap();
        let validator = rules
            .iter()
            .find(|rule| rule["name"] == "istio-validator-istio-system")
            .unwrap();
        assert_eq!(
            validator,
            &json!({
                "group": "admissionregistration.k8s.io",
                "kind": "ValidatingWebhookConfiguration",
                "name": "istio-validator-istio-system",
                "jqPathExpressions": [".webhooks[]?.clientConfig.caBundle", ".webhooks[]?.failurePolicy"],
            })
        );
        assert_eq!(
            spec["syncPolicy"]["syncOptions"][0],
            "RespectIgnoreDifferences=true"
        );
    }

    #[test]
    fn flux_gets_a_pointer_for_each_webhook() {
        let rules = spec(Tool::Flux)["ignore"].clone();
        assert_eq!(rules, spec(Tool::FluxHelm)["driftDetection"]["ignore"]);
        let injector = rules
            .as_array()
            .unwrap()
            .iter()
            .find(|rule| rule["target"]["name"] == "istio-sidecar-injector");
        let paths = injector.unwrap()["paths"].as_array().unwrap();
        assert_eq!(paths.len(), 4);
        assert_eq!(paths[3], "/webhooks/3/clientConfig/caBundle");
    }

    #[test]
    fn every_pointer_leads_to_where_the_control_plane_writes() {
        let objects = minimal();
        let rules = spec(Tool::Flux)["ignore"].clone();
        for rule in rules.as_array().unwrap() {
            let named = |object: &&Object| {
                object.kind == rule["target"]["kind"] && object.name == rule["target"]["name"]
            };
            let object = objects.iter().find(named).unwrap();
            let Content::Tree(tree) = &object.content else {
                panic!("a webhook is a tree")
            };
            for path in rule["paths"].as_array().unwrap() {
                let (owner, _) = path.as_str().unwrap().rsplit_once('/').unwrap();
                assert!(tree.pointer(owner).unwrap().is_object(), "{path}");
            }
        }
    }

    #[test]
    fn without_webhooks_there_is_nothing_to_ignore() {
        assert_eq!(rules(Tool::ArgoCd, &[]), None);
    }
}
