//! `mesh canary match`.

use super::change::{Change, ChangeFlags};
use super::conditions::Conditions;
use super::selection::RouteFlags;
use crate::engine::canary::rule::{self, Action, Request};
use crate::engine::canary::shift::Plan;
use crate::engine::canary::{Object, Target};
use crate::error::{Error, Result};
use crate::output::Ui;

/// Send the requests of a user, or others of a kind, to one version
///
/// Writes a route of its own, named `mesh-canary-NAME`, before the one that has
/// these requests now. Conditions in one command must all hold; `--or` begins
/// an alternative. The new route takes what the other's own match allows too,
/// and keeps its time-out, retries, headers, rewrite and fault. `--else` sends
/// all other requests to a version. `--remove` takes the route away again: by
/// its name or conditions, or all that this command wrote for the service.
///
/// A second run with the same conditions or name changes the same rule.
///
/// EXAMPLES
///   mesh canary match reviews --user jason --to v2
///   mesh canary match reviews --user jason --to v2 --else v3
///   mesh canary match web --header x-beta=true --or --cookie beta=1 --to v2
///   mesh canary match reviews --user jason --to v2 -f routing.yaml
///   mesh canary match reviews --remove
///
/// EXIT CODES
///   0  done, or already so
///   1  the files, the service or the cluster are at fault
///   2  the flags are at fault, or do not say which route is meant
///   3  the object or file was changed by somebody else; `--adopt` accepts that
///   4  a precondition does not hold: an unknown subset, no ready pods, …
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The service: NAME, NAME.NAMESPACE or the full name of a host
    #[arg(value_name = "SVC[.NAMESPACE]")]
    service: String,

    #[command(flatten)]
    conditions: Conditions,

    /// The version that gets these requests
    #[arg(long, value_name = "VERSION", required_unless_present = "remove")]
    to: Option<String>,

    /// The version that gets all others
    #[arg(long = "else", value_name = "VERSION", requires = "to")]
    otherwise: Option<String>,

    /// What the rule is called, after `mesh-canary-`; made of the conditions otherwise
    #[arg(long, value_name = "NAME", value_parser = rule_name)]
    name: Option<String>,

    /// Take the rule away
    #[arg(long, conflicts_with_all = ["to", "otherwise"])]
    remove: bool,

    #[command(flatten)]
    routes: RouteFlags,

    #[command(flatten)]
    change: ChangeFlags,
}

fn rule_name(text: &str) -> Result<String, String> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if text.is_empty() || text.len() > 100 || !text.bytes().all(legal) {
        return Err("a name has letters, digits, `-`, `_` and `.`".to_owned());
    }
    Ok(text.to_owned())
}

impl Args {
    fn request(&self) -> Result<Request> {
        let conditions = self.conditions.parse()?;
        let action = match &self.to {
            Some(to) => Action::Send {
                to: to.clone(),
                otherwise: self.otherwise.clone(),
            },
            None => Action::Remove,
        };
        if conditions.is_empty() && !self.remove {
            return Err(Error::usage("which requests? no condition is given")
                .hint("for example `--user jason`, `--header x-beta=true` or `--cookie beta=1`")
                .hint("all requests are sent to a version by `mesh canary shift`"));
        }
        Ok(Request {
            target: self.change.target(&self.service),
            conditions,
            action,
            name: self.name.clone(),
            selection: self.routes.selection(),
            source: self.change.source(),
            live: self.change.live(),
        })
    }

    /// The command as one would type it again.
    fn words(&self) -> String {
        let mut words = vec!["match".to_owned(), self.service.clone()];
        words.extend(self.conditions.words());
        words.extend(self.to.iter().map(|version| format!("--to {version}")));
        words.extend(
            self.otherwise
                .iter()
                .map(|version| format!("--else {version}")),
        );
        words.extend(self.name.iter().map(|name| format!("--name {name}")));
        words.extend(self.remove.then(|| "--remove".to_owned()));
        words.join(" ")
    }
}

impl Change for Request {
    fn target(&mut self) -> &mut Target {
        &mut self.target
    }

    fn drafts(&self) -> bool {
        matches!(self.action, Action::Send { .. })
    }

    fn plan(&self, objects: &[Object]) -> Result<Plan> {
        rule::plan(objects, self)
    }
}

/// Makes the change, in files or on the cluster.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    args.change.run(args.request()?, args.words(), ui)
}
