//! `mesh completion` and the hidden `mesh util`.

use crate::support::Sandbox;

#[test]
fn writes_a_script_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Sandbox::new().run(["completion", shell]).success().stdout;
        assert!(script.contains("version"), "{shell}: {script}");
    }
}

#[test]
fn leaves_what_help_hides_out_of_the_scripts() {
    let script = Sandbox::new().run(["completion", "bash"]).success().stdout;
    assert!(!script.contains("mesh,util"), "{script}");
}

#[test]
fn writes_a_manual_page_for_every_command() {
    let sandbox = Sandbox::new();
    sandbox.run(["util", "man", "--dir", "man/man1"]).success();
    for page in ["mesh.1", "mesh-version.1", "mesh-completion.1"] {
        assert!(
            sandbox.read(&format!("man/man1/{page}")).starts_with(".ie"),
            "{page}"
        );
    }
}

#[test]
fn keeps_the_committed_scripts_fresh() {
    let sandbox = Sandbox::new();
    sandbox
        .run(["util", "completions", "--dir", "fresh"])
        .success();
    let committed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    let mut compared = 0;
    for entry in std::fs::read_dir(sandbox.path().join("fresh")).unwrap() {
        let name = entry.unwrap().file_name();
        let fresh = std::fs::read_to_string(sandbox.path().join("fresh").join(&name)).unwrap();
        let stale = std::fs::read_to_string(committed.join(&name)).unwrap_or_default() != fresh;
        assert!(
            !stale,
            "completions/{} is stale: run `just generate`, or \
            `cargo run -- util completions --dir completions`, and commit it",
            name.display()
        );
        compared += 1;
    }
    assert_eq!(compared, 5);
}
