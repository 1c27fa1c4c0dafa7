//! Shifts of texts in many styles: there and back is the identity, and what is added disturbs nothing.

use proptest::prelude::*;

use super::*;

/// A VirtualService in one of several styles, with weights for v1 and v2.
fn styled() -> impl Strategy<Value = (String, u32)> {
    let styles = prop::sample::select(vec![
        "    - destination:\n        host: reviews\n        subset: v1\n      weight: A # keep\n    - destination:\n        host: reviews\n        subset: v2\n      weight: B\n",
        "      - weight:   A\n        destination: { host: reviews, subset: \"v1\" }\n      # the canary\n      - weight:   B # watch\n        destination: { host: reviews, subset: \"v2\" }\n",
        "    - {destination: {host: reviews, subset: v1}, weight: A}\n\n    - {weight: B, destination: {host: reviews, subset: v2}} # é\n",
        "      [{\"destination\": {\"host\": \"reviews\", \"subset\": \"v1\"}, \"weight\": A},\n       {\"destination\": {\"host\": \"reviews\", \"subset\": \"v2\"}, \"weight\": B}]\n",
    ]);
    (styles, 0u32..=100, prop::sample::select(vec!["\n", "\r\n"])).prop_map(|(style, first, end)| {
        let route = style
            .replace('A', &first.to_string())
            .replace('B', &(100 - first).to_string());
        let text = format!(
            "# head\nkind: VirtualService\nmetadata: {{name: reviews}}\nspec:\n  hosts: [reviews] # all\n  http:\n  - timeout: 5s\n    route:\n{route}    retries: {{attempts: 2}}\n# tail\n"
        );
        (text.replace('\n', end), first)
    })
}

fn without_digits(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_ascii_digit())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shifting_there_and_back_is_the_identity((text, first) in styled(), share in 0u32..=100) {
        let there = shifted(&text, &request("reviews", &format!("{share} {}", 100 - share)));
        prop_assert_eq!(without_digits(&there), without_digits(&text));
        prop_assert_eq!(there.lines().count(), text.lines().count());
        let back = shifted(&there, &request("reviews", &format!("v1={first} v2={}", 100 - first)));
        prop_assert_eq!(back, text);
    }

    #[test]
    fn what_is_added_disturbs_nothing((text, _) in styled()) {
        let edited = shifted(&text, &request("reviews", "v3=100"));
        for comment in ["# head", "# all", "# keep", "# the canary", "# watch", "# é", "# tail"] {
            prop_assert_eq!(edited.matches(comment).count(), text.matches(comment).count());
        }
        let weights: Vec<u64> = objects(&edited)[0].value["spec"]["http"][0]["route"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|each| each["weight"].as_u64().expect("a weight"))
            .collect();
        prop_assert_eq!(weights, [0, 0, 100]);
    }
}
