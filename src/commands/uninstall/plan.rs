//! What goes and what stays, from the inventories and from what is there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::apply::{self, Snapshot};
use crate::cluster::delete::{foreign, reference};
use crate::cluster::inventory::{self, Inventory};
use crate::cluster::object::Reference;
use crate::cluster::request::{MANAGER, Selection};
use crate::commands::proxies;
use crate::engine::inject::attached::{self, Attached, Departure};
use crate::engine::install::{charts, stage};
use crate::error::{Error, Kind, Result};

const DEFINITIONS: (&str, &str) = ("apiextensions.k8s.io", "CustomResourceDefinition");

/// The ConfigMap with istiod's certificate, in every namespace.
const ROOT: &str = "istio-ca-root-cert";
/// By what istiod's replicas agree on who acts.
const LOCKS: &[&str] = &[
    "istio-analyze-leader",
    "istio-gateway-status-leader",
    "istio-leader",
    "istio-namespace-controller-election",
    "istio-status-leader",
];

/// What is to be deleted.
pub(super) struct Plan {
    /// In order: one is gone before the next goes.
    pub(super) stages: Vec<Vec<Reference>>,
    /// What is there.
    pub(super) before: Snapshot,
    /// What stays although one might expect otherwise, and why.
    pub(super) kept: Vec<String>,
    pub(super) warnings: Vec<String>,
    /// Inventories that stay, and from now on answer for the namespace; to be written first.
    pub(super) heirs: Vec<Inventory>,
    /// Resources of users that go with their definitions.
    pub(super) resources: usize,
    /// Proxies that need what goes, and stay.
    pub(super) dependents: Vec<Attached>,
}

impl Plan {
    /// Looks at the cluster; `None` if there is nothing of ours.
    ///
    /// # Errors
    /// Something cannot be read, or it is not clear which revision is meant.
    pub(super) async fn make(
        cluster: &Cluster,
        namespace: &str,
        revision: Option<&str>,
        purge: bool,
    ) -> Result<Option<Self>> {
        let all = cluster.inventories(namespace).await?;
        let (going, staying) = choose(all, namespace, revision, purge)?;
        let mut wanted: BTreeSet<Reference> = going
            .iter()
            .flat_map(|inventory| inventory.entries.keys().cloned())
            .collect();
        if purge {
            wanted.extend(definitions());
        }
        for inventory in &staying {
            wanted.retain(|object| !inventory.entries.contains_key(object));
        }
        let mut plan = Self {
            stages: Vec::new(),
            before: apply::snapshot(cluster, &wanted).await?,
            kept: Vec::new(),
            warnings: Vec::new(),
            heirs: heirs(&going, &staying),
            resources: 0,
            dependents: Vec::new(),
        };
        plan.leave_what_is_not_ours();
        let others = plan.others(cluster).await?;
        plan.definitions(cluster, purge, &others).await?;
        if going.is_empty() && plan.before.is_empty() {
            return not_ours(cluster, namespace).await;
        }
        let last = staying.is_empty();
        if last {
            plan.byproducts(cluster, namespace).await?;
        }
        if last && others.is_empty() {
            plan.root_certificates(cluster).await?;
        }
        plan.namespace(cluster, namespace, &going, last).await?;
        plan.dependents(cluster, namespace).await?;
        plan.arrange();
        Ok(Some(plan))
    }

    /// `7 Deployments, 9 Services, …`
    pub(super) fn summary(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for object in self.stages.iter().flatten() {
            *counts.entry(&object.kind).or_default() += 1;
        }
        let counts = counts.into_iter().map(|(kind, count)| counted(count, kind));
        counts.collect::<Vec<_>>().join(", ")
    }

    /// An object of this name in which no field is ours is somebody else's by now.
    fn leave_what_is_not_ours(&mut self) {
        let (kept, before) = (&mut self.kept, &mut self.before);
        before.retain(|object, live| {
            let ours = object.is("", "Namespace") || is_definition(object) || is_managed(live);
            if !ours {
                kept.push(format!("{object}, in which no field is of mesh any more"));
            }
            ours
        });
    }

    /// The namespaces of every istiod that stays.
    async fn others(&self, cluster: &Cluster) -> Result<BTreeSet<String>> {
        let Some(deployments) = cluster.discovery().await?.find("apps/v1", "Deployment") else {
            return Ok(BTreeSet::new());
        };
        let selection = Selection::labels("app=istiod");
        let all = cluster.list(&deployments, None, &selection).await?.items;
        let staying = all
            .iter()
            .map(reference)
            .filter(|istiod| !self.before.contains_key(istiod));
        Ok(staying.filter_map(|istiod| istiod.namespace).collect())
    }

    /// Counts what would go with the definitions, or keeps them: unless all is to go, and as long as another istiod needs them.
    async fn definitions(
        &mut self,
        cluster: &Cluster,
        purge: bool,
        others: &BTreeSet<String>,
    ) -> Result<()> {
        let definitions: Vec<(Reference, Value)> = self
            .before
            .iter()
            .filter(|(object, _)| is_definition(object))
            .map(|(object, live)| (object.clone(), live.clone()))
            .collect();
        if !purge || !others.is_empty() {
            self.before.retain(|object, _| !is_definition(object));
            let why = match others.first() {
                Some(namespace) => format!("istiod in `{namespace}` needs them"),
                None => "`--purge` deletes them".to_owned(),
            };
            if !definitions.is_empty() {
                let count = definitions.len();
                self.kept.push(format!(
                    "{count} definitions (CRDs) and the resources of their kinds; {why}"
                ));
            }
            return Ok(());
        }
        let discovery = cluster.discovery().await?;
        let mut counts = Vec::new();
        for (_, definition) in &definitions {
            let kind = definition["spec"]["names"]["kind"]
                .as_str()
                .unwrap_or_default();
            let group = definition["spec"]["group"].as_str().unwrap_or_default();
            let versions = definition["spec"]["versions"].as_array();
            let mut served = versions
                .into_iter()
                .flatten()
                .filter_map(|version| version["name"].as_str())
                .filter_map(|version| discovery.find(&format!("{group}/{version}"), kind));
            let Some(resource) = served.next() else {
                continue;
            };
            let selection = Selection::default();
            let count = cluster.list(&resource, None, &selection).await?.items.len();
            if count > 0 {
                counts.push(counted(count, kind));
                self.resources += count;
            }
        }
        if self.resources > 0 {
            self.warnings.push(format!(
                "with the definitions go {} resources of their kinds: {}",
                self.resources,
                counts.join(", ")
            ));
        }
        Ok(())
    }

    /// The certificate that istiod put into every namespace; another istiod would put it there again.
    async fn root_certificates(&mut self, cluster: &Cluster) -> Result<()> {
        let discovery = cluster.discovery().await?;
        let Some(config_maps) = discovery.find("v1", "ConfigMap") else {
            return Ok(());
        };
        let roots = cluster
            .list(
                &config_maps,
                None,
                &Selection::labels("istio.io/config=true"),
            )
            .await?
            .items;
        let roots = roots
            .into_iter()
            .filter(|it| it["metadata"]["name"] == ROOT);
        self.before.extend(roots.map(|it| (reference(&it), it)));
        Ok(())
    }

    /// What istiod made in its own namespace and leaves behind.
    async fn byproducts(&mut self, cluster: &Cluster, namespace: &str) -> Result<()> {
        let secret = Reference::new("v1", "Secret", Some(namespace), "istio-ca-secret");
        let mut made = vec![secret];
        for lock in LOCKS {
            for (version, kind) in [("v1", "ConfigMap"), ("coordination.k8s.io/v1", "Lease")] {
                made.push(Reference::new(version, kind, Some(namespace), lock));
            }
        }
        let made = apply::snapshot(cluster, &made).await?;
        self.before.extend(made);
        Ok(())
    }

    /// The namespace goes if mesh made it and nothing of others is in it; if it stays, the inventories go by themselves.
    async fn namespace(
        &mut self,
        cluster: &Cluster,
        namespace: &str,
        going: &[Inventory],
        last: bool,
    ) -> Result<()> {
        let home = Reference::new("v1", "Namespace", None, namespace);
        let made = going
            .iter()
            .filter_map(|inventory| inventory.entries.get(&home))
            .any(|entry| entry.created);
        let inventories: Vec<Reference> = going.iter().map(Inventory::object).collect();
        let namespaces: Vec<Reference> = self
            .before
            .keys()
            .filter(|object| object.is("", "Namespace"))
            .cloned()
            .collect();
        for object in namespaces {
            let reason = if object != home || !made {
                Some("which was there before mesh".to_owned())
            } else if !last {
                Some("in which another revision is installed".to_owned())
            } else {
                let ours = |it: &Reference| {
                    self.before.contains_key(it)
                        || inventories.contains(it)
                        || it.is("", "ConfigMap") && it.name == ROOT
                };
                let others = foreign(cluster, namespace, ours).await?;
                others.first().map(|first| match others.len() {
                    1 => format!("since {first} is in it, which is not of mesh"),
                    more => format!(
                        "since {first} and {} more objects are in it, which are not of mesh",
                        more - 1
                    ),
                })
            };
            if let Some(reason) = reason {
                self.before.remove(&object);
                self.kept
                    .push(format!("namespace `{}`, {reason}", object.name));
            }
        }
        if !self.before.contains_key(&home) {
            let there = apply::snapshot(cluster, &inventories).await?;
            self.before.extend(there);
        }
        Ok(())
    }

    /// Proxies that would be without a control plane.
    async fn dependents(&mut self, cluster: &Cluster, namespace: &str) -> Result<()> {
        let going = |object: &Reference| self.before.contains_key(object);
        let goes = |namespace: &str, kind: &str, name: &str| {
            ["apps/v1", "v1"]
                .iter()
                .any(|version| going(&Reference::new(version, kind, Some(namespace), name)))
        };
        let departure = Departure {
            istio_namespace: namespace,
            revisions: self.before.values().filter_map(attached::serves).collect(),
            ambient: self.before.keys().any(|object| {
                object.is("apps", "DaemonSet")
                    && ["ztunnel", "istio-cni-node"].contains(&object.name.as_str())
            }),
            goes: &goes,
        };
        self.dependents = attached::dependents(proxies::read(cluster).await?, &departure);
        Ok(())
    }

    /// Puts all that is there into stages; inventories go after everything they list, and the namespace last.
    fn arrange(&mut self) {
        let mut stages: BTreeMap<u8, Vec<Reference>> = BTreeMap::new();
        for object in self.before.keys() {
            let rank = stage::removal_rank(object.group(), &object.kind) * 2;
            let rank = if inventory::is_one(object) { 7 } else { rank };
            stages.entry(rank).or_default().push(object.clone());
        }
        self.stages = stages.into_values().collect();
    }
}

/// The inventories that go, and those that stay.
fn choose(
    all: Vec<Inventory>,
    namespace: &str,
    revision: Option<&str>,
    purge: bool,
) -> Result<(Vec<Inventory>, Vec<Inventory>)> {
    if purge {
        return Ok((all, Vec::new()));
    }
    let names: Vec<String> = all
        .iter()
        .map(|one| format!("`{}`", shown(&one.revision)))
        .collect();
    let names = names.join(", ");
    let (going, staying): (Vec<_>, Vec<_>) = match revision {
        Some(revision) => all
            .into_iter()
            .partition(|one| one.revision == revision || shown(&one.revision) == revision),
        None if all.len() > 1 => {
            return Err(Error::usage(format!(
                "several revisions are installed in `{namespace}`: {names}"
            ))
            .hint("choose one with `--revision NAME`, or all with `--purge`"));
        }
        None => (all, Vec::new()),
    };
    if let (Some(revision), []) = (revision, going.as_slice()) {
        let error = Error::new(
            Kind::Precondition,
            format!("mesh has no revision `{revision}` in namespace `{namespace}`"),
        );
        return Err(if staying.is_empty() {
            error
        } else {
            error.hint(format!("there are: {names}"))
        });
    }
    Ok((going, staying))
}

/// Those that stay and share an object which one that goes has made: they made it from now on.
fn heirs(going: &[Inventory], staying: &[Inventory]) -> Vec<Inventory> {
    let made = |object: &Reference| {
        let mut entries = going.iter().filter_map(|one| one.entries.get(object));
        entries.any(|entry| entry.created)
    };
    let mut heirs = Vec::new();
    for inventory in staying {
        let mut heir = inventory.clone();
        for (object, entry) in &mut heir.entries {
            entry.created |= made(object);
        }
        if heir != *inventory {
            heirs.push(heir);
        }
    }
    heirs
}

fn shown(revision: &str) -> &str {
    if revision.is_empty() {
        "default"
    } else {
        revision
    }
}

/// No inventory and nothing of ours: then an istiod that is there is of somebody else.
async fn not_ours(cluster: &Cluster, namespace: &str) -> Result<Option<Plan>> {
    let Some(deployments) = cluster.discovery().await?.find("apps/v1", "Deployment") else {
        return Ok(None);
    };
    let selection = Selection::labels("app=istiod");
    let found = cluster
        .list(&deployments, Some(namespace), &selection)
        .await?
        .items;
    if found.is_empty() {
        return Ok(None);
    }
    Err(Error::new(
        Kind::Precondition,
        format!("istiod is in `{namespace}`, and mesh did not install it: there is no inventory"),
    )
    .hint("what `mesh manifest generate … | kubectl apply -f -` made goes with `mesh manifest generate … | kubectl delete -f -`")
    .hint("`mesh install` with the same profile adopts it; then it can be uninstalled"))
}

/// Istio's definitions, as the binary has them.
fn definitions() -> impl Iterator<Item = Reference> {
    let names = charts::definitions().into_iter();
    names.map(|(name, _)| {
        Reference::new(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            None,
            name,
        )
    })
}

/// `1 Gateway`, `2 Gateways`, `2 NetworkPolicies`.
pub(super) fn counted(count: usize, kind: &str) -> String {
    match (count, kind.strip_suffix('y')) {
        (1, _) => format!("1 {kind}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{count} {stem}ies"),
        _ => format!("{count} {kind}s"),
    }
}

fn is_definition(object: &Reference) -> bool {
    object.is(DEFINITIONS.0, DEFINITIONS.1)
}

fn is_managed(live: &Value) -> bool {
    let managers = live["metadata"]["managedFields"].as_array();
    let mut managers = managers.into_iter().flatten();
    managers.any(|entry| entry["manager"] == MANAGER)
}
