//! What Kubernetes takes of OpenAPI, its own extensions, and rules.

use serde_json::{Value, json};

use super::super::cel::Flaw;
use super::super::path::Path;
use super::super::schema::Schema;
use super::{Findings, items, says, text};
use crate::sandbox::api::field::FieldError;

/// All schemas directly within a schema.
pub(super) fn below(source: &Value) -> impl Iterator<Item = &Value> {
    let one = ["items", "additionalProperties", "not"]
        .into_iter()
        .map(|name| &source[name]);
    let lists = ["allOf", "anyOf", "oneOf"]
        .into_iter()
        .flat_map(|name| items(&source[name]));
    let properties = source["properties"]
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::values);
    one.chain(lists)
        .chain(properties)
        .filter(|schema| schema.is_object())
}

/// Says what is wrong with a schema. `sound`: it is structural, so that its rules can be read.
pub(super) fn check(source: &Value, path: &Path<'_>, sound: bool, found: &mut Findings) {
    let context = Context {
        rules: sound,
        ..Context::default()
    };
    let mut checker = Checker {
        found,
        read: Vec::new(),
    };
    checker.schema(source, path, true, &context);
}

/// What holds within a part of a schema.
#[derive(Clone, Default)]
struct Context {
    /// Rules are read here; not in alternatives.
    rules: bool,
    /// Why there may be no defaults.
    no_defaults: Option<String>,
    in_metadata: bool,
    /// The place below which elements of old and new lists cannot be told to be the same.
    uncorrelated: Option<String>,
}

struct Checker<'f> {
    found: &'f mut Findings,
    /// Rules of plain values that are right already, with the type of the value.
    read: Vec<(String, String)>,
}

impl Checker<'_> {
    fn error(&mut self, error: FieldError) {
        self.found.errors.push(error);
    }

    fn forbid(&mut self, path: &Path<'_>, name: &str, detail: &str) {
        self.error(FieldError::forbidden(path.field(name).to_string(), detail));
    }

    fn require(&mut self, path: &Path<'_>, name: &str, detail: &str) {
        self.error(FieldError::required(path.field(name).to_string(), detail));
    }

    fn refuse(&mut self, path: &Path<'_>, name: &str, value: &Value, detail: &str) {
        self.error(FieldError::invalid(
            path.field(name).to_string(),
            value,
            detail,
        ));
    }

    fn schema(&mut self, source: &Value, path: &Path<'_>, root: bool, context: &Context) {
        let before = self.found.errors.len();
        self.standard(source, path, context);
        if source["uniqueItems"] == true {
            let detail =
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
            self.forbid(path, "uniqueItems", detail);
        }
        self.additional(source, path, context);
        self.properties(source, path, root, context);
        let plain = Context {
            rules: false,
            ..context.clone()
        };
        for name in ["allOf", "oneOf", "anyOf"] {
            let within = path.field(name);
            for (index, one) in items(&source[name]).iter().enumerate() {
                self.schema(one, &within.index(index), false, &plain);
            }
        }
        if source["not"].is_object() {
            self.schema(&source["not"], &path.field("not"), false, &plain);
        }
        if source["items"].is_object() {
            let mut context = context.clone();
            if source["x-kubernetes-list-type"] != "map" {
                context.uncorrelated.get_or_insert_with(|| path.to_string());
            }
            self.schema(&source["items"], &path.field("items"), false, &context);
        }
        if source["x-kubernetes-preserve-unknown-fields"] == false {
            let name = "x-kubernetes-preserve-unknown-fields";
            self.refuse(path, name, &json!(false), "must be true or undefined");
        }
        self.merging(source, path);
        self.list_keys(source, path);
        self.rules(source, path, root, context, before);
    }

    /// What OpenAPI has and Kubernetes does not take.
    fn standard(&mut self, source: &Value, path: &Path<'_>, context: &Context) {
        const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
        let kind = text(&source["type"]);
        if !kind.is_empty() && !TYPES.contains(&kind) {
            let at = path.field("type").to_string();
            self.error(FieldError::not_supported(at, &source["type"], &TYPES));
        }
        if let (Some(reason), false) = (&context.no_defaults, source["default"].is_null()) {
            self.forbid(path, "default", &format!("must not be set {reason}"));
        }
        for name in ["id", "patternProperties", "definitions"] {
            if says(&source[name]) {
                self.forbid(path, name, &format!("{name} is not supported"));
            }
        }
        for name in ["additionalItems", "dependencies", "$ref"] {
            if !source[name].is_null() {
                self.forbid(path, name, &format!("{name} is not supported"));
            }
        }
        if kind == "null" {
            self.forbid(
                path,
                "type",
                "type cannot be set to null, use nullable as an alternative",
            );
        }
        if source["items"].is_array() {
            self.forbid(
                path,
                "items",
                "items must be a schema object and not an array",
            );
        }
        if context.in_metadata && source["x-kubernetes-embedded-resource"] == true {
            self.forbid(
                path,
                "x-kubernetes-embedded-resource",
                "must not be used inside of resource meta",
            );
        }
    }

    fn additional(&mut self, source: &Value, path: &Path<'_>, context: &Context) {
        let additional = &source["additionalProperties"];
        if additional.is_null() {
            return;
        }
        if says(&source["properties"]) && *additional != true {
            self.forbid(
                path,
                "additionalProperties",
                "additionalProperties and properties are mutual exclusive",
            );
        }
        if additional.is_object() {
            let mut context = context.clone();
            if context.in_metadata {
                context.no_defaults =
                    Some("inside additionalProperties applying to object metadata".to_owned());
            }
            self.schema(
                additional,
                &path.field("additionalProperties"),
                false,
                &context,
            );
        }
    }

    fn properties(&mut self, source: &Value, path: &Path<'_>, root: bool, context: &Context) {
        let within = path.field("properties");
        let resource = root || source["x-kubernetes-embedded-resource"] == true;
        for (name, of) in source["properties"].as_object().into_iter().flatten() {
            let mut context = context.clone();
            if resource && matches!(name.as_str(), "metadata" | "kind" | "apiVersion") {
                context.in_metadata = true;
                if root {
                    context.no_defaults = Some(format!("in top-level {name}"));
                }
            }
            self.schema(of, &within.key(name), false, &context);
        }
    }

    /// How lists and maps merge.
    fn merging(&mut self, source: &Value, path: &Path<'_>) {
        let kind = text(&source["type"]);
        for (name, wanted, values) in [
            (
                "x-kubernetes-map-type",
                "object",
                &["atomic", "granular"][..],
            ),
            ("x-kubernetes-list-type", "array", &["atomic", "set", "map"]),
        ] {
            let given = &source[name];
            if given.is_null() {
                continue;
            }
            let detail = format!("must be {wanted} if {name} is specified");
            if kind.is_empty() {
                self.require(path, "type", &detail);
            } else if kind != wanted {
                self.refuse(path, "type", &source["type"], &detail);
            }
            if !values.contains(&text(given)) {
                let at = path.field(name).to_string();
                self.error(FieldError::not_supported(at, given, values));
            }
        }
        let of = &source["items"];
        if kind == "array" && source["x-kubernetes-list-type"] == "set" && of.is_object() {
            let detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
            let at = path.field("items");
            let list = &of["x-kubernetes-list-type"];
            if of["type"] == "array" && !list.is_null() && list != "atomic" {
                self.refuse(&at, "x-kubernetes-list-type", list, detail);
            }
            if of["type"] == "object" && of["x-kubernetes-map-type"] != "atomic" {
                self.refuse(&at, "x-kubernetes-map-type", list, detail);
            }
        }
    }

    /// The keys of lists that are maps.
    fn list_keys(&mut self, source: &Value, path: &Path<'_>) {
        let (list, keys) = (
            &source["x-kubernetes-list-type"],
            &source["x-kubernetes-list-map-keys"],
        );
        let of = &source["items"];
        if says(keys) && list != "map" {
            let detail = "must be map if x-kubernetes-list-map-keys is non-empty";
            if list.is_null() {
                self.require(path, "x-kubernetes-list-type", detail);
            } else {
                self.refuse(path, "x-kubernetes-list-type", list, detail);
            }
        }
        if list == "map" {
            if !says(keys) {
                let detail = "must not be empty if x-kubernetes-list-type is map";
                self.require(path, "x-kubernetes-list-map-keys", detail);
            }
            if of.is_null() {
                self.require(
                    path,
                    "items",
                    "must have a schema if x-kubernetes-list-type is map",
                );
            } else if of["type"] != "object" {
                let detail = "must be object if parent array's x-kubernetes-list-type is map";
                let given = json!(text(&of["type"]));
                self.refuse(&path.field("items"), "type", &given, detail);
            } else {
                self.key_names(of, keys, path);
            }
        }
        if matches!(text(list), "map" | "set") && of.is_object() {
            self.key_values(of, text(list), keys, &path.field("items"));
        }
    }

    fn key_names(&mut self, of: &Value, keys: &Value, path: &Path<'_>) {
        let all = items(keys);
        for (index, key) in all.iter().enumerate() {
            let property = &of["properties"][text(key)];
            if property.is_null() {
                let detail = "entries must all be names of item properties";
                self.refuse(path, "x-kubernetes-list-map-keys", keys, detail);
            } else if matches!(text(&property["type"]), "array" | "object") {
                let detail =
                    "must be a scalar type if parent array's x-kubernetes-list-type is map";
                let (at, name) = (path.field("items"), text(key));
                let at = at.field("properties");
                self.refuse(&at.key(name), "type", &of["type"], detail);
            }
            if all[..index].contains(key) {
                let detail = "must not contain duplicate entries";
                self.refuse(path, "x-kubernetes-list-map-keys", keys, detail);
            }
        }
    }

    /// Keys are always there.
    fn key_values(&mut self, of: &Value, list: &str, keys: &Value, path: &Path<'_>) {
        if of["nullable"] == true {
            self.forbid(
                path,
                "nullable",
                &format!("cannot be nullable when x-kubernetes-list-type is {list}"),
            );
        }
        if list != "map" {
            return;
        }
        let within = path.field("properties");
        for key in items(keys) {
            let property = &of["properties"][text(key)];
            if !property.is_object() {
                continue;
            }
            let at = within.key(text(key));
            if !items(&of["required"]).contains(key) && property["default"].is_null() {
                let detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
                self.require(&at, "default", detail);
            }
            if property["nullable"] == true {
                let detail =
                    "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
                self.forbid(&at, "nullable", detail);
            }
        }
    }

    fn rules(
        &mut self,
        source: &Value,
        path: &Path<'_>,
        root: bool,
        context: &Context,
        before: usize,
    ) {
        let rules = items(&source["x-kubernetes-validations"]);
        if rules.is_empty() {
            return;
        }
        let within = path.field("x-kubernetes-validations");
        for (index, rule) in rules.iter().enumerate() {
            self.rule(source, rule, &within.index(index));
        }
        if self.found.errors.len() > before || !context.rules {
            return;
        }
        let kind = format!("{}/{}", text(&source["type"]), text(&source["format"]));
        let plain = matches!(
            text(&source["type"]),
            "string" | "integer" | "number" | "boolean"
        );
        let key = (kind, source["x-kubernetes-validations"].to_string());
        if plain && context.uncorrelated.is_none() && self.read.contains(&key) {
            return;
        }
        let errors = self.found.errors.len();
        let schema = Schema::read(source);
        let resource = root || schema.embedded;
        for (index, rule) in schema.rules.iter().enumerate() {
            self.compiled(
                &schema,
                rule,
                resource,
                &rules[index],
                &within.index(index),
                context,
            );
        }
        if plain && self.found.errors.len() == errors {
            self.read.push(key);
        }
    }

    /// The form of a rule.
    fn rule(&mut self, source: &Value, rule: &Value, path: &Path<'_>) {
        let lines = |text: &str| text.contains(['\n', '\r']);
        let (words, message) = (text(&rule["rule"]).trim(), text(&rule["message"]));
        if words.is_empty() {
            self.require(path, "rule", "rule is not specified");
        } else if !message.is_empty() && message.trim().is_empty() {
            self.refuse(
                path,
                "message",
                &rule["message"],
                "must be non-empty if specified",
            );
        } else if lines(message.trim()) {
            self.refuse(
                path,
                "message",
                &rule["message"],
                "must not contain line breaks",
            );
        } else if lines(words) && message.trim().is_empty() {
            self.require(
                path,
                "message",
                "message must be specified if rule contains line breaks",
            );
        }
        let computed = text(&rule["messageExpression"]);
        if !computed.is_empty() && computed.trim().is_empty() {
            self.require(
                path,
                "messageExpression",
                "messageExpression must be non-empty if specified",
            );
        }
        let reasons = [
            "FieldValueDuplicate",
            "FieldValueForbidden",
            "FieldValueInvalid",
            "FieldValueRequired",
        ];
        if rule["reason"].is_string() && !reasons.contains(&text(&rule["reason"])) {
            let at = path.field("reason").to_string();
            self.error(FieldError::not_supported(at, &rule["reason"], &reasons));
        }
        let field = text(&rule["fieldPath"]);
        if field.is_empty() {
            return;
        }
        if field.trim().is_empty() {
            self.refuse(
                path,
                "fieldPath",
                &rule["fieldPath"],
                "must be non-empty if specified",
            );
        }
        if lines(field) {
            self.refuse(
                path,
                "fieldPath",
                &rule["fieldPath"],
                "must not contain line breaks",
            );
        }
        if Schema::read(source).follow(field, true).is_err() {
            self.refuse(
                path,
                "fieldPath",
                &rule["fieldPath"],
                "must be a valid path",
            );
        }
    }

    /// What comes of reading a rule.
    fn compiled(
        &mut self,
        schema: &Schema,
        rule: &super::super::schema::Rule,
        resource: bool,
        source: &Value,
        path: &Path<'_>,
        context: &Context,
    ) {
        let uses_old = match rule.compiled(schema, resource) {
            Ok(compiled) => compiled.uses_old(),
            Err(Flaw::Missing(name)) => {
                let told = format!(
                    "{}: the practice cluster does not know `{name}` and does not check this rule",
                    path.field("rule")
                );
                self.found.warnings.push(told);
                return;
            }
            Err(Flaw::Wrong(what)) => {
                self.error(of_rule(&path.field("rule"), source, what));
                return;
            }
        };
        if let Some(Flaw::Wrong(what)) = rule.message_flaw(schema, resource) {
            let what = what.replacen(
                "compilation failed",
                "messageExpression compilation failed",
                1,
            );
            self.error(of_rule(&path.field("messageExpression"), source, &what));
        }
        match &context.uncorrelated {
            Some(below) if uses_old => {
                let detail = format!(
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within {below}"
                );
                self.refuse(path, "rule", &source["rule"], &detail);
            }
            None | Some(_) if !uses_old && !source["optionalOldSelf"].is_null() => {
                let detail = "may not be set if oldSelf is not used in rule";
                self.refuse(path, "optionalOldSelf", &source["optionalOldSelf"], detail);
            }
            _ => {}
        }
    }
}

/// An error about a rule shows all of it, in the order of Kubernetes' own type.
fn of_rule(path: &Path<'_>, rule: &Value, what: &str) -> FieldError {
    let text = |name: &str| json!(text(&rule[name]));
    let shown = [
        ("Rule", text("rule")),
        ("Message", text("message")),
        ("MessageExpression", text("messageExpression")),
        ("Reason", rule["reason"].clone()),
        ("FieldPath", text("fieldPath")),
        ("OptionalOldSelf", rule["optionalOldSelf"].clone()),
    ];
    let shown: Vec<String> = shown
        .iter()
        .map(|(name, value)| format!("{name:?}:{value}"))
        .collect();
    FieldError {
        reason: "FieldValueInvalid",
        field: path.to_string(),
        message: format!("Invalid value: {{{}}}: {what}", shown.join(",")),
    }
}
