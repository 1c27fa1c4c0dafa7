//! `mesh version`.

use kube::api::{Api, ApiResource, DynamicObject, ListParams};
use serde::Serialize;

use crate::cluster::{self, Cluster};
use crate::commands::outcome::counted;
use crate::engine::versions::{self, ControlPlane, Proxies};
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};
use crate::settings::{ConnectionFlags, IstioNamespaceFlag};

/// Show versions of this program and of what runs in the cluster
///
/// `--remote` asks the cluster for its Kubernetes version, for the versions of istiod by revision,
/// and for the versions of the proxies beside the workloads and in the gateways.
///
/// EXAMPLES
///   mesh version
///   mesh version --short
///   mesh version --remote
///   mesh version --context prod -o json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Print bare versions, without revisions and counts
    #[arg(long, short, conflicts_with = "output")]
    short: bool,

    /// Ask the cluster for its versions too; a flag that says which cluster implies it
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        value_name = "true|false"
    )]
    remote: Option<bool>,

    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    istio_namespace: IstioNamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// What runs where.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    client_version: Client,
    #[serde(flatten)]
    remote: Option<Remote>,
}

/// This program.
#[derive(Debug, Serialize)]
struct Client {
    version: &'static str,
}

/// The cluster.
#[derive(Debug, Serialize)]
struct Remote {
    #[serde(rename = "kubernetesVersion")]
    kubernetes: String,
    #[serde(rename = "meshVersion")]
    mesh: Vec<ControlPlane>,
    #[serde(rename = "dataPlaneVersion")]
    data_plane: Vec<Proxies>,
}

/// Prints the versions.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let implied = args.connection.is_given() || args.istio_namespace.is_given();
    let remote = if args.remote.unwrap_or(implied) {
        Some(cluster::block_on(ask(args, ui))?)
    } else {
        None
    };
    let report = Report {
        client_version: Client { version },
        remote,
    };
    if args.short {
        return ui.result(short(&report).as_bytes());
    }
    ui.report(&report, args.format.output, table)?;
    if let (Some(remote), Format::Table) = (&report.remote, args.format.output)
        && remote.mesh.is_empty()
        && !args.istio_namespace.is_given()
    {
        ui.hint("a control plane in another namespace is found with `-i NAMESPACE`");
    }
    Ok(())
}

async fn ask(args: &Args, ui: &Ui) -> Result<Remote> {
    let cluster = Cluster::connect(&args.connection).await?;
    ui.detail(format!("asking {}", cluster.server()));
    let namespace = args.istio_namespace.name();
    let pods = ApiResource::from_gvk(&kube::core::GroupVersionKind::gvk("", "v1", "Pod"));
    let istiod = Api::<DynamicObject>::namespaced_with(cluster.client(), namespace, &pods);
    let everywhere = Api::<DynamicObject>::all_with(cluster.client(), &pods);
    let of_istiod = ListParams::default().labels("app=istiod");
    // Alone and first: if the cluster cannot be asked at all, this is where it shows, always with the same words.
    let kubernetes = cluster.kubernetes().await?;
    let (istiod, proxies) = tokio::try_join!(
        cluster.call(
            format!("list the pods of istiod in `{namespace}`"),
            istiod.list(&of_istiod)
        ),
        proxies(&cluster, &everywhere),
    )?;
    Ok(Remote {
        kubernetes,
        mesh: versions::control_planes(
            istiod
                .items
                .iter()
                .map(|pod| (&pod.metadata.labels, &pod.data)),
        ),
        data_plane: versions::proxies(proxies.iter().map(|pod| &pod.data)),
    })
}

/// Every pod that can have a proxy, page by page. The injector and the gateways' charts set this label.
async fn proxies(cluster: &Cluster, pods: &Api<DynamicObject>) -> Result<Vec<DynamicObject>> {
    const PAGE: u32 = 500;
    let mut found = Vec::new();
    let mut page = ListParams::default()
        .labels("service.istio.io/canonical-name")
        .limit(PAGE);
    loop {
        let answer = cluster
            .call("list the pods that have a proxy", pods.list(&page))
            .await?;
        found.extend(answer.items);
        match answer.metadata.continue_ {
            Some(token) if !token.is_empty() => page = page.continue_token(&token),
            _ => return Ok(found),
        }
    }
}

fn table(report: &Report) -> String {
    let mut lines = vec![format!("client version: {}", report.client_version.version)];
    if let Some(remote) = &report.remote {
        lines.push(format!("Kubernetes version: {}", remote.kubernetes));
        lines.extend(control_planes(&remote.mesh));
        lines.push(data_plane(&remote.data_plane));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn control_planes(planes: &[ControlPlane]) -> Vec<String> {
    if planes.is_empty() {
        return vec!["control plane version: none found".to_string()];
    }
    let line = |plane: &ControlPlane| {
        let pods = counted(plane.pods, "pod");
        format!(
            "control plane version: {} (revision {}, {pods})",
            plane.version, plane.revision
        )
    };
    planes.iter().map(line).collect()
}

fn data_plane(proxies: &[Proxies]) -> String {
    let versions = proxies
        .iter()
        .map(|it| format!("{} ({})", it.version, counted(it.count, "proxy")));
    let versions = versions.collect::<Vec<_>>().join(", ");
    format!(
        "data plane version: {}",
        if versions.is_empty() {
            "none found"
        } else {
            &versions
        }
    )
}

/// The version of this program alone, or one line for each place with the versions found there.
fn short(report: &Report) -> String {
    let client = report.client_version.version;
    let Some(remote) = &report.remote else {
        return format!("{client}\n");
    };
    let mut planes: Vec<_> = remote
        .mesh
        .iter()
        .map(|plane| plane.version.as_str())
        .collect();
    planes.sort_unstable();
    planes.dedup();
    let proxies: Vec<_> = remote
        .data_plane
        .iter()
        .map(|it| it.version.as_str())
        .collect();
    format!(
        "client {client}\nKubernetes {}\ncontrol plane {}\ndata plane {}\n",
        remote.kubernetes,
        planes.join(" "),
        proxies.join(" ")
    )
}
