//! `mesh kube-inject`, without a network: that it needs none is proven in `network`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::Stdio;

use crate::support::{Outcome, Sandbox};

/// A template small enough to be read in a snapshot.
const TEMPLATE: &str = "spec:
  containers:
  - name: istio-proxy
    image: {{ .ProxyImage }}
";

pub(super) const DEPLOYMENT: &str = "# the shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  namespace: market
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
      - {name: shop, image: 'shop:1', ports: [{name: web, containerPort: 8080}]}
";

pub(super) const SERVICE: &str = "# stays as it is
kind: Service
apiVersion: v1
metadata: {  name: \"shop\" }
spec:
    ports:   # four spaces
    -   port: 80
";

/// A sandbox with the small template and these files.
pub(super) fn sandbox(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::offline();
    sandbox.write("template.yaml", TEMPLATE);
    for (name, text) in files {
        sandbox.write(name, text);
    }
    sandbox
}

pub(super) fn inject(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let command = ["kube-inject", "--injectConfigFile", "template.yaml"];
    sandbox.run(command.iter().chain(args))
}

#[test]
fn injects_the_built_in_sidecar() {
    let sandbox = sandbox(&[("app.yaml", DEPLOYMENT)]);
    insta::assert_snapshot!(sandbox.run(["kube-inject", "-f", "app.yaml"]).success());
}

#[test]
fn comments_order_and_quotes_stay_and_only_the_sidecar_is_new() {
    let text = "\
# The shop.
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: \"shop\"}}
spec:
  template:
    # of the pods
    metadata:
      labels:
        app: 'shop'   # for the Service
    spec:
      # What serves.
      containers:
        # the only one
        - name: app
          image: \"shop:1\"
          ports: [{containerPort: 80}] # plain
# the end
";
    let sandbox = sandbox(&[("app.yaml", text)]);
    let outcome = inject(&sandbox, &["-f", "app.yaml"]).success();
    let mut kept = text.lines();
    let mut next = kept.next();
    for line in outcome.stdout.lines() {
        if next == Some(line) {
            next = kept.next();
        }
    }
    assert_eq!(
        next, None,
        "a line of the input is missing, or came in another place: {outcome}"
    );
    insta::assert_snapshot!(outcome);
    let sorted = inject(&sandbox, &["-f", "app.yaml", "--normalize"])
        .success()
        .stdout;
    assert!(!sorted.contains('#'), "{sorted}");
}

#[test]
fn json_stays_json() {
    let text = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"metadata\": {\"name\": \"a\"},\n  \"spec\": {\n    \"containers\": [{\"name\": \"a\", \"image\": \"b\"}]\n  }\n}\n";
    let sandbox = sandbox(&[("pod.json", text)]);
    let outcome = sandbox.run(["kube-inject", "-f", "pod.json"]).success();
    let pod = outcome.json();
    assert_eq!(pod["spec"]["initContainers"][1]["name"], "istio-proxy");
    assert!(
        outcome.stdout.starts_with("{\n  \"apiVersion\": \"v1\",\n"),
        "{outcome}"
    );
}

#[test]
fn says_what_was_injected_and_what_was_skipped_and_why() {
    let pod = |name: &str, more: &str, spec: &str| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n{more}spec:\n{spec}  containers: [{{name: a, image: a}}]\n"
        )
    };
    let off = "  annotations: {sidecar.istio.io/inject: \"false\"}\n";
    let text = [
        SERVICE.to_owned(),
        pod("plain", "", ""),
        pod("node", "", "  hostNetwork: true\n"),
        pod("without", off, ""),
        pod("dns", "  namespace: kube-system\n", ""),
    ]
    .concat();
    let sandbox = sandbox(&[("app.yaml", &text)]);
    insta::assert_snapshot!(inject(&sandbox, &["-f", "app.yaml"]).success());
    let quiet = inject(&sandbox, &["-q", "-f", "app.yaml"]).success();
    assert_eq!(quiet.stderr, "");
}

#[test]
fn what_holds_no_workload_comes_out_byte_for_byte() {
    let texts = [
        SERVICE,
        "# only a comment\n",
        "a: 1",
        "---\na: 1\n---\n\n# between\n---\nb: [1,   2]\n...\n# end\n",
        "%YAML 1.2\n---\na: 1\r\n---\r\nb: 2\r\n",
        "{\"kind\": \"Service\",\n \"apiVersion\": \"v1\"}\n",
        "kind: ConfigMap\ndata:\n  text: |\n    kind: Deployment\n    ---\n     x\n",
    ];
    for text in texts {
        let text = format!("{text}{}", if text.starts_with('#') { SERVICE } else { "" });
        let sandbox = sandbox(&[("a.yaml", &text)]);
        assert_eq!(inject(&sandbox, &["-f", "a.yaml"]).success().stdout, text);
        let piped = sandbox
            .run_with_stdin(["kube-inject", "-f", "-"], &text)
            .success();
        assert_eq!(piped.stdout, text);
    }
}

#[test]
fn files_are_joined_into_one_stream() {
    let sandbox = sandbox(&[
        ("deploy/1.yaml", "kind: ConfigMap\nname: first"),
        ("deploy/2.yml", DEPLOYMENT),
        ("deploy/3.json", "{\"kind\": \"ConfigMap\"}\n"),
        ("deploy/notes.txt", "not YAML: ["),
    ]);
    insta::assert_snapshot!(inject(&sandbox, &["-f", "deploy"]).success());
    let once = inject(&sandbox, &["-f", "deploy/3.json"]).success().stdout;
    let twice = inject(&sandbox, &["-f", "deploy/3.json", "-f", "deploy/3.json"]).success();
    assert_eq!(twice.stdout, once);
}

#[test]
fn a_document_comes_out_before_the_next_goes_in() {
    let sandbox = sandbox(&[]);
    let mut child = sandbox
        .command([
            "kube-inject",
            "--injectConfigFile",
            "template.yaml",
            "-f",
            "-",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin was piped");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout was piped")).lines();
    writeln!(stdin, "{DEPLOYMENT}---").expect("the binary reads");
    let injected = lines.by_ref().map(|line| line.expect("UTF-8"));
    assert!(
        injected
            .take_while(|line| !line.contains("istio-proxy"))
            .count()
            > 5
    );
    write!(stdin, "{SERVICE}").expect("the binary still reads");
    drop(stdin);
    assert!(lines.any(|line| line.expect("UTF-8").contains("four spaces")));
    assert!(child.wait().expect("the binary ends").success());
}

#[test]
fn a_file_is_replaced_as_a_whole_or_not_at_all() {
    let sandbox = sandbox(&[
        ("app.yaml", DEPLOYMENT),
        ("out.yaml", "old\n"),
        ("bad.yaml", "a: [\n"),
    ]);
    for args in [
        ["-f", "bad.yaml", "-o", "out.yaml"],
        ["-f", "missing.yaml", "-o", "out.yaml"],
    ] {
        inject(&sandbox, &args).failure(1);
        assert_eq!(sandbox.read("out.yaml"), "old\n");
    }
    let printed = inject(&sandbox, &["-f", "app.yaml"]).success().stdout;
    let written = inject(&sandbox, &["-f", "app.yaml", "-o", "out.yaml"]).success();
    assert_eq!(written.stdout, "");
    assert_eq!(sandbox.read("out.yaml"), printed);
    // A file can be its own result.
    inject(&sandbox, &["-f", "app.yaml", "--output", "app.yaml"]).success();
    assert_eq!(sandbox.read("app.yaml"), printed);
    let left = std::fs::read_dir(sandbox.path()).expect("a folder");
    assert!(
        left.flatten()
            .all(|entry| !entry.file_name().to_string_lossy().contains("tmp"))
    );
    insta::assert_snapshot!(
        inject(&sandbox, &["-f", "app.yaml", "-o", "no/such/folder.yaml"]).failure(1)
    );
}

#[test]
fn after_an_error_no_document_is_half_written_and_no_file_is_changed() {
    let whole = inject(&sandbox(&[("app.yaml", DEPLOYMENT)]), &["-f", "app.yaml"]).success();
    for bad in [
        "a: [\n",
        "- just\n- a list\n",
        "a:\n\tb: c\n",
        "a: *nowhere\n",
        "a: \u{0}\n",
        "kind: Pod\napiVersion: v1\nspec: {containers: [{image: x}]}\n",
        &DEPLOYMENT.replace("labels: {app", "labels: {number: 1, app"),
    ] {
        let stream = format!("{DEPLOYMENT}---\n{bad}---\n{DEPLOYMENT}");
        let sandbox = sandbox(&[("app.yaml", DEPLOYMENT), ("bad.yaml", &stream)]);
        inject(&sandbox, &["-f", "app.yaml", "-f", "bad.yaml"]).failure(1);
        inject(
            &sandbox,
            &["--in-place", "-f", "app.yaml", "-f", "bad.yaml"],
        )
        .failure(1);
        assert_eq!(sandbox.read("app.yaml"), DEPLOYMENT, "{bad:?}");
        assert_eq!(sandbox.read("bad.yaml"), stream, "{bad:?}");
        let command = [
            "kube-inject",
            "--injectConfigFile",
            "template.yaml",
            "-f",
            "-",
        ];
        let piped = sandbox.run_with_stdin(command, &stream);
        assert_eq!((piped.code, &piped.stdout), (1, &whole.stdout), "{piped}");
    }
}

#[test]
fn native_sidecars_are_the_default_and_can_be_turned_off() {
    let place = |sandbox: &Sandbox, args: &[&str]| {
        let outcome = sandbox
            .run(["kube-inject", "-f", "app.yaml"].iter().chain(args))
            .success();
        let init = outcome
            .stdout
            .find("initContainers:")
            .expect("a container for the capture");
        let proxy = outcome.stdout.find("name: istio-proxy").expect("a proxy");
        if proxy > init { "native" } else { "classic" }
    };
    let off = ["--set", "values.pilot.env.ENABLE_NATIVE_SIDECARS=false"];
    let on = ["--set", "values.pilot.env.ENABLE_NATIVE_SIDECARS=true"];
    let plain = sandbox(&[("app.yaml", DEPLOYMENT)]);
    assert_eq!(place(&plain, &[]), "native");
    assert_eq!(place(&plain, &off), "classic");
    let told = sandbox(&[("app.yaml", DEPLOYMENT)]).env("ENABLE_NATIVE_SIDECARS", "false");
    assert_eq!(place(&told, &[]), "classic");
    assert_eq!(place(&told, &on), "classic", "the environment wins");
}

#[test]
fn the_configuration_can_be_changed_by_flags_and_files() {
    let operator = "apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  tag: from-operator
  meshConfig:
    defaultConfig: {proxyMetadata: {FROM: operator}}
";
    let sandbox = sandbox(&[
        ("app.yaml", DEPLOYMENT),
        ("operator.yaml", operator),
        (
            "values.yaml",
            "global: {hub: example.com, tag: from-values}",
        ),
        ("mesh.yaml", "defaultConfig: {proxyMetadata: {FROM: mesh}}"),
    ]);
    let line = |args: &[&str], wanted: &str| {
        let outcome = sandbox
            .run(["kube-inject", "-f", "app.yaml"].iter().chain(args))
            .success();
        let found = outcome.stdout.lines().find(|line| line.contains(wanted));
        found
            .unwrap_or_else(|| panic!("no `{wanted}` in {outcome}"))
            .trim()
            .to_owned()
    };
    assert_eq!(
        line(&["--operatorFileName", "operator.yaml"], "from-operator"),
        "image: registry.istio.io/release/proxyv2:from-operator"
    );
    assert_eq!(
        line(&["--operatorFileName", "operator.yaml"], "\"FROM\""),
        "{\"proxyMetadata\":{\"FROM\":\"operator\"}}"
    );
    assert_eq!(
        line(&["--meshConfigFile", "mesh.yaml"], "\"FROM\""),
        "{\"proxyMetadata\":{\"FROM\":\"mesh\"}}"
    );
    assert_eq!(
        line(
            &["--set", "meshConfig.trustDomain=example.org"],
            "example.org"
        ),
        "value: example.org"
    );
    assert_eq!(
        line(
            &["--set", "values.global.proxy.logLevel=debug"],
            "proxyLogLevel"
        ),
        "- --proxyLogLevel=debug"
    );
    assert_eq!(
        line(
            &["--profile", "default", "--revision", "canary"],
            "value: istiod-canary"
        ),
        "value: istiod-canary.istio-system.svc:15012"
    );
    assert_eq!(
        line(
            &["--profile", "default", "--revision", "canary"],
            "istio.io/rev"
        ),
        "istio.io/rev: canary"
    );
    assert_eq!(
        line(&["--revision", "default"], "istio.io/rev"),
        "istio.io/rev: default"
    );
    let values = inject(&sandbox, &["-f", "app.yaml", "--valuesFile", "values.yaml"]).success();
    assert!(
        values
            .stdout
            .contains("image: example.com/proxyv2:from-values"),
        "{values}"
    );
}

#[test]
fn injecting_again_gives_the_same() {
    let sandbox = sandbox(&[("app.yaml", DEPLOYMENT)]);
    for native in ["true", "false"] {
        let set = format!("values.pilot.env.ENABLE_NATIVE_SIDECARS={native}");
        let once = sandbox
            .run(["kube-inject", "-f", "app.yaml", "--set", &set])
            .success()
            .stdout;
        let args = ["kube-inject", "-f", "-", "--set", &set];
        assert_eq!(sandbox.run_with_stdin(args, &once).success().stdout, once);
    }
}

#[test]
fn a_closed_pipe_ends_the_command_without_a_word() {
    let sandbox = sandbox(&[("app.yaml", DEPLOYMENT)]);
    let outcome = sandbox.run_into_closed_pipe(["kube-inject", "-f", "app.yaml"]);
    assert_eq!(outcome.stderr, "", "{outcome}");
}

#[test]
fn durations_are_read_as_go_writes_them() {
    let note = "annotations: {proxy.istio.io/config: 'terminationDrainDuration: 1m30s'}\n      labels: {app";
    let sandbox = sandbox(&[("app.yaml", &DEPLOYMENT.replace("labels: {app", note))]);
    let outcome = sandbox.run(["kube-inject", "-f", "app.yaml"]).success();
    assert!(
        outcome
            .stdout
            .contains(r#"{"terminationDrainDuration":"90s"}"#),
        "{outcome}"
    );
}

/// Istio's own cases of the command, from the reference data.
#[test]
fn behaves_as_istioctl_on_its_own_cases() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/reference/goldens/kubeinject-cli");
    if !folder.is_dir() {
        crate::skipped::skipped(format_args!("{} is not there", folder.display()));
        return;
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a readable case");
    let cases: serde_json::Value = serde_json::from_str(&read("cases.json")).expect("JSON");
    for case in cases.as_array().expect("a list of cases") {
        let args = case["args"]
            .as_array()
            .expect("arguments")
            .iter()
            .map(|arg| arg.as_str().expect("a text"));
        let sandbox = Sandbox::offline().env("ENABLE_NATIVE_SIDECARS", "false");
        let mut command = sandbox.command(
            ["kube-inject", "--normalize", "--revision", "default"]
                .into_iter()
                .chain(args),
        );
        let output = command
            .current_dir(&folder)
            .output()
            .expect("the binary starts");
        let (stdout, stderr) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert_eq!(
            !output.status.success(),
            case["expect_failure"].as_bool().expect("a flag"),
            "{case}: {stderr}"
        );
        if let Some(text) = case["expected_output_regexp"].as_str() {
            assert!(
                format!("{stdout}{stderr}").contains(text),
                "{case}: {stderr}"
            );
        }
        if let Some(expected) = case["expected"].as_str() {
            let (want, got) = (comparable(&read(expected)), comparable(&stdout));
            assert_eq!(got, want, "{case}");
        }
    }
}

/// The lines of a document but for those that a round trip through Go's types adds, and the `---` at the end.
fn comparable(text: &str) -> Vec<String> {
    let added = ["strategy: {}", "resources: {}", "status: {}", "---"];
    let lines = text.lines().filter(|line| !added.contains(&line.trim()));
    lines.map(str::to_owned).collect()
}

#[test]
fn takes_the_namespace_for_objects_that_name_none() {
    let owner = |document: &str, args: &[&str]| {
        let sandbox = Sandbox::offline();
        sandbox.write("app.yaml", document);
        let injected = sandbox.run(args).success().stdout;
        let owner = injected
            .lines()
            .find(|line| line.contains("kubernetes://apis/"));
        owner
            .expect("the sidecar knows its workload")
            .trim()
            .to_string()
    };
    let homeless = DEPLOYMENT.replace("  namespace: market\n", "");
    let shop = "value: kubernetes://apis/apps/v1/namespaces/mall/deployments/shop";
    assert_eq!(
        owner(&homeless, &["kube-inject", "-n", "mall", "-f", "app.yaml"]),
        shop
    );
    assert_eq!(
        owner(&homeless, &["-n", "mall", "kube-inject", "-f", "app.yaml"]),
        shop
    );
    let market = shop.replace("mall", "market");
    assert_eq!(
        owner(DEPLOYMENT, &["kube-inject", "-n", "mall", "-f", "app.yaml"]),
        market
    );
}
