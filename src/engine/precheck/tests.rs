//! What each check finds in a cluster, and what it leaves alone.

use serde_json::json;

use super::*;
use crate::engine::inject::attached::Role;
use crate::engine::install::{Inputs, resolve};

const OWN: &str = "virtualservices.networking.istio.io";

fn resolved(set: &[&str]) -> Resolved {
    let inputs = Inputs {
        set: set.iter().map(|it| (*it).to_owned()).collect(),
        ..Inputs::default()
    };
    resolve::resolve(&inputs).unwrap()
}

/// Findings as `LEVEL message`, those of level info left out.
fn found(snapshot: &Snapshot<'_>, set: &[&str]) -> Vec<String> {
    let resolved = resolved(set);
    let text = r#"{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "virtualservices.networking.istio.io"},
        "spec": {"versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"spec": {"properties": {"hosts": {}}}}}}}]}}"#;
    let objects = [Object::definition("Base", OWN, text)];
    let target = Target {
        resolved: &resolved,
        objects: &objects,
        from: None,
        adopts_helm: false,
        thorough: true,
    };
    let found = check(snapshot, &target);
    let bad = found.iter().filter(|it| it.level > Level::Info);
    bad.map(|it| format!("{:?} {}", it.level, it.message))
        .collect()
}

fn live(objects: &[Value]) -> Snapshot<'_> {
    Snapshot {
        live: objects.iter().collect(),
        ..Snapshot::default()
    }
}

fn istiod(namespace: &str, revision: &str, version: &str) -> Value {
    json!({"kind": "Deployment", "metadata": {"name": "istiod", "namespace": namespace, "labels": {"istio.io/rev": revision}},
        "spec": {"template": {"spec": {"containers": [{"name": "discovery", "image": format!("pilot:{version}")}]}}}})
}

fn installed(istiods: &[Value], set: &[&str]) -> Vec<String> {
    let snapshot = Snapshot {
        istiods: istiods.iter().collect(),
        ..Snapshot::default()
    };
    let mut found = found(&snapshot, set);
    found.retain(|it| !it.contains("since 1."));
    found
}

#[test]
fn nothing_is_found_where_nothing_was_asked() {
    assert_eq!(found(&Snapshot::default(), &[]), [""; 0]);
}

#[test]
fn an_old_kubernetes_is_an_error_and_a_new_one_a_warning() {
    let of = |version| {
        let snapshot = Snapshot {
            kubernetes: Some(version),
            ..Snapshot::default()
        };
        found(&snapshot, &[])
    };
    assert_eq!(of("v1.32.0"), [""; 0]);
    assert_eq!(of("v1.36.9+k3s1"), [""; 0]);
    assert_eq!(
        of("v1.31.9-eks"),
        ["Error Kubernetes 1.31.9 is too old: Istio 1.31 is made for 1.32 to 1.36"]
    );
    assert!(of("v1.37.0")[0].starts_with("Warning Kubernetes 1.37.0 is newer"));
    assert!(of("main")[0].starts_with("Warning the server's version `main` cannot be read"));
}

#[test]
fn what_is_not_allowed_is_said_by_resource() {
    let access = |resource: &str, verb: &str, denied: Option<&str>| Access {
        resource: resource.to_owned(),
        namespace: resource.contains("apps").then(|| "istio-system".to_owned()),
        verb: verb.to_owned(),
        denied: denied.map(str::to_owned),
    };
    let snapshot = Snapshot {
        access: vec![
            access("deployments.apps", "patch", Some("")),
            access("deployments.apps", "create", Some("")),
            access("deployments.apps", "get", None),
            access("namespaces", "create", Some("RBAC says no")),
        ],
        ..Snapshot::default()
    };
    assert_eq!(
        found(&snapshot, &[]),
        [
            "Error you may not create namespaces: RBAC says no",
            "Error you may not create, patch deployments.apps in namespace `istio-system`",
        ]
    );
}

#[test]
fn a_namespace_that_goes_is_named() {
    let going = [
        json!({"kind": "Namespace", "metadata": {"name": "istio-system", "deletionTimestamp": "2026-11-24T00:00:00Z"}}),
    ];
    assert_eq!(
        found(&live(&going), &[]),
        ["Warning namespace `istio-system` is being deleted, and takes nothing new"]
    );
}

#[test]
fn others_who_look_after_an_object_are_told_apart() {
    let helm = json!({"annotations": {"meta.helm.sh/release-name": "istiod", "meta.helm.sh/release-namespace": "istio-system"}});
    let mut flux = helm.clone();
    flux["labels"] = json!({"helm.toolkit.fluxcd.io/name": "mesh"});
    let argo = json!({"annotations": {"argocd.argoproj.io/tracking-id": "mesh:apps/Deployment:istio-system/istiod"}});
    let sail = json!({"ownerReferences": [{"kind": "IstioRevision", "name": "default"}]});
    // Charts put this label on what they render, whoever renders them.
    let ours = json!({"labels": {"app.kubernetes.io/managed-by": "Helm"}});
    let of = |metadata: &Value| {
        let mut object = json!({"kind": "ServiceAccount", "metadata": metadata});
        object["metadata"]["name"] = Value::from("istiod");
        found(&live(&[object]), &[])
    };
    assert_eq!(
        of(&helm),
        [
            "Error ServiceAccount istiod belongs to Helm's release `istiod` of namespace `istio-system`"
        ]
    );
    assert!(of(&flux)[0].starts_with("Warning ServiceAccount istiod belongs to Flux's `mesh`"));
    assert!(
        of(&argo)[0]
            .starts_with("Warning ServiceAccount istiod belongs to Argo CD's application `mesh`")
    );
    assert!(
        of(&sail)[0].starts_with("Warning ServiceAccount istiod belongs to IstioRevision default")
    );
    assert_eq!(of(&ours), [""; 0]);
}

#[test]
fn a_definition_that_knows_more_than_ours_is_newer() {
    let definition = |properties: Value, stored: &str| {
        [
            json!({"kind": "CustomResourceDefinition", "metadata": {"name": OWN}, "status": {"storedVersions": [stored]},
            "spec": {"versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"spec": {"properties": properties}}}}}]}}),
        ]
    };
    assert_eq!(
        found(&live(&definition(json!({"hosts": {}}), "v1")), &[]),
        [""; 0]
    );
    assert_eq!(
        found(
            &live(&definition(json!({"hosts": {}, "retry": {}}), "v1")),
            &[]
        ),
        [format!(
            "Warning definition `{OWN}` is of a newer Istio: an apply would take away `spec.retry` of v1"
        )]
    );
    assert!(found(&live(&definition(json!({}), "v2")), &[])[0].starts_with("Error definition"));
}

#[test]
fn gateways_that_istiod_cannot_read_are_an_error() {
    let definition = |kind: &str, versions: &[&str]| {
        let versions: Vec<_> = versions
            .iter()
            .map(|it| json!({"name": it, "served": true}))
            .collect();
        json!({"spec": {"names": {"kind": kind}, "versions": versions}})
    };
    let of = |definitions: &[Value]| {
        let snapshot = Snapshot {
            gateways: Some(definitions.iter().collect()),
            ..Snapshot::default()
        };
        found(&snapshot, &[])
    };
    assert_eq!(of(&[]), [""; 0]);
    assert_eq!(
        of(&[
            definition("HTTPRoute", &["v1", "v1beta1"]),
            definition("TLSRoute", &["v1alpha2"])
        ]),
        [""; 0]
    );
    assert!(
        of(&[definition("ReferenceGrant", &["v1alpha2"])])[0]
            .starts_with("Error ReferenceGrant of the Gateway API is served as v1alpha2")
    );
    assert!(of(&[definition("GRPCRoute", &["v1alpha2"])])[0].starts_with("Warning GRPCRoute"));
}

#[test]
fn minors_are_not_skipped_and_going_back_is_by_one() {
    let here = "istio-system";
    for good in ["1.30.4", "1.31.0", "1.31.9"] {
        assert_eq!(
            installed(&[istiod(here, "default", good)], &[]),
            [""; 0],
            "{good}"
        );
    }
    let skipped = installed(&[istiod(here, "default", "1.28.1")], &[]);
    assert!(
        skipped[0].starts_with("Warning") && skipped[0].contains("tested by 1 at a time"),
        "{skipped:?}"
    );
    let back = installed(&[istiod(here, "default", "1.32.0")], &[]);
    assert!(
        back[0].contains("goes back one minor release, to 1.31"),
        "{back:?}"
    );
    let back = installed(&[istiod(here, "default", "1.33.0")], &[]);
    assert!(
        back[0].starts_with("Error") && back[0].contains("2 minor releases newer"),
        "{back:?}"
    );
    // Beside the old one there may be two steps.
    let beside = ["revision=1-31-4"];
    assert_eq!(
        installed(&[istiod(here, "default", "1.29.1")], &beside),
        [""; 0]
    );
    let skipped = installed(&[istiod(here, "default", "1.28.1")], &beside);
    assert!(skipped[0].contains("tested by 2 at a time"), "{skipped:?}");
}

#[test]
fn the_same_revision_elsewhere_would_inject_twice() {
    let twice = installed(&[istiod("other", "default", "1.31.4")], &[]);
    assert!(
        twice[0].contains("both would inject the same namespaces"),
        "{twice:?}"
    );
    assert_eq!(
        installed(&[istiod("other", "blue", "1.31.4")], &[]),
        [""; 0]
    );
}

#[test]
fn an_istiod_of_another_tool_is_named() {
    let mut of_istioctl = istiod("istio-system", "default", "1.31.4");
    of_istioctl["metadata"]["managedFields"] = json!([{"manager": "istio-operator"}, {"manager": "kube-controller-manager", "subresource": "status"}]);
    let found = installed(&[of_istioctl.clone()], &[]);
    assert_eq!(
        found,
        [
            "Warning revision `default` was not installed by mesh: its fields are of `istio-operator`"
        ]
    );
    of_istioctl["metadata"]["managedFields"] =
        json!([{"manager": "istio-operator"}, {"manager": "mesh"}]);
    assert_eq!(installed(&[of_istioctl], &[]), [""; 0]);
}

#[test]
fn proxies_may_be_one_release_behind_and_never_ahead() {
    let attached = |revision: &str, version: &str| Attached {
        namespace: "shop".to_owned(),
        kind: "Deployment".to_owned(),
        name: "app".to_owned(),
        role: Role::Sidecar,
        revision: Some(revision.to_owned()),
        address: None,
        version: Some(version.to_owned()),
        pods: 2,
    };
    let of = |version: &str| {
        let snapshot = Snapshot {
            proxies: vec![attached("default", version), attached("blue", "1.1.0")],
            ..Snapshot::default()
        };
        found(&snapshot, &[])
    };
    assert_eq!(of("1.31.0"), [""; 0]);
    assert_eq!(of("1.30.9"), [""; 0]);
    assert_eq!(
        of("1.29.9"),
        [
            "Warning 2 proxies run 1.29, in `shop`; istiod 1.31 supports proxies that are one release behind"
        ]
    );
    assert_eq!(
        of("1.32.0"),
        ["Warning 2 proxies run 1.32, in `shop`; istiod 1.31 must not be older than they are"]
    );
}

#[test]
fn changed_defaults_are_counted_from_what_is_installed() {
    let old = [istiod("istio-system", "default", "1.30.2")];
    let mut snapshot = Snapshot {
        istiods: old.iter().collect(),
        ..Snapshot::default()
    };
    assert_eq!(found(&snapshot, &[]).len(), 3);
    assert_eq!(found(&snapshot, &["compatibilityVersion=1.30"]), [""; 0]);
    snapshot.zipkin = true;
    assert_eq!(
        found(&snapshot, &[]).len(),
        3,
        "1.30 no longer sent to zipkin"
    );
}

fn unserved(api_version: &str, kind: &str, names: &[&str]) -> Unserved {
    Unserved {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        objects: names.iter().map(|it| format!("{kind} a/{it}")).collect(),
        message: format!("the cluster does not serve {kind} of `{api_version}`"),
        hint: Some("install it".to_owned()),
    }
}

fn unserved_with(definition: &str, unserved: &[Unserved]) -> Vec<String> {
    let resolved = resolved(&[]);
    let objects = [Object::definition(
        "Base",
        "things.example.com",
        Box::leak(definition.to_owned().into_boxed_str()),
    )];
    let target = Target {
        resolved: &resolved,
        objects: &objects,
        from: None,
        adopts_helm: false,
        thorough: false,
    };
    let snapshot = Snapshot {
        unserved,
        ..Snapshot::default()
    };
    let found = check(&snapshot, &target);
    found
        .iter()
        .map(|it| format!("{:?} {:?} {}", it.check, it.level, it.message))
        .collect()
}

const THING: &str = "{metadata: {name: things.example.com}, spec: {names: {kind: Thing}, versions: [{name: v1, served: true}, {name: v2, served: false}]}}";

#[test]
fn a_kind_that_is_not_served_is_an_error_with_its_objects() {
    let found = unserved_with(
        THING,
        &[unserved("example.org/v1", "Other", &["b", "c", "d", "e"])],
    );
    assert_eq!(
        found,
        [
            "Kinds Error Other a/b, Other a/c, Other a/d and 1 more: the cluster does not serve Other of `example.org/v1`"
        ]
    );
}

#[test]
fn a_kind_whose_definition_is_installed_as_well_is_no_error() {
    let of = |api_version, kind| unserved_with(THING, &[unserved(api_version, kind, &["b"])]).len();
    assert_eq!(of("example.com/v1", "Thing"), 0);
    assert_eq!(of("example.com/v2", "Thing"), 1, "it is not to be served");
    assert_eq!(of("example.com/v1", "Another"), 1);
    assert_eq!(of("other.example.com/v1", "Thing"), 1);
}
