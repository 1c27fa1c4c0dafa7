//! What must hold before a version gets requests, as far as the objects at hand can show it.

use super::Object;
use super::host;
use super::route::Route;
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;

/// The subsets that DestinationRules define for a service.
#[derive(Debug)]
pub(super) enum Subsets<'a> {
    /// No rule is among the objects: nothing can be said.
    NoRule,
    /// Rules there are, but none that the namespace of the routes may see.
    Hidden(Vec<&'a Object>),
    /// In the order of the rules; of two with one name the first counts.
    Known(Vec<&'a str>),
}

/// The subsets of `service` that routes of `namespace` can use.
pub(super) fn subsets<'a>(objects: &'a [Object], service: &str, namespace: &str) -> Subsets<'a> {
    let rules: Vec<&Object> = objects
        .iter()
        .filter(|object| object.is("DestinationRule"))
        .filter(|rule| {
            let pattern = rule.value.get("spec").and_then(|spec| spec.get("host"));
            pattern.and_then(Value::as_str).is_some_and(|pattern| {
                host::covers(&host::resolve(pattern, &rule.namespace), service)
            })
        })
        .collect();
    if rules.is_empty() {
        return Subsets::NoRule;
    }
    let visible: Vec<&&Object> = rules
        .iter()
        .filter(|rule| is_visible(rule, namespace))
        .collect();
    if visible.is_empty() {
        return Subsets::Hidden(rules);
    }
    let mut names: Vec<&str> = Vec::new();
    for rule in visible {
        let list = rule.value.get("spec").and_then(|spec| spec.get("subsets"));
        for subset in list.and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = subset.get("name").and_then(Value::as_str)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
    }
    Subsets::Known(names)
}

/// `exportTo`: nothing or `*` is everybody, `.` the rule's own namespace.
fn is_visible(rule: &Object, namespace: &str) -> bool {
    let list = rule.value.get("spec").and_then(|spec| spec.get("exportTo"));
    match list.and_then(Value::as_array) {
        Some(names) if !names.is_empty() => names.iter().filter_map(Value::as_str).any(|name| {
            name == "*" || name == namespace || (name == "." && rule.namespace == namespace)
        }),
        _ => true,
    }
}

/// Checks that every version in `wanted` (those that get requests) is defined; gives a warning where nobody can tell.
pub(super) fn check_subsets(
    known: &Subsets<'_>,
    wanted: &[&str],
    service: &str,
    namespace: &str,
) -> Result<Option<String>> {
    let name = host::short(service);
    if wanted.is_empty() {
        return Ok(None);
    }
    match known {
        Subsets::NoRule => Ok(Some(format!(
            "no DestinationRule for `{name}` is among the files, so it is not checked that {} {} defined: without it \
             requests fail with 503 (add its file with `-f`)",
            wanted
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(" and "),
            if wanted.len() == 1 { "is" } else { "are" },
        ))),
        Subsets::Hidden(rules) => {
            let rule = rules[0];
            Err(Error::new(
                Kind::Precondition,
                format!(
                    "{} ({}) defines the versions of `{name}`, but is not exported to namespace `{namespace}` of the routes",
                    rule.label(),
                    rule.origin
                ),
            )
            .hint(format!("add `{namespace}` to its `spec.exportTo`")))
        }
        Subsets::Known(names) => match wanted.iter().find(|wanted| !names.contains(wanted)) {
            None => Ok(None),
            Some(missing) => Err(undefined(missing, names, name)),
        },
    }
}

fn undefined(missing: &str, names: &[&str], service: &str) -> Error {
    let error = Error::new(
        Kind::Precondition,
        format!(
            "`{service}` has no subset `{missing}` in its DestinationRule: requests sent there would fail with 503"
        ),
    );
    if names.is_empty() {
        error.hint("the rule defines no subset at all")
    } else {
        error.hint(format!(
            "the rule defines {}; add `{missing}` there first",
            names.join(", ")
        ))
    }
}

/// Refuses a route whose weights another program sets.
pub(super) fn check_owner(objects: &[Object], route: &Route<'_>, service: &str) -> Result<()> {
    let owners = route
        .object
        .value
        .get("metadata")
        .and_then(|meta| meta.get("ownerReferences"));
    let owned = owners
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find_map(|owner| {
            let group = owner.get("apiVersion")?.as_str()?.split('/').next()?;
            match group {
                "flagger.app" => Some("Flagger"),
                "argoproj.io" => Some("Argo Rollouts"),
                _ => None,
            }
        });
    let (program, by) = match owned {
        Some(program) => (program, "its `ownerReferences`".to_owned()),
        None => match objects
            .iter()
            .find_map(|object| steered_by(object, route, service))
        {
            Some((program, object)) => (program, format!("{} ({})", object.label(), object.origin)),
            None => return Ok(()),
        },
    };
    Err(Error::new(
        Kind::Precondition,
        format!(
            "{} ({}) belongs to {program}, as {by} says: what is written here would be overwritten",
            route.object.label(),
            route.object.origin
        ),
    )
    .hint(format!(
        "shift through {program}, or take the object out of its hands first"
    )))
}

fn steered_by<'a>(
    object: &'a Object,
    route: &Route<'_>,
    service: &str,
) -> Option<(&'static str, &'a Object)> {
    if object.namespace != route.object.namespace {
        return None;
    }
    let version = object
        .value
        .get("apiVersion")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let spec = object.value.get("spec")?;
    if object.is("Rollout") && version.starts_with("argoproj.io/") {
        let istio = spec.pointer("/strategy/canary/trafficRouting/istio")?;
        let one = istio.get("virtualService").into_iter();
        let many = istio
            .get("virtualServices")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        return one
            .chain(many)
            .filter_map(|each| each.get("name")?.as_str())
            .any(|name| name == route.object.name)
            .then_some(("Argo Rollouts", object));
    }
    if object.is("Canary") && version.starts_with("flagger.app/") {
        let name = spec
            .pointer("/service/name")
            .or_else(|| spec.pointer("/targetRef/name"))?;
        return (name.as_str() == Some(host::service(service))).then_some(("Flagger", object));
    }
    None
}
