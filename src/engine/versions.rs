//! Which versions of Istio run, read from pods: the tag of an image is the version.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// istiod of one revision and version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ControlPlane {
    /// The label `istio.io/rev`, `default` where it has none.
    pub(crate) revision: String,
    /// The tag of the image.
    pub(crate) version: String,
    /// How many pods.
    pub(crate) pods: usize,
}

/// The proxies of one version, beside workloads and in gateways.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Proxies {
    /// The tag of the image.
    pub(crate) version: String,
    /// How many proxies.
    pub(crate) count: usize,
}

/// A version, as far as releases are compared by it: `1.31.4`; `1.31` where the patch is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u32,
    minor: u32,
    patch: Option<u32>,
}

impl Version {
    /// A release line.
    pub(crate) const fn of(major: u32, minor: u32) -> Self {
        Self {
            major,
            minor,
            patch: None,
        }
    }

    /// Reads `1.31.4`, `v1.34.1+k3s1`, `1.31-alpha.0` and the like; `None` for what is no version, such as `latest`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = |part: &str| {
            let end = part
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(part.len());
            part[..end].parse().ok()
        };
        let mut parts = text.strip_prefix('v').unwrap_or(text).splitn(3, '.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?;
        let whole = minor.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self {
            major,
            minor: number(minor)?,
            patch: parts.next().filter(|_| whole).and_then(number),
        })
    }

    /// How many minor releases this is after the other; negative if it is before.
    pub(crate) fn minors_after(self, other: Self) -> i64 {
        /// More than any major release had minor ones.
        const MAJOR: i64 = 1000;
        (i64::from(self.major) - i64::from(other.major)) * MAJOR + i64::from(self.minor)
            - i64::from(other.minor)
    }

    /// Its release line: `1.31`.
    pub(crate) fn line(self) -> Self {
        Self::of(self.major, self.minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)?;
        self.patch
            .map_or(Ok(()), |patch| write!(formatter, ".{patch}"))
    }
}

type Labels = Option<BTreeMap<String, String>>;

/// Counts the pods of istiod, given by their labels and the rest of the object. Pods without istiod's container are
/// left out.
pub(crate) fn control_planes<'a>(
    pods: impl Iterator<Item = (&'a Labels, &'a Value)>,
) -> Vec<ControlPlane> {
    let mut count: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (labels, pod) in pods {
        let revision = labels
            .as_ref()
            .and_then(|labels| labels.get("istio.io/rev"));
        let revision = revision.filter(|revision| !revision.is_empty());
        if let Some(version) = version(pod, "discovery") {
            let revision = revision.map_or("default", String::as_str).to_string();
            *count.entry((revision, version)).or_default() += 1;
        }
    }
    let planes = count
        .into_iter()
        .map(|((revision, version), pods)| ControlPlane {
            revision,
            version,
            pods,
        });
    planes.collect()
}

/// Counts the proxies in these pods, be they ordinary containers or native sidecars (init containers).
pub(crate) fn proxies<'a>(pods: impl Iterator<Item = &'a Value>) -> Vec<Proxies> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for version in pods.filter_map(|pod| version(pod, "istio-proxy")) {
        *count.entry(version).or_default() += 1;
    }
    let proxies = count
        .into_iter()
        .map(|(version, count)| Proxies { version, count });
    proxies.collect()
}

/// The version that the image of a container says.
pub(crate) fn version(pod: &Value, container: &str) -> Option<String> {
    let lists = ["containers", "initContainers"].map(|list| pod["spec"][list].as_array());
    let mut containers = lists.into_iter().flatten().flatten();
    let found = containers.find(|candidate| candidate["name"] == container)?;
    Some(tag(found["image"].as_str()?))
}

/// The tag of an image, without the variant of the build; `unknown` if the image is named by its digest only.
pub(super) fn tag(image: &str) -> String {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rsplit('/').next().unwrap_or(name);
    let Some((_, tag)) = last.split_once(':') else {
        return if name == image { "latest" } else { "unknown" }.to_string();
    };
    let variants = ["-distroless", "-debug"];
    let bare = variants
        .iter()
        .find_map(|variant| tag.strip_suffix(variant));
    bare.unwrap_or(tag).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_the_version_from_any_form_of_image() {
        assert_eq!(tag("registry.example:5000/istio/proxyv2:1.31.4"), "1.31.4");
        assert_eq!(tag("proxyv2:1.31.4-distroless"), "1.31.4");
        assert_eq!(tag("proxyv2:1.31.4@sha256:00"), "1.31.4");
        assert_eq!(tag("registry.example:5000/proxyv2@sha256:00"), "unknown");
        assert_eq!(tag("registry.example:5000/proxyv2"), "latest");
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let of = |text: &str| Version::parse(text).unwrap();
        assert_eq!(of("v1.34.1+k3s1").to_string(), "1.34.1");
        assert_eq!(of("1.31-alpha.0").to_string(), "1.31");
        assert_eq!(of("1.31"), Version::of(1, 31));
        assert!(of("1.9.3") < of("1.31.0") && of("1.31.4") > of("1.31.0"));
        assert_eq!(of("1.31.4").minors_after(of("1.28.2")), 3);
        assert_eq!(of("1.30.4").minors_after(of("1.31.0")), -1);
        for none in ["latest", "", "1", "abcdef0", "1.x"] {
            assert_eq!(Version::parse(none), None, "{none}");
        }
    }

    #[test]
    fn counts_native_sidecars_and_ordinary_ones_alike() {
        let proxy = |list: &str, image: &str| json!({"spec": {list: [{"name": "istio-proxy", "image": image}]}});
        let pods = [
            proxy("initContainers", "proxyv2:1.31.4"),
            proxy("containers", "proxyv2:1.31.4"),
            proxy("containers", "proxyv2:1.30.1"),
            json!({"spec": {"containers": [{"name": "app", "image": "app:9"}]}}),
        ];
        let versions: Vec<_> = proxies(pods.iter())
            .into_iter()
            .map(|it| (it.version, it.count))
            .collect();
        assert_eq!(
            versions,
            [("1.30.1".to_string(), 1), ("1.31.4".to_string(), 2)]
        );
    }

    #[test]
    fn keeps_revisions_apart() {
        let pod = json!({"spec": {"containers": [{"name": "discovery", "image": "pilot:1.31.4"}]}});
        let canary = Some(BTreeMap::from([(
            "istio.io/rev".to_string(),
            "canary".to_string(),
        )]));
        let planes = control_planes([(&None, &pod), (&canary, &pod), (&canary, &pod)].into_iter());
        let planes: Vec<_> = planes
            .into_iter()
            .map(|it| (it.revision, it.pods))
            .collect();
        assert_eq!(
            planes,
            [("canary".to_string(), 2), ("default".to_string(), 1)]
        );
    }
}
