//! What these commands remember, in two annotations of the object that they edit: where a release stands
//! (`canary.mesh/state`) and how to take back what was done (`canary.mesh/history`).
//!
//! Both are written in the same patch as the edit, so that they cannot disagree with it. Each carries a hash of the `spec`
//! that the edit left behind: another hash means that somebody else edited since.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Object;
use super::host;
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;

/// The annotation with where a release stands.
pub(crate) const STATE: &str = "canary.mesh/state";

/// The annotation with the way back.
pub(crate) const HISTORY: &str = "canary.mesh/history";

/// How many changes can be taken back. Their patches are small: ten stay far below the 256 KiB that annotations may have.
pub(super) const LONGEST: usize = 10;

/// Where the releases of an object's services stand.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct State {
    /// By service: `reviews.default`.
    pub(crate) services: BTreeMap<String, Release>,
    /// Of the `spec` that the last edit left behind.
    pub(crate) hash: String,
    pub(crate) actor: String,
    /// RFC 3339, in UTC.
    pub(crate) time: String,
}

/// Where the release of one service stands.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Release {
    pub(crate) stable: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) canary: Option<String>,
    pub(crate) phase: Phase,
}

/// Who has the requests.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// The stable version alone.
    Stable,
    /// Stable and new version, or others besides.
    Shifting,
    /// The new version alone.
    Shifted,
}

impl Phase {
    /// As it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Shifting => "shifting",
            Self::Shifted => "shifted",
        }
    }
}

/// One change of an object, and how to take it back.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Entry {
    /// Which change it was; the same on all objects that one command changed. It begins with the time at which the
    /// command began; one that had to wait may stand behind a later one.
    pub(crate) change: String,
    /// `reviews.default`.
    pub(crate) service: String,
    /// The command, as it was typed.
    pub(crate) command: String,
    pub(crate) actor: String,
    pub(crate) time: String,
    /// JSON Patch.
    pub(crate) undo: Vec<Value>,
    /// Of the `spec` that the change left behind.
    pub(crate) hash: String,
    /// The change made the object: to take it back is to delete it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) created: bool,
    /// Where the release stood before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) release: Option<Release>,
}

/// Who does what, and when. A command knows; the engine has neither clock nor name.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    pub(crate) change: String,
    pub(crate) actor: String,
    pub(crate) time: String,
    pub(crate) command: String,
}

/// What is remembered of an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) state: Option<State>,
    /// The oldest first.
    pub(crate) history: Vec<Entry>,
}

impl Memory {
    /// Reads the annotations.
    ///
    /// Errors: conflict (3) for annotations that nobody can read.
    pub(crate) fn of(object: &Object) -> Result<Self> {
        Ok(Self {
            state: read(object, STATE)?,
            history: read(object, HISTORY)?.unwrap_or_default(),
        })
    }

    /// The same, but nothing where the annotations cannot be read.
    pub(crate) fn or_none(object: &Object) -> Self {
        Self::of(object).unwrap_or_default()
    }

    /// Whether somebody else edited the object since these commands did.
    pub(crate) fn has_drifted(&self, object: &Object) -> bool {
        let left = match (&self.state, self.history.last()) {
            (Some(state), _) => &state.hash,
            (None, Some(entry)) => &entry.hash,
            (None, None) => return false,
        };
        *left != hash(&object.value["spec"])
    }

    /// Where a service's release stands.
    pub(crate) fn release(&self, service: &str) -> Option<&Release> {
        self.state.as_ref()?.services.get(host::short(service))
    }
}

fn read<T: for<'a> Deserialize<'a>>(object: &Object, annotation: &str) -> Result<Option<T>> {
    let annotations = object
        .value
        .get("metadata")
        .and_then(|it| it.get("annotations"));
    let Some(text) = annotations.and_then(|it| it.get(annotation)?.as_str()) else {
        return Ok(None);
    };
    serde_json::from_str(text).map(Some).map_err(|error| {
        Error::new(
            Kind::Conflict,
            format!(
                "the annotation `{annotation}` of {} cannot be read",
                object.label()
            ),
        )
        .caused_by(&error)
        .hint("`--adopt` takes the object as it is and begins a new record")
    })
}

/// What is remembered of an object that is to be edited: nothing is taken for granted that somebody else changed since.
///
/// Errors: conflict (3), unless `adopt` says to take the object as it is.
pub(super) fn checked(object: &Object, adopt: bool) -> Result<Memory> {
    if adopt {
        return Ok(Memory::or_none(object));
    }
    let memory = Memory::of(object)?;
    if !memory.has_drifted(object) {
        return Ok(memory);
    }
    let last = memory.history.last();
    let (actor, time) = last.map_or(("somebody", "an unknown time"), |entry| {
        (entry.actor.as_str(), entry.time.as_str())
    });
    Err(Error::new(
        Kind::Conflict,
        format!(
            "{} was edited by other means since the last `mesh canary` ({actor}, {time})",
            object.label()
        ),
    )
    .hint("look at it with `mesh canary status`; `--adopt` takes it as it is now"))
}

/// The stable and the new version, if they are on record.
pub(super) fn roles(object: &Object, service: &str) -> Option<(String, String)> {
    let memory = Memory::or_none(object);
    let release = memory.release(service)?;
    Some((release.stable.clone(), release.canary.clone()?))
}

/// A hash of a value, whatever the order of its keys was.
pub(crate) fn hash(value: &Value) -> String {
    let digest = Sha256::digest(value.to_string().as_bytes());
    digest.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
