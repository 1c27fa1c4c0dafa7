//! Discovery: which groups, versions and kinds there are, as separate documents and as one. Pure.

use std::sync::Arc;

use serde_json::{Value, json};

use super::actions;
use crate::sandbox::api::ResourceInfo;
use crate::sandbox::kinds::{join_version, priority};

/// The subresources that show a part of an object.
const PARTS: [&str; 3] = ["finalize", "scale", "status"];

/// Whether the server answers for a subresource; what else the table of kinds names is not to be had yet.
pub(super) fn is_served(subresource: &str) -> bool {
    PARTS.contains(&subresource) || actions::ACTIONS.contains(&subresource)
}

type Kinds = [Arc<ResourceInfo>];

/// The groups in the order in which they first appear, each with its versions, the preferred one first. Without the core.
fn groups(kinds: &Kinds) -> Vec<(&str, Vec<&str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for info in kinds.iter().filter(|info| !info.group.is_empty()) {
        let at = groups.iter().position(|(name, _)| *name == info.group);
        let at = at.unwrap_or_else(|| {
            groups.push((&info.group, Vec::new()));
            groups.len() - 1
        });
        if !groups[at].1.contains(&info.version.as_str()) {
            groups[at].1.push(&info.version);
        }
    }
    for (_, versions) in &mut groups {
        versions.sort_by_key(|version| std::cmp::Reverse(priority(version)));
    }
    groups
}

/// `/api`.
pub(super) fn versions(address: &str) -> Value {
    json!({"kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]})
}

/// `/apis`.
pub(super) fn group_list(kinds: &Kinds) -> Value {
    let groups: Vec<Value> = groups(kinds)
        .iter()
        .map(|(name, versions)| group_json(name, versions))
        .collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

/// `/apis/GROUP`; `None` if there is no such group.
pub(super) fn group(kinds: &Kinds, name: &str) -> Option<Value> {
    let groups = groups(kinds);
    let (name, versions) = groups.iter().find(|(one, _)| *one == name)?;
    let mut out = group_json(name, versions);
    out["kind"] = json!("APIGroup");
    out["apiVersion"] = json!("v1");
    Some(out)
}

fn group_json(name: &str, versions: &[&str]) -> Value {
    let version =
        |version: &&str| json!({"groupVersion": join_version(name, version), "version": version});
    json!({"name": name, "versions": versions.iter().map(version).collect::<Vec<_>>(),
        "preferredVersion": versions.first().map(version)})
}

fn of<'a>(
    kinds: &'a Kinds,
    group: &'a str,
    version: &'a str,
) -> impl Iterator<Item = &'a Arc<ResourceInfo>> {
    kinds
        .iter()
        .filter(move |info| info.group == group && info.version == version)
}

fn subresources(info: &ResourceInfo) -> impl Iterator<Item = &str> {
    let all = info.subresources.iter().map(String::as_str);
    all.filter(|name| is_served(name))
}

/// The kind that a subresource's object is of, and what may be done with it.
fn subresource_kind<'a>(
    info: &'a ResourceInfo,
    name: &str,
) -> ((&'a str, &'a str, &'a str), &'static [&'static str]) {
    match name {
        "scale" => (("autoscaling", "v1", "Scale"), &["get", "patch", "update"]),
        "finalize" => ((&info.group, &info.version, &info.kind), &["update"]),
        action if actions::ACTIONS.contains(&action) => {
            let (group, version, kind, verbs) = actions::kind(action);
            ((group, version, kind), verbs)
        }
        _ => (
            (&info.group, &info.version, &info.kind),
            &["get", "patch", "update"],
        ),
    }
}

/// `/api/v1`, `/apis/GROUP/VERSION`; `None` if there is nothing in it.
pub(super) fn resource_list(kinds: &Kinds, group: &str, version: &str) -> Option<Value> {
    let mut resources = Vec::new();
    for info in of(kinds, group, version) {
        let mut main = json!({"name": info.plural, "singularName": info.singular, "namespaced": info.namespaced,
            "kind": info.kind, "verbs": info.verbs});
        if !info.short_names.is_empty() {
            main["shortNames"] = json!(info.short_names);
        }
        if !info.categories.is_empty() {
            main["categories"] = json!(info.categories);
        }
        resources.push(main);
        for name in subresources(info) {
            let ((group, version, kind), verbs) = subresource_kind(info, name);
            let mut sub = json!({"name": format!("{}/{name}", info.plural), "singularName": "",
                "namespaced": info.namespaced, "kind": kind, "verbs": verbs});
            if group != info.group {
                sub["group"] = json!(group);
                sub["version"] = json!(version);
            }
            resources.push(sub);
        }
    }
    let found = !resources.is_empty();
    found.then(|| json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": join_version(group, version),
        "resources": resources}))
}

/// `/api` or `/apis` with everything below it in one document; `form` is `v2` or `v2beta1`.
pub(super) fn aggregated(kinds: &Kinds, core: bool, form: &str) -> Value {
    let groups = if core {
        vec![("", vec!["v1"])]
    } else {
        groups(kinds)
    };
    let items: Vec<Value> = groups
        .into_iter()
        .map(|(group, versions)| {
            let versions: Vec<Value> = versions
                .into_iter()
                .map(|version| {
                    let resources: Vec<Value> = of(kinds, group, version)
                        .map(|info| aggregated_resource(info))
                        .collect();
                    json!({"version": version, "freshness": "Current", "resources": resources})
                })
                .collect();
            let mut metadata = json!({"creationTimestamp": null});
            if !group.is_empty() {
                metadata["name"] = json!(group);
            }
            json!({"metadata": metadata, "versions": versions})
        })
        .collect();
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": format!("apidiscovery.k8s.io/{form}"), "metadata": {},
        "items": items})
}

fn aggregated_resource(info: &ResourceInfo) -> Value {
    let kind = |(group, version, kind): (&str, &str, &str)| json!({"group": group, "version": version, "kind": kind});
    let scope = if info.namespaced {
        "Namespaced"
    } else {
        "Cluster"
    };
    let mut out = json!({"resource": info.plural, "singularResource": info.singular, "scope": scope, "verbs": info.verbs,
        "responseKind": kind((&info.group, &info.version, &info.kind))});
    if !info.short_names.is_empty() {
        out["shortNames"] = json!(info.short_names);
    }
    if !info.categories.is_empty() {
        out["categories"] = json!(info.categories);
    }
    let subresources: Vec<Value> = subresources(info)
        .map(|name| {
            let (of, verbs) = subresource_kind(info, name);
            json!({"subresource": name, "responseKind": kind(of), "verbs": verbs})
        })
        .collect();
    if !subresources.is_empty() {
        out["subresources"] = json!(subresources);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_versions_as_kubernetes_does() {
        let mut versions = vec!["v1alpha3", "foo1", "v1", "v1beta2", "v2", "v10", "v1beta10"];
        versions.sort_by_key(|version| std::cmp::Reverse(priority(version)));
        assert_eq!(
            versions,
            ["v10", "v2", "v1", "v1beta10", "v1beta2", "v1alpha3", "foo1"]
        );
    }
}
