//! What is installed: profiles, IstioOperator files and `--set` resolved into one configuration, charts rendered from it.
//!
//! [`resolve::resolve`] → [`Resolved`] → [`render::generate`] (objects in apply order) or [`render::injection_config`] (what istiod's ConfigMaps
//! would tell the injector). Nothing here reads files or a cluster: a command hands over texts. Charts are given the
//! values that `manifests/README.md` lists.

pub(crate) mod adopt;
pub(crate) mod charts;
mod checks;
pub(crate) mod compare;
pub(crate) mod component;
pub(crate) mod control_plane;
pub(crate) mod drift;
pub(crate) mod dropped;
mod estimate;
pub(crate) mod ignore_rules;
pub(crate) mod images;
mod k8s;
mod legacy;
pub(crate) mod object;
mod operator;
mod overlay;
pub(crate) mod package;
pub(crate) mod path;
pub(crate) mod profile;
pub(crate) mod record;
pub(crate) mod removal;
pub(crate) mod render;
pub(crate) mod resolve;
mod schema;
mod set;
pub(crate) mod settings;
pub(crate) mod stage;
pub(crate) mod tags;
pub(crate) mod translate;
pub(crate) mod upgrade;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::versions::Version;

/// Where images come from unless something else is asked for.
pub(crate) const DEFAULT_HUB: &str = "registry.istio.io/release";
/// Where the control plane is unless another namespace is asked for.
pub(crate) const DEFAULT_NAMESPACE: &str = "istio-system";
/// The version of Istio that is installed unless another is asked for.
pub(crate) const DEFAULT_TAG: &str = "1.31.4";

/// What the user gave, weakest first: what is stored, then profile, then files in order, then `set` in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// What was given to the installations that this one builds on, the oldest first.
    pub(crate) stored: Vec<Layer>,
    /// `--profile`; the files and `set` may name one too, and win.
    pub(crate) profile: Option<String>,
    /// IstioOperator files, in order.
    pub(crate) files: Vec<File>,
    /// `--set PATH=VALUE`, in order.
    pub(crate) set: Vec<String>,
    /// `--revision`; wins over the files.
    pub(crate) revision: Option<String>,
    /// `--istio-namespace`, where it was given; wins over the files.
    pub(crate) istio_namespace: Option<String>,
    /// `--manifests`: charts and profiles in place of the built-in ones.
    pub(crate) package: Option<package::Package>,
    /// The cluster that it is rendered for; without one, charts are told of the oldest Kubernetes that Istio supports.
    pub(crate) target: Option<Target>,
    /// `--force`: unknown paths and wrong types are warnings.
    pub(crate) force: bool,
}

/// What was given to one installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Layer {
    /// `--profile`; the files and `set` may name one too, and win.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<String>,
    /// IstioOperator files, in order.
    pub(crate) files: Vec<File>,
    /// `--set PATH=VALUE`, in order.
    pub(crate) set: Vec<String>,
}

/// What charts may know of the cluster that they are rendered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// As the server says it: `v1.34.1-gke.1293000`.
    pub(crate) version: String,
    /// Everything it serves, each as `apps/v1` and as `apps/v1/Deployment`.
    pub(crate) api_versions: Vec<String>,
}

impl Target {
    /// Whether it is a cluster of Google's, where the CNI agent must be in `kube-system` and its binaries elsewhere.
    pub(crate) fn is_gke(&self) -> bool {
        self.version.contains("-gke")
    }
}

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct File {
    /// What to call it in messages: its path, or `standard input`.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Inputs {
    /// All layers, weakest first: what is stored, and on top of it what is given now, flags of their own among the settings.
    fn layers(&self) -> Vec<Layer> {
        let mut set = self.set.clone();
        if let Some(revision) = &self.revision {
            set.push(format!("revision={revision}"));
        }
        if let Some(namespace) = &self.istio_namespace {
            set.push(format!("values.global.istioNamespace={namespace}"));
        }
        let own = Layer {
            profile: self.profile.clone(),
            files: self.files.clone(),
            set,
        };
        self.stored.iter().cloned().chain([own]).collect()
    }
}

/// Whether a document is an IstioOperator: a description of an installation, and not an object of it.
pub(crate) fn is_operator(document: &Value) -> bool {
    operator::is(document)
}

/// One IstioOperator that says everything: all inputs merged, values canonical.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// The IstioOperator; `spec.values` is what charts are given.
    operator: Value,
    /// What the user should know: old paths, settings that do nothing.
    warnings: Vec<String>,
    /// Charts in place of the built-in ones.
    package: Option<package::Package>,
    /// The cluster that it is rendered for.
    target: Option<Target>,
    /// The files that it was made from, weakest first.
    files: Vec<File>,
}

impl Resolved {
    /// Where a setting stands, to be put in front of a message: `` `mesh.yaml`, line 7: ``; empty where no file has it.
    fn line_of(&self, path: &str) -> String {
        operator::place(&self.files, path)
    }

    /// The resolved IstioOperator.
    pub(crate) fn operator(&self) -> &Value {
        &self.operator
    }

    /// The namespace of the control plane.
    pub(crate) fn istio_namespace(&self) -> &str {
        path::get_str(&self.operator, &["metadata", "namespace"]).unwrap_or(DEFAULT_NAMESPACE)
    }

    /// The revision; empty for the one without a name.
    pub(crate) fn revision(&self) -> &str {
        path::get_str(self.values(), &["revision"]).unwrap_or_default()
    }

    /// The profile that it started from.
    pub(crate) fn profile(&self) -> &str {
        path::get_str(&self.operator, &["spec", "profile"]).unwrap_or_default()
    }

    /// The version of Istio that is installed, by the tag of its images; `None` for a tag that is no version.
    pub(crate) fn version(&self) -> Option<Version> {
        let tag = path::get(self.values(), &["global", "tag"]).and_then(path::printed);
        tag.as_deref().and_then(Version::parse)
    }

    /// The values that every chart is given.
    pub(crate) fn values(&self) -> &Value {
        path::get(&self.operator, &["spec", "values"]).unwrap_or(&Value::Null)
    }

    /// Warnings, each one sentence.
    pub(crate) fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// What the injector works with: the content of ConfigMaps `istio-sidecar-injector` and `istio`.
#[derive(Clone, Debug)]
pub(crate) struct InjectionConfig {
    /// Go template text by name: `sidecar`, `gateway`, `grpc-agent`, … and the user's own.
    pub(crate) templates: BTreeMap<String, String>,
    /// The injector's `values`.
    pub(crate) values: Value,
    /// The mesh config as the ConfigMap has it: istiod's built-in defaults are not filled in.
    pub(crate) mesh: Value,
}

#[cfg(test)]
mod tests;
