//! What istiod writes into the webhook configurations of its revision once it answers: the authority of its certificate, and that
//! Istio's resources are no longer taken unchecked while it does not answer. What it wrote stays when it goes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::istiod::{became_ready, istiods, revision};
use crate::sandbox::api::options::{Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, ResourceId};
use crate::sandbox::controllers::runtime::{Context, Controller, Next, Source, keys_of, writes_of};

/// What the names of istiod's injecting webhooks end in; others in a configuration of its revision are left alone.
const INJECTOR: &str = "sidecar-injector.istio.io";

/// See the module. One for each of the two kinds.
pub(super) struct Webhooks {
    kind: ResourceId,
    validating: bool,
    /// The certificate, as `caBundle` has it.
    authority: String,
}

impl Webhooks {
    pub(super) fn new(validating: bool, authority: &str) -> Self {
        let plural = if validating {
            "validatingwebhookconfigurations"
        } else {
            "mutatingwebhookconfigurations"
        };
        Self {
            kind: ResourceId::new("admissionregistration.k8s.io", "v1", plural),
            validating,
            authority: STANDARD.encode(authority),
        }
    }

    /// What is to change in a webhook, the `at`-th of its configuration.
    fn changes(&self, at: usize, webhook: &Value) -> Vec<Value> {
        let name = webhook["name"].as_str().unwrap_or_default();
        if !self.validating && !name.ends_with(INJECTOR) {
            return Vec::new();
        }
        let mut wanted = vec![("/clientConfig/caBundle", self.authority.as_str())];
        if self.validating {
            wanted.push(("/failurePolicy", "Fail"));
        }
        wanted.retain(|(field, value)| {
            webhook.pointer(field).and_then(Value::as_str) != Some(*value)
        });
        let add = |(field, value): (&str, &str)| json!({"op": "add", "path": format!("/webhooks/{at}{field}"), "value": value});
        let mut changes: Vec<Value> = wanted.into_iter().map(add).collect();
        if !changes.is_empty() {
            let path = format!("/webhooks/{at}/name");
            changes.insert(0, json!({"op": "test", "path": path, "value": name}));
        }
        changes
    }
}

impl Controller for Webhooks {
    fn sources(&self) -> Vec<Source> {
        let kind = self.kind.clone();
        let pods = Source::mapped(ResourceId::new("", "v1", "pods"), move |context, event| {
            if became_ready(event) {
                keys_of(context, &kind)
            } else {
                Vec::new()
            }
        });
        vec![Source::own(self.kind.clone()), pods]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let cluster = &context.cluster;
        let Ok(found) = cluster.get(&self.kind, key) else {
            return Ok(Next::Done);
        };
        let of = &found["metadata"]["labels"]["istio.io/rev"];
        if of.is_null() || !istiods(cluster).iter().any(|pod| *of == *revision(pod)) {
            return Ok(Next::Done);
        }
        let webhooks = found["webhooks"].as_array().into_iter().flatten();
        let changes = webhooks
            .enumerate()
            .flat_map(|(at, webhook)| self.changes(at, webhook));
        let changes: Vec<Value> = changes.collect();
        if !changes.is_empty() {
            let patch = Patch::Json(Value::from(changes));
            let options = writes_of("pilot-discovery");
            cluster.patch(&self.kind, key, Subresource::Main, &patch, &options)?;
        }
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &self.kind)
    }
}
