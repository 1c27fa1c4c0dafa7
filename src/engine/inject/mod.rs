//! Sidecar injection: what istiod's webhook does to a pod, done to an object of a file.
//!
//! A pod's templates are rendered with the pod and the configuration as data (`template_data`, `functions`), the result
//! is merged into the pod (`kubernetes::strategic`), the user's own containers are laid over it again (`overrides`), and what templates
//! cannot do is done last (`finish`, `probes`, `prometheus`). Types and their tables: `types`, `pod_types`,
//! `mesh_types`. Where the configuration comes from, and how files are read and written, is the command's business.

mod annotations;
pub(crate) mod attached;
mod check;
pub(crate) mod coverage;
pub(crate) mod document;
mod duration;
mod finish;
mod functions;
mod image;
mod mesh_config;
mod mesh_types;
mod message;
mod otel;
mod overrides;
mod pod;
mod pod_types;
mod policy;
mod probes;
mod prometheus;
mod proxy_configs;
mod proxy_values;
pub(crate) mod selection;
mod template_data;
mod types;
mod uninject;
mod webhook;
mod workload;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::engine::template::{self, Environment, MissingKey};
use crate::yaml::{self, Value};

use check::Place;
use mesh_config::{MeshConfig, ProxyConfig};
use pod::{Containers, Pod};
use proxy_configs::Layers;
use template_data::{Context, Owner, mesh_data, template_data};
use types::{Shape, as_patch};
use workload::Form;

pub(crate) use policy::{Policy, Skip};
pub(crate) use webhook::Request;
pub(crate) use workload::{Kinds, templates};

/// Templates of the same ConfigMap that istiod renders for a Gateway, with other data than a pod's.
const OF_ISTIOD: &[&str] = &[
    "agentgateway",
    "agentgateway-waypoint",
    "kube-gateway",
    "waypoint",
];

/// What decides about the result, besides the objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// Template texts by name, as in the ConfigMap `istio-sidecar-injector`.
    pub(crate) templates: BTreeMap<String, String>,
    /// The templates of a pod that asks for none.
    pub(crate) default_templates: Vec<String>,
    /// Kinds that hold a pod template, besides those that are known.
    pub(crate) kinds: Kinds,
    /// Names that stand for several templates.
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    /// Which pods the webhook injects; objects of files are injected whatever it says.
    pub(crate) policy: Policy,
    /// Annotations of every pod that the webhook injects.
    pub(crate) injected_annotations: BTreeMap<String, String>,
    /// The webhook gives the proxy the user that `OpenShift` keeps for the namespace.
    pub(crate) openshift: bool,
    /// The chart's values (`values` of the same ConfigMap).
    pub(crate) values: Value,
    /// The mesh configuration (`mesh` of ConfigMap `istio`).
    pub(crate) mesh: Value,
    /// Empty for the default revision.
    pub(crate) revision: String,
    /// Proxies run as native sidecars unless a pod says otherwise.
    pub(crate) native_sidecars: bool,
    /// Rules for cryptography that the proxy has to keep to, such as `fips-140-3`; usually empty.
    pub(crate) compliance_policy: String,
    /// Where objects belong that name no namespace; empty where nobody knows.
    pub(crate) namespace: String,
    /// What the function `env` of templates reads.
    pub(crate) variables: BTreeMap<String, String>,
    /// All `ProxyConfig` resources of the cluster that the configuration comes from, for objects of files; the webhook is told
    /// of them with each request.
    pub(crate) proxy_configs: Vec<Value>,
}

/// Why an object could not be injected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error {
    /// The object: `Deployment "ns/name"`, or empty where the configuration is wrong.
    pub(crate) object: String,
    pub(crate) message: String,
    /// What the user can do.
    pub(crate) hint: Option<String>,
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.object.is_empty() {
            formatter.write_str(&self.message)
        } else {
            write!(formatter, "{}: {}", self.object, self.message)
        }
    }
}

impl std::error::Error for Error {}

/// What happened to one workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// `Deployment "ns/name"`
    pub(crate) object: String,
    /// The templates that were merged into it, or why none was.
    pub(crate) result: Result<Vec<String>, Skip>,
    /// What it says of injection, and nobody understands.
    pub(crate) doubts: Vec<String>,
}

/// The images that pods get where they ask for none of their own: the proxy's and its init container's.
///
/// # Errors
/// The mesh configuration has the wrong form.
pub(crate) fn images(values: &Value, mesh: &Value) -> Result<[String; 2], Error> {
    let mesh = MeshConfig::new(mesh.clone())
        .map_err(|message| format!("the mesh configuration is not valid: {message}"))?;
    let pod = Pod::empty();
    Ok([
        image::proxy_image(values, mesh.proxy(), &pod),
        image::init_image(values, &pod),
    ])
}

/// Injects one object after the other with the same configuration.
pub(crate) struct Injector {
    config: Config,
    mesh: MeshConfig,
    /// `mesh` as templates see it.
    mesh_data: template::Value,
    /// `config.values` as templates see it.
    values: template::Value,
    /// Parsed when first used; each has its own named templates.
    parsed: RefCell<BTreeMap<String, Rc<Environment>>>,
}

impl Injector {
    /// Fails when the mesh configuration or the values have the wrong form. Templates are parsed when they are used.
    pub(crate) fn new(config: Config) -> Result<Self, Error> {
        if !config.values.is_object() {
            let found = check::describe(&config.values);
            return Err(format!("the injection values must be an object, not {found}").into());
        }
        let mesh = MeshConfig::new(config.mesh.clone())
            .map_err(|message| format!("the mesh configuration is not valid: {message}"))?;
        Ok(Self {
            values: template::Value::from(&config.values),
            mesh_data: mesh_data(&mesh),
            mesh,
            config,
            parsed: RefCell::default(),
        })
    }

    /// Injects a Pod that is about to be created, as the webhook does. Fails when it cannot be injected; then `pod` is in
    /// pieces and must not be used.
    pub(crate) fn admit(&self, pod: &mut Value, request: &Request<'_>) -> Result<Outcome, Error> {
        self.inject_workload(pod, workload::POD, Some(request))
    }

    /// The kinds that hold a pod template, besides those that are known.
    pub(crate) fn kinds(&self) -> &Kinds {
        &self.config.kinds
    }

    /// Injects the workloads in `object` (one, or those of a List). The outcomes are in order; none means that the
    /// object holds no workload and was not touched. Fails at the first workload that cannot be injected; then
    /// `object` is in pieces and must not be used.
    pub(crate) fn inject(&self, object: &mut Value) -> Result<Vec<Outcome>, Error> {
        match workload::form(object, &self.config.kinds) {
            Form::Other => Ok(Vec::new()),
            Form::Workload(place) => Ok(vec![self.inject_workload(object, place, None)?]),
            Form::List => {
                let mut outcomes = Vec::new();
                let items = object.get_mut("items").and_then(Value::as_array_mut);
                for item in items.into_iter().flatten() {
                    outcomes.extend(self.inject(item)?);
                }
                Ok(outcomes)
            }
        }
    }

    fn inject_workload(
        &self,
        object: &mut Value,
        place: workload::Place<'_>,
        request: Option<&Request<'_>>,
    ) -> Result<Outcome, Error> {
        let mut owner = workload::owner_of(object);
        let described = describe(&owner);
        let hint = format!(
            "Kubernetes would refuse this object as well: see `kubectl explain {}.{}`",
            owner.kind.to_lowercase(),
            place.spec().join(".")
        );
        let refused = |message| Error {
            object: described.clone(),
            message,
            hint: Some(hint.clone()),
        };
        let mut pod = workload::take_pod(object, place).map_err(refused)?;
        if owner.kind == "Pod" {
            owner = workload::owner_of_pod(&pod);
        }
        if owner.namespace.is_empty() {
            let asked = request.map_or("", Request::namespace_name);
            let known = [asked, &self.config.namespace].into_iter();
            let mut known = known.filter(|name| !name.is_empty());
            known.next().unwrap_or("").clone_into(&mut owner.namespace);
        }
        let skip = match request {
            Some(request) => self.config.policy.skip(&pod, request.namespace_name()),
            None => policy::skip(&pod),
        };
        let result = if let Some(skip) = skip {
            Err(skip)
        } else {
            workload::check_types(object, &pod, place).map_err(refused)?;
            let injected = self.inject_pod(&mut pod, &owner, request);
            Ok(injected.map_err(|mut error| {
                error.object.clone_from(&described);
                error
            })?)
        };
        let doubts = doubts(&pod);
        workload::put_pod(object, place, pod);
        Ok(Outcome {
            object: described,
            result,
            doubts,
        })
    }

    /// Injects a pod; gives the names of the templates.
    fn inject_pod(
        &self,
        pod: &mut Pod,
        owner: &Owner,
        request: Option<&Request<'_>>,
    ) -> Result<Vec<String>, Error> {
        annotations::validate(pod).map_err(Error::of_annotation)?;
        let proxy_ids = match request.filter(|_| self.config.openshift) {
            Some(request) => {
                webhook::forget_openshift_user(pod);
                webhook::openshift_ids(request.namespace)
            }
            None => (webhook::PROXY_ID, webhook::PROXY_ID),
        };
        let proxy = self.proxy_config(pod, owner, request)?;
        let mut variables = request.map_or_else(BTreeMap::new, |request| {
            webhook::variables_of_path(request.path)
        });
        webhook::place_in_mesh(&mut variables, &self.config.values, pod);
        let names = self.selected_templates(pod);
        let as_written = overrides::as_written(pod, proxy.status_port())?;
        check_containers(&as_written)?;
        let context = Context {
            owner,
            mesh: &self.mesh,
            proxy: &proxy,
            mesh_data: &self.mesh_data,
            values: &self.values,
            revision: &self.config.revision,
            native_sidecars: self.config.native_sidecars,
            proxy_image: image::proxy_image(&self.config.values, &proxy, &as_written),
            proxy_init_image: image::init_image(&self.config.values, &as_written),
            compliance_policy: &self.config.compliance_policy,
            proxy_ids,
        };
        let data = template_data(&as_written, context);

        let original = pod.clone();
        // Of what the templates made, only the names are asked for later.
        let mut rendered = Pod::empty();
        for name in &names {
            let patch = self.render(name, &data)?;
            let place =
                |message: String| format!("template `{name}` does not fit the pod: {message}");
            rendered.merge(names_of(&patch)).map_err(place)?;
            if self.is_native(&original) {
                overrides::move_to_native(pod, &rendered);
            }
            pod.merge(patch).map_err(place)?;
        }
        overrides::reapply(pod, &original, &rendered)?;
        overrides::follow_user(pod, &original, &proxy);
        let settings = finish::Settings {
            annotations: request.map(|_| &self.config.injected_annotations),
            ..self.settings(&proxy, &variables)
        };
        finish::finish(pod, &rendered, &settings).map_err(Error::of_annotation)?;
        Ok(names)
    }

    fn settings<'a>(
        &'a self,
        proxy: &'a ProxyConfig,
        variables: &'a BTreeMap<String, String>,
    ) -> finish::Settings<'a> {
        let flag = |path: &[&str]| {
            image::at(&self.config.values, path)
                .and_then(Value::as_bool)
                .unwrap_or(false)
        };
        finish::Settings {
            mesh: &self.mesh,
            proxy,
            rewrite_probes: flag(&["sidecarInjectorWebhook", "rewriteAppHTTPProbe"]),
            hold_application: flag(&["global", "proxy", "holdApplicationUntilProxyStarts"]),
            revision: &self.config.revision,
            variables,
            annotations: None,
        }
    }

    fn is_native(&self, pod: &Pod) -> bool {
        match pod.annotation(annotations::NATIVE_SIDECAR) {
            Some("true") => true,
            Some("false") => false,
            _ => self.config.native_sidecars,
        }
    }

    /// The configuration of the pod's proxy: the mesh's, with `ProxyConfig` resources and the pod's annotation on top.
    fn proxy_config(
        &self,
        pod: &Pod,
        owner: &Owner,
        request: Option<&Request<'_>>,
    ) -> Result<ProxyConfig, Error> {
        let layers = self.proxy_config_layers(pod, owner, request);
        let of_resource = |proxy: &ProxyConfig, own: Value, whose: &str| {
            let wrong = |message| format!("the ProxyConfig of the {whose} is not valid: {message}");
            proxy.overlaid(own, "spec").map_err(wrong)
        };
        let mut proxy = self.mesh.proxy().clone();
        for own in layers.below {
            proxy = of_resource(&proxy, own, "mesh or namespace")?;
        }
        let name = annotations::PROXY_CONFIG;
        if let Some(text) = pod.annotation(name) {
            let own = yaml::parse(text)
                .map_err(|error| format!("annotation {name} is not YAML: {error}"))
                .and_then(|own| {
                    let wrong = |message| format!("annotation {name} is not valid: {message}");
                    proxy.overlaid(own, name).map_err(wrong)
                });
            proxy = own.map_err(Error::of_annotation)?;
        }
        Ok(match layers.above {
            Some(own) => of_resource(&proxy, own, "workload")?,
            None => proxy,
        })
    }

    /// What `ProxyConfig` resources say of the pod. Where its namespace is not known, only those of the mesh count.
    fn proxy_config_layers(
        &self,
        pod: &Pod,
        owner: &Owner,
        request: Option<&Request<'_>>,
    ) -> Layers {
        let root = self.mesh.get("rootNamespace").and_then(Value::as_str);
        let labels = pod.metadata().get("labels").unwrap_or(&Value::Null);
        let (resources, namespace) = match request {
            Some(request) => (request.proxy_configs.to_vec(), request.namespace_name()),
            None => (
                self.config.proxy_configs.iter().collect(),
                owner.namespace.as_str(),
            ),
        };
        proxy_configs::layers(&resources, root.unwrap_or(""), namespace, labels)
    }

    fn selected_templates(&self, pod: &Pod) -> Vec<String> {
        let asked: Vec<&str> = match pod.annotation(annotations::TEMPLATES) {
            Some(names) => names.split(',').map(str::trim).collect(),
            None => self
                .config
                .default_templates
                .iter()
                .map(String::as_str)
                .collect(),
        };
        let mut names = Vec::new();
        for name in asked {
            match self.config.aliases.get(name) {
                Some(meant) => names.extend(meant.iter().cloned()),
                None => names.push(name.to_owned()),
            }
        }
        names
    }

    /// Renders a template into a patch of the pod.
    fn render(&self, name: &str, data: &template::Value) -> Result<Value, Error> {
        let environment = self.template(name)?;
        let text = environment
            .render(name, data)
            .map_err(|error| Error {
                hint: OF_ISTIOD.contains(&name).then(|| {
                    format!("template `{name}` is for gateways that istiod makes itself, of kind Gateway; no file asks for it")
                }),
                ..Error::from(format!("cannot render the injection template: {error}"))
            })?;
        let mut patch = yaml::parse(&text).map_err(|error| {
            let line = text
                .lines()
                .nth(error.line.saturating_sub(1))
                .unwrap_or("")
                .trim();
            format!("injection template `{name}` gives text that is not YAML: {error}, at `{line}`")
        })?;
        if patch.is_null() {
            patch = Value::Object(serde_json::Map::new());
        }
        if !patch.is_object() {
            let found = check::describe(&patch);
            return Err(
                format!("injection template `{name}` gives {found} in place of a pod").into(),
            );
        }
        check::check(&patch, &pod_types::POD, &Place::root(""))
            .map_err(|message| format!("injection template `{name}` gives no pod: {message}"))?;
        as_patch(
            &mut patch,
            &Shape::Object(&pod_types::POD),
            Some(&pod::LISTS),
        );
        Ok(patch)
    }

    fn template(&self, name: &str) -> Result<Rc<Environment>, Error> {
        if let Some(parsed) = self.parsed.borrow().get(name) {
            return Ok(Rc::clone(parsed));
        }
        let Some(text) = self.config.templates.get(name) else {
            let known: Vec<&str> = self.config.templates.keys().map(String::as_str).collect();
            return Err(Error {
                object: String::new(),
                message: format!("there is no injection template `{name}`"),
                hint: Some(format!("the templates are {}", known.join(", "))),
            });
        };
        let mut environment = Environment::new();
        environment.set_missing_key(MissingKey::Invalid);
        functions::add(&mut environment, &self.config.variables);
        environment
            .parse(name, text)
            .map_err(|error| format!("cannot read the injection template: {error}"))?;
        let environment = Rc::new(environment);
        let mut parsed = self.parsed.borrow_mut();
        parsed.insert(name.to_owned(), Rc::clone(&environment));
        Ok(environment)
    }
}

impl Error {
    /// What an annotation of the pod has wrong.
    fn of_annotation(message: String) -> Self {
        let hint = "correct the annotation, or take it out to have the mesh's default";
        Self {
            hint: Some(hint.to_owned()),
            ..Self::from(message)
        }
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self {
            object: String::new(),
            message,
            hint: None,
        }
    }
}

/// What a pod says of injection without any effect.
fn doubts(pod: &Pod) -> Vec<String> {
    let name = annotations::PROXY_CONFIG;
    let own = pod.annotation(name).and_then(|text| yaml::parse(text).ok());
    let unknown = own.as_ref().map(mesh_config::unknown_fields);
    let unknown = unknown.into_iter().flatten().map(|(field, meant)| {
        let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        format!("annotation {name} has no field `{field}`{meant}")
    });
    policy::doubt(pod).into_iter().chain(unknown).collect()
}

/// A patch with the names of what it brings, or takes away, and nothing else.
fn names_of(patch: &Value) -> Value {
    let mut spec = serde_json::Map::new();
    for field in [
        "initContainers",
        "containers",
        "volumes",
        "imagePullSecrets",
    ] {
        let items = image::at(patch, &["spec", field]).and_then(Value::as_array);
        let names: Vec<Value> = items
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(|item| {
                let told = item
                    .iter()
                    .filter(|(key, _)| ["name", "$patch"].contains(&key.as_str()));
                Value::Object(
                    told.map(|(key, value)| (key.clone(), value.clone()))
                        .collect(),
                )
            })
            .collect();
        if !names.is_empty() {
            spec.insert(field.to_owned(), Value::Array(names));
        }
    }
    Value::Object(
        [("spec".to_owned(), Value::Object(spec))]
            .into_iter()
            .collect(),
    )
}

/// Checks the types of all containers, those that an annotation brought back among them.
fn check_containers(pod: &Pod) -> Result<(), String> {
    for which in [Containers::Init, Containers::App] {
        for (index, container) in pod.containers(which).iter().enumerate() {
            let spec = Place::root("spec");
            let list = spec.field(which.field());
            check::check(container, &pod_types::CONTAINER, &list.index(index))?;
        }
    }
    Ok(())
}

/// `Deployment "ns/name"`, or without the namespace where the object names none.
fn describe(owner: &Owner) -> String {
    if owner.namespace.is_empty() {
        format!("{} \"{}\"", owner.kind, owner.name)
    } else {
        format!("{} \"{}/{}\"", owner.kind, owner.namespace, owner.name)
    }
}

#[cfg(test)]
mod goldens;
#[cfg(test)]
mod tests;
