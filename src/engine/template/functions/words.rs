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
            out.extend(character.to_uppercase());
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
            out.extend(character.to_lowercase());
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
            out.extend(character.to_lowercase());
        } else {
            out.extend(character.to_uppercase());
        }
    }
    Ok(out.into())
}

/// The words of a name in any case style, in lower case and joined.
fn parts(text: &str, joiner: char) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (index, &character) in characters.iter().enumerate() {
        if matches!(character, '_' | '-' | ' ') {
            out.push(joiner);
            continue;
        }
        let before = index.checked_sub(1).map(|index| characters[index]);
        let after = characters.get(index + 1);
        let starts_word = character.is_uppercase()
            && before.is_some_and(|before| {
                before.is_alphanumeric()
                    && (!before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()))
            });
        if starts_word {
            out.push(joiner);
        }
        out.extend(character.to_lowercase());
    }
    out
}

fn camel_case(call: &Call<'_>) -> Answer {
    let words = call.text(0)?.split(['_', '-', ' ']);
    Ok(words
        .map(|word| capitals(word, |_| false))
        .collect::<String>()
        .into())
}

/// Breaks lines at spaces so that they have at most the given length; `hard` breaks longer words too.
fn wrap(call: &Call<'_>, line_end: &str, hard: bool) -> Answer {
    let width = usize::try_from(call.int(0)?).unwrap_or(1).max(1);
    let text = call.text(call.arguments().len() - 1)?;
    let mut rest: Vec<char> = text.chars().collect();
    let mut out = String::new();
    while rest.len() > width {
        if rest[0] == ' ' {
            rest.remove(0);
            continue;
        }
        let (keep, skip) = match rest[..=width].iter().rposition(|next| *next == ' ') {
            Some(space) => (space, space + 1),
            None if hard => (width, width),
            None => match rest.iter().position(|next| *next == ' ') {
                Some(space) => (space, space + 1),
                None => break,
            },
        };
        out.extend(&rest[..keep]);
        out.push_str(line_end);
        rest.drain(..skip);
        call.check_size(out.len())?;
    }
    out.extend(rest);
    Ok(out.into())
}
