//! Helm charts: reading their files, and rendering their templates with values merged as Helm merges them.
//!
//! Hooks and tests are rendered like any template, notes are skipped. Not here: packed inner charts (an error), the rules
//! of `.helmignore`, checks by `values.schema.json`, and the plain definitions in `crds/`. Values are merged in `values`
//! and `parts`; what templates see beside them is built in `objects` and `files`.

mod files;
mod objects;
mod parts;
mod values;

use std::borrow::Cow;
use std::rc::Rc;

use self::files::Files;
use self::parts::Part;
use super::functions::without_no_value;
use super::{Environment, Error, Map, Value};
use crate::yaml;

/// A chart: its description, default values, templates, further files and the charts within it.
#[derive(Debug)]
pub(crate) struct Chart {
    name: String,
    metadata: serde_json::Value,
    values: serde_json::Value,
    templates: Vec<(String, Cow<'static, [u8]>)>,
    files: Rc<Vec<(String, Cow<'static, [u8]>)>>,
    dependencies: Vec<Self>,
}

/// Which release is rendered; templates see it as `.Release`.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) revision: i64,
    /// An upgrade rather than a first installation.
    pub(crate) is_upgrade: bool,
    pub(crate) service: String,
}

impl Release {
    /// The first installation of `name` in `namespace`.
    pub(crate) fn new(name: impl Into<String>, namespace: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            namespace: namespace.into(),
            revision: 1,
            is_upgrade: false,
            service: "Helm".into(),
        }
    }
}

/// What the cluster can do; templates see it as `.Capabilities`.
#[derive(Clone, Debug)]
pub(crate) struct Capabilities {
    /// `v1.34.0`, say.
    pub(crate) kube_version: String,
    /// `apps/v1` and `apps/v1/Deployment`.
    pub(crate) api_versions: Vec<String>,
}

impl Default for Capabilities {
    /// A cluster of today's version with Kubernetes' own API groups.
    fn default() -> Self {
        Self {
            kube_version: "v1.34.0".into(),
            api_versions: objects::KUBERNETES_API_VERSIONS
                .iter()
                .map(|&name| name.into())
                .collect(),
        }
    }
}

/// One rendered template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// `istiod/templates/deployment.yaml`: the chart's name and the path in the chart.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Chart {
    /// Reads a chart from the files below its folder, each with its path from there (`templates/a.yaml`).
    ///
    /// `name` is how errors call the chart if its `Chart.yaml` does not say.
    ///
    /// # Errors
    /// `Chart.yaml` is missing, or it or `values.yaml` cannot be read.
    pub(crate) fn from_files(
        name: &str,
        files: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>,
    ) -> Result<Self, Error> {
        let mut chart = Self {
            name: name.into(),
            metadata: serde_json::Value::Null,
            values: serde_json::Value::Object(serde_json::Map::new()),
            templates: Vec::new(),
            files: Rc::default(),
            dependencies: Vec::new(),
        };
        let mut others = Vec::new();
        let mut inner: std::collections::BTreeMap<String, Vec<_>> =
            std::collections::BTreeMap::new();
        for (path, bytes) in files {
            match path.as_str() {
                "Chart.yaml" => chart.metadata = read_yaml(name, &path, &bytes)?,
                "values.yaml" => chart.values = read_yaml(name, &path, &bytes)?,
                "Chart.lock" | "values.schema.json" | ".helmignore" => {}
                _ if path.starts_with("templates/") => chart.templates.push((path, bytes)),
                _ => match path
                    .strip_prefix("charts/")
                    .map(|path| path.split_once('/'))
                {
                    Some(Some((folder, rest))) => {
                        let (folder, rest) = (folder.to_owned(), rest.to_owned());
                        inner.entry(folder).or_default().push((rest, bytes));
                    }
                    Some(None)
                        if std::path::Path::new(&path)
                            .extension()
                            .is_some_and(|kind| kind == "tgz") =>
                    {
                        let message =
                            "packed charts are not read; unpack it into a folder of charts/";
                        return Err(Error::at_file(format!("{name}/{path}"), message));
                    }
                    _ => others.push((path, bytes)),
                },
            }
        }
        if let Some(own) = chart.metadata.get("name").and_then(|own| own.as_str()) {
            chart.name = own.into();
        } else {
            let message = "the chart has no Chart.yaml with a `name`";
            return Err(Error::at_file(format!("{name}/Chart.yaml"), message));
        }
        if chart.values.is_null() {
            chart.values = serde_json::Value::Object(serde_json::Map::new());
        }
        if !chart.values.is_object() {
            return Err(Error::at_file(
                format!("{name}/values.yaml"),
                "the values are not a map",
            ));
        }
        others.sort_by(|(left, _), (right, _)| left.cmp(right));
        chart.files = Rc::new(others);
        for (folder, files) in inner {
            if folder.starts_with(['_', '.']) {
                continue;
            }
            chart.dependencies.push(Self::from_files(&folder, files)?);
        }
        Ok(chart)
    }

    /// The name in `Chart.yaml`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The default values.
    pub(crate) fn values(&self) -> &serde_json::Value {
        &self.values
    }
}

fn read_yaml(chart: &str, path: &str, bytes: &[u8]) -> Result<serde_json::Value, Error> {
    let file = format!("{chart}/{path}");
    let text =
        std::str::from_utf8(bytes).map_err(|error| Error::at_file(&file, error.to_string()))?;
    yaml::parse(text).map_err(|error| {
        let mut placed = Error::at_file(file, error.message);
        placed.line = error.line;
        placed.column = error.column.saturating_sub(1);
        placed
    })
}

/// Renders every template of a chart; blank results and notes are left out. Sorted by path.
///
/// # Errors
/// A template cannot be parsed or fails; a value does not fit (a text where the chart has a table).
pub(crate) fn render(
    chart: &Chart,
    values: &serde_json::Value,
    release: &Release,
    capabilities: &Capabilities,
) -> Result<Vec<Rendered>, Error> {
    render_with(
        Environment::new(),
        chart,
        values,
        release,
        capabilities,
        |_| true,
    )
}

/// Renders, as [`render`] does, those templates whose path (`istiod/templates/…`) `wanted` accepts, in an environment that
/// the caller has prepared (limits, time, look-ups, functions).
///
/// Templates are still rendered in Helm's order, last path first, since some charts change `.Values` in the first ones:
/// `wanted` must accept those too where they matter (`zzz_profile.yaml`).
pub(crate) fn render_with(
    mut environment: Environment,
    chart: &Chart,
    values: &serde_json::Value,
    release: &Release,
    capabilities: &Capabilities,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Rendered>, Error> {
    let values = match values {
        serde_json::Value::Null => serde_json::Map::new(),
        serde_json::Value::Object(values) => values.clone(),
        _ => return Err(Error::at_file(&chart.name, "the values are not a map")),
    };
    let part = Part::of(chart, &values)?;
    let merged = values::complete(&part, values)?;
    let entries = merged
        .iter()
        .map(|(key, value)| (key.as_str(), Value::from(value)));
    let merged = entries.collect::<Map>();
    let shared = Shared {
        release: objects::release(release),
        capabilities: objects::capabilities(capabilities),
    };
    let mut templates = Vec::new();
    collect(&part, &chart.name, merged, &shared, &mut templates);
    // Helm's order: deeper paths first, then from the end of the alphabet.
    templates.sort_by(|left, right| {
        let depth = |template: &Prepared<'_>| template.path.matches('/').count();
        depth(right)
            .cmp(&depth(left))
            .then_with(|| right.path.cmp(&left.path))
    });
    for template in &templates {
        let text = std::str::from_utf8(template.text)
            .map_err(|error| Error::at_file(&template.path, error.to_string()))?;
        // What is neither rendered nor defines anything for others need not be read.
        let defines = text.contains("define") || text.contains("block");
        if defines || (!template.is_partial() && wanted(&template.path)) {
            environment.parse(&template.path, text)?;
        }
    }
    let mut rendered = Vec::new();
    for template in templates {
        if template.is_partial() || !wanted(&template.path) {
            continue;
        }
        let text = environment.render(&template.path, &template.data())?;
        let text = without_no_value(text);
        if !text.trim().is_empty() {
            rendered.push(Rendered {
                path: template.path,
                text,
            });
        }
    }
    rendered.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(rendered)
}

/// What all templates of a rendering see.
struct Shared {
    release: Value,
    capabilities: Value,
}

/// One template with its data.
struct Prepared<'a> {
    path: String,
    text: &'a [u8],
    base: Rc<str>,
    top: Map,
}

impl Prepared<'_> {
    /// Partials only define templates; notes are for people.
    fn is_partial(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.starts_with('_') || name == "NOTES.txt"
    }

    /// The dot: the chart's data with `.Template` of this one. It is one map for all templates of the chart, since
    /// charts replace `.Values` in the first template for the later ones.
    fn data(&self) -> Value {
        let template = [
            ("Name", Value::text(self.path.as_str())),
            ("BasePath", Value::Str(Rc::clone(&self.base))),
        ];
        self.top
            .set("Template", Value::Map(template.into_iter().collect()));
        self.top.clone().into()
    }
}

/// Gathers the templates of a chart and of the charts within it; gives what the chart's templates see.
fn collect<'a>(
    part: &Part<'a>,
    prefix: &str,
    values: Map,
    shared: &Shared,
    templates: &mut Vec<Prepared<'a>>,
) -> Map {
    let chart = part.chart;
    let is_root = prefix == chart.name;
    let inner = Map::new();
    for inner_part in &part.inner {
        let Value::Map(inner_values) = values.get(&inner_part.name) else {
            continue; // cannot be: completing the values makes a map for each part
        };
        let inner_prefix = format!("{prefix}/charts/{}", inner_part.name);
        let top = collect(inner_part, &inner_prefix, inner_values, shared, templates);
        inner.set(inner_part.name.as_str(), top.into());
    }
    let top: Map = [
        (
            "Chart",
            objects::metadata(&chart.metadata, &part.name, is_root),
        ),
        ("Files", Value::object(Files::new(Rc::clone(&chart.files)))),
        ("Release", shared.release.clone()),
        ("Capabilities", shared.capabilities.clone()),
        ("Values", values.into()),
        ("Subcharts", inner.into()),
    ]
    .into_iter()
    .collect();
    let base: Rc<str> = format!("{prefix}/templates").into();
    for (path, text) in &chart.templates {
        templates.push(Prepared {
            path: format!("{prefix}/{path}"),
            text,
            base: Rc::clone(&base),
            top: top.clone(),
        });
    }
    top
}
