//! The objects of a sample, in the namespace that they go to.

use crate::cluster::apply::{Item, Stage};
use crate::cluster::discovery::Discovery;
use crate::cluster::object::Reference;
use crate::commands::install::plan;
use crate::engine::install::object::{Content, Object};
use crate::engine::install::stage;
use crate::engine::samples;
use crate::error::{Error, Kind, Result};
use crate::yaml;

/// The parts as objects, in the order of the files.
///
/// # Errors
/// There is no such sample or part.
pub(super) fn read(name: &str, parts: &[String]) -> Result<Vec<Object>> {
    let mut objects = Vec::new();
    for part in samples::find(name)?.select(parts)? {
        let trees = yaml::parse_all(part.yaml).map_err(|error| {
            Error::new(
                Kind::Internal,
                format!("the sample's `{}` is not YAML", part.file),
            )
            .caused_by(&error)
        })?;
        objects.extend(
            trees
                .into_iter()
                .filter_map(|tree| Object::from_tree("", tree)),
        );
    }
    Ok(objects)
}

/// Where an object goes: objects that belong to a namespace and name none go to `namespace`.
///
/// # Errors
/// The cluster does not serve its kind.
pub(super) fn place(object: &Object, namespace: &str, discovery: &Discovery) -> Result<Reference> {
    let mut reference = plan::reference(object);
    if discovery.of(&reference)?.namespaced {
        reference
            .namespace
            .get_or_insert_with(|| namespace.to_owned());
    } else {
        reference.namespace = None;
    }
    Ok(reference)
}

/// All of them, as the cluster layer takes them, in stages.
///
/// # Errors
/// The cluster does not serve a kind.
pub(super) fn stages(
    objects: Vec<Object>,
    namespace: &str,
    discovery: &Discovery,
) -> Result<Vec<Stage>> {
    let mut out = Vec::new();
    for stage in stage::stages(objects) {
        let mut items = Vec::new();
        for object in &stage.objects {
            items.push(Item {
                object: place(object, namespace, discovery)?,
                text: match &object.content {
                    Content::Tree(tree) => tree.to_string().into(),
                    Content::Text(text) => (*text).into(),
                },
                force: false,
            });
        }
        out.push(Stage {
            items,
            gate: Vec::new(),
        });
    }
    Ok(out)
}
