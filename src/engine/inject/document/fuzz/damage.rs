//! Damage to texts.

use crate::dice::Dice;

const SNIPPETS: &[&str] = &[
    "\t",
    "\r",
    "\r\n",
    "\n",
    " ",
    "  ",
    "#",
    " # ",
    ":",
    ": ",
    "- ",
    "-",
    "---\n",
    "...\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "*a1",
    "<<: *a1\n",
    "|",
    "|2",
    ">-",
    "|+\n",
    "'",
    "\"",
    "!!str ",
    "!x ",
    "? ",
    "%",
    "@",
    "`",
    "~",
    "null",
    "é",
    "\u{feff}",
    "\u{0}",
    "\u{85}",
    "\u{2028}",
    "0x1F",
    "1_000",
    "yes",
    "=",
    "key: value\n",
    "containers:\n",
    "sidecar.istio.io/status: '{}'\n",
    "# kube-uninject: []\n",
    "# kube-uninject: [[0,[],[\"x\"]]]\n",
    "name: istio-proxy\n",
    "{{ .Values.x }}",
    "\u{1F600}",
];

/// Cuts, doubles, moves and inserts, lines or characters.
pub(super) fn damage(dice: &mut Dice, text: &str) -> String {
    if dice.hits(2) && !text.is_empty() {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let at = dice.roll(lines.len());
        match dice.roll(6) {
            0 => drop(lines.remove(at)),
            1 => {
                let line = lines[at].clone();
                let to = if dice.hits(2) {
                    at
                } else {
                    dice.roll(lines.len())
                };
                lines.insert(to, line);
            }
            2 => {
                let other = dice.roll(lines.len());
                lines.swap(at, other);
            }
            3 => lines[at].insert_str(0, dice.one(&[" ", "  ", "\t", "    ", "# ", "- "])),
            4 => lines[at] = lines[at].trim_start().to_owned(),
            _ => lines.insert(at, dice.one(SNIPPETS).to_owned()),
        }
        return lines.concat();
    }
    let mut characters: Vec<char> = text.chars().collect();
    let at = dice.roll(characters.len() + 1);
    let to = (at + dice.roll(12)).min(characters.len());
    match dice.roll(4) {
        0 => drop(characters.drain(at..to)),
        1 => {
            let copy = characters[at..to].to_vec();
            characters.splice(at..at, copy);
        }
        2 if to > at => characters.swap(at, to - 1),
        _ => drop(characters.splice(at..at, dice.one(SNIPPETS).chars())),
    }
    characters.into_iter().collect()
}
