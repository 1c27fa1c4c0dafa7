//! `mesh manifest generate`.

use std::path::{Path, PathBuf};

use crate::cluster::{self, Cluster};
use crate::commands::install_flags::InstallFlags;
use crate::commands::target;
use crate::engine::install::component::{COMPONENTS, Component};
use crate::engine::install::object::{Object, stream};
use crate::engine::install::{Resolved, Target, render, resolve};
use crate::error::{Error, Result};
use crate::output::Ui;
use crate::output::sink::Sink;
use crate::settings::ConnectionFlags;

/// Print the YAML of an installation
///
/// Every object of the profile and what you change of it, in an order that `kubectl apply -f -`
/// accepts. No cluster is asked, unless `--cluster-specific` says so. Weakest first: the default
/// profile, the named profile, files in order, `--set` in order.
///
/// EXAMPLES
///   mesh manifest generate --profile demo | kubectl apply -f -
///   mesh manifest generate --profile demo | kubectl delete --ignore-not-found -f -
///   mesh manifest generate --set profile=minimal --set revision=canary
///   mesh manifest generate -f mesh.yaml --set meshConfig.accessLogFile=/dev/stdout
///   mesh manifest generate -s 'components.ingressGateways[0].k8s.replicaCount=3'
///   mesh manifest generate --component pilot,cni --profile ambient
///   mesh manifest generate --cluster-specific --context prod
///   mesh manifest generate --profile demo -o demo/
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    install: InstallFlags,

    /// Only what belongs to this component, such as `pilot` or `ingressGateways` (repeatable)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    component: Vec<String>,

    /// Ask the cluster of the kubeconfig for its version and what it serves, and render for it
    #[arg(long)]
    cluster_specific: bool,

    /// File to write instead of standard output; a folder (one that exists, or a name ending in `/`) gets a file for each component
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Resolves, renders and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let components = components(&args.component)?;
    let mut inputs = args.install.inputs()?;
    inputs.target = target(args, ui)?;
    let resolved = resolve::resolve(&inputs)?;
    if !args.component.is_empty() {
        check_are_on(&components, &resolved)?;
    }
    let manifest = render::generate_of(&resolved, components.iter().copied())?;
    for warning in resolved.warnings().iter().chain(&manifest.warnings) {
        ui.warning(warning);
    }
    match &args.output {
        Some(folder) if is_folder(folder) => {
            write_folder(folder, &components, &manifest.objects, ui)
        }
        file => {
            let mut sink = Sink::open(file.as_deref(), ui)?;
            sink.write(stream(&manifest.objects).as_bytes())?;
            sink.finish()
        }
    }
}

/// Those that are asked for, in the order of rendering; all where none is named.
fn components(names: &[String]) -> Result<Vec<&'static Component>> {
    let named: Vec<&Component> = names
        .iter()
        .map(|name| Component::named(name.trim()))
        .collect::<Result<_>>()?;
    let wanted = |component: &&Component| named.is_empty() || named.contains(component);
    Ok(COMPONENTS.iter().filter(wanted).collect())
}

/// What is asked for by name and is off would be missing without a word.
fn check_are_on(components: &[&'static Component], resolved: &Resolved) -> Result<()> {
    for component in components {
        if component.instances(resolved.operator())?.is_empty() {
            let path = component.path();
            return Err(
                Error::config(format!("`{path}` is turned off by this configuration"))
                    .hint(component.switch()),
            );
        }
    }
    Ok(())
}

/// The cluster that is rendered for, if any.
fn target(args: &Args, ui: &Ui) -> Result<Option<Target>> {
    if !args.cluster_specific {
        if args.connection.is_given() {
            return Err(Error::usage(
                "a flag that says which cluster does nothing without `--cluster-specific`",
            )
            .hint("with `--cluster-specific`, the version and the kinds of that cluster count"));
        }
        return Ok(None);
    }
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.connection).await?;
        let target = target::ask(&cluster).await?;
        let server = cluster.server();
        let gke = if target.is_gke() { " of Google's" } else { "" };
        ui.status(format_args!(
            "rendering for Kubernetes {}{gke}, at {server}",
            target.version
        ));
        Ok(Some(target))
    })
}

fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.to_string_lossy().ends_with(std::path::is_separator)
}

/// A file for each component that is on. No file is put in its place before all are written.
fn write_folder(
    folder: &Path,
    components: &[&Component],
    objects: &[Object],
    ui: &Ui,
) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::user(format!("cannot make the folder `{}`", folder.display())).caused_by(&error)
    })?;
    let mut sinks = Vec::new();
    for component in components {
        let file = folder.join(format!("{}.yaml", component.key));
        let own: Vec<Object> = objects
            .iter()
            .filter(|object| object.component == component.label)
            .cloned()
            .collect();
        if !own.is_empty() {
            let mut sink = Sink::open(Some(&file), ui)?;
            sink.write(stream(&own).as_bytes())?;
            sinks.push(sink);
        } else if file.exists() {
            // It would be applied with the rest of the folder.
            ui.warning(format_args!(
                "`{}` is left of an earlier run: `{}` is off now, so delete it",
                file.display(),
                component.path()
            ));
        }
    }
    let count = sinks.len();
    sinks.into_iter().try_for_each(Sink::finish)?;
    ui.status(format!("wrote {count} files to `{}`", folder.display()));
    Ok(())
}
