//! Injection as a whole, with small templates of our own.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::engine::install::{self, render, resolve};

/// A template that adds a container and a volume.
const SIDECAR: &str = r#"
{{- define "name" }}istio-proxy{{ end }}
metadata:
  labels: {mesh: {{ .DeploymentMeta.Name | quote }}}
spec:
  {{ if .NativeSidecars }}initContainers:{{ else }}containers:{{ end }}
  - name: {{ template "name" . }}
    image: {{ .ProxyImage }}
    env: [{name: PORTS, value: {{ includeInboundPorts .Spec.Containers | quote }}}]
    resources: {limits: {cpu: 2000m}}
  volumes:
  - name: data
    emptyDir: {}
"#;

fn config(templates: &[(&str, &str)]) -> Config {
    Config {
        templates: templates
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
        default_templates: vec!["sidecar".to_owned()],
        values: json!({
            "global": {"hub": "example.com/mesh", "tag": "1", "proxy": {"image": "proxy"}},
            "sidecarInjectorWebhook": {"rewriteAppHTTPProbe": true},
        }),
        ..Config::default()
    }
}

fn injector(config: Config) -> Injector {
    Injector::new(config).expect("a good configuration")
}

fn deployment(notes: &Value, spec: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop", "namespace": "ns"},
        "spec": {"template": {"metadata": {"annotations": notes}, "spec": spec}},
    })
}

fn app() -> Value {
    json!({"containers": [{"name": "app", "ports": [{"containerPort": 80}]}]})
}

fn refused(templates: &[(&str, &str)], notes: &Value, spec: &Value) -> String {
    let error = injector(config(templates)).inject(&mut deployment(notes, spec));
    error.expect_err("not injectable").to_string()
}

#[test]
fn a_deployment_gets_the_template_and_a_record_of_it() {
    let mut object = deployment(&json!({}), &app());
    let outcomes = injector(config(&[("sidecar", SIDECAR)]))
        .inject(&mut object)
        .expect("injectable");
    assert_eq!(outcomes[0].object, "Deployment \"ns/shop\"");
    assert_eq!(outcomes[0].result, Ok(vec!["sidecar".to_owned()]));
    let template = &object["spec"]["template"];
    assert_eq!(template["metadata"]["labels"], json!({"mesh": "shop"}));
    assert_eq!(
        template["spec"]["containers"][1],
        json!({
            "name": "istio-proxy", "image": "example.com/mesh/proxy:1",
            "env": [{"name": "PORTS", "value": "80"}], "resources": {"limits": {"cpu": "2"}},
        })
    );
    assert_eq!(
        template["metadata"]["annotations"]["sidecar.istio.io/status"],
        r#"{"initContainers":null,"containers":["istio-proxy"],"volumes":["data"],"imagePullSecrets":null,"revision":"default"}"#
    );
}

#[test]
fn a_native_sidecar_takes_the_users_container_with_it() {
    let spec = json!({"containers": [{"name": "app"}, {"name": "istio-proxy", "image": "auto", "tty": true}]});
    let mut object = deployment(&json!({}), &spec);
    let native = Config {
        native_sidecars: true,
        ..config(&[("sidecar", SIDECAR)])
    };
    injector(native).inject(&mut object).expect("injectable");
    let spec = &object["spec"]["template"]["spec"];
    assert_eq!(spec["containers"], json!([{"name": "app"}]));
    assert_eq!(spec["initContainers"][0]["tty"], true);
    assert_eq!(
        spec["initContainers"][0]["image"],
        "example.com/mesh/proxy:1"
    );
}

#[test]
fn several_templates_are_merged_in_order() {
    let extra = "spec: {containers: [{name: istio-proxy, image: other, env: [{name: B}]}]}";
    let mut object = deployment(
        &json!({"inject.istio.io/templates": "sidecar, extra"}),
        &app(),
    );
    injector(config(&[("sidecar", SIDECAR), ("extra", extra)]))
        .inject(&mut object)
        .expect("injectable");
    let proxy = &object["spec"]["template"]["spec"]["containers"][1];
    assert_eq!(proxy["image"], "other");
    assert_eq!(proxy["env"].as_array().map(Vec::len), Some(2));
}

#[test]
fn workloads_that_are_left_alone_do_not_change() {
    let injector = injector(config(&[("sidecar", SIDECAR)]));
    for (notes, spec) in [
        (json!({"sidecar.istio.io/inject": "false"}), app()),
        (
            json!({}),
            json!({"hostNetwork": true, "containers": [{"name": "app"}]}),
        ),
    ] {
        let before = deployment(&notes, &spec);
        let mut object = before.clone();
        let outcomes = injector.inject(&mut object).expect("readable");
        assert!(outcomes[0].result.is_err());
        assert_eq!(object, before);
    }
    let mut service = json!({"apiVersion": "v1", "kind": "Service", "spec": {"ports": []}});
    assert_eq!(injector.inject(&mut service), Ok(Vec::new()));
}

#[test]
fn the_items_of_a_list_are_injected_one_by_one() {
    let mut list = json!({"apiVersion": "v1", "kind": "List", "items": [
        deployment(&json!({}), &app()), {"apiVersion": "v1", "kind": "Service"}, {"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "one"}, "spec": {"containers": [{"name": "app"}]}},
    ]});
    let outcomes = injector(config(&[("sidecar", SIDECAR)]))
        .inject(&mut list)
        .expect("injectable");
    let objects: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.object.as_str())
        .collect();
    assert_eq!(objects, ["Deployment \"ns/shop\"", "Pod \"one\""]);
    assert_eq!(
        list["items"][2]["spec"]["containers"][1]["name"],
        "istio-proxy"
    );
}

#[test]
fn an_empty_template_adds_nothing_but_the_record() {
    let mut object = deployment(&json!({"prometheus.io/scrape": "false"}), &app());
    injector(config(&[("sidecar", "{{/* nothing */}}")]))
        .inject(&mut object)
        .expect("injectable");
    assert_eq!(object["spec"]["template"]["spec"], app());
}

#[test]
fn rejects_a_template_that_is_not_there_and_names_those_that_are() {
    let mut object = deployment(&json!({"inject.istio.io/templates": "sidecars"}), &app());
    let error = injector(config(&[("sidecar", SIDECAR), ("gateway", "")]))
        .inject(&mut object)
        .expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "Deployment \"ns/shop\": there is no injection template `sidecars`"
    );
    assert_eq!(
        error.hint.as_deref(),
        Some("the templates are gateway, sidecar")
    );
}

#[test]
fn rejects_templates_that_fail_or_give_no_pod() {
    for (text, message) in [
        (
            "{{ .Spec.NoSuchField }}",
            "cannot render the injection template",
        ),
        ("{{ if }}", "cannot read the injection template"),
        ("a: [", "gives text that is not YAML"),
        (
            "spec: {containers: [{image: a}]}",
            "an element of `spec.containers` has no `name`",
        ),
        (
            "metadata: {labels: {a: true}}",
            "metadata.labels.a must be a string, not a boolean",
        ),
        (
            "spec: {hostNetwork: 1}",
            "spec.hostNetwork must be true or false, not a number",
        ),
        ("text", "gives a string in place of a pod"),
    ] {
        let error = refused(&[("sidecar", text)], &json!({}), &app());
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn rejects_annotations_and_containers_of_the_wrong_form() {
    let templates = [("sidecar", SIDECAR)];
    let error = refused(
        &templates,
        &json!({"proxy.istio.io/config": "concurrency: many"}),
        &app(),
    );
    assert!(
        error.contains("proxy.istio.io/config.concurrency must be a whole number"),
        "{error}"
    );
    let error = refused(
        &templates,
        &json!({"proxy.istio.io/config": "a: ["}),
        &app(),
    );
    assert!(
        error.contains("annotation proxy.istio.io/config is not YAML"),
        "{error}"
    );
    let spec = json!({"containers": [{"name": "app", "ports": {"containerPort": 80}}]});
    let error = refused(&templates, &json!({}), &spec);
    assert!(
        error.contains("spec.containers[0].ports must be a list, not an object"),
        "{error}"
    );
}

#[test]
fn rejects_values_that_kubernetes_would_not_read() {
    let templates = [("sidecar", SIDECAR)];
    for (spec, message) in [
        (
            json!({"hostNetwork": "true"}),
            "spec.template.spec.hostNetwork must be true or false, not `true`",
        ),
        (
            json!({"securityContext": []}),
            "spec.template.spec.securityContext must be an object, not a list",
        ),
        (
            json!({"imagePullSecrets": ["a"]}),
            "spec.template.spec.imagePullSecrets[0] must be an object, not `a`",
        ),
        (
            json!({"containers": [{"name": "a", "ports": [{"containerPort": "80"}]}]}),
            "spec.template.spec.containers[0].ports[0].containerPort must be a whole number, not `80`",
        ),
        (
            json!({"containers": [{"name": "a", "resources": {"limits": {"cpu": "much"}}}]}),
            "spec.template.spec.containers[0].resources.limits.cpu must be a quantity like 100m or 1Gi, not `much`",
        ),
        (
            json!({"containers": [{"name": "a", "livenessProbe": {"httpGet": {"port": 1.5}}}]}),
            "spec.template.spec.containers[0].livenessProbe.httpGet.port must be a port's number or name, not a number",
        ),
    ] {
        let mut whole = app();
        for (name, value) in spec.as_object().expect("fields") {
            whole[name] = value.clone();
        }
        let error = refused(&templates, &json!({}), &whole);
        assert_eq!(error, format!("Deployment \"ns/shop\": {message}"));
        let kept = json!({"sidecar.istio.io/inject": "false"});
        let mut object = deployment(&kept, &whole);
        let outcomes = injector(config(&templates)).inject(&mut object);
        assert!(outcomes.is_ok(), "what is left alone is not looked into");
    }
    let mut object = deployment(&json!({}), &app());
    object["metadata"]["name"] = json!(5);
    let error = injector(config(&templates)).inject(&mut object);
    assert_eq!(
        error.expect_err("no name").message,
        "metadata.name must be a string, not a number; write \"5\" in quotes"
    );
}

#[test]
fn rejects_a_configuration_of_the_wrong_form() {
    let wrong = Config {
        values: json!([]),
        ..config(&[])
    };
    let error = Injector::new(wrong).err().expect("a list").to_string();
    assert_eq!(error, "the injection values must be an object, not a list");
}

#[test]
fn functions_for_templates_behave_as_istiods() {
    let text = r#"
metadata:
  annotations:
    a: {{ annotation .ObjectMeta "x" 5 | quote }}
    b: {{ annotation .ObjectMeta "given" "no" | quote }}
    c: {{ valueOrDefault .Values.missing "d" | quote }}
    d: {{ excludeInboundPort 15020 "80,90" | quote }}
    e: {{ excludeInboundPort "80" "80,90" | quote }}
    f: {{ appendMultusNetwork `[{"name": "a"}]` "default/istio-cni" | quote }}
    g: {{ appendMultusNetwork "a" "default/istio-cni" | quote }}
    h: {{ directory "/etc/certs/ca.pem" | quote }}
    i: {{ .ProxyConfig.DrainDuration | formatDuration | quote }}
    j: {{ toJSON (strdict "a" "1" "b") | quote }}
    k: {{ omitNil (fromJSON `{"a": null, "b": {"c": null}, "d": 1}`) | toJson | quote }}
    l: {{ .ProxyConfig.GetTracing.GetTlsSettings.GetCaCertificates | quote }}
    m: {{ .ProxyConfig.InterceptionMode.String | quote }}
    nn: {{ env "SOME" "none" | quote }}
    o: {{ structToJSON (index (index .Spec.Containers 0).Ports 0) | quote }}
    p: {{ isset .ObjectMeta.Annotations "given" }}{{/* a boolean would not be an annotation */}}x
    q: {{ .ProxyConfig.Concurrency.GetValue }}-{{ .MeshConfig.TrustDomain }}-{{ .ProxyConfig.StatusPort }}
    r: {{ indent 2 "a\nb" | quote }}
    s: {{ len .Spec.InitContainers }}-{{ .Spec.ServiceAccountName }}-{{ .TypeMeta.Kind }}
"#;
    let with_variable = Config {
        variables: [("SOME".to_owned(), "value".to_owned())].into(),
        ..config(&[("sidecar", text)])
    };
    let mut object = deployment(
        &json!({"given": "yes", "prometheus.io/scrape": "false"}),
        &app(),
    );
    injector(with_variable)
        .inject(&mut object)
        .expect("renderable");
    let notes = &object["spec"]["template"]["metadata"]["annotations"];
    let expected = [
        ("a", "5"),
        ("b", "yes"),
        ("c", "d"),
        ("d", "80,90,15020"),
        ("e", "80,90"),
        (
            "f",
            r#"[{"name": "a"}, {"name": "istio-cni", "namespace": "default"}]"#,
        ),
        ("g", "a, default/istio-cni"),
        ("h", "/etc/certs/"),
        ("i", "45s"),
        ("j", r#"{"a":"1","b":""}"#),
        ("k", r#"{"d":1}"#),
        ("l", ""),
        ("m", "REDIRECT"),
        ("nn", "value"),
        ("o", r#"{"containerPort":80}"#),
        ("p", "truex"),
        ("q", "0-cluster.local-15020"),
        ("r", "a\n  b"),
        ("s", "0--Deployment"),
    ];
    for (name, value) in expected {
        assert_eq!(notes[name], value, "{name}");
    }
}

/// The configuration that users have.
fn built_in() -> Injector {
    let resolved = resolve::resolve(&install::Inputs::default()).expect("the default profile");
    let rendered = render::injection_config(&resolved).expect("charts that render");
    injector(Config {
        templates: rendered.templates,
        default_templates: vec!["sidecar".to_owned()],
        values: rendered.values,
        mesh: rendered.mesh,
        native_sidecars: true,
        ..Config::default()
    })
}

#[test]
fn annotations_that_are_there_count_when_they_are_empty_or_a_list() {
    let mounts = r#"[{"name":"a","mountPath":"/a"},{"name":"b","mountPath":"/b","readOnly":true}]"#;
    let mut object = deployment(
        &json!({
            "sidecar.istio.io/bootstrapOverride": "",
            "sidecar.istio.io/userVolume": r#"[{"name":"a","emptyDir":{}},{"emptyDir":{}}]"#,
            "sidecar.istio.io/userVolumeMount": mounts,
        }),
        &app(),
    );
    built_in().inject(&mut object).expect("injectable");
    let spec = &object["spec"]["template"]["spec"];
    let named = |list: &Value, name: &str| {
        let items = list.as_array().into_iter().flatten();
        let mut found = items.filter(|item| item["name"] == name);
        found.next().cloned()
    };
    let volume = |name: &str| named(&spec["volumes"], name);
    let bootstrap = volume("custom-bootstrap-volume").expect("as the mount has it");
    assert_eq!(bootstrap["configMap"]["name"], "");
    assert!(volume("a").is_some());
    assert!(
        volume("1").is_some(),
        "what has no name is called by its place"
    );
    let mount = |name: &str| named(&spec["initContainers"][1]["volumeMounts"], name);
    assert_eq!(mount("a"), Some(json!({"name": "a", "mountPath": "/a"})));
    assert_eq!(mount("b").expect("a mount")["readOnly"], true);
}

#[test]
fn a_label_names_the_workload_of_a_sidecar_and_not_that_of_a_gateway() {
    let name = |template: &str| {
        let mut object = deployment(&json!({"inject.istio.io/templates": template}), &app());
        object["spec"]["template"]["metadata"]["labels"] =
            json!({"service.istio.io/workload-name": "other"});
        built_in().inject(&mut object).expect("injectable");
        let text = object.to_string();
        let (_, rest) = text
            .split_once(r#"{"name":"ISTIO_META_WORKLOAD_NAME","value":""#)
            .expect("the variable");
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    assert_eq!(name("sidecar"), "other");
    assert_eq!(name("gateway"), "shop");
    assert_eq!(name("grpc-agent"), "shop");
}

#[test]
fn the_record_leaves_out_what_a_template_takes_away() {
    let extra = "spec: {containers: [{name: app, $patch: delete}], volumes: [{name: data, $patch: delete}, {name: x}]}";
    let mut object = deployment(
        &json!({"inject.istio.io/templates": "sidecar,extra"}),
        &app(),
    );
    injector(config(&[("sidecar", SIDECAR), ("extra", extra)]))
        .inject(&mut object)
        .expect("injectable");
    let notes = &object["spec"]["template"]["metadata"]["annotations"];
    assert_eq!(
        notes["sidecar.istio.io/status"],
        r#"{"initContainers":null,"containers":["istio-proxy"],"volumes":["x"],"imagePullSecrets":null,"revision":"default"}"#
    );
}

#[test]
fn rejects_settings_of_the_proxy_that_istiod_refuses() {
    let refused = |config: &str| {
        let notes = json!({"proxy.istio.io/config": config});
        let error = built_in().inject(&mut deployment(&notes, &app()));
        error.expect_err("not injectable").message
    };
    let of = "annotation proxy.istio.io/config is not valid: proxy.istio.io/config";
    assert_eq!(
        refused("interceptionMode: tproxy"),
        format!("{of}.interceptionMode must be one of REDIRECT, TPROXY, NONE, not `tproxy`")
    );
    assert_eq!(
        refused("tracing: {zipkin: {address: zipkin}}"),
        format!(
            "{of}.tracing.zipkin.address must be HOST:PORT, such as `collector.example.com:9411`, not `zipkin`"
        )
    );
    let notes = json!({"proxy.istio.io/overrides": "[]"});
    let error = built_in().inject(&mut deployment(&notes, &app()));
    assert_eq!(
        error.expect_err("a list").message,
        "annotation proxy.istio.io/overrides must be an object like {\"containers\": […]}, not a list"
    );
}

/// A Deployment that uses much of what injection looks at.
fn busy() -> Value {
    let probe = json!({"httpGet": {"path": "/", "port": "web"}, "timeoutSeconds": 1});
    let proxy = json!({"name": "istio-proxy", "image": "auto", "securityContext": {"runAsUser": 7}, "env": [{"name": "A"}]});
    let spec = json!({
        "initContainers": [{"name": "first", "image": "a", "args": ["b"]}],
        "containers": [
            {"name": "app", "image": "a:1", "ports": [{"name": "web", "containerPort": 80}], "readinessProbe": probe,
             "lifecycle": {"preStop": {"httpGet": {"port": 80}}}, "resources": {"limits": {"cpu": "1"}}},
            proxy,
        ],
        "volumes": [{"name": "data", "emptyDir": {}}],
        "imagePullSecrets": [{"name": "secret"}],
        "securityContext": {"runAsUser": 1},
    });
    let notes = json!({
        "proxy.istio.io/config": "concurrency: 1",
        "prometheus.io/port": "80",
        "sidecar.istio.io/userVolume": "{\"v\": {\"emptyDir\": {}}}",
        "sidecar.istio.io/status": "{\"containers\": [\"other\"]}",
        "proxy.istio.io/overrides": "{\"containers\": [{\"name\": \"istio-proxy\"}]}",
    });
    deployment(&notes, &spec)
}

/// Every place in a value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                places(value, &format!("{at}/{}", yaml::node::escaped(name)), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!("")),
        Just(json!("{")),
        Just(json!("{\"containers\": [1, {}, {\"name\": []}]}")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, {}])),
        Just(json!([{"name": "istio-proxy"}, {"name": "a", "env": "x"}])),
        Just(json!({"name": {"a": 1}})),
        "\\PC{0,12}".prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is put into an object, it is injected or refused, and what was injected can be injected again.
    #[test]
    fn no_object_is_too_odd(changes in prop::collection::vec((any::<prop::sample::Index>(), odd_value()), 1..4)) {
        thread_local! {
            static INJECTOR: Injector = built_in();
        }
        let mut object = busy();
        for (index, value) in changes {
            let mut all = Vec::new();
            places(&object, "", &mut all);
            let place: &String = index.get(&all);
            *object.pointer_mut(place).expect("a place that is there") = value;
        }
        INJECTOR.with(|injector| {
            if injector.inject(&mut object).is_ok() {
                let written = yaml::to_string(&object);
                let read = yaml::parse(&written);
                prop_assert_eq!(read.as_ref(), Ok(&object));
                prop_assert!(injector.inject(&mut object).is_ok(), "{}", written);
            }
            Ok(())
        })?;
    }
}
