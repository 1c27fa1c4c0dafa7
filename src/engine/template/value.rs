//! The data that templates work on: Go's dynamic values, reduced to what templates can tell apart.
//!
//! Maps are shared and mutable, as in Go: `set`, `unset` and `merge` change a map in place, and whoever holds the same
//! map sees it. Lists are shared and never change; functions that add to a list make a new one. Printing is in
//! `print`, kinds and type names in `kinds`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use super::object::Object;

/// One value of a template. Cloning is cheap; a cloned map is the same map.
#[derive(Clone, Default)]
pub(crate) enum Value {
    /// Go's nil: a null of YAML, or a key that a map does not have.
    #[default]
    Nil,
    Bool(bool),
    /// Any whole number, with the Go type that it has.
    Int(i64, IntKind),
    /// A `float64`.
    Float(f64),
    Str(Rc<str>),
    /// A `[]byte`.
    Bytes(Rc<[u8]>),
    List(List),
    Map(Map),
    /// A Go struct or pointer: fields and methods that the caller gives.
    Object(Rc<dyn Object>),
}

/// The Go type of a whole number. Templates see the difference in `kindOf`, `typeOf` and arguments that must be `int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IntKind {
    /// `int`: literals, `len`, `int`, `until`.
    Int,
    /// `int64`: numbers of the data and of sprig's arithmetic.
    Int64,
    Int32,
    Uint8,
    Uint32,
}

/// A shared list, `[]interface{}` in Go.
#[derive(Clone, Default)]
pub(crate) struct List(Rc<Items>);

#[derive(Default)]
struct Items(Vec<Value>);

/// A shared map with sorted keys, `map[string]interface{}` in Go.
#[derive(Clone, Default)]
pub(crate) struct Map(Rc<Entries>);

#[derive(Default)]
struct Entries {
    entries: RefCell<BTreeMap<Rc<str>, Value>>,
    of_strings: bool,
}

impl Value {
    /// A string.
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Str(text.into())
    }

    /// A Go `int`.
    pub(crate) fn int(number: i64) -> Self {
        Self::Int(number, IntKind::Int)
    }

    /// A Go `int64`.
    pub(crate) fn int64(number: i64) -> Self {
        Self::Int(number, IntKind::Int64)
    }

    /// A length or a count as a Go `int`.
    pub(crate) fn count(number: usize) -> Self {
        Self::int(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// A list of these values.
    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(List::new(items))
    }

    /// A list of strings.
    pub(crate) fn texts<T: Into<Rc<str>>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::list(items.into_iter().map(Self::text).collect())
    }

    /// A struct or pointer of the caller.
    pub(crate) fn object(object: impl Object + 'static) -> Self {
        Self::Object(Rc::new(object))
    }

    /// Go's truth: false for nil, false, zero, an empty string, list or map, and a nil pointer.
    pub(crate) fn truth(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(number, _) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Object(object) => !object.is_nil(),
        }
    }

    /// The text, if it is a string.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Is it a list or a map, that is, may it hold further values?
    fn is_container(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_))
    }
}

impl List {
    /// A list of these values.
    pub(crate) fn new(items: Vec<Value>) -> Self {
        Self(Rc::new(Items(items)))
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0.0
    }
}

impl Map {
    /// An empty map.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// An empty `map[string]string`: a key that it does not have reads as the empty string, not as nil.
    pub(crate) fn of_strings() -> Self {
        Self(Rc::new(Entries {
            entries: RefCell::default(),
            of_strings: true,
        }))
    }

    /// Is it a `map[string]string`?
    pub(crate) fn holds_strings(&self) -> bool {
        self.0.of_strings
    }

    /// The value at `key`, or the zero value of the map's type.
    pub(crate) fn get(&self, key: &str) -> Value {
        match self.find(key) {
            Some(value) => value,
            None if self.0.of_strings => Value::text(""),
            None => Value::Nil,
        }
    }

    /// The value at `key`, if the map has it.
    pub(crate) fn find(&self, key: &str) -> Option<Value> {
        self.0.entries.borrow().get(key).cloned()
    }

    /// Has the map this key (be its value nil)?
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.entries.borrow().contains_key(key)
    }

    /// Sets a key, for everybody who holds this map.
    pub(crate) fn set(&self, key: impl Into<Rc<str>>, value: Value) {
        let old = self.0.entries.borrow_mut().insert(key.into(), value);
        drop(old);
    }

    /// Takes a key out, for everybody who holds this map.
    pub(crate) fn remove(&self, key: &str) {
        let old = self.0.entries.borrow_mut().remove(key);
        drop(old);
    }

    /// The number of keys.
    pub(crate) fn len(&self) -> usize {
        self.0.entries.borrow().len()
    }

    /// Has it no keys?
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it holds now, sorted by key; later changes of the map do not show.
    pub(crate) fn entries(&self) -> Vec<(Rc<str>, Value)> {
        let entries = self.0.entries.borrow();
        entries
            .iter()
            .map(|(key, value)| (Rc::clone(key), value.clone()))
            .collect()
    }

    /// The same map, not just an equal one?
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<K: Into<Rc<str>>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(pairs: I) -> Self {
        let entries = pairs.into_iter().map(|(key, value)| (key.into(), value));
        Self(Rc::new(Entries {
            entries: RefCell::new(entries.collect()),
            of_strings: false,
        }))
    }
}

// A template can nest lists as deep as it has steps; the compiler's recursive drop would overflow the stack on those.
impl Drop for Items {
    fn drop(&mut self) {
        if self.0.iter().any(Value::is_container) {
            dismantle(std::mem::take(&mut self.0));
        }
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        let entries = self.entries.get_mut();
        if entries.values().any(Value::is_container) {
            dismantle(std::mem::take(entries).into_values().collect());
        }
    }
}

fn dismantle(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value {
            Value::List(list) => {
                if let Some(mut items) = Rc::into_inner(list.0) {
                    pending.append(&mut items.0);
                }
            }
            Value::Map(map) => {
                if let Some(mut entries) = Rc::into_inner(map.0) {
                    pending.extend(std::mem::take(entries.entries.get_mut()).into_values());
                }
            }
            _ => {}
        }
    }
}

impl From<&serde_json::Value> for Value {
    /// Data for a template: whole numbers become `int64`, other numbers `float64`.
    fn from(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Nil,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Self::int64(whole),
                None => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            serde_json::Value::String(text) => Self::text(text.as_str()),
            serde_json::Value::Array(items) => Self::list(items.iter().map(Self::from).collect()),
            serde_json::Value::Object(entries) => {
                let pairs = entries.iter();
                Self::Map(
                    pairs
                        .map(|(key, value)| (key.as_str(), value.into()))
                        .collect(),
                )
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}
