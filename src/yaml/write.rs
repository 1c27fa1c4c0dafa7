//! Writes values in the bytes of Kubernetes' own writer (go-yaml v2 behind sigs.k8s.io/yaml), found by running it.
//!
//! Mappings in its natural order of keys, lists at the indent of their parent, multi-line text as literal blocks, quotes
//! around everything that would be read as something else. Three differences: long lines are folded only where the caller
//! asks for it; the rare line breaks of Unicode (NEL, LS, PS) are escaped, since readers disagree about them; and the text
//! `<<` is quoted.

use std::cmp::Ordering;
use std::fmt::Write as _;

use serde_json::{Map, Number};

use super::scalar::{self, Scalar};
use super::{Value, node};

/// Longer keys are written in the explicit form, `? key`.
const MAX_SIMPLE_KEY: usize = 128;

/// A line of more characters than this is broken at its next space, where lines are folded.
const WIDTH: usize = 80;

/// What happens to long texts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LongLines {
    Kept,
    /// Broken at spaces, as Go's writer does.
    Folded,
}

/// Appends one document, ending in a line break.
pub(super) fn document(out: &mut String, value: &Value, long: LongLines) {
    match value {
        Value::Object(map) if !map.is_empty() => mapping(out, map, 0, long),
        Value::Array(items) if !items.is_empty() => sequence(out, items, 0, long),
        leaf => {
            scalar_or_empty(out, leaf, 2, long);
            end_line(out);
        }
    }
}

fn indent_to(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// The entries of a mapping; the cursor stands where the first key goes.
fn mapping(out: &mut String, map: &Map<String, Value>, indent: usize, long: LongLines) {
    let mut first = true;
    for_each_sorted(map, |key, value| {
        if !std::mem::take(&mut first) {
            indent_to(out, indent);
        }
        if key.len() > MAX_SIMPLE_KEY || key.contains(['\n', '\r']) {
            out.push_str("? ");
            text(out, key, indent + 2, long);
            end_line(out);
            indent_to(out, indent);
            out.push_str(": ");
            nested(out, value, indent + 2, long);
            return;
        }
        simple_key(out, key);
        out.push(':');
        match value {
            Value::Object(map) if !map.is_empty() => {
                out.push('\n');
                indent_to(out, indent + 2);
                mapping(out, map, indent + 2, long);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                indent_to(out, indent);
                sequence(out, items, indent, long);
            }
            leaf => {
                out.push(' ');
                scalar_or_empty(out, leaf, indent + 2, long);
                end_line(out);
            }
        }
    });
}

/// The items of a list; the cursor stands where the first dash goes.
fn sequence(out: &mut String, items: &[Value], indent: usize, long: LongLines) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            indent_to(out, indent);
        }
        out.push_str("- ");
        nested(out, item, indent + 2, long);
    }
}

/// A value on the line of its dash or colon.
fn nested(out: &mut String, value: &Value, indent: usize, long: LongLines) {
    match value {
        Value::Object(map) if !map.is_empty() => mapping(out, map, indent, long),
        Value::Array(items) if !items.is_empty() => sequence(out, items, indent, long),
        leaf => {
            scalar_or_empty(out, leaf, indent, long);
            end_line(out);
        }
    }
}

/// Literal blocks that keep their line breaks end the line themselves.
fn end_line(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn scalar_or_empty(out: &mut String, value: &Value, indent: usize, long: LongLines) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(value) => number(out, value),
        Value::String(value) => text(out, value, indent, long),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// A number as it comes out of Go's JSON and then Go's YAML: whole floats as integers, others in `%g`.
fn number(out: &mut String, value: &Number) {
    let float = match value.as_f64() {
        Some(float) if value.is_f64() => float,
        _ => {
            let _ = write!(out, "{value}");
            return;
        }
    };
    if float.fract() == 0.0 && float.abs() < 1e21 {
        let whole = format!("{float}");
        if whole.parse::<i64>().is_ok() || whole.parse::<u64>().is_ok() {
            out.push_str(if whole == "-0" { "0" } else { &whole });
            return;
        }
    }
    decimal(out, &format!("{float:e}"), &format!("{float}"));
}

/// A key that was a float, or what stands for infinity and not-a-number.
pub(super) fn float(out: &mut String, number: f32) {
    if number.is_finite() {
        decimal(out, &format!("{number:e}"), &format!("{number}"));
    } else if number.is_nan() {
        out.push_str(".nan");
    } else {
        out.push_str(if number > 0.0 { ".inf" } else { "-.inf" });
    }
}

/// Go's `%g` with the shortest digits: with an exponent below 1e-4 and from 1e6.
fn decimal(out: &mut String, scientific: &str, plain: &str) {
    let (mantissa, exponent) = scientific
        .split_once('e')
        .expect("Rust's `e` format has an exponent");
    let exponent: i32 = exponent
        .parse()
        .expect("Rust's `e` format has a decimal exponent");
    if (-4..6).contains(&exponent) {
        out.push_str(plain);
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "{mantissa}e{sign}{:02}", exponent.abs());
    }
}

/// A scalar, or brackets for an empty list or mapping.
pub(super) fn leaf(out: &mut String, value: &Value) {
    scalar_or_empty(out, value, 2, LongLines::Kept);
}

/// Text of several lines as a block whose lines begin at column `indent`, without the end of its last line; `false`, and
/// nothing written, for text that is better off in quotes.
pub(super) fn block_text(out: &mut String, value: &str, indent: usize) -> bool {
    if style(value) != Style::Literal || value.ends_with("\n\n") || value.starts_with([' ', '\n']) {
        return false;
    }
    literal(out, value, indent);
    out.truncate(out.trim_end_matches('\n').len());
    true
}

/// Text on one line, in the quotes that its neighbour `like` has if they can hold it. In brackets (`flow`) more needs
/// quotes.
pub(super) fn quoted_like(out: &mut String, value: &str, like: Option<node::Style>, flow: bool) {
    let needed = match style(value) {
        Style::Plain if flow && value.contains([',', '?', '[', ']', '{', '}', ':']) => {
            Style::Single
        }
        style => style,
    };
    match (like, needed) {
        (Some(node::Style::Double), _) | (_, Style::Double | Style::Literal) => {
            double_quoted(out, value);
        }
        (Some(node::Style::Single), _) | (_, Style::Single) => single_quoted(out, value),
        (_, Style::Plain) => out.push_str(value),
    }
}

fn simple_key(out: &mut String, key: &str) {
    match style(key) {
        Style::Plain => out.push_str(key),
        Style::Single => single_quoted(out, key),
        Style::Double | Style::Literal => double_quoted(out, key),
    }
}

fn text(out: &mut String, value: &str, indent: usize, long: LongLines) {
    let start = out.len();
    let style = style(value);
    match style {
        Style::Plain => out.push_str(value),
        Style::Single => single_quoted(out, value),
        Style::Double => double_quoted(out, value),
        Style::Literal => return literal(out, value, indent),
    }
    if long == LongLines::Folded {
        fold(out, start, style, indent);
    }
}

/// Breaks what stands from `start` on, one text in its quotes, at spaces past [`WIDTH`].
fn fold(out: &mut String, start: usize, style: Style, indent: usize) {
    let line_start = out[..start].rfind('\n').map_or(0, |at| at + 1);
    if out.len() - line_start <= WIDTH {
        return;
    }
    let mut column = out[line_start..start].chars().count();
    let written = out.split_off(start);
    let quotes = usize::from(style != Style::Plain);
    let bytes = written.as_bytes();
    let mut after_space = false;
    for (index, character) in written.char_indices() {
        let next = bytes.get(index + 1).copied();
        let is_edge = index <= quotes || index + 1 + quotes >= bytes.len();
        let may_break = match style {
            Style::Double => !is_edge,
            Style::Plain | Style::Literal => next != Some(b' '),
            Style::Single => !is_edge && next != Some(b' '),
        };
        if character == ' ' && !after_space && column > WIDTH && may_break {
            out.push('\n');
            indent_to(out, indent);
            column = indent;
            if style == Style::Double && next == Some(b' ') {
                out.push('\\');
                column += 1;
            }
        } else {
            out.push(character);
            column += 1;
        }
        after_space = character == ' ';
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// The least style in which `text` is read back as this very string.
fn style(text: &str) -> Style {
    // As a key this would be read as a merge; Kubernetes' writer gets that wrong.
    if text == "<<" {
        return Style::Double;
    }
    let lines = text.contains('\n');
    if !lines && (!matches!(scalar::resolve(text), Scalar::Text) || scalar::is_sexagesimal(text)) {
        return Style::Double;
    }
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return Style::Double;
    };
    let blank_after = |index: usize| {
        bytes
            .get(index + 1)
            .is_none_or(|byte| matches!(byte, b' ' | b'\t'))
    };
    let mut quotes =
        bytes.starts_with(b"---") || bytes.starts_with(b"...") || first == b' ' || last == b' ';
    quotes |= match first {
        b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' => true,
        b'?' | b'-' | b':' => blank_after(0),
        _ => false,
    };
    let mut before = b' ';
    for (index, &byte) in bytes.iter().enumerate() {
        match byte {
            b' ' | b'\n' => {
                // A space before a line break would be lost in every style but this one.
                if byte == b'\n' && before == b' ' && index > 0 {
                    return Style::Double;
                }
            }
            b'!'..=b'~' => {
                quotes |= byte == b':' && index > 0 && blank_after(index);
                quotes |= byte == b'#' && matches!(before, b' ' | b'\n');
            }
            0xC2..=0xEF => {
                if !is_printable(&bytes[index..]) {
                    return Style::Double;
                }
            }
            0x80..=0xBF => {}
            _ => return Style::Double,
        }
        before = byte;
    }
    match (lines, quotes) {
        (true, _) if last == b' ' => Style::Double,
        (true, _) => Style::Literal,
        (false, true) => Style::Single,
        (false, false) => Style::Plain,
    }
}

/// Whether the character of two or three bytes at the start of `bytes` may stand unescaped.
fn is_printable(bytes: &[u8]) -> bool {
    !matches!(
        bytes,
        // NEL and the other control characters from 0x80 to 0x9F; line and paragraph separator; byte order mark; the
        // two non-characters.
        [0xC2, ..=0x9F, ..]
            | [0xE2, 0x80, 0xA8 | 0xA9, ..]
            | [0xEF, 0xBB, 0xBF, ..]
            | [0xEF, 0xBF, 0xBE | 0xBF, ..]
    )
}

fn single_quoted(out: &mut String, value: &str) {
    out.push('\'');
    for (index, part) in value.split('\'').enumerate() {
        if index > 0 {
            out.push_str("''");
        }
        out.push_str(part);
    }
    out.push('\'');
}

pub(super) fn double_quoted(out: &mut String, value: &str) {
    out.push('"');
    for character in value.chars() {
        let escape = match character {
            '\0' => "\\0",
            '\x07' => "\\a",
            '\x08' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\x0B' => "\\v",
            '\x0C' => "\\f",
            '\r' => "\\r",
            '\x1B' => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{85}' => "\\N",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            ' '..='~' | '\u{A0}'..='\u{FFFF}'
                if !matches!(character, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}') =>
            {
                out.push(character);
                continue;
            }
            _ => {
                let code = u32::from(character);
                let _ = match code {
                    0..=0xFF => write!(out, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(out, "\\u{code:04X}"),
                    _ => write!(out, "\\U{code:08X}"),
                };
                continue;
            }
        };
        out.push_str(escape);
    }
    out.push('"');
}

/// A literal block; ends in a line break exactly if the text does.
fn literal(out: &mut String, value: &str, indent: usize) {
    out.push('|');
    if value.starts_with([' ', '\n']) {
        out.push('2');
    }
    match value.strip_suffix('\n') {
        None => out.push('-'),
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => out.push('+'),
        Some(_) => {}
    }
    out.push('\n');
    for line in value.split_inclusive('\n') {
        if line != "\n" {
            indent_to(out, indent);
        }
        out.push_str(line);
    }
}

/// Visits the entries in the writer's order of keys. The map is sorted by bytes, which is nearly always the same.
fn for_each_sorted<'a>(map: &'a Map<String, Value>, mut visit: impl FnMut(&'a str, &'a Value)) {
    let in_order = map
        .keys()
        .zip(map.keys().skip(1))
        .all(|(left, right)| natural(left, right) != Ordering::Greater);
    if in_order {
        map.iter().for_each(|(key, value)| visit(key, value));
        return;
    }
    // Insertion by bisection, because this order need not be total for absurd keys, and the standard sort may panic then.
    let mut entries: Vec<(&String, &Value)> = Vec::with_capacity(map.len());
    for entry in map {
        let place = entries.partition_point(|(key, _)| natural(key, entry.0) != Ordering::Greater);
        entries.insert(place, entry);
    }
    for (key, value) in entries {
        visit(key, value);
    }
}

/// go-yaml's order of keys: letters after everything else, runs of digits by their number.
fn natural(left: &str, right: &str) -> Ordering {
    let differs = left.bytes().zip(right.bytes()).position(|(a, b)| a != b);
    let Some(mut common) = differs else {
        return left.len().cmp(&right.len());
    };
    while !left.is_char_boundary(common) {
        common -= 1;
    }
    let (Some(a), Some(b)) = (
        left[common..].chars().next(),
        right[common..].chars().next(),
    ) else {
        return left.len().cmp(&right.len());
    };
    match (a.is_alphabetic(), b.is_alphabetic()) {
        (true, true) => return a.cmp(&b),
        (false, true) => return Ordering::Less,
        (true, false) => return Ordering::Greater,
        (false, false) => {}
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    // A zero inside a longer number is a digit of it, not a leading zero.
    let inside = (a == '0' || b == '0')
        && left[..common]
            .bytes()
            .rev()
            .take_while(u8::is_ascii_digit)
            .any(|digit| digit != b'0');
    let run = |text: &str| {
        let count = digits(&text[common..]);
        let value = text[common..common + count]
            .bytes()
            .fold(i64::from(inside), |value, digit| {
                value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'))
            });
        (value, count)
    };
    run(left).cmp(&run(right)).then(a.cmp(&b))
}
