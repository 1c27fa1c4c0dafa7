//! `mesh tag remove`.

use std::time::Duration;

use tokio::time::Instant;

use crate::cluster::apply::Snapshot;
use crate::cluster::delete::{Removal, reference};
use crate::cluster::interrupt::Interrupt;
use crate::cluster::{self, Cluster};
use crate::commands::outcome;
use crate::engine::install::tags;
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::confirm::Answer;
use crate::settings::{ConnectionFlags, IstioNamespaceFlag};

/// How long the objects of a tag may take to go: nothing holds them.
const PATIENCE: Duration = Duration::from_secs(60);

/// Remove a tag: its webhooks and its Service, together
///
/// The revision that it leads to stays. New pods of namespaces that ask for the tag are no longer
/// injected, so it asks first if there are any; without a terminal it wants `-y`.
///
/// EXAMPLES
///   mesh tag remove prod
///   mesh tag remove prod -y
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The tag
    tag: String,

    /// Do not ask
    #[arg(long, short = 'y', alias = "skip-confirmation")]
    yes: bool,

    #[command(flatten)]
    istio_namespace: IstioNamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Looks who asks for it, asks, and deletes.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.connection).await?;
        let namespaces = super::namespaces(&cluster).await?;
        let installed = super::installed(&cluster, args.istio_namespace.name()).await?;
        let before: Snapshot = installed
            .of_tag(&args.tag)
            .map(|object| (reference(object), object.clone()))
            .collect();
        if before.is_empty() {
            return Err(absent(&args.tag, &tags::tags(&installed, &[])));
        }
        let asking: Vec<&str> = namespaces
            .iter()
            .filter(|namespace| tags::asks_for(namespace, &args.tag))
            .filter_map(|namespace| namespace["metadata"]["name"].as_str())
            .collect();
        confirm(args, &asking, ui)?;
        let interrupt = Interrupt::listen()?;
        let removal = Removal {
            cluster: &cluster,
            dry_run: false,
            deadline: Instant::now() + PATIENCE,
            interrupt: &interrupt,
            told: &|_| {},
        };
        let stage = before.keys().cloned().collect();
        let removed = removal.run(vec![stage], &before).await?;
        if !removed.is_complete() {
            return Err(outcome::removal_error(&cluster, &removed).await);
        }
        ui.result(format!("tag {} removed\n", args.tag).as_bytes())?;
        if args.tag == tags::DEFAULT && installed.revisions().contains(&tags::DEFAULT) {
            ui.warning("revision `default` was kept from acting for this tag, and still is");
            ui.hint("`mesh install` has it inject again");
        }
        Ok(())
    })
}

fn absent(tag: &str, tags: &[tags::Tag]) -> Error {
    let error = Error::user(format!("there is no tag `{tag}`"));
    if tags.is_empty() {
        return error.hint("there are no tags at all");
    }
    let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    error.hint(format!("the tags are {}", names.join(", ")))
}

fn confirm(args: &Args, asking: &[&str], ui: &Ui) -> Result<()> {
    if asking.is_empty() {
        return Ok(());
    }
    let (count, names) = (asking.len(), asking.join(", "));
    if args.yes {
        ui.warning(format_args!(
            "new pods of {names} are no longer injected by this tag"
        ));
        return Ok(());
    }
    let question = format!(
        "{count} namespaces ask for it, and their new pods would not be injected: {names}. Remove it?"
    );
    match ui.confirm(&question)? {
        Answer::Yes => Ok(()),
        Answer::No => Err(Error::new(
            Kind::Precondition,
            "nothing was removed: the answer was no",
        )),
        Answer::NotAsked => Err(Error::new(
            Kind::Precondition,
            format!("namespaces ask for tag `{}`: {names}", args.tag),
        )
        .hint("`-y` removes it all the same")
        .hint(format!(
            "`mesh tag set {} --revision REVISION --overwrite` moves it instead",
            args.tag
        ))),
    }
}
