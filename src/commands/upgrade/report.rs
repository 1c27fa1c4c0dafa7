//! What an upgrade says before and after.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cluster::inventory::Inventory;
use crate::cluster::object::Reference;
use crate::commands::{outcome, precheck};
use crate::engine::inject::attached::{Attached, Role};
use crate::engine::install::Resolved;
use crate::engine::precheck::{Check, Finding, Level};
use crate::output::Ui;
use crate::output::table::Table;

/// Of what, from which version to which.
pub(super) fn headline(
    resolved: &Resolved,
    base: Option<&Inventory>,
    kept: Option<&Inventory>,
) -> String {
    let (namespace, to) = (resolved.istio_namespace(), tag(resolved));
    let revision = outcome::revision(resolved.revision());
    let profile = resolved.profile();
    let Some(base) = base else {
        return format!(
            "upgrade of revision `{revision}` in `{namespace}` to {to}, profile {profile}"
        );
    };
    let from = from(Some(base));
    let from = if from.is_empty() {
        "an unknown version"
    } else {
        &from
    };
    if kept.is_some() {
        format!(
            "upgrade of revision `{revision}` in `{namespace}`: {from} → {to}, profile {profile}"
        )
    } else {
        let old = outcome::revision(&base.revision);
        format!(
            "new revision `{revision}` in `{namespace}`, beside `{old}`: {from} → {to}, profile {profile}"
        )
    }
}

/// The version that an installation was of; empty where it is not known.
pub(super) fn from(base: Option<&Inventory>) -> String {
    precheck::tag_of(base).unwrap_or_default()
}

/// What an upgrade adds to the report of an installation, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    /// The version that is left; empty where it is not known.
    from: String,
    to: String,
    /// The revision whose settings were built on; none where Helm's installation is taken over.
    from_revision: Option<&'a str>,
    /// It was replaced, and not one installed beside it.
    in_place: bool,
    /// Defaults that changed, and that nobody set.
    changes: Vec<&'a Finding>,
    /// What the checks found besides, warnings and errors.
    findings: Vec<&'a Finding>,
    /// Workloads whose proxy is the old one; none in a dry run, which changes none.
    outdated: &'a [&'a Attached],
}

impl<'a> Document<'a> {
    pub(super) fn new(
        resolved: &Resolved,
        base: Option<&'a Inventory>,
        in_place: bool,
        found: &'a [Finding],
        outdated: &'a [&'a Attached],
    ) -> Self {
        let (changes, others): (Vec<_>, Vec<_>) =
            found.iter().partition(|it| it.check == Check::Changes);
        let bad = |it: &&Finding| it.level >= Level::Warning;
        Self {
            from: from(base),
            to: tag(resolved),
            from_revision: base.map(|base| outcome::revision(&base.revision)),
            in_place,
            changes,
            findings: others.into_iter().filter(bad).collect(),
            outdated,
        }
    }
}

fn tag(resolved: &Resolved) -> String {
    let tag = &resolved.values()["global"]["tag"];
    tag.as_str().map_or_else(|| tag.to_string(), str::to_owned)
}

/// What becomes of the objects, as far as the inventory knows.
pub(super) fn counts(kept: &Inventory, wanted: &Inventory) -> String {
    let (mut new, mut changed, mut same) = (0, 0, 0);
    for (object, entry) in &wanted.entries {
        match kept.entries.get(object) {
            None => new += 1,
            Some(old) if old.hash == entry.hash => same += 1,
            Some(_) => changed += 1,
        }
    }
    let gone = kept.entries.keys();
    let gone = gone.filter(|it| !wanted.entries.contains_key(it)).count();
    format!(
        "objects: {new} new, {changed} to be configured, {same} as they were applied, {gone} no longer there"
    )
}

/// What both revisions have, such as gateways, and what of that the new one changes: these do not wait for a tag to move.
pub(super) fn shared(base: &Inventory, wanted: &Inventory) -> Option<String> {
    let changed = wanted.entries.iter().filter(|(object, entry)| {
        let old = base.entries.get(*object);
        old.is_some_and(|old| old.wanted && old.hash != entry.hash)
    });
    let changed: Vec<&Reference> = changed.map(|(object, _)| object).collect();
    (!changed.is_empty()).then(|| {
        format!(
            "{} objects belong to both revisions, and change at once: {}",
            changed.len(),
            outcome::enumerate(&changed)
        )
    })
}

/// Defaults that changed, each said once with what it means.
pub(super) fn changes(found: &[&Finding], ui: &Ui) {
    if found.is_empty() {
        return;
    }
    ui.status("defaults of Istio that changed, and that you did not set:");
    for finding in found {
        ui.status(format_args!("  {}", finding.message));
    }
    if let Some(hint) = found.first().and_then(|it| it.hint.as_ref()) {
        ui.hint(hint);
    }
}

/// Workloads with the old proxy.
pub(super) fn table(outdated: &[&Attached]) -> String {
    let mut table = Table::new(["OLD PROXY IN", "NAMESPACE", "REVISION", "VERSION", "PODS"]);
    for one in outdated {
        table.row([
            format!("{}/{}", one.kind.to_lowercase(), one.name),
            one.namespace.clone(),
            one.revision.clone().unwrap_or_default(),
            one.version.clone().unwrap_or_default(),
            one.pods.to_string(),
        ]);
    }
    table.to_string()
}

/// What is left to do: move what asks for the old revision, restart, and take the old one away.
pub(super) fn next_steps(outdated: &[&Attached], revision: &str, old: Option<&str>) -> Vec<String> {
    let mut steps = Vec::new();
    if let Some(old) = old {
        steps.push(format!(
            "new pods still get revision `{old}`: `mesh tag set TAG --revision {revision} --overwrite` moves a tag (`default` serves those who name none), `mesh inject enable NAMESPACE --revision {revision}` a namespace"
        ));
    }
    let mut restarts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for one in outdated.iter().filter(|it| can_restart(it)) {
        let name = format!("{}/{}", one.kind.to_lowercase(), one.name);
        restarts.entry(&one.namespace).or_default().push(name);
    }
    for (namespace, mut names) in restarts {
        names.dedup();
        steps.push(format!(
            "restart them: `kubectl rollout restart -n {namespace} {}`",
            names.join(" ")
        ));
    }
    if let Some(old) = old {
        steps.push(format!(
            "once nothing asks for it any more: `mesh uninstall --revision {old}`"
        ));
    }
    steps
}

/// Whether kubectl can restart it; of the rest, istiod and the owners of bare pods do.
fn can_restart(one: &Attached) -> bool {
    matches!(
        one.kind.as_str(),
        "Deployment" | "StatefulSet" | "DaemonSet"
    ) && one.role != Role::Waypoint
}
