//! `mesh kube-inject`.

mod configuration;
mod rewrite;

use std::io;
use std::path::{Path, PathBuf};

use configuration::ConfigurationFlags;
use rewrite::{Rewriter, Tally};

use crate::engine::inject::Injector;
use crate::error::{Error, Result};
use crate::input;
use crate::output::Ui;
use crate::output::sink::Sink;
use crate::yaml::documents::DocumentReader;

/// Add the sidecar to the workloads of YAML files
///
/// Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs, Pods, ReplicationControllers,
/// DeploymentConfigs and Lists of them get what istiod would add to their pods. Everything else
/// comes out byte for byte: comments, order and quotes of an injected document as well. No cluster is asked: the configuration is the one that comes with this
/// program, changed by a profile, `--set` and files.
///
/// Files are checked as a whole before the first byte is written. Standard input is written
/// document by document, so that a pipe flows; after an error, what was written is complete.
///
/// EXAMPLES
///   mesh kube-inject -f app.yaml | kubectl apply -f -
///   mesh kube-inject -f deploy/ -o injected.yaml
///   kubectl get deployment shop -o yaml | mesh kube-inject -f - | kubectl apply -f -
///   mesh kube-inject -f app.yaml --set values.global.proxy.logLevel=debug
///   mesh kube-inject -f app.yaml --set values.pilot.env.ENABLE_NATIVE_SIDECARS=false
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "this is the text of the help")]
pub(crate) struct Args {
    /// File, folder of files, or `-` for standard input (repeatable; a file named twice is read once)
    #[arg(
        short = 'f',
        long = "filename",
        value_name = "FILE",
        value_delimiter = ',',
        required = true
    )]
    filenames: Vec<PathBuf>,

    /// File to write instead of standard output; it is replaced at the end, or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write injected documents anew, with sorted keys and without comments
    #[arg(long)]
    normalize: bool,

    #[command(flatten)]
    configuration: ConfigurationFlags,
}

/// Reads, injects, writes, and says what was done.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let names = without_repeats(&args.filenames);
    let from_pipe = names.iter().any(|name| name.as_os_str() == "-");
    if from_pipe && names.len() > 1 {
        return Err(
            Error::usage("standard input (`-`) cannot be read together with files")
                .hint("give `-f` either `-` or files"),
        );
    }
    let inputs = if from_pipe { Vec::new() } else { read(&names)? };
    let injector = Injector::new(args.configuration.load(ui)?).map_err(configuration::error)?;
    let mut sink = Sink::open(args.output.as_deref(), ui)?;
    let tally = if from_pipe {
        inject_pipe(Rewriter::new(&injector, args.normalize, ui), &mut sink)?
    } else {
        inject_files(
            Rewriter::new(&injector, args.normalize, ui),
            &inputs,
            &mut sink,
        )?
    };
    sink.finish()?;
    ui.status(tally.summary());
    Ok(())
}

fn without_repeats(names: &[PathBuf]) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::new();
    for name in names {
        if !kept.contains(name) {
            kept.push(name.clone());
        }
    }
    kept
}

fn read(names: &[PathBuf]) -> Result<Vec<input::Input>> {
    if let Some(name) = names.iter().find(|name| is_missing(name)) {
        return Err(Error::user(format!(
            "cannot open {}: no such file or directory",
            name.display()
        ))
        .hint("`-f` takes files and folders; `-f -` reads standard input"));
    }
    input::read(names)
}

fn is_missing(name: &Path) -> bool {
    name.symlink_metadata()
        .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// All files in one: nothing is written before the last document is known to be good.
fn inject_files(
    mut rewriter: Rewriter<'_>,
    inputs: &[input::Input],
    sink: &mut Sink<'_>,
) -> Result<Tally> {
    let mut out = String::new();
    for input in inputs {
        for document in crate::yaml::documents(&input.text) {
            rewriter.rewrite(&input.name, document.text, document.line, &mut out)?;
        }
    }
    let tally = rewriter.finish(&names_of(inputs))?;
    sink.write(out.as_bytes())?;
    Ok(tally)
}

fn names_of(inputs: &[input::Input]) -> String {
    match inputs {
        [only] => format!("`{}`", only.name),
        several => format!("these {} files", several.len()),
    }
}

/// A document is written before the next one is read.
fn inject_pipe(mut rewriter: Rewriter<'_>, sink: &mut Sink<'_>) -> Result<Tally> {
    const NAME: &str = "standard input";
    let mut documents = DocumentReader::new(io::stdin().lock());
    loop {
        let next = documents
            .next_document()
            .map_err(|error| Error::user("cannot read standard input").caused_by(&error))?;
        let Some((text, line)) = next else {
            return rewriter.finish(NAME);
        };
        let mut out = String::new();
        rewriter.rewrite(NAME, &text, line, &mut out)?;
        sink.write(out.as_bytes())?;
    }
}
