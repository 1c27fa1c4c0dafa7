//! Which settings of the last installation a new one, that does not build on it, would lose.

use std::collections::BTreeMap;

use serde_json::Value;

use super::path::Path;
use super::record::{Record, leaves};
use super::{Inputs, profile, resolve};
use crate::error::Result;

/// The settings that somebody made in the last installation and nobody makes now, as `PATH=VALUE` where that is short; sorted.
///
/// A setting is lost where the last one differed from its profile, and the new one says again what its profile says. What
/// both set, if to different values, is a decision and not a loss.
///
/// # Errors
/// What was kept is not understood by this version.
pub(crate) fn dropped(last: &Record, now: &Inputs) -> Result<Vec<String>> {
    let then = Inputs {
        package: now.package.clone(),
        target: now.target.clone(),
        force: true,
        ..last.inputs()
    };
    let (then, plain_then) = both(&then)?;
    let (now_set, plain_now) = both(now)?;
    let lost = then.iter().filter(|(path, value)| {
        let made_then = plain_then.get(*path) != Some(*value);
        let made_now = plain_now.get(*path) != now_set.get(*path);
        made_then && !made_now && now_set.get(*path) != Some(*value)
    });
    let mut lost: Vec<String> = lost.map(|(path, value)| shown(path, value)).collect();
    if let (Some(folder), None) = (&last.manifests, &now.package) {
        lost.insert(0, format!("the charts in `{folder}` (`--manifests`)"));
    }
    Ok(lost)
}

type Leaves = BTreeMap<String, Value>;

/// What the inputs say, and what their profile alone would say. That another profile than the default one is asked for, is a
/// setting too.
fn both(inputs: &Inputs) -> Result<(Leaves, Leaves)> {
    let given = resolve::as_given(inputs)?;
    let plain = Inputs {
        profile: given["profile"].as_str().map(str::to_owned),
        package: inputs.package.clone(),
        target: inputs.target.clone(),
        ..Inputs::default()
    };
    let mut plain = resolve::as_given(&plain)?;
    plain["profile"] = Value::from(profile::DEFAULT);
    Ok((all(&given), all(&plain)))
}

fn all(spec: &Value) -> Leaves {
    let mut all = Leaves::new();
    leaves(spec, &mut Path(Vec::new()), &mut |path, value| {
        all.insert(path.to_string(), value.clone());
    });
    all
}

fn shown(path: &str, value: &Value) -> String {
    const SHORT: usize = 60;
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.len() > SHORT || text.contains('\n') {
        return format!("`{path}`");
    }
    format!("`{path}={text}`")
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;

    fn inputs(profile: Option<&str>, files: &[&str], set: &[&str]) -> Inputs {
        Inputs {
            profile: profile.map(str::to_owned),
            files: files
                .iter()
                .map(|spec| File {
                    name: "mesh.yaml".to_owned(),
                    text: format!(
                        "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {spec}\n"
                    ),
                })
                .collect(),
            set: set.iter().map(|text| (*text).to_owned()).collect(),
            ..Inputs::default()
        }
    }

    fn lost(last: &Inputs, now: &Inputs) -> Vec<String> {
        let resolved = resolve::resolve(last).unwrap();
        dropped(&Record::of(last, &resolved).0, now).unwrap()
    }

    #[test]
    fn names_what_nobody_sets_any_more() {
        let last = inputs(
            None,
            &["{meshConfig: {accessLogFile: /dev/stdout}, values: {pilot: {traceSampling: 5}}}"],
            &["hub=example.com", "components.pilot.k8s.replicaCount=3"],
        );
        assert_eq!(
            lost(&last, &inputs(None, &[], &["hub=other.example.com"])),
            [
                "`components.pilot.k8s.replicaCount=3`",
                "`meshConfig.accessLogFile=/dev/stdout`",
                "`values.pilot.traceSampling=5`"
            ]
        );
        assert_eq!(lost(&last, &last), Vec::<String>::new());
    }

    #[test]
    fn a_profile_that_is_not_named_again_is_lost_and_one_that_is_replaced_is_not() {
        let demo = inputs(Some("demo"), &[], &[]);
        assert_eq!(
            lost(&demo, &inputs(None, &[], &["tag=1"])),
            ["`profile=demo`"]
        );
        let minimal = inputs(Some("minimal"), &[], &[]);
        assert_eq!(lost(&demo, &minimal), Vec::<String>::new());
    }

    #[test]
    fn what_the_profile_says_anyway_is_not_lost() {
        let last = inputs(None, &[], &["components.pilot.enabled=true"]);
        assert_eq!(lost(&last, &inputs(None, &[], &[])), Vec::<String>::new());
    }
}
