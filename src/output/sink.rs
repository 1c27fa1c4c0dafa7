//! Where the result goes: standard output, or a file that is replaced as a whole.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::output::Ui;

/// An open destination. Dropped before [`finish`](Sink::finish), it leaves a file as it was.
pub(crate) struct Sink<'a> {
    ui: &'a Ui,
    file: Option<Replacement>,
}

/// A new version of a file, beside it until it is complete.
struct Replacement {
    target: PathBuf,
    /// `None` when the target is no regular file (a device, a pipe) and is written to as it is.
    beside: Option<PathBuf>,
    file: File,
}

impl<'a> Sink<'a> {
    /// Opens the destination: a file, or standard output where none is named.
    pub(crate) fn open(output: Option<&Path>, ui: &'a Ui) -> Result<Self> {
        let file = output.map(Replacement::open).transpose()?;
        Ok(Self { ui, file })
    }

    /// Writes more of the result.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.file {
            None => self.ui.result(bytes),
            Some(replacement) => replacement
                .file
                .write_all(bytes)
                .map_err(|error| cannot_write(&replacement.target, &error)),
        }
    }

    /// Puts a file in its place.
    pub(crate) fn finish(mut self) -> Result<()> {
        let Some(mut replacement) = self.file.take() else {
            return Ok(());
        };
        let Some(beside) = replacement.beside.take() else {
            return Ok(());
        };
        let target = replacement.target.clone();
        let placed = replacement
            .file
            .sync_all()
            .and_then(|()| std::fs::rename(&beside, &target));
        placed.map_err(|error| {
            let _ = std::fs::remove_file(&beside);
            cannot_write(&target, &error)
        })
    }
}

impl Replacement {
    fn open(output: &Path) -> Result<Self> {
        // A link stays a link: what it points to is replaced.
        let target = output.canonicalize().unwrap_or_else(|_| output.to_owned());
        let old = target.metadata().ok();
        if old.as_ref().is_some_and(std::fs::Metadata::is_dir) {
            return Err(Error::user(format!(
                "cannot write `{}`: it is a folder",
                output.display()
            ))
            .hint("name a file for `--output`"));
        }
        let regular = old.as_ref().is_none_or(std::fs::Metadata::is_file);
        let beside = regular.then(|| {
            let mut name = std::ffi::OsString::from(".");
            name.push(target.file_name().unwrap_or_default());
            name.push(format!(".{}.tmp", std::process::id()));
            target.with_file_name(name)
        });
        let opened = match &beside {
            Some(beside) => File::create(beside),
            None => File::options().write(true).open(&target),
        };
        let file = opened.map_err(|error| cannot_write(output, &error))?;
        let replacement = Self {
            target,
            beside,
            file,
        };
        if let (Some(old), Some(_)) = (old, &replacement.beside) {
            let kept = replacement.file.set_permissions(old.permissions());
            kept.map_err(|error| cannot_write(output, &error))?;
        }
        Ok(replacement)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            let _ = std::fs::remove_file(beside);
        }
    }
}

fn cannot_write(target: &Path, error: &std::io::Error) -> Error {
    Error::user(format!("cannot write `{}`", target.display()))
        .caused_by(error)
        .hint("nothing was changed; name another file for `--output`")
}
