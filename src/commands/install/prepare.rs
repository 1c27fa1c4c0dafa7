//! From what is given, and what the last installation was given, to a plan.

use super::plan::{self, Plan};
use crate::cluster::Cluster;
use crate::cluster::apply::Snapshot;
use crate::cluster::inventory::Inventory;
use crate::cluster::request::Selection;
use crate::commands::outcome;
use crate::engine::install::object::Object;
use crate::engine::install::record::{self, Record};
use crate::engine::install::upgrade::{Way, way};
use crate::engine::install::{Inputs, Resolved, dropped, render, resolve, tags};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;

/// What is to be installed.
pub(crate) struct Prepared {
    pub(super) inputs: Inputs,
    pub(crate) resolved: Resolved,
    pub(crate) plan: Plan,
    /// The definitions (CRDs) among what is planned.
    pub(crate) definitions: Vec<Object>,
}

impl Prepared {
    /// Resolves, renders and plans. Warns of what is strange, and unless it is a dry run, of what will not be kept.
    ///
    /// # Errors
    /// What is given does not make an installation, or a secret that it needs was not kept.
    pub(crate) fn make(inputs: Inputs, dry_run: bool, ui: &Ui) -> Result<Self> {
        let resolved = resolve::resolve(&inputs)?;
        need(&record::left_out(&resolved))?;
        let manifest = render::generate(&resolved)?;
        for warning in resolved.warnings().iter().chain(&manifest.warnings) {
            ui.warning(warning);
        }
        let (record, left_out) = Record::of(&inputs, &resolved);
        if !left_out.is_empty() && !dry_run {
            ui.warning(format_args!(
                "not kept in the inventory, since it looks secret: {}",
                left_out.join(", ")
            ));
        }
        let definitions = manifest.objects.iter();
        let definitions = definitions.filter(|it| it.kind == "CustomResourceDefinition");
        let definitions = definitions.cloned().collect();
        let plan = plan::plan(&resolved, manifest.objects, &record);
        if plan.parts.is_empty() {
            return Err(nothing_to_install());
        }
        Ok(Self {
            inputs,
            resolved,
            plan,
            definitions,
        })
    }
}

/// That no component is on.
pub(super) fn nothing_to_install() -> Error {
    Error::config("this configuration turns nothing on, so there is nothing to install")
        .hint("name a profile with `--profile`, one of `mesh profile list`")
}

/// Whether there is a tag `default`; asked only where a webhook was kept from acting for one.
///
/// # Errors
/// Webhooks cannot be listed.
pub(in crate::commands) async fn is_tagged(cluster: &Cluster, before: &Snapshot) -> Result<bool> {
    let mut live = before.iter();
    let Some((object, _)) = live.find(|(_, live)| tags::is_silenced(live)) else {
        return Ok(false);
    };
    let resource = cluster.discovery().await?.of(object)?;
    let selection = Selection::labels(format!("{}={}", tags::TAG, tags::DEFAULT));
    let found = cluster.list(&resource, None, &selection).await?;
    Ok(!found.items.is_empty())
}

/// Ends the command where settings that were not kept, since they look secret, are not given anew.
///
/// # Errors
/// There are such.
pub(in crate::commands) fn need(left_out: &[String]) -> Result<()> {
    if left_out.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        Kind::Precondition,
        format!(
            "these settings look secret, so that they were not kept: {}",
            left_out.join(", ")
        ),
    )
    .hint("give them again, with `--set` or in a file with `-f`"))
}

/// The installation whose settings are built on, for a revision that is to be replaced or installed beside; `from` names it where
/// there are several.
///
/// # Errors
/// Nothing is installed, or it is not clear what is meant.
pub(crate) fn base<'i>(
    installed: &'i [Inventory],
    revision: &str,
    from: Option<&str>,
) -> Result<Option<&'i Inventory>> {
    let names: Vec<&str> = installed.iter().map(|it| it.revision.as_str()).collect();
    let name = match way(&names, revision, from)? {
        Way::InPlace => outcome::revision(revision).to_owned(),
        Way::Beside(name) => outcome::revision(&name).to_owned(),
    };
    let named = |it: &&Inventory| outcome::revision(&it.revision) == name;
    Ok(installed.iter().find(named))
}

/// What is given, on top of what the last installation was given.
///
/// # Errors
/// There was none, what was kept cannot be read, or charts were brought along that are not kept.
pub(crate) async fn on_stored(
    given: Inputs,
    resolved: &Resolved,
    kept: Option<&Inventory>,
    cluster: &Cluster,
) -> Result<Inputs> {
    let namespace = resolved.istio_namespace();
    let Some(kept) = kept else {
        return Err(nothing_stored(
            resolved,
            &cluster.inventories(namespace).await?,
        ));
    };
    let record = Record::read(&kept.inputs)?;
    if let (Some(folder), None) = (&record.manifests, &given.package) {
        return Err(Error::new(
            Kind::Precondition,
            format!("the last installation used the charts in `{folder}`, which are not kept"),
        )
        .hint(format!("give them again: `--manifests {folder}`")));
    }
    Ok(Inputs {
        stored: record.layers,
        force: given.force || record.force,
        ..given
    })
}

fn nothing_stored(resolved: &Resolved, others: &[Inventory]) -> Error {
    let (namespace, revision) = (resolved.istio_namespace(), resolved.revision());
    let named = match revision {
        "" => "the revision without a name".to_owned(),
        revision => format!("revision `{revision}`"),
    };
    let error = Error::new(
        Kind::Precondition,
        format!("no settings are stored in namespace `{namespace}` for {named}"),
    );
    let others: Vec<String> = others
        .iter()
        .map(|one| format!("`{}`", outcome::revision(&one.revision)))
        .collect();
    if others.is_empty() {
        return error.hint("`mesh install` stores them; leave `--reuse-values` out the first time, and name the namespace with `-i` if it is another");
    }
    error.hint(format!(
        "there are settings of {}; choose with `--revision`",
        others.join(", ")
    ))
}

/// Warns of what the last installation set and this one does not.
pub(super) fn warn_of_losses(prepared: &Prepared, kept: &Inventory, ui: &Ui) {
    if prepared.plan.inventory.inputs == kept.inputs {
        return;
    }
    let record = Record::read(&kept.inputs);
    let lost = record.and_then(|record| dropped::dropped(&record, &prepared.inputs));
    match lost {
        Ok(lost) if lost.is_empty() => {}
        Ok(lost) => {
            ui.warning(format_args!(
                "the last installation set what this one does not, and it is lost: {}",
                lost.join(", ")
            ));
            ui.hint("`--reuse-values` keeps what was set, and lays what you give now on top of it");
        }
        Err(error) => ui.warning(format_args!(
            "what the last installation set is not understood, so it is not known what gets lost: {error}"
        )),
    }
}
