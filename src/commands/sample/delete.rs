//! `mesh sample delete`.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::objects;
use crate::cluster::apply;
use crate::cluster::delete::Removal;
use crate::cluster::interrupt::Interrupt;
use crate::cluster::object::Reference;
use crate::cluster::{self, Cluster};
use crate::commands::install::RunFlags;
use crate::commands::outcome;
use crate::engine::install::stage;
use crate::engine::samples::find;
use crate::error::Result;
use crate::output::Ui;
use crate::settings::{ConnectionFlags, NamespaceFlag};

/// Delete a sample from the cluster
///
/// Deletes every object that a part of the sample has, steps of the course included, and ends when
/// all are gone. Objects that are not there are no error.
///
/// EXAMPLES
///   mesh sample delete bookinfo -n bookinfo
///   mesh sample delete bookinfo -n bookinfo --part gateway
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The sample's name, one of `mesh sample list`
    name: String,

    /// Delete only the objects of these parts (repeat the flag, or separate by commas)
    #[arg(long = "part", value_name = "PART", value_delimiter = ',')]
    parts: Vec<String>,

    #[command(flatten)]
    run: RunFlags,

    #[command(flatten)]
    namespace: NamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Deletes what is there, and prints a line for each object.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let parts = if args.parts.is_empty() {
        let all = find(&args.name)?.parts.iter();
        all.map(|part| part.name.to_owned()).collect()
    } else {
        args.parts.clone()
    };
    let objects = objects::read(&args.name, &parts)?;
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.connection).await?;
        let namespace = cluster.namespace(&args.namespace);
        let discovery = cluster.discovery().await?;
        // A kind that is not served has no objects.
        let wanted: Vec<Reference> = objects
            .iter()
            .filter_map(|object| objects::place(object, &namespace, &discovery).ok())
            .collect();
        let before = apply::snapshot(&cluster, &wanted).await?;
        let mut stages: BTreeMap<u8, Vec<Reference>> = BTreeMap::new();
        for object in before.keys() {
            let rank = stage::removal_rank(object.group(), &object.kind);
            stages.entry(rank).or_default().push(object.clone());
        }
        let interrupt = Interrupt::listen()?;
        let removal = Removal {
            cluster: &cluster,
            dry_run: args.run.dry_run,
            deadline: Instant::now() + args.run.timeout,
            interrupt: &interrupt,
            told: &|_| {},
        };
        let removed = removal.run(stages.into_values().collect(), &before).await?;
        let how = if args.run.dry_run {
            " (server dry run)"
        } else {
            ""
        };
        let lines = removed
            .gone
            .iter()
            .map(|object| format!("{} deleted{how}\n", object.short()));
        ui.result(lines.collect::<String>().as_bytes())?;
        if !removed.is_complete() {
            return Err(outcome::removal_error(&cluster, &removed).await);
        }
        if before.is_empty() {
            ui.status(format_args!(
                "nothing of sample {} is in namespace `{namespace}`",
                args.name
            ));
        }
        Ok(())
    })
}
