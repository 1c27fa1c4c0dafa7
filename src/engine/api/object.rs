//! A whole object: the envelope that every kind has around its own `spec`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::crd::Resource;
use super::read::{self, Typed};
use super::schema::message;
use super::shared::Status;

/// The `spec` of a kind.
pub(crate) trait Spec: Typed + Default {
    const RESOURCE: Resource;
}

message! {
    /// What names and labels an object.
    Metadata {
        /// The name of the object, unique among its kind in the namespace.
        name: String,
        /// The namespace; empty in a file that leaves it to the command line.
        namespace: String,
        /// Labels, by which objects are selected.
        labels: BTreeMap<String, String>,
        /// Annotations, for tools.
        annotations: BTreeMap<String, String>,
    }
}

/// An object of the kind whose spec is `S`, in any of its versions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object<S> {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) metadata: Metadata,
    pub(crate) spec: S,
    pub(crate) status: Option<Status>,
    /// What the fields above do not say.
    pub(crate) extra: Map<String, Value>,
}

impl<S: Spec> Object<S> {
    /// Whether `value` is of this kind, in whichever version.
    pub(crate) fn is_kind_of(value: &Value) -> bool {
        let group = value["apiVersion"]
            .as_str()
            .and_then(|text| text.split_once('/'));
        value["kind"].as_str() == Some(S::RESOURCE.kind)
            && group.is_some_and(|(group, _)| group == S::RESOURCE.group)
    }

    /// Reads an object; that it is of this kind is for the caller to know (see [`Self::is_kind_of`]). The error names
    /// the field whose value has the wrong type.
    pub(crate) fn read(value: Value) -> Result<Self, read::Error> {
        let mut object = read::object(value)?;
        Ok(Self {
            api_version: read::take(&mut object, "apiVersion")?,
            kind: read::take(&mut object, "kind")?,
            metadata: read::take(&mut object, "metadata")?,
            spec: read::take(&mut object, "spec")?,
            status: read::take(&mut object, "status")?,
            extra: object,
        })
    }

    /// The object as it was read, with whatever was changed since.
    pub(crate) fn write(&self) -> Value {
        let mut object = self.extra.clone();
        read::put(&mut object, "apiVersion", &self.api_version);
        read::put(&mut object, "kind", &self.kind);
        read::put(&mut object, "metadata", &self.metadata);
        read::put(&mut object, "spec", &self.spec);
        read::put(&mut object, "status", &self.status);
        Value::Object(object)
    }
}
