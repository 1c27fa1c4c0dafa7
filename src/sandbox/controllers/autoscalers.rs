//! Horizontal autoscalers. The practice cluster measures nothing, so that they only keep their targets between the bounds, and
//! say what a real cluster without a metrics server says.

use serde_json::{Value, json};

use super::conditions::{self, Condition};
use super::runtime::recorder::Severity;
use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{number, text, write_status, writes};
use crate::sandbox::api::options::{ListOptions, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, ResourceId};

/// See the module.
pub(super) struct Autoscalers;

const COMPONENT: &str = "horizontal-pod-autoscaler";

fn autoscalers() -> ResourceId {
    ResourceId::new("autoscaling", "v2", "horizontalpodautoscalers")
}

impl Controller for Autoscalers {
    fn sources(&self) -> Vec<Source> {
        let mut sources = vec![Source::own(autoscalers())];
        for plural in ["deployments", "replicasets", "statefulsets"] {
            sources.push(Source::mapped(super::apps(plural), |context, event| {
                let before = event.before.as_deref();
                let same = |field: &str| {
                    before.is_some_and(|before| {
                        before[field]["replicas"] == event.object[field]["replicas"]
                    })
                };
                if same("spec") && same("status") {
                    return Vec::new();
                }
                targeting(context, &event.object)
            }));
        }
        sources
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(scaler) = context.cluster.get(&autoscalers(), key) else {
            return Ok(Next::Done);
        };
        let mut status = scaler["status"].clone();
        if !status.is_object() {
            status = json!({});
        }
        let done = adjust(context, &scaler, &mut status);
        status["observedGeneration"] = scaler["metadata"]["generation"].clone();
        write_status(context, &autoscalers(), &scaler, &status)?;
        done.map(|()| Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &autoscalers())
    }
}

/// The autoscalers that an object is the target of.
fn targeting(context: &Context, object: &Object) -> Vec<Key> {
    let namespace = object["metadata"]["namespace"].as_str();
    let listed = context
        .cluster
        .list(&autoscalers(), namespace, &ListOptions::default());
    let mut scalers = listed.map(|list| list.items).unwrap_or_default();
    scalers.retain(|scaler| {
        let target = &scaler["spec"]["scaleTargetRef"];
        target["kind"] == object["kind"] && target["name"] == object["metadata"]["name"]
    });
    scalers.iter().map(|scaler| Key::of(scaler)).collect()
}

fn set(context: &Context, status: &mut Value, [kind, value, reason, message]: [&str; 4]) {
    let condition = Condition {
        kind,
        status: value,
        reason,
        message,
    };
    conditions::set(status, &condition, &context.clock.now());
}

fn adjust(context: &Context, scaler: &Object, status: &mut Value) -> Result<(), Status> {
    let target = &scaler["spec"]["scaleTargetRef"];
    let (group, version) = text(&target["apiVersion"])
        .split_once('/')
        .unwrap_or(("", text(&target["apiVersion"])));
    let tell = |severity: Severity, reason: &str, message: &str| {
        let recorder = &context.recorder;
        recorder.record(COMPONENT, scaler, severity, reason, message);
    };
    let key = Key {
        namespace: scaler["metadata"]["namespace"].as_str().map(str::to_owned),
        name: text(&target["name"]).to_owned(),
    };
    let info = context.cluster.kind(group, version, text(&target["kind"]));
    let scale = match &info {
        Some(info) => context.cluster.scale(&info.id(), &key),
        None => Err(Status::no_such_path()),
    };
    let (scale, info) = match (scale, info) {
        (Ok(scale), Some(info)) => (scale, info),
        (Err(why), _) => {
            let message =
                format!("the HPA controller was unable to get the target's current scale: {why}");
            let words = ["AbleToScale", "False", "FailedGetScale", &message];
            set(context, status, words);
            tell(Severity::Warning, "FailedGetScale", &why.to_string());
            return Ok(());
        }
        (Ok(_), None) => return Ok(()),
    };
    let current = number(&scale["spec"]["replicas"]);
    let least = scaler["spec"]["minReplicas"].as_i64().unwrap_or(1);
    let most = number(&scaler["spec"]["maxReplicas"]);
    status["currentReplicas"] = json!(number(&scale["status"]["replicas"]));
    let mut found = "the HPA controller was able to get the target's current scale".to_owned();
    let mut reason = "SucceededGetScale";
    let wanted = if current == 0 && least != 0 {
        let message = "scaling is disabled since the replica count of the target is zero";
        let words = ["ScalingActive", "False", "ScalingDisabled", message];
        set(context, status, words);
        0
    } else if (least..=most).contains(&current) {
        cannot_measure(context, scaler, status);
        number(&status["desiredReplicas"])
    } else {
        let (wanted, bound) = if current > most {
            (most, "above Spec.MaxReplicas")
        } else {
            (least, "below Spec.MinReplicas")
        };
        let mut new = (*scale).clone();
        new["spec"]["replicas"] = json!(wanted);
        let written = context
            .cluster
            .update(&info.id(), &key, Subresource::Scale, &new, &writes());
        if let Err(why) = written {
            let words = [
                "AbleToScale",
                "False",
                "FailedUpdateScale",
                &why.to_string(),
            ];
            set(context, status, words);
            tell(Severity::Warning, "FailedRescale", &why.to_string());
            return Err(why);
        }
        let message = format!("New size: {wanted}; reason: Current number of replicas {bound}");
        tell(Severity::Normal, "SuccessfulRescale", &message);
        reason = "SucceededRescale";
        found = format!("the HPA controller was able to update the target scale to {wanted}");
        status["lastScaleTime"] = json!(context.clock.now());
        wanted
    };
    set(context, status, ["AbleToScale", "True", reason, &found]);
    status["desiredReplicas"] = json!(wanted);
    Ok(())
}

/// What an autoscaler says where nothing measures pods.
fn cannot_measure(context: &Context, scaler: &Object, status: &mut Value) {
    let metrics = scaler["spec"]["metrics"].as_array();
    let first = metrics.and_then(|metrics| metrics.first());
    let resource = first.map_or("", |metric| text(&metric["resource"]["name"]));
    let resource = if resource.is_empty() { "cpu" } else { resource };
    let why = format!(
        "failed to get {resource} utilization: unable to get metrics for resource {resource}: unable to fetch metrics \
         from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
    );
    let message = format!("the HPA was unable to compute the replica count: {why}");
    let known = conditions::find(status, "ScalingActive")
        .is_some_and(|old| old["reason"] == "FailedGetResourceMetric");
    let words = [
        "ScalingActive",
        "False",
        "FailedGetResourceMetric",
        &message,
    ];
    set(context, status, words);
    if !known {
        let recorder = &context.recorder;
        recorder.record(
            COMPONENT,
            scaler,
            Severity::Warning,
            "FailedGetResourceMetric",
            &why,
        );
    }
}
