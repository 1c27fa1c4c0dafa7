//! `mesh kube-inject`: what it refuses, what it warns of, and what it says then.

use super::kube_inject::{DEPLOYMENT, SERVICE, inject, sandbox};
use crate::support::Outcome;

/// Runs with a file of this text, which must be refused without a result.
fn refused(text: &str) -> Outcome {
    let sandbox = sandbox(&[("app.yaml", text)]);
    inject(&sandbox, &["-f", "app.yaml"]).failure(1)
}

#[test]
fn rejects_a_deployment_without_containers() {
    let text = DEPLOYMENT.split("      - {name").next().expect("a head");
    insta::assert_snapshot!(refused(text));
    insta::assert_snapshot!(refused(&format!("{text}      []\n")));
    insta::assert_snapshot!(refused(
        &DEPLOYMENT[..DEPLOYMENT.find("      containers").expect("containers")]
    ));
}

#[test]
fn rejects_a_deployment_without_a_template() {
    insta::assert_snapshot!(refused(
        &DEPLOYMENT[..DEPLOYMENT.find("  template").expect("a template")]
    ));
}

#[test]
fn rejects_containers_that_are_no_list() {
    insta::assert_snapshot!(refused(
        &DEPLOYMENT
            .replace("- {name", "  {name")
            .replace("containers:\n", "containers:\n  ")
    ));
}

#[test]
fn rejects_malformed_yaml_by_line_and_column() {
    insta::assert_snapshot!(refused(&format!(
        "{SERVICE}---\n{DEPLOYMENT}    bad: [1,\n"
    )));
}

#[test]
fn rejects_what_is_no_object() {
    insta::assert_snapshot!(refused("---\n- just\n- a list\n"));
}

#[test]
fn rejects_input_without_objects() {
    insta::assert_snapshot!(refused("# nothing\n---\n"));
    let piped = sandbox(&[])
        .run_with_stdin(["kube-inject", "-f", "-"], "")
        .failure(1);
    insta::assert_snapshot!(piped);
}

#[test]
fn rejects_unknown_template_names() {
    let text = DEPLOYMENT.replace(
        "labels: {app",
        "annotations: {inject.istio.io/templates: nowhere}\n      labels: {app",
    );
    insta::assert_snapshot!(refused(&text));
}

#[test]
fn rejects_two_containers_of_one_name() {
    insta::assert_snapshot!(refused(&format!(
        "{DEPLOYMENT}      - {{name: istio-proxy, image: auto}}\n      - {{name: istio-proxy, image: auto}}\n"
    )));
}

#[test]
fn rejects_annotations_that_are_not_valid() {
    let note = |note: &str| {
        DEPLOYMENT.replace(
            "labels: {app",
            &format!("annotations: {{{note}}}\n      labels: {{app"),
        )
    };
    insta::assert_snapshot!(refused(&note(
        "traffic.sidecar.istio.io/includeInboundPorts: 'http'"
    )));
    insta::assert_snapshot!(refused(&note("sidecar.istio.io/inject: false")));
    insta::assert_snapshot!(refused(&note("sidecar.istio.io/userVolume: 'data: {}'")));
    insta::assert_snapshot!(refused(&note(
        "proxy.istio.io/config: 'drainDuration: soon'"
    )));
}

#[test]
fn warns_of_a_wish_that_does_not_count() {
    let text = DEPLOYMENT.replace(
        "labels: {app",
        "labels: {sidecar.istio.io/inject: 'off', app",
    );
    let sandbox = sandbox(&[("app.yaml", &text)]);
    let outcome = inject(&sandbox, &["-f", "app.yaml"]).success();
    assert_eq!(
        outcome.stderr,
        "warning: app.yaml:2: Deployment \"market/shop\": sidecar.istio.io/inject: \"off\" does not count, since only \"true\" and \"false\" do\ninjected 1 workload\n"
    );
}

#[test]
fn warns_of_a_field_that_there_is_not() {
    let note = "annotations: {proxy.istio.io/config: 'holdApplicationUntilProxyStart: true'}\n      labels: {app";
    let sandbox = sandbox(&[("app.yaml", &DEPLOYMENT.replace("labels: {app", note))]);
    let outcome = inject(&sandbox, &["-f", "app.yaml"]).success();
    assert!(
        outcome.stderr.contains(
            "annotation proxy.istio.io/config has no field `holdApplicationUntilProxyStart`; did you mean `holdApplicationUntilProxyStarts`?"
        ),
        "{outcome}"
    );
}

#[test]
fn rejects_files_that_cannot_be_read() {
    let sandbox = sandbox(&[("empty/readme.txt", ""), ("latin1.yaml", "")]);
    sandbox.write("latin1.yaml", b"a: \xe9\n");
    insta::assert_snapshot!(inject(&sandbox, &["-f", "missing.yaml"]).failure(1));
    insta::assert_snapshot!(inject(&sandbox, &["-f", "empty"]).failure(1));
    insta::assert_snapshot!(inject(&sandbox, &["-f", "latin1.yaml"]).failure(1));
    insta::assert_snapshot!(inject(&sandbox, &["-f", "-", "-f", "latin1.yaml"]).failure(2));
    insta::assert_snapshot!(sandbox.run(["kube-inject"]).failure(2));
    sandbox.write("binary.yaml", b"\x7fELF\0\0");
    insta::assert_snapshot!(inject(&sandbox, &["-f", "binary.yaml"]).failure(1));
}

#[test]
fn rejects_configurations_that_are_not_valid() {
    let sandbox = sandbox(&[
        ("app.yaml", DEPLOYMENT),
        ("list.yaml", "[1, 2]"),
        ("mesh.yaml", "defaultConfig: {drainDuration: soon}"),
        ("broken.yaml", "spec: {{ if .Values }}\n"),
        (
            "wrong.yaml",
            "spec:\n  containers:\n  - name: {{ .Spec.Name }}\n",
        ),
    ]);
    for (flag, file) in [
        ("--valuesFile", "list.yaml"),
        ("--meshConfigFile", "mesh.yaml"),
        ("--injectConfigFile", "broken.yaml"),
        ("--injectConfigFile", "wrong.yaml"),
        ("--set", "values.global.proxy.logLevle=debug"),
        ("--set", "components.pilot.enabled=false"),
    ] {
        let outcome = sandbox
            .run(["kube-inject", "-f", "app.yaml", flag, file])
            .failure(1);
        insta::assert_snapshot!(outcome);
    }
}
