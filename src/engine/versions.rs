//! Which versions of Istio run, read from pods: the tag of an image is the version.

use std::collections::BTreeMap;

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
fn version(pod: &Value, container: &str) -> Option<String> {
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
