//! Who owns which field of an object, and server-side apply. Pure: the time comes from the caller.
//!
//! `typing` says how values of a type are divided among owners, `fields` has sets of fields and their form in
//! `managedFields`, `managers` the entries of that. `owned` finds what a configuration claims, `compare` what a write
//! changed, `merge` lays a configuration over an object and takes out what is no longer applied. `last_applied` helps those
//! who come from `kubectl apply` on the client's side. The rules are those of Kubernetes' structured merge and of its field
//! managers.

mod compare;
mod fields;
mod last_applied;
mod managers;
mod merge;
mod owned;
mod typing;

pub(crate) use self::managers::{Managers, Operation, Writer, same_but_for_times};
pub(crate) use self::typing::Typing;

use serde_json::Value;

use self::compare::Comparison;
use self::fields::FieldSet;
use self::managers::Entry;

/// The manager to whom fields are given that were there before the first apply.
pub(crate) const BEFORE_FIRST_APPLY: &str = "before-first-apply";
/// The manager of kubectl, for whom alone the client's annotation counts.
const KUBECTL: &str = "kubectl";

/// Notes a plain write: the writer owns what it changed, and others own no longer what was changed or removed. `old` is
/// `None` for a new object. Entries are left as they are where nothing changed.
pub(crate) fn track(
    old: Option<&Value>,
    new: &Value,
    typing: Typing<'_>,
    mut managers: Managers,
    writer: Writer,
    time: &str,
) -> Managers {
    let comparison = Comparison::of(old, new, typing);
    if comparison.is_same() {
        return managers;
    }
    let changed = comparison.changed();
    managers.change_others(&writer, |fields| {
        fields.subtract(&changed);
        fields.subtract_trees(&comparison.removed);
    });
    let before = managers.of(&writer);
    let mut fields = before.map(|entry| entry.fields.clone()).unwrap_or_default();
    fields.subtract_trees(&comparison.removed);
    let took = !changed.is_empty();
    let before = before.map(|entry| entry.time.clone()).unwrap_or_default();
    fields.unite(&changed);
    managers.put(Entry {
        writer,
        time: if took { time.to_owned() } else { before },
        fields,
    });
    managers.cap();
    managers
}

/// What applying came to.
pub(crate) struct Applied {
    /// The live object with the configuration in it.
    pub(crate) object: Value,
    pub(crate) managers: Managers,
}

/// A field that somebody else owns with another value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conflict {
    pub(crate) manager: Writer,
    /// As `.spec.replicas`.
    pub(crate) path: String,
}

/// Why a configuration was not applied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// It does not fit the type.
    Untyped(Vec<String>),
    /// Sorted by managers.
    Conflicts(Vec<Conflict>),
}

/// A configuration that is to be applied.
pub(crate) struct Configuration<'a> {
    pub(crate) config: &'a Value,
    /// Fields at the root that the configuration does not get to change: `status`, or all but that.
    pub(crate) ignored: &'a [&'a str],
    /// Take fields from others.
    pub(crate) force: bool,
}

/// Applies a configuration to the live object, which is an empty one where there is none.
///
/// # Errors
/// The configuration does not fit the type, or others own what it changes.
pub(crate) fn apply(
    live: &Value,
    configuration: &Configuration<'_>,
    typing: Typing<'_>,
    managers: &Managers,
    writer: &Writer,
    time: &str,
) -> Result<Applied, Refusal> {
    let errors = owned::check(configuration.config, typing);
    if !errors.is_empty() {
        return Err(Refusal::Untyped(errors));
    }
    let attempt = |force: bool| {
        let forced = Configuration {
            force,
            ..*configuration
        };
        attempt(live, &forced, typing, managers.clone(), writer, time)
    };
    let mut done = attempt(configuration.force);
    if let Err(Refusal::Conflicts(conflicts)) = &done
        && writer.name == KUBECTL
        && let Some(allowed) = last_applied::unchanged(live, typing, &writer.api_version)
    {
        let paths = allowed.paths();
        let left: Vec<Conflict> = conflicts
            .iter()
            .filter(|conflict| !paths.contains(&conflict.path))
            .cloned()
            .collect();
        done = if left.is_empty() {
            attempt(true)
        } else {
            Err(Refusal::Conflicts(left))
        };
    }
    let mut applied = done?;
    if writer.name == KUBECTL {
        last_applied::renew(&mut applied.object, configuration.config);
    }
    Ok(applied)
}

fn attempt(
    live: &Value,
    configuration: &Configuration<'_>,
    typing: Typing<'_>,
    mut managers: Managers,
    writer: &Writer,
    time: &str,
) -> Result<Applied, Refusal> {
    let mut config = configuration.config.clone();
    if let Some(config) = config.as_object_mut() {
        config.retain(|name, _| !configuration.ignored.contains(&name.as_str()));
    }
    let mut claimed = owned::fields_of(&config, typing);
    let mut object = merge::merge(Some(live), &config, typing);
    let before = managers.of(writer).cloned();
    if let Some(before) = &before {
        let mut kept = claimed.clone();
        for other in managers.others(writer) {
            kept.unite(&other.fields);
        }
        let pruned = merge::prune(object, before.fields.root(), kept.root(), typing);
        object = pruned.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    }
    // Not before: what nobody owns (the name) keeps what it stands in (the metadata).
    claimed.strip();
    let mut comparison = Comparison::of(Some(live), &object, typing);
    comparison.drop_fields(configuration.ignored);
    let changed = comparison.changed();
    let conflicts = conflicts(&managers, writer, &changed);
    if !configuration.force && !conflicts.is_empty() {
        return Err(Refusal::Conflicts(conflicts));
    }
    managers.change_others(writer, |fields| {
        fields.subtract(&changed);
        fields.subtract_trees(&comparison.removed);
    });
    let time = before
        .filter(|before| comparison.is_same() && before.fields == claimed)
        .map_or_else(|| time.to_owned(), |before| before.time);
    managers.put(Entry {
        writer: writer.clone(),
        time,
        fields: claimed,
    });
    Ok(Applied { object, managers })
}

fn conflicts(managers: &Managers, writer: &Writer, changed: &FieldSet) -> Vec<Conflict> {
    let mut others: Vec<&Entry> = managers.others(writer).collect();
    others.sort_by(|one, other| one.writer.name.cmp(&other.writer.name));
    let mut conflicts = Vec::new();
    for entry in others {
        for path in entry.fields.common(changed).paths() {
            conflicts.push(Conflict {
                manager: entry.writer.clone(),
                path,
            });
        }
    }
    conflicts
}

/// The sentence about conflicts, as kubectl prints it.
pub(crate) fn conflict_message(conflicts: &[Conflict]) -> String {
    if let [one] = conflicts {
        return format!(
            "Apply failed with 1 conflict: conflict with {}: {}",
            one.manager.shown(),
            one.path
        );
    }
    let mut text = format!("Apply failed with {} conflicts: ", conflicts.len());
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    for conflict in conflicts {
        if last != Some(&conflict.manager) {
            parts.push(format!("conflicts with {}:", conflict.manager.shown()));
            last = Some(&conflict.manager);
        }
        parts.push(format!("- {}", conflict.path));
    }
    text.push_str(&parts.join("\n"));
    text
}

#[cfg(test)]
mod tests;
