//! Sets of fields, and their form in `managedFields`.
//!
//! A set is a tree in the form that `fieldsV1` gives it: a node's names are path elements (`f:` a field, `k:` an element of a
//! list by its keys, `v:` one by its value, `i:` one by its place), and `.` in a node says that the node itself is in the
//! set. A node without names is in the set, too. No node is without a member in or under it.

use serde_json::{Map, Value};

/// The content of a node.
pub(crate) type Node = Map<String, Value>;

const SELF: &str = ".";

/// A set of field paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSet(Node);

impl FieldSet {
    /// The set with this tree; `None` is the empty one.
    pub(crate) fn new(root: Option<Node>) -> Self {
        Self(root.unwrap_or_default())
    }

    /// Takes `fieldsV1` as it was written by `into_json`.
    pub(crate) fn trusted(value: Value) -> Self {
        match value {
            Value::Object(root) => Self(root),
            _ => Self::default(),
        }
    }

    /// Reads `fieldsV1`.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let root = value
            .as_object()
            .ok_or_else(|| "a set of fields is an object".to_owned())?;
        let mut root = read(root)?;
        root.remove(SELF);
        Ok(Self(root))
    }

    /// As `fieldsV1` has it.
    pub(crate) fn into_json(self) -> Value {
        Value::Object(self.0)
    }

    /// The tree from its root.
    pub(crate) fn root(&self) -> &Node {
        &self.0
    }

    /// Whether no field is in the set.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds what is in another set.
    pub(crate) fn unite(&mut self, other: &Self) {
        unite(&mut self.0, &other.0);
    }

    /// Takes out what is in another set.
    pub(crate) fn subtract(&mut self, other: &Self) {
        subtract(&mut self.0, &other.0, false);
    }

    /// Takes out what is in another set, and everything under it.
    pub(crate) fn subtract_trees(&mut self, other: &Self) {
        subtract(&mut self.0, &other.0, true);
    }

    /// What is in both sets.
    pub(crate) fn common(&self, other: &Self) -> Self {
        Self(common(&self.0, &other.0))
    }

    /// Takes out fields at the root with all that is under them.
    pub(crate) fn drop_fields(&mut self, names: &[&str]) {
        self.0.retain(|name, _| {
            !name
                .strip_prefix("f:")
                .is_some_and(|name| names.contains(&name))
        });
    }

    /// Takes out what nobody owns: the kind, and what the server gives to every object.
    pub(crate) fn strip(&mut self) {
        const GIVEN: [&str; 10] = [
            SELF,
            "f:clusterName",
            "f:creationTimestamp",
            "f:generation",
            "f:managedFields",
            "f:name",
            "f:namespace",
            "f:resourceVersion",
            "f:selfLink",
            "f:uid",
        ];
        self.drop_fields(&["apiVersion", "kind"]);
        let Some(metadata) = self.0.get_mut("f:metadata").and_then(Value::as_object_mut) else {
            return;
        };
        metadata.retain(|name, _| !GIVEN.contains(&name.as_str()));
        if metadata.is_empty() {
            self.0.remove("f:metadata");
        }
    }

    /// The paths in the set as messages write them: at each level what is in the set before what is under it.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect(&self.0, "", &mut paths);
        paths
    }
}

/// The name of a field's node.
pub(crate) fn field_element(name: &str) -> String {
    ["f:", name].concat()
}

/// Whether a node itself is in the set.
pub(crate) fn is_member(node: &Node) -> bool {
    node.is_empty() || node.contains_key(SELF)
}

/// Puts a node itself into the set.
pub(crate) fn add_member(node: &mut Node) {
    if !node.is_empty() {
        node.insert(SELF.to_owned(), Value::Object(Node::new()));
    }
}

fn under(node: &Node) -> impl Iterator<Item = (&String, &Node)> {
    node.iter()
        .filter(|(name, _)| *name != SELF)
        .filter_map(|(name, value)| Some((name, value.as_object()?)))
}

fn unite(one: &mut Node, other: &Node) {
    for (name, node) in under(other) {
        let Some(mine) = one.get_mut(name).and_then(Value::as_object_mut) else {
            one.insert(name.clone(), Value::Object(node.clone()));
            continue;
        };
        let member = is_member(mine) || is_member(node);
        unite(mine, node);
        if member {
            add_member(mine);
        }
    }
}

fn subtract(one: &mut Node, other: &Node, trees: bool) {
    for (name, node) in under(other) {
        let Some(mine) = one.get_mut(name).and_then(Value::as_object_mut) else {
            continue;
        };
        let (member, taken) = (is_member(mine), is_member(node));
        if taken && trees {
            one.remove(name);
            continue;
        }
        subtract(mine, node, trees);
        mine.remove(SELF);
        if mine.is_empty() && (taken || !member) {
            one.remove(name);
        } else if member && !taken {
            add_member(mine);
        }
    }
}

fn common(one: &Node, other: &Node) -> Node {
    let mut out = Node::new();
    for (name, node) in under(one) {
        let Some(theirs) = other.get(name).and_then(Value::as_object) else {
            continue;
        };
        let mut both = common(node, theirs);
        let member = is_member(node) && is_member(theirs);
        if member {
            add_member(&mut both);
        }
        if member || !both.is_empty() {
            out.insert(name.clone(), Value::Object(both));
        }
    }
    out
}

fn read(node: &Node) -> Result<Node, String> {
    let mut out = Node::new();
    for (name, value) in node {
        let under = value
            .as_object()
            .ok_or_else(|| format!("{name}: expected an object"))?;
        let json = |text: &str| {
            serde_json::from_str::<Value>(text).map_err(|error| format!("{name:?}: {error}"))
        };
        // Written anew, so that the same element always has the same name.
        let name = match name.split_once(':') {
            None if name == SELF => name.clone(),
            Some(("f", _)) => name.clone(),
            Some(("k", key)) => match json(key)? {
                key @ Value::Object(_) => format!("k:{key}"),
                _ => return Err(format!("{name:?}: expected an object after k:")),
            },
            Some(("v", text)) => format!("v:{}", json(text)?),
            Some(("i", place)) if place.parse::<u64>().is_ok() => name.clone(),
            _ => {
                return Err(format!(
                    "{name:?} is no path element: expected f:, k:, v: or i:"
                ));
            }
        };
        let under = read(under)?;
        out.insert(name, Value::Object(under));
    }
    Ok(out)
}

fn collect(node: &Node, path: &str, out: &mut Vec<String>) {
    for (name, node) in under(node) {
        if is_member(node) {
            out.push(format!("{path}{}", shown(name)));
        }
    }
    for (name, node) in under(node) {
        collect(node, &format!("{path}{}", shown(name)), out);
    }
}

/// A path element as messages write it: `.spec`, `[name="a"]`, `[="a"]`, `[3]`.
pub(crate) fn shown(element: &str) -> String {
    match element.split_once(':') {
        Some(("f", name)) => format!(".{name}"),
        Some(("k", key)) => {
            let key: Value = serde_json::from_str(key).unwrap_or_default();
            let pairs = key.as_object().into_iter().flatten();
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!("[{}]", pairs.join(","))
        }
        Some(("v", value)) => format!("[={value}]"),
        Some((_, place)) => format!("[{place}]"),
        None => element.to_owned(),
    }
}
