//! What becomes of an object whose owner goes, by how the owner was deleted.

use super::*;

fn owned_by(owners: &[(&Object, bool)], name: &str) -> Value {
    let reference = |(owner, blocks): &(&Object, bool)| {
        json!({"apiVersion": "v1", "kind": owner["kind"], "name": owner["metadata"]["name"],
               "uid": owner["metadata"]["uid"], "blockOwnerDeletion": blocks})
    };
    let references: Vec<Value> = owners.iter().map(reference).collect();
    json!({"metadata": {"name": name, "ownerReferences": references}})
}

fn maps() -> ResourceId {
    core("configmaps")
}

#[test]
fn what_a_deleted_object_owned_goes_too() {
    let mut practice = practice();
    let owner = practice.create(&maps(), json!({"metadata": {"name": "owner"}}));
    let child = practice.create(&maps(), owned_by(&[(&owner, true)], "child"));
    practice.create(&core("secrets"), owned_by(&[(&child, true)], "grandchild"));
    practice.delete(&maps(), &named("owner"), Propagation::Background);
    assert!(practice.get(&maps(), &named("child")).is_none());
    assert!(practice.list(&core("secrets")).is_empty());
}

#[test]
fn in_the_foreground_the_owner_goes_last() {
    let mut practice = practice();
    let owner = practice.create(&maps(), json!({"metadata": {"name": "owner"}}));
    let mut child = owned_by(&[(&owner, true)], "child");
    child["metadata"]["finalizers"] = json!(["example.com/hold"]);
    practice.create(&maps(), child);
    practice.delete(&maps(), &named("owner"), Propagation::Foreground);
    assert!(practice.get(&maps(), &named("owner")).is_some());
    let child = practice.get(&maps(), &named("child")).unwrap();
    assert!(child["metadata"]["deletionTimestamp"].is_string());
    practice.patch(
        &maps(),
        &named("child"),
        json!({"metadata": {"finalizers": null}}),
    );
    assert!(practice.get(&maps(), &named("child")).is_none());
    assert!(practice.get(&maps(), &named("owner")).is_none());
}

#[test]
fn in_the_foreground_only_those_that_block_are_waited_for() {
    let mut practice = practice();
    let owner = practice.create(&maps(), json!({"metadata": {"name": "owner"}}));
    let mut child = owned_by(&[(&owner, false)], "child");
    child["metadata"]["finalizers"] = json!(["example.com/hold"]);
    practice.create(&maps(), child);
    practice.delete(&maps(), &named("owner"), Propagation::Foreground);
    assert!(practice.get(&maps(), &named("owner")).is_none());
    let child = practice.get(&maps(), &named("child")).unwrap();
    assert!(child["metadata"]["deletionTimestamp"].is_string());
}

#[test]
fn orphans_stay_and_lose_the_reference() {
    let mut practice = practice();
    let owner = practice.create(&maps(), json!({"metadata": {"name": "owner"}}));
    practice.create(&maps(), owned_by(&[(&owner, true)], "child"));
    practice.delete(&maps(), &named("owner"), Propagation::Orphan);
    assert!(practice.get(&maps(), &named("owner")).is_none());
    let child = practice.get(&maps(), &named("child")).unwrap();
    assert_eq!(child["metadata"]["ownerReferences"], Value::Null);
}

#[test]
fn an_object_with_another_owner_stays() {
    let mut practice = practice();
    let one = practice.create(&maps(), json!({"metadata": {"name": "one"}}));
    let two = practice.create(&maps(), json!({"metadata": {"name": "two"}}));
    practice.create(&maps(), owned_by(&[(&one, true), (&two, true)], "child"));
    practice.delete(&maps(), &named("one"), Propagation::Background);
    let child = practice.get(&maps(), &named("child")).unwrap();
    let owners = child["metadata"]["ownerReferences"].as_array().unwrap();
    assert_eq!(owners.len(), 1);
    assert_eq!(owners[0]["name"], "two");
}

#[test]
fn an_object_whose_owner_never_was_goes() {
    let mut practice = practice();
    let mut ghost = json!({"kind": "ConfigMap", "metadata": {"name": "ghost", "uid": "u"}});
    practice.create(&maps(), owned_by(&[(&ghost, true)], "child"));
    assert!(practice.get(&maps(), &named("child")).is_none());
    ghost["kind"] = json!("Unheard");
    practice.create(&maps(), owned_by(&[(&ghost, true)], "child"));
    assert!(
        practice.get(&maps(), &named("child")).is_some(),
        "nobody can tell"
    );
}

#[test]
fn an_owner_of_the_same_name_is_another_owner() {
    let mut practice = practice();
    let owner = practice.create(&maps(), json!({"metadata": {"name": "owner"}}));
    let options = DeleteOptions::default();
    practice
        .cluster
        .delete(&maps(), &named("owner"), &options)
        .unwrap();
    practice.make(&maps(), json!({"metadata": {"name": "owner"}}));
    practice.create(&maps(), owned_by(&[(&owner, true)], "child"));
    assert!(practice.get(&maps(), &named("child")).is_none());
    assert!(practice.get(&maps(), &named("owner")).is_some());
}
