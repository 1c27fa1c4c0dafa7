//! Pods of the practice cluster as the real kubectl shows them: their lives, their failures, their logs, and draining.

use crate::support::cluster::{Practice, has_kubectl};

const WEB: &str = r"
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - {name: prepare, image: busybox, command: [sh, -c, echo hello]}
      - {name: helper, image: helper, restartPolicy: Always}
      containers:
      - name: web
        image: nginx
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /, port: http}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
";

/// A practice cluster with two pods that run, if there is a kubectl.
fn with_web() -> Option<Practice> {
    if !has_kubectl() {
        return None;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    practice.apply("default", WEB).success();
    practice
        .shell("kubectl wait --for=condition=Available deployment/web --timeout=60s")
        .success();
    Some(practice)
}

#[test]
fn pods_become_ready_and_services_lead_to_them() {
    let Some(practice) = with_web() else { return };
    let pods = practice.until("kubectl get pods --no-headers", |out| {
        out.matches("2/2 ").count() == 2 && out.matches("Running").count() == 2
    });
    assert_eq!(pods.lines().count(), 2, "{pods}");
    practice.until(
        "kubectl get endpointslices -l kubernetes.io/service-name=web",
        |out| out.contains("8080") && out.matches("10.244.").count() == 2,
    );
    practice.until("kubectl get service web --no-headers", |out| {
        out.contains("LoadBalancer") && out.contains("127.0.0.1") && out.contains("80:3")
    });
    let told = practice
        .shell("kubectl describe pod -l app=web")
        .success()
        .stdout;
    for part in [
        "Successfully assigned default/web-",
        "Created container: prepare",
        "Started container web",
        "PodReadyToStartContainers   True",
        "Node:             practice/127.0.0.1",
    ] {
        assert!(told.contains(part), "{part:?} is not in\n{told}");
    }
    let told = practice
        .shell("kubectl describe node practice")
        .success()
        .stdout;
    assert!(told.contains("KubeletReady"), "{told}");
}

#[test]
fn failures_come_and_go_with_the_annotation() {
    let Some(practice) = with_web() else { return };
    for (name, fail) in [
        ("pull", "ImagePullBackOff"),
        ("crash", "CrashLoopBackOff"),
        ("unready", "NotReady"),
    ] {
        let line =
            format!("kubectl run {name} --image=nginx --annotations=sandbox.mesh/fail={fail}");
        practice.shell(&line).success();
    }
    practice.until("kubectl get pod pull --no-headers", |out| {
        out.contains("ImagePullBackOff")
    });
    practice.until("kubectl get pod crash --no-headers", |out| {
        out.contains("CrashLoopBackOff")
    });
    practice.until("kubectl get pod unready --no-headers", |out| {
        out.contains("0/1") && out.contains("Running")
    });
    practice.until("kubectl get events", |out| {
        let all = [
            "Failed to pull image",
            "Back-off restarting failed container",
            "Unhealthy",
        ];
        all.iter().all(|part| out.contains(part))
    });
    let refused = practice.shell("kubectl logs pull");
    assert!(
        refused
            .stderr
            .contains("container \"pull\" in pod \"pull\" is waiting to start"),
        "{refused}"
    );
    let log = practice
        .shell("kubectl logs crash --previous")
        .success()
        .stdout;
    assert!(log.contains("ends with code 1"), "{log}");
    practice
        .shell("kubectl annotate pod pull crash unready sandbox.mesh/fail-")
        .success();
    practice
        .shell("kubectl wait --for=condition=Ready pod/pull pod/crash pod/unready --timeout=60s")
        .success();
}

#[test]
fn logs_say_what_stands_for_what_and_end_with_the_pod() {
    let Some(practice) = with_web() else { return };
    let log = practice.shell("kubectl logs deploy/web").success().stdout;
    assert!(
        log.contains("stands for container web of pod default/web-"),
        "{log}"
    );
    assert!(log.contains("ports: 8080/TCP (http)"), "{log}");
    let log = practice
        .shell("kubectl logs -l app=web --all-containers --prefix --tail=-1")
        .success()
        .stdout;
    assert_eq!(
        log.matches("/helper] practice cluster:").count(),
        2,
        "{log}"
    );
    assert_eq!(
        log.matches("/prepare] ends with code 0").count(),
        2,
        "{log}"
    );
    practice.shell("kubectl run one --image=nginx").success();
    practice
        .shell("kubectl wait --for=condition=Ready pod/one --timeout=60s")
        .success();
    let line = "kubectl logs -f one & kubectl delete pod one --wait=false >/dev/null; wait";
    let log = practice.shell(line).success().stdout;
    assert!(log.contains("stands for container one"), "{log}");
    let refused = practice.shell("kubectl exec deploy/web -c web -- true");
    assert!(refused.stderr.contains("runs no processes"), "{refused}");
}

#[test]
fn draining_asks_the_budget_and_leaves_pods_pending() {
    let Some(practice) = with_web() else { return };
    practice
        .shell("kubectl create poddisruptionbudget web --selector=app=web --min-available=2")
        .success();
    practice.until(
        "kubectl get poddisruptionbudget web -o jsonpath={.status.currentHealthy}",
        |out| out == "2",
    );
    let refused = practice.shell("kubectl drain practice --timeout=1s");
    let why = "Cannot evict pod as it would violate the pod's disruption budget.";
    assert!(refused.stderr.contains(why), "{refused}");
    practice
        .shell("kubectl delete poddisruptionbudget web")
        .success();
    practice
        .shell("kubectl drain practice --timeout=60s")
        .success();
    practice.until("kubectl get events", |out| {
        out.contains("0/1 nodes are available: 1 node(s) were unschedulable.")
    });
    practice.until("kubectl get node practice --no-headers", |out| {
        out.contains("Ready,SchedulingDisabled")
    });
    practice.shell("kubectl uncordon practice").success();
    practice
        .shell("kubectl wait --for=condition=Available deployment/web --timeout=60s")
        .success();
}

#[test]
fn jobs_complete_and_tokens_of_accounts_are_taken() {
    let Some(practice) = with_web() else { return };
    practice
        .shell("kubectl create job good --image=perl -- perl -e 1")
        .success();
    practice
        .shell("kubectl wait --for=condition=Complete job/good --timeout=60s")
        .success();
    practice.until("kubectl get pods -l job-name=good --no-headers", |out| {
        out.contains("Completed")
    });
    practice
        .shell("kubectl --token=$(kubectl create token default) get pods")
        .success();
    // A token that nobody gave.
    let refused = practice.shell("kubectl --token=a.b.c get pods");
    assert_ne!(refused.code, 0, "{refused}");
}
