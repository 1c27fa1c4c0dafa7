//! What holds whoever applies or writes whatever.

use proptest::prelude::*;

use super::*;

/// Specs of a Deployment from a few fields, so that they meet.
fn some_spec() -> impl Strategy<Value = Value> {
    let container = (
        0..4_u8,
        prop::option::of(0..3_u8),
        prop::collection::vec(0..3_u8, 0..3),
    );
    let containers = prop::collection::btree_map(0..4_u8, container, 0..4);
    let labels = prop::collection::btree_map("[a-c]", "[x-z]", 0..3);
    let finalizers = prop::collection::btree_set("[a-c]", 0..3);
    (prop::option::of(0..3_u8), containers, labels, finalizers).prop_map(
        |(replicas, containers, labels, finalizers)| {
            let mut containers: Vec<(u8, Value)> = containers
                .into_iter()
                .map(|(name, (place, image, args))| {
                    let mut one = json!({"name": name.to_string()});
                    if let Some(image) = image {
                        one["image"] = json!(image.to_string());
                    }
                    if !args.is_empty() {
                        one["env"] = args
                            .iter()
                            .collect::<std::collections::BTreeSet<_>>()
                            .into_iter()
                            .map(|arg| json!({"name": arg.to_string(), "value": "v"}))
                            .collect();
                    }
                    (place, one)
                })
                .collect();
            containers.sort_by_key(|(place, _)| *place);
            let containers: Vec<Value> = containers.into_iter().map(|(_, one)| one).collect();
            let mut object = json!({"metadata": {"name": "web"}});
            if let Some(replicas) = replicas {
                object["spec"]["replicas"] = json!(replicas);
            }
            if !containers.is_empty() {
                object["spec"]["template"]["spec"]["containers"] = json!(containers);
            }
            if !labels.is_empty() {
                object["metadata"]["labels"] = json!(labels);
            }
            if !finalizers.is_empty() {
                object["metadata"]["finalizers"] = json!(finalizers);
            }
            object
        },
    )
}

/// Whether all of `part` is in `whole`, elements of lists by their place among those that both have.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|whole| holds(whole, value))),
        (Value::Array(whole), Value::Array(part)) => {
            let mut places = part.iter().map(|item| {
                whole.iter().position(|one| {
                    one.get("name") == item.get("name")
                        && (one.is_object() || one == item)
                        && holds(one, item)
                })
            });
            let mut last = None;
            places.all(|place| {
                let later = place.is_some() && place > last;
                last = place;
                later
            })
        }
        _ => whole == part,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn applying_twice_is_applying_once(steps in prop::collection::vec((0..3_u8, some_spec()), 1..6)) {
        let mut live = Live::deployment();
        for (who, config) in &steps {
            let who = who.to_string();
            live.try_apply(&who, config, true).unwrap();
            prop_assert!(holds(&live.object, config), "{} in {}", config, live.object);
            let (object, json) = (live.object.clone(), live.json());
            live.try_apply(&who, config, false).unwrap();
            prop_assert_eq!(&live.object, &object);
            prop_assert_eq!(live.json(), json.clone());
            let read = Managers::read(&json).unwrap();
            prop_assert_eq!(read.into_json().unwrap_or_default(), json);
        }
    }

    #[test]
    fn who_gives_everything_up_leaves_what_others_applied(mine in some_spec(), others in some_spec()) {
        let mut alone = Live::deployment();
        alone.apply("b", &others);
        let mut live = Live::deployment();
        live.apply("b", &others);
        live.try_apply("a", &mine, true).unwrap();
        live.try_apply("b", &others, true).unwrap();
        live.apply("a", &json!({"metadata": {"name": "web"}}));
        prop_assert_eq!(&live.object, &alone.object);
        prop_assert_eq!(live.owned("b"), alone.owned("b"));
    }

    #[test]
    fn plain_writes_are_owned_by_whoever_wrote_last(steps in prop::collection::vec((0..3_u8, some_spec()), 1..6)) {
        let mut live = Live::deployment();
        for (who, object) in steps {
            live.update(&who.to_string(), object);
            let mut seen = std::collections::BTreeSet::new();
            for entry in live.managers.entries() {
                for path in entry.fields.paths() {
                    prop_assert!(seen.insert(path.clone()), "{} has two owners", path);
                }
            }
            let mut there = owned::fields_of(&live.object, live.typing);
            there.strip();
            for path in there.paths() {
                prop_assert!(seen.contains(&path), "{} has no owner", path);
            }
        }
    }
}
