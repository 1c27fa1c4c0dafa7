//! Answers: whole bodies, and bodies that grow as a watch tells.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::sandbox::api::status::Status;

pub(super) type Reply = Response<Content>;

pub(super) const JSON: &str = "application/json";

/// The body of an answer.
pub(super) enum Content {
    /// What is left to send of a whole body.
    Whole(Option<Bytes>),
    /// Ends when the sender is dropped.
    Growing(mpsc::Receiver<Bytes>),
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take()),
            Self::Growing(receiver) => receiver.poll_recv(context),
        };
        next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Growing(_) => SizeHint::default(),
        }
    }
}

fn build(code: u16, kind: &'static str, content: Content) -> Reply {
    let mut reply = Response::new(content);
    *reply.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply.headers_mut().insert(
        HeaderName::from_static("cache-control"),
        HeaderValue::from_static("no-cache, private"),
    );
    reply
}

/// A whole body.
pub(super) fn bytes(code: u16, kind: &'static str, bytes: Vec<u8>) -> Reply {
    build(code, kind, Content::Whole(Some(Bytes::from(bytes))))
}

pub(super) fn json(code: u16, value: &Value) -> Reply {
    bytes(code, JSON, format!("{value}\n").into_bytes())
}

pub(super) fn text(code: u16, text: &str) -> Reply {
    bytes(code, "text/plain; charset=utf-8", text.as_bytes().to_vec())
}

/// A text that grows.
pub(super) fn growing_text(receiver: mpsc::Receiver<Bytes>) -> Reply {
    build(200, "text/plain", Content::Growing(receiver))
}

/// A body that grows.
pub(super) fn growing(receiver: mpsc::Receiver<Bytes>) -> Reply {
    build(200, JSON, Content::Growing(receiver))
}

pub(super) fn status(status: &Status) -> Reply {
    let mut reply = json(status.code, &status.to_json());
    let details = status.details.as_ref();
    if let Some(seconds) = details.and_then(|details| details.retry_after_seconds) {
        reply
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    reply
}

/// Adds a `Warning` header for each text.
pub(super) fn warn(reply: &mut Reply, warnings: &[String]) {
    for warning in warnings {
        let plain: String = warning
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let quoted = plain.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
            reply
                .headers_mut()
                .append(HeaderName::from_static("warning"), value);
        }
    }
}
