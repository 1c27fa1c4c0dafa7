//! The embedded charts: `manifests/`, nothing read before it is needed.

use include_dir::{Dir, include_dir};
use serde_json::Value;

use super::path::merge;
use crate::yaml;

static MANIFESTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/manifests");

/// The defaults of all charts laid over each other: what may be set.
pub(super) fn known_values() -> Value {
    let mut known = Value::Object(serde_json::Map::new());
    collect_values(&MANIFESTS, &mut known);
    known
}

fn collect_values(folder: &Dir<'_>, known: &mut Value) {
    for entry in folder.entries() {
        if let Some(below) = entry.as_dir() {
            collect_values(below, known);
        } else if let Some(file) = entry.as_file()
            && file
                .path()
                .file_name()
                .is_some_and(|name| name == "values.yaml")
            && let Some(values) = file.contents_utf8().and_then(|text| yaml::parse(text).ok())
        {
            // Charts whose values stand below `defaults` merge them themselves.
            match values.get("defaults") {
                Some(defaults) => merge(known, defaults.clone()),
                None => merge(known, values),
            }
        }
    }
}
