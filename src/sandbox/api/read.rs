//! Get and list.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::autoscaling;
use super::selector::{FieldSelector, LabelSelector};
use super::{Cluster, Key, List, ListOptions, Object, ResourceId, ResourceInfo, Status};
use crate::sandbox::store::{Range, TooOld};

impl Cluster {
    /// One object.
    ///
    /// # Errors
    /// 404.
    pub(crate) fn get(&self, id: &ResourceId, key: &Key) -> Result<Arc<Object>, Status> {
        let info = self.info(id)?;
        let found = self.shared.store.get(&info.collection, key);
        found
            .map(|object| in_version(&info, object))
            .ok_or_else(|| Status::not_found(&info, &key.name))
    }

    /// The objects of a kind, of one namespace if it is given, in the order of namespaces and names. The pages of one list
    /// show the collection at one revision.
    ///
    /// # Errors
    /// 400 for selectors and options that make no sense, 410 for a page of a list that is too old.
    pub(crate) fn list(
        &self,
        id: &ResourceId,
        namespace: Option<&str>,
        options: &ListOptions,
    ) -> Result<List, Status> {
        let info = self.info(id)?;
        let labels = LabelSelector::parse(&options.label_selector)?;
        let fields = FieldSelector::parse(&options.field_selector, &info)?;
        let start = self.page(options)?;
        let range = Range {
            namespace,
            after: start.after.as_ref(),
            at: start.at,
        };
        let (revision, objects) = self.shared.store.list(&info.collection, &range).map_err(|TooOld { .. }| {
            Status::expired(
                "The provided continue parameter is too old to display a consistent list result. You must start a new list \
                 without the continue parameter.",
            )
        })?;
        let everything = labels.is_empty() && fields.is_empty();
        let limit = usize::try_from(options.limit)
            .ok()
            .filter(|limit| *limit > 0)
            .unwrap_or(usize::MAX);
        let total = objects.len();
        let selected = objects
            .into_iter()
            .filter(|object| labels.matches(object) && fields.matches(object));
        let mut items: Vec<Arc<Object>> = selected.take(limit.saturating_add(1)).collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        Ok(List {
            resource_version: revision,
            continue_token: last
                .map(|object| token(revision, &Key::of(object)))
                .unwrap_or_default(),
            remaining: (more && everything).then(|| (total - limit) as u64),
            items: items
                .into_iter()
                .map(|object| in_version(&info, object))
                .collect(),
        })
    }

    /// Where a list starts, and at which revision.
    fn page(&self, options: &ListOptions) -> Result<Start, Status> {
        let current = self.shared.store.revision();
        let exact = options.resource_version_match == "Exact";
        if !matches!(
            options.resource_version_match.as_str(),
            "" | "Exact" | "NotOlderThan"
        ) {
            let text = format!(
                "resourceVersionMatch {:?} is none of Exact, NotOlderThan",
                options.resource_version_match
            );
            return Err(Status::bad_request(text));
        }
        if !options.continue_token.is_empty() {
            if !matches!(options.resource_version.as_str(), "" | "0") {
                return Err(Status::bad_request(
                    "specifying resource version is not allowed when using continue",
                ));
            }
            return read_token(&options.continue_token)
                .ok_or_else(|| Status::bad_request("continue key is not valid"));
        }
        let asked = match options.resource_version.as_str() {
            "" => 0,
            text => text.parse::<u64>().map_err(|_| {
                let detail = format!("strconv.ParseUint: parsing {text:?}: invalid syntax");
                Status::bad_request(format!("Invalid value: {text:?}: {detail}"))
            })?,
        };
        if asked > current {
            return Err(Status::too_large_revision(asked, current));
        }
        Ok(Start {
            after: None,
            at: (exact && asked > 0).then_some(asked),
        })
    }
}

struct Start {
    after: Option<Key>,
    at: Option<u64>,
}

/// How the next page is asked for: the revision, and the last object of this one.
fn token(revision: u64, last: &Key) -> String {
    let text = json!({"v": "mesh.sandbox/v1", "rv": revision, "namespace": last.namespace, "name": last.name});
    URL_SAFE_NO_PAD.encode(text.to_string())
}

fn read_token(token: &str) -> Option<Start> {
    let bytes = URL_SAFE_NO_PAD.decode(token.trim_end_matches('=')).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    let key = Key {
        namespace: value["namespace"].as_str().map(str::to_owned),
        name: value["name"].as_str()?.to_owned(),
    };
    Some(Start {
        after: Some(key),
        at: Some(value["rv"].as_u64()?),
    })
}

/// The object as the asked version shows it. CRDs here convert by strategy None: only `apiVersion` differs.
pub(super) fn in_version(info: &ResourceInfo, object: Arc<Object>) -> Arc<Object> {
    if autoscaling::is_older(info) {
        return Arc::new(autoscaling::older(&object));
    }
    if info.builtin
        || object["apiVersion"]
            .as_str()
            .is_some_and(|version| is_version(info, version))
    {
        return object;
    }
    let mut other = Object::clone(&object);
    other["apiVersion"] = json!(info.api_version());
    Arc::new(other)
}

fn is_version(info: &ResourceInfo, api_version: &str) -> bool {
    api_version.split_once('/') == Some((info.group.as_str(), info.version.as_str()))
}
