//! The types of built-in kinds: their fields, and how their lists merge.
//!
//! `schema.txt` has a line for each type of Kubernetes 1.34's API that the kinds of the table reach. Fields and types are
//! those of k8s-openapi's structs, list kinds those of the schema that client-go's apply configurations carry. A line is the
//! type's name (`@` before it: apply treats it as one value) and its fields, `name:shape`. A shape is
//!
//! - a letter: `s` text, `i` and `l` whole numbers of 32 and 64 bits, `n` number, `b` boolean, `q` quantity, `x` number or
//!   text, `t` and `u` times, `y` base64, `*` anything;
//! - the name of a type; `{shape}` a map (`@` before it: one value to apply); `[shape]` a list, `[shape|keys/patch keys]`
//!   one that merges: to apply it is a map by `keys`, or a set if that is `=`, to a strategic merge patch a map by the patch
//!   keys, which are the same where they are not given;
//! - any of these with `!` before it: never absent in Kubernetes' own types.

use std::collections::HashMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("schema.txt");

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Int32,
    Int64,
    Number,
    Bool,
    Quantity,
    IntOrString,
    Time,
    MicroTime,
    /// Base64.
    Bytes,
    Any,
    List(Box<Self>, Merge),
    /// `atomic`: apply treats it as one value.
    Map {
        values: Box<Self>,
        atomic: bool,
    },
    /// The name of a type.
    Object(&'static str),
}

/// How a list merges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Merge {
    /// To apply: the keys of its elements; none for a set or an atomic list.
    pub(crate) keys: Vec<&'static str>,
    /// To apply: a set.
    pub(crate) set: bool,
    /// To a strategic merge patch: the key of its elements.
    pub(crate) patch_key: Option<&'static str>,
    /// To a strategic merge patch: a list of scalars that is added to.
    pub(crate) patch_set: bool,
}

/// A field of a type.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// Never absent in Kubernetes' own types; an object may still leave it out where there is a default.
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// One type.
#[derive(Clone, Debug)]
pub(crate) struct Type {
    /// As `apps.v1.DeploymentSpec`.
    pub(crate) name: &'static str,
    /// Apply treats it as one value.
    pub(crate) atomic: bool,
    /// Sorted by name. Those of a kind are without `apiVersion` and `kind`.
    pub(crate) fields: Vec<Field>,
}

impl Shape {
    /// How a list merges; `None` for what is no list.
    pub(crate) fn merge(&self) -> Option<&Merge> {
        match self {
            Self::List(_, how) => Some(how),
            _ => None,
        }
    }

    /// What a field or entry is; `None` where nothing is known of it.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(of) => named(of)?.field(name).map(|field| &field.shape),
            Self::Map { values, .. } => Some(values),
            _ => None,
        }
    }

    /// What the elements of a list are.
    pub(crate) fn item(&self) -> Option<&Self> {
        match self {
            Self::List(items, _) => Some(items),
            _ => None,
        }
    }
}

impl Type {
    /// Whether a value of this type inside of an object says its `apiVersion` and `kind`, as objects do: claims in a
    /// StatefulSet's templates.
    pub(crate) fn says_its_kind(&self) -> bool {
        self.name == "core.v1.PersistentVolumeClaim"
    }

    /// A field by its name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        let found = self.fields.binary_search_by(|field| field.name.cmp(name));
        found.ok().map(|at| &self.fields[at])
    }
}

/// The type of a built-in kind.
pub(crate) fn of(group: &str, version: &str, kind: &str) -> Option<&'static Type> {
    let package = match group.split('.').next() {
        None | Some("") => "core",
        Some(first) => first,
    };
    named(&format!("{package}.{version}.{kind}"))
}

/// A type by its name, as shapes give it.
pub(crate) fn named(name: &str) -> Option<&'static Type> {
    static LINES: OnceLock<HashMap<&'static str, (&'static str, OnceLock<Type>)>> = OnceLock::new();
    // A type is read when it is first asked for: most commands need few of them.
    let lines = LINES.get_or_init(|| {
        let lines = TEXT.lines().map(|line| {
            let name = line.split(' ').next().unwrap_or_default();
            (name.trim_start_matches('@'), (line, OnceLock::new()))
        });
        lines.collect()
    });
    let (line, found) = lines.get(name)?;
    Some(found.get_or_init(|| read_type(line)))
}

fn read_type(line: &'static str) -> Type {
    let mut words = line.split(' ');
    let name = words.next().unwrap_or_default();
    let mut fields: Vec<Field> = words.filter_map(read_field).collect();
    fields.sort_by_key(|field| field.name);
    Type {
        name: name.trim_start_matches('@'),
        atomic: name.starts_with('@'),
        fields,
    }
}

fn read_field(word: &'static str) -> Option<Field> {
    let (name, shape) = word.split_once(':')?;
    Some(Field {
        name,
        required: shape.starts_with('!'),
        shape: read_shape(shape.trim_start_matches('!')),
    })
}

fn read_shape(text: &'static str) -> Shape {
    if let Some(inner) = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
    {
        let (values, merge) = inner.split_once('|').unwrap_or((inner, ""));
        return Shape::List(Box::new(read_shape(values)), read_merge(merge));
    }
    let map = text.trim_start_matches('@');
    if let Some(values) = map.strip_prefix('{').and_then(|map| map.strip_suffix('}')) {
        return Shape::Map {
            values: Box::new(read_shape(values)),
            atomic: text.starts_with('@'),
        };
    }
    match text {
        "s" => Shape::Text,
        "i" => Shape::Int32,
        "l" => Shape::Int64,
        "n" => Shape::Number,
        "b" => Shape::Bool,
        "q" => Shape::Quantity,
        "x" => Shape::IntOrString,
        "t" => Shape::Time,
        "u" => Shape::MicroTime,
        "y" => Shape::Bytes,
        "*" => Shape::Any,
        name => Shape::Object(name),
    }
}

fn read_merge(text: &'static str) -> Merge {
    let (apply, patch) = match text.split_once('/') {
        Some((apply, patch)) => (apply, Some(patch)),
        None => (text, None),
    };
    let set = apply == "=";
    let keys: Vec<&str> = apply
        .split(',')
        .filter(|key| !key.is_empty() && !set)
        .collect();
    let patch = patch.unwrap_or(apply);
    Merge {
        set,
        patch_key: patch
            .split(',')
            .next()
            .filter(|key| !key.is_empty() && *key != "="),
        patch_set: patch == "=",
        keys,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(kind: &'static str, path: &[&str]) -> Shape {
        let mut shape = Shape::Object(kind);
        for name in path {
            while let Shape::List(inner, _) = shape {
                shape = *inner;
            }
            let Shape::Object(kind) = shape else {
                panic!("{name} is in nothing");
            };
            shape = named(kind).unwrap().field(name).unwrap().shape.clone();
        }
        shape
    }

    #[test]
    fn no_type_is_missing() {
        fn complete(shape: &Shape) {
            match shape {
                Shape::List(inner, _) | Shape::Map { values: inner, .. } => complete(inner),
                Shape::Object(name) => assert!(named(name).is_some(), "{name}"),
                _ => {}
            }
        }
        for line in TEXT.lines() {
            for field in read_type(line).fields {
                complete(&field.shape);
            }
        }
    }

    #[test]
    fn lists_merge_as_kubernetes_says() {
        let Shape::List(_, ports) = shape("core.v1.Service", &["spec", "ports"]) else {
            panic!()
        };
        assert_eq!(
            (ports.keys, ports.patch_key),
            (vec!["port", "protocol"], Some("port"))
        );
        let Shape::List(_, containers) = shape(
            "apps.v1.Deployment",
            &["spec", "template", "spec", "containers"],
        ) else {
            panic!()
        };
        assert_eq!(
            (containers.keys, containers.patch_key),
            (vec!["name"], Some("name"))
        );
        let Shape::List(_, finalizers) = shape("core.v1.Pod", &["metadata", "finalizers"]) else {
            panic!()
        };
        assert!(finalizers.set && finalizers.patch_set && finalizers.keys.is_empty());
        let Shape::List(_, args) = shape("core.v1.Pod", &["spec", "containers", "args"]) else {
            panic!()
        };
        assert_eq!(args, Merge::default());
    }
}
