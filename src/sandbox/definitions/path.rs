//! Where in an object a check is: steps that live on the stack and are written down only where something is wrong.

use std::fmt;

/// One step into a value.
#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Field(&'a str),
    Key(&'a str),
    Index(usize),
}

/// A path from the root.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Path<'a> {
    last: Option<(&'a Self, Step<'a>)>,
}

impl<'a> Path<'a> {
    pub(super) const ROOT: Path<'static> = Path { last: None };

    pub(super) fn field(&'a self, name: &'a str) -> Self {
        Self {
            last: Some((self, Step::Field(name))),
        }
    }

    /// An entry of a map, which is written in brackets.
    pub(super) fn key(&'a self, name: &'a str) -> Self {
        Self {
            last: Some((self, Step::Key(name))),
        }
    }

    pub(super) fn index(&'a self, at: usize) -> Self {
        Self {
            last: Some((self, Step::Index(at))),
        }
    }

    pub(super) fn is_root(&self) -> bool {
        self.last.is_none()
    }

    /// As `to_string`, and as Kubernetes writes the root.
    pub(super) fn named(&self) -> String {
        if self.is_root() {
            "<nil>".to_owned()
        } else {
            self.to_string()
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps = Vec::new();
        let mut at = self;
        while let Some((before, step)) = &at.last {
            steps.push(*step);
            at = before;
        }
        for (index, step) in steps.iter().rev().enumerate() {
            match step {
                Step::Field(name) if index == 0 => formatter.write_str(name)?,
                Step::Field(name) => write!(formatter, ".{name}")?,
                Step::Key(name) => write!(formatter, "[{name}]")?,
                Step::Index(at) => write!(formatter, "[{at}]")?,
            }
        }
        Ok(())
    }
}
