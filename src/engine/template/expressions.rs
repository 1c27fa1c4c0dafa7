//! Reads pipelines: commands, operands, variables and literals. The nodes around them are read in `parser`.

use std::rc::Rc;

use super::ast::{Command, Number, Operand, OperandKind, Pipeline, Place};
use super::lexer::{Kind, Token};
use super::literals;
use super::parser::{Parsed, Parser};

impl Parser<'_> {
    /// A pipeline up to and with the token `closing`.
    pub(super) fn pipeline(&mut self, context: &str, closing: Kind) -> Parsed<Pipeline> {
        let start = self.peek_word().start;
        let (variables, assigns) = self.declarations(context)?;
        let mut commands: Vec<Command> = Vec::new();
        loop {
            let token = self.peek_word();
            if token.kind == closing {
                self.take();
                if commands.is_empty() {
                    return Err(self.error_at(token.start, format!("missing value for {context}")));
                }
                let end = commands.last().map_or(start, |command| command.place.end);
                // Declared names become known only after the pipeline that gives their value.
                if !assigns {
                    self.variables.extend(variables.iter().map(Rc::clone));
                }
                let place = Place {
                    offset: start,
                    start,
                    end,
                };
                return Ok(Pipeline {
                    place,
                    variables,
                    assigns,
                    commands,
                });
            }
            let command = self.command(context, !commands.is_empty())?;
            commands.push(command);
        }
    }

    /// `$a :=`, `$a =`, or `$a, $b :=` in a range.
    fn declarations(&mut self, context: &str) -> Parsed<(Vec<Rc<str>>, bool)> {
        let mut names: Vec<Rc<str>> = Vec::new();
        let first = self.next;
        loop {
            let variable = self.peek_word();
            if variable.kind != Kind::Variable {
                break;
            }
            self.take();
            let sign = self.peek_word();
            match sign.kind {
                Kind::Declare | Kind::Assign => {
                    self.take();
                    names.push(self.text(variable).into());
                    return Ok((names, sign.kind == Kind::Assign));
                }
                Kind::Comma => {
                    self.take();
                    names.push(self.text(variable).into());
                    if context != "range" || names.len() > 1 {
                        let message = format!("too many variables declared in {context}");
                        return Err(self.error_at(sign.start, message));
                    }
                }
                _ => break,
            }
        }
        if !names.is_empty() {
            let token = self.peek();
            return Err(self.unexpected(token, context));
        }
        self.next = first;
        self.skip_space();
        Ok((Vec::new(), false))
    }

    /// Operands up to a pipe (taken) or the end of the pipeline (left).
    fn command(&mut self, context: &str, piped: bool) -> Parsed<Command> {
        let start = self.peek_word().start;
        let mut operands: Vec<Operand> = Vec::new();
        let end;
        loop {
            let Some(operand) = self.operand()? else {
                let token = self.peek();
                let shown = if operands.is_empty() {
                    context
                } else {
                    "operand"
                };
                match token.kind {
                    Kind::RightDelim | Kind::RightParen => {
                        return Err(
                            self.error_at(token.start, format!("missing value for {context}"))
                        );
                    }
                    Kind::Pipe => {
                        return Err(self.error_at(token.start, "missing command before `|`"));
                    }
                    _ => return Err(self.unexpected(token, shown)),
                }
            };
            operands.push(operand);
            let token = self.peek();
            let spaced = token.kind == Kind::Space;
            let next = self.peek_word();
            match next.kind {
                Kind::RightDelim | Kind::RightParen => {
                    end = operands.last().map_or(start, |operand| operand.place.end);
                    break;
                }
                Kind::Pipe => {
                    self.take();
                    end = operands.last().map_or(start, |operand| operand.place.end);
                    break;
                }
                _ if spaced => {}
                _ => return Err(self.unexpected(next, "operand")),
            }
        }
        if piped
            && let Some(first) = operands.first()
            && is_literal(&first.kind)
        {
            let message =
                "a value cannot take the result of the command before it; a function was expected";
            return Err(self.error_at(first.place.start, message));
        }
        let offset = start;
        Ok(Command {
            place: Place { offset, start, end },
            operands,
        })
    }

    /// One operand with the fields after it; `None` if none starts here.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let token = self.peek_word();
        let Some(kind) = self.term(token)? else {
            return Ok(None);
        };
        let mut place = Place {
            offset: token.start,
            start: token.start,
            end: self.tokens[self.next - 1].end,
        };
        let mut fields: Vec<Rc<str>> = Vec::new();
        while self.peek().kind == Kind::Field {
            let field = self.take();
            if fields.is_empty() {
                place.offset = field.start;
            }
            place.end = field.end;
            fields.push(self.source.text[field.start + 1..field.end].into());
        }
        if fields.is_empty() {
            return Ok(Some(Operand { place, kind }));
        }
        let kind = match kind {
            OperandKind::Field(mut names) => {
                names.append(&mut fields);
                OperandKind::Field(names)
            }
            OperandKind::Variable(name, mut names) => {
                names.append(&mut fields);
                OperandKind::Variable(name, names)
            }
            OperandKind::Pipeline(pipeline, _) => OperandKind::Pipeline(pipeline, fields),
            OperandKind::Function(function) => OperandKind::FunctionField(function, fields),
            _ => {
                let message = format!("unexpected field after {:?}", self.text(token));
                return Err(self.error_at(place.offset, message));
            }
        };
        Ok(Some(Operand { place, kind }))
    }

    fn term(&mut self, token: Token) -> Parsed<Option<OperandKind>> {
        let kind = match token.kind {
            Kind::Dot => OperandKind::Dot,
            Kind::Field => OperandKind::Field(vec![self.text(token)[1..].into()]),
            Kind::Variable => {
                let name = self.text(token);
                if !self.variables.iter().any(|known| known.as_ref() == name) {
                    return Err(self.error_at(token.start, format!("undefined variable {name:?}")));
                }
                OperandKind::Variable(name.into(), Vec::new())
            }
            Kind::Word => self.named(token)?,
            Kind::Number | Kind::Char => OperandKind::Number(self.number(token)?),
            Kind::Quoted | Kind::RawQuoted => OperandKind::Text(self.string(token)?),
            Kind::LeftParen => {
                self.take();
                self.deeper(token.start)?;
                let pipeline = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
                self.depth -= 1;
                return Ok(Some(OperandKind::Pipeline(Box::new(pipeline), Vec::new())));
            }
            _ => return Ok(None),
        };
        self.take();
        Ok(Some(kind))
    }

    fn named(&self, token: Token) -> Parsed<OperandKind> {
        let name = self.text(token);
        match name {
            "true" => Ok(OperandKind::Bool(true)),
            "false" => Ok(OperandKind::Bool(false)),
            "nil" => Ok(OperandKind::Nil),
            "if" | "else" | "end" | "range" | "with" | "define" | "block" | "template" => Err(self
                .error_at(
                    token.start,
                    format!("unexpected keyword {name:?} in a command"),
                )),
            _ => match self.environment.function(name) {
                Some(function) => Ok(OperandKind::Function(function)),
                None => Err(self.error_at(token.start, self.environment.unknown_function(name))),
            },
        }
    }

    fn number(&self, token: Token) -> Parsed<Number> {
        let text = self.text(token);
        let number = match token.kind {
            Kind::Char => literals::character(text).map(|character| Number {
                int: Some(i64::from(u32::from(character))),
                float: f64::from(u32::from(character)),
                is_float: false,
            }),
            _ => literals::number(text),
        };
        number.map_err(|message| self.error_at(token.start, message))
    }

    pub(super) fn string(&self, token: Token) -> Parsed<Rc<str>> {
        let text = self.text(token);
        if token.kind == Kind::RawQuoted {
            // Go drops carriage returns from raw strings.
            return Ok(text[1..text.len() - 1].replace('\r', "").into());
        }
        match literals::unquote(text) {
            Ok(text) => Ok(text.into()),
            Err(message) => Err(self.error_at(token.start, message)),
        }
    }
}

fn is_literal(kind: &OperandKind) -> bool {
    matches!(
        kind,
        OperandKind::Bool(_)
            | OperandKind::Dot
            | OperandKind::Nil
            | OperandKind::Number(_)
            | OperandKind::Text(_)
    )
}
