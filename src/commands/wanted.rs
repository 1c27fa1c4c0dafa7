//! Which objects are to be in a cluster: those of an installation that flags or stored inputs describe, or those of a manifest.

use serde_json::Value;

use super::install::{plan, prepare};
use super::install_flags::InstallFlags;
use super::target;
use crate::cluster::Cluster;
use crate::cluster::apply::Stage;
use crate::engine::install::object::Object;
use crate::engine::install::{File, Inputs, is_operator, record, render, resolve, stage};
use crate::error::{Error, Result};
use crate::output::Ui;
use crate::yaml;

/// The objects, and what they are called together.
pub(super) struct Wanted {
    /// `profile demo`, or `mesh.yaml`
    pub(super) title: String,
    /// Of the control plane.
    pub(super) namespace: String,
    /// Empty for the one without a name.
    pub(super) revision: String,
    /// In the order in which they would be applied.
    pub(super) objects: Vec<Object>,
    /// Settings that look secret, so that what is stored does not have their values; [`record::LEFT_OUT`] stands for them.
    pub(super) left_out: Vec<String>,
}

/// What flags name, read and found right.
pub(super) enum Named {
    /// Objects as they are.
    Objects(Wanted),
    /// An installation, which is yet to be rendered.
    Installation(Inputs),
}

impl Named {
    /// Reads it, which takes no cluster. Files of other kinds than IstioOperator are objects as they are.
    ///
    /// # Errors
    /// A file cannot be read, or the configuration is wrong, or both sorts of files are mixed.
    pub(super) fn read(install: &InstallFlags) -> Result<Self> {
        let inputs = install.inputs()?;
        let mut objects = Vec::new();
        let mut files = Vec::new();
        for file in &inputs.files {
            let trees = trees(file)?;
            if trees.iter().any(is_operator) {
                files.push(file.clone());
            } else {
                objects.extend(
                    trees
                        .into_iter()
                        .filter_map(|tree| Object::from_tree("", tree)),
                );
            }
        }
        if objects.is_empty() {
            resolve::resolve(&inputs)?;
            return Ok(Self::Installation(inputs));
        }
        if !files.is_empty() {
            return Err(Error::usage(
                "some of the files are of kind IstioOperator, others are objects as they are",
            )
            .hint("name either what is to be rendered, or what is rendered already"));
        }
        objects.sort_by(Object::apply_order);
        let names = inputs.files.iter().map(|file| file.name.as_str());
        Ok(Self::Objects(Wanted {
            title: names.collect::<Vec<_>>().join(", "),
            namespace: install.istio_namespace().to_owned(),
            revision: install.revision().unwrap_or_default().to_owned(),
            objects,
            left_out: Vec::new(),
        }))
    }

    /// Rendered for no cluster.
    ///
    /// # Errors
    /// It does not render, or turns nothing on.
    pub(super) fn wanted(self, ui: &Ui) -> Result<Wanted> {
        match self {
            Self::Objects(wanted) => Ok(wanted),
            Self::Installation(inputs) => Wanted::installed(&inputs, ui),
        }
    }

    /// Rendered for a cluster.
    ///
    /// # Errors
    /// As for [`Self::wanted`]; the cluster cannot be asked what it is.
    pub(super) async fn wanted_in(self, cluster: &Cluster, ui: &Ui) -> Result<Wanted> {
        match self {
            Self::Installation(inputs) => {
                Self::Installation(target::aim(inputs, cluster).await?).wanted(ui)
            }
            Self::Objects(wanted) => Ok(wanted),
        }
    }
}

impl Wanted {
    /// What flags name on top of what the last installation was given, as `mesh install --reuse-values` has it.
    ///
    /// # Errors
    /// As for [`Named`]; nothing is stored; a secret that is needed was not stored.
    pub(super) async fn on_stored(
        install: &InstallFlags,
        cluster: &Cluster,
        ui: &Ui,
    ) -> Result<Self> {
        let given = install.inputs()?;
        let resolved = resolve::resolve(&given)?;
        let (namespace, revision) = (resolved.istio_namespace(), resolved.revision());
        let kept = cluster.inventory(namespace, revision);
        let (given, kept) = tokio::join!(target::aim(given, cluster), kept);
        let (given, kept) = (given?, kept?);
        let inputs = prepare::on_stored(given, &resolved, kept.as_ref(), cluster).await?;
        let wanted = Self::installed(&inputs, ui)?;
        prepare::need(&wanted.left_out)?;
        Ok(wanted)
    }

    /// What inputs describe.
    ///
    /// # Errors
    /// The configuration is wrong, or turns nothing on.
    pub(super) fn installed(inputs: &Inputs, ui: &Ui) -> Result<Self> {
        let resolved = resolve::resolve(inputs)?;
        let manifest = render::generate(&resolved)?;
        for warning in resolved.warnings().iter().chain(&manifest.warnings) {
            ui.warning(warning);
        }
        let objects = plan::with_home(&resolved, manifest.objects);
        if objects.is_empty() {
            return Err(Error::config(
                "this configuration turns nothing on, so there is nothing to compare",
            )
            .hint("name a profile with `--profile`, one of `mesh profile list`"));
        }
        Ok(Self {
            title: format!("profile {}", resolved.profile()),
            namespace: resolved.istio_namespace().to_owned(),
            revision: resolved.revision().to_owned(),
            objects,
            left_out: record::left_out(&resolved),
        })
    }

    /// As the cluster layer takes them.
    pub(super) fn stages(&self) -> Vec<Stage> {
        let stages = stage::stages(self.objects.clone());
        let stage = |stage: &stage::Stage| Stage {
            items: stage.objects.iter().map(plan::item).collect(),
            gate: Vec::new(),
        };
        stages.iter().map(stage).collect()
    }
}

/// The documents of a file, and the objects of lists in it.
///
/// # Errors
/// It is not YAML.
pub(super) fn trees(file: &File) -> Result<Vec<Value>> {
    let trees = yaml::parse_all(&file.text).map_err(|error| {
        Error::user(format!(
            "{}:{}:{}: {}",
            file.name, error.line, error.column, error.message
        ))
        .hint("a manifest is YAML or JSON")
    })?;
    let stranger = trees
        .iter()
        .find(|tree| !tree.is_null() && tree.get("kind").is_none_or(|kind| !kind.is_string()));
    if stranger.is_some() {
        return Err(Error::user(format!(
            "`{}` holds a document that is no object: it has no `kind`",
            file.name
        ))
        .hint("a manifest is what `mesh manifest generate` prints, or an IstioOperator"));
    }
    Ok(trees.into_iter().flat_map(items).collect())
}

/// The objects of a List, or the object itself.
fn items(mut tree: Value) -> Vec<Value> {
    match tree.get_mut("items").and_then(Value::as_array_mut) {
        Some(list) => std::mem::take(list),
        None => vec![tree],
    }
}
