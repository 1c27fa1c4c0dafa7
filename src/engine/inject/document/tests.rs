//! In and out again, on documents in every style.

use std::fmt::Write as _;

use proptest::prelude::*;
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

#[test]
fn a_plain_workload_in_json_needs_no_record() {
    let text = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"metadata\": {\n    \"name\": \"a\"\n  },\n  \"spec\": {\n    \"containers\": [\n      {\n        \"name\": \"a\"\n      }\n    ]\n  }\n}\n";
    let injected = NATIVE.with(|injector| put_in(injector, text));
    assert!(!injected.contains(annotations::WAY_BACK), "{injected}");
    goes_in_and_out(text);
}

#[test]
fn json_keeps_what_the_pod_does_not_remember_in_an_annotation_of_the_object() {
    let object = json_deployment();
    for text in [format!("{object:#}\n"), object.to_string()] {
        let injected = NATIVE.with(|injector| put_in(injector, &text));
        let read: Value = serde_json::from_str(&injected).expect("JSON still");
        assert!(read["metadata"]["annotations"][annotations::WAY_BACK].is_string());
        // The pods are those that the webhook makes.
        let mut expected = object.clone();
        NATIVE.with(|injector| injector.inject(&mut expected).expect("injectable"));
        assert_eq!(read["spec"], expected["spec"]);
        for text in [
            text.clone(),
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            format!("\u{feff}{text}"),
            format!("\n  {text}\n"),
        ] {
            goes_in_and_out(&text);
        }
    }
}

#[test]
fn json_without_annotations_or_metadata_goes_in_and_out() {
    for metadata in [
        json!({}),
        json!({"annotations": {}}),
        json!({"annotations": null}),
        json!(null),
    ] {
        let mut object = json_deployment();
        object["metadata"] = metadata;
        goes_in_and_out(&object.to_string());
        goes_in_and_out(&format!("{object:#}\n"));
    }
    let mut object = json_deployment();
    object
        .as_object_mut()
        .expect("an object")
        .remove("metadata");
    goes_in_and_out(&object.to_string());
}

#[test]
fn each_object_of_a_list_in_json_has_its_own_record() {
    let mut other = json_deployment();
    other["metadata"]["name"] = json!("other");
    let mut plain = other.clone();
    plain["kind"] = json!("StatefulSet");
    plain["spec"]["template"] =
        json!({"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "a"}]}});
    // Stays out, with its empty metadata.
    let mut host = plain.clone();
    host["spec"]["template"] =
        json!({"metadata": {}, "spec": {"hostNetwork": true, "containers": [{"name": "a"}]}});
    let list = json!({
        "apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""},
        "items": [json_deployment(), {"kind": "Service", "metadata": {}}, plain, host, other],
    });
    for text in [list.to_string(), format!("{list:#}\n")] {
        goes_in_and_out(&text);
        let injected = NATIVE.with(|injector| put_in(injector, &text));
        let read: Value = serde_json::from_str(&injected).expect("JSON still");
        let items = read["items"].as_array().expect("a list");
        let has_record =
            |item: &Value| item["metadata"]["annotations"][annotations::WAY_BACK].is_string();
        let found: Vec<bool> = items.iter().map(has_record).collect();
        assert_eq!(found, [true, false, false, false, true]);
        assert_eq!(items[3], host);
    }
}

#[test]
fn what_a_cluster_gives_back_of_json_is_taken_back_too() {
    let injected = NATIVE.with(|injector| put_in(injector, &json_deployment().to_string()));
    let mut read: Value = serde_json::from_str(&injected).expect("JSON");
    read["status"] = json!({"replicas": 1});
    read["spec"]["template"]["spec"]["containers"][0]["terminationMessagePath"] =
        json!("/dev/null");
    let mut expected = json_deployment();
    expected["status"] = read["status"].clone();
    expected["spec"]["template"]["spec"]["containers"][0]["terminationMessagePath"] =
        json!("/dev/null");
    for text in [format!("{read:#}\n"), yaml::to_string(&read)] {
        let written = uninject(&text, &read, &Kinds::default());
        let back = yaml::parse(&written.text.expect("it was injected")).expect("YAML");
        let port = "/spec/template/spec/containers/0/readinessProbe/httpGet/port";
        assert_eq!(
            back.pointer(port),
            Some(&json!("web")),
            "{:?}",
            written.notes
        );
        assert_eq!(back["metadata"], expected["metadata"]);
    }
}

#[test]
fn a_record_that_json_has_of_its_own_comes_out_again() {
    for own in ["?", "{}", r#"{"tokens": [["", 0, "{", "["]]}"#] {
        let mut object = json_deployment();
        object["metadata"]["annotations"][annotations::WAY_BACK] = json!(own);
        goes_in_and_out(&object.to_string());
        goes_in_and_out(&yaml::to_string(&object));
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
fn json_stays_readable_as_yaml_whatever_its_texts_hold() {
    let text = r#"{"kind": "Pod", "metadata": {"name": "a", "annotations": {"a": "\ufeff \u0080 \u2028 \uffff"}}, "spec": {"containers": [{"name": "a"}]}}"#;
    let injected = NATIVE.with(|injector| put_in(injector, text));
    let read = yaml::parse(&injected).expect("YAML");
    let kept = &read["metadata"]["annotations"]["a"];
    assert_eq!(kept, "\u{feff} \u{80} \u{2028} \u{ffff}");
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
fn a_document_that_was_changed_since_keeps_the_change() {
    let text =
        DEPLOYMENT.to_owned() + "        readinessProbe: {httpGet: {port: web, path: /up}}\n";
    let injected = NATIVE.with(|injector| put_in(injector, &text));
    let newer = injected.replace("image: shop:1", "image: shop:2\n        tty: true");
    assert_eq!(
        take_out(&newer),
        text.replace("image: shop:1", "image: shop:2\n        tty: true")
    );
    let moved = injected.replace("path: /app-health/app/readyz", "path: /mine");
    let value = yaml::parse(&moved).expect("YAML");
    let written = uninject(&moved, &value, &Kinds::default());
    assert_eq!(written.notes.len(), 1, "{:?}", written.notes);
    assert!(
        written
            .text
            .expect("it was injected")
            .contains("path: /mine")
    );
}

/// Injects, edits, takes out; gives the result and the notes.
fn edited(text: &str, edit: impl Fn(&mut Value)) -> (String, Vec<String>) {
    let injected = NATIVE.with(|injector| put_in(injector, text));
    let before = yaml::parse(&injected).expect("YAML");
    let mut after = before.clone();
    edit(&mut after);
    let injected = yaml::edit::rewrite(&injected, &before, &after)
        .expect("editable")
        .text;
    let written = uninject(&injected, &after, &Kinds::default());
    (written.text.expect("it was injected"), written.notes)
}

#[test]
fn what_comes_back_goes_to_the_value_that_it_was_of() {
    let twice = |port: &Value| json!({"name": "new", "image": "new:1", "ports": [{"containerPort": 8080}], "livenessProbe": {"httpGet": {"path": "/", "port": port}}});
    let object = json_deployment();
    for text in [
        object.to_string(),
        format!("{object:#}\n"),
        yaml::to_string(&object),
        format!("--- {object}\n"),
    ] {
        let (back, notes) = edited(&text, |object| {
            let containers = object.pointer_mut("/spec/template/spec/containers");
            let containers = containers
                .and_then(Value::as_array_mut)
                .expect("containers");
            // The same port, before and after.
            containers.insert(0, twice(&json!(8080)));
            containers[1]["image"] = json!("shop:2");
            object["spec"]["replicas"] = json!(3);
        });
        assert_eq!(notes, Vec::<String>::new());
        let mut expected = object.clone();
        let containers = expected.pointer_mut("/spec/template/spec/containers");
        let containers = containers
            .and_then(Value::as_array_mut)
            .expect("containers");
        containers.insert(0, twice(&json!(8080)));
        containers[1]["image"] = json!("shop:2");
        expected["spec"]["replicas"] = json!(3);
        assert_eq!(yaml::parse(&back), Ok(expected), "{text}\n{back}");
    }
}

#[test]
fn what_was_edited_in_a_container_stays_in_it_where_another_one_moves() {
    let container =
        |name: &str| json!({"name": name, "image": "same:1", "resources": {"requests": {}}});
    let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container("istio-proxy"), container("web")]}});
    for text in [
        object.to_string(),
        format!("{object:#}\n"),
        yaml::to_string(&object),
    ] {
        let (back, notes) = edited(&text, |object| {
            object["spec"]["containers"][0]["image"] = json!("web:2");
        });
        assert_eq!(notes, Vec::<String>::new());
        let mut expected = object.clone();
        expected["spec"]["containers"][1]["image"] = json!("web:2");
        assert_eq!(yaml::parse(&back), Ok(expected));
    }
}

#[test]
fn an_edit_wins_over_what_was_there_before() {
    // There were no labels; now there is one, and `labels: {}` beside it would take it away again.
    let object = json_deployment();
    for text in [
        object.to_string(),
        format!("{object:#}\n"),
        yaml::to_string(&object),
        format!("--- {object}\n"),
    ] {
        let (back, notes) = edited(&text, |object| {
            object["spec"]["template"]["metadata"]["labels"]["team"] = json!("a");
        });
        let back = yaml::parse(&back).expect("YAML");
        assert_eq!(
            back["spec"]["template"]["metadata"]["labels"],
            json!({"team": "a"})
        );
        assert_eq!(notes.len(), 1, "{notes:?}");
        // The rest comes back.
        assert_eq!(
            back["spec"]["template"]["spec"],
            object["spec"]["template"]["spec"]
        );
    }
}

#[test]
fn a_container_that_moved_and_was_edited_is_there_once() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: istio-proxy\n    image: auto\n    env:\n    - name: A\n      value: b\n  - name: app\n    image: a\n";
    let object = yaml::parse(text).expect("YAML");
    for text in [text.to_owned(), object.to_string(), format!("{object:#}\n")] {
        goes_in_and_out(&text);
        let (back, _) = edited(&text, |object| {
            let own =
                json!({"containers": [{"name": "istio-proxy", "image": "auto", "tty": true}]});
            object["metadata"]["annotations"]["proxy.istio.io/overrides"] = own.to_string().into();
        });
        let back = yaml::parse(&back).expect("YAML");
        let containers = back["spec"]["containers"].as_array().expect("containers");
        let mut names: Vec<&str> = containers
            .iter()
            .filter_map(|it| it["name"].as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["app", "istio-proxy"], "{back}");
    }
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

/// The value in a style of our own making: comments on lines and behind them, lists indented or not, quotes.
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
        _ => format!("# top\n\n--- # here\n{text}...\n"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_workload_goes_in_and_out(template in template(), style in 0..16_u8, pod in any::<bool>()) {
        let object = if pod {
            let mut pod = template;
            pod["apiVersion"] = json!("v1");
            pod["kind"] = json!("Pod");
            pod["metadata"]["name"] = json!("a");
            pod
        } else {
            json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "a"}, "spec": {"template": template}})
        };
        goes_in_and_out(&styled(&object, style));
    }
}
