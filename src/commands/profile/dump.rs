//! `mesh profile dump`.

use clap::ValueEnum;

use super::source::{Source, operator};
use crate::engine::install::path::{self, Path, Segment};
use crate::engine::install::{profile, settings};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::yaml::{self, Value};

/// Print a profile in full, as an IstioOperator
///
/// It is the default profile with the named one laid over it, and the values that the charts are
/// given. What it leaves out are the charts' own defaults. The result is a file for
/// `mesh manifest generate -f`; with `-o flags`, one setting a line for `--set`.
///
/// EXAMPLES
///   mesh profile dump demo > demo.yaml
///   mesh profile dump -o json | jq .spec.components
///   mesh profile dump demo --config-path components.ingressGateways[0]
///   mesh profile dump mesh.yaml -o flags
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// A profile, one of `mesh profile list`, or an IstioOperator file (`-` for standard input)
    #[arg(value_name = "PROFILE|FILE", default_value = profile::DEFAULT)]
    source: Source,

    /// Only what stands at this path of the spec
    #[arg(short = 'p', long, value_name = "PATH")]
    config_path: Option<String>,

    /// How to write it
    #[arg(
        short,
        long,
        value_name = "yaml|json|flags",
        default_value = "yaml",
        hide_default_value = true,
        hide_possible_values = true
    )]
    output: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Yaml,
    Json,
    Flags,
}

/// Resolves and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let resolved = operator(&args.source, ui)?;
    let spec = Path(vec![Segment::Key("spec".to_owned())]);
    let (place, tree) = match &args.config_path {
        Some(text) => find(resolved.operator(), text)?,
        None if args.output == Format::Flags => (spec, &resolved.operator()["spec"]),
        None => (Path(Vec::new()), resolved.operator()),
    };
    let text = match args.output {
        Format::Yaml => yaml::to_string(tree),
        Format::Json => {
            let json = serde_json::to_string_pretty(tree).map_err(|error| {
                Error::new(Kind::Internal, "cannot write the profile as JSON").caused_by(&error)
            })?;
            format!("{json}\n")
        }
        Format::Flags => {
            let found = settings::settings(&Path(place.0[1..].to_vec()), tree);
            for path in found.unspeakable {
                ui.warning(format_args!(
                    "no setting can say what `{path}` is: it is left out"
                ));
            }
            let lines = found.settings.iter().flat_map(|setting| {
                [
                    setting, "
",
                ]
            });
            lines.collect()
        }
    };
    ui.result(text.as_bytes())
}

/// What stands at a path, which starts at the spec whether it says so or not, and where that is.
fn find<'a>(operator: &'a Value, text: &str) -> Result<(Path, &'a Value)> {
    let malformed = |error: path::PathError| {
        Error::usage(format!("cannot read the path `{text}`")).caused_by(&error)
    };
    let mut place = Path::parse(text).map_err(malformed)?;
    if place.leading_keys().first() != Some(&"spec") {
        place.0.insert(0, Segment::Key("spec".to_owned()));
    }
    match path::lookup(operator, &place) {
        Some(tree) => Ok((place, tree)),
        None => Err(absent(operator, text, &place)),
    }
}

/// Says up to where a path leads, and what there is from there.
fn absent(operator: &Value, text: &str, place: &Path) -> Error {
    let mut known = place.clone();
    let mut there = operator;
    while known.0.pop().is_some() {
        if let Some(tree) = path::lookup(operator, &known) {
            there = tree;
            break;
        }
    }
    let error = Error::user(format!("the profile has nothing at `{text}`"));
    let known = if known.0.is_empty() {
        "it".to_owned()
    } else {
        format!("`{known}`")
    };
    match there {
        Value::Object(map) if !map.is_empty() => {
            let keys: Vec<&str> = map.keys().map(String::as_str).collect();
            error.hint(format!("{known} has {}", keys.join(", ")))
        }
        Value::Array(list) => error.hint(format!("{known} is a list of {}", list.len())),
        other => error.hint(format!("{known} is {}", path::kind_of(other))),
    }
}
