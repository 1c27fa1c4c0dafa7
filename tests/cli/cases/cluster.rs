//! Reaching a cluster, seen through `mesh version --remote`: what is sent, and the true cause when it fails.

use std::net::TcpListener;

use base64::Engine as _;

use crate::support::server::{Answer, Server, kubeconfig};
use crate::support::{Outcome, Sandbox};

const VERSION: &str = r#"{"major": "1", "minor": "34", "gitVersion": "v1.34.2", "gitCommit": "", "gitTreeState": "",
    "buildDate": "", "goVersion": "", "compiler": "", "platform": ""}"#;

/// Two revisions of istiod and three proxies, one of them a native sidecar of an older version, on two pages.
fn mesh(request: &str) -> Answer {
    let pods = |items: &str, token: &str| {
        let list = r#"{"apiVersion": "v1", "kind": "PodList""#;
        Answer::Json(
            200,
            format!(r#"{list}, "metadata": {{"continue": "{token}"}}, "items": [{items}]}}"#),
        )
    };
    let pod = |name: &str, labels: &str, list: &str, container: &str, image: &str| {
        format!(
            r#"{{"metadata": {{"name": "{name}", "labels": {{{labels}}}}},
                 "spec": {{"{list}": [{{"name": "{container}", "image": "{image}"}}]}}}}"#
        )
    };
    if request.contains("/namespaces/istio-system/pods") {
        let stable = pod(
            "istiod-1",
            "",
            "containers",
            "discovery",
            "registry.example/pilot:1.31.4",
        );
        let canary = pod(
            "istiod-2",
            r#""istio.io/rev": "canary""#,
            "containers",
            "discovery",
            "pilot:1.32.0-distroless",
        );
        pods(&format!("{stable}, {canary}"), "")
    } else if request.contains("/pods") && request.contains("continue=next") {
        pods(
            &pod("c", "", "initContainers", "istio-proxy", "proxyv2:1.30.2"),
            "",
        )
    } else if request.contains("/pods") {
        let new = |name| pod(name, "", "containers", "istio-proxy", "proxyv2:1.31.4");
        pods(&format!("{}, {}", new("a"), new("b")), "next")
    } else if request.contains("/version") {
        Answer::Json(200, VERSION.to_string())
    } else {
        Answer::Json(404, refusal(404, "NotFound", "not found"))
    }
}

fn refusal(code: u16, reason: &str, message: &str) -> String {
    format!(
        r#"{{"kind": "Status", "apiVersion": "v1", "metadata": {{}}, "status": "Failure", "message": "{message}",
            "reason": "{reason}", "code": {code}}}"#
    )
}

/// Runs `mesh version --remote` against the cluster of a kubeconfig, with the port taken out of the output.
fn ask(kubeconfig: &str, args: &[&str]) -> Outcome {
    let sandbox = Sandbox::new();
    sandbox.write(".kube/config", kubeconfig);
    let mut outcome = sandbox.run(["version", "--remote"].iter().chain(args));
    for text in [&mut outcome.stdout, &mut outcome.stderr] {
        while let Some(start) = text.find("127.0.0.1:").map(|at| at + "127.0.0.1:".len()) {
            let digits = text[start..]
                .chars()
                .take_while(char::is_ascii_digit)
                .count();
            text.replace_range(start - 1..start + digits, "[PORT]");
        }
    }
    outcome
}

#[test]
fn reports_the_versions_in_the_cluster() {
    let server = Server::start(mesh);
    insta::assert_snapshot!(ask(&server.kubeconfig(), &[]));
    insta::assert_snapshot!(ask(&server.kubeconfig(), &["-o", "json"]));
    insta::assert_snapshot!(ask(&server.kubeconfig(), &["--short"]));
}

#[test]
fn says_so_when_there_is_no_control_plane() {
    let server = Server::start(|request| match mesh(request) {
        Answer::Json(..) if request.contains("/pods") => Answer::Json(
            200,
            r#"{"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []}"#.to_string(),
        ),
        other => other,
    });
    insta::assert_snapshot!(ask(&server.kubeconfig(), &[]));
    insta::assert_snapshot!(ask(&server.kubeconfig(), &["-i", "istio-elsewhere"]));
    assert!(
        server
            .requests()
            .iter()
            .any(|it| it.line.contains("/namespaces/istio-elsewhere/pods"))
    );
}

#[test]
fn sends_the_token_and_the_impersonation() {
    let server = Server::start(mesh);
    ask(
        &server.kubeconfig(),
        &["--as", "jane", "--as-group", "ops", "--as-uid", "7"],
    )
    .success();
    for request in server.requests() {
        assert_eq!(request.header("authorization"), Some("Bearer not-a-secret"));
        assert_eq!(request.header("impersonate-user"), Some("jane"));
        assert_eq!(request.header("impersonate-group"), Some("ops"));
        assert_eq!(request.header("impersonate-uid"), Some("7"));
    }
}

#[test]
fn takes_a_flag_that_names_a_cluster_for_remote() {
    let server = Server::start(mesh);
    let sandbox = Sandbox::new();
    sandbox.write("elsewhere", server.kubeconfig());
    let before = sandbox
        .run(["--kubeconfig", "elsewhere", "version"])
        .success();
    let after = sandbox
        .run(["version", "--kubeconfig", "elsewhere"])
        .success();
    assert!(before.stdout.contains("v1.34.2"), "{before}");
    assert_eq!(before.stdout, after.stdout);
    let asked = server.requests().len();
    sandbox
        .run(["version", "--kubeconfig", "elsewhere", "--remote=false"])
        .success();
    assert_eq!(server.requests().len(), asked);
}

#[test]
fn tries_again_while_the_server_is_too_busy() {
    let busy = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |request| match request {
        "GET /version" if busy.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2 => {
            Answer::Json(429, refusal(429, "TooManyRequests", "slow down"))
        }
        other => mesh(other),
    });
    ask(&server.kubeconfig(), &[]).success();
}

#[test]
fn names_the_absence_of_a_kubeconfig() {
    insta::assert_snapshot!(Sandbox::new().run(["version", "--remote"]).failure(1));
}

#[test]
fn names_a_kubeconfig_that_cannot_be_read() {
    insta::assert_snapshot!(Sandbox::new().run(["version", "--kubeconfig", "absent"]));
}

#[test]
fn names_a_kubeconfig_that_is_not_yaml() {
    insta::assert_snapshot!(ask("clusters: [", &[]));
}

#[test]
fn lists_the_contexts_when_one_is_unknown() {
    insta::assert_snapshot!(ask(
        &kubeconfig("http://127.0.0.1:1", "token: x"),
        &["--context", "prod"]
    ));
}

#[test]
fn names_a_refused_connection() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    insta::assert_snapshot!(ask(
        &kubeconfig(&format!("http://127.0.0.1:{port}"), "token: x"),
        &[]
    ));
}

#[test]
fn names_an_expired_token() {
    let server = Server::always(Answer::Json(
        401,
        refusal(401, "Unauthorized", "Unauthorized"),
    ));
    insta::assert_snapshot!(ask(&server.kubeconfig(), &[]));
}

#[test]
fn names_a_missing_permission() {
    let server = Server::start(|request| match mesh(request) {
        Answer::Json(..) if request.contains("/pods") => Answer::Json(
            403,
            refusal(
                403,
                "Forbidden",
                "pods is forbidden: User jane cannot list resource pods",
            ),
        ),
        other => other,
    });
    let outcome = ask(&server.kubeconfig(), &[]);
    assert!(
        outcome.stderr.contains("User jane cannot list"),
        "{outcome}"
    );
    outcome.failure(1);
}

#[test]
fn gives_up_on_a_server_that_does_not_answer() {
    let server = Server::always(Answer::Hang);
    let begin = std::time::Instant::now();
    let outcome = ask(&server.kubeconfig(), &["--request-timeout", "300ms"]);
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
    assert!(
        outcome.stderr.contains("did not answer within 300ms"),
        "{outcome}"
    );
    outcome.failure(1);
}

#[test]
fn names_a_server_that_hangs_up() {
    let server = Server::always(Answer::Close);
    let outcome = ask(&server.kubeconfig(), &[]).failure(1);
    assert!(outcome.stderr.contains("connection closed"), "{outcome}");
}

#[test]
fn names_a_server_that_is_no_api_server() {
    let server = Server::always(Answer::Text(200, "<html>welcome</html>".to_string()));
    let outcome = ask(&server.kubeconfig(), &[]).failure(1);
    assert!(
        outcome.stderr.contains("is a Kubernetes API server"),
        "{outcome}"
    );
}

#[test]
fn names_a_server_that_does_not_speak_tls() {
    let server = Server::always(Answer::Close);
    let outcome = ask(
        &kubeconfig(&format!("https://127.0.0.1:{}", server.port()), "token: x"),
        &[],
    )
    .failure(1);
    assert!(
        outcome.stderr.contains("https://127.0.0.1[PORT]"),
        "{outcome}"
    );
}

#[test]
fn trusts_the_certificate_authority_of_the_kubeconfig_and_no_other() {
    let (server, certificate) = Server::start_tls(mesh);
    let address = format!("https://127.0.0.1:{}", server.port());
    let trusting = |authority: &str| {
        let authority = base64::engine::general_purpose::STANDARD.encode(authority);
        kubeconfig(
            &format!("{address}\", certificate-authority-data: \"{authority}"),
            "token: x",
        )
    };
    let outcome = ask(&trusting(&certificate), &[]).success();
    assert!(outcome.stdout.contains("v1.34.2"), "{outcome}");
    let (_, stranger) = Server::start_tls(mesh);
    let outcome = ask(&trusting(&stranger), &[]).failure(1);
    assert!(outcome.stderr.contains("certificate"), "{outcome}");
    insta::assert_snapshot!(outcome);
}

#[test]
fn names_an_exec_plugin_that_is_not_installed() {
    let user = "exec: {apiVersion: client.authentication.k8s.io/v1, command: absent-login, interactiveMode: Never}";
    insta::assert_snapshot!(ask(&kubeconfig("http://127.0.0.1:1", user), &[]));
}

#[test]
fn names_an_exec_plugin_that_fails_and_hides_its_output() {
    let user = "exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, interactiveMode: Never, \
                args: [-c, 'echo my-token; echo please log in >&2; exit 3']}";
    let outcome = ask(&kubeconfig("http://127.0.0.1:1", user), &[]).failure(1);
    assert!(!outcome.stderr.contains("my-token"), "{outcome}");
    insta::assert_snapshot!(outcome);
}
