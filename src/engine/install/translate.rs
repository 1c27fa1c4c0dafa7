//! An installation as Helm releases: for each of Istio's charts the values by which Helm installs what `mesh` would.
//!
//! That they do is not claimed but tried: each chart is rendered with its translated values, and what differs from the
//! installation is part of the answer. Gateways and add-ons have no counterpart among Istio's charts.

use serde_json::{Map, Value};

use super::compare::{self, Difference};
use super::component::{COMPONENTS, Component, Instance, Shape};
use super::object::{Content, Object};
use super::path::{get_str, merge, put};
use super::{Resolved, charts, k8s, render};
use crate::error::Result;
use crate::yaml;

/// The charts in Istio's repository, by the component's key, and the name that Istio's documentation gives the release.
const CHARTS: &[(&str, &str, &str)] = &[
    ("base", "base", "istio-base"),
    ("pilot", "istiod", "istiod"),
    ("cni", "cni", "istio-cni"),
    ("ztunnel", "ztunnel", "ztunnel"),
];

/// `k8s:` settings that are values of a chart too, and the keys of the components whose charts have them.
const AS_VALUES: &[(&str, &[&str])] = &[
    ("affinity", &["pilot", "cni"]),
    ("env", &["pilot", "cni", "ztunnel"]),
    ("nodeSelector", &["pilot"]),
    ("podAnnotations", &["pilot", "cni", "ztunnel"]),
    ("resources", &["pilot", "cni", "ztunnel"]),
    ("serviceAnnotations", &["pilot"]),
    ("tolerations", &["pilot", "cni", "ztunnel"]),
    ("volumeMounts", &["pilot", "ztunnel"]),
    ("volumes", &["pilot", "ztunnel"]),
];

/// What stands where in Helm's world.
#[derive(Clone, Debug)]
pub(crate) struct Translation {
    /// In the order to install them.
    pub(crate) releases: Vec<Release>,
    /// What no chart of Istio installs.
    pub(crate) left: Vec<Left>,
}

/// A release of one chart.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) name: String,
    /// Its name in Istio's repository of charts.
    pub(crate) chart: &'static str,
    pub(crate) namespace: String,
    /// The file of values.
    pub(crate) values: Value,
    /// What it takes over of what is installed.
    pub(crate) objects: Vec<Object>,
    /// Where Helm would not give what is installed: first Helm's, then ours.
    pub(crate) differences: Vec<Difference>,
}

/// A component that has no chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// `components.ingressGateways[0]`
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Translates what the configuration turns on.
///
/// # Errors
/// See [`render::generate`].
pub(crate) fn translate(resolved: &Resolved) -> Result<Translation> {
    let mut translation = Translation {
        releases: Vec::new(),
        left: Vec::new(),
    };
    for component in COMPONENTS {
        for instance in component.instances(resolved.operator())? {
            match CHARTS.iter().find(|(key, ..)| *key == component.key) {
                Some((_, chart, name)) => {
                    let release = release(resolved, &instance, chart, name)?;
                    translation.releases.push(release);
                }
                None => translation.left.push(left(&instance)),
            }
        }
    }
    Ok(translation)
}

fn left(instance: &Instance<'_>) -> Left {
    let reason = if instance.component.shape == Shape::Addon {
        "no chart of Istio installs it".to_owned()
    } else {
        let name = get_str(instance.spec, &["name"]).unwrap_or_default();
        format!(
            "Istio's chart `gateway` installs another gateway, whose account and labels differ from those of `{name}`"
        )
    };
    Left {
        path: instance.path.clone(),
        reason,
    }
}

fn release(
    resolved: &Resolved,
    instance: &Instance<'_>,
    chart_name: &'static str,
    name: &str,
) -> Result<Release> {
    let chart = charts::chart(instance.component, resolved.package.as_ref())?;
    let given = instance.values(resolved.values());
    let mut wanted = render::of_chart(resolved, &chart, instance, &given)?;
    k8s::apply(instance, &given, &mut wanted, &|path| {
        resolved.line_of(path)
    })?;
    let values = values(instance, given);
    let helms = render::of_chart(resolved, &chart, instance, &values)?;
    let differences = compare::compare(&comparable(&helms), &comparable(&wanted));
    wanted.sort_by(Object::apply_order);
    let revision = resolved.revision();
    let name = if instance.component.key == "pilot" && !["", "default"].contains(&revision) {
        format!("{name}-{revision}")
    } else {
        name.to_owned()
    };
    Ok(Release {
        name,
        chart: chart_name,
        namespace: instance.namespace.clone(),
        values,
        objects: wanted,
        differences,
    })
}

/// The values of a chart: those that `mesh` gives it, with the `k8s:` settings that can be said so, without what says nothing.
fn values(instance: &Instance<'_>, mut values: Value) -> Value {
    let component = instance.component;
    // Ztunnel's chart has its own values at the top.
    let root: &[&str] = match component.key {
        "ztunnel" => &[],
        _ => component.root,
    };
    for (field, _) in AS_VALUES
        .iter()
        .filter(|(_, keys)| keys.contains(&component.key))
    {
        let setting = &instance.spec["k8s"][*field];
        if let Some(setting) = as_value(field, setting) {
            let mut tree = Value::Null;
            put(&mut tree, &[root, &[*field]].concat(), setting);
            merge(&mut values, tree);
        }
    }
    if let Value::Object(all) = &mut values {
        all.retain(|key, _| !belongs_to_another(component, key));
    }
    without_empty_maps(values).unwrap_or_else(|| Value::Object(Map::new()))
}

/// A setting as the chart has it; `None` where there is nothing to say, or no way to say it.
fn as_value(field: &str, setting: &Value) -> Option<Value> {
    if setting.is_null() {
        return None;
    }
    if field != "env" {
        return Some(setting.clone());
    }
    // Charts take variables as texts by name.
    let variables = setting.as_array()?.iter().map(|variable| {
        let plain = variable.as_object()?.len() == 2;
        let name = get_str(variable, &["name"]).filter(|_| plain)?;
        Some((name.to_owned(), variable.get("value")?.clone()))
    });
    variables.collect::<Option<Map<_, _>>>().map(Value::Object)
}

/// Values at the top that only the chart of another component reads.
fn belongs_to_another(component: &Component, key: &str) -> bool {
    let others = COMPONENTS
        .iter()
        .filter(|other| other.shape == Shape::Addon || ["cni", "ztunnel"].contains(&other.key));
    component.key != key && others.into_iter().any(|other| other.root == [key])
}

fn without_empty_maps(value: Value) -> Option<Value> {
    let Value::Object(map) = value else {
        return Some(value);
    };
    let kept: Map<String, Value> = map
        .into_iter()
        .filter_map(|(key, value)| Some((key, without_empty_maps(value)?)))
        .collect();
    (!kept.is_empty()).then_some(Value::Object(kept))
}

/// Lists whose order says nothing, in one order.
fn comparable(objects: &[Object]) -> Vec<Object> {
    let mut objects = objects.to_vec();
    for object in &mut objects {
        let told = match object.name.as_str() {
            _ if object.kind != "ConfigMap" => &[][..],
            name if name.starts_with("istio-sidecar-injector") => &["values"],
            name if name == "values" || name.starts_with("values-") => {
                &["merged-values", "original-values"]
            }
            _ => &[],
        };
        if let Content::Tree(tree) = &mut object.content {
            sort_by_name(tree);
            for field in told {
                if let Some(values) = tree["data"].get_mut(*field) {
                    reduce(values);
                }
            }
        }
    }
    objects
}

/// Charts also tell what values they were given. What was a setting of the workload before, or says nothing, is left out there.
fn reduce(told: &mut Value) {
    let Some(mut values) = told.as_str().and_then(|text| yaml::parse(text).ok()) else {
        return;
    };
    let own = |map: &mut Value| {
        if let Value::Object(map) = map {
            map.retain(|key, _| !AS_VALUES.iter().any(|(field, _)| field == key));
        }
    };
    own(&mut values);
    if let Some(pilot) = values.get_mut("pilot") {
        own(pilot);
    }
    if let Value::Object(map) = &mut values {
        map.remove("ztunnel");
    }
    *told = without_empty_maps(values).unwrap_or_default();
}

fn sort_by_name(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                sort_by_name(value);
                if let ("env" | "volumes" | "volumeMounts", Value::Array(list)) =
                    (key.as_str(), value)
                {
                    list.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(sort_by_name),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{File, Inputs, profile, resolve};
    use super::*;

    fn of(inputs: &Inputs) -> Translation {
        translate(&resolve::resolve(inputs).unwrap()).unwrap()
    }

    fn differing(release: &Release) -> Vec<&str> {
        let differing = release.differences.iter();
        differing.map(|one| one.object.as_str()).collect()
    }

    fn with_pilot(k8s: &Value) -> Release {
        let operator = json!({
            "apiVersion": "install.istio.io/v1alpha1", "kind": "IstioOperator",
            "spec": {"profile": "minimal", "components": {"pilot": {"k8s": k8s}}},
        });
        let inputs = Inputs {
            files: vec![File {
                name: "f".to_owned(),
                text: operator.to_string(),
            }],
            ..Inputs::default()
        };
        let pilot = of(&inputs).releases.into_iter().nth(1);
        pilot.expect("the second release is istiod")
    }

    #[test]
    fn every_profile_is_what_helm_makes_of_its_values() {
        for profile in profile::all() {
            let translation = of(&Inputs {
                profile: Some(profile.name.to_owned()),
                ..Inputs::default()
            });
            for release in translation.releases {
                let place = format!("{}, {}", profile.name, release.name);
                assert_eq!(differing(&release), [""; 0], "{place}");
            }
        }
    }

    #[test]
    fn names_releases_charts_and_namespaces() {
        let translation = of(&Inputs {
            profile: Some("ambient".to_owned()),
            revision: Some("blue".to_owned()),
            set: vec!["components.cni.namespace=kube-system".to_owned()],
            ..Inputs::default()
        });
        let releases = translation.releases.iter();
        let releases: Vec<_> = releases
            .map(|one| (one.name.as_str(), one.chart, one.namespace.as_str()))
            .collect();
        assert_eq!(
            releases,
            [
                ("istio-base", "base", "istio-system"),
                ("istiod-blue", "istiod", "istio-system"),
                ("istio-cni", "cni", "kube-system"),
                ("ztunnel", "ztunnel", "istio-system"),
            ]
        );
        assert_eq!(translation.left, []);
        let ztunnel = &translation.releases[3].values;
        assert_eq!(ztunnel["resourceName"], "ztunnel");
    }

    #[test]
    fn says_what_has_no_chart() {
        let translation = of(&Inputs {
            profile: Some("demo".to_owned()),
            ..Inputs::default()
        });
        let left: Vec<&str> = translation
            .left
            .iter()
            .map(|one| one.path.as_str())
            .collect();
        assert_eq!(
            left,
            [
                "components.ingressGateways[0]",
                "components.egressGateways[0]",
                "addonComponents.grafana",
                "addonComponents.kiali",
                "addonComponents.prometheus",
                "addonComponents.tracing",
            ]
        );
    }

    #[test]
    fn settings_of_workloads_become_values() {
        let release = with_pilot(&json!({
            "env": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}],
            "resources": {"requests": {"cpu": "10m", "memory": "1Gi"}},
            "nodeSelector": {"disk": "ssd"},
            "podAnnotations": {"x": "y"},
            "hpaSpec": {"minReplicas": 2, "maxReplicas": 7},
        }));
        assert_eq!(differing(&release), [""; 0]);
        let pilot = &release.values["pilot"];
        assert_eq!(pilot["env"], json!({"A": "1", "B": "2"}));
        assert_eq!(
            pilot["resources"],
            json!({"requests": {"cpu": "10m", "memory": "1Gi"}})
        );
        assert_eq!(pilot["autoscaleMax"], 7);
        assert_eq!(
            release.values.get("gateways"),
            None,
            "an empty map says nothing"
        );
        assert_eq!(release.values.get("ztunnel"), None, "of another chart");
    }

    #[test]
    fn what_values_cannot_say_is_a_difference() {
        let field = json!({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}});
        for k8s in [
            json!({"env": [field]}),
            json!({"priorityClassName": "high"}),
            json!({"overlays": [{"kind": "Deployment", "name": "istiod", "patches": [
                {"path": "spec.template.spec.hostNetwork", "value": true}]}]}),
        ] {
            let release = with_pilot(&k8s);
            assert_eq!(
                differing(&release),
                ["Deployment istio-system/istiod"],
                "{k8s}"
            );
        }
    }
}
