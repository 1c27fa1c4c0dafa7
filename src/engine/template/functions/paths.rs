//! sprig's functions on paths, with `/` between the parts as in Go's `path`. The `os…` forms are those of Unix.

use super::super::call::Param::Text;
use super::super::call::{Builtin, fixed};

pub(super) const TABLE: &[Builtin] = &[
    fixed("base", &[Text], |call| Ok(base(call.text(0)?).into())),
    fixed("dir", &[Text], |call| Ok(dir(call.text(0)?).into())),
    fixed("ext", &[Text], |call| Ok(ext(call.text(0)?).into())),
    fixed("clean", &[Text], |call| Ok(clean(call.text(0)?).into())),
    fixed("isAbs", &[Text], |call| {
        Ok(call.text(0)?.starts_with('/').into())
    }),
    fixed("osBase", &[Text], |call| Ok(base(call.text(0)?).into())),
    fixed("osDir", &[Text], |call| Ok(dir(call.text(0)?).into())),
    fixed("osExt", &[Text], |call| Ok(ext(call.text(0)?).into())),
    fixed("osClean", &[Text], |call| Ok(clean(call.text(0)?).into())),
    fixed("osIsAbs", &[Text], |call| {
        Ok(call.text(0)?.starts_with('/').into())
    }),
];

/// The last part; `.` for nothing, `/` where there are only slashes.
fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    match path.trim_end_matches('/').rsplit('/').next() {
        None | Some("") => "/",
        Some(last) => last,
    }
}

/// All but the last part, cleaned.
fn dir(path: &str) -> String {
    clean(path.rfind('/').map_or("", |slash| &path[..=slash]))
}

/// From the last dot of the last part on.
fn ext(path: &str) -> &str {
    let last = path.rfind('/').map_or(0, |slash| slash + 1);
    path[last..]
        .rfind('.')
        .map_or("", |dot| &path[last + dot..])
}

/// The shortest path that means the same: no empty parts, no `.`, no `..` that can be resolved.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_paths_apart_as_go_does() {
        for (path, expected) in [
            ("", (".", ".", "", ".")),
            ("/", ("/", "/", "", "/")),
            ("a/b.tar.gz", ("b.tar.gz", "a", ".gz", "a/b.tar.gz")),
            ("/a/b/", ("b", "/a/b", "", "/a/b")),
            ("a//b/../c/.", (".", "a/c", ".", "a/c")),
            ("../x", ("x", "..", "", "../x")),
            ("/../x", ("x", "/", "", "/x")),
            ("a.d/b", ("b", "a.d", "", "a.d/b")),
        ] {
            let found = (base(path), dir(path), ext(path), clean(path));
            assert_eq!(
                (found.0, found.1.as_str(), found.2, found.3.as_str()),
                expected,
                "{path:?}"
            );
        }
    }
}
