//! The nearest of the valid names, for hints.

/// The candidate most like `given`, where one is near enough to have been meant: few letters apart, or the same start.
pub(crate) fn nearest<'a>(
    given: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = given.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let name = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &name);
            let close = distance <= 1 + name.len().min(lower.len()) / 3;
            (close || shared_start(&lower, &name) >= 6).then_some((!close, distance, candidate))
        })
        .min()
        .map(|(_, _, candidate)| candidate)
}

fn shared_start(one: &str, other: &str) -> usize {
    one.bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typos_and_wrong_case_but_not_strangers() {
        let names = ["autoscaleMin", "autoscaleMax", "replicaCount"];
        assert_eq!(nearest("autoScaleMin", names), Some("autoscaleMin"));
        assert_eq!(nearest("replicas", names), Some("replicaCount"));
        assert_eq!(nearest("galley", names), None);
    }
}
