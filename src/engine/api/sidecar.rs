//! `Sidecar`: what the sidecars of a namespace listen on and can reach.

use super::crd::{NETWORKING, Resource, V1_ALPHA3_BETA1};
use super::destination_rule::ConnectionPoolSettings;
use super::gateway::ServerTlsSettings;
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{enumeration, message};
use super::shared::WorkloadSelector;
use super::virtual_service::Destination;

/// A whole `Sidecar`.
pub(crate) type Sidecar = Object<SidecarSpec>;

impl Spec for SidecarSpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "Sidecar",
        plural: "sidecars",
        short_names: &[],
        versions: V1_ALPHA3_BETA1,
        columns: &[],
        description: "Narrows what the sidecars of a namespace accept and reach, which also makes their configuration \
                      smaller.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// What a set of sidecars accepts and reaches.
    SidecarSpec {
        /// Workloads that the object is for. Default: all of the namespace; only one object without it may be there.
        workload_selector: Option<WorkloadSelector>,
        /// Ports that the sidecar accepts connections on. Default: those of the workload's services.
        ingress: Vec<IstioIngressListener>,
        /// Services that the workload can reach, by port. Default: those of the namespace's or the root namespace's
        /// object, else all.
        egress: Vec<IstioEgressListener>,
        /// Limits on incoming connections, unless `ingress` has its own; in place of a DestinationRule's.
        inbound_connection_pool: Option<ConnectionPoolSettings>,
        /// What happens to traffic for unknown destinations.
        outbound_traffic_policy: Option<OutboundTrafficPolicy>,
    }

    /// A port that a sidecar accepts connections on.
    IstioIngressListener {
        /// The port; unique in the list.
        port: SidecarPort [Required],
        /// Address to listen on. Default: the pod's addresses.
        bind: Option<String>,
        /// How traffic gets here: by redirection (`IPTABLES`), or because the application connects here (`NONE`).
        /// Default: as the mesh has it.
        capture_mode: Option<CaptureMode>,
        /// Where the application listens: `127.0.0.1:PORT`, `[::1]:PORT`, `0.0.0.0:PORT` (the pod's address) or
        /// `unix:///path`. Default: the same port.
        default_endpoint: Option<String>,
        /// TLS of the port, for clients outside the mesh. Needs mutual TLS of the mesh to be off for it.
        tls: Option<ServerTlsSettings>,
        /// Limits on connections to the port, in place of `inboundConnectionPool`.
        connection_pool: Option<ConnectionPoolSettings>,
    }

    /// Services that can be reached.
    IstioEgressListener {
        /// Port to listen on; 0 with a Unix socket. Default: the ports of the services.
        port: Option<SidecarPort>,
        /// Address or Unix socket (`unix:///path`, `unix://@name`) to listen on; needs `port`. Default: as
        /// `captureMode` and the services ask.
        bind: Option<String>,
        /// How traffic gets here: by redirection (`IPTABLES`), or because the application connects here (`NONE`).
        /// Default: as the mesh has it.
        capture_mode: Option<CaptureMode>,
        /// Services, each `NAMESPACE/HOST`. Namespace: a name, `.` the own, `*` any, `~/*` for none at all;
        /// `~NAME/` leaves out. Host: a full name, a `*.` wildcard or `*`.
        hosts: Vec<String> [Required],
    }

    /// Traffic for unknown destinations.
    OutboundTrafficPolicy {
        /// Let through (`ALLOW_ANY`) or dropped (`REGISTRY_ONLY`). Default: as the mesh has it.
        mode: Option<OutboundTrafficMode>,
        /// Sends it to this service, an egress gateway, instead. For `ALLOW_ANY`.
        egress_proxy: Option<Destination>,
    }

    /// A port of a sidecar.
    SidecarPort {
        /// Port number.
        number: Option<u32>,
        /// Protocol: `HTTP`, `HTTPS`, `HTTP2`, `GRPC`, `TLS`, `TCP` or `MONGO`.
        protocol: Option<String>,
        /// Name of the port.
        name: Option<String>,
        /// Deprecated and ignored.
        target_port: Option<u32>,
    }
}

enumeration! {
    /// How traffic gets to a sidecar: by the mesh's default, by iptables, or not by itself.
    CaptureMode { Default = "DEFAULT", Iptables = "IPTABLES", None = "NONE" }

    /// What happens to traffic for unknown destinations.
    OutboundTrafficMode { RegistryOnly = "REGISTRY_ONLY", AllowAny = "ALLOW_ANY" }
}
