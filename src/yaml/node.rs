//! The tree of one document with the place of everything in its text: for messages that name a line, and for edits in
//! place ([`super::edit`]). Values are not interpreted here beyond the names of keys; [`super::parse`] does that.

mod build;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use self::build::Builder;
use super::read::Failure;
use super::repair::Source;
use super::{Error, Value, message};

/// One step of a way into a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// The entry of a mapping with this key.
    Key(String),
    /// The item of a list, from 0.
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The way to a value: `spec.http[0].route`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(Vec<Step>);

impl Step {
    /// What stands there in a value.
    pub(crate) fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Key(key) => value.get(key),
            Self::Index(index) => value.get(index),
        }
    }

    /// The same, to be changed.
    pub(crate) fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        match self {
            Self::Key(key) => value.get_mut(key),
            Self::Index(index) => value.get_mut(index),
        }
    }
}

/// A key as it stands in a JSON pointer (RFC 6901).
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The key that stands so in a JSON pointer.
pub(crate) fn unescaped(text: &str) -> String {
    text.replace("~1", "/").replace("~0", "~")
}

impl Path {
    /// The way one step further.
    #[must_use]
    pub(crate) fn join(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }

    /// Goes one step further.
    pub(crate) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// Goes one step back.
    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// The steps from the root.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Reads a JSON pointer (RFC 6901). A number is a place in a list: of what is behind the way nothing is known.
    pub(crate) fn from_pointer(pointer: &str) -> Option<Self> {
        let steps = pointer.strip_prefix('/')?.split('/');
        let step = |text: &str| match text.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(unescaped(text)),
        };
        Some(Self(steps.map(step).collect()))
    }

    /// The way as a JSON pointer (RFC 6901): `/spec/http/0/route`.
    pub(crate) fn pointer(&self) -> String {
        use std::fmt::Write as _;
        let mut pointer = String::new();
        for step in &self.0 {
            let _ = match step {
                Step::Key(key) => write!(pointer, "/{}", escaped(key)),
                Step::Index(index) => write!(pointer, "/{index}"),
            };
        }
        pointer
    }
}

impl<S: Into<Step>> FromIterator<S> for Path {
    fn from_iter<I: IntoIterator<Item = S>>(steps: I) -> Self {
        Self(steps.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if key.contains(['.', '[', ' ']) || key.is_empty() => {
                    write!(formatter, "[{key:?}]")?;
                }
                Step::Key(key) if index == 0 => formatter.write_str(key)?,
                Step::Key(key) => write!(formatter, ".{key}")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// One document and where everything in it stands.
#[derive(Debug)]
pub(crate) struct Tree {
    /// `None` for a document of comments.
    pub(crate) root: Option<Node>,
    /// How many aliases refer to each anchor that is used at all.
    aliases: BTreeMap<usize, usize>,
}

/// A value in the text.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The bytes of the value, without anchor and tag. Empty for a value that was left out. Block text ends after its
    /// last line that is not blank.
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
    anchor: usize,
}

/// What a [`Node`] is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Scalar(Style),
    /// `*name`.
    Alias,
    Sequence {
        flow: bool,
        items: Vec<Item>,
    },
    Mapping {
        flow: bool,
        entries: Vec<Entry>,
    },
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    /// `|` or `>`.
    Block,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Where the item begins: its dash, or in flow style its first byte (anchor and tag included).
    pub(crate) start: usize,
    pub(crate) node: Node,
}

/// An entry of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Where the entry begins: its key (anchor and tag included) or the `?` before it.
    pub(crate) start: usize,
    /// The key as kubectl reads it; `<<` for a merge.
    pub(crate) name: String,
    pub(crate) merges: bool,
    pub(crate) key: Node,
    /// What follows the colon, or the key where there is none.
    pub(crate) after_colon: usize,
    pub(crate) value: Node,
}

impl Entry {
    /// Where the entry ends.
    pub(crate) fn end(&self) -> usize {
        self.value.span.end.max(self.after_colon)
    }
}

impl Item {
    /// Where the item ends; in block style at least after its dash.
    pub(crate) fn end(&self) -> usize {
        self.node.span.end.max(self.start)
    }
}

impl Node {
    /// The entry with this key; of several the last, which is the one that counts.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Mapping { entries, .. } => entries
                .iter()
                .rev()
                .find(|entry| entry.name == name && !entry.merges),
            _ => None,
        }
    }

    /// The child that `step` leads to.
    pub(crate) fn child(&self, step: &Step) -> Option<&Self> {
        match (step, &self.kind) {
            (Step::Key(name), _) => self.entry(name).map(|entry| &entry.value),
            (Step::Index(index), Kind::Sequence { items, .. }) => {
                items.get(*index).map(|item| &item.node)
            }
            _ => None,
        }
    }

    /// Whether the value is written in brackets.
    pub(crate) fn is_flow(&self) -> bool {
        matches!(
            self.kind,
            Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
        )
    }
}

impl Tree {
    /// Reads the first document of `text`. Errors are those of [`super::parse`].
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        message::check_characters(bare)?;
        let mut source = Source::new(bare);
        loop {
            match Builder::new(text, &source).build() {
                Ok(tree) => return Ok(tree),
                Err(Failure::Scan(error)) if source.mend(&error) => {}
                Err(failure) => return Err(failure.explain(bare, &source)),
            }
        }
    }

    /// The node at `path`.
    pub(crate) fn find(&self, path: &Path) -> Option<&Node> {
        path.steps()
            .iter()
            .try_fold(self.root.as_ref()?, |node, step| node.child(step))
    }

    /// Where to point for `path`: at its key or item, or at the nearest one above it that stands in the text. The offset
    /// is in bytes.
    pub(crate) fn locate(&self, path: &Path) -> usize {
        let Some(mut node) = self.root.as_ref() else {
            return 0;
        };
        let mut offset = node.span.start;
        for step in path.steps() {
            let next = match (step, &node.kind) {
                (Step::Key(name), _) => node.entry(name).map(|entry| (entry.start, &entry.value)),
                (Step::Index(index), Kind::Sequence { items, .. }) => {
                    items.get(*index).map(|item| (item.start, &item.node))
                }
                (Step::Index(_), _) => None,
            };
            let Some(next) = next else {
                break;
            };
            (offset, node) = next;
        }
        offset
    }

    /// How many aliases share the anchor of `node`.
    pub(crate) fn aliases_of(&self, node: &Node) -> usize {
        self.aliases.get(&node.anchor).copied().unwrap_or(0)
    }
}

/// Line and column (in characters) of a byte of a text, both from 1.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |index| index + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// The line (from 1) on which `path`, or the nearest thing above it, stands in the first document of `text`; `None`
/// where the text cannot be read.
pub(crate) fn line_of(text: &str, path: &Path) -> Option<usize> {
    let tree = Tree::parse(text).ok()?;
    Some(line_and_column(text, tree.locate(path)).0)
}

#[cfg(test)]
mod tests;
