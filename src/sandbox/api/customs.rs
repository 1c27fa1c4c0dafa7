//! Kinds that CustomResourceDefinitions bring: from a stored definition to `ResourceInfo`s, and its conditions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::{Cluster, FieldError, Key, Object, ResourceInfo, Status, clock, typed};
use crate::sandbox::definitions::{Part, Version};
use crate::sandbox::kinds::{Cell, Column, ScalePaths, age_column, collection, name_column};
use crate::sandbox::store::Range;

const VERBS: [&str; 8] = [
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "create",
    "update",
    "watch",
];

/// Whether objects of a kind are definitions of kinds.
pub(super) fn is_definition(info: &ResourceInfo) -> bool {
    info.builtin && info.group == "apiextensions.k8s.io" && info.kind == "CustomResourceDefinition"
}

/// The versions of definitions that were asked for, ready to check objects.
#[derive(Default)]
pub(super) struct Compiled {
    /// By collection and version.
    versions: Mutex<HashMap<(Arc<str>, String), Stamped>>,
}

/// A version with its definition's UID and generation, which change with it.
type Stamped = (String, Arc<Version>);

impl Cluster {
    /// What the definition of a kind says of its objects; `None` for built-in kinds.
    pub(crate) fn definition(&self, info: &ResourceInfo) -> Option<Arc<Version>> {
        if info.builtin {
            return None;
        }
        let definitions = "customresourcedefinitions.apiextensions.k8s.io";
        let key = Key::cluster(&info.collection);
        let definition = self.shared.store.get(definitions, &key)?;
        let metadata = &definition["metadata"];
        let stamp = format!("{}/{}", metadata["uid"], metadata["generation"]);
        let place = (Arc::clone(&info.collection), info.version.clone());
        let compiled = &self.shared.compiled.versions;
        let mut compiled = compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, version)) = compiled.get(&place)
            && *of == stamp
        {
            return Some(Arc::clone(version));
        }
        let mut versions = definition["spec"]["versions"].as_array()?.iter();
        let version = versions.find(|one| one["name"] == info.version.as_str())?;
        let version = Arc::new(Version::read(version));
        compiled.insert(place, (stamp, Arc::clone(&version)));
        Some(version)
    }

    /// Drops what a kind that a definition brought does not have, and fills in its defaults. Gives the paths of unknown
    /// fields.
    ///
    /// # Errors
    /// 400 for metadata of a wrong type.
    pub(super) fn read_custom(
        &self,
        info: &ResourceInfo,
        object: &mut Object,
    ) -> Result<Vec<String>, Status> {
        let mut unknown = typed::read_metadata(info, object)?;
        if let Some(version) = self.definition(info) {
            unknown.extend(version.read_object(object));
        }
        Ok(unknown)
    }

    /// What is wrong with an object of a kind that a definition brought. What was wrong before is told to `warnings`.
    pub(super) fn validate_custom(
        &self,
        info: &ResourceInfo,
        object: &Object,
        old: Option<&Object>,
        part: Part,
        warnings: &mut Vec<String>,
    ) -> Vec<FieldError> {
        let Some(version) = self.definition(info) else {
            return Vec::new();
        };
        let (errors, was_wrong) = version.validate(object, old, part);
        warnings.extend(was_wrong);
        errors
    }

    /// Makes the list of kinds anew from the stored definitions.
    pub(super) fn refresh_kinds(&self) {
        let definitions = self.shared.store.list(
            "customresourcedefinitions.apiextensions.k8s.io",
            &Range::default(),
        );
        let definitions = definitions.map(|(_, all)| all).unwrap_or_default();
        let mut registry = super::Registry::built_in();
        for definition in &definitions {
            for info in kinds_of(definition) {
                registry.add(info);
            }
        }
        let mut guard = self
            .shared
            .registry
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *guard = Arc::new(registry);
        drop(guard);
        self.shared.kinds_changed.send_replace(());
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// The kinds of a definition, one for each served version.
fn kinds_of(definition: &Object) -> Vec<ResourceInfo> {
    let spec = &definition["spec"];
    let names = &spec["names"];
    let versions = || spec["versions"].as_array().into_iter().flatten();
    let Some(storage) = versions().find(|version| version["storage"] == true) else {
        return Vec::new();
    };
    let (group, plural) = (text(&spec["group"]), text(&names["plural"]));
    let served = versions().filter(|version| version["served"] == true);
    let info = |version: &Value| {
        let mut subresources = Vec::new();
        for name in ["scale", "status"] {
            if version["subresources"][name].is_object() {
                subresources.push(name.to_owned());
            }
        }
        ResourceInfo {
            group: group.clone(),
            version: text(&version["name"]),
            storage_version: text(&storage["name"]),
            kind: text(&names["kind"]),
            list_kind: text(&names["listKind"]),
            plural: plural.clone(),
            singular: text(&names["singular"]),
            short_names: texts(&names["shortNames"]),
            categories: texts(&names["categories"]),
            namespaced: spec["scope"] == "Namespaced",
            has_status: subresources.iter().any(|one| one == "status"),
            scale: scale_paths(&version["subresources"]["scale"]),
            subresources,
            verbs: VERBS.iter().map(|verb| (*verb).to_owned()).collect(),
            columns: columns(version),
            builtin: false,
            collection: collection(&group, &plural),
        }
    };
    served.map(info).collect()
}

/// The paths of a definition's Scale: `.spec.replicas` and the like, without brackets.
fn scale_paths(scale: &Value) -> Option<ScalePaths> {
    let path = |field: &str| -> Option<Vec<String>> {
        let fields = scale[field].as_str()?.split('.');
        let fields = fields.filter(|field| !field.is_empty());
        Some(fields.map(str::to_owned).collect())
    };
    Some(ScalePaths {
        wanted: path("specReplicasPath")?,
        present: path("statusReplicasPath")?,
        selector: Some(path("labelSelectorPath").unwrap_or_default()),
    })
}

fn columns(version: &Value) -> Vec<Column> {
    let own = version["additionalPrinterColumns"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut columns = vec![name_column()];
    columns.extend(own.iter().map(|column| {
        Column {
            name: text(&column["name"]),
            kind: text(&column["type"]),
            format: text(&column["format"]),
            description: text(&column["description"]),
            priority: column["priority"]
                .as_i64()
                .and_then(|one| i32::try_from(one).ok())
                .unwrap_or_default(),
            cell: Cell::JsonPath(text(&column["jsonPath"])),
        }
    }));
    if own.is_empty() {
        columns.push(age_column());
    }
    columns
}

/// Writes into a definition's status that its names are taken and its kinds are there: they are, once it is stored.
pub(super) fn establish(definition: &mut Object, old: Option<&Object>) {
    let spec = definition["spec"].clone();
    let names = &spec["names"];
    let storage = spec["versions"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|version| version["storage"] == true);
    let stored = storage
        .map(|version| version["name"].clone())
        .unwrap_or_default();
    let mut versions = old
        .map(|old| texts(&old["status"]["storedVersions"]))
        .unwrap_or_default();
    if let Some(stored) = stored.as_str()
        && !versions.iter().any(|one| one == stored)
    {
        versions.push(stored.to_owned());
    }
    let before = old
        .map(|old| old["status"]["conditions"].clone())
        .filter(Value::is_array);
    let conditions = before.unwrap_or_else(|| {
        let now = clock::now();
        json!([
            {"type": "NamesAccepted", "status": "True", "reason": "NoConflicts", "message": "no conflicts found",
             "lastTransitionTime": now},
            {"type": "Established", "status": "True", "reason": "InitialNamesAccepted",
             "message": "the initial names have been accepted", "lastTransitionTime": now},
        ])
    });
    if let Some(definition) = definition.as_object_mut() {
        definition.insert(
            "status".to_owned(),
            json!({"acceptedNames": names, "conditions": conditions, "storedVersions": versions}),
        );
    }
}
