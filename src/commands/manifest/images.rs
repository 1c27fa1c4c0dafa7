//! `mesh manifest images`.

use crate::commands::install_flags::InstallFlags;
use crate::engine::install::images::{self, Image};
use crate::engine::install::resolve;
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::FormatFlag;

/// List every image that an installation pulls
///
/// Those of the objects, of the proxies that are injected later, and of the add-ons: what a
/// registry behind an air gap has to hold. `-o json` says what each is for.
///
/// EXAMPLES
///   mesh manifest images --profile demo
///   mesh manifest images --profile ambient --hub registry.example/istio
///   mesh manifest images -f mesh.yaml | xargs -n 1 docker pull
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    install: InstallFlags,

    #[command(flatten)]
    format: FormatFlag,
}

/// Prints a line for each image.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let resolved = resolve::resolve(&args.install.inputs()?)?;
    for warning in resolved.warnings() {
        ui.warning(warning);
    }
    let images = images::images(&resolved)?;
    ui.report(&images, args.format.output, |images| lines(images))
}

fn lines(images: &[Image]) -> String {
    let names = images.iter().flat_map(|image| {
        [
            &image.image,
            "
",
        ]
    });
    names.collect()
}
