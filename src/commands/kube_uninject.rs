//! `mesh kube-uninject`.

use crate::commands::workload_files::{self, FileFlags, Words, Work};
use crate::engine::inject::document;
use crate::error::Result;
use crate::output::Ui;

/// Take the sidecar out of the workloads of YAML files
///
/// What `mesh kube-inject` added goes, and what it replaced comes back: the output is what was
/// injected, YAML or JSON, byte for byte. What you changed since stays as you have it; what could
/// not come back because of that is said in a warning.
///
/// What istioctl injected, and YAML that a cluster gives back, is taken out as far as it shows what
/// it was; a port that a probe asked by name then comes back as a number.
///
/// EXAMPLES
///   mesh kube-uninject -f injected.yaml
///   mesh kube-uninject -f deploy/ -R -i
///   kubectl get deployment shop -o yaml | mesh kube-uninject -f - | kubectl apply -f -
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    files: FileFlags,
}

const WORDS: Words = Words {
    done: "uninjected",
    skipping: "Skipping uninjection",
};

/// Reads, takes out, writes, and says what was done.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let kinds = args.files.kinds()?;
    let start = || -> Result<Work<'_>> {
        Ok(Box::new(|text, value| {
            Ok(document::uninject(text, &value, &kinds))
        }))
    };
    workload_files::run(&args.files, &WORDS, &start, ui)
}
