//! Values with fields and methods: what a template sees where Go has a struct or a pointer to one.
//!
//! Unlike a map, an object names its fields: a template that asks for another one fails, as in Go. [`Struct`] serves
//! most callers; implement [`Object`] where fields are computed.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::call::{Answer, Call};
use super::environment::Moment;
use super::value::{Map, Value};

/// A Go struct, or a pointer to one, as templates see it.
pub(crate) trait Object {
    /// Its type as Go writes it (`*v1.Pod`); shown in errors and by `typeOf`.
    fn type_name(&self) -> &str;

    /// The field of this name; `None` is an error in the template ("no field or method").
    fn field(&self, name: &str) -> Option<Value>;

    /// Calls a method with the arguments in `call`; `None` says that there is no such method. Methods are looked up
    /// before fields.
    fn method(&self, _name: &str, _call: &Call<'_>) -> Option<Answer> {
        None
    }

    /// A nil pointer: false in conditions, without fields, but its methods work.
    fn is_nil(&self) -> bool {
        false
    }

    /// The time that it stands for, if it is one.
    fn moment(&self) -> Option<Moment> {
        None
    }

    /// The same as plain data, for `toYaml`, `toJson` and printing.
    fn data(&self) -> Value {
        Value::Nil
    }
}

type Method = Rc<dyn Fn(&Call<'_>) -> Answer>;

/// An object made of named fields and closures.
///
/// ```ignore
/// let concurrency = Struct::new("*wrapperspb.Int32Value").method("GetValue", |_| Ok(Value::int(2)));
/// let proxy = Struct::new("*ProxyConfig").field("Concurrency", concurrency);
/// ```
#[derive(Clone)]
pub(crate) struct Struct {
    type_name: Rc<str>,
    fields: BTreeMap<Rc<str>, Value>,
    methods: BTreeMap<Rc<str>, Method>,
    nil: bool,
    shown: Option<Value>,
}

impl Struct {
    /// A struct of this Go type without fields.
    pub(crate) fn new(type_name: impl Into<Rc<str>>) -> Self {
        Self {
            type_name: type_name.into(),
            fields: BTreeMap::new(),
            methods: BTreeMap::new(),
            nil: false,
            shown: None,
        }
    }

    /// A nil pointer of this Go type; give it the methods that work on nil.
    pub(crate) fn nil(type_name: impl Into<Rc<str>>) -> Self {
        Self {
            nil: true,
            ..Self::new(type_name)
        }
    }

    /// Prints and converts as `value`, not as its fields (a Go type with a `String` method).
    #[must_use]
    pub(crate) fn shown_as(mut self, value: impl Into<Value>) -> Self {
        self.shown = Some(value.into());
        self
    }

    /// Adds or replaces a field.
    #[must_use]
    pub(crate) fn field(mut self, name: impl Into<Rc<str>>, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// Adds or replaces a method.
    #[must_use]
    pub(crate) fn method(
        mut self,
        name: impl Into<Rc<str>>,
        method: impl Fn(&Call<'_>) -> Answer + 'static,
    ) -> Self {
        self.methods.insert(name.into(), Rc::new(method));
        self
    }
}

impl Object for Struct {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields.get(name).cloned()
    }

    fn method(&self, name: &str, call: &Call<'_>) -> Option<Answer> {
        self.methods.get(name).map(|method| method(call))
    }

    fn is_nil(&self) -> bool {
        self.nil
    }

    fn data(&self) -> Value {
        if self.nil {
            return Value::Nil;
        }
        if let Some(shown) = &self.shown {
            return shown.clone();
        }
        let fields = self.fields.iter();
        Value::Map(
            fields
                .map(|(name, value)| (Rc::clone(name), value.clone()))
                .collect::<Map>(),
        )
    }
}

impl From<Struct> for Value {
    fn from(object: Struct) -> Self {
        Self::object(object)
    }
}
