//! Questions that are answered rather than stored: who am I, and may I. Whoever bears the token may do everything.

use serde_json::{Value, json};

use super::Shared;
use super::identity::USER;
use super::tokens::Account;
use crate::sandbox::api::ResourceInfo;
use crate::sandbox::api::status::Status;

fn user() -> Value {
    json!({"username": USER, "uid": USER, "groups": ["system:masters", "system:authenticated"]})
}

/// A service account as a user.
fn account(account: &Account) -> Value {
    let (namespace, name) = (&account.namespace, &account.name);
    json!({"username": format!("system:serviceaccount:{namespace}:{name}"), "uid": account.uid,
        "groups": ["system:serviceaccounts", format!("system:serviceaccounts:{namespace}"), "system:authenticated"]})
}

/// The question with its answer in `status`.
///
/// # Errors
/// 404 for kinds that are no question.
pub(super) fn answer(
    info: &ResourceInfo,
    question: &Value,
    shared: &Shared,
) -> Result<Value, Status> {
    let allowed =
        json!({"allowed": true, "reason": "the practice cluster lets its one user do everything"});
    let status = match info.kind.as_str() {
        "SelfSubjectAccessReview" | "SubjectAccessReview" | "LocalSubjectAccessReview" => allowed,
        "SelfSubjectRulesReview" => json!({"incomplete": false,
            "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
            "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]}),
        "SelfSubjectReview" => json!({"userInfo": user()}),
        "TokenReview" => {
            let asked = question["spec"]["token"].as_str().unwrap_or_default();
            if super::identity::same(asked, &shared.token) {
                json!({"authenticated": true, "user": user()})
            } else if let Some(found) = shared.account(asked) {
                json!({"authenticated": true, "user": account(&found)})
            } else {
                json!({"authenticated": false, "user": {}})
            }
        }
        _ => return Err(Status::no_such_path()),
    };
    let mut out = json!({"kind": info.kind, "apiVersion": info.api_version(), "metadata": {"creationTimestamp": null},
        "spec": question["spec"], "status": status});
    if info.kind == "SelfSubjectReview"
        && let Some(out) = out.as_object_mut()
    {
        out.remove("spec");
    }
    Ok(out)
}
