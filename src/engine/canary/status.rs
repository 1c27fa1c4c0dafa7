//! Where releases stand: of each service the objects, routes and destinations, with the shares that are set and the pods
//! that can take them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::binding::{self, Binding};
use super::pods::{self, Pod, Service};
use super::preconditions::subsets;
use super::route::{self, Destination, Route};
use super::state::{Memory, Phase};
use super::{Object, host};

/// One service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// `reviews.default`.
    pub(crate) service: String,
    pub(crate) stable: Option<String>,
    pub(crate) canary: Option<String>,
    pub(crate) phase: Option<Phase>,
    /// Versions that are defined, with their pods.
    pub(crate) versions: Vec<Version>,
    pub(crate) objects: Vec<Routes>,
}

/// A version that a DestinationRule defines.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Version {
    pub(crate) name: String,
    pub(crate) ready_pods: usize,
    pub(crate) pods: usize,
}

/// An object with routes to the service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Routes {
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) last_change: Option<Last>,
    /// Somebody else edited it since.
    pub(crate) drifted: bool,
    #[serde(rename = "routes")]
    pub(crate) list: Vec<RouteStatus>,
}

/// What these commands did last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Last {
    pub(crate) command: String,
    pub(crate) actor: String,
    pub(crate) time: String,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RouteStatus {
    pub(crate) route: String,
    pub(crate) condition: String,
    pub(crate) bound_to: String,
    pub(crate) destinations: Vec<DestinationStatus>,
}

/// One destination.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DestinationStatus {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) subset: Option<String>,
    /// The share that is set, in percent of the route.
    pub(crate) percent: f64,
    pub(crate) ready_pods: Option<usize>,
    pub(crate) pods: Option<usize>,
    /// Why requests that go there fail.
    pub(crate) fault: Option<String>,
}

/// What is known of a namespace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    /// By full name.
    pub(crate) services: BTreeMap<String, Service>,
    pub(crate) pods: Vec<Pod>,
}

/// The services of one namespace that routes lead to.
pub(crate) fn routed(objects: &[Object], namespace: &str) -> Vec<String> {
    let destinations = route::all(objects)
        .into_iter()
        .flat_map(|route| route.destinations)
        .map(|each| each.full);
    let here = |full: &String| host::parts(full).is_some_and(|(_, of)| of == namespace);
    destinations
        .filter(here)
        .collect::<BTreeSet<String>>()
        .into_iter()
        .collect()
}

/// Where the release of a service stands. `around` is the service's namespace.
pub(crate) fn of(objects: &[Object], service: &str, around: &Around) -> Status {
    let all = route::all(objects);
    let mut status = Status {
        service: host::short(service).to_owned(),
        stable: None,
        canary: None,
        phase: None,
        versions: versions(objects, service, around),
        objects: Vec::new(),
    };
    for object in objects.iter().filter(|object| object.is("VirtualService")) {
        let mine: Vec<&Route<'_>> = all
            .iter()
            .filter(|route| std::ptr::eq(route.object, object))
            .filter(|route| route.destinations.iter().any(|each| each.full == service))
            .collect();
        let is_its = binding::names(object.value.pointer("/spec/hosts"))
            .any(|name| host::resolve(name, &object.namespace) == service);
        if mine.is_empty() && !is_its {
            continue;
        }
        let memory = Memory::or_none(object);
        if let (Some(release), None) = (memory.release(service), &status.stable) {
            status.stable = Some(release.stable.clone());
            status.canary.clone_from(&release.canary);
            status.phase = Some(release.phase);
        }
        let last = memory.history.last().map(|entry| Last {
            command: entry.command.clone(),
            actor: entry.actor.clone(),
            time: entry.time.clone(),
        });
        status.objects.push(Routes {
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            drifted: memory.has_drifted(object),
            last_change: last,
            list: mine
                .iter()
                .map(|route| one(route, &all, objects, around))
                .collect(),
        });
    }
    status
}

fn versions(objects: &[Object], service: &str, around: &Around) -> Vec<Version> {
    let namespace = host::parts(service).map_or("", |(_, namespace)| namespace);
    let known = subsets(objects, service, namespace);
    let counts = pods::count(&known, &around.pods, around.services.get(service));
    let version = |subset: &super::preconditions::Subset<'_>| {
        let (ready_pods, pods) = counts.get(subset.name).copied().unwrap_or_default();
        Version {
            name: subset.name.to_owned(),
            ready_pods,
            pods,
        }
    };
    known.list().iter().map(version).collect()
}

fn one(route: &Route<'_>, all: &[Route<'_>], objects: &[Object], around: &Around) -> RouteStatus {
    let destinations = route.destinations.iter().zip(route.shares());
    RouteStatus {
        route: route.to_string(),
        condition: route.condition(),
        bound_to: Binding::of(route, all).to_string(),
        destinations: destinations
            .map(|(each, share)| destination(route, each, share, objects, around))
            .collect(),
    }
}

fn destination(
    route: &Route<'_>,
    each: &Destination,
    share: u32,
    objects: &[Object],
    around: &Around,
) -> DestinationStatus {
    let known = subsets(objects, &each.full, &route.object.namespace);
    let service = around.services.get(&each.full);
    let counts = match &each.subset {
        // Only pods of this namespace were read.
        _ if service.is_none() => None,
        Some(subset) => pods::count(&known, &around.pods, service)
            .get(subset)
            .copied(),
        None => service.and_then(|service| pods::count_all(service, &around.pods)),
    };
    let is_defined = each
        .subset
        .as_ref()
        .is_none_or(|subset| known.find(subset).is_some());
    let fault = match counts {
        _ if !is_defined => Some("no DestinationRule defines it: 503".to_owned()),
        Some((0, _)) if share > 0 => Some("no pod is ready: 503".to_owned()),
        _ => None,
    };
    DestinationStatus {
        name: each.name().to_owned(),
        host: each.full.clone(),
        subset: each.subset.clone(),
        percent: f64::from(share) / 100.0,
        ready_pods: counts.map(|counts| counts.0),
        pods: counts.map(|counts| counts.1),
        fault,
    }
}
