//! URLs as Go's `net/url` reads them for a request: absolute, or a path.

use std::rc::Rc;

use super::evaluate::{Budget, Fault, no_overload};
use super::functions::{one, text};
use super::value::Val;

/// A URL in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Url {
    text: String,
    scheme: String,
    host: String,
    path: String,
    query: String,
}

impl Url {
    /// Reads a URL. A fragment is taken for part of the rest while it is checked, as Go does.
    ///
    /// # Errors
    /// Go's words for what is wrong.
    fn parse(text: &str) -> Result<Self, String> {
        let whole = Self::read(text, true).map_err(|what| format!("parse {text:?}: {what}"))?;
        match text.split_once('#') {
            None if !text.starts_with("//") => Ok(whole),
            _ => {
                let plain = text.split('#').next().unwrap_or_default();
                let read = Self::read(plain, false);
                read.map_err(|what| format!("parse {text:?}: {what}"))
            }
        }
    }

    /// `request`: as a request line may have it.
    fn read(text: &str, request: bool) -> Result<Self, String> {
        if text.chars().any(|c| c < ' ' || c == '\u{7f}') {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        if text.is_empty() && request {
            return Err("empty url".to_owned());
        }
        let (scheme, rest) = split_scheme(text)?;
        let mut url = Self {
            text: text.to_owned(),
            scheme: scheme.to_ascii_lowercase(),
            host: String::new(),
            path: String::new(),
            query: String::new(),
        };
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        query.clone_into(&mut url.query);
        if !before.starts_with('/') {
            if !scheme.is_empty() {
                return Ok(url);
            }
            if request && text != "*" {
                return Err("invalid URI for request".to_owned());
            }
        }
        let has_host = !scheme.is_empty() || (!request && !before.starts_with("///"));
        let path = match before.strip_prefix("//") {
            Some(after) if has_host => {
                let end = after.find('/').unwrap_or(after.len());
                let (user, host) = after[..end].rsplit_once('@').unwrap_or(("", &after[..end]));
                let taken = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
                if !user.chars().all(taken) {
                    return Err("net/url: invalid userinfo".to_owned());
                }
                check_host(host)?;
                host.clone_into(&mut url.host);
                &after[end..]
            }
            _ => before,
        };
        if let Some(wrong) = bad_escape(path) {
            return Err(format!("invalid URL escape {wrong:?}"));
        }
        path.clone_into(&mut url.path);
        Ok(url)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn scheme(&self) -> &str {
        &self.scheme
    }

    /// With the port.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Without the port, and without the brackets of IPv6.
    pub(super) fn host_name(&self) -> &str {
        match self.host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => self.host.split(':').next().unwrap_or_default(),
        }
    }

    pub(super) fn port(&self) -> &str {
        let after = self.host.rsplit(']').next().unwrap_or_default();
        after.rsplit_once(':').map_or("", |(_, port)| port)
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn check_host(host: &str) -> Result<(), String> {
    let after = match host.strip_prefix('[') {
        Some(rest) => match rest.rsplit_once(']') {
            Some((_, after)) => after,
            None => return Err("missing ']' in host".to_owned()),
        },
        None => host.rfind(':').map_or("", |at| &host[at..]),
    };
    let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if !after.is_empty() && !after.strip_prefix(':').is_some_and(digits) {
        return Err(format!("invalid port {after:?} after host"));
    }
    if let Some(wrong) = bad_escape(host) {
        return Err(format!("invalid URL escape {wrong:?}"));
    }
    // Of ASCII, only the percent sign itself may be escaped here.
    let escaped = host.match_indices('%').map(|(at, _)| &host[at..at + 3]);
    let mut ascii = escaped.filter(|escape| *escape != "%25" && escape.as_bytes()[1] < b'8');
    if let Some(wrong) = ascii.next() {
        return Err(format!("invalid URL escape {wrong:?}"));
    }
    let taken = |c: char| {
        c.is_ascii_alphanumeric() || !c.is_ascii() || "-._~!$&'()*+,;=:[]<>\"%".contains(c)
    };
    match host.chars().find(|c| !taken(*c)) {
        Some(wrong) => Err(format!(
            "invalid character {:?} in host name",
            wrong.to_string()
        )),
        None => Ok(()),
    }
}

/// What follows a `%` where two digits do not, with the sign.
fn bad_escape(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut places = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    let (at, _) = places.find(|(at, _)| !digit(at + 1) || !digit(at + 2))?;
    let end = text[at..]
        .char_indices()
        .nth(3)
        .map_or(text.len(), |(length, _)| at + length);
    Some(&text[at..end])
}

/// `url(x)`.
pub(super) fn url<'a>(values: &[Val<'a>], budget: &mut Budget) -> Result<Val<'a>, Fault> {
    let text = text(values, 0)?;
    budget.spend_on_text(text.len())?;
    match Url::parse(text) {
        Ok(url) => Ok(Val::Url(Rc::new(url))),
        Err(what) => Err(Fault::Error(format!(
            "URL parse error during conversion from string: {what}"
        ))),
    }
}

/// `isURL(x)`.
pub(super) fn is_url<'a>(values: &[Val<'a>], budget: &mut Budget) -> Result<Val<'a>, Fault> {
    let text = text(values, 0)?;
    budget.spend_on_text(text.len())?;
    Ok(Val::Bool(Url::parse(text).is_ok()))
}

/// A part of a URL.
pub(super) fn part<'a>(values: &[Val<'a>], of: fn(&Url) -> &str) -> Result<Val<'a>, Fault> {
    match one(values)? {
        Val::Url(url) => Ok(Val::text(of(url))),
        _ => no_overload(),
    }
}

/// `url(x).getQuery()`: a map of lists.
pub(super) fn query<'a>(values: &[Val<'a>], _: &mut Budget) -> Result<Val<'a>, Fault> {
    let Val::Url(url) = one(values)? else {
        return no_overload();
    };
    let mut entries: Vec<(String, Vec<Val<'a>>)> = Vec::new();
    for pair in url.query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(key), Some(value)) = (decoded(key), decoded(value)) else {
            continue;
        };
        let value = Val::text(value);
        match entries.iter_mut().find(|(one, _)| *one == key) {
            Some((_, values)) => values.push(value),
            None => entries.push((key, vec![value])),
        }
    }
    let entries = entries.into_iter();
    let entries: Vec<(Val<'a>, Val<'a>)> = entries
        .map(|(key, values)| (Val::text(key), Val::list(values)))
        .collect();
    Ok(Val::Map(Rc::new(entries)))
}

fn decoded(text: &str) -> Option<String> {
    if bad_escape(text).is_some() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                rest = after;
            }
            (other, _) => bytes.push(*other),
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
