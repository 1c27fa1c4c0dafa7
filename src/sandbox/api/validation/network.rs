//! Services, endpoint slices, ingresses and network policies.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::super::names::{self, Rule};
use super::{
    FieldError, Object, changed, choice, each, items, port, port_name, required, selector, text,
};

pub(super) fn validate(
    kind: &str,
    object: &Object,
    old: Option<&Object>,
    errors: &mut Vec<FieldError>,
) {
    let spec = &object["spec"];
    match kind {
        "Service" => service(spec, errors),
        "EndpointSlice" => {
            let kinds = ["FQDN", "IPv4", "IPv6"];
            if required(&object["addressType"], "addressType", "", errors) {
                choice(&object["addressType"], "addressType", &kinds, errors);
            }
            if changed(object, old, &["addressType"]) {
                errors.push(FieldError::immutable("addressType", &object["addressType"]));
            }
        }
        "Ingress" => ingress(spec, errors),
        "IngressClass" => {
            required(&spec["controller"], "spec.controller", "", errors);
            if changed(object, old, &["spec", "controller"]) {
                errors.push(FieldError::immutable(
                    "spec.controller",
                    &spec["controller"],
                ));
            }
        }
        "NetworkPolicy" => {
            selector(&spec["podSelector"], "spec.podSelector", errors);
            for (path, one) in each(&spec["policyTypes"], "spec.policyTypes") {
                choice(one, &path, &["Egress", "Ingress"], errors);
            }
        }
        _ => {}
    }
}

fn service(spec: &Value, errors: &mut Vec<FieldError>) {
    let kind = text(&spec["type"]);
    let kinds = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    choice(&spec["type"], "spec.type", &kinds, errors);
    names::labels(&spec["selector"], "spec.selector", errors);
    choice(
        &spec["sessionAffinity"],
        "spec.sessionAffinity",
        &["ClientIP", "None"],
        errors,
    );
    choice(
        &spec["externalTrafficPolicy"],
        "spec.externalTrafficPolicy",
        &["Cluster", "Local"],
        errors,
    );
    choice(
        &spec["internalTrafficPolicy"],
        "spec.internalTrafficPolicy",
        &["Cluster", "Local"],
        errors,
    );
    let headless = spec["clusterIP"] == "None";
    if kind == "ExternalName" {
        let name = &spec["externalName"];
        if text(name).is_empty() {
            errors.push(FieldError::required("spec.externalName", ""));
        } else if let Some(why) = names::check(Rule::Subdomain, text(name).trim_end_matches('.')) {
            errors.push(FieldError::invalid("spec.externalName", name, &why));
        }
    } else {
        if items(&spec["ports"]).is_empty() && !headless {
            errors.push(FieldError::required("spec.ports", ""));
        }
        let ip = text(&spec["clusterIP"]);
        if !(ip.is_empty() || headless || ip.parse::<IpAddr>().is_ok()) {
            let what = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
            errors.push(FieldError::invalid(
                "spec.clusterIPs[0]",
                &spec["clusterIP"],
                what,
            ));
        }
        if headless && matches!(kind, "NodePort" | "LoadBalancer") {
            let what = format!("may not be set to 'None' for {kind} services");
            errors.push(FieldError::invalid(
                "spec.clusterIPs[0]",
                &spec["clusterIP"],
                &what,
            ));
        }
    }
    ports(spec, kind, errors);
    for (path, ip) in each(&spec["externalIPs"], "spec.externalIPs") {
        if text(ip).parse::<IpAddr>().is_err() {
            let what = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
            errors.push(FieldError::invalid(path, ip, what));
        }
    }
}

fn ports(spec: &Value, kind: &str, errors: &mut Vec<FieldError>) {
    let several = items(&spec["ports"]).len() > 1;
    let (mut seen, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for (path, one) in each(&spec["ports"], "spec.ports") {
        let (name, at) = (&one["name"], format!("{path}.name"));
        if text(name).is_empty() {
            if several {
                errors.push(FieldError::required(at, ""));
            }
        } else {
            if let Some(why) = names::label(text(name)) {
                errors.push(FieldError::invalid(at.as_str(), name, &why));
            }
            if !seen.insert(text(name)) {
                errors.push(FieldError::duplicate(at, name));
            }
        }
        port(&one["port"], &format!("{path}.port"), errors);
        choice(
            &one["protocol"],
            &format!("{path}.protocol"),
            &["SCTP", "TCP", "UDP"],
            errors,
        );
        let at = format!("{path}.targetPort");
        match &one["targetPort"] {
            Value::String(_) => port_name(&one["targetPort"], &at, errors),
            Value::Number(_) => port(&one["targetPort"], &at, errors),
            _ => {}
        }
        if !numbers.insert((
            one["port"].as_i64().unwrap_or_default(),
            text(&one["protocol"]),
        )) {
            let shown = json!({"port": one["port"], "protocol": one["protocol"], "targetPort": 0});
            errors.push(FieldError::duplicate(path.as_str(), &shown));
        }
        if one["nodePort"].as_i64().unwrap_or_default() != 0 && kind == "ClusterIP" {
            let what = "may not be used when `type` is 'ClusterIP'";
            errors.push(FieldError::forbidden(format!("{path}.nodePort"), what));
        }
    }
}

fn ingress(spec: &Value, errors: &mut Vec<FieldError>) {
    if items(&spec["rules"]).is_empty() && spec["defaultBackend"].is_null() {
        let what = "either `defaultBackend` or `rules` must be specified";
        errors.push(FieldError::invalid("spec", spec, what));
    }
    for (path, rule) in each(&spec["rules"], "spec.rules") {
        let host = text(&rule["host"]);
        let plain = host.strip_prefix("*.").unwrap_or(host);
        if let Some(why) = names::check(Rule::Subdomain, plain).filter(|_| !host.is_empty()) {
            errors.push(FieldError::invalid(
                format!("{path}.host"),
                &rule["host"],
                &why,
            ));
        }
        for (path, one) in each(&rule["http"]["paths"], &format!("{path}.http.paths")) {
            let at = format!("{path}.pathType");
            if required(&one["pathType"], &at, "pathType must be specified", errors) {
                choice(
                    &one["pathType"],
                    &at,
                    &["Exact", "ImplementationSpecific", "Prefix"],
                    errors,
                );
            }
            let absolute = text(&one["path"]).starts_with('/');
            if one["pathType"] != "ImplementationSpecific" && !absolute {
                errors.push(FieldError::invalid(
                    format!("{path}.path"),
                    &one["path"],
                    "must be an absolute path",
                ));
            }
            backend(&one["backend"], &format!("{path}.backend"), errors);
        }
    }
    if !spec["defaultBackend"].is_null() {
        backend(&spec["defaultBackend"], "spec.defaultBackend", errors);
    }
}

fn backend(backend: &Value, path: &str, errors: &mut Vec<FieldError>) {
    let service = &backend["service"];
    if service.is_null() {
        if backend["resource"].is_null() {
            errors.push(FieldError::required(
                path,
                "port name or number is required",
            ));
        }
        return;
    }
    required(
        &service["name"],
        &format!("{path}.service.name"),
        "",
        errors,
    );
    let (name, number) = (
        text(&service["port"]["name"]),
        service["port"]["number"].as_i64().unwrap_or_default(),
    );
    if name.is_empty() && number == 0 {
        errors.push(FieldError::required(
            path,
            "port name or number is required",
        ));
    } else if !name.is_empty() && number != 0 {
        errors.push(FieldError::invalid(
            path,
            &json!(""),
            "cannot set both port name & port number",
        ));
    }
}
