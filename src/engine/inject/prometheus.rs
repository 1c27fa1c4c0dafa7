//! Metrics of the application and of the proxy behind one port: what the pod's `prometheus.io/*` annotations say goes to
//! the agent, and the annotations point at the agent.
//!
//! Prometheus knows an annotation under every spelling that its relabelling makes equal (`prometheus.io/port`,
//! `prometheus_io_port`, …); so does this.

use serde_json::json;

use super::annotations::{self, parse_bool};
use super::mesh_config::MeshConfig;
use super::pod::{Pod, name_of};
use super::types::{Shape, go_json};

pub(crate) const VARIABLE: &str = "ISTIO_PROMETHEUS_ANNOTATIONS";
const SCRAPE: &str = "prometheus_io_scrape";
const PORT: &str = "prometheus_io_port";
const PATH: &str = "prometheus_io_path";
const TARGETS: &str = "prometheus_istio_io_scrape_targets";
const SECURE_PORT: &str = "prometheus_istio_io_secure_port";

/// Ports that the proxy and its agent own, and for what.
const RESERVED: &[(&str, &str)] = &[
    ("15000", "Envoy's administration"),
    ("15001", "captured outbound traffic"),
    ("15004", "istiod's debug port"),
    ("15006", "captured inbound traffic"),
    ("15008", "the HBONE tunnel"),
    ("15020", "the agent's merged metrics"),
    ("15021", "the proxy's health"),
    ("15053", "the agent's DNS"),
    ("15090", "Envoy's own metrics"),
];

/// What the application wants scraped, as its annotations say.
#[derive(Default)]
struct Scrape {
    wanted: String,
    path: String,
    port: String,
    targets: Vec<(String, String)>,
}

/// Points Prometheus at the agent, if the mesh and the pod want that. Fails when the pod asks for a port that is none or is
/// the proxy's.
pub(crate) fn merge_metrics(
    pod: &mut Pod,
    mesh: &MeshConfig,
    agent_port: i64,
) -> Result<(), String> {
    let wanted = pod
        .annotation(annotations::MERGE_METRICS)
        .and_then(parse_bool)
        .unwrap_or_else(|| mesh.prometheus_merge());
    if !wanted || find(pod, SCRAPE).and_then(|it| parse_bool(&it)) == Some(false) {
        return Ok(());
    }
    let agent_port = agent_port.to_string();
    if find(pod, PORT).as_deref() == Some(agent_port.as_str()) {
        return Ok(());
    }
    let scrape = Scrape::of(pod, &agent_port)?;
    if !scrape.is_empty() {
        pod.add_proxy_variable(VARIABLE, &scrape.to_json());
    }
    clear(pod);
    pod.set_annotation("prometheus.io/port", agent_port);
    pod.set_annotation("prometheus.io/path", "/stats/prometheus");
    pod.set_annotation("prometheus.io/scrape", "true");
    Ok(())
}

/// Tells Prometheus about the port with TLS, if the proxy opens one.
pub(crate) fn announce_secure_port(pod: &mut Pod) {
    if find(pod, SECURE_PORT).is_some() {
        return;
    }
    let variables = pod.proxy().and_then(|proxy| proxy.get("env")?.as_array());
    let port = variables
        .into_iter()
        .flatten()
        .filter(|variable| name_of(variable) == "ENVOY_SECURE_MERGED_METRICS_PORT")
        .filter_map(|variable| variable.get("value")?.as_str())
        .find(|port| !port.is_empty() && *port != "0")
        .map(str::to_owned);
    if let Some(port) = port {
        pod.set_annotation("prometheus.istio.io/secure-port", port);
    }
}

/// Takes out what `merge_metrics` put in, so that a pod that was injected before looks as it did.
pub(crate) fn undo(pod: &mut Pod, agent_port: i64) {
    if find(pod, PORT).as_deref() == Some(agent_port.to_string().as_str()) {
        clear(pod);
    }
}

/// Puts back what the annotations said before they were pointed at the agent, as its variable remembers it. Annotations that
/// do not point at an agent are the user's and stay.
pub(crate) fn restore(pod: &mut Pod, remembered: Option<&str>) {
    if find(pod, PATH).as_deref() != Some("/stats/prometheus") {
        return;
    }
    clear(pod);
    let remembered = remembered.and_then(|text| serde_json::from_str(text).ok());
    let remembered: crate::yaml::Value = remembered.unwrap_or_default();
    for field in ["scrape", "path", "port"] {
        let value = remembered[field].as_str().filter(|value| !value.is_empty());
        if let Some(value) = value {
            pod.set_annotation(&format!("prometheus.io/{field}"), value);
        }
    }
}

impl Scrape {
    fn of(pod: &Pod, agent_port: &str) -> Result<Self, String> {
        let mut scrape = Self {
            wanted: find(pod, SCRAPE).unwrap_or_default(),
            path: find(pod, PATH).unwrap_or_default(),
            port: find(pod, PORT).unwrap_or_default(),
            targets: find(pod, TARGETS)
                .map(|text| targets(&text))
                .unwrap_or_default(),
        };
        for (port, _) in &scrape.targets {
            check_port(pod, TARGETS, port, agent_port)?;
        }
        match scrape.targets.first() {
            // Agents that know of one port only take the first.
            Some((port, path)) => {
                scrape.port.clone_from(port);
                scrape.path.clone_from(path);
            }
            None if scrape.port.is_empty() => {}
            None => check_port(pod, PORT, &scrape.port, agent_port)?,
        }
        Ok(scrape)
    }

    fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.path.is_empty() && self.port.is_empty()
    }

    fn to_json(&self) -> String {
        let text = |text: &str| go_json(&json!(text), &Shape::Text);
        let targets: Vec<String> = self
            .targets
            .iter()
            .map(|(port, path)| format!("{{\"port\":{},\"path\":{}}}", text(port), text(path)))
            .collect();
        let targets = if targets.is_empty() {
            String::new()
        } else {
            format!(",\"targets\":[{}]", targets.join(","))
        };
        format!(
            "{{\"scrape\":{},\"path\":{},\"port\":{}{targets}}}",
            text(&self.wanted),
            text(&self.path),
            text(&self.port)
        )
    }
}

/// "port:path,port" with the path `/metrics` where none is given. A list with an entry that has no port counts as none.
fn targets(text: &str) -> Vec<(String, String)> {
    let entries = text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    let parsed: Option<Vec<_>> = entries
        .map(|entry| {
            let (port, path) = entry.split_once(':').unwrap_or((entry, ""));
            let path = if path.trim().is_empty() {
                "/metrics"
            } else {
                path.trim()
            };
            Some(port.trim())
                .filter(|port| !port.is_empty())
                .map(|port| (port.to_owned(), path.to_owned()))
        })
        .collect();
    parsed.unwrap_or_default()
}

/// Whether a port that the annotation `wanted` asks for can be scraped by the agent.
fn check_port(pod: &Pod, wanted: &str, port: &str, agent_port: &str) -> Result<(), String> {
    let number = port.parse::<u16>().ok().filter(|number| *number > 0);
    let number = number.map(|number| number.to_string());
    let reserved = |number: &str| {
        let of_proxy = RESERVED.iter().find(|(reserved, _)| *reserved == number);
        let of_agent = (number == agent_port).then_some("the agent");
        of_agent.or_else(|| of_proxy.map(|(_, what)| *what))
    };
    let reason = match number {
        None => format!("`{port}` is not a port"),
        Some(number) => match reserved(&number) {
            None => return Ok(()),
            Some(what) => format!("port {number} is the proxy's, for {what}"),
        },
    };
    let (name, value) = find_named(pod, wanted).unwrap_or((wanted, port));
    Err(annotations::invalid(name, value, &reason))
}

/// The spelling that Prometheus' relabelling gives an annotation.
fn label_name(name: &str) -> String {
    name.chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .collect()
}

fn find_named<'p>(pod: &'p Pod, wanted: &str) -> Option<(&'p str, &'p str)> {
    pod.annotations()
        .find(|(name, _)| label_name(name) == wanted)
}

fn find(pod: &Pod, wanted: &str) -> Option<String> {
    find_named(pod, wanted).map(|(_, value)| value.to_owned())
}

fn clear(pod: &mut Pod) {
    let names: Vec<String> = pod
        .annotations()
        .map(|(name, _)| name.to_owned())
        .filter(|name| [SCRAPE, PORT, PATH, TARGETS].contains(&label_name(name).as_str()))
        .collect();
    for name in names {
        pod.remove_annotation(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Value;

    fn merged(notes: &Value) -> Result<(Value, Value), String> {
        let mesh = MeshConfig::new(Value::Null).expect("defaults");
        let spec = json!({"containers": [{"name": "istio-proxy"}]});
        let mut pod = Pod::new(json!({ "annotations": notes }), spec).expect("a pod");
        merge_metrics(&mut pod, &mesh, 15020)?;
        let (metadata, spec) = pod.into_parts();
        Ok((
            metadata["annotations"].clone(),
            spec["containers"][0]["env"][0]["value"].clone(),
        ))
    }

    #[test]
    fn the_applications_port_goes_to_the_agent() {
        let (notes, variable) =
            merged(&json!({"prometheus_io_port": "8080", "prometheus.io/path": "/m"}))
                .expect("mergeable");
        assert_eq!(
            notes,
            json!({"prometheus.io/path": "/stats/prometheus", "prometheus.io/port": "15020", "prometheus.io/scrape": "true"})
        );
        assert_eq!(variable, r#"{"scrape":"","path":"/m","port":"8080"}"#);
    }

    #[test]
    fn several_targets_are_listed_and_the_first_stands_for_old_agents() {
        let (_, variable) =
            merged(&json!({"prometheus.istio.io/scrape-targets": "8080, 9100:/custom"}))
                .expect("mergeable");
        assert_eq!(
            variable,
            r#"{"scrape":"","path":"/metrics","port":"8080","targets":[{"port":"8080","path":"/metrics"},{"port":"9100","path":"/custom"}]}"#
        );
    }

    #[test]
    fn refused_by_the_pod_nothing_changes() {
        for notes in [
            json!({"prometheus.io/scrape": "false"}),
            json!({"prometheus.istio.io/merge-metrics": "false"}),
            json!({"prometheus.io/port": "15020"}),
        ] {
            assert_eq!(merged(&notes).expect("mergeable").0, notes);
        }
    }

    #[test]
    fn rejects_ports_of_the_proxy() {
        let error = merged(&json!({"prometheus.io/port": "15090"})).expect_err("reserved");
        assert_eq!(
            error,
            "annotation prometheus.io/port: \"15090\" is not valid: port 15090 is the proxy's, for Envoy's own metrics"
        );
        let error = merged(&json!({"prometheus.istio.io/scrape-targets": "80, 70000:/m"}));
        assert_eq!(
            error.expect_err("no port"),
            "annotation prometheus.istio.io/scrape-targets: \"80, 70000:/m\" is not valid: `70000` is not a port"
        );
    }
}
