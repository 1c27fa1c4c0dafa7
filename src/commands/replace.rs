//! Files that are replaced all together or not at all.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

/// A file and what it shall hold.
pub(crate) struct Replacement<'a> {
    pub(crate) path: &'a Path,
    /// What was read: if the file holds something else by now, nothing is written.
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
}

/// Writes all files anew, or none: each goes to a temporary file beside it, and only when all are on disk are they
/// renamed. Symbolic links stay, the file they lead to is replaced and keeps its permissions and, where allowed, its owner.
pub(crate) fn all(replacements: &[Replacement<'_>]) -> Result<()> {
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
        let metadata = fs::metadata(&target).map_err(failed)?;
        let permissions = metadata.permissions();
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
        keep_owner(&staged.temporary, &metadata);
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

/// Gives the new file the owner and group of the old one, where that is allowed.
#[cfg(unix)]
fn keep_owner(file: &Path, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let _ = chown(file, Some(old.uid()), Some(old.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &Path, _old: &fs::Metadata) {}

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
            all(&stale).map_err(|error| error.kind()),
            Err(Kind::Conflict)
        );
        assert_eq!(fs::read_to_string(&one).expect("readable"), "1");
        all(&[replacement(&one, "1"), replacement(&two, "2")]).expect("both are writable");
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
        all(&[replacement(&link, "old")]).expect("writable");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("readable"), "new");
        let mode = fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
