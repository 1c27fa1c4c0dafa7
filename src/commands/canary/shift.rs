//! `mesh canary shift`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::objects::Objects;
use super::report;
use crate::commands::replace::{self, Replacement};
use crate::engine::canary::shift::{self, Plan, Request};
use crate::engine::canary::{ObjectName, RouteName, Selection, Split, Target};
use crate::error::{Error, Result};
use crate::input::{self, Input};
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};
use crate::settings::NamespaceFlag;

/// Change what share of a service's requests each version gets
///
/// Works on the VirtualServices in files: weights are edited in place, and all
/// else (comments, order, quoting, other documents) stays as it is written.
/// `-f -` edits a stream. Shifting in a cluster is not there yet, so `-f` is
/// needed. DestinationRules among the files show whether the versions exist.
///
/// Weights without names follow the order of the route's destinations; more
/// than two need names. A version that the route lacks is added after the
/// others. Destinations of other services keep their share. Where several
/// routes lead to the service nothing is guessed: the error lists them with
/// the flag that picks each.
///
/// EXAMPLES
///   mesh canary shift reviews 90 10 -f routing.yaml
///   mesh canary shift reviews v1=50 v2=25 v3=25 -f routing/ --dry-run
///   mesh canary shift reviews.prod --to v2 -f routing.yaml
///   mesh canary shift reviews 50 50 -f - < routing.yaml | kubectl apply -f -
///
/// EXIT CODES
///   0  done, or already so
///   1  the files or the service are at fault
///   2  the weights or flags are at fault, or do not say which route is meant
///   3  a file was changed by somebody else meanwhile
///   4  a precondition does not hold: an unknown subset, a shared anchor, …
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The service: NAME, NAME.NAMESPACE or the full name of a host
    #[arg(value_name = "SVC[.NAMESPACE]")]
    service: String,

    /// The weights: `90 10`, or `v1=90 v2=10`
    #[arg(
        value_name = "WEIGHT",
        conflicts_with = "to",
        required_unless_present = "to",
        allow_negative_numbers = true
    )]
    weights: Vec<String>,

    /// Send everything to this version
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,

    /// File or directory with the routing objects, `-` for stdin (repeatable)
    #[arg(short, long = "filename", alias = "file", value_name = "FILE|DIR|-")]
    filenames: Vec<PathBuf>,

    /// Scale weights that do not sum to 100
    #[arg(long, conflicts_with = "to")]
    normalize: bool,

    /// The route, by its name or by its place in its list, from `#0`
    #[arg(long, value_name = "NAME|#INDEX", conflicts_with = "all_routes")]
    route: Option<RouteName>,

    /// Shift every route that leads to the service
    #[arg(long)]
    all_routes: bool,

    /// The object that holds the route
    #[arg(long, value_name = "VirtualService/[NAMESPACE/]NAME")]
    object: Option<ObjectName>,

    /// Only routes that get requests to this port
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// Only TLS routes that get requests for this server name
    #[arg(long, value_name = "HOST")]
    sni: Option<String>,

    /// Show what would be changed, and write nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    namespace: NamespaceFlag,
}

impl Args {
    fn request(&self) -> Result<Request> {
        let split = match &self.to {
            Some(version) => Split::To(version.clone()),
            None => Split::parse(&self.weights)?,
        };
        Ok(Request {
            target: Target {
                text: self.service.clone(),
                namespace: self.namespace.namespace.clone(),
            },
            split,
            normalize: self.normalize,
            selection: Selection {
                object: self.object.clone(),
                route: self.route.clone(),
                all: self.all_routes,
                port: self.port,
                sni: self.sni.clone(),
            },
        })
    }

    fn streams(&self) -> bool {
        self.filenames.iter().any(|path| path.as_os_str() == "-")
    }
}

/// Plans the shift, writes the files, and shows what was done.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let request = args.request()?;
    if args.filenames.is_empty() {
        return Err(Error::usage("`-f` is missing: shifting in a cluster is not there yet")
            .hint("name the file that holds the VirtualService: `-f routing.yaml`, or `-f -` for stdin"));
    }
    let streams = args.streams() && !args.dry_run;
    if streams && args.filenames.len() > 1 {
        return Err(Error::usage("`-f -` cannot be combined with other files")
            .hint("pass the files alone, or put all documents into the stream"));
    }
    if streams && args.format.output != Format::Table {
        return Err(
            Error::usage("with `-f -` stdout is the edited stream, so `-o` has no place")
                .hint("add `--dry-run` to see the plan instead"),
        );
    }
    let namespace = args.namespace.namespace.as_deref().unwrap_or("default");
    let objects = Objects::read(read(&args.filenames)?, namespace)?;
    let plan = shift::plan(&objects.all, &request)?;
    let edits = plan.routes.iter().flat_map(|route| {
        route
            .edits
            .iter()
            .map(|edit| (route.object, &edit.operation))
    });
    let edited = objects.edit(edits)?;
    if !args.dry_run {
        write(&objects, &edited)?;
    }
    say(&plan, ui);
    if streams {
        show_on_stderr(&plan, &objects, &edited, ui);
        let input = &objects.inputs[0];
        return ui.result(edited[0].as_ref().unwrap_or(&input.text).as_bytes());
    }
    show(args, &plan, &objects, &edited, ui)
}

/// Reads the files, each once: a folder and a file in it may both be named.
fn read(names: &[PathBuf]) -> Result<Vec<Input>> {
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

fn say(plan: &Plan, ui: &Ui) {
    for warning in &plan.warnings {
        ui.warning(warning);
    }
    for note in &plan.notes {
        ui.status(note);
    }
}

/// The table and the diff, or the plan as a value.
fn show(
    args: &Args,
    plan: &Plan,
    objects: &Objects,
    edited: &[Option<String>],
    ui: &Ui,
) -> Result<()> {
    let value = report::value(plan, objects, !args.dry_run && !plan.is_done());
    ui.report(&value, args.format.output, |_| view(plan, objects, edited))?;
    let done = outcome(plan, objects, edited, args.dry_run);
    ui.status(done);
    Ok(())
}

fn view(plan: &Plan, objects: &Objects, edited: &[Option<String>]) -> String {
    let table = report::table(plan, objects);
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
        return "already at this split: nothing to change".to_owned();
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
        format!("wrote {files}; apply it to the cluster for the shift to take effect")
    }
}
