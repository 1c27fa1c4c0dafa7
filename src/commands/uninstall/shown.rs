//! A plan as it is shown: before the question in a few lines, for a dry run as a table or as JSON with everything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::plan::{Kept, Plan, Remote};
use crate::cluster::object::Reference;
use crate::commands::outcome::counted;
use crate::engine::inject::attached::{Attached, Role};
use crate::error::{Error, Kind};
use crate::output::table::Table;

/// How many objects that stay, and how many proxies, are named where all would be too many; and how many objects that go, of
/// each kind.
const NAMED: usize = 10;
const OF_A_KIND: usize = 5;

/// Everything about a plan.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View<'a> {
    server: &'a str,
    istio_namespace: &'a str,
    /// The revisions whose control plane goes.
    revisions: Vec<&'a str>,
    /// In the order of deletion.
    delete: Vec<&'a Reference>,
    /// The same by kind.
    counts: BTreeMap<&'a str, usize>,
    /// Your own resources, which go with their definitions.
    resources: &'a [Reference],
    keep: &'a [Kept],
    dependents: &'a [Attached],
    remote_clusters: &'a [Remote],
    warnings: &'a [String],
}

impl<'a> View<'a> {
    /// A view of a plan, or of the fact that there is nothing.
    pub(super) fn new(server: &'a str, istio_namespace: &'a str, plan: Option<&'a Plan>) -> Self {
        let nothing = Self {
            server,
            istio_namespace,
            ..Self::default()
        };
        let Some(plan) = plan else { return nothing };
        Self {
            revisions: plan.revisions.iter().map(String::as_str).collect(),
            delete: plan.stages.iter().flatten().collect(),
            counts: plan.counts(),
            resources: &plan.resources,
            keep: &plan.kept,
            dependents: &plan.dependents,
            remote_clusters: &plan.remotes,
            warnings: &plan.warnings,
            ..nothing
        }
    }

    /// Everything as tables.
    pub(super) fn table(&self) -> String {
        let mut out = String::new();
        let mut part = |title: [&str; 4], rows: Vec<[&str; 4]>| {
            if rows.is_empty() {
                return;
            }
            let mut table = Table::new(title);
            for row in rows {
                table.row(row);
            }
            let gap = if out.is_empty() { "" } else { "\n" };
            // Writing to a String cannot fail.
            let _ = write!(out, "{gap}{table}");
        };
        let row = |object: &'a Reference, last: &'a str| {
            let namespace = object.namespace.as_deref().unwrap_or("-");
            [object.kind.as_str(), namespace, &object.name, last]
        };
        let delete = self.delete.iter().map(|it| row(it, ""));
        part(["DELETE", "NAMESPACE", "NAME", ""], delete.collect());
        let resources = self.resources.iter().map(|it| row(it, ""));
        part(
            ["WITH ITS DEFINITION", "NAMESPACE", "NAME", ""],
            resources.collect(),
        );
        let keep = self.keep.iter().map(|it| row(&it.object, &it.reason));
        part(["KEEP", "NAMESPACE", "NAME", "WHY"], keep.collect());
        let dependents = self.dependents.iter();
        let needs: Vec<String> = dependents.clone().map(role).collect();
        let dependents = dependents.zip(&needs);
        let dependents =
            dependents.map(|(it, role)| [&it.kind, &it.namespace, &it.name, role.as_str()]);
        part(
            ["NEEDS IT", "NAMESPACE", "NAME", "AS"],
            dependents.collect(),
        );
        out
    }
}

/// What goes, in lines by kind: `3 Deployments: istio-egressgateway, istio-ingressgateway, istiod`.
pub(super) fn going(plan: &Plan) -> Vec<String> {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for object in plan.stages.iter().flatten() {
        let names = kinds.entry(&object.kind).or_default();
        names.push(&object.name);
    }
    let line = |(kind, names): (&str, Vec<&str>)| {
        let count = counted(names.len(), kind);
        let distinct: BTreeSet<&str> = names.into_iter().collect();
        let names: Vec<String> = distinct.into_iter().map(str::to_owned).collect();
        format!("{count}: {}", few(&names, OF_A_KIND).join(", "))
    };
    kinds.into_iter().map(line).collect()
}

/// What stays, in lines by reason.
pub(super) fn keeping(kept: &[Kept]) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<&Reference>)> = Vec::new();
    for one in kept {
        match reasons.iter_mut().find(|(reason, _)| *reason == one.reason) {
            Some((_, objects)) => objects.push(&one.object),
            None => reasons.push((&one.reason, vec![&one.object])),
        }
    }
    let line = |(reason, objects): (&str, Vec<&Reference>)| {
        let names: Vec<String> = objects.iter().map(ToString::to_string).collect();
        let what = if names.len() > NAMED {
            by_kind(objects)
        } else {
            names.join(", ")
        };
        format!("kept: {what}: {reason}")
    };
    reasons.into_iter().map(line).collect()
}

/// `7 Deployments, 9 Services`
pub(super) fn by_kind<'a>(objects: impl IntoIterator<Item = &'a Reference>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for object in objects {
        *counts.entry(&object.kind).or_default() += 1;
    }
    let counts = counts.into_iter().map(|(kind, count)| counted(count, kind));
    counts.collect::<Vec<_>>().join(", ")
}

/// What still needs what would go, in one clause; `None` if nothing does.
pub(super) fn needed(plan: &Plan) -> Option<String> {
    let pods: usize = plan.dependents.iter().map(|one| one.pods).sum();
    let clusters = plan.remotes.len();
    let mut subjects = Vec::new();
    if pods > 0 {
        subjects.push(counted(pods, "proxy"));
    }
    if clusters > 0 {
        subjects.push(counted(clusters, "remote cluster"));
    }
    let verb = if pods + clusters == 1 {
        "needs"
    } else {
        "need"
    };
    let subjects = subjects.join(" and ");
    (pods + clusters > 0).then(|| format!("{subjects} still {verb} what would go"))
}

/// Each that needs it: `shop/web (Deployment, sidecar of revision canary, 2 pods)`.
pub(super) fn dependents(plan: &Plan) -> Vec<String> {
    let proxies = plan.dependents.iter().map(|one| {
        format!(
            "{}/{} ({}, {})",
            one.namespace,
            one.name,
            one.kind,
            role(one)
        )
    });
    let clusters = plan
        .remotes
        .iter()
        .map(|one| format!("cluster {} (Secret {})", one.cluster, one.secret));
    few(&proxies.chain(clusters).collect::<Vec<_>>(), NAMED)
}

/// The error of an uninstall that would leave proxies without what they need.
pub(super) fn refusal(plan: &Plan, message: &str) -> Error {
    let mut error = Error::new(
        Kind::Precondition,
        format!("nothing was deleted: {message}"),
    );
    for line in dependents(plan) {
        error = error.because(line);
    }
    let is = |role: Role| plan.dependents.iter().any(|one| one.role == role);
    if is(Role::Sidecar) {
        error = error.hint("move the namespaces to another revision (`mesh inject enable NAMESPACE --revision NAME --restart`) or out of the mesh (`mesh inject disable NAMESPACE --restart`)");
    }
    if is(Role::Gateway) || is(Role::Waypoint) || is(Role::Ztunnel) {
        error = error.hint(
            "gateways, waypoints and ztunnel: delete them, or install them with another revision",
        );
    }
    if is(Role::Ambient) {
        error = error.hint(
            "out of the ambient mesh: `kubectl label namespace NAME istio.io/dataplane-mode-`",
        );
    }
    if !plan.remotes.is_empty() {
        error = error.hint(
            "remote clusters: give them a control plane of their own, and delete the Secrets",
        );
    }
    error.hint("`--force` goes on nevertheless: proxies keep the configuration that they have until they restart, and get no new certificates")
}

/// `sidecar of revision canary, 2 pods`
fn role(one: &Attached) -> String {
    let role = match one.role {
        Role::Gateway => "gateway",
        Role::Waypoint => "waypoint",
        Role::Ztunnel => "ztunnel",
        Role::Sidecar => "sidecar",
        Role::Ambient => "in the ambient mesh",
    };
    let revision = one.revision.as_ref();
    let revision = revision.map_or_else(String::new, |it| format!(" of revision {it}"));
    format!("{role}{revision}, {}", counted(one.pods, "pod"))
}

/// The first of many, and how many more there are.
fn few(all: &[String], count: usize) -> Vec<String> {
    let mut few: Vec<String> = all.iter().take(count).cloned().collect();
    if all.len() > count {
        few.push(format!("and {} more", all.len() - count));
    }
    few
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(kind: &str, name: &str) -> Reference {
        Reference::new("v1", kind, Some("istio-system"), name)
    }

    fn workload(name: &str, role: Role) -> Attached {
        Attached {
            namespace: "shop".to_owned(),
            kind: "Deployment".to_owned(),
            name: name.to_owned(),
            role,
            revision: Some("default".to_owned()),
            address: None,
            version: None,
            pods: 2,
        }
    }

    #[test]
    fn what_goes_is_counted_and_named_by_kind() {
        let plan = Plan {
            stages: vec![
                (0..12)
                    .map(|it| object("NetworkPolicy", &format!("p{it:02}")))
                    .collect(),
                vec![object("Service", "istiod")],
            ],
            ..Plan::default()
        };
        assert_eq!(
            going(&plan),
            [
                "12 NetworkPolicies: p00, p01, p02, p03, p04, and 7 more",
                "1 Service: istiod"
            ]
        );
    }

    #[test]
    fn what_stays_is_told_by_reason() {
        let kept = |name: &str, reason: &str| Kept {
            object: object("Secret", name),
            reason: reason.to_owned(),
        };
        let mut all = vec![kept("a", "one"), kept("b", "two"), kept("c", "one")];
        assert_eq!(
            keeping(&all),
            [
                "kept: Secret istio-system/a, Secret istio-system/c: one",
                "kept: Secret istio-system/b: two"
            ]
        );
        all.extend((0..9).map(|it| kept(&it.to_string(), "one")));
        assert_eq!(keeping(&all)[0], "kept: 11 Secrets: one");
    }

    #[test]
    fn a_refusal_names_the_first_and_what_to_do_for_each_sort() {
        let plan = Plan {
            dependents: (0..12)
                .map(|it| workload(&format!("w{it:02}"), Role::Sidecar))
                .collect(),
            remotes: vec![Remote {
                cluster: "west".to_owned(),
                secret: "istio-system/west".to_owned(),
            }],
            ..Plan::default()
        };
        let message = needed(&plan).unwrap();
        assert_eq!(
            message,
            "24 proxies and 1 remote cluster still need what would go"
        );
        let error = refusal(&plan, &message);
        assert_eq!(
            error.causes()[0],
            "shop/w00 (Deployment, sidecar of revision default, 2 pods)"
        );
        assert_eq!(error.causes()[10], "and 3 more");
        assert_eq!(error.hints().len(), 3);
        assert_eq!(error.kind().exit_code(), 4);
        assert_eq!(needed(&Plan::default()), None);
    }
}
