//! The table of what rules can call.

use super::evaluate::{Fault, no_overload};
use super::functions::{Function, Kind as K, Run, one};
use super::value::Val;
use super::{addresses, lists, numbers, quantities, texts, urls};

const fn function(name: &'static str, forms: &'static [(&'static [K], K)], run: Run) -> Function {
    Function {
        name,
        method: false,
        forms,
        run,
    }
}

const fn method(name: &'static str, forms: &'static [(&'static [K], K)], run: Run) -> Function {
    Function {
        name,
        method: true,
        forms,
        run,
    }
}

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

/// Every function and method.
pub(super) static ALL: &[Function] = &[
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

fn optional<'a>(values: &[Val<'a>]) -> Result<Option<Val<'a>>, Fault> {
    match one(values)? {
        Val::Optional(value) => Ok(value.as_ref().map(|value| (**value).clone())),
        _ => no_overload(),
    }
}
