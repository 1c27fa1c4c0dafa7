//! `mesh manifest generate` and clusters: one that it is rendered for, and one that kubectl puts every profile into.

use serde_json::{Value, json};

use crate::support::cluster::{Practice, practice};
use crate::support::server::{Answer, Server, kubeconfig};
use crate::support::{Outcome, Sandbox};

/// A server of this version, which serves one kind of its own.
fn server(version: &'static str) -> Server {
    Server::start(move |line| {
        let target = line.split(' ').nth(1).unwrap_or_default();
        match target.split('?').next().unwrap_or_default() {
            "/version" => Answer::version(version),
            "/apis" => Answer::Json(200, discovery("example.com", "Thing").to_string()),
            "/api" => Answer::Json(200, discovery("", "ConfigMap").to_string()),
            other => Answer::Text(404, format!("no {other}")),
        }
    })
}

fn discovery(group: &str, kind: &str) -> Value {
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": [{
        "metadata": {"name": group},
        "versions": [{"version": "v1", "resources": [{
            "resource": format!("{}s", kind.to_lowercase()), "scope": "Namespaced", "verbs": ["get"],
            "responseKind": {"group": group, "version": "v1", "kind": kind},
        }]}],
    }]})
}

fn for_cluster(version: &'static str, args: &[&str]) -> (Sandbox, Outcome) {
    let sandbox = Sandbox::new();
    let server = server(version);
    let address = format!("http://127.0.0.1:{}", server.port());
    sandbox.write("config", kubeconfig(&address, "token: t"));
    sandbox.write("mine/base/Chart.yaml", "name: base\nversion: 1.0.0\n");
    sandbox.write(
        "mine/base/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: facts\ndata:\n  \
         version: {{ .Capabilities.KubeVersion.Version }}\n  \
         minor: {{ .Capabilities.KubeVersion.Minor | quote }}\n  \
         thing: {{ .Capabilities.APIVersions.Has \"example.com/v1/Thing\" | quote }}\n  \
         group: {{ .Capabilities.APIVersions.Has \"example.com/v1\" | quote }}\n  \
         apps: {{ .Capabilities.APIVersions.Has \"apps/v1\" | quote }}\n",
    );
    let first = [
        "manifest",
        "generate",
        "--kubeconfig",
        "config",
        "--cluster-specific",
    ];
    let outcome = sandbox.run([&first[..], args].concat());
    (sandbox, outcome)
}

#[test]
fn charts_know_the_version_and_the_kinds_of_the_cluster_that_they_are_rendered_for() {
    let mine = ["--manifests", "mine", "--component", "base"];
    let (_, outcome) = for_cluster("v1.34.1", &mine);
    let facts = "data:\n  apps: \"false\"\n  group: \"true\"\n  minor: \"34\"\n  thing: \"true\"\n  version: v1.34.1\n";
    let outcome = outcome.success();
    assert!(outcome.stdout.contains(facts), "{outcome}");
    assert!(
        outcome
            .stderr
            .starts_with("rendering for Kubernetes v1.34.1, at http://127.0.0.1:"),
        "{outcome}"
    );
}

#[test]
fn on_google_s_clusters_the_node_agent_goes_where_it_may_run() {
    let ambient = ["--profile", "ambient", "--component", "cni"];
    let (_, outcome) = for_cluster("v1.34.1-gke.1293000", &ambient);
    let out = outcome.success().stdout;
    assert!(out.contains("  namespace: kube-system\n"), "{out}");
    assert!(out.contains("/home/kubernetes/bin"), "{out}");
    assert!(!out.contains("kind: ResourceQuota\n"), "{out}");
    let (_, outcome) = for_cluster("v1.34.1", &ambient);
    let out = outcome.success().stdout;
    assert!(out.contains("  namespace: istio-system\n"), "{out}");
    assert!(!out.contains("  namespace: kube-system\n"), "{out}");
}

#[test]
fn a_cluster_that_does_not_answer_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("config", kubeconfig("http://127.0.0.1:1", "token: t"));
    let args = ["manifest", "generate", "--cluster-specific", "-c", "config"];
    insta::assert_snapshot!(sandbox.run(args).failure(1));
}

/// Names of everything that an installation may bring. What a running istiod itself puts into every namespace is not meant.
const EVERYTHING: &str = "{ kubectl get -o name namespace,crd,clusterrole,clusterrolebinding,mutatingwebhookconfiguration,\
    validatingwebhookconfiguration,validatingadmissionpolicy,validatingadmissionpolicybinding; \
    kubectl get -A -o name deployment,daemonset,pod,service,serviceaccount,configmap,secret,role,rolebinding,\
    horizontalpodautoscaler,poddisruptionbudget,networkpolicy,resourcequota; } | grep -v -e istio-ca-root-cert -e istio-ca-crl | sort";

/// Definition of the kind by which OpenShift attaches pods to further networks.
const ATTACHMENT: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: network-attachment-definitions.k8s.cni.cncf.io
spec:
  group: k8s.cni.cncf.io
  names: {kind: NetworkAttachmentDefinition, plural: network-attachment-definitions, singular: network-attachment-definition}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
";

/// The real kubectl takes the profile as it is printed, either way, and takes all of it away again.
fn kubectl_takes(profile: &str) {
    let Some(practice) = practice() else { return };
    let list = format!("mesh manifest generate --profile {profile} -o all.yaml");
    practice.shell(&list).success();
    if profile.starts_with("openshift") {
        let plain = practice.shell("kubectl apply -f all.yaml --dry-run=server");
        let missing = "no matches for kind \"NetworkAttachmentDefinition\"";
        assert!(plain.code == 1 && plain.stderr.contains(missing), "{plain}");
        practice.folder().write("attachment.yaml", ATTACHMENT);
        practice.shell("kubectl apply -f attachment.yaml").success();
    }
    let before = practice.shell(EVERYTHING).success().stdout;
    let all_said = |line: &str, wanted: &str| {
        let outcome = practice.shell(line).success();
        let other = outcome.stdout.lines().find(|line| !line.ends_with(wanted));
        assert_eq!(other, None, "{outcome}");
        // Kubernetes warns of the annotation by which the node agent asks for no AppArmor.
        let mut more = outcome.stderr.lines();
        assert_eq!(
            more.find(|line| !line.starts_with("Warning: ")),
            None,
            "{outcome}"
        );
    };
    all_said(
        "kubectl apply -f all.yaml --server-side",
        " serverside-applied",
    );
    // The namespace is there now, without which a server could only refuse what is in it.
    practice
        .shell("kubectl apply -f all.yaml --dry-run=server")
        .success();
    delete(&practice, &before);
    all_said("kubectl apply -f all.yaml", " created");
    delete(&practice, &before);
    if profile.starts_with("openshift") {
        practice
            .shell("kubectl delete -f attachment.yaml")
            .success();
    }
}

fn delete(practice: &Practice, before: &str) {
    practice
        .shell("kubectl delete -f all.yaml --wait=false --ignore-not-found")
        .success();
    practice.until(EVERYTHING, |now| now == before);
}

/// A test for each profile, so that they run side by side.
macro_rules! kubectl_takes {
    ($($test:ident: $profile:literal;)*) => {$(
        #[test]
        fn $test() {
            kubectl_takes($profile);
        }
    )*

        #[test]
        fn every_profile_has_its_test() {
            let listed = Sandbox::new().run(["profile", "list", "-o", "json"]).success();
            let listed = listed.json();
            let mut names: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
            let mut tested = vec![$($profile,)* "empty"];
            names.sort_unstable();
            tested.sort_unstable();
            assert_eq!(names, tested);
        }
    };
}

kubectl_takes! {
    kubectl_takes_ambient: "ambient";
    kubectl_takes_default: "default";
    kubectl_takes_demo: "demo";
    kubectl_takes_minimal: "minimal";
    kubectl_takes_openshift: "openshift";
    kubectl_takes_openshift_ambient: "openshift-ambient";
    kubectl_takes_preview: "preview";
    kubectl_takes_remote: "remote";
    kubectl_takes_stable: "stable";
}
