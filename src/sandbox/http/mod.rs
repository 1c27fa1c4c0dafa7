//! The practice cluster's HTTP server: TLS on loopback, one bearer token, and the paths of the Kubernetes API.
//!
//! `identity` has certificates and the token, `accept` and `query` read a request, `resource` carries it out, `present` and
//! `stream` show what comes back; `discovery`, `openapi` and `review` answer questions about the API itself; `faults` spoils
//! answers for tests; `actions` has the subresources that do something, `tokens` those of service accounts. What a verb does is not decided here but in `sandbox::api`.

mod accept;
mod actions;
mod discovery;
mod faults;
pub(crate) mod identity;
mod jsonpath;
mod openapi;
mod present;
mod protobuf;
mod query;
mod reply;
mod resource;
mod review;
mod stream;
mod tokens;

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::Method;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, USER_AGENT};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use self::accept::Form;
use self::faults::{Fate, Faults};
use self::identity::Identity;
use self::query::Query;
use self::reply::Reply;
use self::resource::Target;
use super::api::status::Status;
use super::api::{Cluster, Key, ResourceId, ResourceInfo, clock};
use crate::error::{Error, Kind, Result};

/// The version of Kubernetes whose API is served.
pub(crate) const VERSION: &str = "v1.34.0+mesh.sandbox";
/// How large a request's body may be: as Kubernetes has it.
const LARGEST_BODY: usize = 3 * 1024 * 1024;
/// How many requests a connection may have open at once: as Kubernetes has it. Each watch is one.
const STREAMS: u32 = 250;
/// How long a client may take to send a request, or to show that it is still there.
const SLOWEST: Duration = Duration::from_secs(60);
/// How long a client may take to say hello.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A server that listens, but does not answer before it runs.
pub(crate) struct Server {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    shared: Arc<Shared>,
    port: u16,
}

/// What all requests use.
struct Shared {
    cluster: Cluster,
    token: String,
    port: u16,
    stop: Arc<Notify>,
    faults: Faults,
}

impl Shared {
    /// The service account that a token stands for, if it is there.
    fn account(&self, token: &str) -> Option<tokens::Account> {
        let account = tokens::account(&self.token, token, clock::seconds())?;
        let id = ResourceId::new("", "v1", "serviceaccounts");
        let key = Key::namespaced(&account.namespace, &account.name);
        let found = self.cluster.get(&id, &key).ok()?;
        (found["metadata"]["uid"] == account.uid.as_str()).then_some(account)
    }
}

/// A request, read whole.
struct Request {
    method: Method,
    path: String,
    query: Query,
    accept: String,
    content_type: String,
    agent: String,
    body: Bytes,
}

impl Server {
    /// Listens on loopback; port 0 takes any that is free.
    ///
    /// # Errors
    /// The port is in use, or may not be used.
    pub(crate) async fn bind(port: u16, identity: &Identity, cluster: Cluster) -> Result<Self> {
        let refused =
            |error: std::io::Error| {
                let what = format!("cannot listen on 127.0.0.1:{port}");
                let error_kind = error.kind();
                let refusal = Error::new(Kind::Precondition, what).caused_by(&error);
                match error_kind {
                    std::io::ErrorKind::AddrInUse => refusal
                        .hint("another program uses the port; `--port 0` takes any that is free"),
                    std::io::ErrorKind::PermissionDenied => refusal
                        .hint("ports below 1024 are for root; `--port 0` takes any that is free"),
                    _ => refusal,
                }
            };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        let shared = Arc::new(Shared {
            cluster,
            token: identity.token.clone(),
            port,
            stop: Arc::new(Notify::new()),
            faults: Faults::default(),
        });
        Ok(Self {
            listener,
            acceptor: identity.acceptor()?,
            shared,
            port,
        })
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Serves until it is told to stop by a request. Connections that are open then are for the runtime to
    /// end.
    pub(crate) async fn run(self) {
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = self.shared.stop.notified() => return,
            };
            match accepted {
                Ok((stream, _)) => {
                    let (acceptor, shared) = (self.acceptor.clone(), Arc::clone(&self.shared));
                    tokio::spawn(connection(stream, acceptor, shared));
                }
                // Out of file descriptors, most likely: some will be free soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

/// One connection, to its end. A client that breaks it off is no event.
async fn connection(stream: TcpStream, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    // Small answers should not wait for a full packet; without it they are only later.
    let _ = stream.set_nodelay(true);
    let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await else {
        return;
    };
    let breaks = Arc::new(Notify::new());
    let told = Arc::clone(&breaks);
    let service = service_fn(move |request| {
        let (shared, breaks) = (Arc::clone(&shared), Arc::clone(&breaks));
        async move { Ok::<_, Infallible>(answer(shared, request, &breaks).await) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(SLOWEST);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(SLOWEST)
        .max_concurrent_streams(STREAMS);
    let speaks_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    // The client has said which it speaks; the first bytes are not waited for to find out.
    let builder = if speaks_http2 {
        builder.http2_only()
    } else {
        builder.http1_only()
    };
    tokio::select! {
        _ = builder.serve_connection(TokioIo::new(stream), service) => {}
        () = told.notified() => {}
    }
}

/// Answers a request, unless a fault wants its connection broken off: then `breaks` is told, and there is no answer.
async fn answer(shared: Arc<Shared>, request: hyper::Request<Incoming>, breaks: &Notify) -> Reply {
    let path = request.uri().path();
    if matches!(path, "/healthz" | "/livez" | "/readyz") {
        return reply::text(200, "ok");
    }
    if !bears_token(request.headers(), &shared) {
        return reply::status(&Status::new(401, "Unauthorized", "Unauthorized"));
    }
    let request = match tokio::time::timeout(SLOWEST, read(request)).await {
        Ok(Ok(request)) => request,
        Ok(Err(status)) => return reply::status(&status),
        Err(_) => {
            return reply::status(&Status::new(
                408,
                "Timeout",
                "the body of the request did not come",
            ));
        }
    };
    let fate = shared.faults.fate(&request);
    match &fate {
        Fate::Answered(Duration::ZERO) | Fate::Lost => {}
        Fate::Answered(pause) => tokio::time::sleep(*pause).await,
        Fate::Dropped => return broken(breaks).await,
        Fate::Refused(status) => return reply::status(status),
        Fate::Ended(status) => return stream::ended(status),
    }
    // Writes wait for the disk, and long lists take a while to write down.
    let done = tokio::task::spawn_blocking(move || route(&shared, &request)).await;
    if matches!(fate, Fate::Lost) {
        return broken(breaks).await;
    }
    match done {
        Ok(Ok(reply)) => reply,
        Ok(Err(status)) => reply::status(&status),
        Err(error) => reply::status(&Status::internal(error)),
    }
}

/// Has the connection broken off, which ends this as well.
async fn broken(breaks: &Notify) -> Reply {
    breaks.notify_one();
    std::future::pending().await
}

/// Whether a request bears the administrator's token, or one of a service account that is there.
fn bears_token(headers: &HeaderMap, shared: &Shared) -> bool {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let scheme = header.and_then(|header| header.split_once(' '));
    scheme.is_some_and(|(scheme, given)| {
        scheme.eq_ignore_ascii_case("bearer")
            && (identity::same(given.trim(), &shared.token)
                || shared.account(given.trim()).is_some())
    })
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, Status> {
    let (head, body) = request.into_parts();
    let all = |name: HeaderName| {
        let values = head.headers.get_all(name).into_iter();
        let values: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        values.join(",")
    };
    let body = Limited::new(body, LARGEST_BODY).collect().await;
    let body = body.map_err(|error| {
        if error.is::<LengthLimitError>() {
            let text = format!("Request entity too large: limit is {LARGEST_BODY}");
            Status::new(413, "RequestEntityTooLarge", text)
        } else {
            Status::bad_request(format!("the body of the request cannot be read: {error}"))
        }
    })?;
    Ok(Request {
        path: head.uri.path().to_owned(),
        query: Query::parse(head.uri.query().unwrap_or_default()),
        accept: all(ACCEPT),
        content_type: all(CONTENT_TYPE),
        agent: all(USER_AGENT),
        method: head.method,
        body: body.to_bytes(),
    })
}

/// From a path to what answers it.
fn route(shared: &Shared, request: &Request) -> Result<Reply, Status> {
    let segments: Vec<String> = request
        .path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| query::decode(segment, false))
        .collect();
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["api", "v1", _, ..] => {
            let target = Target::parse(&shared.cluster, "", "v1", &segments[2..])?;
            resource::serve(shared, &target, request)
        }
        ["apis", group, version, _, ..] => {
            match Target::parse(&shared.cluster, group, version, &segments[3..]) {
                Ok(target) => resource::serve(shared, &target, request),
                Err(_) if !knows(shared, group, version, &segments[3..]) => Ok(nowhere()),
                Err(status) => Err(status),
            }
        }
        ["sandbox", "stop"] if request.method == Method::POST => {
            shared.stop.notify_one();
            Ok(reply::json(200, &json!({"stopping": true})))
        }
        ["sandbox", "faults"] => Ok(reply::json(200, &shared.faults.serve(request)?)),
        words if request.method == Method::GET => describe(shared, words, request),
        _ => Ok(nowhere()),
    }
}

/// Whether a group answers for itself, in a `Status`: those that Kubernetes comes with do of whatever is asked, the others of
/// their resources only.
fn knows(shared: &Shared, group: &str, version: &str, rest: &[String]) -> bool {
    let resources = shared.cluster.resources();
    let mut of_group = resources
        .iter()
        .filter(|info| info.group == group && info.version == version);
    of_group.any(|info| info.builtin || rest.contains(&info.plural))
}

/// What Kubernetes says where nobody answers. Clients add what they asked for, as they do not to a `Status`.
fn nowhere() -> Reply {
    reply::text(404, "404 page not found\n")
}

/// What the server says about itself.
fn describe(shared: &Shared, words: &[&str], request: &Request) -> Result<Reply, Status> {
    let cluster = &shared.cluster;
    let address = || format!("127.0.0.1:{}", shared.port);
    if words == ["openapi", "v2"] && request.accept.contains(openapi::V2) {
        return Ok(reply::bytes(200, openapi::V2_ANSWER, openapi::empty_v2()));
    }
    let form = accept::form(&request.accept)?;
    let found = match words {
        [] => Some(
            json!({"paths": ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"]}),
        ),
        ["version"] => Some(version(&shared.faults)),
        [root @ ("api" | "apis")] => {
            if let Form::Discovery(version) = form {
                let all = discovery::aggregated(&cluster.resources(), *root == "api", version);
                let kind = match version {
                    "v2" => "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
                    _ => {
                        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"
                    }
                };
                return Ok(reply::bytes(200, kind, all.to_string().into_bytes()));
            }
            Some(match *root {
                "api" => discovery::versions(&address()),
                _ => discovery::group_list(&cluster.resources()),
            })
        }
        ["api", "v1"] => discovery::resource_list(&cluster.resources(), "", "v1"),
        ["apis", group] => discovery::group(&cluster.resources(), group),
        ["apis", group, version] => discovery::resource_list(&cluster.resources(), group, version),
        ["openapi", "v2"] => Some(
            json!({"swagger": "2.0", "info": {"title": "Kubernetes", "version": VERSION}, "paths": {}}),
        ),
        ["openapi", "v3"] => Some(openapi::index(&cluster.resources(), cluster.revision())),
        ["openapi", "v3", "api", version] => openapi_of(cluster, "", version),
        ["openapi", "v3", "apis", group, version] => openapi_of(cluster, group, version),
        _ => None,
    };
    Ok(found.map_or_else(nowhere, |found| reply::json(200, &found)))
}

fn version(faults: &Faults) -> serde_json::Value {
    let version = faults.version().unwrap_or_else(|| VERSION.to_owned());
    json!({"major": "1", "minor": "34", "gitVersion": version, "gitCommit": "", "gitTreeState": "", "buildDate": "",
        "goVersion": "", "compiler": "rustc", "platform": format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH)})
}

fn openapi_of(cluster: &Cluster, group: &str, version: &str) -> Option<serde_json::Value> {
    openapi::document(&cluster.resources(), group, version, |info| {
        schema_of(cluster, info)
    })
}

/// The schema in the definition of a kind that is not built in.
fn schema_of(cluster: &Cluster, info: &ResourceInfo) -> Option<serde_json::Value> {
    let definitions = ResourceId::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let definition = cluster
        .get(&definitions, &Key::cluster(info.qualified()))
        .ok()?;
    let versions = definition["spec"]["versions"].as_array()?;
    let version = versions
        .iter()
        .find(|one| one["name"] == info.version.as_str())?;
    let schema = &version["schema"]["openAPIV3Schema"];
    schema.is_object().then(|| schema.clone())
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
