//! `ServiceEntry`: services that Kubernetes does not know.

use super::crd::{Column, NETWORKING, Resource, V1_ALPHA3_BETA1};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{Rule, enumeration, message};
use super::shared::{PORT, WorkloadSelector};
use super::workload::{ADDRESS_REQUIRED, WorkloadEntrySpec};

/// A whole `ServiceEntry`.
pub(crate) type ServiceEntry = Object<ServiceEntrySpec>;

impl Spec for ServiceEntrySpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "ServiceEntry",
        plural: "serviceentries",
        short_names: &["se"],
        versions: V1_ALPHA3_BETA1,
        columns: &[
            Column::text("Hosts", ".spec.hosts"),
            Column::text("Location", ".spec.location"),
            Column::text("Resolution", ".spec.resolution"),
            Column::age(),
        ],
        description: "Adds a service to the mesh's registry: an API outside the mesh, or workloads on machines.",
        spec: Self::SCHEMA,
        spec_rules: &[Rule::Required],
    };
}

message! {
    /// A service with its hosts, ports and endpoints.
    ServiceEntrySpec [
        Cel(
            "(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1",
            "only one of WorkloadSelector or Endpoints can be set",
        ),
        Cel(
            "!((has(self.addresses) ? self.addresses : []).exists(k, k.contains(\"/\")) && \
             !((has(self.resolution) ? self.resolution : \"NONE\") in [\"STATIC\", \"NONE\"]))",
            "CIDR addresses are allowed only for NONE/STATIC resolution types",
        ),
        Cel(
            "((has(self.resolution) ? self.resolution : \"NONE\") == \"NONE\") ? !has(self.endpoints) : true",
            "NONE mode cannot set endpoints",
        ),
        Cel(
            "((has(self.resolution) ? self.resolution : \"\") == \"DNS_ROUND_ROBIN\") ? \
             ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true",
            "DNS_ROUND_ROBIN mode cannot have multiple endpoints",
        ),
    ] {
        /// DNS names of the service, `*.` wildcards included. HTTP and TLS are recognised by them; other TCP only by
        /// `addresses` or port.
        hosts: Vec<String> [
            Required, MinItems(1), MaxItems(256),
            Each(&[Cel("self != \"*\"", "hostname cannot be wildcard")]),
        ],
        /// Virtual IP addresses of the service; CIDR with resolution `NONE` or `STATIC` only. Default: assigned by istiod,
        /// where that is on.
        addresses: Vec<String> [MaxItems(256), Each(&[MaxLength(64)])],
        /// Ports of the service; names and numbers are unique.
        ports: Vec<ServicePort> [
            MaxItems(256), ListMap(&["name"]),
            Cel(
                "self.all(l1, self.exists_one(l2, l1.number == l2.number))",
                "port number cannot be duplicated",
            ),
        ],
        /// Whether the service is outside the mesh (default) or part of it. Mutual TLS is used within only.
        location: Option<ServiceLocation>,
        /// How endpoints are found: `NONE` (default), the address that the client asked for; `STATIC`, as listed; `DNS`, all
        /// addresses of the name; `DNS_ROUND_ROBIN`, one at a time; `DYNAMIC_DNS`, by the host of each request.
        resolution: Option<ServiceResolution>,
        /// Endpoints; with DNS resolution they may be names. Excludes `workloadSelector`; not with resolution `NONE`.
        endpoints: Vec<WorkloadEntrySpec> [MaxItems(4096), Each(&[ADDRESS_REQUIRED])],
        /// Selects pods and `WorkloadEntry` objects of the namespace as endpoints. Excludes `endpoints`.
        workload_selector: Option<WorkloadSelector>,
        /// Namespaces that see the service: `.` its own, `*` all, or names. Default: `*`.
        export_to: Vec<String>,
        /// Names of which the server's certificate must have one, unless a `DestinationRule` says otherwise.
        subject_alt_names: Vec<String>,
    }

    /// A port of a service.
    ServicePort {
        /// Port number, 1 to 65535.
        number: u32 [Required, PORT],
        /// Protocol: `HTTP`, `HTTPS`, `HTTP2`, `GRPC`, `TLS`, `TCP` or `MONGO`. Default: detected.
        protocol: Option<String> [MaxLength(256)],
        /// Name of the port.
        name: String [Required, MaxLength(256)],
        /// Port of the endpoints. Default: `number`.
        target_port: Option<u32> [PORT],
    }
}

enumeration! {
    /// Whether a service is part of the mesh.
    ServiceLocation { MeshExternal = "MESH_EXTERNAL", MeshInternal = "MESH_INTERNAL" }

    /// How the endpoints of a service are found.
    ServiceResolution {
        None = "NONE",
        Static = "STATIC",
        Dns = "DNS",
        DnsRoundRobin = "DNS_ROUND_ROBIN",
        DynamicDns = "DYNAMIC_DNS",
    }
}
