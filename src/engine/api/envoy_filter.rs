//! `EnvoyFilter`: changes to the Envoy configuration that istiod generates.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::crd::{NETWORKING, Resource, Version};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{enumeration, message};
use super::shared::{PORT, PolicyTargetReference, WorkloadSelector};

/// A whole `EnvoyFilter`.
pub(crate) type EnvoyFilter = Object<EnvoyFilterSpec>;

impl Spec for EnvoyFilterSpec {
    const RESOURCE: Resource = Resource {
        group: NETWORKING,
        kind: "EnvoyFilter",
        plural: "envoyfilters",
        short_names: &[],
        versions: &[Version::stored("v1alpha3")],
        columns: &[],
        description: "Patches the Envoy configuration that istiod generates. It depends on Envoy's and Istio's internals: \
                      check it with every upgrade, and prefer another kind where one will do.",
        spec: Self::SCHEMA,
        spec_rules: &[],
    };
}

message! {
    /// Patches and the proxies that get them.
    EnvoyFilterSpec [
        Cel(
            "(has(self.workloadSelector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
            "only one of targetRefs or workloadSelector can be set",
        ),
    ] {
        /// Workloads whose proxies are patched. Default: all of the namespace, or of the mesh from the root namespace.
        /// Excludes `targetRefs`.
        workload_selector: Option<WorkloadSelector>,
        /// Gateways or, for waypoints, services whose proxies are patched. Excludes `workloadSelector`.
        target_refs: Vec<PolicyTargetReference> [MaxItems(16)],
        /// The patches, applied in this order.
        config_patches: Vec<EnvoyConfigObjectPatch>,
        /// Order among objects of this kind, lowest first; the root namespace's come first in any case. Default: 0.
        priority: Option<i32>,
    }

    /// One patch.
    EnvoyConfigObjectPatch {
        /// What kind of configuration object is patched.
        apply_to: Option<ApplyTo>,
        /// Which objects of that kind. Default: all.
        r#match: Option<EnvoyConfigObjectMatch>,
        /// What is done to them.
        patch: Option<Patch>,
    }

    /// Which configuration objects.
    EnvoyConfigObjectMatch [
        OneOf(&["listener", "routeConfiguration", "cluster", "waypoint"]),
        Cel(
            "has(self.context) ? ((self.context == \"WAYPOINT\") ? has(self.waypoint) : !has(self.waypoint)) : \
             !has(self.waypoint)",
            "only support waypointMatch when context is WAYPOINT",
        ),
    ] {
        /// What the configuration is for: inbound or outbound at sidecars, gateways, waypoints. Default: `ANY`.
        context: Option<PatchContext>,
        /// Which proxies, by what they report of themselves.
        proxy: Option<ProxyMatch>,
        /// Which listener. Excludes the other kinds of object.
        listener: Option<ListenerMatch>,
        /// Which route configuration. Excludes the other kinds of object.
        route_configuration: Option<RouteConfigurationMatch>,
        /// Which cluster. Excludes the other kinds of object.
        cluster: Option<ClusterMatch>,
        /// Which part of a waypoint; with context `WAYPOINT` only. Excludes the other kinds of object.
        waypoint: Option<WaypointMatch>,
    }

    /// Which proxies.
    ProxyMatch {
        /// RE2 expression for the proxy's version, such as `^1\.31.*`.
        proxy_version: Option<String>,
        /// Node metadata that the proxy must have, compared exactly. For the version use `proxyVersion`.
        metadata: BTreeMap<String, String>,
    }

    /// Which listener.
    ListenerMatch {
        /// Service port, or gateway port, that the listener is for.
        port_number: Option<u32>,
        /// Not used.
        port_name: Option<String>,
        /// Which filter chain of the listener.
        filter_chain: Option<FilterChainMatch>,
        /// Name of a listener filter, such as `envoy.filters.listener.proxy_protocol`.
        listener_filter: Option<String>,
        /// Name of the listener, as istiod gives it.
        name: Option<String>,
    }

    /// Which filter chain.
    FilterChainMatch {
        /// Name of the filter chain.
        name: Option<String>,
        /// Server name (SNI) of the chain's match.
        sni: Option<String>,
        /// Transport of the chain's match: `raw_buffer` or `tls`.
        transport_protocol: Option<String>,
        /// ALPN protocols of the chain's match, separated by commas.
        application_protocols: Option<String>,
        /// Which network filter of the chain.
        filter: Option<FilterMatch>,
        /// Destination port of the chain's match.
        destination_port: Option<u32>,
    }

    /// Which network filter.
    FilterMatch {
        /// Name of the filter, such as `envoy.filters.network.http_connection_manager`.
        name: Option<String>,
        /// Which filter within it, such as an HTTP filter of the connection manager.
        sub_filter: Option<SubFilterMatch>,
    }

    /// Which filter within a filter.
    SubFilterMatch {
        /// Name of the filter, such as `envoy.filters.http.router`.
        name: Option<String>,
    }

    /// Which route configuration.
    RouteConfigurationMatch {
        /// Service port, or gateway port, that the routes are for.
        port_number: Option<u32>,
        /// Name of the gateway server's port; for context `GATEWAY`.
        port_name: Option<String>,
        /// `NAMESPACE/NAME` of the Istio Gateway; for context `GATEWAY`.
        gateway: Option<String>,
        /// Which virtual host of the configuration.
        vhost: Option<VirtualHostMatch>,
        /// Name of the route configuration, as istiod gives it.
        name: Option<String>,
    }

    /// Which virtual host.
    VirtualHostMatch {
        /// Name of the virtual host, `HOST:PORT`.
        name: Option<String>,
        /// A domain that the virtual host has.
        domain_name: Option<String>,
        /// Which route of the virtual host.
        route: Option<RouteMatch>,
    }

    /// Which route.
    RouteMatch {
        /// Name of the route: that of the VirtualService's rule, or `default`.
        name: Option<String>,
        /// What the route does. Default: `ANY`.
        action: Option<RouteAction>,
    }

    /// Which cluster.
    ClusterMatch {
        /// Port of the service.
        port_number: Option<u32>,
        /// Full host name of the service.
        service: Option<String>,
        /// Subset of the service.
        subset: Option<String>,
        /// Name of the cluster, as istiod gives it; then the other fields are left out.
        name: Option<String>,
    }

    /// Which part of a waypoint.
    WaypointMatch {
        /// Port of the service. Default: all.
        port_number: Option<u32> [PORT],
        /// Which network filter.
        filter: Option<FilterMatch>,
        /// Which route.
        route: Option<WaypointRouteMatch>,
    }

    /// Which route of a waypoint.
    WaypointRouteMatch {
        /// Name of the route: that of the VirtualService's rule, or `default`.
        name: Option<String>,
    }

    /// A change.
    Patch {
        /// How `value` is applied. `MERGE` adds to lists, `MERGE_AND_REPLACE_LIST` replaces them; `REPLACE` is for filters.
        operation: Option<PatchOperation>,
        /// Envoy configuration as JSON; not needed to remove.
        value: Option<Map<String, Value>> ,
        /// Where a filter goes among Istio's own; with `ADD`. Steadier than inserting beside a named filter.
        filter_class: Option<FilterClass>,
    }
}

enumeration! {
    /// What kind of configuration object is patched.
    ApplyTo {
        Invalid = "INVALID",
        Listener = "LISTENER",
        FilterChain = "FILTER_CHAIN",
        NetworkFilter = "NETWORK_FILTER",
        HttpFilter = "HTTP_FILTER",
        RouteConfiguration = "ROUTE_CONFIGURATION",
        VirtualHost = "VIRTUAL_HOST",
        HttpRoute = "HTTP_ROUTE",
        Cluster = "CLUSTER",
        ExtensionConfig = "EXTENSION_CONFIG",
        Bootstrap = "BOOTSTRAP",
        ListenerFilter = "LISTENER_FILTER",
    }

    /// What a configuration is for.
    PatchContext {
        Any = "ANY",
        SidecarInbound = "SIDECAR_INBOUND",
        SidecarOutbound = "SIDECAR_OUTBOUND",
        Gateway = "GATEWAY",
        Waypoint = "WAYPOINT",
    }

    /// What a route does.
    RouteAction {
        Any = "ANY",
        Route = "ROUTE",
        Redirect = "REDIRECT",
        DirectResponse = "DIRECT_RESPONSE",
    }

    /// How a patch is applied.
    PatchOperation {
        Invalid = "INVALID",
        Merge = "MERGE",
        Add = "ADD",
        Remove = "REMOVE",
        InsertBefore = "INSERT_BEFORE",
        InsertAfter = "INSERT_AFTER",
        InsertFirst = "INSERT_FIRST",
        Replace = "REPLACE",
        MergeAndReplaceList = "MERGE_AND_REPLACE_LIST",
    }

    /// Where a filter goes among Istio's own.
    FilterClass {
        Unspecified = "UNSPECIFIED",
        Authn = "AUTHN",
        Authz = "AUTHZ",
        Stats = "STATS",
    }
}
