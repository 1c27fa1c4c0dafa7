//! The nearest of the valid names, for hints.

/// The candidate most like `given`, where one is near enough to have been meant.
pub(crate) fn nearest<'a>(
    given: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = given.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(given.len()) / 3)
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typos_and_wrong_case_but_not_strangers() {
        let names = ["autoscaleMin", "autoscaleMax", "replicaCount"];
        assert_eq!(nearest("autoScaleMin", names), Some("autoscaleMin"));
        assert_eq!(nearest("replicacounts", names), Some("replicaCount"));
        assert_eq!(nearest("galley", names), None);
    }
}
