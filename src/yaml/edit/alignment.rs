//! Which items of two lists are the same: the longest run of pairs that is in order in both.

use super::Value;

/// Lists longer than this are only aligned where they begin and end alike.
const LONGEST: usize = 500;

/// Which items of two lists are the same, as pairs of indexes in order: those of one name, objects of one kind and name, or
/// equal ones. As many as possible are paired. `None` for lists that are too long to tell.
pub(super) fn alignment(before: &[Value], after: &[Value]) -> Option<Vec<(usize, usize)>> {
    let same = |old: &Value, new: &Value| match (identity(old), identity(new)) {
        (Some(old), Some(new)) => old == new,
        _ => old == new,
    };
    let start = before
        .iter()
        .zip(after)
        .take_while(|(old, new)| same(old, new))
        .count();
    let (old, new) = (&before[start..], &after[start..]);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(old, new)| same(old, new))
        .count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    if old.len().max(new.len()) > LONGEST {
        return None;
    }
    // How many pairs there can be from here on.
    let width = new.len() + 1;
    let mut longest = vec![0_usize; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if same(&old[i], &new[j]) {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|index| (index, index)).collect();
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if same(&old[i], &new[j]) {
            pairs.push((start + i, start + j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs.extend(
        (0..end)
            .rev()
            .map(|back| (before.len() - 1 - back, after.len() - 1 - back)),
    );
    Some(pairs)
}

/// What an item is known by when its content changes: its name, or kind, namespace and name of an object in a List.
pub(crate) fn identity(item: &Value) -> Option<[&str; 3]> {
    if let Some(name) = item.get("name").and_then(Value::as_str) {
        return Some([name, "", ""]);
    }
    let kind = item.get("kind")?.as_str()?;
    let metadata = |field: &str| {
        let found = item.get("metadata").and_then(|it| it.get(field));
        found.and_then(Value::as_str).unwrap_or_default()
    };
    Some([metadata("name"), metadata("namespace"), kind])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_keep_their_order_where_it_did_not_change() {
        let named = |names: &[&str]| {
            json!(
                names
                    .iter()
                    .map(|it| json!({"name": it}))
                    .collect::<Vec<_>>()
            )
        };
        let pairs = |before: &[&str], after: &[&str]| {
            alignment(
                named(before).as_array().expect("a list"),
                named(after).as_array().expect("a list"),
            )
        };
        assert_eq!(
            pairs(&["a", "b"], &["x", "a", "b", "y"]),
            Some(vec![(0, 1), (1, 2)])
        );
        assert_eq!(
            pairs(&["a", "b", "c"], &["c", "a", "b"]),
            Some(vec![(0, 1), (1, 2)])
        );
        assert_eq!(pairs(&["a", "p"], &["p", "b"]), Some(vec![(1, 0)]));
        assert_eq!(pairs(&["a"], &["b"]), Some(vec![]));
    }
}
