//! Rendering: charts of the components that are on, `k8s:` settings laid over the result, all objects in apply order.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::component::{COMPONENTS, Component, Instance};
use super::object::Object;
use super::path::{get, get_str, put};
use super::{InjectionConfig, Resolved, charts, k8s};
use crate::engine::template::Environment;
use crate::engine::template::chart::{Capabilities, Chart, Release, Rendered, render_with};
use crate::error::{Error, Kind, Result};
use crate::yaml;

/// The component that the namespace belongs to.
const HOME: &str = "Base";
/// The name of every release.
const RELEASE: &str = "istio";
/// The Kubernetes version that charts are rendered for where no cluster says otherwise: the oldest that Istio supports.
const KUBERNETES: &str = "v1.32.0";

/// What is to be installed.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    /// In apply order.
    pub(crate) objects: Vec<Object>,
    /// Settings that changed nothing, each a sentence.
    pub(crate) warnings: Vec<String>,
}

/// Whether the configuration turns nothing on.
///
/// # Errors
/// A gateway has no name.
pub(crate) fn is_empty(resolved: &Resolved) -> Result<bool> {
    for component in COMPONENTS {
        if !component.instances(&resolved.operator)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Renders everything that the configuration turns on.
///
/// # Errors
/// A component has no chart, a chart does not render with these values, a `k8s:` setting does not fit, or two components
/// make the same object.
pub(crate) fn generate(resolved: &Resolved) -> Result<Manifest> {
    generate_of(resolved, COMPONENTS)
}

/// Renders what the configuration turns on of these components.
///
/// # Errors
/// See [`generate`].
pub(crate) fn generate_of(
    resolved: &Resolved,
    components: impl IntoIterator<Item = &'static Component>,
) -> Result<Manifest> {
    let mut objects = Vec::new();
    let mut warnings = Vec::new();
    for component in components {
        let instances = component.instances(&resolved.operator)?;
        if instances.is_empty() {
            continue;
        }
        let chart = charts::chart(component, resolved.package.as_ref())?;
        for instance in &instances {
            let values = instance.values(resolved.values());
            let mut rendered = of_chart(resolved, &chart, instance, &values)?;
            if component.key == "base" {
                rendered.extend(home(resolved));
            }
            warnings.extend(k8s::apply(instance, &values, &mut rendered, &|path| {
                resolved.line_of(path)
            })?);
            objects.append(&mut rendered);
        }
    }
    objects.sort_by(Object::apply_order);
    if let Some(pair) = objects.windows(2).find(|pair| pair[0].is_same(&pair[1])) {
        return Err(Error::config(format!(
            "{} is rendered twice, for `{}` and `{}`",
            pair[0].label(),
            pair[0].component,
            pair[1].component
        ))
        .hint("give gateways of one namespace different names"));
    }
    Ok(Manifest { objects, warnings })
}

/// What a chart makes of these values for an instance, definitions included, before `k8s:` settings change it.
///
/// # Errors
/// It does not render.
pub(super) fn of_chart(
    resolved: &Resolved,
    chart: &Chart,
    instance: &Instance<'_>,
    values: &Value,
) -> Result<Vec<Object>> {
    let component = instance.component;
    let mut objects = Vec::new();
    for file in render(resolved, chart, instance, values, |_| true)? {
        objects.extend(read_objects(component, &file)?);
    }
    if component.key == "base" {
        objects.extend(definitions(component, resolved)?);
    }
    Ok(objects)
}

fn render(
    resolved: &Resolved,
    chart: &Chart,
    instance: &Instance<'_>,
    values: &Value,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Rendered>> {
    let release = Release::new(RELEASE, instance.namespace.as_str());
    let capabilities = match &resolved.target {
        Some(target) => Capabilities {
            kube_version: target.version.clone(),
            api_versions: target.api_versions.clone(),
        },
        None => Capabilities {
            kube_version: KUBERNETES.to_owned(),
            ..Capabilities::default()
        },
    };
    render_with(
        Environment::new(),
        chart,
        values,
        &release,
        &capabilities,
        wanted,
    )
    .map_err(|error| {
        let message = format!("cannot render `{}`", instance.path);
        // What a chart refuses in words of its own is about the values, not about a place in the chart.
        let refused = ["fail ", "required "]
            .iter()
            .any(|word| error.action.starts_with(word));
        if refused {
            Error::config(message).caused_by(&super::path::PathError(error.message.clone()))
        } else {
            Error::config(message).caused_by(&error)
        }
    })
}

fn read_objects(component: &Component, file: &Rendered) -> Result<Vec<Object>> {
    let trees = yaml::parse_all(&file.text).map_err(|error| {
        Error::config(format!(
            "template `{}` does not give valid YAML with these values",
            file.path
        ))
        .caused_by(&error)
    })?;
    Ok(trees
        .into_iter()
        .filter_map(|tree| Object::from_tree(component.label, tree))
        .collect())
}

/// The namespace of the control plane, so that an empty cluster takes the manifest as it is. It says what network its pods are
/// in, where there are several, and nothing else: labels of its own are its owner's.
/// `None` where only what belongs to a namespace is wanted.
pub(crate) fn home(resolved: &Resolved) -> Option<Object> {
    if is_namespaced(resolved.values()) {
        return None;
    }
    let name = resolved.istio_namespace();
    let mut tree = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let network = get_str(resolved.values(), &["global", "network"]).unwrap_or_default();
    if !network.is_empty() {
        tree["metadata"]["labels"] = json!({"topology.istio.io/network": network});
    }
    Object::from_tree(HOME, tree)
}

/// Whether only what belongs to a namespace is to be rendered.
fn is_namespaced(values: &Value) -> bool {
    get_str(values, &["global", "resourceScope"]) == Some("namespace")
}

/// The custom resource definitions, unless `values.base` or the scope of the installation leaves them out.
fn definitions(component: &Component, resolved: &Resolved) -> Result<Vec<Object>> {
    let values = resolved.values();
    // `enableCRDTemplates: false` says how Helm is to install them, which is no reason to go without.
    let off = get(values, &["base", "enableIstioConfigCRDs"]) == Some(&Value::Bool(false))
        || is_namespaced(values);
    if off {
        return Ok(Vec::new());
    }
    let excluded = get(values, &["base", "excludedCRDs"]).and_then(Value::as_array);
    let excluded: Vec<&str> = excluded
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if let Some(package) = &resolved.package {
        let trees = package.definitions()?.into_iter();
        let objects = trees.filter_map(|tree| Object::from_tree(component.label, tree));
        return Ok(objects
            .filter(|object| !excluded.contains(&object.name.as_str()))
            .collect());
    }
    Ok(charts::definitions()
        .into_iter()
        .filter(|(name, _)| !excluded.contains(name))
        .map(|(name, text)| Object::definition(component.label, name, text))
        .collect())
}

/// The templates of istiod's chart that hold what the injector reads.
const INJECTION: &[&str] = &[
    "istiod/templates/injection-templates.yaml",
    "istiod/templates/mesh-config.yaml",
];

/// Renders what istiod's injector would read, and nothing else.
///
/// # Errors
/// The configuration does not turn istiod on, or its chart does not render with these values.
pub(crate) fn injection_config(resolved: &Resolved) -> Result<InjectionConfig> {
    injection(resolved, |_| ())
}

/// The same of a control plane that may be in another cluster, and is taken to be configured alike.
///
/// # Errors
/// As for [`injection_config`].
pub(super) fn injection_config_of_control_plane(resolved: &Resolved) -> Result<InjectionConfig> {
    injection(resolved, |values| {
        put(
            values,
            &["global", "omitSidecarInjectorConfigMap"],
            Value::Bool(false),
        );
        put(values, &["configMap"], Value::Bool(true));
    })
}

fn injection(resolved: &Resolved, adapt: impl FnOnce(&mut Value)) -> Result<InjectionConfig> {
    let pilot = Component::find("pilot").expect("istiod is in the table of components");
    let instances = pilot.instances(&resolved.operator)?;
    let Some(instance) = instances.first() else {
        return Err(
            Error::config("injection needs istiod, which this configuration turns off")
                .hint("leave `components.pilot.enabled` out, or set it to true"),
        );
    };
    let mut values = instance.values(resolved.values());
    adapt(&mut values);
    let package = resolved.package.as_ref();
    // What other charts call their templates is not known.
    let chart = charts::chart(pilot, package)?;
    let rendered = render(resolved, &chart, instance, &values, |path| {
        package.is_some() || INJECTION.contains(&path)
    })?;
    let mut objects = Vec::new();
    for file in &rendered {
        objects.extend(read_objects(pilot, file)?);
    }
    let data = |field: &str| {
        objects.iter().find_map(|object| match &object.content {
            super::object::Content::Tree(tree) => get_str(tree, &["data", field]),
            super::object::Content::Text(_) => None,
        })
    };
    let read = |field: &str| -> Result<Value> {
        let text = data(field).ok_or_else(|| {
            Error::config(format!(
                "istiod's chart gives the injector no `{field}` with these values"
            ))
        })?;
        yaml::parse(text).map_err(|error| {
            Error::new(
                Kind::Config,
                format!("the injector's `{field}` is not valid YAML"),
            )
            .caused_by(&error)
        })
    };
    let templates = read("config")?
        .get_mut("templates")
        .map(Value::take)
        .unwrap_or_default();
    let templates: BTreeMap<String, String> =
        serde_json::from_value(templates).map_err(|error| {
            Error::config("the injector's `templates` are not texts by name").caused_by(&error)
        })?;
    Ok(InjectionConfig {
        templates,
        values: read("values")?,
        mesh: read("mesh")?,
    })
}
