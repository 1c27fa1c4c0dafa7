//! Pod templates: told apart by a short hash.

use serde_json::Value;

/// The label of pods and replica sets that tells their template.
pub(super) const HASH: &str = "pod-template-hash";

/// No vowels, so that no words come out; Kubernetes' choice.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A short hash of a template, in letters that make no words: the same for the same template and number of collisions.
pub(super) fn hash(template: &Value, collisions: i64) -> String {
    let mut bytes = template.to_string().into_bytes();
    if collisions > 0 {
        bytes.extend(collisions.to_le_bytes());
    }
    // FNV-1a of 32 bits.
    let hash = bytes.iter().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    let letter = |digit: u8| char::from(LETTERS[usize::from(digit) % LETTERS.len()]);
    hash.to_string().bytes().map(letter).collect()
}

/// A template without the label that tells it from others.
pub(super) fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(labels) = template["metadata"]["labels"].as_object_mut() {
        labels.remove(HASH);
    }
    template
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_hash_tells_templates_apart_and_stays_the_same() {
        let template = json!({"spec": {"containers": [{"name": "a", "image": "b:1"}]}});
        let other = json!({"spec": {"containers": [{"name": "a", "image": "b:2"}]}});
        assert_eq!(
            hash(&template, 0),
            "84857bbdc8",
            "names must not change between versions"
        );
        assert_ne!(hash(&template, 0), hash(&other, 0));
        assert_ne!(hash(&template, 0), hash(&template, 1));
    }
}
