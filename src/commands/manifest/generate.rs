//! `mesh manifest generate`.

use std::path::{Path, PathBuf};

use crate::commands::install_flags::InstallFlags;
use crate::engine::install::component::COMPONENTS;
use crate::engine::install::object::{Object, stream};
use crate::engine::install::{render, resolve};
use crate::error::{Error, Result};
use crate::output::Ui;
use crate::output::sink::Sink;

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
///   mesh manifest generate -s 'components.ingressGateways[0].k8s.replicaCount=3'
///   mesh manifest generate --profile demo -o demo/
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    install: InstallFlags,

    /// File to write instead of standard output; a folder (one that exists, or a name ending in `/`) gets a file for each component
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// Resolves, renders and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let resolved = resolve::resolve(&args.install.inputs()?)?;
    let manifest = render::generate(&resolved)?;
    for warning in resolved.warnings().iter().chain(&manifest.warnings) {
        ui.warning(warning);
    }
    match &args.output {
        Some(folder) if is_folder(folder) => write_folder(folder, &manifest.objects, ui),
        file => {
            let mut sink = Sink::open(file.as_deref(), ui)?;
            sink.write(stream(&manifest.objects).as_bytes())?;
            sink.finish()
        }
    }
}

fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.to_string_lossy().ends_with(std::path::is_separator)
}

/// A file for each component that is on. No file is put in its place before all are written.
fn write_folder(folder: &Path, objects: &[Object], ui: &Ui) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::user(format!("cannot make the folder `{}`", folder.display())).caused_by(&error)
    })?;
    let mut sinks = Vec::new();
    for component in COMPONENTS {
        let own: Vec<Object> = objects
            .iter()
            .filter(|object| object.component == component.label)
            .cloned()
            .collect();
        if own.is_empty() {
            continue;
        }
        let mut sink = Sink::open(Some(&folder.join(format!("{}.yaml", component.key))), ui)?;
        sink.write(stream(&own).as_bytes())?;
        sinks.push(sink);
    }
    let count = sinks.len();
    sinks.into_iter().try_for_each(Sink::finish)?;
    ui.status(format!("wrote {count} files to `{}`", folder.display()));
    Ok(())
}
