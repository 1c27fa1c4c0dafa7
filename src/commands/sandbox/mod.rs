//! `mesh sandbox`: the practice cluster, started, looked at, stopped and emptied.

mod down;
mod reset;
mod status;
mod up;

use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::output::Ui;
use crate::sandbox::state::{Folder, Process};

/// Run a practice cluster on this computer
///
/// It is a Kubernetes API on loopback, with a certificate and a token of its own, and the controllers
/// behind it: kubectl and `mesh` work on it as on any cluster, and objects survive a restart. Its pods
/// are played, not run: they start, become ready, are injected and restarted as pods are, but no
/// container is started, and no request reaches one. The annotation `sandbox.mesh/fail` on a pod
/// template (`ImagePullBackOff`, `CrashLoopBackOff` or `NotReady`) rehearses a failure.
///
/// Not there: exec, attach and port-forward, quotas and limit ranges, checks by validating webhooks,
/// and the token volume that every pod of a real cluster has.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Up(up::Args),
    Down(down::Args),
    Status(status::Args),
    Reset(reset::Args),
}

/// Runs one of them.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::Up(args) => up::run(args, ui),
        Command::Down(args) => down::run(args, ui),
        Command::Status(args) => status::run(args, ui),
        Command::Reset(args) => reset::run(args, ui),
    }
}

/// Which practice cluster.
#[derive(Clone, Debug, clap::Args)]
struct FolderFlag {
    /// Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in
    /// `~/.local/state`]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
}

impl FolderFlag {
    /// The folder, as an absolute path: a process in the background and a kubeconfig outlive the working directory.
    fn folder(&self) -> Result<Folder> {
        let path = match &self.state_dir {
            Some(path) => path.clone(),
            None => default_folder()?,
        };
        let path = std::path::absolute(&path).map_err(|error| {
            Error::user(format!("`{}` is no usable path", path.display())).caused_by(&error)
        })?;
        Ok(Folder::new(path))
    }

    /// The flag as it has to be typed to mean the same folder, with a space before it; empty for the default.
    fn as_typed(&self) -> String {
        self.state_dir
            .as_ref()
            .map(|path| format!(" --state-dir {}", shell_word(&path.to_string_lossy())))
            .unwrap_or_default()
    }
}

fn default_folder() -> Result<PathBuf> {
    let variable = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join(".local/state")));
    state.map(|path| path.join("mesh/sandbox")).ok_or_else(|| {
        Error::config(
            "neither `$XDG_STATE_HOME` nor `$HOME` says where to keep the practice cluster",
        )
        .hint("`--state-dir DIR` names a folder")
    })
}

/// A word as a shell takes it for one.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:@%+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The line that points kubectl and `mesh` to the practice cluster.
fn export_line(folder: &Folder) -> String {
    format!(
        "export KUBECONFIG={}\n",
        shell_word(&folder.kubeconfig().to_string_lossy())
    )
}

/// How long to wait for a process to come up, or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// `process 123`, or what stands for it where the file that says so is gone.
fn named(process: Option<&Process>) -> String {
    process.map_or_else(
        || "another process".to_owned(),
        |one| format!("process {}", one.pid),
    )
}
