//! The inputs of an installation as they are kept in the cluster: what is needed to resolve them again, without secrets.

use serde_json::{Value, json};

use super::{File, Inputs, Resolved};
use crate::yaml;

/// How the last word of a path ends whose value is nobody's business.
const SECRET_ENDINGS: &[&str] = &[
    "accesskey",
    "apikey",
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
const LEFT_OUT: &str = "(not stored)";

/// The inputs to keep, and the paths whose values were left out.
pub(crate) fn record(inputs: &Inputs, resolved: &Resolved) -> (Value, Vec<String>) {
    let mut left_out = Vec::new();
    let set: Vec<String> = inputs
        .set
        .iter()
        .map(|setting| match setting.split_once('=') {
            Some((path, value)) if is_secret(path) && is_text(value) => {
                left_out.push(path.to_owned());
                format!("{path}={LEFT_OUT}")
            }
            _ => setting.clone(),
        })
        .collect();
    let files: Vec<Value> = inputs
        .files
        .iter()
        .map(|file| json!({"name": file.name, "text": text(file, &mut left_out)}))
        .collect();
    let record = json!({
        "profile": resolved.profile(),
        "revision": inputs.revision,
        "istioNamespace": resolved.istio_namespace(),
        "set": set,
        "files": files,
    });
    (record, left_out)
}

/// A file as it is, or without the values that are secret.
fn text(file: &File, left_out: &mut Vec<String>) -> String {
    let before = left_out.len();
    // It was read before; what cannot be read is not installed.
    let mut tree = yaml::parse(&file.text).unwrap_or_default();
    strip(&mut tree, "", left_out);
    if left_out.len() == before {
        file.text.clone()
    } else {
        yaml::to_string(&tree)
    }
}

fn strip(tree: &mut Value, path: &str, left_out: &mut Vec<String>) {
    match tree {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                if is_secret(key) && value.as_str().is_some_and(is_text) {
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

    fn of(files: &[&str], set: &[&str]) -> (Value, Vec<String>) {
        let inputs = Inputs {
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
        };
        record(&inputs, &resolve(&inputs).unwrap())
    }

    #[test]
    fn keeps_files_to_the_letter() {
        let text = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  profile: demo # ours\n";
        let (record, left_out) = of(&[text], &["values.global.logAsJson=true"]);
        assert_eq!(record["files"][0]["text"], text);
        assert_eq!(record["profile"], "demo");
        assert_eq!(record["set"][0], "values.global.logAsJson=true");
        assert!(left_out.is_empty());
    }

    #[test]
    fn keeps_no_secret() {
        let text = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  values:\n    pilot:\n      env:\n        ADMIN_PASSWORD: hunter2\n    global:\n      imagePullSecrets: [regcred]\n";
        let (record, left_out) = of(&[text], &["values.pilot.env.API_TOKEN=s3cret"]);
        let kept = record.to_string();
        assert!(
            !kept.contains("hunter2") && !kept.contains("s3cret"),
            "{kept}"
        );
        assert!(kept.contains("regcred"), "{kept}");
        assert_eq!(
            left_out,
            [
                "values.pilot.env.API_TOKEN",
                "spec.values.pilot.env.ADMIN_PASSWORD"
            ]
        );
    }
}
