//! Go's syntax of regular expressions in that of the `regex` crate. The two agree but for this: in Go `\d`, `\w`, `\s` and
//! `\b` know ASCII only, `\Q…\E` quotes, and within brackets `[`, `&&`, `--` and `~~` are plain characters.

use regex::{Regex, RegexBuilder};

/// Compiled expressions may take this much memory.
const SIZE_LIMIT: usize = 1 << 20;

/// Compiles an expression in Go's syntax.
///
/// # Errors
/// It cannot be read, in one line.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(&translate(pattern))
        .size_limit(SIZE_LIMIT)
        .build();
    built.map_err(|error| {
        let reason = match &error {
            regex::Error::Syntax(text) => text
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned(),
            other => other.to_string(),
        };
        format!("cannot read the regular expression `{pattern}`: {reason}")
    })
}

fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut characters = pattern.chars().peekable();
    let mut in_class = false;
    let mut class_start = false;
    while let Some(next) = characters.next() {
        let at_start = std::mem::take(&mut class_start);
        match next {
            '\\' => match characters.next() {
                Some('Q') => quote(&mut characters, &mut out),
                Some(escaped) => escape(escaped, in_class, &mut out),
                None => out.push('\\'),
            },
            '[' if !in_class => {
                in_class = true;
                class_start = true;
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            '[' if characters.peek() == Some(&':') => out.push('['),
            ']' if in_class && at_start => out.push_str("\\]"),
            ']' => {
                // The end of `[:alpha:]` is not that of the brackets around it.
                in_class = in_class
                    && out.ends_with(':')
                    && out.rfind("[:").is_some_and(|at| at + 2 < out.len());
                out.push(']');
            }
            '[' | '&' | '~' if in_class => {
                out.push('\\');
                out.push(next);
            }
            '-' if in_class && characters.peek() == Some(&'-') => out.push_str("\\-"),
            _ => out.push(next),
        }
    }
    out
}

/// Copies what stands up to `\E` as plain text.
fn quote(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    let mut text = String::new();
    while let Some(next) = characters.next() {
        if next == '\\' && characters.next_if_eq(&'E').is_some() {
            break;
        }
        text.push(next);
    }
    out.push_str(&regex::escape(&text));
}

fn escape(escaped: char, in_class: bool, out: &mut String) {
    let (set, negated) = match escaped {
        'd' => ("0-9", false),
        'D' => ("0-9", true),
        'w' => ("0-9A-Za-z_", false),
        'W' => ("0-9A-Za-z_", true),
        's' => ("\\t\\n\\f\\r ", false),
        'S' => ("\\t\\n\\f\\r ", true),
        'b' if !in_class => return out.push_str("(?-u:\\b)"),
        'B' if !in_class => return out.push_str("(?-u:\\B)"),
        _ => {
            out.push('\\');
            return out.push(escaped);
        }
    };
    match (in_class, negated) {
        (true, false) => out.push_str(set),
        (_, true) => out.extend(["[^", set, "]"]),
        (false, false) => out.extend(["[", set, "]"]),
    }
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn reads_go_syntax() {
        let matches = |pattern: &str, text: &str| compile(pattern).unwrap().is_match(text);
        assert!(!matches(r"^\w+$", "é") && matches(r"^[\w.-]+$", "a.b-c_1"));
        assert!(!matches(r"^\d$", "٣") && matches(r"^[^\D]$", "3"));
        assert!(matches(r"^\Qa.b\E$", "a.b") && !matches(r"^\Qa.b\E$", "axb"));
        assert!(matches(r"^[[a]$", "[") && matches(r"^[a&&b]$", "&") && matches(r"^[]a]$", "]"));
        assert!(matches(r"^[[:alpha:]_]+$", "a_b") && matches(r"\bfoo\b", "a foo b"));
        assert!(matches(r"^\pL$", "é") && matches(r"(?i)^abc$", "ABC"));
    }

    #[test]
    fn says_in_one_line_what_is_wrong() {
        let error = compile("a(").unwrap_err();
        assert_eq!(
            error,
            "cannot read the regular expression `a(`: unclosed group"
        );
    }
}
