//! The controllers together, on a cluster in memory, without threads, and with a clock that the test moves.

use std::time::Duration;

use serde_json::{Value, json};

use super::runtime::Stepper;
use super::*;
use crate::sandbox::api::Config;
use crate::sandbox::api::options::{DeleteOptions, ListOptions, Patch, Propagation};

mod budgets;
mod daemonsets;
mod deployments;
mod garbage;
mod jobs;
mod kubelet;
mod namespaces;
mod statefulsets;
mod threads;
mod volumes;

/// A practice cluster and its controllers.
struct Practice {
    cluster: Cluster,
    stepper: Stepper,
    clock: Clock,
}

fn practice() -> Practice {
    practice_on(&Config::default())
}

fn practice_on(config: &Config) -> Practice {
    let cluster = Cluster::start(config).unwrap();
    let clock = Clock::manual();
    let context = Context::new(&cluster, clock.clone());
    furnish(&context.cluster);
    let mut all = controllers("AUTHORITY");
    all.push(Box::new(kubelet::Kubelet));
    let mut stepper = Stepper::new(Hub::new(context, all));
    stepper.settle();
    Practice {
        cluster,
        stepper,
        clock,
    }
}

fn named(name: &str) -> Key {
    Key::namespaced("default", name)
}

impl Practice {
    fn settle(&mut self) {
        self.stepper.settle();
    }

    fn advance(&mut self, seconds: f64) {
        self.stepper.advance(Duration::from_secs_f64(seconds));
    }

    /// Creates an object and lets the controllers come to rest.
    fn create(&mut self, id: &ResourceId, object: Value) -> std::sync::Arc<Object> {
        let made = self.make(id, object);
        self.settle();
        made
    }

    fn make(&self, id: &ResourceId, object: Value) -> std::sync::Arc<Object> {
        let info = self.cluster.resource(&id.group, &id.version, &id.plural);
        let namespace = object["metadata"]["namespace"]
            .as_str()
            .unwrap_or("default");
        let namespace = namespace.to_owned();
        let namespace = info.unwrap().namespaced.then_some(namespace);
        let made = self
            .cluster
            .create(id, namespace.as_deref(), object, &WriteOptions::default());
        made.unwrap().object
    }

    fn get(&self, id: &ResourceId, key: &Key) -> Option<std::sync::Arc<Object>> {
        self.cluster.get(id, key).ok()
    }

    fn events(&self, reason: &str) -> Vec<String> {
        let mut events = self.list(&core("events"));
        events.retain(|event| event["reason"] == reason);
        let message = |event: &std::sync::Arc<Object>| text(&event["message"]).to_owned();
        events.iter().map(message).collect()
    }

    fn list(&self, id: &ResourceId) -> Vec<std::sync::Arc<Object>> {
        let listed = self.cluster.list(id, None, &ListOptions::default());
        listed.unwrap().items
    }

    fn names(&self, id: &ResourceId) -> Vec<String> {
        let listed = self.list(id);
        let name = |object: &std::sync::Arc<Object>| {
            object["metadata"]["name"].as_str().unwrap().to_owned()
        };
        listed.iter().map(name).collect()
    }

    fn patch(&mut self, id: &ResourceId, key: &Key, change: Value) {
        let patch = Patch::Merge(change);
        self.cluster
            .patch(id, key, Subresource::Main, &patch, &WriteOptions::default())
            .unwrap();
        self.settle();
    }

    fn delete(&mut self, id: &ResourceId, key: &Key, propagation: Propagation) {
        let options = DeleteOptions {
            propagation: Some(propagation),
            ..DeleteOptions::default()
        };
        self.cluster.delete(id, key, &options).unwrap();
        self.settle();
    }
}
