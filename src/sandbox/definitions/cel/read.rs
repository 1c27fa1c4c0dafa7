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

impl Program {
    /// Reads a rule about values of one type. `optional_old`: what the value was is an optional. `gives_text`: the rule must
    /// give a text, not true or false.
    ///
    /// # Errors
    /// The rule is wrong, or beyond the practice cluster.
    pub(in super::super) fn read(
        source: &str,
        schema: &Schema,
        root: bool,
        optional_old: bool,
        gives_text: bool,
    ) -> Result<Self, Flaw> {
        with_room(source, || {
            let own = Type::of(schema, root).unwrap_or(Type::Dyn);
            let old = if optional_old {
                Type::Optional(Box::new(own.clone()))
            } else {
                own.clone()
            };
            Self::read_here(source, &[("self", own), ("oldSelf", old)], gives_text)
        })
    }

    /// Reads a condition on a request: `object`, `oldObject` and `request` may be anything.
    ///
    /// # Errors
    /// As `read`.
    pub(in super::super) fn read_condition(source: &str) -> Result<Self, Flaw> {
        with_room(source, || {
            let names = ["object", "oldObject", "request"].map(|name| (name, Type::Dyn));
            Self::read_here(source, &names, false)
        })
    }

    /// Reads a rule in which these names have a meaning; the place of a name is that of its value.
    fn read_here(source: &str, names: &[(&str, Type<'_>)], gives_text: bool) -> Result<Self, Flaw> {
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
        let (wanted, name) = if gives_text {
            (Type::Text, "messageExpression must evaluate to a string")
        } else {
            (Type::Bool, "cel expression must evaluate to a bool")
        };
        if !matches!(
            (&found, &wanted),
            (Type::Bool, Type::Bool) | (Type::Text, Type::Text)
        ) {
            return Err(Flaw::Wrong(name.to_owned()));
        }
        Ok(Self {
            root,
            variables: checker.most,
            uses_old: checker.uses_old,
        })
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
