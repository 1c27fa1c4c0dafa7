//! `mesh profile`.

use crate::support::Sandbox;

#[test]
fn lists_profiles_and_what_each_is_for() {
    insta::assert_snapshot!(Sandbox::new().run(["profile", "list"]).success());
}

#[test]
fn lists_profiles_as_json() {
    let listed = Sandbox::new()
        .run(["profile", "list", "-o", "json"])
        .success();
    let profiles = listed.json();
    assert_eq!(profiles[0]["name"], "default");
    assert_eq!(
        profiles[0]["components"],
        serde_json::json!(["base", "pilot", "ingressGateways"])
    );
}

#[test]
fn dumps_a_profile_in_full() {
    insta::assert_snapshot!(Sandbox::new().run(["profile", "dump", "demo"]).success());
}

#[test]
fn a_dumped_profile_installs_what_the_profile_installs() {
    let sandbox = Sandbox::new();
    for name in [
        "default",
        "demo",
        "empty",
        "ambient",
        "remote",
        "openshift-ambient",
    ] {
        let dumped = sandbox
            .run(["profile", "dump", name, "-o", "json"])
            .success();
        sandbox.write("dumped.yaml", &dumped.stdout);
        let from_file = sandbox
            .run(["manifest", "generate", "-f", "dumped.yaml"])
            .success();
        let direct = sandbox
            .run(["manifest", "generate", "--profile", name])
            .success();
        assert!(from_file.stdout == direct.stdout, "{name} differs");
    }
}

#[test]
fn rejects_an_unknown_profile() {
    insta::assert_snapshot!(
        Sandbox::new()
            .run(["profile", "dump", "opneshift"])
            .failure(1)
    );
}

#[test]
fn dumps_what_stands_at_a_path() {
    let sandbox = Sandbox::new();
    let dump = |path: &str| sandbox.run(["profile", "dump", "demo", "--config-path", path]);
    let found = dump("components.ingressGateways[0]").success();
    assert_eq!(found.stdout, "enabled: true\nname: istio-ingressgateway\n");
    assert_eq!(
        dump("spec.components.ingressGateways[0]").success().stdout,
        found.stdout
    );
    insta::assert_snapshot!(dump("components.pilto").failure(1));
}

#[test]
fn dumps_settings_that_rebuild_the_profile() {
    let sandbox = Sandbox::new();
    let flags = sandbox
        .run(["profile", "dump", "demo", "-o", "flags"])
        .success();
    assert!(
        flags
            .stdout
            .contains("components.ingressGateways[0].name=istio-ingressgateway\n")
    );
    let mut args = vec!["manifest", "generate"];
    for line in flags.stdout.lines() {
        args.extend(["--set", line]);
    }
    let rebuilt = sandbox.run(&args).success();
    let direct = sandbox
        .run(["manifest", "generate", "--profile", "demo"])
        .success();
    assert!(rebuilt.stdout == direct.stdout);
}

#[test]
fn compares_profiles_and_files() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "mesh.yaml",
        "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  tag: other\n",
    );
    insta::assert_snapshot!(
        sandbox
            .run(["profile", "diff", "default", "mesh.yaml"])
            .differs()
    );
    let same = sandbox.run(["profile", "diff", "demo", "demo"]).success();
    assert_eq!(same.stdout, "");
    insta::assert_snapshot!(
        sandbox
            .run(["profile", "diff", "demo", "absent.yaml"])
            .failure(2)
    );
}
