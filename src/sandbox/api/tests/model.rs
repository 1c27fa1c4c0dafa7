//! Random writes against a simple model of what Kubernetes promises.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Create(u8, u8, bool),
    Patch(u8, u8),
    /// A replacement of what was read so many steps of this object ago.
    Update(u8, u8, bool),
    Delete(u8),
    Release(u8),
}

#[derive(Clone, Debug, PartialEq)]
struct Modelled {
    value: u8,
    held: bool,
    deleting: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name = || 0..4_u8;
    let step = prop_oneof![
        (name(), any::<u8>(), any::<bool>())
            .prop_map(|(name, value, held)| Step::Create(name, value, held)),
        (name(), any::<u8>()).prop_map(|(name, value)| Step::Patch(name, value)),
        (name(), any::<u8>(), any::<bool>())
            .prop_map(|(name, value, stale)| Step::Update(name, value, stale)),
        name().prop_map(Step::Delete),
        name().prop_map(Step::Release),
    ];
    prop::collection::vec(step, 1..50)
}

/// Does a step to the model; gives the code that the API should answer.
fn expected(model: &mut BTreeMap<u8, Modelled>, step: &Step) -> u16 {
    match *step {
        Step::Create(name, value, held) => {
            if model.contains_key(&name) {
                return 409;
            }
            model.insert(
                name,
                Modelled {
                    value,
                    held,
                    deleting: false,
                },
            );
            200
        }
        Step::Patch(name, value) => model.get_mut(&name).map_or(404, |found| {
            found.value = value;
            200
        }),
        Step::Update(name, value, stale) => model.get_mut(&name).map_or(404, |found| {
            if stale {
                return 409;
            }
            found.value = value;
            200
        }),
        Step::Delete(name) => match model.get_mut(&name) {
            None => 404,
            Some(found) if found.held => {
                found.deleting = true;
                200
            }
            Some(_) => {
                model.remove(&name);
                200
            }
        },
        Step::Release(name) => match model.get_mut(&name) {
            None => 404,
            Some(found) => {
                found.held = false;
                if found.deleting {
                    model.remove(&name);
                }
                200
            }
        },
    }
}

fn do_step(cluster: &Cluster, step: &Step) -> Result<(), Status> {
    let (id, options) = (config_maps(), WriteOptions::default());
    let key = |name: u8| Key::namespaced("default", &name.to_string());
    let data = |value: u8| json!({"value": value.to_string()});
    match *step {
        Step::Create(name, value, held) => {
            let mut object = json!({"metadata": {"name": name.to_string()}, "data": data(value)});
            if held {
                object["metadata"]["finalizers"] = json!(["example.com/hold"]);
            }
            create(cluster, object).map(drop)
        }
        Step::Patch(name, value) => {
            patched(cluster, &id, &key(name), json!({"data": data(value)})).map(drop)
        }
        Step::Update(name, value, stale) => {
            let mut object = (*cluster.get(&id, &key(name))?).clone();
            object["data"] = data(value);
            if stale {
                object["metadata"]["resourceVersion"] = json!("1");
            }
            cluster
                .update(&id, &key(name), Subresource::Main, &object, &options)
                .map(drop)
        }
        Step::Delete(name) => cluster
            .delete(&id, &key(name), &DeleteOptions::default())
            .map(drop),
        Step::Release(name) => patched(
            cluster,
            &id,
            &key(name),
            json!({"metadata": {"finalizers": null}}),
        )
        .map(drop),
    }
}

fn shown(object: &Object) -> (u8, Modelled) {
    let metadata = &object["metadata"];
    let modelled = Modelled {
        value: object["data"]["value"].as_str().unwrap().parse().unwrap(),
        held: metadata["finalizers"].is_array(),
        deleting: metadata["deletionTimestamp"].is_string(),
    };
    (
        metadata["name"].as_str().unwrap().parse().unwrap(),
        modelled,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn writes_answer_and_end_as_the_model_says(steps in steps()) {
        let cluster = cluster();
        let options = WatchOptions { from: Some(cluster.revision()), ..WatchOptions::default() };
        let mut watch = cluster.watch(&config_maps(), None, &options).unwrap();
        let mut model = BTreeMap::new();
        let mut revision = cluster.revision();
        for step in &steps {
            let code = expected(&mut model, step);
            let done = do_step(&cluster, step).map_or_else(|status| status.code, |()| 200);
            prop_assert_eq!(done, code, "{:?}", step);
            prop_assert!(cluster.revision() >= revision);
            revision = cluster.revision();
        }
        let list = cluster.list(&config_maps(), Some("default"), &ListOptions::default()).unwrap();
        let listed: BTreeMap<u8, Modelled> = list.items.iter().map(|object| shown(object)).collect();
        prop_assert_eq!(&listed, &model);
        let mut told = BTreeMap::new();
        while let Some(event) = watch.try_next().unwrap() {
            let (name, modelled) = shown(&event.object);
            match event.kind {
                EventKind::Deleted => told.remove(&name),
                _ => told.insert(name, modelled),
            };
        }
        prop_assert_eq!(&told, &model);
    }
}
