//! Values written in brackets: JSON as programs write it, and YAML that begins on the line of its `---`.

use serde_json::Value;

use crate::dice::Dice;

/// JSON in any layout: on one line or indented, with keys in any order, texts escaped more than they need be.
pub(super) fn json(dice: &mut Dice, value: &Value) -> String {
    let style = Style {
        indent: dice.one(&["", "", "  ", "  ", "    ", "\t"]),
        colon: dice.one(&[": ", ":", " : "]),
        comma: dice.one(&[",", ", "]),
        escapes: dice.hits(4),
        shuffles: dice.hits(2),
    };
    let mut out = String::new();
    style.write(dice, value, 0, &mut out);
    match dice.roll(6) {
        0 => {}
        1 => out.insert(0, '\u{feff}'),
        2 => out.push_str("  \n\n"),
        3 => out.insert_str(0, "\n "),
        _ => out.push('\n'),
    }
    if dice.hits(5) {
        out = out.replace('\n', "\r\n");
    }
    out
}

/// A document whose content begins on the line of the marker, in brackets.
pub(super) fn on_marker(dice: &mut Dice, value: &Value) -> String {
    let before = dice.one(&["", "", "# top\n", "%YAML 1.1\n", "# a\n\n# b\n", "\u{feff}"]);
    let properties = dice.one(&["", "", "&all ", "!!map ", "!!map\n", "&all # c\n", "\t"]);
    let after = dice.one(&["", "\n", "\n", " # c\n", "\n...\n", " \n# c\n...\n# end\n"]);
    let content = json(dice, value);
    let content = content.trim_start_matches('\u{feff}').trim();
    let text = format!("{before}--- {properties}{content}{after}");
    if dice.hits(5) {
        return text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    text
}

struct Style {
    /// None: all on one line.
    indent: &'static str,
    colon: &'static str,
    comma: &'static str,
    escapes: bool,
    shuffles: bool,
}

impl Style {
    fn write(&self, dice: &mut Dice, value: &Value, depth: usize, out: &mut String) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                let mut entries: Vec<(&String, &Value)> = map.iter().collect();
                if self.shuffles {
                    let first = dice.roll(entries.len());
                    entries.rotate_left(first);
                }
                out.push('{');
                for (index, (key, value)) in entries.into_iter().enumerate() {
                    self.begin(index, depth + 1, out);
                    self.text(key, out);
                    out.push_str(self.colon);
                    self.write(dice, value, depth + 1, out);
                }
                self.begin(0, depth, out);
                out.push('}');
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('[');
                for (index, value) in items.iter().enumerate() {
                    self.begin(index, depth + 1, out);
                    self.write(dice, value, depth + 1, out);
                }
                self.begin(0, depth, out);
                out.push(']');
            }
            Value::String(text) => self.text(text, out),
            leaf => out.push_str(&leaf.to_string()),
        }
    }

    fn begin(&self, index: usize, depth: usize, out: &mut String) {
        if index > 0 {
            out.push_str(self.comma);
        }
        if !self.indent.is_empty() {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(&self.indent.repeat(depth));
        }
    }

    fn text(&self, text: &str, out: &mut String) {
        let quoted = Value::from(text).to_string();
        if self.escapes {
            out.push_str(
                &quoted
                    .replace('/', "\\/")
                    .replace('é', "\\u00E9")
                    .replace('a', "\\u0061"),
            );
        } else {
            out.push_str(&quoted);
        }
    }
}
