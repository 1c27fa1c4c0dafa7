//! `mesh manifest generate`: what it refuses, what it warns of, and what it says then.

use super::manifest::{generate, operator, with_set};
use crate::support::{Outcome, Sandbox};

fn with_file(content: impl AsRef<[u8]>) -> Outcome {
    let sandbox = Sandbox::new();
    sandbox.write("mesh.yaml", content);
    generate(&sandbox, ["-f", "mesh.yaml"])
}

#[test]
fn rejects_a_component_that_is_unknown_or_off() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(generate(&sandbox, ["--component", "istiod"]).failure(2));
    insta::assert_snapshot!(generate(&sandbox, ["--component", "pilot,cni"]).failure(1));
    insta::assert_snapshot!(generate(&sandbox, ["--component", "egressGateways"]).failure(1));
}

#[test]
fn rejects_a_file_that_cannot_be_written() {
    insta::assert_snapshot!(generate(&Sandbox::new(), ["-o", "none/istio.yaml"]).failure(1));
}

#[test]
fn rejects_an_unknown_profile() {
    insta::assert_snapshot!(generate(&Sandbox::new(), ["--profile", "dmeo"]).failure(1));
}

#[test]
fn rejects_a_misspelt_path_and_names_the_nearest() {
    insta::assert_snapshot!(with_set("components.pilot.k8s.replicas=2").failure(1));
}

#[test]
fn rejects_a_path_that_stands_elsewhere() {
    insta::assert_snapshot!(with_set("accessLogFile=/dev/stdout").failure(1));
}

#[test]
fn rejects_a_setting_without_a_value() {
    insta::assert_snapshot!(with_set("profile").failure(2));
}

#[test]
fn rejects_a_bracket_that_is_not_closed() {
    insta::assert_snapshot!(with_set("components.ingressGateways[0.enabled=true").failure(2));
}

#[test]
fn rejects_an_element_that_is_not_there() {
    insta::assert_snapshot!(
        with_set("components.ingressGateways[name:edge].enabled=true").failure(1)
    );
}

#[test]
fn rejects_a_value_of_a_wrong_type() {
    insta::assert_snapshot!(with_set("components.pilot.enabled=maybe").failure(1));
}

#[test]
fn rejects_malformed_yaml() {
    insta::assert_snapshot!(
        with_file("apiVersion: install.istio.io/v1alpha1\nkind: [IstioOperator\n").failure(1)
    );
}

#[test]
fn rejects_a_key_that_is_given_twice() {
    insta::assert_snapshot!(with_file(operator("  hub: a\n  tag: b\n  hub: c\n")).failure(1));
}

#[test]
fn rejects_another_kind() {
    insta::assert_snapshot!(
        with_file("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n").failure(1)
    );
}

#[test]
fn rejects_another_api_version() {
    insta::assert_snapshot!(
        with_file("apiVersion: install.istio.io/v1alpha2\nkind: IstioOperator\n").failure(1)
    );
}

#[test]
fn rejects_several_documents_in_a_file() {
    insta::assert_snapshot!(with_file(format!("{}---\n{}", operator(""), operator(""))).failure(1));
}

#[test]
fn rejects_what_is_wrong_in_a_file_with_all_of_it() {
    let spec = "  components:\n    pilto:\n      enabled: true\n    pilot:\n      k8s:\n        tolerations:\n        - key: a\n          thats: b\n  values:\n    global:\n      proxy:\n        loglevel: debug\n";
    insta::assert_snapshot!(with_file(operator(spec)).failure(1));
}

#[test]
fn force_turns_what_is_wrong_into_warnings() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "mesh.yaml",
        operator("  profile: empty\n  values:\n    global:\n      badKey: x\n"),
    );
    insta::assert_snapshot!(generate(&sandbox, ["-f", "mesh.yaml", "--force"]).success());
}

#[test]
fn rejects_a_file_that_is_not_there() {
    insta::assert_snapshot!(generate(&Sandbox::new(), ["-f", "none.yaml"]).failure(1));
}

#[test]
fn rejects_a_file_that_is_not_text() {
    insta::assert_snapshot!(with_file(b"kind: \xff\xfe\n").failure(1));
}

#[test]
fn rejects_a_folder_without_yaml() {
    let sandbox = Sandbox::new();
    sandbox.write("conf/notes.txt", "nothing");
    insta::assert_snapshot!(generate(&sandbox, ["-f", "conf"]).failure(1));
}

#[test]
fn rejects_standard_input_twice() {
    insta::assert_snapshot!(generate(&Sandbox::new(), ["-f", "-", "-f", "-"]).failure(2));
}

#[test]
fn rejects_a_gateway_without_a_name() {
    insta::assert_snapshot!(
        with_file(operator(
            "  components:\n    ingressGateways:\n    - enabled: true\n"
        ))
        .failure(1)
    );
}

#[test]
fn rejects_two_gateways_of_one_name() {
    let spec = "  components:\n    ingressGateways:\n    - name: edge\n    - name: edge\n";
    insta::assert_snapshot!(with_file(operator(spec)).failure(1));
}

#[test]
fn rejects_an_overlay_that_leads_nowhere() {
    let spec = "  components:\n    pilot:\n      k8s:\n        overlays:\n        - kind: Deployment\n          name: istiod\n          patches:\n          - path: spec.template.spec.containers.[name:pilot].image\n            value: x\n";
    insta::assert_snapshot!(with_file(operator(spec)).failure(1));
}

#[test]
fn an_overlay_that_meets_nothing_is_told_with_its_line() {
    let sandbox = Sandbox::new();
    let spec = "  components:\n    pilot:\n      k8s:\n        overlays:\n        - kind: Deployment\n          name: istoid\n          patches:\n          - path: spec.replicas\n            value: 2\n";
    sandbox.write("mesh.yaml", operator(spec));
    let outcome = generate(&sandbox, ["-f", "mesh.yaml"]).success();
    insta::assert_snapshot!(outcome.stderr);
}

#[test]
fn rejects_settings_beside_the_spec() {
    let text = operator("  profile: minimal\n").replace("spec:", "specs:");
    insta::assert_snapshot!(with_file(text).failure(1));
}

#[test]
fn a_file_that_asks_for_an_unknown_profile_is_named() {
    insta::assert_snapshot!(with_file(operator("  profile: dmeo\n")).failure(1));
}

#[test]
fn rejects_an_empty_file_and_says_how_one_begins() {
    insta::assert_snapshot!(with_file("").failure(1));
}

#[test]
fn rejects_a_word_that_is_none_of_those_there_are() {
    insta::assert_snapshot!(with_set("meshConfig.outboundTrafficPolicy.mode=ANY").failure(1));
}

#[test]
fn rejects_a_hub_that_is_a_web_address() {
    insta::assert_snapshot!(with_set("hub=https://example.com/istio").failure(1));
}

#[test]
fn rejects_a_port_that_only_root_could_open() {
    let spec = "  components:\n    ingressGateways:\n    - name: edge\n      k8s:\n        service:\n          ports:\n          - port: 80\n            name: http2\n";
    insta::assert_snapshot!(with_file(operator(spec)).failure(1));
}

#[test]
fn warns_of_settings_that_change_nothing() {
    let sandbox = Sandbox::new();
    let outcome = generate(
        &sandbox,
        [
            "--profile=empty",
            "--set=components.pilot.enabled=true",
            "--set=values.pilot.autoscaleEnabled=false",
            "--set=components.pilot.k8s.hpaSpec.maxReplicas=3",
            "--set=values.galley.enabled=true",
        ],
    )
    .success();
    insta::assert_snapshot!(outcome.stderr);
}

#[test]
fn a_chart_s_refusal_names_the_component_and_the_reason() {
    insta::assert_snapshot!(with_set("values.global.pilotCertProvider=kubernetes").failure(1));
}
