//! The configuration that a cluster's istiod injects with: its ConfigMaps, its environment, and ProxyConfig resources.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cluster::discovery::Resource;
use crate::cluster::request::Selection;
use crate::cluster::{self, Cluster};
use crate::engine::inject::{Config, coverage};
use crate::engine::versions::Version;
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::settings::ConnectionFlags;

/// Native sidecars are settled in this and later minor versions of Kubernetes, and istiod then uses them unless told otherwise.
const SETTLED: Version = Version::of(1, 33);

/// Which configuration.
pub(super) struct Wanted<'a> {
    pub(super) connection: &'a ConnectionFlags,
    pub(super) istio_namespace: &'a str,
    /// A revision or tag; `None` for the default one.
    pub(super) revision: Option<&'a str>,
    /// Names of ConfigMaps in place of the usual ones.
    pub(super) injector_map: Option<&'a str>,
    pub(super) mesh_map: Option<&'a str>,
}

/// Asks for it. Says what could not be looked at and need not be there.
///
/// # Errors
/// The cluster cannot be asked; it has no such revision; a ConfigMap is not what it should be.
pub(super) fn load(wanted: &Wanted<'_>, ui: &Ui) -> Result<Config> {
    cluster::block_on(async {
        let cluster = Cluster::connect(wanted.connection).await?;
        let revision = match wanted.revision {
            Some(name) => revision_of(&cluster, wanted.istio_namespace, name).await?,
            None => String::new(),
        };
        let suffixed = |name: &str| match revision.as_str() {
            "" => name.to_owned(),
            revision => format!("{name}-{revision}"),
        };
        let namespace = wanted.istio_namespace;
        let injector_name = wanted
            .injector_map
            .map_or_else(|| suffixed("istio-sidecar-injector"), str::to_owned);
        let mesh_name = wanted
            .mesh_map
            .map_or_else(|| suffixed("istio"), str::to_owned);
        let (injector, mesh, environment, proxy_configs) = tokio::try_join!(
            map(&cluster, namespace, &injector_name),
            map(&cluster, namespace, &mesh_name),
            environment(&cluster, namespace, suffixed("istiod")),
            async { Ok(proxy_configs(&cluster, ui).await) },
        )?;
        let config = Config::of_maps(&injector["data"], &mesh["data"]).map_err(|error| {
            let of = format!("ConfigMaps {injector_name} and {mesh_name} in {namespace}");
            Error::config(format!("{of}: {error}"))
                .hint("they have to be those that istiod was installed with")
        })?;
        let native_sidecars = match environment
            .get("ENABLE_NATIVE_SIDECARS")
            .map(String::as_str)
        {
            Some("true") => true,
            Some("false") => false,
            _ => knows_sidecars(&cluster).await?,
        };
        Ok(Config {
            revision,
            native_sidecars,
            compliance_policy: environment
                .get("COMPLIANCE_POLICY")
                .cloned()
                .unwrap_or_default(),
            variables: environment,
            proxy_configs,
            namespace: cluster.client().default_namespace().to_owned(),
            ..config
        })
    })
}

fn config_maps() -> Resource {
    Resource::known("v1", "ConfigMap", "configmaps", true)
}

async fn map(cluster: &Cluster, namespace: &str, name: &str) -> Result<Value> {
    let found = cluster.read(&config_maps(), Some(namespace), name).await?;
    found.ok_or_else(|| {
        Error::new(
            Kind::Cluster,
            format!("there is no ConfigMap {name} in namespace {namespace}"),
        )
        .hint("`-i NAMESPACE` names the control plane's namespace, `--revision` a revision or tag of it")
        .hint("without `--from-cluster` and `--revision`, the configuration that comes with this program is used")
    })
}

/// The revision behind a name, which may be a tag. The default one has no name.
async fn revision_of(cluster: &Cluster, namespace: &str, name: &str) -> Result<String> {
    let own = format!("istio-sidecar-injector-{name}");
    if name != "default"
        && cluster
            .read(&config_maps(), Some(namespace), &own)
            .await?
            .is_some()
    {
        return Ok(name.to_owned());
    }
    let webhooks = crate::commands::inject::webhooks(cluster).await?;
    let hooks = coverage::Hooks::of(&webhooks);
    let mut all = hooks.iter().map(|(hook, _)| hook);
    let found = all.find(|hook| hook.tag.as_deref() == Some(name));
    match found.map(|hook| hook.revision.as_str()) {
        Some("default") => Ok(String::new()),
        Some(revision) => Ok(revision.to_owned()),
        None if name == "default" => Ok(String::new()),
        None => {
            let error = Error::new(
                Kind::Cluster,
                format!("the cluster has no revision or tag `{name}`"),
            );
            Err(match hooks.names().as_slice() {
                [] => error.hint("no control plane that injects was found"),
                names => error.hint(format!("it has {}", names.join(", "))),
            })
        }
    }
}

/// What istiod's Deployment sets in its environment, if there is one and it may be read.
async fn environment(
    cluster: &Cluster,
    namespace: &str,
    name: String,
) -> Result<BTreeMap<String, String>> {
    let resource = Resource::known("apps/v1", "Deployment", "deployments", true);
    let selection = Selection::fields(format!("metadata.name={name}"));
    // Who may read ConfigMaps only still gets a configuration.
    let Ok(found) = cluster.list(&resource, Some(namespace), &selection).await else {
        return Ok(BTreeMap::new());
    };
    let variables = found.items.first().and_then(|deployment| {
        let containers = deployment
            .pointer("/spec/template/spec/containers")?
            .as_array()?;
        let istiod = containers.iter().find(|it| it["name"] == "discovery")?;
        istiod["env"].as_array()
    });
    let pair = |variable: &Value| {
        let text = |field: &str| variable[field].as_str().map(str::to_owned);
        Some((text("name")?, text("value")?))
    };
    Ok(variables.into_iter().flatten().filter_map(pair).collect())
}

/// The cluster's ProxyConfigs. They are few and seldom, and who may read ConfigMaps only still gets a configuration.
async fn proxy_configs(cluster: &Cluster, ui: &Ui) -> Vec<Value> {
    let (version, kind) = ("networking.istio.io/v1beta1", "ProxyConfig");
    let every = Selection::default();
    match cluster.list_if_served(version, kind, None, every).await {
        Ok(found) => found,
        Err(error) => {
            let causes = error.causes().iter().map(|cause| format!(": {cause}"));
            let why: String = std::iter::once(error.to_string()).chain(causes).collect();
            ui.warning(format!(
                "ProxyConfig resources are left out of account: {why}"
            ));
            Vec::new()
        }
    }
}

async fn knows_sidecars(cluster: &Cluster) -> Result<bool> {
    let version = Version::parse(&cluster.kubernetes().await?);
    Ok(version.is_some_and(|version| version >= SETTLED))
}
