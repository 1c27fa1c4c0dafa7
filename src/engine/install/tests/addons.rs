//! The add-on charts (`manifests/addons`) are held to what an API server would accept and to each other: typed without
//! unknown fields, every reference inside and between them intact.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service, ServiceAccount};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use serde_json::{Value, json};

use crate::engine::template::chart::{Capabilities, Chart, Release, render};
use crate::yaml;

use super::Inputs;

const NAMES: [&str; 4] = ["grafana", "kiali", "prometheus", "tracing"];

fn files(folder: &Path, below: &str, found: &mut Vec<(String, Cow<'static, [u8]>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{path}/"), found);
        } else {
            found.push((path, std::fs::read(entry.path()).unwrap().into()));
        }
    }
}

fn try_rendered(name: &str, values: &Value) -> Result<Vec<Value>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests/addons");
    let mut found = Vec::new();
    files(&folder.join(name), "", &mut found);
    let chart = Chart::from_files(name, found).unwrap();
    let release = Release::new("istio", "istio-system");
    let rendered = render(&chart, values, &release, &Capabilities::default());
    let rendered = rendered.map_err(|error| error.to_string())?;
    let documents = rendered
        .iter()
        .flat_map(|file| yaml::parse_all(&file.text).unwrap());
    Ok(documents.filter(|document| !document.is_null()).collect())
}

fn rendered(name: &str) -> Vec<Value> {
    try_rendered(name, &json!({})).unwrap()
}

fn everything() -> Vec<Value> {
    NAMES.into_iter().flat_map(rendered).collect()
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let wanted = |object: &&Value| object["kind"] == kind;
    objects.iter().filter(wanted).collect()
}

fn named<'a>(objects: &'a [Value], kind: &str, name: &Value) -> &'a Value {
    let found = of_kind(objects, kind)
        .into_iter()
        .find(|object| object["metadata"]["name"] == *name);
    found.unwrap_or_else(|| panic!("no {kind} {name}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The pod spec's only container.
fn container(deployment: &Value) -> &Value {
    let containers = list(&deployment["spec"]["template"]["spec"]["containers"]);
    assert_eq!(containers.len(), 1);
    &containers[0]
}

/// Reads `value` as a `T` and writes it back: a field that `T` does not know is lost on the way.
fn assert_typed<T: serde::de::DeserializeOwned + serde::Serialize>(value: &Value) {
    let typed: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(typed).unwrap(), *value);
}

#[test]
fn objects_have_no_unknown_field_and_stand_in_the_namespace() {
    let objects = everything();
    let mut kinds = BTreeMap::new();
    for object in &objects {
        let kind = object["kind"].as_str().unwrap();
        match kind {
            "ClusterRole" => assert_typed::<ClusterRole>(object),
            "ClusterRoleBinding" => assert_typed::<ClusterRoleBinding>(object),
            "ConfigMap" => assert_typed::<ConfigMap>(object),
            "Deployment" => assert_typed::<Deployment>(object),
            "Service" => assert_typed::<Service>(object),
            "ServiceAccount" => assert_typed::<ServiceAccount>(object),
            _ => panic!("unexpected kind {kind}"),
        }
        if !kind.starts_with("Cluster") {
            assert_eq!(object["metadata"]["namespace"], "istio-system");
        }
        *kinds.entry(kind).or_insert(0) += 1;
    }
    assert_eq!(kinds["Deployment"], 4);
    assert_eq!(kinds["Service"], 6);
}

#[test]
fn services_have_the_ports_that_the_course_and_the_mesh_expect() {
    let objects = everything();
    for (service, expected) in [
        ("grafana", &[3000][..]),
        ("kiali", &[20001, 9090]),
        ("prometheus", &[9090]),
        ("tracing", &[80, 16685]),
        ("zipkin", &[9411]),
        ("jaeger-collector", &[14268, 14250, 9411, 4317, 4318]),
    ] {
        let service = named(&objects, "Service", &json!(service));
        let ports = list(&service["spec"]["ports"]);
        let ports: Vec<i64> = ports
            .iter()
            .filter_map(|port| port["port"].as_i64())
            .collect();
        assert_eq!(ports, expected);
    }
}

#[test]
fn services_lead_to_ports_of_one_deployment() {
    for name in NAMES {
        let objects = rendered(name);
        let [deployment] = of_kind(&objects, "Deployment")[..] else {
            panic!("{name}: not one Deployment");
        };
        let labels = &deployment["spec"]["template"]["metadata"]["labels"];
        let ports = list(&container(deployment)["ports"]);
        let ports: BTreeSet<&str> = ports
            .iter()
            .filter_map(|port| port["name"].as_str())
            .collect();
        let selectors = of_kind(&objects, "Service")
            .into_iter()
            .map(|service| &service["spec"]["selector"]);
        for selector in selectors.chain([&deployment["spec"]["selector"]["matchLabels"]]) {
            for (key, value) in selector.as_object().unwrap() {
                assert_eq!(labels[key], *value, "{name}");
            }
        }
        for service in of_kind(&objects, "Service") {
            for port in list(&service["spec"]["ports"]) {
                let target = port["targetPort"].as_str().unwrap();
                assert!(ports.contains(target), "{name}: {target}");
            }
        }
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            if let Some(port) = container(deployment)[probe]["httpGet"]["port"].as_str() {
                assert!(ports.contains(port), "{name}: {probe}");
            }
        }
    }
}

#[test]
fn what_a_pod_refers_to_exists() {
    for name in NAMES {
        let objects = rendered(name);
        let deployment = of_kind(&objects, "Deployment")[0];
        let pod = &deployment["spec"]["template"]["spec"];
        named(&objects, "ServiceAccount", &pod["serviceAccountName"]);
        let mut volumes = BTreeMap::new();
        for volume in list(&pod["volumes"]) {
            let map = &volume["configMap"]["name"];
            let map = (!map.is_null()).then(|| named(&objects, "ConfigMap", map));
            volumes.insert(volume["name"].as_str().unwrap(), map);
        }
        for mount in list(&container(deployment)["volumeMounts"]) {
            let map = volumes[mount["name"].as_str().unwrap()];
            if let Some(key) = mount["subPath"].as_str() {
                assert!(!map.unwrap()["data"][key].is_null(), "{name}: {key}");
            }
        }
        for binding in of_kind(&objects, "ClusterRoleBinding") {
            named(&objects, "ClusterRole", &binding["roleRef"]["name"]);
            named(&objects, "ServiceAccount", &binding["subjects"][0]["name"]);
        }
    }
}

#[test]
fn pods_fit_a_laptop_and_may_not_become_root() {
    for deployment in of_kind(&everything(), "Deployment") {
        let container = container(deployment);
        assert_eq!(
            deployment["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"],
            true
        );
        let security = &container["securityContext"];
        assert_eq!(security["allowPrivilegeEscalation"], false);
        assert_eq!(security["readOnlyRootFilesystem"], true);
        assert_eq!(security["capabilities"]["drop"], json!(["ALL"]));
        let requests = &container["resources"]["requests"];
        let cpu = requests["cpu"].as_str().unwrap().strip_suffix('m').unwrap();
        assert!(cpu.parse::<u32>().unwrap() <= 50);
        assert!(requests["memory"].as_str().unwrap().ends_with("Mi"));
        assert!(container["readinessProbe"].is_object() && container["livenessProbe"].is_object());
    }
}

/// The files of all ConfigMaps, read.
fn configuration() -> BTreeMap<String, Value> {
    let objects = everything();
    let mut read = BTreeMap::new();
    for map in of_kind(&objects, "ConfigMap") {
        let name = map["metadata"]["name"].as_str().unwrap();
        for (file, text) in map["data"].as_object().unwrap() {
            let text = text.as_str().unwrap();
            let value = if text.starts_with('{') {
                serde_json::from_str(text).unwrap()
            } else {
                yaml::parse(text).unwrap()
            };
            read.insert(format!("{name}/{file}"), value);
        }
    }
    read
}

#[test]
fn addons_find_each_other() {
    let objects = everything();
    let configuration = configuration();
    let kiali = &configuration["kiali/config.yaml"]["external_services"];
    for url in [
        &kiali["prometheus"]["url"],
        &kiali["grafana"]["internal_url"],
        &kiali["tracing"]["internal_url"],
        &configuration["grafana/datasources.yaml"]["datasources"][0]["url"],
    ] {
        let url = url.as_str().unwrap().strip_prefix("http://").unwrap();
        let (host, port) = url.split_once(':').unwrap();
        let service = host.strip_suffix(".istio-system").unwrap();
        let service = named(&objects, "Service", &json!(service));
        let port: i64 = port.parse().unwrap();
        assert!(
            list(&service["spec"]["ports"])
                .iter()
                .any(|each| each["port"] == port),
            "{url}"
        );
    }
    let titles: Vec<&Value> = configuration.values().map(|file| &file["title"]).collect();
    let linked = list(&kiali["grafana"]["dashboards"]);
    assert_eq!(linked.len(), 3);
    for dashboard in linked {
        assert!(titles.contains(&&dashboard["name"]), "{dashboard}");
    }
}

#[test]
fn dashboards_have_panels_of_their_own_that_ask_prometheus() {
    let configuration = configuration();
    let dashboards: Vec<&Value> = configuration
        .iter()
        .filter(|(name, _)| name.starts_with("istio-grafana-dashboards/"))
        .map(|(_, dashboard)| dashboard)
        .collect();
    let unique: BTreeSet<&str> = dashboards
        .iter()
        .map(|board| board["uid"].as_str().unwrap())
        .collect();
    assert_eq!(unique.len(), 3);
    for dashboard in dashboards {
        let variables = list(&dashboard["templating"]["list"]);
        let mut known: BTreeSet<&str> = variables
            .iter()
            .map(|each| each["name"].as_str().unwrap())
            .collect();
        known.extend(["__rate_interval"]);
        let mut ids = BTreeSet::new();
        for panel in list(&dashboard["panels"]) {
            assert!(ids.insert(panel["id"].as_i64().unwrap()));
            for target in list(&panel["targets"]) {
                let query = target["expr"].as_str().unwrap();
                assert_eq!(
                    query.matches(['(', '{', '[']).count(),
                    query.matches([')', '}', ']']).count()
                );
                for variable in query.split('$').skip(1) {
                    let end = variable
                        .find(|c: char| !c.is_alphanumeric() && c != '_')
                        .unwrap();
                    assert!(known.contains(&variable[..end]), "{query}");
                }
            }
        }
    }
}

#[test]
fn jaeger_listens_on_every_port_of_its_pod() {
    let configuration = configuration();
    let jaeger = &configuration["jaeger/config.yaml"];
    let mut listening = BTreeSet::from([jaeger["service"]["telemetry"]["metrics"]["readers"][0]["pull"]
        ["exporter"]["prometheus"]["port"]
        .as_i64()
        .unwrap()]);
    collect_endpoints(jaeger, &mut listening);
    let objects = rendered("tracing");
    let ports = list(&container(of_kind(&objects, "Deployment")[0])["ports"]);
    let declared = ports
        .iter()
        .filter_map(|port| port["containerPort"].as_i64())
        .collect();
    assert_eq!(listening, declared);
    let pipeline = &jaeger["service"]["pipelines"]["traces"];
    for part in ["receivers", "processors", "exporters"] {
        for used in list(&pipeline[part]) {
            assert!(jaeger[part].get(used.as_str().unwrap()).is_some(), "{used}");
        }
    }
}

fn collect_endpoints(value: &Value, ports: &mut BTreeSet<i64>) {
    for (key, child) in value.as_object().into_iter().flatten() {
        match child.as_str() {
            Some(address) if key == "endpoint" => {
                ports.insert(address.rsplit_once(':').unwrap().1.parse().unwrap());
            }
            _ => collect_endpoints(child, ports),
        }
    }
}

#[test]
fn values_reach_the_objects() {
    for name in NAMES {
        let values = json!({
            "global": {"imagePullPolicy": "Always", "imagePullSecrets": ["registry"]},
            name: {"hub": "example.com/mirror", "tag": "1", "nodeSelector": {"disk": "fast"},
                "tolerations": [{"operator": "Exists"}], "serviceType": "NodePort",
                "resources": {"requests": {"cpu": "1m"}}},
        });
        let objects = try_rendered(name, &values).unwrap();
        let deployment = of_kind(&objects, "Deployment")[0];
        assert_typed::<Deployment>(deployment);
        let pod = &deployment["spec"]["template"]["spec"];
        assert_eq!(pod["imagePullSecrets"], json!([{"name": "registry"}]));
        assert_eq!(pod["nodeSelector"]["disk"], "fast");
        assert_eq!(pod["tolerations"][0]["operator"], "Exists");
        let container = container(deployment);
        assert_eq!(container["imagePullPolicy"], "Always");
        assert_eq!(container["resources"]["requests"]["cpu"], "1m");
        let image = container["image"].as_str().unwrap();
        assert!(
            image.starts_with("example.com/mirror/") && image.ends_with(":1"),
            "{image}"
        );
        assert_eq!(
            named(&objects, "Service", &json!(name))["spec"]["type"],
            "NodePort"
        );

        let values = json!({ name: {"image": "example.com/own@sha256:1"} });
        let objects = try_rendered(name, &values).unwrap();
        let deployment = of_kind(&objects, "Deployment")[0];
        assert_eq!(
            self::container(deployment)["image"],
            "example.com/own@sha256:1"
        );
    }
}

#[test]
fn a_change_of_configuration_restarts_the_pod() {
    let checksum = |max: i64| {
        let objects = try_rendered("tracing", &json!({"tracing": {"maxTraces": max}})).unwrap();
        of_kind(&objects, "Deployment")[0]["spec"]["template"]["metadata"]["annotations"]["checksum/config"].clone()
    };
    assert_eq!(checksum(5), checksum(5));
    assert_ne!(checksum(5), checksum(6));
}

#[test]
fn kiali_that_only_views_may_change_nothing() {
    let verbs = |view_only: bool| -> BTreeSet<String> {
        let objects = try_rendered("kiali", &json!({"kiali": {"viewOnly": view_only}})).unwrap();
        let rules = list(&of_kind(&objects, "ClusterRole")[0]["rules"]).to_vec();
        let of_objects = rules.iter().filter(|rule| {
            // Looking at a proxy, and at who asks, is a `create`, too.
            let resources = &rule["resources"];
            *resources != json!(["pods/portforward"]) && *resources != json!(["tokenreviews"])
        });
        of_objects
            .flat_map(|rule| list(&rule["verbs"]))
            .map(|verb| verb.as_str().unwrap().to_owned())
            .collect()
    };
    assert!(verbs(false).contains("patch"));
    assert_eq!(
        verbs(true),
        ["get", "list", "watch"].map(str::to_owned).into()
    );
}

#[test]
fn refuses_settings_under_which_nobody_could_log_in() {
    let error = try_rendered("kiali", &json!({"kiali": {"authStrategy": "token"}})).unwrap_err();
    assert!(error.contains("kiali.signingKey"), "{error}");
    let error = try_rendered("grafana", &json!({"grafana": {"anonymousRole": ""}})).unwrap_err();
    assert!(error.contains("grafana.adminSecret"), "{error}");
}

#[test]
fn every_value_of_the_charts_can_be_set_and_a_misspelt_one_is_refused() {
    fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
        match value.as_object() {
            Some(map) if !map.is_empty() => {
                for (key, child) in map {
                    leaves(child, &format!("{path}.{key}"), found);
                }
            }
            _ if value.is_object() => found.push(format!("{path}.disk=fast")),
            _ if value.is_array() => found.push(format!("{path}[0].operator=Exists")),
            _ => {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                found.push(format!("{path}={text}"));
            }
        }
    }
    let resolve = |set: Vec<String>| {
        let inputs = Inputs {
            profile: Some("demo".to_owned()),
            set,
            ..Inputs::default()
        };
        super::resolve::resolve(&inputs)
    };
    for name in NAMES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests/addons");
        let text = std::fs::read_to_string(folder.join(name).join("values.yaml")).unwrap();
        let mut settings = Vec::new();
        leaves(
            &yaml::parse(&text).unwrap()[name],
            &format!("values.{name}"),
            &mut settings,
        );
        assert!(settings.len() > 8);
        resolve(settings).unwrap();
        let error = resolve(vec![format!("values.{name}.serviceTpye=NodePort")]).unwrap_err();
        assert_eq!(
            error.hints()[0],
            format!("did you mean `values.{name}.serviceType`?")
        );
    }
}
