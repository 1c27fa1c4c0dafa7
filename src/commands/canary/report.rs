//! How a plan is shown: a table and the diff for people, one value for programs.

use serde_json::{Value, json};

use super::flags::DryRun;
use super::live::{self, Planned};
use super::objects::Objects;
use crate::engine::canary::shift::{Edit, Plan, RoutePlan};
use crate::engine::canary::write::Write;
use crate::engine::canary::{Object, percent, short};
use crate::error::Result;
use crate::output::Ui;
use crate::output::diff::{Side, unified};
use crate::output::structured::Format;
use crate::output::table::Table;

/// Says what is worth knowing of a plan.
pub(super) fn say(plan: &Plan, ui: &Ui) {
    for warning in &plan.warnings {
        ui.warning(warning);
    }
    for note in &plan.notes {
        ui.status(note);
    }
}

/// Shows what was done on a cluster, or would be.
pub(super) fn live(
    planned: &Planned,
    dry_run: Option<DryRun>,
    format: Format,
    ui: &Ui,
) -> Result<()> {
    say(&planned.plan, ui);
    let idle = planned.writes.is_empty();
    let value = live_value(planned, dry_run.is_none() && !idle);
    ui.report(&value, format, |_| {
        let table = table(&planned.plan, &planned.objects);
        if idle {
            return table;
        }
        format!("{table}\n{}", live_diff(&planned.writes))
    })?;
    ui.status(live_outcome(planned, dry_run));
    Ok(())
}

/// What came of it, in one line.
fn live_outcome(planned: &Planned, dry_run: Option<DryRun>) -> String {
    let writes = &planned.writes;
    let names: Vec<String> = writes.iter().map(live::name).collect();
    let names = names.join(" and ");
    match dry_run {
        _ if writes.is_empty() => "already so: nothing to change".to_owned(),
        None => format!(
            "changed {names}; `mesh canary undo {}` takes it back",
            short(&planned.plan.service)
        ),
        Some(DryRun::Client) => format!("nothing changed in {names}: a dry run"),
        Some(DryRun::Server) => {
            format!("the server accepts it; nothing changed in {names}: a dry run")
        }
    }
}

/// The shares before and after.
pub(super) fn table(plan: &Plan, objects: &[Object]) -> String {
    let mut table = Table::new([
        "OBJECT",
        "ROUTE",
        "BOUND TO",
        "DESTINATION",
        "BEFORE",
        "AFTER",
    ]);
    for route in &plan.routes {
        let object = &objects[route.object];
        for row in &route.rows {
            table.row([
                format!("{}/{}", object.namespace, object.name),
                route.route.clone(),
                route.bound.clone(),
                row.destination.clone(),
                row.before.map_or_else(|| "-".to_owned(), percent),
                percent(row.after),
            ]);
        }
    }
    table.to_string()
}

/// The differences between the files and `edited`, with escape sequences.
pub(super) fn diff(objects: &Objects, edited: &[Option<String>]) -> String {
    let mut out = String::new();
    for (input, text) in objects.inputs.iter().zip(edited) {
        let Some(text) = text else {
            continue;
        };
        let side = |text| Side {
            name: &input.name,
            text,
        };
        out.push_str(&unified(side(&input.text), side(text)));
    }
    out
}

/// The differences that writes to a cluster make, with escape sequences.
pub(super) fn live_diff(writes: &[Write]) -> String {
    let diff = |write: &Write| {
        let (name, (before, after)) = (live::name(write), live::texts(write));
        let side = |text| Side { name: &name, text };
        unified(side(&before), side(&after))
    };
    writes.iter().map(diff).collect()
}

/// A plan on a cluster for programs, as [`value`] has it, and what was written.
pub(super) fn live_value(planned: &Planned, written: bool) -> Value {
    let mut value = plan_value(&planned.plan, &planned.objects, written, |_| None);
    value["changed"] = (!planned.writes.is_empty()).into();
    value["objects"] = planned.writes.iter().map(write_value).collect();
    value
}

/// What happens to an object.
pub(super) fn write_value(write: &Write) -> Value {
    let object = write.object();
    let action = match write {
        Write::Create(_) => "create",
        Write::Patch(_) => "patch",
        Write::Delete(_) => "delete",
    };
    json!({
        "action": action,
        "kind": object.kind,
        "namespace": object.namespace,
        "name": object.name,
        "spec": write.after().and_then(|after| after.get("spec")),
    })
}

/// The plan for programs. Shares are percentages; edits are JSON Patch relative to the object, with what was there.
pub(super) fn value(plan: &Plan, objects: &Objects, written: bool) -> Value {
    plan_value(plan, &objects.all, written, |index| {
        Some(objects.file(index))
    })
}

fn plan_value(
    plan: &Plan,
    objects: &[Object],
    written: bool,
    file: impl Fn(usize) -> Option<String>,
) -> Value {
    let routes = plan.routes.iter();
    let route = |route: &RoutePlan| route_value(route, &objects[route.object], file(route.object));
    json!({
        "service": plan.service,
        "changed": !plan.is_done(),
        "written": written,
        "routes": routes.map(route).collect::<Vec<_>>(),
        "warnings": plan.warnings,
        "notes": plan.notes,
    })
}

fn route_value(route: &RoutePlan, object: &Object, file: Option<String>) -> Value {
    let rows = route.rows.iter().map(|row| {
        json!({
            "destination": row.destination,
            "before": row.before.map(|share| f64::from(share) / 100.0),
            "after": f64::from(row.after) / 100.0,
        })
    });
    let mut value = json!({
        "object": {"kind": object.kind, "namespace": object.namespace, "name": object.name},
        "route": route.route,
        "boundTo": route.bound,
        "destinations": rows.collect::<Vec<_>>(),
        "edits": route.edits.iter().map(edit_value).collect::<Vec<_>>(),
    });
    if let Some(file) = file {
        value["file"] = file.into();
    }
    value
}

fn edit_value(edit: &Edit) -> Value {
    let mut value = edit.operation.to_json();
    if let Some(before) = &edit.before {
        value["before"] = before.clone();
    }
    value
}
