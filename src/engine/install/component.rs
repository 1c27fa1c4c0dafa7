//! What can be installed: the components, which instances of each the configuration turns on, and the values that each
//! instance's chart is given.

use serde_json::{Map, Value};

use super::path::{self, get, get_str, put};
use crate::engine::nearest::nearest;
use crate::error::{Error, Result};

/// A component: one chart, rendered once, or once for each element of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Component {
    /// Key below `spec.components` (or `spec.addonComponents`).
    pub(crate) key: &'static str,
    /// What the label `operator.istio.io/component` says; names the file of `generate -o`.
    pub(crate) label: &'static str,
    /// Folder below `manifests/`.
    pub(crate) chart: &'static str,
    /// Where its own values stand in the tree.
    pub(crate) root: &'static [&'static str],
    pub(crate) shape: Shape,
    /// What `k8s:` settings change; `None` where the component has no workload.
    pub(crate) workload: Option<Workload>,
}

/// How a component appears in the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `components.<key>`, on unless said otherwise.
    Single,
    /// `components.<key>`, off unless said otherwise.
    OptionalSingle,
    /// `components.<key>[]`, each with a name.
    Gateways,
    /// `addonComponents.<key>`, off unless said otherwise.
    Addon,
}

/// The workload that `k8s:` settings change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Workload {
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    pub(crate) container: &'static str,
}

const fn workload(kind: &'static str, name: &'static str, container: &'static str) -> Workload {
    Workload {
        kind,
        name,
        container,
    }
}

/// An add-on: `addonComponents.<key>`, chart `addons/<key>`.
const fn addon(
    key: &'static str,
    label: &'static str,
    chart: &'static str,
    root: &'static [&'static str],
) -> Component {
    Component {
        key,
        label,
        chart,
        root,
        shape: Shape::Addon,
        workload: None,
    }
}

/// Every component, in the order of rendering.
pub(crate) static COMPONENTS: &[Component] = &[
    Component {
        key: "base",
        label: "Base",
        chart: "base",
        root: &["global"],
        shape: Shape::Single,
        workload: None,
    },
    Component {
        key: "pilot",
        label: "Pilot",
        chart: "istiod",
        root: &["pilot"],
        shape: Shape::Single,
        workload: Some(workload("Deployment", "istiod", "discovery")),
    },
    Component {
        key: "ingressGateways",
        label: "IngressGateways",
        chart: "istio-ingress",
        root: &["gateways", "istio-ingressgateway"],
        shape: Shape::Gateways,
        workload: Some(workload(
            "Deployment",
            "istio-ingressgateway",
            "istio-proxy",
        )),
    },
    Component {
        key: "egressGateways",
        label: "EgressGateways",
        chart: "istio-egress",
        root: &["gateways", "istio-egressgateway"],
        shape: Shape::Gateways,
        workload: Some(workload("Deployment", "istio-egressgateway", "istio-proxy")),
    },
    Component {
        key: "cni",
        label: "Cni",
        chart: "istio-cni",
        root: &["cni"],
        shape: Shape::OptionalSingle,
        workload: Some(workload("DaemonSet", "istio-cni-node", "install-cni")),
    },
    Component {
        key: "ztunnel",
        label: "Ztunnel",
        chart: "ztunnel",
        root: &["ztunnel"],
        shape: Shape::OptionalSingle,
        workload: Some(workload("DaemonSet", "ztunnel", "istio-proxy")),
    },
    addon("grafana", "Grafana", "addons/grafana", &["grafana"]),
    addon("kiali", "Kiali", "addons/kiali", &["kiali"]),
    addon(
        "prometheus",
        "Prometheus",
        "addons/prometheus",
        &["prometheus"],
    ),
    addon("tracing", "Tracing", "addons/tracing", &["tracing"]),
];

/// Where the values of each add-on stand below `values`.
pub(crate) fn addons() -> impl Iterator<Item = String> {
    let addons = COMPONENTS
        .iter()
        .filter(|component| component.shape == Shape::Addon);
    addons.map(|component| component.root.join("."))
}

/// One rendering of a component's chart.
#[derive(Clone, Debug)]
pub(crate) struct Instance<'a> {
    pub(crate) component: &'static Component,
    /// Path of its settings, for messages: `components.ingressGateways[0]`.
    pub(crate) path: String,
    pub(crate) namespace: String,
    /// Its settings; null where the configuration has none.
    pub(crate) spec: &'a Value,
}

impl Component {
    /// The component with this key.
    pub(crate) fn find(key: &str) -> Option<&'static Self> {
        COMPONENTS.iter().find(|component| component.key == key)
    }

    /// The component that the user names, by its key in the spec (`pilot`) or its label (`Pilot`), in any case.
    ///
    /// # Errors
    /// There is none; the hint names the nearest and all that exist.
    pub(crate) fn named(name: &str) -> Result<&'static Self> {
        let is_it = |component: &&Self| {
            component.key.eq_ignore_ascii_case(name) || component.label.eq_ignore_ascii_case(name)
        };
        if let Some(component) = COMPONENTS.iter().find(is_it) {
            return Ok(component);
        }
        let keys = || COMPONENTS.iter().map(|component| component.key);
        // People know a component by its workload, too.
        let by_chart = COMPONENTS.iter().find(|component| component.chart == name);
        let near = by_chart.map(|component| component.key);
        let mut error = Error::usage(format!("there is no component `{name}`"));
        if let Some(near) = near.or_else(|| nearest(name, keys())) {
            error = error.hint(format!("did you mean `{near}`?"));
        }
        let all: Vec<&str> = keys().collect();
        Err(error.hint(format!("the components are {}", all.join(", "))))
    }

    fn group(&self) -> &'static str {
        if self.shape == Shape::Addon {
            "addonComponents"
        } else {
            "components"
        }
    }

    /// The path of its settings in the spec.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.group(), self.key)
    }

    /// The setting that turns it on, for hints.
    pub(crate) fn switch(&self) -> String {
        let element = match self.shape {
            Shape::Gateways => "[0]",
            _ => "",
        };
        format!(
            "`--set '{}{element}.enabled=true'` turns it on",
            self.path()
        )
    }

    /// The instances that the resolved IstioOperator turns on.
    ///
    /// # Errors
    /// A gateway that is on has no name.
    pub(crate) fn instances<'a>(&'static self, operator: &'a Value) -> Result<Vec<Instance<'a>>> {
        let group = self.group();
        let spec = get(operator, &["spec", group, self.key]).unwrap_or(&Value::Null);
        let instance = |path: String, spec: &'a Value| Instance {
            component: self,
            path,
            namespace: get_str(spec, &["namespace"])
                .or_else(|| get_str(operator, &["metadata", "namespace"]))
                .unwrap_or("istio-system")
                .to_owned(),
            spec,
        };
        let path = self.path();
        if self.shape != Shape::Gateways {
            let on = enabled(spec).unwrap_or(
                self.shape == Shape::Single || spec.is_object() && self.shape != Shape::Addon,
            );
            return Ok(if on {
                vec![instance(path, spec)]
            } else {
                Vec::new()
            });
        }
        let by_values = self.enabled_by_values(operator);
        let mut instances = Vec::new();
        for (index, spec) in spec.as_array().into_iter().flatten().enumerate() {
            if !(by_values || enabled(spec).unwrap_or(true)) {
                continue;
            }
            let path = format!("{path}[{index}]");
            if get_str(spec, &["name"]).is_none() {
                return Err(
                    Error::config(format!("`{path}` has no `name`")).hint(format!(
                        "name the gateway, as in `--set '{path}.name=istio-ingressgateway'`"
                    )),
                );
            }
            instances.push(instance(path, spec));
        }
        Ok(instances)
    }

    /// `values.gateways.<name>.enabled=true` turns gateways on as well, whatever the list says.
    fn enabled_by_values(&self, operator: &Value) -> bool {
        get(operator, &["spec", "values"])
            .and_then(|values| get(values, self.root))
            .and_then(|own| own.get("enabled"))
            == Some(&Value::Bool(true))
    }
}

fn enabled(spec: &Value) -> Option<bool> {
    spec.get("enabled").and_then(Value::as_bool)
}

impl Instance<'_> {
    /// The name of the workload that `k8s:` settings change. Istiod's carries the revision.
    pub(crate) fn workload_name(&self, values: &Value) -> String {
        if let Some(name) = get_str(self.spec, &["name"]) {
            return name.to_owned();
        }
        let name = self.component.workload.map_or("", |workload| workload.name);
        match get_str(values, &["revision"]) {
            Some(revision) if self.component.key == "pilot" && revision != "default" => {
                format!("{name}-{revision}")
            }
            _ => name.to_owned(),
        }
    }

    /// The values that this instance's chart is given, made from those of the whole installation.
    pub(crate) fn values(&self, shared: &Value) -> Value {
        let root = self.component.root;
        let mut values = shared.clone();
        let mut own = |field: &[&str], value: Value| {
            let keys: Vec<&str> = root.iter().chain(field).copied().collect();
            put(&mut values, &keys, value);
        };
        if self.component.shape == Shape::Gateways {
            let field = |name: &str| {
                self.spec
                    .get(name)
                    .filter(|value| !value.is_null())
                    .cloned()
            };
            own(&["name"], field("name").unwrap_or_default());
            own(
                &["labels"],
                field("label").unwrap_or_else(|| Value::Object(Map::new())),
            );
            if let Some(ports) =
                get(self.spec, &["k8s", "service", "ports"]).and_then(Value::as_array)
                && !ports.is_empty()
            {
                own(
                    &["ports"],
                    Value::Array(ports.iter().cloned().map(complete_port).collect()),
                );
            }
        }
        if self
            .component
            .workload
            .is_some_and(|workload| workload.kind == "Deployment")
        {
            for (from, to) in [
                (&["k8s", "hpaSpec", "minReplicas"][..], "autoscaleMin"),
                (&["k8s", "hpaSpec", "maxReplicas"], "autoscaleMax"),
                (&["k8s", "replicaCount"], "replicaCount"),
            ] {
                if let Some(count) = get(self.spec, from)
                    .filter(|count| count.as_u64().is_some_and(|count| count > 0))
                {
                    own(&[to], count.clone());
                }
            }
        }
        for list in ["limits", "requests"] {
            let cpu = get(self.spec, &["k8s", "resources", list, "cpu"]).and_then(path::printed);
            if let Some(cpu) = cpu.filter(|cpu| cpu != "0") {
                own(&["resources", list, "cpu"], Value::String(cpu));
            }
        }
        for field in ["hub", "tag"] {
            if let Some(text) = self
                .spec
                .get(field)
                .and_then(path::printed)
                .filter(|text| !text.is_empty())
            {
                own(&[field], Value::String(text));
            }
        }
        if self.component.key == "ztunnel" {
            flattened(values, root)
        } else {
            values
        }
    }
}

/// A port of a Service without a target has target 0, as istioctl writes it; the API server takes that for the port itself.
fn complete_port(mut port: Value) -> Value {
    if let Some(port) = port.as_object_mut() {
        port.entry("targetPort").or_insert_with(|| Value::from(0));
    }
    port
}

/// Values for a chart that expects its own settings at the top: `global`, what is not a map, and then its own.
fn flattened(values: Value, root: &[&str]) -> Value {
    let Some(own) = get(&values, root).and_then(Value::as_object).cloned() else {
        return values;
    };
    let Value::Object(shared) = values else {
        return values;
    };
    let mut flat: Map<String, Value> = shared
        .into_iter()
        .filter(|(key, value)| key == "global" || !value.is_object())
        .collect();
    flat.extend(own);
    Value::Object(flat)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn on(operator: &Value) -> Vec<String> {
        let instances = COMPONENTS
            .iter()
            .flat_map(|component| component.instances(operator).unwrap());
        instances.map(|instance| instance.path).collect()
    }

    #[test]
    fn base_and_pilot_are_on_and_the_rest_off_where_nothing_is_said() {
        assert_eq!(
            on(&json!({"spec": {}})),
            ["components.base", "components.pilot"]
        );
    }

    #[test]
    fn is_found_by_key_and_label_and_a_stranger_gets_the_nearest() {
        for name in ["pilot", "Pilot", "PILOT"] {
            assert_eq!(Component::named(name).unwrap().key, "pilot");
        }
        for (name, near) in [
            ("ingressGateway", "did you mean `ingressGateways`?"),
            ("istiod", "did you mean `pilot`?"),
        ] {
            let error = Component::named(name).unwrap_err();
            assert_eq!(error.hints()[0], near);
        }
        assert_eq!(Component::named("galley").unwrap_err().hints().len(), 1);
    }

    #[test]
    fn values_turn_a_gateway_on_too() {
        let operator = json!({"spec": {
            "components": {"egressGateways": [{"name": "e", "enabled": false}], "base": {"enabled": false}, "pilot": {"enabled": false}},
            "values": {"gateways": {"istio-egressgateway": {"enabled": true}}},
        }});
        assert_eq!(on(&operator), ["components.egressGateways[0]"]);
    }

    #[test]
    fn rejects_a_gateway_without_a_name_unless_it_is_off() {
        let gateways = |spec: Value| json!({"spec": {"components": {"ingressGateways": [spec]}}});
        let ingress = Component::find("ingressGateways").unwrap();
        assert!(
            ingress
                .instances(&gateways(json!({"enabled": true})))
                .is_err()
        );
        assert!(
            ingress
                .instances(&gateways(json!({"enabled": false})))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_gateway_s_chart_is_given_its_name_labels_ports_and_sizes() {
        let operator = json!({"metadata": {"namespace": "istio-system"}, "spec": {"components": {"ingressGateways": [{
            "name": "edge", "namespace": "edge-ns", "label": {"app": "edge"}, "tag": 2,
            "k8s": {"hpaSpec": {"minReplicas": 3}, "service": {"ports": [{"port": 80}]}, "resources": {"requests": {"cpu": "1"}}},
        }]}}});
        let instance = &Component::find("ingressGateways")
            .unwrap()
            .instances(&operator)
            .unwrap()[0];
        assert_eq!(instance.namespace, "edge-ns");
        assert_eq!(
            instance.values(&json!({"global": {"hub": "h"}})),
            json!({"global": {"hub": "h"}, "gateways": {"istio-ingressgateway": {
                "name": "edge", "labels": {"app": "edge"}, "ports": [{"port": 80, "targetPort": 0}], "autoscaleMin": 3, "tag": "2",
                "resources": {"requests": {"cpu": "1"}},
            }}})
        );
    }

    #[test]
    fn istiod_s_workload_carries_the_revision() {
        let operator = json!({"spec": {}});
        let instance = &Component::find("pilot")
            .unwrap()
            .instances(&operator)
            .unwrap()[0];
        assert_eq!(
            instance.workload_name(&json!({"revision": "canary"})),
            "istiod-canary"
        );
        assert_eq!(
            instance.workload_name(&json!({"revision": "default"})),
            "istiod"
        );
    }
}
