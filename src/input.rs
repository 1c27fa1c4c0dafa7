//! Reading what `-f` names: a file, a folder's YAML files, a URL, or standard input (`-`).
//!
//! Only bytes to text; what the text means is the engine's business.

mod web;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::yaml;

/// A text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input {
    /// What to call it in messages: its path or URL as given, or `standard input`.
    pub(crate) name: String,
    /// The file; `None` for standard input and URLs.
    pub(crate) path: Option<PathBuf>,
    pub(crate) text: String,
}

/// Reads every name in order. A folder stands for the files in it, not below it, that end in `.yaml`, `.yml` or `.json`, by name.
///
/// # Errors
/// What cannot be read, fetched, or is not UTF-8, a folder without such a file, `-` given twice.
pub(crate) fn read(names: &[PathBuf]) -> Result<Vec<Input>> {
    read_names(names, false)
}

/// Like [`read`], with the folders below a folder. Links to folders are not followed.
///
/// # Errors
/// As those of [`read`].
pub(crate) fn read_below(names: &[PathBuf]) -> Result<Vec<Input>> {
    read_names(names, true)
}

fn read_names(names: &[PathBuf], below: bool) -> Result<Vec<Input>> {
    if names.iter().filter(|name| is_stdin(name)).count() > 1 {
        return Err(Error::usage("standard input (`-`) can be read only once"));
    }
    let mut inputs = Vec::new();
    for name in names {
        if is_stdin(name) {
            inputs.push(read_stdin()?);
        } else if let Some(url) = url(name) {
            let bytes = web::fetch(url, web::LIMITS)?;
            inputs.push(decode(url.to_owned(), None, bytes)?);
        } else if name.is_dir() {
            for file in yaml_files(name, below)? {
                inputs.push(read_file(&file)?);
            }
        } else {
            inputs.push(read_file(name)?);
        }
    }
    Ok(inputs)
}

/// How deep [`read_tree`] goes and how much it takes: a folder of charts is far below.
const DEEPEST: usize = 16;
const LARGEST: u64 = 64 << 20;

/// Reads every file below a folder, with its path from there, `/` between its parts. What starts with a dot is passed over.
///
/// # Errors
/// What cannot be read, a tree that is too deep (links that lead back) or too large to be a folder of charts.
pub(crate) fn read_tree(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut left = LARGEST;
    collect_tree(folder, "", &mut files, &mut left, DEEPEST)?;
    Ok(files)
}

fn collect_tree(
    folder: &Path,
    prefix: &str,
    files: &mut Vec<(String, Vec<u8>)>,
    left: &mut u64,
    depth: usize,
) -> Result<()> {
    let unreadable = |error: std::io::Error| {
        Error::user(format!("cannot read folder `{}`", folder.display())).caused_by(&error)
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        let metadata = std::fs::metadata(&path).map_err(unreadable)?;
        if metadata.is_dir() {
            let deeper = depth.checked_sub(1).ok_or_else(|| {
                Error::user(format!(
                    "folder `{}` is too deep to be read",
                    path.display()
                ))
                .hint("a link in it may lead back to a folder above")
            })?;
            collect_tree(&path, &format!("{prefix}{name}/"), files, left, deeper)?;
            continue;
        }
        *left = left.checked_sub(metadata.len()).ok_or_else(|| {
            Error::user(format!(
                "there are more than {} MiB below the folder",
                LARGEST >> 20
            ))
            .because(format!("the limit was reached at `{}`", path.display()))
            .hint("name the folder that holds the charts")
        })?;
        let bytes = std::fs::read(&path).map_err(|error| {
            Error::user(format!("cannot read `{}`", path.display())).caused_by(&error)
        })?;
        files.push((format!("{prefix}{name}"), bytes));
    }
    Ok(())
}

fn is_stdin(name: &Path) -> bool {
    name.as_os_str() == "-"
}

/// A text called `name` is not YAML. `error` counts lines from the start of that text.
pub(crate) fn not_yaml(name: &str, error: &yaml::Error) -> Error {
    let yaml::Error {
        line,
        column,
        message,
    } = error;
    Error::user(format!("{name}:{line}:{column}: {message}"))
}

/// The name as a URL, if it is one: `https://…` or `http://…`.
pub(crate) fn url(name: &Path) -> Option<&str> {
    let text = name.to_str()?;
    let is_url = ["https://", "http://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    is_url.then_some(text)
}

fn read_stdin() -> Result<Input> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Error::user("cannot read standard input").caused_by(&error))?;
    decode("standard input".to_owned(), None, bytes)
}

fn read_file(path: &Path) -> Result<Input> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| Error::user(format!("cannot read `{name}`")).caused_by(&error))?;
    decode(name, Some(path.to_owned()), bytes)
}

fn decode(name: String, path: Option<PathBuf>, bytes: Vec<u8>) -> Result<Input> {
    if bytes.contains(&0) {
        return Err(Error::user(format!("`{name}` is binary, not text"))
            .hint("the file has to be YAML or JSON, in UTF-8"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Input { name, path, text }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
            Err(Error::user(format!(
                "`{name}` is not UTF-8 text (line {line}, byte {at})"
            ))
            .hint("save it as UTF-8"))
        }
    }
}

fn yaml_files(folder: &Path, below: bool) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect_yaml(folder, below, &mut files)?;
    if files.is_empty() {
        let hint = if below {
            "name the folder that holds the files"
        } else {
            "name the folder that holds the files: folders below it are not searched"
        };
        return Err(Error::user(format!(
            "folder `{}` has no file that ends in `.yaml`, `.yml` or `.json`",
            folder.display()
        ))
        .hint(hint));
    }
    files.sort();
    Ok(files)
}

fn collect_yaml(folder: &Path, below: bool, files: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = |error: std::io::Error| {
        Error::user(format!("cannot read folder `{}`", folder.display())).caused_by(&error)
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        if below && entry.file_type().map_err(unreadable)?.is_dir() {
            collect_yaml(&path, below, files)?;
        }
        let yaml = path.extension().is_some_and(|extension| {
            ["yaml", "yml", "json"]
                .iter()
                .any(|known| extension == *known)
        });
        if yaml && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}
