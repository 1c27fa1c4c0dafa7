//! Paths into a schema as definitions write them: `.spec.name`, `.metadata.labels['app']`.

use super::schema::{Additional, Schema};

/// A path that leads somewhere.
#[derive(Debug)]
pub(super) struct Pointed<'a> {
    /// As Kubernetes writes it: `spec.name`, `metadata.labels[app]`.
    pub(super) path: String,
    pub(super) schema: &'a Schema,
}

impl Schema {
    /// A path as Kubernetes writes it; `None` where it leads nowhere, or is empty.
    pub(super) fn normalized(&self, path: &str) -> Option<String> {
        if path.is_empty() {
            return None;
        }
        self.follow(path, true).ok().map(|found| found.path)
    }

    /// Follows a path. `brackets`: whether fields and keys may stand in brackets.
    ///
    /// # Errors
    /// Kubernetes' words for what is wrong.
    pub(super) fn follow(&self, path: &str, brackets: bool) -> Result<Pointed<'_>, String> {
        let mut found = Pointed {
            path: String::new(),
            schema: self,
        };
        let mut rest = path;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                if !brackets {
                    return Err("array notation is not allowed".to_owned());
                }
                let (name, after) = quoted(after)?;
                found.step(&name, true)?;
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[', ']']).unwrap_or(after.len());
                if end == 0 {
                    return Err("unexpected end of JSON path".to_owned());
                }
                found.step(&after[..end], false)?;
                rest = &after[end..];
            } else {
                let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
                return Err(format!("expected [ or . but got: {}", &rest[..end.max(1)]));
            }
        }
        Ok(found)
    }
}

/// A text in single quotes and the closing bracket; what follows them.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let Some(inner) = text.strip_prefix('\'') else {
        let end = text.find(['.', '[', ']']).unwrap_or(text.len());
        return Err(format!(
            "expected single quoted string but got {}",
            &text[..end]
        ));
    };
    let mut name = String::new();
    let mut letters = inner.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' => {
                let after = &inner[at + 1..];
                let after = after.strip_prefix(']');
                let after = after.ok_or_else(|| "unexpected end of JSON path".to_owned())?;
                return Ok((name, after));
            }
            '\\' => match letters.next() {
                Some((_, escaped @ ('\'' | '\\'))) => name.push(escaped),
                Some((_, 'n')) => name.push('\n'),
                Some((_, 't')) => name.push('\t'),
                _ => return Err("invalid string literal: invalid escape char".to_owned()),
            },
            other => name.push(other),
        }
    }
    Err("unexpected end of JSON path".to_owned())
}

impl Pointed<'_> {
    fn step(&mut self, name: &str, bracketed: bool) -> Result<(), String> {
        let nowhere = || "does not refer to a valid field".to_owned();
        let property = self.schema.properties.get(name);
        match (property, &self.schema.additional) {
            (Some(schema), _) => {
                if !self.path.is_empty() {
                    self.path.push('.');
                }
                self.path.push_str(name);
                self.schema = schema;
            }
            (None, Additional::Schema(values))
                if bracketed && self.schema.properties.is_empty() =>
            {
                self.path.extend(["[", name, "]"]);
                self.schema = values;
            }
            _ => return Err(nowhere()),
        }
        Ok(())
    }
}
