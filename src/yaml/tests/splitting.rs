//! Splitting: a stream of documents taken apart without loss, the same by every way of reading it.

use proptest::prelude::*;

use crate::yaml::documents::DocumentReader;
use crate::yaml::{Value, documents, parse_all};

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
pub(super) fn assert_splitting_agrees(text: &str) {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

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
