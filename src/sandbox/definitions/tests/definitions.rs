//! Definitions that Kubernetes refuses, and its words.

use super::super::check;
use super::*;

fn definition(spec: &Value) -> Value {
    let schema =
        json!({"type": "object", "properties": {"spec": spec, "status": {"type": "object"}}});
    json!({"metadata": {"name": "widgets.example.com"}, "spec": {
        "group": "example.com", "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
        "conversion": {"strategy": "None"},
        "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema},
            "subresources": {"status": {}}}]}})
}

fn refusals(definition: &Value) -> Vec<String> {
    let found = check::definition(definition, None);
    found.errors.iter().map(ToString::to_string).collect()
}

#[test]
fn names_and_versions_are_checked() {
    let good = definition(&json!({"type": "object"}));
    assert_eq!(refusals(&good), [""; 0]);
    for (pointer, value, expected) in [
        (
            "/metadata/name",
            json!("widget.example.com"),
            "metadata.name: Invalid value: \"widget.example.com\": must be spec.names.plural+\".\"+spec.group",
        ),
        (
            "/spec/scope",
            json!("All"),
            "spec.scope: Unsupported value: \"All\": supported values: \"Cluster\", \"Namespaced\"",
        ),
        (
            "/spec/names/listKind",
            json!("Widget"),
            "spec.names.listKind: Invalid value: \"Widget\": kind and listKind may not be the same",
        ),
        (
            "/spec/versions/0/schema",
            Value::Null,
            "spec.versions[0].schema.openAPIV3Schema: Required value",
        ),
        (
            "/spec/versions/0/subresources",
            json!({"scale": {"specReplicasPath": "spec.n", "statusReplicasPath": ".status.n"}}),
            "spec.subresources.scale.specReplicasPath: Invalid value: \"spec.n\": must be a simple json path starting with .",
        ),
    ] {
        let mut wrong = good.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert_eq!(refusals(&wrong), [expected]);
    }
    let mut second = good;
    second["spec"]["versions"][0]["storage"] = json!(false);
    let told = refusals(&second);
    assert!(
        told[0].ends_with("must have at least one stored version")
            && told[1].ends_with("must have exactly one version marked as storage version")
    );
}

#[test]
fn schemas_must_be_structural() {
    let at = "spec.validation.openAPIV3Schema.properties[spec]";
    for (spec, expected) in [
        (
            json!({"type": "object", "properties": {"a": {}}}),
            "properties[a].type: Required value: must not be empty for specified object fields",
        ),
        (
            json!({"type": "array"}),
            "items: Required value: must be specified",
        ),
        (
            json!({"type": "object", "anyOf": [{"required": ["a"], "type": "object"}]}),
            "anyOf[0].type: Forbidden: must be empty to be structural",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}),
            "additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            json!({"type": "object", "default": {"b": 1}, "properties": {"a": {"type": "string"}}}),
            "default: Invalid value: {\"b\":1}: must not have unknown fields",
        ),
        (
            json!({"type": "string", "default": 1}),
            "default: Invalid value: \"integer\":  in body must be of type string: \"integer\"",
        ),
        (
            json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}},
                "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"]}),
            "items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a \
             required property",
        ),
        (
            json!({"type": "text"}),
            "type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \
             \"object\", \"string\"",
        ),
        (
            json!({"type": "array", "uniqueItems": true, "items": {"type": "string"}}),
            "uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        ),
    ] {
        assert_eq!(refusals(&definition(&spec)), [format!("{at}.{expected}")]);
    }
}

#[test]
fn rules_that_cannot_be_are_refused_and_those_beyond_us_are_told() {
    let ruled =
        |rule: Value| definition(&json!({"type": "string", "x-kubernetes-validations": [rule]}));
    let at = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]";
    let told = refusals(&ruled(json!({"rule": "self > 1"})));
    assert_eq!(
        told,
        [format!(
            "{at}.rule: Invalid value: {{\"Rule\":\"self > 1\",\"Message\":\"\",\"MessageExpression\":\"\",\"Reason\":null,\"FieldPath\":\"\",\
             \"OptionalOldSelf\":null}}: compilation failed: ERROR: <input>:1:6: found no matching overload for '_>_' applied to \
             '(string, int)'\n | self > 1\n | .....^"
        )]
    );
    let told = refusals(&ruled(
        json!({"rule": "self == oldSelf", "optionalOldSelf": true}),
    ));
    assert!(told[0].contains(
        "found no matching overload for '_==_' applied to '(string, optional_type(string))'"
    ));
    let told = refusals(&ruled(json!({"rule": "true", "reason": "Because"})));
    assert!(told[0].starts_with(&format!("{at}.reason: Unsupported value: \"Because\"")));
    let found = check::definition(&ruled(json!({"rule": "isSemver(self)"})), None);
    assert_eq!(found.errors, []);
    assert_eq!(
        found.warnings,
        [format!(
            "{at}.rule: the practice cluster does not know `isSemver` and does not check this rule"
        )]
    );
    let format = definition(&json!({"type": "string", "format": "colour"}));
    assert_eq!(
        check::definition(&format, None).warnings,
        ["unrecognized format \"colour\""]
    );
}
