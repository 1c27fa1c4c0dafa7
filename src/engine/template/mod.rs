//! Go templates with sprig's and Helm's functions: what charts and Istio's injection templates are written in.
//!
//! A text is cut into tokens (`lexer`), read into a tree (`parser`, `ast`), and run (`exec`) on a [`Value`]. Functions
//! are in `functions`, one file a family; a caller adds its own to its [`Environment`]. [`chart`] renders a Helm chart.
//! Nothing here reads files, the clock or the network: the caller gives files, time and cluster look-ups.
//!
//! Behaviour follows Go's text/template, sprig 3 and Helm; messages are our own, positions are counted as Go does.

mod ast;
mod call;
mod convert;
mod environment;
mod error;
mod eval;
mod exec;
mod expressions;
mod floats;
mod functions;
mod kinds;
mod lexer;
mod limits;
mod literals;
mod object;
mod parser;
mod print;
mod printf;
mod run;
mod value;

pub(crate) mod chart;

pub(crate) use call::{Answer, Call};
pub(crate) use environment::{Environment, MissingKey};
pub(crate) use error::{Error, Failure};
pub(crate) use limits::Limits;
pub(crate) use object::{Object, Struct};
pub(crate) use value::{IntKind, List, Map, Value};

#[cfg(test)]
mod tests;
