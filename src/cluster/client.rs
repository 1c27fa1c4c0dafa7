//! The one client of the process: from kubeconfig and flags to a connection whose every request is bounded in time.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::retry::RetryPolicy;
use kube::client::{ClientBuilder, ConfigExt as _};
use kube::config::{AuthInfo, KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};
use tokio::sync::{Mutex, OnceCell};
use tower::retry::RetryLayer;
use tower::{BoxError, ServiceBuilder};
use tower_http::decompression::DecompressionLayer;

use super::discovery::Discovery;
use super::failure;
use crate::error::{Error, Kind, Result};
use crate::settings::{ConnectionFlags, NamespaceFlag};

/// How often a request that the server was too busy for is sent again, and the first and longest pause.
const RETRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A cluster that can be asked.
///
/// Making one reads the kubeconfig and may run the user's exec plugin, so a process makes one and passes it on.
pub(crate) struct Cluster {
    client: Client,
    /// The API server's address, for messages.
    pub(super) server: String,
    /// The context's exec plugin, for messages.
    pub(super) plugin: Option<String>,
    pub(super) timeout: Duration,
    /// What the server serves, once it was asked.
    pub(super) discovery: Mutex<Option<Arc<Discovery>>>,
    /// Its version, once it was asked.
    pub(super) version: OnceCell<String>,
}

impl Cluster {
    /// Finds the cluster that the flags and the environment name. Sends no request yet.
    ///
    /// Without any kubeconfig, the service account of the pod that this runs in is used, if it is in one.
    pub(crate) async fn connect(flags: &ConnectionFlags) -> Result<Self> {
        let mut config = configuration(flags).await?;
        let plugin = plugin(&config.auth_info);
        if let Some(user) = &flags.as_user {
            config.auth_info.impersonate = Some(user.clone());
            config.auth_info.impersonate_groups = Some(flags.as_group.clone());
            config.auth_info.impersonate_uid.clone_from(&flags.as_uid);
        }
        config.connect_timeout = Some(flags.timeout());
        let server = config
            .cluster_url
            .to_string()
            .trim_end_matches('/')
            .to_string();
        let client = client(config).map_err(|error| {
            failure::explain(
                &error,
                &server,
                plugin.as_deref(),
                &format!("connect to {server}"),
            )
        })?;
        Ok(Self {
            client,
            server,
            plugin,
            timeout: flags.timeout(),
            discovery: Mutex::default(),
            version: OnceCell::new(),
        })
    }

    /// The client, to build requests with; send them by [`Self::call`].
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// The namespace that a command works in: `-n`, or that of the context.
    pub(crate) fn namespace(&self, flag: &NamespaceFlag) -> String {
        let given = flag.namespace.as_deref();
        given
            .unwrap_or_else(|| self.client.default_namespace())
            .to_owned()
    }

    /// The API server's address.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// Waits for a request, no longer than `--request-timeout`, and explains its failure. `what` says what was tried,
    /// as in "list the pods of `istio-system`".
    pub(crate) async fn call<T>(
        &self,
        what: impl Into<String>,
        request: impl Future<Output = Result<T, kube::Error>>,
    ) -> Result<T> {
        match tokio::time::timeout(self.timeout, request).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(failure::explain(
                &error,
                &self.server,
                self.plugin.as_deref(),
                &what.into(),
            )),
            Err(_) => Err(failure::timed_out(&self.server, self.timeout, &what.into())),
        }
    }
}

/// Runs a future to its end on this thread. Only commands that talk to a cluster pay for the runtime.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Error::new(Kind::Internal, "cannot start the network runtime").caused_by(&error)
        })?
        .block_on(future)
}

async fn configuration(flags: &ConnectionFlags) -> Result<Config> {
    let kubeconfig = match &flags.kubeconfig {
        Some(path) => Kubeconfig::read_from(path),
        None => Kubeconfig::read(),
    };
    let kubeconfig = match kubeconfig {
        Ok(kubeconfig) => kubeconfig,
        Err(error) if is_absent(&error) && flags.kubeconfig.is_none() => {
            return Config::incluster().map_err(|_| failure::no_kubeconfig());
        }
        Err(error) => return Err(failure::unreadable_kubeconfig(&error)),
    };
    let options = KubeConfigOptions {
        context: flags.context.clone(),
        ..KubeConfigOptions::default()
    };
    let contexts: Vec<String> = kubeconfig
        .contexts
        .iter()
        .map(|context| context.name.clone())
        .collect();
    Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(|error| failure::unusable_context(&error, &contexts))
}

/// Whether the error means that there is no kubeconfig at all, rather than a wrong one.
fn is_absent(error: &KubeconfigError) -> bool {
    match error {
        KubeconfigError::FindPath => true,
        KubeconfigError::ReadConfig(source, _) => {
            source.kind() == std::io::ErrorKind::NotFound
                && std::env::var_os("KUBECONFIG").is_none_or(|it| it.is_empty())
        }
        _ => false,
    }
}

fn plugin(auth: &AuthInfo) -> Option<String> {
    auth.exec.as_ref()?.command.clone()
}

/// Builds the client on a connection of our own.
///
/// kube's own connector leaves Nagle's algorithm on, and a request in two writes then waits for the server's delayed
/// acknowledgement: the first request took 45 to 50 ms, and takes 6 ms this way. Through a proxy, kube's own is used.
fn client(mut config: Config) -> Result<Client, kube::Error> {
    config.default_retry = false;
    if config.proxy_url.is_some() {
        return Ok(ClientBuilder::try_from(config)?.build());
    }
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(config.connect_timeout);
    let connector = config.rustls_https_connector_with_connector(connector)?;
    let transport = hyper_util::client::legacy::Builder::new(TokioExecutor::new()).build(connector);
    let retry = RetryPolicy::new(FIRST_PAUSE, LONGEST_PAUSE, RETRIES, true).ok();
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .layer(DecompressionLayer::new())
        .option_layer(retry.map(RetryLayer::new))
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(transport);
    Ok(Client::new(service, config.default_namespace))
}
