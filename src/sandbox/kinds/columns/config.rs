//! Configuration, access and the kinds that extend the API.

use serde_json::{Value, json};

use super::{
    Column, age, condition, count, created, integer, items, name, number, or, scalar, string, text,
    wide,
};

#[expect(clippy::too_many_lines, reason = "a table: one arm per kind")]
pub(super) fn columns(kind: &str) -> Option<Vec<Column>> {
    let own = match kind {
        "ConfigMap" => vec![
            integer("Data", |object, _| {
                json!(count(&object["data"]) + count(&object["binaryData"]))
            }),
            age(),
        ],
        "Secret" => vec![
            text("Type", |object, _| or(string(&object["type"]), "")),
            integer("Data", |object, _| json!(count(&object["data"]))),
            age(),
        ],
        "ServiceAccount" => vec![
            integer("Secrets", |object, _| json!(count(&object["secrets"]))),
            age(),
        ],
        "LimitRange" | "Role" | "ClusterRole" | "CustomResourceDefinition" => vec![created()],
        "ResourceQuota" => vec![
            text("Request", |object, _| {
                quota(object, |name| !name.starts_with("limits."))
            }),
            text("Limit", |object, _| {
                quota(object, |name| name.starts_with("limits."))
            }),
            age(),
        ],
        "RoleBinding" | "ClusterRoleBinding" => vec![
            text("Role", |object, _| {
                let role = &object["roleRef"];
                json!(format!(
                    "{}/{}",
                    string(&role["kind"]),
                    string(&role["name"])
                ))
            }),
            age(),
            wide("Users", |object, _| subjects(object, "User")),
            wide("Groups", |object, _| subjects(object, "Group")),
            wide("ServiceAccounts", |object, _| {
                subjects(object, "ServiceAccount")
            }),
        ],
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => {
            vec![
                integer("Webhooks", |object, _| json!(count(&object["webhooks"]))),
                age(),
            ]
        }
        "ValidatingAdmissionPolicy" => vec![
            integer("Validations", |object, _| {
                json!(count(&object["spec"]["validations"]))
            }),
            text("ParamKind", |object, _| {
                let kind = &object["spec"]["paramKind"];
                let text = format!("{}/{}", string(&kind["apiVersion"]), string(&kind["kind"]));
                or(if kind.is_null() { "" } else { &text }, "<unset>")
            }),
            age(),
        ],
        "ValidatingAdmissionPolicyBinding" => vec![
            text("PolicyName", |object, _| {
                or(string(&object["spec"]["policyName"]), "")
            }),
            text("ParamRef", |object, _| {
                let reference = &object["spec"]["paramRef"];
                let (namespace, name) =
                    (string(&reference["namespace"]), string(&reference["name"]));
                let text = if namespace.is_empty() {
                    name.to_owned()
                } else {
                    format!("{namespace}/{name}")
                };
                or(&text, "<unset>")
            }),
            age(),
        ],
        "APIService" => vec![
            text("Service", |object, _| {
                let service = &object["spec"]["service"];
                let text = format!(
                    "{}/{}",
                    string(&service["namespace"]),
                    string(&service["name"])
                );
                or(if service.is_null() { "" } else { &text }, "Local")
            }),
            text("Available", available),
            age(),
        ],
        "Lease" => vec![
            text("Holder", |object, _| {
                or(string(&object["spec"]["holderIdentity"]), "")
            }),
            age(),
        ],
        "PriorityClass" => vec![
            integer("Value", |object, _| json!(number(&object["value"]))),
            text("Global-Default", |object, _| {
                json!(object["globalDefault"] == true)
            }),
            age(),
            text("PreemptionPolicy", |object, _| {
                or(string(&object["preemptionPolicy"]), "")
            }),
        ],
        "CertificateSigningRequest" => signing_request(),
        "StorageClass" => return Some(storage_class()),
        "CSIDriver" => csi_driver(),
        _ => return None,
    };
    Some(std::iter::once(name()).chain(own).collect())
}

fn quota(object: &Value, wanted: fn(&str) -> bool) -> Value {
    let (hard, used) = (&object["status"]["hard"], &object["status"]["used"]);
    let all = hard
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| wanted(name));
    let all: Vec<String> = all
        .map(|(name, most)| format!("{name}: {}/{}", scalar(&used[name]), scalar(most)))
        .collect();
    json!(all.join(", "))
}

fn subjects(object: &Value, kind: &str) -> Value {
    let all = items(&object["subjects"])
        .iter()
        .filter(|one| one["kind"] == kind);
    let all = all.map(|one| {
        let name = string(&one["name"]);
        if kind == "ServiceAccount" {
            format!("{}/{name}", string(&one["namespace"]))
        } else {
            name.to_owned()
        }
    });
    json!(all.collect::<Vec<_>>().join(", "))
}

fn available(service: &Value, _now: i64) -> Value {
    match condition(service, "Available") {
        Some(one) if one["status"] == "True" => json!("True"),
        Some(one) => json!(format!(
            "{} ({})",
            string(&one["status"]),
            string(&one["reason"])
        )),
        None => json!("Unknown"),
    }
}

fn signing_request() -> Vec<Column> {
    vec![
        age(),
        text("SignerName", |object, _| {
            or(string(&object["spec"]["signerName"]), "<none>")
        }),
        text("Requestor", |object, _| {
            or(string(&object["spec"]["username"]), "")
        }),
        text(
            "RequestedDuration",
            |object, _| match object["spec"]["expirationSeconds"].as_i64() {
                Some(seconds) => json!(super::duration(seconds)),
                None => json!("<none>"),
            },
        ),
        text("Condition", |object, _| {
            let (mut approved, mut denied, mut failed) = (false, false, false);
            for one in items(&object["status"]["conditions"]) {
                match string(&one["type"]) {
                    "Approved" => approved = true,
                    "Denied" => denied = true,
                    "Failed" => failed = true,
                    _ => {}
                }
            }
            let mut words = vec![if denied {
                "Denied"
            } else if approved {
                "Approved"
            } else {
                "Pending"
            }];
            words.extend(failed.then_some("Failed"));
            words.extend(
                object["status"]["certificate"]
                    .is_string()
                    .then_some("Issued"),
            );
            json!(words.join(","))
        }),
    ]
}

fn storage_class() -> Vec<Column> {
    let mut first = text("Name", |object, _| {
        let name = string(&object["metadata"]["name"]);
        let default =
            &object["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"];
        json!(if default == "true" {
            format!("{name} (default)")
        } else {
            name.to_owned()
        })
    });
    "name".clone_into(&mut first.format);
    vec![
        first,
        text("Provisioner", |object, _| {
            or(string(&object["provisioner"]), "")
        }),
        text("ReclaimPolicy", |object, _| {
            or(string(&object["reclaimPolicy"]), "Delete")
        }),
        text("VolumeBindingMode", |object, _| {
            or(string(&object["volumeBindingMode"]), "<unset>")
        }),
        text("AllowVolumeExpansion", |object, _| {
            json!(object["allowVolumeExpansion"] == true)
        }),
        age(),
    ]
}

fn csi_driver() -> Vec<Column> {
    vec![
        text("AttachRequired", |object, _| {
            json!(object["spec"]["attachRequired"] != false)
        }),
        text("PodInfoOnMount", |object, _| {
            json!(object["spec"]["podInfoOnMount"] == true)
        }),
        text("StorageCapacity", |object, _| {
            json!(object["spec"]["storageCapacity"] == true)
        }),
        text("TokenRequests", |object, _| {
            let all = items(&object["spec"]["tokenRequests"])
                .iter()
                .map(|one| string(&one["audience"]));
            or(&all.collect::<Vec<_>>().join(","), "<unset>")
        }),
        text("RequiresRepublish", |object, _| {
            json!(object["spec"]["requiresRepublish"] == true)
        }),
        text("Modes", |object, _| {
            let modes = items(&object["spec"]["volumeLifecycleModes"])
                .iter()
                .map(string);
            or(&modes.collect::<Vec<_>>().join(","), "<none>")
        }),
        age(),
    ]
}
