//! `mesh tag`, on a cluster in which two revisions have their webhooks.

use serde_json::{Value, json};

use crate::support::cluster::{Practice, practice};

/// What istiod of a revision leaves of its webhook, as far as tags look at it.
fn revision(name: &str, suffix: &str) -> String {
    let webhook = json!({
        "name": "namespace.sidecar-injector.istio.io", "failurePolicy": "Ignore", "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
        "namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}},
        "clientConfig": {"service": {"name": format!("istiod{suffix}"), "namespace": "istio-system", "path": "/inject"}},
    });
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": format!("istio-sidecar-injector{suffix}"), "labels": {"istio.io/rev": name}},
        "webhooks": [webhook],
    })
    .to_string()
}

fn with_revisions() -> Option<Practice> {
    let practice = practice()?;
    practice
        .kubectl(["create", "namespace", "istio-system"])
        .success();
    for (name, suffix) in [("default", ""), ("1-32", "-1-32")] {
        practice
            .folder()
            .write("revision.json", revision(name, suffix));
        practice.kubectl(["apply", "-f", "revision.json"]).success();
    }
    Some(practice)
}

/// Takes away what is left in a cluster that is not ours.
fn clean(practice: &Practice) {
    practice.kubectl([
        "delete",
        "mutatingwebhookconfiguration,validatingwebhookconfiguration",
        "-l",
        "istio.io/rev",
    ]);
    practice.kubectl(["delete", "namespace", "istio-system"]);
}

fn list(practice: &Practice) -> Value {
    let listed = practice.mesh(["tag", "list", "-o", "json"]).success();
    listed.json()
}

#[test]
fn a_tag_is_made_moved_and_removed_as_a_whole() {
    let Some(practice) = with_revisions() else {
        return;
    };
    assert_eq!(list(&practice), json!([]));
    practice
        .mesh(["tag", "set", "prod", "--revision", "default"])
        .success();
    practice
        .kubectl(["label", "namespace", "istio-system", "istio.io/rev=prod"])
        .success();
    assert_eq!(
        list(&practice),
        json!([{"tag": "prod", "revision": "default", "namespaces": ["istio-system"]}])
    );
    let refused = practice
        .mesh(["tag", "set", "prod", "--revision", "1-32"])
        .failure(4);
    assert!(
        refused.stderr.contains("`--overwrite` moves it to `1-32`"),
        "{refused}"
    );
    practice
        .mesh(["tag", "set", "prod", "--revision", "1-32", "--overwrite"])
        .success();
    let of = "kubectl get mutatingwebhookconfiguration istio-revision-tag-prod -o jsonpath='{.webhooks[0].clientConfig.service.name}'";
    assert_eq!(practice.shell(of).success().stdout, "istiod-1-32");
    let refused = practice.mesh(["tag", "remove", "prod"]).failure(4);
    assert!(
        refused
            .stderr
            .contains("namespaces ask for tag `prod`: istio-system"),
        "{refused}"
    );
    practice.mesh(["tag", "remove", "prod", "-y"]).success();
    let left =
        "kubectl get service,mutatingwebhookconfiguration -n istio-system -l istio.io/tag -o name";
    assert_eq!(practice.shell(left).success().stdout, "");
    practice.mesh(["tag", "remove", "prod"]).failure(1);
    clean(&practice);
}

#[test]
fn the_default_tag_takes_over_from_the_default_revision() {
    let Some(practice) = with_revisions() else {
        return;
    };
    let selector = "kubectl get mutatingwebhookconfiguration istio-sidecar-injector -o jsonpath='{.webhooks[0].namespaceSelector}'";
    let before = practice.shell(selector).success().stdout;
    practice
        .mesh(["tag", "set", "default", "--revision", "1-32", "--dry-run"])
        .success();
    assert_eq!(
        practice.shell(selector).success().stdout,
        before,
        "a dry run stores nothing"
    );
    assert_eq!(list(&practice), json!([]));
    practice
        .mesh(["tag", "set", "default", "--revision", "1-32"])
        .success();
    let after = practice.shell(selector).success().stdout;
    assert!(after.contains("never-match"), "{after}");
    let validator = "kubectl get validatingwebhookconfiguration istiod-default-validator -o jsonpath='{.webhooks[0].clientConfig.service.name}'";
    assert_eq!(practice.shell(validator).success().stdout, "istiod-1-32");
    clean(&practice);
}

#[test]
fn a_tag_as_yaml_is_what_set_would_apply() {
    let Some(practice) = with_revisions() else {
        return;
    };
    let line = "mesh tag generate prod --revision 1-32 | kubectl apply -f -";
    practice.shell(line).success();
    assert_eq!(list(&practice)[0]["revision"], "1-32");
    let refused = practice
        .mesh(["tag", "generate", "prod", "--revision", "1-33"])
        .failure(4);
    assert!(
        refused.stderr.contains("installed: 1-32, default"),
        "{refused}"
    );
    clean(&practice);
}

#[test]
fn a_revision_and_a_tag_do_not_share_a_name() {
    let Some(practice) = with_revisions() else {
        return;
    };
    practice
        .mesh(["tag", "set", "prod", "--revision", "1-32"])
        .success();
    let before = practice.everything();
    let shared = "`prod` is also the name of a tag, which leads to revision `1-32`";
    let way_on = "for a new one take another name, or free this one with `mesh tag remove prod`";
    let install = ["install", "-y", "--profile=minimal", "--revision=prod"];
    let refused = practice.mesh(install).failure(4);
    for part in ["nothing was changed", shared, way_on] {
        assert!(refused.stderr.contains(part), "{part}\n{refused}");
    }
    let check = practice.mesh(["precheck", "--profile=minimal", "--revision=prod"]);
    assert!(check.code == 4 && check.stdout.contains(shared), "{check}");

    let tag = ["tag", "set", "1-32", "--revision", "default"];
    let refused = practice.mesh(tag).failure(4);
    for part in [
        "`1-32` is the name of a revision that is installed",
        "`mesh uninstall --revision 1-32`",
    ] {
        assert!(refused.stderr.contains(part), "{part}\n{refused}");
    }
    assert_eq!(practice.everything(), before);
    let forced = tag.iter().chain(&["--overwrite", "--dry-run"]);
    let forced = practice.mesh(forced).success();
    assert!(
        forced
            .stderr
            .contains("warning: `1-32` is the name of a revision as well"),
        "{forced}"
    );
    clean(&practice);
}
