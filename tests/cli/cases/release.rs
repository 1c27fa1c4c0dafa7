//! `mesh canary` on a cluster, with the real kubectl beside it.

use serde_json::{Value, json};

use crate::support::cluster::{Practice, elsewhere, has_kubectl, has_node, practice, shared};

/// Reviews in three versions, as bookinfo has it: each a pod with a proxy, behind one Service.
fn reviews(practice: &Practice, namespace: &str) {
    let mut text = String::from(
        "apiVersion: v1\nkind: Service\nmetadata: {name: reviews}\nspec:\n  selector: {app: reviews}\n  ports: [{name: http, port: 9080}]\n",
    );
    for version in ["v1", "v2", "v3"] {
        text.push_str("---\n");
        text.push_str(&pod(&format!("reviews-{version}"), "reviews", version, ""));
    }
    // Another application's pods have the same version.
    text.push_str("---\n");
    text.push_str(&pod("details-v1", "details", "v1", ""));
    practice.apply(namespace, &text).success();
    wait(practice, namespace);
}

fn pod(name: &str, app: &str, version: &str, more: &str) -> String {
    let image = "registry.k8s.io/pause:3.10";
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels: {{app: {app}, version: {version}}}\n{more}spec:\n  containers:\n  - {{name: app, image: \"{image}\"}}\n  - {{name: istio-proxy, image: \"{image}\"}}\n"
    )
}

fn wait(practice: &Practice, namespace: &str) {
    let line = format!("kubectl wait pod -n {namespace} --all --for=condition=Ready --timeout=60s");
    practice.shell(&line).success();
}

const RULE: &str = "\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews}
spec:
  host: reviews
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
  - {name: v3, labels: {version: v3}}
";

/// Namespaces are enough; but a cluster that is not ours and has no Istio is taken whole, so that its kinds can be brought and
/// taken away again.
fn cluster() -> Practice {
    let whole = (elsewhere().is_some() && has_kubectl())
        .then(practice)
        .flatten();
    whole.unwrap_or_else(shared)
}

/// The kinds that route, where no installation has brought them.
fn know_istio(practice: &Practice) {
    let known = "kubectl get crd virtualservices.networking.istio.io -o name --ignore-not-found";
    if elsewhere().is_some() && !practice.shell(known).success().stdout.is_empty() {
        return;
    }
    let crds = concat!(env!("CARGO_MANIFEST_DIR"), "/manifests/base/crds");
    let kinds = ["virtualservices", "destinationrules"];
    for kind in kinds {
        let line = format!("kubectl apply -f {crds}/{kind}.networking.istio.io.yaml");
        practice.shell(&line).success();
        // `kubectl wait` fails on a definition of which nothing is said yet.
        let established = r#"jsonpath={.status.conditions[?(@.type=="Established")].status}"#;
        let line = format!("kubectl get crd {kind}.networking.istio.io -o '{established}'");
        practice.until(&line, |shown| shown == "True");
    }
}

/// A namespace with reviews in it; none where there is no kubectl.
fn shop<'a>(practice: impl FnOnce() -> &'a Practice) -> Option<(&'a Practice, String)> {
    if !has_kubectl() || !has_node() {
        return None;
    }
    let practice = practice();
    know_istio(practice);
    let shop = practice.namespace();
    reviews(practice, &shop);
    Some((practice, shop))
}

fn canary(practice: &Practice, namespace: &str, words: &str) -> crate::support::Outcome {
    let words = format!("canary {words} -n {namespace}");
    practice.mesh(words.split(' '))
}

/// The VirtualService, or null.
fn routes(practice: &Practice, namespace: &str) -> Value {
    let line =
        format!("kubectl get virtualservice reviews -n {namespace} -o json --ignore-not-found");
    let text = practice.shell(&line).success().stdout;
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// `v1=90 v2=10` of the last route.
fn shares(object: &Value) -> String {
    let routes = object["spec"]["http"].as_array().into_iter().flatten();
    let last = routes.last().expect("a route");
    let one = |each: &Value| {
        let weight = each["weight"].as_u64().unwrap_or(100);
        (weight > 0).then(|| {
            format!(
                "{}={weight}",
                each["destination"]["subset"].as_str().unwrap_or("-")
            )
        })
    };
    let all = last["route"].as_array().into_iter().flatten();
    all.filter_map(one).collect::<Vec<_>>().join(" ")
}

fn history(object: &Value) -> Vec<Value> {
    let text = object["metadata"]["annotations"]["canary.mesh/history"].as_str();
    text.map_or_else(Vec::new, |text| {
        serde_json::from_str(text).expect("it is JSON")
    })
}

#[test]
fn the_steps_of_the_course_are_one_command_each() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    practice.apply(&shop, RULE).success();
    for (words, wanted) in [
        ("shift reviews --to v1", "v1=100"),
        ("shift reviews 90 10", "v1=90 v2=10"),
        ("shift reviews --to v2", "v2=100"),
        ("shift reviews --to v1", "v1=100"),
        ("shift reviews v2=50 v3=50", "v2=50 v3=50"),
        ("match reviews --user jason --to v2 --else v3", "v3=100"),
    ] {
        canary(practice, &shop, words).success();
        assert_eq!(shares(&routes(practice, &shop)), wanted, "{words}");
    }
    let http = &routes(practice, &shop)["spec"]["http"];
    assert_eq!(
        http[0]["match"],
        json!([{"headers": {"end-user": {"exact": "jason"}}}])
    );
    assert_eq!(http[0]["route"][0]["destination"]["subset"], "v2");
    let status = canary(practice, &shop, "status reviews").success().stdout;
    assert!(
        status.contains("v3") && status.contains("100%") && status.contains("1/1"),
        "{status}"
    );
    // The numbers are still for the stable version and the new one, and the rule stays.
    canary(practice, &shop, "shift reviews 80 20").success();
    let object = routes(practice, &shop);
    assert_eq!(shares(&object), "v1=80 v2=20");
    assert_eq!(object["spec"]["http"].as_array().map(Vec::len), Some(2));
}

#[test]
fn writes_the_rules_of_a_service_and_takes_them_back() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    let refused = canary(practice, &shop, "shift reviews 90 10").failure(4);
    assert!(
        refused.stderr.contains("mesh canary init reviews"),
        "{refused}"
    );
    canary(practice, &shop, "init reviews --canary v3").success();
    let first = routes(practice, &shop);
    assert_eq!(shares(&first), "v1=100");
    canary(practice, &shop, "init reviews").success();
    let second = routes(practice, &shop);
    assert_eq!(first, second, "a second run changes nothing");
    canary(practice, &shop, "shift reviews 90 10").success();
    assert_eq!(shares(&routes(practice, &shop)), "v1=90 v3=10");
    canary(practice, &shop, "undo reviews").success();
    assert_eq!(routes(practice, &shop)["spec"], first["spec"]);
    canary(practice, &shop, "undo reviews --to 0").success();
    let left = format!("kubectl get virtualservice,destinationrule -n {shop} -o name");
    assert_eq!(practice.shell(&left).success().stdout, "");
}

#[test]
fn adds_to_rules_that_are_there_and_takes_only_that_back() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    let rule = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: mine}\nspec:\n  host: reviews\n  trafficPolicy: {loadBalancer: {simple: RANDOM}}\n  subsets:\n  - {name: old, labels: {version: v1}}\n";
    let routing = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: reviews}\nspec:\n  hosts: [reviews]\n  http:\n  - timeout: 3s\n    route:\n    - destination: {host: reviews, subset: old}\n";
    practice
        .apply(&shop, &format!("{rule}---\n{routing}"))
        .success();
    let before = routes(practice, &shop);
    canary(practice, &shop, "init reviews").success();
    let after = routes(practice, &shop);
    // A lone destination without a weight would have none in company.
    assert_eq!(shares(&after), "old=100");
    assert_eq!(after["spec"]["http"][0]["timeout"], "3s");
    let line = format!(
        "kubectl get destinationrule mine -n {shop} -o jsonpath='{{.spec.subsets[*].name}} {{.spec.trafficPolicy.loadBalancer.simple}}'"
    );
    assert_eq!(practice.shell(&line).success().stdout, "old v2 v3 RANDOM");
    canary(practice, &shop, "shift reviews 50 50").success();
    assert_eq!(shares(&routes(practice, &shop)), "old=50 v2=50");
    canary(practice, &shop, "undo reviews --to 0").success();
    assert_eq!(routes(practice, &shop)["spec"], before["spec"]);
    assert_eq!(practice.shell(&line).success().stdout, "old RANDOM");
}

#[test]
fn undo_of_an_undo_does_it_again() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    practice.apply(&shop, RULE).success();
    canary(practice, &shop, "shift reviews --to v1").success();
    let one = routes(practice, &shop);
    canary(practice, &shop, "shift reviews v1=10 v3=90").success();
    let two = routes(practice, &shop);
    canary(practice, &shop, "undo reviews").success();
    assert_eq!(routes(practice, &shop)["spec"], one["spec"]);
    canary(practice, &shop, "undo reviews").success();
    assert_eq!(routes(practice, &shop)["spec"], two["spec"]);
    let list = canary(practice, &shop, "undo reviews --list")
        .success()
        .stdout;
    assert_eq!(list.lines().count(), 5, "{list}");
    canary(practice, &shop, "undo reviews --to 4").failure(2);
}

#[test]
fn what_somebody_else_edited_is_left_alone() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    practice.apply(&shop, RULE).success();
    canary(practice, &shop, "shift reviews 90 10").success();
    let patch = r#"[{"op":"replace","path":"/spec/http/0/route/0/weight","value":95},{"op":"replace","path":"/spec/http/0/route/1/weight","value":5}]"#;
    let edit = format!("kubectl patch virtualservice reviews -n {shop} --type json -p '{patch}'");
    practice.shell(&edit).success();
    let edited = routes(practice, &shop);
    for words in [
        "shift reviews 50 50",
        "undo reviews",
        "match reviews --user jason --to v2",
    ] {
        let refused = canary(practice, &shop, words).failure(3);
        assert!(
            refused.stderr.contains("edited by other means"),
            "{refused}"
        );
    }
    assert_eq!(routes(practice, &shop), edited);
    let status = canary(practice, &shop, "status reviews").success().stdout;
    assert!(status.contains("edited by other means"), "{status}");
    canary(practice, &shop, "shift reviews 50 50 --adopt").success();
    assert_eq!(shares(&routes(practice, &shop)), "v1=50 v2=50");
    canary(practice, &shop, "undo reviews").success();
    assert_eq!(routes(practice, &shop)["spec"], edited["spec"]);
}

#[test]
fn a_dry_run_changes_nothing() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    practice.apply(&shop, RULE).success();
    canary(practice, &shop, "shift reviews 90 10 --dry-run").success();
    canary(practice, &shop, "shift reviews 90 10 --dry-run=server").success();
    assert_eq!(routes(practice, &shop), Value::Null);
    canary(practice, &shop, "shift reviews 90 10").success();
    let before = routes(practice, &shop);
    let shown = canary(
        practice,
        &shop,
        "shift reviews 50 50 --dry-run=server -o json",
    )
    .success();
    let shown = shown.json();
    assert_eq!(
        (&shown["written"], &shown["changed"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(routes(practice, &shop), before);
}

#[test]
fn argo_rollouts_2507_a_version_without_ready_pods_gets_nothing() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    let rule = format!(
        "{RULE}  - {{name: v4, labels: {{version: v4}}}}\n  - {{name: v5, labels: {{version: v5}}}}\n  - {{name: v6, labels: {{version: v6}}}}\n"
    );
    // An image that there is not never gets ready, on any cluster.
    let broken = pod(
        "reviews-v5",
        "reviews",
        "v5",
        "  annotations: {sandbox.mesh/fail: ImagePullBackOff}\n",
    )
    .replace("pause:3.10", "pause:never");
    let bare = pod("reviews-v6", "reviews", "v6", "").replace("name: istio-proxy", "name: other");
    let objects = format!("{rule}---\n{broken}---\n{bare}");
    practice.apply(&shop, &objects).success();
    let ready =
        format!("kubectl wait pod -n {shop} -l version=v6 --for=condition=Ready --timeout=60s");
    practice.shell(&ready).success();
    canary(practice, &shop, "shift reviews --to v1").success();
    let before = routes(practice, &shop);
    for (words, message) in [
        ("shift reviews v1=90 v4=10", "`v4` of `reviews."),
        ("shift reviews v1=90 v5=10", "is ready (reviews-v5)"),
        ("shift reviews v1=90 v6=10", "not in the mesh"),
        ("shift reviews v1=90 v9=10", "no subset `v9`"),
        ("match reviews --user jason --to v4", "has no pods"),
        ("match reviews --user jason --to v9", "no subset `v9`"),
    ] {
        let refused = canary(practice, &shop, words).failure(4);
        assert!(refused.stderr.contains(message), "{refused}");
        assert!(refused.stderr.contains("hint:"), "{refused}");
    }
    assert_eq!(routes(practice, &shop), before);
}

#[test]
fn argo_rollouts_4195_a_version_that_the_service_does_not_select_gets_nothing() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    let rule = format!("{RULE}  - {{name: v4, labels: {{version: v4}}}}\n");
    let other = pod("reviews-v4", "other", "v4", "");
    practice
        .apply(&shop, &format!("{rule}---\n{other}"))
        .success();
    wait(practice, &shop);
    canary(practice, &shop, "shift reviews --to v1").success();
    let refused = canary(practice, &shop, "shift reviews v1=90 v4=10").failure(4);
    assert!(
        refused
            .stderr
            .contains("by which Service `reviews` selects"),
        "{refused}"
    );
    // A Service that selects by the version itself serves one version only.
    let patch = format!(
        "kubectl patch service reviews -n {shop} -p '{{\"spec\":{{\"selector\":{{\"version\":\"v1\"}}}}}}'"
    );
    practice.shell(&patch).success();
    let refused = canary(practice, &shop, "init reviews").failure(4);
    assert!(
        refused.stderr.contains("serves one version only"),
        "{refused}"
    );
}

#[test]
fn what_a_repository_deploys_is_left_to_it() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    practice.apply(&shop, RULE).success();
    canary(practice, &shop, "shift reviews --to v1").success();
    for (mark, who) in [
        (
            "annotate virtualservice reviews argocd.argoproj.io/tracking-id=x",
            "Argo CD",
        ),
        (
            "label virtualservice reviews kustomize.toolkit.fluxcd.io/name=x",
            "Flux",
        ),
    ] {
        practice
            .shell(&format!("kubectl {mark} -n {shop}"))
            .success();
        let refused = canary(practice, &shop, "shift reviews 90 10").failure(4);
        assert!(refused.stderr.contains(who) || who == "Flux", "{refused}");
        assert!(refused.stderr.contains("-f FILE"), "{refused}");
    }
    canary(practice, &shop, "shift reviews 90 10 --live").success();
    assert_eq!(shares(&routes(practice, &shop)), "v1=90 v2=10");
}

#[test]
fn argo_rollouts_1253_2767_what_is_not_understood_stays() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    let routing = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: reviews, labels: {team: stars}}\nspec:\n  hosts: [reviews]\n  http:\n  - name: admin\n    match: [{uri: {prefix: /admin}, withoutHeaders: {x-user: {}}}]\n    route: [{destination: {host: reviews, subset: v1}}]\n    retries: {attempts: 2}\n  - name: rest\n    fault: {delay: {fixedDelay: 1s, percentage: {value: 0.1}}}\n    route: [{destination: {host: reviews, subset: v1}, headers: {request: {set: {a: b}}}}]\n";
    practice
        .apply(&shop, &format!("{RULE}---\n{routing}"))
        .success();
    let before = routes(practice, &shop);
    canary(practice, &shop, "shift reviews 90 10").failure(2);
    canary(practice, &shop, "shift reviews 90 10 --route rest").success();
    canary(
        practice,
        &shop,
        "match reviews --user jason --to v3 --route admin --name j",
    )
    .success();
    let mut after = routes(practice, &shop);
    let rule = after["spec"]["http"][0].take();
    assert_eq!(rule["name"], "mesh-canary-j");
    assert_eq!(rule["retries"], json!({"attempts": 2}));
    assert_eq!(
        rule["match"],
        json!([{"uri": {"prefix": "/admin"}, "withoutHeaders": {"x-user": {}}, "headers": {"end-user": {"exact": "jason"}}}])
    );
    assert_eq!(after["spec"]["http"][1], before["spec"]["http"][0]);
    after["spec"]["http"][2]["route"] = before["spec"]["http"][1]["route"].clone();
    assert_eq!(after["spec"]["http"][2], before["spec"]["http"][1]);
    assert_eq!(after["metadata"]["labels"], before["metadata"]["labels"]);
    canary(practice, &shop, "match reviews --remove").success();
    canary(practice, &shop, "undo reviews --to 0").success();
    assert_eq!(routes(practice, &shop)["spec"], before["spec"]);
}

#[test]
fn twenty_shifts_at_once_lose_none() {
    let practice = cluster();
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    practice.apply(&shop, RULE).success();
    canary(practice, &shop, "shift reviews --to v1").success();
    let shift = |share: u32| {
        let words = format!("shift reviews v1={} v2={share}", 100 - share);
        (share, canary(practice, &shop, &words))
    };
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=20)
            .map(|share| scope.spawn(move || shift(share)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    let done: Vec<u32> = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.code == 0)
        .map(|(share, _)| *share)
        .collect();
    for (_, outcome) in &outcomes {
        assert!([0, 3].contains(&outcome.code), "{outcome}");
    }
    let object = routes(practice, &shop);
    let last = shares(&object);
    assert!(
        done.iter()
            .any(|share| last == format!("v1={} v2={share}", 100 - share)),
        "{last} {done:?}"
    );
    // The record has each shift that was done, and no other.
    let history = history(&object);
    assert_eq!(history.len(), (done.len() + 1).min(10), "{done:?}");
    for entry in &history[1.min(history.len() - 1)..] {
        let command = entry["command"].as_str().expect("a command");
        assert!(
            done.iter()
                .any(|share| command.ends_with(&format!("v2={share}")))
                || command.ends_with("v1"),
            "{command} {done:?}"
        );
    }
    // All of them can be taken back, one after the other.
    canary(practice, &shop, "undo reviews --to 0 --dry-run").success();
}

#[test]
fn a_shift_is_at_most_four_requests_and_survives_the_failure_of_each() {
    if !has_kubectl() {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    practice.apply(&shop, RULE).success();
    canary(practice, &shop, "shift reviews --to v1").success();
    practice.order_faults(&json!([]));
    canary(practice, &shop, "shift reviews 90 10").success();
    let (_, requests) = practice.faults();
    let ours: Vec<_> = requests
        .iter()
        .filter(|(verb, resource, _)| {
            (verb == "list" || verb == "patch" || verb == "get")
                && ["virtualservices", "destinationrules", "pods", "services"]
                    .contains(&resource.as_str())
        })
        .collect();
    let count: u64 = ours.iter().map(|(.., count)| count).sum();
    assert!(count <= 4, "{requests:?}");
    for (verb, resource) in [
        ("list", "virtualservices"),
        ("list", "destinationrules"),
        ("list", "pods"),
        ("patch", "virtualservices"),
    ] {
        let actions: &[&str] = match verb {
            "patch" => &[
                "drop",
                "lost",
                "conflict",
                "error",
                "unavailable",
                "forbidden",
            ],
            _ => &["drop", "error", "unauthorized"],
        };
        for action in actions {
            canary(practice, &shop, "shift reviews 50 50").success();
            let before = routes(practice, &shop);
            practice.order_faults(
                &json!([{"verb": verb, "resource": resource, "nth": 1, "action": action}]),
            );
            let outcome = canary(practice, &shop, "shift reviews v1=100 v2=0");
            let (left, _) = practice.faults();
            assert_eq!(left, 0, "{verb} {resource} {action}: the fault came");
            let after = routes(practice, &shop);
            let name = format!("{verb} {resource} {action}\n{outcome}");
            if outcome.code == 0 {
                assert_eq!(shares(&after), "v1=100", "{name}");
                let commands: Vec<Value> = history(&after)
                    .iter()
                    .map(|entry| entry["command"].clone())
                    .collect();
                assert_eq!(
                    commands.last(),
                    Some(&json!("shift reviews v1=100 v2=0")),
                    "{name}"
                );
            } else {
                assert_eq!(outcome.code, 1, "{name}");
                assert_eq!(after, before, "{name}");
            }
            // What passes by itself does not end the command.
            if ["conflict", "lost", "unavailable"].contains(action) && verb == "patch" {
                assert_eq!(outcome.code, 0, "{name}");
            }
        }
    }
}

#[test]
fn what_fails_between_two_objects_is_taken_back() {
    if !has_kubectl() {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let Some((practice, shop)) = shop(|| &practice) else {
        return;
    };
    let left = format!("kubectl get virtualservice,destinationrule -n {shop} -o name");
    for action in ["forbidden", "error", "drop"] {
        // The first is the dry run.
        practice.order_faults(
            &json!([{"verb": "create", "resource": "virtualservices", "nth": 2, "action": action}]),
        );
        let refused = canary(practice, &shop, "init reviews").failure(1);
        assert!(refused.stderr.contains("was taken back"), "{refused}");
        assert_eq!(practice.shell(&left).success().stdout, "", "{refused}");
    }
    practice.order_faults(&json!([
        {"verb": "create", "resource": "virtualservices", "nth": 2, "action": "forbidden"},
        {"verb": "delete", "resource": "destinationrules", "nth": 1, "action": "forbidden"},
    ]));
    let stuck = canary(practice, &shop, "init reviews").failure(8);
    assert!(stuck.stderr.contains("stays"), "{stuck}");
}
