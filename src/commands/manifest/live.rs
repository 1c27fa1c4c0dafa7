//! `mesh manifest diff --live`: what an apply would change.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::diff::{Args, shown};
use crate::cluster::apply::{self, Snapshot};
use crate::cluster::object::Reference;
use crate::cluster::{self, Cluster};
use crate::commands::install::prune::{self, Leftovers};
use crate::commands::live::{self, Compared, State};
use crate::commands::wanted::{Named, Wanted};
use crate::engine::install::compare::Difference;
use crate::engine::install::drift::{self, Change};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::structured::Format;
use crate::yaml;

/// What would become of an object.
struct Finding {
    difference: Difference,
    /// Field by field, where it is there and stays.
    changes: Vec<Change>,
    conflicts: Vec<(String, String)>,
    estimated: bool,
}

/// Everything that would change, and what stands in the way of knowing.
#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
    unchanged: usize,
    /// Applied before, still there, and not wanted any more.
    unwanted: Vec<Reference>,
    failed: Vec<(Reference, Error)>,
}

/// Asks the cluster, compares and prints.
pub(super) fn run(args: &Args, ui: &Ui) -> Result<()> {
    // As of diff: whatever keeps it from comparing is 2, and differences are 1.
    let trouble = |error: Error| match error.kind() {
        Kind::ClosedPipe | Kind::Internal => error,
        _ => error.with_kind(Kind::Usage),
    };
    // What files and flags say is read first: no cluster is needed to find a mistake in them.
    let named = if args.reuse_values {
        None
    } else {
        Some(Named::read(&args.install).map_err(trouble)?)
    };
    let report = cluster::block_on(report(args, named, ui)).map_err(trouble)?;
    let differences: Vec<&Difference> = report.findings.iter().map(|it| &it.difference).collect();
    match args.format.output {
        Format::Table => ui.styled(&shown(&differences, "live", "applied"))?,
        format => ui.report(&value(&report), format, |_| String::new())?,
    }
    say(&report, args, ui);
    if let Some(error) = failure(&report) {
        return Err(error);
    }
    if report.findings.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        Kind::Different,
        "the cluster differs from the manifest",
    ))
}

async fn report(args: &Args, named: Option<Named>, ui: &Ui) -> Result<Report> {
    let cluster = Cluster::connect(&args.connection).await?;
    let wanted = match named {
        Some(named) => named.wanted_in(&cluster, ui).await?,
        None => Wanted::on_stored(&args.install, &cluster, ui).await?,
    };
    let compared = live::compare(&cluster, &wanted, args.force_conflicts, ui).await?;
    let mut report = Report::default();
    let (leftovers, there) = leftovers(&cluster, &wanted, &compared).await?;
    for one in compared {
        let reference = one.reference.clone();
        match finding(one) {
            Ok(Some(finding)) => report.findings.push(finding),
            Ok(None) => report.unchanged += 1,
            Err(error) => report.failed.push((reference, error)),
        }
    }
    if !args.prune {
        report.unwanted = leftovers.going;
        return Ok(report);
    }
    for (object, reason) in &leftovers.kept {
        ui.status(format_args!("not pruned: {object}, since {reason}"));
    }
    let going = leftovers.going.iter();
    let going = going.filter_map(|object| Some(pruned(object, there.get(object)?)));
    report.findings.extend(going);
    Ok(report)
}

/// What was applied before, is still there, and is not wanted any more; judged as an apply with `--prune` does.
async fn leftovers(
    cluster: &Cluster,
    wanted: &Wanted,
    compared: &[Compared<'_>],
) -> Result<(Leftovers, Snapshot)> {
    let kept = cluster.inventory(&wanted.namespace, &wanted.revision);
    let Some(kept) = kept.await? else {
        return Ok((Leftovers::default(), Snapshot::new()));
    };
    let wanted: BTreeSet<&Reference> = compared.iter().map(|one| &one.reference).collect();
    let is_wanted = |object: &Reference| wanted.contains(object);
    let before = apply::snapshot(cluster, prune::candidates(Some(&kept), is_wanted)).await?;
    if before.is_empty() {
        return Ok((Leftovers::default(), before));
    }
    let others = cluster.all_inventories().await?;
    let leftovers = prune::leftovers(&kept, is_wanted, &before, &others);
    Ok((leftovers, before))
}

fn pruned(object: &Reference, live: &Value) -> Finding {
    let mut live = live.clone();
    drift::mask([&mut live, &mut Value::Null]);
    Finding {
        difference: Difference {
            object: object.to_string(),
            before: Some(yaml::to_string(&drift::visible(&live))),
            after: None,
        },
        changes: Vec::new(),
        conflicts: Vec::new(),
        estimated: false,
    }
}

/// What would become of an object, if anything.
fn finding(one: Compared<'_>) -> Result<Option<Finding>> {
    let object = one.reference.to_string();
    match one.state {
        State::Failed { error, .. } => Err(error),
        State::Absent => Ok(Some(Finding {
            difference: Difference {
                object,
                before: None,
                after: Some(drift::text(one.object)),
            },
            changes: Vec::new(),
            conflicts: Vec::new(),
            estimated: false,
        })),
        State::There {
            live,
            after,
            conflicts,
            estimated,
        } => {
            let changes = drift::changes(&live, &after);
            let text = |state: &Value| Some(yaml::to_string(&drift::visible(state)));
            Ok((!changes.is_empty()).then(|| Finding {
                difference: Difference {
                    object,
                    before: text(&live),
                    after: text(&after),
                },
                changes,
                conflicts,
                estimated,
            }))
        }
    }
}

/// What the diff itself does not say.
fn say(report: &Report, args: &Args, ui: &Ui) {
    for finding in &report.findings {
        for (field, manager) in &finding.conflicts {
            ui.warning(format_args!(
                "{}: `{field}` belongs to field manager `{manager}`, an apply ends with a conflict unless `--force-conflicts`",
                finding.difference.object
            ));
        }
    }
    let count = |wanted: fn(&Difference) -> bool| {
        let all = report.findings.iter();
        all.filter(|finding| wanted(&finding.difference)).count()
    };
    let (created, pruned) = (
        count(|it| it.before.is_none()),
        count(|it| it.after.is_none()),
    );
    let changed = report.findings.len() - created - pruned;
    let pruned = if args.prune {
        format!(", delete {pruned}")
    } else {
        String::new()
    };
    ui.status(format_args!(
        "of {} objects an apply would create {created}, change {changed}{pruned} and leave {} as they are; nothing was stored",
        report.findings.len() + report.unchanged + report.failed.len(),
        report.unchanged
    ));
    if !report.unwanted.is_empty() {
        let names: Vec<String> = report.unwanted.iter().map(ToString::to_string).collect();
        ui.hint(format_args!(
            "applied before and not in this configuration: {}; `--prune` counts them",
            names.join(", ")
        ));
    }
}

fn failure(report: &Report) -> Option<Error> {
    let (_, first) = report.failed.first()?;
    let count = report.failed.len();
    let objects = if count == 1 { "object" } else { "objects" };
    let mut error = Error::new(Kind::Usage, format!("{count} {objects} cannot be compared"));
    for (object, why) in &report.failed {
        error = error.because(match why.causes() {
            [] => format!("{object}: {why}"),
            causes => format!("{object}: {}", causes.join("; ")),
        });
    }
    for hint in first.hints() {
        error = error.hint(hint);
    }
    Some(error)
}

fn value(report: &Report) -> Value {
    let one = |finding: &Finding| {
        let conflicts = finding.conflicts.iter();
        let conflicts =
            conflicts.map(|(field, manager)| json!({"field": field, "manager": manager}));
        let mut value = super::diff::value_of(&finding.difference);
        value["conflicts"] = conflicts.collect();
        value["fields"] = finding.changes.iter().map(field).collect();
        value["estimated"] = Value::from(finding.estimated);
        value
    };
    json!({
        "differences": report.findings.iter().map(one).collect::<Vec<_>>(),
        "unchanged": report.unchanged,
        "unwanted": report.unwanted,
        "failed": report.failed.iter().map(|(object, why)| json!({
            "object": object.to_string(), "error": why.to_string(), "causes": why.causes()})).collect::<Vec<_>>(),
    })
}

fn field(change: &Change) -> Value {
    json!({"field": change.path.to_string(), "live": change.is, "applied": change.wanted, "owners": change.owners})
}
