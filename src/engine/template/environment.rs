//! What templates run in: functions, named templates and limits.

use std::collections::HashMap;
use std::rc::Rc;

use super::ast::Template;
use super::call::{Answer, Call, Function};
use super::error::Error;
use super::functions;
use super::limits::Limits;
use super::parser;
use super::run::{Run, Scope};
use super::value::Value;

/// What a key that a map does not have reads as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MissingKey {
    /// Nil of the map's type: a further field on it is an error. What Helm uses (`missingkey=zero`).
    #[default]
    Zero,
    /// No value: a further field on it is again no value. Go's default, which Istio's injector uses.
    Invalid,
    /// An error (`missingkey=error`).
    Error,
}

/// A moment: whole seconds and nanoseconds since 1970, UTC. The engine has no clock of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) seconds: i64,
    pub(crate) nanoseconds: i32,
}

type Lookup = Rc<dyn Fn(&str, &str, &str, &str) -> Result<Value, String>>;

/// Functions, named templates and limits. Every sprig and Helm function is there from the start.
///
/// ```ignore
/// let mut environment = Environment::new();
/// environment.add_function("shout", |call| Ok(Value::text(call.text(0)?.to_uppercase())));
/// environment.parse("greeting", "{{ shout .name }}!")?;
/// let text = environment.render("greeting", &Value::from(&json!({"name": "ada"})))?;
/// ```
pub(crate) struct Environment {
    functions: HashMap<Rc<str>, Function>,
    templates: HashMap<Rc<str>, Rc<Template>>,
    pub(super) limits: Limits,
    pub(super) missing_key: MissingKey,
    pub(super) now: Moment,
    pub(super) lookup: Option<Lookup>,
}

impl Default for Environment {
    fn default() -> Self {
        Self::new()
    }
}

impl Environment {
    /// An environment without templates, with default limits, at the start of 1970, and with a `lookup` that finds
    /// nothing.
    pub(crate) fn new() -> Self {
        Self {
            functions: HashMap::new(),
            templates: HashMap::new(),
            limits: Limits::default(),
            missing_key: MissingKey::default(),
            now: Moment::default(),
            lookup: None,
        }
    }

    /// Adds a function, or replaces one of the same name. Do this before parsing templates that use it.
    ///
    /// The function checks its own arguments through [`Call::text`], [`Call::map`] and so on.
    pub(crate) fn add_function(
        &mut self,
        name: impl Into<Rc<str>>,
        run: impl Fn(&Call<'_>) -> Answer + 'static,
    ) {
        let name = name.into();
        let function = Function::Custom(Rc::clone(&name), Rc::new(run));
        self.functions.insert(name, function);
    }

    /// Sets what one rendering may use.
    pub(crate) fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Sets what a key reads as that a map does not have.
    pub(crate) fn set_missing_key(&mut self, missing_key: MissingKey) {
        self.missing_key = missing_key;
    }

    /// Sets the time that `now` gives.
    pub(crate) fn set_now(&mut self, now: Moment) {
        self.now = now;
    }

    /// Sets what `lookup apiVersion kind namespace name` answers.
    pub(crate) fn set_lookup(
        &mut self,
        lookup: impl Fn(&str, &str, &str, &str) -> Result<Value, String> + 'static,
    ) {
        self.lookup = Some(Rc::new(lookup));
    }

    /// Parses a text: it becomes the template `name`, and its `define`s become templates too, replacing earlier ones
    /// of the same name.
    ///
    /// # Errors
    /// The text is not a template; the error has line and column.
    pub(crate) fn parse(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let templates = parser::parse(self, name, text)?;
        for template in templates {
            add_template(&mut self.templates, template);
        }
        Ok(())
    }

    /// Is there a template of this name?
    pub(crate) fn has_template(&self, name: &str) -> bool {
        self.templates.contains_key(name)
    }

    /// Runs the template `name` with `data` as its dot.
    ///
    /// # Errors
    /// There is no such template, it fails, or it goes over a limit.
    pub(crate) fn render(&self, name: &str, data: &Value) -> Result<String, Error> {
        let Some(template) = self.templates.get(name) else {
            return Err(Error::at_file(name, "there is no template of this name"));
        };
        let run = Run::new(self);
        let scope = Scope::new(&self.templates, None);
        run.template(&scope, template, data)
    }

    /// The function of this name.
    pub(super) fn function(&self, name: &str) -> Option<Function> {
        match self.functions.get(name) {
            Some(function) => Some(function.clone()),
            None => functions::find(name),
        }
    }

    /// Says that there is no such function, and names near ones.
    pub(super) fn unknown_function(&self, name: &str) -> String {
        let mut names: Vec<&str> = functions::names().collect();
        names.extend(self.functions.keys().map(|own| &**own));
        let mut near: Vec<(f64, &str)> = names
            .into_iter()
            .map(|known| (strsim::jaro_winkler(name, known), known))
            .filter(|(likeness, _)| *likeness > 0.85)
            .collect();
        near.sort_by(|(a, a_name), (b, b_name)| b.total_cmp(a).then(a_name.cmp(b_name)));
        let shown: Vec<String> = near
            .iter()
            .take(3)
            .map(|(_, known)| format!("`{known}`"))
            .collect();
        let hint = if shown.is_empty() {
            String::new()
        } else {
            format!("; did you mean {}?", shown.join(" or "))
        };
        format!("function {name:?} not defined{hint}")
    }
}

/// Adds a template; a blank one does not replace another.
pub(super) fn add_template(templates: &mut HashMap<Rc<str>, Rc<Template>>, template: Rc<Template>) {
    if template.is_blank() && templates.contains_key(&template.name) {
        return;
    }
    templates.insert(Rc::clone(&template.name), template);
}
