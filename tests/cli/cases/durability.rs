//! What the practice cluster keeps when it is killed, when its folder is damaged or in use, and when its disk is full.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::cluster::{Practice, block_on, patience, send};
use crate::support::{Outcome, Sandbox};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

fn config_map(name: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": value}})
}

fn up(sandbox: &Sandbox) -> Outcome {
    sandbox.run(["sandbox", "up", "--state-dir", "state", "--port", "0"])
}

/// The values of all ConfigMaps in `default` that a test made.
fn found(practice: &Practice) -> BTreeMap<String, String> {
    let (code, list) = practice
        .request("GET", MAPS, &Value::Null)
        .expect("it answers");
    assert_eq!(code, 200, "{list}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = list["items"].as_array().expect("it is a list");
    let ours = items.iter().filter(|one| one["data"]["k"].is_string());
    ours.map(|one| (text(&one["metadata"]["name"]), text(&one["data"]["k"])))
        .collect()
}

/// What the writers were told is written: by name, the number of the last change.
type Acknowledged = Arc<Mutex<BTreeMap<String, u64>>>;

/// Creates and changes objects until the server is gone. Long values make the state file be written anew now and then.
async fn write(
    client: kube::Client,
    writer: u64,
    round: u64,
    acknowledged: Acknowledged,
    total: Arc<AtomicU64>,
) {
    let note = |name: &str, number| {
        let mut all = acknowledged.lock().expect("no writer panics");
        all.insert(name.to_owned(), number);
        total.fetch_add(1, Ordering::Relaxed);
    };
    for object in 0.. {
        let name = format!("map-{round}-{writer}-{object}");
        let value = |number: u64| format!("{number} {}", "x".repeat(20_000));
        let Ok((201, _)) = send(&client, "POST", MAPS, &config_map(&name, &value(0))).await else {
            return;
        };
        note(&name, 0);
        for number in 1..4 {
            let change = json!({"data": {"k": value(number)}});
            let Ok((200, _)) = send(&client, "PATCH", &format!("{MAPS}/{name}"), &change).await
            else {
                return;
            };
            note(&name, number);
        }
        if object % 3 == 2 {
            let Ok((200, _)) =
                send(&client, "DELETE", &format!("{MAPS}/{name}"), &Value::Null).await
            else {
                return;
            };
            note(&name, u64::MAX);
        }
    }
}

#[test]
fn loses_nothing_that_it_acknowledged_when_it_is_killed_under_writes() {
    let mut practice = Practice::on_sandbox(&[]);
    let acknowledged = Acknowledged::default();
    for round in 0..3 {
        let total = Arc::new(AtomicU64::new(0));
        block_on(async {
            let client = practice.client().await;
            let writers = (0..8).map(|writer| {
                let (acknowledged, total) = (Arc::clone(&acknowledged), Arc::clone(&total));
                tokio::spawn(write(client.clone(), writer, round, acknowledged, total))
            });
            let writers: Vec<_> = writers.collect();
            while total.load(Ordering::Relaxed) < 150 * (round + 1) {
                tokio::time::sleep(Duration::from_millis(2)).await;
                assert!(
                    writers.iter().all(|writer| !writer.is_finished()),
                    "a writer was refused"
                );
            }
            practice.kill();
            for writer in writers {
                writer.await.expect("no writer panics");
            }
        });
        practice.restart(&[]);
        let found = found(&practice);
        for (name, told) in acknowledged.lock().unwrap().iter() {
            let number = |text: &String| {
                text.split(' ')
                    .next()
                    .and_then(|one| one.parse::<u64>().ok())
            };
            let kept = found.get(name).and_then(number);
            // What was on its way when it was killed may be there as well, but nothing older than what was told.
            let fits = match (kept, *told) {
                (None, u64::MAX) => true,
                (None, told) => told == 3, // a deletion that was not told
                (Some(kept), told) => kept >= told,
            };
            assert!(fits, "{name}: told {told}, found {kept:?}");
        }
    }
}

#[test]
fn only_one_of_several_starts_on_a_folder() {
    let sandbox = Sandbox::new();
    let args = [
        "sandbox",
        "up",
        "--foreground",
        "--memory",
        "--port",
        "0",
        "--state-dir",
        "state",
    ];
    let start = |_| {
        let mut command = sandbox.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary starts")
    };
    let started: Vec<_> = (0..4).map(start).collect();
    let begin = std::time::Instant::now();
    let mut running = started;
    let mut refused = 0;
    while running.len() > 1 && begin.elapsed() < patience() {
        running.retain_mut(|child| {
            let Some(status) = child.try_wait().expect("it is ours") else {
                return true;
            };
            assert_eq!(status.code(), Some(4));
            refused += 1;
            false
        });
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!((running.len(), refused), (1, 3));
    sandbox
        .run(["sandbox", "down", "--state-dir", "state"])
        .success();
    let last = running.remove(0).wait_with_output().expect("it ends");
    assert!(
        last.status.success(),
        "{}",
        String::from_utf8_lossy(&last.stderr)
    );
}

/// A folder with one object in it, and nothing that runs.
fn used_folder() -> Sandbox {
    let sandbox = Sandbox::new();
    up(&sandbox).success();
    let kubeconfig = sandbox.path().join("state/kubeconfig");
    let practice = Practice::at(kubeconfig);
    let (code, body) = practice
        .request("POST", MAPS, &config_map("a", "v"))
        .expect("it answers");
    assert_eq!(code, 201, "{body}");
    sandbox
        .run(["sandbox", "down", "--state-dir", "state"])
        .success();
    sandbox
}

fn overwrite(path: &Path, change: impl Fn(Vec<u8>) -> Vec<u8>) {
    let bytes = fs::read(path).expect("it is there");
    fs::write(path, change(bytes)).expect("it can be written");
}

#[test]
fn names_a_state_file_that_is_damaged_and_starts_over_when_told_to() {
    let sandbox = used_folder();
    let objects = sandbox.path().join("state/objects");
    overwrite(&objects, |mut bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x20;
        bytes
    });
    let refused = up(&sandbox).failure(1);
    let stderr = &refused.stderr;
    assert!(
        stderr.contains("state file `[SANDBOX]/state/objects` is damaged"),
        "{refused}"
    );
    assert!(stderr.contains("hint: `mesh sandbox reset"), "{refused}");
    sandbox
        .run(["sandbox", "reset", "--state-dir", "state"])
        .success();
    up(&sandbox).success();
    sandbox
        .run(["sandbox", "down", "--state-dir", "state"])
        .success();
}

#[test]
fn names_a_state_file_of_a_newer_version() {
    let sandbox = used_folder();
    let objects = sandbox.path().join("state/objects");
    overwrite(&objects, |bytes| {
        let text = String::from_utf8_lossy(&bytes).replacen("format 1\n", "format 9\n", 1);
        text.into_bytes()
    });
    let refused = up(&sandbox).failure(1);
    assert!(
        refused
            .stderr
            .contains("was written by a newer `mesh` (format 9"),
        "{refused}"
    );
    let kept = fs::read(&objects).unwrap();
    assert!(kept.len() > 100, "it is left as it was");
}

#[test]
fn names_an_identity_that_is_damaged() {
    let sandbox = used_folder();
    sandbox.write("state/identity.json", "{\"authority\": 7}");
    let refused = up(&sandbox).failure(1);
    assert!(
        refused.stderr.contains("identity.json` is damaged"),
        "{refused}"
    );
    assert!(refused.stderr.contains("mesh sandbox reset"), "{refused}");
}

#[test]
fn a_torn_end_of_the_state_file_is_cut_off() {
    let sandbox = used_folder();
    let objects = sandbox.path().join("state/objects");
    overwrite(&objects, |mut bytes| {
        bytes.extend([9, 0, 0, 0, 1, 2, 3, 4, b'[']);
        bytes
    });
    sandbox.write("state/process.json", "no json");
    fs::remove_file(sandbox.path().join("state/kubeconfig")).unwrap();
    up(&sandbox).success();
    let practice = Practice::at(sandbox.path().join("state/kubeconfig"));
    assert_eq!(found(&practice).get("a").map(String::as_str), Some("v"));
    sandbox
        .run(["sandbox", "down", "--state-dir", "state"])
        .success();
}

/// Runs `mesh` with files that may not grow beyond `kilobytes`: to a program, this looks as a full disk does.
fn with_little_space(sandbox: &Sandbox, kilobytes: u32, line: &str) -> Command {
    let script = format!(
        "trap '' XFSZ; ulimit -S -f {kilobytes}; exec {} {line}",
        env!("CARGO_BIN_EXE_mesh")
    );
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(sandbox.path());
    command.env_clear().envs(sandbox.environment());
    command
}

#[test]
fn does_not_start_on_a_full_disk_and_says_why() {
    let sandbox = Sandbox::new();
    let line = "sandbox up --foreground --port 0 --state-dir state";
    let command = with_little_space(&sandbox, 0, line);
    let refused = sandbox.finish(command, b"").failure(1);
    assert!(
        refused
            .stderr
            .contains("cannot write `[SANDBOX]/state/identity.json`"),
        "{refused}"
    );
    assert!(refused.stderr.contains("File too large"), "{refused}");
    assert!(refused.stderr.contains("--state-dir"), "{refused}");
}

#[test]
fn refuses_writes_while_the_disk_is_full_and_catches_up_afterwards() {
    let sandbox = Sandbox::new();
    let line = "sandbox up --foreground --port 0 --state-dir state";
    let mut command = with_little_space(&sandbox, 100, line);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash is there");
    let kubeconfig = sandbox.path().join("state/kubeconfig");
    let mut stdout = std::io::BufReader::new(child.stdout.take().expect("it was piped"));
    let mut export = String::new();
    std::io::BufRead::read_line(&mut stdout, &mut export).expect("it is text");
    let practice = Practice::at(kubeconfig);
    let large = "x".repeat(200_000);
    let (code, body) = practice
        .request("POST", MAPS, &config_map("large", &large))
        .unwrap();
    assert_eq!(code, 500, "{body}");
    let message = body["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("could not be written to the practice cluster's state file"),
        "{message}"
    );
    assert!(message.contains("File too large"), "{message}");
    let (code, _) = practice
        .request("POST", MAPS, &config_map("after", "v"))
        .unwrap();
    assert_eq!(
        code, 500,
        "what comes later is not written before what came earlier"
    );

    let freed = Command::new("prlimit")
        .args(["--pid", &child.id().to_string(), "--fsize=unlimited"])
        .status();
    if freed.is_ok_and(|status| status.success()) {
        let (code, body) = practice
            .request("POST", MAPS, &config_map("later", "v"))
            .unwrap();
        assert_eq!(code, 201, "{body}");
        child.kill().expect("it is ours");
        child.wait().expect("it is ours");
        up(&sandbox).success();
        let found = found(&Practice::at(sandbox.path().join("state/kubeconfig")));
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            ["after", "large", "later"]
        );
        sandbox
            .run(["sandbox", "down", "--state-dir", "state"])
            .success();
    } else {
        crate::skipped::skipped("there is no prlimit, to give a process its disk back");
        child.kill().expect("it is ours");
        child.wait().expect("it is ours");
    }
}
