//! Faults that were ordered: requests refused, broken off, delayed, and the orders themselves.

use super::*;

async fn order(bench: &Bench, faults: &Value) {
    bench
        .post("/sandbox/faults", &json!({"faults": faults}))
        .await
        .expect(200);
}

#[tokio::test]
async fn refuses_the_request_that_it_was_told_to() {
    let bench = Bench::start().await;
    let actions = [
        ("conflict", 409, "Conflict"),
        ("throttle", 429, "TooManyRequests"),
        ("error", 500, "InternalError"),
        ("unavailable", 503, "ServiceUnavailable"),
        ("forbidden", 403, "Forbidden"),
        ("unauthorized", 401, "Unauthorized"),
        ("expired", 410, "Expired"),
    ];
    for (action, code, reason) in actions {
        let fault =
            json!([{"verb": "create", "resource": "configmaps", "nth": 2, "action": action}]);
        order(&bench, &fault).await;
        bench.get(MAPS).await.expect(200);
        let names = [1, 2, 3].map(|number| config_map(&format!("{action}-{number}")));
        bench.post(MAPS, &names[0]).await.expect(201);
        let refused = bench.post(MAPS, &names[1]).await;
        let retry = refused.headers.get("retry-after").cloned();
        assert_eq!(retry.is_some(), action == "throttle", "{action}");
        refused.refused(code, reason);
        bench.post(MAPS, &names[2]).await.expect(201);
        let left = bench.get("/sandbox/faults").await.expect(200);
        assert_eq!(left["faults"], json!([]));
        let counts = json!([{"verb": "create", "resource": "configmaps", "count": 3},
            {"verb": "list", "resource": "configmaps", "count": 1}]);
        assert_eq!(left["requests"], counts);
        let found = bench.get(MAPS).await.expect(200).to_string();
        assert!(!found.contains(&format!("{action}-2")), "{found}");
    }
    order(&bench, &json!([{"verb": "get", "action": "forbidden"}])).await;
    let text = bench.get(&format!("{MAPS}/a")).await;
    assert_eq!(
        text.refused(403, "Forbidden"),
        "configmaps \"a\" is forbidden: User \"mesh-sandbox-admin\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"default\""
    );
}

#[tokio::test]
async fn breaks_off_delays_and_ends_watches_as_told() {
    let bench = Bench::start().await;
    for (name, action, done) in [("a", "drop", 404), ("b", "lost", 200)] {
        order(
            &bench,
            &json!([{"resource": "configmaps", "action": action}]),
        )
        .await;
        let json_type = [("content-type", "application/json")];
        let map = config_map(name).to_string();
        let broken = bench
            .try_send(&format!("POST {MAPS}"), &json_type, map)
            .await;
        assert!(broken.is_err(), "{action}");
        bench.get(&format!("{MAPS}/{name}")).await.expect(done);
    }
    order(
        &bench,
        &json!([{"resource": "/version", "action": "delay", "milliseconds": 300}]),
    )
    .await;
    let begin = std::time::Instant::now();
    bench.get("/version").await.expect(200);
    assert!(begin.elapsed().as_millis() >= 300);

    order(&bench, &json!([{"verb": "watch", "action": "expired"}])).await;
    let told = bench.get(&format!("{MAPS}?watch=true")).await.expect(200);
    assert_eq!(
        (
            &told["type"],
            &told["object"]["reason"],
            &told["object"]["code"]
        ),
        (&json!("ERROR"), &json!("Expired"), &json!(410))
    );
}

#[tokio::test]
async fn orders_of_faults_are_checked_and_cleared() {
    let bench = Bench::start().await;
    for wrong in [
        json!({}),
        json!({"faults": [{"action": "explode"}]}),
        json!({"faults": [{"action": "drop", "nth": 0}]}),
        json!({"faults": [{"action": "drop", "verbs": "get"}]}),
    ] {
        bench
            .post("/sandbox/faults", &wrong)
            .await
            .refused(400, "BadRequest");
    }
    order(&bench, &json!([{"action": "error"}])).await;
    let cleared = bench
        .send("DELETE /sandbox/faults", &[], "")
        .await
        .expect(200);
    assert_eq!(cleared, json!({"faults": [], "requests": []}));
    bench.get("/version").await.expect(200);
}
