//! Which traffic a route gets: that of the sidecars in the mesh, of gateways, or what another VirtualService hands over.

use std::collections::BTreeSet;

use super::route::Route;
use crate::yaml::Value;

/// The name that stands for all sidecars.
const MESH: &str = "mesh";

/// What a route is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Binding {
    /// Sidecars in the mesh.
    pub(super) mesh: bool,
    /// Gateways, as `namespace/name`.
    pub(super) gateways: BTreeSet<String>,
}

impl Binding {
    /// What `route` is bound to. For a delegate that is what the routes are bound to that hand over to it, as far as
    /// they are among `all`.
    pub(super) fn of(route: &Route<'_>, all: &[Route<'_>]) -> Self {
        let mut binding = Self::default();
        if is_delegate(route) {
            let own = (route.object.namespace.clone(), route.object.name.clone());
            for root in all
                .iter()
                .filter(|root| root.delegate().as_ref() == Some(&own))
            {
                binding.add(root);
            }
        } else {
            binding.add(route);
        }
        binding
    }

    fn add(&mut self, route: &Route<'_>) {
        let matched: Vec<Option<&Value>> = route
            .matches()
            .iter()
            .map(|condition| condition.get("gateways"))
            .collect();
        // A match may narrow the object's gateways down; only if all do, the object's do not count.
        let whole = route
            .object
            .value
            .get("spec")
            .and_then(|spec| spec.get("gateways"));
        let narrowed =
            !matched.is_empty() && matched.iter().all(|list| names(*list).next().is_some());
        let lists = if narrowed { matched } else { vec![whole] };
        let mut given = false;
        for name in lists.into_iter().flat_map(names) {
            given = true;
            if name == MESH {
                self.mesh = true;
            } else if name.contains('/') {
                self.gateways.insert(name.to_owned());
            } else {
                self.gateways
                    .insert(format!("{}/{name}", route.object.namespace));
            }
        }
        self.mesh |= !given;
    }

    /// Whether both get traffic of the same sidecars or of the same gateway.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.mesh && other.mesh || self.gateways.intersection(&other.gateways).next().is_some()
    }
}

impl std::fmt::Display for Binding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut names: Vec<String> = Vec::new();
        if self.mesh {
            names.push(MESH.to_owned());
        }
        names.extend(self.gateways.iter().map(|name| format!("gateway {name}")));
        if names.is_empty() {
            names.push("a root that is not here".to_owned());
        }
        formatter.write_str(&names.join(", "))
    }
}

/// The texts of a list.
pub(super) fn names(list: Option<&Value>) -> impl Iterator<Item = &str> {
    let items = list.and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str)
}

/// Whether the route's object names no host: then others hand requests over to it.
pub(super) fn is_delegate(route: &Route<'_>) -> bool {
    hosts(route).next().is_none()
}

/// The hosts of the route's object, as written.
pub(super) fn hosts<'a>(route: &Route<'a>) -> impl Iterator<Item = &'a str> {
    names(
        route
            .object
            .value
            .get("spec")
            .and_then(|spec| spec.get("hosts")),
    )
}
