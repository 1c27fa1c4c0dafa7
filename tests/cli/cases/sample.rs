//! `mesh sample`.

use crate::support::Sandbox;
use crate::support::cluster::{has_kubectl, shared};

#[test]
fn lists_samples_and_their_parts() {
    insta::assert_snapshot!(Sandbox::new().run(["sample", "list"]));
}

#[test]
fn lists_samples_for_programs() {
    let listed = Sandbox::new()
        .run(["sample", "list", "-o", "json"])
        .success();
    let samples = listed.json();
    assert_eq!(samples[1]["name"], "httpbin");
    insta::assert_json_snapshot!(samples[1]["parts"]);
}

#[test]
fn shows_the_base_parts_as_one_stream() {
    let shown = Sandbox::new().run(["sample", "show", "httpbin"]).success();
    insta::assert_snapshot!(shown);
}

#[test]
fn shows_the_parts_that_are_named_in_the_order_given() {
    let shown = Sandbox::new()
        .run([
            "sample",
            "show",
            "bookinfo",
            "--part",
            "reviews-jason,gateway",
        ])
        .success();
    let kinds: Vec<&str> = shown
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("kind: "))
        .collect();
    assert_eq!(kinds, ["VirtualService", "Gateway", "VirtualService"]);
}

#[test]
fn applies_and_deletes_as_kubectl_would_say() {
    if !has_kubectl() {
        return;
    }
    let practice = shared();
    let shop = practice.namespace();
    let sample = |args: &[&str]| {
        let fixed = ["sample", args[0], "curl", "-n", &shop];
        practice
            .mesh(fixed.iter().chain(&args[1..]))
            .success()
            .stdout
    };
    let lines = |what: &str| {
        format!("service/curl {what}\nserviceaccount/curl {what}\ndeployment.apps/curl {what}\n")
    };
    assert_eq!(
        sample(&["apply", "--dry-run"]),
        lines("created (server dry run)")
    );
    assert_eq!(sample(&["apply"]), lines("created"));
    assert_eq!(sample(&["apply"]), lines("unchanged"));
    practice
        .kubectl(["scale", "deployment", "curl", "--replicas=2", "-n", &shop])
        .success();
    let found = practice.mesh(["sample", "apply", "curl", "-n", &shop]);
    assert_eq!(found.code, 3, "{found}");
    assert!(
        found.stderr.contains("`.spec.replicas` belongs to"),
        "{found}"
    );
    let forced = sample(&["apply", "--force-conflicts"]);
    assert!(
        forced.contains("deployment.apps/curl configured\n"),
        "{forced}"
    );
    assert_eq!(
        sample(&["delete"]),
        "deployment.apps/curl deleted\nservice/curl deleted\nserviceaccount/curl deleted\n"
    );
    assert_eq!(sample(&["delete"]), "");
}

#[test]
fn a_namespace_that_is_not_there_is_named() {
    let practice = shared();
    let outcome = practice.mesh(["sample", "apply", "curl", "-n", "no-such-namespace"]);
    assert_eq!(outcome.code, 1, "{outcome}");
    assert!(
        outcome.stderr.contains("kubectl create namespace"),
        "{outcome}"
    );
}

#[test]
fn rejects_an_unknown_sample() {
    let refused = Sandbox::new().run(["sample", "show", "bokinfo"]);
    insta::assert_snapshot!(refused.failure(2));
}

#[test]
fn rejects_an_unknown_part() {
    let refused = Sandbox::new().run(["sample", "show", "bookinfo", "--part", "gateways"]);
    insta::assert_snapshot!(refused.failure(2));
}
