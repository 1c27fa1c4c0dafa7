//! What a rule is once it is read.

use super::super::schema::Pattern;
use super::functions::Function;
use super::value::{Text, Val};

/// Why there is no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Flaw {
    /// The rule is wrong, in Kubernetes' words.
    Wrong(String),
    /// The rule calls what Kubernetes has and the practice cluster has not; its name.
    Missing(String),
}

/// A rule that can be evaluated.
#[derive(Debug)]
pub(in super::super) struct Program {
    pub(super) root: Node,
    /// How many variables its loops have.
    pub(super) variables: usize,
    /// Whether it asks what the value was.
    pub(in super::super) uses_old: bool,
}

/// A step of a program.
#[derive(Debug)]
pub(super) enum Node {
    Literal(Literal),
    /// The value, what it was, and the variables of loops.
    Variable(usize),
    Select {
        of: Box<Self>,
        name: Box<str>,
        /// Give an optional.
        optional: bool,
    },
    Has {
        of: Box<Self>,
        name: Box<str>,
    },
    Index {
        of: Box<Self>,
        at: Box<Self>,
        optional: bool,
    },
    List(Vec<(Self, bool)>),
    Map(Vec<(Self, Self, bool)>),
    And(Box<[Self; 2]>),
    Or(Box<[Self; 2]>),
    Not(Box<Self>),
    If(Box<[Self; 3]>),
    /// `matches` with a pattern that stands in the rule.
    Matches {
        of: Box<Self>,
        pattern: Pattern,
    },
    Call {
        function: &'static Function,
        arguments: Vec<Self>,
    },
    Loop(Box<Loop>),
    /// `cel.bind`.
    Bind {
        slot: usize,
        value: Box<Self>,
        body: Box<Self>,
    },
    /// `optMap` (`wraps`) and `optFlatMap`.
    Optional {
        of: Box<Self>,
        slot: usize,
        body: Box<Self>,
        wraps: bool,
    },
}

/// A loop over a list or a map.
#[derive(Debug)]
pub(super) struct Loop {
    pub(super) what: What,
    pub(super) range: Node,
    pub(super) slot: usize,
    /// Of loops with two variables.
    pub(super) second: Option<usize>,
    /// The condition; for `map` without one, what is made.
    pub(super) condition: Option<Node>,
    pub(super) make: Option<Node>,
}

/// What a loop makes of its elements: the macros of those names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
    TransformList,
    TransformMap,
}

/// A value that stands in the rule itself.
#[derive(Debug)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(Box<str>),
    Bytes(Box<[u8]>),
    Type(&'static str),
}

impl Literal {
    pub(super) fn value(&self) -> Val<'_> {
        match self {
            Self::Null => Val::Null,
            Self::Bool(value) => Val::Bool(*value),
            Self::Int(value) => Val::Int(*value),
            Self::Uint(value) => Val::Uint(*value),
            Self::Double(value) => Val::Double(*value),
            Self::Text(text) => Val::Text(Text::Borrowed(text)),
            Self::Bytes(bytes) => Val::Bytes((**bytes).into()),
            Self::Type(name) => Val::Type((*name).into()),
        }
    }
}
