//! Injection as istiod's webhook does it: its configuration as it stands in ConfigMaps, and what it knows about a pod
//! besides the pod.

use std::collections::BTreeMap;

use super::pod::{Containers, PROXY, Pod, name_of};
use super::policy::Policy;
use super::{Config, Error};
use crate::yaml::{self, Value};

/// The user and group that the proxy runs as where nothing else is said.
pub(crate) const PROXY_ID: i64 = 1337;

const CLUSTER: &str = "ISTIO_META_CLUSTER_ID";
const NETWORK: &str = "ISTIO_META_NETWORK";

/// What the webhook is told about a pod that is about to be created.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    /// The pod's Namespace, as an object.
    pub(crate) namespace: &'a Value,
    /// The path of the webhook's address: `/inject`, or `/inject/cluster/NAME/net/NAME` and other pairs, which set variables
    /// of the proxy.
    pub(crate) path: &'a str,
    /// All `ProxyConfig` resources of the cluster.
    pub(crate) proxy_configs: &'a [&'a Value],
}

impl<'a> Request<'a> {
    pub(crate) fn namespace_name(&self) -> &'a str {
        let name = self.namespace.pointer("/metadata/name");
        name.and_then(Value::as_str).unwrap_or("")
    }
}

impl Config {
    /// The configuration in the `data` of the ConfigMaps `istio-sidecar-injector` and `istio` of a revision. What istiod
    /// takes from its environment is not in there: revision, native sidecars and the like keep their defaults.
    ///
    /// Fails when a key is missing or is not what it should be; the message names it.
    pub(crate) fn of_maps(injector: &Value, mesh: &Value) -> Result<Self, Error> {
        let config = read(injector, "config")?;
        let texts = |field: &str| -> BTreeMap<String, String> {
            let entries = config.get(field).and_then(Value::as_object);
            entries
                .into_iter()
                .flatten()
                .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())))
                .collect()
        };
        let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned();
        let words = |value: Option<&Value>| -> Vec<String> {
            list(value)
                .into_iter()
                .flatten()
                .filter_map(|word| word.as_str().map(str::to_owned))
                .collect()
        };
        let mut default_templates = words(config.get("defaultTemplates"));
        if default_templates.is_empty() {
            default_templates.push("sidecar".to_owned());
        }
        let aliases = config.get("aliases").and_then(Value::as_object);
        let policy = config.get("policy").and_then(Value::as_str);
        Ok(Self {
            templates: texts("templates"),
            default_templates,
            aliases: aliases
                .into_iter()
                .flatten()
                .map(|(name, meant)| (name.clone(), words(Some(meant))))
                .collect(),
            policy: Policy {
                word: policy.unwrap_or("").to_owned(),
                never: list(config.get("neverInjectSelector")).unwrap_or_default(),
                always: list(config.get("alwaysInjectSelector")).unwrap_or_default(),
            },
            injected_annotations: texts("injectedAnnotations"),
            values: read(injector, "values")?,
            mesh: read(mesh, "mesh")?,
            native_sidecars: true,
            ..Self::default()
        })
    }
}

/// The value that the text of a key of a ConfigMap stands for.
fn read(data: &Value, key: &str) -> Result<Value, Error> {
    let text = data.get(key).and_then(Value::as_str);
    let text = text.ok_or_else(|| format!("the key `{key}` is missing"))?;
    let value = yaml::parse(text).map_err(|error| format!("the key `{key}`: {error}"))?;
    match value {
        Value::Null => Ok(Value::Object(serde_json::Map::new())),
        Value::Object(_) => Ok(value),
        other => {
            let found = super::check::describe(&other);
            Err(format!("the key `{key}` must hold an object, not {found}").into())
        }
    }
}

/// The variables that the pairs of a webhook's path set: `/inject/cluster/one/net/two`. A slash in a value is written
/// `--slash--`; an older form is `/inject/:ENV:NAME=value:ENV:…`.
pub(crate) fn variables_of_path(path: &str) -> BTreeMap<String, String> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let Some(pairs) = path.splitn(3, '/').nth(2) else {
        return BTreeMap::new();
    };
    let variable = |name: &str| match name {
        "cluster" => CLUSTER.to_owned(),
        "net" => NETWORK.to_owned(),
        other => other.to_uppercase(),
    };
    if let Some(pairs) = pairs.strip_prefix(":ENV:") {
        let pairs = pairs.split(":ENV:").filter_map(|pair| pair.split_once('='));
        return pairs
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, value)| (variable(name), value.to_owned()))
            .collect();
    }
    let words: Vec<&str> = pairs.split('/').collect();
    words
        .chunks_exact(2)
        .filter(|pair| !pair[0].is_empty())
        .map(|pair| (variable(pair[0]), pair[1].replace("--slash--", "/")))
        .collect()
}

/// The variables that say which cluster and network a pod is in, over those of the path: the values' where the path does
/// not say, the pod's label before both.
pub(crate) fn place_in_mesh(variables: &mut BTreeMap<String, String>, values: &Value, pod: &Pod) {
    let text = |path: &[&str]| super::image::at(values, path).and_then(Value::as_str);
    let mut set = |name: &str, forced: Option<&str>, usual: Option<&str>| {
        if forced.is_none() && variables.get(name).is_some_and(|value| !value.is_empty()) {
            return;
        }
        if let Some(value) = forced.or(usual).filter(|value| !value.is_empty()) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    };
    set(
        CLUSTER,
        None,
        text(&["global", "multiCluster", "clusterName"]),
    );
    set(
        NETWORK,
        pod.label(super::annotations::NETWORK),
        text(&["global", "network"]),
    );
}

/// Tells the proxy and the pod's label where they are.
pub(crate) fn tell_place(pod: &mut Pod, variables: &BTreeMap<String, String>) {
    if variables.is_empty() || pod.proxy().is_none() {
        return;
    }
    pod.drop_proxy_variables(|name| variables.contains_key(name));
    for (name, value) in variables {
        pod.add_proxy_variable(name, value);
    }
}

/// The network that the variables name.
pub(crate) fn network(variables: &BTreeMap<String, String>) -> Option<&str> {
    variables.get(NETWORK).map(String::as_str)
}

/// The user and group of the proxy in a namespace of `OpenShift`: the last ones of the ranges that its annotations give it
/// (`1000620000/10000` is a start and a size, `1-10` a first and a last).
pub(crate) fn openshift_ids(namespace: &Value) -> (i64, i64) {
    let annotation = |name: &str| {
        let annotations = namespace.pointer("/metadata/annotations");
        annotations?
            .get(name)?
            .as_str()
            .filter(|text| !text.is_empty())
    };
    let users = annotation("openshift.io/sa.scc.uid-range");
    let groups = annotation("openshift.io/sa.scc.supplemental-groups").or(users);
    let first = |list: &str| list.split(',').next().and_then(last_of_range);
    (
        users.and_then(last_of_range).unwrap_or(PROXY_ID),
        groups.and_then(first).unwrap_or(PROXY_ID),
    )
}

fn last_of_range(range: &str) -> Option<i64> {
    let number = |text: &str| text.trim().parse::<u32>().ok().map(i64::from);
    match range.split_once('/') {
        Some((start, size)) => Some(number(start)? + number(size)? - 1),
        None => number(range.split_once('-')?.1),
    }
}

/// `OpenShift` gives all containers of a pod the same user. In the user's own proxy container that is no wish, and would keep
/// traffic from being captured.
pub(crate) fn forget_openshift_user(pod: &mut Pod) {
    let user = |container: &Value| container.pointer("/securityContext/runAsUser")?.as_i64();
    let both = [Containers::App, Containers::Init];
    let app = both
        .iter()
        .flat_map(|which| pod.containers(*which))
        .filter(|it| !matches!(name_of(it), PROXY | "istio-init" | "istio-validation"))
        .filter_map(user)
        .next_back();
    let same = pod.proxy().and_then(user).unwrap_or(0) == app.unwrap_or(0);
    let context = pod
        .proxy_mut()
        .and_then(|proxy| proxy.get_mut("securityContext"));
    if let (true, Some(Value::Object(context))) = (same, context) {
        context.remove("runAsUser");
        context.remove("runAsGroup");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pairs(path: &str) -> Vec<(String, String)> {
        variables_of_path(path).into_iter().collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn the_path_of_a_webhook_sets_variables() {
        assert!(pairs("/inject").is_empty());
        assert!(pairs("/inject/").is_empty());
        assert_eq!(
            pairs("/inject/cluster/one/net/a--slash--b/odd"),
            [pair(CLUSTER, "one"), pair(NETWORK, "a/b")]
        );
        assert_eq!(
            pairs("/inject/:ENV:net=two:ENV:=x:ENV:own=:ENV:none"),
            [pair(NETWORK, "two"), pair("OWN", "")]
        );
    }

    #[test]
    fn openshifts_ranges_give_the_proxys_user_and_group() {
        let namespace = |notes: Value| json!({"metadata": {"annotations": notes}});
        let ids = |notes| openshift_ids(&namespace(notes));
        assert_eq!(ids(json!({})), (PROXY_ID, PROXY_ID));
        let users = "openshift.io/sa.scc.uid-range";
        assert_eq!(
            ids(json!({users: "1000620000/10000"})),
            (1_000_629_999, 1_000_629_999)
        );
        let groups = "openshift.io/sa.scc.supplemental-groups";
        assert_eq!(ids(json!({users: "5-9", groups: "1/2,7/9"})), (9, 2));
        assert_eq!(ids(json!({users: "many"})), (PROXY_ID, PROXY_ID));
    }

    #[test]
    fn a_configuration_is_read_from_config_maps() {
        let injector = json!({
            "config": "policy: disabled\ndefaultTemplates: [a]\naliases: {b: [a, c]}\nneverInjectSelector: [{matchLabels: {x: y}}]\ntemplates:\n  a: text\n",
            "values": "{\"global\": {}}",
        });
        let config = Config::of_maps(&injector, &json!({"mesh": ""})).expect("a configuration");
        assert_eq!(config.default_templates, ["a"]);
        assert_eq!(config.aliases["b"], ["a", "c"]);
        assert_eq!(config.policy.word, "disabled");
        assert_eq!(config.policy.never.len(), 1);
        assert_eq!(config.templates["a"], "text");
        let error = Config::of_maps(&injector, &json!({"mesh": "[]"})).expect_err("a list");
        assert_eq!(
            error.message,
            "the key `mesh` must hold an object, not a list"
        );
        let error = Config::of_maps(&json!({"config": ""}), &json!({})).expect_err("no values");
        assert_eq!(error.message, "the key `values` is missing");
    }
}
