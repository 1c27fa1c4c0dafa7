//! A kubelet for tests. The image says what becomes of a pod: `done` and `fail` end, `stuck` never starts, all others are
//! ready at once.

use super::super::runtime::{Controller, Source, keys_of};
use super::*;

pub(super) struct Kubelet;

impl Controller for Kubelet {
    fn sources(&self) -> Vec<Source> {
        vec![Source::own(core("pods"))]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(pod) = context.cluster.get(&core("pods"), key) else {
            return Ok(Next::Done);
        };
        if pods::is_terminating(&pod) {
            let options = DeleteOptions {
                grace_period_seconds: Some(0),
                ..DeleteOptions::default()
            };
            return context
                .cluster
                .delete(&core("pods"), key, &options)
                .map(|_| Next::Done);
        }
        if pods::is_finished(&pod) {
            return Ok(Next::Done);
        }
        let mut ready = "True";
        let phase = match text(&pod["spec"]["containers"][0]["image"]) {
            "done" => "Succeeded",
            "fail" => "Failed",
            "stuck" => "Pending",
            _ => "Running",
        };
        if phase != "Running" {
            ready = "False";
        }
        if pod["status"]["phase"] == phase && !pod["status"]["conditions"].is_null() {
            return Ok(Next::Done);
        }
        let affinity = &pod["spec"]["affinity"]["nodeAffinity"];
        let terms =
            &affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
        let bound = terms[0]["matchFields"][0]["values"][0].as_str();
        let node = Patch::Merge(json!({"spec": {"nodeName": bound.unwrap_or("node")}}));
        context
            .cluster
            .patch(&core("pods"), key, Subresource::Main, &node, &writes())?;
        let status = json!({"phase": phase, "conditions": [
            {"type": "Ready", "status": ready, "lastTransitionTime": context.clock.now()}]});
        write_status(context, &core("pods"), &pod, &status)?;
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &core("pods"))
    }
}
