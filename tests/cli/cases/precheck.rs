//! `mesh precheck`, and what `mesh install` does not begin.

use serde_json::{Value, json};

use crate::support::cluster::{Practice, has_kubectl, practice};
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
    if !has_kubectl() {
        return None;
    }
    let practice = practice()?;
    practice.folder().write("helm.json", of_helm(version));
    practice
        .kubectl([
            "apply",
            "--server-side",
            "--field-manager=helm",
            "-f",
            "helm.json",
        ])
        .success();
    Some(practice)
}

fn report(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).expect("the report is JSON")
}

#[test]
fn an_empty_cluster_is_ready_and_stays_empty() {
    if !has_kubectl() {
        return;
    }
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
    let report = report(&all);
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
    assert_eq!(report(&only)["warnings"], 3, "{only}");
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
    insta::assert_snapshot!(hide(sandbox.run(["precheck", "--kubeconfig=kubeconfig"])));
    let install = ["install", "--kubeconfig=kubeconfig", "--profile=minimal"];
    insta::assert_snapshot!(hide(sandbox.run(install)));
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
