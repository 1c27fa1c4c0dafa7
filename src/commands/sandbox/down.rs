//! `mesh sandbox down`.

use std::time::{Duration, Instant};

use super::{FolderFlag, PATIENCE, named};
use crate::cluster::{self, block_on};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::sandbox::state::Folder;
use crate::settings::ConnectionFlags;

/// Stop the practice cluster
///
/// Its objects are kept for the next start, unless it ran with `--memory`. One that does not run is no
/// error.
///
/// EXAMPLES
///   mesh sandbox down
///   mesh sandbox down --state-dir /tmp/practice
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: FolderFlag,
}

/// Asks it to stop, and waits until it has.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let folder = args.folder.folder()?;
    if !folder.is_running()? {
        ui.status("the practice cluster does not run");
        return Ok(());
    }
    let process = folder.process();
    ask(&folder).map_err(|error| {
        let who = process
            .as_ref()
            .map_or_else(|| "PID".to_owned(), |one| one.pid.to_string());
        let what = format!(
            "cannot stop the practice cluster ({})",
            named(process.as_ref())
        );
        Error::new(error.kind(), what)
            .caused_by(&error)
            .hint(format!("`kill {who}` stops it as well"))
    })?;
    let begin = Instant::now();
    while folder.is_running()? {
        if begin.elapsed() > PATIENCE {
            let what = format!(
                "the practice cluster ({}) does not stop",
                named(process.as_ref())
            );
            return Err(Error::new(Kind::Cluster, what));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let kept = process.is_none_or(|process| !process.memory);
    ui.status(if kept {
        "stopped the practice cluster; its objects are kept"
    } else {
        "stopped the practice cluster; its objects were in memory only"
    });
    Ok(())
}

/// The request is the proof that it is a practice cluster that is stopped: a process number may be another's by now.
fn ask(folder: &Folder) -> Result<()> {
    let mut flags = ConnectionFlags::default();
    flags.kubeconfig = Some(folder.kubeconfig());
    block_on(async {
        let cluster = cluster::Cluster::connect(&flags).await?;
        let request = hyper::Request::post("/sandbox/stop").body(Vec::new());
        let request = request.map_err(|error| {
            Error::new(Kind::Internal, "cannot make the request").caused_by(&error)
        })?;
        let client = cluster.client();
        cluster
            .call("ask it to stop", client.request_text(request))
            .await
            .map(drop)
    })
}
