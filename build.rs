//! Rebuilds the library when an embedded folder gains or loses a file; `include_dir!` alone notices only changed contents.

fn main() {
    for folder in ["manifests", "profiles"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
