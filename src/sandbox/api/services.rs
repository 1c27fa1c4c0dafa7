//! Addresses of Services: cluster IPs and node ports, each given once.
//!
//! The books are kept in memory and made up from the stored Services at start. An address is claimed before the commit; a
//! claim that comes to nothing is given back when it is dropped.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::{Cluster, FieldError, Object};

/// Cluster IPs come from 10.96.0.0/16; the first ones are for the cluster's own services, and only given when asked for.
const FIRST_IP: u32 = 0x0a60_0001;
const FIRST_FREE_IP: u32 = 0x0a60_0040;
const LAST_IP: u32 = 0x0a60_fffe;
const FIRST_PORT: u16 = 30_000;
const LAST_PORT: u16 = 32_767;

#[derive(Default)]
struct Books {
    ips: BTreeSet<u32>,
    ports: BTreeSet<u16>,
    /// Where the search for a free one goes on, so that what was just given back is not given out at once.
    next_ip: u32,
    next_port: u16,
}

/// Which addresses are taken.
#[derive(Default)]
pub(super) struct Addresses(Mutex<Books>);

impl Addresses {
    fn lock(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the addresses that a stored Service has.
    pub(super) fn load(&self, service: &Object) {
        let (ips, ports) = held(service);
        let mut books = self.lock();
        books.ips.extend(ips);
        books.ports.extend(ports);
    }

    /// Gives back what a Service had and, after the change to `new` (`None`: its deletion), no longer has.
    pub(super) fn release(&self, old: &Object, new: Option<&Object>) {
        let (ips, ports) = held(old);
        let (kept_ips, kept_ports) = new.map(held).unwrap_or_default();
        let mut books = self.lock();
        for ip in ips.iter().filter(|ip| !kept_ips.contains(ip)) {
            books.ips.remove(ip);
        }
        for port in ports.iter().filter(|port| !kept_ports.contains(port)) {
            books.ports.remove(port);
        }
    }
}

/// The cluster IPs and node ports that a Service has.
fn held(service: &Object) -> (Vec<u32>, Vec<u16>) {
    let spec = &service["spec"];
    let ip = spec["clusterIP"]
        .as_str()
        .and_then(|text| text.parse::<Ipv4Addr>().ok());
    let ports = spec["ports"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|port| &port["nodePort"]);
    let ports = ports.chain([&spec["healthCheckNodePort"]]);
    let ports = ports.filter_map(|port| port.as_u64().and_then(|port| u16::try_from(port).ok()));
    (
        ip.map(u32::from).into_iter().collect(),
        ports.filter(|port| *port > 0).collect(),
    )
}

/// Addresses claimed for a Service that is not stored yet.
pub(super) struct Claim {
    cluster: Cluster,
    ips: Vec<u32>,
    ports: Vec<u16>,
}

impl Claim {
    fn new(cluster: &Cluster) -> Self {
        Self {
            cluster: cluster.clone(),
            ips: Vec::new(),
            ports: Vec::new(),
        }
    }

    /// The Service is stored: the addresses are its own now.
    pub(super) fn keep(mut self) {
        self.ips.clear();
        self.ports.clear();
    }

    fn books(&self) -> &Addresses {
        &self.cluster.shared.addresses
    }

    fn ip(&mut self) -> Result<u32, FieldError> {
        let mut books = self.books().lock();
        let start = books.next_ip.clamp(FIRST_FREE_IP, LAST_IP);
        let found = (start..=LAST_IP)
            .chain(FIRST_FREE_IP..start)
            .find(|ip| !books.ips.contains(ip));
        let Some(ip) = found else {
            return Err(FieldError::invalid(
                "spec.clusterIPs",
                &json!([""]),
                "failed to allocate a serviceIP: range is full",
            ));
        };
        books.ips.insert(ip);
        books.next_ip = ip + 1;
        drop(books);
        self.ips.push(ip);
        Ok(ip)
    }

    fn this_ip(&mut self, text: &str) -> Result<(), FieldError> {
        let refuse = |why: &str| {
            let detail = format!("failed to allocate IP {text}: {why}");
            FieldError::invalid("spec.clusterIPs", &json!([text]), &detail)
        };
        let ip = text
            .parse::<Ipv4Addr>()
            .map(u32::from)
            .map_err(|_| refuse("the provided IP is not an IPv4 address"))?;
        if !(FIRST_IP..=LAST_IP).contains(&ip) {
            let why = format!(
                "the provided IP ({text}) is not in the valid range. The range of valid IPs is 10.96.0.0/16"
            );
            return Err(refuse(&why));
        }
        if !self.books().lock().ips.insert(ip) {
            return Err(refuse("provided IP is already allocated"));
        }
        self.ips.push(ip);
        Ok(())
    }

    fn port(&mut self, path: &str) -> Result<u16, FieldError> {
        let mut books = self.books().lock();
        let start = books.next_port.clamp(FIRST_PORT, LAST_PORT);
        let found = (start..=LAST_PORT)
            .chain(FIRST_PORT..start)
            .find(|port| !books.ports.contains(port));
        let Some(port) = found else {
            return Err(FieldError::invalid(
                path,
                &json!(0),
                "failed to allocate a nodePort: range is full",
            ));
        };
        books.ports.insert(port);
        books.next_port = port + 1;
        drop(books);
        self.ports.push(port);
        Ok(port)
    }

    fn this_port(&mut self, value: &Value, path: &str) -> Result<(), FieldError> {
        let port = value.as_u64().and_then(|port| u16::try_from(port).ok());
        let Some(port) = port.filter(|port| (FIRST_PORT..=LAST_PORT).contains(port)) else {
            let why = format!(
                "provided port is not in the valid range. The range of valid ports is {FIRST_PORT}-{LAST_PORT}"
            );
            return Err(FieldError::invalid(path, value, &why));
        };
        if self.ports.contains(&port) {
            return Ok(()); // one number for TCP and UDP
        }
        if !self.books().lock().ports.insert(port) {
            return Err(FieldError::invalid(
                path,
                value,
                "provided port is already allocated",
            ));
        }
        self.ports.push(port);
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut books = self.cluster.shared.addresses.lock();
        for ip in &self.ips {
            books.ips.remove(ip);
        }
        for port in &self.ports {
            books.ports.remove(port);
        }
    }
}

/// Gives a Service the addresses that its type asks for. What it has already, it keeps: a replacement that leaves them out is
/// not meant to change them.
pub(super) fn assign(
    cluster: &Cluster,
    service: &mut Object,
    old: Option<&Object>,
) -> Result<Claim, Vec<FieldError>> {
    let mut claim = Claim::new(cluster);
    let (old_ips, old_ports) = old.map(held).unwrap_or_default();
    let Some(spec) = service.get_mut("spec").filter(|spec| spec.is_object()) else {
        return Ok(claim);
    };
    let kind = spec["type"].as_str().unwrap_or("ClusterIP").to_owned();
    if kind == "ExternalName" {
        let Some(spec) = spec.as_object_mut() else {
            return Ok(claim);
        };
        for field in [
            "clusterIP",
            "clusterIPs",
            "ipFamilies",
            "ipFamilyPolicy",
            "internalTrafficPolicy",
        ] {
            if !(field == "clusterIP" && spec.get(field).is_some_and(|value| value == "None")) {
                spec.remove(field);
            }
        }
        return Ok(claim);
    }
    cluster_ip(&mut claim, spec, old, &old_ips).map_err(|error| vec![error])?;
    node_ports(&mut claim, spec, old, &old_ports, &kind)?;
    Ok(claim)
}

fn cluster_ip(
    claim: &mut Claim,
    spec: &mut Value,
    old: Option<&Object>,
    held: &[u32],
) -> Result<(), FieldError> {
    let listed = spec["clusterIPs"][0]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let mut ip = spec["clusterIP"].as_str().unwrap_or_default().to_owned();
    if ip.is_empty() {
        ip = listed;
    }
    let before = old
        .map(|old| old["spec"]["clusterIP"].as_str().unwrap_or_default())
        .unwrap_or_default();
    if ip.is_empty() {
        before.clone_into(&mut ip);
    }
    let given = ip.parse::<Ipv4Addr>().map(u32::from);
    if ip.is_empty() {
        ip = Ipv4Addr::from(claim.ip()?).to_string();
    } else if ip != "None" && !given.is_ok_and(|given| held.contains(&given)) {
        if before.is_empty()
            || before == "None" && old.is_some_and(|old| old["spec"]["type"] == "ExternalName")
        {
            claim.this_ip(&ip)?;
        } else {
            return Err(FieldError::invalid(
                "spec.clusterIPs[0]",
                &json!([ip]),
                "may not change once set",
            ));
        }
    } else if ip == "None" && !before.is_empty() && before != "None" {
        return Err(FieldError::invalid(
            "spec.clusterIPs[0]",
            &json!([ip]),
            "may not change once set",
        ));
    }
    spec["clusterIP"] = json!(ip);
    spec["clusterIPs"] = json!([ip]);
    if !spec["ipFamilies"].is_array() {
        spec["ipFamilies"] = json!(["IPv4"]);
    }
    if !spec["ipFamilyPolicy"].is_string() {
        spec["ipFamilyPolicy"] = json!("SingleStack");
    }
    Ok(())
}

fn node_ports(
    claim: &mut Claim,
    spec: &mut Value,
    old: Option<&Object>,
    held: &[u16],
    kind: &str,
) -> Result<(), Vec<FieldError>> {
    let open = opens(spec);
    let automatic = kind == "NodePort" || spec["allocateLoadBalancerNodePorts"] != false;
    let local = kind == "LoadBalancer" && spec["externalTrafficPolicy"] == "Local";
    let mut errors = Vec::new();
    let mut wanted: Vec<(usize, Value)> = Vec::new();
    for (index, port) in spec["ports"].as_array().into_iter().flatten().enumerate() {
        let number = port["nodePort"].as_i64().unwrap_or_default();
        if number != 0 {
            wanted.push((index, port["nodePort"].clone()));
        } else if let Some(before) = same_port(old, port) {
            wanted.push((index, before));
        }
    }
    let Some(ports) = spec.get_mut("ports").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    for (index, number) in wanted.iter().filter(|_| open) {
        let path = format!("spec.ports[{index}].nodePort");
        let mine = number
            .as_u64()
            .is_some_and(|number| held.iter().any(|held| u64::from(*held) == number));
        if !mine && let Err(error) = claim.this_port(number, &path) {
            errors.push(error);
        }
        ports[*index]["nodePort"] = number.clone();
    }
    if !open {
        return Ok(());
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    for (index, port) in ports.iter_mut().enumerate().filter(|_| automatic) {
        if port.is_object() && port["nodePort"].as_i64().unwrap_or_default() == 0 {
            match claim.port(&format!("spec.ports[{index}].nodePort")) {
                Ok(number) => port["nodePort"] = json!(number),
                Err(error) => errors.push(error),
            }
        }
    }
    if local && errors.is_empty() && spec["healthCheckNodePort"].as_i64().unwrap_or_default() == 0 {
        let before = old
            .map(|old| old["spec"]["healthCheckNodePort"].clone())
            .filter(Value::is_number);
        match before {
            Some(before) => spec["healthCheckNodePort"] = before,
            None => match claim.port("spec.healthCheckNodePort") {
                Ok(number) => spec["healthCheckNodePort"] = json!(number),
                Err(error) => errors.push(error),
            },
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// A Service that no longer opens ports on nodes gives up those that it had.
pub(super) fn close_ports(service: &mut Object, old: &Object) {
    if opens(&service["spec"]) {
        return;
    }
    let (_, held) = held(old);
    let ports = service
        .pointer_mut("/spec/ports")
        .and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        let number = port.get("nodePort").and_then(Value::as_u64);
        if number.is_some_and(|number| held.iter().any(|held| u64::from(*held) == number)) {
            port.remove("nodePort");
        }
    }
}

fn opens(spec: &Value) -> bool {
    spec["type"] == "NodePort" || spec["type"] == "LoadBalancer"
}

/// The node port that the same port (by number and protocol) had before.
fn same_port(old: Option<&Object>, port: &Value) -> Option<Value> {
    let ports = old?["spec"]["ports"].as_array()?;
    let same = |one: &&Value| one["port"] == port["port"] && one["protocol"] == port["protocol"];
    let found = &ports.iter().find(same)?["nodePort"];
    found
        .as_i64()
        .filter(|number| *number > 0)
        .map(|_| found.clone())
}

/// The claim of a kind that has no addresses.
pub(super) fn nothing(cluster: &Cluster) -> Claim {
    Claim::new(cluster)
}

/// Makes up the books from what is stored.
pub(super) fn load(addresses: &Addresses, services: &[Arc<Object>]) {
    for service in services {
        addresses.load(service);
    }
}
