//! From a document and the value that it is to have to the document with that value: only the places where the two differ
//! are written anew.

use super::super::node::{Entry, Item, Kind, Node, Path, Step, Style, Tree};
use super::place::Place;
use super::render::{self, Layout};
use super::{Change, Refusal, Value};

/// What became of a document.
#[derive(Debug)]
pub(crate) struct Rewritten {
    pub(crate) text: String,
    /// Whether a rewrite of the result to the old value is known to give back the text, byte for byte: whole entries and items
    /// were added on lines of their own, scalars were replaced that would be written again as they stood, and nothing else
    /// was done.
    pub(crate) goes_back: bool,
}

/// The first document of `text`, which has the value `before`, with the value `after`. What is the same in both stays byte
/// for byte. New entries come last in their mapping, those with the same names in two lists are the same items.
///
/// Refused are changes of what other places share through an anchor, and what cannot be written in the style of the text.
pub(crate) fn rewrite(text: &str, before: &Value, after: &Value) -> Result<Rewritten, Refusal> {
    if before == after {
        return Ok(Rewritten {
            text: text.to_owned(),
            goes_back: true,
        });
    }
    let tree = Tree::parse(text)?;
    let Some(root) = &tree.root else {
        return Err(Refusal::at(text, 0, "there is nothing to be changed here"));
    };
    let mut writer = Writer {
        layout: Layout::of(text, &tree),
        tree: &tree,
        changes: Vec::new(),
        goes_back: true,
    };
    let mut path = Path::default();
    if !writer.inside(root, None, before, after, &mut path)? {
        return Err(Refusal::at(text, root.span.start, ENTANGLED));
    }
    let Writer {
        mut changes,
        goes_back,
        ..
    } = writer;
    // Of two changes at one place, what is taken away comes first.
    changes.sort_by_key(|change| (change.range.start, change.range.is_empty()));
    let mut edited =
        String::with_capacity(text.len() + changes.iter().map(|it| it.text.len()).sum::<usize>());
    let mut at = 0;
    for change in &changes {
        if change.range.start < at {
            return Err(Refusal::at(text, change.range.start, ENTANGLED));
        }
        edited.push_str(&text[at..change.range.start]);
        edited.push_str(&change.text);
        at = change.range.end;
    }
    edited.push_str(&text[at..]);
    // Reading the result takes longer than all the rest.
    let is_certain = goes_back && is_plain(text) && !cfg!(debug_assertions);
    if !is_certain && super::super::parse(&edited).as_ref() != Ok(after) {
        let first = changes.first().map_or(0, |change| change.range.start);
        return Err(Refusal::at(text, first, ENTANGLED));
    }
    Ok(Rewritten {
        text: edited,
        goes_back,
    })
}

/// Whether a text has none of what makes it hard to tell what is read where lines are added and scalars replaced: then it is
/// what was written. The tests, which read every result, hold this to it.
fn is_plain(text: &str) -> bool {
    text.is_ascii()
        && text.ends_with('\n')
        && !text.contains(['\r', '\t', '&', '*', '?', '!'])
        && !["|+", ">+", "<<"].iter().any(|mark| text.contains(mark))
}

const ENTANGLED: &str = "this place cannot be edited without changing what stands around it";

struct Writer<'a> {
    layout: Layout<'a>,
    tree: &'a Tree,
    changes: Vec<Change>,
    goes_back: bool,
}

impl<'a> Writer<'a> {
    fn place<'p>(&self, path: &'p Path) -> Place<'p>
    where
        'a: 'p,
    {
        Place::new(self.layout, self.tree, path)
    }

    /// Changes what is inside of `node`, a mapping or list; `entry` is the one that it is the value of. `false` if it has
    /// nothing in common with what it is to be, and is to be replaced.
    fn inside(
        &mut self,
        node: &'a Node,
        entry: Option<&'a Entry>,
        before: &Value,
        after: &Value,
        path: &mut Path,
    ) -> Result<bool, Refusal> {
        match (&node.kind, before, after) {
            (Kind::Mapping { flow, entries }, Value::Object(before), Value::Object(after))
                if before.keys().any(|key| after.contains_key(key)) =>
            {
                self.place(path).is_its_own(node)?;
                let mut added = Vec::new();
                for (key, value) in after {
                    match before.get(key) {
                        Some(old) => {
                            self.child(node, &Step::from(key.as_str()), old, value, path)?;
                        }
                        None => added.push((key.as_str(), value)),
                    }
                }
                let goes = |entry: &Entry| {
                    before.contains_key(&entry.name) && !after.contains_key(&entry.name)
                };
                let gone: Vec<bool> = entries.iter().map(goes).collect();
                self.remove(node, &gone, path)?;
                self.add_entries(node, *flow, entries, &added, path)?;
                Ok(true)
            }
            (Kind::Sequence { flow, items }, Value::Array(before), Value::Array(after))
                if before.len() == items.len() =>
            {
                let kept = alignment(before, after).filter(|kept| !kept.is_empty());
                let Some(kept) = kept else {
                    return Ok(false);
                };
                self.place(path).is_its_own(node)?;
                let flow = *flow;
                let list = Sequence {
                    node,
                    entry,
                    flow,
                    items,
                };
                self.sequence(&list, &kept, (before, after), path)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Changes the child at `step` of `parent`.
    fn child(
        &mut self,
        parent: &'a Node,
        step: &Step,
        before: &Value,
        after: &Value,
        path: &mut Path,
    ) -> Result<(), Refusal> {
        if before == after {
            return Ok(());
        }
        path.push(step.clone());
        let entry = match step {
            Step::Key(key) => parent.entry(key),
            Step::Index(_) => None,
        };
        let child = parent.child(step);
        let inside = match child {
            Some(child) => self.inside(child, entry, before, after, path)?,
            None => false,
        };
        if !inside {
            let change = match (child, entry) {
                (Some(child), _) if self.layout.json => Change {
                    range: child.span.clone(),
                    text: self.layout.json_at(after, child.span.start),
                },
                (Some(child), Some(entry)) if is_bare(child, parent) => {
                    self.written_out(parent, entry, after)
                }
                _ => self.place(path).replace(parent, step, after)?,
            };
            let is_scalar = !after.is_object() && !after.is_array();
            self.goes_back &= child.is_some_and(|child| {
                let is_whole = child.span == change.range && is_scalar;
                is_whole && self.would_go_back(child, before, &change.text, parent.is_flow())
            });
            self.changes.push(change);
        }
        path.pop();
        Ok(())
    }

    /// Whether a scalar with the value `before`, in whose place `new` stands now, would be written again as it stood.
    fn would_go_back(&self, was: &Node, before: &Value, new: &str, flow: bool) -> bool {
        if !matches!(was.kind, Kind::Scalar(style) if style != Style::Block) {
            return false;
        }
        let style = match new.as_bytes() {
            [b'"', ..] => Style::Double,
            [b'\'', ..] => Style::Single,
            _ => Style::Plain,
        };
        let mut again = String::new();
        render::scalar(&mut again, before, Some(style), flow);
        !self.layout.json && again == self.layout.text[was.span.clone()]
    }

    /// A value in place of one that is no model for it.
    fn written_out(&self, parent: &Node, entry: &Entry, value: &Value) -> Change {
        let mut text = String::new();
        if parent.is_flow() {
            text.push(' ');
            self.layout.flow(&mut text, value, None);
        } else {
            let indent = self.layout.column(entry.start);
            self.layout.after_colon(&mut text, value, None, indent);
        }
        Change {
            range: entry.after_colon..entry.value.span.end,
            text,
        }
    }

    fn remove(&mut self, parent: &'a Node, gone: &[bool], path: &Path) -> Result<(), Refusal> {
        if gone.contains(&true) {
            self.goes_back = false;
            let changes = self.place(path).remove_parts(parent, gone)?;
            self.changes.extend(changes);
        }
        Ok(())
    }

    fn add_entries(
        &mut self,
        node: &'a Node,
        flow: bool,
        entries: &'a [Entry],
        added: &[(&str, &Value)],
        path: &Path,
    ) -> Result<(), Refusal> {
        let (Some(last), false) = (entries.last(), added.is_empty()) else {
            return if added.is_empty() {
                Ok(())
            } else {
                Err(self.place(path).nowhere())
            };
        };
        if flow {
            self.goes_back = false;
            let texts = added.iter().map(|(key, value)| {
                if self.layout.json {
                    let key = Value::from(*key);
                    return format!("{key}: {}", self.layout.json_at(value, last.start));
                }
                let mut text = String::new();
                self.layout.flow_entry(&mut text, key, value, Some(node));
                text
            });
            let texts: Vec<String> = texts.collect();
            let change =
                self.place(path)
                    .add_in_brackets(node, Some((last.start, last.end())), &texts);
            self.changes.push(change);
            return Ok(());
        }
        let indent = self.layout.column(last.start);
        let lines = added.iter().map(|(key, value)| {
            let mut text = String::new();
            self.layout.entry(&mut text, key, value, Some(node), indent);
            text
        });
        let lines: Vec<String> = lines.collect();
        self.add_lines(last.end(), indent, &lines, path);
        Ok(())
    }

    /// Lines after the one on which a neighbour ends.
    fn add_lines(&mut self, end: usize, indent: usize, lines: &[String], path: &Path) {
        let between = format!("{}{}", self.layout.line_end, " ".repeat(indent));
        let change = self
            .place(path)
            .add_line(end, indent, &lines.join(&between));
        // Without a line break at its end, the text begins with the break that ends the neighbour's line.
        self.goes_back &= !change.text.starts_with(self.layout.line_end);
        self.changes.push(change);
    }

    fn sequence(
        &mut self,
        list: &Sequence<'a>,
        kept: &[(usize, usize)],
        (before, after): (&[Value], &[Value]),
        path: &mut Path,
    ) -> Result<(), Refusal> {
        for (old, new) in kept {
            self.child(
                list.node,
                &Step::Index(*old),
                &before[*old],
                &after[*new],
                path,
            )?;
        }
        let mut gone = vec![true; before.len()];
        for (old, _) in kept {
            gone[*old] = false;
        }
        self.remove(list.node, &gone, path)?;
        // What is new comes before the next item that stays, or at the end.
        let mut from = 0;
        for (old, new) in kept.iter().copied().chain([(before.len(), after.len())]) {
            if from < new {
                self.add_items(list, old, &after[from..new], path)?;
            }
            from = new + 1;
        }
        Ok(())
    }

    /// Adds items before the one that has this index now.
    fn add_items(
        &mut self,
        list: &Sequence<'a>,
        index: usize,
        added: &[Value],
        path: &Path,
    ) -> Result<(), Refusal> {
        let first = list
            .items
            .first()
            .ok_or_else(|| self.place(path).nowhere())?;
        if list.flow {
            self.goes_back = false;
            let texts: Vec<String> = added
                .iter()
                .map(|value| {
                    if self.layout.json {
                        return self.layout.json_at(value, first.start);
                    }
                    let mut text = String::new();
                    self.layout.flow(&mut text, value, None);
                    text
                })
                .collect();
            let change = match index
                .checked_sub(1)
                .and_then(|before| list.items.get(before))
            {
                Some(before) => self.place(path).add_in_brackets(
                    list.node,
                    Some((before.start, before.end())),
                    &texts,
                ),
                None => Change {
                    range: first.start..first.start,
                    text: format!("{}, ", texts.join(", ")),
                },
            };
            self.changes.push(change);
            return Ok(());
        }
        let indent = self.layout.column(first.start);
        let lines: Vec<String> = added
            .iter()
            .map(|value| {
                let mut text = "- ".to_owned();
                self.layout.block(&mut text, value, None, indent + 2);
                text
            })
            .collect();
        if let Some(before) = index
            .checked_sub(1)
            .and_then(|before| list.items.get(before))
        {
            self.add_lines(before.end(), indent, &lines, path);
            return Ok(());
        }
        let key = list
            .entry
            .map(|entry| self.layout.next_line(entry.after_colon));
        if let Some(line) = key.filter(|line| *line <= self.layout.line_start(first.start)) {
            // Comments above the first item stay with it.
            let margin = " ".repeat(indent);
            let lines = lines
                .iter()
                .map(|text| format!("{margin}{text}{}", self.layout.line_end));
            self.changes.push(Change {
                range: line..line,
                text: lines.collect(),
            });
        } else {
            let between = format!("{}{}", self.layout.line_end, " ".repeat(indent));
            self.goes_back = false;
            self.changes.push(Change {
                range: first.start..first.start,
                text: format!("{}{between}", lines.join(&between)),
            });
        }
        Ok(())
    }
}

/// Whether a value's own style says nothing about another one in its place: an alias, or empty brackets in a block.
fn is_bare(value: &Node, parent: &Node) -> bool {
    match &value.kind {
        Kind::Alias => true,
        Kind::Sequence { items, .. } => items.is_empty() && !parent.is_flow(),
        Kind::Mapping { entries, .. } => entries.is_empty() && !parent.is_flow(),
        Kind::Scalar(_) => false,
    }
}

struct Sequence<'a> {
    node: &'a Node,
    entry: Option<&'a Entry>,
    flow: bool,
    items: &'a [Item],
}

/// Lists longer than this are only aligned where they begin and end alike.
const LONGEST: usize = 500;

/// Which items of two lists are the same, as pairs of indexes in order: those of one name, objects of one kind and name, or
/// equal ones. As many as possible are paired. `None` for lists that are too long to tell.
fn alignment(before: &[Value], after: &[Value]) -> Option<Vec<(usize, usize)>> {
    let same = |old: &Value, new: &Value| match (identity(old), identity(new)) {
        (Some(old), Some(new)) => old == new,
        _ => old == new,
    };
    let start = before
        .iter()
        .zip(after)
        .take_while(|(old, new)| same(old, new))
        .count();
    let (old, new) = (&before[start..], &after[start..]);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(old, new)| same(old, new))
        .count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    if old.len().max(new.len()) > LONGEST {
        return None;
    }
    // How many pairs there can be from here on.
    let width = new.len() + 1;
    let mut longest = vec![0_usize; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if same(&old[i], &new[j]) {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|index| (index, index)).collect();
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if same(&old[i], &new[j]) {
            pairs.push((start + i, start + j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs.extend(
        (0..end)
            .rev()
            .map(|back| (before.len() - 1 - back, after.len() - 1 - back)),
    );
    Some(pairs)
}

/// What an item is known by when its content changes: its name, or kind, namespace and name of an object in a List.
fn identity(item: &Value) -> Option<[&str; 3]> {
    if let Some(name) = item.get("name").and_then(Value::as_str) {
        return Some([name, "", ""]);
    }
    let kind = item.get("kind")?.as_str()?;
    let metadata = |field: &str| {
        let found = item.get("metadata").and_then(|it| it.get(field));
        found.and_then(Value::as_str).unwrap_or_default()
    };
    Some([metadata("name"), metadata("namespace"), kind])
}

#[cfg(test)]
mod tests {
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
    fn writes_an_alias_out_where_its_value_changes() {
        let text = "labels: &l\n  app: a\ntemplate:\n  labels: *l\n";
        let after =
            json!({"labels": {"app": "a"}, "template": {"labels": {"app": "a", "mesh": "b"}}});
        assert_eq!(
            rewritten(text, &after),
            "labels: &l\n  app: a\ntemplate:\n  labels:\n    app: a\n    mesh: b\n"
        );
        let both = json!({"labels": {"app": "a", "x": "y"}, "template": {"labels": {"app": "a", "x": "y"}}});
        let before = crate::yaml::parse(text).expect("YAML");
        assert!(rewrite(text, &before, &both).is_err());
    }

    #[test]
    fn items_keep_their_order_where_it_did_not_change() {
        let named = |names: &[&str]| {
            json!(
                names
                    .iter()
                    .map(|it| json!({"name": it}))
                    .collect::<Vec<_>>()
            )
        };
        let pairs = |before: &[&str], after: &[&str]| {
            alignment(
                named(before).as_array().expect("a list"),
                named(after).as_array().expect("a list"),
            )
        };
        assert_eq!(
            pairs(&["a", "b"], &["x", "a", "b", "y"]),
            Some(vec![(0, 1), (1, 2)])
        );
        assert_eq!(
            pairs(&["a", "b", "c"], &["c", "a", "b"]),
            Some(vec![(0, 1), (1, 2)])
        );
        assert_eq!(pairs(&["a", "p"], &["p", "b"]), Some(vec![(1, 0)]));
        assert_eq!(pairs(&["a"], &["b"]), Some(vec![]));
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
}
