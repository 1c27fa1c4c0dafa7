//! What holds for any input: no panic, and what is printed reads back.

use proptest::prelude::*;

use super::super::component::Component;
use super::super::object::Object;
use super::super::overlay;
use super::super::path::{Path, merge};
use super::super::set::Setting;
use super::super::{File, Inputs, resolve};
use crate::kubernetes::schema::Shape;
use crate::kubernetes::strategic;
use crate::yaml::Value;

/// Small trees of JSON, with keys that the merges treat apart.
fn trees() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        Just("containers".to_owned()),
        Just("env".to_owned()),
        Just("ports".to_owned()),
        Just("spec".to_owned()),
        Just("name".to_owned()),
        Just("$patch".to_owned()),
        "[a-c]",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        prop_oneof![Just("replace"), Just("delete"), Just("a")].prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// A file that is right, to be spoilt.
const OPERATOR: &str = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  profile: demo\n  meshConfig: {accessLogFile: /dev/stdout}\n  components:\n    pilot: {enabled: true, k8s: {env: [{name: A, value: \"1\"}]}}\n  values:\n    mixer: {enabled: true}\n    global: {proxy: {logLevel: debug}}\n";

fn resolved(files: &[&str], set: &[String]) {
    let files = files.iter().map(|text| File {
        name: "f".to_owned(),
        text: (*text).to_owned(),
    });
    // Whether it is an error is not the point here.
    let _ = resolve::resolve(&Inputs {
        files: files.collect(),
        set: set.to_vec(),
        ..Inputs::default()
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_path_reads_back_as_it_is_printed(text in r"[a-c.\\\[\]:0-9-]{0,16}") {
        if let Ok(path) = Path::parse(&text) {
            prop_assert_eq!(Path::parse(&path.to_string()), Ok(path));
        }
    }

    #[test]
    fn no_setting_panics(text in r"(values|components|meshConfig|tag|profile)?[a-z.\[\]:=,{}\\0-9-]{0,24}") {
        let _ = Setting::parse(&text);
        resolved(&[], &[text]);
    }

    #[test]
    fn no_spoilt_file_panics(at in 0..OPERATOR.len(), length in 0..20_usize, text in "[ a:{}\\[\\]\n-]{0,3}") {
        let end = (at + length).min(OPERATOR.len());
        resolved(&[&format!("{}{text}{}", &OPERATOR[..at], &OPERATOR[end..])], &[]);
    }

    #[test]
    fn no_overlay_panics(path in r"(spec|a|containers)?[a-c.\[\]:0-9^*\\-]{0,20}", value in trees(), base in trees()) {
        let overlay = serde_json::json!({"kind": "Deployment", "name": "d", "patches": [{"path": path, "value": value}, {"path": path}]});
        let operator = serde_json::json!({"spec": {"components": {"pilot": {"k8s": {"overlays": [overlay]}}}}});
        let pilot = Component::find("pilot").expect("it is in the table");
        let instances = pilot.instances(&operator).expect("it needs no name");
        let tree = serde_json::json!({"kind": "Deployment", "metadata": {"name": "d"}, "spec": base});
        let mut objects: Vec<Object> = Object::from_tree("Pilot", tree).into_iter().collect();
        // Whether it is an error is not the point here.
        let _ = overlay::apply(&instances[0], &mut objects, &|_| String::new());
        prop_assert_eq!(objects.len(), 1);
    }

    #[test]
    fn no_patch_panics(base in trees(), patch in trees()) {
        let mut patched = base.clone();
        let _ = strategic::merge(&mut patched, patch.clone(), Some(&Shape::Object("core.v1.PodSpec")));
        let mut merged = base;
        merge(&mut merged, patch);
    }

    #[test]
    fn merging_the_same_twice_changes_nothing_more(base in trees(), over in trees()) {
        let mut once = base;
        merge(&mut once, over.clone());
        let mut twice = once.clone();
        merge(&mut twice, over);
        prop_assert_eq!(once, twice);
    }
}
