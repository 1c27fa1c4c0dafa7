//! Which routes a shift is about: hosts, namespaces, several routes, subsets, gateways, delegates, and who owns them.

use super::*;

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
