//! `mesh status`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::cluster::inventory::Inventory;
use crate::cluster::request::Selection;
use crate::cluster::{self, Cluster};
use crate::engine::status::{self, Report, Snapshot, Workload};
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};
use crate::output::table::Table;
use crate::settings::{ConnectionFlags, IstioNamespaceFlag};

/// Show what of the mesh runs in the cluster
///
/// The control plane by revision, the gateways and where they are reached, the add-ons, the
/// namespaces that are injected with how many of their pods have a proxy, and the proxies by
/// version. It makes no difference what installed them.
///
/// EXAMPLES
///   mesh status
///   mesh status -o json
///   mesh status --context prod -i mesh-system
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    istio_namespace: IstioNamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// What runs, and what `mesh` knows of having installed it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    server: String,
    installations: Vec<Installation>,
    #[serde(flatten)]
    report: Report,
}

/// An inventory, in brief.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    revision: String,
    profile: String,
    /// Whether the last apply came to its end.
    complete: bool,
    objects: usize,
}

/// Reads and prints.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let namespace = args.istio_namespace.name();
    let status = cluster::block_on(read(args, ui))?;
    ui.report(&status, args.format.output, table)?;
    if args.format.output != Format::Table {
        return Ok(());
    }
    for installation in status.installations.iter().filter(|one| !one.complete) {
        ui.warning(format_args!(
            "the last apply of revision {} did not come to its end; run it again",
            installation.revision
        ));
    }
    if status.report.control_plane.is_empty() {
        ui.hint(format_args!(
            "`mesh install --profile demo` installs one; one in another namespace than `{namespace}` is found as well"
        ));
    }
    Ok(())
}

async fn read(args: &Args, ui: &Ui) -> Result<Status> {
    let cluster = Cluster::connect(&args.connection).await?;
    ui.detail(format_args!("asking {}", cluster.server()));
    cluster.discovery().await?;
    let namespace = args.istio_namespace.name();
    let (inventories, deployments, daemon_sets, namespaces, proxies) = tokio::try_join!(
        cluster.inventories(namespace),
        cluster.list_if_served("apps/v1", "Deployment", None, Selection::default()),
        cluster.list_if_served("apps/v1", "DaemonSet", None, Selection::default()),
        cluster.list_if_served("v1", "Namespace", None, Selection::default()),
        cluster.list_if_served(
            "v1",
            "Pod",
            None,
            Selection::labels("service.istio.io/canonical-name")
        ),
    )?;
    let mut snapshot = Snapshot {
        workloads: deployments.into_iter().chain(daemon_sets).collect(),
        namespaces,
        services: Vec::new(),
        pods: proxies,
    };
    let name = |value: &Value, field: &str| {
        value["metadata"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let injected: BTreeSet<String> = snapshot
        .namespaces
        .iter()
        .filter(|namespace| status::injection(namespace).is_some())
        .map(|namespace| name(namespace, "name"))
        .collect();
    let with_gateway: BTreeSet<String> = status::report(&snapshot, namespace)
        .gateways
        .into_iter()
        .map(|gateway| gateway.workload.namespace)
        .collect();
    snapshot
        .pods
        .retain(|pod| !injected.contains(&name(pod, "namespace")));
    for one in &injected {
        let pods = cluster.list_if_served("v1", "Pod", Some(one), Selection::default());
        snapshot.pods.extend(pods.await?);
    }
    for one in &with_gateway {
        let services = cluster.list_if_served("v1", "Service", Some(one), Selection::default());
        snapshot.services.extend(services.await?);
    }
    Ok(Status {
        server: cluster.server().to_owned(),
        installations: inventories.iter().map(brief).collect(),
        report: status::report(&snapshot, namespace),
    })
}

fn brief(inventory: &Inventory) -> Installation {
    Installation {
        revision: match inventory.revision.as_str() {
            "" => "default".to_owned(),
            revision => revision.to_owned(),
        },
        profile: inventory.inputs["profile"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        complete: inventory.complete,
        objects: inventory.entries.len(),
    }
}

fn table(status: &Status) -> String {
    let report = &status.report;
    let mut out = String::new();
    if report.control_plane.is_empty() {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "no control plane runs in {}", status.server);
    } else {
        let mut table = Table::new(["CONTROL PLANE", "NAMESPACE", "REVISION", "VERSION", "READY"]);
        for one in &report.control_plane {
            let revision = one.revision.as_deref().unwrap_or("-");
            table.row([
                &one.name,
                &one.namespace,
                revision,
                &one.version,
                &ready(one),
            ]);
        }
        let _ = write!(out, "{table}");
    }
    if !report.gateways.is_empty() {
        let mut table = Table::new([
            "GATEWAY",
            "NAMESPACE",
            "VERSION",
            "READY",
            "SERVICE",
            "ADDRESS",
        ]);
        for gateway in &report.gateways {
            let one = &gateway.workload;
            let address = match (gateway.addresses.as_slice(), gateway.service.as_deref()) {
                ([], Some("LoadBalancer")) => "<pending>".to_owned(),
                ([], _) => "-".to_owned(),
                (addresses, _) => addresses.join(","),
            };
            let service = gateway.service.as_deref().unwrap_or("-");
            table.row([
                &one.name,
                &one.namespace,
                &one.version,
                &ready(one),
                service,
                &address,
            ]);
        }
        let _ = write!(out, "\n{table}");
    }
    if !report.addons.is_empty() {
        let mut table = Table::new(["ADD-ON", "NAMESPACE", "VERSION", "READY"]);
        for one in &report.addons {
            table.row([&one.name, &one.namespace, &one.version, &ready(one)]);
        }
        let _ = write!(out, "\n{table}");
    }
    if !report.namespaces.is_empty() {
        let mut table = Table::new(["INJECTED NAMESPACE", "BY", "PODS", "WITH PROXY"]);
        for one in &report.namespaces {
            let (pods, proxies) = (one.pods.to_string(), one.with_proxy.to_string());
            table.row([&one.name, &one.injection, &pods, &proxies]);
        }
        let _ = write!(out, "\n{table}");
    }
    if !report.proxies.is_empty() {
        let mut table = Table::new(["PROXIES", "VERSION"]);
        for one in &report.proxies {
            table.row([one.count.to_string(), one.version.clone()]);
        }
        let _ = write!(out, "\n{table}");
    }
    out
}

fn ready(workload: &Workload) -> String {
    format!("{}/{}", workload.ready, workload.wanted)
}
