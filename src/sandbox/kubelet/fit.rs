//! Whether a pod fits on the node, and why not, in Kubernetes' words. Pure.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::container::list;
use super::node;
use crate::sandbox::api::selector::LabelSelector;
use crate::sandbox::api::watch::EventKind;
use crate::sandbox::api::{Key, Object, quantity};

/// What a pod takes of the node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Needs {
    /// In thousandths.
    cpu: i64,
    /// In bytes.
    memory: i64,
    /// Ports of the node: address, protocol, number.
    ports: Vec<(String, String, i64)>,
}

/// A pod on the node.
struct Placed {
    needs: Needs,
    namespace: String,
    labels: Value,
    /// Its required anti-affinity, which keeps others away.
    repels: Vec<Value>,
}

/// What is on the node.
#[derive(Default)]
pub(super) struct Usage {
    pods: HashMap<Key, Placed>,
    cpu: i64,
    memory: i64,
}

impl Usage {
    pub(super) fn place(&mut self, pod: &Object) {
        self.remove(&Key::of(pod));
        let needs = needs(pod);
        self.cpu += needs.cpu;
        self.memory += needs.memory;
        let metadata = &pod["metadata"];
        let placed = Placed {
            needs,
            namespace: text(&metadata["namespace"]).to_owned(),
            labels: metadata["labels"].clone(),
            repels: terms(pod, "podAntiAffinity").cloned().collect(),
        };
        self.pods.insert(Key::of(pod), placed);
    }

    pub(super) fn remove(&mut self, key: &Key) -> bool {
        let gone = self.pods.remove(key);
        if let Some(gone) = &gone {
            self.cpu -= gone.needs.cpu;
            self.memory -= gone.needs.memory;
        }
        gone.is_some()
    }

    /// Takes note of a pod as it is. Gives whether there is more room than before.
    pub(super) fn see(&mut self, pod: &Object, kind: EventKind) -> bool {
        let over = matches!(text(&pod["status"]["phase"]), "Succeeded" | "Failed");
        if kind == EventKind::Deleted || over {
            return self.remove(&Key::of(pod));
        }
        if pod["spec"]["nodeName"] == node::NAME {
            self.place(pod);
        }
        false
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A quantity in units of `1/scale`, rounded up; 0 where there is none.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float stops at the ends of the range"
)]
fn amount(value: &Value, scale: f64) -> i64 {
    quantity(value).map_or(0, |number| (number * scale).ceil() as i64)
}

/// Requests of a pod: those of its containers and sidecars together, or of one init container with the sidecars before it if
/// that is more; and what the pod takes besides.
fn needs(pod: &Object) -> Needs {
    let spec = &pod["spec"];
    let of = |name: &str, scale: f64| {
        let request = |one: &Value| amount(&one["resources"]["requests"][name], scale);
        let (mut sidecars, mut most) = (0, 0);
        for init in list(&spec["initContainers"]) {
            if init["restartPolicy"] == "Always" {
                sidecars += request(init);
                most = most.max(sidecars);
            } else {
                most = most.max(sidecars + request(init));
            }
        }
        let together = list(&spec["containers"]).map(request).sum::<i64>() + sidecars;
        together.max(most) + amount(&spec["overhead"][name], scale)
    };
    let containers = list(&spec["containers"]).chain(list(&spec["initContainers"]));
    let ports = containers.flat_map(|one| list(&one["ports"]));
    let ports = ports.filter_map(|port| {
        let number = port["hostPort"].as_i64().filter(|number| *number > 0)?;
        let protocol = port["protocol"].as_str().unwrap_or("TCP");
        Some((
            text(&port["hostIP"]).to_owned(),
            protocol.to_owned(),
            number,
        ))
    });
    Needs {
        cpu: of("cpu", 1000.0),
        memory: of("memory", 1.0),
        ports: ports.collect(),
    }
}

fn terms<'a>(pod: &'a Object, kind: &str) -> impl Iterator<Item = &'a Value> {
    list(&pod["spec"]["affinity"][kind]["requiredDuringSchedulingIgnoredDuringExecution"])
}

/// Why a pod does not fit: what is counted by nodes, or what is wrong whatever the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    why: String,
    /// Whether it would fit if other pods went.
    crowded: bool,
}

impl Unfit {
    fn node(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            crowded: false,
        }
    }

    fn crowded(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            crowded: true,
        }
    }
}

/// The sentence of the condition and of the event.
pub(super) fn message(unfit: &[Unfit]) -> String {
    let mut reasons: Vec<String> = unfit.iter().map(|one| format!("1 {}", one.why)).collect();
    reasons.sort();
    let hopeless = unfit.iter().any(|one| !one.crowded);
    let preemption = if hopeless {
        "Preemption is not helpful for scheduling."
    } else {
        "No preemption victims found for incoming pod."
    };
    format!(
        "0/1 nodes are available: {}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 {preemption}",
        reasons.join(", ")
    )
}

/// Holds a pod against the node. The first check that it fails decides, as with Kubernetes, save that all resources that lack
/// are named.
pub(super) fn fit(pod: &Object, node: &Object, usage: &Usage) -> Result<(), Vec<Unfit>> {
    let spec = &pod["spec"];
    if node["spec"]["unschedulable"] == true
        && !tolerated(
            spec,
            &json!({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}),
        )
    {
        return Err(vec![Unfit::node("node(s) were unschedulable")]);
    }
    let taints = list(&node["spec"]["taints"]);
    let mut untolerated = taints
        .filter(|taint| matches!(text(&taint["effect"]), "NoSchedule" | "NoExecute"))
        .filter(|taint| !tolerated(spec, taint));
    if untolerated.next().is_some() {
        return Err(vec![Unfit::node("node(s) had untolerated taint(s)")]);
    }
    if !selected(spec, node) {
        return Err(vec![Unfit::node(
            "node(s) didn't match Pod's node affinity/selector",
        )]);
    }
    let needs = needs(pod);
    let taken = |port: &(String, String, i64)| {
        let (address, protocol, number) = port;
        let clash = |other: &(String, String, i64)| {
            let any = |address: &str| address.is_empty() || address == "0.0.0.0";
            other.1 == *protocol
                && other.2 == *number
                && (any(address) || any(&other.0) || other.0 == *address)
        };
        usage
            .pods
            .values()
            .any(|placed| placed.needs.ports.iter().any(clash))
    };
    if needs.ports.iter().any(taken) {
        return Err(vec![Unfit::crowded(
            "node(s) didn't have free ports for the requested pod ports",
        )]);
    }
    let lacking = lacking(&needs, node, usage);
    if !lacking.is_empty() {
        return Err(lacking);
    }
    company(pod, node, usage).map_or(Ok(()), |unfit| Err(vec![unfit]))
}

/// The resources that are not there.
fn lacking(needs: &Needs, node: &Object, usage: &Usage) -> Vec<Unfit> {
    let there = &node["status"]["allocatable"];
    let mut out = Vec::new();
    if i64::try_from(usage.pods.len()).unwrap_or(i64::MAX) >= amount(&there["pods"], 1.0) {
        out.push(Unfit::crowded("Too many pods"));
    }
    for (name, scale, wanted, used) in [
        ("cpu", 1000.0, needs.cpu, usage.cpu),
        ("memory", 1.0, needs.memory, usage.memory),
    ] {
        let all = amount(&there[name], scale);
        if wanted > 0 && wanted > all - used {
            out.push(Unfit {
                why: format!("Insufficient {name}"),
                crowded: wanted <= all,
            });
        }
    }
    out
}

/// Whether a pod tolerates a taint.
fn tolerated(spec: &Value, taint: &Value) -> bool {
    list(&spec["tolerations"]).any(|one| {
        let effect = text(&one["effect"]);
        let key = text(&one["key"]);
        let exists = one["operator"] == "Exists";
        (effect.is_empty() || taint["effect"] == effect)
            && (key.is_empty() && exists || taint["key"] == key)
            && (exists || text(&one["value"]) == text(&taint["value"]))
    })
}

/// Whether the node has what the pod's `nodeSelector` and required node affinity ask for.
fn selected(spec: &Value, node: &Object) -> bool {
    let labels = &node["metadata"]["labels"];
    let wanted = spec["nodeSelector"].as_object().into_iter().flatten();
    let mut all = wanted.map(|(key, value)| labels[key] == *value);
    if !all.all(|fits| fits) {
        return false;
    }
    let required =
        &spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    required.is_null()
        || list(&required["nodeSelectorTerms"]).any(|term| {
            let expressions = || list(&term["matchExpressions"]);
            let fields = || list(&term["matchFields"]);
            let name = json!({"metadata.name": node["metadata"]["name"]});
            // A term that asks for nothing selects nothing.
            expressions().chain(fields()).next().is_some()
                && expressions().all(|one| expressed(one, labels))
                && fields().all(|one| expressed(one, &name))
        })
}

/// One expression of a node selector term.
fn expressed(one: &Value, labels: &Value) -> bool {
    let found = labels[text(&one["key"])].as_str();
    let listed = |value: &str| list(&one["values"]).any(|one| one == value);
    let number = |text: &str| text.parse::<i64>().ok();
    let bound = || {
        list(&one["values"])
            .next()
            .and_then(Value::as_str)
            .and_then(number)
    };
    match text(&one["operator"]) {
        "In" => found.is_some_and(listed),
        "NotIn" => !found.is_some_and(listed),
        "Exists" => found.is_some(),
        "DoesNotExist" => found.is_none(),
        "Gt" => found
            .and_then(number)
            .zip(bound())
            .is_some_and(|(a, b)| a > b),
        "Lt" => found
            .and_then(number)
            .zip(bound())
            .is_some_and(|(a, b)| a < b),
        _ => false,
    }
}

/// Whether a term of pod affinity, of a pod in `home`, is about a pod with these labels.
fn meant(term: &Value, home: &str, namespace: &str, labels: &Value) -> bool {
    let named = list(&term["namespaces"]).any(|one| one == namespace);
    let chosen = !term["namespaceSelector"].is_null();
    let own = list(&term["namespaces"]).next().is_none() && !chosen && namespace == home;
    // Which namespaces a selector selects would have to be looked up; an empty one selects all.
    let all = term["namespaceSelector"]
        .as_object()
        .is_some_and(serde_json::Map::is_empty);
    let selector = &term["labelSelector"];
    (named || own || all)
        && !selector.is_null()
        && LabelSelector::from_object(selector).is_ok_and(|one| one.matches_labels(labels))
}

/// What the pods on the node and the new one have against each other. The node is one domain of every topology whose key it
/// has as a label.
fn company(pod: &Object, node: &Object, usage: &Usage) -> Option<Unfit> {
    let domain = |term: &Value| !node["metadata"]["labels"][text(&term["topologyKey"])].is_null();
    let home = text(&pod["metadata"]["namespace"]);
    let labels = &pod["metadata"]["labels"];
    let there = |term: &Value| {
        let mut placed = usage.pods.values();
        placed.any(|one| meant(term, home, &one.namespace, &one.labels))
    };
    let lonely = terms(pod, "podAffinity").any(|term| {
        // The first of a group that wants to be together is let in.
        !domain(term) || !there(term) && !meant(term, home, home, labels)
    });
    if lonely {
        return Some(Unfit::node("node(s) didn't match pod affinity rules"));
    }
    if terms(pod, "podAntiAffinity").any(|term| domain(term) && there(term)) {
        return Some(Unfit::crowded(
            "node(s) didn't match pod anti-affinity rules",
        ));
    }
    let repelled = usage.pods.values().any(|one| {
        let mut repels = one.repels.iter();
        repels.any(|term| domain(term) && meant(term, &one.namespace, home, labels))
    });
    repelled.then(|| Unfit::node("node(s) didn't satisfy existing pods anti-affinity rules"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node() -> Object {
        json!({"metadata": {"name": "practice", "labels": {"kubernetes.io/hostname": "practice", "disk": "ssd", "size": "4"}},
            "status": {"allocatable": {"cpu": "2", "memory": "1Gi", "pods": "3"}}})
    }

    fn pod(name: &str, spec: &Value) -> Object {
        json!({"metadata": {"name": name, "namespace": "default", "labels": {"app": "web"}}, "spec": spec})
    }

    fn with_cpu(name: &str, cpu: &str) -> Object {
        pod(
            name,
            &json!({"containers": [{"resources": {"requests": {"cpu": cpu}}}]}),
        )
    }

    fn refused(pod: &Object, node: &Object, usage: &Usage) -> String {
        fit(pod, node, usage).map_or_else(|unfit| message(&unfit), |()| String::new())
    }

    #[test]
    fn what_does_not_fit_is_refused_in_the_words_of_kubernetes() {
        let usage = &mut Usage::default();
        usage.place(&with_cpu("one", "1500m"));
        let cases = [
            (with_cpu("a", "500m"), ""),
            (
                with_cpu("a", "501m"),
                "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
            ),
            (
                pod(
                    "a",
                    &json!({"containers": [{"resources": {"requests": {"cpu": "3", "memory": "2Gi"}}}]}),
                ),
                "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
            ),
            (
                pod("a", &json!({"nodeSelector": {"disk": "tape"}})),
                "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
            ),
        ];
        for (pod, expected) in cases {
            assert_eq!(refused(&pod, &node(), usage), expected);
        }
        usage.remove(&Key::namespaced("default", "one"));
        assert_eq!((usage.cpu, usage.memory), (0, 0));
    }

    #[test]
    fn taints_keep_pods_away_that_do_not_tolerate_them() {
        let mut tainted = node();
        tainted["spec"] = json!({"taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}]});
        let usage = Usage::default();
        let told = refused(&pod("a", &json!({})), &tainted, &usage);
        assert!(
            told.contains("1 node(s) had untolerated taint(s)."),
            "{told}"
        );
        for toleration in [
            json!({"key": "a", "operator": "Exists"}),
            json!({"operator": "Exists"}),
            json!({"key": "a", "value": "b", "effect": "NoSchedule"}),
        ] {
            let pod = pod("a", &json!({"tolerations": [toleration]}));
            assert_eq!(refused(&pod, &tainted, &usage), "");
        }
    }

    #[test]
    fn node_affinity_knows_all_operators() {
        let fits = |key: &str, operator: &str, values: &[&str]| {
            let terms = json!([{"matchExpressions": [{"key": key, "operator": operator, "values": values}]}]);
            let spec = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": terms}}}});
            selected(&spec, &node())
        };
        assert!(fits("disk", "In", &["ssd"]) && !fits("disk", "In", &["tape"]));
        assert!(fits("disk", "NotIn", &["tape"]) && !fits("disk", "NotIn", &["ssd"]));
        assert!(fits("disk", "Exists", &[]) && !fits("none", "Exists", &[]));
        assert!(fits("none", "DoesNotExist", &[]) && !fits("disk", "DoesNotExist", &[]));
        assert!(fits("size", "Gt", &["3"]) && !fits("size", "Gt", &["4"]));
        assert!(fits("size", "Lt", &["5"]) && !fits("size", "Lt", &["4"]));
    }

    #[test]
    fn anti_affinity_lets_one_pod_of_a_sort_on_the_node() {
        let term = json!({"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}});
        let apart = json!({"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}});
        let usage = &mut Usage::default();
        let first = pod("one", &apart);
        assert_eq!(fit(&first, &node(), usage), Ok(()));
        usage.place(&first);
        let told = refused(&pod("two", &apart), &node(), usage);
        assert!(
            told.contains("1 node(s) didn't match pod anti-affinity rules."),
            "{told}"
        );
        let told = refused(&pod("three", &json!({})), &node(), usage);
        assert!(told.contains("existing pods anti-affinity rules"), "{told}");
        let together = json!({"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}});
        assert_eq!(
            fit(&pod("first", &together), &node(), &Usage::default()),
            Ok(())
        );
    }

    #[test]
    fn a_port_of_the_node_is_given_once() {
        let open = json!({"containers": [{"ports": [{"hostPort": 80, "protocol": "TCP"}]}]});
        let usage = &mut Usage::default();
        usage.place(&pod("one", &open));
        let told = refused(&pod("two", &open), &node(), usage);
        assert!(told.contains("didn't have free ports"), "{told}");
    }
}
