//! Tokens of service accounts: JSON web tokens, signed with the secret that the administrator's token is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::identity::same;
use crate::sandbox::api::{Object, clock};

/// Who signs tokens, and whom they are for where nothing else is asked.
pub(super) const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";
/// The size of SHA-256's blocks.
const BLOCK: usize = 64;

/// A service account that a token stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) uid: String,
}

/// A token of a service account, from one time to another in seconds since 1970.
pub(super) fn issue(
    secret: &str,
    account: &Object,
    audiences: &[Value],
    from: i64,
    until: i64,
) -> String {
    let metadata = &account["metadata"];
    let subject = format!(
        "system:serviceaccount:{}:{}",
        metadata["namespace"].as_str().unwrap_or_default(),
        metadata["name"].as_str().unwrap_or_default()
    );
    let claims = json!({
        "iss": ISSUER, "sub": subject, "aud": audiences, "iat": from, "nbf": from, "exp": until, "jti": clock::uid(),
        "kubernetes.io": {"namespace": metadata["namespace"],
            "serviceaccount": {"name": metadata["name"], "uid": metadata["uid"]}},
    });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!(
        "{}.{}",
        encode(&json!({"alg": "HS256", "typ": "JWT"})),
        encode(&claims)
    );
    let signature = signature(secret, &signed);
    format!("{signed}.{signature}")
}

/// Whom a token stands for at a time; `None` for one that is not ours, or no longer.
pub(super) fn account(secret: &str, token: &str, now: i64) -> Option<Account> {
    let (signed, given) = token.rsplit_once('.')?;
    if !same(given, &signature(secret, signed)) {
        return None;
    }
    let (_, claims) = signed.split_once('.')?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let about = &claims["kubernetes.io"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    (claims["exp"].as_i64()? > now).then_some(())?;
    Some(Account {
        namespace: text(&about["namespace"])?,
        name: text(&about["serviceaccount"]["name"])?,
        uid: text(&about["serviceaccount"]["uid"])?,
    })
}

/// HMAC-SHA256 (RFC 2104) of a text, as base64.
fn signature(secret: &str, text: &str) -> String {
    let mut key = [0_u8; BLOCK];
    // Tokens of the administrator are shorter than a block.
    for (to, from) in key.iter_mut().zip(secret.bytes()) {
        *to = from;
    }
    let padded = |pad: u8| key.map(|byte| byte ^ pad);
    let inner = Sha256::new_with_prefix(padded(0x36))
        .chain_update(text)
        .finalize();
    let outer = Sha256::new_with_prefix(padded(0x5c))
        .chain_update(inner)
        .finalize();
    URL_SAFE_NO_PAD.encode(outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_standard() {
        // RFC 4231, test case 2.
        let found = signature("Jefe", "what do ya want for nothing?");
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let bytes: Vec<u8> = (0..32)
            .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        assert_eq!(found, URL_SAFE_NO_PAD.encode(bytes));
    }

    #[test]
    fn a_token_stands_for_its_account_until_it_expires() {
        let object = json!({"metadata": {"namespace": "shop", "name": "web", "uid": "u1"}});
        let token = issue("secret", &object, &[json!("a")], 100, 700);
        let found = account("secret", &token, 600).unwrap();
        assert_eq!(
            (found.namespace.as_str(), found.name.as_str()),
            ("shop", "web")
        );
        assert_eq!(account("secret", &token, 700), None);
        assert_eq!(account("other", &token, 600), None);
        let (head, rest) = token.split_once('.').unwrap();
        assert_eq!(account("secret", &format!("{head}x.{rest}"), 600), None);
        assert_eq!(account("secret", "nonsense", 0), None);
    }
}
