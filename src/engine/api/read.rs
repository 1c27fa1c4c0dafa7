//! Reading values into typed resources and writing them back: the [`Typed`] trait, its implementations for the plain
//! types, and an error that says where in the object it was.
//!
//! Reading is strict about types (a port that is a string is refused, as the API server refuses it) and lenient about
//! everything else: unknown fields, unknown enumeration values and missing required fields are the business of whoever
//! validates. Writing what was read gives an equal value.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use super::schema::{Rule, Schema, Shape};

/// A type with a schema that is read from and written to a value.
pub(crate) trait Typed: Sized {
    const SCHEMA: Schema;

    /// Takes a value of this type apart.
    fn read(value: Value) -> Result<Self, Error>;

    /// The value again.
    fn write(&self) -> Value;

    /// Whether a field with this content is left out when its object is written.
    fn is_absent(&self) -> bool {
        false
    }
}

/// A value of the wrong type, and where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error {
    /// From the innermost step outwards.
    steps: Vec<Step>,
    expected: &'static str,
    found: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Index(usize),
}

impl Error {
    /// `found` is what was there instead of `expected` (with its article: "a string").
    fn new(expected: &'static str, found: &Value) -> Self {
        let found = match found {
            Value::Null => "null".to_owned(),
            Value::Bool(flag) => format!("the boolean {flag}"),
            Value::Number(number) => format!("the number {number}"),
            Value::String(text) if text.chars().count() <= 40 => format!("the string {text:?}"),
            Value::String(_) => "a string".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        Self {
            steps: Vec::new(),
            expected,
            found,
        }
    }

    fn within(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The same error, seen from the object that holds `field`.
    pub(crate) fn in_field(self, field: &str) -> Self {
        self.within(Step::Field(field.to_owned()))
    }

    /// The path to the wrong value, such as `spec.http[0].route[1].weight`; empty for the value itself.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Index(index) => path.extend(["[", &index.to_string(), "]"]),
                Step::Field(name) if name.contains(['.', '[', '/']) => {
                    path.extend(["[\"", name, "\"]"]);
                }
                Step::Field(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
            }
        }
        path
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        let at = if path.is_empty() { "the object" } else { &path };
        write!(
            formatter,
            "{at}: expected {}, found {}",
            self.expected, self.found
        )
    }
}

impl std::error::Error for Error {}

/// The fields of an object.
pub(super) fn object(value: Value) -> Result<Map<String, Value>, Error> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(Error::new("an object", &other)),
    }
}

/// Takes the field `name` out of `object`; what its type cannot tell from its default stays there.
pub(super) fn take<T: Typed + Default>(
    object: &mut Map<String, Value>,
    name: &'static str,
) -> Result<T, Error> {
    let Some(slot) = object.get_mut(name) else {
        return Ok(T::default());
    };
    if slot.is_null() {
        return Ok(T::default());
    }
    if is_trivial(slot) {
        let typed = T::read(slot.clone()).map_err(|error| error.in_field(name))?;
        if !typed.is_absent() {
            object.remove(name);
        }
        return Ok(typed);
    }
    let value = object.remove(name).unwrap_or_default();
    T::read(value).map_err(|error| error.in_field(name))
}

/// Puts a field into `object`, unless there is nothing to say.
pub(super) fn put<T: Typed>(object: &mut Map<String, Value>, name: &'static str, field: &T) {
    if !field.is_absent() {
        object.insert(name.to_owned(), field.write());
    }
}

/// Whether a value is the default of its type.
fn is_trivial(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

const fn plain(shape: Shape, rules: &'static [Rule]) -> Schema {
    Schema { shape, rules }
}

impl Typed for String {
    const SCHEMA: Schema = plain(Shape::Text, &[]);

    fn read(value: Value) -> Result<Self, Error> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(Error::new("a string", &other)),
        }
    }

    fn write(&self) -> Value {
        Value::String(self.clone())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Typed for bool {
    const SCHEMA: Schema = plain(Shape::Boolean, &[]);

    fn read(value: Value) -> Result<Self, Error> {
        value
            .as_bool()
            .ok_or_else(|| Error::new("true or false", &value))
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }

    fn is_absent(&self) -> bool {
        !self
    }
}

/// The whole number in a value; `3.0` is one, as for the API server.
fn whole(value: &Value) -> Option<i128> {
    let number = value.as_number()?;
    if let Some(number) = number.as_i128() {
        return Some(number);
    }
    let float = number.as_f64()?;
    // Beyond 2^53 a float does not say which whole number is meant.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked: whole, and small enough to be exact"
    )]
    (float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0).then_some(float as i128)
}

/// Implements [`Typed`] for integers; their schema is a matter of the definition, not of Rust's bounds.
macro_rules! integer {
    ($type:ty, $expected:literal, [$($rule:expr),*]) => {
        impl Typed for $type {
            const SCHEMA: Schema = plain(Shape::Integer, &[$($rule),*]);

            fn read(value: Value) -> Result<Self, Error> {
                whole(&value)
                    .and_then(|number| Self::try_from(number).ok())
                    .ok_or_else(|| Error::new($expected, &value))
            }

            fn write(&self) -> Value {
                Value::from(*self)
            }

            fn is_absent(&self) -> bool {
                *self == 0
            }
        }
    };
}

integer!(i32, "a whole number of 32 bits", [Rule::Format("int32")]);
integer!(
    u32,
    "a whole number from 0 to 4294967295",
    [Rule::Minimum(0), Rule::Maximum(u32::MAX)]
);
integer!(u64, "a whole number from 0", [Rule::Minimum(0)]);

impl Typed for f64 {
    const SCHEMA: Schema = plain(Shape::Number, &[Rule::Format("double")]);

    fn read(value: Value) -> Result<Self, Error> {
        value.as_f64().ok_or_else(|| Error::new("a number", &value))
    }

    /// Whole numbers are written without a fraction, as people write them (`value: 50`).
    fn write(&self) -> Value {
        if let Some(whole) =
            whole(&Value::from(*self)).and_then(|number| i64::try_from(number).ok())
        {
            return Value::from(whole);
        }
        Value::from(*self)
    }

    fn is_absent(&self) -> bool {
        *self == 0.0
    }
}

/// An object that is not described further.
impl Typed for Map<String, Value> {
    const SCHEMA: Schema = plain(Shape::Anything, &[Rule::PreserveUnknown]);

    fn read(value: Value) -> Result<Self, Error> {
        object(value)
    }

    fn write(&self) -> Value {
        Value::Object(self.clone())
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// An integer or a string, kept as it came.
impl Typed for Value {
    const SCHEMA: Schema = plain(Shape::IntOrString, &[]);

    fn read(value: Value) -> Result<Self, Error> {
        match value {
            Self::Number(_) | Self::String(_) => Ok(value),
            other => Err(Error::new("a whole number or a string", &other)),
        }
    }

    fn write(&self) -> Value {
        self.clone()
    }

    fn is_absent(&self) -> bool {
        self.is_null()
    }
}

impl<T: Typed> Typed for Option<T> {
    const SCHEMA: Schema = T::SCHEMA;

    fn read(value: Value) -> Result<Self, Error> {
        T::read(value).map(Some)
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, Typed::write)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Typed> Typed for Vec<T> {
    const SCHEMA: Schema = plain(Shape::List(&T::SCHEMA), &[]);

    fn read(value: Value) -> Result<Self, Error> {
        let Value::Array(items) = value else {
            return Err(Error::new("a list", &value));
        };
        items
            .into_iter()
            .enumerate()
            .map(|(index, item)| T::read(item).map_err(|error| error.within(Step::Index(index))))
            .collect()
    }

    fn write(&self) -> Value {
        self.iter().map(Typed::write).collect()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Typed> Typed for BTreeMap<String, T> {
    const SCHEMA: Schema = plain(Shape::Map(&T::SCHEMA), &[]);

    fn read(value: Value) -> Result<Self, Error> {
        object(value)?
            .into_iter()
            .map(|(key, value)| match T::read(value) {
                Ok(value) => Ok((key, value)),
                Err(error) => Err(error.in_field(&key)),
            })
            .collect()
    }

    fn write(&self) -> Value {
        self.iter()
            .map(|(key, value)| (key.clone(), value.write()))
            .collect()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}
