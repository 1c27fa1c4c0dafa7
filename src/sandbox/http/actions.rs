//! Subresources that do something rather than show a part of an object: a pod's log, its eviction and its binding, a service
//! account's token; and those that would need a process, which are refused.

use std::sync::Arc;

use hyper::Method;
use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::query::Query;
use super::reply::{self, Reply};
use super::{Request, Shared, tokens};
use crate::sandbox::api::field::FieldError;
use crate::sandbox::api::options::WatchOptions;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::{EventKind, Watch};
use crate::sandbox::api::{Key, Object, ResourceId, ResourceInfo, clock};
use crate::sandbox::kubelet::logs;

/// What there is beside `finalize`, `scale` and `status`: of `pods` and of `serviceaccounts`.
pub(super) const ACTIONS: [&str; 7] = [
    "attach",
    "binding",
    "eviction",
    "exec",
    "log",
    "portforward",
    "token",
];

/// The kind of an action's object, as group, version and kind, and what may be done with it.
pub(super) fn kind(
    name: &str,
) -> (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
) {
    match name {
        "attach" => ("", "v1", "PodAttachOptions", &["create", "get"]),
        "binding" => ("", "v1", "Binding", &["create"]),
        "eviction" => ("policy", "v1", "Eviction", &["create"]),
        "exec" => ("", "v1", "PodExecOptions", &["create", "get"]),
        "portforward" => ("", "v1", "PodPortForwardOptions", &["create", "get"]),
        "token" => ("authentication.k8s.io", "v1", "TokenRequest", &["create"]),
        _ => ("", "v1", "Pod", &["get"]),
    }
}

/// An action on one object.
pub(super) struct Action<'a> {
    pub(super) shared: &'a Shared,
    pub(super) request: &'a Request,
    pub(super) info: &'a ResourceInfo,
    pub(super) key: Key,
    pub(super) name: &'a str,
}

impl Action<'_> {
    /// Does it. `body` reads the request's.
    ///
    /// # Errors
    /// 404 where the object is not there, 405 for a method that the action does not have, and those of each action.
    pub(super) fn serve(&self, body: &dyn Fn() -> Result<Value, Status>) -> Result<Reply, Status> {
        let verb = match self.request.method {
            Method::GET => "get",
            Method::POST => "create",
            _ => "other",
        };
        if !kind(self.name).3.contains(&verb) {
            let text = "the server does not allow this method on the requested resource";
            return Err(Status::new(405, "MethodNotAllowed", text));
        }
        match self.name {
            "log" => self.log(),
            "eviction" => self.evict(&body()?),
            "binding" => self.bind(&body()?),
            "token" => self.token(body()?),
            _ => {
                self.object()?;
                Err(Status::new(
                    501,
                    "NotImplemented",
                    format!(
                        "the practice cluster runs no processes: there is nothing to {} in pod {}/{}",
                        match self.name {
                            "exec" => "execute a command",
                            "attach" => "attach to",
                            _ => "forward a port to",
                        },
                        self.key.namespace.as_deref().unwrap_or_default(),
                        self.key.name,
                    ),
                ))
            }
        }
    }

    fn object(&self) -> Result<Arc<Object>, Status> {
        self.shared.cluster.get(&self.info.id(), &self.key)
    }

    fn success(code: u16) -> Reply {
        reply::json(
            code,
            &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": code}),
        )
    }

    fn evict(&self, body: &Value) -> Result<Reply, Status> {
        let named = body["metadata"]["name"].as_str().unwrap_or_default();
        if !named.is_empty() && named != self.key.name {
            return Err(Status::bad_request(
                "name in URL does not match name in Eviction object",
            ));
        }
        let options = self.request.query.delete_options(&body["deleteOptions"])?;
        self.shared.cluster.evict(&self.key, &options)?;
        Ok(Self::success(201))
    }

    fn bind(&self, body: &Value) -> Result<Reply, Status> {
        let node = body["target"]["name"].as_str().unwrap_or_default();
        let kind = body["target"]["kind"].as_str().unwrap_or_default();
        if !matches!(kind, "" | "Node") {
            let error =
                FieldError::not_supported("target.kind", &json!(kind), &["Node", "<empty>"]);
            return Err(unfit("Binding", &self.key.name, &error));
        }
        if node.is_empty() {
            let error = FieldError::required("target.name", "");
            return Err(unfit("Binding", &self.key.name, &error));
        }
        let uid = body["metadata"]["uid"].as_str().unwrap_or_default();
        self.shared.cluster.bind(&self.key, uid, node)?;
        Ok(Self::success(201))
    }

    /// A token that says who the service account is. The server takes it, until it expires or the account is gone.
    fn token(&self, mut body: Value) -> Result<Reply, Status> {
        let account = self.object()?;
        let seconds = body["spec"]["expirationSeconds"].as_i64().unwrap_or(3600);
        if seconds < 600 {
            let error = FieldError::invalid(
                "spec.expirationSeconds",
                &json!(seconds),
                "may not specify a duration less than 10 minutes",
            );
            return Err(unfit("TokenRequest.authentication.k8s.io", "", &error));
        }
        let now = clock::seconds();
        let end = now.saturating_add(seconds.min(1 << 32));
        let audiences = body["spec"]["audiences"].as_array().cloned();
        let audiences = audiences.filter(|all| !all.is_empty());
        let audiences = audiences.unwrap_or_else(|| vec![json!(tokens::ISSUER)]);
        let token = tokens::issue(&self.shared.token, &account, &audiences, now, end);
        body["kind"] = json!("TokenRequest");
        body["apiVersion"] = json!("authentication.k8s.io/v1");
        body["metadata"] = json!({"name": self.key.name, "namespace": self.key.namespace,
            "creationTimestamp": clock::format(now)});
        body["spec"]["audiences"] = Value::Array(audiences);
        body["spec"]["expirationSeconds"] = json!(seconds);
        body["status"] = json!({"token": token, "expirationTimestamp": clock::format(end)});
        Ok(reply::json(201, &body))
    }

    fn log(&self) -> Result<Reply, Status> {
        let pod = self.object()?;
        let options = log_options(&self.key.name, &self.request.query)?;
        let (text, grows) = logs::read(&pod, &options).map_err(Status::bad_request)?;
        if !(grows && self.request.query.flag("follow")) {
            return Ok(reply::text(200, &text));
        }
        let watching = WatchOptions {
            field_selector: format!("metadata.name={}", self.key.name),
            ..WatchOptions::default()
        };
        let id = ResourceId::new("", "v1", "pods");
        let namespace = self.key.namespace.as_deref();
        let watch = self.shared.cluster.watch(&id, namespace, &watching)?;
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(follow(watch, options, text, sender));
        Ok(reply::growing_text(receiver))
    }
}

/// Sends a log, and what is added to it, until the container has ended or nobody listens.
async fn follow(
    mut watch: Watch,
    options: logs::Options,
    first: String,
    sender: mpsc::Sender<Bytes>,
) {
    let mut sent = first.len();
    if !first.is_empty() && sender.send(first.into()).await.is_err() {
        return;
    }
    loop {
        let event = tokio::select! {
            event = watch.next() => event,
            () = sender.closed() => return,
        };
        let Ok(event) = event else { return };
        if event.kind == EventKind::Deleted {
            return;
        }
        let Ok((text, grows)) = logs::read(&event.object, &options) else {
            return;
        };
        // What was said is said again, and then more.
        let new = text.get(sent..).unwrap_or_default().to_owned();
        sent = sent.max(text.len());
        if !new.is_empty() && sender.send(new.into()).await.is_err() || !grows {
            return;
        }
    }
}

fn unfit(kind: &str, name: &str, error: &FieldError) -> Status {
    let mut status = Status::new(
        422,
        "Invalid",
        format!("{kind} {name:?} is invalid: {error}"),
    );
    status.causes.push(error.cause());
    status
}

fn log_options(pod: &str, query: &Query) -> Result<logs::Options, Status> {
    let wrong = |error: &FieldError| unfit("PodLogOptions", pod, error);
    let number = |name: &str, least: i64, why: &str| -> Result<Option<i64>, Status> {
        let found: Option<i64> = query.number(name)?;
        match found {
            Some(number) if number < least => {
                Err(wrong(&FieldError::invalid(name, &json!(number), why)))
            }
            found => Ok(found),
        }
    };
    let tail = number("tailLines", 0, "must be greater than or equal to 0")?;
    let limit = number("limitBytes", 1, "must be greater than 0")?;
    let seconds = number("sinceSeconds", 1, "must be greater than 0")?;
    let time = query.get("sinceTime");
    if seconds.is_some() && !time.is_empty() {
        let why = "at most one of `sinceTime` or `sinceSeconds` may be specified";
        return Err(wrong(&FieldError::forbidden("", why)));
    }
    let since = match (seconds, time) {
        (Some(seconds), _) => Some(clock::seconds().saturating_sub(seconds)),
        (None, "") => None,
        (None, time) => Some(clock::parse(time).ok_or_else(|| {
            let text = format!("parsing time {time:?}: expected RFC 3339");
            Status::bad_request(text)
        })?),
    };
    Ok(logs::Options {
        container: query.get("container").to_owned(),
        previous: query.flag("previous"),
        timestamps: query.flag("timestamps"),
        since,
        tail: tail.and_then(|tail| usize::try_from(tail).ok()),
        limit: limit.and_then(|limit| usize::try_from(limit).ok()),
    })
}
