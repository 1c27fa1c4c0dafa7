//! Values written as people write YAML.

use serde_json::Value;

use crate::dice::Dice;
use crate::yaml;

/// Writes a value as nobody's program would, but people do: every style, indent and kind of quotes, comments, anchors, blank lines.
pub(super) struct Hand<'d> {
    dice: &'d mut Dice,
    out: String,
    step: usize,
    dash: usize,
    /// Of how many places one has a comment, a blank line, brackets, quotes that need not be; 0 is none.
    rare: usize,
    comments: usize,
    anchors: usize,
}

impl Hand<'_> {
    pub(super) fn write(dice: &mut Dice, value: &Value) -> String {
        let step = dice.one(&[2, 2, 2, 4, 1, 3, 8, 40]);
        let dash = dice.one(&[0, 0, 2, 1, step]);
        let rare = dice.one(&[0, 3, 5, 9, 30]);
        let mut hand = Hand {
            dice,
            out: String::new(),
            step,
            dash,
            rare,
            comments: 0,
            anchors: 0,
        };
        hand.block(value, 0, true);
        let mut out = hand.out;
        match dice.roll(12) {
            0 => out.insert_str(0, "---\n"),
            1 => out = format!("# top\n\n--- # here\n{out}...\n# end\n"),
            2 => out = format!("%YAML 1.1\n---\n{out}"),
            3 => out.truncate(out.trim_end().len()),
            4 => out.insert(0, '\u{feff}'),
            5 => out.push_str("\n\n# the end"),
            _ => {}
        }
        if dice.hits(6) {
            out = out.replace('\n', "\r\n");
        }
        out
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn sometimes(&mut self) -> bool {
        self.rare > 0 && self.dice.hits(self.rare)
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("# note-{}: 'x' {{y", self.comments)
    }

    fn end_line(&mut self) {
        let comments = self.sometimes();
        let pads = !comments && self.sometimes();
        if comments {
            let blank = self.dice.one(&[" ", "   ", "\t"]);
            let comment = self.comment();
            self.put(&format!("{blank}{comment}"));
        } else if pads {
            self.put("  ");
        }
        self.put("\n");
    }

    fn margin(&mut self, indent: usize) {
        let comments = self.sometimes();
        let spaces = !comments && self.sometimes();
        if comments {
            let comment = self.comment();
            let other = self.dice.one(&[0, indent, indent + 1]);
            self.put(&format!("{}{comment}\n", " ".repeat(other)));
        } else if spaces {
            let blank = self.dice.one(&["\n", "  \n"]);
            self.put(blank);
        }
        self.put(&" ".repeat(indent));
    }

    /// A mapping or list on lines of its own; `fresh` says whether its first line has begun at its indent.
    fn block(&mut self, value: &Value, indent: usize, fresh: bool) {
        let mut first = !fresh;
        match value {
            Value::Object(map) => {
                let mut entries: Vec<(&String, &Value)> = map.iter().collect();
                if self.dice.hits(3) {
                    entries.reverse();
                }
                for (key, value) in entries {
                    if !std::mem::take(&mut first) {
                        self.margin(indent);
                    }
                    let key = match self.dice.roll(if self.rare > 0 { 12 } else { 1 }) {
                        1 => format!("\"{key}\""),
                        2 => format!("'{key}'"),
                        _ => key.clone(),
                    };
                    self.out.push_str(&key);
                    if self.sometimes() {
                        self.out.push(' ');
                    }
                    self.out.push(':');
                    self.value(value, indent, true);
                }
            }
            Value::Array(items) => {
                for item in items {
                    if !std::mem::take(&mut first) {
                        self.margin(indent);
                    }
                    self.out.push('-');
                    self.value(item, indent, false);
                }
            }
            _ => {}
        }
    }

    /// What follows a colon or a dash.
    fn value(&mut self, value: &Value, indent: usize, in_mapping: bool) {
        if self.sometimes() {
            self.anchors += 1;
            self.put(&format!(" &a{}", self.anchors));
        }
        let is_empty = match value {
            Value::Object(map) => map.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => true,
        };
        if is_empty || self.sometimes() {
            self.leaf(value, indent);
            return;
        }
        if in_mapping {
            self.end_line();
            let inner = if value.is_array() {
                self.dash
            } else {
                self.step
            };
            self.block(value, indent + inner, true);
        } else if self.out.ends_with('-') && !self.sometimes() {
            let gap = 1 + self.dice.one(&[0, 0, 0, 2]);
            self.out.push_str(&" ".repeat(gap));
            self.block(value, indent + 1 + gap, false);
        } else {
            self.end_line();
            self.block(value, indent + 2, true);
        }
    }

    fn leaf(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null if self.dice.hits(2) => {}
            Value::String(text)
                if text.ends_with('\n')
                    && !text.starts_with([' ', '\t', '\n'])
                    && self.dice.hits(2) =>
            {
                self.out.push_str(" |\n");
                for line in text.lines() {
                    self.put(&format!("{}{line}\n", " ".repeat(indent + 2)));
                }
                return;
            }
            Value::String(text) if !text.contains(['\n', '\t', '\\']) && self.dice.hits(4) => {
                self.put(&format!(" '{}'", text.replace('\'', "''")));
            }
            Value::Object(_) | Value::Array(_) => {
                self.out.push(' ');
                let text = self.flow(value, indent);
                self.out.push_str(&text);
            }
            _ => {
                let text = yaml::to_string(value);
                let text = text.trim_end();
                // A text of several lines has its own indent there.
                let text = if text.contains('\n') {
                    value.to_string()
                } else {
                    text.to_owned()
                };
                self.out.push(' ');
                self.out.push_str(&text);
            }
        }
        self.end_line();
    }

    /// In brackets; JSON is YAML.
    fn flow(&mut self, value: &Value, indent: usize) -> String {
        match (self.dice.roll(4), value) {
            (0, _) => value.to_string(),
            (1, Value::Object(map)) => {
                let entries = map.iter().map(|(key, value)| format!("{key}: {value}"));
                let entries: Vec<String> = entries.collect();
                format!("{{ {} }}", entries.join(", "))
            }
            (2, Value::Object(map)) if !map.is_empty() => {
                let margin = " ".repeat(indent + 3);
                let entries = map
                    .iter()
                    .map(|(key, value)| format!("{margin}{key}: {value},\n"));
                let entries: Vec<String> = entries.collect();
                format!("{{ {}\n{}{margin}}}", self.comment(), entries.concat())
            }
            _ => {
                let text = format!("{value:#}");
                text.lines()
                    .collect::<Vec<_>>()
                    .join(&format!("\n{}", " ".repeat(indent + 1)))
            }
        }
    }
}
