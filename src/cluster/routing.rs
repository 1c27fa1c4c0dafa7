//! Reading what routes a service's requests, and writing it: by JSON Patch, so that nothing is touched that is not named.

use hyper::http::header::{ACCEPT, CONTENT_TYPE};
use hyper::http::{Method, Request};
use serde_json::{Value, json};

use super::Cluster;
use super::request::{MANAGER, Trouble, body, form};
use crate::error::{Error, Kind, Result};

/// The group and version that routing objects are read and written in.
const ISTIO: &str = "/apis/networking.istio.io/v1";

/// A kind that routes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Routing {
    VirtualService,
    DestinationRule,
}

impl Routing {
    /// Its name in objects.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::VirtualService => "VirtualService",
            Self::DestinationRule => "DestinationRule",
        }
    }

    /// By its name in objects.
    pub(crate) fn of(kind: &str) -> Self {
        match kind {
            "DestinationRule" => Self::DestinationRule,
            _ => Self::VirtualService,
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::VirtualService => "virtualservices",
            Self::DestinationRule => "destinationrules",
        }
    }
}

/// Where one object is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) kind: Routing,
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
}

impl Place<'_> {
    fn path(&self) -> String {
        format!("{}/{}", self.collection(), self.name)
    }

    fn collection(&self) -> String {
        format!(
            "{ISTIO}/namespaces/{}/{}",
            self.namespace,
            self.kind.plural()
        )
    }
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} `{}/{}`",
            self.kind.kind(),
            self.namespace,
            self.name
        )
    }
}

/// Why a write was not made.
#[derive(Debug)]
pub(crate) enum Unwritten {
    /// Somebody else wrote at the same time.
    Raced(Error),
    /// The object is not what it was when it was read, or the server holds the patch for wrong, which it does not tell apart.
    Stale(Error),
    /// The server refused it.
    Refused(Error),
    /// There was no answer, or one of a failing server: it may have been made.
    Unknown(Error),
}

/// Whether a write counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The server checks it and stores nothing.
    DryRun,
    Real,
}

/// What a listing holds, and whether it is all there is.
pub(crate) struct Listing {
    pub(crate) items: Vec<Value>,
    /// Only one namespace may be read.
    pub(crate) narrowed: bool,
}

impl Cluster {
    /// The namespace of the kubeconfig's context.
    pub(crate) fn default_namespace(&self) -> String {
        self.client().default_namespace().to_owned()
    }

    /// Every object of the kind, in one request; those of `namespace` where the user may not see more.
    pub(crate) async fn routing(&self, kind: Routing, namespace: &str) -> Result<Listing> {
        let what = format!("list the {}s", kind.kind());
        let trouble = match self.get(&format!("{ISTIO}/{}", kind.plural())).await? {
            Ok(list) => {
                return Ok(Listing {
                    items: items(list),
                    narrowed: false,
                });
            }
            Err(trouble) => trouble,
        };
        match trouble.status().map(|status| status.code) {
            Some(403) => {
                let path = format!("{ISTIO}/namespaces/{namespace}/{}", kind.plural());
                let list = self.get(&path).await?;
                let list = list.map_err(|trouble| {
                    self.explain(&format!("{what} of `{namespace}`"), &trouble)
                })?;
                Ok(Listing {
                    items: items(list),
                    narrowed: true,
                })
            }
            Some(404) => Err(Error::new(
                Kind::Precondition,
                format!(
                    "the cluster does not know the kind {}: Istio is not installed",
                    kind.kind()
                ),
            )
            .hint("`mesh manifest apply` installs it")),
            _ => Err(self.explain(&what, &trouble)),
        }
    }

    /// One object; `None` if it is not there.
    pub(crate) async fn routing_object(&self, place: Place<'_>) -> Result<Option<Value>> {
        self.get_one(&format!("read {place}"), &place.path()).await
    }

    /// A Service; `None` if it is not there.
    pub(crate) async fn service(&self, namespace: &str, name: &str) -> Result<Option<Value>> {
        let path = format!("/api/v1/namespaces/{namespace}/services/{name}");
        let what = format!("read Service `{namespace}/{name}`");
        self.get_one(&what, &path).await
    }

    /// The Services of a namespace.
    pub(crate) async fn services(&self, namespace: &str) -> Result<Vec<Value>> {
        let path = format!("/api/v1/namespaces/{namespace}/services");
        self.get_all(&format!("list the Services of `{namespace}`"), &path)
            .await
    }

    /// The pods of a namespace that a label selector leaves; all if it is empty.
    pub(crate) async fn pods(&self, namespace: &str, selector: &str) -> Result<Vec<Value>> {
        let mut path = format!("/api/v1/namespaces/{namespace}/pods");
        if !selector.is_empty() {
            path.push('?');
            path.push_str(&form(&[("labelSelector", selector.to_owned())]));
        }
        self.get_all(&format!("list the pods of `{namespace}`"), &path)
            .await
    }

    /// Sends a JSON Patch (RFC 6902); gives the object as it is then.
    pub(crate) async fn patch_routing(
        &self,
        place: Place<'_>,
        patch: &Value,
        mode: Mode,
    ) -> Result<Value, Unwritten> {
        let path = format!("{}?{}", place.path(), parameters(mode));
        let kind = "application/json-patch+json";
        self.write(&format!("patch {place}"), Method::PATCH, &path, kind, patch)
            .await
    }

    /// Makes an object; gives it as it is then.
    pub(crate) async fn create_routing(
        &self,
        place: Place<'_>,
        object: &Value,
        mode: Mode,
    ) -> Result<Value, Unwritten> {
        let path = format!("{}?{}", place.collection(), parameters(mode));
        let what = format!("create {place}");
        self.write(&what, Method::POST, &path, "application/json", object)
            .await
    }

    /// Deletes an object if it is still what was read.
    pub(crate) async fn delete_routing(
        &self,
        place: Place<'_>,
        read: &Value,
        mode: Mode,
    ) -> Result<Value, Unwritten> {
        let mut options = json!({
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "preconditions": {
                "uid": read.pointer("/metadata/uid"),
                "resourceVersion": read.pointer("/metadata/resourceVersion"),
            },
        });
        if mode == Mode::DryRun {
            options["dryRun"] = json!(["All"]);
        }
        let what = format!("delete {place}");
        self.write(
            &what,
            Method::DELETE,
            &place.path(),
            "application/json",
            &options,
        )
        .await
    }

    async fn get(&self, path: &str) -> Result<Result<Value, Trouble>> {
        let request = Request::get(path).header(ACCEPT, "application/json");
        Ok(self.send(&body(request, Vec::new())?).await)
    }

    async fn get_one(&self, what: &str, path: &str) -> Result<Option<Value>> {
        match self.get(path).await? {
            Ok(object) => Ok(Some(object)),
            Err(trouble) if trouble.is_absent() => Ok(None),
            Err(trouble) => Err(self.explain(what, &trouble)),
        }
    }

    async fn get_all(&self, what: &str, path: &str) -> Result<Vec<Value>> {
        let list = self.get(path).await?;
        list.map(items)
            .map_err(|trouble| self.explain(what, &trouble))
    }

    /// Sends a write, once: what it was answered decides whether it may be sent again.
    async fn write(
        &self,
        what: &str,
        method: Method,
        path: &str,
        kind: &str,
        content: &Value,
    ) -> Result<Value, Unwritten> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, kind);
        let request =
            body(request, content.to_string().into_bytes()).map_err(Unwritten::Refused)?;
        let trouble = match self.send_once(&request).await {
            Ok(object) => return Ok(object),
            Err(trouble) => trouble,
        };
        let error = self.explain(what, &trouble);
        Err(match trouble.status().map(|status| status.code) {
            Some(409) => Unwritten::Raced(error),
            Some(404 | 422) => Unwritten::Stale(error),
            Some(500..) | None => Unwritten::Unknown(error),
            Some(_) => Unwritten::Refused(error),
        })
    }
}

fn items(mut list: Value) -> Vec<Value> {
    match list["items"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

fn parameters(mode: Mode) -> String {
    let mut all = vec![("fieldManager", MANAGER.to_owned())];
    if mode == Mode::DryRun {
        all.push(("dryRun", "All".to_owned()));
    }
    form(&all)
}
