//! Names that a revision and a tag would share: pods of namespaces that ask for such a name meet two webhooks, of which neither knows of
//! the other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Check, Finding, Level, Target, text};
use crate::engine::install::path;
use crate::engine::install::tags::DEFAULT;

const TAG: &str = "/metadata/labels/istio.io~1tag";
const REVISION: &str = "/metadata/labels/istio.io~1rev";

/// Holds the revision and its own tags against the tags and revisions that are there, whose webhooks are `injectors`.
pub(super) fn check(injectors: &[&Value], istiods: &[&Value], target: &Target<'_>) -> Vec<Finding> {
    let revision = target.revision();
    let leads = |name: &str| {
        let mut tags = injectors.iter().filter(|it| text(it, TAG) == name);
        tags.next().map(|it| text(it, REVISION))
    };
    let untagged = injectors.iter().filter(|it| text(it, TAG).is_empty());
    let installed: BTreeSet<&str> = untagged
        .chain(istiods)
        .map(|it| text(it, REVISION))
        .collect();
    let mut found = Vec::new();
    // The tag `default` may stand beside the revision without a name: one of the webhooks is kept from acting.
    if let Some(to) = leads(revision).filter(|_| revision != DEFAULT) {
        found.push(revision_like_tag(
            revision,
            to,
            installed.contains(revision),
        ));
    }
    for tag in own_tags(target) {
        if tag != DEFAULT && (tag == revision || installed.contains(tag.as_str())) {
            found.push(tag_like_revision(&tag, revision));
        } else if let Some(to) = leads(&tag).filter(|it| *it != revision) {
            let message = format!(
                "tag `{tag}` leads to revision `{to}`, and `values.revisionTags` has it lead to `{revision}` at once"
            );
            found.push(
                Finding::new(Check::Revisions, Level::Warning, message).hint(
                    "to move it later, leave it out of `values.revisionTags`, and then use `mesh tag set`",
                ),
            );
        }
    }
    found
}

fn revision_like_tag(name: &str, to: &str, is_installed: bool) -> Finding {
    let tag = format!("`{name}` is also the name of a tag, which leads to revision `{to}`");
    if is_installed {
        let message = format!("{tag}: both inject pods of namespaces that ask for `{name}`");
        return Finding::new(Check::Revisions, Level::Warning, message).hint(format!(
            "`mesh tag remove {name}` leaves the name to the revision"
        ));
    }
    let message = format!("{tag}: both would inject pods of namespaces that ask for `{name}`");
    Finding::new(Check::Revisions, Level::Error, message).hint(format!(
        "to change revision `{to}`, name it: `--revision {to}`; for a new one take another name, or free this one with `mesh tag remove {name}` (`mesh tag list` shows who asks for it)"
    ))
}

fn tag_like_revision(tag: &str, revision: &str) -> Finding {
    let which = if tag == revision {
        "the name of this very revision"
    } else {
        "the name of a revision that is installed"
    };
    let message = format!(
        "`values.revisionTags` has `{tag}`, which is {which}: both would inject pods of namespaces that ask for it"
    );
    Finding::new(Check::Revisions, Level::Error, message).hint("take another name for the tag")
}

/// The tags that the installation makes.
fn own_tags(target: &Target<'_>) -> Vec<String> {
    let tags = path::get(target.resolved.values(), &["revisionTags"]);
    let tags = tags.and_then(Value::as_array).into_iter().flatten();
    tags.filter_map(path::printed).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Snapshot, check};
    use super::*;
    use crate::engine::install::{Inputs, resolve};

    fn injector(revision: &str, tag: Option<&str>) -> Value {
        let mut labels = json!({"istio.io/rev": revision});
        if let Some(tag) = tag {
            labels["istio.io/tag"] = json!(tag);
        }
        json!({"kind": "MutatingWebhookConfiguration", "metadata": {"name": "a", "labels": labels}})
    }

    /// What is found where revision `old` has tag `prod`, and `new` has none.
    fn found(set: &[&str]) -> Vec<String> {
        let injectors = [
            injector("old", None),
            injector("old", Some("prod")),
            injector("old", Some("default")),
            injector("new", None),
        ];
        let inputs = Inputs {
            set: set.iter().map(|it| (*it).to_owned()).collect(),
            ..Inputs::default()
        };
        let resolved = resolve::resolve(&inputs).unwrap();
        let target = Target {
            resolved: &resolved,
            objects: &[],
            from: None,
            adopts_helm: false,
            thorough: false,
        };
        let snapshot = Snapshot {
            injectors: injectors.iter().collect(),
            ..Snapshot::default()
        };
        let found = check(&snapshot, &target).into_iter();
        found
            .map(|it| format!("{:?} {}", it.level, it.message))
            .collect()
    }

    #[test]
    fn a_new_revision_may_not_have_the_name_of_a_tag() {
        assert_eq!(
            found(&["revision=prod"]),
            [
                "Error `prod` is also the name of a tag, which leads to revision `old`: both would inject pods of namespaces that ask for `prod`"
            ]
        );
        assert_eq!(found(&["revision=next"]), [""; 0]);
        assert_eq!(found(&["revision=new"]), [""; 0]);
        assert_eq!(found(&[]), [""; 0], "the tag `default` has its own way");
    }

    #[test]
    fn a_tag_of_the_installation_may_not_have_the_name_of_a_revision() {
        let of = |tag: &str| found(&["revision=next", &format!("values.revisionTags={{{tag}}}")]);
        assert_eq!(
            of("new"),
            [
                "Error `values.revisionTags` has `new`, which is the name of a revision that is installed: both would inject pods of namespaces that ask for it"
            ]
        );
        assert!(of("next")[0].contains("the name of this very revision"));
        assert_eq!(of("fresh"), [""; 0]);
    }

    #[test]
    fn a_tag_that_moves_with_the_installation_is_a_warning() {
        let moves = |revision: &str| {
            found(&[
                &format!("revision={revision}"),
                "values.revisionTags={prod}",
            ])
        };
        assert_eq!(
            moves("next"),
            [
                "Warning tag `prod` leads to revision `old`, and `values.revisionTags` has it lead to `next` at once"
            ]
        );
        assert_eq!(moves("old"), [""; 0]);
    }
}
