//! Writes the rules that a release needs: a DestinationRule that names the versions found on the pods, and a VirtualService
//! that sends everything to the stable one.
//!
//! What is there is only added to: a rule gains versions and loses none, a route gains destinations without requests.

use std::collections::BTreeMap;

use serde_json::{Map, json};

use super::binding;
use super::draft;
use super::pods::{self, Pod, Service};
use super::preconditions::{self, subsets};
use super::route::{self, Route};
use super::select::{self, Selection};
use super::shift::{Edit, Plan, RoutePlan, Row};
use super::state::{Memory, Release, Stamp};
use super::write::{self, Record, Standing, Write};
use super::{Object, Source, Target, host};
use crate::engine::nearest::nearest;
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;
use crate::yaml::edit::Operation;
use crate::yaml::node::Path;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) target: Target,
    /// The full name of the service.
    pub(crate) service: String,
    /// The label that tells versions apart.
    pub(crate) label: String,
    pub(crate) stable: Option<String>,
    pub(crate) canary: Option<String>,
    pub(crate) selection: Selection,
    pub(crate) live: bool,
    pub(crate) adopt: bool,
}

/// What is to be done, and on which objects.
pub(crate) struct Outcome {
    /// The objects, with those that are new.
    pub(crate) objects: Vec<Object>,
    pub(crate) plan: Plan,
    pub(crate) writes: Vec<Write>,
}

/// A version that the pods show.
struct Version {
    /// The subset's name.
    name: String,
    /// The label's value.
    value: String,
    /// Whether a rule defines it.
    is_known: bool,
}

/// Plans the rules for a service. `read` is the Service as the API has it.
///
/// Errors: precondition (4) where the pods do not tell versions apart, or the stable one cannot take the requests; usage (2)
/// for versions that are not there.
pub(crate) fn plan(
    mut objects: Vec<Object>,
    request: &Request,
    read: &Value,
    pods: &[Pod],
    stamp: &Stamp,
) -> Result<Outcome> {
    let service = &request.service;
    let (_, namespace) = host::parts(service).ok_or_else(|| {
        Error::new(
            Kind::Precondition,
            format!(
                "`{service}` is no service of the cluster: its versions cannot be told from pods"
            ),
        )
    })?;
    let mut plan = Plan {
        service: service.clone(),
        routes: Vec::new(),
        warnings: Vec::new(),
        notes: Vec::new(),
    };
    let selected = select_pods(request, &Service::read(read), pods, &mut plan.warnings)?;
    let versions = versions(&objects, request, &selected, namespace)?;
    let same = record(request, stamp, Standing::Same);
    let rule = rule(&mut objects, request, &versions, namespace, &same)?;
    let mut outcome = Outcome {
        objects,
        plan,
        writes: rule.into_iter().collect(),
    };
    if is_routed(&outcome.objects, service) {
        extend_routes(&mut outcome, request, &versions, stamp)?;
        return Ok(outcome);
    }
    let roles = roles(request, &versions, None, None)?;
    check_stable(&roles, &versions, request, &selected)?;
    let object = new_routes(&outcome.objects, request, read, &versions, &roles)?;
    let rows = new_rows(&versions, &roles, outcome.objects.len());
    outcome.plan.routes.push(rows);
    let at_roles = record(request, stamp, Standing::At(roles));
    outcome
        .writes
        .push(write::create(object.clone(), &at_roles));
    outcome.objects.push(object);
    Ok(outcome)
}

/// What is noted of the change.
fn record<'a>(request: &'a Request, stamp: &'a Stamp, release: Standing) -> Record<'a> {
    Record {
        stamp,
        service: &request.service,
        release,
        adopt: request.adopt,
    }
}

/// Whether a route leads to the service, or is bound to its host.
fn is_routed(objects: &[Object], service: &str) -> bool {
    route::all(objects).iter().any(|route| {
        let leads = |name: &str| host::resolve(name, &route.object.namespace) == service;
        route.destinations.iter().any(|each| each.full == service)
            || binding::hosts(route).any(leads)
    })
}

/// Adds the versions that the service's routes lack to them, as destinations without requests.
fn extend_routes(
    outcome: &mut Outcome,
    request: &Request,
    versions: &[Version],
    stamp: &Stamp,
) -> Result<()> {
    let Outcome {
        objects,
        plan,
        writes,
    } = outcome;
    let service = &request.service;
    let all = route::all(objects);
    let chosen = select::select(&all, &request.target, &request.selection, Source::Cluster)?;
    plan.warnings.extend(chosen.warnings);
    plan.notes.extend(chosen.notes);
    let mut changed: BTreeMap<usize, (Vec<Operation>, Release)> = BTreeMap::new();
    for route in &chosen.routes {
        preconditions::check_owner(objects, route, service)?;
        let planned = extended(route, &all, service, versions);
        let old = Memory::or_none(route.object).release(service).cloned();
        let release = roles(request, versions, Some(route), old.as_ref())?;
        if !planned.edits.is_empty() || old.as_ref() != Some(&release) {
            if !request.live {
                preconditions::check_gitops(route.object)?;
            }
            let (edits, _) = changed
                .entry(route.object_index)
                .or_insert((Vec::new(), release));
            edits.extend(planned.edits.iter().map(|edit| edit.operation.clone()));
        }
        plan.routes.push(planned);
    }
    for (index, (edits, release)) in changed {
        let record = record(request, stamp, Standing::At(release));
        writes.push(write::patch(&objects[index], &edits, &record)?);
    }
    Ok(())
}

/// The pods behind the service.
fn select_pods<'a>(
    request: &Request,
    service: &Service,
    pods: &'a [Pod],
    warnings: &mut Vec<String>,
) -> Result<Vec<&'a Pod>> {
    let refuse = |message: String| Error::new(Kind::Precondition, message);
    let (name, namespace) = host::parts(&request.service).unwrap_or((&request.service, ""));
    let label = &request.label;
    let Some(selector) = &service.selector else {
        return Err(refuse(format!(
            "Service `{name}` selects no pods, so that no versions can be told apart"
        )));
    };
    if selector.contains_key(label) {
        return Err(refuse(format!(
            "Service `{name}` selects by `{label}` itself, and so serves one version only"
        ))
        .hint(pods::without_label(name, namespace, label)));
    }
    let selected: Vec<&Pod> = pods.iter().filter(|pod| pod.has(selector)).collect();
    let without = selected
        .iter()
        .filter(|pod| !pod.labels.contains_key(label))
        .count();
    if selected.is_empty() {
        return Err(refuse(format!(
            "Service `{name}` has no pods: nothing shows which versions there are"
        ))
        .hint("deploy it first"));
    }
    if without == selected.len() {
        let patch =
            format!(r#"{{"spec":{{"template":{{"metadata":{{"labels":{{"{label}":"v1"}}}}}}}}}}"#);
        return Err(refuse(format!(
            "no pod of Service `{name}` has the label `{label}`, by which versions are told apart"
        ))
        .hint(format!("add it to the template of its Deployment: `kubectl patch deployment {name} -n {namespace} -p '{patch}'`"))
        .hint("or name the label that does it: `--label NAME`"));
    }
    if without > 0 {
        warnings.push(format!(
            "{without} of {} pods of Service `{name}` have no label `{label}`: no version has them, and they get nothing",
            selected.len()
        ));
    }
    Ok(selected)
}

/// The versions that the pods show, `v2` before `v10`.
fn versions(
    objects: &[Object],
    request: &Request,
    pods: &[&Pod],
    namespace: &str,
) -> Result<Vec<Version>> {
    let known = subsets(objects, &request.service, namespace);
    let label = &request.label;
    let mut values: Vec<&str> = pods
        .iter()
        .filter_map(|pod| pod.labels.get(label)?.as_str())
        .collect();
    values.sort_by_key(|value| natural(value));
    values.dedup();
    let mut versions: Vec<Version> = Vec::new();
    for value in values {
        let is_it = |labels: &Map<String, Value>| {
            labels.len() == 1 && labels.get(label).is_some_and(|it| it == value)
        };
        let defined = known
            .list()
            .iter()
            .find(|subset| subset.labels.is_some_and(is_it));
        let name = defined.map_or_else(|| subset_name(value), |subset| subset.name.to_owned());
        let other = known.find(&name).filter(|_| defined.is_none());
        if let Some(other) = other {
            let labels = json!(other.labels);
            return Err(Error::new(
                Kind::Precondition,
                format!(
                    "subset `{name}` of {} means other pods than `{label}={value}`: {labels}",
                    other.rule.label()
                ),
            )
            .hint("correct its labels, or rename it"));
        }
        if name.is_empty() || versions.iter().any(|version| version.name == name) {
            return Err(Error::new(
                Kind::Precondition,
                format!("no name for a version can be made of `{label}={value}`"),
            )
            .hint(format!(
                "define it by hand in a DestinationRule, with the labels `{label}: {value}`"
            )));
        }
        versions.push(Version {
            name,
            value: value.to_owned(),
            is_known: defined.is_some(),
        });
    }
    Ok(versions)
}

/// A key by which numbers in a text are compared as numbers.
fn natural(text: &str) -> Vec<(String, u64)> {
    let mut key = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let start = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (word, tail) = rest.split_at(start);
        let end = tail
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(tail.len());
        key.push((word.to_owned(), tail[..end].parse().unwrap_or(u64::MAX)));
        rest = &tail[end..];
    }
    key
}

/// A label's value as a name that a subset can have: a DNS label.
fn subset_name(value: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    value
        .chars()
        .map(plain)
        .collect::<String>()
        .trim_matches('-')
        .to_owned()
}

/// The stable version and the new one: as asked for, as on record, as the route has it, or in the order of their names.
fn roles(
    request: &Request,
    versions: &[Version],
    route: Option<&Route<'_>>,
    old: Option<&Release>,
) -> Result<Release> {
    let named = |wanted: &String| {
        let found = versions
            .iter()
            .find(|it| it.name == *wanted || it.value == *wanted);
        found.map(|it| it.name.clone()).ok_or_else(|| {
            let names: Vec<&str> = versions.iter().map(|it| it.name.as_str()).collect();
            let error = Error::usage(format!("no pod is of version `{wanted}`"));
            let error = match nearest(wanted, names.iter().copied()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error,
            };
            error.hint(format!("there are: {}", names.join(", ")))
        })
    };
    let shares = route.map(|route| {
        let own = route.destinations.iter().zip(route.shares());
        own.filter(|(each, _)| each.full == request.service && each.subset.is_some())
            .map(|(each, share)| (each.name(), share))
            .collect::<Vec<_>>()
    });
    let most = shares.as_ref().and_then(|shares| {
        let most = shares.iter().rev().max_by_key(|(_, share)| *share)?;
        Some(most.0.to_owned())
    });
    let stable = request.stable.as_ref().map(named).transpose()?;
    let stable = stable
        .or_else(|| old.map(|old| old.stable.clone()))
        .or(most)
        .unwrap_or_else(|| versions[0].name.clone());
    let canary = request.canary.as_ref().map(named).transpose()?;
    let place = versions.iter().position(|it| it.name == stable);
    let next = place.and_then(|place| versions.get(place + 1));
    let other = versions.iter().find(|it| it.name != stable);
    let canary = canary
        .or_else(|| {
            old.and_then(|old| old.canary.clone())
                .filter(|old| *old != stable)
        })
        .or_else(|| next.or(other).map(|it| it.name.clone()));
    if canary.as_ref() == Some(&stable) {
        return Err(Error::usage(format!(
            "`{stable}` cannot be both the stable version and the new one"
        ))
        .hint("name two versions: `--stable v1 --canary v2`"));
    }
    let phase = match shares.as_deref() {
        // A route to the service as a whole has no version's share.
        Some(shares) if !shares.is_empty() => write::phase(shares, &stable, canary.as_deref()),
        Some(_) => super::state::Phase::Shifting,
        None => super::state::Phase::Stable,
    };
    Ok(Release {
        stable,
        canary,
        phase,
    })
}

/// The DestinationRule: a new one, or what the one that is there lacks.
fn rule(
    objects: &mut Vec<Object>,
    request: &Request,
    versions: &[Version],
    namespace: &str,
    record: &Record<'_>,
) -> Result<Option<Write>> {
    let missing: Vec<Value> = versions
        .iter()
        .filter(|version| !version.is_known)
        .map(|version| json!({"name": version.name, "labels": {&request.label: version.value}}))
        .collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let is_its = |object: &&Object| {
        let host = object.value.pointer("/spec/host").and_then(Value::as_str);
        object.is("DestinationRule")
            && preconditions::is_visible(object, namespace)
            && host.is_some_and(|host| host::resolve(host, &object.namespace) == request.service)
    };
    let Some(object) = objects.iter().find(is_its) else {
        let name = host::service(&request.service);
        let spec = json!({"host": name, "subsets": missing});
        let object = draft::new_object(objects, "DestinationRule", namespace, name, spec)?;
        objects.push(object.clone());
        return Ok(Some(write::create(object, record)));
    };
    if !request.live {
        preconditions::check_gitops(object)?;
    }
    let path = Path::from_iter(["spec", "subsets"]);
    let list = object
        .value
        .pointer("/spec/subsets")
        .and_then(Value::as_array);
    let edits: Vec<Operation> = match list {
        Some(list) => missing
            .into_iter()
            .enumerate()
            .map(|(index, value)| Operation::Add {
                path: path.join(list.len() + index),
                value,
            })
            .collect(),
        None => vec![Operation::Add {
            path,
            value: missing.into(),
        }],
    };
    write::patch(object, &edits, record).map(Some)
}

/// The version that is to get everything must be able to take it.
fn check_stable(
    roles: &Release,
    versions: &[Version],
    request: &Request,
    pods: &[&Pod],
) -> Result<()> {
    let stable = versions.iter().find(|version| version.name == roles.stable);
    let value = stable.map_or(roles.stable.as_str(), |version| &version.value);
    let mine = |pod: &&&Pod| pod.labels.get(&request.label).is_some_and(|it| it == value);
    let mine: Vec<&Pod> = pods.iter().filter(mine).copied().collect();
    let namespace = host::parts(&request.service).map_or("", |(_, namespace)| namespace);
    if !mine.iter().any(|pod| pod.ready) {
        return Err(Error::new(
            Kind::Precondition,
            format!("no pod of `{}`, the stable version, is ready: requests would fail with 503", roles.stable),
        )
        .hint(format!(
            "wait for it (`kubectl wait pod -n {namespace} -l {}={value} --for=condition=Ready`), or choose another with `--stable`",
            request.label
        )));
    }
    Ok(())
}

/// The order of destinations: the stable version, the new one, the others.
fn in_order<'a>(versions: &'a [Version], roles: &Release) -> Vec<&'a Version> {
    let mut all: Vec<&Version> = versions.iter().collect();
    all.sort_by_key(|version| match &version.name {
        name if *name == roles.stable => 0,
        name if Some(name) == roles.canary.as_ref() => 1,
        _ => 2,
    });
    all
}

fn new_routes(
    objects: &[Object],
    request: &Request,
    read: &Value,
    versions: &[Version],
    roles: &Release,
) -> Result<Object> {
    let mut object = draft::draft(objects, &request.service, read)?;
    let name = host::service(&request.service);
    let destinations: Vec<Value> = in_order(versions, roles)
        .into_iter()
        .map(|version| {
            let weight = if version.name == roles.stable { 100 } else { 0 };
            json!({"destination": {"host": name, "subset": version.name}, "weight": weight})
        })
        .collect();
    let lists = ["http", "tcp"].map(|list| format!("/spec/{list}/0/route"));
    for list in lists {
        if let Some(route) = object.value.pointer_mut(&list) {
            *route = destinations.clone().into();
        }
    }
    Ok(object)
}

fn new_rows(versions: &[Version], roles: &Release, object: usize) -> RoutePlan {
    RoutePlan {
        object,
        route: "new".to_owned(),
        bound: "mesh".to_owned(),
        is_rule: false,
        rows: in_order(versions, roles)
            .into_iter()
            .map(|version| Row {
                destination: version.name.clone(),
                before: None,
                after: if version.name == roles.stable {
                    10_000
                } else {
                    0
                },
            })
            .collect(),
        edits: Vec::new(),
    }
}

/// A route with the versions that it lacks, without requests.
fn extended(
    route: &Route<'_>,
    all: &[Route<'_>],
    service: &str,
    versions: &[Version],
) -> RoutePlan {
    let mut plan = RoutePlan::unchanged(route, all);
    let is_there = |version: &&Version| {
        let mut own = route
            .destinations
            .iter()
            .filter(|each| each.full == service);
        own.any(|each| each.subset.as_deref() == Some(&version.name))
    };
    let missing: Vec<&Version> = versions
        .iter()
        .filter(|version| !is_there(version))
        .collect();
    let edits = &mut plan.edits;
    // A lone destination gets everything, whatever its weight; with company it needs one.
    if let [lone] = &route.destinations[..]
        && lone.weight.number() == 0
        && !missing.is_empty()
    {
        let path = route.path().join(0usize).join("weight");
        let before = route.value["route"][0].get("weight").cloned();
        let value = Value::from(100);
        let operation = match before {
            Some(_) => Operation::Replace { path, value },
            None => Operation::Add { path, value },
        };
        edits.push(Edit { operation, before });
    }
    for (index, version) in missing.into_iter().enumerate() {
        let sibling = route.sibling(service);
        plan.rows.push(Row {
            destination: version.name.clone(),
            before: None,
            after: 0,
        });
        edits.push(Edit {
            operation: Operation::Add {
                path: route.path().join(route.destinations.len() + index),
                value: route::destination(sibling, &version.name, Some(0)),
            },
            before: None,
        });
    }
    plan
}
