//! What tells a document that makes sense from one that was put together wrongly.

use super::spot::known_by;
use crate::yaml::node::{Kind, Node, Tree};
use crate::yaml::{self, Value};

/// What a document has that no repair may lose or double.
#[derive(Default)]
pub(super) struct Shape {
    /// Items of lists with a name.
    named: usize,
    /// Items and entries with the name of another one beside them.
    twins: usize,
}

impl Shape {
    /// `None` for what is no YAML.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut shape = Self::default();
        shape.count(&yaml::parse(text).ok()?);
        shape.count_keys(Tree::parse(text).ok()?.root.as_ref()?);
        Some(shape)
    }

    pub(super) fn fits(&self, before: &Self) -> bool {
        self.named >= before.named && self.twins <= before.twins
    }

    fn count(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                for value in map.values() {
                    self.count(value);
                }
            }
            Value::Array(items) => {
                let names: Vec<String> = items.iter().filter_map(known_by).collect();
                self.named += names.len();
                self.count_twins(names);
                for item in items {
                    self.count(item);
                }
            }
            _ => {}
        }
    }

    fn count_keys(&mut self, node: &Node) {
        match &node.kind {
            Kind::Mapping { entries, .. } => {
                self.count_twins(entries.iter().map(|entry| &entry.name).collect());
                for entry in entries {
                    self.count_keys(&entry.value);
                }
            }
            Kind::Sequence { items, .. } => {
                for item in items {
                    self.count_keys(&item.node);
                }
            }
            Kind::Scalar(_) | Kind::Alias => {}
        }
    }

    fn count_twins<N: Ord>(&mut self, mut names: Vec<N>) {
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        self.twins += all - names.len();
    }
}
