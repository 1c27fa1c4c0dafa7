//! Control planes and proxies that run, and how far their versions may be from the new one.
//!
//! Istio's rules: an upgrade in place goes one minor release at a time, one by a revision beside the old at most two; going back, one.
//! Proxies may be one minor release behind istiod, and never ahead of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::owners::owner;
use super::{Check, Finding, Level, Target, few, text};
use crate::engine::inject::attached::Attached;
use crate::engine::versions::{self, Version};

/// istiod that runs.
struct Istiod<'a> {
    namespace: &'a str,
    revision: &'a str,
    version: Option<Version>,
    live: &'a Value,
}

fn istiods<'a>(deployments: &[&'a Value]) -> Vec<Istiod<'a>> {
    deployments
        .iter()
        .map(|live| {
            let revision = text(live, "/metadata/labels/istio.io~1rev");
            let pod = &live["spec"]["template"];
            let version = versions::version(pod, "discovery");
            Istiod {
                namespace: text(live, "/metadata/namespace"),
                revision: if revision.is_empty() {
                    "default"
                } else {
                    revision
                },
                version: version.as_deref().and_then(Version::parse),
                live,
            }
        })
        .collect()
}

/// The version that is left: as the user says, or that of the istiod that is replaced, or of the newest that is installed beside.
pub(super) fn from(deployments: &[&Value], target: &Target<'_>) -> Option<Version> {
    let all = istiods(deployments);
    let of = |it: &Istiod<'_>| it.version;
    let home = |it: &&Istiod<'_>| it.namespace == target.resolved.istio_namespace();
    let same = |it: &&Istiod<'_>| home(it) && it.revision == target.revision();
    target
        .from
        .or_else(|| all.iter().find(same).and_then(of))
        .or_else(|| all.iter().filter(home).filter_map(of).max())
}

/// Looks at what is installed.
pub(super) fn check(deployments: &[&Value], target: &Target<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let home = target.resolved.istio_namespace();
    for istiod in istiods(deployments) {
        let name = format!(
            "revision `{}`{} in namespace `{}`",
            istiod.revision,
            istiod
                .version
                .map_or_else(String::new, |it| format!(" ({it})")),
            istiod.namespace
        );
        let same = istiod.revision == target.revision();
        if istiod.namespace != home {
            found.push(elsewhere(&name, same));
            continue;
        }
        let steps = istiod.version.zip(target.version());
        let steps = steps.map(|(from, to)| to.minors_after(from));
        match steps {
            Some(steps) if steps.abs() > 1 || steps < 0 => {
                found.push(step(&name, steps, same, target));
            }
            _ => {
                let does = if same {
                    "is installed, and will be replaced"
                } else {
                    "is installed, and stays"
                };
                found.push(Finding::new(
                    Check::Revisions,
                    Level::Info,
                    format!("{name} {does}"),
                ));
            }
        }
        if same {
            found.extend(stranger(&istiod));
        }
    }
    found
}

fn elsewhere(name: &str, same: bool) -> Finding {
    let finding =
        |level, what: &str| Finding::new(Check::Revisions, level, format!("{name} {what}"));
    if same {
        finding(
            Level::Warning,
            "is installed already: both would inject the same namespaces",
        )
        .hint("`-i` names its namespace, to change it; `--revision NAME` installs one beside it")
    } else {
        finding(Level::Info, "is installed, and stays")
    }
}

/// A step that is longer than Istio's rules allow, or goes back.
fn step(name: &str, steps: i64, same: bool, target: &Target<'_>) -> Finding {
    let to = target
        .version()
        .map_or_else(String::new, |it| it.line().to_string());
    let most = if same { 1 } else { 2 };
    let finding = |level, message: String| Finding::new(Check::Revisions, level, message);
    if steps < -1 && same {
        return finding(
            Level::Error,
            format!(
                "{name} is {} minor releases newer than {to}; going back is supported by one",
                -steps
            ),
        )
        .hint("install the older one beside it with `--revision NAME`, and move the workloads");
    }
    if steps < 0 {
        let does = if same {
            "goes back one minor release"
        } else {
            "is newer"
        };
        return finding(Level::Warning, format!("{name} {does}, to {to}"))
            .hint("settings and resources that only the newer one knows will be ignored");
    }
    if steps <= most {
        return finding(Level::Info, format!("{name} is installed, and stays"));
    }
    let how = if same {
        "in place"
    } else {
        "from revision to revision"
    };
    finding(
        Level::Warning,
        format!("{name} is {steps} minor releases older than {to}: an upgrade {how} is tested by {most} at a time"),
    )
    .hint("upgrade to a release between first, with the version of mesh for it")
}

/// istiod that neither this program nor one that is known of put there.
fn stranger(istiod: &Istiod<'_>) -> Option<Finding> {
    if owner(istiod.live).is_some() {
        return None;
    }
    let managers = istiod.live["metadata"]["managedFields"].as_array()?;
    let writers: Vec<String> = managers
        .iter()
        .filter(|it| it["subresource"].is_null())
        .map(|it| format!("`{}`", text(it, "/manager")))
        .collect();
    if writers.is_empty() || writers.iter().any(|it| it == "`mesh`") {
        return None;
    }
    let message = format!(
        "revision `{}` was not installed by mesh: its fields are of {}",
        istiod.revision,
        few(&writers)
    );
    Some(
        Finding::new(Check::Revisions, Level::Warning, message)
            .hint("give the same settings again; where values differ, `--force-conflicts` takes the fields over"),
    )
}

/// Looks at the proxies that ask the control plane which is to be replaced. Those of another revision keep theirs.
pub(super) fn proxies(attached: &[Attached], target: &Target<'_>) -> Vec<Finding> {
    let Some(to) = target.version() else {
        return Vec::new();
    };
    let asks = |it: &&Attached| {
        let home = it.istio_namespace();
        it.revision.as_deref() == Some(target.revision())
            && home.is_none_or(|it| it == target.resolved.istio_namespace())
    };
    let mut by: BTreeMap<Version, (usize, BTreeSet<String>)> = BTreeMap::new();
    for proxies in attached.iter().filter(asks) {
        let version = proxies.version.as_deref().and_then(Version::parse);
        if let Some(version) = version {
            let (pods, namespaces) = by.entry(version.line()).or_default();
            *pods += proxies.pods;
            namespaces.insert(format!("`{}`", proxies.namespace));
        }
    }
    by.into_iter()
        .map(|(version, (pods, namespaces))| {
            let names: Vec<String> = namespaces.into_iter().collect();
            let proxies = if pods == 1 {
                "1 proxy runs".to_owned()
            } else {
                format!("{pods} proxies run")
            };
            let what = format!("{proxies} {version}, in {}", few(&names));
            let warning = |rule: String| {
                Finding::new(Check::Proxies, Level::Warning, format!("{what}; {rule}"))
            };
            match to.minors_after(version) {
                ..0 => warning(format!(
                    "istiod {} must not be older than they are",
                    to.line()
                ))
                .hint(
                    "keep an istiod of their version as another revision, until they are restarted",
                ),
                0 | 1 => Finding::new(Check::Proxies, Level::Info, what),
                2.. => warning(format!(
                    "istiod {} supports proxies that are one release behind",
                    to.line()
                ))
                .hint("upgrade the releases between first, and restart the workloads after each"),
            }
        })
        .collect()
}
