//! `mesh precheck`, and what `mesh install` does not begin.

use serde_json::{Value, json};

use crate::support::cluster::{Practice, practice};
use crate::support::server::{Answer, Server};
use crate::support::{Outcome, Sandbox};

/// A ServiceAccount and a Deployment as Helm writes them.
fn of_helm(version: &str) -> String {
    let metadata = json!({"name": "istiod", "namespace": "istio-system",
        "labels": {"app": "istiod", "istio.io/rev": "default", "app.kubernetes.io/managed-by": "Helm"},
        "annotations": {"meta.helm.sh/release-name": "istiod", "meta.helm.sh/release-namespace": "istio-system"}});
    json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "istio-system"}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {
            "selector": {"matchLabels": {"app": "istiod"}},
            "template": {"metadata": {"labels": {"app": "istiod"}},
                "spec": {"containers": [{"name": "discovery", "image": format!("registry.example/pilot:{version}")}]}}}},
    ]})
    .to_string()
}

fn with_helm(version: &str) -> Option<Practice> {
    let practice = practice()?;
    practice.apply_as("helm", &of_helm(version)).success();
    Some(practice)
}

#[test]
fn an_empty_cluster_is_ready_and_stays_empty() {
    let Some(practice) = practice() else { return };
    let outcome = practice.mesh(["precheck"]).success();
    assert_eq!(outcome.stdout, "", "{outcome}");
    assert!(
        outcome.stderr.contains("nothing stands in the way"),
        "{outcome}"
    );
    let all = practice
        .mesh([
            "experimental",
            "precheck",
            "--output-threshold=Info",
            "-o",
            "json",
        ])
        .success();
    let report = all.json();
    assert_eq!(
        (&report["errors"], &report["warnings"]),
        (&json!(0), &json!(0))
    );
    let checks: Vec<&str> = report["findings"]
        .as_array()
        .expect("there are some")
        .iter()
        .filter_map(|it| it["check"].as_str())
        .collect();
    assert_eq!(checks, ["kubernetes", "permissions", "gateways"], "{all}");
    let found = practice.shell("kubectl get namespace istio-system --ignore-not-found -o name");
    assert_eq!(found.success().stdout, "");
}

#[test]
fn what_helm_has_is_not_installed_over() {
    let Some(practice) = with_helm("1.29.2") else {
        return;
    };
    let outcome = practice.mesh(["precheck"]);
    assert_eq!(outcome.code, 4, "{outcome}");
    for part in [
        "2 objects belong to Helm's release `istiod` of namespace `istio-system`: ServiceAccount istiod and Deployment istiod",
        "revision `default` (1.29.2) in namespace `istio-system` is 2 minor releases older than 1.31",
        "since 1.31: proxies are told of unready endpoints too",
    ] {
        assert!(outcome.stdout.contains(part), "{outcome}");
    }
    assert!(
        outcome.stderr.contains("error: 1 error, 5 warnings"),
        "{outcome}"
    );
    let only = practice
        .mesh([
            "precheck",
            "--skip-controlplane",
            "--from-version=1.30",
            "-o",
            "json",
        ])
        .success();
    assert_eq!(only.json()["warnings"], 3, "{only}");
    let version =
        "kubectl get all,configmap,crd -A -o yaml | grep resourceVersion | sort | sha256sum";
    let before = practice.shell(version).success().stdout;
    let refused = practice
        .mesh(["install", "-y", "--profile=minimal"])
        .failure(4);
    assert!(
        refused
            .stderr
            .contains("nothing was changed: the cluster is not ready")
            && refused.stderr.contains("`--force` goes on all the same"),
        "{refused}"
    );
    assert_eq!(practice.shell(version).success().stdout, before);
}

/// A server on which nothing is allowed but to ask.
fn forbidding() -> (Sandbox, Server) {
    let resource = |name: &str, kind: &str, scope: &str| json!({"resource": name, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["get", "list"]});
    let groups =
        |items: Value| json!({"kind": "APIGroupDiscoveryList", "items": items}).to_string();
    let core = groups(
        json!([{"metadata": {"name": ""}, "versions": [{"version": "v1", "resources": [
        resource("configmaps", "ConfigMap", "Namespaced"), resource("namespaces", "Namespace", "Cluster")]}]}]),
    );
    let apps = groups(
        json!([{"metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": [
        resource("deployments", "Deployment", "Namespaced")]}]}]),
    );
    let status = |code: u16| {
        Answer::Json(
            code,
            json!({"kind": "Status", "code": code, "message": "no"}).to_string(),
        )
    };
    let server = Server::start(move |line| match line {
        "GET /api" => Answer::Json(200, core.clone()),
        "GET /apis" => Answer::Json(200, apps.clone()),
        "GET /version" => Answer::version("v1.30.2"),
        line if line.starts_with("POST") && line.contains("selfsubjectaccessreviews") => {
            Answer::Json(
                201,
                json!({"kind": "SelfSubjectAccessReview", "status": {"allowed": false}})
                    .to_string(),
            )
        }
        line if line.contains("deployments?") => status(403),
        _ => status(404),
    });
    let sandbox = Sandbox::new();
    sandbox.write("kubeconfig", server.kubeconfig());
    (sandbox, server)
}

#[test]
fn missing_rights_are_named_before_anything_is_sent() {
    let (sandbox, server) = forbidding();
    let hide = |outcome: Outcome| {
        assert_eq!(outcome.code, 4, "{outcome}");
        outcome
            .to_string()
            .replace(&server.port().to_string(), "[PORT]")
    };
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istiod, namespace: istio-system}\n";
    charts(&sandbox, "mine", &[("a", deployment)]);
    let run = |command| {
        let args = [command, "--kubeconfig=kubeconfig"];
        let args = args.into_iter().chain(with_base_of("mine"));
        hide(sandbox.run(args))
    };
    insta::assert_snapshot!(run("precheck"));
    insta::assert_snapshot!(run("install"));
    let sent = server.requests();
    assert!(
        sent.iter().all(|it| !it.line.starts_with("PATCH")),
        "{sent:?}"
    );
}

#[test]
fn a_version_that_is_none_is_refused() {
    let sandbox = Sandbox::new();
    for bad in ["latest", "1", "31", "2.0", "0.8"] {
        let refused = sandbox
            .run(["precheck", &format!("--from-version={bad}")])
            .failure(2);
        assert!(refused.stderr.contains("such as 1.30"), "{refused}");
    }
}

/// Charts whose `base` makes one object of a kind.
fn charts(sandbox: &Sandbox, folder: &str, templates: &[(&str, &str)]) {
    let chart = "name: base\nversion: 1.0.0\n";
    sandbox.write(&format!("{folder}/base/Chart.yaml"), chart);
    for (name, text) in templates {
        sandbox.write(&format!("{folder}/base/templates/{name}.yaml"), text);
    }
}

/// Flags that install what `base` of a folder of charts makes, and nothing else.
fn with_base_of(folder: &str) -> [&str; 4] {
    [
        "--profile=empty",
        "--set=components.base.enabled=true",
        "-d",
        folder,
    ]
}

const WIDGETS: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.precheck.mesh.test}
spec:
  group: precheck.mesh.test
  names: {kind: Widget, plural: widgets, singular: widget}
  scope: Cluster
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
";

#[test]
fn a_kind_that_is_not_served_is_found_before_anything_is_written() {
    let Some(practice) = practice() else { return };
    let widget = "apiVersion: precheck.mesh.test/v1\nkind: Widget\nmetadata: {name: one}\n";
    let old = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: one, namespace: istio-system}\n";
    let folder = practice.folder();
    charts(folder, "old", &[("a", old)]);
    charts(folder, "alone", &[("a", widget)]);
    charts(folder, "both", &[("a", widget), ("definitions", WIDGETS)]);
    let of = |folder| with_base_of(folder).map(str::to_owned);
    let before = practice.names();
    let refused = [
        (
            vec!["--profile=openshift".to_owned()],
            "NetworkAttachmentDefinition default/istio-cni: the cluster does not serve NetworkAttachmentDefinition of `k8s.cni.cncf.io/v1`",
            "comes with OpenShift, or with Multus",
        ),
        (
            of("old").to_vec(),
            "PodDisruptionBudget istio-system/one: the cluster does not serve PodDisruptionBudget of `policy/v1beta1`",
            "it serves it as `policy/v1`",
        ),
        (
            of("alone").to_vec(),
            "Widget one: the cluster does not serve Widget of `precheck.mesh.test/v1`",
            "install the definitions (CRDs) of `precheck.mesh.test` first",
        ),
    ];
    for (flags, what, way_on) in refused {
        let command = |first: &[&str]| {
            let first = first.iter().map(|it| (*it).to_owned());
            let outcome = practice.mesh(first.chain(flags.clone()));
            assert_eq!(outcome.code, 4, "{outcome}");
            outcome
        };
        let install = command(&["install", "-y"]);
        let nothing = "nothing was changed: the cluster is not ready";
        for part in [nothing, what, way_on] {
            assert!(install.stderr.contains(part), "{part}\n{install}");
        }
        let check = command(&["precheck", "-o", "json"]);
        let found = &check.json()["findings"];
        let found = found.as_array().expect("there are some").iter();
        let kinds: Vec<_> = found.filter(|it| it["check"] == "kinds").collect();
        assert!(kinds.len() == 1 && kinds[0]["level"] == "error", "{check}");
    }
    let dry = practice.mesh(["install", "--dry-run", "--profile=openshift", "-o", "json"]);
    assert_eq!(dry.code, 1, "{dry}");
    for part in [
        "warning: NetworkAttachmentDefinition default/istio-cni",
        "hint: dry run: nothing was stored",
    ] {
        assert!(dry.stderr.contains(part), "{part}\n{dry}");
    }
    assert!(!dry.stderr.contains("mesh uninstall"), "{dry}");
    assert_eq!(practice.names(), before);
    let both = of("both");
    let all = ["install", "-y"].map(str::to_owned).into_iter().chain(both);
    let done = practice.mesh(all).success();
    assert!(done.stdout.contains("3 objects created"), "{done}");
    practice.mesh(["uninstall", "--purge", "-y"]).success();
    let widgets = [
        "delete",
        "crd",
        "widgets.precheck.mesh.test",
        "--ignore-not-found",
    ];
    practice.kubectl(widgets).success();
}

#[test]
fn without_flags_what_is_installed_is_looked_at() {
    let Some(practice) = practice() else { return };
    let empty = practice.mesh(["precheck"]).success();
    let nothing = "checking profile default, revision `default` in `istio-system`: mesh has installed nothing there yet";
    assert!(empty.stderr.contains(nothing), "{empty}");
    let folder = practice.folder();
    charts(folder, "mine", &[("a", CONFIGURATION)]);
    let install = ["install", "-y", "--revision=old", "--tag=1.30.2"];
    let install = install.into_iter().chain(with_base_of("mine"));
    practice.mesh(install).success();
    let lost = practice.mesh(["precheck"]).failure(4);
    assert!(lost.stderr.contains("`--manifests mine`"), "{lost}");

    let of = |more: &[&str]| {
        let args = ["precheck", "-d", "mine", "-o", "json"];
        let outcome = practice.mesh(args.iter().chain(more)).success();
        let report = outcome.json();
        let fields = ["profile", "revision", "settingsOf", "istioVersion"];
        (
            fields.map(|field| report[field].as_str().unwrap_or("-").to_owned()),
            outcome,
        )
    };
    let (stored, outcome) = of(&[]);
    assert_eq!(stored, ["empty", "old", "old", "1.30.2"], "{outcome}");
    let said = "checking profile empty, revision `old` in `istio-system`, with its stored settings (ConfigMap istio-system/mesh-inventory-old)";
    assert!(outcome.stderr.contains(said), "{outcome}");
    let (beside, outcome) = of(&["--revision=new", "--tag=1.31.4", "--reuse-values"]);
    assert_eq!(beside, ["empty", "new", "old", "1.31.4"], "{outcome}");
    let said = "with the stored settings of revision `old`";
    assert!(outcome.stderr.contains(said), "{outcome}");
    let changed = "since 1.31: ";
    assert!(outcome.stdout.contains(changed), "{outcome}");
    let (given, outcome) = of(&with_base_of("mine")[..2]);
    assert_eq!(given, ["empty", "default", "-", "1.31.4"], "{outcome}");
    assert!(outcome.stderr.contains("as the flags say"), "{outcome}");
    practice.mesh(["uninstall", "--purge", "-y"]).success();
}

const CONFIGURATION: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: istio-system}\n";
