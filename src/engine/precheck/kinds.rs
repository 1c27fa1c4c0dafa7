//! Kinds that the cluster does not serve, of which there are objects to apply: found before anything is written, and not at their turn.

use serde_json::Value;

use super::definitions::{DEFINITION, tree, versions};
use super::{Check, Finding, Level, Target, few, text};

/// A kind that is not served.
#[derive(Clone, Debug)]
pub(crate) struct Unserved {
    /// `gateway.networking.k8s.io/v1`
    pub(crate) api_version: String,
    pub(crate) kind: String,
    /// Those that are to be applied, each as `Kind namespace/name`.
    pub(crate) objects: Vec<String>,
    /// That it is not served, and what to do about it.
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// One finding for each kind that the installation does not bring along itself.
pub(super) fn check(unserved: &[Unserved], target: &Target<'_>) -> Vec<Finding> {
    let missing = unserved.iter().filter(|it| !is_brought(it, target));
    missing
        .map(|it| {
            let message = format!("{}: {}", few(&it.objects), it.message);
            let finding = Finding::new(Check::Kinds, Level::Error, message);
            match &it.hint {
                Some(hint) => finding.hint(hint),
                None => finding,
            }
        })
        .collect()
}

/// Whether its definition is among what is applied.
fn is_brought(unserved: &Unserved, target: &Target<'_>) -> bool {
    let Some((group, version)) = unserved.api_version.split_once('/') else {
        return false;
    };
    let of_group = target.objects.iter().filter(|it| {
        let name = it.name.split_once('.');
        it.kind == DEFINITION && name.is_some_and(|(_, of)| of == group)
    });
    let serves = |definition: &Value| {
        text(definition, "/spec/names/kind") == unserved.kind
            && versions(definition).any(|it| text(it, "/name") == version && it["served"] == true)
    };
    of_group
        .filter_map(tree)
        .any(|definition| serves(&definition))
}
