//! What behaves otherwise after an upgrade although nobody set it: the defaults that changed from release to release.

use super::{Check, Finding, Level, Snapshot, Target};
use crate::engine::install::path;
use crate::engine::install::{DEFAULT_TAG, Resolved};
use crate::engine::versions::Version;

/// A default that a release changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The first release with the new default.
    release: Version,
    /// Below `values`.
    path: &'static [&'static str],
    old: &'static str,
    /// What it means.
    meaning: &'static str,
}

impl Change {
    /// `values.pilot.env.NAME`
    fn setting(&self) -> String {
        format!("values.{}", self.path.join("."))
    }
}

/// The oldest release that `compatibilityVersion` knows.
const OLDEST_KEPT: Version = Version::of(1, 28);

/// From Istio's release notes; `manifests/common/profiles/compatibility-*.yaml` has the same settings with their old values, which a
/// test holds against this table.
const CHANGES: &[Change] = &[
    Change {
        release: Version::of(1, 29),
        path: &["cni", "ambient", "reconcileIptablesOnStartup"],
        old: "false",
        meaning: "a CNI agent that starts brings the redirection of pods that are in the ambient mesh up to date",
    },
    Change {
        release: Version::of(1, 29),
        path: &["pilot", "env", "DISABLE_TRACK_REMAINING_CB_METRICS"],
        old: "false",
        meaning: "proxies no longer count what is left before a circuit breaker opens, which saves memory",
    },
    Change {
        release: Version::of(1, 30),
        path: &["pilot", "env", "PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE"],
        old: "false",
        meaning: "of services of one host name in several namespaces, sidecars use Kubernetes' own, then the oldest, no longer the first by name",
    },
    Change {
        release: Version::of(1, 31),
        path: &["pilot", "env", "PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS"],
        old: "false",
        meaning: "proxies are told of unready endpoints too, unless outlier detection sets minHealthPercent",
    },
    Change {
        release: Version::of(1, 31),
        path: &["pilot", "env", "PILOT_ENABLE_STRICT_GATEWAY_MERGING"],
        old: "false",
        meaning: "Gateways of Istio in other namespaces no longer add to a gateway that was deployed for a Gateway of the Gateway API",
    },
    Change {
        release: Version::of(1, 31),
        path: &["pilot", "env", "PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY"],
        old: "false",
        meaning: "gateways write a trace span of their own for each request that they send on",
    },
];

/// The defaults that changed after `from`, up to `to`, and that the configuration does not set.
pub(super) fn changes(from: Version, to: Version, resolved: &Resolved) -> Vec<Change> {
    let after = CHANGES
        .iter()
        .filter(|it| it.release > from.line() && it.release <= to.line());
    // A compatibility version puts back all of them up to its own.
    let kept = path::get_str(resolved.values(), &["compatibilityVersion"]).and_then(Version::parse);
    let is_set = |change: &Change| path::get(resolved.values(), change.path).is_some();
    after
        .filter(|it| kept.is_none_or(|kept| it.release <= kept) && !is_set(it))
        .copied()
        .collect()
}

pub(super) fn check(snapshot: &Snapshot<'_>, target: &Target<'_>) -> Vec<Finding> {
    let (Some(from), Some(to)) = (
        super::revisions::from(&snapshot.istiods, target),
        target.version(),
    ) else {
        return Vec::new();
    };
    let changed = changes(from, to, target.resolved);
    let oldest = OLDEST_KEPT.max(from.line());
    let mut found: Vec<Finding> = changed
        .iter()
        .map(|it| {
            let message = format!(
                "since {}: {}; `{}={}` is as before",
                it.release,
                it.meaning,
                it.setting(),
                it.old
            );
            Finding::new(Check::Changes, Level::Warning, message).hint(format!(
                "`--set compatibilityVersion={oldest}` keeps changed defaults as they were; `--set` of one keeps that one"
            ))
        })
        .collect();
    found.extend(unlisted(from));
    if snapshot.zipkin && from.line() < Version::of(1, 22) && to.line() >= Version::of(1, 22) {
        let message = "since 1.22: traces are no longer sent to Service `zipkin` by default, and there is one";
        found.push(
            Finding::new(Check::Changes, Level::Warning, message).hint(
                "name it in `meshConfig.extensionProviders`, and the provider in a Telemetry",
            ),
        );
    }
    found
}

/// That more changed than is known here.
fn unlisted(from: Version) -> Option<Finding> {
    (from.line() < OLDEST_KEPT).then(|| {
        let message = format!(
            "what changed after {} up to {OLDEST_KEPT} is not listed here: defaults are known since {OLDEST_KEPT}",
            from.line()
        );
        Finding::new(Check::Changes, Level::Warning, message)
            .hint("read the upgrade notes of those releases, at istio.io")
    })
}

/// That a setting, stored or given, keeps the old version.
pub(super) fn pinned(target: &Target<'_>) -> Option<Finding> {
    let (newest, to) = (Version::parse(DEFAULT_TAG)?, target.version()?);
    let stays = target.from == Some(to) && to < newest;
    stays.then(|| {
        let message = format!("it stays at {to}, since a setting says so; the newest is {newest}");
        Finding::new(Check::Revisions, Level::Warning, message)
            .hint(format!("`mesh upgrade --tag {DEFAULT_TAG}` goes there"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::engine::install::{Inputs, resolve};
    use crate::yaml;

    fn resolved(set: &[&str]) -> Resolved {
        let inputs = Inputs {
            set: set.iter().map(|it| (*it).to_owned()).collect(),
            ..Inputs::default()
        };
        resolve::resolve(&inputs).unwrap()
    }

    fn names(from: (u32, u32), set: &[&str]) -> Vec<&'static str> {
        let (from, to) = (Version::of(from.0, from.1), Version::of(1, 31));
        let all = changes(from, to, &resolved(set));
        all.iter().map(|it| *it.path.last().unwrap()).collect()
    }

    #[test]
    fn says_that_older_changes_are_not_listed() {
        assert_eq!(unlisted(Version::of(1, 28)), None);
        let older = unlisted(Version::of(1, 24)).unwrap();
        let wanted =
            "what changed after 1.24 up to 1.28 is not listed here: defaults are known since 1.28";
        assert_eq!(older.message, wanted);
    }

    #[test]
    fn says_that_a_setting_keeps_the_old_version() {
        let of = |set: &[&str], from: Option<&str>| {
            let resolved = resolved(set);
            let target = Target {
                resolved: &resolved,
                objects: &[],
                from: from.and_then(Version::parse),
                adopts_helm: false,
                thorough: true,
            };
            pinned(&target).map(|it| it.message)
        };
        assert_eq!(
            of(&["tag=1.30.2"], Some("1.30.2")).unwrap(),
            format!("it stays at 1.30.2, since a setting says so; the newest is {DEFAULT_TAG}")
        );
        assert_eq!(of(&["tag=1.30.2"], None), None);
        assert_eq!(of(&["tag=1.30.3"], Some("1.30.2")), None);
        assert_eq!(of(&[], Some(DEFAULT_TAG)), None);
    }

    #[test]
    fn names_what_changed_since_and_nobody_set() {
        assert_eq!(names((1, 28), &[]).len(), 6);
        assert_eq!(names((1, 30), &[]).len(), 3);
        assert_eq!(names((1, 31), &[]), [""; 0]);
        let set = ["values.pilot.env.PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS=false"];
        assert_eq!(
            names((1, 30), &set),
            [
                "PILOT_ENABLE_STRICT_GATEWAY_MERGING",
                "PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY"
            ]
        );
        assert_eq!(names((1, 28), &["compatibilityVersion=1.29"]).len(), 2);
        assert_eq!(names((1, 29), &["compatibilityVersion=1.29"]), [""; 0]);
    }

    /// What a compatibility version puts back is what changed since. Istio's file for 1.30 has one setting that its older files lack.
    #[test]
    fn agrees_with_the_compatibility_versions() {
        fn leaves(tree: &Value, path: &str, out: &mut Vec<(String, String)>) {
            match tree {
                Value::Object(map) => map
                    .iter()
                    .for_each(|(key, below)| leaves(below, &format!("{path}.{key}"), out)),
                Value::String(text) => out.push((path.to_owned(), text.clone())),
                other => out.push((path.to_owned(), other.to_string())),
            }
        }
        for minor in [28, 29, 30] {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/manifests/common/profiles");
            let text =
                std::fs::read_to_string(format!("{folder}/compatibility-1.{minor}.yaml")).unwrap();
            let mut old = Vec::new();
            leaves(&yaml::parse(&text).unwrap(), "values", &mut old);
            assert!(!old.is_empty());
            let since: Vec<_> = CHANGES
                .iter()
                .filter(|it| it.release > Version::of(1, minor))
                .collect();
            for (path, value) in &old {
                assert!(
                    since
                        .iter()
                        .any(|it| it.setting() == *path && it.old == value),
                    "1.{minor}: {path}={value}"
                );
            }
            for change in since {
                let named = old.iter().any(|(path, _)| *path == change.setting());
                assert!(
                    named
                        || change
                            .path
                            .ends_with(&["PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY"]),
                    "1.{minor}: {change:?}"
                );
            }
        }
    }
}
