//! What a container of the practice cluster will do: nothing runs, so it is told from the pod's spec and annotations.
//!
//! | | |
//! |---|---|
//! | a server (no command, or one that does not end by itself) | runs on |
//! | `sleep N`, `exit N`, `true`, `false`, and a shell script of these | does that |
//! | an init container | is done at once |
//! | a Job's container, or one with a command in a pod that does not restart | is done soon |
//! | `sandbox.mesh/exit-code: "N"` | the pod's main container ends so |
//! | `sandbox.mesh/fail` | the pod's main container fails so |
//!
//! The main container is the one that kubectl takes by default: that of the annotation `kubectl.kubernetes.io/default-container`,
//! else the first that is not Istio's proxy.

use serde_json::Value;

use super::container::{Role, list};

/// The annotation that makes a pod fail.
pub(super) const FAIL: &str = "sandbox.mesh/fail";
/// The annotation that says how a pod ends.
pub(super) const EXIT_CODE: &str = "sandbox.mesh/exit-code";

/// How long what ends at once takes, in milliseconds.
const MOMENT: i64 = 80;
/// How long the work of a Job takes.
const WORK: i64 = 300;
/// What a longer sleep is taken for: ten years.
const LONGEST: i64 = 315_360_000_000;

/// The failures that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    ImagePullBackOff,
    CrashLoopBackOff,
    NotReady,
}

/// What a container does once it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    OnAndOn,
    /// Ends after so many milliseconds.
    Ends {
        after: i64,
        code: i64,
    },
}

/// What a container is going to do: whether its image is there, how long it runs, and whether it answers probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) pulls: bool,
    pub(super) run: Run,
    pub(super) becomes_ready: bool,
}

/// What is asked of a pod by its annotations, and what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    pub(super) failure: Option<Failure>,
    pub(super) exit_code: Option<i64>,
    pub(super) wrong: Vec<String>,
}

impl Wishes {
    pub(super) fn of(pod: &Value) -> Self {
        let mut out = Self::default();
        let annotations = &pod["metadata"]["annotations"];
        match annotations[FAIL].as_str() {
            None | Some("") => {}
            Some("ImagePullBackOff") => out.failure = Some(Failure::ImagePullBackOff),
            Some("CrashLoopBackOff") => out.failure = Some(Failure::CrashLoopBackOff),
            Some("NotReady") => out.failure = Some(Failure::NotReady),
            Some(other) => out.wrong.push(format!(
                "annotation {FAIL}: {other:?} is none of ImagePullBackOff, CrashLoopBackOff, NotReady; it is ignored"
            )),
        }
        if let Some(text) = annotations[EXIT_CODE].as_str() {
            match text.parse() {
                Ok(code @ 0..=255) => out.exit_code = Some(code),
                _ => out.wrong.push(format!(
                    "annotation {EXIT_CODE}: {text:?} is not a number from 0 to 255; it is ignored"
                )),
            }
        }
        out
    }
}

/// The name of the container that wishes are about.
pub(super) fn main_container(pod: &Value) -> &str {
    let asked = &pod["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"];
    let containers = || list(&pod["spec"]["containers"]);
    let found = containers()
        .find(|one| asked.is_string() && one["name"] == *asked)
        .or_else(|| containers().find(|one| one["name"] != "istio-proxy"))
        .or_else(|| containers().next());
    found.map_or("", |one| one["name"].as_str().unwrap_or_default())
}

impl Plan {
    /// What a container of a pod will do.
    pub(super) fn of(pod: &Value, container: &Value, role: Role, wishes: &Wishes) -> Self {
        let chosen = role == Role::Main && container["name"] == main_container(pod);
        let failure = wishes.failure.filter(|_| chosen);
        let mut run = run(pod, container, role);
        if let Some(code) = wishes.exit_code.filter(|_| chosen) {
            let after = match run {
                Run::Ends { after, .. } => after,
                Run::OnAndOn => WORK,
            };
            run = Run::Ends { after, code };
        }
        if failure == Some(Failure::CrashLoopBackOff) {
            run = Run::Ends {
                after: WORK,
                code: 1,
            };
        }
        Self {
            pulls: failure != Some(Failure::ImagePullBackOff),
            run,
            // What crashes at once answers no probe; without one it counts as ready while it runs.
            becomes_ready: match failure {
                Some(Failure::NotReady) => false,
                Some(Failure::CrashLoopBackOff) => !container["readinessProbe"].is_object(),
                _ => true,
            },
        }
    }
}

fn run(pod: &Value, container: &Value, role: Role) -> Run {
    let words: Vec<&str> = list(&container["command"])
        .chain(list(&container["args"]))
        .filter_map(Value::as_str)
        .collect();
    let said = said(&words);
    let of_job = list(&pod["metadata"]["ownerReferences"]).any(|one| one["kind"] == "Job");
    let restarts = pod["spec"]["restartPolicy"] == "Always";
    let works = of_job && container["name"] != "istio-proxy" || !restarts && !words.is_empty();
    match (role, said) {
        (Role::Sidecar, _) => Run::OnAndOn,
        (_, Some(run)) => run,
        (Role::Init, None) => Run::Ends {
            after: MOMENT,
            code: 0,
        },
        (Role::Main, None) if works => Run::Ends {
            after: WORK,
            code: 0,
        },
        (Role::Main, None) => Run::OnAndOn,
    }
}

/// What a command says of its end; `None` for one that says nothing.
fn said(words: &[&str]) -> Option<Run> {
    let (first, rest) = words.split_first()?;
    match (first.rsplit('/').next()?, rest) {
        ("true", []) => Some(ends(0, 0)),
        ("false", []) => Some(ends(0, 1)),
        ("sleep", [time]) => sleep(time),
        ("tail", ["-f", ..]) => Some(Run::OnAndOn),
        ("sh" | "bash" | "ash" | "dash", [flag, script, ..])
            if flag.starts_with('-') && flag.ends_with('c') =>
        {
            script_says(script)
        }
        _ => None,
    }
}

fn ends(after: i64, code: i64) -> Run {
    Run::Ends {
        after: after + MOMENT,
        code,
    }
}

fn sleep(time: &str) -> Option<Run> {
    if matches!(time, "infinity" | "inf") {
        return Some(Run::OnAndOn);
    }
    let end = time
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(time.len());
    let number: i64 = time[..end].parse().ok()?;
    let unit = match &time[end..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    Some(ends(number.saturating_mul(unit * 1000).min(LONGEST), 0))
}

/// A script that sleeps, says something and exits does just that. One with loops or with programs that nothing is known of
/// is not looked into, save for an `exit` as its last word.
fn script_says(script: &str) -> Option<Run> {
    let statements = script
        .split(['\n', ';'])
        .flat_map(|part| part.split("&&"))
        .map(str::trim)
        .filter(|statement| !statement.is_empty());
    let (mut slept, mut code, mut known) = (0, None, true);
    for statement in statements {
        let mut words = statement.split_whitespace();
        code = None;
        match (words.next().unwrap_or_default(), words.next(), words.next()) {
            ("exit", number, None) => {
                code = number.map_or(Some(0), |number| number.parse().ok());
            }
            ("false", None, None) => code = Some(1),
            ("sleep", Some(time), None) => match sleep(time) {
                Some(Run::Ends { after, .. }) => slept += after - MOMENT,
                other => return other,
            },
            ("echo" | "printf" | "true" | "date" | "set" | "env", ..) => {}
            ("while" | "until" | "for", ..) => return None,
            _ => known = false,
        }
    }
    match code {
        Some(code) if (0..=255).contains(&code) => Some(ends(slept, code)),
        _ => known.then(|| ends(slept, 0)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(restarts: &str, container: &Value) -> Run {
        let pod =
            json!({"metadata": {}, "spec": {"restartPolicy": restarts, "containers": [container]}});
        Plan::of(&pod, container, Role::Main, &Wishes::default()).run
    }

    #[test]
    fn commands_that_say_how_they_end_end_so() {
        let shell = |script: &str| json!({"name": "a", "command": ["/bin/sh", "-c", script]});
        let ended = |run: Run| match run {
            Run::Ends { after, code } => Some((after - MOMENT, code)),
            Run::OnAndOn => None,
        };
        for (script, expected) in [
            ("exit 3", Some((0, 3))),
            ("echo hello; sleep 2 && exit 1", Some((2000, 1))),
            ("echo hello", Some((0, 0))),
            ("sleep 1m", Some((60_000, 0))),
            ("exit 1; nginx", None),
            ("nginx -g 'daemon off;'", None),
            ("while true; do echo hi; sleep 1; done", None),
            ("sleep infinity", None),
        ] {
            assert_eq!(ended(of("Always", &shell(script))), expected, "{script}");
        }
        assert_eq!(ended(of("Never", &json!({"name": "a"}))), None);
        let works = json!({"name": "a", "command": ["perl", "-e", "print"]});
        assert_eq!(ended(of("Never", &works)).map(|(_, code)| code), Some(0));
        assert_eq!(ended(of("Always", &works)), None);
    }

    #[test]
    fn wishes_are_about_the_main_container_only() {
        let proxy = json!({"name": "istio-proxy"});
        let app = json!({"name": "app"});
        let pod = json!({"metadata": {"annotations": {FAIL: "CrashLoopBackOff"}},
            "spec": {"restartPolicy": "Always", "containers": [proxy, app]}});
        let wishes = Wishes::of(&pod);
        assert_eq!(
            Plan::of(&pod, &proxy, Role::Main, &wishes).run,
            Run::OnAndOn
        );
        assert_ne!(Plan::of(&pod, &app, Role::Main, &wishes).run, Run::OnAndOn);
    }

    #[test]
    fn wrong_annotations_are_named() {
        let pod = json!({"metadata": {"annotations": {FAIL: "Crash", EXIT_CODE: "-1"}}});
        let wishes = Wishes::of(&pod);
        assert_eq!((wishes.failure, wishes.exit_code), (None, None));
        assert_eq!(wishes.wrong.len(), 2);
        assert!(wishes.wrong[0].contains("ImagePullBackOff, CrashLoopBackOff, NotReady"));
    }
}
