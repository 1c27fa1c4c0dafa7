//! sprig's case styles, initials and line wrapping.

use super::super::call::Param::{Int, Text};
use super::super::call::{Builtin, fixed};
use super::super::{Answer, Call};

pub(super) const TABLE: &[Builtin] = &[
    fixed("title", &[Text], |call| {
        Ok(capitals(call.text(0)?, is_word_break).into())
    }),
    fixed("untitle", &[Text], untitle),
    fixed("initials", &[Text], initials),
    fixed("swapcase", &[Text], swap_case),
    fixed("snakecase", &[Text], |call| {
        Ok(parts(call.text(0)?, '_').into())
    }),
    fixed("kebabcase", &[Text], |call| {
        Ok(parts(call.text(0)?, '-').into())
    }),
    fixed("camelcase", &[Text], camel_case),
    fixed("wrap", &[Int, Text], |call| wrap(call, "\n", false)),
    fixed("wrapWith", &[Int, Text, Text], |call| {
        wrap(call, call.text(1)?, true)
    }),
];

/// The capital of a character, itself where that would be several ones (`ß`): Go maps one to one.
pub(super) fn simple_upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => character,
    }
}

/// The small letter of a character; Go maps one to one.
pub(super) fn simple_lower(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

/// Go's idea of what separates words in `strings.Title`.
fn is_word_break(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_alphanumeric() && character != '_';
    }
    !character.is_alphanumeric() && character.is_whitespace()
}

fn capitals(text: &str, breaks: fn(char) -> bool) -> String {
    let mut start = true;
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if start {
            out.push(simple_upper(character));
        } else {
            out.push(character);
        }
        start = breaks(character);
    }
    out
}

fn untitle(call: &Call<'_>) -> Answer {
    let mut start = true;
    let mut out = String::new();
    for character in call.text(0)?.chars() {
        if start {
            out.push(simple_lower(character));
        } else {
            out.push(character);
        }
        start = character.is_whitespace();
    }
    Ok(out.into())
}

fn initials(call: &Call<'_>) -> Answer {
    let words = call.text(0)?.split_whitespace();
    Ok(words
        .filter_map(|word| word.chars().next())
        .collect::<String>()
        .into())
}

fn swap_case(call: &Call<'_>) -> Answer {
    let mut out = String::new();
    for character in call.text(0)?.chars() {
        if character.is_uppercase() {
            out.push(simple_lower(character));
        } else {
            out.push(simple_upper(character));
        }
    }
    Ok(out.into())
}

/// The kinds of runs that a name in some case style consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// `_`, `-` and spaces.
    Connector,
    /// Capitals, or one capital and the small letters after it.
    Capitals,
    Letters,
    Digits,
    Punctuation,
    Other,
}

fn is_connector(character: char) -> bool {
    matches!(character, '_' | '-') || character.is_whitespace()
}

fn run_of(character: char) -> Run {
    match character {
        _ if is_connector(character) => Run::Connector,
        _ if character.is_uppercase() => Run::Capitals,
        _ if character.is_numeric() => Run::Digits,
        _ if character.is_alphabetic() => Run::Letters,
        _ if character.is_ascii_punctuation() => Run::Punctuation,
        _ => Run::Other,
    }
}

/// Cuts a name into runs: `HTTPServer20x` is `HTTP`, `Server`, `20`, `x`.
fn runs(text: &str) -> Vec<(Run, String)> {
    let mut runs: Vec<(Run, String)> = Vec::new();
    for character in text.chars() {
        let run = run_of(character);
        match runs.last_mut() {
            Some((last, letters))
                if *last == run && !(run == Run::Capitals && ends_small(letters)) =>
            {
                letters.push(character);
            }
            // A capital takes the small letters after it, away from the capitals before it.
            Some((Run::Capitals, letters)) if run == Run::Letters => {
                let capital = (!ends_small(letters) && letters.chars().count() > 1)
                    .then(|| letters.pop())
                    .flatten();
                match capital {
                    Some(capital) => {
                        let word = String::from_iter([capital, character]);
                        runs.push((Run::Capitals, word));
                    }
                    None => letters.push(character),
                }
            }
            _ => runs.push((run, character.into())),
        }
    }
    runs
}

fn ends_small(letters: &str) -> bool {
    letters.ends_with(char::is_lowercase)
}

/// The runs of a name in lower case with `joiner` between words. Digits belong to the word before them, unless small
/// letters follow: `Bld4Floor3rd` is `bld4_floor_3rd`.
fn parts(text: &str, joiner: char) -> String {
    let runs = runs(text);
    let mut out = String::with_capacity(text.len() + 4);
    let kind = |index: usize| runs.get(index).map(|(run, _)| *run);
    let is_word = |kind: Option<Run>| {
        kind.is_some_and(|kind| !matches!(kind, Run::Connector | Run::Punctuation))
    };
    for (index, (run, letters)) in runs.iter().enumerate() {
        if *run == Run::Connector {
            out.extend(letters.chars().map(|_| joiner));
            continue;
        }
        out.extend(letters.chars().flat_map(char::to_lowercase));
        let next = kind(index + 1);
        let after = kind(index + 2);
        let glued = match (run, next) {
            (Run::Punctuation, _) | (Run::Digits, Some(Run::Letters | Run::Digits)) => true,
            (Run::Letters, Some(Run::Digits)) if starts_with_digits(&runs, index) => true,
            (_, Some(Run::Digits)) => after != Some(Run::Letters),
            _ => false,
        };
        if is_word(next) && !glued {
            out.push(joiner);
        }
    }
    out
}

/// Are these letters glued to digits before them? Then more digits are too.
fn starts_with_digits(runs: &[(Run, String)], index: usize) -> bool {
    let before = runs[..index].iter().rev();
    let digits = before.take_while(|(run, _)| matches!(run, Run::Letters | Run::Digits));
    digits.into_iter().any(|(run, _)| *run == Run::Digits)
}

/// `some_words` as `SomeWords`, `GO_PATH` as `GoPath`; connectors at the ends and doubled ones stay.
fn camel_case(call: &Call<'_>) -> Answer {
    let text = call.text(0)?;
    let body = text.trim_start_matches(is_connector);
    let mut out = String::from(&text[..text.len() - body.len()]);
    let mut word_start = true;
    let mut in_capitals = false;
    let mut pending: Option<char> = None;
    for character in body.chars() {
        if is_connector(character) {
            out.extend(pending.replace(character));
            word_start = true;
            continue;
        }
        if word_start {
            pending = None;
            in_capitals = character.is_uppercase();
            out.push(simple_upper(character));
        } else if in_capitals && character.is_uppercase() {
            out.push(simple_lower(character));
        } else {
            in_capitals = false;
            out.push(character);
        }
        word_start = false;
    }
    out.extend(pending);
    Ok(out.into())
}

/// Breaks lines at spaces so that they have at most the given length; `hard` breaks longer words too.
fn wrap(call: &Call<'_>, line_end: &str, hard: bool) -> Answer {
    let width = usize::try_from(call.int(0)?).unwrap_or(1).max(1);
    let text: Vec<char> = call.text(call.arguments().len() - 1)?.chars().collect();
    let mut out = String::new();
    let mut rest = text.as_slice();
    while rest.len() > width {
        if rest[0] == ' ' {
            rest = &rest[1..];
            continue;
        }
        let (line, after) = match rest[..=width].iter().rposition(|next| *next == ' ') {
            Some(space) => (&rest[..space], &rest[space + 1..]),
            None if hard => rest.split_at(width),
            None => match rest.iter().position(|next| *next == ' ') {
                Some(space) => (&rest[..space], &rest[space + 1..]),
                None => break,
            },
        };
        out.extend(line);
        out.push_str(line_end);
        call.check_size(out.len())?;
        rest = after;
    }
    out.extend(rest);
    Ok(out.into())
}
