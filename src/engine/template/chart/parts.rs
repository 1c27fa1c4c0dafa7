//! A chart with the charts within it as they take part in one rendering: under their aliases, without those that a
//! condition or tag switches off, and with the values that the outer chart imports from them.

use serde_json::{Map, Value};

use super::super::Error;
use super::Chart;
use super::values::{self, Nulls};

/// One chart of a rendering.
pub(super) struct Part<'a> {
    pub(super) chart: &'a Chart,
    /// The chart's name or alias: the key of its values in the outer chart, and its folder in template names.
    pub(super) name: String,
    pub(super) defaults: Map<String, Value>,
    pub(super) inner: Vec<Self>,
}

impl<'a> Part<'a> {
    /// The parts of `chart` for the user's `values`.
    pub(super) fn of(chart: &'a Chart, values: &Map<String, Value>) -> Result<Self, Error> {
        let mut part = Self::all(chart, chart.name.clone());
        if part.declares_dependencies() {
            let complete = values::complete(&part, values.clone())?;
            let tags = complete.get("tags").cloned().unwrap_or(Value::Null);
            part.switch_off(&complete, &tags);
            let complete = values::complete(&part, values.clone())?;
            part.import_values(&complete);
            part.drop_inner_nulls();
        }
        Ok(part)
    }

    /// The chart and all charts within, whether they are switched on or not.
    fn all(chart: &'a Chart, name: String) -> Self {
        let declared = declarations(chart);
        let mut inner = Vec::new();
        for dependency in &chart.dependencies {
            let uses = declared
                .iter()
                .filter(|declared| text(declared, "name") == dependency.name);
            let names: Vec<String> = uses.map(name_of).collect();
            if names.is_empty() {
                inner.push(Self::all(dependency, dependency.name.clone()));
            }
            inner.extend(names.into_iter().map(|name| Self::all(dependency, name)));
        }
        let defaults = chart.values.as_object().cloned().unwrap_or_default();
        Self {
            chart,
            name,
            defaults,
            inner,
        }
    }

    fn declares_dependencies(&self) -> bool {
        !declarations(self.chart).is_empty() || self.inner.iter().any(Self::declares_dependencies)
    }

    /// Takes out what tags or, above them, conditions switch off. `values` are those of this chart, complete.
    fn switch_off(&mut self, values: &Map<String, Value>, tags: &Value) {
        let declared = declarations(self.chart);
        self.inner.retain(|part| {
            let declaration = declared
                .iter()
                .find(|declared| name_of(declared) == part.name);
            declaration.is_none_or(|declaration| is_on(declaration, values, tags))
        });
        for part in &mut self.inner {
            if let Some(Value::Object(values)) = values.get(&part.name) {
                part.switch_off(values, tags);
            }
        }
    }

    /// Where dependencies are declared Helm completes the values twice, and the second time a null default of an inner
    /// chart, by then a value, takes itself away.
    fn drop_inner_nulls(&mut self) {
        let declared = !declarations(self.chart).is_empty();
        for part in &mut self.inner {
            if declared {
                drop_nulls(&mut part.defaults);
            }
            part.drop_inner_nulls();
        }
    }

    /// Adds what `import-values` takes from the charts within to the defaults, under what the chart has of its own.
    fn import_values(&mut self, values: &Map<String, Value>) {
        for part in &mut self.inner {
            if let Some(Value::Object(values)) = values.get(&part.name) {
                part.import_values(values);
            }
        }
        for declared in declarations(self.chart) {
            let Some(Value::Array(imports)) = declared.get("import-values") else {
                continue;
            };
            let Some(inner) = values.get(&name_of(declared)) else {
                continue;
            };
            for import in imports {
                let (child, parent) = match import {
                    Value::String(name) => (format!("exports.{name}"), ""),
                    pair => (text(pair, "child").to_owned(), text(pair, "parent")),
                };
                if let Some(Value::Object(found)) = at_path(inner, &child) {
                    let imported = under(parent, found.clone());
                    values::fill(&mut self.defaults, &imported, Nulls::Remove);
                }
            }
        }
    }
}

fn declarations(chart: &Chart) -> &[Value] {
    let declared = chart.metadata.get("dependencies").and_then(Value::as_array);
    declared.map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The alias of a declared dependency, or else its name.
fn name_of(declared: &Value) -> String {
    let alias = text(declared, "alias");
    if alias.is_empty() {
        text(declared, "name").to_owned()
    } else {
        alias.to_owned()
    }
}

/// The first condition that names a boolean decides, then the tags: off if some are false and none is true.
fn is_on(declared: &Value, values: &Map<String, Value>, tags: &Value) -> bool {
    let root = |path: &str| {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        at_path(values.get(first)?, rest)?.as_bool()
    };
    let conditions = text(declared, "condition").split(',');
    if let Some(decided) = conditions.map(str::trim).find_map(root) {
        return decided;
    }
    let names = declared
        .get("tags")
        .and_then(Value::as_array)
        .map(Vec::as_slice);
    let switches = names
        .unwrap_or_default()
        .iter()
        .filter_map(|name| tags.get(name.as_str()?)?.as_bool());
    let (mut any_on, mut any_off) = (false, false);
    for on in switches {
        any_on |= on;
        any_off |= !on;
    }
    any_on || !any_off
}

fn drop_nulls(values: &mut Map<String, Value>) {
    values.retain(|_, value| !value.is_null());
    for value in values.values_mut() {
        if let Value::Object(inner) = value {
            drop_nulls(inner);
        }
    }
}

/// What stands at a path of keys with dots between; the value itself at the empty path.
fn at_path<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let keys = path.split('.').filter(|key| !key.is_empty());
    keys.into_iter()
        .try_fold(value, |value, key| value.get(key))
}

/// The map below the keys of a path.
fn under(path: &str, map: Map<String, Value>) -> Map<String, Value> {
    let keys = path.split('.').filter(|key| !key.is_empty() && *key != ".");
    keys.rev().fold(map, |map, key| {
        Map::from_iter([(key.to_owned(), Value::Object(map))])
    })
}
