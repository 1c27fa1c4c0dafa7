//! What is meant to go, as far as inventories and the command line say it. No cluster is asked.

use std::collections::BTreeSet;

use crate::cluster::inventory::Inventory;
use crate::cluster::object::Reference;
use crate::engine::install::charts;
use crate::error::{Error, Kind, Result};

/// What the command line asks for.
pub(super) enum Target {
    /// Every revision, the definitions and everything with Istio's labels.
    Everything,
    /// This one; without a name the only one.
    Revision(Option<String>),
    /// The objects of a configuration.
    Configuration {
        /// Empty for the one without a name.
        revision: String,
        objects: BTreeSet<Reference>,
    },
}

/// What is found by labels.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Labelled {
    Nothing,
    Everything,
    Revision(String),
}

/// What goes and what stays, by name.
pub(super) struct Scope {
    /// Inventories that go. Of a configuration, the part that it has.
    pub(super) going: Vec<Inventory>,
    pub(super) staying: Vec<Inventory>,
    /// What remains of an inventory of which only a part goes; to be written last.
    pub(super) rest: Option<Inventory>,
    pub(super) wanted: BTreeSet<Reference>,
    /// What goes because of its labels.
    pub(super) labelled: Labelled,
    /// No inventory has these objects: what has the name is meant, whoever made it.
    pub(super) by_name: bool,
}

/// Sorts the inventories of the namespace.
///
/// # Errors
/// It is not clear which revision is meant, or there is none of this name.
pub(super) fn scope(all: Vec<Inventory>, namespace: &str, target: Target) -> Result<Scope> {
    let mut scope = Scope {
        going: Vec::new(),
        staying: Vec::new(),
        rest: None,
        wanted: BTreeSet::new(),
        labelled: Labelled::Nothing,
        by_name: false,
    };
    match target {
        Target::Everything => {
            scope.going = all;
            scope.wanted.extend(definitions());
            scope.labelled = Labelled::Everything;
        }
        Target::Revision(Some(revision)) if all.is_empty() => {
            scope.labelled = Labelled::Revision(shown(&revision).to_owned());
        }
        Target::Revision(revision) => {
            (scope.going, scope.staying) = choose(all, namespace, revision.as_deref())?;
        }
        Target::Configuration { revision, objects } => {
            let (own, staying) = all
                .into_iter()
                .partition(|one| shown(&one.revision) == shown(&revision));
            scope.staying = staying;
            scope.by_name = own.is_empty();
            scope.take(own, objects);
        }
    }
    for inventory in &scope.going {
        scope.wanted.extend(inventory.entries.keys().cloned());
    }
    for inventory in &scope.staying {
        scope
            .wanted
            .retain(|object| !inventory.entries.contains_key(object));
    }
    Ok(scope)
}

impl Scope {
    /// Only these objects of the inventory.
    fn take(&mut self, own: Vec<Inventory>, objects: BTreeSet<Reference>) {
        for mut inventory in own {
            let mut rest = inventory.clone();
            rest.entries.retain(|object, _| !objects.contains(object));
            inventory
                .entries
                .retain(|object, _| objects.contains(object));
            if !rest.entries.is_empty() {
                self.rest = Some(rest);
            }
            self.going.push(inventory);
        }
        self.wanted.extend(objects);
    }

    /// What one that goes has in common with one that stays: which, and its revision.
    pub(super) fn shared(&self) -> Vec<(Reference, String)> {
        let going = self.going.iter().flat_map(|one| one.entries.keys());
        let mut shared = Vec::new();
        for object in going.collect::<BTreeSet<_>>() {
            let mut staying = self.staying.iter();
            if let Some(one) = staying.find(|one| one.entries.contains_key(object)) {
                shared.push((object.clone(), shown(&one.revision).to_owned()));
            }
        }
        shared
    }

    /// Whether one that goes made an object that was not there before.
    pub(super) fn made(&self, object: &Reference) -> bool {
        let mut entries = self.going.iter().filter_map(|one| one.entries.get(object));
        entries.any(|entry| entry.created)
    }

    /// Those that stay and share an object which one that goes has made: they made it from now on.
    pub(super) fn heirs(&self) -> Vec<Inventory> {
        let mut heirs = Vec::new();
        for inventory in &self.staying {
            let mut heir = inventory.clone();
            for (object, entry) in &mut heir.entries {
                entry.created |= self.made(object);
            }
            if heir != *inventory {
                heirs.push(heir);
            }
        }
        heirs
    }
}

/// The inventories that go, and those that stay.
fn choose(
    all: Vec<Inventory>,
    namespace: &str,
    revision: Option<&str>,
) -> Result<(Vec<Inventory>, Vec<Inventory>)> {
    let names: Vec<String> = all
        .iter()
        .map(|one| format!("`{}`", shown(&one.revision)))
        .collect();
    let names = names.join(", ");
    let Some(revision) = revision else {
        if all.len() > 1 {
            return Err(Error::usage(format!(
                "several revisions are installed in `{namespace}`: {names}"
            ))
            .hint("choose one with `--revision NAME`, or all with `--purge`"));
        }
        return Ok((all, Vec::new()));
    };
    let (going, staying): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|one| shown(&one.revision) == shown(revision));
    if going.is_empty() {
        let message = format!("mesh has no revision `{revision}` in namespace `{namespace}`");
        return Err(Error::new(Kind::Precondition, message).hint(format!("there are: {names}")));
    }
    Ok((going, staying))
}

/// A revision's name; the one without is called `default`.
pub(super) fn shown(revision: &str) -> &str {
    if revision.is_empty() {
        "default"
    } else {
        revision
    }
}

/// Istio's definitions, as the binary has them.
fn definitions() -> impl Iterator<Item = Reference> {
    let names = charts::definitions().into_iter();
    names.map(|(name, _)| {
        Reference::new(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            None,
            name,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::inventory::Entry;

    fn object(name: &str) -> Reference {
        Reference::new("v1", "ConfigMap", Some("istio-system"), name)
    }

    /// An inventory; a name with `+` is of an object that it made.
    fn inventory(revision: &str, names: &[&str]) -> Inventory {
        let entries = names.iter().map(|name| {
            let object = object(name.trim_end_matches('+'));
            let entry = Entry {
                object: object.clone(),
                created: name.ends_with('+'),
                wanted: true,
                hash: String::new(),
                fields: String::new(),
            };
            (object, entry)
        });
        Inventory {
            revision: revision.to_owned(),
            entries: entries.collect(),
            ..Inventory::default()
        }
    }

    fn of(all: Vec<Inventory>, target: Target) -> Result<Scope> {
        scope(all, "istio-system", target)
    }

    fn names(scope: &Scope) -> Vec<&str> {
        scope.wanted.iter().map(|it| it.name.as_str()).collect()
    }

    #[test]
    fn what_another_revision_has_too_stays_and_becomes_its_own() {
        let all = vec![
            inventory("", &["own+", "shared+"]),
            inventory("canary", &["shared"]),
        ];
        let scope = of(all, Target::Revision(Some("default".to_owned()))).unwrap();
        assert_eq!(names(&scope), ["own"]);
        assert_eq!(scope.shared(), [(object("shared"), "canary".to_owned())]);
        assert_eq!(scope.heirs(), [inventory("canary", &["shared+"])]);
    }

    #[test]
    fn of_a_configuration_goes_what_it_has_and_the_inventory_keeps_the_rest() {
        let target = |objects: &[&str]| Target::Configuration {
            revision: String::new(),
            objects: objects.iter().map(|it| object(it)).collect(),
        };
        let all = || vec![inventory("", &["one", "two"])];
        let part = of(all(), target(&["two", "three"])).unwrap();
        assert_eq!(names(&part), ["three", "two"]);
        assert_eq!(part.rest, Some(inventory("", &["one"])));
        let whole = of(all(), target(&["one", "two"])).unwrap();
        assert_eq!(whole.rest, None);
        assert!(!whole.by_name);
        assert!(of(Vec::new(), target(&["one"])).unwrap().by_name);
    }

    #[test]
    fn a_revision_that_is_not_there_is_an_error_that_names_those_that_are() {
        let all = || vec![inventory("", &["a"]), inventory("canary", &["b"])];
        let error = of(all(), Target::Revision(Some("old".to_owned())))
            .err()
            .unwrap();
        assert_eq!(error.hints(), ["there are: `default`, `canary`"]);
        let error = of(all(), Target::Revision(None)).err().unwrap();
        assert!(error.to_string().contains("several revisions"), "{error}");
        let labelled = of(Vec::new(), Target::Revision(Some("old".to_owned()))).unwrap();
        assert_eq!(labelled.labelled, Labelled::Revision("old".to_owned()));
    }
}
