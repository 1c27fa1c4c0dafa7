//! Server-side apply and managers of fields, through the API machine.

use super::*;
use crate::sandbox::api::options::Written;

fn by(name: &str) -> WriteOptions {
    WriteOptions {
        field_manager: name.to_owned(),
        ..WriteOptions::default()
    }
}

fn deployments() -> ResourceId {
    ResourceId::new("apps", "v1", "deployments")
}

fn web(replicas: u32, image: &str) -> Value {
    let labels = json!({"app": "web"});
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "replicas": replicas, "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": image}]}}}})
}

fn apply_part(
    cluster: &Cluster,
    id: &ResourceId,
    part: Subresource,
    config: &Value,
    options: &WriteOptions,
) -> Result<Written, Status> {
    let name = config["metadata"]["name"].as_str().unwrap_or("web");
    let key = Key::namespaced("default", name);
    cluster.patch(id, &key, part, &Patch::Apply(config.clone()), options)
}

fn apply(cluster: &Cluster, config: &Value, options: &WriteOptions) -> Result<Written, Status> {
    apply_part(cluster, &deployments(), Subresource::Main, config, options)
}

/// Manager, operation and subresource of each entry.
fn managers(object: &Object) -> Vec<String> {
    let entries = object["metadata"]["managedFields"].as_array();
    let entries = entries.into_iter().flatten();
    entries
        .map(|entry| {
            let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
            format!(
                "{} {} {}",
                text("manager"),
                text("operation"),
                text("subresource")
            )
        })
        .map(|text| text.trim_end().to_owned())
        .collect()
}

#[test]
fn applying_creates_and_applying_again_changes_nothing() {
    let cluster = cluster();
    let dry = WriteOptions {
        dry_run: true,
        ..by("a")
    };
    assert!(apply(&cluster, &web(1, "x"), &dry).unwrap().created);
    let made = apply(&cluster, &web(1, "x"), &by("a")).unwrap();
    assert!(made.created);
    assert_eq!(made.object["spec"]["revisionHistoryLimit"], 10);
    let revision = cluster.revision();
    let again = apply(&cluster, &web(1, "x"), &by("a")).unwrap();
    assert!(!again.created);
    assert_eq!(again.object, made.object);
    apply(&cluster, &web(2, "x"), &dry).unwrap();
    // A null is nothing.
    let mut with_null = web(1, "x");
    with_null["spec"]["template"]["metadata"]["creationTimestamp"] = Value::Null;
    apply(&cluster, &with_null, &by("a")).unwrap();
    let after_null = cluster.revision();
    apply(&cluster, &with_null, &by("a")).unwrap();
    assert!(after_null <= revision + 1);
    assert_eq!(cluster.revision(), after_null);
}

#[test]
fn a_conflict_names_managers_and_fields_and_force_takes_them() {
    let cluster = cluster();
    apply(&cluster, &web(1, "x"), &by("a")).unwrap();
    let scale = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "spec": {"replicas": 3}});
    let key = Key::namespaced("default", "web");
    let options = by("scaler");
    cluster
        .update(&deployments(), &key, Subresource::Scale, &scale, &options)
        .unwrap();
    let refused = apply(&cluster, &web(1, "x"), &by("a")).unwrap_err();
    let status = refused.to_json();
    assert_eq!(
        status,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": 409, "reason": "Conflict",
            "message": "Apply failed with 1 conflict: conflict with \"scaler\" with subresource \"scale\" using apps/v1: .spec.replicas",
            "details": {"causes": [{"reason": "FieldManagerConflict", "field": ".spec.replicas",
                "message": "conflict with \"scaler\" with subresource \"scale\" using apps/v1"}]}})
    );
    let forced = WriteOptions {
        force: true,
        ..by("a")
    };
    let done = apply(&cluster, &web(1, "x"), &forced).unwrap();
    assert_eq!(done.object["spec"]["replicas"], 1);
    assert_eq!(managers(&done.object), ["a Apply"]);
}

#[test]
fn nobody_owns_a_count_of_zero_nor_what_a_scale_makes_of_one_that_nobody_owns() {
    let cluster = cluster();
    apply(&cluster, &web(1, "x"), &by("a")).unwrap();
    let key = Key::namespaced("default", "web");
    let scale = |count: u64| {
        let scale =
            json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "spec": {"replicas": count}});
        cluster
            .update(
                &deployments(),
                &key,
                Subresource::Scale,
                &scale,
                &by("scaler"),
            )
            .unwrap();
        managers(&cluster.get(&deployments(), &key).unwrap())
    };
    assert_eq!(scale(3), ["a Apply", "scaler Update scale"]);
    assert_eq!(scale(0), ["a Apply"]);
    assert_eq!(scale(2), ["a Apply"]);
    // No conflict, since there is nobody to have one with.
    let again = apply(&cluster, &web(1, "x"), &by("a")).unwrap();
    assert_eq!(again.object["spec"]["replicas"], 1);
    assert_eq!(scale(2), ["a Apply", "scaler Update scale"]);
}

#[test]
fn status_and_scale_are_applied_apart() {
    let cluster = cluster();
    apply(&cluster, &web(1, "x"), &by("a")).unwrap();
    let mut status = web(7, "ignored");
    status["status"] = json!({"replicas": 1});
    let done = apply_part(
        &cluster,
        &deployments(),
        Subresource::Status,
        &status,
        &by("controller"),
    )
    .unwrap();
    assert_eq!(done.object["spec"]["replicas"], 1);
    assert_eq!(done.object["status"], json!({"replicas": 1}));
    assert_eq!(
        managers(&done.object),
        ["a Apply", "controller Apply status"]
    );
    let scale = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "web"}, "spec": {"replicas": 4}});
    let part = Subresource::Scale;
    let refused = apply_part(&cluster, &deployments(), part, &scale, &by("s")).unwrap_err();
    assert_eq!(refused.causes[0].field, ".spec.replicas");
    let forced = WriteOptions {
        force: true,
        ..by("s")
    };
    let done = apply_part(&cluster, &deployments(), part, &scale, &forced).unwrap();
    assert_eq!(done.object["spec"]["replicas"], 4);
    let live = cluster
        .get(&deployments(), &Key::namespaced("default", "web"))
        .unwrap();
    assert!(managers(&live).contains(&"s Apply scale".to_owned()));
    assert_eq!(live["spec"]["template"], done_template(&cluster));
    // What is applied to the status of what is not there does not create it.
    status["metadata"]["name"] = json!("other");
    let part = Subresource::Status;
    let refused = apply_part(&cluster, &deployments(), part, &status, &by("c")).unwrap_err();
    assert_eq!(refused.code, 404);
}

fn done_template(cluster: &Cluster) -> Value {
    let made = apply(cluster, &web(4, "x"), &by("z")).unwrap();
    made.object["spec"]["template"].clone()
}

#[test]
fn what_is_applied_must_be_this_object() {
    let cluster = cluster();
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut config = web(1, "x");
        change(&mut config);
        let key = Key::namespaced("default", "web");
        let patch = Patch::Apply(config);
        let done = cluster.patch(&deployments(), &key, Subresource::Main, &patch, &by("a"));
        let refused = done.unwrap_err();
        (refused.code, refused.message)
    };
    assert_eq!(
        refused(&|config| config["kind"] = json!("StatefulSet")),
        (
            400,
            "invalid object type: apps/v1, Kind=StatefulSet".to_owned()
        )
    );
    assert_eq!(
        refused(&|config| config["metadata"]["name"] = json!("other")).1,
        "the name of the object (other) does not match the name on the URL (web)"
    );
    assert_eq!(
        refused(&|config| config["metadata"] = json!({})).1,
        "the name of the object (web based on URL) was undeterminable: name must be provided"
    );
    assert_eq!(
        refused(&|config| config["metadata"]["namespace"] = json!("other")).1,
        "the namespace of the provided object does not match the namespace sent on the request"
    );
    assert_eq!(
        refused(&|config| config["metadata"]["managedFields"] = json!([])).1,
        "metadata.managedFields must be nil"
    );
    assert_eq!(
        refused(&|config| config["metadata"]["uid"] = json!("x")).0,
        409
    );
    assert_eq!(
        refused(&|config| config["spec"]["replica"] = json!(1)),
        (
            500,
            "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema"
                .to_owned()
        )
    );
}

#[test]
fn managers_are_kept_reset_and_replaced_by_clients() {
    let cluster = cluster();
    let key = Key::namespaced("default", "a");
    let id = config_maps();
    let write = |patch: Value, name: &str| {
        let patch = Patch::Merge(patch);
        let done = cluster.patch(&id, &key, Subresource::Main, &patch, &by(name));
        done.map(|done| done.object)
    };
    let made = cluster.create(&id, Some("default"), config_map("a", "x"), &by("maker"));
    assert_eq!(managers(&made.unwrap().object), ["maker Update"]);
    // A client that knows nothing of it, or sends what makes no sense, does not undo it.
    let mut object = config_map("a", "x");
    object["metadata"]["managedFields"] = json!([{"manager": "x", "operation": "Guess"}]);
    let done = cluster.update(&id, &key, Subresource::Main, &object, &by("other"));
    assert_eq!(managers(&done.unwrap().object), ["maker Update"]);
    object["metadata"]["managedFields"] = json!("all mine");
    let done = cluster.update(&id, &key, Subresource::Main, &object, &by("other"));
    assert_eq!(done.unwrap_err().code, 400);
    let entry = json!([{"manager": "new", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {"f:key": {}}}}]);
    let done = write(json!({"metadata": {"managedFields": entry}}), "other").unwrap();
    assert_eq!(managers(&done), ["new Apply"]);
    for reset in [json!([]), json!([{}])] {
        let done = write(
            json!({"metadata": {"managedFields": reset}, "data": {"b": "1"}}),
            "other",
        );
        assert_eq!(managers(&done.unwrap()), Vec::<String>::new());
    }
    // Until somebody applies, nobody is on record; then those before are, as one.
    let done = write(json!({"data": {"c": "1"}}), "other").unwrap();
    assert_eq!(managers(&done), Vec::<String>::new());
    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"c": "1"}});
    let done = apply_part(&cluster, &id, Subresource::Main, &config, &by("kubectl")).unwrap();
    assert_eq!(
        managers(&done.object),
        ["kubectl Apply", "before-first-apply Update"]
    );
}

#[test]
fn custom_kinds_are_applied_by_their_schemas() {
    let cluster = cluster();
    let definitions = ResourceId::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let routes = json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["host"],
        "items": {"type": "object", "required": ["host"], "properties": {"host": {"type": "string"}, "weight": {"type": "integer"}}}});
    let schema = json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {"routes": routes}}}});
    let version = |name: &str, storage: bool| json!({"name": name, "served": true, "storage": storage, "schema": {"openAPIV3Schema": schema}});
    let definition = json!({"metadata": {"name": "gadgets.example.com"}, "spec": {"group": "example.com", "scope": "Namespaced",
        "names": {"plural": "gadgets", "kind": "Gadget"}, "versions": [version("v1beta1", false), version("v1", true)]}});
    with(&cluster, &definitions, None, definition).unwrap();
    let gadget = |version: &str, routes: &Value| {
        json!({"apiVersion": format!("example.com/{version}"), "kind": "Gadget", "metadata": {"name": "g"},
            "spec": {"routes": routes}})
    };
    let apply = |version: &str, routes: &Value, name: &str| {
        let id = ResourceId::new("example.com", version, "gadgets");
        let config = gadget(version, routes);
        apply_part(&cluster, &id, Subresource::Main, &config, &by(name))
    };
    let one = json!([{"host": "a", "weight": 1}]);
    assert!(apply("v1", &one, "a").unwrap().created);
    let done = apply("v1beta1", &json!([{"host": "b", "weight": 2}]), "b").unwrap();
    assert_eq!(done.object["apiVersion"], "example.com/v1beta1");
    assert_eq!(
        done.object["spec"]["routes"],
        json!([{"host": "a", "weight": 1}, {"host": "b", "weight": 2}])
    );
    let refused = apply("v1", &json!([{"host": "b", "weight": 3}]), "a").unwrap_err();
    assert_eq!(
        refused.message,
        "Apply failed with 1 conflict: conflict with \"b\": .spec.routes[host=\"b\"].weight"
    );
    // Who applies does so in one entry, whatever the version.
    let done = apply("v1beta1", &one, "a").unwrap();
    assert_eq!(managers(&done.object), ["a Apply", "b Apply"]);
    let done = apply("v1", &json!([]), "b").unwrap();
    assert_eq!(done.object["spec"]["routes"], one);
}

#[test]
fn two_who_apply_at_once_both_get_through() {
    let cluster = cluster();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let cluster = cluster.clone();
            scope.spawn(move || {
                for step in 0..25 {
                    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"},
                        "data": {format!("from-{writer}"): step.to_string()}});
                    let options = by(&format!("writer-{writer}"));
                    apply_part(&cluster, &config_maps(), Subresource::Main, &config, &options).unwrap();
                }
            });
        }
    });
    let key = Key::namespaced("default", "a");
    let object = cluster.get(&config_maps(), &key).unwrap();
    assert_eq!(
        object["data"],
        json!({"from-0": "24", "from-1": "24", "from-2": "24", "from-3": "24"})
    );
    assert_eq!(managers(&object).len(), 4);
}
