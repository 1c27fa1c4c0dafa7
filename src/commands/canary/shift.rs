//! `mesh canary shift`.

use super::change::{Change, ChangeFlags};
use super::selection::RouteFlags;
use crate::engine::canary::shift::{self, Plan, Request};
use crate::engine::canary::{Object, Selection, Split, Target};
use crate::error::Result;
use crate::output::Ui;

/// Change what share of a service's requests each version gets
///
/// Works on the cluster of the kubeconfig: one patch that changes weights and
/// destinations, and nothing else. What would lose requests is refused: a
/// version that no DestinationRule defines, that has no ready pods, or whose
/// pods the Service does not select. A service whose versions are defined but
/// that has no VirtualService gets one. `mesh canary undo` takes a shift back.
///
/// With `-f` works on files instead: weights are edited in place, and all else
/// (comments, order, quoting, other documents) stays as it is written; `-f -`
/// edits a stream.
///
/// Weights without names follow the order of the route's destinations, or are
/// for the stable version and the new one where `init` or an earlier shift said
/// which these are; one that is too many is for the next version of the
/// DestinationRule. More than two need names. A version that the route lacks is
/// added. Destinations of other services keep their share. Where several routes
/// lead to the service nothing is guessed: the error lists them with the flag
/// that picks each.
///
/// EXAMPLES
///   mesh canary shift reviews 90 10
///   mesh canary shift reviews v2=50 v3=50 --dry-run=server
///   mesh canary shift reviews.prod --to v2
///   mesh canary shift reviews 90 10 -f routing.yaml
///   mesh canary shift reviews 50 50 -f - < routing.yaml | kubectl apply -f -
///
/// EXIT CODES
///   0  done, or already so
///   1  the files, the service or the cluster are at fault
///   2  the weights or flags are at fault, or do not say which route is meant
///   3  the object or file was changed by somebody else; `--adopt` accepts that
///   4  a precondition does not hold: an unknown subset, no ready pods, …
///   8  several objects: what was begun failed and could not be taken back
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The service: NAME, NAME.NAMESPACE or the full name of a host
    #[arg(value_name = "SVC[.NAMESPACE]")]
    service: String,

    /// The weights: `90 10`, or `v1=90 v2=10`
    #[arg(
        value_name = "WEIGHT",
        conflicts_with = "to",
        required_unless_present = "to",
        allow_negative_numbers = true
    )]
    weights: Vec<String>,

    /// Send everything to this version
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,

    /// Scale weights that do not sum to 100
    #[arg(long, conflicts_with = "to")]
    normalize: bool,

    #[command(flatten)]
    routes: RouteFlags,

    /// Only routes that get requests to this port
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// Only TLS routes that get requests for this server name
    #[arg(long, value_name = "HOST")]
    sni: Option<String>,

    #[command(flatten)]
    change: ChangeFlags,
}

impl Args {
    fn request(&self) -> Result<Request> {
        let split = match &self.to {
            Some(version) => Split::To(version.clone()),
            None => Split::parse(&self.weights)?,
        };
        Ok(Request {
            target: self.change.target(&self.service),
            split,
            normalize: self.normalize,
            selection: Selection {
                port: self.port,
                sni: self.sni.clone(),
                ..self.routes.selection()
            },
            source: self.change.source(),
            live: self.change.live(),
        })
    }

    /// The command as one would type it again.
    fn words(&self) -> String {
        let mut words = vec!["shift".to_owned(), self.service.clone()];
        words.extend(self.weights.iter().cloned());
        words.extend(self.to.iter().map(|version| format!("--to {version}")));
        words.join(" ")
    }
}

impl Change for Request {
    fn target(&mut self) -> &mut Target {
        &mut self.target
    }

    fn drafts(&self) -> bool {
        true
    }

    fn plan(&self, objects: &[Object]) -> Result<Plan> {
        shift::plan(objects, self)
    }
}

/// Makes the change, in files or on the cluster.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    args.change.run(args.request()?, args.words(), ui)
}
