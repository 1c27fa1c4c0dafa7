//! What to inject: the configuration that comes with this program, and what flags and files change of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::from_cluster::{self, Wanted};
use crate::commands::install_flags::SettingFlags;
use crate::engine::inject;
use crate::engine::install::{InjectionConfig, Inputs, render, resolve};
use crate::error::{Error, Kind, Result};
use crate::input;
use crate::output::Ui;
use crate::settings::{ConnectionFlags, NamespaceFlag};
use crate::yaml::{self, Value};

/// The template of a pod that asks for none, in files.
const SIDECAR: &str = "sidecar";
const DEFAULT_REVISION: &str = "default";

/// Where the configuration comes from.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigurationFlags {
    #[command(flatten)]
    settings: SettingFlags,

    /// IstioOperator file (repeatable; later ones win)
    #[arg(
        long = "operatorFileName",
        visible_alias = "operator-file",
        value_name = "FILE"
    )]
    operator_files: Vec<PathBuf>,

    /// Injection templates: the key `config` of ConfigMap istio-sidecar-injector, or the text of one template
    #[arg(
        long = "injectConfigFile",
        visible_alias = "inject-config-file",
        value_name = "FILE"
    )]
    inject_config_file: Option<PathBuf>,

    /// Mesh configuration: the key `mesh` of ConfigMap istio (`--operatorFileName` wins over it)
    #[arg(
        long = "meshConfigFile",
        visible_alias = "mesh-config-file",
        value_name = "FILE"
    )]
    mesh_config_file: Option<PathBuf>,

    /// Values: the key `values` of ConfigMap istio-sidecar-injector (`--operatorFileName` wins over it)
    #[arg(
        long = "valuesFile",
        visible_alias = "values-file",
        value_name = "FILE"
    )]
    values_file: Option<PathBuf>,

    /// Take the configuration of the cluster's istiod, of `--revision` or the default one
    #[arg(long)]
    from_cluster: bool,

    /// ConfigMap of the cluster with injection templates and values, in place of istio-sidecar-injector[-REVISION]
    #[arg(
        long = "injectConfigMapName",
        visible_alias = "inject-config-map-name",
        value_name = "NAME"
    )]
    inject_config_map: Option<String>,

    /// ConfigMap of the cluster with the mesh configuration, in place of istio[-REVISION]
    #[arg(
        long = "meshConfigMapName",
        visible_alias = "mesh-config-map-name",
        value_name = "NAME"
    )]
    mesh_config_map: Option<String>,

    #[command(flatten)]
    namespace: NamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

impl ConfigurationFlags {
    /// Resolves flags, files and environment, and the cluster where it is asked for, into one configuration.
    ///
    /// # Errors
    /// A file cannot be read or has the wrong form, a profile or path is unknown, a chart does not render, the cluster does
    /// not have the configuration.
    pub(crate) fn load(&self, ui: &Ui) -> Result<inject::Config> {
        let mut config = if self.asks_cluster()? {
            self.of_cluster(ui)?
        } else {
            self.built_in(ui)?
        };
        if let Some(file) = &self.inject_config_file {
            config.templates = read_templates(file)?;
        }
        if self.operator_files.is_empty() {
            if let Some(file) = &self.values_file {
                config.values = read_object(file)?;
            }
            if let Some(file) = &self.mesh_config_file {
                config.mesh = read_object(file)?;
            }
        }
        if config.variables.is_empty() {
            config.variables = injector_variables(&config.values);
        }
        let own = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let setting = |name: &str| own(name).or_else(|| config.variables.get(name).cloned());
        if let Some(native) = setting("ENABLE_NATIVE_SIDECARS") {
            config.native_sidecars = !is_false(&native);
        }
        if let Some(policy) = setting("COMPLIANCE_POLICY") {
            config.compliance_policy = policy;
        }
        if let Some(namespace) = &self.namespace.namespace {
            config.namespace.clone_from(namespace);
        }
        Ok(config)
    }

    /// Whether the configuration is a cluster's: where it is asked for by name, and where a revision is that nothing else
    /// describes.
    ///
    /// # Errors
    /// The cluster's configuration and settings of another one are asked for at once; a flag of the cluster does nothing.
    fn asks_cluster(&self) -> Result<bool> {
        let named =
            self.from_cluster || self.inject_config_map.is_some() || self.mesh_config_map.is_some();
        let described = self.settings.is_given() || !self.operator_files.is_empty();
        if named && described {
            return Err(Error::usage(
                "the cluster's configuration is what it is; `--set`, `--profile`, `--operatorFileName` and the like do not apply to it",
            )
            .hint("change it in the cluster, or leave out `--from-cluster` and the names of ConfigMaps"));
        }
        let files = self.inject_config_file.is_some()
            || self.values_file.is_some()
            || self.mesh_config_file.is_some();
        let revision = self
            .settings
            .revision()
            .filter(|name| *name != DEFAULT_REVISION);
        let asks = named || revision.is_some() && !described && !files;
        if !asks && self.connection.is_given() {
            return Err(
                Error::usage("no cluster is asked, so that flags of a cluster do nothing")
                    .hint("`--from-cluster` takes the configuration of the cluster's istiod"),
            );
        }
        Ok(asks)
    }

    fn of_cluster(&self, ui: &Ui) -> Result<inject::Config> {
        let wanted = Wanted {
            connection: &self.connection,
            istio_namespace: self.settings.istio_namespace(),
            revision: self.settings.revision(),
            injector_map: self.inject_config_map.as_deref(),
            mesh_map: self.mesh_config_map.as_deref(),
        };
        let config = from_cluster::load(&wanted, ui).map_err(|error| {
            if self.from_cluster {
                return error;
            }
            error.hint("with `--profile default`, `--revision` is that of the configuration that comes with this program")
        })?;
        ui.detail(format!(
            "with the cluster's configuration of revision {}",
            if config.revision.is_empty() {
                DEFAULT_REVISION
            } else {
                &config.revision
            }
        ));
        Ok(config)
    }

    fn built_in(&self, ui: &Ui) -> Result<inject::Config> {
        let resolved = resolve::resolve(&self.inputs()?)?;
        for warning in resolved.warnings() {
            ui.warning(warning);
        }
        let InjectionConfig {
            templates,
            values,
            mesh,
        } = render::injection_config(&resolved)?;
        Ok(inject::Config {
            templates,
            default_templates: vec![SIDECAR.to_owned()],
            revision: self.revision(&values),
            values,
            mesh,
            native_sidecars: true,
            ..inject::Config::default()
        })
    }

    fn inputs(&self) -> Result<Inputs> {
        let mut inputs = self.settings.inputs(&self.operator_files, false)?;
        // The default revision has no name in a configuration.
        inputs.revision = inputs.revision.filter(|name| name != DEFAULT_REVISION);
        Ok(inputs)
    }

    /// The revision that proxies are told; the default one has no name.
    fn revision(&self, values: &Value) -> String {
        let given = self.settings.revision();
        let name = given.or_else(|| values.get("revision").and_then(Value::as_str));
        name.filter(|name| *name != DEFAULT_REVISION)
            .unwrap_or("")
            .to_owned()
    }
}

/// istiod's environment, as far as the values say it.
fn injector_variables(values: &Value) -> BTreeMap<String, String> {
    let variables = values
        .get("pilot")
        .and_then(|pilot| pilot.get("env"))
        .and_then(Value::as_object);
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    variables
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

fn is_false(text: &str) -> bool {
    matches!(text, "0" | "f" | "F" | "false" | "False" | "FALSE")
}

fn read_one(file: &Path) -> Result<input::Input> {
    let mut inputs = input::read(&[file.to_owned()])?;
    match (inputs.pop(), inputs.is_empty()) {
        (Some(input), true) => Ok(input),
        _ => Err(Error::user(format!(
            "`{}` is a folder, and one file is wanted",
            file.display()
        ))
        .hint("name the file in it")),
    }
}

fn parse(input: &input::Input) -> Result<Value> {
    yaml::parse(&input.text).map_err(|error| {
        let error = input::not_yaml(&input.name, &error).with_kind(Kind::Config);
        error.hint("the file has to be YAML or JSON")
    })
}

fn read_object(file: &Path) -> Result<Value> {
    let input = read_one(file)?;
    match parse(&input)? {
        Value::Null => Ok(Value::Object(serde_json::Map::new())),
        object @ Value::Object(_) => Ok(object),
        _ => Err(
            Error::config(format!("`{}` does not hold an object", input.name)).hint(
                "the file has to hold the text of one key of a ConfigMap, not a list or a word",
            ),
        ),
    }
}

/// Templates by name, or one text that is the sidecar's template.
fn read_templates(file: &Path) -> Result<BTreeMap<String, String>> {
    let input = read_one(file)?;
    // A template need not be YAML: it has actions in it.
    let parsed = yaml::parse(&input.text).ok();
    let templates = parsed
        .as_ref()
        .and_then(|config| config.get("templates")?.as_object());
    let Some(templates) = templates.filter(|templates| !templates.is_empty()) else {
        return Ok(BTreeMap::from([(SIDECAR.to_owned(), input.text)]));
    };
    templates
        .iter()
        .map(|(name, text)| match text {
            Value::String(text) => Ok((name.clone(), text.clone())),
            _ => Err(Error::config(format!(
                "template `{name}` in `{}` is not a text",
                input.name
            ))
            .hint("write it as a block: `NAME: |` and the template, indented")),
        })
        .collect()
}

/// An error of the configuration itself.
pub(crate) fn error(error: inject::Error) -> Error {
    let inject::Error { message, hint, .. } = error;
    Error::config(message).hint(hint.unwrap_or_else(|| {
        "check `--set`, `--operatorFileName` and the configuration files".to_owned()
    }))
}
