//! `mesh check-inject`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use futures_util::future::try_join_all;
use serde_json::{Value, json};

use crate::cluster::discovery::Resource;
use crate::cluster::{self, Cluster};
use crate::commands::inject::{namespaces, webhooks};
use crate::engine::inject::coverage::{self, Check, Hooks};
use crate::engine::inject::{Kinds, templates};
use crate::error::{Error, Result};
use crate::input;
use crate::output::Ui;
use crate::output::structured::FormatFlag;
use crate::output::table::Table;
use crate::settings::{ConnectionFlags, NamespaceFlag};
use crate::yaml;

/// The kinds that can be asked about: names for the command line, and where they are in the cluster.
const KINDS: &[(&[&str], &str, &str, &str)] = &[
    (&["pod", "pods", "po"], "v1", "Pod", "pods"),
    (
        &["deployment", "deployments", "deploy"],
        "apps/v1",
        "Deployment",
        "deployments",
    ),
    (
        &["statefulset", "statefulsets", "sts"],
        "apps/v1",
        "StatefulSet",
        "statefulsets",
    ),
    (
        &["daemonset", "daemonsets", "ds"],
        "apps/v1",
        "DaemonSet",
        "daemonsets",
    ),
    (
        &["replicaset", "replicasets", "rs"],
        "apps/v1",
        "ReplicaSet",
        "replicasets",
    ),
    (&["job", "jobs"], "batch/v1", "Job", "jobs"),
    (
        &["cronjob", "cronjobs", "cj"],
        "batch/v1",
        "CronJob",
        "cronjobs",
    ),
    (
        &["replicationcontroller", "replicationcontrollers", "rc"],
        "v1",
        "ReplicationController",
        "replicationcontrollers",
    ),
    (
        &["rollout", "rollouts", "ro"],
        "argoproj.io/v1alpha1",
        "Rollout",
        "rollouts",
    ),
    (
        &["deploymentconfig", "deploymentconfigs", "dc"],
        "apps.openshift.io/v1",
        "DeploymentConfig",
        "deploymentconfigs",
    ),
];

/// Say whether a pod is injected, and why
///
/// The answer is about the moment at which the pod is made, and names the webhook and the label.
/// Asked about is a pod or a workload of the cluster, the workloads of a file, or a pod with labels.
/// The cluster's webhooks and the labels of the namespace decide.
///
/// Several workloads of files are shown a line each, and as JSON or YAML always as a list; one comes
/// with what every webhook says of it.
///
/// EXAMPLES
///   mesh check-inject web-5d8fc56689-4k8g2 -n shop
///   mesh check-inject deployment/web -n shop
///   mesh check-inject -f app.yaml -n shop
///   mesh check-inject --labels app=web,istio.io/rev=canary -n shop -o json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Pod, or KIND/NAME of a workload
    #[arg(value_name = "POD|KIND/NAME", required_unless_present_any = ["filenames", "labels"])]
    target: Option<String>,

    /// File, folder or URL with workloads, or `-` for standard input (repeatable)
    #[arg(short = 'f', long = "filename", value_name = "FILE", value_delimiter = ',', conflicts_with_all = ["target", "labels"])]
    filenames: Vec<PathBuf>,

    /// Labels of a pod that need not be there
    #[arg(short, long, value_name = "KEY=VALUE,…", conflicts_with = "target")]
    labels: Option<String>,

    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    namespace: NamespaceFlag,

    #[command(flatten)]
    connection: ConnectionFlags,
}

/// What is asked about: a name, the namespace it is in if it says so, and the pod.
type Asked = (String, Option<String>, Value);

/// Asks the cluster and shows the answer.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let given = given(args)?;
    let checks = cluster::block_on(ask(args, given))?;
    match checks.as_slice() {
        [only] if args.filenames.is_empty() => ui.report(only, args.format.output, detailed),
        [only] => ui.report(&checks, args.format.output, |_| detailed(only)),
        _ => ui.report(&checks, args.format.output, |checks| summary(checks)),
    }
}

/// What is known without the cluster.
fn given(args: &Args) -> Result<Vec<Asked>> {
    if let Some(labels) = &args.labels {
        let mut map = serde_json::Map::new();
        for pair in labels.split(',') {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                Error::usage(format!("`{pair}` is not KEY=VALUE"))
                    .hint("`--labels app=web,version=v1`")
            })?;
            map.insert(key.trim().to_owned(), value.trim().into());
        }
        return Ok(vec![(
            labels.clone(),
            None,
            json!({"metadata": {"labels": map}, "spec": {}}),
        )]);
    }
    let mut found = Vec::new();
    for input in input::read(&args.filenames)? {
        for document in yaml::documents(&input.text) {
            let value = yaml::parse(document.text).map_err(|error| {
                input::not_yaml(&input.name, &error.starting_at(document.line))
                    .hint("the file has to be YAML or JSON")
            })?;
            found.extend(templates(&value, &Kinds::default()));
        }
    }
    if found.is_empty() && args.target.is_none() {
        return Err(Error::user("the files hold no workload")
            .hint("give `-f` the YAML of a Deployment, a Pod or the like"));
    }
    Ok(found)
}

async fn ask(args: &Args, given: Vec<Asked>) -> Result<Vec<Check>> {
    let cluster = Cluster::connect(&args.connection).await?;
    let usual = cluster.client().default_namespace().to_owned();
    let usual = args.namespace.namespace.clone().unwrap_or(usual);
    let webhooks = webhooks(&cluster).await?;
    let hooks = Hooks::of(&webhooks);
    let asked = match &args.target {
        Some(target) => vec![find(&cluster, target, &usual).await?],
        None => given,
    };
    let in_namespace = |namespace: &Option<String>| namespace.clone().unwrap_or(usual.clone());
    let names: BTreeSet<String> = asked
        .iter()
        .map(|(_, name, _)| in_namespace(name))
        .collect();
    let found = names.iter().map(|name| read_namespace(&cluster, name));
    let found = try_join_all(found).await?;
    let found: BTreeMap<String, Value> = names.iter().cloned().zip(found).collect();
    let check = |(target, namespace, pod): Asked| {
        let is_live = args.target.is_some() && target.starts_with("pod/");
        let has_sidecar = is_live.then(|| coverage::is_injected(&pod));
        let namespace = &found[&in_namespace(&namespace)];
        Check {
            has_sidecar,
            ..coverage::check(&hooks, target, namespace, &pod)
        }
    };
    Ok(asked.into_iter().map(check).collect())
}

async fn read_namespace(cluster: &Cluster, name: &str) -> Result<Value> {
    let found = cluster.read(&namespaces(), None, name).await?;
    found.ok_or_else(|| {
        Error::user(format!("there is no namespace `{name}`"))
            .hint("`-n NAMESPACE` names another; `kubectl get namespaces` lists them")
    })
}

/// A pod, or a workload's pod template.
async fn find(cluster: &Cluster, target: &str, namespace: &str) -> Result<Asked> {
    let (word, name) = target.split_once('/').unwrap_or(("pod", target));
    let known = KINDS
        .iter()
        .find(|(names, ..)| names.contains(&word.to_lowercase().as_str()));
    let Some((names, api_version, kind, plural)) = known else {
        let names: Vec<&str> = KINDS.iter().map(|(names, ..)| names[0]).collect();
        return Err(Error::usage(format!("`{word}` is no kind that holds pods"))
            .hint(format!("the kinds are {}", names.join(", "))));
    };
    let resource = Resource::known(api_version, kind, plural, true);
    let found = cluster.read(&resource, Some(namespace), name).await?;
    let mut found = found.ok_or_else(|| {
        Error::user(format!(
            "there is no {} `{name}` in namespace `{namespace}`",
            names[0]
        ))
        .hint(format!("`kubectl get {plural} -n {namespace}` lists them"))
    })?;
    found["apiVersion"] = json!(api_version);
    found["kind"] = json!(kind);
    let template = templates(&found, &Kinds::default()).pop();
    template.ok_or_else(|| Error::user(format!("`{target}` holds no pod")))
}

/// A line for each, of the webhook that acts.
fn summary(checks: &[Check]) -> String {
    let mut table = Table::new([
        "TARGET",
        "NAMESPACE",
        "INJECTED",
        "WEBHOOK",
        "REVISION",
        "REASON",
    ]);
    for check in checks {
        let acting = check.webhooks.iter().find(|it| it.acts);
        let hook = acting.filter(|_| check.injected).map(|it| &it.hook);
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        table.row([
            check.target.clone(),
            check.namespace.clone(),
            if check.injected { "yes" } else { "no" }.to_owned(),
            or_none(hook.map(|hook| hook.configuration.clone())),
            or_none(hook.map(|hook| hook.name().to_owned())),
            check.reason.clone(),
        ]);
    }
    table.to_string()
}

/// The verdict, and what every webhook says.
fn detailed(check: &Check) -> String {
    let verdict = if check.injected {
        "is injected"
    } else {
        "is not injected"
    };
    let mut text = format!(
        "{} in namespace {} {verdict}: {}\n",
        check.target, check.namespace, check.reason
    );
    text.push_str(match (check.injected, check.has_sidecar) {
        (true, Some(false)) => "It runs without a sidecar: it was made before.\n",
        (false, Some(true)) => {
            "It runs with a sidecar: it was made before, or its workload holds it.\n"
        }
        _ => "",
    });
    if check.webhooks.is_empty() {
        return text;
    }
    let mut table = Table::new(["WEBHOOK", "REVISION", "ACTS", "REASON"]);
    for it in &check.webhooks {
        table.row([
            format!("{}/{}", it.hook.configuration, it.hook.webhook),
            it.hook.name().to_owned(),
            if it.acts { "yes" } else { "no" }.to_owned(),
            it.reason.clone(),
        ]);
    }
    text + &table.to_string()
}
