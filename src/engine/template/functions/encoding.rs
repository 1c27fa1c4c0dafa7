//! Encodings and digests of sprig.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Digest as _;

use super::super::call::Param::Text;
use super::super::call::{Builtin, fixed};
use super::super::{Answer, Call, Value};

pub(super) const TABLE: &[Builtin] = &[
    fixed("b64enc", &[Text], |call| {
        Ok(STANDARD.encode(call.text(0)?).into())
    }),
    fixed("b64dec", &[Text], b64dec),
    fixed("b32enc", &[Text], |call| {
        Ok(b32enc(call.text(0)?.as_bytes()).into())
    }),
    fixed("b32dec", &[Text], b32dec),
    fixed("sha1sum", &[Text], |call| {
        Ok(hex(&sha1::Sha1::digest(call.text(0)?)).into())
    }),
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
    let text = call.text(0)?.replace(['\r', '\n'], "");
    Ok(match STANDARD.decode(text) {
        Ok(bytes) => decoded(bytes),
        Err(base64::DecodeError::InvalidByte(at, _)) => illegal("base64", at),
        Err(error) => error.to_string().into(),
    })
}

fn illegal(encoding: &str, at: usize) -> Value {
    format!("illegal {encoding} data at input byte {at}").into()
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn b32enc(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut group = [0; 5];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = group
            .iter()
            .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        let digits = (chunk.len() * 8).div_ceil(5);
        for place in 0..8 {
            let index = usize::try_from(bits >> (35 - 5 * place) & 31).unwrap_or(0);
            out.push(if place < digits {
                char::from(BASE32[index])
            } else {
                '='
            });
        }
    }
    out
}

fn b32dec(call: &Call<'_>) -> Answer {
    let text = call.text(0)?.replace(['\r', '\n'], "");
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut count) = (0u32, 0);
    for (at, digit) in text.trim_end_matches('=').bytes().enumerate() {
        let Some(value) = BASE32.iter().position(|known| *known == digit) else {
            return Ok(illegal("base32", at));
        };
        bits = bits << 5 | u32::try_from(value).unwrap_or(0);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.extend(u8::try_from(bits >> count & 0xff));
        }
    }
    Ok(decoded(bytes))
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
