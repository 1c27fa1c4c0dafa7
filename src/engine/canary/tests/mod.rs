//! Shifts of routes in all their forms. Tests named after an issue of another program show that its trap is not ours.

use proptest::prelude::*;

use super::shift::{Plan, Request, plan};
use super::*;
use crate::error::{Error, Kind, Result};
use crate::yaml::{self, edit};

fn objects(text: &str) -> Vec<Object> {
    let read = |(index, value): (usize, Value)| {
        let field = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        Object {
            kind: field("/kind").expect("a kind").to_owned(),
            namespace: field("/metadata/namespace").unwrap_or("default").to_owned(),
            name: field("/metadata/name").expect("a name").to_owned(),
            origin: format!("file.yaml#{index}"),
            value,
        }
    };
    let values = yaml::parse_all(text).expect("YAML");
    values.into_iter().enumerate().map(read).collect()
}

fn request(service: &str, words: &str) -> Request {
    let split = match words.strip_prefix("--to ") {
        Some(version) => Ok(Split::To(version.to_owned())),
        None => Split::parse(&words.split(' ').map(str::to_owned).collect::<Vec<_>>()),
    };
    Request {
        target: Target {
            text: service.to_owned(),
            namespace: None,
        },
        split: split.expect("weights"),
        normalize: false,
        selection: Selection::default(),
        source: Source::Files,
        live: false,
    }
}

fn shift(text: &str, request: &Request) -> Result<Plan> {
    plan(&objects(text), request)
}

/// The text of one document after the shift.
fn shifted(text: &str, request: &Request) -> String {
    let plan = shift(text, request).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let operations: Vec<_> = plan
        .routes
        .iter()
        .flat_map(|route| route.edits.iter().map(|edit| edit.operation.clone()))
        .collect();
    edit::apply(text, &operations).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"))
}

fn rows(plan: &Plan) -> Vec<String> {
    let routes = plan.routes.iter();
    routes
        .flat_map(|route| &route.rows)
        .map(|row| {
            let before = row.before.map_or("-".to_owned(), |share| share.to_string());
            format!("{} {before} {}", row.destination, row.after)
        })
        .collect()
}

fn refused(outcome: Result<Plan>, kind: Kind, message: &str, hint: &str) {
    let error: Error = match outcome {
        Ok(plan) => panic!("was planned: {plan:?}"),
        Err(error) => error,
    };
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(message), "{error}");
    let hints = error.hints().join("\n");
    assert!(hints.contains(hint), "{error}\n{hints}");
}

/// A VirtualService `reviews` with these HTTP routes, written as one flow list.
fn service(http: &str) -> String {
    format!(
        "kind: VirtualService\nmetadata: {{name: reviews}}\nspec:\n  hosts: [reviews]\n  http: {http}\n"
    )
}

const RULE: &str = "\
kind: DestinationRule
metadata: {name: reviews}
spec: {host: reviews, subsets: [{name: v1}, {name: v2}, {name: v3}]}
---
";

const NINETY_TEN: &str = "\
kind: VirtualService
metadata:
  name: reviews # the page's stars
spec:
  hosts: [reviews]
  http:
    # everybody
    - name: main
      timeout: 3s
      route:
        - destination: {host: reviews, subset: v1}
          weight: 90 # stable
        - destination: {host: reviews, subset: 'v2'}
          weight: 10
          headers: {request: {set: {x-canary: 'true'}}}
";

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
fn lists_the_services_there_are() {
    let outcome = shift(NINETY_TEN, &request("revews", "90 10"));
    refused(
        outcome,
        Kind::User,
        "no VirtualService here routes to `revews`",
        "did you mean `reviews`?\nthere are: reviews.default",
    );
}

#[test]
fn a_service_of_two_namespaces_needs_one() {
    let other = NINETY_TEN.replace("  name: reviews", "  namespace: prod\n  name: reviews");
    let both = format!("{NINETY_TEN}---\n{other}");
    refused(
        shift(&both, &request("reviews", "50 50")),
        Kind::Usage,
        "may be `reviews.default` or `reviews.prod`",
        "--namespace",
    );
    let plan = shift(&both, &request("reviews.prod", "50 50")).expect("a plan");
    assert_eq!(plan.routes[0].object, 1);
}

#[test]
fn a_host_with_a_dot_is_not_completed() {
    let text = service("[{route: [{destination: {host: reviews.default, subset: v1}}]}]");
    refused(
        shift(&text, &request("reviews", "--to v1")),
        Kind::User,
        "no VirtualService",
        "there are: reviews.default",
    );
    assert!(shift(&text, &request("reviews.default", "--to v1")).is_ok());
}

#[test]
fn several_routes_are_listed_with_the_flags_that_pick_them() {
    let text = service(
        "[{name: jason, match: [{headers: {end-user: {exact: jason}}}], route: [{destination: {host: reviews, subset: v2}}]}, {route: [{destination: {host: reviews, subset: v3}}]}]",
    );
    let mut request = request("reviews", "--to v1");
    refused(
        shift(&text, &request),
        Kind::Usage,
        "2 routes lead to `reviews.default`",
        "`--route jason`: http[0] of VirtualService `default/reviews` at mesh, headers end-user=jason, to v2 100% (file.yaml#0)\n`--route '#1'`: http[1]",
    );
    request.selection.route = Some("#1".parse().expect("a route"));
    let plan = shift(&text, &request).expect("a plan");
    assert_eq!(rows(&plan), ["v3 10000 0", "v1 - 10000"]);
    request.selection.route = Some("jasn".parse().expect("a route"));
    refused(
        shift(&text, &request),
        Kind::Usage,
        "no route to `reviews.default` fits `--route jasn`",
        "--route jason",
    );
}

#[test]
fn knows_subsets_by_the_rules_that_can_be_seen() {
    let with = |rule: &str, words: &str| {
        shift(
            &format!("{rule}---\n{NINETY_TEN}"),
            &request("reviews", words),
        )
    };
    let rule = "kind: DestinationRule\nmetadata: {name: r}\nspec: {host: reviews, subsets: [{name: v1}, {name: v2}]}\n";
    refused(
        with(rule, "v1=90 v9=10"),
        Kind::Precondition,
        "no subset `v9`",
        "the rule defines v1, v2",
    );
    let hidden = rule
        .replace(
            "metadata: {name: r}",
            "metadata: {name: r, namespace: other}",
        )
        .replace(
            "host: reviews",
            "host: reviews.default.svc.cluster.local, exportTo: [.]",
        );
    refused(
        with(&hidden, "50 50"),
        Kind::Precondition,
        "not exported to namespace `default`",
        "exportTo",
    );
    let exported = hidden.replace("[.]", "[default]");
    assert!(with(&exported, "50 50").is_ok());
    // Another service's rule says nothing about this one; a wildcard does.
    let others = rule.replace("host: reviews", "host: ratings");
    let plan = with(&others, "50 50").expect("a plan");
    assert!(
        plan.warnings[0].contains("no DestinationRule for `reviews.default`"),
        "{:?}",
        plan.warnings
    );
    assert!(
        with(
            &rule.replace("host: reviews", "host: '*.default.svc.cluster.local'"),
            "50 50"
        )
        .expect("a plan")
        .warnings
        .is_empty()
    );
}

#[test]
fn tcp_and_tls_routes_are_shifted_by_port_and_server_name() {
    let text = "kind: VirtualService\nmetadata: {name: db}\nspec:\n  hosts: ['*']\n  tcp:\n  - match: [{port: 27017}]\n    route:\n    - destination: {host: db, subset: v1}\n  - match: [{port: 27018}]\n    route:\n    - destination: {host: db, subset: v1}\n  tls:\n  - match: [{port: 443, sniHosts: ['*.example.com']}]\n    route:\n    - destination: {host: db, subset: v1}\n";
    let mut wanted = request("db", "v1=75 v2=25");
    refused(shift(text, &wanted), Kind::Usage, "3 routes", "tls[0]");
    wanted.selection.port = Some(27018);
    assert_eq!(
        shift(text, &wanted).expect("a plan").routes[0].route,
        "tcp[1]"
    );
    wanted.selection.port = None;
    wanted.selection.sni = Some("a.example.com".to_owned());
    assert_eq!(
        shift(text, &wanted).expect("a plan").routes[0].route,
        "tls[0]"
    );
    assert!(shifted(text, &wanted).ends_with("    - destination: {host: db, subset: v1}\n      weight: 75\n    - destination: {host: db, subset: v2}\n      weight: 25\n"));
    wanted.selection.sni = Some("example.org".to_owned());
    refused(
        shift(text, &wanted),
        Kind::Usage,
        "--sni example.org",
        "tcp[0]",
    );
}

#[test]
fn mesh_and_gateway_routes_are_shown_apart() {
    let text = "kind: VirtualService\nmetadata: {name: reviews}\nspec:\n  hosts: [reviews]\n  gateways: [mesh, gw, infra/edge]\n  http:\n  - match: [{gateways: [gw]}]\n    route: [{destination: {host: reviews, subset: v1}}]\n  - route: [{destination: {host: reviews, subset: v1}}]\n";
    let mut wanted = request("reviews", "v1=50 v2=50");
    wanted.selection.all = true;
    let plan = shift(text, &wanted).expect("a plan");
    let bound: Vec<&str> = plan
        .routes
        .iter()
        .map(|route| route.bound.as_str())
        .collect();
    assert_eq!(
        bound,
        [
            "gateway default/gw",
            "mesh, gateway default/gw, gateway infra/edge"
        ]
    );
    let only = text.replace("[mesh, gw, infra/edge]", "[gw]");
    let plan = shift(&only, &wanted).expect("a plan");
    assert!(
        plan.warnings[0].contains("callers inside the mesh are not affected"),
        "{:?}",
        plan.warnings
    );
}

#[test]
fn two_objects_for_one_host_are_refused_by_name() {
    let twin = NINETY_TEN.replace("name: reviews #", "name: twin #");
    let text = format!("{NINETY_TEN}---\n{twin}");
    let mut wanted = request("reviews", "50 50");
    wanted.selection.all = true;
    refused(
        shift(&text, &wanted),
        Kind::Precondition,
        "`default/reviews` (file.yaml#0) and VirtualService `default/twin` (file.yaml#1)",
        "--object",
    );
    wanted.selection.object = Some("vs/twin".parse().expect("a name"));
    let plan = shift(&text, &wanted).expect("a plan");
    assert_eq!((plan.routes.len(), plan.routes[0].object), (1, 1));
    assert_eq!(plan.warnings.len(), 2);
    let twice = format!("{NINETY_TEN}---\n{NINETY_TEN}");
    refused(
        shift(&twice, &wanted_for_all()),
        Kind::Precondition,
        "is here twice",
        "one of them",
    );
}

fn wanted_for_all() -> Request {
    let mut wanted = request("reviews", "50 50");
    wanted.selection.all = true;
    wanted
}

#[test]
fn a_delegate_is_edited_at_its_leaf() {
    let root = "kind: VirtualService\nmetadata: {name: root}\nspec:\n  hosts: [reviews]\n  gateways: [gw]\n  http: [{delegate: {name: leaf}}]\n";
    let leaf = "kind: VirtualService\nmetadata: {name: leaf}\nspec:\n  http: [{route: [{destination: {host: reviews, subset: v1}}]}]\n";
    refused(
        shift(root, &request("reviews", "--to v2")),
        Kind::Precondition,
        "route http[0] of VirtualService `default/root` (file.yaml#0) hands over",
        "VirtualService `default/leaf`",
    );
    let plan = shift(
        &format!("{root}---\n{leaf}"),
        &request("reviews", "--to v2"),
    )
    .expect("a plan");
    assert_eq!(
        (plan.routes[0].object, plan.routes[0].bound.as_str()),
        (1, "gateway default/gw")
    );
}

#[test]
fn routes_without_destinations_are_refused() {
    for (route, reason) in [
        ("{redirect: {uri: /}}", "redirects"),
        ("{directResponse: {status: 503}}", "answers by itself"),
    ] {
        let alone = service(&format!("[{route}]"));
        refused(
            shift(&alone, &request("reviews", "--to v2")),
            Kind::Precondition,
            reason,
            "destinations first",
        );
        let text = service(&format!(
            "[{route}, {{route: [{{destination: {{host: reviews, subset: v1}}}}]}}]"
        ));
        let mut wanted = request("reviews", "--to v2");
        assert_eq!(
            shift(&text, &wanted).expect("a plan").routes[0].route,
            "http[1]"
        );
        wanted.selection.route = Some("#0".parse().expect("a route"));
        refused(
            shift(&text, &wanted),
            Kind::Precondition,
            reason,
            "--route '#1'",
        );
    }
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

#[test]
fn routes_in_the_hands_of_another_program_are_refused() {
    let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\nspec: {strategy: {canary: {trafficRouting: {istio: {virtualServices: [{name: reviews}]}}}}}\n---\n";
    refused(
        shift(
            &format!("{rollout}{NINETY_TEN}"),
            &request("reviews", "50 50"),
        ),
        Kind::Precondition,
        "belongs to Argo Rollouts",
        "",
    );
    let canary = "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: c}\nspec: {targetRef: {name: reviews}}\n---\n";
    refused(
        shift(
            &format!("{canary}{NINETY_TEN}"),
            &request("reviews", "50 50"),
        ),
        Kind::Precondition,
        "belongs to Flagger",
        "",
    );
    let owned = NINETY_TEN.replace(
        "  name: reviews",
        "  ownerReferences: [{apiVersion: flagger.app/v1beta1, kind: Canary}]\n  name: reviews",
    );
    refused(
        shift(&owned, &request("reviews", "50 50")),
        Kind::Precondition,
        "ownerReferences",
        "",
    );
}

// --- Traps that others fell into -------------------------------------------------------------------------------------

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

// --- Properties ------------------------------------------------------------------------------------------------------

/// A VirtualService in one of several styles, with weights for v1 and v2.
fn styled() -> impl Strategy<Value = (String, u32)> {
    let styles = prop::sample::select(vec![
        "    - destination:\n        host: reviews\n        subset: v1\n      weight: A # keep\n    - destination:\n        host: reviews\n        subset: v2\n      weight: B\n",
        "      - weight:   A\n        destination: { host: reviews, subset: \"v1\" }\n      # the canary\n      - weight:   B # watch\n        destination: { host: reviews, subset: \"v2\" }\n",
        "    - {destination: {host: reviews, subset: v1}, weight: A}\n\n    - {weight: B, destination: {host: reviews, subset: v2}} # é\n",
        "      [{\"destination\": {\"host\": \"reviews\", \"subset\": \"v1\"}, \"weight\": A},\n       {\"destination\": {\"host\": \"reviews\", \"subset\": \"v2\"}, \"weight\": B}]\n",
    ]);
    (styles, 0u32..=100, prop::sample::select(vec!["\n", "\r\n"])).prop_map(|(style, first, end)| {
        let route = style
            .replace('A', &first.to_string())
            .replace('B', &(100 - first).to_string());
        let text = format!(
            "# head\nkind: VirtualService\nmetadata: {{name: reviews}}\nspec:\n  hosts: [reviews] # all\n  http:\n  - timeout: 5s\n    route:\n{route}    retries: {{attempts: 2}}\n# tail\n"
        );
        (text.replace('\n', end), first)
    })
}

fn without_digits(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_ascii_digit())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shifting_there_and_back_is_the_identity((text, first) in styled(), share in 0u32..=100) {
        let there = shifted(&text, &request("reviews", &format!("{share} {}", 100 - share)));
        prop_assert_eq!(without_digits(&there), without_digits(&text));
        prop_assert_eq!(there.lines().count(), text.lines().count());
        let back = shifted(&there, &request("reviews", &format!("v1={first} v2={}", 100 - first)));
        prop_assert_eq!(back, text);
    }

    #[test]
    fn what_is_added_disturbs_nothing((text, _) in styled()) {
        let edited = shifted(&text, &request("reviews", "v3=100"));
        for comment in ["# head", "# all", "# keep", "# the canary", "# watch", "# é", "# tail"] {
            prop_assert_eq!(edited.matches(comment).count(), text.matches(comment).count());
        }
        let weights: Vec<u64> = objects(&edited)[0].value["spec"]["http"][0]["route"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|each| each["weight"].as_u64().expect("a weight"))
            .collect();
        prop_assert_eq!(weights, [0, 0, 100]);
    }
}
