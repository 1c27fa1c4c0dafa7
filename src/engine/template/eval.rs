//! Values of pipelines, commands and operands, and the calls within them.

use std::rc::Rc;

use super::ast::{Command, Operand, OperandKind, Pipeline, Place};
use super::call::{Function, Param};
use super::exec::{Done, Machine, Slot, Variable};
use super::{Answer, Call, Error, Failure, IntKind, MissingKey, Value, kinds};

impl<'a> Machine<'a> {
    pub(super) fn pipeline(&mut self, pipeline: &'a Pipeline, dot: &Slot) -> Done {
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, dot, last)?);
        }
        let value = last.unwrap_or_default();
        for name in &pipeline.variables {
            let slot = Slot::plain(value.clone());
            if pipeline.assigns {
                self.assign(pipeline.last_place(), name, slot)?;
            } else {
                self.variables.push(Variable {
                    name: Rc::clone(name),
                    slot,
                });
            }
        }
        Ok(value)
    }

    pub(super) fn assign(&mut self, place: &Place, name: &str, slot: Slot) -> Done<()> {
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
                let place = match first.kind {
                    OperandKind::Pipeline(..) => &command.place,
                    _ => &first.place,
                };
                let message = format!("can't give an argument to {shown}, it is not a function");
                Err(self.error(place, message))
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
                _ if number.is_float => Ok(Value::Float(number.float)),
                Some(int) => Ok(Value::int(int)),
                None => Err(self.error(&operand.place, "the number overflows int")),
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
            let name = Place {
                end: place.start + function.name().len(),
                ..*place
            };
            return Err(self.error(&name, message));
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
            let value = self.checked(function, arguments.len(), value, place)?;
            arguments.push(value);
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
            Failure::Message(message) if message.is_empty() => {
                Failure::Message(format!("{name} was given no message"))
            }
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
        // A nil out of a map has the type of the map's values, which is no map.
        let reads_field = match &operand.kind {
            OperandKind::Field(_) => true,
            OperandKind::Variable(_, names) => !names.is_empty(),
            _ => false,
        };
        if reads_field && matches!((param, &value), (Param::Map | Param::List, Value::Nil)) {
            return Err(self.mismatch(function, index, &value, &operand.place));
        }
        self.checked(function, index, value, &operand.place)
    }

    fn checked(&self, function: &Function, index: usize, value: Value, place: &Place) -> Done {
        if fits(function.param(index), &value) {
            return Ok(value);
        }
        Err(self.mismatch(function, index, &value, place))
    }

    fn mismatch(&self, function: &Function, index: usize, value: &Value, place: &Place) -> Error {
        let name = function.name();
        let wanted = function.param(index).type_name();
        let got = kinds::type_name(value);
        let number = index + 1;
        let message =
            format!("wrong type for argument {number} of {name}: {wanted} expected, got {got}");
        self.error(place, message)
    }
}

fn fits(param: Param, value: &Value) -> bool {
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
