//! Functions of templates: how they are declared, and what they get when called.

use std::rc::Rc;

use super::environment::Environment;
use super::error::Failure;
use super::kinds;
use super::run::{Run, Scope};
use super::value::{List, Map, Value};

/// What a function gives back. A plain `String` or `&str` turns into a failure with `?` or `.into()`.
pub(crate) type Answer = Result<Value, Failure>;

/// The type of a parameter, checked before the call so that the error points at the argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Param {
    Any,
    /// `string`
    Text,
    /// `int`; as in Go a number of the data is an `int64` and does not fit without `int`.
    Int,
    /// `float64`
    Float,
    /// `bool`
    Bool,
    /// `map[string]interface{}`
    Map,
    /// `[]interface{}`
    List,
}

impl Param {
    /// Go's name of the type.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::Int => "int",
            Self::Float => "float64",
            Self::Bool => "bool",
            Self::Map => "map[string]interface {}",
            Self::List => "[]interface {}",
        }
    }
}

/// A function of the engine itself.
pub(super) struct Builtin {
    pub(super) name: &'static str,
    pub(super) params: &'static [Param],
    /// The type of any further arguments.
    pub(super) rest: Option<Param>,
    pub(super) run: fn(&Call<'_>) -> Answer,
}

/// A function with exactly these parameters.
pub(super) const fn fixed(
    name: &'static str,
    params: &'static [Param],
    run: fn(&Call<'_>) -> Answer,
) -> Builtin {
    Builtin {
        name,
        params,
        rest: None,
        run,
    }
}

/// A function with these parameters and any number of further ones of type `rest`.
pub(super) const fn variadic(
    name: &'static str,
    params: &'static [Param],
    rest: Param,
    run: fn(&Call<'_>) -> Answer,
) -> Builtin {
    Builtin {
        name,
        params,
        rest: Some(rest),
        run,
    }
}

/// A function that the caller of the engine added; it checks its arguments itself.
pub(crate) type CustomFunction = Rc<dyn Fn(&Call<'_>) -> Answer>;

/// A function as the tree of a template refers to it.
#[derive(Clone)]
pub(crate) enum Function {
    /// `and`: stops at the first false argument.
    And,
    /// `or`: stops at the first true argument.
    Or,
    Builtin(&'static Builtin),
    Custom(Rc<str>, CustomFunction),
}

impl Function {
    /// Its name in templates.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Builtin(builtin) => builtin.name,
            Self::Custom(name, _) => name,
        }
    }

    /// The type of the argument at `index`; `Any` beyond the declared ones.
    pub(super) fn param(&self, index: usize) -> Param {
        match self {
            Self::Builtin(builtin) => {
                let declared = builtin.params.get(index).copied();
                declared.or(builtin.rest).unwrap_or(Param::Any)
            }
            _ => Param::Any,
        }
    }

    /// What is wrong with this number of arguments, if anything.
    pub(super) fn arity_error(&self, count: usize) -> Option<String> {
        let (least, more) = match self {
            Self::And | Self::Or => (1, true),
            Self::Builtin(builtin) => (builtin.params.len(), builtin.rest.is_some()),
            Self::Custom(..) => (0, true),
        };
        if count == least || (more && count > least) {
            return None;
        }
        let name = self.name();
        let wanted = if more {
            format!("at least {least}")
        } else {
            least.to_string()
        };
        Some(format!(
            "wrong number of arguments for {name}: {wanted} expected, got {count}"
        ))
    }
}

/// One call of a function or method: its arguments, and what it may use of the engine.
pub(crate) struct Call<'a> {
    pub(super) arguments: &'a [Value],
    pub(super) run: &'a Run<'a>,
    pub(super) scope: &'a Scope<'a>,
    /// The file that calls, for the name of what `tpl` parses.
    pub(super) caller: &'a Rc<str>,
}

impl<'a> Call<'a> {
    /// All arguments, a piped one last.
    pub(crate) fn arguments(&self) -> &'a [Value] {
        self.arguments
    }

    /// The arguments from `index` on.
    pub(crate) fn rest(&self, index: usize) -> &'a [Value] {
        self.arguments.get(index..).unwrap_or_default()
    }

    /// The argument at `index`; an error if there is none.
    pub(crate) fn value(&self, index: usize) -> Result<&'a Value, Failure> {
        let missing = || format!("argument {} is missing", index + 1).into();
        self.arguments.get(index).ok_or_else(missing)
    }

    fn mismatch(&self, index: usize, wanted: Param) -> Failure {
        let got = self
            .arguments
            .get(index)
            .map_or("nothing".into(), kinds::type_name);
        let wanted = wanted.type_name();
        format!("argument {} must be {wanted}, got {got}", index + 1).into()
    }

    /// The string at `index`.
    pub(crate) fn text(&self, index: usize) -> Result<&'a str, Failure> {
        match self.value(index)? {
            Value::Str(text) => Ok(text),
            _ => Err(self.mismatch(index, Param::Text)),
        }
    }

    /// The whole number at `index`, of any of Go's types.
    pub(crate) fn int(&self, index: usize) -> Result<i64, Failure> {
        match self.value(index)? {
            Value::Int(number, _) => Ok(*number),
            _ => Err(self.mismatch(index, Param::Int)),
        }
    }

    /// The number at `index`.
    pub(crate) fn float(&self, index: usize) -> Result<f64, Failure> {
        match self.value(index)? {
            Value::Float(number) => Ok(*number),
            #[expect(clippy::cast_precision_loss, reason = "Go converts in the same way")]
            Value::Int(number, _) => Ok(*number as f64),
            _ => Err(self.mismatch(index, Param::Float)),
        }
    }

    /// The boolean at `index`.
    pub(crate) fn boolean(&self, index: usize) -> Result<bool, Failure> {
        match self.value(index)? {
            Value::Bool(value) => Ok(*value),
            _ => Err(self.mismatch(index, Param::Bool)),
        }
    }

    /// The map at `index`; nil is a new empty map.
    pub(crate) fn map(&self, index: usize) -> Result<Map, Failure> {
        match self.value(index)? {
            Value::Map(map) => Ok(map.clone()),
            Value::Nil => Ok(Map::new()),
            _ => Err(self.mismatch(index, Param::Map)),
        }
    }

    /// The list at `index`; nil is an empty list.
    pub(crate) fn list(&self, index: usize) -> Result<List, Failure> {
        match self.value(index)? {
            Value::List(list) => Ok(list.clone()),
            Value::Nil => Ok(List::default()),
            _ => Err(self.mismatch(index, Param::List)),
        }
    }

    /// The environment that runs the template.
    pub(crate) fn environment(&self) -> &'a Environment {
        self.run.environment
    }

    /// Runs the named template with `data` as its dot, and gives what it writes.
    ///
    /// # Errors
    /// There is no such template, it fails, or calls nest too deep.
    pub(crate) fn include(&self, name: &str, data: &Value) -> Result<String, Failure> {
        self.run.include(self.scope, name, data)
    }

    /// Runs `text` as a template that sees the caller's named templates.
    ///
    /// # Errors
    /// The text is not a template, or it fails.
    pub(crate) fn expand(&self, text: &str, data: &Value) -> Result<String, Failure> {
        self.run.expand(self.scope, self.caller, text, data)
    }

    /// Fails if a string of `length` bytes is more than a template may make.
    pub(crate) fn check_size(&self, length: usize) -> Result<(), Failure> {
        self.run.budget.check_size(length)
    }

    /// Counts `steps` of work, and fails when the template has used up what it may.
    pub(crate) fn charge(&self, steps: usize) -> Result<(), Failure> {
        self.run.budget.charge(steps)
    }
}
