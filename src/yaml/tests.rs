//! Reading and writing as Kubernetes does it, checked against recorded answers of its own library.

mod random;
mod reading;
mod splitting;
mod writing;

use super::{Value, scalar};

/// Numbers as kubectl has them: whole floats are integers, what exceeds 63 bits is a float.
fn normalised(value: &Value) -> Value {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (None, Some(float)) => scalar::float_value(float).expect("JSON numbers are finite"),
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(normalised).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), normalised(value)))
            .collect(),
        _ => value.clone(),
    }
}
