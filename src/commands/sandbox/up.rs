//! `mesh sandbox up`.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use super::{FolderFlag, PATIENCE, export_line, named};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::sandbox::api::{Cluster, Config};
use crate::sandbox::http::Server;
use crate::sandbox::http::identity::Identity;
use crate::sandbox::injection::Injection;
use crate::sandbox::state::{Folder, Process};
use crate::sandbox::{controllers, network};

/// Start the practice cluster
///
/// It runs in the background until `mesh sandbox down`. What is printed is the line that points
/// kubectl and `mesh` to it, also where it runs already; no other kubeconfig is touched.
///
/// EXAMPLES
///   mesh sandbox up
///   eval "$(mesh sandbox up)" && kubectl get namespaces
///   mesh sandbox up --foreground --memory --port 0 --state-dir /tmp/practice
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Stay here, until Ctrl-C, instead of running in the background
    #[arg(long)]
    foreground: bool,

    /// Keep objects in memory only: the next start is empty, or has what was kept before
    #[arg(long)]
    memory: bool,

    /// Port on 127.0.0.1; 0 for any that is free [default: the last one, if it is free]
    #[arg(long, value_name = "N")]
    port: Option<u16>,

    #[command(flatten)]
    folder: FolderFlag,
}

impl Args {
    /// Whether the cluster that runs is what is asked for: another terminal may ask for its line again.
    fn is_served_by(&self, process: &Process) -> bool {
        let is_port = self
            .port
            .is_none_or(|port| port == 0 || port == process.port);
        is_port && !self.foreground && !self.memory
    }
}

/// Starts it here or in the background; one that runs already only has its line printed.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let folder = args.folder.folder()?;
    let running = folder.is_running()?.then(|| folder.process()).flatten();
    if args.foreground && running.is_none() {
        return here(args, &folder, ui);
    }
    let (process, does) = match running {
        Some(process) if args.is_served_by(&process) => (process, "runs already, and listens"),
        Some(_) => return Err(runs_already(args, &folder)),
        None => (in_background(args, &folder)?, "listens"),
    };
    let (port, pid) = (process.port, process.pid);
    ui.status(format_args!(
        "the practice cluster {does} on https://127.0.0.1:{port} (process {pid}); its pods are played, not run"
    ));
    ui.hint(format_args!(
        "`mesh sandbox down{}` stops it",
        args.folder.as_typed()
    ));
    ui.result(export_line(&folder).as_bytes())
}

fn runs_already(args: &Args, folder: &Folder) -> Error {
    let process = folder.process();
    let mut what = format!(
        "a practice cluster runs already in `{}`",
        folder.path().display()
    );
    if let Some(process) = &process {
        what = format!(
            "{what}, as process {} on port {}",
            process.pid, process.port
        );
    }
    Error::new(Kind::Precondition, what)
        .hint(format!(
            "`mesh sandbox down{}` stops it",
            args.folder.as_typed()
        ))
        .hint("`--state-dir DIR` starts another one beside it")
}

/// Serves until a signal or `mesh sandbox down`.
fn here(args: &Args, folder: &Folder, ui: &Ui) -> Result<()> {
    let lock = folder.lock()?.ok_or_else(|| runs_already(args, folder))?;
    let identity = folder.identity(&lock)?;
    let config = Config {
        database: (!args.memory).then(|| folder.database()),
        ..Config::default()
    };
    let cluster = Cluster::start(&config)?;
    let injection = Injection::start().map_err(|error| {
        Error::new(Kind::Internal, "cannot start the injector").caused_by(&error)
    })?;
    cluster.add_admission(injection);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            Error::new(Kind::Internal, "cannot start the network runtime").caused_by(&error)
        })?;
    let outcome = runtime.block_on(serve(args, folder, &identity, cluster, ui));
    // Watches last as long as their clients like; they are not waited for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    drop(lock);
    outcome
}

async fn serve(
    args: &Args,
    folder: &Folder,
    identity: &Identity,
    cluster: Cluster,
    ui: &Ui,
) -> Result<()> {
    let server = listen(args, folder, identity, cluster.clone()).await?;
    let controllers = controllers::start(&cluster, &identity.authority)?;
    network::announce(&cluster.impatient(), server.port()).map_err(|status| {
        Error::new(Kind::Internal, "cannot write down where the API server is").caused_by(&status)
    })?;
    let cannot = |error: std::io::Error| {
        Error::new(Kind::Internal, "cannot listen to signals").caused_by(&error)
    };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    // The terminal that it was started from may close.
    let _hangup = signal(SignalKind::hangup()).map_err(cannot)?;
    let process = Process {
        pid: std::process::id(),
        port: server.port(),
        memory: args.memory,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    folder.announce(identity, &process)?;
    ui.status(format_args!(
        "listening on https://127.0.0.1:{}",
        process.port
    ));
    ui.result(export_line(folder).as_bytes())?;
    tokio::select! {
        () = server.run() => {}
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    // The answer to the request that stopped it is on its way.
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(controllers);
    ui.status("stopped");
    Ok(())
}

/// Listens on the port that was asked for, or on that of the last run if it is free, so that what knows it need not learn anew.
async fn listen(
    args: &Args,
    folder: &Folder,
    identity: &Identity,
    cluster: Cluster,
) -> Result<Server> {
    if let Some(port) = args.port {
        return Server::bind(port, identity, cluster).await;
    }
    let last = folder.process().map_or(0, |process| process.port);
    match Server::bind(last, identity, cluster.clone()).await {
        Ok(server) => Ok(server),
        Err(_) if last != 0 => Server::bind(0, identity, cluster).await,
        Err(error) => Err(error),
    }
}

/// How many heaps glibc keeps. With one for each thread, as it is unless told, what one thread frees no other uses: 64 MB instead
/// of 51 with demo and bookinfo, for no more writes a second.
const ARENAS: &str = "MALLOC_ARENA_MAX";

/// Starts this program again, in the background, and waits until it listens.
fn in_background(args: &Args, folder: &Folder) -> Result<Process> {
    // Makes the folder, for the log.
    drop(folder.lock()?.ok_or_else(|| runs_already(args, folder))?);
    let cannot = |error: std::io::Error| {
        Error::new(Kind::Internal, "cannot start `mesh` in the background")
            .caused_by(&error)
            .hint("`--foreground` runs it here")
    };
    let program = std::env::current_exe().map_err(cannot)?;
    let mut command = std::process::Command::new(program);
    command.args([
        "sandbox",
        "up",
        "--foreground",
        "--color",
        "never",
        "--state-dir",
    ]);
    command.arg(folder.path());
    if std::env::var_os(ARENAS).is_none() {
        command.env(ARENAS, "2");
    }
    if args.memory {
        command.arg("--memory");
    }
    if let Some(port) = args.port {
        command.args(["--port", &port.to_string()]);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(folder.new_log()?)
        .current_dir("/")
        .process_group(0)
        .spawn()
        .map_err(cannot)?;
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if let Some(process) = folder.process().filter(|process| process.pid == child.id()) {
            return Ok(process);
        }
        if child.try_wait().map_err(cannot)?.is_some() {
            return Err(ended(&mut child, folder));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // It is ours and of no use.
    let _ = child.kill();
    Err(Error::new(
        Kind::Internal,
        "the practice cluster did not come up in 20 s",
    )
    .hint(format!("`{}` has what it said", folder.log().display())))
}

/// What the process in the background said before it ended, as the error of this one.
fn ended(child: &mut Child, folder: &Folder) -> Error {
    let code = child.wait().ok().and_then(|status| status.code());
    let kinds = [Kind::User, Kind::Usage, Kind::Conflict, Kind::Precondition];
    let kind = kinds
        .into_iter()
        .find(|kind| Some(i32::from(kind.exit_code())) == code);
    let kind = kind.unwrap_or(Kind::Internal);
    let lines = std::fs::File::open(folder.log()).map(|file| BufReader::new(file).lines());
    let mut error: Option<Error> = None;
    for line in lines.into_iter().flatten().map_while(Result::ok) {
        let line = line.trim();
        error = match (error, line.split_once(": ")) {
            (None, Some(("error", what))) => Some(Error::new(kind, what)),
            (Some(error), Some(("caused by", cause))) => Some(error.because(cause)),
            (Some(error), Some(("hint", hint))) => Some(error.hint(hint)),
            (error, _) => error,
        };
    }
    error.unwrap_or_else(|| {
        Error::new(
            kind,
            format!(
                "the practice cluster ended at once ({})",
                named(folder.process().as_ref())
            ),
        )
        .hint(format!("`{}` has what it said", folder.log().display()))
    })
}
