//! Services, what is behind them, and what leads to them. Addresses are given elsewhere: see `services`.

use serde_json::{Value, json};

use super::{each, made, map, set};

pub(super) fn apply(kind: &str, object: &mut Value) {
    match kind {
        "Service" => service(object),
        "Endpoints" => {
            for subset in each(object, "subsets") {
                for port in each(subset, "ports") {
                    set(port, "protocol", "TCP");
                }
            }
        }
        "EndpointSlice" => {
            for port in each(object, "ports") {
                set(port, "name", "");
                set(port, "protocol", "TCP");
            }
        }
        "NetworkPolicy" => network_policy(object),
        _ => {}
    }
}

fn service(object: &mut Value) {
    let Some(spec) = made(object, "spec") else {
        return;
    };
    set(spec, "type", "ClusterIP");
    set(spec, "sessionAffinity", "None");
    if spec["sessionAffinity"] == "ClientIP"
        && let Some(config) = made(spec, "sessionAffinityConfig")
        && let Some(client) = made(config, "clientIP")
    {
        set(client, "timeoutSeconds", 10_800);
    }
    let kind = spec["type"].as_str().unwrap_or_default().to_owned();
    for port in each(spec, "ports") {
        set(port, "protocol", "TCP");
        let number = port["port"].clone();
        if port["targetPort"] == 0 || port["targetPort"] == "" {
            port["targetPort"] = Value::Null;
        }
        set(port, "targetPort", number);
    }
    if kind == "ExternalName" {
        return;
    }
    set(spec, "internalTrafficPolicy", "Cluster");
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer") {
        set(spec, "externalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        set(spec, "allocateLoadBalancerNodePorts", true);
    }
}

fn network_policy(object: &mut Value) {
    let Some(spec) = map(object, "spec") else {
        return;
    };
    let egress = spec["egress"]
        .as_array()
        .is_some_and(|rules| !rules.is_empty());
    let types = if egress {
        json!(["Ingress", "Egress"])
    } else {
        json!(["Ingress"])
    };
    set(spec, "policyTypes", types);
    for rules in ["ingress", "egress"] {
        for rule in each(spec, rules) {
            for port in each(rule, "ports") {
                set(port, "protocol", "TCP");
            }
        }
    }
}
