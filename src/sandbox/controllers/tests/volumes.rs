//! Claims of storage, and the volumes that they get.

use super::*;

fn claims() -> ResourceId {
    core("persistentvolumeclaims")
}

fn claim(class: &Value) -> Value {
    json!({"metadata": {"name": "data"}, "spec": {
        "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": class}})
}

fn phase(practice: &Practice) -> String {
    let claim = practice.get(&claims(), &named("data")).unwrap();
    text(&claim["status"]["phase"]).to_owned()
}

#[test]
fn a_claim_gets_a_volume_which_goes_with_it() {
    let mut practice = practice();
    practice.create(&claims(), claim(&Value::Null));
    assert_eq!(phase(&practice), "Bound");
    let claim = practice.get(&claims(), &named("data")).unwrap();
    assert_eq!(claim["spec"]["storageClassName"], "standard");
    assert_eq!(claim["status"]["capacity"]["storage"], "1Gi");
    let volume = Key::cluster(text(&claim["spec"]["volumeName"]));
    let volume = practice.get(&core("persistentvolumes"), &volume).unwrap();
    assert_eq!(volume["status"]["phase"], "Bound");
    practice.delete(&claims(), &named("data"), Propagation::Background);
    assert!(practice.list(&core("persistentvolumes")).is_empty());
}

#[test]
fn a_claim_takes_the_smallest_volume_that_fits() {
    let mut practice = practice();
    for (name, size) in [("small", "500Mi"), ("large", "5Gi"), ("right", "2Gi")] {
        practice.create(&core("persistentvolumes"), json!({"metadata": {"name": name}, "spec": {
            "capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "mine", "hostPath": {"path": "/x"}}}));
    }
    practice.create(&claims(), claim(&json!("mine")));
    let found = practice.get(&claims(), &named("data")).unwrap();
    assert_eq!(found["spec"]["volumeName"], "right");
    practice.delete(&claims(), &named("data"), Propagation::Background);
    let volume = practice
        .get(&core("persistentvolumes"), &Key::cluster("right"))
        .unwrap();
    assert_eq!(volume["status"]["phase"], "Released");
}

#[test]
fn a_claim_waits_for_its_class() {
    let mut practice = practice();
    practice.create(&claims(), claim(&json!("fast")));
    assert_eq!(phase(&practice), "Pending");
    let missing = "storageclass.storage.k8s.io \"fast\" not found";
    assert_eq!(practice.events("ProvisioningFailed"), [missing]);
    let (classes, mut class) = super::super::volumes::default_class();
    class["metadata"]["name"] = json!("fast");
    practice.create(&classes, class);
    assert_eq!(phase(&practice), "Bound");
}
