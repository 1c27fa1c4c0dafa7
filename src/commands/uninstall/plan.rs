//! What goes and what stays, from the inventories and from what is there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::found::{self, Byproducts, Found};
use super::scope::{self, Labelled, Scope, Target};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, Snapshot};
use crate::cluster::delete::{foreign, reference};
use crate::cluster::inventory::{self, Inventory};
use crate::cluster::object::Reference;
use crate::cluster::request::{MANAGER, Selection};
use crate::commands::proxies;
use crate::engine::inject::attached::{self, Attached, Departure};
use crate::engine::install::removal::{self, IN_EVERY_NAMESPACE, Istiod, Reach};
use crate::engine::install::{stage, tags};
use crate::error::{Error, Kind, Result};

/// What is to be deleted.
#[derive(Default)]
pub(super) struct Plan {
    /// In order: one is gone before the next goes.
    pub(super) stages: Vec<Vec<Reference>>,
    /// What istiod made, to be looked up again when its pods are gone: until then it makes it anew.
    pub(super) byproducts: Byproducts,
    /// How many stages go before the by-products.
    pub(super) byproducts_at: usize,
    /// What is there.
    pub(super) before: Snapshot,
    /// What stays although one might expect otherwise.
    pub(super) kept: Vec<Kept>,
    pub(super) warnings: Vec<String>,
    /// Inventories that stay, and from now on answer for what they share; to be written first.
    pub(super) heirs: Vec<Inventory>,
    /// An inventory of which a part goes, as it is after that; to be written last.
    pub(super) rest: Option<Inventory>,
    /// The revisions whose istiod or injector goes.
    pub(super) revisions: BTreeSet<String>,
    /// Resources of users that go with their definitions.
    pub(super) resources: Vec<Reference>,
    /// Proxies that need what goes, and stay.
    pub(super) dependents: Vec<Attached>,
    /// Clusters whose proxies may ask the istiod that goes.
    pub(super) remotes: Vec<Remote>,
}

/// An object that stays.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Kept {
    #[serde(flatten)]
    pub(super) object: Reference,
    /// A clause: `it was there before mesh`.
    pub(super) reason: String,
}

/// Another cluster that istiod reads.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Remote {
    pub(super) cluster: String,
    /// The Secret that says how: `istio-system/istio-remote-secret-west`.
    pub(super) secret: String,
}

impl Plan {
    /// Looks at the cluster; `None` if there is nothing that could go.
    ///
    /// # Errors
    /// Something cannot be read, or it is not clear which revision is meant.
    pub(super) async fn make(
        cluster: &Cluster,
        namespace: &str,
        target: Target,
    ) -> Result<Option<Self>> {
        let everything = matches!(target, Target::Everything);
        let configured = matches!(target, Target::Configuration { .. });
        let all = cluster.inventories(namespace).await?;
        let scope = scope::scope(all, namespace, target)?;
        let mut found = Found::read(cluster, namespace, &scope.wanted).await?;
        let mut making = Making {
            cluster,
            namespace,
            everything,
            plan: Self {
                before: std::mem::take(&mut found.wanted),
                heirs: scope.heirs(),
                rest: scope.rest.clone(),
                ..Self::default()
            },
            scope,
            found,
            made: BTreeSet::new(),
        };
        making.run().await?;
        let plan = making.plan;
        if !plan.before.is_empty() {
            return Ok(Some(plan));
        }
        if !configured {
            not_ours(cluster, namespace).await?;
        }
        Ok(None)
    }

    /// How many objects of each kind go.
    pub(super) fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for object in self.stages.iter().flatten() {
            *counts.entry(object.kind.as_str()).or_default() += 1;
        }
        counts
    }
}

/// A plan while it is made.
struct Making<'a> {
    cluster: &'a Cluster,
    namespace: &'a str,
    everything: bool,
    scope: Scope,
    found: Found,
    plan: Plan,
    /// The by-products that there are.
    made: BTreeSet<Reference>,
}

impl Making<'_> {
    async fn run(&mut self) -> Result<()> {
        self.leave_what_is_not_ours();
        self.add_what_is_labelled().await?;
        self.keep_what_is_shared();
        let going = self.plan.before.values();
        self.plan.revisions = going.filter_map(attached::serves).collect();
        self.add_tags();
        let others = self.found.others(&self.plan.before);
        self.definitions(&others).await?;
        let last = !others.contains(self.namespace)
            && self.scope.staying.is_empty()
            && self.scope.rest.is_none();
        self.add_byproducts(last, &others).await?;
        self.namespaces(last).await?;
        self.dependents(&others).await?;
        self.warn_of_namespaces();
        self.arrange();
        Ok(())
    }

    fn keep(&mut self, object: &Reference, reason: impl Into<String>) {
        self.plan.before.remove(object);
        self.plan.kept.push(Kept {
            object: object.clone(),
            reason: reason.into(),
        });
    }

    /// An object of this name in which no field is ours is somebody else's by now.
    fn leave_what_is_not_ours(&mut self) {
        if self.scope.by_name {
            return;
        }
        let before = self.plan.before.iter();
        let not_ours = before.filter(|(object, live)| {
            !object.is("", "Namespace") && !is_definition(object) && !is_managed(live)
        });
        let not_ours: Vec<Reference> = not_ours.map(|(object, _)| object.clone()).collect();
        for object in not_ours {
            self.keep(&object, "no field of it is of mesh any more");
        }
    }

    async fn add_what_is_labelled(&mut self) -> Result<()> {
        let revision = match &self.scope.labelled {
            Labelled::Nothing => return Ok(()),
            Labelled::Everything => None,
            Labelled::Revision(revision) => Some(revision.as_str()),
        };
        let istiods = self.found.istiods.iter();
        let mut spaces = istiods.map(|it| it["metadata"]["namespace"].as_str());
        let reach = Reach {
            istio_namespace: self.namespace,
            revision,
            alone: spaces.all(|it| it == Some(self.namespace)),
        };
        let labelled = found::labelled(self.cluster, reach).await?;
        let known: BTreeSet<&Reference> = self
            .scope
            .going
            .iter()
            .flat_map(|one| one.entries.keys())
            .collect();
        let strange: Vec<&Value> = labelled
            .iter()
            .filter(|(object, _)| !known.contains(object))
            .map(|(_, live)| live)
            .collect();
        if let Some(release) = strange.iter().find_map(|live| release_of(live)) {
            self.plan.warnings.push(format!(
                "some of it is of Helm, which will still list its releases: `helm uninstall {release}` and the like forget them"
            ));
        }
        self.plan
            .kept
            .retain(|kept| !labelled.contains_key(&kept.object));
        self.plan.before.extend(labelled);
        Ok(())
    }

    fn keep_what_is_shared(&mut self) {
        for (object, revision) in self.scope.shared() {
            // Why a namespace stays is said with all else about namespaces.
            if !object.is("", "Namespace") && !is_definition(&object) {
                self.keep(&object, format!("revision `{revision}` has it too"));
            }
        }
        let Some(rest) = &self.scope.rest else { return };
        let rest: Vec<Reference> = rest.entries.keys().cloned().collect();
        for object in rest {
            if !object.is("", "Namespace") && !is_definition(&object) {
                self.keep(&object, "this configuration does not have it");
            }
        }
    }

    /// Tags of what goes, whoever set them, and every other webhook of Istio's that would call what is gone.
    fn add_tags(&mut self) {
        let plan = &mut self.plan;
        for service in self.found.own.iter().filter(|it| it["kind"] == "Service") {
            let revision = service["metadata"]["labels"][tags::REVISION].as_str();
            if revision.is_some_and(|it| plan.revisions.contains(it)) {
                plan.before.insert(reference(service), service.clone());
            }
        }
        let services: BTreeSet<(&str, &str)> = plan
            .before
            .keys()
            .filter(|object| object.is("", "Service"))
            .filter_map(|it| Some((it.namespace.as_deref()?, it.name.as_str())))
            .collect();
        let webhooks = self.found.webhooks.iter();
        let stray: Vec<(Reference, Value)> = webhooks
            .filter(|webhook| removal::calls(webhook, &services))
            .map(|webhook| (reference(webhook), webhook.clone()))
            .filter(|(object, _)| !plan.before.contains_key(object))
            .collect();
        for (object, webhook) in stray {
            // One that stays in another inventory would otherwise be listed as kept.
            plan.kept.retain(|kept| kept.object != object);
            plan.before.insert(object, webhook);
        }
    }

    /// Counts what would go with the definitions, or keeps them: unless all is to go, and as long as another istiod needs them.
    async fn definitions(&mut self, others: &BTreeSet<String>) -> Result<()> {
        let before = self.plan.before.iter();
        let definitions: Vec<(Reference, Value)> = before
            .filter(|(object, _)| is_definition(object))
            .map(|(object, live)| (object.clone(), live.clone()))
            .collect();
        if !self.everything || !others.is_empty() {
            let reason = match others.first() {
                Some(namespace) => format!("istiod in `{namespace}` needs it"),
                None => {
                    "only `--purge` takes definitions, with all resources of their kinds".to_owned()
                }
            };
            for (object, _) in definitions {
                self.keep(&object, &reason);
            }
            return Ok(());
        }
        for (_, definition) in &definitions {
            let of = resources(self.cluster, definition).await?;
            self.plan.resources.extend(of);
        }
        self.plan.resources.sort();
        Ok(())
    }

    /// What istiod made: for itself, and with the last one of the cluster, for all.
    async fn add_byproducts(&mut self, last: bool, others: &BTreeSet<String>) -> Result<()> {
        self.plan.byproducts = Byproducts {
            namespace: self.namespace.to_owned(),
            last,
            for_all: last && others.is_empty(),
            revisions: self.plan.revisions.clone(),
        };
        let byproducts = &self.plan.byproducts;
        let made = byproducts.among(self.cluster, &self.found.own).await?;
        self.made = made.keys().cloned().collect();
        self.plan.before.extend(made);
        Ok(())
    }

    /// The namespace goes if mesh made it and nothing of others is in it; if it stays, the inventories go by themselves.
    async fn namespaces(&mut self, last: bool) -> Result<()> {
        let home = Reference::new("v1", "Namespace", None, self.namespace);
        let live = self.found.namespaces.iter();
        let live = live.filter(|it| it["metadata"]["name"] == self.namespace);
        let live = live.map(|it| (home.clone(), it.clone()));
        if last {
            self.plan.before.extend(live);
        }
        let namespaces: Vec<Reference> = self
            .plan
            .before
            .keys()
            .filter(|object| object.is("", "Namespace"))
            .cloned()
            .collect();
        let inventories: Vec<Reference> = self.inventories();
        // Nobody knows who made it, but it is part of the configuration that is to go.
        let named = self.scope.by_name && self.scope.wanted.contains(&home);
        let made = named || self.scope.made(&home);
        for object in namespaces {
            if object != home || (!made && !self.everything) {
                self.keep(&object, "it was there before mesh");
                continue;
            }
            if !last {
                self.keep(&object, "more of the mesh is in it");
                continue;
            }
            let left = self.left_in_namespace(&inventories).await?;
            if !made {
                self.keep(&object, "mesh did not make it");
            } else if let Some(first) = left.first() {
                let reason = match left.len() {
                    1 => format!("{first} is in it, which is not of mesh"),
                    more => format!(
                        "{first} and {} more are in it, which are not of mesh",
                        more - 1
                    ),
                };
                self.keep(&object, reason);
            }
            for object in left {
                self.keep(&object, "it is not of mesh");
            }
        }
        if !self.plan.before.contains_key(&home) {
            let there = apply::snapshot(self.cluster, &inventories).await?;
            self.plan.before.extend(there);
        }
        Ok(())
    }

    /// The inventories that go: all but one that keeps something.
    fn inventories(&self) -> Vec<Reference> {
        let rest = self.scope.rest.as_ref().map(Inventory::object);
        let going = self.scope.going.iter().map(Inventory::object);
        going
            .filter(|object| Some(object) != rest.as_ref())
            .collect()
    }

    /// What is in the namespace when everything of the mesh is gone, what istiod makes until it is gone among it. That of
    /// another namespace may have made something, too.
    async fn left_in_namespace(&self, inventories: &[Reference]) -> Result<Vec<Reference>> {
        let ours = |it: &Reference| {
            self.plan.before.contains_key(it)
                || inventories.contains(it)
                || self.plan.resources.contains(it)
                || Istiod::Last.made(&it.kind, &it.name)
                || it.is("", "ConfigMap") && IN_EVERY_NAMESPACE.contains(&it.name.as_str())
        };
        foreign(self.cluster, self.namespace, ours).await
    }

    /// Proxies that would be without a control plane, and clusters that may have some.
    async fn dependents(&mut self, others: &BTreeSet<String>) -> Result<()> {
        let before = &self.plan.before;
        let goes = |namespace: &str, kind: &str, name: &str| {
            ["apps/v1", "v1"].iter().any(|version| {
                before.contains_key(&Reference::new(version, kind, Some(namespace), name))
            })
        };
        let departure = Departure {
            istio_namespace: self.namespace,
            revisions: self.plan.revisions.clone(),
            ambient: before.keys().any(|object| {
                object.is("apps", "DaemonSet")
                    && ["ztunnel", "istio-cni-node"].contains(&object.name.as_str())
            }),
            goes: &goes,
        };
        self.plan.dependents = attached::dependents(proxies::read(self.cluster).await?, &departure);
        let istiod_goes = before
            .values()
            .any(|it| it["metadata"]["labels"]["app"] == "istiod");
        if istiod_goes && !others.contains(self.namespace) {
            self.plan.remotes = self.found.remotes.iter().flat_map(remotes).collect();
        }
        Ok(())
    }

    /// Namespaces whose new pods would come without a sidecar.
    fn warn_of_namespaces(&mut self) {
        let mutating = self.found.webhooks.iter();
        let mutating = mutating.filter(|it| it["kind"] == "MutatingWebhookConfiguration");
        let (going, staying): (Vec<&Value>, Vec<&Value>) =
            mutating.partition(|it| self.plan.before.contains_key(&reference(it)));
        let names = |webhooks: Vec<&Value>| -> BTreeSet<String> {
            let names = webhooks.into_iter().filter_map(removal::asked_for);
            names.collect()
        };
        let spaces = &self.found.namespaces;
        let without = removal::without_injector(spaces, &names(going), &names(staying));
        if !without.is_empty() {
            let these = without.join(", ");
            self.plan.warnings.push(format!(
                "namespaces that ask for injection will not get it any more: {these}"
            ));
        }
    }

    /// Puts all that is there into stages: what istiod made goes after its pods, which a Deployment takes with it; inventories
    /// after everything they list, and the namespace last.
    fn arrange(&mut self) {
        const BYPRODUCTS: u8 = 5;
        let mut stages: BTreeMap<u8, Vec<Reference>> = BTreeMap::new();
        for object in self.plan.before.keys() {
            let rank = stage::removal_rank(object.group(), &object.kind) * 2;
            let rank = if inventory::is_one(object) {
                7
            } else if self.made.contains(object) {
                BYPRODUCTS
            } else {
                rank
            };
            stages.entry(rank).or_default().push(object.clone());
        }
        self.plan.byproducts_at = stages.range(..BYPRODUCTS).count();
        self.plan.stages = stages.into_values().collect();
    }
}

/// The resources of a definition's kind.
async fn resources(cluster: &Cluster, definition: &Value) -> Result<Vec<Reference>> {
    let discovery = cluster.discovery().await?;
    let spec = &definition["spec"];
    let kind = spec["names"]["kind"].as_str().unwrap_or_default();
    let group = spec["group"].as_str().unwrap_or_default();
    let versions = spec["versions"].as_array().into_iter().flatten();
    let mut served = versions
        .filter_map(|version| version["name"].as_str())
        .filter_map(|version| discovery.find(&format!("{group}/{version}"), kind));
    let Some(resource) = served.next() else {
        return Ok(Vec::new());
    };
    let list = cluster.list(&resource, None, &Selection::default()).await?;
    Ok(list.items.iter().map(reference).collect())
}

/// The clusters that a Secret tells istiod of.
fn remotes(secret: &Value) -> impl Iterator<Item = Remote> {
    let metadata = &secret["metadata"];
    let text = |field: &str| metadata[field].as_str().unwrap_or_default();
    let name = format!("{}/{}", text("namespace"), text("name"));
    let clusters = secret["data"].as_object().into_iter().flatten();
    clusters.map(move |(cluster, _)| Remote {
        cluster: cluster.clone(),
        secret: name.clone(),
    })
}

/// Nothing to delete, and no inventory: then an istiod that is there is of somebody else.
async fn not_ours(cluster: &Cluster, namespace: &str) -> Result<()> {
    let selection = Selection::labels("app=istiod");
    let found = cluster
        .list_if_served("apps/v1", "Deployment", Some(namespace), selection)
        .await?;
    if found.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        Kind::Precondition,
        format!("istiod is in `{namespace}`, and mesh did not install it: there is no inventory"),
    )
    .hint("`--profile`, `--set` or `-f` as it was installed take away what they name; `--purge` everything with Istio's labels")
    .hint("`mesh install` with the same profile adopts it; then it can be uninstalled"))
}

/// The Helm release that an object belongs to, as `helm uninstall` wants it.
fn release_of(object: &Value) -> Option<String> {
    let annotation = |name: &str| object["metadata"]["annotations"][name].as_str();
    let name = annotation("meta.helm.sh/release-name")?;
    let namespace = annotation("meta.helm.sh/release-namespace").unwrap_or("default");
    Some(format!("{name} -n {namespace}"))
}

fn is_definition(object: &Reference) -> bool {
    object.is("apiextensions.k8s.io", "CustomResourceDefinition")
}

fn is_managed(live: &Value) -> bool {
    let managers = live["metadata"]["managedFields"].as_array();
    let mut managers = managers.into_iter().flatten();
    managers.any(|entry| entry["manager"] == MANAGER)
}
