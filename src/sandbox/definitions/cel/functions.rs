//! What rules can call: names, the types that they take and give, and who does it.

use super::super::times;
use super::check::{Literal, Node};
use super::evaluate::{Budget, Fault, no_overload};
use super::types::Type;
use super::value::{Text, Val};
use super::{addresses, lists, numbers, quantities, texts, urls};
use crate::go_regex;

/// Something to call. The first argument of a method is what it is called on.
pub(super) struct Function {
    name: &'static str,
    method: bool,
    /// What it takes, and what it gives.
    forms: &'static [(&'static [Kind], Kind)],
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
enum Kind {
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

const fn function(
    name: &'static str,
    forms: &'static [(&'static [Kind], Kind)],
    run: Run,
) -> Function {
    Function {
        name,
        method: false,
        forms,
        run,
    }
}

const fn method(
    name: &'static str,
    forms: &'static [(&'static [Kind], Kind)],
    run: Run,
) -> Function {
    Function {
        name,
        method: true,
        forms,
        run,
    }
}

use Kind as K;

const COMPARED: &[(&[K], K)] = &[
    (&[K::Int, K::Int], K::Bool),
    (&[K::Uint, K::Uint], K::Bool),
    (&[K::Double, K::Double], K::Bool),
    (&[K::Int, K::Uint], K::Bool),
    (&[K::Int, K::Double], K::Bool),
    (&[K::Uint, K::Int], K::Bool),
    (&[K::Uint, K::Double], K::Bool),
    (&[K::Double, K::Int], K::Bool),
    (&[K::Double, K::Uint], K::Bool),
    (&[K::Text, K::Text], K::Bool),
    (&[K::Bytes, K::Bytes], K::Bool),
    (&[K::Bool, K::Bool], K::Bool),
    (&[K::Duration, K::Duration], K::Bool),
    (&[K::Timestamp, K::Timestamp], K::Bool),
];
const NUMBERS: &[(&[K], K)] = &[
    (&[K::Int, K::Int], K::Int),
    (&[K::Uint, K::Uint], K::Uint),
    (&[K::Double, K::Double], K::Double),
];
const WHOLE: &[(&[K], K)] = &[(&[K::Int, K::Int], K::Int), (&[K::Uint, K::Uint], K::Uint)];
const ADDED: &[(&[K], K)] = &[
    (&[K::Int, K::Int], K::Int),
    (&[K::Uint, K::Uint], K::Uint),
    (&[K::Double, K::Double], K::Double),
    (&[K::Text, K::Text], K::Text),
    (&[K::Bytes, K::Bytes], K::Bytes),
    (&[K::List, K::List], K::List),
    (&[K::Duration, K::Duration], K::Duration),
    (&[K::Timestamp, K::Duration], K::Timestamp),
    (&[K::Duration, K::Timestamp], K::Timestamp),
];
const SUBTRACTED: &[(&[K], K)] = &[
    (&[K::Int, K::Int], K::Int),
    (&[K::Uint, K::Uint], K::Uint),
    (&[K::Double, K::Double], K::Double),
    (&[K::Duration, K::Duration], K::Duration),
    (&[K::Timestamp, K::Duration], K::Timestamp),
    (&[K::Timestamp, K::Timestamp], K::Duration),
];
const SIZED: &[(&[K], K)] = &[
    (&[K::Text], K::Int),
    (&[K::Bytes], K::Int),
    (&[K::List], K::Int),
    (&[K::Map], K::Int),
];
const OF_TEXT: &[(&[K], K)] = &[(&[K::Text], K::Text)];
const TEXT_HOLDS: &[(&[K], K)] = &[(&[K::Text, K::Text], K::Bool)];
const PLACE_IN_TEXT: &[(&[K], K)] = &[
    (&[K::Text, K::Text], K::Int),
    (&[K::Text, K::Text, K::Int], K::Int),
];
const PART_OF_TIME: &[(&[K], K)] = &[
    (&[K::Timestamp], K::Int),
    (&[K::Timestamp, K::Text], K::Int),
];
const PART_OF_TIME_OR_DURATION: &[(&[K], K)] = &[
    (&[K::Timestamp], K::Int),
    (&[K::Timestamp, K::Text], K::Int),
    (&[K::Duration], K::Int),
];
const TO_TEXT: &[(&[K], K)] = &[
    (&[K::Text], K::Text),
    (&[K::Int], K::Text),
    (&[K::Uint], K::Text),
    (&[K::Double], K::Text),
    (&[K::Bool], K::Text),
    (&[K::Bytes], K::Text),
    (&[K::Duration], K::Text),
    (&[K::Timestamp], K::Text),
    (&[K::Ip], K::Text),
    (&[K::Cidr], K::Text),
    (&[K::Url], K::Text),
];
const TO_NUMBER: &[&[K]] = &[
    &[K::Int],
    &[K::Uint],
    &[K::Double],
    &[K::Text],
    &[K::Timestamp],
    &[K::Duration],
];
const TO_INT: &[(&[K], K)] = &[
    (TO_NUMBER[0], K::Int),
    (TO_NUMBER[1], K::Int),
    (TO_NUMBER[2], K::Int),
    (TO_NUMBER[3], K::Int),
    (TO_NUMBER[4], K::Int),
    (TO_NUMBER[5], K::Int),
];
const TO_UINT: &[(&[K], K)] = &[
    (TO_NUMBER[0], K::Uint),
    (TO_NUMBER[1], K::Uint),
    (TO_NUMBER[2], K::Uint),
    (TO_NUMBER[3], K::Uint),
];
const TO_DOUBLE: &[(&[K], K)] = &[
    (TO_NUMBER[0], K::Double),
    (TO_NUMBER[1], K::Double),
    (TO_NUMBER[2], K::Double),
    (TO_NUMBER[3], K::Double),
];
const TWO_LISTS: &[(&[K], K)] = &[(&[K::List, K::List], K::Bool)];
const OF_IP: &[(&[K], K)] = &[(&[K::Ip], K::Bool)];
const OF_URL: &[(&[K], K)] = &[(&[K::Url], K::Text)];
const TWO_QUANTITIES: &[(&[K], K)] = &[(&[K::Quantity, K::Quantity], K::Bool)];
const QUANTITY_AND_NUMBER: &[(&[K], K)] = &[
    (&[K::Quantity, K::Quantity], K::Quantity),
    (&[K::Quantity, K::Int], K::Quantity),
];
const MAKES_FORMAT: &[(&[K], K)] = &[(&[], K::Format)];

static ALL: &[Function] = &[
    function("_==_", &[(&[K::Dyn, K::Dyn], K::Bool)], |values, budget| {
        lists::equal(values, budget, true)
    }),
    function("_!=_", &[(&[K::Dyn, K::Dyn], K::Bool)], |values, budget| {
        lists::equal(values, budget, false)
    }),
    function("_<_", COMPARED, |values, _| {
        numbers::compare(values, std::cmp::Ordering::is_lt)
    }),
    function("_<=_", COMPARED, |values, _| {
        numbers::compare(values, std::cmp::Ordering::is_le)
    }),
    function("_>_", COMPARED, |values, _| {
        numbers::compare(values, std::cmp::Ordering::is_gt)
    }),
    function("_>=_", COMPARED, |values, _| {
        numbers::compare(values, std::cmp::Ordering::is_ge)
    }),
    function("_+_", ADDED, numbers::add),
    function("_-_", SUBTRACTED, numbers::subtract),
    function("_*_", NUMBERS, numbers::multiply),
    function("_/_", NUMBERS, numbers::divide),
    function("_%_", WHOLE, numbers::remainder),
    function(
        "-_",
        &[(&[K::Int], K::Int), (&[K::Double], K::Double)],
        numbers::negate,
    ),
    function(
        "@in",
        &[(&[K::Dyn, K::List], K::Bool), (&[K::Dyn, K::Map], K::Bool)],
        lists::contains,
    ),
    function("size", SIZED, lists::size),
    method("size", SIZED, lists::size),
    function("dyn", &[(&[K::Dyn], K::Dyn)], |values, _| {
        one(values).cloned()
    }),
    function("type", &[(&[K::Dyn], K::Type)], |values, _| {
        Ok(Val::Type(one(values)?.type_name().into()))
    }),
    function("int", TO_INT, numbers::to_int),
    function("uint", TO_UINT, numbers::to_uint),
    function("double", TO_DOUBLE, numbers::to_double),
    function("string", TO_TEXT, texts::to_text),
    function(
        "bool",
        &[(&[K::Bool], K::Bool), (&[K::Text], K::Bool)],
        numbers::to_bool,
    ),
    function(
        "bytes",
        &[(&[K::Bytes], K::Bytes), (&[K::Text], K::Bytes)],
        texts::to_bytes,
    ),
    function(
        "duration",
        &[(&[K::Text], K::Duration), (&[K::Duration], K::Duration)],
        numbers::to_duration,
    ),
    function(
        "timestamp",
        &[
            (&[K::Text], K::Timestamp),
            (&[K::Timestamp], K::Timestamp),
            (&[K::Int], K::Timestamp),
        ],
        numbers::to_timestamp,
    ),
    method("getFullYear", PART_OF_TIME, |values, _| {
        numbers::part(values, numbers::Part::Year)
    }),
    method("getMonth", PART_OF_TIME, |values, _| {
        numbers::part(values, numbers::Part::Month)
    }),
    method("getDate", PART_OF_TIME, |values, _| {
        numbers::part(values, numbers::Part::Date)
    }),
    method("getDayOfMonth", PART_OF_TIME, |values, _| {
        numbers::part(values, numbers::Part::DayOfMonth)
    }),
    method("getDayOfWeek", PART_OF_TIME, |values, _| {
        numbers::part(values, numbers::Part::DayOfWeek)
    }),
    method("getDayOfYear", PART_OF_TIME, |values, _| {
        numbers::part(values, numbers::Part::DayOfYear)
    }),
    method("getHours", PART_OF_TIME_OR_DURATION, |values, _| {
        numbers::part(values, numbers::Part::Hours)
    }),
    method("getMinutes", PART_OF_TIME_OR_DURATION, |values, _| {
        numbers::part(values, numbers::Part::Minutes)
    }),
    method("getSeconds", PART_OF_TIME_OR_DURATION, |values, _| {
        numbers::part(values, numbers::Part::Seconds)
    }),
    method("getMilliseconds", PART_OF_TIME_OR_DURATION, |values, _| {
        numbers::part(values, numbers::Part::Milliseconds)
    }),
    method("contains", TEXT_HOLDS, |values, budget| {
        texts::compare(values, budget, |one, other| one.contains(other))
    }),
    method("startsWith", TEXT_HOLDS, |values, budget| {
        texts::compare(values, budget, |one, other| one.starts_with(other))
    }),
    method("endsWith", TEXT_HOLDS, |values, budget| {
        texts::compare(values, budget, |one, other| one.ends_with(other))
    }),
    method("matches", TEXT_HOLDS, texts::matches),
    function("matches", TEXT_HOLDS, texts::matches),
    method("find", &[(&[K::Text, K::Text], K::Text)], texts::find),
    method(
        "findAll",
        &[
            (&[K::Text, K::Text], K::Texts),
            (&[K::Text, K::Text, K::Int], K::Texts),
        ],
        texts::find_all,
    ),
    method("charAt", &[(&[K::Text, K::Int], K::Text)], texts::char_at),
    method("indexOf", PLACE_IN_TEXT, texts::index_of),
    method("lastIndexOf", PLACE_IN_TEXT, texts::last_index_of),
    method(
        "indexOf",
        &[(&[K::List, K::Element], K::Int)],
        lists::index_of,
    ),
    method(
        "lastIndexOf",
        &[(&[K::List, K::Element], K::Int)],
        lists::last_index_of,
    ),
    method("lowerAscii", OF_TEXT, |values, budget| {
        texts::change(values, budget, str::to_ascii_lowercase)
    }),
    method("upperAscii", OF_TEXT, |values, budget| {
        texts::change(values, budget, str::to_ascii_uppercase)
    }),
    method("trim", OF_TEXT, |values, budget| {
        texts::change(values, budget, |text| text.trim().to_owned())
    }),
    method(
        "replace",
        &[
            (&[K::Text, K::Text, K::Text], K::Text),
            (&[K::Text, K::Text, K::Text, K::Int], K::Text),
        ],
        texts::replace,
    ),
    method(
        "split",
        &[
            (&[K::Text, K::Text], K::Texts),
            (&[K::Text, K::Text, K::Int], K::Texts),
        ],
        texts::split,
    ),
    method(
        "substring",
        &[
            (&[K::Text, K::Int], K::Text),
            (&[K::Text, K::Int, K::Int], K::Text),
        ],
        texts::substring,
    ),
    method(
        "join",
        &[(&[K::Texts], K::Text), (&[K::Texts, K::Text], K::Text)],
        texts::join,
    ),
    method("format", &[(&[K::Text, K::List], K::Text)], texts::format),
    function("strings.quote", OF_TEXT, |values, budget| {
        texts::change(values, budget, texts::quoted)
    }),
    method("isSorted", &[(&[K::List], K::Bool)], lists::is_sorted),
    method("sum", &[(&[K::List], K::Element)], lists::sum),
    method("min", &[(&[K::List], K::Element)], |values, budget| {
        lists::extreme(values, budget, std::cmp::Ordering::Less)
    }),
    method("max", &[(&[K::List], K::Element)], |values, budget| {
        lists::extreme(values, budget, std::cmp::Ordering::Greater)
    }),
    function("sets.contains", TWO_LISTS, lists::set_contains),
    function("sets.equivalent", TWO_LISTS, lists::set_equivalent),
    function("sets.intersects", TWO_LISTS, lists::set_intersects),
    function("url", &[(&[K::Text], K::Url)], urls::url),
    function("isURL", &[(&[K::Text], K::Bool)], urls::is_url),
    method("getScheme", OF_URL, |values, _| {
        urls::part(values, urls::Url::scheme)
    }),
    method("getHost", OF_URL, |values, _| {
        urls::part(values, urls::Url::host)
    }),
    method("getHostname", OF_URL, |values, _| {
        urls::part(values, urls::Url::host_name)
    }),
    method("getPort", OF_URL, |values, _| {
        urls::part(values, urls::Url::port)
    }),
    method("getEscapedPath", OF_URL, |values, _| {
        urls::part(values, urls::Url::path)
    }),
    method("getQuery", &[(&[K::Url], K::Dyn)], urls::query),
    function("ip", &[(&[K::Text], K::Ip)], addresses::ip),
    function("isIP", &[(&[K::Text], K::Bool)], addresses::is_ip),
    function(
        "ip.isCanonical",
        &[(&[K::Text], K::Bool)],
        addresses::is_canonical,
    ),
    method("family", &[(&[K::Ip], K::Int)], addresses::family),
    method("isUnspecified", OF_IP, |values, _| {
        addresses::is(values, std::net::IpAddr::is_unspecified)
    }),
    method("isLoopback", OF_IP, |values, _| {
        addresses::is(values, std::net::IpAddr::is_loopback)
    }),
    method("isLinkLocalMulticast", OF_IP, |values, _| {
        addresses::is(values, addresses::is_link_local_multicast)
    }),
    method("isLinkLocalUnicast", OF_IP, |values, _| {
        addresses::is(values, addresses::is_link_local_unicast)
    }),
    method("isGlobalUnicast", OF_IP, |values, _| {
        addresses::is(values, addresses::is_global_unicast)
    }),
    function("cidr", &[(&[K::Text], K::Cidr)], addresses::cidr),
    function("isCIDR", &[(&[K::Text], K::Bool)], addresses::is_cidr),
    method(
        "containsIP",
        &[(&[K::Cidr, K::Text], K::Bool), (&[K::Cidr, K::Ip], K::Bool)],
        addresses::contains_ip,
    ),
    method(
        "containsCIDR",
        &[
            (&[K::Cidr, K::Text], K::Bool),
            (&[K::Cidr, K::Cidr], K::Bool),
        ],
        addresses::contains_cidr,
    ),
    method("ip", &[(&[K::Cidr], K::Ip)], addresses::ip_of),
    method("masked", &[(&[K::Cidr], K::Cidr)], addresses::masked),
    method(
        "prefixLength",
        &[(&[K::Cidr], K::Int)],
        addresses::prefix_length,
    ),
    function(
        "quantity",
        &[(&[K::Text], K::Quantity)],
        quantities::quantity,
    ),
    function(
        "isQuantity",
        &[(&[K::Text], K::Bool)],
        quantities::is_quantity,
    ),
    method("sign", &[(&[K::Quantity], K::Int)], quantities::sign),
    method(
        "isInteger",
        &[(&[K::Quantity], K::Bool)],
        quantities::is_integer,
    ),
    method(
        "asInteger",
        &[(&[K::Quantity], K::Int)],
        quantities::as_integer,
    ),
    method(
        "asApproximateFloat",
        &[(&[K::Quantity], K::Double)],
        quantities::as_float,
    ),
    method("isGreaterThan", TWO_QUANTITIES, |values, _| {
        quantities::is(values, std::cmp::Ordering::is_gt)
    }),
    method("isLessThan", TWO_QUANTITIES, |values, _| {
        quantities::is(values, std::cmp::Ordering::is_lt)
    }),
    method(
        "compareTo",
        &[(&[K::Quantity, K::Quantity], K::Int)],
        quantities::compare_to,
    ),
    method("add", QUANTITY_AND_NUMBER, |values, _| {
        quantities::add(values, 1)
    }),
    method("sub", QUANTITY_AND_NUMBER, |values, _| {
        quantities::add(values, -1)
    }),
    function("optional.of", &[(&[K::Dyn], K::Optional)], |values, _| {
        Ok(Val::some(one(values)?.clone()))
    }),
    function(
        "optional.ofNonZeroValue",
        &[(&[K::Dyn], K::Optional)],
        |values, _| {
            let value = one(values)?;
            Ok(if lists::is_zero(value) {
                Val::Optional(None)
            } else {
                Val::some(value.clone())
            })
        },
    ),
    function("optional.none", &[(&[], K::Dyn)], |_, _| {
        Ok(Val::Optional(None))
    }),
    method("hasValue", &[(&[K::Optional], K::Bool)], |values, _| {
        Ok(Val::Bool(optional(values)?.is_some()))
    }),
    method("value", &[(&[K::Optional], K::Element)], |values, _| {
        optional(values)?.ok_or_else(|| Fault::from("optional.none() dereference"))
    }),
    method(
        "or",
        &[(&[K::Optional, K::Optional], K::List)],
        |values, _| match optional(values)? {
            Some(_) => one(values).cloned(),
            None => values
                .get(1)
                .cloned()
                .ok_or_else(|| Fault::from("no such overload")),
        },
    ),
    method(
        "orValue",
        &[(&[K::Optional, K::Element], K::Element)],
        |values, _| match optional(values)? {
            Some(value) => Ok(value),
            None => values
                .get(1)
                .cloned()
                .ok_or_else(|| Fault::from("no such overload")),
        },
    ),
    function(
        "format.named",
        &[(&[K::Text], K::OptionalFormat)],
        texts::named_format,
    ),
    method(
        "validate",
        &[(&[K::Format, K::Text], K::OptionalTexts)],
        texts::validate,
    ),
    function("format.dns1123Label", MAKES_FORMAT, |_, _| {
        texts::format_of("dns1123Label")
    }),
    function("format.dns1123Subdomain", MAKES_FORMAT, |_, _| {
        texts::format_of("dns1123Subdomain")
    }),
    function("format.dns1035Label", MAKES_FORMAT, |_, _| {
        texts::format_of("dns1035Label")
    }),
    function("format.dns1123LabelPrefix", MAKES_FORMAT, |_, _| {
        texts::format_of("dns1123LabelPrefix")
    }),
    function("format.dns1123SubdomainPrefix", MAKES_FORMAT, |_, _| {
        texts::format_of("dns1123SubdomainPrefix")
    }),
    function("format.dns1035LabelPrefix", MAKES_FORMAT, |_, _| {
        texts::format_of("dns1035LabelPrefix")
    }),
    function("format.qualifiedName", MAKES_FORMAT, |_, _| {
        texts::format_of("qualifiedName")
    }),
    function("format.labelValue", MAKES_FORMAT, |_, _| {
        texts::format_of("labelValue")
    }),
    function("format.uri", MAKES_FORMAT, |_, _| texts::format_of("uri")),
    function("format.uuid", MAKES_FORMAT, |_, _| texts::format_of("uuid")),
    function("format.byte", MAKES_FORMAT, |_, _| texts::format_of("byte")),
    function("format.date", MAKES_FORMAT, |_, _| texts::format_of("date")),
    function("format.datetime", MAKES_FORMAT, |_, _| {
        texts::format_of("datetime")
    }),
];

/// The first argument.
pub(super) fn one<'v, 'a>(values: &'v [Val<'a>]) -> Result<&'v Val<'a>, Fault> {
    values
        .first()
        .ok_or_else(|| Fault::from("no such overload"))
}

fn optional<'a>(values: &[Val<'a>]) -> Result<Option<Val<'a>>, Fault> {
    match one(values)? {
        Val::Optional(value) => Ok(value.as_ref().map(|value| (**value).clone())),
        _ => no_overload(),
    }
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
