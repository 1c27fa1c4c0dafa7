//! The rules of a schema (`x-kubernetes-validations`), evaluated on an object: at each place that has some, with what the place
//! was, and under one bound on the work for all.

use serde_json::Value;

use super::cel::{Budget, Fault, Flaw, PER_RULE, Program, Subject, Val, Wanted};
use super::lists::{self, Before};
use super::path::Path;
use super::schema::{Additional, Rule, Schema};
use crate::sandbox::api::field::FieldError;

/// What all rules of an object may cost together, as in Kubernetes.
const PER_OBJECT: u64 = 10_000_000;

/// A message that a rule computes may not be longer.
const LONGEST_MESSAGE: usize = 5120;

/// A rule, ready to be evaluated.
#[derive(Debug)]
pub(super) struct Compiled {
    holds: Program,
    message: Option<Program>,
}

impl Rule {
    /// Reads the rule for values of a schema; once. `root`: whether these have kind, version and metadata.
    ///
    /// # Errors
    /// See `Flaw`.
    pub(super) fn compiled(&self, schema: &Schema, root: bool) -> Result<&Compiled, &Flaw> {
        let read = || {
            let subject = self.subject(schema, root);
            let holds = Program::read(&self.text, subject, Wanted::Bool)?;
            // A message that cannot be computed is refused with the definition; here the other one does.
            let message = Some(&self.message_expression).filter(|text| !text.trim().is_empty());
            let message = message.and_then(|text| Program::read(text, subject, Wanted::Text).ok());
            Ok(Compiled { holds, message })
        };
        self.compiled.get_or_init(read).as_ref()
    }

    /// What is wrong with the message that the rule computes.
    pub(super) fn message_flaw(&self, schema: &Schema, root: bool) -> Option<Flaw> {
        let text = Some(&self.message_expression).filter(|text| !text.trim().is_empty())?;
        Program::read(text, self.subject(schema, root), Wanted::Text).err()
    }

    fn subject<'s>(&self, schema: &'s Schema, root: bool) -> Subject<'s> {
        Subject {
            schema,
            root,
            optional_old: self.optional_old_self,
        }
    }

    fn shown(&self) -> &str {
        if self.message.is_empty() {
            self.text.trim()
        } else {
            self.message.trim()
        }
    }
}

impl Compiled {
    /// Whether the rule asks what the value was.
    pub(super) fn uses_old(&self) -> bool {
        self.holds.uses_old
    }
}

/// What rules say of an object.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) errors: Vec<FieldError>,
    /// What is wrong, but was so before.
    pub(super) warnings: Vec<String>,
}

/// Evaluates all rules; `old` is what the object was.
pub(super) fn validate(
    object: &Value,
    old: Option<&Value>,
    schema: &Schema,
    path: &Path<'_>,
) -> Verdict {
    let mut judge = Judge {
        verdict: Verdict::default(),
        left: PER_OBJECT,
        over: false,
    };
    let at = Place {
        value: object,
        old,
        schema,
        root: path.is_root() || schema.embedded,
        ratchet: Ratchet {
            current: old.map(|old| (object, old, schema)),
            parent: None,
        },
    };
    judge.place(&at, path);
    judge.verdict
}

type Pair<'a> = (&'a Value, &'a Value, &'a Schema);

/// Where an old value corresponds to a new one: at a place, or at the nearest above it.
#[derive(Clone, Copy, Default)]
struct Ratchet<'a> {
    current: Option<Pair<'a>>,
    parent: Option<Pair<'a>>,
}

impl<'a> Ratchet<'a> {
    /// Whether what is wrong was so before.
    fn is_unchanged(&self) -> bool {
        let pair = self.current.or(self.parent);
        pair.is_some_and(|(value, old, schema)| lists::unchanged(value, old, schema))
    }

    fn field(self, name: &str) -> Self {
        let Some((value, old, schema)) = self.current else {
            return self;
        };
        if self.parent.is_none() && matches!(name, "apiVersion" | "kind") {
            return Self::default();
        }
        let found = value.get(name).zip(old.get(name)).zip(schema.field(name));
        Self {
            current: found.map(|((value, old), schema)| (value, old, schema)),
            parent: self.current,
        }
    }

    fn item(self, value: &'a Value, old: Option<&'a Value>, schema: &'a Schema) -> Self {
        if self.current.is_none() {
            return self;
        }
        Self {
            current: old.map(|old| (value, old, schema)),
            parent: self.current,
        }
    }
}

/// A value and all that its rules want to know.
#[derive(Clone, Copy)]
struct Place<'a> {
    value: &'a Value,
    old: Option<&'a Value>,
    schema: &'a Schema,
    root: bool,
    ratchet: Ratchet<'a>,
}

struct Judge {
    verdict: Verdict,
    left: u64,
    /// No more rules are evaluated.
    over: bool,
}

impl Judge {
    fn place(&mut self, at: &Place<'_>, path: &Path<'_>) {
        if self.over || at.value.is_null() || !at.schema.has_rules {
            return;
        }
        for rule in &at.schema.rules {
            self.rule(rule, at, path);
            if self.over {
                return;
            }
        }
        match at.value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let (of, path) = match (
                        at.schema.properties.get(name.as_str()),
                        &at.schema.additional,
                    ) {
                        (Some(of), _) => (of, path.field(name)),
                        (None, Additional::Schema(of)) => (&**of, path.key(name)),
                        _ => continue,
                    };
                    let place = Place {
                        value,
                        old: at.old.and_then(|old| old.get(name)),
                        schema: of,
                        root: of.embedded,
                        ratchet: at.ratchet.field(name),
                    };
                    self.place(&place, &path);
                }
            }
            Value::Array(items) => {
                let Some(of) = at.schema.item() else {
                    return;
                };
                let before = at.old.and_then(|old| Before::of(old, at.schema));
                for (index, value) in items.iter().enumerate() {
                    let old = before.as_ref().and_then(|before| before.same(value));
                    let place = Place {
                        value,
                        old,
                        schema: of,
                        root: of.embedded,
                        ratchet: at.ratchet.item(value, old, of),
                    };
                    self.place(&place, &path.index(index));
                }
            }
            _ => {}
        }
    }

    fn invalid(&mut self, path: &Path<'_>, at: &Place<'_>, detail: &str) {
        let kind = Value::from(at.schema.kind_name());
        let error = FieldError::invalid(path.named(), &kind, detail);
        self.verdict.errors.push(error);
    }

    fn rule(&mut self, rule: &Rule, at: &Place<'_>, path: &Path<'_>) {
        if rule.text.trim().is_empty() {
            return;
        }
        let compiled = match rule.compiled(at.schema, at.root) {
            Ok(compiled) => compiled,
            Err(Flaw::Missing(_)) => return,
            Err(Flaw::Wrong(what)) => {
                return self.invalid(path, at, &format!("rule compile error: {what}"));
            }
        };
        // What compares with an old value says nothing of a new one.
        if compiled.uses_old() && at.old.is_none() && !rule.optional_old_self {
            return;
        }
        let mut budget = Budget::new(self.left.min(PER_RULE));
        let given = budget.left();
        let holds = values(rule, &compiled.holds, at)
            .and_then(|(own, old)| compiled.holds.holds(own, old, &mut budget));
        self.left -= given - budget.left();
        match holds {
            Ok(true) => {}
            Ok(false) => self.broken(rule, compiled, at, path),
            Err(Fault::Dear) => {
                self.over = true;
                let detail = if given < PER_RULE {
                    "validation failed due to running out of cost budget, no further validation rules will be run".to_owned()
                } else {
                    format!(
                        "'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call \
                         cost exceeds limit for rule: {}",
                        rule.shown()
                    )
                };
                self.invalid(path, at, &detail);
            }
            Err(Fault::Error(what)) if what.starts_with("no such overload") => {
                let detail = format!(
                    "'{what}': call arguments did not match a supported operator, function or macro signature for rule: {}",
                    rule.shown()
                );
                self.invalid(path, at, &detail);
            }
            Err(Fault::Error(what)) => {
                self.invalid(
                    path,
                    at,
                    &format!("{what} evaluating rule: {}", rule.shown()),
                );
            }
        }
    }

    /// Tells that a rule does not hold.
    fn broken(&mut self, rule: &Rule, compiled: &Compiled, at: &Place<'_>, path: &Path<'_>) {
        let detail = compiled
            .message
            .as_ref()
            .and_then(|message| self.computed(message, rule, at));
        let detail = detail.unwrap_or_else(|| {
            if rule.message.is_empty() {
                format!("failed rule: {}", rule.shown())
            } else {
                rule.shown().to_owned()
            }
        });
        let field = match (path.is_root(), at.schema.normalized(&rule.field_path)) {
            (_, None) => path.named(),
            (true, Some(below)) => below,
            (false, Some(below)) => format!("{path}.{below}"),
        };
        let kind = Value::from(at.schema.kind_name());
        let error = match &*rule.reason {
            "FieldValueForbidden" => FieldError::forbidden(field, &detail),
            "FieldValueRequired" => FieldError::required(field, &detail),
            "FieldValueDuplicate" => FieldError::duplicate(field, &kind),
            _ => FieldError::invalid(field, &kind, &detail),
        };
        if !compiled.uses_old() && at.ratchet.is_unchanged() {
            self.verdict.warnings.push(error.to_string());
        } else {
            self.verdict.errors.push(error);
        }
    }

    /// The message that a rule computes; `None` where it comes to none that can be shown.
    fn computed(&mut self, message: &Program, rule: &Rule, at: &Place<'_>) -> Option<String> {
        let mut budget = Budget::new(self.left.min(PER_RULE));
        let given = budget.left();
        let (own, old) = values(rule, message, at).ok()?;
        let text = message.text(own, old, &mut budget);
        self.left -= given - budget.left();
        let text = text.ok().flatten()?;
        let text = text.trim();
        let shown =
            !text.is_empty() && text.len() <= LONGEST_MESSAGE && !text.contains(['\n', '\r']);
        shown.then(|| text.to_owned())
    }
}

/// The value and what it was, as the rule sees them.
fn values<'a>(rule: &Rule, program: &Program, at: &Place<'a>) -> Result<(Val<'a>, Val<'a>), Fault> {
    let own = Val::of(at.value, Some(at.schema)).map_err(Fault::Error)?;
    let old = at.old.filter(|_| program.uses_old);
    let old = old.map(|old| Val::of(old, Some(at.schema)));
    let old = old.transpose().map_err(Fault::Error)?;
    let old = if rule.optional_old_self {
        Val::optional(old)
    } else {
        old.unwrap_or(Val::Null)
    };
    Ok((own, old))
}
