//! What a failed connection or request means, and what the user can do about it.
//!
//! The libraries wrap the cause several times over; here the
//! innermost one that says something is found. Tokens, keys and the output of exec plugins are never repeated.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use kube::client::AuthError;
use kube::config::KubeconfigError;

use crate::error::{Error, Kind};

/// Neither a kubeconfig nor a service account.
pub(super) fn no_kubeconfig() -> Error {
    Error::new(
        Kind::Cluster,
        "no cluster is configured: there is no `$KUBECONFIG` and no `~/.kube/config`",
    )
    .hint("name a file with `--kubeconfig FILE`, or create one with your cluster's own tool")
    .hint("`eval \"$(mesh sandbox up)\"` starts a practice cluster on this computer")
}

/// A kubeconfig that is there and cannot be used.
pub(super) fn unreadable_kubeconfig(error: &KubeconfigError) -> Error {
    match error {
        KubeconfigError::ReadConfig(source, path) => Error::new(
            Kind::Cluster,
            format!("cannot read the kubeconfig `{}`", path.display()),
        )
        .caused_by(source)
        .hint("check `--kubeconfig` and `$KUBECONFIG`"),
        KubeconfigError::Parse(source) => {
            // The reader adds an excerpt of the file, which may hold credentials.
            let text = source.to_string();
            let cause = text.split("-->").next().unwrap_or_default();
            Error::new(Kind::Cluster, "the kubeconfig is not valid")
                .because(brief(cause.trim_start_matches("error: ")))
                .hint("check `--kubeconfig` and `$KUBECONFIG`")
        }
        other => Error::new(Kind::Cluster, "cannot use the kubeconfig").caused_by(other),
    }
}

/// A context that is not there, or not whole.
pub(super) fn unusable_context(error: &KubeconfigError, contexts: &[String]) -> Error {
    let known = match contexts {
        [] => "the kubeconfig has no contexts".to_string(),
        names => format!("the contexts are {}", quoted(names)),
    };
    match error {
        KubeconfigError::CurrentContextNotSet => {
            Error::new(Kind::Cluster, "the kubeconfig has no current context")
                .hint(format!("choose one with `--context NAME`; {known}"))
        }
        KubeconfigError::LoadContext(name) => Error::new(
            Kind::Cluster,
            format!("the kubeconfig has no context `{name}`"),
        )
        .hint(known),
        KubeconfigError::LoadClusterOfContext(name) => Error::new(
            Kind::Cluster,
            format!("the context's cluster `{name}` is not in the kubeconfig"),
        )
        .hint("check the context's `cluster`, or choose another with `--context`"),
        other => {
            Error::new(Kind::Cluster, "the kubeconfig's context cannot be used").caused_by(other)
        }
    }
}

/// The server did not answer in time.
pub(super) fn timed_out(server: &str, timeout: Duration, what: &str) -> Error {
    let error = Error::new(Kind::Cluster, format!("cannot {what}"));
    error
        .because(format!("{server} did not answer within {timeout:?}"))
        .hint("allow more with `--request-timeout`, or check that the address can be reached from here")
}

/// A request that failed. `plugin` is the context's exec plugin.
pub(super) fn explain(
    error: &kube::Error,
    server: &str,
    plugin: Option<&str>,
    what: &str,
) -> Error {
    let failure = Error::new(Kind::Cluster, format!("cannot {what}"));
    match error {
        kube::Error::Api(status) => answered(failure, status, server, plugin),
        kube::Error::Auth(auth) => unauthenticated(failure, auth, plugin),
        kube::Error::SerdeError(cause) => failure
            .because(format!(
                "{server} answered with something that is not what was asked for: {cause}"
            ))
            .hint("check that the address is a Kubernetes API server"),
        other => unreachable_server(failure, other, server, plugin),
    }
}

fn answered(
    failure: Error,
    status: &kube::core::Status,
    server: &str,
    plugin: Option<&str>,
) -> Error {
    let owned = conflicts(status);
    if !owned.is_empty() {
        return owned_by_others(failure, &owned);
    }
    let said = if status.message.is_empty() {
        &status.reason
    } else {
        &status.message
    };
    let failure = failure.because(format!(
        "{server} answered {}: {}",
        status.code,
        brief(said)
    ));
    if let Some(webhook) = webhook(said) {
        return failure.hint(webhook);
    }
    match (status.code, plugin) {
        (401, Some(plugin)) => failure.hint(format!(
            "the credentials that the exec plugin `{plugin}` gave are not accepted; log in with it again"
        )),
        (401, None) => failure.hint("the kubeconfig's credentials are not accepted, they may have expired; get new ones"),
        (403, _) => match missing_permission(said) {
            Some(rule) => failure.hint(rule),
            None => failure.hint("ask for the missing permission, or choose another user with `--context` or `--as`"),
        },
        (404, _) if said.starts_with("namespaces \"") => {
            let name = said.split('"').nth(1).unwrap_or_default();
            failure.hint(format!("make the namespace first: `kubectl create namespace {name}`"))
        }
        (404, _) => failure.hint("check that the address is a Kubernetes API server that serves this resource"),
        (429 | 500..=599, _) => failure.hint("the server is overloaded or failing; try again later"),
        _ => failure,
    }
}

/// The fields that others own, each with its manager, as Kubernetes answers a server-side apply.
pub(super) fn conflicts(status: &kube::core::Status) -> Vec<(String, String)> {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let owned = causes.filter(|cause| cause.reason == "FieldManagerConflict");
    owned
        .map(|cause| {
            // conflict with "kubectl-client-side-apply" using apps/v1
            let manager = cause.message.split('"').nth(1).unwrap_or(&cause.message);
            (cause.field.clone(), manager.to_owned())
        })
        .collect()
}

fn owned_by_others(failure: Error, owned: &[(String, String)]) -> Error {
    let mut failure = failure.with_kind(Kind::Conflict);
    for (field, manager) in owned {
        failure = failure.because(format!("`{field}` belongs to field manager `{manager}`"));
    }
    failure.hint("`--force-conflicts` takes these fields over; or leave them out of what you apply")
}

/// What to do about a webhook that refused, or that could not be asked.
fn webhook(said: &str) -> Option<String> {
    let name = |text: &str| text.split('"').nth(1).unwrap_or_default().to_owned();
    if let Some((_, rest)) = said.split_once("admission webhook ") {
        return Some(format!(
            "the cluster's admission webhook `{}` does not allow it; change the object, or ask whoever runs the webhook",
            name(rest)
        ));
    }
    let (_, rest) = said.split_once("failed calling webhook ")?;
    Some(format!(
        "the API server could not ask the webhook `{}`; is what runs it ready?",
        name(rest)
    ))
}

/// Whether it is a right that is missing.
pub(super) fn lacks_right(said: &str) -> bool {
    missing_permission(said).is_some()
}

/// The rule that is missing, from Kubernetes' words: `User "jane" cannot patch resource "deployments" in API group "apps" in
/// the namespace "istio-system"`.
fn missing_permission(said: &str) -> Option<String> {
    let (_, rest) = said.split_once(" cannot ")?;
    let (verb, rest) = rest.split_once(" resource \"")?;
    let (resource, rest) = rest.split_once('"')?;
    let quoted = |before: &str| {
        let (_, rest) = rest.split_once(before)?;
        Some(rest.split_once('"')?.0)
    };
    let group = quoted("in API group \"").unwrap_or_default();
    let role = match quoted("in the namespace \"") {
        Some(namespace) => format!("a Role in `{namespace}`"),
        None => "a ClusterRole".to_owned(),
    };
    Some(format!(
        "the user needs {role} with the rule `apiGroups: [\"{group}\"], resources: [{resource}], verbs: [{verb}]`; or choose another user with `--context` or `--as`"
    ))
}

/// Whether the connection ended before the answer came, so that nobody knows whether the request was carried out.
pub(super) fn is_dropped(error: &kube::Error) -> bool {
    let ended = |kind| {
        matches!(
            kind,
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        )
    };
    chain(error).iter().any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        let http = cause.downcast_ref::<hyper::Error>();
        io.is_some_and(|io| ended(io.kind()))
            || http.is_some_and(|http| {
                http.is_incomplete_message() || http.is_canceled() || http.is_closed()
            })
    })
}

fn unauthenticated(failure: Error, error: &AuthError, plugin: Option<&str>) -> Error {
    let Some(plugin) = plugin else {
        return failure.caused_by(error);
    };
    match error {
        AuthError::AuthExecStart(cause) => failure
            .because(format!(
                "the exec plugin `{plugin}` of the kubeconfig cannot be started: {cause}"
            ))
            .hint(format!("install `{plugin}` and put it on the PATH")),
        // Its output may hold a token: only the status and the last line of stderr are shown.
        AuthError::AuthExecRun { out, .. } => {
            let stderr = String::from_utf8_lossy(&out.stderr);
            let last = stderr
                .lines()
                .rev()
                .find(|line| !line.trim().is_empty())
                .unwrap_or("it said nothing");
            failure
                .because(format!(
                    "the exec plugin `{plugin}` of the kubeconfig failed ({}): {}",
                    out.status,
                    brief(last)
                ))
                .hint(format!("run `{plugin}` by hand, or log in with it again"))
        }
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => failure
            .because(format!(
                "the exec plugin `{plugin}` of the kubeconfig gave no usable credentials"
            ))
            .hint(format!("run `{plugin}` by hand, or log in with it again")),
        other => failure
            .because(format!(
                "the exec plugin `{plugin}` of the kubeconfig failed"
            ))
            .caused_by(other),
    }
}

fn unreachable_server(
    failure: Error,
    error: &kube::Error,
    server: &str,
    plugin: Option<&str>,
) -> Error {
    let chain = chain(error);
    for cause in &chain {
        if let Some(auth) = cause.downcast_ref::<AuthError>() {
            return unauthenticated(failure, auth, plugin);
        }
    }
    let io_kind = chain
        .iter()
        .find_map(|cause| cause.downcast_ref::<io::Error>().map(io::Error::kind));
    let root = chain
        .last()
        .map(|cause| brief(&cause.to_string()))
        .unwrap_or_default();
    let (cause, hint) = match io_kind {
        Some(io::ErrorKind::ConnectionRefused) => (
            format!("{server} refused the connection"),
            "start the cluster, or choose another with `--context` or `--kubeconfig`",
        ),
        Some(io::ErrorKind::TimedOut) => (
            format!("{server} could not be reached in time"),
            "check the network and the address in the kubeconfig",
        ),
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => (
            format!("{server} closed the connection"),
            "check that the address is a Kubernetes API server",
        ),
        _ => (
            format!("no answer from {server}: {root}"),
            "check the address and the certificates in the kubeconfig",
        ),
    };
    failure.because(cause).hint(hint)
}

/// The error and everything behind it.
fn chain<'a>(error: &'a kube::Error) -> Vec<&'a (dyn StdError + 'static)> {
    let mut chain: Vec<&'a (dyn StdError + 'static)> = Vec::new();
    let mut next: Option<&'a (dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        chain.push(error);
        next = error.source();
    }
    chain
}

/// One line, of a length that can be read.
pub(super) fn brief(text: &str) -> String {
    const LONGEST: usize = 300;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn quoted(names: &[String]) -> String {
    let mut names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.sort();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_rule_that_is_missing() {
        let said = "deployments.apps \"istiod\" is forbidden: User \"jane\" cannot patch resource \"deployments\" in API group \"apps\" in the namespace \"istio-system\"";
        assert_eq!(
            missing_permission(said).unwrap(),
            "the user needs a Role in `istio-system` with the rule `apiGroups: [\"apps\"], resources: [deployments], verbs: [patch]`; or choose another user with `--context` or `--as`"
        );
        let said = "nodes is forbidden: User \"jane\" cannot list resource \"nodes\" in API group \"\" at the cluster scope";
        assert!(missing_permission(said).unwrap().contains(
            "a ClusterRole with the rule `apiGroups: [\"\"], resources: [nodes], verbs: [list]`"
        ));
        assert_eq!(missing_permission("something else"), None);
    }

    #[test]
    fn names_the_webhook() {
        let denied = "admission webhook \"policy.example.com\" denied the request: no";
        assert!(webhook(denied).unwrap().contains("`policy.example.com`"));
        let lost = "Internal error occurred: failed calling webhook \"rev.validation.istio.io\": failed to call webhook: Post …";
        assert!(webhook(lost).unwrap().contains("`rev.validation.istio.io`"));
        assert_eq!(webhook("quota exceeded"), None);
    }
}
