//! What a request may say besides the object, and what it gets back.

use std::sync::Arc;

use serde_json::Value;

use super::Object;

/// What to do about fields that the kind does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FieldValidation {
    /// Drop them silently.
    Ignore,
    /// Drop them and say so.
    #[default]
    Warn,
    /// Refuse the object.
    Strict,
}

/// Options of create, update and patch.
#[derive(Clone, Debug, Default)]
pub(crate) struct WriteOptions {
    /// Go through everything but the commit.
    pub(crate) dry_run: bool,
    /// Who owns the fields written; empty for an unnamed manager.
    pub(crate) field_manager: String,
    pub(crate) field_validation: FieldValidation,
    /// For apply only: take fields from other managers.
    pub(crate) force: bool,
}

/// What a deletion checks first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preconditions {
    pub(crate) uid: Option<String>,
    pub(crate) resource_version: Option<String>,
}

/// What a deletion does about objects owned by the deleted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Propagation {
    /// They go later.
    Background,
    /// They go first: the object waits for them under a finalizer.
    Foreground,
    /// They stay, without an owner: the object waits until that is done under a finalizer.
    Orphan,
}

/// Options of deletions.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeleteOptions {
    pub(crate) dry_run: bool,
    /// Of pods: how long they may take to stop; 0 removes them at once.
    pub(crate) grace_period_seconds: Option<i64>,
    pub(crate) preconditions: Preconditions,
    pub(crate) propagation: Option<Propagation>,
}

/// Which part of an object a write is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subresource {
    /// The object itself.
    #[default]
    Main,
    Status,
    /// An `autoscaling/v1` Scale.
    Scale,
    /// Of namespaces: `spec.finalizers`.
    Finalize,
}

impl Subresource {
    /// As in a path; empty for the object itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Status => "status",
            Self::Scale => "scale",
            Self::Finalize => "finalize",
        }
    }
}

/// A change of an object.
#[derive(Clone, Debug)]
pub(crate) enum Patch {
    /// RFC 6902.
    Json(Value),
    /// RFC 7396.
    Merge(Value),
    /// Kubernetes' strategic merge patch; built-in kinds only.
    Strategic(Value),
    /// Server-side apply.
    Apply(Value),
}

/// Options of lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct ListOptions {
    /// As in the query; empty for all.
    pub(crate) label_selector: String,
    /// As in the query; empty for all.
    pub(crate) field_selector: String,
    /// 0 for all.
    pub(crate) limit: u64,
    /// The token of an earlier list; empty for the first page.
    pub(crate) continue_token: String,
    /// As in the query; empty for the present.
    pub(crate) resource_version: String,
    /// `Exact`, `NotOlderThan` or empty.
    pub(crate) resource_version_match: String,
}

/// A page of a collection.
#[derive(Clone, Debug)]
pub(crate) struct List {
    /// The revision at which the collection was so.
    pub(crate) resource_version: u64,
    /// How the next page is asked for; empty at the end.
    pub(crate) continue_token: String,
    /// How many objects are on the pages after this one; `None` where that is not known (selectors) or nothing remains.
    pub(crate) remaining: Option<u64>,
    pub(crate) items: Vec<Arc<Object>>,
}

/// Options of watches.
#[derive(Clone, Debug, Default)]
pub(crate) struct WatchOptions {
    /// The revision after which changes are told; `None` or 0: first all objects as ADDED, then changes.
    pub(crate) from: Option<u64>,
    /// As in the query; empty for all.
    pub(crate) label_selector: String,
    /// As in the query; empty for all.
    pub(crate) field_selector: String,
    /// Tell the revision now and then, even where nothing changes.
    pub(crate) bookmarks: bool,
    /// First all objects as ADDED and then a bookmark that says so, whatever `from` says.
    pub(crate) initial_events: bool,
}

/// What a write came to.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// The object as stored (or as it would be, for a dry run).
    pub(crate) object: Arc<Object>,
    /// For the `Warning` header, one each.
    pub(crate) warnings: Vec<String>,
    /// Whether the object is new.
    pub(crate) created: bool,
}

/// What a deletion came to.
#[derive(Clone, Debug)]
pub(crate) struct Deleted {
    /// The last state of the object.
    pub(crate) object: Arc<Object>,
    /// Whether it is gone; otherwise finalizers or a grace period hold it.
    pub(crate) gone: bool,
}
