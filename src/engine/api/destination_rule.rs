//! `DestinationRule`: how connections to a service are made once it is chosen, and which subsets it has.

use std::collections::BTreeMap;

use super::crd::{Column, NETWORKING, Resource, V1_ALPHA3_BETA1};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{enumeration, message};
use super::shared::{Duration, LabelSelector, PortSelector};

/// A whole `DestinationRule`.
pub(crate) type DestinationRule = Object<DestinationRuleSpec>;

impl Spec for DestinationRuleSpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "DestinationRule",
        plural: "destinationrules",
        short_names: &["dr"],
        versions: V1_ALPHA3_BETA1,
        columns: &[Column::text("Host", ".spec.host"), Column::age()],
        description: "Says how clients connect to a service: load balancing, connection limits, outlier ejection, TLS, \
                      and the subsets that routes can name.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// The policies and subsets of one service.
    DestinationRuleSpec {
        /// Service from the registry, or a `*.` wildcard. A name without a dot is a service of the object's namespace.
        host: String [Required],
        /// Policy for the whole service; subsets and ports may replace parts of it.
        traffic_policy: Option<TrafficPolicy>,
        /// Named parts of the service, by labels, for routes to choose from.
        subsets: Vec<Subset>,
        /// Namespaces whose clients use the rule: `.` its own, `*` all, or names. Default: `*`.
        export_to: Vec<String>,
        /// Clients that use the rule, within its namespace. Default: all.
        workload_selector: Option<LabelSelector>,
    }

    /// How connections are made.
    TrafficPolicy {
        /// How an endpoint is chosen.
        load_balancer: Option<LoadBalancerSettings>,
        /// Limits on connections and requests.
        connection_pool: Option<ConnectionPoolSettings>,
        /// When failing endpoints are left out.
        outlier_detection: Option<OutlierDetectionSettings>,
        /// TLS towards the service.
        tls: Option<ClientTlsSettings>,
        /// Policies of single ports. They replace the settings above; nothing is merged.
        port_level_settings: Vec<PortTrafficPolicy> [MaxItems(4096)],
        /// Tunnels TCP and TLS connections through HTTP.
        tunnel: Option<TunnelSettings>,
        /// Sends the client's address in a PROXY protocol header.
        proxy_protocol: Option<ProxyProtocol>,
        /// Bounds retries by a share of the active requests.
        retry_budget: Option<RetryBudget>,
    }

    /// The policy of one port.
    PortTrafficPolicy {
        /// The port of the service.
        port: Option<PortSelector>,
        /// How an endpoint is chosen.
        load_balancer: Option<LoadBalancerSettings>,
        /// Limits on connections and requests.
        connection_pool: Option<ConnectionPoolSettings>,
        /// When failing endpoints are left out.
        outlier_detection: Option<OutlierDetectionSettings>,
        /// TLS towards the port.
        tls: Option<ClientTlsSettings>,
    }

    /// A tunnel through HTTP.
    TunnelSettings {
        /// `CONNECT` or `POST`. Default: `CONNECT`.
        protocol: Option<String>,
        /// Host that the tunnel leads to.
        target_host: String [Required],
        /// Port that the tunnel leads to.
        target_port: u32 [Required],
    }

    /// PROXY protocol.
    ProxyProtocol {
        /// Version of the header. Default: `V1`.
        version: Option<ProxyProtocolVersion>,
    }

    /// A bound on retries.
    RetryBudget {
        /// Retries allowed, in percent of active and pending requests. Default: 20.
        percent: Option<f64> [Nullable, Minimum(0), Maximum(100)],
        /// Retries that are always allowed at once. Default: 3.
        min_retry_concurrency: Option<u32>,
        /// How long a request counts. Default: 0, while it is active.
        budget_interval: Option<String>,
    }

    /// A named part of a service.
    Subset {
        /// Name, by which routes refer to it.
        name: String [Required],
        /// Labels that its endpoints have.
        labels: BTreeMap<String, String>,
        /// Policy for the subset, over that of the whole service.
        traffic_policy: Option<TrafficPolicy>,
    }

    /// How an endpoint is chosen.
    LoadBalancerSettings [OneOf(&["simple", "consistentHash"])] {
        /// A standard algorithm. Default: `LEAST_REQUEST`. Excludes `consistentHash`.
        simple: Option<SimpleLoadBalancer>,
        /// The same endpoint for the same client. Excludes `simple`.
        consistent_hash: Option<ConsistentHash>,
        /// Deprecated: use `warmup`. Time in which a new endpoint gets its full share.
        warmup_duration_secs: Option<Duration>,
        /// Slow start of new endpoints.
        warmup: Option<WarmupConfiguration>,
        /// Preference by locality; replaces the mesh's setting.
        locality_lb_setting: Option<LocalityLoadBalancerSetting>,
        /// Preference by zone; replaces the mesh's setting.
        zone_aware_lb_setting: Option<ZoneAwareLoadBalancerSetting>,
    }

    /// Slow start of new endpoints.
    WarmupConfiguration {
        /// Time in which a new endpoint reaches its full share.
        duration: Duration [Required],
        /// Share at the start, in percent of the full one. Default: 10.
        minimum_percent: Option<f64> [Nullable, Minimum(0), Maximum(100)],
        /// Shape of the rise; 1 is linear, more is slower at first. Default: 1.
        aggression: Option<f64> [Nullable, Minimum(0)],
    }

    /// Affinity by hash.
    ConsistentHash [
        OneOf(&["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"]),
        OneOf(&["ringHash", "maglev"]),
    ] {
        /// Hashes this header. Excludes the other keys.
        http_header_name: Option<String>,
        /// Hashes a cookie, set where absent. Excludes the other keys.
        http_cookie: Option<HttpCookie>,
        /// Hashes the client's address. Excludes the other keys.
        use_source_ip: Option<bool>,
        /// Hashes this query parameter. Excludes the other keys.
        http_query_parameter_name: Option<String>,
        /// Uses a hash ring (default). Excludes `maglev`.
        ring_hash: Option<RingHash>,
        /// Uses a Maglev table. Excludes `ringHash`.
        maglev: Option<Maglev>,
        /// Deprecated: use `ringHash`.
        minimum_ring_size: Option<u64>,
    }

    /// A cookie for affinity.
    HttpCookie {
        /// Name of the cookie.
        name: String [Required],
        /// Path of the cookie that is set.
        path: Option<String>,
        /// Lifetime of the cookie that is set; 0s for the browser's session. Without it none is set.
        ttl: Option<String>,
        /// Further attributes of the cookie that is set.
        attributes: Vec<HttpCookieAttribute>,
    }

    /// An attribute of a cookie.
    HttpCookieAttribute {
        /// Name, such as `SameSite`.
        name: String [Required],
        /// Value; none for attributes such as `Secure`.
        value: Option<String>,
    }

    /// A hash ring.
    RingHash {
        /// Smallest number of virtual nodes. Default: 1024.
        minimum_ring_size: Option<u64>,
    }

    /// A Maglev table.
    Maglev {
        /// Entries; a prime below 5000011. Default: 65537.
        table_size: Option<u64>,
    }

    /// Preference by locality.
    LocalityLoadBalancerSetting {
        /// Shares of traffic by where it comes from. Excludes `failover`.
        distribute: Vec<LocalityDistribute>,
        /// Where a region's traffic goes when the region fails. Excludes `distribute`.
        failover: Vec<LocalityFailover>,
        /// Labels, most important first: endpoints that share more of them with the client come first.
        failover_priority: Vec<String>,
        /// Whether localities count. Default: as the mesh has it.
        enabled: Option<bool> [Nullable],
    }

    /// Shares of the traffic from one locality.
    LocalityDistribute {
        /// Locality of the client, `region/zone/subzone` with `*`.
        from: Option<String>,
        /// Percent by locality of the endpoints; they sum to 100.
        to: BTreeMap<String, u32>,
    }

    /// A region's substitute.
    LocalityFailover {
        /// Region that fails.
        from: Option<String>,
        /// Region that takes over.
        to: Option<String>,
    }

    /// Preference by zone.
    ZoneAwareLoadBalancerSetting {
        /// Whether zones count. Replaces the mesh's setting as a whole.
        enabled: Option<bool> [Nullable],
        /// Where a region's traffic goes when the region fails. Default: anywhere.
        failover: Vec<LocalityFailover>,
        /// Labels, most important first: endpoints that share more of them with the client come first.
        failover_priority: Vec<String>,
        /// Endpoints that the region needs; with fewer, zones do not count. Default: 6.
        min_cluster_size: Option<u32> [Nullable, Minimum(1)],
    }

    /// Limits on connections and requests.
    ConnectionPoolSettings {
        /// Limits for all connections.
        tcp: Option<TcpSettings>,
        /// Limits for HTTP.
        http: Option<HttpSettings>,
    }

    /// Limits for all connections.
    TcpSettings {
        /// Most connections to the service. Default: no limit.
        max_connections: Option<i32>,
        /// Time to connect. Default: 10s.
        connect_timeout: Option<Duration>,
        /// TCP keep-alive.
        tcp_keepalive: Option<TcpKeepalive>,
        /// Longest life of a connection. Default: no limit.
        max_connection_duration: Option<Duration>,
        /// Time without traffic after which a TCP connection is closed; 0s for never. Default: 1h.
        idle_timeout: Option<String>,
    }

    /// TCP keep-alive.
    TcpKeepalive {
        /// Probes without answer before the connection is dead. Default: the system's.
        probes: Option<u32>,
        /// Idle time before the first probe. Default: the system's.
        time: Option<Duration>,
        /// Time between probes. Default: the system's.
        interval: Option<Duration>,
    }

    /// Limits for HTTP.
    HttpSettings {
        /// Most requests that wait for a connection. Default: no limit.
        http1_max_pending_requests: Option<i32>,
        /// Most active requests to the service. Default: no limit.
        http2_max_requests: Option<i32>,
        /// Most requests on one connection; 1 turns keep-alive off. Default: no limit.
        max_requests_per_connection: Option<i32>,
        /// Most retries under way at once. Default: no limit.
        max_retries: Option<i32>,
        /// Time without requests after which a connection is closed. Default: 1h.
        idle_timeout: Option<Duration>,
        /// Whether HTTP/1.1 becomes HTTP/2 on the way. Default: as the mesh has it.
        h2_upgrade_policy: Option<H2UpgradePolicy>,
        /// Keeps the client's HTTP version; `h2UpgradePolicy` has no effect then.
        use_client_protocol: Option<bool>,
        /// Most streams on one HTTP/2 connection. Default: no limit.
        max_concurrent_streams: Option<i32>,
        /// HTTP/2 keep-alive.
        http2_keep_alive: Option<Http2KeepAlive>,
    }

    /// HTTP/2 keep-alive.
    Http2KeepAlive {
        /// Time between PING frames. Needed here.
        interval: Option<Duration>,
        /// Time to answer a PING frame. Needed here.
        timeout: Option<Duration>,
    }

    /// When failing endpoints are left out.
    OutlierDetectionSettings {
        /// Deprecated: use `consecutive5xxErrors`.
        consecutive_errors: Option<i32>,
        /// Counts failures to connect apart from answers of the service.
        split_external_local_origin_errors: Option<bool>,
        /// Failures to connect in a row; needs `splitExternalLocalOriginErrors`. Default: 5.
        consecutive_local_origin_failures: Option<u32> [Nullable],
        /// Answers 502, 503 or 504 in a row; 0 for never. Default: 0.
        consecutive_gateway_errors: Option<u32> [Nullable],
        /// Answers 5xx in a row; 0 for never. Default: 5.
        consecutive_5xx_errors: Option<u32> [Nullable],
        /// Time between two looks at the counts. Default: 10s.
        interval: Option<Duration>,
        /// Time for which an endpoint is left out, longer with each time. Default: 30s.
        base_ejection_time: Option<Duration>,
        /// Most endpoints left out at once, in percent. Default: 10.
        max_ejection_percent: Option<i32>,
        /// Healthy endpoints, in percent, below which none is left out. Default: 0.
        min_health_percent: Option<i32>,
        /// Status codes that count as errors. Default: 5xx.
        outlier_detection_http_error_codes: Vec<u32> [Each(&[Minimum(100), Maximum(599)])],
    }

    /// TLS towards a service.
    ClientTlsSettings {
        /// No TLS (`DISABLE`), TLS (`SIMPLE`), with a client certificate (`MUTUAL`), or with the mesh's own
        /// (`ISTIO_MUTUAL`).
        mode: Option<ClientTlsMode>,
        /// File with the client certificate; for `MUTUAL`. Excludes `credentialName`.
        client_certificate: Option<String>,
        /// File with its private key; for `MUTUAL`. Excludes `credentialName`.
        private_key: Option<String>,
        /// File with the CA for the server's certificate. Default: the system's. Excludes `credentialName`.
        ca_certificates: Option<String>,
        /// Secret with key, certificate and CA (`tls.key`, `tls.crt`, `ca.crt`), in the proxy's namespace. Excludes files.
        credential_name: Option<String>,
        /// Names of which the server's certificate must have one.
        subject_alt_names: Vec<String>,
        /// Server name (SNI) to send. Default: the host.
        sni: Option<String>,
        /// Accepts any certificate of the server; for tests.
        insecure_skip_verify: Option<bool> [Nullable],
        /// File with revoked certificates. Excludes `credentialName`, whose Secret may hold them.
        ca_crl: Option<String>,
    }
}

enumeration! {
    /// Version of a PROXY protocol header.
    ProxyProtocolVersion { V1 = "V1", V2 = "V2" }

    /// A standard algorithm of load balancing.
    SimpleLoadBalancer {
        Unspecified = "UNSPECIFIED",
        LeastConn = "LEAST_CONN",
        Random = "RANDOM",
        Passthrough = "PASSTHROUGH",
        RoundRobin = "ROUND_ROBIN",
        LeastRequest = "LEAST_REQUEST",
    }

    /// Whether HTTP/1.1 becomes HTTP/2.
    H2UpgradePolicy { Default = "DEFAULT", DoNotUpgrade = "DO_NOT_UPGRADE", Upgrade = "UPGRADE" }

    /// How TLS is used towards a service.
    ClientTlsMode {
        Disable = "DISABLE",
        Simple = "SIMPLE",
        Mutual = "MUTUAL",
        IstioMutual = "ISTIO_MUTUAL",
    }
}
