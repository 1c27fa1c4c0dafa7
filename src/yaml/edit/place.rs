//! Which bytes an operation changes, and into what.

use super::super::node::{Entry, Item, Kind, Node, Path, Step, Style, Tree};
use super::render::{self, Layout};
use super::{Change, Operation, Refusal, Value};

/// The change of the text that makes `operation`.
pub(super) fn change(text: &str, tree: &Tree, operation: &Operation) -> Result<Change, Refusal> {
    let path = operation.path();
    let place = Place::new(Layout::of(text, tree), tree, path);
    let Some((last, way)) = path.steps().split_last() else {
        return Err(place.refuse("a whole document is not edited"));
    };
    let parent = place.parent(way)?;
    match (operation, last) {
        (Operation::Replace { value, .. }, step) => place.replace(parent, step, value),
        (Operation::Add { value, .. }, Step::Key(key)) => place.add_entry(parent, key, value),
        (Operation::Add { value, .. }, Step::Index(index)) => place.add_item(parent, *index, value),
        (Operation::Remove { .. }, step) => place.remove(parent, step),
    }
}

/// Where an operation works.
pub(super) struct Place<'a> {
    layout: Layout<'a>,
    tree: &'a Tree,
    path: &'a Path,
}

impl<'a> Place<'a> {
    pub(super) fn new(layout: Layout<'a>, tree: &'a Tree, path: &'a Path) -> Self {
        Self { layout, tree, path }
    }

    fn refuse(&self, message: impl Into<String>) -> Refusal {
        let offset = self.tree.locate(self.path);
        Refusal::at(self.layout.text, offset, message)
    }

    pub(super) fn nowhere(&self) -> Refusal {
        self.refuse(format!("there is no `{}` here", self.path))
    }

    /// The list or mapping at `way`, if an edit there changes nothing else.
    fn parent(&self, way: &[Step]) -> Result<&'a Node, Refusal> {
        let root = self.tree.root.as_ref().ok_or_else(|| self.nowhere())?;
        let mut node = root;
        self.is_its_own(node)?;
        for step in way {
            node = self.child(node, step)?;
        }
        Ok(node)
    }

    fn child(&self, node: &'a Node, step: &Step) -> Result<&'a Node, Refusal> {
        let Some(child) = node.child(step) else {
            return Err(match node.kind {
                Kind::Mapping { .. } if merges(node) => self.refuse(format!(
                    "`{}` may come from the merge `<<` and is not edited there",
                    self.path
                )),
                _ => self.nowhere(),
            });
        };
        self.is_its_own(child)?;
        Ok(child)
    }

    /// Refuses a node that other places share.
    pub(super) fn is_its_own(&self, node: &Node) -> Result<(), Refusal> {
        let text = &self.layout.text[node.span.clone()];
        if let Kind::Alias = node.kind {
            return Err(Refusal::at(
                self.layout.text,
                node.span.start,
                format!(
                    "`{text}` stands for a value that is shared with other places; write the value out here first"
                ),
            ));
        }
        let aliases = self.tree.aliases_of(node);
        if aliases > 0 {
            return Err(Refusal::at(
                self.layout.text,
                node.span.start,
                format!(
                    "this value has an anchor (`&`) and is shared with {aliases} other {}; write the value out there first",
                    if aliases == 1 { "place" } else { "places" }
                ),
            ));
        }
        Ok(())
    }

    /// Refuses a node that holds something that other places share.
    fn holds_nothing_shared(&self, node: &Node) -> Result<(), Refusal> {
        if self.tree.aliases_of(node) > 0 {
            return self.is_its_own(node);
        }
        match &node.kind {
            Kind::Sequence { items, .. } => items
                .iter()
                .try_for_each(|item| self.holds_nothing_shared(&item.node)),
            Kind::Mapping { entries, .. } => entries.iter().try_for_each(|entry| {
                self.holds_nothing_shared(&entry.key)?;
                self.holds_nothing_shared(&entry.value)
            }),
            Kind::Scalar(_) | Kind::Alias => Ok(()),
        }
    }

    pub(super) fn replace(
        &self,
        parent: &'a Node,
        step: &Step,
        value: &Value,
    ) -> Result<Change, Refusal> {
        let node = self.child(parent, step)?;
        self.holds_nothing_shared(node)?;
        let flow = parent.is_flow();
        let mut text = String::new();
        let scalar = !matches!(value, Value::Array(items) if !items.is_empty())
            && !matches!(value, Value::Object(map) if !map.is_empty());
        let inline = matches!(node.kind, Kind::Scalar(style) if style != Style::Block);
        if scalar && inline {
            if node.span.is_empty() {
                text.push(' ');
            }
            render::scalar(&mut text, value, render::style(node), flow);
            return Ok(self.change(node.span.clone(), text));
        }
        if flow || node.is_flow() {
            self.layout.flow(&mut text, value, Some(node));
            return Ok(self.change(node.span.clone(), text));
        }
        let start = if let Step::Key(key) = step {
            let entry = parent.entry(key).ok_or_else(|| self.nowhere())?;
            let indent = self.layout.column(entry.start);
            self.layout
                .after_colon(&mut text, value, Some(node), indent);
            entry.after_colon
        } else {
            let indent = self.layout.column(node.span.start);
            self.layout.block(&mut text, value, Some(node), indent);
            node.span.start
        };
        // Block text ends with its line.
        if self.layout.text[..node.span.end].ends_with('\n') {
            text.push_str(self.layout.line_end);
        }
        Ok(self.change(start..node.span.end, text))
    }

    fn change(&self, range: std::ops::Range<usize>, text: String) -> Change {
        debug_assert!(range.end <= self.layout.text.len());
        Change { range, text }
    }

    fn add_entry(&self, parent: &Node, key: &str, value: &Value) -> Result<Change, Refusal> {
        let Kind::Mapping { flow, entries } = &parent.kind else {
            return Err(self.refuse(format!(
                "`{}` cannot be added: no mapping is here",
                self.path
            )));
        };
        if merges(parent) {
            return Err(self
                .refuse("entries of this mapping come from the merge `<<`; write them out first"));
        }
        if parent.entry(key).is_some() {
            return Err(self.refuse(format!("`{}` is already here", self.path)));
        }
        let mut text = String::new();
        if *flow {
            self.layout.flow_entry(&mut text, key, value, Some(parent));
            let last = entries.last().map(|entry| (entry.start, entry.end()));
            return Ok(self.add_in_brackets(parent, last, &[text]));
        }
        let last = entries.last().ok_or_else(|| self.nowhere())?;
        let indent = self.layout.column(last.start);
        self.layout
            .entry(&mut text, key, value, Some(parent), indent);
        Ok(self.add_line(last.end(), indent, &text))
    }

    fn add_item(&self, parent: &Node, index: usize, value: &Value) -> Result<Change, Refusal> {
        let Kind::Sequence { flow, items } = &parent.kind else {
            return Err(self.refuse(format!("`{}` cannot be added: no list is here", self.path)));
        };
        if index > items.len() {
            return Err(self.nowhere());
        }
        let neighbour = items.get(index.saturating_sub(1)).map(|item| &item.node);
        let mut text = String::new();
        if *flow {
            self.layout.flow(&mut text, value, neighbour);
            if let Some(first) = items.first().filter(|_| index == 0) {
                return Ok(self.change(first.start..first.start, format!("{text}, ")));
            }
            let last = items.get(index.wrapping_sub(1));
            let last = last.map(|item| (item.start, item.end()));
            return Ok(self.add_in_brackets(parent, last, &[text]));
        }
        let first = items.first().ok_or_else(|| self.nowhere())?;
        let indent = self.layout.column(first.start);
        let gap = neighbour.map_or(2, |node| self.gap(first.start, node));
        text.push('-');
        text.extend(std::iter::repeat_n(' ', gap - 1));
        self.layout.block(&mut text, value, neighbour, indent + gap);
        if let Some(before) = index.checked_sub(1).and_then(|before| items.get(before)) {
            return Ok(self.add_line(before.end(), indent, &text));
        }
        text.push_str(self.layout.line_end);
        text.extend(std::iter::repeat_n(' ', indent));
        Ok(self.change(first.start..first.start, text))
    }

    /// Columns from a dash to what follows it on its line.
    fn gap(&self, dash: usize, node: &Node) -> usize {
        let between = self.layout.text.get(dash + 1..).unwrap_or_default();
        let blanks = between.len() - between.trim_start_matches(' ').len();
        if node.span.is_empty() || blanks == 0 || blanks > 8 {
            2
        } else {
            blanks + 1
        }
    }

    /// A line of its own after the line on which a neighbour ends.
    pub(super) fn add_line(&self, end: usize, indent: usize, text: &str) -> Change {
        let layout = &self.layout;
        let written = &layout.text[..end];
        let at = if written.ends_with('\n') {
            end
        } else {
            layout.next_line(end)
        };
        let margin = " ".repeat(indent);
        if layout.text[..at].ends_with('\n') {
            self.change(at..at, format!("{margin}{text}{}", layout.line_end))
        } else {
            self.change(at..at, format!("{}{margin}{text}", layout.line_end))
        }
    }

    /// In brackets, after the neighbour at `last` (start and end).
    pub(super) fn add_in_brackets(
        &self,
        parent: &Node,
        last: Option<(usize, usize)>,
        texts: &[String],
    ) -> Change {
        let layout = &self.layout;
        let Some((start, end)) = last else {
            let inside = parent.span.start + 1;
            return self.change(inside..inside, texts.join(", "));
        };
        // On lines of their own if the neighbour begins one.
        let line_start = layout.line_start(start);
        let margin = &layout.text[line_start..start];
        let between = if margin.trim().is_empty() && line_start > parent.span.start {
            format!("{}{margin}", layout.line_end)
        } else {
            " ".to_owned()
        };
        let text = texts.join(&format!(",{between}"));
        let after = &layout.text[end..];
        let comma = after.len() - after.trim_start().len();
        if after[comma..].starts_with(',') {
            let at = end + comma + 1;
            return self.change(at..at, format!("{between}{text},"));
        }
        self.change(end..end, format!(",{between}{text}"))
    }

    /// Takes several parts of a list or mapping away, of which some others stay.
    pub(super) fn remove_parts(
        &self,
        parent: &'a Node,
        gone: &[bool],
    ) -> Result<Vec<Change>, Refusal> {
        let parts: Vec<(usize, usize, &Node)> = match &parent.kind {
            Kind::Mapping { entries, .. } => entries
                .iter()
                .map(|entry| (entry.start, entry.end(), &entry.value))
                .collect(),
            Kind::Sequence { items, .. } => items
                .iter()
                .map(|item| (item.start, item.end(), &item.node))
                .collect(),
            _ => return Err(self.nowhere()),
        };
        let mut changes = Vec::new();
        let mut at = 0;
        while at < parts.len() {
            if !gone[at] {
                at += 1;
                continue;
            }
            let first = at;
            while at < parts.len() && gone[at] {
                self.holds_nothing_shared(parts[at].2)?;
                at += 1;
            }
            let next = parts.get(at).map(|part| part.0);
            let before = first.checked_sub(1).map(|before| parts[before].1);
            let start = parts[first].0;
            let layout = &self.layout;
            let begins_line = layout.text[layout.line_start(start)..start]
                .trim()
                .is_empty();
            match (parent.is_flow(), before, next) {
                (true, _, Some(next)) => changes.push(self.change(start..next, String::new())),
                (true, Some(before), None) => {
                    changes.push(self.change(before..parts[at - 1].1, String::new()));
                }
                (false, ..) if begins_line => {
                    for (start, end, _) in &parts[first..at] {
                        let end = if layout.text[..*end].ends_with('\n') {
                            *end
                        } else {
                            layout.next_line(*end)
                        };
                        changes.push(self.change(layout.line_start(*start)..end, String::new()));
                    }
                }
                // A block that begins on the line of a dash.
                (false, _, Some(next)) if !layout.text[start..next].contains('#') => {
                    changes.push(self.change(start..next, String::new()));
                }
                _ => {
                    return Err(
                        self.refuse("comments around this would be lost; remove it by hand")
                    );
                }
            }
        }
        Ok(changes)
    }

    pub(super) fn remove(&self, parent: &'a Node, step: &Step) -> Result<Change, Refusal> {
        let removed = self.child(parent, step)?;
        self.holds_nothing_shared(removed)?;
        if let (Step::Key(key), Kind::Mapping { entries, .. }) = (step, &parent.kind)
            && entries.iter().filter(|entry| entry.name == *key).count() > 1
        {
            return Err(self.refuse(format!("`{}` stands twice; remove it by hand", self.path)));
        }
        let (parts, index): (Vec<(usize, usize)>, usize) = match (&parent.kind, step) {
            (Kind::Mapping { entries, .. }, Step::Key(key)) => {
                let index = entries.iter().rposition(|entry| entry.name == *key);
                let parts = entries
                    .iter()
                    .map(|entry: &Entry| (entry.start, entry.end()));
                (parts.collect(), index.ok_or_else(|| self.nowhere())?)
            }
            (Kind::Sequence { items, .. }, Step::Index(index)) => {
                let parts = items.iter().map(|item: &Item| (item.start, item.end()));
                (parts.collect(), *index)
            }
            _ => return Err(self.nowhere()),
        };
        let (start, end) = parts[index];
        let next = parts.get(index + 1).map(|part| part.0);
        if parent.is_flow() {
            let range = match (index.checked_sub(1), next) {
                (_, Some(next)) => start..next,
                (Some(before), None) => parts[before].1..end,
                (None, None) => {
                    let after = &self.layout.text[end..];
                    let comma = after.trim_start().starts_with(',').then(|| after.find(','));
                    start..comma.flatten().map_or(end, |comma| end + comma + 1)
                }
            };
            return Ok(self.change(range, String::new()));
        }
        self.remove_lines(parent, start, end, next)
    }

    /// Takes the lines of a part of a block away; if nothing is left of the block, brackets stand for it.
    fn remove_lines(
        &self,
        parent: &Node,
        start: usize,
        end: usize,
        next: Option<usize>,
    ) -> Result<Change, Refusal> {
        let layout = &self.layout;
        let line_start = layout.line_start(start);
        let line_end = if layout.text[..end].ends_with('\n') {
            end
        } else {
            layout.next_line(end)
        };
        if parent.span.start >= start && next.is_none() {
            return Ok(self.empty(parent, start, end));
        }
        if layout.text[line_start..start].trim().is_empty() {
            return Ok(self.change(line_start..line_end, String::new()));
        }
        // The first part of a block that begins on the line of a dash.
        match next {
            Some(next) if !layout.text[end..next].contains('#') => {
                Ok(self.change(start..next, String::new()))
            }
            _ => Err(self.refuse("comments around this would be lost; remove it by hand")),
        }
    }

    /// Brackets for a block that loses its only part; comments between its key and the part stay.
    fn empty(&self, parent: &Node, start: usize, end: usize) -> Change {
        let layout = &self.layout;
        let brackets = match parent.kind {
            Kind::Mapping { .. } => "{}",
            _ => "[]",
        };
        let way = self.path.steps();
        let colon = match way.split_last().and_then(|(_, way)| way.split_last()) {
            Some((Step::Key(key), way)) => self
                .tree
                .find(&way.iter().cloned().collect())
                .and_then(|node| node.entry(key))
                .map(|entry| entry.after_colon),
            _ => None,
        };
        let line_start = layout.line_start(start);
        match colon {
            Some(colon) if colon < line_start => {
                let between = &layout.text[colon..line_start];
                let line_end = if layout.text[..end].ends_with('\n') {
                    end
                } else {
                    layout.next_line(end)
                };
                self.change(colon..line_end, format!(" {brackets}{between}"))
            }
            _ => self.change(start..end, brackets.to_owned()),
        }
    }
}

fn merges(node: &Node) -> bool {
    matches!(&node.kind, Kind::Mapping { entries, .. } if entries.iter().any(|entry| entry.merges))
}
