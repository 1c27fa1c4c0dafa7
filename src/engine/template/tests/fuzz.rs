//! Random and damaged templates: none may make the engine panic, hang, or overflow the stack. The seed is fixed; how long
//! it runs is `MESH_FUZZ_SECONDS`, or a few seconds.

use std::time::{Duration, Instant};

use serde_json::json;

use super::super::{Environment, Limits, Value, functions};
use crate::dice::{self, Dice};

const OPERANDS: &[&str] = &[
    ".",
    "$",
    ".a",
    ".list",
    ".map.x",
    ".map",
    ".text",
    ".missing.x",
    "nil",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "3.5",
    "1e9",
    "9223372036854775807",
    "-9223372036854775808",
    "'x'",
    "`raw`",
    "\"\"",
    "\"é\\n日本\"",
    "\"a,b,c\"",
    "\"{{.a}}\"",
    "\"%d %s %v %[9]*d\"",
    "\"(a+)+$\"",
    "\"^1.2 || >=2 - 3\"",
    "\"2006-01-02T15:04:05.000Z07:00\"",
    "\"http://u@h:1/p?q#f\"",
    "\"- a: [1, {b: c}]\"",
    "\"{\\\"a\\\": [1, null]}\"",
    "$x",
    "(list 1 2 3)",
    "(dict \"k\" (list 1))",
    "(until 3)",
    "(now)",
];

const SNIPPETS: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    "(",
    ")",
    "|",
    ".",
    "$",
    ":=",
    "=",
    ",",
    " ",
    "\n",
    "\"",
    "`",
    "'",
    "\\",
    "{{end}}",
    "{{else}}",
    "{{if .a}}",
    "{{range $i, $e := .list}}",
    "{{with .map}}",
    "{{define \"t\"}}",
    "{{template \"t\" .}}",
    "{{block \"b\" .}}",
    "{{break}}",
    "{{continue}}",
    "{{/*",
    "*/}}",
    "é",
    "\u{0}",
    "\u{10FFFF}",
    "%",
    "0x",
    "1e",
    "..",
    "nil",
    "}}{{",
    "{{$x := 1}}",
];

fn operand(random: &mut Dice, functions: &[&str], depth: usize) -> String {
    if depth > 0 && random.roll(4) == 0 {
        return format!("({})", pipeline(random, functions, depth - 1));
    }
    random.one(OPERANDS).to_owned()
}

fn pipeline(random: &mut Dice, functions: &[&str], depth: usize) -> String {
    let mut text = String::new();
    for stage in 0..=random.roll(3) {
        if stage > 0 {
            text.push_str(" | ");
        }
        if stage > 0 || random.roll(5) > 0 {
            text.push_str(random.one(functions));
            for _ in 0..random.roll(4) {
                text.push(' ');
                text.push_str(&operand(random, functions, depth));
            }
        } else {
            text.push_str(&operand(random, functions, depth));
        }
    }
    text
}

fn template(random: &mut Dice, functions: &[&str], depth: usize) -> String {
    let mut text = String::from("{{$x := .a}}");
    for _ in 0..random.roll(6) {
        let action = pipeline(random, functions, 3);
        let inner = if depth > 0 {
            template(random, functions, depth - 1)
        } else {
            "x".into()
        };
        let piece = match random.roll(9) {
            0 => format!("{{{{if {action}}}}}{inner}{{{{else}}}}y{{{{end}}}}"),
            1 => format!("{{{{range $i, $e := {action}}}}}{inner}{{{{end}}}}"),
            2 => format!("{{{{with $w := {action}}}}}{inner}{{{{end}}}}"),
            3 => format!("{{{{- $x = {action} -}}}}\n"),
            4 => format!("{{{{template \"t\" {action}}}}}"),
            5 => format!("{{{{ ({action}).x }}}}"),
            _ => format!("a {{{{ {action} }}}} b"),
        };
        text.push_str(&piece);
    }
    text
}

/// Cuts, doubles, swaps and inserts at random places.
fn damage(random: &mut Dice, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random.roll(4) {
        let at = random.roll(characters.len() + 1);
        let to = (at + random.roll(12)).min(characters.len());
        match random.roll(4) {
            0 => drop(characters.drain(at..to)),
            1 => {
                let copy = characters[at..to].to_vec();
                characters.splice(at..at, copy);
            }
            2 if to > at => characters.swap(at, to - 1),
            _ => drop(characters.splice(at..at, random.one(SNIPPETS).chars())),
        }
    }
    characters.into_iter().collect()
}

#[test]
fn no_template_makes_the_engine_panic() {
    let until = Instant::now() + dice::time(1.0, Duration::from_secs(4));
    let mut functions: Vec<&str> = functions::names().collect();
    functions.sort_unstable();
    let mut random = Dice::new(0x5EED_0FA1_17EA);
    let (mut rounds, mut rendered) = (0, 0);
    while Instant::now() < until {
        let whole = template(&mut random, &functions, 2);
        for text in [damage(&mut random, &whole), whole] {
            let data = json!({"a": 5, "list": [1, "b", null, {"x": 1}], "map": {"x": {"y": "z"}}, "text": "some text, ümläut\n"});
            let mut environment = Environment::new();
            environment.set_limits(Limits {
                steps: 100_000,
                size: 1 << 20,
                ..Limits::default()
            });
            let parsed = environment.parse("shared", "{{define \"t\"}}<{{.}}>{{end}}");
            let parsed = parsed.and_then(|()| environment.parse("fuzz", &text));
            let result = parsed.and_then(|()| environment.render("fuzz", &Value::from(&data)));
            rounds += 1;
            match result {
                Ok(_) => rendered += 1,
                Err(error) => assert!(
                    !error.message.is_empty() && error.line > 0,
                    "{text:?}: {error:?}"
                ),
            }
        }
    }
    // Were everything an error, nothing would be tested.
    assert!(
        rendered * 50 > rounds,
        "{rendered} of {rounds} templates rendered"
    );
}
