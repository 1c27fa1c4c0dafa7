//! Runs parsed templates.
//!
//! [`Run`] is one rendering with its budget; [`Machine`] runs one template of it. Nil has two faces here, as in Go: a nil
//! that was read from a map or list has the type `interface {}`, and a field of it is an error; a nil that came through a
//! pipeline, a variable or an argument has no type, and a field of it is nil again.

use std::collections::HashMap;
use std::rc::Rc;

use super::ast::{
    Branch, Command, Node, Operand, OperandKind, Pipeline, Place, Template, TemplateCall,
};
use super::call::{Function, Param};
use super::environment;
use super::error::{self, Details};
use super::kinds;
use super::limits::Budget;
use super::parser;
use super::print;
use super::{Answer, Call, Environment, Error, Failure, List, MissingKey, Value};

type Done<T = Value> = Result<T, Error>;

/// The named templates that a running template sees: those of the environment and, inside `tpl`, those of its text.
pub(super) struct Scope<'a> {
    own: &'a HashMap<Rc<str>, Rc<Template>>,
    outer: Option<&'a Self>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(own: &'a HashMap<Rc<str>, Rc<Template>>, outer: Option<&'a Self>) -> Self {
        Self { own, outer }
    }

    fn find(&self, name: &str) -> Option<&Rc<Template>> {
        let found = self.own.get(name);
        found.or_else(|| self.outer.and_then(|outer| outer.find(name)))
    }
}

/// One rendering.
pub(super) struct Run<'a> {
    pub(super) environment: &'a Environment,
    pub(super) budget: Budget,
}

impl<'a> Run<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            budget: Budget::new(environment.limits),
        }
    }

    /// Runs one template into a text of its own.
    pub(super) fn template(
        &self,
        scope: &Scope<'_>,
        template: &Template,
        data: &Value,
    ) -> Done<String> {
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

/// A value, and whether it is a nil with a type.
#[derive(Clone)]
struct Slot {
    value: Value,
    typed_nil: bool,
}

impl Slot {
    fn plain(value: Value) -> Self {
        Self {
            value,
            typed_nil: false,
        }
    }

    fn element(value: Value) -> Self {
        Self {
            value,
            typed_nil: true,
        }
    }
}

struct Variable {
    name: Rc<str>,
    slot: Slot,
}

/// How to go on after a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// Runs one template.
struct Machine<'a> {
    run: &'a Run<'a>,
    scope: &'a Scope<'a>,
    template: &'a Template,
    variables: Vec<Variable>,
    out: &'a mut String,
}

impl<'a> Machine<'a> {
    fn start(
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

    fn error(&self, place: &Place, message: impl Into<String>) -> Error {
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
    fn failure(&self, place: &Place, failure: Failure) -> Error {
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

    fn charge(&self, place: &Place, steps: usize) -> Done<()> {
        self.run
            .budget
            .charge(steps)
            .map_err(|failure| self.failure(place, failure))
    }

    fn enter(&self, place: &Place) -> Done<()> {
        self.run
            .budget
            .enter()
            .map_err(|failure| self.failure(place, failure))
    }

    fn leave(&self) {
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
        let place = &branch.pipeline.place;
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

    fn pipeline(&mut self, pipeline: &'a Pipeline, dot: &Slot) -> Done {
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, dot, last)?);
        }
        let value = last.unwrap_or_default();
        for name in &pipeline.variables {
            let slot = Slot::plain(value.clone());
            if pipeline.assigns {
                let place = match pipeline
                    .commands
                    .last()
                    .and_then(|command| command.operands.first())
                {
                    Some(operand) => operand.place,
                    None => pipeline.place,
                };
                self.assign(&place, name, slot)?;
            } else {
                self.variables.push(Variable {
                    name: Rc::clone(name),
                    slot,
                });
            }
        }
        Ok(value)
    }

    fn assign(&mut self, place: &Place, name: &str, slot: Slot) -> Done<()> {
        match self
            .variables
            .iter_mut()
            .rev()
            .find(|variable| variable.name.as_ref() == name)
        {
            Some(variable) => {
                variable.slot = slot;
                Ok(())
            }
            None => Err(self.error(place, format!("undefined variable: {name}"))),
        }
    }

    fn command(&mut self, command: &'a Command, dot: &Slot, piped: Option<Value>) -> Done {
        self.charge(&command.place, command.operands.len())?;
        let Some((first, rest)) = command.operands.split_first() else {
            return Ok(Value::Nil);
        };
        match &first.kind {
            OperandKind::Function(function) => self.call(function, command, rest, dot, piped),
            OperandKind::Field(names) => self.fields(first, dot.clone(), names, rest, dot, piped),
            OperandKind::Variable(name, names) if !names.is_empty() => {
                let slot = self.variable(first, name)?;
                self.fields(first, slot, names, rest, dot, piped)
            }
            OperandKind::Pipeline(pipeline, names) if !names.is_empty() => {
                self.enter(&first.place)?;
                let value = self.pipeline(pipeline, dot)?;
                self.leave();
                self.fields(first, Slot::plain(value), names, rest, dot, piped)
            }
            OperandKind::FunctionField(function, names) => {
                let value = self.call(function, command, &[], dot, None)?;
                self.fields(first, Slot::plain(value), names, rest, dot, piped)
            }
            _ if !rest.is_empty() || piped.is_some() => {
                let shown = &self.template.source.text[first.place.start..first.place.end];
                Err(self.error(
                    &first.place,
                    format!("can't give an argument to {shown}, it is not a function"),
                ))
            }
            OperandKind::Nil => Err(self.error(&first.place, "nil is not a command")),
            _ => self.operand(first, dot),
        }
    }

    /// The value of an operand that stands alone or as an argument.
    fn operand(&mut self, operand: &'a Operand, dot: &Slot) -> Done {
        match &operand.kind {
            OperandKind::Dot => Ok(dot.value.clone()),
            OperandKind::Nil => Ok(Value::Nil),
            OperandKind::Bool(value) => Ok(Value::Bool(*value)),
            OperandKind::Number(number) => match number.int {
                Some(int) if !number.is_float => Ok(Value::int(int)),
                _ => Ok(Value::Float(number.float)),
            },
            OperandKind::Text(text) => Ok(Value::Str(Rc::clone(text))),
            OperandKind::Field(names) => self.fields(operand, dot.clone(), names, &[], dot, None),
            OperandKind::Variable(name, names) => {
                let slot = self.variable(operand, name)?;
                self.fields(operand, slot, names, &[], dot, None)
            }
            OperandKind::Function(function) => self.call_alone(function, operand, dot),
            OperandKind::Pipeline(pipeline, names) => {
                self.enter(&operand.place)?;
                let value = self.pipeline(pipeline, dot)?;
                self.leave();
                self.fields(operand, Slot::plain(value), names, &[], dot, None)
            }
            OperandKind::FunctionField(function, names) => {
                let value = self.call_alone(function, operand, dot)?;
                self.fields(operand, Slot::plain(value), names, &[], dot, None)
            }
        }
    }

    fn variable(&self, operand: &Operand, name: &str) -> Done<Slot> {
        match self
            .variables
            .iter()
            .rev()
            .find(|variable| variable.name.as_ref() == name)
        {
            Some(variable) => Ok(variable.slot.clone()),
            None => Err(self.error(&operand.place, format!("undefined variable: {name}"))),
        }
    }

    /// Follows fields; the last one may be a method that takes arguments.
    fn fields(
        &mut self,
        operand: &'a Operand,
        mut slot: Slot,
        names: &'a [Rc<str>],
        rest: &'a [Operand],
        dot: &Slot,
        piped: Option<Value>,
    ) -> Done {
        let mut arguments = Vec::new();
        for argument in rest {
            arguments.push(self.operand(argument, dot)?);
        }
        arguments.extend(piped);
        let Some((last, others)) = names.split_last() else {
            if arguments.is_empty() {
                return Ok(slot.value);
            }
            return Err(self.error(
                &operand.place,
                "a value that is not a function has arguments",
            ));
        };
        for name in others {
            slot = self.field(operand, &slot, name, &[])?;
        }
        Ok(self.field(operand, &slot, last, &arguments)?.value)
    }

    fn field(&self, operand: &Operand, slot: &Slot, name: &str, arguments: &[Value]) -> Done<Slot> {
        let place = &operand.place;
        match &slot.value {
            Value::Nil if slot.typed_nil => Err(self.error(
                place,
                format!("nil pointer evaluating interface {{}}.{name}"),
            )),
            Value::Nil => Ok(Slot::plain(Value::Nil)),
            Value::Map(_) if !arguments.is_empty() => Err(self.error(place, no_method(name))),
            Value::Map(map) => match (map.find(name), self.run.environment.missing_key) {
                (Some(value), _) => Ok(Slot::element(value)),
                (None, MissingKey::Zero) => Ok(Slot::element(map.get(name))),
                (None, MissingKey::Invalid) => Ok(Slot::plain(Value::Nil)),
                (None, MissingKey::Error) => {
                    Err(self.error(place, format!("map has no entry for key {name:?}")))
                }
            },
            Value::Object(object) => {
                let call = self.call_of(arguments);
                if let Some(answer) = object.method(name, &call) {
                    let value = self.answer(place, name, answer)?;
                    return Ok(Slot::plain(value));
                }
                let type_name = object.type_name();
                if object.is_nil() {
                    return Err(
                        self.error(place, format!("nil pointer evaluating {type_name}.{name}"))
                    );
                }
                match object.field(name) {
                    Some(_) if !arguments.is_empty() => Err(self.error(place, no_method(name))),
                    Some(value) => Ok(Slot::element(value)),
                    None => {
                        let message = format!("can't evaluate field {name} in type {type_name}");
                        Err(self.error(place, message))
                    }
                }
            }
            other => {
                let type_name = kinds::type_name(other);
                Err(self.error(
                    place,
                    format!("can't evaluate field {name} in type {type_name}"),
                ))
            }
        }
    }

    fn call_of<'b>(&'b self, arguments: &'b [Value]) -> Call<'b> {
        Call {
            arguments,
            run: self.run,
            scope: self.scope,
            caller: &self.template.source.name,
        }
    }

    /// A function as an argument or in parentheses' place: without arguments.
    fn call_alone(&mut self, function: &'a Function, operand: &'a Operand, dot: &Slot) -> Done {
        self.call_at(function, &operand.place, &[], dot, None)
    }

    fn call(
        &mut self,
        function: &'a Function,
        command: &'a Command,
        operands: &'a [Operand],
        dot: &Slot,
        piped: Option<Value>,
    ) -> Done {
        self.call_at(function, &command.place, operands, dot, piped)
    }

    fn call_at(
        &mut self,
        function: &'a Function,
        place: &Place,
        operands: &'a [Operand],
        dot: &Slot,
        piped: Option<Value>,
    ) -> Done {
        let count = operands.len() + usize::from(piped.is_some());
        if let Some(message) = function.arity_error(count) {
            return Err(self.error(place, message));
        }
        if let Function::And | Function::Or = function {
            return self.shortcut(matches!(function, Function::Or), operands, dot, piped);
        }
        let mut arguments = Vec::with_capacity(count);
        for (index, operand) in operands.iter().enumerate() {
            let value = self.argument(function, index, operand, dot)?;
            arguments.push(value);
        }
        if let Some(value) = piped {
            let param = function.param(arguments.len());
            arguments.push(self.checked(function, arguments.len(), param, value, place)?);
        }
        let call = self.call_of(&arguments);
        let answer = match function {
            Function::Builtin(builtin) => (builtin.run)(&call),
            Function::Custom(_, run) => run(&call),
            Function::And | Function::Or => Ok(Value::Nil),
        };
        self.answer(place, function.name(), answer)
    }

    /// `and` and `or`: arguments after the one that decides are not evaluated.
    fn shortcut(
        &mut self,
        stop_at: bool,
        operands: &'a [Operand],
        dot: &Slot,
        piped: Option<Value>,
    ) -> Done {
        let mut value = Value::Nil;
        for operand in operands {
            value = self.operand(operand, dot)?;
            if value.truth() == stop_at {
                return Ok(value);
            }
        }
        Ok(piped.unwrap_or(value))
    }

    fn answer(&self, place: &Place, name: &str, answer: Answer) -> Done {
        let failure = match answer {
            Ok(Value::Str(text)) => match self.run.budget.check_size(text.len()) {
                Ok(()) => return Ok(Value::Str(text)),
                Err(failure) => failure,
            },
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        let failure = match failure {
            // What the chart's author wrote stands alone.
            Failure::Message(message) if !matches!(name, "fail" | "required") => {
                Failure::Message(format!("error calling {name}: {message}"))
            }
            other => other,
        };
        Err(self.failure(place, failure))
    }

    fn argument(
        &mut self,
        function: &Function,
        index: usize,
        operand: &'a Operand,
        dot: &Slot,
    ) -> Done {
        let param = function.param(index);
        match (&operand.kind, param) {
            (OperandKind::Number(number), Param::Int) if number.int.is_some() => {
                return Ok(Value::int(number.int.unwrap_or_default()));
            }
            (OperandKind::Number(number), Param::Float) => return Ok(Value::Float(number.float)),
            _ => {}
        }
        let value = self.operand(operand, dot)?;
        self.checked(function, index, param, value, &operand.place)
    }

    fn checked(
        &self,
        function: &Function,
        index: usize,
        param: Param,
        value: Value,
        place: &Place,
    ) -> Done {
        if fits(param, &value) {
            return Ok(value);
        }
        let name = function.name();
        let wanted = param.type_name();
        let got = kinds::type_name(&value);
        let number = index + 1;
        let message =
            format!("wrong type for argument {number} of {name}: {wanted} expected, got {got}");
        Err(self.error(place, message))
    }
}

fn fits(param: Param, value: &Value) -> bool {
    use super::value::IntKind;
    matches!(
        (param, value),
        (Param::Any, _)
            | (Param::Text, Value::Str(_))
            | (Param::Int, Value::Int(_, IntKind::Int))
            | (Param::Float, Value::Float(_))
            | (Param::Bool, Value::Bool(_))
            | (Param::Map, Value::Map(_) | Value::Nil)
            | (Param::List, Value::List(_) | Value::Nil)
    )
}

fn no_method(name: &str) -> String {
    format!("{name} is not a method but has arguments")
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
