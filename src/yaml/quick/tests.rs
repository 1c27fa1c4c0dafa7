//! What is read without the parser, and that the parser reads the same.

use proptest::prelude::*;

use super::*;

/// Whether a text is read here, and as the parser reads it.
fn is_read(text: &str) -> bool {
    let quick = documents(text, usize::MAX);
    let parsed = super::super::read::with_parser(text, usize::MAX);
    if let Some(quick) = &quick {
        assert_eq!(Ok(quick), parsed.as_ref(), "{text:?}");
    }
    quick.is_some()
}

#[test]
fn plain_manifests_are_read_as_the_parser_reads_them() {
    for text in [
        "a: 1\nb: two words\nc:\n- x\n- k: z\n  w:\n  - 1\n-\n  v: null\nd:\n",
        "---\n# head\na: {b: c, \"d\": [1, 'x, y', {}], e: []} # note\n---\nb: \"x # y\" # z\n",
        "a: |\n  one\n\n    two\n  three\n\nb: |-\n  # not a comment\n  x: z\nc: http://x:80/#a\n",
        "- - a\n  - b\n- c:\n    - d\n  e: 'it''s'\n- f\n",
        "on: yes\n\"on\": \"yes\"\n",
        "a: 2024-01-01\nb: 0x1F\nc: 1_000\nd: -1.5\ne: -x\nf: ~\ng: \"\\\"q\\\" \\n\"\n",
        "list:\n- name: a # first\n  # between\n  image: b:1\nlast: {a: 1}\n",
        "a: 1\na: 2\n",
        "",
        "# nothing\n",
        "a: 1",
        "# nothing",
        "a:\n- b: {c: d}\n- 'e' # f",
        "a: |\n  b",
        "a: |-\n  b\n    \n  c",
        "a: |\n  b\n     \n\n    \nc: d\n",
        "# é…\na: |\n  é → …\nb: \"é\" # …\nc: xé 'ü'\n",
        "a: |\n  b\nc:\n  d:",
        "a: |-\n  b\nc: \"d\"\n  ",
        "a: [1,\n  2]\n",
        "a:\n  b: [\n    c, # d\n    # e\n    {\"f\": g,\n     h: 'i' },\n\n   ]  # j\nk: {\n }\n",
        "{\n  \"a\": {\"b\":1,\n\"c\":[2,3]},\n  \"d\": {}\n}\n",
        "# x\n[a]\n---\n{b: c\n}\n",
        "a:\n  {b: c,\n  d: e}\nf:\n- {g:\n\n  h}\n-\n  [i]\n",
        "- [\n  a\n  , b]\n- {c:\n    d,}\n- e\n",
    ] {
        let is_expected = !text.starts_with("on:");
        assert_eq!(is_read(text), is_expected, "{text:?}");
    }
}

const TAILS: [&str; 7] = ["", "]", "}", "]\n", " }\n", "\n]\n", "\n  ] # w\n"];

proptest! {
    #[test]
    fn brackets_with_any_gaps_are_read_as_the_parser_reads_them(
        tokens in prop::collection::vec(
            prop::sample::select(vec!["[", "]", "{", "}", ",", "a", "'b c'", "d:", "\"d\":", "\"e\":", "1", "null", "~", "-", "f: g", "{h: i}", "[j, {k: l}]"]),
            0..12,
        ),
        gaps in prop::collection::vec(
            prop::sample::select(vec!["", " ", "\n", "\n  ", " # x\n    ", "#", "\n\n ", "\n  # y\n\n   ", "\n---\n"]),
            12,
        ),
        head in prop::sample::select(vec!["a: [", "a: {", "- {", "z:\n  y: [", "- x: {", "- - [", "{", "[", "z:\n  {", "z:\n- ["]),
    ) {
        let inside: String = gaps.iter().zip(&tokens).flat_map(|(gap, token)| [*gap, *token]).collect();
        // As they come, and with a comma after each, so that many are well-formed.
        let entries: String = gaps
            .windows(2)
            .zip(&tokens)
            .flat_map(|(gap, token)| [gap[0], *token, gap[1], ","])
            .collect();
        for (inside, tail) in [&inside, &entries].into_iter().flat_map(|it| TAILS.map(|tail| (it, tail))) {
            is_read(&format!("{head}{inside}{tail}"));
        }
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_parser() {
    for text in [
        "a: b\n  c\n",
        "a: &x 1\n",
        "a: *x\n",
        "a: !!str 1\n",
        "a: >\n  x\n",
        "a: |2\n  x\n",
        "a: |+\n  x\n\n",
        "a: |\n  x\n # c\nb: 1\n",
        "a: \"x\n  y\"\n",
        "a: [1,\n2]\n",
        "a:\n  b: [\n    1\n  ]\n",
        "a: [1\n  2]\n",
        "a: [1,\n  2\n",
        "a: [1,\n---\n  2]\n",
        "a: [1,#b\n  2]\n",
        "a: [,]\n",
        "a: {b: ,}\n",
        "a: {b\n  : c}\n",
        "a: b: c\n",
        "a:\n  b: 1\n c: 2\n",
        "a: 1\n- b\n",
        "- a\nb: 1\n",
        "a:\tb\n",
        "a: |\n  b\n  ",
        "a: |\n  b\n    ",
        "a: |\n    \n  b\n",
        "a: b\u{85}c\n",
        "a: |\n  b\u{2028}c\n",
        "a: 1\n---",
        "a: 1\r\n",
        "? a\n: b\n",
        "<<: {a: 1}\n",
        "a: 1\n...\n",
        "%YAML 1.1\n---\na: 1\n",
        "--- a\n",
        "a: 1\n---\n",
        "---\n",
        "---\n---\na: 1\n",
        "a: @x\n",
        "{a: b}: c\n",
        "{a: b} c\n",
        "{\n---\na: b}\n",
        "a:\n[b]\n",
        "a:\n  [b,\nc]\n",
        "a: {b:c}\n",
        "a: 'x' y\n",
        "a: {b: c}d\n",
        "a: {b: c}#d\n",
        "plain\n",
        "a: .inf\n",
        "a: [a: b]\n",
        "é: 1\n",
    ] {
        assert!(!is_read(text), "{text:?}");
    }
}
