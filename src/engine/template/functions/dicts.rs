//! sprig's functions on maps. `set`, `unset` and the merges change the map that they are given.

use std::rc::Rc;

use super::super::Failure;
use super::super::call::Param::{Any, Map as MapParam, Text};
use super::super::call::{Builtin, fixed, variadic};
use super::super::kinds;
use super::super::limits::Budget;
use super::super::print::MAX_VALUE_DEPTH;
use super::super::{Answer, Call};
use super::super::{Map, Value};
use super::cast;

pub(super) const TABLE: &[Builtin] = &[
    variadic("dict", &[], Any, dict),
    fixed("get", &[MapParam, Text], get),
    fixed("set", &[MapParam, Text, Any], set),
    fixed("unset", &[MapParam, Text], unset),
    fixed("hasKey", &[MapParam, Text], |call| {
        Ok(call.map(0)?.has(call.text(1)?).into())
    }),
    variadic("pluck", &[Text], MapParam, pluck),
    variadic("keys", &[], MapParam, keys),
    fixed("values", &[MapParam], values),
    variadic("pick", &[MapParam], Text, pick),
    variadic("omit", &[MapParam], Text, omit),
    variadic("merge", &[MapParam], MapParam, |call| merge(call, false)),
    variadic("mustMerge", &[MapParam], MapParam, |call| {
        merge(call, false)
    }),
    variadic("mergeOverwrite", &[MapParam], MapParam, |call| {
        merge(call, true)
    }),
    variadic("mustMergeOverwrite", &[MapParam], MapParam, |call| {
        merge(call, true)
    }),
    variadic("dig", &[], Any, dig),
];

fn dict(call: &Call<'_>) -> Answer {
    let map = Map::new();
    for pair in call.arguments.chunks(2) {
        let key = cast::text(&pair[0], &call.run.budget)?;
        map.set(key, pair.get(1).cloned().unwrap_or_else(|| "".into()));
    }
    Ok(map.into())
}

fn get(call: &Call<'_>) -> Answer {
    Ok(call
        .map(0)?
        .find(call.text(1)?)
        .unwrap_or_else(|| "".into()))
}

fn set(call: &Call<'_>) -> Answer {
    if let Value::Nil = call.value(0)? {
        return Err("cannot set a key of nil".into());
    }
    call.map(0)?.set(call.text(1)?, call.value(2)?.clone());
    Ok(call.value(0)?.clone())
}

fn unset(call: &Call<'_>) -> Answer {
    call.map(0)?.remove(call.text(1)?);
    Ok(call.value(0)?.clone())
}

fn pluck(call: &Call<'_>) -> Answer {
    let key = call.text(0)?;
    let mut found = Vec::new();
    for index in 1..call.arguments.len() {
        found.extend(call.map(index)?.find(key));
    }
    Ok(Value::list(found))
}

/// The keys of all maps; sorted within a map, where Go has no order.
fn keys(call: &Call<'_>) -> Answer {
    let mut all = Vec::new();
    for index in 0..call.arguments.len() {
        let entries = call.map(index)?.entries();
        call.charge(entries.len())?;
        all.extend(entries.into_iter().map(|(key, _)| Value::Str(key)));
    }
    Ok(Value::list(all))
}

fn values(call: &Call<'_>) -> Answer {
    let entries = call.map(0)?.entries();
    call.charge(entries.len())?;
    Ok(Value::list(
        entries.into_iter().map(|(_, value)| value).collect(),
    ))
}

fn pick(call: &Call<'_>) -> Answer {
    let (map, picked) = (call.map(0)?, Map::new());
    for index in 1..call.arguments.len() {
        let key = call.text(index)?;
        if let Some(value) = map.find(key) {
            picked.set(key, value);
        }
    }
    Ok(picked.into())
}

fn omit(call: &Call<'_>) -> Answer {
    let omitted: Vec<&str> = call.rest(1).iter().filter_map(Value::as_text).collect();
    let entries = call.map(0)?.entries();
    call.charge(entries.len())?;
    let kept = entries
        .into_iter()
        .filter(|(key, _)| !omitted.contains(&key.as_ref()));
    Ok(kept.collect::<Map>().into())
}

fn merge(call: &Call<'_>, overwrite: bool) -> Answer {
    let into = call.map(0)?;
    for index in 1..call.arguments.len() {
        merge_into(&into, &call.map(index)?, overwrite, &call.run.budget, 0)?;
    }
    Ok(into.into())
}

/// Merges as sprig does: an empty value in `into` counts as absent, and nested maps merge in place.
fn merge_into(
    into: &Map,
    from: &Map,
    overwrite: bool,
    budget: &Budget,
    depth: usize,
) -> Result<(), Failure> {
    if depth > MAX_VALUE_DEPTH {
        return Err("the maps nest too deep to merge; do they hold themselves?".into());
    }
    for (key, value) in from.entries() {
        budget.charge(1)?;
        match (into.find(&key), value) {
            (_, Value::Nil) if !overwrite => {}
            (Some(Value::Map(inner)), Value::Map(value)) => {
                merge_into(&inner, &value, overwrite, budget, depth + 1)?;
            }
            (Some(old), _) if old.truth() && !overwrite => {}
            (_, value) => into.set(Rc::clone(&key), value),
        }
    }
    Ok(())
}

/// `dig "a" "b" default map`
fn dig(call: &Call<'_>) -> Answer {
    let [keys @ .., default, map] = call.arguments else {
        return Err("dig needs at least one key, a default and a map".into());
    };
    if keys.is_empty() {
        return Err("dig needs at least one key, a default and a map".into());
    }
    let mut value = map.clone();
    for (index, key) in keys.iter().enumerate() {
        let Value::Str(key) = key else {
            let type_name = kinds::type_name(key);
            return Err(
                format!("key {} of dig must be a string, got {type_name}", index + 1).into(),
            );
        };
        let Value::Map(map) = &value else {
            let type_name = kinds::type_name(&value);
            return Err(format!("no map to look {key:?} up in, but {type_name}").into());
        };
        match map.find(key) {
            Some(found) => value = found,
            None => return Ok(default.clone()),
        }
    }
    Ok(value)
}
