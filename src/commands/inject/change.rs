//! `mesh inject enable` and `mesh inject disable`.

use serde_json::{Value, json};

use super::{namespaces, pods, webhooks};
use crate::calendar;
use crate::cluster::discovery::Resource;
use crate::cluster::request::{Patch, Selection};
use crate::cluster::{self, Cluster};
use crate::engine::inject::coverage::{self, Hooks, Wish};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::settings::ConnectionFlags;

/// Where pods are never injected.
const NEVER: &[&str] = &[
    "kube-node-lease",
    "kube-public",
    "kube-system",
    "local-path-storage",
];

/// Where a pod template says when it was last restarted, as kubectl writes it.
const RESTARTED: &str = "kubectl.kubernetes.io/restartedAt";

/// Turn injection on for a namespace
///
/// The namespace gets the label istio-injection=enabled, or istio.io/rev=REVISION; the other of the
/// two goes, since istio-injection would win. Pods that run already are named, with the command that
/// makes them anew; `--restart` does it.
///
/// EXAMPLES
///   mesh inject enable shop
///   mesh inject enable shop --revision canary --restart
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct EnableArgs {
    /// Namespace to inject
    #[arg(value_name = "NAMESPACE")]
    namespace: String,

    /// Revision or tag of istiod [default: the default revision]
    #[arg(short, long, value_name = "REVISION")]
    revision: Option<String>,

    /// Label the namespace even if no istiod is installed that would act on it
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    shared: SharedFlags,
}

/// Turn injection off for a namespace
///
/// The labels istio-injection and istio.io/rev go. Where namespaces are injected unless they refuse,
/// istio-injection=disabled refuses. Pods keep their sidecars until they are made anew.
///
/// EXAMPLES
///   mesh inject disable shop
///   mesh inject disable shop --restart
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct DisableArgs {
    /// Namespace to leave alone
    #[arg(value_name = "NAMESPACE")]
    namespace: String,

    #[command(flatten)]
    shared: SharedFlags,
}

#[derive(Debug, clap::Args)]
struct SharedFlags {
    /// Restart the Deployments, StatefulSets and DaemonSets whose pods are not as asked
    #[arg(long)]
    restart: bool,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// Labels a namespace so that its pods are injected.
pub(crate) fn enable(args: &EnableArgs, ui: &Ui) -> Result<()> {
    let name = &args.namespace;
    if NEVER.contains(&name.as_str()) {
        return Err(Error::new(
            Kind::Precondition,
            format!("`{name}` belongs to Kubernetes itself, and istiod never injects its pods"),
        ));
    }
    let wish = match args.revision.as_deref() {
        None | Some("default") => Wish::Default,
        Some(revision) => Wish::Revision(revision),
    };
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.shared.connection).await?;
        let change = Change::new(&cluster, name).await?;
        if !args.force {
            change.refuse_unheard(wish)?;
        }
        change.make(wish, args.shared.restart, ui).await
    })
}

/// Takes the labels away.
pub(crate) fn disable(args: &DisableArgs, ui: &Ui) -> Result<()> {
    cluster::block_on(async {
        let cluster = Cluster::connect(&args.shared.connection).await?;
        let change = Change::new(&cluster, &args.namespace).await?;
        change.make(Wish::Off, args.shared.restart, ui).await
    })
}

/// A namespace and what decides about it.
struct Change<'a> {
    cluster: &'a Cluster,
    name: &'a str,
    namespace: Value,
    webhooks: Vec<Value>,
}

impl<'a> Change<'a> {
    async fn new(cluster: &'a Cluster, name: &'a str) -> Result<Self> {
        let namespace = cluster.read(&namespaces(), None, name).await?;
        let namespace = namespace.ok_or_else(|| {
            Error::user(format!("there is no namespace `{name}`"))
                .hint(format!("`kubectl create namespace {name}` makes it"))
        })?;
        Ok(Self {
            cluster,
            name,
            namespace,
            webhooks: webhooks(cluster).await?,
        })
    }

    /// Refuses a wish that no webhook would act on.
    fn refuse_unheard(&self, wish: Wish<'_>) -> Result<()> {
        let hooks = Hooks::of(&self.webhooks);
        let labels = wish.labels(&hooks, &self.namespace);
        let after = coverage::labelled(&self.namespace, &labels);
        match hooks.acting(&after, &json!({})) {
            Some(_) => Ok(()),
            None => Err(nobody_acts(&hooks, wish)),
        }
    }

    /// Labels the namespace, and does about the pods that run what was asked for.
    async fn make(&self, wish: Wish<'_>, restart: bool, ui: &Ui) -> Result<()> {
        let hooks = Hooks::of(&self.webhooks);
        let labels = wish.labels(&hooks, &self.namespace);
        let after = coverage::labelled(&self.namespace, &labels);
        let changes: serde_json::Map<String, Value> = labels
            .iter()
            .filter(|(name, value)| {
                self.namespace["metadata"]["labels"]
                    .get(**name)
                    .unwrap_or(&Value::Null)
                    != *value
            })
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        if changes.is_empty() {
            ui.status(format_args!(
                "namespace {} is labelled so already",
                self.name
            ));
        } else {
            let said = said(&changes);
            let patch = json!({"metadata": {"labels": changes}});
            self.patch(&namespaces(), self.name, &patch).await?;
            ui.status(format_args!("namespace {}: {said}", self.name));
        }
        if after["metadata"]["labels"]["istio.io/dataplane-mode"] == "ambient" && wish != Wish::Off
        {
            ui.warning(format_args!(
                "namespace {} is in the ambient mesh as well (istio.io/dataplane-mode=ambient); pods with a sidecar leave it",
                self.name
            ));
        }
        self.running(&hooks, &after, wish, restart, ui).await
    }

    /// What is to be done about the pods that run already.
    async fn running(
        &self,
        hooks: &Hooks<'_>,
        namespace: &Value,
        wish: Wish<'_>,
        restart: bool,
        ui: &Ui,
    ) -> Result<()> {
        let pods = pods(self.cluster, Some(self.name)).await?;
        let stale = if wish == Wish::Off {
            coverage::no_longer_wanted(hooks, namespace, &pods)
        } else {
            coverage::coverage(hooks, namespace, &pods).to_restart
        };
        if stale.is_empty() {
            return Ok(());
        }
        let is_stale = |pod: &&Value| stale.iter().any(|name| pod["metadata"]["name"] == **name);
        let stale: Vec<&Value> = pods.iter().filter(is_stale).collect();
        let workloads = self.workloads(&stale, wish).await?;
        let (loose, owned): (Vec<&Value>, Vec<&Value>) = stale.iter().partition(|pod| {
            !workloads
                .iter()
                .any(|(_, workload)| coverage::owns(workload, pod))
        });
        let what = if wish == Wish::Off {
            "with their sidecars"
        } else {
            "as they were made"
        };
        if restart {
            for (resource, workload) in &workloads {
                self.restart(resource, workload, ui).await?;
            }
        } else if !owned.is_empty() {
            ui.warning(format_args!(
                "{} of {} pods keep running {what} until they are restarted",
                owned.len(),
                pods.len()
            ));
            let names: Vec<String> = workloads.iter().map(|(kind, it)| named(kind, it)).collect();
            ui.hint(format_args!(
                "`kubectl rollout restart -n {} {}`, or the same command with `--restart`",
                self.name,
                names.join(" ")
            ));
        }
        if !loose.is_empty() {
            let names: Vec<&str> = loose
                .iter()
                .filter_map(|pod| pod["metadata"]["name"].as_str())
                .collect();
            ui.warning(format_args!(
                "these pods keep running {what}, and no Deployment, StatefulSet or DaemonSet would make them anew: {}",
                names.join(", ")
            ));
        }
        Ok(())
    }

    /// The workloads whose pods are to be made anew. Those that hold a sidecar themselves would not lose it by that.
    async fn workloads(&self, stale: &[&Value], wish: Wish<'_>) -> Result<Vec<(Resource, Value)>> {
        let mut found = Vec::new();
        for (name, plural) in [
            ("Deployment", "deployments"),
            ("StatefulSet", "statefulsets"),
            ("DaemonSet", "daemonsets"),
        ] {
            let resource = Resource::known("apps/v1", name, plural, true);
            let list = self
                .cluster
                .list(&resource, Some(self.name), &Selection::default())
                .await?;
            for workload in list.items {
                let wanted = stale.iter().any(|pod| coverage::owns(&workload, pod))
                    && !(wish == Wish::Off && coverage::holds_sidecar(&workload));
                if wanted {
                    found.push((resource.clone(), workload));
                }
            }
        }
        Ok(found)
    }

    /// Has the controller make its pods anew, as `kubectl rollout restart` does.
    async fn restart(&self, resource: &Resource, workload: &Value, ui: &Ui) -> Result<()> {
        let named = named(resource, workload);
        if workload["spec"]["paused"] == true {
            ui.warning(format_args!(
                "{named} is paused and was not restarted; `kubectl rollout resume -n {} {named}`",
                self.name
            ));
            return Ok(());
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let seconds = now.map_or(0, |since| since.as_secs());
        let stamp = calendar::rfc3339(i64::try_from(seconds).unwrap_or(i64::MAX));
        let patch =
            json!({"spec": {"template": {"metadata": {"annotations": {RESTARTED: stamp}}}}});
        let name = workload["metadata"]["name"].as_str().unwrap_or_default();
        self.patch(resource, name, &patch).await?;
        ui.status(format_args!("{named} restarted"));
        if workload["spec"]["updateStrategy"]["type"] == "OnDelete" {
            ui.warning(format_args!(
                "{named} makes a pod anew only when the old one is deleted (updateStrategy OnDelete)"
            ));
        }
        Ok(())
    }

    async fn patch(&self, resource: &Resource, name: &str, patch: &Value) -> Result<Value> {
        let answer = self
            .cluster
            .change(resource, Some(self.name), name, Patch::Merge(patch))
            .await;
        let what = format!("change {} {name}", resource.kind);
        answer.map_err(|trouble| self.cluster.explain(&what, &trouble))
    }
}

/// `deployment/web`
fn named(resource: &Resource, workload: &Value) -> String {
    let name = workload["metadata"]["name"].as_str().unwrap_or_default();
    format!("{}/{name}", resource.kind.to_lowercase())
}

/// `istio-injection=enabled, istio.io/rev removed`
fn said(changes: &serde_json::Map<String, Value>) -> String {
    let one = |(name, value): (&String, &Value)| match value.as_str() {
        Some(value) => format!("{name}={value}"),
        None => format!("{name} removed"),
    };
    changes.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn nobody_acts(hooks: &Hooks<'_>, wish: Wish<'_>) -> Error {
    let names = hooks.names();
    let error = match wish {
        Wish::Revision(revision) => {
            format!("no istiod of revision or tag `{revision}` is installed that would inject")
        }
        _ => "no istiod of the default revision is installed that would inject".to_owned(),
    };
    let error = Error::new(Kind::Precondition, error);
    let error = if names.is_empty() {
        error.hint("install one first: `mesh install`")
    } else {
        error.hint(format!("`--revision` can be one of {}", names.join(", ")))
    };
    error.hint("`--force` labels the namespace all the same")
}
