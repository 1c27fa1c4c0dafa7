//! `mesh profile`.

use crate::support::Sandbox;

#[test]
fn lists_profiles_and_what_each_is_for() {
    insta::assert_snapshot!(Sandbox::new().run(["profile", "list"]).success());
}
