//! Files that a command line names: read as they are, and replaced all together or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

/// A text that was read.
#[derive(Debug)]
pub(crate) struct Input {
    /// The file; `None` for stdin.
    pub(crate) path: Option<PathBuf>,
    pub(crate) text: String,
}

impl Input {
    /// How messages name it.
    pub(crate) fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "stdin".to_owned(),
        }
    }
}

/// Reads files, the YAML files of directories (not of those below them) by name, and stdin for `-`. A file that is named
/// twice is read once.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Vec<Input>> {
    let mut inputs = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        if path.as_os_str() == "-" {
            if seen.insert(path.clone()) {
                inputs.push(read_stdin()?);
            }
            continue;
        }
        for file in files_of(path)? {
            let real = fs::canonicalize(&file).map_err(|error| unreadable(&file, &error))?;
            if seen.insert(real) {
                let bytes = fs::read(&file).map_err(|error| unreadable(&file, &error))?;
                let text = text(bytes, &file.display().to_string())?;
                inputs.push(Input {
                    path: Some(file),
                    text,
                });
            }
        }
    }
    Ok(inputs)
}

fn read_stdin() -> Result<Input> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Error::user("cannot read stdin").caused_by(&error))?;
    Ok(Input {
        path: None,
        text: text(bytes, "stdin")?,
    })
}

fn text(bytes: Vec<u8>, name: &str) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid]
            .split(|byte| *byte == b'\n')
            .count();
        Error::user(format!("{name}:{line}: the text is not UTF-8"))
            .hint("is it a YAML file? if so, save it as UTF-8")
    })
}

fn files_of(path: &Path) -> Result<Vec<PathBuf>> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| unreadable(path, &error))?.path();
        let extension = file.extension().and_then(|extension| extension.to_str());
        if matches!(extension, Some("yaml" | "yml" | "json")) && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(
            Error::user(format!("directory `{}` holds no YAML file", path.display()))
                .hint("files end in .yaml, .yml or .json; directories below it are not searched"),
        );
    }
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::user(format!("cannot read `{}`", path.display())).caused_by(error)
}

/// A file and what it shall hold.
pub(crate) struct Replacement<'a> {
    pub(crate) path: &'a Path,
    /// What was read: if the file holds something else by now, nothing is written.
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
}

/// Writes all files anew, or none: each goes to a temporary file beside it, and only when all are on disk are they
/// renamed. Symbolic links stay, the file they lead to is replaced and keeps its permissions.
pub(crate) fn replace(replacements: &[Replacement<'_>]) -> Result<()> {
    let mut staged = Vec::new();
    for replacement in replacements {
        staged.push(Staged::write(replacement)?);
    }
    for (index, file) in staged.iter_mut().enumerate() {
        if let Err(error) = file.commit() {
            undo(&replacements[..index]);
            return Err(error);
        }
    }
    Ok(())
}

/// Puts back what was renamed before one of the renames failed.
fn undo(done: &[Replacement<'_>]) {
    for replacement in done {
        let back = Replacement {
            path: replacement.path,
            old: replacement.new,
            new: replacement.old,
        };
        let _ = Staged::write(&back).and_then(|mut file| file.commit());
    }
}

/// A temporary file that is to take the place of another; it is removed if it does not.
struct Staged {
    target: PathBuf,
    temporary: PathBuf,
    committed: bool,
}

impl Staged {
    fn write(replacement: &Replacement<'_>) -> Result<Self> {
        let name = replacement.path.display();
        let failed = |error: std::io::Error| {
            Error::user(format!("cannot write `{name}`; nothing was changed")).caused_by(&error)
        };
        let target = fs::canonicalize(replacement.path).map_err(failed)?;
        if fs::read(&target).map_err(failed)? != replacement.old.as_bytes() {
            return Err(Error::new(
                Kind::Conflict,
                format!("`{name}` was changed by somebody else meanwhile; nothing was written"),
            )
            .hint("run the command again"));
        }
        let permissions = fs::metadata(&target).map_err(failed)?.permissions();
        if permissions.readonly() {
            return Err(
                Error::user(format!("`{name}` is read-only; nothing was changed"))
                    .hint("make it writable, or use `-f -` and redirect the output"),
            );
        }
        let file_name = target.file_name().unwrap_or_default().to_string_lossy();
        let temporary = target.with_file_name(format!(".{file_name}.{}.tmp", std::process::id()));
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)
            .map_err(failed)?;
        let staged = Self {
            target,
            temporary,
            committed: false,
        };
        file.set_permissions(permissions)
            .and_then(|()| file.write_all(replacement.new.as_bytes()))
            .and_then(|()| file.sync_all())
            .map_err(failed)?;
        Ok(staged)
    }

    fn commit(&mut self) -> Result<()> {
        fs::rename(&self.temporary, &self.target).map_err(|error| {
            let name = self.target.display();
            Error::user(format!("cannot write `{name}`; nothing was changed")).caused_by(&error)
        })?;
        self.committed = true;
        // The rename itself shall survive a crash; where a directory cannot be synced, it has to do without.
        if let Some(Ok(folder)) = self.target.parent().map(fs::File::open) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.committed {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replacement<'a>(path: &'a Path, old: &'a str) -> Replacement<'a> {
        Replacement {
            path,
            old,
            new: "new",
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_all_files_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        fs::write(&one, "1").expect("writable");
        fs::write(&two, "2").expect("writable");
        let stale = [replacement(&one, "1"), replacement(&two, "changed")];
        assert_eq!(
            replace(&stale).map_err(|error| error.kind()),
            Err(Kind::Conflict)
        );
        assert_eq!(fs::read_to_string(&one).expect("readable"), "1");
        replace(&[replacement(&one, "1"), replacement(&two, "2")]).expect("both are writable");
        assert_eq!(fs::read_to_string(&two).expect("readable"), "new");
        assert_eq!(names(folder.path()), ["one", "two"]);
    }

    #[cfg(unix)]
    #[test]
    fn keeps_permissions_and_symbolic_links() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").expect("writable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("ours");
        symlink(&file, &link).expect("links are possible");
        replace(&[replacement(&link, "old")]).expect("writable");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("readable"), "new");
        let mode = fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }

    #[test]
    fn reads_a_file_once_and_a_directory_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b.yaml", "a.yml", "c.json", "d.txt"] {
            fs::write(folder.path().join(name), name).expect("writable");
        }
        let paths = [folder.path().to_owned(), folder.path().join("b.yaml")];
        let texts: Vec<String> = read(&paths)
            .expect("readable")
            .into_iter()
            .map(|input| input.text)
            .collect();
        assert_eq!(texts, ["a.yml", "b.yaml", "c.json"]);
    }
}
