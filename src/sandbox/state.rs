//! The practice cluster's folder: who it is, its objects, where it runs, and the lock that lets only one run.
//!
//! | File | What is in it |
//! |---|---|
//! | `lock` | nothing; locked by the process that runs |
//! | `identity.json` | certificate, keys and token |
//! | `objects` | all objects; beside it while it is in use, `objects.lock` and `objects.new` |
//! | `process.json` | the last process and its port; whether it still runs, only the lock can tell |
//! | `kubeconfig` | how to reach it |
//! | `log` | what the process in the background said |
//!
//! All of it is for the user's eyes only.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::http::identity::Identity;
use crate::error::{Error, Kind, Result};

/// How long to wait for a lock: `mesh sandbox status` holds it for a moment.
const PATIENCE: Duration = Duration::from_millis(300);

/// The folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

/// The right to run. It ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// A process that runs, or ran last.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) port: u16,
    /// Whether its objects are in memory only.
    pub(crate) memory: bool,
    /// The version of `mesh`.
    pub(crate) version: String,
}

impl Folder {
    /// A folder, whether it is there or not.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file that clients connect with.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.path.join("kubeconfig")
    }

    /// The file of the objects.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("objects")
    }

    /// What the process said.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    fn exists(&self) -> bool {
        self.path.join("lock").exists()
    }

    /// Makes the folder and takes the lock; `None` if another process has it.
    ///
    /// # Errors
    /// The folder cannot be made or written.
    pub(crate) fn lock(&self) -> Result<Option<Lock>> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.path)
            .map_err(|error| self.failed("make", &self.path, &error))?;
        let path = self.path.join("lock");
        let file = private()
            .truncate(false)
            .open(&path)
            .map_err(|error| self.failed("open", &path, &error))?;
        let begin = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Lock { _file: file })),
                Err(TryLockError::WouldBlock) if begin.elapsed() > PATIENCE => return Ok(None),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
                Err(TryLockError::Error(error)) => return Err(self.failed("lock", &path, &error)),
            }
        }
    }

    /// Whether a process runs on the folder.
    ///
    /// # Errors
    /// The lock cannot be tried.
    pub(crate) fn is_running(&self) -> Result<bool> {
        if !self.exists() {
            return Ok(false);
        }
        let path = self.path.join("lock");
        let file = File::open(&path).map_err(|error| self.failed("open", &path, &error))?;
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(self.failed("lock", &path, &error)),
        }
    }

    /// Who the practice cluster is: as before, or new in a new folder.
    ///
    /// # Errors
    /// The file cannot be read, understood or written.
    pub(crate) fn identity(&self, _lock: &Lock) -> Result<Identity> {
        let path = self.path.join("identity.json");
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                Error::config(format!("`{}` is damaged", path.display()))
                    .caused_by(&error)
                    .hint("`mesh sandbox reset` makes a new one, and deletes all objects")
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let identity = Identity::generate()?;
                let bytes = serde_json::to_vec(&identity).unwrap_or_default();
                self.write("identity.json", &bytes)?;
                Ok(identity)
            }
            Err(error) => Err(self.failed("read", &path, &error)),
        }
    }

    /// The process that runs, or ran last; `None` if that is not known.
    pub(crate) fn process(&self) -> Option<Process> {
        let bytes = fs::read(self.path.join("process.json")).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Writes down that this process runs, and how to reach it.
    ///
    /// # Errors
    /// The files cannot be written.
    pub(crate) fn announce(&self, identity: &Identity, process: &Process) -> Result<()> {
        self.write("kubeconfig", identity.kubeconfig(process.port).as_bytes())?;
        let bytes = serde_json::to_vec(process).unwrap_or_default();
        self.write("process.json", &bytes)
    }

    /// Deletes everything but the lock.
    ///
    /// # Errors
    /// A file cannot be deleted.
    pub(crate) fn clear(&self, _lock: &Lock) -> Result<()> {
        for name in [
            "objects",
            "objects.lock",
            "objects.new",
            "identity.json",
            "process.json",
            "kubeconfig",
            "log",
        ] {
            let path = self.path.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(self.failed("delete", &path, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// An empty log to write to.
    ///
    /// # Errors
    /// It cannot be opened.
    pub(crate) fn new_log(&self) -> Result<File> {
        let path = self.log();
        private()
            .truncate(true)
            .open(&path)
            .map_err(|error| self.failed("open", &path, &error))
    }

    /// Writes a file whole: a reader sees the old or the new content.
    fn write(&self, name: &str, content: &[u8]) -> Result<()> {
        let (path, new) = (self.path.join(name), self.path.join(format!("{name}.new")));
        private()
            .truncate(true)
            .open(&new)
            .and_then(|mut file| file.write_all(content))
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|error| self.failed("write", &path, &error))
    }

    #[expect(
        clippy::unused_self,
        reason = "all failures of the folder's files read alike"
    )]
    fn failed(&self, what: &str, path: &Path, error: &std::io::Error) -> Error {
        Error::new(Kind::User, format!("cannot {what} `{}`", path.display()))
            .caused_by(error)
            .hint("`--state-dir DIR` keeps the practice cluster in another folder")
    }
}

/// Files that nobody else may read.
fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.create(true).read(true).write(true).mode(0o600);
    options
}
