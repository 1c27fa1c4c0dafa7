//! Services of type `LoadBalancer` get loopback as their address: that is where the practice cluster listens for them.

use serde_json::{Value, json};

use super::services;
use crate::sandbox::api::options::Subresource;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object};
use crate::sandbox::controllers::runtime::{
    Context, Controller, Next, Severity, Source, keys_of, writes_of,
};

const ADDRESS: &str = "127.0.0.1";
const COMPONENT: &str = "service-controller";

/// See the module.
pub(super) struct Balancers;

/// What a Service's `status.loadBalancer` should be; `None` where it is not for us to say.
fn wanted(service: &Object) -> Option<Value> {
    let spec = &service["spec"];
    if spec["type"] != "LoadBalancer" {
        return Some(json!({}));
    }
    let foreign = spec["loadBalancerClass"].is_string();
    (!foreign).then(|| json!({"ingress": [{"ip": ADDRESS, "ipMode": "VIP"}]}))
}

impl Controller for Balancers {
    fn sources(&self) -> Vec<Source> {
        vec![Source::own(services())]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let service = match context.cluster.get(&services(), key) {
            Err(status) if status.code == 404 => return Ok(Next::Done),
            service => service?,
        };
        let Some(wanted) = wanted(&service) else {
            return Ok(Next::Done);
        };
        let mut status = service["status"].clone();
        if status["loadBalancer"] == wanted
            || status["loadBalancer"].is_null() && wanted == json!({})
        {
            return Ok(Next::Done);
        }
        let gets = wanted["ingress"].is_array();
        status["loadBalancer"] = wanted;
        let metadata = &service["metadata"];
        let part = json!({"metadata": {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]},
            "status": status});
        let options = writes_of("kube-controller-manager");
        context
            .cluster
            .update(&services(), key, Subresource::Status, &part, &options)?;
        if gets {
            for (reason, message) in [
                ("EnsuringLoadBalancer", "Ensuring load balancer"),
                ("EnsuredLoadBalancer", "Ensured load balancer"),
            ] {
                context
                    .recorder
                    .record(COMPONENT, &service, Severity::Normal, reason, message);
            }
        }
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &services())
    }
}
