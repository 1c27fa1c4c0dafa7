//! Decimal arithmetic for `addf` and its like: sprig computes in decimals, so that 0.1 and 0.2 make 0.3.

/// How many places a quotient has.
const QUOTIENT_PLACES: u32 = 16;

/// `digits` divided by ten to the power of `places`.
#[derive(Clone, Copy)]
struct Decimal {
    digits: i128,
    places: u32,
}

/// What to compute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// The result as a float; numbers too large or small for decimals of this size are computed in floats.
pub(super) fn compute(left: f64, right: f64, operation: Operation) -> f64 {
    let exact = || {
        let (left, right) = (Decimal::of(left)?, Decimal::of(right)?);
        let result = match operation {
            Operation::Add => left.sum(right, i128::checked_add)?,
            Operation::Subtract => left.sum(right, i128::checked_sub)?,
            Operation::Multiply => Decimal {
                digits: left.digits.checked_mul(right.digits)?,
                places: left.places + right.places,
            },
            Operation::Divide => left.quotient(right)?,
        };
        format!("{}e-{}", result.digits, result.places).parse().ok()
    };
    exact().unwrap_or(match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
    })
}

impl Decimal {
    /// The shortest decimal that stands for this float.
    fn of(number: f64) -> Option<Self> {
        let text = format!("{number}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        Some(Self {
            digits: format!("{whole}{fraction}").parse().ok()?,
            places: u32::try_from(fraction.len()).ok()?,
        })
    }

    fn at_places(self, places: u32) -> Option<i128> {
        let factor = 10i128.checked_pow(places - self.places)?;
        self.digits.checked_mul(factor)
    }

    fn sum(self, other: Self, operation: fn(i128, i128) -> Option<i128>) -> Option<Self> {
        let places = self.places.max(other.places);
        let digits = operation(self.at_places(places)?, other.at_places(places)?)?;
        Some(Self { digits, places })
    }

    fn quotient(self, other: Self) -> Option<Self> {
        let up = 10i128.checked_pow(QUOTIENT_PLACES + other.places)?;
        let dividend = self.digits.checked_mul(up)?;
        let divisor = other.digits.checked_mul(10i128.checked_pow(self.places)?)?;
        let (digits, rest) = (
            dividend.checked_div(divisor)?,
            dividend.checked_rem(divisor)?,
        );
        let rounds_up = rest.unsigned_abs().checked_mul(2)? >= divisor.unsigned_abs();
        let away = if (rest < 0) == (divisor < 0) { 1 } else { -1 };
        Some(Self {
            digits: if rounds_up { digits + away } else { digits },
            places: QUOTIENT_PLACES,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, compute};

    #[test]
    fn computes_in_decimals() {
        assert_eq!(compute(0.1, 0.2, Operation::Add).to_string(), "0.3");
        assert_eq!(compute(0.3, 0.1, Operation::Subtract).to_string(), "0.2");
        assert_eq!(compute(1.1, 1.1, Operation::Multiply).to_string(), "1.21");
        assert_eq!(
            compute(2.0, 3.0, Operation::Divide).to_string(),
            "0.6666666666666667"
        );
        assert_eq!(
            compute(-2.0, 3.0, Operation::Divide).to_string(),
            "-0.6666666666666667"
        );
    }

    #[test]
    fn takes_floats_where_decimals_do_not_reach() {
        let huge = compute(1e300, 1e300, Operation::Add);
        assert!((huge / 2e300 - 1.0).abs() < 1e-12);
        assert!(compute(1e-300, 1e-300, Operation::Multiply).abs() < 1e-300);
    }
}
