//! Values of templates to and from plain data, for `toYaml`, `toJson` and the functions that read them.

use base64::Engine as _;
use serde_json::Number;

use super::error::Failure;
use super::floats;
use super::limits::Budget;
use super::print::MAX_VALUE_DEPTH;
use super::value::{Map, Value};

/// The value as plain data. Whole floats become whole numbers, as Go's JSON writer has it.
pub(super) fn to_data(value: &Value, budget: &Budget) -> Result<serde_json::Value, Failure> {
    to_data_at(value, budget, 0)
}

fn to_data_at(value: &Value, budget: &Budget, depth: usize) -> Result<serde_json::Value, Failure> {
    if depth > MAX_VALUE_DEPTH {
        return Err("the value nests too deep; does it hold itself?".into());
    }
    budget.charge(1)?;
    Ok(match value {
        Value::Nil => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(number, _) => (*number).into(),
        Value::Float(number) => float_data(*number)?,
        Value::Str(text) => text.as_ref().into(),
        Value::Bytes(bytes) => base64::engine::general_purpose::STANDARD
            .encode(bytes)
            .into(),
        Value::List(list) => {
            let items = list.iter().map(|item| to_data_at(item, budget, depth + 1));
            serde_json::Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Map(map) => {
            let mut entries = serde_json::Map::new();
            for (key, value) in map.entries() {
                entries.insert(key.to_string(), to_data_at(&value, budget, depth + 1)?);
            }
            serde_json::Value::Object(entries)
        }
        Value::Object(object) => to_data_at(&object.data(), budget, depth + 1)?,
    })
}

fn float_data(number: f64) -> Result<serde_json::Value, Failure> {
    if number.fract() == 0.0 && number.abs() < 9.0e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        return Ok((number as i64).into());
    }
    let written = Number::from_f64(number);
    written
        .map(serde_json::Value::Number)
        .ok_or_else(|| not_in_json(number))
}

fn not_in_json(number: f64) -> Failure {
    format!("{} has no place in JSON or YAML", floats::shortest(number)).into()
}

/// Data that a template has read itself: every number is a `float64`, as in Go.
pub(super) fn from_read(data: &serde_json::Value) -> Value {
    match data {
        serde_json::Value::Number(number) => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::Array(items) => Value::list(items.iter().map(from_read).collect()),
        serde_json::Value::Object(entries) => {
            let pairs = entries
                .iter()
                .map(|(key, value)| (key.as_str(), from_read(value)));
            Value::Map(pairs.collect::<Map>())
        }
        other => Value::from(other),
    }
}

/// How JSON is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct JsonStyle {
    /// `<`, `>` and `&` as escapes, as Go does unless told otherwise.
    pub(super) escape_html: bool,
    /// Two spaces a level, one element a line.
    pub(super) pretty: bool,
}

/// Writes a value as Go's JSON encoder does.
pub(super) fn json(value: &Value, style: JsonStyle, budget: &Budget) -> Result<String, Failure> {
    let mut writer = JsonWriter {
        out: String::new(),
        style,
        budget,
    };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct JsonWriter<'a> {
    out: String,
    style: JsonStyle,
    budget: &'a Budget,
}

impl JsonWriter<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Failure> {
        if depth > MAX_VALUE_DEPTH {
            return Err("the value nests too deep; does it hold itself?".into());
        }
        self.budget.charge(1)?;
        self.budget.check_size(self.out.len())?;
        match value {
            Value::Nil => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(number, _) => self.out.push_str(&number.to_string()),
            Value::Float(number) if !number.is_finite() => return Err(not_in_json(*number)),
            Value::Float(number) => self.out.push_str(&floats::json(*number)),
            Value::Str(text) => self.text(text),
            Value::Bytes(bytes) => {
                let text = base64::engine::general_purpose::STANDARD.encode(bytes);
                self.text(&text);
            }
            Value::List(list) => {
                self.out.push('[');
                for (index, item) in list.iter().enumerate() {
                    self.separate(index, depth + 1);
                    self.value(item, depth + 1)?;
                }
                self.close(list.is_empty(), depth, ']');
            }
            Value::Map(map) => {
                self.out.push('{');
                for (index, (key, value)) in map.entries().into_iter().enumerate() {
                    self.separate(index, depth + 1);
                    self.text(&key);
                    self.out
                        .push_str(if self.style.pretty { ": " } else { ":" });
                    self.value(&value, depth + 1)?;
                }
                self.close(map.is_empty(), depth, '}');
            }
            Value::Object(object) => self.value(&object.data(), depth + 1)?,
        }
        Ok(())
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.line(depth);
    }

    fn close(&mut self, empty: bool, depth: usize, bracket: char) {
        if !empty {
            self.line(depth);
        }
        self.out.push(bracket);
    }

    fn line(&mut self, depth: usize) {
        if self.style.pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn text(&mut self, text: &str) {
        use std::fmt::Write as _;
        self.out.push('"');
        for character in text.chars() {
            match character {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '<' | '>' | '&' if self.style.escape_html => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(character));
                }
                '\0'..' ' | '\u{2028}' | '\u{2029}' => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(character));
                }
                _ => self.out.push(character),
            }
        }
        self.out.push('"');
    }
}
