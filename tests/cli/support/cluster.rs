//! A cluster to practise on, for tests that run the real `mesh` and the real kubectl against an API server.
//!
//! ```ignore
//! let Some(practice) = practice() else { return };      // an empty cluster: for what is installed cluster-wide
//! let practice = shared();                              // one for all tests: for what stays in namespaces of one's own
//! if !has_kubectl() { return }
//! let shop = practice.namespace();
//! practice.mesh(["canary", "shift", "reviews", "90", "10", "-n", &shop]).success();
//! practice.apply(&shop, "apiVersion: v1\nkind: ConfigMap\n…").success();
//! practice.shell(&format!("mesh kube-inject -f app.yaml | kubectl apply -n {shop} -f -")).success();
//! practice.order_faults(&json!([{"verb": "patch", "nth": 2, "action": "conflict"}]));
//! practice.until(&format!("kubectl get pod -n {shop} --no-headers"), |out| out.contains("2/2"));
//! ```
//!
//! It is a practice cluster of the binary under test, in memory and on a port of its own, killed with the test; or, where
//! `MESH_TEST_KUBECONFIG` names a kubeconfig, the API server that it leads to. There, namespaces have random names and are
//! deleted at the end, tests that need an empty cluster run one after the other and only if no Istio is installed, and tests
//! of the practice cluster itself do not run. Commands get `PATH` and nothing else of the caller's, so that the kubeconfig
//! must not need other variables.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};

use super::{Outcome, Sandbox, quote};
use crate::skipped::skipped;

/// How long a test waits for what takes a while. Machines that run tests are often loaded; those who write tests have
/// `MESH_TEST_PATIENCE` seconds.
pub(crate) fn patience() -> Duration {
    let seconds = std::env::var("MESH_TEST_PATIENCE").ok();
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

/// The name of a practice cluster's folder.
const STATE: &str = "state";

/// A handle on a cluster, with a folder of its own for files. Namespaces made by it are deleted with it.
pub(crate) struct Practice {
    folder: Sandbox,
    kubeconfig: PathBuf,
    server: Option<Arc<Server>>,
    namespaces: Mutex<Vec<String>>,
    /// How many use a cluster that is not ours; held as long as the handle.
    turn: Option<Turn>,
    /// What there was before, for those who have the whole of such a cluster: what came since is theirs to take away.
    before: Option<String>,
}

/// A cluster with nothing installed in it, for this test alone, and a kubectl to look at it. `None`, with a word on stderr, where
/// one of them is not to be had.
pub(crate) fn practice() -> Option<Practice> {
    if !has_kubectl() {
        return None;
    }
    let Some(kubeconfig) = elsewhere() else {
        return Some(Practice::on_sandbox(&["--memory"]));
    };
    let mut practice = Practice::handle(kubeconfig, None, Some(Turn::take(true)));
    let found = practice.shell("kubectl get namespace istio-system -o name --ignore-not-found");
    if found.success().stdout.is_empty() {
        practice.before = Some(practice.shell(LASTING).success().stdout);
        return Some(practice);
    }
    skipped(format_args!(
        "{} needs a cluster without Istio, and MESH_TEST_KUBECONFIG leads to one that has it",
        test_name()
    ));
    None
}

/// A cluster that other tests use at the same time: only for what stays inside of namespaces.
pub(crate) fn shared() -> Practice {
    static SERVER: OnceLock<(Arc<Server>, PathBuf)> = OnceLock::new();
    if let Some(kubeconfig) = elsewhere() {
        return Practice::handle(kubeconfig, None, Some(Turn::take(false)));
    }
    let (server, kubeconfig) = SERVER.get_or_init(|| {
        let first = Practice::on_sandbox(&["--memory"]);
        // The folder outlives all handles: statics are never dropped. The process ends with this one.
        let server = first.server.clone().expect("it was just started");
        let kubeconfig = first.kubeconfig.clone();
        std::mem::forget(first);
        (server, kubeconfig)
    });
    Practice::handle(kubeconfig.clone(), Some(Arc::clone(server)), None)
}

/// Whether there is a kubectl; says so loudly if there is none.
pub(crate) fn has_kubectl() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let found = *FOUND.get_or_init(|| {
        let version = Command::new("kubectl")
            .args(["version", "--client"])
            .output();
        version.is_ok_and(|output| output.status.success())
    });
    if !found {
        skipped(format_args!(
            "{} needs kubectl, and there is none on PATH",
            test_name()
        ));
    }
    found
}

/// Whether pods run: on a practice cluster they do, elsewhere some node must be ready. Says so loudly if they do not.
pub(crate) fn has_node() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let found = *FOUND.get_or_init(|| {
        elsewhere().is_none_or(|kubeconfig| {
            let ready = r#"kubectl get nodes -o jsonpath='{.items[*].status.conditions[?(@.type=="Ready")].status}'"#;
            let nodes = Practice::at(kubeconfig).shell(ready).success();
            nodes.stdout.contains("True")
        })
    });
    if !found {
        skipped(format_args!(
            "{} needs pods that run, and MESH_TEST_KUBECONFIG leads to no node that is ready",
            test_name()
        ));
    }
    found
}

/// The test that runs on this thread.
fn test_name() -> String {
    let test = std::thread::current().name().map(str::to_owned);
    test.unwrap_or_default()
}

/// Whether the test is skipped since the suite runs on an API server that is not ours, which lacks what it `needs`; says so
/// loudly if it is.
pub(crate) fn skipped_elsewhere(needs: &str) -> bool {
    let skip = elsewhere().is_some();
    if skip {
        skipped(format_args!(
            "{} needs {needs}: only a practice cluster has that",
            test_name()
        ));
    }
    skip
}

/// What tests need that have requests fail or count them.
pub(crate) const FAULTS: &str = "an API server that fails and counts on request";

/// The kubeconfig of the API server that is to be used instead of practice clusters.
pub(crate) fn elsewhere() -> Option<PathBuf> {
    let named = std::env::var_os("MESH_TEST_KUBECONFIG").filter(|path| !path.is_empty())?;
    Some(std::path::absolute(named).expect("MESH_TEST_KUBECONFIG is a path"))
}

impl Practice {
    /// A practice cluster of the binary, started with `args`, whatever `MESH_TEST_KUBECONFIG` says: for tests of the
    /// practice cluster itself.
    pub(crate) fn on_sandbox(args: &[&str]) -> Self {
        let folder = Sandbox::new();
        let state = folder.path().join(STATE);
        let server = Server::start(&folder, &state, args);
        let kubeconfig = state.join("kubeconfig");
        Self {
            folder: environment(folder, &kubeconfig),
            kubeconfig,
            server: Some(Arc::new(server)),
            namespaces: Mutex::default(),
            turn: None,
            before: None,
        }
    }

    /// A handle on what a kubeconfig leads to, for tests that start and stop it themselves.
    pub(crate) fn at(kubeconfig: PathBuf) -> Self {
        Self::handle(kubeconfig, None, None)
    }

    fn handle(kubeconfig: PathBuf, server: Option<Arc<Server>>, turn: Option<Turn>) -> Self {
        Self {
            folder: environment(Sandbox::new(), &kubeconfig),
            kubeconfig,
            server,
            namespaces: Mutex::default(),
            turn,
            before: None,
        }
    }

    /// The way to the cluster; commands run here have it in `KUBECONFIG`.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The folder in which commands run.
    pub(crate) fn folder(&self) -> &Sandbox {
        &self.folder
    }

    /// Makes a namespace that nobody else has.
    pub(crate) fn namespace(&self) -> String {
        let name = random("mesh-test");
        self.kubectl(["create", "namespace", &name]).success();
        self.forget_later(&name);
        name
    }

    /// Has a namespace that the test makes itself deleted at the end.
    pub(crate) fn forget_later(&self, namespace: &str) {
        let mut all = self
            .namespaces
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.push(namespace.to_owned());
    }

    /// Runs `mesh`.
    pub(crate) fn mesh<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        self.folder.run(args)
    }

    /// Runs kubectl.
    pub(crate) fn kubectl<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        self.run("kubectl", args, "")
    }

    /// Runs `kubectl apply -f -` with `text`, in a namespace.
    pub(crate) fn apply(&self, namespace: &str, text: &str) -> Outcome {
        self.run("kubectl", ["apply", "-n", namespace, "-f", "-"], text)
    }

    /// Applies objects on the server's side, as a field manager of this name.
    pub(crate) fn apply_as(&self, manager: &str, text: &str) -> Outcome {
        let manager = format!("--field-manager={manager}");
        self.run(
            "kubectl",
            ["apply", "--server-side", &manager, "-f", "-"],
            text,
        )
    }

    /// Runs a workload in a namespace in which pods are injected, until the application and its proxy are ready.
    pub(crate) fn run_injected(&self, namespace: &str) {
        let app = "apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec: {containers: [{name: app, image: registry.example/app:1}]}
";
        self.apply(namespace, app).success();
        let pods = format!("kubectl get pods -n {namespace} --no-headers");
        self.until(&pods, |out| out.contains("2/2"));
    }

    /// Runs a line of bash in which `mesh` and `kubectl` talk to the cluster. It fails if any part of a pipe fails.
    pub(crate) fn shell(&self, line: &str) -> Outcome {
        let mut outcome = self.run("bash", ["-c", &script(line)], "");
        line.clone_into(&mut outcome.command);
        outcome
    }

    /// Runs the line again and again, until it succeeds and its stdout is as wanted; gives that. Fails the test with what
    /// there was last, if that takes a minute.
    #[track_caller]
    pub(crate) fn until(&self, line: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begin = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            let outcome = self.shell(line);
            if outcome.code == 0 && wanted(&outcome.stdout) {
                return outcome.stdout;
            }
            assert!(
                begin.elapsed() < patience(),
                "not as wanted in {:?}:\n{outcome}",
                begin.elapsed()
            );
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }

    /// Sends a request without kubectl, over a connection of its own; gives the status and the body.
    ///
    /// # Errors
    /// There was no answer.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<(u16, Value), kube::Error> {
        block_on(async { send(&self.client().await, method, path, body).await })
    }

    /// A client that tries nothing twice.
    pub(crate) async fn client(&self) -> kube::Client {
        let file = Kubeconfig::read_from(&self.kubeconfig).expect("the kubeconfig is there");
        let options = KubeConfigOptions::default();
        let config = kube::Config::from_custom_kubeconfig(file, &options).await;
        let mut config = config.expect("the kubeconfig leads somewhere");
        config.default_retry = false;
        kube::Client::try_from(config).expect("the kubeconfig makes a client")
    }

    /// Has the practice cluster fail as said in `src/sandbox/http/faults.rs`, and count requests anew.
    #[track_caller]
    pub(crate) fn order_faults(&self, faults: &Value) {
        let order = json!({"faults": faults});
        let answer = self.request("POST", "/sandbox/faults", &order);
        let (code, body) = answer.expect("the practice cluster answers");
        assert_eq!(code, 200, "{body}");
    }

    /// The faults that were ordered and have not come yet, and the requests since, as `(verb, resource, count)`.
    #[track_caller]
    pub(crate) fn faults(&self) -> (usize, Vec<(String, String, u64)>) {
        let answer = self.request("GET", "/sandbox/faults", &Value::Null);
        let (code, body) = answer.expect("the practice cluster answers");
        assert_eq!(code, 200, "{body}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let requests = body["requests"].as_array().into_iter().flatten();
        let requests = requests.map(|one| {
            let count = one["count"].as_u64().unwrap_or_default();
            (text(&one["verb"]), text(&one["resource"]), count)
        });
        let left = body["faults"].as_array().map_or(0, Vec::len);
        (left, requests.collect())
    }

    /// The names of [`Self::everything`].
    #[track_caller]
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.everything().into_keys().collect()
    }

    /// Fails the test, with what came and what went, unless [`Self::names`] are the same again.
    #[track_caller]
    pub(crate) fn assert_names(&self, before: &BTreeSet<String>) {
        let now = self.names();
        let came: Vec<_> = now.difference(before).collect();
        let gone: Vec<_> = before.difference(&now).collect();
        assert!(
            came.is_empty() && gone.is_empty(),
            "not as before: {came:?} came, {gone:?} went"
        );
    }

    /// Every object of every kind with its version, as `Kind namespace/name`, apart from what changes by itself.
    #[track_caller]
    pub(crate) fn everything(&self) -> BTreeMap<String, String> {
        // APIServices come and go a moment after the definitions that they are for.
        let line = "kinds=$(kubectl api-resources --verbs=list,delete -o name | grep -vE '^(events|nodes|endpoints|endpointslices|apiservices)' | sort -u | paste -sd,); \
            kubectl get \"$kinds\" -A --ignore-not-found -o json";
        let list: Value =
            serde_json::from_str(&self.shell(line).success().stdout).expect("kubectl prints JSON");
        let items = list["items"].as_array().expect("it is a list");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let named = items.iter().map(|item| {
            let metadata = &item["metadata"];
            let kind = text(&item["kind"]);
            let (namespace, name) = (text(&metadata["namespace"]), text(&metadata["name"]));
            (
                format!("{kind} {namespace}/{name}"),
                text(&metadata["resourceVersion"]),
            )
        });
        named
            .filter(|(name, _)| !name.starts_with("Lease kube-"))
            .collect()
    }

    fn run<S: AsRef<OsStr>>(
        &self,
        program: &str,
        args: impl IntoIterator<Item = S>,
        input: &str,
    ) -> Outcome {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.folder.path());
        command.env_clear().envs(self.folder.environment());
        self.folder.finish(command, input.as_bytes())
    }

    /// Kills the practice cluster, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        drop(self.server.take());
    }

    /// Kills the practice cluster and starts it again on the same folder.
    pub(crate) fn restart(&mut self, args: &[&str]) {
        self.kill();
        let server = Server::start(&self.folder, &self.state(), args);
        self.server = Some(Arc::new(server));
    }

    /// The practice cluster's folder.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join(STATE)
    }
}

/// What stays behind after a test that had the whole cluster: names of what is in no namespace, and in the one called default.
const LASTING: &str = "kubectl get namespace,crd,mutatingwebhookconfiguration,validatingwebhookconfiguration,clusterrole,clusterrolebinding -o name; \
    kubectl get deployment,statefulset,daemonset,job,cronjob,service,serviceaccount,configmap,secret,pod -n default -o name";

/// A test's turn on a cluster that is not ours: alone, or with others who stay inside of their namespaces.
struct Turn {
    alone: bool,
}

/// How many have their turn; `usize::MAX` stands for one who is alone.
static TURNS: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

impl Turn {
    fn take(alone: bool) -> Self {
        let mut turns = TURNS.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those who are not alone may take several turns at once, so that nobody is preferred.
        while *turns == usize::MAX || alone && *turns > 0 {
            turns = TURNS.1.wait(turns).unwrap_or_else(PoisonError::into_inner);
        }
        *turns = if alone { usize::MAX } else { *turns + 1 };
        Self { alone }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut turns = TURNS.0.lock().unwrap_or_else(PoisonError::into_inner);
        *turns = if self.alone { 0 } else { *turns - 1 };
        TURNS.1.notify_all();
    }
}

impl Practice {
    /// Deletes what came since the test began, in a cluster that is not ours.
    fn take_away(&self) {
        let Some(before) = &self.before else { return };
        let now = self.shell(LASTING).stdout;
        let new: Vec<&str> = now
            .lines()
            .filter(|name| !before.lines().any(|one| one == *name))
            .collect();
        if !new.is_empty() {
            self.shell(&format!(
                "kubectl delete --ignore-not-found --timeout 60s -n default {}",
                new.join(" ")
            ));
        }
        self.shell("kubectl delete configmap -A -l istio.io/config=true");
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let all = std::mem::take(
            &mut *self
                .namespaces
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        // A practice cluster of the test's own ends with it; namespaces in one that goes on are not worth waiting for.
        let goes_on = self
            .server
            .as_ref()
            .is_none_or(|server| Arc::strong_count(server) > 1);
        self.take_away();
        if goes_on && !all.is_empty() {
            // In a cluster that is not ours, the next test may compare everything that is there.
            let wait = self.turn.is_some();
            let line = format!(
                "kubectl delete namespace --ignore-not-found --wait={wait} {}",
                all.join(" ")
            );
            let outcome = self.shell(&line);
            assert!(
                outcome.code == 0 || std::thread::panicking(),
                "the test's namespaces are not deleted:
{outcome}"
            );
        }
    }
}

/// A practice cluster's process. Dropping it kills it, and so does the end of this process, however that comes.
struct Server {
    /// A shell that kills the practice cluster when its stdin ends.
    keeper: Mutex<(Child, Option<ChildStdin>)>,
}

/// Stdin is the leash: nobody else has its other end.
const KEEPER: &str =
    r#"exec 3<&0; "$@" </dev/null 3<&- & read -r _ <&3; kill -9 $! 2>/dev/null; wait"#;

impl Server {
    /// Starts it on `state`, a folder below `folder`, and waits until it listens.
    fn start(folder: &Sandbox, state: &Path, args: &[&str]) -> Self {
        let up = [
            "sandbox",
            "up",
            "--foreground",
            "--port",
            "0",
            "--state-dir",
        ];
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "sh", env!("CARGO_BIN_EXE_mesh")]);
        command.args(up).arg(state).args(args);
        command.env_clear().envs(folder.environment());
        let log = std::fs::File::create(folder.path().join("server.log"));
        let mut keeper = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.expect("the folder is writable"))
            .spawn()
            .expect("sh is there");
        let mut line = String::new();
        let stdout = keeper.stdout.take().expect("stdout was piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("stdout is UTF-8");
        assert!(
            line.starts_with("export KUBECONFIG="),
            "the practice cluster does not start: {}",
            folder.read("server.log")
        );
        let leash = keeper.stdin.take();
        Self {
            keeper: Mutex::new((keeper, leash)),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        drop(keeper.1.take());
        keeper.0.wait().expect("the shell ends");
    }
}

fn environment(folder: Sandbox, kubeconfig: &Path) -> Sandbox {
    let path = std::env::var("PATH").unwrap_or_default();
    folder
        .env("PATH", &path)
        .env("KUBECONFIG", &kubeconfig.to_string_lossy())
}

fn script(line: &str) -> String {
    let binary = quote(env!("CARGO_BIN_EXE_mesh"));
    format!("set -o pipefail; mesh() {{ {binary} \"$@\"; }}; {line}")
}

/// Runs a future to its end, with two threads for what it spawns.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime can be made").block_on(future)
}

/// Sends a request, without a body if that is null; gives the status and the body.
///
/// # Errors
/// There was no answer.
pub(crate) async fn send(
    client: &kube::Client,
    method: &str,
    path: &str,
    body: &Value,
) -> Result<(u16, Value), kube::Error> {
    let kind = match method {
        "PATCH" => "application/merge-patch+json",
        _ => "application/json",
    };
    let body = match body {
        Value::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    let request = hyper::Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", kind)
        .body(kube::client::Body::from(body))
        .expect("method and path are sound");
    let (head, body) = client.send(request).await?.into_parts();
    let bytes = body.collect_bytes().await?;
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    Ok((head.status.as_u16(), body))
}

/// A name with an end that nobody else comes upon.
fn random(start: &str) -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let number = RandomState::new().hash_one(std::process::id());
    format!("{start}-{:010x}", number & 0xff_ffff_ffff)
}
