//! Durations of the mesh configuration: read as Go writes them (`1m30s`, `250ms`), kept as protobuf does (`90s`, `0.250s`).

use crate::engine::api::shared::parse_duration;

/// A duration in seconds with 0, 3, 6 or 9 decimals; `None` if it is none.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let duration = parse_duration(text)?;
    let seconds = duration.as_secs();
    Some(match duration.subsec_nanos() {
        0 => format!("{seconds}s"),
        nanos if nanos % 1_000_000 == 0 => format!("{seconds}.{:03}s", nanos / 1_000_000),
        nanos if nanos % 1_000 == 0 => format!("{seconds}.{:06}s", nanos / 1_000),
        nanos => format!("{seconds}.{nanos:09}s"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_one_form() {
        for (text, form) in [
            ("45s", Some("45s")),
            ("1m30s", Some("90s")),
            ("0.5s", Some("0.500s")),
            ("10ms", Some("0.010s")),
            ("1.5us", Some("0.000001500s")),
            ("250us", Some("0.000250s")),
            ("soon", None),
            ("5", None),
        ] {
            assert_eq!(canonical(text).as_deref(), form, "{text}");
        }
    }
}
