//! The rule of layers that ARCHITECTURE.md states, held against the source.

use std::fs;
use std::path::{Path, PathBuf};

/// A layer, and the modules of the crate that nothing in it may name.
const RULES: &[(&str, &[&str])] = &[
    (
        "engine",
        &["cli", "cluster", "commands", "output", "settings"],
    ),
    (
        "yaml",
        &["cli", "cluster", "commands", "engine", "output", "settings"],
    ),
    (
        "kubernetes",
        &[
            "cli", "cluster", "commands", "engine", "error", "output", "sandbox", "settings",
            "yaml",
        ],
    ),
    ("cluster", &["cli", "commands", "engine", "output"]),
    ("output", &["cli", "cluster", "commands", "engine"]),
    (
        "sandbox",
        &["cli", "cluster", "commands", "output", "settings"],
    ),
    (
        "error",
        &[
            "cli", "cluster", "commands", "engine", "output", "settings", "yaml",
        ],
    ),
];

#[test]
fn no_layer_reaches_up() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut breaches = Vec::new();
    for (layer, forbidden) in RULES {
        let files = files_of(&source, layer);
        assert!(
            !files.is_empty(),
            "the layer `{layer}` has no files: is its name still right?"
        );
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in text.lines().enumerate() {
                for module in forbidden.iter().filter(|module| names(line, module)) {
                    breaches.push(format!(
                        "{}:{}: `{layer}` uses `{module}`",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn recognises_a_breach() {
    assert!(names("use crate::output::Ui;", "output"));
    assert!(names("    crate::cluster::block_on(x)", "cluster"));
    assert!(names("use crate::{error::Error, output::Ui};", "output"));
    assert!(!names("// crate::output is not for us", "output"));
    assert!(!names("use crate::output_of_the_engine;", "output"));
}

/// Whether a line of code names a module of the crate's root.
fn names(line: &str, module: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let Some(at) = code.find("crate::") else {
        return false;
    };
    let path = &code[at + "crate::".len()..];
    let grouped = path.starts_with('{');
    path.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .take(if grouped { usize::MAX } else { 1 })
        .any(|word| word == module)
}

fn files_of(source: &Path, layer: &str) -> Vec<PathBuf> {
    let mut files = vec![source.join(format!("{layer}.rs"))];
    let mut folders = vec![source.join(layer)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.retain(|path| path.is_file());
    files
}
