//! What `mesh` applied, kept in the cluster: ConfigMap `mesh-inventory`, with `-REVISION` for one that has a name, in the namespace
//! of the control plane.
//!
//! It is written before the objects, so that it never lacks one, and once more after them. Its data:
//!
//! | Key | What |
//! |---|---|
//! | `format` | `1`; a reader refuses what is newer |
//! | `state` | `applying` until everything was applied, then `applied` |
//! | `version` | of `mesh`, which wrote it |
//! | `inputs` | what was asked for, as YAML and without secrets: the `Record` of `engine/install/record.rs`, which reads it |
//! | `hash` | of the hashes of all wanted objects |
//! | `objects` | JSON, an object a line, see [`Entry`] |

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Cluster;
use super::apply::Item;
use super::discovery::Resource;
use super::object::Reference;
use super::request::{Selection, Writing};
use crate::error::{Error, Kind, Result};
use crate::yaml;

const FORMAT: &str = "1";
const NAME: &str = "mesh-inventory";
/// What finds all inventories.
const LABEL: &str = "install.mesh/inventory";

/// An object that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    #[serde(flatten)]
    pub(crate) object: Reference,
    /// It was not there before.
    #[serde(default)]
    pub(crate) created: bool,
    /// The last apply still had it.
    #[serde(default)]
    pub(crate) wanted: bool,
    /// [`digest`](super::object::digest) of its text, as the engine gives it; empty until the server has taken it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) hash: String,
    /// [`ownership`](super::object::ownership) as it was when the server had taken it. As long as hash and fields are the same, it need not be sent
    /// again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) fields: String,
}

/// Everything that was applied for one revision.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Inventory {
    /// The namespace of the control plane.
    pub(crate) namespace: String,
    /// Empty for the one without a name.
    pub(crate) revision: String,
    /// Whether everything was applied.
    pub(crate) complete: bool,
    /// Of `mesh`.
    pub(crate) version: String,
    pub(crate) inputs: Value,
    pub(crate) hash: String,
    /// By object.
    pub(crate) entries: BTreeMap<Reference, Entry>,
}

impl Inventory {
    /// The ConfigMap's name.
    pub(crate) fn object(&self) -> Reference {
        object(&self.namespace, &self.revision)
    }

    /// Whether both are stored alike.
    pub(crate) fn is_stored_as(&self, other: &Self) -> bool {
        self.config_map() == other.config_map()
    }

    /// What the ConfigMap is to say.
    fn config_map(&self) -> Value {
        let mut objects = String::from("[");
        for (index, entry) in self.entries.values().enumerate() {
            let separator = if index == 0 { "\n" } else { ",\n" };
            let entry = json!(entry);
            // Writing to a String cannot fail.
            let _ = write!(objects, "{separator}{entry}");
        }
        objects.push_str("\n]\n");
        let mut metadata = json!({"name": self.object().name, "namespace": self.namespace,
            "labels": {"app.kubernetes.io/managed-by": "mesh", LABEL: "true"}});
        if !self.revision.is_empty() {
            metadata["labels"]["istio.io/rev"] = Value::from(self.revision.as_str());
        }
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {
            "format": FORMAT,
            "state": if self.complete { "applied" } else { "applying" },
            "version": self.version,
            "inputs": yaml::to_string(&self.inputs),
            "hash": self.hash,
            "objects": objects,
        }})
    }

    /// Reads a ConfigMap.
    fn read(config_map: &Value) -> Result<Self> {
        let metadata = &config_map["metadata"];
        let (namespace, name) = (text(&metadata["namespace"]), text(&metadata["name"]));
        let data = |key: &str| text(&config_map["data"][key]);
        let broken = |what: &str| {
            Error::new(
                Kind::Config,
                format!("the inventory `{namespace}/{name}` cannot be read: {what}"),
            )
        };
        if data("format") != FORMAT {
            return Err(broken(&format!(
                "its format is `{}`, this version of mesh knows `{FORMAT}`",
                data("format")
            ))
            .hint("use the version of mesh that wrote it, or a newer one"));
        }
        let entries: Vec<Entry> = serde_json::from_str(&data("objects")).map_err(|error| {
            broken("`objects` is not as mesh writes it")
                .caused_by(&error)
                .hint("was it edited by hand? Applying the installation again writes it anew once it is deleted")
        })?;
        let inputs = yaml::parse(&data("inputs"))
            .map_err(|error| broken("`inputs` is not YAML").caused_by(&error))?;
        let revision = name.strip_prefix(NAME).unwrap_or_default();
        Ok(Self {
            revision: revision.strip_prefix('-').unwrap_or(revision).to_owned(),
            namespace,
            complete: data("state") == "applied",
            version: data("version"),
            inputs,
            hash: data("hash"),
            entries: entries
                .into_iter()
                .map(|entry| (entry.object.clone(), entry))
                .collect(),
        })
    }
}

/// The ConfigMap of a revision; an empty name for the one without.
pub(crate) fn object(namespace: &str, revision: &str) -> Reference {
    let name = match revision {
        "" | "default" => NAME.to_owned(),
        revision => format!("{NAME}-{revision}"),
    };
    Reference::new("v1", "ConfigMap", Some(namespace), &name)
}

/// Whether an object has the name of an inventory.
pub(crate) fn is_one(object: &Reference) -> bool {
    object.is("", "ConfigMap")
        && (object.name == NAME || object.name.starts_with("mesh-inventory-"))
}

fn config_maps() -> Resource {
    Resource::known("v1", "ConfigMap", "configmaps", true)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Cluster {
    /// The inventory of one revision; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read, or is of a newer format.
    pub(crate) async fn inventory(
        &self,
        namespace: &str,
        revision: &str,
    ) -> Result<Option<Inventory>> {
        let object = object(namespace, revision);
        let resource = config_maps();
        let live = self.read(&resource, Some(namespace), &object.name).await?;
        live.as_ref().map(Inventory::read).transpose()
    }

    /// Every inventory of a namespace, by revision.
    ///
    /// # Errors
    /// They cannot be read, or one is of a newer format.
    pub(crate) async fn inventories(&self, namespace: &str) -> Result<Vec<Inventory>> {
        self.inventories_of(Some(namespace)).await
    }

    /// Every inventory of the cluster, by revision.
    ///
    /// # Errors
    /// As for [`Self::inventories`].
    pub(crate) async fn all_inventories(&self) -> Result<Vec<Inventory>> {
        self.inventories_of(None).await
    }

    async fn inventories_of(&self, namespace: Option<&str>) -> Result<Vec<Inventory>> {
        let resource = config_maps();
        let selection = Selection::labels(LABEL);
        let list = self.list(&resource, namespace, &selection).await?;
        let found: Result<Vec<_>> = list.items.iter().map(Inventory::read).collect();
        let mut found = found?;
        found.sort_by(|one, other| one.revision.cmp(&other.revision));
        Ok(found)
    }

    /// Writes an inventory. It is ours alone, so nobody else's fields are asked for.
    ///
    /// # Errors
    /// The server refuses.
    pub(crate) async fn write_inventory(&self, inventory: &Inventory) -> Result<()> {
        let object = inventory.object();
        let item = Item {
            text: inventory.config_map().to_string().into(),
            object,
            force: true,
        };
        let resource = config_maps();
        let writing = Writing {
            force: item.force,
            dry_run: false,
        };
        let namespace = item.object.namespace.as_deref();
        self.put(&resource, namespace, &item.object.name, &item.text, writing)
            .await
            .map(drop)
            .map_err(|trouble| {
                self.explain(&format!("write the inventory, {}", item.object), &trouble)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory(revision: &str) -> Inventory {
        let object = Reference::new("v1", "Service", Some("istio-system"), "istiod");
        Inventory {
            namespace: "istio-system".to_owned(),
            revision: revision.to_owned(),
            complete: true,
            version: "0.1.0".to_owned(),
            inputs: json!({"profile": "demo"}),
            hash: "00".to_owned(),
            entries: [(
                object.clone(),
                Entry {
                    object,
                    created: true,
                    wanted: true,
                    hash: "01".to_owned(),
                    fields: String::new(),
                },
            )]
            .into(),
        }
    }

    #[test]
    fn is_read_as_it_was_written() {
        for revision in ["", "canary"] {
            let inventory = inventory(revision);
            assert_eq!(Inventory::read(&inventory.config_map()).unwrap(), inventory);
        }
        assert_eq!(inventory("").object().name, "mesh-inventory");
        assert_eq!(inventory("canary").object().name, "mesh-inventory-canary");
    }

    #[test]
    fn a_newer_format_is_refused() {
        let mut config_map = inventory("").config_map();
        config_map["data"]["format"] = Value::from("2");
        let error = Inventory::read(&config_map).unwrap_err();
        assert!(error.to_string().contains("its format is `2`"), "{error}");
    }

    #[test]
    fn damage_is_an_error_and_not_an_empty_inventory() {
        let mut config_map = inventory("").config_map();
        config_map["data"]["objects"] = Value::from("[{]");
        assert!(Inventory::read(&config_map).is_err());
    }
}
