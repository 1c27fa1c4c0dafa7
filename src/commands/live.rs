//! Objects as they are wanted, held against those of a cluster.

use std::collections::BTreeMap;

use serde_json::Value;

use super::install::{leave, plan, prepare};
use super::wanted::Wanted;
use crate::cluster::Cluster;
use crate::cluster::apply::{self, Snapshot};
use crate::cluster::foresee::{self, Foreseen};
use crate::cluster::object::Reference;
use crate::cluster::request::MANAGER;
use crate::engine::install::drift;
use crate::engine::install::object::Object;
use crate::error::{Error, Result};
use crate::output::Ui;

/// An object, and what an apply would make of it.
pub(super) struct Compared<'a> {
    pub(super) object: &'a Object,
    pub(super) reference: Reference,
    pub(super) state: State,
}

/// What is there, and what would be.
pub(super) enum State {
    Absent,
    There {
        live: Value,
        after: Value,
        /// Fields that others own and that differ, each with its manager.
        conflicts: Vec<(String, String)>,
        /// `after` was reckoned here, since the user may not have the server try it.
        estimated: bool,
    },
    /// The server would not say.
    Failed {
        error: Error,
        live: Option<Value>,
    },
}

/// Compares all objects, in their order. Nothing is stored.
///
/// # Errors
/// Objects cannot be read.
pub(super) async fn compare<'a>(
    cluster: &Cluster,
    wanted: &'a Wanted,
    force: bool,
    ui: &Ui,
) -> Result<Vec<Compared<'a>>> {
    ui.detail(format_args!("asking {}", cluster.server()));
    cluster.discovery().await?;
    let mut stages = wanted.stages();
    let references = stages.iter().flat_map(|stage| &stage.items);
    let mut before = apply::snapshot(cluster, references.map(|item| &item.object)).await?;
    leave::to_the_control_plane(&mut stages, &before);
    let tagged = prepare::is_tagged(cluster, &before).await?;
    let left = leave::to_tags(&mut stages, &before, tagged);
    for note in &left.notes {
        ui.status(note);
    }
    for stage in &mut stages {
        let left_alone = |item: &apply::Item| left.handed_over.contains(&item.object);
        stage.items.retain(|item| !left_alone(item));
    }
    let foreseen = foresee::foresee(cluster, &stages, &before, force).await?;
    let items = stages.iter().flat_map(|stage| &stage.items);
    let texts: BTreeMap<&Reference, &str> = items.map(|it| (&it.object, &*it.text)).collect();
    let mut foreseen: BTreeMap<Reference, Foreseen> = foreseen.into_iter().collect();
    let compared: Vec<Compared<'a>> = wanted
        .objects
        .iter()
        .filter_map(|object| {
            let reference = plan::reference(object);
            // Of several of one name in a manifest only one is there.
            let state = match foreseen.remove(&reference) {
                Some(foreseen) => state(&reference, texts[&reference], foreseen, &mut before),
                None => handed_over(before.remove(&reference)?),
            };
            Some(Compared {
                object,
                reference,
                state,
            })
        })
        .collect();
    tell_of_estimates(&compared, ui);
    Ok(compared)
}

/// What an apply does not touch.
fn handed_over(live: Value) -> State {
    State::There {
        after: live.clone(),
        live,
        conflicts: Vec::new(),
        estimated: false,
    }
}

/// The state of an object of which `text` would be applied.
fn state(reference: &Reference, text: &str, foreseen: Foreseen, before: &mut Snapshot) -> State {
    let live = before.remove(reference);
    let (mut live, mut after, conflicts, estimated) = match (foreseen, live) {
        (Foreseen::Failed(error), live) => return State::Failed { error, live },
        (_, None) | (Foreseen::Unchecked, _) => return State::Absent,
        (Foreseen::Object { after, conflicts }, Some(live)) => (live, after, conflicts, false),
        (Foreseen::Forbidden, Some(live)) => {
            let after = drift::estimated(&live, text, MANAGER);
            (live, after, Vec::new(), true)
        }
    };
    drift::mask([&mut live, &mut after]);
    State::There {
        live,
        after,
        conflicts,
        estimated,
    }
}

fn tell_of_estimates(compared: &[Compared<'_>], ui: &Ui) {
    let estimated = compared.iter().filter(|one| {
        matches!(
            one.state,
            State::There {
                estimated: true,
                ..
            }
        )
    });
    let count = estimated.count();
    if count > 0 {
        ui.warning(format_args!(
            "{count} of {} objects were compared without the server, since a dry run needs the right to patch: conflicts, and what webhooks would change, are not known",
            compared.len()
        ));
    }
}
