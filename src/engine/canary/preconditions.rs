//! What must hold before a version gets requests, as far as the objects that route can show it. What pods show is in
//! [`super::pods`].

use serde_json::Map;

use super::route::Route;
use super::{Object, Source, host};
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
    Known(Vec<Subset<'a>>),
}

/// A version as a DestinationRule defines it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subset<'a> {
    pub(super) name: &'a str,
    /// Of the pods that are meant; `None` for all of the service's.
    pub(super) labels: Option<&'a Map<String, Value>>,
    pub(super) rule: &'a Object,
}

impl<'a> Subsets<'a> {
    /// What is known, in order.
    pub(super) fn list(&self) -> &[Subset<'a>] {
        match self {
            Self::Known(list) => list,
            Self::NoRule | Self::Hidden(_) => &[],
        }
    }

    /// The version of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Subset<'a>> {
        self.list().iter().find(|subset| subset.name == name)
    }
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
    let mut known: Vec<Subset<'_>> = Vec::new();
    for rule in visible {
        let list = rule.value.get("spec").and_then(|spec| spec.get("subsets"));
        for subset in list.and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = subset.get("name").and_then(Value::as_str)
                && known.iter().all(|other| other.name != name)
            {
                let labels = subset.get("labels").and_then(Value::as_object);
                known.push(Subset {
                    name,
                    labels: labels.filter(|labels| !labels.is_empty()),
                    rule,
                });
            }
        }
    }
    Subsets::Known(known)
}

/// `exportTo`: nothing or `*` is everybody, `.` the rule's own namespace.
pub(super) fn is_visible(rule: &Object, namespace: &str) -> bool {
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
    source: Source,
) -> Result<Option<String>> {
    let name = host::short(service);
    if wanted.is_empty() {
        return Ok(None);
    }
    match known {
        Subsets::NoRule if source == Source::Cluster => Err(Error::new(
            Kind::Precondition,
            format!(
                "no DestinationRule defines the versions of `{name}`: requests to `{}` would fail with 503",
                wanted[0]
            ),
        )
        .hint(format!("`mesh canary init {name}` writes one"))),
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
        Subsets::Known(list) => {
            let names: Vec<&str> = list.iter().map(|subset| subset.name).collect();
            match wanted.iter().find(|wanted| !names.contains(wanted)) {
                None => Ok(None),
                Some(missing) => Err(undefined(missing, &names, name, source)),
            }
        }
    }
}

fn undefined(missing: &str, names: &[&str], service: &str, source: Source) -> Error {
    let error = Error::new(
        Kind::Precondition,
        format!(
            "`{service}` has no subset `{missing}` in its DestinationRule: requests sent there would fail with 503"
        ),
    );
    let error = if names.is_empty() {
        error.hint("the rule defines no subset at all")
    } else {
        error.hint(format!(
            "the rule defines {}; add `{missing}` there first",
            names.join(", ")
        ))
    };
    match source {
        Source::Files => error,
        Source::Cluster => error.hint(format!(
            "once its pods run, `mesh canary init {service}` adds it"
        )),
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
    let known = subsets(objects, service, &route.object.namespace);
    let by_owner = owned.map(|program| (program, "its `ownerReferences`".to_owned()));
    let by_writer = || {
        let by = "its `managedFields`, by which it was the last to write the routes,";
        last_writer(&route.object.value).map(|program| (program, by.to_owned()))
    };
    let by_label = || {
        let subset = known.list().iter().find(|subset| is_of_rollout(subset))?;
        let by = format!(
            "the label of subset `{}` of {}",
            subset.name,
            subset.rule.label()
        );
        Some(("Argo Rollouts", by))
    };
    let by_object = || {
        let found = objects
            .iter()
            .find_map(|object| steered_by(object, route, service));
        found.map(|(program, object)| (program, format!("{} ({})", object.label(), object.origin)))
    };
    let found = by_owner
        .or_else(by_writer)
        .or_else(by_label)
        .or_else(by_object);
    let Some((program, by)) = found else {
        return Ok(());
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

/// The program that wrote the routes last, if it is one that steers them.
fn last_writer(object: &Value) -> Option<&'static str> {
    let entries = object.pointer("/metadata/managedFields")?.as_array()?;
    entries.iter().find_map(|entry| {
        let fields = entry.pointer("/fieldsV1/f:spec")?;
        ["f:http", "f:tls", "f:tcp"]
            .iter()
            .find(|field| fields.get(**field).is_some())?;
        match entry.get("manager")?.as_str()? {
            "flagger" => Some("Flagger"),
            "rollouts-controller" | "argo-rollouts" => Some("Argo Rollouts"),
            _ => None,
        }
    })
}

/// Argo Rollouts tells versions apart by a label that it puts into the rule itself.
fn is_of_rollout(subset: &Subset<'_>) -> bool {
    subset
        .labels
        .is_some_and(|labels| labels.contains_key("rollouts-pod-template-hash"))
}

/// Refuses an object that is kept in a repository, from where it would be written over.
pub(super) fn check_gitops(object: &Object) -> Result<()> {
    let metadata = object.value.get("metadata");
    let marked = |field: &str, key: &str| {
        metadata
            .and_then(|metadata| metadata.get(field)?.get(key)?.as_str())
            .is_some()
    };
    let helm = metadata.and_then(|metadata| {
        metadata
            .get("labels")?
            .get("app.kubernetes.io/managed-by")?
            .as_str()
    }) == Some("Helm");
    let mark = if marked("annotations", "argocd.argoproj.io/tracking-id")
        || marked("labels", "argocd.argoproj.io/instance")
    {
        "Argo CD"
    } else if marked("labels", "kustomize.toolkit.fluxcd.io/name")
        || marked("labels", "helm.toolkit.fluxcd.io/name")
    {
        "Flux"
    } else if helm || marked("annotations", "meta.helm.sh/release-name") {
        "Helm"
    } else {
        return Ok(());
    };
    Err(Error::new(
        Kind::Precondition,
        format!(
            "{} ({}) is deployed by {mark}, which would write over a change made here",
            object.label(),
            object.origin
        ),
    )
    .hint("change the files it is deployed from: the same command with `-f FILE`")
    .hint("or change it here nevertheless with `--live`"))
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
