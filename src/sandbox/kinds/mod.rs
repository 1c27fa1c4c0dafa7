//! What kinds there are: one row per built-in kind in `table`, and `ResourceInfo`, what is known about a kind whether it is
//! built in or comes from a CustomResourceDefinition.

pub(crate) mod columns;
mod table;

pub(crate) use crate::kubernetes::schema;
pub(crate) use columns::{age as age_column, name as name_column};

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// Which collection: a group, version and plural, as in a request's path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ResourceId {
    /// Empty for the core group.
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) plural: String,
}

impl ResourceId {
    /// By group (empty for the core group), version and plural.
    pub(crate) fn new(group: &str, version: &str, plural: &str) -> Self {
        Self {
            group: group.to_owned(),
            version: version.to_owned(),
            plural: plural.to_owned(),
        }
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() {
            write!(formatter, "{}/{}", self.version, self.plural)
        } else {
            write!(formatter, "{}/{}/{}", self.group, self.version, self.plural)
        }
    }
}

/// How a table's cell is computed from an object.
#[derive(Clone)]
pub(crate) enum Cell {
    /// A path from the root, field by field: `["spec", "type"]`; a missing value gives an empty cell.
    Path(&'static [&'static str]),
    /// A function of the object and of now (seconds since 1970).
    Function(fn(&Value, i64) -> Value),
    /// A JSONPath of a CRD's additional column, without the braces: `.spec.hosts`.
    JsonPath(String),
}

impl fmt::Debug for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(formatter, "Path({path:?})"),
            Self::Function(_) => formatter.write_str("Function"),
            Self::JsonPath(path) => write!(formatter, "JsonPath({path:?})"),
        }
    }
}

/// A column of a kind's table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// `string`, `integer`, `number`, `boolean` or `date`.
    pub(crate) kind: String,
    pub(crate) format: String,
    pub(crate) description: String,
    /// 0 is always shown, more only by `-o wide`.
    pub(crate) priority: i32,
    pub(crate) cell: Cell,
}

/// What the API knows about one version of one kind.
#[derive(Clone, Debug)]
pub(crate) struct ResourceInfo {
    pub(crate) group: String,
    pub(crate) version: String,
    /// The version that objects are stored as; another version differs in `apiVersion` only.
    pub(crate) storage_version: String,
    pub(crate) kind: String,
    pub(crate) list_kind: String,
    pub(crate) plural: String,
    pub(crate) singular: String,
    pub(crate) short_names: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) namespaced: bool,
    /// `status`, `scale` and others, without the slash.
    pub(crate) subresources: Vec<String>,
    /// What may be done: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub(crate) verbs: Vec<String>,
    /// All columns, `Name` included: it is the first, save for events, where it is the last. An absent value is for the
    /// server to leave empty.
    pub(crate) columns: Vec<Column>,
    /// Whether the kind is in the table; otherwise a CRD brought it.
    pub(crate) builtin: bool,
    /// Where objects live in the store; the same for all versions.
    pub(crate) collection: Arc<str>,
    /// Whether writes to the main resource leave `status` alone.
    pub(crate) has_status: bool,
    /// What the `scale` subresource shows, if there is one.
    pub(crate) scale: Option<ScalePaths>,
    /// What a definition says besides; `None` for built-in kinds.
    pub(crate) custom: Option<Arc<Custom>>,
}

/// What only kinds that a definition brought have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Custom {
    /// What to tell those who use a version that is going away.
    pub(crate) deprecation: Option<String>,
    /// Fields that lists may be selected by, as `spec.mode`.
    pub(crate) selectable: Vec<String>,
}

/// Where an object has what a Scale shows: field names from the root.
#[derive(Clone, Debug)]
pub(crate) struct ScalePaths {
    pub(crate) wanted: Vec<String>,
    pub(crate) present: Vec<String>,
    /// A selector as queries write it; `None` for built-in kinds, whose selector is an object in `spec`.
    pub(crate) selector: Option<Vec<String>>,
}

impl ResourceInfo {
    /// `deployments.apps`, `pods`: how messages name the collection.
    pub(crate) fn qualified(&self) -> &str {
        &self.collection
    }

    /// `apps/v1`, `v1`.
    pub(crate) fn api_version(&self) -> String {
        join_version(&self.group, &self.version)
    }

    /// What requests name.
    pub(crate) fn id(&self) -> ResourceId {
        ResourceId::new(&self.group, &self.version, &self.plural)
    }

    /// Whether there is `/NAME` of its objects.
    pub(crate) fn has_subresource(&self, name: &str) -> bool {
        self.subresources.iter().any(|one| one == name)
    }
}

/// `group/version`, or the version alone for the core group.
pub(crate) fn join_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

/// `plural.group`, or the plural alone for the core group: the collection's name in the store and in messages.
pub(crate) fn collection(group: &str, plural: &str) -> Arc<str> {
    if group.is_empty() {
        Arc::from(plural)
    } else {
        Arc::from(format!("{plural}.{group}"))
    }
}

/// Kubernetes' order of versions: `v2` before `v1` before `v1beta2` before `v1alpha1` before what is named otherwise.
pub(crate) fn priority(version: &str) -> (u8, u32, u32) {
    let Some(rest) = version.strip_prefix('v') else {
        return (0, 0, 0);
    };
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let Ok(major) = rest[..digits].parse() else {
        return (0, 0, 0);
    };
    let minor = |text: &str| text.parse::<u32>().ok();
    match &rest[digits..] {
        "" => (3, major, 0),
        stage => match (stage.strip_prefix("beta"), stage.strip_prefix("alpha")) {
            (Some(number), _) => minor(number).map_or((0, 0, 0), |number| (2, major, number)),
            (_, Some(number)) => minor(number).map_or((0, 0, 0), |number| (1, major, number)),
            _ => (0, 0, 0),
        },
    }
}

/// All built-in kinds, in the order of the table.
pub(crate) fn built_in() -> Vec<ResourceInfo> {
    table::ROWS.iter().map(table::Row::info).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_kind_has_a_type() {
        for info in built_in().iter().filter(|info| info.verbs.len() > 1) {
            assert!(
                schema::of(&info.group, &info.version, &info.kind).is_some(),
                "{}",
                info.kind
            );
        }
    }
}
