//! What templates see as `.Files`: the chart's files beside its templates.

use std::borrow::Cow;
use std::rc::Rc;

use base64::Engine as _;

use super::super::Object;
use super::super::{Answer, Call};
use super::super::{Map, Value};
use crate::yaml;

type Contents = Rc<Vec<(String, Cow<'static, [u8]>)>>;

/// The files, sorted by path, or those of them that a glob chose.
pub(super) struct Files {
    all: Contents,
    chosen: Vec<usize>,
}

impl Files {
    pub(super) fn new(all: Contents) -> Self {
        let chosen = (0..all.len()).collect();
        Self { all, chosen }
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let chosen = self.chosen.iter().filter_map(|index| self.all.get(*index));
        chosen.map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }

    fn get(&self, path: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(name, _)| *name == path)
            .map(|(_, bytes)| bytes)
    }

    fn text(&self, path: &str) -> Cow<'_, str> {
        self.get(path)
            .map(String::from_utf8_lossy)
            .unwrap_or_default()
    }

    /// The files whose path fits a pattern: `*` and `?` within a folder, `**` across folders.
    fn glob(&self, pattern: &str) -> Self {
        let fits = |index: &usize| {
            self.all
                .get(*index)
                .is_some_and(|(path, _)| glob_fits(pattern, path))
        };
        Self {
            all: Rc::clone(&self.all),
            chosen: self.chosen.iter().copied().filter(fits).collect(),
        }
    }

    fn lines(&self, path: &str) -> Value {
        let text = self.text(path);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        if text.is_empty() {
            return Value::list(Vec::new());
        }
        Value::texts(text.split('\n'))
    }

    /// The files by their last name, as the data of a `ConfigMap` or, encoded, of a `Secret`.
    fn as_data(&self, encode: impl Fn(&[u8]) -> String) -> String {
        let mut data = serde_json::Map::new();
        for (path, bytes) in self.iter() {
            let name = path.rsplit('/').next().unwrap_or(path);
            data.insert(name.to_owned(), encode(bytes).into());
        }
        if data.is_empty() {
            return String::new();
        }
        yaml::to_string_folded(&serde_json::Value::Object(data))
            .trim_end_matches('\n')
            .to_owned()
    }
}

impl Object for Files {
    fn type_name(&self) -> &'static str {
        "engine.files"
    }

    fn field(&self, name: &str) -> Option<Value> {
        // The type is a map in Go, so a file without folder or suffix can be reached as a field.
        self.get(name).map(|bytes| Value::Bytes(bytes.into()))
    }

    fn method(&self, name: &str, call: &Call<'_>) -> Option<Answer> {
        let answer = match name {
            "Get" => call.text(0).map(|path| self.text(path).as_ref().into()),
            "GetBytes" => call
                .text(0)
                .map(|path| Value::Bytes(self.get(path).unwrap_or_default().into())),
            "Glob" => call
                .text(0)
                .map(|pattern| Value::object(self.glob(pattern))),
            "Lines" => call.text(0).map(|path| self.lines(path)),
            "AsConfig" => Ok(self
                .as_data(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .into()),
            "AsSecrets" => Ok(self
                .as_data(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
                .into()),
            _ => return None,
        };
        Some(answer)
    }

    fn is_nil(&self) -> bool {
        self.chosen.is_empty()
    }

    fn data(&self) -> Value {
        let files = self
            .iter()
            .map(|(path, bytes)| (path, Value::Bytes(bytes.into())));
        Value::Map(files.collect::<Map>())
    }
}

/// Does the path fit the pattern? `{a,b}` chooses, `[a-z]` is a set, `\` takes the next character as it is.
fn glob_fits(pattern: &str, path: &str) -> bool {
    let mut expression = String::from("^");
    let mut characters = pattern.chars().peekable();
    let mut braces = 0usize;
    while let Some(next) = characters.next() {
        match next {
            '*' if characters.peek() == Some(&'*') => {
                characters.next();
                expression.push_str(".*");
            }
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '{' => {
                braces += 1;
                expression.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                expression.push(')');
            }
            ',' if braces > 0 => expression.push('|'),
            '[' => {
                expression.push('[');
                if characters.peek() == Some(&'!') {
                    characters.next();
                    expression.push('^');
                }
            }
            ']' | '-' | '^' => expression.push(next),
            '\\' => {
                let escaped = characters.next().unwrap_or('\\');
                expression.push_str(&regex::escape(&escaped.to_string()));
            }
            _ => expression.push_str(&regex::escape(&next.to_string())),
        }
    }
    expression.push('$');
    regex::Regex::new(&expression).is_ok_and(|regex| regex.is_match(path))
}
