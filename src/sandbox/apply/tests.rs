//! Kubernetes' rules of ownership, on objects alone.

use serde_json::json;

use super::*;

mod properties;

/// An object and its owners, written as a cluster would.
struct Live {
    typing: Typing<'static>,
    object: Value,
    managers: Managers,
}

fn writer(name: &str, operation: Operation) -> Writer {
    Writer {
        name: name.to_owned(),
        operation,
        api_version: "v1".to_owned(),
        subresource: String::new(),
    }
}

const NOW: &str = "2026-11-24T09:00:00Z";

impl Live {
    fn of(typing: Typing<'static>) -> Self {
        Self {
            typing,
            object: json!({}),
            managers: Managers::default(),
        }
    }

    fn deployment() -> Self {
        Self::of(Typing::built_in("apps", "v1", "Deployment"))
    }

    fn try_apply(&mut self, name: &str, config: &Value, force: bool) -> Result<(), Refusal> {
        let configuration = Configuration {
            config,
            ignored: &["status"],
            force,
        };
        let by = writer(name, Operation::Apply);
        let done = apply(
            &self.object,
            &configuration,
            self.typing,
            &self.managers,
            &by,
            NOW,
        )?;
        self.object = done.object;
        self.managers = done.managers;
        Ok(())
    }

    #[track_caller]
    fn apply(&mut self, name: &str, config: &Value) {
        let done = self.try_apply(name, config, false);
        done.unwrap_or_else(|refusal| panic!("{refusal:?}"));
    }

    #[track_caller]
    fn conflicts(&mut self, name: &str, config: &Value) -> Vec<String> {
        match self.try_apply(name, config, false) {
            Err(Refusal::Conflicts(conflicts)) => conflicts
                .into_iter()
                .map(|conflict| format!("{}: {}", conflict.manager.name, conflict.path))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn refused(&mut self, config: &Value) -> Vec<String> {
        match self.try_apply("a", config, false) {
            Err(Refusal::Untyped(errors)) => errors,
            other => panic!("{other:?}"),
        }
    }

    fn update(&mut self, name: &str, object: Value) {
        let by = writer(name, Operation::Update);
        let before = (self.object != json!({})).then_some(&self.object);
        let managers = std::mem::take(&mut self.managers);
        self.managers = track(before, &object, self.typing, managers, by, NOW);
        self.object = object;
    }

    fn owned(&self, name: &str) -> Vec<String> {
        let entry = self
            .managers
            .entries()
            .iter()
            .find(|entry| entry.writer.name == name);
        entry.map(|entry| entry.fields.paths()).unwrap_or_default()
    }

    fn json(&self) -> Value {
        self.managers.clone().into_json().unwrap_or_default()
    }
}

/// A Deployment with this spec.
fn spec(spec: &Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec})
}

/// A Deployment with these containers.
fn containers(containers: &Value) -> Value {
    spec(&json!({"template": {"spec": {"containers": containers}}}))
}

fn names(live: &Live) -> Vec<&str> {
    let all = live.object["spec"]["template"]["spec"]["containers"].as_array();
    let all = all.into_iter().flatten();
    all.map(|one| one["name"].as_str().unwrap()).collect()
}

#[test]
fn who_applies_owns_what_is_applied_and_nothing_else() {
    let mut live = Live::deployment();
    live.apply(
        "a",
        &json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}, "finalizers": ["x/y"]},
            "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": {"spec": {"containers": [
                {"name": "c", "args": ["x"], "env": [], "ports": [{"containerPort": 80}], "resources": {}}]}}}}),
    );
    assert_eq!(
        live.json(),
        json!([{"manager": "a", "operation": "Apply", "apiVersion": "v1", "time": NOW, "fieldsType": "FieldsV1", "fieldsV1": {
            "f:metadata": {"f:finalizers": {"v:\"x/y\"": {}}, "f:labels": {"f:app": {}}},
            "f:spec": {"f:replicas": {}, "f:selector": {}, "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"c\"}": {
                ".": {}, "f:name": {}, "f:args": {}, "f:resources": {},
                "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}},
            }}}}},
        }}])
    );
}

#[test]
fn a_plain_write_owns_what_it_changed() {
    let mut live = Live::deployment();
    let mut object = containers(&json!([{"name": "c", "image": "x"}]));
    object["metadata"]["labels"] = json!({"app": "web"});
    live.update("a", object.clone());
    object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("y");
    object["metadata"]["labels"] = json!({"app": "web", "tier": "front"});
    live.update("b", object.clone());
    let containers = |node: &Value| json!({"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"c\"}": node}}}});
    assert_eq!(
        live.json()[0]["fieldsV1"],
        json!({"f:metadata": {"f:labels": {".": {}, "f:app": {}}}, "f:spec": containers(&json!({".": {}, "f:name": {}}))})
    );
    assert_eq!(
        live.json()[1]["fieldsV1"],
        json!({"f:metadata": {"f:labels": {"f:tier": {}}}, "f:spec": containers(&json!({"f:image": {}}))})
    );
    // A struct is there before it has content.
    let mut with_status = object.clone();
    with_status["status"] = json!({"replicas": 1, "conditions": [{"type": "A"}]});
    live.update("s", with_status);
    let status = json!({"f:replicas": {}, "f:conditions": {".": {}, "k:{\"type\":\"A\"}": {".": {}, "f:type": {}}}});
    assert_eq!(live.json()[2]["fieldsV1"], json!({"f:status": status}));
    // What is removed belongs to nobody, and a write that changes nothing leaves no trace.
    object["metadata"].as_object_mut().unwrap().remove("labels");
    live.update("c", object.clone());
    live.update("d", object);
    assert!(!live.json().to_string().contains("f:labels"));
    assert_eq!((live.owned("c").len(), live.owned("d").len()), (0, 0));
}

#[test]
fn another_value_conflicts_and_the_same_value_is_shared() {
    let mut live = Live::deployment();
    live.apply("a", &spec(&json!({"replicas": 1, "paused": true})));
    live.apply("b", &spec(&json!({"replicas": 1})));
    assert_eq!(live.owned("b"), [".spec.replicas"]);
    assert_eq!(
        live.conflicts("c", &spec(&json!({"replicas": 2, "paused": false}))),
        ["a: .spec.paused", "a: .spec.replicas", "b: .spec.replicas"]
    );
    live.try_apply("c", &spec(&json!({"replicas": 2})), true)
        .unwrap();
    assert_eq!(live.object["spec"]["replicas"], 2);
    assert_eq!(live.owned("a"), [".spec.paused"]);
    assert!(live.owned("b").is_empty());
}

#[test]
fn what_another_updated_conflicts_too() {
    let mut live = Live::deployment();
    live.apply("a", &spec(&json!({"replicas": 1})));
    live.update("scaler", spec(&json!({"replicas": 5})));
    assert!(live.owned("a").is_empty());
    assert_eq!(
        live.conflicts("a", &spec(&json!({"replicas": 1}))),
        ["scaler: .spec.replicas"]
    );
    // With the value that it has, the field is owned by both.
    live.apply("a", &spec(&json!({"replicas": 5})));
    assert_eq!(live.owned("a"), live.owned("scaler"));
}

#[test]
fn a_field_given_up_goes_unless_somebody_else_owns_it() {
    let mut live = Live::deployment();
    live.apply("a", &spec(&json!({"replicas": 1, "paused": true})));
    live.apply("b", &spec(&json!({"replicas": 1})));
    live.apply("a", &spec(&json!({"minReadySeconds": 3})));
    assert_eq!(
        live.object["spec"],
        json!({"replicas": 1, "minReadySeconds": 3})
    );
    live.apply("b", &spec(&json!({})));
    assert_eq!(live.object["spec"], json!({"minReadySeconds": 3}));
    assert_eq!(live.managers.entries().len(), 2, "b still owns the spec");
}

#[test]
fn what_nobody_applied_stays() {
    let mut live = Live::deployment();
    live.apply("a", &spec(&json!({"replicas": 1})));
    // A default of the server, which is in no set.
    live.object["spec"]["revisionHistoryLimit"] = json!(10);
    live.apply("a", &spec(&json!({"paused": true})));
    assert_eq!(
        live.object["spec"],
        json!({"paused": true, "revisionHistoryLimit": 10})
    );
}

#[test]
fn elements_of_lists_are_owned_one_by_one_and_keep_their_places() {
    let mut live = Live::deployment();
    live.apply("a", &containers(&json!([{"name": "a"}, {"name": "b"}])));
    live.apply("b", &containers(&json!([{"name": "x"}, {"name": "b"}])));
    assert_eq!(names(&live), ["a", "x", "b"]);
    // The order of what is applied is the order of what comes out.
    live.apply("a", &containers(&json!([{"name": "b"}, {"name": "a"}])));
    assert_eq!(names(&live), ["x", "b", "a"]);
    // Given up by one, kept by the other.
    live.apply("a", &containers(&json!([{"name": "a"}])));
    assert_eq!(names(&live), ["x", "b", "a"]);
    live.apply("b", &containers(&json!([{"name": "x"}])));
    assert_eq!(names(&live), ["x", "a"]);
}

#[test]
fn an_element_goes_with_fields_that_its_owner_did_not_apply() {
    let mut live = Live::deployment();
    live.apply("a", &containers(&json!([{"name": "a"}, {"name": "b"}])));
    live.object["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] = json!("Always");
    live.apply("a", &containers(&json!([{"name": "b"}])));
    assert_eq!(names(&live), ["b"]);
}

#[test]
fn ports_are_told_apart_by_number_and_protocol_which_is_tcp_by_default() {
    let mut live = Live::deployment();
    let ports = |ports: &Value| containers(&json!([{"name": "c", "ports": ports}]));
    live.apply(
        "a",
        &ports(&json!([{"containerPort": 53, "name": "dns"}, {"containerPort": 53, "protocol": "UDP"}])),
    );
    let same = live.conflicts(
        "b",
        &ports(&json!([{"containerPort": 53, "protocol": "TCP", "name": "other"}])),
    );
    assert_eq!(
        same,
        [
            "a: .spec.template.spec.containers[name=\"c\"].ports[containerPort=53,protocol=\"TCP\"].name"
        ]
    );
    let twice = ports(&json!([{"containerPort": 1}, {"containerPort": 1, "protocol": "TCP"}]));
    assert_eq!(
        live.refused(&twice),
        [
            ".spec.template.spec.containers[name=\"c\"].ports: duplicate entries for key [containerPort=1,protocol=\"TCP\"]"
        ]
    );
}

#[test]
fn sets_grow_and_shrink_by_their_owners() {
    let with = |all: &Value| json!({"metadata": {"finalizers": all}});
    let mut live = Live::deployment();
    live.apply("a", &with(&json!(["x", "y"])));
    live.apply("b", &with(&json!(["y", "z"])));
    assert_eq!(live.object, with(&json!(["x", "y", "z"])));
    live.apply("a", &with(&json!(["x"])));
    assert_eq!(live.object, with(&json!(["x", "y", "z"])));
    live.apply("b", &with(&json!(["z"])));
    assert_eq!(live.object, with(&json!(["x", "z"])));
    let twice = live.refused(&with(&json!(["x", "x"])));
    assert_eq!(
        twice,
        [".metadata.finalizers: duplicate entries for key [=\"x\"]"]
    );
}

#[test]
fn atomic_values_have_one_owner() {
    let mut live = Live::deployment();
    let selector = |labels: Value| spec(&json!({"selector": {"matchLabels": labels}}));
    live.apply("a", &selector(json!({"app": "web"})));
    assert_eq!(
        live.conflicts("b", &selector(json!({"tier": "front"}))),
        ["a: .spec.selector"]
    );
    let args = |args: &Value| containers(&json!([{"name": "c", "args": args}]));
    live.apply("a", &args(&json!(["x", "y"])));
    assert_eq!(
        live.conflicts("b", &args(&json!(["x"]))),
        ["a: .spec.template.spec.containers[name=\"c\"].args"]
    );
}

#[test]
fn an_emptied_map_goes_unless_it_is_applied_empty() {
    let mut live = Live::deployment();
    let volume = |source: Value| {
        spec(&json!({"template": {"spec": {"volumes": [{"name": "v", "emptyDir": source}]}}}))
    };
    live.apply("a", &volume(json!({"medium": "Memory"})));
    live.apply("a", &volume(json!({})));
    let volumes = &live.object["spec"]["template"]["spec"]["volumes"];
    assert_eq!(*volumes, json!([{"name": "v", "emptyDir": {}}]));
    let labels = |labels: Value| json!({"metadata": {"labels": labels}, "spec": {"replicas": 1}});
    live.apply("a", &labels(json!({"app": "web"})));
    live.apply("a", &spec(&json!({"replicas": 1})));
    assert_eq!(live.object, spec(&json!({"replicas": 1})));
}

#[test]
fn what_does_not_fit_its_type_is_refused() {
    let mut live = Live::deployment();
    assert_eq!(
        live.refused(&spec(
            &json!({"replcas": 1, "replicas": "2", "template": {"spec": {"volumes": {}}}})
        )),
        [
            ".spec.replcas: field not declared in schema",
            ".spec.replicas: expected numeric (int or float), got \"2\"",
            ".spec.template.spec.volumes: expected list, got {}"
        ]
    );
    assert_eq!(
        live.refused(&containers(&json!([{"image": "x"}]))),
        [
            ".spec.template.spec.containers: element 0: associative list with keys has an element that omits key field \"name\" \
             (and doesn't have default value)"
        ]
    );
}

#[test]
fn the_schema_of_a_definition_says_how_its_lists_merge() {
    let schema: &'static Value = Box::leak(Box::new(
        json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {
            "routes": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["host", "port"],
                "items": {"type": "object", "properties": {"host": {"type": "string"}, "port": {"type": "integer", "default": 80},
                    "weight": {"type": "integer"}}}},
            "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "plain": {"type": "array", "items": {"type": "string"}},
            "whole": {"type": "object", "x-kubernetes-map-type": "atomic", "additionalProperties": {"type": "string"}},
            "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        }}}}),
    ));
    let mut live = Live::of(Typing::Custom(schema));
    let spec = |spec: &Value| json!({"metadata": {"labels": {"a": "b"}}, "spec": spec});
    live.apply(
        "a",
        &spec(
            &json!({"routes": [{"host": "x"}], "tags": ["t"], "plain": ["p"], "whole": {"k": "v"},
            "free": {"list": [1], "map": {"k": 1}}}),
        ),
    );
    assert_eq!(
        live.owned("a"),
        [
            ".metadata.labels.a",
            ".spec.plain",
            ".spec.whole",
            ".spec.free.list",
            ".spec.free.map",
            ".spec.free.map.k",
            ".spec.routes[host=\"x\",port=80]",
            ".spec.routes[host=\"x\",port=80].host",
            ".spec.tags[=\"t\"]",
        ]
    );
    live.apply(
        "b",
        &spec(&json!({"routes": [{"host": "x", "port": 81}, {"host": "x", "port": 80, "weight": 5}], "tags": ["u"]})),
    );
    let routes = json!([{"host": "x", "port": 81}, {"host": "x", "port": 80, "weight": 5}]);
    assert_eq!(live.object["spec"]["routes"], routes);
    assert_eq!(
        live.refused(&spec(&json!({"no": 1}))),
        [".spec.no: field not declared in schema"]
    );
}

#[test]
fn without_a_schema_maps_are_divided_and_lists_are_not() {
    let mut live = Live::of(Typing::Unknown);
    live.apply("a", &json!({"spec": {"x": [1], "y": {"z": 1}}}));
    assert_eq!(
        live.conflicts("b", &json!({"spec": {"x": [2], "y": {"q": 1}}})),
        ["a: .spec.x"]
    );
    live.update("c", json!({"spec": {"x": [3], "new": {"z": 1}}}));
    assert_eq!(
        live.json()[1]["fieldsV1"],
        json!({"f:spec": {"f:x": {}, "f:new": {".": {}, "f:z": {}}}})
    );
}

#[test]
fn conflicts_are_told_as_kubectl_prints_them() {
    let mut csa = writer("kubectl-client-side-apply", Operation::Update);
    csa.api_version = "apps/v1".to_owned();
    let conflict = |path: &str, manager: &Writer| Conflict {
        manager: manager.clone(),
        path: path.to_owned(),
    };
    let one = conflict(".spec.replicas", &csa);
    assert_eq!(
        conflict_message(std::slice::from_ref(&one)),
        "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas"
    );
    let mut scale = writer("scaler", Operation::Update);
    scale.subresource = "scale".to_owned();
    let helm = writer("helm", Operation::Apply);
    let all = [
        one.clone(),
        conflict(".spec.paused", &csa),
        conflict(".spec.replicas", &scale),
        conflict(".spec.replicas", &helm),
    ];
    assert_eq!(
        conflict_message(&all),
        "Apply failed with 4 conflicts: conflicts with \"kubectl-client-side-apply\" using apps/v1:\n- .spec.replicas\n\
         - .spec.paused\nconflicts with \"scaler\" with subresource \"scale\" using v1:\n- .spec.replicas\n\
         conflicts with \"helm\":\n- .spec.replicas"
    );
}

#[test]
fn kubectl_goes_on_from_what_it_applied_on_the_clients_side() {
    let applied = r#"{"apiVersion":"v1","spec":{"replicas":1,"paused":true}}"#;
    let annotation = "kubectl.kubernetes.io/last-applied-configuration";
    let mut live = Live::deployment();
    live.update(
        "kubectl-client-side-apply",
        json!({"metadata": {"annotations": {annotation: applied}}, "spec": {"replicas": 1, "paused": true}}),
    );
    let config = json!({"spec": {"replicas": 2, "paused": true}});
    assert_eq!(
        live.conflicts("other", &config),
        ["kubectl-client-side-apply: .spec.replicas"]
    );
    live.apply("kubectl", &config);
    assert_eq!(
        live.object["metadata"]["annotations"][annotation],
        format!("{config}\n")
    );
    // Not what somebody has changed since.
    let mut changed = live.object.clone();
    changed["spec"]["replicas"] = json!(7);
    live.update("scaler", changed);
    assert_eq!(
        live.conflicts("kubectl", &config),
        ["scaler: .spec.replicas"]
    );
}

#[test]
fn the_oldest_of_many_updates_become_one_entry() {
    let mut live = Live::of(Typing::Unknown);
    for index in 0..20 {
        let mut object = live.object.clone();
        object["data"][index.to_string()] = json!(1);
        live.update(&format!("m{index:02}"), object);
    }
    let names: Vec<&str> = live
        .managers
        .entries()
        .iter()
        .map(|entry| entry.writer.name.as_str())
        .collect();
    assert_eq!(names.len(), 10);
    assert!(names.contains(&"ancient-changes") && names.contains(&"m19"));
    let mut all = FieldSet::default();
    for entry in live.managers.entries() {
        all.unite(&entry.fields);
    }
    assert_eq!(all.paths().len(), 21, "each entry, data, and nothing lost");
}

#[test]
fn sets_of_fields_are_read_and_written() {
    let text = json!({"f:spec": {".": {}, "f:a": {}, "k:{ \"b\":1, \"a\": \"x\" }": {"f:c": {}}}, "f:l": {"v:\"x\"": {}, "i:3": {}}});
    let set = FieldSet::read(&text).unwrap();
    assert_eq!(
        set.paths(),
        [
            ".spec",
            ".l[3]",
            ".l[=\"x\"]",
            ".spec.a",
            ".spec[a=\"x\",b=1].c"
        ]
    );
    assert_eq!(FieldSet::read(&set.clone().into_json()).unwrap(), set);
    for bad in [
        json!([]),
        json!({"spec": {}}),
        json!({"f:a": 1}),
        json!({"k:x": {}}),
        json!({"i:x": {}}),
    ] {
        assert!(FieldSet::read(&bad).is_err(), "{bad}");
    }
}
