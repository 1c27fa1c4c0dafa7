//! From a rule's text to a program: the bounds on its size, the stack on which it is read, what the parser says of it, and what
//! it must give. Names and types are `check`'s.

use super::super::schema::Schema;
use super::check::Checker;
use super::program::{Flaw, Program};
use super::types::Type;

/// The longest rule in bytes. A chain of operators nests as deep as it is long while it is read.
const LONGEST: usize = 20_000;

/// The stack for rules that might.
const ROOM: usize = 256 << 20;

/// The values that a rule is about.
#[derive(Clone, Copy)]
pub(in super::super) struct Subject<'s> {
    pub(in super::super) schema: &'s Schema,
    /// Whether they are whole objects, with kind, version and metadata.
    pub(in super::super) root: bool,
    /// Whether `oldSelf` is an optional, so that the rule also holds for new objects.
    pub(in super::super) optional_old: bool,
}

/// What a rule must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Wanted {
    Bool,
    /// A message.
    Text,
}

impl Program {
    /// Reads a rule about values of one type.
    ///
    /// # Errors
    /// The rule is wrong, or beyond the practice cluster.
    pub(in super::super) fn read(
        source: &str,
        subject: Subject<'_>,
        wanted: Wanted,
    ) -> Result<Self, Flaw> {
        with_room(source, || {
            let own = Type::of(subject.schema, subject.root).unwrap_or(Type::Dyn);
            let old = if subject.optional_old {
                Type::Optional(Box::new(own.clone()))
            } else {
                own.clone()
            };
            Self::read_here(source, &[("self", own), ("oldSelf", old)], wanted)
        })
    }

    /// Reads a condition on a request: `object`, `oldObject` and `request` may be anything.
    ///
    /// # Errors
    /// As `read`.
    pub(in super::super) fn read_condition(source: &str) -> Result<Self, Flaw> {
        with_room(source, || {
            let names = ["object", "oldObject", "request"].map(|name| (name, Type::Dyn));
            Self::read_here(source, &names, Wanted::Bool)
        })
    }

    /// Reads a rule in which these names have a meaning; the place of a name is that of its value.
    fn read_here(source: &str, names: &[(&str, Type<'_>)], wanted: Wanted) -> Result<Self, Flaw> {
        if source.len() > LONGEST {
            let text = format!(
                "expression code point size exceeds limit: size: {}, limit {LONGEST}",
                source.len()
            );
            return Err(Flaw::Wrong(format!(
                "compilation failed: ERROR: <input>:-1:0: {text}"
            )));
        }
        let parser = cel::Env::default()
            .parser()
            .enable_ident_escape_syntax(true);
        let parsed = parser.parse_with_source_info(source);
        let (tree, places) = parsed.map_err(|errors| {
            Flaw::Wrong(format!(
                "compilation failed: {}",
                spaced(&errors.to_string())
            ))
        })?;
        let mut checker = Checker::new(source, places, names);
        let (root, found) = checker.expression(&tree)?;
        match (wanted, found) {
            (Wanted::Bool, Type::Bool) | (Wanted::Text, Type::Text) => Ok(Self {
                root,
                variables: checker.most,
                uses_old: checker.uses_old,
            }),
            (Wanted::Bool, _) => {
                let what = "cel expression must evaluate to a bool";
                Err(Flaw::Wrong(what.to_owned()))
            }
            (Wanted::Text, _) => {
                let what = "messageExpression must evaluate to a string";
                Err(Flaw::Wrong(what.to_owned()))
            }
        }
    }
}

/// Whatever reads nested text calls itself, so a rule that might nest deep is read where there is room.
fn with_room(
    source: &str,
    read: impl FnOnce() -> Result<Program, Flaw> + Send,
) -> Result<Program, Flaw> {
    if is_plain(source) {
        return read();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(ROOM)
            .spawn_scoped(scope, read);
        let done = thread.ok().and_then(|thread| thread.join().ok());
        done.unwrap_or_else(|| {
            Err(Flaw::Wrong(
                "compilation failed: the rule is too long".to_owned(),
            ))
        })
    })
}

/// Whether a rule cannot nest too deep for any thread: few brackets within each other, few signs that nest without brackets.
fn is_plain(source: &str) -> bool {
    let (mut depth, mut deepest, mut signs) = (0_usize, 0, 0);
    for c in source.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '?' | '!' => signs += 4,
            '+' | '-' | '*' | '/' | '%' | '&' | '|' | '.' => signs += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest <= 12 && signs <= 60
}

/// The parser's errors with the source set off by a space, as Kubernetes shows it.
fn spaced(text: &str) -> String {
    text.replace("\n|", "\n |")
}
