//! What `kubectl get` shows of objects in the states that they pass through.

use serde_json::{Value, json};

use super::super::Cell;
use super::*;

/// A row of a kind's table: the cells of its always shown columns, joined.
fn row(group: &str, kind: &str, object: &Value) -> String {
    let shown = of(group, kind)
        .into_iter()
        .filter(|column| column.priority == 0);
    let cells = shown.map(|column| match column.cell {
        Cell::Path(path) => scalar(path.iter().fold(object, |value, field| &value[*field])),
        Cell::Function(function) => scalar(&function(object, 1000)),
        Cell::JsonPath(_) => unreachable!("built-in kinds have none"),
    });
    cells.collect::<Vec<_>>().join(" | ")
}

#[test]
fn durations_are_as_kubectl_writes_them() {
    let cases = [
        (-5, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (200, "3m20s"),
        (600, "10m"),
        (10_799, "179m"),
        (10_800, "3h"),
        (10_860, "3h1m"),
        (28_800, "8h"),
        (172_800, "2d"),
        (180_000, "2d2h"),
        (691_200, "8d"),
        (63_072_000, "2y"),
        (63_158_400, "2y1d"),
        (252_288_000, "8y"),
    ];
    for (seconds, text) in cases {
        assert_eq!(duration(seconds), text, "{seconds}");
    }
}

fn pod(spec: &Value, status: &Value) -> Value {
    json!({"metadata": {"name": "web", "creationTimestamp": "1970-01-01T00:15:00Z"}, "spec": spec, "status": status})
}

#[test]
fn a_pod_that_runs_counts_its_sidecar() {
    let spec = json!({"containers": [{"name": "app"}], "initContainers": [
        {"name": "init"}, {"name": "proxy", "restartPolicy": "Always"}]});
    let running = json!({"running": {"startedAt": "1970-01-01T00:15:00Z"}});
    let done = json!({"terminated": {"exitCode": 0, "reason": "Completed"}});
    let status = json!({"phase": "Running",
        "initContainerStatuses": [
            {"name": "init", "state": done, "restartCount": 0},
            {"name": "proxy", "state": running, "ready": true, "started": true, "restartCount": 0}],
        "containerStatuses": [{"name": "app", "state": running, "ready": true, "restartCount": 0}]});
    assert_eq!(
        row("", "Pod", &pod(&spec, &status)),
        "web | 2/2 | Running | 0 | 100s"
    );
}

#[test]
fn a_pod_in_trouble_says_why() {
    let spec =
        json!({"containers": [{"name": "app"}], "initContainers": [{"name": "a"}, {"name": "b"}]});
    let waiting = |reason: &str| json!({"waiting": {"reason": reason}});
    let starting = json!({"phase": "Pending",
        "initContainerStatuses": [{"name": "a", "state": waiting("PodInitializing")}],
        "containerStatuses": [{"name": "app", "state": waiting("PodInitializing")}]});
    assert_eq!(
        row("", "Pod", &pod(&spec, &starting)),
        "web | 0/1 | Init:0/2 | 0 | 100s"
    );
    let spec = json!({"containers": [{"name": "app"}]});
    let crashing = json!({"phase": "Running", "containerStatuses": [{"name": "app", "restartCount": 3,
        "lastState": {"terminated": {"finishedAt": "1970-01-01T00:16:10Z"}}, "state": waiting("CrashLoopBackOff")}]});
    assert_eq!(
        row("", "Pod", &pod(&spec, &crashing)),
        "web | 0/1 | CrashLoopBackOff | 3 (30s ago) | 100s"
    );
    let mut leaving = pod(&spec, &crashing);
    leaving["metadata"]["deletionTimestamp"] = json!("1970-01-01T00:16:10Z");
    assert!(row("", "Pod", &leaving).contains("| Terminating |"));
}

#[test]
fn services_show_their_ports_and_addresses() {
    let mut service = json!({"metadata": {"name": "web"}, "spec": {"type": "LoadBalancer", "clusterIP": "10.96.0.7",
        "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]}});
    let pending = "web | LoadBalancer | 10.96.0.7 | <pending> | 80:30080/TCP,53/UDP | <unknown>";
    assert_eq!(row("", "Service", &service), pending);
    service["status"] = json!({"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}});
    assert!(row("", "Service", &service).contains("| 127.0.0.1 |"));
}

#[test]
fn an_autoscaler_shows_what_it_looks_at() {
    let object = json!({"metadata": {"name": "web"}, "spec": {"maxReplicas": 5, "minReplicas": 1,
        "scaleTargetRef": {"kind": "Deployment", "name": "web"},
        "metrics": [{"type": "Resource", "resource": {"name": "cpu",
            "target": {"type": "Utilization", "averageUtilization": 80}}}]}});
    let expected = "web | Deployment/web | cpu: <unknown>/80% | 1 | 5 | 0 | <unknown>";
    assert_eq!(
        row("autoscaling", "HorizontalPodAutoscaler", &object),
        expected
    );
}

#[test]
fn an_event_is_told_without_its_name() {
    let event = json!({"metadata": {"name": "web.1"}, "type": "Warning", "reason": "Failed", "message": "no image ",
        "lastTimestamp": "1970-01-01T00:16:00Z", "involvedObject": {"kind": "Pod", "name": "web"}});
    assert_eq!(
        row("", "Event", &event),
        "40s | Warning | Failed | pod/web | no image"
    );
}

#[test]
fn every_kind_has_a_name_and_something_more() {
    for info in crate::sandbox::kinds::built_in() {
        let names: Vec<&str> = info
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert!(
            names.contains(&"Name") && names.len() > 1,
            "{}: {names:?}",
            info.kind
        );
    }
}
