//! `WasmPlugin` and `TrafficExtension`: code that runs in proxies.

use serde_json::{Map, Value};

use super::crd::{Column, EXTENSIONS, Resource, Version};
use super::object::{Object, Spec};
use super::read::Typed;
use super::schema::{Rule, enumeration, message};
use super::shared::{LabelSelector, ONE_TARGET, PolicyTargetReference};

/// A whole `WasmPlugin`.
pub(crate) type WasmPlugin = Object<WasmPluginSpec>;

/// A whole `TrafficExtension`.
pub(crate) type TrafficExtension = Object<TrafficExtensionSpec>;

impl Spec for WasmPluginSpec {
    const RESOURCE: Resource = Resource {
        group: EXTENSIONS,
        kind: "WasmPlugin",
        plural: "wasmplugins",
        short_names: &[],
        versions: &[Version::stored("v1alpha1")],
        columns: &[Column::age()],
        description: "Runs a WebAssembly module in proxies.",
        spec: Self::SCHEMA,
        spec_rules: &[Rule::Required],
    };
}

impl Spec for TrafficExtensionSpec {
    const RESOURCE: Resource = Resource {
        group: EXTENSIONS,
        kind: "TrafficExtension",
        plural: "trafficextensions",
        short_names: &[],
        versions: &[Version::stored("v1alpha1")],
        columns: &[Column::age()],
        description: "Runs a WebAssembly module or a Lua script in proxies.",
        spec: Self::SCHEMA,
        spec_rules: &[Rule::Required],
    };
}

/// A SHA-256 in hex, or nothing.
const SHA256: Rule = Rule::Pattern("(^$|^[a-f0-9]{64}$)");

message! {
    /// A module, how it is fetched, and where it runs.
    WasmPluginSpec [ONE_TARGET] {
        /// Workloads whose proxies run the module. Default: all of the namespace, or of the mesh from the root namespace.
        /// Excludes `targetRef` and `targetRefs`.
        selector: Option<LabelSelector>,
        /// Deprecated: use `targetRefs`.
        target_ref: Option<PolicyTargetReference>,
        /// Gateways or, for waypoints, services whose proxies run the module. Excludes `selector`; waypoints heed only this.
        target_refs: Vec<PolicyTargetReference> [MaxItems(16)],
        /// Where the module is: `oci://` (also without a scheme), `http://`, `https://`, or `file://` in the proxy's
        /// container.
        url: String [
            Required, MinLength(1),
            Cel(
                "isURL(self) ? (url(self).getScheme() in [\"\", \"http\", \"https\", \"oci\", \"file\"]) : \
                 (isURL(\"http://\" + self) &&\n\
                 url(\"http://\" + self).getScheme() in [\"\", \"http\", \"https\", \"oci\", \"file\"])",
                "url must have schema one of [http, https, file, oci]",
            ),
        ],
        /// SHA-256 of the module or image, in hex; checked after fetching.
        sha256: Option<String> [SHA256],
        /// When to fetch again. Default: `IfNotPresent`, or `Always` for the tag `latest`.
        image_pull_policy: Option<PullPolicy>,
        /// Secret with the registry's credentials, in the object's namespace.
        image_pull_secret: Option<String> [MinLength(1), MaxLength(253)],
        /// Not implemented.
        verification_key: Option<String>,
        /// Configuration that the module gets.
        plugin_config: Option<Map<String, Value>>,
        /// Name of the plugin within the module, where it has several.
        plugin_name: Option<String> [MinLength(1), MaxLength(256)],
        /// Where it runs among Istio's filters: before authentication, authorization or statistics. Default: at the end.
        phase: Option<PluginPhase>,
        /// Order within the phase, highest first. Default: 0.
        priority: Option<i32> [Nullable],
        /// When the module fails, requests fail (`FAIL_CLOSE`, default), pass without it (`FAIL_OPEN`), or get a new instance
        /// after a crash (`FAIL_RELOAD`).
        fail_strategy: Option<FailStrategy>,
        /// The virtual machine that the module runs in.
        vm_config: Option<VmConfig>,
        /// Traffic that passes the module; one entry suffices. Default: all.
        r#match: Vec<TrafficSelector>,
        /// For requests (`HTTP`, default) or connections (`NETWORK`).
        r#type: Option<PluginType>,
    }

    /// Code, and where it runs.
    TrafficExtensionSpec [
        OneOf(&["wasm", "lua"]),
        Cel(
            "(has(self.selector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
            "only one of targetRefs or selector can be set",
        ),
        Cel("has(self.wasm) != has(self.lua)", "exactly one of wasm or lua must be set"),
    ] {
        /// Workloads whose proxies run the code. Default: all of the namespace, or of the mesh from the root namespace.
        /// Excludes `targetRefs`.
        selector: Option<LabelSelector>,
        /// Gateways or, for waypoints, services whose proxies run the code. Excludes `selector`; waypoints heed only this.
        target_refs: Vec<PolicyTargetReference> [MaxItems(16)],
        /// Where it runs among Istio's filters: before authentication, authorization or statistics. Default: at the end.
        phase: Option<ExecutionPhase>,
        /// Order within the phase, highest first. Default: 0.
        priority: Option<i32> [Nullable],
        /// Traffic that passes the code; one entry suffices. Default: all.
        r#match: Vec<TrafficSelector>,
        /// A WebAssembly module. Excludes `lua`; one of the two is needed.
        wasm: Option<WasmConfig>,
        /// A Lua script. Excludes `wasm`; one of the two is needed.
        lua: Option<LuaConfig>,
    }

    /// A module and how it is fetched.
    WasmConfig {
        /// Where the module is: `oci://` (also without a scheme), `http://`, `https://`, or `file://` in the proxy's
        /// container.
        url: String [
            Required, MinLength(1),
            Cel(
                "isURL(self) ? (url(self).getScheme() in [\"\", \"http\", \"https\", \"file\", \"oci\"]) : \
                 (isURL(\"http://\" + self) &&\n\
                 url(\"http://\" + self).getScheme() in [\"\", \"http\", \"https\", \"file\", \"oci\"])",
                "url must have schema one of [http, https, file, oci]",
            ),
        ],
        /// SHA-256 of the module or image, in hex; checked after fetching.
        sha256: Option<String> [SHA256],
        /// When to fetch again. Default: `IfNotPresent`, or `Always` for the tag `latest`.
        image_pull_policy: Option<PullPolicy>,
        /// Secret with the registry's credentials, in the object's namespace.
        image_pull_secret: Option<String> [MinLength(1), MaxLength(253)],
        /// Not implemented.
        verification_key: Option<String>,
        /// Configuration that the module gets.
        plugin_config: Option<Map<String, Value>>,
        /// Name of the plugin within the module, where it has several.
        plugin_name: Option<String> [MinLength(1), MaxLength(256)],
        /// When the module fails, requests fail (`FAIL_CLOSE`, default), pass without it (`FAIL_OPEN`), or get a new instance
        /// after a crash (`FAIL_RELOAD`).
        fail_strategy: Option<FailStrategy>,
        /// The virtual machine that the module runs in.
        vm_config: Option<VmConfig>,
        /// For requests (`HTTP`, default) or connections (`NETWORK`).
        r#type: Option<PluginType>,
    }

    /// A Lua script.
    LuaConfig {
        /// The script, with functions `envoy_on_request` and `envoy_on_response`.
        inline_code: String [Required, MinLength(1), MaxLength(65536)],
    }

    /// Traffic by direction and port; both must hold.
    TrafficSelector {
        /// Outgoing (`CLIENT`, and gateways), incoming (`SERVER`) or both (default).
        mode: Option<TrafficDirection>,
        /// Destination ports: of the service when outgoing, of the workload when incoming. Default: all.
        ports: Vec<TrafficPort> [ListMap(&["number"])],
    }

    /// A port of traffic.
    TrafficPort {
        /// Port number.
        number: u32 [Required, Minimum(1), Maximum(65535)],
    }

    /// A virtual machine.
    VmConfig {
        /// Environment variables that the module sees.
        env: Vec<EnvVar> [MaxItems(256), ListMap(&["name"])],
    }

    /// An environment variable.
    EnvVar [
        Cel(
            "(has(self.valueFrom) ? self.valueFrom : \"\") != \"HOST\" || !has(self.value)",
            "value may only be set when valueFrom is INLINE",
        ),
    ] {
        /// Name of the variable.
        name: String [Required, MinLength(1), MaxLength(256)],
        /// From `value` (`INLINE`, default) or from the proxy's own environment (`HOST`).
        value_from: Option<EnvValueSource>,
        /// The value; for `INLINE`.
        value: Option<String> [MaxLength(2048)],
    }
}

enumeration! {
    /// Whether to fetch a module that is there already.
    PullPolicy {
        Unspecified = "UNSPECIFIED_POLICY",
        IfNotPresent = "IfNotPresent",
        Always = "Always",
    }

    /// Where a `WasmPlugin` runs among Istio's filters.
    PluginPhase {
        Unspecified = "UNSPECIFIED_PHASE",
        Authn = "AUTHN",
        Authz = "AUTHZ",
        Stats = "STATS",
    }

    /// Where a `TrafficExtension` runs among Istio's filters.
    ExecutionPhase {
        Unspecified = "UNSPECIFIED",
        Authn = "AUTHN",
        Authz = "AUTHZ",
        Stats = "STATS",
    }

    /// What happens when a module fails.
    FailStrategy {
        FailClose = "FAIL_CLOSE",
        FailOpen = "FAIL_OPEN",
        FailReload = "FAIL_RELOAD",
    }

    /// What a module works on.
    PluginType { Unspecified = "UNSPECIFIED_PLUGIN_TYPE", Http = "HTTP", Network = "NETWORK" }

    /// Direction of traffic, seen from the proxy's workload.
    TrafficDirection {
        Undefined = "UNDEFINED",
        Client = "CLIENT",
        Server = "SERVER",
        ClientAndServer = "CLIENT_AND_SERVER",
    }

    /// Where the value of a variable comes from.
    EnvValueSource { Inline = "INLINE", Host = "HOST" }
}
