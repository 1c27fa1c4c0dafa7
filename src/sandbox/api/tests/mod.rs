//! What the verbs do, through `Cluster` as its users see it.

use serde_json::{Value, json};

use super::options::{DeleteOptions, ListOptions, Patch, Subresource, WatchOptions, WriteOptions};
use super::watch::EventKind;
use super::*;

mod apply;
mod customs;
mod demo;
mod hostile;
mod lists;
mod model;
mod pods;
mod requests;
mod services;
mod speed;

fn cluster() -> Cluster {
    Cluster::start(&Config::default()).unwrap()
}

fn config_maps() -> ResourceId {
    ResourceId::new("", "v1", "configmaps")
}

fn config_map(name: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"app": value}},
           "data": {"key": value}})
}

fn create(cluster: &Cluster, object: Value) -> Result<Arc<Object>, Status> {
    let options = WriteOptions::default();
    cluster
        .create(&config_maps(), Some("default"), object, &options)
        .map(|written| written.object)
}

#[test]
fn an_object_is_created_read_changed_and_deleted() {
    let cluster = cluster();
    let made = create(&cluster, config_map("one", "a")).unwrap();
    let key = Key::namespaced("default", "one");
    assert_eq!(cluster.get(&config_maps(), &key).unwrap(), made);
    assert_eq!(
        create(&cluster, config_map("one", "a")).unwrap_err().reason,
        "AlreadyExists"
    );
    let patch = Patch::Merge(json!({"data": {"key": "b"}}));
    let done = cluster
        .patch(
            &config_maps(),
            &key,
            Subresource::Main,
            &patch,
            &WriteOptions::default(),
        )
        .unwrap();
    assert_eq!(done.object["data"], json!({"key": "b"}));
    let mut old = (*made).clone();
    old["data"] = json!({});
    let refused = cluster
        .update(
            &config_maps(),
            &key,
            Subresource::Main,
            &old,
            &WriteOptions::default(),
        )
        .unwrap_err();
    assert_eq!((refused.code, refused.reason), (409, "Conflict"));
    cluster
        .delete(&config_maps(), &key, &DeleteOptions::default())
        .unwrap();
    assert_eq!(
        cluster.get(&config_maps(), &key).unwrap_err().message,
        "configmaps \"one\" not found"
    );
}

#[test]
fn nothing_is_created_in_a_namespace_that_is_missing() {
    let options = WriteOptions::default();
    let refused = cluster()
        .create(
            &config_maps(),
            Some("shop"),
            config_map("one", "a"),
            &options,
        )
        .unwrap_err();
    assert_eq!(refused.message, "namespaces \"shop\" not found");
}

#[test]
fn a_watch_tells_what_enters_and_leaves_its_selection() {
    let cluster = cluster();
    create(&cluster, config_map("one", "a")).unwrap();
    let options = WatchOptions {
        label_selector: "app=a".to_owned(),
        ..WatchOptions::default()
    };
    let mut watch = cluster
        .watch(&config_maps(), Some("default"), &options)
        .unwrap();
    let key = Key::namespaced("default", "one");
    let patch = Patch::Merge(json!({"metadata": {"labels": {"app": "b"}}}));
    cluster
        .patch(
            &config_maps(),
            &key,
            Subresource::Main,
            &patch,
            &WriteOptions::default(),
        )
        .unwrap();
    create(&cluster, config_map("two", "a")).unwrap();
    cluster
        .delete(
            &config_maps(),
            &Key::namespaced("default", "two"),
            &DeleteOptions::default(),
        )
        .unwrap();
    let mut told = Vec::new();
    while let Some(event) = watch.try_next().unwrap() {
        told.push((
            event.kind,
            event.object["metadata"]["name"]
                .as_str()
                .unwrap()
                .to_owned(),
        ));
    }
    let expected = [
        (EventKind::Added, "one"),
        (EventKind::Deleted, "one"),
        (EventKind::Added, "two"),
        (EventKind::Deleted, "two"),
    ];
    assert_eq!(told, expected.map(|(kind, name)| (kind, name.to_owned())));
}

#[test]
fn a_list_is_selected_by_labels_and_fields() {
    let cluster = cluster();
    for (name, value) in [("one", "a"), ("two", "b"), ("three", "c")] {
        create(&cluster, config_map(name, value)).unwrap();
    }
    let names = |labels: &str, fields: &str| -> Vec<String> {
        let options = ListOptions {
            label_selector: labels.to_owned(),
            field_selector: fields.to_owned(),
            ..ListOptions::default()
        };
        let list = cluster
            .list(&config_maps(), Some("default"), &options)
            .unwrap();
        list.items
            .iter()
            .map(|object| object["metadata"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("app in (a, b)", ""), ["one", "two"]);
    assert_eq!(names("app,app!=a", "metadata.name!=two"), ["three"]);
    assert_eq!(names("!app", ""), Vec::<String>::new());
}

fn with(
    cluster: &Cluster,
    id: &ResourceId,
    namespace: Option<&str>,
    object: Value,
) -> Result<Arc<Object>, Status> {
    let options = WriteOptions::default();
    cluster
        .create(id, namespace, object, &options)
        .map(|written| written.object)
}

fn patched(
    cluster: &Cluster,
    id: &ResourceId,
    key: &Key,
    patch: Value,
) -> Result<Arc<Object>, Status> {
    let options = WriteOptions::default();
    let patch = Patch::Merge(patch);
    cluster
        .patch(id, key, Subresource::Main, &patch, &options)
        .map(|written| written.object)
}

#[test]
fn finalizers_hold_an_object() {
    let cluster = cluster();
    let mut object = config_map("a", "x");
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    create(&cluster, object).unwrap();
    let key = Key::namespaced("default", "a");
    assert!(
        !cluster
            .delete(&config_maps(), &key, &DeleteOptions::default())
            .unwrap()
            .gone
    );
    let marked = cluster.get(&config_maps(), &key).unwrap();
    assert!(marked["metadata"]["deletionTimestamp"].is_string());
    let more = json!({"metadata": {"finalizers": ["example.com/hold", "example.com/more"]}});
    assert!(
        patched(&cluster, &config_maps(), &key, more)
            .unwrap_err()
            .message
            .contains("no new finalizers can be added")
    );
    patched(
        &cluster,
        &config_maps(),
        &key,
        json!({"metadata": {"finalizers": null}}),
    )
    .unwrap();
    assert_eq!(cluster.get(&config_maps(), &key).unwrap_err().code, 404);
}

#[test]
fn foreground_and_orphan_deletion_wait_under_their_finalizers() {
    let cluster = cluster();
    create(&cluster, config_map("a", "x")).unwrap();
    let key = Key::namespaced("default", "a");
    let options = DeleteOptions {
        propagation: Some(options::Propagation::Foreground),
        ..DeleteOptions::default()
    };
    let deleted = cluster.delete(&config_maps(), &key, &options).unwrap();
    assert!(!deleted.gone);
    assert_eq!(
        deleted.object["metadata"]["finalizers"],
        json!(["foregroundDeletion"])
    );
}

#[test]
fn a_deletion_checks_its_preconditions() {
    let cluster = cluster();
    create(&cluster, config_map("a", "x")).unwrap();
    let key = Key::namespaced("default", "a");
    let preconditions = options::Preconditions {
        uid: Some("other".to_owned()),
        resource_version: None,
    };
    let options = DeleteOptions {
        preconditions,
        ..DeleteOptions::default()
    };
    let refused = cluster.delete(&config_maps(), &key, &options).unwrap_err();
    assert_eq!((refused.code, refused.reason), (409, "Conflict"));
}

#[test]
fn a_namespace_that_is_being_deleted_takes_nothing_new() {
    let cluster = cluster();
    let namespaces = ResourceId::new("", "v1", "namespaces");
    with(
        &cluster,
        &namespaces,
        None,
        json!({"metadata": {"name": "shop"}}),
    )
    .unwrap();
    let key = Key::cluster("shop");
    let deleted = cluster
        .delete(&namespaces, &key, &DeleteOptions::default())
        .unwrap();
    assert_eq!(
        (deleted.gone, &deleted.object["status"]["phase"]),
        (false, &json!("Terminating"))
    );
    let refused = with(&cluster, &config_maps(), Some("shop"), config_map("a", "x")).unwrap_err();
    assert_eq!(
        (refused.code, refused.causes[0].reason.as_str()),
        (403, "NamespaceTerminating")
    );
    let empty = json!({"metadata": {}, "spec": {"finalizers": []}});
    cluster
        .update(
            &namespaces,
            &key,
            Subresource::Finalize,
            &empty,
            &WriteOptions::default(),
        )
        .unwrap();
    assert_eq!(cluster.get(&namespaces, &key).unwrap_err().code, 404);
    assert_eq!(
        cluster
            .delete(
                &namespaces,
                &Key::cluster("default"),
                &DeleteOptions::default()
            )
            .unwrap_err()
            .code,
        403
    );
}

#[test]
fn a_dry_run_shows_and_changes_nothing() {
    let cluster = cluster();
    let options = WriteOptions {
        dry_run: true,
        ..WriteOptions::default()
    };
    let shown = cluster
        .create(
            &config_maps(),
            Some("default"),
            config_map("a", "x"),
            &options,
        )
        .unwrap();
    assert_eq!(shown.object["metadata"]["name"], "a");
    assert_eq!(
        cluster
            .get(&config_maps(), &Key::namespaced("default", "a"))
            .unwrap_err()
            .code,
        404
    );
}

#[test]
fn a_generated_name_follows_its_prefix() {
    let cluster = cluster();
    let object = json!({"metadata": {"generateName": "web-"}});
    let name = Key::of(&with(&cluster, &config_maps(), Some("default"), object).unwrap()).name;
    assert!(name.starts_with("web-") && name.len() == 9, "{name}");
}

fn deployment() -> Value {
    json!({"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}}})
}

#[test]
fn generations_count_changes_of_what_is_wanted() {
    let cluster = cluster();
    let id = ResourceId::new("apps", "v1", "deployments");
    let made = with(&cluster, &id, Some("default"), deployment()).unwrap();
    assert_eq!(made["metadata"]["generation"], 1);
    let key = Key::namespaced("default", "web");
    let labelled = patched(
        &cluster,
        &id,
        &key,
        json!({"metadata": {"labels": {"a": "b"}}}),
    )
    .unwrap();
    assert_eq!(labelled["metadata"]["generation"], 1);
    let mut status = (*labelled).clone();
    status["status"] = json!({"replicas": 1});
    status["spec"]["replicas"] = json!(7);
    let options = WriteOptions::default();
    let done = cluster
        .update(&id, &key, Subresource::Status, &status, &options)
        .unwrap()
        .object;
    assert_eq!(
        (&done["metadata"]["generation"], &done["spec"]["replicas"]),
        (&json!(1), &json!(1))
    );
    let scaled = cluster.patch(
        &id,
        &key,
        Subresource::Scale,
        &Patch::Merge(json!({"spec": {"replicas": 3}})),
        &options,
    );
    assert_eq!(scaled.unwrap().object["kind"], "Scale");
    let scale = cluster.scale(&id, &key).unwrap();
    assert_eq!(
        (&scale["spec"]["replicas"], &scale["status"]["selector"]),
        (&json!(3), &json!("app=web"))
    );
    let now = cluster.get(&id, &key).unwrap();
    assert_eq!(
        (&now["metadata"]["generation"], &now["status"]["replicas"]),
        (&json!(2), &json!(1))
    );
}

#[test]
fn a_write_that_changes_nothing_keeps_the_revision() {
    let cluster = cluster();
    let made = create(&cluster, config_map("a", "x")).unwrap();
    let again = patched(
        &cluster,
        &config_maps(),
        &Key::namespaced("default", "a"),
        json!({}),
    )
    .unwrap();
    assert_eq!(made, again);
}

#[test]
fn metadata_is_checked_in_kubernetes_words() {
    let cluster = cluster();
    let refused =
        |object: Value| with(&cluster, &config_maps(), Some("default"), object).unwrap_err();
    let bad =
        refused(json!({"metadata": {"name": "Not_A_Name", "labels": {"a b": "c", "d": "-"}}}));
    assert_eq!((bad.code, bad.causes.len()), (422, 3));
    assert!(bad.message.starts_with("ConfigMap \"Not_A_Name\" is invalid: [metadata.name: Invalid value: \"Not_A_Name\": a lowercase RFC 1123 subdomain"));
    assert!(
        refused(json!({"metadata": {}}))
            .message
            .contains("name or generateName is required")
    );
    assert_eq!(
        refused(json!({"metadata": {"name": "a", "namespace": "other"}})).code,
        400
    );
    assert_eq!(
        refused(json!({"kind": "Secret", "metadata": {"name": "a"}})).code,
        400
    );
    assert_eq!(
        refused(json!({"apiVersion": "v2", "metadata": {"name": "a"}})).code,
        400
    );
    assert_eq!(refused(json!([1])).code, 400);
    assert_eq!(refused(json!({"metadata": 5})).code, 422);
}

#[test]
fn many_writers_lose_no_update() {
    let cluster = cluster();
    create(&cluster, json!({"metadata": {"name": "a"}, "data": {}})).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let cluster = cluster.clone();
            scope.spawn(move || {
                for round in 0..50 {
                    let key = Key::namespaced("default", "a");
                    let change = json!({"data": {format!("{writer}-{round}"): "x"}});
                    patched(&cluster, &config_maps(), &key, change).unwrap();
                }
            });
        }
    });
    let done = cluster
        .get(&config_maps(), &Key::namespaced("default", "a"))
        .unwrap();
    assert_eq!(done["data"].as_object().unwrap().len(), 400);
}

#[test]
fn unknown_fields_are_told_refused_or_ignored_as_asked() {
    let cluster = cluster();
    let written = |validation: options::FieldValidation, name: &str| {
        let options = WriteOptions {
            field_validation: validation,
            ..WriteOptions::default()
        };
        let object = json!({"metadata": {"name": name}, "dada": {"a": "b"}});
        cluster.create(&config_maps(), Some("default"), object, &options)
    };
    let refused = written(options::FieldValidation::Strict, "a").unwrap_err();
    assert_eq!(
        (refused.code, refused.message.as_str()),
        (
            400,
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dada\""
        )
    );
    let warned = written(options::FieldValidation::Warn, "a").unwrap();
    assert_eq!(warned.warnings, ["unknown field \"dada\""]);
    assert!(warned.object.get("dada").is_none());
    assert!(
        written(options::FieldValidation::Ignore, "b")
            .unwrap()
            .warnings
            .is_empty()
    );
}

#[test]
fn a_patch_that_does_not_apply_is_refused() {
    let cluster = cluster();
    create(&cluster, config_map("a", "x")).unwrap();
    let key = Key::namespaced("default", "a");
    let patch = |operations: Value| {
        let patch = Patch::Json(operations);
        cluster
            .patch(
                &config_maps(),
                &key,
                Subresource::Main,
                &patch,
                &WriteOptions::default(),
            )
            .map(|done| done.object)
    };
    let test = |value: &str| json!([{"op": "test", "path": "/data/key", "value": value}, {"op": "remove", "path": "/data/key"}]);
    let refused = patch(test("y")).unwrap_err();
    assert_eq!((refused.code, refused.reason), (422, "Invalid"));
    assert_eq!(
        refused.message,
        "the server rejected our request due to an error in our request"
    );
    assert_eq!(refused.causes, []);
    assert_eq!(
        patch(json!([{"op": "jump", "path": "/data"}]))
            .unwrap_err()
            .code,
        400
    );
    assert_eq!(
        patch(json!([{"op": "replace", "path": "/metadata/name", "value": "b"}]))
            .unwrap_err()
            .code,
        400
    );
    assert!(
        patch(test("x"))
            .unwrap()
            .get("data")
            .unwrap()
            .as_object()
            .unwrap()
            .is_empty()
    );
}
