//! Plans a change of weights: which share of a service's requests each of its versions gets.
//!
//! Only weights and missing destinations are touched. Destinations of other services keep their share; versions that get
//! nothing stay in the route with weight 0, so that the next shift finds them and the order of positional weights holds.
//! Routes that give a version nothing more than before need no proof that it exists: the way back is always open.

use super::binding::Binding;
use super::preconditions::{self, Subsets};
use super::route::{self, Destination, Route, Weight};
use super::select::{self, Selection};
use super::split::{Shares, Split, words};
use super::{Object, Source, Target, host, state};
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;
use crate::yaml::edit::Operation;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) target: Target,
    pub(crate) split: Split,
    /// Scale the weights instead of refusing a sum that does not fit.
    pub(crate) normalize: bool,
    pub(crate) selection: Selection,
    pub(crate) source: Source,
    /// Also objects that are deployed from a repository are changed.
    pub(crate) live: bool,
}

/// What a shift would do.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The full name of the service.
    pub(crate) service: String,
    /// The routes, in the order of the objects.
    pub(crate) routes: Vec<RoutePlan>,
    pub(crate) warnings: Vec<String>,
    /// Worth knowing, no cause for concern.
    pub(crate) notes: Vec<String>,
}

/// What a shift would do to one route.
#[derive(Clone, Debug)]
pub(crate) struct RoutePlan {
    /// The object's place in the list that was given.
    pub(crate) object: usize,
    /// `http[0] (name)`.
    pub(crate) route: String,
    /// Whose requests the route gets: `mesh`, `gateway NAMESPACE/NAME`.
    pub(crate) bound: String,
    /// Whether it is a rule for some requests, as `match` writes them.
    pub(crate) is_rule: bool,
    pub(crate) rows: Vec<Row>,
    /// None if the route has these shares already. They are relative to the object.
    pub(crate) edits: Vec<Edit>,
}

impl RoutePlan {
    /// A route that stays as it is.
    pub(super) fn unchanged(route: &Route<'_>, all: &[Route<'_>]) -> Self {
        let rows = route.destinations.iter().zip(route.shares());
        let row = |(each, share): (&Destination, u32)| Row {
            destination: each.name().to_owned(),
            before: Some(share),
            after: share,
        };
        Self {
            object: route.object_index,
            route: route.to_string(),
            bound: Binding::of(route, all).to_string(),
            is_rule: route.is_managed(),
            rows: rows.map(row).collect(),
            edits: Vec::new(),
        }
    }
}

/// One destination before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The subset, or the host where there is none or it is another service's.
    pub(crate) destination: String,
    /// The share in hundredths of a percent; `None` for a destination that is added.
    pub(crate) before: Option<u32>,
    pub(crate) after: u32,
}

/// One change, with what is there now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    pub(crate) operation: Operation,
    pub(crate) before: Option<Value>,
}

impl Plan {
    /// Whether everything is already as it is asked for.
    pub(crate) fn is_done(&self) -> bool {
        self.routes.iter().all(|route| route.edits.is_empty())
    }
}

/// Plans `request` for the routes in `objects`.
///
/// Errors: usage (2) for weights that do not fit or routes that are not clear, precondition (4) where a shift would lose
/// requests or fight with another program, user (1) for services that are not there and objects that are wrong.
pub(crate) fn plan(objects: &[Object], request: &Request) -> Result<Plan> {
    let all = route::all(objects);
    let selected = select::select(&all, &request.target, &request.selection, request.source)?;
    let mut plan = Plan {
        service: selected.service,
        routes: Vec::new(),
        warnings: selected.warnings,
        notes: selected.notes,
    };
    for route in &selected.routes {
        preconditions::check_owner(objects, route, &plan.service)?;
        if request.source == Source::Cluster && !request.live {
            preconditions::check_gitops(route.object)?;
        }
        let known = preconditions::subsets(objects, &plan.service, &route.object.namespace);
        let planned = Planner {
            route,
            service: &plan.service,
            known: &known,
            source: request.source,
        }
        .plan(request, &mut plan.warnings, &mut plan.notes)?;
        plan.routes.push(RoutePlan {
            bound: Binding::of(route, &all).to_string(),
            ..planned
        });
    }
    // Who shifts everything should know who is not moved by it.
    for rule in all.iter().filter(|route| route.is_managed()) {
        let is_chosen = |route: &Route<'_>| {
            (route.object_index, route.index) == (rule.object_index, rule.index)
        };
        let leads = rule
            .destinations
            .iter()
            .any(|each| each.full == plan.service);
        if leads && !selected.routes.iter().any(is_chosen) {
            plan.notes.push(format!(
                "the rule `{}` stays before it, for {} (`mesh canary match {} --remove` takes it away)",
                rule.name().unwrap_or_default(),
                rule.condition(),
                host::short(&plan.service)
            ));
        }
    }
    unique(&mut plan.warnings);
    unique(&mut plan.notes);
    Ok(plan)
}

fn unique(lines: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
}

/// Plans one route.
struct Planner<'a> {
    route: &'a Route<'a>,
    service: &'a str,
    known: &'a Subsets<'a>,
    source: Source,
}

impl Planner<'_> {
    fn plan(
        &self,
        request: &Request,
        warnings: &mut Vec<String>,
        notes: &mut Vec<String>,
    ) -> Result<RoutePlan> {
        self.check_weights()?;
        let shares = self.shares()?;
        let wanted = request.split.weights(&shares, request.normalize)?;
        if let Split::Positional(_) = request.split {
            notes.push(format!("by order, in {}: {}", self.route, words(&wanted)));
        }
        let weight_of = |name: &str| {
            let found = wanted.iter().find(|(wanted, _)| wanted == name);
            found.map_or(0, |(_, weight)| *weight)
        };
        let current = self.route.shares();
        let mut rows = Vec::new();
        for (destination, share) in self.route.destinations.iter().zip(&current) {
            let own = self.is_own(destination);
            rows.push(Row {
                destination: if own {
                    destination.name()
                } else {
                    host::short(&destination.full)
                }
                .to_owned(),
                before: Some(*share),
                after: if own {
                    weight_of(destination.name()) * 100
                } else {
                    *share
                },
            });
        }
        let is_there = |name: &str| {
            let find = |each: &&Destination| self.is_own(each) && each.name() == name;
            self.route.destinations.iter().any(|each| find(&each))
        };
        let added: Vec<&(String, u32)> = wanted
            .iter()
            .filter(|(name, weight)| *weight > 0 && !is_there(name))
            .collect();
        rows.extend(added.iter().map(|(name, weight)| Row {
            destination: name.clone(),
            before: None,
            after: weight * 100,
        }));
        warnings.extend(self.check_subsets(&rows)?);
        let done = rows.iter().all(|row| row.before == Some(row.after));
        let edits = if done {
            Vec::new()
        } else {
            self.edits(&rows, &added)
        };
        Ok(RoutePlan {
            object: self.route.object_index,
            route: self.route.to_string(),
            bound: String::new(),
            is_rule: self.route.is_managed(),
            rows,
            edits,
        })
    }

    fn is_own(&self, destination: &Destination) -> bool {
        destination.full == self.service
    }

    fn place(&self) -> String {
        format!(
            "route {} of {} ({})",
            self.route,
            self.route.object.label(),
            self.route.object.origin
        )
    }

    fn check_weights(&self) -> Result<()> {
        let wrong = self
            .route
            .destinations
            .iter()
            .find(|each| each.weight == Weight::Wrong);
        let listed = self.route.value.get("route").and_then(Value::as_array);
        if listed.is_some_and(|list| list.len() != self.route.destinations.len()) {
            return Err(Error::user(format!(
                "{} has a destination without a host",
                self.place()
            )));
        }
        match wrong {
            None => Ok(()),
            Some(each) => Err(Error::user(format!(
                "the weight of `{}` in {} is no whole number from 0 on",
                each.name(),
                self.place()
            ))),
        }
    }

    /// The versions in the route, and what other services hold of it.
    fn shares(&self) -> Result<Shares<'_>> {
        let (own, foreign): (Vec<&Destination>, Vec<&Destination>) = self
            .route
            .destinations
            .iter()
            .partition(|each| self.is_own(each));
        let versions: Vec<&str> = own.iter().map(|each| each.name()).collect();
        if let Some(twice) = versions
            .iter()
            .enumerate()
            .find(|(index, name)| versions[..*index].contains(name))
        {
            return Err(Error::new(
                Kind::Precondition,
                format!("`{}` stands twice among the destinations of {}, so that its weight is not clear", twice.1, self.place()),
            )
            .hint("make one destination of the two, or edit the weights by hand"));
        }
        let kept: Vec<&&Destination> = foreign
            .iter()
            .filter(|each| each.weight.number() > 0)
            .collect();
        let total: u64 = self
            .route
            .destinations
            .iter()
            .map(|each| u64::from(each.weight.number()))
            .sum();
        if !kept.is_empty() && total != 100 {
            return Err(Error::new(
                Kind::Precondition,
                format!(
                    "the weights in {} sum to {total}, and the share of `{}` must be kept, which is another service's",
                    self.place(),
                    host::short(&kept[0].full)
                ),
            )
            .hint("make the weights sum to 100 by hand first"));
        }
        let known: Vec<&str> = self.known.list().iter().map(|each| each.name).collect();
        let mut others = known.clone();
        others.retain(|name| !versions.contains(name));
        // The service as a whole gives way to its versions, where these are known.
        let whole = own.iter().any(|each| each.subset.is_none()) && !known.is_empty();
        let versions = own
            .iter()
            .filter(|each| each.subset.is_some() || !whole)
            .map(|each| each.name())
            .collect();
        Ok(Shares {
            roles: state::roles(self.route.object, self.service),
            whole,
            known,
            others,
            foreign: kept.iter().map(|each| each.weight.number()).sum(),
            foreign_names: kept.iter().map(|each| host::short(&each.full)).collect(),
            versions,
        })
    }

    /// Versions that get more than before must be defined.
    fn check_subsets(&self, rows: &[Row]) -> Result<Option<String>> {
        let subset_of = |name: &str| {
            let find = |each: &&Destination| self.is_own(each) && each.name() == name;
            match self.route.destinations.iter().find(find) {
                Some(destination) => destination.subset.is_some(),
                None => true,
            }
        };
        let wanted: Vec<&str> = rows
            .iter()
            .filter(|row| row.after > row.before.unwrap_or(0))
            .map(|row| row.destination.as_str())
            .filter(|name| subset_of(name))
            .collect();
        preconditions::check_subsets(
            self.known,
            &wanted,
            self.service,
            &self.route.object.namespace,
            self.source,
        )
    }

    fn edits(&self, rows: &[Row], added: &[&(String, u32)]) -> Vec<Edit> {
        let list = self.route.path();
        let mut edits = Vec::new();
        for (index, (destination, row)) in self.route.destinations.iter().zip(rows).enumerate() {
            let weight = row.after / 100;
            // A lone destination needs no weight; with company it is better written out, also if it is 0.
            let lone = self.route.destinations.len() == 1 && destination.weight == Weight::Unset;
            let same = destination.weight.number() == weight && !lone;
            if !self.is_own(destination) || same {
                continue;
            }
            let path = list.join(index).join("weight");
            let before = self.route.value["route"][index].get("weight").cloned();
            let value = Value::from(weight);
            let operation = match before {
                Some(_) => Operation::Replace { path, value },
                None => Operation::Add { path, value },
            };
            edits.push(Edit { operation, before });
        }
        for (offset, (name, weight)) in added.iter().enumerate() {
            edits.push(Edit {
                operation: Operation::Add {
                    path: list.join(self.route.destinations.len() + offset),
                    value: route::destination(
                        self.route.sibling(self.service),
                        name,
                        Some(*weight),
                    ),
                },
                before: None,
            });
        }
        edits
    }
}
