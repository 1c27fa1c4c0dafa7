//! `Telemetry`: traces, metrics and access logs.

use std::collections::BTreeMap;

use super::crd::{Column, Resource, TELEMETRY, Version};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{enumeration, message};
use super::shared::{Duration, LabelSelector, ONE_TARGET, PolicyTargetReference};

/// A whole `Telemetry`.
pub(crate) type Telemetry = Object<TelemetrySpec>;

impl Spec for TelemetrySpec {
    const RESOURCE: Resource = Resource {
        group: TELEMETRY,
        kind: "Telemetry",
        plural: "telemetries",
        short_names: &["telemetry"],
        // Stored in the older version still: a cluster that goes back to an Istio without v1 can read its objects.
        versions: &[Version::served("v1"), Version::stored("v1alpha1")],
        columns: &[Column::age()],
        description: "Says what is traced, measured and logged, and where to. Settings of the mesh, a namespace and a \
                      workload add up; the narrower one wins.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// Traces, metrics and logs of a set of workloads.
    TelemetrySpec [ONE_TARGET] {
        /// Workloads that the settings are for. Default: all of the namespace, or of the mesh from the root namespace.
        /// Excludes `targetRef` and `targetRefs`.
        selector: Option<LabelSelector>,
        /// Deprecated: use `targetRefs`.
        target_ref: Option<PolicyTargetReference>,
        /// Gateways or, for waypoints, services that the settings are for. Excludes `selector`; waypoints heed only this.
        target_refs: Vec<PolicyTargetReference> [MaxItems(16)],
        /// What is traced.
        tracing: Vec<Tracing>,
        /// What is measured.
        metrics: Vec<Metrics>,
        /// What is logged.
        access_logging: Vec<AccessLogging>,
    }

    /// One setting of tracing.
    Tracing {
        /// Traffic that the setting is for. Default: all.
        r#match: Option<TelemetryMatch>,
        /// Where spans go; one only. Default: the mesh's default.
        providers: Vec<ProviderRef>,
        /// Percent of the requests without an earlier decision that are traced, in steps of 0.01. Default: the mesh's
        /// sampling.
        random_sampling_percentage: Option<f64> [Nullable, Minimum(0), Maximum(100)],
        /// Reports no spans; headers are passed on and sampling is decided all the same.
        disable_span_reporting: Option<bool> [Nullable],
        /// Tags for each span, by name; they replace those of a wider setting.
        custom_tags: BTreeMap<String, CustomTag>,
        /// Whether the request ID says what is sampled. Turn off where another proxy makes IDs. Default: true.
        use_request_id_for_trace_sampling: Option<bool> [Nullable],
        /// Whether spans have Istio's own tags. Default: true.
        enable_istio_tags: Option<bool> [Nullable],
        /// Sends no trace headers on, such as from an egress gateway. Default: false.
        disable_context_propagation: Option<bool> [Nullable],
    }

    /// Traffic by its direction.
    TelemetryMatch {
        /// Outgoing (`CLIENT`), incoming (`SERVER`) or both (default).
        mode: Option<WorkloadMode>,
    }

    /// Where telemetry goes.
    ProviderRef {
        /// Name of an `extensionProviders` entry of the mesh configuration.
        name: String [Required, MinLength(1)],
    }

    /// The value of a tag.
    CustomTag [OneOf(&["literal", "environment", "header", "formatter"])] {
        /// A fixed value. Excludes the others.
        literal: Option<LiteralTag>,
        /// An environment variable of the proxy. Excludes the others.
        environment: Option<NamedTag>,
        /// A header of the request. Excludes the others.
        header: Option<NamedTag>,
        /// Text with Envoy's log operators. Excludes the others.
        formatter: Option<FormatterTag>,
    }

    /// A fixed value.
    LiteralTag {
        /// The value.
        value: String [Required, MinLength(1)],
    }

    /// A value by name.
    NamedTag {
        /// Name of the variable or header.
        name: String [Required, MinLength(1)],
        /// Value where there is none.
        default_value: Option<String>,
    }

    /// Text with operators.
    FormatterTag {
        /// Text such as `%REQUESTED_SERVER_NAME%`; unknown operators become empty.
        value: String [Required, MinLength(1)],
    }

    /// One setting of metrics.
    Metrics {
        /// Where metrics go. Default: the mesh's default.
        providers: Vec<ProviderRef>,
        /// Changes of single metrics, applied in order.
        overrides: Vec<MetricsOverrides>,
        /// Time from report to report; for TCP so far. Default: 5s.
        reporting_interval: Option<Duration>,
    }

    /// Changes of metrics.
    MetricsOverrides {
        /// Metrics that are changed. Default: all, in both directions.
        r#match: Option<MetricSelector>,
        /// Turns the metrics off, or on where a wider setting turned them off.
        disabled: Option<bool> [Nullable],
        /// Changes of tags, by name.
        tag_overrides: BTreeMap<String, TagOverride>,
    }

    /// Which metrics.
    MetricSelector [OneOf(&["metric", "customMetric"])] {
        /// One of Istio's metrics. Excludes `customMetric`.
        metric: Option<IstioMetric>,
        /// A metric by its own name, which Istio does not check. Excludes `metric`.
        custom_metric: Option<String> [MinLength(1)],
        /// Outgoing (`CLIENT`), incoming (`SERVER`) or both (default).
        mode: Option<WorkloadMode>,
    }

    /// A change of a tag.
    TagOverride [
        Cel(
            "((has(self.operation) ? self.operation : \"\") == \"UPSERT\") ? (self.value != \"\") : true",
            "value must be set when operation is UPSERT",
        ),
        Cel(
            "((has(self.operation) ? self.operation : \"\") == \"REMOVE\") ? !has(self.value) : true",
            "value must not be set when operation is REMOVE",
        ),
    ] {
        /// Sets the tag (`UPSERT`, default) or removes it (`REMOVE`).
        operation: Option<TagOperation>,
        /// CEL expression over Envoy's attributes, such as `request.host`; needed to set, not allowed to remove.
        value: Option<String>,
    }

    /// One setting of access logs.
    AccessLogging {
        /// Traffic that the setting is for. Default: all.
        r#match: Option<TelemetryMatch>,
        /// Where logs go. Default: the mesh's default.
        providers: Vec<ProviderRef>,
        /// Turns logs off, or on where a wider setting turned them off.
        disabled: Option<bool> [Nullable],
        /// Which requests and connections are logged. Default: all.
        filter: Option<AccessLogFilter>,
    }

    /// Which requests are logged.
    AccessLogFilter {
        /// CEL expression that must hold, such as `response.code >= 400`.
        expression: Option<String>,
    }
}

enumeration! {
    /// Direction of traffic, seen from the proxy's workload.
    WorkloadMode { ClientAndServer = "CLIENT_AND_SERVER", Client = "CLIENT", Server = "SERVER" }

    /// Istio's metrics.
    IstioMetric {
        AllMetrics = "ALL_METRICS",
        RequestCount = "REQUEST_COUNT",
        RequestDuration = "REQUEST_DURATION",
        RequestSize = "REQUEST_SIZE",
        ResponseSize = "RESPONSE_SIZE",
        TcpOpenedConnections = "TCP_OPENED_CONNECTIONS",
        TcpClosedConnections = "TCP_CLOSED_CONNECTIONS",
        TcpSentBytes = "TCP_SENT_BYTES",
        TcpReceivedBytes = "TCP_RECEIVED_BYTES",
        GrpcRequestMessages = "GRPC_REQUEST_MESSAGES",
        GrpcResponseMessages = "GRPC_RESPONSE_MESSAGES",
    }

    /// What is done with a tag.
    TagOperation { Upsert = "UPSERT", Remove = "REMOVE" }
}
