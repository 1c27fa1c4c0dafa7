//! The outlines themselves, and what is said of configurations that do not fit them.

use serde_json::json;

use super::outline::read_type;
use super::*;

fn problems(spec: &Value) -> Vec<String> {
    Schema::read()
        .check(spec)
        .into_iter()
        .map(|problem| {
            format!(
                "{} {} ({})",
                joined(&problem.parts),
                problem.message,
                problem.hint.unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn outlines_are_well_formed() {
    fn walk(schema: &Schema, node: &Node) {
        let node = schema.resolve(node);
        let owner = matches!(node.kind, Type::Fields | Type::ListOfFields);
        assert_eq!(owner, !node.children.is_empty(), "{}", node.name);
        if let Type::Kubernetes(name) | Type::KubernetesList(name) = node.kind {
            assert!(kubernetes::check(name, &json!({})).is_ok(), "{name}");
        }
        for child in &node.children {
            walk(schema, child);
        }
    }
    let schema = Schema::read();
    walk(&schema, &schema.spec);
    let lines = OUTLINES
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| !line.starts_with('#'));
    for line in lines {
        assert_eq!((line.len() - line.trim_start().len()) % 2, 0, "{line}");
        let known = line.ends_with(" any")
            || line.split_once(' ').is_none()
            || read_type(
                line.trim_start()
                    .split_once(' ')
                    .map_or("[]", |(_, kind)| kind),
            ) != Type::Any;
        assert!(known, "{line}");
    }
}

#[test]
fn accepts_every_profile() {
    for profile in crate::engine::install::profile::all() {
        let operator = crate::yaml::parse(profile.text).unwrap();
        assert_eq!(
            problems(&operator["spec"]),
            Vec::<String>::new(),
            "{}",
            profile.name
        );
    }
}

#[test]
fn names_the_nearest_path() {
    for (spec, expected) in [
        (
            json!({"compnents": {}}),
            "compnents is not a known setting (did you mean `components`?)",
        ),
        (
            json!({"components": {"pilot": {"k8s": {"replicas": 2}}}}),
            "components.pilot.k8s.replicas is not a known setting (did you mean `components.pilot.k8s.replicaCount`?)",
        ),
        (
            json!({"values": {"global": {"proxy": {"loglevel": "debug"}}}}),
            "values.global.proxy.loglevel is not a known setting (did you mean `values.global.proxy.logLevel`?)",
        ),
        (
            json!({"values": {"traceSamplin": 1}}),
            "values.traceSamplin is not a known setting ()",
        ),
        (
            json!({"accessLogFile": "/dev/stdout"}),
            "accessLogFile is not a known setting (did you mean `meshConfig.accessLogFile`?)",
        ),
        (
            json!({"meshConfig": {"defaultConfig": {"holdApplicationUntilProxyStart": true}}}),
            "meshConfig.defaultConfig.holdApplicationUntilProxyStart is not a known setting (did you mean `meshConfig.defaultConfig.holdApplicationUntilProxyStarts`?)",
        ),
    ] {
        assert_eq!(problems(&spec), [expected], "{spec}");
    }
}

#[test]
fn finds_wrong_types() {
    for (spec, expected) in [
        (
            json!({"components": {"pilot": {"enabled": "maybe"}}}),
            "components.pilot.enabled is `maybe`, expected true or false ()",
        ),
        (
            json!({"components": {"ingressGateways": {"name": "a"}}}),
            "components.ingressGateways is a map, expected a list ()",
        ),
        (
            json!({"values": {"pilot": {"autoscaleMin": "many"}}}),
            "values.pilot.autoscaleMin is `many`, expected a whole number ()",
        ),
        (json!({"hub": ["a"]}), "hub is a list, expected text ()"),
        (
            json!({"components": {"pilot": {"k8s": {"podAnnotations": {"x": true}}}}}),
            "components.pilot.k8s.podAnnotations.x is `true`, expected text (put it in quotes)",
        ),
        (
            json!({"components": {"ztunnel": {"k8s": {"tolerations": [{"thats": "x"}]}}}}),
            "components.ztunnel.k8s.tolerations[0].thats is not a field of Toleration ()",
        ),
        (
            json!({"values": {"global": {"defaultTolerations": [{"thats": "x"}]}}}),
            "values.global.defaultTolerations[0].thats is not a field of Toleration ()",
        ),
    ] {
        assert_eq!(problems(&spec), [expected], "{spec}");
    }
}

#[test]
fn one_of_several_words_is_wanted_and_all_are_named() {
    let policy = |mode: &str| json!({"meshConfig": {"outboundTrafficPolicy": {"mode": mode}}});
    assert_eq!(
        problems(&policy("ANY")),
        [
            "meshConfig.outboundTrafficPolicy.mode is `ANY`, expected one of ALLOW_ANY, REGISTRY_ONLY ()"
        ]
    );
    assert_eq!(problems(&policy("REGISTRY_ONLY")), [""; 0]);
}

#[test]
fn null_fits_everywhere_and_mesh_config_may_use_underscores() {
    let spec = json!({"values": {"global": {"mountMtlsCerts": null}}, "components": null, "meshConfig": {"access_log_file": "x"}});
    assert_eq!(problems(&spec), Vec::<String>::new());
}

#[test]
fn knows_where_text_is_wanted() {
    let schema = Schema::read();
    assert!(schema.wants_text(&["values", "global", "proxy", "includeInboundPorts"]));
    assert!(schema.wants_text(&["components", "pilot", "hub"]));
    assert!(schema.wants_text(&["components", "ingressGateways", "[0]", "tag"]));
    assert!(schema.wants_text(&["meshConfig", "defaultConfig", "proxyMetadata", "X"]));
    assert!(!schema.wants_text(&["values", "pilot", "autoscaleMin"]));
    assert!(!schema.wants_text(&["values", "nothing"]));
    assert!(schema.wants_map(&["meshConfig", "extensionProviders", "[0]", "prometheus"]));
    assert!(!schema.wants_map(&["values", "global", "imagePullSecrets"]));
}
