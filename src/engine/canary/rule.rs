//! Plans rules for some requests: those of a user, with a header, a cookie, … go to one version.
//!
//! A rule is a route of its own, named `mesh-canary-NAME`, before the route that has these requests now. It takes what both
//! that route's match and the rule's conditions allow, and keeps the route's time-out, retries, headers and all else; only
//! mirrors are left out, since what is mirrored is a matter of the route. Routes with other names are never touched, but for
//! the shares that `--else` asks for.

use serde_json::Map;

use super::binding::Binding;
use super::condition::{self, Condition, Joined};
use super::preconditions::{self, subsets};
use super::route::{self, Protocol, Route};
use super::select::{self, Selection};
use super::shift::{self, Edit, Plan, RoutePlan, Row};
use super::split::Split;
use super::{MANAGED, Object, Source, Target, host};
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;
use crate::yaml::edit::Operation;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) target: Target,
    /// Any of them is enough.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) action: Action,
    /// What the rule is called, without what all begin with; made of the conditions if `None`.
    pub(crate) name: Option<String>,
    pub(crate) selection: Selection,
    pub(crate) source: Source,
    pub(crate) live: bool,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Send the requests to a version, and perhaps all others to another.
    Send {
        to: String,
        otherwise: Option<String>,
    },
    /// Take the rule away; all rules of the service where neither name nor conditions say which.
    Remove,
}

/// Plans `request` for the routes in `objects`.
///
/// Errors: usage (2) for routes or rules that are not clear, precondition (4) where a rule cannot be written, or requests would
/// be lost.
pub(crate) fn plan(objects: &[Object], request: &Request) -> Result<Plan> {
    match &request.action {
        Action::Send { to, otherwise } => send(objects, request, to, otherwise.as_deref()),
        Action::Remove => remove(objects, request),
    }
}

fn send(objects: &[Object], request: &Request, to: &str, otherwise: Option<&str>) -> Result<Plan> {
    let all = route::all(objects);
    let selected = select::select(&all, &request.target, &request.selection, request.source)?;
    let mut plan = Plan {
        service: selected.service,
        routes: Vec::new(),
        warnings: selected.warnings,
        notes: selected.notes,
    };
    if let Some(version) = otherwise {
        // Before the rules: places in the list are still those that were read.
        let shift = shift::plan(objects, &rest(request, version))?;
        plan.warnings.extend(shift.warnings);
        plan.routes.extend(shift.routes);
    } else {
        plan.routes.extend(
            selected
                .routes
                .iter()
                .map(|route| RoutePlan::unchanged(route, &all)),
        );
    }
    let name = name(request);
    let several = selected.routes.len() > 1;
    // From the last on, so that places before stay what they are.
    for (number, route) in selected.routes.iter().enumerate().rev() {
        check(objects, route, request, &plan.service)?;
        let known = subsets(objects, &plan.service, &route.object.namespace);
        let namespace = &route.object.namespace;
        let missing =
            preconditions::check_subsets(&known, &[to], &plan.service, namespace, request.source)?;
        plan.warnings.extend(missing);
        let name = if several {
            format!("{name}-{}", number + 1)
        } else {
            name.clone()
        };
        let conditions = narrowed(route, &request.conditions)?;
        let old = all.iter().find(|other| {
            other.object_index == route.object_index
                && other.protocol == Protocol::Http
                && other.name() == Some(&name)
        });
        let place = old.map_or(route.index, |old| old.index);
        plan.warnings
            .extend(shadows(&all, route, place, &name, &conditions));
        let value = rule(route, &plan.service, &name, to, &conditions);
        plan.routes.push(written(route, &all, old, name, to, value));
    }
    Ok(plan)
}

/// The shift that gives all other requests to a version.
fn rest(request: &Request, version: &str) -> shift::Request {
    shift::Request {
        target: request.target.clone(),
        split: Split::To(version.to_owned()),
        normalize: false,
        selection: request.selection.clone(),
        source: request.source,
        live: request.live,
    }
}

fn check(objects: &[Object], route: &Route<'_>, request: &Request, service: &str) -> Result<()> {
    if route.protocol != Protocol::Http {
        return Err(Error::new(
            Kind::Precondition,
            format!(
                "route {route} of {} is not HTTP: its requests cannot be told apart",
                route.object.label()
            ),
        ));
    }
    preconditions::check_owner(objects, route, service)?;
    if request.source == Source::Cluster && !request.live {
        preconditions::check_gitops(route.object)?;
    }
    Ok(())
}

/// The rule's name: as given, or made of its first condition.
fn name(request: &Request) -> String {
    let made = || {
        let first = request.conditions.first().map(words).unwrap_or_default();
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        };
        let text: String = first.chars().map(plain).take(40).collect();
        let parts: Vec<&str> = text.split('-').filter(|part| !part.is_empty()).collect();
        parts.join("-")
    };
    format!("{MANAGED}{}", request.name.clone().unwrap_or_else(made))
}

/// `end-user jason`.
fn words(condition: &Condition) -> String {
    let mut words = Vec::new();
    for (field, value) in condition {
        match value.as_object() {
            Some(entries)
                if matches!(field.as_str(), "headers" | "queryParams" | "sourceLabels") =>
            {
                words.extend(
                    entries
                        .iter()
                        .map(|(name, value)| format!("{name} {}", text(value))),
                );
            }
            _ => words.push(format!("{field} {}", text(value))),
        }
    }
    words.join(" ")
}

fn text(value: &Value) -> String {
    match value {
        Value::Object(fields) => fields.values().map(text).collect::<Vec<_>>().join(" "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What both the route's own match and the conditions allow.
fn narrowed(route: &Route<'_>, conditions: &[Condition]) -> Result<Vec<Condition>> {
    let own: Vec<Condition> = route
        .matches()
        .iter()
        .filter_map(|value| value.as_object().cloned())
        .collect();
    let own = if own.is_empty() {
        vec![Map::new()]
    } else {
        own
    };
    let mut joined: Vec<Condition> = Vec::new();
    for one in &own {
        for two in conditions {
            let both = condition::join(one, two).map_err(|field| {
                Error::new(
                    Kind::Precondition,
                    format!(
                        "route {route} of {} matches {field} already, and no match says both",
                        route.object.label()
                    ),
                )
                .hint("pick another route with `--route`, or write the match by hand")
            })?;
            match both {
                Joined::Both(both) if !joined.contains(&both) => joined.push(both),
                Joined::Both(_) | Joined::Never => {}
            }
        }
    }
    if joined.is_empty() {
        return Err(Error::new(
            Kind::Precondition,
            format!(
                "no request fulfils both these conditions and those of route {route} of {} ({})",
                route.object.label(),
                route.condition()
            ),
        )
        .hint("pick another route with `--route`"));
    }
    Ok(joined)
}

/// The route that is the rule.
fn rule(route: &Route<'_>, service: &str, name: &str, to: &str, conditions: &[Condition]) -> Value {
    const OWN: &[&str] = &[
        "name",
        "match",
        "route",
        "mirror",
        "mirrors",
        "mirrorPercent",
        "mirror_percent",
        "mirrorPercentage",
    ];
    let fields = route.value.as_object().into_iter().flatten();
    let mut rule: Map<String, Value> = fields
        .filter(|(field, _)| !OWN.contains(&field.as_str()))
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect();
    let destination = route::destination(route.sibling(service), to, None);
    rule.insert("name".to_owned(), name.into());
    rule.insert(
        "match".to_owned(),
        conditions.iter().cloned().map(Value::Object).collect(),
    );
    rule.insert("route".to_owned(), vec![destination].into());
    rule.into()
}

fn written(
    route: &Route<'_>,
    all: &[Route<'_>],
    old: Option<&Route<'_>>,
    name: String,
    to: &str,
    value: Value,
) -> RoutePlan {
    let edits = match old {
        Some(old) if *old.value == value => Vec::new(),
        Some(old) => vec![Edit {
            operation: Operation::Replace {
                path: old.place(),
                value,
            },
            before: Some(old.value.clone()),
        }],
        None => vec![Edit {
            operation: Operation::Add {
                path: route.place(),
                value,
            },
            before: None,
        }],
    };
    let mut rows: Vec<Row> = old.map_or_else(Vec::new, |old| {
        let rows = old.destinations.iter().zip(old.shares());
        rows.filter(|(each, _)| each.name() != to)
            .map(|(each, share)| Row {
                destination: each.name().to_owned(),
                before: Some(share),
                after: 0,
            })
            .collect()
    });
    let had = old.and_then(|old| {
        let mut rows = old.destinations.iter().zip(old.shares());
        rows.find(|(each, _)| each.name() == to)
            .map(|(_, share)| share)
    });
    rows.push(Row {
        destination: to.to_owned(),
        before: had,
        after: 10_000,
    });
    RoutePlan {
        object: route.object_index,
        route: name,
        bound: Binding::of(route, all).to_string(),
        is_rule: true,
        rows,
        edits,
    }
}

/// What never gets a request: the rule, because of what stands before it, or what stands after it.
fn shadows(
    all: &[Route<'_>],
    route: &Route<'_>,
    place: usize,
    name: &str,
    conditions: &[Condition],
) -> Vec<String> {
    let covered = |wide: &[Condition], narrow: &Condition| {
        wide.is_empty() || wide.iter().any(|wide| condition::covers(wide, narrow))
    };
    let of = |route: &Route<'_>| -> Vec<Condition> {
        route
            .matches()
            .iter()
            .filter_map(|value| value.as_object().cloned())
            .collect()
    };
    let mut warnings = Vec::new();
    for other in all.iter().filter(|other| {
        other.object_index == route.object_index
            && other.protocol == Protocol::Http
            && other.name() != Some(name)
    }) {
        let theirs = of(other);
        if other.index < place && conditions.iter().all(|mine| covered(&theirs, mine)) {
            warnings.push(format!(
                "`{name}` never gets a request: route {other} stands before it and takes them"
            ));
        }
        let all_mine =
            !theirs.is_empty() && theirs.iter().all(|narrow| covered(conditions, narrow));
        if other.index >= place && all_mine {
            warnings.push(format!(
                "route {other} never gets a request then: `{name}` stands before it and takes them"
            ));
        }
    }
    warnings
}

fn remove(objects: &[Object], request: &Request) -> Result<Plan> {
    let all = route::all(objects);
    let service = select::the_service(&all, &request.target, request.source)?;
    let rules: Vec<&Route<'_>> = all
        .iter()
        .filter(|route| route.is_managed() && request.selection.fits(route))
        .filter(|route| route.destinations.iter().any(|each| each.full == service))
        .collect();
    let wanted = (request.name.is_some() || !request.conditions.is_empty()).then(|| name(request));
    let is_meant = |route: &&&Route<'_>| match (&wanted, route.name()) {
        (None, _) => true,
        (Some(wanted), Some(name)) => name.strip_prefix(wanted.as_str()).is_some_and(|rest| {
            let number = rest.strip_prefix('-').unwrap_or(rest);
            number.bytes().all(|byte| byte.is_ascii_digit())
        }),
        (Some(_), None) => false,
    };
    let meant: Vec<&Route<'_>> = rules.iter().filter(is_meant).copied().collect();
    if let (Some(wanted), true) = (&wanted, meant.is_empty()) {
        let names: Vec<&str> = rules.iter().filter_map(|rule| rule.name()).collect();
        let error = Error::user(format!(
            "`{}` has no rule `{wanted}`",
            host::short(&service)
        ));
        return Err(match names[..] {
            [] => error.hint("it has none at all"),
            _ => error.hint(format!("there are: {}", names.join(", "))),
        });
    }
    let mut plan = Plan {
        service,
        routes: Vec::new(),
        warnings: Vec::new(),
        notes: Vec::new(),
    };
    // From the last on, so that places before stay what they are.
    for route in meant.iter().rev() {
        check(objects, route, request, &plan.service)?;
        let left = all.iter().filter(|other| {
            other.object_index == route.object_index
                && !meant.iter().any(|rule| {
                    rule.object_index == other.object_index
                        && rule.protocol == other.protocol
                        && rule.index == other.index
                })
        });
        if left.count() == 0 {
            return Err(Error::new(
                Kind::Precondition,
                format!("{} would be left without any route", route.object.label()),
            )
            .hint("add the route for all other requests first, or delete the object"));
        }
        let mut removed = RoutePlan::unchanged(route, &all);
        route
            .name()
            .unwrap_or_default()
            .clone_into(&mut removed.route);
        removed.rows.iter_mut().for_each(|row| row.after = 0);
        removed.edits.push(Edit {
            operation: Operation::Remove {
                path: route.place(),
            },
            before: Some(route.value.clone()),
        });
        plan.routes.push(removed);
    }
    Ok(plan)
}
