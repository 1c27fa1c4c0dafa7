//! `mesh tag list`.

use serde_json::json;

use crate::cluster::{self, Cluster};
use crate::engine::install::tags::{self, Tag};
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};
use crate::output::table::Table;
use crate::settings::{ConnectionFlags, IstioNamespaceFlag};

/// List the tags, the revision of each, and the namespaces that ask for it
///
/// EXAMPLES
///   mesh tag list
///   mesh tag list -o json
#[derive(Debug, clap::Args)]
#[command(visible_alias = "ls", verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    istio_namespace: IstioNamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Asks the cluster and prints a line for each tag.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let tags = cluster::block_on(async {
        let cluster = Cluster::connect(&args.connection).await?;
        let installed = super::installed(&cluster, args.istio_namespace.name()).await?;
        Ok(tags::tags(&installed, &super::namespaces(&cluster).await?))
    })?;
    if tags.is_empty() && args.format.output == Format::Table {
        ui.status("no tags");
        ui.hint("`mesh tag set prod --revision REVISION` makes one");
        return Ok(());
    }
    ui.report(&json!(tags), args.format.output, |_| table(&tags))
}

fn table(tags: &[Tag]) -> String {
    let mut table = Table::new(["TAG", "REVISION", "NAMESPACES"]);
    for tag in tags {
        table.row([&tag.name, &tag.revision, &tag.namespaces.join(", ")]);
    }
    table.to_string()
}
