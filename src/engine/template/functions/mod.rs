//! The functions that every template has: Go's own, sprig's and Helm's, one file a family.
//!
//! What needs randomness, keys, the environment or the network is absent, as is TOML: a template that uses it fails to
//! parse, with the name of the function.

mod cast;
mod dates;
mod decimal;
mod dicts;
mod encoding;
mod general;
mod go;
mod helm;
mod layout;
mod lists;
mod math;
mod paths;
mod regexes;
mod semver;
mod strings;
mod urls;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) use crate::go_regex::compile as compile_regex;
pub(super) use helm::without_no_value;

use super::call::{Builtin, Function};

const TABLES: [&[Builtin]; 14] = [
    go::TABLE,
    general::TABLE,
    strings::TABLE,
    words::TABLE,
    lists::TABLE,
    dicts::TABLE,
    math::TABLE,
    encoding::TABLE,
    regexes::TABLE,
    semver::TABLE,
    dates::TABLE,
    paths::TABLE,
    urls::TABLE,
    helm::TABLE,
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Builtin>> =
    LazyLock::new(|| all().map(|builtin| (builtin.name, builtin)).collect());

fn all() -> impl Iterator<Item = &'static Builtin> {
    TABLES.iter().copied().flatten()
}

/// The function of this name.
pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "and" => Some(Function::And),
        "or" => Some(Function::Or),
        _ => BY_NAME.get(name).copied().map(Function::Builtin),
    }
}

/// Every name, in no particular order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ["and", "or"]
        .into_iter()
        .chain(all().map(|builtin| builtin.name))
}
