//! Who the server is and whom it serves: a certificate authority of its own, a certificate for loopback, and the token that
//! every request must bear.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::{Error, Kind, Result};
use crate::sandbox::api::clock;

/// The name of cluster, user and context in the kubeconfig.
pub(crate) const CONTEXT: &str = "mesh-sandbox";

/// The one user's name.
pub(crate) const USER: &str = "mesh-sandbox-admin";

/// Certificates and keys as PEM, and the token. Kept for the life of a state folder, so that a kubeconfig stays valid.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Identity {
    /// The certificate of the authority that signed the server's.
    pub(crate) authority: String,
    certificate: String,
    key: String,
    pub(crate) token: String,
}

impl Identity {
    /// A new one, with random keys.
    pub(crate) fn generate() -> Result<Self> {
        certificates().map_err(|error| {
            Error::new(
                Kind::Internal,
                "cannot make the practice cluster's certificate",
            )
            .caused_by(&error)
        })
    }

    /// What the server's end of TLS needs.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor> {
        let unusable = |error: &dyn std::error::Error| {
            Error::config("the practice cluster's certificate cannot be used")
                .because(error.to_string())
                .hint("`mesh sandbox reset` makes a new one, and deletes all objects")
        };
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes())
            .map_err(|error| unusable(&error))?;
        let key =
            PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(|error| unusable(&error))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(|error| unusable(&error))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// A kubeconfig with one context that leads to the server on `port`.
    pub(crate) fn kubeconfig(&self, port: u16) -> String {
        format!(
            "apiVersion: v1
kind: Config
current-context: {CONTEXT}
clusters:
- name: {CONTEXT}
  cluster:
    server: https://127.0.0.1:{port}
    certificate-authority-data: {authority}
contexts:
- name: {CONTEXT}
  context:
    cluster: {CONTEXT}
    user: {CONTEXT}
users:
- name: {CONTEXT}
  user:
    token: {token}
",
            authority = STANDARD.encode(&self.authority),
            token = self.token,
        )
    }
}

fn certificates() -> Result<Identity, rcgen::Error> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority
        .distinguished_name
        .push(DnType::CommonName, "mesh sandbox CA");
    let authority_key = KeyPair::generate()?;
    let authority_certificate = authority.self_signed(&authority_key)?;

    let names = [
        "localhost",
        "127.0.0.1",
        "kubernetes",
        "kubernetes.default.svc",
    ];
    let mut server = CertificateParams::new(names.map(str::to_owned))?;
    server
        .distinguished_name
        .push(DnType::CommonName, "mesh sandbox");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &Issuer::new(authority, authority_key))?;
    Ok(Identity {
        authority: authority_certificate.pem(),
        certificate: certificate.pem(),
        key: key.serialize_pem(),
        token: token()?,
    })
}

/// 256 random bits. They come from a fresh key: the one source of randomness in the tree that is made for secrets.
fn token() -> Result<String, rcgen::Error> {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    hash.update(KeyPair::generate()?.serialize_der());
    hash.update(clock::uid());
    Ok(URL_SAFE_NO_PAD.encode(hash.finalize()))
}

/// Whether the texts are the same, in a time that does not tell how much of them is.
pub(super) fn same(one: &str, other: &str) -> bool {
    let differing = one
        .bytes()
        .zip(other.bytes())
        .fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differing == 0
}
