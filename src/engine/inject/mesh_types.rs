//! The types of the mesh configuration that templates read: all of `ProxyConfig`, since it is written out for the proxy,
//! and of `MeshConfig` the fields that decide something about a sidecar. Names, order and zeros are those of Istio's API
//! (`mesh/v1alpha1`). Fields that are not here are kept as they are in the mesh configuration, and left out of
//! `PROXY_CONFIG`.

use super::types::Shape::{
    Any, Bool, Duration, Enum, Integer, List, Map, Number, Object, Text, Wrapped,
};
use super::types::{Field, Shape, Type, field};

const fn message(name: &'static str, shape: Shape) -> Field {
    field(name, shape).pointer()
}

const fn optional_bool(name: &'static str) -> Field {
    field(name, Wrapped(&Bool)).pointer()
}

const fn optional_integer(name: &'static str) -> Field {
    field(name, Wrapped(&Integer)).pointer()
}

const fn duration(name: &'static str) -> Field {
    field(name, Duration).pointer()
}

/// What becomes of the header with the client's certificate.
const FORWARDED_CERTIFICATE: &[&str] = &[
    "UNDEFINED",
    "SANITIZE",
    "FORWARD_ONLY",
    "APPEND_FORWARD",
    "SANITIZE_SET",
    "ALWAYS_FORWARD_ONLY",
];

pub(crate) static MESH_CONFIG: Type = Type {
    name: "MeshConfig",
    fields: &[
        field("proxyListenPort", Integer),
        field("proxyInboundListenPort", Integer),
        field("proxyHttpPort", Integer),
        duration("connectTimeout"),
        duration("protocolDetectionTimeout"),
        field("ingressClass", Text),
        field("ingressService", Text),
        field(
            "ingressControllerMode",
            Enum(&["UNSPECIFIED", "OFF", "DEFAULT", "STRICT"]),
        ),
        field("ingressSelector", Text),
        field("enableTracing", Bool),
        field("accessLogFile", Text),
        field("accessLogFormat", Text),
        field("accessLogEncoding", Enum(&["TEXT", "JSON"])),
        field("enableEnvoyAccessLogService", Bool),
        field("disableEnvoyListenerLog", Bool),
        message("defaultConfig", Object(&PROXY_CONFIG)),
        message("outboundTrafficPolicy", Object(&OUTBOUND_POLICY)),
        message("inboundTrafficPolicy", Object(&INBOUND_POLICY)),
        optional_bool("enableAutoMtls"),
        field("trustDomain", Text),
        field("trustDomainAliases", List(&Text)),
        field("rootNamespace", Text),
        duration("dnsRefreshRate"),
        field("h2UpgradePolicy", Enum(&["DO_NOT_UPGRADE", "UPGRADE"])),
        field("inboundClusterStatName", Text),
        field("outboundClusterStatName", Text),
        optional_bool("enablePrometheusMerge"),
        optional_bool("verifyCertificateAtClient"),
        field("extensionProviders", List(&Any)),
        message("defaultProviders", Any),
    ],
};

static OUTBOUND_POLICY: Type = Type {
    name: "OutboundTrafficPolicy",
    fields: &[field("mode", Enum(&["REGISTRY_ONLY", "ALLOW_ANY"]))],
};

static INBOUND_POLICY: Type = Type {
    name: "InboundTrafficPolicy",
    fields: &[field("mode", Enum(&["PASSTHROUGH", "LOCALHOST"]))],
};

pub(crate) static PROXY_CONFIG: Type = Type {
    name: "ProxyConfig",
    fields: &[
        field("configPath", Text),
        field("binaryPath", Text),
        message("serviceCluster", Text),
        message(
            "tracingServiceName",
            Enum(&[
                "APP_LABEL_AND_NAMESPACE",
                "CANONICAL_NAME_ONLY",
                "CANONICAL_NAME_AND_NAMESPACE",
            ]),
        ),
        duration("drainDuration"),
        field("discoveryAddress", Text),
        duration("discoveryRefreshDelay"),
        field("zipkinAddress", Text),
        field("statsdUdpAddress", Text),
        field("envoyMetricsServiceAddress", Text),
        field("proxyAdminPort", Integer),
        field("availabilityZone", Text),
        field("controlPlaneAuthPolicy", Enum(&["NONE", "MUTUAL_TLS"])),
        field("customConfigFile", Text),
        field("statNameLength", Integer),
        optional_integer("concurrency"),
        field("proxyBootstrapTemplatePath", Text),
        field("interceptionMode", Enum(&["REDIRECT", "TPROXY", "NONE"])),
        message("tracing", Object(&TRACING)),
        message("sds", Object(&SDS)),
        message("envoyAccessLogService", Object(&REMOTE_SERVICE)),
        message("envoyMetricsService", Object(&REMOTE_SERVICE)),
        field("proxyMetadata", Map(&Text)),
        field("runtimeValues", Map(&Text)),
        field("statusPort", Integer),
        field("extraStatTags", List(&Text)),
        message("gatewayTopology", Object(&TOPOLOGY)),
        duration("terminationDrainDuration"),
        field("meshId", Text),
        message("readinessProbe", Object(&READINESS_PROBE)),
        message("proxyStatsMatcher", Object(&STATS_MATCHER)),
        optional_bool("holdApplicationUntilProxyStarts"),
        field("caCertificatesPem", List(&Text)),
        message("image", Object(&PROXY_IMAGE)),
        message("privateKeyProvider", Object(&PRIVATE_KEY_PROVIDER)),
        message("proxyHeaders", Object(&PROXY_HEADERS)),
        duration("fileFlushInterval"),
        field("fileFlushMinSizeKb", Integer),
        optional_bool("statsCompression"),
        message("connectionSettings", Object(&CONNECTION_SETTINGS)),
    ],
};

static TRACING: Type = Type {
    name: "Tracing",
    fields: &[
        message("zipkin", Object(&ADDRESS)),
        message("lightstep", Object(&LIGHTSTEP)),
        message("datadog", Object(&ADDRESS)),
        message("stackdriver", Object(&STACKDRIVER)),
        message("openCensusAgent", Object(&OPEN_CENSUS)),
        field("customTags", Map(&Object(&CUSTOM_TAG))),
        field("maxPathTagLength", Integer),
        field("sampling", Number),
        message("tlsSettings", Object(&TLS_SETTINGS)),
        optional_bool("enableIstioTags"),
    ],
};

static ADDRESS: Type = Type {
    name: "Address",
    fields: &[field("address", Text)],
};

static LIGHTSTEP: Type = Type {
    name: "Lightstep",
    fields: &[field("address", Text), field("accessToken", Text)],
};

static STACKDRIVER: Type = Type {
    name: "Stackdriver",
    fields: &[
        field("debug", Bool),
        message("maxNumberOfAttributes", Any),
        message("maxNumberOfAnnotations", Any),
        message("maxNumberOfMessageEvents", Any),
    ],
};

static OPEN_CENSUS: Type = Type {
    name: "OpenCensusAgent",
    fields: &[
        field("address", Text),
        field(
            "context",
            List(&Enum(&[
                "UNSPECIFIED",
                "W3C_TRACE_CONTEXT",
                "GRPC_BIN",
                "CLOUD_TRACE_CONTEXT",
                "B3",
            ])),
        ),
    ],
};

static CUSTOM_TAG: Type = Type {
    name: "CustomTag",
    fields: &[
        message("literal", Object(&LITERAL)),
        message("environment", Object(&NAMED_TAG)),
        message("header", Object(&NAMED_TAG)),
    ],
};

static LITERAL: Type = Type {
    name: "Literal",
    fields: &[field("value", Text)],
};

static NAMED_TAG: Type = Type {
    name: "NamedTag",
    fields: &[field("name", Text), field("defaultValue", Text)],
};

static TLS_SETTINGS: Type = Type {
    name: "ClientTLSSettings",
    fields: &[
        field(
            "mode",
            Enum(&["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"]),
        ),
        field("clientCertificate", Text),
        field("privateKey", Text),
        field("caCertificates", Text),
        field("credentialName", Text),
        field("subjectAltNames", List(&Text)),
        field("sni", Text),
        optional_bool("insecureSkipVerify"),
        field("caCrl", Text),
    ],
};

static SDS: Type = Type {
    name: "SDS",
    fields: &[field("enabled", Bool), field("k8sSaJwtPath", Text)],
};

static REMOTE_SERVICE: Type = Type {
    name: "RemoteService",
    fields: &[
        field("address", Text),
        message("tlsSettings", Object(&TLS_SETTINGS)),
        message("tcpKeepalive", Object(&TCP_KEEPALIVE)),
    ],
};

static TCP_KEEPALIVE: Type = Type {
    name: "TcpKeepalive",
    fields: &[
        field("probes", Integer),
        duration("time"),
        duration("interval"),
    ],
};

static TOPOLOGY: Type = Type {
    name: "Topology",
    fields: &[
        field("numTrustedProxies", Integer),
        field("forwardClientCertDetails", Enum(FORWARDED_CERTIFICATE)),
        message("proxyProtocol", Any),
    ],
};

static READINESS_PROBE: Type = Type {
    name: "ReadinessProbe",
    fields: &[
        field("initialDelaySeconds", Integer),
        field("timeoutSeconds", Integer),
        field("periodSeconds", Integer),
        field("successThreshold", Integer),
        field("failureThreshold", Integer),
        message("httpGet", Any),
        message("tcpSocket", Any),
        message("exec", Any),
        message("grpc", Any),
    ],
};

static STATS_MATCHER: Type = Type {
    name: "ProxyStatsMatcher",
    fields: &[
        field("inclusionPrefixes", List(&Text)),
        field("inclusionSuffixes", List(&Text)),
        field("inclusionRegexps", List(&Text)),
    ],
};

static PROXY_IMAGE: Type = Type {
    name: "ProxyImage",
    fields: &[field("imageType", Text)],
};

static PRIVATE_KEY_PROVIDER: Type = Type {
    name: "PrivateKeyProvider",
    fields: &[
        message("cryptomb", Object(&KEY_PROVIDER)),
        message("qat", Object(&KEY_PROVIDER)),
    ],
};

static KEY_PROVIDER: Type = Type {
    name: "KeyProvider",
    fields: &[duration("pollDelay"), optional_bool("fallback")],
};

static PROXY_HEADERS: Type = Type {
    name: "ProxyHeaders",
    fields: &[
        field("forwardedClientCert", Enum(FORWARDED_CERTIFICATE)),
        message("setCurrentClientCertDetails", Object(&CERTIFICATE_DETAILS)),
        message("requestId", Object(&DISABLED)),
        message("server", Object(&SERVER_HEADER)),
        message("attemptCount", Object(&DISABLED)),
        message("envoyDebugHeaders", Object(&DISABLED)),
        message("metadataExchangeHeaders", Object(&METADATA_HEADERS)),
        optional_bool("preserveHttp1HeaderCase"),
        message("xForwardedHost", Object(&ENABLED)),
        message("xForwardedPort", Object(&ENABLED)),
    ],
};

static CERTIFICATE_DETAILS: Type = Type {
    name: "SetCurrentClientCertDetails",
    fields: &[
        optional_bool("subject"),
        optional_bool("cert"),
        optional_bool("chain"),
        optional_bool("dns"),
        optional_bool("uri"),
    ],
};

static DISABLED: Type = Type {
    name: "Disabled",
    fields: &[optional_bool("disabled")],
};

static ENABLED: Type = Type {
    name: "Enabled",
    fields: &[optional_bool("enabled")],
};

static SERVER_HEADER: Type = Type {
    name: "Server",
    fields: &[optional_bool("disabled"), field("value", Text)],
};

static METADATA_HEADERS: Type = Type {
    name: "MetadataExchangeHeaders",
    fields: &[field("mode", Enum(&["UNDEFINED", "IN_MESH"]))],
};

static CONNECTION_SETTINGS: Type = Type {
    name: "ConnectionSettings",
    fields: &[
        field("profile", Enum(&["SIDECAR", "EDGE"])),
        optional_integer("listenerPerConnectionBufferLimitBytes"),
        optional_integer("clusterPerConnectionBufferLimitBytes"),
        duration("httpIdleTimeout"),
        duration("httpMaxConnectionDuration"),
        duration("httpDrainTimeout"),
        duration("httpRequestTimeout"),
        duration("httpRequestHeadersTimeout"),
        duration("httpStreamIdleTimeout"),
        duration("httpMaxStreamDuration"),
        optional_integer("httpMaxConcurrentStreams"),
        optional_integer("http2InitialStreamWindowSize"),
        optional_integer("http2InitialConnectionWindowSize"),
        field(
            "httpHeadersWithUnderscoresAction",
            Enum(&[
                "HEADERS_WITH_UNDERSCORES_UNSPECIFIED",
                "HEADERS_WITH_UNDERSCORES_ALLOW",
                "HEADERS_WITH_UNDERSCORES_REJECT_REQUEST",
                "HEADERS_WITH_UNDERSCORES_DROP_HEADER",
            ]),
        ),
        optional_bool("httpMergeSlashes"),
        field(
            "httpPathWithEscapedSlashesAction",
            Enum(&[
                "PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED",
                "KEEP_UNCHANGED",
                "REJECT_REQUEST",
                "UNESCAPE_AND_REDIRECT",
                "UNESCAPE_AND_FORWARD",
            ]),
        ),
        optional_integer("listenerConnectionLimit"),
        optional_integer("globalDownstreamConnectionLimit"),
    ],
};
