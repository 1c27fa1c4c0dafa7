//! `mesh injector`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::cluster::request::Selection;
use crate::cluster::{self, Cluster};
use crate::commands::inject::{namespaces, webhooks};
use crate::engine::inject::coverage::{Hook, Hooks};
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::FormatFlag;
use crate::output::table::Table;
use crate::settings::ConnectionFlags;

/// Look at the webhooks that inject sidecars
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(ListArgs),
}

/// List the webhooks that inject sidecars, and the namespaces whose pods they inject
///
/// NAMESPACES are those whose pods are injected without asking for it themselves.
///
/// EXAMPLES
///   mesh injector list
///   mesh injector list -o json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
struct ListArgs {
    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

#[derive(Debug, Serialize)]
struct Report {
    injectors: Vec<Injector>,
}

#[derive(Debug, Serialize)]
struct Injector {
    #[serde(flatten)]
    hook: Hook,
    /// The Service or address that answers.
    istiod: String,
    namespaces: Vec<String>,
}

/// Runs one of them.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::List(args) => list(args, ui),
    }
}

fn list(args: &ListArgs, ui: &Ui) -> Result<()> {
    let report = cluster::block_on(ask(args))?;
    ui.report(&report, args.format.output, table)?;
    if report.injectors.is_empty() {
        ui.hint("no injector is installed; `mesh install` installs one");
    }
    Ok(())
}

async fn ask(args: &ListArgs) -> Result<Report> {
    let cluster = Cluster::connect(&args.connection).await?;
    let webhooks = webhooks(&cluster).await?;
    let spaces = cluster
        .list(&namespaces(), None, &Selection::default())
        .await?;
    let hooks = Hooks::of(&webhooks);
    let injectors = hooks.iter().map(|(hook, webhook)| {
        let ours = spaces
            .items
            .iter()
            .filter(|space| hooks.acting(space, &json!({})) == Some(hook));
        Injector {
            hook: hook.clone(),
            istiod: address(webhook),
            namespaces: ours
                .filter_map(|space| space["metadata"]["name"].as_str().map(str::to_owned))
                .collect(),
        }
    });
    Ok(Report {
        injectors: injectors.collect(),
    })
}

fn address(webhook: &Value) -> String {
    let client = &webhook["clientConfig"];
    if let Some(url) = client["url"].as_str() {
        return url.to_owned();
    }
    let text = |field: &str| {
        client["service"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    format!("{}/{}", text("namespace"), text("name"))
}

fn table(report: &Report) -> String {
    let mut table = Table::new([
        "INJECTOR",
        "WEBHOOK",
        "REVISION",
        "TAG",
        "ISTIOD",
        "NAMESPACES",
    ]);
    for it in &report.injectors {
        let or_none = |text: String| {
            if text.is_empty() {
                "-".to_owned()
            } else {
                text
            }
        };
        table.row([
            it.hook.configuration.clone(),
            it.hook.webhook.clone(),
            it.hook.revision.clone(),
            or_none(it.hook.tag.clone().unwrap_or_default()),
            it.istiod.clone(),
            or_none(it.namespaces.join(",")),
        ]);
    }
    table.to_string()
}
