//! sprig's semantic versions: `semver`, and `semverCompare` with constraints as the Masterminds library has them.

use std::cmp::Ordering;

use semver::{BuildMetadata, Prerelease, Version};

use super::super::Failure;
use super::super::Struct;
use super::super::Value;
use super::super::call::Param::Text;
use super::super::call::{Builtin, fixed};
use super::super::{Answer, Call};

pub(super) const TABLE: &[Builtin] = &[
    fixed("semver", &[Text], |call| {
        let text = call.text(0)?;
        Ok(object(&version(text)?, text))
    }),
    fixed("semverCompare", &[Text, Text], compare),
];

fn compare(call: &Call<'_>) -> Answer {
    let constraint = Constraint::parse(call.text(0)?)?;
    let version = version(call.text(1)?)?;
    Ok(constraint.allows(&version).into())
}

/// Reads a version leniently: `v` in front, one to three numbers.
fn version(text: &str) -> Result<Version, Failure> {
    let partial = Partial::parse(text.strip_prefix('v').unwrap_or(text));
    let complete =
        partial.filter(|partial| partial.wildcard_from > partial.given && partial.given > 0);
    match complete {
        Some(partial) => Ok(partial.version),
        None => Err(format!("{text:?} is not a semantic version").into()),
    }
}

/// What `semver` gives; prints as the complete version.
fn object(version: &Version, original: &str) -> Value {
    let number = |number: u64| Value::int64(i64::try_from(number).unwrap_or(i64::MAX));
    let shown = version.to_string();
    let mut object = Struct::new("*semver.Version").shown_as(shown.as_str());
    for (name, value) in [
        ("Major", number(version.major)),
        ("Minor", number(version.minor)),
        ("Patch", number(version.patch)),
        ("Prerelease", version.pre.as_str().into()),
        ("Metadata", version.build.as_str().into()),
        ("String", shown.as_str().into()),
        ("Original", original.into()),
    ] {
        object = object.method(name, move |_| Ok(value.clone()));
    }
    let own = version.clone();
    object
        .method("Compare", move |call| {
            let order = match own.cmp_precedence(&other_version(call)?) {
                Ordering::Less => -1,
                Ordering::Equal => 0,
                Ordering::Greater => 1,
            };
            Ok(Value::int(order))
        })
        .into()
}

fn other_version(call: &Call<'_>) -> Result<Version, Failure> {
    match call.value(0)? {
        Value::Object(other) => match other.data() {
            Value::Str(text) => version(&text),
            _ => Err("another version is expected".into()),
        },
        _ => Err("another version is expected".into()),
    }
}

/// A version of which later numbers may be absent or wildcards.
#[derive(Clone)]
struct Partial {
    version: Version,
    /// How many numbers are written, wildcards included.
    given: usize,
    /// The place of the first wildcard (0 is the major number), past the end if there is none.
    wildcard_from: usize,
}

const NO_WILDCARD: usize = 9;

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        let (text, build) = text.split_once('+').unwrap_or((text, ""));
        let (numbers, prerelease) = text.split_once('-').unwrap_or((text, ""));
        let mut parts = [0; 3];
        let mut given = 0;
        let mut wildcard_from = NO_WILDCARD;
        for part in numbers.split('.') {
            let slot = parts.get_mut(given)?;
            match part {
                "x" | "X" | "*" => wildcard_from = wildcard_from.min(given),
                _ if part.bytes().all(|byte| byte.is_ascii_digit()) => *slot = part.parse().ok()?,
                _ => return None,
            }
            given += 1;
        }
        let version = Version {
            major: parts[0],
            minor: parts[1],
            patch: parts[2],
            pre: Prerelease::new(prerelease).ok()?,
            build: BuildMetadata::new(build).ok()?,
        };
        Some(Self {
            version,
            given,
            wildcard_from,
        })
    }

    /// How many numbers are fixed.
    fn fixed(&self) -> usize {
        self.given.min(self.wildcard_from)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Tilde,
    Caret,
}

const OPERATORS: &[(&str, Operator)] = &[
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("=>", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("=<", Operator::LessOrEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

struct Comparator {
    operator: Operator,
    partial: Partial,
}

/// Alternatives (`||`) of comparators that must all hold.
struct Constraint(Vec<Vec<Comparator>>);

impl Constraint {
    fn parse(text: &str) -> Result<Self, Failure> {
        let mut alternatives = Vec::new();
        for alternative in text.split("||") {
            let comparators = comparators(alternative);
            alternatives
                .push(comparators.ok_or_else(|| format!("improper version constraint: {text}"))?);
        }
        Ok(Self(alternatives))
    }

    fn allows(&self, version: &Version) -> bool {
        self.0.iter().any(|comparators| {
            // A prerelease is only allowed where one of the comparators that hold together names one.
            let names_one = |comparator: &Comparator| !comparator.partial.version.pre.is_empty();
            (version.pre.is_empty() || comparators.iter().any(names_one))
                && comparators
                    .iter()
                    .all(|comparator| comparator.allows(version))
        })
    }
}

/// `>=1.2 <2`, `1.2 - 1.4`, `^1.2, !=1.3.0`
fn comparators(text: &str) -> Option<Vec<Comparator>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (operator, after) = match OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            Some((sign, operator)) => (*operator, rest[sign.len()..].trim_start()),
            None => (Operator::Equal, rest),
        };
        let length = after.find([' ', ',', '\t']).unwrap_or(after.len());
        let word = &after[..length];
        let partial = Partial::parse(word.strip_prefix('v').unwrap_or(word))?;
        rest = after[length..].trim_start();
        if let Some(upper) = rest.strip_prefix("- ") {
            let upper = upper.trim_start();
            let length = upper.find([' ', ',', '\t']).unwrap_or(upper.len());
            let word = &upper[..length];
            let upper_bound = Partial::parse(word.strip_prefix('v').unwrap_or(word))?;
            found.push(Comparator {
                operator: Operator::GreaterOrEqual,
                partial,
            });
            found.push(Comparator {
                operator: Operator::LessOrEqual,
                partial: upper_bound,
            });
            rest = upper[length..].trim_start();
        } else {
            found.push(Comparator { operator, partial });
        }
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    (!found.is_empty()).then_some(found)
}

impl Comparator {
    fn allows(&self, version: &Version) -> bool {
        let wanted = &self.partial.version;
        let fixed = self.partial.fixed();
        let order = version.cmp_precedence(wanted);
        match self.operator {
            Operator::Equal if fixed < 3 => self.tilde(version),
            Operator::Equal => order == Ordering::Equal,
            Operator::NotEqual if fixed < 3 => !self.starts_with(version, fixed),
            Operator::NotEqual => order != Ordering::Equal,
            Operator::Greater if fixed == 0 => true,
            Operator::Greater if fixed < 3 => {
                order == Ordering::Greater && !self.starts_with(version, fixed)
            }
            Operator::Greater => order == Ordering::Greater,
            Operator::GreaterOrEqual => order != Ordering::Less,
            Operator::Less => order == Ordering::Less,
            Operator::LessOrEqual if fixed < 3 => {
                order != Ordering::Greater || self.starts_with(version, fixed)
            }
            Operator::LessOrEqual => order != Ordering::Greater,
            Operator::Tilde => self.tilde(version),
            Operator::Caret => self.caret(version),
        }
    }

    fn starts_with(&self, version: &Version, count: usize) -> bool {
        let wanted = &self.partial.version;
        (count < 1 || version.major == wanted.major)
            && (count < 2 || version.minor == wanted.minor)
            && (count < 3 || version.patch == wanted.patch)
    }

    /// At least the version, with the same major and, if given, minor number.
    fn tilde(&self, version: &Version) -> bool {
        version.cmp_precedence(&self.partial.version) != Ordering::Less
            && self.starts_with(version, self.partial.fixed().min(2))
    }

    /// At least the version, with the same first number that is not zero.
    fn caret(&self, version: &Version) -> bool {
        let wanted = &self.partial.version;
        if version.cmp_precedence(wanted) == Ordering::Less {
            return false;
        }
        let fixed = self.partial.fixed();
        let same = match (wanted.major, wanted.minor) {
            (1.., _) => 1,
            (0, 1..) => 2,
            (0, 0) => 3,
        };
        self.starts_with(version, same.min(fixed))
    }
}
