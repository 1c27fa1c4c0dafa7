//! The part of the checker that brings variables: loops, `cel.bind`, `optMap`.

use cel::common::ast::{CallExpr, Expr, IdedExpr};

use super::check::{Checked, Checker};
use super::program::{Flaw, Loop, Node, What};
use super::types::Type;

impl<'s> Checker<'_, 's> {
    /// Calls that bring variables: loops, `cel.bind`, `optMap`; `None` for other calls.
    pub(super) fn with_variables(
        &mut self,
        at: &IdedExpr,
        call: &CallExpr,
    ) -> Result<Option<(Node, Type<'s>)>, Flaw> {
        let Some(target) = &call.target else {
            return Ok(None);
        };
        let name = |at: &IdedExpr| match &at.expr {
            Expr::Ident(name) => Some(name.clone()),
            _ => None,
        };
        let arguments = call.args.as_slice();
        let of_cel = matches!(&target.expr, Expr::Ident(name) if name == "cel");
        Ok(match (call.func_name.as_str(), arguments) {
            ("bind", [variable, value, body]) if of_cel => match name(variable) {
                Some(variable) => Some(self.bind(variable, value, body)?),
                None => {
                    return self.wrong(
                        variable.id,
                        "cel.bind() variable names must be simple identifiers",
                    );
                }
            },
            ("optMap" | "optFlatMap", [variable, body]) => match name(variable) {
                Some(variable) => {
                    Some(self.optional(at, target, variable, body, call.func_name == "optMap")?)
                }
                None => None,
            },
            (called, [variable, rest @ ..]) => {
                let two = || rest.first().and_then(name);
                let (what, second, rest) = match (called, rest) {
                    ("all", [_]) => (What::All, None, rest),
                    ("exists", [_]) => (What::Exists, None, rest),
                    ("exists_one" | "existsOne", [_]) => (What::ExistsOne, None, rest),
                    ("filter", [_]) => (What::Filter, None, rest),
                    ("map", [_] | [_, _]) => (What::Map, None, rest),
                    ("all", [_, _]) => (What::All, two(), &rest[1..]),
                    ("exists", [_, _]) => (What::Exists, two(), &rest[1..]),
                    ("exists_one" | "existsOne", [_, _]) => (What::ExistsOne, two(), &rest[1..]),
                    ("transformList", [_, _] | [_, _, _]) => {
                        (What::TransformList, two(), &rest[1..])
                    }
                    ("transformMap", [_, _] | [_, _, _]) => (What::TransformMap, two(), &rest[1..]),
                    _ => return Ok(None),
                };
                let Some(variable) = name(variable) else {
                    return self.wrong(variable.id, "argument must be a simple name");
                };
                Some(self.loop_over(what, target, (variable, second), rest)?)
            }
            _ => None,
        })
    }

    fn declare(&mut self, name: String, of: Type<'s>) -> usize {
        self.variables.push((name, of));
        self.most = self.most.max(self.variables.len());
        self.variables.len() - 1
    }

    fn bind(&mut self, name: String, value: &IdedExpr, body: &IdedExpr) -> Checked<'s> {
        let (value, of) = self.boxed(value)?;
        let slot = self.declare(name, of);
        let done = self.boxed(body);
        self.variables.truncate(slot);
        let (body, found) = done?;
        Ok((Node::Bind { slot, value, body }, found))
    }

    fn optional(
        &mut self,
        at: &IdedExpr,
        of: &IdedExpr,
        name: String,
        body: &IdedExpr,
        wraps: bool,
    ) -> Checked<'s> {
        let (of, from) = self.boxed(of)?;
        let inner = match &from {
            Type::Optional(inner) => (**inner).clone(),
            Type::Dyn => Type::Dyn,
            _ => {
                return self.no_overload(at, if wraps { "optMap" } else { "optFlatMap" }, &[&from]);
            }
        };
        let slot = self.declare(name, inner);
        let done = self.boxed(body);
        self.variables.truncate(slot);
        let (body, found) = done?;
        let found = if wraps {
            Type::Optional(Box::new(found))
        } else {
            found
        };
        Ok((
            Node::Optional {
                of,
                slot,
                body,
                wraps,
            },
            found,
        ))
    }

    fn loop_over(
        &mut self,
        what: What,
        range: &IdedExpr,
        names: (String, Option<String>),
        rest: &[IdedExpr],
    ) -> Checked<'s> {
        let at_range = range.id;
        let (range, from) = self.expression(range)?;
        let two = names.1.is_some();
        let (first, second) = match &from {
            Type::Dyn => (Type::Dyn, Type::Dyn),
            Type::List(of) if two => (Type::Int, (**of).clone()),
            Type::List(of) => ((**of).clone(), Type::Dyn),
            Type::Map(keys, values) => ((**keys).clone(), (**values).clone()),
            other => {
                let text = format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be list, map, or dynamic)"
                );
                return self.wrong(at_range, &text);
            }
        };
        let slot = self.declare(names.0, first.clone());
        let second = names.1.map(|name| self.declare(name, second));
        let bodies: Result<Vec<(Node, Type<'s>)>, Flaw> =
            rest.iter().map(|body| self.expression(body)).collect();
        self.variables.truncate(slot);
        let mut bodies = bodies?;
        let makes = matches!(what, What::Map | What::TransformList | What::TransformMap);
        let make = if makes { bodies.pop() } else { None };
        let condition = bodies.pop();
        if let Some((_, found)) = &condition
            && !found.fits(&Type::Bool)
        {
            let text = format!("expected type 'bool' but found '{found}'");
            return self.wrong(rest[0].id, &text);
        }
        let (make, made) = make.unzip();
        let gives = match (what, made) {
            (What::Filter, _) => Type::List(Box::new(first)),
            (What::Map | What::TransformList, made) => {
                Type::List(Box::new(made.unwrap_or(Type::Dyn)))
            }
            (What::TransformMap, made) => {
                let key = if matches!(from, Type::Map(..)) {
                    first
                } else {
                    Type::Int
                };
                Type::Map(Box::new(key), Box::new(made.unwrap_or(Type::Dyn)))
            }
            _ => Type::Bool,
        };
        let condition = condition.map(|(node, _)| node);
        let made = Loop {
            what,
            range,
            slot,
            second,
            condition,
            make,
        };
        Ok((Node::Loop(Box::new(made)), gives))
    }
}
