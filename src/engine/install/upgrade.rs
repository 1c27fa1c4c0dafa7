//! How an upgrade goes: in place, or beside what is installed; and on whose settings it builds.

use crate::error::{Error, Kind, Result};

/// How an upgrade goes. Revisions by name, the empty one for that without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The revision is replaced.
    InPlace,
    /// A new revision is installed beside this one, with its settings.
    Beside(String),
}

/// What is installed is `installed`, what is to run is `wanted`; `from` says whose settings are taken, where there are several.
///
/// # Errors
/// Nothing is installed, or it is not clear what is meant.
pub(crate) fn way(installed: &[&str], wanted: &str, from: Option<&str>) -> Result<Way> {
    let named = |name: &str| if name == "default" { "" } else { name }.to_owned();
    let (wanted, from) = (named(wanted), from.map(named));
    let known = |name: &str| installed.contains(&name);
    if let Some(from) = from.filter(|it| *it != wanted) {
        if known(&wanted) {
            return Err(Error::usage(format!(
                "revision `{}` is installed already, and is upgraded with its own settings",
                shown(&wanted)
            ))
            .hint("leave `--from` out"));
        }
        if known(&from) {
            return Ok(Way::Beside(from));
        }
        return Err(unknown(&from, installed));
    }
    if known(&wanted) {
        return Ok(Way::InPlace);
    }
    match installed {
        [] => Err(Error::new(
            Kind::Precondition,
            "there is nothing to upgrade: mesh has no installation here",
        )
        .hint("`mesh install` makes one; `-i` names the namespace of one that is elsewhere")
        .hint("`--adopt helm` takes over what Helm installed; what istioctl installed, `mesh install` takes over with the same settings")),
        _ if wanted.is_empty() => Err(unknown(&wanted, installed).hint("choose one with `--revision`")),
        [only] => Ok(Way::Beside((*only).to_owned())),
        many if many.contains(&"") => Ok(Way::Beside(String::new())),
        _ => Err(Error::usage(format!(
            "several revisions are installed, and none of them is `{wanted}`: {}",
            names(installed)
        ))
        .hint("`--from NAME` says whose settings to build on")),
    }
}

fn unknown(name: &str, installed: &[&str]) -> Error {
    let error = Error::new(
        Kind::Precondition,
        format!("mesh has not installed revision `{}`", shown(name)),
    );
    if installed.is_empty() {
        return error;
    }
    error.hint(format!("there are: {}", names(installed)))
}

fn names(installed: &[&str]) -> String {
    let names: Vec<String> = installed
        .iter()
        .map(|it| format!("`{}`", shown(it)))
        .collect();
    names.join(", ")
}

fn shown(revision: &str) -> &str {
    if revision.is_empty() {
        "default"
    } else {
        revision
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_that_is_there_is_upgraded_in_place() {
        assert_eq!(way(&[""], "", None).unwrap(), Way::InPlace);
        assert_eq!(way(&[""], "default", None).unwrap(), Way::InPlace);
        assert_eq!(way(&["", "1-30"], "1-30", None).unwrap(), Way::InPlace);
        assert_eq!(way(&["1-30"], "1-30", Some("1-30")).unwrap(), Way::InPlace);
    }

    #[test]
    fn a_new_revision_builds_on_the_one_that_is_there() {
        let beside = |name: &str| Way::Beside(name.to_owned());
        assert_eq!(way(&[""], "1-31", None).unwrap(), beside(""));
        assert_eq!(way(&["1-30"], "1-31", None).unwrap(), beside("1-30"));
        assert_eq!(way(&["", "1-30"], "1-31", None).unwrap(), beside(""));
        assert_eq!(
            way(&["", "1-30"], "1-31", Some("1-30")).unwrap(),
            beside("1-30")
        );
        assert_eq!(way(&["1-30"], "", Some("1-30")).unwrap(), beside("1-30"));
    }

    #[test]
    fn what_is_not_clear_is_asked_for() {
        let error =
            |installed: &[&str], wanted: &str, from| way(installed, wanted, from).unwrap_err();
        assert!(
            error(&[], "", None)
                .to_string()
                .contains("nothing to upgrade")
        );
        let several = error(&["a", "b"], "c", None);
        assert_eq!(
            several.to_string(),
            "several revisions are installed, and none of them is `c`: `a`, `b`"
        );
        assert_eq!(error(&["a"], "", None).hints()[0], "there are: `a`");
        assert!(error(&["a"], "b", Some("c")).to_string().contains("`c`"));
        assert!(
            error(&["a", "b"], "b", Some("a"))
                .to_string()
                .contains("its own settings")
        );
    }
}
