//! Documents of every style, whole and damaged: none makes injection panic, and what is injected keeps every comment, reads as
//! what was meant, is the same when it is injected again, and comes out again byte for byte. The seed is fixed; how long it
//! runs is half of `MESH_FUZZ_SECONDS` and at least a thousand documents, or a few seconds.

use std::time::{Duration, Instant};

use serde_json::{Map, json};

use super::*;
use crate::dice::{self, Dice};
use crate::engine::inject::Config;

/// A template that is rendered quickly and does what templates do: containers before and after, a volume, labels and annotations.
const SMALL: &str = r##"
metadata:
  labels:
    security.istio.io/tlsMode: {{ index .ObjectMeta.Labels `security.istio.io/tlsMode` | default "istio" | quote }}
  annotations:
    istio.io/rev: {{ .Revision | default "default" | quote }}
spec:
  initContainers:
  - name: istio-init
    image: {{ .ProxyInitImage }}
    args: ["-p", "15001", "# not a comment", "a: b"]
  containers:
  - name: istio-proxy
    image: {{ .ProxyImage }}
    env:
    - name: SCRIPT
      value: |
        # a line
          and another
  volumes:
  - name: istio-data
    emptyDir: {}
"##;

fn small() -> Injector {
    let config = Config {
        templates: [("sidecar".to_owned(), SMALL.to_owned())].into(),
        default_templates: vec!["sidecar".to_owned()],
        values: json!({
            "global": {"hub": "h", "tag": "t", "proxy": {"image": "proxyv2"}, "proxy_init": {"image": "proxyv2"}},
            "sidecarInjectorWebhook": {"rewriteAppHTTPProbe": true},
        }),
        mesh: json!({"enablePrometheusMerge": true}),
        ..Config::default()
    };
    Injector::new(config).expect("a good configuration")
}

/// A pod template, with much of what injection looks at and some of what it does not.
fn template(dice: &mut Dice) -> Value {
    let mut names = vec!["app", "web", "istio-proxy", "log"];
    let count = 1 + dice.roll(2);
    let containers: Vec<Value> = (0..count)
        .map(|_| {
            let name = names.remove(dice.roll(names.len()));
            container(dice, name)
        })
        .collect();
    let mut spec = json!({"containers": containers});
    if dice.hits(3) {
        spec["volumes"] = json!([{"name": "data", "emptyDir": {}}]);
    }
    if dice.hits(4) {
        spec["initContainers"] = json!([{"name": "setup", "image": "busybox", "command": ["sh", "-c", "echo a: b # c\nexit 0\n"]}]);
    }
    if dice.hits(6) {
        spec["hostNetwork"] = json!(true);
    }
    let mut metadata = Map::new();
    if dice.hits(2) {
        metadata.insert("labels".into(), labels(dice));
    }
    if dice.hits(2) {
        metadata.insert("annotations".into(), notes(dice));
    }
    json!({"metadata": metadata, "spec": spec})
}

fn container(dice: &mut Dice, name: &str) -> Value {
    let mut container = json!({"name": name, "image": dice.one(&["auto", "shop:1", "registry:5000/a/b@sha256:00", "1"])});
    if dice.hits(2) {
        container["ports"] = json!([{"name": "web", "containerPort": 8080}]);
    }
    if dice.hits(2) {
        let port = [json!(8080), json!("web"), json!("8080")][dice.roll(3)].clone();
        container[dice.one(&["readinessProbe", "livenessProbe", "startupProbe"])] = match dice
            .roll(4)
        {
            0 => json!({"httpGet": {"path": "/up", "port": port}}),
            1 => {
                json!({"httpGet": {"path": "/", "port": port, "scheme": "HTTPS"}, "periodSeconds": 3})
            }
            2 => json!({"tcpSocket": {"port": port}}),
            _ => json!({"grpc": {"port": 90}, "timeoutSeconds": 2}),
        };
    }
    if dice.hits(3) {
        let value = dice.one(&[
            "",
            "x",
            "a: b",
            "# no",
            "two\nlines\n",
            "  led",
            "\ttab",
            "é日",
            "'",
            "\"",
            "true",
            "1e3",
            "*a",
            "\\n",
        ]);
        container["env"] = json!([{"name": "A", "value": value}, {"name": "B", "value": "1"}]);
    }
    if dice.hits(4) {
        container["resources"] = json!({"limits": {"cpu": 1, "memory": "1Gi"}, "requests": {}});
    }
    container
}

fn labels(dice: &mut Dice) -> Value {
    match dice.roll(5) {
        0 => json!({}),
        1 => Value::Null,
        2 => json!({"security.istio.io/tlsMode": "istio"}),
        3 => json!({"app": "shop", "service.istio.io/canonical-name": "other"}),
        _ => json!({"app": "shop", "version": "v1"}),
    }
}

fn notes(dice: &mut Dice) -> Value {
    match dice.roll(7) {
        0 => json!({}),
        1 => Value::Null,
        2 => json!({"sidecar.istio.io/inject": "false"}),
        3 => json!({"prometheus.io/scrape": "true", "prometheus.io/port": "9090"}),
        4 => json!({"proxy.istio.io/config": "holdApplicationUntilProxyStarts: true\n"}),
        5 => json!({"sidecar.istio.io/status": "{\"containers\":[\"istio-proxy\"]}"}),
        _ => json!({"note": "a # b", "kubectl.kubernetes.io/default-container": "app"}),
    }
}

/// An object, mostly one that holds a pod.
fn object(dice: &mut Dice) -> Value {
    let template = template(dice);
    let metadata = json!({"name": "shop", "namespace": "market"});
    match dice.roll(10) {
        0 => {
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "shop", "annotations": template["metadata"]["annotations"]}, "spec": template["spec"]})
        }
        1 => {
            json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": {"schedule": "*/5 * * * *", "jobTemplate": {"spec": {"template": template}}}})
        }
        2 => {
            let items = [object(dice), object(dice)];
            json!({"apiVersion": "v1", "kind": "List", "items": items})
        }
        3 => {
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"pod.yaml": template.to_string(), "on": "off"}})
        }
        kind => {
            let kind = ["Deployment", "StatefulSet", "DaemonSet"][kind % 3];
            json!({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "shop"}}, "template": template}})
        }
    }
}

/// Writes a value as nobody's program would, but people do: every style, indent and kind of quotes, comments, anchors, blank lines.
struct Hand<'d> {
    dice: &'d mut Dice,
    out: String,
    step: usize,
    dash: usize,
    /// Of how many places one has a comment, a blank line, brackets, quotes that need not be; 0 is none.
    rare: usize,
    comments: usize,
    anchors: usize,
}

impl Hand<'_> {
    fn write(dice: &mut Dice, value: &Value) -> String {
        let step = dice.one(&[2, 2, 2, 4, 1, 3, 8, 40]);
        let dash = dice.one(&[0, 0, 2, 1, step]);
        let rare = dice.one(&[0, 3, 5, 9, 30]);
        let mut hand = Hand {
            dice,
            out: String::new(),
            step,
            dash,
            rare,
            comments: 0,
            anchors: 0,
        };
        hand.block(value, 0, true);
        let mut out = hand.out;
        match dice.roll(12) {
            0 => out.insert_str(0, "---\n"),
            1 => out = format!("# top\n\n--- # here\n{out}...\n# end\n"),
            2 => out = format!("%YAML 1.1\n---\n{out}"),
            3 => out.truncate(out.trim_end().len()),
            4 => out.insert(0, '\u{feff}'),
            5 => out.push_str("\n\n# the end"),
            _ => {}
        }
        if dice.hits(6) {
            out = out.replace('\n', "\r\n");
        }
        out
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn sometimes(&mut self) -> bool {
        self.rare > 0 && self.dice.hits(self.rare)
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("# note-{}: 'x' {{y", self.comments)
    }

    fn end_line(&mut self) {
        let comments = self.sometimes();
        let pads = !comments && self.sometimes();
        if comments {
            let blank = self.dice.one(&[" ", "   ", "\t"]);
            let comment = self.comment();
            self.put(&format!("{blank}{comment}"));
        } else if pads {
            self.put("  ");
        }
        self.put("\n");
    }

    fn margin(&mut self, indent: usize) {
        let comments = self.sometimes();
        let spaces = !comments && self.sometimes();
        if comments {
            let comment = self.comment();
            let other = self.dice.one(&[0, indent, indent + 1]);
            self.put(&format!("{}{comment}\n", " ".repeat(other)));
        } else if spaces {
            let blank = self.dice.one(&["\n", "  \n"]);
            self.put(blank);
        }
        self.put(&" ".repeat(indent));
    }

    /// A mapping or list on lines of its own; `fresh` says whether its first line has begun at its indent.
    fn block(&mut self, value: &Value, indent: usize, fresh: bool) {
        let mut first = !fresh;
        match value {
            Value::Object(map) => {
                let mut entries: Vec<(&String, &Value)> = map.iter().collect();
                if self.dice.hits(3) {
                    entries.reverse();
                }
                for (key, value) in entries {
                    if !std::mem::take(&mut first) {
                        self.margin(indent);
                    }
                    let key = match self.dice.roll(if self.rare > 0 { 12 } else { 1 }) {
                        1 => format!("\"{key}\""),
                        2 => format!("'{key}'"),
                        _ => key.clone(),
                    };
                    self.out.push_str(&key);
                    if self.sometimes() {
                        self.out.push(' ');
                    }
                    self.out.push(':');
                    self.value(value, indent, true);
                }
            }
            Value::Array(items) => {
                for item in items {
                    if !std::mem::take(&mut first) {
                        self.margin(indent);
                    }
                    self.out.push('-');
                    self.value(item, indent, false);
                }
            }
            _ => {}
        }
    }

    /// What follows a colon or a dash.
    fn value(&mut self, value: &Value, indent: usize, in_mapping: bool) {
        if self.sometimes() {
            self.anchors += 1;
            self.put(&format!(" &a{}", self.anchors));
        }
        let is_empty = match value {
            Value::Object(map) => map.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => true,
        };
        if is_empty || self.sometimes() {
            self.leaf(value, indent);
            return;
        }
        if in_mapping {
            self.end_line();
            let inner = if value.is_array() {
                self.dash
            } else {
                self.step
            };
            self.block(value, indent + inner, true);
        } else if self.out.ends_with('-') && !self.sometimes() {
            let gap = 1 + self.dice.one(&[0, 0, 0, 2]);
            self.out.push_str(&" ".repeat(gap));
            self.block(value, indent + 1 + gap, false);
        } else {
            self.end_line();
            self.block(value, indent + 2, true);
        }
    }

    fn leaf(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null if self.dice.hits(2) => {}
            Value::String(text)
                if text.ends_with('\n')
                    && !text.starts_with([' ', '\t', '\n'])
                    && self.dice.hits(2) =>
            {
                self.out.push_str(" |\n");
                for line in text.lines() {
                    self.put(&format!("{}{line}\n", " ".repeat(indent + 2)));
                }
                return;
            }
            Value::String(text) if !text.contains(['\n', '\t', '\\']) && self.dice.hits(4) => {
                self.put(&format!(" '{}'", text.replace('\'', "''")));
            }
            Value::Object(_) | Value::Array(_) => {
                self.out.push(' ');
                let text = self.flow(value, indent);
                self.out.push_str(&text);
            }
            _ => {
                let text = yaml::to_string(value);
                let text = text.trim_end();
                // A text of several lines has its own indent there.
                let text = if text.contains('\n') {
                    value.to_string()
                } else {
                    text.to_owned()
                };
                self.out.push(' ');
                self.out.push_str(&text);
            }
        }
        self.end_line();
    }

    /// In brackets; JSON is YAML.
    fn flow(&mut self, value: &Value, indent: usize) -> String {
        match (self.dice.roll(4), value) {
            (0, _) => value.to_string(),
            (1, Value::Object(map)) => {
                let entries = map.iter().map(|(key, value)| format!("{key}: {value}"));
                let entries: Vec<String> = entries.collect();
                format!("{{ {} }}", entries.join(", "))
            }
            (2, Value::Object(map)) if !map.is_empty() => {
                let margin = " ".repeat(indent + 3);
                let entries = map
                    .iter()
                    .map(|(key, value)| format!("{margin}{key}: {value},\n"));
                let entries: Vec<String> = entries.collect();
                format!("{{ {}\n{}{margin}}}", self.comment(), entries.concat())
            }
            _ => {
                let text = format!("{value:#}");
                text.lines()
                    .collect::<Vec<_>>()
                    .join(&format!("\n{}", " ".repeat(indent + 1)))
            }
        }
    }
}

const SNIPPETS: &[&str] = &[
    "\t",
    "\r",
    "\r\n",
    "\n",
    " ",
    "  ",
    "#",
    " # ",
    ":",
    ": ",
    "- ",
    "-",
    "---\n",
    "...\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "*a1",
    "<<: *a1\n",
    "|",
    "|2",
    ">-",
    "|+\n",
    "'",
    "\"",
    "!!str ",
    "!x ",
    "? ",
    "%",
    "@",
    "`",
    "~",
    "null",
    "é",
    "\u{feff}",
    "\u{0}",
    "\u{85}",
    "\u{2028}",
    "0x1F",
    "1_000",
    "yes",
    "=",
    "key: value\n",
    "containers:\n",
    "sidecar.istio.io/status: '{}'\n",
    "# kube-uninject: []\n",
    "# kube-uninject: [[0,[],[\"x\"]]]\n",
    "name: istio-proxy\n",
    "{{ .Values.x }}",
    "\u{1F600}",
];

/// Cuts, doubles, moves and inserts, lines or characters.
fn damage(dice: &mut Dice, text: &str) -> String {
    if dice.hits(2) && !text.is_empty() {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let at = dice.roll(lines.len());
        match dice.roll(6) {
            0 => drop(lines.remove(at)),
            1 => {
                let line = lines[at].clone();
                let to = if dice.hits(2) {
                    at
                } else {
                    dice.roll(lines.len())
                };
                lines.insert(to, line);
            }
            2 => {
                let other = dice.roll(lines.len());
                lines.swap(at, other);
            }
            3 => lines[at].insert_str(0, dice.one(&[" ", "  ", "\t", "    ", "# ", "- "])),
            4 => lines[at] = lines[at].trim_start().to_owned(),
            _ => lines.insert(at, dice.one(SNIPPETS).to_owned()),
        }
        return lines.concat();
    }
    let mut characters: Vec<char> = text.chars().collect();
    let at = dice.roll(characters.len() + 1);
    let to = (at + dice.roll(12)).min(characters.len());
    match dice.roll(4) {
        0 => drop(characters.drain(at..to)),
        1 => {
            let copy = characters[at..to].to_vec();
            characters.splice(at..at, copy);
        }
        2 if to > at => characters.swap(at, to - 1),
        _ => drop(characters.splice(at..at, dice.one(SNIPPETS).chars())),
    }
    characters.into_iter().collect()
}

/// What became of the documents that were tried.
#[derive(Debug, Default)]
struct Tally {
    refused: u32,
    left: u32,
    injected: u32,
    anew: u32,
    /// Of those that were injected, how many came out again as they were.
    exact: u32,
}

/// Holds one document to what is promised.
fn try_one(injector: &Injector, text: &str, tally: &mut Tally) {
    let Ok(value) = yaml::parse(text) else {
        tally.refused += 1;
        return;
    };
    if !value.is_object() {
        tally.refused += 1;
        return;
    }
    let kinds = injector.kinds();
    let _ = uninject(text, &value, kinds);
    let was_injected = uninject::is_injected(&value, kinds);
    let written = match inject(injector, text, &value, false) {
        Ok(written) => written,
        Err(error) => {
            assert!(!error.message.is_empty());
            tally.refused += 1;
            return;
        }
    };
    let Some(injected) = written.text else {
        tally.left += 1;
        return;
    };
    tally.injected += 1;
    let read = yaml::parse(&injected);
    let mut expected = value.clone();
    if !was_injected {
        injector.inject(&mut expected).expect("it was injected");
        assert_eq!(
            read.as_ref(),
            Ok(&expected),
            "reads as something else: {text:?}\n{injected:?}"
        );
    }
    let read = read.expect("YAML");
    let content = yaml::documents(&injected).filter(|document| !document.is_blank());
    assert_eq!(content.count(), 1, "one document became several");
    if written.notes.iter().any(|note| note.contains("anew")) {
        tally.anew += 1;
    } else if !was_injected && !goes_with_its_comments(text) {
        keeps_comments(text, &injected);
    }
    if was_injected {
        return;
    }
    let back = uninject(&injected, &read, kinds);
    assert_eq!(back.notes, Vec::<String>::new());
    let back = back.text.expect("it was injected");
    let keeps_all = place_of_record(&injected).is_some();
    if keeps_all {
        assert_eq!(back, text, "out again");
    }
    if back == text || keeps_all {
        tally.exact += 1;
        let again = inject(injector, &injected, &read, false).expect("injectable again");
        assert_eq!(again.text.as_deref(), Some(injected.as_str()), "twice");
    }
}

/// Whether injection takes something out, and the comments in it with it: it comes back with them.
fn goes_with_its_comments(text: &str) -> bool {
    let taken = ["istio-proxy", "istio-init", "tcpSocket", "grpc"];
    taken.iter().any(|name| text.contains(name))
}

/// Every comment of our own stands in the result, and all in the order in which they stood.
fn keeps_comments(text: &str, injected: &str) {
    let comments = |text: &str| -> Vec<String> {
        let lines = text.trim_start_matches('\u{feff}').lines();
        let lines = lines.filter(|line| !line.starts_with(RECORD));
        lines
            .filter_map(|line| {
                line.find("# note-")
                    .map(|at| line[at..].trim_end().to_owned())
            })
            .collect()
    };
    assert_eq!(comments(text), comments(injected), "comments");
}

#[test]
fn no_document_is_too_strange_to_go_in_and_out() {
    let usual = Duration::from_secs(3);
    let time = dice::time(0.5, usual);
    let least = if time > usual { 1000 } else { 100 };
    let until = Instant::now() + time;
    let mut dice = Dice::new(0x1517_0C0D_E5EE_D001);
    let (small, mut tally) = (small(), Tally::default());
    let mut tried = 0;
    while tried < least || Instant::now() < until {
        tried += 1;
        let whole = if dice.hits(8) {
            let object = object(&mut dice);
            if dice.hits(2) {
                object.to_string()
            } else {
                format!("{object:#}\n")
            }
        } else {
            let object = object(&mut dice);
            Hand::write(&mut dice, &object)
        };
        let mut text = whole;
        for _ in 0..dice.one(&[0, 0, 1, 1, 2, 4]) {
            text = damage(&mut dice, &text);
        }
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for document in yaml::documents(&text) {
                try_one(&small, document.text, &mut tally);
            }
        }));
        if let Err(panic) = checked {
            eprintln!("document {tried}:\n{text}\n{text:?}");
            std::panic::resume_unwind(panic);
        }
    }
    // Were everything an error, nothing would be tested.
    assert!(
        tally.injected * 5 > tried && tally.exact * 2 > tally.injected,
        "{tried} documents: {tally:?}"
    );
    assert!(
        tally.refused > 0 && tally.left > 0 && tally.anew * 10 < tally.injected,
        "{tried} documents: {tally:?}"
    );
}
