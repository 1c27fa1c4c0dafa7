//! The flags that say what to install, shared by every command that needs to know.

use std::path::PathBuf;

use crate::engine::install::package::Package;
use crate::engine::install::{self, Inputs, component};
use crate::error::Result;
use crate::input;
use crate::settings::IstioNamespaceFlag;

/// What to install.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct InstallFlags {
    #[command(flatten)]
    files: FileFlags,

    #[command(flatten)]
    settings: SettingFlags,

    /// Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready
    #[arg(long)]
    force: bool,
}

/// `-f`, for a command that reads configurations.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct FileFlags {
    /// IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)
    #[arg(
        short = 'f',
        long = "filename",
        value_name = "FILE",
        value_delimiter = ','
    )]
    pub(crate) filenames: Vec<PathBuf>,
}

/// `--manifests`, for a command that renders charts.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ChartsFlag {
    /// Folder of charts in place of the built-in ones: `manifests` of a release of Istio
    #[arg(short = 'd', long, value_name = "DIR")]
    manifests: Option<PathBuf>,
}

/// What to change of the built-in configuration, for every command that works with one.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SettingFlags {
    /// Built-in profile to start from, one of `mesh profile list`
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)
    #[arg(short, long, value_name = "PATH=VALUE")]
    set: Vec<String>,

    /// Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio's own alone
    #[arg(long, value_name = "REGISTRY/PATH")]
    hub: Option<String>,

    /// Version of Istio's images
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,

    #[command(flatten)]
    charts: ChartsFlag,

    /// Revision of the control plane
    #[arg(short, long, value_name = "NAME")]
    revision: Option<String>,

    #[command(flatten)]
    istio_namespace: IstioNamespaceFlag,
}

impl InstallFlags {
    /// Reads the files that the flags name.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn inputs(&self) -> Result<Inputs> {
        self.settings.inputs(&self.files.filenames, self.force)
    }

    /// `--force`.
    pub(crate) fn is_forced(&self) -> bool {
        self.force
    }

    /// Whether anything says what to install; the revision and the namespace only say where, and charts from what.
    pub(crate) fn says_what(&self) -> bool {
        !self.files.filenames.is_empty() || self.settings.says_what()
    }

    /// Whether any of them was given.
    pub(crate) fn is_given(&self) -> bool {
        !self.files.filenames.is_empty()
            || self.settings.is_given()
            || self.force
            || self.settings.revision.is_some()
            || self.settings.istio_namespace.is_given()
    }

    /// The control plane's namespace.
    pub(crate) fn istio_namespace(&self) -> &str {
        self.settings.istio_namespace()
    }

    /// `--revision`, where it was given.
    pub(crate) fn revision(&self) -> Option<&str> {
        self.settings.revision()
    }
}

impl SettingFlags {
    /// Reads `files` (of kind IstioOperator) and puts the flags over them; see [`Inputs`] for `force`.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn inputs(&self, files: &[PathBuf], force: bool) -> Result<Inputs> {
        let package = self.charts.package()?;
        let files = input::read(files)?.into_iter().map(|input| install::File {
            name: input.name,
            text: input.text,
        });
        Ok(Inputs {
            stored: Vec::new(),
            profile: self.profile.clone(),
            files: files.collect(),
            set: self.images().into_iter().chain(self.set.clone()).collect(),
            revision: self.revision.clone(),
            package,
            target: None,
            force,
            istio_namespace: self
                .istio_namespace
                .is_given()
                .then(|| self.istio_namespace.name().to_owned()),
        })
    }

    /// `--hub` and `--tag` as settings, which `--set` may still overrule.
    fn images(&self) -> Vec<String> {
        let mut settings = Vec::new();
        if let Some(hub) = &self.hub {
            settings.push(format!("hub={hub}"));
            settings.push(format!("values.global.busyboxHub={hub}"));
            settings.extend(component::addons().map(|root| format!("values.{root}.hub={hub}")));
        }
        settings.extend(self.tag.iter().map(|tag| format!("tag={tag}")));
        settings
    }

    /// Whether anything but the revision and the namespace was given.
    pub(crate) fn is_given(&self) -> bool {
        self.says_what() || self.charts.manifests.is_some()
    }

    /// Whether anything says what to install; the revision and the namespace only say where, and charts from what.
    pub(crate) fn says_what(&self) -> bool {
        self.profile.is_some() || !self.set.is_empty() || !self.images().is_empty()
    }

    /// The control plane's namespace.
    pub(crate) fn istio_namespace(&self) -> &str {
        self.istio_namespace.name()
    }

    /// `--revision`, where it was given.
    pub(crate) fn revision(&self) -> Option<&str> {
        self.revision.as_deref()
    }
}

impl ChartsFlag {
    /// The charts of the folder, if one is named.
    ///
    /// # Errors
    /// It cannot be read, or has no charts of Istio.
    pub(crate) fn package(&self) -> Result<Option<Package>> {
        let folder = self.manifests.as_deref();
        folder
            .map(|folder| Package::new(folder.display().to_string(), input::read_tree(folder)?))
            .transpose()
    }
}
