//! The life of a mesh, from an empty cluster to an empty cluster: installed, upgraded beside the old one, moved by tags, the old one taken
//! away, and then all of it. Workloads are injected at every moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::cluster::{Practice, block_on, has_kubectl, has_node, practice, send};

/// Everything that can be listed and deleted, by name.
const EVERYTHING: &str = r#"kinds=$(kubectl api-resources --verbs=list,delete -o name | grep -vE '^(events|leases|nodes|endpoints|endpointslices)' | sort -u | paste -sd,);
    kubectl get "$kinds" -A --ignore-not-found -o jsonpath='{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{"\n"}{end}' | sort"#;

/// Which revision injected the pods of a namespace.
fn revisions(namespace: &str) -> String {
    format!(
        "kubectl get pods -n {namespace} --field-selector=status.phase=Running -o jsonpath='{{.items[*].metadata.annotations.sidecar\\.istio\\.io/status}}'"
    )
}

/// Asks again and again what a new pod would become, until it is told to stop. Gives the revisions that injected it, in order.
struct Watcher {
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    thread: std::thread::JoinHandle<Vec<String>>,
}

impl Watcher {
    fn start(practice: &Arc<Practice>, namespace: &str) -> Self {
        let (stop, asked) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicUsize::new(0)),
        );
        let path = format!("/api/v1/namespaces/{namespace}/pods?dryRun=All");
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"},
            "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"}]}});
        let (practice, ended, count) =
            (Arc::clone(practice), Arc::clone(&stop), Arc::clone(&asked));
        let thread = std::thread::spawn(move || {
            block_on(async {
                let client = practice.client().await;
                let mut seen: Vec<String> = Vec::new();
                while !ended.load(Ordering::Relaxed) {
                    let answer = send(&client, "POST", &path, &pod).await;
                    let (code, pod) = answer.expect("the cluster answers");
                    assert_eq!(code, 201, "{pod}");
                    let status = pod["metadata"]["annotations"]["sidecar.istio.io/status"].as_str();
                    let status = status.unwrap_or("{}");
                    let status: Value = serde_json::from_str(status).expect("it is JSON");
                    let revision = status["revision"].as_str().unwrap_or("none").to_owned();
                    if seen.last() != Some(&revision) {
                        seen.push(revision);
                    }
                    count.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                seen
            })
        });
        Self {
            stop,
            asked,
            thread,
        }
    }

    /// Stops after it has looked at what there is now.
    fn stop(self) -> Vec<String> {
        let before = self.asked.load(Ordering::Relaxed);
        while self.asked.load(Ordering::Relaxed) < before + 3 && !self.thread.is_finished() {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("nothing went wrong on the way")
    }
}

#[test]
fn from_empty_to_empty_by_way_of_a_second_revision_and_a_tag() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let practice = Arc::new(practice);
    let before = practice.shell(EVERYTHING).success().stdout;
    practice
        .mesh(["install", "-y", "--profile=default", "--tag=1.30.2"])
        .success();
    practice
        .mesh(["tag", "set", "prod", "--revision", "default"])
        .success();
    let [by_default, by_tag] = [("istio-injection=enabled"), ("istio.io/rev=prod")].map(|label| {
        let namespace = practice.namespace();
        practice
            .kubectl(["label", "namespace", &namespace, label])
            .success();
        practice.run_injected(&namespace);
        namespace
    });

    let upgraded = practice
        .mesh(["upgrade", "-y", "--revision=1-31-4", "--tag=1.31.4"])
        .success();
    assert!(
        upgraded
            .stderr
            .contains("new revision `1-31-4` in `istio-system`, beside `default`: 1.30.2 → 1.31.4"),
        "{upgraded}"
    );
    assert!(
        upgraded.stderr.contains("6 objects belong to both revisions, and change at once: Service istio-system/istio-ingressgateway"),
        "{upgraded}"
    );
    for namespace in [&by_default, &by_tag] {
        assert!(
            upgraded
                .stdout
                .lines()
                .any(|it| it.contains("deployment/app") && it.contains(namespace.as_str())),
            "{upgraded}"
        );
    }
    let refused = practice
        .mesh(["uninstall", "-y", "--revision=default"])
        .failure(4);
    assert!(refused.stderr.contains(&by_tag), "{refused}");

    let watchers = [&by_default, &by_tag].map(|namespace| Watcher::start(&practice, namespace));
    practice
        .mesh(["tag", "set", "prod", "--revision=1-31-4", "--overwrite"])
        .success();
    practice
        .mesh(["tag", "set", "default", "--revision=1-31-4"])
        .success();
    for watcher in watchers {
        assert_eq!(
            watcher.stop(),
            ["default", "1-31-4"],
            "each new pod is injected, by the one or the other"
        );
    }
    let validator = "kubectl get validatingwebhookconfiguration istiod-default-validator -o jsonpath='{.webhooks[0].clientConfig.service.name}'";
    assert_eq!(
        practice.shell(validator).success().stdout,
        "istiod-1-31-4",
        "both webhooks move"
    );

    for namespace in [&by_default, &by_tag] {
        practice
            .kubectl(["rollout", "restart", "-n", namespace, "deployment/app"])
            .success();
        practice.until(&revisions(namespace), |out| {
            out.contains("1-31-4") && !out.contains(r#""revision":"default""#)
        });
    }
    practice
        .kubectl([
            "rollout",
            "restart",
            "-n",
            "istio-system",
            "deployment/istio-ingressgateway",
        ])
        .success();
    practice.until(&revisions("istio-system"), |out| {
        !out.contains(r#""revision":"default""#)
    });
    let watchers = [&by_default, &by_tag].map(|namespace| Watcher::start(&practice, namespace));
    practice
        .mesh(["uninstall", "-y", "--revision=default"])
        .success();
    for watcher in watchers {
        assert_eq!(watcher.stop(), ["1-31-4"], "the old one is not missed");
    }
    for namespace in [&by_default, &by_tag] {
        practice
            .kubectl(["delete", "namespace", namespace])
            .success();
    }
    practice.mesh(["uninstall", "-y", "--purge"]).success();
    practice.until(EVERYTHING, |out| out == before);
}
