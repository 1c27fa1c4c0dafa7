//! What a typed resource is made of: the [`Typed`] trait, the constants that describe a schema, and the macros
//! `message!` and `enumeration!` that make both the Rust type and its schema from one definition.
//!
//! A schema is constant data ([`Schema`], [`Message`], [`Field`], [`Rule`]): nothing is built at start-up, and the same
//! constants serve the CRD generator (`crd.rs` turns them into schemas as Kubernetes has them) and whoever wants to check an object against
//! them. The resources themselves are in their own files; turning schemas into JSON is in `crd.rs`; reading values is
//! in `read.rs`.
//!
//! A derive (serde with schemars) was weighed and left out: the shapes wanted here (`oneOf` groups, CEL rules on a
//! field, on its items or on its map values, int-or-string) would each need a hand-written function beside the derive,
//! flattened `extra` maps make serde buffer every object, and an error would not say where in the object it was.

/// The schema of a type, without the name and description that the field using it gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schema {
    pub(crate) shape: Shape,
    /// Rules that hold wherever the type is used; a field may add its own.
    pub(crate) rules: &'static [Rule],
}

/// The structural part of a schema.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text,
    Boolean,
    Integer,
    Number,
    /// An integer or a string (`x-kubernetes-int-or-string`).
    IntOrString,
    /// An object whose content is not described.
    Anything,
    /// A string out of a closed list, in the order in which the schema lists it.
    Enumeration(&'static [&'static str]),
    List(&'static Schema),
    /// An object with free keys.
    Map(&'static Schema),
    Object(&'static Message),
}

/// An object with named fields.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) name: &'static str,
    /// The lines of the description, for uses that have none of their own: the `spec` of a kind.
    pub(crate) doc: &'static [&'static str],
    /// In the order of the definition, which is also the order of `required`.
    pub(crate) fields: &'static [Field],
}

/// One field of a [`Message`].
#[derive(Debug)]
pub(crate) struct Field {
    /// As it is written in YAML.
    pub(crate) name: &'static str,
    /// The lines of the description as the compiler gives them, each with a leading space.
    pub(crate) doc: &'static [&'static str],
    pub(crate) schema: Schema,
    pub(crate) rules: &'static [Rule],
}

/// What a value must satisfy beyond its shape.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// The object that holds the field must have it.
    Required,
    Nullable,
    PreserveUnknown,
    Format(&'static str),
    Pattern(&'static str),
    MinLength(u32),
    MaxLength(u32),
    MinItems(u32),
    MaxItems(u32),
    MinProperties(u32),
    MaxProperties(u32),
    Minimum(u32),
    Maximum(u32),
    /// An expression in CEL over `self`, and what to say where it is false.
    Cel(&'static str, &'static str),
    /// A list keyed by these fields of its items (`x-kubernetes-list-type: map`).
    ListMap(&'static [&'static str]),
    /// At most one of these fields. Several groups may stand side by side.
    OneOf(&'static [&'static str]),
    /// Rules for the items of a list or the values of a map.
    Each(&'static [Self]),
}

/// A field name as YAML has it: `max_age` is `maxAge`, `r#type` is `type`. Evaluated by the compiler, in two steps
/// because the array needs its length.
pub(crate) const fn json_name_length(name: &str) -> usize {
    let bytes = name.as_bytes();
    let mut index = raw_prefix(bytes);
    let mut length = 0;
    while index < bytes.len() {
        if bytes[index] != b'_' {
            length += 1;
        }
        index += 1;
    }
    length
}

/// The bytes of [`json_name_length`]'s name.
pub(crate) const fn json_name<const LENGTH: usize>(name: &str) -> [u8; LENGTH] {
    let bytes = name.as_bytes();
    let mut index = raw_prefix(bytes);
    let mut camel = [0; LENGTH];
    let mut length = 0;
    let mut upper = false;
    while index < bytes.len() {
        if bytes[index] == b'_' {
            upper = true;
        } else {
            camel[length] = if upper {
                bytes[index].to_ascii_uppercase()
            } else {
                bytes[index]
            };
            length += 1;
            upper = false;
        }
        index += 1;
    }
    camel
}

/// The length of `r#`, where the name begins with it.
const fn raw_prefix(bytes: &[u8]) -> usize {
    if bytes.len() > 2 && bytes[0] == b'r' && bytes[1] == b'#' {
        2
    } else {
        0
    }
}

/// The YAML name of a field: its own in camel case, or the one given.
macro_rules! field_name {
    ($field:ident) => {{
        const LENGTH: usize = $crate::engine::api::schema::json_name_length(stringify!($field));
        const BYTES: [u8; LENGTH] = $crate::engine::api::schema::json_name(stringify!($field));
        const NAME: &str = match std::str::from_utf8(&BYTES) {
            Ok(name) => name,
            Err(_) => panic!("a field name is ASCII"),
        };
        NAME
    }};
    ($field:ident $name:literal) => {
        $name
    };
}

/// A list of rules, written without `Rule::`.
macro_rules! rules {
    () => {
        &[]
    };
    ($($rule:expr),+) => {{
        use $crate::engine::api::schema::Rule::*;
        // Uses the import where all rules are constants of the caller.
        const _: $crate::engine::api::schema::Rule = Required;
        const RULES: &[$crate::engine::api::schema::Rule] = &[$($rule),+];
        RULES
    }};
}

/// Defines structs that read, write and describe themselves.
///
/// ```text
/// message! {
///     /// What the message is for.
///     pub Delegate [OneOf(&["a", "b"])] {
///         /// The description of the field, as `kubectl explain` shows it.
///         name: Option<String> [MaxLength(63)],
///         /// A field whose name is not the Rust name in camel case.
///         old_name = "old_name": Vec<String>,
///     }
/// }
/// ```
///
/// The brackets hold [`Rule`]s: of the message wherever it is used, or of one field. Fields that the definition does
/// not know, and values that a typed field cannot tell from its default, are kept in `extra`, so that reading and
/// writing loses nothing.
macro_rules! message {
    ($(
        $(#[doc = $message_doc:literal])*
        $message:ident $([ $($message_rule:expr),* $(,)? ])? {
            $(
                $(#[doc = $doc:literal])*
                $field:ident $(= $name:literal)? : $type:ty $([ $($rule:expr),* $(,)? ])?
            ),* $(,)?
        }
    )*) => {$(
        $(#[doc = $message_doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub(crate) struct $message {
            $(
                $(#[doc = $doc])*
                pub(crate) $field: $type,
            )*
            /// What the fields above do not say: unknown fields, and explicit nulls and defaults.
            pub(crate) extra: serde_json::Map<String, serde_json::Value>,
        }

        impl $crate::engine::api::read::Typed for $message {
            const SCHEMA: $crate::engine::api::schema::Schema = $crate::engine::api::schema::Schema {
                shape: $crate::engine::api::schema::Shape::Object(
                    &$crate::engine::api::schema::Message {
                        name: stringify!($message),
                        doc: &[$($message_doc),*],
                        fields: &[$($crate::engine::api::schema::Field {
                            name: $crate::engine::api::schema::field_name!($field $($name)?),
                            doc: &[$($doc),*],
                            schema: <$type as $crate::engine::api::read::Typed>::SCHEMA,
                            rules: $crate::engine::api::schema::rules!($($($rule),*)?),
                        }),*],
                    },
                ),
                rules: $crate::engine::api::schema::rules!($($($message_rule),*)?),
            };

            fn read(value: serde_json::Value) -> Result<Self, $crate::engine::api::read::Error> {
                let mut object = $crate::engine::api::read::object(value)?;
                Ok(Self {
                    $($field: $crate::engine::api::read::take(
                        &mut object,
                        $crate::engine::api::schema::field_name!($field $($name)?),
                    )?,)*
                    extra: object,
                })
            }

            fn write(&self) -> serde_json::Value {
                let mut object = self.extra.clone();
                $($crate::engine::api::read::put(
                    &mut object,
                    $crate::engine::api::schema::field_name!($field $($name)?),
                    &self.$field,
                );)*
                serde_json::Value::Object(object)
            }

            fn is_absent(&self) -> bool {
                *self == Self::default()
            }
        }
    )*};
}

/// Defines enumerations that are strings in YAML. A value that the list does not have is read as `Other`: a newer Istio
/// may know it, and whoever validates says so with the schema at hand.
///
/// ```text
/// enumeration! {
///     /// What the choice is about.
///     TunnelProtocol {
///         Connect = "CONNECT",
///         Post = "POST",
///     }
/// }
/// ```
macro_rules! enumeration {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident { $($variant:ident = $text:literal),* $(,)? }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
            /// A value that is not in the list.
            Other(String),
        }

        impl $name {
            /// The value as YAML has it.
            pub(crate) fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl $crate::engine::api::read::Typed for $name {
            const SCHEMA: $crate::engine::api::schema::Schema = $crate::engine::api::schema::Schema {
                shape: $crate::engine::api::schema::Shape::Enumeration(&[$($text),*]),
                rules: &[],
            };

            fn read(value: serde_json::Value) -> Result<Self, $crate::engine::api::read::Error> {
                let text = String::read(value)?;
                Ok(match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text),
                })
            }

            fn write(&self) -> serde_json::Value {
                serde_json::Value::String(self.as_str().to_owned())
            }
        }
    )*};
}

pub(crate) use {enumeration, field_name, message, rules};
