//! JSON in and out again, and what is kept of it in annotations.

use super::*;

#[test]
fn a_plain_workload_in_json_needs_no_record() {
    let text = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"metadata\": {\n    \"name\": \"a\"\n  },\n  \"spec\": {\n    \"containers\": [\n      {\n        \"name\": \"a\"\n      }\n    ]\n  }\n}\n";
    let injected = NATIVE.with(|injector| put_in(injector, text));
    assert!(!injected.contains(annotations::WAY_BACK), "{injected}");
    goes_in_and_out(text);
}

#[test]
fn json_keeps_what_the_pod_does_not_remember_in_an_annotation_of_the_object() {
    let object = json_deployment();
    for text in [format!("{object:#}\n"), object.to_string()] {
        let injected = NATIVE.with(|injector| put_in(injector, &text));
        let read: Value = serde_json::from_str(&injected).expect("JSON still");
        assert!(read["metadata"]["annotations"][annotations::WAY_BACK].is_string());
        // The pods are those that the webhook makes.
        let mut expected = object.clone();
        NATIVE.with(|injector| injector.inject(&mut expected).expect("injectable"));
        assert_eq!(read["spec"], expected["spec"]);
        for text in [
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            format!("\u{feff}\n  {text}\n"),
        ] {
            goes_in_and_out(&text);
        }
    }
}

#[test]
fn json_without_annotations_or_metadata_goes_in_and_out() {
    for metadata in [
        json!({}),
        json!({"annotations": {}}),
        json!({"annotations": null}),
        json!(null),
    ] {
        let mut object = json_deployment();
        object["metadata"] = metadata;
        goes_in_and_out(&format!("{object:#}\n"));
    }
    let mut object = json_deployment();
    object
        .as_object_mut()
        .expect("an object")
        .remove("metadata");
    goes_in_and_out(&object.to_string());
}

#[test]
fn each_object_of_a_list_in_json_has_its_own_record() {
    let mut other = json_deployment();
    other["metadata"]["name"] = json!("other");
    let mut plain = other.clone();
    plain["kind"] = json!("StatefulSet");
    plain["spec"]["template"] =
        json!({"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "a"}]}});
    // Stays out, with its empty metadata.
    let mut host = plain.clone();
    host["spec"]["template"] =
        json!({"metadata": {}, "spec": {"hostNetwork": true, "containers": [{"name": "a"}]}});
    let list = json!({
        "apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""},
        "items": [json_deployment(), {"kind": "Service", "metadata": {}}, plain, host, other],
    });
    for text in [list.to_string(), format!("{list:#}\n")] {
        goes_in_and_out(&text);
        let injected = NATIVE.with(|injector| put_in(injector, &text));
        let read: Value = serde_json::from_str(&injected).expect("JSON still");
        let items = read["items"].as_array().expect("a list");
        let has_record =
            |item: &Value| item["metadata"]["annotations"][annotations::WAY_BACK].is_string();
        let found: Vec<bool> = items.iter().map(has_record).collect();
        assert_eq!(found, [true, false, false, false, true]);
        assert_eq!(items[3], host);
    }
}

#[test]
fn what_a_cluster_gives_back_of_json_is_taken_back_too() {
    let injected = NATIVE.with(|injector| put_in(injector, &json_deployment().to_string()));
    let mut read: Value = serde_json::from_str(&injected).expect("JSON");
    read["status"] = json!({"replicas": 1});
    read["spec"]["template"]["spec"]["containers"][0]["terminationMessagePath"] =
        json!("/dev/null");
    let mut expected = json_deployment();
    expected["status"] = read["status"].clone();
    expected["spec"]["template"]["spec"]["containers"][0]["terminationMessagePath"] =
        json!("/dev/null");
    for text in [format!("{read:#}\n"), yaml::to_string(&read)] {
        let written = uninject(&text, &read, &Kinds::default());
        let back = yaml::parse(&written.text.expect("it was injected")).expect("YAML");
        let port = "/spec/template/spec/containers/0/readinessProbe/httpGet/port";
        assert_eq!(
            back.pointer(port),
            Some(&json!("web")),
            "{:?}",
            written.notes
        );
        assert_eq!(back["metadata"], expected["metadata"]);
    }
}

#[test]
fn a_record_that_json_has_of_its_own_comes_out_again() {
    for own in ["?", "{}", r#"{"tokens": [["", 0, "{", "["]]}"#] {
        let mut object = json_deployment();
        object["metadata"]["annotations"][annotations::WAY_BACK] = json!(own);
        goes_in_and_out(&object.to_string());
        goes_in_and_out(&yaml::to_string(&object));
    }
}

#[test]
fn json_stays_readable_as_yaml_whatever_its_texts_hold() {
    let text = r#"{"kind": "Pod", "metadata": {"name": "a", "annotations": {"a": "\ufeff \u0080 \u2028 \uffff"}}, "spec": {"containers": [{"name": "a"}]}}"#;
    let injected = NATIVE.with(|injector| put_in(injector, text));
    let read = yaml::parse(&injected).expect("YAML");
    let kept = &read["metadata"]["annotations"]["a"];
    assert_eq!(kept, "\u{feff} \u{80} \u{2028} \u{ffff}");
}
