//! A pod on each node that fits, and how an update goes from node to node.

use super::*;

fn sets() -> ResourceId {
    apps("daemonsets")
}

fn agent(image: &str) -> Value {
    json!({"metadata": {"name": "agent"}, "spec": {
        "selector": {"matchLabels": {"app": "agent"}},
        "template": {"metadata": {"labels": {"app": "agent"}}, "spec": {"containers": [{"name": "agent", "image": image}]}}}})
}

fn image(name: &str) -> Value {
    json!({"spec": {"template": {"spec": {"containers": [{"name": "agent", "image": name}]}}}})
}

fn with_nodes(names: &[&str]) -> Practice {
    let mut practice = practice();
    for name in names {
        practice.create(
            &core("nodes"),
            json!({"metadata": {"name": name, "labels": {"disk": name}}}),
        );
    }
    practice
}

impl Practice {
    fn agent(&self) -> std::sync::Arc<Object> {
        self.get(&sets(), &named("agent")).unwrap()
    }

    fn agent_images(&self) -> Vec<String> {
        let pods = self.list(&core("pods"));
        let image =
            |pod: &std::sync::Arc<Object>| text(&pod["spec"]["containers"][0]["image"]).to_owned();
        let mut images: Vec<String> = pods.iter().map(image).collect();
        images.sort();
        images
    }
}

#[test]
fn each_fitting_node_has_a_pod() {
    let mut practice = with_nodes(&["one", "two"]);
    practice.create(&sets(), agent("agent:1"));
    let status = practice.agent()["status"].clone();
    for field in [
        "currentNumberScheduled",
        "desiredNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    ] {
        assert_eq!(status[field], 2, "{field} of {status}");
    }
    assert_eq!(status["numberMisscheduled"], 0);
    practice.patch(
        &sets(),
        &named("agent"),
        json!({"spec": {"template": {"spec": {"nodeSelector": {"disk": "one"}}}}}),
    );
    assert_eq!(practice.list(&core("pods")).len(), 1);
    practice.create(
        &core("nodes"),
        json!({"metadata": {"name": "three", "labels": {"disk": "one"}}}),
    );
    assert_eq!(practice.list(&core("pods")).len(), 2);
}

#[test]
fn a_node_that_is_tainted_has_only_what_tolerates_it() {
    let mut practice = with_nodes(&["one"]);
    let taint =
        json!({"spec": {"taints": [{"key": "only", "value": "gpu", "effect": "NoSchedule"}]}});
    practice.patch(&core("nodes"), &Key::cluster("one"), taint);
    practice.create(&sets(), agent("agent:1"));
    assert!(practice.list(&core("pods")).is_empty());
    let tolerations = json!([{"key": "only", "operator": "Exists"}]);
    practice.patch(
        &sets(),
        &named("agent"),
        json!({"spec": {"template": {"spec": {"tolerations": tolerations}}}}),
    );
    assert_eq!(practice.list(&core("pods")).len(), 1);
}

#[test]
fn an_update_goes_node_by_node() {
    let mut practice = with_nodes(&["one", "two", "three"]);
    practice.create(&sets(), agent("agent:1"));
    practice.patch(&sets(), &named("agent"), image("stuck"));
    assert_eq!(practice.agent_images(), ["agent:1", "agent:1", "stuck"]);
    practice.patch(&sets(), &named("agent"), image("agent:2"));
    assert_eq!(practice.agent_images(), ["agent:2"; 3]);
    assert_eq!(practice.agent()["status"]["updatedNumberScheduled"], 3);
    assert_eq!(practice.list(&apps("controllerrevisions")).len(), 3);
}

#[test]
fn with_a_surge_new_pods_come_first() {
    let mut practice = with_nodes(&["one", "two"]);
    let mut object = agent("agent:1");
    object["spec"]["updateStrategy"] =
        json!({"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}});
    practice.create(&sets(), object);
    practice.patch(&sets(), &named("agent"), image("stuck"));
    assert_eq!(practice.agent_images(), ["agent:1", "agent:1", "stuck"]);
    practice.patch(&sets(), &named("agent"), image("agent:2"));
    assert_eq!(practice.agent_images(), ["agent:2"; 2]);
}
