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
    insta::assert_snapshot!(Sandbox::new().run(["--context", "prod", "version"]));
}
