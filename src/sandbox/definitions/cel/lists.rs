//! Functions of lists and maps.

use std::cmp::Ordering;

use super::evaluate::{Budget, Fault, no_overload};
use super::functions::one;
use super::numbers;
use super::value::Val;

type Done<'a> = Result<Val<'a>, Fault>;

fn items<'a>(values: &[Val<'a>], at: usize, budget: &mut Budget) -> Result<Vec<Val<'a>>, Fault> {
    let Some(items) = values.get(at).and_then(Val::items) else {
        return no_overload();
    };
    budget.spend(items.len())?;
    Ok(items)
}

/// `==` and `!=`; `wanted`: what equal values give.
pub(super) fn equal<'a>(values: &[Val<'a>], budget: &mut Budget, wanted: bool) -> Done<'a> {
    let [one, other] = values else {
        return no_overload();
    };
    if let (Some(size), Some(_)) = (one.size(), other.size()) {
        budget.spend_on_text(size)?;
    }
    Ok(Val::Bool(one.equals(other) == wanted))
}

/// `x in list`, `x in map`.
pub(super) fn contains<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let [wanted, of] = values else {
        return no_overload();
    };
    if matches!(of, Val::Object(..) | Val::Map(_)) {
        return Ok(Val::Bool(of.get(wanted)?.is_some()));
    }
    let found = items(values, 1, budget)?
        .iter()
        .any(|item| item.equals(wanted));
    Ok(Val::Bool(found))
}

/// `size(x)`.
pub(super) fn size<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let of = one(values)?;
    let Some(size) = of.size() else {
        return no_overload();
    };
    if matches!(of, Val::Text(_)) {
        budget.spend_on_text(size)?;
    }
    Ok(Val::Int(i64::try_from(size).unwrap_or(i64::MAX)))
}

fn place<'a>(found: Option<usize>) -> Val<'a> {
    Val::Int(found.map_or(-1, |at| i64::try_from(at).unwrap_or(i64::MAX)))
}

/// `[…].indexOf(x)`.
pub(super) fn index_of<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let [_, wanted] = values else {
        return no_overload();
    };
    let items = items(values, 0, budget)?;
    Ok(place(items.iter().position(|item| item.equals(wanted))))
}

/// `[…].lastIndexOf(x)`.
pub(super) fn last_index_of<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let [_, wanted] = values else {
        return no_overload();
    };
    let items = items(values, 0, budget)?;
    Ok(place(items.iter().rposition(|item| item.equals(wanted))))
}

/// `[…].isSorted()`.
pub(super) fn is_sorted<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let items = items(values, 0, budget)?;
    for pair in items.windows(2) {
        match pair[0].compare(&pair[1]) {
            None => return no_overload(),
            Some(Ordering::Greater) => return Ok(Val::Bool(false)),
            Some(_) => {}
        }
    }
    Ok(Val::Bool(true))
}

/// `[…].sum()`; of nothing, 0.
pub(super) fn sum<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let mut items = items(values, 0, budget)?.into_iter();
    let Some(mut sum) = items.next() else {
        return Ok(Val::Int(0));
    };
    for item in items {
        sum = numbers::add(&[sum, item], budget)?;
    }
    Ok(sum)
}

/// `[…].min()` and `[…].max()`.
pub(super) fn extreme<'a>(values: &[Val<'a>], budget: &mut Budget, wanted: Ordering) -> Done<'a> {
    let mut items = items(values, 0, budget)?.into_iter();
    let name = if wanted == Ordering::Less {
        "min"
    } else {
        "max"
    };
    let Some(mut found) = items.next() else {
        return Err(Fault::Error(format!("{name} called on empty list")));
    };
    for item in items {
        match item.compare(&found) {
            None => return no_overload(),
            Some(order) if order == wanted => found = item,
            Some(_) => {}
        }
    }
    Ok(found)
}

fn two<'a>(values: &[Val<'a>], budget: &mut Budget) -> Result<(Vec<Val<'a>>, Vec<Val<'a>>), Fault> {
    let (one, other) = (items(values, 0, budget)?, items(values, 1, budget)?);
    budget.spend(one.len().saturating_mul(other.len()))?;
    Ok((one, other))
}

fn has(items: &[Val<'_>], wanted: &Val<'_>) -> bool {
    items.iter().any(|item| item.equals(wanted))
}

/// `sets.contains(a, b)`: all of b is in a.
pub(super) fn set_contains<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let (one, other) = two(values, budget)?;
    Ok(Val::Bool(other.iter().all(|item| has(&one, item))))
}

/// `sets.equivalent(a, b)`.
pub(super) fn set_equivalent<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let (one, other) = two(values, budget)?;
    let same = other.iter().all(|item| has(&one, item)) && one.iter().all(|item| has(&other, item));
    Ok(Val::Bool(same))
}

/// `sets.intersects(a, b)`.
pub(super) fn set_intersects<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let (one, other) = two(values, budget)?;
    Ok(Val::Bool(other.iter().any(|item| has(&one, item))))
}

/// Whether a value is what its type is without one.
pub(super) fn is_zero(value: &Val<'_>) -> bool {
    match value {
        Val::Null
        | Val::Bool(false)
        | Val::Int(0)
        | Val::Uint(0)
        | Val::Duration(0)
        | Val::Optional(None) => true,
        Val::Double(number) => *number == 0.0,
        other => other.size() == Some(0),
    }
}
