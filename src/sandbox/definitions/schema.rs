//! A structural schema, read from a definition's JSON into what the checks of objects need: no descriptions, patterns that are
//! compiled when first used.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use super::cel::Flaw;
use super::formats::Format;
use super::rules::Compiled;
use crate::go_regex;

/// The type of a value; a schema without one takes any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    Text,
    Integer,
    Number,
    Boolean,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let all = [
            Self::Object,
            Self::Array,
            Self::Text,
            Self::Integer,
            Self::Number,
            Self::Boolean,
        ];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// What an object may have besides its properties.
#[derive(Debug, Default)]
pub(super) enum Additional {
    /// Nothing is said.
    #[default]
    Absent,
    /// `true` or `false`.
    Plain(bool),
    /// A map of values of one schema.
    Schema(Box<Schema>),
}

/// How apply merges a list, and which of its elements are the same.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum List {
    /// One value.
    #[default]
    Atomic,
    Set,
    /// By the keys of its elements.
    Map(Vec<Box<str>>),
}

/// One place of a structural schema.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(super) kind: Option<Kind>,
    pub(super) nullable: bool,
    /// Unknown fields stay.
    pub(super) preserves: bool,
    /// An object with kind, version and metadata of its own.
    pub(super) embedded: bool,
    /// `x-kubernetes-int-or-string`.
    pub(super) int_or_string: bool,
    pub(super) list: List,
    pub(super) properties: BTreeMap<Box<str>, Self>,
    pub(super) additional: Additional,
    pub(super) items: Option<Box<Self>>,
    pub(super) default: Option<Box<Value>>,
    pub(super) format: Option<Format>,
    pub(super) checks: Option<Box<Checks>>,
    pub(super) rules: Vec<Rule>,
    /// Whether there are rules here or below.
    pub(super) has_rules: bool,
}

/// What values are held against besides their type.
#[derive(Debug, Default)]
pub(super) struct Checks {
    pub(super) maximum: Option<f64>,
    pub(super) exclusive_maximum: bool,
    pub(super) minimum: Option<f64>,
    pub(super) exclusive_minimum: bool,
    pub(super) multiple_of: Option<f64>,
    pub(super) max_length: Option<i64>,
    pub(super) min_length: Option<i64>,
    pub(super) pattern: Option<Pattern>,
    pub(super) max_items: Option<i64>,
    pub(super) min_items: Option<i64>,
    pub(super) unique_items: bool,
    pub(super) max_properties: Option<i64>,
    pub(super) min_properties: Option<i64>,
    pub(super) required: Vec<Box<str>>,
    pub(super) choices: Vec<Value>,
    pub(super) all_of: Vec<Schema>,
    pub(super) any_of: Vec<Schema>,
    pub(super) one_of: Vec<Schema>,
    pub(super) not: Option<Box<Schema>>,
}

/// A rule in CEL, as it is written.
#[derive(Debug, Default)]
pub(super) struct Rule {
    pub(super) text: Box<str>,
    pub(super) message: Box<str>,
    pub(super) message_expression: Box<str>,
    pub(super) reason: Box<str>,
    pub(super) field_path: Box<str>,
    pub(super) optional_old_self: bool,
    pub(super) compiled: OnceLock<Result<Compiled, Flaw>>,
}

/// A regular expression in Go's syntax.
pub(super) struct Pattern {
    pub(super) text: Box<str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            compiled: OnceLock::new(),
        }
    }

    /// Whether a text matches; an expression that cannot be read matches nothing.
    pub(super) fn matches(&self, text: &str) -> bool {
        let compiled = self
            .compiled
            .get_or_init(|| go_regex::compile(&self.text).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pattern({:?})", self.text)
    }
}

fn flag(source: &Value, name: &str) -> bool {
    source[name] == true
}

fn words(source: &Value) -> Vec<Box<str>> {
    let words = source.as_array().into_iter().flatten();
    words.filter_map(Value::as_str).map(Into::into).collect()
}

impl Schema {
    /// Reads a schema; what is no schema checks nothing.
    pub(crate) fn read(source: &Value) -> Self {
        let kind = source["type"].as_str().and_then(Kind::parse);
        let properties = source["properties"].as_object().into_iter().flatten();
        let int_or_string = flag(source, "x-kubernetes-int-or-string");
        let mut schema = Self {
            kind,
            nullable: flag(source, "nullable"),
            preserves: flag(source, "x-kubernetes-preserve-unknown-fields"),
            embedded: flag(source, "x-kubernetes-embedded-resource"),
            int_or_string,
            list: match source["x-kubernetes-list-type"].as_str() {
                Some("set") => List::Set,
                Some("map") => List::Map(words(&source["x-kubernetes-list-map-keys"])),
                _ => List::Atomic,
            },
            properties: properties
                .map(|(name, schema)| (name.as_str().into(), Self::read(schema)))
                .collect(),
            additional: match &source["additionalProperties"] {
                Value::Bool(any) => Additional::Plain(*any),
                Value::Object(_) => {
                    Additional::Schema(Box::new(Self::read(&source["additionalProperties"])))
                }
                _ => Additional::Absent,
            },
            items: source["items"]
                .is_object()
                .then(|| Box::new(Self::read(&source["items"]))),
            default: Some(&source["default"])
                .filter(|value| !value.is_null())
                .map(|value| Box::new(value.clone())),
            format: source["format"]
                .as_str()
                .filter(|_| !int_or_string)
                .and_then(Format::parse),
            checks: Checks::read(source).map(Box::new),
            rules: rules(&source["x-kubernetes-validations"]),
            has_rules: false,
        };
        schema.has_rules = !schema.rules.is_empty() || schema.below().any(|one| one.has_rules);
        schema
    }

    /// The schemas of all that is in a value.
    pub(super) fn below(&self) -> impl Iterator<Item = &Self> {
        let values = match &self.additional {
            Additional::Schema(values) => Some(&**values),
            _ => None,
        };
        self.properties.values().chain(values).chain(self.item())
    }

    /// The schema of a field of an object, or of an entry of a map.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        self.properties.get(name).or(match &self.additional {
            Additional::Schema(schema) => Some(schema),
            _ => None,
        })
    }

    /// The schema of a list's elements.
    pub(crate) fn item(&self) -> Option<&Self> {
        self.items.as_deref()
    }

    /// The type that messages name; rules about values without one say nothing.
    pub(super) fn kind_name(&self) -> &'static str {
        self.kind.map_or("", Kind::name)
    }
}

fn rules(source: &Value) -> Vec<Rule> {
    let text = |rule: &Value, name: &str| rule[name].as_str().unwrap_or_default().into();
    let all = source.as_array().into_iter().flatten();
    all.map(|rule| Rule {
        text: text(rule, "rule"),
        message: text(rule, "message"),
        message_expression: text(rule, "messageExpression"),
        reason: text(rule, "reason"),
        field_path: text(rule, "fieldPath"),
        optional_old_self: flag(rule, "optionalOldSelf"),
        compiled: OnceLock::new(),
    })
    .collect()
}

impl Checks {
    fn read(source: &Value) -> Option<Self> {
        const NAMES: [&str; 16] = [
            "maximum",
            "minimum",
            "multipleOf",
            "maxLength",
            "minLength",
            "pattern",
            "maxItems",
            "minItems",
            "uniqueItems",
            "maxProperties",
            "minProperties",
            "required",
            "enum",
            "allOf",
            "anyOf",
            "oneOf",
        ];
        let any = NAMES
            .into_iter()
            .chain(["not"])
            .any(|name| !source[name].is_null());
        if !any {
            return None;
        }
        let number = |name: &str| source[name].as_f64();
        let whole = |name: &str| source[name].as_i64();
        let schemas = |name: &str| {
            let all = source[name].as_array().into_iter().flatten();
            all.map(Schema::read).collect()
        };
        Some(Self {
            maximum: number("maximum"),
            exclusive_maximum: flag(source, "exclusiveMaximum"),
            minimum: number("minimum"),
            exclusive_minimum: flag(source, "exclusiveMinimum"),
            multiple_of: number("multipleOf"),
            max_length: whole("maxLength"),
            min_length: whole("minLength"),
            pattern: source["pattern"]
                .as_str()
                .filter(|text| !text.is_empty())
                .map(Pattern::new),
            max_items: whole("maxItems"),
            min_items: whole("minItems"),
            unique_items: flag(source, "uniqueItems"),
            max_properties: whole("maxProperties"),
            min_properties: whole("minProperties"),
            required: words(&source["required"]),
            choices: source["enum"].as_array().cloned().unwrap_or_default(),
            all_of: schemas("allOf"),
            any_of: schemas("anyOf"),
            one_of: schemas("oneOf"),
            not: source["not"]
                .is_object()
                .then(|| Box::new(Schema::read(&source["not"]))),
        })
    }
}
