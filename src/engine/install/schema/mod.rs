//! Which paths an IstioOperator has and what stands there: for the errors on misspelt paths and wrong types.
//!
//! The outlines say it (`outline`); below `values`, whatever a chart's `values.yaml` has is known too.

mod kubernetes;
mod outline;

use serde_json::Value;

use self::outline::{Node, OUTLINES, Type};
use super::charts;
use super::package::Package;
use super::path::kind_of;
use crate::engine::nearest::nearest;

/// A part of the configuration that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Keys and list positions (`[0]`) from the spec on.
    pub(super) parts: Vec<String>,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` {}", joined(&self.parts), self.message)
    }
}

/// All outlines, read.
pub(super) struct Schema {
    spec: Node,
    shared: Vec<Node>,
    /// Values of all charts laid over each other; read when first needed.
    chart_values: std::cell::OnceCell<Value>,
    /// Charts that know settings of their own.
    package: Option<Package>,
}

impl Schema {
    /// Reads the outlines; what built-in charts know is known.
    pub(super) fn read() -> Self {
        Self::with(None)
    }

    /// Reads the outlines; what the charts of `package` know is known too.
    pub(super) fn with(package: Option<Package>) -> Self {
        let [spec, components, values, mesh] = OUTLINES.map(outline::read);
        let fields = |name, children| Node {
            name,
            kind: Type::Fields,
            children,
        };
        let mut shared = components;
        shared.push(fields("values", values));
        shared.push(fields("mesh", mesh));
        Self {
            spec: fields("spec", spec),
            shared,
            chart_values: std::cell::OnceCell::new(),
            package,
        }
    }

    /// Everything in `spec` that is unknown or of a wrong type. `null` fits everywhere.
    pub(super) fn check(&self, spec: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.check_node(&self.spec, spec, &mut Vec::new(), &mut problems);
        problems
    }

    /// Whether text is wanted at these keys; list positions and selectors count as one key each.
    pub(super) fn wants_text(&self, keys: &[&str]) -> bool {
        self.type_at(keys) == Some(Type::Text)
    }

    /// Whether a map is wanted at these keys, so that `{}` is not the empty list.
    pub(super) fn wants_map(&self, keys: &[&str]) -> bool {
        let is_map = |kind| {
            matches!(
                kind,
                Type::Map | Type::Texts | Type::Fields | Type::Kubernetes(_)
            )
        };
        self.type_at(keys).is_some_and(is_map)
    }

    fn type_at(&self, keys: &[&str]) -> Option<Type> {
        let mut node = self.resolve(&self.spec);
        let mut kind = node.kind;
        for key in keys {
            if kind == Type::Texts {
                return Some(Type::Text);
            }
            // An element of a list of maps is such a map.
            if kind == Type::ListOfFields && key.starts_with('[') {
                kind = Type::Fields;
                continue;
            }
            node = self.resolve(node.child(key)?);
            kind = node.kind;
        }
        Some(kind)
    }

    fn resolve<'a>(&'a self, node: &'a Node) -> &'a Node {
        match node.kind {
            Type::Use(name) => self
                .shared
                .iter()
                .find(|shared| shared.name == name)
                .expect("outlines use only what is there; a test follows every use"),
            _ => node,
        }
    }

    fn check_node(
        &self,
        node: &Node,
        value: &Value,
        path: &mut Vec<String>,
        problems: &mut Vec<Problem>,
    ) {
        if value.is_null() {
            return;
        }
        let node = self.resolve(node);
        match node.kind {
            Type::Fields => match value {
                Value::Object(map) => {
                    for (key, value) in map {
                        path.push(key.clone());
                        match node.child(key) {
                            Some(child) => self.check_node(child, value, path, problems),
                            None => self.check_unknown(node, path, problems),
                        }
                        path.pop();
                    }
                }
                _ => problems.push(wrong_type(path, value, "a map")),
            },
            Type::ListOfFields => {
                self.check_elements(value, path, problems, |schema, element, path, problems| {
                    let fields = Node {
                        kind: Type::Fields,
                        ..node.clone()
                    };
                    schema.check_node(&fields, element, path, problems);
                });
            }
            Type::OneOf(words) => {
                let fits = match value {
                    Value::String(text) => words.split('|').any(|word| word == text),
                    // The number of a word is valid, too.
                    other => other.is_u64(),
                };
                if !fits {
                    let expected = format!("one of {}", words.replace('|', ", "));
                    problems.push(wrong_type(path, value, &expected));
                }
            }
            Type::KubernetesList(name) => {
                self.check_elements(value, path, problems, |_, element, path, problems| {
                    check_kubernetes(name, element, path, problems);
                });
            }
            Type::Kubernetes(name) => check_kubernetes(name, value, path, problems),
            Type::Texts => match value {
                Value::Object(map) => {
                    for (key, value) in map
                        .iter()
                        .filter(|(_, value)| !value.is_null() && !value.is_string())
                    {
                        path.push(key.clone());
                        problems.push(Problem {
                            hint: Some("put it in quotes".to_owned()),
                            ..wrong_type(path, value, "text")
                        });
                        path.pop();
                    }
                }
                _ => problems.push(wrong_type(path, value, "a map")),
            },
            simple => {
                if let Some(expected) = mismatch(simple, value) {
                    problems.push(wrong_type(path, value, expected));
                }
            }
        }
    }

    fn check_elements(
        &self,
        value: &Value,
        path: &mut Vec<String>,
        problems: &mut Vec<Problem>,
        check: impl Fn(&Self, &Value, &mut Vec<String>, &mut Vec<Problem>),
    ) {
        let Value::Array(list) = value else {
            problems.push(wrong_type(path, value, "a list"));
            return;
        };
        for (index, element) in list.iter().enumerate() {
            path.push(format!("[{index}]"));
            check(self, element, path, problems);
            path.pop();
        }
    }

    /// A name that no outline has: fine where a chart knows it, else a problem with the nearest name.
    fn check_unknown(&self, owner: &Node, path: &[String], problems: &mut Vec<Problem>) {
        if path[0] == "values" && self.chart_knows(&path[1..]) {
            return;
        }
        let key = path.last().map(String::as_str).unwrap_or_default();
        let siblings = owner.children.iter().map(|child| child.name);
        let hint = match nearest(key, siblings) {
            _ if path == ["installPackagePath"] => {
                Some("give `--manifests DIR` instead".to_owned())
            }
            Some(near) => {
                let mut meant = path.to_vec();
                near.clone_into(meant.last_mut().expect("the path ends in the unknown key"));
                Some(format!("did you mean `{}`?", joined(&meant)))
            }
            // What stands deep is more likely gone than misplaced.
            None if path.len() > 2 => None,
            None => self
                .same_name_elsewhere(key)
                .map(|place| format!("did you mean `{place}`?")),
        };
        let known: Vec<&str> = owner.children.iter().map(|child| child.name).collect();
        let listed = (hint.is_none() && known.len() <= 16)
            .then(|| format!("known there: {}", known.join(", ")));
        problems.push(Problem {
            parts: path.to_vec(),
            message: "is not a known setting".to_owned(),
            hint: hint.or(listed),
        });
    }

    /// Whether a chart's values have this path, or a map without named keys on the way to it.
    fn chart_knows(&self, path: &[String]) -> bool {
        let values = self.chart_values.get_or_init(|| {
            let mut known = charts::known_values();
            if let Some(package) = &self.package {
                package.add_known_values(&mut known);
            }
            known
        });
        // Istiod's chart has at the top what is written below `pilot`.
        let below_pilot = path
            .first()
            .is_some_and(|first| first == "pilot")
            .then(|| &path[1..]);
        [Some(path), below_pilot].into_iter().flatten().any(|path| {
            let mut node = values;
            for key in path {
                match node {
                    Value::Object(map) if map.is_empty() => return true,
                    Value::Object(map) => match map.get(key) {
                        Some(next) => node = next,
                        None => return false,
                    },
                    _ => return false,
                }
            }
            true
        })
    }

    /// A path elsewhere that ends in this name; the shortest.
    fn same_name_elsewhere(&self, key: &str) -> Option<String> {
        let mut found: Vec<String> = Vec::new();
        self.collect(&self.spec, key, &mut Vec::new(), &mut found);
        found.sort_by_key(|path| (path.matches('.').count(), path.clone()));
        found.into_iter().next()
    }

    fn collect<'a>(
        &'a self,
        node: &'a Node,
        key: &str,
        path: &mut Vec<&'a str>,
        found: &mut Vec<String>,
    ) {
        for child in &self.resolve(node).children {
            path.push(child.name);
            if child.name.eq_ignore_ascii_case(key) {
                found.push(path.join("."));
            }
            self.collect(child, key, path, found);
            path.pop();
        }
    }
}

fn check_kubernetes(
    name: &'static str,
    value: &Value,
    path: &[String],
    problems: &mut Vec<Problem>,
) {
    if value.is_null() {
        return;
    }
    if let Err(misfit) = kubernetes::check(name, value) {
        problems.push(Problem {
            parts: path.iter().cloned().chain(misfit.below).collect(),
            message: misfit.reason,
            hint: None,
        });
    }
}

/// What was expected, where the value is something else.
fn mismatch(kind: Type, value: &Value) -> Option<&'static str> {
    let number_in_text = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.parse::<f64>().is_ok())
    };
    let (fits, expected) = match kind {
        Type::Bool => (value.is_boolean(), "true or false"),
        Type::Int => (
            value.is_i64()
                || value.is_u64()
                || value.as_f64().is_some_and(|number| number.fract() == 0.0)
                || value
                    .as_str()
                    .is_some_and(|text| text.parse::<i64>().is_ok()),
            "a whole number",
        ),
        Type::Number => (value.is_number() || number_in_text(value), "a number"),
        Type::Text | Type::Scalar => (!value.is_object() && !value.is_array(), "text"),
        Type::List => (value.is_array(), "a list"),
        Type::Map => (value.is_object(), "a map"),
        _ => (true, ""),
    };
    (!fits).then_some(expected)
}

fn wrong_type(path: &[String], value: &Value, expected: &str) -> Problem {
    let found = match value {
        Value::Object(_) | Value::Array(_) => kind_of(value).to_owned(),
        scalar => format!("`{}`", super::path::printed(scalar).unwrap_or_default()),
    };
    Problem {
        parts: path.to_vec(),
        message: format!("is {found}, expected {expected}"),
        hint: None,
    }
}

/// `["a", "[0]", "b.c"]` as `a[0].b\.c`.
fn joined(path: &[String]) -> String {
    let mut text = String::new();
    for part in path {
        if part.starts_with('[') {
            text.push_str(part);
        } else {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(&part.replace('.', "\\."));
        }
    }
    text
}

#[cfg(test)]
mod tests;
