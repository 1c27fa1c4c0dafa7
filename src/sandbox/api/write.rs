//! Create and update: from a request to a commit.
//!
//! A new object is read (kind, unknown fields), filled in (what the server gives, defaults), admitted (webhooks), checked
//! and committed; a change goes the same way from the present object, again if somebody else was faster. Patches (`patch`) and
//! apply (`apply`) are changes.

use std::sync::Arc;

use serde_json::{Value, json};

use super::apply::{self, Ownership};
use super::autoscaling;
use super::options::FieldValidation;
use super::read::in_version;
use super::services::{self, Claim};
use super::{
    Cluster, FieldError, Key, Object, ResourceId, ResourceInfo, Status, Subresource, WriteOptions,
    Written, customs, defaults, metadata, scale, typed, validation,
};
use crate::sandbox::definitions::Part;
use crate::sandbox::store::{Expected, Raced};

/// How often a change without a revision of its own is computed anew before it gives up. Each round means that another
/// writer got through.
pub(super) const ROUNDS: usize = 1000;

/// What a request makes of the present object.
pub(super) struct Made {
    /// The object, or the Scale, as the client would have it.
    pub(super) object: Object,
    /// Who owns it then; `None` for what the object says, and the write is still to be noted.
    pub(super) ownership: Option<Ownership>,
}

impl Made {
    pub(super) fn plain(object: Object) -> Self {
        Self {
            object,
            ownership: None,
        }
    }
}

impl Cluster {
    /// Creates an object, in `namespace` if its kind has one.
    ///
    /// # Errors
    /// 400, 403, 404 (no such namespace), 405, 409 (there is one of that name), 422.
    pub(crate) fn create(
        &self,
        id: &ResourceId,
        namespace: Option<&str>,
        object: Object,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let info = self.info(id)?;
        if !info.verbs.iter().any(|verb| verb == "create") {
            return Err(Status::method_not_allowed(&info, "create"));
        }
        if let Some(newer) = self.newer(&info)? {
            let mut object = object;
            metadata::check_kind(&info, &mut object)?;
            let warnings = self.read_fields(&info, &mut object, options)?;
            let made = Made::plain(autoscaling::newer(object, None));
            let mut written = self.create_as(&newer, namespace, made, options)?;
            written.warnings.extend(warnings);
            return Ok(autoscaling::shown(&info, written));
        }
        self.create_as(&info, namespace, Made::plain(object), options)
    }

    /// As `create`, for an object whose owners may be known already.
    pub(super) fn create_as(
        &self,
        info: &Arc<ResourceInfo>,
        namespace: Option<&str>,
        made: Made,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let mut object = made.object;
        metadata::check_kind(info, &mut object)?;
        let ownership = match made.ownership {
            Some(ownership) => ownership,
            None => apply::take(info, &mut object, None)?,
        };
        let mut warnings = self.read_fields(info, &mut object, options)?;
        let generated = object["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .is_empty();
        let key = metadata::prepare_new(info, namespace, &mut object)?;
        if let (true, Some(object)) = (info.has_status, object.as_object_mut()) {
            object.remove("status");
        }
        if let Some(namespace) = &key.namespace {
            self.check_namespace(info, &key.name, namespace)?;
        }
        if self.shared.store.get(&info.collection, &key).is_some() {
            return Err(Status::already_exists(info, &key.name));
        }
        fill_in(info, &mut object, true);
        let part = Subresource::Main;
        self.manage(info, None, &mut object, ownership, part, options);
        warnings.extend(self.admit(info, &mut object, None)?);
        let claim = self.finish(info, &mut object, None, &mut warnings)?;
        if options.dry_run {
            return Ok(Written {
                object: in_version(info, Arc::new(object)),
                warnings,
                created: true,
            });
        }
        let made = self.commit(info, &key, &Expected::Absent, Some(object))?;
        let object = match made {
            Ok(object) => object,
            Err(Raced) if generated => return Err(name_taken(info, &key.name)),
            Err(Raced) => return Err(Status::already_exists(info, &key.name)),
        };
        claim.keep();
        Ok(Written {
            object: in_version(info, object),
            warnings,
            created: true,
        })
    }

    /// Replaces an object, or the part of it that the subresource stands for.
    ///
    /// # Errors
    /// 400, 404, 409 (it was written since `metadata.resourceVersion`), 422.
    pub(crate) fn update(
        &self,
        id: &ResourceId,
        key: &Key,
        subresource: Subresource,
        object: &Object,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let info = self.info(id)?;
        if !may_be_blind(&info, subresource)
            && object["metadata"]["resourceVersion"]
                .as_str()
                .is_none_or(str::is_empty)
        {
            // Kubernetes prints the missing version as a number.
            let mut error = FieldError::invalid(
                "metadata.resourceVersion",
                &json!(0),
                "must be specified for an update",
            );
            error.message = error.message.replacen("value: 0:", "value: 0x0:", 1);
            return Err(Status::invalid(&info, &key.name, &[error]));
        }
        if let Some(newer) = self.newer(&info)? {
            let done = self.change(&newer, key, subresource, options, &|current| {
                Ok(Made::plain(autoscaling::newer(
                    object.clone(),
                    Some(current),
                )))
            });
            return done.map(|written| autoscaling::shown(&info, written));
        }
        self.change(&info, key, subresource, options, &|_| {
            Ok(Made::plain(object.clone()))
        })
    }

    /// Computes the new object from the present one until nobody else was faster.
    pub(super) fn change(
        &self,
        info: &Arc<ResourceInfo>,
        key: &Key,
        subresource: Subresource,
        options: &WriteOptions,
        make: &dyn Fn(&Object) -> Result<Made, Status>,
    ) -> Result<Written, Status> {
        check_subresource(info, subresource)?;
        for _ in 0..ROUNDS {
            let stored = self.shared.store.get(&info.collection, key);
            let stored = stored.ok_or_else(|| Status::not_found(info, &key.name))?;
            let shown = in_version(info, Arc::clone(&stored));
            let made = make(&shown)?;
            let asked = made.object["metadata"]["resourceVersion"]
                .as_str()
                .unwrap_or_default();
            if !asked.is_empty() && stored["metadata"]["resourceVersion"] != asked {
                return Err(Status::modified(info, &key.name));
            }
            let (new, warnings, claim) = self.changed(info, &stored, made, subresource, options)?;
            let changed = !apply::same(&new, &stored);
            if options.dry_run || !changed {
                let object = if changed { Arc::new(new) } else { stored };
                return Ok(Written {
                    object: shown_part(info, object, subresource)?,
                    warnings,
                    created: false,
                });
            }
            let over = is_over(info, &new);
            let kept = (!over).then_some(new);
            if let Ok(object) = self.commit(info, key, &Expected::Same(&stored), kept)? {
                claim.keep();
                if over && !info.builtin {
                    self.finish_definition(info);
                }
                return Ok(Written {
                    object: shown_part(info, object, subresource)?,
                    warnings,
                    created: false,
                });
            }
        }
        Err(Status::modified(info, &key.name))
    }

    /// The new object, from the part of it that was written.
    fn changed(
        &self,
        info: &Arc<ResourceInfo>,
        stored: &Object,
        made: Made,
        subresource: Subresource,
        options: &WriteOptions,
    ) -> Result<(Object, Vec<String>, Claim), Status> {
        let mut warnings = Vec::new();
        let mut part = made.object;
        let ownership = match (made.ownership, subresource) {
            (Some(ownership), _) => ownership,
            (None, Subresource::Main) => apply::take(info, &mut part, Some(stored))?,
            (None, _) => Ownership::Before(apply::on_record(stored)),
        };
        let mut new = match subresource {
            Subresource::Scale => {
                let mut new = stored.clone();
                scale::write(info, &part, &mut new)?;
                new
            }
            Subresource::Finalize => {
                let mut new = stored.clone();
                new["spec"]["finalizers"] = part["spec"]["finalizers"].clone();
                new
            }
            Subresource::Status => {
                metadata::check_kind(info, &mut part)?;
                warnings = self.read_fields(info, &mut part, options)?;
                metadata::keep_identity(info, stored, &mut part)?;
                with_status(info, stored, &part)?
            }
            Subresource::Main => {
                metadata::check_kind(info, &mut part)?;
                warnings = self.read_fields(info, &mut part, options)?;
                metadata::keep_identity(info, stored, &mut part)?;
                if info.has_status {
                    keep(stored, &mut part, "status");
                }
                part
            }
        };
        metadata::set_stored_version(info, &mut new);
        new["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"].clone();
        let simple = matches!(subresource, Subresource::Status | Subresource::Finalize);
        if !simple {
            fill_in(info, &mut new, false);
        }
        self.manage(
            info,
            Some(stored),
            &mut new,
            ownership,
            subresource,
            options,
        );
        if simple {
            let errors =
                self.validate_custom(info, &new, Some(stored), Part::Status, &mut warnings);
            if !errors.is_empty() {
                let name = stored["metadata"]["name"].as_str().unwrap_or_default();
                return Err(Status::invalid(info, name, &errors));
            }
            return Ok((new, warnings, services::nothing(self)));
        }
        if subresource == Subresource::Main {
            warnings.extend(self.admit(info, &mut new, Some(stored))?);
        }
        let claim = self.finish(info, &mut new, Some(stored), &mut warnings)?;
        metadata::count_generation(info, stored, &mut new);
        Ok((new, warnings, claim))
    }

    /// The last steps before the commit: the checks, addresses of Services, the conditions of definitions.
    fn finish(
        &self,
        info: &ResourceInfo,
        object: &mut Object,
        old: Option<&Object>,
        warnings: &mut Vec<String>,
    ) -> Result<Claim, Status> {
        let name = object["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if let (true, Some(old)) = (is_service(info), old) {
            services::close_ports(object, old);
        }
        let mut errors = metadata::validate(info, object, old);
        errors.extend(validation::validate(info, object, old));
        errors.extend(self.validate_custom(info, object, old, Part::Main, warnings));
        errors.extend(customs::validate_definition(info, object, old, warnings));
        if !errors.is_empty() {
            return Err(Status::invalid(info, &name, &errors));
        }
        if customs::is_definition(info) {
            self.establish(object, old);
        }
        if is_service(info) {
            return services::assign(self, object, old)
                .map_err(|errors| Status::invalid(info, &name, &errors));
        }
        Ok(services::nothing(self))
    }

    /// Commits and waits for the disk, and does what follows from the change of some kinds.
    pub(super) fn commit(
        &self,
        info: &ResourceInfo,
        key: &Key,
        expected: &Expected<'_>,
        object: Option<Object>,
    ) -> Result<Result<Arc<Object>, Raced>, Status> {
        let removes = object.is_none();
        let committed = match self
            .shared
            .store
            .commit(&info.collection, key, expected, object)
        {
            Ok(committed) => committed,
            Err(raced) => return Ok(Err(raced)),
        };
        if let (true, Expected::Same(old)) = (is_service(info), expected) {
            self.shared
                .addresses
                .release(old, (!removes).then_some(&*committed.object));
        }
        if customs::is_definition(info) {
            self.refresh_kinds();
            if removes {
                self.accept_names_again();
            }
        }
        if self.patient {
            self.shared.store.wait(committed.revision).map_err(|why| {
                Status::internal(format!(
                    "the change could not be written to the practice cluster's state file: {why}"
                ))
            })?;
        }
        Ok(Ok(committed.object))
    }

    fn admit(
        &self,
        info: &ResourceInfo,
        object: &mut Object,
        old: Option<&Object>,
    ) -> Result<Vec<String>, Status> {
        let guard = self
            .shared
            .admission
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let hooks = guard.clone();
        drop(guard);
        let mut warnings = Vec::new();
        for hook in hooks {
            let admitted = hook.admit(self, info, object, old)?;
            warnings.extend(admitted.warnings);
            if admitted.changed {
                // What it brought is read and filled in as if the client had sent it.
                self.read_fields(info, object, &WriteOptions::default())?;
                fill_in(info, object, old.is_none());
            }
        }
        Ok(warnings)
    }

    /// Drops fields that the kind does not have, and says so as asked.
    ///
    /// # Errors
    /// 400 for values of a wrong type, and for unknown fields where the request is strict.
    fn read_fields(
        &self,
        info: &ResourceInfo,
        object: &mut Object,
        options: &WriteOptions,
    ) -> Result<Vec<String>, Status> {
        let unknown = if info.builtin {
            typed::read(info, object)?
        } else {
            self.read_custom(info, object)?
        };
        let told: Vec<String> = unknown
            .iter()
            .map(|path| format!("unknown field {path:?}"))
            .collect();
        match options.field_validation {
            FieldValidation::Ignore => Ok(Vec::new()),
            FieldValidation::Warn => Ok(told),
            FieldValidation::Strict if told.is_empty() => Ok(Vec::new()),
            FieldValidation::Strict => {
                let why = format!("strict decoding error: {}", told.join(", "));
                Err(typed::cannot_be_handled(info, &why))
            }
        }
    }

    fn check_namespace(
        &self,
        info: &ResourceInfo,
        name: &str,
        namespace: &str,
    ) -> Result<(), Status> {
        let Some(found) = self
            .shared
            .store
            .get("namespaces", &Key::cluster(namespace))
        else {
            let namespaces = self.info(&ResourceId::new("", "v1", "namespaces"))?;
            return Err(Status::not_found(&namespaces, namespace));
        };
        if found["metadata"]["deletionTimestamp"].is_string() {
            return Err(Status::namespace_terminating(info, name, namespace));
        }
        Ok(())
    }
}

/// Whether a kind's objects may be replaced without saying which version is replaced. The status of built-in kinds always may:
/// controllers here write it so.
fn may_be_blind(info: &ResourceInfo, subresource: Subresource) -> bool {
    let strict = [
        "APIService",
        "CustomResourceDefinition",
        "Lease",
        "MutatingWebhookConfiguration",
        "PodDisruptionBudget",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ];
    match subresource {
        Subresource::Scale => true,
        Subresource::Main => info.builtin && !strict.contains(&info.kind.as_str()),
        Subresource::Status | Subresource::Finalize => info.builtin,
    }
}

pub(super) fn is_service(info: &ResourceInfo) -> bool {
    info.group.is_empty() && info.kind == "Service"
}

fn fill_in(info: &ResourceInfo, object: &mut Object, new: bool) {
    if info.builtin {
        defaults::apply(info, object, new);
    }
}

/// A generated name that is taken by chance: the client may simply try again.
fn name_taken(info: &ResourceInfo, name: &str) -> Status {
    let mut status = Status::already_exists(info, name);
    status
        .message
        .push_str(", the server was not able to generate a unique name for the object");
    status
}

fn check_subresource(info: &ResourceInfo, subresource: Subresource) -> Result<(), Status> {
    if subresource == Subresource::Main || info.has_subresource(subresource.name()) {
        Ok(())
    } else {
        Err(Status::no_such_path())
    }
}

/// An answer shows what was written: for a scale, the Scale.
///
/// # Errors
/// As `scale::of`.
fn shown_part(
    info: &ResourceInfo,
    object: Arc<Object>,
    subresource: Subresource,
) -> Result<Arc<Object>, Status> {
    match subresource {
        Subresource::Scale => scale::of(info, &object).map(Arc::new),
        _ => Ok(in_version(info, object)),
    }
}

/// The stored object with the status of what was written.
fn with_status(info: &ResourceInfo, stored: &Object, part: &Object) -> Result<Object, Status> {
    let mut new = stored.clone();
    match part.get("status") {
        None | Some(Value::Null) => {
            if let Some(new) = new.as_object_mut() {
                new.remove("status");
            }
        }
        Some(status) if status.is_object() => new["status"] = status.clone(),
        Some(other) => {
            let name = stored["metadata"]["name"].as_str().unwrap_or_default();
            let error = FieldError::type_invalid("status", other, "must be an object");
            return Err(Status::invalid(info, name, &[error]));
        }
    }
    // As Kubernetes: a rollout's revision is noted with its status, and does not count as a change of what is wanted.
    let annotations = &part["metadata"]["annotations"];
    if info.group == "apps" && info.kind == "Deployment" && annotations.is_object() {
        new["metadata"]["annotations"] = annotations.clone();
    }
    Ok(new)
}

/// Whether an object that is being deleted has nothing left to hold it.
fn is_over(info: &ResourceInfo, object: &Object) -> bool {
    let metadata = &object["metadata"];
    let empty = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
    let namespace = info.group.is_empty() && info.kind == "Namespace";
    metadata["deletionTimestamp"].is_string()
        && metadata["deletionGracePeriodSeconds"]
            .as_i64()
            .unwrap_or_default()
            == 0
        && empty(&metadata["finalizers"])
        && (!namespace || empty(&object["spec"]["finalizers"]))
}

fn keep(from: &Value, to: &mut Value, field: &str) {
    match (from.get(field), to.as_object_mut()) {
        (Some(value), Some(to)) => {
            to.insert(field.to_owned(), value.clone());
        }
        (None, Some(to)) => {
            to.remove(field);
        }
        _ => {}
    }
}
