//! `mesh install` and `mesh status` on a cluster: what is there afterwards, what it cost, and what becomes of it
//! when requests fail.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::cluster::{
    FAULTS, Practice, has_kubectl, has_node, practice, skipped_elsewhere,
};
use crate::support::server::{Answer, Server};
use crate::support::{Outcome, Sandbox};

/// A control plane without definitions, in a namespace of its own: what is quick to apply again and again.
pub(super) fn small(namespace: &str) -> Vec<String> {
    [
        "install",
        "--profile=minimal",
        "--set=values.base.enableIstioConfigCRDs=false",
        "-i",
        namespace,
    ]
    .map(str::to_owned)
    .to_vec()
}

/// What would wait for istiod.
pub(super) const WITHOUT_GATEWAYS: [&str; 2] = [
    "--set=components.ingressGateways[0].enabled=false",
    "--set=components.egressGateways[0].enabled=false",
];

/// What istiod writes into every namespace, and what its replicas agree by on who acts.
pub(super) const BYPRODUCTS: [&str; 8] = [
    "/istio-ca-root-cert",
    "/istio-ca-crl",
    "/istio-ca-secret",
    "/istio-gateway-deployment-default",
    "/istio-gateway-status-leader-default",
    "/istio-leader",
    "/istio-ip-autoallocate",
    "/istio-namespace-controller-election",
];

/// How many requests of a verb there were, and of which kinds most.
pub(super) fn count(practice: &Practice, verb: &str) -> u64 {
    let (_, requests) = practice.faults();
    let of_verb = requests.iter().filter(|(one, _, _)| one == verb);
    of_verb.map(|(_, _, count)| count).sum()
}

#[test]
fn a_dry_run_stores_nothing() {
    let Some(practice) = practice() else { return };
    let dry = ["install", "--profile=demo", "--dry-run"];
    let before = practice.everything();
    let outcome = practice.mesh(dry).success();
    assert!(
        outcome
            .stdout
            .contains("namespace/istio-system created (server dry run)\n")
            && outcome
                .stdout
                .contains("deployment.apps/istiod created (dry run)\n"),
        "{outcome}"
    );
    assert!(
        outcome.stderr.contains("dry run: nothing was stored"),
        "{outcome}"
    );
    assert_eq!(practice.everything(), before);
    let mut install = small("istio-system");
    install.push("--wait=false".to_owned());
    practice.mesh(&install).success();
    let before = practice.everything();
    let again: Vec<&str> = install
        .iter()
        .map(String::as_str)
        .chain(["--dry-run"])
        .collect();
    let outcome = practice.mesh(again).success();
    assert!(
        outcome
            .stdout
            .contains("deployment.apps/istiod unchanged (server dry run)\n"),
        "{outcome}"
    );
    practice.mesh(["uninstall", "--dry-run"]).success();
    let after = practice.everything();
    let changed = |(name, version): &(&String, &String)| {
        // Pods and what follows them go on by themselves, and istiod hands out its certificate and says so in its webhooks.
        let by_itself = [
            "Pod ",
            "ReplicaSet ",
            "Deployment ",
            "Lease ",
            "MutatingWebhookConfiguration ",
            "ValidatingWebhookConfiguration ",
        ];
        !by_itself.iter().any(|kind| name.starts_with(kind))
            && !BYPRODUCTS.iter().any(|one| name.ends_with(one))
            && before.get(*name) != Some(*version)
    };
    assert_eq!(after.iter().find(changed), None);
}

/// Runs `mesh`, interrupts it when the fault that was ordered comes, and gives what it said.
pub(super) fn interrupted(practice: &Practice, args: &[String]) -> String {
    let mut command = practice.folder().command(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the binary runs");
    let begin = Instant::now();
    while practice.faults().0 > 0 && begin.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(killed.expect("kill is there").success());
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    stderr
}

#[test]
fn a_field_of_somebody_else_is_a_conflict_that_names_it() {
    let Some(practice) = practice() else { return };
    let mut install = small("istio-system");
    install.push("--wait=false".to_owned());
    practice.mesh(&install).success();
    let theirs = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: \"trustDomain: theirs\"}\n";
    practice.folder().write("theirs.yaml", theirs);
    practice
        .shell(
            "kubectl apply --server-side --force-conflicts --field-manager=somebody -f theirs.yaml",
        )
        .success();
    let conflict = practice.mesh(&install).failure(3);
    assert!(
        conflict.stderr.contains(
            "ConfigMap istio-system/istio: `.data.mesh` belongs to field manager `somebody`"
        ) && conflict.stderr.contains("`--force-conflicts`"),
        "{conflict}"
    );
    install.push("--force-conflicts".to_owned());
    let taken = practice.mesh(&install).success();
    assert!(taken.stdout.contains(" 1 configured"), "{taken}");
    practice.mesh(["uninstall", "--purge", "-y"]).success();
}

/// Every request of an apply fails once, each in a way of its own: what may be sent again is, what may not is reported, and
/// the next run is complete.
#[test]
fn an_apply_survives_a_fault_at_every_request() {
    const ACTIONS: [&str; 8] = [
        "drop",
        "lost",
        "conflict",
        "throttle",
        "error",
        "unavailable",
        "forbidden",
        "unauthorized",
    ];
    if skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let mut reported = 0;
    for nth in 1.. {
        let mut install = small(&format!("mesh-{nth}"));
        install.push("--wait=false".to_owned());
        // An istiod that answers writes into its webhooks, be it between a request and its repetition.
        install.push(r"--set=values.pilot.podAnnotations.sandbox\.mesh/fail=NotReady".to_owned());
        // Eight is no multiple of seven: over the run each kind of request meets each kind of fault.
        let action = ACTIONS[(nth * 7) % ACTIONS.len()];
        practice.order_faults(&json!([{"nth": nth, "action": action, "milliseconds": 1000}]));
        let outcome = practice.mesh(&install);
        if practice.faults().0 > 0 {
            outcome.success();
            assert!(nth > 40, "an apply is only {nth} requests");
            break;
        }
        practice.order_faults(&json!([]));
        match (outcome.code, action) {
            (0, _) => {}
            (1, "forbidden" | "unauthorized") => {
                reported += 1;
                let says = if action == "forbidden" {
                    "verbs: ["
                } else {
                    "credentials"
                };
                assert!(
                    outcome.stderr.contains(says),
                    "request {nth}, {action}:\n{outcome}"
                );
            }
            _ => panic!("request {nth}, {action}:\n{outcome}"),
        }
        if outcome.code != 0 {
            practice.mesh(&install).success();
        }
        // The same request of an apply that finds everything in its place.
        let action = match action {
            "forbidden" | "unauthorized" => "drop",
            other => other,
        };
        practice.order_faults(&json!([{"nth": nth, "action": action, "milliseconds": 1000}]));
        let last = practice.mesh(&install).success();
        assert!(
            last.stdout.starts_with("nothing to change"),
            "request {nth}, {action}:\n{outcome}\n{last}"
        );
    }
    assert!(reported > 5, "only {reported} faults were reported");
}

#[test]
fn ctrl_c_leaves_what_a_second_run_goes_on_with() {
    if skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    practice.order_faults(
        &json!([{"verb": "patch", "nth": 12, "action": "delay", "milliseconds": 1500}]),
    );
    let mut install = small("istio-system");
    install.push("--wait=false".to_owned());
    let stderr = interrupted(&practice, &install);
    assert!(
        stderr.contains("error: interrupted: ")
            && stderr.contains("run the same command again to go on"),
        "{stderr}"
    );
    let status = practice.mesh(["status"]).success();
    assert!(
        status.stderr.contains("did not come to its end"),
        "{status}"
    );
    practice.mesh(&install).success();
    let status = practice.mesh(["status", "-o", "json"]).success();
    let status = status.json();
    assert_eq!(status["installations"][0]["complete"], true);
    practice.mesh(["uninstall", "-y", "--purge"]).success();
}

#[test]
fn status_of_an_empty_cluster_says_how_to_get_a_mesh() {
    let Some(practice) = practice() else { return };
    let status = practice.mesh(["status"]).success();
    assert!(
        status
            .stdout
            .starts_with("no control plane runs in https://"),
        "{status}"
    );
    assert!(
        status.stderr.contains("`mesh install --profile demo`"),
        "{status}"
    );
    let json = practice.mesh(["status", "-o", "json"]).success();
    let json = json.json();
    assert_eq!(json["controlPlane"], json!([]));
}

/// An API server that serves what an installation needs, has none of it, and answers to what is applied as `patched` says.
fn serving(patched: impl Fn(&str) -> Answer + Send + Sync + 'static) -> (Sandbox, Server) {
    let discovery = |groups: &[(&str, &[&str])]| {
        let resource = |kind: &&str| {
            let cluster = [
                "Namespace",
                "ClusterRole",
                "ClusterRoleBinding",
                "MutatingWebhookConfiguration",
                "ValidatingWebhookConfiguration",
            ]
            .contains(kind);
            json!({"resource": format!("{}s", kind.to_lowercase()), "responseKind": {"kind": kind},
                "scope": if cluster { "Cluster" } else { "Namespaced" }, "verbs": ["get", "list", "patch"]})
        };
        let group = |(name, kinds): &(&str, &[&str])| {
            let version = if *name == "autoscaling" { "v2" } else { "v1" };
            json!({"metadata": {"name": name}, "versions": [{"version": version, "resources": kinds.iter().map(resource).collect::<Vec<_>>()}]})
        };
        json!({"kind": "APIGroupDiscoveryList", "items": groups.iter().map(group).collect::<Vec<_>>()}).to_string()
    };
    let core = discovery(&[("", &["Namespace", "ServiceAccount", "ConfigMap", "Service"])]);
    let groups = discovery(&[
        ("apps", &["Deployment"]),
        ("autoscaling", &["HorizontalPodAutoscaler"]),
        (
            "rbac.authorization.k8s.io",
            &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
        ),
        (
            "admissionregistration.k8s.io",
            &[
                "MutatingWebhookConfiguration",
                "ValidatingWebhookConfiguration",
            ],
        ),
    ]);
    let server = Server::start(move |line| match line {
        "GET /api" => Answer::Json(200, core.clone()),
        "GET /apis" => Answer::Json(200, groups.clone()),
        "GET /version" => Answer::version("v1.34.1"),
        line if line.starts_with("GET") => Answer::Json(
            404,
            json!({"kind": "Status", "code": 404, "reason": "NotFound", "message": "not found"})
                .to_string(),
        ),
        line if line.contains("/namespaces/istio-system?") => Answer::Json(
            200,
            json!({"kind": "Namespace", "metadata": {"name": "istio-system"}}).to_string(),
        ),
        line if line.contains("mesh-inventory") => Answer::Json(200, "{}".to_owned()),
        line => patched(line),
    });
    let sandbox = Sandbox::new();
    sandbox.write("kubeconfig", server.kubeconfig());
    (sandbox, server)
}

/// What is said when the server refuses, without what differs from run to run.
fn refused(code: u16, status: &Value) -> String {
    let status = status.to_string();
    let (sandbox, server) = serving(move |_| Answer::Json(code, status.clone()));
    let mut install = small("istio-system");
    install.extend(["--kubeconfig".to_owned(), "kubeconfig".to_owned()]);
    let outcome: Outcome = sandbox.run(&install);
    outcome
        .to_string()
        .replace(&server.port().to_string(), "[PORT]")
}

#[test]
fn what_the_server_warns_of_is_shown_once_with_its_object() {
    let (sandbox, server) = serving(|line| {
        let ready =
            json!({"status": {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}});
        let warning = match line {
            line if line.contains("/deployments/istiod?") => "would violate \\\"restricted\\\"",
            line if line.contains("/services/istiod?") => "deprecated",
            line if line.contains("/selfsubjectaccessreviews") => {
                return Answer::Json(200, json!({"status": {"allowed": true}}).to_string());
            }
            _ => return Answer::Json(200, ready.to_string()),
        };
        Answer::Warned(warning.to_owned(), ready.to_string())
    });
    let mut install = small("istio-system");
    install.extend(["--kubeconfig".to_owned(), "kubeconfig".to_owned()]);
    let outcome = sandbox.run(&install).success();
    assert!(!server.requests().is_empty());
    let warnings: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning: "))
        .collect();
    assert_eq!(
        warnings,
        [
            "warning: Service istio-system/istiod: deprecated",
            "warning: Deployment istio-system/istiod: would violate \"restricted\""
        ],
        "{outcome}"
    );
}

#[test]
fn a_failed_apply_is_a_report_too() {
    let denied = json!({"kind": "Status", "code": 403, "reason": "Forbidden", "message": "no"});
    let (sandbox, _server) = serving(move |_| Answer::Json(403, denied.to_string()));
    let mut install = small("istio-system");
    install.extend(["--kubeconfig=kubeconfig", "-o", "json"].map(str::to_owned));
    let outcome = sandbox.run(&install);
    assert_eq!(outcome.code, 1, "{outcome}");
    let report = outcome.json();
    let with = |result: &str| {
        let objects = report["objects"].as_array().unwrap().iter();
        objects.filter(|it| it["result"] == result).count()
    };
    assert_eq!(report["complete"], false);
    assert!(with("failed") > 0 && with("untried") > 0, "{outcome}");
    let failed = report["objects"].as_array().unwrap().iter();
    let reasons = failed.filter_map(|it| it["reason"].as_str());
    assert!(
        reasons.clone().all(|it| it.ends_with("answered 403: no")),
        "{outcome}"
    );
}

#[test]
fn a_webhook_that_denies_is_named() {
    let message = "admission webhook \"policy.example.com\" denied the request: no label `team`";
    insta::assert_snapshot!(refused(
        403,
        &json!({"kind": "Status", "code": 403, "reason": "Forbidden", "message": message})
    ));
}

#[test]
fn a_missing_permission_is_named_as_a_rule() {
    let message = "serviceaccounts \"istiod\" is forbidden: User \"jane\" cannot patch resource \"serviceaccounts\" in API group \"\" in the namespace \"istio-system\"";
    insta::assert_snapshot!(refused(
        403,
        &json!({"kind": "Status", "code": 403, "reason": "Forbidden", "message": message})
    ));
}

#[test]
fn an_expired_token_is_named() {
    insta::assert_snapshot!(refused(
        401,
        &json!({"kind": "Status", "code": 401, "reason": "Unauthorized", "message": "Unauthorized"})
    ));
}

#[test]
fn says_how_to_get_a_cluster_where_there_is_none() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.run(["install", "--profile=demo"]).failure(1));
    sandbox.write(
        "kubeconfig",
        crate::support::server::kubeconfig("http://127.0.0.1:1", "token: t"),
    );
    let refused = sandbox
        .run(["install", "--kubeconfig=kubeconfig"])
        .failure(1);
    assert!(
        refused
            .stderr
            .contains("http://127.0.0.1:1 refused the connection"),
        "{refused}"
    );
    let unknown = sandbox
        .run(["status", "--kubeconfig=kubeconfig", "--context=prod"])
        .failure(1);
    assert!(
        unknown.stderr.contains("the contexts are `test`"),
        "{unknown}"
    );
}

#[test]
fn an_empty_configuration_is_nothing_to_install() {
    insta::assert_snapshot!(
        Sandbox::new()
            .run(["install", "--profile=empty"])
            .failure(1)
    );
}

#[test]
fn what_is_not_ready_is_named_with_its_reasons() {
    if skipped_elsewhere("pods that fail on request") {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    for (fail, says) in [
        ("ImagePullBackOff", "ImagePullBackOff"),
        ("CrashLoopBackOff", "(container discovery said: "),
        ("NotReady", "container discovery is not ready"),
    ] {
        let mut install = small("istio-system");
        let annotation = r"components.pilot.k8s.podAnnotations.sandbox\.mesh/fail";
        install.push(format!("--set={annotation}={fail}"));
        install.push("--timeout=4s".to_owned());
        let outcome = practice.mesh(&install).failure(1);
        assert!(
            outcome
                .stderr
                .contains("caused by: Deployment istio-system/istiod: ")
                && outcome.stderr.contains(says),
            "{fail}:\n{outcome}"
        );
    }
    practice.mesh(small("istio-system")).success();
}

#[test]
fn a_wait_survives_watches_that_break() {
    if skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    for (nth, action) in ["drop", "expired", "error", "unavailable"]
        .iter()
        .enumerate()
    {
        practice.order_faults(&json!([
            {"verb": "watch", "resource": "deployments", "nth": 1, "action": action},
            // The first looks for control planes, the second is before the watch.
            {"verb": "list", "resource": "deployments", "nth": 3, "action": action},
        ]));
        let install = small(&format!("mesh-{nth}"));
        practice.mesh(&install).success();
        // The client itself asks again while a server is unavailable, so that nothing is listed a second time.
        let left = usize::from(*action == "unavailable");
        assert_eq!(practice.faults().0, left, "{action}");
    }
}

/// The course's way: everything ready, and an application in the mesh.
#[test]
fn demo_becomes_ready_and_bookinfo_joins_the_mesh() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let shop = practice.namespace();
    let first = practice.mesh(["manifest", "apply", "--set", "profile=demo"]);
    let first = first.success();
    assert!(first.stdout.ends_with(", all ready\n"), "{first}");
    for part in [
        "base",
        "istiod",
        "ingress gateways",
        "egress gateways",
        "kiali",
    ] {
        assert!(first.stderr.contains(&format!("✔ {part}: ")), "{first}");
    }
    let begin = Instant::now();
    let second = practice.mesh(["install", "--profile=demo"]).success();
    assert!(second.stdout.starts_with("nothing to change"), "{second}");
    assert!(begin.elapsed() < Duration::from_secs(20));
    practice
        .kubectl(["label", "namespace", &shop, "istio-injection=enabled"])
        .success();
    practice
        .mesh(["sample", "apply", "bookinfo", "-n", &shop, "--wait"])
        .success();
    let pods = practice.kubectl(["get", "pods", "-n", &shop, "--no-headers"]);
    let pods = pods.success().stdout;
    assert_eq!(
        pods.lines().filter(|line| line.contains(" 2/2 ")).count(),
        6,
        "{pods}"
    );
    let status = practice.mesh(["status", "-o", "json"]).success();
    let status = status.json();
    assert_eq!(status["controlPlane"][0]["ready"], 1);
    assert_eq!(status["gateways"].as_array().map(Vec::len), Some(2));
    assert_eq!(status["addons"].as_array().map(Vec::len), Some(4));
    let own = status["namespaces"].as_array().into_iter().flatten();
    let own: Vec<_> = own.filter(|it| it["name"] == shop.as_str()).collect();
    assert_eq!(
        (&own[0]["pods"], &own[0]["withProxy"]),
        (&json!(6), &json!(6))
    );
    let needed = practice.mesh(["uninstall", "--purge", "-y"]).failure(4);
    assert!(
        needed.stderr.contains("6 proxies still need what would go")
            && needed.stderr.contains(&format!(
                "{shop}/reviews-v1 (Deployment, sidecar of revision default, 1 pod)"
            )),
        "{needed}"
    );
    practice
        .kubectl(["get", "deployment", "istiod", "-n", "istio-system"])
        .success();
    let gone = practice
        .mesh(["uninstall", "--purge", "-y", "--force"])
        .success();
    assert!(
        gone.stderr
            .contains("warning: 6 proxies still need what would go"),
        "{gone}"
    );
}
