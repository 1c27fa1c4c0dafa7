//! The embedded charts: `manifests/`, nothing read before it is needed.

use std::borrow::Cow;

use include_dir::{Dir, include_dir};
use serde_json::Value;

use super::component::Component;
use super::package::Package;
use super::path::merge;
use crate::engine::template::chart::Chart;
use crate::error::{Error, Kind, Result};
use crate::yaml;

static MANIFESTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/manifests");

/// The chart of a component: that of the package, where there is one that has it, or the built-in one.
///
/// # Errors
/// See [`Package::chart`]; or a bug: the binary was built without it.
pub(super) fn chart(component: &Component, package: Option<&Package>) -> Result<Chart> {
    match package.map(|package| package.chart(component)) {
        Some(Ok(None)) | None => built_in(component),
        Some(Ok(Some(chart))) => Ok(chart),
        Some(Err(error)) => Err(error),
    }
}

fn built_in(component: &Component) -> Result<Chart> {
    let folder = MANIFESTS.get_dir(component.chart).ok_or_else(|| {
        Error::new(
            Kind::Internal,
            format!("there is no built-in chart `{}`", component.chart),
        )
    })?;
    let mut files = Vec::new();
    collect_files(folder, component.chart, &mut files);
    Chart::from_files(component.chart, files).map_err(|error| {
        Error::new(
            Kind::Internal,
            format!("the built-in chart `{}` cannot be read", component.chart),
        )
        .caused_by(&error)
    })
}

/// Custom resource definitions by name, in the bytes that they are installed with; sorted.
pub(crate) fn definitions() -> Vec<(&'static str, &'static str)> {
    let mut definitions: Vec<(&str, &str)> = MANIFESTS
        .get_dir(DEFINITIONS)
        .into_iter()
        .flat_map(Dir::files)
        .filter_map(|file| {
            let name = file.path().file_name()?.to_str()?.strip_suffix(".yaml")?;
            Some((name, file.contents_utf8()?))
        })
        .collect();
    definitions.sort_unstable();
    definitions
}

/// Where the definitions stand; no chart needs them, so none is burdened with them.
const DEFINITIONS: &str = "base/crds";

fn collect_files(
    folder: &'static Dir<'_>,
    root: &str,
    files: &mut Vec<(String, Cow<'static, [u8]>)>,
) {
    for entry in folder.entries() {
        if let Some(below) = entry.as_dir() {
            if below.path() != std::path::Path::new(DEFINITIONS) {
                collect_files(below, root, files);
            }
        } else if let Some(file) = entry.as_file()
            && let Some(path) = file
                .path()
                .to_str()
                .and_then(|path| path.strip_prefix(root))
        {
            files.push((
                path.trim_start_matches('/').to_owned(),
                Cow::Borrowed(file.contents()),
            ));
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::super::component::COMPONENTS;
    use super::*;

    #[test]
    fn every_component_has_a_chart() {
        for component in COMPONENTS {
            assert!(built_in(component).is_ok(), "{}", component.chart);
        }
    }

    #[test]
    fn definitions_are_named_after_their_files() {
        let definitions = definitions();
        assert_eq!(definitions.len(), 15);
        for (name, text) in definitions {
            let tree = yaml::parse(text).unwrap();
            assert_eq!(tree["metadata"]["name"], name);
            assert_eq!(
                yaml::to_string(&tree),
                text,
                "{name} is not in its final bytes"
            );
        }
    }
}
