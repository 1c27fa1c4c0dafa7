//! How Go prints values: what `{{ … }}` writes, and the verbs of `printf` for one value.
//!
//! The format string is in `printf`, numbers with fractions in `floats`.

use std::fmt::Write as _;

use super::Limits;
use super::error::Failure;
use super::floats;
use super::kinds;
use super::limits::Budget;
use super::value::{IntKind, Map, Value};

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
        value => Printer { out, budget }.value(value, Form::plain())?,
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

/// How a value is to be written: a verb of `printf` with its flags, and how deep in lists and maps the value is.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) verb: char,
    pub(super) flags: Flags,
    depth: usize,
}

impl Form {
    /// A verb for a whole value.
    pub(super) fn new(verb: char, mut flags: Flags) -> Self {
        // `%+v` names the fields of Go's structs, of which there are none here; it is no sign.
        flags.plus &= verb != 'v';
        Self {
            verb,
            flags,
            depth: 0,
        }
    }

    /// `%v`
    pub(super) fn plain() -> Self {
        Self::new('v', Flags::default())
    }

    fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    /// `%#v`: as Go code.
    fn as_code(self) -> bool {
        self.verb == 'v' && self.flags.sharp
    }

    fn sign(self, negative: bool) -> &'static str {
        match (negative, self.flags.plus, self.flags.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }
}

/// Writes values by verbs.
pub(super) struct Printer<'a> {
    pub(super) out: &'a mut String,
    pub(super) budget: &'a Budget,
}

impl Printer<'_> {
    /// Writes `value`, and elements of lists and maps by the same verb.
    pub(super) fn value(&mut self, value: &Value, form: Form) -> Result<(), Failure> {
        if form.depth > MAX_VALUE_DEPTH {
            return Err("the value nests too deep to print; does it hold itself?".into());
        }
        self.budget.check_size(self.out.len())?;
        let nested = form.depth > 0;
        match (form.verb, value) {
            ('T', value) => self.pad(&kinds::type_name(value), form.flags),
            (_, Value::Nil) if nested && form.as_code() => self.out.push_str("interface {}(nil)"),
            (_, Value::Nil) if nested || form.verb == 'v' => self.pad_spaces("<nil>", form.flags),
            ('t' | 'v', Value::Bool(value)) => {
                self.pad(if *value { "true" } else { "false" }, form.flags);
            }
            (_, Value::Int(number, _)) => return self.int(value, *number, form),
            (_, Value::Float(number)) => return self.float(value, *number, form),
            (_, Value::Str(text)) => return self.text(text, value, form),
            ('s' | 'q' | 'x' | 'X', Value::Bytes(bytes)) => {
                return self.text(&String::from_utf8_lossy(bytes), value, form);
            }
            (_, Value::Bytes(bytes)) => {
                let items = bytes
                    .iter()
                    .map(|byte| Value::Int(i64::from(*byte), IntKind::Uint8));
                return self.list(&items.collect::<Vec<_>>(), "[]byte", form);
            }
            (_, Value::List(list)) => return self.list(list, "[]interface {}", form),
            (_, Value::Map(map)) => return self.map(map, &kinds::type_name(value), form),
            (_, Value::Object(object)) => return self.value(&object.data(), form.deeper()),
            _ => return self.bad_verb(value, form),
        }
        Ok(())
    }

    fn list(&mut self, items: &[Value], type_name: &str, form: Form) -> Result<(), Failure> {
        let (open, between, close) = if form.as_code() {
            ("{", ", ", '}')
        } else {
            ("[", " ", ']')
        };
        if form.as_code() {
            self.out.push_str(type_name);
        }
        self.out.push_str(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(between);
            }
            self.budget.charge(1)?;
            self.value(item, form.deeper())?;
        }
        self.out.push(close);
        Ok(())
    }

    fn map(&mut self, map: &Map, type_name: &str, form: Form) -> Result<(), Failure> {
        let (open, between, close) = if form.as_code() {
            ("{", ", ", '}')
        } else {
            ("map[", " ", ']')
        };
        if form.as_code() {
            self.out.push_str(type_name);
        }
        self.out.push_str(open);
        for (index, (key, value)) in map.entries().into_iter().enumerate() {
            if index > 0 {
                self.out.push_str(between);
            }
            self.budget.charge(1)?;
            self.value(&Value::Str(key), form.deeper())?;
            self.out.push(':');
            self.value(&value, form.deeper())?;
        }
        self.out.push(close);
        Ok(())
    }

    fn text(&mut self, text: &str, value: &Value, form: Form) -> Result<(), Failure> {
        let flags = form.flags;
        let cut: String;
        let text = match flags.precision {
            Some(precision) if !matches!(form.verb, 'x' | 'X') => {
                cut = text.chars().take(precision).collect();
                &cut
            }
            _ => text,
        };
        match form.verb {
            'v' if flags.sharp => self.pad(&quote(text), flags),
            'v' | 's' => self.pad(text, flags),
            'q' if flags.sharp && can_backquote(text) => self.pad(&format!("`{text}`"), flags),
            'q' if flags.plus => self.pad(&quote_as(text, '"', Charset::Ascii), flags),
            'q' => self.pad(&quote(text), flags),
            'x' | 'X' => self.pad(&hex(text.as_bytes(), form), flags),
            _ => return self.bad_verb(value, form),
        }
        Ok(())
    }

    fn int(&mut self, value: &Value, number: i64, form: Form) -> Result<(), Failure> {
        let flags = form.flags;
        let magnitude = number.unsigned_abs();
        let prefixed = |prefix: &'static str| if flags.sharp { prefix } else { "" };
        let (prefix, digits) = match form.verb {
            'd' | 'v' => ("", magnitude.to_string()),
            'b' => (prefixed("0b"), format!("{magnitude:b}")),
            'o' => (prefixed("0"), format!("{magnitude:o}")),
            'O' => ("0o", format!("{magnitude:o}")),
            'x' => (prefixed("0x"), format!("{magnitude:x}")),
            'X' => (prefixed("0X"), format!("{magnitude:X}")),
            'c' | 'q' | 'U' => {
                self.character(number, form);
                return Ok(());
            }
            _ => return self.bad_verb(value, form),
        };
        let zeros = "0".repeat(flags.precision.unwrap_or(0).saturating_sub(digits.len()));
        let sign = format!("{}{prefix}", form.sign(number < 0));
        let zero = flags.zero && flags.precision.is_none();
        self.signed(&sign, &format!("{zeros}{digits}"), Flags { zero, ..flags });
        Ok(())
    }

    /// A number as the character that it stands for.
    fn character(&mut self, number: i64, form: Form) {
        let character = u32::try_from(number).ok().and_then(char::from_u32);
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        let charset = if form.flags.plus {
            Charset::Ascii
        } else {
            Charset::Printable
        };
        let text = match form.verb {
            'c' => character.to_string(),
            'q' => quote_as(&character.to_string(), '\'', charset),
            _ if form.flags.sharp && is_printable(character) => {
                format!("U+{number:04X} '{character}'")
            }
            _ => format!("U+{number:04X}"),
        };
        self.pad(&text, form.flags);
    }

    fn float(&mut self, value: &Value, number: f64, form: Form) -> Result<(), Failure> {
        let Some(text) = floats::format(number, form.verb, form.flags.precision) else {
            return self.bad_verb(value, form);
        };
        let unsigned = text.strip_prefix(['-', '+']);
        let digits = unsigned.unwrap_or(&text);
        let zero = form.flags.zero && number.is_finite();
        let sign = if text == "+Inf" {
            "+"
        } else {
            form.sign(text.starts_with('-'))
        };
        self.signed(sign, digits, Flags { zero, ..form.flags });
        Ok(())
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
            _ => self.pad_spaces(&format!("{sign}{digits}"), flags),
        }
    }

    fn pad_spaces(&mut self, text: &str, flags: Flags) {
        self.pad(
            text,
            Flags {
                zero: false,
                ..flags
            },
        );
    }

    fn pad(&mut self, text: &str, flags: Flags) {
        let missing = match flags.width {
            Some(width) => width.saturating_sub(text.chars().count()),
            None => 0,
        };
        let fill = if flags.zero && !flags.minus { '0' } else { ' ' };
        if flags.minus {
            self.out.push_str(text);
        }
        self.out.extend(std::iter::repeat_n(fill, missing));
        if !flags.minus {
            self.out.push_str(text);
        }
    }

    /// `%!d(string=abc)`
    fn bad_verb(&mut self, value: &Value, form: Form) -> Result<(), Failure> {
        let _ = write!(self.out, "%!{}(", form.verb);
        match value {
            Value::Nil => self.out.push_str("<nil>"),
            value => {
                let _ = write!(self.out, "{}=", kinds::type_name(value));
                let depth = form.depth + 1;
                self.value(
                    value,
                    Form {
                        depth,
                        ..Form::plain()
                    },
                )?;
            }
        }
        self.out.push(')');
        Ok(())
    }
}

/// Which characters stand in a quoted text as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Charset {
    Printable,
    Ascii,
}

fn hex(bytes: &[u8], form: Form) -> String {
    let mut out = String::with_capacity(bytes.len() * 2 + 2);
    let prefix = match (form.flags.sharp, form.verb) {
        (true, 'X') => "0X",
        (true, _) => "0x",
        (false, _) => "",
    };
    for (index, byte) in bytes.iter().enumerate() {
        if form.flags.space && index > 0 {
            out.push(' ');
        }
        if index == 0 || form.flags.space {
            out.push_str(prefix);
        }
        let _ = if form.verb == 'X' {
            write!(out, "{byte:02X}")
        } else {
            write!(out, "{byte:02x}")
        };
    }
    out
}

fn can_backquote(text: &str) -> bool {
    text.chars()
        .all(|next| next != '`' && next != '\u{feff}' && (next == '\t' || !next.is_control()))
}

/// A string as a Go literal.
pub(super) fn quote(text: &str) -> String {
    quote_as(text, '"', Charset::Printable)
}

fn quote_as(text: &str, quote: char, charset: Charset) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        push_escaped(&mut out, character, quote, charset);
    }
    out.push(quote);
    out
}

fn push_escaped(out: &mut String, character: char, quote: char, charset: Charset) {
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
    } else if is_printable(character) && (charset == Charset::Printable || character.is_ascii()) {
        out.push(character);
    } else {
        let _ = match code {
            0..0x80 => write!(out, "\\x{code:02x}"),
            0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
}

/// Go's idea of a printable character.
pub(super) fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return character == ' ' || character.is_ascii_graphic();
    }
    // In the second place combining marks count as printable, as they do in Go.
    let mut text = String::from("x");
    text.push(character);
    text.escape_debug().count() == 2
}
