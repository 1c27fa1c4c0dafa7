//! Why a workload is not ready: what its pods wait for, the last warning about them, and the last thing a failing container said.

use std::cmp::Reverse;

use futures_util::future::join_all;
use hyper::http::Request;
use serde_json::Value;

use super::Cluster;
use super::failure::brief;
use super::request::{Selection, form};
use super::wait::Unready;

/// One line for each object that is not ready, with the reasons of its pods. What cannot be read is left out: this explains
/// a failure and must not become another.
pub(crate) async fn explain(cluster: &Cluster, unready: &[Unready]) -> Vec<String> {
    join_all(unready.iter().map(|one| line(cluster, one))).await
}

async fn line(cluster: &Cluster, unready: &Unready) -> String {
    let mut text = format!("{}: {}", unready.object, unready.missing);
    for reason in of_pods(cluster, unready).await.unwrap_or_default() {
        text.push_str(": ");
        text.push_str(&reason);
    }
    text
}

/// At most this many pods are explained.
const PODS: usize = 3;

async fn of_pods(cluster: &Cluster, unready: &Unready) -> Option<Vec<String>> {
    let selector = selector(unready.live.as_ref()?)?;
    let namespace = unready.object.namespace.as_deref()?;
    let discovery = cluster.discovery().await.ok()?;
    let resource = discovery.find("v1", "Pod")?;
    let pods = cluster
        .list(&resource, Some(namespace), &Selection::labels(selector))
        .await
        .ok()?
        .items;
    let mut broken: Vec<&Value> = pods.iter().filter(|pod| !is_ready(pod)).collect();
    // The newest first: it is of the latest change.
    broken.sort_by_key(|pod| Reverse(text(&pod["metadata"]["creationTimestamp"]).to_owned()));
    if pods.is_empty() {
        let prefix = format!("{}-", unready.object.name);
        let about = |name: &str| name == unready.object.name || name.starts_with(&prefix);
        let warning = last_warning(cluster, namespace, about).await;
        return Some(vec![match warning {
            Some(warning) => format!("it has no pods: {warning}"),
            None => "it has no pods".to_owned(),
        }]);
    }
    let reasons = broken
        .iter()
        .take(PODS)
        .map(|pod| of_pod(cluster, namespace, pod));
    let reasons: Vec<String> = join_all(reasons).await;
    Some(if reasons.is_empty() {
        reasons
    } else {
        vec![reasons.join("; ")]
    })
}

async fn of_pod(cluster: &Cluster, namespace: &str, pod: &Value) -> String {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let (container, reason) = pod_reason(pod);
    let warning = last_warning(cluster, namespace, |object| object == name);
    let said = async {
        match &container {
            Some(container) => last_line(cluster, namespace, name, container).await,
            None => None,
        }
    };
    let (warning, said) = tokio::join!(warning, said);
    let mut text = format!("pod {name} {reason}");
    if let Some(warning) = warning.filter(|warning| !reason.contains(warning.as_str())) {
        text = format!("{text} (last warning: {warning})");
    }
    if let (Some(container), Some(said)) = (container.map(|it| it.name), said) {
        text = format!("{text} (container {container} said: {said})");
    }
    text
}

/// A container that has run and failed, whose log may tell why.
#[derive(Debug, PartialEq, Eq)]
struct Failing {
    name: String,
    /// It was started anew: what it said stands in the log of the run before.
    again: bool,
}

/// What a pod waits for, and the container whose log may say more.
fn pod_reason(pod: &Value) -> (Option<Failing>, String) {
    let status = &pod["status"];
    let lists = ["initContainerStatuses", "containerStatuses"].map(|list| status[list].as_array());
    let containers = || lists.into_iter().flatten().flatten();
    let failing = |container: &Value| {
        let again = container["restartCount"].as_u64().unwrap_or(0) > 0;
        Failing {
            name: text(&container["name"]).to_owned(),
            again: again && container["state"]["running"].is_null(),
        }
    };
    for container in containers() {
        let waiting = &container["state"]["waiting"];
        let reason = text(&waiting["reason"]);
        if !["", "ContainerCreating", "PodInitializing"].contains(&reason) {
            let crashed = container["lastState"].get("terminated").is_some();
            return (
                crashed.then(|| failing(container)),
                said(reason, text(&waiting["message"])),
            );
        }
    }
    for container in containers() {
        let ended = &container["state"]["terminated"];
        if ended["exitCode"].as_i64().is_some_and(|code| code != 0) {
            let code = &ended["exitCode"];
            let reason = format!("{} (exit code {code})", text(&ended["reason"]));
            return (
                Some(failing(container)),
                said(&reason, text(&ended["message"])),
            );
        }
    }
    let conditions = || status["conditions"].as_array().into_iter().flatten();
    let scheduled = conditions()
        .find(|condition| condition["type"] == "PodScheduled" && condition["status"] == "False");
    if let Some(condition) = scheduled {
        return (
            None,
            said(text(&condition["reason"]), text(&condition["message"])),
        );
    }
    let unready = containers()
        .find(|container| container["ready"] == false && !container["state"]["running"].is_null());
    if let Some(container) = unready {
        let name = text(&container["name"]);
        return (
            Some(failing(container)),
            format!("runs, and container {name} is not ready"),
        );
    }
    let phase = text(&status["phase"]);
    let waiting = containers().find_map(|it| it["state"]["waiting"]["reason"].as_str());
    (
        None,
        waiting
            .unwrap_or(if phase.is_empty() { "is new" } else { phase })
            .to_owned(),
    )
}

fn said(reason: &str, message: &str) -> String {
    if message.is_empty() {
        reason.to_owned()
    } else {
        format!("{reason}: {}", brief(message))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn is_ready(pod: &Value) -> bool {
    let mut conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    conditions.any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

/// `spec.selector` as a query.
fn selector(workload: &Value) -> Option<String> {
    let labels = workload["spec"]["selector"]["matchLabels"].as_object()?;
    let pairs = labels
        .iter()
        .map(|(key, value)| format!("{key}={}", text(value)));
    Some(pairs.collect::<Vec<_>>().join(","))
}

/// The last warning about objects of these names.
async fn last_warning(
    cluster: &Cluster,
    namespace: &str,
    about: impl Fn(&str) -> bool,
) -> Option<String> {
    let discovery = cluster.discovery().await.ok()?;
    let resource = discovery.find("v1", "Event")?;
    let selection = Selection::fields("type=Warning");
    let events = cluster
        .list(&resource, Some(namespace), &selection)
        .await
        .ok()?
        .items;
    let time = |event: &Value| {
        let stamps = ["lastTimestamp", "eventTime"].map(|field| event[field].as_str());
        let mut stamps = stamps.into_iter().flatten();
        stamps
            .next()
            .or_else(|| event["metadata"]["creationTimestamp"].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let event = events
        .iter()
        .filter(|event| event["type"] == "Warning" && about(text(&event["involvedObject"]["name"])))
        .max_by_key(|event| time(event))?;
    Some(said(text(&event["reason"]), text(&event["message"])))
}

async fn last_line(
    cluster: &Cluster,
    namespace: &str,
    pod: &str,
    container: &Failing,
) -> Option<String> {
    let mut query = vec![
        ("container", container.name.clone()),
        ("tailLines", "1".to_owned()),
    ];
    if container.again {
        query.push(("previous", "true".to_owned()));
    }
    let path = format!(
        "/api/v1/namespaces/{namespace}/pods/{pod}/log?{}",
        form(&query)
    );
    let request = Request::get(path).body(Vec::new()).ok()?;
    let client = cluster.client();
    let log = tokio::time::timeout(cluster.timeout, client.request_text(request));
    let log = log.await.ok()?.ok()?;
    let line = log.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(brief(line))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reason(status: &Value) -> (Option<Failing>, String) {
        pod_reason(&json!({"metadata": {"name": "kiali-1"}, "status": status}))
    }

    #[test]
    fn an_image_that_is_not_there_is_named() {
        let status = json!({"phase": "Pending", "containerStatuses": [{"name": "kiali", "ready": false, "state": {"waiting":
            {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"x\""}}}]});
        assert_eq!(
            reason(&status),
            (
                None,
                "ImagePullBackOff: Back-off pulling image \"x\"".to_owned()
            )
        );
    }

    #[test]
    fn a_crashing_container_has_a_log_to_look_at() {
        let status = json!({"containerStatuses": [{"name": "kiali", "restartCount": 3,
            "lastState": {"terminated": {"exitCode": 1}}, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]});
        let failing = Failing {
            name: "kiali".to_owned(),
            again: true,
        };
        assert_eq!(
            reason(&status),
            (Some(failing), "CrashLoopBackOff".to_owned())
        );
    }

    #[test]
    fn a_pod_that_fits_no_node_says_so() {
        let status = json!({"phase": "Pending", "conditions": [
            {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available"}]});
        assert_eq!(
            reason(&status),
            (None, "Unschedulable: 0/1 nodes are available".to_owned())
        );
    }

    #[test]
    fn a_pod_that_runs_and_is_not_ready_names_the_container() {
        let status = json!({"phase": "Running", "initContainerStatuses": [{"name": "init", "ready": true, "state": {"terminated": {"exitCode": 0}}}],
            "containerStatuses": [{"name": "app", "ready": true, "state": {"running": {}}}, {"name": "istio-proxy", "ready": false, "state": {"running": {}}}]});
        let (failing, text) = reason(&status);
        assert_eq!(text, "runs, and container istio-proxy is not ready");
        assert_eq!(failing.unwrap().name, "istio-proxy");
    }

    #[test]
    fn a_failed_init_container_is_the_reason() {
        let status = json!({"initContainerStatuses": [{"name": "istio-init", "state": {"terminated": {"exitCode": 2, "reason": "Error"}}}],
            "containerStatuses": [{"name": "app", "ready": false, "state": {"waiting": {"reason": "PodInitializing"}}}]});
        assert_eq!(reason(&status).1, "Error (exit code 2)");
    }
}
