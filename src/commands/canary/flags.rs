//! Flags that the commands share, and who gave them when.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::calendar;
use crate::engine::canary::state::Stamp;
use crate::output::structured::FormatFlag;
use crate::settings::{ConnectionFlags, NamespaceFlag};

/// How far a change goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DryRun {
    /// Nothing is sent
    #[default]
    Client,
    /// The server checks what is sent, and stores nothing
    Server,
}

/// Flags of commands that change routes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct WriteFlags {
    /// Show what would be changed, and change nothing; `=server` has the cluster check it
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "client",
        hide_possible_values = true,
        value_name = "client|server"
    )]
    pub(super) dry_run: Option<DryRun>,

    /// Change the cluster also where Argo CD, Flux or Helm deploy the object
    #[arg(long)]
    pub(super) live: bool,
}

/// `--adopt`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct AdoptFlag {
    /// Take the object as it is now, though somebody else edited it since the last `mesh canary`
    #[arg(long)]
    pub(super) adopt: bool,
}

/// Which cluster and namespace, and how the answer is shown.
#[derive(Debug, clap::Args)]
pub(super) struct ClusterFlags {
    #[command(flatten)]
    pub(super) format: FormatFlag,

    #[command(flatten)]
    pub(super) namespace: NamespaceFlag,

    #[command(flatten)]
    pub(super) connection: ConnectionFlags,
}

impl ClusterFlags {
    /// Who does this, and when: the user that is impersonated, or else the one that is logged in.
    pub(super) fn stamp(&self, command: String) -> Stamp {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let user = ["USER", "LOGNAME", "USERNAME"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
        Stamp {
            change: format!("{:011x}-{:x}", now.as_millis(), std::process::id()),
            actor: self
                .connection
                .as_user
                .clone()
                .or(user)
                .unwrap_or_else(|| "unknown".to_owned()),
            time: calendar::rfc3339(i64::try_from(now.as_secs()).unwrap_or(i64::MAX)),
            command,
        }
    }
}
