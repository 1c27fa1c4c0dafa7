//! Tests of the real binary.

#[test]
fn prints_its_version() {
    assert_cmd::Command::cargo_bin("mesh")
        .unwrap()
        .arg("version")
        .assert()
        .success();
}
