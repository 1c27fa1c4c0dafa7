//! `mesh kube-inject`.

mod configuration;
mod from_cluster;

use configuration::ConfigurationFlags;

use crate::commands::workload_files::{self, FileFlags, Words, Work};
use crate::engine::inject::{Config, Injector, document};
use crate::error::Result;
use crate::output::Ui;
use crate::settings::IstioNamespaceFlag;

/// Add the sidecar to the workloads of YAML files
///
/// Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs, Pods, ReplicationControllers,
/// DeploymentConfigs, Rollouts of Argo and Lists of them get what istiod would add to their pods.
/// Everything else comes out byte for byte: comments, order and quotes of an injected document too.
///
/// No cluster is asked: the configuration is the one that comes with this program, changed by a
/// profile, `--set` and files. `--from-cluster`, or `--revision` of another than the default one
/// without a profile, settings or files, takes that of the cluster's istiod, and its ProxyConfigs.
///
/// `mesh kube-uninject` gives back what was injected, byte for byte; a document that has a sidecar
/// already gets the one of today's configuration. What cannot be seen in an injected document, as
/// the name of a port that a probe asked, is kept in a comment in it; in JSON, which has none, in an
/// annotation of the object, not of its pods: inject.mesh/kube-uninject.
///
/// Files are checked as a whole before the first byte is written. Standard input is written
/// document by document, so that a pipe flows; after an error, what was written is complete.
///
/// EXAMPLES
///   mesh kube-inject -f app.yaml | kubectl apply -f -
///   mesh kube-inject -f deploy/ -o injected.yaml
///   mesh kube-inject -f deploy/ -R -i
///   mesh kube-inject -f https://example.com/app.yaml -o injected.yaml
///   kubectl get deployment shop -o yaml | mesh kube-inject -f - | kubectl apply -f -
///   mesh kube-inject -f app.yaml --set values.global.proxy.logLevel=debug
///   mesh kube-inject -f app.yaml --revision canary
///   mesh kube-inject -f app.yaml --set values.pilot.env.ENABLE_NATIVE_SIDECARS=false
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    mut_arg(IstioNamespaceFlag::ID, IstioNamespaceFlag::leave_i)
)]
#[expect(clippy::doc_markdown, reason = "this is the text of the help")]
pub(crate) struct Args {
    #[command(flatten)]
    files: FileFlags,

    /// Write injected documents anew, with sorted keys and without comments
    #[arg(long)]
    normalize: bool,

    #[command(flatten)]
    configuration: ConfigurationFlags,
}

const WORDS: Words = Words {
    done: "injected",
    skipping: "Skipping injection",
};

/// Reads, injects, writes, and says what was done.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let config = Config {
        kinds: args.files.kinds()?,
        ..args.configuration.load(ui)?
    };
    let start = || -> Result<Work<'_>> {
        let injector = Injector::new(config.clone()).map_err(configuration::error)?;
        Ok(Box::new(move |text, value| {
            document::inject(&injector, text, &value, args.normalize)
        }))
    };
    workload_files::run(&args.files, &WORDS, &start, ui)
}
