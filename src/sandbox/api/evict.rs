//! The `eviction` subresource of pods: a deletion that asks the disruption budgets first.

use super::selector::LabelSelector;
use super::status::{Cause, Status};
use super::{Cluster, DeleteOptions, Key, Object, ResourceId, options::Deleted};
use crate::sandbox::store::Range;

impl Cluster {
    /// Deletes a pod, unless a disruption budget is against it.
    ///
    /// # Errors
    /// 404, 429 (a budget allows no disruption now), 500 (several budgets), and those of deletions.
    pub(crate) fn evict(&self, key: &Key, options: &DeleteOptions) -> Result<Deleted, Status> {
        let id = ResourceId::new("", "v1", "pods");
        let pod = self.get(&id, key)?;
        let phase = pod["status"]["phase"].as_str().unwrap_or_default();
        let counted = phase == "Running" && !pod["metadata"]["deletionTimestamp"].is_string();
        if counted {
            self.ask_budgets(&pod, key)?;
        }
        self.delete(&id, key, options)
    }

    fn ask_budgets(&self, pod: &Object, key: &Key) -> Result<(), Status> {
        let range = Range {
            namespace: key.namespace.as_deref(),
            ..Range::default()
        };
        let budgets = self
            .shared
            .store
            .list("poddisruptionbudgets.policy", &range);
        let budgets = budgets.map(|(_, budgets)| budgets).unwrap_or_default();
        let guards = |budget: &&std::sync::Arc<Object>| {
            let selector = &budget["spec"]["selector"];
            let selector = (!selector.is_null()).then(|| LabelSelector::from_object(selector));
            selector.is_some_and(|selector| selector.is_ok_and(|selector| selector.matches(pod)))
        };
        let guarding: Vec<_> = budgets.iter().filter(guards).collect();
        match guarding.as_slice() {
            [] => Ok(()),
            [budget]
                if budget["status"]["disruptionsAllowed"]
                    .as_i64()
                    .unwrap_or_default()
                    > 0 =>
            {
                Ok(())
            }
            [budget] => {
                let text = "Cannot evict pod as it would violate the pod's disruption budget.";
                // No time to try again after: clients that are told one wait for it, many times over.
                let mut status = Status::new(429, "TooManyRequests", text);
                let name = budget["metadata"]["name"].as_str().unwrap_or_default();
                let healthy = |field: &str| budget["status"][field].as_i64().unwrap_or_default();
                let (wanted, now) = (healthy("desiredHealthy"), healthy("currentHealthy"));
                status.causes.push(Cause {
                    reason: "DisruptionBudget".to_owned(),
                    message: format!(
                        "The disruption budget {name} needs {wanted} healthy pods and has {now} currently"
                    ),
                    field: String::new(),
                });
                Err(status)
            }
            _ => Err(Status::internal(
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
            )),
        }
    }
}
