//! `mesh canary shift`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::live::{self, AdoptFlag, Live, Planned, WriteFlags};
use super::objects::Objects;
use super::report;
use crate::cluster;
use crate::commands::replace::{self, Replacement};
use crate::engine::canary::shift::{self, Plan, Request};
use crate::engine::canary::{Object, ObjectName, RouteName, Selection, Source, Split, Target};
use crate::error::{Error, Result};
use crate::input::{self, Input};
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};
use crate::settings::{ConnectionFlags, NamespaceFlag};

/// Change what share of a service's requests each version gets
///
/// Works on the cluster of the kubeconfig: one patch that changes weights and
/// destinations, and nothing else. What would lose requests is refused: a
/// version that no DestinationRule defines, that has no ready pods, or whose
/// pods the Service does not select. A service whose versions are defined but
/// that has no VirtualService gets one. `mesh canary undo` takes a shift back.
///
/// With `-f` works on files instead: weights are edited in place, and all else
/// (comments, order, quoting, other documents) stays as it is written; `-f -`
/// edits a stream.
///
/// Weights without names follow the order of the route's destinations, or are
/// for the stable version and the new one where `init` or an earlier shift said
/// which these are; one that is too many is for the next version of the
/// DestinationRule. More than two need names. A version that the route lacks is
/// added. Destinations of other services keep their share. Where several routes
/// lead to the service nothing is guessed: the error lists them with the flag
/// that picks each.
///
/// EXAMPLES
///   mesh canary shift reviews 90 10
///   mesh canary shift reviews v2=50 v3=50 --dry-run=server
///   mesh canary shift reviews.prod --to v2
///   mesh canary shift reviews 90 10 -f routing.yaml
///   mesh canary shift reviews 50 50 -f - < routing.yaml | kubectl apply -f -
///
/// EXIT CODES
///   0  done, or already so
///   1  the files, the service or the cluster are at fault
///   2  the weights or flags are at fault, or do not say which route is meant
///   3  the object or file was changed by somebody else; `--adopt` accepts that
///   4  a precondition does not hold: an unknown subset, no ready pods, …
///   8  several objects: what was begun failed and could not be taken back
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

    /// Edit files and not the cluster: file or directory, `-` for stdin (repeatable)
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

    #[command(flatten)]
    write: WriteFlags,

    #[command(flatten)]
    adopt: AdoptFlag,

    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    namespace: NamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
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
            source: if self.filenames.is_empty() {
                Source::Cluster
            } else {
                Source::Files
            },
            live: self.write.live,
        })
    }

    /// The command as one would type it again.
    fn words(&self) -> String {
        let mut words = vec!["shift".to_owned(), self.service.clone()];
        words.extend(self.weights.iter().cloned());
        words.extend(self.to.iter().map(|version| format!("--to {version}")));
        words.join(" ")
    }

    fn streams(&self) -> bool {
        self.filenames.iter().any(|path| path.as_os_str() == "-")
    }
}

/// Plans the shift, carries it out, and shows what was done.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let request = args.request()?;
    if args.filenames.is_empty() {
        let planned = cluster::block_on(shift_live(args, request, ui))?;
        return report::live(&planned, args.write.dry_run, args.format.output, ui);
    }
    args.write.check_files(args.adopt, &args.connection)?;
    shift_files(args, &request, ui)
}

async fn shift_live(args: &Args, mut request: Request, ui: &Ui) -> Result<Planned> {
    let namespace = args.namespace.namespace.as_deref();
    let live = Live::connect(&args.connection, namespace, ui).await?;
    request.target.namespace = Some(live.namespace.clone());
    let stamp = live::stamp(&args.connection, args.words());
    let plan = async |mut objects: Vec<Object>| {
        let draft = live.draft(&mut objects, &request.target).await?;
        let plan = shift::plan(&objects, &request)?;
        live.prepare(objects, plan, draft, &stamp, args.adopt.adopt)
            .await
    };
    live.change(args.write.dry_run, &stamp, plan).await
}

fn shift_files(args: &Args, request: &Request, ui: &Ui) -> Result<()> {
    let dry_run = args.write.dry_run.is_some();
    let streams = args.streams() && !dry_run;
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
    let plan = shift::plan(&objects.all, request)?;
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

/// The table and the diff, or the plan as a value.
fn show(
    args: &Args,
    plan: &Plan,
    objects: &Objects,
    edited: &[Option<String>],
    ui: &Ui,
) -> Result<()> {
    let dry_run = args.write.dry_run.is_some();
    let value = report::value(plan, objects, !dry_run && !plan.is_done());
    ui.report(&value, args.format.output, |_| view(plan, objects, edited))?;
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
