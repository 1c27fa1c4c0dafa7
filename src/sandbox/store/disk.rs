//! The database: every commit, in order, behind a thread that writes as many at once as have come in.
//!
//! The disk always holds a prefix of the commits. A write is acknowledged when it is in that prefix, so that a killed process
//! loses nothing that it acknowledged. A commit that fails (a full disk) is tried again, with what came since, at the next
//! write: the order stays.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use redb::{
    Database, DatabaseError, ReadableDatabase, ReadableTable, StorageError, TableDefinition,
};

use super::{Key, Object};
use crate::error::{Error, Kind, Result};

const OBJECTS: TableDefinition<&str, &[u8]> = TableDefinition::new("objects");
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// How the tables are laid out. A change that older versions would misread gets the next number.
const FORMAT: u64 = 1;

/// The database keeps this much of its file in memory; objects are in memory anyway.
const CACHE: usize = 4 << 20;

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

/// The writer's handle. Dropping it writes what is left and closes the database.
pub(super) struct Disk {
    sender: Sender<Message>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What a database held.
pub(super) struct Loaded {
    pub(super) revision: u64,
    pub(super) objects: Vec<(String, Key, Object)>,
}

impl Disk {
    /// Opens or creates the database at `path` and reads all of it.
    ///
    /// # Errors
    /// It is open elsewhere, cannot be read or written, is damaged, or is of a newer format.
    pub(super) fn open(path: &Path) -> Result<(Self, Loaded)> {
        let database = open(path).map_err(|error| explain_open(path, &error))?;
        prepare(path, &database)?;
        let loaded = load(path, &database)?;
        let shared = Arc::new(Shared::default());
        shared.lock().durable = loaded.revision;
        let (sender, receiver) = channel();
        let writer = Writer {
            path: path.to_owned(),
            database: Some(database),
            pending: Vec::new(),
            shared: Arc::clone(&shared),
        };
        let thread = std::thread::Builder::new()
            .name("sandbox-disk".to_owned())
            .spawn(move || writer.run(&receiver))
            .map_err(|error| {
                Error::new(Kind::Internal, "cannot start a thread for the database")
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
                return Err("the database's thread has ended".to_owned());
            }
            progress = self
                .shared
                .changed
                .wait(progress)
                .unwrap_or_else(PoisonError::into_inner);
        }
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
    path: PathBuf,
    /// `None` after a failure: redb wants its file opened anew then.
    database: Option<Database>,
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
        let outcome = self.attempt(last);
        let mut progress = self.shared.lock();
        match outcome {
            Ok(()) => {
                self.pending.clear();
                progress.durable = last;
                progress.failed = None;
            }
            Err(why) => {
                self.database = None;
                progress.failed = Some((last, why));
            }
        }
        drop(progress);
        self.shared.changed.notify_all();
    }

    fn attempt(&mut self, last: u64) -> Result<(), String> {
        #[cfg(test)]
        if self.shared.full.load(std::sync::atomic::Ordering::SeqCst) {
            return Err("No space left on device (os error 28)".to_owned());
        }
        let database = match self.database.take() {
            Some(database) => database,
            None => open(&self.path).map_err(|error| error.to_string())?,
        };
        let database = self.database.insert(database);
        write(database, &self.pending, last).map_err(|error| error.to_string())
    }
}

fn write(database: &Database, entries: &[Entry], last: u64) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(OBJECTS)?;
        for entry in entries {
            let key = encode(&entry.collection, &entry.key);
            match &entry.object {
                Some(object) => {
                    table.insert(key.as_str(), object.to_string().as_bytes())?;
                }
                None => {
                    table.remove(key.as_str())?;
                }
            }
        }
        transaction.open_table(META)?.insert("revision", last)?;
    }
    transaction.commit()?;
    Ok(())
}

fn open(path: &Path) -> Result<Database, DatabaseError> {
    Database::builder().set_cache_size(CACHE).create(path)
}

fn explain_open(path: &Path, error: &DatabaseError) -> Error {
    let shown = path.display();
    let reset = "`mesh sandbox reset` starts over with an empty practice cluster";
    match error {
        DatabaseError::DatabaseAlreadyOpen => Error::new(
            Kind::Precondition,
            format!("another practice cluster uses `{shown}`"),
        )
        .hint("`mesh sandbox down` stops it; `--state-dir` chooses another folder"),
        DatabaseError::UpgradeRequired(_) => Error::new(
            Kind::User,
            format!("`{shown}` is in a format that is no longer read"),
        )
        .hint(reset),
        DatabaseError::Storage(StorageError::Io(io))
            if io.kind() != std::io::ErrorKind::InvalidData =>
        {
            Error::new(
                Kind::User,
                format!("cannot open the practice cluster's database `{shown}`"),
            )
            .caused_by(io)
        }
        other => damaged(path, other),
    }
}

fn damaged(path: &Path, cause: &(dyn std::error::Error + 'static)) -> Error {
    Error::new(
        Kind::User,
        format!(
            "the practice cluster's database `{}` is damaged",
            path.display()
        ),
    )
    .caused_by(cause)
    .hint("`mesh sandbox reset` starts over with an empty practice cluster")
}

/// Makes the tables of a new database; refuses one that a newer version wrote.
fn prepare(path: &Path, database: &Database) -> Result<()> {
    let step = || -> Result<u64, redb::Error> {
        let transaction = database.begin_write()?;
        let format = {
            let mut meta = transaction.open_table(META)?;
            let found = meta.get("format")?.map(|found| found.value());
            if let Some(format) = found {
                format
            } else {
                meta.insert("format", FORMAT)?;
                FORMAT
            }
        };
        transaction.open_table(OBJECTS)?;
        transaction.commit()?;
        Ok(format)
    };
    let format = step().map_err(|error| damaged(path, &error))?;
    if format > FORMAT {
        let what = format!(
            "`{}` was written by a newer `mesh` (format {format}; this one reads up to {FORMAT})",
            path.display()
        );
        return Err(Error::new(Kind::User, what)
            .hint("use that version of `mesh`, or `mesh sandbox reset` to start over with an empty practice cluster"));
    }
    Ok(())
}

/// A key and the JSON of its object, as they are stored.
type Row = (String, Vec<u8>);

fn load(path: &Path, database: &Database) -> Result<Loaded> {
    let read = || -> Result<(u64, Vec<Row>), redb::Error> {
        let transaction = database.begin_read()?;
        let revision = transaction
            .open_table(META)?
            .get("revision")?
            .map_or(0, |found| found.value());
        let table = transaction.open_table(OBJECTS)?;
        let mut all = Vec::new();
        for entry in table.iter()? {
            let (key, bytes) = entry?;
            all.push((key.value().to_owned(), bytes.value().to_owned()));
        }
        Ok((revision, all))
    };
    let (revision, entries) = read().map_err(|error| damaged(path, &error))?;
    let mut objects = Vec::with_capacity(entries.len());
    for (key, bytes) in entries {
        let object = serde_json::from_slice(&bytes).map_err(|error| damaged(path, &error))?;
        let (collection, key) = decode(&key).ok_or_else(|| {
            Error::new(
                Kind::User,
                format!(
                    "the practice cluster's database `{}` is damaged",
                    path.display()
                ),
            )
            .because(format!("{key:?} is not the key of an object"))
            .hint("`mesh sandbox reset` starts over with an empty practice cluster")
        })?;
        objects.push((collection, key, object));
    }
    Ok(Loaded { revision, objects })
}

/// `collection NUL namespace NUL name`; neither may contain NUL. An empty namespace stands for none.
fn encode(collection: &str, key: &Key) -> String {
    format!(
        "{collection}\0{}\0{}",
        key.namespace.as_deref().unwrap_or_default(),
        key.name
    )
}

fn decode(text: &str) -> Option<(String, Key)> {
    let mut parts = text.split('\0');
    let (collection, namespace, name) = (parts.next()?, parts.next()?, parts.next()?);
    let key = Key {
        namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
        name: name.to_owned(),
    };
    parts.next().is_none().then(|| (collection.to_owned(), key))
}

#[cfg(test)]
impl Disk {
    pub(super) fn set_full(&self, full: bool) {
        self.shared
            .full
            .store(full, std::sync::atomic::Ordering::SeqCst);
    }
}

#[cfg(test)]
pub(super) fn set_format(path: &Path, format: u64) {
    let database = open(path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(META)
        .unwrap()
        .insert("format", format)
        .unwrap();
    transaction.commit().unwrap();
}
