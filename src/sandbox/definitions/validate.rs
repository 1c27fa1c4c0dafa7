//! Values held against a schema. The order of the checks, which of them ends the others and their words are those of
//! kube-openapi's validator, which Kubernetes uses. Part of an object that is as it was is not complained of, even if it is
//! wrong (ratcheting, since Kubernetes 1.30).

use serde_json::{Map, Number, Value};

use super::lists;
use super::path::Path;
use super::schema::{Additional, Checks, Kind, List, Schema};
use crate::sandbox::api::field::{FieldError, go_float};

/// What came of a check.
#[derive(Debug, Default)]
struct Outcome {
    errors: Vec<FieldError>,
    /// How many checks were made: of several alternatives that all fail, that with most is told.
    checks: usize,
}

impl Outcome {
    fn wrong(error: FieldError) -> Self {
        Self {
            errors: vec![error],
            checks: 0,
        }
    }

    fn add(&mut self, error: FieldError) {
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    fn merge(&mut self, other: Self) {
        self.checks += other.checks;
        for error in other.errors {
            self.add(error);
        }
    }

    fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }
}

/// What is wrong with a value. `root` stands before all paths; empty for an object. `old` is what the value was.
pub(super) fn validate(
    value: &Value,
    old: Option<&Value>,
    schema: &Schema,
    root: &str,
) -> Vec<FieldError> {
    let validator = Validator { root };
    validator
        .value(value, old, schema, &Path::ROOT, true)
        .errors
}

struct Validator<'a> {
    root: &'a str,
}

impl Validator<'_> {
    /// The path as an error names its field.
    fn field(&self, path: &str) -> String {
        match (self.root, path) {
            ("", "") => "<nil>".to_owned(),
            ("", path) => path.to_owned(),
            (root, "") => root.to_owned(),
            (root, path) => format!("{root}.{path}"),
        }
    }

    /// An error about the place as such, with a text that names it.
    fn composite(&self, text: &str) -> FieldError {
        FieldError::invalid(self.field(""), &Value::from(""), text)
    }

    /// A value that breaks a limit.
    fn invalid(&self, path: &Path<'_>, value: &Value, what: &str) -> FieldError {
        let path = path.to_string();
        FieldError::invalid(self.field(&path), value, &format!("{path} in body {what}"))
    }

    fn wrong_type(&self, path: &Path<'_>, wanted: &str, found: &str) -> FieldError {
        let path = path.to_string();
        let text = format!("{path} in body must be of type {wanted}: {found:?}");
        FieldError::type_invalid(self.field(&path), &Value::from(found), &text)
    }

    /// `old`: what the value was, where that can be told. `ratchets`: whether an unchanged value may be wrong.
    fn value(
        &self,
        value: &Value,
        old: Option<&Value>,
        schema: &Schema,
        path: &Path<'_>,
        ratchets: bool,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        if value.is_null() {
            outcome.merge(self.null(schema, path));
        } else {
            self.not_null(value, old, schema, path, &mut outcome);
        }
        if ratchets
            && !outcome.is_valid()
            && old.is_some_and(|old| lists::unchanged(value, old, schema))
        {
            outcome.errors.clear();
        }
        outcome
    }

    fn null(&self, schema: &Schema, path: &Path<'_>) -> Outcome {
        let mut outcome = Outcome {
            checks: 1,
            ..Outcome::default()
        };
        if let Some(types) = types(schema).filter(|_| !schema.nullable) {
            outcome = Outcome::wrong(self.wrong_type(path, types, "null"));
        }
        if let Some(checks) = &schema.checks {
            outcome.merge(self.choice(&Value::Null, checks, path));
        }
        outcome
    }

    fn not_null(
        &self,
        value: &Value,
        old: Option<&Value>,
        schema: &Schema,
        path: &Path<'_>,
        outcome: &mut Outcome,
    ) {
        let mut apply = |more: Outcome| {
            outcome.merge(more);
            outcome.checks += 1;
        };
        if types(schema).is_some() || schema.format.is_some() {
            apply(self.of_type(value, schema, path));
        }
        let checks = schema.checks.as_deref();
        apply(checks.map_or_else(
            || Outcome {
                checks: 1,
                ..Outcome::default()
            },
            |checks| self.alternatives(value, checks, path),
        ));
        match (value, checks) {
            (Value::String(text), checks) => {
                apply(checks.map_or_else(Outcome::default, |checks| self.text(text, checks, path)));
                if let Some(format) = schema.format {
                    let fits = format.fits(text);
                    apply(if fits {
                        Outcome::default()
                    } else {
                        Outcome::wrong(self.wrong_type(path, format.name(), text))
                    });
                }
            }
            (Value::Number(number), checks) => {
                let mut limits = checks
                    .map_or_else(Outcome::default, |checks| self.number(number, checks, path));
                limits.checks += 1;
                apply(limits);
            }
            (Value::Array(items), _) => apply(self.items(items, old, schema, path)),
            _ => {}
        }
        apply(checks.map_or_else(Outcome::default, |checks| self.choice(value, checks, path)));
        if let Value::Object(fields) = value {
            apply(self.fields(fields, old, schema, path));
        }
        outcome.checks += 1;
    }

    fn of_type(&self, value: &Value, schema: &Schema, path: &Path<'_>) -> Outcome {
        let mut outcome = Outcome {
            checks: 1,
            ..Outcome::default()
        };
        let (found, form) = found(value);
        let is = |kind: Kind| {
            schema.kind == Some(kind)
                || (schema.int_or_string && matches!(kind, Kind::Integer | Kind::Text))
        };
        let numeric = is(Kind::Number) || is(Kind::Integer);
        let listed = found_kind(value).is_some_and(is);
        let float_is_whole = matches!(value, Value::Number(number) if found == "number" && is_whole(number))
            && is(Kind::Integer);
        let whole_is_float = found == "integer" && is(Kind::Number);
        let fits = listed || float_is_whole || whole_is_float;
        let textual = value.is_string() || value.is_array();
        if let Some(format) = schema.format {
            if !textual && !fits {
                return Outcome::wrong(self.wrong_type(path, format.name(), form));
            }
            if textual && !numeric {
                return outcome;
            }
        }
        if !fits {
            let error = self.wrong_type(path, types(schema).unwrap_or_default(), found);
            outcome = Outcome::wrong(error);
        }
        outcome
    }

    fn choice(&self, value: &Value, checks: &Checks, path: &Path<'_>) -> Outcome {
        if checks.choices.is_empty() || checks.choices.iter().any(|one| same(one, value)) {
            return Outcome::default();
        }
        let texts: Vec<String> = checks
            .choices
            .iter()
            .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let field = self.field(&path.to_string());
        Outcome::wrong(FieldError::not_supported(field, value, &texts))
    }

    fn text(&self, text: &str, checks: &Checks, path: &Path<'_>) -> Outcome {
        let length = || i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let value = || Value::from(text);
        if let Some(most) = checks.max_length.filter(|most| length() > *most) {
            let field = self.field(&path.to_string());
            return Outcome::wrong(FieldError::too_long(
                field,
                usize::try_from(most).unwrap_or_default(),
            ));
        }
        if let Some(least) = checks.min_length.filter(|least| length() < *least) {
            let what = format!("should be at least {least} chars long");
            return Outcome::wrong(self.invalid(path, &value(), &what));
        }
        match &checks.pattern {
            Some(pattern) if !pattern.matches(text) => {
                let what = format!("should match '{}'", pattern.text);
                Outcome::wrong(self.invalid(path, &value(), &what))
            }
            _ => Outcome::default(),
        }
    }

    fn number(&self, number: &Number, checks: &Checks, path: &Path<'_>) -> Outcome {
        let mut outcome = Outcome {
            checks: 1,
            ..Outcome::default()
        };
        let value = Value::Number(number.clone());
        if let Some(factor) = checks.multiple_of
            && !is_multiple(number, factor)
        {
            if number.is_i64() && cut(factor) <= 0 {
                // A whole number is held against the whole part of the factor, which may be none.
                let text = format!(
                    "factor MultipleOf declared for {path} must be positive: {}",
                    cut(factor)
                );
                let field = self.field(&path.to_string());
                outcome.add(FieldError::invalid(field, &Value::from(cut(factor)), &text));
            } else {
                let what = format!("should be a multiple of {}", plain(number, factor));
                outcome.add(self.invalid(path, &value, &what));
            }
        }
        let mut wrong = |what: String| outcome.add(self.invalid(path, &value, &what));
        if let Some(most) = checks.maximum {
            match (compare(number, most), checks.exclusive_maximum) {
                (std::cmp::Ordering::Greater, false) => wrong(format!(
                    "should be less than or equal to {}",
                    plain(number, most)
                )),
                (std::cmp::Ordering::Greater | std::cmp::Ordering::Equal, true) => {
                    wrong(format!("should be less than {}", plain(number, most)));
                }
                _ => {}
            }
        }
        if let Some(least) = checks.minimum {
            match (compare(number, least), checks.exclusive_minimum) {
                (std::cmp::Ordering::Less, false) => wrong(format!(
                    "should be greater than or equal to {}",
                    plain(number, least)
                )),
                (std::cmp::Ordering::Less | std::cmp::Ordering::Equal, true) => {
                    wrong(format!("should be greater than {}", plain(number, least)));
                }
                _ => {}
            }
        }
        outcome
    }

    fn items(
        &self,
        items: &[Value],
        old: Option<&Value>,
        schema: &Schema,
        path: &Path<'_>,
    ) -> Outcome {
        let mut outcome = Outcome {
            checks: 1,
            ..Outcome::default()
        };
        if let Some(of) = schema.item() {
            let before = old.and_then(|old| lists::Before::of(old, schema));
            for (index, item) in items.iter().enumerate() {
                let old = before.as_ref().and_then(|before| before.same(item));
                outcome.merge(self.value(item, old, of, &path.index(index), true));
            }
        }
        let Some(checks) = &schema.checks else {
            return outcome;
        };
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        if let Some(least) = checks.min_items.filter(|least| count < *least) {
            let what = format!("should have at least {least} items");
            outcome.add(self.invalid(path, &Value::from(count), &what));
        }
        if let Some(most) = checks.max_items.filter(|most| count > *most) {
            outcome.add(self.too_many(path, items.len(), most));
        }
        if checks.unique_items && !lists::duplicates(items.iter()).is_empty() {
            outcome.add(self.invalid(path, &Value::from(""), "shouldn't contain duplicates"));
        }
        outcome
    }

    fn too_many(&self, path: &Path<'_>, count: usize, most: i64) -> FieldError {
        let field = self.field(&path.to_string());
        FieldError::too_many(field, count, usize::try_from(most).unwrap_or_default())
    }

    fn fields(
        &self,
        fields: &Map<String, Value>,
        old: Option<&Value>,
        schema: &Schema,
        path: &Path<'_>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let checks = schema.checks.as_deref();
        let count = i64::try_from(fields.len()).unwrap_or(i64::MAX);
        if let Some(least) =
            checks.and_then(|checks| checks.min_properties.filter(|least| count < *least))
        {
            let what = format!("should have at least {least} properties");
            outcome.add(self.invalid(path, &Value::from(count), &what));
        }
        if let Some(most) =
            checks.and_then(|checks| checks.max_properties.filter(|most| count > *most))
        {
            outcome.add(self.too_many(path, fields.len(), most));
        }
        for (name, value) in fields {
            let at = path.field(name);
            let Some(of) = schema.field(name) else {
                if matches!(schema.additional, Additional::Plain(false)) {
                    let path = path.to_string();
                    let text = format!("{path}.{name} in body is a forbidden property");
                    let value = Value::from(name.as_str());
                    outcome.add(FieldError::invalid(self.field(&path), &value, &text));
                }
                continue;
            };
            // Which version and kind an object was of does not show: both are of the version asked for.
            let hidden = path.is_root() && matches!(name.as_str(), "apiVersion" | "kind");
            let before = old.filter(|_| !hidden).and_then(|old| old.get(name));
            outcome.merge(self.value(value, before, of, &at, true));
        }
        let required = checks.map_or(&[][..], |checks| &checks.required);
        for name in required
            .iter()
            .filter(|name| !fields.contains_key(&***name))
        {
            let field = self.field(&path.field(name).to_string());
            outcome.add(FieldError::required(field, ""));
        }
        outcome
    }

    fn alternatives(&self, value: &Value, checks: &Checks, path: &Path<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let against = |schema: &Schema| self.value(value, None, schema, path, false);
        let named = || format!("{:?}", path.to_string());
        if !checks.any_of.is_empty() {
            self.any_of(&checks.any_of, &against, &named, &mut outcome);
        }
        if !checks.one_of.is_empty() {
            self.one_of(&checks.one_of, &against, &named, &mut outcome);
        }
        let mut valid = 0;
        for schema in &checks.all_of {
            let result = against(schema);
            valid += usize::from(result.is_valid());
            outcome.merge(result);
        }
        if valid < checks.all_of.len() {
            let none = if valid == 0 { ". None validated" } else { "" };
            let text = format!("{} must validate all the schemas (allOf){none}", named());
            outcome.add(self.composite(&text));
        }
        if let Some(not) = &checks.not
            && against(not).is_valid()
        {
            let text = format!("{} must not validate the schema (not)", named());
            outcome.add(self.composite(&text));
        }
        outcome.checks += 1;
        outcome
    }

    fn any_of(
        &self,
        schemas: &[Schema],
        against: &dyn Fn(&Schema) -> Outcome,
        named: &dyn Fn() -> String,
        outcome: &mut Outcome,
    ) {
        let mut best: Option<Outcome> = None;
        for schema in schemas {
            let result = against(schema);
            if result.is_valid() {
                outcome.merge(result);
                return;
            }
            if best.as_ref().is_none_or(|best| result.checks > best.checks) {
                best = Some(result);
            }
        }
        let text = format!("{} must validate at least one schema (anyOf)", named());
        outcome.add(self.composite(&text));
        outcome.merge(best.unwrap_or_default());
    }

    fn one_of(
        &self,
        schemas: &[Schema],
        against: &dyn Fn(&Schema) -> Outcome,
        named: &dyn Fn() -> String,
        outcome: &mut Outcome,
    ) {
        let (mut best, mut first): (Option<Outcome>, Option<Outcome>) = (None, None);
        let mut valid = 0;
        for schema in schemas {
            let result = against(schema);
            if result.is_valid() {
                valid += 1;
                best = None;
                first.get_or_insert(result);
            } else if valid == 0 && best.as_ref().is_none_or(|best| result.checks > best.checks) {
                best = Some(result);
            }
        }
        if valid == 1 {
            outcome.merge(first.unwrap_or_default());
            return;
        }
        let found = if valid == 0 {
            "Found none valid".to_owned()
        } else {
            format!("Found {valid} valid alternatives")
        };
        let text = format!(
            "{} must validate one and only one schema (oneOf). {found}",
            named()
        );
        outcome.add(self.composite(&text));
        outcome.merge(best.unwrap_or_default());
    }
}

/// The types that a schema takes, as messages name them.
fn types(schema: &Schema) -> Option<&'static str> {
    if schema.int_or_string {
        Some("integer,string")
    } else {
        schema.kind.map(Kind::name)
    }
}

fn found_kind(value: &Value) -> Option<Kind> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some(Kind::Boolean),
        Value::Number(number) if number.is_i64() => Some(Kind::Integer),
        Value::Number(_) => Some(Kind::Number),
        Value::String(_) => Some(Kind::Text),
        Value::Array(_) => Some(Kind::Array),
        Value::Object(_) => Some(Kind::Object),
    }
}

/// The type of a value and the format that goes with it.
fn found(value: &Value) -> (&'static str, &'static str) {
    let kind = found_kind(value);
    let form = match kind {
        Some(Kind::Integer) => "int64",
        Some(Kind::Number) => "float64",
        _ => "",
    };
    (kind.map_or("null", Kind::name), form)
}

/// Whether a number with a fraction of zero is meant, and is small enough to be exact.
fn is_whole(number: &Number) -> bool {
    const MOST: f64 = 9_007_199_254_740_991.0;
    number
        .as_f64()
        .is_some_and(|number| number.abs() <= MOST && number.fract() == 0.0)
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

/// A whole number is held against the whole part of a limit.
fn compare(number: &Number, limit: f64) -> std::cmp::Ordering {
    match number.as_i64() {
        Some(number) => number.cmp(&cut(limit)),
        None => number
            .as_f64()
            .unwrap_or_default()
            .partial_cmp(&limit)
            .unwrap_or(std::cmp::Ordering::Equal),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "limits beyond 64 bits are as good as none"
)]
fn cut(limit: f64) -> i64 {
    limit as i64
}

fn is_multiple(number: &Number, factor: f64) -> bool {
    if let Some(number) = number.as_i64() {
        let factor = cut(factor);
        return factor > 0 && number % factor == 0;
    }
    let number = number.as_f64().unwrap_or_default();
    let times = if factor < 1.0 {
        1.0 / factor * number
    } else {
        number / factor
    };
    factor > 0.0 && times.fract() == 0.0
}

/// A limit as it is written beside a number: whole beside a whole one.
fn plain(number: &Number, limit: f64) -> String {
    if number.is_i64() {
        cut(limit).to_string()
    } else {
        go_float(limit)
    }
}

impl List {
    /// Whether elements of an old and a new list can be told to be the same.
    pub(super) fn keys(&self) -> Option<&[Box<str>]> {
        match self {
            Self::Map(keys) => Some(keys),
            _ => None,
        }
    }
}
