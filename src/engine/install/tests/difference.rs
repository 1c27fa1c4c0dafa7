//! The places where two objects differ.

use serde_json::Value;

use crate::yaml;

/// One place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// `Deployment istio-system/istiod: spec.replicas`
    pub(super) place: String,
    pub(super) expected: Option<Value>,
    pub(super) found: Option<Value>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let show = |value: &Option<Value>| match value {
            Some(value) => {
                let text = value.to_string();
                text.char_indices()
                    .nth(160)
                    .map_or(text.clone(), |(end, _)| format!("{}…", &text[..end]))
            }
            None => "nothing".to_owned(),
        };
        write!(
            formatter,
            "{}\n    expected {}\n    found    {}",
            self.place,
            show(&self.expected),
            show(&self.found)
        )
    }
}

/// Adds the differences between two values at `place`. Lists are compared by position; texts that hold YAML or JSON maps by
/// what they say; the versions of charts, which name no release, by their form.
pub(super) fn compare(
    place: &str,
    expected: Option<&Value>,
    found: Option<&Value>,
    differences: &mut Vec<Difference>,
) {
    match (expected, found) {
        (Some(Value::Object(expected)), Some(Value::Object(found))) => {
            let keys: std::collections::BTreeSet<&String> =
                expected.keys().chain(found.keys()).collect();
            for key in keys {
                compare(
                    &format!("{place}.{key}"),
                    expected.get(key),
                    found.get(key),
                    differences,
                );
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(found))) => {
            for index in 0..expected.len().max(found.len()) {
                compare(
                    &format!("{place}[{index}]"),
                    expected.get(index),
                    found.get(index),
                    differences,
                );
            }
        }
        (Some(Value::String(one)), Some(Value::String(other))) => {
            if one == other || same_form(place, one, other) {
                return;
            }
            if let (Some(one), Some(other)) = (structure(one), structure(other)) {
                compare(&format!("{place}|"), Some(&one), Some(&other), differences);
            } else {
                differences.push(Difference {
                    place: place.to_owned(),
                    expected: expected.cloned(),
                    found: found.cloned(),
                });
            }
        }
        (expected, found) if expected == found => {}
        (expected, found) => {
            differences.push(Difference {
                place: place.to_owned(),
                expected: expected.cloned(),
                found: found.cloned(),
            });
        }
    }
}

/// What a text of several lines holds, if it is a map.
fn structure(text: &str) -> Option<Value> {
    text.contains('\n')
        .then(|| yaml::parse(text).ok())
        .flatten()
        .filter(Value::is_object)
}

fn same_form(place: &str, one: &str, other: &str) -> bool {
    let form = |text: &str| {
        text.chars()
            .map(|char| if char.is_ascii_digit() { '0' } else { char })
            .collect::<String>()
    };
    let squeezed = |text: &str| form(text).replace("00", "0").replace("00", "0");
    (place.ends_with(".helm.sh/chart") || place.ends_with(".app.kubernetes.io/version"))
        && squeezed(one) == squeezed(other)
}
