//! Types as rules see them: those of CEL, those of Kubernetes' libraries, and objects of a schema.

use std::fmt;

use super::super::schema::{Additional, Kind, Schema};
use super::{escape, unescape};

/// What a value may be. Equal types have the same form; objects are equal only to those of the same place in the schema.
#[derive(Clone, Debug)]
pub(super) enum Type<'s> {
    /// Anything; what can be done with it shows when it is done.
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Duration,
    Timestamp,
    List(Box<Self>),
    Map(Box<Self>, Box<Self>),
    /// `root`: has kind, version and metadata.
    Object {
        of: &'s Schema,
        root: bool,
    },
    Optional(Box<Self>),
    /// A type as a value.
    Kind,
    Url,
    Ip,
    Cidr,
    Quantity,
    Format,
}

impl<'s> Type<'s> {
    /// What the values of a schema are; `None` where rules cannot see them.
    pub(super) fn of(schema: &'s Schema, root: bool) -> Option<Self> {
        if schema.int_or_string {
            return Some(Self::Dyn);
        }
        Some(match schema.kind? {
            Kind::Array => {
                let of = schema.item()?;
                Self::List(Box::new(Self::of(of, of.embedded)?))
            }
            Kind::Object => match &schema.additional {
                Additional::Schema(of) => {
                    let of = Self::of(of, of.embedded)?;
                    Self::Map(Box::new(Self::Text), Box::new(of))
                }
                _ => Self::Object { of: schema, root },
            },
            Kind::Text => match schema.format.map(super::super::formats::Format::name) {
                Some("byte") => Self::Bytes,
                Some("duration") => Self::Duration,
                Some("date" | "date-time") => Self::Timestamp,
                _ => Self::Text,
            },
            Kind::Boolean => Self::Bool,
            Kind::Number => Self::Double,
            Kind::Integer => Self::Int,
        })
    }

    /// The property that an object has under a name, and its type.
    pub(super) fn field(&self, name: &str) -> Option<(String, Self)> {
        let Self::Object { of, root } = self else {
            return None;
        };
        let property = unescape(name);
        if escape(&property).as_deref() != Some(name) {
            return None;
        }
        if *root {
            match property.as_str() {
                "apiVersion" | "kind" => return Some((property, Self::Text)),
                "metadata" => {
                    return Some((
                        property,
                        Self::Object {
                            of: metadata(),
                            root: false,
                        },
                    ));
                }
                _ => {}
            }
        }
        let schema = of.properties.get(property.as_str())?;
        let found = Self::of(schema, schema.embedded)?;
        Some((property, found))
    }

    /// Whether a value of one type may stand where the other is wanted.
    pub(super) fn fits(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            _ if self.is_loose(wanted) || wanted.is_loose(self) => true,
            (Self::List(one), Self::List(other)) | (Self::Optional(one), Self::Optional(other)) => {
                one.fits(other)
            }
            (Self::Map(key, value), Self::Map(other_key, other_value)) => {
                key.fits(other_key) && value.fits(other_value)
            }
            (Self::Object { of: one, .. }, Self::Object { of: other, .. }) => {
                std::ptr::eq(*one, *other)
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(wanted),
        }
    }

    /// Whether a value is taken beside any of the other type: one that may be anything, or null where something may be absent.
    fn is_loose(&self, beside: &Self) -> bool {
        let absent = matches!(
            beside,
            Self::Object { .. } | Self::Optional(_) | Self::Duration | Self::Timestamp
        );
        matches!(self, Self::Dyn) || (matches!(self, Self::Null) && absent)
    }

    pub(super) fn is_numeric(&self) -> bool {
        matches!(self, Self::Dyn | Self::Int | Self::Uint | Self::Double)
    }

    /// The type of either of two values.
    pub(super) fn joined(self, other: Self) -> Self {
        match (self, other) {
            (Self::Dyn, _) | (_, Self::Dyn) => Self::Dyn,
            (Self::Null, other) | (other, Self::Null) => other,
            (one, _) => one,
        }
    }
}

/// Of an object's metadata, rules see the name only.
fn metadata() -> &'static Schema {
    static METADATA: std::sync::OnceLock<Schema> = std::sync::OnceLock::new();
    METADATA.get_or_init(|| {
        let text = serde_json::json!({"type": "string"});
        Schema::read(&serde_json::json!({"type": "object", "properties": {"name": text, "generateName": text}}))
    })
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Dyn => "dyn",
            Self::Null => "null",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::Text => "string",
            Self::Bytes => "bytes",
            Self::Duration => "google.protobuf.Duration",
            Self::Timestamp => "google.protobuf.Timestamp",
            Self::List(of) => return write!(formatter, "list({of})"),
            Self::Map(key, value) => return write!(formatter, "map({key}, {value})"),
            Self::Object { .. } => "object",
            Self::Optional(of) => return write!(formatter, "optional_type({of})"),
            Self::Kind => "type",
            Self::Url => "kubernetes.URL",
            Self::Ip => "net.IP",
            Self::Cidr => "net.CIDR",
            Self::Quantity => "kubernetes.Quantity",
            Self::Format => "kubernetes.NamedFormat",
        })
    }
}
