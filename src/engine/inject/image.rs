//! The images of the proxy and of its init container, from the chart's values and the pod's annotation.

use crate::yaml::Value;

use super::annotations::IMAGE_TYPE;
use super::mesh_config::ProxyConfig;
use super::pod::Pod;

/// Image types that Istio publishes, and that may stand at the end of a tag already.
const PUBLISHED: &[&str] = &["distroless", "debug"];

/// The image of the proxy: the type (`debug`, `distroless`) comes from the pod, the proxy's configuration or
/// `values.global.variant`, in this order.
pub(crate) fn proxy_image(values: &Value, proxy: &ProxyConfig, pod: &Pod) -> String {
    let name = text(values, &["global", "proxy", "image"]);
    image(values, name, proxy.image_type(), pod)
}

/// The image of the init container, which has no type in the proxy's configuration.
pub(crate) fn init_image(values: &Value, pod: &Pod) -> String {
    let name = text(values, &["global", "proxy_init", "image"]);
    image(values, name, None, pod)
}

fn image(values: &Value, name: &str, configured: Option<&str>, pod: &Pod) -> String {
    let name = if name.is_empty() { "proxyv2" } else { name };
    let hub = text(values, &["global", "hub"]);
    let tag = match at(values, &["global", "tag"]) {
        Some(Value::String(tag)) => tag.clone(),
        Some(Value::Number(tag)) => tag.to_string(),
        _ => String::new(),
    };
    let configured = configured.filter(|kind| !kind.is_empty());
    let kind = pod
        .annotation(IMAGE_TYPE)
        .or(configured)
        .unwrap_or_else(|| text(values, &["global", "variant"]));
    format!("{hub}/{name}:{}", tag_of_kind(&tag, kind))
}

/// The tag with the image type at its end, in place of one that is there. "default" has no type in its tag.
fn tag_of_kind(tag: &str, kind: &str) -> String {
    if kind.is_empty() {
        return tag.to_owned();
    }
    let bare = PUBLISHED
        .iter()
        .find_map(|known| tag.strip_suffix(known)?.strip_suffix('-'))
        .unwrap_or(tag);
    if kind == "default" {
        bare.to_owned()
    } else {
        format!("{bare}-{kind}")
    }
}

/// The value at a path of keys.
pub(crate) fn at<'a>(values: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(values, |at, key| at.get(key))
}

fn text<'a>(values: &'a Value, path: &[&str]) -> &'a str {
    at(values, path).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_replaces_the_one_in_the_tag() {
        for (tag, kind, expected) in [
            ("1.31.4", "", "1.31.4"),
            ("1.31.4", "debug", "1.31.4-debug"),
            ("1.31.4-distroless", "debug", "1.31.4-debug"),
            ("1.31.4-distroless", "default", "1.31.4"),
            ("1.31-vendor.2", "distroless", "1.31-vendor.2-distroless"),
        ] {
            assert_eq!(tag_of_kind(tag, kind), expected);
        }
    }
}
