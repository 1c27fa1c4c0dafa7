//! What errors say: the place, the action, the cause, and how the template got there.

use serde_json::json;

use super::super::{Environment, Value};
use super::render;

fn error(text: &str) -> String {
    let data = json!({"n": 5, "s": "text", "list": [1], "map": {"a": null}});
    render(text, &data).unwrap_err().to_string()
}

#[test]
fn the_way_to_a_failure_is_named_innermost_first() {
    let mut environment = Environment::new();
    environment
        .parse(
            "parts.tpl",
            "{{ define \"inner\" }}\n  {{ fail \"no luck\" }}{{ end }}",
        )
        .unwrap();
    environment
        .parse(
            "more.tpl",
            "{{ define \"outer\" }}{{ include \"inner\" . | indent 2 }}{{ end }}",
        )
        .unwrap();
    environment
        .parse("main.yaml", "a: 1\nb: {{ template \"outer\" . }}")
        .unwrap();
    assert_eq!(
        environment
            .render("main.yaml", &Value::Nil)
            .unwrap_err()
            .to_string(),
        "parts.tpl:2:5: in \"inner\", at <fail \"no luck\">: no luck\n  \
         called from more.tpl:1:23 at <include \"inner\" .>\n  \
         called from main.yaml:2:15 at <{{ template \"outer\" . }}>"
    );
}

#[test]
fn texts_given_to_tpl_have_places_of_their_own() {
    assert_eq!(
        error("x\n{{ tpl \"a {{ .s.x }}\" . }}"),
        "t (tpl):1:7: at <.s.x>: can't evaluate field x in type string\n  called from t:2:3 at <tpl \"a {{ .s.x }}\" .>"
    );
}

#[test]
fn unknown_functions_are_named_with_near_ones() {
    assert_eq!(
        error("{{ indnt 2 .s }}"),
        "t:1:3: function \"indnt\" not defined; did you mean `indent`?"
    );
    assert_eq!(
        error("{{ genSelfSignedCert }}"),
        "t:1:3: function \"genSelfSignedCert\" not defined"
    );
}

#[test]
fn arguments_of_the_wrong_type_are_pointed_at() {
    assert_eq!(
        error("{{ trunc .n .s }}"),
        "t:1:9: at <.n>: wrong type for argument 1 of trunc: int expected, got int64"
    );
    assert_eq!(
        error("{{ .list | upper }}"),
        "t:1:11: at <upper>: wrong type for argument 1 of upper: string expected, got []interface {}"
    );
    assert_eq!(
        error("{{ upper }}"),
        "t:1:3: at <upper>: wrong number of arguments for upper: 1 expected, got 0"
    );
}

#[test]
fn texts_that_are_no_templates_are_refused_with_their_place() {
    for (text, message) in [
        ("a\n {{ .s", "t:2:6: unclosed action, `}}` expected"),
        (
            "{{ if .s }}x",
            "t:1:12: unexpected end of the template, {{end}} expected",
        ),
        ("{{ end }}", "t:1:0: unexpected {{end}}"),
        (
            "{{ if .s }}{{ else }}{{ else }}{{ end }}",
            "t:1:21: {{end}} expected, found a second {{else}}",
        ),
        ("{{ $x }}", "t:1:3: undefined variable \"$x\""),
        ("{{ break }}", "t:1:3: {{break}} outside {{range}}"),
        ("{{ (.s }}", "t:1:7: unclosed left parenthesis"),
        ("{{ \"a }}", "t:1:3: unterminated quoted string"),
        (
            "{{ .s | 5 }}",
            "t:1:8: a value cannot take the result of the command before it; a function was expected",
        ),
        ("{{ 08 }}", "t:1:3: bad number syntax: \"08\""),
        (
            "{{ $a, $b := .list }}",
            "t:1:5: too many variables declared in command",
        ),
        ("{{ if }}x{{ end }}", "t:1:6: missing value for if"),
        ("{{/* a }}", "t:1:2: unclosed comment, `*/` expected"),
        (
            "{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}",
            "t:1:31: template \"a\" is defined twice",
        ),
    ] {
        assert_eq!(error(text), message, "{text}");
    }
}

#[test]
fn a_field_of_nil_is_an_error_only_where_the_nil_was_read() {
    assert!(error("{{ .map.a.b }}").contains("nil pointer evaluating interface {}.b"));
    assert!(error("{{ .none.b }}").contains("nil pointer evaluating interface {}.b"));
    let fine = "{{ (.none).b }}{{ $x := .none }}{{ $x.b }}";
    assert_eq!(render(fine, &json!({})).unwrap(), "<no value><no value>");
}

#[test]
fn a_failure_without_a_message_says_so() {
    assert!(error(r#"{{ fail "" }}"#).ends_with("fail was given no message"));
    assert!(error(r#"{{ required "" .map.a }}"#).ends_with("required was given no message"));
}
