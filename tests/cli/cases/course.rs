//! The course, walked from end to end: the rows of the course that need a cluster, with the real `mesh` and the real kubectl,
//! each with what the user must see. What needs traffic is not here: the practice cluster carries none yet.

use crate::support::cluster::{Practice, has_kubectl, has_node, practice};

/// Runs a line that must succeed; gives its stdout.
#[track_caller]
fn ok(practice: &Practice, line: &str) -> String {
    practice.shell(line).success().stdout
}

/// Whether there are pods and all are ready: every line of `kubectl get pods --no-headers`.
fn all_ready(shown: &str, ready: &str) -> bool {
    let mut lines = shown.lines().peekable();
    lines.peek().is_some()
        && lines.all(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.get(1) == Some(&ready) && words.get(2) == Some(&"Running")
        })
}

fn routes(practice: &Practice, namespace: &str) -> String {
    let path = "{range .spec.http[*]}{.match[*].headers.end-user.exact}:{range .route[*]} {.destination.subset}={.weight}{end};{end}";
    let line = format!("kubectl get virtualservice reviews -n {namespace} -o jsonpath='{path}'");
    ok(practice, &line)
}

#[test]
fn the_course_is_walked_on_a_practice_cluster() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let run = |line: &str| ok(&practice, line);

    // 1 to 3, 5, 11: profiles, the installation, its pods and its ingress gateway.
    assert!(run("mesh profile list").contains("demo "));
    assert!(run("mesh manifest generate --set profile=demo").contains("kind: Deployment"));
    run("mesh manifest apply --set profile=demo -y --timeout 120s");
    let pods = run("kubectl get pod -n istio-system --no-headers");
    assert!(all_ready(&pods, "1/1"), "{pods}");
    let names = [
        "istiod-",
        "istio-ingressgateway-",
        "istio-egressgateway-",
        "grafana-",
        "kiali-",
        "prometheus-",
        "jaeger-",
    ];
    for name in names {
        assert!(pods.contains(name), "{name}\n{pods}");
    }
    assert!(run("mesh status").contains("istio-ingressgateway"));
    let service = run("kubectl get svc istio-ingressgateway -n istio-system --no-headers");
    assert!(
        service.contains("LoadBalancer") && service.contains("80:3") && service.contains("443:3"),
        "{service}"
    );

    by_hand(&practice);
    automatically(&practice);
    bookinfo(&practice);
    own_project(&practice);

    // 4: all of it goes again, and nothing else; not by mistake, while applications need it.
    let needed = practice.mesh(["uninstall", "-y"]).failure(4);
    assert!(needed.stderr.contains("`--force`"), "{needed}");
    run("mesh uninstall -y --force --timeout 120s");
    practice.until(
        "kubectl get all -n istio-system --no-headers --ignore-not-found",
        str::is_empty,
    );
}

/// 6, 7, 9: the sidecar from a file and from a pipe; the node port.
fn by_hand(practice: &Practice) {
    let shop = practice.namespace();
    let run = |line: &str| ok(practice, line);
    run("mesh sample show httpbin > httpbin.yaml");
    run(&format!(
        "kubectl apply -n {shop} -f <(mesh kube-inject -f httpbin.yaml)"
    ));
    let pods = format!("kubectl get pod -n {shop} -l app=httpbin --no-headers");
    practice.until(&pods, |shown| all_ready(shown, "2/2"));
    let again = run(&format!(
        "mesh kube-inject -f httpbin.yaml | kubectl apply -n {shop} -f -"
    ));
    assert!(!again.contains("created"), "{again}");
    practice.until(&pods, |shown| all_ready(shown, "2/2"));
    let service = run(&format!("kubectl get svc httpbin -n {shop} --no-headers"));
    assert!(service.contains("8000"), "{service}");

    // 10: open to the world.
    let gateways = run(&format!("kubectl get gateway -n {shop}"));
    assert_eq!(
        gateways.split_whitespace().take(2).collect::<Vec<_>>(),
        ["NAME", "AGE"],
        "{gateways}"
    );
    let services = run(&format!("kubectl get virtualservice -n {shop}"));
    let columns: Vec<&str> = services.split_whitespace().take(4).collect();
    assert_eq!(columns, ["NAME", "GATEWAYS", "HOSTS", "AGE"], "{services}");
}

/// 8: pods of a labelled namespace get the sidecar by themselves.
fn automatically(practice: &Practice) {
    let shop = practice.namespace();
    let run = |line: &str| ok(practice, line);
    run(&format!(
        "kubectl label namespace {shop} istio-injection=enabled"
    ));
    run(&format!(
        "kubectl create deployment web --image=nginx:1.27 -n {shop}"
    ));
    let pods = format!("kubectl get pod -n {shop} -l app=web --no-headers");
    practice.until(&pods, |shown| all_ready(shown, "2/2"));

    // 19: a rolling update takes the sidecars along.
    run(&format!(
        "kubectl set image deployment/web nginx=nginx:1.28 -n {shop}"
    ));
    run(&format!(
        "kubectl rollout status deployment/web -n {shop} --timeout=60s"
    ));
    practice.until(&pods, |shown| {
        all_ready(shown, "2/2") && shown.lines().count() == 1
    });
}

/// 13 to 18: bookinfo, blue-green, canaries, one user.
fn bookinfo(practice: &Practice) {
    let books = practice.namespace();
    let run = |line: &str| ok(practice, line);
    run(&format!("mesh inject enable {books}"));
    run(&format!(
        "mesh sample apply bookinfo -n {books} --wait -y --timeout 120s"
    ));
    let pods = run(&format!("kubectl get pod -n {books} --no-headers"));
    assert!(
        all_ready(&pods, "2/2") && pods.lines().count() == 6,
        "{pods}"
    );

    let steps = [
        ("shift reviews --to v1", ": v1=100;"),
        ("shift reviews --to v2", ": v1=0 v2=100;"),
        ("shift reviews --to v1", ": v1=100 v2=0;"),
        ("shift reviews 90 10", ": v1=90 v2=10;"),
        ("shift reviews v2=50 v3=50", ": v1=0 v2=50 v3=50;"),
        (
            "match reviews --user jason --to v2 --else v3",
            "jason: v2=;: v1=0 v2=0 v3=100;",
        ),
    ];
    for (step, wanted) in steps {
        run(&format!("mesh canary {step} -n {books}"));
        assert_eq!(routes(practice, &books), wanted, "{step}");
    }
    let status = run(&format!("mesh canary status reviews -n {books}"));
    assert!(status.contains("end-user=jason"), "{status}");
    run(&format!("mesh canary undo reviews -n {books}"));
    assert_eq!(routes(practice, &books), ": v1=0 v2=50 v3=50;");
}

/// 20: an application that had no routing gets it.
fn own_project(practice: &Practice) {
    let mine = practice.namespace();
    let run = |line: &str| ok(practice, line);
    run(&format!("mesh inject enable {mine}"));
    run(&format!("mesh sample apply helloworld -n {mine} --wait -y"));
    run(&format!(
        "kubectl delete virtualservices,destinationrules --all -n {mine}"
    ));
    run(&format!("mesh canary init helloworld -n {mine}"));
    let rules = run(&format!(
        "kubectl get virtualservices,destinationrules -n {mine} -o name"
    ));
    assert_eq!(
        rules,
        "virtualservice.networking.istio.io/helloworld\ndestinationrule.networking.istio.io/helloworld\n"
    );
    run(&format!("mesh canary shift helloworld 90 10 -n {mine}"));
    let status = run(&format!("mesh canary status helloworld -n {mine}"));
    assert!(status.contains("90%") && status.contains("10%"), "{status}");
}

#[test]
fn what_generate_writes_kubectl_applies_and_deletes_and_nothing_is_left() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    // istiod writes the certificate of its authority into each namespace, and what that has revoked; nobody takes that away:
    // not here, and not in any other cluster. With the namespace goes what is in it, often before kubectl asks for it.
    let everything = "kubectl api-resources --verbs=list -o name | grep -v -e events -e leases -e endpoint | sort -u | paste -sd, | \
                      xargs -I{} kubectl get {} -A -o name --ignore-not-found | grep -v -e istio-ca-root-cert -e istio-ca-crl | sort";
    let before = practice.until(everything, |shown| shown.contains("serviceaccount/default"));
    ok(
        &practice,
        "mesh manifest generate --profile demo | kubectl apply -f -",
    );
    practice.until("kubectl get pod -n istio-system --no-headers", |shown| {
        all_ready(shown, "1/1") && shown.lines().count() == 7
    });
    ok(
        &practice,
        "mesh manifest generate --profile demo | kubectl delete --ignore-not-found -f -",
    );
    practice.until(everything, |shown| shown == before);
}
