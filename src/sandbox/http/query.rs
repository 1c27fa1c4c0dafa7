//! The query of a request, and the options that it holds.

use crate::sandbox::api::options::{
    DeleteOptions, FieldValidation, ListOptions, Propagation, WatchOptions, WriteOptions,
};
use crate::sandbox::api::status::Status;

/// The pairs of a query, decoded, in their order.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, true), decode(value, true))
        });
        Self(pairs.collect())
    }

    /// The first value of a name; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(one, _)| one == name);
        found.map_or("", |(_, value)| value)
    }

    /// A boolean as Kubernetes reads one: a name without a value is true.
    pub(super) fn flag(&self, name: &str) -> bool {
        let found = self.0.iter().find(|(one, _)| one == name);
        found.is_some_and(|(_, value)| !matches!(value.as_str(), "0" | "false"))
    }

    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Status> {
        match self.get(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| {
                Status::bad_request(format!(
                    "invalid value {text:?} of {name}: expected a number"
                ))
            }),
        }
    }

    pub(super) fn list_options(&self) -> Result<ListOptions, Status> {
        Ok(ListOptions {
            label_selector: self.get("labelSelector").to_owned(),
            field_selector: self.get("fieldSelector").to_owned(),
            limit: self.number("limit")?.unwrap_or_default(),
            continue_token: self.get("continue").to_owned(),
            resource_version: self.get("resourceVersion").to_owned(),
            resource_version_match: self.get("resourceVersionMatch").to_owned(),
        })
    }

    pub(super) fn watch_options(&self) -> Result<WatchOptions, Status> {
        Ok(WatchOptions {
            from: self.number("resourceVersion")?,
            label_selector: self.get("labelSelector").to_owned(),
            field_selector: self.get("fieldSelector").to_owned(),
            bookmarks: self.flag("allowWatchBookmarks"),
            initial_events: self.flag("sendInitialEvents"),
        })
    }

    /// How long a watch may last, in seconds.
    pub(super) fn timeout(&self) -> Result<Option<u64>, Status> {
        self.number("timeoutSeconds")
    }

    /// `agent` is the client's `User-Agent`: what stands before its slash manages the fields of a client that names no manager.
    pub(super) fn write_options(&self, agent: &str) -> Result<WriteOptions, Status> {
        let manager = match self.get("fieldManager") {
            "" => agent.split('/').next().unwrap_or_default(),
            name => name,
        };
        if manager.chars().count() > 128 {
            let text = "fieldManager: Invalid value: may not be longer than 128 bytes";
            return Err(Status::bad_request(text));
        }
        let field_validation = match self.get("fieldValidation") {
            "" | "Warn" => FieldValidation::Warn,
            "Ignore" => FieldValidation::Ignore,
            "Strict" => FieldValidation::Strict,
            other => {
                return Err(Status::bad_request(format!(
                    "fieldValidation: Unsupported value: {other:?}: supported values: \"Ignore\", \"Strict\", \"Warn\""
                )));
            }
        };
        Ok(WriteOptions {
            dry_run: dry_run(
                self.0
                    .iter()
                    .filter(|(name, _)| name == "dryRun")
                    .map(|(_, value)| value.as_str()),
            )?,
            field_manager: manager.to_owned(),
            field_validation,
            force: self.flag("force"),
        })
    }

    /// The options of a deletion: those of the body (a `DeleteOptions`) where it has them, else those of the query.
    pub(super) fn delete_options(&self, body: &serde_json::Value) -> Result<DeleteOptions, Status> {
        let from_body = body["dryRun"].as_array().into_iter().flatten();
        let from_query = self.0.iter().filter(|(name, _)| name == "dryRun");
        let all = from_body
            .filter_map(serde_json::Value::as_str)
            .chain(from_query.map(|(_, value)| value.as_str()));
        let propagation = body["propagationPolicy"]
            .as_str()
            .unwrap_or_else(|| self.get("propagationPolicy"));
        let propagation = match propagation {
            "" if body["orphanDependents"] == true || self.flag("orphanDependents") => {
                Some(Propagation::Orphan)
            }
            "" => None,
            "Background" => Some(Propagation::Background),
            "Foreground" => Some(Propagation::Foreground),
            "Orphan" => Some(Propagation::Orphan),
            other => {
                return Err(Status::bad_request(format!(
                    "propagationPolicy: Unsupported value: {other:?}: supported values: \"Background\", \"Foreground\", \"Orphan\""
                )));
            }
        };
        let mut options = DeleteOptions {
            dry_run: dry_run(all)?,
            grace_period_seconds: match body["gracePeriodSeconds"].as_i64() {
                Some(seconds) => Some(seconds),
                None => self.number("gracePeriodSeconds")?,
            },
            propagation,
            ..DeleteOptions::default()
        };
        let text = |field: &str| body["preconditions"][field].as_str().map(str::to_owned);
        options.preconditions.uid = text("uid");
        options.preconditions.resource_version = text("resourceVersion");
        Ok(options)
    }
}

fn dry_run<'a>(values: impl Iterator<Item = &'a str>) -> Result<bool, Status> {
    let mut dry = false;
    for value in values {
        match value {
            "All" => dry = true,
            "" => {}
            other => {
                return Err(Status::bad_request(format!(
                    "dryRun: Unsupported value: {other:?}: supported values: \"All\""
                )));
            }
        }
    }
    Ok(dry)
}

/// Undoes percent-encoding; what is no proper escape stays as it is. `plus` stands for a space in queries.
pub(super) fn decode(text: &str, in_query: bool) -> String {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escape = (*byte == b'%').then(|| (hex(bytes.get(at + 1)), hex(bytes.get(at + 2))));
        if let Some((Some(high), Some(low))) = escape {
            out.extend(u8::try_from(high * 16 + low));
            at += 3;
            continue;
        }
        out.push(if in_query && *byte == b'+' {
            b' '
        } else {
            *byte
        });
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
