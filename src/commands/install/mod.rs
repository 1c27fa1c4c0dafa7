//! `mesh install`, and the same as `mesh manifest apply`.

mod adopt;
pub(super) mod leave;
mod ledger;
pub(super) mod plan;
pub(super) mod prepare;
pub(super) mod progress;
pub(super) mod prune;
mod report;

use std::time::Duration;

use tokio::time::Instant;

use crate::cluster::apply::{self, Outcome, Rollout, Snapshot};
use crate::cluster::delete::{Removal, Removed};
use crate::cluster::interrupt::Interrupt;
use crate::cluster::inventory::Inventory;
use crate::cluster::object::Reference;
use crate::cluster::readiness;
use crate::cluster::wait::Wait;
use crate::cluster::{self, Cluster};
use crate::commands::install_flags::InstallFlags;
use crate::commands::precheck::{gate, load};
use crate::commands::target;
use crate::engine::install::object::Object;
use crate::engine::install::{DEFAULT_TAG, Resolved, render, resolve};
use crate::engine::precheck::{self, Target};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::confirm::Answer;
use crate::output::structured::FormatFlag;
use crate::settings::{ConnectionFlags, duration};
use adopt::Adoption;
pub(crate) use plan::Plan;
pub(crate) use prepare::{Prepared, base, on_stored};
use prune::Leftovers;
use report::Report;

/// Install the mesh into the cluster, or change what is installed
///
/// Applies every object of the profile and what you change of it, by server-side apply as field
/// manager `mesh`: what is needed first goes first, the rest in parallel. Then it waits until
/// everything is ready, and says of what is not why. Run again, it goes on where it stopped, and
/// changes nothing where nothing is to change.
///
/// What was applied, and from which inputs, is kept in ConfigMap `mesh-inventory` of the istio
/// namespace; `mesh uninstall` goes by it, and `--reuse-values` builds on the inputs: what you give now
/// lies on top of what you gave before. Without it, settings that you do not give again are lost, and
/// named. Who may read that ConfigMap reads the inputs; what looks like a password, a token or a key by
/// its name is not kept, and has to be given again.
///
/// What earlier applies brought and this one does not have is named; `--prune` deletes it once the
/// rest is ready. It never deletes definitions (CRDs), namespaces, what is not of mesh any more, what
/// another revision has too, or what has the annotation `install.mesh/prune: "false"`.
///
/// On a terminal it asks before it begins. Elsewhere there is nobody to ask: it begins, as
/// `kubectl apply` does. `--dry-run` has the server check everything and store nothing. With `-o json`
/// stdout has one document that says what became of each object, also where something failed.
///
/// EXAMPLES
///   mesh install --profile demo
///   mesh manifest apply --set profile=demo
///   mesh install -f mesh.yaml --set meshConfig.accessLogFile=/dev/stdout --dry-run
///   mesh install --reuse-values --set values.pilot.traceSampling=10
///   mesh install -f mesh.yaml --prune -o json -y
///   mesh install --profile minimal --timeout 10m -y
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    apply: ApplyFlags,

    /// Build on the settings of the last installation; what is given now lies on top of them
    #[arg(long)]
    reuse_values: bool,

    /// Delete what earlier applies brought and this one does not have
    #[arg(long)]
    prune: bool,

    #[command(flatten)]
    format: FormatFlag,
}

/// What to apply, and how: for an installation and for an upgrade.
#[derive(Debug, clap::Args)]
pub(crate) struct ApplyFlags {
    #[command(flatten)]
    pub(crate) install: InstallFlags,

    #[command(flatten)]
    pub(crate) run: RunFlags,

    /// Take over fields that other field managers own, instead of ending with a conflict
    #[arg(long)]
    force_conflicts: bool,

    /// Take over what Helm installed, and delete its records of it
    #[arg(long, value_name = "helm", hide_possible_values = true)]
    pub(crate) adopt: Option<adopt::From>,

    /// Wait until everything is ready
    #[arg(
        long,
        short,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        default_value_t = true,
        hide_default_value = true,
        action = clap::ArgAction::Set,
        hide_possible_values = true,
        value_name = "true|false"
    )]
    wait: bool,

    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
}

/// How a change of the cluster is run.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RunFlags {
    /// Have the server check everything, and store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Do not ask
    #[arg(long, short = 'y', alias = "skip-confirmation")]
    pub(crate) yes: bool,

    /// Give up waiting after this time
    #[arg(
        long,
        alias = "readiness-timeout",
        value_name = "DURATION",
        value_parser = duration,
        default_value = "5m"
    )]
    pub(crate) timeout: Duration,
}

/// Resolves, renders, applies and waits.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let given = args.apply.install.inputs()?;
    let dry_run = args.apply.run.dry_run;
    // What is wrong in what is given shows before a cluster is asked.
    let alone = resolve::resolve(&given)?;
    if !args.reuse_values && render::is_empty(&alone)? {
        return Err(prepare::nothing_to_install());
    }
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.apply.connection).await?;
        ui.detail(format_args!("asking {}", cluster.server()));
        let kept = cluster.inventory(alone.istio_namespace(), alone.revision());
        let (given, kept) = tokio::join!(target::aim(given, &cluster), kept);
        // If the server cannot be asked at all, this is where it shows, always with the same words.
        let (given, kept) = (given?, kept?);
        let inputs = if args.reuse_values {
            on_stored(given, &alone, kept.as_ref(), &cluster).await?
        } else {
            given
        };
        let prepared = Prepared::make(inputs, dry_run, ui)?;
        if let Some(kept) = kept.as_ref().filter(|_| !args.reuse_values) {
            prepare::warn_of_losses(&prepared, kept, ui);
        }
        let installation = Installation {
            args: &args.apply,
            prunes: args.prune,
            is_checked: false,
            ui,
            cluster: &cluster,
            resolved: &prepared.resolved,
            definitions: &prepared.definitions,
        };
        let report = installation.run(prepared.plan, kept).await?;
        report.show(&cluster, args.format.output, ui).await
    })
}

/// One run.
pub(crate) struct Installation<'a> {
    pub(crate) args: &'a ApplyFlags,
    /// Deletes what earlier applies brought and this one does not have.
    pub(crate) prunes: bool,
    /// The checks were made, and what they found was said.
    pub(crate) is_checked: bool,
    pub(crate) ui: &'a Ui,
    pub(crate) cluster: &'a Cluster,
    pub(crate) resolved: &'a Resolved,
    /// The definitions among what is planned.
    pub(crate) definitions: &'a [Object],
}

impl Installation<'_> {
    /// Checks, asks, applies, waits and prunes. `kept` is what the last apply of this revision left.
    ///
    /// # Errors
    /// Something stands in the way. That not everything was applied and became ready is said by the report.
    pub(crate) async fn run(
        &self,
        mut plan: Plan,
        mut kept: Option<Inventory>,
    ) -> Result<Report<'_>> {
        let mut before = self.check(&plan, kept.as_ref()).await?;
        let adoption = self.adoption(&before, &mut kept, &plan).await?;
        if !adoption.is_empty() {
            before = self.look(&plan, kept.as_ref()).await?;
        }
        let kept = kept.as_ref();
        let mut leftovers = self.leftovers(&plan, kept, &before).await?;
        self.confirm(&plan, kept, &before, &leftovers)?;
        let interrupt = Interrupt::listen()?;
        let deadline = Instant::now() + self.args.run.timeout;
        if self
            .wait_for_old_namespaces(&before, &interrupt, deadline)
            .await?
        {
            before = self.look(&plan, kept).await?;
        }
        if self.args.run.dry_run {
            adoption.force(&mut plan.stages);
        } else if !adoption.is_empty() {
            adoption.take(self.cluster, self.ui).await?;
            before = self.look(&plan, kept).await?;
            leftovers = self.leftovers(&plan, kept, &before).await?;
        }
        leave::to_the_control_plane(&mut plan.stages, &before);
        let tagged = prepare::is_tagged(self.cluster, &before).await?;
        for note in plan.leave_to_tags(&before, tagged) {
            self.ui.status(note);
        }
        let unchanged = plan.unchanged(kept, &before);
        let components = {
            let dry_run = self.args.run.dry_run;
            progress::Components::new(self.ui, &plan, dry_run, self.args.wait && !dry_run)
        };
        let told = |event: apply::Event<'_>| components.told(event);
        let rollout = Rollout {
            cluster: self.cluster,
            force: self.args.force_conflicts,
            dry_run: self.args.run.dry_run,
            wait: self.args.wait,
            unchanged: &unchanged,
            deadline,
            interrupt: &interrupt,
            told: &told,
        };
        let (outcome, pruned) = if self.args.run.dry_run {
            let outcome = rollout.run(plan.stages, &before).await;
            let pruned = self.prune(&rollout, &outcome, &leftovers, &before).await?;
            (outcome, pruned)
        } else {
            self.carry_out(&rollout, plan, kept, &before, &leftovers)
                .await?
        };
        drop(components);
        Ok(Report {
            resolved: self.resolved,
            leftovers,
            outcome,
            pruned,
            dry_run: self.args.run.dry_run,
            waited: self.args.wait,
            prune: self.prunes,
            upgrade: None,
        })
    }

    /// What is there of the plan, and of what earlier applies brought.
    async fn look(&self, plan: &Plan, kept: Option<&Inventory>) -> Result<Snapshot> {
        let objects = plan.objects();
        let objects = objects.chain(prune::candidates(kept, |it| plan.has(it)));
        apply::snapshot(self.cluster, objects).await
    }

    async fn leftovers(
        &self,
        plan: &Plan,
        kept: Option<&Inventory>,
        before: &Snapshot,
    ) -> Result<Leftovers> {
        let Some(kept) = kept else {
            return Ok(Leftovers::default());
        };
        if !prune::candidates(Some(kept), |it| plan.has(it)).any(|it| before.contains_key(it)) {
            return Ok(Leftovers::default());
        }
        let others = match self.cluster.all_inventories().await {
            // To name what is left over, nobody needs the right to see other namespaces.
            Err(error) if !self.prunes => {
                self.ui.detail(format_args!("not looked at: {error}"));
                Vec::new()
            }
            others => others?,
        };
        Ok(prune::leftovers(kept, |it| plan.has(it), before, &others))
    }

    /// Applies the namespace, then the inventory, then all else, prunes, and writes the inventory as it has become.
    async fn carry_out(
        &self,
        rollout: &Rollout<'_>,
        plan: Plan,
        kept: Option<&Inventory>,
        before: &Snapshot,
        leftovers: &Leftovers,
    ) -> Result<(Outcome, Removed)> {
        let (mut stages, wanted) = (plan.stages, plan.inventory);
        let namespace = self.resolved.istio_namespace();
        let is_home = |object: &Reference| object.is("", "Namespace") && object.name == namespace;
        let mut first = Outcome::default();
        if !before.keys().any(is_home) {
            let home = plan::take_out(&mut stages, is_home);
            first = Rollout {
                wait: false,
                ..*rollout
            }
            .run(vec![home], before)
            .await;
            if !first.is_complete() {
                first.untried = stages
                    .into_iter()
                    .flat_map(|it| it.items)
                    .map(|it| it.object)
                    .collect();
                return Ok((first, Removed::default()));
            }
        }
        let as_kept = |one: &Inventory| kept.is_some_and(|kept| kept.is_stored_as(one));
        let mut inventory = ledger::open(&wanted, kept, before, rollout.unchanged);
        if !as_kept(&inventory) {
            inventory.complete = false;
            self.cluster.write_inventory(&inventory).await?;
        }
        let mut outcome = rollout.run(stages, before).await;
        outcome.applied.splice(0..0, first.applied);
        outcome.owned.extend(first.owned);
        let pruned = self.prune(rollout, &outcome, leftovers, before).await;
        let gone = pruned.as_ref().map(|it| it.gone.as_slice());
        ledger::close(&mut inventory, &wanted, &outcome, gone.unwrap_or_default());
        if !as_kept(&inventory) {
            self.cluster.write_inventory(&inventory).await?;
        }
        Ok((outcome, pruned?))
    }

    /// Deletes what is left over, if that was asked for and all else is in its place.
    async fn prune(
        &self,
        rollout: &Rollout<'_>,
        outcome: &Outcome,
        leftovers: &Leftovers,
        before: &Snapshot,
    ) -> Result<Removed> {
        if !self.prunes || !outcome.is_complete() {
            return Ok(Removed::default());
        }
        let removal = Removal {
            cluster: self.cluster,
            dry_run: rollout.dry_run,
            deadline: rollout.deadline,
            interrupt: rollout.interrupt,
            told: &|object| (rollout.told)(apply::Event::Pruned(object)),
        };
        removal.run(leftovers.stages(), before).await
    }

    /// Reads what is there, and makes the quick part of `mesh precheck`. In a dry run nothing needs to be stopped.
    async fn check(&self, plan: &Plan, kept: Option<&Inventory>) -> Result<Snapshot> {
        if self.is_checked {
            return self.look(plan, kept).await;
        }
        let objects: Vec<&Reference> = plan.objects().collect();
        let (before, asked) = tokio::try_join!(
            self.look(plan, kept),
            load::ask(self.cluster, &objects, self.resolved.istio_namespace()),
        )?;
        for failure in &asked.failures {
            self.ui.detail(format_args!("not checked: {failure}"));
        }
        let target = Target {
            resolved: self.resolved,
            objects: self.definitions,
            from: None,
            adopts_helm: self.args.adopt.is_some(),
            thorough: false,
        };
        let found = precheck::check(&asked.snapshot(&before), &target);
        let force = self.args.install.is_forced() || self.args.run.dry_run;
        gate(&found, force, self.ui)?;
        Ok(before)
    }

    /// What is to be taken over, if that was asked for; what of it is not applied joins what was applied before.
    async fn adoption(
        &self,
        before: &Snapshot,
        kept: &mut Option<Inventory>,
        plan: &Plan,
    ) -> Result<Adoption> {
        if self.args.adopt.is_none() {
            return Ok(Adoption::default());
        }
        let adoption = Adoption::find(self.cluster, before).await?;
        adoption.announce(self.ui);
        *kept = adoption.add_to(kept.take(), &plan.inventory);
        Ok(adoption)
    }

    /// Asks, unless there is nothing to do.
    fn confirm(
        &self,
        plan: &Plan,
        kept: Option<&Inventory>,
        before: &Snapshot,
        leftovers: &Leftovers,
    ) -> Result<()> {
        let all = plan.objects().count();
        let known = plan.objects().filter(|it| before.contains_key(it)).count();
        let same = plan.unchanged(kept, before).len();
        let pruned = if self.prunes {
            leftovers.going.len()
        } else {
            0
        };
        if self.args.run.dry_run || self.args.run.yes || same == all && pruned == 0 {
            return Ok(());
        }
        let counts = [
            (all - known, "new objects"),
            (known - same, "that may change"),
            (same, "as they should be"),
            (pruned, "to be deleted"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if pruned > 0 {
            let names: Vec<String> = leftovers.going.iter().map(ToString::to_string).collect();
            self.ui
                .status(format_args!("to be deleted: {}", names.join(", ")));
        }
        let question = format!(
            "Install Istio {DEFAULT_TAG} (profile {}) into {}, namespace `{}`: {}?",
            self.resolved.profile(),
            self.cluster.server(),
            self.resolved.istio_namespace(),
            counts.join(", "),
        );
        match self.ui.confirm(&question)? {
            Answer::Yes | Answer::NotAsked => Ok(()),
            Answer::No => Err(Error::new(
                Kind::Precondition,
                "nothing was changed: the answer was no",
            )),
        }
    }

    /// A namespace that is being deleted takes nothing new; once it is gone, it can be made again. Whether there was one.
    async fn wait_for_old_namespaces(
        &self,
        before: &Snapshot,
        interrupt: &Interrupt,
        deadline: Instant,
    ) -> Result<bool> {
        let leaving: Vec<_> = before
            .iter()
            .filter(|(object, live)| {
                object.is("", "Namespace") && live["metadata"].get("deletionTimestamp").is_some()
            })
            .map(|(object, live)| (object.clone(), Some(live)))
            .collect();
        if leaving.is_empty() || self.args.run.dry_run {
            return Ok(false);
        }
        let names: Vec<String> = leaving
            .iter()
            .map(|(it, _)| format!("`{}`", it.name))
            .collect();
        self.ui.status(format_args!(
            "waiting until namespace {} is gone, which is being deleted",
            names.join(", ")
        ));
        let wait = Wait {
            cluster: self.cluster,
            rule: readiness::gone,
            deadline,
            interrupt,
            done: &|_| {},
        };
        match wait.all(leaving).await?.first() {
            None => Ok(true),
            Some(left) => Err(Error::new(
                Kind::Cluster,
                format!("{} is being deleted, and is not gone in time", left.object),
            )
            .because(left.missing.clone())
            .hint("nothing was changed; find out what holds it, then run this again")),
        }
    }
}
