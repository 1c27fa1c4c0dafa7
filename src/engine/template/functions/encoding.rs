//! Encodings and digests of sprig.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

use super::super::Value;
use super::super::call::Param::Text;
use super::super::call::{Builtin, fixed};
use super::super::{Answer, Call};

pub(super) const TABLE: &[Builtin] = &[
    fixed("b64enc", &[Text], |call| {
        Ok(STANDARD.encode(call.text(0)?).into())
    }),
    fixed("b64dec", &[Text], b64dec),
    fixed("sha256sum", &[Text], |call| {
        Ok(hex(&sha2::Sha256::digest(call.text(0)?)).into())
    }),
    fixed("sha512sum", &[Text], |call| {
        Ok(hex(&sha2::Sha512::digest(call.text(0)?)).into())
    }),
    fixed("adler32sum", &[Text], |call| {
        Ok(adler32(call.text(0)?).to_string().into())
    }),
];

/// Bytes that are no text come out as `[]byte`.
fn decoded(bytes: Vec<u8>) -> Value {
    match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(error) => Value::Bytes(error.into_bytes().into()),
    }
}

/// As in sprig an error is the answer.
fn b64dec(call: &Call<'_>) -> Answer {
    Ok(match STANDARD.decode(call.text(0)?) {
        Ok(bytes) => decoded(bytes),
        Err(error) => error.to_string().into(),
    })
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn adler32(text: &str) -> u32 {
    let (low, high) = text.bytes().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(byte)) % 65521;
        (low, (high + low) % 65521)
    });
    (high << 16) | low
}
