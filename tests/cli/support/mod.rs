//! What every test of the binary stands on: a folder of its own, a cleared environment, and one text that holds the
//! command line, the exit code, stdout and stderr together.
//!
//! ```ignore
//! let sandbox = Sandbox::new();
//! sandbox.write("app.yaml", "kind: Deployment\n");
//! insta::assert_snapshot!(sandbox.run(["kube-inject", "-f", "app.yaml"]));
//! ```
//!
//! Run with `INSTA_UPDATE=always` to write new snapshots, and read them before committing.

pub(crate) mod cluster;
pub(crate) mod server;

use std::ffi::OsStr;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

/// A temporary folder, which is the working directory and `$HOME` of the commands run in it.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
    offline: bool,
}

/// Runs a program in a network of its own that leads nowhere, not even to itself, as the user who asks.
const UNSHARE: &[&str] = &["unshare", "--net", "--map-current-user", "--"];

/// Whether this system lets us do that.
static CAN_UNSHARE: LazyLock<bool> = LazyLock::new(|| {
    let tried = Command::new(UNSHARE[0])
        .args(&UNSHARE[1..])
        .arg("true")
        .output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        crate::skipped::skipped(format_args!(
            "`unshare --net` does not work here: commands run offline by a dead proxy and a dead cluster only"
        ));
    }
    can
});

/// How a run ended. Paths of the sandbox are replaced by `[SANDBOX]`.
pub(crate) struct Outcome {
    pub(crate) command: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let folder = tempfile::TempDir::new().expect("a temporary folder can be made");
        Self {
            folder,
            environment: Vec::new(),
            offline: false,
        }
    }

    /// One whose commands have no network. Where the system cannot take it away, whatever would be asked (a cluster, a proxy
    /// for everything else) is at a port where nobody listens.
    pub(crate) fn offline() -> Self {
        let nobody = "http://127.0.0.1:1";
        let sandbox = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
            .iter()
            .fold(Self::new(), |sandbox, name| sandbox.env(name, nobody));
        sandbox.write(".kube/config", server::kubeconfig(nobody, "token: none"));
        Self {
            offline: true,
            ..sandbox
        }
    }

    /// The folder's path.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Sets a variable for the runs that follow.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_string(), value.to_string()));
        self
    }

    /// Writes a file below the folder, with the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        let parent = path.parent().expect("a file in the sandbox has a folder");
        std::fs::create_dir_all(parent).expect("the sandbox is writable");
        std::fs::write(&path, content).expect("the sandbox is writable");
        path
    }

    /// Reads a file below the folder.
    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path().join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The command, ready to run in the folder.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let binary = env!("CARGO_BIN_EXE_mesh");
        let mut command = if self.offline && *CAN_UNSHARE {
            let mut command = Command::new(UNSHARE[0]);
            command.args(&UNSHARE[1..]).arg(binary);
            command
        } else {
            Command::new(binary)
        };
        command
            .args(args)
            .current_dir(self.path())
            .stdin(Stdio::null());
        command.env_clear().envs(self.environment());
        command
    }

    /// Runs a line of bash in which `mesh` is the command; gives stdout and stderr as a terminal shows them.
    pub(crate) fn shell(&self, line: &str) -> String {
        let binary = env!("CARGO_BIN_EXE_mesh");
        let script = format!("exec 2>&1; mesh() {{ '{binary}' \"$@\"; }}; {line}");
        let mut command = Command::new("bash");
        command.args(["-c", &script]).current_dir(self.path());
        command.env_clear().envs(self.environment());
        let output = command.output().expect("bash is there");
        self.normalise(&String::from_utf8(output.stdout).expect("the output is UTF-8"))
    }

    /// Nothing of the caller's: a fixed width, language and time zone, and no cluster to be found.
    pub(crate) fn environment(&self) -> impl Iterator<Item = (String, String)> {
        let home = self.path().to_string_lossy().into_owned();
        let fixed = [
            ("PATH", "/usr/bin:/bin"),
            ("COLUMNS", "80"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
            ("HOME", &home),
        ];
        let fixed = fixed.map(|(name, value)| (name.to_string(), value.to_string()));
        fixed.into_iter().chain(self.environment.clone())
    }

    /// Runs `mesh` with `args` and an empty stdin.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        let mut command = self.command(args);
        let output = command.output().expect("the binary starts");
        self.outcome(&command, output)
    }

    /// Runs `mesh` with `args` and `input` on stdin.
    pub(crate) fn run_with_stdin<S: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
        input: impl AsRef<[u8]>,
    ) -> Outcome {
        self.finish(self.command(args), input.as_ref())
    }

    /// Runs a command to its end, with `input` on stdin.
    pub(crate) fn finish(&self, mut command: Command, input: &[u8]) -> Outcome {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
        let mut stdin = child.stdin.take().expect("stdin was piped");
        let input = input.to_vec();
        // A thread of its own, so that a long output cannot block a long input. A command that does not read all of
        // its input closes the pipe, which is its right.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("the command ends");
        writer.join().expect("the writer does not panic");
        self.outcome(&command, output)
    }

    /// Runs `mesh` with a stdout that nobody reads any more, as in `mesh … | true`.
    pub(crate) fn run_into_closed_pipe<S: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
    ) -> Outcome {
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        drop(reader);
        self.run_into(args, writer)
    }

    /// Runs `mesh` with its stdout going to `target`, which the outcome does not show.
    pub(crate) fn run_into<S: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
        target: impl Into<Stdio>,
    ) -> Outcome {
        let mut command = self.command(args);
        command.stdout(target).stderr(Stdio::piped());
        let child = command.spawn().expect("the binary starts");
        let output = child.wait_with_output().expect("the binary ends");
        self.outcome(&command, output)
    }

    fn outcome(&self, command: &Command, output: Output) -> Outcome {
        let mut words = std::iter::once(command.get_program()).chain(command.get_args());
        if command.get_program() == UNSHARE[0] {
            words.by_ref().take(UNSHARE.len()).for_each(drop);
        }
        let program = words.next().expect("a command has a program");
        let words: Vec<_> = words.map(|word| quote(&word.to_string_lossy())).collect();
        let program = Path::new(program).file_name();
        let program = program.expect("a command has a name").to_string_lossy();
        let text = |bytes: Vec<u8>| {
            self.normalise(&String::from_utf8(bytes).expect("the output is UTF-8"))
        };
        Outcome {
            command: self.normalise(&format!("{program} {}", words.join(" "))),
            code: output.status.code().expect("the binary was not killed"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Replaces the folder's path, which differs from run to run.
    fn normalise(&self, text: &str) -> String {
        let canonical = self.path().canonicalize().expect("the sandbox exists");
        text.replace(&*canonical.to_string_lossy(), "[SANDBOX]")
            .replace(&*self.path().to_string_lossy(), "[SANDBOX]")
    }
}

impl Outcome {
    /// The same, but fails the test with the whole outcome unless the command succeeded.
    pub(crate) fn success(self) -> Self {
        assert_eq!(self.code, 0, "expected success:\n{self}");
        self
    }

    /// Stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{self}"))
    }

    /// A comparison that found differences: exit code 1 with a result.
    #[track_caller]
    pub(crate) fn differs(self) -> Self {
        assert_eq!(self.code, 1, "{self}");
        assert!(
            !self.stdout.is_empty() && !self.stderr.contains("error:"),
            "{self}"
        );
        self
    }

    /// The same, but fails the test with the whole outcome unless the exit code is `code` and stdout is empty: a failed
    /// command leaves no half result.
    pub(crate) fn failure(self, code: i32) -> Self {
        assert_eq!(self.code, code, "expected exit code {code}:\n{self}");
        assert_eq!(self.stdout, "", "expected no result:\n{self}");
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "$ {}\n[exit code {}]\n", self.command, self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(formatter, "----- {name}\n{text}")?;
                if !text.ends_with('\n') {
                    formatter.write_str("[no newline]\n")?;
                }
            }
        }
        Ok(())
    }
}

/// A word as one would type it.
pub(crate) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./,:@%+[]{}".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
