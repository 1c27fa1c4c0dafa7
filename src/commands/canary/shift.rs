//! `mesh canary shift`.

use std::path::PathBuf;

use super::files::{self, Files};
use super::live::{self, AdoptFlag, Live, Planned, WriteFlags};
use super::report;
use super::selection::RouteFlags;
use crate::cluster;
use crate::engine::canary::shift::{self, Request};
use crate::engine::canary::{Object, Selection, Split, Target};
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::FormatFlag;
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

    #[command(flatten)]
    routes: RouteFlags,

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
                port: self.port,
                sni: self.sni.clone(),
                ..self.routes.selection()
            },
            source: files::source(&self.filenames),
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
}

/// Plans the shift, carries it out, and shows what was done.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let request = args.request()?;
    if args.filenames.is_empty() {
        let planned = cluster::block_on(shift_live(args, request, ui))?;
        return report::live(&planned, args.write.dry_run, args.format.output, ui);
    }
    args.write.check_files(args.adopt, &args.connection)?;
    let files = Files {
        names: &args.filenames,
        namespace: args.namespace.namespace.as_deref(),
        dry_run: args.write.dry_run.is_some(),
        format: args.format.output,
    };
    files::run(&files, |objects| shift::plan(objects, &request), ui)
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
