//! Reads the tokens of a template into its tree; pipelines are read in `expressions`. Functions are looked up here, so an unknown one is an error before
//! anything runs.

use std::ops::Range;
use std::rc::Rc;

use super::ast::{Branch, Node, Place, Source, Template, TemplateCall};
use super::environment::Environment;
use super::error::Error;
use super::lexer::{self, Kind, Token};

/// Blocks, parentheses and chains of `else if` may nest this deep; more would only be an attack on the stack.
const MAX_NESTING: usize = 200;

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
    let lexed = lexer::tokens(text);
    let mut parser = Parser {
        environment,
        tokens: lexed.tokens,
        lexical_error: lexed.error,
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

/// Where the reading of a template has come to.
pub(super) struct Parser<'a> {
    pub(super) environment: &'a Environment,
    pub(super) tokens: Vec<Token>,
    /// What is wrong where the tokens end in an error.
    lexical_error: String,
    pub(super) next: usize,
    pub(super) source: Rc<Source>,
    pub(super) variables: Vec<Rc<str>>,
    loops: usize,
    pub(super) depth: usize,
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

pub(super) type Parsed<T> = Result<T, Error>;

impl Parser<'_> {
    pub(super) fn error_at(&self, offset: usize, message: impl Into<String>) -> Error {
        let (line, column) = self.source.position(offset);
        let mut error = Error::at_file(self.source.name.as_ref(), message);
        error.line = line;
        error.column = column;
        error
    }

    pub(super) fn text(&self, token: Token) -> &str {
        &self.source.text[token.start..token.end]
    }

    pub(super) fn peek(&self) -> Token {
        // The last token, End or Error, stays in place for ever.
        self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    pub(super) fn take(&mut self) -> Token {
        let token = self.peek();
        self.next += 1;
        token
    }

    pub(super) fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.next += 1;
        }
    }

    pub(super) fn peek_word(&mut self) -> Token {
        self.skip_space();
        self.peek()
    }

    pub(super) fn unexpected(&self, token: Token, context: &str) -> Error {
        match token.kind {
            Kind::Error => self.error_at(token.start, self.lexical_error.clone()),
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

    pub(super) fn deeper(&mut self, at: usize) -> Parsed<()> {
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
                _ => return Err(self.unexpected(token, "template")),
            }
        }
    }

    fn action(&mut self, start: usize, nodes: &mut Vec<Node>) -> Parsed<Option<Ending>> {
        self.deeper(start)?;
        let token = self.peek_word();
        let source = Rc::clone(&self.source);
        let word = match token.kind {
            Kind::Word => &source.text[token.start..token.end],
            _ => "",
        };
        match word {
            "if" => nodes.push(Node::If(self.branch(BranchKind::If)?)),
            "with" => nodes.push(Node::With(self.branch(BranchKind::With)?)),
            "range" => nodes.push(Node::Range(self.branch(BranchKind::Range)?)),
            "define" => self.definition()?,
            "block" => nodes.push(self.block(start)?),
            "template" => nodes.push(self.template_call(start)?),
            "break" | "continue" => nodes.push(self.jump(word)?),
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
                nodes.push(Node::Action(self.pipeline("command", Kind::RightDelim)?));
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
            _ => Err(self.unexpected(token, context)),
        }
    }

    /// `if`, `with`, `range`, from the keyword to the matching `end`.
    fn branch(&mut self, kind: BranchKind) -> Parsed<Branch> {
        self.take();
        let known = self.variables.len();
        let pipeline = self.pipeline(kind.text(), Kind::RightDelim)?;
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
        Ok(Branch {
            pipeline,
            body,
            otherwise,
        })
    }

    /// What follows `else`: a chained `if` or `with`, or nodes up to `end`.
    fn otherwise(&mut self, kind: BranchKind) -> Parsed<Vec<Node>> {
        let token = self.peek();
        if token.kind == Kind::Word {
            self.deeper(token.start)?;
            let chained = match (kind, self.text(token)) {
                (BranchKind::If, "if") => Node::If(self.branch(BranchKind::If)?),
                (BranchKind::With, "with") => Node::With(self.branch(BranchKind::With)?),
                _ => return Err(self.unexpected(token, "else")),
            };
            self.depth -= 1;
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
            Kind::Quoted | Kind::RawQuoted => Ok((self.string(token)?, token)),
            _ => Err(self.unexpected(token, context)),
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
        let argument = self.pipeline("block clause", Kind::RightDelim)?;
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
            Some(self.pipeline("template clause", Kind::RightDelim)?)
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
}
