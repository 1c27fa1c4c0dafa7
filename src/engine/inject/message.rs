//! Messages of the mesh configuration in the one form in which protobuf writes them, however they were written.

use super::duration;
use super::types::{Shape, Type};
use crate::yaml::Value;

/// Brings all fields of a message into that form: durations in seconds, the numbers of an enum as its names, numbers in
/// quotes as numbers, and null in a map of strings as the empty string. What has not the type of its field stays.
pub(crate) fn make_canonical(message: &mut Value, kind: &Type) {
    let Value::Object(map) = message else { return };
    for field in kind.fields {
        if let Some(value) = map.get_mut(field.name) {
            in_shape(value, &field.shape);
        }
    }
}

fn in_shape(value: &mut Value, shape: &Shape) {
    let written = match (shape, &mut *value) {
        (Shape::Duration, Value::String(text)) => duration::canonical(text).map(Value::String),
        (Shape::Integer, Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        (Shape::Enum(names), Value::Number(number)) => number
            .as_u64()
            .and_then(|number| names.get(usize::try_from(number).ok()?))
            .map(|name| Value::from(*name)),
        (Shape::Wrapped(inner), value) => return in_shape(value, inner),
        (Shape::Object(kind), value) => return make_canonical(value, kind),
        (Shape::List(item), Value::Array(items)) => {
            return items.iter_mut().for_each(|value| in_shape(value, item));
        }
        (Shape::Map(Shape::Text), Value::Object(map)) => {
            let unset = map.values_mut().filter(|value| value.is_null());
            return unset.for_each(|value| *value = Value::from(""));
        }
        (Shape::Map(item), Value::Object(map)) => {
            return map.values_mut().for_each(|value| in_shape(value, item));
        }
        _ => None,
    };
    if let Some(written) = written {
        *value = written;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::mesh_types::PROXY_CONFIG;
    use super::*;

    #[test]
    fn every_way_to_write_a_field_becomes_one() {
        let mut config = json!({
            "statusPort": "15031", "concurrency": "3", "interceptionMode": 1, "drainDuration": "1m30s",
            "proxyMetadata": {"A": null, "B": "b"}, "tracing": {"openCensusAgent": {"context": [4, "GRPC_BIN"]}},
            "extraStatTags": ["a"], "unknown": null,
        });
        make_canonical(&mut config, &PROXY_CONFIG);
        assert_eq!(
            config,
            json!({
                "statusPort": 15031, "concurrency": 3, "interceptionMode": "TPROXY", "drainDuration": "90s",
                "proxyMetadata": {"A": "", "B": "b"}, "tracing": {"openCensusAgent": {"context": ["B3", "GRPC_BIN"]}},
                "extraStatTags": ["a"], "unknown": null,
            })
        );
    }
}
