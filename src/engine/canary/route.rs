//! The routes of a VirtualService and their destinations, read from the raw object: what is not looked at here cannot be
//! lost.

use std::fmt;

use serde_json::{Map, json};

use super::MANAGED;
use super::Object;
use super::host;
use crate::yaml::Value;
use crate::yaml::node::Path;

/// The lists of routes that a VirtualService has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Protocol {
    Http,
    Tls,
    Tcp,
}

impl Protocol {
    const ALL: [Self; 3] = [Self::Http, Self::Tls, Self::Tcp];

    /// The field of `spec`.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Tls => "tls",
            Self::Tcp => "tcp",
        }
    }
}

/// One route of one object.
#[derive(Clone, Debug)]
pub(super) struct Route<'a> {
    pub(super) object: &'a Object,
    /// The object's place in the caller's list.
    pub(super) object_index: usize,
    pub(super) protocol: Protocol,
    pub(super) index: usize,
    pub(super) value: &'a Value,
    pub(super) destinations: Vec<Destination>,
}

/// Where a route sends requests to, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// As written, and in full.
    pub(super) host: String,
    pub(super) full: String,
    pub(super) subset: Option<String>,
    pub(super) weight: Weight,
}

/// The weight of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// Left out.
    Unset,
    Set(u32),
    /// Not a whole number from 0 on.
    Wrong,
}

impl Weight {
    pub(super) fn number(self) -> u32 {
        match self {
            Self::Set(number) => number,
            Self::Unset | Self::Wrong => 0,
        }
    }
}

impl Destination {
    /// What users call it: its subset, or its host where it has none.
    pub(super) fn name(&self) -> &str {
        self.subset
            .as_deref()
            .unwrap_or_else(|| host::service(&self.full))
    }

    fn read(value: &Value, namespace: &str) -> Option<Self> {
        let destination = value.get("destination")?;
        let host = destination.get("host")?.as_str()?;
        let weight = match value.get("weight") {
            None | Some(Value::Null) => Weight::Unset,
            Some(weight) => weight
                .as_u64()
                .and_then(|weight| u32::try_from(weight).ok())
                .map_or(Weight::Wrong, Weight::Set),
        };
        Some(Self {
            host: host.to_owned(),
            full: host::resolve(host, namespace),
            subset: destination
                .get("subset")
                .and_then(Value::as_str)
                .filter(|subset| !subset.is_empty())
                .map(str::to_owned),
            weight,
        })
    }
}

/// Every route of every VirtualService, in order.
pub(super) fn all(objects: &[Object]) -> Vec<Route<'_>> {
    let services = objects
        .iter()
        .enumerate()
        .filter(|(_, object)| object.is("VirtualService"));
    let mut routes = Vec::new();
    for (object_index, object) in services {
        for protocol in Protocol::ALL {
            let list = object
                .value
                .get("spec")
                .and_then(|spec| spec.get(protocol.field()))
                .and_then(Value::as_array);
            for (index, value) in list.into_iter().flatten().enumerate() {
                let destinations = value.get("route").and_then(Value::as_array);
                routes.push(Route {
                    object,
                    object_index,
                    protocol,
                    index,
                    value,
                    destinations: destinations
                        .into_iter()
                        .flatten()
                        .filter_map(|value| Destination::read(value, &object.namespace))
                        .collect(),
                });
            }
        }
    }
    routes
}

impl<'a> Route<'a> {
    pub(super) fn name(&self) -> Option<&'a str> {
        self.value.get("name").and_then(Value::as_str)
    }

    /// Whether `mesh canary match` wrote it.
    pub(super) fn is_managed(&self) -> bool {
        self.name().is_some_and(|name| name.starts_with(MANAGED))
    }

    /// The way to the route from the object's root.
    pub(super) fn place(&self) -> Path {
        Path::from_iter(["spec", self.protocol.field()]).join(self.index)
    }

    /// The way to the list of destinations from the object's root.
    pub(super) fn path(&self) -> Path {
        self.place().join("route")
    }

    /// The last destination of a service, as written: others of the same service are written like it.
    pub(super) fn sibling(&self, service: &str) -> Option<&'a Value> {
        let index = self
            .destinations
            .iter()
            .rposition(|each| each.full == service)?;
        self.value.get("route")?.get(index)?.get("destination")
    }

    /// The route's matches; none means every request.
    pub(super) fn matches(&self) -> &'a [Value] {
        self.value
            .get("match")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// Why the route has no destinations, if it has none.
    pub(super) fn without_destinations(&self) -> Option<&'static str> {
        [
            ("redirect", "redirects, and has no destinations"),
            (
                "directResponse",
                "answers by itself, and has no destinations",
            ),
            (
                "direct_response",
                "answers by itself, and has no destinations",
            ),
            ("delegate", "hands over to another VirtualService"),
        ]
        .into_iter()
        .find(|(field, _)| self.value.get(*field).is_some_and(|value| !value.is_null()))
        .map(|(_, reason)| reason)
    }

    /// The VirtualService that the route hands over to, as namespace and name.
    pub(super) fn delegate(&self) -> Option<(String, String)> {
        let delegate = self.value.get("delegate")?;
        let name = delegate.get("name")?.as_str()?;
        let namespace = delegate.get("namespace").and_then(Value::as_str);
        Some((
            namespace.unwrap_or(&self.object.namespace).to_owned(),
            name.to_owned(),
        ))
    }

    /// The route's shares in hundredths of a percent, as Istio deals them out: a lone destination gets everything, and
    /// weights need not sum to 100. Zero for all where no weight is set on several.
    pub(super) fn shares(&self) -> Vec<u32> {
        if self.destinations.len() == 1 {
            return vec![10_000];
        }
        let weights = self.destinations.iter().map(|each| each.weight.number());
        let total: u64 = weights.clone().map(u64::from).sum();
        let share = |weight: u32| {
            let share = (u64::from(weight) * 10_000).checked_div(total).unwrap_or(0);
            u32::try_from(share).unwrap_or(u32::MAX)
        };
        weights.map(share).collect()
    }

    /// What the route matches, in a few words.
    pub(super) fn condition(&self) -> String {
        let matches: Vec<String> = self.matches().iter().map(describe).collect();
        if matches.is_empty() {
            return "every request".to_owned();
        }
        let text = matches.join(" or ");
        if text.chars().count() > 60 {
            let start: String = text.chars().take(59).collect();
            format!("{start}…")
        } else {
            text
        }
    }
}

/// A destination for a version, with host and port like `sibling` of the same service.
pub(super) fn destination(sibling: Option<&Value>, version: &str, weight: Option<u32>) -> Value {
    let mut destination = Map::new();
    for field in ["host", "port"] {
        if let Some(value) = sibling.and_then(|sibling| sibling.get(field)) {
            destination.insert(field.to_owned(), value.clone());
        }
    }
    destination.insert("subset".to_owned(), version.into());
    match weight {
        Some(weight) => json!({"destination": destination, "weight": weight}),
        None => json!({"destination": destination}),
    }
}

/// `http[1]`, or with its name `http[1] (jason)`.
impl fmt::Display for Route<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}[{}]", self.protocol.field(), self.index)?;
        match self.name() {
            Some(name) => write!(formatter, " ({name})"),
            None => Ok(()),
        }
    }
}

fn describe(condition: &Value) -> String {
    let Value::Object(fields) = condition else {
        return String::new();
    };
    let parts: Vec<String> = fields
        .iter()
        .filter(|(field, _)| *field != "gateways" && *field != "name")
        .map(|(field, value)| format!("{field} {}", summary(value)))
        .collect();
    if parts.is_empty() {
        "every request".to_owned()
    } else {
        parts.join(" and ")
    }
}

/// `{"end-user": {"exact": "jason"}}` as `end-user=jason`.
fn summary(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(summary).collect::<Vec<_>>().join(","),
        Value::Object(fields) => {
            let part = |(field, value): (&String, &Value)| match field.as_str() {
                "exact" => summary(value),
                "prefix" => format!("{}*", summary(value)),
                "regex" => format!("~{}", summary(value)),
                _ => match summary(value) {
                    empty if empty.is_empty() => field.clone(),
                    text => format!("{field}={text}"),
                },
            };
            fields.iter().map(part).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    }
}
