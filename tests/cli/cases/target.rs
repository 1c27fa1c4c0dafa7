//! For which cluster an installation is rendered: whatever asks one renders for that one.

use serde_json::json;

use crate::support::cluster::{FAULTS, Practice, has_kubectl, skipped_elsewhere};

/// A practice cluster that says to be one of Google's, and counts requests from now on.
fn pose_as_google_s(practice: &Practice) {
    let order = json!({"faults": [], "version": "v1.34.1-gke.1293000"});
    let answer = practice.request("POST", "/sandbox/faults", &order);
    assert_eq!(answer.expect("the practice cluster answers").0, 200);
}

fn on_google_s() -> Practice {
    let practice = Practice::on_sandbox(&["--memory"]);
    pose_as_google_s(&practice);
    practice
}

const AMBIENT: &str = "--profile=ambient";

#[test]
fn every_command_renders_for_the_cluster_that_it_works_on() {
    if !has_kubectl() || skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = on_google_s();
    practice.mesh(["precheck", AMBIENT]).success();
    let install = ["install", "-y", AMBIENT];
    practice.mesh(install).success();
    let agent = "kubectl get daemonset -A -l k8s-app=istio-cni-node -o jsonpath='{..namespace} {..volumes[*].hostPath.path}'";
    let agent = practice.shell(agent).success().stdout;
    assert!(agent.starts_with("kube-system "), "{agent}");
    assert!(agent.contains("/home/kubernetes/bin"), "{agent}");

    pose_as_google_s(&practice);
    let again = practice.mesh(install).success();
    assert!(again.stdout.starts_with("nothing to change"), "{again}");
    let (_, requests) = practice.faults();
    let of = |name: &str| {
        let found = requests.iter().find(|(_, resource, _)| resource == name);
        found.map(|(_, _, count)| *count)
    };
    assert_eq!(of("/version"), Some(1), "{requests:?}");

    let same = [
        &["install", "-y", "--reuse-values", "-o", "json"][..],
        &["verify-install"],
        &["verify-install", AMBIENT],
        &["manifest", "diff", "--live", AMBIENT],
        &["manifest", "diff", "--live", "--reuse-values"],
    ];
    for command in same {
        let outcome = practice.mesh(command).success();
        if command.contains(&"json") {
            assert_eq!(outcome.json()["changed"], false, "{outcome}");
        }
    }
    let upgrade = practice.mesh(["upgrade", "-y"]).success();
    assert!(upgrade.stdout.starts_with("nothing to change"), "{upgrade}");
    let gone = practice
        .mesh(["manifest", "delete", AMBIENT, "--dry-run", "-o", "json"])
        .success();
    assert!(
        gone.stdout.contains("\"kube-system\""),
        "what was made for Google's cluster is found again:\n{gone}"
    );
}

#[test]
fn a_cluster_that_does_not_say_what_it_is_gets_nothing() {
    if skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let refused = json!([{"resource": "/version", "action": "forbidden"}]);
    practice.order_faults(&refused);
    let outcome = practice.mesh(["install", "-y", AMBIENT]).failure(1);
    assert!(
        outcome.stderr.contains("ask for the Kubernetes version"),
        "{outcome}"
    );
    let (_, requests) = practice.faults();
    let written = requests.iter().find(|(verb, _, _)| *verb == "patch");
    assert_eq!(written, None);
}
