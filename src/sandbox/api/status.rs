//! `Status`: how the API says no, in Kubernetes' own form and words.

use serde_json::{Value, json};

use super::field::FieldError;
use crate::sandbox::kinds::ResourceInfo;

/// One reason among several why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// A word for programs, as `FieldValueInvalid`.
    pub(crate) reason: String,
    /// The sentence for people.
    pub(crate) message: String,
    /// The field path, as `spec.ports[0].port`; may be empty.
    pub(crate) field: String,
}

/// What the refusal is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) name: String,
    pub(crate) group: String,
    /// The plural for 404 and 409, the kind for 422, as Kubernetes has it.
    pub(crate) kind: String,
    pub(crate) uid: String,
    pub(crate) retry_after_seconds: Option<u32>,
}

/// A refused request: the content of a `metav1.Status` with status `Failure`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// The HTTP code.
    pub(crate) code: u16,
    /// A word for programs, as `NotFound`.
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) details: Option<Box<Details>>,
    pub(crate) causes: Vec<Cause>,
}

impl Status {
    /// A refusal without details.
    pub(crate) fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            details: None,
            causes: Vec::new(),
        }
    }

    fn about(mut self, info: &ResourceInfo, name: &str) -> Self {
        self.details = Some(Box::new(Details {
            name: name.to_owned(),
            group: info.group.clone(),
            kind: info.plural.clone(),
            ..Details::default()
        }));
        self
    }

    fn with_cause(mut self, reason: &str, message: impl Into<String>, field: &str) -> Self {
        self.causes.push(Cause {
            reason: reason.to_owned(),
            message: message.into(),
            field: field.to_owned(),
        });
        self
    }

    /// 400: the request makes no sense.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 404 for an object that is not there.
    pub(crate) fn not_found(info: &ResourceInfo, name: &str) -> Self {
        let resource = info.qualified();
        Self::new(404, "NotFound", format!("{resource} {name:?} not found")).about(info, name)
    }

    /// 404 for a path that leads nowhere.
    pub(crate) fn no_such_path() -> Self {
        let text = "the server could not find the requested resource";
        Self::new(404, "NotFound", text)
    }

    /// 409: there is an object of that name.
    pub(crate) fn already_exists(info: &ResourceInfo, name: &str) -> Self {
        let text = format!("{} {name:?} already exists", info.qualified());
        Self::new(409, "AlreadyExists", text).about(info, name)
    }

    /// 409 for a reason of its own.
    pub(crate) fn conflict(info: &ResourceInfo, name: &str, why: &str) -> Self {
        let resource = info.qualified();
        let text = format!("Operation cannot be fulfilled on {resource} {name:?}: {why}");
        Self::new(409, "Conflict", text).about(info, name)
    }

    /// 409: somebody wrote the object since it was read.
    pub(crate) fn modified(info: &ResourceInfo, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version and try again";
        Self::conflict(info, name, why)
    }

    /// 403 with Kubernetes' form of words.
    pub(crate) fn forbidden(info: &ResourceInfo, name: &str, why: &str) -> Self {
        let resource = info.qualified();
        let text = if name.is_empty() {
            format!("{resource} is forbidden: {why}")
        } else {
            format!("{resource} {name:?} is forbidden: {why}")
        };
        Self::new(403, "Forbidden", text).about(info, name)
    }

    /// 403: the namespace is going away and takes nothing new.
    pub(crate) fn namespace_terminating(info: &ResourceInfo, name: &str, namespace: &str) -> Self {
        let why = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        Self::forbidden(info, name, &why).with_cause(
            "NamespaceTerminating",
            format!("namespace {namespace} is being terminated"),
            "metadata.namespace",
        )
    }

    /// 422: the object breaks rules of its kind. `errors` must not be empty.
    pub(crate) fn invalid(info: &ResourceInfo, name: &str, errors: &[FieldError]) -> Self {
        let mut texts: Vec<String> = Vec::new();
        for error in errors {
            let text = error.to_string();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let kind = if info.group.is_empty() {
            info.kind.clone()
        } else {
            format!("{}.{}", info.kind, info.group)
        };
        let joined = match texts.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        let mut status = Self::new(
            422,
            "Invalid",
            format!("{kind} {name:?} is invalid: {joined}"),
        );
        status.details = Some(Box::new(Details {
            name: name.to_owned(),
            group: info.group.clone(),
            kind: info.kind.clone(),
            ..Details::default()
        }));
        status.causes = errors.iter().map(FieldError::cause).collect();
        status
    }

    /// 410 for a watch or a continued list that starts before what is remembered.
    pub(crate) fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    /// 405: the resource has no such verb.
    pub(crate) fn method_not_allowed(info: &ResourceInfo, verb: &str) -> Self {
        let text = format!(
            "{verb} is not supported on resources of kind {:?}",
            info.qualified()
        );
        Self::new(405, "MethodNotAllowed", text).about(info, "")
    }

    /// 415: a patch of a sort that the resource does not take.
    pub(crate) fn unsupported_patch(built_in: bool) -> Self {
        let mut accepted = vec![
            "application/json-patch+json",
            "application/merge-patch+json",
        ];
        accepted.extend(built_in.then_some("application/strategic-merge-patch+json"));
        accepted.push("application/apply-patch+yaml");
        let text = format!(
            "the body of the request was in an unknown format - accepted media types include: {}",
            accepted.join(", ")
        );
        Self::new(415, "UnsupportedMediaType", text)
    }

    /// 422: options of a patch that do not go together.
    pub(crate) fn invalid_patch_options(error: &FieldError) -> Self {
        let text = format!("PatchOptions.meta.k8s.io \"\" is invalid: {error}");
        let mut status = Self::new(422, "Invalid", text);
        status.details = Some(Box::new(Details {
            group: "meta.k8s.io".to_owned(),
            kind: "PatchOptions".to_owned(),
            ..Details::default()
        }));
        status.causes.push(error.cause());
        status
    }

    /// 422: a JSON patch that does not fit the object, as one whose test fails. Kubernetes does not say more.
    pub(crate) fn does_not_apply() -> Self {
        let text = "the server rejected our request due to an error in our request";
        let mut status = Self::new(422, "Invalid", text);
        status.details = Some(Box::default());
        status
    }

    /// 422 for a patch that made an object which cannot be read, from the 400 that the object by itself would get.
    pub(crate) fn of_patched(self, patched: &Value) -> Self {
        let Some((_, why)) = self
            .message
            .split_once(" cannot be handled as a ")
            .and_then(|(_, rest)| rest.split_once(": "))
            .filter(|_| self.code == 400)
        else {
            return self;
        };
        let error = FieldError::invalid("patch", &json!(patched.to_string()), why);
        let mut status = Self::new(422, "Invalid", format!(" \"\" is invalid: {error}"));
        status.details = Some(Box::default());
        status.causes = vec![error.cause()];
        status
    }

    /// 429, to be tried again after `seconds`.
    pub(crate) fn too_many_requests(message: impl Into<String>, seconds: u32) -> Self {
        let mut status = Self::new(429, "TooManyRequests", message);
        status.details = Some(Box::new(Details {
            retry_after_seconds: Some(seconds),
            ..Details::default()
        }));
        status
    }

    /// 500: a fault of the practice cluster itself (its state file, a bug).
    pub(crate) fn internal(message: impl std::fmt::Display) -> Self {
        let text = format!("Internal error occurred: {message}");
        Self::new(500, "InternalError", text)
    }

    /// 504: a list asked for a revision that is still to come.
    pub(crate) fn too_large_revision(asked: u64, current: u64) -> Self {
        let text = format!("Too large resource version: {asked}, current: {current}");
        let mut status = Self::new(504, "Timeout", format!("Timeout: {text}"));
        status.details = Some(Box::new(Details {
            retry_after_seconds: Some(1),
            ..Details::default()
        }));
        status.with_cause("ResourceVersionTooLarge", "Too large resource version", "")
    }

    /// The `metav1.Status` object, as it goes over the wire.
    pub(crate) fn to_json(&self) -> Value {
        let mut out = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "reason": self.reason, "code": self.code,
        });
        let details = self.details_json();
        if details != json!({}) {
            out["details"] = details;
        }
        out
    }

    fn details_json(&self) -> Value {
        let mut out = json!({});
        if let Some(details) = &self.details {
            for (key, text) in [
                ("name", &details.name),
                ("group", &details.group),
                ("kind", &details.kind),
                ("uid", &details.uid),
            ] {
                if !text.is_empty() {
                    out[key] = json!(text);
                }
            }
            if let Some(seconds) = details.retry_after_seconds {
                out["retryAfterSeconds"] = json!(seconds);
            }
        }
        if !self.causes.is_empty() {
            let causes = self.causes.iter().map(cause_json).collect();
            out["causes"] = Value::Array(causes);
        }
        out
    }
}

fn cause_json(cause: &Cause) -> Value {
    let mut out = json!({});
    for (key, text) in [
        ("reason", &cause.reason),
        ("message", &cause.message),
        ("field", &cause.field),
    ] {
        if !text.is_empty() {
            out[key] = json!(text);
        }
    }
    out
}

impl std::fmt::Display for Status {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Status {}
