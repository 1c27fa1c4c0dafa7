//! `mesh sample`.

use crate::support::Sandbox;

#[test]
fn lists_samples_and_their_parts() {
    insta::assert_snapshot!(Sandbox::new().run(["sample", "list"]));
}

#[test]
fn lists_samples_for_programs() {
    let listed = Sandbox::new()
        .run(["sample", "list", "-o", "json"])
        .success();
    let samples: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(samples[1]["name"], "httpbin");
    insta::assert_json_snapshot!(samples[1]["parts"]);
}

#[test]
fn shows_the_base_parts_as_one_stream() {
    let shown = Sandbox::new().run(["sample", "show", "httpbin"]).success();
    insta::assert_snapshot!(shown);
}

#[test]
fn shows_the_parts_that_are_named_in_the_order_given() {
    let shown = Sandbox::new()
        .run([
            "sample",
            "show",
            "bookinfo",
            "--part",
            "reviews-jason,gateway",
        ])
        .success();
    let kinds: Vec<&str> = shown
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("kind: "))
        .collect();
    assert_eq!(kinds, ["VirtualService", "Gateway", "VirtualService"]);
}

#[test]
fn rejects_an_unknown_sample() {
    let refused = Sandbox::new().run(["sample", "show", "bokinfo"]);
    insta::assert_snapshot!(refused.failure(2));
}

#[test]
fn rejects_an_unknown_part() {
    let refused = Sandbox::new().run(["sample", "show", "bookinfo", "--part", "gateways"]);
    insta::assert_snapshot!(refused.failure(2));
}
