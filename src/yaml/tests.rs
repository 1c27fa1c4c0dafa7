//! Reading and writing as Kubernetes does it, checked against recorded answers of its own library.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::json;

use super::documents::DocumentReader;
use super::edit::{self, Operation};
use super::node::{Kind, Path, Style, Tree};
use super::{Value, documents, parse, parse_all, to_string};

/// Numbers as kubectl has them: whole floats are integers, what exceeds 63 bits is a float.
fn normalised(value: &Value) -> Value {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (None, Some(float)) => {
                super::scalar::float_value(float).expect("JSON numbers are finite")
            }
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(normalised).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), normalised(value)))
            .collect(),
        _ => value.clone(),
    }
}

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

/// Values and the exact bytes that sigs.k8s.io/yaml 1.6 writes for them.
#[test]
fn writes_the_bytes_of_kubernetes_own_writer() {
    let cases = [
        (json!(null), "null\n"),
        (json!("plain"), "plain\n"),
        (json!("a\n"), "|\n  a\n"),
        (json!({}), "{}\n"),
        (json!([]), "[]\n"),
        (json!({"a": {}, "b": []}), "a: {}\nb: []\n"),
        (
            json!({"a": [1, {"b": 2, "c": [3]}]}),
            "a:\n- 1\n- b: 2\n  c:\n  - 3\n",
        ),
        (json!([[1, [2]], []]), "- - 1\n  - - 2\n- []\n"),
        (json!({"a": ["x\ny\n"]}), "a:\n- |\n  x\n  y\n"),
        (
            json!({"a": {"b": "x\n\ny"}}),
            "a:\n  b: |-\n    x\n\n    y\n",
        ),
        (json!({"a": "x\n\n", "b": 1}), "a: |+\n  x\n\nb: 1\n"),
        (json!({"a": " x\ny"}), "a: |2-\n   x\n  y\n"),
        (json!({"a": "\n"}), "a: |2+\n\n"),
        (json!({"a": "x \ny"}), "a: \"x \\ny\"\n"),
        (json!({"a": "x\n\ty"}), "a: \"x\\n\\ty\"\n"),
        (
            json!(["yes", "on", "y", "true", "~", "null", ""]),
            "- \"yes\"\n- \"on\"\n- \"y\"\n- \"true\"\n- \"~\"\n- \"null\"\n- \"\"\n",
        ),
        (
            json!(["0644", "0o644", "0x1F", "1_000", "1e3", "08"]),
            "- \"0644\"\n- \"0o644\"\n- \"0x1F\"\n- \"1_000\"\n- \"1e3\"\n- \"08\"\n",
        ),
        (
            json!(["12:30", "1.2.3", "100m", "2001-01-01", "2001-02-30"]),
            "- \"12:30\"\n- 1.2.3\n- 100m\n- \"2001-01-01\"\n- 2001-02-30\n",
        ),
        (
            json!([
                " a", "a ", "- a", "a: b", "a #b", "#a", "a#b", "a:b", "*", "---"
            ]),
            "- ' a'\n- 'a '\n- '- a'\n- 'a: b'\n- 'a #b'\n- '#a'\n- a#b\n- a:b\n- '*'\n- '---'\n",
        ),
        (
            json!(["it's", "'", "\"", "\\", "{{ x }}", "`"]),
            "- it's\n- ''''\n- '\"'\n- \\\n- '{{ x }}'\n- '`'\n",
        ),
        (
            json!(["é", "😀", "\u{0}\u{1b}\u{7f}", "\u{a0}"]),
            "- é\n- \"\\U0001F600\"\n- \"\\0\\e\\x7F\"\n- \u{a0}\n",
        ),
        (
            json!([1.5, 0.1, 1e-5, 1e21, 1_234_567.5, 1.0, u64::MAX]),
            "- 1.5\n- 0.1\n- 1e-05\n- 1e+21\n- 1.2345675e+06\n- 1\n- 18446744073709551615\n",
        ),
        (
            json!({"a10": 1, "a9": 2, "aB": 3, "a.b": 4, "A": 5, "_": 6}),
            "_: 6\nA: 5\na.b: 4\na9: 2\na10: 1\naB: 3\n",
        ),
        (
            json!({"true": 1, "80": 2, "a b": 3, "a: b": 4, "": 5}),
            "\"\": 5\n\"80\": 2\na b: 3\n'a: b': 4\n\"true\": 1\n",
        ),
        (json!({"a\nb": 1, "c": 2}), "? |-\n  a\n  b\n: 1\nc: 2\n"),
    ];
    for (value, expected) in cases {
        assert_eq!(to_string(&value), expected, "{value}");
    }
}

#[test]
fn writes_long_keys_in_the_explicit_form() {
    let key = "k".repeat(129);
    let value = json!({ &key: {"a": [1]} });
    let text = to_string(&value);
    assert_eq!(text, format!("? {key}\n: a:\n  - 1\n"));
    assert_eq!(parse(&text), Ok(value));
}

#[test]
fn does_not_fold_long_lines() {
    let value = json!({"a": "word ".repeat(100) + "end"});
    assert_eq!(to_string(&value).lines().count(), 1);
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
    let block = "- ".repeat(super::MAX_DEPTH - 1) + "a: 1\n";
    for (text, depth) in [(flow, 255), (block, super::MAX_DEPTH)] {
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

#[test]
fn splits_documents_without_loss() {
    let text =
        "# head\n---\na: 1\n--- # two\nb: |\n  ---\n  x\n...\n# tail of two\n---\r\nc: 1\r\n---";
    let found: Vec<(usize, &str)> = documents(text).map(|each| (each.line, each.text)).collect();
    assert_eq!(
        found,
        [
            (1, "# head\n---\na: 1\n"),
            (4, "--- # two\nb: |\n  ---\n  x\n...\n"),
            (9, "# tail of two\n---\r\nc: 1\r\n"),
            (12, "---"),
        ]
    );
    assert!(documents("").next().is_none());
    assert!(documents("# only\n").all(|each| each.is_blank()));
    assert!(documents("--- text\n").all(|each| !each.is_blank()));
}

/// Every way of reading a stream finds the same documents.
fn assert_splitting_agrees(text: &str) {
    let split: Vec<(String, usize)> = documents(text)
        .map(|each| (each.text.to_owned(), each.line))
        .collect();
    let whole: String = split.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(whole, text);
    let mut reader = DocumentReader::new(text.as_bytes());
    let mut streamed = Vec::new();
    while let Some(document) = reader.next_document().expect("reading from memory") {
        streamed.push(document);
    }
    assert_eq!(streamed, split, "{text:?}");
    if let Ok(values) = parse_all(text) {
        let each: Vec<Value> = split
            .iter()
            .flat_map(|(text, _)| parse_all(text).expect("a part of what was read"))
            .collect();
        assert_eq!(each, values, "{text:?}");
    }
}

#[test]
fn says_on_which_line_a_stream_is_not_utf8() {
    let mut reader = DocumentReader::new(&b"a: 1\n---\nb: \xff\n"[..]);
    let mut outcome = reader.next_document();
    while let Ok(Some(_)) = outcome {
        outcome = reader.next_document();
    }
    let error = outcome.expect_err("not UTF-8").to_string();
    assert_eq!(error, "line 3: the text is not UTF-8");
}

/// The ways to all values below the root.
fn paths(value: &Value, path: &Path) -> Vec<Path> {
    let children: Vec<(Path, &Value)> = match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (path.join(index), item))
            .collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (path.join(key.as_str()), value))
            .collect(),
        _ => Vec::new(),
    };
    let below = |(path, value): (Path, &Value)| {
        let inner = paths(value, &path);
        std::iter::once(path).chain(inner)
    };
    children.into_iter().flat_map(below).collect()
}

/// Every value that the reader finds is in the tree, and what stands at its place reads as the value.
fn assert_every_value_is_in_place(text: &str, tree: &Tree, path: &Path, value: &Value) {
    // What comes by a merge or an alias has no place of its own.
    let Some(node) = tree.find(path) else {
        let shared = text.contains("<<") || text.contains('*');
        assert!(shared || tree.root.is_none(), "{path} in {text:?}");
        return;
    };
    let written = &text[node.span.clone()];
    match (value, &node.kind) {
        (Value::Array(items), Kind::Sequence { .. }) => {
            for (index, item) in items.iter().enumerate() {
                assert_every_value_is_in_place(text, tree, &path.join(index), item);
            }
        }
        (Value::Object(map), Kind::Mapping { .. }) => {
            for (key, value) in map {
                assert_every_value_is_in_place(text, tree, &path.join(key.as_str()), value);
            }
        }
        (_, Kind::Scalar(Style::Double | Style::Single)) if !text.contains('!') => {
            assert_eq!(parse(written), Ok(value.clone()), "{path} in {text:?}");
        }
        (_, Kind::Scalar(Style::Block)) => {
            assert!(written.starts_with(['|', '>']), "{path} in {text:?}");
        }
        (_, Kind::Scalar(_) | Kind::Alias) => {}
        (value, kind) => panic!("{path} is {value} and {kind:?} in {text:?}"),
    }
}

fn nasty_text() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        prop::sample::select(vec![
            "yes",
            "no",
            "~",
            "null",
            "0644",
            "0o7",
            "1_0",
            "1e3",
            ".5",
            "-",
            "---",
            "...",
            ": ",
            " #",
            "\n",
            "\n\n",
            " ",
            "\t",
            "'",
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            "&",
            "*",
            "!",
            "|",
            ">",
            "%",
            "@",
            "`",
            "?",
            "é",
            "😀",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\u{0}",
            "\r",
            "2001-01-01",
            "12:30",
            "<<",
            "a",
            "key",
            "x y",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop::collection::vec(fragment, 0..4).prop_map(|parts| parts.concat())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => nasty_text().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(nasty_text(), inner, 0..6)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(value in any_value()) {
        let text = to_string(&value);
        prop_assert_eq!(parse(&text), Ok(normalised(&value)), "{}", text);
        prop_assert_eq!(parse_all(&text).map(|values| values.len()), Ok(1));
        assert_splitting_agrees(&text);
        let tree = Tree::parse(&text).expect("what can be read has a tree");
        assert_every_value_is_in_place(&text, &tree, &Path::default(), &value);
    }

    #[test]
    fn splitting_loses_nothing(
        lines in prop::collection::vec(
            prop::sample::select(vec![
                "---", "--- # c", "--- x", "...", "# c", "", "a: 1", "a: |", "  ---", "  x",
                "%YAML 1.1", "---x", "- b",
            ]),
            0..12,
        ),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        last in any::<bool>(),
    ) {
        let mut text = lines.join(end);
        if last {
            text.push_str(end);
        }
        assert_splitting_agrees(&text);
    }
}

/// Bytes of valid documents mixed at random: errors are fine, panics are not.
#[test]
fn no_mutation_of_a_document_panics() {
    const SEEDS: &[&str] = &[
        "apiVersion: v1\nkind: List\nitems:\n- a: &x {b: [1, 'two', \"th\\u0072ee\"]}\n  c: *x\n  <<: *x\n",
        "%YAML 1.1\n---\na: |+\n  x\n\n  y\nb: >-2\n    z\n? [k]\n: v\n...\n---\n- - a\n  -\n    b: !!int 3\n",
        "{a: [b, {c: d}], \"e\": 'f', ? g : h}\n# end\n",
    ];
    const PIECES: &[&str] = &[
        ":", ": ", "- ", "\n", "\n  ", "\t", "[", "]", "{", "}", "'", "\"", "&a ", "*a ", "|", ">",
        "!", "!!str ", "#", "%", "---\n", "...\n", "\r", "\u{feff}", "\\", "é", "? ", ",", "<<",
        "\u{2028}", "|9", "@",
    ];
    // xorshift: the same inputs on every run.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("below a usize")
    };
    for _ in 0..20_000 {
        let mut characters: Vec<char> = SEEDS[random(SEEDS.len())].chars().collect();
        for _ in 0..=random(6) {
            let place = random(characters.len() + 1);
            if random(2) == 0 {
                characters.splice(place..place, PIECES[random(PIECES.len())].chars());
            } else {
                let end = (place + random(8)).min(characters.len());
                characters.drain(place..end);
            }
        }
        let text: String = characters.into_iter().collect();
        let _ = parse_all(&text);
        if let Ok(value) = parse(&text) {
            let tree = Tree::parse(&text).unwrap_or_else(|error| panic!("{error} in {text:?}"));
            assert_every_value_is_in_place(&text, &tree, &Path::default(), &value);
            // An edit is made or refused; what is made has been read back.
            for path in paths(&value, &Path::default()) {
                let operation = match random(3) {
                    0 => Operation::Remove { path },
                    1 => Operation::Replace {
                        path,
                        value: json!({"k": ["v: x"]}),
                    },
                    _ => Operation::Replace {
                        path,
                        value: json!("it's\ttwo\nlines"),
                    },
                };
                let _ = edit::apply(&text, &[operation]);
            }
        }
        let whole: String = documents(&text).map(|each| each.text).collect();
        assert_eq!(whole, text);
    }
}

#[test]
fn folds_long_texts_where_asked() {
    let line = ["word"; 15].join(" ");
    let value = json!({
        "escaped": format!("\t{}  two", &line[5..]),
        "plain": format!("{line} one two"),
        "quoted": format!("{line} one: {line}"),
    });
    let folded = super::to_string_folded(&value);
    let expected = format!(
        "escaped: \"\\t{}\n  \\ two\"\nplain: {line}\n  one two\nquoted: '{line}\n  one: {line}'\n",
        &line[5..]
    );
    assert_eq!(folded, expected);
    assert_eq!(parse(&folded).unwrap(), value);
}
