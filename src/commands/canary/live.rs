//! What the commands share on a cluster: reading the routes, and carrying plans out.
//!
//! A write applies to what was read or not at all. Where it does not, everything is read again, and planned again if the
//! routes are still the same. Where it is not known whether a write was made, the object's own record tells.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::flags::{ClusterFlags, DryRun};
use crate::cluster::Cluster;
use crate::cluster::routing::{Mode, Place, Routing, Unwritten};
use crate::engine::canary::pods::{self, Pod, Service, Verdict};
use crate::engine::canary::shift::Plan;
use crate::engine::canary::state::{Memory, Stamp};
use crate::engine::canary::write::{self, Write};
use crate::engine::canary::{Object, Target, draft, full_name, parts};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;

/// How often a plan is made anew because somebody else wrote to the object.
const RETRIES: usize = 5;

/// A cluster, and the namespace to work in.
pub(super) struct Live<'a> {
    cluster: Cluster,
    pub(super) namespace: String,
    ui: &'a Ui,
}

/// A plan with what it was made on and what is to be written.
pub(super) struct Planned {
    pub(super) objects: Vec<Object>,
    pub(super) plan: Plan,
    pub(super) writes: Vec<Write>,
}

/// A VirtualService that is not there yet.
pub(super) struct Draft {
    /// Its place among the objects.
    index: usize,
    service: Service,
}

/// Why a plan was not carried out.
enum Stopped {
    /// Somebody else wrote meanwhile; nothing of the plan is left behind.
    Raced(Error),
    /// The same; or the server holds the write for wrong.
    Stale(Error),
    Failed(Error),
}

impl<'a> Live<'a> {
    /// Connects to the cluster that the flags name.
    pub(super) async fn connect(flags: &ClusterFlags, ui: &'a Ui) -> Result<Self> {
        let cluster = Cluster::connect(&flags.connection).await?;
        let namespace = flags.namespace.namespace.clone();
        let namespace = namespace.unwrap_or_else(|| cluster.default_namespace());
        Ok(Self {
            cluster,
            namespace,
            ui,
        })
    }

    /// A service as it was named, here.
    pub(super) fn target(&self, service: &str) -> Target {
        Target {
            text: service.to_owned(),
            namespace: Some(self.namespace.clone()),
        }
    }

    /// The objects that route requests, of all namespaces that the user may see.
    pub(super) async fn routing(&self) -> Result<Vec<Object>> {
        let (services, rules) = tokio::try_join!(
            self.cluster
                .routing(Routing::VirtualService, &self.namespace),
            self.cluster
                .routing(Routing::DestinationRule, &self.namespace),
        )?;
        if services.narrowed || rules.narrowed {
            self.ui.warning(format!(
                "only what routes requests in `{}` may be read: rules of other namespaces are not seen",
                self.namespace
            ));
        }
        let objects = |items: Vec<Value>, kind: Routing| {
            items
                .into_iter()
                .filter_map(move |item| Object::from_cluster(item, kind.kind()))
        };
        Ok(objects(services.items, Routing::VirtualService)
            .chain(objects(rules.items, Routing::DestinationRule))
            .collect())
    }

    /// The Service behind a full name, as the API has it.
    ///
    /// Errors: precondition (4) if it is not there.
    pub(super) async fn service(&self, full: &str) -> Result<Value> {
        let (name, namespace) = parts(full).ok_or_else(|| {
            Error::new(
                Kind::Precondition,
                format!("`{full}` is no service of the cluster"),
            )
        })?;
        let found = self.cluster.service(namespace, name).await?;
        found.ok_or_else(|| {
            Error::new(
                Kind::Precondition,
                format!("there is no Service `{name}` in namespace `{namespace}`"),
            )
            .hint("`kubectl get services -A` lists them; another namespace is named with `-n`")
        })
    }

    /// The Services of a namespace, by their full names.
    pub(super) async fn services(&self, namespace: &str) -> Result<BTreeMap<String, Service>> {
        let all = self.cluster.services(namespace).await?;
        let named = |value: &Value| {
            let name = value.pointer("/metadata/name")?.as_str()?;
            Some((full_name(name, namespace), Service::read(value)))
        };
        Ok(all.iter().filter_map(named).collect())
    }

    /// Pods of a namespace that a label selector leaves.
    pub(super) async fn pods(&self, namespace: &str, selector: &str) -> Result<Vec<Pod>> {
        let pods = self.cluster.pods(namespace, selector).await?;
        Ok(pods.iter().map(Pod::read).collect())
    }

    /// Adds the VirtualService that a service lacks to `objects`, unless it has one or its versions are not known.
    pub(super) async fn draft(
        &self,
        objects: &mut Vec<Object>,
        target: &Target,
    ) -> Result<Option<Draft>> {
        let Some(service) = draft::unrouted(objects, target, &self.namespace) else {
            return Ok(None);
        };
        let read = self.service(&service).await?;
        let draft = draft::draft(objects, &service, &read)?;
        objects.push(draft);
        Ok(Some(Draft {
            index: objects.len() - 1,
            service: Service::read(&read),
        }))
    }

    /// Checks that the versions that get more can take it, and makes of the plan what is to be written.
    pub(super) async fn prepare(
        &self,
        objects: Vec<Object>,
        mut plan: Plan,
        draft: Option<Draft>,
        stamp: &Stamp,
        adopt: bool,
    ) -> Result<Planned> {
        let place = draft.as_ref().map(|draft| draft.index);
        let writes = write::of_plan(&objects, &plan, place, stamp, adopt)?;
        if let Some(query) = pods::query(&objects, &plan) {
            let found = self.pods(&query.namespace, &query.selector).await?;
            let known = draft.map(|draft| draft.service);
            let mut verdict = pods::check(&objects, &plan, &found, known.as_ref())?;
            if verdict == Verdict::AskService {
                let service = Service::read(&self.service(&plan.service).await?);
                verdict = pods::check(&objects, &plan, &found, Some(&service))?;
            }
            if let Verdict::Fine(warnings) = verdict {
                plan.warnings.extend(warnings);
            }
        }
        Ok(Planned {
            objects,
            plan,
            writes,
        })
    }

    /// Plans and carries out, again if somebody else wrote to the same objects meanwhile but left the routes as they were.
    pub(super) async fn change(
        &self,
        dry_run: Option<DryRun>,
        stamp: &Stamp,
        plan: impl AsyncFn(Vec<Object>) -> Result<Planned>,
    ) -> Result<Planned> {
        let mut before: Option<(Planned, Option<Error>)> = None;
        for _ in 0..=RETRIES {
            let objects = self.routing().await?;
            if let Some((earlier, error)) = before.take() {
                if is_made(&earlier.writes, &objects, stamp) {
                    return Ok(earlier);
                }
                check_routes(&earlier.writes, &objects, error)?;
                self.ui
                    .detail("somebody else wrote to the same object: planning again");
            }
            let planned = plan(objects).await?;
            if planned.writes.is_empty() || dry_run == Some(DryRun::Client) {
                return Ok(planned);
            }
            match self.carry_out(&planned.writes, dry_run, stamp).await {
                Ok(()) => return Ok(planned),
                Err(Stopped::Failed(error)) => return Err(error),
                Err(Stopped::Raced(_)) => before = Some((planned, None)),
                Err(Stopped::Stale(error)) => before = Some((planned, Some(error))),
            }
        }
        let error = Error::new(
            Kind::Conflict,
            format!(
                "somebody else wrote to the same object {} times in a row",
                RETRIES + 1
            ),
        );
        Err(error.hint("nothing was changed; run the command again"))
    }

    /// Sends the writes one after the other. What fails on the way has those before it taken back.
    async fn carry_out(
        &self,
        writes: &[Write],
        dry_run: Option<DryRun>,
        stamp: &Stamp,
    ) -> Result<(), Stopped> {
        if dry_run.is_some() || writes.len() > 1 {
            // One write alone is its own proof. Of several, none is made before all are known to be right.
            for write in writes {
                let checked = self.send(write, Mode::DryRun).await;
                checked.map_err(|error| match error {
                    Unwritten::Raced(error) => Stopped::Raced(error),
                    Unwritten::Stale(error) => Stopped::Stale(error),
                    Unwritten::Refused(error) | Unwritten::Unknown(error) => {
                        Stopped::Failed(error.hint("nothing was changed"))
                    }
                })?;
            }
        }
        if dry_run.is_some() {
            return Ok(());
        }
        let mut done: Vec<(&Write, Value)> = Vec::new();
        for write in writes {
            match self.write(write, stamp).await {
                Ok(stored) => done.push((write, stored)),
                Err(stopped) => {
                    self.take_back(&done, stopped_error(&stopped)).await?;
                    return Err(stopped);
                }
            }
        }
        Ok(())
    }

    /// Makes one write, and looks at what the server has stored.
    async fn write(&self, write: &Write, stamp: &Stamp) -> Result<Value, Stopped> {
        let stored = match self.send(write, Mode::Real).await {
            Ok(stored) => stored,
            Err(Unwritten::Raced(error)) => return Err(Stopped::Raced(error)),
            Err(Unwritten::Stale(error)) => return Err(Stopped::Stale(error)),
            Err(Unwritten::Refused(error)) => {
                return Err(Stopped::Failed(error.hint("nothing was changed")));
            }
            Err(Unwritten::Unknown(error)) => self.look(write, stamp, error).await?,
        };
        match write {
            Write::Patch(patch) if !patch.is_stored(&stored) => Err(Stopped::Failed(Error::new(
                Kind::Cluster,
                format!(
                    "the server accepted the change of {}, but stored other routes than were sent",
                    patch.before.label()
                ),
            )
            .hint("a webhook of the cluster may change them; look with `kubectl get -o yaml`"))),
            _ => Ok(stored),
        }
    }

    /// Whether a write was made that the server gave no clear answer to: the object's record says so.
    async fn look(&self, write: &Write, stamp: &Stamp, error: Error) -> Result<Value, Stopped> {
        let unknown =
            |error: Error| {
                Stopped::Failed(error.hint(
                    "whether the change was made is not known: look with `mesh canary status`",
                ))
            };
        let Ok(found) = self.cluster.routing_object(place(write.object())).await else {
            return Err(unknown(error));
        };
        let deleted = matches!(write, Write::Delete(_));
        match found {
            None if deleted => Ok(Value::Null),
            Some(found) if !deleted && is_ours(&found, write.object(), stamp) => Ok(found),
            _ => Err(Stopped::Failed(error.hint("nothing was changed"))),
        }
    }

    async fn send(&self, write: &Write, mode: Mode) -> Result<Value, Unwritten> {
        let place = place(write.object());
        match write {
            Write::Create(object) => {
                self.cluster
                    .create_routing(place, &object.value, mode)
                    .await
            }
            Write::Patch(patch) => self.cluster.patch_routing(place, &patch.body(), mode).await,
            Write::Delete(object) => {
                self.cluster
                    .delete_routing(place, &object.value, mode)
                    .await
            }
        }
    }

    /// Takes back what was written before something failed, the last first, and says so.
    async fn take_back(&self, done: &[(&Write, Value)], cause: String) -> Result<(), Stopped> {
        let mut left = Vec::new();
        for (write, stored) in done.iter().rev() {
            let place = place(write.object());
            let outcome = match write {
                Write::Create(_) => self.cluster.delete_routing(place, stored, Mode::Real).await,
                Write::Patch(patch) => {
                    let inverse = patch.inverse(stored);
                    self.cluster
                        .patch_routing(place, &inverse, Mode::Real)
                        .await
                }
                Write::Delete(object) => {
                    let again = bare(&object.value);
                    self.cluster.create_routing(place, &again, Mode::Real).await
                }
            };
            match outcome {
                Ok(_) => self
                    .ui
                    .warning(format!("the change of {place} was taken back")),
                Err(
                    Unwritten::Raced(error)
                    | Unwritten::Stale(error)
                    | Unwritten::Refused(error)
                    | Unwritten::Unknown(error),
                ) => left.push(format!("the change of {place} stays: {error}")),
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        let error = Error::new(
            Kind::Halfway,
            "the change failed halfway and could not be taken back",
        );
        let error = left.into_iter().fold(error.because(cause), Error::because);
        Err(Stopped::Failed(error.hint(
            "`mesh canary status` shows what holds now, `mesh canary undo` takes it back",
        )))
    }
}

fn stopped_error(stopped: &Stopped) -> String {
    let (Stopped::Raced(error) | Stopped::Stale(error) | Stopped::Failed(error)) = stopped;
    let causes = error.causes().join(": ");
    if causes.is_empty() {
        error.to_string()
    } else {
        format!("{error}: {causes}")
    }
}

/// An object without what the server adds to it.
fn bare(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in [
            "resourceVersion",
            "uid",
            "creationTimestamp",
            "generation",
            "managedFields",
        ] {
            metadata.remove(field);
        }
    }
    object
}

fn place(object: &Object) -> Place<'_> {
    Place {
        kind: Routing::of(&object.kind),
        namespace: &object.namespace,
        name: &object.name,
    }
}

/// Whether the last change of an object is this one.
fn is_ours(found: &Value, object: &Object, stamp: &Stamp) -> bool {
    Object::from_cluster(found.clone(), &object.kind).is_some_and(|found| {
        let memory = Memory::or_none(&found);
        memory
            .history
            .last()
            .is_some_and(|entry| entry.change == stamp.change)
    })
}

fn again<'a>(write: &Write, objects: &'a [Object]) -> Option<&'a Object> {
    let object = write.object();
    objects.iter().find(|found| {
        (&found.kind, &found.namespace, &found.name)
            == (&object.kind, &object.namespace, &object.name)
    })
}

/// Whether all writes were made after all: the answer was lost, and the request was sent again.
fn is_made(writes: &[Write], objects: &[Object], stamp: &Stamp) -> bool {
    writes
        .iter()
        .all(|write| match (write, again(write, objects)) {
            (Write::Delete(_), found) => found.is_none(),
            (_, Some(found)) => is_ours(&found.value, found, stamp),
            (_, None) => false,
        })
}

/// Refuses to go on if the objects to write to are not routed as they were. `doubt` is what the server said of a write that
/// it may hold for wrong: it does if nobody wrote to any of the objects.
fn check_routes(writes: &[Write], objects: &[Object], doubt: Option<Error>) -> Result<()> {
    let version = |object: &Object| object.value.pointer("/metadata/resourceVersion").cloned();
    let is_untouched = |write: &Write| match (write, again(write, objects)) {
        (Write::Create(_), found) => found.is_none(),
        (_, Some(found)) => version(found) == version(write.object()),
        (_, None) => false,
    };
    if let Some(error) = doubt.filter(|_| writes.iter().all(is_untouched)) {
        return Err(error.hint("nothing was changed"));
    }
    for write in writes {
        let before = write.object();
        let label = before.label();
        let message = match (write, again(write, objects)) {
            (Write::Create(_), None) => continue,
            (Write::Create(_), Some(_)) => {
                format!("{label} was created by somebody else meanwhile")
            }
            (_, None) => format!("{label} was deleted by somebody else meanwhile"),
            (_, Some(found)) if before.value.get("spec") == found.value.get("spec") => continue,
            (_, Some(found)) => {
                let memory = Memory::or_none(found);
                let last = memory.history.last();
                match last.filter(|_| !memory.has_drifted(found)) {
                    Some(entry) => format!(
                        "{label} was changed meanwhile: {} ({})",
                        entry.command, entry.actor
                    ),
                    None => format!("{label} was changed by somebody else meanwhile"),
                }
            }
        };
        return Err(Error::new(Kind::Conflict, message)
            .hint("nothing was changed; run the command again if it still holds"));
    }
    Ok(())
}

/// What of an object is shown: all but what the server and these commands add to it.
fn shown(object: &Object, value: &Value) -> Value {
    json!({
        "kind": object.kind,
        "metadata": {"namespace": object.namespace, "name": object.name},
        "spec": value.get("spec"),
    })
}

/// An object before and after a write, as YAML; empty where there is none.
pub(super) fn texts(write: &Write) -> (String, String) {
    let object = write.object();
    let text = |value: &Value| crate::yaml::to_string(&shown(object, value));
    let before = match write {
        Write::Create(_) => String::new(),
        Write::Patch(_) | Write::Delete(_) => text(&object.value),
    };
    (before, write.after().map(text).unwrap_or_default())
}

/// `VirtualService shop/reviews`, for headings.
pub(super) fn name(write: &Write) -> String {
    let object = write.object();
    format!("{} {}/{}", object.kind, object.namespace, object.name)
}
