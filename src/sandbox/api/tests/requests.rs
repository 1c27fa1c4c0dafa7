//! What requests may say, and what they may not.

use super::*;

fn lists(selector: &str) -> ListOptions {
    ListOptions {
        field_selector: selector.to_owned(),
        ..ListOptions::default()
    }
}

#[test]
fn a_dry_run_says_what_would_be_and_changes_nothing() {
    let cluster = cluster();
    let dry = WriteOptions {
        dry_run: true,
        field_manager: "dry".to_owned(),
        ..WriteOptions::default()
    };
    let deployments = ResourceId::new("apps", "v1", "deployments");
    let web = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "replicas": 1, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}}}});
    let made = with(&cluster, &deployments, Some("default"), web.clone()).unwrap();
    let services = ResourceId::new("", "v1", "services");
    let key = Key::namespaced("default", "web");
    let before = cluster.revision();

    let service = json!({"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}});
    let would = cluster.create(&services, Some("default"), service, &dry);
    assert!(would.unwrap().object["spec"]["clusterIP"].is_string());
    let patch = |part: Subresource, patch: Patch| {
        let done = cluster.patch(&deployments, &key, part, &patch, &dry);
        done.unwrap().object
    };
    let spec = |replicas: u32| json!({"spec": {"replicas": replicas}});
    let main = Subresource::Main;
    assert_eq!(patch(main, Patch::Merge(spec(2)))["spec"]["replicas"], 2);
    assert_eq!(
        patch(main, Patch::Strategic(spec(3)))["spec"]["replicas"],
        3
    );
    let operation = json!([{"op": "replace", "path": "/spec/replicas", "value": 4}]);
    assert_eq!(patch(main, Patch::Json(operation))["spec"]["replicas"], 4);
    assert_eq!(
        patch(main, Patch::Apply(web))["metadata"]["managedFields"][0]["operation"],
        "Apply"
    );
    let scaled = patch(Subresource::Scale, Patch::Merge(spec(5)));
    assert_eq!(scaled["spec"]["replicas"], 5);
    let status = json!({"status": {"replicas": 6}});
    let status = patch(Subresource::Status, Patch::Merge(status));
    assert_eq!(status["status"]["replicas"], 6);
    let mut other = (*made).clone();
    other["spec"]["replicas"] = json!(7);
    let done = cluster.update(&deployments, &key, main, &other, &dry);
    assert_eq!(done.unwrap().object["metadata"]["generation"], 2);
    let delete = DeleteOptions {
        dry_run: true,
        ..DeleteOptions::default()
    };
    assert!(cluster.delete(&deployments, &key, &delete).unwrap().gone);
    let all = cluster.delete_collection(&deployments, Some("default"), &lists(""), &delete);
    assert_eq!(all.unwrap().items.len(), 1);

    assert_eq!(cluster.revision(), before);
    assert_eq!(cluster.get(&deployments, &key).unwrap(), made);
}

#[test]
fn some_kinds_are_not_replaced_blindly() {
    let cluster = cluster();
    let budgets = ResourceId::new("policy", "v1", "poddisruptionbudgets");
    let budget = json!({"metadata": {"name": "b"}, "spec": {"minAvailable": 1}});
    let made = with(&cluster, &budgets, Some("default"), budget.clone()).unwrap();
    let key = Key::namespaced("default", "b");
    let replace = |object: &Value| {
        let options = WriteOptions::default();
        cluster.update(&budgets, &key, Subresource::Main, object, &options)
    };
    assert_eq!(
        replace(&budget).unwrap_err().message,
        "PodDisruptionBudget.policy \"b\" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"
    );
    replace(&made).unwrap();
    create(&cluster, config_map("a", "x")).unwrap();
    let key = Key::namespaced("default", "a");
    let options = WriteOptions::default();
    let object = config_map("a", "y");
    cluster
        .update(&config_maps(), &key, Subresource::Main, &object, &options)
        .unwrap();
}

#[test]
fn a_body_for_another_place_is_refused() {
    let cluster = cluster();
    create(&cluster, config_map("a", "x")).unwrap();
    let key = Key::namespaced("default", "a");
    let mut object = config_map("a", "x");
    object["metadata"]["namespace"] = json!("elsewhere");
    let options = WriteOptions::default();
    let refused = cluster.update(&config_maps(), &key, Subresource::Main, &object, &options);
    assert_eq!(
        refused.unwrap_err().message,
        "the namespace of the provided object does not match the namespace sent on the request"
    );
}

#[test]
fn a_selector_by_a_field_that_does_not_count_is_refused() {
    let cluster = cluster();
    let refused = |id: &ResourceId| {
        let refused = cluster.list(id, None, &lists("spec.x=1"));
        refused.unwrap_err().message
    };
    assert_eq!(
        refused(&config_maps()),
        "\"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
    );
    assert_eq!(
        refused(&ResourceId::new("", "v1", "pods")),
        "field label not supported: spec.x"
    );
}

#[test]
fn claims_in_templates_say_what_they_are() {
    let cluster = cluster();
    let labels = json!({"app": "db"});
    let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}});
    let set = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}, "spec": {
        "serviceName": "db", "selector": {"matchLabels": labels}, "volumeClaimTemplates": [claim],
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "x"}]}}}});
    let sets = ResourceId::new("apps", "v1", "statefulsets");
    let strict = WriteOptions {
        field_manager: "strict".to_owned(),
        field_validation: options::FieldValidation::Strict,
        ..WriteOptions::default()
    };
    let key = Key::namespaced("default", "db");
    let patch = Patch::Apply(set.clone());
    cluster
        .patch(&sets, &key, Subresource::Main, &patch, &strict)
        .unwrap();
    let live = cluster.get(&sets, &key).unwrap();
    assert_eq!(
        live["spec"]["volumeClaimTemplates"][0]["kind"],
        "PersistentVolumeClaim"
    );
    cluster
        .update(&sets, &key, Subresource::Main, &live, &strict)
        .unwrap();
    let mut template = set;
    template["spec"]["template"]["kind"] = json!("Pod");
    let refused = cluster.update(&sets, &key, Subresource::Main, &template, &strict);
    assert_eq!(refused.unwrap_err().code, 400);
}
