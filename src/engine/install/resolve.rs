//! Merging the inputs: default profile < named profile < built-in hub and tag < what is stored < files in order < `--set` in order;
//! then the spec's own fields become values, and the user's `values` are laid on top once more.

use serde_json::{Value, json};

use crate::error::{Error, Result};

use super::package::Package;
use super::path::{Path, Segment, get, get_str, merge, put, set};
use super::schema::Schema;
use super::set::Setting;
use super::{
    DEFAULT_HUB, DEFAULT_TAG, File, Inputs, Layer, Resolved, Target, checks, legacy, operator,
    profile,
};

/// Merges all inputs.
///
/// # Errors
/// An unknown profile, a file that is not one IstioOperator, a setting that is malformed, names no known path, is of a wrong
/// type or cannot work.
pub(crate) fn resolve(inputs: &Inputs) -> Result<Resolved> {
    let mut warnings = Vec::new();
    let (mut operator, values) = lay(inputs, &mut warnings)?;
    merge_values(&mut operator, values);
    let broken = checks::check(&operator["spec"]);
    if inputs.force {
        warnings.extend(broken);
    } else if let Some((first, others)) = broken.split_first() {
        let error = Error::config(first.clone());
        return Err(others
            .iter()
            .fold(error, |error, other| error.hint(format!("also: {other}"))));
    }
    Ok(Resolved {
        operator,
        warnings,
        package: inputs.package.clone(),
        target: inputs.target.clone(),
        files: files(inputs),
    })
}

/// The files of all layers, weakest first.
fn files(inputs: &Inputs) -> Vec<File> {
    let layers = inputs.layers().into_iter();
    layers.flat_map(|layer| layer.files).collect()
}

/// What the inputs say, profile included, before the charts' names for it are added: the spec of an IstioOperator.
///
/// # Errors
/// As for [`resolve`].
pub(super) fn as_given(inputs: &Inputs) -> Result<Value> {
    let (mut operator, values) = lay(inputs, &mut Vec::new())?;
    let mut spec = operator["spec"].take();
    if values.is_object() {
        merge(&mut spec["values"], values);
    }
    Ok(spec)
}

/// Lays the layers on the profile: the IstioOperator, and apart from it the user's values.
fn lay(inputs: &Inputs, warnings: &mut Vec<String>) -> Result<(Value, Value)> {
    let schema = std::cell::LazyCell::new(|| Schema::with(inputs.package.clone()));
    let layers = inputs.layers();
    let mut read = Vec::new();
    for layer in &layers {
        let mut user = json!({ "spec": {} });
        for file in &layer.files {
            let mut operator = operator::read(file)?;
            warnings.extend(operator::check(file, inputs.force, &mut operator, &schema)?);
            merge(&mut user, operator);
        }
        let settings = settings(&layer.set, inputs.force, &schema, warnings)?;
        read.push((user, settings));
    }
    let mut strongest_first = layers.iter().zip(&read).rev();
    let profile = strongest_first
        .find_map(|(layer, (user, settings))| named_profile(layer, settings, user))
        .unwrap_or_else(|| profile::DEFAULT.to_owned());
    let mut operator = base(&profile, inputs).map_err(|error| {
        let place = operator::place(&files(inputs), "profile");
        match place.strip_suffix(": ") {
            Some(place) => error.because(format!("{place} asks for it")),
            None => error,
        }
    })?;
    let mut values = json!({ "values": null });
    for (mut user, settings) in read {
        let of_files = user["spec"]
            .as_object_mut()
            .and_then(|spec| spec.remove("values"));
        if let Some(of_files) = of_files.filter(|it| !it.is_null()) {
            merge(&mut values["values"], of_files);
        }
        merge(&mut operator, user);
        for setting in settings {
            let below_values = setting.path.leading_keys().first() == Some(&"values");
            let tree = if below_values {
                &mut values
            } else {
                &mut operator["spec"]
            };
            set(tree, &setting.path, setting.value).map_err(|error| {
                Error::config(format!("cannot apply `--set {}`", setting.text)).caused_by(&error)
            })?;
        }
    }
    if is_gke(inputs) {
        place_cni_on_gke(&mut operator["spec"]);
    }
    put(
        &mut operator,
        &["spec", "profile"],
        Value::from(profile.as_str()),
    );
    Ok((operator, values["values"].take()))
}

/// Settings in order of strength, checked.
fn settings(
    texts: &[String],
    force: bool,
    schema: &Schema,
    warnings: &mut Vec<String>,
) -> Result<Vec<Setting>> {
    let mut settings = Vec::new();
    for text in texts {
        let mut setting = Setting::parse(text).map_err(|error| {
            Error::usage(format!("cannot read `--set {text}`"))
                .caused_by(&error)
                .hint("write a path and a value, as in `--set components.pilot.enabled=true`")
        })?;
        let parts = setting.path.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        if schema.wants_text(&parts) {
            setting.read_as_text();
        } else if schema.wants_map(&parts) {
            setting.read_as_map();
        }
        let mut alone = setting.path.tree(setting.value.clone());
        let old = legacy::take(&mut alone);
        if !old.is_empty() {
            warnings.extend(old.into_iter().map(|old| format!("`--set {text}`: {old}")));
            match renamed(&alone) {
                Some(path) => setting.path = path,
                None => continue,
            }
        }
        if let Some(problem) = schema.check(&alone).into_iter().next() {
            let message = format!("`--set {text}`: {problem}");
            if !force {
                let error = Error::config(message);
                return Err(match problem.hint {
                    Some(hint) => error.hint(hint),
                    None => error,
                });
            }
            warnings.push(message);
        }
        settings.push(setting);
    }
    Ok(settings)
}

/// The path of the one value in a tree, where an old setting has a new place.
fn renamed(alone: &Value) -> Option<Path> {
    let mut keys = Vec::new();
    let mut node = alone;
    while let Some((key, below)) = node.as_object().and_then(|map| map.iter().next()) {
        keys.push(Segment::Key(key.clone()));
        node = below;
    }
    (!keys.is_empty()).then_some(Path(keys))
}

/// The profile that a layer names.
fn named_profile(layer: &Layer, settings: &[Setting], user: &Value) -> Option<String> {
    settings
        .iter()
        .rev()
        .find(|setting| setting.path.leading_keys() == ["profile"])
        .and_then(|setting| setting.value.as_str())
        .or_else(|| get_str(user, &["spec", "profile"]))
        .or(layer.profile.as_deref())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

/// The profiles, what the cluster needs, and the built-in hub and tag.
fn base(name: &str, inputs: &Inputs) -> Result<Value> {
    let package = inputs.package.as_ref();
    let named = profile_file(name, package)?;
    let mut operator = operator::read(&profile_file(profile::DEFAULT, package)?)?;
    if name != profile::DEFAULT {
        merge(&mut operator, operator::read(&named)?);
    }
    if is_gke(inputs) {
        merge(&mut operator, on_gke());
    }
    put(&mut operator, &["spec", "hub"], Value::from(DEFAULT_HUB));
    put(&mut operator, &["spec", "tag"], Value::from(DEFAULT_TAG));
    Ok(operator)
}

fn is_gke(inputs: &Inputs) -> bool {
    inputs.target.as_ref().is_some_and(Target::is_gke)
}

/// Values for Google's clusters, whose pods of a critical priority run in `kube-system` only, where they need no quota.
/// Source: <https://istio.io/latest/docs/setup/additional-setup/cni/#hosted-kubernetes-settings>
fn on_gke() -> Value {
    json!({"spec": {"values": {"global": {"platform": "gke"}, "cni": {"resourceQuotas": {"enabled": false}}}}})
}

/// There the CNI agent belongs into `kube-system`, where nothing else is said. What is not said must not turn it on.
fn place_cni_on_gke(spec: &mut Value) {
    if let Some(cni) = spec
        .pointer_mut("/components/cni")
        .and_then(Value::as_object_mut)
    {
        cni.entry("namespace")
            .or_insert_with(|| Value::from("kube-system"));
    }
}

/// A profile of the package, or else a built-in one.
fn profile_file(name: &str, package: Option<&Package>) -> Result<File> {
    if let Some((name, text)) = package.and_then(|package| package.profile(name)) {
        return Ok(File { name, text });
    }
    let profile = profile::find(name)?;
    Ok(File {
        name: format!("profiles/{name}.yaml"),
        text: profile.text.to_owned(),
    })
}

/// Fields of the spec that charts know under another name.
const AS_VALUES: &[(&str, &[&str])] = &[
    ("hub", &["global", "hub"]),
    ("tag", &["global", "tag"]),
    ("namespace", &["global", "istioNamespace"]),
    ("revision", &["revision"]),
    ("compatibilityVersion", &["compatibilityVersion"]),
];

fn merge_values(operator: &mut Value, user_values: Value) {
    let spec = &mut operator["spec"];
    if user_values.is_object() {
        merge(&mut spec["values"], user_values.clone());
    }
    for (field, target) in AS_VALUES {
        if let Some(text) = spec.get(*field).and_then(super::path::printed) {
            put(&mut spec["values"], target, Value::String(text));
        }
    }
    if let Some(mesh) = spec
        .get("meshConfig")
        .filter(|mesh| mesh.is_object())
        .cloned()
    {
        merge(&mut spec["values"], json!({ "meshConfig": mesh }));
    }
    for (component, target) in [
        ("pilot", &["pilot", "enabled"][..]),
        ("cni", &["pilot", "cni", "enabled"]),
    ] {
        let enabled = get(spec, &["components", component, "enabled"]) == Some(&Value::Bool(true));
        put(&mut spec["values"], target, Value::Bool(enabled));
    }
    if user_values.is_object() {
        merge(&mut spec["values"], user_values);
    }
    if let Some(unchecked) = spec
        .get("unvalidatedValues")
        .filter(|values| values.is_object())
        .cloned()
    {
        merge(&mut spec["values"], unchecked);
    }
    if let Some(namespace) = get_str(spec, &["values", "global", "istioNamespace"]).map(Value::from)
    {
        put(operator, &["metadata", "namespace"], namespace);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(spec: &str) -> File {
        File {
            name: "mesh.yaml".to_owned(),
            text: format!(
                "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n{spec}"
            ),
        }
    }

    fn resolved(files: &[&str], set: &[&str]) -> Value {
        let inputs = Inputs {
            files: files.iter().map(|text| file(text)).collect(),
            set: set.iter().map(|text| (*text).to_owned()).collect(),
            ..Inputs::default()
        };
        resolve(&inputs).unwrap().operator
    }

    #[test]
    fn built_in_hub_and_tag_yield_to_files_and_files_to_settings() {
        let values = |files: &[&str], set: &[&str]| {
            resolved(files, set)["spec"]["values"]["global"]["tag"].clone()
        };
        assert_eq!(values(&[], &[]), DEFAULT_TAG);
        assert_eq!(values(&["  tag: one\n"], &[]), "one");
        assert_eq!(values(&["  tag: one\n", "  tag: two\n"], &[]), "two");
        assert_eq!(values(&["  tag: one\n"], &["tag=three"]), "three");
        assert_eq!(values(&["  tag: 1\n"], &[]), "1");
    }

    #[test]
    fn the_user_s_values_win_over_the_spec_s_fields() {
        let global = &resolved(
            &["  hub: spec\n  values:\n    global:\n      hub: values\n"],
            &[],
        )["spec"]["values"]["global"];
        assert_eq!(global["hub"], "values");
        let pilot = &resolved(&[], &["values.pilot.cni.enabled=true"])["spec"]["values"]["pilot"];
        assert_eq!(pilot["cni"]["enabled"], true);
    }

    #[test]
    fn a_profile_named_by_a_setting_wins_over_file_and_flag() {
        let inputs = Inputs {
            profile: Some("empty".to_owned()),
            files: vec![file("  profile: minimal\n")],
            set: vec!["profile=demo".to_owned()],
            ..Inputs::default()
        };
        let resolved = resolve(&inputs).unwrap();
        assert_eq!(resolved.operator()["spec"]["profile"], "demo");
        assert_eq!(resolved.values()["profile"], "demo");
    }

    #[test]
    fn mesh_config_of_spec_and_values_become_one() {
        let operator = resolved(
            &[
                "  meshConfig:\n    accessLogFile: a\n    trustDomain: b\n  values:\n    meshConfig:\n      trustDomain: c\n",
            ],
            &["meshConfig.enableTracing=true"],
        );
        assert_eq!(
            operator["spec"]["values"]["meshConfig"],
            json!({"accessLogFile": "a", "enableTracing": true, "trustDomain": "c"})
        );
    }

    #[test]
    fn settings_reach_into_the_profile_s_lists() {
        let operator = resolved(
            &[],
            &["components.ingressGateways[name:istio-ingressgateway].enabled=false"],
        );
        assert_eq!(
            operator["spec"]["components"]["ingressGateways"],
            json!([{"enabled": false, "name": "istio-ingressgateway"}])
        );
    }

    #[test]
    fn the_user_s_values_are_laid_over_the_profile_s() {
        let values = &resolved(
            &["  profile: demo\n  values:\n    pilot:\n      traceSampling: 5\n"],
            &[],
        )["spec"]["values"];
        assert_eq!(values["profile"], "demo");
        assert_eq!(values["global"]["configValidation"], true);
        assert_eq!(values["pilot"]["traceSampling"], 5);
    }

    #[test]
    fn an_empty_spec_is_the_default_profile() {
        assert_eq!(resolved(&[""], &[]), resolved(&[], &[]));
    }

    #[test]
    fn tags_and_metadata_stay_text() {
        let operator = resolved(
            &[],
            &[
                "tag=1.10",
                "meshConfig.defaultConfig.proxyMetadata.X=true",
                "components.ingressGateways[0].tag=2",
            ],
        );
        let spec = &operator["spec"];
        assert_eq!(spec["values"]["global"]["tag"], "1.10");
        assert_eq!(
            spec["values"]["meshConfig"]["defaultConfig"]["proxyMetadata"]["X"],
            "true"
        );
        assert_eq!(spec["components"]["ingressGateways"][0]["tag"], "2");
    }

    #[test]
    fn versions_in_files_are_not_numbers() {
        let operator = resolved(
            &[
                "  tag: 1.10\n  compatibilityVersion: 1.30\n  components:\n    ingressGateways:\n    - {name: a, tag: 1.20}\n  values: {pilot: {traceSampling: 1.50}}\n",
            ],
            &[],
        );
        let spec = &operator["spec"];
        assert_eq!(spec["values"]["global"]["tag"], "1.10");
        assert_eq!(spec["values"]["compatibilityVersion"], "1.30");
        assert_eq!(spec["components"]["ingressGateways"][0]["tag"], "1.20");
        assert_eq!(spec["values"]["pilot"]["traceSampling"], 1.5);
    }

    #[test]
    fn misspelt_paths_are_errors_with_the_nearest_and_old_ones_are_warnings() {
        let set = |text: &str| {
            resolve(&Inputs {
                set: vec![text.to_owned()],
                ..Inputs::default()
            })
        };
        let error = set("components.pilto.enabled=true").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`--set components.pilto.enabled=true`: `components.pilto` is not a known setting"
        );
        assert_eq!(error.hints(), ["did you mean `components.pilot`?"]);
        let old = set("values.mixer.telemetry.enabled=true").unwrap();
        assert_eq!(old.warnings().len(), 1);
        let addon = set("values.kiali.enabled=true").unwrap();
        assert_eq!(
            addon.operator["spec"]["addonComponents"],
            json!({"kiali": {"enabled": true}})
        );
    }

    #[test]
    fn on_google_s_clusters_the_cni_agent_is_in_kube_system_unless_the_user_says_otherwise() {
        let on = |version: &str, set: &[&str]| {
            let inputs = Inputs {
                set: set.iter().map(|text| (*text).to_owned()).collect(),
                target: Some(Target {
                    version: version.to_owned(),
                    api_versions: Vec::new(),
                }),
                ..Inputs::default()
            };
            resolve(&inputs).unwrap().operator["spec"].clone()
        };
        let ambient = on("v1.34.1-gke.1293000", &["profile=ambient"]);
        assert_eq!(ambient["components"]["cni"]["namespace"], "kube-system");
        assert_eq!(ambient["values"]["global"]["platform"], "gke");
        assert_eq!(ambient["values"]["cni"]["resourceQuotas"]["enabled"], false);
        let own = on(
            "v1.34.1-gke.1293000",
            &["components.cni.namespace=net", "values.global.platform=k3s"],
        );
        assert_eq!(own["components"]["cni"]["namespace"], "net");
        assert_eq!(own["values"]["global"]["platform"], "k3s");
        let plain = on("v1.34.1-gke.1293000", &[]);
        assert_eq!(plain["components"].get("cni"), None);
        let elsewhere = on("v1.34.1", &["profile=ambient"]);
        assert_eq!(elsewhere["components"]["cni"].get("namespace"), None);
    }

    #[test]
    fn unvalidated_values_reach_the_charts_unchecked() {
        let operator = resolved(&["  unvalidatedValues:\n    mine: 1\n"], &[]);
        assert_eq!(operator["spec"]["values"]["mine"], 1);
    }

    #[test]
    fn a_setting_without_a_value_is_a_usage_error() {
        let error = resolve(&Inputs {
            set: vec!["profile".to_owned()],
            ..Inputs::default()
        })
        .unwrap_err();
        assert_eq!(error.kind(), crate::error::Kind::Usage);
    }
}
