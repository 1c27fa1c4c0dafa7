//! How a plan is shown: a table and the diff for people, one value for programs.

use serde_json::{Value, json};

use super::objects::Objects;
use crate::engine::canary::percent;
use crate::engine::canary::shift::{Edit, Plan, RoutePlan};
use crate::output::diff::{Side, unified};
use crate::output::table::Table;
use crate::yaml::edit::Operation;

/// The shares before and after.
pub(super) fn table(plan: &Plan, objects: &Objects) -> String {
    let mut table = Table::new([
        "OBJECT",
        "ROUTE",
        "BOUND TO",
        "DESTINATION",
        "BEFORE",
        "AFTER",
    ]);
    for route in &plan.routes {
        let object = &objects.all[route.object];
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

/// The plan for programs. Shares are percentages; edits are JSON Patch relative to the object, with what was there.
pub(super) fn value(plan: &Plan, objects: &Objects, written: bool) -> Value {
    json!({
        "service": plan.service,
        "changed": !plan.is_done(),
        "written": written,
        "routes": plan.routes.iter().map(|route| route_value(route, objects)).collect::<Vec<_>>(),
        "warnings": plan.warnings,
        "notes": plan.notes,
    })
}

fn route_value(route: &RoutePlan, objects: &Objects) -> Value {
    let object = &objects.all[route.object];
    let rows = route.rows.iter().map(|row| {
        json!({
            "destination": row.destination,
            "before": row.before.map(|share| f64::from(share) / 100.0),
            "after": f64::from(row.after) / 100.0,
        })
    });
    json!({
        "object": {"kind": object.kind, "namespace": object.namespace, "name": object.name},
        "file": objects.file(route.object),
        "route": route.route,
        "boundTo": route.bound,
        "destinations": rows.collect::<Vec<_>>(),
        "edits": route.edits.iter().map(edit_value).collect::<Vec<_>>(),
    })
}

fn edit_value(edit: &Edit) -> Value {
    let path = edit.operation.path().pointer();
    match &edit.operation {
        Operation::Replace { value, .. } => {
            json!({"op": "replace", "path": path, "before": edit.before, "value": value})
        }
        Operation::Add { value, .. } => json!({"op": "add", "path": path, "value": value}),
        Operation::Remove { .. } => json!({"op": "remove", "path": path, "before": edit.before}),
    }
}
