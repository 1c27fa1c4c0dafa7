//! Watches over HTTP: one JSON object a line, for as long as the client listens.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::present::{self, View};
use super::reply::{self, Reply};
use crate::sandbox::api::ResourceInfo;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::{Event, EventKind, Watch};

/// How long a watch lasts whose client does not say.
const LONGEST: u64 = 3600;
/// How many batches may wait for a client that reads slowly.
const WAITING: usize = 16;
/// How large a batch may grow before it is sent.
const BATCH: usize = 64 * 1024;

/// The answer to a watch: a refusal because of age is told in the stream, as Kubernetes does.
pub(super) fn reply(
    started: Result<Watch, Status>,
    info: Arc<ResourceInfo>,
    view: View,
    seconds: Option<u64>,
) -> Result<Reply, Status> {
    let (sender, receiver) = mpsc::channel(WAITING);
    match started {
        Ok(watch) => {
            let lasts = Duration::from_secs(seconds.filter(|one| *one > 0).unwrap_or(LONGEST));
            tokio::spawn(async move {
                // Either way the watch is over: the sender is dropped, and the body ends.
                let _ = tokio::time::timeout(lasts, tell(watch, &info, view, &sender)).await;
            });
        }
        Err(status) if status.code == 410 => return Ok(ended(&status)),
        Err(status) => return Err(status),
    }
    Ok(reply::growing(receiver))
}

/// A watch that tells nothing but why it is over.
pub(super) fn ended(status: &Status) -> Reply {
    reply::bytes(200, reply::JSON, line("ERROR", &status.to_json()))
}

/// Sends events until the client is gone or the watch is over.
async fn tell(mut watch: Watch, info: &ResourceInfo, view: View, sender: &mpsc::Sender<Bytes>) {
    let mut first = true;
    loop {
        let mut batch = Vec::new();
        let mut next = tokio::select! {
            event = watch.next() => event.map(Some),
            () = sender.closed() => return,
        };
        loop {
            match next {
                Ok(Some(event)) => {
                    batch.extend(encode(info, &event, view, first));
                    first = false;
                }
                Ok(None) => break,
                Err(status) => {
                    batch.extend(line("ERROR", &status.to_json()));
                    // A client that is gone does not miss it.
                    let _ = sender.send(batch.into()).await;
                    return;
                }
            }
            if batch.len() >= BATCH {
                break;
            }
            next = watch.try_next();
        }
        if sender.send(batch.into()).await.is_err() {
            return;
        }
    }
}

fn encode(info: &ResourceInfo, event: &Event, view: View, first: bool) -> Vec<u8> {
    let object = match (event.kind, view.form) {
        // A bookmark has no cells.
        (EventKind::Bookmark, super::accept::Form::Table) => {
            json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1",
            "metadata": {"resourceVersion": event.object["metadata"]["resourceVersion"]}, "columnDefinitions": [], "rows": []})
        }
        _ => present::event(info, &event.object, view, first),
    };
    line(event.kind.as_str(), &object)
}

fn line(kind: &str, object: &Value) -> Vec<u8> {
    format!("{{\"type\":\"{kind}\",\"object\":{object}}}\n").into_bytes()
}
