//! Settings of earlier releases whose part of Istio has since been merged into another: each is named with its successor,
//! and changes nothing. (The add-ons' old switches are the exception: they still work.)

use serde_json::Value;

use super::path::{get, put};

/// An old path, and what to use in its place. A path stands for everything below it.
const GONE: &[(&str, &str)] = &[
    (
        "components.galley",
        "Galley is part of istiod; validation is `values.global.configValidation`",
    ),
    (
        "components.citadel",
        "Citadel is part of istiod, the mesh's certificate authority",
    ),
    (
        "components.sidecarInjector",
        "the injector is part of istiod: `components.pilot`, `values.sidecarInjectorWebhook`",
    ),
    ("components.nodeAgent", "the agent runs in every sidecar"),
    (
        "components.policy",
        "Mixer is gone: use AuthorizationPolicy, or an external authorizer in `meshConfig.extensionProviders`",
    ),
    (
        "components.telemetry",
        "Mixer is gone: proxies report themselves; use the Telemetry API",
    ),
    (
        "components.certManager",
        "install cert-manager on its own; `values.global.pilotCertProvider` and `values.global.caAddress` point to it",
    ),
    (
        "components.istiodRemote",
        "use `profile: remote` and `values.istiodRemote`",
    ),
    (
        "addonComponents.istiocoredns",
        "proxies resolve ServiceEntry hosts: `meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE`",
    ),
    ("trafficManagement", "use `components.pilot`"),
    ("policy", "Mixer is gone: use AuthorizationPolicy"),
    ("telemetry", "Mixer is gone: use the Telemetry API"),
    ("security", "Citadel is part of istiod: `components.pilot`"),
    (
        "configManagement",
        "Galley is part of istiod: `components.pilot`",
    ),
    (
        "autoInjection",
        "the injector is part of istiod: `values.sidecarInjectorWebhook`",
    ),
    (
        "gateways",
        "use `components.ingressGateways` and `components.egressGateways`",
    ),
    (
        "coreDNS",
        "proxies resolve ServiceEntry hosts: `meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE`",
    ),
    (
        "values.galley",
        "Galley is part of istiod; validation is `values.global.configValidation`",
    ),
    (
        "values.mixer.policy",
        "Mixer is gone: use AuthorizationPolicy, or an external authorizer in `meshConfig.extensionProviders`",
    ),
    (
        "values.mixer",
        "Mixer is gone: proxies report themselves; use the Telemetry API and `meshConfig.extensionProviders`",
    ),
    (
        "values.security",
        "Citadel is part of istiod; an external authority is `values.global.caAddress`, trust roots are `meshConfig.caCertificates`",
    ),
    ("values.nodeagent", "the agent runs in every sidecar"),
    (
        "values.certmanager",
        "install cert-manager on its own; `values.global.pilotCertProvider` and `values.global.caAddress` point to it",
    ),
    (
        "values.istiocoredns",
        "proxies resolve ServiceEntry hosts: `meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE`",
    ),
    (
        "values.servicegraph",
        "use Kiali: `addonComponents.kiali.enabled`",
    ),
    (
        "values.pilot.sidecar",
        "istiod serves every proxy; default scope is a Sidecar resource in the root namespace",
    ),
    (
        "values.pilot.ingress",
        "use `meshConfig.ingressService`, `meshConfig.ingressClass` and `meshConfig.ingressControllerMode`",
    ),
    (
        "values.pilot.policy",
        "Mixer is gone: use AuthorizationPolicy",
    ),
    (
        "values.pilot.useMCP",
        "istiod reads the cluster itself; other sources are `meshConfig.configSources`",
    ),
    (
        "values.pilot.configSource",
        "use `meshConfig.configSources`",
    ),
    (
        "values.pilot.meshNetworks",
        "use `values.global.meshNetworks`",
    ),
    (
        "values.sidecarInjectorWebhook.enabled",
        "the injector is part of istiod: `components.pilot.enabled`",
    ),
    (
        "values.sidecarInjectorWebhook.image",
        "the injector is part of istiod: `values.pilot.image`",
    ),
    (
        "values.sidecarInjectorWebhook.hub",
        "the injector is part of istiod: `values.pilot.hub`",
    ),
    (
        "values.sidecarInjectorWebhook.tag",
        "the injector is part of istiod: `values.pilot.tag`",
    ),
    (
        "values.sidecarInjectorWebhook.replicaCount",
        "the injector is part of istiod: `components.pilot.k8s.replicaCount`",
    ),
    (
        "values.sidecarInjectorWebhook.resources",
        "the injector is part of istiod: `components.pilot.k8s.resources`",
    ),
    (
        "values.sidecarInjectorWebhook.nodeSelector",
        "the injector is part of istiod: `components.pilot.k8s.nodeSelector`",
    ),
    (
        "values.sidecarInjectorWebhook.tolerations",
        "the injector is part of istiod: `components.pilot.k8s.tolerations`",
    ),
    (
        "values.sidecarInjectorWebhook.podAnnotations",
        "the injector is part of istiod: `components.pilot.k8s.podAnnotations`",
    ),
    (
        "values.sidecarInjectorWebhook.selfSigned",
        "istiod signs the webhook's certificate",
    ),
    (
        "values.sidecarInjectorWebhook.enableAccessLog",
        "the injector is part of istiod; its log level is `values.global.logging.level`",
    ),
    (
        "values.sidecarInjectorWebhook.objectSelector",
        "both kinds of selector are always installed; `values.sidecarInjectorWebhook.enableNamespacesByDefault` sets the default",
    ),
    (
        "values.sidecarInjectorWebhook.useLegacySelectors",
        "both kinds of selector are always installed; `values.sidecarInjectorWebhook.enableNamespacesByDefault` sets the default",
    ),
    (
        "values.istio_cni",
        "use `components.cni.enabled`, `values.pilot.cni` and `values.cni`",
    ),
    (
        "values.clusterResources",
        "use `values.global.resourceScope`",
    ),
    (
        "values.pilot.enableProtocolSniffingForOutbound",
        "protocols are always detected; `meshConfig.protocolDetectionTimeout` says for how long",
    ),
    (
        "values.pilot.enableProtocolSniffingForInbound",
        "protocols are always detected; `meshConfig.protocolDetectionTimeout` says for how long",
    ),
    (
        "values.telemetry.v1",
        "Mixer is gone: proxies report themselves; use the Telemetry API",
    ),
    (
        "values.telemetry.v2.metadataExchange",
        "proxies always exchange metadata; use the Telemetry API for the rest",
    ),
    (
        "values.telemetry.v2.accessLogPolicy",
        "use the Telemetry API, which has filters for access logs",
    ),
    (
        "values.gateways.istio-ilbgateway",
        "add an element to `components.ingressGateways`",
    ),
    (
        "values.gateways.istio-ingressgateway.sds",
        "gateways always fetch their certificates from istiod",
    ),
    (
        "values.gateways.istio-egressgateway.sds",
        "gateways always fetch their certificates from istiod",
    ),
    (
        "values.global.mtls",
        "mutual TLS is automatic (`meshConfig.enableAutoMtls`); require it with a PeerAuthentication",
    ),
    (
        "values.global.controlPlaneSecurityEnabled",
        "proxies always talk to istiod over mutual TLS",
    ),
    (
        "values.global.disablePolicyChecks",
        "Mixer is gone: use AuthorizationPolicy",
    ),
    (
        "values.global.policyCheckFailOpen",
        "Mixer is gone: use `failOpen` of an external authorizer in `meshConfig.extensionProviders`",
    ),
    (
        "values.global.enableTracing",
        "use `meshConfig.enableTracing`, or the Telemetry API",
    ),
    (
        "values.global.enableHelmTest",
        "use `mesh verify-install` once it is installed",
    ),
    (
        "values.global.jwtPolicy",
        "proxies always present a token made for istiod (`third-party-jwt`)",
    ),
    (
        "values.global.autoscalingv2API",
        "autoscalers always have the API of version 2",
    ),
    (
        "values.global.centralIstiod",
        "use `values.global.externalIstiod`",
    ),
    (
        "values.global.createRemoteSvcEndpoints",
        "use `values.global.remotePilotAddress`",
    ),
    (
        "values.global.remotePilotCreateSvcEndpoint",
        "use `values.global.remotePilotAddress`",
    ),
    (
        "values.global.remotePolicyAddress",
        "Mixer is gone: use AuthorizationPolicy",
    ),
    (
        "values.global.remoteTelemetryAddress",
        "Mixer is gone: proxies report themselves; use the Telemetry API",
    ),
    ("values.global.trustDomain", "use `meshConfig.trustDomain`"),
    (
        "values.global.trustDomainAliases",
        "use `meshConfig.trustDomainAliases`",
    ),
    (
        "values.global.outboundTrafficPolicy",
        "use `meshConfig.outboundTrafficPolicy`",
    ),
    (
        "values.global.localityLbSetting",
        "use `meshConfig.localityLbSetting`",
    ),
    (
        "values.global.sds.enabled",
        "secrets always reach the proxies over SDS",
    ),
    (
        "values.global.sds.udsPath",
        "the agent in every sidecar serves SDS",
    ),
    (
        "values.global.useMCP",
        "istiod reads the cluster itself; other sources are `meshConfig.configSources`",
    ),
    (
        "values.global.k8sIngress",
        "use `meshConfig.ingressService` and a Gateway",
    ),
    (
        "values.global.monitoringPort",
        "istiod is always scraped on port 15014",
    ),
    (
        "values.global.oneNamespace",
        "use `meshConfig.discoverySelectors`",
    ),
    (
        "values.global.proxy.accessLogFile",
        "use `meshConfig.accessLogFile`",
    ),
    (
        "values.global.proxy.accessLogFormat",
        "use `meshConfig.accessLogFormat`",
    ),
    (
        "values.global.proxy.accessLogEncoding",
        "use `meshConfig.accessLogEncoding`",
    ),
    (
        "values.global.proxy.concurrency",
        "use `meshConfig.defaultConfig.concurrency`",
    ),
    (
        "values.global.proxy.dnsRefreshRate",
        "use `meshConfig.dnsRefreshRate`",
    ),
    (
        "values.global.proxy.protocolDetectionTimeout",
        "use `meshConfig.protocolDetectionTimeout`",
    ),
    (
        "values.global.proxy.envoyStatsd",
        "use `meshConfig.defaultConfig.statsdUdpAddress`",
    ),
    (
        "values.global.proxy.envoyAccessLogService",
        "use `meshConfig.defaultConfig.envoyAccessLogService`",
    ),
    (
        "values.global.proxy.envoyMetricsService",
        "use `meshConfig.defaultConfig.envoyMetricsService`",
    ),
];

/// Add-ons whose old switch was a value.
const ADDONS: &[&str] = &["grafana", "kiali", "prometheus", "tracing"];

/// An old setting that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Old {
    /// Where it stood in the spec.
    pub(super) path: String,
    message: String,
}

impl std::fmt::Display for Old {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` {}", self.path, self.message)
    }
}

/// Takes the old settings out of a spec.
pub(super) fn take(spec: &mut Value) -> Vec<Old> {
    let mut found = Vec::new();
    for (path, successor) in GONE {
        let keys: Vec<&str> = path.split('.').collect();
        if remove(spec, &keys).is_some() {
            found.push(Old {
                path: (*path).to_owned(),
                message: format!("changes nothing: {successor}"),
            });
        }
    }
    for addon in ADDONS {
        if let Some(enabled) = remove(spec, &["values", addon, "enabled"]) {
            if get(spec, &["addonComponents", addon, "enabled"]).is_none() {
                put(spec, &["addonComponents", addon, "enabled"], enabled);
            }
            found.push(Old {
                path: format!("values.{addon}.enabled"),
                message: format!("is now `addonComponents.{addon}.enabled`"),
            });
        }
    }
    found
}

/// Takes out what stands at `keys`, and the maps on the way that are empty then.
fn remove(node: &mut Value, keys: &[&str]) -> Option<Value> {
    let (key, below) = keys.split_first()?;
    let map = node.as_object_mut()?;
    if below.is_empty() {
        return map.remove(*key);
    }
    let next = map.get_mut(*key)?;
    let taken = remove(next, below)?;
    if next.as_object().is_some_and(serde_json::Map::is_empty) {
        map.remove(*key);
    }
    Some(taken)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema::Schema;
    use super::*;

    #[test]
    fn names_the_successor_and_leaves_the_rest() {
        let mut spec = json!({"values": {"galley": {"enabled": true}, "pilot": {"sidecar": true, "traceSampling": 5}}});
        let warnings = take(&mut spec);
        assert_eq!(spec, json!({"values": {"pilot": {"traceSampling": 5}}}));
        assert_eq!(warnings.len(), 2);
        let first = warnings[0].to_string();
        assert!(
            first.starts_with("`values.galley` changes nothing: Galley is part of istiod"),
            "{first}"
        );
    }

    #[test]
    fn an_add_on_s_old_switch_still_works() {
        let mut spec = json!({"values": {"kiali": {"enabled": true}}});
        let found: Vec<String> = take(&mut spec).iter().map(Old::to_string).collect();
        assert_eq!(
            found,
            ["`values.kiali.enabled` is now `addonComponents.kiali.enabled`"]
        );
        assert_eq!(
            spec,
            json!({"addonComponents": {"kiali": {"enabled": true}}})
        );
    }

    #[test]
    fn no_old_path_is_valid_today_and_every_successor_is() {
        let schema = Schema::read();
        let path_in = |spec: &mut Value, path: &str| {
            put(spec, &path.split('.').collect::<Vec<_>>(), Value::Null);
        };
        for (path, successor) in GONE {
            let mut old = json!({});
            path_in(&mut old, path);
            assert_ne!(schema.check(&old), [], "{path} is valid");
            for named in successor
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|text| text.contains('.'))
            {
                let mut new = json!({});
                path_in(&mut new, named);
                assert_eq!(schema.check(&new), [], "{named}, the successor of {path}");
            }
        }
    }
}
