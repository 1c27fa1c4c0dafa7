//! From the tree of a rule to a program's nodes: names are resolved, calls are matched to what can be called, and types are
//! checked as far as the schema tells them.

use cel::common::ast::{
    CallExpr, EntryExpr, Expr, IdedExpr, ListExpr, LiteralValue, MapExpr, SourceInfo, operators,
};

use super::super::schema::Pattern;
use super::functions;
use super::program::{Flaw, Literal, Node};
use super::types::Type;

/// Rules may not nest deeper; Kubernetes' own bound is the parser's, 250.
const DEEPEST: usize = 250;

/// Turns trees into nodes, and notes on the way what the program will need.
pub(super) struct Checker<'t, 's> {
    source: &'t str,
    places: SourceInfo,
    /// Names in scope with their types; the place of a name is its slot.
    pub(super) variables: Vec<(String, Type<'s>)>,
    pub(super) most: usize,
    pub(super) uses_old: bool,
    depth: usize,
    /// Lists may have elements of several types, as what `format` writes.
    mixes: bool,
}

pub(super) type Checked<'s> = Result<(Node, Type<'s>), Flaw>;

impl<'t, 's> Checker<'t, 's> {
    /// For a rule in which these names have a meaning; the place of a name is that of its value.
    pub(super) fn new(source: &'t str, places: SourceInfo, names: &[(&str, Type<'s>)]) -> Self {
        let variables = names
            .iter()
            .map(|(name, of)| ((*name).to_owned(), of.clone()));
        Self {
            source,
            places,
            variables: variables.collect(),
            most: 0,
            uses_old: false,
            depth: 0,
            mixes: false,
        }
    }

    /// What is wrong at one place of the rule, with the line that it stands on.
    pub(super) fn wrong<T>(&self, at: u64, what: &str) -> Result<T, Flaw> {
        let start = self
            .places
            .offset_for(at)
            .map_or(0, |(start, _)| start as usize);
        let before: String = self.source.chars().take(start).collect();
        let line = before.matches('\n').count();
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count();
        let shown = self.source.split('\n').nth(line).unwrap_or_default();
        let dots = ".".repeat(column);
        Err(Flaw::Wrong(format!(
            "compilation failed: ERROR: <input>:{}:{}: {what}\n | {shown}\n | {dots}^",
            line + 1,
            column + 1
        )))
    }

    /// A part of the rule as a node of the program, and the type of what it gives.
    pub(super) fn expression(&mut self, at: &IdedExpr) -> Checked<'s> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.wrong(
                at.id,
                &format!("expression recursion limit exceeded: {DEEPEST}"),
            );
        }
        let done = match &at.expr {
            Expr::Literal(literal) => Ok(literal_of(literal)),
            Expr::Ident(name) => self.name(at, name),
            Expr::Select(select) if select.test => self.has(at, &select.operand, &select.field),
            Expr::Select(select) => self.select(at, &select.operand, &select.field, false),
            Expr::Call(call) => self.call(at, call),
            Expr::List(list) => self.list(list),
            Expr::Map(map) => self.map(at, map),
            Expr::Struct(made) => self.wrong(
                at.id,
                &format!(
                    "undeclared reference to '{}' (in container '')",
                    made.type_name
                ),
            ),
            Expr::Comprehension(_) | Expr::Unspecified => {
                self.wrong(at.id, "unsupported expression")
            }
        };
        self.depth -= 1;
        done
    }

    pub(super) fn boxed(&mut self, at: &IdedExpr) -> Result<(Box<Node>, Type<'s>), Flaw> {
        self.expression(at).map(|(node, of)| (Box::new(node), of))
    }

    fn name(&mut self, at: &IdedExpr, name: &str) -> Checked<'s> {
        if let Some(slot) = self.variables.iter().rposition(|(one, _)| one == name) {
            self.uses_old |= slot == 1;
            return Ok((Node::Variable(slot), self.variables[slot].1.clone()));
        }
        let types = [
            "bool",
            "bytes",
            "double",
            "int",
            "list",
            "map",
            "null_type",
            "string",
            "uint",
            "type",
        ];
        if let Some(name) = types.into_iter().find(|one| *one == name) {
            return Ok((Node::Literal(Literal::Type(name)), Type::Kind));
        }
        self.wrong(
            at.id,
            &format!("undeclared reference to '{name}' (in container '')"),
        )
    }

    fn select(&mut self, at: &IdedExpr, of: &IdedExpr, name: &str, optional: bool) -> Checked<'s> {
        if let Some(literal) = type_by_path(of, name) {
            return Ok((Node::Literal(Literal::Type(literal)), Type::Kind));
        }
        let (of, from) = self.boxed(of)?;
        let (name, found) = self.field(at, &from, name)?;
        let wraps = optional || matches!(from, Type::Optional(_));
        let found = if wraps && !matches!(found, Type::Optional(_)) {
            Type::Optional(Box::new(found))
        } else {
            found
        };
        let name = name.into();
        Ok((
            Node::Select {
                of,
                name,
                optional: wraps,
            },
            found,
        ))
    }

    fn field(
        &self,
        at: &IdedExpr,
        from: &Type<'s>,
        name: &str,
    ) -> Result<(String, Type<'s>), Flaw> {
        match from {
            Type::Dyn => Ok((super::unescape(name), Type::Dyn)),
            Type::Map(_, value) => Ok((name.to_owned(), (**value).clone())),
            Type::Optional(of) => self.field(at, of, name),
            Type::Object { .. } => match from.field(name) {
                Some(found) => Ok(found),
                None => self.wrong(at.id, &format!("undefined field '{name}'")),
            },
            other => self.wrong(
                at.id,
                &format!("type '{other}' does not support field selection"),
            ),
        }
    }

    fn has(&mut self, at: &IdedExpr, of: &IdedExpr, name: &str) -> Checked<'s> {
        let (of, from) = self.boxed(of)?;
        let (name, _) = self.field(at, &from, name)?;
        let name = name.into();
        Ok((Node::Has { of, name }, Type::Bool))
    }

    fn list(&mut self, list: &ListExpr) -> Checked<'s> {
        let mut items = Vec::new();
        let mut of: Option<Type<'s>> = None;
        for (index, item) in list.elements.iter().enumerate() {
            let (node, mut found) = self.expression(item)?;
            let optional = list.optional_indices.contains(&index);
            if let (true, Type::Optional(inner)) = (optional, &found) {
                found = (**inner).clone();
            }
            of = Some(match of {
                None => found,
                Some(of) if of.fits(&found) => of.joined(found),
                Some(_) if self.mixes => Type::Dyn,
                Some(of) => {
                    return self.wrong(
                        item.id,
                        &format!("expected type '{of}' but found '{found}'"),
                    );
                }
            });
            items.push((node, optional));
        }
        Ok((
            Node::List(items),
            Type::List(Box::new(of.unwrap_or(Type::Dyn))),
        ))
    }

    fn map(&mut self, at: &IdedExpr, map: &MapExpr) -> Checked<'s> {
        let mut entries = Vec::new();
        let (mut keys, mut values): (Option<Type<'s>>, Option<Type<'s>>) = (None, None);
        for entry in &map.entries {
            let EntryExpr::MapEntry(entry) = &entry.expr else {
                return self.wrong(at.id, "unsupported expression");
            };
            let (key, key_type) = self.expression(&entry.key)?;
            let (value, value_type) = self.expression(&entry.value)?;
            keys = Some(keys.map_or(key_type.clone(), |keys| keys.joined(key_type)));
            values = Some(values.map_or(value_type.clone(), |values| values.joined(value_type)));
            entries.push((key, value, entry.optional));
        }
        let (keys, values) = (keys.unwrap_or(Type::Dyn), values.unwrap_or(Type::Dyn));
        Ok((
            Node::Map(entries),
            Type::Map(Box::new(keys), Box::new(values)),
        ))
    }

    fn call(&mut self, at: &IdedExpr, call: &CallExpr) -> Checked<'s> {
        let arguments = call.args.as_slice();
        match (call.func_name.as_str(), arguments) {
            (operators::LOGICAL_AND, [one, other]) => {
                let pair = self.both(one, other, "_&&_", at)?;
                Ok((Node::And(pair), Type::Bool))
            }
            (operators::LOGICAL_OR, [one, other]) => {
                let pair = self.both(one, other, "_||_", at)?;
                Ok((Node::Or(pair), Type::Bool))
            }
            (operators::LOGICAL_NOT, [of]) => {
                let (of, found) = self.boxed(of)?;
                self.expect(at, "!_", &[&found], &[Type::Bool])?;
                Ok((Node::Not(of), Type::Bool))
            }
            (operators::CONDITIONAL, [condition, yes, no]) => {
                self.conditional(at, condition, yes, no)
            }
            (operators::INDEX, [of, key]) => self.index(at, of, key, false),
            (operators::OPT_INDEX, [of, key]) => self.index(at, of, key, true),
            (operators::OPT_SELECT, [of, name]) => {
                let Expr::Literal(LiteralValue::String(name)) = &name.expr else {
                    return self.wrong(at.id, "unsupported optional field selection");
                };
                self.select(at, of, name.inner(), true)
            }
            ("has", [of]) if call.target.is_none() => match &of.expr {
                Expr::Select(select) => self.has(at, &select.operand, &select.field),
                _ => self.wrong(at.id, "invalid argument to has() macro"),
            },
            _ => {
                if let Some(done) = self.with_variables(at, call)? {
                    return Ok(done);
                }
                self.function(at, call)
            }
        }
    }

    fn both(
        &mut self,
        one: &IdedExpr,
        other: &IdedExpr,
        name: &str,
        at: &IdedExpr,
    ) -> Result<Box<[Node; 2]>, Flaw> {
        let (one, first) = self.expression(one)?;
        let (other, second) = self.expression(other)?;
        self.expect(at, name, &[&first, &second], &[Type::Bool, Type::Bool])?;
        Ok(Box::new([one, other]))
    }

    fn expect(
        &self,
        at: &IdedExpr,
        name: &str,
        found: &[&Type<'s>],
        wanted: &[Type<'s>],
    ) -> Result<(), Flaw> {
        if found
            .iter()
            .zip(wanted)
            .all(|(found, wanted)| found.fits(wanted))
        {
            return Ok(());
        }
        self.no_overload(at, name, found)
    }

    pub(super) fn no_overload<T>(
        &self,
        at: &IdedExpr,
        name: &str,
        found: &[&Type<'s>],
    ) -> Result<T, Flaw> {
        let types: Vec<String> = found.iter().map(ToString::to_string).collect();
        let text = format!(
            "found no matching overload for '{name}' applied to '({})'",
            types.join(", ")
        );
        self.wrong(at.id, &text)
    }

    fn conditional(
        &mut self,
        at: &IdedExpr,
        condition: &IdedExpr,
        yes: &IdedExpr,
        no: &IdedExpr,
    ) -> Checked<'s> {
        let (condition, of) = self.expression(condition)?;
        let (yes, first) = self.expression(yes)?;
        let (no, second) = self.expression(no)?;
        if !of.fits(&Type::Bool) || !first.fits(&second) {
            return self.no_overload(at, "_?_:_", &[&of, &first, &second]);
        }
        Ok((
            Node::If(Box::new([condition, yes, no])),
            first.joined(second),
        ))
    }

    fn index(
        &mut self,
        at: &IdedExpr,
        of: &IdedExpr,
        key: &IdedExpr,
        optional: bool,
    ) -> Checked<'s> {
        let (of, from) = self.boxed(of)?;
        let (key, by) = self.boxed(key)?;
        let inner = if let Type::Optional(inner) = &from {
            inner
        } else {
            &from
        };
        let found = match inner {
            Type::Dyn => Type::Dyn,
            Type::List(of) if by.is_numeric() => (**of).clone(),
            Type::Map(keys, values) if by.fits(keys) => (**values).clone(),
            _ => return self.no_overload(at, "_[_]", &[&from, &by]),
        };
        let wraps = optional || matches!(from, Type::Optional(_));
        let found = if wraps {
            Type::Optional(Box::new(found))
        } else {
            found
        };
        Ok((
            Node::Index {
                of,
                at: key,
                optional: wraps,
            },
            found,
        ))
    }

    fn function(&mut self, at: &IdedExpr, call: &CallExpr) -> Checked<'s> {
        let (mut nodes, mut types) = (Vec::new(), Vec::new());
        let mut name = call.func_name.clone();
        let mut method = false;
        if let Some(target) = &call.target {
            match &target.expr {
                Expr::Ident(space)
                    if functions::is_namespace(space)
                        && !self.variables.iter().any(|(one, _)| one == space) =>
                {
                    name = format!("{space}.{name}");
                }
                _ => {
                    let (node, of) = self.expression(target)?;
                    nodes.push(node);
                    types.push(of);
                    method = true;
                }
            }
        }
        let outside = std::mem::replace(&mut self.mixes, method && name == "format");
        for argument in &call.args {
            let (node, of) = self.expression(argument)?;
            nodes.push(node);
            types.push(of);
        }
        self.mixes = outside;
        match functions::find(&name, method, &types) {
            functions::Found::One(function, gives) => {
                functions::check_literals(function, &nodes)
                    .or_else(|what| self.wrong(at.id, &what))?;
                if let ("matches", [_, Node::Literal(Literal::Text(pattern))]) =
                    (name.as_str(), nodes.as_slice())
                {
                    let pattern = Pattern::new(pattern);
                    let of = Box::new(nodes.swap_remove(0));
                    return Ok((Node::Matches { of, pattern }, Type::Bool));
                }
                Ok((
                    Node::Call {
                        function,
                        arguments: nodes,
                    },
                    gives,
                ))
            }
            functions::Found::OtherTypes => {
                let types: Vec<&Type<'s>> = types.iter().collect();
                self.no_overload_of(at, &name, method, &types)
            }
            functions::Found::Missing => Err(Flaw::Missing(name)),
            functions::Found::None => self.wrong(
                at.id,
                &format!("undeclared reference to '{name}' (in container '')"),
            ),
        }
    }

    fn no_overload_of<T>(
        &self,
        at: &IdedExpr,
        name: &str,
        method: bool,
        found: &[&Type<'s>],
    ) -> Result<T, Flaw> {
        match (method, found) {
            (true, [target, rest @ ..]) => {
                let rest: Vec<String> = rest.iter().map(ToString::to_string).collect();
                let text = format!(
                    "found no matching overload for '{name}' applied to '{target}.({})'",
                    rest.join(", ")
                );
                self.wrong(at.id, &text)
            }
            _ => self.no_overload(at, name, found),
        }
    }
}

fn literal_of<'s>(literal: &LiteralValue) -> (Node, Type<'s>) {
    let (literal, of) = match literal {
        LiteralValue::Boolean(value) => (Literal::Bool(*value.inner()), Type::Bool),
        LiteralValue::Bytes(bytes) => (Literal::Bytes(bytes.inner().into()), Type::Bytes),
        LiteralValue::Double(value) => (Literal::Double(*value.inner()), Type::Double),
        LiteralValue::Int(value) => (Literal::Int(*value.inner()), Type::Int),
        LiteralValue::Null => (Literal::Null, Type::Null),
        LiteralValue::String(text) => (Literal::Text(text.inner().into()), Type::Text),
        LiteralValue::UInt(value) => (Literal::Uint(*value.inner()), Type::Uint),
    };
    (Node::Literal(literal), of)
}

/// Types with dots in their names.
fn type_by_path(of: &IdedExpr, name: &str) -> Option<&'static str> {
    let types = [
        (
            "google.protobuf.Duration",
            &["google", "protobuf"][..],
            "Duration",
        ),
        (
            "google.protobuf.Timestamp",
            &["google", "protobuf"],
            "Timestamp",
        ),
        ("kubernetes.URL", &["kubernetes"], "URL"),
        ("kubernetes.Quantity", &["kubernetes"], "Quantity"),
        ("net.IP", &["net"], "IP"),
        ("net.CIDR", &["net"], "CIDR"),
    ];
    let spells = |path: &[&str]| match (&of.expr, path) {
        (Expr::Ident(one), [only]) => one == only,
        (Expr::Select(select), [first, second]) => {
            select.field == *second
                && matches!(&select.operand.expr, Expr::Ident(one) if one == first)
        }
        _ => false,
    };
    let found = types
        .into_iter()
        .find(|(_, path, last)| *last == name && spells(path));
    found.map(|(full, ..)| full)
}
