//! `mesh canary init`.

use super::flags::{AdoptFlag, ClusterFlags, WriteFlags};
use super::live::{Live, Planned};
use super::report;
use super::selection::RouteFlags;
use crate::cluster;
use crate::engine::canary::init::{self, Request};
use crate::engine::canary::pods::Service;
use crate::engine::canary::{Object, parts};
use crate::error::Result;
use crate::output::Ui;

/// Write the rules that a release needs, for the versions that run
///
/// A DestinationRule names each version found on the pods of the service, by
/// their label `version`; then a VirtualService sends everything to the stable
/// one. What is there is only added to: a rule gains versions and loses none, a
/// route gains destinations that get nothing yet. A second run changes nothing.
///
/// Without `--stable` that is the version that has the requests, or the first by
/// name; without `--canary` the one after it. `shift` takes them in this order.
///
/// EXAMPLES
///   mesh canary init reviews
///   mesh canary init reviews.prod --stable v1 --canary v2
///   mesh canary init web --label app.kubernetes.io/version --dry-run
///
/// EXIT CODES
///   0  done, or already so
///   3  the object was changed by somebody else; `--adopt` accepts that
///   4  the pods have no such label, the stable version is not ready, …
///   8  what was begun failed and could not be taken back
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The service: NAME or NAME.NAMESPACE
    #[arg(value_name = "SVC[.NAMESPACE]")]
    service: String,

    /// The version that has the requests
    #[arg(long, value_name = "VERSION")]
    stable: Option<String>,

    /// The version that is to be released
    #[arg(long, value_name = "VERSION")]
    canary: Option<String>,

    /// The label of the pods that tells versions apart
    #[arg(long, value_name = "LABEL", default_value = "version")]
    label: String,

    #[command(flatten)]
    routes: RouteFlags,

    #[command(flatten)]
    write: WriteFlags,

    #[command(flatten)]
    adopt: AdoptFlag,

    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Plans the rules, writes them, and shows what was done.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let planned = cluster::block_on(write(args, ui))?;
    report::live(&planned, args.write.dry_run, args.cluster.format.output, ui)
}

async fn write(args: &Args, ui: &Ui) -> Result<Planned> {
    let live = Live::connect(&args.cluster, ui).await?;
    let target = live.target(&args.service);
    let request = Request {
        service: target.full(&live.namespace),
        target,
        label: args.label.clone(),
        stable: args.stable.clone(),
        canary: args.canary.clone(),
        selection: args.routes.selection(),
        live: args.write.live,
        adopt: args.adopt.adopt,
    };
    let stamp = args.cluster.stamp(format!("init {}", args.service));
    let plan = async |objects: Vec<Object>| {
        let read = live.service(&request.service).await?;
        let selector = Service::read(&read).words();
        let namespace = parts(&request.service).map_or("", |(_, namespace)| namespace);
        let pods = match &selector {
            Some(selector) => live.pods(namespace, selector).await?,
            None => Vec::new(),
        };
        let outcome = init::plan(objects, &request, &read, &pods, &stamp)?;
        Ok(Planned {
            objects: outcome.objects,
            plan: outcome.plan,
            writes: outcome.writes,
        })
    };
    live.change(args.write.dry_run, &stamp, plan).await
}
