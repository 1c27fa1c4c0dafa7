//! Cuts the text of a template into tokens, as Go's template lexer does: text and, between `{{` and `}}`, words.
//!
//! The first error ends the list with [`Kind::Error`]; the parser reports it when it gets there.

/// What a token is. Its text is the range of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    LeftDelim,
    RightDelim,
    Space,
    /// `.`
    Dot,
    /// `.name`
    Field,
    /// `$` or `$name`
    Variable,
    /// A function's name, a keyword, `true`, `false`, `nil`.
    Word,
    Number,
    Char,
    Quoted,
    RawQuoted,
    Declare,
    Assign,
    Pipe,
    Comma,
    LeftParen,
    RightParen,
    /// Any other printable character; never part of a valid action.
    Other,
    End,
    /// What is wrong stands in [`Lexed::error`].
    Error,
}

/// A word of an action, or a text between actions, by its bytes in the template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

const LEFT: &str = "{{";
const RIGHT: &str = "}}";
const TRIMMED: [char; 4] = [' ', '\t', '\r', '\n'];

/// The tokens of a text; the last one is `End` or `Error`.
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    /// What is wrong at the `Error` token.
    pub(super) error: String,
}

/// Cuts `text` into tokens.
pub(super) fn tokens(text: &str) -> Lexed {
    let mut lexer = Lexer {
        text,
        at: 0,
        parens: 0,
        tokens: Vec::new(),
    };
    let mut error = String::new();
    if let Err((at, message)) = lexer.run() {
        lexer.push(Kind::Error, at, at);
        error = message;
    }
    Lexed {
        tokens: lexer.tokens,
        error,
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    parens: usize,
    tokens: Vec<Token>,
}

type Step = Result<(), (usize, String)>;

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.tokens.push(Token { kind, start, end });
    }

    /// Takes `length` bytes as one token.
    fn take(&mut self, kind: Kind, length: usize) {
        self.push(kind, self.at, self.at + length);
        self.at += length;
    }

    fn run(&mut self) -> Step {
        let mut trim_left = false;
        loop {
            if trim_left {
                self.at = self.text.len() - self.rest().trim_start_matches(TRIMMED).len();
            }
            let Some(length) = self.rest().find(LEFT) else {
                let length = self.rest().len();
                if length > 0 {
                    self.take(Kind::Text, length);
                }
                self.push(Kind::End, self.at, self.at);
                return Ok(());
            };
            let open = self.at + length;
            let trims = has_left_trim(&self.text[open + LEFT.len()..]);
            let mut text = &self.text[self.at..open];
            if trims {
                text = text.trim_end_matches(TRIMMED);
            }
            if !text.is_empty() {
                self.take(Kind::Text, text.len());
            }
            self.at = open;
            let marker = if trims { 2 } else { 0 };
            trim_left = if self.text[open + LEFT.len() + marker..].starts_with("/*") {
                self.comment(open + LEFT.len() + marker)?
            } else {
                self.take(Kind::LeftDelim, LEFT.len());
                self.at += marker;
                self.action()?
            };
        }
    }

    /// Skips a comment that opens at `start`; says whether the text after it is to be trimmed.
    fn comment(&mut self, start: usize) -> Result<bool, (usize, String)> {
        let Some(length) = self.text[start..].find("*/") else {
            return Err((start, "unclosed comment, `*/` expected".into()));
        };
        self.at = start + length + 2;
        match self.right_delim() {
            Some((length, trims)) => {
                self.at += length;
                Ok(trims)
            }
            None => Err((
                self.at,
                "comment ends before the closing delimiter: `*/}}` expected".into(),
            )),
        }
    }

    /// The length of the closing delimiter that stands here, and whether it trims.
    fn right_delim(&self) -> Option<(usize, bool)> {
        let rest = self.rest();
        if rest.starts_with(RIGHT) {
            return Some((RIGHT.len(), false));
        }
        let marker = rest.strip_prefix(TRIMMED)?.strip_prefix('-')?;
        marker.starts_with(RIGHT).then_some((2 + RIGHT.len(), true))
    }

    /// Cuts the inside of an action up to and with its closing delimiter; says whether that trims.
    fn action(&mut self) -> Result<bool, (usize, String)> {
        self.parens = 0;
        loop {
            if let Some((length, trims)) = self.right_delim() {
                if self.parens > 0 {
                    return Err((self.at, "unclosed left parenthesis".into()));
                }
                self.at += length - RIGHT.len();
                self.take(Kind::RightDelim, RIGHT.len());
                return Ok(trims);
            }
            let Some(next) = self.peek() else {
                return Err((self.at, "unclosed action, `}}` expected".into()));
            };
            self.word(next)?;
        }
    }

    fn word(&mut self, next: char) -> Step {
        match next {
            ' ' | '\t' | '\r' | '\n' => self.space(),
            '=' => self.take(Kind::Assign, 1),
            ':' if self.rest().starts_with(":=") => self.take(Kind::Declare, 2),
            ':' => return Err((self.at, "`:=` expected".into())),
            '|' => self.take(Kind::Pipe, 1),
            ',' => self.take(Kind::Comma, 1),
            '"' => return self.quoted('"', Kind::Quoted, "unterminated quoted string"),
            '\'' => return self.quoted('\'', Kind::Char, "unterminated character constant"),
            '`' => return self.raw_quoted(),
            '$' => return self.name(Kind::Variable),
            '(' => {
                self.parens += 1;
                self.take(Kind::LeftParen, 1);
            }
            ')' => {
                let Some(parens) = self.parens.checked_sub(1) else {
                    return Err((self.at, "unexpected right parenthesis".into()));
                };
                self.parens = parens;
                self.take(Kind::RightParen, 1);
            }
            '.' => return self.dot(),
            '+' | '-' | '0'..='9' => return self.number(),
            _ if is_name_character(next) => return self.name(Kind::Word),
            _ if next.is_ascii_graphic() => self.take(Kind::Other, 1),
            _ => return Err((self.at, format!("unexpected character {next:?} in action"))),
        }
        Ok(())
    }

    /// A run of spaces, without the one that belongs to a closing ` -}}`.
    fn space(&mut self) {
        let rest = self.rest();
        let mut length = rest.len() - rest.trim_start_matches(TRIMMED).len();
        if rest[length..].starts_with("-}}") {
            length -= 1;
        }
        if length > 0 {
            self.take(Kind::Space, length);
        }
    }

    fn quoted(&mut self, quote: char, kind: Kind, unterminated: &str) -> Step {
        let mut escaped = false;
        for (offset, character) in self.rest().char_indices().skip(1) {
            match character {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if character == quote => {
                    self.take(kind, offset + 1);
                    return Ok(());
                }
                _ => {}
            }
        }
        Err((self.at, unterminated.into()))
    }

    fn raw_quoted(&mut self) -> Step {
        let Some(length) = self.rest()[1..].find('`') else {
            return Err((self.at, "unterminated raw quoted string".into()));
        };
        self.take(Kind::RawQuoted, length + 2);
        Ok(())
    }

    fn dot(&mut self) -> Step {
        match self.rest()[1..].chars().next() {
            Some('0'..='9') => self.number(),
            Some(next) if is_name_character(next) => self.name(Kind::Field),
            _ => {
                self.take(Kind::Dot, 1);
                self.ends_word()
            }
        }
    }

    /// A word, or a `.` or `$` and a word.
    fn name(&mut self, kind: Kind) -> Step {
        let rest = self.rest();
        let sign = usize::from(kind != Kind::Word);
        let name = &rest[sign..];
        let length = name
            .find(|next| !is_name_character(next))
            .unwrap_or(name.len());
        self.take(kind, sign + length);
        self.ends_word()
    }

    /// After a name only certain characters may follow.
    fn ends_word(&self) -> Step {
        match self.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | '(' | ')' | '=') => {
                Ok(())
            }
            Some(_) if self.right_delim().is_some() => Ok(()),
            Some(next) => Err((self.at, format!("unexpected {next:?} after a name"))),
        }
    }

    /// A number in any of Go's notations; what it means is decided by the parser.
    fn number(&mut self) -> Step {
        let rest = self.rest();
        let body = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        let mut length = rest.len() - body.len();
        let (radix, prefix) = match body.as_bytes() {
            [b'0', b'x' | b'X', ..] => (16, 2),
            [b'0', b'o' | b'O', ..] => (8, 2),
            [b'0', b'b' | b'B', ..] => (2, 2),
            _ => (10, 0),
        };
        length += prefix;
        let mut exponent = false;
        for character in body[prefix..].chars() {
            let sign_fits = exponent;
            exponent = false;
            match character {
                '_' | '.' => {}
                'e' | 'E' if radix == 10 => exponent = true,
                'p' | 'P' if radix == 16 => exponent = true,
                '+' | '-' if sign_fits => {}
                _ if character.is_digit(radix) => {}
                _ => break,
            }
            length += character.len_utf8();
        }
        match rest[length..].chars().next() {
            Some(next) if is_name_character(next) => {
                let shown = &rest[..length + next.len_utf8()];
                Err((self.at, format!("bad number syntax: {shown:?}")))
            }
            _ => {
                self.take(Kind::Number, length);
                Ok(())
            }
        }
    }
}

fn is_name_character(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

fn has_left_trim(rest: &str) -> bool {
    rest.strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(TRIMMED))
}
