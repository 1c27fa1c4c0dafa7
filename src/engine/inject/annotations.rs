//! The annotations and labels of a pod that injection obeys, and what their values may be.

use std::net::IpAddr;

use super::check::{Place, check, describe};
use super::pod::Pod;
use super::pod_types::{VOLUME, VOLUME_MOUNT};
use crate::kubernetes::quantity;
use crate::yaml::Value;

pub(crate) const INJECT: &str = "sidecar.istio.io/inject";
pub(crate) const STATUS: &str = "sidecar.istio.io/status";
pub(crate) const OVERRIDES: &str = "proxy.istio.io/overrides";
pub(crate) const PROXY_CONFIG: &str = "proxy.istio.io/config";
pub(crate) const TEMPLATES: &str = "inject.istio.io/templates";
pub(crate) const NATIVE_SIDECAR: &str = "sidecar.istio.io/nativeSidecar";
pub(crate) const INTERCEPTION_MODE: &str = "sidecar.istio.io/interceptionMode";
pub(crate) const STATUS_PORT: &str = "status.sidecar.istio.io/port";
pub(crate) const REWRITE_PROBES: &str = "sidecar.istio.io/rewriteAppHTTPProbers";
pub(crate) const MERGE_METRICS: &str = "prometheus.istio.io/merge-metrics";
/// A label: the network that a pod is in.
pub(crate) const NETWORK: &str = "topology.istio.io/network";
pub(crate) const IMAGE_TYPE: &str = "sidecar.istio.io/proxyImageType";

/// Not Istio's, and of the object whose pods are injected: what `document` keeps of JSON as it was before.
pub(super) const WAY_BACK: &str = "inject.mesh/kube-uninject";

type Check = fn(&str) -> Result<(), String>;

/// Every annotation whose value is checked, and how. `proxy.istio.io/config` is checked where it is read.
const CHECKS: &[(&str, Check)] = &[
    (INTERCEPTION_MODE, interception_mode),
    (STATUS_PORT, port),
    (
        "readiness.status.sidecar.istio.io/initialDelaySeconds",
        seconds,
    ),
    ("readiness.status.sidecar.istio.io/periodSeconds", seconds),
    (
        "readiness.status.sidecar.istio.io/failureThreshold",
        seconds,
    ),
    (
        "traffic.sidecar.istio.io/includeOutboundIPRanges",
        ranges_or_all,
    ),
    ("traffic.sidecar.istio.io/excludeOutboundIPRanges", ranges),
    ("traffic.sidecar.istio.io/includeInboundPorts", ports_or_all),
    ("traffic.sidecar.istio.io/excludeInboundPorts", ports),
    ("traffic.sidecar.istio.io/excludeOutboundPorts", ports),
    ("traffic.sidecar.istio.io/excludeInterfaces", interfaces),
    ("traffic.sidecar.istio.io/kubevirtInterfaces", interfaces),
    ("istio.io/reroute-virtual-interfaces", interfaces),
    (MERGE_METRICS, boolean),
    ("sidecar.istio.io/userVolume", volumes),
    ("sidecar.istio.io/userVolumeMount", mounts),
    ("sidecar.istio.io/proxyCPU", resource),
    ("sidecar.istio.io/proxyMemory", resource),
    ("sidecar.istio.io/proxyCPULimit", resource),
    ("sidecar.istio.io/proxyMemoryLimit", resource),
];

/// Checks all annotations of a pod; the messages of the wrong ones, in order.
pub(crate) fn validate(pod: &Pod) -> Result<(), String> {
    let wrong: Vec<String> = pod
        .annotations()
        .filter_map(|(name, value)| {
            let (_, check) = CHECKS.iter().find(|(known, _)| *known == name)?;
            Some(invalid(name, value, &check(value).err()?))
        })
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("; "))
    }
}

/// That an annotation has a value that it must not have.
pub(crate) fn invalid(name: &str, value: &str, reason: &str) -> String {
    format!("annotation {name}: \"{value}\" is not valid: {reason}")
}

/// A boolean as Go reads it: 1, t, T, true, True, TRUE and their opposites.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn boolean(text: &str) -> Result<(), String> {
    parse_bool(text)
        .map(|_| ())
        .ok_or_else(|| "expected true or false".to_owned())
}

fn interception_mode(text: &str) -> Result<(), String> {
    match text {
        "REDIRECT" | "TPROXY" | "NONE" => Ok(()),
        _ => Err("expected REDIRECT, TPROXY or NONE".to_owned()),
    }
}

/// Digits only: the number that they make.
fn whole<N: std::str::FromStr>(text: &str) -> Option<N> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// What a field of a probe can hold.
fn seconds(text: &str) -> Result<(), String> {
    let number = whole::<u32>(text).filter(|number| i32::try_from(*number).is_ok());
    let expected = || format!("expected a whole number from 0 to {}", i32::MAX);
    number.map(|_| ()).ok_or_else(expected)
}

fn resource(text: &str) -> Result<(), String> {
    if quantity::is_valid(text) {
        Ok(())
    } else {
        Err("expected a quantity like 100m or 128Mi".to_owned())
    }
}

fn volumes(text: &str) -> Result<(), String> {
    named(text)?
        .iter()
        .try_for_each(|(name, volume)| check(volume, &VOLUME, &Place::root(name)))
}

fn mounts(text: &str) -> Result<(), String> {
    named(text)?.iter().try_for_each(|(name, mount)| {
        check(mount, &VOLUME_MOUNT, &Place::root(name))?;
        match mount["mountPath"].as_str() {
            None | Some("") => Err(format!("{name}.mountPath is missing")),
            Some(_) => Ok(()),
        }
    })
}

/// Volumes or mounts by name, or those of a list by their place in it.
fn named(text: &str) -> Result<Vec<(String, Value)>, String> {
    let value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
    let named: Vec<(String, Value)> = match value {
        Value::Null => Vec::new(),
        Value::Object(map) => map.into_iter().collect(),
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            items
                .map(|(index, item)| (format!("[{index}]"), item))
                .collect()
        }
        _ => return Err("expected a JSON object like {\"NAME\": {…}}".to_owned()),
    };
    match named.iter().find(|(_, value)| !value.is_object()) {
        Some((name, value)) => {
            let found = describe(value);
            Err(format!("{name} must be an object, not {found}"))
        }
        None => Ok(named),
    }
}

fn port(text: &str) -> Result<(), String> {
    whole::<u16>(text.trim())
        .map(|_| ())
        .ok_or_else(|| format!("`{text}` is not a port"))
}

fn ports(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Ok(());
    }
    text.split(',').try_for_each(port)
}

fn ports_or_all(text: &str) -> Result<(), String> {
    if text == "*" { Ok(()) } else { ports(text) }
}

fn ranges(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    text.split(',').try_for_each(range)
}

fn ranges_or_all(text: &str) -> Result<(), String> {
    if text == "*" {
        return Ok(());
    }
    ranges(text).map_err(|reason| format!("includeIPRanges takes `*` or ranges, and {reason}"))
}

fn range(text: &str) -> Result<(), String> {
    let wrong = || format!("`{text}` is not a range like 10.0.0.0/8");
    let (address, bits) = text.split_once('/').ok_or_else(wrong)?;
    let most = match address.parse().map_err(|_| wrong())? {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    };
    let padded = bits.len() > 1 && bits.starts_with('0');
    match whole::<u8>(bits) {
        Some(number) if number <= most && !padded => Ok(()),
        _ => Err(wrong()),
    }
}

/// Names of network interfaces as Linux allows them, separated by commas.
fn interfaces(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    for name in text.split(',').map(str::trim) {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
        if name.is_empty() || name.len() > 15 {
            return Err(format!("`{name}` is not 1 to 15 letters long"));
        }
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) || !name.chars().all(plain)
        {
            return Err(format!("`{name}` is not the name of an interface"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_every_wrong_annotation() {
        let pod = Pod::new(
            json!({"annotations": {
                "traffic.sidecar.istio.io/includeOutboundIPRanges": "bad",
                "traffic.sidecar.istio.io/includeInboundPorts": "80,x",
                "sidecar.istio.io/userVolumeMount": "{\"a\": {\"mountPath\": 5}}",
                "other": "bad",
            }}),
            json!({}),
        )
        .expect("a pod");
        let error = validate(&pod).expect_err("two wrong");
        assert_eq!(
            error,
            "annotation sidecar.istio.io/userVolumeMount: \"{\"a\": {\"mountPath\": 5}}\" is not valid: a.mountPath must be a string, \
             not a number; write \"5\" in quotes; annotation traffic.sidecar.istio.io/includeInboundPorts: \"80,x\" is not valid: `x` is not a port; \
             annotation traffic.sidecar.istio.io/includeOutboundIPRanges: \"bad\" is not valid: includeIPRanges takes `*` \
             or ranges, and `bad` is not a range like 10.0.0.0/8"
        );
    }

    #[test]
    fn values_are_checked_by_kind() {
        let good: &[(Check, &str)] = &[
            (ranges_or_all, "*"),
            (ranges, "10.0.0.0/8,fd00::/8"),
            (ports_or_all, "*"),
            (ports, "80, 90"),
            (ports, ""),
            (port, "0"),
            (interfaces, "eth0,veth1.2"),
            (resource, "100m"),
            (boolean, "T"),
            (volumes, "{\"a\": {\"emptyDir\": {}}}"),
            (mounts, "[{\"name\": \"a\", \"mountPath\": \"/a\"}]"),
            (mounts, "null"),
            (seconds, "2147483647"),
            (interception_mode, "NONE"),
        ];
        for (check, text) in good {
            assert!(check(text).is_ok(), "{text}");
        }
        let bad: &[(Check, &str)] = &[
            (ranges, "*"),
            (ranges, "10.0.0.0/33"),
            (ranges, "10.0.0.0"),
            (ports, "*"),
            (port, "65536"),
            (interfaces, "a,,b"),
            (interfaces, "0eth"),
            (interfaces, "an-interface-too-long"),
            (resource, "1\n"),
            (boolean, "yes"),
            (volumes, "{a: 1}"),
            (volumes, "1"),
            (volumes, "{\"a\": null}"),
            (mounts, "[1]"),
            (mounts, "{\"a\": {\"readOnly\": true}}"),
            (mounts, "{\"a\": {\"mountPath\": 5}}"),
            (seconds, "-1"),
            (seconds, "+1"),
            (seconds, "2147483648"),
            (port, "+80"),
            (ranges, "10.0.0.0/08"),
            (ranges, "10.0.0.0/+8"),
            (interception_mode, "redirect"),
        ];
        for (check, text) in bad {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
