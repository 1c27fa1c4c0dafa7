//! A configuration as settings: a `PATH=VALUE` for each of its values, as `--set` reads them.

use serde_json::Value;

use super::path::{Path, Segment};
use super::schema::Schema;
use super::set::Setting;

/// A tree, value by value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `PATH=VALUE`, in the order of the tree.
    pub(crate) settings: Vec<String>,
    /// Paths of values that no setting can say, such as a text that reads as a number where nothing tells that text is wanted.
    pub(crate) unspeakable: Vec<String>,
}

/// The values below `start` of the spec of an IstioOperator, where `tree` is what stands there. Empty maps say nothing.
pub(crate) fn settings(start: &Path, tree: &Value) -> Settings {
    let mut out = Settings::default();
    walk(&Schema::read(), &mut start.clone(), tree, &mut out);
    out
}

fn walk(schema: &Schema, path: &mut Path, value: &Value, out: &mut Settings) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                path.0.push(Segment::Key(key.clone()));
                walk(schema, path, value, out);
                path.0.pop();
            }
        }
        Value::Array(list) if list.iter().any(is_tree) => {
            for (index, value) in list.iter().enumerate() {
                path.0.push(Segment::Index(Some(index)));
                walk(schema, path, value, out);
                path.0.pop();
            }
        }
        _ => {
            let setting = format!("{path}={}", written(value));
            if reads_as(schema, &setting, path, value) {
                out.settings.push(setting);
            } else {
                out.unspeakable.push(path.to_string());
            }
        }
    }
}

fn is_tree(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// A value as a setting has it.
fn written(value: &Value) -> String {
    match value {
        Value::Array(list) => {
            let items: Vec<String> = list
                .iter()
                .map(|item| written(item).replace(',', "\\,"))
                .collect();
            format!("{{{}}}", items.join(","))
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a setting gives back what it was made from.
fn reads_as(schema: &Schema, setting: &str, path: &Path, value: &Value) -> bool {
    let Ok(mut read) = Setting::parse(setting) else {
        return false;
    };
    let parts = read.path.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if schema.wants_text(&parts) {
        read.read_as_text();
    } else if schema.wants_map(&parts) {
        read.read_as_map();
    }
    read.path == *path && read.value == *value && !setting.contains(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::path::set;
    use super::super::{Inputs, profile, resolve};
    use super::*;

    fn of(tree: &Value) -> Settings {
        settings(&Path(Vec::new()), tree)
    }

    #[test]
    fn writes_a_setting_for_each_value() {
        let tree = json!({
            "hub": "example.com/istio",
            "components": {"ingressGateways": [{"name": "edge", "enabled": true, "k8s": {}}]},
            "meshConfig": {"defaultConfig": {"proxyMetadata": {"A.B": "true"}, "concurrency": 2}},
            "values": {"global": {"imagePullSecrets": ["a", "b"]}},
        });
        assert_eq!(
            of(&tree).settings,
            [
                "components.ingressGateways[0].enabled=true",
                "components.ingressGateways[0].name=edge",
                "hub=example.com/istio",
                "meshConfig.defaultConfig.concurrency=2",
                r"meshConfig.defaultConfig.proxyMetadata.A\.B=true",
                "values.global.imagePullSecrets={a,b}",
            ]
        );
    }

    #[test]
    fn names_what_no_setting_can_say() {
        let tree = json!({"values": {"x": "12", "y": "a\nb", "z": "{a}"}});
        assert_eq!(
            of(&tree),
            Settings {
                settings: Vec::new(),
                unspeakable: vec!["values.x".into(), "values.y".into(), "values.z".into()]
            }
        );
    }

    #[test]
    fn the_settings_of_each_profile_rebuild_it() {
        for profile in profile::all() {
            let inputs = Inputs {
                profile: Some(profile.name.to_owned()),
                ..Inputs::default()
            };
            let resolved = resolve::resolve(&inputs).unwrap();
            let spec = &resolved.operator()["spec"];
            let settings = of(spec);
            assert_eq!(
                settings.unspeakable,
                Vec::<String>::new(),
                "{}",
                profile.name
            );
            let inputs = Inputs {
                set: settings.settings,
                ..Inputs::default()
            };
            let again = resolve::resolve(&inputs).unwrap();
            assert_eq!(again.operator(), resolved.operator(), "{}", profile.name);
        }
    }

    #[test]
    fn lists_of_lists_are_followed_by_position() {
        let tree = json!({"a": [[1, 2], [{"b": "c"}]]});
        let mut rebuilt = json!({});
        for text in of(&tree).settings {
            let setting = Setting::parse(&text).unwrap();
            set(&mut rebuilt, &setting.path, setting.value).unwrap();
        }
        assert_eq!(rebuilt, tree);
    }
}
