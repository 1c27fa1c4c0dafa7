//! Quantities, as `1.5Gi` or `100m`: whole numbers of billionths, as Kubernetes keeps them.

use std::cmp::Ordering;
use std::rc::Rc;

use super::evaluate::{Budget, Fault, no_overload};
use super::functions::{one, text};
use super::value::Val;

type Done<'a> = Result<Val<'a>, Fault>;

const UNIT: i128 = 1_000_000_000;

/// An amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Quantity {
    billionths: i128,
}

impl Quantity {
    /// Reads a quantity. Parts of a billionth count as one.
    fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') || number.len() > 30
        {
            return None;
        }
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = u32::try_from(fraction.len()).ok()?;
        let (factor, power): (i128, i32) = match suffix {
            "n" => (1, -9),
            "u" => (1, -6),
            "m" => (1, -3),
            "" => (1, 0),
            "k" => (1, 3),
            "M" => (1, 6),
            "G" => (1, 9),
            "T" => (1, 12),
            "P" => (1, 15),
            "E" => (1, 18),
            "Ki" => (1 << 10, 0),
            "Mi" => (1 << 20, 0),
            "Gi" => (1 << 30, 0),
            "Ti" => (1 << 40, 0),
            "Pi" => (1 << 50, 0),
            "Ei" => (1 << 60, 0),
            other => (
                1,
                other
                    .strip_prefix(['e', 'E'])?
                    .parse()
                    .ok()
                    .filter(|power: &i32| power.abs() <= 30)?,
            ),
        };
        let power = power + 9 - i32::try_from(places).ok()?;
        let scaled = digits.checked_mul(factor)?;
        let billionths = if power >= 0 {
            scaled.checked_mul(10_i128.checked_pow(power.unsigned_abs())?)?
        } else {
            let by = 10_i128.checked_pow(power.unsigned_abs())?;
            scaled / by + i128::from(scaled % by != 0)
        };
        Some(Self {
            billionths: if negative { -billionths } else { billionths },
        })
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.billionths.cmp(&other.billionths)
    }

    fn whole(&self) -> Option<i64> {
        let whole = self.billionths % UNIT == 0;
        whole.then(|| i64::try_from(self.billionths / UNIT).ok())?
    }
}

/// `quantity(x)`.
pub(super) fn quantity<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match Quantity::parse(text(values, 0)?) {
        Some(found) => Ok(Val::Quantity(Rc::new(found))),
        None => Err(Fault::from(
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        )),
    }
}

/// `isQuantity(x)`.
pub(super) fn is_quantity<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Bool(Quantity::parse(text(values, 0)?).is_some()))
}

fn of<'v>(values: &'v [Val<'_>], at: usize) -> Result<&'v Quantity, Fault> {
    match values.get(at) {
        Some(Val::Quantity(found)) => Ok(found),
        _ => no_overload(),
    }
}

/// `sign()`: -1, 0 or 1.
pub(super) fn sign<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let sign = of(values, 0)?.billionths.signum();
    Ok(Val::Int(i64::try_from(sign).unwrap_or_default()))
}

/// `isInteger()`.
pub(super) fn is_integer<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Bool(of(values, 0)?.whole().is_some()))
}

/// `asInteger()`.
pub(super) fn as_integer<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let whole = of(values, 0)?.whole();
    whole
        .map(Val::Int)
        .ok_or_else(|| Fault::from("cannot convert value to integer"))
}

/// `asApproximateFloat()`.
#[expect(clippy::cast_precision_loss, reason = "approximate by name")]
pub(super) fn as_float<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    Ok(Val::Double(of(values, 0)?.billionths as f64 / UNIT as f64))
}

/// `isGreaterThan(x)`, `isLessThan(x)`.
pub(super) fn is<'a>(values: &[Val<'a>], holds: fn(Ordering) -> bool) -> Done<'a> {
    Ok(Val::Bool(holds(of(values, 0)?.compare(of(values, 1)?))))
}

/// `compareTo(x)`: -1, 0 or 1.
pub(super) fn compare_to<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let order = of(values, 0)?.compare(of(values, 1)?);
    Ok(Val::Int(i64::from(order as i8)))
}

/// `add(x)`, and `sub(x)` with a `sign` of -1.
pub(super) fn add<'a>(values: &[Val<'a>], sign: i128) -> Done<'a> {
    let by = match values.get(1) {
        Some(Val::Int(number)) => i128::from(*number) * UNIT,
        _ => of(values, 1)?.billionths,
    };
    let _ = one(values)?;
    let billionths = of(values, 0)?.billionths.saturating_add(by * sign);
    Ok(Val::Quantity(Rc::new(Quantity { billionths })))
}
