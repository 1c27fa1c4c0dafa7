//! What the server says of its kinds: discovery and OpenAPI, those of definitions among them.

use super::*;

/// A definition of a kind with a column of its own.
async fn define_gears(bench: &Bench) {
    let definition = json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "gears.example.com"}, "spec": {"group": "example.com", "scope": "Namespaced",
        "names": {"plural": "gears", "singular": "gear", "kind": "Gear", "listKind": "GearList", "shortNames": ["gr"]},
        "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
            "additionalPrinterColumns": [{"name": "Teeth", "type": "integer", "jsonPath": ".spec.teeth"}],
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object",
                "description": "What it is.", "properties": {"teeth": {"type": "integer"}}}}}}}]}});
    bench
        .post(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            &definition,
        )
        .await
        .expect(201);
}

#[tokio::test]
async fn discovery_tells_all_kinds_and_those_of_definitions() {
    let bench = Bench::start().await;
    define_gears(&bench).await;
    let list = bench.get("/apis/example.com/v1").await.expect(200);
    let names: Vec<&Value> = list["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["gears", "gears/status"]);
    let accept =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    let all = bench.get_as("/apis", accept).await;
    assert!(
        all.headers["content-type"]
            .to_str()
            .unwrap()
            .contains("as=APIGroupDiscoveryList")
    );
    let all = all.json();
    let groups = all["items"].as_array().unwrap();
    let ours = groups
        .iter()
        .find(|group| group["metadata"]["name"] == "example.com")
        .unwrap();
    assert_eq!(
        ours["versions"][0]["resources"][0]["responseKind"]["kind"],
        "Gear"
    );
    let core = bench.get_as("/api", accept).await.json();
    assert!(
        core["items"][0]["versions"][0]["resources"]
            .as_array()
            .unwrap()
            .len()
            > 10
    );
}

#[tokio::test]
async fn a_group_answers_for_itself_and_for_another_nobody_does() {
    let bench = Bench::start().await;
    bench
        .get("/apis/apps/v1/gears")
        .await
        .refused(404, "NotFound");
    for path in [
        "/apis/none.example",
        "/apis/none.example/v1/gears",
        "/nowhere",
    ] {
        let answer = bench.get(path).await;
        assert_eq!(
            (answer.code, answer.text.as_str()),
            (404, "404 page not found\n"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_definition_gives_columns_and_a_schema() {
    let bench = Bench::start().await;
    define_gears(&bench).await;
    let gear = json!({"apiVersion": "example.com/v1", "kind": "Gear", "metadata": {"name": "g"}, "spec": {"teeth": 12}});
    bench
        .post("/apis/example.com/v1/namespaces/default/gears", &gear)
        .await
        .expect(201);
    let table = bench
        .get_as("/apis/example.com/v1/gears", TABLE)
        .await
        .expect(200);
    assert_eq!(table["rows"][0]["cells"][1], 12);
    let schema = bench
        .get("/openapi/v3/apis/example.com/v1")
        .await
        .expect(200);
    let own = &schema["components"]["schemas"]["example.com.v1.Gear"];
    assert_eq!(own["properties"]["spec"]["description"], "What it is.");
}

#[tokio::test]
async fn openapi_says_that_patches_of_every_kind_take_field_validation() {
    let bench = Bench::start().await;
    let index = bench.get("/openapi/v3").await.expect(200);
    let mut seen = 0;
    for (name, entry) in index["paths"].as_object().unwrap() {
        let found = bench
            .get(entry["serverRelativeURL"].as_str().unwrap())
            .await;
        let text = found.text.clone();
        let document = found.expect(200);
        for operations in document["paths"].as_object().unwrap().values() {
            let parameters = operations["patch"]["parameters"].as_array().unwrap();
            assert!(
                parameters
                    .iter()
                    .any(|one| one["name"] == "fieldValidation")
            );
            seen += 1;
        }
        for part in text.split("#/components/schemas/").skip(1) {
            let target = part.split('"').next().unwrap();
            assert!(
                document["components"]["schemas"][target].is_object(),
                "{name}: {target}"
            );
        }
    }
    assert!(seen > 30, "{seen}");
}
