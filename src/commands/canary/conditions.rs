//! The flags that say which requests are meant. Those between two `--or` must all hold.

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Map, Value, json};

use crate::engine::canary::condition::{Condition, Joined, join};
use crate::error::{Error, Result};

/// Each flag with its value's name and its help.
const FLAGS: &[(&str, &str, &str)] = &[
    ("user", "NAME", "Requests of this user: header `end-user`"),
    (
        "header",
        "NAME[=VALUE]",
        "Requests with this header, or with any value of it",
    ),
    (
        "header-prefix",
        "NAME=START",
        "Requests with a header that begins so",
    ),
    (
        "header-regex",
        "NAME=PATTERN",
        "Requests with a header like this pattern (RE2, the whole value)",
    ),
    ("cookie", "NAME=VALUE", "Requests with this cookie"),
    ("query", "NAME=VALUE", "Requests with this parameter"),
    ("method", "METHOD", "Requests of this method"),
    (
        "uri",
        "PATH|START*",
        "Requests for this path, or for all that begin so",
    ),
    (
        "source-label",
        "NAME=VALUE",
        "Requests of callers whose pods have this label",
    ),
];

/// The conditions as they were typed, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    /// Flag and value; `or` has none.
    words: Vec<(&'static str, String)>,
}

impl Conditions {
    /// The alternatives, each with all that must hold.
    pub(super) fn parse(&self) -> Result<Vec<Condition>> {
        let mut all = Vec::new();
        for group in self.words.split(|(flag, _)| *flag == "or") {
            if group.is_empty() && !self.words.is_empty() {
                return Err(Error::usage("`--or` stands between two conditions")
                    .hint("write `--user jason --or --header x-beta=true`"));
            }
            let mut whole = Map::new();
            for (flag, value) in group {
                let next = one(flag, value)?;
                match join(&whole, &next) {
                    Ok(Joined::Both(both)) => whole = both,
                    Ok(Joined::Never) => {
                        return Err(Error::usage(format!(
                            "no request fulfils `--{flag} {value}` and what stands before it"
                        ))
                        .hint("`--or` begins an alternative"));
                    }
                    Err(field) => {
                        return Err(Error::usage(format!("a match cannot say both: {field}"))
                            .hint("`--or` begins an alternative"));
                    }
                }
            }
            if !whole.is_empty() {
                all.push(whole);
            }
        }
        Ok(all)
    }

    /// As one would type them again.
    pub(super) fn words(&self) -> Vec<String> {
        let word = |(flag, value): &(&str, String)| {
            if value.is_empty() {
                format!("--{flag}")
            } else {
                format!("--{flag} {value}")
            }
        };
        self.words.iter().map(word).collect()
    }
}

fn one(flag: &str, value: &str) -> Result<Condition> {
    let pair = || {
        value
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| {
                Error::usage(format!("`--{flag} {value}` has no value"))
                    .hint(format!("write `--{flag} NAME=VALUE`"))
            })
    };
    let header = |name: &str, text: Value| -> Result<Value> {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if name.is_empty() || !name.bytes().all(legal) {
            return Err(Error::usage(format!("`{name}` is no name of a header")));
        }
        // Istio wants them in lower case.
        Ok(json!({"headers": {name.to_ascii_lowercase(): text}}))
    };
    let condition = match flag {
        "user" => header("end-user", json!({"exact": value}))?,
        "header" => match value.split_once('=') {
            None => header(value, json!({}))?,
            Some((name, text)) => header(name, json!({"exact": text}))?,
        },
        "header-prefix" => {
            let (name, text) = pair()?;
            header(name, json!({"prefix": text}))?
        }
        "header-regex" => {
            let (name, text) = pair()?;
            regex::Regex::new(text).map_err(|error| {
                Error::usage(format!("`{text}` is no pattern"))
                    .because(error.to_string().lines().last().unwrap_or_default().trim())
            })?;
            header(name, json!({"regex": text}))?
        }
        "cookie" => {
            let (name, text) = pair()?;
            // One of several cookies, in any place.
            let (name, text) = (regex::escape(name), regex::escape(text));
            header(
                "cookie",
                json!({"regex": format!(r"^(.*?;)?\s*{name}={text}(;.*)?$")}),
            )?
        }
        "query" => {
            let (name, text) = pair()?;
            json!({"queryParams": {name: {"exact": text}}})
        }
        "method" => json!({"method": {"exact": value.to_ascii_uppercase()}}),
        "uri" if !value.starts_with('/') => {
            return Err(Error::usage(format!(
                "the path `{value}` does not begin with `/`"
            )));
        }
        "uri" => match value.strip_suffix('*') {
            Some(start) => json!({"uri": {"prefix": start}}),
            None => json!({"uri": {"exact": value}}),
        },
        _ => {
            let (name, text) = pair()?;
            json!({"sourceLabels": {name: text}})
        }
    };
    match condition {
        Value::Object(condition) => Ok(condition),
        _ => Ok(Map::new()),
    }
}

impl clap::FromArgMatches for Conditions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut words: Vec<(usize, &'static str, String)> = Vec::new();
        for (flag, ..) in FLAGS {
            let values = matches.get_many::<String>(flag).into_iter().flatten();
            let places = matches.indices_of(flag).into_iter().flatten();
            words.extend(
                places
                    .zip(values)
                    .map(|(place, value)| (place, *flag, value.clone())),
            );
        }
        if matches.get_many::<bool>("or").is_some() {
            let places = matches.indices_of("or").into_iter().flatten();
            words.extend(places.map(|place| (place, "or", String::new())));
        }
        words.sort_by_key(|(place, ..)| *place);
        Ok(Self {
            words: words
                .into_iter()
                .map(|(_, flag, value)| (flag, value))
                .collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Conditions {
    fn augment_args(command: Command) -> Command {
        let command = FLAGS.iter().fold(command, |command, (flag, value, help)| {
            command.arg(
                Arg::new(*flag)
                    .long(*flag)
                    .value_name(*value)
                    .help(*help)
                    .value_parser(NonEmptyStringValueParser::new())
                    .action(ArgAction::Append),
            )
        });
        command.arg(
            Arg::new("or")
                .long("or")
                .help("Begin an alternative: conditions before and after it are each enough")
                .num_args(0)
                .action(ArgAction::Append)
                .value_parser(clap::value_parser!(bool))
                .default_missing_value("true"),
        )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
