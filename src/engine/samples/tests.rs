//! The embedded YAML is held to what an API server would accept: typed, without unknown fields, references intact.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Service, ServiceAccount};

use super::{Role, SAMPLES, Sample, find};
use crate::yaml::{self, Value};

fn documents(text: &str) -> Vec<Value> {
    yaml::parse_all(text).unwrap()
}

fn base(sample: &Sample) -> Vec<Value> {
    let parts = sample.select(&[]).unwrap();
    parts.iter().flat_map(|part| documents(part.yaml)).collect()
}

fn of_kind<'a>(documents: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let wanted = |document: &&Value| document["kind"] == kind;
    documents.iter().filter(wanted).collect()
}

fn names(documents: &[&Value]) -> BTreeSet<String> {
    let name = |document: &&Value| document["metadata"]["name"].as_str().unwrap().to_owned();
    documents.iter().map(name).collect()
}

/// Whether `selector` selects pods with `labels`.
fn selects(selector: &Value, labels: &Value) -> bool {
    let selector = selector.as_object().unwrap();
    !selector.is_empty() && selector.iter().all(|(key, value)| labels[key] == *value)
}

/// Reads `value` as a `T` and writes it back: a field that `T` does not know is lost on the way.
fn assert_typed<T: serde::de::DeserializeOwned + serde::Serialize>(value: &Value) {
    let typed: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(typed).unwrap(), *value);
}

#[test]
fn every_file_is_a_part_of_its_sample() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut on_disk = BTreeSet::new();
    for sample in std::fs::read_dir(folder).unwrap() {
        let sample = sample.unwrap();
        for file in std::fs::read_dir(sample.path()).unwrap() {
            let file = file.unwrap().file_name().into_string().unwrap();
            on_disk.insert((sample.file_name().into_string().unwrap(), file));
        }
    }
    let embedded: BTreeSet<(String, String)> = SAMPLES
        .iter()
        .flat_map(|sample| sample.parts.iter().map(move |part| (sample.name, part)))
        .map(|(sample, part)| (sample.to_owned(), part.file.to_owned()))
        .collect();
    assert_eq!(on_disk, embedded);
}

#[test]
fn kubernetes_objects_have_no_unknown_field() {
    let mut seen = BTreeMap::new();
    for part in SAMPLES.iter().flat_map(|sample| sample.parts) {
        for document in documents(part.yaml) {
            let kind = document["kind"].as_str().unwrap().to_owned();
            match kind.as_str() {
                "Deployment" => assert_typed::<Deployment>(&document),
                "Service" => assert_typed::<Service>(&document),
                "ServiceAccount" => assert_typed::<ServiceAccount>(&document),
                "Gateway" | "VirtualService" | "DestinationRule" => {
                    assert_eq!(document["apiVersion"], "networking.istio.io/v1");
                }
                "Telemetry" => assert_eq!(document["apiVersion"], "telemetry.istio.io/v1"),
                _ => panic!("{}: unexpected kind {kind}", part.file),
            }
            *seen.entry(kind).or_insert(0) += 1;
        }
    }
    assert_eq!(seen["Deployment"], 6 + 1 + 2 + 1);
    assert_eq!(seen["VirtualService"], 9 + 1 + 1);
}

#[test]
fn services_and_accounts_of_the_deployments_exist() {
    for sample in SAMPLES {
        let documents = base(sample);
        let accounts = names(&of_kind(&documents, "ServiceAccount"));
        let services = of_kind(&documents, "Service");
        for deployment in of_kind(&documents, "Deployment") {
            let template = &deployment["spec"]["template"];
            let labels = &template["metadata"]["labels"];
            assert!(selects(
                &deployment["spec"]["selector"]["matchLabels"],
                labels
            ));
            let of_service = |service: &&&Value| selects(&service["spec"]["selector"], labels);
            let service = services.iter().find(of_service).unwrap();
            let target = &service["spec"]["ports"][0]["targetPort"];
            let port = &template["spec"]["containers"][0]["ports"][0]["containerPort"];
            assert_eq!(target, port, "{}", deployment["metadata"]["name"]);
            if let Some(account) = template["spec"]["serviceAccountName"].as_str() {
                assert!(accounts.contains(account), "{account}");
            }
        }
    }
}

#[test]
fn subsets_of_the_destination_rules_select_pods() {
    let documents = base(find("bookinfo").unwrap());
    let deployments = of_kind(&documents, "Deployment");
    let rules = of_kind(&documents, "DestinationRule");
    assert_eq!(rules.len(), 4);
    for rule in rules {
        for subset in rule["spec"]["subsets"].as_array().unwrap() {
            let selected = deployments.iter().any(|deployment| {
                let labels = &deployment["spec"]["template"]["metadata"]["labels"];
                labels["app"] == rule["spec"]["host"] && selects(&subset["labels"], labels)
            });
            assert!(selected, "{rule}");
        }
    }
}

#[test]
fn routes_lead_to_services_ports_subsets_and_gateways_that_exist() {
    for sample in SAMPLES {
        let base = base(sample);
        let services = of_kind(&base, "Service");
        let gateways = names(&of_kind(&base, "Gateway"));
        let rules = of_kind(&base, "DestinationRule");
        for document in sample.parts.iter().flat_map(|part| documents(part.yaml)) {
            if document["kind"] != "VirtualService" {
                continue;
            }
            for gateway in document["spec"]["gateways"]
                .as_array()
                .into_iter()
                .flatten()
            {
                assert!(gateways.contains(gateway.as_str().unwrap()));
            }
            for rule in document["spec"]["http"].as_array().unwrap() {
                for route in rule["route"].as_array().unwrap() {
                    let to = &route["destination"];
                    let named = |service: &&&Value| service["metadata"]["name"] == to["host"];
                    let service = services.iter().find(named).unwrap();
                    if !to["port"].is_null() {
                        assert_eq!(service["spec"]["ports"][0]["port"], to["port"]["number"]);
                    }
                    if !to["subset"].is_null() {
                        let mut of_host = rules
                            .iter()
                            .filter(|rule| rule["spec"]["host"] == to["host"]);
                        let subsets = of_host.next().unwrap()["spec"]["subsets"]
                            .as_array()
                            .unwrap();
                        assert!(subsets.iter().any(|subset| subset["name"] == to["subset"]));
                    }
                }
            }
        }
    }
}

#[test]
fn weights_of_a_route_sum_to_a_hundred() {
    let bookinfo = find("bookinfo").unwrap();
    let mut weighted = 0;
    for part in bookinfo.parts.iter().filter(|part| part.role == Role::Step) {
        for document in documents(part.yaml) {
            for rule in document["spec"]["http"].as_array().unwrap() {
                let routes = rule["route"].as_array().unwrap();
                if routes.len() > 1 {
                    let sum: u64 = routes
                        .iter()
                        .filter_map(|route| route["weight"].as_u64())
                        .sum();
                    assert_eq!(sum, 100, "{}", part.file);
                    weighted += 1;
                }
            }
        }
    }
    assert_eq!(weighted, 2);
}

#[test]
fn a_part_is_found_by_its_name_and_by_its_file() {
    let bookinfo = find("bookinfo").unwrap();
    for name in [
        "all-v1",
        "virtual-service-all-v1",
        "virtual-service-all-v1.yaml",
    ] {
        assert_eq!(
            bookinfo.select(&[name.to_owned()]).unwrap()[0].name,
            "all-v1"
        );
    }
}

#[test]
fn hints_at_the_nearest_name_only_when_it_is_near() {
    let near = find("bokinfo").unwrap_err();
    assert_eq!(near.hints()[0], "did you mean `bookinfo`?");
    let far = find("sock-shop").unwrap_err();
    assert!(!far.hints()[0].contains("did you mean"));
}

/// The paths at which `value` departs from a CRD's `schema`: an unknown field, another type, a value outside the enum.
fn departures(value: &Value, schema: &Value, path: &str, found: &mut Vec<String>) {
    let expected = schema["type"].as_str().unwrap_or_default();
    let fits = match expected {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        _ => true,
    };
    let allowed = schema["enum"].as_array();
    if !fits || allowed.is_some_and(|allowed| !allowed.contains(value)) {
        found.push(format!("{path}: {value}"));
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        departures(item, &schema["items"], &format!("{path}[{index}]"), found);
    }
    for (key, child) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        match (
            schema["properties"].get(key),
            schema.get("additionalProperties"),
        ) {
            (Some(schema), _) | (None, Some(schema)) => departures(child, schema, &path, found),
            (None, None) => found.push(format!("{path}: unknown")),
        }
    }
}

#[test]
fn istio_objects_fit_the_schemas_of_their_crds() {
    let crds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/crds");
    if !crds.exists() {
        crate::skipped::skipped(format_args!("no reference data at {}", crds.display()));
        return;
    }
    let mut checked = 0;
    for part in SAMPLES.iter().flat_map(|sample| sample.parts) {
        for document in documents(part.yaml) {
            let definition = match document["kind"].as_str().unwrap() {
                "Gateway" => "gateways.networking",
                "VirtualService" => "virtualservices.networking",
                "DestinationRule" => "destinationrules.networking",
                "Telemetry" => "telemetries.telemetry",
                _ => continue,
            };
            let path = crds.join(format!("{definition}.istio.io.json"));
            let crd: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let versions = crd["spec"]["versions"].as_array().unwrap();
            let version = versions
                .iter()
                .find(|version| version["name"] == "v1")
                .unwrap();
            let schema = &version["schema"]["openAPIV3Schema"]["properties"]["spec"];
            let mut found = Vec::new();
            departures(&document["spec"], schema, part.file, &mut found);
            assert_eq!(found, [""; 0]);
            checked += 1;
        }
    }
    assert_eq!(checked, 19);
}
