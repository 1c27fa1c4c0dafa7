//! What an apply comes to, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::prune::Leftovers;
use crate::cluster::Cluster;
use crate::cluster::apply::{Change, Outcome};
use crate::cluster::delete::Removed;
use crate::cluster::object::Reference;
use crate::commands::outcome;
use crate::engine::install::Resolved;
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::Format;

/// What was done, and what was asked for.
pub(crate) struct Report<'a> {
    pub(super) resolved: &'a Resolved,
    pub(super) leftovers: Leftovers,
    pub(super) outcome: Outcome,
    pub(super) pruned: Removed,
    pub(super) dry_run: bool,
    /// It was waited until everything was ready.
    pub(super) waited: bool,
    /// What is left over was to be deleted.
    pub(super) prune: bool,
    /// What an upgrade adds for programs.
    pub(crate) upgrade: Option<Value>,
}

/// The same for programs, as README.md describes it. It is printed also where something failed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    profile: &'a str,
    revision: &'a str,
    istio_namespace: &'a str,
    dry_run: bool,
    /// Everything was applied and pruned that was to be, and is ready if it was waited for.
    complete: bool,
    /// Something was created, configured or pruned, or would be.
    changed: bool,
    objects: Vec<Line<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upgrade: Option<&'a Value>,
}

/// An object, and what became of it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    object: &'a Reference,
    /// `created`, `configured`, `unchanged`, `unchecked`, `failed`, `untried`; of what earlier applies brought, `pruned` or `kept`.
    result: &'static str,
    /// Why it failed, is not ready or was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Report<'_> {
    /// Whether everything was applied and pruned that was to be, and is ready if it was waited for.
    pub(crate) fn is_complete(&self) -> bool {
        self.outcome.is_complete() && self.pruned.is_complete()
    }

    /// Prints it; the error says what is not complete.
    pub(crate) async fn show(self, cluster: &Cluster, format: Format, ui: &Ui) -> Result<()> {
        let complete = self.outcome.is_complete();
        match format {
            Format::Table if self.dry_run => ui.result(self.dry_run_lines().as_bytes())?,
            Format::Table if complete => ui.result(self.line().as_bytes())?,
            Format::Table => {}
            format => ui.report(&self.document(), format, |_| String::new())?,
        }
        let unchecked = self.outcome.count(Change::Unchecked);
        if unchecked > 0 {
            ui.hint(format_args!(
                "{unchecked} objects could not be checked by the server: their namespace, or their kind, is not there yet"
            ));
        }
        if !complete {
            let undo = (!self.dry_run).then_some("mesh uninstall");
            return Err(outcome::error(cluster, self.outcome, undo).await);
        }
        self.say_what_stays(ui);
        if !self.pruned.is_complete() {
            return Err(outcome::removal_error(cluster, &self.pruned).await);
        }
        if self.dry_run {
            ui.status("dry run: nothing was stored");
        } else {
            ui.hint("`mesh status` shows what runs; `mesh uninstall` takes it away");
        }
        Ok(())
    }

    fn is_changed(&self) -> bool {
        let changed = |(_, change): &(Reference, Change)| *change != Change::Unchanged;
        self.outcome.applied.iter().any(changed) || !self.pruned.gone.is_empty()
    }

    fn line(&self) -> String {
        let (profile, namespace) = (self.resolved.profile(), self.resolved.istio_namespace());
        let ready = if self.waited { ", all ready" } else { "" };
        if !self.is_changed() {
            return format!(
                "nothing to change: all {} objects of profile {profile} in `{namespace}` are as they should be{ready}\n",
                self.outcome.applied.len(),
            );
        }
        let pruned = match self.pruned.gone.len() {
            0 => String::new(),
            count => format!(", {count} pruned"),
        };
        format!(
            "installed profile {profile} in `{namespace}`: {} objects created, {} configured, {} unchanged{pruned}{ready}\n",
            self.outcome.count(Change::Created),
            self.outcome.count(Change::Configured),
            self.outcome.count(Change::Unchanged)
        )
    }

    fn dry_run_lines(&self) -> String {
        let mut text = String::new();
        for (object, change) in &self.outcome.applied {
            text.push_str(&outcome::dry_run_line(object, *change));
        }
        for object in &self.pruned.gone {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} pruned (server dry run)", object.short());
        }
        text
    }

    /// Names what is left over and not pruned.
    fn say_what_stays(&self, ui: &Ui) {
        let going = &self.leftovers.going;
        if !going.is_empty() && !self.prune {
            let stay = if self.dry_run { "would stay" } else { "stay" };
            ui.hint(format_args!(
                "{} objects of an earlier apply are not in this configuration and {stay}; `--prune` deletes them: {}",
                going.len(),
                outcome::enumerate(&going.iter().collect::<Vec<_>>())
            ));
        }
        for (object, reason) in self.leftovers.kept.iter().filter(|_| self.prune) {
            ui.status(format_args!("not pruned: {object}, since {reason}"));
        }
    }

    fn document(&self) -> Document<'_> {
        let (outcome, pruned) = (&self.outcome, &self.pruned);
        let mut objects = Vec::new();
        let mut add = |object, result, reason| {
            objects.push(Line {
                object,
                result,
                reason,
            });
        };
        for (object, change) in &outcome.applied {
            let unready = outcome.unready.iter().find(|it| it.object == *object);
            add(
                object,
                result(*change),
                unready.map(|it| it.missing.clone()),
            );
        }
        for (object, error) in outcome.failed.iter().chain(&pruned.failed) {
            let causes = error.causes().join("; ");
            let reason = if causes.is_empty() {
                error.to_string()
            } else {
                causes
            };
            add(object, "failed", Some(reason));
        }
        for object in outcome.untried.iter().chain(&pruned.untried) {
            add(object, "untried", None);
        }
        for object in &pruned.gone {
            add(object, "pruned", None);
        }
        for unready in &pruned.unready {
            add(&unready.object, "failed", Some(unready.missing.clone()));
        }
        for object in self.leftovers.going.iter().filter(|_| !self.prune) {
            add(object, "kept", Some("`--prune` deletes it".to_owned()));
        }
        for (object, reason) in &self.leftovers.kept {
            add(object, "kept", Some(reason.clone()));
        }
        Document {
            profile: self.resolved.profile(),
            revision: outcome::revision(self.resolved.revision()),
            istio_namespace: self.resolved.istio_namespace(),
            dry_run: self.dry_run,
            complete: self.is_complete(),
            changed: self.is_changed(),
            objects,
            upgrade: self.upgrade.as_ref(),
        }
    }
}

fn result(change: Change) -> &'static str {
    match change {
        Change::Created => "created",
        Change::Configured => "configured",
        Change::Unchanged => "unchanged",
        Change::Unchecked => "unchecked",
    }
}
