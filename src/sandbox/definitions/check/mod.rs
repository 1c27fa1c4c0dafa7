//! Definitions themselves held against Kubernetes' rules: names and versions here, schemas in the other files. Paths are those
//! of Kubernetes' internal form, which has what all versions share above them: `spec.validation` for a schema.
//!
//! Not checked: the estimated cost of rules, and what Kubernetes forgives definitions that were stored before.

mod defaults;
mod openapi;
mod parts;
mod structural;

use serde_json::{Value, json};

use self::parts::{columns, conversion, scale, selectable};
use super::formats::Format;
use super::path::Path;
use super::schema::Schema;
use crate::sandbox::api::field::FieldError;
use crate::sandbox::api::names;

/// What is said of a definition.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) errors: Vec<FieldError>,
    pub(crate) warnings: Vec<String>,
}

/// Says what is wrong with a definition; `old` is what it was.
pub(crate) fn definition(definition: &Value, old: Option<&Value>) -> Findings {
    let mut found = Findings::default();
    let spec = &definition["spec"];
    name(definition, &mut found.errors);
    group(definition, old, &mut found.errors);
    let scope = text(&spec["scope"]);
    choice(
        &json!(scope),
        "spec.scope",
        &["Cluster", "Namespaced"],
        &mut found.errors,
    );
    versions(spec, &mut found);
    kind_names(&spec["names"], &mut found.errors);
    conversion(&spec["conversion"], &mut found.errors);
    if spec["preserveUnknownFields"] == true {
        let detail = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
        let error = FieldError::invalid("spec.preserveUnknownFields", &json!(true), detail);
        found.errors.push(error);
        if items(&spec["versions"])
            .iter()
            .any(|version| has_default(&version["schema"]["openAPIV3Schema"]))
        {
            let detail = "must be false in order to use defaults in the schema";
            let error = FieldError::invalid("spec.preserveUnknownFields", &json!(true), detail);
            found.errors.push(error);
        }
    }
    if let Some(old) = old {
        unchanged(definition, old, &mut found.errors);
        stored_versions(spec, &old["status"]["storedVersions"], &mut found.errors);
    }
    found
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Whether a field of a schema says something.
fn says(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

fn required(value: &Value, path: &str, errors: &mut Vec<FieldError>) -> bool {
    let there = !text(value).is_empty();
    if !there {
        errors.push(FieldError::required(path, ""));
    }
    there
}

fn choice(value: &Value, path: &str, supported: &[&str], errors: &mut Vec<FieldError>) {
    if required(value, path, errors) && !supported.contains(&text(value)) {
        errors.push(FieldError::not_supported(path, value, supported));
    }
}

fn name(definition: &Value, errors: &mut Vec<FieldError>) {
    let spec = &definition["spec"];
    let wanted = format!(
        "{}.{}",
        text(&spec["names"]["plural"]),
        text(&spec["group"])
    );
    let name = &definition["metadata"]["name"];
    if text(name) != wanted {
        let detail = "must be spec.names.plural+\".\"+spec.group";
        errors.push(FieldError::invalid("metadata.name", name, detail));
    }
}

fn group(definition: &Value, old: Option<&Value>, errors: &mut Vec<FieldError>) {
    let group = &definition["spec"]["group"];
    if !required(group, "spec.group", errors) {
        return;
    }
    if let Some(why) = names::subdomain(text(group)) {
        errors.push(FieldError::invalid("spec.group", group, &why));
    } else if !text(group).contains('.') {
        let detail = "should be a domain with at least one dot";
        errors.push(FieldError::invalid("spec.group", group, detail));
    }
    if !is_protected(text(group)) {
        return;
    }
    let approval = |definition: &Value| approval_of(definition).0;
    if old.is_some_and(|old| approval(old) == approval(definition)) {
        return;
    }
    let field = format!("metadata.annotations[{APPROVED}]");
    match approval_of(definition) {
        (Approval::Missing, reason) => errors.push(FieldError::required(field, &reason)),
        (Approval::Invalid, reason) => {
            let given = &definition["metadata"]["annotations"][APPROVED];
            errors.push(FieldError::invalid(field, given, &reason));
        }
        _ => {}
    }
}

/// Says who approved of a definition in a group of Kubernetes' own.
const APPROVED: &str = "api-approved.kubernetes.io";

/// What Kubernetes makes of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Approval {
    Approved,
    /// A reason why it needs none.
    Bypassed,
    Missing,
    Invalid,
}

/// Whether the group is one of Kubernetes' own.
pub(crate) fn is_protected(group: &str) -> bool {
    let of = |domain: &str| group == domain || group.ends_with(&format!(".{domain}"));
    of("k8s.io") || of("kubernetes.io")
}

/// Whether a definition says who approved of it, and Kubernetes' words about that.
pub(crate) fn approval_of(definition: &Value) -> (Approval, String) {
    let given = text(&definition["metadata"]["annotations"][APPROVED]);
    let see = "see https://github.com/kubernetes/enhancements/pull/1111";
    if given.is_empty() {
        let why = format!("protected groups must have approval annotation {APPROVED:?}, {see}");
        return (Approval::Missing, why);
    }
    if given.starts_with("unapproved") {
        return (Approval::Bypassed, format!("not approved: {given:?}"));
    }
    let is_url = given.split_once("://").is_some_and(|(scheme, rest)| {
        !scheme.is_empty() && !rest.starts_with('/') && !rest.is_empty()
    });
    if is_url {
        return (Approval::Approved, format!("approved in {given}"));
    }
    let why = format!(
        "protected groups must have approval annotation {APPROVED:?} with either a URL or a reason starting with \
         \"unapproved\", {see}"
    );
    (Approval::Invalid, why)
}

/// Whether all versions say the same of something; Kubernetes then keeps it above them.
fn is_shared(versions: &[Value], field: &str) -> bool {
    let first = versions.first().map(|version| &version[field]);
    versions
        .iter()
        .all(|version| Some(&version[field]) == first)
}

fn lacks_schema(version: &Value) -> bool {
    !version["schema"]["openAPIV3Schema"].is_object()
}

/// The versions' schemas; one that they share is checked once.
fn schemas(all: &[Value], shared: bool, found: &mut Findings) {
    if shared
        && all
            .first()
            .is_some_and(|version| version["schema"].is_object())
        && !all.iter().any(lacks_schema)
    {
        let status = all
            .iter()
            .any(|version| version["subresources"]["status"].is_object());
        schema(
            &all[0]["schema"]["openAPIV3Schema"],
            "spec.validation",
            status,
            found,
        );
    } else {
        for (index, version) in all.iter().enumerate() {
            let at = format!("spec.versions[{index}].schema");
            if lacks_schema(version) {
                found
                    .errors
                    .push(FieldError::required(format!("{at}.openAPIV3Schema"), ""));
            } else {
                let status = version["subresources"]["status"].is_object();
                schema(&version["schema"]["openAPIV3Schema"], &at, status, found);
            }
        }
    }
}

fn versions(spec: &Value, found: &mut Findings) {
    let all = items(&spec["versions"]);
    let shared = is_shared(all, "schema");
    schemas(all, shared, found);
    for (index, version) in all.iter().enumerate() {
        one_version(version, index, &mut found.errors);
        let place = |field: &str| match (is_shared(all, field), index) {
            (true, 0) => Some(format!("spec.{field}")),
            (true, _) => None,
            (false, _) => Some(format!("spec.versions[{index}].{field}")),
        };
        if let Some(at) = place("subresources") {
            scale(&version["subresources"]["scale"], &at, &mut found.errors);
        }
        if let Some(at) = place("additionalPrinterColumns") {
            columns(&version["additionalPrinterColumns"], &at, &mut found.errors);
        }
        let without = !shared || lacks_schema(version);
        let apart = without && is_shared(all, "selectableFields");
        if apart && !items(&version["selectableFields"]).is_empty() {
            // Kubernetes moves the fields above the versions and then finds no schema there.
            let detail = "may only be set when validations.schema is included";
            let error = FieldError::invalid("spec.selectableFields", &json!(""), detail);
            if index == 0 {
                found.errors.push(error);
            }
        } else if let Some(at) = place("selectableFields") {
            selectable(version, &at, &mut found.errors);
        }
    }
    names_and_storage(spec, all, &mut found.errors);
}

/// What must hold of all versions together: no name stands twice, and one of them is stored.
fn names_and_storage(spec: &Value, all: &[Value], errors: &mut Vec<FieldError>) {
    let names: Vec<&str> = all.iter().map(|version| text(&version["name"])).collect();
    let twice = names
        .iter()
        .enumerate()
        .any(|(index, name)| names[..index].contains(name));
    if twice {
        let detail = "must contain unique version names";
        errors.push(FieldError::invalid(
            "spec.versions",
            &spec["versions"],
            detail,
        ));
    }
    if let Some(first) = all.first()
        && says(&first["name"])
        && let Some(why) = label(text(&first["name"]))
    {
        let error = FieldError::invalid("spec.version", &first["name"], &why);
        errors.push(error);
    }
    let storage = all.iter().filter(|version| version["storage"] == true);
    let storage = storage.count();
    if storage == 0 {
        let detail = "must have at least one stored version";
        let error = FieldError::invalid("status.storedVersions", &Value::Null, detail);
        errors.push(error);
    }
    if storage != 1 {
        let detail = "must have exactly one version marked as storage version";
        errors.push(FieldError::invalid(
            "spec.versions",
            &spec["versions"],
            detail,
        ));
    }
}

fn one_version(version: &Value, index: usize, errors: &mut Vec<FieldError>) {
    let at = format!("spec.versions[{index}]");
    if let Some(why) = label(text(&version["name"])) {
        errors.push(FieldError::invalid(
            format!("{at}.name"),
            &version["name"],
            &why,
        ));
    }
    let warning = &version["deprecationWarning"];
    let Some(words) = warning.as_str() else {
        return;
    };
    let field = format!("{at}.deprecationWarning");
    let mut wrong = |detail: &str| errors.push(FieldError::invalid(field.clone(), warning, detail));
    if version["deprecated"] != true {
        return wrong("can only be set for deprecated versions");
    }
    if words.len() > 256 {
        wrong("must be <= 256 characters long");
    }
    if words.is_empty() {
        wrong("must not be an empty string");
    }
    if let Some((at, _)) = words.char_indices().find(|(_, c)| c.is_control()) {
        wrong(&format!(
            "must only contain printable UTF-8 characters; non-printable character found at index {at}"
        ));
    }
}

/// What is wrong with a text as a DNS-1035 label, if anything.
fn label(text: &str) -> Option<String> {
    names::service(text)
}

fn schema(source: &Value, at: &str, status: bool, found: &mut Findings) {
    let prefix = format!("{at}.openAPIV3Schema");
    let root = Path::ROOT.field(&prefix);
    let before = found.errors.len();
    if status {
        root_of_status(source, &prefix, &mut found.errors);
    }
    if source["nullable"] == true {
        let detail = "nullable cannot be true at the root";
        found
            .errors
            .push(FieldError::forbidden(format!("{prefix}.nullable"), detail));
    }
    let unsupported = structural::unsupported(source);
    let mut sound = unsupported.is_none();
    if sound {
        let mut errors = structural::check(source, &root);
        if errors.is_empty() {
            let compiled = Schema::read(source);
            errors = defaults::check(&compiled, &root);
        }
        sound = errors.is_empty();
        found.errors.extend(errors);
    }
    openapi::check(source, &root, sound, found);
    if let Some(what) = unsupported.filter(|_| found.errors.len() == before) {
        found
            .errors
            .push(FieldError::invalid(prefix.clone(), &json!(""), &what));
    }
    formats(source, &mut found.warnings);
}

/// Beside a status that is written apart, few things may be said of the root.
fn root_of_status(source: &Value, prefix: &str, errors: &mut Vec<FieldError>) {
    const ALLOWED: [&str; 22] = [
        "description",
        "type",
        "format",
        "title",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "multipleOf",
        "required",
        "items",
        "properties",
        "externalDocs",
        "example",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-validations",
    ];
    let kind = &source["type"];
    if says(kind) && kind != "object" {
        let detail = "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled";
        errors.push(FieldError::invalid(format!("{prefix}.type"), kind, detail));
        return;
    }
    let fields = source.as_object().into_iter().flatten();
    let mut others = fields.filter(|(name, value)| {
        (says(value) || value.is_object()) && !ALLOWED.contains(&name.as_str())
    });
    if others.next().is_some() {
        let detail = "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength \
                      Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example \
                      XPreserveUnknownFields XValidations] fields are allowed at the root of the schema if the status \
                      subresource is enabled";
        errors.push(FieldError::invalid(prefix, source, detail));
    }
}

fn has_default(source: &Value) -> bool {
    !source["default"].is_null() || openapi::below(source).any(has_default)
}

/// Formats of texts that Kubernetes does not know, once each.
fn formats(source: &Value, warnings: &mut Vec<String>) {
    let format = text(&source["format"]);
    if source["type"] == "string" && !format.is_empty() && Format::parse(format).is_none() {
        let told = format!("unrecognized format {format:?}");
        if !warnings.contains(&told) {
            warnings.push(told);
        }
    }
    for below in openapi::below(source) {
        formats(below, warnings);
    }
}

fn kind_names(names: &Value, errors: &mut Vec<FieldError>) {
    for field in ["plural", "singular", "kind", "listKind"] {
        let (name, at) = (&names[field], format!("spec.names.{field}"));
        if !required(name, &at, errors) {
            continue;
        }
        let mixed = field.ends_with("ind");
        let why = if mixed {
            label(&text(name).to_lowercase())
                .map(|why| format!("may have mixed case, but should otherwise match: {why}"))
        } else {
            label(text(name))
        };
        if let Some(why) = why {
            errors.push(FieldError::invalid(at, name, &why));
        }
    }
    for field in ["shortNames", "categories"] {
        for (index, name) in items(&names[field]).iter().enumerate() {
            if let Some(why) = label(text(name)) {
                errors.push(FieldError::invalid(
                    format!("spec.names.{field}[{index}]"),
                    name,
                    &why,
                ));
            }
        }
    }
    if says(&names["kind"]) && names["kind"] == names["listKind"] {
        let detail = "kind and listKind may not be the same";
        errors.push(FieldError::invalid(
            "spec.names.listKind",
            &names["listKind"],
            detail,
        ));
    }
}

/// What may not change.
fn unchanged(definition: &Value, old: &Value, errors: &mut Vec<FieldError>) {
    let (spec, before) = (&definition["spec"], &old["spec"]);
    let conditions = items(&old["status"]["conditions"]);
    let established = conditions
        .iter()
        .any(|one| one["type"] == "Established" && one["status"] == "True");
    let mut same = |value: &Value, before: &Value, at: &str| {
        if value != before {
            errors.push(FieldError::immutable(at, value));
        }
    };
    if established {
        same(&spec["scope"], &before["scope"], "spec.scope");
        same(
            &spec["names"]["kind"],
            &before["names"]["kind"],
            "spec.names.kind",
        );
    }
    same(&spec["group"], &before["group"], "spec.group");
    same(
        &spec["names"]["plural"],
        &before["names"]["plural"],
        "spec.names.plural",
    );
}

/// Versions that objects were stored as must stay.
fn stored_versions(spec: &Value, stored: &Value, errors: &mut Vec<FieldError>) {
    for (index, name) in items(stored).iter().enumerate() {
        if items(&spec["versions"])
            .iter()
            .any(|version| version["name"] == *name)
        {
            continue;
        }
        let version = text(name);
        let detail = format!(
            "missing from spec.versions; {version} was previously a storage version, and must remain in spec.versions until a \
             storage migration ensures no data remains persisted in {version} and removes {version} from status.storedVersions"
        );
        errors.push(FieldError::invalid(
            format!("status.storedVersions[{index}]"),
            name,
            &detail,
        ));
    }
}
