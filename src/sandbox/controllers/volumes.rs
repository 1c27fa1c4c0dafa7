//! Claims of volumes, bound to volumes: such as there are, or ones that are made up at once, as a cluster with a default storage
//! class and a provisioner would make them. Nothing is stored in them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::runtime::recorder::Severity;
use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{core, pods, text, write_status, writes};
use crate::sandbox::api::options::{DeleteOptions, ListOptions, Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, ResourceId, quantity};

/// See the module. Keys are those of claims; that of a volume in no namespace stands for the volume.
pub(super) struct Volumes;

const COMPONENT: &str = "persistentvolume-controller";
const DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";
const PROVISIONER: &str = "mesh.sandbox/made-up";

fn classes() -> ResourceId {
    ResourceId::new("storage.k8s.io", "v1", "storageclasses")
}

impl Controller for Volumes {
    fn sources(&self) -> Vec<Source> {
        vec![
            Source::own(core("persistentvolumeclaims")),
            Source::own(core("persistentvolumes")),
            // Claims may have waited for it.
            Source::mapped(classes(), |context, _| waiting(context)),
            Source::mapped(core("persistentvolumes"), |context, _| waiting(context)),
            Source::mapped(core("persistentvolumeclaims"), |_, event| {
                let volume = text(&event.object["spec"]["volumeName"]);
                let gone = event.kind == crate::sandbox::api::watch::EventKind::Deleted;
                (gone && !volume.is_empty())
                    .then(|| Key::cluster(volume))
                    .into_iter()
                    .collect()
            }),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        if key.namespace.is_none() {
            return let_go(context, key).map(|()| Next::Done);
        }
        let claims = core("persistentvolumeclaims");
        let Ok(claim) = context.cluster.get(&claims, key) else {
            return Ok(Next::Done);
        };
        if pods::is_terminating(&claim) || claim["status"]["phase"] == "Bound" {
            return Ok(Next::Done);
        }
        if let Some(volume) = volume_for(context, &claim)? {
            bind(context, &claim, &volume)?;
        } else if claim["status"]["phase"] != "Pending" {
            write_status(context, &claims, &claim, &json!({"phase": "Pending"}))?;
        }
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        let mut keys = keys_of(context, &core("persistentvolumeclaims"));
        keys.extend(keys_of(context, &core("persistentvolumes")));
        keys
    }
}

fn list(context: &Context, kind: &ResourceId) -> Vec<Arc<Object>> {
    let listed = context.cluster.list(kind, None, &ListOptions::default());
    listed.map(|list| list.items).unwrap_or_default()
}

fn waiting(context: &Context) -> Vec<Key> {
    let mut claims = list(context, &core("persistentvolumeclaims"));
    claims.retain(|claim| claim["status"]["phase"] != "Bound");
    claims.iter().map(|claim| Key::of(claim)).collect()
}

/// The volume that a claim gets; `None` if it has to wait.
fn volume_for(context: &Context, claim: &Object) -> Result<Option<Arc<Object>>, Status> {
    let volumes = core("persistentvolumes");
    let named = text(&claim["spec"]["volumeName"]);
    if !named.is_empty() {
        let volume = context.cluster.get(&volumes, &Key::cluster(named)).ok();
        return Ok(volume.filter(|volume| is_for(volume, claim)));
    }
    let class = class_of(context, claim);
    let mut fitting = list(context, &volumes);
    fitting.retain(|volume| is_for(volume, claim) && fits(volume, claim, class.as_deref()));
    let size =
        |volume: &Object| quantity(&volume["spec"]["capacity"]["storage"]).unwrap_or_default();
    fitting.sort_by(|one, other| size(one).total_cmp(&size(other)));
    if let Some(volume) = fitting.into_iter().next() {
        return Ok(Some(volume));
    }
    let tell = |severity: Severity, reason: &str, message: &str| {
        let recorder = &context.recorder;
        recorder.record(COMPONENT, claim, severity, reason, message);
    };
    let Some(class) = class.filter(|class| !class.is_empty()) else {
        let message = "no persistent volumes available for this claim and no storage class is set";
        tell(Severity::Normal, "FailedBinding", message);
        return Ok(None);
    };
    let Ok(found) = context.cluster.get(&classes(), &Key::cluster(&class)) else {
        let message = format!("storageclass.storage.k8s.io {class:?} not found");
        tell(Severity::Warning, "ProvisioningFailed", &message);
        return Ok(None);
    };
    let uid = text(&claim["metadata"]["uid"]);
    let name = format!("pvc-{uid}");
    let reclaim = text(&found["reclaimPolicy"]);
    let volume = json!({
        "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": found["provisioner"]}},
        "spec": {
            "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
            "accessModes": claim["spec"]["accessModes"], "volumeMode": claim["spec"]["volumeMode"],
            "persistentVolumeReclaimPolicy": if reclaim.is_empty() { "Delete" } else { reclaim },
            "storageClassName": class, "claimRef": reference(claim),
            "hostPath": {"path": format!("/var/lib/mesh-sandbox/{name}"), "type": "DirectoryOrCreate"},
        },
    });
    let made = match context.cluster.create(&volumes, None, volume, &writes()) {
        Ok(written) => written.object,
        Err(status) if status.reason == "AlreadyExists" => {
            context.cluster.get(&volumes, &Key::cluster(&name))?
        }
        Err(status) => {
            tell(Severity::Warning, "ProvisioningFailed", &status.to_string());
            return Err(status);
        }
    };
    let message = format!("Successfully provisioned volume {name}");
    tell(Severity::Normal, "ProvisioningSucceeded", &message);
    Ok(Some(made))
}

fn reference(claim: &Object) -> Value {
    let metadata = &claim["metadata"];
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": metadata["name"],
           "namespace": metadata["namespace"], "uid": metadata["uid"]})
}

/// The class that a claim asks for; the default one where it does not say.
fn class_of(context: &Context, claim: &Object) -> Option<String> {
    if let Some(class) = claim["spec"]["storageClassName"].as_str() {
        return Some(class.to_owned());
    }
    let all = list(context, &classes());
    let default = all
        .iter()
        .find(|class| class["metadata"]["annotations"][DEFAULT] == "true")?;
    Some(text(&default["metadata"]["name"]).to_owned())
}

/// Whether nobody else has a volume.
fn is_for(volume: &Object, claim: &Object) -> bool {
    let holder = &volume["spec"]["claimRef"];
    let metadata = &claim["metadata"];
    !pods::is_terminating(volume)
        && (holder.is_null()
            || holder["namespace"] == metadata["namespace"]
                && holder["name"] == metadata["name"]
                && (holder["uid"].is_null() || holder["uid"] == metadata["uid"]))
}

fn fits(volume: &Object, claim: &Object, class: Option<&str>) -> bool {
    let modes = claim["spec"]["accessModes"].as_array();
    let has = |mode: &Value| {
        let offered = volume["spec"]["accessModes"].as_array();
        offered.is_some_and(|offered| offered.contains(mode))
    };
    let mode = |object: &Object| match text(&object["spec"]["volumeMode"]) {
        "" => "Filesystem".to_owned(),
        mode => mode.to_owned(),
    };
    let wanted = quantity(&claim["spec"]["resources"]["requests"]["storage"]);
    text(&volume["spec"]["storageClassName"]) == class.unwrap_or_default()
        && modes.into_iter().flatten().all(has)
        && mode(volume) == mode(claim)
        && quantity(&volume["spec"]["capacity"]["storage"]) >= wanted
}

fn bind(context: &Context, claim: &Object, volume: &Object) -> Result<(), Status> {
    let volumes = core("persistentvolumes");
    let key = Key::of(volume);
    let mut bound = json!({"metadata": {"uid": volume["metadata"]["uid"]}, "spec": {"claimRef": reference(claim)}});
    // Somebody else may take it at the same time.
    bound["metadata"]["resourceVersion"] = volume["metadata"]["resourceVersion"].clone();
    if volume["spec"]["claimRef"]["uid"] != claim["metadata"]["uid"] {
        bound["metadata"]["annotations"] = json!({"pv.kubernetes.io/bound-by-controller": "yes"});
    }
    let written = context.cluster.patch(
        &volumes,
        &key,
        Subresource::Main,
        &Patch::Merge(bound),
        &writes(),
    )?;
    write_status(
        context,
        &volumes,
        &written.object,
        &json!({"phase": "Bound"}),
    )?;
    let claims = core("persistentvolumeclaims");
    let mut change = json!({
        "metadata": {"uid": claim["metadata"]["uid"], "annotations": {"pv.kubernetes.io/bind-completed": "yes"}},
        "spec": {"volumeName": volume["metadata"]["name"]},
    });
    if claim["spec"]["storageClassName"].is_null() {
        change["spec"]["storageClassName"] = json!(text(&volume["spec"]["storageClassName"]));
    }
    let written = context.cluster.patch(
        &claims,
        &Key::of(claim),
        Subresource::Main,
        &Patch::Merge(change),
        &writes(),
    )?;
    let status = json!({"phase": "Bound", "accessModes": volume["spec"]["accessModes"],
                        "capacity": volume["spec"]["capacity"]});
    write_status(context, &claims, &written.object, &status)
}

/// What becomes of a volume whose claim is gone; and the phase of a new one.
fn let_go(context: &Context, key: &Key) -> Result<(), Status> {
    let volumes = core("persistentvolumes");
    let Ok(volume) = context.cluster.get(&volumes, key) else {
        return Ok(());
    };
    let holder = &volume["spec"]["claimRef"];
    if text(&holder["uid"]).is_empty() {
        if text(&volume["status"]["phase"]).is_empty() || volume["status"]["phase"] == "Pending" {
            return write_status(context, &volumes, &volume, &json!({"phase": "Available"}));
        }
        return Ok(());
    }
    let claim = Key::namespaced(text(&holder["namespace"]), text(&holder["name"]));
    let claim = context.cluster.get(&core("persistentvolumeclaims"), &claim);
    if claim.is_ok_and(|claim| claim["metadata"]["uid"] == holder["uid"]) {
        return Ok(());
    }
    if volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete" {
        let deleted = context
            .cluster
            .delete(&volumes, key, &DeleteOptions::default());
        return match deleted {
            Err(status) if status.code != 404 => Err(status),
            _ => Ok(()),
        };
    }
    write_status(context, &volumes, &volume, &json!({"phase": "Released"}))
}

/// The storage class that claims get that name none.
pub(super) fn default_class() -> (ResourceId, Object) {
    let class = json!({
        "metadata": {"name": "standard", "annotations": {DEFAULT: "true"}},
        "provisioner": PROVISIONER, "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate",
    });
    (classes(), class)
}
