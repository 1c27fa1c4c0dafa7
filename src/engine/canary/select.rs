//! Which routes are meant. More than one is never guessed at: the error lists them with the flag that picks each.

use std::collections::BTreeSet;

use super::Source;
use super::binding::{self, Binding};
use super::host::{self, Target};
use super::route::Route;
use crate::engine::nearest::nearest;
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;

/// What narrows the routes down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(crate) object: Option<ObjectName>,
    pub(crate) route: Option<RouteName>,
    /// Every route that fits is meant.
    pub(crate) all: bool,
    /// Routes that get requests to this port.
    pub(crate) port: Option<u16>,
    /// TLS routes that get requests for this server name.
    pub(crate) sni: Option<String>,
}

/// `VirtualService/NAME` or `VirtualService/NAMESPACE/NAME`; a name may hold dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectName {
    namespace: Option<String>,
    name: String,
}

impl std::str::FromStr for ObjectName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts[..] {
            [kind, name] => (kind, None, name),
            [kind, namespace, name] => (kind, Some(namespace.to_owned()), name),
            _ => return Err("expected KIND/NAME or KIND/NAMESPACE/NAME".to_owned()),
        };
        let kinds = ["virtualservice", "virtualservices", "vs"];
        if !kinds.contains(&kind.to_lowercase().as_str()) {
            return Err(format!(
                "only a VirtualService can be shifted, not a `{kind}`"
            ));
        }
        if name.is_empty() {
            return Err("the name is missing".to_owned());
        }
        Ok(Self {
            namespace,
            name: name.to_owned(),
        })
    }
}

/// A route by its name, or by its place in its list (`#0` is the first).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RouteName {
    Name(String),
    Index(usize),
}

impl std::str::FromStr for RouteName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix('#') {
            Some(index) => index
                .parse()
                .map(Self::Index)
                .map_err(|_| "expected a number after `#`, from 0".to_owned()),
            None if text.is_empty() => Err("the name is missing".to_owned()),
            None => Ok(Self::Name(text.to_owned())),
        }
    }
}

impl Selection {
    pub(super) fn fits(&self, route: &Route<'_>) -> bool {
        let object = self.object.as_ref().is_none_or(|wanted| {
            wanted.name == route.object.name
                && wanted
                    .namespace
                    .as_ref()
                    .is_none_or(|namespace| *namespace == route.object.namespace)
        });
        let name = match &self.route {
            None => true,
            Some(RouteName::Name(name)) => route.name() == Some(name),
            Some(RouteName::Index(index)) => route.index == *index,
        };
        object
            && name
            && self.port.is_none_or(|port| takes_port(route, port))
            && self
                .sni
                .as_ref()
                .is_none_or(|sni| takes_server_name(route, sni))
    }

    /// The flags as they were typed.
    fn flags(&self) -> String {
        let mut flags: Vec<String> = Vec::new();
        if let Some(object) = &self.object {
            flags.push(format!("--object VirtualService/{}", object.name));
        }
        match &self.route {
            Some(RouteName::Name(name)) => flags.push(format!("--route {name}")),
            Some(RouteName::Index(index)) => flags.push(format!("--route #{index}")),
            None => {}
        }
        flags.extend(self.port.map(|port| format!("--port {port}")));
        flags.extend(self.sni.as_ref().map(|sni| format!("--sni {sni}")));
        flags.join(" ")
    }
}

fn takes_port(route: &Route<'_>, port: u16) -> bool {
    let matches = route.matches();
    matches.is_empty()
        || matches.iter().any(|condition| match condition.get("port") {
            Some(given) => given.as_u64() == Some(port.into()),
            None => true,
        })
}

fn takes_server_name(route: &Route<'_>, sni: &str) -> bool {
    let hosts = |condition: &'_ Value| {
        let list = condition
            .get("sniHosts")
            .or_else(|| condition.get("sni_hosts"));
        list.and_then(Value::as_array).cloned().unwrap_or_default()
    };
    route.matches().iter().flat_map(hosts).any(|pattern| {
        pattern
            .as_str()
            .is_some_and(|pattern| host::covers(pattern, sni))
    })
}

/// The routes that are meant.
pub(super) struct Selected<'a> {
    /// The full name of the service.
    pub(super) service: String,
    pub(super) routes: Vec<Route<'a>>,
    pub(super) warnings: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// Finds the routes to `target` that `selection` leaves.
pub(super) fn select<'a>(
    all: &[Route<'a>],
    target: &Target,
    selection: &Selection,
    source: Source,
) -> Result<Selected<'a>> {
    let service = the_service(all, target, source)?;
    let candidates: Vec<&Route<'a>> = all
        .iter()
        .filter(|route| leads_to(route, &service))
        .collect();
    let mut chosen: Vec<&Route<'a>> = candidates
        .iter()
        .copied()
        .filter(|route| selection.fits(route))
        .collect();
    // Rules for some requests, which `match` wrote, are not meant unless they are named.
    if selection.route.is_none() && chosen.iter().any(|route| !route.is_managed()) {
        chosen.retain(|route| !route.is_managed());
    }
    if chosen.is_empty() {
        return Err(no_such_route(all, &candidates, &service, selection));
    }
    let mut warnings = Vec::new();
    if let Some((one, other)) = rivals(all, &candidates) {
        let told = both_route(all, one, other, &service)?;
        if selection.object.is_none() {
            return Err(Error::new(Kind::Precondition, told)
                .hint("merge the two into one VirtualService")
                .hint("or name the one to change with `--object VirtualService/NAME`"));
        }
        warnings.push(told);
    }
    if chosen.len() > 1 && !selection.all {
        return Err(ambiguous(all, &chosen, &service));
    }
    let mut notes = Vec::new();
    match sides(all, &candidates) {
        (true, false) => notes.push(format!(
            "`{}` is routed inside the mesh only: what a gateway sends straight to it is not affected",
            host::short(&service)
        )),
        (false, true) => warnings.push(format!(
            "`{}` is routed at gateways only: callers inside the mesh are not affected (add `mesh` to the gateways to change that)",
            host::short(&service)
        )),
        _ => {}
    }
    Ok(Selected {
        service,
        routes: chosen.into_iter().cloned().collect(),
        warnings,
        notes,
    })
}

/// What is said of two routes for the same hosts.
///
/// Errors: precondition (4) where they are of one object that was given twice.
fn both_route(
    all: &[Route<'_>],
    one: &Route<'_>,
    other: &Route<'_>,
    service: &str,
) -> Result<String> {
    let (first, second) = (&one.object, &other.object);
    if first.namespace == second.namespace && first.name == second.name {
        let what = format!(
            "{} is here twice, in {} and {}, and only the one that is applied last counts",
            first.label(),
            first.origin,
            second.origin
        );
        let error = Error::new(Kind::Precondition, what);
        return Err(error.hint("pass the file of one of them only"));
    }
    Ok(format!(
        "{} ({}) and {} ({}) both route `{}` for the same hosts at {}, and Istio does not say which of them counts",
        first.label(),
        first.origin,
        second.label(),
        second.origin,
        host::short(service),
        Binding::of(one, all),
    ))
}

fn leads_to(route: &Route<'_>, service: &str) -> bool {
    route.destinations.iter().any(|each| each.full == service)
}

/// The full name of the one service that `target` means.
pub(super) fn the_service(all: &[Route<'_>], target: &Target, source: Source) -> Result<String> {
    let known: BTreeSet<&str> = all
        .iter()
        .flat_map(|route| route.destinations.iter().map(|each| each.full.as_str()))
        .collect();
    let meant: Vec<&str> = known
        .iter()
        .copied()
        .filter(|full| target.means(full))
        .collect();
    match meant[..] {
        [service] => Ok(service.to_owned()),
        [] => Err(no_such_service(all, &known, target, source)),
        _ => {
            let names: Vec<String> = meant
                .iter()
                .map(|full| format!("`{}`", host::short(full)))
                .collect();
            Err(
                Error::usage(format!("`{}` may be {}", target.text, names.join(" or "))).hint(
                    "write the service with its namespace, as listed here, or add `--namespace`",
                ),
            )
        }
    }
}

fn no_such_service(
    all: &[Route<'_>],
    known: &BTreeSet<&str>,
    target: &Target,
    source: Source,
) -> Error {
    // Routes of the service's own VirtualService that have no destinations say why there is nothing to shift.
    for route in all {
        let own = binding::hosts(route)
            .any(|name| target.means(&host::resolve(name, &route.object.namespace)));
        let Some(reason) = route.without_destinations().filter(|_| own) else {
            continue;
        };
        let error = Error::new(
            Kind::Precondition,
            format!(
                "nothing to shift for `{}`: route {route} of {} ({}) {reason}",
                target.text,
                route.object.label(),
                route.object.origin
            ),
        );
        return match route.delegate() {
            Some((namespace, name)) if source == Source::Cluster => error.hint(format!(
                "VirtualService `{namespace}/{name}`, which it hands over to, is not in the cluster or has no destinations"
            )),
            Some((namespace, name)) => error.hint(format!(
                "the weights stand in VirtualService `{namespace}/{name}`; pass its file with `-f` too"
            )),
            None => error.hint("give the route destinations first"),
        };
    }
    let (place, kind) = match source {
        Source::Files => ("here", Kind::User),
        Source::Cluster => ("in the cluster", Kind::Precondition),
    };
    let error = Error::new(
        kind,
        format!("no VirtualService {place} routes to `{}`", target.text),
    );
    let error = match source {
        Source::Files => error,
        Source::Cluster => error.hint(format!(
            "`mesh canary init {}` writes the rules for it",
            target.text
        )),
    };
    let names: Vec<&str> = known.iter().map(|full| host::short(full)).collect();
    if names.is_empty() && source == Source::Cluster {
        return error;
    }
    if names.is_empty() {
        return error.hint("none of the files holds a VirtualService with destinations");
    }
    let services: BTreeSet<&str> = known.iter().map(|full| host::service(full)).collect();
    let near = nearest(
        &target.text,
        services.into_iter().chain(names.iter().copied()),
    );
    let error = match near {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    };
    error.hint(format!("there are: {}", names.join(", ")))
}

fn no_such_route(
    all: &[Route<'_>],
    candidates: &[&Route<'_>],
    service: &str,
    selection: &Selection,
) -> Error {
    let flags = selection.flags();
    // The flags may name a route that exists and has no destinations, or other ones.
    if let Some(route) = all.iter().find(|route| selection.fits(route)) {
        let reason = route.without_destinations().map_or_else(
            || format!("does not lead to `{}`", host::short(service)),
            str::to_owned,
        );
        let message = format!(
            "cannot shift `{flags}`: route {route} of {} ({}) {reason}",
            route.object.label(),
            route.object.origin
        );
        return list(all, candidates, Error::new(Kind::Precondition, message));
    }
    let message = format!("no route to `{}` fits `{flags}`", host::short(service));
    list(all, candidates, Error::usage(message))
}

fn ambiguous(all: &[Route<'_>], chosen: &[&Route<'_>], service: &str) -> Error {
    let error = Error::usage(format!(
        "{} routes lead to `{}`: say which one to shift, or `--all-routes`",
        chosen.len(),
        host::short(service)
    ));
    list(all, chosen, error)
}

/// Adds each route with the flags that pick it.
fn list(all: &[Route<'_>], routes: &[&Route<'_>], error: Error) -> Error {
    let several = routes
        .iter()
        .any(|route| route.object_index != routes[0].object_index);
    routes.iter().fold(error, |error, route| {
        let unique = |name: &str| {
            let same = |other: &&&Route<'_>| {
                other.name() == Some(name) && other.object_index == route.object_index
            };
            routes.iter().filter(same).count() == 1
        };
        let pick = match route.name() {
            Some(name) if unique(name) => format!("--route {name}"),
            _ => format!("--route '#{}'", route.index),
        };
        let object = if several {
            format!("--object VirtualService/{} ", route.object.name)
        } else {
            String::new()
        };
        let shares: Vec<String> = route
            .destinations
            .iter()
            .zip(route.shares())
            .map(|(each, share)| format!("{} {}", each.name(), percent(share)))
            .collect();
        error.hint(format!(
            "`{object}{pick}`: {} at {}, {}, to {} ({})",
            route_in_object(route),
            Binding::of(route, all),
            route.condition(),
            shares.join(", "),
            route.object.origin,
        ))
    })
}

fn route_in_object(route: &Route<'_>) -> String {
    format!(
        "{}[{}] of {}",
        route.protocol.field(),
        route.index,
        route.object.label()
    )
}

/// Hundredths of a percent as people write them.
pub(crate) fn percent(share: u32) -> String {
    match (share / 100, share % 100) {
        (whole, 0) => format!("{whole}%"),
        (whole, part) => format!("{whole}.{part:02}%"),
    }
}

/// Two objects with routes to the service for the same host, where the same proxies see both.
fn rivals<'a, 'b>(
    all: &[Route<'a>],
    candidates: &[&'b Route<'a>],
) -> Option<(&'b Route<'a>, &'b Route<'a>)> {
    let hosts = |route: &Route<'_>| -> BTreeSet<String> {
        binding::hosts(route)
            .map(|name| host::resolve(name, &route.object.namespace))
            .collect()
    };
    candidates.iter().enumerate().find_map(|(index, one)| {
        let rival = candidates[index + 1..].iter().find(|other| {
            one.object_index != other.object_index
                && !hosts(one).is_disjoint(&hosts(other))
                && Binding::of(one, all).overlaps(&Binding::of(other, all))
        });
        rival.map(|other| (*one, *other))
    })
}

/// Whether any of the routes is bound to the mesh, and any to a gateway.
fn sides(all: &[Route<'_>], routes: &[&Route<'_>]) -> (bool, bool) {
    routes
        .iter()
        .fold((false, false), |(mesh, gateway), route| {
            let binding = Binding::of(route, all);
            (
                mesh || binding.mesh,
                gateway || !binding.gateways.is_empty(),
            )
        })
}
