//! Documents of every style, whole and damaged: none makes injection panic, and what is injected keeps every comment, reads as
//! what was meant, is the same when it is injected again, and comes out again byte for byte. The seed is fixed; how long it
//! runs is half of `MESH_FUZZ_SECONDS` and at least a thousand documents, or a few seconds.

mod brackets;
mod damage;
mod hand;
mod objects;

use std::time::{Duration, Instant};

use serde_json::json;

use damage::damage;
use hand::Hand;
use objects::{edit, object};

use super::*;
use crate::dice::{self, Dice};
use crate::engine::inject::{Config, annotations};

/// A template that is rendered quickly and does what templates do: containers before and after, a volume, labels and annotations.
const SMALL: &str = r##"
metadata:
  labels:
    security.istio.io/tlsMode: {{ index .ObjectMeta.Labels `security.istio.io/tlsMode` | default "istio" | quote }}
  annotations:
    istio.io/rev: {{ .Revision | default "default" | quote }}
spec:
  initContainers:
  - name: istio-init
    image: {{ .ProxyInitImage }}
    args: ["-p", "15001", "# not a comment", "a: b"]
  containers:
  - name: istio-proxy
    image: {{ .ProxyImage }}
    env:
    - name: SCRIPT
      value: |
        # a line
          and another
  volumes:
  - name: istio-data
    emptyDir: {}
"##;

fn small(tag: &str, rewrites_probes: bool) -> Injector {
    let config = Config {
        templates: [("sidecar".to_owned(), SMALL.to_owned())].into(),
        default_templates: vec!["sidecar".to_owned()],
        values: json!({
            "global": {"hub": "h", "tag": tag, "proxy": {"image": "proxyv2"}, "proxy_init": {"image": "proxyv2"}},
            "sidecarInjectorWebhook": {"rewriteAppHTTPProbe": rewrites_probes},
        }),
        mesh: json!({"enablePrometheusMerge": true}),
        ..Config::default()
    };
    Injector::new(config).expect("a good configuration")
}

/// What became of the documents that were tried.
#[derive(Debug, Default)]
struct Tally {
    refused: u32,
    left: u32,
    injected: u32,
    anew: u32,
    /// Of those that were edited with their sidecar, how many came out with the edit and all else, and how many with less.
    edited: u32,
    edited_less: u32,
}

/// Holds one document to what is promised.
fn try_one([injector, newer]: [&Injector; 2], text: &str, edits: Option<&Dice>, tally: &mut Tally) {
    let Ok(value) = yaml::parse(text) else {
        tally.refused += 1;
        return;
    };
    if !value.is_object() {
        tally.refused += 1;
        return;
    }
    let kinds = injector.kinds();
    let _ = uninject(text, &value, kinds);
    let was_injected = !uninject::injected(&value, kinds).is_empty();
    let written = match inject(injector, text, &value, false) {
        Ok(written) => written,
        Err(error) => {
            assert!(!error.message.is_empty());
            tally.refused += 1;
            return;
        }
    };
    let Some(injected) = written.text else {
        tally.left += 1;
        return;
    };
    tally.injected += 1;
    let read = yaml::parse(&injected);
    let mut expected = value.clone();
    if !was_injected {
        injector.inject(&mut expected).expect("it was injected");
        let mut read = read.clone();
        if let Ok(read) = &mut read
            && yaml::edit::is_json(byte_order_mark(text).1)
        {
            without_record(read);
            without_record(&mut expected);
        }
        assert_eq!(
            read.as_ref(),
            Ok(&expected),
            "reads as something else: {text:?}\n{injected:?}"
        );
    }
    let read = read.expect("YAML");
    let content = yaml::documents(&injected).filter(|document| !document.is_blank());
    assert_eq!(content.count(), 1, "one document became several");
    if written.notes.iter().any(|note| note.contains("anew")) {
        tally.anew += 1;
    } else if !was_injected && !goes_with_its_comments(text) {
        keeps_comments(text, &injected);
    }
    if was_injected {
        return;
    }
    let back = uninject(&injected, &read, kinds);
    assert_eq!(back.notes, Vec::<String>::new());
    let back = back.text.expect("it was injected");
    assert_eq!(back, text, "out again");
    let again = inject(injector, &injected, &read, false).expect("injectable again");
    assert_eq!(again.text.as_deref(), Some(injected.as_str()), "twice");
    let again = inject(newer, &injected, &read, false).expect("injectable again");
    let direct = inject(newer, text, &value, false).expect("injectable");
    assert_eq!(again.text, direct.text, "again with another configuration");
    if let Some(dice) = edits {
        keeps_edits(kinds, &injected, (&value, &read), dice, tally);
    }
}

/// Sorts containers: one that is added may come before or after one that comes back.
fn in_order(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(in_order),
        Value::Array(items) => {
            items.iter_mut().for_each(in_order);
            items.sort_by_key(|item| item["name"].to_string());
        }
        _ => {}
    }
}

/// What its user changes in an injected document stays when the sidecar goes, and what cannot come back for it is said.
fn keeps_edits(
    kinds: &Kinds,
    injected: &str,
    (value, read): (&Value, &Value),
    dice: &Dice,
    tally: &mut Tally,
) {
    let (mut expected, mut edited) = (value.clone(), read.clone());
    edit(&mut dice.clone(), &mut expected);
    edit(&mut dice.clone(), &mut edited);
    let Ok(rewritten) = yaml::edit::rewrite(injected, read, &edited) else {
        return;
    };
    let back = uninject(&rewritten.text, &edited, kinds);
    let text = back.text.expect("it was injected");
    let mut value = yaml::parse(&text).expect("YAML");
    if back.notes.is_empty() {
        tally.edited += 1;
        in_order(&mut value);
        in_order(&mut expected);
        assert_eq!(
            value, expected,
            "edited: {injected}\n{}\n{text}",
            rewritten.text
        );
    } else {
        tally.edited_less += 1;
        assert_eq!(uninject::injected(&value, kinds), []);
    }
}

/// Takes the record away that JSON may have for each object, and what has nothing in it but that.
fn without_record(object: &mut Value) {
    let items = object.get_mut("items").and_then(Value::as_array_mut);
    items.into_iter().flatten().for_each(without_record);
    for (way, name) in [
        ("/metadata/annotations", annotations::WAY_BACK),
        ("/metadata", "annotations"),
        ("", "metadata"),
    ] {
        if let Some(Value::Object(map)) = object.pointer_mut(way) {
            map.retain(|key, value| {
                key != name || !(value.is_string() || value.is_null() || value == &json!({}))
            });
        }
    }
}

/// Whether injection takes something out, and the comments in it with it: it comes back with them.
fn goes_with_its_comments(text: &str) -> bool {
    let taken = ["istio-proxy", "istio-init", "tcpSocket", "grpc"];
    taken.iter().any(|name| text.contains(name))
}

/// Every comment of our own stands in the result, and all in the order in which they stood.
fn keeps_comments(text: &str, injected: &str) {
    let comments = |text: &str| -> Vec<String> {
        let lines = text.trim_start_matches('\u{feff}').lines();
        let lines = lines.filter(|line| !line.starts_with(record::COMMENT));
        lines
            .filter_map(|line| {
                line.find("# note-")
                    .map(|at| line[at..].trim_end().to_owned())
            })
            .collect()
    };
    assert_eq!(comments(text), comments(injected), "comments");
}

#[test]
fn no_document_is_too_strange_to_go_in_and_out() {
    let usual = Duration::from_secs(3);
    let time = dice::time(0.5, usual);
    let least = if time > usual { 1000 } else { 100 };
    let until = Instant::now() + time;
    let mut dice = Dice::new(0x1517_0C0D_E5EE_D001);
    let ([old, new], mut tally) = ([small("old", true), small("new", false)], Tally::default());
    let mut tried = 0;
    while tried < least || Instant::now() < until {
        tried += 1;
        let object = object(&mut dice);
        let whole = match dice.roll(6) {
            0 | 1 => brackets::json(&mut dice, &object),
            2 => brackets::on_marker(&mut dice, &object),
            _ => Hand::write(&mut dice, &object),
        };
        let mut text = whole;
        let wounds = dice.one(&[0, 0, 1, 1, 2, 4]);
        for _ in 0..wounds {
            text = damage(&mut dice, &text);
        }
        let edits = (wounds == 0).then(|| dice.clone());
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for document in yaml::documents(&text) {
                try_one([&old, &new], document.text, edits.as_ref(), &mut tally);
            }
        }));
        if let Err(panic) = checked {
            eprintln!("document {tried}:\n{text}\n{text:?}");
            std::panic::resume_unwind(panic);
        }
    }
    // Were everything an error, nothing would be tested.
    assert!(tally.injected * 5 > tried, "{tried} documents: {tally:?}");
    assert!(
        tally.refused > 0 && tally.left > 0 && tally.anew * 10 < tally.injected,
        "{tried} documents: {tally:?}"
    );
    assert!(
        tally.edited * 5 > tally.injected && tally.edited_less * 5 < tally.edited,
        "{tried} documents: {tally:?}"
    );
    eprintln!("{tried} documents: {tally:?}");
}
