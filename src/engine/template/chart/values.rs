//! A chart's values: the user's over the chart's own, with `global` handed down to the charts within.
//!
//! Rules are Helm's: maps merge key by key, anything else replaces, and a null takes the chart's default away.

use serde_json::{Map, Value};

use super::super::Error;
use super::Chart;

const GLOBAL: &str = "global";

/// The user's values completed by the chart's defaults.
pub(super) fn merge(chart: &Chart, values: &Value) -> Result<Value, Error> {
    let mut merged = match values {
        Value::Null => Map::new(),
        Value::Object(values) => values.clone(),
        _ => return Err(Error::at_file(&chart.name, "the values are not a map")),
    };
    complete(chart, &mut merged)?;
    Ok(Value::Object(merged))
}

fn complete(chart: &Chart, values: &mut Map<String, Value>) -> Result<(), Error> {
    if let Value::Object(defaults) = &chart.values {
        fill(values, defaults);
    }
    for dependency in &chart.dependencies {
        let name = &dependency.name;
        let global = values.get(GLOBAL).cloned();
        let inner = values
            .entry(name.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(inner) = inner else {
            let message = format!("the values of the chart {name:?} within it are not a map");
            return Err(Error::at_file(&chart.name, message));
        };
        hand_down(inner, global);
        complete(dependency, inner)?;
    }
    Ok(())
}

/// Adds what `values` lacks.
fn fill(values: &mut Map<String, Value>, defaults: &Map<String, Value>) {
    for (key, default) in defaults {
        match values.get_mut(key) {
            None => {
                values.insert(key.clone(), default.clone());
            }
            Some(Value::Null) => {
                values.remove(key);
            }
            Some(Value::Object(inner)) => {
                if let Value::Object(default) = default {
                    fill(inner, default);
                }
            }
            Some(_) => {}
        }
    }
}

/// The outer chart's `global` wins over that of the inner one.
fn hand_down(inner: &mut Map<String, Value>, global: Option<Value>) {
    let Some(Value::Object(mut global)) = global else {
        inner
            .entry(GLOBAL.to_owned())
            .or_insert_with(|| Value::Object(Map::new()));
        return;
    };
    if let Some(Value::Object(own)) = inner.get(GLOBAL) {
        fill(&mut global, own);
    }
    inner.insert(GLOBAL.to_owned(), Value::Object(global));
}
