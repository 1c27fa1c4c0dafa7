//! `mesh install` where something is installed already: what is sent again, what is pruned, which settings are kept, and what is left
//! to others.

use serde_json::{Value, json};

use super::install::{BYPRODUCTS, WITHOUT_GATEWAYS, count, interrupted, small};
use crate::support::cluster::{FAULTS, Practice, has_node, practice, skipped_elsewhere};

#[test]
fn a_second_apply_changes_nothing_and_says_so() {
    if skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    practice.order_faults(&json!([]));
    let apply = ["manifest", "apply", "--set", "profile=demo", "--wait=false"];
    let apply: Vec<&str> = apply.iter().chain(&WITHOUT_GATEWAYS).copied().collect();
    let first = practice.mesh(apply.clone()).success();
    assert!(first.stdout.starts_with("installed profile demo in `istio-system`: 56 objects created, 0 configured, 0 unchanged"), "{first}");
    // One for each object, and the inventory before and after.
    assert_eq!(count(&practice, "patch"), 56 + 2);
    // One for each object, the inventory, discovery and the version of Kubernetes.
    assert_eq!(count(&practice, "get"), 56 + 1 + 2 + 1);
    practice.order_faults(&json!([]));
    let second = practice.mesh(apply).success();
    assert!(
        second
            .stdout
            .starts_with("nothing to change: all 56 objects of profile demo"),
        "{second}"
    );
    // Nobody changed what was applied, so that looking is enough.
    assert_eq!(count(&practice, "patch"), 0);
    assert_eq!(count(&practice, "get"), 56 + 1 + 2 + 1);
    // The control planes that there are, and the webhooks of revisions and tags.
    assert_eq!(count(&practice, "list") + count(&practice, "watch"), 2);
}

#[test]
fn what_somebody_else_changed_is_applied_again_and_the_rest_is_not() {
    if skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let mut install = small("istio-system");
    practice.mesh(&install).success();
    let path = "/api/v1/namespaces/istio-system/services/istiod";
    let labels = json!({"metadata": {"labels": {"app": "theirs", "their": "own"}}});
    practice.request("PATCH", path, &labels).unwrap();
    let gone = "/api/v1/namespaces/istio-system/serviceaccounts/istiod";
    practice.request("DELETE", gone, &Value::Null).unwrap();
    let conflict = practice.mesh(&install).failure(3);
    assert!(
        conflict
            .stderr
            .contains("Service istio-system/istiod: `.metadata.labels.app` belongs to"),
        "{conflict}"
    );
    install.push("--force-conflicts".to_owned());
    practice.order_faults(&json!([]));
    let repaired = practice.mesh(&install).success();
    assert!(
        repaired
            .stdout
            .contains(": 0 objects created, 1 configured, "),
        "{repaired}"
    );
    // The Service, and the inventory after it; what comes before was written by the run that failed.
    assert_eq!(count(&practice, "patch"), 1 + 1, "{repaired}");
    let (_, service) = practice.request("GET", path, &Value::Null).unwrap();
    let labels = &service["metadata"]["labels"];
    assert_eq!(
        (&labels["app"], &labels["their"]),
        (&json!("istiod"), &json!("own"))
    );
    let last = practice.mesh(&install).success();
    assert!(last.stdout.starts_with("nothing to change"), "{last}");
}

/// [`small`] with two objects more or less.
fn spares(on: bool) -> Vec<String> {
    let mut install = small("istio-system");
    install.push("--wait=false".to_owned());
    install.push(format!("--set=values.pilot.autoscaleEnabled={on}"));
    install.push(format!("--set=values.global.networkPolicy.enabled={on}"));
    install
}

#[test]
fn pruning_deletes_what_earlier_applies_brought_and_nothing_else() {
    let Some(practice) = practice() else { return };
    practice.mesh(spares(true)).success();
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istiod-other, labels: {app: istiod, istio.io/rev: default}}\n";
    practice.apply("istio-system", other).success();
    let keep = "kubectl annotate networkpolicy istiod -n istio-system install.mesh/prune=false";
    practice.shell(keep).success();
    // What istiod makes meanwhile is nothing of this.
    let at_rest = || {
        let mut names = practice.names();
        names.retain(|name| !BYPRODUCTS.iter().any(|one| name.ends_with(one)));
        names
    };
    let before = at_rest();
    let run = |more: &[&str]| {
        let more = more.iter().map(|it| (*it).to_owned());
        practice.mesh(spares(false).into_iter().chain(more))
    };
    let named = run(&[]).success();
    assert!(
        named.stderr.contains("1 objects of an earlier apply are not in this configuration and stay; `--prune` deletes them: HorizontalPodAutoscaler istio-system/istiod\n"),
        "{named}"
    );
    let dry = run(&["--prune", "--dry-run"]).success();
    assert!(
        dry.stdout
            .contains("horizontalpodautoscaler.autoscaling/istiod pruned (server dry run)\n"),
        "{dry}"
    );
    assert_eq!(at_rest(), before);
    let report = |more: &[&str]| -> Value {
        let report = run(&[&["-o", "json"], more].concat()).success();
        report.json()
    };
    let results = |report: &Value, result: &str| {
        let objects = report["objects"].as_array().unwrap().clone();
        let objects = objects.iter().filter(|it| it["result"] == result);
        let kinds = objects.map(|it| it["kind"].as_str().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    let would = report(&["--prune", "--dry-run"]);
    assert_eq!(
        (&would["changed"], &would["complete"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(results(&would, "pruned"), ["HorizontalPodAutoscaler"]);
    assert_eq!(results(&would, "kept"), ["NetworkPolicy"]);
    let not = report(&[]);
    assert_eq!(
        (&not["changed"], &not["dryRun"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        results(&not, "kept"),
        ["HorizontalPodAutoscaler", "NetworkPolicy"]
    );
    assert_eq!(not["revision"], "default");
    let pruned = run(&["--prune"]).success();
    assert!(
        pruned.stdout.contains(" unchanged, 1 pruned\n")
            && pruned.stderr.contains("\npruned HorizontalPodAutoscaler istio-system/istiod\n")
            && pruned.stderr.contains("not pruned: NetworkPolicy istio-system/istiod, since its annotation `install.mesh/prune` says so"),
        "{pruned}"
    );
    practice
        .shell("kubectl annotate networkpolicy istiod -n istio-system install.mesh/prune-")
        .success();
    run(&["--prune"]).success();
    let mut left = before.clone();
    left.retain(|name| {
        !["HorizontalPodAutoscaler", "NetworkPolicy"]
            .iter()
            .any(|kind| *name == format!("{kind} istio-system/istiod"))
    });
    assert_eq!(at_rest(), left);
    assert_eq!(left.len(), before.len() - 2);
    let last = run(&["--prune"]).success();
    assert!(last.stdout.starts_with("nothing to change"), "{last}");
    assert!(!last.stderr.contains("prune"), "{last}");
    practice.mesh(["uninstall", "-y", "--purge"]).success();
}

#[test]
fn pruning_survives_faults_and_ctrl_c() {
    if skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let (with, mut without) = (spares(true), spares(false));
    without.push("--prune".to_owned());
    let spare = "/apis/networking.k8s.io/v1/namespaces/istio-system/networkpolicies/istiod";
    let faults = [
        ("get", "configmaps", 1, "forbidden"),
        ("get", "networkpolicies", 1, "drop"),
        ("get", "horizontalpodautoscalers", 1, "unauthorized"),
        ("list", "configmaps", 1, "forbidden"),
        ("list", "configmaps", 1, "error"),
        ("patch", "configmaps", 1, "unavailable"),
        ("delete", "networkpolicies", 1, "drop"),
        ("delete", "networkpolicies", 1, "lost"),
        ("delete", "horizontalpodautoscalers", 1, "conflict"),
        ("delete", "horizontalpodautoscalers", 1, "throttle"),
        ("delete", "networkpolicies", 1, "forbidden"),
        ("patch", "configmaps", 1, "forbidden"),
        ("patch", "configmaps", 2, "lost"),
        ("patch", "configmaps", 2, "forbidden"),
    ];
    for (verb, resource, nth, action) in faults {
        let what = format!("{verb} {resource} {nth} {action}");
        practice.mesh(&with).success();
        practice.order_faults(&json!([{"verb": verb, "resource": resource, "nth": nth, "action": action, "milliseconds": 1000}]));
        let outcome = practice.mesh(&without);
        assert_eq!(practice.faults().0, 0, "{what} did not come:\n{outcome}");
        practice.order_faults(&json!([]));
        let final_answer = ["forbidden", "unauthorized"].contains(&action);
        assert_eq!(outcome.code, i32::from(final_answer), "{what}:\n{outcome}");
        practice.mesh(&without).success();
        let last = practice.mesh(&without).success();
        assert!(
            last.stdout.starts_with("nothing to change"),
            "{what}:\n{outcome}\n{last}"
        );
        let left = practice.request("GET", spare, &Value::Null).unwrap();
        assert_eq!(left.0, 404, "{what}:\n{outcome}");
    }
    practice.mesh(&with).success();
    practice.order_faults(
        &json!([{"verb": "delete", "nth": 1, "action": "delay", "milliseconds": 1500}]),
    );
    let stderr = interrupted(&practice, &without);
    assert!(
        stderr.contains("error: interrupted: ")
            && stderr.contains("run the same command again to go on"),
        "{stderr}"
    );
    practice.mesh(&without).success();
    let last = practice.mesh(&without).success();
    assert!(last.stdout.starts_with("nothing to change"), "{last}");
}

#[test]
fn what_a_tag_has_taken_over_is_left_to_it() {
    if !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let install = [
        "install",
        "--profile=minimal",
        "--set=values.defaultRevision=default",
    ];
    practice.mesh(install).success();
    practice
        .mesh(["install", "--profile=minimal", "--revision=canary"])
        .success();
    practice
        .mesh(["tag", "set", "default", "--revision=canary"])
        .success();
    let hook = |kind: &str, name: &str| {
        let path =
            format!("/apis/admissionregistration.k8s.io/v1/{kind}webhookconfigurations/{name}");
        practice.request("GET", &path, &Value::Null).unwrap().1
    };
    let silent = || {
        let hook = hook("mutating", "istio-sidecar-injector");
        let webhooks = hook["webhooks"].as_array().unwrap().clone();
        let silent = webhooks
            .iter()
            .filter(|it| it["namespaceSelector"].to_string().contains("never-match"));
        (silent.count(), webhooks.len())
    };
    let validates = || {
        let hook = hook("validating", "istiod-default-validator");
        hook["webhooks"][0]["clientConfig"]["service"]["name"].clone()
    };
    for _ in 0..2 {
        let again = practice.mesh(install).success();
        assert!(
            again
                .stderr
                .contains("`istio-sidecar-injector` does not inject: tag `default` does")
                && again.stderr.contains("ValidatingWebhookConfiguration istiod-default-validator belongs to tag `default` and is left as it is"),
            "{again}"
        );
        assert_eq!(silent().0, silent().1);
        assert_eq!(validates(), "istiod-canary");
    }
    let changed = practice.mesh(
        install
            .iter()
            .chain(&["--set=values.istiodRemote.injectionPath=/other"]),
    );
    changed.success();
    assert_eq!(silent().0, silent().1);
    practice.mesh(["tag", "remove", "default", "-y"]).success();
    let again = practice.mesh(install).success();
    assert!(
        again
            .stderr
            .contains("`istio-sidecar-injector` injects again: there is no tag `default` any more"),
        "{again}"
    );
    assert_eq!(silent().0, 0);
    assert_eq!(validates(), "istiod");
    let last = practice.mesh(install).success();
    assert!(last.stdout.starts_with("nothing to change"), "{last}");
}

#[test]
fn what_was_set_is_reused_on_request_and_missed_otherwise() {
    let Some(practice) = practice() else { return };
    let plain = ["install", "--wait=false", "-i", "mesh-one"];
    let run = |more: &[&str]| practice.mesh(plain.iter().chain(more));
    let nothing = run(&["--reuse-values"]).failure(4);
    assert!(
        nothing
            .stderr
            .contains("no settings are stored in namespace `mesh-one`"),
        "{nothing}"
    );
    let mut first = small("mesh-one");
    first.extend(
        [
            "--wait=false",
            "--set=meshConfig.accessLogFile=/dev/stdout",
            "--set=values.pilot.env.MY_TOKEN=s3cret",
        ]
        .map(str::to_owned),
    );
    let first = practice.mesh(&first).success();
    assert!(
        first
            .stderr
            .contains("it looks secret: values.pilot.env.MY_TOKEN"),
        "{first}"
    );
    let config = || {
        let path = "/api/v1/namespaces/mesh-one/configmaps/istio";
        let (_, config) = practice.request("GET", path, &Value::Null).unwrap();
        config["data"]["mesh"].as_str().unwrap().to_owned()
    };
    let file = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig:\n    trustDomain: example.com\n";
    practice.folder().write("more.yaml", file);
    let again = ["--reuse-values", "-f", "more.yaml"];
    let secret = run(&again).failure(4);
    assert!(
        secret
            .stderr
            .contains("look secret, so that they were not kept: values.pilot.env.MY_TOKEN"),
        "{secret}"
    );
    let token = "--set=values.pilot.env.MY_TOKEN=s3cret";
    run(&[&again[..], &[token]].concat()).success();
    assert!(
        config().contains("accessLogFile: /dev/stdout")
            && config().contains("trustDomain: example.com"),
        "{}",
        config()
    );
    let same = run(&["--reuse-values", token]).success();
    assert!(same.stdout.starts_with("nothing to change"), "{same}");
    let lost = run(&["--dry-run"]).success();
    assert!(
        lost.stderr.contains("it is lost: `meshConfig.accessLogFile=/dev/stdout`, `meshConfig.trustDomain=example.com`, `profile=minimal`")
            && lost.stderr.contains("`--reuse-values` keeps what was set"),
        "{lost}"
    );
    let other = run(&["--reuse-values", "--revision=canary"]).failure(4);
    assert!(
        other.stderr.contains("there are settings of `default`"),
        "{other}"
    );
}
