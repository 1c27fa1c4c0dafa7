//! Where rules stand, when they are asked, and how they complain.

use super::*;

fn ruled(schema: &Value, rules: &Value) -> Value {
    let mut schema = schema.clone();
    schema["x-kubernetes-validations"] = rules.clone();
    schema
}

#[test]
fn rules_are_asked_wherever_they_stand() {
    let number = ruled(
        &json!({"type": "integer"}),
        &json!([{"rule": "self > 0", "message": "must be positive"}]),
    );
    let version = version(&ruled(
        &json!({"type": "object", "properties": {
            "items": {"type": "array", "items": {"type": "object", "properties": {"n": number}}},
            "map": {"type": "object", "additionalProperties": number},
            "min": {"type": "integer"}, "max": {"type": "integer"}}}),
        &json!([
            {"rule": "!has(self.min) || !has(self.max) || self.min <= self.max", "fieldPath": ".max", "reason": "FieldValueForbidden",
             "message": "too small", "messageExpression": "'must be at least ' + string(self.min)"}]),
    ));
    let spec =
        json!({"items": [{"n": 1}, {"n": 0}], "map": {"a": -1, "b.c": 2}, "min": 5, "max": 4});
    assert_eq!(
        faults(&version, &spec),
        [
            "spec.max: Forbidden: must be at least 5",
            "spec.items[1].n: Invalid value: \"integer\": must be positive",
            "spec.map[a]: Invalid value: \"integer\": must be positive",
        ]
    );
    let spec = json!({"items": "x", "min": 5, "max": 4});
    assert_eq!(
        faults(&version, &spec)[1],
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing \
         errors to complete validation"
    );
}

#[test]
fn transitions_are_asked_of_changes_only() {
    let version = version(&json!({"type": "object", "properties": {
        "fixed": ruled(&json!({"type": "string"}), &json!([{"rule": "self == oldSelf", "message": "is immutable"}])),
        "set": ruled(&json!({"type": "string"}), &json!([
            {"rule": "oldSelf.hasValue() || self == 'first'", "optionalOldSelf": true, "message": "starts as first"}])),
        "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items":
            ruled(&json!({"type": "object", "properties": {"name": {"type": "string"}, "port": {"type": "integer"}}}),
                &json!([{"rule": "self.port >= oldSelf.port"}]))}}}));
    assert_eq!(
        faults(&version, &json!({"fixed": "a", "set": "second"})),
        ["spec.set: Invalid value: \"string\": starts as first"]
    );
    let old = json!({"fixed": "a", "set": "first", "ports": [{"name": "a", "port": 5}]});
    let new = json!({"fixed": "b", "set": "second", "ports": [{"name": "b", "port": 1}, {"name": "a", "port": 4}]});
    assert_eq!(
        faults_of_change(&version, &old, &new),
        [
            "spec.fixed: Invalid value: \"string\": is immutable",
            "spec.ports[1]: Invalid value: \"object\": failed rule: self.port >= oldSelf.port",
        ]
    );
}

#[test]
fn a_rule_that_was_broken_before_is_only_told() {
    let version = version(&json!({"type": "object", "properties": {
        "old": ruled(&json!({"type": "string"}), &json!([{"rule": "self == 'x'", "message": "must be x"}])),
        "new": {"type": "string"}}}));
    let (old, new) = (
        object(&json!({"old": "a"})),
        object(&json!({"old": "a", "new": "b"})),
    );
    let (errors, warnings) = version.validate(&new, Some(&old), Part::Main);
    assert_eq!(errors, []);
    assert_eq!(warnings, ["spec.old: Invalid value: \"string\": must be x"]);
}
