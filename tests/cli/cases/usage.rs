//! Command lines that are wrong, and help.

use crate::support::Sandbox;

#[test]
fn groups_commands_by_task_when_run_alone() {
    let alone = Sandbox::new().run::<&str>([]).success();
    for heading in ["Learn:", "This program:", "Options:"] {
        assert!(alone.stdout.contains(heading), "no {heading} in\n{alone}");
    }
    assert!(
        alone.stdout.lines().all(|line| line.chars().count() <= 80),
        "too wide:\n{alone}"
    );
}

#[test]
fn suggests_the_command_that_was_meant() {
    insta::assert_snapshot!(Sandbox::new().run(["verison"]).failure(2));
}

#[test]
fn suggests_the_flag_that_was_meant() {
    insta::assert_snapshot!(
        Sandbox::new()
            .run(["version", "--outptu", "json"])
            .failure(2)
    );
}

#[test]
fn names_the_argument_that_is_missing() {
    insta::assert_snapshot!(Sandbox::new().run(["completion"]).failure(2));
}

#[test]
fn lists_the_values_that_a_flag_takes() {
    insta::assert_snapshot!(Sandbox::new().run(["version", "-o", "xml"]).failure(2));
}

#[test]
fn does_not_run_a_command_by_its_prefix() {
    Sandbox::new().run(["vers"]).failure(2);
}

#[test]
fn colours_errors_only_when_asked() {
    let plain = Sandbox::new().run(["verison"]);
    let forced = Sandbox::new().run(["verison", "--color", "always"]);
    let refused = Sandbox::new()
        .env("CLICOLOR_FORCE", "1")
        .run(["verison", "--color=never"]);
    let environment = Sandbox::new().env("CLICOLOR_FORCE", "1").run(["verison"]);
    assert!(!plain.stderr.contains('\u{1b}'), "{plain}");
    assert!(forced.stderr.contains('\u{1b}'), "{forced}");
    assert!(!refused.stderr.contains('\u{1b}'), "{refused}");
    assert!(environment.stderr.contains('\u{1b}'), "{environment}");
}

#[test]
fn ends_without_a_word_when_nobody_reads_on() {
    for args in [&["completion", "zsh"][..], &["version"], &["--help"], &[]] {
        let outcome = Sandbox::new().run_into_closed_pipe(args);
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (0, ""),
            "{outcome}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn reports_a_full_disk() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    insta::assert_snapshot!(Sandbox::new().run_into(["version"], full).failure(1));
}
