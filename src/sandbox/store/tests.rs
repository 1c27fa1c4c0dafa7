//! The store as a map with a memory, and what a crash, a full disk or a damaged file does to it.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn config_maps() -> Arc<str> {
    Arc::from("configmaps")
}

fn put(store: &Store, name: &str, value: u64) -> Committed {
    let key = Key::namespaced("default", name);
    let current = store.get("configmaps", &key);
    let expected = current.as_ref().map_or(Expected::Absent, Expected::Same);
    let object = json!({"metadata": {"name": name, "namespace": "default"}, "value": value});
    store
        .commit(&config_maps(), &key, &expected, Some(object))
        .unwrap()
}

fn remove(store: &Store, name: &str) -> Option<Committed> {
    let key = Key::namespaced("default", name);
    let current = store.get("configmaps", &key)?;
    Some(
        store
            .commit(&config_maps(), &key, &Expected::Same(&current), None)
            .unwrap(),
    )
}

fn values(store: &Store, at: Option<u64>) -> Result<Vec<(String, u64)>, TooOld> {
    let range = Range {
        at,
        ..Range::default()
    };
    let (_, objects) = store.list("configmaps", &range)?;
    let pair = |object: &Arc<Object>| {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        (name, object["value"].as_u64().unwrap())
    };
    Ok(objects.iter().map(pair).collect())
}

#[test]
fn a_commit_that_expects_something_else_is_refused() {
    let store = Store::in_memory(10);
    let first = put(&store, "one", 1);
    put(&store, "one", 2);
    let key = Key::namespaced("default", "one");
    let object = || Some(json!({"metadata": {}}));
    assert!(
        store
            .commit(&config_maps(), &key, &Expected::Absent, object())
            .is_err()
    );
    assert!(
        store
            .commit(
                &config_maps(),
                &key,
                &Expected::Same(&first.object),
                object()
            )
            .is_err()
    );
    assert!(
        store
            .commit(&config_maps(), &key, &Expected::Same(&first.object), None)
            .is_err()
    );
}

#[test]
fn a_list_of_the_past_is_as_it_was_until_it_is_forgotten() {
    let store = Store::in_memory(3);
    put(&store, "one", 1);
    let then = put(&store, "two", 2).revision;
    put(&store, "one", 3);
    remove(&store, "two");
    put(&store, "three", 4);
    let old = [("one".to_owned(), 1), ("two".to_owned(), 2)];
    assert_eq!(values(&store, Some(then)).unwrap(), old);
    put(&store, "four", 5);
    assert!(values(&store, Some(then)).is_err());
    assert!(store.changes("configmaps", then).is_err());
}

#[test]
fn a_range_ends_with_its_namespace() {
    let store = Store::in_memory(10);
    for (namespace, name) in [("a", "z"), ("b", "x"), ("b", "y"), ("c", "a")] {
        let key = Key::namespaced(namespace, name);
        let object = json!({"metadata": {"name": name, "namespace": namespace}});
        store
            .commit(&config_maps(), &key, &Expected::Absent, Some(object))
            .unwrap();
    }
    let names = |after: Option<&Key>| -> Vec<Key> {
        let range = Range {
            namespace: Some("b"),
            after,
            at: None,
        };
        let (_, objects) = store.list("configmaps", &range).unwrap();
        objects.iter().map(|object| Key::of(object)).collect()
    };
    assert_eq!(
        names(None),
        [Key::namespaced("b", "x"), Key::namespaced("b", "y")]
    );
    assert_eq!(
        names(Some(&Key::namespaced("b", "x"))),
        [Key::namespaced("b", "y")]
    );
    assert_eq!(names(Some(&Key::namespaced("a", "z"))).len(), 2);
    assert_eq!(names(Some(&Key::namespaced("b", "y"))), []);
}

/// The state file as a killed process leaves it: a copy of the file while the store is still open.
fn killed(path: &Path) -> std::path::PathBuf {
    let copy = path.with_extension("copy");
    std::fs::copy(path, &copy).unwrap();
    copy
}

#[test]
fn a_killed_process_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let store = Store::open(&path, 100).unwrap();
    for round in 0..50 {
        put(&store, &format!("name-{}", round % 7), round);
        if round % 5 == 0 {
            remove(&store, "name-3");
        }
    }
    store.wait(store.revision()).unwrap();
    let again = Store::open(&killed(&path), 100).unwrap();
    assert_eq!(values(&again, None).unwrap(), values(&store, None).unwrap());
    assert!(again.revision() > store.revision());
    assert_eq!(
        again
            .changes("configmaps", store.revision())
            .unwrap_err()
            .oldest,
        again.revision()
    );
}

#[test]
fn dropping_the_store_writes_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let store = Store::open(&path, 10).unwrap();
    put(&store, "one", 1);
    drop(store);
    assert_eq!(
        values(&Store::open(&path, 10).unwrap(), None).unwrap(),
        [("one".to_owned(), 1)]
    );
}

fn refusal(path: &Path) -> String {
    match Store::open(path, 10) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_state_file_that_cannot_be_used_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let store = Store::open(&path, 10).unwrap();
    put(&store, "one", 1);
    assert!(refusal(&path).contains("another practice cluster uses"));
    drop(store);
    let bytes = std::fs::read(&path).unwrap();
    let mut newer = bytes.clone();
    let digit = bytes.iter().position(|byte| *byte == b'\n').unwrap() - 1;
    newer[digit] = b'7';
    std::fs::write(&path, &newer).unwrap();
    assert!(refusal(&path).contains("newer `mesh` (format 7"));
    assert_eq!(
        std::fs::read(&path).unwrap(),
        newer,
        "what cannot be read is left alone"
    );
    std::fs::write(&path, "this is no state file at all".repeat(100)).unwrap();
    assert!(refusal(&path).contains("is damaged"));
    assert!(refusal(folder.path()).contains("cannot open"));
    assert!(refusal(&folder.path().join("no/such/state")).contains("cannot open"));
}

#[test]
fn a_full_disk_refuses_writes_and_loses_nothing_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let store = Store::open(&path, 10).unwrap();
    store.wait(put(&store, "one", 1).revision).unwrap();
    store.disk.as_ref().unwrap().set_full(true);
    let refused = store.wait(put(&store, "two", 2).revision).unwrap_err();
    assert!(refused.contains("No space left"), "{refused}");
    assert!(store.wait(put(&store, "three", 3).revision).is_err());
    store.disk.as_ref().unwrap().set_full(false);
    store.wait(put(&store, "four", 4).revision).unwrap();
    let again = Store::open(&killed(&path), 10).unwrap();
    assert_eq!(values(&again, None).unwrap(), values(&store, None).unwrap());
}

#[test]
fn a_damaged_state_file_is_refused_or_read_but_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let store = Store::open(&path, 10).unwrap();
    for index in 0..40 {
        let done = put(&store, &format!("name-{index}"), index);
        store.wait(done.revision).unwrap();
    }
    drop(store);
    let good = std::fs::read(&path).unwrap();
    let copy = folder.path().join("damaged.redb");
    let mut outcomes = [0, 0];
    let mut check = |bytes: &[u8]| {
        std::fs::write(&copy, bytes).unwrap();
        outcomes[usize::from(Store::open(&copy, 10).is_ok())] += 1;
    };
    for length in [0, 1, 100, 511, 2000, good.len() / 2, good.len() - 1] {
        check(&good[..length]);
    }
    for place in (0..good.len()).step_by(good.len() / 60) {
        let mut bytes = good.clone();
        for byte in bytes.iter_mut().skip(place).take(64) {
            *byte ^= 0xa5;
        }
        check(&bytes);
    }
    // What is cut short is read up to there; what is changed is refused, save for the last commit.
    assert!(outcomes[0] >= 50 && outcomes[1] >= 4, "{outcomes:?}");
}

/// A write that was under way when the process was killed was not acknowledged; all before it was.
#[test]
fn a_torn_end_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let store = Store::open(&path, 10).unwrap();
    store.wait(put(&store, "one", 1).revision).unwrap();
    let before = std::fs::read(&path).unwrap();
    store.wait(put(&store, "two", 2).revision).unwrap();
    drop(store);
    let after = std::fs::read(&path).unwrap();
    for length in before.len()..after.len() {
        std::fs::write(&path, &after[..length]).unwrap();
        let store = Store::open(&path, 10).unwrap();
        assert_eq!(
            values(&store, None).unwrap(),
            [("one".to_owned(), 1)],
            "{length}"
        );
        store.wait(put(&store, "three", 3).revision).unwrap();
        drop(store);
        assert_eq!(
            values(&Store::open(&path, 10).unwrap(), None)
                .unwrap()
                .len(),
            2,
            "{length}"
        );
    }
    let mut zeros = before.clone();
    zeros.resize(after.len(), 0);
    std::fs::write(&path, &zeros).unwrap();
    assert_eq!(
        values(&Store::open(&path, 10).unwrap(), None)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_file_that_is_mostly_out_of_date_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let store = Store::open(&path, 10).unwrap();
    let key = Key::namespaced("default", "big");
    for round in 0..100 {
        let current = store.get("configmaps", &key);
        let expected = current.as_ref().map_or(Expected::Absent, Expected::Same);
        let object =
            json!({"metadata": {"name": "big"}, "value": round, "text": "x".repeat(200_000)});
        let done = store
            .commit(&config_maps(), &key, &expected, Some(object))
            .unwrap();
        store.wait(done.revision).unwrap();
    }
    put(&store, "small", 7);
    drop(store);
    assert!(std::fs::metadata(&path).unwrap().len() < 6_000_000);
    let store = Store::open(&path, 10).unwrap();
    assert_eq!(
        values(&store, None).unwrap(),
        [("big".to_owned(), 99), ("small".to_owned(), 7)]
    );
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, u64),
    Remove(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let put = (0..6_u8, 0..1000_u64).prop_map(|(name, value)| Step::Put(name, value));
    let remove = (0..6_u8).prop_map(Step::Remove);
    prop::collection::vec(prop_oneof![3 => put, 1 => remove], 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Against a plain map: the present, every remembered past, and what a watch would have told.
    #[test]
    fn the_store_is_a_map_with_a_memory(steps in steps()) {
        let store = Store::in_memory(20);
        let mut model: BTreeMap<String, u64> = BTreeMap::new();
        let mut pasts = vec![(store.revision(), model.clone())];
        for step in steps {
            match step {
                Step::Put(name, value) => {
                    put(&store, &name.to_string(), value);
                    model.insert(name.to_string(), value);
                }
                Step::Remove(name) => {
                    let there = remove(&store, &name.to_string()).is_some();
                    prop_assert_eq!(there, model.remove(&name.to_string()).is_some());
                }
            }
            pasts.push((store.revision(), model.clone()));
        }
        for (revision, past) in pasts {
            match (values(&store, Some(revision)), store.changes("configmaps", revision)) {
                (Ok(found), Ok((_, changes))) => {
                    prop_assert_eq!(found, past.clone().into_iter().collect::<Vec<_>>());
                    let mut replayed = past;
                    for change in changes {
                        match change.after {
                            Some(after) => replayed.insert(change.key.name.clone(), after["value"].as_u64().unwrap()),
                            None => replayed.remove(&change.key.name),
                        };
                    }
                    prop_assert_eq!(&replayed, &model);
                }
                (Err(_), Err(_)) => {}
                _ => prop_assert!(false, "a list and a watch from one revision must both work or both be too old"),
            }
        }
    }
}
