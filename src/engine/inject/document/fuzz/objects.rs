//! Random objects, mostly with pods, which have much of what injection looks at.

use serde_json::{Map, json};

use crate::dice::Dice;
use crate::engine::inject::annotations;
use crate::yaml::Value;

/// A pod template, with much of what injection looks at and some of what it does not.
fn template(dice: &mut Dice) -> Value {
    let mut names = vec!["app", "web", "istio-proxy", "log"];
    let count = 1 + dice.roll(2);
    let containers: Vec<Value> = (0..count)
        .map(|_| {
            let name = names.remove(dice.roll(names.len()));
            container(dice, name)
        })
        .collect();
    let mut spec = json!({"containers": containers});
    if dice.hits(3) {
        spec["volumes"] = json!([{"name": "data", "emptyDir": {}}]);
    }
    if dice.hits(4) {
        spec["initContainers"] = json!([{"name": "setup", "image": "busybox", "command": ["sh", "-c", "echo a: b # c\nexit 0\n"]}]);
    }
    if dice.hits(6) {
        spec["hostNetwork"] = json!(true);
    }
    let mut metadata = Map::new();
    if dice.hits(2) {
        metadata.insert("labels".into(), labels(dice));
    }
    if dice.hits(2) {
        metadata.insert("annotations".into(), notes(dice));
    }
    json!({"metadata": metadata, "spec": spec})
}

fn container(dice: &mut Dice, name: &str) -> Value {
    let mut container = json!({"name": name, "image": dice.one(&["auto", "shop:1", "registry:5000/a/b@sha256:00", "1"])});
    if dice.hits(2) {
        container["ports"] = json!([{"name": "web", "containerPort": 8080}]);
    }
    if dice.hits(2) {
        let port = [json!(8080), json!("web"), json!("8080")][dice.roll(3)].clone();
        container[dice.one(&["readinessProbe", "livenessProbe", "startupProbe"])] = match dice
            .roll(4)
        {
            0 => json!({"httpGet": {"path": "/up", "port": port}}),
            1 => {
                json!({"httpGet": {"path": "/", "port": port, "scheme": "HTTPS"}, "periodSeconds": 3})
            }
            2 => json!({"tcpSocket": {"port": port}}),
            _ => json!({"grpc": {"port": 90}, "timeoutSeconds": 2}),
        };
    }
    if dice.hits(3) {
        let value = dice.one(&[
            "",
            "x",
            "a: b",
            "# no",
            "two\nlines\n",
            "  led",
            "\ttab",
            "é日",
            "'",
            "\"",
            "true",
            "1e3",
            "*a",
            "\\n",
        ]);
        container["env"] = json!([{"name": "A", "value": value}, {"name": "B", "value": "1"}]);
    }
    if dice.hits(4) {
        container["resources"] = json!({"limits": {"cpu": 1, "memory": "1Gi"}, "requests": {}});
    }
    container
}

fn labels(dice: &mut Dice) -> Value {
    match dice.roll(5) {
        0 => json!({}),
        1 => Value::Null,
        2 => json!({"security.istio.io/tlsMode": "istio"}),
        3 => json!({"app": "shop", "service.istio.io/canonical-name": "other"}),
        _ => json!({"app": "shop", "version": "v1"}),
    }
}

fn notes(dice: &mut Dice) -> Value {
    match dice.roll(7) {
        0 => json!({}),
        1 => Value::Null,
        2 => json!({"sidecar.istio.io/inject": "false"}),
        3 => json!({"prometheus.io/scrape": "true", "prometheus.io/port": "9090"}),
        4 => json!({"proxy.istio.io/config": "holdApplicationUntilProxyStarts: true\n"}),
        5 => json!({"sidecar.istio.io/status": "{\"containers\":[\"istio-proxy\"]}"}),
        _ => json!({"note": "a # b", "kubectl.kubernetes.io/default-container": "app"}),
    }
}

/// The metadata of an object, perhaps with what looks like our own record.
fn metadata(dice: &mut Dice) -> Value {
    let mut metadata = json!({"name": "shop", "namespace": "market"});
    match dice.roll(8) {
        0 => metadata["annotations"] = json!({}),
        1 => metadata["annotations"] = Value::Null,
        2 => {
            metadata["annotations"] =
                json!({annotations::WAY_BACK: "{\"tokens\":[[\"\",0,\"{\",\"[\"]]}"});
        }
        3 => metadata["annotations"] = json!({"note": "a", annotations::WAY_BACK: "?"}),
        4 => metadata["annotations"] = json!({"note": "a"}),
        5 => metadata = [json!({}), Value::Null][dice.roll(2)].clone(),
        _ => {}
    }
    metadata
}

/// An object, mostly one that holds a pod.
pub(super) fn object(dice: &mut Dice) -> Value {
    let template = template(dice);
    let mut metadata = metadata(dice);
    match dice.roll(10) {
        0 => {
            for section in ["annotations", "labels"] {
                let of_pod = &template["metadata"][section];
                if metadata.is_object() && !of_pod.is_null() {
                    metadata[section] = of_pod.clone();
                }
            }
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]})
        }
        1 => {
            let of_job = [template["metadata"].clone(), Value::Null][dice.roll(2)].clone();
            json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": {"schedule": "*/5 * * * *", "jobTemplate": {"metadata": of_job, "spec": {"template": template}}}})
        }
        2 => {
            let items: Vec<Value> = (0..=dice.roll(3)).map(|_| object(dice)).collect();
            json!({"apiVersion": "v1", "kind": "List", "items": items, "metadata": {"resourceVersion": ""}})
        }
        3 => {
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"pod.yaml": template.to_string(), "on": "off"}})
        }
        kind => {
            let kind = ["Deployment", "StatefulSet", "DaemonSet"][kind % 3];
            json!({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "shop"}}, "template": template}})
        }
    }
}

/// What its user changes in an object, whether it has a sidecar or not: images, a container more, labels.
pub(super) fn edit(dice: &mut Dice, object: &mut Value) {
    for item in object
        .get_mut("items")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        edit(dice, item);
    }
    let throws = [dice.hits(2), dice.hits(3), dice.hits(3), dice.hits(4)];
    let places = [
        ("/spec/template/metadata", "/spec/template/spec"),
        ("/metadata", "/spec"),
        (
            "/spec/jobTemplate/metadata",
            "/spec/jobTemplate/spec/template/spec",
        ),
    ];
    for (metadata, spec) in places {
        let containers = object.pointer_mut(&format!("{spec}/containers"));
        let Some(Value::Array(containers)) = containers else {
            continue;
        };
        let own = |container: &&mut Value| container["name"] == "app" || container["name"] == "web";
        for container in containers.iter_mut().filter(own) {
            if throws[0] {
                container["image"] = json!("shop:9");
            }
        }
        if throws[1] {
            containers.insert(
                0,
                json!({
                    "name": "new", "image": "new:1", "ports": [{"containerPort": 8080}],
                    "readinessProbe": {"exec": {"command": ["true"]}},
                }),
            );
        }
        let labels = object.pointer_mut(&format!("{metadata}/labels"));
        if let Some(labels) = labels.filter(|labels| throws[2] && labels["app"] == "shop") {
            labels["team"] = json!("a");
        }
    }
    let metadata = object.get_mut("metadata");
    if let Some(metadata) = metadata.filter(|it| throws[3] && it["name"] == "shop") {
        metadata["finalizers"] = json!(["new"]);
    }
}
