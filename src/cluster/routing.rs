//! Reading what routes a service's requests, and writing it: by JSON Patch, so that nothing is touched that is not named.

use hyper::{Method, Request};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Cluster;
use super::client::Refused;
use crate::error::{Error, Kind, Result};

/// The group and version that routing objects are read and written in.
const ISTIO: &str = "/apis/networking.istio.io/v1";

/// The name under which the API server keeps what we write.
const MANAGER: &str = "mesh";

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

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    items: Vec<Value>,
}

impl Cluster {
    /// The namespace of the kubeconfig's context.
    pub(crate) fn default_namespace(&self) -> String {
        self.client().default_namespace().to_owned()
    }

    /// Every object of the kind; those of `namespace` where the user may not see more.
    pub(crate) async fn routing(&self, kind: Routing, namespace: &str) -> Result<Listing> {
        let all = format!("{ISTIO}/{}", kind.plural());
        let what = format!("list the {}s", kind.kind());
        match self.get::<List>(&what, &all).await {
            Ok(list) => Ok(Listing {
                items: list.items,
                narrowed: false,
            }),
            Err(refused) if refused.code == Some(403) => {
                let what = format!("{what} of `{namespace}`");
                let path = format!("{ISTIO}/namespaces/{namespace}/{}", kind.plural());
                let list = self
                    .get::<List>(&what, &path)
                    .await
                    .map_err(Refused::into_error)?;
                Ok(Listing {
                    items: list.items,
                    narrowed: true,
                })
            }
            Err(refused) if refused.code == Some(404) => Err(Error::new(
                Kind::Precondition,
                format!(
                    "the cluster does not know the kind {}: Istio is not installed",
                    kind.kind()
                ),
            )
            .hint("`mesh manifest generate | kubectl apply -f -` installs it")),
            Err(refused) => Err(refused.into_error()),
        }
    }

    /// One object; `None` if it is not there.
    pub(crate) async fn routing_object(&self, place: Place<'_>) -> Result<Option<Value>> {
        match self.get(&format!("read {place}"), &place.path()).await {
            Ok(object) => Ok(Some(object)),
            Err(refused) if refused.code == Some(404) => Ok(None),
            Err(refused) => Err(refused.into_error()),
        }
    }

    /// A Service; `None` if it is not there.
    pub(crate) async fn service(&self, namespace: &str, name: &str) -> Result<Option<Value>> {
        let path = format!("/api/v1/namespaces/{namespace}/services/{name}");
        let what = format!("read Service `{namespace}/{name}`");
        match self.get(&what, &path).await {
            Ok(object) => Ok(Some(object)),
            Err(refused) if refused.code == Some(404) => Ok(None),
            Err(refused) => Err(refused.into_error()),
        }
    }

    /// The Services of a namespace.
    pub(crate) async fn services(&self, namespace: &str) -> Result<Vec<Value>> {
        let path = format!("/api/v1/namespaces/{namespace}/services");
        let what = format!("list the Services of `{namespace}`");
        let list: List = self.get(&what, &path).await.map_err(Refused::into_error)?;
        Ok(list.items)
    }

    /// The pods of a namespace that a label selector leaves; all if it is empty.
    pub(crate) async fn pods(&self, namespace: &str, selector: &str) -> Result<Vec<Value>> {
        let mut path = format!("/api/v1/namespaces/{namespace}/pods");
        if !selector.is_empty() {
            path.push_str("?labelSelector=");
            path.extend(selector.bytes().map(encoded));
        }
        let what = format!("list the pods of `{namespace}`");
        let list: List = self.get(&what, &path).await.map_err(Refused::into_error)?;
        Ok(list.items)
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

    async fn get<T: for<'a> Deserialize<'a>>(&self, what: &str, path: &str) -> Result<T, Refused> {
        let request = Request::get(path).body(Vec::new());
        let request = request.map_err(|error| Refused::unsent(what, &error))?;
        let client = self.client();
        self.attempt(what, client.request(request)).await
    }

    async fn write(
        &self,
        what: &str,
        method: Method,
        path: &str,
        kind: &str,
        body: &Value,
    ) -> Result<Value, Unwritten> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", kind)
            .body(body.to_string().into_bytes())
            .map_err(|error| Unwritten::Refused(Refused::unsent(what, &error).into_error()))?;
        let client = self.client();
        self.attempt(what, client.request(request))
            .await
            .map_err(|refused| match refused.code {
                Some(404 | 409 | 422) => Unwritten::Stale(refused.into_error()),
                Some(500..) | None => Unwritten::Unknown(refused.into_error()),
                Some(_) => Unwritten::Refused(refused.into_error()),
            })
    }
}

fn parameters(mode: Mode) -> String {
    match mode {
        Mode::Real => format!("fieldManager={MANAGER}"),
        Mode::DryRun => format!("fieldManager={MANAGER}&dryRun=All"),
    }
}

/// A byte of a query's value.
fn encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}
