//! Rules of Istio's definitions one by one, what CEL has beyond them, and bounds.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::super::schema::Schema;
use super::*;
use crate::yaml;

fn subject(schema: &Schema, root: bool) -> Subject<'_> {
    Subject {
        schema,
        root,
        optional_old: false,
    }
}

/// Each rule of Istio's definitions with a value that passes and one that does not.
#[expect(clippy::too_many_lines, reason = "a table")]
fn istio_rules() -> Vec<(&'static str, Value, Value)> {
    vec![
        (
            "(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
            json!({"targetRef": {}}),
            json!({"selector": {}, "targetRefs": []}),
        ),
        (
            "(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) &&\n!has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true",
            json!({"principals": ["a"]}),
            json!({"serviceAccounts": ["a"], "namespaces": ["b"]}),
        ),
        (
            "self.all(key, !key.contains(\"*\"))",
            json!({"app": "*"}),
            json!({"a*": "b"}),
        ),
        (
            "self.all(key, key.size() != 0)",
            json!({"app": ""}),
            json!({"": "b"}),
        ),
        ("!self.contains(\"*\")", json!("app"), json!("a*")),
        ("self.size() == 0", json!(""), json!("default")),
        (
            "duration(self) >= duration('1ms')",
            json!("1h30m"),
            json!("999us"),
        ),
        (
            "(has(self.workloadSelector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
            json!({"targetRefs": []}),
            json!({"workloadSelector": {}, "targetRefs": []}),
        ),
        (
            "has(self.context) ? ((self.context == \"WAYPOINT\") ? has(self.waypoint) : !has(self.waypoint)) : !has(self.waypoint)",
            json!({"context": "WAYPOINT", "waypoint": {}}),
            json!({"context": "GATEWAY", "waypoint": {}}),
        ),
        ("0 < self && self <= 65535", json!(65_535), json!(0)),
        (
            "(has(self.tlsCertificates) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1",
            json!({"tlsCertificates": []}),
            json!({"tlsCertificates": [], "credentialNames": []}),
        ),
        (
            "(has(self.credentialName) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1",
            json!({"credentialName": "a"}),
            json!({"credentialName": "a", "credentialNames": []}),
        ),
        (
            "(has(self.credentialNames) ? 1 : 0) + (has(self.tlsCertificates) ? 1 : 0) <= 1",
            json!({"credentialNames": []}),
            json!({"tlsCertificates": [], "credentialNames": []}),
        ),
        (
            "has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? self.selector.matchLabels : {}).size() > 0) : true",
            json!({"portLevelMtls": {}, "selector": {"matchLabels": {"a": "b"}}}),
            json!({"portLevelMtls": {}, "selector": {}}),
        ),
        (
            "self.all(key, 0 < int(key) && int(key) <= 65535)",
            json!({"80": {}}),
            json!({"70000": {}}),
        ),
        (
            "(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1",
            json!({"jwks": "a"}),
            json!({"jwks": "a", "jwks_uri": "b"}),
        ),
        (
            "url(self).getScheme() in [\"http\", \"https\"]",
            json!("https://a.b/c"),
            json!("ftp://a.b/c"),
        ),
        (
            "(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1",
            json!({"endpoints": []}),
            json!({"workloadSelector": {}, "endpoints": []}),
        ),
        (
            "!((has(self.addresses) ? self.addresses : []).exists(k, k.contains(\"/\")) && !((has(self.resolution) ? self.resolution : \"NONE\") in [\"STATIC\", \"NONE\"]))",
            json!({"addresses": ["10.0.0.0/8"], "resolution": "STATIC"}),
            json!({"addresses": ["10.0.0.0/8"], "resolution": "DNS"}),
        ),
        (
            "((has(self.resolution) ? self.resolution : \"NONE\") == \"NONE\") ? !has(self.endpoints) : true",
            json!({"resolution": "DNS", "endpoints": []}),
            json!({"endpoints": []}),
        ),
        (
            "((has(self.resolution) ? self.resolution : \"\") == \"DNS_ROUND_ROBIN\") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true",
            json!({"resolution": "DNS_ROUND_ROBIN", "endpoints": [{}]}),
            json!({"resolution": "DNS_ROUND_ROBIN", "endpoints": [{}, {}]}),
        ),
        (
            "has(self.address) || has(self.network)",
            json!({"network": "a"}),
            json!({"weight": 1}),
        ),
        (
            "(has(self.address) ? self.address : \"\").startsWith(\"unix://\") ? !has(self.ports) : true",
            json!({"address": "unix:///a"}),
            json!({"address": "unix:///a", "ports": {}}),
        ),
        (
            "self.startsWith(\"unix://\") ? (self.substring(7, 8) == \"/\" || self.substring(7, 8) == \"@\") : true",
            json!("unix://@a"),
            json!("unix://a"),
        ),
        (
            "self.startsWith(\"unix://\") ? !self.endsWith(\"/\") : true",
            json!("unix:///a"),
            json!("unix:///a/"),
        ),
        (
            "self.all(key, size(key) < 63 && key.matches(\"^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$\"))",
            json!({"http-1": 80}),
            json!({"-http": 80}),
        ),
        ("self != \"*\"", json!("*.a"), json!("*")),
        (
            "self.all(l1, self.exists_one(l2, l1.number == l2.number))",
            json!([{"number": 1}, {"number": 2}]),
            json!([{"number": 1}, {"number": 1}]),
        ),
        (
            "((has(self.operation) ? self.operation : \"\") == \"UPSERT\") ? (self.value != \"\") : true",
            json!({"operation": "UPSERT", "value": "a"}),
            json!({"operation": "UPSERT", "value": ""}),
        ),
        (
            "((has(self.operation) ? self.operation : \"\") == \"REMOVE\") ? !has(self.value) : true",
            json!({"operation": "REMOVE"}),
            json!({"operation": "REMOVE", "value": "a"}),
        ),
        (
            "(has(self.selector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
            json!({"selector": {}}),
            json!({"selector": {}, "targetRefs": []}),
        ),
        (
            "has(self.wasm) != has(self.lua)",
            json!({"lua": {}}),
            json!({"lua": {}, "wasm": {}}),
        ),
        (
            "isURL(self) ? (url(self).getScheme() in [\"\", \"http\", \"https\", \"file\", \"oci\"]) : (isURL(\"http://\" + self) &&\nurl(\"http://\" + self).getScheme() in [\"\", \"http\", \"https\", \"file\", \"oci\"])",
            json!("registry.example/a"),
            json!("ftp://a"),
        ),
        (
            "isURL(self) ? (url(self).getScheme() in [\"\", \"http\", \"https\", \"oci\", \"file\"]) : (isURL(\"http://\" + self) &&\nurl(\"http://\" + self).getScheme() in [\"\", \"http\", \"https\", \"oci\", \"file\"])",
            json!("oci://a/b"),
            json!("ftp://a"),
        ),
        (
            "(has(self.valueFrom) ? self.valueFrom : \"\") != \"HOST\" || !has(self.value)",
            json!({"valueFrom": "INLINE", "value": "a"}),
            json!({"valueFrom": "HOST", "value": "a"}),
        ),
        (
            "self in [\"\", \"HTTP\", \"HTTPS\"]",
            json!("HTTP"),
            json!("http"),
        ),
    ]
}

/// The rules of a schema, each with the place that it is for.
fn collect<'a>(schema: &'a Schema, found: &mut BTreeMap<String, &'a Schema>) {
    for rule in &schema.rules {
        found.entry(rule.text.to_string()).or_insert(schema);
    }
    for one in schema.below() {
        collect(one, found);
    }
}

#[test]
fn every_rule_of_istio_passes_what_is_right_and_no_more() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests/base/crds");
    let mut schemas = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let definition = yaml::parse(&text).unwrap();
        for version in definition["spec"]["versions"].as_array().unwrap() {
            schemas.push(Schema::read(&version["schema"]["openAPIV3Schema"]));
        }
    }
    let mut found = BTreeMap::new();
    for schema in &schemas {
        collect(schema, &mut found);
    }
    for (rule, good, bad) in istio_rules() {
        let schema = found
            .remove(rule)
            .unwrap_or_else(|| panic!("no definition has {rule}"));
        let program = Program::read(rule, subject(schema, false), Wanted::Bool).unwrap();
        for (value, expected) in [(good, true), (bad, false)] {
            let own = Val::of(&value, Some(schema)).unwrap();
            let mut budget = Budget::new(PER_RULE);
            assert_eq!(
                program.holds(own, Val::Null, &mut budget),
                Ok(expected),
                "{rule} on {value}"
            );
        }
    }
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        [""; 0],
        "rules without a test"
    );
}

fn thing() -> Schema {
    Schema::read(&json!({"type": "object", "properties": {
        "text": {"type": "string"}, "number": {"type": "integer"}, "share": {"type": "number"},
        "names": {"type": "array", "items": {"type": "string"}}, "at": {"type": "string", "format": "date-time"},
        "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "port": {"x-kubernetes-int-or-string": true}, "with-dash": {"type": "string"}, "namespace": {"type": "string"},
        "a.b/c__d": {"type": "string"}, "maybe": {"type": "string", "nullable": true}}}))
}

/// What a rule makes of an object.
fn ask(rule: &str, object: &Value) -> Result<bool, String> {
    let schema = thing();
    let program = match Program::read(rule, subject(&schema, true), Wanted::Bool) {
        Ok(program) => program,
        Err(Flaw::Wrong(what) | Flaw::Missing(what)) => return Err(what),
    };
    let own = Val::of(object, Some(&schema))?;
    match program.holds(own, Val::Null, &mut Budget::new(PER_RULE)) {
        Ok(holds) => Ok(holds),
        Err(Fault::Error(what)) => Err(what),
        Err(Fault::Dear) => Err("too dear".to_owned()),
    }
}

#[test]
fn rules_know_what_kubernetes_adds_to_cel() {
    let object = json!({"metadata": {"name": "a"}, "text": "héllo", "number": 3, "share": 1, "names": ["b", "a"],
        "at": "2024-02-29T23:00:00Z", "set": ["x", "y"], "labels": {"app": "web"}, "port": "25%", "with-dash": "d",
        "namespace": "n", "a.b/c__d": "e", "maybe": null});
    for rule in [
        "self.metadata.name == 'a' && self.text.size() == 5 && self.text.charAt(1) == 'é'",
        "self.with__dash__dash == 'd' && self.__namespace__ == 'n' && self.a__dot__b__slash__c__underscores__d == 'e'",
        "self.share > 0 && self.share == 1.0 && self.number < 3.5",
        "!has(self.maybe)",
        "self.names.isSorted() == false && self.names.min() == 'a' && [1, 2].sum() == 3 && self.names.indexOf('a') == 1",
        "self.set == ['y', 'x'] || self.set == ['x', 'y']",
        "self.labels.all(k, v, k == 'app' && v == 'web') && 'app' in self.labels && self.labels['app'] == 'web'",
        "type(self.port) == string && self.port.find('[0-9]+') == '25' && 'a1b22'.findAll('[0-9]+') == ['1', '22']",
        "self.at.getFullYear() == 2024 && self.at.getDayOfYear() == 59 && self.at + duration('1h') == timestamp('2024-03-01T00:00:00Z')",
        "url('https://u@h.example:8443/p?x=1&x=2#f').getHostname() == 'h.example' && url('https://h:1/p').getPort() == '1'",
        "url('http://h/p?x=1&x=2').getQuery()['x'] == ['1', '2'] && !isURL('::') && isURL('/p')",
        "isIP('::1') && !isIP('1.2.3') && ip('10.0.0.1').family() == 4 && ip.isCanonical('::1') && !ip.isCanonical('0::1')",
        "cidr('10.0.0.0/8').containsIP('10.2.3.4') && !cidr('10.0.0.0/8').containsIP('11.0.0.1') && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')",
        "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('1500m').compareTo(quantity('1.5')) == 0 && !isQuantity('1.5x')",
        "'%s has %d of %.1f'.format(['a', 2, 1.25]) == 'a has 2 of 1.2'",
        "'a,b'.split(',').map(x, x + '!').join('-') == 'a!-b!' && 'aXa'.replace('a', 'b', 1) == 'bXa' && ' a '.trim() == 'a'",
        "sets.contains([1, 2], [2]) && sets.intersects([1], [1]) && sets.equivalent([1, 2], [2, 1])",
        "self.?text.orValue('x') == 'héllo' && self.?maybe.hasValue() == false && optional.none().or(optional.of(1)).value() == 1",
        "cel.bind(n, self.number, n * n == 9) && [1, 2, 3].filter(x, x > 1).size() == 2 && [1].exists_one(x, x == 1)",
        "{'a': 1}.a == 1 && [1, 2][1] == 2 && (true ? 1 : 2) == 1 && -self.number == -3 && 7 / 2 == 3 && 7 % 2 == 1",
        "!(false && 1 / 0 == 1) && (true || 1 / 0 == 1) && (1 / 0 == 1 || true)",
        "!format.dns1123Label().validate('ab').hasValue() && format.dns1123Label().validate('A_').value().size() == 1",
        "!format.dns1123LabelPrefix().validate('1a-').hasValue() && format.dns1035LabelPrefix().validate('1a-').hasValue()",
        "!format.dns1123SubdomainPrefix().validate('a.b-').hasValue() && format.dns1123SubdomainPrefix().validate('a-.b').hasValue()",
        "format.dns1123LabelPrefix().validate('-').hasValue() && format.dns1035Label().validate('1a').hasValue()",
        "string(duration('90s')) == '90s' && int('7') == 7 && double('1.5') == 1.5 && string(1.5) == '1.5' && bool('true')",
    ] {
        assert_eq!(ask(rule, &object), Ok(true), "{rule}");
    }
}

#[test]
fn faults_are_told_as_kubernetes_tells_them() {
    let object = json!({"text": "a", "names": []});
    for (rule, expected) in [
        (
            "self.nothing == 1",
            "compilation failed: ERROR: <input>:1:5: undefined field 'nothing'\n | self.nothing == 1\n | ....^",
        ),
        (
            "self.text == 1",
            "compilation failed: ERROR: <input>:1:11: found no matching overload for '_==_' applied to '(string, int)'\n | self.text == 1\n | ..........^",
        ),
        ("self.text", "cel expression must evaluate to a bool"),
        (
            "other == 1",
            "compilation failed: ERROR: <input>:1:1: undeclared reference to 'other' (in container '')\n | other == 1\n | ^",
        ),
        (
            "duration('x') > duration('1s')",
            "compilation failed: ERROR: <input>:1:9: invalid duration argument\n | duration('x') > duration('1s')\n | ........^",
        ),
        ("self.number == 1", "no such key: number"),
        ("self.names[0] == 'a'", "index out of bounds: 0"),
        ("1 / (self.names.size()) == 1", "division by zero"),
        (
            "int(self.text) == 1",
            "type conversion error from 'string' to 'int'",
        ),
        ("semver('1.0.0') == semver('1.0.0')", "semver"),
    ] {
        assert_eq!(ask(rule, &object), Err(expected.to_owned()), "{rule}");
    }
}

#[test]
fn no_rule_holds_a_request_up_or_ends_the_process() {
    let names: Vec<String> = (0..10_000).map(|number| number.to_string()).collect();
    let object = json!({"names": names, "text": "a".repeat(100_000)});
    let square = "self.names.all(a, self.names.exists_one(b, a == b))";
    assert_eq!(ask(square, &object), Err("too dear".to_owned()));
    assert_eq!(ask("self.names.all(a, a.size() < 6)", &object), Ok(true));
    let doubled = "cel.bind(a, self.text + self.text, cel.bind(b, a + a, cel.bind(c, b + b, cel.bind(d, c + c, \
                   cel.bind(e, d + d, cel.bind(f, e + e, cel.bind(g, f + f, g.size() > 1)))))))";
    assert_eq!(ask(doubled, &object), Err("too dear".to_owned()));
    for deep in [
        format!("{}true{}", "(".repeat(12), ")".repeat(12)),
        format!("{}true", "!".repeat(15)),
        format!("{}[]{}.size() == 1", "[".repeat(11), "]".repeat(11)),
        format!("1{} > 0", " + 1".repeat(60)),
        format!("{}true{}", "(".repeat(5000), ")".repeat(5000)),
        format!("true{}", " && true".repeat(2000)),
        format!("1{} > 0", " + 1".repeat(4000)),
        format!("{}true", "!".repeat(5000)),
        format!("{}[]{}.size() == 1", "[".repeat(3000), "]".repeat(3000)),
        "x".repeat(50_000),
    ] {
        let _ = ask(&deep, &object);
    }
    assert_eq!(ask("self.text.matches('(a+)+$')", &object), Ok(true));
}

#[test]
fn names_are_escaped_and_read_back() {
    for (name, escaped) in [
        ("a", Some("a")),
        ("a-b", Some("a__dash__b")),
        ("a.b/c", Some("a__dot__b__slash__c")),
        ("a__b", Some("a__underscores__b")),
        ("namespace", Some("__namespace__")),
        ("1a", None),
        ("a b", None),
        ("", None),
    ] {
        assert_eq!(escape(name).as_deref(), escaped);
        if let Some(escaped) = escaped {
            assert_eq!(unescape(escaped), name);
        }
    }
}
