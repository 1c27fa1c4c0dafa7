//! The flags that say what to install, shared by every command that needs to know.

use std::path::PathBuf;

use crate::engine::install::{self, Inputs};
use crate::error::Result;
use crate::input;
use crate::settings::IstioNamespaceFlag;

/// What to install.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct InstallFlags {
    /// Built-in profile to start from, one of `mesh profile list`
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// IstioOperator file, folder of them, or `-` for standard input (repeat the flag; later ones win)
    #[arg(
        short = 'f',
        long = "filename",
        value_name = "FILE",
        value_delimiter = ','
    )]
    filenames: Vec<PathBuf>,

    /// Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)
    #[arg(short, long, value_name = "PATH=VALUE")]
    set: Vec<String>,

    /// Revision of the control plane
    #[arg(short, long, value_name = "NAME")]
    revision: Option<String>,

    /// Go on where a path is unknown or a value has a wrong type, with a warning
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    istio_namespace: IstioNamespaceFlag,
}

impl InstallFlags {
    /// Reads the files that the flags name.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn inputs(&self) -> Result<Inputs> {
        let files = input::read(&self.filenames)?;
        Ok(Inputs {
            profile: self.profile.clone(),
            files: files
                .into_iter()
                .map(|input| install::File {
                    name: input.name,
                    text: input.text,
                })
                .collect(),
            set: self.set.clone(),
            revision: self.revision.clone(),
            force: self.force,
            istio_namespace: self
                .istio_namespace
                .is_given()
                .then(|| self.istio_namespace.name().to_owned()),
        })
    }
}
