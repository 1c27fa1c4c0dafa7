//! `mesh manifest diff`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::live;
use crate::commands::install_flags::InstallFlags;
use crate::commands::wanted::{Named, trees};
use crate::engine::install::compare::{self, Difference};
use crate::engine::install::object::Object;
use crate::engine::install::{File, Inputs, ignore_rules, is_operator, profile, render, resolve};
use crate::error::{Error, Kind, Result};
use crate::input;
use crate::output::Ui;
use crate::output::diff::{Side, unified};
use crate::output::structured::{Format, FormatFlag};
use crate::settings::ConnectionFlags;

/// Compare two manifests, or one with the cluster
///
/// Each of two is a file, a folder of files, `-` for standard input, or the name of a profile.
/// Files of kind IstioOperator stand for what they install. The order of objects and of fields
/// does not count; `-` on a line of the diff is the first manifest, `+` the second.
///
/// With `--live`, the first is the cluster and the second what `mesh install` with the same flags
/// would make of it. The server tries it by dry runs and stores nothing, so that its defaults are
/// no difference, and neither is what the control plane writes itself: certificates of webhooks,
/// and that validation fails closed. Who may read but not write gets an estimate instead.
///
/// `--ignore-rules` prints what keeps Argo CD or Flux from taking those fields for drift.
///
/// EXAMPLES
///   mesh manifest diff default demo
///   mesh manifest diff installed.yaml mesh-operator.yaml
///   mesh manifest diff --live --profile demo --set meshConfig.accessLogFile=/dev/stdout
///   mesh manifest diff --live --reuse-values
///   mesh manifest diff --live -f mesh.yaml --prune -o json
///   mesh manifest diff --ignore-rules argocd -f mesh.yaml
///
/// EXIT CODES
///   0  no difference
///   1  differences
///   2  a manifest cannot be read or rendered, or the cluster cannot be asked
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The first manifest
    #[arg(value_name = "FILE|DIR|-|PROFILE", required_unless_present_any = ["live", "ignore_rules"])]
    left: Option<PathBuf>,

    /// The second manifest
    #[arg(value_name = "FILE|DIR|-|PROFILE", required_unless_present_any = ["live", "ignore_rules"])]
    right: Option<PathBuf>,

    /// Compare the cluster with what an apply would make of it
    #[arg(long, conflicts_with_all = ["left", "right"])]
    live: bool,

    /// Count what was applied before and is not in the configuration any more as deleted
    #[arg(long)]
    pub(super) prune: bool,

    /// Build on the settings of the last installation, as `mesh install --reuse-values` does
    #[arg(long)]
    pub(super) reuse_values: bool,

    /// Take fields that other field managers own as taken over, and name no conflicts
    #[arg(long)]
    pub(super) force_conflicts: bool,

    /// Print settings that have argocd, flux or flux-helm ignore what the control plane writes
    #[arg(
        long,
        value_name = "TOOL",
        hide_possible_values = true,
        conflicts_with_all = ["left", "right", "live", "output"]
    )]
    ignore_rules: Option<GitOps>,

    #[command(flatten)]
    pub(super) format: FormatFlag,

    #[command(flatten)]
    pub(super) install: InstallFlags,

    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
}

/// Who applies what is in Git.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GitOps {
    #[value(name = "argocd")]
    ArgoCd,
    Flux,
    FluxHelm,
}

/// Reads both, compares and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    if args.live {
        return live::run(args, ui);
    }
    // The parser does not ask for `--live` beside what it conflicts with.
    if args.prune || args.reuse_values || args.force_conflicts {
        return Err(Error::usage(
            "`--prune`, `--reuse-values` and `--force-conflicts` do nothing without `--live`",
        ));
    }
    if args.connection.is_given() {
        return Err(Error::usage(
            "flags that lead to a cluster do nothing without `--live`",
        ));
    }
    if let Some(tool) = args.ignore_rules {
        return print_rules(tool, args, ui);
    }
    if args.install.is_given() {
        return Err(
            Error::usage("flags that say what to install do nothing for two manifests")
                .hint("`--live` compares what they say with the cluster"),
        );
    }
    let (Some(left), Some(right)) = (&args.left, &args.right) else {
        return Err(Error::usage("two manifests are needed, or `--live`"));
    };
    two(left, right, args.format.output, ui)
}

fn two(left: &Path, right: &Path, format: Format, ui: &Ui) -> Result<()> {
    let differences = compare(left, right, ui).map_err(|error| error.with_kind(Kind::Usage))?;
    let (left, right) = (left.display().to_string(), right.display().to_string());
    match format {
        Format::Table => {
            let differences: Vec<&Difference> = differences.iter().collect();
            ui.styled(&shown(&differences, &left, &right))?;
        }
        format => {
            let all: Vec<Value> = differences.iter().map(value_of).collect();
            ui.report(&json!({"differences": all}), format, |_| String::new())?;
        }
    }
    if differences.is_empty() {
        ui.status("no difference");
        return Ok(());
    }
    Err(Error::new(Kind::Different, "the manifests differ"))
}

fn print_rules(tool: GitOps, args: &Args, ui: &Ui) -> Result<()> {
    let wanted = Named::read(&args.install)?.wanted(ui)?;
    let tool = match tool {
        GitOps::ArgoCd => ignore_rules::Tool::ArgoCd,
        GitOps::Flux => ignore_rules::Tool::Flux,
        GitOps::FluxHelm => ignore_rules::Tool::FluxHelm,
    };
    if let Some(text) = ignore_rules::rules(tool, &wanted.objects) {
        return ui.result(text.as_bytes());
    }
    ui.status("nothing to ignore: the control plane writes none of these objects");
    Ok(())
}

fn compare(left: &Path, right: &Path, ui: &Ui) -> Result<Vec<Difference>> {
    if [left, right].iter().all(|side| side.as_os_str() == "-") {
        return Err(Error::usage("standard input (`-`) can be read only once"));
    }
    let left = objects(left, ui)?;
    let right = objects(right, ui)?;
    Ok(compare::compare(&left, &right))
}

/// What a file, folder or profile stands for. A file wins over a profile of the same name.
fn objects(side: &Path, ui: &Ui) -> Result<Vec<Object>> {
    let name = side.to_string_lossy();
    let is_profile = profile::all().iter().any(|profile| profile.name == name);
    if is_profile && !side.exists() {
        return generated(
            &Inputs {
                profile: Some(name.into_owned()),
                ..Inputs::default()
            },
            ui,
        );
    }
    if name != "-" && !side.exists() {
        return Err(
            Error::user(format!("there is no file and no profile `{name}`"))
                .hint("`mesh profile list` shows the profiles"),
        );
    }
    let mut objects = Vec::new();
    let mut operators = Vec::new();
    for input in input::read(&[side.to_owned()])? {
        let file = File {
            name: input.name,
            text: input.text,
        };
        let trees = trees(&file)?;
        if trees.iter().any(is_operator) {
            operators.push(file);
        } else {
            objects.extend(
                trees
                    .into_iter()
                    .filter_map(|tree| Object::from_tree("", tree)),
            );
        }
    }
    if !operators.is_empty() {
        objects.extend(generated(
            &Inputs {
                files: operators,
                ..Inputs::default()
            },
            ui,
        )?);
    }
    Ok(objects)
}

fn generated(inputs: &Inputs, ui: &Ui) -> Result<Vec<Object>> {
    let resolved = resolve::resolve(inputs)?;
    let manifest = render::generate(&resolved)?;
    for warning in resolved.warnings().iter().chain(&manifest.warnings) {
        ui.warning(warning);
    }
    Ok(manifest.objects)
}

/// A diff of each object, one after the other.
pub(super) fn shown(differences: &[&Difference], left: &str, right: &str) -> String {
    let mut out = String::new();
    for difference in differences {
        let object = &difference.object;
        let name = |side: &str, text: &Option<String>| match text {
            Some(_) => format!("{side}: {object}"),
            None => "/dev/null".to_owned(),
        };
        out.push_str(&unified(
            Side {
                name: &name(left, &difference.before),
                text: difference.before.as_deref().unwrap_or_default(),
            },
            Side {
                name: &name(right, &difference.after),
                text: difference.after.as_deref().unwrap_or_default(),
            },
        ));
    }
    out
}

/// A difference for programs.
pub(super) fn value_of(difference: &Difference) -> Value {
    let change = match (&difference.before, &difference.after) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    json!({"object": difference.object, "change": change, "before": difference.before, "after": difference.after})
}
