//! Objects in Kubernetes' protobuf encoding, as requests only: kubectl sends them so where it makes them itself (`kubectl
//! create deployment`, `kubectl auth can-i`). Answers are always JSON, which every client accepts.
//!
//! The types are those of the table of kinds. `numbers.txt` has a line for each: its fields as `name=number`, with a star
//! where absent and zero differ (a pointer in Kubernetes' own types, whose tags say all this); `=number=type` stands for a
//! message whose fields are those of the object around it. Definitions (CRDs) are not among them: nobody sends them so.

use std::collections::HashMap;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::sandbox::api::clock;
use crate::sandbox::api::status::Status;
use crate::sandbox::kinds::schema::{self, Shape, Type};

const NUMBERS: &str = include_str!("numbers.txt");

/// What every such body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// A field of a message.
struct Entry {
    /// Empty for a message whose fields are the object's own.
    name: &'static str,
    number: u64,
    /// Zero is not absent.
    pointer: bool,
    /// The type of such a message.
    inline: &'static str,
}

fn entries(name: &str) -> &'static [Entry] {
    static ALL: OnceLock<HashMap<&'static str, Vec<Entry>>> = OnceLock::new();
    let all = ALL.get_or_init(|| NUMBERS.lines().filter_map(read_line).collect());
    all.get(name).map_or(&[], Vec::as_slice)
}

fn read_line(line: &'static str) -> Option<(&'static str, Vec<Entry>)> {
    let (name, fields) = line.split_once(' ')?;
    let entry = |word: &'static str| {
        let mut parts = word.split('=');
        let (name, number) = (parts.next()?, parts.next()?);
        Some(Entry {
            name,
            number: number.trim_end_matches('*').parse().ok()?,
            pointer: number.ends_with('*'),
            inline: parts.next().unwrap_or_default(),
        })
    };
    Some((name, fields.split(' ').filter_map(entry).collect()))
}

/// The object in a body.
///
/// # Errors
/// 400 for what is damaged, 415 for kinds that are not known in this encoding.
pub(super) fn read(body: &[u8]) -> Result<Value, Status> {
    let envelope = body.strip_prefix(MAGIC).ok_or_else(damaged)?;
    let (mut kind, mut raw) = (Value::Null, &[][..]);
    for field in Fields(envelope) {
        match field? {
            (1, Payload::Bytes(bytes)) => kind = type_meta(bytes)?,
            (2, Payload::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let text = |field: &str| kind[field].as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let found = if kind == "DeleteOptions" {
        schema::named("meta.v1.DeleteOptions")
    } else {
        schema::of(group, version, &kind)
    };
    let mut out = Map::new();
    match found.filter(|found| !entries(found.name).is_empty()) {
        Some(found) => object(found, found.name, raw, &mut out)?,
        // Their answers do not depend on the question.
        None if kind.starts_with("SelfSubject") || kind.ends_with("SubjectAccessReview") => {}
        None => {
            let text = format!("{api_version} {kind} is not known in protobuf: send JSON");
            return Err(Status::new(415, "UnsupportedMediaType", text));
        }
    }
    out.insert("apiVersion".to_owned(), json!(api_version));
    out.insert("kind".to_owned(), json!(kind));
    Ok(Value::Object(out))
}

fn damaged() -> Status {
    Status::bad_request("the body of the request is not what Kubernetes writes as protobuf")
}

fn type_meta(bytes: &[u8]) -> Result<Value, Status> {
    let mut out = json!({});
    for field in Fields(bytes) {
        match field? {
            (1, Payload::Bytes(bytes)) => out["apiVersion"] = text(bytes)?,
            (2, Payload::Bytes(bytes)) => out["kind"] = text(bytes)?,
            _ => {}
        }
    }
    Ok(out)
}

/// Reads a message into an object of type `of`; `name` is the type whose numbers it has.
fn object(of: &Type, name: &str, bytes: &[u8], out: &mut Map<String, Value>) -> Result<(), Status> {
    for field in Fields(bytes) {
        let (number, payload) = field?;
        let Some(entry) = entries(name).iter().find(|entry| entry.number == number) else {
            continue;
        };
        if !entry.inline.is_empty() {
            object(of, entry.inline, payload.bytes()?, out)?;
        } else if let Some(field) = of.field(entry.name) {
            put(&field.shape, entry, payload, out)?;
        }
    }
    Ok(())
}

fn put(
    shape: &Shape,
    entry: &Entry,
    payload: Payload<'_>,
    out: &mut Map<String, Value>,
) -> Result<(), Status> {
    match shape {
        Shape::List(items, _) => {
            let value = one(items, payload)?;
            let list = out.entry(entry.name).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(value);
            }
        }
        Shape::Map { values, .. } => {
            let (mut key, mut value) = (String::new(), None);
            for field in Fields(payload.bytes()?) {
                match field? {
                    (1, Payload::Bytes(bytes)) => {
                        key = String::from_utf8(bytes.to_vec()).map_err(|_| damaged())?;
                    }
                    (2, payload) => value = Some(one(values, payload)?),
                    _ => {}
                }
            }
            let value = value.map_or_else(|| one(values, Payload::Bytes(&[])), Ok)?;
            let map = out.entry(entry.name).or_insert_with(|| json!({}));
            if let Some(map) = map.as_object_mut() {
                map.insert(key, value);
            }
        }
        _ => {
            let value = one(shape, payload)?;
            if entry.pointer || !is_zero(&value) {
                out.insert(entry.name.to_owned(), value);
            }
        }
    }
    Ok(())
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

/// One value that is no list and no map.
fn one(shape: &Shape, payload: Payload<'_>) -> Result<Value, Status> {
    match shape {
        Shape::Text => text(payload.bytes()?),
        Shape::Bytes => Ok(json!(STANDARD.encode(payload.bytes()?))),
        Shape::Int32 | Shape::Int64 => Ok(json!(payload.number()?.cast_signed())),
        Shape::Bool => Ok(json!(payload.number()? != 0)),
        Shape::Number => Ok(json!(f64::from_bits(payload.number()?))),
        Shape::Quantity => {
            part(payload.bytes()?, 1)?.map_or(Ok(json!("0")), |found| text(found.bytes()?))
        }
        Shape::IntOrString => int_or_string(payload.bytes()?),
        Shape::Time | Shape::MicroTime => time(payload.bytes()?, *shape == Shape::MicroTime),
        Shape::Any => match part(payload.bytes()?, 1)? {
            Some(raw) => serde_json::from_slice(raw.bytes()?).map_err(|_| damaged()),
            None => Ok(Value::Null),
        },
        Shape::Object(name) => {
            let mut out = Map::new();
            if let Some(of) = schema::named(name) {
                object(of, name, payload.bytes()?, &mut out)?;
            }
            Ok(Value::Object(out))
        }
        // The encoding has no list of lists, and no map of them.
        Shape::List(..) | Shape::Map { .. } => Err(damaged()),
    }
}

fn text(bytes: &[u8]) -> Result<Value, Status> {
    let text = std::str::from_utf8(bytes).map_err(|_| damaged())?;
    Ok(json!(text))
}

/// The last field of a number.
fn part(bytes: &[u8], number: u64) -> Result<Option<Payload<'_>>, Status> {
    let mut found = None;
    for field in Fields(bytes) {
        let (at, payload) = field?;
        if at == number {
            found = Some(payload);
        }
    }
    Ok(found)
}

fn number_of(bytes: &[u8], number: u64) -> Result<i64, Status> {
    let found = part(bytes, number)?;
    found.map_or(Ok(0), |payload| payload.number().map(u64::cast_signed))
}

fn int_or_string(bytes: &[u8]) -> Result<Value, Status> {
    if number_of(bytes, 1)? == 0 {
        return Ok(json!(number_of(bytes, 2)?));
    }
    part(bytes, 3)?.map_or(Ok(json!("")), |found| text(found.bytes()?))
}

fn time(bytes: &[u8], micro: bool) -> Result<Value, Status> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let seconds = number_of(bytes, 1)?;
    // Years 1 to 9999, which is what the text can hold.
    if !(-62_135_596_800..253_402_300_800).contains(&seconds) {
        return Err(damaged());
    }
    let whole = clock::format(seconds);
    if !micro {
        return Ok(json!(whole));
    }
    let micros = number_of(bytes, 2)?.clamp(0, 999_999_999) / 1000;
    Ok(json!(format!(
        "{}.{micros:06}Z",
        whole.trim_end_matches('Z')
    )))
}

#[derive(Clone, Copy)]
enum Payload<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Payload<'a> {
    fn bytes(self) -> Result<&'a [u8], Status> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Number(_) => Err(damaged()),
        }
    }

    fn number(self) -> Result<u64, Status> {
        match self {
            Self::Number(number) => Ok(number),
            Self::Bytes(_) => Err(damaged()),
        }
    }
}

/// The fields of a message, one after the other; ends at the first that is damaged.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn field(&mut self) -> Option<(u64, Payload<'a>)> {
        let tag = self.varint()?;
        let payload = match tag & 7 {
            0 => Payload::Number(self.varint()?),
            1 => Payload::Number(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Payload::Bytes(self.take(length)?)
            }
            5 => Payload::Number(u32::from_le_bytes(self.take(4)?.try_into().ok()?).into()),
            _ => return None,
        };
        Some((tag >> 3, payload))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Payload<'a>), Status>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or_else(damaged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of bytes.
    fn bytes(number: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![number << 3 | 2, u8::try_from(content.len()).unwrap()];
        out.extend(content);
        out
    }

    fn number(number: u8, value: u8) -> Vec<u8> {
        vec![number << 3, value]
    }

    fn body(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
        let meta = [bytes(1, api_version.as_bytes()), bytes(2, kind.as_bytes())].concat();
        [MAGIC.to_vec(), bytes(1, &meta), bytes(2, raw)].concat()
    }

    #[test]
    fn reads_an_object_and_leaves_zeros_out_where_they_mean_nothing() {
        let metadata = [bytes(1, b"web"), bytes(3, b""), bytes(8, b"")].concat();
        let port = [number(1, 0), number(2, 80)].concat();
        let port = [bytes(1, b""), number(3, 90), bytes(4, &port)].concat();
        let selector = [bytes(1, b"app"), bytes(2, b"web")].concat();
        let spec = [bytes(1, &port), bytes(2, &selector), bytes(7, b"")].concat();
        let raw = [bytes(1, &metadata), bytes(2, &spec), bytes(3, b"")].concat();
        let wanted = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"ports": [{"port": 90, "targetPort": 80}], "selector": {"app": "web"}}});
        assert_eq!(read(&body("v1", "Service", &raw)), Ok(wanted));
    }

    #[test]
    fn keeps_a_zero_where_it_differs_from_nothing() {
        let raw = bytes(2, &number(1, 0));
        let read = read(&body("apps/v1", "Deployment", &raw)).unwrap();
        assert_eq!(read["spec"], json!({"replicas": 0}));
    }

    #[test]
    fn puts_the_fields_of_inlined_messages_where_they_belong() {
        let volume = [bytes(1, b"v"), bytes(2, &bytes(2, b""))].concat();
        let raw = bytes(2, &bytes(1, &volume));
        let read = read(&body("v1", "Pod", &raw)).unwrap();
        assert_eq!(
            read["spec"]["volumes"],
            json!([{"name": "v", "emptyDir": {}}])
        );
    }

    #[test]
    fn refuses_what_is_damaged_and_what_it_does_not_know() {
        let whole = body("v1", "ConfigMap", &bytes(1, &bytes(1, b"name")));
        for length in 0..whole.len() {
            // Cut anywhere it is no panic; cut inside the envelope's last field it is refused.
            let _ = read(&whole[..length]);
        }
        assert_eq!(read(&whole[..whole.len() - 1]).unwrap_err().code, 400);
        assert_eq!(read(b"nothing").unwrap_err().code, 400);
        assert_eq!(
            read(&body("example.com/v1", "Gear", b"")).unwrap_err().code,
            415
        );
    }

    #[test]
    fn every_kind_of_the_table_has_numbers_for_all_its_fields() {
        fn names(name: &str) -> Vec<&'static str> {
            let inline = entries(name)
                .iter()
                .filter(|entry| !entry.inline.is_empty());
            let own = entries(name).iter().map(|entry| entry.name);
            own.chain(inline.flat_map(|entry| names(entry.inline)))
                .collect()
        }
        for (group, kind) in [
            ("", "Pod"),
            ("apps", "Deployment"),
            ("batch", "CronJob"),
            ("", "Secret"),
            ("policy", "PodDisruptionBudget"),
        ] {
            let mut open = vec![schema::of(group, "v1", kind).unwrap()];
            let mut seen = std::collections::HashSet::new();
            while let Some(one) = open.pop() {
                if !seen.insert(one.name) {
                    continue;
                }
                let known = names(one.name);
                for field in &one.fields {
                    assert!(
                        known.contains(&field.name),
                        "{} has no number for {}",
                        one.name,
                        field.name
                    );
                    let mut shape = &field.shape;
                    while let Shape::List(inner, _) | Shape::Map { values: inner, .. } = shape {
                        shape = inner;
                    }
                    if let Shape::Object(name) = shape {
                        open.extend(schema::named(name));
                    }
                }
            }
        }
    }
}
