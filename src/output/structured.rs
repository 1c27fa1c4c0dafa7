//! One value, several views: a table for people, JSON and YAML for programs.

use clap::ValueEnum;
use serde::Serialize;

use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::yaml;

/// How a report is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people
    #[default]
    #[value(alias = "short", alias = "text")]
    Table,
    /// One JSON document
    Json,
    /// One YAML document
    Yaml,
}

/// `-o`, for a command whose result is a report.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct FormatFlag {
    /// How to show the result
    #[arg(
        short,
        long = "output",
        value_name = "table|json|yaml",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) output: Format,
}

impl Ui {
    /// Writes `value` as `format`; `table` is called for the view for people and may hold escape sequences.
    pub(crate) fn report<T: Serialize>(
        &self,
        value: &T,
        format: Format,
        table: impl FnOnce(&T) -> String,
    ) -> Result<()> {
        match format {
            Format::Table => self.styled(&table(value)),
            Format::Json => {
                let mut text = serde_json::to_string_pretty(&tree(value)?)
                    .map_err(|error| unserialisable(&error))?;
                text.push('\n');
                self.result(text.as_bytes())
            }
            Format::Yaml => self.result(yaml::to_string(&tree(value)?).as_bytes()),
        }
    }
}

/// Through a tree, so that keys come out sorted.
fn tree<T: Serialize>(value: &T) -> Result<yaml::Value> {
    serde_json::to_value(value).map_err(|error| unserialisable(&error))
}

fn unserialisable(error: &serde_json::Error) -> Error {
    Error::new(Kind::Internal, "cannot write the result as JSON").caused_by(error)
}
