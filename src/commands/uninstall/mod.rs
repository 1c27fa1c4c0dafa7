//! `mesh uninstall`, and the same as `mesh manifest delete`.

mod plan;

use std::cell::Cell;

use tokio::time::Instant;

use crate::cluster::delete::{Removal, Removed};
use crate::cluster::interrupt::Interrupt;
use crate::cluster::object::Reference;
use crate::cluster::{self, Cluster};
use crate::commands::install::RunFlags;
use crate::commands::outcome;
use crate::engine::inject::attached::{Attached, Role};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::confirm::Answer;
use crate::settings::{ConnectionFlags, IstioNamespaceFlag};
use plan::{Plan, counted};

/// Take the mesh away again
///
/// Deletes what `mesh install` applied, by the inventory that it keeps in the istio namespace, and
/// what istiod made of its own; nothing else is touched. The plan is shown first. The namespace goes
/// if mesh made it and nothing of others is left in it. The definitions (CRDs) stay, and with them
/// your routing rules, unless `--purge` is given: it says how many resources would go.
///
/// It ends when everything is gone. On a terminal it asks before it begins; elsewhere it wants `-y`.
///
/// What `mesh manifest generate | kubectl apply -f -` made is taken away by
/// `mesh manifest generate | kubectl delete -f -`.
///
/// EXAMPLES
///   mesh uninstall --dry-run
///   mesh uninstall -y
///   mesh uninstall --revision canary
///   mesh uninstall --purge
///   mesh manifest delete -y
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Take away every revision, and the definitions (CRDs) with all resources of their kinds
    #[arg(long, conflicts_with = "revision")]
    purge: bool,

    /// Revision to take away, where there are several
    #[arg(long, short, value_name = "NAME")]
    revision: Option<String>,

    /// Go on while proxies still depend on what goes
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    run: RunFlags,

    #[command(flatten)]
    istio_namespace: IstioNamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Plans, asks and deletes.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.connection).await?;
        ui.detail(format_args!("asking {}", cluster.server()));
        cluster.discovery().await?;
        let namespace = args.istio_namespace.name();
        let Some(plan) =
            Plan::make(&cluster, namespace, args.revision.as_deref(), args.purge).await?
        else {
            ui.status(format_args!(
                "nothing to uninstall: mesh has no installation in namespace `{namespace}` of {}",
                cluster.server()
            ));
            return Ok(());
        };
        show(&plan, args, ui, &cluster);
        refuse_while_needed(&plan.dependents, args.force, ui)?;
        confirm(&plan, args, ui)?;
        carry_out(plan, args, ui, &cluster).await
    })
}

/// Says what goes and what stays. In a dry run this is the result.
fn show(plan: &Plan, args: &Args, ui: &Ui, cluster: &Cluster) {
    for warning in &plan.warnings {
        ui.warning(warning);
    }
    if !args.run.dry_run {
        ui.status(format_args!(
            "to be deleted from {}: {}",
            cluster.server(),
            plan.summary()
        ));
    }
    for kept in &plan.kept {
        ui.status(format_args!("kept: {kept}"));
    }
}

/// Ends with an error as long as proxies would be left without a control plane, unless that is what is wanted.
fn refuse_while_needed(dependents: &[Attached], force: bool, ui: &Ui) -> Result<()> {
    if dependents.is_empty() {
        return Ok(());
    }
    let pods: usize = dependents.iter().map(|one| one.pods).sum();
    let message = format!(
        "{} still {} what would go",
        counted(pods, "proxy"),
        if pods == 1 { "needs" } else { "need" }
    );
    if force {
        let names = dependents.iter().map(named).collect::<Vec<_>>();
        ui.warning(format_args!("{message}: {}", few(&names).join(", ")));
        return Ok(());
    }
    let mut error = Error::new(
        Kind::Precondition,
        format!("nothing was deleted: {message}"),
    );
    for line in few(&dependents.iter().map(named).collect::<Vec<_>>()) {
        error = error.because(line);
    }
    if dependents.iter().any(|one| one.role == Role::Ambient) {
        error = error.hint("take namespaces out of the ambient mesh with `kubectl label namespace NAME istio.io/dataplane-mode-`");
    }
    Err(error
        .hint("move them to another revision (`mesh inject enable NAMESPACE --revision NAME`) or out of the mesh (`mesh inject disable NAMESPACE`), and restart them")
        .hint("`--force` goes on nevertheless: they keep the configuration they have until they restart, and get no new certificates"))
}

/// `shop/web (Deployment, sidecar of revision canary, 2 pods)`
fn named(one: &Attached) -> String {
    let role = match one.role {
        Role::Gateway => "gateway",
        Role::Waypoint => "waypoint",
        Role::Ztunnel => "ztunnel",
        Role::Sidecar => "sidecar",
        Role::Ambient => "in the ambient mesh",
    };
    let revision = one.revision.as_ref();
    let revision = revision.map_or_else(String::new, |it| format!(" of revision {it}"));
    format!(
        "{}/{} ({}, {role}{revision}, {})",
        one.namespace,
        one.name,
        one.kind,
        counted(one.pods, "pod")
    )
}

/// The first of many lines, and how many more there are.
fn few(lines: &[String]) -> Vec<String> {
    const FEW: usize = 10;
    let more = lines.len().saturating_sub(FEW);
    let mut few = lines[..lines.len() - more].to_vec();
    if more > 0 {
        few.push(format!("and {more} more workloads"));
    }
    few
}

fn confirm(plan: &Plan, args: &Args, ui: &Ui) -> Result<()> {
    if args.run.dry_run || args.run.yes {
        return Ok(());
    }
    let question = if plan.resources > 0 {
        format!(
            "Delete all this, with {} resources of your own?",
            plan.resources
        )
    } else {
        "Delete all this?".to_owned()
    };
    match ui.confirm(&question)? {
        Answer::Yes => Ok(()),
        Answer::No => Err(Error::new(
            Kind::Precondition,
            "nothing was deleted: the answer was no",
        )),
        Answer::NotAsked => outcome::needs_yes("uninstalling"),
    }
}

async fn carry_out(plan: Plan, args: &Args, ui: &Ui, cluster: &Cluster) -> Result<()> {
    let total: usize = plan.stages.iter().map(Vec::len).sum();
    let progress = ui.progress();
    let part = progress.part("deleting");
    let gone = Cell::new(0);
    let told = |object: &Reference| {
        gone.set(gone.get() + 1);
        part.say(format!("{} of {total} gone, last {object}", gone.get()));
    };
    let interrupt = Interrupt::listen()?;
    let removal = Removal {
        cluster,
        dry_run: args.run.dry_run,
        deadline: Instant::now() + args.run.timeout,
        interrupt: &interrupt,
        told: &told,
    };
    if !args.run.dry_run {
        for heir in &plan.heirs {
            cluster.write_inventory(heir).await?;
        }
    }
    let removed = removal.run(plan.stages, &plan.before).await?;
    drop(part);
    drop(progress);
    report(&removed, args, ui, cluster).await
}

async fn report(removed: &Removed, args: &Args, ui: &Ui, cluster: &Cluster) -> Result<()> {
    if args.run.dry_run {
        let lines = removed
            .gone
            .iter()
            .map(|object| format!("{} deleted (server dry run)\n", object.short()));
        ui.result(lines.collect::<String>().as_bytes())?;
    }
    if !removed.is_complete() {
        return Err(outcome::removal_error(cluster, removed).await);
    }
    if args.run.dry_run {
        ui.status("dry run: nothing was deleted");
        return Ok(());
    }
    ui.result(format!("uninstalled: {} objects are gone\n", removed.gone.len()).as_bytes())
}
