//! What became of many objects, as the lines and the error that a command ends with.

use crate::cluster::Cluster;
use crate::cluster::apply::{Change, Event, Outcome};
use crate::cluster::delete::Removed;
use crate::cluster::object::Reference;
use crate::cluster::reasons;
use crate::cluster::wait::Unready;
use crate::engine::words;
use crate::error::{Error, Kind, Result};
use crate::output::Ui;

/// How many objects an error names.
const NAMED: usize = 20;

/// A line as kubectl says what it did: `deployment.apps/istiod created`.
pub(super) fn line(object: &Reference, change: Change) -> String {
    let did = match change {
        Change::Created | Change::Unchecked => "created",
        Change::Configured => "configured",
        Change::Unchanged => "unchanged",
    };
    format!("{} {did}\n", object.short())
}

/// The same for what was not stored.
pub(super) fn dry_run_line(object: &Reference, change: Change) -> String {
    let how = match change {
        Change::Unchecked => "dry run",
        _ => "server dry run",
    };
    format!("{} ({how})\n", line(object, change).trim_end())
}

/// The error of an apply that is not complete; `undo` is the command that takes back what was applied, none for a dry run.
pub(super) async fn error(cluster: &Cluster, outcome: Outcome, undo: Option<&str>) -> Error {
    let (applied, untried) = (outcome.applied.len(), outcome.untried.len());
    let total = applied + outcome.failed.len() + untried;
    let error = if !outcome.failed.is_empty() {
        let did = undo.map_or("accepted", |_| "applied");
        let rest = format!("{did}: {applied}, not tried: {untried}");
        refused(&outcome.failed, total, "applied", &rest)
    } else if outcome.interrupted {
        Error::new(
            Kind::Interrupted,
            format!("interrupted: {applied} of {total} objects were applied"),
        )
    } else if let Some(lost) = outcome.lost {
        lost
    } else {
        unready(cluster, &outcome.unready, "ready").await
    };
    error.hint(match undo {
        Some(undo) => {
            format!("run the same command again to go on; `{undo}` takes away what was applied")
        }
        None => "dry run: nothing was stored".to_owned(),
    })
}

/// The error of a deletion that is not complete.
pub(super) async fn removal_error(cluster: &Cluster, removed: &Removed) -> Error {
    let (gone, untried) = (removed.gone.len(), removed.untried.len());
    let total = gone + removed.failed.len() + removed.unready.len() + untried;
    let error = if !removed.failed.is_empty() {
        let rest = format!("gone: {gone}, not tried: {untried}");
        refused(&removed.failed, total, "deleted", &rest)
    } else if removed.interrupted {
        Error::new(
            Kind::Interrupted,
            format!("interrupted: {gone} of {total} objects are gone"),
        )
    } else {
        unready(cluster, &removed.unready, "gone").await
    };
    error.hint("run the same command again to go on")
}

/// What the server refused: objects of the same reason together, and the hints of all, each once.
fn refused(failed: &[(Reference, Error)], total: usize, done: &str, rest: &str) -> Error {
    let kind = match failed {
        [(_, first), others @ ..] if others.iter().all(|(_, it)| it.kind() == first.kind()) => {
            first.kind()
        }
        _ => Kind::Cluster,
    };
    let mut reasons: Vec<(String, Vec<&Reference>)> = Vec::new();
    let mut hints: Vec<&String> = Vec::new();
    for (object, why) in failed {
        let reason = match why.causes() {
            [] => why.to_string(),
            causes => causes.join("; "),
        };
        match reasons.iter_mut().find(|(one, _)| *one == reason) {
            Some((_, objects)) => objects.push(object),
            None => reasons.push((reason, vec![object])),
        }
        hints.extend(why.hints());
    }
    let count = failed.len();
    let message = format!("{count} of {total} objects could not be {done}; {rest}");
    let mut error = Error::new(kind, message);
    for (reason, objects) in reasons.iter().take(NAMED) {
        error = error.because(format!("{}: {reason}", enumerate(objects)));
    }
    if reasons.len() > NAMED {
        error = error.because(format!("and {} more reasons", reasons.len() - NAMED));
    }
    let mut said: Vec<&String> = Vec::new();
    for hint in hints {
        if !said.contains(&hint) {
            said.push(hint);
            error = error.hint(hint.clone());
        }
    }
    error
}

/// Shows what the server warns of.
pub(super) fn warn(event: Event<'_>, ui: &Ui) {
    if let Event::Warned(object, text) = event {
        ui.warning(format_args!("{object}: {text}"));
    }
}

/// What a revision is called; the one without a name is the default one.
pub(super) fn revision(name: &str) -> &str {
    if name.is_empty() { "default" } else { name }
}

/// Objects by name, the first few of many.
pub(super) fn enumerate(objects: &[&Reference]) -> String {
    words::few(objects, 4)
}

async fn unready(cluster: &Cluster, unready: &[Unready], state: &str) -> Error {
    let objects = if unready.len() == 1 {
        "object is"
    } else {
        "objects are"
    };
    let message = format!("{} {objects} not {state} in time", unready.len());
    let mut error = Error::new(Kind::Cluster, message);
    for line in reasons::explain(cluster, &unready[..unready.len().min(NAMED)]).await {
        error = error.because(line);
    }
    error.hint("`--timeout` waits longer")
}

/// `1 Gateway`, `2 Gateways`, `2 NetworkPolicies`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{count} {stem}ies"),
        _ if noun.ends_with("ss") => format!("{count} {noun}es"),
        _ => format!("{count} {noun}s"),
    }
}

/// For a command that cannot ask.
pub(super) fn needs_yes(what: &str) -> Result<()> {
    Err(Error::usage(format!(
        "{what} needs a yes, and there is no terminal to ask on"
    ))
    .hint("`-y` says yes; `--dry-run` shows what would be done"))
}
