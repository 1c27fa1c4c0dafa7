//! The figures of the practice cluster, and of the main job on it: how soon it is up, how many writes it takes, how long
//! `manifest apply` waits, what a shift costs, how much memory it all needs.
//!
//! `cargo bench --bench sandbox` prints what was measured beside what is wanted, and asserts nothing. `MESH_BINARY` names
//! another binary than the one built with this program.

#![allow(
    clippy::print_stdout,
    reason = "a program of its own, which prints a table"
)]

use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};

static MESH: LazyLock<String> = LazyLock::new(|| {
    std::env::var("MESH_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mesh").to_owned())
});

/// A practice cluster, killed when dropped.
struct Practice {
    process: Child,
    kubeconfig: PathBuf,
    _folder: tempfile::TempDir,
}

impl Practice {
    fn start(args: &[&str]) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let state = folder.path().join("state");
        let mut process = Command::new(MESH.as_str())
            // As `mesh sandbox up` starts it in the background.
            .env("MALLOC_ARENA_MAX", "2")
            .args([
                "sandbox",
                "up",
                "--foreground",
                "--port",
                "0",
                "--state-dir",
            ])
            .arg(&state)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        Ok(Self {
            process,
            kubeconfig: state.join("kubeconfig"),
            _folder: folder,
        })
    }

    /// Resident memory now and at most, in MB.
    fn memory(&self) -> io::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
            number.unwrap_or_default() / 1000.0
        };
        Ok((field("VmRSS:"), field("VmHWM:")))
    }

    fn mesh(&self, args: &str) -> io::Result<Duration> {
        self.run(MESH.as_str(), args)
    }

    fn run(&self, program: &str, args: &str) -> io::Result<Duration> {
        let begin = Instant::now();
        let mut command = Command::new(program);
        command
            .args(args.split(' '))
            .env("KUBECONFIG", &self.kubeconfig);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let output = command.output()?;
        if output.status.success() {
            return Ok(begin.elapsed());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!("`{program} {args}`: {said}")))
    }

    async fn client(&self) -> Result<kube::Client, Box<dyn std::error::Error>> {
        let file = Kubeconfig::read_from(&self.kubeconfig)?;
        let options = KubeConfigOptions::default();
        let config = kube::Config::from_custom_kubeconfig(file, &options).await?;
        Ok(kube::Client::try_from(config)?)
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        // One that has ended already is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let mut starts = Vec::new();
    for _ in 0..10 {
        let begin = Instant::now();
        drop(Practice::start(&["--memory"])?);
        starts.push(begin.elapsed());
    }
    starts.sort();
    line("up, until it is ready", seconds(starts[5]), "0.5 s");
    for (name, args) in [("", &[][..]), (", in memory", &["--memory"])] {
        let practice = Practice::start(args)?;
        let rate = runtime.block_on(writes(&practice, 10_000))?;
        line(&format!("writes{name}"), format!("{rate:.0}/s"), "2000/s");
    }
    pods(&runtime)?;
    main_job(&runtime)
}

/// As many writes in a second, by 64 clients that each wait for their answer: creations and changes by turns.
async fn writes(practice: &Practice, count: usize) -> Result<f64, Box<dyn std::error::Error>> {
    const CLIENTS: usize = 64;
    let next = std::sync::Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    let client = practice.client().await?;
    let begin = Instant::now();
    for _ in 0..CLIENTS {
        let (client, next) = (client.clone(), next.clone());
        tasks.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(2, Ordering::Relaxed);
                if number >= count {
                    return Ok::<(), kube::Error>(());
                }
                let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("map-{number}")},
                    "data": {"key": "value", "other": "another value, some words long"}});
                let path = "/api/v1/namespaces/default/configmaps";
                send(&client, "POST", path, "application/json", &map).await?;
                let path = format!("{path}/map-{number}");
                let change = json!({"data": {"key": "changed"}});
                send(&client, "PATCH", &path, "application/merge-patch+json", &change).await?;
            }
        }));
    }
    for task in tasks {
        task.await??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let count = count as f64;
    Ok(count / begin.elapsed().as_secs_f64())
}

async fn send(
    client: &kube::Client,
    method: &str,
    path: &str,
    kind: &str,
    body: &Value,
) -> Result<Value, kube::Error> {
    let request = hyper::Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", kind)
        .body(body.to_string().into_bytes())
        .map_err(kube::Error::HttpError)?;
    client.request::<Value>(request).await
}

/// What kubectl takes to list a thousand pods.
fn pods(runtime: &tokio::runtime::Runtime) -> Result<(), Box<dyn std::error::Error>> {
    let practice = Practice::start(&["--memory"])?;
    let begin = Instant::now();
    runtime.block_on(async {
        let client = practice.client().await?;
        let path = "/apis/apps/v1/namespaces/default/deployments";
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "many"},
            "spec": {"replicas": 1000, "selector": {"matchLabels": {"app": "many"}}, "template": {
                "metadata": {"labels": {"app": "many"}}, "spec": {"containers": [{"name": "app", "image": "nginx"}]}}}});
        send(&client, "POST", path, "application/json", &deployment).await?;
        for _ in 0..1000 {
            let read = hyper::Request::get(format!("{path}/many")).body(Vec::new())?;
            let found: Value = client.request(read).await?;
            if found["status"]["readyReplicas"] == 1000 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("a thousand pods did not become ready in 100 s".into())
    })
    .map_err(|error: Box<dyn std::error::Error>| error)?;
    line(
        "a thousand pods, until all are ready",
        seconds(begin.elapsed()),
        "",
    );
    if practice.run("kubectl", "version --client").is_err() {
        println!("SKIPPED: there is no kubectl on PATH");
        return Ok(());
    }
    practice.run("kubectl", "get pods")?;
    line(
        "kubectl get of a thousand pods",
        seconds(practice.run("kubectl", "get pods")?),
        "1 s",
    );
    let (now, most) = practice.memory()?;
    line(
        "memory with them",
        format!("{now:.0} MB, at most {most:.0}"),
        "",
    );
    Ok(())
}

/// The main job: everything installed, bookinfo beside it, traffic shifted.
fn main_job(runtime: &tokio::runtime::Runtime) -> Result<(), Box<dyn std::error::Error>> {
    let practice = Practice::start(&[])?;
    let apply = practice.mesh("manifest apply --profile demo -y")?;
    line(
        "manifest apply of demo, until all is ready",
        seconds(apply),
        "3 s",
    );
    practice.mesh("inject enable default")?;
    practice.mesh("sample apply bookinfo --wait -y")?;
    let (now, most) = practice.memory()?;
    line(
        "memory with demo and bookinfo",
        format!("{now:.0} MB, at most {most:.0}"),
        "60 MB",
    );
    practice.mesh("canary shift reviews --to v1")?;
    let order = json!({"faults": []});
    runtime.block_on(async {
        let client = practice.client().await?;
        send(
            &client,
            "POST",
            "/sandbox/faults",
            "application/json",
            &order,
        )
        .await?;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    let shift = practice.mesh("canary shift reviews 90 10")?;
    let counted = runtime.block_on(async {
        let client = practice.client().await?;
        let read = hyper::Request::get("/sandbox/faults").body(Vec::new())?;
        Ok::<Value, Box<dyn std::error::Error>>(client.request(read).await?)
    })?;
    let requests = counted["requests"].as_array().into_iter().flatten();
    let requests: u64 = requests.filter_map(|one| one["count"].as_u64()).sum();
    line(
        "canary shift",
        format!("{}, {requests} requests", seconds(shift)),
        "4 requests",
    );
    idle(&practice)
}

/// The processor time of ten seconds in which nothing is asked.
fn idle(practice: &Practice) -> Result<(), Box<dyn std::error::Error>> {
    std::thread::sleep(Duration::from_secs(2));
    let before = ticks(practice.process.id())?;
    std::thread::sleep(Duration::from_secs(10));
    let used = ticks(practice.process.id())? - before;
    line(
        "processor time of 10 s without a request",
        format!("{} ms", used * 10),
        "0 ms",
    );
    Ok(())
}

/// The processor time that a process has used, in hundredths of a second.
fn ticks(process: u32) -> io::Result<u64> {
    let stat = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat"))?;
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let times = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok());
    Ok(times.sum())
}

fn line(name: &str, measured: impl std::fmt::Display, wanted: &str) {
    println!("{name:<44} {measured:>28} {wanted:>12}");
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
