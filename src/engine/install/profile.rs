//! The built-in profiles: `profiles/*.yaml`, embedded. The comment on a file's first line says what it is for.

use include_dir::{Dir, include_dir};

use super::component::COMPONENTS;
use super::{Inputs, resolve};
use crate::error::{Error, Result};

static PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// The profile that the others are laid over, and the one used where none is named.
pub(crate) const DEFAULT: &str = "default";

/// A built-in profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// An IstioOperator document.
    pub(crate) text: &'static str,
}

impl Profile {
    /// What it is for, in one line.
    pub(crate) fn summary(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.strip_prefix("# ").unwrap_or_default()
    }
}

/// A profile in a few words.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Summary {
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
    /// Keys of the components and add-ons that it turns on, in the order of rendering.
    pub(crate) components: Vec<&'static str>,
}

/// All profiles in a few words, in the order of [`all`].
///
/// # Errors
/// None that the embedded files can cause.
pub(crate) fn summaries() -> Result<Vec<Summary>> {
    all()
        .iter()
        .map(|profile| {
            let inputs = Inputs {
                profile: Some(profile.name.to_owned()),
                ..Inputs::default()
            };
            let resolved = resolve::resolve(&inputs)?;
            let mut components = Vec::new();
            for component in COMPONENTS {
                if !component.instances(resolved.operator())?.is_empty() {
                    components.push(component.key);
                }
            }
            Ok(Summary {
                name: profile.name,
                purpose: profile.summary(),
                components,
            })
        })
        .collect()
}

/// All profiles: default first, then by name.
pub(crate) fn all() -> Vec<Profile> {
    let mut profiles: Vec<Profile> = PROFILES
        .files()
        .filter_map(|file| {
            let name = file.path().file_name()?.to_str()?.strip_suffix(".yaml")?;
            Some(Profile {
                name,
                text: file.contents_utf8()?,
            })
        })
        .collect();
    profiles.sort_by_key(|profile| (profile.name != DEFAULT, profile.name));
    profiles
}

/// The profile `name`.
///
/// # Errors
/// There is none; the hint names the nearest and all that exist.
pub(crate) fn find(name: &str) -> Result<Profile> {
    let profiles = all();
    if let Some(profile) = profiles.iter().find(|profile| profile.name == name) {
        return Ok(*profile);
    }
    let names: Vec<&str> = profiles.iter().map(|profile| profile.name).collect();
    let mut error = Error::config(format!("there is no profile `{name}`"));
    if let Some(near) = crate::engine::nearest::nearest(name, names.iter().copied()) {
        error = error.hint(format!("did you mean `{near}`?"));
    }
    Err(error.hint(format!("the profiles are {}", names.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_comes_first_and_each_says_what_it_is_for() {
        let profiles = all();
        assert_eq!(profiles[0].name, DEFAULT);
        for profile in profiles {
            let summary = profile.summary();
            assert!(
                summary.ends_with('.') && summary.len() > 20,
                "{}: {summary}",
                profile.name
            );
        }
    }

    #[test]
    fn names_the_nearest_profile() {
        let error = find("dmeo").unwrap_err();
        assert_eq!(error.hints()[0], "did you mean `demo`?");
    }
}
