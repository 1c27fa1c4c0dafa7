//! `mesh util crds`: the definitions of Istio's kinds, from the types in `engine::api`.

use std::path::PathBuf;

use crate::engine::api::RESOURCES;
use crate::engine::api::crd::Resource;
use crate::error::Result;
use crate::output::Ui;
use crate::yaml;

/// Write the custom resource definitions, one file each
///
/// The repository keeps them in `manifests/base/crds`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Directory to write to. Without it, all go to stdout
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Writes the definitions to files or to stdout.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let Some(dir) = &args.dir else {
        let documents: Vec<String> = RESOURCES.iter().map(text).collect();
        return ui.result(documents.join("---\n").as_bytes());
    };
    super::make_folder(dir)?;
    for resource in RESOURCES {
        super::write_file(&dir.join(file_name(resource)), text(resource))?;
    }
    ui.status(format_args!(
        "wrote {} definitions to `{}`",
        RESOURCES.len(),
        dir.display()
    ));
    Ok(())
}

/// The name of the file with the definition of `resource`.
fn file_name(resource: &Resource) -> String {
    format!("{}.yaml", resource.name())
}

/// The content of that file: one document.
fn text(resource: &Resource) -> String {
    yaml::to_string(&resource.definition())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;

    #[test]
    fn committed_definitions_are_fresh() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests/base/crds");
        let committed: BTreeMap<String, String> = std::fs::read_dir(&dir)
            .expect("manifests/base/crds")
            .map(|entry| {
                let path = entry.expect("a directory entry").path();
                let name = path
                    .file_name()
                    .expect("a file")
                    .to_string_lossy()
                    .into_owned();
                (name, std::fs::read_to_string(&path).expect("text"))
            })
            .collect();
        let generated: BTreeMap<String, String> = RESOURCES
            .iter()
            .map(|resource| (file_name(resource), text(resource)))
            .collect();
        let stale: Vec<&String> = generated
            .iter()
            .filter(|(name, text)| committed.get(*name) != Some(text))
            .map(|(name, _)| name)
            .collect();
        let foreign: Vec<&String> = committed
            .keys()
            .filter(|name| !generated.contains_key(*name))
            .collect();
        assert!(
            stale.is_empty() && foreign.is_empty(),
            "stale: {stale:?}, without a kind: {foreign:?}; \
             run `cargo run -- util crds --dir manifests/base/crds` and commit what it writes"
        );
    }
}
