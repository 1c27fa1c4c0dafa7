//! Conditions in an object's status.

use serde_json::{Value, json};

/// What a condition is to say. Its times are kept or set by `set`.
pub(super) struct Condition<'a> {
    /// Its type.
    pub(super) kind: &'a str,
    /// `True`, `False` or `Unknown`.
    pub(super) status: &'a str,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
}

/// Finds a condition by its type.
pub(super) fn find<'a>(status: &'a Value, kind: &str) -> Option<&'a Value> {
    let all = status["conditions"].as_array()?;
    all.iter().find(|one| one["type"] == kind)
}

/// Whether a condition is `True`.
pub(super) fn is_true(status: &Value, kind: &str) -> bool {
    find(status, kind).is_some_and(|one| one["status"] == "True")
}

/// Sets a condition. Its `lastTransitionTime` stays where its status does.
pub(super) fn set(status: &mut Value, condition: &Condition<'_>, now: &str) {
    let mut new = json!({
        "type": condition.kind, "status": condition.status, "lastTransitionTime": now,
        "reason": condition.reason, "message": condition.message,
    });
    if let Some(old) = find(status, condition.kind)
        && old["status"] == condition.status
    {
        new["lastTransitionTime"] = old["lastTransitionTime"].clone();
    }
    put(status, new);
}

/// Puts a whole condition in the place of that of its type, or at the end.
pub(super) fn put(status: &mut Value, condition: Value) {
    if !status["conditions"].is_array() {
        status["conditions"] = json!([]);
    }
    if let Some(all) = status["conditions"].as_array_mut() {
        match all.iter_mut().find(|one| one["type"] == condition["type"]) {
            Some(place) => *place = condition,
            None => all.push(condition),
        }
    }
}

/// Removes a condition.
pub(super) fn remove(status: &mut Value, kind: &str) {
    if let Some(all) = status["conditions"].as_array_mut() {
        all.retain(|one| one["type"] != kind);
    }
}
