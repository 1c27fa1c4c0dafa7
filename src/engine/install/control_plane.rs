//! Which fields of installed objects the control plane writes itself, in one table.
//!
//! Whoever compares an installation with a cluster goes by it: an apply leaves these fields alone, a comparison does not call them a
//! difference, and the rules for Argo CD and Flux are made from it. Facts are those of istiod's controllers for webhooks: one puts
//! its certificate's authority into every webhook of its revision, the other makes validation fail closed once it answers.
//!
//! What Kubernetes itself writes (defaults, `status`, what `metadata` counts) is not here: a dry run of the server settles it.

use serde_json::{Map, Value};

/// How `managedFields` names istiod, which writes by updates and so is called by the name of its program.
pub(crate) const MANAGER: &str = "pilot-discovery";

/// Stands in a path for every element of a list; elements are the same by `name`.
pub(crate) const EACH: &str = "[]";

const ADMISSION: &str = "admissionregistration.k8s.io";

/// A field that the control plane writes.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    /// From the root of the object; see [`EACH`].
    pub(crate) path: &'static [&'static str],
    /// What it is that is written.
    pub(crate) what: &'static str,
    /// It has to be as the manifest has it while istiod does not answer.
    resets: bool,
}

/// The table.
pub(crate) const FIELDS: &[Field] = &[
    Field {
        group: ADMISSION,
        kind: "MutatingWebhookConfiguration",
        path: &["webhooks", EACH, "clientConfig", "caBundle"],
        what: "the authority of istiod's certificate",
        resets: false,
    },
    Field {
        group: ADMISSION,
        kind: "ValidatingWebhookConfiguration",
        path: &["webhooks", EACH, "clientConfig", "caBundle"],
        what: "the authority of istiod's certificate",
        resets: false,
    },
    Field {
        group: ADMISSION,
        kind: "ValidatingWebhookConfiguration",
        path: &["webhooks", EACH, "failurePolicy"],
        what: "Fail, once istiod answers",
        // It would refuse what brings istiod back.
        resets: true,
    },
];

/// The fields of a kind.
pub(crate) fn fields(group: &str, kind: &str) -> impl Iterator<Item = &'static Field> {
    FIELDS
        .iter()
        .filter(move |field| field.kind == kind && field.group == group)
}

/// Takes fields out of what is to be applied that the control plane has made something else of. While it does not answer they
/// stay in, and the result says whether they have to be taken from it.
pub(crate) fn leave(
    group: &str,
    kind: &str,
    wanted: &mut Value,
    live: &Value,
    answers: bool,
) -> bool {
    let mut force = false;
    for field in fields(group, kind) {
        meet(wanted, live, field.path, &mut |owner, name, live| {
            let differs = owner
                .get(name)
                .is_some_and(|wanted| !live.is_null() && wanted != live);
            if differs && answers {
                owner.remove(name);
            }
            force |= differs && !answers && field.resets;
        });
    }
    force
}

/// Takes every field of the table out of an object.
pub(crate) fn remove(group: &str, kind: &str, object: &mut Value) {
    for field in fields(group, kind) {
        let itself = object.clone();
        meet(object, &itself, field.path, &mut |owner, name, _| {
            owner.remove(name);
        });
    }
}

/// What is done with a field: the object that has it, its name, and its value in the other object.
type Visit<'a> = &'a mut dyn FnMut(&mut Map<String, Value>, &str, &Value);

/// Visits a field wherever both objects have what it stands in.
fn meet(one: &mut Value, other: &Value, path: &[&str], visit: Visit<'_>) {
    match (path, one) {
        ([name], Value::Object(owner)) => visit(owner, name, &other[*name]),
        ([EACH, rest @ ..], Value::Array(items)) => {
            for item in items {
                let others = other.as_array().into_iter().flatten();
                let same = others.into_iter().find(|one| one["name"] == item["name"]);
                if let Some(same) = same {
                    meet(item, same, rest, visit);
                }
            }
        }
        ([name, rest @ ..], Value::Object(owner)) => {
            if let Some(inner) = owner.get_mut(*name) {
                meet(inner, &other[*name], rest, visit);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KIND: &str = "ValidatingWebhookConfiguration";

    fn webhook(policy: &str) -> Value {
        json!({"webhooks": [{"name": "rev.validation.istio.io", "failurePolicy": policy,
            "clientConfig": {"service": {"name": "istiod"}}}]})
    }

    #[test]
    fn leaves_the_failure_policy_to_an_istiod_that_answers() {
        let mut wanted = webhook("Ignore");
        assert!(!leave(ADMISSION, KIND, &mut wanted, &webhook("Fail"), true));
        assert_eq!(wanted["webhooks"][0].get("failurePolicy"), None);
    }

    #[test]
    fn resets_the_failure_policy_of_an_istiod_that_does_not() {
        let mut wanted = webhook("Ignore");
        assert!(leave(ADMISSION, KIND, &mut wanted, &webhook("Fail"), false));
        assert_eq!(wanted, webhook("Ignore"));
        assert!(!leave(
            ADMISSION,
            KIND,
            &mut wanted,
            &webhook("Ignore"),
            false
        ));
    }

    #[test]
    fn what_is_alike_stays_in_lest_it_be_given_up() {
        let mut wanted = webhook("Fail");
        assert!(!leave(ADMISSION, KIND, &mut wanted, &webhook("Fail"), true));
        assert_eq!(wanted, webhook("Fail"));
    }

    #[test]
    fn an_authority_of_ones_own_is_not_forced_on_istiod() {
        let bundle = |text: &str| {
            let mut tree = webhook("Fail");
            tree["webhooks"][0]["clientConfig"]["caBundle"] = Value::from(text);
            tree
        };
        let mut wanted = bundle("bWluZQ==");
        assert!(!leave(ADMISSION, KIND, &mut wanted, &bundle("aXRz"), false));
        assert_eq!(wanted, bundle("bWluZQ=="));
        leave(ADMISSION, KIND, &mut wanted, &bundle("aXRz"), true);
        assert_eq!(wanted, webhook("Fail"));
    }

    #[test]
    fn nothing_of_another_kind_is_touched() {
        let mut service = webhook("Ignore");
        leave("", "Service", &mut service, &webhook("Fail"), true);
        remove("", "Service", &mut service);
        assert_eq!(service, webhook("Ignore"));
        let mut validating = webhook("Ignore");
        remove(ADMISSION, KIND, &mut validating);
        assert_eq!(
            validating,
            json!({"webhooks": [{"name": "rev.validation.istio.io", "clientConfig": {"service": {"name": "istiod"}}}]})
        );
    }
}
