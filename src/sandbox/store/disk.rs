//! The state file: every commit, in order, appended by a thread that writes as many at once as have come in.
//!
//! The disk always holds a prefix of the commits. A write is acknowledged when it is in that prefix, so that a killed process
//! loses nothing that it acknowledged. An append that fails (a full disk) is tried again, with what came since, at the next
//! write: the order stays.
//!
//! The file is a line that says what it is, then batches: a length, a checksum, and JSON lines, one for each commit. What a
//! killed process left half written at the end is cut off when the file is opened; damage anywhere else is an error. The
//! file is written anew, beside the old one, once most of it is out of date. An embedded database would do the same with
//! more code, and the one that was tried (redb 4) panics on damaged files.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use super::{Key, Object};
use crate::error::{Error, Kind, Result};

/// How the file is laid out. A change that older versions would misread gets the next number.
const FORMAT: u64 = 1;
const TITLE: &str = "mesh sandbox state, format ";

/// Before each batch: its length and checksum.
const FRAME: usize = 8;

/// A file is written anew when it is longer than this and than four times what was left of it the last time.
const SMALL: u64 = 4 << 20;

/// One commit on its way to the disk.
pub(super) struct Entry {
    pub(super) revision: u64,
    pub(super) collection: Arc<str>,
    pub(super) key: Arc<Key>,
    /// `None`: the object was deleted.
    pub(super) object: Option<Arc<Object>>,
}

enum Message {
    Write(Entry),
    Stop,
}

#[derive(Default)]
struct Progress {
    /// Everything up to this revision is on the disk.
    durable: u64,
    /// Why the last attempt failed, and the revision up to which it tried.
    failed: Option<(u64, String)>,
}

#[derive(Default)]
struct Shared {
    progress: Mutex<Progress>,
    changed: Condvar,
    /// Tests make the disk full with it.
    #[cfg(test)]
    full: std::sync::atomic::AtomicBool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writer's handle. Dropping it writes what is left and closes the file.
pub(super) struct Disk {
    sender: Sender<Message>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What there is of each collection.
pub(super) type Objects = BTreeMap<(Arc<str>, Arc<Key>), Arc<Object>>;

/// What a file held.
pub(super) struct Loaded {
    /// The revision of the last commit, 0 for a new file.
    pub(super) revision: u64,
    pub(super) objects: Objects,
}

impl Disk {
    /// Opens or creates the file at `path` and reads all of it.
    ///
    /// # Errors
    /// It is open elsewhere, cannot be read or written, is damaged, or is of a newer format.
    pub(super) fn open(path: &Path) -> Result<(Self, Loaded)> {
        let lock = lock(path)?;
        let mut file = open(path).map_err(|error| cannot(path, "open", &error))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| cannot(path, "read", &error))?;
        let (loaded, length) = read(path, &bytes)?;
        let mut log = Log {
            path: path.to_owned(),
            file,
            length,
            compacted: 0,
            live: loaded.objects.clone(),
            revision: loaded.revision,
            _lock: lock,
        };
        log.start().map_err(|error| cannot(path, "write", &error))?;
        let shared = Arc::new(Shared::default());
        shared.lock().durable = loaded.revision;
        let (sender, receiver) = channel();
        let writer = Writer {
            log,
            pending: Vec::new(),
            shared: Arc::clone(&shared),
        };
        let thread = std::thread::Builder::new()
            .name("sandbox-disk".to_owned())
            .spawn(move || writer.run(&receiver))
            .map_err(|error| {
                Error::new(Kind::Internal, "cannot start a thread for the state file")
                    .caused_by(&error)
            })?;
        let disk = Self {
            sender,
            shared,
            thread: Some(thread),
        };
        Ok((disk, loaded))
    }

    /// Puts a commit in line. To be called in the order of revisions.
    pub(super) fn push(&self, entry: Entry) {
        // The thread ends only when this handle is dropped; were it to die, `wait` says so.
        let _ = self.sender.send(Message::Write(entry));
    }

    /// Waits until everything up to `revision` is on the disk.
    ///
    /// # Errors
    /// Why it could not be written. It stays in line.
    pub(super) fn wait(&self, revision: u64) -> Result<(), String> {
        let mut progress = self.shared.lock();
        loop {
            if progress.durable >= revision {
                return Ok(());
            }
            if let Some((_, why)) = progress
                .failed
                .as_ref()
                .filter(|(tried, _)| *tried >= revision)
            {
                return Err(why.clone());
            }
            if self.thread.as_ref().is_none_or(JoinHandle::is_finished) {
                return Err("the thread that writes the state file has ended".to_owned());
            }
            progress = self
                .shared
                .changed
                .wait(progress)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    #[cfg(test)]
    pub(super) fn set_full(&self, full: bool) {
        self.shared
            .full
            .store(full, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.sender.send(Message::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Writer {
    log: Log,
    pending: Vec<Entry>,
    shared: Arc<Shared>,
}

impl Writer {
    fn run(mut self, receiver: &Receiver<Message>) {
        let mut stopping = false;
        while !stopping {
            let Ok(first) = receiver.recv() else { return };
            for message in std::iter::once(first).chain(receiver.try_iter()) {
                match message {
                    Message::Write(entry) => self.pending.push(entry),
                    Message::Stop => stopping = true,
                }
            }
            self.flush();
        }
    }

    fn flush(&mut self) {
        let Some(last) = self.pending.last().map(|entry| entry.revision) else {
            return;
        };
        let outcome = self.attempt();
        let mut progress = self.shared.lock();
        match outcome {
            Ok(()) => {
                progress.durable = last;
                progress.failed = None;
            }
            Err(why) => progress.failed = Some((last, why)),
        }
        drop(progress);
        self.shared.changed.notify_all();
    }

    fn attempt(&mut self) -> Result<(), String> {
        #[cfg(test)]
        if self.shared.full.load(std::sync::atomic::Ordering::SeqCst) {
            return Err("No space left on device (os error 28)".to_owned());
        }
        self.log
            .append(&self.pending)
            .map_err(|error| error.to_string())?;
        self.log.remember(self.pending.drain(..));
        // A file that could not be written anew is as good as before, only longer.
        let _ = self.log.compact_if_long();
        Ok(())
    }
}

/// The open file, and what of it is not out of date.
struct Log {
    path: PathBuf,
    file: File,
    /// Up to here the file is good.
    length: u64,
    /// The length when it was last written anew.
    compacted: u64,
    live: Objects,
    revision: u64,
    /// Held as long as the file is in use.
    _lock: File,
}

impl Log {
    /// Cuts off what was left half written; a new file gets its title.
    fn start(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        if self.length == 0 {
            let title = title();
            self.file.write_all(title.as_bytes())?;
            self.file.sync_all()?;
            self.length = title.len() as u64;
        }
        self.compact_if_long()
    }

    fn append(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let mut lines = Vec::new();
        for entry in entries {
            line(
                &mut lines,
                entry.revision,
                &entry.collection,
                &entry.key,
                entry.object.as_deref(),
            );
        }
        let batch = framed(&lines);
        let written = self
            .file
            .write_all(&batch)
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.length += batch.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Back to the last good state, for the next attempt; were that to fail, too, opening cuts it off.
                self.file.set_len(self.length)?;
                self.file.seek(SeekFrom::Start(self.length))?;
                Err(error)
            }
        }
    }

    fn remember(&mut self, entries: impl Iterator<Item = Entry>) {
        for entry in entries {
            self.revision = entry.revision;
            let place = (entry.collection, entry.key);
            match entry.object {
                Some(object) => self.live.insert(place, object),
                None => self.live.remove(&place),
            };
        }
    }

    /// Writes the file anew beside the old one, and puts it in its place.
    fn compact_if_long(&mut self) -> std::io::Result<()> {
        if self.length < SMALL.max(self.compacted.saturating_mul(4)) {
            return Ok(());
        }
        let mut lines = Vec::new();
        for ((collection, key), object) in &self.live {
            line(&mut lines, self.revision, collection, key, Some(object));
        }
        let mut bytes = title().into_bytes();
        bytes.extend(framed(&lines));
        let beside = beside(&self.path, ".new");
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(&beside)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)?;
        self.file = file;
        self.length = bytes.len() as u64;
        self.compacted = self.length;
        Ok(())
    }
}

fn title() -> String {
    format!("{TITLE}{FORMAT}\n")
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
}

/// A file's path with something more at its end.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The lock is a file of its own, since the state file is replaced now and then.
fn lock(path: &Path) -> Result<File> {
    let beside = beside(path, ".lock");
    let file = open(&beside).map_err(|error| cannot(path, "open", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            Kind::Precondition,
            format!("another practice cluster uses `{}`", path.display()),
        )
        .hint("`mesh sandbox down` stops it; `--state-dir` chooses another folder")),
        Err(TryLockError::Error(error)) => Err(cannot(&beside, "lock", &error)),
    }
}

fn cannot(path: &Path, what: &str, error: &std::io::Error) -> Error {
    Error::new(
        Kind::User,
        format!(
            "cannot {what} the practice cluster's state file `{}`",
            path.display()
        ),
    )
    .caused_by(error)
}

fn damaged(path: &Path, why: String) -> Error {
    Error::new(
        Kind::User,
        format!(
            "the practice cluster's state file `{}` is damaged",
            path.display()
        ),
    )
    .because(why)
    .hint("`mesh sandbox reset` starts over with an empty practice cluster")
}

/// Adds a commit as a line of JSON.
fn line(lines: &mut Vec<u8>, revision: u64, collection: &str, key: &Key, object: Option<&Object>) {
    let place = json!([revision, collection, key.namespace, key.name]);
    let object = object.unwrap_or(&Value::Null);
    lines.extend_from_slice(format!("[{place},{object}]\n").as_bytes());
}

fn framed(lines: &[u8]) -> Vec<u8> {
    // A batch never comes near 4 GiB; were one to, its length would not fit and reading it would fail with the checksum.
    let length = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let mut batch = Vec::with_capacity(lines.len() + FRAME);
    batch.extend_from_slice(&length.to_le_bytes());
    batch.extend_from_slice(&checksum(lines).to_le_bytes());
    batch.extend_from_slice(lines);
    batch
}

/// FNV-1a over words of eight bytes, folded to 32 bits: quick, and sure enough against torn and damaged writes.
fn checksum(bytes: &[u8]) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash ^ u64::from_le_bytes(word))
            .wrapping_mul(0x0100_0000_01b3)
            .rotate_left(23);
    }
    u32::try_from((hash ^ hash >> 32) & 0xffff_ffff).unwrap_or_default()
}

/// Reads a whole file. Gives what it holds, and the length up to which it is good.
fn read(path: &Path, bytes: &[u8]) -> Result<(Loaded, u64)> {
    let mut loaded = Loaded {
        revision: 0,
        objects: Objects::new(),
    };
    let title = title();
    if title.as_bytes().starts_with(bytes) && bytes.len() < title.len() {
        return Ok((loaded, 0)); // new, or killed before the title was written
    }
    let mut at = check_title(path, bytes)?;
    let mut collections: BTreeMap<String, Arc<str>> = BTreeMap::new();
    while at < bytes.len() {
        let Some(batch) = batch(&bytes[at..]) else {
            if is_torn(&bytes[at..]) {
                break;
            }
            return Err(damaged(
                path,
                format!("byte {at}: the checksum does not fit"),
            ));
        };
        for line in batch
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            take(line, &mut loaded, &mut collections)
                .ok_or_else(|| damaged(path, format!("byte {at}: not the record of a change")))?;
        }
        at += batch.len() + FRAME;
    }
    Ok((loaded, at as u64))
}

/// Checks the first line. Gives its length.
fn check_title(path: &Path, bytes: &[u8]) -> Result<usize> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(bytes.len());
    let first = String::from_utf8_lossy(&bytes[..end]);
    let Some(format) = first
        .strip_prefix(TITLE)
        .and_then(|format| format.parse::<u64>().ok())
    else {
        return Err(damaged(
            path,
            "it does not start as such a file does".to_owned(),
        ));
    };
    if format > FORMAT {
        let what = format!(
            "`{}` was written by a newer `mesh` (format {format}; this one reads up to {FORMAT})",
            path.display()
        );
        return Err(Error::new(Kind::User, what)
            .hint("use that version of `mesh`, or `mesh sandbox reset` to start over with an empty practice cluster"));
    }
    Ok(end + 1)
}

/// The content of the batch at the start of `bytes`, if it is whole and sound.
fn batch(bytes: &[u8]) -> Option<&[u8]> {
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let length = usize::try_from(number(0)?).ok()?;
    let content = bytes.get(FRAME..FRAME.checked_add(length)?)?;
    (checksum(content) == number(4)?).then_some(content)
}

/// Whether what does not read as a batch may be the end that a killed process left: its last batch, cut short, or partly
/// not written. It was not acknowledged. Anything after it would be.
fn is_torn(bytes: &[u8]) -> bool {
    let length = bytes
        .get(..4)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_le_bytes);
    let claimed = length
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(usize::MAX);
    let short = claimed.saturating_add(FRAME) >= bytes.len();
    short && !holds_a_batch(bytes) || bytes.iter().all(|byte| *byte == 0)
}

/// Whether a sound batch stands somewhere after the start: then the start is damaged, not torn.
fn holds_a_batch(bytes: &[u8]) -> bool {
    let starts = bytes
        .windows(FRAME + 2)
        .enumerate()
        .skip(1)
        .filter(|(_, window)| window.ends_with(b"[["));
    starts
        .into_iter()
        .any(|(at, _)| batch(&bytes[at..]).is_some())
}

/// Reads one commit's line into what is loaded.
fn take(
    line: &[u8],
    loaded: &mut Loaded,
    collections: &mut BTreeMap<String, Arc<str>>,
) -> Option<()> {
    let (place, object): ((u64, String, Option<String>, String), Value) =
        serde_json::from_slice(line).ok()?;
    let (revision, collection, namespace, name) = place;
    let collection = collections
        .entry(collection)
        .or_insert_with_key(|name| Arc::from(name.as_str()));
    let place = (Arc::clone(collection), Arc::new(Key { namespace, name }));
    match object {
        Value::Null => loaded.objects.remove(&place),
        object => loaded.objects.insert(place, Arc::new(object)),
    };
    loaded.revision = loaded.revision.max(revision);
    Some(())
}
