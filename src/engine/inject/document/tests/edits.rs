//! Documents that their users edit while they have a sidecar.

use super::*;

#[test]
fn a_document_that_was_changed_since_keeps_the_change() {
    let text =
        DEPLOYMENT.to_owned() + "        readinessProbe: {httpGet: {port: web, path: /up}}\n";
    let injected = NATIVE.with(|injector| put_in(injector, &text));
    let newer = injected.replace("image: shop:1", "image: shop:2\n        tty: true");
    assert_eq!(
        take_out(&newer),
        text.replace("image: shop:1", "image: shop:2\n        tty: true")
    );
    let moved = injected.replace("path: /app-health/app/readyz", "path: /mine");
    let value = yaml::parse(&moved).expect("YAML");
    let written = uninject(&moved, &value, &Kinds::default());
    assert_eq!(written.notes.len(), 1, "{:?}", written.notes);
    assert!(
        written
            .text
            .expect("it was injected")
            .contains("path: /mine")
    );
}

/// Injects, edits, takes out; gives the result and the notes.
fn edited(text: &str, edit: impl Fn(&mut Value)) -> (String, Vec<String>) {
    let injected = NATIVE.with(|injector| put_in(injector, text));
    let before = yaml::parse(&injected).expect("YAML");
    let mut after = before.clone();
    edit(&mut after);
    let injected = yaml::edit::rewrite(&injected, &before, &after)
        .expect("editable")
        .text;
    let written = uninject(&injected, &after, &Kinds::default());
    (written.text.expect("it was injected"), written.notes)
}

#[test]
fn what_comes_back_goes_to_the_value_that_it_was_of() {
    let twice = |port: &Value| json!({"name": "new", "image": "new:1", "ports": [{"containerPort": 8080}], "livenessProbe": {"httpGet": {"path": "/", "port": port}}});
    let object = json_deployment();
    for text in [
        object.to_string(),
        format!("{object:#}\n"),
        yaml::to_string(&object),
        format!("--- {object}\n"),
    ] {
        let edit = |object: &mut Value| {
            let containers = object.pointer_mut("/spec/template/spec/containers");
            let containers = containers
                .and_then(Value::as_array_mut)
                .expect("containers");
            // The same port, before and after.
            containers.insert(0, twice(&json!(8080)));
            containers[1]["image"] = json!("shop:2");
            object["spec"]["replicas"] = json!(3);
        };
        let (back, notes) = edited(&text, edit);
        assert_eq!(notes, Vec::<String>::new());
        let mut expected = object.clone();
        edit(&mut expected);
        assert_eq!(yaml::parse(&back), Ok(expected), "{text}\n{back}");
    }
}

#[test]
fn what_was_edited_in_a_container_stays_in_it_where_another_one_moves() {
    let container =
        |name: &str| json!({"name": name, "image": "same:1", "resources": {"requests": {}}});
    let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container("istio-proxy"), container("web")]}});
    for text in [
        object.to_string(),
        format!("{object:#}\n"),
        yaml::to_string(&object),
    ] {
        let (back, notes) = edited(&text, |object| {
            object["spec"]["containers"][0]["image"] = json!("web:2");
        });
        assert_eq!(notes, Vec::<String>::new());
        let mut expected = object.clone();
        expected["spec"]["containers"][1]["image"] = json!("web:2");
        assert_eq!(yaml::parse(&back), Ok(expected));
    }
}

#[test]
fn an_edit_wins_over_what_was_there_before() {
    // There were no labels; now there is one, and `labels: {}` beside it would take it away again.
    let object = json_deployment();
    for text in [
        object.to_string(),
        format!("{object:#}\n"),
        yaml::to_string(&object),
        format!("--- {object}\n"),
    ] {
        let (back, notes) = edited(&text, |object| {
            object["spec"]["template"]["metadata"]["labels"]["team"] = json!("a");
        });
        let back = yaml::parse(&back).expect("YAML");
        assert_eq!(
            back["spec"]["template"]["metadata"]["labels"],
            json!({"team": "a"})
        );
        assert_eq!(notes.len(), 1, "{notes:?}");
        // The rest comes back.
        assert_eq!(
            back["spec"]["template"]["spec"],
            object["spec"]["template"]["spec"]
        );
    }
}

#[test]
fn a_container_that_moved_and_was_edited_is_there_once() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: istio-proxy\n    image: auto\n    env:\n    - name: A\n      value: b\n  - name: app\n    image: a\n";
    let object = yaml::parse(text).expect("YAML");
    for text in [text.to_owned(), object.to_string(), format!("{object:#}\n")] {
        goes_in_and_out(&text);
        let (back, _) = edited(&text, |object| {
            let own =
                json!({"containers": [{"name": "istio-proxy", "image": "auto", "tty": true}]});
            object["metadata"]["annotations"]["proxy.istio.io/overrides"] = own.to_string().into();
        });
        let back = yaml::parse(&back).expect("YAML");
        let containers = back["spec"]["containers"].as_array().expect("containers");
        let mut names: Vec<&str> = containers
            .iter()
            .filter_map(|it| it["name"].as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["app", "istio-proxy"], "{back}");
    }
}

#[test]
fn a_container_that_was_renamed_gets_its_probe_back() {
    let text =
        DEPLOYMENT.to_owned() + "        readinessProbe: {httpGet: {port: web, path: /up}}\n";
    let injected = NATIVE.with(|injector| put_in(injector, &text));
    let renamed = injected.replace("- name: app\n", "- name: front\n");
    let value = yaml::parse(&renamed).expect("YAML");
    let written = uninject(&renamed, &value, &Kinds::default());
    let expected = text.replace("- name: app\n", "- name: front\n");
    // Its port has no name any more: that is kept for a container of the old name.
    assert_eq!(
        written.text,
        Some(expected.replace("port: web", "port: 8080"))
    );
    assert_eq!(written.notes.len(), 1, "{:?}", written.notes);
}
