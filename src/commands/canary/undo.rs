//! `mesh canary undo`.

use serde_json::{Value, json};

use super::flags::{ClusterFlags, WriteFlags};
use super::live::{Live, Planned};
use super::report;
use crate::cluster;
use crate::engine::canary::Object;
use crate::engine::canary::undo::{self, Change};
use crate::error::Result;
use crate::output::Ui;
use crate::output::table::Table;

/// Take back what was last changed of a service's routes
///
/// The last ten changes can be taken back, as long as nobody edited the object
/// by other means since. Taking back is itself recorded: to do it twice is to do
/// the first change again. Objects that a command made are deleted.
///
/// EXAMPLES
///   mesh canary undo reviews
///   mesh canary undo reviews --list
///   mesh canary undo reviews --to 2
///
/// EXIT CODES
///   0  done
///   3  the object was edited by somebody else since
///   4  there is nothing to take back, or something else needs it
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The service: NAME, NAME.NAMESPACE or the full name of a host
    #[arg(value_name = "SVC[.NAMESPACE]")]
    service: String,

    /// Go back to what held after this change; 0 is before the first on record
    #[arg(long, value_name = "NUMBER", conflicts_with = "list")]
    to: Option<usize>,

    /// List the changes that can be taken back
    #[arg(long, conflicts_with_all = ["dry_run", "live"])]
    list: bool,

    #[command(flatten)]
    write: WriteFlags,

    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Takes the change back, or lists what there is.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    if args.list {
        let changes = cluster::block_on(list(args, ui))?;
        let value: Vec<Value> = changes.iter().map(change_value).collect();
        return ui.report(&value, args.cluster.format.output, |_| table(&changes));
    }
    let planned = cluster::block_on(take_back(args, ui))?;
    report::live(&planned, args.write.dry_run, args.cluster.format.output, ui)
}

async fn connect<'a>(args: &Args, ui: &'a Ui) -> Result<(Live<'a>, String)> {
    let live = Live::connect(&args.cluster, ui).await?;
    let service = live.target(&args.service).full(&live.namespace);
    Ok((live, service))
}

async fn take_back(args: &Args, ui: &Ui) -> Result<Planned> {
    let (live, service) = connect(args, ui).await?;
    let to = args.to.map(|to| format!(" --to {to}")).unwrap_or_default();
    let stamp = args.cluster.stamp(format!("undo {}{to}", args.service));
    let plan = async |objects: Vec<Object>| {
        let (plan, writes) = undo::plan(&objects, &service, args.to, &stamp, args.write.live)?;
        Ok(Planned {
            objects,
            plan,
            writes,
        })
    };
    live.change(args.write.dry_run, &stamp, plan).await
}

async fn list(args: &Args, ui: &Ui) -> Result<Vec<Change>> {
    let (live, service) = connect(args, ui).await?;
    undo::changes(&live.routing().await?, &service)
}

fn table(changes: &[Change]) -> String {
    let mut table = Table::new(["NUMBER", "COMMAND", "BY", "AT", "OBJECTS"]);
    for change in changes {
        table.row([
            change.number.to_string(),
            change.command.clone(),
            change.actor.clone(),
            change.time.clone(),
            change.objects.join(", "),
        ]);
    }
    table.to_string()
}

fn change_value(change: &Change) -> Value {
    json!({
        "number": change.number,
        "command": change.command,
        "actor": change.actor,
        "time": change.time,
        "objects": change.objects,
    })
}
