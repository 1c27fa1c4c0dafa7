//! What the verbs do, through `Cluster` as its users see it.

use serde_json::{Value, json};

use super::options::{DeleteOptions, ListOptions, Patch, Subresource, WatchOptions, WriteOptions};
use super::watch::EventKind;
use super::*;

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
