//! Configuration, access, storage and the kinds that extend the API.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::names::{self, Rule};
use super::{FieldError, Object, changed, choice, each, items, required, selector, text};

/// What a ConfigMap or Secret may hold.
const MOST: usize = 1 << 20;

pub(super) fn validate(
    kind: &str,
    object: &Object,
    old: Option<&Object>,
    errors: &mut Vec<FieldError>,
) {
    match kind {
        "ConfigMap" => {
            keys(object, &["data", "binaryData"], errors);
            frozen(object, old, &["data", "binaryData"], errors);
        }
        "Secret" => secret(object, old, errors),
        "Role" | "ClusterRole" => rules(object, kind, errors),
        "RoleBinding" | "ClusterRoleBinding" => binding(object, kind, old, errors),
        "PersistentVolumeClaim" => claim(object, old, errors),
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => {
            webhooks(object, errors);
        }
        "CustomResourceDefinition" => definition(object, old, errors),
        "PriorityClass" if changed(object, old, &["value"]) => {
            errors.push(FieldError::forbidden(
                "value",
                "may not be changed in an update.",
            ));
        }
        "StorageClass" => {
            required(&object["provisioner"], "provisioner", "", errors);
            for field in [
                "parameters",
                "provisioner",
                "reclaimPolicy",
                "volumeBindingMode",
            ] {
                if changed(object, old, &[field]) {
                    let what = "updates to this field are forbidden.";
                    errors.push(FieldError::forbidden(field, what));
                }
            }
        }
        _ => {}
    }
}

/// The keys of data, and how much there is of it.
fn keys(object: &Object, fields: &[&str], errors: &mut Vec<FieldError>) {
    let (mut seen, mut size) = (BTreeSet::new(), 0);
    for field in fields {
        for (key, value) in object[*field].as_object().into_iter().flatten() {
            size += text(value).len();
            let path = format!("{field}[{key}]");
            let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let shown = Value::from(key.as_str());
            if key.is_empty() || !key.chars().all(fits) {
                let what = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
                            'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
                errors.push(FieldError::invalid(path.as_str(), &shown, what));
            }
            if key.len() > 253 {
                errors.push(FieldError::invalid(
                    path.as_str(),
                    &shown,
                    "must be no more than 253 characters",
                ));
            }
            if !seen.insert(key.as_str()) {
                errors.push(FieldError::invalid(
                    path,
                    &shown,
                    "duplicate of key present in data",
                ));
            }
        }
    }
    if size > MOST {
        errors.push(FieldError::too_long("", MOST));
    }
}

/// What was made immutable stays as it is.
fn frozen(object: &Object, old: Option<&Object>, fields: &[&str], errors: &mut Vec<FieldError>) {
    let what = "field is immutable when `immutable` is set";
    let Some(old) = old.filter(|old| old["immutable"] == true) else {
        return;
    };
    if object["immutable"] != true {
        errors.push(FieldError::forbidden("immutable", what));
    }
    for field in fields
        .iter()
        .filter(|field| old[**field] != object[**field])
    {
        errors.push(FieldError::forbidden(*field, what));
    }
}

fn secret(object: &Object, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    keys(object, &["data"], errors);
    let wanted: &[&str] = match text(&object["type"]) {
        "kubernetes.io/tls" => &["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
        "kubernetes.io/dockercfg" => &[".dockercfg"],
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        _ => &[],
    };
    for key in wanted
        .iter()
        .filter(|key| object["data"].get(**key).is_none())
    {
        errors.push(FieldError::required(format!("data[{key}]"), ""));
    }
    if changed(object, old, &["type"]) {
        errors.push(FieldError::immutable("type", &object["type"]));
    }
    frozen(object, old, &["data"], errors);
}

fn rules(object: &Object, kind: &str, errors: &mut Vec<FieldError>) {
    for (path, rule) in each(&object["rules"], "rules") {
        let empty = |field: &str| items(&rule[field]).is_empty();
        if empty("verbs") {
            errors.push(FieldError::required(
                format!("{path}.verbs"),
                "verbs must contain at least one value",
            ));
        }
        if !empty("nonResourceURLs") {
            if kind == "Role" {
                let what = "namespaced rules cannot apply to non-resource URLs";
                errors.push(FieldError::invalid(
                    format!("{path}.nonResourceURLs"),
                    &rule["nonResourceURLs"],
                    what,
                ));
            }
            continue;
        }
        if empty("apiGroups") {
            let what = "resource rules must supply at least one api group";
            errors.push(FieldError::required(format!("{path}.apiGroups"), what));
        }
        if empty("resources") {
            let what = "resource rules must supply at least one resource";
            errors.push(FieldError::required(format!("{path}.resources"), what));
        }
    }
}

fn binding(object: &Object, kind: &str, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    let role = &object["roleRef"];
    if text(&role["apiGroup"]) != "rbac.authorization.k8s.io" {
        errors.push(FieldError::not_supported(
            "roleRef.apiGroup",
            &role["apiGroup"],
            &["rbac.authorization.k8s.io"],
        ));
    }
    let kinds: &[&str] = if kind == "RoleBinding" {
        &["Role", "ClusterRole"]
    } else {
        &["ClusterRole"]
    };
    if !kinds.contains(&text(&role["kind"])) {
        errors.push(FieldError::not_supported(
            "roleRef.kind",
            &role["kind"],
            kinds,
        ));
    }
    required(&role["name"], "roleRef.name", "", errors);
    if changed(object, old, &["roleRef"]) {
        errors.push(FieldError::invalid(
            "roleRef",
            role,
            "cannot change roleRef",
        ));
    }
    for (path, subject) in each(&object["subjects"], "subjects") {
        required(&subject["name"], &format!("{path}.name"), "", errors);
        let kinds = ["ServiceAccount", "User", "Group"];
        if !kinds.contains(&text(&subject["kind"])) {
            errors.push(FieldError::not_supported(
                format!("{path}.kind"),
                &subject["kind"],
                &kinds,
            ));
        } else if subject["kind"] == "ServiceAccount" && kind == "ClusterRoleBinding" {
            required(
                &subject["namespace"],
                &format!("{path}.namespace"),
                "",
                errors,
            );
        }
    }
}

fn claim(object: &Object, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    let spec = &object["spec"];
    if items(&spec["accessModes"]).is_empty() {
        errors.push(FieldError::required(
            "spec.accessModes",
            "at least 1 access mode is required",
        ));
    }
    let modes = [
        "ReadOnlyMany",
        "ReadWriteMany",
        "ReadWriteOnce",
        "ReadWriteOncePod",
    ];
    for mode in items(&spec["accessModes"]) {
        choice(mode, "spec.accessModes", &modes, errors);
    }
    if spec["resources"]["requests"]["storage"].is_null() {
        errors.push(FieldError::required("spec.resources[storage]", ""));
    }
    let fixed = |object: &Object| {
        let mut spec = object["spec"].as_object().cloned().unwrap_or_default();
        for field in ["resources", "volumeAttributesClassName"] {
            spec.remove(field);
        }
        // The binder gives a claim its volume, and the default class its name, once.
        let free = |spec: &Map<String, Value>, field: &str| {
            text(spec.get(field).unwrap_or(&Value::Null)).is_empty()
        };
        let unbound = old.is_some_and(|old| text(&old["spec"]["volumeName"]).is_empty());
        if unbound || free(&spec, "volumeName") {
            spec.remove("volumeName");
            spec.remove("storageClassName");
        }
        spec
    };
    if old.is_some_and(|old| fixed(old) != fixed(object)) {
        let what = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
        errors.push(FieldError::forbidden("spec", what));
    }
}

fn webhooks(object: &Object, errors: &mut Vec<FieldError>) {
    let mut seen = BTreeSet::new();
    for (path, webhook) in each(&object["webhooks"], "webhooks") {
        let (name, at) = (&webhook["name"], format!("{path}.name"));
        if required(name, &at, "", errors) {
            if let Some(why) = names::check(Rule::Subdomain, text(name)) {
                errors.push(FieldError::invalid(at.as_str(), name, &why));
            } else if text(name).split('.').count() < 3 {
                let what = "should be a domain with at least three segments separated by dots";
                errors.push(FieldError::invalid(at.as_str(), name, what));
            }
            if !seen.insert(text(name)) {
                errors.push(FieldError::duplicate(at, name));
            }
        }
        if items(&webhook["admissionReviewVersions"]).is_empty() {
            let what = "must specify one of v1, v1beta1";
            errors.push(FieldError::required(
                format!("{path}.admissionReviewVersions"),
                what,
            ));
        }
        let at = format!("{path}.sideEffects");
        if webhook["sideEffects"].is_null() {
            errors.push(FieldError::required(
                at,
                "must specify one of None, NoneOnDryRun",
            ));
        } else {
            choice(
                &webhook["sideEffects"],
                &at,
                &["None", "NoneOnDryRun"],
                errors,
            );
        }
        choice(
            &webhook["failurePolicy"],
            &format!("{path}.failurePolicy"),
            &["Fail", "Ignore"],
            errors,
        );
        choice(
            &webhook["matchPolicy"],
            &format!("{path}.matchPolicy"),
            &["Equivalent", "Exact"],
            errors,
        );
        choice(
            &webhook["reinvocationPolicy"],
            &format!("{path}.reinvocationPolicy"),
            &["IfNeeded", "Never"],
            errors,
        );
        let seconds = webhook["timeoutSeconds"].as_i64().unwrap_or(10);
        if !(1..=30).contains(&seconds) {
            let what = "the timeout value must be between 1 and 30 seconds";
            errors.push(FieldError::invalid(
                format!("{path}.timeoutSeconds"),
                &webhook["timeoutSeconds"],
                what,
            ));
        }
        let config = &webhook["clientConfig"];
        if config["url"].is_string() == config["service"].is_object() {
            let what = "exactly one of url or service is required";
            errors.push(FieldError::required(format!("{path}.clientConfig"), what));
        }
        for field in ["namespaceSelector", "objectSelector"] {
            selector(&webhook[field], &format!("{path}.{field}"), errors);
        }
    }
}

/// What the API machine itself relies on in a definition. Its schemas are for the code of CRDs.
fn definition(object: &Object, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    let spec = &object["spec"];
    let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
    required(&spec["group"], "spec.group", "", errors);
    required(&spec["names"]["plural"], "spec.names.plural", "", errors);
    required(&spec["names"]["kind"], "spec.names.kind", "", errors);
    let name = &object["metadata"]["name"];
    if text(name) != format!("{plural}.{group}") {
        errors.push(FieldError::invalid(
            "metadata.name",
            name,
            "must be spec.names.plural+\".\"+spec.group",
        ));
    }
    if !matches!(text(&spec["scope"]), "Cluster" | "Namespaced") {
        errors.push(FieldError::not_supported(
            "spec.scope",
            &spec["scope"],
            &["Cluster", "Namespaced"],
        ));
    }
    let storage = items(&spec["versions"])
        .iter()
        .filter(|version| version["storage"] == true)
        .count();
    if storage != 1 {
        let what = "must have exactly one version marked as storage version";
        errors.push(FieldError::invalid(
            "spec.versions",
            &spec["versions"],
            what,
        ));
    }
    let mut seen = BTreeSet::new();
    for (path, version) in each(&spec["versions"], "spec.versions") {
        let at = format!("{path}.name");
        if required(&version["name"], &at, "", errors) {
            if let Some(why) = names::check(Rule::Service, text(&version["name"])) {
                errors.push(FieldError::invalid(at.as_str(), &version["name"], &why));
            }
            if !seen.insert(text(&version["name"])) {
                errors.push(FieldError::duplicate(at, &version["name"]));
            }
        }
        if version["schema"]["openAPIV3Schema"].is_null() {
            errors.push(FieldError::required(
                format!("{path}.schema.openAPIV3Schema"),
                "schemas are required",
            ));
        }
    }
    if !matches!(text(&spec["conversion"]["strategy"]), "" | "None") {
        let strategy = &spec["conversion"]["strategy"];
        errors.push(FieldError::not_supported(
            "spec.conversion.strategy",
            strategy,
            &["None"],
        ));
    }
    for path in [["spec", "group"], ["spec", "scope"]] {
        if changed(object, old, &path) {
            errors.push(FieldError::immutable(path.join("."), &spec[path[1]]));
        }
    }
}
