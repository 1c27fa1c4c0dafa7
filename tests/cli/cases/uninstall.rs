//! `mesh uninstall` and `mesh manifest delete` on a cluster: what goes, what stays, what is refused, and what becomes of it when
//! requests fail or objects do not go.

use serde_json::{Value, json};

use super::install::{BYPRODUCTS, WITHOUT_GATEWAYS, small};
use crate::support::Outcome;
use crate::support::cluster::{
    FAULTS, Practice, elsewhere, has_kubectl, has_node, practice, skipped_elsewhere,
};

/// Installs the control plane alone, and waits for nothing.
fn install(practice: &Practice, args: &[&str]) -> Outcome {
    let minimal = ["install", "--profile=minimal", "--wait=false", "-y"];
    practice.mesh(minimal.iter().chain(args)).success()
}

/// A pod as an injector of this revision leaves it. It need not run.
fn sidecar(practice: &Practice, namespace: &str, revision: &str) {
    let suffix = if revision == "default" {
        String::new()
    } else {
        format!("-{revision}")
    };
    let pod = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "web", "labels": {"service.istio.io/canonical-name": "web"},
            "annotations": {"sidecar.istio.io/status": json!({"revision": revision}).to_string()}},
        "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"},
            {"name": "istio-proxy", "image": "registry.example/proxyv2:1.31.4",
                "env": [{"name": "CA_ADDR", "value": format!("istiod{suffix}.istio-system.svc:15012")}]}]}});
    practice.apply(namespace, &pod.to_string()).success();
}

/// The plan of a dry run.
fn plan(practice: &Practice, args: &[&str]) -> Value {
    let dry = ["uninstall", "--dry-run", "-o", "json"];
    let outcome = practice.mesh(dry.iter().chain(args));
    outcome.json()
}

#[test]
fn uninstall_leaves_nothing_and_touches_nothing_else() {
    let Some(practice) = practice() else { return };
    let other = practice.namespace();
    practice
        .apply(
            &other,
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\n",
        )
        .success();
    let before = practice.names();
    let install = ["install", "--profile=demo", "-y", "--wait=false"];
    practice
        .mesh(install.iter().chain(&WITHOUT_GATEWAYS))
        .success();
    let refused = practice.mesh(["uninstall"]);
    assert_eq!(refused.code, 2, "{refused}");
    let kept = practice.mesh(["uninstall", "-y"]).success();
    assert!(
        kept.stderr
            .contains("kept: 15 CustomResourceDefinitions: only `--purge`"),
        "{kept}"
    );
    practice
        .shell("kubectl get namespace istio-system")
        .failure(1);
    practice
        .shell("kubectl get crd gateways.networking.istio.io")
        .success();
    let gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: mine}\nspec: {selector: {istio: ingressgateway}, servers: []}\n";
    practice.apply(&other, gateway).success();
    let purge = practice.mesh(["uninstall", "--purge", "-y"]).success();
    assert!(
        purge
            .stderr
            .contains("with the definitions go 1 resource of your own: 1 Gateway"),
        "{purge}"
    );
    practice.assert_names(&before);
    let nothing = practice.mesh(["uninstall", "-y"]).success();
    assert!(nothing.stderr.contains("nothing to uninstall"), "{nothing}");
}

#[test]
fn a_namespace_with_something_of_others_is_kept() {
    let Some(practice) = practice() else { return };
    practice.forget_later("istio-system");
    let install: Vec<String> = small("istio-system")
        .into_iter()
        .chain(["--wait=false".to_owned()])
        .collect();
    practice.mesh(&install).success();
    let secret = "kubectl create secret generic cacerts -n istio-system --from-literal=a=b";
    practice.shell(secret).success();
    let kept = practice.mesh(["uninstall", "-y"]).success();
    assert!(
        kept.stderr.contains("kept: Namespace istio-system: Secret istio-system/cacerts is in it, which is not of mesh\nkept: Secret istio-system/cacerts: it is not of mesh\n"),
        "{kept}"
    );
    let left =
        practice.shell("kubectl get all,configmap,secret,serviceaccount -n istio-system -o name");
    let left = left.success().stdout;
    let ours = left.lines().filter(|line| {
        ![
            "configmap/kube-root-ca.crt",
            "secret/cacerts",
            "serviceaccount/default",
        ]
        .contains(line)
    });
    assert_eq!(ours.collect::<Vec<_>>(), Vec::<&str>::new());
    practice.mesh(&install).success();
    let before_mesh = practice.mesh(["uninstall", "-y"]).success();
    assert!(
        before_mesh
            .stderr
            .contains("kept: Namespace istio-system: it was there before mesh"),
        "{before_mesh}"
    );
}

#[test]
fn kubectl_applies_and_deletes_what_generate_prints() {
    let Some(practice) = practice() else { return };
    let before = practice.names();
    practice
        .shell("mesh manifest generate --profile demo | kubectl apply -f -")
        .success();
    let foreign = practice.mesh(["uninstall", "-y"]);
    assert_eq!(foreign.code, 4, "{foreign}");
    assert!(
        foreign.stderr.contains("mesh did not install it"),
        "{foreign}"
    );
    practice
        .shell("mesh manifest generate --profile demo | kubectl delete --ignore-not-found -f -")
        .success();
    practice.until("kubectl get namespace -o name", |out| {
        !out.contains("istio-system")
    });
    // Istiod put it there, and nobody tells kubectl of it.
    let mut after = practice.names();
    after.retain(|name| !BYPRODUCTS.iter().any(|one| name.ends_with(one)));
    assert_eq!(after, before);
}

#[test]
fn two_revisions_share_what_is_there_once() {
    let Some(practice) = practice() else { return };
    let install = |revision: &[&str]| {
        let args = ["install", "--profile=minimal", "--wait=false"];
        practice.mesh(args.iter().chain(revision)).success()
    };
    let before = practice.names();
    install(&[]);
    install(&["--revision=canary"]);
    let unclear = practice.mesh(["uninstall", "-y"]);
    assert_eq!(unclear.code, 2, "{unclear}");
    assert!(
        unclear.stderr.contains("`canary`, `default`")
            || unclear.stderr.contains("`default`, `canary`"),
        "{unclear}"
    );
    let unknown = practice.mesh(["uninstall", "-y", "--revision=old"]);
    assert_eq!(unknown.code, 4, "{unknown}");
    practice
        .mesh(["uninstall", "-y", "--revision=default"])
        .success();
    let left = practice
        .shell("kubectl get deployment,serviceaccount,configmap -n istio-system -o name")
        .success()
        .stdout;
    assert!(
        left.contains("deployment.apps/istiod-canary\n")
            && !left.contains("deployment.apps/istiod\n")
            && left.contains("serviceaccount/istio-reader-service-account\n"),
        "{left}"
    );
    practice.mesh(["uninstall", "-y", "--purge"]).success();
    practice.assert_names(&before);
}

#[test]
fn a_control_plane_in_another_namespace_keeps_what_it_needs() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let before = practice.names();
    let (one, other) = (["-i", "mesh-one"], ["-i", "mesh-other"]);
    for namespace in [one, other] {
        let install = ["install", "--profile=minimal"];
        practice.mesh(install.iter().chain(&namespace)).success();
    }
    let purge = ["uninstall", "--purge", "-y"];
    let first = practice.mesh(purge.iter().chain(&one)).success();
    assert!(
        first.stderr.contains("istiod in `mesh-other` needs it"),
        "{first}"
    );
    practice
        .shell("kubectl get configmap istio-ca-root-cert && kubectl get crd gateways.networking.istio.io")
        .success();
    let second = practice.mesh(["install", "--profile=minimal", "-i", "mesh-other"]);
    let second = second.success();
    assert!(second.stdout.starts_with("nothing to change"), "{second}");
    practice.mesh(purge.iter().chain(&other)).success();
    practice.assert_names(&before);
}

#[test]
fn refuses_while_proxies_of_the_revision_are_there() {
    let Some(practice) = practice() else { return };
    let shop = practice.namespace();
    install(&practice, &[]);
    install(&practice, &["--revision=canary"]);
    sidecar(&practice, &shop, "canary");
    let refused = practice
        .mesh(["uninstall", "-y", "--revision=canary"])
        .failure(4);
    assert!(
        refused
            .stderr
            .contains("nothing was deleted: 1 proxy still needs what would go")
            && refused.stderr.contains(&format!(
                "{shop}/web (Pod, sidecar of revision canary, 1 pod)"
            )),
        "{refused}"
    );
    practice
        .kubectl(["get", "deployment", "istiod-canary", "-n", "istio-system"])
        .success();
    let dry = plan(&practice, &["--revision=canary"]);
    assert_eq!(dry["dependents"][0]["version"], "1.31.4");
    assert_eq!(dry["revisions"], json!(["canary"]));
    practice
        .mesh(["uninstall", "-y", "--revision=default"])
        .success();
    let forced = practice.mesh(["uninstall", "-y", "--force"]).success();
    assert!(
        forced.stderr.contains("warning: 1 proxy still needs"),
        "{forced}"
    );
    practice.mesh(["uninstall", "-y", "--purge"]).success();
}

#[test]
fn refuses_while_another_cluster_may_ask_this_istiod() {
    let Some(practice) = practice() else { return };
    practice.forget_later("istio-system");
    let before = practice.names();
    install(&practice, &[]);
    practice
        .shell(
            "kubectl create secret generic istio-remote-secret-west -n istio-system --from-literal=west=kubeconfig && \
            kubectl label secret istio-remote-secret-west -n istio-system istio/multiCluster=true",
        )
        .success();
    let refused = practice.mesh(["uninstall", "-y"]).failure(4);
    assert!(
        refused
            .stderr
            .contains("cluster west (Secret istio-system/istio-remote-secret-west)"),
        "{refused}"
    );
    let purge = ["uninstall", "-y", "--purge", "--force"];
    let purge = practice.mesh(purge).success();
    assert!(
        purge
            .stderr
            .contains("kept: Secret istio-system/istio-remote-secret-west: it is not of mesh"),
        "{purge}"
    );
    practice
        .kubectl(["delete", "namespace", "istio-system"])
        .success();
    practice.assert_names(&before);
}

/// What istiod makes of its own as time goes by, which no manifest names.
#[test]
fn what_istiod_made_goes_with_the_last_one() {
    let Some(practice) = practice() else { return };
    let before = practice.names();
    install(&practice, &[]);
    install(&practice, &["--revision=canary"]);
    practice
        .mesh(["tag", "set", "prod", "--revision=canary"])
        .success();
    practice
        .mesh(["tag", "set", "default", "--revision=canary"])
        .success();
    let made = "for lock in istio-leader istio-analyze-leader; do kubectl create configmap $lock -n istio-system; done; \
        kubectl create secret generic istio-ca-secret -n istio-system; \
        for lock in istio-gateway-deployment-default istio-gateway-deployment-canary istio-status-leader; do \
        printf 'apiVersion: coordination.k8s.io/v1\\nkind: Lease\\nmetadata: {name: %s, namespace: istio-system}\\n' $lock | kubectl create -f -; done";
    practice.shell(made).success();
    let canary = practice
        .mesh(["uninstall", "-y", "--revision=canary"])
        .success();
    assert!(
        canary.stderr.contains("istio-revision-tag-prod"),
        "{canary}"
    );
    let left = practice.names();
    let is_left = |name: &str| left.contains(name);
    for gone in [
        "MutatingWebhookConfiguration /istio-revision-tag-prod",
        "MutatingWebhookConfiguration /istio-revision-tag-default",
        "ValidatingWebhookConfiguration /istiod-default-validator",
        "Service istio-system/istiod-revision-tag-prod",
        "Lease istio-system/istio-gateway-deployment-canary",
    ] {
        assert!(!is_left(gone), "{gone} is left:\n{canary}");
    }
    for kept in [
        "Lease istio-system/istio-gateway-deployment-default",
        "ConfigMap istio-system/istio-leader",
        "Secret istio-system/istio-ca-secret",
        "MutatingWebhookConfiguration /istio-sidecar-injector",
        "CustomResourceDefinition /gateways.networking.istio.io",
    ] {
        assert!(is_left(kept), "{kept} is gone:\n{canary}");
    }
    practice.mesh(["uninstall", "-y", "--purge"]).success();
    practice.assert_names(&before);
}

/// As long as its pods are ending, istiod makes its locks anew, and others for the first time.
#[test]
fn what_istiod_makes_while_it_ends_goes_as_well() {
    const LOCK: &str = "kubectl get configmap istio-leader -n istio-system";
    let Some(practice) = practice() else { return };
    let before = practice.names();
    install(&practice, &[]);
    let pods = "kubectl get pods -n istio-system -l app=istiod -o name";
    practice.until(pods, |out| out.contains("pod/istiod-"));
    // The first lock is there when the plan is made; the pod does not end before it is told to.
    practice
        .shell(&format!(
            "kubectl create configmap istio-leader -n istio-system; {LOCK}"
        ))
        .success();
    let hold = r#"kubectl patch -n istio-system $(kubectl get pods -n istio-system -l app=istiod -o name) --type merge -p '{"metadata":{"finalizers":["example.com/hold"]}}'"#;
    practice.shell(hold).success();
    std::thread::scope(|threads| {
        let uninstall = threads.spawn(|| practice.mesh(["uninstall", "-y", "--purge"]));
        let ending = "kubectl get pods -n istio-system -l app=istiod -o jsonpath='{.items[*].metadata.deletionTimestamp}'";
        practice.until(ending, |out| !out.is_empty());
        practice.shell(LOCK).success();
        let anew = "kubectl delete configmap istio-leader -n istio-system; \
            for lock in istio-leader istio-analyze-leader; do kubectl create configmap $lock -n istio-system; done; \
            kubectl create configmap istio-ca-root-cert -n default; kubectl label configmap istio-ca-root-cert -n default istio.io/config=true";
        practice.shell(anew);
        assert!(!uninstall.is_finished());
        practice
            .shell(&hold.replace(r#"["example.com/hold"]"#, "null"))
            .success();
        uninstall.join().expect("it ends").success();
        practice.assert_names(&before);
    });
}

/// istioctl labels everything; of what Helm and kubectl apply made, the charts' own labels tell.
#[test]
fn a_purge_finds_what_others_installed_by_labels() {
    let Some(practice) = practice() else { return };
    practice.forget_later("istio-system");
    let before = practice.names();
    practice
        .shell("mesh manifest generate --profile demo > demo.yaml && kubectl apply -f demo.yaml")
        .success();
    practice
        .kubectl(["create", "configmap", "mine", "-n", "istio-system"])
        .success();
    let foreign = practice.mesh(["uninstall", "-y"]).failure(4);
    assert!(foreign.stderr.contains("`--purge`"), "{foreign}");
    // As istioctl: with nothing but its own label to be found by.
    practice
        .shell("kubectl label -n istio-system deployment/istiod service/istiod app.kubernetes.io/part-of- operator.istio.io/component=Pilot --overwrite")
        .success();
    let purge = practice.mesh(["uninstall", "-y", "--purge"]).success();
    assert!(
        purge
            .stderr
            .contains("kept: Namespace istio-system: mesh did not make it")
            && purge
                .stderr
                .contains("kept: ConfigMap istio-system/mine: it is not of mesh"),
        "{purge}"
    );
    let mut after = practice.names();
    after.retain(|name| !before.contains(name));
    let left = [
        "ConfigMap istio-system/kube-root-ca.crt",
        "ConfigMap istio-system/mine",
        "Namespace /istio-system",
        "ServiceAccount istio-system/default",
    ];
    assert_eq!(Vec::from_iter(after), left);
}

#[test]
fn a_configuration_takes_away_what_it_would_install() {
    if !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let before = practice.names();
    practice
        .shell("mesh manifest generate --profile demo | kubectl apply -f -")
        .success();
    practice
        .mesh(["manifest", "delete", "-y", "--set", "profile=demo"])
        .success();
    let definitions = |name: &String| !name.starts_with("CustomResourceDefinition ");
    let mut after = practice.names();
    after.retain(definitions);
    assert_eq!(after, before);
    // A part of what an inventory lists: the rest stays, and is still known.
    install(
        &practice,
        &["--set=components.ingressGateways[0].enabled=true"],
    );
    let ingress = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  profile: empty\n  components:\n    ingressGateways:\n    - {name: istio-ingressgateway, enabled: true}\n";
    practice.folder().write("ingress.yaml", ingress);
    let part = practice
        .mesh(["manifest", "delete", "-y", "-f", "ingress.yaml"])
        .success();
    let left = practice
        .kubectl(["get", "deployment", "-n", "istio-system", "-o", "name"])
        .success();
    assert_eq!(left.stdout, "deployment.apps/istiod\n", "{part}");
    let again = practice
        .mesh(["manifest", "delete", "-y", "-f", "ingress.yaml"])
        .success();
    assert!(again.stderr.contains("nothing to uninstall"), "{again}");
    practice.mesh(["uninstall", "-y", "--purge"]).success();
    practice.assert_names(&before);
}

#[test]
fn what_does_not_go_is_named_with_what_holds_it() {
    let Some(practice) = practice() else { return };
    let before = practice.names();
    install(&practice, &[]);
    let hold = r#"kubectl patch service istiod -n istio-system --type merge -p '{"metadata":{"finalizers":["example.com/hold"]}}'"#;
    practice.shell(hold).success();
    // Kubernetes lets a namespace be for five seconds before it looks at what is in it.
    let timeout = if elsewhere().is_some() { 20 } else { 3 };
    let timeout = format!("--timeout={timeout}s");
    let uninstall = ["uninstall", "-y", "--purge", timeout.as_str()];
    let held = practice.mesh(uninstall).failure(1);
    assert!(
        held.stderr.contains(
            "Service istio-system/istiod: still there, held by finalizer example.com/hold"
        ) && held.stderr.contains("run the same command again"),
        "{held}"
    );
    practice
        .shell(&hold.replace(r#"["example.com/hold"]"#, "null"))
        .success();
    // Something that is on its way out already, and does not get there.
    let stuck = r#"kubectl create configmap stuck -n istio-system && \
        kubectl patch configmap stuck -n istio-system --type merge -p '{"metadata":{"finalizers":["example.com/hold"]}}' && \
        kubectl delete configmap stuck -n istio-system --wait=false"#;
    practice.shell(stuck).success();
    let held = practice.mesh(uninstall).failure(1);
    assert!(
        held.stderr
            .contains("Namespace istio-system: still there: ")
            && held.stderr.contains("example.com/hold"),
        "{held}"
    );
    practice
        .shell(r#"kubectl patch configmap stuck -n istio-system --type merge -p '{"metadata":{"finalizers":null}}'"#)
        .success();
    practice.mesh(["uninstall", "-y", "--purge"]).success();
    practice.until("kubectl get namespace -o name", |out| {
        !out.contains("istio-system")
    });
    practice.assert_names(&before);
}

/// Each request of an uninstall fails once, in turn; the same command again comes to the end. What cannot be read is reported
/// before anything is deleted; what changes something fails in a way of its own each.
#[test]
fn an_uninstall_survives_a_fault_at_every_request() {
    const ACTIONS: [&str; 7] = [
        "drop",
        "lost",
        "conflict",
        "error",
        "forbidden",
        "throttle",
        "unavailable",
    ];
    if skipped_elsewhere(FAULTS) {
        return;
    }
    let practice = Practice::on_sandbox(&["--memory"]);
    let namespace = "mesh-system";
    let mut install = small(namespace);
    install.push("--wait=false".to_owned());
    let uninstall = ["uninstall", "-y", "-i", namespace];
    let is_gone = || {
        let path = format!("/api/v1/namespaces/{namespace}");
        practice.request("GET", &path, &Value::Null).unwrap().0 == 404
    };
    // Whether there was such a request to fail.
    let with_fault = |verb: &str, nth: usize, action: &str| {
        if is_gone() {
            practice.mesh(&install).success();
        }
        practice.order_faults(
            &json!([{"verb": verb, "nth": nth, "action": action, "milliseconds": 300}]),
        );
        let outcome = practice.mesh(uninstall);
        let came = practice.faults().0 == 0;
        practice.order_faults(&json!([]));
        (came, outcome)
    };
    let mut read = 0;
    for (verb, step) in [("get", 1), ("list", 4)] {
        // Most lists are of one loop over all kinds.
        for nth in (1..).step_by(step) {
            let (came, outcome) = with_fault(verb, nth, "forbidden");
            if !came {
                outcome.success();
                assert!(nth > 10, "an uninstall has only {nth} requests to {verb}");
                break;
            }
            // A wait asks again, whatever the answer was.
            if outcome.code == 0 && verb == "list" {
                assert!(is_gone(), "{verb} {nth}:\n{outcome}");
                continue;
            }
            let outcome = outcome.failure(1);
            read += 1;
            assert!(
                outcome.stderr.contains("verbs: [") && !outcome.stderr.contains("are gone"),
                "{verb} {nth}:\n{outcome}"
            );
        }
    }
    assert!(read > 20, "only {read} faults were reported");
    let mut reported = 0;
    for verb in ["delete", "watch"] {
        for nth in 1.. {
            // Five and seven have no divisor in common: each kind of request meets each kind of fault.
            let action = ACTIONS[(nth * 5) % ACTIONS.len()];
            let (came, outcome) = with_fault(verb, nth, action);
            if !came {
                outcome.success();
                break;
            }
            match (outcome.code, action) {
                (0, _) => {}
                (1, "forbidden") => {
                    reported += 1;
                    practice.mesh(uninstall).success();
                }
                _ => panic!("{verb} {nth}, {action}:\n{outcome}"),
            }
            assert!(is_gone(), "{verb} {nth}, {action}:\n{outcome}");
        }
    }
    assert!(reported > 1, "only {reported} faults were reported");
}
