//! What a parsed template consists of.

use std::ops::Range;
use std::rc::Rc;

use super::call::Function;

/// The text that a template was parsed from, with the name to show in errors.
pub(super) struct Source {
    pub(super) name: Rc<str>,
    pub(super) text: Rc<str>,
}

impl Source {
    /// Line (from 1) and column (bytes, from 0) of an offset.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let lines = before.split(|byte| *byte == b'\n').count();
        (lines, before.len() - line_start)
    }
}

/// One named template.
pub(crate) struct Template {
    pub(super) name: Rc<str>,
    pub(super) source: Rc<Source>,
    pub(super) body: Vec<Node>,
}

impl Template {
    /// Only spaces and comments: does not replace an earlier template of the same name.
    pub(super) fn is_blank(&self) -> bool {
        self.body.iter().all(|node| match node {
            Node::Text(range) => self.source.text[range.clone()].trim().is_empty(),
            _ => false,
        })
    }
}

/// One element of a template's body.
pub(super) enum Node {
    /// Text to copy, as a range of the source.
    Text(Range<usize>),
    Action(Pipeline),
    If(Branch),
    With(Branch),
    Range(Branch),
    Template(TemplateCall),
    Break,
    Continue,
}

/// `if`, `with` and `range`.
pub(super) struct Branch {
    pub(super) pipeline: Pipeline,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
}

/// `{{template "name" argument}}`.
pub(super) struct TemplateCall {
    pub(super) place: Place,
    pub(super) name: Rc<str>,
    pub(super) argument: Option<Pipeline>,
}

/// Where something stands: the offset to report, and the range of its text.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) offset: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Commands, each feeding the next, with the variables that take the result.
pub(super) struct Pipeline {
    pub(super) place: Place,
    pub(super) variables: Vec<Rc<str>>,
    /// `=` rather than `:=`.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
}

impl Pipeline {
    /// Where the last command stands: what Go reports about the result.
    pub(super) fn last_place(&self) -> &Place {
        self.commands
            .last()
            .map_or(&self.place, |command| &command.place)
    }
}

/// Operands separated by spaces; the first may be a function or method.
pub(super) struct Command {
    pub(super) place: Place,
    pub(super) operands: Vec<Operand>,
}

/// One operand and its place.
pub(super) struct Operand {
    pub(super) place: Place,
    pub(super) kind: OperandKind,
}

/// What an action or an argument is.
pub(super) enum OperandKind {
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    Text(Rc<str>),
    /// `.a.b`
    Field(Vec<Rc<str>>),
    /// `$a.b`
    Variable(Rc<str>, Vec<Rc<str>>),
    Function(Function),
    /// `(…)` with fields after it, or without.
    Pipeline(Box<Pipeline>, Vec<Rc<str>>),
    /// A function without arguments, with fields after it.
    FunctionField(Function, Vec<Rc<str>>),
}

/// A number as written: what it is as `int` and as `float64`, where it is that exactly.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub(super) int: Option<i64>,
    pub(super) float: f64,
    /// Written with a point or exponent: stands for a `float64` where no type is asked for.
    pub(super) is_float: bool,
}
