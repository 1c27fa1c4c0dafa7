//! Whether versions can take requests: what their pods show.
//!
//! A version is what a DestinationRule's labels select, among the pods that the Service selects. Which those are only the
//! Service says for certain. But where pods are labelled with the Service's name, and those of the version that is to get
//! requests differ from those which serve in nothing but the version's labels, the Service need not be asked for to believe
//! it. Nothing is refused without having asked.

use std::collections::BTreeMap;

use serde_json::Map;

use super::preconditions::{Subset, Subsets, subsets};
use super::shift::{Plan, RoutePlan};
use super::{Object, host};
use crate::error::{Error, Kind, Result};
use crate::yaml::{self, Value};

type Labels = Map<String, Value>;

/// Labels that the controllers of Kubernetes give to pods of one workload; no Service selects by them.
const OF_A_WORKLOAD: &[&str] = &[
    "pod-template-hash",
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "pod-template-generation",
    "service.istio.io/canonical-revision",
];

/// Labels that say by custom which application a pod is of.
const OF_AN_APPLICATION: &[&str] = &[
    "app",
    "app.kubernetes.io/name",
    "k8s-app",
    "service.istio.io/canonical-name",
];

/// A pod, as far as it matters here.
#[derive(Clone, Debug)]
pub(crate) struct Pod {
    pub(crate) name: String,
    pub(crate) labels: Labels,
    /// It runs and takes requests.
    pub(crate) ready: bool,
    /// It has a proxy, or its node has one for it.
    pub(crate) in_mesh: bool,
}

impl Pod {
    /// Reads a pod as the API has it.
    pub(crate) fn read(value: &Value) -> Self {
        let object = |pointer: &str| value.pointer(pointer).and_then(Value::as_object);
        let labels = object("/metadata/labels").cloned().unwrap_or_default();
        let condition = value
            .pointer("/status/conditions")
            .and_then(Value::as_array);
        let is_ready =
            |condition: &Value| condition["type"] == "Ready" && condition["status"] == "True";
        let ends = value.pointer("/metadata/deletionTimestamp").is_some();
        let containers = ["containers", "initContainers"]
            .into_iter()
            .filter_map(|list| value.pointer(&format!("/spec/{list}"))?.as_array());
        let has_proxy = containers
            .flatten()
            .any(|each| each["name"] == "istio-proxy");
        let redirected = object("/metadata/annotations").is_some_and(|all| {
            all.get("ambient.istio.io/redirection")
                .is_some_and(|it| it == "enabled")
        });
        Self {
            name: value
                .pointer("/metadata/name")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            ready: !ends && condition.is_some_and(|all| all.iter().any(is_ready)),
            in_mesh: has_proxy || redirected,
            labels,
        }
    }

    /// Whether the pod has all these labels.
    pub(super) fn has(&self, labels: &Labels) -> bool {
        labels
            .iter()
            .all(|(name, value)| self.labels.get(name) == Some(value))
    }
}

/// Which pods to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) namespace: String,
    /// A label selector; empty for all pods of the namespace.
    pub(crate) selector: String,
}

/// A Service, as far as it matters here.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// `None` for a Service whose endpoints somebody else writes.
    pub(crate) selector: Option<Labels>,
}

impl Service {
    /// Reads a Service as the API has it.
    pub(crate) fn read(value: &Value) -> Self {
        let selector = value.pointer("/spec/selector").and_then(Value::as_object);
        Self {
            selector: selector.filter(|labels| !labels.is_empty()).cloned(),
        }
    }

    /// Whether a pod is one of its endpoints once it is ready. Nobody knows where somebody else writes them.
    pub(super) fn selects(&self, pod: &Pod) -> bool {
        self.selector.as_ref().is_none_or(|labels| pod.has(labels))
    }

    /// The selector as one writes it: `app=reviews,tier=web`.
    pub(crate) fn words(&self) -> Option<String> {
        self.selector.as_ref().map(words)
    }
}

/// What the pods say to a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing against it; perhaps something to know.
    Fine(Vec<String>),
    /// The Service has to be looked at first.
    AskService,
}

/// A version in a plan.
struct Version<'a> {
    subset: Subset<'a>,
    before: u32,
    after: u32,
}

impl Version<'_> {
    fn gains(&self) -> bool {
        self.after > self.before
    }

    /// Its pods that take requests.
    fn ready<'b>(&self, pods: &[&'b Pod]) -> Vec<&'b Pod> {
        let of = |pod: &&Pod| pod.ready && self.subset.labels.is_none_or(|labels| pod.has(labels));
        pods.iter().copied().filter(of).collect()
    }
}

/// The pods that have to be known for a plan: those of the versions that get more, and of those that serve now. `None` if no
/// version of a service of the cluster gets more.
pub(crate) fn query(objects: &[Object], plan: &Plan) -> Option<Query> {
    let (_, namespace) = host::parts(&plan.service)?;
    let mut labels: Vec<&Labels> = Vec::new();
    let mut gains = false;
    for route in &plan.routes {
        let known = subsets(objects, &plan.service, &objects[route.object].namespace);
        for version in versions(route, &known) {
            gains |= version.gains() && version.subset.labels.is_some();
            if version.gains() || version.before > 0 {
                labels.push(version.subset.labels?);
            }
        }
    }
    gains.then(|| Query {
        namespace: namespace.to_owned(),
        selector: selector(&labels),
    })
}

/// One selector for all: by the one label that they all have, if they have one.
fn selector(all: &[&Labels]) -> String {
    let common = |name: &&String| all.iter().all(|labels| labels.contains_key(*name));
    let Some(name) = all.first().and_then(|first| first.keys().find(common)) else {
        return String::new();
    };
    let mut values: Vec<&str> = all
        .iter()
        .filter_map(|labels| labels[name].as_str())
        .collect();
    values.sort_unstable();
    values.dedup();
    format!("{name} in ({})", values.join(","))
}

fn versions<'a>(route: &RoutePlan, known: &Subsets<'a>) -> Vec<Version<'a>> {
    let find = |row: &super::shift::Row| {
        Some(Version {
            subset: *known.find(&row.destination)?,
            before: row.before.unwrap_or(0),
            after: row.after,
        })
    };
    route.rows.iter().filter_map(find).collect()
}

/// Whether the versions that get more requests than before can take them.
///
/// Errors: precondition (4) where no pod of a version is there, ready, selected by the Service, or in the mesh.
pub(crate) fn check(
    objects: &[Object],
    plan: &Plan,
    pods: &[Pod],
    service: Option<&Service>,
) -> Result<Verdict> {
    let mut warnings = Vec::new();
    let mut routes = Vec::new();
    for route in &plan.routes {
        let known = subsets(objects, &plan.service, &objects[route.object].namespace);
        routes.push((route.is_rule, versions(route, &known)));
    }
    let name = host::service(&plan.service);
    let is_its = |pod: &&Pod| match service {
        Some(service) => service.selects(pod),
        None => OF_AN_APPLICATION
            .iter()
            .any(|label| pod.labels.get(*label).is_some_and(|it| it == name)),
    };
    let selected: Vec<&Pod> = pods.iter().filter(is_its).collect();
    let serving: Vec<&Pod> = routes
        .iter()
        .flat_map(|(_, versions)| versions)
        .filter(|version| version.before > 0)
        .flat_map(|version| version.ready(&selected))
        .collect();
    for (is_rule, versions) in &routes {
        for version in versions.iter().filter(|version| version.gains()) {
            if version.subset.labels.is_none() {
                continue;
            }
            let ready = version.ready(&selected);
            match service {
                Some(service) if ready.is_empty() => {
                    return Err(unready(version, &selected, pods, service, &plan.service));
                }
                Some(_) => {}
                None if resemble(&ready, &serving, version) => {}
                None => return Ok(Verdict::AskService),
            }
            warnings.extend(check_mesh(version, &ready, &plan.service)?);
            // How many requests a rule takes is not known.
            if !is_rule {
                warnings.extend(check_number(version, &ready, &serving));
            }
        }
    }
    warnings.dedup();
    Ok(Verdict::Fine(warnings))
}

fn refusal(message: String) -> Error {
    Error::new(Kind::Precondition, message)
}

/// `version=v2,tier=web`.
fn words(labels: &Labels) -> String {
    let words: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()))
        .collect();
    words.join(",")
}

/// Whether pods are as those which serve, but for the version's labels.
fn resemble(ready: &[&Pod], serving: &[&Pod], version: &Version<'_>) -> bool {
    let Some((first, rest)) = serving.split_first() else {
        return false;
    };
    let own = version.subset.labels;
    let common = first.labels.iter().filter(|(name, value)| {
        !OF_A_WORKLOAD.contains(&name.as_str())
            && own.is_none_or(|own| !own.contains_key(*name))
            && rest.iter().all(|pod| pod.labels.get(*name) == Some(value))
    });
    let common: Vec<(&String, &Value)> = common.collect();
    let alike = |pod: &&Pod| {
        common
            .iter()
            .all(|(name, value)| pod.labels.get(*name) == Some(*value))
    };
    !ready.is_empty() && ready.iter().all(alike)
}

/// Why no pod of a version can take requests.
fn unready(
    version: &Version<'_>,
    selected: &[&Pod],
    all: &[Pod],
    service: &Service,
    full: &str,
) -> Error {
    let name = version.subset.name;
    let (short, namespace) = host::parts(full).unwrap_or((full, ""));
    let own = version.subset.labels;
    let labels = own.map(words).unwrap_or_default();
    let is_mine = |pod: &&Pod| own.is_none_or(|own| pod.has(own));
    let mine: Vec<&str> = selected
        .iter()
        .copied()
        .filter(is_mine)
        .map(|pod| pod.name.as_str())
        .take(3)
        .collect();
    if !mine.is_empty() {
        return refusal(format!(
            "no pod of `{name}` of `{short}.{namespace}` is ready ({}): requests sent there would fail with 503",
            mine.join(", ")
        ))
        .hint(format!(
            "wait for it: `kubectl wait pod -n {namespace} -l {labels} --for=condition=Ready`"
        ));
    }
    let selector = service.selector.as_ref().map(words).unwrap_or_default();
    let pinned = own
        .zip(service.selector.as_ref())
        .and_then(|(own, selector)| {
            own.keys().find(|label| {
                selector
                    .get(*label)
                    .is_some_and(|value| own.get(*label) != Some(value))
            })
        });
    if let Some(label) = pinned {
        return refusal(format!(
            "Service `{short}` selects `{selector}`, and so no pod of `{name}` (`{labels}`): requests sent there would fail with 503"
        ))
        .hint(without_label(short, namespace, label));
    }
    let error = refusal(format!(
        "`{name}` of `{short}.{namespace}` has no pods (`{selector}`, `{labels}`): requests sent there would fail with 503"
    ))
    .hint(format!(
        "deploy it first; `kubectl get pods -n {namespace} --show-labels` shows what runs"
    ));
    // Pods of other services may have the same version.
    match all.iter().find(|pod| is_mine(pod) && pod.ready) {
        Some(pod) => error.hint(format!(
            "pod `{}` has `{labels}`, but not `{selector}`, by which Service `{short}` selects",
            pod.name
        )),
        None => error,
    }
}

/// How a Service that selects by a version's label comes to select all versions.
pub(super) fn without_label(service: &str, namespace: &str, label: &str) -> String {
    let label = yaml::node::escaped(label);
    let patch = format!(r#"[{{"op":"remove","path":"/spec/selector/{label}"}}]"#);
    format!(
        "let the Service select all versions: `kubectl patch service {service} -n {namespace} --type json -p '{patch}'`"
    )
}

fn check_mesh(version: &Version<'_>, pods: &[&Pod], service: &str) -> Result<Option<String>> {
    let name = version.subset.name;
    let without = pods.iter().filter(|pod| !pod.in_mesh).count();
    if without == 0 {
        return Ok(None);
    }
    if without < pods.len() {
        return Ok(Some(format!(
            "{without} of {} ready pods of `{name}` have no proxy, and so no part in the mesh",
            pods.len()
        )));
    }
    let namespace = host::parts(service).map_or("", |(_, namespace)| namespace);
    Err(refusal(format!(
        "the pods of `{name}` of `{}` are not in the mesh: they have no proxy",
        host::short(service)
    ))
    .hint(format!(
        "`kubectl label namespace {namespace} istio-injection=enabled`, then `kubectl rollout restart deployment -n {namespace}`"
    ))
    .hint("or add the proxy by hand: `mesh kube-inject -f FILE | kubectl apply -f -`"))
}

/// Warns where a pod of the version would get more than a pod got before.
fn check_number(version: &Version<'_>, pods: &[&Pod], serving: &[&Pod]) -> Option<String> {
    let load = |share: u32, pods: usize| {
        f64::from(share) / f64::from(u32::try_from(pods).unwrap_or(u32::MAX))
    };
    if serving.is_empty() || pods.is_empty() {
        return None;
    }
    let (then, now) = (load(version.after, pods.len()), load(10_000, serving.len()));
    let noun = if pods.len() == 1 { "pod" } else { "pods" };
    (then > now * 1.01).then(|| {
        format!(
            "`{}` has {} ready {noun} for {} of the requests: {:.1} times what a pod gets now",
            version.subset.name,
            pods.len(),
            super::percent(version.after),
            then / now
        )
    })
}

/// Ready pods and all pods of each version of a service, by the labels of the versions.
pub(super) fn count(
    known: &Subsets<'_>,
    pods: &[Pod],
    service: Option<&Service>,
) -> BTreeMap<String, (usize, usize)> {
    let selected = |pod: &Pod| service.is_none_or(|service| service.selects(pod));
    let of = |subset: &Subset<'_>| {
        let mine = |pod: &&Pod| subset.labels.is_none_or(|labels| pod.has(labels)) && selected(pod);
        let all: Vec<&Pod> = pods.iter().filter(mine).collect();
        let ready = all.iter().filter(|pod| pod.ready).count();
        (subset.name.to_owned(), (ready, all.len()))
    };
    known.list().iter().map(of).collect()
}

/// Ready pods and all pods of a service; nothing is known of one whose endpoints somebody else writes.
pub(super) fn count_all(service: &Service, pods: &[Pod]) -> Option<(usize, usize)> {
    let selector = service.selector.as_ref()?;
    let all: Vec<&Pod> = pods.iter().filter(|pod| pod.has(selector)).collect();
    Some((all.iter().filter(|pod| pod.ready).count(), all.len()))
}
