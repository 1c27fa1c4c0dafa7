//! Shifts of routes in all their forms.

mod properties;
mod routes;
mod traps;
mod weights;

use super::shift::{Plan, Request, plan};
use super::*;
use crate::error::{Error, Kind, Result};
use crate::yaml::{self, edit};

fn objects(text: &str) -> Vec<Object> {
    let read = |(index, value): (usize, Value)| {
        let field = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        Object {
            kind: field("/kind").expect("a kind").to_owned(),
            namespace: field("/metadata/namespace").unwrap_or("default").to_owned(),
            name: field("/metadata/name").expect("a name").to_owned(),
            origin: format!("file.yaml#{index}"),
            value,
        }
    };
    let values = yaml::parse_all(text).expect("YAML");
    values.into_iter().enumerate().map(read).collect()
}

fn request(service: &str, words: &str) -> Request {
    let split = match words.strip_prefix("--to ") {
        Some(version) => Ok(Split::To(version.to_owned())),
        None => Split::parse(&words.split(' ').map(str::to_owned).collect::<Vec<_>>()),
    };
    Request {
        target: Target {
            text: service.to_owned(),
            namespace: None,
        },
        split: split.expect("weights"),
        normalize: false,
        selection: Selection::default(),
        source: Source::Files,
        live: false,
    }
}

fn shift(text: &str, request: &Request) -> Result<Plan> {
    plan(&objects(text), request)
}

/// The text of one document after the shift.
fn shifted(text: &str, request: &Request) -> String {
    let plan = shift(text, request).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let operations: Vec<_> = plan
        .routes
        .iter()
        .flat_map(|route| route.edits.iter().map(|edit| edit.operation.clone()))
        .collect();
    edit::apply(text, &operations).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"))
}

fn rows(plan: &Plan) -> Vec<String> {
    let routes = plan.routes.iter();
    routes
        .flat_map(|route| &route.rows)
        .map(|row| {
            let before = row.before.map_or("-".to_owned(), |share| share.to_string());
            format!("{} {before} {}", row.destination, row.after)
        })
        .collect()
}

fn refused(outcome: Result<Plan>, kind: Kind, message: &str, hint: &str) {
    let error: Error = match outcome {
        Ok(plan) => panic!("was planned: {plan:?}"),
        Err(error) => error,
    };
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(message), "{error}");
    let hints = error.hints().join("\n");
    assert!(hints.contains(hint), "{error}\n{hints}");
}

/// A VirtualService `reviews` with these HTTP routes, written as one flow list.
fn service(http: &str) -> String {
    format!(
        "kind: VirtualService\nmetadata: {{name: reviews}}\nspec:\n  hosts: [reviews]\n  http: {http}\n"
    )
}

const RULE: &str = "\
kind: DestinationRule
metadata: {name: reviews}
spec: {host: reviews, subsets: [{name: v1}, {name: v2}, {name: v3}]}
---
";

const NINETY_TEN: &str = "\
kind: VirtualService
metadata:
  name: reviews # the page's stars
spec:
  hosts: [reviews]
  http:
    # everybody
    - name: main
      timeout: 3s
      route:
        - destination: {host: reviews, subset: v1}
          weight: 90 # stable
        - destination: {host: reviews, subset: 'v2'}
          weight: 10
          headers: {request: {set: {x-canary: 'true'}}}
";
