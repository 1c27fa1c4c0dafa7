//! What earlier applies brought and this one does not have: whether it may be deleted. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cluster::apply::Snapshot;
use crate::cluster::inventory::Inventory;
use crate::cluster::object::Reference;
use crate::cluster::request::MANAGER;
use crate::commands::outcome;
use crate::engine::install::{stage, tags};

/// Annotations by which somebody wants an object to stay, and a part of their value. The first is ours.
const KEEP: &[(&str, &str)] = &[
    ("install.mesh/prune", "false"),
    ("helm.sh/resource-policy", "keep"),
    ("argocd.argoproj.io/sync-options", "Prune=false"),
    ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
];

/// What is left over, and there.
#[derive(Debug, Default)]
pub(in crate::commands) struct Leftovers {
    /// What may go.
    pub(in crate::commands) going: Vec<Reference>,
    /// What stays in any case, and why.
    pub(in crate::commands) kept: Vec<(Reference, String)>,
}

impl Leftovers {
    /// What may go, in the order of deleting it.
    pub(super) fn stages(&self) -> Vec<Vec<Reference>> {
        let mut stages: BTreeMap<u8, Vec<Reference>> = BTreeMap::new();
        for object in &self.going {
            let rank = stage::removal_rank(object.group(), &object.kind);
            stages.entry(rank).or_default().push(object.clone());
        }
        stages.into_values().collect()
    }
}

/// What the last inventory has and is not wanted any more.
pub(in crate::commands) fn candidates(
    kept: Option<&Inventory>,
    is_wanted: impl Fn(&Reference) -> bool,
) -> impl Iterator<Item = &Reference> {
    let old = kept.into_iter().flat_map(|kept| kept.entries.keys());
    old.filter(move |object| !is_wanted(object))
}

/// Judges the candidates that are there; `others` are all inventories of the cluster.
pub(in crate::commands) fn leftovers(
    kept: &Inventory,
    is_wanted: impl Fn(&Reference) -> bool,
    before: &Snapshot,
    others: &[Inventory],
) -> Leftovers {
    let mut leftovers = Leftovers::default();
    for object in candidates(Some(kept), is_wanted) {
        let Some(live) = before.get(object) else {
            continue;
        };
        match reason_to_stay(object, live, kept, others) {
            Some(reason) => leftovers.kept.push((object.clone(), reason)),
            None => leftovers.going.push(object.clone()),
        }
    }
    leftovers
}

/// Why an object is not deleted, if there is a reason.
fn reason_to_stay(
    object: &Reference,
    live: &Value,
    kept: &Inventory,
    others: &[Inventory],
) -> Option<String> {
    if object.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        return Some("a definition, with which all resources of its kind would go".to_owned());
    }
    if object.is("", "Namespace") {
        return Some("a namespace, with which all that is in it would go".to_owned());
    }
    let shares =
        |other: &&Inventory| other.object() != kept.object() && other.entries.contains_key(object);
    if let Some(other) = others.iter().find(shares) {
        let name = outcome::revision(&other.revision);
        return Some(format!(
            "revision `{name}` in `{}` has it too",
            other.namespace
        ));
    }
    let metadata = &live["metadata"];
    let list = |field: &str| metadata[field].as_array().into_iter().flatten();
    if !list("managedFields").any(|entry| entry["manager"] == MANAGER) {
        return Some(format!(
            "no field of it belongs to field manager `{MANAGER}` any more"
        ));
    }
    if !kept.entries.get(object).is_some_and(|entry| entry.created) {
        return Some("it was there before mesh".to_owned());
    }
    if let Some(owner) = list("ownerReferences").next() {
        let text = |field: &str| owner[field].as_str().unwrap_or_default().to_owned();
        return Some(format!("it belongs to {} {}", text("kind"), text("name")));
    }
    let annotation = |name: &str| metadata["annotations"][name].as_str();
    if let Some(release) = annotation("meta.helm.sh/release-name") {
        return Some(format!("it belongs to Helm's release `{release}`"));
    }
    let is_set =
        |(name, value): &&(&str, &str)| annotation(name).is_some_and(|set| set.contains(value));
    if let Some((name, _)) = KEEP.iter().find(is_set) {
        return Some(format!("its annotation `{name}` says so"));
    }
    let label = |name: &str| metadata["labels"][name].as_str();
    if let Some(tag) = label(tags::TAG) {
        return Some(format!("it belongs to tag `{tag}`"));
    }
    let ours = outcome::revision(&kept.revision);
    label(tags::REVISION)
        .filter(|other| *other != ours)
        .map(|other| format!("it has the label of revision `{other}`"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cluster::inventory::Entry;

    fn service(name: &str) -> Reference {
        Reference::new("v1", "Service", Some("istio-system"), name)
    }

    fn inventory(revision: &str, objects: &[(Reference, bool)]) -> Inventory {
        let entries = objects.iter().map(|(object, created)| {
            let entry = Entry {
                object: object.clone(),
                created: *created,
                wanted: true,
                hash: String::new(),
                fields: String::new(),
            };
            (object.clone(), entry)
        });
        Inventory {
            namespace: "istio-system".to_owned(),
            revision: revision.to_owned(),
            entries: entries.collect(),
            ..Inventory::default()
        }
    }

    /// Why a Service `old` with this metadata stays.
    fn reason(metadata: &Value) -> Option<String> {
        let mut live = json!({"metadata": {"managedFields": [{"manager": "mesh"}], "labels": {"istio.io/rev": "default"}}});
        for (key, value) in metadata.as_object().unwrap() {
            live["metadata"][key] = value.clone();
        }
        let kept = inventory("", &[(service("old"), true)]);
        reason_to_stay(&service("old"), &live, &kept, &[])
    }

    #[test]
    fn only_what_is_ours_goes() {
        assert_eq!(reason(&json!({})), None);
        for (metadata, says) in [
            (
                json!({"managedFields": [{"manager": "helm"}]}),
                "no field of it belongs to",
            ),
            (
                json!({"ownerReferences": [{"kind": "Gateway", "name": "edge"}]}),
                "belongs to Gateway edge",
            ),
            (
                json!({"annotations": {"meta.helm.sh/release-name": "istiod"}}),
                "Helm's release `istiod`",
            ),
            (
                json!({"annotations": {"helm.sh/resource-policy": "keep"}}),
                "`helm.sh/resource-policy`",
            ),
            (
                json!({"annotations": {"install.mesh/prune": "false"}}),
                "`install.mesh/prune`",
            ),
            (
                json!({"labels": {"istio.io/rev": "canary"}}),
                "label of revision `canary`",
            ),
            (json!({"labels": {"istio.io/tag": "prod"}}), "tag `prod`"),
        ] {
            let reason = reason(&metadata).unwrap_or_default();
            assert!(reason.contains(says), "{metadata}: {reason}");
        }
    }

    #[test]
    fn what_others_have_or_what_was_there_before_stays() {
        let live = json!({"metadata": {"managedFields": [{"manager": "mesh"}]}});
        let (shared, found) = (service("shared"), service("found"));
        let definition = Reference::new(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            None,
            "a.b",
        );
        let home = Reference::new("v1", "Namespace", None, "istio-system");
        let going = service("going");
        let all = [&shared, &found, &definition, &home, &going];
        let before: Snapshot = all.iter().map(|it| ((*it).clone(), live.clone())).collect();
        let gone = service("gone");
        let kept = inventory(
            "",
            &[
                (shared.clone(), true),
                (found, false),
                (definition, true),
                (home, true),
                (going.clone(), true),
                (gone, true),
            ],
        );
        let canary = inventory("canary", &[(shared, true)]);
        let found = leftovers(&kept, |_| false, &before, &[kept.clone(), canary]);
        assert_eq!(found.going, [going]);
        let mut why: Vec<&str> = found.kept.iter().map(|(_, why)| why.as_str()).collect();
        why.sort_unstable();
        assert_eq!(
            why,
            [
                "a definition, with which all resources of its kind would go",
                "a namespace, with which all that is in it would go",
                "it was there before mesh",
                "revision `canary` in `istio-system` has it too"
            ]
        );
    }
}
