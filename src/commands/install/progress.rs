//! Progress by component: istiod is ready before the gateways begin, and one sees it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::plan::Plan;
use crate::cluster::apply::{Change, Event};
use crate::cluster::object::Reference;
use crate::cluster::readiness;
use crate::commands::outcome;
use crate::engine::install::component::COMPONENTS;
use crate::output::Ui;
use crate::output::progress::{Part, Progress};

/// What is shown of each component.
pub(super) struct Components<'a> {
    progress: Progress<'a>,
    /// Which component an object belongs to.
    of: BTreeMap<Reference, usize>,
    shown: RefCell<Vec<Component>>,
    begin: Instant,
    dry_run: bool,
    /// Whether a component is finished when it is ready, and not when it is applied.
    waits: bool,
}

struct Component {
    name: &'static str,
    part: Part,
    total: usize,
    applied: usize,
    changed: usize,
    /// What is applied and has yet to become ready.
    waiting: BTreeSet<Reference>,
    finished: bool,
}

/// What a component is called; its label where it has no better name.
pub(in crate::commands) fn name(label: &'static str) -> &'static str {
    match label {
        "Base" => "base",
        "Pilot" => "istiod",
        "IngressGateways" => "ingress gateways",
        "EgressGateways" => "egress gateways",
        "Cni" => "cni",
        "Ztunnel" => "ztunnel",
        "Grafana" => "grafana",
        "Kiali" => "kiali",
        "Prometheus" => "prometheus",
        "Tracing" => "tracing",
        other => other,
    }
}

impl<'a> Components<'a> {
    /// Shows each component of the plan.
    pub(super) fn new(ui: &'a Ui, plan: &Plan, dry_run: bool, waits: bool) -> Self {
        let progress = ui.progress();
        let mut of = BTreeMap::new();
        let mut components = Vec::new();
        let labels = COMPONENTS.iter().map(|component| component.label);
        for label in labels.filter(|label| plan.parts.contains_key(label)) {
            let objects = &plan.parts[label];
            of.extend(
                objects
                    .iter()
                    .map(|object| (object.clone(), components.len())),
            );
            components.push(Component {
                name: name(label),
                part: progress.part(name(label)),
                total: objects.len(),
                applied: 0,
                changed: 0,
                waiting: BTreeSet::new(),
                finished: false,
            });
        }
        Self {
            progress,
            of,
            shown: RefCell::new(components),
            begin: Instant::now(),
            dry_run,
            waits,
        }
    }

    /// Takes in what happened.
    pub(super) fn told(&self, event: Event<'_>) {
        let (Event::Applied(object, _) | Event::Ready(object)) = event else {
            self.progress.above(|ui| match event {
                Event::Pruned(object) if !self.dry_run => {
                    ui.status(format_args!("pruned {object}"));
                }
                event => outcome::warn(event, ui),
            });
            return;
        };
        let Some(index) = self.of.get(object) else {
            return;
        };
        let component = &mut self.shown.borrow_mut()[*index];
        if let Event::Applied(_, change) = event {
            component.applied += 1;
            component.changed += usize::from(change != Change::Unchanged);
            if readiness::takes_time(object) && self.waits {
                component.waiting.insert(object.clone());
            }
        } else {
            component.waiting.remove(object);
        }
        if component.finished {
            return;
        }
        if component.applied < component.total {
            component.part.say(format!(
                "{} of {} objects",
                component.applied, component.total
            ));
        } else if let Some(first) = component.waiting.first() {
            component.part.say(format!("waiting for {first}"));
        } else {
            component.finished = true;
            self.progress.finish(&component.part, &self.line(component));
        }
    }

    fn line(&self, component: &Component) -> String {
        let changed = match (component.changed, self.dry_run) {
            (0, _) => "unchanged".to_owned(),
            (changed, false) => format!("{changed} changed"),
            (changed, true) => format!("{changed} would change"),
        };
        format!(
            "✔ {}: {} objects, {changed} ({:.1} s)",
            component.name,
            component.total,
            self.begin.elapsed().as_secs_f32()
        )
    }
}
