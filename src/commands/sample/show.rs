//! `mesh sample show`.

use crate::engine::samples;
use crate::error::Result;
use crate::output::Ui;

/// Print the YAML of a sample
///
/// Without `--part` it is what a first `kubectl apply` needs: the applications, their gateway
/// and their destination rules. The steps of the course are parts of their own, to be applied
/// one after the other.
///
/// EXAMPLES
///   mesh sample show httpbin | kubectl apply -f -
///   mesh sample show httpbin --part app | mesh kube-inject -f - | kubectl apply -f -
///   mesh sample show bookinfo --part all-v1 > routing.yaml
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The sample's name, one of `mesh sample list`
    name: String,

    /// Print only these parts, in this order (repeat the flag, or separate by commas)
    #[arg(long = "part", value_name = "PART", value_delimiter = ',')]
    parts: Vec<String>,
}

/// Prints the chosen parts as one stream of documents.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let chosen = samples::find(&args.name)?.select(&args.parts)?;
    let texts: Vec<&str> = chosen.iter().map(|part| part.yaml).collect();
    ui.result(texts.join("---\n").as_bytes())
}
