//! The server over real HTTPS on loopback, with a client that shows status and headers.

use hyper::Request;
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};

use super::identity::Identity;
use super::{LARGEST_BODY, Server};
use crate::sandbox::api::{Cluster, Config};

mod apply;
mod discovery;
mod faults;

/// A server of its own, and a client that has its kubeconfig.
struct Bench {
    client: kube::Client,
    port: u16,
}

struct Answer {
    code: u16,
    headers: hyper::HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    #[track_caller]
    fn expect(self, code: u16) -> Value {
        assert_eq!(self.code, code, "{}", self.text);
        self.json()
    }

    #[track_caller]
    fn refused(self, code: u16, reason: &str) -> String {
        let status = self.expect(code);
        assert_eq!(status["kind"], "Status", "{status}");
        assert_eq!(status["reason"], reason, "{status}");
        assert_eq!(status["code"], code, "{status}");
        status["message"].as_str().unwrap_or_default().to_owned()
    }
}

impl Bench {
    async fn start() -> Self {
        let identity = Identity::generate().unwrap();
        let cluster = Cluster::start(&Config::default()).unwrap();
        let server = Server::bind(0, &identity, cluster).await.unwrap();
        let port = server.port();
        tokio::spawn(server.run());
        let kubeconfig = Kubeconfig::from_yaml(&identity.kubeconfig(port)).unwrap();
        Self {
            client: client(kubeconfig).await,
            port,
        }
    }

    async fn send(
        &self,
        request: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        self.try_send(request, headers, body).await.unwrap()
    }

    async fn try_send(
        &self,
        request: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Result<Answer, kube::Error> {
        let (method, path) = request.split_once(' ').unwrap();
        let mut builder = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let request = builder.body(Body::from(body.into())).unwrap();
        let response = self.client.send(request).await?;
        let (head, body) = response.into_parts();
        let bytes = body.collect_bytes().await.unwrap();
        Ok(Answer {
            code: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        })
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], "").await
    }

    async fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.send(&format!("GET {path}"), &[("accept", accept)], "")
            .await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(
            &format!("POST {path}"),
            &[("content-type", "application/json")],
            body.to_string(),
        )
        .await
    }

    async fn patch(&self, path: &str, kind: &str, body: &Value) -> Answer {
        let kind = format!("application/{kind}");
        self.send(
            &format!("PATCH {path}"),
            &[("content-type", &kind)],
            body.to_string(),
        )
        .await
    }
}

async fn client(kubeconfig: Kubeconfig) -> kube::Client {
    let options = KubeConfigOptions::default();
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .unwrap();
    config.default_retry = false;
    kube::Client::try_from(config).unwrap()
}

fn config_map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "1"}})
}

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

#[tokio::test]
async fn serves_only_those_who_bear_the_token() {
    let bench = Bench::start().await;
    let stranger = Identity::generate().unwrap();
    let text = bench_kubeconfig(&bench, &stranger).await;
    assert_eq!(text.refused(401, "Unauthorized"), "Unauthorized");
    bench.get("/version").await.expect(200);
    let health = bench.get("/readyz").await;
    assert_eq!((health.code, health.text.as_str()), (200, "ok"));
}

/// What the server says to somebody who trusts it but has another token.
async fn bench_kubeconfig(bench: &Bench, stranger: &Identity) -> Answer {
    let mut kubeconfig = Kubeconfig::from_yaml(&stranger.kubeconfig(bench.port)).unwrap();
    for cluster in &mut kubeconfig.clusters {
        if let Some(cluster) = &mut cluster.cluster {
            cluster.certificate_authority_data = None;
            cluster.insecure_skip_tls_verify = Some(true);
        }
    }
    let other = Bench {
        client: client(kubeconfig).await,
        port: bench.port,
    };
    other.get("/api/v1/namespaces").await
}

#[tokio::test]
async fn creates_reads_changes_and_deletes() {
    let bench = Bench::start().await;
    let made = bench.post(MAPS, &config_map("a")).await.expect(201);
    assert!(made["metadata"]["uid"].is_string(), "{made}");
    let path = format!("{MAPS}/a");
    assert_eq!(bench.get(&path).await.expect(200), made);

    let merged = bench
        .patch(&path, "merge-patch+json", &json!({"data": {"b": "2"}}))
        .await
        .expect(200);
    assert_eq!(merged["data"], json!({"a": "1", "b": "2"}));
    let steps = json!([{"op": "test", "path": "/data/b", "value": "2"}, {"op": "remove", "path": "/data/a"}]);
    let patched = bench
        .patch(&path, "json-patch+json", &steps)
        .await
        .expect(200);
    assert_eq!(patched["data"], json!({"b": "2"}));

    let stale = bench
        .send(
            &format!("PUT {path}"),
            &[("content-type", "application/json")],
            made.to_string(),
        )
        .await;
    stale.refused(409, "Conflict");
    let gone = bench
        .send(&format!("DELETE {path}"), &[], "")
        .await
        .expect(200);
    assert_eq!(
        (&gone["status"], &gone["details"]["kind"]),
        (&json!("Success"), &json!("configmaps"))
    );
    assert_eq!(
        bench.get(&path).await.refused(404, "NotFound"),
        "configmaps \"a\" not found"
    );
}

#[tokio::test]
async fn shows_tables_and_metadata_as_asked() {
    let bench = Bench::start().await;
    bench.post(MAPS, &config_map("a")).await.expect(201);
    let table = bench.get_as(MAPS, TABLE).await.expect(200);
    assert_eq!(table["kind"], "Table");
    assert_eq!(table["columnDefinitions"][0]["name"], "Name");
    let cells = &table["rows"][0]["cells"];
    assert_eq!((&cells[0], &cells[1]), (&json!("a"), &json!(1)));
    assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    let partial = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    let list = bench.get_as(MAPS, partial).await.expect(200);
    assert_eq!(list["kind"], "PartialObjectMetadataList");
    assert_eq!(list["items"][0].get("data"), None);
    bench
        .get_as(MAPS, "application/vnd.kubernetes.protobuf")
        .await
        .refused(406, "NotAcceptable");
}

#[tokio::test]
async fn lists_page_by_page() {
    let bench = Bench::start().await;
    for name in ["a", "b", "c"] {
        bench.post(MAPS, &config_map(name)).await.expect(201);
    }
    let first = bench.get(&format!("{MAPS}?limit=2")).await.expect(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert_eq!(first["metadata"]["remainingItemCount"], 1);
    let token = first["metadata"]["continue"].as_str().unwrap();
    let last = bench
        .get(&format!("{MAPS}?limit=2&continue={token}"))
        .await
        .expect(200);
    assert_eq!(last["items"][0]["metadata"]["name"], "c");
}

#[tokio::test]
async fn refuses_what_makes_no_sense() {
    let bench = Bench::start().await;
    bench.post(MAPS, &config_map("a")).await.expect(201);
    let json_type = [("content-type", "application/json")];
    bench
        .get("/api/v1/namespaces/default/nothings")
        .await
        .refused(404, "NotFound");
    bench
        .get("/api/v1/configmaps/a")
        .await
        .refused(404, "NotFound");
    bench
        .get("/api/v1/namespaces/default/nodes")
        .await
        .refused(404, "NotFound");
    bench
        .get("/api/v1/namespaces/default/configmaps/a/scale")
        .await
        .refused(404, "NotFound");
    bench
        .post(&format!("{MAPS}/a"), &config_map("a"))
        .await
        .refused(405, "MethodNotAllowed");
    bench
        .post("/api/v1/configmaps", &config_map("a"))
        .await
        .refused(405, "MethodNotAllowed");
    for body in ["", "[]", "{", "7", "null"] {
        bench
            .send(&format!("POST {MAPS}"), &json_type, body)
            .await
            .refused(400, "BadRequest");
    }
    bench
        .send(
            &format!("POST {MAPS}"),
            &[("content-type", "text/plain")],
            "k8s",
        )
        .await
        .refused(415, "UnsupportedMediaType");
    bench
        .patch(&format!("{MAPS}/a"), "x", &json!({}))
        .await
        .refused(415, "UnsupportedMediaType");
    bench
        .patch(&format!("{MAPS}/a"), "merge-patch+json", &json!([]))
        .await
        .refused(400, "BadRequest");
    bench
        .get(&format!("{MAPS}?limit=x"))
        .await
        .refused(400, "BadRequest");
    bench
        .post(&format!("{MAPS}?dryRun=Some"), &config_map("b"))
        .await
        .refused(400, "BadRequest");
    let large = json!({"data": {"a": "x".repeat(LARGEST_BODY)}});
    bench
        .post(MAPS, &large)
        .await
        .refused(413, "RequestEntityTooLarge");
}

#[tokio::test]
async fn warns_of_unknown_fields() {
    let bench = Bench::start().await;
    let mut map = config_map("a");
    map["dta"] = json!({});
    let made = bench.post(MAPS, &map).await;
    assert_eq!(made.code, 201, "{}", made.text);
    assert_eq!(
        made.headers["warning"],
        "299 - \"unknown field \\\"dta\\\"\""
    );
    map["metadata"]["name"] = json!("b");
    bench
        .post(&format!("{MAPS}?fieldValidation=Strict"), &map)
        .await
        .refused(400, "BadRequest");
}

#[tokio::test]
async fn watches_from_a_revision_with_bookmarks() {
    let bench = Bench::start().await;
    bench.post(MAPS, &config_map("a")).await.expect(201);
    let initial = format!(
        "{MAPS}?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
    );
    let told = bench.get(&initial).await;
    let events: Vec<Value> = told
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events[0]["type"], "ADDED", "{events:?}");
    assert_eq!(events[1]["type"], "BOOKMARK", "{events:?}");
    assert_eq!(
        events[1]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"],
        "true"
    );

    let revision = events[1]["object"]["metadata"]["resourceVersion"]
        .as_str()
        .unwrap();
    let path = format!("{MAPS}?watch=1&timeoutSeconds=1&resourceVersion={revision}");
    let map = config_map("b");
    let (told, _) = tokio::join!(bench.get(&path), bench.post(MAPS, &map));
    let event: Value = serde_json::from_str(told.text.trim()).unwrap();
    assert_eq!(
        (&event["type"], &event["object"]["metadata"]["name"]),
        (&json!("ADDED"), &json!("b"))
    );

    let tables = bench
        .get_as(&format!("{MAPS}?watch=1&timeoutSeconds=1"), TABLE)
        .await;
    let tables: Vec<Value> = tables
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let columns = |at: usize| {
        tables[at]["object"]["columnDefinitions"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((columns(0), columns(1)), (3, 0));
}

#[tokio::test]
async fn answers_questions_about_the_user() {
    let bench = Bench::start().await;
    let may = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "metadata": {},
        "spec": {"resourceAttributes": {"verb": "create", "resource": "pods"}}});
    let answer = bench
        .post(
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            &may,
        )
        .await
        .expect(201);
    assert_eq!(answer["status"]["allowed"], true);
    let who = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {}});
    let answer = bench
        .post("/apis/authentication.k8s.io/v1/selfsubjectreviews", &who)
        .await
        .expect(201);
    assert_eq!(
        answer["status"]["userInfo"]["username"],
        "mesh-sandbox-admin"
    );
}

#[tokio::test]
async fn scales_and_writes_status_by_their_subresources() {
    let bench = Bench::start().await;
    let path = "/apis/apps/v1/namespaces/default/deployments";
    let labels = json!({"app": "a"});
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels},
            "spec": {"containers": [{"name": "a", "image": "a"}]}}}});
    bench.post(path, &deployment).await.expect(201);
    let one = format!("{path}/a");
    let scale = bench
        .patch(
            &format!("{one}/scale"),
            "merge-patch+json",
            &json!({"spec": {"replicas": 3}}),
        )
        .await
        .expect(200);
    assert_eq!(
        (&scale["kind"], &scale["spec"]["replicas"]),
        (&json!("Scale"), &json!(3))
    );
    let status = json!({"status": {"readyReplicas": 2, "replicas": 3}});
    bench
        .patch(&format!("{one}/status"), "merge-patch+json", &status)
        .await
        .expect(200);
    let table = bench.get_as(&one, TABLE).await.expect(200);
    assert_eq!(table["rows"][0]["cells"][1], "2/3");
}
