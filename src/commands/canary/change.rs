//! A change of routes, by one plan in files or on the cluster: what `shift` and `match` share.

use std::path::PathBuf;

use super::files::{self, Files};
use super::flags::{AdoptFlag, ClusterFlags, DryRun, WriteFlags};
use super::live::{Live, Planned};
use super::report;
use crate::cluster;
use crate::engine::canary::shift::Plan;
use crate::engine::canary::{Object, Source, Target};
use crate::error::{Error, Result};
use crate::output::Ui;

/// Where a change is made, and how far it goes.
#[derive(Debug, clap::Args)]
pub(super) struct ChangeFlags {
    /// Edit files and not the cluster: file or directory, `-` for stdin (repeatable)
    #[arg(short, long = "filename", alias = "file", value_name = "FILE|DIR|-")]
    filenames: Vec<PathBuf>,

    #[command(flatten)]
    write: WriteFlags,

    #[command(flatten)]
    adopt: AdoptFlag,

    #[command(flatten)]
    cluster: ClusterFlags,
}

/// A change that is asked for.
pub(super) trait Change {
    /// Whose routes are changed.
    fn target(&mut self) -> &mut Target;

    /// Whether a service without a VirtualService gets one first.
    fn drafts(&self) -> bool;

    /// What the change does to these objects.
    fn plan(&self, objects: &[Object]) -> Result<Plan>;
}

impl ChangeFlags {
    /// The service named on the command line, in the namespace that was asked for.
    pub(super) fn target(&self, service: &str) -> Target {
        Target {
            text: service.to_owned(),
            namespace: self.cluster.namespace.namespace.clone(),
        }
    }

    /// Where objects are read from.
    pub(super) fn source(&self) -> Source {
        if self.filenames.is_empty() {
            Source::Cluster
        } else {
            Source::Files
        }
    }

    /// Whether also what Argo CD, Flux or Helm deploy is changed.
    pub(super) fn live(&self) -> bool {
        self.write.live
    }

    /// Plans the change, carries it out, and shows what was done. `words` are the command as one would type it again.
    pub(super) fn run(&self, change: impl Change, words: String, ui: &Ui) -> Result<()> {
        if self.filenames.is_empty() {
            let planned = cluster::block_on(self.carry_out(change, words, ui))?;
            return report::live(&planned, self.write.dry_run, self.cluster.format.output, ui);
        }
        self.refuse_what_files_lack()?;
        let files = Files {
            names: &self.filenames,
            namespace: self.cluster.namespace.namespace.as_deref(),
            dry_run: self.write.dry_run.is_some(),
            format: self.cluster.format.output,
        };
        files::run(&files, |objects| change.plan(objects), ui)
    }

    async fn carry_out(&self, mut change: impl Change, words: String, ui: &Ui) -> Result<Planned> {
        let live = Live::connect(&self.cluster, ui).await?;
        change.target().namespace = Some(live.namespace.clone());
        let target = change.target().clone();
        let stamp = self.cluster.stamp(words);
        let plan = async |mut objects: Vec<Object>| {
            let draft = if change.drafts() {
                live.draft(&mut objects, &target).await?
            } else {
                None
            };
            let plan = change.plan(&objects)?;
            live.prepare(objects, plan, draft, &stamp, self.adopt.adopt)
                .await
        };
        live.change(self.write.dry_run, &stamp, plan).await
    }

    fn refuse_what_files_lack(&self) -> Result<()> {
        let flag = if self.write.dry_run == Some(DryRun::Server) {
            "--dry-run=server"
        } else if self.adopt.adopt {
            "--adopt"
        } else if self.write.live {
            "--live"
        } else if self.cluster.connection.is_given() {
            "a flag that names a cluster"
        } else {
            return Ok(());
        };
        Err(Error::usage(format!("{flag} does nothing with `-f`"))
            .hint("leave `-f` out to work on the cluster"))
    }
}
