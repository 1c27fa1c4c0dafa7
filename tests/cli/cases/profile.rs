//! `mesh profile`.

use crate::support::Sandbox;

#[test]
fn lists_profiles_and_what_each_is_for() {
    insta::assert_snapshot!(Sandbox::new().run(["profile", "list"]).success());
}

#[test]
fn lists_profiles_for_programs() {
    let listed = Sandbox::new()
        .run(["profile", "list", "-o", "json"])
        .success();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&listed.stdout).unwrap();
    assert!(
        rows.iter()
            .any(|row| row["name"] == "demo" && row["purpose"].is_string()),
        "{listed}"
    );
}
