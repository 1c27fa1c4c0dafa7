//! `mesh verify-install`.

use std::fmt::Write as _;

use serde::Serialize;

use super::install::progress;
use super::install_flags::InstallFlags;
use super::live::{self, Compared, State};
use super::target;
use super::wanted::{Named, Wanted};
use crate::cluster::inventory::Inventory;
use crate::cluster::request::MANAGER;
use crate::cluster::wait::Unready;
use crate::cluster::{self, Cluster, readiness, reasons};
use crate::engine::install::component::COMPONENTS;
use crate::engine::install::record::Record;
use crate::engine::install::{Inputs, Target, drift};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};
use crate::output::table::Table;
use crate::settings::ConnectionFlags;

/// Check that what is installed is all there, unchanged and ready
///
/// Every object has to be there, has to say what `mesh install` would have it say, and has to be
/// ready; of what is not, it says why. What the control plane writes itself is no change, and
/// neither is what others added to an object. Nothing is stored.
///
/// Without `-f`, `--profile` or `--set` it goes by the inventory that `mesh install` keeps in the
/// cluster. For an installation by Helm or istioctl, name what is to be there; `-f` also takes
/// manifests as they are.
///
/// EXAMPLES
///   mesh verify-install
///   mesh verify-install --revision canary -o json
///   mesh verify-install --profile demo --all
///   istioctl manifest generate | mesh verify-install -f -
///
/// EXIT CODES
///   0  everything is as it should be
///   1  something is not
///   2  it could not be found out
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Show every object, and not only those that something is wrong with; so does --verbose
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    install: InstallFlags,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// What was found, for all installations that were looked at.
#[derive(Debug, Serialize)]
struct Report {
    server: String,
    ok: bool,
    installations: Vec<Installation>,
}

/// One installation.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    /// `profile demo`, or the files.
    what: String,
    namespace: String,
    revision: String,
    ok: bool,
    /// The last apply of it did not come to its end.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    incomplete: bool,
    total: usize,
    components: Vec<Component>,
    /// Those that something is wrong with, or all.
    objects: Vec<Checked>,
}

/// How many objects of a component are how.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Component {
    name: String,
    objects: usize,
    missing: usize,
    changed: usize,
    not_ready: usize,
    unknown: usize,
}

/// An object and what is wrong with it.
#[derive(Debug, Serialize)]
struct Checked {
    object: String,
    problems: Vec<Problem>,
}

/// What is wrong with an object.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    kind: Fault,
    /// Each a phrase.
    details: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Fault {
    Missing,
    Changed,
    NotReady,
    /// The server would not say what an apply makes of it.
    Unknown,
}

/// Reads, compares and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let report =
        cluster::block_on(verify(args, ui)).map_err(|error| error.with_kind(Kind::Usage))?;
    ui.report(&report, args.format.output, table)?;
    if args.format.output == Format::Table {
        hint(&report, ui);
    }
    if report.ok {
        return Ok(());
    }
    Err(Error::new(
        Kind::Different,
        "the installation is not as it should be",
    ))
}

async fn verify(args: &Args, ui: &Ui) -> Result<Report> {
    let cluster;
    let mut installations = Vec::new();
    if args.install.says_what() {
        let named = Named::read(&args.install)?;
        cluster = Cluster::connect(&args.connection).await?;
        let wanted = named.wanted_in(&cluster, ui).await?;
        installations.push(check(&cluster, &wanted, args, ui).await?);
    } else {
        cluster = Cluster::connect(&args.connection).await?;
        let found = inventories(&cluster, args);
        let (target, found) = tokio::join!(target::ask(&cluster), found);
        // If the server cannot be asked at all, this is where it shows, always with the same words.
        let target = target?;
        for inventory in found? {
            let wanted = stored(&inventory, &target, args, ui)?;
            let mut installation = check(&cluster, &wanted, args, ui).await?;
            installation.incomplete = !inventory.complete;
            installation.ok &= inventory.complete;
            installations.push(installation);
        }
    }
    Ok(Report {
        server: cluster.server().to_owned(),
        ok: installations.iter().all(|one| one.ok),
        installations,
    })
}

/// The inventories of the namespace; with `--revision`, that one.
async fn inventories(cluster: &Cluster, args: &Args) -> Result<Vec<Inventory>> {
    let namespace = args.install.istio_namespace();
    let mut found = cluster.inventories(namespace).await?;
    let absent = match args.install.revision() {
        Some(revision) => {
            let revision = if revision == "default" { "" } else { revision };
            found.retain(|one| one.revision == revision);
            format!("revision `{revision}` in namespace `{namespace}`")
        }
        None => format!("an installation in namespace `{namespace}`"),
    };
    if found.is_empty() {
        return Err(Error::new(
            Kind::Precondition,
            format!("there is no inventory of {absent}"),
        )
        .hint("for what Helm or istioctl installed, name what should be there: `mesh verify-install --profile NAME`, or `-f FILE`")
        .hint("`-i NAMESPACE` looks elsewhere; `mesh status` shows what runs"));
    }
    Ok(found)
}

/// What the inputs of an installation stand for, as far as they are stored.
fn stored(inventory: &Inventory, target: &Target, args: &Args, ui: &Ui) -> Result<Wanted> {
    let record = Record::read(&inventory.inputs)?;
    let given = args.install.inputs()?;
    if let (Some(folder), None) = (&record.manifests, &given.package) {
        return Err(Error::new(
            Kind::Precondition,
            format!("it was installed from the charts in `{folder}`, which are not stored"),
        )
        .hint(format!("name them again: `--manifests {folder}`")));
    }
    let inputs = Inputs {
        package: given.package,
        target: Some(target.clone()),
        ..record.inputs()
    };
    let wanted = Wanted::installed(&inputs, ui)?;
    if !wanted.left_out.is_empty() {
        ui.warning(format_args!(
            "these settings look secret, so that they are not stored and cannot be compared: {}",
            wanted.left_out.join(", ")
        ));
    }
    Ok(wanted)
}

async fn check(cluster: &Cluster, wanted: &Wanted, args: &Args, ui: &Ui) -> Result<Installation> {
    // Whose field it is matters to an apply; here only what it says does.
    let compared = live::compare(cluster, wanted, true, ui).await?;
    let reasons = reasons_of(cluster, &compared).await;
    let mut installation = Installation {
        what: wanted.title.clone(),
        namespace: wanted.namespace.clone(),
        revision: match wanted.revision.as_str() {
            "" => "default".to_owned(),
            revision => revision.to_owned(),
        },
        ok: true,
        total: compared.len(),
        ..Installation::default()
    };
    let mut parts: Vec<(&str, Component)> = Vec::new();
    for (one, unready) in compared.iter().zip(reasons) {
        let problems = problems(one, unready);
        let label = one.object.component;
        let at = parts.iter().position(|(name, _)| *name == label);
        let at = at.unwrap_or_else(|| {
            parts.push((label, Component::default()));
            parts.len() - 1
        });
        parts[at].1.count(&problems);
        installation.ok &= problems.is_empty();
        if !problems.is_empty() || args.all || ui.is_verbose() {
            installation.objects.push(Checked {
                object: one.reference.to_string(),
                problems,
            });
        }
    }
    parts.sort_by_key(|(label, _)| COMPONENTS.iter().position(|one| one.label == *label));
    let named = |(label, part): (&'static str, Component)| Component {
        name: match label {
            "" => "manifest".to_owned(),
            label => progress::name(label).to_owned(),
        },
        ..part
    };
    installation.components = parts.into_iter().map(named).collect();
    Ok(installation)
}

impl Component {
    fn count(&mut self, problems: &[Problem]) {
        self.objects += 1;
        for problem in problems {
            match problem.kind {
                Fault::Missing => self.missing += 1,
                Fault::Changed => self.changed += 1,
                Fault::NotReady => self.not_ready += 1,
                Fault::Unknown => self.unknown += 1,
            }
        }
    }
}

/// For each object why it is not ready; `None` for what is, and for what is not there.
async fn reasons_of(cluster: &Cluster, compared: &[Compared<'_>]) -> Vec<Option<String>> {
    let mut unready = Vec::new();
    let mut at = Vec::new();
    for (index, one) in compared.iter().enumerate() {
        let (State::There { live, .. }
        | State::Failed {
            live: Some(live), ..
        }) = &one.state
        else {
            continue;
        };
        let missing = match readiness::ready(&one.reference, Some(live)) {
            readiness::State::Done => continue,
            readiness::State::Pending(missing) | readiness::State::Failed(missing) => missing,
        };
        at.push(index);
        unready.push(Unready {
            object: one.reference.clone(),
            missing,
            live: Some(live.clone()),
        });
    }
    let mut reasons = vec![None; compared.len()];
    let lines = reasons::explain(cluster, &unready).await;
    for ((index, unready), line) in at.into_iter().zip(unready).zip(lines) {
        let name = format!("{}: ", unready.object);
        let reason = line.strip_prefix(&name).unwrap_or(&line);
        reasons[index] = Some(reason.to_owned());
    }
    reasons
}

fn problems(one: &Compared<'_>, unready: Option<String>) -> Vec<Problem> {
    let problem = |kind, details| Problem { kind, details };
    let mut problems = match &one.state {
        State::Absent => vec![problem(Fault::Missing, Vec::new())],
        State::Failed { error, .. } => {
            let why = match error.causes() {
                [] => error.to_string(),
                causes => causes.join("; "),
            };
            vec![problem(Fault::Unknown, vec![why])]
        }
        State::There { live, after, .. } => {
            let (group, kind) = (one.object.group(), one.object.kind.as_str());
            let changes = drift::changes_by_others(group, kind, live, after);
            let known = changes.iter().filter(|it| !it.is_unknown());
            let words: Vec<String> = known.map(|it| it.words(MANAGER)).collect();
            if words.is_empty() {
                Vec::new()
            } else {
                vec![problem(Fault::Changed, words)]
            }
        }
    };
    problems.extend(unready.map(|reason| problem(Fault::NotReady, vec![reason])));
    problems
}

fn table(report: &Report) -> String {
    let mut out = String::new();
    for installation in &report.installations {
        if !out.is_empty() {
            out.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", counts(installation));
        if !installation.objects.is_empty() {
            let _ = write!(out, "\n{}", rows(installation));
        }
        let _ = writeln!(out, "\n{}", verdict(installation));
    }
    out
}

fn counts(installation: &Installation) -> Table {
    let mut table = Table::new(["COMPONENT", "OBJECTS", "MISSING", "CHANGED", "NOT READY"]);
    for part in &installation.components {
        let numbers = [part.objects, part.missing, part.changed, part.not_ready];
        let numbers = numbers.map(|number| number.to_string());
        table.row(std::iter::once(part.name.clone()).chain(numbers));
    }
    table
}

fn rows(installation: &Installation) -> Table {
    let mut table = Table::new(["OBJECT", "PROBLEM", "WHAT IS WRONG"]);
    for one in &installation.objects {
        if one.problems.is_empty() {
            table.row([one.object.as_str(), "-"]);
        }
        for problem in &one.problems {
            table.row([&one.object, problem.kind.word(), &phrase(&problem.details)]);
        }
    }
    table
}

impl Fault {
    fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::NotReady => "not ready",
            Self::Unknown => "unknown",
        }
    }
}

/// The first few of many.
fn phrase(details: &[String]) -> String {
    const FEW: usize = 3;
    let mut text = details[..details.len().min(FEW)].join("; ");
    if details.len() > FEW {
        let _ = write!(text, "; and {} more", details.len() - FEW);
    }
    text
}

fn verdict(installation: &Installation) -> String {
    let Installation {
        what,
        namespace,
        revision,
        total,
        ..
    } = installation;
    let wrong = installation.objects.iter();
    let wrong = wrong.filter(|one| !one.problems.is_empty()).count();
    let of = format!("{what}, revision {revision}, in `{namespace}`");
    match (wrong, installation.incomplete) {
        (0, false) => format!("{of}: all {total} objects are there, unchanged and ready"),
        (0, true) => format!(
            "{of}: all {total} objects are there, unchanged and ready; but the last apply did not come to its end"
        ),
        (wrong, _) => format!("{of}: {wrong} of {total} objects are not as they should be"),
    }
}

fn hint(report: &Report, ui: &Ui) {
    let has = |fault: Fault| {
        let all = report.installations.iter().flat_map(|one| &one.objects);
        all.flat_map(|one| &one.problems)
            .any(|problem| problem.kind == fault)
    };
    let incomplete = report.installations.iter().any(|one| one.incomplete);
    if has(Fault::Missing) || has(Fault::Changed) || incomplete {
        ui.hint("`mesh manifest diff --live` with the flags of the installation shows the changes in full; applying it again takes them back");
    }
}
