//! Writing: the bytes of sigs.k8s.io/yaml, which were recorded.

use serde_json::json;

use crate::yaml::{parse, to_string, to_string_folded};

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

#[test]
fn folds_long_texts_where_asked() {
    let line = ["word"; 15].join(" ");
    let value = json!({
        "escaped": format!("\t{}  two", &line[5..]),
        "plain": format!("{line} one two"),
        "quoted": format!("{line} one: {line}"),
    });
    let folded = to_string_folded(&value);
    let expected = format!(
        "escaped: \"\\t{}\n  \\ two\"\nplain: {line}\n  one two\nquoted: '{line}\n  one: {line}'\n",
        &line[5..]
    );
    assert_eq!(folded, expected);
    assert_eq!(parse(&folded).unwrap(), value);
}
