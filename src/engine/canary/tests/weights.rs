//! Weights: given by position or by name, compared, completed, normalized, refused.

use super::*;

#[test]
fn positional_weights_follow_the_order_of_the_destinations() {
    let text = format!("{RULE}{NINETY_TEN}");
    let plan = shift(&text, &request("reviews", "70 30")).expect("a plan");
    assert_eq!(rows(&plan), ["v1 9000 7000", "v2 1000 3000"]);
    assert!(
        plan.notes
            .contains(&"by order, in http[0] (main): v1=70 v2=30".to_owned())
    );
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
}

#[test]
fn changes_nothing_but_the_weights() {
    let expected = NINETY_TEN
        .replace("90 #", "70 #")
        .replace("weight: 10", "weight: 30");
    assert_eq!(
        shifted(NINETY_TEN, &request("reviews", "v2=30 v1=70")),
        expected
    );
}

#[test]
fn says_that_nothing_is_to_be_done() {
    let plan = shift(NINETY_TEN, &request("reviews", "90 10")).expect("a plan");
    assert!(plan.is_done());
    // Weights need not sum to 100 to be the same shares.
    let text = service(
        "[{route: [{destination: {host: reviews, subset: v1}, weight: 9}, {destination: {host: reviews, subset: v2}, weight: 1}]}]",
    );
    assert!(
        shift(&text, &request("reviews", "90 10"))
            .expect("a plan")
            .is_done()
    );
}

#[test]
fn versions_that_are_not_named_get_nothing_and_stay() {
    let text = service(
        "[{route: [{destination: {host: reviews, subset: v1}, weight: 50}, {destination: {host: reviews, subset: v3}, weight: 50}]}]",
    );
    let plan = shift(&text, &request("reviews", "--to v1")).expect("a plan");
    assert_eq!(rows(&plan), ["v1 5000 10000", "v3 5000 0"]);
    assert!(shifted(&text, &request("reviews", "--to v1")).contains("subset: v3}, weight: 0}"));
}

#[test]
fn adds_a_missing_version_after_the_others_in_their_style() {
    let text = "kind: VirtualService\nmetadata:\n  name: reviews\nspec:\n  hosts:\n  - reviews\n  http:\n  - route:\n    - destination:\n        host: reviews.default.svc.cluster.local\n        port:\n          number: 9080\n        subset: v1 # no stars\n    mirror: {host: other}\n";
    let expected = text.replace(
        "subset: v1 # no stars\n",
        "subset: v1 # no stars\n      weight: 90\n    - destination:\n        host: reviews.default.svc.cluster.local\n        port:\n          number: 9080\n        subset: v2\n      weight: 10\n",
    );
    assert_eq!(shifted(text, &request("reviews", "v1=90 v2=10")), expected);
}

#[test]
fn a_second_number_means_the_only_other_version() {
    let text = service("[{route: [{destination: {host: reviews, subset: v1}}]}]");
    let rule = RULE.replace(", {name: v3}", "");
    let plan = shift(&format!("{rule}{text}"), &request("reviews", "90 10")).expect("a plan");
    assert_eq!(rows(&plan), ["v1 10000 9000", "v2 - 1000"]);
    // Of several, the one that follows in the rule.
    let next = shift(&format!("{RULE}{text}"), &request("reviews", "90 10")).expect("a plan");
    assert_eq!(rows(&next), ["v1 10000 9000", "v2 - 1000"]);
    assert!(
        next.notes
            .iter()
            .any(|note| note.ends_with(": v1=90 v2=10")),
        "{:?}",
        next.notes
    );
    let last = text.replace("v1", "v3");
    refused(
        shift(&format!("{RULE}{last}"), &request("reviews", "90 10")),
        Kind::Usage,
        "2 weights for 1 version (v3)",
        "v3=90 v1=10",
    );
}

#[test]
fn refuses_weights_that_do_not_fit() {
    let refuse = |words, kind, message, hint| {
        refused(
            shift(NINETY_TEN, &request("reviews", words)),
            kind,
            message,
            hint,
        );
    };
    refuse("90 5", Kind::Usage, "sum to 95, not to 100", "`v1=95 v2=5`");
    refuse("0 0", Kind::Usage, "sum to 0", "v1=100");
    refuse(
        "100",
        Kind::Usage,
        "1 weight for 2 versions (v1, v2)",
        "v1=100",
    );
    refuse(
        "50 25 25",
        Kind::Usage,
        "more than two",
        "v1=50 v2=25 VERSION1=25",
    );
    for (words, message) in [
        ("v1=90 10", "cannot be mixed"),
        ("v1=90 v1=10", "given twice"),
        ("=90 v1=10", "no version"),
        ("v1=x v2=1", "no weight"),
        ("90.5 9.5", "no weight"),
        ("+90 10", "no weight"),
        ("99999999999 1", "no weight"),
    ] {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let error = Split::parse(&words).expect_err("wrong weights");
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn normalizes_to_100_with_the_largest_remainders() {
    let mut request = request("reviews", "v1=1 v2=1 v3=1");
    request.normalize = true;
    let plan = shift(NINETY_TEN, &request).expect("a plan");
    assert_eq!(rows(&plan), ["v1 9000 3400", "v2 1000 3300", "v3 - 3300"]);
}

#[test]
fn unclear_weights_are_refused() {
    let twice = service(
        "[{route: [{destination: {host: reviews, subset: v1, port: {number: 80}}, weight: 50}, {destination: {host: reviews, subset: v1}, weight: 50}]}]",
    );
    refused(
        shift(&twice, &request("reviews", "--to v1")),
        Kind::Precondition,
        "`v1` stands twice",
        "by hand",
    );
    let wrong = service(
        "[{route: [{destination: {host: reviews, subset: v1}, weight: '90'}, {destination: {host: reviews, subset: v2}, weight: 10}]}]",
    );
    refused(
        shift(&wrong, &request("reviews", "--to v1")),
        Kind::User,
        "the weight of `v1`",
        "",
    );
}
