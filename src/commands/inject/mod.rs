//! `mesh inject`: injection by namespace, in a cluster.

mod change;
mod status;

use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::discovery::Resource;
use crate::cluster::request::Selection;
use crate::error::Result;
use crate::output::Ui;

/// Turn injection by namespace on and off, see what is injected
///
/// New pods of a namespace get a sidecar where its labels ask a revision of istiod for it. What runs
/// already stays as it is until it is restarted.
///
/// EXAMPLES
///   mesh inject status
///   mesh inject enable shop --restart
///   mesh inject enable shop --revision canary
///   mesh inject disable shop
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    arg_required_else_help = true,
    subcommand_required = true
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Enable(change::EnableArgs),
    Disable(change::DisableArgs),
    Status(status::Args),
}

/// Runs one of them.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::Enable(args) => change::enable(args, ui),
        Command::Disable(args) => change::disable(args, ui),
        Command::Status(args) => status::run(args, ui),
    }
}

/// Where namespaces are.
pub(crate) fn namespaces() -> Resource {
    Resource::known("v1", "Namespace", "namespaces", false)
}

/// All MutatingWebhookConfigurations.
pub(crate) async fn webhooks(cluster: &Cluster) -> Result<Vec<Value>> {
    let resource = Resource::known(
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        false,
    );
    let list = cluster.list(&resource, None, &Selection::default()).await?;
    Ok(list.items)
}

/// The pods of a namespace, or of all.
async fn pods(cluster: &Cluster, namespace: Option<&str>) -> Result<Vec<Value>> {
    let resource = Resource::known("v1", "Pod", "pods", true);
    let list = cluster
        .list(&resource, namespace, &Selection::default())
        .await?;
    Ok(list.items)
}
