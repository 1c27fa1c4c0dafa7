//! `mesh inject`: namespaces of a practice cluster in which webhooks are installed, without an istiod behind them.

use serde_json::Value;

use crate::support::Sandbox;
use crate::support::cluster::{Practice, elsewhere, practice};

/// The webhooks of a default revision and of another one. Nobody answers them, and pods are made all the same.
fn webhooks() -> String {
    let configuration = |name: &str, revision: &str, selector: &str| {
        format!(
            "apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {{name: {name}, labels: {{istio.io/rev: {revision}}}}}
webhooks:
- name: {name}.sidecar-injector.istio.io
  clientConfig: {{service: {{name: nobody, namespace: default, path: /inject}}}}
  failurePolicy: Ignore
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}}]
  namespaceSelector: {{matchLabels: {{{selector}}}}}
---
"
        )
    };
    configuration("default", "default", "istio-injection: enabled")
        + &configuration("canary", "canary", "istio.io/rev: canary")
}

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: alone}
spec: {containers: [{name: web, image: nginx}]}
";

fn prepared() -> Option<(Practice, String)> {
    let practice = practice()?;
    practice.apply("default", &webhooks()).success();
    let shop = practice.namespace();
    Some((practice, shop))
}

fn labels(practice: &Practice, namespace: &str) -> Value {
    let found = practice
        .kubectl(["get", "namespace", namespace, "-o", "json"])
        .success();
    let mut object = found.json();
    let mut labels = object["metadata"]["labels"].take();
    if let Some(labels) = labels.as_object_mut() {
        labels.remove("kubernetes.io/metadata.name");
    }
    labels
}

#[test]
fn a_namespace_is_labelled_by_revision_and_never_twice() {
    let Some((practice, shop)) = prepared() else {
        return;
    };
    let said = |args: &[&str]| {
        let mut words = vec!["inject"];
        words.extend(args);
        words.push(&shop);
        practice.mesh(words).success().stderr.replace(&shop, "shop")
    };
    assert_eq!(
        said(&["enable"]),
        "namespace shop: istio-injection=enabled\n"
    );
    assert_eq!(said(&["enable"]), "namespace shop is labelled so already\n");
    assert_eq!(
        said(&["enable", "--revision", "canary"]),
        "namespace shop: istio-injection removed, istio.io/rev=canary\n"
    );
    assert_eq!(
        labels(&practice, &shop),
        serde_json::json!({"istio.io/rev": "canary"})
    );
    assert_eq!(said(&["disable"]), "namespace shop: istio.io/rev removed\n");
    let refused = practice
        .mesh(["inject", "enable", &shop, "--revision", "typo"])
        .failure(4);
    assert_eq!(
        refused.stderr,
        "error: no istiod of revision or tag `typo` is installed that would inject
  hint: `--revision` can be one of canary, default
  hint: `--force` labels the namespace all the same
"
    );
    assert_eq!(
        said(&["enable", "--revision", "typo", "--force"]),
        "namespace shop: istio.io/rev=typo\n"
    );
    practice
        .mesh(["inject", "enable", "kube-system"])
        .failure(4);
    practice
        .mesh(["inject", "disable", "nowhere-at-all"])
        .failure(1);
}

#[test]
fn running_pods_are_named_counted_and_restarted() {
    let Some((practice, shop)) = prepared() else {
        return;
    };
    practice.apply(&shop, DEPLOYMENT).success();
    practice.until(&format!("kubectl get pod -n {shop} -o name"), |out| {
        out.lines().count() == 3
    });
    let enabled = practice.mesh(["inject", "enable", &shop]).success();
    let expected = "namespace shop: istio-injection=enabled
warning: 2 of 3 pods keep running as they were made until they are restarted
hint: `kubectl rollout restart -n shop deployment/web`, or the same command with `--restart`
warning: these pods keep running as they were made, and no Deployment, StatefulSet or DaemonSet would make them anew: alone
";
    assert_eq!(enabled.stderr.replace(&shop, "shop"), expected);
    let report = practice
        .mesh(["inject", "status", &shop, "-o", "json"])
        .success();
    let report = report.json();
    let found = &report["namespaces"][0];
    assert_eq!(found["webhook"]["configuration"], "default");
    assert_eq!(
        (found["injected"].as_u64(), found["notInjected"].as_u64()),
        (Some(0), Some(3))
    );
    assert_eq!(found["toRestart"].as_array().map(Vec::len), Some(3));
    let table = practice.mesh(["inject", "status", &shop]).success();
    let line = table
        .stdout
        .lines()
        .last()
        .expect("a line")
        .split_whitespace()
        .skip(1);
    assert_eq!(
        line.collect::<Vec<_>>(),
        [
            "istio-injection=enabled",
            "default",
            "default",
            "0",
            "3",
            "3",
            "-"
        ]
    );
    let restarted = practice
        .mesh(["inject", "enable", &shop, "--restart"])
        .success();
    assert!(
        restarted.stderr.contains("deployment/web restarted\n"),
        "{restarted}"
    );
    let stamp = "{.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}";
    let stamp = format!("jsonpath={stamp}");
    let found = practice
        .kubectl(["get", "deployment", "web", "-n", &shop, "-o", &stamp])
        .success();
    assert!(found.stdout.ends_with('Z'), "{found}");
}

#[test]
fn without_a_cluster_the_error_says_so() {
    Sandbox::new().run(["inject", "status"]).failure(1);
}

/// The ConfigMaps of a revision, with a template of one container; and the webhook of a tag that leads to it.
const REVISION: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector-canary, namespace: istio-system}
data:
  values: '{\"global\": {\"hub\": \"example.com\", \"tag\": \"7\"}}'
  config: |
    defaultTemplates: [own]
    templates:
      own: |
        spec:
          containers: [{name: istio-proxy, image: {{ .ProxyImage }}, args: [{{ .MeshConfig.TrustDomain }}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-canary, namespace: istio-system}
data: {mesh: 'trustDomain: td-canary'}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: istio-system}
data: {mesh: 'trustDomain: td-other'}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-revision-tag-prod, labels: {istio.io/rev: canary, istio.io/tag: prod}}
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  clientConfig: {service: {name: nobody, namespace: default, path: /inject}}
  failurePolicy: Ignore
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchLabels: {istio.io/rev: prod}}
";

#[test]
fn a_file_is_injected_with_the_configuration_of_the_cluster() {
    let Some((practice, _)) = prepared() else {
        return;
    };
    practice
        .kubectl(["create", "namespace", "istio-system"])
        .success();
    practice.forget_later("istio-system");
    practice.apply("istio-system", REVISION).success();
    practice.folder().write("app.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - {name: a, image: a}\n");
    let injected = |args: &[&str]| {
        let words = ["kube-inject", "-f", "app.yaml"].iter().chain(args);
        let out = practice.mesh(words).success().stdout;
        let lines = out.lines().filter(|line| {
            line.contains("example.com") || line.contains("td-") || line.contains("revision")
        });
        lines
            .map(|line| line.trim().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let found = injected(&["--revision", "canary"]);
    assert!(found.contains("image: example.com/proxyv2:7"), "{found}");
    assert!(found.contains("- td-canary"), "{found}");
    assert!(found.contains("\"revision\":\"canary\""), "{found}");
    assert_eq!(injected(&["--revision", "prod"]), found, "a tag");
    let other = injected(&[
        "--from-cluster",
        "--revision",
        "canary",
        "--meshConfigMapName",
        "other",
    ]);
    assert!(other.contains("- td-other"), "{other}");
    let settled = injected(&[
        "--revision",
        "canary",
        "--set",
        "values.global.hub=mine.example.com",
    ]);
    assert!(
        settled.contains("mine.example.com/proxyv2"),
        "settings are for the built-in configuration: {settled}"
    );
    for (args, code) in [
        (&["--revision", "typo"][..], 1),
        (&["--from-cluster"], 1),
        (&["--from-cluster", "--set", "hub=x"], 2),
        (&["--context", "none"], 2),
    ] {
        let outcome = practice
            .mesh(["kube-inject", "-f", "app.yaml"].iter().chain(args))
            .failure(code);
        assert_eq!(outcome.stdout, "");
    }
    let typo = practice.mesh(["kube-inject", "-f", "app.yaml", "--revision", "typo"]);
    assert_eq!(
        typo.stderr,
        "error: the cluster has no revision or tag `typo`\n  hint: it has canary, default, prod
  hint: with `--profile default`, `--revision` is that of the configuration that comes with this program\n"
    );
}

/// What the mesh, namespace `shop` and its web servers have proxies do.
const PROXY_CONFIGS: &str = "apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: mesh, namespace: istio-system}
spec: {concurrency: 1, environmentVariables: {A: mesh, B: mesh}}
---
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: all, namespace: SHOP}
spec: {environmentVariables: {A: shop}, image: {imageType: debug}}
---
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: web, namespace: SHOP}
spec: {selector: {matchLabels: {app: web}}, concurrency: 3}
";

#[test]
fn proxy_configs_of_the_cluster_count_for_a_file() {
    let Some((practice, shop)) = prepared() else {
        return;
    };
    practice
        .kubectl(["create", "namespace", "istio-system"])
        .success();
    practice.forget_later("istio-system");
    let template = "args: [{{ .MeshConfig.TrustDomain }}]";
    assert!(REVISION.contains(template));
    let told = "args: ['{{ protoToJSON .ProxyConfig }}', {{ .ProxyImage }}]";
    practice
        .apply("istio-system", &REVISION.replace(template, told))
        .success();
    let pod = |name: &str, metadata: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a{metadata}}}\nspec:\n  containers:\n  - {{name: a, image: a}}\n"
        );
        practice.folder().write(name, &text);
    };
    pod("plain.yaml", "");
    pod(
        "web.yaml",
        ", labels: {app: web}, annotations: {proxy.istio.io/config: 'concurrency: 7'}",
    );
    let injected = |args: &[&str]| {
        let words = ["kube-inject", "--revision", "canary", "-f"].iter();
        practice.mesh(words.chain(args)).success()
    };
    let config = |args: &[&str]| {
        let out = injected(args).stdout;
        let line = out.lines().find(|line| line.contains("- '{"));
        line.unwrap_or(&out).trim().to_owned()
    };
    let served = injected(&["plain.yaml"]);
    assert_eq!(served.stderr.matches("warning").count(), 0, "{served}");
    assert_eq!(config(&["plain.yaml"]), "- '{}'", "the kind is not served");

    let crds = concat!(env!("CARGO_MANIFEST_DIR"), "/manifests/base/crds");
    let crd = format!("{crds}/proxyconfigs.networking.istio.io.yaml");
    practice.kubectl(["apply", "-f", &crd]).success();
    let established =
        "kubectl wait --for condition=Established crd/proxyconfigs.networking.istio.io";
    practice.until(established, |_| true);
    let resources = PROXY_CONFIGS.replace("SHOP", &shop);
    practice.folder().write("resources.yaml", &resources);
    practice
        .kubectl(["apply", "-f", "resources.yaml"])
        .success();
    assert_eq!(
        config(&["plain.yaml"]),
        r#"- '{"concurrency":1,"proxyMetadata":{"A":"mesh","B":"mesh"}}'"#,
        "the namespace of the kubeconfig has none"
    );
    assert_eq!(
        config(&["plain.yaml", "-n", &shop]),
        r#"- '{"concurrency":1,"proxyMetadata":{"A":"shop","B":"mesh"},"image":{"imageType":"debug"}}'"#
    );
    let web = config(&["web.yaml", "-n", &shop]);
    assert!(
        web.contains(r#""concurrency":3"#),
        "over the annotation: {web}"
    );
    let image = injected(&["web.yaml", "-n", &shop]).stdout;
    assert!(image.contains("example.com/proxyv2:7-debug"), "{image}");

    if elsewhere().is_some() {
        return;
    }
    practice.order_faults(&serde_json::json!([
        {"verb": "list", "resource": "proxyconfigs", "nth": 1, "action": "forbidden"},
    ]));
    let forbidden = injected(&["plain.yaml", "-n", &shop]);
    assert!(
        forbidden.stderr.contains(
            "warning: ProxyConfig resources are left out of account: cannot list the proxyconfigs"
        ),
        "{forbidden}"
    );
    assert!(forbidden.stdout.contains("- '{}'"), "{forbidden}");
}

#[test]
fn a_check_names_webhook_and_label_for_what_is_there_and_what_is_to_come() {
    let Some((practice, shop)) = prepared() else {
        return;
    };
    practice.apply(&shop, DEPLOYMENT).success();
    practice
        .mesh(["inject", "enable", &shop, "--revision", "canary", "-q"])
        .success();
    let check = |args: &[&str]| {
        let mut words = vec!["check-inject", "-n", &shop];
        words.extend(args);
        practice.mesh(words).success().stdout.replace(&shop, "shop")
    };
    let table = "WEBHOOK                                     REVISION   ACTS   REASON
canary/canary.sidecar-injector.istio.io     canary     yes    namespace label istio.io/rev=canary
default/default.sidecar-injector.istio.io   default    no     no namespace label istio-injection=enabled
";
    assert_eq!(
        check(&["deployment/web"]),
        format!(
            "deployment/web in namespace shop is injected: namespace label istio.io/rev=canary\n{table}"
        )
    );
    let alone = check(&["alone"]);
    assert!(alone.starts_with("pod/alone in namespace shop is injected"));
    assert!(
        alone.contains("\nIt runs without a sidecar: it was made before.\n"),
        "{alone}"
    );
    let refuses = check(&["--labels", "sidecar.istio.io/inject=false"]);
    assert!(refuses.contains("is not injected: "), "{refuses}");
    assert!(check(&["--labels", "app=x"]).starts_with("app=x in namespace shop is injected"));
    practice.folder().write(
        "app.yaml",
        DEPLOYMENT.replace("spec: {containers", "spec: {hostNetwork: true, containers"),
    );
    let found: Value =
        serde_json::from_str(&check(&["-f", "app.yaml", "-o", "json"])).expect("JSON");
    assert_eq!(found[0]["injected"], false);
    assert_eq!(
        found[0]["reason"],
        "a webhook is asked, but the pod has host networking enabled"
    );
    assert_eq!(found[1]["target"], "pod/alone");
    practice.folder().write("both.yaml", DEPLOYMENT);
    let lines = check(&["-f", "both.yaml", "-f", "app.yaml"]);
    let lines: Vec<_> = lines
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines[..4],
        [
            "TARGET NAMESPACE INJECTED WEBHOOK REVISION REASON",
            "deployment/web shop yes canary canary namespace label istio.io/rev=canary",
            "pod/alone shop yes canary canary namespace label istio.io/rev=canary",
            "deployment/web shop no - - a webhook is asked, but the pod has host networking enabled",
        ]
    );
    practice.folder().write(
        "one.yaml",
        "kind: Pod\napiVersion: v1\nmetadata: {name: one}\nspec: {containers: [{name: a}]}\n",
    );
    let one: Value = serde_json::from_str(&check(&["-f", "one.yaml", "-o", "json"])).expect("JSON");
    assert_eq!(one[0]["target"], "pod/one", "a list, whatever the number");
    practice
        .mesh(["check-inject", "-n", &shop, "nothing"])
        .failure(1);
    practice
        .mesh(["check-inject", "-n", &shop, "thing/web"])
        .failure(2);
    let list = practice
        .mesh(["injector", "list"])
        .success()
        .stdout
        .replace(&shop, "shop");
    let lines: Vec<Vec<&str>> = list
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        lines[0],
        [
            "canary",
            "canary.sidecar-injector.istio.io",
            "canary",
            "-",
            "default/nobody",
            "shop"
        ]
    );
    assert_eq!(lines[1][5], "-");
}
