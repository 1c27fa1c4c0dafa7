//! The `binding` subresource of pods: how a scheduler gives a pod its node.

use std::sync::Arc;

use serde_json::{Value, json};

use super::status::Status;
use super::{Cluster, Key, Object, ResourceId, clock};
use crate::sandbox::store::Expected;

impl Cluster {
    /// Gives a pod its node. An empty `uid` stands for any pod of the name.
    ///
    /// # Errors
    /// 404; 409 where it is another pod by now, is being deleted, or has a node.
    pub(crate) fn bind(&self, key: &Key, uid: &str, node: &str) -> Result<Arc<Object>, Status> {
        let info = self.info(&ResourceId::new("", "v1", "pods"))?;
        loop {
            let stored = self.shared.store.get(&info.collection, key);
            let stored = stored.ok_or_else(|| Status::not_found(&info, &key.name))?;
            let refuse = |why: &str| {
                let mut status = Status::conflict(&info, &key.name, why);
                status.message = status.message.replacen("pods", "pods/binding", 1);
                status
            };
            let name = &key.name;
            let found = stored["metadata"]["uid"].as_str().unwrap_or_default();
            if !uid.is_empty() && uid != found {
                return Err(refuse(&format!(
                    "Precondition failed: UID in precondition: {uid}, UID in object meta: {found}"
                )));
            }
            if stored["metadata"]["deletionTimestamp"].is_string() {
                return Err(refuse(&format!(
                    "pod {name} is being deleted, cannot be assigned to a host"
                )));
            }
            let taken = stored["spec"]["nodeName"].as_str().unwrap_or_default();
            if !taken.is_empty() {
                return Err(refuse(&format!(
                    "pod {name} is already assigned to node {taken:?}"
                )));
            }
            let pod = bound(&stored, node);
            if let Ok(pod) = self.commit(&info, key, &Expected::Same(&stored), Some(pod))? {
                return Ok(pod);
            }
        }
    }
}

fn bound(pod: &Object, node: &str) -> Object {
    let mut pod = pod.clone();
    pod["spec"]["nodeName"] = json!(node);
    let mut condition =
        json!({"type": "PodScheduled", "status": "True", "lastTransitionTime": clock::now()});
    if pod["metadata"]["generation"].is_number() {
        condition["observedGeneration"] = pod["metadata"]["generation"].clone();
    }
    let before = pod["status"]["conditions"].as_array().cloned();
    let mut conditions = before.unwrap_or_default();
    conditions.retain(|one| one["type"] != "PodScheduled");
    conditions.push(condition);
    pod["status"]["conditions"] = Value::Array(conditions);
    pod
}
