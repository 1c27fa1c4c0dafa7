//! Requests that make no sense: each is answered, and none with a fault of the server's own; the controllers survive what
//! was let in. How long it runs is `MESH_FUZZ_SECONDS` divided by ten, or a few seconds.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::faults::Faults;
use super::query::Query;
use super::{Cluster, Request, Shared, route};
use crate::dice::{self, Dice};
use crate::sandbox::api::Config;
use crate::sandbox::controllers;

const ROOTS: &[&str] = &[
    "/api/v1",
    "/api/v1",
    "/apis/apps/v1",
    "/apis/batch/v1",
    "/apis/autoscaling/v1",
    "/apis/autoscaling/v2",
    "/apis/apiextensions.k8s.io/v1",
    "/apis/gears.example/v1",
    "/apis/networking.k8s.io/v1",
    "/apis/authorization.k8s.io/v1",
    "/openapi/v3",
    "/sandbox",
    "/apis",
    "",
];

const PLURALS: &[&str] = &[
    "configmaps",
    "pods",
    "services",
    "deployments",
    "namespaces",
    "nodes",
    "secrets",
    "events",
    "jobs",
    "cronjobs",
    "statefulsets",
    "horizontalpodautoscalers",
    "customresourcedefinitions",
    "gears",
    "ingresses",
    "selfsubjectaccessreviews",
    "faults",
    "",
    "..",
    "%00",
    "%",
    "é",
];

const NAMES: &[&str] = &[
    "a",
    "b",
    "web",
    "gears.gears.example",
    "Wrong Name",
    "%2F",
    "status",
    "-",
    "kubernetes",
];
const SUBRESOURCES: &[&str] = &[
    "status", "scale", "finalize", "log", "eviction", "token", "binding", "exec", "x",
];

const QUERIES: &[&str] = &[
    "watch=1",
    "watch=true&timeoutSeconds=0",
    "timeoutSeconds=99999999999999999999",
    "timeoutSeconds=-1",
    "limit=1",
    "limit=-5",
    "limit=x",
    "continue=abc",
    "continue=eyJ2IjoibWVzaC5zYW5kYm94L3YxIn0",
    "resourceVersion=0",
    "resourceVersion=99999999",
    "resourceVersion=x",
    "resourceVersionMatch=Exact",
    "resourceVersionMatch=NotOlderThan",
    "resourceVersionMatch=Sometimes",
    "sendInitialEvents=true",
    "allowWatchBookmarks=true",
    "labelSelector=a%3Db",
    "labelSelector=a%20in%20(",
    "labelSelector=!,,=",
    "fieldSelector=metadata.name%3Da",
    "fieldSelector=spec.nothing%3D1",
    "fieldSelector=%3D%3D%3D",
    "dryRun=All",
    "dryRun=None",
    "fieldManager=me",
    "fieldManager=%00%01",
    "force=true",
    "fieldValidation=Strict",
    "fieldValidation=Ignore",
    "fieldValidation=?",
    "propagationPolicy=Orphan",
    "propagationPolicy=Foreground",
    "gracePeriodSeconds=0",
    "gracePeriodSeconds=-9223372036854775808",
    "container=a&follow=true&tailLines=-1",
    "includeObject=Object",
    "&&&===",
    "%zz=%",
];

const ACCEPTS: &[&str] = &[
    "application/json",
    "application/json;as=Table;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    "text/html",
    ";;;=",
    "",
];

const KINDS: &[&str] = &[
    "application/json",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "text/plain",
    "",
];

#[expect(
    clippy::too_many_lines,
    reason = "one object of each kind that there are rules for"
)]
fn bodies() -> Vec<Value> {
    let pod = json!({"metadata": {"labels": {"app": "a"}, "annotations": {"a": "b"}}, "spec": {"restartPolicy": "Always",
        "initContainers": [{"name": "i", "image": "i", "restartPolicy": "Always"}],
        "containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80, "name": "http", "protocol": "TCP"}],
            "env": [{"name": "A", "value": "b"}], "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
            "readinessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
            "volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
        "volumes": [{"name": "v", "emptyDir": {}}], "tolerations": [{"key": "k", "operator": "Exists"}]}});
    let kind = |version: &str, kind: &str, name: &str, rest: Value| {
        let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "finalizers": ["x/y"],
            "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "u", "controller": true}]}});
        for (field, value) in rest.as_object().unwrap() {
            object[field] = value.clone();
        }
        object
    };
    let selector = json!({"matchLabels": {"app": "a"}, "matchExpressions": [{"key": "app", "operator": "In", "values": ["a"]}]});
    let versions = json!([{"name": "v1", "served": true, "storage": true, "subresources": {"status": {},
        "scale": {"specReplicasPath": ".spec.n", "statusReplicasPath": ".status.n"}},
        "additionalPrinterColumns": [{"name": "N", "type": "integer", "jsonPath": ".spec.list[0].n"}],
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "required": ["n"],
            "x-kubernetes-validations": [{"rule": "self.n > 0", "message": "m"}], "properties": {
                "n": {"type": "integer", "minimum": 1, "default": 1}, "s": {"type": "string", "pattern": "^a+$", "enum": ["a"]},
                "list": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["n"],
                    "items": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}}}}}}}}]);
    vec![
        kind(
            "v1",
            "ConfigMap",
            "a",
            json!({"data": {"k": "v"}, "binaryData": {"b": "dg=="}}),
        ),
        kind(
            "v1",
            "Secret",
            "a",
            json!({"stringData": {"k": "v"}, "type": "Opaque"}),
        ),
        kind("v1", "Pod", "a", json!({"spec": pod["spec"]})),
        kind(
            "apps/v1",
            "Deployment",
            "web",
            json!({"spec": {"replicas": 2, "selector": selector, "template": pod,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}}}}),
        ),
        kind(
            "apps/v1",
            "StatefulSet",
            "web",
            json!({"spec": {"serviceName": "s", "selector": selector, "template": pod}}),
        ),
        kind(
            "batch/v1",
            "CronJob",
            "a",
            json!({"spec": {"schedule": "*/5 * * * *", "jobTemplate": {"spec": {"template": pod}}}}),
        ),
        kind(
            "batch/v1",
            "Job",
            "a",
            json!({"spec": {"completions": 1, "template": pod}}),
        ),
        kind(
            "v1",
            "Service",
            "a",
            json!({"spec": {"type": "NodePort", "selector": {"app": "a"}, "ports": [
            {"port": 80, "targetPort": "http", "nodePort": 30080, "protocol": "TCP", "name": "x"}]}}),
        ),
        kind("v1", "Namespace", "b", json!({})),
        kind(
            "v1",
            "Event",
            "a",
            json!({"involvedObject": {"kind": "Pod", "name": "a"}, "reason": "R", "count": 1}),
        ),
        kind(
            "autoscaling/v1",
            "HorizontalPodAutoscaler",
            "a",
            json!({"spec": {"maxReplicas": 3,
            "targetCPUUtilizationPercentage": 80, "scaleTargetRef": {"kind": "Deployment", "name": "web"}}}),
        ),
        kind(
            "networking.k8s.io/v1",
            "Ingress",
            "a",
            json!({"spec": {"rules": [{"host": "a.b", "http": {"paths": [
            {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "a", "port": {"number": 80}}}}]}}]}}),
        ),
        kind(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "gears.gears.example",
            json!({"spec": {
            "group": "gears.example", "scope": "Namespaced", "versions": versions,
            "names": {"plural": "gears", "singular": "gear", "kind": "Gear", "listKind": "GearList"}}}),
        ),
        kind(
            "gears.example/v1",
            "Gear",
            "a",
            json!({"spec": {"n": 2, "s": "a", "list": [{"n": 1}, {"n": 2}]}}),
        ),
        json!([{"op": "test", "path": "/metadata/name", "value": "a"}, {"op": "add", "path": "/data/x", "value": "y"},
            {"op": "remove", "path": "/spec/template/spec/containers/0"}, {"op": "move", "from": "/spec", "path": "/spec/a"}]),
        json!({"spec": {"replicas": 3, "template": {"spec": {"$setElementOrder/containers": [{"name": "c"}],
            "containers": [{"$patch": "delete", "name": "c"}, {"name": "d", "image": "x"}], "$retainKeys": ["containers"]}}}}),
        json!({"metadata": {"finalizers": null, "labels": {"x": "y"}, "managedFields": [{"manager": "m", "operation": "Apply",
            "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {"f:k": {}, "k:{\"a\":1}": {}}}}]}}),
        json!({"faults": [{"verb": "get", "nth": 100_000, "action": "error"}]}),
        json!({"kind": "DeleteOptions", "preconditions": {"uid": "u", "resourceVersion": "1"}, "propagationPolicy": "Foreground"}),
    ]
}

/// Puts something else in a place of the tree.
fn spoil(dice: &mut Dice, value: &mut Value) {
    let deeper = dice.roll(8) > 0;
    match value {
        Value::Object(fields) if deeper && !fields.is_empty() => {
            let at = dice.roll(fields.len());
            let name = fields.keys().nth(at).unwrap().clone();
            match dice.roll(12) {
                0 => drop(fields.remove(&name)),
                1 => {
                    let moved = fields.remove(&name).unwrap();
                    fields.insert(
                        dice.one(&["", "name", "$patch", "f:é", "spec", "a.b/c"])
                            .to_owned(),
                        moved,
                    );
                }
                _ => spoil(dice, fields.get_mut(&name).unwrap()),
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let at = dice.roll(items.len());
            match dice.roll(12) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => spoil(dice, &mut items[at]),
            }
        }
        other => {
            let long = json!("x".repeat(300));
            let nested = (0..60).fold(json!(1), |inner, _| {
                json!({"properties": inner, "items": [inner]})["items"].clone()
            });
            let values = [
                Value::Null,
                json!(true),
                json!(-1),
                json!(0),
                json!(1e300),
                json!(u64::MAX),
                json!(i64::MIN),
                json!(70_000),
                json!(0.5),
                json!(""),
                json!("é\u{0}\n"),
                json!("-1"),
                json!("9999999999999999999999"),
                json!("2024-13-45T99:99:99Z"),
                json!("200%"),
                json!("1e1000"),
                json!([]),
                json!({}),
                json!([null]),
                json!({"": null}),
                long,
                nested,
                json!([[[]]]),
                json!("*/0 * * * *"),
                json!("("),
                json!(["a", "a"]),
                json!("10.96.0.1"),
                json!("None"),
            ];
            *other = values[dice.roll(values.len())].clone();
        }
    }
}

fn text(dice: &mut Dice, bodies: &[Value]) -> Vec<u8> {
    let mut body = bodies[dice.roll(bodies.len())].clone();
    for _ in 0..dice.roll(4) {
        spoil(dice, &mut body);
    }
    let mut bytes = body.to_string().into_bytes();
    match dice.roll(20) {
        0 => bytes.truncate(dice.roll(bytes.len())),
        1 => {
            let at = dice.roll(bytes.len());
            bytes[at] = 0xff;
        }
        2 => bytes.clear(),
        3 => bytes = b"k8s\0\x0a\x10\x0a\x02v1\x12\x03Pod\x12\x7f\xff\xff".to_vec(),
        _ => {}
    }
    bytes
}

fn request(dice: &mut Dice, bodies: &[Value]) -> Request {
    let methods = [
        "GET", "GET", "POST", "POST", "POST", "PUT", "PATCH", "PATCH", "PATCH", "DELETE", "HEAD",
        "OPTIONS",
    ];
    let mut path = dice.one(ROOTS).to_owned();
    if dice.roll(3) > 0 {
        path += dice.one(&[
            "/namespaces/default",
            "/namespaces/default",
            "/namespaces/b",
            "/namespaces/none",
            "/namespaces/",
        ]);
    }
    path = format!("{path}/{}", dice.one(PLURALS));
    if dice.roll(2) > 0 {
        path = format!("{path}/{}", dice.one(NAMES));
        if dice.roll(4) == 0 {
            path = format!("{path}/{}", dice.one(SUBRESOURCES));
        }
    }
    let query: Vec<&str> = (0..dice.roll(4)).map(|_| dice.one(QUERIES)).collect();
    Request {
        method: dice.one(&methods).parse().unwrap(),
        path,
        query: Query::parse(&query.join("&")),
        accept: dice.one(ACCEPTS).to_owned(),
        content_type: dice.one(KINDS).to_owned(),
        agent: dice.one(&["kubectl/v1.34", "", "é"]).to_owned(),
        body: text(dice, bodies).into(),
    }
}

/// A request that is right but for its body: those get furthest.
fn aimed(dice: &mut Dice, bodies: &[Value]) -> Request {
    let mut request = request(dice, bodies);
    let mut body = bodies[dice.roll(14)].clone();
    let version = body["apiVersion"].as_str().unwrap();
    let kind = body["kind"].as_str().unwrap().to_lowercase();
    let plural = match kind.strip_suffix('s') {
        Some(start) if !kind.ends_with("services") => format!("{start}ses"),
        _ => format!("{kind}s"),
    };
    let root = if version.contains('/') { "apis" } else { "api" };
    let wide = ["namespaces", "customresourcedefinitions"].contains(&plural.as_str());
    let namespace = if wide { "" } else { "/namespaces/default" };
    request.path = format!("/{root}/{version}{namespace}/{plural}");
    if request.method != "POST" {
        let name = body["metadata"]["name"].as_str().unwrap();
        request.path = format!("{}/{name}", request.path);
        if dice.roll(6) == 0 {
            request.path = format!("{}/{}", request.path, dice.one(SUBRESOURCES));
        }
    }
    request.content_type = match request.method.as_str() {
        "PATCH" => dice.one(&KINDS[1..5]).to_owned(),
        _ => "application/json".to_owned(),
    };
    request.query = Query::parse(dice.one(&[
        "",
        "",
        "fieldManager=me&force=true",
        "dryRun=All",
        "fieldManager=you",
    ]));
    dice.one(&ACCEPTS[..3]).clone_into(&mut request.accept);
    for _ in 0..dice.roll(3) {
        spoil(dice, &mut body);
    }
    if request.content_type != "application/json-patch+json" {
        request.body = body.to_string().into_bytes().into();
    }
    request
}

/// Each collection in each form: what was let in can be shown.
fn show_everything(shared: &Shared) {
    for info in shared.cluster.resources() {
        let root = if info.group.is_empty() { "api" } else { "apis" };
        for accept in ACCEPTS {
            let request = Request {
                method: hyper::Method::GET,
                path: format!("/{root}/{}/{}", info.api_version(), info.plural),
                query: Query::default(),
                accept: (*accept).to_owned(),
                content_type: String::new(),
                agent: String::new(),
                body: hyper::body::Bytes::new(),
            };
            if let Err(status) = route(shared, &request) {
                assert_ne!(status.reason, "InternalError", "{status}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_too_strange_to_be_answered() {
    let time = dice::time(0.1, Duration::from_secs(2));
    let shared = Shared {
        cluster: Cluster::start(&Config::default()).unwrap(),
        token: "token".to_owned(),
        port: 1,
        stop: std::sync::Arc::default(),
        faults: Faults::default(),
    };
    let controllers = controllers::start(&shared.cluster, "certificate").unwrap();
    let bodies = bodies();
    let mut dice = Dice::new(0x9e37_79b9_7f4a_7c15);
    let begin = Instant::now();
    let (mut asked, mut taken) = (0_u32, 0_u32);
    while begin.elapsed() < time {
        for _ in 0..100 {
            let request = if dice.roll(3) > 0 {
                aimed(&mut dice, &bodies)
            } else {
                request(&mut dice, &bodies)
            };
            shared.faults.fate(&request);
            asked += 1;
            match route(&shared, &request) {
                Ok(_) => taken += 1,
                Err(status) => {
                    let body = String::from_utf8_lossy(&request.body);
                    let (method, path) = (&request.method, &request.path);
                    let as_kubernetes = status.message.contains("spec replicas field");
                    let internal = status.reason == "InternalError" && !as_kubernetes;
                    assert!(!internal, "{method} {path}\n{body}\n{status}");
                }
            }
        }
        show_everything(&shared);
        assert!(controllers.is_sound(), "a controller has panicked");
    }
    assert!(
        taken > asked / 20,
        "{taken} of {asked} requests were taken: too few to mean anything"
    );
}
