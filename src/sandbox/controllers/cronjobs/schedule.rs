//! Schedules as cron writes them: `*/5 8-18 * * mon-fri`, `@hourly`, `@every 90m`. In UTC.

use crate::calendar;

/// A parsed schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Schedule {
    /// So many seconds after the last time.
    Every(i64),
    At(Fields),
}

/// Each a set of numbers as bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether days of the month, and days of the week, were left open by a star: then the other alone counts.
    open_days: bool,
    open_weekdays: bool,
}

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Schedule {
    /// Reads a schedule.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(duration) = text.strip_prefix("@every ") {
            let seconds = duration_of(duration.trim())
                .ok_or_else(|| format!("failed to parse duration {text}"))?;
            return Ok(Self::Every(seconds.max(1)));
        }
        let text = match text {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            other if other.starts_with('@') => {
                return Err(format!("unrecognized descriptor: {other}"));
            }
            other => other,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return Err(format!(
                "expected exactly 5 fields, found {}: [{text}]",
                fields.len()
            ));
        };
        let open = |field: &str| field.starts_with(['*', '?']);
        let mut weekday_set = set(weekdays, (0, 7), WEEKDAYS)?;
        if weekday_set >> 7 & 1 == 1 {
            // Sunday has two numbers.
            weekday_set |= 1;
        }
        Ok(Self::At(Fields {
            minutes: set(minutes, (0, 59), &[])?,
            hours: set(hours, (0, 23), &[])?,
            days: set(days, (1, 31), &[])?,
            months: set(months, (1, 12), MONTHS)?,
            weekdays: weekday_set,
            open_days: open(days),
            open_weekdays: open(weekdays),
        }))
    }

    /// The first time after `after` (seconds since 1970); `None` if there is none in the next five years, as for 31 February.
    pub(super) fn next(&self, after: i64) -> Option<i64> {
        let fields = match self {
            Self::Every(seconds) => return Some(after + seconds),
            Self::At(fields) => fields,
        };
        let start = after.div_euclid(60) * 60 + 60;
        let first = start.div_euclid(86_400);
        for day in first..first + 5 * 366 {
            if !fields.has_day(day) {
                continue;
            }
            let from = if day == first {
                start.rem_euclid(86_400) / 60
            } else {
                0
            };
            let minute = (from..1440).find(|minute| fields.has_minute(*minute));
            if let Some(minute) = minute {
                return Some(day * 86_400 + minute * 60);
            }
        }
        None
    }

    /// The last time that is after `after` and not after `now`, and how many there were, as far as they are worth counting
    /// (101 at most).
    pub(super) fn last_missed(&self, after: i64, now: i64) -> Option<(i64, usize)> {
        let mut found = None;
        let mut count = 0;
        let mut at = after;
        while let Some(next) = self.next(at).filter(|next| *next <= now) {
            found = Some(next);
            count = (count + 1).min(101);
            at = next;
            if let Self::Every(seconds) = self {
                // All at once: they lie regularly.
                let more = (now - at) / seconds;
                count = usize::try_from(more).map_or(101, |more| (count + more).min(101));
                return Some((at + more * seconds, count));
            }
            if count == 101 {
                // What lies long ago is skipped: a day before now is enough for all but rare schedules.
                at = at.max(now - 86_400);
            }
        }
        found.map(|found| (found, count))
    }
}

impl Fields {
    fn has_day(&self, day: i64) -> bool {
        let (_, month, day_of_month) = calendar::date_of(day);
        // 1 January 1970 was a Thursday.
        let weekday = (day + 4).rem_euclid(7);
        if !has(self.months, month) {
            return false;
        }
        let by_month = has(self.days, day_of_month);
        let by_week = has(self.weekdays, weekday);
        if self.open_days || self.open_weekdays {
            by_month && by_week
        } else {
            by_month || by_week
        }
    }

    fn has_minute(&self, minute: i64) -> bool {
        has(self.hours, minute / 60) && has(self.minutes, minute % 60)
    }
}

fn has(set: u64, number: i64) -> bool {
    set >> number & 1 == 1
}

/// The numbers that a field stands for.
fn set(field: &str, (least, most): (i64, i64), names: &[&str]) -> Result<u64, String> {
    let mut out = 0;
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => {
                let step = step.parse::<i64>().ok().filter(|step| *step > 0);
                let step = step
                    .ok_or_else(|| format!("step of range should be a positive number: {part}"))?;
                (range, Some(step))
            }
            None => (part, None),
        };
        let value = |text: &str| -> Result<i64, String> {
            let lower = text.to_lowercase();
            if let Some(at) = names.iter().position(|name| **name == lower) {
                return Ok(i64::try_from(at).unwrap_or_default() + least);
            }
            let number = lower.parse::<i64>();
            let number = number.map_err(|_| format!("failed to parse int from {text}"))?;
            if (least..=most).contains(&number) {
                Ok(number)
            } else if number < least {
                Err(format!(
                    "beginning of range ({number}) below minimum ({least}): {field}"
                ))
            } else {
                Err(format!(
                    "end of range ({number}) above maximum ({most}): {field}"
                ))
            }
        };
        let (first, last) = match range {
            "*" | "?" => (least, if most == 7 { 6 } else { most }),
            range => {
                if let Some((first, last)) = range.split_once('-') {
                    (value(first)?, value(last)?)
                } else {
                    let first = value(range)?;
                    (first, if step.is_some() { most } else { first })
                }
            }
        };
        if first > last {
            return Err(format!(
                "beginning of range ({first}) beyond end of range ({last}): {part}"
            ));
        }
        let mut at = first;
        while at <= last {
            out |= 1 << at;
            at += step.unwrap_or(1);
        }
    }
    Ok(out)
}

/// Go's durations, in whole seconds: `1h30m`.
fn duration_of(text: &str) -> Option<i64> {
    let mut seconds = 0_i64;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..end].parse().ok()?;
        let unit = rest[end..].chars().next()?;
        seconds += match unit {
            'h' => number.checked_mul(3600)?,
            'm' => number.checked_mul(60)?,
            's' => number,
            _ => return None,
        };
        rest = &rest[end + unit.len_utf8()..];
    }
    (seconds > 0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::api::clock;

    fn next(schedule: &str, after: &str) -> String {
        let schedule = Schedule::parse(schedule).unwrap();
        let next = schedule.next(clock::parse(after).unwrap());
        next.map_or_else(|| "never".to_owned(), clock::format)
    }

    #[test]
    fn the_next_time_is_found() {
        let friday = "2025-01-31T08:30:15Z";
        for (schedule, expected) in [
            ("* * * * *", "2025-01-31T08:31:00Z"),
            ("*/15 * * * *", "2025-01-31T08:45:00Z"),
            ("0 8 * * *", "2025-02-01T08:00:00Z"),
            ("30 8 * * 1-5", "2025-02-03T08:30:00Z"),
            ("0 0 29 2 *", "2028-02-29T00:00:00Z"),
            ("0 0 31 2 *", "never"),
            ("0 12 1 * mon", "2025-02-01T12:00:00Z"),
            ("0 12 2 * mon", "2025-02-02T12:00:00Z"),
            ("0 12 * * 7", "2025-02-02T12:00:00Z"),
            ("0 22 * dec Sun", "2025-12-07T22:00:00Z"),
            ("5,35 9/6 * * *", "2025-01-31T09:05:00Z"),
            ("@hourly", "2025-01-31T09:00:00Z"),
            ("@yearly", "2026-01-01T00:00:00Z"),
            ("@every 1h30m", "2025-01-31T10:00:15Z"),
        ] {
            assert_eq!(next(schedule, friday), expected, "{schedule}");
        }
    }

    #[test]
    fn wrong_schedules_are_refused() {
        for wrong in [
            "",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "x * * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "@often",
            "@every soon",
            "* * * * 8",
        ] {
            assert!(Schedule::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_of_the_missed_times_counts() {
        let at = |text: &str| clock::parse(text).unwrap();
        let minutely = Schedule::parse("* * * * *").unwrap();
        let (start, now) = (at("2025-01-31T08:30:15Z"), at("2025-01-31T08:34:10Z"));
        assert_eq!(
            minutely.last_missed(start, now),
            Some((at("2025-01-31T08:34:00Z"), 4))
        );
        assert_eq!(minutely.last_missed(now, now), None);
        let later = at("2025-03-31T08:34:10Z");
        assert_eq!(
            minutely.last_missed(start, later),
            Some((at("2025-03-31T08:34:00Z"), 101))
        );
        let every = Schedule::parse("@every 7m").unwrap();
        assert_eq!(
            every.last_missed(start, start + 7 * 60 * 3 + 5),
            Some((start + 7 * 60 * 3, 3))
        );
    }
}
