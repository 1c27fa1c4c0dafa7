//! What rules can call: names, the types that they take and give, and who does it.

use super::super::times;
use super::evaluate::{Budget, Fault, no_overload};
use super::program::{Literal, Node};
use super::table::ALL;
use super::types::Type;
use super::value::{Text, Val};
use crate::go_regex;

/// Something to call. The first argument of a method is what it is called on.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) method: bool,
    /// What it takes, and what it gives.
    pub(super) forms: &'static [(&'static [Kind], Kind)],
    pub(super) run: Run,
}

pub(super) type Run = for<'a> fn(&[Val<'a>], &mut Budget) -> Result<Val<'a>, Fault>;

impl std::fmt::Debug for Function {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// A type as the table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Dyn,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Duration,
    Timestamp,
    Type,
    Url,
    Ip,
    Cidr,
    Quantity,
    Format,
    /// Any list; as a result, the first argument's type.
    List,
    Texts,
    Map,
    /// The elements of the first argument.
    Element,
    /// Any optional; as a result, one of the first argument.
    Optional,
    OptionalFormat,
    OptionalTexts,
}

impl Kind {
    fn takes<'s>(self, found: &Type<'s>, first: &Type<'s>) -> bool {
        if matches!(found, Type::Dyn) {
            return true;
        }
        match self {
            Self::Dyn => true,
            Self::List => matches!(found, Type::List(_)),
            Self::Map => matches!(found, Type::Map(..)),
            Self::Optional => matches!(found, Type::Optional(_)),
            Self::Element => match first {
                Type::List(of) | Type::Optional(of) => found.fits(of),
                Type::Map(key, _) => found.fits(key),
                _ => true,
            },
            other => found.fits(&other.type_of(first)),
        }
    }

    /// The type that a call gives.
    fn type_of<'s>(self, first: &Type<'s>) -> Type<'s> {
        match self {
            Self::Dyn | Self::Map => Type::Dyn,
            Self::Bool => Type::Bool,
            Self::Int => Type::Int,
            Self::Uint => Type::Uint,
            Self::Double => Type::Double,
            Self::Text => Type::Text,
            Self::Bytes => Type::Bytes,
            Self::Duration => Type::Duration,
            Self::Timestamp => Type::Timestamp,
            Self::Type => Type::Kind,
            Self::Url => Type::Url,
            Self::Ip => Type::Ip,
            Self::Cidr => Type::Cidr,
            Self::Quantity => Type::Quantity,
            Self::Format => Type::Format,
            Self::List => first.clone(),
            Self::Texts => Type::List(Box::new(Type::Text)),
            Self::Element => match first {
                Type::List(of) | Type::Optional(of) => (**of).clone(),
                _ => Type::Dyn,
            },
            Self::Optional => Type::Optional(Box::new(first.clone())),
            Self::OptionalFormat => Type::Optional(Box::new(Type::Format)),
            Self::OptionalTexts => Type::Optional(Box::new(Type::List(Box::new(Type::Text)))),
        }
    }
}

/// What a name and types lead to.
pub(super) enum Found<'s> {
    One(&'static Function, Type<'s>),
    /// There is such a function for other types.
    OtherTypes,
    /// Kubernetes has it.
    Missing,
    None,
}

/// Whether functions have names after that one and a dot.
pub(super) fn is_namespace(name: &str) -> bool {
    matches!(name, "optional" | "ip" | "format" | "sets" | "strings")
}

/// Finds what a call means.
pub(super) fn find<'s>(name: &str, method: bool, types: &[Type<'s>]) -> Found<'s> {
    if matches!(name, "semver" | "isSemver") {
        return Found::Missing;
    }
    let first = types.first().cloned().unwrap_or(Type::Dyn);
    let mut known = false;
    for function in ALL
        .iter()
        .filter(|one| one.name == name && one.method == method)
    {
        known = true;
        if matches!(name, "_==_" | "_!=_") && !same_type(types) {
            continue;
        }
        let mut fitting = function.forms.iter().filter(|(takes, _)| {
            takes.len() == types.len()
                && takes
                    .iter()
                    .zip(types)
                    .all(|(kind, found)| kind.takes(found, &first))
        });
        let Some((_, gives)) = fitting.next() else {
            continue;
        };
        let other = fitting.any(|(_, other)| other != gives);
        let gives = if other {
            Type::Dyn
        } else {
            gives.type_of(&first)
        };
        return Found::One(function, gives);
    }
    if known {
        Found::OtherTypes
    } else {
        Found::None
    }
}

/// Things are held against things of their own type.
fn same_type(types: &[Type<'_>]) -> bool {
    matches!(types, [one, other] if one.fits(other))
}

/// Checks arguments that stand in the rule.
///
/// # Errors
/// Kubernetes' words for one that can never do.
pub(super) fn check_literals(function: &Function, arguments: &[Node]) -> Result<(), String> {
    let Some(Node::Literal(Literal::Text(text))) = arguments.last() else {
        return Ok(());
    };
    let fits = match function.name {
        "duration" => times::duration(text).is_some(),
        "timestamp" => times::moment(text).is_some(),
        "matches" => go_regex::compile(text).is_ok(),
        _ => true,
    };
    if fits {
        Ok(())
    } else {
        Err(format!("invalid {} argument", function.name))
    }
}

/// A format that texts are held against, as `format.dns1123Label()`.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct NamedFormat {
    pub(super) name: &'static str,
    pub(super) check: fn(&str) -> Vec<String>,
}

/// The first argument.
pub(super) fn one<'v, 'a>(values: &'v [Val<'a>]) -> Result<&'v Val<'a>, Fault> {
    values
        .first()
        .ok_or_else(|| Fault::from("no such overload"))
}

/// An argument that is a text.
pub(super) fn text<'v, 'a>(values: &'v [Val<'a>], at: usize) -> Result<&'v Text<'a>, Fault> {
    match values.get(at) {
        Some(Val::Text(text)) => Ok(text),
        _ => no_overload(),
    }
}

/// An argument that is a whole number; `None` where it is not given.
pub(super) fn whole(values: &[Val<'_>], at: usize) -> Result<Option<i64>, Fault> {
    match values.get(at) {
        None => Ok(None),
        Some(Val::Int(number)) => Ok(Some(*number)),
        Some(_) => no_overload(),
    }
}
