//! `otelResourceAttributes`: what a tracing provider of kind OpenTelemetry wants to know of a workload, after
//! OpenTelemetry's conventions for attributes of Kubernetes services.

use serde_json::Value as Json;

use crate::engine::template::{Answer, Call, Value};

use super::functions::plain;
use super::pod::name_of;

/// `otelResourceAttributes mesh annotations labels namespace containers`: `name=value` pairs, or nothing where no provider
/// of the mesh asks for them.
pub(crate) fn resource_attributes(call: &Call<'_>) -> Answer {
    let providers = match call.value(0)? {
        Value::Object(mesh) => mesh.field("ExtensionProviders").unwrap_or_default(),
        _ => Value::Nil,
    };
    if !wanted(&plain(&providers)) {
        return Ok("".into());
    }
    let (annotations, labels) = (call.map(1)?, call.map(2)?);
    let namespace = call.text(3)?;
    let containers: Vec<Json> = call.list(4)?.iter().map(plain).collect();
    let given = |name: &str| {
        let value = annotations.find(&format!("resource.opentelemetry.io/{name}"));
        value
            .as_ref()
            .and_then(Value::as_text)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let version_label = labels.find("app.kubernetes.io/version");
    let version_label = version_label
        .as_ref()
        .and_then(Value::as_text)
        .filter(|text| !text.is_empty());
    let image_version = match containers.as_slice() {
        [only] => only
            .get("image")
            .and_then(Json::as_str)
            .and_then(version_of_image),
        _ => None,
    };
    let instance = containers
        .first()
        .map(|first| format!("{namespace}.$(POD_NAME).{}", name_of(first)));
    let attributes = [
        (
            "service.namespace",
            given("service.namespace").or_else(|| non_empty(namespace)),
        ),
        (
            "service.version",
            given("service.version")
                .or_else(|| version_label.map(str::to_owned))
                .or(image_version),
        ),
        (
            "service.instance.id",
            given("service.instance.id").or(instance),
        ),
    ];
    let pairs: Vec<String> = attributes
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
        .collect();
    Ok(pairs.join(",").into())
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn wanted(providers: &Json) -> bool {
    let providers = providers.as_array();
    providers.into_iter().flatten().any(|provider| {
        let enrichment = provider
            .get("opentelemetry")
            .and_then(|it| it.get("serviceAttributeEnrichment"));
        enrichment.and_then(Json::as_str) == Some("OTEL_SEMANTIC_CONVENTIONS")
    })
}

/// The tag and digest of an image: `1.2@sha256:…`, whichever it has.
fn version_of_image(image: &str) -> Option<String> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let last = name.rsplit('/').next().unwrap_or(name);
    let tag = last.rsplit_once(':').map(|(_, tag)| tag);
    match (tag, digest) {
        (Some(tag), Some(digest)) => Some(format!("{tag}@{digest}")),
        (Some(version), None) | (None, Some(version)) => non_empty(version),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_images_version_is_its_tag_and_digest() {
        for (image, version) in [
            ("nginx:1.21", Some("1.21")),
            ("nginx@sha256:abc", Some("sha256:abc")),
            ("nginx:1.21@sha256:abc", Some("1.21@sha256:abc")),
            ("registry:5000/nginx", None),
            ("registry:5000/nginx:2", Some("2")),
            ("nginx", None),
        ] {
            assert_eq!(version_of_image(image).as_deref(), version, "{image}");
        }
    }
}
