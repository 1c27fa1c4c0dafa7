//! `metadata.managedFields`: who owns which fields of an object.

use serde_json::{Value, json};

use super::fields::FieldSet;

/// Who writes, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Writer {
    pub(crate) name: String,
    pub(crate) operation: Operation,
    /// Of the object as it was sent, as `apps/v1`.
    pub(crate) api_version: String,
    /// Empty for the object itself.
    pub(crate) subresource: String,
}

/// Whether one says what an object is to have (`Apply`), or wrote it as it came (`Update`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Apply,
    Update,
}

impl Writer {
    /// Whether fields of both stand in one entry. One who applies may do so in any version.
    fn is(&self, other: &Self) -> bool {
        self.name == other.name
            && self.operation == other.operation
            && self.subresource == other.subresource
            && (self.operation == Operation::Apply || self.api_version == other.api_version)
    }

    /// As messages name it: `"kubectl" using apps/v1`.
    pub(crate) fn shown(&self) -> String {
        let subresource = match self.subresource.as_str() {
            "" => String::new(),
            name => format!(" with subresource {name:?}"),
        };
        let version = match self.operation {
            Operation::Apply => String::new(),
            Operation::Update => format!(" using {}", self.api_version),
        };
        format!("{:?}{subresource}{version}", self.name)
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) writer: Writer,
    /// RFC 3339; empty where it is not known.
    pub(crate) time: String,
    pub(crate) fields: FieldSet,
}

/// All entries of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Managers(Vec<Entry>);

/// How many entries of operation Update there may be before the oldest become one.
const MOST_UPDATES: usize = 10;
/// The manager of fields that were last written so long ago.
const ANCIENT: &str = "ancient-changes";

impl Managers {
    /// Reads `managedFields`.
    ///
    /// # Errors
    /// Why it makes no sense. Kubernetes then goes on with what it knew before.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let entries = match value {
            Value::Null => &[][..],
            Value::Array(entries) => entries,
            _ => return Err("expected a list".to_owned()),
        };
        let entries = entries.iter().map(read_entry);
        Ok(Self(entries.collect::<Result<_, _>>()?))
    }

    /// Takes `managedFields` as `into_json` wrote it.
    pub(crate) fn trusted(value: Value) -> Self {
        let Value::Array(entries) = value else {
            return Self::default();
        };
        let read = entries.into_iter().filter_map(|mut entry| {
            let fields = entry.get_mut("fieldsV1").map(Value::take);
            let mut entry = read_entry(&entry).ok()?;
            entry.fields = FieldSet::trusted(fields.unwrap_or_default());
            Some(entry)
        });
        Self(read.collect())
    }

    /// As the field has it; nothing where there are no entries.
    pub(crate) fn into_json(mut self) -> Option<Value> {
        self.0.sort_by(|one, other| order(one).cmp(&order(other)));
        let entries: Vec<Value> = self.0.into_iter().map(entry_json).collect();
        (!entries.is_empty()).then_some(Value::Array(entries))
    }

    /// Whether nobody owns a field.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All entries.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// The entry of one who writes.
    pub(crate) fn of(&self, writer: &Writer) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.writer.is(writer))
    }

    /// The entries of all others.
    pub(crate) fn others<'a>(&'a self, writer: &'a Writer) -> impl Iterator<Item = &'a Entry> {
        self.0.iter().filter(|entry| !entry.writer.is(writer))
    }

    /// Changes the fields of all but one, and leaves out who has none left.
    pub(crate) fn change_others(&mut self, writer: &Writer, change: impl Fn(&mut FieldSet)) {
        for entry in self.0.iter_mut().filter(|entry| !entry.writer.is(writer)) {
            change(&mut entry.fields);
        }
        self.0.retain(|entry| !entry.fields.is_empty());
    }

    /// Puts an entry in place of the one of the same writer; one without fields is left out.
    pub(crate) fn put(&mut self, entry: Entry) {
        self.0.retain(|one| !one.writer.is(&entry.writer));
        if !entry.fields.is_empty() {
            self.0.push(entry);
        }
    }

    /// Makes one entry of the oldest ones of a version where too many have written.
    pub(crate) fn cap(&mut self) {
        let updates = |entries: &[Entry]| -> Vec<Entry> {
            let updates = entries.iter().cloned();
            updates
                .filter(|entry| entry.writer.operation == Operation::Update)
                .collect()
        };
        let mut all = updates(&self.0);
        let Some(too_many) = all.len().checked_sub(MOST_UPDATES).filter(|more| *more > 0) else {
            return;
        };
        all.sort_by(|one, other| {
            (&one.time, &one.writer.name).cmp(&(&other.time, &other.writer.name))
        });
        // The first one becomes the common entry, so one more goes into it.
        for entry in all.into_iter().take(too_many + 1) {
            let ancient = Writer {
                name: ANCIENT.to_owned(),
                operation: Operation::Update,
                subresource: String::new(),
                ..entry.writer.clone()
            };
            let mut fields = entry.fields;
            if let Some(before) = self.of(&ancient) {
                fields.unite(&before.fields);
            }
            self.0.retain(|one| one.writer != entry.writer);
            self.put(Entry {
                writer: ancient,
                time: entry.time,
                fields,
            });
        }
    }
}

fn order(entry: &Entry) -> impl Ord + '_ {
    let Writer {
        name,
        operation,
        api_version,
        subresource,
    } = &entry.writer;
    (*operation, &entry.time, name, api_version, subresource)
}

fn read_entry(entry: &Value) -> Result<Entry, String> {
    let text = |field: &str| match &entry[field] {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        _ => Err(format!("{field}: expected a string")),
    };
    if !entry.is_object() {
        return Err("expected an object for each manager".to_owned());
    }
    let operation = match text("operation")?.as_str() {
        "Apply" => Operation::Apply,
        "Update" => Operation::Update,
        _ => return Err("operation must be `Apply` or `Update`".to_owned()),
    };
    let api_version = text("apiVersion")?;
    if api_version.is_empty() {
        return Err("apiVersion must not be empty".to_owned());
    }
    match text("fieldsType")?.as_str() {
        "FieldsV1" => {}
        "" => return Err("missing fieldsType in managed fields entry".to_owned()),
        other => {
            return Err(format!(
                "invalid fieldsType {other:?} in managed fields entry"
            ));
        }
    }
    let fields = match &entry["fieldsV1"] {
        Value::Null => FieldSet::default(),
        fields => FieldSet::read(fields)?,
    };
    Ok(Entry {
        writer: Writer {
            name: text("manager")?,
            operation,
            api_version,
            subresource: text("subresource")?,
        },
        time: text("time")?,
        fields,
    })
}

fn entry_json(entry: Entry) -> Value {
    let Writer {
        name,
        operation,
        api_version,
        subresource,
    } = entry.writer;
    let operation = match operation {
        Operation::Apply => "Apply",
        Operation::Update => "Update",
    };
    let mut out = json!({"manager": name, "operation": operation, "apiVersion": api_version, "fieldsType": "FieldsV1",
        "fieldsV1": entry.fields.into_json()});
    for (field, text) in [("time", entry.time), ("subresource", subresource)] {
        if !text.is_empty() {
            out[field] = Value::String(text);
        }
    }
    out
}

/// Whether the field of two objects says the same, whenever it was written.
pub(crate) fn same_but_for_times(one: &Value, other: &Value) -> bool {
    let same = |one: &Value, other: &Value| match (one.as_object(), other.as_object()) {
        (Some(one), Some(other)) => {
            let fields = |entry| -> Vec<(&String, &Value)> {
                let entry: &serde_json::Map<String, Value> = entry;
                entry.iter().filter(|(name, _)| *name != "time").collect()
            };
            fields(one) == fields(other)
        }
        _ => one == other,
    };
    match (one.as_array(), other.as_array()) {
        (Some(one), Some(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|entry| other.iter().any(|theirs| same(entry, theirs)))
        }
        _ => one == other,
    }
}
