//! Server-side apply over HTTP.

use super::*;

const YAML: (&str, &str) = ("content-type", "application/apply-patch+yaml");

#[tokio::test]
async fn applies_yaml_and_json_and_wants_a_manager() {
    let bench = Bench::start().await;
    let path = format!("PATCH {MAPS}/a?fieldManager=me");
    let yaml = "# as a person writes it\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: v\n";
    let made = bench.send(&path, &[YAML], yaml).await.expect(201);
    assert_eq!(made["metadata"]["managedFields"][0]["manager"], "me");
    assert_eq!(made["metadata"]["managedFields"][0]["operation"], "Apply");
    let flow = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: w}}";
    let changed = bench.send(&path, &[YAML], flow).await.expect(200);
    assert_eq!(changed["data"], json!({"k": "w"}));
    let body = config_map("a").to_string();
    let changed = bench.send(&path, &[YAML], body).await.expect(200);
    assert_eq!(changed["data"], json!({"a": "1"}));

    let nobody = bench
        .send(&format!("PATCH {MAPS}/a"), &[YAML], flow)
        .await
        .refused(422, "Invalid");
    assert_eq!(
        nobody,
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
    );
    let forced = bench
        .patch(
            &format!("{MAPS}/a?force=true"),
            "merge-patch+json",
            &json!({}),
        )
        .await
        .refused(422, "Invalid");
    assert!(forced.ends_with("force: Forbidden: may not be specified for non-apply patch"));
    let other = format!("PATCH {MAPS}/a?fieldManager=other");
    let conflict = bench.send(&other, &[YAML], flow).await.expect(200);
    assert_eq!(conflict["data"], json!({"a": "1", "k": "w"}));
    let body = config_map("a").to_string().replace("\"1\"", "\"2\"");
    let conflict = bench.send(&other, &[YAML], body.clone()).await.expect(409);
    assert_eq!(conflict["details"]["causes"][0]["field"], ".data.a");
    let forced = format!("{other}&force=true");
    bench.send(&forced, &[YAML], body).await.expect(200);
    bench
        .send(&path, &[YAML], "apiVersion: [")
        .await
        .refused(400, "BadRequest");
    bench
        .send(&path, &[YAML], "- a\n")
        .await
        .refused(400, "BadRequest");
}
