//! What the user wants: `90 10`, `v1=90 v2=10` or everything to one version, and what that means for one route.

use crate::error::{Error, Kind, Result};

/// The wanted split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Split {
    /// In the order of the route's destinations.
    Positional(Vec<u32>),
    Named(Vec<(String, u32)>),
    /// Everything.
    To(String),
}

impl Split {
    /// Reads the words of the command line.
    pub(crate) fn parse(words: &[String]) -> Result<Self> {
        let mut numbers = Vec::new();
        let mut named: Vec<(String, u32)> = Vec::new();
        for word in words {
            match word.split_once('=') {
                None => numbers.push(weight(word, word)?),
                Some((name, text)) => {
                    let number = weight(text, word)?;
                    if name.is_empty() {
                        return Err(Error::usage(format!("`{word}` has no version before `=`"))
                            .hint("write `v1=90 v2=10`"));
                    }
                    if named.iter().any(|(other, _)| other == name) {
                        return Err(Error::usage(format!("`{name}` is given twice")));
                    }
                    named.push((name.to_owned(), number));
                }
            }
        }
        match (numbers.is_empty(), named.is_empty()) {
            (false, false) => Err(
                Error::usage("weights with and without a name cannot be mixed")
                    .hint("write all of them with names: `v1=90 v2=10`"),
            ),
            (false, true) => Ok(Self::Positional(numbers)),
            (true, false) => Ok(Self::Named(named)),
            (true, true) => {
                Err(Error::usage("no weights given")
                    .hint("write `90 10`, `v1=90 v2=10` or `--to v2`"))
            }
        }
    }
}

fn weight(text: &str, word: &str) -> Result<u32> {
    let digits = text.strip_suffix('%').unwrap_or(text);
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(number) if all_digits => Ok(number),
        _ => Err(Error::usage(format!(
            "`{word}` is no weight: Istio takes whole numbers from 0 on"
        ))
        .hint("write `90 10`, or `v1=90 v2=10`")),
    }
}

/// The route that a split is for.
pub(super) struct Shares<'a> {
    /// The versions of the service that the route sends to, in order.
    pub(super) versions: Vec<&'a str>,
    /// Whether the route also sends to the service as a whole, which is no version.
    pub(super) whole: bool,
    /// Versions that the route could send to as well, in the order of the DestinationRule.
    pub(super) others: Vec<&'a str>,
    /// All versions that are defined, in that order.
    pub(super) known: Vec<&'a str>,
    /// The stable version and the new one, where `init` or an earlier shift recorded them.
    pub(super) roles: Option<(String, String)>,
    /// What destinations of other services hold, in percent, with their names.
    pub(super) foreign: u32,
    pub(super) foreign_names: Vec<&'a str>,
}

impl Split {
    /// The weight of each version that gets one; versions that are not named get none. They sum to what the
    /// destinations of other services leave of 100.
    pub(super) fn weights(
        &self,
        route: &Shares<'_>,
        normalize: bool,
    ) -> Result<Vec<(String, u32)>> {
        let room = 100 - route.foreign;
        let named = match self {
            Self::To(version) => return Ok(vec![(version.clone(), room)]),
            Self::Named(named) => named.clone(),
            Self::Positional(numbers) => by_order(numbers, route)?,
        };
        let sum: u64 = named.iter().map(|(_, number)| u64::from(*number)).sum();
        if sum == u64::from(room) {
            return Ok(named);
        }
        if normalize && sum > 0 {
            return Ok(scaled(&named, room));
        }
        if sum == 100 {
            let kept = scaled(&named, room);
            return Err(Error::new(
                Kind::Precondition,
                format!(
                    "{} of another service holds {}% of this route and keeps it, so {room}% are left to share out",
                    quoted(&route.foreign_names),
                    route.foreign
                ),
            )
            .hint(format!("write `{}`, or add `--normalize`", words(&kept))));
        }
        let error = Error::usage(format!("the weights sum to {sum}, not to {room}"));
        Err(if sum == 0 {
            error.hint("somebody must get the requests: write `v1=100`")
        } else {
            error.hint(format!(
                "`--normalize` scales them to `{}`",
                words(&scaled(&named, room))
            ))
        })
    }
}

fn by_order(numbers: &[u32], route: &Shares<'_>) -> Result<Vec<(String, u32)>> {
    if let Some(names) = order(numbers.len(), route) {
        return Ok(names.into_iter().zip(numbers.iter().copied()).collect());
    }
    let candidates: Vec<&str> = route
        .versions
        .iter()
        .chain(&route.others)
        .copied()
        .collect();
    let message = if numbers.len() > 2 {
        "more than two weights need names".to_owned()
    } else {
        let (count, plural) = (numbers.len(), if numbers.len() == 1 { "" } else { "s" });
        let noun = if route.versions.len() == 1 {
            "version"
        } else {
            "versions"
        };
        format!(
            "{count} weight{plural} for {} {noun} ({}): which is which?",
            route.versions.len(),
            route.versions.join(", ")
        )
    };
    let example: Vec<(String, u32)> = candidates
        .iter()
        .map(|name| (*name).to_owned())
        .chain((1..).map(|number| format!("VERSION{number}")))
        .zip(numbers.iter().copied())
        .collect();
    let error = Error::usage(message).hint(format!("name them, for example `{}`", words(&example)));
    Err(if route.others.is_empty() {
        error
    } else {
        error.hint(format!("versions: {}", candidates.join(", ")))
    })
}

/// Which versions `count` numbers are for, where that is clear: the stable and the new version, if they are on record; else
/// the route's own in their order. The number that is one too many is for the next version: the only other one, or the one
/// that follows in the DestinationRule.
fn order(count: usize, route: &Shares<'_>) -> Option<Vec<String>> {
    let is_version = |name: &str| route.versions.contains(&name) || route.others.contains(&name);
    if count == 2
        && let Some((stable, canary)) = &route.roles
        && is_version(stable)
        && is_version(canary)
    {
        return Some(vec![stable.clone(), canary.clone()]);
    }
    if count > 2 {
        return None;
    }
    let mut versions = route.versions.clone();
    if versions.is_empty() && route.whole {
        versions.extend(route.known.first());
    }
    if count == versions.len() + 1 {
        let follows = |name: &str| {
            let place = route.known.iter().position(|known| *known == name)?;
            let next = route.known.get(place + 1)?;
            (!versions.contains(next)).then_some(*next)
        };
        let next = match route.others[..] {
            [other] => Some(other),
            _ => versions.last().and_then(|last| follows(last)),
        };
        versions.push(next?);
    }
    (count == versions.len()).then(|| versions.into_iter().map(str::to_owned).collect())
}

/// The numbers scaled to sum to `room`: rounded down, and what is left goes to the largest remainders.
fn scaled(named: &[(String, u32)], room: u32) -> Vec<(String, u32)> {
    let sum: u64 = named.iter().map(|(_, number)| u64::from(*number)).sum();
    let exact = |number: u32| u64::from(number) * u64::from(room);
    let mut result: Vec<(String, u32)> = named
        .iter()
        .map(|(name, number)| {
            let share = exact(*number).checked_div(sum).unwrap_or(0);
            (name.clone(), u32::try_from(share).unwrap_or(room))
        })
        .collect();
    let given: u32 = result.iter().map(|(_, number)| number).sum();
    let mut order: Vec<usize> = (0..named.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(exact(named[*index].1).checked_rem(sum)));
    let left = usize::try_from(room.saturating_sub(given)).unwrap_or(0);
    for index in order.into_iter().take(left) {
        result[index].1 += 1;
    }
    result
}

/// `v1=90 v2=10`.
pub(super) fn words(named: &[(String, u32)]) -> String {
    let words: Vec<String> = named
        .iter()
        .map(|(name, number)| format!("{name}={number}"))
        .collect();
    words.join(" ")
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(" and ")
}
