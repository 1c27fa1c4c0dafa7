//! Arithmetic, comparison, conversions, and the parts of times.

use std::cmp::Ordering;

use super::super::times::{self, Moment, SECOND};
use super::evaluate::{Budget, Fault, no_overload};
use super::functions::one;
use super::value::{Val, as_float, as_whole, unsigned_as_float};
use crate::calendar;

type Done<'a> = Result<Val<'a>, Fault>;

/// `<` and its like.
pub(super) fn compare<'a>(values: &[Val<'a>], holds: fn(Ordering) -> bool) -> Done<'a> {
    let [one, other] = values else {
        return no_overload();
    };
    match one.compare(other) {
        Some(order) => Ok(Val::Bool(holds(order))),
        // Not a number is neither more nor less.
        None if matches!((one, other), (Val::Double(_), _) | (_, Val::Double(_))) => {
            Ok(Val::Bool(false))
        }
        None => no_overload(),
    }
}

fn overflow() -> Fault {
    Fault::from("integer overflow")
}

fn moved<'a>(moment: Moment, by: i64) -> Val<'a> {
    let nanoseconds = moment.nanoseconds + i128::from(by);
    Val::Timestamp(Moment {
        nanoseconds,
        ..moment
    })
}

/// `+`.
pub(super) fn add<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    match values {
        [Val::Int(one), Val::Int(other)] => {
            one.checked_add(*other).map(Val::Int).ok_or_else(overflow)
        }
        [Val::Uint(one), Val::Uint(other)] => {
            one.checked_add(*other).map(Val::Uint).ok_or_else(overflow)
        }
        [Val::Double(one), Val::Double(other)] => Ok(Val::Double(one + other)),
        [Val::Text(one), Val::Text(other)] => {
            budget.spend_on_text(one.len() + other.len())?;
            Ok(Val::text(format!("{}{}", &**one, &**other)))
        }
        [Val::Bytes(one), Val::Bytes(other)] => {
            budget.spend_on_text(one.len() + other.len())?;
            Ok(Val::Bytes([&**one, &**other].concat().into()))
        }
        [Val::Duration(one), Val::Duration(other)] => one
            .checked_add(*other)
            .map(Val::Duration)
            .ok_or_else(overflow),
        [Val::Timestamp(at), Val::Duration(by)] | [Val::Duration(by), Val::Timestamp(at)] => {
            Ok(moved(*at, *by))
        }
        [one, other] => {
            let (Some(mut one), Some(other)) = (one.items(), other.items()) else {
                return no_overload();
            };
            budget.spend(one.len() + other.len())?;
            one.extend(other);
            Ok(Val::list(one))
        }
        _ => no_overload(),
    }
}

/// `-`.
pub(super) fn subtract<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match values {
        [Val::Int(one), Val::Int(other)] => {
            one.checked_sub(*other).map(Val::Int).ok_or_else(overflow)
        }
        [Val::Uint(one), Val::Uint(other)] => {
            one.checked_sub(*other).map(Val::Uint).ok_or_else(overflow)
        }
        [Val::Double(one), Val::Double(other)] => Ok(Val::Double(one - other)),
        [Val::Duration(one), Val::Duration(other)] => one
            .checked_sub(*other)
            .map(Val::Duration)
            .ok_or_else(overflow),
        [Val::Timestamp(at), Val::Duration(by)] => {
            Ok(moved(*at, by.checked_neg().ok_or_else(overflow)?))
        }
        [Val::Timestamp(one), Val::Timestamp(other)] => {
            let between = i64::try_from(one.nanoseconds - other.nanoseconds);
            between.map(Val::Duration).map_err(|_| overflow())
        }
        _ => no_overload(),
    }
}

/// `*`.
pub(super) fn multiply<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match values {
        [Val::Int(one), Val::Int(other)] => {
            one.checked_mul(*other).map(Val::Int).ok_or_else(overflow)
        }
        [Val::Uint(one), Val::Uint(other)] => {
            one.checked_mul(*other).map(Val::Uint).ok_or_else(overflow)
        }
        [Val::Double(one), Val::Double(other)] => Ok(Val::Double(one * other)),
        _ => no_overload(),
    }
}

/// `/`.
pub(super) fn divide<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match values {
        [Val::Int(_), Val::Int(0)] | [Val::Uint(_), Val::Uint(0)] => {
            Err(Fault::from("division by zero"))
        }
        [Val::Int(one), Val::Int(other)] => {
            one.checked_div(*other).map(Val::Int).ok_or_else(overflow)
        }
        [Val::Uint(one), Val::Uint(other)] => Ok(Val::Uint(one / other)),
        [Val::Double(one), Val::Double(other)] => Ok(Val::Double(one / other)),
        _ => no_overload(),
    }
}

/// `%`.
pub(super) fn remainder<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match values {
        [Val::Int(_), Val::Int(0)] | [Val::Uint(_), Val::Uint(0)] => {
            Err(Fault::from("modulus by zero"))
        }
        [Val::Int(one), Val::Int(other)] => {
            one.checked_rem(*other).map(Val::Int).ok_or_else(overflow)
        }
        [Val::Uint(one), Val::Uint(other)] => Ok(Val::Uint(one % other)),
        _ => no_overload(),
    }
}

/// `-x`.
pub(super) fn negate<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match one(values)? {
        Val::Int(number) => number.checked_neg().map(Val::Int).ok_or_else(overflow),
        Val::Double(number) => Ok(Val::Double(-number)),
        _ => no_overload(),
    }
}

fn not_converted<'a>(from: &str, to: &str) -> Done<'a> {
    Err(Fault::Error(format!(
        "type conversion error from '{from}' to '{to}'"
    )))
}

/// `int(x)`.
pub(super) fn to_int<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match one(values)? {
        Val::Int(number) => Ok(Val::Int(*number)),
        Val::Uint(number) => i64::try_from(*number).map(Val::Int).map_err(|_| overflow()),
        Val::Double(number) if number.abs() < 9.2e18 => Ok(Val::Int(as_whole(number.trunc()))),
        Val::Double(_) => Err(overflow()),
        Val::Text(text) => match text.parse() {
            Ok(number) => Ok(Val::Int(number)),
            Err(_) => not_converted("string", "int"),
        },
        Val::Timestamp(at) => {
            let seconds = at.nanoseconds.div_euclid(i128::from(SECOND));
            i64::try_from(seconds).map(Val::Int).map_err(|_| overflow())
        }
        Val::Duration(nanoseconds) => Ok(Val::Int(*nanoseconds)),
        _ => no_overload(),
    }
}

/// `uint(x)`.
pub(super) fn to_uint<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match one(values)? {
        Val::Int(number) => u64::try_from(*number)
            .map(Val::Uint)
            .map_err(|_| overflow()),
        Val::Uint(number) => Ok(Val::Uint(*number)),
        Val::Double(number) if (0.0..9.2e18).contains(number) => Ok(Val::Uint(
            u64::try_from(as_whole(number.trunc())).unwrap_or_default(),
        )),
        Val::Double(_) => Err(overflow()),
        Val::Text(text) => match text.parse() {
            Ok(number) => Ok(Val::Uint(number)),
            Err(_) => not_converted("string", "uint"),
        },
        _ => no_overload(),
    }
}

/// `double(x)`.
pub(super) fn to_double<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match one(values)? {
        Val::Int(number) => Ok(Val::Double(as_float(*number))),
        Val::Uint(number) => Ok(Val::Double(unsigned_as_float(*number))),
        Val::Double(number) => Ok(Val::Double(*number)),
        Val::Text(text) => match text.parse() {
            Ok(number) => Ok(Val::Double(number)),
            Err(_) => not_converted("string", "double"),
        },
        _ => no_overload(),
    }
}

/// `bool(x)`.
pub(super) fn to_bool<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match one(values)? {
        Val::Bool(value) => Ok(Val::Bool(*value)),
        Val::Text(text) => match &**text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Val::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Val::Bool(false)),
            _ => not_converted("string", "bool"),
        },
        _ => no_overload(),
    }
}

/// `duration(x)`.
pub(super) fn to_duration<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match one(values)? {
        Val::Duration(length) => Ok(Val::Duration(*length)),
        Val::Text(text) => match times::duration(text) {
            Some(length) => Ok(Val::Duration(length)),
            None => not_converted("string", "google.protobuf.Duration"),
        },
        _ => no_overload(),
    }
}

/// `timestamp(x)`.
pub(super) fn to_timestamp<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    match one(values)? {
        Val::Timestamp(at) => Ok(Val::Timestamp(*at)),
        Val::Text(text) => match times::moment(text) {
            Some(at) => Ok(Val::Timestamp(at)),
            None => not_converted("string", "google.protobuf.Timestamp"),
        },
        Val::Int(seconds) => {
            let nanoseconds = i128::from(*seconds) * i128::from(SECOND);
            Ok(Val::Timestamp(Moment {
                nanoseconds,
                offset: 0,
            }))
        }
        _ => no_overload(),
    }
}

/// What to take of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    /// From 0.
    Month,
    /// The day of the month, from 1.
    Date,
    /// From 0.
    DayOfMonth,
    /// From Sunday, which is 0.
    DayOfWeek,
    /// From 0.
    DayOfYear,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
}

/// Takes a part of a time, in UTC or at an offset; or of a duration, whole.
pub(super) fn part<'a>(values: &[Val<'a>], part: Part) -> Done<'a> {
    let (at, zone) = match values {
        [Val::Duration(length)] => {
            return Ok(Val::Int(match part {
                Part::Hours => length / (3600 * SECOND),
                Part::Minutes => length / (60 * SECOND),
                Part::Seconds => length / SECOND,
                _ => length / 1_000_000 % 1000,
            }));
        }
        [Val::Timestamp(at)] => (at, "Z"),
        [Val::Timestamp(at), Val::Text(zone)] => (at, &**zone),
        _ => return no_overload(),
    };
    let offset = match zone {
        "Z" | "UTC" | "" => 0,
        zone => times::offset(zone)
            .or_else(|| times::offset(&format!("+{zone}")))
            .ok_or_else(|| Fault::Error(format!("unknown time zone {zone}")))?,
    };
    let nanoseconds = at.nanoseconds + i128::from(offset) * i128::from(SECOND);
    let seconds =
        i64::try_from(nanoseconds.div_euclid(i128::from(SECOND))).map_err(|_| overflow())?;
    let milliseconds =
        i64::try_from(nanoseconds.rem_euclid(i128::from(SECOND)) / 1_000_000).unwrap_or_default();
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = calendar::date_of(days);
    Ok(Val::Int(match part {
        Part::Year => year,
        Part::Month => month - 1,
        Part::Date => day,
        Part::DayOfMonth => day - 1,
        Part::DayOfWeek => (days + 4).rem_euclid(7),
        Part::DayOfYear => days - calendar::days_to(year, 1, 1),
        Part::Hours => rest / 3600,
        Part::Minutes => rest / 60 % 60,
        Part::Seconds => rest % 60,
        Part::Milliseconds => milliseconds,
    }))
}
