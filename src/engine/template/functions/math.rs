//! sprig's arithmetic: on whole numbers (`add`), and on fractions (`addf`).

use super::super::Failure;
use super::super::Value;
use super::super::call::Param::{Any, Int};
use super::super::call::{Builtin, fixed, variadic};
use super::super::{Answer, Call};
use super::cast;
use super::decimal::{self, Operation};

pub(super) const TABLE: &[Builtin] = &[
    fixed("int", &[Any], |call| {
        Ok(Value::int(cast::int(call.value(0)?)))
    }),
    fixed("int64", &[Any], |call| {
        Ok(Value::int64(cast::int(call.value(0)?)))
    }),
    fixed("float64", &[Any], |call| {
        Ok(Value::Float(cast::float(call.value(0)?)))
    }),
    fixed("atoi", &[Any], |call| {
        let text = call.text(0)?;
        Ok(Value::int(text.parse().unwrap_or(0)))
    }),
    fixed("toDecimal", &[Any], to_decimal),
    variadic("add", &[], Any, |call| {
        Ok(whole(
            call.arguments
                .iter()
                .map(cast::int)
                .fold(0, i64::wrapping_add),
        ))
    }),
    fixed("add1", &[Any], |call| {
        Ok(whole(cast::int(call.value(0)?).wrapping_add(1)))
    }),
    fixed("sub", &[Any, Any], |call| {
        Ok(whole(at(call, 0)?.wrapping_sub(at(call, 1)?)))
    }),
    fixed("div", &[Any, Any], |call| divided(call, i64::wrapping_div)),
    fixed("mod", &[Any, Any], |call| divided(call, i64::wrapping_rem)),
    variadic("mul", &[Any], Any, |call| {
        Ok(whole(
            call.arguments
                .iter()
                .map(cast::int)
                .fold(1, i64::wrapping_mul),
        ))
    }),
    variadic("max", &[Any], Any, |call| {
        Ok(whole(
            call.arguments.iter().map(cast::int).max().unwrap_or(0),
        ))
    }),
    variadic("biggest", &[Any], Any, |call| {
        Ok(whole(
            call.arguments.iter().map(cast::int).max().unwrap_or(0),
        ))
    }),
    variadic("min", &[Any], Any, |call| {
        Ok(whole(
            call.arguments.iter().map(cast::int).min().unwrap_or(0),
        ))
    }),
    variadic("addf", &[], Any, |call| {
        Ok(decimal(call.arguments, Operation::Add))
    }),
    fixed("add1f", &[Any], |call| {
        let number = cast::float(call.value(0)?);
        Ok(Value::Float(decimal::compute(number, 1.0, Operation::Add)))
    }),
    variadic("subf", &[Any], Any, |call| {
        Ok(decimal(call.arguments, Operation::Subtract))
    }),
    variadic("mulf", &[Any], Any, |call| {
        Ok(decimal(call.arguments, Operation::Multiply))
    }),
    variadic("divf", &[Any], Any, divf),
    variadic("maxf", &[Any], Any, |call| {
        Ok(folded(call.arguments, f64::max))
    }),
    variadic("minf", &[Any], Any, |call| {
        Ok(folded(call.arguments, f64::min))
    }),
    fixed("floor", &[Any], |call| {
        Ok(Value::Float(cast::float(call.value(0)?).floor()))
    }),
    fixed("ceil", &[Any], |call| {
        Ok(Value::Float(cast::float(call.value(0)?).ceil()))
    }),
    variadic("round", &[Any, Int], Any, round),
    fixed("until", &[Int], |call| {
        let count = call.int(0)?;
        steps(call, 0, count, if count < 0 { -1 } else { 1 })
    }),
    fixed("untilStep", &[Int, Int, Int], |call| {
        steps(call, call.int(0)?, call.int(1)?, call.int(2)?)
    }),
    variadic("seq", &[], Int, seq),
];

fn whole(number: i64) -> Value {
    Value::int64(number)
}

fn at(call: &Call<'_>, index: usize) -> Result<i64, Failure> {
    Ok(cast::int(call.value(index)?))
}

fn divided(call: &Call<'_>, operation: fn(i64, i64) -> i64) -> Answer {
    match at(call, 1)? {
        0 => Err("division by zero".into()),
        divisor => Ok(whole(operation(at(call, 0)?, divisor))),
    }
}

/// Reads a number as octal, as sprig does for file modes.
fn to_decimal(call: &Call<'_>) -> Answer {
    let text = cast::text(call.value(0)?, &call.run.budget)?;
    Ok(whole(i64::from_str_radix(&text, 8).unwrap_or(0)))
}

fn folded(values: &[Value], operation: fn(f64, f64) -> f64) -> Value {
    let numbers = values.iter().map(cast::float);
    Value::Float(numbers.reduce(operation).unwrap_or(0.0))
}

fn decimal(values: &[Value], operation: Operation) -> Value {
    let numbers = values.iter().map(cast::float);
    let result = numbers.reduce(|left, right| decimal::compute(left, right, operation));
    Value::Float(result.unwrap_or(0.0))
}

fn divf(call: &Call<'_>) -> Answer {
    if call.rest(1).iter().any(|value| cast::float(value) == 0.0) {
        return Err("division by zero".into());
    }
    Ok(decimal(call.arguments, Operation::Divide))
}

/// `round number places [from]`: the last place goes up from the fraction `from`, usually 0.5.
fn round(call: &Call<'_>) -> Answer {
    let number = cast::float(call.value(0)?);
    let places = i32::try_from(call.int(1)?).unwrap_or(0);
    let from = call.arguments.get(2).map_or(0.5, cast::float);
    let scale = 10f64.powi(places);
    let scaled = scale * number;
    let fraction = scaled.fract();
    let rounded = if fraction >= from {
        scaled.ceil()
    } else {
        scaled.floor()
    };
    Ok(Value::Float(rounded / scale))
}

fn steps(call: &Call<'_>, start: i64, stop: i64, step: i64) -> Answer {
    let mut numbers = Vec::new();
    let mut next = start;
    while (step > 0 && next < stop) || (step < 0 && next > stop) {
        call.charge(1)?;
        numbers.push(Value::int(next));
        let Some(further) = next.checked_add(step) else {
            break;
        };
        next = further;
    }
    Ok(Value::list(numbers))
}

/// `seq [start [step]] end` as the shell's: numbers with spaces between.
fn seq(call: &Call<'_>) -> Answer {
    let numbers: Vec<i64> = call.arguments.iter().map(cast::int).collect();
    let (start, step, end) = match numbers[..] {
        [end] => (1, if end < 1 { -1 } else { 1 }, end),
        [start, end] => (start, if end < start { -1 } else { 1 }, end),
        [start, step, end] => (start, step, end),
        _ => return Ok("".into()),
    };
    let past = end.saturating_add(step.signum());
    let Value::List(list) = steps(call, start, past, step)? else {
        return Ok("".into());
    };
    let shown: Vec<String> = list
        .iter()
        .map(|number| cast::int(number).to_string())
        .collect();
    Ok(shown.join(" ").into())
}
