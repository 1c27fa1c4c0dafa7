//! Charts and profiles that the user brings, in place of the built-in ones: Istio's own folder `manifests`, or one like ours.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::component::{Component, Shape};
use super::path::merge;
use crate::engine::template::chart::Chart;
use crate::error::{Error, Result};
use crate::yaml;

/// The files of a folder of charts. Cloning is cheap.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    /// How messages call it: the folder as the user named it.
    name: String,
    files: Arc<BTreeMap<String, Vec<u8>>>,
    /// What the paths of charts start with: empty, or `charts/`.
    charts: &'static str,
}

/// Where Istio keeps the chart of a component, if not where we do.
const ELSEWHERE: &[(&str, &str)] = &[
    ("istiod", "istio-control/istio-discovery"),
    ("istio-ingress", "gateways/istio-ingress"),
    ("istio-egress", "gateways/istio-egress"),
];

/// The keys below which a chart of Istio keeps its defaults, so that a profile can be laid between them and the user's values.
const DEFAULTS: &[&str] = &["defaults", "_internal_defaults_do_not_set"];

impl Package {
    /// Takes the files of the folder `name`, each with its path from there and `/` between its parts.
    ///
    /// # Errors
    /// No chart of Istio is where one is expected.
    pub(crate) fn new(
        name: impl Into<String>,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<Self> {
        let name = name.into();
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let is_there = |prefix: &&str| files.contains_key(&format!("{prefix}base/Chart.yaml"));
        let Some(charts) = ["", "charts/"].iter().find(|prefix| is_there(prefix)) else {
            return Err(Error::config(format!("`{name}` is not a folder of Istio's charts"))
                .because("it has neither `base/Chart.yaml` nor `charts/base/Chart.yaml`")
                .hint("name the folder `manifests` of a release of Istio, or a copy of its charts"));
        };
        Ok(Self {
            name,
            files: Arc::new(files),
            charts,
        })
    }

    /// The folder as the user named it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The chart of a component; `None` for an add-on that the package does not have.
    ///
    /// # Errors
    /// Istio's own components have to be there: charts of different versions are not mixed. A chart that cannot be read.
    pub(super) fn chart(&self, component: &Component) -> Result<Option<Chart>> {
        let other = ELSEWHERE.iter().find(|(ours, _)| *ours == component.chart);
        let mut places = [Some(component.chart), other.map(|(_, theirs)| *theirs)]
            .into_iter()
            .flatten();
        let place = places.find(|place| {
            self.files
                .contains_key(&format!("{}{place}/Chart.yaml", self.charts))
        });
        let Some(place) = place else {
            if component.shape == Shape::Addon {
                return Ok(None);
            }
            let wanted = other.map_or(component.chart, |(_, theirs)| theirs);
            return Err(Error::config(format!("`{}` has no chart for `{}`", self.name, component.path()))
                .because(format!("there is no `{}{wanted}/Chart.yaml`", self.charts))
                .hint(format!("turn the component off, or add its chart: those of different versions are not mixed, so the built-in `{}` is not taken", component.chart)));
        };
        let files = self
            .below(place)
            .map(|(path, bytes)| (path.to_owned(), Cow::Owned(bytes.to_vec())));
        let files = files.filter(|(path, _)| !path.starts_with(DEFINITIONS));
        Chart::from_files(component.chart, files)
            .map(Some)
            .map_err(|error| {
                Error::config(format!(
                    "the chart `{}/{}{place}` cannot be read",
                    self.name, self.charts
                ))
                .caused_by(&error)
            })
    }

    /// The definitions that stand beside the chart of `base`, as Helm has them; none where a template brings them.
    ///
    /// # Errors
    /// One is not YAML.
    pub(super) fn definitions(&self) -> Result<Vec<Value>> {
        let mut definitions = Vec::new();
        for (path, bytes) in self
            .below("base")
            .filter(|(path, _)| path.starts_with(DEFINITIONS))
        {
            let text = String::from_utf8_lossy(bytes);
            let trees = yaml::parse_all(&text).map_err(|error| {
                let file = format!("{}/{}base/{path}", self.name, self.charts);
                Error::config(format!(
                    "{file}:{}:{}: {}",
                    error.line, error.column, error.message
                ))
            })?;
            definitions.extend(trees.into_iter().filter(|tree| !tree.is_null()));
        }
        Ok(definitions)
    }

    /// A profile of the package.
    pub(super) fn profile(&self, name: &str) -> Option<(String, String)> {
        let path = format!("profiles/{name}.yaml");
        let bytes = self.files.get(&path)?;
        Some((
            format!("{}/{path}", self.name),
            String::from_utf8_lossy(bytes).into_owned(),
        ))
    }

    /// Lays the defaults of all its charts over `known`.
    pub(super) fn add_known_values(&self, known: &mut Value) {
        for (path, bytes) in self.files.iter() {
            let is_values = path.starts_with(self.charts) && path.ends_with("/values.yaml");
            let text = std::str::from_utf8(bytes).ok().filter(|_| is_values);
            if let Some(values) = text.and_then(|text| yaml::parse(text).ok()) {
                let below = DEFAULTS.iter().find_map(|key| values.get(key));
                merge(known, below.unwrap_or(&values).clone());
            }
        }
    }

    /// The files of a chart by their paths in it.
    fn below(&self, chart: &str) -> impl Iterator<Item = (&str, &[u8])> {
        let prefix = format!("{}{chart}/", self.charts);
        let from = self.files.range(prefix.clone()..);
        from.map_while(move |(path, bytes)| Some((path.strip_prefix(&prefix)?, bytes.as_slice())))
    }
}

/// Where a chart keeps plain definitions, which are not templates.
const DEFINITIONS: &str = "crds/";

#[cfg(test)]
mod tests {
    use super::super::{Inputs, render, resolve};
    use super::*;

    /// A package in Istio's layout whose charts each make a ConfigMap.
    fn package(files: &[(&str, &str)]) -> Result<Package> {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        Package::new("mine", files)
    }

    const BASE: [(&str, &str); 3] = [
        ("charts/base/Chart.yaml", "name: base\nversion: 1.0.0\n"),
        (
            "charts/base/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.own.name }}\n",
        ),
        (
            "charts/base/values.yaml",
            "_internal_defaults_do_not_set:\n  own:\n    name: from-values\nown: {name: plain}\n",
        ),
    ];

    const NAMESPACE: &str = "Namespace istio-system";

    fn generate(files: &[(&str, &str)], set: &[&str]) -> Result<Vec<String>> {
        let resolved = resolve::resolve(&Inputs {
            package: Some(package(files)?),
            set: set.iter().map(|text| (*text).to_owned()).collect(),
            ..Inputs::default()
        })?;
        let manifest = render::generate(&resolved)?;
        Ok(manifest
            .objects
            .iter()
            .map(super::super::object::Object::label)
            .collect())
    }

    #[test]
    fn renders_its_charts_and_not_the_built_in_ones() {
        let off = [
            "components.pilot.enabled=false",
            "components.ingressGateways[0].enabled=false",
        ];
        assert_eq!(
            generate(&BASE, &off).unwrap(),
            [NAMESPACE, "ConfigMap plain"]
        );
        let named = [&off[..], &["values.own.name=x"]].concat();
        assert_eq!(generate(&BASE, &named).unwrap(), [NAMESPACE, "ConfigMap x"]);
    }

    #[test]
    fn charts_of_different_versions_are_not_mixed() {
        let error = generate(&BASE, &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`mine` has no chart for `components.pilot`"
        );
        assert_eq!(
            error.causes(),
            ["there is no `charts/istio-control/istio-discovery/Chart.yaml`"]
        );
    }

    #[test]
    fn its_definitions_and_profiles_are_used() {
        let profile = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  components:\n    pilot: {enabled: false}\n    ingressGateways: []\n";
        let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b}\n";
        let files = [
            &BASE[..],
            &[
                ("profiles/default.yaml", profile),
                ("charts/base/crds/a.yaml", crd),
            ],
        ]
        .concat();
        assert_eq!(
            generate(&files, &[]).unwrap(),
            [NAMESPACE, "CustomResourceDefinition a.b", "ConfigMap plain"]
        );
    }

    #[test]
    fn rejects_a_folder_without_charts() {
        let error = package(&[("README.md", "")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`mine` is not a folder of Istio's charts"
        );
    }
}
