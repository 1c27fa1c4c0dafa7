//! Which webhook is asked about a pod: the rules and selectors of `MutatingWebhookConfiguration`s, as the API server reads
//! them.

use crate::yaml::Value;

/// Whether labels (a map, or null for none) are selected by a `metav1.LabelSelector`. An absent or empty one selects
/// everything. Fails for an operator that there is not.
pub(crate) fn matches(selector: &Value, labels: &Value) -> Result<bool, String> {
    let label = |key: &str| labels.get(key).and_then(Value::as_str);
    let equal = selector.get("matchLabels").and_then(Value::as_object);
    if equal
        .into_iter()
        .flatten()
        .any(|(key, value)| label(key) != value.as_str())
    {
        return Ok(false);
    }
    for expression in list(selector, "matchExpressions") {
        let value = label(text(expression, "key"));
        let listed = || list(expression, "values").any(|listed| listed.as_str() == value);
        let holds = match text(expression, "operator") {
            "In" => value.is_some() && listed(),
            "NotIn" => value.is_none() || !listed(),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            other => return Err(format!("`{other}` is not an operator of label selectors")),
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a selector has no requirement.
pub(crate) fn is_empty(selector: &Value) -> bool {
    let without = |field: &str| match selector.get(field) {
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        _ => true,
    };
    without("matchLabels") && without("matchExpressions")
}

/// Whether a webhook (an item of `webhooks`) is called when a pod with these labels is created in a namespace with those.
pub(crate) fn acts(webhook: &Value, namespace: &Value, pod: &Value) -> Result<bool, String> {
    let labels = |object: &Value| object.pointer("/metadata/labels").cloned();
    let selected = |field: &str, object: &Value| match webhook.get(field) {
        None | Some(Value::Null) => Ok(true),
        Some(selector) => matches(selector, &labels(object).unwrap_or_default()),
    };
    Ok(list(webhook, "rules").any(covers_new_pods)
        && selected("namespaceSelector", namespace)?
        && selected("objectSelector", pod)?)
}

/// Whether a webhook is called for a pod, and the labels that say so: those that it asks for, or the first that keeps it away.
pub(crate) fn explain(webhook: &Value, namespace: &Value, pod: &Value) -> (bool, String) {
    let mut asked = Vec::new();
    for (what, field, object) in [
        ("namespace", "namespaceSelector", namespace),
        ("pod", "objectSelector", pod),
    ] {
        let labels = object.pointer("/metadata/labels").unwrap_or(&Value::Null);
        for (key, operator, values) in webhook.get(field).map(requirements).unwrap_or_default() {
            let value = labels.get(key).and_then(Value::as_str);
            let listed = value.is_some_and(|value| values.contains(&value));
            let is = |value: &str| format!("{what} label {key}={value}");
            match (operator, value) {
                ("In", Some(value)) if listed => asked.push(is(value)),
                ("Exists", Some(value)) => asked.push(is(value)),
                ("NotIn", _) if !listed => {}
                ("DoesNotExist", None) => {}
                ("In", _) => return (false, format!("no {what} label {key}={}", values.join("|"))),
                ("Exists", None) => return (false, format!("no {what} label {key}")),
                ("NotIn" | "DoesNotExist", Some(value)) => return (false, is(value)),
                (other, _) => return (false, format!("`{other}` is no operator of selectors")),
            }
        }
    }
    if !list(webhook, "rules").any(covers_new_pods) {
        return (false, "its rules do not cover new pods".to_owned());
    }
    if asked.is_empty() {
        asked.push("it takes every pod that does not refuse".to_owned());
    }
    let conditions: Vec<&str> = list(webhook, "matchConditions")
        .map(|it| text(it, "name"))
        .collect();
    if !conditions.is_empty() {
        asked.push(format!(
            "if its matchConditions ({}) hold, which only the API server knows",
            conditions.join(", ")
        ));
    }
    (true, asked.join(", "))
}

/// Key, operator and values of what a selector asks for.
fn requirements(selector: &Value) -> Vec<(&str, &str, Vec<&str>)> {
    let equal = selector.get("matchLabels").and_then(Value::as_object);
    let equal = equal
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str(), "In", vec![value.as_str()?])));
    let expressions = list(selector, "matchExpressions").map(|it| {
        let values = list(it, "values").filter_map(Value::as_str);
        (text(it, "key"), text(it, "operator"), values.collect())
    });
    equal.chain(expressions).collect()
}

fn covers_new_pods(rule: &Value) -> bool {
    let has = |field: &str, wanted: &[&str]| {
        list(rule, field).any(|item| item.as_str().is_some_and(|item| wanted.contains(&item)))
    };
    let scope = text(rule, "scope");
    has("operations", &["*", "CREATE"])
        && has("apiGroups", &["*", ""])
        && has("apiVersions", &["*", "v1"])
        && has("resources", &["*", "*/*", "pods"])
        && matches!(scope, "" | "*" | "Namespaced")
}

fn list<'a>(object: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    let items = object.get(field).and_then(Value::as_array);
    items.into_iter().flatten()
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object.get(field).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn expressions_are_read_as_kubernetes_reads_them() {
        let expression = |operator: &str| json!({"matchExpressions": [{"key": "a", "operator": operator, "values": ["1"]}]});
        let with = |value: &str| json!({"a": value});
        for (operator, absent, equal, other) in [
            ("In", false, true, false),
            ("NotIn", true, false, true),
            ("Exists", false, true, true),
            ("DoesNotExist", true, false, false),
        ] {
            let selector = expression(operator);
            assert_eq!(matches(&selector, &json!(null)), Ok(absent), "{operator}");
            assert_eq!(matches(&selector, &with("1")), Ok(equal), "{operator}");
            assert_eq!(matches(&selector, &with("2")), Ok(other), "{operator}");
        }
        assert!(matches(&expression("Near"), &json!({})).is_err());
        assert_eq!(matches(&json!({}), &json!(null)), Ok(true));
        let both = json!({"matchLabels": {"b": "2"}, "matchExpressions": [{"key": "a", "operator": "Exists"}]});
        assert_eq!(matches(&both, &json!({"a": "", "b": "2"})), Ok(true));
        assert_eq!(matches(&both, &json!({"a": ""})), Ok(false));
    }

    #[test]
    fn an_explanation_names_the_label_that_decides() {
        let rule = json!({"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["pods"]});
        let webhook = json!({
            "rules": [rule],
            "namespaceSelector": {"matchExpressions": [
                {"key": "istio.io/rev", "operator": "In", "values": ["a", "b"]},
                {"key": "istio-injection", "operator": "DoesNotExist"},
            ]},
            "objectSelector": {"matchExpressions": [{"key": "inject", "operator": "NotIn", "values": ["false"]}]},
        });
        let told = |namespace: Value, pod: Value| {
            let labels = |labels: Value| json!({"metadata": {"labels": labels}});
            let (namespace, pod) = (labels(namespace), labels(pod));
            let told = explain(&webhook, &namespace, &pod);
            assert_eq!(acts(&webhook, &namespace, &pod), Ok(told.0));
            told.1
        };
        let rev = json!({"istio.io/rev": "b"});
        assert_eq!(
            told(rev.clone(), json!({})),
            "namespace label istio.io/rev=b"
        );
        let mut conditional = webhook.clone();
        conditional["matchConditions"] = json!([{"name": "nobody", "expression": "false"}]);
        let found = explain(
            &conditional,
            &json!({"metadata": {"labels": rev}}),
            &json!({}),
        );
        assert_eq!(
            found.1,
            "namespace label istio.io/rev=b, if its matchConditions (nobody) hold, which only the API server knows"
        );
        assert_eq!(
            told(rev, json!({"inject": "false"})),
            "pod label inject=false"
        );
        assert_eq!(
            told(json!({}), json!(null)),
            "no namespace label istio.io/rev=a|b"
        );
        let both = json!({"istio.io/rev": "a", "istio-injection": "disabled"});
        assert_eq!(
            told(both, json!({})),
            "namespace label istio-injection=disabled"
        );
    }

    #[test]
    fn a_webhook_acts_on_what_its_rules_and_selectors_cover() {
        let rule = json!({"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]});
        let webhook = |rule: &Value| {
            json!({
                "rules": [rule],
                "namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}},
                "objectSelector": {"matchExpressions": [{"key": "no", "operator": "DoesNotExist"}]},
            })
        };
        let namespace = json!({"metadata": {"labels": {"istio-injection": "enabled"}}});
        let pod = json!({"metadata": {}});
        assert_eq!(acts(&webhook(&rule), &namespace, &pod), Ok(true));
        assert_eq!(acts(&webhook(&rule), &json!({}), &pod), Ok(false));
        let excluded = json!({"metadata": {"labels": {"no": ""}}});
        assert_eq!(acts(&webhook(&rule), &namespace, &excluded), Ok(false));
        for (field, value) in [
            ("operations", json!(["UPDATE"])),
            ("apiGroups", json!(["apps"])),
            ("resources", json!(["pods/status"])),
            ("scope", json!("Cluster")),
        ] {
            let mut rule = rule.clone();
            rule[field] = value;
            assert_eq!(
                acts(&webhook(&rule), &namespace, &pod),
                Ok(false),
                "{field}"
            );
        }
        assert_eq!(acts(&json!({"rules": [rule]}), &json!({}), &pod), Ok(true));
    }
}
