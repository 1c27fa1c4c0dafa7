//! `matchConditions` of webhooks: rules in CEL about a request, all of which must hold for the webhook to be called.

use serde_json::Value;

use super::cel::{Budget, Fault, Flaw, PER_RULE, Program};

/// Whether all conditions (the field `matchConditions`) hold for a request, given its object, the object before, and the
/// request itself. One that is false decides, also where another fails.
///
/// # Errors
/// A condition cannot be read or evaluated; the message names it.
pub(crate) fn hold(conditions: &Value, request: [&Value; 3]) -> Result<bool, String> {
    let mut failure = None;
    for condition in conditions.as_array().into_iter().flatten() {
        match holds(condition["expression"].as_str().unwrap_or(""), request) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(why) => {
                let name = condition["name"].as_str().unwrap_or("");
                failure.get_or_insert_with(|| format!("match condition \"{name}\": {why}"));
            }
        }
    }
    failure.map_or(Ok(true), Err)
}

fn holds(expression: &str, request: [&Value; 3]) -> Result<bool, String> {
    let program = Program::read_condition(expression).map_err(|flaw| match flaw {
        Flaw::Wrong(what) => what,
        Flaw::Missing(name) => format!("the practice cluster does not know `{name}`"),
    })?;
    let held = program.holds_for(request, &mut Budget::new(PER_RULE));
    held.map_err(|fault| match fault {
        Fault::Error(what) => what,
        Fault::Dear => "it takes too much work".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decided(expressions: &[&str]) -> Result<bool, String> {
        let conditions: Vec<Value> = expressions
            .iter()
            .map(|expression| json!({"name": "c", "expression": expression}))
            .collect();
        let pod = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "a"}]}});
        let request = json!({"operation": "CREATE", "userInfo": {"groups": ["system:masters"]}});
        hold(&Value::Array(conditions), [&pod, &Value::Null, &request])
    }

    #[test]
    fn all_conditions_must_hold() {
        let web = "object.metadata.labels['app'] == 'web'";
        let create = "request.operation == 'CREATE' && oldObject == null";
        assert_eq!(decided(&[]), Ok(true));
        assert_eq!(decided(&[web, create]), Ok(true));
        assert_eq!(
            decided(&[web, "'system:nodes' in request.userInfo.groups"]),
            Ok(false)
        );
        let names =
            "object.spec.containers.all(c, object.spec.containers.exists(d, d.name == c.name))";
        assert_eq!(decided(&[names]), Ok(true));
        assert_eq!(decided(&["has(object.metadata.annotations)"]), Ok(false));
    }

    #[test]
    fn a_failure_counts_unless_another_condition_is_false() {
        let fails = "object.metadata.annotations.x == 'y'";
        assert_eq!(
            decided(&[fails]),
            Err("match condition \"c\": no such key: annotations".to_owned())
        );
        assert_eq!(decided(&[fails, "false"]), Ok(false));
        assert!(
            decided(&["self.x"])
                .unwrap_err()
                .contains("undeclared reference to 'self'")
        );
        assert!(decided(&["1 +"]).is_err());
        assert!(
            decided(&["'text'"])
                .unwrap_err()
                .contains("must evaluate to a bool")
        );
    }
}
