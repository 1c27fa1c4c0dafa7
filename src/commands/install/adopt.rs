//! `--adopt helm`: what a release of Helm installed is taken over.
//!
//! In an order in which every step can be done again: the objects' fields become ours, Helm's records of the releases go, and only then do
//! the objects lose the marks by which the releases are known. The records go since Helm would act by them: `helm uninstall` would
//! delete by name what is ours by then.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::apply::{Snapshot, Stage};
use crate::cluster::delete::reference;
use crate::cluster::inventory::{Entry, Inventory};
use crate::cluster::object::Reference;
use crate::cluster::request::{MANAGER, Patch, Selection};
use crate::engine::install::adopt::{Release, release, transfer, unmark};
use crate::error::{Error, Result};
use crate::output::Ui;

/// What every object of a release is labelled with. Istio's charts label theirs alike, whoever renders them.
const LABEL: &str = "app.kubernetes.io/managed-by=Helm";
/// How many requests are under way at once.
const AT_ONCE: usize = 16;

/// Who may be taken over from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum From {
    Helm,
}

/// What is taken over.
#[derive(Debug, Default)]
pub(super) struct Adoption {
    releases: BTreeSet<Release>,
    /// Objects of these releases that are applied.
    applied: Snapshot,
    /// Objects of these releases that are not.
    left: Snapshot,
    /// Helm's records of them: Secrets, or ConfigMaps where it was told so.
    records: Snapshot,
}

impl Adoption {
    /// Looks for the releases that own what is to be applied, and for what else is theirs. `before` is what is there of it.
    ///
    /// # Errors
    /// Something cannot be listed.
    pub(super) async fn find(cluster: &Cluster, before: &Snapshot) -> Result<Self> {
        let mut adoption = Self::default();
        for (object, live) in before {
            if let Some(release) = release(live) {
                adoption.releases.insert(release);
                adoption.applied.insert(object.clone(), live.clone());
            }
        }
        if adoption.releases.is_empty() {
            return Ok(adoption);
        }
        for live in labelled(cluster).await? {
            let object = reference(&live);
            let theirs = release(&live).is_some_and(|it| adoption.releases.contains(&it));
            if theirs && !before.contains_key(&object) {
                adoption.left.insert(object, live);
            }
        }
        for release in &adoption.releases {
            let selection = Selection::labels(format!("owner=helm,name={}", release.name));
            for kind in ["Secret", "ConfigMap"] {
                let discovery = cluster.discovery().await?;
                let Some(resource) = discovery.find("v1", kind) else {
                    continue;
                };
                let list = cluster.list(&resource, Some(&release.namespace), &selection);
                let items = list.await?.items.into_iter();
                adoption
                    .records
                    .extend(items.map(|it| (reference(&it), it)));
            }
        }
        Ok(adoption)
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.releases.is_empty()
    }

    /// Says what is taken over.
    pub(super) fn announce(&self, ui: &Ui) {
        if self.is_empty() {
            ui.status("there is nothing of Helm to take over");
            return;
        }
        for release in &self.releases {
            ui.status(format_args!(
                "to be taken over from Helm: release `{}` of namespace `{}`",
                release.name, release.namespace
            ));
        }
    }

    /// For a dry run, which cannot move ownership: Helm's fields are taken.
    pub(super) fn force(&self, stages: &mut [Stage]) {
        for item in stages.iter_mut().flat_map(|stage| &mut stage.items) {
            item.force |= self.applied.contains_key(&item.object);
        }
    }

    /// Adds what is not applied to what was applied before: from now on it is ours to delete.
    pub(super) fn add_to(&self, kept: Option<Inventory>, new: &Inventory) -> Option<Inventory> {
        if self.left.is_empty() {
            return kept;
        }
        let mut kept = kept.unwrap_or_else(|| Inventory {
            namespace: new.namespace.clone(),
            revision: new.revision.clone(),
            ..Inventory::default()
        });
        for object in self.left.keys() {
            let entry = Entry {
                object: object.clone(),
                created: true,
                wanted: false,
                hash: String::new(),
                fields: String::new(),
            };
            kept.entries.entry(object.clone()).or_insert(entry);
        }
        // It is not what is stored.
        kept.complete = false;
        kept.hash.clear();
        Some(kept)
    }

    /// Makes Helm's fields ours, deletes its records, and says so.
    ///
    /// # Errors
    /// The server refuses, or an object has changed since it was read. It can be done again.
    pub(super) async fn take(&self, cluster: &Cluster, ui: &Ui) -> Result<()> {
        let transfers = self.applied.iter().chain(&self.left);
        let transfers = transfers.filter_map(|(object, live)| {
            let patch = transfer(live, MANAGER)?;
            Some(async move {
                let patch = Patch::Json {
                    manager: MANAGER,
                    patch: &patch,
                };
                change(cluster, object, patch).await
            })
        });
        all(transfers.collect()).await?;
        let deletions = self.records.iter().map(|(object, live)| async move {
            let resource = cluster.discovery().await?.of(object)?;
            let uid = live["metadata"]["uid"].as_str();
            let namespace = object.namespace.as_deref();
            let remove = cluster.remove(&resource, namespace, &object.name, uid, false);
            remove.await.map(|_| ())
        });
        all(deletions.collect()).await?;
        // What is applied loses the marks with the apply, if they were Helm's.
        let marked = self
            .applied
            .iter()
            .filter(|(_, live)| transfer(live, MANAGER).is_none());
        let unmark = unmark();
        let unmarkings = marked
            .chain(&self.left)
            .map(|(object, _)| change(cluster, object, Patch::Merge(&unmark)));
        all(unmarkings.collect()).await?;
        ui.status(format_args!(
            "taken over from Helm: {} objects; its {} records of them are deleted",
            self.applied.len() + self.left.len(),
            self.records.len()
        ));
        Ok(())
    }
}

/// Every object that is labelled as Helm's, of all kinds.
async fn labelled(cluster: &Cluster) -> Result<Vec<Value>> {
    let discovery = cluster.discovery().await?;
    // Several versions of a kind are one and the same.
    let kinds: BTreeMap<String, _> = discovery
        .all()
        .filter(|it| it.can("list") && it.can("patch") && it.can("delete"))
        .map(|it| (it.name(), it))
        .collect();
    let lists: Vec<_> = kinds
        .into_values()
        .map(|resource| async move {
            let selection = Selection::labels(LABEL);
            cluster.list(resource, None, &selection).await
        })
        .collect();
    let mut lists = stream::iter(lists).buffer_unordered(AT_ONCE);
    let mut found = Vec::new();
    while let Some(list) = lists.next().await {
        found.extend(list?.items);
    }
    Ok(found)
}

async fn change(cluster: &Cluster, object: &Reference, patch: Patch<'_>) -> Result<()> {
    let resource = cluster.discovery().await?.of(object)?;
    let namespace = object.namespace.as_deref();
    let change = cluster.change(&resource, namespace, &object.name, patch);
    change.await.map(|_| ()).map_err(|trouble| {
        cluster
            .explain(&format!("take over {object} from Helm"), &trouble)
            .hint("run the same command again to go on")
    })
}

/// Does everything, some at once; the first error ends it.
async fn all<T: Future<Output = Result<()>>>(doing: Vec<T>) -> Result<(), Error> {
    let mut doing = stream::iter(doing).buffer_unordered(AT_ONCE);
    while let Some(done) = doing.next().await {
        done?;
    }
    Ok(())
}
