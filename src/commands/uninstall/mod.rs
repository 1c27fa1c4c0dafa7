//! `mesh uninstall`, and the same as `mesh manifest delete`.

mod found;
mod plan;
mod scope;
mod shown;

use std::cell::Cell;

use tokio::time::Instant;

use crate::cluster::delete::{Removal, Removed};
use crate::cluster::interrupt::Interrupt;
use crate::cluster::object::Reference;
use crate::cluster::{self, Cluster};
use crate::commands::install::RunFlags;
use crate::commands::install::plan::reference;
use crate::commands::install_flags::{FileFlags, SettingFlags};
use crate::commands::outcome::{self, counted};
use crate::commands::target;
use crate::engine::install::{Inputs, render, resolve};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::confirm::Answer;
use crate::output::structured::Format;
use crate::settings::ConnectionFlags;
use plan::Plan;
use scope::Target;
use shown::View;

/// Take the mesh away again
///
/// Deletes what `mesh install` applied, by the inventory that it keeps in the istio namespace, and
/// what istiod made of its own; nothing else is touched. What goes and what stays is shown first. On
/// a terminal it asks then; elsewhere it wants `-y`. It ends when everything is gone, and says of
/// what is not why.
///
/// It refuses (exit code 4) as long as sidecars, gateways, waypoints, pods of the ambient mesh or
/// remote clusters still need what would go, and names them; `--force` goes on.
///
/// The namespace goes if mesh made it and nothing of others is in it. What another revision needs
/// stays, and so do the definitions (CRDs) with your routing rules, unless `--purge` is given: it
/// says which of your resources would go with them. `--purge` also takes what istioctl, Helm or
/// `kubectl apply` installed, by Istio's labels.
///
/// With a configuration (`--profile`, `--set`, `-f`) the objects go that `mesh install` makes of it in
/// this cluster, and no others.
///
/// EXAMPLES
///   mesh uninstall --dry-run
///   mesh uninstall -y
///   mesh uninstall --revision canary
///   mesh uninstall --purge --dry-run -o json
///   mesh manifest delete --profile demo -y
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Take away every revision, and the definitions (CRDs) with all resources of their kinds
    #[arg(long, conflicts_with_all = ["revision", "filenames"])]
    purge: bool,

    /// Go on while proxies still need what goes, or where a path of the configuration is unknown
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    run: RunFlags,

    /// How to show the plan of a dry run
    #[arg(
        short,
        long,
        value_name = "table|json|yaml",
        hide_possible_values = true,
        requires = "dry_run"
    )]
    output: Option<Format>,

    #[command(flatten)]
    files: FileFlags,

    #[command(flatten)]
    settings: SettingFlags,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Plans, asks and deletes.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let (namespace, going) = going(args)?;
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.connection).await?;
        ui.detail(format_args!("asking {}", cluster.server()));
        let target = match going {
            Going::Target(target) => target,
            Going::Configuration(inputs) => rendered(&target::aim(inputs, &cluster).await?, ui)?,
        };
        cluster.discovery().await?;
        let plan = Box::pin(Plan::make(&cluster, &namespace, target)).await?;
        show(plan.as_ref(), &namespace, args, ui, &cluster)?;
        let Some(plan) = plan else { return Ok(()) };
        refuse_while_needed(&plan, args.force, ui)?;
        confirm(&plan, args, ui)?;
        carry_out(plan, args, ui, &cluster).await
    })
}

/// What is to go, as far as the flags say it.
enum Going {
    Target(Target),
    /// What an installation consists of, which is yet to be rendered.
    Configuration(Inputs),
}

/// The control plane's namespace, and what is to go.
fn going(args: &Args) -> Result<(String, Going)> {
    let settings = &args.settings;
    let namespace = settings.istio_namespace().to_owned();
    let configured = settings.is_given() || !args.files.filenames.is_empty();
    if args.purge && configured {
        return Err(
            Error::usage("`--purge` takes everything away, whatever a configuration says")
                .hint("leave out either `--purge` or the configuration"),
        );
    }
    if args.purge {
        return Ok((namespace, Going::Target(Target::Everything)));
    }
    if !configured {
        let revision = settings.revision().map(str::to_owned);
        return Ok((namespace, Going::Target(Target::Revision(revision))));
    }
    let inputs = settings.inputs(&args.files.filenames, args.force)?;
    let namespace = resolve::resolve(&inputs)?.istio_namespace().to_owned();
    Ok((namespace, Going::Configuration(inputs)))
}

/// What an installation consists of.
fn rendered(inputs: &Inputs, ui: &Ui) -> Result<Target> {
    let resolved = resolve::resolve(inputs)?;
    let manifest = render::generate(&resolved)?;
    for warning in resolved.warnings().iter().chain(&manifest.warnings) {
        ui.warning(warning);
    }
    Ok(Target::Configuration {
        revision: resolved.revision().to_owned(),
        objects: manifest.objects.iter().map(reference).collect(),
    })
}

/// Says what goes and what stays. In a dry run this is the result.
fn show(
    plan: Option<&Plan>,
    namespace: &str,
    args: &Args,
    ui: &Ui,
    cluster: &Cluster,
) -> Result<()> {
    for warning in plan.into_iter().flat_map(|plan| &plan.warnings) {
        ui.warning(warning);
    }
    if args.run.dry_run {
        let view = View::new(cluster.server(), namespace, plan);
        ui.report(&view, args.output.unwrap_or_default(), View::table)?;
    }
    let Some(plan) = plan else {
        ui.status(format_args!(
            "nothing to uninstall: nothing of the mesh is in namespace `{namespace}` of {}",
            cluster.server()
        ));
        return Ok(());
    };
    if !args.run.dry_run {
        ui.status(format_args!("to be deleted from {}:", cluster.server()));
        for line in shown::going(plan) {
            ui.status(format_args!("  {line}"));
        }
        for line in shown::keeping(&plan.kept) {
            ui.status(line);
        }
    }
    if !plan.resources.is_empty() {
        let count = counted(plan.resources.len(), "resource");
        let kinds = shown::by_kind(&plan.resources);
        ui.warning(format_args!(
            "with the definitions go {count} of your own: {kinds}"
        ));
    }
    Ok(())
}

/// Ends with an error as long as proxies would be left without a control plane, unless that is what is wanted.
fn refuse_while_needed(plan: &Plan, force: bool, ui: &Ui) -> Result<()> {
    let Some(message) = shown::needed(plan) else {
        return Ok(());
    };
    if !force {
        return Err(shown::refusal(plan, &message));
    }
    let names = shown::dependents(plan).join("; ");
    ui.warning(format_args!("{message}: {names}"));
    Ok(())
}

fn confirm(plan: &Plan, args: &Args, ui: &Ui) -> Result<()> {
    if args.run.dry_run || args.run.yes {
        return Ok(());
    }
    let count = counted(plan.stages.iter().map(Vec::len).sum(), "object");
    let question = if plan.resources.is_empty() {
        format!("Delete these {count}?")
    } else {
        let own = counted(plan.resources.len(), "resource");
        let kinds = shown::by_kind(&plan.resources);
        format!("Delete these {count}, and with them {own} of your own ({kinds})?")
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

async fn carry_out(mut plan: Plan, args: &Args, ui: &Ui, cluster: &Cluster) -> Result<()> {
    let total = Cell::new(plan.stages.iter().map(Vec::len).sum::<usize>());
    let progress = ui.progress();
    let part = progress.part("deleting");
    let gone = Cell::new(0);
    let told = |object: &Reference| {
        gone.set(gone.get() + 1);
        let (gone, total) = (gone.get(), total.get());
        part.say(format!("{gone} of {total} gone, last {object}"));
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
    let removed = delete(&removal, &mut plan, &total).await?;
    if let Some(rest) = plan
        .rest
        .filter(|_| !args.run.dry_run && removed.is_complete())
    {
        cluster.write_inventory(&rest).await?;
    }
    drop(part);
    drop(progress);
    report(&removed, args, ui, cluster).await
}

/// Deletes the stages; what istiod made is looked up again when its pods are gone.
async fn delete(removal: &Removal<'_>, plan: &mut Plan, total: &Cell<usize>) -> Result<Removed> {
    let mut stages = std::mem::take(&mut plan.stages);
    let mut after_istiod = stages.split_off(plan.byproducts_at);
    let mut removed = removal.run(stages, &plan.before).await?;
    if !removed.is_complete() {
        removed.untried.extend(after_istiod.into_iter().flatten());
        return Ok(removed);
    }
    if !removal.dry_run {
        let made = plan.byproducts.read(removal.cluster).await;
        let made = made.map_err(|error| error.hint("run the same command again to go on"))?;
        let new = made.keys().filter(|it| !plan.before.contains_key(it));
        let new: Vec<Reference> = new.cloned().collect();
        total.set(total.get() + new.len());
        after_istiod.insert(0, new);
        // What was made anew meanwhile has another uid than in the plan.
        plan.before.extend(made);
    }
    let later = removal.run(after_istiod, &plan.before).await?;
    Ok(removed.and(later))
}

async fn report(removed: &Removed, args: &Args, ui: &Ui, cluster: &Cluster) -> Result<()> {
    if !removed.is_complete() {
        return Err(outcome::removal_error(cluster, removed).await);
    }
    let count = counted(removed.gone.len(), "object");
    if args.run.dry_run {
        ui.status(format_args!(
            "dry run: the server would delete {count}; nothing was deleted"
        ));
        return Ok(());
    }
    let verb = if removed.gone.len() == 1 { "is" } else { "are" };
    ui.result(format!("uninstalled: {count} {verb} gone\n").as_bytes())
}
