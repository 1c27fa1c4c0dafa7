//! Messages that several kinds use: status, durations, selectors, target references, string matches.

use std::collections::BTreeMap;
use std::time::Duration as StdDuration;

use serde_json::Value;

use super::read::{Error, Typed};
use super::schema::{Rule, Schema, Shape, enumeration, message};

/// At most one of `selector`, `targetRef` and `targetRefs`.
pub(super) const ONE_TARGET: Rule = Rule::Cel(
    "(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
    "only one of targetRefs or selector can be set",
);

/// A port number in a field whose type allows more.
pub(super) const PORT: Rule =
    Rule::Cel("0 < self && self <= 65535", "port must be between 1-65535");

/// Label values of a selector are compared as they are.
pub(super) const NO_WILDCARD: Rule = Rule::Cel(
    "!self.contains(\"*\")",
    "wildcard is not supported in selector",
);

/// A length of time as text, such as `1.5s`, `250ms` or `1h10m`. Kept as written; [`Duration::parse`] gives the time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Duration(pub(crate) String);

impl Duration {
    /// The time, if the text is a duration as Go and CEL write it: numbers with units h, m, s, ms, us (µs) or ns.
    pub(crate) fn parse(&self) -> Option<StdDuration> {
        parse_duration(&self.0)
    }
}

/// See [`Duration::parse`]. Negative durations, which no field allows, are `None`.
pub(crate) fn parse_duration(text: &str) -> Option<StdDuration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(StdDuration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        seconds += number
            * match &rest[..unit] {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" | "μs" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
        rest = &rest[unit..];
    }
    StdDuration::try_from_secs_f64(seconds).ok()
}

impl Typed for Duration {
    const SCHEMA: Schema = Schema {
        shape: Shape::Text,
        rules: &[Rule::Cel(
            "duration(self) >= duration('1ms')",
            "must be a valid duration greater than 1ms",
        )],
    };

    fn read(value: Value) -> Result<Self, Error> {
        String::read(value).map(Self)
    }

    fn write(&self) -> Value {
        Value::String(self.0.clone())
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

message! {
    /// How a string is compared. Empty, it asks only that there be something to compare.
    StringMatch [OneOf(&["exact", "prefix", "regex"])] {
        /// The whole string.
        exact: Option<String>,
        /// The beginning of the string.
        prefix: Option<String>,
        /// An RE2 regular expression for the whole string.
        regex: Option<String>,
    }

    /// A share of requests.
    Percent {
        /// Percent, 0 to 100; fractions down to 0.0001 count.
        value: Option<f64>,
    }

    /// A port by its number.
    PortSelector {
        /// Port number.
        number: Option<u32>,
    }

    /// Selects workloads by labels (networking kinds).
    WorkloadSelector {
        /// Labels that a pod or `WorkloadEntry` must all have, compared exactly. Only the object's own namespace is
        /// looked at; in the root namespace, all are.
        labels: BTreeMap<String, String>
            [MaxProperties(256), Each(&[MaxLength(63), NO_WILDCARD])],
    }

    /// Selects workloads by labels (security, telemetry and extension kinds).
    LabelSelector {
        /// Labels that a pod or `WorkloadEntry` must all have, compared exactly. None selects every workload in
        /// reach: of the namespace, or of the mesh from the root namespace.
        match_labels: BTreeMap<String, String> [
            MaxProperties(4096),
            Cel("self.all(key, !key.contains(\"*\"))", "wildcard not allowed in label key match"),
            Cel("self.all(key, key.size() != 0)", "key must not be empty"),
            Each(&[
                MaxLength(63),
                Cel("!self.contains(\"*\")", "wildcard not allowed in label value match"),
            ]),
        ],
    }

    /// An object in the same namespace that a policy is attached to.
    PolicyTargetReference {
        /// API group of the target; empty for core kinds such as `Service`.
        group: Option<String>
            [MaxLength(253), Pattern(r"^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")],
        /// Kind of the target: `Gateway`, `GatewayClass`, `Service` or `ServiceEntry`.
        kind: String
            [Required, MinLength(1), MaxLength(63), Pattern("^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$")],
        /// Name of the target.
        name: String [Required, MinLength(1), MaxLength(253)],
        /// Leave empty: only targets in the object's own namespace are supported.
        namespace: Option<String>
            [Cel("self.size() == 0", "cross namespace referencing is not currently supported")],
    }

    /// What istiod reports about an object.
    Status [PreserveUnknown] {
        /// State of the object, one entry per aspect.
        conditions: Vec<Condition>,
        /// Findings of istiod's analysis.
        validation_messages: Vec<ValidationMessage>,
        /// The `metadata.generation` that this status is about; if it is lower, the status is out of date.
        observed_generation: Option<Value>,
    }

    /// One aspect of an object's state.
    Condition {
        /// The aspect, such as `Reconciled` or `ZtunnelAccepted`.
        r#type: Option<String>,
        /// `True`, `False` or `Unknown`.
        status: Option<String>,
        /// When the aspect was last looked at.
        last_probe_time: Option<String> [Format("date-time")],
        /// When `status` last changed.
        last_transition_time: Option<String> [Format("date-time")],
        /// Why, in one word for programs.
        reason: Option<String>,
        /// Why, in words for people.
        message: Option<String>,
        /// The `metadata.generation` that the condition is about.
        observed_generation: Option<Value>,
    }

    /// One finding of istiod's analysis.
    ValidationMessage {
        /// What was found.
        r#type: Option<ValidationMessageType>,
        /// How serious it is.
        level: Option<ValidationLevel>,
        /// Where the finding is explained.
        documentation_url: Option<String>,
    }

    /// The kind of a finding.
    ValidationMessageType {
        /// Name of the kind of finding.
        name: Option<String>,
        /// Its code, such as `IST0101`.
        code: Option<String>,
    }
}

enumeration! {
    /// How serious a finding is.
    ValidationLevel { Unknown = "UNKNOWN", Error = "ERROR", Warning = "WARNING", Info = "INFO" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        let cases = [
            ("5s", Some(StdDuration::from_secs(5))),
            ("1.5s", Some(StdDuration::from_millis(1500))),
            ("1h2m3s", Some(StdDuration::from_secs(3723))),
            ("250ms", Some(StdDuration::from_millis(250))),
            ("0", Some(StdDuration::ZERO)),
            ("0s", Some(StdDuration::ZERO)),
            ("", None),
            ("5", None),
            ("s", None),
            ("5 s", None),
            ("-5s", None),
            ("5d", None),
            ("1.2.3s", None),
            ("99999999999999999999999h", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_duration(text), expected, "{text:?}");
        }
    }
}
