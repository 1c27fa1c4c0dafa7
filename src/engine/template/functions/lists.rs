//! sprig's functions on lists. Lists never change; what adds to one makes a new one.

use super::super::Failure;
use super::super::call::Param::{Any, Int};
use super::super::call::{Builtin, fixed, variadic};
use super::super::kinds;
use super::super::{Answer, Call};
use super::super::{List, Value};
use super::cast;
use super::general::deep_equal;

pub(super) const TABLE: &[Builtin] = &[
    variadic("list", &[], Any, |call| {
        Ok(Value::list(call.arguments.to_vec()))
    }),
    variadic("tuple", &[], Any, |call| {
        Ok(Value::list(call.arguments.to_vec()))
    }),
    fixed("append", &[Any, Any], append),
    fixed("mustAppend", &[Any, Any], append),
    fixed("push", &[Any, Any], append),
    fixed("mustPush", &[Any, Any], append),
    fixed("prepend", &[Any, Any], prepend),
    fixed("mustPrepend", &[Any, Any], prepend),
    fixed("first", &[Any], |call| {
        Ok(items(call, 0)?.first().cloned().unwrap_or_default())
    }),
    fixed("mustFirst", &[Any], |call| {
        Ok(items(call, 0)?.first().cloned().unwrap_or_default())
    }),
    fixed("last", &[Any], |call| {
        Ok(items(call, 0)?.last().cloned().unwrap_or_default())
    }),
    fixed("mustLast", &[Any], |call| {
        Ok(items(call, 0)?.last().cloned().unwrap_or_default())
    }),
    fixed("rest", &[Any], rest),
    fixed("mustRest", &[Any], rest),
    fixed("initial", &[Any], initial),
    fixed("mustInitial", &[Any], initial),
    fixed("reverse", &[Any], reverse),
    fixed("mustReverse", &[Any], reverse),
    fixed("uniq", &[Any], uniq),
    fixed("mustUniq", &[Any], uniq),
    fixed("compact", &[Any], compact),
    fixed("mustCompact", &[Any], compact),
    variadic("without", &[Any], Any, without),
    variadic("mustWithout", &[Any], Any, without),
    fixed("has", &[Any, Any], has),
    fixed("mustHas", &[Any, Any], has),
    variadic("slice", &[Any], Any, slice),
    variadic("mustSlice", &[Any], Any, slice),
    variadic("concat", &[], Any, concat),
    fixed("chunk", &[Int, Any], chunk),
    fixed("mustChunk", &[Int, Any], chunk),
    fixed("sortAlpha", &[Any], sort_alpha),
];

/// The list at `index`.
fn items(call: &Call<'_>, index: usize) -> Result<List, Failure> {
    match call.value(index)? {
        Value::List(list) => {
            call.charge(list.len())?;
            Ok(list.clone())
        }
        other => {
            let type_name = kinds::type_name(other);
            Err(format!("a list is expected, got {type_name}").into())
        }
    }
}

fn append(call: &Call<'_>) -> Answer {
    let mut list = items(call, 0)?.to_vec();
    list.push(call.value(1)?.clone());
    Ok(Value::list(list))
}

fn prepend(call: &Call<'_>) -> Answer {
    let mut list = vec![call.value(1)?.clone()];
    list.extend_from_slice(&items(call, 0)?);
    Ok(Value::list(list))
}

fn rest(call: &Call<'_>) -> Answer {
    let list = items(call, 0)?;
    Ok(match list.split_first() {
        Some((_, rest)) => Value::list(rest.to_vec()),
        None => Value::list(Vec::new()),
    })
}

fn initial(call: &Call<'_>) -> Answer {
    let list = items(call, 0)?;
    Ok(match list.split_last() {
        Some((_, initial)) => Value::list(initial.to_vec()),
        None => Value::list(Vec::new()),
    })
}

fn reverse(call: &Call<'_>) -> Answer {
    Ok(Value::list(items(call, 0)?.iter().rev().cloned().collect()))
}

fn contains(list: &[Value], wanted: &Value, call: &Call<'_>) -> Result<bool, Failure> {
    for item in list {
        if deep_equal(item, wanted, &call.run.budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn uniq(call: &Call<'_>) -> Answer {
    let mut kept: Vec<Value> = Vec::new();
    for item in items(call, 0)?.iter() {
        if !contains(&kept, item, call)? {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(kept))
}

fn compact(call: &Call<'_>) -> Answer {
    Ok(Value::list(
        items(call, 0)?
            .iter()
            .filter(|item| item.truth())
            .cloned()
            .collect(),
    ))
}

fn without(call: &Call<'_>) -> Answer {
    let mut kept = Vec::new();
    for item in items(call, 0)?.iter() {
        if !contains(call.rest(1), item, call)? {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(kept))
}

fn has(call: &Call<'_>) -> Answer {
    if let Value::Nil = call.value(1)? {
        return Ok(false.into());
    }
    Ok(contains(&items(call, 1)?, call.value(0)?, call)?.into())
}

fn slice(call: &Call<'_>) -> Answer {
    let list = items(call, 0)?;
    if list.is_empty() {
        return Ok(Value::Nil);
    }
    let bound = |index: usize, otherwise: usize| match call.arguments.get(index) {
        Some(value) => usize::try_from(cast::int(value)).unwrap_or(usize::MAX),
        None => otherwise,
    };
    let (from, to) = (bound(1, 0), bound(2, list.len()));
    match list.get(from..to) {
        Some(part) => Ok(Value::list(part.to_vec())),
        None => Err(format!(
            "slice out of range: {from} to {to} of {} elements",
            list.len()
        )
        .into()),
    }
}

fn concat(call: &Call<'_>) -> Answer {
    let mut all = Vec::new();
    for index in 0..call.arguments.len() {
        all.extend_from_slice(&items(call, index)?);
        call.charge(all.len())?;
    }
    Ok(Value::list(all))
}

fn chunk(call: &Call<'_>) -> Answer {
    let size = usize::try_from(call.int(0)?).unwrap_or(0);
    if size == 0 {
        return Err("the size of a chunk must be at least 1".into());
    }
    let list = items(call, 1)?;
    Ok(Value::list(
        list.chunks(size)
            .map(|part| Value::list(part.to_vec()))
            .collect(),
    ))
}

fn sort_alpha(call: &Call<'_>) -> Answer {
    let mut texts = cast::texts(call.value(0)?, &call.run.budget)?;
    texts.sort();
    Ok(Value::texts(texts))
}
