//! One IstioOperator file: read, and checked with the line of everything that is wrong.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::path::{self, kind_of};
use super::schema::{Problem, Schema};
use super::{File, legacy};
use crate::engine::nearest::nearest;
use crate::error::{Error, Result};
use crate::yaml;
use crate::yaml::node::{Kind as NodeKind, Node, Path, Step, Tree};

const API_VERSION: &str = "install.istio.io/v1alpha1";
const KIND: &str = "IstioOperator";
const BEGINNING: &str = "an installation is described by `apiVersion: install.istio.io/v1alpha1`, `kind: IstioOperator`; `mesh profile dump` prints one";
/// What a file may have at the top.
const FIELDS: &[&str] = &["apiVersion", "kind", "metadata", "spec", "status"];

/// Where a setting stands in the strongest of the files that has it: `` `mesh.yaml`, line 7: ``, or nothing.
pub(super) fn place(files: &[File], path: &str) -> String {
    let Ok(path) = path::Path::parse(path) else {
        return String::new();
    };
    let has = |file: &&File| {
        let documents = yaml::parse_all(&file.text).ok();
        let mut documents = documents.into_iter().flatten();
        let operator = documents.find(is);
        operator.is_some_and(|operator| path::lookup(&operator["spec"], &path).is_some())
    };
    match files.iter().rev().find(has) {
        Some(file) => format!(
            "`{}`, line {}: ",
            file.name,
            Places::read(&file.text).line(&path.parts())
        ),
        None => String::new(),
    }
}

/// Whether a document says that it is one.
pub(super) fn is(document: &Value) -> bool {
    document.get("kind").and_then(Value::as_str) == Some(KIND)
}

/// Reads a file that must hold one IstioOperator.
///
/// # Errors
/// It is not YAML, holds none or several documents, or something else.
pub(super) fn read(file: &File) -> Result<Value> {
    let name = &file.name;
    let documents: Vec<Value> = yaml::parse_all(&file.text)
        .map_err(|error| Error::config(format!("`{name}` is not valid YAML")).caused_by(&error))?
        .into_iter()
        .filter(|document| !document.is_null())
        .collect();
    let [document] = documents.as_slice() else {
        let found = documents.len();
        return Err(if found == 0 {
            Error::config(format!("`{name}` is empty, expected one {KIND}")).hint(BEGINNING)
        } else {
            Error::config(format!(
                "`{name}` holds {found} documents, expected one {KIND}"
            ))
            .hint("put each into a file of its own and give `-f` several times; later ones win")
        });
    };
    let mut document = document.clone();
    check_type(name, &document)?;
    if document.get("spec").is_some_and(Value::is_null) {
        document["spec"] = json!({});
    }
    if let Some(spec) = document.get("spec").filter(|spec| !spec.is_object()) {
        return Err(Error::config(format!(
            "`spec` of `{name}` is {}, expected a map",
            kind_of(spec)
        )));
    }
    Ok(document)
}

fn check_type(name: &str, document: &Value) -> Result<()> {
    if !document.is_object() {
        return Err(Error::config(format!(
            "`{name}` is {}, expected an {KIND}",
            kind_of(document)
        ))
        .hint(BEGINNING));
    }
    for (field, expected) in [("kind", KIND), ("apiVersion", API_VERSION)] {
        let found = document
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default();
        if found != expected {
            let found = if found.is_empty() {
                format!("has no `{field}`")
            } else {
                format!("has `{field}: {found}`")
            };
            return Err(
                Error::config(format!("`{name}` {found}, expected `{expected}`")).hint(BEGINNING),
            );
        }
    }
    Ok(())
}

/// Checks what a file sets, and takes old settings out of it. Gives warnings, each a sentence.
///
/// # Errors
/// An unknown path, a wrong type or a key that is given twice, unless `force` makes them warnings.
pub(super) fn check(
    file: &File,
    force: bool,
    operator: &mut Value,
    schema: &Schema,
) -> Result<Vec<String>> {
    let places = Places::read(&file.text);
    let mut warnings = Vec::new();
    let mut found: Vec<(usize, Problem)> = places.repeated();
    found.extend(places.strangers());
    if let Some(spec) = operator.get_mut("spec") {
        places.restore_texts(spec, schema);
        for old in legacy::take(spec) {
            let line = places.line(&old.path.split('.').map(str::to_owned).collect::<Vec<_>>());
            warnings.push(format!("`{}`, line {line}: {old}", file.name));
        }
        found.extend(
            schema
                .check(spec)
                .into_iter()
                .map(|problem| (places.line(&problem.parts), problem)),
        );
    }
    found.sort_by_key(|(line, problem)| (*line, problem.parts.clone()));
    if force {
        warnings.extend(
            found
                .iter()
                .map(|(line, problem)| format!("`{}`, line {line}: {problem}", file.name)),
        );
        return Ok(warnings);
    }
    match found.as_slice() {
        [] => Ok(warnings),
        [(line, problem)] => {
            let error = Error::config(format!("`{}`, line {line}: {problem}", file.name));
            Err(match &problem.hint {
                Some(hint) => error.hint(hint),
                None => error,
            })
        }
        several => Err(list(file, several)),
    }
}

/// One error of several problems.
fn list(file: &File, problems: &[(usize, Problem)]) -> Error {
    let mut text = format!(
        "{} settings of `{}` cannot be right",
        problems.len(),
        file.name
    );
    for (line, problem) in problems {
        let _ = write!(text, "\n  line {line}: {problem}");
        if let Some(hint) = &problem.hint {
            let _ = write!(text, " ({hint})");
        }
    }
    Error::config(text)
}

/// Where things stand in a file.
struct Places<'a> {
    text: &'a str,
    /// The line that `text` begins on.
    first_line: usize,
    tree: Option<Tree>,
}

impl<'a> Places<'a> {
    /// The places of the first document that is not blank. The text has been read as YAML before.
    fn read(text: &'a str) -> Self {
        let document = yaml::documents(text).find(|document| !document.is_blank());
        Places {
            text: document.map_or("", |document| document.text),
            first_line: document.map_or(1, |document| document.line),
            tree: document.and_then(|document| Tree::parse(document.text).ok()),
        }
    }

    fn line_at(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        self.first_line + before.split(|byte| *byte == b'\n').count() - 1
    }

    /// The line of a setting, or of the nearest one around it.
    fn line(&self, parts: &[String]) -> usize {
        let index = |part: &str| part.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
        let below = parts.iter().map(|part| match index(part) {
            Some(index) => Step::Index(index),
            None => Step::Key(part.clone()),
        });
        let path: Path = std::iter::once(Step::Key("spec".to_owned()))
            .chain(below)
            .collect();
        self.tree
            .as_ref()
            .map_or(self.first_line, |tree| self.line_at(tree.locate(&path)))
    }

    /// Writes numbers as they stand in the file where text is wanted: `1.30` is a version, and not 1.3.
    fn restore_texts(&self, spec: &mut Value, schema: &Schema) {
        let root = self.tree.as_ref().and_then(|tree| tree.root.as_ref());
        if let Some(entry) = root.and_then(|root| root.entry("spec")) {
            self.restore(&entry.value, spec, &mut Vec::new(), schema);
        }
    }

    fn restore<'n>(
        &self,
        node: &'n Node,
        value: &mut Value,
        parts: &mut Vec<&'n str>,
        schema: &Schema,
    ) {
        match (&node.kind, value) {
            (NodeKind::Scalar(_), value) if value.is_f64() && schema.wants_text(parts) => {
                if let Some(raw) = self.text.get(node.span.clone()) {
                    *value = Value::from(raw);
                }
            }
            (NodeKind::Mapping { entries, .. }, Value::Object(map)) => {
                for entry in entries {
                    if let Some(value) = map.get_mut(&entry.name) {
                        parts.push(&entry.name);
                        self.restore(&entry.value, value, parts, schema);
                        parts.pop();
                    }
                }
            }
            (NodeKind::Sequence { items, .. }, Value::Array(list)) => {
                for (item, value) in items.iter().zip(list) {
                    parts.push("[]");
                    self.restore(&item.node, value, parts, schema);
                    parts.pop();
                }
            }
            _ => {}
        }
    }

    /// Keys beside `spec` that mean nothing: what stands below them would be lost.
    fn strangers(&self) -> Vec<(usize, Problem)> {
        let root = self.tree.as_ref().and_then(|tree| tree.root.as_ref());
        let Some(NodeKind::Mapping { entries, .. }) = root.map(|root| &root.kind) else {
            return Vec::new();
        };
        let unknown = entries
            .iter()
            .filter(|entry| !entry.merges && !FIELDS.contains(&entry.name.as_str()));
        unknown
            .map(|entry| {
                let near = nearest(&entry.name, FIELDS.iter().copied());
                let problem = Problem {
                    parts: vec![entry.name.clone()],
                    message: format!("is no field of an {KIND}"),
                    hint: Some(match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "settings stand below `spec`".to_owned(),
                    }),
                };
                (self.line_at(entry.start), problem)
            })
            .collect()
    }

    /// Keys that stand twice in one map: only the last counts, so the others are lost.
    fn repeated(&self) -> Vec<(usize, Problem)> {
        let mut found = Vec::new();
        if let Some(root) = self.tree.as_ref().and_then(|tree| tree.root.as_ref()) {
            self.collect_repeated(root, &mut Vec::new(), &mut found);
        }
        found
    }

    fn collect_repeated(
        &self,
        node: &Node,
        parts: &mut Vec<String>,
        found: &mut Vec<(usize, Problem)>,
    ) {
        match &node.kind {
            NodeKind::Mapping { entries, .. } => {
                let mut seen = BTreeSet::new();
                for entry in entries {
                    parts.push(entry.name.clone());
                    if !entry.merges && !seen.insert(&entry.name) {
                        let below_spec = usize::from(parts[0] == "spec" && parts.len() > 1);
                        found.push((
                            self.line_at(entry.start),
                            Problem {
                                parts: parts[below_spec..].to_vec(),
                                message: "is given twice".to_owned(),
                                hint: None,
                            },
                        ));
                    }
                    self.collect_repeated(&entry.value, parts, found);
                    parts.pop();
                }
            }
            NodeKind::Sequence { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    parts.push(format!("[{index}]"));
                    self.collect_repeated(&item.node, parts, found);
                    parts.pop();
                }
            }
            NodeKind::Scalar(_) | NodeKind::Alias => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(error: &Error) -> String {
        format!("{error}: {}", error.causes().join(": "))
    }

    fn checked(text: &str, force: bool) -> Result<Vec<String>> {
        let file = File {
            name: "f".to_owned(),
            text: text.to_owned(),
        };
        let mut operator = read(&file)?;
        check(&file, force, &mut operator, &Schema::read())
    }

    #[test]
    fn names_the_line_of_everything_that_is_wrong() {
        let text = "# first\n---\napiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  hub: a\n  values:\n    pilot:\n      autoscaleMin: x\n  hub: b\n  components:\n    ingressGateways:\n    - name: a\n      k8s:\n        enviroment: []\n";
        assert_eq!(
            checked(text, false).unwrap_err().to_string(),
            "3 settings of `f` cannot be right\n  line 9: `values.pilot.autoscaleMin` is `x`, expected a whole number\n  line 10: `hub` is given twice\n  line 15: `components.ingressGateways[0].k8s.enviroment` is not a known setting"
        );
        assert_eq!(checked(text, true).unwrap().len(), 3);
    }

    #[test]
    fn what_stands_beside_the_spec_is_not_passed_over() {
        let text = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspecs:\n  hub: a\n";
        let error = checked(text, false).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`f`, line 3: `specs` is no field of an IstioOperator"
        );
        assert_eq!(error.hints(), ["did you mean `spec`?"]);
    }

    #[test]
    fn the_place_of_a_setting_is_in_the_strongest_file_that_has_it() {
        let file = |name: &str, spec: &str| File {
            name: name.to_owned(),
            text: format!(
                "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n{spec}"
            ),
        };
        let files = [
            file(
                "one",
                "  hub: a\n  components:\n    ingressGateways:\n    - name: x\n",
            ),
            file("two", "  tag: b\n"),
        ];
        let name = "components.ingressGateways[0].name";
        assert_eq!(place(&files, name), "`one`, line 7: ");
        assert_eq!(place(&files, "tag"), "`two`, line 4: ");
        assert_eq!(place(&files, "revision"), "");
    }

    #[test]
    fn warns_of_old_settings_with_their_line() {
        let text = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  values:\n    mixer:\n      policy:\n        enabled: true\n";
        let warnings = checked(text, false).unwrap();
        assert_eq!(warnings.len(), 1);
        assert!(
            warnings[0].starts_with("`f`, line 6: `values.mixer.policy` changes nothing: "),
            "{}",
            warnings[0]
        );
    }

    #[test]
    fn rejects_what_is_not_one_operator() {
        for (text, expected) in [
            ("", "is empty"),
            ("- a\n", "is a list"),
            ("kind: Pod\napiVersion: v1\n", "has `kind: Pod`"),
            ("kind: IstioOperator\n", "has no `apiVersion`"),
            (
                "kind: IstioOperator\napiVersion: install.istio.io/v1alpha1\n---\nkind: X\n",
                "holds 2 documents",
            ),
            (
                "kind: IstioOperator\napiVersion: install.istio.io/v1alpha1\nspec: text\n",
                "`spec` of `f` is a string",
            ),
            ("a: [", "is not valid YAML"),
        ] {
            let file = File {
                name: "f".to_owned(),
                text: text.to_owned(),
            };
            let error = read(&file).unwrap_err();
            assert!(
                message(&error).contains(expected),
                "{text}: {}",
                message(&error)
            );
        }
    }
}
