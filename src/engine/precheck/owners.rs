//! Objects that somebody else looks after: Helm, a controller that follows a Git repository, an operator.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::install::adopt::{self, Release};

use super::{Check, Finding, Level, Target, few, text};

/// Who keeps an object as it wants it, or means to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Helm(Release),
    /// An application of Argo CD.
    ArgoCd(String),
    /// A Kustomization or `HelmRelease` of Flux.
    Flux(String),
    /// The Operator Lifecycle Manager.
    OperatorLifecycleManager,
    /// An object that owns it: `IstioRevision default`.
    Controller(String),
}

/// Who looks after an object, by the marks that each of them leaves. Whoever uses Helm comes before Helm itself.
pub(super) fn owner(live: &Value) -> Option<Owner> {
    let metadata = &live["metadata"];
    let mark = |kind: &str, name: &str| metadata[kind][name].as_str().map(str::to_owned);
    let flux = [
        "kustomize.toolkit.fluxcd.io/name",
        "helm.toolkit.fluxcd.io/name",
    ];
    if let Some(name) = flux.iter().find_map(|it| mark("labels", it)) {
        return Some(Owner::Flux(name));
    }
    if let Some(tracked) = mark("annotations", "argocd.argoproj.io/tracking-id") {
        let application = tracked.split(':').next().unwrap_or_default();
        return Some(Owner::ArgoCd(application.to_owned()));
    }
    if let Some(application) = mark("labels", "argocd.argoproj.io/instance") {
        return Some(Owner::ArgoCd(application));
    }
    if mark("labels", "olm.managed").is_some_and(|it| it == "true") {
        return Some(Owner::OperatorLifecycleManager);
    }
    let owners = metadata["ownerReferences"].as_array();
    if let Some(first) = owners.and_then(|it| it.first()) {
        let (kind, name) = (text(first, "/kind"), text(first, "/name"));
        return Some(Owner::Controller(format!("{kind} {name}")));
    }
    adopt::release(live).map(Owner::Helm)
}

/// One finding for each owner.
pub(super) fn check(live: &[&Value], target: &Target<'_>) -> Vec<Finding> {
    let mut owned: BTreeMap<Owner, Vec<String>> = BTreeMap::new();
    for live in live {
        if let Some(owner) = owner(live) {
            owned.entry(owner).or_default().push(name(live));
        }
    }
    owned
        .iter()
        .map(|(owner, names)| finding(owner, names, target))
        .collect()
}

fn finding(owner: &Owner, names: &[String], target: &Target<'_>) -> Finding {
    let what = match names.len() {
        1 => format!("{} belongs", few(names)),
        count => format!("{count} objects belong"),
    };
    let of = if names.len() == 1 {
        String::new()
    } else {
        format!(": {}", few(names))
    };
    let found =
        |level, who: String| Finding::new(Check::Ownership, level, format!("{what} to {who}{of}"));
    match owner {
        Owner::Helm(Release {
            namespace,
            name: release,
        }) => {
            let who = format!("Helm's release `{release}` of namespace `{namespace}`");
            if target.adopts_helm {
                return found(Level::Info, format!("{who}, and will be taken over"));
            }
            found(Level::Error, who).hint(format!(
                "`--adopt helm` takes it over; `helm get values {release} -n {namespace}` shows what was set there, and is not taken over"
            ))
        }
        Owner::ArgoCd(application) => found(
            Level::Warning,
            format!("Argo CD's application `{application}`, which will set it back"),
        )
        .hint(
            "give Argo CD what `mesh manifest generate` prints, rather than changing the cluster",
        ),
        Owner::Flux(name) => found(
            Level::Warning,
            format!("Flux's `{name}`, which will set it back"),
        )
        .hint("give Flux what `mesh manifest generate` prints, rather than changing the cluster"),
        Owner::OperatorLifecycleManager => found(
            Level::Warning,
            "the Operator Lifecycle Manager, which will set it back".to_owned(),
        ),
        Owner::Controller(controller) => found(
            Level::Warning,
            format!("{controller}, whose controller will set it back"),
        ),
    }
}

fn name(live: &Value) -> String {
    let (kind, name) = (text(live, "/kind"), text(live, "/metadata/name"));
    format!("{kind} {name}")
}
