//! From a document and the value that it is to have to the document with that value: only the places where the two differ
//! are written anew.

use super::super::node::{Entry, Item, Kind, Node, Path, Step, Style, Tree};
use super::alignment::alignment;
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

    /// A value in place of one that is no model for it. Comments in it stay above what comes on lines of its own.
    fn written_out(&self, parent: &Node, entry: &Entry, value: &Value) -> Change {
        let range = entry.after_colon..entry.value.span.end;
        let mut text = String::new();
        if parent.is_flow() {
            text.push(' ');
            self.layout.flow(&mut text, value, None);
            return Change { range, text };
        }
        let indent = self.layout.column(entry.start);
        self.layout.after_colon(&mut text, value, None, indent);
        if text.starts_with(self.layout.line_end) {
            let comments = comments(&self.layout.text[range.clone()]);
            let between = format!("{}{}", self.layout.line_end, " ".repeat(indent + 1));
            text = comments
                .map(|comment| format!(" {comment}"))
                .collect::<Vec<_>>()
                .join(&between)
                + &text;
        }
        Change { range, text }
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
        let Some(first) = list.items.first() else {
            return Err(self.place(path).nowhere());
        };
        let before = index.checked_sub(1).and_then(|at| list.items.get(at));
        if list.flow {
            self.add_in_brackets(list.node, before, first, added, path);
        } else {
            self.add_on_lines(list.entry, before, first, added, path);
        }
        Ok(())
    }

    /// Adds items to a list in brackets: after `before`, or in front of `first`.
    fn add_in_brackets(
        &mut self,
        list: &'a Node,
        before: Option<&Item>,
        first: &Item,
        added: &[Value],
        path: &Path,
    ) {
        self.goes_back = false;
        let text = |value: &Value| {
            if self.layout.json {
                return self.layout.json_at(value, first.start);
            }
            let mut text = String::new();
            self.layout.flow(&mut text, value, None);
            text
        };
        let texts: Vec<String> = added.iter().map(text).collect();
        let change = match before {
            Some(before) => {
                let place = Some((before.start, before.end()));
                self.place(path).add_in_brackets(list, place, &texts)
            }
            None => Change {
                range: first.start..first.start,
                text: format!("{}, ", texts.join(", ")),
            },
        };
        self.changes.push(change);
    }

    /// Adds items to a list with dashes: after `before`, or in front of `first`; `entry` is the one that it is the value of.
    fn add_on_lines(
        &mut self,
        entry: Option<&Entry>,
        before: Option<&Item>,
        first: &Item,
        added: &[Value],
        path: &Path,
    ) {
        let indent = self.layout.column(first.start);
        let line = |value: &Value| {
            let mut text = "- ".to_owned();
            self.layout.block(&mut text, value, None, indent + 2);
            text
        };
        let lines: Vec<String> = added.iter().map(line).collect();
        if let Some(before) = before {
            self.add_lines(before.end(), indent, &lines, path);
            return;
        }
        let line_end = self.layout.line_end;
        let margin = " ".repeat(indent);
        let below_key = entry.map(|entry| self.layout.next_line(entry.after_colon));
        let below_key = below_key.filter(|line| *line <= self.layout.line_start(first.start));
        self.changes.push(if let Some(line) = below_key {
            // Comments above the first item stay with it.
            let lines = lines.iter().map(|text| format!("{margin}{text}{line_end}"));
            Change {
                range: line..line,
                text: lines.collect(),
            }
        } else {
            self.goes_back = false;
            let between = format!("{line_end}{margin}");
            Change {
                range: first.start..first.start,
                text: format!("{}{between}", lines.join(&between)),
            }
        });
    }
}

/// The comments in a text without quotes and values.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let begins =
            |at: &usize| line[..*at].is_empty() || line[..*at].ends_with([' ', '\t', '{', '[']);
        let mut hashes = line.match_indices('#').map(|(at, _)| at);
        Some(line[hashes.find(begins)?..].trim_end())
    })
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

#[cfg(test)]
mod tests;
