//! How a plan is shown: a table and the diff for people, one value for programs.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::objects::Objects;
use crate::engine::canary::percent;
use crate::engine::canary::shift::{Edit, Plan, RoutePlan};
use crate::output::table::Table;
use crate::yaml::edit::Operation;

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const PLACE: Style = AnsiColor::Cyan.on_default();

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
        let name = &input.name;
        let _ = writeln!(out, "{REMOVED}--- {name}{REMOVED:#}");
        let _ = writeln!(out, "{ADDED}+++ {name}{ADDED:#}");
        let diff = TextDiff::from_lines(input.text.as_str(), text.as_str());
        for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
            let _ = writeln!(out, "{PLACE}{}{PLACE:#}", hunk.header());
            for change in hunk.iter_changes() {
                let (sign, style) = match change.tag() {
                    ChangeTag::Delete => ('-', REMOVED),
                    ChangeTag::Insert => ('+', ADDED),
                    ChangeTag::Equal => (' ', Style::new()),
                };
                let line = change.value().trim_end_matches(['\r', '\n']);
                let _ = writeln!(out, "{style}{sign}{line}{style:#}");
                if change.missing_newline() {
                    out.push_str("\\ no line break at the end of the file\n");
                }
            }
        }
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
