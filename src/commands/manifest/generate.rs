//! `mesh manifest generate`.

use crate::commands::install_flags::InstallFlags;
use crate::engine::install::{object, render, resolve};
use crate::error::Result;
use crate::output::Ui;

/// Print the YAML of an installation
///
/// Every object of the profile and what you change of it, in an order that `kubectl apply -f -`
/// accepts. No cluster is asked. Weakest first: the default profile, the named profile, files in
/// order, `--set` in order.
///
/// EXAMPLES
///   mesh manifest generate --profile demo | kubectl apply -f -
///   mesh manifest generate --set profile=minimal --set revision=canary
///   mesh manifest generate -f mesh.yaml --set meshConfig.accessLogFile=/dev/stdout
///   mesh manifest generate --set 'components.ingressGateways[0].k8s.replicaCount=3'
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    install: InstallFlags,
}

/// Resolves, renders and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let resolved = resolve::resolve(&args.install.inputs()?)?;
    let manifest = render::generate(&resolved)?;
    for warning in resolved.warnings().iter().chain(&manifest.warnings) {
        ui.warning(warning);
    }
    ui.result(object::stream(&manifest.objects).as_bytes())
}
