//! Lists in the words of a sentence.

use std::fmt::Display;

/// The first `most` of several names, and how many more there are: `a, b and 3 more`.
pub(crate) fn few(names: &[impl Display], most: usize) -> String {
    let mut shown: Vec<String> = names.iter().take(most).map(ToString::to_string).collect();
    if names.len() > most {
        shown.push(format!("{} more", names.len() - most));
    }
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_list_stands_after_and() {
        assert_eq!(few(&["a"; 0], 3), "");
        assert_eq!(few(&["a"], 3), "a");
        assert_eq!(few(&["a", "b"], 3), "a and b");
        assert_eq!(few(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(few(&["a", "b", "c", "d", "e"], 3), "a, b, c and 2 more");
    }
}
