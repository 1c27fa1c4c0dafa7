//! Tests of the whole engine. Cases of Go's own engine come from the reference data, when that is there.

use serde_json::Value as Json;

use super::{Environment, Value};

mod chart;
mod errors;
mod functions;
mod fuzz;
mod limits;
mod objects;

fn reference(path: &str) -> Option<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/reference")
        .join(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            crate::skipped::skipped(format_args!(
                "no reference data at {}: {error}",
                path.display()
            ));
            None
        }
    }
}

fn render(text: &str, data: &Json) -> Result<String, super::Error> {
    let mut environment = Environment::new();
    environment.parse("t", text)?;
    environment.render("t", &Value::from(data))
}

#[test]
fn renders_as_go_does() {
    let Some(text) = reference("gotemplate/cases.json") else {
        return;
    };
    let cases: Vec<Json> = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let field = |name: &str| case[name].as_str().unwrap_or_default();
        let got = render(field("tpl"), &case["data"]);
        let right = match &got {
            Ok(text) => field("err").is_empty() && text == field("out"),
            Err(error) => !field("err").is_empty() && same_place(field("err"), &error.to_string()),
        };
        if !right {
            let got = got.unwrap_or_else(|error| error.to_string());
            wrong.push(format!(
                "{}: {}\n   want {}{}\n   got  {got}",
                field("name"),
                field("tpl"),
                field("out"),
                field("err")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// Every `t:line:column` and every `<action>` of Go's message stands in ours too.
fn same_place(go: &str, ours: &str) -> bool {
    let places = regex::Regex::new(r"\bt:\d+(:\d+)?").unwrap();
    let actions = regex::Regex::new(r"at (<.*?>): ").unwrap();
    places
        .find_iter(go)
        .all(|place| ours.contains(place.as_str()))
        && actions
            .captures_iter(go)
            .all(|action| ours.contains(&action[1]))
}
