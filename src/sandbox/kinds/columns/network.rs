//! Services, what is behind them, and what leads to them.

use serde_json::{Value, json};

use super::{
    Column, age, count, items, label_selector, name, number, or, pairs, scalar, string, text, wide,
};

pub(super) fn columns(kind: &str) -> Option<Vec<Column>> {
    let own = match kind {
        "Service" => vec![
            text("Type", |object, _| or(string(&object["spec"]["type"]), "")),
            text("Cluster-IP", |object, _| {
                or(string(&object["spec"]["clusterIP"]), "<none>")
            }),
            text("External-IP", external_ip),
            text("Port(s)", ports),
            age(),
            wide("Selector", |object, _| pairs(&object["spec"]["selector"])),
        ],
        "Endpoints" => vec![text("Endpoints", endpoints), age()],
        "EndpointSlice" => vec![
            text("AddressType", |object, _| {
                or(string(&object["addressType"]), "")
            }),
            text("Ports", slice_ports),
            text("Endpoints", slice_addresses),
            age(),
        ],
        "Ingress" => vec![
            text("Class", |object, _| {
                or(string(&object["spec"]["ingressClassName"]), "<none>")
            }),
            text("Hosts", hosts),
            text("Address", |object, _| json!(addresses(object).join(","))),
            text("Ports", |object, _| {
                json!(if count(&object["spec"]["tls"]) > 0 {
                    "80, 443"
                } else {
                    "80"
                })
            }),
            age(),
        ],
        "IngressClass" => vec![
            text("Controller", |object, _| {
                or(string(&object["spec"]["controller"]), "")
            }),
            text("Parameters", parameters),
            age(),
        ],
        "NetworkPolicy" => {
            vec![
                text("Pod-Selector", |object, _| {
                    label_selector(&object["spec"]["podSelector"], "<none>")
                }),
                age(),
            ]
        }
        _ => return None,
    };
    Some(std::iter::once(name()).chain(own).collect())
}

/// The addresses that a load balancer gave.
fn addresses(object: &Value) -> Vec<&str> {
    let given = items(&object["status"]["loadBalancer"]["ingress"]).iter();
    given
        .map(|one| {
            if one["ip"].is_string() {
                string(&one["ip"])
            } else {
                string(&one["hostname"])
            }
        })
        .collect()
}

fn external_ip(service: &Value, _now: i64) -> Value {
    let spec = &service["spec"];
    let own: Vec<&str> = items(&spec["externalIPs"]).iter().map(string).collect();
    match string(&spec["type"]) {
        "ExternalName" => json!(string(&spec["externalName"])),
        "LoadBalancer" => {
            let all: Vec<&str> = addresses(service).into_iter().chain(own).collect();
            or(&all.join(","), "<pending>")
        }
        _ => or(&own.join(","), "<none>"),
    }
}

fn ports(service: &Value, _now: i64) -> Value {
    let one = |port: &Value| {
        let (number, protocol) = (scalar(&port["port"]), string(&port["protocol"]));
        match port["nodePort"].as_i64() {
            Some(node) if node > 0 => format!("{number}:{node}/{protocol}"),
            _ => format!("{number}/{protocol}"),
        }
    };
    let all: Vec<String> = items(&service["spec"]["ports"]).iter().map(one).collect();
    or(&all.join(","), "<none>")
}

/// The first three, and how many more there are.
fn shortened(all: &[String]) -> Value {
    let shown = all[..all.len().min(3)].join(",");
    if all.len() > 3 {
        json!(format!("{shown} + {} more...", all.len() - 3))
    } else {
        json!(shown)
    }
}

fn endpoints(object: &Value, _now: i64) -> Value {
    let mut all = Vec::new();
    for subset in items(&object["subsets"]) {
        for address in items(&subset["addresses"]) {
            let ip = string(&address["ip"]);
            let ports = items(&subset["ports"]);
            if ports.is_empty() {
                all.push(ip.to_owned());
            }
            all.extend(
                ports
                    .iter()
                    .map(|port| format!("{ip}:{}", number(&port["port"]))),
            );
        }
    }
    if all.is_empty() {
        json!("<none>")
    } else {
        shortened(&all)
    }
}

fn slice_ports(object: &Value, _now: i64) -> Value {
    let all: Vec<String> = items(&object["ports"])
        .iter()
        .map(|port| {
            port["port"]
                .as_i64()
                .map_or_else(|| "*".to_owned(), |port| port.to_string())
        })
        .collect();
    if all.is_empty() {
        json!("<unset>")
    } else {
        shortened(&all)
    }
}

fn slice_addresses(object: &Value, _now: i64) -> Value {
    let endpoints = items(&object["endpoints"]).iter();
    let all: Vec<String> = endpoints
        .flat_map(|one| items(&one["addresses"]))
        .map(|address| string(address).to_owned())
        .collect();
    if all.is_empty() {
        json!("<unset>")
    } else {
        shortened(&all)
    }
}

fn hosts(ingress: &Value, _now: i64) -> Value {
    let rules = items(&ingress["spec"]["rules"]).iter();
    let all: Vec<String> = rules
        .map(|rule| string(&rule["host"]).to_owned())
        .filter(|host| !host.is_empty())
        .collect();
    if all.is_empty() {
        json!("*")
    } else {
        shortened(&all)
    }
}

fn parameters(class: &Value, _now: i64) -> Value {
    let parameters = &class["spec"]["parameters"];
    if parameters.is_null() {
        return json!("<none>");
    }
    let group = string(&parameters["apiGroup"]);
    let dot = if group.is_empty() { "" } else { "." };
    json!(format!(
        "{}{dot}{group}/{}",
        string(&parameters["kind"]),
        string(&parameters["name"])
    ))
}
