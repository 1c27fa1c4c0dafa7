//! The practice cluster's sidecar injector: what istiod's webhook does when a Pod is created.
//!
//! The installed `MutatingWebhookConfiguration`s are obeyed as the API server obeys them: rules, selectors, conditions, failure
//! policy, a second call where another webhook changed the pod. The answer is that of the istiod whose ready pod stands behind the
//! webhook's Service: its environment says which revision it is, and that revision's ConfigMaps are rendered by the engine
//! that `mesh kube-inject` uses.
//!
//! Not here: webhooks of anything but istiod, since no container of theirs runs, admit everything; and
//! `ValidatingWebhookConfiguration`s do nothing, since there is no validation of Istio resources beyond their schemas yet.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};

use super::api::options::ListOptions;
use super::api::status::Status;
use super::api::{Admission, Admitted, Cluster, Key, Object, ResourceId, ResourceInfo};
use super::definitions::conditions;
use super::http::identity::USER;
use crate::engine::inject::{Config, Injector, Request, selection};

/// The container of istiod's pods that answers webhooks.
const ISTIOD: &str = "discovery";

/// How many configurations stay parsed; more than one is rare.
const KEPT: usize = 8;

/// The hook that pods pass on their way into the cluster.
pub(crate) struct Injection {
    jobs: Sender<Job>,
}

impl Injection {
    /// Starts the thread that renders. It ends with the hook.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start() -> std::io::Result<Arc<Self>> {
        let (jobs, work) = channel();
        std::thread::Builder::new()
            .name("injection".to_owned())
            .spawn(move || render(&work))?;
        Ok(Arc::new(Self { jobs }))
    }

    /// Calls a webhook; says whether it changed the pod.
    fn call(
        &self,
        cluster: &Cluster,
        webhook: &Value,
        namespace: &Arc<Object>,
        pod: &mut Object,
    ) -> Result<bool, Status> {
        let name = text(webhook, "/name");
        let istiod = match Istiod::behind(cluster, webhook) {
            Ok(None) => return Ok(false),
            Ok(Some(istiod)) => istiod,
            Err(_) if text(webhook, "/failurePolicy") == "Ignore" => return Ok(false),
            Err(why) => {
                return Err(Status::internal(format!(
                    "failed calling webhook {name:?}: failed to call webhook: Post \"{}?timeout={}s\": {why}",
                    address(webhook),
                    webhook["timeoutSeconds"].as_u64().unwrap_or(10),
                )));
            }
        };
        let (answer, answers) = channel();
        let job = Job {
            istiod,
            pod: pod.clone(),
            namespace: Arc::clone(namespace),
            path: text(webhook, "/clientConfig/service/path").to_owned(),
            proxy_configs: proxy_configs(cluster),
            answer,
        };
        let gone = || Status::internal("the injector of the practice cluster has ended");
        self.jobs.send(job).map_err(|_| gone())?;
        match answers.recv().map_err(|_| gone())? {
            Ok(injected) => {
                let changed = injected != *pod;
                *pod = injected;
                Ok(changed)
            }
            Err(why) => {
                let text = format!("admission webhook {name:?} denied the request: {why}");
                Err(Status::new(400, "", text))
            }
        }
    }
}

impl Admission for Injection {
    fn admit(
        &self,
        cluster: &Cluster,
        info: &ResourceInfo,
        object: &mut Object,
        old: Option<&Object>,
    ) -> Result<Admitted, Status> {
        let mut admitted = Admitted::default();
        if old.is_some() || !info.group.is_empty() || info.kind != "Pod" {
            return Ok(admitted);
        }
        let configurations = list(
            cluster,
            (
                "admissionregistration.k8s.io",
                "mutatingwebhookconfigurations",
            ),
            None,
            "",
        )?;
        let webhooks: Vec<&Value> = configurations
            .iter()
            .flat_map(|configuration| configuration["webhooks"].as_array().into_iter().flatten())
            .collect();
        if webhooks.is_empty() {
            return Ok(admitted);
        }
        let namespace = text(object, "/metadata/namespace");
        let namespace = cluster.get(
            &ResourceId::new("", "v1", "namespaces"),
            &Key::cluster(namespace),
        )?;
        // Each change makes another edition of the pod; a webhook may ask to see one that came after its own.
        let (mut edition, mut seen) = (0, Vec::new());
        for webhook in webhooks {
            let selected =
                selection::acts(webhook, &namespace, object).map_err(Status::internal)?;
            if selected && conditions_hold(webhook, info, object)? {
                edition += u32::from(self.call(cluster, webhook, &namespace, object)?);
                seen.push((webhook, edition));
            }
        }
        for (webhook, last) in seen {
            if edition > last && text(webhook, "/reinvocationPolicy") == "IfNeeded" {
                self.call(cluster, webhook, &namespace, object)?;
            }
        }
        admitted.changed = edition > 0;
        Ok(admitted)
    }
}

/// Whether the `matchConditions` of a webhook hold for the creation of a pod.
///
/// # Errors
/// One cannot be evaluated, and the failure policy is to refuse.
fn conditions_hold(webhook: &Value, info: &ResourceInfo, pod: &Object) -> Result<bool, Status> {
    let conditions = &webhook["matchConditions"];
    if conditions.as_array().is_none_or(Vec::is_empty) {
        return Ok(true);
    }
    let request = creation(pod);
    match conditions::hold(conditions, [pod, &Value::Null, &request]) {
        Ok(hold) => Ok(hold),
        Err(_) if text(webhook, "/failurePolicy") == "Ignore" => Ok(false),
        Err(why) => Err(Status::forbidden(info, text(pod, "/metadata/name"), &why)),
    }
}

/// The request by which a pod is created, as conditions see it. Who sent it follows from the pod: its controller, or else the
/// practice cluster's one user.
fn creation(pod: &Object) -> Value {
    let owners = pod
        .pointer("/metadata/ownerReferences")
        .and_then(Value::as_array);
    let controller = owners
        .into_iter()
        .flatten()
        .find(|it| it["controller"] == true);
    let (user, groups) = match controller {
        Some(controller) => {
            let kind = text(controller, "/kind").to_lowercase();
            let account = format!("system:serviceaccount:kube-system:{kind}-controller");
            (
                account,
                json!([
                    "system:serviceaccounts",
                    "system:serviceaccounts:kube-system",
                    "system:authenticated"
                ]),
            )
        }
        None => (
            USER.to_owned(),
            json!(["system:masters", "system:authenticated"]),
        ),
    };
    let kind = json!({"group": "", "version": "v1", "kind": "Pod"});
    let resource = json!({"group": "", "version": "v1", "resource": "pods"});
    json!({
        "kind": kind, "resource": resource, "subResource": "",
        "requestKind": kind, "requestResource": resource, "requestSubResource": "",
        "name": text(pod, "/metadata/name"), "namespace": text(pod, "/metadata/namespace"),
        "operation": "CREATE", "dryRun": false,
        "userInfo": {"username": user, "groups": groups},
    })
}

/// An istiod that is ready: what its answer follows from, besides the pod.
struct Istiod {
    /// Its environment, as far as the Deployment writes it out.
    environment: BTreeMap<String, String>,
    native_sidecars: bool,
    /// ConfigMap `istio-sidecar-injector` of its revision.
    injector: Arc<Object>,
    /// ConfigMap `istio` of its revision.
    mesh: Arc<Object>,
}

impl Istiod {
    /// The istiod that a webhook leads to; none if it leads to something else. Fails with the reason, in the words of the
    /// API server where it has some, if the istiod cannot be reached.
    fn behind(cluster: &Cluster, webhook: &Value) -> Result<Option<Self>, String> {
        let service = |field: &str| text(webhook, &format!("/clientConfig/service/{field}"));
        let (name, namespace) = (service("name"), service("namespace"));
        if name.is_empty() {
            return if text(webhook, "/name").ends_with(".istio.io") {
                Err("the practice cluster reaches no address outside of it".to_owned())
            } else {
                Ok(None)
            };
        }
        let pod = match ready_pod(cluster, namespace, name) {
            Ok(pod) => pod,
            Err(_) if !service("path").starts_with("/inject") => return Ok(None),
            Err(why) => return Err(why),
        };
        let containers = pod.pointer("/spec/containers").and_then(Value::as_array);
        let mut containers = containers.into_iter().flatten();
        let Some(container) = containers.find(|it| text(it, "/name") == ISTIOD) else {
            return Ok(None);
        };
        let variables = container["env"].as_array().into_iter().flatten();
        let environment: BTreeMap<String, String> = variables
            .filter_map(|it| {
                Some((
                    text(it, "/name").to_owned(),
                    it["value"].as_str()?.to_owned(),
                ))
            })
            .collect();
        let suffix = match revision(&environment) {
            "" => String::new(),
            revision => format!("-{revision}"),
        };
        let map = |name: &str| {
            let name = format!("{name}{suffix}");
            let id = ResourceId::new("", "v1", "configmaps");
            let found = cluster.get(&id, &Key::namespaced(namespace, &name));
            found.map_err(|status| format!("{}: istiod has no configuration", status.message))
        };
        Ok(Some(Self {
            injector: map("istio-sidecar-injector")?,
            mesh: map("istio")?,
            native_sidecars: match environment
                .get("ENABLE_NATIVE_SIDECARS")
                .map(String::as_str)
            {
                Some("true") => true,
                Some("false") => false,
                _ => nodes_know_sidecars(cluster),
            },
            environment,
        }))
    }

    fn config(&self) -> Result<Config, String> {
        let variable = |name: &str| self.environment.get(name).cloned().unwrap_or_default();
        let config = Config::of_maps(&self.injector["data"], &self.mesh["data"]);
        Ok(Config {
            revision: revision(&self.environment).to_owned(),
            native_sidecars: self.native_sidecars,
            compliance_policy: variable("COMPLIANCE_POLICY"),
            openshift: variable("PLATFORM") == "openshift",
            variables: self.environment.clone(),
            ..config.map_err(|error| error.to_string())?
        })
    }

    /// Whether the other one's answers are the same.
    fn is_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.injector, &other.injector)
            && Arc::ptr_eq(&self.mesh, &other.mesh)
            && self.native_sidecars == other.native_sidecars
            && self.environment == other.environment
    }
}

/// The default revision has no name.
fn revision(environment: &BTreeMap<String, String>) -> &str {
    let name = environment.get("REVISION").map_or("", String::as_str);
    if name == "default" { "" } else { name }
}

/// A ready pod behind a Service, or why there is none.
fn ready_pod(cluster: &Cluster, namespace: &str, service: &str) -> Result<Arc<Object>, String> {
    let said = |status: Status| status.message;
    let key = Key::namespaced(namespace, service);
    cluster
        .get(&ResourceId::new("", "v1", "services"), &key)
        .map_err(|_| format!("service {service:?} not found"))?;
    let slices = list(
        cluster,
        ("discovery.k8s.io", "endpointslices"),
        Some(namespace),
        &format!("kubernetes.io/service-name={service}"),
    )
    .map_err(said)?;
    let ready = slices
        .iter()
        .flat_map(|slice| slice["endpoints"].as_array().into_iter().flatten())
        .filter(|endpoint| endpoint["conditions"]["ready"] != Value::Bool(false));
    for endpoint in ready {
        let key = Key::namespaced(namespace, text(endpoint, "/targetRef/name"));
        if let Ok(pod) = cluster.get(&ResourceId::new("", "v1", "pods"), &key) {
            return Ok(pod);
        }
    }
    Err(format!("no endpoints available for service {service:?}"))
}

/// Whether every node runs a version in which native sidecars are settled: what istiod looks at unless it is told.
fn nodes_know_sidecars(cluster: &Cluster) -> bool {
    const SETTLED: u32 = 33;
    let nodes = list(cluster, ("", "nodes"), None, "").unwrap_or_default();
    nodes.iter().all(|node| {
        let version = text(node, "/status/nodeInfo/kubeletVersion");
        let minor = version
            .split('.')
            .nth(1)
            .and_then(|minor| minor.parse::<u32>().ok());
        minor.is_some_and(|minor| minor >= SETTLED)
    })
}

fn list(
    cluster: &Cluster,
    (group, plural): (&str, &str),
    namespace: Option<&str>,
    labels: &str,
) -> Result<Vec<Arc<Object>>, Status> {
    let options = ListOptions {
        label_selector: labels.to_owned(),
        ..ListOptions::default()
    };
    let id = ResourceId::new(group, "v1", plural);
    Ok(cluster.list(&id, namespace, &options)?.items)
}

/// All ProxyConfigs; none where the kind is not installed.
fn proxy_configs(cluster: &Cluster) -> Vec<Arc<Object>> {
    let id = ResourceId::new("networking.istio.io", "v1beta1", "proxyconfigs");
    let list = cluster.list(&id, None, &ListOptions::default());
    list.map_or_else(|_| Vec::new(), |list| list.items)
}

/// The address of a webhook, as the API server writes it.
fn address(webhook: &Value) -> String {
    let client = &webhook["clientConfig"];
    if let Some(url) = client["url"].as_str() {
        return url.to_owned();
    }
    let service = &client["service"];
    format!(
        "https://{}.{}.svc:{}{}",
        text(service, "/name"),
        text(service, "/namespace"),
        service["port"].as_u64().unwrap_or(443),
        text(service, "/path"),
    )
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or("")
}

/// A pod to be injected.
struct Job {
    istiod: Istiod,
    pod: Object,
    namespace: Arc<Object>,
    path: String,
    /// The resources of kind ProxyConfig.
    proxy_configs: Vec<Arc<Object>>,
    /// The pod as it is to be created, or why it is not.
    answer: Sender<Result<Object, String>>,
}

/// Renders pods until the hook is dropped. Parsed templates belong to one thread; keeping them here means that they are parsed
/// once, whichever thread a pod comes from.
fn render(work: &Receiver<Job>) {
    let mut known: Vec<(Istiod, Result<Injector, String>)> = Vec::new();
    while let Ok(job) = work.recv() {
        let place = known
            .iter()
            .position(|(istiod, _)| istiod.is_as(&job.istiod));
        let place = place.unwrap_or_else(|| {
            let injector = job
                .istiod
                .config()
                .and_then(|config| Injector::new(config).map_err(|error| error.to_string()));
            if known.len() == KEPT {
                let _ = known.remove(0);
            }
            known.push((job.istiod, injector));
            known.len() - 1
        });
        let proxy_configs: Vec<&Value> = job.proxy_configs.iter().map(AsRef::as_ref).collect();
        let request = Request {
            namespace: &job.namespace,
            path: &job.path,
            proxy_configs: &proxy_configs,
        };
        let mut pod = job.pod;
        let done = match &known[place].1 {
            Ok(injector) => injector
                .admit(&mut pod, &request)
                .map(|_| pod)
                .map_err(|error| error.to_string()),
            Err(why) => Err(why.clone()),
        };
        // Who asked may have gone away.
        let _ = job.answer.send(done);
    }
}

#[cfg(test)]
mod tests;
