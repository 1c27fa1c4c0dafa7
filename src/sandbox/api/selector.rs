//! Label and field selectors: `app=web,tier in (a,b),!canary` and `spec.nodeName=one,status.phase!=Running`.

use serde_json::Value;

use super::{ResourceInfo, Status, names};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    Missing,
    Greater,
    Less,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

/// A parsed label selector; the default selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LabelSelector(Vec<Requirement>);

impl LabelSelector {
    /// Reads the form that queries use.
    ///
    /// # Errors
    /// 400 for a text that is not a selector.
    pub(crate) fn parse(text: &str) -> Result<Self, Status> {
        let wrong =
            |why: String| Status::bad_request(format!("unable to parse requirement: {why}"));
        let mut out = Vec::new();
        for part in split_outside_brackets(text) {
            let part = part.trim();
            if part.is_empty() {
                if text.trim().is_empty() {
                    continue;
                }
                return Err(wrong(format!("an empty requirement in {text:?}")));
            }
            out.push(requirement(part).map_err(wrong)?);
        }
        Ok(Self(out))
    }

    /// Reads a `metav1.LabelSelector` (`matchLabels`, `matchExpressions`). `None` and null select nothing in most places;
    /// that is for the caller to know. An empty one selects everything.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub(crate) fn from_object(selector: &Value) -> Result<Self, String> {
        let mut out = Vec::new();
        for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
            out.push(Requirement {
                key: key.clone(),
                operator: Operator::In,
                values: vec![value.as_str().unwrap_or_default().to_owned()],
            });
        }
        for expression in selector["matchExpressions"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let operator = match expression["operator"].as_str().unwrap_or_default() {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::Missing,
                other => return Err(format!("{other:?} is not a valid label selector operator")),
            };
            let values = expression["values"].as_array().into_iter().flatten();
            out.push(Requirement {
                key: expression["key"].as_str().unwrap_or_default().to_owned(),
                operator,
                values: values
                    .filter_map(|value| value.as_str().map(str::to_owned))
                    .collect(),
            });
        }
        Ok(Self(out))
    }

    /// Whether an object's labels are selected.
    pub(crate) fn matches(&self, object: &Value) -> bool {
        self.0.is_empty() || self.matches_labels(&object["metadata"]["labels"])
    }

    /// Whether a map of labels (or null for none) is selected.
    pub(crate) fn matches_labels(&self, labels: &Value) -> bool {
        self.0.iter().all(|one| {
            let value = labels.get(&one.key).and_then(Value::as_str);
            let listed = |value: &str| one.values.iter().any(|listed| listed == value);
            let bound = || {
                one.values
                    .first()
                    .and_then(|bound| bound.parse::<i64>().ok())
            };
            let number = || value.and_then(|value| value.parse::<i64>().ok());
            match one.operator {
                Operator::In => value.is_some_and(listed),
                Operator::NotIn => !value.is_some_and(listed),
                Operator::Exists => value.is_some(),
                Operator::Missing => value.is_none(),
                Operator::Greater => number()
                    .zip(bound())
                    .is_some_and(|(number, bound)| number > bound),
                Operator::Less => number()
                    .zip(bound())
                    .is_some_and(|(number, bound)| number < bound),
            }
        })
    }

    /// Whether everything is selected.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn split_outside_brackets(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn requirement(text: &str) -> Result<Requirement, String> {
    let make =
        |key: &str, operator: Operator, values: Vec<String>| -> Result<Requirement, String> {
            let key = key.trim();
            if key.is_empty()
                || !key
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
            {
                return Err(format!("{key:?} is not a label key, in {text:?}"));
            }
            if let Some(value) = values
                .iter()
                .find(|value| names::label_value(value).is_some())
            {
                return Err(format!("{value:?} is not a label value, in {text:?}"));
            }
            Ok(Requirement {
                key: key.to_owned(),
                operator,
                values,
            })
        };
    let one = |value: &str| vec![value.trim().to_owned()];
    if let Some(key) = text.strip_prefix('!') {
        return make(key, Operator::Missing, Vec::new());
    }
    if let Some(rest) = text.strip_suffix(')') {
        let (front, values) = rest
            .split_once('(')
            .ok_or_else(|| format!("found ')' without '(' in {text:?}"))?;
        let values = values
            .split(',')
            .map(|value| value.trim().to_owned())
            .collect();
        let (key, word) = front
            .trim()
            .split_once(char::is_whitespace)
            .ok_or_else(|| format!("{text:?} has no operator"))?;
        return match word.trim() {
            "in" => make(key, Operator::In, values),
            "notin" => make(key, Operator::NotIn, values),
            other => Err(format!(
                "found {other:?}, expected: in, notin, =, ==, !=, gt, lt"
            )),
        };
    }
    if let Some((key, value)) = text.split_once("!=") {
        return make(key, Operator::NotIn, one(value));
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return make(key, Operator::In, one(value));
    }
    if let Some((key, value)) = text.split_once('>') {
        return make(key, Operator::Greater, one(value));
    }
    if let Some((key, value)) = text.split_once('<') {
        return make(key, Operator::Less, one(value));
    }
    make(text, Operator::Exists, Vec::new())
}

/// A parsed field selector; the default selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSelector(Vec<(Vec<String>, bool, String)>);

impl FieldSelector {
    /// Reads the form that queries use, for objects of a kind.
    ///
    /// # Errors
    /// 400 for a text that is not a selector, or a field that the kind cannot be selected by.
    pub(crate) fn parse(text: &str, info: &ResourceInfo) -> Result<Self, Status> {
        let mut out = Vec::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (field, value, equal) = if let Some((field, value)) = part.split_once("!=") {
                (field, value, false)
            } else if let Some((field, value)) =
                part.split_once("==").or_else(|| part.split_once('='))
            {
                (field, value, true)
            } else {
                let text = format!("invalid selector: {text:?}; can't understand {part:?}");
                return Err(Status::bad_request(text));
            };
            let more = selectable(info);
            let everywhere =
                field == "metadata.name" || (field == "metadata.namespace" && info.namespaced);
            let own = info.custom.as_ref();
            let own = own.is_some_and(|own| own.selectable.iter().any(|one| one == field));
            if !everywhere && !own && !more.contains(&field) {
                let text = if more.is_empty() && info.builtin {
                    format!(
                        "{field:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                    )
                } else {
                    format!("field label not supported: {field}")
                };
                return Err(Status::bad_request(text));
            }
            let path = field.split('.').map(str::to_owned).collect();
            out.push((path, equal, value.to_owned()));
        }
        Ok(Self(out))
    }

    /// Whether an object is selected.
    pub(crate) fn matches(&self, object: &Value) -> bool {
        self.0.iter().all(|(path, equal, wanted)| {
            let found = path
                .iter()
                .fold(object, |value, field| &value[field.as_str()]);
            let same = match found {
                Value::Null => wanted.is_empty(),
                Value::String(text) => text == wanted,
                other => &other.to_string() == wanted,
            };
            same == *equal
        })
    }

    /// Whether everything is selected.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The fields that Kubernetes can select by, besides name and namespace, which all kinds have.
fn selectable(info: &ResourceInfo) -> &'static [&'static str] {
    match (info.group.as_str(), info.kind.as_str()) {
        ("", "Pod") => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        ("", "Event") => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        ("", "Namespace") => &["status.phase"],
        ("", "Node") => &["spec.unschedulable"],
        ("", "Secret") => &["type"],
        ("", "Service") => &["spec.clusterIP", "spec.type"],
        ("", "ReplicationController") | ("apps", "ReplicaSet") => &["status.replicas"],
        ("batch", "Job") => &["status.successful"],
        ("certificates.k8s.io", _) => &["spec.signerName"],
        _ => &[],
    }
}
