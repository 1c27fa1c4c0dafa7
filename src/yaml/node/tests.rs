//! Where values stand: in blocks, brackets and quotes, after other alphabets and mended lines.

use super::*;

/// Every node of a tree: the way to it and its text.
fn dump(text: &str) -> Vec<String> {
    fn walk(text: &str, node: &Node, path: &Path, out: &mut Vec<String>) {
        out.push(format!("{path}={}", &text[node.span.clone()]));
        match &node.kind {
            Kind::Sequence { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    walk(text, &item.node, &path.join(index), out);
                }
            }
            Kind::Mapping { entries, .. } => {
                for entry in entries {
                    walk(text, &entry.value, &path.join(entry.name.as_str()), out);
                }
            }
            Kind::Scalar(_) | Kind::Alias => {}
        }
    }
    let tree = Tree::parse(text).expect(text);
    let mut out = Vec::new();
    if let Some(root) = &tree.root {
        walk(text, root, &Path::default(), &mut out);
    }
    out
}

#[test]
fn finds_the_text_of_every_value() {
    let text =
        "# c\n---\na: 1 # x\nb:\n  - x\n  - c: d\n    e: [1, {a: b, c: d}, k: v] # y\n\n# z\nf:\n";
    assert_eq!(
        dump(text)[1..],
        [
            "a=1",
            "b=- x\n  - c: d\n    e: [1, {a: b, c: d}, k: v]",
            "b[0]=x",
            "b[1]=c: d\n    e: [1, {a: b, c: d}, k: v]",
            "b[1].c=d",
            "b[1].e=[1, {a: b, c: d}, k: v]",
            "b[1].e[0]=1",
            "b[1].e[1]={a: b, c: d}",
            "b[1].e[1].a=b",
            "b[1].e[1].c=d",
            "b[1].e[2]=k: v",
            "b[1].e[2].k=v",
            "f=",
        ]
    );
}

#[test]
fn finds_blocks_of_text_properties_aliases_and_values_left_out() {
    let text = "g: |\n  text\n\n\nh: &x !!str \"q\"\ni: *x\nj: {a: , b, 'c': }\nk:\n- \n- # c\n  - l\n? m\n: n\no: >-\n  é\n";
    assert_eq!(
        dump(text)[1..],
        [
            "g=|\n  text\n",
            "h=\"q\"",
            "i=*x",
            "j={a: , b, 'c': }",
            "j.a=",
            "j.b=",
            "j.c=",
            "k=- \n- # c\n  - l",
            "k[0]=",
            "k[1]=- l",
            "k[1][0]=l",
            "m=n",
            "o=>-\n  é\n",
        ]
    );
}

#[test]
fn finds_values_after_other_alphabets_marks_and_mended_lines() {
    let text = "\u{feff}ключ: значение\r\n80: [é,\r\nü\r\n]\r\nyes: 'ß'\r\n";
    assert_eq!(
        dump(text)[1..],
        [
            "ключ=значение",
            "80=[é,\r\nü\r\n]",
            "80[0]=é",
            "80[1]=ü",
            "true='ß'"
        ]
    );
}

#[test]
fn says_on_which_line_a_field_stands() {
    let text = "spec:\n  values:\n    pilot:\n      - x\n      - foo: 1\n";
    let path = |steps: &[&str]| -> Path {
        steps
            .iter()
            .map(|step| step.parse().map_or(Step::from(*step), Step::Index))
            .collect()
    };
    let line = |steps: &[&str]| line_of(text, &path(steps));
    assert_eq!(line(&["spec", "values", "pilot"]), Some(3));
    assert_eq!(line(&["spec", "values", "pilot", "1", "foo"]), Some(5));
    assert_eq!(line(&["spec", "values", "pilot", "1", "absent"]), Some(5));
    assert_eq!(line(&["spec", "absent", "x"]), Some(1));
    assert_eq!(line_of("a: [", &Path::default()), None);
}

#[test]
fn writes_ways_as_fields_and_as_pointers() {
    let path: Path = [
        Step::from("metadata"),
        Step::from("annotations"),
        Step::from("a.b/c~d"),
        Step::from(0),
    ]
    .into_iter()
    .collect();
    assert_eq!(path.to_string(), "metadata.annotations[\"a.b/c~d\"][0]");
    assert_eq!(path.pointer(), "/metadata/annotations/a.b~1c~0d/0");
}
