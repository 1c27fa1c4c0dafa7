//! Single requests on objects given as JSON, sent again where that is safe.
//!
//! What is sent here is idempotent: reads, server-side apply, deletion. So a dropped connection, an internal error and a lost
//! race are tried again, a few times; a server that is too busy is waited for below, in the client itself.

use std::fmt::Write as _;
use std::time::Duration;

use hyper::http::header::{ACCEPT, CONTENT_TYPE};
use hyper::http::{Method, Request, StatusCode, request};
use kube::client::Body;
use kube::core::Status;
use serde_json::{Value, json};

use super::Cluster;
use super::discovery::Resource;
use super::failure::{self, is_dropped};
use super::warnings::warnings;
use crate::error::{Error, Result};

/// Who writes, as Kubernetes records it with every field.
pub(crate) const MANAGER: &str = "mesh";

/// How often a request is sent at most, and the first pause; each pause is twice the one before.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Why a request failed, before it is put into words.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// No answer within `--request-timeout`.
    TimedOut,
    Failed(Box<kube::Error>),
}

impl Trouble {
    /// The server's answer, if it was one.
    pub(crate) fn status(&self) -> Option<&Status> {
        match self {
            Self::Failed(error) => match &**error {
                kube::Error::Api(status) => Some(status),
                _ => None,
            },
            Self::TimedOut => None,
        }
    }

    /// Whether there is no such object.
    pub(crate) fn is_absent(&self) -> bool {
        self.status().is_some_and(|status| status.code == 404)
    }

    /// Whether the user lacks a right. Other things are answered by 403 as well: a webhook's no, a namespace that goes.
    pub(super) fn is_forbidden(&self) -> bool {
        self.status()
            .is_some_and(|status| status.code == 403 && failure::lacks_right(&status.message))
    }

    /// The fields that others own, each with its manager, where that is what the server refused.
    pub(super) fn conflicts(&self) -> Vec<(String, String)> {
        self.status().map(failure::conflicts).unwrap_or_default()
    }

    /// Whether the same request may succeed when it is sent again. A refused connection may not: nobody listens.
    fn may_pass(&self) -> bool {
        match (self, self.status()) {
            (_, Some(status)) => {
                status.code == 500
                    || status.code == 409
                        && status.reason == "Conflict"
                        && failure::conflicts(status).is_empty()
            }
            (Self::Failed(error), None) => is_dropped(error),
            (Self::TimedOut, None) => false,
        }
    }
}

/// How an object is written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Writing {
    /// Takes fields from other managers.
    pub(crate) force: bool,
    /// The server checks and answers, and stores nothing.
    pub(crate) dry_run: bool,
}

/// How an object is changed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patch<'a> {
    /// A merge patch (RFC 7396).
    Merge(&'a Value),
    /// A JSON Patch (RFC 6902), in the name of a field manager of its own.
    Json { manager: &'a str, patch: &'a Value },
}

/// Which objects of a resource to list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// `app=istiod,istio.io/rev`
    pub(crate) labels: String,
    /// `metadata.name=istiod`
    pub(crate) fields: String,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) value: Value,
    /// What it warns of, for the user.
    pub(crate) warnings: Vec<String>,
}

/// A list, with the version to watch from.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) items: Vec<Value>,
    pub(crate) version: String,
}

impl Cluster {
    /// Sends a request, again where that is safe and may help.
    pub(crate) async fn send(&self, request: &Request<Vec<u8>>) -> Result<Value, Trouble> {
        self.ask(request).await.map(|answer| answer.value)
    }

    async fn ask(&self, request: &Request<Vec<u8>>) -> Result<Answer, Trouble> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match self.ask_once(request).await {
                Err(trouble) if trouble.may_pass() => tokio::time::sleep(pause).await,
                outcome => return outcome,
            }
            pause *= 2;
        }
        self.ask_once(request).await
    }

    /// Sends a request once: for what cannot be sent again without looking first.
    pub(super) async fn send_once(&self, request: &Request<Vec<u8>>) -> Result<Value, Trouble> {
        self.ask_once(request).await.map(|answer| answer.value)
    }

    async fn ask_once(&self, request: &Request<Vec<u8>>) -> Result<Answer, Trouble> {
        let client = self.client();
        let answer = async {
            let response = client.send(request.clone().map(Body::from)).await?;
            let (head, body) = response.into_parts();
            let body = body.collect_bytes().await?;
            if head.status.is_client_error() || head.status.is_server_error() {
                return Err(refusal(head.status, &body));
            }
            Ok(Answer {
                value: serde_json::from_slice(&body).map_err(kube::Error::SerdeError)?,
                warnings: warnings(&head.headers),
            })
        };
        match tokio::time::timeout(self.timeout, answer).await {
            Ok(answer) => answer.map_err(|error| Trouble::Failed(Box::new(error))),
            Err(_) => Err(Trouble::TimedOut),
        }
    }

    /// Puts a failure into words; `what` says what was tried.
    pub(crate) fn explain(&self, what: &str, trouble: &Trouble) -> Error {
        match trouble {
            Trouble::TimedOut => failure::timed_out(&self.server, self.timeout, what),
            Trouble::Failed(error) => {
                failure::explain(error, &self.server, self.plugin.as_deref(), what)
            }
        }
    }

    /// One object; `None` if there is none of this name.
    pub(crate) async fn read(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Option<Value>> {
        let path = format!("{}/{name}", resource.path(namespace));
        let request = body(
            Request::get(path).header(ACCEPT, "application/json"),
            Vec::new(),
        )?;
        match self.send(&request).await {
            Ok(object) => Ok(Some(object)),
            Err(trouble) if trouble.is_absent() => Ok(None),
            Err(trouble) => {
                let what = format!("read {}", named(resource, namespace, name));
                Err(self.explain(&what, &trouble))
            }
        }
    }

    /// Objects of a resource, page by page. Without a namespace: of all.
    pub(crate) async fn list(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        selection: &Selection,
    ) -> Result<List> {
        const PAGE: usize = 500;
        let mut list = List {
            items: Vec::new(),
            version: String::new(),
        };
        let mut token = String::new();
        loop {
            let mut query = vec![("limit", PAGE.to_string())];
            query.extend(selection.query());
            if !token.is_empty() {
                query.push(("continue", token));
            }
            let path = format!("{}?{}", resource.path(namespace), form(&query));
            let request = body(
                Request::get(path).header(ACCEPT, "application/json"),
                Vec::new(),
            )?;
            let mut answer = self.send(&request).await.map_err(|trouble| {
                let of = namespace.map_or_else(String::new, |it| format!(" of `{it}`"));
                self.explain(&format!("list the {}{of}", resource.name()), &trouble)
            })?;
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            list.version = text(&answer["metadata"]["resourceVersion"]);
            token = text(&answer["metadata"]["continue"]);
            if let Value::Array(items) = answer["items"].take() {
                list.items
                    .extend(items.into_iter().map(|item| typed(item, resource)));
            }
            if token.is_empty() {
                return Ok(list);
            }
        }
    }

    /// The objects of a kind, as [`Self::list`] gives them; none where the cluster does not serve the kind.
    pub(crate) async fn list_if_served(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
        selection: Selection,
    ) -> Result<Vec<Value>> {
        let Some(resource) = self.discovery().await?.find(api_version, kind) else {
            return Ok(Vec::new());
        };
        Ok(self.list(&resource, namespace, &selection).await?.items)
    }

    /// Applies an object on the server's side: `text` is JSON or YAML. Gives the object as it is now, and what the server warns
    /// of.
    pub(crate) async fn put(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        text: &str,
        writing: Writing,
    ) -> Result<Answer, Trouble> {
        let mut query = vec![
            ("fieldManager", MANAGER.to_owned()),
            ("fieldValidation", "Strict".to_owned()),
        ];
        if writing.force {
            query.push(("force", "true".to_owned()));
        }
        if writing.dry_run {
            query.push(("dryRun", "All".to_owned()));
        }
        let path = format!("{}/{name}?{}", resource.path(namespace), form(&query));
        let request = Request::patch(path)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/apply-patch+yaml")
            .body(text.as_bytes().to_vec());
        let request =
            request.map_err(|error| Trouble::Failed(Box::new(kube::Error::HttpError(error))))?;
        self.ask(&request).await
    }

    /// Changes an object by a patch. Gives the object as it is now.
    pub(crate) async fn change(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        patch: Patch<'_>,
    ) -> Result<Value, Trouble> {
        let (media_type, manager, patch) = match patch {
            Patch::Merge(patch) => ("application/merge-patch+json", MANAGER, patch),
            Patch::Json { manager, patch } => ("application/json-patch+json", manager, patch),
        };
        let query = form(&[("fieldManager", manager.to_owned())]);
        let request = Request::patch(format!("{}/{name}?{query}", resource.path(namespace)))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, media_type)
            .body(patch.to_string().into_bytes());
        let request =
            request.map_err(|error| Trouble::Failed(Box::new(kube::Error::HttpError(error))))?;
        self.send(&request).await
    }

    /// Deletes an object, and in the foreground what belongs to it. `uid` protects another object that has since taken its
    /// name. `false` if there was none.
    pub(crate) async fn remove(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        uid: Option<&str>,
        dry_run: bool,
    ) -> Result<bool> {
        let query = if dry_run { "?dryRun=All" } else { "" };
        let path = format!("{}/{name}{query}", resource.path(namespace));
        let mut options =
            json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground"});
        if let Some(uid) = uid {
            options["preconditions"] = json!({"uid": uid});
        }
        if dry_run {
            options["dryRun"] = json!(["All"]);
        }
        let request = Request::builder()
            .method(Method::DELETE)
            .uri(path)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json");
        let request = body(request, options.to_string().into_bytes())?;
        match self.send(&request).await {
            Ok(_) => Ok(true),
            Err(trouble) if trouble.is_absent() => Ok(false),
            Err(trouble) => {
                let what = format!("delete {}", named(resource, namespace, name));
                Err(self.explain(&what, &trouble))
            }
        }
    }
}

impl Selection {
    /// By label.
    pub(crate) fn labels(labels: impl Into<String>) -> Self {
        Self {
            labels: labels.into(),
            ..Self::default()
        }
    }

    /// By field.
    pub(crate) fn fields(fields: impl Into<String>) -> Self {
        Self {
            fields: fields.into(),
            ..Self::default()
        }
    }

    pub(super) fn query(&self) -> Vec<(&'static str, String)> {
        let both = [
            ("labelSelector", &self.labels),
            ("fieldSelector", &self.fields),
        ];
        let given = both.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name, value.clone())).collect()
    }
}

/// An answer that is an error. What is not Kubernetes' own form of it, such as a proxy's page, is taken as text.
fn refusal(code: StatusCode, body: &[u8]) -> kube::Error {
    let status = serde_json::from_slice::<Status>(body).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(body);
        Status::failure(text.trim(), "Failed to parse error data").with_code(code.as_u16())
    });
    kube::Error::Api(Box::new(status))
}

/// Items of a list come without what they are.
fn typed(mut item: Value, resource: &Resource) -> Value {
    if item.is_object() {
        item["apiVersion"] = Value::from(resource.api_version.as_str());
        item["kind"] = Value::from(resource.kind.as_str());
    }
    item
}

fn named(resource: &Resource, namespace: Option<&str>, name: &str) -> String {
    match namespace.filter(|_| resource.namespaced) {
        Some(namespace) => format!("{} {namespace}/{name}", resource.kind),
        None => format!("{} {name}", resource.kind),
    }
}

pub(super) fn body(builder: request::Builder, body: Vec<u8>) -> Result<Request<Vec<u8>>> {
    builder.body(body).map_err(|error| {
        Error::user("cannot make a request of this name or namespace").caused_by(&error)
    })
}

/// A query, percent-encoded.
pub(super) fn form(pairs: &[(&str, String)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_a_query() {
        let pairs = [
            ("labelSelector", "app=istiod,istio.io/rev".to_owned()),
            ("limit", "500".to_owned()),
        ];
        assert_eq!(
            form(&pairs),
            "labelSelector=app%3Distiod%2Cistio.io%2Frev&limit=500"
        );
    }

    #[test]
    fn a_lost_race_may_pass_and_an_owned_field_may_not() {
        let trouble = |status: Value| {
            let status: Status = serde_json::from_value(status).unwrap();
            Trouble::Failed(Box::new(kube::Error::Api(Box::new(status))))
        };
        assert!(trouble(json!({"code": 409, "reason": "Conflict"})).may_pass());
        assert!(trouble(json!({"code": 500, "reason": "InternalError"})).may_pass());
        assert!(!trouble(json!({"code": 403, "reason": "Forbidden"})).may_pass());
        assert!(!trouble(json!({"code": 409, "reason": "AlreadyExists"})).may_pass());
        let owned = json!({"code": 409, "reason": "Conflict", "details": {"causes": [
            {"reason": "FieldManagerConflict", "message": "conflict with \"a\"", "field": ".spec.replicas"}]}});
        assert!(!trouble(owned).may_pass());
        assert!(!Trouble::TimedOut.may_pass());
    }
}
