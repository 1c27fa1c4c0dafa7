//! `mesh profile dump`.

use clap::ValueEnum;

use crate::engine::install::{Inputs, profile, resolve};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::yaml;

/// Print a profile in full, as an IstioOperator
///
/// It is the default profile with the named one laid over it, and the values that the charts are
/// given. What it leaves out are the charts' own defaults. The result is a file for
/// `mesh manifest generate -f`.
///
/// EXAMPLES
///   mesh profile dump demo > demo.yaml
///   mesh profile dump -o json | jq .spec.components
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The profile's name, one of `mesh profile list`
    #[arg(default_value = profile::DEFAULT)]
    name: String,

    /// How to write it
    #[arg(
        short,
        long,
        value_name = "yaml|json",
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
}

/// Resolves and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let resolved = resolve::resolve(&Inputs {
        profile: Some(args.name.clone()),
        ..Inputs::default()
    })?;
    let text = match args.output {
        Format::Yaml => yaml::to_string(resolved.operator()),
        Format::Json => {
            let json = serde_json::to_string_pretty(resolved.operator()).map_err(|error| {
                Error::new(Kind::Internal, "cannot write the profile as JSON").caused_by(&error)
            })?;
            format!("{json}\n")
        }
    };
    ui.result(text.as_bytes())
}
