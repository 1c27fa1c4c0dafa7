//! `mesh manifest translate`.

use crate::support::Sandbox;
use crate::support::cluster::{has_kubectl, has_node, practice};

fn operator(spec: &str) -> String {
    format!("apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n{spec}")
}

/// A spec with a setting that is a value, and an overlay that is none.
const PILOT: &str = "  profile: minimal\n  components:\n    pilot:\n      k8s:\n        nodeSelector: {disk: ssd}\n        overlays:\n        \
    - kind: Deployment\n          name: istiod\n          patches:\n          - path: spec.template.spec.hostNetwork\n            value: true\n";

#[test]
fn prints_values_for_each_chart() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(
        sandbox
            .run(["manifest", "translate", "--profile", "ambient"])
            .success()
    );
}

#[test]
fn says_what_helm_cannot_do() {
    let sandbox = Sandbox::new();
    sandbox.write("mesh.yaml", operator(PILOT));
    let args = ["manifest", "translate", "-f", "mesh.yaml", "-o", "helm"];
    let outcome = sandbox.run(args).success();
    insta::assert_snapshot!(outcome);
    insta::assert_snapshot!(sandbox.read("helm/istiod.diff"));
    insta::assert_snapshot!(sandbox.read("helm/README.md"));
    assert!(!sandbox.path().join("helm/istio-base.diff").exists());
    let demo = sandbox
        .run(["manifest", "translate", "--profile", "demo"])
        .success();
    assert_eq!(demo.stderr.matches("is left out: ").count(), 6, "{demo}");
}

#[test]
fn a_name_that_a_shell_would_run_is_only_a_name() {
    let sandbox = Sandbox::new();
    let set = "components.cni.namespace=$(touch gone)";
    let args = [
        "manifest",
        "translate",
        "-o",
        "helm",
        "--profile",
        "ambient",
        "--force",
        "--set",
        set,
    ];
    sandbox.run(args).success();
    let script = sandbox.read("helm/install-istio-cni.sh");
    assert!(script.contains("--namespace '$(touch gone)'"), "{script}");
    assert!(!script.contains("=$("), "{script}");
}

#[test]
fn bad_input_is_the_same_as_of_generate() {
    let sandbox = Sandbox::new();
    let translate = |args: &[&str]| sandbox.run([&["manifest", "translate"], args].concat());
    insta::assert_snapshot!(translate(&["--set", "components.pilto.enabled=true"]).failure(1));
    sandbox.write("file", "");
    insta::assert_snapshot!(translate(&["-o", "file"]).failure(1));
}

/// Helm itself is not at hand: what stands in for it writes down how it was called.
#[test]
fn the_scripts_hand_what_is_installed_over_to_helm() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    practice
        .mesh(["install", "--profile", "minimal", "-y"])
        .success();
    practice
        .folder()
        .write("bin/helm", "#!/bin/sh\necho \"$@\" >>\"$OLDPWD/called\"\n");
    practice
        .shell("mesh manifest translate --profile minimal -o helm")
        .success();
    practice.shell("chmod +x bin/helm; export PATH=$PWD/bin:$PATH; bash helm/install-istio-base.sh && bash helm/install-istiod.sh").success();
    let called = practice.folder().read("called");
    assert!(
        called.starts_with("upgrade --install istio-base oci://"),
        "{called}"
    );
    assert!(
        called
            .ends_with("--namespace istio-system --create-namespace --values istiod-values.yaml\n"),
        "{called}"
    );
    for (object, release) in [
        ("deployment istiod -n istio-system", "istiod"),
        (
            "mutatingwebhookconfiguration istio-sidecar-injector",
            "istiod",
        ),
        ("crd gateways.networking.istio.io", "istio-base"),
    ] {
        let found = practice
            .shell(&format!("kubectl get {object} -o json"))
            .success();
        let found = found.json();
        let metadata = &found["metadata"];
        assert_eq!(metadata["labels"]["app.kubernetes.io/managed-by"], "Helm");
        assert_eq!(
            metadata["annotations"]["meta.helm.sh/release-name"],
            release
        );
        assert_eq!(
            metadata["annotations"]["meta.helm.sh/release-namespace"],
            "istio-system"
        );
    }
}
