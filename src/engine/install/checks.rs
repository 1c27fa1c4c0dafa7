//! Values that have the right type and still cannot work: names that Kubernetes refuses, addresses and ports that are none.

use std::net::IpAddr;

use serde_json::Value;

use super::path::{get, get_str, printed};
use crate::kubernetes::names::is_label;

/// Everything in the resolved spec that cannot work, each a sentence.
pub(super) fn check(spec: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (keys, holds, expected) in TEXTS {
        if let Some(text) = get(spec, keys)
            .and_then(printed)
            .filter(|text| !text.is_empty())
            && !holds(&text)
        {
            found.push(format!(
                "`{}` is `{text}`, expected {expected}",
                keys.join(".")
            ));
        }
    }
    check_namespaces(spec, &mut found);
    for (list, root) in [
        ("ingressGateways", "istio-ingressgateway"),
        ("egressGateways", "istio-egressgateway"),
    ] {
        check_gateways(spec, list, root, &mut found);
    }
    found
}

type Rule = (&'static [&'static str], fn(&str) -> bool, &'static str);

const TEXTS: &[Rule] = &[
    (
        &["revision"],
        is_label,
        "lower-case letters, digits and `-`, at most 63",
    ),
    (
        &["namespace"],
        is_label,
        "lower-case letters, digits and `-`, at most 63",
    ),
    (
        &["values", "global", "istioNamespace"],
        is_label,
        "lower-case letters, digits and `-`, at most 63",
    ),
    (
        &["hub"],
        is_hub,
        "a registry and a path, as in `registry.example.com/istio`",
    ),
    (
        &["tag"],
        is_tag,
        "letters, digits, `_`, `.` and `-`, at most 128",
    ),
    (
        &["values", "global", "proxy", "includeIPRanges"],
        are_ranges,
        "`*`, or ranges such as `10.0.0.0/8` with commas between",
    ),
    (
        &["values", "global", "proxy", "excludeIPRanges"],
        are_ranges,
        "`*`, or ranges such as `10.0.0.0/8` with commas between",
    ),
    (
        &["values", "global", "proxy", "includeInboundPorts"],
        are_ports,
        "`*`, or port numbers with commas between",
    ),
    (
        &["values", "global", "proxy", "excludeInboundPorts"],
        are_ports,
        "`*`, or port numbers with commas between",
    ),
    (
        &["values", "global", "proxy", "excludeOutboundPorts"],
        are_ports,
        "`*`, or port numbers with commas between",
    ),
];

fn is_hub(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:".contains(&byte);
    let path = text.split_once('/').map_or("", |(_, path)| path);
    text.bytes().all(legal)
        && text.split('/').all(|part| !part.is_empty())
        && !path
            .bytes()
            .any(|byte| byte.is_ascii_uppercase() || byte == b':')
}

fn is_tag(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.len() <= 128 && text.bytes().all(legal) && !text.starts_with(['.', '-'])
}

fn are_ranges(text: &str) -> bool {
    text == "*"
        || text.split(',').all(|range| {
            range.trim().split_once('/').is_some_and(|(address, bits)| {
                let most = match address.parse() {
                    Ok(IpAddr::V4(_)) => 32,
                    Ok(IpAddr::V6(_)) => 128,
                    Err(_) => return false,
                };
                bits.parse::<u8>().is_ok_and(|bits| bits <= most)
            })
        })
}

fn are_ports(text: &str) -> bool {
    let is_port = |port: &str| port.is_empty() || port == "*" || port.parse::<u16>().is_ok();
    text.split(',').all(|port| is_port(port.trim()))
}

/// The namespace of each component.
fn check_namespaces(spec: &Value, found: &mut Vec<String>) {
    let components = spec.get("components").and_then(Value::as_object);
    for (key, component) in components.into_iter().flatten() {
        let instances = match component {
            Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(at, one)| (format!("[{at}]"), one))
                .collect(),
            one => vec![(String::new(), one)],
        };
        for (element, instance) in instances {
            let name = get_str(instance, &["namespace"]).filter(|name| !name.is_empty());
            if let Some(name) = name.filter(|name| !is_label(name)) {
                found.push(format!("`components.{key}{element}.namespace` is `{name}`, expected lower-case letters, digits and `-`, at most 63"));
            }
        }
    }
}

/// Gateways run without root, so their Pods cannot listen on ports below 1024.
fn check_gateways(spec: &Value, list: &str, root: &str, found: &mut Vec<String>) {
    let as_root = get(spec, &["values", "gateways", root, "runAsRoot"]) == Some(&Value::Bool(true));
    let gateways = get(spec, &["components", list]).and_then(Value::as_array);
    for (index, gateway) in gateways.into_iter().flatten().enumerate() {
        let path = format!("components.{list}[{index}]");
        if let Some(name) = get_str(gateway, &["name"]).filter(|name| !is_name(name)) {
            found.push(format!("`{path}.name` is `{name}`, expected lower-case letters, digits, `-` and `.`, at most 253"));
        }
        let ports = get(gateway, &["k8s", "service", "ports"]).and_then(Value::as_array);
        for (number, port) in ports.into_iter().flatten().enumerate().filter(|_| !as_root) {
            // Without a target the Pod listens on the port itself; a named target is the Pod's own business.
            let target = match port.get("targetPort") {
                Some(Value::String(_)) => continue,
                Some(target) => target.as_u64().filter(|target| *target > 0),
                None => None,
            };
            let listens = target.or_else(|| port.get("port").and_then(Value::as_u64));
            if let Some(low) = listens.filter(|listens| *listens < 1024) {
                found.push(format!(
                    "`{path}.k8s.service.ports[{number}]` leads to port {low} of a Pod that does not run as root: \
                     set its `targetPort` to 1024 or more, or `values.gateways.{root}.runAsRoot=true`"
                ));
            }
        }
    }
}

/// An RFC 1123 subdomain.
fn is_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn accepts_what_works() {
        let spec = json!({
            "revision": "1-31-4", "hub": "localhost:5000/istio", "tag": "1.31.4-distroless",
            "values": {"global": {"proxy": {"includeIPRanges": "10.0.0.0/8,fd00::/8", "excludeInboundPorts": "80,443", "includeInboundPorts": "*"}}},
            "components": {"ingressGateways": [{"name": "edge.one", "k8s": {"service": {"ports": [
                {"port": 80, "targetPort": 8080}, {"port": 443, "targetPort": "https"}, {"port": 15012},
            ]}}}]},
        });
        assert_eq!(check(&spec), Vec::<String>::new());
    }

    #[test]
    fn names_what_cannot_work() {
        for (spec, expected) in [
            (
                json!({"revision": "1.31"}),
                "`revision` is `1.31`, expected lower-case",
            ),
            (
                json!({"hub": "https://x/y"}),
                "`hub` is `https://x/y`, expected a registry",
            ),
            (json!({"tag": "a b"}), "`tag` is `a b`, expected letters"),
            (
                json!({"values": {"global": {"istioNamespace": "A_b"}}}),
                "`values.global.istioNamespace` is `A_b`",
            ),
            (
                json!({"components": {"cni": {"namespace": "$(x)"}}}),
                "`components.cni.namespace` is `$(x)`",
            ),
            (
                json!({"components": {"egressGateways": [{"name": "a", "namespace": "B"}]}}),
                "`components.egressGateways[0].namespace` is `B`",
            ),
            (
                json!({"values": {"global": {"proxy": {"includeIPRanges": "10.0.0.0"}}}}),
                "`values.global.proxy.includeIPRanges` is",
            ),
            (
                json!({"values": {"global": {"proxy": {"excludeIPRanges": "10.0.0.0/33"}}}}),
                "`values.global.proxy.excludeIPRanges` is",
            ),
            (
                json!({"values": {"global": {"proxy": {"excludeInboundPorts": "80,http"}}}}),
                "`values.global.proxy.excludeInboundPorts` is",
            ),
            (
                json!({"components": {"egressGateways": [{"name": "A"}]}}),
                "`components.egressGateways[0].name` is `A`",
            ),
            (
                json!({"components": {"ingressGateways": [{"name": "a", "k8s": {"service": {"ports": [{"port": 80}]}}}]}}),
                "`components.ingressGateways[0].k8s.service.ports[0]` leads to port 80",
            ),
        ] {
            let found = check(&spec);
            assert!(
                found.len() == 1 && found[0].starts_with(expected),
                "{found:?}"
            );
        }
    }
}
