//! Whether an installation or an upgrade may go ahead: what was read of a cluster, held against what is to be applied.
//!
//! Here are the checks that are a line or two, and what becomes of all of them; those with rules of their own have files of their own.
//! Nothing here asks a cluster: a snapshot may lack what was not asked for, and what it lacks is not checked.

mod changes;
mod definitions;
mod kinds;
mod names;
mod owners;
mod revisions;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;

use super::inject::attached::Attached;
use super::install::Resolved;
use super::install::object::Object;
use super::versions::Version;
use super::words;
pub(crate) use kinds::Unserved;

/// The oldest and the newest Kubernetes that Istio 1.31 is made for (istioctl 1.31 refuses what is older, Istio's own tests run on
/// the newest).
const KUBERNETES: (Version, Version) = (Version::of(1, 32), Version::of(1, 36));

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Info,
    Warning,
    /// It should not be begun.
    Error,
}

/// What is looked at, in the order of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Check {
    Kubernetes,
    Permissions,
    Kinds,
    Namespaces,
    Ownership,
    Definitions,
    Gateways,
    Revisions,
    Proxies,
    Changes,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Finding {
    pub(crate) check: Check,
    pub(crate) level: Level,
    /// A sentence without a full stop.
    pub(crate) message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

impl Finding {
    fn new(check: Check, level: Level, message: impl Into<String>) -> Self {
        Self {
            check,
            level,
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Whether one kind of request is allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Access {
    /// `deployments.apps`
    pub(crate) resource: String,
    /// `None` for all of the cluster.
    pub(crate) namespace: Option<String>,
    pub(crate) verb: String,
    /// Why not; `None` where it is allowed.
    pub(crate) denied: Option<String>,
}

/// What was read of a cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot<'a> {
    /// `v1.34.1`
    pub(crate) kubernetes: Option<&'a str>,
    pub(crate) access: Vec<Access>,
    /// Kinds of the objects to apply that the cluster does not serve.
    pub(crate) unserved: &'a [Unserved],
    /// Of the objects to apply, those that are there.
    pub(crate) live: Vec<&'a Value>,
    /// Definitions of the Gateway API; `None` if they were not asked for.
    pub(crate) gateways: Option<Vec<&'a Value>>,
    /// istiod's Deployments, of all namespaces.
    pub(crate) istiods: Vec<&'a Value>,
    /// The `MutatingWebhookConfigurations` of revisions and of tags.
    pub(crate) injectors: Vec<&'a Value>,
    /// Proxies that run.
    pub(crate) proxies: Vec<Attached>,
    /// Whether there is a Service `zipkin` in the control plane's namespace.
    pub(crate) zipkin: bool,
}

/// What is to be applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) resolved: &'a Resolved,
    /// Of which definitions are looked at.
    pub(crate) objects: &'a [Object],
    /// The version that is left, where the user says it; else it is that of the istiod that is replaced.
    pub(crate) from: Option<Version>,
    /// Objects of Helm are taken over.
    pub(crate) adopts_helm: bool,
    /// Whether definitions that this program wrote are looked at as well.
    pub(crate) thorough: bool,
}

impl Target<'_> {
    /// The version that is to run; `None` where the tag is none.
    pub(crate) fn version(&self) -> Option<Version> {
        self.resolved.version()
    }

    /// `default` for the one without a name.
    fn revision(&self) -> &str {
        match self.resolved.revision() {
            "" => "default",
            revision => revision,
        }
    }
}

/// Everything that is to be said, by check and the worst first.
pub(crate) fn check(snapshot: &Snapshot<'_>, target: &Target<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(snapshot.kubernetes.and_then(kubernetes));
    found.extend(permissions(&snapshot.access));
    found.extend(kinds::check(snapshot.unserved, target));
    found.extend(namespaces(&snapshot.live));
    found.extend(owners::check(&snapshot.live, target));
    found.extend(definitions::check(&snapshot.live, target));
    let gateways = snapshot.gateways.as_deref();
    found.extend(gateways.map(definitions::gateways).unwrap_or_default());
    found.extend(revisions::check(&snapshot.istiods, target));
    found.extend(names::check(&snapshot.injectors, &snapshot.istiods, target));
    found.extend(revisions::proxies(&snapshot.proxies, target));
    found.extend(changes::check(snapshot, target));
    found.extend(changes::pinned(target));
    found.sort_by(|one, other| {
        let key = |it: &Finding| (it.check, std::cmp::Reverse(it.level));
        key(one).cmp(&key(other)).then_with(|| one.cmp(other))
    });
    found
}

fn kubernetes(running: &str) -> Option<Finding> {
    let (oldest, newest) = KUBERNETES;
    let range = format!("Istio 1.31 is made for {oldest} to {newest}");
    let finding = |level, message: String| Some(Finding::new(Check::Kubernetes, level, message));
    match Version::parse(running) {
        None => finding(
            Level::Warning,
            format!("the server's version `{running}` cannot be read; {range}"),
        ),
        Some(version) if version < oldest => Some(
            Finding::new(
                Check::Kubernetes,
                Level::Error,
                format!("Kubernetes {version} is too old: {range}"),
            )
            .hint("upgrade Kubernetes first"),
        ),
        Some(version) if version.line() > newest => finding(
            Level::Warning,
            format!("Kubernetes {version} is newer than what was tested: {range}"),
        ),
        Some(version) => finding(Level::Info, format!("Kubernetes {version}; {range}")),
    }
}

/// One finding for each resource of which something is not allowed.
fn permissions(access: &[Access]) -> Vec<Finding> {
    let mut access: Vec<&Access> = access.iter().collect();
    access.sort();
    let mut found = Vec::new();
    let same = |one: &&Access, other: &&Access| {
        (&one.resource, &one.namespace) == (&other.resource, &other.namespace)
    };
    for group in access.chunk_by(same) {
        let denied: Vec<&&Access> = group.iter().filter(|it| it.denied.is_some()).collect();
        let Some(first) = denied.first() else {
            continue;
        };
        let verbs: Vec<&str> = denied.iter().map(|it| it.verb.as_str()).collect();
        let (verbs, resource) = (verbs.join(", "), &first.resource);
        let place = first
            .namespace
            .as_ref()
            .map_or_else(String::new, |it| format!(" in namespace `{it}`"));
        let reason = match first.denied.as_deref() {
            None | Some("") => String::new(),
            Some(reason) => format!(": {reason}"),
        };
        let message = format!("you may not {verbs} {resource}{place}{reason}");
        found.push(Finding::new(Check::Permissions, Level::Error, message).hint(
            "ask an administrator of the cluster for these rights, or to run it; `--as USER` tries another user",
        ));
    }
    if found.is_empty() && !access.is_empty() {
        let message = format!("all {} kinds of requests are allowed", access.len());
        found.push(Finding::new(Check::Permissions, Level::Info, message));
    }
    found
}

fn namespaces(live: &[&Value]) -> Vec<Finding> {
    let leaving = live.iter().filter(|it| {
        it["kind"] == "Namespace" && it["metadata"].get("deletionTimestamp").is_some()
    });
    leaving
        .map(|it| {
            let name = text(it, "/metadata/name");
            let message = format!("namespace `{name}` is being deleted, and takes nothing new");
            Finding::new(Check::Namespaces, Level::Warning, message)
                .hint("`mesh install` waits until it is gone")
        })
        .collect()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// As many names as a finding has room for.
fn few(names: &[String]) -> String {
    words::few(names, 3)
}
