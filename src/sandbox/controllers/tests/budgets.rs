//! Disruption budgets and autoscalers, on a deployment.

use super::*;

fn deployment(replicas: i64, image: &str) -> Value {
    json!({"metadata": {"name": "web"}, "spec": {
        "replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": image}]}}}})
}

fn budgets() -> ResourceId {
    ResourceId::new("policy", "v1", "poddisruptionbudgets")
}

fn scalers() -> ResourceId {
    ResourceId::new("autoscaling", "v2", "horizontalpodautoscalers")
}

fn with_budget(replicas: i64, bound: &str, value: Value) -> Practice {
    let mut practice = practice();
    practice.create(&apps("deployments"), deployment(replicas, "web:1"));
    let mut budget =
        json!({"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}}}});
    budget["spec"][bound] = value;
    practice.create(&budgets(), budget);
    practice
}

impl Practice {
    /// Expected, desired and current pods, and how many may go.
    fn budget(&self) -> [i64; 4] {
        let budget = self.get(&budgets(), &named("web")).unwrap();
        let fields = [
            "expectedPods",
            "desiredHealthy",
            "currentHealthy",
            "disruptionsAllowed",
        ];
        fields.map(|field| number(&budget["status"][field]))
    }

    fn scaler(&self) -> std::sync::Arc<Object> {
        self.get(&scalers(), &named("web")).unwrap()
    }
}

#[test]
fn a_budget_counts_what_may_go() {
    assert_eq!(
        with_budget(4, "minAvailable", json!(3)).budget(),
        [4, 3, 4, 1]
    );
    assert_eq!(
        with_budget(5, "minAvailable", json!("50%")).budget(),
        [5, 3, 5, 2]
    );
    assert_eq!(
        with_budget(4, "maxUnavailable", json!(1)).budget(),
        [4, 3, 4, 1]
    );
    assert_eq!(
        with_budget(1, "minAvailable", json!(1)).budget(),
        [1, 1, 1, 0]
    );
}

#[test]
fn a_budget_follows_its_pods() {
    let mut practice = with_budget(4, "maxUnavailable", json!("25%"));
    assert_eq!(practice.budget(), [4, 3, 4, 1]);
    practice.patch(
        &apps("deployments"),
        &named("web"),
        json!({"spec": {"replicas": 8}}),
    );
    assert_eq!(practice.budget(), [8, 6, 8, 2]);
    let name = practice.names(&core("pods")).remove(0);
    practice.patch(
        &core("pods"),
        &named(&name),
        json!({"metadata": {"labels": {"app": "apart"}}}),
    );
    assert_eq!(practice.budget(), [8, 6, 8, 2]);
    practice.delete(&apps("deployments"), &named("web"), Propagation::Background);
    assert_eq!(practice.budget(), [0, 0, 0, 0]);
}

#[test]
fn an_autoscaler_keeps_its_target_between_the_bounds_and_says_that_nothing_is_measured() {
    let mut practice = practice();
    practice.create(&apps("deployments"), deployment(1, "web:1"));
    practice.create(&scalers(), json!({"metadata": {"name": "web"}, "spec": {
        "minReplicas": 2, "maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}));
    assert_eq!(practice.list(&core("pods")).len(), 2);
    let scaler = practice.scaler();
    assert_eq!(scaler["status"]["currentReplicas"], 2);
    let active = conditions::find(&scaler["status"], "ScalingActive").unwrap();
    assert_eq!(
        (&active["status"], &active["reason"]),
        (&json!("False"), &json!("FailedGetResourceMetric"))
    );
    let sizes = ["New size: 2; reason: Current number of replicas below Spec.MinReplicas"];
    assert_eq!(practice.events("SuccessfulRescale"), sizes);
    practice.patch(
        &apps("deployments"),
        &named("web"),
        json!({"spec": {"replicas": 9}}),
    );
    assert_eq!(practice.list(&core("pods")).len(), 5);
    practice.patch(
        &apps("deployments"),
        &named("web"),
        json!({"spec": {"replicas": 0}}),
    );
    let scaler = practice.scaler();
    let active = conditions::find(&scaler["status"], "ScalingActive").unwrap();
    assert_eq!(active["reason"], "ScalingDisabled");
}

#[test]
fn an_autoscaler_without_a_target_says_so() {
    let mut practice = practice();
    practice.create(&scalers(), json!({"metadata": {"name": "web"}, "spec": {
        "maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}));
    let scaler = practice.scaler();
    let able = conditions::find(&scaler["status"], "AbleToScale").unwrap();
    assert_eq!(able["reason"], "FailedGetScale");
    practice.create(&apps("deployments"), deployment(1, "web:1"));
    let scaler = practice.scaler();
    assert!(conditions::is_true(&scaler["status"], "AbleToScale"));
}

#[test]
fn events_go_after_an_hour() {
    let mut practice = practice();
    practice.create(&apps("deployments"), deployment(1, "web:1"));
    assert!(!practice.list(&core("events")).is_empty());
    practice.advance(3500.0);
    assert!(!practice.list(&core("events")).is_empty());
    practice.advance(200.0);
    assert!(practice.list(&core("events")).is_empty());
}
