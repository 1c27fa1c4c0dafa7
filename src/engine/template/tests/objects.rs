//! Objects: fields that must be there, methods, nil pointers, maps of strings; and how keys that are missing read.

use serde_json::json;

use super::super::{Environment, Map, MissingKey, Struct, Value};

fn pod() -> Value {
    let annotations = Map::of_strings();
    annotations.set("a/b", "yes".into());
    let meta = Struct::new("v1.ObjectMeta")
        .field("Name", "web")
        .field("Annotations", annotations);
    let unset = Struct::nil("*wrapperspb.Int32Value").method("GetValue", |_| Ok(Value::int(0)));
    Struct::new("*v1.Pod")
        .field("ObjectMeta", meta)
        .field("Concurrency", unset)
        .field("Missing", Value::Nil)
        .method("Join", |call| {
            Ok(format!("{}-{}", call.text(0)?, call.int(1)?).into())
        })
        .into()
}

fn render(text: &str) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.add_function("shout", |call| {
        Ok(Value::text(call.text(0)?.to_uppercase()))
    });
    let parsed = environment.parse("t", text);
    parsed
        .and_then(|()| environment.render("t", &pod()))
        .map_err(|error| error.message.clone())
}

#[test]
fn fields_and_methods_are_called_by_name() {
    let text = r#"{{ .ObjectMeta.Name | shout }} {{ .Join "a" 2 }} {{ .ObjectMeta.Annotations }} {{ .ObjectMeta | toJson }}"#;
    assert_eq!(
        render(text).unwrap(),
        r#"WEB a-2 map[a/b:yes] {"Annotations":{"a/b":"yes"},"Name":"web"}"#
    );
}

#[test]
fn an_unknown_field_is_an_error() {
    assert_eq!(
        render("{{ .ObjectMeta.Nam }}").unwrap_err(),
        "can't evaluate field Nam in type v1.ObjectMeta"
    );
    assert_eq!(
        render("{{ .ObjectMeta.Name 1 }}").unwrap_err(),
        "Name is not a method but has arguments"
    );
    assert_eq!(
        render("{{ .Join 1 2 }}").unwrap_err(),
        "error calling Join: argument 1 must be string, got int"
    );
}

#[test]
fn a_nil_pointer_is_false_and_has_methods_but_no_fields() {
    let text = "{{ if .Concurrency }}set{{ else }}unset{{ end }} {{ .Concurrency.GetValue }} {{ eq .Concurrency nil }}";
    assert_eq!(render(text).unwrap(), "unset 0 true");
    assert_eq!(
        render("{{ .Concurrency.Value }}").unwrap_err(),
        "nil pointer evaluating *wrapperspb.Int32Value.Value"
    );
}

#[test]
fn a_map_of_strings_reads_as_empty_strings() {
    let text = r#"{{ eq .ObjectMeta.Annotations.none "" }} {{ eq (index .ObjectMeta.Annotations "c") "" }} {{ index .ObjectMeta.Annotations "a/b" }}"#;
    assert_eq!(render(text).unwrap(), "true true yes");
}

#[test]
fn missing_keys_read_as_the_environment_says() {
    let data = Value::from(&json!({"map": {}}));
    let mut results = Vec::new();
    for missing_key in [MissingKey::Zero, MissingKey::Invalid, MissingKey::Error] {
        let mut environment = Environment::new();
        environment.set_missing_key(missing_key);
        environment.parse("one", "{{ .map.a }}").unwrap();
        environment.parse("two", "{{ .map.a.b }}").unwrap();
        for name in ["one", "two"] {
            results.push(
                environment
                    .render(name, &data)
                    .unwrap_or_else(|error| error.message.clone()),
            );
        }
    }
    assert_eq!(
        results,
        [
            "<no value>",
            "nil pointer evaluating interface {}.b",
            "<no value>",
            "<no value>",
            "map has no entry for key \"a\"",
            "map has no entry for key \"a\"",
        ]
    );
}

#[test]
fn look_ups_go_to_the_caller() {
    let mut environment = Environment::new();
    environment
        .parse(
            "t",
            r#"{{ (lookup "v1" "Secret" "ns" "name").data }}{{ lookup "v1" "Pod" "" "" }}"#,
        )
        .unwrap();
    assert_eq!(
        environment.render("t", &Value::Nil).unwrap(),
        "<no value>map[]"
    );
    environment.set_lookup(|_, kind, namespace, name| {
        Ok(Value::from(
            &json!({"data": format!("{kind} {namespace}/{name}")}),
        ))
    });
    let text = environment.render("t", &Value::Nil).unwrap();
    assert_eq!(text, "Secret ns/namemap[data:Pod /]");
}
