//! `mesh sandbox`, and what kubectl makes of it. Every practice cluster here has a folder and a port of its own, and ends
//! with its test.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::cluster::{Practice, has_kubectl};
use crate::support::{Outcome, Sandbox};

/// Runs a line of bash that has to succeed; gives stdout and stderr.
#[track_caller]
fn kubectl(practice: &Practice, line: &str) -> String {
    let (ok, text) = try_kubectl(practice, line);
    assert!(ok, "{line}\n{text}");
    text
}

fn try_kubectl(practice: &Practice, line: &str) -> (bool, String) {
    let outcome = practice.shell(&format!("exec 2>&1; {line}"));
    (outcome.code == 0, outcome.stdout)
}

/// A run's text without what differs from run to run.
fn settled(outcome: &Outcome) -> String {
    let text = outcome.to_string();
    let mut out = String::new();
    let mut digits = String::new();
    for character in text.chars().chain(['\n']) {
        if character.is_ascii_digit() {
            digits.push(character);
        } else {
            out.push_str(if digits.len() > 3 { "[N]" } else { &digits });
            digits.clear();
            out.push(character);
        }
    }
    out
}

#[test]
fn comes_up_in_the_background_and_goes_down() {
    let sandbox = Sandbox::new();
    let up = sandbox.run(["sandbox", "up", "--port", "0"]).success();
    insta::assert_snapshot!("up", settled(&up));
    let folder = sandbox.path().join(".local/state/mesh/sandbox");
    for name in ["kubeconfig", "identity.json", "process.json", "lock", "log"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&folder), 0o700);
    let version = sandbox.run([
        "version",
        "--remote",
        "--kubeconfig",
        ".local/state/mesh/sandbox/kubeconfig",
    ]);
    assert!(version.stdout.contains("v1.34"), "{version}");
    let again = sandbox.run(["sandbox", "up"]).success();
    assert_eq!(again.stdout, up.stdout);
    assert!(again.stderr.contains("runs already"), "{again}");
    let second = sandbox.run(["sandbox", "up", "--memory"]).failure(4);
    insta::assert_snapshot!("second", settled(&second));
    let reset = sandbox.run(["sandbox", "reset"]).failure(4);
    assert!(reset.stderr.contains("mesh sandbox down"), "{reset}");
    let status = sandbox.run(["sandbox", "status"]).success();
    insta::assert_snapshot!("status", settled(&status));
    let down = sandbox.run(["sandbox", "down"]).success();
    insta::assert_snapshot!("down", settled(&down));
    sandbox.run(["sandbox", "down"]).success();
    let status = sandbox.run(["sandbox", "status", "-o", "json"]).success();
    assert!(status.stdout.contains("\"running\": false"), "{status}");
    sandbox.run(["sandbox", "reset"]).success();
    assert!(!folder.join("objects").exists());
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata =
        std::fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    metadata.permissions().mode() & 0o777
}

#[test]
fn says_which_port_is_in_use() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for place in [&["--foreground"][..], &[]] {
        let args = ["sandbox", "up", "--memory", "--port", &port];
        let outcome = Sandbox::new().run(args.iter().chain(place)).failure(4);
        assert!(
            outcome
                .stderr
                .contains(&format!("cannot listen on 127.0.0.1:{port}")),
            "{outcome}"
        );
        assert!(
            outcome
                .stderr
                .contains("hint: another program uses the port"),
            "{outcome}"
        );
    }
}

#[test]
fn a_process_that_was_killed_is_not_taken_for_a_running_one() {
    let mut practice = Practice::on_sandbox(&["--memory"]);
    practice.kill();
    let status = practice
        .mesh(["sandbox", "status", "--state-dir", "state"])
        .success();
    assert!(status.stdout.contains("does not run"), "{status}");
    practice.restart(&["--memory"]);
}

const DEPLOYMENT: &str = "kubectl create deployment web --image=nginx --replicas=2";

#[test]
fn kubectl_creates_shows_changes_and_deletes() {
    if !has_kubectl() {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let kubectl = |line: &str| kubectl(&practice, line);
    assert_eq!(kubectl(DEPLOYMENT), "deployment.apps/web created\n");
    let shown = kubectl("kubectl get deployment web");
    assert!(
        shown.contains("web    ") && shown.contains("/2     "),
        "{shown}"
    );
    assert!(kubectl("kubectl get deploy -o wide").contains("nginx        nginx    app=web"));
    assert!(kubectl("kubectl get deploy web -o yaml").contains("maxSurge: 25%"));
    assert_eq!(
        kubectl("kubectl scale deploy web --replicas=5"),
        "deployment.apps/web scaled\n"
    );
    assert_eq!(
        kubectl("kubectl get deploy web -o jsonpath='{.spec.replicas}'"),
        "5"
    );
    assert_eq!(
        kubectl("kubectl label deploy web tier=front"),
        "deployment.apps/web labeled\n"
    );
    assert_eq!(
        kubectl("kubectl get deploy -l tier=front -o name"),
        "deployment.apps/web\n"
    );
    assert_eq!(
        kubectl("kubectl annotate deploy web a=b"),
        "deployment.apps/web annotated\n"
    );
    kubectl(
        "kubectl patch deploy web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]'",
    );
    assert_eq!(
        kubectl("kubectl get deploy web -o jsonpath='{.spec.replicas}'"),
        "1"
    );
    kubectl(
        "kubectl create configmap c --from-literal=k=v && kubectl create service clusterip web --tcp=80",
    );
    assert!(kubectl("kubectl get all").contains("service/kubernetes"));
    assert!(kubectl("kubectl describe configmap c").contains("k:\n----\nv"));
    assert_eq!(kubectl("kubectl auth can-i create pods"), "yes\n");
    assert!(kubectl("kubectl auth whoami").contains("mesh-sandbox-admin"));
    assert!(kubectl("kubectl api-resources --api-group=apps").contains("statefulsets"));
    assert!(kubectl("kubectl explain deployment.spec.strategy").contains("rollingUpdate"));
    kubectl("kubectl delete deploy web");
    let (ok, text) = try_kubectl(&practice, "kubectl get deploy web");
    assert!(
        !ok && text.contains("Error from server (NotFound): deployments.apps \"web\" not found"),
        "{text}"
    );
    let (ok, text) = try_kubectl(&practice, "kubectl --token=wrong get pods");
    assert!(!ok && text.contains("Unauthorized"), "{text}");
}

#[test]
fn kubectl_applies_new_objects_and_sees_errors_of_old_ones() {
    if !has_kubectl() {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let apply = |file: &str| {
        try_kubectl(
            &practice,
            &format!("kubectl apply -f - <<'END'\n{file}\nEND"),
        )
    };
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}";
    assert_eq!(apply(map), (true, "configmap/a created\n".to_owned()));
    assert_eq!(apply(map), (true, "configmap/a unchanged\n".to_owned()));
    let other = map.replace("k: v", "l: w");
    assert_eq!(apply(&other), (true, "configmap/a configured\n".to_owned()));
    assert_eq!(
        kubectl(&practice, "kubectl get cm a -o jsonpath='{.data}'"),
        "{\"l\":\"w\"}"
    );
    kubectl(&practice, DEPLOYMENT);
    kubectl(
        &practice,
        "kubectl set image deploy/web nginx=nginx:2 && kubectl rollout restart deploy/web",
    );
    let containers = kubectl(
        &practice,
        "kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[*].image}'",
    );
    assert_eq!(containers, "nginx:2");
    let (ok, text) = apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndta: {k: v}");
    assert!(!ok && text.contains("unknown field \"dta\""), "{text}");
}

#[test]
fn kubectl_shows_the_columns_of_a_definition() {
    if !has_kubectl() {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let crds = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests/base/crds");
    kubectl(&practice, &format!("kubectl create -f {}", crds.display()));
    kubectl(
        &practice,
        "kubectl wait --for=condition=Established crd/virtualservices.networking.istio.io --timeout=5s",
    );
    kubectl(
        &practice,
        "kubectl create -f - <<'END'
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews}
spec:
  hosts: [reviews]
  gateways: [bookinfo]
  http: [{route: [{destination: {host: reviews}}]}]
END",
    );
    let shown = kubectl(&practice, "kubectl get vs");
    let mut lines = shown
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(lines.next().unwrap(), ["NAME", "GATEWAYS", "HOSTS", "AGE"]);
    assert_eq!(
        lines.next().unwrap()[..3],
        ["reviews", "[\"bookinfo\"]", "[\"reviews\"]"]
    );
    let applied = kubectl(
        &practice,
        "kubectl get vs reviews -o json | kubectl apply -f - 2>/dev/null",
    );
    assert!(
        applied.contains("virtualservice.networking.istio.io/reviews"),
        "{applied}"
    );
}

#[test]
fn kubectl_watches_until_it_has_seen_enough() {
    if !has_kubectl() {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let script = "kubectl get cm -w -o name --request-timeout=4s > w & sleep 1; kubectl create cm seen; wait; cat w; rm w";
    let (_, text) = try_kubectl(&practice, script);
    assert!(text.contains("\nconfigmap/seen\n"), "{text}");
}

#[test]
fn keeps_objects_over_a_restart_and_a_kill() {
    if !has_kubectl() {
        return;
    }
    let mut practice = Practice::on_sandbox(&[]);
    kubectl(
        &practice,
        "kubectl create configmap first --from-literal=a=1",
    );
    let begin = Instant::now();
    practice
        .mesh(["sandbox", "down", "--state-dir", "state"])
        .success();
    assert!(begin.elapsed() < Duration::from_secs(10));
    practice.restart(&[]);
    kubectl(
        &practice,
        "kubectl create configmap second --from-literal=a=1",
    );
    practice.restart(&[]);
    let names = kubectl(&practice, "kubectl get cm -o name");
    let mine = names.lines().filter(|name| !name.contains("kube-root-ca"));
    assert_eq!(
        mine.collect::<Vec<_>>(),
        ["configmap/first", "configmap/second"]
    );
}
