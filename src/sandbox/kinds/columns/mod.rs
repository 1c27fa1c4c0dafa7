//! What `kubectl get` shows of each built-in kind: the columns of Kubernetes' own tables, and how their cells are computed.

mod cluster;
mod config;
mod network;
mod pods;
mod workloads;

use serde_json::{Value, json};

use super::{Cell, Column};
use crate::sandbox::api::clock;

type Function = fn(&Value, i64) -> Value;

/// The columns of a built-in kind, `Name` included. A kind that is not listed shows its name and age.
pub(super) fn of(group: &str, kind: &str) -> Vec<Column> {
    let found = match (group, kind) {
        ("", "Pod") => pods::columns(),
        ("apps" | "batch" | "autoscaling" | "policy", _)
        | ("", "ReplicationController" | "PodTemplate") => workloads::columns(kind),
        ("networking.k8s.io" | "discovery.k8s.io", _) | ("", "Service" | "Endpoints") => {
            network::columns(kind)
        }
        ("", "Node" | "Namespace" | "PersistentVolume" | "PersistentVolumeClaim" | "Event") => {
            cluster::columns(kind)
        }
        _ => config::columns(kind),
    };
    found.unwrap_or_else(|| vec![name(), age()])
}

fn column(name: &str, kind: &str, priority: i32, cell: Cell) -> Column {
    Column {
        name: name.to_owned(),
        kind: kind.to_owned(),
        format: String::new(),
        description: String::new(),
        priority,
        cell,
    }
}

/// A column of text that is always shown.
fn text(name: &str, cell: Function) -> Column {
    column(name, "string", 0, Cell::Function(cell))
}

/// A column of text that `-o wide` shows.
fn wide(name: &str, cell: Function) -> Column {
    column(name, "string", 1, Cell::Function(cell))
}

/// A column of numbers; an absent one is 0.
fn integer(name: &str, cell: Function) -> Column {
    column(name, "integer", 0, Cell::Function(cell))
}

/// The first column.
pub(crate) fn name() -> Column {
    let mut out = column("Name", "string", 0, Cell::Path(&["metadata", "name"]));
    "name".clone_into(&mut out.format);
    out
}

/// The age since creation.
pub(crate) fn age() -> Column {
    text("Age", |object, now| {
        age_of(&object["metadata"]["creationTimestamp"], now)
    })
}

/// The moment of creation, for kinds whose tables show that instead of an age.
fn created() -> Column {
    column(
        "Created At",
        "date",
        0,
        Cell::Path(&["metadata", "creationTimestamp"]),
    )
}

/// How long ago a timestamp is, in words as kubectl's.
fn age_of(timestamp: &Value, now: i64) -> Value {
    let moment = timestamp.as_str().and_then(clock::parse);
    json!(moment.map_or_else(|| "<unknown>".to_owned(), |moment| duration(now - moment)))
}

/// A duration in seconds in two units at most, as kubectl writes ages: `45s`, `3m20s`, `5h2m`, `12d`.
pub(crate) fn duration(seconds: i64) -> String {
    let two = |large: i64, unit: &str, small: i64, rest: &str| {
        if small == 0 {
            format!("{large}{unit}")
        } else {
            format!("{large}{unit}{small}{rest}")
        }
    };
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let (days, years) = (hours / 24, hours / 24 / 365);
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, "m", seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, "h", minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, "d", hours % 24, "h"),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(years, "y", days % 365, "d"),
        _ => format!("{years}y"),
    }
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn or(text: &str, otherwise: &str) -> Value {
    json!(if text.is_empty() { otherwise } else { text })
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// `a=b,c=d`, or `<none>`.
fn pairs(map: &Value) -> Value {
    let pairs = map.as_object().into_iter().flatten();
    let pairs: Vec<String> = pairs
        .map(|(key, value)| format!("{key}={}", string(value)))
        .collect();
    or(&pairs.join(","), "<none>")
}

/// A `LabelSelector` on one line, as queries write it; `nothing` for an empty one.
pub(crate) fn label_selector(selector: &Value, nothing: &str) -> Value {
    let mut out: Vec<String> = Vec::new();
    for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
        out.push(format!("{key}={}", string(value)));
    }
    for one in items(&selector["matchExpressions"]) {
        let key = string(&one["key"]);
        let values: Vec<&str> = items(&one["values"]).iter().map(string).collect();
        let values = values.join(",");
        out.push(match string(&one["operator"]) {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    or(&out.join(","), nothing)
}

fn container_names(containers: &Value) -> Value {
    joined(containers, "name")
}

fn container_images(containers: &Value) -> Value {
    joined(containers, "image")
}

fn joined(list: &Value, field: &str) -> Value {
    let all: Vec<&str> = items(list).iter().map(|one| string(&one[field])).collect();
    json!(all.join(","))
}

/// A condition by its type.
fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    items(&object["status"]["conditions"])
        .iter()
        .find(|one| one["type"] == kind)
}

/// A scalar as text; anything else as nothing.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
