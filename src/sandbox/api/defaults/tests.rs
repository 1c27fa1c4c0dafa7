//! What a server adds to an object that was written in short.

use serde_json::{Value, json};

use crate::sandbox::kinds::built_in;

fn filled(kind: &str, mut object: Value) -> Value {
    let info = built_in()
        .into_iter()
        .find(|info| info.kind == kind)
        .unwrap();
    super::apply(&info, &mut object, true);
    object
}

#[test]
fn a_deployment_is_filled_in() {
    let object = filled(
        "Deployment",
        json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "web",
            "ports": [{"containerPort": 80}], "readinessProbe": {"httpGet": {"port": 80}}}],
            "volumes": [{"name": "a"}, {"name": "b", "configMap": {"name": "b"}}]}}}}),
    );
    let spec = &object["spec"];
    assert_eq!(spec["replicas"], 1);
    assert_eq!(
        spec["strategy"],
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}})
    );
    let pod = &spec["template"]["spec"];
    assert_eq!(pod["restartPolicy"], "Always");
    assert_eq!(
        pod.get("enableServiceLinks"),
        None,
        "that is for pods alone"
    );
    let container = &pod["containers"][0];
    assert_eq!(container["imagePullPolicy"], "Always");
    assert_eq!(container["ports"][0]["protocol"], "TCP");
    assert_eq!(
        container["readinessProbe"]["httpGet"],
        json!({"port": 80, "path": "/", "scheme": "HTTP"})
    );
    assert_eq!(pod["volumes"][0]["emptyDir"], json!({}));
    assert_eq!(pod["volumes"][1]["configMap"]["defaultMode"], 420);
}

#[test]
fn what_is_given_stays() {
    let object = filled(
        "Deployment",
        json!({"spec": {"replicas": 0, "strategy": {"type": "Recreate"}}}),
    );
    assert_eq!(object["spec"]["replicas"], 0);
    assert_eq!(object["spec"]["strategy"], json!({"type": "Recreate"}));
}

#[test]
fn a_pod_gets_what_admission_adds() {
    let object = filled(
        "Pod",
        json!({"spec": {"containers": [{"name": "a", "image": "a:1", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}]}}),
    );
    let spec = &object["spec"];
    assert_eq!(spec["serviceAccountName"], "default");
    assert_eq!(spec["containers"][0]["imagePullPolicy"], "IfNotPresent");
    assert_eq!(
        spec["containers"][0]["resources"]["requests"],
        json!({"cpu": "1", "memory": "1Gi"})
    );
    assert_eq!(spec["tolerations"].as_array().unwrap().len(), 2);
    assert_eq!(
        object["status"],
        json!({"phase": "Pending", "qosClass": "Guaranteed"})
    );
}

#[test]
fn a_secret_keeps_its_texts_as_data() {
    let object = filled(
        "Secret",
        json!({"data": {"a": "eA=="}, "stringData": {"b": "y"}}),
    );
    assert_eq!(
        object,
        json!({"type": "Opaque", "data": {"a": "eA==", "b": "eQ=="}})
    );
}

#[test]
fn filling_in_twice_changes_nothing_more() {
    for info in built_in() {
        let mut once = json!({"metadata": {"name": "a", "uid": "u"}, "spec": {"template": {}}});
        super::apply(&info, &mut once, true);
        let mut twice = once.clone();
        super::apply(&info, &mut twice, false);
        assert_eq!(once, twice, "{}", info.kind);
    }
}

#[test]
fn wrong_types_are_left_for_the_checks_to_name() {
    for info in built_in() {
        for wrong in [
            json!({"spec": 5, "metadata": {}, "webhooks": [1], "subjects": "x", "data": []}),
            json!({"spec": {"template": [], "ports": {}, "containers": [null, 3], "strategy": "x", "tolerations": 1}, "metadata": {}}),
        ] {
            let mut object = wrong;
            super::apply(&info, &mut object, true);
        }
    }
}
