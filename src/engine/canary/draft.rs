//! The VirtualService that a service does not have yet.

use serde_json::{Map, json};

use super::preconditions::{Subsets, subsets};
use super::{Object, Target, binding, host, route};
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;

/// The version of the API that new objects are written in.
const API: &str = "networking.istio.io/v1";

/// A service without routes whose versions are known: its full name. Nothing if it has routes, or no versions.
pub(crate) fn unrouted(objects: &[Object], target: &Target, namespace: &str) -> Option<String> {
    let service = target.full(namespace);
    let (_, namespace) = host::parts(&service)?;
    let routes = route::all(objects);
    let is_routed = routes.iter().any(|route| {
        route
            .destinations
            .iter()
            .any(|each| target.means(&each.full))
            || binding::hosts(route)
                .any(|name| target.means(&host::resolve(name, &route.object.namespace)))
    });
    match subsets(objects, &service, namespace) {
        Subsets::Known(list) if !is_routed && !list.is_empty() => Some(service),
        _ => None,
    }
}

/// What the ports of a service carry, as far as routes care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Traffic {
    Http,
    Tcp,
}

/// Istio's rule: the port's `appProtocol`, or what its name begins with; what neither says is found out, HTTP too.
fn traffic(service: &Value) -> Traffic {
    let ports = service.pointer("/spec/ports").and_then(Value::as_array);
    let is_tcp = |port: &Value| {
        let text = |field: &str| port.get(field).and_then(Value::as_str);
        let named = text("name").and_then(|name| name.split('-').next());
        let protocol = text("appProtocol")
            .or(named)
            .unwrap_or_default()
            .to_lowercase();
        ["tcp", "tls", "https", "mongo", "mysql", "redis"].contains(&protocol.as_str())
    };
    match ports {
        Some(ports) if !ports.is_empty() && ports.iter().all(is_tcp) => Traffic::Tcp,
        _ => Traffic::Http,
    }
}

/// A VirtualService that does what happens without one: every request to the service as a whole. `read` is the Service as
/// the API has it.
///
/// Errors: precondition (4) where no name is free.
pub(crate) fn draft(objects: &[Object], service: &str, read: &Value) -> Result<Object> {
    let (name, namespace) = host::parts(service).ok_or_else(|| {
        Error::new(
            Kind::Internal,
            format!("`{service}` is no service of the cluster"),
        )
    })?;
    let route = json!([{"destination": {"host": name}}]);
    let list = match traffic(read) {
        Traffic::Http => "http",
        Traffic::Tcp => "tcp",
    };
    let mut spec = Map::new();
    spec.insert("hosts".to_owned(), json!([name]));
    spec.insert(list.to_owned(), json!([{"route": route}]));
    new_object(
        objects,
        "VirtualService",
        namespace,
        name,
        Value::Object(spec),
    )
}

/// An object of a kind, named after the service.
pub(super) fn new_object(
    objects: &[Object],
    kind: &str,
    namespace: &str,
    name: &str,
    spec: Value,
) -> Result<Object> {
    let is_free = |name: &String| {
        !objects
            .iter()
            .any(|object| object.is(kind) && object.namespace == namespace && object.name == *name)
    };
    let name = [name.to_owned(), format!("{name}-canary")]
        .into_iter()
        .find(is_free)
        .ok_or_else(|| {
            Error::new(
                Kind::Precondition,
                format!("the names `{name}` and `{name}-canary` are taken by other {kind}s in `{namespace}`"),
            )
            .hint("rename or merge one of them")
        })?;
    Ok(Object {
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        origin: "new".to_owned(),
        value: Value::Object(Map::from_iter([
            ("apiVersion".to_owned(), API.into()),
            ("kind".to_owned(), kind.into()),
            (
                "metadata".to_owned(),
                json!({"name": name, "namespace": namespace}),
            ),
            ("spec".to_owned(), spec),
        ])),
        name,
    })
}

/// Takes the service as a whole out of routes of a new object in which its versions have all requests.
pub(super) fn tidy(value: &mut Value) {
    let lists = ["http", "tcp"].map(|list| format!("/spec/{list}"));
    for list in lists {
        let routes = value.pointer_mut(&list).and_then(Value::as_array_mut);
        for route in routes.into_iter().flatten() {
            let Some(all) = route.get_mut("route").and_then(Value::as_array_mut) else {
                continue;
            };
            let idle =
                |each: &Value| each["weight"] == 0 && each.pointer("/destination/subset").is_none();
            if all.len() > 1 {
                all.retain(|each| !idle(each));
            }
        }
    }
}
