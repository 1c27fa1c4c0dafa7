//! The `mesh` binary: everything is in the library, see [`mesh::run`].

fn main() -> std::process::ExitCode {
    mesh::run(std::env::args_os())
}
