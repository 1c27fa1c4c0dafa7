//! `mesh manifest diff --live` and `mesh verify-install`: a cluster that others have changed, held against what was installed.

use serde_json::{Value, json};

use super::install::BYPRODUCTS;
use crate::support::cluster::{
    FAULTS, Practice, has_kubectl, has_node, practice, skipped_elsewhere,
};
use crate::support::{Outcome, Sandbox};

/// A control plane without definitions, whose replicas are what the manifest says.
const SMALL: [&str; 3] = [
    "--profile=minimal",
    "--set=values.base.enableIstioConfigCRDs=false",
    "--set=values.pilot.autoscaleEnabled=false",
];

fn run(practice: &Practice, command: &[&str], flags: &[&str]) -> Outcome {
    practice.mesh([command, &SMALL, flags].concat())
}

fn install(practice: &Practice, flags: &[&str]) {
    run(practice, &["install", "-y"], flags).success();
}

fn live(practice: &Practice, flags: &[&str]) -> Outcome {
    run(practice, &["manifest", "diff", "--live"], flags)
}

/// The names in a list of objects of a report.
fn objects(of: &Value) -> Vec<&str> {
    let all = of.as_array().into_iter().flatten();
    all.filter_map(|one| one["object"].as_str()).collect()
}

/// What changes by itself: pods and what follows them.
fn at_rest(practice: &Practice) -> Vec<(String, String)> {
    let moves = [
        "Pod ",
        "ReplicaSet ",
        "Deployment ",
        "HorizontalPodAutoscaler ",
        "Lease ",
    ];
    practice
        .everything()
        .into_iter()
        .filter(|(name, _)| !moves.iter().any(|kind| name.starts_with(kind)))
        .filter(|(name, _)| !BYPRODUCTS.iter().any(|one| name.ends_with(one)))
        .collect()
}

/// Waits until istiod has written what is its own into the webhooks that lead to it.
fn webhooks_are_taken_over(practice: &Practice) {
    let policy = "kubectl get validatingwebhookconfiguration istio-validator-istio-system -o jsonpath='{.webhooks[0].failurePolicy}'";
    practice.until(policy, |out| out == "Fail");
    let bundle = "kubectl get mutatingwebhookconfiguration istio-sidecar-injector -o jsonpath='{.webhooks[*].clientConfig.caBundle}'";
    practice.until(bundle, |out| !out.is_empty());
}

#[test]
fn a_live_diff_of_an_empty_cluster_is_the_manifest_and_stores_nothing() {
    let Some(practice) = practice() else { return };
    let before = at_rest(&practice);
    let diff = ["manifest", "diff", "--live", "--profile=demo", "-o", "json"];
    let outcome = practice.mesh(diff);
    assert_eq!(outcome.code, 1, "{outcome}");
    let report = outcome.json();
    let differences = report["differences"].as_array().unwrap();
    assert!(
        differences.iter().all(|one| one["change"] == "added"),
        "{outcome}"
    );
    // Of kinds that are there, of kinds whose definitions are to come, and the namespace itself.
    let names = objects(&report["differences"]);
    for name in [
        "Namespace istio-system",
        "CustomResourceDefinition gateways.networking.istio.io",
        "Deployment istio-system/istiod",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert_eq!(report["failed"], json!([]));
    let verify = practice.mesh(["verify-install", "--profile=demo", "-o", "json"]);
    assert_eq!(verify.code, 1, "{verify}");
    let installation = &verify.json()["installations"][0];
    assert_eq!(installation["total"], names.len());
    assert_eq!(objects(&installation["objects"]).len(), names.len());
    assert_eq!(at_rest(&practice), before);
}

#[test]
fn after_an_install_nothing_differs_and_everything_is_verified() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    install(&practice, &[]);
    webhooks_are_taken_over(&practice);
    let before = at_rest(&practice);
    let same = live(&practice, &[]);
    assert_eq!((same.code, same.stdout.as_str()), (0, ""), "{same}");
    assert!(
        same.stderr.contains("create 0, change 0 and leave "),
        "{same}"
    );
    practice
        .mesh(["manifest", "diff", "--live", "--reuse-values"])
        .success();
    let verified = practice.mesh(["verify-install"]).success();
    assert!(
        verified
            .stdout
            .contains("objects are there, unchanged and ready"),
        "{verified}"
    );
    let all = practice.mesh(["verify-install", "--all"]).success();
    assert!(
        all.stdout.contains("Deployment istio-system/istiod   "),
        "{all}"
    );
    assert_eq!(at_rest(&practice), before);
    // Another setting is a difference of the objects that it reaches, and of no other.
    let other = live(&practice, &["--set=meshConfig.accessLogFile=/dev/stdout"]);
    assert_eq!(other.code, 1, "{other}");
    assert!(
        other.stdout.contains(
            "--- live: ConfigMap istio-system/istio\n+++ applied: ConfigMap istio-system/istio\n"
        ) && other.stdout.contains("+    accessLogFile: /dev/stdout\n")
            && !other.stdout.contains("Deployment"),
        "{other}"
    );
}

#[test]
fn what_others_changed_is_named_with_who_did_it() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    install(&practice, &[]);
    practice
        .shell(
            "kubectl patch configmap istio -n istio-system --type merge -p '{\"data\":{\"mesh\":\"trustDomain: theirs\"}}' && \
             kubectl scale deployment istiod -n istio-system --replicas 2 && \
             kubectl label deployment istiod -n istio-system of=others && \
             kubectl delete service istiod -n istio-system && \
             kubectl rollout status deployment istiod -n istio-system --timeout 60s",
        )
        .success();
    let diff = live(&practice, &["-o", "json"]);
    assert_eq!(diff.code, 1, "{diff}");
    let report = diff.json();
    let differences = report["differences"].as_array().unwrap();
    let of = |name: &str| {
        let found = differences.iter().find(|one| one["object"] == name);
        found.unwrap_or_else(|| panic!("{name}:\n{diff}"))
    };
    assert_eq!(of("Service istio-system/istiod")["change"], "added");
    let istiod = of("Deployment istio-system/istiod");
    assert_eq!(istiod["fields"][0]["field"], ".spec.replicas");
    assert_eq!(istiod["conflicts"][0]["manager"], "kubectl", "{diff}");
    assert_eq!(
        of("ConfigMap istio-system/istio")["conflicts"],
        json!([{"field": ".data.mesh", "manager": "kubectl-patch"}])
    );
    assert_eq!(differences.len(), 3, "{diff}");
    let verify = practice.mesh(["verify-install"]);
    assert_eq!(verify.code, 1, "{verify}");
    for line in [
        "ConfigMap istio-system/istio     changed   .data.mesh is different (kubectl-patch)\n",
        "Deployment istio-system/istiod   changed   .spec.replicas is 2, not 1 (kubectl)\n",
        "Service istio-system/istiod      missing\n",
        "3 of ",
    ] {
        assert!(verify.stdout.contains(line), "{line}:\n{verify}");
    }
    // An apply agrees: conflicts without force, and afterwards all is well.
    run(&practice, &["install", "-y"], &[]).failure(3);
    let taken = live(&practice, &["--force-conflicts"]);
    assert!(!taken.stderr.contains("conflict"), "{taken}");
    install(&practice, &["--force-conflicts"]);
    live(&practice, &[]).success();
    practice.mesh(["verify-install"]).success();
}

#[test]
fn what_is_not_ready_says_why() {
    if skipped_elsewhere("pods that fail on request") {
        return;
    }
    let Some(practice) = practice() else { return };
    install(&practice, &[]);
    practice
        .shell(
            "kubectl patch deployment istiod -n istio-system --type merge \
             -p '{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"sandbox.mesh/fail\":\"ImagePullBackOff\"}}}}}'",
        )
        .success();
    practice.until("kubectl get pods -n istio-system", |out| {
        out.contains("ImagePullBackOff")
    });
    let verify = practice.mesh(["verify-install"]);
    assert_eq!(verify.code, 1, "{verify}");
    let line = verify
        .stdout
        .lines()
        .find(|line| line.contains("not ready   "));
    assert!(
        line.is_some_and(|line| line.starts_with("Deployment istio-system/istiod")
            // ErrImagePull and ImagePullBackOff take turns.
            && line.contains("ImagePull")),
        "{verify}"
    );
    let of_programs = practice.mesh(["verify-install", "-o", "json"]);
    let installation = &of_programs.json()["installations"][0];
    assert_eq!(installation["ok"], false);
    assert_eq!(
        installation["objects"][0]["problems"][0]["kind"],
        "notReady"
    );
    assert_eq!(installation["components"][1]["notReady"], 1);
    // Others' additions are no change, but a diff of the installation is still empty.
    live(&practice, &[]).success();
}

#[test]
fn what_is_no_longer_wanted_counts_only_where_it_is_to_be_pruned() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    install(&practice, &["--set=values.pilot.autoscaleEnabled=true"]);
    let scaler = "HorizontalPodAutoscaler istio-system/istiod";
    let kept = live(&practice, &["-o", "json"]);
    let report = kept.json();
    assert!(!objects(&report["differences"]).contains(&scaler), "{kept}");
    assert_eq!(report["unwanted"][0]["kind"], "HorizontalPodAutoscaler");
    let hint = format!("not in this configuration: {scaler}");
    assert!(kept.stderr.contains(&hint), "{kept}");
    let pruned = live(&practice, &["--prune"]);
    let deleted = format!("--- live: {scaler}\n+++ /dev/null\n");
    assert!(pruned.stdout.contains(&deleted), "{pruned}");
    assert!(pruned.stderr.contains(", delete 1 and leave "), "{pruned}");
}

/// A user who may read and not write.
#[test]
fn without_the_right_to_patch_the_comparison_is_an_estimate() {
    if skipped_elsewhere(FAULTS) || !has_kubectl() {
        return;
    }
    let Some(practice) = practice() else { return };
    install(&practice, &[]);
    webhooks_are_taken_over(&practice);
    let forbid = || {
        let all: Vec<Value> = (1..100)
            .map(|nth| json!({"verb": "patch", "nth": nth, "action": "forbidden"}))
            .collect();
        practice.order_faults(&json!(all));
    };
    forbid();
    let same = live(&practice, &[]);
    practice.order_faults(&json!([]));
    assert_eq!((same.code, same.stdout.as_str()), (0, ""), "{same}");
    assert!(
        same.stderr.contains("were compared without the server"),
        "{same}"
    );
    practice
        .shell("kubectl scale deployment istiod -n istio-system --replicas 3")
        .success();
    forbid();
    let verify = practice.mesh(["verify-install"]);
    let other = live(&practice, &["--set=values.pilot.env.A=b", "-o", "json"]);
    practice.order_faults(&json!([]));
    assert!(
        verify
            .stdout
            .contains(".spec.replicas is 3, not 1 (kubectl)"),
        "{verify}"
    );
    let report = other.json();
    let istiod = report["differences"].as_array().unwrap().iter();
    let mut istiod = istiod.filter(|one| one["object"] == "Deployment istio-system/istiod");
    let istiod = istiod.next().unwrap_or_else(|| panic!("{other}"));
    assert_eq!(istiod["estimated"], true);
    assert_eq!(
        istiod["fields"][1]["field"],
        ".spec.template.spec.containers[name=\"discovery\"].env[name=\"A\"]"
    );
}

#[test]
fn an_installation_by_others_is_held_against_what_mesh_would_install() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let line = format!(
        "mesh manifest generate {} > theirs.yaml && kubectl apply -f theirs.yaml",
        SMALL.join(" ")
    );
    practice.shell(&line).success();
    practice
        .shell("kubectl rollout status deployment/istiod -n istio-system --timeout 60s")
        .success();
    let unknown = practice.mesh(["verify-install"]).failure(2);
    assert!(
        unknown
            .stderr
            .contains("there is no inventory of an installation in namespace `istio-system`")
            && unknown
                .stderr
                .contains("`mesh verify-install --profile NAME`"),
        "{unknown}"
    );
    run(&practice, &["verify-install"], &[]).success();
    let rendered = practice
        .mesh(["verify-install", "-f", "theirs.yaml"])
        .success();
    assert!(
        rendered.stdout.contains("theirs.yaml, revision default"),
        "{rendered}"
    );
    practice
        .mesh(["manifest", "diff", "--live", "-f", "theirs.yaml"])
        .success();
    practice
        .shell("kubectl delete -f theirs.yaml --wait=false")
        .success();
}

#[test]
fn trouble_is_two_and_not_a_difference() {
    let sandbox = Sandbox::new();
    for command in [&["manifest", "diff", "--live"][..], &["verify-install"]] {
        let none = sandbox.run([command, &["--kubeconfig", "absent"]].concat());
        assert_eq!(none.code, 2, "{none}");
        let wrong = sandbox.run([command, &["--set", "values.pilto.env.a=b"]].concat());
        assert_eq!(wrong.code, 2, "{wrong}");
        assert!(wrong.stderr.contains("pilot"), "{wrong}");
    }
    let both = sandbox.run(["manifest", "diff", "minimal", "demo", "--profile", "x"]);
    assert_eq!(both.code, 2, "{both}");
    let alone = sandbox.run(["manifest", "diff", "minimal", "demo", "--prune"]);
    assert_eq!(alone.code, 2, "{alone}");
}

#[test]
fn rules_for_gitops_tools_name_what_istiod_writes() {
    let sandbox = Sandbox::new();
    for tool in ["argocd", "flux", "flux-helm"] {
        let rules = [
            "manifest",
            "diff",
            "--profile=minimal",
            "--ignore-rules",
            tool,
        ];
        insta::assert_snapshot!(format!("rules_{tool}"), sandbox.run(rules).success());
    }
}
