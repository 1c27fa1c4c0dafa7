//! What Kubernetes checks in built-in kinds, in its own words. A file per family.

use super::{FieldError, Object, ResourceInfo};

/// What is wrong with an object of a built-in kind; `old` is what it was, if it was.
pub(super) fn validate(
    _info: &ResourceInfo,
    _object: &Object,
    _old: Option<&Object>,
) -> Vec<FieldError> {
    Vec::new()
}
