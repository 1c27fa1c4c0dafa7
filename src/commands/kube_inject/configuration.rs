//! What to inject: the configuration that comes with this program, and what flags and files change of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::commands::install_flags::SettingFlags;
use crate::engine::inject;
use crate::engine::install::{InjectionConfig, Inputs, render, resolve};
use crate::error::{Error, Result};
use crate::input;
use crate::output::Ui;
use crate::settings::NamespaceFlag;
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

    #[command(flatten)]
    namespace: NamespaceFlag,
}

impl ConfigurationFlags {
    /// Resolves flags, files and environment into one configuration.
    ///
    /// # Errors
    /// A file cannot be read or has the wrong form, a profile or path is unknown, a chart does not render.
    pub(crate) fn load(&self, ui: &Ui) -> Result<inject::Config> {
        let resolved = resolve::resolve(&self.inputs()?)?;
        for warning in resolved.warnings() {
            ui.warning(warning);
        }
        let InjectionConfig {
            mut templates,
            mut values,
            mut mesh,
        } = render::injection_config(&resolved)?;
        if let Some(file) = &self.inject_config_file {
            templates = read_templates(file)?;
        }
        if self.operator_files.is_empty() {
            if let Some(file) = &self.values_file {
                values = read_object(file)?;
            }
            if let Some(file) = &self.mesh_config_file {
                mesh = read_object(file)?;
            }
        }
        let variables = injector_variables(&values);
        let setting = |name: &str| {
            let own = std::env::var(name).ok().filter(|value| !value.is_empty());
            own.or_else(|| variables.get(name).cloned())
        };
        Ok(inject::Config {
            templates,
            default_templates: vec![SIDECAR.to_owned()],
            revision: self.revision(&values),
            values,
            mesh,
            native_sidecars: setting("ENABLE_NATIVE_SIDECARS")
                .is_none_or(|value| !is_false(&value)),
            compliance_policy: setting("COMPLIANCE_POLICY").unwrap_or_default(),
            namespace: self.namespace.namespace.clone().unwrap_or_default(),
            variables,
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
        Error::config(format!(
            "{}:{}:{}: {}",
            input.name, error.line, error.column, error.message
        ))
        .hint("the file has to be YAML or JSON")
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
