//! Traps that others fell into: each test is named after the issue of another program, and shows that its trap is not ours.

use super::*;

#[test]
fn argo_rollouts_3125_4332_foreign_destinations_survive() {
    let text = service(
        "[{route: [{destination: {host: reviews, subset: v1}, weight: 80}, {destination: {host: legacy}, weight: 20}]}]",
    );
    refused(
        shift(&text, &request("reviews", "v1=90 v2=10")),
        Kind::Precondition,
        "`legacy.default` of another service holds 20% of this route and keeps it",
        "`v1=72 v2=8`, or add `--normalize`",
    );
    for (words, normalize) in [("v1=72 v2=8", false), ("v1=90 v2=10", true)] {
        let mut wanted = request("reviews", words);
        wanted.normalize = normalize;
        let plan = shift(&text, &wanted).expect("a plan");
        assert_eq!(
            rows(&plan),
            ["v1 8000 7200", "legacy.default 2000 2000", "v2 - 800"]
        );
        assert!(shifted(&text, &wanted).contains("{destination: {host: legacy}, weight: 20}"));
    }
    let all = shift(&text, &request("reviews", "--to v2")).expect("a plan");
    assert_eq!(
        rows(&all),
        ["v1 8000 0", "legacy.default 2000 2000", "v2 - 8000"]
    );
    let odd = text.replace("80}", "8}").replace("20}", "2}");
    refused(
        shift(&odd, &request("reviews", "--to v2")),
        Kind::Precondition,
        "sum to 10",
        "by hand",
    );
}

#[test]
fn argo_rollouts_1253_2268_2692_unknown_fields_survive() {
    let text = NINETY_TEN.replace("      timeout: 3s\n", "      timeout: 3s\n      fieldOfTomorrow: {a: [1, x]}\n      retries: {attempts: 3}\n      mirror: {host: shadow}\n");
    let expected = text
        .replace("90 #", "70 #")
        .replace("weight: 10", "weight: 30");
    assert_eq!(shifted(&text, &request("reviews", "70 30")), expected);
}

#[test]
fn argo_rollouts_2767_without_headers_survive() {
    let text = NINETY_TEN.replace(
        "      timeout: 3s\n",
        "      match:\n        - withoutHeaders: {x-internal: {exact: 'yes'}}\n",
    );
    let expected = text
        .replace("90 #", "70 #")
        .replace("weight: 10", "weight: 30");
    assert_eq!(shifted(&text, &request("reviews", "70 30")), expected);
}

#[test]
fn argo_rollouts_4831_each_of_several_routes_is_edited_at_its_own_place() {
    let route = "{route: [{destination: {host: reviews, subset: v1}}]}";
    let text = service(&format!(
        "[{route}, {{route: [{{destination: {{host: other}}}}]}}, {route}]"
    ));
    let mut wanted = request("reviews", "v1=60 v2=40");
    wanted.selection.all = true;
    let both = "{route: [{destination: {host: reviews, subset: v1}, weight: 60}, {destination: {host: reviews, subset: v2}, weight: 40}]}";
    assert_eq!(shifted(&text, &wanted), text.replace(route, both));
}

#[test]
fn argo_rollouts_3467_negative_weights_are_refused() {
    let error = Split::parse(&["-10".to_owned(), "110".to_owned()]).expect_err("negative");
    assert_eq!(error.kind(), Kind::Usage);
}

#[test]
fn argo_rollouts_4055_a_single_named_route_is_shifted() {
    let mut wanted = request("reviews", "70 30");
    wanted.selection.route = Some("main".parse().expect("a name"));
    assert_eq!(shift(NINETY_TEN, &wanted).expect("a plan").routes.len(), 1);
    wanted.selection.route = None;
    assert_eq!(shift(NINETY_TEN, &wanted).expect("a plan").routes.len(), 1);
}

#[test]
fn argo_rollouts_4766_names_with_dots_are_whole_names() {
    let text = NINETY_TEN.replace("name: reviews #", "name: reviews.example.com #");
    let mut wanted = request("reviews", "70 30");
    wanted.selection.object = Some(
        "VirtualService/reviews.example.com"
            .parse()
            .expect("a name"),
    );
    assert!(shift(&text, &wanted).is_ok());
    wanted.selection.object = Some("VirtualService/reviews".parse().expect("a name"));
    refused(
        shift(&text, &wanted),
        Kind::Usage,
        "--object VirtualService/reviews",
        "reviews.example.com",
    );
}

#[test]
fn argo_rollouts_2526_4307_no_rule_is_left_empty_or_taken_away() {
    let text = shifted(NINETY_TEN, &request("reviews", "--to v2"));
    let routes = objects(&text)[0].value["spec"]["http"]
        .as_array()
        .expect("a list")
        .len();
    assert_eq!(routes, 1);
    assert!(text.contains("weight: 0 # stable"), "{text}");
}

#[test]
fn argo_rollouts_3854_a_file_gets_no_mark_of_its_editor() {
    let before = objects(NINETY_TEN);
    let after = objects(&shifted(NINETY_TEN, &request("reviews", "70 30")));
    assert_eq!(before[0].value["metadata"], after[0].value["metadata"]);
}

#[test]
fn argo_rollouts_4839_the_way_back_needs_no_proof_of_the_version_that_is_left() {
    let rule = RULE.replace(", {name: v2}, {name: v3}", "");
    let plan = shift(
        &format!("{rule}{NINETY_TEN}"),
        &request("reviews", "--to v1"),
    )
    .expect("a plan");
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
}

#[test]
fn flagger_1715_347_a_virtual_service_of_the_user_is_used_as_it_is() {
    let text = NINETY_TEN.replace("name: reviews #", "name: my-routes #");
    assert!(
        shifted(&text, &request("reviews", "70 30")).contains("name: my-routes # the page's stars")
    );
}

#[test]
fn flagger_673_274_other_routes_stay() {
    let text = service(
        "[{match: [{uri: {prefix: /old}}], route: [{destination: {host: old}}]}, {route: [{destination: {host: reviews, subset: v1}}]}, {match: [{uri: {prefix: /new}}], redirect: {uri: /}}]",
    );
    let edited = shifted(&text, &request("reviews", "--to v2"));
    let routes = |text: &str| objects(text)[0].value["spec"]["http"].clone();
    assert_eq!(routes(&text)[0], routes(&edited)[0]);
    assert_eq!(routes(&text)[2], routes(&edited)[2]);
}
