//! Tests over all kinds: equality with the reference definitions, fresh files, descriptions, and reading.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::RESOURCES;
use super::authorization_policy::AuthorizationPolicySpec;
use super::crd::Resource;
use super::destination_rule::DestinationRuleSpec;
use super::envoy_filter::EnvoyFilterSpec;
use super::extension::{TrafficExtensionSpec, WasmPluginSpec};
use super::gateway::{Gateway, GatewaySpec};
use super::object::{Object, Spec};
use super::peer_authentication::PeerAuthenticationSpec;
use super::proxy_config::ProxyConfigSpec;
use super::read::Typed as _;
use super::request_authentication::RequestAuthenticationSpec;
use super::schema::{Schema, Shape};
use super::service_entry::ServiceEntrySpec;
use super::shared::{Duration, StringMatch};
use super::sidecar::SidecarSpec;
use super::telemetry::TelemetrySpec;
use super::virtual_service::{UnmatchedPreflights, VirtualService, VirtualServiceSpec};
use super::workload::{WorkloadEntrySpec, WorkloadGroupSpec};
use crate::yaml;

/// The keyword positions of a schema, where `description` is the keyword and not the name of a property.
fn without_descriptions(schema: &mut Value) {
    let Value::Object(schema) = schema else {
        return;
    };
    schema.remove("description");
    for (keyword, value) in schema {
        match keyword.as_str() {
            "properties" => {
                if let Value::Object(properties) = value {
                    properties.values_mut().for_each(without_descriptions);
                }
            }
            "items" | "additionalProperties" | "not" => without_descriptions(value),
            "oneOf" | "anyOf" | "allOf" => {
                if let Value::Array(schemas) = value {
                    schemas.iter_mut().for_each(without_descriptions);
                }
            }
            _ => {}
        }
    }
}

/// Leaves what is compared: descriptions are our own words, and the two labels with the chart's version are compared by
/// form.
fn strip(definition: &mut Value) {
    let labels = &mut definition["metadata"]["labels"];
    let version = labels["app.kubernetes.io/version"]
        .as_str()
        .expect("a version")
        .to_owned();
    labels["helm.sh/chart"] = labels["helm.sh/chart"]
        .as_str()
        .expect("a chart")
        .replace(&version, "VERSION")
        .into();
    labels["app.kubernetes.io/version"] = "VERSION".into();
    for version in definition["spec"]["versions"]
        .as_array_mut()
        .expect("a definition has versions")
    {
        without_descriptions(&mut version["schema"]["openAPIV3Schema"]);
    }
}

/// Collects the paths at which two values differ. Numbers are compared as numbers.
fn differences(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for key in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
                let path = format!("{path}.{key}");
                match (ours.get(key), theirs.get(key)) {
                    (Some(ours), Some(theirs)) => differences(&path, ours, theirs, found),
                    (Some(_), None) => found.push(format!("{path}: only in ours")),
                    (None, _) => found.push(format!("{path}: missing in ours")),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                differences(&format!("{path}[{index}]"), ours, theirs, found);
            }
        }
        (Value::Number(ours), Value::Number(theirs)) if ours.as_f64() == theirs.as_f64() => {}
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: ours {ours}, reference {theirs}")),
    }
}

#[test]
fn definitions_equal_the_reference() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/crds");
    if !folder.is_dir() {
        crate::skipped::skipped(format_args!(
            "no reference definitions at {}",
            folder.display()
        ));
        return;
    }
    let mut found = Vec::new();
    let reference: BTreeSet<String> = std::fs::read_dir(&folder)
        .expect("a directory")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let ours: BTreeSet<String> = RESOURCES
        .iter()
        .map(|resource| format!("{}.json", resource.name()))
        .collect();
    assert_eq!(ours, reference, "the kinds themselves");
    for resource in RESOURCES {
        let file = folder.join(format!("{}.json", resource.name()));
        let text = std::fs::read_to_string(&file).expect("a reference definition");
        let mut theirs: Value = serde_json::from_str(&text).expect("JSON");
        let mut ours = resource.definition();
        strip(&mut ours);
        strip(&mut theirs);
        differences(resource.kind, &ours, &theirs, &mut found);
    }
    assert!(
        found.is_empty(),
        "{} differences:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn labels_carry_the_version_of_the_chart() {
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/manifests/base/Chart.yaml");
    let chart = std::fs::read_to_string(chart).expect("the chart");
    let chart = yaml::parse(&chart).expect("YAML");
    assert_eq!(chart["version"], super::crd::CHART_VERSION);
}

#[test]
fn kinds_are_in_the_order_of_their_files() {
    let names: Vec<String> = RESOURCES.iter().map(Resource::name).collect();
    assert!(names.is_sorted(), "{names:?}");
}

/// Calls `visit` with the path and description of every property of a schema.
fn properties(path: &str, schema: &Value, visit: &mut impl FnMut(String, &str)) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        visit(path.clone(), property["description"].as_str().unwrap_or(""));
        properties(&path, property, visit);
    }
    for keyword in ["items", "additionalProperties"] {
        if schema[keyword].is_object() {
            properties(&format!("{path}[]"), &schema[keyword], visit);
        }
    }
}

#[test]
fn every_property_is_described_in_one_short_paragraph() {
    let mut faults = Vec::new();
    let mut check = |path: String, text: &str| {
        let sound = text.ends_with('.')
            && !text.contains("  ")
            && text.chars().count() <= 300
            && text
                .chars()
                .next()
                .is_some_and(|first| !first.is_whitespace());
        if !sound {
            faults.push(format!("{path}: {text:?}"));
        }
    };
    for resource in RESOURCES {
        check(resource.kind.to_owned(), resource.description);
        let definition = resource.definition();
        let schema = &definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
        properties(resource.kind, schema, &mut check);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every field of every kind, made up from its schema: what a type does not read shows when it is written again.
fn sample(schema: &Schema) -> Value {
    match schema.shape {
        Shape::Text => json!("1s"),
        Shape::Boolean => json!(true),
        Shape::Integer | Shape::IntOrString => json!(7),
        Shape::Number => json!(0.5),
        Shape::Anything => json!({ "free": [1, { "form": null }] }),
        Shape::Enumeration(values) => json!(values.last()),
        Shape::List(item) => json!([sample(item), sample(item)]),
        Shape::Map(value) => json!({ "key": sample(value) }),
        Shape::Object(message) => message
            .fields
            .iter()
            .map(|field| (field.name.to_owned(), sample(&field.schema)))
            .chain([("unknownField".to_owned(), json!({ "kept": [null, ""] }))])
            .collect(),
    }
}

/// Calls `function::<Spec>(arguments)` for every kind.
macro_rules! for_every_kind {
    ($function:ident $(, $argument:expr)*) => {
        for_every_kind!(@ $function ($($argument),*)
            AuthorizationPolicySpec DestinationRuleSpec EnvoyFilterSpec GatewaySpec PeerAuthenticationSpec
            ProxyConfigSpec RequestAuthenticationSpec ServiceEntrySpec SidecarSpec TelemetrySpec TrafficExtensionSpec
            VirtualServiceSpec WasmPluginSpec WorkloadEntrySpec WorkloadGroupSpec)
    };
    (@ $function:ident $arguments:tt $($spec:ident)*) => {
        $($function::<$spec> $arguments;)*
    };
}

#[test]
fn every_field_of_every_kind_survives_reading_and_writing() {
    fn check<S: Spec + std::fmt::Debug + PartialEq>() {
        let spec = sample(&S::RESOURCE.spec);
        let typed =
            S::read(spec.clone()).unwrap_or_else(|error| panic!("{}: {error}", S::RESOURCE.kind));
        assert_ne!(typed, S::default());
        assert_eq!(typed.write(), spec, "{}", S::RESOURCE.kind);
    }
    for_every_kind!(check);
}

/// The YAML files below a folder, sorted.
fn yaml_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            yaml_files(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
}

#[test]
fn objects_of_the_reference_survive_reading_and_writing() {
    /// Counts the object if it is of kind `S`; what differs or cannot be read goes to `faults`.
    fn check<S: Spec>(at: &Path, value: &Value, seen: &mut usize, faults: &mut Vec<String>) {
        if !Object::<S>::is_kind_of(value) {
            return;
        }
        *seen += 1;
        match Object::<S>::read(value.clone()) {
            Ok(object) => differences(&at.display().to_string(), &object.write(), value, faults),
            Err(error) => faults.push(format!("{}: {error}", at.display())),
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/goldens");
    if !folder.is_dir() {
        crate::skipped::skipped(format_args!("no reference objects at {}", folder.display()));
        return;
    }
    // Two objects that are meant to be invalid, and an IPv6 address in a flow list, which YAML 1.2 reads as a map.
    let expected = [
        "reqauth-invalid-06-no-issuer.yaml: spec.jwtRules[0]: expected an object, found null",
        "reqauth-invalid-13-invalid-claim-to-header-unset.yaml: spec.jwtRules[0].outputClaimToHeaders[0]: expected an \
         object, found null",
        "serviceentry-valid-00-full.yaml: spec.addresses[1]: expected a string, found an object",
    ];
    let mut files = Vec::new();
    yaml_files(&folder, &mut files);
    let (mut seen, mut faults) = (0, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        for value in yaml::parse_all(&text).unwrap_or_default() {
            for_every_kind!(check, &file, &value, &mut seen, &mut faults);
        }
    }
    assert!(seen > 100, "only {seen} objects");
    faults.retain(|fault| !expected.iter().any(|expected| fault.ends_with(expected)));
    assert!(faults.is_empty(), "of {seen}:\n{}", faults.join("\n"));
}

const VIRTUAL_SERVICE: &str = r#"
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
  namespace: shop
  labels: {team: catalogue}
  annotations: {}
  resourceVersion: "42"
spec:
  hosts: [reviews]
  gateways: []
  http:
  - name: testers
    match:
    - uri: {prefix: /api}
      headers:
        x-group: {exact: testers}
        cookie: {}
      withoutHeaders: {x-bot: {regex: ".+"}}
    route:
    - destination: {host: reviews, subset: v2, port: {number: 9080}}
      weight: 100
      headers:
        response: {set: {x-version: v2}, remove: [server]}
    fault:
      delay: {fixedDelay: 0.5s, percentage: {value: 12.5}}
    mirrorPercentage: {value: 0}
    timeout: 3s
    retries: {attempts: 0, futureOption: {nested: true}}
    corsPolicy: {allowCredentials: false, maxAge: null, unmatchedPreflights: SOMETHING_NEW}
  - route:
    - destination: {host: ""}
      weight: 0
status:
  conditions:
  - {type: Reconciled, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}
  observedGeneration: "3"
  somethingElse: 1
topLevelExtra: yes
"#;

fn virtual_service(text: &str) -> Value {
    yaml::parse(text).expect("YAML")
}

#[test]
fn reads_a_virtual_service_into_its_types() {
    let value = virtual_service(VIRTUAL_SERVICE);
    assert!(VirtualService::is_kind_of(&value));
    let object = VirtualService::read(value).expect("readable");
    assert_eq!(object.metadata.namespace, "shop");
    assert_eq!(object.spec.hosts, ["reviews"]);
    let testers = &object.spec.http[0];
    let request = &testers.r#match[0];
    assert_eq!(
        request.uri.as_ref().and_then(|uri| uri.prefix.as_deref()),
        Some("/api")
    );
    assert_eq!(request.headers["cookie"], StringMatch::default());
    let destination = &testers.route[0].destination;
    assert_eq!(destination.subset.as_deref(), Some("v2"));
    assert_eq!(
        destination.port.as_ref().and_then(|port| port.number),
        Some(9080)
    );
    assert_eq!(
        testers.timeout.as_ref().and_then(Duration::parse),
        Some(std::time::Duration::from_secs(3))
    );
    let retries = testers.retries.as_ref().expect("retries");
    assert_eq!(retries.attempts, Some(0));
    assert_eq!(retries.extra["futureOption"], json!({ "nested": true }));
    let cors = testers.cors_policy.as_ref().expect("a policy");
    assert_eq!(
        cors.unmatched_preflights,
        Some(UnmatchedPreflights::Other("SOMETHING_NEW".to_owned()))
    );
    assert_eq!(object.spec.http[1].route[0].weight, Some(0));
}

#[test]
fn writes_what_it_read() {
    let value = virtual_service(VIRTUAL_SERVICE);
    let object = VirtualService::read(value.clone()).expect("readable");
    let mut found = Vec::new();
    differences("", &object.write(), &value, &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn writes_what_was_changed() {
    let mut object = VirtualService::read(virtual_service(VIRTUAL_SERVICE)).expect("readable");
    object.spec.gateways.push("mesh".to_owned());
    object.spec.http[0].route[0].weight = Some(90);
    object.spec.http[0].fault = None;
    let written = object.write();
    assert_eq!(written["spec"]["gateways"], json!(["mesh"]));
    assert_eq!(written["spec"]["http"][0]["route"][0]["weight"], json!(90));
    assert_eq!(written["spec"]["http"][0].get("fault"), None);
}

#[test]
fn names_the_field_whose_value_has_the_wrong_type() {
    let cases = [
        (
            "spec: {http: [{route: [{destination: {host: a}}, {weight: '10'}]}]}",
            "spec.http[0].route[1].weight: expected a whole number of 32 bits, found the string \"10\"",
        ),
        (
            "spec: {hosts: reviews}",
            "spec.hosts: expected a list, found the string \"reviews\"",
        ),
        (
            "spec: {http: [{match: [{port: -1}]}]}",
            "spec.http[0].match[0].port: expected a whole number from 0 to 4294967295, found the number -1",
        ),
        (
            "metadata: {labels: {app.kubernetes.io/version: 1.5}}",
            "metadata.labels[\"app.kubernetes.io/version\"]: expected a string, found the number 1.5",
        ),
        (
            "spec: {http: [null]}",
            "spec.http[0]: expected an object, found null",
        ),
        ("spec: [1]", "spec: expected an object, found a list"),
        ("[]", "the object: expected an object, found a list"),
    ];
    for (text, message) in cases {
        let error = VirtualService::read(virtual_service(text)).expect_err(text);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn whole_numbers_may_have_a_fraction_of_nothing() {
    let read = |weight: Value| {
        VirtualServiceSpec::read(json!({ "http": [{ "route": [{ "weight": weight }] }] }))
            .map(|spec| spec.http[0].route[0].weight)
    };
    assert_eq!(read(json!(90.0)), Ok(Some(90)));
    assert!(read(json!(90.5)).is_err());
    assert!(read(json!(3_000_000_000_u32)).is_err());
}

#[test]
fn tells_kinds_of_the_same_name_apart_by_their_group() {
    let gateway = |version: &str| json!({ "apiVersion": version, "kind": "Gateway" });
    assert!(Gateway::is_kind_of(&gateway(
        "networking.istio.io/v1alpha3"
    )));
    assert!(!Gateway::is_kind_of(&gateway(
        "gateway.networking.k8s.io/v1"
    )));
    assert!(!Gateway::is_kind_of(&gateway("v1")));
    assert!(!Gateway::is_kind_of(&json!({})));
}
