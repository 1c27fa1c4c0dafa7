//! Pruning, defaults, and the checks of a structural schema.

use super::*;

#[test]
fn unknown_fields_are_dropped_and_told() {
    let version = version(&json!({"type": "object", "properties": {
        "hosts": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {
            "known": {"type": "object", "properties": {"a": {"type": "string"}}}}},
        "template": {"type": "object", "x-kubernetes-embedded-resource": true, "properties": {
            "spec": {"type": "object"}}},
    }}));
    let mut object = object(&json!({
        "hosts": [{"name": "a", "x": 1}], "labels": {"a": "b"}, "foo": {"deep": [1]},
        "any": {"free": {"x": 1}, "known": {"a": "b", "c": 1}},
        "template": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}, "status": {}, "spec": {"y": 1}},
    }));
    object["extra"] = json!(1);
    let unknown = version.read_object(&mut object);
    let expected = [
        "extra",
        "spec.any.known.c",
        "spec.foo",
        "spec.hosts[0].x",
        "spec.template.spec.y",
        "spec.template.status",
    ];
    assert_eq!(unknown, expected);
    assert_eq!(
        object["spec"],
        json!({"hosts": [{"name": "a"}], "labels": {"a": "b"}, "any": {"free": {"x": 1}, "known": {"a": "b"}},
            "template": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}, "spec": {}}})
    );
}

#[test]
fn defaults_are_filled_in_and_nulls_that_may_not_be_go() {
    let version = version(&json!({"type": "object", "properties": {
        "mode": {"type": "string", "default": "A"},
        "policy": {"type": "object", "default": {}, "properties": {"retries": {"type": "integer", "default": 3}}},
        "ports": {"type": "array", "items": {"type": "object", "properties": {"protocol": {"type": "string", "default": "TCP"}}}},
        "note": {"type": "string"}, "maybe": {"type": "string", "nullable": true},
    }}));
    let mut object = object(
        &json!({"mode": null, "note": null, "maybe": null, "ports": [{}, {"protocol": "UDP"}]}),
    );
    assert!(version.read_object(&mut object).is_empty());
    assert_eq!(
        object["spec"],
        json!({"mode": "A", "policy": {"retries": 3}, "maybe": null, "ports": [{"protocol": "TCP"}, {"protocol": "UDP"}]})
    );
}

#[test]
fn values_are_held_against_their_schema() {
    let version = version(
        &json!({"type": "object", "required": ["hosts"], "properties": {
            "hosts": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string", "minLength": 2, "maxLength": 3}},
            "mode": {"type": "string", "enum": ["A", "B"]},
            "weight": {"type": "integer", "minimum": 0, "maximum": 100},
            "share": {"type": "number", "exclusiveMinimum": true, "minimum": 0, "multipleOf": 0.5},
            "port": {"x-kubernetes-int-or-string": true, "pattern": "^[a-z]+$"},
            "at": {"type": "string", "format": "date-time"},
            "key": {"type": "string", "pattern": "^[a-z]+$"},
            "labels": {"type": "object", "maxProperties": 1, "minProperties": 1, "additionalProperties": {"type": "string"}},
        }}),
    );
    let good = json!({"hosts": ["abc"], "mode": "A", "weight": 100, "share": 0.5, "port": 80, "at": "2025-01-31T08:30:00Z",
        "key": "a", "labels": {"a": "b"}});
    assert_eq!(faults(&version, &good), [""; 0]);
    for (spec, expected) in [
        (json!({}), "spec.hosts: Required value"),
        (
            json!({"hosts": []}),
            "spec.hosts: Invalid value: 0: spec.hosts in body should have at least 1 items",
        ),
        (
            json!({"hosts": ["ab", "ab"]}),
            "spec.hosts: Too many: 2: must have at most 1 item",
        ),
        (
            json!({"hosts": ["é"]}),
            "spec.hosts[0]: Invalid value: \"é\": spec.hosts[0] in body should be at least 2 chars long",
        ),
        (
            json!({"hosts": ["éééé"]}),
            "spec.hosts[0]: Too long: may not be more than 3 bytes",
        ),
        (
            json!({"hosts": ["ab"], "mode": "C"}),
            "spec.mode: Unsupported value: \"C\": supported values: \"A\", \"B\"",
        ),
        (
            json!({"hosts": ["ab"], "weight": "5"}),
            "spec.weight: Invalid value: \"string\": spec.weight in body must be of type integer: \"string\"",
        ),
        (
            json!({"hosts": ["ab"], "weight": 101}),
            "spec.weight: Invalid value: 101: spec.weight in body should be less than or equal to 100",
        ),
        (
            json!({"hosts": ["ab"], "share": -0.5}),
            "spec.share: Invalid value: -0.5: spec.share in body should be greater than 0",
        ),
        (
            json!({"hosts": ["ab"], "port": true}),
            "spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\"",
        ),
        (
            json!({"hosts": ["ab"], "at": "today"}),
            "spec.at: Invalid value: \"today\": spec.at in body must be of type date-time: \"today\"",
        ),
        (
            json!({"hosts": ["ab"], "key": "A"}),
            "spec.key: Invalid value: \"A\": spec.key in body should match '^[a-z]+$'",
        ),
        (
            json!({"hosts": ["ab"], "labels": {}}),
            "spec.labels: Invalid value: 0: spec.labels in body should have at least 1 properties",
        ),
        (
            json!({"hosts": ["ab"], "labels": {"a": "b", "c": "d"}}),
            "spec.labels: Too many: 2: must have at most 1 item",
        ),
    ] {
        assert_eq!(faults(&version, &spec), [expected]);
    }
}

#[test]
fn alternatives_are_told_from_each_other() {
    let one = |name: &str| json!({"required": [name]});
    let version = version(&json!({"type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}},
        "oneOf": [{"not": {"anyOf": [one("a"), one("b")]}}, one("a"), one("b")],
        "not": one("c")}));
    assert_eq!(faults(&version, &json!({"a": "x"})), [""; 0]);
    assert_eq!(faults(&version, &json!({})), [""; 0]);
    assert_eq!(
        faults(&version, &json!({"a": "x", "b": "y"})),
        [
            "<nil>: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found 2 valid alternatives"
        ]
    );
    assert_eq!(
        faults(&version, &json!({"c": "x"})),
        ["<nil>: Invalid value: \"\": \"spec\" must not validate the schema (not)"]
    );
}

#[test]
fn sets_and_maps_have_each_element_once() {
    let version = version(&json!({"type": "object", "properties": {
        "names": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port"],
            "items": {"type": "object", "properties": {"port": {"type": "integer"}, "name": {"type": "string"}}}},
    }}));
    let twice =
        json!({"names": ["a", "b", "a", "a"], "ports": [{"port": 1}, {"port": 1, "name": "x"}]});
    let expected = [
        "spec.names[2]: Duplicate value: \"a\"",
        "spec.ports[1]: Duplicate value: {\"port\":1}",
    ];
    assert_eq!(faults(&version, &twice), expected);
    assert_eq!(
        faults_of_change(&version, &twice, &json!({"names": ["b", "b"]})),
        [""; 0]
    );
}

#[test]
fn what_was_wrong_before_may_stay() {
    let version = version(&json!({"type": "object", "properties": {
        "old": {"type": "string", "maxLength": 1}, "new": {"type": "string", "maxLength": 1},
        "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "properties": {"name": {"type": "string"}, "mode": {"type": "string", "enum": ["A"]}}}}}}));
    let before = json!({"old": "long", "items": [{"name": "a", "mode": "Z"}]});
    let after = json!({"old": "long", "new": "long", "items": [{"name": "b", "mode": "A"}, {"name": "a", "mode": "Z"}]});
    assert_eq!(
        faults_of_change(&version, &before, &after),
        ["spec.new: Too long: may not be more than 1 byte"]
    );
    let after = json!({"old": "longer", "items": [{"name": "a", "mode": "Y"}]});
    assert_eq!(faults_of_change(&version, &before, &after).len(), 2);
}

#[test]
fn a_status_is_checked_apart() {
    let version = version(
        &json!({"type": "object", "properties": {"mode": {"type": "string", "maxLength": 1}}}),
    );
    let mut object = object(&json!({"mode": "long"}));
    object["status"] = json!({"ready": "yes"});
    let (errors, _) = version.validate(&object, Some(&json!({})), Part::Status);
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "status.ready: Invalid value: \"string\": ready in body must be of type boolean: \"string\""
        ]
    );
}
