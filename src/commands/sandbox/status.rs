//! `mesh sandbox status`.

use std::path::PathBuf;

use serde::Serialize;

use super::FolderFlag;
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::FormatFlag;

/// Show whether the practice cluster runs, and where
///
/// EXAMPLES
///   mesh sandbox status
///   mesh sandbox status -o json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    format: FormatFlag,

    #[command(flatten)]
    folder: FolderFlag,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    running: bool,
    folder: PathBuf,
    #[serde(flatten)]
    process: Option<Running>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Running {
    server: String,
    kubeconfig: PathBuf,
    pid: u32,
    /// Whether its objects are in memory only.
    memory: bool,
    version: String,
}

/// Reports what the folder says.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let folder = args.folder.folder()?;
    let running = folder.is_running()?;
    let process = folder.process().filter(|_| running).map(|process| Running {
        server: format!("https://127.0.0.1:{}", process.port),
        kubeconfig: folder.kubeconfig(),
        pid: process.pid,
        memory: process.memory,
        version: process.version,
    });
    let report = Report {
        running,
        folder: folder.path().to_owned(),
        process,
    };
    ui.report(&report, args.format.output, text)
}

fn text(report: &Report) -> String {
    let folder = report.folder.display();
    let Some(process) = &report.process else {
        let state = if report.running {
            "is starting"
        } else {
            "does not run"
        };
        return format!("the practice cluster {state}\nfolder:      {folder}\n");
    };
    let objects = if process.memory {
        "in memory only"
    } else {
        "kept"
    };
    format!(
        "the practice cluster runs\nserver:      {}\nkubeconfig:  {}\nobjects:     {objects}\nprocess:     {}\nversion:     {}\nfolder:      {folder}\n",
        process.server,
        process.kubeconfig.display(),
        process.pid,
        process.version,
    )
}
