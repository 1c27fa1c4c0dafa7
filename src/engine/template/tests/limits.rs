//! Templates that would never end, fill the memory or the stack: each ends in an error that says so.

use serde_json::json;

use super::super::{Environment, Limits, Value};
use super::render;

/// The error of a template that may make a million steps and one MiB.
fn error(text: &str) -> String {
    let mut environment = Environment::new();
    environment.set_limits(Limits {
        steps: 1_000_000,
        size: 1 << 20,
        ..Limits::default()
    });
    let parsed = environment.parse("t", text);
    match parsed.and_then(|()| environment.render("t", &Value::Nil)) {
        Ok(text) => panic!("no error, but {} bytes", text.len()),
        Err(error) => error.message.clone(),
    }
}

#[test]
fn recursion_ends_in_an_error() {
    for text in [
        r#"{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}"#,
        r#"{{define "a"}}{{include "a" .}}{{end}}{{include "a" .}}"#,
        r#"{{define "a"}}{{if true}}{{with 1}}{{range list 1}}{{include "a" . | trim | quote}}{{end}}{{end}}{{end}}{{end}}{{include "a" .}}"#,
        r#"{{define "a"}}{{upper (lower (include "a" (dict "x" (list .))))}}{{end}}{{include "a" .}}"#,
        r#"{{$t := "{{tpl .t .}}"}}{{tpl $t (dict "t" $t)}}"#,
    ] {
        assert!(error(text).contains("nest more than"), "{text}");
    }
}

#[test]
fn nesting_in_the_text_is_bounded() {
    let parens = format!("{{{{{}1{}}}}}", "(".repeat(5000), ")".repeat(5000));
    assert!(error(&parens).contains("nested more than"));
    let blocks = "{{if 1}}".repeat(5000) + &"{{end}}".repeat(5000);
    assert!(error(&blocks).contains("nested more than"));
    let chained = "{{if 0}}".to_owned() + &"{{else if 0}}".repeat(5000) + "{{end}}";
    assert!(error(&chained).contains("nested more than"));
    let deep = "{{if 1}}".repeat(190) + "x" + &"{{end}}".repeat(190);
    assert_eq!(render(&deep, &json!({})).unwrap(), "x");
    let deep = "(".repeat(190) + "1" + &")".repeat(190);
    assert_eq!(render(&format!("{{{{{deep}}}}}"), &json!({})).unwrap(), "1");
    let chained = "{{if 0}}".to_owned() + &"{{else if 0}}".repeat(190) + "{{else}}x{{end}}";
    assert_eq!(render(&chained, &json!({})).unwrap(), "x");
}

#[test]
fn endless_work_ends_in_an_error() {
    let loops = "{{range until 100000}}{{range until 100000}}{{end}}{{end}}";
    assert!(error(loops).contains("steps"));
    assert!(error("{{untilStep 0 9000000000000000000 1}}").contains("steps"));
    assert!(error("{{seq 1 9000000000000000000}}").contains("steps"));
}

#[test]
fn huge_texts_end_in_an_error() {
    for text in [
        r#"{{repeat 1000000000 "x"}}"#,
        r#"{{indent 9000000000000000000 "x"}}"#,
        r#"{{$x := "xxxxxxxxxxxxxxxx"}}{{range until 40}}{{$x = print $x $x}}{{end}}"#,
        r#"{{$x := repeat 10000 "a"}}{{$x = replace "a" $x $x}}{{$x = replace "a" $x $x}}"#,
        r#"{{$x := repeat 10000 "a"}}{{$x = regexReplaceAll "a" $x $x}}"#,
        r#"{{$x := list (repeat 1000 "a")}}{{range until 30}}{{$x = list $x $x}}{{end}}{{$x}}"#,
        r#"{{$x := list (repeat 1000 "a")}}{{range until 30}}{{$x = list $x $x}}{{end}}{{toJson $x}}"#,
        r#"{{printf "%01000000d%01000000d" 1 2 | repeat 100}}"#,
    ] {
        assert!(error(text).contains("MiB"), "{text}");
    }
}

#[test]
fn values_that_hold_themselves_end_in_an_error() {
    let own = r#"{{$d := dict}}{{$_ := set $d "d" $d}}{{$e := dict}}{{$_ := set $e "d" $e}}"#;
    for (call, words) in [
        ("{{$d}}", "hold itself"),
        ("{{toJson $d}}", "hold itself"),
        ("{{toYaml $d}}", "hold itself"),
        ("{{deepCopy $d}}", "hold itself"),
        ("{{deepEqual $d $e}}", "hold themselves"),
        ("{{merge $d $e}}", "hold themselves"),
        ("{{quote $d}}", "hold itself"),
    ] {
        let message = error(&format!("{own}{call}"));
        assert!(message.contains(words), "{call}: {message}");
    }
}

#[test]
fn deep_values_are_let_go_without_filling_the_stack() {
    let text = "{{$x := list}}{{range until 200000}}{{$x = list $x}}{{end}}{{len $x}}";
    assert_eq!(render(text, &json!({})).unwrap(), "1");
    let text = r#"{{$x := dict}}{{range until 200000}}{{$x = dict "x" $x}}{{end}}{{len $x}}"#;
    assert_eq!(render(text, &json!({})).unwrap(), "1");
}

#[test]
fn limits_can_be_lowered() {
    let mut environment = Environment::new();
    environment.set_limits(Limits {
        size: 1 << 20,
        steps: 100,
        depth: 3,
    });
    environment
        .parse("steps", "{{range until 200}}{{end}}")
        .unwrap();
    environment
        .parse(
            "depth",
            "{{if 1}}{{if 1}}{{if 1}}{{if 1}}{{end}}{{end}}{{end}}{{end}}",
        )
        .unwrap();
    for name in ["steps", "depth"] {
        assert!(environment.render(name, &Value::Nil).is_err(), "{name}");
    }
}
