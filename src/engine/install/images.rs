//! Every image that an installation may have to pull: for a registry behind an air gap.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::component::Component;
use super::object::Content;
use super::path::get_str;
use super::{Resolved, render};
use crate::engine::inject;
use crate::error::{Error, Result};

/// An image and what pulls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Image {
    /// `registry/path/name:tag`
    pub(crate) image: String,
    /// Objects (`Deployment istio-system/istiod`), `sidecars and gateways`, or `template NAME`.
    #[serde(rename = "usedBy")]
    pub(crate) used_by: BTreeSet<String>,
}

/// What stands in a gateway's Deployment where istiod's injector puts the image.
const AUTO: &str = "auto";

/// All images, by name: of the objects, of the proxies that istiod injects, and those that are written out in its templates.
///
/// # Errors
/// A chart does not render with this configuration.
pub(crate) fn images(resolved: &Resolved) -> Result<Vec<Image>> {
    let mut found = Found::default();
    for object in &render::generate(resolved)?.objects {
        if let Content::Tree(tree) = &object.content {
            collect(tree, &object.label(), &mut found);
        }
    }
    let pilot = Component::find("pilot").expect("istiod is in the table of components");
    if !pilot.instances(resolved.operator())?.is_empty() {
        let config = render::injection_config_of_control_plane(resolved)?;
        let proxies = inject::images(&config.values, &config.mesh).map_err(|error| {
            Error::config("the configuration does not say which proxy to inject").caused_by(&error)
        })?;
        for image in proxies {
            found.add(image, "sidecars and gateways");
        }
        for (name, text) in &config.templates {
            for image in text
                .lines()
                .filter_map(|line| literal(line, &config.values))
            {
                found.add(image, &format!("template {name}"));
            }
        }
    }
    let images = found.0.into_iter();
    Ok(images
        .map(|(image, used_by)| Image { image, used_by })
        .collect())
}

#[derive(Default)]
struct Found(BTreeMap<String, BTreeSet<String>>);

impl Found {
    fn add(&mut self, image: String, user: &str) {
        self.0.entry(image).or_default().insert(user.to_owned());
    }
}

/// The images of all containers at any depth.
fn collect(tree: &Value, user: &str, found: &mut Found) {
    match tree {
        Value::Object(map) => {
            for (key, value) in map {
                if key.to_lowercase().ends_with("containers") {
                    let list = value.as_array().into_iter().flatten();
                    let images = list.filter_map(|container| container["image"].as_str());
                    for image in images.filter(|image| *image != AUTO) {
                        found.add(image.to_owned(), user);
                    }
                } else {
                    collect(value, user, found);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, user, found)),
        _ => {}
    }
}

/// What stands before the image of a helper where that may come from a registry of the user's.
const HELPER: &str = "{{ with .Values.global.busyboxHub }}{{ . }}/{{ end }}";

/// The image that a line of a template names without another action.
fn literal(line: &str, values: &Value) -> Option<String> {
    let hub = get_str(values, &["global", "busyboxHub"]).map(|hub| format!("{hub}/"));
    let line = line.replace(HELPER, &hub.unwrap_or_default());
    let image = line
        .trim()
        .trim_start_matches("- ")
        .strip_prefix("image:")?
        .trim();
    let image = image.trim_matches(['"', '\'']);
    (!image.is_empty() && !image.contains("{{")).then(|| image.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::{Inputs, resolve};
    use super::*;

    fn of(profile: &str, set: &[&str]) -> Vec<String> {
        let inputs = Inputs {
            profile: Some(profile.to_owned()),
            set: set.iter().map(|text| (*text).to_owned()).collect(),
            ..Inputs::default()
        };
        let images = images(&resolve::resolve(&inputs).unwrap()).unwrap();
        images.into_iter().map(|image| image.image).collect()
    }

    #[test]
    fn lists_control_plane_and_proxy_of_the_smallest_installation() {
        let images = of("minimal", &["hub=h", "tag=1"]);
        assert_eq!(images, ["busybox:1.28", "h/pilot:1", "h/proxyv2:1"]);
    }

    #[test]
    fn lists_node_agents_and_addons() {
        let images = of("ambient", &["hub=h", "tag=1"]);
        for name in ["h/install-cni:1-", "h/ztunnel:1-"] {
            assert!(
                images.iter().any(|image| image.starts_with(name)),
                "{name} in {images:?}"
            );
        }
        let images = of("demo", &[]);
        for name in ["/grafana:", "/kiali:", "/prometheus:", "/jaeger:"] {
            assert!(
                images.iter().any(|image| image.contains(name)),
                "{name} in {images:?}"
            );
        }
        assert!(!images.iter().any(|image| image == AUTO));
    }

    #[test]
    fn a_variant_is_in_every_tag_of_istio() {
        let images = of(
            "minimal",
            &["hub=h", "tag=1", "values.global.variant=debug"],
        );
        assert_eq!(
            images,
            ["busybox:1.28", "h/pilot:1-debug", "h/proxyv2:1-debug"]
        );
    }

    #[test]
    fn a_cluster_whose_control_plane_is_elsewhere_pulls_the_proxy() {
        assert_eq!(
            of("remote", &["hub=h", "tag=1"]),
            ["busybox:1.28", "h/proxyv2:1"]
        );
    }

    #[test]
    fn nothing_is_pulled_where_nothing_is_installed() {
        assert_eq!(of("empty", &[]), Vec::<String>::new());
    }
}
