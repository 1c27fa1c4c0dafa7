//! How fast it is.

use super::*;

/// What issue 4 asks of speed. Run by hand: `cargo test --release --lib sandbox::api::tests::speed -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
fn speed() {
    let folder = tempfile::tempdir().unwrap();
    let on_disk = Config {
        database: Some(folder.path().join("state")),
        window: 0,
    };
    for (name, config) in [("memory", Config::default()), ("disk", on_disk)] {
        let cluster = Cluster::start(&config).unwrap();
        let started = std::time::Instant::now();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let cluster = cluster.clone();
                scope.spawn(move || {
                    for index in 0..2500 {
                        create(&cluster, config_map(&format!("a-{writer}-{index}"), "x")).unwrap();
                    }
                });
            }
        });
        eprintln!(
            "{name}: {:.0} creates a second",
            10_000.0 / started.elapsed().as_secs_f64()
        );
        let pods = ResourceId::new("", "v1", "pods");
        for index in 0..1000 {
            let pod = json!({"metadata": {"name": format!("p-{index}")}, "spec": {"containers": [{"name": "a", "image": "b"}]}});
            with(&cluster.impatient(), &pods, Some("default"), pod).unwrap();
        }
        let started = std::time::Instant::now();
        let count = cluster
            .list(&pods, None, &ListOptions::default())
            .unwrap()
            .items
            .len();
        eprintln!("{name}: {count} pods listed in {:?}", started.elapsed());
    }
}
