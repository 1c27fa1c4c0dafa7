//! Patches: JSON, merge and strategic merge, laid over the present object. Server-side apply has a file of its own.

use std::cell::RefCell;

use serde_json::Value;

use super::write::Made;
use super::{
    Cluster, Key, Object, Patch, ResourceId, ResourceInfo, Status, Subresource, WriteOptions,
    Written, autoscaling, scale,
};
use crate::kubernetes::schema::{self, Shape};
use crate::kubernetes::strategic;

impl Cluster {
    /// Changes an object, or the part of it that the subresource stands for. Apply creates what is not there.
    ///
    /// # Errors
    /// As `update`; 415 for a sort of patch that the kind does not take.
    pub(crate) fn patch(
        &self,
        id: &ResourceId,
        key: &Key,
        subresource: Subresource,
        patch: &Patch,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let info = self.info(id)?;
        let newer = self.newer(&info)?;
        if let Patch::Apply(config) = patch {
            return match newer {
                Some(newer) => {
                    let config = autoscaling::newer(config.clone(), None);
                    let done = self.apply(&newer.id(), key, subresource, &config, options);
                    done.map(|written| autoscaling::shown(&info, written))
                }
                None => self.apply(id, key, subresource, config, options),
            };
        }
        let last = RefCell::new(Value::Null);
        let stored = newer.as_ref().unwrap_or(&info);
        let done = self.change(stored, key, subresource, options, &|current| {
            let patched = match subresource {
                Subresource::Scale => apply_patch(&info, &scale::of(&info, current)?, patch)?,
                _ if newer.is_some() => {
                    let patched = apply_patch(&info, &autoscaling::older(current), patch)?;
                    autoscaling::newer(patched, Some(current))
                }
                _ => apply_patch(&info, current, patch)?,
            };
            last.replace(patched.clone());
            Ok(Made::plain(patched))
        });
        let done = done.map_err(|status| status.of_patched(&last.borrow()))?;
        Ok(match newer {
            Some(_) => autoscaling::shown(&info, done),
            None => done,
        })
    }
}

/// A strategic merge patch that does not fit, as Kubernetes says it.
fn no_patch(error: strategic::Error) -> Status {
    match error {
        strategic::Error::NoKey { key, element, .. } => {
            let text = format!("map: {element} does not contain declared merge key: {key}");
            Status::new(422, "Invalid", text)
        }
        strategic::Error::Directive { .. } => Status::bad_request(error.to_string()),
    }
}

fn apply_patch(info: &ResourceInfo, current: &Object, patch: &Patch) -> Result<Object, Status> {
    let mut new = current.clone();
    match patch {
        Patch::Json(operations) => {
            let operations: json_patch::Patch = serde_json::from_value(operations.clone())
                .map_err(|error| Status::bad_request(format!("error decoding patch: {error}")))?;
            json_patch::patch(&mut new, &operations).map_err(|_| Status::does_not_apply())?;
        }
        Patch::Merge(changes) => json_patch::merge(&mut new, changes),
        Patch::Strategic(changes) if info.builtin => {
            let of = schema::of(&info.group, &info.version, &info.kind);
            let shape = of.map(|of| Shape::Object(of.name));
            strategic::merge(&mut new, changes.clone(), shape.as_ref()).map_err(no_patch)?;
        }
        Patch::Strategic(_) | Patch::Apply(_) => {
            return Err(Status::unsupported_patch(info.builtin));
        }
    }
    Ok(new)
}
