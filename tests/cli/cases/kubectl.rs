//! The script of kubectl: what the real one says and does against the practice cluster, as recorded in `kubectl/*.txt`.
//!
//! The records say what Kubernetes 1.34 with one node answers, so that `MESH_TEST_KUBECONFIG` can hold them against it. A
//! record is a command after `$ ` and what it says, stdout and stderr together, up to an empty line:
//!
//! ```text
//! $ kubectl scale deployment web --replicas=3
//! deployment.apps/web scaled
//!
//! $~ kubectl get deployment web
//! NAME READY UP-TO-DATE AVAILABLE AGE
//! web 3/3 3 3 [age]
//! ```
//!
//! - `$~` runs the command until it is so, at most a minute; `$` must be so at once.
//! - `[exit 1]` as the first line: the exit code, 0 if it is not there.
//! - `...` alone on a line stands for any lines, `[age]` and the other words of `MASKS` for what differs from run to run.
//! - Blanks count as one, since columns are as wide as what is in them. Empty lines of the output do not count.
//! - Lines after `> ` are files: the name, then the content up to an empty line.
//! - `#` begins a comment. `# alone` in the first line: the script needs a cluster without Istio for itself; `with a node`: pods must
//!   run.
//!
//! Commands run in bash, in a folder and a namespace of the script's own, `[ns]`; `[wait]` is how long they may wait.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use regex::Regex;

use crate::skipped::skipped;
use crate::support::cluster::{Practice, has_node, patience, practice, shared};
use crate::support::quote;

const MASKS: [(&str, &str); 9] = [
    ("[age]", r"(\d+[smhd])+"),
    ("[any]", ".*"),
    ("[hash]", "[a-z0-9]{5,10}"),
    ("[ip]", r"\d+\.\d+\.\d+\.\d+"),
    ("[node]", "[a-z0-9.-]+"),
    ("[number]", r"\d+"),
    ("[port]", r"3[0-2]\d{3}"),
    ("[time]", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    ("[uid]", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
];

enum Step {
    File { name: String, content: String },
    Run(Record),
}

struct Record {
    line: usize,
    command: String,
    patient: bool,
    code: i32,
    expected: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/cases/kubectl")
}

fn read(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let rest = || {
            lines
                .clone()
                .map(|(_, line)| line)
                .take_while(|line| !line.is_empty())
        };
        let mut block: Vec<String> = rest().map(str::to_owned).collect();
        if let Some(name) = line.strip_prefix("> ") {
            let content = block.join("\n") + "\n";
            steps.push(Step::File {
                name: name.to_owned(),
                content,
            });
        } else if let Some(command) = line.strip_prefix('$') {
            let patient = command.starts_with('~');
            let code = block
                .first()
                .and_then(|first| first.strip_prefix("[exit ")?.strip_suffix(']'));
            let code = code.map(|code| code.parse().expect("an exit code is a number"));
            if code.is_some() {
                block.remove(0);
            }
            steps.push(Step::Run(Record {
                line: at + 1,
                command: command.trim_start_matches('~').trim().to_owned(),
                patient,
                code: code.unwrap_or(0),
                expected: block,
            }));
        } else {
            assert!(
                line.is_empty() || line.starts_with('#'),
                "line {}: {line}",
                at + 1
            );
            continue;
        }
        for _ in 0..rest().count() {
            lines.next();
        }
    }
    steps
}

/// Runs a script to its end, and fails with all that was not as recorded.
fn run(name: &str) {
    let text = read(name);
    if let Some(why) = text.strip_prefix("# later: ") {
        skipped(format_args!(
            "{name}: {}",
            why.lines().next().unwrap_or_default()
        ));
        return;
    }
    let needs = text.lines().next().unwrap_or_default();
    if needs.contains("with a node") && !has_node() {
        return;
    }
    let practice = if needs.starts_with("# alone") {
        let Some(practice) = practice() else { return };
        practice
    } else {
        shared()
    };
    let namespace = practice.namespace();
    let context = format!(
        "kubectl config view --raw > config && KUBECONFIG=config kubectl config set-context --current --namespace={namespace}"
    );
    practice.shell(&context).success();
    let mut wrong = String::new();
    for step in parse(&text) {
        match step {
            Step::File { name, content } => {
                practice
                    .folder()
                    .write(&name, content.replace("[ns]", &namespace));
            }
            Step::Run(record) => {
                if let Err(found) = check(&practice, &namespace, &record) {
                    let _ = writeln!(wrong, "{name}:{}: {}\n{found}", record.line, record.command);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "not as recorded:\n{wrong}");
}

/// What was said instead, if it was not as recorded.
fn check(practice: &Practice, namespace: &str, record: &Record) -> Result<(), String> {
    let command = record.command.replace("[ns]", namespace);
    let command = command.replace("[wait]", &format!("{}s", patience().as_secs()));
    let line = format!("set -o pipefail; exec 2>&1; {command}");
    let bound = (patience() * 2).as_secs();
    let line = format!("KUBECONFIG=config timeout {bound} bash -c {}", quote(&line));
    let begin = Instant::now();
    loop {
        let outcome = practice.shell(&line);
        let said: Vec<String> = outcome
            .stdout
            .lines()
            .map(blanks)
            .filter(|line| !line.is_empty())
            .collect();
        let expected: Vec<Pattern> = record
            .expected
            .iter()
            .map(|line| Pattern::of(line, namespace))
            .collect();
        if outcome.code == record.code && matches(&expected, &said) {
            return Ok(());
        }
        if !record.patient || begin.elapsed() > patience() {
            return Err(format!(
                "[exit {}]\n{}",
                outcome.code,
                said.join("\n") + "\n"
            ));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

enum Pattern {
    Lines,
    One(Regex),
}

impl Pattern {
    fn of(line: &str, namespace: &str) -> Self {
        if line == "..." {
            return Self::Lines;
        }
        let mut pattern = regex::escape(&blanks(line));
        for (mask, meaning) in MASKS {
            pattern = pattern.replace(&regex::escape(mask), &format!("(?:{meaning})"));
        }
        let pattern = pattern.replace(&regex::escape("[ns]"), &regex::escape(namespace));
        Self::One(Regex::new(&format!("^{pattern}$")).expect("masks are sound"))
    }
}

fn matches(expected: &[Pattern], said: &[String]) -> bool {
    match expected {
        [] => said.is_empty(),
        [Pattern::Lines, rest @ ..] => (0..=said.len()).any(|skip| matches(rest, &said[skip..])),
        [Pattern::One(pattern), rest @ ..] => {
            said.first().is_some_and(|line| pattern.is_match(line)) && matches(rest, &said[1..])
        }
    }
}

/// A line with one blank wherever there were some, and none at its ends.
fn blanks(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

macro_rules! scripts {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(concat!(stringify!($name), ".txt"));
        })*

        #[test]
        fn there_are_a_hundred_commands_and_every_script_is_run() {
            let names = [$(concat!(stringify!($name), ".txt")),*];
            let commands = names.iter().flat_map(|name| parse(&read(name)));
            let commands = commands.filter(|step| matches!(step, Step::Run(record) if record.command.contains("kubectl")));
            assert!(commands.count() >= 100);
            for entry in std::fs::read_dir(folder()).expect("the folder is there") {
                let name = entry.expect("it can be listed").file_name();
                assert!(names.iter().any(|one| **one == *name), "{}", name.display());
            }
        }
    };
}

scripts! {
    apply
    change
    cluster
    create
    definitions
    get
    managers
    pods
    rollout
}
