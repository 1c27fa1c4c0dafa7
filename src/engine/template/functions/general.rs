//! sprig's functions on values of any type: defaults, tests, types, `fail`.

use super::super::Failure;
use super::super::call::Param::{Any, Bool, Text};
use super::super::call::{Builtin, fixed, variadic};
use super::super::kinds;
use super::super::limits::Budget;
use super::super::print::MAX_VALUE_DEPTH;
use super::super::{Answer, Call};
use super::super::{List, Map, Value};
use super::cast;

pub(super) const TABLE: &[Builtin] = &[
    variadic("default", &[Any], Any, default),
    fixed("empty", &[Any], |call| Ok((!call.value(0)?.truth()).into())),
    variadic("coalesce", &[], Any, |call| Ok(coalesce(call))),
    variadic("all", &[], Any, |call| {
        Ok(call.arguments.iter().all(Value::truth).into())
    }),
    variadic("any", &[], Any, |call| {
        Ok(call.arguments.iter().any(Value::truth).into())
    }),
    fixed("ternary", &[Any, Any, Bool], ternary),
    fixed("fail", &[Text], |call| Err(call.text(0)?.into())),
    fixed("typeOf", &[Any], |call| {
        Ok(kinds::type_name(call.value(0)?).as_ref().into())
    }),
    fixed("typeIs", &[Text, Any], |call| {
        Ok((kinds::type_name(call.value(1)?) == call.text(0)?).into())
    }),
    fixed("typeIsLike", &[Text, Any], type_is_like),
    fixed("kindOf", &[Any], |call| {
        Ok(kinds::kind_name(call.value(0)?).into())
    }),
    fixed("kindIs", &[Text, Any], |call| {
        Ok((kinds::kind_name(call.value(1)?) == call.text(0)?).into())
    }),
    fixed("deepEqual", &[Any, Any], |call| {
        Ok(deep_equal(call.value(0)?, call.value(1)?, &call.run.budget)?.into())
    }),
    fixed("deepCopy", &[Any], deep_copy_of),
    fixed("mustDeepCopy", &[Any], deep_copy_of),
    fixed("toString", &[Any], |call| {
        Ok(cast::text(call.value(0)?, &call.run.budget)?.into())
    }),
];

fn default(call: &Call<'_>) -> Answer {
    let given = call.arguments.get(1).filter(|given| given.truth());
    Ok(given.unwrap_or(call.value(0)?).clone())
}

fn coalesce(call: &Call<'_>) -> Value {
    call.arguments
        .iter()
        .find(|value| value.truth())
        .cloned()
        .unwrap_or_default()
}

fn ternary(call: &Call<'_>) -> Answer {
    let chosen = usize::from(!call.boolean(2)?);
    Ok(call.value(chosen)?.clone())
}

fn type_is_like(call: &Call<'_>) -> Answer {
    let wanted = call.text(0)?;
    let actual = kinds::type_name(call.value(1)?);
    Ok((actual == wanted || actual.strip_prefix('*') == Some(wanted)).into())
}

fn deep_copy_of(call: &Call<'_>) -> Answer {
    match call.value(0)? {
        Value::Nil => Err("nil cannot be copied".into()),
        value => deep_copy(value, &call.run.budget),
    }
}

/// A copy that shares no map with the original.
pub(super) fn deep_copy(value: &Value, budget: &Budget) -> Answer {
    copy_at(value, budget, 0)
}

fn copy_at(value: &Value, budget: &Budget, depth: usize) -> Answer {
    if depth > MAX_VALUE_DEPTH {
        return Err("the value nests too deep to copy; does it hold itself?".into());
    }
    budget.charge(1)?;
    Ok(match value {
        Value::List(list) => {
            let items = list.iter().map(|item| copy_at(item, budget, depth + 1));
            Value::List(List::new(items.collect::<Result<_, _>>()?))
        }
        Value::Map(map) => {
            let copy = if map.holds_strings() {
                Map::of_strings()
            } else {
                Map::new()
            };
            for (key, value) in map.entries() {
                copy.set(key, copy_at(&value, budget, depth + 1)?);
            }
            Value::Map(copy)
        }
        other => other.clone(),
    })
}

/// Go's `reflect.DeepEqual`: the same types and the same contents.
pub(super) fn deep_equal(left: &Value, right: &Value, budget: &Budget) -> Result<bool, Failure> {
    equal_at(left, right, budget, 0)
}

fn equal_at(left: &Value, right: &Value, budget: &Budget, depth: usize) -> Result<bool, Failure> {
    if depth > MAX_VALUE_DEPTH {
        return Err("the values nest too deep to compare; do they hold themselves?".into());
    }
    budget.charge(1)?;
    Ok(match (left, right) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left, left_kind), Value::Int(right, right_kind)) => {
            left == right && left_kind == right_kind
        }
        #[expect(clippy::float_cmp, reason = "deepEqual compares exactly")]
        (Value::Float(left), Value::Float(right)) => left == right,
        (Value::Str(left), Value::Str(right)) => left == right,
        (Value::Bytes(left), Value::Bytes(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right.iter()) {
                if !equal_at(left, right, budget, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Map(left), Value::Map(right)) => {
            if left.is_same(right) {
                return Ok(true);
            }
            if left.len() != right.len() {
                return Ok(false);
            }
            for ((left_key, left), (right_key, right)) in
                left.entries().iter().zip(&right.entries())
            {
                if left_key != right_key || !equal_at(left, right, budget, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Object(left), Value::Object(right)) => std::rc::Rc::ptr_eq(left, right),
        _ => false,
    })
}
