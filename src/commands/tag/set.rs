//! `mesh tag set` and `mesh tag generate`.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::cluster::apply::{self, Rollout, Stage};
use crate::cluster::interrupt::Interrupt;
use crate::cluster::request::Patch;
use crate::cluster::{self, Cluster};
use crate::commands::install_flags::ChartsFlag;
use crate::commands::outcome;
use crate::engine::install::tags::{self, Plan, Request};
use crate::error::Result;
use crate::output::Ui;
use crate::settings::{ConnectionFlags, IstioNamespaceFlag};
use crate::yaml;

/// Webhooks and Services are there at once.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, clap::Args)]
struct TagFlags {
    /// The tag
    tag: String,

    /// Revision that it leads to
    #[arg(long, short, value_name = "NAME")]
    revision: String,

    /// Move a tag that exists, or make one of a name that a revision has too
    #[arg(long)]
    overwrite: bool,

    /// Name of the webhook configuration [default: istio-revision-tag-TAG]
    #[arg(long, value_name = "NAME")]
    webhook_name: Option<String>,

    /// Inject pods of all namespaces that do not say otherwise
    #[arg(long)]
    auto_inject_namespaces: bool,

    #[command(flatten)]
    charts: ChartsFlag,

    #[command(flatten)]
    istio_namespace: IstioNamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Make a tag, or move one to another revision
///
/// Webhooks and Service of the tag change together, in place: there is no moment in which nobody
/// injects. Running pods keep their proxy until they are restarted.
///
/// EXAMPLES
///   mesh tag set prod --revision 1-31-4
///   mesh tag set prod --revision 1-32-0 --overwrite
///   mesh tag set default --revision 1-32-0
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Have the server check everything, and store nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    tag: TagFlags,
}

/// Print the objects of a tag, as YAML
///
/// The cluster is asked for the revision's webhook, whose address and authority the tag takes over.
///
/// EXAMPLES
///   mesh tag generate prod --revision 1-31-4 > tag.yaml
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    tag: TagFlags,
}

impl TagFlags {
    async fn plan(&self, cluster: &Cluster, ui: &Ui) -> Result<Plan> {
        let package = self.charts.package()?;
        let istio_namespace = self.istio_namespace.name();
        let installed = super::installed(cluster, istio_namespace).await?;
        let plan = tags::plan(
            &installed,
            &Request {
                tag: self.tag.clone(),
                revision: self.revision.clone(),
                istio_namespace: istio_namespace.to_owned(),
                webhook_name: self.webhook_name.clone(),
                everywhere: self.auto_inject_namespaces,
                overwrite: self.overwrite,
                package,
            },
        )?;
        for warning in &plan.warnings {
            ui.warning(warning);
        }
        Ok(plan)
    }
}

/// Prints what `set` would apply.
pub(crate) fn generate(args: &GenerateArgs, ui: &Ui) -> Result<()> {
    let plan = cluster::block_on(async {
        let cluster = Cluster::connect(&args.tag.connection).await?;
        args.tag.plan(&cluster, ui).await
    })?;
    if let Some((name, _)) = &plan.silence {
        ui.warning(format_args!(
            "MutatingWebhookConfiguration `{name}` acts for the same namespaces; `mesh tag set` would keep it from that"
        ));
    }
    let documents = plan
        .objects
        .iter()
        .map(|object| format!("{}---\n", yaml::to_string(object)));
    ui.result(documents.collect::<String>().as_bytes())
}

/// Applies the objects of the tag, then silences the webhook that acted for it before.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let (tag, revision) = (&args.tag.tag, &args.tag.revision);
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.tag.connection).await?;
        let plan = args.tag.plan(&cluster, ui).await?;
        apply_all(args, &plan, &cluster, ui).await?;
        if let Some((name, patch)) = plan.silence.filter(|_| !args.dry_run) {
            let patch = Patch::Json {
                manager: tags::SILENCER,
                patch: &patch,
            };
            let answer = cluster.change(&super::mutating(), None, &name, patch).await;
            answer.map_err(|trouble| {
                let what = format!(
                    "keep MutatingWebhookConfiguration `{name}` from acting for tag `{tag}`"
                );
                cluster
                    .explain(&what, &trouble)
                    .hint("the tag is set; run the same command again")
            })?;
            ui.status(format_args!("`{name}` no longer injects: tag `{tag}` does"));
        }
        let how = if args.dry_run {
            " (server dry run)"
        } else {
            ""
        };
        ui.result(format!("tag {tag} leads to revision {revision}{how}\n").as_bytes())?;
        if !args.dry_run {
            ui.hint(format_args!("`mesh inject enable NAMESPACE --revision {tag}` has a namespace ask for it; `mesh inject status` shows which pods run an older proxy"));
        }
        Ok(())
    })
}

async fn apply_all(args: &Args, plan: &Plan, cluster: &Cluster, ui: &Ui) -> Result<()> {
    let stage = Stage {
        items: plan.objects.iter().map(super::item).collect(),
        gate: Vec::new(),
    };
    let before = apply::snapshot(cluster, stage.items.iter().map(|item| &item.object)).await?;
    let interrupt = Interrupt::listen()?;
    let rollout = Rollout {
        cluster,
        force: true,
        dry_run: args.dry_run,
        wait: false,
        unchanged: &BTreeSet::new(),
        deadline: Instant::now() + PATIENCE,
        interrupt: &interrupt,
        told: &|event| outcome::warn(event, ui),
    };
    let outcome = rollout.run(vec![stage], &before).await;
    if outcome.is_complete() {
        return Ok(());
    }
    let undo = (!args.dry_run).then(|| format!("mesh tag remove {}", args.tag.tag));
    Err(outcome::error(cluster, outcome, undo.as_deref()).await)
}
