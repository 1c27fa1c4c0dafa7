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
    let profiles: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
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
