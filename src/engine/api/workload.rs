//! `WorkloadEntry` and `WorkloadGroup`: workloads that are not pods.

use std::collections::BTreeMap;

use super::crd::{Column, NETWORKING, Resource, V1_ALPHA3_BETA1};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{Rule, message};
use super::shared::PORT;

/// A whole `WorkloadEntry`.
pub(crate) type WorkloadEntry = Object<WorkloadEntrySpec>;

/// A whole `WorkloadGroup`.
pub(crate) type WorkloadGroup = Object<WorkloadGroupSpec>;

impl Spec for WorkloadEntrySpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "WorkloadEntry",
        plural: "workloadentries",
        short_names: &["we"],
        versions: V1_ALPHA3_BETA1,
        columns: &[Column::age(), Column::text("Address", ".spec.address")],
        description: "One workload that is not a pod, such as a virtual machine, for ServiceEntries to select.",
        spec: Self::SCHEMA,
        spec_rules: &[Rule::Required, ADDRESS_REQUIRED],
    };
}

impl Spec for WorkloadGroupSpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "WorkloadGroup",
        plural: "workloadgroups",
        short_names: &["wg"],
        versions: V1_ALPHA3_BETA1,
        columns: &[Column::age()],
        description: "What a set of WorkloadEntries has in common: the template from which machines are registered, as a \
                      Deployment has for pods.",
        spec: Self::SCHEMA,
        spec_rules: &[Rule::Required],
    };
}

/// An entry says where it is, or at least in which network; the template of a group need not.
pub(super) const ADDRESS_REQUIRED: Rule = Rule::Cel(
    "has(self.address) || has(self.network)",
    "Address is required",
);

/// Checks of a header name as HTTP allows it.
const HEADER_NAME: Rule = Rule::Pattern("^[-_A-Za-z0-9]+$");

message! {
    /// One endpoint of a service.
    WorkloadEntrySpec [
        Cel(
            "(has(self.address) ? self.address : \"\").startsWith(\"unix://\") ? !has(self.ports) : true",
            "UDS may not include ports",
        ),
    ] {
        /// IP address, DNS name (with DNS resolution only) or Unix socket (`unix:///path`, `unix://@name`). May be left
        /// out where `network` leads to a gateway.
        address: Option<String> [
            MaxLength(256),
            Cel(
                "self.startsWith(\"unix://\") ? (self.substring(7, 8) == \"/\" || self.substring(7, 8) == \"@\") : true",
                "UDS must be an absolute path or abstract socket",
            ),
            Cel("self.startsWith(\"unix://\") ? !self.endsWith(\"/\") : true", "UDS may not be a dir"),
        ],
        /// Port numbers by the names of the service's ports. Default: the service's target port. Not with a Unix socket.
        ports: BTreeMap<String, u32> [
            MaxProperties(128),
            Cel(
                "self.all(key, size(key) < 63 && key.matches(\"^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$\"))",
                "port name must be valid",
            ),
            Each(&[PORT]),
        ],
        /// Labels of the endpoint, for selectors and subsets.
        labels: BTreeMap<String, String> [MaxProperties(256)],
        /// Network of the endpoint. Endpoints in another network are reached through its gateway.
        network: Option<String> [MaxLength(2048)],
        /// Locality, `region/zone/subzone`, for load balancing. Default: the proxy's own.
        locality: Option<String> [MaxLength(2048)],
        /// Share of the traffic, against the weights of the other endpoints.
        weight: Option<u32>,
        /// Service account of the workload, in the object's namespace; part of its identity.
        service_account: Option<String> [MaxLength(253)],
    }

    /// What a set of workloads has in common.
    WorkloadGroupSpec {
        /// Metadata of the entries made for the group.
        metadata: Option<WorkloadGroupMetadata>,
        /// What the entries are made from.
        template: WorkloadEntrySpec [Required],
        /// How the workload's health is checked; unhealthy entries get no traffic. Default: no check.
        probe: Option<ReadinessProbe>,
    }

    /// Metadata of the entries of a group.
    WorkloadGroupMetadata {
        /// Labels of the entries.
        labels: BTreeMap<String, String> [MaxProperties(256)],
        /// Annotations of the entries.
        annotations: BTreeMap<String, String> [MaxProperties(256)],
    }

    /// A health check.
    ReadinessProbe [OneOf(&["httpGet", "tcpSocket", "exec", "grpc"])] {
        /// Seconds from the start to the first check. Default: 0.
        initial_delay_seconds: Option<i32> [Minimum(0)],
        /// Seconds that a check may take. Default: 1.
        timeout_seconds: Option<i32> [Minimum(0)],
        /// Seconds from check to check. Default: 10.
        period_seconds: Option<i32> [Minimum(0)],
        /// Successes in a row that make the workload healthy again. Default: 1.
        success_threshold: Option<i32> [Minimum(0)],
        /// Failures in a row that make it unhealthy. Default: 3.
        failure_threshold: Option<i32> [Minimum(0)],
        /// Healthy if an HTTP request succeeds (status below 400). Excludes the other checks.
        http_get: Option<HttpHealthCheck>,
        /// Healthy if a connection can be opened. Excludes the other checks.
        tcp_socket: Option<TcpHealthCheck>,
        /// Healthy if a command ends with 0. Excludes the other checks.
        exec: Option<ExecHealthCheck>,
        /// Healthy if the gRPC health service says so. Excludes the other checks.
        grpc: Option<GrpcHealthCheck>,
    }

    /// A check by HTTP.
    HttpHealthCheck {
        /// Path to ask for.
        path: Option<String>,
        /// Port to ask.
        port: u32 [Required, PORT],
        /// Host to connect to. Default: the workload itself.
        host: Option<String>,
        /// `HTTP` or `HTTPS`. Default: `HTTP`.
        scheme: Option<String>
            [Cel("self in [\"\", \"HTTP\", \"HTTPS\"]", "scheme must be one of [HTTP, HTTPS]")],
        /// Headers of the request.
        http_headers: Vec<HttpHeader>,
    }

    /// A header.
    HttpHeader {
        /// Name of the header.
        name: Option<String> [HEADER_NAME],
        /// Its value.
        value: Option<String>,
    }

    /// A check by connecting.
    TcpHealthCheck {
        /// Host to connect to. Default: the workload itself.
        host: Option<String>,
        /// Port to connect to.
        port: u32 [Required, PORT],
    }

    /// A check by command.
    ExecHealthCheck {
        /// Program and arguments; no shell is involved.
        command: Vec<String> [Required, Each(&[MinLength(1)])],
    }

    /// A check by gRPC.
    GrpcHealthCheck {
        /// Port to ask.
        port: Option<u32> [PORT],
        /// Service to ask for. Default: the server as a whole.
        service: Option<String>,
    }
}
