//! The inputs of an installation as they are kept in the cluster: what is needed to resolve them again, without secrets.
//!
//! They are kept layer by layer, as they were given, and not merged: `--set` can reach into lists of the profile, which a later
//! version may have changed. An installation that builds on the last one (`--reuse-values`) adds a layer to it.
//!
//! Whoever may read ConfigMaps of the control plane's namespace can read this. What is secret by its name (`adminPassword`, an
//! environment variable `API_TOKEN`, a header `Authorization`) is left out; a secret under an innocent name, or in a comment, is not
//! known as one. The objects that are made from it have it too, and are no better protected: passwords belong into Secrets.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::path::{Path, Segment};
use super::set::split;
use super::{DEFAULT_TAG, File, Inputs, Layer, Resolved, package};
use crate::error::{Error, Kind, Result};
use crate::yaml;

/// How the last word of a path ends whose value is nobody's business.
const SECRET_ENDINGS: &[&str] = &[
    "accesskey",
    "apikey",
    "authorization",
    "credential",
    "credentials",
    "passphrase",
    "password",
    "passwd",
    "privatekey",
    "secret",
    "secretkey",
    "token",
];

/// What stands for a value that was left out.
pub(crate) const LEFT_OUT: &str = "(not stored)";

/// What was asked for, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Record {
    /// The profile that it started from.
    pub(crate) profile: String,
    /// Empty for the one without a name.
    pub(crate) revision: String,
    /// The namespace of the control plane.
    pub(crate) istio_namespace: String,
    /// Where images come from.
    pub(crate) hub: String,
    /// The version of the images.
    pub(crate) tag: String,
    /// The version of Istio that the charts are of, if they are the built-in ones.
    pub(crate) istio_version: String,
    /// `--manifests`: the folder of the charts. What was in it is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) manifests: Option<String>,
    /// `--force`.
    pub(crate) force: bool,
    /// What the user gave, weakest first.
    pub(crate) layers: Vec<Layer>,
}

impl Record {
    /// The inputs to keep, and the paths whose values were left out.
    pub(crate) fn of(inputs: &Inputs, resolved: &Resolved) -> (Self, Vec<String>) {
        let mut left_out = Vec::new();
        let mut layers = inputs.stored.clone();
        let own = Layer {
            profile: inputs.profile.clone(),
            files: inputs
                .files
                .iter()
                .map(|file| stripped(file, &mut left_out))
                .collect(),
            set: inputs
                .set
                .iter()
                .map(|setting| stripped_setting(setting, &mut left_out))
                .collect(),
        };
        lay_on_top(&mut layers, own);
        let value = |key: &str| {
            resolved.values()["global"][key]
                .as_str()
                .unwrap_or_default()
        };
        let package = inputs.package.as_ref().map(package::Package::name);
        let record = Self {
            profile: resolved.profile().to_owned(),
            revision: resolved.revision().to_owned(),
            istio_namespace: resolved.istio_namespace().to_owned(),
            hub: value("hub").to_owned(),
            tag: value("tag").to_owned(),
            istio_version: package.map_or(DEFAULT_TAG, |_| "").to_owned(),
            manifests: package.map(str::to_owned),
            force: inputs.force,
            layers,
        };
        (record, left_out)
    }

    /// Reads what was kept.
    ///
    /// # Errors
    /// It is not as it was written.
    pub(crate) fn read(kept: &Value) -> Result<Self> {
        serde_json::from_value(kept.clone()).map_err(|error| {
            Error::new(
                Kind::Config,
                "the inputs that the inventory keeps cannot be read",
            )
            .caused_by(&error)
        })
    }

    /// The inputs, to be resolved again. Charts that were brought along, and secrets, are not among them; see [`left_out`].
    pub(crate) fn inputs(&self) -> Inputs {
        Inputs {
            stored: self.layers.clone(),
            revision: Some(self.revision.clone()).filter(|name| !name.is_empty()),
            istio_namespace: Some(self.istio_namespace.clone()),
            force: self.force,
            ..Inputs::default()
        }
    }
}

/// The settings in which [`LEFT_OUT`] stands for a secret that was not given anew.
pub(crate) fn left_out(resolved: &Resolved) -> Vec<String> {
    let mut found = Vec::new();
    leaves(
        &resolved.operator()["spec"],
        &mut Path(Vec::new()),
        &mut |path, value| {
            if value == LEFT_OUT {
                found.push(path.to_string());
            }
        },
    );
    found
}

/// Calls `told` with each value that holds no others, and its path.
pub(super) fn leaves(tree: &Value, path: &mut Path, told: &mut impl FnMut(&Path, &Value)) {
    let mut below = |segment: Segment, value: &Value| {
        path.0.push(segment);
        leaves(value, path, told);
        path.0.pop();
    };
    match tree {
        Value::Object(map) => {
            for (key, value) in map {
                below(Segment::Key(key.clone()), value);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                below(Segment::Index(Some(index)), value);
            }
        }
        value => told(path, value),
    }
}

/// Adds a layer. What it says again is taken out below, so that the same command run many times does not grow the record.
fn lay_on_top(layers: &mut Vec<Layer>, own: Layer) {
    for layer in layers.iter_mut() {
        layer
            .files
            .retain(|file| !own.files.iter().any(|one| one.text == file.text));
        layer
            .set
            .retain(|setting| !own.set.iter().any(|one| sets_the_same(setting, one)));
        if own.profile.is_some() {
            layer.profile = None;
        }
    }
    layers.retain(|layer| *layer != Layer::default());
    match layers.last_mut() {
        Some(last) if own.files.is_empty() && own.profile.is_none() => last.set.extend(own.set),
        _ if own == Layer::default() => {}
        _ => layers.push(own),
    }
}

/// Whether two settings are of the same path. Those that select in lists are taken as different.
fn sets_the_same(one: &str, other: &str) -> bool {
    let path = |setting: &'_ str| {
        setting
            .split_once('=')
            .map(|(path, _)| path.trim().to_owned())
    };
    one == other || path(one).is_some_and(|it| !it.contains('[')) && path(one) == path(other)
}

/// A setting as it is, or without a value that is secret.
fn stripped_setting(setting: &str, left_out: &mut Vec<String>) -> String {
    let Some((path, value)) = split(setting) else {
        return setting.to_owned();
    };
    let path = path.trim();
    let named = path.rsplit('.').next() == Some("value") && {
        let selected = path.rsplit_once("[name:").map(|(_, rest)| rest);
        selected.is_some_and(|rest| is_secret(rest.split(']').next().unwrap_or_default()))
    };
    if (named || is_secret(path)) && is_text(value) {
        left_out.push(path.to_owned());
        return format!("{path}={LEFT_OUT}");
    }
    setting.to_owned()
}

/// A file as it is, or without the values that are secret.
fn stripped(file: &File, left_out: &mut Vec<String>) -> File {
    let before = left_out.len();
    // It was read before; what cannot be read is not installed.
    let mut tree = yaml::parse(&file.text).unwrap_or_default();
    strip(&mut tree, "", left_out);
    File {
        name: file.name.clone(),
        text: if left_out.len() == before {
            file.text.clone()
        } else {
            yaml::to_string(&tree)
        },
    }
}

fn strip(tree: &mut Value, path: &str, left_out: &mut Vec<String>) {
    match tree {
        Value::Object(map) => {
            let named = map
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(is_secret);
            for (key, value) in map {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                let secret = is_secret(key) || named && key == "value";
                if secret && value.as_str().is_some_and(is_text) {
                    *value = Value::from(LEFT_OUT);
                    left_out.push(path);
                } else {
                    strip(value, &path, left_out);
                }
            }
        }
        Value::Array(list) => {
            for value in list {
                strip(value, path, left_out);
            }
        }
        _ => {}
    }
}

fn is_secret(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path).to_lowercase();
    let last = last.replace(['-', '_'], "");
    SECRET_ENDINGS.iter().any(|ending| last.ends_with(ending))
}

/// Whether a value may be a secret: a switch and a number are none.
fn is_text(value: &str) -> bool {
    !value.is_empty()
        && value.parse::<f64>().is_err()
        && !matches!(value, "true" | "false" | "null")
}

#[cfg(test)]
mod tests {
    use super::super::resolve::resolve;
    use super::*;

    fn inputs(files: &[&str], set: &[&str]) -> Inputs {
        Inputs {
            files: files
                .iter()
                .map(|text| File {
                    name: "mesh.yaml".to_owned(),
                    text: (*text).to_owned(),
                })
                .collect(),
            set: set.iter().map(|text| (*text).to_owned()).collect(),
            force: true,
            ..Inputs::default()
        }
    }

    fn of(files: &[&str], set: &[&str]) -> (Record, Vec<String>) {
        let inputs = inputs(files, set);
        Record::of(&inputs, &resolve(&inputs).unwrap())
    }

    const DEMO: &str = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  profile: demo # ours\n";

    #[test]
    fn keeps_files_to_the_letter() {
        let (record, left_out) = of(&[DEMO], &["values.global.logAsJson=true"]);
        assert_eq!(record.layers[0].files[0].text, DEMO);
        assert_eq!(record.profile, "demo");
        assert_eq!(record.layers[0].set, ["values.global.logAsJson=true"]);
        assert_eq!(record.istio_version, DEFAULT_TAG);
        assert!(left_out.is_empty());
    }

    #[test]
    fn keeps_no_secret() {
        let text = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  components:\n    pilot:\n      k8s:\n        env:\n        - name: API_KEY\n          value: swordfish\n  values:\n    pilot:\n      env:\n        ADMIN_PASSWORD: hunter2\n    global:\n      imagePullSecrets: [regcred]\n";
        let (record, left_out) = of(
            &[text],
            &[
                "values.pilot.env.API_TOKEN =s3cret]=more",
                "components.pilot.k8s.env[name:API_KEY].value=sesame=",
            ],
        );
        let kept = serde_json::to_string(&record).unwrap();
        for secret in ["hunter2", "s3cret", "swordfish", "sesame"] {
            assert!(!kept.contains(secret), "{kept}");
        }
        assert!(kept.contains("regcred"), "{kept}");
        assert_eq!(
            left_out,
            [
                "spec.components.pilot.k8s.env.value",
                "spec.values.pilot.env.ADMIN_PASSWORD",
                "values.pilot.env.API_TOKEN",
                "components.pilot.k8s.env[name:API_KEY].value",
            ]
        );
        let again = resolve(&record.inputs()).unwrap();
        assert_eq!(super::left_out(&again).len(), 3);
        let given = Inputs {
            set: vec![
                "values.pilot.env.ADMIN_PASSWORD=a".to_owned(),
                "values.pilot.env.API_TOKEN=b".to_owned(),
                "components.pilot.k8s.env[name:API_KEY].value=c".to_owned(),
            ],
            ..record.inputs()
        };
        assert!(super::left_out(&resolve(&given).unwrap()).is_empty());
    }

    #[test]
    fn is_read_as_it_was_written_and_gives_the_same_installation() {
        let set = [
            "components.ingressGateways[0].enabled=false",
            "hub=example.com/a",
        ];
        let given = Inputs {
            revision: Some("canary".to_owned()),
            istio_namespace: Some("mesh-system".to_owned()),
            profile: Some("default".to_owned()),
            ..inputs(&[DEMO], &set)
        };
        let resolved = resolve(&given).unwrap();
        let (record, _) = Record::of(&given, &resolved);
        let read = Record::read(&serde_json::to_value(&record).unwrap()).unwrap();
        assert_eq!(read, record);
        let again = resolve(&read.inputs()).unwrap();
        assert_eq!(again.operator(), resolved.operator());
        assert!(Record::read(&serde_json::json!({"layers": 1})).is_err());
    }

    #[test]
    fn new_flags_lie_on_stored_settings_and_new_settings_on_new_files() {
        let (record, _) = of(
            &[DEMO],
            &["hub=stored", "tag=stored", "values.global.network=stored"],
        );
        let file = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  hub: file\n  tag: file\n";
        let now = Inputs {
            stored: record.layers.clone(),
            ..inputs(&[file], &["tag=set"])
        };
        let resolved = resolve(&now).unwrap();
        let global = &resolved.values()["global"];
        assert_eq!(
            [&global["network"], &global["hub"], &global["tag"]],
            ["stored", "file", "set"]
        );
        assert_eq!(resolved.profile(), "demo");
        let other = Inputs {
            profile: Some("minimal".to_owned()),
            ..now
        };
        assert_eq!(resolve(&other).unwrap().profile(), "minimal");
    }

    #[test]
    fn the_same_command_again_does_not_grow_the_record() {
        let mut layers = Vec::new();
        for _ in 0..3 {
            let now = Inputs {
                stored: layers,
                ..inputs(&[DEMO], &["hub=a"])
            };
            layers = Record::of(&now, &resolve(&now).unwrap()).0.layers;
            assert_eq!(layers.len(), 1);
        }
        for tag in ["one", "two"] {
            let now = Inputs {
                stored: layers,
                ..inputs(&[], &[&format!("tag={tag}")])
            };
            layers = Record::of(&now, &resolve(&now).unwrap()).0.layers;
            assert_eq!(layers.len(), 1);
            assert_eq!(layers[0].set, ["hub=a", &format!("tag={tag}")]);
        }
    }
}
