//! A profile by its name, or an IstioOperator in a file.

use std::convert::Infallible;
use std::path::Path;
use std::str::FromStr;

use crate::engine::install::{File, Inputs, Resolved, profile, resolve};
use crate::error::Result;
use crate::input;
use crate::output::Ui;

/// What the user named. A file wins over a profile of the same name, and what has a slash, an extension or is `-` is a file.
#[derive(Clone, Debug)]
pub(super) struct Source(String);

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl Source {
    /// As it was given.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    fn is_file(&self) -> bool {
        let path = Path::new(&self.0);
        let known = profile::all().iter().any(|profile| profile.name == self.0);
        self.0 == "-"
            || path.exists()
            || !known && (path.extension().is_some() || self.0.contains('/'))
    }
}

/// The IstioOperator that says everything; its warnings are shown.
///
/// # Errors
/// The profile is unknown; the file cannot be read or is not an IstioOperator.
pub(super) fn operator(source: &Source, ui: &Ui) -> Result<Resolved> {
    let mut inputs = Inputs::default();
    if source.is_file() {
        let files = input::read(&[source.name().into()])?.into_iter();
        inputs.files = files
            .map(|input| File {
                name: input.name,
                text: input.text,
            })
            .collect();
    } else {
        inputs.profile = Some(source.name().to_owned());
    }
    let resolved = resolve::resolve(&inputs)?;
    for warning in resolved.warnings() {
        ui.warning(warning);
    }
    Ok(resolved)
}
