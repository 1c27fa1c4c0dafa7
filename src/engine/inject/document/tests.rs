//! In and out again, on documents in every style.

mod any;
mod edits;
mod json;

use serde_json::json;

use super::*;
use crate::engine::inject::{Config, annotations};
use crate::engine::install::{self, InjectionConfig, render, resolve};

/// An injector with the built-in templates.
fn injector(native: bool, set: &[&str]) -> Injector {
    let inputs = install::Inputs {
        set: set.iter().map(|it| (*it).to_owned()).collect(),
        ..install::Inputs::default()
    };
    let resolved = resolve::resolve(&inputs).expect("a configuration");
    let InjectionConfig {
        templates,
        values,
        mesh,
    } = render::injection_config(&resolved).expect("charts that render");
    let config = Config {
        templates,
        default_templates: vec!["sidecar".to_owned()],
        values,
        mesh,
        native_sidecars: native,
        ..Config::default()
    };
    Injector::new(config).expect("a good configuration")
}

thread_local! {
    static NATIVE: Injector = injector(true, &[]);
    static CLASSIC: Injector = injector(false, &["values.global.proxy.logLevel=debug"]);
}

fn put_in(injector: &Injector, text: &str) -> String {
    let value = yaml::parse(text).expect("YAML");
    let written = inject(injector, text, &value, false).expect("injectable");
    written
        .text
        .unwrap_or_else(|| panic!("not injected: {:?}\n{text}", written.outcomes))
}

fn take_out(text: &str) -> String {
    let written = uninject(text, &yaml::parse(text).expect("YAML"), &Kinds::default());
    assert_eq!(written.notes, Vec::<String>::new());
    written
        .text
        .unwrap_or_else(|| panic!("nothing to take out: {:?}\n{text}", written.outcomes))
}

/// In and out, twice in, and in again with another configuration.
fn goes_in_and_out(text: &str) {
    let (native, classic) = (
        NATIVE.with(|injector| put_in(injector, text)),
        CLASSIC.with(|injector| put_in(injector, text)),
    );
    assert_eq!(take_out(&native), text, "{native}");
    assert_eq!(take_out(&classic), text, "{classic}");
    NATIVE.with(|injector| {
        assert_eq!(put_in(injector, &native), native, "twice");
        assert_eq!(
            put_in(injector, &classic),
            native,
            "again with another configuration"
        );
    });
}

/// A Deployment as `kubectl get -o json` writes it, with what its pod does not remember.
fn json_deployment() -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"annotations": {"deployment.kubernetes.io/revision": "1"}, "name": "shop"},
        "spec": {"template": {"metadata": {"labels": {}}, "spec": {
            "containers": [{
                "name": "app", "image": "shop:1", "ports": [{"containerPort": 8080, "name": "web"}],
                "readinessProbe": {"httpGet": {"path": "/up", "port": "web"}},
                "livenessProbe": {"tcpSocket": {"port": 8080}},
            }],
        }}},
    })
}

const DEPLOYMENT: &str = "\
# the shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    metadata:
      labels:
        app: 'shop' # quoted
    spec:
      containers:
      # serves
      - name: app
        image: shop:1
        ports:
        - {name: web, containerPort: 8080}
";

#[test]
fn a_plain_workload_needs_no_record() {
    let injected = NATIVE.with(|injector| put_in(injector, DEPLOYMENT));
    assert!(!injected.contains(record::COMMENT), "{injected}");
    goes_in_and_out(DEPLOYMENT);
}

#[test]
fn what_the_pod_does_not_remember_is_kept_in_a_comment() {
    let text = DEPLOYMENT.to_owned()
        + "        readinessProbe:\n          httpGet: {port: web, path: /up} # by name\n          periodSeconds: 3\n";
    let injected = NATIVE.with(|injector| put_in(injector, &text));
    assert!(injected.contains(record::COMMENT), "{injected}");
    goes_in_and_out(&text);
}

#[test]
fn a_comment_that_only_looks_like_a_record_is_a_comment() {
    for text in [
        format!("{}[[0,[],[\"x\"]]]\n{DEPLOYMENT}", record::COMMENT),
        format!(
            "# a\n{}no JSON\n---\nkind: Pod\nmetadata:\n  labels: {{}}\nspec:\n  containers: [{{name: a}}]\n",
            record::COMMENT
        ),
    ] {
        goes_in_and_out(&text);
    }
}

#[test]
fn documents_in_many_styles_go_in_and_out() {
    let spec = "containers: [{name: a, image: b}]";
    for text in [
        format!("---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{spec}}}\n"),
        format!("# head\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {{}}\n  annotations:\nspec:\n  {spec}\n  volumes: []\n...\n# end\n"),
        format!("apiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: a\r\nspec:\r\n  {spec}"),
        format!("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n  spec:\n    {spec}\n- kind: Service\n"),
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\nspec:\n  template:\n    spec:\n        containers:\n          -   name: a\n              image: b\n        restartPolicy: Never\n\n\n# after\n".to_owned(),
        // The user's own proxy, and what the templates would add anyway.
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {security.istio.io/tlsMode: istio}\n  annotations:\n    kubectl.kubernetes.io/default-container: a\nspec:\n  containers:\n  - name: istio-proxy\n    image: auto # injected\n    resources: {limits: {cpu: 1}}\n  - name: a\n    image: b\n".to_owned(),
        // An anchor that the injected labels part from, and a pod that shares its containers with another place.
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  labels: &l\n    app: a\nspec:\n  selector: {matchLabels: *l}\n  template:\n    metadata:\n      labels: *l\n    spec: # the pod\n      containers:\n      - {name: a, image: b}\n".to_owned(),
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    metadata: &m\n      labels: {app: a}\n    spec:\n      # shared\n      containers:\n      - {name: a, image: b}\nmore: *m\n".to_owned(),
        // A gateway, and an agent for gRPC, which change the user's containers.
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: g\n  annotations: {inject.istio.io/templates: gateway}\nspec:\n  containers:\n  - name: istio-proxy\n    image: auto\n".to_owned(),
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: g\n  annotations: {inject.istio.io/templates: grpc-agent}\nspec:\n  containers:\n  - name: app\n    image: a # mine\n    env:\n    - name: A\n      value: \"1\"\n".to_owned(),
        // Metrics and probes of every sort.
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n    prometheus.io/scrape: 'true'\n    prometheus.io/port: \"9090\"   # ours\n    prometheus_io_path: /m\nspec:\n  containers:\n  - name: app\n    image: a\n    livenessProbe: {tcpSocket: {port: 80}}\n    startupProbe:\n      grpc:\n        port: 90\n    lifecycle:\n      preStop:\n        httpGet: {path: /bye, port: 80, scheme: HTTPS}\n".to_owned(),
    ] {
        goes_in_and_out(&text);
    }
}

#[test]
fn content_on_the_line_of_the_marker_goes_in_and_out() {
    let object = json_deployment();
    let block = yaml::to_string(&object);
    for text in [
        format!("--- {object}\n"),
        format!("--- {object}"),
        format!("# top\n--- {object:#} # c\n...\n# end\n"),
        format!("%YAML 1.1\n--- {object}\n"),
        format!("\u{feff}--- {object}\r\n"),
        format!("--- # c\n{block}"),
        format!("--- !!map\n{block}"),
        format!("--- &a\n{block}"),
        format!("--- &a !!map # c\n{block}"),
        format!("--- &a {object}\n"),
    ] {
        goes_in_and_out(&text);
        // Its record is its own, also where other documents stand around it.
        let stream = format!(
            "kind: Service\n{}",
            if text.starts_with(['%', '\u{feff}']) {
                "---\na: b\n"
            } else {
                &text
            }
        );
        let documents: Vec<&str> = yaml::documents(&stream)
            .map(|document| document.text)
            .collect();
        let injected: Vec<String> = documents
            .iter()
            .map(|text| {
                let value = yaml::parse(text).expect("YAML");
                let written = NATIVE.with(|injector| inject(injector, text, &value, false));
                written
                    .expect("injectable")
                    .text
                    .unwrap_or_else(|| (*text).to_owned())
            })
            .collect();
        let stream = injected.concat();
        let again: Vec<&str> = yaml::documents(&stream)
            .map(|document| document.text)
            .collect();
        assert_eq!(again, injected);
    }
}

#[test]
fn what_is_as_it_should_be_stays_however_it_is_written() {
    let probe = r#""readinessProbe": {"httpGet": {"port": "web"}}"#;
    let json = format!(
        r#"{{"kind": "Pod", "apiVersion": "v1", "metadata": {{"name": "a"}}, "spec": {{"containers": [{{"name": "a", {probe}, "ports": [{{"name": "web", "containerPort": 80}}]}}]}}}}"#
    );
    for text in [
        json,
        format!("\u{feff}{}", DEPLOYMENT.replacen("# the shop\n", "", 1)),
    ] {
        let injected = NATIVE.with(|injector| put_in(injector, &text));
        assert_eq!(
            NATIVE.with(|injector| put_in(injector, &injected)),
            injected
        );
    }
}

#[test]
fn a_byte_order_mark_stays_before_the_record() {
    let text = "\u{feff}apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {}\nspec:\n  containers: [{name: a}]\n";
    let injected = NATIVE.with(|injector| put_in(injector, text));
    assert!(
        injected.starts_with(&format!("\u{feff}{}", record::COMMENT)),
        "{injected}"
    );
    goes_in_and_out(text);
}

#[test]
fn the_head_and_the_end_of_a_document_stay() {
    let object = json!({"a": 1});
    for (text, expected) in [
        ("b: 2\n", "a: 1\n"),
        ("# x\n---\nb: 2\n", "# x\n---\na: 1\n"),
        (
            "--- # note\nb: 2\n...\n# end\n",
            "--- # note\na: 1\n...\n# end\n",
        ),
        ("--- {b: 2}\n", "---\na: 1\n"),
        ("%YAML 1.1\n---\nb: 2\n", "%YAML 1.1\n---\na: 1\n"),
        ("---\r\nb: 2\r\n", "---\r\na: 1\n"),
    ] {
        assert_eq!(anew(text, &object), expected, "{text:?}");
    }
}
