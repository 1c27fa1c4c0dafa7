//! Faults on request, for tests of clients: the n-th request of a verb and a resource is dropped, delayed or refused. Beside
//! them, how many requests of which sort there were.
//!
//! `POST /sandbox/faults` with a body as below puts its faults in place of those that are left, and starts to count anew;
//! `GET` gives the faults that are left and the counts, `DELETE` clears both.
//!
//! ```json
//! {"faults": [{"verb": "patch", "resource": "deployments", "nth": 3, "action": "delay", "milliseconds": 200}]}
//! ```
//!
//! | Field | Meaning |
//! |---|---|
//! | `verb` | `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`; any if it is not there |
//! | `resource` | the plural, with the subresource after a slash: `deployments/scale`; the path of what is no resource, as `/version`; any if it is not there |
//! | `nth` | which of the requests that fit, from 1 |
//! | `action` | see below |
//! | `milliseconds` | for `delay` how long, for `throttle` when to try again |
//!
//! The actions: `drop` breaks off the connection before anything is done, `lost` after it was done; `delay` answers late;
//! `conflict` is 409, `throttle` 429, `error` 500, `unavailable` 503, `forbidden` 403, `unauthorized` 401, and `expired` 410,
//! which a watch tells as its first event.
//!
//! Beside `faults`, `version` has the server say that it is of that version, such as `v1.34.1-gke.1293000`, until the next order.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Request;
use crate::sandbox::api::status::{Details, Status};

/// What there is to come, and what there was.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    faults: Vec<Fault>,
    /// What it is to call itself.
    version: Option<String>,
    /// By verb and resource.
    requests: BTreeMap<(&'static str, String), u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    faults: Vec<Fault>,
    #[serde(default)]
    version: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    #[serde(skip_serializing_if = "Option::is_none")]
    verb: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    /// How many requests that fit are still to come, this one included.
    #[serde(default = "first")]
    nth: u64,
    action: Action,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<u64>,
}

fn first() -> u64 {
    1
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Drop,
    Lost,
    Delay,
    Conflict,
    Throttle,
    Error,
    Unavailable,
    Forbidden,
    Unauthorized,
    Expired,
}

/// What becomes of a request.
#[derive(Debug)]
pub(super) enum Fate {
    /// It is answered after this time, which may be none.
    Answered(Duration),
    /// The connection is broken off, before the request is carried out.
    Dropped,
    /// The connection is broken off once the request is carried out.
    Lost,
    /// It gets this answer instead.
    Refused(Status),
    /// It gets this as the first and last event of its watch.
    Ended(Status),
}

impl Faults {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the server is to say that it is, where that was ordered.
    pub(super) fn version(&self) -> Option<String> {
        self.state().version.clone()
    }

    /// Counts a request, and says what becomes of it. Requests about faults do not count.
    pub(super) fn fate(&self, request: &Request) -> Fate {
        let Some(asked) = Asked::of(request) else {
            return Fate::Answered(Duration::ZERO);
        };
        let mut state = self.state();
        let resource = asked.resource();
        let mut due = None;
        for (at, fault) in state.faults.iter_mut().enumerate() {
            let fits = |wanted: &Option<String>, found: &str| {
                wanted.as_ref().is_none_or(|wanted| wanted == found)
            };
            if fits(&fault.verb, asked.verb) && fits(&fault.resource, &resource) {
                fault.nth -= 1;
                if fault.nth == 0 {
                    due = due.or(Some(at));
                }
            }
        }
        *state.requests.entry((asked.verb, resource)).or_default() += 1;
        let fault = due.map(|at| state.faults[at].clone());
        state.faults.retain(|fault| fault.nth > 0);
        fault.map_or(Fate::Answered(Duration::ZERO), |fault| asked.meets(&fault))
    }

    /// Answers a request about faults.
    ///
    /// # Errors
    /// The body is not as the module says, or the method is none of the three.
    pub(super) fn serve(&self, request: &Request) -> Result<Value, Status> {
        match request.method {
            Method::GET => Ok(self.state().to_json()),
            Method::DELETE => {
                *self.state() = State::default();
                Ok(self.state().to_json())
            }
            Method::POST => {
                let order: Order = serde_json::from_slice(&request.body).map_err(|error| {
                    Status::bad_request(format!("not an order of faults: {error}"))
                })?;
                if order.faults.iter().any(|fault| fault.nth == 0) {
                    return Err(Status::bad_request("nth counts from 1"));
                }
                *self.state() = State {
                    faults: order.faults,
                    version: order.version,
                    requests: BTreeMap::new(),
                };
                Ok(self.state().to_json())
            }
            _ => Err(Status::new(
                405,
                "MethodNotAllowed",
                "use GET, POST or DELETE",
            )),
        }
    }
}

impl State {
    fn to_json(&self) -> Value {
        let requests = self.requests.iter().map(
            |((verb, resource), count)| json!({"verb": verb, "resource": resource, "count": count}),
        );
        json!({"faults": self.faults, "requests": requests.collect::<Vec<_>>()})
    }
}

/// What a request is about, as far as its path tells.
struct Asked<'a> {
    verb: &'static str,
    group: &'a str,
    namespace: &'a str,
    /// The path, for what is no resource.
    plural: &'a str,
    name: &'a str,
    subresource: &'a str,
}

impl<'a> Asked<'a> {
    /// `None` for requests that steer the practice cluster itself.
    fn of(request: &'a Request) -> Option<Self> {
        let words: Vec<&str> = request
            .path
            .split('/')
            .filter(|word| !word.is_empty())
            .collect();
        let (group, rest) = match words.as_slice() {
            ["sandbox", ..] => return None,
            ["api", "v1", rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => ("", &[][..]),
        };
        let (namespace, rest) = match rest {
            ["namespaces", _, "status" | "finalize"] => ("", rest),
            ["namespaces", namespace, _, ..] => (*namespace, &rest[2..]),
            _ => ("", rest),
        };
        let named = rest.len() > 1;
        let watches = request.query.flag("watch");
        let verb = match request.method {
            Method::GET | Method::HEAD if watches => "watch",
            Method::GET | Method::HEAD if named || rest.is_empty() => "get",
            Method::GET | Method::HEAD => "list",
            Method::POST => "create",
            Method::PUT => "update",
            Method::PATCH => "patch",
            Method::DELETE if named => "delete",
            Method::DELETE => "deletecollection",
            _ => "other",
        };
        let word = |at: usize| rest.get(at).copied().unwrap_or_default();
        Some(Self {
            verb,
            group,
            namespace,
            plural: rest.first().copied().unwrap_or(&request.path),
            name: word(1),
            subresource: word(2),
        })
    }

    fn resource(&self) -> String {
        match self.subresource {
            "" => self.plural.to_owned(),
            subresource => format!("{}/{subresource}", self.plural),
        }
    }

    fn qualified(&self) -> String {
        match self.group {
            "" => self.plural.to_owned(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// A refusal in Kubernetes' words.
    fn meets(&self, fault: &Fault) -> Fate {
        let pause = Duration::from_millis(fault.milliseconds.unwrap_or(1000));
        let (resource, name) = (self.qualified(), self.name);
        let status = match fault.action {
            Action::Drop => return Fate::Dropped,
            Action::Lost => return Fate::Lost,
            Action::Delay => return Fate::Answered(pause),
            Action::Conflict => {
                let text = format!(
                    "Operation cannot be fulfilled on {resource} {name:?}: the object has been modified; \
                     please apply your changes to the latest version and try again"
                );
                self.about(Status::new(409, "Conflict", text))
            }
            Action::Throttle => {
                let seconds = pause.as_millis().div_ceil(1000);
                Status::too_many_requests(
                    "the server has received too many requests and has asked us to try again later",
                    u32::try_from(seconds).unwrap_or(u32::MAX),
                )
            }
            Action::Error => Status::internal("a fault that was asked for"),
            Action::Unavailable => Status::new(
                503,
                "ServiceUnavailable",
                "the server is currently unable to handle the request",
            ),
            Action::Forbidden => self.about(Status::new(403, "Forbidden", self.forbidden())),
            Action::Unauthorized => Status::new(401, "Unauthorized", "Unauthorized"),
            Action::Expired => {
                let status =
                    Status::expired("The resourceVersion for the provided watch is too old.");
                if self.verb == "watch" {
                    return Fate::Ended(status);
                }
                status
            }
        };
        Fate::Refused(status)
    }

    fn forbidden(&self) -> String {
        let resource = self.qualified();
        let of = match self.name {
            "" => format!("{resource} is forbidden"),
            name => format!("{resource} {name:?} is forbidden"),
        };
        let place = match self.namespace {
            "" => "at the cluster scope".to_owned(),
            namespace => format!("in the namespace {namespace:?}"),
        };
        format!(
            "{of}: User {:?} cannot {} resource {:?} in API group {:?} {place}",
            super::identity::USER,
            self.verb,
            self.resource(),
            self.group
        )
    }

    fn about(&self, mut status: Status) -> Status {
        status.details = Some(Box::new(Details {
            name: self.name.to_owned(),
            group: self.group.to_owned(),
            kind: self.plural.to_owned(),
            ..Details::default()
        }));
        status
    }
}
