//! Which texts Kubernetes takes as names. What it says of those that it does not take is the practice cluster's.

/// Whether a text is an RFC 1123 label: the name of a namespace, one part of a host name.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= 63 && has_label_form(text)
}

/// Whether a text has the characters of an RFC 1123 label; how long it may be depends on where it stands.
pub(crate) fn has_label_form(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_short_and_lower_case_and_has_no_edge_of_dashes() {
        for good in ["a", "istio-system", "1-31-4", &"a".repeat(63)] {
            assert!(is_label(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a_b", "é", &"a".repeat(64)] {
            assert!(!is_label(bad), "{bad}");
        }
        assert!(has_label_form(&"a".repeat(64)));
    }
}
