//! Revision tags: other names for a revision of the control plane, which namespaces ask for and which can be moved.
//!
//! A tag is three things that stand and fall together: the `MutatingWebhookConfiguration` that injects for it, a Service by which
//! proxies reach the revision, and for the tag `default` the `ValidatingWebhookConfiguration` of resources that name no revision.
//! They are what istiod's chart makes of `values.revisionTags`, with the address and authority of the revision's own webhook.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::object::{Content, Object};
use super::package::Package;
use super::path::get_str;
use super::{Inputs, render, resolve};
use crate::error::{Error, Kind, Result};

/// The label that says which revision an object belongs to, and by which namespaces ask for one.
pub(crate) const REVISION: &str = "istio.io/rev";
/// The label that says which tag an object belongs to.
pub(crate) const TAG: &str = "istio.io/tag";
/// The tag, and the revision, of those who name none.
pub(crate) const DEFAULT: &str = "default";
/// The field manager that keeps the webhook of revision `default` from acting. What it says is not for an installation to undo.
pub(crate) const SILENCER: &str = "mesh-tag";
/// Labels by which an installation knows its objects: a tag that a user makes is none of them.
const OWNED: &str = "operator.istio.io";

/// What a cluster has of webhooks and of Services in istiod's namespace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Installed {
    pub(crate) mutating: Vec<Value>,
    pub(crate) validating: Vec<Value>,
    pub(crate) services: Vec<Value>,
}

/// A tag to be made or moved.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) tag: String,
    pub(crate) revision: String,
    pub(crate) istio_namespace: String,
    /// Name of the `MutatingWebhookConfiguration`, if not `istio-revision-tag-TAG`.
    pub(crate) webhook_name: Option<String>,
    /// Pods of namespaces that ask for nothing are injected too.
    pub(crate) everywhere: bool,
    /// The tag may exist, and be moved.
    pub(crate) overwrite: bool,
    /// Charts in place of the built-in ones.
    pub(crate) package: Option<Package>,
}

/// What makes a tag.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// To be applied first, all together.
    pub(crate) objects: Vec<Value>,
    /// Then the webhook of the revision `default` has to be kept from acting for the tag `default`: its name and the JSON Patch.
    /// In this order there is no moment in which nobody injects.
    pub(crate) silence: Option<(String, Value)>,
    /// What the user should know, each a sentence.
    pub(crate) warnings: Vec<String>,
}

/// A tag as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Tag {
    #[serde(rename = "tag")]
    pub(crate) name: String,
    pub(crate) revision: String,
    /// Namespaces that ask for it.
    pub(crate) namespaces: Vec<String>,
}

fn label<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    get_str(object, &["metadata", "labels", name])
}

fn name(object: &Value) -> &str {
    get_str(object, &["metadata", "name"]).unwrap_or_default()
}

impl Installed {
    /// The webhooks that were installed with a revision, not with a tag of it.
    fn of_revision<'a>(&'a self, revision: &'a str) -> impl Iterator<Item = &'a Value> {
        self.mutating.iter().filter(move |webhook| {
            label(webhook, REVISION) == Some(revision) && label(webhook, TAG).is_none()
        })
    }

    /// Whether a revision has this name: its webhook, or where it has none, its istiod's Service.
    fn is_revision(&self, name: &str) -> bool {
        let mut services = self.services.iter().filter(|service| {
            label(service, "app") == Some("istiod") && label(service, TAG).is_none()
        });
        self.of_revision(name).next().is_some()
            || services.any(|service| label(service, REVISION) == Some(name))
    }

    /// Everything that a tag consists of.
    pub(crate) fn of_tag<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Value> {
        let all = self
            .mutating
            .iter()
            .chain(&self.validating)
            .chain(&self.services);
        all.filter(move |object| label(object, TAG) == Some(tag))
    }

    /// The revisions that can be tagged.
    pub(crate) fn revisions(&self) -> Vec<&str> {
        let mut revisions: Vec<&str> = self
            .mutating
            .iter()
            .filter(|webhook| label(webhook, TAG).is_none())
            .filter_map(|webhook| label(webhook, REVISION))
            .collect();
        revisions.sort_unstable();
        revisions.dedup();
        revisions
    }
}

/// All tags, with the namespaces among `namespaces` that ask for each.
pub(crate) fn tags(installed: &Installed, namespaces: &[Value]) -> Vec<Tag> {
    let mut found: BTreeMap<(&str, &str), Tag> = BTreeMap::new();
    for object in installed.mutating.iter().chain(&installed.services) {
        if let (Some(tag), Some(revision)) = (label(object, TAG), label(object, REVISION)) {
            found.entry((tag, revision)).or_insert_with(|| Tag {
                name: tag.to_owned(),
                revision: revision.to_owned(),
                namespaces: namespaces
                    .iter()
                    .filter(|one| asks_for(one, tag))
                    .map(|one| name(one).to_owned())
                    .collect(),
            });
        }
    }
    found.into_values().collect()
}

/// Whether a namespace asks for injection by this tag; the old label asks for `default`, and wins.
pub(crate) fn asks_for(namespace: &Value, tag: &str) -> bool {
    match label(namespace, "istio-injection") {
        Some(value) => value == "enabled" && tag == DEFAULT,
        None => label(namespace, REVISION) == Some(tag),
    }
}

/// What has to be applied to make a tag, or to move it.
///
/// # Errors
/// The revision is not installed, the name is taken by a revision, the tag exists and may not be moved, the charts do not render.
pub(crate) fn plan(installed: &Installed, request: &Request) -> Result<Plan> {
    let (tag, revision) = (&request.tag, &request.revision);
    let canonical = canonical(installed, revision)?;
    let mut warnings = Vec::new();
    if tag != DEFAULT && installed.is_revision(tag) {
        let both = format!("pods of namespaces that ask for `{tag}` meet the webhooks of both");
        if !request.overwrite {
            return Err(Error::new(Kind::Precondition, format!("`{tag}` is the name of a revision that is installed, so it cannot be a tag"))
                .because(both)
                .hint(format!("take another name; or take the revision away first, with `mesh uninstall --revision {tag}`"))
                .hint("`--overwrite` makes the tag all the same"));
        }
        warnings.push(format!("`{tag}` is the name of a revision as well: {both}"));
    }
    if !request.overwrite {
        let current = tags(installed, &[])
            .into_iter()
            .find(|one| one.name == *tag);
        if let Some(current) = current.filter(|current| current.revision != *revision) {
            return Err(Error::new(
                Kind::Precondition,
                format!(
                    "tag `{tag}` leads to revision `{}` already",
                    current.revision
                ),
            )
            .hint(format!("`--overwrite` moves it to `{revision}`")));
        }
    }
    let mut objects = Vec::new();
    for object in rendered(request)? {
        let Content::Tree(mut tree) = object.content else {
            continue;
        };
        let wanted = match object.kind.as_str() {
            "MutatingWebhookConfiguration" | "Service" => label(&tree, TAG) == Some(tag),
            "ValidatingWebhookConfiguration" => tag == DEFAULT && object.name == VALIDATOR,
            _ => false,
        };
        if !wanted {
            continue;
        }
        disown(&mut tree);
        match object.kind.as_str() {
            "MutatingWebhookConfiguration" => {
                if let Some(name) = &request.webhook_name {
                    tree["metadata"]["name"] = Value::from(name.as_str());
                }
                lead_to(&mut tree, canonical, None);
            }
            "ValidatingWebhookConfiguration" => {
                tree["metadata"]["labels"][TAG] = Value::from(tag.as_str());
                lead_to(&mut tree, canonical, Some("/validate"));
                keep_policies(&mut tree, installed);
            }
            _ => {}
        }
        objects.push(tree);
    }
    let silence = (tag == DEFAULT)
        .then(|| installed.of_revision(DEFAULT).next())
        .flatten();
    Ok(Plan {
        objects,
        warnings,
        silence: silence.map(|webhook| (name(webhook).to_owned(), silencing(webhook))),
    })
}

const VALIDATOR: &str = "istiod-default-validator";

fn canonical<'a>(installed: &'a Installed, revision: &'a str) -> Result<&'a Value> {
    let mut found = installed.of_revision(revision);
    let Some(canonical) = found.next() else {
        let error = Error::new(
            Kind::Precondition,
            format!("there is no revision `{revision}` in the cluster"),
        );
        return Err(match installed.revisions().as_slice() {
            [] => error.hint("no control plane is installed: `mesh install` installs one"),
            revisions => error.hint(format!("installed: {}", revisions.join(", "))),
        });
    };
    if let Some(other) = found.next() {
        return Err(Error::new(
            Kind::Precondition,
            format!(
                "revision `{revision}` has two webhook configurations: `{}` and `{}`",
                name(canonical),
                name(other)
            ),
        )
        .hint("delete the one that is left over from an earlier installation"));
    }
    Ok(canonical)
}

/// What the charts make for a tag, among other things.
fn rendered(request: &Request) -> Result<Vec<Object>> {
    let mut set = vec![
        "components.pilot.enabled=true".to_owned(),
        "components.base.enabled=true".to_owned(),
        "values.base.enableIstioConfigCRDs=false".to_owned(),
        format!("values.revisionTags={{{}}}", request.tag),
        format!("values.defaultRevision={}", request.revision),
    ];
    if request.everywhere {
        set.push("values.sidecarInjectorWebhook.enableNamespacesByDefault=true".to_owned());
    }
    let inputs = Inputs {
        profile: Some("empty".to_owned()),
        set,
        revision: (request.revision != DEFAULT).then(|| request.revision.clone()),
        istio_namespace: Some(request.istio_namespace.clone()),
        package: request.package.clone(),
        ..Inputs::default()
    };
    Ok(render::generate(&resolve::resolve(&inputs)?)?.objects)
}

/// Takes the labels away by which an installation would take the object for its own, and prune it.
fn disown(tree: &mut Value) {
    if let Some(labels) = tree
        .pointer_mut("/metadata/labels")
        .and_then(Value::as_object_mut)
    {
        labels.retain(|name, _| !name.contains(OWNED));
    }
}

/// Has webhooks call whom the first webhook of `canonical` calls, at `path` if it is given.
fn lead_to(tree: &mut Value, canonical: &Value, path: Option<&str>) {
    let mut client = canonical["webhooks"][0]["clientConfig"].clone();
    if let Some(path) = path {
        if let Some(url) = client["url"].as_str() {
            client["url"] = Value::from(with_path(url, path));
        } else {
            client["service"]["path"] = Value::from(path);
        }
    }
    for webhook in tree["webhooks"].as_array_mut().into_iter().flatten() {
        webhook["clientConfig"] = client.clone();
    }
}

/// A URL with another path.
fn with_path(url: &str, path: &str) -> String {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url[authority..]
        .find('/')
        .map_or(url.len(), |at| authority + at);
    format!("{}{path}", &url[..end])
}

/// Istiod sets the failure policy of validation to Fail once it is ready; to write Ignore would let wrong resources in.
fn keep_policies(tree: &mut Value, installed: &Installed) {
    let Some(present) = installed
        .validating
        .iter()
        .find(|one| name(one) == VALIDATOR)
    else {
        return;
    };
    for webhook in tree["webhooks"].as_array_mut().into_iter().flatten() {
        let same = present["webhooks"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|one| one["name"] == webhook["name"]);
        if let Some(policy) = same.and_then(|one| one.get("failurePolicy")) {
            webhook["failurePolicy"] = policy.clone();
        }
    }
}

const SELECTORS: [&str; 2] = ["namespaceSelector", "objectSelector"];

/// Whether webhooks are kept from acting since a tag does.
pub(crate) fn is_silenced(webhook: &Value) -> bool {
    let managers = webhook["metadata"]["managedFields"].as_array();
    let mut managers = managers.into_iter().flatten();
    managers
        .any(|entry| entry["manager"] == SILENCER && entry["fieldsV1"].get("f:webhooks").is_some())
}

/// Leaves out what [`SILENCER`] says of webhooks, so that they stay as they are.
pub(crate) fn leave_silenced(wanted: &mut Value) {
    for webhook in wanted["webhooks"].as_array_mut().into_iter().flatten() {
        if let Some(webhook) = webhook.as_object_mut() {
            webhook.retain(|field, _| !SELECTORS.contains(&field.as_str()));
        }
    }
}

/// A patch after which the webhooks match nothing. They stay, as the revision's address and authority are read from them.
fn silencing(webhook: &Value) -> Value {
    let never = json!({"matchLabels": {"istio.io/deactivated": "never-match"}});
    let mut patch = vec![
        json!({"op": "test", "path": "/metadata/resourceVersion", "value": webhook["metadata"]["resourceVersion"]}),
    ];
    let count = webhook["webhooks"].as_array().map_or(0, Vec::len);
    for index in 0..count {
        for selector in SELECTORS {
            patch.push(json!({"op": "add", "path": format!("/webhooks/{index}/{selector}"), "value": never}));
        }
    }
    Value::from(patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The webhooks of an installed revision, as istiod has completed them.
    fn revision(name: &str) -> Value {
        let suffix = if name == DEFAULT {
            String::new()
        } else {
            format!("-{name}")
        };
        json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": format!("istio-sidecar-injector{suffix}"), "labels": {REVISION: name}, "resourceVersion": "7"},
            "webhooks": [{"name": "a", "clientConfig": {"caBundle": "Q0E=", "service": {
                "name": format!("istiod{suffix}"), "namespace": "istio-system", "path": "/inject", "port": 443}}}],
        })
    }

    fn installed(revisions: &[&str]) -> Installed {
        Installed {
            mutating: revisions.iter().map(|name| revision(name)).collect(),
            ..Installed::default()
        }
    }

    fn request(tag: &str, revision: &str) -> Request {
        Request {
            tag: tag.to_owned(),
            revision: revision.to_owned(),
            istio_namespace: "istio-system".to_owned(),
            webhook_name: None,
            everywhere: false,
            overwrite: false,
            package: None,
        }
    }

    fn labels(plan: &Plan) -> Vec<String> {
        plan.objects
            .iter()
            .map(|tree| format!("{} {}", tree["kind"].as_str().unwrap(), name(tree)))
            .collect()
    }

    #[test]
    fn a_tag_is_a_webhook_and_a_service_of_its_revision() {
        let plan = plan(&installed(&["1-31"]), &request("prod", "1-31")).unwrap();
        assert_eq!(
            labels(&plan),
            [
                "MutatingWebhookConfiguration istio-revision-tag-prod",
                "Service istiod-revision-tag-prod"
            ]
        );
        let webhook = &plan.objects[0];
        assert_eq!(label(webhook, REVISION), Some("1-31"));
        assert_eq!(label(webhook, TAG), Some("prod"));
        assert_eq!(
            webhook["webhooks"][0]["clientConfig"],
            revision("1-31")["webhooks"][0]["clientConfig"]
        );
        assert_eq!(
            webhook["webhooks"][0]["namespaceSelector"]["matchExpressions"][0]["values"],
            json!(["prod"])
        );
        assert!(!webhook["metadata"]["labels"].to_string().contains(OWNED));
        assert!(plan.silence.is_none());
    }

    #[test]
    fn the_default_tag_brings_validation_and_silences_the_default_revision() {
        let plan = plan(&installed(&["default", "new"]), &request(DEFAULT, "new")).unwrap();
        let validator = plan
            .objects
            .iter()
            .find(|tree| tree["kind"] == "ValidatingWebhookConfiguration")
            .unwrap();
        assert_eq!(
            validator["webhooks"][0]["clientConfig"]["service"]["path"],
            "/validate"
        );
        assert_eq!(
            validator["webhooks"][0]["clientConfig"]["service"]["name"],
            "istiod-new"
        );
        let (name, patch) = plan.silence.unwrap();
        assert_eq!(name, "istio-sidecar-injector");
        assert_eq!(
            patch[0],
            json!({"op": "test", "path": "/metadata/resourceVersion", "value": "7"})
        );
        assert_eq!(patch.as_array().unwrap().len(), 3);
    }

    #[test]
    fn validation_that_fails_closed_stays_so() {
        let mut cluster = installed(&["new"]);
        cluster.validating.push(json!({"metadata": {"name": VALIDATOR}, "webhooks": [{"name": "validation.istio.io", "failurePolicy": "Fail"}]}));
        let plan = plan(&cluster, &request(DEFAULT, "new")).unwrap();
        let validator = plan
            .objects
            .iter()
            .find(|tree| tree["kind"] == "ValidatingWebhookConfiguration")
            .unwrap();
        assert_eq!(validator["webhooks"][0]["failurePolicy"], "Fail");
    }

    #[test]
    fn a_tag_moves_only_where_that_is_said() {
        let mut cluster = installed(&["old", "new"]);
        cluster.mutating.extend(
            plan(&cluster, &request("prod", "old"))
                .unwrap()
                .objects
                .into_iter()
                .take(1),
        );
        assert!(
            plan(&cluster, &request("prod", "old")).is_ok(),
            "nothing moves"
        );
        let error = plan(&cluster, &request("prod", "new")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "tag `prod` leads to revision `old` already"
        );
        let moved = plan(
            &cluster,
            &Request {
                overwrite: true,
                ..request("prod", "new")
            },
        )
        .unwrap();
        assert_eq!(label(&moved.objects[0], REVISION), Some("new"));
    }

    #[test]
    fn rejects_the_name_of_a_revision_and_an_unknown_revision() {
        let cluster = installed(&["old", "new"]);
        assert_eq!(
            plan(&cluster, &request("old", "new")).unwrap_err().kind(),
            Kind::Precondition
        );
        let error = plan(&cluster, &request("prod", "nwe")).unwrap_err();
        assert_eq!(error.hints(), ["installed: new, old"]);
    }

    #[test]
    fn a_remote_istiod_s_url_is_kept_and_its_path_changed_for_validation() {
        let mut cluster = installed(&["new"]);
        cluster.mutating[0]["webhooks"][0]["clientConfig"] =
            json!({"url": "https://istiod.example:15017/inject/cluster/a"});
        let plan = plan(&cluster, &request(DEFAULT, "new")).unwrap();
        let urls: Vec<&Value> = plan
            .objects
            .iter()
            .filter(|tree| tree["kind"] != "Service")
            .map(|tree| &tree["webhooks"][0]["clientConfig"]["url"])
            .collect();
        assert_eq!(urls.len(), 2);
        assert!(urls.contains(&&json!("https://istiod.example:15017/validate")));
        assert!(urls.contains(&&json!("https://istiod.example:15017/inject/cluster/a")));
    }

    #[test]
    fn lists_tags_with_the_namespaces_that_ask_for_them() {
        let mut cluster = installed(&["new"]);
        for tag in ["prod", DEFAULT] {
            cluster.mutating.extend(
                plan(&cluster, &request(tag, "new"))
                    .unwrap()
                    .objects
                    .into_iter()
                    .filter(|tree| tree["kind"] == "MutatingWebhookConfiguration"),
            );
        }
        let namespace =
            |name: &str, labels: Value| json!({"metadata": {"name": name, "labels": labels}});
        let namespaces = [
            namespace("a", json!({"istio-injection": "enabled", REVISION: "prod"})),
            namespace("b", json!({REVISION: "prod"})),
            namespace(
                "c",
                json!({"istio-injection": "disabled", REVISION: "prod"}),
            ),
        ];
        let found: Vec<(String, Vec<String>)> = tags(&cluster, &namespaces)
            .into_iter()
            .map(|tag| (tag.name, tag.namespaces))
            .collect();
        assert_eq!(
            found,
            [
                ("default".into(), vec!["a".into()]),
                ("prod".into(), vec!["b".into()])
            ]
        );
    }
}
