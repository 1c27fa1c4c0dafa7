//! `mesh upgrade`.

mod report;

use serde_json::{Value, json};

use crate::cluster::inventory::Inventory;
use crate::cluster::object::Reference;
use crate::cluster::{self, Cluster};
use crate::commands::install::{ApplyFlags, Installation, Plan, Prepared, base, on_stored};
use crate::commands::{outcome, precheck, proxies, target};
use crate::engine::inject::attached::{self, Attached};
use crate::engine::install::object::Object;
use crate::engine::install::{Resolved, resolve};
use crate::engine::precheck::{Check, Finding, Target};
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};

/// Upgrade the mesh, in place or beside the old one
///
/// Builds on the settings of the last installation, which are kept in the cluster; what you give now
/// lies on top of them. In place, the control plane is replaced, and what the new version no longer has
/// is deleted. With a `--revision` that is not there yet, a new control plane is installed beside the
/// old one, with the old one's settings; workloads move when a tag, or their namespace, asks for it.
///
/// First it makes all checks of `mesh precheck`, and shows what will change, among it the defaults of
/// Istio that changed and that you did not set. Afterwards it lists the workloads whose proxy is still
/// the old one: they keep it until they are restarted.
///
/// On a terminal it asks before it begins. Errors of the checks end it, such as going back by more than
/// one minor release, unless `--force` is given. With `-o json` stdout has one document, that of
/// `mesh install` with the versions, the changed defaults and the old proxies under `upgrade`.
///
/// EXAMPLES
///   mesh upgrade --dry-run
///   mesh upgrade --dry-run -o json
///   mesh upgrade
///   mesh upgrade --set compatibilityVersion=1.30
///   mesh upgrade --revision 1-31-4
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    apply: ApplyFlags,

    /// Start from the profile, and not from the settings of the last installation
    #[arg(long)]
    reset_values: bool,

    /// Revision whose settings to build on, where there are several
    #[arg(long, value_name = "NAME")]
    from: Option<String>,

    /// Leave what the new version no longer has
    #[arg(long)]
    no_prune: bool,

    #[command(flatten)]
    format: FormatFlag,
}

/// Looks, plans, shows, applies, and says what is left to do.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let given = args.apply.install.inputs()?;
    // What is wrong in what is given shows before a cluster is asked.
    let alone = resolve::resolve(&given)?;
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.apply.connection).await?;
        ui.detail(format_args!("asking {}", cluster.server()));
        let installed = cluster.inventories(alone.istio_namespace());
        let (given, installed) = tokio::join!(target::aim(given, &cluster), installed);
        let (given, installed) = (given?, installed?);
        let base = if installed.is_empty() && args.apply.adopt.is_some() {
            // What Helm installed is taken over.
            None
        } else {
            base(&installed, alone.revision(), args.from.as_deref())?
        };
        let inputs = if args.reset_values || base.is_none() {
            given
        } else {
            on_stored(given, &alone, base, &cluster).await?
        };
        let prepared = Prepared::make(inputs, args.apply.run.dry_run, ui)?;
        let revision = prepared.resolved.revision();
        let kept = installed
            .iter()
            .find(|it| outcome::revision(&it.revision) == outcome::revision(revision));
        let upgrade = Upgrade {
            args,
            ui,
            cluster: &cluster,
            resolved: &prepared.resolved,
            base,
            kept,
        };
        let found = upgrade
            .announce(&prepared.plan, &prepared.definitions)
            .await?;
        let installation = Installation {
            args: &args.apply,
            prunes: !args.no_prune,
            is_checked: true,
            ui,
            cluster: &cluster,
            resolved: &prepared.resolved,
            definitions: &prepared.definitions,
        };
        let mut report = installation.run(prepared.plan, kept.cloned()).await?;
        let all = if report.is_complete() && !args.apply.run.dry_run {
            proxies::read(&cluster).await
        } else {
            Ok(Vec::new())
        };
        // What was done is reported also where the proxies cannot be listed.
        let (all, unread) = all.map_or_else(|it| (Vec::new(), Some(it)), |it| (it, None));
        let outdated = upgrade.outdated(&all);
        let format = args.format.output;
        if format != Format::Table {
            report.upgrade = Some(upgrade.document(&found, &outdated));
        }
        report.show(&cluster, format, ui).await?;
        match unread {
            Some(error) => Err(error),
            None => upgrade.conclude(&outdated),
        }
    })
}

/// One run.
struct Upgrade<'a> {
    args: &'a Args,
    ui: &'a Ui,
    cluster: &'a Cluster,
    resolved: &'a Resolved,
    /// What is built on.
    base: Option<&'a Inventory>,
    /// What is replaced.
    kept: Option<&'a Inventory>,
}

impl Upgrade<'_> {
    /// Makes the checks and shows what will change. Gives what the checks found.
    async fn announce(&self, plan: &Plan, definitions: &[Object]) -> Result<Vec<Finding>> {
        let from = precheck::version_of(self.base);
        let target = Target {
            resolved: self.resolved,
            objects: definitions,
            from,
            adopts_helm: self.args.apply.adopt.is_some(),
            thorough: true,
        };
        let objects: Vec<&Reference> = plan.objects().collect();
        let found = Box::pin(precheck::findings(self.cluster, &target, &objects, self.ui)).await?;
        self.ui
            .status(report::headline(self.resolved, self.base, self.kept));
        if let Some(kept) = self.kept {
            self.ui.status(report::counts(kept, &plan.inventory));
        } else if let Some(base) = self.base
            && let Some(shared) = report::shared(base, &plan.inventory)
        {
            self.ui.warning(shared);
        }
        let is_change = |finding: &&Finding| finding.check == Check::Changes;
        let changes: Vec<&Finding> = found.iter().filter(is_change).collect();
        let others = found.iter().filter(|it| !is_change(it));
        report::changes(&changes, self.ui);
        let force = self.args.apply.install.is_forced() || self.args.apply.run.dry_run;
        precheck::gate(others, force, self.ui)?;
        Ok(found)
    }

    /// The revision that is replaced by one beside it.
    fn old(&self) -> Option<&str> {
        let beside = self.base.filter(|_| self.kept.is_none());
        beside.map(|base| outcome::revision(&base.revision))
    }

    /// Of all proxies, the workloads that still have the old one.
    fn outdated<'p>(&self, all: &'p [Attached]) -> Vec<&'p Attached> {
        let newest = attached::Newest {
            revision: outcome::revision(self.resolved.revision()),
            version: self.resolved.version(),
            old: self.old(),
        };
        attached::outdated(all, self.resolved.istio_namespace(), &newest)
    }

    /// What it adds to the report of an installation.
    fn document(&self, found: &[Finding], outdated: &[&Attached]) -> Value {
        json!(report::Document::new(
            self.resolved,
            self.base,
            self.kept.is_some(),
            found,
            outdated
        ))
    }

    /// Lists the workloads that still have the old proxy, and says how they get the new one.
    fn conclude(&self, outdated: &[&Attached]) -> Result<()> {
        if self.args.apply.run.dry_run {
            if self.kept.is_some() {
                self.ui.hint("`mesh manifest diff --live --reuse-values` with the same flags shows each change in full");
            }
            return Ok(());
        }
        if !outdated.is_empty() && self.args.format.output == Format::Table {
            self.ui.result(report::table(outdated).as_bytes())?;
        }
        let revision = outcome::revision(self.resolved.revision());
        for hint in report::next_steps(outdated, revision, self.old()) {
            self.ui.hint(hint);
        }
        Ok(())
    }
}
