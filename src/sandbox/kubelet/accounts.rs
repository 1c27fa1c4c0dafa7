//! A pod runs as a service account: one that is not there keeps the pod from being made.

use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Admission, Admitted, Cluster, Key, Object, ResourceId, ResourceInfo};

/// The hook that new pods pass. The account `default` may still be on its way into a new namespace: it is not asked for.
pub(super) struct Accounts;

impl Admission for Accounts {
    fn admit(
        &self,
        cluster: &Cluster,
        info: &ResourceInfo,
        object: &mut Object,
        old: Option<&Object>,
    ) -> Result<Admitted, Status> {
        let account = object["spec"]["serviceAccountName"].as_str();
        let account = account.filter(|name| !matches!(*name, "" | "default"));
        let is_new_pod = old.is_none() && info.group.is_empty() && info.kind == "Pod";
        let (Some(account), true) = (account, is_new_pod) else {
            return Ok(Admitted::default());
        };
        let metadata = &object["metadata"];
        let namespace = metadata["namespace"].as_str().unwrap_or_default();
        let id = ResourceId::new("", "v1", "serviceaccounts");
        if let Err(status) = cluster.get(&id, &Key::namespaced(namespace, account)) {
            let name = ["generateName", "name"]
                .iter()
                .find_map(|field| metadata[*field].as_str())
                .unwrap_or_default();
            let why = format!(
                "error looking up service account {namespace}/{account}: {}",
                status
                    .message
                    .replacen("serviceaccounts", "serviceaccount", 1)
            );
            return Err(Status::forbidden(info, name, &why));
        }
        Ok(Admitted::default())
    }
}
