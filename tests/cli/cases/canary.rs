//! `mesh canary`.

use crate::support::Sandbox;

const ROUTING: &str = "\
# Stars of the product page.
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
spec:
  hosts: [reviews]
  http:
    - name: everybody # no match
      route:
        - destination: {host: reviews, subset: v1}
          weight: 90   # stable
        - destination:
            host: \"reviews\"
            subset: 'v2'
          weight: 10
---
kind: ConfigMap # not ours
metadata: {name:  other}
";

const RULE: &str = "\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: reviews
spec:
  host: reviews
  subsets:
  - name: v1
  - name: v2
  - name: v3
";

const TWO_ROUTES: &str = "\
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews]
  gateways: [mesh, edge]
  http:
  - name: jason
    match:
    - headers: {end-user: {exact: jason}}
    route:
    - destination: {host: reviews, subset: v2}
  - match:
    - gateways: [edge]
      uri: {prefix: /reviews}
    route:
    - destination: {host: reviews, subset: v1}
";

/// A sandbox with `routing.yaml` and `rule.yaml`.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("routing.yaml", ROUTING);
    sandbox.write("rule.yaml", RULE);
    sandbox
}

/// `mesh canary shift` with these words.
fn shift(words: &str) -> Vec<String> {
    let words = format!("canary shift {words}");
    words.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn shifts_in_place_and_keeps_everything_else() {
    let sandbox = sandbox();
    let done = sandbox.run(shift("reviews 70 30 -f routing.yaml -f rule.yaml"));
    insta::assert_snapshot!(done.success());
    let expected = ROUTING
        .replace("90   #", "70   #")
        .replace("weight: 10", "weight: 30");
    assert_eq!(sandbox.read("routing.yaml"), expected);
    assert_eq!(sandbox.read("rule.yaml"), RULE);
    sandbox
        .run(shift("reviews 90 10 -f routing.yaml"))
        .success();
    assert_eq!(sandbox.read("routing.yaml"), ROUTING);
}

#[test]
fn adds_the_version_that_is_missing() {
    let sandbox = sandbox();
    let done = sandbox.run(shift("reviews v1=50 v3=50 -f ."));
    insta::assert_snapshot!(done.success());
}

#[test]
fn a_dry_run_writes_nothing() {
    let sandbox = sandbox();
    let shown = sandbox.run(shift(
        "reviews --to v2 -f routing.yaml -f rule.yaml --dry-run",
    ));
    insta::assert_snapshot!(shown.success());
    assert_eq!(sandbox.read("routing.yaml"), ROUTING);
}

#[test]
fn says_that_nothing_is_to_be_done() {
    insta::assert_snapshot!(
        sandbox()
            .run(shift("reviews 90 10 -f routing.yaml"))
            .success()
    );
}

#[test]
fn shows_the_plan_for_programs() {
    let done = sandbox().run(shift(
        "reviews v2=30 v1=70 -f routing.yaml -f rule.yaml -o yaml",
    ));
    insta::assert_snapshot!(done.success());
}

#[test]
fn edits_a_stream() {
    let sandbox = Sandbox::new();
    let crlf = ROUTING.replace('\n', "\r\n");
    let done = sandbox
        .run_with_stdin(shift("reviews --to v2 -f -"), &crlf)
        .success();
    let expected = crlf
        .replace("90   #", "0   #")
        .replace("weight: 10", "weight: 100");
    assert_eq!(done.stdout, expected);
    insta::assert_snapshot!(done.stderr);
}

#[test]
fn a_stream_that_is_already_so_passes_through() {
    let done = Sandbox::new().run_with_stdin(shift("reviews 90 10 -f - -q"), ROUTING);
    let done = done.success();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), (ROUTING, ""));
}

#[test]
fn edits_an_item_of_a_list() {
    let sandbox = Sandbox::new();
    let text = "kind: List\nitems:\n- kind: Service\n- kind: VirtualService\n  metadata: {name: reviews}\n  spec:\n    http:\n    - route:\n      - destination: {host: reviews, subset: v1} # one\n";
    sandbox.write("list.yaml", text);
    sandbox
        .run(shift("reviews v1=60 v2=40 -f list.yaml"))
        .success();
    let added = "subset: v1} # one\n        weight: 60\n      - destination: {host: reviews, subset: v2}\n        weight: 40\n";
    assert_eq!(
        sandbox.read("list.yaml"),
        text.replace("subset: v1} # one\n", added)
    );
}

#[test]
fn names_the_line_of_an_item_of_a_list() {
    let sandbox = Sandbox::new();
    let item = "- kind: VirtualService\n  metadata: {name: NAME}\n  spec:\n    hosts: [reviews]\n    http:\n    - route:\n      - destination: {host: reviews, subset: v1}\n";
    let (one, two) = (item.replace("NAME", "one"), item.replace("NAME", "two"));
    sandbox.write(
        "list.yaml",
        format!("# c\n---\n# d\nkind: List\nitems:\n{one}{two}"),
    );
    let refused = sandbox
        .run(shift("reviews v1=60 v2=40 -f list.yaml"))
        .failure(4);
    assert!(
        refused.stderr.contains("`default/one` (list.yaml:6)"),
        "{refused}"
    );
    assert!(
        refused.stderr.contains("`default/two` (list.yaml:13)"),
        "{refused}"
    );
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    sandbox()
        .run(shift("reviews 70 30 -f . -f routing.yaml"))
        .success();
}

#[test]
fn edits_json() {
    let sandbox = Sandbox::new();
    let text = "{\"kind\": \"VirtualService\", \"metadata\": {\"name\": \"reviews\"}, \"spec\": {\"http\": [\n  {\"route\": [{\"destination\": {\"host\": \"reviews\", \"subset\": \"v1\"}}]}\n]}}\n";
    sandbox.write("routes.json", text);
    sandbox
        .run(shift("reviews v1=60 v2=40 -f routes.json"))
        .success();
    let found: serde_json::Value = serde_json::from_str(&sandbox.read("routes.json")).unwrap();
    assert_eq!(found["spec"]["http"][0]["route"][1]["weight"], 40);
}

#[test]
fn shifts_all_routes_when_told_to() {
    let sandbox = Sandbox::new();
    sandbox.write("routing.yaml", TWO_ROUTES);
    let done = sandbox.run(shift("reviews --to v3 --all-routes -f routing.yaml"));
    insta::assert_snapshot!(done.success());
}

#[test]
fn lists_the_routes_when_it_is_not_clear_which_is_meant() {
    let sandbox = Sandbox::new();
    sandbox.write("routing.yaml", TWO_ROUTES);
    let refused = sandbox.run(shift("reviews --to v3 -f routing.yaml"));
    insta::assert_snapshot!(refused.failure(2));
    sandbox
        .run(shift("reviews --to v3 --route jason -f routing.yaml"))
        .success();
}

#[test]
fn names_the_service_that_was_meant() {
    insta::assert_snapshot!(
        sandbox()
            .run(shift("revews 90 10 -f routing.yaml"))
            .failure(1)
    );
}

#[test]
fn rejects_weights_that_do_not_sum_to_100() {
    insta::assert_snapshot!(
        sandbox()
            .run(shift("reviews 90 5 -f routing.yaml"))
            .failure(2)
    );
}

#[test]
fn explains_itself() {
    let help = Sandbox::new().run(["canary", "shift", "--help"]).success();
    let text = help.stdout.split("Usage:").next();
    insta::assert_snapshot!(text.expect("there is always a first part"));
}

#[test]
fn rejects_weights_that_are_none() {
    insta::assert_snapshot!(
        sandbox()
            .run(shift("reviews -10 110 -f routing.yaml"))
            .failure(2)
    );
    insta::assert_snapshot!(
        sandbox()
            .run(shift("reviews v1=9.5 v2=1 -f routing.yaml"))
            .failure(2)
    );
}

#[test]
fn rejects_more_numbers_than_versions() {
    insta::assert_snapshot!(sandbox().run(shift("reviews 50 25 25 -f . ")).failure(2));
}

#[test]
fn rejects_a_subset_that_no_rule_defines() {
    insta::assert_snapshot!(sandbox().run(shift("reviews v1=90 v4=10 -f .")).failure(4));
}

#[test]
fn needs_a_cluster_or_a_file() {
    insta::assert_snapshot!(sandbox().run(shift("reviews 90 10")).failure(1));
}

#[test]
fn rejects_malformed_yaml_with_its_place() {
    let sandbox = Sandbox::new();
    let text = ROUTING.replace("  http:\n", "  http: [\n");
    sandbox.write("routing.yaml", format!("kind: ConfigMap\n---\n{text}"));
    insta::assert_snapshot!(
        sandbox
            .run(shift("reviews 90 10 -f routing.yaml"))
            .failure(1)
    );
}

#[test]
fn rejects_a_shared_anchor() {
    let sandbox = Sandbox::new();
    let text = ROUTING
        .replace("weight: 90  ", "weight: &share 90")
        .replace("weight: 10", "weight: *share");
    sandbox.write("routing.yaml", &text);
    insta::assert_snapshot!(
        sandbox
            .run(shift("reviews 70 30 -f routing.yaml"))
            .failure(4)
    );
    assert_eq!(sandbox.read("routing.yaml"), text);
}

#[test]
fn rejects_a_template() {
    let sandbox = Sandbox::new();
    let text = ROUTING.replace("name: reviews\n", "name: \"{{ .Values.name }}\"\n");
    sandbox.write("routing.yaml", &text);
    insta::assert_snapshot!(
        sandbox
            .run(shift("reviews 70 30 -f routing.yaml"))
            .failure(4)
    );
    sandbox.write(
        "routing.yaml",
        ROUTING.replace("weight: 10", "weight: {{ .Values.share }}"),
    );
    insta::assert_snapshot!(
        sandbox
            .run(shift("reviews 70 30 -f routing.yaml"))
            .failure(1)
    );
}

#[test]
fn rejects_files_that_are_not_there_or_not_yaml() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(
        sandbox
            .run(shift("reviews 90 10 -f absent.yaml"))
            .failure(1)
    );
    sandbox.write("empty/README.md", "");
    insta::assert_snapshot!(sandbox.run(shift("reviews 90 10 -f empty")).failure(1));
    sandbox.write("latin.yaml", b"a: 1\nb: \xe9\n");
    insta::assert_snapshot!(sandbox.run(shift("reviews 90 10 -f latin.yaml")).failure(1));
    sandbox.write("none.yaml", "kind: Service\n");
    insta::assert_snapshot!(sandbox.run(shift("reviews 90 10 -f none.yaml")).failure(1));
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_others_as_they_were() {
    let sandbox = sandbox();
    let other = ROUTING
        .replace("  name: reviews\n", "  name: gate\n")
        .replace(
            "  hosts: [reviews]\n",
            "  hosts: [shop.example.com]\n  gateways: [edge]\n",
        );
    let path = sandbox.write("second.yaml", &other);
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let refused = sandbox.run(shift(
        "reviews 70 30 --all-routes -f routing.yaml -f second.yaml",
    ));
    insta::assert_snapshot!(refused.failure(1));
    assert_eq!(sandbox.read("routing.yaml"), ROUTING);
    assert_eq!(std::fs::read_dir(sandbox.path()).unwrap().count(), 3);
}

#[test]
fn flags_that_do_not_go_together_are_refused() {
    let sandbox = sandbox();
    insta::assert_snapshot!(
        sandbox
            .run(shift("reviews 90 10 --to v2 -f routing.yaml"))
            .failure(2)
    );
    insta::assert_snapshot!(
        sandbox
            .run(shift("reviews 90 10 -f - -f routing.yaml"))
            .failure(2)
    );
    insta::assert_snapshot!(sandbox.run(shift("reviews 90 10 -f - -o json")).failure(2));
    insta::assert_snapshot!(
        sandbox
            .run(shift("reviews 90 10 --object Gateway/x -f ."))
            .failure(2)
    );
}
