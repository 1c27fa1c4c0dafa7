//! sprig's dates and durations. The time is that of the environment, and every zone but UTC is an error: the engine has
//! neither a clock nor a table of zones. Go's layouts are in `layout`.

use std::fmt::Write as _;
use std::rc::Rc;

use super::super::call::Param::{Any, Text};
use super::super::call::{Builtin, fixed};
use super::super::environment::Moment;
use super::super::{Answer, Call, Failure, Object, Value};
use super::layout::{self, Civil};

pub(super) const TABLE: &[Builtin] = &[
    fixed("now", &[], |call| Ok(time(call.environment().now))),
    fixed("ago", &[Any], |call| {
        let since = call.environment().now.nanoseconds_since(moment(call, 0)?);
        let second = i128::from(SECOND);
        let rounded = (since + second / 2).div_euclid(second) * second;
        Ok(duration_text(rounded).into())
    }),
    fixed("date", &[Text, Any], |call| {
        formatted(call, call.text(0)?, 1)
    }),
    fixed("dateInZone", &[Text, Any, Text], in_zone),
    fixed("date_in_zone", &[Text, Any, Text], in_zone),
    fixed("htmlDate", &[Any], |call| formatted(call, "2006-01-02", 0)),
    fixed("htmlDateInZone", &[Any, Text], |call| {
        check_zone(call.text(1)?)?;
        formatted(call, "2006-01-02", 0)
    }),
    fixed("dateModify", &[Text, Any], modify),
    fixed("date_modify", &[Text, Any], modify),
    fixed("mustDateModify", &[Text, Any], must_modify),
    fixed("must_date_modify", &[Text, Any], must_modify),
    fixed("toDate", &[Text, Text], |call| {
        let read = layout::parse(call.text(0)?, call.text(1)?);
        Ok(time(read.unwrap_or(YEAR_ONE)))
    }),
    fixed("mustToDate", &[Text, Text], |call| {
        Ok(time(layout::parse(call.text(0)?, call.text(1)?)?))
    }),
    fixed("unixEpoch", &[Any], |call| {
        Ok(moment(call, 0)?.seconds.to_string().into())
    }),
    fixed("duration", &[Any], |call| {
        let seconds = match call.value(0)? {
            Value::Int(number, super::super::IntKind::Int64) => *number,
            Value::Str(text) => text.parse().unwrap_or(0),
            _ => 0,
        };
        Ok(duration_text(i128::from(seconds) * i128::from(SECOND)).into())
    }),
    fixed("durationRound", &[Any], duration_round),
];

const SECOND: i64 = 1_000_000_000;

/// Go's zero time.
const YEAR_ONE: Moment = Moment {
    seconds: -62_135_596_800,
    nanoseconds: 0,
};

impl Moment {
    fn nanoseconds_since(self, earlier: Self) -> i128 {
        let seconds = i128::from(self.seconds) - i128::from(earlier.seconds);
        seconds * i128::from(SECOND) + i128::from(self.nanoseconds)
            - i128::from(earlier.nanoseconds)
    }

    fn plus(self, nanoseconds: i128) -> Option<Self> {
        let second = i128::from(SECOND);
        let total = i128::from(self.seconds) * second + i128::from(self.nanoseconds) + nanoseconds;
        Some(Self {
            seconds: i64::try_from(total.div_euclid(second)).ok()?,
            nanoseconds: i32::try_from(total.rem_euclid(second)).ok()?,
        })
    }
}

/// A `time.Time` of a template.
struct Time(Moment);

fn time(moment: Moment) -> Value {
    Value::Object(Rc::new(Time(moment)))
}

impl Object for Time {
    fn type_name(&self) -> &'static str {
        "time.Time"
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str, call: &Call<'_>) -> Option<Answer> {
        let civil = Civil::of(self.0);
        let value = match name {
            "Unix" => Value::int64(self.0.seconds),
            "Year" => Value::int(civil.year),
            "Month" => layout::MONTHS[civil.month - 1].into(),
            "Day" => Value::count(civil.day),
            "Hour" => Value::count(civil.hour),
            "Minute" => Value::count(civil.minute),
            "Second" => Value::count(civil.second),
            "Nanosecond" => Value::int(i64::from(self.0.nanoseconds)),
            "YearDay" => Value::count(civil.year_day),
            "Weekday" => layout::WEEKDAYS[civil.weekday].into(),
            "IsZero" => (self.0 == YEAR_ONE).into(),
            "UTC" | "Local" => time(self.0),
            "String" => self.data(),
            "Format" => {
                return Some(
                    call.text(0)
                        .map(|layout| layout::format(layout, self.0).into()),
                );
            }
            _ => return None,
        };
        Some(Ok(value))
    }

    fn data(&self) -> Value {
        layout::format("2006-01-02 15:04:05.999999999 -0700 MST", self.0).into()
    }

    fn moment(&self) -> Option<Moment> {
        Some(self.0)
    }
}

/// The time that an argument stands for: seconds since 1970, a time, or else now.
fn moment(call: &Call<'_>, index: usize) -> Result<Moment, Failure> {
    let now = call.environment().now;
    Ok(match call.value(index)? {
        Value::Int(seconds, _) => Moment {
            seconds: *seconds,
            nanoseconds: 0,
        },
        Value::Object(object) => object.moment().unwrap_or(now),
        _ => now,
    })
}

fn formatted(call: &Call<'_>, layout: &str, index: usize) -> Answer {
    Ok(layout::format(layout, moment(call, index)?).into())
}

fn check_zone(zone: &str) -> Result<(), Failure> {
    match zone {
        "" | "UTC" | "Local" | "GMT" | "Etc/UTC" => Ok(()),
        _ => Err(format!("the time zone {zone:?} is not known here; use UTC").into()),
    }
}

fn in_zone(call: &Call<'_>) -> Answer {
    check_zone(call.text(2)?)?;
    formatted(call, call.text(0)?, 1)
}

fn modify(call: &Call<'_>) -> Answer {
    must_modify(call).or_else(|_| Ok(time(moment(call, 1)?)))
}

fn must_modify(call: &Call<'_>) -> Answer {
    let by = parse_duration(call.text(0)?)?;
    let moved = moment(call, 1)?.plus(by);
    moved
        .map(time)
        .ok_or_else(|| "the time is out of range".into())
}

fn duration_round(call: &Call<'_>) -> Answer {
    let duration = match call.value(0)? {
        Value::Str(text) => parse_duration(text).unwrap_or(0),
        Value::Int(number, super::super::IntKind::Int64) => i128::from(*number),
        Value::Object(object) => match object.moment() {
            Some(moment) => call.environment().now.nanoseconds_since(moment),
            None => 0,
        },
        _ => 0,
    };
    let second = u128::from(SECOND.unsigned_abs());
    let seconds = duration.unsigned_abs() / second;
    let rest = duration.unsigned_abs() % second;
    let units = [
        (31_536_000, "y"),
        (2_592_000, "mo"),
        (86_400, "d"),
        (3_600, "h"),
        (60, "m"),
        (1, "s"),
    ];
    // A unit counts only above one of it.
    let unit = units
        .iter()
        .find(|(size, _)| seconds > *size || (seconds == *size && rest > 0));
    Ok(match unit {
        Some((size, name)) => format!("{}{name}", seconds / size).into(),
        None => "0s".into(),
    })
}

/// Reads Go's durations: `1h30m`, `-1.5h`, `300ms`. In nanoseconds.
fn parse_duration(text: &str) -> Result<i128, Failure> {
    let bad = || Failure::from(format!("{text:?} is not a duration (`1h30m`, `300ms`)"));
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    let mut total = 0.0;
    if rest.is_empty() || rest.len() > 60 {
        return Err(bad());
    }
    while !rest.is_empty() {
        let length = rest
            .find(|next: char| !next.is_ascii_digit() && next != '.')
            .ok_or_else(bad)?;
        let number: f64 = rest[..length].parse().map_err(|_| bad())?;
        rest = &rest[length..];
        let length = rest
            .find(|next: char| next.is_ascii_digit() || next == '.')
            .unwrap_or(rest.len());
        let scale = match &rest[..length] {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 6e10,
            "h" => 3.6e12,
            _ => return Err(bad()),
        };
        total += number * scale;
        rest = &rest[length..];
    }
    if total > 9.2e18 {
        return Err(bad());
    }
    #[expect(clippy::cast_possible_truncation, reason = "in range, checked above")]
    let total = total.round() as i128;
    Ok(if negative { -total } else { total })
}

/// Go's text of a duration: `1h1m1s`, `1.5s`, `0s`.
fn duration_text(nanoseconds: i128) -> String {
    let magnitude = nanoseconds.unsigned_abs();
    if magnitude == 0 {
        return "0s".into();
    }
    let mut out = String::from(if nanoseconds < 0 { "-" } else { "" });
    let (seconds, rest) = (magnitude / 1_000_000_000, magnitude % 1_000_000_000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    if hours > 0 {
        let _ = write!(out, "{hours}h");
    }
    if seconds >= 60 {
        let _ = write!(out, "{minutes}m");
    }
    let _ = write!(out, "{}", seconds % 60);
    if rest > 0 {
        let _ = write!(out, ".{}", format!("{rest:09}").trim_end_matches('0'));
    }
    out.push('s');
    out
}
