//! The warnings that a server adds to an answer: headers `Warning: 299 - "text"` (RFC 9111, 5.5). Kubernetes warns this way of
//! deprecated APIs, of pods that a policy will refuse, and lets admission webhooks warn.

use hyper::http::HeaderMap;
use hyper::http::header::WARNING;

/// The code of what is meant for the user, and stays true.
const MISCELLANEOUS: &str = "299";

/// The texts of the warnings of an answer, in order, each once. What is malformed is left out.
pub(super) fn warnings(headers: &HeaderMap) -> Vec<String> {
    let mut found = Vec::new();
    for header in headers.get_all(WARNING) {
        let header = String::from_utf8_lossy(header.as_bytes());
        let mut rest = header.trim();
        while let Some((code, text, after)) = next(rest) {
            if code == MISCELLANEOUS && !text.is_empty() && !found.contains(&text) {
                found.push(text);
            }
            rest = after;
        }
    }
    found
}

/// The first warning of several: its code and text, and what comes after it.
fn next(header: &str) -> Option<(&str, String, &str)> {
    let (code, rest) = header.split_once(' ')?;
    let (_agent, rest) = rest.split_once(' ')?;
    let (text, rest) = quoted(rest.trim_start())?;
    // A date in quotes may follow.
    let rest = rest.trim_start();
    let rest = match quoted(rest) {
        Some((_, rest)) => rest.trim_start(),
        None => rest,
    };
    let rest = rest.strip_prefix(',').unwrap_or_default().trim_start();
    Some((code, text, rest))
}

/// A quoted text, and what comes after it. Control characters, which could move the cursor of a terminal, become spaces.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((out, &text[at + 2..])),
            '\\' => out.extend(chars.next().map(|(_, escaped)| escaped)),
            control if control.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WARNING, value.parse().unwrap());
        }
        warnings(&headers)
    }

    #[test]
    fn reads_the_texts_of_all_warnings_once() {
        assert_eq!(
            read(&[
                r#"299 - "policy/v1beta1 is deprecated", 299 kube "say \"hi\", \\o/""#,
                r#"299 - "policy/v1beta1 is deprecated""#,
                r#"299 - "dated" "Sat, 25 Aug 2012 23:34:45 GMT", 299 - "after""#,
            ]),
            [
                "policy/v1beta1 is deprecated",
                r#"say "hi", \o/"#,
                "dated",
                "after"
            ]
        );
    }

    #[test]
    fn leaves_out_what_is_malformed_or_of_caches() {
        assert_eq!(
            read(&[
                r#"110 - "stale""#,
                "299 -",
                r#"299 - "open"#,
                "",
                r#"299 - """#
            ]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn keeps_escape_sequences_from_the_terminal() {
        let (text, _) = quoted("\"a\u{9}\u{1b}[2Jb\"").unwrap();
        assert_eq!(text, "a  [2Jb");
    }
}
