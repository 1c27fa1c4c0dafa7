//! `mesh manifest diff`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::engine::install::compare::{self, Difference};
use crate::engine::install::object::Object;
use crate::engine::install::{File, Inputs, is_operator, profile, render, resolve};
use crate::error::{Error, Kind, Result};
use crate::input::{self, Input};
use crate::output::Ui;
use crate::output::diff::{Side, unified};
use crate::output::structured::{Format, FormatFlag};
use crate::yaml;

/// Compare two manifests, object by object
///
/// Each is a file, a folder of files, `-` for standard input, or the name of a profile. Files of
/// kind IstioOperator stand for what they install. The order of objects and of fields does not
/// count; `-` on a line of the diff is the first manifest, `+` the second.
///
/// EXAMPLES
///   mesh manifest diff default demo
///   mesh manifest diff installed.yaml mesh-operator.yaml
///   mesh manifest generate --set revision=canary | mesh manifest diff default -
///
/// EXIT CODES
///   0  no difference
///   1  differences
///   2  a manifest cannot be read or rendered
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The first manifest
    #[arg(value_name = "FILE|DIR|-|PROFILE")]
    left: PathBuf,

    /// The second manifest
    #[arg(value_name = "FILE|DIR|-|PROFILE")]
    right: PathBuf,

    #[command(flatten)]
    format: FormatFlag,
}

/// Reads both, compares and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let differences = compare(args, ui).map_err(|error| error.with_kind(Kind::Usage))?;
    let (left, right) = (
        args.left.display().to_string(),
        args.right.display().to_string(),
    );
    match args.format.output {
        Format::Table => ui.styled(&shown(&differences, &left, &right))?,
        format => ui.report(&value(&differences), format, |_| String::new())?,
    }
    if differences.is_empty() {
        ui.status("no difference");
        return Ok(());
    }
    Err(Error::new(Kind::Different, "the manifests differ"))
}

fn compare(args: &Args, ui: &Ui) -> Result<Vec<Difference>> {
    if [&args.left, &args.right]
        .iter()
        .all(|side| side.as_os_str() == "-")
    {
        return Err(Error::usage("standard input (`-`) can be read only once"));
    }
    let left = objects(&args.left, ui)?;
    let right = objects(&args.right, ui)?;
    Ok(compare::compare(&left, &right))
}

/// What a file, folder or profile stands for. A file wins over a profile of the same name.
fn objects(side: &Path, ui: &Ui) -> Result<Vec<Object>> {
    let name = side.to_string_lossy();
    let is_profile = profile::all().iter().any(|profile| profile.name == name);
    if is_profile && !side.exists() {
        return generated(
            &Inputs {
                profile: Some(name.into_owned()),
                ..Inputs::default()
            },
            ui,
        );
    }
    if name != "-" && !side.exists() {
        return Err(
            Error::user(format!("there is no file and no profile `{name}`"))
                .hint("`mesh profile list` shows the profiles"),
        );
    }
    let mut objects = Vec::new();
    let mut operators = Vec::new();
    for input in input::read(&[side.to_owned()])? {
        let trees = parse(&input)?;
        if trees.iter().any(is_operator) {
            operators.push(File {
                name: input.name,
                text: input.text,
            });
        } else {
            objects.extend(
                trees
                    .into_iter()
                    .flat_map(items)
                    .filter_map(|tree| Object::from_tree("", tree)),
            );
        }
    }
    if !operators.is_empty() {
        objects.extend(generated(
            &Inputs {
                files: operators,
                ..Inputs::default()
            },
            ui,
        )?);
    }
    Ok(objects)
}

fn generated(inputs: &Inputs, ui: &Ui) -> Result<Vec<Object>> {
    let resolved = resolve::resolve(inputs)?;
    let manifest = render::generate(&resolved)?;
    for warning in resolved.warnings().iter().chain(&manifest.warnings) {
        ui.warning(warning);
    }
    Ok(manifest.objects)
}

fn parse(input: &Input) -> Result<Vec<Value>> {
    yaml::parse_all(&input.text).map_err(|error| {
        Error::user(format!(
            "{}:{}:{}: {}",
            input.name, error.line, error.column, error.message
        ))
        .hint("a manifest is YAML or JSON")
    })
}

/// The objects of a List, or the object itself.
fn items(mut tree: Value) -> Vec<Value> {
    match tree.get_mut("items").and_then(Value::as_array_mut) {
        Some(list) => std::mem::take(list),
        None => vec![tree],
    }
}

fn shown(differences: &[Difference], left: &str, right: &str) -> String {
    let mut out = String::new();
    for difference in differences {
        let object = &difference.object;
        let name = |side: &str, text: &Option<String>| match text {
            Some(_) => format!("{side}: {object}"),
            None => "/dev/null".to_owned(),
        };
        out.push_str(&unified(
            Side {
                name: &name(left, &difference.before),
                text: difference.before.as_deref().unwrap_or_default(),
            },
            Side {
                name: &name(right, &difference.after),
                text: difference.after.as_deref().unwrap_or_default(),
            },
        ));
    }
    out
}

fn value(differences: &[Difference]) -> Value {
    let one = |difference: &Difference| {
        let change = match (&difference.before, &difference.after) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        json!({"object": difference.object, "change": change, "before": difference.before, "after": difference.after})
    };
    json!({"differences": differences.iter().map(one).collect::<Vec<_>>()})
}
