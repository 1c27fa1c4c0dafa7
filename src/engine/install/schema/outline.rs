//! The outlines beside this file: a name a line, what stands below a name indented by two more, and the type after it.
//! Checking values against them is not here.

pub(super) const OUTLINES: [&str; 4] = [
    include_str!("spec.txt"),
    include_str!("components.txt"),
    include_str!("values.txt"),
    include_str!("mesh.txt"),
];

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Int,
    Number,
    Text,
    Scalar,
    /// A list of anything.
    List,
    /// A map with any keys.
    Map,
    /// A map with any keys and text at each.
    Texts,
    Any,
    Kubernetes(&'static str),
    KubernetesList(&'static str),
    /// A map with the keys below.
    Fields,
    /// A list of maps with the keys below.
    ListOfFields,
    /// One of these words, with `|` between.
    OneOf(&'static str),
    /// What the named node is.
    Use(&'static str),
}

/// One name of an outline.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    pub(super) children: Vec<Self>,
}

impl Node {
    /// A child by name; mesh config may be written with `_` as well.
    pub(super) fn child(&self, key: &str) -> Option<&Self> {
        let direct = self.children.iter().find(|child| child.name == key);
        if direct.is_some() || !key.contains('_') {
            return direct;
        }
        let plain = key.replace('_', "").to_lowercase();
        self.children
            .iter()
            .find(|child| child.name.to_lowercase() == plain)
    }
}

/// Reads one outline; what it says twice or wrongly indented, a test of the outlines finds.
pub(super) fn read(text: &'static str) -> Vec<Node> {
    let mut lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let name = line.trim_start();
            (line.len() - name.len(), name)
        })
        .peekable();
    read_nodes(&mut lines, 0)
}

fn read_nodes(
    lines: &mut std::iter::Peekable<impl Iterator<Item = (usize, &'static str)>>,
    indent: usize,
) -> Vec<Node> {
    let mut nodes = Vec::new();
    while let Some((_, line)) = lines.next_if(|(depth, _)| *depth == indent) {
        let (name, kind) = match line.split_once(' ') {
            Some((name, kind)) => (name, read_type(kind)),
            None => (line, Type::Fields),
        };
        let children = match lines.peek() {
            Some((depth, _)) if *depth > indent => read_nodes(lines, indent + 2),
            _ => Vec::new(),
        };
        nodes.push(Node {
            name,
            kind,
            children,
        });
    }
    nodes
}

pub(super) fn read_type(text: &'static str) -> Type {
    match text {
        "bool" => Type::Bool,
        "int" => Type::Int,
        "number" => Type::Number,
        "text" => Type::Text,
        "scalar" => Type::Scalar,
        "list" => Type::List,
        "map" => Type::Map,
        "texts" => Type::Texts,
        "[]" => Type::ListOfFields,
        _ => {
            if text.contains('|') {
                Type::OneOf(text)
            } else if let Some(name) = text.strip_prefix("use:") {
                Type::Use(name)
            } else if let Some(name) = text.strip_prefix("k8s:") {
                Type::Kubernetes(name)
            } else if let Some(name) = text
                .strip_prefix("[k8s:")
                .and_then(|rest| rest.strip_suffix(']'))
            {
                Type::KubernetesList(name)
            } else {
                Type::Any
            }
        }
    }
}
