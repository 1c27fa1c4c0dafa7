//! Nodes, namespaces, volumes and events.

use serde_json::{Value, json};

use super::{
    Column, age, age_of, condition, integer, items, name, number, or, scalar, string, text, wide,
};

pub(super) fn columns(kind: &str) -> Option<Vec<Column>> {
    let own = match kind {
        "Namespace" => vec![
            text("Status", |object, _| {
                or(string(&object["status"]["phase"]), "")
            }),
            age(),
        ],
        "Node" => vec![
            text("Status", node_status),
            text("Roles", roles),
            age(),
            text("Version", |object, _| {
                or(string(&object["status"]["nodeInfo"]["kubeletVersion"]), "")
            }),
            wide("Internal-IP", |object, _| {
                node_address(object, "InternalIP")
            }),
            wide("External-IP", |object, _| {
                node_address(object, "ExternalIP")
            }),
            wide("OS-Image", |object, _| node_info(object, "osImage")),
            wide("Kernel-Version", |object, _| {
                node_info(object, "kernelVersion")
            }),
            wide("Container-Runtime", |object, _| {
                node_info(object, "containerRuntimeVersion")
            }),
        ],
        "PersistentVolume" => persistent_volume(),
        "PersistentVolumeClaim" => vec![
            text("Status", |object, _| phase(object)),
            text("Volume", |object, _| {
                or(string(&object["spec"]["volumeName"]), "")
            }),
            text("Capacity", |object, _| {
                json!(scalar(&object["status"]["capacity"]["storage"]))
            }),
            text("Access Modes", |object, _| {
                access_modes(&object["status"]["accessModes"])
            }),
            text("StorageClass", |object, _| {
                or(string(&object["spec"]["storageClassName"]), "")
            }),
            text("VolumeAttributesClass", |object, _| {
                or(
                    string(&object["spec"]["volumeAttributesClassName"]),
                    "<unset>",
                )
            }),
            age(),
            wide("VolumeMode", |object, _| {
                or(string(&object["spec"]["volumeMode"]), "<unset>")
            }),
        ],
        "Event" => return Some(event()),
        _ => return None,
    };
    Some(std::iter::once(name()).chain(own).collect())
}

fn persistent_volume() -> Vec<Column> {
    vec![
        text("Capacity", |object, _| {
            json!(scalar(&object["spec"]["capacity"]["storage"]))
        }),
        text("Access Modes", |object, _| {
            access_modes(&object["spec"]["accessModes"])
        }),
        text("Reclaim Policy", |object, _| {
            or(string(&object["spec"]["persistentVolumeReclaimPolicy"]), "")
        }),
        text("Status", |object, _| phase(object)),
        text("Claim", |object, _| {
            let claim = &object["spec"]["claimRef"];
            if claim.is_null() {
                return json!("");
            }
            json!(format!(
                "{}/{}",
                string(&claim["namespace"]),
                string(&claim["name"])
            ))
        }),
        text("StorageClass", |object, _| {
            or(string(&object["spec"]["storageClassName"]), "")
        }),
        text("VolumeAttributesClass", |object, _| {
            or(
                string(&object["spec"]["volumeAttributesClassName"]),
                "<unset>",
            )
        }),
        text("Reason", |object, _| {
            or(string(&object["status"]["reason"]), "")
        }),
        age(),
        wide("VolumeMode", |object, _| {
            or(string(&object["spec"]["volumeMode"]), "<unset>")
        }),
    ]
}

fn phase(object: &Value) -> Value {
    let phase = string(&object["status"]["phase"]);
    or(
        if object["metadata"]["deletionTimestamp"].is_string() {
            "Terminating"
        } else {
            phase
        },
        "",
    )
}

fn access_modes(modes: &Value) -> Value {
    let short = |mode: &Value| match string(mode) {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => "",
    };
    let all: Vec<&str> = items(modes)
        .iter()
        .map(short)
        .filter(|mode| !mode.is_empty())
        .collect();
    json!(all.join(","))
}

fn node_status(node: &Value, _now: i64) -> Value {
    let ready = match condition(node, "Ready").map(|one| string(&one["status"])) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    let cordoned = if node["spec"]["unschedulable"] == true {
        ",SchedulingDisabled"
    } else {
        ""
    };
    json!(format!("{ready}{cordoned}"))
}

fn roles(node: &Value, _now: i64) -> Value {
    let labels = node["metadata"]["labels"].as_object().into_iter().flatten();
    let roles =
        labels.filter_map(
            |(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
                Some(role) if !role.is_empty() => Some(role),
                _ if key == "kubernetes.io/role" => Some(string(value)),
                _ => None,
            },
        );
    or(&roles.collect::<Vec<_>>().join(","), "<none>")
}

fn node_address(node: &Value, kind: &str) -> Value {
    let addresses = items(&node["status"]["addresses"]);
    let found = addresses.iter().find(|one| one["type"] == kind);
    or(found.map_or("", |one| string(&one["address"])), "<none>")
}

fn node_info(node: &Value, field: &str) -> Value {
    or(string(&node["status"]["nodeInfo"][field]), "<unknown>")
}

/// An event's name comes last: nobody reads it.
fn event() -> Vec<Column> {
    let mut last = name();
    last.priority = 1;
    vec![
        text("Last Seen", |event, now| {
            let series = &event["series"]["lastObservedTime"];
            let last = if series.is_null() {
                &event["lastTimestamp"]
            } else {
                series
            };
            age_of(
                if last.is_null() {
                    first_seen(event)
                } else {
                    last
                },
                now,
            )
        }),
        text("Type", |event, _| or(string(&event["type"]), "")),
        text("Reason", |event, _| or(string(&event["reason"]), "")),
        text("Object", |event, _| {
            let target = &event["involvedObject"];
            json!(format!(
                "{}/{}",
                string(&target["kind"]).to_lowercase(),
                string(&target["name"])
            ))
        }),
        wide("Subobject", |event, _| {
            or(string(&event["involvedObject"]["fieldPath"]), "")
        }),
        wide("Source", |event, _| {
            let source = &event["source"];
            let component = string(&source["component"]);
            let component = if component.is_empty() {
                string(&event["reportingComponent"])
            } else {
                component
            };
            let host = string(&source["host"]);
            let comma = if host.is_empty() { "" } else { ", " };
            json!(format!("{component}{comma}{host}"))
        }),
        text("Message", |event, _| {
            json!(string(&event["message"]).trim())
        }),
        wide("First Seen", |event, now| age_of(first_seen(event), now)),
        {
            let mut count = integer("Count", |event, _| {
                let series = number(&event["series"]["count"]);
                json!(if series > 0 {
                    series
                } else {
                    number(&event["count"]).max(1)
                })
            });
            count.priority = 1;
            count
        },
        last,
    ]
}

fn first_seen(event: &Value) -> &Value {
    let first = &event["firstTimestamp"];
    if first.is_null() {
        &event["eventTime"]
    } else {
        first
    }
}
