//! Bodies that make no sense are refused or taken, and never end the process.

use proptest::prelude::*;

use super::*;

const FIELDS: &[&str] = &[
    "metadata",
    "spec",
    "status",
    "data",
    "labels",
    "annotations",
    "name",
    "namespace",
    "selector",
    "matchLabels",
    "template",
    "containers",
    "ports",
    "port",
    "nodePort",
    "clusterIP",
    "type",
    "replicas",
    "strategy",
    "finalizers",
    "ownerReferences",
    "webhooks",
    "rules",
    "subjects",
    "roleRef",
    "versions",
    "names",
    "plural",
    "group",
    "scope",
    "volumes",
    "resources",
    "resourceVersion",
    "deletionTimestamp",
    "metrics",
    "conditions",
    "stringData",
    "schedule",
    "jobTemplate",
    "rollingUpdate",
    "managedFields",
    "manager",
    "operation",
    "fieldsV1",
    "f:spec",
    "k:{\"name\":\"a\"}",
    "v:",
    ".",
    "$patch",
    "$retainKeys",
    "$setElementOrder/containers",
    "$deleteFromPrimitiveList/finalizers",
];

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..70_000).prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "a",
            "1",
            "web",
            "None",
            "25%",
            "é\u{0}/",
            "LoadBalancer",
            "10.96.0.9",
            "Apply",
            "FieldsV1",
            "delete",
            "replace"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let field = prop::sample::select(FIELDS);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(field, inner, 0..6).prop_map(|map| Value::Object(
                map.into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect()
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(30) })]

    #[test]
    fn no_body_ends_the_process(body in anything(), other in anything()) {
        let cluster = cluster();
        let options = WriteOptions::default();
        for info in cluster.resources() {
            let namespace = info.namespaced.then_some("default");
            let mut named = body.clone();
            let _ = cluster.create(&info.id(), namespace, named.clone(), &options);
            if let Some(fields) = named.as_object_mut() {
                fields.insert("metadata".to_owned(), json!({"name": "hostile"}));
            }
            let key = Key { namespace: namespace.map(str::to_owned), name: "hostile".to_owned() };
            if cluster.create(&info.id(), namespace, named, &options).is_err() {
                let plain = json!({"metadata": {"name": "hostile"}});
                let _ = cluster.create(&info.id(), namespace, plain, &options);
            }
            for part in [Subresource::Main, Subresource::Status, Subresource::Scale, Subresource::Finalize] {
                let _ = cluster.patch(&info.id(), &key, part, &Patch::Merge(other.clone()), &options);
                let _ = cluster.patch(&info.id(), &key, part, &Patch::Json(other.clone()), &options);
                let _ = cluster.patch(&info.id(), &key, part, &Patch::Strategic(other.clone()), &options);
                let mut config = other.clone();
                if let Some(config) = config.as_object_mut() {
                    config.insert("apiVersion".to_owned(), json!(info.api_version()));
                    config.insert("kind".to_owned(), json!(info.kind));
                    config.insert("metadata".to_owned(), json!({"name": "hostile"}));
                }
                let forced = WriteOptions { force: true, field_manager: "hostile".to_owned(), ..options.clone() };
                for config in [&config, &other] {
                    let _ = cluster.patch(&info.id(), &key, part, &Patch::Apply(config.clone()), &forced);
                }
                let _ = cluster.update(&info.id(), &key, part, &other, &options);
            }
            for object in cluster.list(&info.id(), None, &ListOptions::default()).unwrap().items {
                for column in &info.columns {
                    if let crate::sandbox::kinds::Cell::Function(cell) = &column.cell {
                        let _ = cell(&object, 0);
                    }
                }
            }
            let _ = cluster.delete(&info.id(), &key, &DeleteOptions::default());
        }
    }

    #[test]
    fn no_selector_ends_the_process(text in "[a-z!=<>(), .]{0,20}", fields in "[a-zN!=., ]{0,20}") {
        let cluster = cluster();
        let options = ListOptions { label_selector: text, field_selector: fields, ..ListOptions::default() };
        let _ = cluster.list(&config_maps(), None, &options);
    }
}
