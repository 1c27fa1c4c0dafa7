//! Verbs on objects: from a path and a method to a call of the API machine, and its answer.

use std::sync::Arc;

use hyper::Method;
use serde_json::{Value, json};

use super::actions::{self, Action};
use super::present::{self, Include, View};
use super::reply::{self, JSON, Reply};
use super::{Request, Shared, protobuf, review, stream};
use super::{accept, discovery};
use crate::sandbox::api::field::FieldError;
use crate::sandbox::api::options::{Deleted, Patch, Subresource, WatchOptions, Written};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Cluster, Key, ResourceInfo};
use crate::yaml;

/// What a path names.
#[derive(Debug)]
pub(super) struct Target {
    info: Arc<ResourceInfo>,
    namespace: Option<String>,
    name: Option<String>,
    subresource: Option<String>,
}

impl Target {
    /// `rest` is what follows the version in the path.
    ///
    /// # Errors
    /// 404 for what there is not.
    pub(super) fn parse(
        cluster: &Cluster,
        group: &str,
        version: &str,
        rest: &[String],
    ) -> Result<Self, Status> {
        let of_namespace = |word: &str| group.is_empty() && matches!(word, "status" | "finalize");
        let (namespace, rest) = match rest {
            [first, namespace, next, ..] if first == "namespaces" && !of_namespace(next) => {
                (Some(namespace.clone()), &rest[2..])
            }
            _ => (None, rest),
        };
        let [plural, after @ ..] = rest else {
            return Err(Status::no_such_path());
        };
        let info = cluster
            .resource(group, version, plural)
            .ok_or_else(Status::no_such_path)?;
        let target = Self {
            namespace,
            name: after.first().cloned(),
            subresource: after.get(1).cloned(),
            info,
        };
        let misplaced = target.namespace.is_some() != target.info.namespaced
            && (target.namespace.is_some() || target.name.is_some());
        let known = target
            .subresource
            .as_ref()
            .is_none_or(|name| discovery::is_served(name) && target.info.has_subresource(name));
        if after.len() > 2 || misplaced || !known {
            return Err(Status::no_such_path());
        }
        Ok(target)
    }

    fn key(&self, name: &str) -> Key {
        Key {
            namespace: self.namespace.clone(),
            name: name.to_owned(),
        }
    }
}

/// 405, as Kubernetes words it.
fn not_allowed() -> Status {
    let text = "the server does not allow this method on the requested resource";
    Status::new(405, "MethodNotAllowed", text)
}

/// Carries a request out.
///
/// # Errors
/// Whatever the API machine refuses, and 400, 405, 406, 415 and 422 for requests that it does not get to see.
pub(super) fn serve(shared: &Shared, target: &Target, request: &Request) -> Result<Reply, Status> {
    let view = View {
        form: accept::form(&request.accept)?,
        include: Include::parse(request.query.get("includeObject")),
    };
    let call = Call {
        shared,
        target,
        request,
        view,
    };
    if let (Some(name), Some(action)) = (&target.name, &target.subresource)
        && actions::ACTIONS.contains(&action.as_str())
    {
        let action = Action {
            shared,
            request,
            info: &target.info,
            key: target.key(name),
            name: action,
        };
        return action.serve(&|| call.body());
    }
    let needed = match (&request.method, &target.name) {
        (&Method::GET, _) => "get",
        (&Method::POST, None) => "create",
        (&Method::PUT, Some(_)) => "update",
        (&Method::PATCH, Some(_)) => "patch",
        (&Method::DELETE, Some(_)) => "delete",
        (&Method::DELETE, None) => "deletecollection",
        _ => return Err(not_allowed()),
    };
    if !target.info.verbs.iter().any(|verb| verb == needed) {
        return Err(not_allowed());
    }
    let mut reply = call.carry_out(needed)?;
    if let Some(warning) = deprecation(&target.info) {
        reply::warn(&mut reply, &[warning.to_owned()]);
    }
    Ok(reply)
}

/// What Kubernetes says about a kind that is on its way out.
fn deprecation(info: &ResourceInfo) -> Option<&str> {
    if let Some(custom) = &info.custom {
        return custom.deprecation.as_deref();
    }
    let endpoints = info.group.is_empty() && info.kind == "Endpoints";
    endpoints
        .then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}

struct Call<'a> {
    shared: &'a Shared,
    target: &'a Target,
    request: &'a Request,
    view: View,
}

impl Call<'_> {
    fn carry_out(&self, verb: &str) -> Result<Reply, Status> {
        match (verb, self.target.name.as_deref()) {
            ("get", name) if self.request.query.flag("watch") => self.watch(name),
            ("get", Some(name)) => self.get(name),
            ("get", None) => self.list(),
            ("create", _) => self.create(),
            ("update", Some(name)) => self.update(name),
            ("patch", Some(name)) => self.patch(name),
            ("delete", Some(name)) => self.delete(name),
            _ => self.delete_collection(),
        }
    }

    fn namespace(&self) -> Option<&str> {
        self.target.namespace.as_deref()
    }

    fn one(&self, code: u16, object: &Value) -> Reply {
        reply::bytes(
            code,
            JSON,
            present::object(&self.target.info, object, self.view),
        )
    }

    fn written(&self, written: &Written) -> Reply {
        let code = if written.created { 201 } else { 200 };
        let mut reply = self.one(code, &written.object);
        reply::warn(&mut reply, &written.warnings);
        reply
    }

    fn get(&self, name: &str) -> Result<Reply, Status> {
        let (id, key) = (self.target.info.id(), self.target.key(name));
        let object = match self.target.subresource.as_deref() {
            Some("scale") => self.shared.cluster.scale(&id, &key)?,
            Some("finalize") => return Err(not_allowed()),
            _ => self.shared.cluster.get(&id, &key)?,
        };
        Ok(self.one(200, &object))
    }

    fn list(&self) -> Result<Reply, Status> {
        let options = self.request.query.list_options()?;
        let list = self
            .shared
            .cluster
            .list(&self.target.info.id(), self.namespace(), &options)?;
        Ok(reply::bytes(
            200,
            JSON,
            present::list(&self.target.info, &list, self.view),
        ))
    }

    /// A watch of a collection, or of one object of it.
    fn watch(&self, name: Option<&str>) -> Result<Reply, Status> {
        if self.target.subresource.is_some() {
            return Err(not_allowed());
        }
        let mut options: WatchOptions = self.request.query.watch_options()?;
        if options.initial_events
            && self.request.query.get("resourceVersionMatch") != "NotOlderThan"
        {
            let text = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
            return Err(Status::bad_request(text));
        }
        if let Some(name) = name {
            let only = format!("metadata.name={name}");
            options.field_selector = match options.field_selector.as_str() {
                "" => only,
                others => format!("{others},{only}"),
            };
        }
        let info = &self.target.info;
        let watch = self
            .shared
            .cluster
            .watch(&info.id(), self.namespace(), &options);
        stream::reply(
            watch,
            Arc::clone(info),
            self.view,
            self.request.query.timeout()?,
        )
    }

    fn create(&self) -> Result<Reply, Status> {
        if self.target.subresource.is_some() {
            return Err(not_allowed());
        }
        let info = &self.target.info;
        let object = self.body()?;
        if info.verbs.len() == 1 {
            let answer = review::answer(info, &object, self.shared)?;
            return Ok(reply::json(201, &answer));
        }
        if info.namespaced && self.target.namespace.is_none() {
            return Err(not_allowed());
        }
        let options = self.request.query.write_options(&self.request.agent)?;
        let written = self
            .shared
            .cluster
            .create(&info.id(), self.namespace(), object, &options)?;
        Ok(self.written(&written))
    }

    fn subresource(&self) -> Subresource {
        match self.target.subresource.as_deref() {
            Some("status") => Subresource::Status,
            Some("scale") => Subresource::Scale,
            Some("finalize") => Subresource::Finalize,
            _ => Subresource::Main,
        }
    }

    fn update(&self, name: &str) -> Result<Reply, Status> {
        let object = self.body()?;
        let options = self.request.query.write_options(&self.request.agent)?;
        let written = self.shared.cluster.update(
            &self.target.info.id(),
            &self.target.key(name),
            self.subresource(),
            &object,
            &options,
        )?;
        Ok(self.written(&written))
    }

    fn patch(&self, name: &str) -> Result<Reply, Status> {
        if self.target.subresource.as_deref() == Some("finalize") {
            return Err(not_allowed());
        }
        let body = parse(&self.request.body, &self.request.content_type)?;
        let patch = match media_type(&self.request.content_type) {
            "application/json-patch+json" => Patch::Json(body),
            "application/merge-patch+json" => Patch::Merge(body),
            "application/strategic-merge-patch+json" => Patch::Strategic(body),
            "application/apply-patch+yaml" => Patch::Apply(body),
            _ => {
                return Err(Status::unsupported_patch(self.target.info.builtin));
            }
        };
        if let Some(what) = no_object(&patch) {
            let text = format!(
                "json: cannot unmarshal {what} into Go value of type map[string]interface {{}}"
            );
            return Err(Status::bad_request(text));
        }
        let applies = matches!(patch, Patch::Apply(_));
        let error = if applies && self.request.query.get("fieldManager").is_empty() {
            Some(FieldError::required(
                "fieldManager",
                "is required for apply patch",
            ))
        } else if !applies && !self.request.query.get("force").is_empty() {
            Some(FieldError::forbidden(
                "force",
                "may not be specified for non-apply patch",
            ))
        } else {
            None
        };
        if let Some(error) = error {
            return Err(Status::invalid_patch_options(&error));
        }
        let options = self.request.query.write_options(&self.request.agent)?;
        let written = self.shared.cluster.patch(
            &self.target.info.id(),
            &self.target.key(name),
            self.subresource(),
            &patch,
            &options,
        )?;
        Ok(self.written(&written))
    }

    /// The options in the body of a deletion, which may be empty.
    fn deletion(&self) -> Result<crate::sandbox::api::options::DeleteOptions, Status> {
        let body = if self.request.body.is_empty() {
            Value::Null
        } else {
            self.body()?
        };
        self.request.query.delete_options(&body)
    }

    fn delete(&self, name: &str) -> Result<Reply, Status> {
        if self.target.subresource.is_some() {
            return Err(not_allowed());
        }
        let options = self.deletion()?;
        let (info, key) = (&self.target.info, self.target.key(name));
        let Deleted { object, gone } = self.shared.cluster.delete(&info.id(), &key, &options)?;
        if !gone {
            return Ok(self.one(200, &object));
        }
        let details = json!({"name": name, "group": info.group, "kind": info.plural, "uid": object["metadata"]["uid"]});
        Ok(reply::json(
            200,
            &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}),
        ))
    }

    fn delete_collection(&self) -> Result<Reply, Status> {
        let options = self.deletion()?;
        if self.target.info.namespaced && self.target.namespace.is_none() {
            return Err(not_allowed());
        }
        let info = &self.target.info;
        let select = self.request.query.list_options()?;
        let list = self.shared.cluster.delete_collection(
            &info.id(),
            self.namespace(),
            &select,
            &options,
        )?;
        Ok(reply::bytes(
            200,
            JSON,
            present::list(info, &list, self.view),
        ))
    }

    /// The body as an object.
    fn body(&self) -> Result<Value, Status> {
        let kind = media_type(&self.request.content_type);
        if kind == "application/vnd.kubernetes.protobuf" {
            return protobuf::read(&self.request.body);
        }
        if !matches!(kind, "" | "application/json" | "application/yaml") {
            let text = "the body of the request was in an unknown format - accepted media types include: \
                        application/json, application/yaml, application/vnd.kubernetes.protobuf";
            return Err(Status::new(415, "UnsupportedMediaType", text));
        }
        let body = parse(&self.request.body, kind)?;
        if body.is_object() {
            Ok(body)
        } else {
            Err(Status::bad_request(
                "the body of the request is not an object",
            ))
        }
    }
}

/// What a patch is that should be an object and is not.
fn no_object(patch: &Patch) -> Option<&'static str> {
    match patch {
        Patch::Json(_) => None,
        Patch::Merge(body) | Patch::Strategic(body) | Patch::Apply(body) => match body {
            Value::Object(_) => None,
            Value::Null => Some("null"),
            Value::Bool(_) => Some("bool"),
            Value::Number(_) => Some("number"),
            Value::String(_) => Some("string"),
            Value::Array(_) => Some("array"),
        },
    }
}

/// The media type without its parameters.
fn media_type(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

fn parse(body: &[u8], content_type: &str) -> Result<Value, Status> {
    // Clients apply JSON under the name of YAML, which it is; reading it as JSON is several times as fast.
    let json = body.trim_ascii_start().first() == Some(&b'{');
    if content_type.contains("yaml") {
        if let (true, Ok(value)) = (json, serde_json::from_slice(body)) {
            return Ok(value);
        }
        let text = std::str::from_utf8(body)
            .map_err(|error| Status::bad_request(format!("error parsing YAML: {error}")))?;
        return yaml::parse(text)
            .map_err(|error| Status::bad_request(format!("error parsing YAML: {error}")));
    }
    serde_json::from_slice(body)
        .map_err(|error| Status::bad_request(format!("error decoding JSON: {error}")))
}
