//! Runs the nodes of a parsed template: text, actions, conditions, ranges, calls of other templates.
//!
//! Nil has two faces here, as in Go: a nil that was read from a map or list has the type `interface {}`, and a field of it
//! is an error; a nil that came through a pipeline, a variable or an argument has no type, and a field of it is nil again.

use std::rc::Rc;

use super::ast::{Branch, Node, Pipeline, Place, Template, TemplateCall};
use super::error::{self, Details};
use super::run::{Run, Scope};
use super::{Error, Failure, List, Value};
use super::{kinds, print};

pub(super) type Done<T = Value> = Result<T, Error>;

/// A value, and whether it is a nil with a type.
#[derive(Clone)]
pub(super) struct Slot {
    pub(super) value: Value,
    pub(super) typed_nil: bool,
}

impl Slot {
    pub(super) fn plain(value: Value) -> Self {
        Self {
            value,
            typed_nil: false,
        }
    }

    pub(super) fn element(value: Value) -> Self {
        Self {
            value,
            typed_nil: true,
        }
    }
}

/// A `$name`, and what it has now.
pub(super) struct Variable {
    pub(super) name: Rc<str>,
    pub(super) slot: Slot,
}

/// How to go on after a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// Runs one template.
pub(super) struct Machine<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) scope: &'a Scope<'a>,
    pub(super) template: &'a Template,
    pub(super) variables: Vec<Variable>,
    out: &'a mut String,
}

impl<'a> Machine<'a> {
    pub(super) fn start(
        run: &'a Run<'a>,
        scope: &'a Scope<'a>,
        template: &'a Template,
        data: Value,
        out: &'a mut String,
    ) -> Done<()> {
        let dot = Slot::plain(data);
        let root = Variable {
            name: "$".into(),
            slot: dot.clone(),
        };
        let mut machine = Self {
            run,
            scope,
            template,
            variables: vec![root],
            out,
        };
        machine.walk(&template.body, &dot)?;
        Ok(())
    }

    pub(super) fn error(&self, place: &Place, message: impl Into<String>) -> Error {
        let source = &self.template.source;
        let (line, column) = source.position(place.offset);
        Error::from(Details {
            template: source.name.to_string(),
            line,
            column,
            action: source.text[place.start..place.end].into(),
            define: (self.template.name != source.name).then(|| self.template.name.as_ref().into()),
            message: message.into(),
            included_from: Vec::new(),
        })
    }

    /// A failure of what is called at `place`.
    pub(super) fn failure(&self, place: &Place, failure: Failure) -> Error {
        match failure {
            Failure::Message(message) => self.error(place, message),
            Failure::Template(mut error) => {
                error.included_from.push(self.call_place(place));
                error
            }
        }
    }

    fn call_place(&self, place: &Place) -> error::Caller {
        let source = &self.template.source;
        let (line, column) = source.position(place.offset);
        error::Caller {
            template: source.name.to_string(),
            line,
            column,
            action: source.text[place.start..place.end].to_owned(),
        }
    }

    pub(super) fn charge(&self, place: &Place, steps: usize) -> Done<()> {
        self.run
            .budget
            .charge(steps)
            .map_err(|failure| self.failure(place, failure))
    }

    pub(super) fn enter(&self, place: &Place) -> Done<()> {
        self.run
            .budget
            .enter()
            .map_err(|failure| self.failure(place, failure))
    }

    pub(super) fn leave(&self) {
        self.run.budget.leave();
    }

    fn walk(&mut self, nodes: &'a [Node], dot: &Slot) -> Done<Flow> {
        for node in nodes {
            let flow = match node {
                Node::Text(range) => {
                    self.out.push_str(&self.template.source.text[range.clone()]);
                    Flow::Next
                }
                Node::Action(pipeline) => self.action(pipeline, dot)?,
                Node::If(branch) | Node::With(branch) => {
                    self.choose(branch, dot, matches!(node, Node::With(_)))?
                }
                Node::Range(branch) => self.range(branch, dot)?,
                Node::Template(call) => self.template_call(call, dot)?,
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn action(&mut self, pipeline: &'a Pipeline, dot: &Slot) -> Done<Flow> {
        let value = self.pipeline(pipeline, dot)?;
        if pipeline.variables.is_empty() {
            let written = match &value {
                Value::Nil => {
                    self.out.push_str("<no value>");
                    Ok(())
                }
                value => print::write(self.out, value, &self.run.budget),
            };
            let written = written.and_then(|()| self.run.budget.check_size(self.out.len()));
            written.map_err(|failure| self.failure(&pipeline.place, failure))?;
        }
        Ok(Flow::Next)
    }

    /// `if` and `with`.
    fn choose(&mut self, branch: &'a Branch, dot: &Slot, with: bool) -> Done<Flow> {
        let known = self.variables.len();
        self.enter(&branch.pipeline.place)?;
        let value = self.pipeline(&branch.pipeline, dot)?;
        let flow = if !value.truth() {
            self.walk(&branch.otherwise, dot)?
        } else if with {
            self.walk(&branch.body, &Slot::plain(value))?
        } else {
            self.walk(&branch.body, dot)?
        };
        self.leave();
        self.variables.truncate(known);
        Ok(flow)
    }

    fn range(&mut self, branch: &'a Branch, dot: &Slot) -> Done<Flow> {
        let known = self.variables.len();
        self.enter(&branch.pipeline.place)?;
        let value = self.pipeline(&branch.pipeline, dot)?;
        let inside = self.variables.len();
        let mut any = false;
        for (key, element) in self.elements(branch, &value)? {
            any = true;
            self.charge(&branch.pipeline.place, 1)?;
            let element = Slot::element(element);
            self.bind(branch, key, &element)?;
            let flow = self.walk(&branch.body, &element)?;
            self.variables.truncate(inside);
            if flow == Flow::Break {
                break;
            }
        }
        let flow = if any {
            Flow::Next
        } else {
            self.walk(&branch.otherwise, dot)?
        };
        self.leave();
        self.variables.truncate(known);
        Ok(flow)
    }

    /// What a range goes over, with the keys.
    fn elements(&self, branch: &Branch, value: &Value) -> Done<Elements> {
        let place = branch.pipeline.last_place();
        match value {
            Value::Nil => Ok(Elements::Empty),
            Value::List(list) => Ok(Elements::List(list.clone(), 0)),
            Value::Map(map) => Ok(Elements::Map(map.entries().into_iter())),
            Value::Bytes(bytes) => {
                let bytes = bytes.iter().map(|byte| Value::int(i64::from(*byte)));
                Ok(Elements::List(List::new(bytes.collect()), 0))
            }
            Value::Int(number, _) if branch.pipeline.variables.len() < 2 => {
                Ok(Elements::Numbers(0..(*number).max(0)))
            }
            Value::Int(..) => {
                Err(self.error(place, "a range over a number has one variable, not two"))
            }
            Value::Object(object) if object.is_nil() => Ok(Elements::Empty),
            Value::Object(object) => match object.data() {
                Value::List(list) => Ok(Elements::List(list, 0)),
                Value::Map(map) if !object.type_name().starts_with('*') => {
                    Ok(Elements::Map(map.entries().into_iter()))
                }
                _ => Err(self.error(place, cannot_iterate(value))),
            },
            _ => Err(self.error(place, cannot_iterate(value))),
        }
    }

    /// Gives the variables of a range their values for one round.
    fn bind(&mut self, branch: &Branch, key: Value, element: &Slot) -> Done<()> {
        let pipeline = &branch.pipeline;
        let slots = match pipeline.variables.len() {
            0 => return Ok(()),
            1 => vec![element.clone()],
            _ => vec![Slot::plain(key), element.clone()],
        };
        if pipeline.assigns {
            for (name, slot) in pipeline.variables.iter().zip(slots) {
                self.assign(&pipeline.place, name, slot)?;
            }
            return Ok(());
        }
        let first = self.variables.len().saturating_sub(slots.len());
        for (variable, slot) in self.variables[first..].iter_mut().zip(slots) {
            variable.slot = slot;
        }
        Ok(())
    }

    fn template_call(&mut self, call: &'a TemplateCall, dot: &Slot) -> Done<Flow> {
        let Some(template) = self.scope.find(&call.name) else {
            let message = format!("template {:?} not defined", call.name);
            return Err(self.error(&call.place, message));
        };
        let data = match &call.argument {
            Some(pipeline) => self.pipeline(pipeline, dot)?,
            None => Value::Nil,
        };
        self.charge(&call.place, 1)?;
        self.enter(&call.place)?;
        if let Err(mut error) = Machine::start(self.run, self.scope, template, data, self.out) {
            error.included_from.push(self.call_place(&call.place));
            return Err(error);
        }
        self.leave();
        Ok(Flow::Next)
    }
}

fn cannot_iterate(value: &Value) -> String {
    let type_name = kinds::type_name(value);
    let mut shown = print::shown(value);
    if shown.chars().count() > 40 {
        shown = shown.chars().take(40).chain("…".chars()).collect();
    }
    format!("range can't iterate over {shown} (of type {type_name})")
}

/// The rounds of a range.
enum Elements {
    Empty,
    List(List, usize),
    Map(std::vec::IntoIter<(Rc<str>, Value)>),
    Numbers(std::ops::Range<i64>),
}

impl Iterator for Elements {
    type Item = (Value, Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Empty => None,
            Self::List(list, index) => {
                let value = list.get(*index)?.clone();
                *index += 1;
                Some((Value::count(*index - 1), value))
            }
            Self::Map(entries) => entries.next().map(|(key, value)| (Value::Str(key), value)),
            Self::Numbers(numbers) => numbers
                .next()
                .map(|number| (Value::int(number), Value::int(number))),
        }
    }
}
