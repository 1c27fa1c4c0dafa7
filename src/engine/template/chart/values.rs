//! A chart's values: the user's over the chart's own, with `global` handed down to the charts within.
//!
//! Rules are Helm's: maps merge key by key, anything else replaces, and a null takes the chart's default away.

use serde_json::{Map, Value};

use super::super::Error;
use super::parts::Part;

const GLOBAL: &str = "global";

/// The user's values completed by the defaults of a chart and of the charts within it.
pub(super) fn complete(
    part: &Part<'_>,
    mut values: Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    complete_in_place(part, &mut values)?;
    Ok(values)
}

fn complete_in_place(part: &Part<'_>, values: &mut Map<String, Value>) -> Result<(), Error> {
    for (key, default) in &part.defaults {
        // A null meant for an inner chart's own default must get there.
        let is_inner = part.inner.iter().any(|inner| inner.name == *key);
        let nulls = if is_inner { Nulls::Keep } else { Nulls::Remove };
        fill_key(values, key, default, nulls);
    }
    for inner_part in &part.inner {
        let name = &inner_part.name;
        let global = values.get(GLOBAL).cloned();
        let inner = values
            .entry(name.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        if inner.is_null() {
            *inner = Value::Object(Map::new());
        }
        let Value::Object(inner) = inner else {
            let message =
                format!("the values under {name:?}, those of the chart within, are not a map");
            return Err(Error::at_file(&part.name, message));
        };
        hand_down(inner, global);
        complete_in_place(inner_part, inner)?;
    }
    Ok(())
}

/// What a null among the values does where there is a default.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    /// Takes the default away, and itself.
    Remove,
    /// Stays.
    Keep,
}

/// Adds what `values` lacks.
pub(super) fn fill(values: &mut Map<String, Value>, defaults: &Map<String, Value>, nulls: Nulls) {
    for (key, default) in defaults {
        fill_key(values, key, default, nulls);
    }
}

fn fill_key(values: &mut Map<String, Value>, key: &str, default: &Value, nulls: Nulls) {
    match values.get_mut(key) {
        None => {
            values.insert(key.to_owned(), default.clone());
        }
        Some(Value::Null) if nulls == Nulls::Remove => {
            values.remove(key);
        }
        Some(Value::Object(inner)) => {
            if let Value::Object(default) = default {
                fill(inner, default, nulls);
            }
        }
        Some(_) => {}
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
        fill(&mut global, own, Nulls::Remove);
    }
    inner.insert(GLOBAL.to_owned(), Value::Object(global));
}
