//! What commands ask the network for: what `-f URL` names, and nothing else.

use std::net::TcpListener;

use crate::support::Sandbox;
use crate::support::server::{Answer, Server, kubeconfig};

const POD: &str = "# mine\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - {name: a, image: a}\n";

/// A server of one file, `/app.yaml`, and of what else may be met.
fn server() -> Server {
    Server::start(answer)
}

fn answer(line: &str) -> Answer {
    match line.split_whitespace().nth(1) {
        Some("/app.yaml") => Answer::Text(200, POD.to_owned()),
        Some("/broken.yaml") => Answer::Text(200, "a: [".to_owned()),
        Some("/moved.yaml") => Answer::Moved("/app.yaml".to_owned()),
        Some("/insecure.yaml") => Answer::Moved("http://127.0.0.1:1/app.yaml".to_owned()),
        Some("/secret.yaml") => Answer::Text(401, String::new()),
        _ => Answer::Text(404, String::new()),
    }
}

/// What is there after the port of a test's own is taken out.
fn without_port(text: &str, server: &Server) -> String {
    text.replace(&server.port().to_string(), "PORT")
}

#[test]
fn a_url_is_injected_like_a_file() {
    let (sandbox, server) = (Sandbox::new(), server());
    sandbox.write("app.yaml", POD);
    let url = |path: &str| format!("http://127.0.0.1:{}/{path}", server.port());
    let local = sandbox.run(["kube-inject", "-f", "app.yaml"]).success();
    for path in ["app.yaml", "moved.yaml"] {
        let fetched = sandbox.run(["kube-inject", "-f", &url(path)]).success();
        assert_eq!(fetched.stdout, local.stdout, "{path}");
    }
    let both = sandbox.run(["kube-inject", "-f", &url("app.yaml"), "-f", "app.yaml"]);
    assert_eq!(both.success().stderr, "injected 2 workloads\n");
    let request = server.requests().pop().expect("a request");
    assert!(
        request
            .header("user-agent")
            .is_some_and(|it| it.starts_with("mesh/"))
    );
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn a_url_over_tls_is_fetched_if_the_system_trusts_it() {
    let (server, certificate) = Server::start_tls(answer);
    let sandbox = Sandbox::new();
    let trusting = sandbox.write("ca.pem", certificate);
    let url = |path: &str| format!("https://127.0.0.1:{}/{path}", server.port());
    let refused = sandbox
        .run(["kube-inject", "-f", &url("app.yaml")])
        .failure(1);
    assert!(refused.stderr.contains("certificate"), "{refused}");
    let sandbox = sandbox.env("SSL_CERT_FILE", &trusting.to_string_lossy());
    let fetched = sandbox
        .run(["kube-inject", "-f", &url("app.yaml")])
        .success();
    assert!(fetched.stdout.starts_with("# mine\n"), "{fetched}");
    let refused = sandbox
        .run(["kube-inject", "-f", &url("insecure.yaml")])
        .failure(1);
    assert!(refused.stderr.contains("from https to"), "{refused}");
}

#[test]
fn a_url_is_fetched_through_the_proxy_of_the_environment() {
    let proxy = Server::start(|line| match line {
        "GET http://mesh.invalid/app.yaml" => Answer::Text(200, POD.to_owned()),
        _ => Answer::Text(502, String::new()),
    });
    let address = format!("http://me:secret@127.0.0.1:{}", proxy.port());
    let sandbox = Sandbox::new().env("HTTP_PROXY", &address);
    let fetched = sandbox
        .run(["kube-inject", "-f", "http://mesh.invalid/app.yaml"])
        .success();
    assert!(fetched.stdout.starts_with("# mine\n"), "{fetched}");
    let request = proxy.requests().pop().expect("a request");
    assert_eq!(request.header("host"), Some("mesh.invalid"));
    assert_eq!(
        request.header("proxy-authorization"),
        Some("Basic bWU6c2VjcmV0")
    );
    let sandbox = Sandbox::new().env("HTTPS_PROXY", &address);
    sandbox
        .run(["kube-inject", "-f", "https://mesh.invalid/app.yaml"])
        .failure(1);
    let request = proxy.requests().pop().expect("a request");
    assert_eq!(request.line, "CONNECT mesh.invalid:443");
}

#[test]
fn rejects_urls_that_give_nothing_to_inject() {
    let (sandbox, server) = (Sandbox::new(), server());
    let refused = |path: &str| {
        let url = format!("http://127.0.0.1:{}/{path}", server.port());
        let outcome = sandbox.run(["kube-inject", "-f", &url]).failure(1);
        without_port(&outcome.stderr, &server)
    };
    insta::assert_snapshot!(refused("none.yaml"));
    insta::assert_snapshot!(refused("secret.yaml"));
    insta::assert_snapshot!(refused("broken.yaml"));
    let nobody = sandbox.run(["kube-inject", "-f", "http://127.0.0.1:1/app.yaml"]);
    insta::assert_snapshot!(nobody.failure(1));
    let url = format!("http://127.0.0.1:{}/app.yaml", server.port());
    sandbox
        .run(["kube-inject", "--in-place", "-f", &url])
        .failure(2);
    let with_password = "https://me:hunter2@mesh.invalid/app.yaml";
    let outcome = sandbox.run(["kube-inject", "-f", with_password]).failure(1);
    assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
    assert_eq!(server.requests().len(), 3, "{:?}", server.requests());
}

#[test]
fn an_operator_file_may_be_a_url_and_a_file_to_be_edited_may_not() {
    let sandbox = Sandbox::new();
    let server = Server::always(Answer::Text(
        200,
        "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {profile: minimal, tag: from-afar}\n".to_owned(),
    ));
    let url = format!("http://127.0.0.1:{}/mesh.yaml", server.port());
    let manifest = sandbox.run(["manifest", "generate", "-f", &url]).success();
    assert!(manifest.stdout.contains("pilot:from-afar"));
    let shift = ["canary", "shift", "reviews", "v1=50", "v2=50", "-f", &url];
    let refused = sandbox.run(shift).failure(2);
    assert!(
        refused.stderr.contains("cannot be edited where it is"),
        "{refused}"
    );
}

/// Ways to call the commands that work on files, with everything that they may read.
const OFFLINE: &[&[&str]] = &[
    &["kube-inject", "-f", "app.yaml"],
    &["kube-inject", "-f", "app.yaml", "--revision", "default"],
    &[
        "kube-inject",
        "-f",
        "app.yaml",
        "--profile",
        "demo",
        "--revision",
        "canary",
        "-n",
        "shop",
    ],
    &[
        "kube-inject",
        "-f",
        "app.yaml",
        "--set",
        "values.pilot.env.ENABLE_NATIVE_SIDECARS=false",
    ],
    &[
        "kube-inject",
        "-f",
        "app.yaml",
        "--operatorFileName",
        "operator.yaml",
    ],
    &[
        "kube-inject",
        "-f",
        "app.yaml",
        "--meshConfigFile",
        "mesh.yaml",
        "--valuesFile",
        "values.yaml",
    ],
    &[
        "kube-inject",
        "-R",
        "-f",
        ".",
        "--pod-template-path",
        "Runner=spec.template",
        "--normalize",
    ],
    &[
        "kube-inject",
        "-f",
        "app.yaml",
        "-o",
        "injected.yaml",
        "--strict",
    ],
    &["kube-uninject", "-f", "app.yaml"],
    &["kube-inject", "-f", "broken.yaml"],
    &["kube-inject", "-f", "missing.yaml"],
];

fn prepare(sandbox: &Sandbox) {
    sandbox.write("app.yaml", POD);
    sandbox.write("broken.yaml", "a: [");
    sandbox.write("mesh.yaml", "trustDomain: example.org\n");
    sandbox.write(
        "values.yaml",
        "global: {proxy: {image: proxyv2}, proxy_init: {image: proxyv2}}\n",
    );
    sandbox.write(
        "operator.yaml",
        "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {hub: example.com}\n",
    );
}

/// A cluster and proxies are at hand, and nobody connects to them.
#[test]
fn files_are_injected_without_a_connection_to_anybody() {
    let trap = TcpListener::bind("127.0.0.1:0").expect("the loopback interface is there");
    trap.set_nonblocking(true)
        .expect("a listener that does not wait");
    let address = format!("http://{}", trap.local_addr().expect("an address"));
    let mut sandbox = Sandbox::new();
    for name in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ] {
        sandbox = sandbox.env(name, &address);
    }
    prepare(&sandbox);
    sandbox.write(".kube/config", kubeconfig(&address, "token: none"));
    for args in OFFLINE {
        sandbox.run(*args);
        assert!(trap.accept().is_err(), "{args:?} connected to somebody");
    }
    // The trap works: what does ask the cluster is caught in it.
    let asks = [
        "kube-inject",
        "-f",
        "app.yaml",
        "--from-cluster",
        "--request-timeout",
        "100ms",
    ];
    sandbox.run(asks).failure(1);
    assert!(trap.accept().is_ok(), "{asks:?} did not connect");
}

/// Without any network the result is the same as with one.
#[test]
fn files_are_injected_alike_with_and_without_a_network() {
    let (online, offline) = (Sandbox::new(), Sandbox::offline());
    for args in OFFLINE {
        prepare(&online);
        prepare(&offline);
        assert_eq!(
            online.run(*args).to_string(),
            offline.run(*args).to_string()
        );
    }
}

/// The kernel's own word, where it can be asked: no socket is opened, not even one that leads nowhere.
#[test]
fn files_are_injected_without_a_socket() {
    let sandbox = Sandbox::new();
    prepare(&sandbox);
    let traced = |args: &[&str]| {
        let mut command = std::process::Command::new("strace");
        command.args(["-f", "-qq", "-e", "trace=socket,connect", "-o", "calls.txt"]);
        command.arg(env!("CARGO_BIN_EXE_mesh")).args(args);
        command
            .current_dir(sandbox.path())
            .env_clear()
            .envs(sandbox.environment());
        let output = command.output().ok()?;
        let calls = std::fs::read_to_string(sandbox.path().join("calls.txt")).ok()?;
        let may_trace = !String::from_utf8_lossy(&output.stderr).contains("ptrace");
        may_trace.then(|| {
            calls
                .lines()
                .filter(|line| line.contains("socket("))
                .count()
        })
    };
    for args in OFFLINE {
        let Some(sockets) = traced(args) else {
            crate::skipped::skipped(format_args!("strace is not here or may not trace"));
            return;
        };
        assert_eq!(sockets, 0, "{args:?}");
    }
    let asks = ["kube-inject", "-f", "http://127.0.0.1:1/app.yaml"];
    assert!(
        traced(&asks).is_some_and(|sockets| sockets > 0),
        "a socket is seen"
    );
}
