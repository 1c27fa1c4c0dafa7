//! `mesh inject status`.

use serde::Serialize;

use super::{namespaces, pods, webhooks};
use crate::cluster::request::Selection;
use crate::cluster::{self, Cluster};
use crate::engine::inject::coverage::{self, Coverage, Hooks};
use crate::error::{Error, Result};
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};
use crate::output::table::Table;
use crate::settings::ConnectionFlags;

/// Namespaces of Kubernetes itself: shown when they are asked for.
const SYSTEM: &[&str] = &["kube-node-lease", "kube-public", "kube-system"];

/// Show which namespaces are injected, by which webhook, and which pods are not as they should be
///
/// INJECTED counts pods that have a sidecar or are a gateway. TO RESTART counts pods that would come
/// out otherwise if they were made anew: with a sidecar, or with one of another revision.
///
/// EXAMPLES
///   mesh inject status
///   mesh inject status shop bookinfo
///   mesh inject status -o json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Namespaces to show [default: all but Kubernetes' own]
    #[arg(value_name = "NAMESPACE")]
    names: Vec<String>,

    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

#[derive(Debug, Serialize)]
struct Report {
    namespaces: Vec<Coverage>,
}

/// Asks the cluster and shows it.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let report = cluster::block_on(ask(args))?;
    ui.report(&report, args.format.output, table)?;
    let waiting: Vec<&str> = report
        .namespaces
        .iter()
        .filter(|it| !it.to_restart.is_empty())
        .map(|it| it.namespace.as_str())
        .collect();
    if let ([first, ..], Format::Table) = (waiting.as_slice(), args.format.output) {
        ui.hint(format_args!(
            "`kubectl rollout restart deployment -n {first}` makes pods anew"
        ));
    }
    Ok(())
}

async fn ask(args: &Args) -> Result<Report> {
    let cluster = Cluster::connect(&args.connection).await?;
    // Of one namespace only its pods are read.
    let of = match args.names.as_slice() {
        [only] => Some(only.as_str()),
        _ => None,
    };
    // Alone and first: if the cluster cannot be asked at all, this is where it shows, always with the same words.
    let resource = namespaces();
    let spaces = cluster
        .list(&resource, None, &Selection::default())
        .await?
        .items;
    let (hooks, pods) = tokio::try_join!(webhooks(&cluster), pods(&cluster, of))?;
    let hooks = Hooks::of(&hooks);
    let name = |space: &serde_json::Value| {
        space["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    for wanted in &args.names {
        if !spaces.iter().any(|space| name(space) == *wanted) {
            return Err(Error::user(format!("there is no namespace `{wanted}`"))
                .hint("`kubectl get namespaces` lists them"));
        }
    }
    let shown = |name: &String| {
        if args.names.is_empty() {
            !SYSTEM.contains(&name.as_str())
        } else {
            args.names.contains(name)
        }
    };
    let spaces = spaces.iter().filter(|space| shown(&name(space)));
    Ok(Report {
        namespaces: spaces
            .map(|space| coverage::coverage(&hooks, space, &pods))
            .collect(),
    })
}

fn table(report: &Report) -> String {
    let mut table = Table::new([
        "NAMESPACE",
        "LABEL",
        "WEBHOOK",
        "REVISION",
        "INJECTED",
        "NOT INJECTED",
        "TO RESTART",
        "PROXIES",
    ]);
    for it in &report.namespaces {
        let labels: Vec<String> = it
            .labels
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let or_none = |text: String| {
            if text.is_empty() {
                "-".to_owned()
            } else {
                text
            }
        };
        let hook = it.webhook.as_ref();
        let versions: Vec<String> = it
            .proxies
            .iter()
            .map(|proxies| format!("{} ({})", proxies.version, proxies.count))
            .collect();
        table.row([
            it.namespace.clone(),
            or_none(labels.join(",")),
            or_none(hook.map_or_else(String::new, |hook| hook.configuration.clone())),
            or_none(hook.map_or_else(String::new, |hook| hook.revision.clone())),
            it.injected.to_string(),
            it.not_injected.to_string(),
            it.to_restart.len().to_string(),
            or_none(versions.join(", ")),
        ]);
    }
    table.to_string()
}
