//! `RequestAuthentication`: which tokens are valid.

use super::crd::{Resource, SECURITY, V1_BETA1};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{Rule, message};
use super::shared::{Duration, LabelSelector, ONE_TARGET, PolicyTargetReference};

/// A whole `RequestAuthentication`.
pub(crate) type RequestAuthentication = Object<RequestAuthenticationSpec>;

impl Spec for RequestAuthenticationSpec {
    const RESOURCE: Resource = Resource {
        group: SECURITY,
        kind: "RequestAuthentication",
        plural: "requestauthentications",
        short_names: &["ra"],
        versions: V1_BETA1,
        columns: &[],
        description: "Says which tokens (JWT) are valid. Requests with an invalid one are refused (401); requests without \
                      one pass, unless an AuthorizationPolicy asks for it.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

const WEB_URL: Rule = Rule::Cel(
    "url(self).getScheme() in [\"http\", \"https\"]",
    "url must have scheme http:// or https://",
);

message! {
    /// Valid tokens, and the workloads that check them.
    RequestAuthenticationSpec [ONE_TARGET] {
        /// Workloads that check tokens. Default: all of the namespace, or of the mesh from the root namespace. Excludes
        /// `targetRef` and `targetRefs`.
        selector: Option<LabelSelector>,
        /// Deprecated: use `targetRefs`.
        target_ref: Option<PolicyTargetReference>,
        /// Gateways or, for waypoints, services that check tokens. Excludes `selector`; waypoints heed only this.
        target_refs: Vec<PolicyTargetReference> [MaxItems(16)],
        /// Tokens that are valid, by issuer. A request should carry one token only.
        jwt_rules: Vec<JwtRule> [MaxItems(4096)],
    }

    /// Tokens of one issuer.
    JwtRule [
        Cel(
            "(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1",
            "only one of jwks or jwksUri can be set",
        ),
    ] {
        /// Issuer, as the token's `iss` has it.
        issuer: Option<String> [MinLength(1)],
        /// Audiences of which the token's `aud` must have one. Default: any.
        audiences: Vec<String> [Each(&[MinLength(1)])],
        /// URL of the issuer's public keys (JWKS). Default: found by the discovery of `OpenID` Connect. Excludes `jwks`.
        jwks_uri: Option<String> [MinLength(1), MaxLength(2048), WEB_URL],
        /// Older spelling of `jwksUri`.
        legacy_jwks_uri = "jwks_uri": Option<String> [MinLength(1), MaxLength(2048), WEB_URL],
        /// The issuer's public keys (JWKS) themselves. Excludes `jwksUri`.
        jwks: Option<String>,
        /// Headers with the token. Default, without any `from` field: `Authorization: Bearer`, then the query parameter
        /// `access_token`.
        from_headers: Vec<JwtHeader>,
        /// Query parameters with the token.
        from_params: Vec<String> [Each(&[MinLength(1)])],
        /// Cookies with the token.
        from_cookies: Vec<String> [Each(&[MinLength(1)])],
        /// Header in which the service gets the token's payload, in base64. Default: none.
        output_payload_to_header: Option<String>,
        /// Claims that the service gets as headers.
        output_claim_to_headers: Vec<ClaimToHeader>,
        /// Whether the service gets the token itself. Default: false.
        forward_original_token: Option<bool>,
        /// Time to fetch the keys. Default: 5s.
        timeout: Option<Duration>,
        /// Claims that are lists separated by spaces, beside `scope` and `permission`.
        space_delimited_claims: Vec<String> [MaxItems(64), Each(&[MinLength(1)])],
    }

    /// A header with a token.
    JwtHeader {
        /// Name of the header.
        name: String [Required, MinLength(1)],
        /// What stands before the token, such as `Bearer ` with its space.
        prefix: Option<String>,
    }

    /// A claim as a header.
    ClaimToHeader {
        /// Name of the header; it replaces what the client sent.
        header: String [Required, MinLength(1), Pattern("^[-_A-Za-z0-9]+$")],
        /// Claim: a string, number or boolean, `a.b` for a nested one.
        claim: String [Required, MinLength(1)],
    }
}
