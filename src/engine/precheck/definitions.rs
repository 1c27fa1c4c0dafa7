//! Definitions (CRDs) that are there already: whether ours would take away what they know, and whether those of the Gateway API
//! are such as istiod can read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Check, Finding, Level, Target, few, text};
use crate::engine::install::object::{Content, Object};
use crate::yaml;

/// Who writes as this program.
const MANAGER: &str = "mesh";
pub(super) const DEFINITION: &str = "CustomResourceDefinition";
const GATEWAY_API: &str = "gateway.networking.k8s.io";

/// Definitions of which ours are older, or others.
pub(super) fn check(live: &[&Value], target: &Target<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for live in live.iter().filter(|it| it["kind"] == DEFINITION) {
        if !target.thorough && is_written_by(live, MANAGER) {
            continue;
        }
        let name = text(live, "/metadata/name");
        let mut objects = target.objects.iter();
        let wanted = objects.find(|it| it.kind == DEFINITION && it.name == name);
        if let Some(wanted) = wanted.and_then(tree) {
            found.extend(compare(name, live, &wanted));
        }
    }
    found
}

pub(super) fn tree(object: &Object) -> Option<Value> {
    match &object.content {
        Content::Tree(tree) => Some(tree.clone()),
        // What is embedded is valid.
        Content::Text(text) => yaml::parse(text).ok(),
    }
}

fn is_written_by(live: &Value, manager: &str) -> bool {
    let managers = live["metadata"]["managedFields"].as_array();
    let mut managers = managers.into_iter().flatten();
    managers.any(|it| it["manager"] == manager)
}

fn compare(name: &str, live: &Value, wanted: &Value) -> Option<Finding> {
    let known: BTreeSet<&str> = versions(wanted).map(|it| text(it, "/name")).collect();
    let stored = live["status"]["storedVersions"].as_array();
    let stored: Vec<String> = stored
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|it| !known.contains(it))
        .map(|it| format!("`{it}`"))
        .collect();
    if !stored.is_empty() {
        let message = format!(
            "definition `{name}`: objects are stored as {}, which that of Istio 1.31 does not know",
            stored.join(", ")
        );
        return Some(
            Finding::new(Check::Definitions, Level::Error, message)
                .hint("use the version of mesh that knows it, or leave the definitions with `--set values.base.enableIstioConfigCRDs=false`"),
        );
    }
    let mut lost = Vec::new();
    for version in versions(live) {
        let version_name = text(version, "/name");
        let ours = versions(wanted).find(|it| text(it, "/name") == version_name);
        let Some(ours) = ours else {
            lost.push(format!("version `{version_name}`"));
            continue;
        };
        let schema = "/schema/openAPIV3Schema";
        if let (Some(live), Some(ours)) = (version.pointer(schema), ours.pointer(schema)) {
            let mut fields = BTreeSet::new();
            unknown(live, ours, "", &mut fields);
            lost.extend(fields.iter().map(|it| format!("`{it}` of {version_name}")));
        }
    }
    if lost.is_empty() {
        return None;
    }
    let message = format!(
        "definition `{name}` is of a newer Istio: an apply would take away {}",
        few(&lost)
    );
    Some(
        Finding::new(Check::Definitions, Level::Warning, message).hint(
            "`--set values.base.enableIstioConfigCRDs=false` leaves the definitions as they are",
        ),
    )
}

pub(super) fn versions(definition: &Value) -> impl Iterator<Item = &Value> {
    definition["spec"]["versions"]
        .as_array()
        .into_iter()
        .flatten()
}

/// Fields that `live` has and `ours` lacks; what is below one is not named.
fn unknown(live: &Value, ours: &Value, path: &str, out: &mut BTreeSet<String>) {
    if ours["x-kubernetes-preserve-unknown-fields"] == true {
        return;
    }
    for (name, below) in live["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        match ours["properties"].get(name) {
            Some(ours) => unknown(below, ours, &path, out),
            None => {
                out.insert(path);
            }
        }
    }
    for inner in ["items", "additionalProperties"] {
        if let (Some(live), Some(ours)) = (live.get(inner), ours.get(inner)) {
            unknown(live, ours, path, out);
        }
    }
}

/// Versions that istiod reads the Gateway API in: as istioctl checks them, an older one is an error and a future need a warning.
const NEEDED: &[(&str, Level, &[&str])] = &[
    (
        "v1beta1",
        Level::Error,
        &["Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"],
    ),
    (
        "v1",
        Level::Warning,
        &["GRPCRoute", "Gateway", "GatewayClass", "HTTPRoute"],
    ),
];

/// Looks at the definitions of the Gateway API.
pub(super) fn gateways(definitions: &[&Value]) -> Vec<Finding> {
    if definitions.is_empty() {
        let message = "the Gateway API is not installed: waypoints and its Gateways and routes need it, nothing else does";
        return vec![Finding::new(Check::Gateways, Level::Info, message)];
    }
    let mut found = Vec::new();
    for definition in definitions {
        let kind = text(definition, "/spec/names/kind");
        let served: Vec<&str> = versions(definition)
            .filter(|it| it["served"] == true)
            .map(|it| text(it, "/name"))
            .collect();
        for (version, level, kinds) in NEEDED {
            if !kinds.contains(&kind) || served.contains(version) {
                continue;
            }
            let served = if served.is_empty() {
                "nothing".to_owned()
            } else {
                served.join(", ")
            };
            let message = match level {
                Level::Error => format!(
                    "{kind} of the Gateway API is served as {served}; istiod reads {version}"
                ),
                _ => format!(
                    "{kind} of the Gateway API is served as {served}; later releases of Istio will want {version}"
                ),
            };
            found.push(
                Finding::new(Check::Gateways, *level, message)
                    .hint("install a newer release of the Gateway API"),
            );
        }
    }
    if found.is_empty() {
        let bundle = definitions.iter().find_map(|it| {
            let annotations = &it["metadata"]["annotations"];
            let of = |name: &str| annotations[format!("{GATEWAY_API}/{name}")].as_str();
            Some(format!(" {} ({})", of("bundle-version")?, of("channel")?))
        });
        let message = format!("Gateway API{}", bundle.unwrap_or_default());
        found.push(Finding::new(Check::Gateways, Level::Info, message));
    }
    found
}
