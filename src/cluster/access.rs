//! What the user may do, asked of the server before it is tried.

use futures_util::{StreamExt as _, stream};
use hyper::http::Request;
use hyper::http::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};

use super::Cluster;
use super::apply::AT_ONCE;
use super::request::body;
use crate::error::{Error, Kind, Result};

/// A kind of request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Right {
    /// Empty for the core.
    pub(crate) group: String,
    /// `deployments`
    pub(crate) plural: String,
    /// `None` for all of the cluster.
    pub(crate) namespace: Option<String>,
    pub(crate) verb: String,
}

impl Right {
    /// Everything, everywhere: what an administrator has.
    fn all() -> Self {
        let any = || "*".to_owned();
        Self {
            group: any(),
            plural: any(),
            namespace: None,
            verb: any(),
        }
    }
}

impl Cluster {
    /// Which of these the user lacks, and why, in their order. Administrators are known by one request; else there is one for each.
    ///
    /// # Errors
    /// The server does not answer.
    pub(crate) async fn denied(&self, rights: &[Right]) -> Result<Vec<(Right, String)>> {
        if rights.is_empty() || self.review(&Right::all()).await?.is_none() {
            return Ok(Vec::new());
        }
        let reviews: Vec<_> = rights
            .iter()
            .map(|right| async move { (right, self.review(right).await) })
            .collect();
        let mut reviews = stream::iter(reviews).buffered(AT_ONCE);
        let mut denied = Vec::new();
        while let Some((right, answer)) = reviews.next().await {
            denied.extend(answer?.map(|why| (right.clone(), why)));
        }
        Ok(denied)
    }

    /// Why the user may not do this; `None` if it is allowed.
    async fn review(&self, right: &Right) -> Result<Option<String>> {
        let mut attributes =
            json!({"group": right.group, "resource": right.plural, "verb": right.verb});
        if let Some(namespace) = &right.namespace {
            attributes["namespace"] = Value::from(namespace.as_str());
        }
        let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes}});
        let request = Request::post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json");
        let request = body(request, review.to_string().into_bytes())?;
        // Nothing is stored, so that it can be asked again.
        let answer = self
            .send(&request)
            .await
            .map_err(|trouble| self.explain("ask what you may do", &trouble))?;
        let status = &answer["status"];
        Ok((status["allowed"] != true)
            .then(|| status["reason"].as_str().unwrap_or_default().to_owned()))
    }

    /// The version of Kubernetes, as it was when first asked: `v1.34.1`.
    ///
    /// # Errors
    /// The server does not answer.
    pub(crate) async fn kubernetes(&self) -> Result<String> {
        self.version
            .get_or_try_init(|| self.ask_version())
            .await
            .cloned()
    }

    async fn ask_version(&self) -> Result<String> {
        let what = "ask for the Kubernetes version";
        let request = Request::get("/version").header(ACCEPT, "application/json");
        let request = body(request, Vec::new())?;
        let answer = self.send(&request).await;
        let answer = answer.map_err(|trouble| self.explain(what, &trouble))?;
        match answer["gitVersion"].as_str() {
            Some(version) => Ok(version.to_owned()),
            None => Err(Error::new(Kind::Cluster, format!("cannot {what}"))
                .because(format!("{} answers without a version", self.server()))
                .hint("is it a Kubernetes API server?")),
        }
    }
}
