//! `mesh version`.

use crate::support::Sandbox;

#[test]
fn prints_the_version_of_the_binary() {
    let outcome = Sandbox::new().run(["version"]);
    assert_eq!(
        outcome.stdout,
        format!("client version: {}\n", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(outcome.code, 0);
}

#[test]
fn refuses_a_flag_that_would_do_nothing() {
    insta::assert_snapshot!(Sandbox::new().run(["--context", "prod", "profile", "list"]));
}

#[test]
fn is_found_where_istioctl_keeps_what_may_change() {
    let plain = Sandbox::new().run(["version"]).success();
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(["x", "version"]).success().stdout, plain.stdout);
    assert_eq!(
        sandbox
            .run(["experimental", "version", "-q"])
            .success()
            .stdout,
        plain.stdout
    );
    sandbox.run(["x", "absent"]).failure(2);
    sandbox
        .run(["--context", "prod", "x", "profile", "list"])
        .failure(2);
}

#[test]
fn is_also_a_flag() {
    let outcome = Sandbox::new().run(["--version"]).success();
    assert_eq!(
        outcome.stdout,
        format!("mesh {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn says_more_when_asked_on_stderr() {
    let outcome = Sandbox::new().run(["-v", "version"]).success();
    assert!(outcome.stderr.starts_with("done in "), "{outcome}");
}
