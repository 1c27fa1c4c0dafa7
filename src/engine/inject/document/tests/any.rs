//! Any workload, in any style.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn probe() -> impl Strategy<Value = Value> {
    let port = prop_oneof![Just(json!("web")), Just(json!(8080))];
    prop_oneof![
        (port, "/[a-z]{0,3}").prop_map(
            |(port, path)| json!({"httpGet": {"port": port, "path": path}, "periodSeconds": 3})
        ),
        Just(json!({"tcpSocket": {"port": 80}})),
        Just(json!({"grpc": {"port": 90, "service": "s"}, "timeoutSeconds": 2})),
        Just(json!({"exec": {"command": ["true"]}})),
    ]
}

prop_compose! {
    fn container()(
        name in "app|web|istio-proxy|istio-init",
        probe in proptest::option::of(probe()),
        env in any::<bool>(),
    ) -> Value {
        let mut container = json!({"name": name, "image": "auto", "ports": [{"name": "web", "containerPort": 8080}]});
        if let Some(probe) = probe {
            container["readinessProbe"] = probe;
        }
        if env {
            container["env"] = json!([{"name": "A", "value": "# 1: 'x'\n"}]);
        }
        container
    }
}

fn notes() -> impl Strategy<Value = Value> {
    let note = prop_oneof![
        Just(("prometheus.io/port", "80")),
        Just(("prometheus.io/scrape", "true")),
        Just(("kubectl.kubernetes.io/default-container", "app")),
        Just(("sidecar.istio.io/rewriteAppHTTPProbers", "false")),
        Just((
            "proxy.istio.io/config",
            "holdApplicationUntilProxyStarts: true\n"
        )),
        Just(("note", "# a: b")),
    ];
    prop_oneof![
        Just(json!(null)),
        proptest::collection::btree_map(
            note.prop_map(|(name, value)| (name.to_owned(), value)),
            Just(()),
            0..3
        )
        .prop_map(|map| map
            .into_keys()
            .map(|(name, value)| (name, json!(value)))
            .collect::<serde_json::Map<_, _>>()
            .into()),
    ]
}

fn labels() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!({})),
        Just(json!({"app": "shop", "version": "v1"})),
        Just(
            json!({"security.istio.io/tlsMode": "istio", "service.istio.io/canonical-name": "other"})
        ),
    ]
}

prop_compose! {
    fn template()(
        containers in proptest::collection::vec(container(), 1..3),
        notes in notes(),
        labels in labels(),
        volumes in proptest::option::of(Just(json!([{"name": "istio-data", "emptyDir": {}}]))),
    ) -> Value {
        let mut containers = containers;
        containers.dedup_by(|a, b| a["name"] == b["name"]);
        let mut spec = json!({"containers": containers});
        if let Some(volumes) = volumes {
            spec["volumes"] = volumes;
        }
        json!({"metadata": {"annotations": notes, "labels": labels}, "spec": spec})
    }
}

/// The value in a style of our own making: comments on lines and behind them, JSON, one line.
fn styled(value: &Value, style: u8) -> String {
    let mut text = String::new();
    for (index, line) in yaml::to_string(value).lines().enumerate() {
        let in_block = text.contains('|');
        if style & 1 != 0 && index % 3 == 0 && !in_block {
            let margin = line.len() - line.trim_start().len();
            let _ = writeln!(text, "{}# line {index}", " ".repeat(margin));
        }
        text.push_str(line);
        if style & 2 != 0 && index % 4 == 1 && !in_block && !line.ends_with('|') {
            text.push_str("   # behind");
        }
        text.push('\n');
    }
    match style >> 2 {
        0 => text,
        1 => format!("---\n{text}"),
        2 => text.trim_end().to_owned(),
        3 => format!("# top\n\n--- # here\n{text}...\n"),
        4 => text.replace('\n', "\r\n"),
        5 => value.to_string(),
        6 => format!("{value:#}\n"),
        _ => format!("--- {value} # one line\n"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_workload_goes_in_and_out(template in template(), style in 0..32_u8, kind in 0..4_u8) {
        let mut pod = template.clone();
        pod["apiVersion"] = json!("v1");
        pod["kind"] = json!("Pod");
        pod["metadata"]["name"] = json!("a");
        let set = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "a"}, "spec": {"template": template}});
        let object = match kind {
            0 => pod,
            1 => set,
            2 => json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": {"jobTemplate": {"spec": {"template": template}}}}),
            _ => json!({"apiVersion": "v1", "kind": "List", "items": [pod, {"kind": "Service"}, set]}),
        };
        goes_in_and_out(&styled(&object, style));
    }
}
