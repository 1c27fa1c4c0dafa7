//! Commands that work on the workloads of files: what they read, and where the result goes.
//!
//! Files are worked on as a whole before the first byte is written, on all processors where there is much to do; a pipe flows
//! document by document. What is done to a document is the command's business.

mod stream;

use std::io;
use std::path::{Path, PathBuf};

use stream::{Stream, Tally};

use crate::commands::replace::{self, Replacement};
use crate::engine::inject::document::Written;
use crate::engine::inject::{self, Kinds};
use crate::error::{Error, Kind, Result};
use crate::input::{self, Input};
use crate::output::Ui;
use crate::output::sink::Sink;
use crate::yaml::documents::{DocumentReader, RawDocument};
use crate::yaml::{self, Value};

/// What to read, and where to write.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct FileFlags {
    /// File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)
    #[arg(
        short = 'f',
        long = "filename",
        value_name = "FILE",
        value_delimiter = ',',
        required = true
    )]
    filenames: Vec<PathBuf>,

    /// Also read the folders below a folder
    #[arg(short = 'R', long)]
    recursive: bool,

    /// Kind with a pod template, and the way to it (repeatable): `Rollout=spec.template`, `Runner.example.com=spec.pod`
    #[arg(long = "pod-template-path", value_name = "KIND=PATH")]
    pod_template_paths: Vec<String>,

    /// File to write instead of standard output; it is replaced at the end, or not at all
    #[arg(short, long, value_name = "FILE", conflicts_with = "in_place")]
    output: Option<PathBuf>,

    /// Replace the files that were read, all or none
    #[arg(short, long)]
    in_place: bool,

    /// Fail if a workload is skipped
    #[arg(long)]
    strict: bool,
}

impl FileFlags {
    /// The kinds of `--pod-template-path`.
    ///
    /// # Errors
    /// One of them is not KIND=PATH.
    pub(crate) fn kinds(&self) -> Result<Kinds> {
        let mut kinds = Kinds::default();
        for text in &self.pod_template_paths {
            kinds
                .add(text)
                .map_err(|message| Error::usage(format!("--pod-template-path: {message}")))?;
        }
        Ok(kinds)
    }
}

/// What a command calls what it does.
#[derive(Debug)]
pub(crate) struct Words {
    /// `injected`
    pub(crate) done: &'static str,
    /// `Skipping injection`
    pub(crate) skipping: &'static str,
}

/// What a command does to a document: from its text and its value, an object.
pub(crate) type Work<'a> = Box<dyn Fn(&str, Value) -> Result<Written, inject::Error> + 'a>;

/// What became of a document.
enum Worked {
    /// There is nothing in it but comments.
    Blank,
    Object {
        /// `app.yaml:12`, for messages.
        place: String,
        written: Written,
    },
}

/// So many documents are worth a thread of their own.
const SHARE: usize = 32;

/// Does `work` to every document of the files; `start` gives each thread its own.
///
/// # Errors
/// What cannot be read or written, documents that are no objects, and what `work` refuses: then no file is changed.
pub(crate) fn run<'w>(
    flags: &FileFlags,
    words: &'static Words,
    start: &(dyn Fn() -> Result<Work<'w>> + Sync),
    ui: &Ui,
) -> Result<()> {
    let names = without_repeats(&flags.filenames);
    let from_pipe = names.iter().any(|name| name.as_os_str() == "-");
    if from_pipe && names.len() > 1 {
        return Err(
            Error::usage("standard input (`-`) cannot be read together with files")
                .hint("give `-f` either `-` or files"),
        );
    }
    if from_pipe && flags.in_place {
        return Err(Error::usage("standard input cannot be replaced in place")
            .hint("leave out `--in-place`, or name files"));
    }
    if let Some(url) = names
        .iter()
        .find_map(|name| input::url(name))
        .filter(|_| flags.in_place)
    {
        return Err(Error::usage(format!("`{url}` cannot be replaced in place"))
            .hint("`-o FILE` writes the result to a file"));
    }
    let tally = if from_pipe {
        let mut sink = Sink::open(flags.output.as_deref(), ui)?;
        let tally = pipe(&start()?, words, &mut sink, ui)?;
        strictly(flags, &tally)?;
        sink.finish()?;
        tally
    } else {
        files(flags, &read(&names, flags.recursive)?, words, start, ui)?
    };
    ui.status(tally.summary(words));
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

fn read(names: &[PathBuf], recursive: bool) -> Result<Vec<Input>> {
    if let Some(name) = names
        .iter()
        .find(|name| input::url(name).is_none() && is_missing(name))
    {
        return Err(Error::user(format!(
            "cannot open {}: no such file or directory",
            name.display()
        ))
        .hint("`-f` takes files, folders and URLs; `-f -` reads standard input"));
    }
    if recursive {
        input::read_below(names)
    } else {
        let has_folder = names.iter().any(|name| name.is_dir());
        input::read(names).map_err(|error| {
            if has_folder {
                error.hint("`-R` also reads the folders below a folder")
            } else {
                error
            }
        })
    }
}

fn is_missing(name: &Path) -> bool {
    name.symlink_metadata()
        .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn strictly(flags: &FileFlags, tally: &Tally) -> Result<()> {
    if !flags.strict || tally.skipped == 0 {
        return Ok(());
    }
    let what = match tally.skipped {
        1 => "a workload was skipped".to_owned(),
        many => format!("{many} workloads were skipped"),
    };
    Err(Error::new(Kind::Precondition, what).hint("without `--strict`, they stay as they are"))
}

/// All files in one stream, or each in its place: nothing is written before the last document is known to be good.
fn files<'w>(
    flags: &FileFlags,
    inputs: &[Input],
    words: &'static Words,
    start: &(dyn Fn() -> Result<Work<'w>> + Sync),
    ui: &Ui,
) -> Result<Tally> {
    let documents: Vec<(&Input, RawDocument<'_>)> = inputs
        .iter()
        .flat_map(|input| yaml::documents(&input.text).map(move |document| (input, document)))
        .collect();
    let worked = all(&documents, start)?;
    let mut stream = Stream::new(words, ui);
    let mut results = worked.into_iter().zip(&documents).peekable();
    let mut texts = Vec::new();
    for input in inputs {
        let mut text = String::new();
        while let Some((worked, (_, document))) =
            results.next_if(|(_, (of, _))| std::ptr::eq(*of, input))
        {
            stream.append(document.text, &worked, &mut text);
        }
        if flags.in_place {
            stream.next_file();
        }
        texts.push(text);
    }
    let tally = stream.finish(&names_of(inputs))?;
    strictly(flags, &tally)?;
    if flags.in_place {
        in_place(inputs, &texts)?;
    } else {
        let mut sink = Sink::open(flags.output.as_deref(), ui)?;
        for text in &texts {
            sink.write(text.as_bytes())?;
        }
        sink.finish()?;
    }
    Ok(tally)
}

fn in_place(inputs: &[Input], texts: &[String]) -> Result<()> {
    let changed = inputs
        .iter()
        .zip(texts)
        .filter(|(input, text)| input.text != **text);
    let replacements: Vec<Replacement<'_>> = changed
        .filter_map(|(input, text)| {
            Some(Replacement {
                path: input.path.as_deref()?,
                old: &input.text,
                new: text,
            })
        })
        .collect();
    replace::all(&replacements)
}

fn names_of(inputs: &[Input]) -> String {
    match inputs {
        [only] => format!("`{}`", only.name),
        several => format!("these {} files", several.len()),
    }
}

/// Works on all documents, in shares; the first error in their order is the one that counts.
fn all<'w>(
    documents: &[(&Input, RawDocument<'_>)],
    start: &(dyn Fn() -> Result<Work<'w>> + Sync),
) -> Result<Vec<Worked>> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(documents.len() / SHARE).max(1);
    let share = |documents: &[(&Input, RawDocument<'_>)]| -> Result<Vec<Worked>> {
        let work = start()?;
        let documents = documents.iter();
        documents
            .map(|(input, document)| one(&work, &input.name, document.text, document.line))
            .collect()
    };
    if threads == 1 {
        return share(documents);
    }
    let shares = documents.chunks(documents.len().div_ceil(threads));
    std::thread::scope(|scope| {
        let running: Vec<_> = shares
            .map(|documents| scope.spawn(|| share(documents)))
            .collect();
        let mut worked = Vec::with_capacity(documents.len());
        for thread in running {
            let done = thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            worked.extend(done?);
        }
        Ok(worked)
    })
}

/// A document is written before the next one is read.
fn pipe(work: &Work<'_>, words: &'static Words, sink: &mut Sink<'_>, ui: &Ui) -> Result<Tally> {
    const NAME: &str = "standard input";
    let mut documents = DocumentReader::new(io::stdin().lock());
    let mut stream = Stream::new(words, ui);
    loop {
        let next = documents
            .next_document()
            .map_err(|error| Error::user("cannot read standard input").caused_by(&error))?;
        let Some((text, line)) = next else {
            return stream.finish(NAME);
        };
        let mut out = String::new();
        stream.append(&text, &one(work, NAME, &text, line)?, &mut out);
        sink.write(out.as_bytes())?;
    }
}

/// Works on one document of the file `name`, which begins on line `line`.
fn one(work: &Work<'_>, name: &str, text: &str, line: usize) -> Result<Worked> {
    let value = yaml::parse(text).map_err(|error| {
        input::not_yaml(name, &error.starting_at(line))
            .hint("the file has to be YAML or JSON; nothing of it was changed")
    })?;
    if value.is_null() {
        return Ok(Worked::Blank);
    }
    let place = format!("{name}:{}", line + lines_before_content(text));
    if !value.is_object() {
        return Err(Error::user(format!(
            "{place}: expected a Kubernetes object with `apiVersion` and `kind`"
        ))
        .hint("`-f` takes the YAML or JSON that `kubectl apply` takes"));
    }
    let written = work(text, value).map_err(|error| {
        let hint = error
            .hint
            .clone()
            .unwrap_or_else(|| hint_for(&error).to_owned());
        Error::user(format!("{place}: {error}")).hint(hint)
    })?;
    Ok(Worked::Object { place, written })
}

/// What usually helps.
fn hint_for(error: &inject::Error) -> &'static str {
    if error.message.contains("template") && !error.message.starts_with("spec") {
        "check the template: `--injectConfigFile`, or `values.sidecarInjectorWebhook.templates`"
    } else {
        "correct the object, or keep it out of injection with the label sidecar.istio.io/inject: \"false\""
    }
}

/// How many lines of the document come before its content.
fn lines_before_content(text: &str) -> usize {
    let counts = |line: &str| {
        let line = line.trim();
        !(line.is_empty() || line.starts_with('#') || line.starts_with('%') || line == "---")
    };
    text.lines().position(counts).unwrap_or(0)
}
