//! Kinds that CustomResourceDefinitions bring: from a stored definition to `ResourceInfo`s, and its conditions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::{Cluster, FieldError, Key, Object, ResourceInfo, Status, clock, typed};
use crate::sandbox::definitions::{Part, Version, check};
use crate::sandbox::kinds::{
    Cell, Column, Custom, ScalePaths, age_column, collection, name_column, priority,
};
use crate::sandbox::store::{Expected, Range};

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

/// Where definitions are stored.
const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

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
        let key = Key::cluster(&info.collection);
        let definition = self.shared.store.get(DEFINITIONS, &key)?;
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
        // Held while the definitions are read: of two who do this at once, the later one must not put in what the earlier one saw.
        let mut guard = self
            .shared
            .registry
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let definitions = self.shared.store.list(DEFINITIONS, &Range::default());
        let definitions = definitions.map(|(_, all)| all).unwrap_or_default();
        let mut registry = super::Registry::built_in();
        for definition in &definitions {
            for info in kinds_of(definition) {
                registry.add(info);
            }
        }
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
    if !is_true(&definition["status"]["conditions"], "Established") {
        return Vec::new();
    }
    let names = &definition["status"]["acceptedNames"];
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
            custom: Some(Arc::new(Custom {
                deprecation: deprecation(definition, version),
                selectable: selectable(version),
            })),
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

/// What is told to those who use a version that is going away.
fn deprecation(definition: &Object, version: &Value) -> Option<String> {
    if version["deprecated"] != true {
        return None;
    }
    if let Some(words) = version["deprecationWarning"].as_str() {
        return Some(words.to_owned());
    }
    let spec = &definition["spec"];
    let named = |version: &Value| {
        format!(
            "{}/{} {}",
            text(&spec["group"]),
            text(&version["name"]),
            text(&spec["names"]["kind"])
        )
    };
    let own = priority(&text(&version["name"]));
    let others = spec["versions"].as_array().into_iter().flatten();
    let newer = others
        .filter(|one| one["served"] == true && one["deprecated"] != true)
        .filter(|one| priority(&text(&one["name"])) > own)
        .max_by_key(|one| priority(&text(&one["name"])));
    let instead = newer
        .map(|newer| format!("; use {}", named(newer)))
        .unwrap_or_default();
    Some(format!("{} is deprecated{instead}", named(version)))
}

fn selectable(version: &Value) -> Vec<String> {
    let fields = texts_at(&version["selectableFields"], "jsonPath");
    fields
        .map(|path| path.trim_start_matches('.').to_owned())
        .collect()
}

fn texts_at<'a>(list: &'a Value, field: &'a str) -> impl Iterator<Item = &'a str> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(move |item| item[field].as_str())
}

/// What is wrong with a definition; nothing for objects of other kinds.
pub(super) fn validate_definition(
    info: &ResourceInfo,
    object: &Object,
    old: Option<&Object>,
    warnings: &mut Vec<String>,
) -> Vec<FieldError> {
    let same = old.is_some_and(|old| old["spec"] == object["spec"]);
    if !is_definition(info) || same {
        return Vec::new();
    }
    let found = check::definition(object, old);
    warnings.extend(found.warnings);
    found.errors
}

fn is_true(conditions: &Value, kind: &str) -> bool {
    let mut conditions = conditions.as_array().into_iter().flatten();
    conditions.any(|one| one["type"] == kind && one["status"] == "True")
}

/// Sets a condition; since when it is so stays, where it was so before.
fn set_condition(
    conditions: &mut Vec<Value>,
    kind: &str,
    status: bool,
    reason: &str,
    message: &str,
) {
    let status = if status { "True" } else { "False" };
    let found = conditions.iter().position(|one| one["type"] == kind);
    let since = found
        .filter(|at| conditions[*at]["status"] == status)
        .map(|at| conditions[at]["lastTransitionTime"].clone());
    let condition = json!({"type": kind, "status": status, "reason": reason, "message": message,
        "lastTransitionTime": since.unwrap_or_else(|| json!(clock::now()))});
    match found {
        Some(at) => conditions[at] = condition,
        None => conditions.push(condition),
    }
}

impl Cluster {
    /// The names that other definitions of a group have taken: of resources, and of kinds.
    fn taken_names(&self, group: &Value, own: &Value) -> (Vec<String>, Vec<String>) {
        let definitions = self.shared.store.list(DEFINITIONS, &Range::default());
        let definitions = definitions.map(|(_, all)| all).unwrap_or_default();
        let (mut resources, mut kinds) = (Vec::new(), Vec::new());
        for other in definitions {
            if other["spec"]["group"] != *group || other["metadata"]["name"] == *own {
                continue;
            }
            let names = &other["status"]["acceptedNames"];
            resources.extend([text(&names["plural"]), text(&names["singular"])]);
            resources.extend(texts(&names["shortNames"]));
            kinds.extend([text(&names["kind"]), text(&names["listKind"])]);
        }
        (resources, kinds)
    }

    /// Writes into a definition's status which of its names it has, and whether its kinds are there.
    pub(super) fn establish(&self, definition: &mut Object, old: Option<&Object>) {
        let before = old.map_or(Value::Null, |old| old["status"].clone());
        let (group, name) = (
            &definition["spec"]["group"],
            &definition["metadata"]["name"],
        );
        let taken = self.taken_names(group, name);
        let mut accepted = before["acceptedNames"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let conflict = accept(&definition["spec"]["names"], &mut accepted, &taken);
        let mut conditions = before["conditions"].as_array().cloned().unwrap_or_default();
        let (reason, told) = match &conflict {
            None => ("NoConflicts", "no conflicts found"),
            Some((reason, told)) => (*reason, told.as_str()),
        };
        let free = conflict.is_none();
        set_condition(&mut conditions, "NamesAccepted", free, reason, told);
        if !is_true(&before["conditions"], "Established") {
            let (reason, told) = if free {
                (
                    "InitialNamesAccepted",
                    "the initial names have been accepted",
                )
            } else {
                ("NotAccepted", "not all names are accepted")
            };
            set_condition(&mut conditions, "Established", free, reason, told);
        }
        if check::is_protected(group.as_str().unwrap_or_default()) {
            approve(definition, &mut conditions);
        }
        let versions = stored_versions(definition, &before);
        definition["status"] = json!({"acceptedNames": accepted, "conditions": conditions, "storedVersions": versions});
    }

    /// Looks again at definitions whose names were taken: some may be free.
    pub(super) fn accept_names_again(&self) {
        let definitions = self.shared.store.list(DEFINITIONS, &Range::default());
        let Ok(info) = self.info(&super::ResourceId::new(
            "apiextensions.k8s.io",
            "v1",
            "customresourcedefinitions",
        )) else {
            return;
        };
        for stored in definitions.map(|(_, all)| all).unwrap_or_default() {
            if is_true(&stored["status"]["conditions"], "NamesAccepted") {
                continue;
            }
            let mut new = Object::clone(&stored);
            self.establish(&mut new, Some(&stored));
            if new != *stored {
                // Whoever changed it meanwhile looked at its names, too.
                let key = Key::of(&stored);
                let _ = self.commit(&info, &key, &Expected::Same(&stored), Some(new));
            }
        }
    }
}

/// Takes those names that are free, or the definition's already. Gives the last conflict: the reason and the words for it.
fn accept(
    wanted: &Value,
    accepted: &mut Map<String, Value>,
    (resources, kinds): &(Vec<String>, Vec<String>),
) -> Option<(&'static str, String)> {
    let mut conflict = None;
    for (field, taken, reason) in [
        ("plural", resources, "PluralConflict"),
        ("singular", resources, "SingularConflict"),
        ("shortNames", resources, "ShortNamesConflict"),
        ("kind", kinds, "KindConflict"),
        ("listKind", kinds, "ListKindConflict"),
    ] {
        let names = |value: &Value| match value {
            Value::Array(_) => texts(value),
            name => vec![text(name)],
        };
        let own = accepted.get(field).map(names).unwrap_or_default();
        let used: Vec<String> = names(&wanted[field])
            .into_iter()
            .filter(|name| !own.contains(name) && taken.contains(name))
            .map(|name| format!("{name:?} is already in use"))
            .collect();
        match used.as_slice() {
            [] if wanted[field].is_null() => {}
            [] => {
                accepted.insert(field.to_owned(), wanted[field].clone());
            }
            [one] => conflict = Some((reason, one.clone())),
            several => conflict = Some((reason, format!("[{}]", several.join(", ")))),
        }
    }
    match &wanted["categories"] {
        Value::Null => accepted.remove("categories"),
        categories => accepted.insert("categories".to_owned(), categories.clone()),
    };
    for field in ["plural", "kind"] {
        // Kubernetes' type has them always.
        accepted.entry(field).or_insert_with(|| json!(""));
    }
    conflict
}

/// Definitions in groups of Kubernetes' own say whether somebody approved of them.
fn approve(definition: &Object, conditions: &mut Vec<Value>) {
    let kind = "KubernetesAPIApprovalPolicyConformant";
    let (approval, told) = check::approval_of(definition);
    let (status, reason) = match approval {
        check::Approval::Approved => (true, "ApprovedAnnotation"),
        check::Approval::Bypassed => (false, "UnapprovedAnnotation"),
        check::Approval::Missing => (false, "MissingAnnotation"),
        check::Approval::Invalid => (false, "InvalidAnnotation"),
    };
    set_condition(conditions, kind, status, reason, &told);
}

/// All versions that objects were stored as, the present one included.
fn stored_versions(definition: &Object, before: &Value) -> Vec<String> {
    let mut versions = texts(&before["storedVersions"]);
    let all = definition["spec"]["versions"]
        .as_array()
        .into_iter()
        .flatten();
    for version in all.filter(|version| version["storage"] == true) {
        let name = text(&version["name"]);
        if !versions.contains(&name) {
            versions.push(name);
        }
    }
    versions
}
