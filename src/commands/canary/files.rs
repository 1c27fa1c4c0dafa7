//! What the commands share on files: plans carried out in place, with everything else as it was written.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::objects::Objects;
use super::report;
use crate::commands::replace::{self, Replacement};
use crate::engine::canary::Object;
use crate::engine::canary::shift::Plan;
use crate::error::{Error, Result};
use crate::input::{self, Input};
use crate::output::Ui;
use crate::output::structured::Format;

/// Which files, and how.
pub(super) struct Files<'a> {
    pub(super) names: &'a [PathBuf],
    /// Of objects that name none.
    pub(super) namespace: Option<&'a str>,
    pub(super) dry_run: bool,
    pub(super) format: Format,
}

impl Files<'_> {
    fn stream(&self) -> bool {
        self.names.iter().any(|path| path.as_os_str() == "-")
    }
}

/// Plans on the objects of the files, writes the files, and shows what was done.
pub(super) fn run(
    files: &Files<'_>,
    plan: impl FnOnce(&[Object]) -> Result<Plan>,
    ui: &Ui,
) -> Result<()> {
    let dry_run = files.dry_run;
    let streams = files.stream() && !dry_run;
    if streams && files.names.len() > 1 {
        return Err(Error::usage("`-f -` cannot be combined with other files")
            .hint("pass the files alone, or put all documents into the stream"));
    }
    if streams && files.format != Format::Table {
        return Err(
            Error::usage("with `-f -` stdout is the edited stream, so `-o` has no place")
                .hint("add `--dry-run` to see the plan instead"),
        );
    }
    let objects = Objects::read(read(files.names)?, files.namespace.unwrap_or("default"))?;
    let plan = plan(&objects.all)?;
    let edits = plan.routes.iter().flat_map(|route| {
        route
            .edits
            .iter()
            .map(|edit| (route.object, &edit.operation))
    });
    let edited = objects.edit(edits)?;
    if !dry_run {
        write(&objects, &edited)?;
    }
    report::say(&plan, ui);
    if streams {
        show_on_stderr(&plan, &objects, &edited, ui);
        let input = &objects.inputs[0];
        return ui.result(edited[0].as_ref().unwrap_or(&input.text).as_bytes());
    }
    show(files, &plan, &objects, &edited, ui)
}

/// Reads the files, each once: a folder and a file in it may both be named.
fn read(names: &[PathBuf]) -> Result<Vec<Input>> {
    if let Some(url) = names.iter().find_map(|name| input::url(name)) {
        return Err(
            Error::usage(format!("`{url}` cannot be edited where it is"))
                .hint("download it first, or pipe it: `curl … | mesh … -f -`"),
        );
    }
    let mut inputs = input::read(names)?;
    let mut seen = BTreeSet::new();
    inputs.retain(|input| match &input.path {
        Some(path) => path.canonicalize().map_or(true, |path| seen.insert(path)),
        None => true,
    });
    Ok(inputs)
}

fn write(objects: &Objects, edited: &[Option<String>]) -> Result<()> {
    let replacements: Vec<Replacement<'_>> = objects
        .inputs
        .iter()
        .zip(edited)
        .filter_map(|(input, text)| {
            Some(Replacement {
                path: input.path.as_deref()?,
                old: &input.text,
                new: text.as_deref()?,
            })
        })
        .collect();
    replace::all(&replacements)
}

/// The table and the diff, or the plan as a value.
fn show(
    files: &Files<'_>,
    plan: &Plan,
    objects: &Objects,
    edited: &[Option<String>],
    ui: &Ui,
) -> Result<()> {
    let dry_run = files.dry_run;
    let value = report::value(plan, objects, !dry_run && !plan.is_done());
    ui.report(&value, files.format, |_| view(plan, objects, edited))?;
    let done = outcome(plan, objects, edited, dry_run);
    ui.status(done);
    Ok(())
}

fn view(plan: &Plan, objects: &Objects, edited: &[Option<String>]) -> String {
    let table = report::table(plan, &objects.all);
    if plan.is_done() {
        table
    } else {
        format!("{table}\n{}", report::diff(objects, edited))
    }
}

fn show_on_stderr(plan: &Plan, objects: &Objects, edited: &[Option<String>], ui: &Ui) {
    ui.status(view(plan, objects, edited).trim_end());
    if plan.is_done() {
        ui.status(outcome(plan, objects, edited, false));
    }
}

fn outcome(plan: &Plan, objects: &Objects, edited: &[Option<String>], dry_run: bool) -> String {
    if plan.is_done() {
        return "already so: nothing to change".to_owned();
    }
    let files: Vec<String> = objects
        .inputs
        .iter()
        .zip(edited)
        .filter(|(_, text)| text.is_some())
        .map(|(input, _)| format!("`{}`", input.name))
        .collect();
    let files = files.join(", ");
    if dry_run {
        format!("nothing written to {files}: a dry run")
    } else {
        format!("wrote {files}; apply it to the cluster for that to take effect")
    }
}
