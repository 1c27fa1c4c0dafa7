//! `mesh kube-uninject`, and what both ways have in common: files in place, folders, strictness.

use crate::support::Sandbox;

const SHOP: &str = "\
# the shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
      - name: app # serves
        image: \"shop:1\"
        ports: [{name: web, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /up, port: web}}
---
# untouched
kind: ConfigMap
data: {a:   b}
";

#[test]
fn gives_back_what_was_injected_byte_for_byte() {
    let sandbox = Sandbox::offline();
    sandbox.write("app.yaml", SHOP);
    let once = sandbox
        .run(["kube-inject", "-f", "app.yaml", "-o", "in.yaml"])
        .success();
    assert_eq!(once.stdout, "");
    let twice = sandbox.run(["kube-inject", "-f", "in.yaml"]).success();
    assert_eq!(twice.stdout, sandbox.read("in.yaml"));
    let newer = ["--set", "values.global.proxy.logLevel=debug"];
    let again = sandbox
        .run(["kube-inject", "-f", "in.yaml"].iter().chain(&newer))
        .success();
    let direct = sandbox
        .run(["kube-inject", "-f", "app.yaml"].iter().chain(&newer))
        .success();
    assert_eq!(again.stdout, direct.stdout);
    let back = sandbox.run(["kube-uninject", "-f", "in.yaml"]).success();
    assert_eq!(back.stdout, SHOP);
    assert_eq!(
        back.stderr,
        "uninjected 1 workload, left 1 other document as it was\n"
    );
    let piped = sandbox.run_with_stdin(["kube-uninject", "-f", "-"], sandbox.read("in.yaml"));
    assert_eq!(piped.success().stdout, SHOP);
}

#[test]
fn gives_back_json_and_content_on_the_line_of_the_marker() {
    let sandbox = Sandbox::offline();
    let object = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"shop"},"spec":{"template":{"metadata":{"labels":{}},"spec":{"containers":[{"name":"app","image":"shop:1","ports":[{"name":"web","containerPort":8080}],"readinessProbe":{"httpGet":{"path":"/up","port":"web"}}}]}}}}"#;
    let value: serde_json::Value = serde_json::from_str(object).expect("JSON");
    sandbox.write("compact.json", object);
    sandbox.write("pretty.json", format!("{value:#}\n"));
    sandbox.write(
        "list.json",
        format!(r#"{{"apiVersion":"v1","kind":"List","items":[{object}]}}"#),
    );
    sandbox.write(
        "app.yaml",
        format!("kind: Service\n--- {object} # ours\n---\nkind: Service\n"),
    );
    for (name, is_json) in [
        ("compact.json", true),
        ("pretty.json", true),
        ("list.json", true),
        ("app.yaml", false),
    ] {
        let text = sandbox.read(name);
        let injected = sandbox.run(["kube-inject", "-f", name]).success().stdout;
        assert_eq!(
            injected.contains("inject.mesh/kube-uninject"),
            is_json,
            "{injected}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&injected).is_ok(),
            is_json
        );
        let twice = sandbox.run_with_stdin(["kube-inject", "-f", "-"], &injected);
        assert_eq!(twice.success().stdout, injected);
        let back = sandbox.run_with_stdin(["kube-uninject", "-f", "-"], &injected);
        assert_eq!(back.success().stdout, text);
    }
}

#[test]
fn an_edit_with_the_sidecar_stays_and_what_cannot_come_back_is_said() {
    let sandbox = Sandbox::offline();
    sandbox.write("app.yaml", SHOP);
    let injected = sandbox
        .run(["kube-inject", "-f", "app.yaml"])
        .success()
        .stdout;
    let edited = injected
        .replace("shop:1", "shop:2")
        .replace("path: /app-health/app/readyz", "path: /mine");
    assert_ne!(edited, injected.replace("shop:1", "shop:2"));
    sandbox.write("edited.yaml", edited);
    let outcome = sandbox
        .run(["kube-uninject", "-f", "edited.yaml"])
        .success();
    insta::assert_snapshot!(outcome);
}

#[test]
fn says_what_has_no_sidecar() {
    let sandbox = Sandbox::offline();
    sandbox.write("app.yaml", SHOP);
    insta::assert_snapshot!(sandbox.run(["kube-uninject", "-f", "app.yaml"]).success());
    sandbox
        .run(["kube-uninject", "-f", "app.yaml", "--strict"])
        .failure(4);
}

#[test]
fn files_are_replaced_in_place_all_or_none() {
    let sandbox = Sandbox::offline();
    sandbox.write("deploy/a/shop.yaml", SHOP);
    sandbox.write("deploy/b.yaml", "kind: ConfigMap\n");
    let both = ["-f", "deploy", "-R", "--in-place"];
    let outcome = sandbox.run(["kube-inject"].iter().chain(&both)).success();
    assert_eq!(outcome.stdout, "");
    assert!(sandbox.read("deploy/a/shop.yaml").contains("istio-proxy"));
    assert_eq!(sandbox.read("deploy/b.yaml"), "kind: ConfigMap\n");
    sandbox.run(["kube-uninject"].iter().chain(&both)).success();
    assert_eq!(sandbox.read("deploy/a/shop.yaml"), SHOP);
    sandbox.write("deploy/c.yaml", "a: [");
    sandbox.run(["kube-inject"].iter().chain(&both)).failure(1);
    assert_eq!(sandbox.read("deploy/a/shop.yaml"), SHOP);
    sandbox
        .run(["kube-inject", "-f", "-", "--in-place"])
        .failure(2);
}

#[test]
fn i_is_in_place_where_files_are_edited_and_elsewhere_the_namespace() {
    let sandbox = Sandbox::offline();
    sandbox.write("app.yaml", SHOP);
    let named = ["kube-inject", "-f", "app.yaml", "--istio-namespace", "mesh"];
    let direct = sandbox.run(named).success().stdout;
    assert!(direct.contains("istiod.mesh.svc"));
    let outcome = sandbox.run(named.iter().chain(&["-i"])).success();
    assert_eq!(outcome.stdout, "");
    assert_eq!(sandbox.read("app.yaml"), direct);
    sandbox
        .run(["kube-uninject", "-f", "app.yaml", "-i"])
        .success();
    assert_eq!(sandbox.read("app.yaml"), SHOP);
    let as_istioctl = ["kube-inject", "-i", "mesh", "-f", "app.yaml"];
    let refused = sandbox.run(as_istioctl).failure(2);
    assert!(
        refused.stderr.contains("`--istio-namespace`"),
        "{}",
        refused.stderr
    );
    assert_eq!(sandbox.read("app.yaml"), SHOP);
    let in_front = ["-i", "mesh", "kube-inject", "-f", "app.yaml"];
    assert_eq!(sandbox.run(in_front).success().stdout, direct);
    let unused = ["-i", "mesh", "kube-uninject", "-f", "app.yaml"];
    sandbox.run(unused).failure(2);
}

#[test]
fn strictness_fails_on_what_is_skipped_and_writes_nothing() {
    let sandbox = Sandbox::offline();
    let off = SHOP.replace(
        "    spec:\n",
        "    metadata: {labels: {sidecar.istio.io/inject: \"false\"}}\n    spec:\n",
    );
    sandbox.write("app.yaml", &off);
    insta::assert_snapshot!(sandbox.run([
        "kube-inject",
        "-f",
        "app.yaml",
        "--strict",
        "-o",
        "out.yaml"
    ]));
    assert!(!sandbox.path().join("out.yaml").exists());
}

#[test]
fn many_documents_come_out_in_order() {
    let sandbox = Sandbox::offline();
    let one = |index: usize| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{index}}}\nspec: {{containers: [{{name: a, image: a}}]}}\n"
        )
    };
    let texts: Vec<String> = (0..200).map(one).collect();
    sandbox.write("pods.yaml", texts.join("---\n"));
    let outcome = sandbox.run(["kube-inject", "-f", "pods.yaml"]).success();
    let names: Vec<&str> = outcome
        .stdout
        .lines()
        .filter(|line| line.starts_with("metadata: {name: p"))
        .collect();
    let found: Vec<String> = names
        .iter()
        .map(|line| {
            line.chars()
                .skip_while(|c| *c != 'p')
                .take_while(|c| *c != ',')
                .collect()
        })
        .collect();
    assert_eq!(
        found,
        (0..200)
            .map(|index| format!("p{index}"))
            .collect::<Vec<_>>()
    );
    let last = texts.join("---\n") + "---\nkind: Pod\napiVersion: v1\nspec: {}\n";
    sandbox.write("pods.yaml", &last);
    let refused = sandbox.run(["kube-inject", "-f", "pods.yaml"]).failure(1);
    assert!(refused.stderr.contains("pods.yaml:1001: Pod"), "{refused}");
}

#[test]
fn other_kinds_are_injected_by_the_way_to_their_pod_template() {
    let sandbox = Sandbox::offline();
    let pod = "template: {spec: {containers: [{name: a, image: a}]}}";
    let rollout = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: r}}\nspec: {{{pod}}}\n"
    );
    let runner = format!(
        "apiVersion: example.com/v1\nkind: Runner\nmetadata: {{name: r}}\nspec: {{{pod}}}\n"
    );
    sandbox.write("rollout.yaml", &rollout);
    sandbox.write("runner.yaml", &runner);
    let plain = sandbox
        .run(["kube-inject", "-f", "rollout.yaml,runner.yaml"])
        .success();
    assert_eq!(
        plain.stderr,
        "injected 1 workload, left 1 other document as it was\n"
    );
    let given = [
        "-f",
        "runner.yaml",
        "--pod-template-path",
        "Runner=spec.template",
    ];
    let outcome = sandbox
        .run(["kube-inject", "-o", "in.yaml"].iter().chain(&given))
        .success();
    assert_eq!(outcome.stderr, "injected 1 workload\n");
    let back = [
        "-f",
        "in.yaml",
        "--pod-template-path",
        "Runner.example.com=spec.template",
    ];
    assert_eq!(
        sandbox
            .run(["kube-uninject"].iter().chain(&back))
            .success()
            .stdout,
        runner
    );
    let wrong = ["-f", "runner.yaml", "--pod-template-path", "Runner"];
    insta::assert_snapshot!(sandbox.run(["kube-inject"].iter().chain(&wrong)));
}
