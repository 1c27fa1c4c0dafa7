//! Reading: what kubectl makes of a text, what is wrong with one and where, and the bounds on depth and size.

use std::fmt::Write as _;

use serde_json::json;

use super::normalised;
use crate::yaml::edit::{self, Operation};
use crate::yaml::node::Path;
use crate::yaml::{MAX_DEPTH, Value, parse, parse_all, to_string};

#[test]
fn reads_the_reference_cases_as_kubectl_does() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/reference/yaml/read.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        crate::skipped::skipped(format_args!("{path} is not there"));
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&text).expect("the reference is JSON");
    assert_eq!(cases.len(), 41);
    for case in &cases {
        let field = |name: &str| case[name].as_str().expect("a string");
        let found = parse_all(field("yaml"));
        if field("json") == "ERR" {
            assert!(found.is_err(), "{}: {found:?}", field("name"));
            continue;
        }
        let expected: Vec<Value> = field("json")
            .split('|')
            .map(|json| normalised(&serde_json::from_str(json).expect("JSON")))
            .collect();
        assert_eq!(found, Ok(expected), "{}", field("name"));
    }
}

/// Snippets beyond the reference data, with what sigs.k8s.io/yaml 1.6 makes of them.
#[test]
fn reads_scalars_as_kubectl_does() {
    let cases = [
        ("+1", json!(1)),
        ("-0b11", json!(-3)),
        ("0o8", json!("0o8")),
        ("0_8", json!(8)),
        ("-", json!([null])),
        ("--", json!("--")),
        (".1_0", json!(0.1)),
        ("1e400", json!("1e400")),
        ("-9223372036854775808", json!(i64::MIN)),
        ("0x8000000000000000", json!(9_223_372_036_854_775_808.0)),
        ("'1'", json!("1")),
        ("!!float 1", json!(1)),
        ("!!int '1'", json!(1)),
        ("! 1", json!("1")),
        ("!!binary aGk=", json!("hi")),
        ("!!timestamp 2001-01-01", json!("2001-01-01")),
        ("|\n  x", json!("x")),
        ("a: |\n  x\n   ", json!({"a": "x\n "})),
        ("1.5: a", json!({"1.5": "a"})),
        ("0x1F: a", json!({"31": "a"})),
        (".inf: a", json!({".inf": "a"})),
        (
            "x: &x {a: 1, b: 2}\nz: {a: 3, <<: *x, b: 4}",
            json!({"x": {"a": 1, "b": 2}, "z": {"a": 1, "b": 4}}),
        ),
        (
            "x: &x {a: 1}\nz: {<<: [*x, {a: 3, c: 4}]}",
            json!({"x": {"a": 1}, "z": {"a": 1, "c": 4}}),
        ),
        ("&k a: 1\nb: *k", json!({"a": 1, "b": "a"})),
        ("{'<<': 1}", json!({"<<": 1})),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), Ok(expected), "{text}");
    }
}

/// YAML 1.2 refuses these; kubectl reads them.
#[test]
fn reads_brackets_and_quotes_that_are_indented_less_than_their_key() {
    let cases = [
        (
            "a:\n  b: [\n    \"x\", # c ]\n    'y]'\n]\nc: {\n}\n",
            json!({"a": {"b": ["x", "y]"]}, "c": {}}),
        ),
        (
            "data: {\n\"a\": [\n1,\n\t2\n]\n}\n",
            json!({"data": {"a": [1, 2]}}),
        ),
        ("a:\n  - {b: 1,\n  c: 2}", json!({"a": [{"b": 1, "c": 2}]})),
        (
            "a: \"x\ny\"\nb: 'x\n\n y'",
            json!({"a": "x y", "b": "x\ny"}),
        ),
        ("key: \"multi\n\tline\"", json!({"key": "multi line"})),
        ("a:\tb\nc: 1", json!({"a": "b", "c": 1})),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), Ok(expected), "{text}");
    }
}

#[test]
fn reads_continuations_that_are_not_indented_as_kubectl_does() {
    for (text, value) in [
        (
            "a:\n  b: [\n    x, # [\n    z\n  ]\n",
            json!({"a": {"b": ["x", "z"]}}),
        ),
        (
            "a:\n- b: {\nx: 1,\n z: [\n2\n]\n}\n  c: 3\n",
            json!({"a": [{"b": {"x": 1, "z": [2]}, "c": 3}]}),
        ),
        (
            "a:\n  b: 'it''s\n  one\n\nline'\n  c: 1\n",
            json!({"a": {"b": "it's one\nline", "c": 1}}),
        ),
        (
            "a: \"x \\\" [\ny\"\nb: [it's,\n1]\n",
            json!({"a": "x \" [ y", "b": ["it's", 1]}),
        ),
        (
            "a:\n    b: '[\n    {\n    }\n   ]'\n",
            json!({"a": {"b": "[ { } ]"}}),
        ),
    ] {
        assert_eq!(parse(text), Ok(value), "{text}");
    }
}

#[test]
fn keeps_the_place_of_a_later_error() {
    let error = parse_all("a:\n  b: [\n  1,\n  ]]\n").expect_err("unreadable");
    assert_eq!((error.line, error.column), (4, 4), "{error}");
    let error = parse_all("a:\n  b: [\n  1\n  ]\nc: [\n").expect_err("unreadable");
    assert_eq!(error.line, 6, "{error}");
}

#[test]
fn gives_up_where_the_end_never_comes() {
    for text in [
        "a: [\n1",
        "a: 'x\ny",
        "a:\n b: {\nc: \"\n",
        "a: [\n\t1\n]\nb",
        "]",
    ] {
        assert!(parse_all(text).is_err(), "{text:?}");
    }
}

#[test]
fn mends_many_places_but_not_without_end() {
    let place = |key: usize| format!("k{key}:\n  v: [\n  {key}\n  ]\n");
    let some: String = (0..150).map(place).collect();
    assert_eq!(parse(&some).expect("readable")["k149"]["v"][0], 149);
    let many: String = (0..400).map(place).collect();
    assert!(parse(&many).is_err());
}

#[test]
fn places_errors_in_the_text_as_it_was_written() {
    let error = parse("a: {\nb: é, c: *x\n}").expect_err("unknown anchor");
    assert_eq!((error.line, error.column), (2, 10));
}

#[test]
fn refuses_with_line_column_and_cause() {
    let cases = [
        ("a:\n  b: 1\n c: 2", "line 3, column 2: "),
        ("a:\n\tb: 1", "line 2, column 2: a tab indents this line"),
        ("a: [1, 2", "a flow list `[…]` is not closed"),
        ("a: {b: 1", "a flow mapping `{…}` is not closed"),
        (
            "a: *nope",
            "line 1, column 4: this alias (`*name`) refers to no anchor",
        ),
        (
            "a: 'x",
            "line 1, column 4: the quote that opens here is never closed",
        ),
        (
            "a: b: c",
            "line 1, column 5: a `: ` that begins a value is not possible here; quote",
        ),
        (
            "a: @b",
            "line 1, column 4: a text cannot begin with this character; quote it",
        ),
        ("a: {{ .Values.x }}", "`{{ … }}`"),
        (
            "~: 1",
            "line 1, column 1: a mapping key is missing, or is null",
        ),
        (
            "a: .inf",
            "line 1, column 4: `.inf` is a number that JSON does not have",
        ),
        (
            "a: !!int x",
            "line 1, column 4: `x` is not what the tag `!!int` says",
        ),
        (
            "a: &a [*a]",
            "line 1, column 8: this alias (`*name`) stands inside",
        ),
        ("x\0y", "line 1, column 2: control character 0x00"),
        (
            "a: 1\n\u{e9}: \u{7}",
            "line 2, column 4: control character 0x07",
        ),
        ("a: 1\n<<<<<<< HEAD\nb: 2", "merge conflict"),
    ];
    for (text, expected) in cases {
        let error = parse(text).expect_err(text).to_string();
        assert!(error.contains(expected), "{text:?}\n{error}");
    }
}

#[test]
fn aliases_do_not_cross_documents() {
    assert!(parse_all("a: &x 1\n---\nb: *x\n").is_err());
}

#[test]
fn bounds_nested_aliases() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{aliases}]");
    }
    let error = parse(&text).expect_err("nine to the twelfth").to_string();
    assert!(
        error.contains("aliases of this document stand for more than"),
        "{error}"
    );
}

#[test]
fn bounds_depth_in_flow_block_and_aliases() {
    let flow = "[".repeat(100_000);
    let block = "- ".repeat(2_000) + "x";
    let mut aliases = "- &a0 [x]\n".to_owned();
    for level in 1..600 {
        let _ = writeln!(aliases, "- &a{level} [*a{}]", level - 1);
    }
    for text in [flow, block, aliases] {
        let error = parse(&text).expect_err("too deep").to_string();
        assert!(error.contains("nested"), "{error}");
    }
}

/// In debug builds frames are large, and a test's thread has two megabytes.
#[test]
fn takes_the_greatest_depth_on_a_small_stack() {
    let flow = "[".repeat(255) + &"]".repeat(255);
    let block = "- ".repeat(MAX_DEPTH - 1) + "a: 1\n";
    for (text, depth) in [(flow, 255), (block, MAX_DEPTH)] {
        let value = parse(&text).expect("just not too deep");
        let written = to_string(&value);
        assert_eq!(parse(&written), Ok(value));
        let path: Path = std::iter::repeat_n(0usize, depth - 1).collect();
        let operation = Operation::Replace {
            path,
            value: json!("x"),
        };
        assert!(edit::apply(&text, &[operation]).is_ok());
    }
}
