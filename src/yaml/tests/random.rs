//! Values and texts at random: what is written is read back, everything has its place in the tree, and nothing panics.

use proptest::prelude::*;
use serde_json::json;

use super::normalised;
use super::splitting::assert_splitting_agrees;
use crate::dice::Dice;
use crate::yaml::edit::{self, Operation};
use crate::yaml::node::{Kind, Path, Style, Tree};
use crate::yaml::{Value, documents, parse, parse_all, to_string};

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
    let mut dice = Dice::new(7);
    for _ in 0..20_000 {
        let mut characters: Vec<char> = dice.one(SEEDS).chars().collect();
        for _ in 0..=dice.roll(6) {
            let place = dice.roll(characters.len() + 1);
            if dice.hits(2) {
                characters.splice(place..place, dice.one(PIECES).chars());
            } else {
                let end = (place + dice.roll(8)).min(characters.len());
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
                let operation = match dice.roll(3) {
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
