//! `mesh completion`.

use clap_complete::Shell;

use crate::error::Result;
use crate::output::Ui;

/// Print the completion script of a shell
///
/// The script completes commands, flags and their values. It is the same file that stands in
/// `completions/` of the source. The first example is for this session; put it into `~/.bashrc` to
/// keep it. For zsh, the folder must be in `$fpath`.
///
/// EXAMPLES
///   source <(mesh completion bash)
///   mesh completion zsh > ~/.zsh/completions/_mesh
///   mesh completion fish > ~/.config/fish/completions/mesh.fish
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    ui.result(&script(args.shell))
}

/// The completion script of `shell`.
pub(super) fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(
        shell,
        &mut crate::cli::documented_command(),
        "mesh",
        &mut script,
    );
    script
}
