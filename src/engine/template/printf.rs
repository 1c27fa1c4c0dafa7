//! Go's format strings: `printf`.

use super::call::Call;
use super::error::Failure;
use super::limits::Budget;
use super::print::{Flags, Form, Printer};
use super::value::Value;

/// Go refuses wider fields than this.
const MAX_WIDTH: i64 = 1_000_000;

/// Formats the arguments of `call` from the first one, the format string.
pub(super) fn sprintf(call: &Call<'_>) -> Result<String, Failure> {
    format(call.text(0)?, call.rest(1), &call.run.budget)
}

/// Formats `values` by a format string, with Go's notes on what does not fit (`%!d(string=x)`).
pub(super) fn format(format: &str, values: &[Value], budget: &Budget) -> Result<String, Failure> {
    let mut formatter = Formatter {
        rest: format,
        values,
        next: 0,
        reordered: false,
        good_index: true,
        out: String::with_capacity(format.len()),
    };
    while let Some(at) = formatter.rest.find('%') {
        formatter.out.push_str(&formatter.rest[..at]);
        formatter.rest = &formatter.rest[at + 1..];
        formatter.directive(budget)?;
        budget.check_size(formatter.out.len())?;
    }
    formatter.out.push_str(formatter.rest);
    if !formatter.reordered && formatter.next < values.len() {
        formatter.extra(budget)?;
    }
    Ok(formatter.out)
}

struct Formatter<'a> {
    rest: &'a str,
    values: &'a [Value],
    next: usize,
    /// An explicit index was used; surplus values are then no mistake.
    reordered: bool,
    good_index: bool,
    out: String,
}

impl Formatter<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn skip(&mut self) {
        let mut characters = self.rest.chars();
        characters.next();
        self.rest = characters.as_str();
    }

    /// One `%…`, from after the percent sign.
    fn directive(&mut self, budget: &Budget) -> Result<(), Failure> {
        let mut flags = self.flags();
        self.good_index = true;
        let indexed = self.index();
        if self.peek() == Some('*') {
            self.skip();
            match self.star() {
                Some(width) if width < 0 => {
                    flags.minus = true;
                    flags.zero = false;
                    flags.width = usize::try_from(width.unsigned_abs()).ok();
                }
                Some(width) => flags.width = usize::try_from(width).ok(),
                None => self.out.push_str("%!(BADWIDTH)"),
            }
        } else if let Some(width) = self.digits() {
            if indexed {
                self.good_index = false;
            }
            flags.width = Some(width);
        }
        if self.peek() == Some('.') {
            self.skip();
            self.precision(&mut flags);
        }
        self.index();
        let Some(verb) = self.peek() else {
            self.out.push_str("%!(NOVERB)");
            return Ok(());
        };
        self.skip();
        self.verb(verb, flags, budget)
    }

    fn precision(&mut self, flags: &mut Flags) {
        let indexed = self.index();
        if self.peek() == Some('*') {
            self.skip();
            match self.star() {
                Some(precision) if precision >= 0 => {
                    flags.precision = usize::try_from(precision).ok();
                }
                Some(_) => {}
                None => self.out.push_str("%!(BADPREC)"),
            }
        } else {
            if indexed {
                self.good_index = false;
            }
            flags.precision = Some(self.digits().unwrap_or(0));
        }
    }

    fn verb(&mut self, verb: char, flags: Flags, budget: &Budget) -> Result<(), Failure> {
        if verb == '%' {
            self.out.push('%');
            return Ok(());
        }
        if !self.good_index {
            self.note(verb, "(BADINDEX)");
            return Ok(());
        }
        let Some(value) = self.values.get(self.next) else {
            self.note(verb, "(MISSING)");
            return Ok(());
        };
        self.next += 1;
        // %w is for errors only; here it is as wrong as in Go's Sprintf.
        Printer {
            out: &mut self.out,
            budget,
        }
        .value(value, Form::new(verb, flags))
    }

    fn note(&mut self, verb: char, note: &str) {
        self.out.push_str("%!");
        self.out.push(verb);
        self.out.push_str(note);
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        while let Some(flag) = self.peek() {
            match flag {
                '+' => flags.plus = true,
                '-' => {
                    flags.minus = true;
                    flags.zero = false;
                }
                '#' => flags.sharp = true,
                ' ' => flags.space = true,
                '0' => flags.zero = !flags.minus,
                _ => break,
            }
            self.skip();
        }
        flags
    }

    fn digits(&mut self) -> Option<usize> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = self.rest[..length].parse().ok()?;
        if number > MAX_WIDTH {
            return None;
        }
        self.rest = &self.rest[length..];
        usize::try_from(number).ok()
    }

    /// `[3]`: the next value is the third. Says whether there was an index.
    fn index(&mut self) -> bool {
        if self.peek() != Some('[') {
            return false;
        }
        self.reordered = true;
        let Some(close) = self.rest.find(']') else {
            self.good_index = false;
            self.skip();
            return false;
        };
        let index: Option<usize> = self.rest[1..close].parse().ok();
        self.rest = &self.rest[close + 1..];
        match index {
            Some(index @ 1..) if index <= self.values.len() => self.next = index - 1,
            _ => self.good_index = false,
        }
        true
    }

    /// The value for a `*`.
    fn star(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        match value {
            Value::Int(number, _) if (-MAX_WIDTH..=MAX_WIDTH).contains(number) => Some(*number),
            _ => None,
        }
    }

    fn extra(&mut self, budget: &Budget) -> Result<(), Failure> {
        self.out.push_str("%!(EXTRA ");
        for (index, value) in self.values[self.next..].iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            if matches!(value, Value::Nil) {
                self.out.push_str("<nil>");
                continue;
            }
            self.out.push_str(&super::kinds::type_name(value));
            self.out.push('=');
            Printer {
                out: &mut self.out,
                budget,
            }
            .value(value, Form::plain())?;
        }
        self.out.push(')');
        Ok(())
    }
}
