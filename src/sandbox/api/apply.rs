//! Server-side apply as a request, and the managers that plain writes leave on an object. The rules are in `sandbox::apply`.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::options::Subresource;
use super::status::{Cause, Status};
use super::write::{Made, ROUNDS};
use super::{
    Cluster, FieldError, Key, Object, ResourceId, ResourceInfo, WriteOptions, Written, clock, scale,
};
use crate::sandbox::apply::{
    self, BEFORE_FIRST_APPLY, Configuration, Managers, Operation, Refusal, Typing, Writer,
};

/// Who owns what, as a request leaves it.
pub(super) enum Ownership {
    /// What was on record, or what the client put in its place; the write is still to be noted.
    Before(Managers),
    /// As it is to be, the write included.
    After(Managers),
}

/// What kinds that are not built in say of their objects.
pub(super) struct Known {
    definition: Option<Arc<Object>>,
}

impl Known {
    /// The type of objects of a kind.
    pub(super) fn typing(&self, info: &ResourceInfo) -> Typing<'_> {
        if info.builtin {
            return Typing::built_in(&info.group, &info.version, &info.kind);
        }
        let versions = self
            .definition
            .as_ref()
            .and_then(|definition| definition["spec"]["versions"].as_array());
        let version = versions
            .into_iter()
            .flatten()
            .find(|version| version["name"] == info.version.as_str());
        version.map_or(Typing::Unknown, |version| {
            Typing::Custom(&version["schema"]["openAPIV3Schema"])
        })
    }
}

impl Cluster {
    pub(super) fn known(&self, info: &ResourceInfo) -> Known {
        let definition = (!info.builtin).then(|| {
            let key = Key::cluster(&info.collection);
            let collection = "customresourcedefinitions.apiextensions.k8s.io";
            self.shared.store.get(collection, &key)
        });
        Known {
            definition: definition.flatten(),
        }
    }

    /// Puts into `new` who owns its fields. `old` is what was stored.
    pub(super) fn manage(
        &self,
        info: &ResourceInfo,
        old: Option<&Object>,
        new: &mut Object,
        ownership: Ownership,
        subresource: Subresource,
        options: &WriteOptions,
    ) {
        let managers = match ownership {
            Ownership::After(managers) => managers,
            // Once nobody owns anything, that begins again with the first apply.
            Ownership::Before(managers) if managers.is_empty() && old.is_some() => managers,
            Ownership::Before(managers) => {
                let known = self.known(info);
                let writer = writer(info, Operation::Update, subresource, options);
                let typing = known.typing(info);
                let now = clock::now();
                match (subresource, old) {
                    (Subresource::Scale, Some(old)) => {
                        scale::track(info, (old, new), typing, managers, writer, &now)
                    }
                    _ => apply::track(old, new, typing, managers, writer, &now),
                }
            }
        };
        let Some(metadata) = new["metadata"].as_object_mut() else {
            return;
        };
        match managers.into_json() {
            Some(entries) => metadata.insert(FIELD.to_owned(), entries),
            None => metadata.remove(FIELD),
        };
    }

    /// Applies a configuration, which creates what is not there.
    ///
    /// # Errors
    /// 400 for a configuration of another object, 404, 409 for conflicts, 500 for one that does not fit its type (so says
    /// Kubernetes), and whatever a write of the outcome is refused for.
    pub(super) fn apply(
        &self,
        id: &ResourceId,
        key: &Key,
        subresource: Subresource,
        config: &Object,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let info = self.info(id)?;
        check_configuration(&info, subresource, config)?;
        for _ in 0..ROUNDS {
            if self.shared.store.get(&info.collection, key).is_some()
                || subresource != Subresource::Main
            {
                let done = self.change(&info, key, subresource, options, &|live| {
                    self.applied(&info, Some(live), subresource, config, options)
                });
                match done {
                    // It was deleted meanwhile.
                    Err(status) if status.code == 404 && subresource == Subresource::Main => {}
                    done => return done,
                }
                if self.shared.store.get(&info.collection, key).is_some() {
                    continue;
                }
            }
            check_new(&info, key, config)?;
            let made = self.applied(&info, None, subresource, config, options)?;
            let namespace = key.namespace.as_deref();
            match self.create_as(&info, namespace, made, options) {
                // It was created meanwhile.
                Err(status) if status.reason == "AlreadyExists" => {}
                done => return done,
            }
        }
        Err(Status::modified(&info, &key.name))
    }

    /// The live object with the configuration in it.
    fn applied(
        &self,
        info: &ResourceInfo,
        live: Option<&Object>,
        subresource: Subresource,
        config: &Object,
        options: &WriteOptions,
    ) -> Result<Made, Status> {
        let known = self.known(info);
        let typing = known.typing(info);
        let now = clock::now();
        let mut managers = live.map_or_else(Managers::default, on_record);
        if let (Some(live), true) = (live, managers.is_empty()) {
            let before = Writer {
                name: BEFORE_FIRST_APPLY.to_owned(),
                subresource: String::new(),
                ..writer(info, Operation::Update, subresource, options)
            };
            managers = apply::track(None, live, typing, managers, before, &now);
        }
        let (config, ignored) = match subresource {
            Subresource::Scale => (scale_as_part(info, config), Vec::new()),
            Subresource::Status => (config.clone(), all_but_status(config)),
            _ if info.has_status => (config.clone(), vec!["status".to_owned()]),
            _ => (config.clone(), Vec::new()),
        };
        let ignored: Vec<&str> = ignored.iter().map(String::as_str).collect();
        let empty = json!({});
        let done = apply::apply(
            live.unwrap_or(&empty),
            &Configuration {
                config: &config,
                ignored: &ignored,
                force: options.force,
            },
            typing,
            &managers,
            &writer(info, Operation::Apply, subresource, options),
            &now,
        )
        .map_err(|refusal| refused(info, &config, refusal))?;
        Ok(Made {
            object: match subresource {
                Subresource::Scale => scale::of(info, &done.object)?,
                _ => done.object,
            },
            ownership: Some(Ownership::After(done.managers)),
        })
    }
}

const FIELD: &str = "managedFields";

/// Takes the owners that a client sent out of an object; `live` has those on record.
///
/// # Errors
/// 400 for another form than the field has. Owners that make no sense are not taken up, as in Kubernetes.
pub(super) fn take(
    info: &ResourceInfo,
    object: &mut Object,
    live: Option<&Object>,
) -> Result<Ownership, Status> {
    let asked = object
        .get_mut("metadata")
        .and_then(Value::as_object_mut)
        .and_then(|metadata| metadata.remove(FIELD))
        .unwrap_or_default();
    let entries = match &asked {
        Value::Null => None,
        Value::Array(entries) if entries.iter().all(Value::is_object) => Some(entries),
        other => {
            let what = match other {
                Value::Array(_) => "a list of other things",
                Value::Object(_) => "object",
                Value::String(_) => "string",
                Value::Bool(_) => "bool",
                _ => "number",
            };
            let why = format!(
                "json: cannot unmarshal {what} into Go struct field ObjectMeta.metadata.managedFields of type \
                 []v1.ManagedFieldsEntry"
            );
            return Err(super::typed::cannot_be_handled(info, &why));
        }
    };
    let reset = entries.is_some_and(|entries| {
        entries.is_empty() || matches!(entries.as_slice(), [Value::Object(only)] if only.is_empty())
    });
    if reset {
        return Ok(Ownership::Before(Managers::default()));
    }
    if live.is_some_and(|live| live["metadata"][FIELD] == asked) {
        return Ok(Ownership::Before(Managers::trusted(asked)));
    }
    let sent = Managers::read(&asked).unwrap_or_default();
    if !sent.is_empty() {
        return Ok(Ownership::Before(sent));
    }
    Ok(Ownership::Before(
        live.map_or_else(Managers::default, on_record),
    ))
}

/// The owners on record of a stored object.
pub(super) fn on_record(live: &Object) -> Managers {
    Managers::trusted(live["metadata"][FIELD].clone())
}

/// Whether two states of an object are one but for the times at which fields were written.
pub(super) fn same(new: &Object, old: &Object) -> bool {
    let (Some(new), Some(old)) = (new.as_object(), old.as_object()) else {
        return new == old;
    };
    let without = |map: &'_ Map<String, Value>, name: &'static str| -> usize {
        map.len() - usize::from(map.contains_key(name))
    };
    let equal = |new: &Map<String, Value>, old: &Map<String, Value>, but: &'static str| {
        without(new, but) == without(old, but)
            && new
                .iter()
                .all(|(name, value)| name == but || old.get(name) == Some(value))
    };
    if !equal(new, old, "metadata") {
        return false;
    }
    match (&new["metadata"], &old["metadata"]) {
        (Value::Object(new), Value::Object(old)) => {
            let managers = |map: &Map<String, Value>| map.get(FIELD).cloned().unwrap_or_default();
            equal(new, old, FIELD) && apply::same_but_for_times(&managers(new), &managers(old))
        }
        (new, old) => new == old,
    }
}

fn writer(
    info: &ResourceInfo,
    operation: Operation,
    subresource: Subresource,
    options: &WriteOptions,
) -> Writer {
    let name = match options.field_manager.as_str() {
        "" => "unknown",
        name => name,
    };
    Writer {
        name: name.to_owned(),
        operation,
        api_version: info.api_version(),
        subresource: subresource.name().to_owned(),
    }
}

/// What the configuration of a Scale says of the object behind it.
fn scale_as_part(info: &ResourceInfo, scale: &Object) -> Object {
    let mut part = json!({"apiVersion": info.api_version(), "kind": info.kind, "metadata": {}});
    if let Some(replicas) = scale["spec"].get("replicas") {
        scale::put(info, &mut part, replicas.clone());
    }
    part
}

fn all_but_status(config: &Object) -> Vec<String> {
    let fields = config.as_object().into_iter().flatten();
    fields
        .map(|(name, _)| name.clone())
        .filter(|name| !matches!(name.as_str(), "apiVersion" | "kind" | "status"))
        .collect()
}

fn check_configuration(
    info: &ResourceInfo,
    subresource: Subresource,
    config: &Object,
) -> Result<(), Status> {
    let version = config["apiVersion"].as_str().unwrap_or_default();
    let kind = config["kind"].as_str().unwrap_or_default();
    let fits = match subresource {
        Subresource::Scale => (version, kind) == ("autoscaling/v1", "Scale"),
        _ => version == info.api_version() && kind == info.kind,
    };
    if !fits {
        let (group, version) = version.rsplit_once('/').unwrap_or(("", version));
        let text = format!("invalid object type: {group}/{version}, Kind={kind}");
        return Err(Status::bad_request(text));
    }
    match &config["metadata"] {
        Value::Null => {}
        Value::Object(metadata) => {
            if metadata.get(FIELD).is_some_and(|sent| !sent.is_null()) {
                return Err(Status::bad_request("metadata.managedFields must be nil"));
            }
        }
        other => {
            let error = FieldError::type_invalid("metadata", other, "must be an object");
            return Err(Status::invalid(info, "", &[error]));
        }
    }
    Ok(())
}

/// What the configuration of an object that is not there must say.
fn check_new(info: &ResourceInfo, key: &Key, config: &Object) -> Result<(), Status> {
    let metadata = &config["metadata"];
    let text = |field: &str| metadata[field].as_str().unwrap_or_default();
    let (name, wanted) = (text("name"), &key.name);
    if name.is_empty() {
        return Err(Status::bad_request(format!(
            "the name of the object ({wanted} based on URL) was undeterminable: name must be provided"
        )));
    }
    if name != wanted {
        return Err(Status::bad_request(format!(
            "the name of the object ({name}) does not match the name on the URL ({wanted})"
        )));
    }
    if !text("uid").is_empty() {
        let why = format!(
            "uid mismatch: the provided object specified uid {}, and no existing object was found",
            text("uid")
        );
        return Err(Status::conflict(info, name, &why));
    }
    Ok(())
}

fn refused(info: &ResourceInfo, config: &Object, refusal: Refusal) -> Status {
    match refusal {
        Refusal::Conflicts(conflicts) => {
            let mut status = Status::new(409, "Conflict", apply::conflict_message(&conflicts));
            status.causes = conflicts
                .into_iter()
                .map(|conflict| Cause {
                    reason: "FieldManagerConflict".to_owned(),
                    message: format!("conflict with {}", conflict.manager.shown()),
                    field: conflict.path,
                })
                .collect();
            status
        }
        Refusal::Untyped(errors) => {
            let metadata = &config["metadata"];
            let text = |field: &str| metadata[field].as_str().unwrap_or_default();
            let (group, version) = (&info.group, &info.version);
            let what = format!(
                "{}/{}; {group}/{version}, Kind={}",
                text("namespace"),
                text("name"),
                info.kind
            );
            let why = match errors.as_slice() {
                [one] => one.clone(),
                many => format!("errors:\n  {}", many.join("\n  ")),
            };
            let message = format!("failed to create typed patch object ({what}): {why}");
            Status::new(500, "", message)
        }
    }
}
