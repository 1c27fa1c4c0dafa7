//! Rules in the Common Expression Language. The `cel` crate reads them; what is here checks their types against the schema,
//! and evaluates them on JSON as it lies in memory, under a bound on the work. The crate's own interpreter is not used: it
//! copies objects into values of its own, knows no types before it runs, and cannot be stopped.
//!
//! - `types`: what a schema's values are to a rule.
//! - `read`, `check`, `loops`: from a rule to a `program`, or what is wrong with it.
//! - `functions`, `table`: what can be called, and `texts`, `lists`, `urls`, `addresses`, `quantities` that do it.
//! - `value`, `evaluate`: values and what programs make of them.

mod addresses;
mod check;
mod evaluate;
mod functions;
mod lists;
mod loops;
mod numbers;
mod program;
mod quantities;
mod read;
mod table;
mod texts;
mod types;
mod urls;
mod value;

pub(super) use evaluate::{Budget, Fault, PER_RULE};
pub(super) use program::{Flaw, Program};
pub(super) use read::{Subject, Wanted};
pub(super) use value::Val;

/// A property's name as rules write it: what is no identifier is escaped. `None` where rules cannot name it.
pub(super) fn escape(name: &str) -> Option<String> {
    const RESERVED: [&str; 18] = [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
    ];
    if RESERVED.contains(&name) || matches!(name, "var" | "void" | "while") {
        return Some(format!("__{name}__"));
    }
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut out = String::new();
    let mut rest = name;
    while let Some(next) = rest.chars().next() {
        let (text, length) = match next {
            '_' if rest.starts_with("__") => ("__underscores__", 2),
            '.' => ("__dot__", 1),
            '-' => ("__dash__", 1),
            '/' => ("__slash__", 1),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => (&rest[..1], 1),
            _ => return None,
        };
        out.push_str(text);
        rest = &rest[length..];
    }
    Some(out)
}

/// The property that an escaped name stands for.
fn unescape(name: &str) -> String {
    if let Some(word) = name
        .strip_prefix("__")
        .and_then(|name| name.strip_suffix("__"))
        && escape(word).as_deref() == Some(name)
    {
        return word.to_owned();
    }
    let mut out = String::new();
    let mut rest = name;
    while let Some(next) = rest.chars().next() {
        let escapes = [
            ("__underscores__", "__"),
            ("__dot__", "."),
            ("__dash__", "-"),
            ("__slash__", "/"),
        ];
        let found = escapes
            .into_iter()
            .find(|(escaped, _)| rest.starts_with(escaped));
        if let Some((escaped, plain)) = found {
            out.push_str(plain);
            rest = &rest[escaped.len()..];
        } else {
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests;
