//! `VirtualService`: which requests go where.

use std::collections::BTreeMap;

use super::crd::{Column, NETWORKING, Resource, V1_ALPHA3_BETA1};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{enumeration, message};
use super::shared::{Duration, Percent, PortSelector, StringMatch};

/// A whole `VirtualService`.
pub(crate) type VirtualService = Object<VirtualServiceSpec>;

impl Spec for VirtualServiceSpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "VirtualService",
        plural: "virtualservices",
        short_names: &["vs"],
        versions: V1_ALPHA3_BETA1,
        columns: &[
            Column::text("Gateways", ".spec.gateways"),
            Column::text("Hosts", ".spec.hosts"),
            Column::age(),
        ],
        description: "Routes the requests for a set of hosts: by path, header, port or weight, with timeouts, retries, \
                      mirroring and faults.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// The routes of a set of hosts.
    VirtualServiceSpec {
        /// Hosts that the routes are for: DNS names, `*.` wildcards, or (at gateways) IP addresses. A name without a dot
        /// is a service of the object's own namespace.
        hosts: Vec<String>,
        /// Where the routes apply: `NAMESPACE/NAME` or `NAME` of Gateways, and `mesh` for sidecars. Default: `mesh`.
        gateways: Vec<String>,
        /// Routes for HTTP, HTTP/2 and gRPC, and for HTTPS that a gateway has terminated. The first rule that matches is
        /// used.
        http: Vec<HttpRoute>,
        /// Routes for TLS that is passed through, by server name (SNI). The first rule that matches is used.
        tls: Vec<TlsRoute>,
        /// Routes for TCP ports that are neither HTTP nor TLS. The first rule that matches is used.
        tcp: Vec<TcpRoute>,
        /// Namespaces that see the object: `.` its own, `*` all, or names. Default: `*`, unless the mesh configuration
        /// says otherwise.
        export_to: Vec<String>,
    }

    /// One HTTP rule: what it matches, and what is done with the request.
    HttpRoute {
        /// Name of the rule, for logs and statistics.
        name: Option<String>,
        /// Conditions, of which one must hold; none means every request. Within one condition all parts must hold.
        r#match: Vec<HttpMatchRequest>,
        /// Destinations with their weights. Excludes `redirect` and `directResponse`.
        route: Vec<HttpRouteDestination>,
        /// Answers with a redirect. Excludes `route` and `directResponse`.
        redirect: Option<HttpRedirect>,
        /// Answers with a fixed response. Excludes `route` and `redirect`.
        direct_response: Option<HttpDirectResponse>,
        /// Continues with the rules of another `VirtualService`, one without hosts. Excludes `route`, `redirect` and
        /// `directResponse`.
        delegate: Option<Delegate>,
        /// Changes path or authority before forwarding. Excludes `redirect`.
        rewrite: Option<HttpRewrite>,
        /// Time for the whole request, retries included. Default: no limit.
        timeout: Option<Duration>,
        /// When and how often to retry. Default: the mesh's policy, 2 retries.
        retries: Option<HttpRetry>,
        /// Delays or aborts a share of the requests, for tests. They are neither retried nor timed out.
        fault: Option<HttpFaultInjection>,
        /// Also sends a copy of the request here and ignores the answer. See also `mirrors`.
        mirror: Option<Destination>,
        /// Destinations that get copies, each with its own share.
        mirrors: Vec<HttpMirrorPolicy>,
        /// Deprecated: use `mirrorPercentage`.
        legacy_mirror_percent = "mirror_percent": Option<u32> [Nullable],
        /// Deprecated: use `mirrorPercentage`.
        mirror_percent: Option<u32> [Nullable],
        /// Share of the requests that `mirror` gets. Default: all.
        mirror_percentage: Option<Percent>,
        /// Cross-origin (CORS) rules that the proxy answers for the service.
        cors_policy: Option<CorsPolicy>,
        /// Changes of request and response headers.
        headers: Option<Headers>,
    }

    /// Hands over to the rules of another object.
    Delegate {
        /// Name of the `VirtualService` to continue with.
        name: Option<String>,
        /// Its namespace. Default: that of the object that delegates.
        namespace: Option<String>,
    }

    /// Changes of headers on the way there and back.
    Headers {
        /// Changes before the request is forwarded.
        request: Option<HeaderOperations>,
        /// Changes before the response is returned.
        response: Option<HeaderOperations>,
    }

    /// Changes of one set of headers.
    HeaderOperations {
        /// Headers to set, in place of any value that is there.
        set: BTreeMap<String, String>,
        /// Headers to add beside any value that is there.
        add: BTreeMap<String, String>,
        /// Names of headers to remove.
        remove: Vec<String>,
    }

    /// One TLS rule.
    TlsRoute {
        /// Conditions, of which one must hold.
        r#match: Vec<TlsMatchAttributes> [Required],
        /// Destinations with their weights.
        route: Vec<RouteDestination>,
    }

    /// One TCP rule.
    TcpRoute {
        /// Conditions, of which one must hold; none means every connection.
        r#match: Vec<L4MatchAttributes>,
        /// Destinations with their weights.
        route: Vec<RouteDestination>,
    }

    /// What an HTTP request must be like; all that is set must hold.
    HttpMatchRequest {
        /// Name of the condition, added to the rule's name in logs.
        name: Option<String>,
        /// Path. Not decoded; the query is not part of it.
        uri: Option<StringMatch>,
        /// Scheme, `http` or `https`.
        scheme: Option<StringMatch>,
        /// Method, such as `GET`.
        method: Option<StringMatch>,
        /// Authority: the Host header, with its port if the client sent one.
        authority: Option<StringMatch>,
        /// Headers, by lower-case name; an empty match asks only that the header be there. For `uri`, `scheme`, `method`
        /// and `authority` use the fields of that name.
        headers: BTreeMap<String, StringMatch>,
        /// Port at which the request came in.
        port: Option<u32>,
        /// Labels of the calling workload. Needs `mesh` among the gateways.
        source_labels: BTreeMap<String, String>,
        /// Gateways at which the condition applies; in place of the object's own list.
        gateways: Vec<String>,
        /// Query parameters by name; `exact` and `regex` only.
        query_params: BTreeMap<String, StringMatch>,
        /// Compares `uri` without regard to case; for `exact` and `prefix`.
        ignore_uri_case: Option<bool>,
        /// Headers that must not match. An empty match means that the header must be absent.
        without_headers: BTreeMap<String, StringMatch>,
        /// Namespace of the calling workload. Needs `mesh` among the gateways.
        source_namespace: Option<String>,
        /// Prefix of the statistics of this route; empty gives no route statistics.
        stat_prefix: Option<String>,
    }

    /// A destination of HTTP requests.
    HttpRouteDestination {
        /// Service, subset and port.
        destination: Destination [Required],
        /// Share of the requests, as a weight against the sum of all. A single destination gets everything; 0 beside
        /// others gets nothing.
        weight: Option<i32>,
        /// Changes of headers for this destination only.
        headers: Option<Headers>,
    }

    /// A destination of connections.
    RouteDestination {
        /// Service, subset and port.
        destination: Destination [Required],
        /// Share of the connections, as a weight against the sum of all.
        weight: Option<i32>,
    }

    /// What a plain TCP connection must be like.
    L4MatchAttributes {
        /// Destination addresses: IP or CIDR.
        destination_subnets: Vec<String>,
        /// Port at which the connection came in.
        port: Option<u32>,
        /// Deprecated and ignored.
        source_subnet: Option<String>,
        /// Labels of the calling workload. Needs `mesh` among the gateways.
        source_labels: BTreeMap<String, String>,
        /// Gateways at which the condition applies; in place of the object's own list.
        gateways: Vec<String>,
        /// Namespace of the calling workload. Needs `mesh` among the gateways.
        source_namespace: Option<String>,
    }

    /// What a TLS connection must be like.
    TlsMatchAttributes {
        /// Server names (SNI), each within one of the object's hosts; `*.` wildcards allowed.
        sni_hosts: Vec<String> [Required],
        /// Destination addresses: IP or CIDR.
        destination_subnets: Vec<String>,
        /// Port at which the connection came in.
        port: Option<u32>,
        /// Labels of the calling workload. Needs `mesh` among the gateways.
        source_labels: BTreeMap<String, String>,
        /// Gateways at which the condition applies; in place of the object's own list.
        gateways: Vec<String>,
        /// Namespace of the calling workload. Needs `mesh` among the gateways.
        source_namespace: Option<String>,
    }

    /// A redirect.
    HttpRedirect [OneOf(&["port", "derivePort"])] {
        /// Path of the new address, in place of the whole old one. Excludes `prefixRewrite`.
        uri: Option<String>,
        /// What takes the place of the prefix that the rule matched. Excludes `uri`.
        prefix_rewrite: Option<String>,
        /// Host of the new address. Default: unchanged.
        authority: Option<String>,
        /// Port of the new address. Excludes `derivePort`.
        port: Option<u32>,
        /// Takes the port from the scheme (80 or 443) or from the request. Excludes `port`.
        derive_port: Option<RedirectPortSelection>,
        /// Scheme of the new address, `http` or `https`. Default: unchanged.
        scheme: Option<String>,
        /// Status code. Default: 301.
        redirect_code: Option<u32>,
    }

    /// A fixed response.
    HttpDirectResponse {
        /// Status code.
        status: u32 [Required],
        /// Body. Default: none.
        body: Option<HttpBody>,
    }

    /// The body of a fixed response.
    HttpBody [OneOf(&["string", "bytes"])] {
        /// Body as text. Excludes `bytes`.
        string: Option<String>,
        /// Body in base64. Excludes `string`.
        bytes: Option<String> [Format("byte")],
    }

    /// Changes of path and authority.
    HttpRewrite {
        /// New path; where the rule matched a prefix, only that is replaced. Excludes `uriRegexRewrite`.
        uri: Option<String>,
        /// New authority (Host header).
        authority: Option<String>,
        /// Changes the path by a regular expression. Excludes `uri`.
        uri_regex_rewrite: Option<RegexRewrite>,
    }

    /// A replacement by regular expression.
    RegexRewrite {
        /// RE2 expression; every match in the path is replaced.
        r#match: Option<String>,
        /// Replacement; `\1` to `\9` stand for groups of the expression.
        rewrite: Option<String>,
    }

    /// When and how often to retry.
    HttpRetry {
        /// Retries after the first attempt; 0 for none.
        attempts: Option<i32>,
        /// Time for each attempt. Default: the `timeout` of the rule.
        per_try_timeout: Option<Duration>,
        /// What is retried, separated by commas: Envoy's conditions for HTTP and gRPC (`connect-failure`, `5xx`,
        /// `unavailable`) and status codes. Default: failures to connect, refused streams, `unavailable`, `cancelled`.
        retry_on: Option<String>,
        /// Whether a retry may go to another locality when the own has none left. Default: false.
        retry_remote_localities: Option<bool> [Nullable],
        /// Whether a retry avoids the hosts already tried. Default: true.
        retry_ignore_previous_hosts: Option<bool> [Nullable],
        /// Base of the random, growing pause between attempts. Default: 25ms.
        backoff: Option<Duration>,
    }

    /// Cross-origin rules.
    CorsPolicy {
        /// Deprecated: use `allowOrigins`. Exact origins, or `*`.
        allow_origin: Vec<String>,
        /// Origins that may call; one must match, and is sent back as `Access-Control-Allow-Origin`.
        allow_origins: Vec<StringMatch>,
        /// Methods for `Access-Control-Allow-Methods`.
        allow_methods: Vec<String>,
        /// Request headers for `Access-Control-Allow-Headers`.
        allow_headers: Vec<String>,
        /// Response headers that scripts may read, for `Access-Control-Expose-Headers`.
        expose_headers: Vec<String>,
        /// How long a browser may keep the answer to a preflight request.
        max_age: Option<Duration>,
        /// Whether requests with credentials are allowed.
        allow_credentials: Option<bool> [Nullable],
        /// Preflight requests from other origins: forwarded to the service (`FORWARD`, default) or answered here (`IGNORE`).
        unmatched_preflights: Option<UnmatchedPreflights>,
    }

    /// Faults for tests.
    HttpFaultInjection {
        /// Delays requests, as a slow network or an overloaded service would.
        delay: Option<HttpFaultDelay>,
        /// Ends requests with an error, as a broken service would.
        abort: Option<HttpFaultAbort>,
    }

    /// A delay.
    HttpFaultDelay [OneOf(&["fixedDelay", "exponentialDelay"])] {
        /// Deprecated: use `percentage`. Whole percent, 0 to 100.
        percent: Option<i32>,
        /// The delay. Excludes `exponentialDelay`.
        fixed_delay: Option<Duration>,
        /// Not implemented. Excludes `fixedDelay`.
        exponential_delay: Option<Duration>,
        /// Share of the requests that are delayed. Default: none.
        percentage: Option<Percent>,
    }

    /// An abort.
    HttpFaultAbort [OneOf(&["httpStatus", "grpcStatus", "http2Error"])] {
        /// HTTP status code to answer with. Excludes the other errors.
        http_status: Option<i32>,
        /// gRPC status to answer with, such as `UNAVAILABLE`. Excludes the other errors.
        grpc_status: Option<String>,
        /// Not implemented. Excludes the other errors.
        http2_error: Option<String>,
        /// Share of the requests that are aborted. Default: none.
        percentage: Option<Percent>,
    }

    /// A destination of copies.
    HttpMirrorPolicy {
        /// Service, subset and port that get the copies.
        destination: Destination [Required],
        /// Share of the requests that are copied. Default: all; 0 for none.
        percentage: Option<Percent>,
    }

    /// A service, or a part of it.
    Destination {
        /// Service from the registry: a Kubernetes name or the host of a `ServiceEntry`. A name without a dot is looked
        /// up in the namespace of the object, not of the caller.
        host: String [Required],
        /// Subset of the service, as a `DestinationRule` names it.
        subset: Option<String>,
        /// Port of the service. May be left out where it has only one.
        port: Option<PortSelector>,
    }
}

enumeration! {
    /// Where the port of a redirect comes from.
    RedirectPortSelection {
        FromProtocolDefault = "FROM_PROTOCOL_DEFAULT",
        FromRequestPort = "FROM_REQUEST_PORT",
    }

    /// What becomes of preflight requests from origins that are not allowed.
    UnmatchedPreflights {
        Unspecified = "UNSPECIFIED",
        Forward = "FORWARD",
        Ignore = "IGNORE",
    }
}
