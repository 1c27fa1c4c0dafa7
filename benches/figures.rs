//! The figures that `mesh` is held to: time, memory and size of the release binary on the work of every day.
//!
//! `cargo bench` runs each command as a process of its own, many times over, and prints the median wall time, the least
//! processor time and the largest resident set beside what istioctl 1.31 needs for the same on the same kind of machine.
//! Nothing is asserted: a busy machine is no bug. Measure on a quiet one.

#![allow(
    clippy::print_stdout,
    reason = "a program of its own, which prints a table"
)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use wait4::{ResourceUsage, Wait4 as _};

/// The binary that is measured: the one built with this program, unless the variable `MESH_BINARY` names another.
static MESH: LazyLock<String> = LazyLock::new(|| {
    std::env::var("MESH_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mesh").to_owned())
});

/// One piece of work, and what istioctl 1.31 was measured to need for it.
struct Figure {
    name: &'static str,
    args: Vec<String>,
    runs: usize,
    peer_time: Duration,
    peer_megabytes: u64,
}

/// What the runs took.
struct Measured {
    median: Duration,
    fastest: Duration,
    processor: Duration,
    megabytes: f64,
}

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    println!(
        "{:<44} {:>9} {:>9} {:>9} {:>8} {:>10} {:>8} {:>7} {:>7}",
        "", "median", "fastest", "CPU", "memory", "istioctl", "", "time", "memory"
    );
    for figure in figures(folder.path())? {
        let measured = measure(&figure)?;
        println!(
            "{:<44} {:>6.1} ms {:>6.1} ms {:>6.1} ms {:>5.1} MB {:>7} ms {:>5} MB {:>6.0}x {:>6.0}x",
            figure.name,
            milliseconds(measured.median),
            milliseconds(measured.fastest),
            milliseconds(measured.processor),
            measured.megabytes,
            figure.peer_time.as_millis(),
            figure.peer_megabytes,
            figure.peer_time.as_secs_f64() / measured.median.as_secs_f64(),
            megabytes(figure.peer_megabytes * 1_000_000) / measured.megabytes,
        );
    }
    let size = megabytes(fs::metadata(MESH.as_str())?.len());
    println!(
        "{:<44} {size:>35.1} MB {:>19} MB {:>15.0}x",
        "size of the binary",
        140,
        140.0 / size
    );
    Ok(())
}

fn figures(folder: &Path) -> io::Result<Vec<Figure>> {
    let bookinfo = folder.join("bookinfo.yaml");
    let sample = Command::new(MESH.as_str())
        .args(["sample", "show", "bookinfo"])
        .output()?;
    fs::write(&bookinfo, sample.stdout)?;
    let thousand = folder.join("thousand.yaml");
    fs::write(&thousand, deployments(1000))?;
    let inject = |file: &Path| {
        ["kube-inject", "-f", &file.to_string_lossy()]
            .map(str::to_string)
            .to_vec()
    };
    let figure = |name, args, runs, peer_time, peer_megabytes| Figure {
        name,
        args,
        runs,
        peer_time: Duration::from_millis(peer_time),
        peer_megabytes,
    };
    let words = |text: &str| text.split(' ').map(str::to_string).collect();
    let mut figures = vec![figure("version", words("version"), 50, 50, 84)];
    for (name, peer_time, peer_megabytes) in PROFILES {
        figures.push(figure(
            name,
            words(&name.replace(", profile", " --profile")),
            30,
            *peer_time,
            *peer_megabytes,
        ));
    }
    figures.extend([
        figure("kube-inject of bookinfo", inject(&bookinfo), 50, 130, 95),
        figure(
            "kube-inject of 1,000 Deployments",
            inject(&thousand),
            10,
            4300,
            104,
        ),
    ]);
    Ok(figures)
}

/// Every profile, and what istioctl 1.31 needs for it: milliseconds and megabytes. Its time for all but demo is its processor time,
/// in the proportion in which that of demo is to the 420 ms that demo takes.
const PROFILES: &[(&str, u64, u64)] = &[
    ("manifest generate, profile default", 419, 129),
    ("manifest generate, profile ambient", 418, 127),
    ("manifest generate, profile demo", 420, 117),
    ("manifest generate, profile empty", 60, 87),
    ("manifest generate, profile minimal", 411, 130),
    ("manifest generate, profile openshift", 388, 132),
    ("manifest generate, profile openshift-ambient", 397, 127),
    ("manifest generate, profile preview", 406, 128),
    ("manifest generate, profile remote", 377, 129),
    ("manifest generate, profile stable", 408, 127),
];

/// Runs the work, once to warm the caches and then as often as the figure says.
fn measure(figure: &Figure) -> io::Result<Measured> {
    once(figure)?;
    let mut times = Vec::with_capacity(figure.runs);
    let mut processor = Duration::MAX;
    let mut largest = 0;
    for _ in 0..figure.runs {
        let (time, used) = once(figure)?;
        times.push(time);
        processor = processor.min(used.utime + used.stime);
        largest = largest.max(used.maxrss);
    }
    times.sort();
    Ok(Measured {
        median: times[times.len() / 2],
        fastest: times[0],
        processor,
        megabytes: megabytes(largest),
    })
}

/// Wall time, and what the process used (the largest resident set in bytes). The child's set counts from before it becomes `mesh`, so that this
/// program must stay smaller than what it measures: it holds no input and no output.
fn once(figure: &Figure) -> io::Result<(Duration, ResourceUsage)> {
    let begin = Instant::now();
    let mut child = Command::new(MESH.as_str())
        .args(&figure.args)
        .stdin(Stdio::null())
        .stdout(File::create("/dev/null")?)
        .stderr(Stdio::null())
        .spawn()?;
    let used = child.wait4()?;
    let time = begin.elapsed();
    if used.status.success() {
        Ok((time, used.rusage))
    } else {
        Err(io::Error::other(format!(
            "`mesh {}` failed: {}",
            figure.args.join(" "),
            used.status
        )))
    }
}

/// As many Deployments as one would have after some years, each with a probe, resources and a volume.
fn deployments(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-{number}
  namespace: shop
  labels:
    app: service-{number}
    version: v1
spec:
  replicas: 2
  selector:
    matchLabels:
      app: service-{number}
      version: v1
  template:
    metadata:
      labels:
        app: service-{number}
        version: v1
    spec:
      containers:
      - name: app # the one that matters
        image: registry.example/shop/service-{number}:1.0
        ports:
        - containerPort: 8080
        readinessProbe:
          httpGet:
            path: /healthz
            port: 8080
---
"
        );
    }
    text
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
