//! `AuthorizationPolicy`: who may do what.

use super::crd::{Column, Resource, SECURITY, V1_BETA1};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{enumeration, message};
use super::shared::{LabelSelector, ONE_TARGET, PolicyTargetReference};

/// A whole `AuthorizationPolicy`.
pub(crate) type AuthorizationPolicy = Object<AuthorizationPolicySpec>;

impl Spec for AuthorizationPolicySpec {
    const RESOURCE: Resource = Resource {
        group: SECURITY,
        kind: "AuthorizationPolicy",
        plural: "authorizationpolicies",
        short_names: &["ap"],
        versions: V1_BETA1,
        columns: &[Column::text("Action", ".spec.action"), Column::age()],
        description: "Allows, denies or audits requests by who calls, what is called and further conditions. Order: CUSTOM, \
                      DENY, ALLOW; where there are ALLOW policies, one must match.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// An action, the requests it is for, and the workloads.
    AuthorizationPolicySpec [OneOf(&["provider"]), ONE_TARGET] {
        /// Workloads that the policy is for. Default: all of the namespace, or of the mesh from the root namespace.
        /// Excludes `targetRef` and `targetRefs`.
        selector: Option<LabelSelector>,
        /// Deprecated: use `targetRefs`.
        target_ref: Option<PolicyTargetReference>,
        /// Gateways or, for waypoints, services that the policy is for. Excludes `selector`; waypoints heed only this.
        target_refs: Vec<PolicyTargetReference> [MaxItems(16)],
        /// Requests that match; one rule suffices. No rules match nothing (`ALLOW` then denies all), one empty rule matches
        /// everything.
        rules: Vec<AuthorizationRule> [MaxItems(512)],
        /// What is done with matching requests: `ALLOW` (default), `DENY`, `AUDIT` (let through and marked for the audit
        /// log), or `CUSTOM` (the provider decides).
        action: Option<AuthorizationAction>,
        /// Who decides; for `CUSTOM`.
        provider: Option<ExtensionProvider>,
    }

    /// A provider of decisions.
    ExtensionProvider {
        /// Name of an `extensionProviders` entry of the mesh configuration.
        name: Option<String>,
    }

    /// Requests that match.
    AuthorizationRule {
        /// Who calls; one entry suffices. Default: anyone.
        from: Vec<RuleFrom> [MaxItems(512)],
        /// What is called; one entry suffices. Default: anything.
        to: Vec<RuleTo>,
        /// Further conditions; all must hold.
        when: Vec<AuthorizationCondition>,
    }

    /// Who calls.
    RuleFrom {
        /// The caller; all fields that are set must hold.
        source: Option<Source>,
    }

    /// What is called.
    RuleTo {
        /// The operation; all fields that are set must hold.
        operation: Option<Operation>,
    }

    /// A caller. Values are exact, or have `*` at one end.
    Source [
        Cel(
            "(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) &&\n\
             !has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true",
            "Cannot set serviceAccounts with namespaces or principals",
        ),
    ] {
        /// Identities by certificate: `TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`. Needs mutual TLS.
        principals: Vec<String>,
        /// Identities by certificate that do not match.
        not_principals: Vec<String>,
        /// Identities by token: `ISSUER/SUBJECT`. Needs a `RequestAuthentication`.
        request_principals: Vec<String>,
        /// Identities by token that do not match.
        not_request_principals: Vec<String>,
        /// Namespaces by certificate. Needs mutual TLS.
        namespaces: Vec<String>,
        /// Namespaces by certificate that do not match.
        not_namespaces: Vec<String>,
        /// Service accounts by certificate: `NAMESPACE/ACCOUNT`, or `ACCOUNT` of the policy's namespace; no `*`. Needs mutual
        /// TLS. Excludes principals and namespaces.
        service_accounts: Vec<String> [MaxItems(16), Each(&[MaxLength(320)])],
        /// Service accounts by certificate that do not match. Excludes principals and namespaces.
        not_service_accounts: Vec<String> [MaxItems(16), Each(&[MaxLength(320)])],
        /// Addresses of the connection: IP or CIDR.
        ip_blocks: Vec<String>,
        /// Addresses of the connection that do not match.
        not_ip_blocks: Vec<String>,
        /// Addresses of the client as `X-Forwarded-For` or the PROXY protocol has them: IP or CIDR. Needs the number of
        /// trusted proxies set.
        remote_ip_blocks: Vec<String>,
        /// Addresses of the client that do not match.
        not_remote_ip_blocks: Vec<String>,
        /// Trust domains by certificate. Needs mutual TLS.
        trust_domains: Vec<String>,
        /// Trust domains by certificate that do not match.
        not_trust_domains: Vec<String>,
    }

    /// An operation. Values are exact, or have `*` at one end. For TCP, only ports count.
    Operation {
        /// Hosts (authority), compared without regard to case.
        hosts: Vec<String>,
        /// Hosts that do not match.
        not_hosts: Vec<String>,
        /// Ports of the workload, as strings.
        ports: Vec<String>,
        /// Ports that do not match.
        not_ports: Vec<String>,
        /// HTTP methods; gRPC has `POST` always.
        methods: Vec<String>,
        /// HTTP methods that do not match.
        not_methods: Vec<String>,
        /// Paths, normalised; `{*}` and `{**}` stand for one or more segments. For gRPC `/PACKAGE.SERVICE/METHOD`.
        paths: Vec<String>,
        /// Paths that do not match.
        not_paths: Vec<String>,
    }

    /// A further condition.
    AuthorizationCondition {
        /// Attribute, such as `request.headers[x-user]`, `request.auth.claims[group]` or `source.ip`.
        key: String [Required],
        /// Values of which the attribute must have one. This or `notValues` is needed.
        values: Vec<String>,
        /// Values that the attribute must not have.
        not_values: Vec<String>,
    }
}

enumeration! {
    /// What is done with matching requests.
    AuthorizationAction { Allow = "ALLOW", Deny = "DENY", Audit = "AUDIT", Custom = "CUSTOM" }
}
