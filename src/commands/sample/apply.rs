//! `mesh sample apply`.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::objects;
use crate::cluster::apply::{self, Rollout};
use crate::cluster::interrupt::Interrupt;
use crate::cluster::{self, Cluster};
use crate::commands::install::RunFlags;
use crate::commands::outcome;
use crate::error::Result;
use crate::output::Ui;
use crate::settings::{ConnectionFlags, NamespaceFlag};

/// Apply a sample to the cluster
///
/// Without `--part` it is what `mesh sample show` prints: the applications, their gateway and their
/// destination rules. Pods get a proxy where the namespace is injected (`mesh inject enable`). A part
/// of the course is applied by naming it. What was done is printed as kubectl prints it.
///
/// EXAMPLES
///   mesh sample apply bookinfo -n bookinfo --wait
///   mesh sample apply bookinfo -n bookinfo --part reviews-90-10
///   mesh sample apply httpbin --dry-run
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The sample's name, one of `mesh sample list`
    name: String,

    /// Apply only these parts (repeat the flag, or separate by commas)
    #[arg(long = "part", value_name = "PART", value_delimiter = ',')]
    parts: Vec<String>,

    /// Take over fields that other field managers own, instead of ending with a conflict
    #[arg(long)]
    force_conflicts: bool,

    /// Wait until the pods are ready
    #[arg(long, short)]
    wait: bool,

    #[command(flatten)]
    run: RunFlags,

    #[command(flatten)]
    namespace: NamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Applies, and prints a line for each object.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let objects = objects::read(&args.name, &args.parts)?;
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.connection).await?;
        let namespace = cluster.namespace(&args.namespace);
        let discovery = cluster.discovery().await?;
        let stages = objects::stages(objects, &namespace, &discovery)?;
        let items = stages.iter().flat_map(|stage| &stage.items);
        let before = apply::snapshot(&cluster, items.map(|item| &item.object)).await?;
        let interrupt = Interrupt::listen()?;
        let rollout = Rollout {
            cluster: &cluster,
            force: args.force_conflicts,
            dry_run: args.run.dry_run,
            wait: args.wait,
            unchanged: &BTreeSet::new(),
            deadline: Instant::now() + args.run.timeout,
            interrupt: &interrupt,
            told: &|event| outcome::warn(event, ui),
        };
        let outcome = rollout.run(stages, &before).await;
        let line = if args.run.dry_run {
            outcome::dry_run_line
        } else {
            outcome::line
        };
        let lines: String = outcome
            .applied
            .iter()
            .map(|(object, change)| line(object, *change))
            .collect();
        ui.result(lines.as_bytes())?;
        if outcome.is_complete() {
            return Ok(());
        }
        let undo = format!("mesh sample delete {} -n {namespace}", args.name);
        let undo = (!args.run.dry_run).then_some(undo.as_str());
        Err(outcome::error(&cluster, outcome, undo).await)
    })
}
