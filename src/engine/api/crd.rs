//! From the schemas of the resources to `CustomResourceDefinition` objects.
//!
//! What a resource is called, in which versions it is served and what `kubectl get` shows of it is its [`Resource`];
//! the schema comes from its type. Writing files is the business of `mesh util crds`.

use serde_json::{Map, Value, json};

use super::read::Typed as _;
use super::schema::{Field, Message, Rule, Schema, Shape};
use super::shared::Status;

/// The version of the chart that holds the definitions (`manifests/base/Chart.yaml`), which is that of the Istio they
/// belong to. It stands in two labels, as on every other object of the chart; this binary's own version does not, so
/// that the files do not change with each release of `mesh`.
pub(crate) const CHART_VERSION: &str = "1.31.4";

/// The group of the kinds that extend proxies.
pub(crate) const EXTENSIONS: &str = "extensions.istio.io";
/// The group of the kinds that route.
pub(crate) const NETWORKING: &str = "networking.istio.io";
/// The group of the kinds that say who may do what.
pub(crate) const SECURITY: &str = "security.istio.io";
/// The group of what proxies report.
pub(crate) const TELEMETRY: &str = "telemetry.istio.io";

/// `v1`, with the older names of most networking kinds.
pub(crate) const V1_ALPHA3_BETA1: &[Version] = &[
    Version::stored("v1"),
    Version::served("v1alpha3"),
    Version::served("v1beta1"),
];

/// `v1`, with the older name of the security kinds.
pub(crate) const V1_BETA1: &[Version] = &[Version::stored("v1"), Version::served("v1beta1")];

/// A kind of resource.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) short_names: &'static [&'static str],
    /// In the order of the definition.
    pub(crate) versions: &'static [Version],
    pub(crate) columns: &'static [Column],
    /// What the kind is for, shown by `kubectl explain KIND`.
    pub(crate) description: &'static str,
    pub(crate) spec: Schema,
    /// Rules of `spec` beyond those of its type, such as [`Rule::Required`].
    pub(crate) spec_rules: &'static [Rule],
}

/// A version of the API; all versions of one kind have the same schema and all are served.
#[derive(Debug)]
pub(crate) struct Version {
    name: &'static str,
    /// Whether objects are stored in this version.
    storage: bool,
}

impl Version {
    /// The version in which objects are stored.
    pub(crate) const fn stored(name: &'static str) -> Self {
        Self {
            name,
            storage: true,
        }
    }

    /// A version in which objects are only read and written.
    pub(crate) const fn served(name: &'static str) -> Self {
        Self {
            name,
            storage: false,
        }
    }
}

/// A column of `kubectl get`.
#[derive(Debug)]
pub(crate) struct Column {
    name: &'static str,
    path: &'static str,
    date: bool,
}

impl Column {
    /// A column with the text at `path`.
    pub(crate) const fn text(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            path,
            date: false,
        }
    }

    /// The age of the object.
    pub(crate) const fn age() -> Self {
        Self {
            name: "Age",
            path: ".metadata.creationTimestamp",
            date: true,
        }
    }

    fn definition(&self) -> Value {
        json!({
            "jsonPath": self.path,
            "name": self.name,
            "type": if self.date { "date" } else { "string" },
        })
    }
}

impl Resource {
    /// The name of the definition, such as `virtualservices.networking.istio.io`.
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", self.plural, self.group)
    }

    /// The whole `CustomResourceDefinition`.
    pub(crate) fn definition(&self) -> Value {
        json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {
                "name": self.name(),
                // Uninstalling the chart must not take everybody's routing with it.
                "annotations": { "helm.sh/resource-policy": "keep" },
                "labels": {
                    "app.kubernetes.io/instance": "istio",
                    "app.kubernetes.io/managed-by": "Helm",
                    "app.kubernetes.io/part-of": "istio",
                    "app.kubernetes.io/version": CHART_VERSION,
                    "helm.sh/chart": format!("base-{CHART_VERSION}"),
                },
            },
            "spec": {
                "group": self.group,
                "names": self.names(),
                "scope": "Namespaced",
                "versions": self.versions(),
            },
        })
    }

    fn names(&self) -> Value {
        let family = self.group.split('.').next().unwrap_or(self.group);
        let mut names = json!({
            "categories": ["istio-io", format!("{family}-istio-io")],
            "kind": self.kind,
            "listKind": format!("{}List", self.kind),
            "plural": self.plural,
            "singular": self.kind.to_ascii_lowercase(),
        });
        if !self.short_names.is_empty() {
            names["shortNames"] = json!(self.short_names);
        }
        names
    }

    fn versions(&self) -> Value {
        let schema = self.schema();
        self.versions
            .iter()
            .map(|version| {
                let mut entry = json!({
                    "name": version.name,
                    "served": true,
                    "storage": version.storage,
                    "subresources": { "status": {} },
                    "schema": { "openAPIV3Schema": schema },
                });
                if !self.columns.is_empty() {
                    entry["additionalPrinterColumns"] =
                        self.columns.iter().map(Column::definition).collect();
                }
                entry
            })
            .collect()
    }

    /// The `OpenAPI` schema of the whole object, without what every object has.
    fn schema(&self) -> Value {
        let fields = [
            Field {
                name: "spec",
                doc: match self.spec.shape {
                    Shape::Object(message) => message.doc,
                    _ => &[],
                },
                schema: self.spec,
                rules: self.spec_rules,
            },
            Field {
                name: "status",
                doc: &[
                    "What the control plane last said about the object. Written by istiod, not by people.",
                ],
                schema: Status::SCHEMA,
                rules: &[],
            },
        ];
        let mut root = Map::new();
        open_object(&mut root, &fields);
        root.insert("description".to_owned(), json!(self.description));
        Value::Object(root)
    }
}

/// The `OpenAPI` schema of a field, with its description.
fn field_schema(field: &Field) -> Value {
    let mut open = open_schema(&field.schema, field.rules);
    let description = description(field.doc);
    if !description.is_empty() {
        open.insert("description".to_owned(), json!(description));
    }
    Value::Object(open)
}

/// The lines of a doc comment as one paragraph.
pub(crate) fn description(doc: &[&str]) -> String {
    doc.iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The `OpenAPI` schema of a type with the `rules` of one use of it.
fn open_schema(schema: &Schema, rules: &[Rule]) -> Map<String, Value> {
    let mut open = Map::new();
    let kind = match schema.shape {
        Shape::Text => Some("string"),
        Shape::Boolean => Some("boolean"),
        Shape::Integer => Some("integer"),
        Shape::Number => Some("number"),
        Shape::IntOrString => {
            open.insert(
                "anyOf".to_owned(),
                json!([{ "type": "integer" }, { "type": "string" }]),
            );
            open.insert("x-kubernetes-int-or-string".to_owned(), json!(true));
            None
        }
        Shape::Anything => Some("object"),
        Shape::Enumeration(values) => {
            open.insert("enum".to_owned(), json!(values));
            Some("string")
        }
        Shape::List(item) => {
            let item = open_schema(item, each(rules));
            open.insert("items".to_owned(), Value::Object(item));
            Some("array")
        }
        Shape::Map(value) => {
            let value = open_schema(value, each(rules));
            open.insert("additionalProperties".to_owned(), Value::Object(value));
            Some("object")
        }
        Shape::Object(Message { fields, .. }) => {
            open_object(&mut open, fields);
            None
        }
    };
    if let Some(kind) = kind {
        open.insert("type".to_owned(), json!(kind));
    }
    // A use's own bounds take the place of the type's; its expressions stand before the type's.
    for rule in schema.rules.iter().chain(rules) {
        apply(&mut open, rule);
    }
    expressions(&mut open, rules.iter().chain(schema.rules));
    alternatives(&mut open, schema.rules.iter().chain(rules));
    open
}

/// `type`, `properties` and `required` of an object.
fn open_object(open: &mut Map<String, Value>, fields: &[Field]) {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| (field.name.to_owned(), field_schema(field)))
        .collect();
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| {
            field
                .rules
                .iter()
                .any(|rule| matches!(rule, Rule::Required))
        })
        .map(|field| field.name)
        .collect();
    open.insert("type".to_owned(), json!("object"));
    if !properties.is_empty() {
        open.insert("properties".to_owned(), Value::Object(properties));
    }
    if !required.is_empty() {
        open.insert("required".to_owned(), json!(required));
    }
}

/// The rules for what a list or map holds.
fn each(rules: &[Rule]) -> &'static [Rule] {
    rules
        .iter()
        .find_map(|rule| match rule {
            Rule::Each(rules) => Some(*rules),
            _ => None,
        })
        .unwrap_or(&[])
}

/// Adds a rule that is a keyword of its own.
fn apply(open: &mut Map<String, Value>, rule: &Rule) {
    let (keyword, value) = match *rule {
        Rule::Nullable => ("nullable", json!(true)),
        Rule::PreserveUnknown => ("x-kubernetes-preserve-unknown-fields", json!(true)),
        Rule::Format(format) => ("format", json!(format)),
        Rule::Pattern(pattern) => ("pattern", json!(pattern)),
        Rule::MinLength(bound) => ("minLength", json!(bound)),
        Rule::MaxLength(bound) => ("maxLength", json!(bound)),
        Rule::MinItems(bound) => ("minItems", json!(bound)),
        Rule::MaxItems(bound) => ("maxItems", json!(bound)),
        Rule::MinProperties(bound) => ("minProperties", json!(bound)),
        Rule::MaxProperties(bound) => ("maxProperties", json!(bound)),
        Rule::Minimum(bound) => ("minimum", json!(bound)),
        Rule::Maximum(bound) => ("maximum", json!(bound)),
        Rule::ListMap(keys) => {
            open.insert("x-kubernetes-list-type".to_owned(), json!("map"));
            ("x-kubernetes-list-map-keys", json!(keys))
        }
        Rule::Required | Rule::Cel(..) | Rule::OneOf(_) | Rule::Each(_) => return,
    };
    open.insert(keyword.to_owned(), value);
}

/// Adds the CEL expressions among `rules`.
fn expressions<'a>(open: &mut Map<String, Value>, rules: impl Iterator<Item = &'a Rule>) {
    let expressions: Vec<Value> = rules
        .filter_map(|rule| match rule {
            Rule::Cel(rule, message) => Some(json!({ "rule": rule, "message": message })),
            _ => None,
        })
        .collect();
    if !expressions.is_empty() {
        open.insert("x-kubernetes-validations".to_owned(), json!(expressions));
    }
}

/// Adds the groups of fields that exclude each other: none of them, or one.
fn alternatives<'a>(open: &mut Map<String, Value>, rules: impl Iterator<Item = &'a Rule>) {
    let mut groups: Vec<Vec<Value>> = rules
        .filter_map(|rule| match rule {
            Rule::OneOf(fields) => Some(*fields),
            _ => None,
        })
        .map(|fields| {
            let present: Vec<Value> = fields
                .iter()
                .map(|field| json!({ "required": [field] }))
                .collect();
            let absent = json!({ "not": { "anyOf": present } });
            std::iter::once(absent).chain(present).collect()
        })
        .collect();
    match groups.len() {
        0 => {}
        1 => {
            open.insert("oneOf".to_owned(), json!(groups.remove(0)));
        }
        _ => {
            let groups: Vec<Value> = groups
                .into_iter()
                .map(|group| json!({ "oneOf": group }))
                .collect();
            open.insert("allOf".to_owned(), json!(groups));
        }
    }
}
