//! Reads the tokens of a template into its tree. Functions are looked up here, so an unknown one is an error before
//! anything runs.

use std::ops::Range;
use std::rc::Rc;

use super::ast::{
    Branch, Command, Node, Number, Operand, OperandKind, Pipeline, Place, Source, Template,
    TemplateCall,
};
use super::environment::Environment;
use super::error::Error;
use super::lexer::{self, Kind, Token};
use super::literals;

/// Blocks and parentheses may nest this deep; more would only be an attack on the stack.
const MAX_NESTING: usize = 100;

/// Parses `text` and gives the templates that it holds: itself, under `name`, and every `define` and `block`.
pub(super) fn parse(
    environment: &Environment,
    name: &str,
    text: &str,
) -> Result<Vec<Rc<Template>>, Error> {
    let source = Rc::new(Source {
        name: name.into(),
        text: text.into(),
    });
    let mut parser = Parser {
        environment,
        tokens: lexer::tokens(text),
        next: 0,
        source: Rc::clone(&source),
        variables: vec!["$".into()],
        loops: 0,
        depth: 0,
        templates: Vec::new(),
    };
    let (body, ending) = parser.nodes(true)?;
    if let Some(ending) = ending {
        return Err(parser.error_at(
            ending.place.start,
            format!("unexpected {{{{{}}}}}", ending.word.text()),
        ));
    }
    let whole = Template {
        name: Rc::clone(&source.name),
        source,
        body,
    };
    parser.define(whole, 0)?;
    Ok(parser.templates)
}

struct Parser<'a> {
    environment: &'a Environment,
    tokens: Vec<Token>,
    next: usize,
    source: Rc<Source>,
    variables: Vec<Rc<str>>,
    loops: usize,
    depth: usize,
    templates: Vec<Rc<Template>>,
}

/// What ended a list of nodes.
struct Ending {
    word: EndWord,
    place: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EndWord {
    End,
    Else,
}

impl EndWord {
    fn text(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Else => "else",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BranchKind {
    If,
    With,
    Range,
}

impl BranchKind {
    fn text(self) -> &'static str {
        match self {
            Self::If => "if",
            Self::With => "with",
            Self::Range => "range",
        }
    }
}

type Parsed<T> = Result<T, Error>;

impl Parser<'_> {
    fn error_at(&self, offset: usize, message: impl Into<String>) -> Error {
        let (line, column) = self.source.position(offset);
        let mut error = Error::at_file(self.source.name.as_ref(), message);
        error.line = line;
        error.column = column;
        error
    }

    fn text(&self, token: &Token) -> &str {
        &self.source.text[token.start..token.end]
    }

    fn peek(&self) -> &Token {
        // The last token, End or Error, stays in place for ever.
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.next += 1;
        }
    }

    fn peek_word(&mut self) -> &Token {
        self.skip_space();
        self.peek()
    }

    fn unexpected(&self, token: &Token, context: &str) -> Error {
        match &token.kind {
            Kind::Error(message) => self.error_at(token.start, message.clone()),
            Kind::End => self.error_at(
                token.start,
                format!("unexpected end of the template in {context}"),
            ),
            _ => self.error_at(
                token.start,
                format!("unexpected {:?} in {context}", self.text(token)),
            ),
        }
    }

    fn deeper(&mut self, at: usize) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(self.error_at(at, format!("nested more than {MAX_NESTING} deep")));
        }
        Ok(())
    }

    fn define(&mut self, template: Template, at: usize) -> Parsed<()> {
        match self
            .templates
            .iter_mut()
            .find(|other| other.name == template.name)
        {
            None => self.templates.push(Rc::new(template)),
            Some(other) if other.is_blank() => *other = Rc::new(template),
            Some(_) if template.is_blank() => {}
            Some(_) => {
                let message = format!("template {:?} is defined twice", template.name);
                return Err(self.error_at(at, message));
            }
        }
        Ok(())
    }

    /// Nodes up to `end`, `else` or, where `top` allows it, the end of the text.
    fn nodes(&mut self, top: bool) -> Parsed<(Vec<Node>, Option<Ending>)> {
        let mut nodes = Vec::new();
        loop {
            let token = self.take();
            match token.kind {
                Kind::Text => nodes.push(Node::Text(token.start..token.end)),
                Kind::LeftDelim => {
                    if let Some(ending) = self.action(token.start, &mut nodes)? {
                        return Ok((nodes, Some(ending)));
                    }
                }
                Kind::End if top => return Ok((nodes, None)),
                Kind::End => {
                    return Err(self.error_at(
                        token.start,
                        "unexpected end of the template, {{end}} expected",
                    ));
                }
                _ => return Err(self.unexpected(&token, "template")),
            }
        }
    }

    fn action(&mut self, start: usize, nodes: &mut Vec<Node>) -> Parsed<Option<Ending>> {
        self.deeper(start)?;
        let token = self.peek_word().clone();
        let word = match token.kind {
            Kind::Word => self.text(&token).to_owned(),
            _ => String::new(),
        };
        match word.as_str() {
            "if" => nodes.push(Node::If(self.branch(BranchKind::If)?)),
            "with" => nodes.push(Node::With(self.branch(BranchKind::With)?)),
            "range" => nodes.push(Node::Range(self.branch(BranchKind::Range)?)),
            "define" => self.definition()?,
            "block" => nodes.push(self.block(start)?),
            "template" => nodes.push(self.template_call(start)?),
            "break" | "continue" => nodes.push(self.jump(&word)?),
            "end" => {
                self.take();
                self.close("end")?;
                self.depth -= 1;
                return Ok(Some(Ending {
                    word: EndWord::End,
                    place: start..token.end,
                }));
            }
            "else" => {
                self.take();
                let next = self.peek_word();
                let chained = next.kind == Kind::Word;
                if !chained {
                    self.close("else")?;
                }
                self.depth -= 1;
                return Ok(Some(Ending {
                    word: EndWord::Else,
                    place: start..token.end,
                }));
            }
            _ => {
                nodes.push(Node::Action(self.pipeline("command", &Kind::RightDelim)?));
            }
        }
        self.depth -= 1;
        Ok(None)
    }

    fn close(&mut self, context: &str) -> Parsed<()> {
        self.skip_space();
        let token = self.take();
        match token.kind {
            Kind::RightDelim => Ok(()),
            _ => Err(self.unexpected(&token, context)),
        }
    }

    /// `if`, `with`, `range`, from the keyword to the matching `end`.
    fn branch(&mut self, kind: BranchKind) -> Parsed<Branch> {
        let keyword = self.take();
        self.deeper(keyword.start)?;
        let known = self.variables.len();
        let pipeline = self.pipeline(kind.text(), &Kind::RightDelim)?;
        if kind == BranchKind::Range {
            self.loops += 1;
        }
        let (body, ending) = self.nodes(false)?;
        if kind == BranchKind::Range {
            self.loops -= 1;
        }
        let otherwise = match ending {
            Some(Ending {
                word: EndWord::Else,
                ..
            }) => self.otherwise(kind)?,
            _ => Vec::new(),
        };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok(Branch {
            pipeline,
            body,
            otherwise,
        })
    }

    /// What follows `else`: a chained `if` or `with`, or nodes up to `end`.
    fn otherwise(&mut self, kind: BranchKind) -> Parsed<Vec<Node>> {
        let token = self.peek().clone();
        if token.kind == Kind::Word {
            let chained = match (kind, self.text(&token)) {
                (BranchKind::If, "if") => Node::If(self.branch(BranchKind::If)?),
                (BranchKind::With, "with") => Node::With(self.branch(BranchKind::With)?),
                _ => return Err(self.unexpected(&token, "else")),
            };
            return Ok(vec![chained]);
        }
        let (nodes, ending) = self.nodes(false)?;
        match ending {
            Some(Ending {
                word: EndWord::Else,
                place,
            }) => Err(self.error_at(place.start, "{{end}} expected, found a second {{else}}")),
            _ => Ok(nodes),
        }
    }

    fn jump(&mut self, word: &str) -> Parsed<Node> {
        let token = self.take();
        self.close(word)?;
        if self.loops == 0 {
            return Err(self.error_at(token.start, format!("{{{{{word}}}}} outside {{{{range}}}}")));
        }
        Ok(if word == "break" {
            Node::Break
        } else {
            Node::Continue
        })
    }

    /// The quoted name after `define`, `block` or `template`, and its token.
    fn quoted_name(&mut self, context: &str) -> Parsed<(Rc<str>, Token)> {
        self.skip_space();
        let token = self.take();
        match token.kind {
            Kind::Quoted | Kind::RawQuoted => Ok((self.string(&token)?, token)),
            _ => Err(self.unexpected(&token, context)),
        }
    }

    /// A body with variables of its own, up to its `end`.
    fn own_body(&mut self, context: &str) -> Parsed<Vec<Node>> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".into()]);
        let loops = std::mem::take(&mut self.loops);
        let (body, ending) = self.nodes(false)?;
        self.variables = variables;
        self.loops = loops;
        match ending {
            Some(Ending {
                word: EndWord::Else,
                place,
            }) => Err(self.error_at(place.start, format!("unexpected {{{{else}}}} in {context}"))),
            _ => Ok(body),
        }
    }

    fn definition(&mut self) -> Parsed<()> {
        let keyword = self.take();
        if self.depth > 1 {
            return Err(self.error_at(keyword.start, "unexpected {{define}} inside another block"));
        }
        let (name, token) = self.quoted_name("define clause")?;
        self.close("define clause")?;
        let body = self.own_body("define clause")?;
        let source = Rc::clone(&self.source);
        self.define(Template { name, source, body }, token.start)
    }

    fn block(&mut self, start: usize) -> Parsed<Node> {
        self.take();
        let (name, token) = self.quoted_name("block clause")?;
        let argument = self.pipeline("block clause", &Kind::RightDelim)?;
        let end = self.tokens[self.next - 1].end;
        let body = self.own_body("block clause")?;
        let source = Rc::clone(&self.source);
        let call_name = Rc::clone(&name);
        self.define(Template { name, source, body }, token.start)?;
        Ok(Node::Template(TemplateCall {
            place: Place {
                offset: token.start,
                start,
                end,
            },
            name: call_name,
            argument: Some(argument),
        }))
    }

    fn template_call(&mut self, start: usize) -> Parsed<Node> {
        self.take();
        let (name, token) = self.quoted_name("template clause")?;
        let argument = if self.peek_word().kind == Kind::RightDelim {
            self.take();
            None
        } else {
            Some(self.pipeline("template clause", &Kind::RightDelim)?)
        };
        let end = self.tokens[self.next - 1].end;
        Ok(Node::Template(TemplateCall {
            place: Place {
                offset: token.start,
                start,
                end,
            },
            name,
            argument,
        }))
    }

    /// A pipeline up to and with the token `closing`.
    fn pipeline(&mut self, context: &str, closing: &Kind) -> Parsed<Pipeline> {
        let start = self.peek_word().start;
        let (variables, assigns) = self.declarations(context)?;
        let mut commands: Vec<Command> = Vec::new();
        loop {
            let token = self.peek_word().clone();
            if token.kind == *closing {
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
            let variable = self.peek_word().clone();
            if variable.kind != Kind::Variable {
                break;
            }
            self.take();
            let sign = self.peek_word().clone();
            match sign.kind {
                Kind::Declare | Kind::Assign => {
                    self.take();
                    names.push(self.text(&variable).into());
                    return Ok((names, sign.kind == Kind::Assign));
                }
                Kind::Comma => {
                    self.take();
                    names.push(self.text(&variable).into());
                    if context != "range" || names.len() > 1 {
                        let message = format!("too many variables declared in {context}");
                        return Err(self.error_at(sign.start, message));
                    }
                }
                _ => break,
            }
        }
        if !names.is_empty() {
            let token = self.peek().clone();
            return Err(self.unexpected(&token, context));
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
                let token = self.peek().clone();
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
                    _ => return Err(self.unexpected(&token, shown)),
                }
            };
            operands.push(operand);
            let token = self.peek().clone();
            let spaced = token.kind == Kind::Space;
            let next = self.peek_word().clone();
            match next.kind {
                Kind::RightDelim | Kind::RightParen => {
                    end = operands.last().map_or(start, |operand| operand.place.end);
                    break;
                }
                Kind::Pipe => {
                    self.take();
                    end = operands.last().map_or(start, |operand| operand.place.end);
                    self.expect_command_after_pipe(context)?;
                    break;
                }
                _ if spaced => {}
                _ => return Err(self.unexpected(&next, "operand")),
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

    fn expect_command_after_pipe(&mut self, context: &str) -> Parsed<()> {
        let token = self.peek_word().clone();
        match token.kind {
            Kind::RightDelim | Kind::RightParen => Err(self.error_at(
                token.start,
                format!("missing value for {context} after `|`"),
            )),
            _ => Ok(()),
        }
    }

    /// One operand with the fields after it; `None` if none starts here.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let token = self.peek_word().clone();
        let Some(kind) = self.term(&token)? else {
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
                let message = format!("unexpected field after {:?}", self.text(&token));
                return Err(self.error_at(place.offset, message));
            }
        };
        Ok(Some(Operand { place, kind }))
    }

    fn term(&mut self, token: &Token) -> Parsed<Option<OperandKind>> {
        let kind = match &token.kind {
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
                let pipeline = self.pipeline("parenthesized pipeline", &Kind::RightParen)?;
                self.depth -= 1;
                return Ok(Some(OperandKind::Pipeline(Box::new(pipeline), Vec::new())));
            }
            _ => return Ok(None),
        };
        self.take();
        Ok(Some(kind))
    }

    fn named(&self, token: &Token) -> Parsed<OperandKind> {
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

    fn number(&self, token: &Token) -> Parsed<Number> {
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

    fn string(&self, token: &Token) -> Parsed<Rc<str>> {
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
