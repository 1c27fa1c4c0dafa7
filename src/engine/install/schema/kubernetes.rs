//! Kubernetes' own types inside the configuration: a value is checked by reading it as the type and writing it again.

use k8s_openapi::api::apps::v1::DeploymentStrategy;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscalerSpec;
use k8s_openapi::api::core::v1::{
    Affinity, EnvVar, Lifecycle, PodSecurityContext, Probe, ResourceRequirements, SeccompProfile,
    ServiceSpec, Toleration, TopologySpreadConstraint, Volume, VolumeMount,
};
use k8s_openapi::api::policy::v1::PodDisruptionBudgetSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is wrong with a value, and where below it.
pub(super) struct Misfit {
    /// Keys and list positions (`[0]`) below the value; none for the value itself.
    pub(super) below: Vec<String>,
    pub(super) reason: String,
}

/// Checks `value` against the Kubernetes type `name`.
pub(super) fn check(name: &str, value: &Value) -> Result<(), Misfit> {
    match name {
        "Affinity" => fits::<Affinity>(name, value),
        "DeploymentStrategy" => fits::<DeploymentStrategy>(name, value),
        "EnvVar" => fits::<EnvVar>(name, value),
        "HorizontalPodAutoscalerSpec" => fits::<HorizontalPodAutoscalerSpec>(name, value),
        "LabelSelector" => fits::<LabelSelector>(name, value),
        "Lifecycle" => fits::<Lifecycle>(name, value),
        "PodDisruptionBudgetSpec" => fits::<PodDisruptionBudgetSpec>(name, value),
        "PodSecurityContext" => fits::<PodSecurityContext>(name, value),
        "Probe" => fits::<Probe>(name, value),
        "ResourceRequirements" => fits::<ResourceRequirements>(name, value),
        "SeccompProfile" => fits::<SeccompProfile>(name, value),
        "ServiceSpec" => fits::<ServiceSpec>(name, value),
        "Toleration" => fits::<Toleration>(name, value),
        "TopologySpreadConstraint" => fits::<TopologySpreadConstraint>(name, value),
        "Volume" => fits::<Volume>(name, value),
        "VolumeMount" => fits::<VolumeMount>(name, value),
        _ => unreachable!("the schema names only the types above; a test reads all of it"),
    }
}

fn fits<T: DeserializeOwned + Serialize>(name: &str, value: &Value) -> Result<(), Misfit> {
    let given = quantities_as_text(value.clone());
    let read: T = T::deserialize(&given).map_err(|error| Misfit {
        below: Vec::new(),
        reason: format!("is no {name}: {error}"),
    })?;
    let written = serde_json::to_value(read).map_err(|error| Misfit {
        below: Vec::new(),
        reason: format!("is no {name}: {error}"),
    })?;
    match lost(&given, &written) {
        Some(below) => Err(Misfit {
            below,
            reason: format!("is not a field of {name}"),
        }),
        None => Ok(()),
    }
}

/// The first part of `given` that reading and writing lost, as the way to it.
fn lost(given: &Value, written: &Value) -> Option<Vec<String>> {
    let step = |part: String, below: Vec<String>| std::iter::once(part).chain(below).collect();
    match (given, written) {
        (Value::Object(given), Value::Object(written)) => given
            .iter()
            .filter(|(_, value)| !value.is_null())
            .find_map(|(key, value)| match written.get(key) {
                None => Some(vec![key.clone()]),
                Some(kept) => lost(value, kept).map(|below| step(key.clone(), below)),
            }),
        (Value::Array(given), Value::Array(written)) => given
            .iter()
            .zip(written)
            .enumerate()
            .find_map(|(index, (given, written))| {
                lost(given, written).map(|below| step(format!("[{index}]"), below))
            }),
        _ => None,
    }
}

/// Quantities may be written as numbers, which the Rust types do not take.
fn quantities_as_text(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| {
                let value = match value {
                    Value::Number(number) if is_quantity(&key) => Value::String(number.to_string()),
                    other => quantities_as_text(other),
                };
                (key, value)
            })
            .collect(),
        Value::Array(list) => list.into_iter().map(quantities_as_text).collect(),
        other => other,
    }
}

fn is_quantity(field: &str) -> bool {
    matches!(
        field,
        "cpu" | "memory" | "ephemeral-storage" | "averageValue" | "sizeLimit" | "divisor"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn misfit(name: &str, value: &Value) -> String {
        match check(name, value) {
            Ok(()) => "fits".to_owned(),
            Err(misfit) => format!("{} {}", misfit.below.join("/"), misfit.reason),
        }
    }

    #[test]
    fn takes_what_kubernetes_takes() {
        for (name, value) in [
            ("Toleration", json!({"key": "a", "operator": "Exists"})),
            (
                "ResourceRequirements",
                json!({"requests": {"cpu": 1, "memory": "1Gi"}}),
            ),
            ("HorizontalPodAutoscalerSpec", json!({"minReplicas": 2})),
            ("PodDisruptionBudgetSpec", json!({"maxUnavailable": "50%"})),
            (
                "ServiceSpec",
                json!({"ports": [{"port": 80, "targetPort": "http"}], "type": null}),
            ),
            (
                "DeploymentStrategy",
                json!({"rollingUpdate": {"maxSurge": "100%"}}),
            ),
        ] {
            assert_eq!(misfit(name, &value), "fits", "{name} {value}");
        }
    }

    #[test]
    fn finds_unknown_fields_and_wrong_types_at_any_depth() {
        assert_eq!(
            misfit("Toleration", &json!({"thats": "x"})),
            "thats is not a field of Toleration"
        );
        assert_eq!(
            misfit("ServiceSpec", &json!({"ports": [{"port": 80, "prot": 1}]})),
            "ports/[0]/prot is not a field of ServiceSpec"
        );
        assert!(
            misfit("ServiceSpec", &json!({"ports": [{"port": "eighty"}]}))
                .contains("is no ServiceSpec")
        );
    }
}
