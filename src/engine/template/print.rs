//! How Go prints values: what `{{ … }}` writes, and the verbs of `printf` for one value.
//!
//! The format string is in `printf`, numbers with fractions in `floats`.

use std::fmt::Write as _;

use super::Limits;
use super::error::Failure;
use super::floats;
use super::kinds;
use super::limits::Budget;
use super::value::{IntKind, Value};

/// Values may nest this deep in print, `toYaml`, `deepCopy` and the like; a map that holds itself ends here.
pub(super) const MAX_VALUE_DEPTH: usize = 200;

/// The flags of a verb.
#[derive(Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// Writes a value as an action does (`%v`).
pub(super) fn write(out: &mut String, value: &Value, budget: &Budget) -> Result<(), Failure> {
    match value {
        Value::Str(text) => out.push_str(text),
        value => Printer { out, budget }.value(value, 'v', Flags::default(), 0)?,
    }
    Ok(())
}

/// A value as text (`%v`).
pub(super) fn text(value: &Value, budget: &Budget) -> Result<String, Failure> {
    let mut out = String::new();
    write(&mut out, value, budget)?;
    Ok(out)
}

/// A value for an error message: cut off if it is very large.
pub(super) fn shown(value: &Value) -> String {
    let budget = Budget::new(Limits {
        size: 1000,
        ..Limits::default()
    });
    let mut out = String::new();
    if write(&mut out, value, &budget).is_err() {
        out.push('…');
    }
    out
}

/// `print`: spaces between operands of which neither is a string.
pub(super) fn sprint(values: &[Value], budget: &Budget) -> Result<String, Failure> {
    let mut out = String::new();
    let mut after_text = true;
    for (index, value) in values.iter().enumerate() {
        let is_text = matches!(value, Value::Str(_));
        if index > 0 && !is_text && !after_text {
            out.push(' ');
        }
        write(&mut out, value, budget)?;
        budget.check_size(out.len())?;
        after_text = is_text;
    }
    Ok(out)
}

/// `println`: spaces between all operands, and a line feed.
pub(super) fn sprintln(values: &[Value], budget: &Budget) -> Result<String, Failure> {
    let mut out = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        write(&mut out, value, budget)?;
        budget.check_size(out.len())?;
    }
    out.push('\n');
    Ok(out)
}

/// Writes values by verbs.
pub(super) struct Printer<'a> {
    pub(super) out: &'a mut String,
    pub(super) budget: &'a Budget,
}

impl Printer<'_> {
    /// Writes `value` by `verb`, elements of lists and maps by the same verb.
    pub(super) fn value(
        &mut self,
        value: &Value,
        verb: char,
        flags: Flags,
        depth: usize,
    ) -> Result<(), Failure> {
        if depth > MAX_VALUE_DEPTH {
            return Err("the value nests too deep to print; does it hold itself?".into());
        }
        self.budget.check_size(self.out.len())?;
        match (verb, value) {
            ('T', value) => self.pad(&kinds::type_name(value), flags),
            ('v', Value::Nil) if depth > 0 && flags.sharp => self.pad("interface {}(nil)", flags),
            ('v', Value::Nil) => self.pad("<nil>", flags),
            ('t' | 'v', Value::Bool(value)) => {
                self.pad(if *value { "true" } else { "false" }, flags);
            }
            (_, Value::Int(number, kind)) => return self.int(*number, *kind, verb, flags, depth),
            (_, Value::Float(number)) => match floats::format(*number, verb, flags.precision) {
                Some(text) => self.number(text, flags),
                None => return self.bad_verb(value, verb, depth),
            },
            (_, Value::Str(text)) => return self.text(text, value, verb, flags, depth),
            ('s' | 'q' | 'x' | 'X', Value::Bytes(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => return self.text(text, value, verb, flags, depth),
                Err(_) if matches!(verb, 'x' | 'X') => self.pad(&hex(bytes, verb), flags),
                Err(_) => self.pad(&String::from_utf8_lossy(bytes), flags),
            },
            (_, Value::Bytes(bytes)) => {
                let items = bytes
                    .iter()
                    .map(|byte| Value::Int(i64::from(*byte), IntKind::Uint8));
                return self.list(&items.collect::<Vec<_>>(), "[]byte", verb, flags, depth);
            }
            (_, Value::List(list)) => return self.list(list, "[]interface {}", verb, flags, depth),
            (_, Value::Map(_)) => return self.map(value, verb, flags, depth),
            (_, Value::Object(object)) => {
                return self.value(&object.data(), verb, flags, depth + 1);
            }
            _ => return self.bad_verb(value, verb, depth),
        }
        Ok(())
    }

    fn list(
        &mut self,
        items: &[Value],
        type_name: &str,
        verb: char,
        flags: Flags,
        depth: usize,
    ) -> Result<(), Failure> {
        let as_code = verb == 'v' && flags.sharp;
        let (open, between, close) = if as_code {
            ("{", ", ", '}')
        } else {
            ("[", " ", ']')
        };
        if as_code {
            self.out.push_str(type_name);
        }
        self.out.push_str(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(between);
            }
            self.budget.charge(1)?;
            self.value(item, verb, flags, depth + 1)?;
        }
        self.out.push(close);
        Ok(())
    }

    fn map(
        &mut self,
        value: &Value,
        verb: char,
        flags: Flags,
        depth: usize,
    ) -> Result<(), Failure> {
        let Value::Map(map) = value else {
            return Ok(());
        };
        let as_code = verb == 'v' && flags.sharp;
        let (open, between, close) = if as_code {
            ("{", ", ", '}')
        } else {
            ("map[", " ", ']')
        };
        if as_code {
            self.out.push_str(&kinds::type_name(value));
        }
        self.out.push_str(open);
        for (index, (key, value)) in map.entries().into_iter().enumerate() {
            if index > 0 {
                self.out.push_str(between);
            }
            self.budget.charge(1)?;
            self.value(&Value::Str(key), verb, flags, depth + 1)?;
            self.out.push(':');
            self.value(&value, verb, flags, depth + 1)?;
        }
        self.out.push(close);
        Ok(())
    }

    fn text(
        &mut self,
        text: &str,
        value: &Value,
        verb: char,
        flags: Flags,
        depth: usize,
    ) -> Result<(), Failure> {
        let cut: String;
        let text = match flags.precision {
            Some(precision) if verb != 'x' && verb != 'X' => {
                cut = text.chars().take(precision).collect();
                &cut
            }
            _ => text,
        };
        match verb {
            'v' if flags.sharp => self.pad(&quote(text), flags),
            'v' | 's' => self.pad(text, flags),
            'q' if flags.sharp && !text.contains(['`', '\n']) => {
                self.pad(&format!("`{text}`"), flags);
            }
            'q' => self.pad(&quote(text), flags),
            'x' | 'X' => self.pad(&hex(text.as_bytes(), verb), flags),
            _ => return self.bad_verb(value, verb, depth),
        }
        Ok(())
    }

    fn int(
        &mut self,
        number: i64,
        kind: IntKind,
        verb: char,
        flags: Flags,
        depth: usize,
    ) -> Result<(), Failure> {
        let magnitude = number.unsigned_abs();
        let (prefix, digits) = match verb {
            'd' | 'v' => ("", magnitude.to_string()),
            'b' => (
                if flags.sharp { "0b" } else { "" },
                format!("{magnitude:b}"),
            ),
            'o' => (if flags.sharp { "0" } else { "" }, format!("{magnitude:o}")),
            'O' => ("0o", format!("{magnitude:o}")),
            'x' => (
                if flags.sharp { "0x" } else { "" },
                format!("{magnitude:x}"),
            ),
            'X' => (
                if flags.sharp { "0X" } else { "" },
                format!("{magnitude:X}"),
            ),
            'c' | 'q' => {
                let character = u32::try_from(number).ok().and_then(char::from_u32);
                let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
                let text = if verb == 'c' {
                    character.to_string()
                } else {
                    quote_character(character)
                };
                self.pad(&text, flags);
                return Ok(());
            }
            'U' => {
                self.pad(&format!("U+{magnitude:04X}"), flags);
                return Ok(());
            }
            _ => return self.bad_verb(&Value::Int(number, kind), verb, depth),
        };
        let sign = match number < 0 {
            true => "-",
            false if flags.plus => "+",
            false if flags.space => " ",
            false => "",
        };
        let least = flags.precision.unwrap_or(0);
        let zeros = "0".repeat(least.saturating_sub(digits.len()));
        let flags = Flags {
            zero: flags.zero && flags.precision.is_none(),
            ..flags
        };
        self.signed(
            &format!("{sign}{prefix}"),
            &format!("{zeros}{digits}"),
            flags,
        );
        Ok(())
    }

    /// A float's text, with its sign and padding.
    fn number(&mut self, text: String, flags: Flags) {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits.to_owned()),
            None => (false, text),
        };
        let sign = match negative {
            true => "-",
            false if flags.plus => "+",
            false if flags.space => " ",
            false => "",
        };
        let finite = digits.starts_with(|first: char| first.is_ascii_digit());
        self.signed(
            sign,
            &digits,
            Flags {
                zero: flags.zero && finite,
                ..flags
            },
        );
    }

    /// Sign and digits; padding with zeros goes between them.
    fn signed(&mut self, sign: &str, digits: &str, flags: Flags) {
        let length = sign.len() + digits.len();
        match flags.width {
            Some(width) if flags.zero && !flags.minus && width > length => {
                self.out.push_str(sign);
                self.out.extend(std::iter::repeat_n('0', width - length));
                self.out.push_str(digits);
            }
            _ => self.pad(&format!("{sign}{digits}"), flags),
        }
    }

    fn pad(&mut self, text: &str, flags: Flags) {
        let spaces = flags
            .width
            .map_or(0, |width| width.saturating_sub(text.chars().count()));
        if flags.minus {
            self.out.push_str(text);
        }
        self.out.extend(std::iter::repeat_n(' ', spaces));
        if !flags.minus {
            self.out.push_str(text);
        }
    }

    /// `%!d(string=abc)`
    fn bad_verb(&mut self, value: &Value, verb: char, depth: usize) -> Result<(), Failure> {
        let _ = write!(self.out, "%!{verb}(");
        match value {
            Value::Nil => self.out.push_str("<nil>"),
            value => {
                let _ = write!(self.out, "{}=", kinds::type_name(value));
                self.value(value, 'v', Flags::default(), depth + 1)?;
            }
        }
        self.out.push(')');
        Ok(())
    }
}

fn hex(bytes: &[u8], verb: char) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = if verb == 'X' {
            write!(out, "{byte:02X}")
        } else {
            write!(out, "{byte:02x}")
        };
    }
    out
}

/// A string as a Go literal.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        push_escaped(&mut out, character, '"');
    }
    out.push('"');
    out
}

fn quote_character(character: char) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, character, '\'');
    out.push('\'');
    out
}

fn push_escaped(out: &mut String, character: char, quote: char) {
    let code = u32::from(character);
    let short = match character {
        '\u{7}' => Some('a'),
        '\u{8}' => Some('b'),
        '\u{c}' => Some('f'),
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        '\u{b}' => Some('v'),
        '\\' => Some('\\'),
        _ if character == quote => Some(quote),
        _ => None,
    };
    if let Some(short) = short {
        out.push('\\');
        out.push(short);
    } else if is_printable(character) {
        out.push(character);
    } else {
        let _ = match code {
            0..0x80 => write!(out, "\\x{code:02x}"),
            0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
}

fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return character == ' ' || character.is_ascii_graphic();
    }
    // In the second place combining marks count as printable, as they do in Go.
    let mut text = String::from("x");
    text.push(character);
    text.escape_debug().count() == 2
}
