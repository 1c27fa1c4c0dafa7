//! `mesh manifest translate`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::commands::install_flags::InstallFlags;
use crate::engine::install::object::Object;
use crate::engine::install::translate::{self, Left, Release, Translation};
use crate::engine::install::{DEFAULT_HUB, DEFAULT_TAG, resolve};
use crate::error::{Error, Result};
use crate::output::Ui;
use crate::output::diff::{Side, unified};
use crate::output::sink::Sink;
use crate::yaml;

/// Translate an installation to values for Istio's Helm charts
///
/// For each chart the values by which Helm installs what `mesh` does, `k8s:` settings among them.
/// Each chart is rendered with them, and what would differ is told. With `-o DIR`, a folder with a
/// file of values for each release, a script that hands over to Helm what is installed already, and
/// a README; nothing is changed in any cluster.
///
/// EXAMPLES
///   mesh manifest translate --profile ambient
///   mesh manifest translate -f mesh.yaml -o helm/
///   mesh manifest translate --set profile=minimal --set meshConfig.enableTracing=true
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    install: InstallFlags,

    /// Folder to write into, made where it is missing, instead of standard output
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Resolves, translates and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let resolved = resolve::resolve(&args.install.inputs()?)?;
    for warning in resolved.warnings() {
        ui.warning(warning);
    }
    let translation = translate::translate(&resolved)?;
    for Left { path, reason } in &translation.left {
        ui.warning(format_args!("`{path}` is left out: {reason}"));
    }
    for release in &translation.releases {
        let differing: Vec<&str> = release
            .differences
            .iter()
            .map(|difference| difference.object.as_str())
            .collect();
        if !differing.is_empty() {
            ui.warning(format_args!(
                "`{}`: values cannot say all of it, so Helm would install another {}",
                release.name,
                differing.join(", ")
            ));
        }
    }
    match &args.output {
        None => ui.result(stream(&translation.releases).as_bytes()),
        Some(folder) => write_folder(folder, &translation, ui),
    }
}

/// One document of values for each release.
fn stream(releases: &[Release]) -> String {
    let mut out = String::new();
    for release in releases {
        let _ = write!(
            out,
            "# {}\n{}---\n",
            install(release),
            yaml::to_string(&release.values)
        );
    }
    out
}

/// The command that installs a release, or makes it what the values say.
fn install(release: &Release) -> String {
    format!(
        "helm upgrade --install {name} oci://{DEFAULT_HUB}/charts/{chart} --version {DEFAULT_TAG} --namespace {namespace} --create-namespace --values {name}-values.yaml",
        name = release.name,
        chart = release.chart,
        namespace = word(&release.namespace),
    )
}

/// A word of a command line, in quotes where a shell would take it for something else.
fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn write_folder(folder: &Path, translation: &Translation, ui: &Ui) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::user(format!("cannot make the folder `{}`", folder.display())).caused_by(&error)
    })?;
    let mut files = vec![("README.md".to_owned(), readme(translation))];
    for release in &translation.releases {
        let name = &release.name;
        files.push((
            format!("{name}-values.yaml"),
            yaml::to_string(&release.values),
        ));
        files.push((format!("install-{name}.sh"), script(release)));
        if !release.differences.is_empty() {
            files.push((format!("{name}.diff"), differences(release)));
        }
    }
    let mut sinks = Vec::new();
    for (name, text) in &files {
        let mut sink = Sink::open(Some(&folder.join(name)), ui)?;
        sink.write(text.as_bytes())?;
        sinks.push(sink);
    }
    sinks.into_iter().try_for_each(Sink::finish)?;
    let folder = folder.display();
    ui.status(format_args!("wrote {} files to `{folder}`", files.len()));
    ui.hint("its README.md says how to go on");
    Ok(())
}

/// A script that has Helm take over what is installed, and then install.
fn script(release: &Release) -> String {
    let mut adopted = String::new();
    for object in &release.objects {
        let _ = writeln!(adopted, "adopt {}", reference(object));
    }
    format!(
        "#!/usr/bin/env bash
# Has the Helm release `{name}` take over what is installed already, and then installs it.
set -euo pipefail
cd \"$(dirname \"$0\")\"

# Helm takes over only what says that it belongs to the release.
adopt() {{
  if kubectl get \"$@\" >/dev/null 2>&1; then
    kubectl label --overwrite \"$@\" app.kubernetes.io/managed-by=Helm
    kubectl annotate --overwrite \"$@\" meta.helm.sh/release-name={name} meta.helm.sh/release-namespace={namespace}
  fi
}}

{adopted}
{install}
",
        name = release.name,
        namespace = word(&release.namespace),
        install = install(release),
    )
}

/// An object as kubectl's arguments.
fn reference(object: &Object) -> String {
    let mut kind = object.kind.to_lowercase();
    if !object.group().is_empty() {
        let _ = write!(kind, ".{}", object.group());
    }
    let mut text = format!("{} {}", word(&kind), word(&object.name));
    if let Some(namespace) = &object.namespace {
        let _ = write!(text, " --namespace {}", word(namespace));
    }
    text
}

fn differences(release: &Release) -> String {
    let mut out = String::new();
    for difference in &release.differences {
        let diff = unified(
            Side {
                name: &format!("Helm: {}", difference.object),
                text: difference.before.as_deref().unwrap_or_default(),
            },
            Side {
                name: &format!("mesh: {}", difference.object),
                text: difference.after.as_deref().unwrap_or_default(),
            },
        );
        out.push_str(&anstream::adapter::strip_str(&diff).to_string());
    }
    out
}

fn readme(translation: &Translation) -> String {
    let mut out = "# From mesh to Helm

Written by `mesh manifest translate`, which changed nothing in any cluster. Take the releases in this order; each script has
Helm take over what is installed, and then runs the command that stands in its last line. To install into an empty cluster,
run that command alone.

"
    .to_owned();
    for release in &translation.releases {
        let name = &release.name;
        let _ = writeln!(
            out,
            "- `{name}` (chart `{}`, namespace `{}`): values in `{name}-values.yaml`; run `bash install-{name}.sh`.",
            release.chart, release.namespace
        );
        if !release.differences.is_empty() {
            let _ = writeln!(
                out,
                "  Values cannot say all of it: `{name}.diff` has what Helm would change (`-` is Helm's, `+` what is installed now)."
            );
        }
    }
    if !translation.left.is_empty() {
        out.push_str("\nLeft out; these go on with `mesh manifest generate --component NAME` or `mesh install`:\n\n");
        for Left { path, reason } in &translation.left {
            let _ = writeln!(out, "- `{path}`: {reason}.");
        }
    }
    out
}
