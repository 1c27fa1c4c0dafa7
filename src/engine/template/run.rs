//! One rendering: its budget, its named templates, and the templates that functions run (`include`, `tpl`).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;

use super::ast::Template;
use super::exec::Machine;
use super::limits::Budget;
use super::{Environment, Error, Failure, Value};
use super::{environment, functions, parser};

/// Compiled regular expressions are kept for as many different ones; a template could make new ones without end.
const MAX_KEPT_REGEXES: usize = 100;

/// The named templates that a running template sees: those of the environment and, inside `tpl`, those of its text.
pub(super) struct Scope<'a> {
    own: &'a HashMap<Rc<str>, Rc<Template>>,
    outer: Option<&'a Self>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(own: &'a HashMap<Rc<str>, Rc<Template>>, outer: Option<&'a Self>) -> Self {
        Self { own, outer }
    }

    pub(super) fn find(&self, name: &str) -> Option<&Rc<Template>> {
        let found = self.own.get(name);
        found.or_else(|| self.outer.and_then(|outer| outer.find(name)))
    }
}

/// One rendering.
pub(super) struct Run<'a> {
    pub(super) environment: &'a Environment,
    pub(super) budget: Budget,
    regexes: RefCell<HashMap<String, Regex>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            budget: Budget::new(environment.limits),
            regexes: RefCell::default(),
        }
    }

    /// The compiled form of a regular expression; each is compiled once.
    pub(super) fn regex(&self, pattern: &str) -> Result<Regex, Failure> {
        if let Some(known) = self.regexes.borrow().get(pattern) {
            return Ok(known.clone());
        }
        let regex = functions::compile_regex(pattern)?;
        let mut regexes = self.regexes.borrow_mut();
        if regexes.len() < MAX_KEPT_REGEXES {
            regexes.insert(pattern.to_owned(), regex.clone());
        }
        Ok(regex)
    }

    /// Runs one template into a text of its own.
    pub(super) fn template(
        &self,
        scope: &Scope<'_>,
        template: &Template,
        data: &Value,
    ) -> Result<String, Error> {
        let mut out = String::new();
        Machine::start(self, scope, template, data.clone(), &mut out)?;
        Ok(out)
    }

    /// `include`.
    pub(super) fn include(
        &self,
        scope: &Scope<'_>,
        name: &str,
        data: &Value,
    ) -> Result<String, Failure> {
        let Some(template) = scope.find(name) else {
            return Err(format!("there is no template {name:?}").into());
        };
        self.budget.enter()?;
        let text = self.template(scope, template, data)?;
        self.budget.leave();
        Ok(text)
    }

    /// `tpl`.
    pub(super) fn expand(
        &self,
        scope: &Scope<'_>,
        caller: &str,
        text: &str,
        data: &Value,
    ) -> Result<String, Failure> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        let parsed = parser::parse(self.environment, &format!("{caller} (tpl)"), text)?;
        let mut templates = HashMap::new();
        let whole = parsed.last().map(Rc::clone);
        for template in parsed {
            environment::add_template(&mut templates, template);
        }
        let inner = Scope::new(&templates, Some(scope));
        let Some(whole) = whole else {
            return Ok(String::new());
        };
        self.budget.enter()?;
        let text = self.template(&inner, &whole, data)?;
        self.budget.leave();
        Ok(text)
    }
}
