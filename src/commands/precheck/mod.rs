//! `mesh precheck`, and the part of it that is done before every change.

pub(crate) mod load;

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use crate::cluster::inventory::Inventory;
use crate::cluster::object::Reference;
use crate::cluster::{self, Cluster, apply};
use crate::commands::install::plan::reference;
use crate::commands::install::{self, on_stored};
use crate::commands::install_flags::SettingFlags;
use crate::commands::outcome::{self, counted};
use crate::commands::target;
use crate::engine::install::record::Record;
use crate::engine::install::{Inputs, Resolved, render, resolve};
use crate::engine::precheck::{self, Check, Finding, Level, Target};
use crate::engine::versions::Version;
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};
use crate::output::table::Table;
use crate::settings::ConnectionFlags;

/// Check whether the mesh can be installed or upgraded
///
/// Nothing is changed. It looks at the version of Kubernetes; asks the server whether you may send
/// every kind of request that the installation takes; and looks for kinds of objects that the
/// cluster does not serve, namespaces that are being deleted, objects that Helm, Argo CD, Flux or
/// an operator looks after, definitions (CRDs) of a newer Istio, releases of the Gateway API that
/// are too old, control planes and proxies whose versions are too far apart, and defaults that
/// changed since the version that is installed (`--from-version` names another).
///
/// The flags say what would be installed. Without them it looks at what is installed, with the settings
/// that `mesh install` keeps in the cluster, as `mesh upgrade` does; where nothing is installed, at the
/// default profile. `mesh install` makes the quick ones of these checks before it begins, `mesh upgrade`
/// makes all of them.
///
/// EXAMPLES
///   mesh precheck
///   mesh precheck --reuse-values --set values.pilot.traceSampling=10
///   mesh precheck --profile demo --revision 1-31-4
///   mesh precheck --from-version 1.29
///   mesh precheck --output-threshold info -o json
///
/// EXIT CODES
///   0   nothing stands in the way, though there may be warnings
///   4   there are errors
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Look for defaults that changed since this version of Istio [default: the one that is installed]
    #[arg(short, long, value_name = "VERSION", value_parser = version)]
    from_version: Option<Version>,

    /// Build on the settings of the last installation, as `mesh upgrade` does; what is given lies on top
    #[arg(long)]
    reuse_values: bool,

    /// Leave out the checks of the control plane: look at changed defaults only
    #[arg(long, visible_alias = "skip-control-plane")]
    skip_controlplane: bool,

    /// Show what is at least as bad as this
    #[arg(
        long,
        value_name = "info|warning|error",
        default_value = "warning",
        ignore_case = true,
        hide_possible_values = true
    )]
    output_threshold: Threshold,

    #[command(flatten)]
    format: FormatFlag,

    /// IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)
    #[arg(long = "filename", value_name = "FILE", value_delimiter = ',')]
    filenames: Vec<PathBuf>,

    #[command(flatten)]
    settings: SettingFlags,

    #[command(flatten)]
    connection: ConnectionFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Threshold {
    Info,
    Warning,
    Error,
}

impl Threshold {
    fn level(self) -> Level {
        match self {
            Self::Info => Level::Info,
            Self::Warning => Level::Warning,
            Self::Error => Level::Error,
        }
    }
}

fn version(text: &str) -> Result<Version, String> {
    let version =
        Version::parse(text).ok_or_else(|| "expected a version such as 1.30".to_owned())?;
    if version.line() < Version::of(1, 0) || version >= Version::of(2, 0) {
        return Err("expected a version of Istio, such as 1.30".to_owned());
    }
    Ok(version)
}

/// What was found, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    server: &'a str,
    /// What was looked at.
    profile: &'a str,
    revision: &'a str,
    /// The revision whose stored settings were built on; none where the flags, or the default profile, say everything.
    settings_of: Option<&'a str>,
    istio_version: Option<String>,
    errors: usize,
    warnings: usize,
    /// Those that are as bad as was asked for.
    findings: Vec<&'a Finding>,
}

/// Reads, checks and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let given = args.settings.inputs(&args.filenames, false)?;
    // What is wrong in what is given shows before a cluster is asked.
    let alone = resolve::resolve(&given)?;
    let Checked {
        server,
        resolved,
        settings_of,
        mut found,
    } = cluster::block_on(Box::pin(checked(args, given, &alone, ui)))?;
    if args.skip_controlplane {
        found.retain(|it| it.check == Check::Changes);
    }
    let count = |level| found.iter().filter(|it| it.level == level).count();
    let threshold = args.output_threshold.level();
    let report = Report {
        server: &server,
        profile: resolved.profile(),
        revision: outcome::revision(resolved.revision()),
        settings_of: settings_of.as_deref(),
        istio_version: resolved.version().map(|it| it.to_string()),
        errors: count(Level::Error),
        warnings: count(Level::Warning),
        findings: found.iter().filter(|it| it.level >= threshold).collect(),
    };
    ui.report(&report, args.format.output, table)?;
    if args.format.output == Format::Table {
        hints(&report.findings, ui);
    }
    match report.errors {
        0 if report.warnings == 0 => {
            ui.status("nothing stands in the way");
            Ok(())
        }
        0 => {
            ui.status(format_args!(
                "no errors, {}",
                counted(report.warnings, "warning")
            ));
            Ok(())
        }
        errors => {
            let (errors, warnings) = (
                counted(errors, "error"),
                counted(report.warnings, "warning"),
            );
            Err(Error::new(
                Kind::Precondition,
                format!("{errors}, {warnings}"),
            ))
        }
    }
}

/// What was found of a cluster.
struct Checked {
    server: String,
    /// What was looked at.
    resolved: Resolved,
    /// The revision whose stored settings were built on.
    settings_of: Option<String>,
    found: Vec<Finding>,
}

/// Renders for the cluster and makes every check.
async fn checked(args: &Args, given: Inputs, alone: &Resolved, ui: &Ui) -> Result<Checked> {
    let cluster = Cluster::connect(&args.connection).await?;
    ui.detail(format_args!("asking {}", cluster.server()));
    let installed = installed(args, &cluster, alone.istio_namespace());
    let (given, installed) = tokio::join!(target::aim(given, &cluster), installed);
    let (given, installed) = (given?, installed?);
    let base = base(args, &installed, alone.revision())?;
    let inputs = match base {
        Some(base) => on_stored(at(given, base, args), alone, Some(base), &cluster).await?,
        None if args.reuse_values => on_stored(given, alone, None, &cluster).await?,
        None => given,
    };
    let resolved = resolve::resolve(&inputs)?;
    ui.status(looked_at(&resolved, base, args));
    let rendered = render::generate(&resolved)?.objects;
    let references: Vec<Reference> = rendered.iter().map(reference).collect();
    let objects: Vec<&Reference> = references.iter().collect();
    let target = Target {
        resolved: &resolved,
        objects: &rendered,
        from: args.from_version.or_else(|| version_of(base)),
        adopts_helm: false,
        thorough: true,
    };
    let found = findings(&cluster, &target, &objects, ui).await?;
    Ok(Checked {
        server: cluster.server().to_owned(),
        settings_of: base.map(|it| outcome::revision(&it.revision).to_owned()),
        resolved,
        found,
    })
}

/// Whether what is installed counts, and not only what the flags say.
fn builds_on_installed(args: &Args) -> bool {
    let says_what = !args.filenames.is_empty() || args.settings.says_what();
    args.reuse_values || !says_what
}

/// What is installed, where it counts.
async fn installed(args: &Args, cluster: &Cluster, namespace: &str) -> Result<Vec<Inventory>> {
    if builds_on_installed(args) {
        cluster.inventories(namespace).await
    } else {
        Ok(Vec::new())
    }
}

/// The installation whose settings count. Without `--revision` it is the only one, where there is only one.
fn base<'i>(
    args: &Args,
    installed: &'i [Inventory],
    revision: &str,
) -> Result<Option<&'i Inventory>> {
    match installed {
        [] => Ok(None),
        [only] if args.settings.revision().is_none() => Ok(Some(only)),
        _ => install::base(installed, revision, None),
    }
}

/// What is given, for the revision of `base` unless another is named.
fn at(given: Inputs, base: &Inventory, args: &Args) -> Inputs {
    let own = Some(base.revision.clone()).filter(|it| !it.is_empty());
    Inputs {
        revision: args.settings.revision().map(str::to_owned).or(own),
        ..given
    }
}

/// The version that an installation was of, as it was asked for.
pub(crate) fn version_of(base: Option<&Inventory>) -> Option<Version> {
    Version::parse(&tag_of(base)?)
}

/// The tag of the images of an installation, as it was asked for.
pub(crate) fn tag_of(base: Option<&Inventory>) -> Option<String> {
    Some(Record::read(&base?.inputs).ok()?.tag)
}

/// What the checks are about, and whose settings.
fn looked_at(resolved: &Resolved, base: Option<&Inventory>, args: &Args) -> String {
    let namespace = resolved.istio_namespace();
    let revision = outcome::revision(resolved.revision());
    let what = format!(
        "profile {}, revision `{revision}` in `{namespace}`",
        resolved.profile()
    );
    match base {
        Some(base) => {
            let inventory = base.object();
            let old = outcome::revision(&base.revision);
            let whose = if old == revision {
                "its stored settings".to_owned()
            } else {
                format!("the stored settings of revision `{old}`")
            };
            format!("checking {what}, with {whose} ({inventory})")
        }
        None if builds_on_installed(args) => {
            format!("checking {what}: mesh has installed nothing there yet")
        }
        None => format!("checking {what}, as the flags say"),
    }
}

/// Makes every check on what is to be applied, which is `objects`; of those that the server does not answer, it says so.
///
/// # Errors
/// The server does not answer at all, or refuses to list Pods.
pub(crate) async fn findings(
    cluster: &Cluster,
    target: &Target<'_>,
    objects: &[&Reference],
    ui: &Ui,
) -> Result<Vec<Finding>> {
    cluster.discovery().await?;
    let namespace = target.resolved.istio_namespace();
    // Boxed, since futures lie within each other, and these are large.
    let (asked, more, live) = tokio::try_join!(
        Box::pin(load::ask(cluster, objects, namespace)),
        Box::pin(load::ask_more(cluster, namespace, target.from)),
        Box::pin(apply::snapshot(cluster, objects.iter().copied())),
    )?;
    for failure in &asked.failures {
        let causes = failure.causes().join("; ");
        ui.warning(format_args!("not checked: {failure} ({causes})"));
    }
    let mut snapshot = asked.snapshot(&live);
    more.add_to(&mut snapshot);
    Ok(precheck::check(&snapshot, target))
}

fn table(report: &Report<'_>) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["CHECK", "LEVEL", "FOUND"]);
    for finding in &report.findings {
        let (check, level) = (word(finding.check), word(finding.level));
        table.row([check, level, finding.message.clone()]);
    }
    table.to_string()
}

/// A check or a level as its name is in a report for programs.
fn word(value: impl Serialize) -> String {
    let name = serde_json::to_value(value).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// What can be done, each said once.
fn hints(findings: &[&Finding], ui: &Ui) {
    let mut said: Vec<&str> = Vec::new();
    for hint in findings.iter().filter_map(|it| it.hint.as_deref()) {
        if !said.contains(&hint) {
            ui.hint(hint);
            said.push(hint);
        }
    }
}

/// What stands in the way of a change: warnings are said, errors end it unless `force` is given.
///
/// An old Kubernetes is a warning here, since istioctl goes on with one as well; of a namespace that is being deleted, the change says
/// itself that it waits for it.
///
/// # Errors
/// There are errors.
pub(crate) fn gate<'a>(
    found: impl IntoIterator<Item = &'a Finding>,
    force: bool,
    ui: &Ui,
) -> Result<()> {
    let found: Vec<&Finding> = found.into_iter().collect();
    let stops = |it: &&Finding| it.level == Level::Error && it.check != Check::Kubernetes && !force;
    let said = |it: &&Finding| it.level >= Level::Warning && it.check != Check::Namespaces;
    let warnings = found.iter().copied().filter(said);
    let warnings: Vec<&Finding> = warnings.filter(|it| !stops(it)).collect();
    for finding in &warnings {
        ui.warning(&finding.message);
    }
    hints(&warnings, ui);
    let errors: Vec<&Finding> = found.into_iter().filter(stops).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let error = Error::new(
        Kind::Precondition,
        "nothing was changed: the cluster is not ready for this",
    );
    let error = errors
        .iter()
        .fold(error, |error, it| error.because(it.message.clone()));
    let mut hints: Vec<&str> = errors.iter().filter_map(|it| it.hint.as_deref()).collect();
    hints.dedup();
    let error = hints.into_iter().fold(error, Error::hint);
    Err(error.hint("`mesh precheck` shows all checks; `--force` goes on all the same"))
}
