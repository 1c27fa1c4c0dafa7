//! Go's layouts for times (`2006-01-02 15:04:05`): writing and reading by them, in UTC.

use std::fmt::Write as _;

use super::super::environment::Moment;
use super::super::error::Failure;
use crate::calendar;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

const DAY: i64 = 86_400;

/// A moment as people write it.
pub(super) struct Civil {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: usize,
    pub(super) day: usize,
    pub(super) hour: usize,
    pub(super) minute: usize,
    pub(super) second: usize,
    /// From Sunday, 0.
    pub(super) weekday: usize,
    /// From 1.
    pub(super) year_day: usize,
}

impl Civil {
    pub(super) fn of(moment: Moment) -> Self {
        let days = moment.seconds.div_euclid(DAY);
        let clock = small(moment.seconds.rem_euclid(DAY));
        let (year, month, day) = calendar::date_of(days);
        Self {
            year,
            month: small(month),
            day: small(day),
            hour: clock / 3600,
            minute: clock / 60 % 60,
            second: clock % 60,
            weekday: small((days + 4).rem_euclid(7)),
            year_day: small(days - calendar::days_to(year, 1, 1) + 1),
        }
    }
}

fn small(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// The elements of layouts, longer ones before those that they start with.
const ELEMENTS: &[&str] = &[
    "January",
    "Monday",
    "2006",
    "-07:00:00",
    "-07:00",
    "-070000",
    "-0700",
    "-07",
    "Z07:00:00",
    "Z07:00",
    "Z070000",
    "Z0700",
    "Z07",
    "002",
    "Jan",
    "Mon",
    "MST",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "__2",
    "_2",
    "PM",
    "pm",
    "1",
    "2",
    "3",
    "4",
    "5",
];

/// The element that stands at the start of a layout, and its length.
fn element(layout: &str) -> Option<&str> {
    if let Some(point) = layout.strip_prefix(['.', ',']) {
        let digit = point
            .chars()
            .next()
            .filter(|next| matches!(next, '0' | '9'))?;
        let length = point.len() - point.trim_start_matches(digit).len();
        let ends = !point[length..].starts_with(|next: char| next.is_ascii_digit());
        return ends.then(|| &layout[..=length]);
    }
    let found = ELEMENTS
        .iter()
        .find(|element| layout.starts_with(**element))?;
    // `Month` is not `Mon` and a rest.
    let names = matches!(*found, "Jan" | "Mon");
    let goes_on = layout[found.len()..].starts_with(|next: char| next.is_ascii_lowercase());
    (!(names && goes_on)).then(|| &layout[..found.len()])
}

/// Writes a moment by a layout.
pub(super) fn format(layout: &str, moment: Moment) -> String {
    let civil = Civil::of(moment);
    let mut out = String::with_capacity(layout.len() + 8);
    let mut rest = layout;
    while let Some(next) = rest.chars().next() {
        if let Some(element) = element(rest) {
            write_element(&mut out, element, &civil, moment);
            rest = &rest[element.len()..];
        } else {
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out
}

fn write_element(out: &mut String, element: &str, civil: &Civil, moment: Moment) {
    let hour = (civil.hour + 11) % 12 + 1;
    let half = if civil.hour < 12 { "AM" } else { "PM" };
    let _ = match element {
        "2006" => write!(out, "{:04}", civil.year),
        "06" => write!(out, "{:02}", civil.year.rem_euclid(100)),
        "January" => write!(out, "{}", MONTHS[civil.month - 1]),
        "Jan" => write!(out, "{}", &MONTHS[civil.month - 1][..3]),
        "01" => write!(out, "{:02}", civil.month),
        "1" => write!(out, "{}", civil.month),
        "Monday" => write!(out, "{}", WEEKDAYS[civil.weekday]),
        "Mon" => write!(out, "{}", &WEEKDAYS[civil.weekday][..3]),
        "02" => write!(out, "{:02}", civil.day),
        "_2" => write!(out, "{:2}", civil.day),
        "2" => write!(out, "{}", civil.day),
        "002" => write!(out, "{:03}", civil.year_day),
        "__2" => write!(out, "{:3}", civil.year_day),
        "15" => write!(out, "{:02}", civil.hour),
        "03" => write!(out, "{hour:02}"),
        "3" => write!(out, "{hour}"),
        "04" => write!(out, "{:02}", civil.minute),
        "4" => write!(out, "{}", civil.minute),
        "05" => write!(out, "{:02}", civil.second),
        "5" => write!(out, "{}", civil.second),
        "PM" => write!(out, "{half}"),
        "pm" => write!(out, "{}", half.to_lowercase()),
        "MST" => write!(out, "UTC"),
        _ if element.starts_with('Z') => write!(out, "Z"),
        _ if element.starts_with('-') => write!(out, "+{}", element[1..].replace('7', "0")),
        _ => {
            let digits = format!("{:09}", moment.nanoseconds);
            let kept = &digits[..(element.len() - 1).min(9)];
            match element.as_bytes().get(1) {
                Some(b'9') if kept.trim_end_matches('0').is_empty() => Ok(()),
                Some(b'9') => write!(out, "{}{}", &element[..1], kept.trim_end_matches('0')),
                _ => write!(out, "{}{kept}", &element[..1]),
            }
        }
    };
}

/// Reads a text by a layout; what the layout does not have is that of the first moment of the year 0.
///
/// # Errors
/// The text does not fit the layout, or is no date.
pub(super) fn parse(layout: &str, text: &str) -> Result<Moment, Failure> {
    let bad = |at: &str| {
        Failure::from(format!(
            "cannot read {text:?} as a time by the layout {layout:?}, at {at:?}"
        ))
    };
    let mut fields = Fields::default();
    let (mut layout_rest, mut rest) = (layout, text);
    while let Some(next) = layout_rest.chars().next() {
        if let Some(element) = element(layout_rest) {
            rest = fields.read(element, rest).ok_or_else(|| bad(rest))?;
            layout_rest = &layout_rest[element.len()..];
            // Fractions of a second may stand after the seconds even if the layout has none.
            if element.ends_with('5') && !layout_rest.starts_with(['.', ',']) {
                rest = fields.fraction(rest).unwrap_or(rest);
            }
        } else {
            rest = rest.strip_prefix(next).ok_or_else(|| bad(rest))?;
            layout_rest = &layout_rest[next.len_utf8()..];
        }
    }
    if !rest.is_empty() {
        return Err(bad(rest));
    }
    fields
        .moment()
        .ok_or_else(|| format!("{text:?} is not a possible time").into())
}

/// What has been read of a time.
#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanoseconds: i32,
    afternoon: Option<bool>,
    /// Seconds east of UTC.
    offset: i64,
}

impl Fields {
    /// Reads one element and gives the rest of the text.
    fn read<'a>(&mut self, element: &str, text: &'a str) -> Option<&'a str> {
        let (slot, value, rest): (&mut i64, i64, &str) = match element {
            "2006" => {
                let (value, rest) = digits(text, 4, 4)?;
                (&mut self.year, value, rest)
            }
            "06" => {
                let (value, rest) = digits(text, 2, 2)?;
                (
                    &mut self.year,
                    if value >= 69 {
                        1900 + value
                    } else {
                        2000 + value
                    },
                    rest,
                )
            }
            "January" | "Jan" => {
                let (month, rest) = name(text, &MONTHS, element == "Jan")?;
                (self.month.insert(0), month + 1, rest)
            }
            "Monday" | "Mon" => {
                return name(text, &WEEKDAYS, element == "Mon").map(|(_, rest)| rest);
            }
            "01" | "1" => {
                let (value, rest) = digits(text, element.len(), 2)?;
                (self.month.insert(0), value, rest)
            }
            "02" | "_2" | "2" => {
                let text = if element == "_2" {
                    text.trim_start_matches(' ')
                } else {
                    text
                };
                let (value, rest) = digits(text, if element == "02" { 2 } else { 1 }, 2)?;
                (self.day.insert(0), value, rest)
            }
            "002" | "__2" => {
                let (value, rest) = digits(text.trim_start_matches(' '), 1, 3)?;
                (self.year_day.insert(0), value, rest)
            }
            "15" | "03" | "3" => {
                let (value, rest) = digits(text, if element == "3" { 1 } else { 2 }, 2)?;
                (&mut self.hour, value, rest)
            }
            "04" | "4" => {
                let (value, rest) = digits(text, element.len(), 2)?;
                (&mut self.minute, value, rest)
            }
            "05" | "5" => {
                let (value, rest) = digits(text, element.len(), 2)?;
                (&mut self.second, value, rest)
            }
            "PM" | "pm" => {
                let half = text.get(..2)?;
                self.afternoon = Some(half.eq_ignore_ascii_case("pm"));
                return matches!(half, "AM" | "PM" | "am" | "pm").then(|| &text[2..]);
            }
            "MST" => {
                return text
                    .strip_prefix("UTC")
                    .or_else(|| text.strip_prefix("GMT"));
            }
            _ if element.starts_with('Z') && text.starts_with('Z') => return Some(&text[1..]),
            _ if element.starts_with(['Z', '-']) => return self.zone(element, text),
            _ => return self.fraction(text),
        };
        *slot = value;
        Some(rest)
    }

    fn fraction<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let digits = text.strip_prefix(['.', ','])?;
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let padded = format!("{:0<9}", digits.get(..length.min(9))?);
        self.nanoseconds = padded.parse().ok().filter(|_| length > 0)?;
        Some(&digits[length..])
    }

    fn zone<'a>(&mut self, element: &str, text: &'a str) -> Option<&'a str> {
        let sign = match text.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let zone = text.get(1..element.len())?;
        let mut parts = [0i64; 3];
        let plain = zone.replace(':', "");
        for (slot, pair) in parts.iter_mut().zip(plain.as_bytes().chunks(2)) {
            *slot = std::str::from_utf8(pair).ok()?.parse().ok()?;
        }
        self.offset = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
        Some(&text[element.len()..])
    }

    fn moment(&self) -> Option<Moment> {
        let hour = match self.afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let month = self.month.unwrap_or(1);
        let day = self.day.unwrap_or(1);
        if !(1..=12).contains(&month) || hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let (next_year, next_month) = if month == 12 {
            (self.year + 1, 1)
        } else {
            (self.year, month + 1)
        };
        let length =
            calendar::days_to(next_year, next_month, 1) - calendar::days_to(self.year, month, 1);
        if !(1..=length).contains(&day) {
            return None;
        }
        let mut days = calendar::days_to(self.year, month, day);
        if let Some(year_day) = self.year_day {
            days = calendar::days_to(self.year, 1, 1) + year_day - 1;
        }
        Some(Moment {
            seconds: days * DAY + hour * 3600 + self.minute * 60 + self.second - self.offset,
            nanoseconds: self.nanoseconds,
        })
    }
}

/// Between `least` and `most` digits.
fn digits(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let length = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let number = text[..length].parse().ok()?;
    (length >= least).then_some((number, &text[length..]))
}

/// The number of a name, by its first three letters if `short`.
fn name<'a>(text: &'a str, names: &[&str], short: bool) -> Option<(i64, &'a str)> {
    let found = names.iter().position(|name| {
        let name = if short { &name[..3] } else { name };
        text.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    })?;
    let length = if short { 3 } else { names[found].len() };
    Some((i64::try_from(found).ok()?, &text[length..]))
}
