//! sprig's `urlParse` and `urlJoin`: a URL as a map of its parts, and back.

use std::fmt::Write as _;

use super::super::call::Param::{Map as MapParam, Text};
use super::super::call::{Builtin, fixed};
use super::super::{Answer, Call, Failure, Map, Value};

pub(super) const TABLE: &[Builtin] = &[
    fixed("urlParse", &[Text], |call| parse(call.text(0)?)),
    fixed("urlJoin", &[MapParam], join),
];

fn parse(url: &str) -> Answer {
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (scheme, rest) = split_scheme(url)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut opaque = "";
    let (mut authority, mut path) = ("", rest);
    if let Some(rest) = rest.strip_prefix("//") {
        let at = rest.find('/').unwrap_or(rest.len());
        (authority, path) = rest.split_at(at);
    } else if !scheme.is_empty() && !rest.starts_with('/') {
        (opaque, path) = (rest, "");
    }
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let parts = [
        ("scheme", scheme.to_lowercase().into()),
        ("userinfo", user.into()),
        ("host", host.into()),
        ("hostname", hostname(host).into()),
        ("opaque", opaque.into()),
        ("path", decode(path)?.into()),
        ("query", query.into()),
        ("fragment", decode(fragment)?.into()),
    ];
    Ok(Value::Map(parts.into_iter().collect::<Map>()))
}

/// The scheme before the first colon, if that is one.
fn split_scheme(url: &str) -> Result<(&str, &str), Failure> {
    let Some((scheme, rest)) = url.split_once(':') else {
        return Ok(("", url));
    };
    if scheme.is_empty() {
        return Err(
            format!("cannot read the URL {url:?}: the scheme before the colon is missing").into(),
        );
    }
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    Ok(if is_scheme { (scheme, rest) } else { ("", url) })
}

/// The host without its port and without the brackets of IPv6.
fn hostname(host: &str) -> &str {
    if let Some((inner, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inner;
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

fn decode(text: &str) -> Result<String, Failure> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(
            byte.ok_or_else(|| format!("cannot read the URL part {text:?}: bad escape after %"))?,
        );
        rest = &after[2..];
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn join(call: &Call<'_>) -> Answer {
    let map = call.map(0)?;
    let part = |name: &str| match map.find(name) {
        None | Some(Value::Nil) => Ok(String::new()),
        Some(Value::Str(text)) => Ok(text.to_string()),
        Some(_) => Err(Failure::from(format!(
            "the part {name:?} of a URL must be a string"
        ))),
    };
    let (scheme, user, host) = (part("scheme")?, part("userinfo")?, part("host")?);
    let (opaque, path, query, fragment) = (
        part("opaque")?,
        part("path")?,
        part("query")?,
        part("fragment")?,
    );
    let mut url = String::new();
    if !scheme.is_empty() {
        url.push_str(&scheme);
        url.push(':');
    }
    if opaque.is_empty() {
        if !host.is_empty() || !user.is_empty() {
            url.push_str("//");
            if !user.is_empty() {
                let _ = write!(url, "{user}@");
            }
            url.push_str(&host);
            if !path.is_empty() && !path.starts_with('/') {
                url.push('/');
            }
        }
        url.push_str(&encode(&path));
    } else {
        url.push_str(&opaque);
    }
    if !query.is_empty() {
        let _ = write!(url, "?{query}");
    }
    if !fragment.is_empty() {
        let _ = write!(url, "#{}", encode(&fragment));
    }
    Ok(url.into())
}

/// Escapes what may not stand in a path.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@!*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
