//! `ProxyConfig` resources (networking.istio.io): settings of proxies by mesh, namespace and workload, which are laid over
//! the mesh configuration.

use serde_json::{Map, Value};

/// What `ProxyConfig` resources say about a pod, each in the form of a `proxy.istio.io/config`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Layers {
    /// What the pod's annotation wins over, weakest first: the mesh's, the namespace's.
    pub(crate) below: Vec<Value>,
    /// What wins over the annotation: that of a workload.
    pub(crate) above: Option<Value>,
}

/// Those that count for a pod with `labels` in `namespace`. Where several say the same, the oldest counts, as istiod has it.
pub(crate) fn layers(resources: &[&Value], root: &str, namespace: &str, labels: &Value) -> Layers {
    if resources.is_empty() {
        return Layers::default();
    }
    let mut resources: Vec<&Value> = resources.to_vec();
    let text = |resource: &Value, field: &str| {
        resource["metadata"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    resources.sort_by_key(|it| (text(it, "creationTimestamp"), text(it, "name")));
    let of = |wanted: &str| -> Vec<&Value> {
        let mine = resources
            .iter()
            .filter(|it| it["metadata"]["namespace"] == *wanted);
        mine.copied().collect()
    };
    let of_all = |namespace: &str| {
        of(namespace)
            .into_iter()
            .find(|it| it["spec"]["selector"].is_null())
    };
    let mut below: Vec<Value> = of_all(root).map(settings).into_iter().collect();
    if namespace != root {
        below.extend(of_all(namespace).map(settings));
    }
    let above = of(namespace).into_iter().find(|it| {
        let wanted = it["spec"]["selector"]["matchLabels"].as_object();
        wanted.is_some_and(|wanted| {
            !wanted.is_empty()
                && wanted
                    .iter()
                    .all(|(key, value)| labels.get(key) == Some(value))
        })
    });
    Layers {
        below,
        above: above.map(settings),
    }
}

/// The resource's settings under the names that the mesh configuration has for them.
fn settings(resource: &Value) -> Value {
    let names = [
        ("concurrency", "concurrency"),
        ("environmentVariables", "proxyMetadata"),
        ("image", "image"),
    ];
    let set = names.iter().filter_map(|(theirs, ours)| {
        let value = resource["spec"].get(theirs)?;
        Some(((*ours).to_owned(), value.clone()))
    });
    Value::Object(set.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resource(namespace: &str, created: u8, selector: &Value, concurrency: u8) -> Value {
        json!({
            "metadata": {"name": "it", "namespace": namespace, "creationTimestamp": format!("2026-01-0{created}T00:00:00Z")},
            "spec": {"selector": selector, "concurrency": concurrency, "environmentVariables": {"A": "b"}},
        })
    }

    #[test]
    fn the_mesh_the_namespace_and_the_workload_are_layers() {
        let web = json!({"matchLabels": {"app": "web"}});
        let all = [
            resource("shop", 3, &json!(null), 3),
            resource("shop", 2, &json!(null), 2),
            resource("root", 1, &json!(null), 1),
            resource("shop", 1, &web, 4),
            resource("other", 1, &json!(null), 5),
            resource("shop", 1, &json!({}), 6),
        ];
        let all: Vec<&Value> = all.iter().collect();
        let said = |namespace: &str, labels: Value| {
            let layers = layers(&all, "root", namespace, &labels);
            let number = |value: &Value| value["concurrency"].as_u64().unwrap_or(0);
            let below: Vec<u64> = layers.below.iter().map(number).collect();
            (below, layers.above.as_ref().map(number))
        };
        assert_eq!(
            said("shop", json!({"app": "web", "x": "y"})),
            (vec![1, 2], Some(4))
        );
        assert_eq!(said("shop", json!(null)), (vec![1, 2], None));
        assert_eq!(said("root", json!({"app": "web"})), (vec![1], None));
        assert_eq!(said("empty", json!({})), (vec![1], None));
    }

    #[test]
    fn variables_are_the_proxys_metadata() {
        let found = settings(&resource("shop", 1, &json!(null), 2));
        assert_eq!(
            found,
            json!({"concurrency": 2, "proxyMetadata": {"A": "b"}})
        );
    }
}
