//! What a pod needs besides itself: ConfigMaps, Secrets and claims; and how a kubelet words that they are missing.

use std::sync::Arc;

use serde_json::Value;

use super::container::list;
use crate::sandbox::api::Object;

/// Gives the object of a core kind (by its plural) in the pod's namespace.
pub(super) type Find<'a> = &'a dyn Fn(&str, &str) -> Option<Arc<Object>>;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What keeps the pod's volumes from being mounted, one sentence for each volume.
pub(super) fn missing_volumes(pod: &Value, find: Find<'_>) -> Vec<String> {
    let mut out = Vec::new();
    for volume in list(&pod["spec"]["volumes"]) {
        let whole = list(&volume["projected"]["sources"]);
        let why = std::iter::once(volume)
            .chain(whole)
            .find_map(|source| missing_source(source, find));
        if let Some(why) = why {
            let name = text(&volume["name"]);
            out.push(format!(
                "MountVolume.SetUp failed for volume {name:?} : {why}"
            ));
        }
    }
    out
}

/// A volume, or a source of a projected one.
fn missing_source(source: &Value, find: Find<'_>) -> Option<String> {
    // A Secret is called `secretName` as a volume and `name` as a projected source.
    let secret = text(&source["secret"]["secretName"]);
    let pairs = [
        (
            "configmaps",
            "configmap",
            &source["configMap"],
            text(&source["configMap"]["name"]),
        ),
        (
            "secrets",
            "secret",
            &source["secret"],
            if secret.is_empty() {
                text(&source["secret"]["name"])
            } else {
                secret
            },
        ),
    ];
    for (plural, word, reference, name) in pairs {
        if name.is_empty() || reference["optional"] == true {
            continue;
        }
        let Some(object) = find(plural, name) else {
            return Some(format!("{word} {name:?} not found"));
        };
        let absent = list(&reference["items"]).find(|item| !has_key(&object, text(&item["key"])));
        if let Some(item) = absent {
            let what = if word == "secret" { "secret" } else { "config" };
            return Some(format!(
                "{word} references non-existent {what} key: {}",
                text(&item["key"])
            ));
        }
    }
    None
}

fn has_key(object: &Value, key: &str) -> bool {
    ["data", "binaryData"]
        .iter()
        .any(|field| !object[*field][key].is_null())
}

/// What keeps a container from being made: a ConfigMap or Secret that its environment is taken from.
pub(super) fn missing_environment(
    pod: &Value,
    container: &Value,
    find: Find<'_>,
) -> Option<String> {
    let kinds = [
        ("configmaps", "configmap", "ConfigMap"),
        ("secrets", "secret", "Secret"),
    ];
    for from in list(&container["envFrom"]) {
        for (plural, word, _) in kinds {
            let reference = &from[if word == "secret" {
                "secretRef"
            } else {
                "configMapRef"
            }];
            let name = text(&reference["name"]);
            if !name.is_empty() && reference["optional"] != true && find(plural, name).is_none() {
                return Some(format!("{word} {name:?} not found"));
            }
        }
    }
    for variable in list(&container["env"]) {
        for (plural, word, kind) in kinds {
            let field = if word == "secret" {
                "secretKeyRef"
            } else {
                "configMapKeyRef"
            };
            let reference = &variable["valueFrom"][field];
            let (name, key) = (text(&reference["name"]), text(&reference["key"]));
            if name.is_empty() || reference["optional"] == true {
                continue;
            }
            let Some(object) = find(plural, name) else {
                return Some(format!("{word} {name:?} not found"));
            };
            if !has_key(&object, key) {
                let namespace = text(&pod["metadata"]["namespace"]);
                return Some(format!(
                    "couldn't find key {key} in {kind} {namespace}/{name}"
                ));
            }
        }
    }
    None
}

/// The claims that a pod names.
pub(super) fn claims(pod: &Value) -> impl Iterator<Item = &str> {
    list(&pod["spec"]["volumes"])
        .filter_map(|volume| volume["persistentVolumeClaim"]["claimName"].as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn present(plural: &str, name: &str) -> Option<Arc<Object>> {
        ((plural, name) == ("configmaps", "here")).then(|| Arc::new(json!({"data": {"a": "1"}})))
    }

    #[test]
    fn missing_volumes_are_named_as_a_kubelet_does() {
        let pod = json!({"metadata": {"namespace": "shop"}, "spec": {"volumes": [
            {"name": "ok", "configMap": {"name": "here"}},
            {"name": "maybe", "secret": {"secretName": "gone", "optional": true}},
            {"name": "gone", "secret": {"secretName": "cert"}},
            {"name": "key", "configMap": {"name": "here", "items": [{"key": "b", "path": "b"}]}},
            {"name": "all", "projected": {"sources": [{"configMap": {"name": "there"}}]}},
        ]}});
        let expected = [
            "MountVolume.SetUp failed for volume \"gone\" : secret \"cert\" not found",
            "MountVolume.SetUp failed for volume \"key\" : configmap references non-existent config key: b",
            "MountVolume.SetUp failed for volume \"all\" : configmap \"there\" not found",
        ];
        assert_eq!(missing_volumes(&pod, &present), expected);
    }

    #[test]
    fn a_missing_environment_is_named_as_a_kubelet_does() {
        let pod = json!({"metadata": {"namespace": "shop"}});
        let one = |container: Value| missing_environment(&pod, &container, &present);
        assert_eq!(
            one(json!({"envFrom": [{"configMapRef": {"name": "here"}}]})),
            None
        );
        assert_eq!(
            one(json!({"envFrom": [{"secretRef": {"name": "s"}}]})).unwrap(),
            "secret \"s\" not found"
        );
        let key = |key: &str| json!({"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "here", "key": key}}}]});
        assert_eq!(one(key("a")), None);
        assert_eq!(
            one(key("b")).unwrap(),
            "couldn't find key b in ConfigMap shop/here"
        );
    }
}
