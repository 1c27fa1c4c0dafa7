//! `mesh completion`.

use clap_complete::Shell;

use crate::error::Result;
use crate::output::Ui;

/// Print the completion script of a shell
///
/// The script completes commands, flags and their values. It is the same file that stands in `completions/` of the
/// source.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # bash, for this session; put the line into ~/.bashrc to keep it
  source <(mesh completion bash)

  # zsh, in a folder of $fpath
  mesh completion zsh > ~/.zsh/completions/_mesh

  # fish
  mesh completion fish > ~/.config/fish/completions/mesh.fish")]
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
