//! What `kubectl logs` shows of a container: that nothing runs, and what is known of what would. Pure.

use std::fmt::Write as _;

use serde_json::Value;

use super::container::{Role, list};
use super::plan::{EXIT_CODE, FAIL, Wishes, main_container};
use crate::sandbox::api::clock;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// The container's name; empty where the pod has one only.
    pub(crate) container: String,
    /// The run before the present one.
    pub(crate) previous: bool,
    pub(crate) timestamps: bool,
    /// Only what was said since then, in seconds since 1970.
    pub(crate) since: Option<i64>,
    /// Only the last lines.
    pub(crate) tail: Option<usize>,
    /// Only so many bytes, from the first.
    pub(crate) limit: Option<usize>,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn names(list_of: &Value) -> Vec<&str> {
    list(list_of).map(|one| text(&one["name"])).collect()
}

/// The container that is meant: its spec and its role.
///
/// # Errors
/// There is none of the name, or there are several and none is named: in Kubernetes' words.
fn chosen<'a>(pod: &'a Value, name: &str) -> Result<(&'a Value, Role), String> {
    let (spec, of) = (&pod["spec"], text(&pod["metadata"]["name"]));
    let mut mains = list(&spec["containers"]);
    if name.is_empty() {
        if let (Some(only), None) = (mains.next(), mains.next()) {
            return Ok((only, Role::Main));
        }
        let mut why = format!(
            "a container name must be specified for pod {of}, choose one of: [{}]",
            names(&spec["containers"]).join(" ")
        );
        let inits = names(&spec["initContainers"]);
        if !inits.is_empty() {
            why = format!("{why} or one of the init containers: [{}]", inits.join(" "));
        }
        return Err(why);
    }
    if let Some(found) = mains.find(|one| one["name"] == name) {
        return Ok((found, Role::Main));
    }
    let found = list(&spec["initContainers"]).find(|one| one["name"] == name);
    found
        .map(|one| (one, Role::of_init(one)))
        .ok_or_else(|| format!("container {name} is not valid for pod {of}"))
}

/// A container's log, and whether it may still grow.
///
/// # Errors
/// Why there is none, in the words of a kubelet.
pub(crate) fn read(pod: &Value, options: &Options) -> Result<(String, bool), String> {
    let (spec, role) = chosen(pod, &options.container)?;
    if text(&pod["spec"]["nodeName"]).is_empty() {
        return Ok((String::new(), false));
    }
    let (name, of) = (text(&spec["name"]), text(&pod["metadata"]["name"]));
    let statuses = ["containerStatuses", "initContainerStatuses"];
    let mut statuses = statuses
        .iter()
        .flat_map(|field| list(&pod["status"][*field]));
    let Some(status) = statuses.find(|one| one["name"] == name) else {
        return Err(format!("container {name:?} in pod {of:?} is not available"));
    };
    let (state, last) = (&status["state"], &status["lastState"]["terminated"]);
    let run = if options.previous {
        if last.is_null() {
            return Err(format!(
                "previous terminated container {name:?} in pod {of:?} not found"
            ));
        }
        last
    } else if state["running"].is_object() {
        &state["running"]
    } else if state["terminated"].is_object() {
        &state["terminated"]
    } else if last.is_object() {
        last
    } else {
        let why = match text(&state["waiting"]["reason"]) {
            "ErrImagePull" => "image can't be pulled",
            "ImagePullBackOff" => "trying and failing to pull image",
            other => other,
        };
        return Err(format!(
            "container {name:?} in pod {of:?} is waiting to start: {why}"
        ));
    };
    let count = status["restartCount"].as_i64().unwrap_or_default();
    let count = count - i64::from(options.previous && !state["waiting"].is_object());
    let said = said(pod, spec, role, run, count);
    Ok((
        cut(&said, options),
        state["running"].is_object() && !options.previous,
    ))
}

/// What a run of a container says: each line with its time, in milliseconds since 1970. It only ever grows.
fn said(pod: &Value, spec: &Value, role: Role, run: &Value, count: i64) -> Vec<(i64, String)> {
    let start = clock::parse(text(&run["startedAt"])).unwrap_or_default() * 1000;
    let mut lines = about(pod, spec);
    if count > 0 {
        lines.push(format!("restarted {count} times"));
    }
    let mut out: Vec<(i64, String)> = (start..).zip(lines).collect();
    if let Some(code) = run["exitCode"].as_i64() {
        let wishes = Wishes::of(pod);
        let asked = spec["name"] == main_container(pod) && role == Role::Main;
        let why = match (&wishes.failure, wishes.exit_code) {
            (Some(_), _) if asked && code != 0 => format!(", as the annotation {FAIL} asks"),
            (_, Some(wish)) if asked && wish == code => {
                format!(", as the annotation {EXIT_CODE} asks")
            }
            _ => String::new(),
        };
        let end = clock::parse(text(&run["finishedAt"])).unwrap_or_default() * 1000;
        let last = out.last().map_or(0, |(time, _)| time + 1);
        out.push((end.max(last), format!("ends with code {code}{why}")));
    }
    out
}

fn about(pod: &Value, spec: &Value) -> Vec<String> {
    let (name, image) = (text(&spec["name"]), text(&spec["image"]));
    let who = format!(
        "{}/{}",
        text(&pod["metadata"]["namespace"]),
        text(&pod["metadata"]["name"])
    );
    let mut lines = vec![match name {
        "istio-proxy" => format!(
            "practice cluster: this stands for Istio's proxy of pod {who} (image {image}); no Envoy runs"
        ),
        "discovery" if pod["metadata"]["labels"]["app"] == "istiod" => format!(
            "practice cluster: this stands for istiod in pod {who} (image {image}); the practice cluster injects and validates in its place"
        ),
        _ => format!(
            "practice cluster: this stands for container {name} of pod {who} (image {image}); no process runs"
        ),
    }];
    for (field, word) in [("command", "command"), ("args", "arguments")] {
        let words: Vec<&str> = list(&spec[field]).map(text).collect();
        if !words.is_empty() {
            lines.push(format!("{word}: {}", words.join(" ").replace('\n', " ")));
        }
    }
    let ports: Vec<String> = list(&spec["ports"]).map(port).collect();
    if !ports.is_empty() {
        lines.push(format!("ports: {}", ports.join(", ")));
    }
    lines
}

fn port(port: &Value) -> String {
    let protocol = port["protocol"].as_str().unwrap_or("TCP");
    let number = port["containerPort"].as_i64().unwrap_or_default();
    let name = text(&port["name"]);
    if name.is_empty() {
        format!("{number}/{protocol}")
    } else {
        format!("{number}/{protocol} ({name})")
    }
}

fn cut(said: &[(i64, String)], options: &Options) -> String {
    let since = options
        .since
        .map_or(i64::MIN, |since| since.saturating_mul(1000));
    let lines: Vec<&(i64, String)> = said.iter().filter(|(time, _)| *time >= since).collect();
    let skipped = options
        .tail
        .map_or(0, |tail| lines.len().saturating_sub(tail));
    let mut out = String::new();
    for (time, line) in &lines[skipped..] {
        if options.timestamps {
            let second = clock::format(time.div_euclid(1000));
            let second = second.trim_end_matches('Z');
            // A String takes whatever it is given.
            let _ = write!(out, "{second}.{:03}000000Z ", time.rem_euclid(1000));
        }
        out.push_str(line);
        out.push('\n');
    }
    if let Some(limit) = options.limit {
        let mut end = limit.min(out.len());
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(state: &Value, last: &Value) -> Value {
        json!({"metadata": {"name": "web", "namespace": "shop"},
            "spec": {"nodeName": "practice", "containers": [{"name": "app", "image": "nginx", "command": ["nginx"],
                "ports": [{"containerPort": 80, "name": "http"}]}]},
            "status": {"containerStatuses": [{"name": "app", "restartCount": 1, "state": state, "lastState": last}]}})
    }

    fn all(pod: &Value) -> Result<(String, bool), String> {
        read(pod, &Options::default())
    }

    #[test]
    fn a_log_says_what_would_run() {
        let pod = pod(
            &json!({"running": {"startedAt": "2026-01-01T00:00:00Z"}}),
            &json!({}),
        );
        let (text, grows) = all(&pod).unwrap();
        assert!(grows);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].contains("container app of pod shop/web (image nginx); no process runs"));
        assert_eq!(
            lines[1..4],
            [
                "command: nginx",
                "ports: 80/TCP (http)",
                "restarted 1 times"
            ]
        );
        let options = Options {
            tail: Some(1),
            timestamps: true,
            ..Options::default()
        };
        let (tail, _) = read(&pod, &options).unwrap();
        assert_eq!(tail, "2026-01-01T00:00:00.003000000Z restarted 1 times\n");
        let limited = Options {
            limit: Some(8),
            ..Options::default()
        };
        assert_eq!(read(&pod, &limited).unwrap().0, "practice");
        let later = Options {
            since: clock::parse("2026-01-01T00:00:01Z"),
            ..Options::default()
        };
        assert_eq!(read(&pod, &later).unwrap().0, "");
    }

    #[test]
    fn a_log_that_is_not_there_is_refused_in_the_words_of_a_kubelet() {
        let waiting = |reason: &str| {
            all(&pod(&json!({"waiting": {"reason": reason}}), &json!({}))).unwrap_err()
        };
        let words = "container \"app\" in pod \"web\" is waiting to start: ";
        assert_eq!(
            waiting("ContainerCreating"),
            format!("{words}ContainerCreating")
        );
        assert_eq!(
            waiting("ImagePullBackOff"),
            format!("{words}trying and failing to pull image")
        );
        let running = pod(
            &json!({"running": {"startedAt": "2026-01-01T00:00:00Z"}}),
            &json!({}),
        );
        let ask = |container: &str, previous: bool| {
            let options = Options {
                container: container.to_owned(),
                previous,
                ..Options::default()
            };
            read(&running, &options).unwrap_err()
        };
        assert_eq!(
            ask("app", true),
            "previous terminated container \"app\" in pod \"web\" not found"
        );
        assert_eq!(
            ask("other", false),
            "container other is not valid for pod web"
        );
        let mut two = running.clone();
        two["spec"]["containers"] = json!([{"name": "a"}, {"name": "b"}]);
        two["spec"]["initContainers"] = json!([{"name": "c"}]);
        assert_eq!(
            all(&two).unwrap_err(),
            "a container name must be specified for pod web, choose one of: [a b] or one of the init containers: [c]"
        );
    }

    #[test]
    fn the_run_before_says_how_it_ended() {
        let end = json!({"terminated": {"exitCode": 1, "startedAt": "2026-01-01T00:00:00Z",
            "finishedAt": "2026-01-01T00:00:05Z"}});
        let mut pod = pod(&json!({"waiting": {"reason": "CrashLoopBackOff"}}), &end);
        pod["metadata"]["annotations"] = json!({"sandbox.mesh/fail": "CrashLoopBackOff"});
        let (text, grows) = all(&pod).unwrap();
        assert!(!grows);
        assert!(
            text.ends_with("ends with code 1, as the annotation sandbox.mesh/fail asks\n"),
            "{text}"
        );
    }
}
