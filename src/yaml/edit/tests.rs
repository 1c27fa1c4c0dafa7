//! Operations one by one, in every style of text, and at random.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// `spec.http.0` as a path.
fn path(dotted: &str) -> Path {
    dotted
        .split('.')
        .map(|step| step.parse().map_or(Step::from(step), Step::Index))
        .collect()
}

fn replace(at: &str, value: Value) -> Operation {
    Operation::Replace {
        path: path(at),
        value,
    }
}

fn add(at: &str, value: Value) -> Operation {
    Operation::Add {
        path: path(at),
        value,
    }
}

fn remove(at: &str) -> Operation {
    Operation::Remove { path: path(at) }
}

fn check(cases: &[(&str, Operation, &str)]) {
    for (text, operation, expected) in cases {
        let found = apply(text, std::slice::from_ref(operation));
        assert_eq!(found.as_deref(), Ok(*expected), "{text}\n{operation:?}");
    }
}

fn refuses(cases: &[(&str, Operation, usize, &str)]) {
    for (text, operation, line, expected) in cases {
        let refusal = apply(text, std::slice::from_ref(operation)).expect_err(text);
        assert_eq!(refusal.line, *line, "{text}\n{refusal}");
        assert!(refusal.message.contains(expected), "{text}\n{refusal}");
    }
}

#[test]
fn replaces_scalars_in_place() {
    check(&[
        (
            "a: 90 # keep\nb: 1\n",
            replace("a", json!(10)),
            "a: 10 # keep\nb: 1\n",
        ),
        (
            "a:\r\n  - x:   90\r\n",
            replace("a.0.x", json!(0)),
            "a:\r\n  - x:   0\r\n",
        ),
        (
            "a: {b: 90, c: d}",
            replace("a.b", json!(100)),
            "a: {b: 100, c: d}",
        ),
        ("a:\nb: 1\n", replace("a", json!(5)), "a: 5\nb: 1\n"),
        (
            "a:    # why\nb: 1\n",
            replace("a", json!(5)),
            "a: 5    # why\nb: 1\n",
        ),
        ("a: {b: , c}", replace("a.b", json!(1)), "a: {b: 1 , c}"),
        ("- \n- 2\n", replace("0", json!(1)), "- 1 \n- 2\n"),
        ("a: 'x'\n", replace("a", json!("it's")), "a: 'it''s'\n"),
        ("a: \"x\"\n", replace("a", json!("v2")), "a: \"v2\"\n"),
        ("a: x\n", replace("a", json!("yes")), "a: \"yes\"\n"),
        ("[a, b]", replace("1", json!("x, y")), "[a, 'x, y']"),
        ("a: &x 90\n", replace("a", json!(10)), "a: &x 10\n"),
        ("a: !!int '90'\n", replace("a", json!(10)), "a: !!int 10\n"),
        (
            "\u{feff}a: é # ü\nb: 1",
            replace("b", json!(2)),
            "\u{feff}a: é # ü\nb: 2",
        ),
        (
            "a: |\n  x\n  y\nb: 1\n",
            replace("a", json!("z")),
            "a: z\nb: 1\n",
        ),
        (
            "a: [\n  1,\n  2\n]\n",
            replace("a.1", json!(3)),
            "a: [\n  1,\n  3\n]\n",
        ),
    ]);
}

#[test]
fn replaces_lists_and_mappings() {
    check(&[
        (
            "a: 1\nb: 2\n",
            replace("a", json!({"c": [1]})),
            "a:\n  c:\n  - 1\nb: 2\n",
        ),
        (
            "a:\n    b: 1\nc: 2\n",
            replace("a", json!({"b": {"d": 1}})),
            "a:\n    b:\n        d: 1\nc: 2\n",
        ),
        (
            "a:\n  - x\nb: 2\n",
            replace("a", json!(["p", "q"])),
            "a:\n  - p\n  - q\nb: 2\n",
        ),
        (
            "a: [x]\n",
            replace("a", json!(["p", {"z": 1}])),
            "a: [p, {z: 1}]\n",
        ),
        ("a: {b: 1}\n", replace("a", json!(null)), "a: null\n"),
    ]);
}

#[test]
fn adds_entries_in_the_style_of_their_neighbours() {
    check(&[
        (
            "a:\n  b: 1 # c\n# d\ne: 2\n",
            add("a.w", json!(9)),
            "a:\n  b: 1 # c\n  w: 9\n# d\ne: 2\n",
        ),
        (
            "- a: 1\n",
            add("0.w", json!({"x": 1})),
            "- a: 1\n  w:\n    x: 1\n",
        ),
        ("a:\n  b: 1", add("a.w", json!(9)), "a:\n  b: 1\n  w: 9"),
        (
            "a:\r\n  b: 1\r\n",
            add("a.w", json!([1])),
            "a:\r\n  b: 1\r\n  w:\r\n  - 1\r\n",
        ),
        (
            "a:\n  b:\n    - 1\n",
            add("a.w", json!([1])),
            "a:\n  b:\n    - 1\n  w:\n    - 1\n",
        ),
        ("a: {b: 1}", add("a.w", json!(9)), "a: {b: 1, w: 9}"),
        (
            "a: { b: 1 }",
            add("a.w", json!({"x": "1"})),
            "a: { b: 1, w: {x: \"1\"} }",
        ),
        ("a: {b: 1,}", add("a.w", json!(9)), "a: {b: 1, w: 9,}"),
        ("a: {}", add("a.w", json!(9)), "a: {w: 9}"),
        (
            "{\n  \"b\": 1\n}\n",
            add("w", json!(9)),
            "{\n  \"b\": 1,\n  \"w\": 9\n}\n",
        ),
        (
            "a:\n  b: |\n    x\n\n\nc: 1\n",
            add("a.w", json!(9)),
            "a:\n  b: |\n    x\n  w: 9\n\n\nc: 1\n",
        ),
    ]);
}

#[test]
fn adds_items_in_the_style_of_their_neighbours() {
    let item = json!({"destination": {"host": "reviews", "subset": "v2"}, "weight": 10});
    check(&[
        (
            "route:\n- destination:\n    host: reviews\n    subset: v1 # stable\n  weight: 90\n# end\n",
            add("route.1", item.clone()),
            "route:\n- destination:\n    host: reviews\n    subset: v1 # stable\n  weight: 90\n- destination:\n    host: reviews\n    subset: v2\n  weight: 10\n# end\n",
        ),
        (
            "route:\n    -   weight: 90\n        destination: { subset: 'v1', host: reviews }\n",
            add("route.1", item.clone()),
            "route:\n    -   weight: 90\n        destination: { subset: 'v1', host: reviews }\n    -   weight: 10\n        destination: { subset: 'v2', host: reviews }\n",
        ),
        (
            "route: [{destination: {host: reviews, subset: v1}}]\n",
            add("route.1", item.clone()),
            "route: [{destination: {host: reviews, subset: v1}}, {destination: {host: reviews, subset: v2}, weight: 10}]\n",
        ),
        (
            "{\"route\": [\n  {\"destination\": {\"host\": \"reviews\", \"subset\": \"v1\"}}\n]}\n",
            add("route.1", item),
            "{\"route\": [\n  {\"destination\": {\"host\": \"reviews\", \"subset\": \"v1\"}},\n  {\"destination\": {\"host\": \"reviews\", \"subset\": \"v2\"}, \"weight\": 10}\n]}\n",
        ),
        ("- b\n- c\n", add("0", json!("a")), "- a\n- b\n- c\n"),
        (
            "- - b\n  - c\n",
            add("0.0", json!("a")),
            "- - a\n  - b\n  - c\n",
        ),
        (
            "- b\n- c",
            add("1", json!({"x": 1, "z": 2})),
            "- b\n- x: 1\n  z: 2\n- c",
        ),
        ("[b, c]", add("0", json!("a")), "[a, b, c]"),
        ("[]", add("0", json!("a")), "[a]"),
        ("a: [ 1, 2 ]", add("a.1", json!(3)), "a: [ 1, 3, 2 ]"),
    ]);
}

#[test]
fn removes_entries_and_items_with_their_lines() {
    check(&[
        ("a: 1\nb: 2 # x\nc: 3\n", remove("b"), "a: 1\nc: 3\n"),
        ("a: 1\nb: 2", remove("b"), "a: 1\n"),
        ("- a: 1\n  b: 2\n", remove("0.a"), "- b: 2\n"),
        ("- a: 1\n  b: 2\n", remove("0.b"), "- a: 1\n"),
        ("- a: 1\n- b\n", remove("0"), "- b\n"),
        ("x:\n- a\ny: 1\n", remove("x.0"), "x: []\ny: 1\n"),
        ("x:\n  a: 1\ny: 1\n", remove("x.a"), "x: {}\ny: 1\n"),
        (
            "x:\r\n- |\r\n  a\r\ny: 1\r\n",
            remove("x.0"),
            "x: []\r\ny: 1\r\n",
        ),
        (
            "x: # c\n# d\n- a # e\ny: 1\n",
            remove("x.0"),
            "x: [] # c\n# d\ny: 1\n",
        ),
        ("[a, b, c]", remove("0"), "[b, c]"),
        ("[a, b, c]", remove("2"), "[a, b]"),
        ("{a: 1}", remove("a"), "{}"),
        ("[a,]", remove("0"), "[]"),
        ("[a, b,]", remove("1"), "[a,]"),
        ("{a: 1, b: [x, y]}", remove("b.0"), "{a: 1, b: [y]}"),
    ]);
}

#[test]
fn refuses_what_is_shared_templated_or_not_there() {
    refuses(&[
        ("a: 1\na: 2\n", remove("a"), 2, "stands twice"),
        (
            "a:\n  b: |\n    x",
            add("a.w", json!(9)),
            1,
            "cannot be edited",
        ),
        (
            "a: &x {w: 1}\nb: *x\n",
            replace("a.w", json!(2)),
            1,
            "shared with 1 other place;",
        ),
        (
            "a: &x {w: 1}\nb: *x\n",
            replace("b.w", json!(2)),
            2,
            "`*x` stands for a value that is shared",
        ),
        (
            "a:\n  w: &x 1\nb: [*x, *x]\n",
            replace("a.w", json!(2)),
            2,
            "shared with 2 other places",
        ),
        ("a:\n  w: &x 1\nb: *x\n", remove("a"), 2, "shared"),
        (
            "a: &x {w: 1}\nb:\n  <<: *x\n",
            replace("b.w", json!(2)),
            2,
            "merge",
        ),
        (
            "a: &x {w: 1}\nb:\n  <<: *x\n",
            add("b.v", json!(2)),
            2,
            "merge",
        ),
        (
            "a: 1\nb: \"{{ .Values.b }}\"\n",
            replace("a", json!(2)),
            2,
            "template",
        ),
        ("a: 1\n", replace("b", json!(2)), 1, "there is no `b`"),
        ("a: [1]\n", add("a.5", json!(2)), 1, "there is no `a[5]`"),
        ("a: 1\n", add("a.x", json!(2)), 1, "no mapping"),
        ("a: 1\n", add("a", json!(2)), 1, "already"),
        ("a: 1\n b: 2\n", add("a", json!(2)), 2, "line 2"),
    ]);
    assert!(apply("# {{ a comment }}\na: 1\n", &[replace("a", json!(2))]).is_ok());
}

#[test]
fn applies_one_operation_after_the_other() {
    let text = "route:\n- w: 1\n- w: 2\n- w: 3\n";
    let operations = [
        remove("route.0"),
        replace("route.0.w", json!(20)),
        add("route.2", json!({"w": 4})),
    ];
    assert_eq!(
        apply(text, &operations).as_deref(),
        Ok("route:\n- w: 20\n- w: 3\n- w: 4\n")
    );
}

/// Documents in all styles, with comments everywhere.
fn document() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "x",
        "'q'",
        "\"d\"",
        "[1, {a: b}]",
        "{a: 1, b: [x]}",
        "",
        "|\n        text\n",
        "[]",
        "{}",
    ]);
    let line = (
        prop::sample::select(vec!["a", "b", "c", "'d'"]),
        leaf,
        any::<bool>(),
    );
    (
        prop::collection::vec(prop::collection::vec(line, 1..4), 1..4),
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
    )
        .prop_map(|(items, end, indented)| {
            let margin = if indented { "  " } else { "" };
            let mut text = format!("# head{end}top: # list{end}");
            for (number, item) in items.iter().enumerate() {
                let _ = write!(text, "{margin}# item {number}{end}");
                for (index, (key, value, comment)) in item.iter().enumerate() {
                    let dash = if index == 0 { "- " } else { "  " };
                    let note = if *comment && !value.contains('|') {
                        " # note"
                    } else {
                        ""
                    };
                    let _ = write!(text, "{margin}{dash}{key}: {value}{note}{end}");
                }
            }
            text + "end: 1 # end" + end
        })
}

fn operation() -> impl Strategy<Value = Operation> {
    let place = prop_oneof![
        (0usize..4).prop_map(|item| format!("top.{item}")),
        (0usize..4, prop::sample::select(vec!["a", "b", "c", "d"]))
            .prop_map(|(item, key)| format!("top.{item}.{key}")),
        (0usize..4, 0usize..3).prop_map(|(item, index)| format!("top.{item}.a.{index}")),
        (0usize..4).prop_map(|item| format!("top.{item}.a.b")),
        Just("end".to_owned()),
    ];
    let value = prop::sample::select(vec![
        json!(7),
        json!("text"),
        json!("- odd: #"),
        json!(null),
        json!({"k": {"l": 1}}),
        json!([1, {"m": "n"}]),
        json!([]),
        json!("two\nlines"),
    ]);
    (place, value, 0..3).prop_map(|(at, value, kind)| match kind {
        0 => replace(&at, value),
        1 => add(&at, value),
        _ => remove(&at),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    /// What can be done to the value can be done to the text, and all comments but those of removed lines survive.
    #[test]
    fn edits_the_text_as_the_value(text in document(), operation in operation()) {
        let mut value = super::super::parse(&text).expect("a document");
        let possible = patch(&mut value, &operation);
        match apply(&text, std::slice::from_ref(&operation)) {
            Ok(edited) => {
                prop_assert!(possible);
                prop_assert_eq!(super::super::parse(&edited), Ok(value), "{}", edited);
                if !matches!(operation, Operation::Remove { .. }) {
                    let comments = |text: &str| text.matches('#').count();
                    let odd = edited.matches("odd: #").count();
                    let replaced = matches!(operation, Operation::Replace { .. });
                    prop_assert!(comments(&edited) - odd == comments(&text) || replaced, "{}", edited);
                }
                let bare = edited.matches('\n').count() != edited.matches("\r\n").count();
                prop_assert!(!text.contains("\r\n") || !bare || text.contains('|'), "{:?}", edited);
            }
            // Comments between the parts of a compact block are not thrown away.
            Err(refusal) => prop_assert!(
                !possible || refusal.message.contains("comments around this") || refusal.message.contains("twice"),
                "{}\n{:?}\n{}", text, operation, refusal
            ),
        }
    }
}
