//! `mesh tag`: other names for a revision of the control plane, which namespaces ask for.

mod list;
mod remove;
mod set;

use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::apply::Item;
use crate::cluster::delete::reference;
use crate::cluster::discovery::Resource;
use crate::cluster::request::Selection;
use crate::engine::install::tags::Installed;
use crate::error::Result;
use crate::output::Ui;

/// Give revisions other names, which can be moved
///
/// A namespace that asks for a tag (`istio.io/rev=prod`) follows it when it moves from one revision
/// to the next, without being labelled anew. The tag `default` serves those who name no revision
/// (`istio-injection=enabled`).
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    subcommand_required = true,
    verbatim_doc_comment
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Generate(set::GenerateArgs),
    List(list::Args),
    Remove(remove::Args),
    Set(set::Args),
}

/// Runs one of them.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::Generate(args) => set::generate(args, ui),
        Command::List(args) => list::run(args, ui),
        Command::Remove(args) => remove::run(args, ui),
        Command::Set(args) => set::run(args, ui),
    }
}

const ADMISSION: &str = "admissionregistration.k8s.io/v1";

fn mutating() -> Resource {
    let plural = "mutatingwebhookconfigurations";
    Resource::known(ADMISSION, "MutatingWebhookConfiguration", plural, false)
}

/// Reads what tags are made of.
async fn installed(cluster: &Cluster, istio_namespace: &str) -> Result<Installed> {
    let plural = "validatingwebhookconfigurations";
    let validating = Resource::known(ADMISSION, "ValidatingWebhookConfiguration", plural, false);
    let (mutating, services) = (
        mutating(),
        Resource::known("v1", "Service", "services", true),
    );
    let labelled = Selection::labels("istio.io/rev");
    // Alone and first: if the cluster cannot be asked at all, this is where it shows, always with the same words.
    let hooks = cluster.list(&mutating, None, &labelled).await?;
    let (validating, services) = tokio::try_join!(
        cluster.list(&validating, None, &labelled),
        cluster.list(&services, Some(istio_namespace), &labelled),
    )?;
    Ok(Installed {
        mutating: hooks.items,
        validating: validating.items,
        services: services.items,
    })
}

async fn namespaces(cluster: &Cluster) -> Result<Vec<Value>> {
    let namespaces = Resource::known("v1", "Namespace", "namespaces", false);
    let list = cluster
        .list(&namespaces, None, &Selection::default())
        .await?;
    Ok(list.items)
}

/// An object to be applied. istiod writes the authority into webhooks too, with the same content, so that fields are taken.
fn item(object: &Value) -> Item {
    Item {
        object: reference(object),
        text: object.to_string().into(),
        force: true,
    }
}
