//! Values while a rule is evaluated. Parts of objects stay where they are; what rules make is shared.

use std::cmp::Ordering;
use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

use base64::Engine as _;
use serde_json::{Map, Value};

use super::super::schema::{Kind, List, Schema};
use super::super::times::{self, Moment};
use super::quantities::Quantity;
use super::urls::Url;

/// A text of the object, or one that a rule made.
#[derive(Clone, Debug)]
pub(in super::super) enum Text<'a> {
    Borrowed(&'a str),
    Shared(Rc<str>),
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Shared(text) => text,
        }
    }
}

/// A value.
#[derive(Clone, Debug)]
pub(in super::super) enum Val<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(Text<'a>),
    Bytes(Rc<[u8]>),
    Duration(i64),
    Timestamp(Moment),
    /// A list of the object.
    Array(&'a [Value], Option<&'a Schema>),
    /// An object or a map of the object.
    Object(&'a Map<String, Value>, Option<&'a Schema>),
    List(Rc<Vec<Self>>),
    Map(Rc<Vec<(Self, Self)>>),
    Optional(Option<Rc<Self>>),
    Type(Rc<str>),
    Url(Rc<Url>),
    Ip(IpAddr),
    Cidr(IpAddr, u8),
    Quantity(Rc<Quantity>),
    Format(super::functions::NamedFormat),
    /// An element that is not of its list's type; an error once it is looked at.
    Wrong(Rc<str>),
}

impl<'a> Val<'a> {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(Text::Shared(text.into()))
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items))
    }

    /// An optional.
    pub(in super::super) fn optional(value: Option<Self>) -> Self {
        Self::Optional(value.map(Rc::new))
    }

    pub(super) fn some(value: Self) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    /// A part of an object as its schema types it; without a schema, as it is.
    ///
    /// # Errors
    /// The value is not of its schema's type, as may be where it was so before.
    pub(in super::super) fn of(
        value: &'a Value,
        schema: Option<&'a Schema>,
    ) -> Result<Self, String> {
        let Some(schema) = schema else {
            return Ok(Self::untyped(value));
        };
        if value.is_null() {
            return if schema.nullable {
                Ok(Self::Null)
            } else {
                Err("invalid data, got null for schema with nullable=false".to_owned())
            };
        }
        let wrong = |what: &str| {
            Err(format!(
                "invalid data, expected {what}, got {}",
                go_type(value)
            ))
        };
        match (schema.kind, value) {
            _ if schema.int_or_string => match Self::untyped(value) {
                found @ (Self::Text(_) | Self::Int(_)) => Ok(found),
                _ => Err(
                    "invalid data, expected XIntOrString value to be either a string or integer"
                        .to_owned(),
                ),
            },
            (Some(Kind::Object), Value::Object(fields)) => Ok(Self::Object(fields, Some(schema))),
            (Some(Kind::Object), _) => Err(
                "invalid data, expected a map for the provided schema with type=object".to_owned(),
            ),
            (Some(Kind::Array), Value::Array(items)) => Ok(Self::Array(items, Some(schema))),
            (Some(Kind::Array), _) => Err(
                "invalid data, expected an array for the provided schema with type=array"
                    .to_owned(),
            ),
            (Some(Kind::Text), Value::String(text)) => of_text(text, schema),
            (Some(Kind::Text), _) => wrong("string"),
            (Some(Kind::Number), Value::Number(number)) => {
                Ok(Self::Double(number.as_f64().unwrap_or_default()))
            }
            (Some(Kind::Number), _) => wrong("float"),
            (Some(Kind::Integer), Value::Number(number)) => match number.as_i64() {
                Some(whole) => Ok(Self::Int(whole)),
                None => wrong("int"),
            },
            (Some(Kind::Integer), _) => wrong("int"),
            (Some(Kind::Boolean), Value::Bool(value)) => Ok(Self::Bool(*value)),
            (Some(Kind::Boolean), _) => wrong("bool"),
            (None, _) => Ok(Self::untyped(value)),
        }
    }

    fn untyped(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Self::Int(whole),
                None => Self::Double(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => Self::Text(Text::Borrowed(text)),
            Value::Array(items) => Self::Array(items, None),
            Value::Object(fields) => Self::Object(fields, None),
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::Array(items, schema) => {
                let of = schema.and_then(|schema| schema.item());
                let element =
                    |item| Self::of(item, of).unwrap_or_else(|what| Self::Wrong(what.into()));
                Some(items.iter().map(element).collect())
            }
            Self::List(items) => Some(items.to_vec()),
            _ => None,
        }
    }

    /// What a loop over the value goes through: the elements of a list, the keys of a map.
    pub(super) fn range(&self) -> Option<Vec<Self>> {
        match self {
            Self::Object(fields, _) => {
                let key = |name: &'a String| Self::Text(Text::Borrowed(name));
                Some(fields.keys().map(key).collect())
            }
            Self::Map(entries) => Some(entries.iter().map(|(key, _)| key.clone()).collect()),
            _ => self.items(),
        }
    }

    /// How many elements, entries, characters or bytes.
    pub(super) fn size(&self) -> Option<usize> {
        Some(match self {
            Self::Text(text) => text.chars().count(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Array(items, _) => items.len(),
            Self::List(items) => items.len(),
            Self::Object(fields, _) => fields.len(),
            Self::Map(entries) => entries.len(),
            _ => return None,
        })
    }

    /// The field of an object, the entry of a map, the element of a list; `None` where it is absent.
    ///
    /// # Errors
    /// The value has no fields, or the key is of no use.
    pub(super) fn get(&self, key: &Self) -> Result<Option<Self>, String> {
        match self {
            Self::Object(fields, schema) => {
                let Self::Text(name) = key else {
                    return Ok(None);
                };
                let Some(value) = fields.get(&**name) else {
                    return Ok(None);
                };
                let Some(schema) = schema else {
                    return Ok(Some(Self::untyped(value)));
                };
                let of = schema.field(name);
                // A null where one may be is as good as nothing; and of a resource, all have these fields.
                let hidden = match of {
                    Some(_) => value.is_null() && !schema.properties.is_empty(),
                    None => !matches!(&**name, "apiVersion" | "kind" | "metadata"),
                };
                if hidden {
                    return Ok(None);
                }
                Self::of(value, of).map(Some)
            }
            Self::Map(entries) => {
                let found = entries.iter().find(|(one, _)| one.equals(key));
                Ok(found.map(|(_, value)| value.clone()))
            }
            Self::Array(items, schema) => {
                let of = schema.and_then(|schema| schema.item());
                let found = place(key)?.and_then(|at| items.get(at));
                found.map(|item| Self::of(item, of)).transpose()
            }
            Self::List(items) => Ok(place(key)?.and_then(|at| items.get(at)).cloned()),
            _ => Err("no such overload".to_owned()),
        }
    }

    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(one, schema), Self::Array(other, _)) => same_lists(one, other, *schema)
                .unwrap_or_else(|| self.same_items(&Val::Array(other, *schema))),
            (Self::Array(..) | Self::List(_), Self::Array(..) | Self::List(_)) => {
                self.same_items(other)
            }
            (Self::Object(one, _), Self::Object(other, _)) if one == other => true,
            (Self::Object(..) | Self::Map(_), Self::Object(..) | Self::Map(_)) => {
                let (Some(keys), Some(others)) = (self.range(), other.range()) else {
                    return false;
                };
                let same = |key: &Self| match (self.get(key), other.get(key)) {
                    (Ok(Some(one)), Ok(Some(other))) => one.equals(&other),
                    _ => false,
                };
                keys.len() == others.len() && keys.iter().all(same)
            }
            (Self::Null, Self::Null) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Text(one), Self::Text(other)) => **one == **other,
            (Self::Bytes(one), Self::Bytes(other)) => one == other,
            (Self::Type(one), Self::Type(other)) => one == other,
            (Self::Url(one), Self::Url(other)) => one.text() == other.text(),
            (Self::Ip(one), Self::Ip(other)) => one == other,
            (Self::Cidr(one, bits), Self::Cidr(other, others)) => one == other && bits == others,
            (Self::Quantity(one), Self::Quantity(other)) => one.compare(other) == Ordering::Equal,
            (Self::Format(one), Self::Format(other)) => one.name == other.name,
            (Self::Optional(one), Self::Optional(other)) => match (one, other) {
                (Some(one), Some(other)) => one.equals(other),
                (one, other) => one.is_none() && other.is_none(),
            },
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }

    fn same_items(&self, other: &Self) -> bool {
        let (Some(one), Some(other)) = (self.range(), other.range()) else {
            return false;
        };
        one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| one.equals(other))
    }

    /// Which comes first; `None` for values that cannot be told so.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(one), Self::Int(other)) | (Self::Duration(one), Self::Duration(other)) => {
                Some(one.cmp(other))
            }
            (Self::Uint(one), Self::Uint(other)) => Some(one.cmp(other)),
            (Self::Int(one), Self::Uint(other)) => {
                Some(u64::try_from(*one).map_or(Ordering::Less, |one| one.cmp(other)))
            }
            (Self::Uint(_), Self::Int(_)) => other.compare(self).map(Ordering::reverse),
            (Self::Double(one), Self::Double(other)) => one.partial_cmp(other),
            (Self::Double(one), Self::Int(other)) => one.partial_cmp(&as_float(*other)),
            (Self::Double(one), Self::Uint(other)) => one.partial_cmp(&unsigned_as_float(*other)),
            (Self::Int(_) | Self::Uint(_), Self::Double(_)) => {
                other.compare(self).map(Ordering::reverse)
            }
            (Self::Bool(one), Self::Bool(other)) => Some(one.cmp(other)),
            (Self::Text(one), Self::Text(other)) => Some((**one).cmp(&**other)),
            (Self::Bytes(one), Self::Bytes(other)) => Some(one.cmp(other)),
            (Self::Timestamp(one), Self::Timestamp(other)) => {
                Some(one.nanoseconds.cmp(&other.nanoseconds))
            }
            _ => None,
        }
    }

    /// The name of the value's type, as `type(x)` and messages have it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::Array(..) | Self::List(_) => "list",
            Self::Object(..) | Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Type(_) => "type",
            Self::Url(_) => "kubernetes.URL",
            Self::Ip(_) => "net.IP",
            Self::Cidr(..) => "net.CIDR",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Format(_) => "kubernetes.NamedFormat",
            Self::Wrong(_) => "error",
        }
    }
}

/// Whether two lists of an object are the same, where that can be told without a look at their elements' types. The order of
/// sets and of maps is nothing.
fn same_lists(one: &[Value], other: &[Value], schema: Option<&Schema>) -> Option<bool> {
    if one == other {
        return Some(true);
    }
    if one.len() != other.len() {
        return Some(false);
    }
    match schema.map(|schema| &schema.list) {
        None | Some(List::Atomic) => None,
        Some(List::Set | List::Map(_)) => {
            let sorted = |items: &[Value]| {
                let mut items: Vec<String> = items.iter().map(Value::to_string).collect();
                items.sort();
                items
            };
            Some(sorted(one) == sorted(other))
        }
    }
}

/// The type of a value, as Go names it.
fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_i64() => "int64",
        Value::Number(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

fn of_text<'a>(text: &'a str, schema: &Schema) -> Result<Val<'a>, String> {
    let format = schema.format.map(super::super::formats::Format::name);
    Ok(match format {
        Some("byte") => {
            let bytes = base64::engine::general_purpose::URL_SAFE.decode(text);
            let wrong = |error| format!("Invalid byte formatted string {text}: {error}");
            Val::Bytes(bytes.map_err(wrong)?.into())
        }
        Some("duration") => times::duration(text)
            .map(Val::Duration)
            .ok_or_else(|| format!("Invalid duration {text}"))?,
        Some("date") => {
            let day =
                times::date(text).ok_or_else(|| format!("Invalid date formatted string {text}"))?;
            Val::Timestamp(Moment {
                nanoseconds: i128::from(day) * 86_400 * i128::from(times::SECOND),
                offset: 0,
            })
        }
        Some("date-time") => times::moment(text)
            .map(Val::Timestamp)
            .ok_or_else(|| format!("Invalid date-time formatted string {text}"))?,
        _ => Val::Text(Text::Borrowed(text)),
    })
}

/// A key of a list.
fn place(key: &Val<'_>) -> Result<Option<usize>, String> {
    match key {
        Val::Int(at) => Ok(usize::try_from(*at).ok()),
        Val::Uint(at) => Ok(usize::try_from(*at).ok()),
        Val::Double(at) if at.fract() == 0.0 && *at >= 0.0 => {
            Ok(usize::try_from(as_whole(*at)).ok())
        }
        _ => Err("no such overload".to_owned()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "as CEL compares them")]
pub(super) fn as_float(whole: i64) -> f64 {
    whole as f64
}

#[expect(clippy::cast_precision_loss, reason = "as CEL compares them")]
pub(super) fn unsigned_as_float(whole: u64) -> f64 {
    whole as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, and callers check the range"
)]
pub(super) fn as_whole(number: f64) -> i64 {
    number as i64
}

/// As messages show a value.
impl fmt::Display for Val<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Int(value) => write!(formatter, "{value}"),
            Self::Uint(value) => write!(formatter, "{value}"),
            Self::Double(value) => write!(formatter, "{value}"),
            Self::Text(text) => formatter.write_str(text),
            _ => formatter.write_str(self.type_name()),
        }
    }
}
