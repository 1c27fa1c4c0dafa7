//! `Gateway`: which ports, hosts and certificates a gateway serves.

use std::collections::BTreeMap;

use super::crd::{NETWORKING, Resource, V1_ALPHA3_BETA1};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{enumeration, message};

/// A whole `Gateway` of `networking.istio.io` (the Gateway API has a kind of that name too).
pub(crate) type Gateway = Object<GatewaySpec>;

impl Spec for GatewaySpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "Gateway",
        plural: "gateways",
        short_names: &["gw"],
        versions: V1_ALPHA3_BETA1,
        columns: &[],
        description: "Opens ports at gateway pods, with the hosts and certificates that they serve. Routes come from \
                      VirtualServices.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// The servers of a set of gateway pods.
    GatewaySpec {
        /// What the gateway listens on.
        servers: Vec<Server>,
        /// Labels of the gateway pods. They may be in any namespace, unless the mesh restricts it to the object's own.
        selector: BTreeMap<String, String>,
    }

    /// One port with its hosts.
    Server {
        /// Name, for logs; unique among the servers of a gateway.
        name: Option<String>,
        /// Port to listen on.
        port: ServerPort [Required],
        /// Address or Unix socket (`unix:///path`, `unix://@name`) to listen on. Default: all addresses.
        bind: Option<String>,
        /// Hosts served: DNS names or `*` and `*.` wildcards. A prefix `NAMESPACE/` (or `./`) admits VirtualServices of
        /// that namespace only.
        hosts: Vec<String> [Required],
        /// TLS, or the redirect to it. Needed for HTTPS and TLS ports.
        tls: Option<ServerTlsSettings>,
        /// Not implemented.
        default_endpoint: Option<String>,
    }

    /// A port that is listened on.
    ServerPort {
        /// Port number, 1 to 65535.
        number: u32 [Required],
        /// Protocol: `HTTP`, `HTTPS`, `HTTP2`, `GRPC`, `GRPC-WEB`, `TLS`, `TCP` or `MONGO`.
        protocol: String [Required],
        /// Name of the port.
        name: String [Required],
        /// Deprecated and ignored.
        target_port: Option<u32>,
    }

    /// TLS of a server.
    ServerTlsSettings [
        Cel(
            "(has(self.tlsCertificates) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1",
            "only one of credentialNames or tlsCertificates can be set",
        ),
        Cel(
            "(has(self.credentialName) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1",
            "only one of credentialName or credentialNames can be set",
        ),
        Cel(
            "(has(self.credentialNames) ? 1 : 0) + (has(self.tlsCertificates) ? 1 : 0) <= 1",
            "only one of credentialName or tlsCertificates can be set",
        ),
    ] {
        /// Answers plain HTTP with a redirect (301) to HTTPS. For HTTP ports.
        https_redirect: Option<bool>,
        /// `PASSTHROUGH` (default) routes by server name; `SIMPLE` terminates TLS; `MUTUAL` and `OPTIONAL_MUTUAL` also check
        /// client certificates; `ISTIO_MUTUAL` does so with the mesh's own; `AUTO_PASSTHROUGH` is for gateways between
        /// networks.
        mode: Option<ServerTlsMode>,
        /// File with the server's certificate. Excludes credentials and `tlsCertificates`.
        server_certificate: Option<String>,
        /// File with its private key. Excludes credentials and `tlsCertificates`.
        private_key: Option<String>,
        /// File with the CA for client certificates; for `MUTUAL` and `OPTIONAL_MUTUAL`.
        ca_certificates: Option<String>,
        /// File with revoked client certificates. With a credential, its `ca.crl` is used instead.
        ca_crl: Option<String>,
        /// Secret with the certificate (`tls.crt`, `tls.key`, and `ca.crt` for mutual TLS), in the namespace of the
        /// gateway pods. Excludes files and the other lists.
        credential_name: Option<String>,
        /// Secrets with certificates of different types, such as RSA and ECDSA. Excludes `credentialName`, files and
        /// `tlsCertificates`.
        credential_names: Vec<String> [MinItems(1), MaxItems(2)],
        /// Secret or ConfigMap with the CA for client certificates, before that of the credential.
        ca_cert_credential_name: Option<String>,
        /// Files with certificates of different types. Excludes `serverCertificate` and credentials.
        tls_certificates: Vec<TlsCertificate> [MinItems(1), MaxItems(2)],
        /// Names of which a client's certificate must have one.
        subject_alt_names: Vec<String>,
        /// SHA-256 of the public keys (SPKI) of accepted client certificates, in base64.
        verify_certificate_spki: Vec<String>,
        /// SHA-256 of accepted client certificates, in hex. With `verifyCertificateSpki`, either will do.
        verify_certificate_hash: Vec<String>,
        /// Lowest TLS version. Default: 1.2.
        min_protocol_version: Option<TlsProtocol>,
        /// Highest TLS version. Default: 1.3.
        max_protocol_version: Option<TlsProtocol>,
        /// Cipher suites for TLS 1.2 and below, by OpenSSL name. Default: Envoy's safe list.
        cipher_suites: Vec<String>,
        /// Lets clients in whose certificate fails the check; the application must check it then.
        insecure_skip_verify: Option<bool> [Nullable],
    }

    /// The files of a certificate.
    TlsCertificate {
        /// File with the certificate.
        server_certificate: Option<String>,
        /// File with its private key.
        private_key: Option<String>,
        /// Not used: the CA is that of the server's TLS settings.
        ca_certificates: Option<String>,
    }
}

enumeration! {
    /// What a server does with TLS.
    ServerTlsMode {
        Passthrough = "PASSTHROUGH",
        Simple = "SIMPLE",
        Mutual = "MUTUAL",
        AutoPassthrough = "AUTO_PASSTHROUGH",
        IstioMutual = "ISTIO_MUTUAL",
        OptionalMutual = "OPTIONAL_MUTUAL",
    }

    /// A version of TLS.
    TlsProtocol {
        Auto = "TLS_AUTO",
        V1_0 = "TLSV1_0",
        V1_1 = "TLSV1_1",
        V1_2 = "TLSV1_2",
        V1_3 = "TLSV1_3",
    }
}
