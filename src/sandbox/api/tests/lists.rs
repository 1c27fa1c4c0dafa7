//! Pages of lists, and watches.

use super::*;

#[test]
fn pages_of_a_list_show_one_revision() {
    let cluster = Cluster::start(&Config {
        window: 4,
        ..Config::default()
    })
    .unwrap();
    for name in ["a", "b", "c", "d"] {
        create(&cluster, config_map(name, "x")).unwrap();
    }
    let page = |token: &str| {
        let options = ListOptions {
            limit: 2,
            continue_token: token.to_owned(),
            ..ListOptions::default()
        };
        cluster.list(&config_maps(), Some("default"), &options)
    };
    let names = |list: &options::List| {
        list.items
            .iter()
            .map(|object| Key::of(object).name)
            .collect::<Vec<_>>()
    };
    let first = page("").unwrap();
    assert_eq!(
        (names(&first), first.remaining),
        (vec!["a".to_owned(), "b".to_owned()], Some(2))
    );
    create(&cluster, config_map("bb", "x")).unwrap();
    cluster
        .delete(
            &config_maps(),
            &Key::namespaced("default", "d"),
            &DeleteOptions::default(),
        )
        .unwrap();
    let second = page(&first.continue_token).unwrap();
    assert_eq!(
        (names(&second), second.continue_token.as_str()),
        (vec!["c".to_owned(), "d".to_owned()], "")
    );
    assert_eq!(second.resource_version, first.resource_version);
    for round in 0..4 {
        create(&cluster, config_map(&format!("e{round}"), "x")).unwrap();
    }
    assert_eq!(page(&first.continue_token).unwrap_err().code, 410);
    assert_eq!(page("rubbish").unwrap_err().code, 400);
}

#[test]
fn a_watch_that_is_too_far_behind_is_over() {
    let cluster = Cluster::start(&Config {
        window: 2,
        ..Config::default()
    })
    .unwrap();
    create(&cluster, config_map("a", "x")).unwrap();
    let from = cluster.revision();
    let options = WatchOptions {
        from: Some(from),
        ..WatchOptions::default()
    };
    let mut watch = cluster.watch(&config_maps(), None, &options).unwrap();
    for name in ["b", "c", "d"] {
        create(&cluster, config_map(name, "x")).unwrap();
    }
    assert_eq!(watch.try_next().unwrap_err().code, 410);
    assert!(cluster.watch(&config_maps(), None, &options).is_err());
}

#[test]
fn initial_events_end_with_a_bookmark() {
    let cluster = cluster();
    create(&cluster, config_map("a", "x")).unwrap();
    let options = WatchOptions {
        initial_events: true,
        bookmarks: true,
        ..WatchOptions::default()
    };
    let mut watch = cluster.watch(&config_maps(), None, &options).unwrap();
    assert_eq!(watch.try_next().unwrap().unwrap().kind, EventKind::Added);
    let last = watch.try_next().unwrap().unwrap();
    assert_eq!(last.kind, EventKind::Bookmark);
    assert_eq!(
        last.object["metadata"]["annotations"]["k8s.io/initial-events-end"],
        "true"
    );
    assert_eq!(
        last.object["metadata"]["resourceVersion"],
        cluster.revision().to_string()
    );
    assert!(watch.try_next().unwrap().is_none());
}

#[tokio::test]
async fn a_waiting_watch_wakes_up() {
    let cluster = cluster();
    let options = WatchOptions {
        from: Some(cluster.revision()),
        ..WatchOptions::default()
    };
    let mut watch = cluster.watch(&config_maps(), None, &options).unwrap();
    let writer = cluster.clone();
    let handle = tokio::spawn(async move { watch.next().await });
    tokio::task::yield_now().await;
    create(&writer, config_map("a", "x")).unwrap();
    assert_eq!(handle.await.unwrap().unwrap().kind, EventKind::Added);
}
