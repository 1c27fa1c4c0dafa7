//! A pod's own idea of the containers that injection brings, and pods that were injected before.
//!
//! A user who defines a container `istio-proxy` (or `istio-init`) changes the injected one: it is laid over the result
//! once more, and written down in the annotation `proxy.istio.io/overrides`, so that injecting again does the same.
//! What an earlier injection brought is known from the annotation `sidecar.istio.io/status`, and does not count as the
//! user's.

use serde_json::json;

use crate::kubernetes::{schema, strategic};
use crate::yaml::Value;

use super::annotations;
use super::check::describe;
use super::mesh_config::ProxyConfig;
use super::pod::{Containers, PROXY, Pod, name_of};
use super::pod_types::CONTAINER;
use super::prometheus;
use super::types::{Shape, as_patch, go_json};

/// An image that means "the injected one": Kubernetes wants every container to name an image.
const AUTO_IMAGE: &str = "auto";

const BOTH: [Containers; 2] = [Containers::App, Containers::Init];

/// The containers of one annotation, by list.
#[derive(Default)]
struct Named(Value);

impl Named {
    fn list(&self, which: Containers) -> impl Iterator<Item = &Value> {
        let list = self.0.get(which.field()).and_then(Value::as_array);
        list.into_iter().flatten()
    }

    /// The overrides that an earlier injection wrote down.
    fn overrides(pod: &Pod) -> Result<Self, String> {
        match pod.annotation(annotations::OVERRIDES) {
            None => Ok(Self::default()),
            Some(text) => {
                let name = annotations::OVERRIDES;
                let value: Value = serde_json::from_str(text)
                    .map_err(|error| format!("annotation {name} is not JSON: {error}"))?;
                match value {
                    Value::Object(_) | Value::Null => Ok(Self(value)),
                    other => Err(format!(
                        "annotation {name} must be an object like {{\"containers\": […]}}, not {}",
                        describe(&other)
                    )),
                }
            }
        }
    }

    /// The names that an earlier injection says it brought; nothing if it says it in a way that cannot be read.
    fn status(pod: &Pod) -> Option<Self> {
        let text = pod.annotation(annotations::STATUS)?;
        Some(Self(serde_json::from_str(text).unwrap_or_default()))
    }
}

/// The pod as templates see it: without what an earlier injection brought, with what it wrote down as the user's.
pub(crate) fn as_written(pod: &Pod, agent_port: i64) -> Result<Pod, String> {
    let mut written = pod.clone();
    if let Some(status) = Named::status(pod) {
        for which in BOTH {
            if let Some(list) = written.existing_mut(which) {
                list.retain(|it| !status.list(which).any(|name| name == name_of(it)));
            }
        }
        prometheus::undo(&mut written, agent_port);
        written.remove_annotation(annotations::STATUS);
    }
    let overrides = Named::overrides(pod)?;
    for which in BOTH {
        for container in overrides.list(which) {
            if !written.has_container(which, name_of(container)) {
                written.containers_mut(which).push(container.clone());
            }
        }
    }
    Ok(written)
}

/// Lays the user's version of each injected container over `merged`. `original` is the pod before injection, `rendered`
/// what the templates made.
pub(crate) fn reapply(merged: &mut Pod, original: &Pod, rendered: &Pod) -> Result<(), String> {
    let earlier = Named::overrides(original)?;
    let status = Named::status(original);
    let mut applied: [Vec<Value>; 2] = Default::default();
    for (which, applied) in BOTH.into_iter().zip(&mut applied) {
        for injected in rendered.containers(which) {
            let name = name_of(injected);
            let before = status.as_ref();
            if before.is_some_and(|it| it.list(which).any(|brought| brought == name)) {
                continue;
            }
            let written_down = earlier.list(which).find(|it| name_of(it) == name);
            let in_pod = || match which {
                Containers::App => original.container(which, name),
                Containers::Init => original
                    .container(Containers::App, name)
                    .or_else(|| original.container(which, name)),
            };
            let Some(own) = written_down.or_else(in_pod) else {
                continue;
            };
            let mut own = own.clone();
            if let Value::Object(own) = &mut own {
                own.retain(|field, value| field != "image" || value != AUTO_IMAGE);
            }
            applied.push(own.clone());
            let lists = schema::Shape::Object("core.v1.Container");
            as_patch(&mut own, &Shape::Object(&CONTAINER), Some(&lists));
            // What is zero in a container of Go's is not there in its JSON, and so deletes nothing.
            let own = strategic::fresh(own);
            merged.merge(json!({"spec": {which.field(): [own]}}))?;
        }
    }
    if status.is_none() && applied.iter().any(|list| !list.is_empty()) {
        merged.set_annotation(annotations::OVERRIDES, written_down(&applied));
    }
    Ok(())
}

fn written_down(applied: &[Vec<Value>; 2]) -> String {
    const CONTAINERS: Shape = Shape::List(&Shape::Object(&CONTAINER));
    let lists: Vec<String> = BOTH
        .into_iter()
        .zip(applied)
        .filter(|(_, list)| !list.is_empty())
        .map(|(which, list)| {
            let containers = Value::Array(list.clone());
            let written = go_json(&containers, &CONTAINERS);
            format!("\"{}\":{written}", which.field())
        })
        .collect();
    format!("{{{}}}", lists.join(","))
}

/// When the user's proxy runs as another user, the capture must let that user through, and a container that only checks
/// the capture runs as the same user.
pub(crate) fn follow_user(merged: &mut Pod, original: &Pod, proxy: &ProxyConfig) {
    let context = original.proxy().and_then(|it| it.get("securityContext"));
    let id = |name: &str| context.and_then(|it| it.get(name)?.as_i64());
    let (user, group) = (id("runAsUser"), id("runAsGroup"));
    if user.is_none() && group.is_none() {
        return;
    }
    let tproxy = proxy.interception_mode() == "TPROXY"
        || merged.annotation(annotations::INTERCEPTION_MODE) == Some("TPROXY");
    let Some(init) = ["istio-init", "istio-validation"]
        .into_iter()
        .find(|name| merged.has_container(Containers::Init, name))
    else {
        return;
    };
    // Transparent interception works as root only.
    if let (true, Some(_), Some(proxy)) = (tproxy, user, merged.proxy_mut()) {
        proxy["securityContext"]["runAsUser"] = json!(0);
    }
    let list = merged.existing_mut(Containers::Init);
    let Some(container) = list.and_then(|list| list.iter_mut().find(|it| name_of(it) == init))
    else {
        return;
    };
    if !tproxy && init == "istio-validation" {
        for (name, id) in [("runAsUser", user), ("runAsGroup", group)] {
            if let Some(id) = id {
                container["securityContext"][name] = json!(id);
            }
        }
    }
    let Some(user) = user.filter(|user| *user != 0) else {
        return;
    };
    let Some(Value::Array(args)) = container.get_mut("args") else {
        return;
    };
    let value = args.iter().position(|arg| arg == "-u").map(|flag| flag + 1);
    if let Some(value) = value.and_then(|value| args.get_mut(value)) {
        *value = json!(user.to_string());
    }
}

/// A user's proxy among the containers, when the template brings it as a native sidecar: moved to the init containers, so
/// that both are one.
pub(crate) fn move_to_native(merged: &mut Pod, rendered: &Pod) {
    if !rendered.has_container(Containers::Init, PROXY) {
        return;
    }
    let Some(list) = merged.existing_mut(Containers::App) else {
        return;
    };
    if let Some(place) = list.iter().position(|it| name_of(it) == PROXY) {
        let own = list.remove(place);
        merged.containers_mut(Containers::Init).push(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(spec: Value) -> Pod {
        Pod::new(json!(null), spec).expect("a pod")
    }

    #[test]
    fn a_users_container_wins_and_is_written_down() {
        let original =
            pod(json!({"containers": [{"name": "istio-proxy", "image": "auto", "tty": true}]}));
        let rendered =
            pod(json!({"containers": [{"name": "istio-proxy", "image": "p", "tty": false}]}));
        let mut merged = rendered.clone();
        reapply(&mut merged, &original, &rendered).expect("mergeable");
        assert_eq!(
            merged.containers(Containers::App),
            [json!({"name": "istio-proxy", "image": "p", "tty": true})]
        );
        assert_eq!(
            merged.annotation(annotations::OVERRIDES),
            Some(r#"{"containers":[{"name":"istio-proxy","resources":{},"tty":true}]}"#)
        );
    }

    #[test]
    fn what_an_earlier_injection_brought_is_not_the_users() {
        let mut original =
            pod(json!({"containers": [{"name": "app"}, {"name": "istio-proxy", "image": "old"}]}));
        original.set_annotation(annotations::STATUS, r#"{"containers":["istio-proxy"]}"#);
        let rendered = pod(json!({"containers": [{"name": "istio-proxy", "image": "new"}]}));
        let mut merged = rendered.clone();
        reapply(&mut merged, &original, &rendered).expect("mergeable");
        assert_eq!(merged, rendered);
        let written = as_written(&original, 15020).expect("readable");
        assert_eq!(
            written.containers(Containers::App),
            [json!({"name": "app"})]
        );
    }

    #[test]
    fn the_capture_lets_the_users_own_id_through() {
        let original = pod(
            json!({"containers": [{"name": "istio-proxy", "securityContext": {"runAsUser": 1234}}]}),
        );
        let mut merged =
            pod(json!({"initContainers": [{"name": "istio-init", "args": ["-u", "1337"]}]}));
        let mesh = super::super::mesh_config::MeshConfig::new(Value::Null).expect("defaults");
        follow_user(&mut merged, &original, mesh.proxy());
        assert_eq!(
            merged.containers(Containers::Init)[0]["args"],
            json!(["-u", "1234"])
        );
    }
}
