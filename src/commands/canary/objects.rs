//! The objects in files, each with its place, so that it can be edited there.

use std::cell::OnceCell;

use crate::engine::canary::{KINDS, Object};
use crate::error::{Error, Kind, Result};
use crate::input::Input;
use crate::yaml::edit::{self, Operation};
use crate::yaml::node::{self, Path, Tree};
use crate::yaml::{self, Value};

/// Files and what the engine needs of them.
pub(super) struct Objects {
    pub(super) inputs: Vec<Input>,
    pub(super) all: Vec<Object>,
    /// Where each of the objects stands.
    places: Vec<Place>,
}

struct Place {
    input: usize,
    /// The document's place in its file, from 0.
    document: usize,
    /// The object's place in its document: not the root for items of a List.
    path: Path,
}

impl Objects {
    /// Reads the objects that matter; documents that cannot hold one are not parsed.
    pub(super) fn read(inputs: Vec<Input>, namespace: &str) -> Result<Self> {
        let mut found = Self {
            inputs: Vec::new(),
            all: Vec::new(),
            places: Vec::new(),
        };
        for (input, file) in inputs.iter().enumerate() {
            for (index, document) in yaml::documents(&file.text).enumerate() {
                if !KINDS.iter().any(|kind| document.text.contains(kind)) {
                    continue;
                }
                let name = &file.name;
                let value = yaml::parse(document.text).map_err(|error| {
                    let error = error.starting_at(document.line);
                    Error::user(format!(
                        "{name}:{}:{}: {}",
                        error.line, error.column, error.message
                    ))
                })?;
                let lines = Lines::of(document.text);
                let origin =
                    |path: &Path| format!("{name}:{}", document.line + lines.line(path) - 1);
                for (path, value) in items(value) {
                    let Some(object) = object(value, namespace, origin(&path)) else {
                        continue;
                    };
                    found.all.push(object);
                    found.places.push(Place {
                        input,
                        document: index,
                        path,
                    });
                }
            }
        }
        found.inputs = inputs;
        Ok(found)
    }

    /// Where an object was found: its file.
    pub(super) fn file(&self, object: usize) -> String {
        self.inputs[self.places[object].input].name.clone()
    }

    /// The files after `edits` (object and operation); `None` for one that stays as it is.
    pub(super) fn edit<'a>(
        &self,
        edits: impl Iterator<Item = (usize, &'a Operation)>,
    ) -> Result<Vec<Option<String>>> {
        let edits: Vec<(&Place, Operation)> = edits
            .map(|(object, operation)| {
                let place = &self.places[object];
                (place, operation.clone().within(&place.path))
            })
            .collect();
        let edit = |(index, input): (usize, &Input)| {
            let here: Vec<&(&Place, Operation)> = edits
                .iter()
                .filter(|(place, _)| place.input == index)
                .collect();
            if here.is_empty() {
                return Ok(None);
            }
            edit_file(input, &here).map(Some)
        };
        self.inputs.iter().enumerate().map(edit).collect()
    }
}

/// On which line the objects of a document begin.
struct Lines<'a> {
    text: &'a str,
    /// Read when an item of a List asks for it: the root's line can be seen without.
    tree: OnceCell<Option<Tree>>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            tree: OnceCell::new(),
        }
    }

    fn line(&self, path: &Path) -> usize {
        if path.steps().is_empty() {
            let begins = |line: &str| {
                let line = line.trim_start_matches('\u{FEFF}').trim_start();
                !line.is_empty() && !line.starts_with(['#', '%']) && !line.starts_with("---")
            };
            return self
                .text
                .lines()
                .position(begins)
                .map_or(1, |index| index + 1);
        }
        let tree = self.tree.get_or_init(|| Tree::parse(self.text).ok());
        tree.as_ref().map_or(1, |tree| {
            node::line_and_column(self.text, tree.locate(path)).0
        })
    }
}

fn edit_file(input: &Input, edits: &[&(&Place, Operation)]) -> Result<String> {
    let mut text = String::with_capacity(input.text.len() + 256);
    for (index, document) in yaml::documents(&input.text).enumerate() {
        let operations: Vec<Operation> = edits
            .iter()
            .filter(|(place, _)| place.document == index)
            .map(|(_, operation)| operation.clone())
            .collect();
        if operations.is_empty() {
            text.push_str(document.text);
            continue;
        }
        let edited = edit::apply(document.text, &operations).map_err(|refusal| {
            let line = document.line + refusal.line - 1;
            let name = &input.name;
            Error::new(
                Kind::Precondition,
                format!("{name}:{line}: {}", refusal.message),
            )
            .hint("nothing was changed")
        })?;
        text.push_str(&edited);
    }
    Ok(text)
}

/// The object of a document, or the items of its List.
fn items(value: Value) -> Vec<(Path, Value)> {
    let is_list = value
        .get("kind")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind.ends_with("List"));
    match value {
        Value::Object(mut list) if is_list => match list.remove("items") {
            Some(Value::Array(items)) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| (Path::from_iter(["items"]).join(index), item))
                .collect(),
            _ => Vec::new(),
        },
        value => vec![(Path::default(), value)],
    }
}

fn object(value: Value, namespace: &str, origin: String) -> Option<Object> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let kind = text("/kind").filter(|kind| KINDS.contains(kind))?;
    Some(Object {
        kind: kind.to_owned(),
        namespace: text("/metadata/namespace").unwrap_or(namespace).to_owned(),
        name: text("/metadata/name").unwrap_or_default().to_owned(),
        origin,
        value,
    })
}
