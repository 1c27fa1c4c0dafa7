//! `k8s:` settings of a component: patches of the workload, Service, autoscaler and disruption budget that its chart made.
//!
//! A setting that meets no object is reported, not passed over.

use serde_json::{Value, json};

use super::component::Instance;
use super::object::{Content, Object};
use super::overlay;
use super::path::get;
use crate::error::{Error, Result};
use crate::kubernetes::schema::{self, Shape};
use crate::kubernetes::strategic;

/// Which object a setting changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Workload,
    Service,
    Autoscaler,
    DisruptionBudget,
}

/// Where in the object it goes.
#[derive(Clone, Copy)]
enum Place {
    Spec,
    SpecField(&'static str),
    Annotations,
    PodField(&'static str),
    PodAnnotations,
    ContainerField(&'static str),
}

/// Every setting, in the order of application.
const SETTINGS: &[(&str, Target, Place)] = &[
    ("affinity", Target::Workload, Place::PodField("affinity")),
    ("env", Target::Workload, Place::ContainerField("env")),
    ("hpaSpec", Target::Autoscaler, Place::Spec),
    (
        "imagePullPolicy",
        Target::Workload,
        Place::ContainerField("imagePullPolicy"),
    ),
    (
        "nodeSelector",
        Target::Workload,
        Place::PodField("nodeSelector"),
    ),
    ("podAnnotations", Target::Workload, Place::PodAnnotations),
    ("podDisruptionBudget", Target::DisruptionBudget, Place::Spec),
    (
        "priorityClassName",
        Target::Workload,
        Place::PodField("priorityClassName"),
    ),
    (
        "readinessProbe",
        Target::Workload,
        Place::ContainerField("readinessProbe"),
    ),
    (
        "replicaCount",
        Target::Workload,
        Place::SpecField("replicas"),
    ),
    (
        "resources",
        Target::Workload,
        Place::ContainerField("resources"),
    ),
    (
        "securityContext",
        Target::Workload,
        Place::PodField("securityContext"),
    ),
    ("service", Target::Service, Place::Spec),
    ("serviceAnnotations", Target::Service, Place::Annotations),
    ("strategy", Target::Workload, Place::SpecField("strategy")),
    (
        "tolerations",
        Target::Workload,
        Place::PodField("tolerations"),
    ),
    (
        "volumeMounts",
        Target::Workload,
        Place::ContainerField("volumeMounts"),
    ),
    ("volumes", Target::Workload, Place::PodField("volumes")),
];

/// Applies the `k8s:` settings of an instance, then its overlays, to what its chart rendered. `values` are the chart's.
/// Gives warnings on settings that changed nothing. `line_of` says in front of a message where a setting stands.
///
/// # Errors
/// A setting or an overlay does not fit the object that it is for.
pub(crate) fn apply(
    instance: &Instance<'_>,
    values: &Value,
    objects: &mut [Object],
    line_of: &dyn Fn(&str) -> String,
) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    let Some(settings) = instance.spec.get("k8s").and_then(Value::as_object) else {
        return Ok(warnings);
    };
    let name = instance.workload_name(values);
    for (field, target, place) in SETTINGS {
        let Some(setting) = settings.get(*field).filter(|setting| !setting.is_null()) else {
            continue;
        };
        let path = format!("{}.k8s.{field}", instance.path);
        let Some(workload) = instance.component.workload else {
            return Err(Error::config(format!(
                "{}`{path}` has nothing to change: `{}` has no workload",
                line_of(&path),
                instance.component.key
            ))
            .hint("only `k8s.overlays` works there"));
        };
        let setting = prepare(field, setting, instance);
        if setting.as_object().is_some_and(serde_json::Map::is_empty) {
            continue;
        }
        let kind = match target {
            Target::Workload => workload.kind,
            Target::Service => "Service",
            Target::Autoscaler => "HorizontalPodAutoscaler",
            Target::DisruptionBudget => "PodDisruptionBudget",
        };
        let patch = place.patch(&setting, workload.container);
        let mut met = false;
        for object in objects
            .iter_mut()
            .filter(|object| object.kind == kind && object.name == name)
        {
            met = true;
            patch_object(object, &patch, *target).map_err(|error| {
                let file = line_of(&path);
                Error::config(format!("{file}cannot apply `{path}` to {}", object.label()))
                    .caused_by(&error)
            })?;
        }
        if !met {
            warnings.push(format!(
                "{}`{path}` changes nothing: no {kind} `{name}` is installed with these values",
                line_of(&path)
            ));
        }
    }
    warnings.extend(overlay::apply(instance, objects, line_of)?);
    Ok(warnings)
}

/// Service ports of a gateway are values of its chart, as its Pods need them too; here they would only double.
fn prepare(field: &str, setting: &Value, instance: &Instance<'_>) -> Value {
    let mut setting = setting.clone();
    if field == "service"
        && instance.component.shape == super::component::Shape::Gateways
        && let Some(service) = setting.as_object_mut()
    {
        service.remove("ports");
    }
    setting
}

impl Place {
    fn patch(self, setting: &Value, container: &str) -> Value {
        let pod = |template: Value| json!({ "spec": { "template": template } });
        match self {
            Self::Spec => json!({ "spec": setting }),
            Self::SpecField(field) => json!({ "spec": { field: setting } }),
            Self::Annotations => json!({ "metadata": { "annotations": setting } }),
            Self::PodField(field) => pod(json!({ "spec": { field: setting } })),
            Self::PodAnnotations => pod(json!({ "metadata": { "annotations": setting } })),
            Self::ContainerField(field) => {
                pod(json!({ "spec": { "containers": [{ "name": container, field: setting }] } }))
            }
        }
    }
}

fn patch_object(
    object: &mut Object,
    patch: &Value,
    target: Target,
) -> Result<(), super::path::PathError> {
    let Content::Tree(tree) = &mut object.content else {
        return Ok(());
    };
    let shape = shape_of(tree);
    let mut patch = patch.clone();
    // A rolling update's settings next to another type of strategy would be refused by the API server.
    if let Some(strategy) = patch
        .pointer_mut("/spec/strategy")
        .and_then(Value::as_object_mut)
        && strategy
            .get("type")
            .is_some_and(|kind| kind != "RollingUpdate")
    {
        let names: Vec<Value> = strategy.keys().map(|name| json!(name)).collect();
        strategy.insert("$retainKeys".to_owned(), Value::Array(names));
    }
    strategic::merge(tree, patch.clone(), shape.as_ref())
        .map_err(|error| super::path::PathError(error.to_string()))?;
    // Charts set `minAvailable`, and both together are refused.
    if target == Target::DisruptionBudget
        && get(&patch, &["spec", "maxUnavailable"]).is_some()
        && get(&patch, &["spec", "minAvailable"]).is_none()
        && let Some(spec) = tree.get_mut("spec").and_then(Value::as_object_mut)
    {
        spec.remove("minAvailable");
    }
    Ok(())
}

/// What Kubernetes says of an object's fields.
fn shape_of(object: &Value) -> Option<Shape> {
    let text = |field: &str| {
        object
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let version = text("apiVersion");
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let of = schema::of(group, version, text("kind"))?;
    Some(Shape::Object(of.name))
}

#[cfg(test)]
mod tests {
    use super::super::component::Component;
    use super::*;

    fn objects() -> Vec<Object> {
        [
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "istiod"}, "spec": {"template": {"spec": {
                "containers": [{"name": "discovery", "env": [{"name": "A", "value": "1"}]}]}}}}),
            json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "istiod"}, "spec": {"minAvailable": 1}}),
        ]
        .into_iter()
        .filter_map(|tree| Object::from_tree("Pilot", tree))
        .collect()
    }

    fn applied(k8s: &Value) -> Result<(Vec<Object>, Vec<String>)> {
        let operator = json!({"spec": {"components": {"pilot": {"k8s": k8s}}}});
        let instances = Component::find("pilot")
            .unwrap()
            .instances(&operator)
            .unwrap();
        let mut objects = objects();
        let warnings = apply(&instances[0], &json!({}), &mut objects, &|_| String::new())?;
        Ok((objects, warnings))
    }

    fn tree(object: &Object) -> &Value {
        match &object.content {
            Content::Tree(tree) => tree,
            Content::Text(_) => panic!("a tree was expected"),
        }
    }

    #[test]
    fn patches_pod_container_and_spec() {
        let (objects, warnings) = applied(&json!({
            "env": [{"name": "A", "value": "2"}], "nodeSelector": {"disk": "ssd"}, "replicaCount": 3, "podAnnotations": {"x": "y"},
        }))
        .unwrap();
        assert_eq!(warnings, Vec::<String>::new());
        assert_eq!(
            tree(&objects[0])["spec"],
            json!({"replicas": 3, "template": {"metadata": {"annotations": {"x": "y"}}, "spec": {
                "containers": [{"name": "discovery", "env": [{"name": "A", "value": "2"}]}], "nodeSelector": {"disk": "ssd"}}}})
        );
    }

    #[test]
    fn a_budget_has_one_bound() {
        let (objects, _) = applied(&json!({"podDisruptionBudget": {"maxUnavailable": 1}})).unwrap();
        assert_eq!(tree(&objects[1])["spec"], json!({"maxUnavailable": 1}));
    }

    #[test]
    fn reports_a_setting_that_meets_nothing() {
        let (_, warnings) = applied(&json!({"hpaSpec": {"minReplicas": 2}})).unwrap();
        assert_eq!(
            warnings,
            [
                "`components.pilot.k8s.hpaSpec` changes nothing: no HorizontalPodAutoscaler `istiod` is installed with these values"
            ]
        );
    }

    #[test]
    fn a_component_without_a_workload_takes_no_settings() {
        let operator = json!({"spec": {"components": {"base": {"k8s": {"replicaCount": 2}}}}});
        let instances = Component::find("base")
            .unwrap()
            .instances(&operator)
            .unwrap();
        assert!(apply(&instances[0], &json!({}), &mut [], &|_| String::new()).is_err());
    }
}
