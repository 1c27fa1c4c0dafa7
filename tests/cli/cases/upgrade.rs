//! `mesh upgrade`, and installations of Helm that are taken over.

use serde_json::{Value, json};

use crate::support::cluster::{Practice, has_kubectl, has_node, practice};

fn with_app(practice: &Practice) -> String {
    let shop = practice.namespace();
    practice
        .kubectl(["label", "namespace", &shop, "istio-injection=enabled"])
        .success();
    practice.run_injected(&shop);
    shop
}

fn istiod(practice: &Practice, path: &str) -> String {
    let line = format!("kubectl get deployment istiod -n istio-system -o jsonpath='{path}'");
    practice.shell(&line).success().stdout
}

/// What became of the objects of a kind.
fn results(document: &Value, kind: &str) -> Vec<String> {
    let objects = document["objects"].as_array().expect("a list").iter();
    let of_kind = objects.filter(|it| it["kind"] == kind);
    let results = of_kind.filter_map(|it| it["result"].as_str());
    results.map(str::to_owned).collect()
}

const IMAGE: &str = "{.spec.template.spec.containers[0].image}";

#[test]
fn an_upgrade_in_place_keeps_settings_and_says_what_is_left_to_do() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let nothing = practice.mesh(["upgrade", "-y"]).failure(4);
    assert!(
        nothing.stderr.contains("there is nothing to upgrade"),
        "{nothing}"
    );
    practice
        .mesh([
            "install",
            "-y",
            "--profile=minimal",
            "--tag=1.30.2",
            "--set=values.pilot.traceSampling=7",
            "--set=values.global.networkPolicy.enabled=true",
        ])
        .success();
    let shop = with_app(&practice);
    let upgrade = [
        "upgrade",
        "-y",
        "--tag=1.31.4",
        "--set=values.global.networkPolicy.enabled=false",
    ];
    let dry = practice
        .mesh(upgrade.iter().chain(&["--dry-run", "-o", "json"]))
        .success();
    assert!(dry.stderr.contains("dry run: nothing was stored"), "{dry}");
    assert!(
        dry.stderr
            .contains("`mesh manifest diff --live --reuse-values`"),
        "{dry}"
    );
    let stays = practice.mesh(["precheck"]).success();
    assert!(
        stays
            .stdout
            .contains("it stays at 1.30.2, since a setting says so; the newest is 1.31.4"),
        "{stays}"
    );
    let plan = dry.json();
    assert_eq!(
        (&plan["dryRun"], &plan["changed"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(results(&plan, "Deployment"), ["configured"], "{dry}");
    assert_eq!(results(&plan, "NetworkPolicy"), ["pruned"], "{dry}");
    let upgraded = &plan["upgrade"];
    let steps = ["from", "to", "fromRevision", "inPlace"].map(|key| upgraded[key].clone());
    let wanted = json!(["1.30.2", "1.31.4", "default", true]);
    assert_eq!(Value::from(steps.to_vec()), wanted, "{dry}");
    let changes = upgraded["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 3, "{dry}");
    assert_eq!(upgraded["outdated"], json!([]), "{dry}");
    assert!(istiod(&practice, IMAGE).ends_with("pilot:1.30.2"));

    let done = practice.mesh(upgrade).success();
    for part in [
        "upgrade of revision `default` in `istio-system`: 1.30.2 → 1.31.4, profile minimal",
        "`values.pilot.env.PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS=false` is as before",
        "`--set compatibilityVersion=1.30` keeps changed defaults as they were",
        &format!("`kubectl rollout restart -n {shop} deployment/app`"),
    ] {
        assert!(done.stderr.contains(part), "{part}\n{done}");
    }
    let row = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = done.stdout.lines().map(row).collect();
    let old = ["deployment/app", &shop, "default", "1.30.2", "1"].map(str::to_owned);
    assert!(rows.contains(&old.to_vec()), "{done}");
    assert!(istiod(&practice, IMAGE).ends_with("pilot:1.31.4"));
    let environment = istiod(&practice, "{.spec.template.spec.containers[0].env[*]}");
    assert!(
        environment.contains(r#""PILOT_TRACE_SAMPLING","value":"7""#),
        "{environment}"
    );
    let policies = practice.shell("kubectl get networkpolicy -n istio-system -o name");
    assert_eq!(
        policies.success().stdout,
        "",
        "what is no longer there is pruned"
    );

    practice
        .kubectl(["rollout", "restart", "-n", &shop, "deployment/app"])
        .success();
    let images = format!("kubectl get pods -n {shop} -o jsonpath='{{.items[*].spec}}'");
    practice.until(&images, |out| !out.contains("proxyv2:1.30.2"));
    let again = practice.mesh(["upgrade", "-y", "-o", "json"]).success();
    assert_eq!(again.json()["changed"], false, "{again}");
    assert_eq!(again.json()["upgrade"]["outdated"], json!([]), "{again}");
    let again = practice.mesh(["upgrade", "-y"]).success();
    assert!(again.stdout.starts_with("nothing to change"), "{again}");
    assert!(!again.stdout.contains("OLD PROXY"), "{again}");
    practice
        .mesh(["uninstall", "--purge", "-y", "--force"])
        .success();
}

#[test]
fn going_back_by_more_than_one_release_needs_force() {
    let Some(practice) = practice() else { return };
    let small = [
        "--profile=minimal",
        "--set=values.base.enableIstioConfigCRDs=false",
        "--wait=false",
    ];
    let install = ["install", "-y", "--tag=1.33.0"];
    practice.mesh(install.iter().chain(&small)).success();
    let back = ["upgrade", "-y", "--tag=1.31.4", "--wait=false"];
    let refused = practice.mesh(back).failure(4);
    assert!(
        refused
            .stderr
            .contains("2 minor releases newer than 1.31; going back is supported by one"),
        "{refused}"
    );
    assert!(istiod(&practice, IMAGE).ends_with("pilot:1.33.0"));
    assert_eq!(refused.stdout, "");
    let json = practice.mesh(back.iter().chain(&["-o", "json"])).failure(4);
    assert_eq!(json.stdout, "", "what was not begun has no report");
    let forced = practice.mesh(back.iter().chain(&["--force"])).success();
    assert!(
        forced
            .stderr
            .contains("warning: revision `default` (1.33.0)"),
        "{forced}"
    );
    assert!(istiod(&practice, IMAGE).ends_with("pilot:1.31.4"));
    practice
        .mesh(["uninstall", "--purge", "-y", "--force"])
        .success();
}

/// What Helm leaves of releases `istio-base` and `istiod`: objects with its marks, in its name, and a record of each.
fn install_by_helm(practice: &Practice) {
    let generated = practice
        .mesh(["manifest", "generate", "--profile=minimal"])
        .success();
    practice.folder().write("generated.yaml", &generated.stdout);
    let json = practice
        .shell("kubectl create --dry-run=client -o json -f generated.yaml")
        .success();
    let mut objects = Vec::new();
    for document in serde_json::Deserializer::from_str(&json.stdout).into_iter::<Value>() {
        let document = document.expect("kubectl prints JSON");
        match document["items"].as_array() {
            Some(items) => objects.extend(items.clone()),
            None => objects.push(document),
        }
    }
    // Helm does not make the namespace that it installs into.
    objects.retain(|it| it["kind"] != "Namespace");
    objects.push(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "of-helm-alone", "namespace": "istio-system"}, "data": {"a": "b"}}));
    for object in &mut objects {
        let release = if object["kind"] == "CustomResourceDefinition" {
            "istio-base"
        } else {
            "istiod"
        };
        object["metadata"]["labels"]["app.kubernetes.io/managed-by"] = json!("Helm");
        object["metadata"]["labels"]["of-helm-alone"] = json!("true");
        object["metadata"]["annotations"]["meta.helm.sh/release-name"] = json!(release);
        object["metadata"]["annotations"]["meta.helm.sh/release-namespace"] = json!("istio-system");
    }
    for release in ["istio-base", "istiod"] {
        objects.push(json!({"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "stringData": {"release": "H4sI"},
            "metadata": {"name": format!("sh.helm.release.v1.{release}.v1"), "namespace": "istio-system",
                "labels": {"owner": "helm", "name": release, "status": "deployed", "version": "1"}}}));
    }
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    practice
        .kubectl(["create", "namespace", "istio-system"])
        .success();
    practice.apply_as("helm", &objects.to_string()).success();
}

#[test]
fn what_helm_installed_is_taken_over_as_a_whole() {
    if !has_kubectl() || !has_node() {
        return;
    }
    let Some(practice) = practice() else { return };
    let everything = "kinds=$(kubectl api-resources --verbs=list,delete -o name | grep -vE '^(events|leases|nodes|endpoints|endpointslices)' | sort -u | paste -sd,); \
        kubectl get \"$kinds\" -A --ignore-not-found -o name | grep -vE '^pod/|^replicaset' | sort";
    let before = practice.shell(everything).success().stdout;
    install_by_helm(&practice);
    let replicas = "kubectl scale deployment istiod -n istio-system --replicas=1";
    practice.shell(replicas).success();

    let install = ["install", "-y", "--profile=minimal"];
    let refused = practice.mesh(install).failure(4);
    for part in [
        "belong to Helm's release `istio-base`",
        "belong to Helm's release `istiod`",
        "`--adopt helm` takes it over",
    ] {
        assert!(refused.stderr.contains(part), "{part}\n{refused}");
    }
    let adopt = install.iter().chain(&["--adopt=helm"]).copied();
    let dry = practice.mesh(adopt.clone().chain(["--dry-run"])).success();
    assert!(
        dry.stderr
            .contains("to be taken over from Helm: release `istiod` of namespace `istio-system`"),
        "{dry}"
    );
    let records = "kubectl get secret -n istio-system -l owner=helm -o name";
    assert_eq!(
        practice.shell(records).success().stdout.lines().count(),
        2,
        "a dry run stores nothing"
    );

    let done = practice.mesh(adopt.clone()).success();
    assert!(
        done.stderr
            .contains("taken over from Helm: 34 objects; its 2 records of them are deleted"),
        "{done}"
    );
    assert!(
        done.stderr.contains("ConfigMap istio-system/of-helm-alone"),
        "{done}"
    );
    assert_eq!(practice.shell(records).success().stdout, "");
    // ReplicaSets keep the annotations that their Deployment had when they were made.
    let marks = "kubectl get deployment,service,hpa,configmap,serviceaccount,role,clusterrole,crd,mutatingwebhookconfiguration,validatingwebhookconfiguration -A -o yaml --show-managed-fields \
        | grep -cE 'meta.helm.sh|manager: helm' || true";
    assert_eq!(practice.shell(marks).success().stdout.trim(), "0");
    let alone = istiod(&practice, "{.metadata.labels.of-helm-alone}");
    assert_eq!(alone, "", "what only Helm wanted is taken out");

    let again = practice.mesh(install.iter().chain(&["--prune"])).success();
    assert!(again.stdout.contains("1 pruned"), "{again}");
    practice.mesh(["uninstall", "--purge", "-y"]).success();
    practice
        .kubectl(["delete", "namespace", "istio-system"])
        .success();
    practice.until(everything, |out| out == before);
}
