//! What a program makes of a value: step by step, each step counted against a bound, so that no rule holds a request up.

use serde_json::Value;

use super::program::{Loop, Node, Program, What};
use super::value::{Text, Val};

/// What one evaluation of a rule may cost, as in Kubernetes.
pub(in super::super) const PER_RULE: u64 = 1_000_000;

/// How much work is left.
#[derive(Debug)]
pub(in super::super) struct Budget {
    left: u64,
}

impl Budget {
    pub(in super::super) fn new(left: u64) -> Self {
        Self { left }
    }

    /// What is left of it.
    pub(in super::super) fn left(&self) -> u64 {
        self.left
    }

    /// # Errors
    /// There is not so much left.
    pub(super) fn spend(&mut self, cost: usize) -> Result<(), Fault> {
        let left = self.left.checked_sub(cost as u64);
        self.left = left.unwrap_or_default();
        left.map(|_| ()).ok_or(Fault::Dear)
    }

    /// For work that goes through a text: a unit for ten bytes.
    pub(super) fn spend_on_text(&mut self, bytes: usize) -> Result<(), Fault> {
        self.spend(bytes / 10)
    }
}

/// Why a rule came to no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Fault {
    /// As CEL words it: `no such key: a`, `division by zero`.
    Error(String),
    /// The bound on the work was reached.
    Dear,
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        Self::Error(text)
    }
}

impl From<&str> for Fault {
    fn from(text: &str) -> Self {
        Self::Error(text.to_owned())
    }
}

pub(super) fn no_overload<T>() -> Result<T, Fault> {
    Err(Fault::from("no such overload"))
}

type Done<'a> = Result<Val<'a>, Fault>;

impl Program {
    /// Evaluates a rule on a value; `old` is what it was.
    ///
    /// # Errors
    /// What went wrong, or that it would be too much work.
    pub(in super::super) fn evaluate<'a>(
        &'a self,
        own: Val<'a>,
        old: Val<'a>,
        budget: &mut Budget,
    ) -> Done<'a> {
        self.evaluate_with(vec![own, old], budget)
    }

    fn evaluate_with<'a>(&'a self, mut frame: Vec<Val<'a>>, budget: &mut Budget) -> Done<'a> {
        frame.resize(self.variables.max(frame.len()), Val::Null);
        let mut run = Run { frame, budget };
        run.node(&self.root)
    }

    /// Whether a condition holds for a request; the values are those of its three names.
    ///
    /// # Errors
    /// As `evaluate`.
    pub(in super::super) fn holds_for(
        &self,
        values: [&Value; 3],
        budget: &mut Budget,
    ) -> Result<bool, Fault> {
        let mut frame = Vec::new();
        for value in values {
            frame.push(Val::of(value, None).map_err(Fault::Error)?);
        }
        Ok(matches!(
            self.evaluate_with(frame, budget)?,
            Val::Bool(true)
        ))
    }

    /// Whether a rule holds.
    ///
    /// # Errors
    /// As `evaluate`.
    pub(in super::super) fn holds(
        &self,
        own: Val<'_>,
        old: Val<'_>,
        budget: &mut Budget,
    ) -> Result<bool, Fault> {
        Ok(matches!(self.evaluate(own, old, budget)?, Val::Bool(true)))
    }

    /// The text that a rule gives.
    ///
    /// # Errors
    /// As `evaluate`.
    pub(in super::super) fn text(
        &self,
        own: Val<'_>,
        old: Val<'_>,
        budget: &mut Budget,
    ) -> Result<Option<String>, Fault> {
        Ok(match self.evaluate(own, old, budget)? {
            Val::Text(text) => Some(text.to_string()),
            _ => None,
        })
    }
}

struct Run<'a, 'b> {
    frame: Vec<Val<'a>>,
    budget: &'b mut Budget,
}

impl<'a> Run<'a, '_> {
    fn node(&mut self, node: &'a Node) -> Done<'a> {
        self.budget.spend(1)?;
        match node {
            Node::Literal(literal) => Ok(literal.value()),
            Node::Variable(slot) => match &self.frame[*slot] {
                Val::Wrong(what) => Err(Fault::Error(what.to_string())),
                value => Ok(value.clone()),
            },
            Node::Select { of, name, optional } => {
                let of = self.node(of)?;
                select(of, &Val::Text(Text::Borrowed(name)), *optional)
            }
            Node::Has { of, name } => {
                let of = match self.node(of)? {
                    Val::Optional(None) => return Ok(Val::Bool(false)),
                    Val::Optional(Some(of)) => (*of).clone(),
                    of => of,
                };
                if !matches!(of, Val::Object(..) | Val::Map(_)) {
                    return no_overload();
                }
                let found = of.get(&Val::Text(Text::Borrowed(name)))?;
                Ok(Val::Bool(found.is_some()))
            }
            Node::Index { of, at, optional } => {
                let of = self.node(of)?;
                let at = self.node(at)?;
                select(of, &at, *optional)
            }
            Node::List(items) => self.list(items),
            Node::Map(entries) => self.map(entries),
            Node::And(pair) => self.junction(pair, false),
            Node::Or(pair) => self.junction(pair, true),
            Node::Not(of) => match self.node(of)? {
                Val::Bool(value) => Ok(Val::Bool(!value)),
                _ => no_overload(),
            },
            Node::If(parts) => match self.node(&parts[0])? {
                Val::Bool(true) => self.node(&parts[1]),
                Val::Bool(false) => self.node(&parts[2]),
                _ => no_overload(),
            },
            Node::Matches { of, pattern } => match self.node(of)? {
                Val::Text(text) => {
                    self.budget.spend_on_text(text.len())?;
                    Ok(Val::Bool(pattern.matches(&text)))
                }
                _ => no_overload(),
            },
            Node::Call {
                function,
                arguments,
            } => {
                let values: Result<Vec<Val<'a>>, Fault> = arguments
                    .iter()
                    .map(|argument| self.node(argument))
                    .collect();
                (function.run)(&values?, self.budget)
            }
            Node::Loop(one) => self.repeat(one),
            Node::Bind { slot, value, body } => {
                self.frame[*slot] = self.node(value)?;
                self.node(body)
            }
            Node::Optional {
                of,
                slot,
                body,
                wraps,
            } => match self.node(of)? {
                Val::Optional(None) => Ok(Val::Optional(None)),
                Val::Optional(Some(value)) => {
                    self.frame[*slot] = (*value).clone();
                    let made = self.node(body)?;
                    Ok(if *wraps { Val::some(made) } else { made })
                }
                _ => no_overload(),
            },
        }
    }

    /// `&&` and `||`: a side that decides makes up for an error of the other.
    fn junction(&mut self, pair: &'a [Node; 2], decides: bool) -> Done<'a> {
        let mut fault = None;
        for side in pair {
            match self.node(side) {
                Ok(Val::Bool(value)) if value == decides => return Ok(Val::Bool(decides)),
                Ok(Val::Bool(_)) => {}
                Ok(_) => {
                    fault.get_or_insert_with(|| Fault::from("no such overload"));
                }
                Err(Fault::Dear) => return Err(Fault::Dear),
                Err(error) => {
                    fault.get_or_insert(error);
                }
            }
        }
        fault.map_or(Ok(Val::Bool(!decides)), Err)
    }

    fn list(&mut self, items: &'a [(Node, bool)]) -> Done<'a> {
        let mut values = Vec::with_capacity(items.len());
        for (item, optional) in items {
            match (self.node(item)?, optional) {
                (Val::Optional(value), true) => values.extend(value.map(|value| (*value).clone())),
                (value, _) => values.push(value),
            }
        }
        Ok(Val::list(values))
    }

    fn map(&mut self, entries: &'a [(Node, Node, bool)]) -> Done<'a> {
        let mut values: Vec<(Val<'a>, Val<'a>)> = Vec::with_capacity(entries.len());
        for (key, value, optional) in entries {
            let key = self.node(key)?;
            if values.iter().any(|(one, _)| one.equals(&key)) {
                return Err(Fault::Error(format!("Failed with repeated key: {key}")));
            }
            match (self.node(value)?, optional) {
                (Val::Optional(value), true) => {
                    values.extend(value.map(|value| (key, (*value).clone())));
                }
                (value, _) => values.push((key, value)),
            }
        }
        Ok(Val::Map(values.into()))
    }

    fn repeat(&mut self, one: &'a Loop) -> Done<'a> {
        let range = self.node(&one.range)?;
        let Some(keys) = range.range() else {
            return no_overload();
        };
        self.budget.spend(keys.len())?;
        let is_map = matches!(range, Val::Object(..) | Val::Map(_));
        let mut made = Made::default();
        for (index, key) in keys.into_iter().enumerate() {
            self.step(one, &range, is_map, index, key.clone())?;
            let condition = match &one.condition {
                None => Ok(true),
                Some(condition) => match self.node(condition) {
                    Ok(Val::Bool(holds)) => Ok(holds),
                    Ok(_) => Err(Fault::from("no such overload")),
                    Err(Fault::Dear) => return Err(Fault::Dear),
                    Err(error) => Err(error),
                },
            };
            match (one.what, condition) {
                (What::All, Ok(false)) => return Ok(Val::Bool(false)),
                (What::Exists, Ok(true)) => return Ok(Val::Bool(true)),
                (What::All | What::Exists, Err(error)) => {
                    made.fault.get_or_insert(error);
                }
                (_, Err(error)) => return Err(error),
                (What::ExistsOne, Ok(true)) => made.count += 1,
                (What::Filter, Ok(true)) => made.items.push(key),
                (What::Map | What::TransformList, Ok(true)) => {
                    if let Some(node) = &one.make {
                        let item = self.node(node)?;
                        made.items.push(item);
                    }
                }
                (What::TransformMap, Ok(true)) => {
                    if let Some(node) = &one.make {
                        let key = if is_map {
                            key
                        } else {
                            Val::Int(i64::try_from(index).unwrap_or(i64::MAX))
                        };
                        let value = self.node(node)?;
                        made.entries.push((key, value));
                    }
                }
                _ => {}
            }
        }
        made.done(one.what)
    }

    /// Sets the variables of a loop.
    fn step(
        &mut self,
        one: &Loop,
        range: &Val<'a>,
        is_map: bool,
        index: usize,
        key: Val<'a>,
    ) -> Result<(), Fault> {
        let Some(second) = one.second else {
            self.frame[one.slot] = key;
            return Ok(());
        };
        if is_map {
            self.frame[second] = range.get(&key)?.unwrap_or(Val::Null);
            self.frame[one.slot] = key;
        } else {
            self.frame[one.slot] = Val::Int(i64::try_from(index).unwrap_or(i64::MAX));
            self.frame[second] = key;
        }
        Ok(())
    }
}

/// What a loop has come to.
#[derive(Default)]
struct Made<'a> {
    fault: Option<Fault>,
    count: usize,
    items: Vec<Val<'a>>,
    entries: Vec<(Val<'a>, Val<'a>)>,
}

impl<'a> Made<'a> {
    fn done(self, what: What) -> Done<'a> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        Ok(match what {
            What::All => Val::Bool(true),
            What::Exists => Val::Bool(false),
            What::ExistsOne => Val::Bool(self.count == 1),
            What::Filter | What::Map | What::TransformList => Val::list(self.items),
            What::TransformMap => Val::Map(self.entries.into()),
        })
    }
}

/// A field, entry or element. `optional`: gives an optional, and takes one.
fn select<'a>(of: Val<'a>, key: &Val<'a>, optional: bool) -> Done<'a> {
    if optional {
        let of = match of {
            Val::Optional(None) => return Ok(Val::Optional(None)),
            Val::Optional(Some(of)) => (*of).clone(),
            of => of,
        };
        return Ok(Val::Optional(of.get(key)?.map(Into::into)));
    }
    let list = matches!(of, Val::Array(..) | Val::List(_));
    of.get(key)?.ok_or_else(|| {
        Fault::Error(if list {
            format!("index out of bounds: {key}")
        } else {
            format!("no such key: {key}")
        })
    })
}
