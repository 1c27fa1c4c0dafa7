//! The documents say what is so: the README's commands work, its tables are those of the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Sandbox;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_quickstart_works() {
    let output = Command::new("bash")
        .arg(root().join("examples/quickstart.sh"))
        .args(["--binary", env!("CARGO_BIN_EXE_mesh")])
        .output()
        .expect("bash is there");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.ends_with("all of it works\n"), "{text}");
}

#[test]
fn the_readme_and_help_agree_on_exit_codes() {
    let help = Sandbox::new().run(["--help"]).success().stdout;
    let readme = document("README.md");
    for code in ["0", "1", "2", "3", "4", "70", "130"] {
        let row = format!("| {code} | ");
        let meaning = readme
            .lines()
            .find_map(|line| line.strip_prefix(row.as_str()));
        let meaning = meaning.unwrap_or_else(|| panic!("no exit code {code} in README.md"));
        let meaning = meaning.trim_end_matches('|').trim();
        assert!(help.contains(meaning), "`{meaning}` is not in\n{help}");
    }
}

#[test]
fn every_command_of_the_readme_exists() {
    let readme = document("README.md");
    let rows = readme
        .lines()
        .filter(|line| line.starts_with('|') && line.contains("`mesh "));
    let mut commands = 0;
    for command in rows.flat_map(|row| row.split('`').filter(|code| code.starts_with("mesh "))) {
        let words = command.split(' ').skip(1);
        let words: Vec<_> = words
            .take_while(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
            .collect();
        let words: Vec<_> = words
            .into_iter()
            .filter(|word| !word.starts_with('-'))
            .collect();
        Sandbox::new()
            .run(words.iter().copied().chain(["--help"]))
            .success();
        commands += 1;
    }
    assert!(commands > 5, "only {commands} commands were found");
}

#[test]
fn every_command_of_help_is_in_the_readme() {
    let readme = document("README.md");
    let help = Sandbox::new().run::<&str>([]).success().stdout;
    let commands = help.lines().filter_map(|line| line.strip_prefix("  "));
    let names = commands
        .filter_map(|line| line.split("  ").next())
        .filter(|name| !name.is_empty());
    for name in
        names.filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()) && *name != "help")
    {
        assert!(
            readme.contains(&format!("`mesh {name}")),
            "`mesh {name}` is not in README.md"
        );
    }
}

#[test]
fn every_path_of_the_architecture_exists() {
    let text = document("ARCHITECTURE.md");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    for path in rows.flat_map(|row| row.split('|').nth(1).unwrap_or_default().split('`')) {
        if path.contains('/') {
            assert!(
                Path::new(&root()).join(path).exists(),
                "ARCHITECTURE.md names `{path}`"
            );
        }
    }
}

#[test]
fn the_tour_of_the_readme_is_what_happens() {
    let readme = document("README.md");
    let sandbox = Sandbox::new();
    let mut commands = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for step in block.split("$ ").skip(1) {
            let (command, expected) = step.split_once('\n').unwrap_or((step, ""));
            let actual = sandbox.shell(command);
            assert!(fits(expected, &actual), "$ {command}\n{actual}");
            commands += 1;
        }
    }
    assert!(commands > 5, "only {commands} commands were found");
}

/// Whether the lines are those expected, where `…` stands for any number of them.
fn fits(expected: &str, actual: &str) -> bool {
    fn lines_fit(expected: &[&str], actual: &[&str]) -> bool {
        match (expected, actual) {
            ([], rest) => rest.is_empty(),
            (["…", next @ ..], rest) => {
                (0..=rest.len()).any(|skipped| lines_fit(next, &rest[skipped..]))
            }
            ([line, next @ ..], [first, rest @ ..]) => line == first && lines_fit(next, rest),
            (_, []) => false,
        }
    }
    let lines = |text| str::lines(text).collect::<Vec<_>>();
    lines_fit(&lines(expected), &lines(actual))
}

#[test]
fn an_ellipsis_stands_for_any_lines() {
    assert!(fits("a\n…\nd\n", "a\nb\nc\nd\n"));
    assert!(fits("a\n…\n", "a\n"));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(!fits("a\n…\nd\n", "a\nb\n"));
}
