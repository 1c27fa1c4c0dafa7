//! What istiod refuses of a proxy's configuration although every field has its type: ports that are none, addresses
//! without a port, settings that need or exclude each other. The rules are those that Istio documents for `ProxyConfig`
//! and checks before it injects; here the message names the field.

use std::net::IpAddr;

use serde_json::Map;

use crate::kubernetes::names::is_label;
use crate::yaml::Value;

type Fields = Map<String, Value>;

/// Fields with a default that must not be replaced by nothing.
const NEEDED: &[&str] = &[
    "binaryPath",
    "configPath",
    "discoveryAddress",
    "serviceCluster",
];

const PORTS: &[&str] = &["proxyAdminPort", "statusPort"];

/// Addresses that need not be there.
const ADDRESSES: &[&[&str]] = &[
    &["discoveryAddress"],
    &["statsdUdpAddress"],
    &["envoyMetricsServiceAddress"],
    &["envoyMetricsService", "address"],
    &["envoyAccessLogService", "address"],
];

/// Tracers that are sent spans to, and whether their address may name the node.
const TRACERS: &[(&str, bool)] = &[("zipkin", true), ("lightstep", false), ("datadog", true)];

/// Numbers of `connectionSettings`, and the least that each may be.
const LIMITS: &[(&str, i64)] = &[
    ("listenerPerConnectionBufferLimitBytes", 0),
    ("clusterPerConnectionBufferLimitBytes", 0),
    ("httpMaxConcurrentStreams", 1),
    ("http2InitialStreamWindowSize", 65_535),
    ("http2InitialConnectionWindowSize", 65_535),
    ("listenerConnectionLimit", 1),
    ("globalDownstreamConnectionLimit", 1),
];

/// Where `tlsSettings` has certificates in files.
const TLS_FILES: &[&str] = &["clientCertificate", "caCertificates", "privateKey", "caCrl"];

/// Checks what one layer of a proxy's configuration sets, in its canonical form. The message begins with the field.
pub(crate) fn check(own: &Fields) -> Result<(), String> {
    for name in NEEDED {
        if own.get(*name).and_then(Value::as_str) == Some("") {
            return Err(format!(
                "{name} must not be empty; leave it out for the default"
            ));
        }
    }
    for name in PORTS {
        let port = own.get(*name).and_then(Value::as_i64);
        if let Some(port) = port.filter(|port| !(1..=65_535).contains(port)) {
            return Err(format!("{name} must be a port from 1 to 65535, not {port}"));
        }
    }
    for path in ADDRESSES {
        let text = at(own, path).and_then(Value::as_str);
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            address(text, &path.join("."))?;
        }
    }
    let drain = own.get("drainDuration").and_then(Value::as_str);
    if let Some(text) = drain.filter(|text| text.contains('.') || *text == "0s") {
        return Err(format!(
            "drainDuration must be whole seconds, at least 1s, not `{text}`"
        ));
    }
    tracing(own)?;
    private_key(own)?;
    connections(own)
}

fn tracing(own: &Fields) -> Result<(), String> {
    for (tracer, of_node) in TRACERS {
        let Some(settings) = object(own, &["tracing", tracer]) else {
            continue;
        };
        let place = format!("tracing.{tracer}");
        let mut to = text(settings, "address").to_owned();
        if *of_node {
            to = to.replacen("$(HOST_IP)", "127.0.0.1", 1);
        }
        address(&to, &format!("{place}.address"))?;
        if *tracer == "lightstep" && text(settings, "accessToken").is_empty() {
            return Err(format!("{place}.accessToken is missing"));
        }
    }
    let tags = object(own, &["tracing", "customTags"]);
    let mut tags = tags.into_iter().flatten();
    if let Some((name, _)) = tags.find(|(_, tag)| tag.is_null()) {
        return Err(format!(
            "tracing.customTags.{name} must be an object, not null"
        ));
    }
    object(own, &["tracing", "tlsSettings"]).map_or(Ok(()), |settings| {
        tls(settings).map_err(|message| format!("tracing.tlsSettings.{message}"))
    })
}

fn tls(settings: &Fields) -> Result<(), String> {
    let set = |name: &&&str| match settings.get(**name) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(_)) => true,
        _ => false,
    };
    let first = |names: &'static [&'static str]| names.iter().find(set);
    let mode = text(settings, "mode");
    let blind = settings.get("insecureSkipVerify") == Some(&Value::Bool(true));
    let of_no_use: &[&str] = match mode {
        "SIMPLE" => &["caCertificates", "credentialName", "subjectAltNames"],
        "MUTUAL" => &["caCertificates", "subjectAltNames"],
        _ => return Ok(()),
    };
    if let Some(name) = first(of_no_use).filter(|_| blind) {
        return Err(format!(
            "{name} and insecureSkipVerify exclude each other with mode {mode}"
        ));
    }
    if set(&&"credentialName") {
        return first(TLS_FILES).map_or(Ok(()), |name| {
            Err(format!("{name} and credentialName exclude each other"))
        });
    }
    let mut wanted = ["clientCertificate", "privateKey"].into_iter();
    match wanted.find(|name| mode == "MUTUAL" && !set(&name)) {
        Some(name) => Err(format!("{name} is missing, which mode MUTUAL needs")),
        None => Ok(()),
    }
}

fn private_key(own: &Fields) -> Result<(), String> {
    let Some(settings) = object(own, &["privateKeyProvider"]) else {
        return Ok(());
    };
    let mut providers = ["cryptomb", "qat"].into_iter();
    let Some((name, provider)) =
        providers.find_map(|name| Some((name, settings.get(name)?.as_object()?)))
    else {
        return Err("privateKeyProvider must have `cryptomb` or `qat`".to_owned());
    };
    if ["", "0s"].contains(&text(provider, "pollDelay")) {
        return Err(format!(
            "privateKeyProvider.{name}.pollDelay must be longer than 0s"
        ));
    }
    Ok(())
}

fn connections(own: &Fields) -> Result<(), String> {
    for (name, least) in LIMITS {
        let number = at(own, &["connectionSettings", name]).and_then(Value::as_i64);
        if let Some(number) = number.filter(|number| number < least) {
            return Err(format!(
                "connectionSettings.{name} must be at least {least}, not {number}"
            ));
        }
    }
    Ok(())
}

fn address(text: &str, place: &str) -> Result<(), String> {
    let parts = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("]:"),
        None => text
            .rsplit_once(':')
            .filter(|(host, _)| !host.contains(':')),
    };
    let good = parts.is_some_and(|(host, port)| {
        let port = port.parse::<u16>().is_ok_and(|port| port > 0);
        port && (is_name(host) || host.parse::<IpAddr>().is_ok())
    });
    if good {
        Ok(())
    } else {
        Err(format!(
            "{place} must be HOST:PORT, such as `collector.example.com:9411`, not `{text}`"
        ))
    }
}

/// A name of DNS, in letters of either case.
fn is_name(host: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let labels = lower.strip_suffix('.').unwrap_or(&lower);
    host.len() <= 255 && labels.split('.').all(is_label)
}

fn at<'a>(own: &'a Fields, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(own.get(*first)?, |value, key| value.get(*key))
}

fn object<'a>(own: &'a Fields, path: &[&str]) -> Option<&'a Fields> {
    at(own, path)?.as_object()
}

fn text<'a>(own: &'a Fields, name: &str) -> &'a str {
    own.get(name).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(own: Value) -> Option<String> {
        let Value::Object(own) = own else {
            return Some("no object".to_owned());
        };
        check(&own).err()
    }

    #[test]
    fn what_istiod_takes_is_taken() {
        for own in [
            json!({}),
            json!({"statusPort": 1, "proxyAdminPort": 65535, "drainDuration": "45s", "terminationDrainDuration": "0s"}),
            json!({"discoveryAddress": "istiod.istio-system.svc:15012", "statsdUdpAddress": ""}),
            json!({"tracing": {"zipkin": {"address": "$(HOST_IP):9411"}}}),
            json!({"tracing": {"datadog": {"address": "[fd00::1]:8126"}}}),
            json!({"tracing": {"stackdriver": {}, "tlsSettings": {"mode": "SIMPLE", "caCertificates": "/ca.pem"}}}),
            json!({"tracing": {"tlsSettings": {"mode": "MUTUAL", "credentialName": "tls"}}}),
            json!({"privateKeyProvider": {"qat": {"pollDelay": "0.010s"}}}),
            json!({"connectionSettings": {"http2InitialStreamWindowSize": 65535}}),
        ] {
            assert_eq!(refused(own.clone()), None, "{own}");
        }
    }

    #[test]
    fn what_istiod_refuses_is_refused_by_its_field() {
        for (own, message) in [
            (
                json!({"configPath": ""}),
                "configPath must not be empty; leave it out for the default",
            ),
            (
                json!({"statusPort": 0}),
                "statusPort must be a port from 1 to 65535, not 0",
            ),
            (
                json!({"drainDuration": "1.500s"}),
                "drainDuration must be whole seconds, at least 1s, not `1.500s`",
            ),
            (
                json!({"discoveryAddress": "nope"}),
                "discoveryAddress must be HOST:PORT, such as `collector.example.com:9411`, not `nope`",
            ),
            (
                json!({"tracing": {"zipkin": {}}}),
                "tracing.zipkin.address must be HOST:PORT, such as `collector.example.com:9411`, not ``",
            ),
            (
                json!({"tracing": {"lightstep": {"address": "a:1"}}}),
                "tracing.lightstep.accessToken is missing",
            ),
            (
                json!({"tracing": {"customTags": {"t": null}}}),
                "tracing.customTags.t must be an object, not null",
            ),
            (
                json!({"tracing": {"tlsSettings": {"mode": "MUTUAL", "clientCertificate": "/c"}}}),
                "tracing.tlsSettings.privateKey is missing, which mode MUTUAL needs",
            ),
            (
                json!({"tracing": {"tlsSettings": {"mode": "SIMPLE", "credentialName": "a", "caCrl": "/c"}}}),
                "tracing.tlsSettings.caCrl and credentialName exclude each other",
            ),
            (
                json!({"tracing": {"tlsSettings": {"mode": "SIMPLE", "insecureSkipVerify": true, "subjectAltNames": []}}}),
                "tracing.tlsSettings.subjectAltNames and insecureSkipVerify exclude each other with mode SIMPLE",
            ),
            (
                json!({"privateKeyProvider": {}}),
                "privateKeyProvider must have `cryptomb` or `qat`",
            ),
            (
                json!({"privateKeyProvider": {"qat": {}}}),
                "privateKeyProvider.qat.pollDelay must be longer than 0s",
            ),
            (
                json!({"connectionSettings": {"listenerConnectionLimit": 0}}),
                "connectionSettings.listenerConnectionLimit must be at least 1, not 0",
            ),
        ] {
            assert_eq!(refused(own).as_deref(), Some(message));
        }
    }

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for good in ["a:1", "a-b.c.:65535", "10.0.0.1:80", "[::1]:80", "0a:1"] {
            assert_eq!(address(good, "x"), Ok(()), "{good}");
        }
        for bad in [
            "a", "a:", "a:0", "a:65536", ":80", "a:b", "a:1:2", "::1:80", "-a:1", "a..b:1",
            "a_b:1", "[::1]80",
        ] {
            assert!(address(bad, "x").is_err(), "{bad}");
        }
    }
}
