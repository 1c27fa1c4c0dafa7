//! Documents rewritten, and what was added taken out again.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn rewritten(text: &str, after: &Value) -> String {
    let before = crate::yaml::parse(text).expect("YAML");
    let done = rewrite(text, &before, after);
    let done = done.unwrap_or_else(|refusal| panic!("{refusal}\n{text}"));
    if done.goes_back {
        let back = rewrite(&done.text, after, &before).expect("what was added can go");
        assert_eq!(back.text, text);
    }
    done.text
}

#[test]
fn adds_entries_and_items_and_leaves_the_rest() {
    let text = "\
# a shop
spec:
  containers: # two
  # the first
  - name: \"app\"   # ours
    image: x
  labels: {a: b}
kind: Deployment
";
    let after = json!({
        "kind": "Deployment",
        "spec": {
            "containers": [{"name": "init"}, {"name": "app", "image": "x", "tty": true}, {"name": "proxy", "args": ["a"]}],
            "labels": {"a": "b", "c": "d"},
            "volumes": [{"name": "v", "emptyDir": {}}],
        },
    });
    assert_eq!(
        rewritten(text, &after),
        "\
# a shop
spec:
  containers: # two
  - name: init
  # the first
  - name: \"app\"   # ours
    image: x
    tty: true
  - args:
    - a
    name: proxy
  labels: {a: b, c: d}
  volumes:
  - emptyDir: {}
    name: v
kind: Deployment
"
    );
}

#[test]
fn replaces_what_differs_and_takes_away_what_is_gone() {
    let text = "a:\n  - name: x\n    port: http # ours\n  - name: y\nb: 1\nc: []\n";
    let after = json!({"a": [{"name": "x", "port": 15020}], "c": ["d"]});
    assert_eq!(
        rewritten(text, &after),
        "a:\n  - name: x\n    port: 15020 # ours\nc:\n  - d\n"
    );
}

#[test]
fn the_objects_of_a_list_are_known_by_kind_and_name() {
    let text = "items:\n# first\n- kind: A\n  metadata: {name: a} # ours\n- kind: B\n  metadata: {name: a}\n";
    let after = json!({"items": [
        {"kind": "A", "metadata": {"name": "a"}, "spec": 1},
        {"kind": "B", "metadata": {"name": "a"}, "spec": 2},
    ]});
    assert_eq!(
        rewritten(text, &after),
        "items:\n# first\n- kind: A\n  metadata: {name: a} # ours\n  spec: 1\n- kind: B\n  metadata: {name: a}\n  spec: 2\n"
    );
}

#[test]
fn comments_after_quotes_stay() {
    let text = "a: \"x\\\" # y\"   # ours\nb: 'it''s' # mine\nc: {d: \"e\" , f: 1}\n";
    let after = json!({"a": 1, "b": "its", "c": {"d": 2, "f": 1}});
    assert_eq!(
        rewritten(text, &after),
        "a: 1   # ours\nb: 'its' # mine\nc: {d: 2 , f: 1}\n"
    );
}

#[test]
fn comments_in_empty_brackets_stay() {
    let text = "a: { # one\n  # two\n }\nb:   # three\n  {}\nc: [] # four\n";
    let after = json!({"a": {"x": 1}, "b": {"w": 2}, "c": ["z"]});
    assert_eq!(
        rewritten(text, &after),
        "a: # one\n  # two\n  x: 1\nb: # three\n  w: 2\nc:\n- z # four\n"
    );
}

#[test]
fn writes_an_alias_out_where_its_value_changes() {
    let text = "labels: &l\n  app: a\ntemplate:\n  labels: *l\n";
    let after = json!({"labels": {"app": "a"}, "template": {"labels": {"app": "a", "mesh": "b"}}});
    assert_eq!(
        rewritten(text, &after),
        "labels: &l\n  app: a\ntemplate:\n  labels:\n    app: a\n    mesh: b\n"
    );
    let both =
        json!({"labels": {"app": "a", "x": "y"}, "template": {"labels": {"app": "a", "x": "y"}}});
    let before = crate::yaml::parse(text).expect("YAML");
    assert!(rewrite(text, &before, &both).is_err());
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..100_i64).prop_map(Value::from),
        "[a-z: #'\\n\"-]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-d]|name", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_rewritten_document_has_the_new_value_and_what_was_added_can_go(before in value(), after in value()) {
        let (before, after) = (json!({"top": before}), json!({"top": after}));
        for text in [crate::yaml::to_string(&before), before.to_string(), format!("{before:#}\n")] {
            if let Ok(done) = rewrite(&text, &before, &after) {
                prop_assert_eq!(crate::yaml::parse(&done.text), Ok(after.clone()));
                if text.starts_with('{') {
                    prop_assert_eq!(serde_json::from_str::<Value>(&done.text).ok(), Some(after.clone()));
                }
                if done.goes_back {
                    let back = rewrite(&done.text, &after, &before);
                    prop_assert_eq!(back.map(|it| it.text), Ok(text));
                }
            }
        }
    }
}
