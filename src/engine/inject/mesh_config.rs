//! The mesh configuration as the injector sees it: defaults filled in, a pod's own `proxy.istio.io/config` on top.
//!
//! Most of a mesh configuration is none of injection's business and stays a plain value. A field of the configuration
//! replaces the default as a whole, except `defaultConfig`, whose fields are taken one by one, and inside it
//! `proxyMetadata`, which is merged by name, and `proxyHeaders`, where what is not set is inherited.

use serde_json::{Map, json};

use crate::engine::nearest::nearest;
use crate::yaml::Value;

use super::check::{Place, check_message, describe};
use super::mesh_types::{MESH_CONFIG, PROXY_CONFIG};
use super::message::make_canonical;
use super::proxy_values;
use super::types::{Type, proto_json};

/// A mesh configuration with nothing missing that injection reads.
#[derive(Clone, Debug)]
pub(crate) struct MeshConfig {
    /// Everything but `defaultConfig`.
    fields: Map<String, Value>,
    /// `defaultConfig`: the configuration of every proxy that has none of its own.
    proxy: ProxyConfig,
}

/// The configuration of one proxy.
#[derive(Clone, Debug)]
pub(crate) struct ProxyConfig(Map<String, Value>);

impl MeshConfig {
    /// The configuration of `mesh` (the key `mesh` of ConfigMap `istio`) over the defaults. Fails when it, or its
    /// `defaultConfig`, is not an object, or a field has the wrong type; the message names the field.
    pub(crate) fn new(mesh: Value) -> Result<Self, String> {
        let mut given = object(mesh, "it")?;
        camel_case(&mut given, &MESH_CONFIG);
        let mut given = checked(given, &MESH_CONFIG, "")?;
        let mut proxy = ProxyConfig(default_proxy());
        if let Some(own) = given.remove("defaultConfig").filter(|own| !own.is_null()) {
            proxy.apply(own, "defaultConfig")?;
        }
        let mut fields = default_mesh();
        fields.extend(given.into_iter().filter(|(_, value)| !value.is_null()));
        Ok(Self { fields, proxy })
    }

    /// `defaultConfig`.
    pub(crate) fn proxy(&self) -> &ProxyConfig {
        &self.proxy
    }

    /// A field other than `defaultConfig`, by its JSON name.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// `enablePrometheusMerge`, on when not set.
    pub(crate) fn prometheus_merge(&self) -> bool {
        self.get("enablePrometheusMerge")
            .and_then(Value::as_bool)
            .unwrap_or(true)
    }

    /// `inboundTrafficPolicy.mode` as templates want it: "localhost" or "passthrough".
    pub(crate) fn inbound_policy(&self) -> &'static str {
        let mode = self
            .get("inboundTrafficPolicy")
            .and_then(|it| it.get("mode"));
        match mode.and_then(Value::as_str) {
            Some("LOCALHOST") => "localhost",
            _ => "passthrough",
        }
    }

    /// The whole configuration as one value, for templates.
    pub(crate) fn to_value(&self) -> Value {
        let mut fields = self.fields.clone();
        fields.insert("defaultConfig".into(), self.proxy.to_value());
        Value::Object(fields)
    }
}

impl ProxyConfig {
    /// This configuration with `own` on top, which comes from `place`: the message of an error begins with that.
    pub(crate) fn overlaid(&self, own: Value, place: &str) -> Result<Self, String> {
        let mut merged = self.clone();
        merged.apply(own, place)?;
        Ok(merged)
    }

    fn apply(&mut self, own: Value, place: &str) -> Result<(), String> {
        let mut own = object(own, place)?;
        camel_case(&mut own, &PROXY_CONFIG);
        let own = checked(own, &PROXY_CONFIG, place)?;
        proxy_values::check(&own).map_err(|message| format!("{place}.{message}"))?;
        for (name, value) in own {
            match (name.as_str(), self.0.get_mut(&name), value) {
                (_, _, Value::Null) => {}
                (
                    "proxyMetadata" | "proxyHeaders",
                    Some(Value::Object(old)),
                    Value::Object(new),
                ) => {
                    old.extend(new);
                }
                // A service cluster and a policy for its name exclude each other.
                ("tracingServiceName", _, value) => {
                    self.0.remove("serviceCluster");
                    self.0.insert(name, value);
                }
                (_, _, value) => {
                    self.0.insert(name, value);
                }
            }
        }
        Ok(())
    }

    /// A field by its JSON name.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// `statusPort`, the port of the agent.
    pub(crate) fn status_port(&self) -> i64 {
        self.get("statusPort").and_then(Value::as_i64).unwrap_or(0)
    }

    /// `holdApplicationUntilProxyStarts`.
    pub(crate) fn holds_application(&self) -> bool {
        self.get("holdApplicationUntilProxyStarts")
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// `interceptionMode`.
    pub(crate) fn interception_mode(&self) -> &str {
        self.get("interceptionMode")
            .and_then(Value::as_str)
            .unwrap_or("REDIRECT")
    }

    /// `image.imageType`: debug, distroless, …
    pub(crate) fn image_type(&self) -> Option<&str> {
        self.get("image")?.get("imageType")?.as_str()
    }

    /// The configuration as one value, for templates.
    pub(crate) fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

/// The JSON of a proxy configuration for the proxy's environment: what equals the built-in default is left out, so that
/// the pod stays small; the proxy has the same defaults.
pub(crate) fn compact_json(proxy: &Value) -> String {
    /// What the default sets, and so can equal it.
    const DEFAULTED: &[&str] = &[
        "configPath",
        "binaryPath",
        "controlPlaneAuthPolicy",
        "serviceCluster",
        "drainDuration",
        "terminationDrainDuration",
        "discoveryAddress",
        "proxyAdminPort",
        "statNameLength",
        "statusPort",
    ];
    let Value::Object(fields) = proxy else {
        return "{}".to_owned();
    };
    let defaults = default_proxy();
    let kept = fields
        .iter()
        .filter(|(name, value)| {
            !(DEFAULTED.contains(&name.as_str()) && defaults.get(name.as_str()) == Some(*value))
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    proto_json(&Value::Object(kept), &PROXY_CONFIG)
}

fn default_proxy() -> Map<String, Value> {
    let Value::Object(map) = json!({
        "configPath": "./etc/istio/proxy",
        "binaryPath": "/usr/local/bin/envoy",
        "serviceCluster": "istio-proxy",
        "drainDuration": "45s",
        "terminationDrainDuration": "5s",
        "discoveryAddress": "istiod.istio-system.svc:15012",
        "proxyAdminPort": 15000,
        "controlPlaneAuthPolicy": "MUTUAL_TLS",
        "statNameLength": 189,
        "statusPort": 15020,
    }) else {
        return Map::new();
    };
    map
}

fn default_mesh() -> Map<String, Value> {
    let Value::Object(map) = json!({
        "enableTracing": true,
        "ingressService": "istio-ingressgateway",
        "ingressControllerMode": "STRICT",
        "ingressClass": "istio",
        "trustDomain": "cluster.local",
        "enableAutoMtls": true,
        "outboundTrafficPolicy": {"mode": "ALLOW_ANY"},
        "inboundTrafficPolicy": {"mode": "PASSTHROUGH"},
        "localityLbSetting": {"enabled": true},
        "rootNamespace": "istio-system",
        "proxyListenPort": 15001,
        "proxyInboundListenPort": 15006,
        "connectTimeout": "10s",
        "protocolDetectionTimeout": "0s",
        "dnsRefreshRate": "60s",
        "enablePrometheusMerge": true,
    }) else {
        return Map::new();
    };
    map
}

fn object(value: Value, place: &str) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        other => Err(format!(
            "{place} must be an object, not {}",
            describe(&other)
        )),
    }
}

fn checked(
    map: Map<String, Value>,
    kind: &'static Type,
    place: &str,
) -> Result<Map<String, Value>, String> {
    let mut value = Value::Object(map);
    check_message(&value, kind, &Place::root(place))?;
    make_canonical(&mut value, kind);
    object(value, place)
}

/// What a proxy's own configuration sets that there is not, each with the field that may be meant. It has no effect.
pub(crate) fn unknown_fields(own: &Value) -> Vec<(String, Option<&'static str>)> {
    let Value::Object(map) = own else {
        return Vec::new();
    };
    let mut map = map.clone();
    camel_case(&mut map, &PROXY_CONFIG);
    let unknown = map.into_iter().map(|(name, _)| name);
    let unknown = unknown.filter(|name| PROXY_CONFIG.field(name).is_none());
    unknown
        .map(|name| {
            let known = PROXY_CONFIG.fields.iter().map(|field| field.name);
            let meant = nearest(&name, known);
            (name, meant)
        })
        .collect()
}

/// Renames fields that are written with the names of the protobuf file (`proxy_metadata`), which is allowed as well.
fn camel_case(map: &mut Map<String, Value>, kind: &Type) {
    let renamed: Vec<(String, String)> = map
        .keys()
        .filter(|name| name.contains('_'))
        .filter_map(|name| {
            let mut camel = String::new();
            let mut upper = false;
            for letter in name.chars() {
                if letter == '_' {
                    upper = true;
                } else if std::mem::take(&mut upper) {
                    camel.extend(letter.to_uppercase());
                } else {
                    camel.push(letter);
                }
            }
            kind.field(&camel).map(|_| (name.clone(), camel))
        })
        .collect();
    for (old, new) in renamed {
        if let Some(value) = map.remove(&old) {
            map.insert(new, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mesh(value: Value) -> MeshConfig {
        MeshConfig::new(value).expect("a valid mesh configuration")
    }

    #[test]
    fn defaults_are_left_out_of_the_proxy_configuration() {
        let mesh =
            mesh(json!({"defaultConfig": {"discoveryAddress": "istiod.istio-system.svc:15012"}}));
        assert_eq!(compact_json(&mesh.proxy().to_value()), "{}");
    }

    #[test]
    fn what_differs_is_written_in_the_order_of_the_api() {
        let mesh = mesh(json!({"defaultConfig": {
            "proxyMetadata": {"B": "2", "A": "1"}, "concurrency": 0, "tracing": {}, "interceptionMode": "REDIRECT",
            "drainDuration": "1m23s", "discoveryAddress": "other:15012",
        }}));
        assert_eq!(
            compact_json(&mesh.proxy().to_value()),
            r#"{"drainDuration":"83s","discoveryAddress":"other:15012","concurrency":0,"tracing":{},"proxyMetadata":{"A":"1","B":"2"}}"#
        );
    }

    #[test]
    fn the_pod_inherits_metadata_and_replaces_the_rest() {
        let mesh =
            mesh(json!({"defaultConfig": {"proxyMetadata": {"A": "1"}, "extraStatTags": ["a"]}}));
        let own = json!({"proxyMetadata": {"B": "2"}, "extraStatTags": ["b"], "unknown": 1});
        let pod = mesh
            .proxy()
            .overlaid(own, "own")
            .expect("a valid proxy configuration");
        assert_eq!(
            compact_json(&pod.to_value()),
            r#"{"proxyMetadata":{"A":"1","B":"2"},"extraStatTags":["b"]}"#
        );
    }

    #[test]
    fn fields_that_there_are_not_are_told_with_the_nearest() {
        let own = json!({"holdApplicationUntilProxyStart": true, "proxy_metadata": {}, "x": 1});
        let hold = "holdApplicationUntilProxyStart".to_owned();
        assert_eq!(
            unknown_fields(&own),
            [
                (hold, Some("holdApplicationUntilProxyStarts")),
                ("x".to_owned(), None)
            ]
        );
        assert!(unknown_fields(&json!("concurrency")).is_empty());
    }

    #[test]
    fn names_of_the_protobuf_file_are_understood() {
        let mesh = mesh(json!({"default_config": {"proxy_metadata": {"A": "1"}}}));
        assert_eq!(
            compact_json(&mesh.proxy().to_value()),
            r#"{"proxyMetadata":{"A":"1"}}"#
        );
    }

    #[test]
    fn rejects_a_field_of_the_wrong_type_by_its_path() {
        let error = MeshConfig::new(json!({"defaultConfig": {"drainDuration": "soon"}}))
            .expect_err("no duration");
        assert_eq!(
            error,
            "defaultConfig.drainDuration must be a duration like `5s` or `1m30s`, not `soon`"
        );
        let error = MeshConfig::new(json!([])).expect_err("a list");
        assert_eq!(error, "it must be an object, not a list");
    }
}
