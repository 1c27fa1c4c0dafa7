//! The sample applications of the course: which there are, of which parts, and their YAML (`samples/`, embedded).
//!
//! A part is one file that `kubectl apply -f` accepts. Choosing is here; printing and applying are the commands'.

use super::nearest::nearest;
use crate::error::{Error, Result};

/// An application to try the mesh with.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    /// What it is for, in one line.
    pub(crate) purpose: &'static str,
    /// In the order in which a learner needs them.
    pub(crate) parts: &'static [Part],
}

/// One file of a sample.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    /// The file's well-known name, which is accepted in place of `name`.
    pub(crate) file: &'static str,
    pub(crate) role: Role,
    /// What it is for, in one line.
    pub(crate) purpose: &'static str,
    #[serde(skip)]
    pub(crate) yaml: &'static str,
}

/// When a part is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Belongs to the sample as it is first applied.
    Base,
    /// A step of the course. Steps rewrite the same objects, so only one of them holds at a time.
    Step,
}

/// Declares a part; `$file` is relative to the sample's folder.
macro_rules! part {
    ($role:ident, $name:literal, $folder:literal, $file:literal, $purpose:literal) => {
        Part {
            name: $name,
            file: $file,
            role: Role::$role,
            purpose: $purpose,
            yaml: include_str!(concat!("../../samples/", $folder, "/", $file)),
        }
    };
}

const BOOKINFO: &[Part] = &[
    part!(
        Base,
        "apps",
        "bookinfo",
        "bookinfo.yaml",
        "productpage, details, reviews v1 to v3 and ratings"
    ),
    part!(
        Base,
        "gateway",
        "bookinfo",
        "bookinfo-gateway.yaml",
        "opens /productpage through the ingress gateway"
    ),
    part!(
        Base,
        "destination-rules",
        "bookinfo",
        "destination-rule-all.yaml",
        "names the versions of each service; every step needs it"
    ),
    part!(
        Step,
        "all-v1",
        "bookinfo",
        "virtual-service-all-v1.yaml",
        "canary 1: all requests to v1, no stars"
    ),
    part!(
        Step,
        "reviews-90-10",
        "bookinfo",
        "virtual-service-reviews-90-10.yaml",
        "canary 2: 90 % to reviews v1, 10 % to v2"
    ),
    part!(
        Step,
        "reviews-v2",
        "bookinfo",
        "virtual-service-reviews-v2.yaml",
        "blue-green: all requests to reviews v2, black stars"
    ),
    part!(
        Step,
        "reviews-50-50",
        "bookinfo",
        "virtual-service-reviews-v2-v3.yaml",
        "canary 3: half to reviews v2, half to v3"
    ),
    part!(
        Step,
        "reviews-jason",
        "bookinfo",
        "virtual-service-reviews-jason-v2-v3.yaml",
        "A/B: user jason to reviews v2, everybody else to v3"
    ),
];

const HTTPBIN: &[Part] = &[
    part!(
        Base,
        "app",
        "httpbin",
        "httpbin-nodeport.yaml",
        "httpbin behind a NodePort Service on port 8000"
    ),
    part!(
        Base,
        "gateway",
        "httpbin",
        "httpbin-gateway.yaml",
        "opens it through the ingress gateway"
    ),
];

const HELLOWORLD: &[Part] = &[
    part!(
        Base,
        "app",
        "helloworld",
        "helloworld.yaml",
        "v1 and v2 behind one Service on port 5000"
    ),
    part!(
        Base,
        "gateway",
        "helloworld",
        "helloworld-gateway.yaml",
        "opens /hello through the ingress gateway"
    ),
];

const CURL: &[Part] = &[part!(
    Base,
    "app",
    "curl",
    "curl.yaml",
    "a pod with curl in it"
)];

const TELEMETRY: &[Part] = &[part!(
    Base,
    "tracing",
    "telemetry",
    "tracing.yaml",
    "proxies report half of the requests to Jaeger"
)];

/// Every sample, the course's first.
pub(crate) const SAMPLES: &[Sample] = &[
    Sample {
        name: "bookinfo",
        purpose: "four services in several versions, to learn routing and releases on",
        parts: BOOKINFO,
    },
    Sample {
        name: "httpbin",
        purpose: "answers with what it was asked, to see injection and the ingress gateway at work",
        parts: HTTPBIN,
    },
    Sample {
        name: "helloworld",
        purpose: "one service in two versions, the smallest thing to shift traffic on",
        parts: HELLOWORLD,
    },
    Sample {
        name: "curl",
        purpose: "a client inside the mesh, to send requests from",
        parts: CURL,
    },
    Sample {
        name: "telemetry",
        purpose: "what the mesh reports of its traffic",
        parts: TELEMETRY,
    },
];

/// The sample called `name`.
///
/// An unknown name is an error that lists all names and hints at the nearest.
pub(crate) fn find(name: &str) -> Result<&'static Sample> {
    SAMPLES
        .iter()
        .find(|sample| sample.name == name)
        .ok_or_else(|| {
            let known: Vec<&str> = SAMPLES.iter().map(|sample| sample.name).collect();
            unknown(&format!("there is no sample `{name}`"), name, &known)
                .hint("`mesh sample list` shows what each is for")
        })
}

impl Sample {
    /// The parts called `names`, in that order; without names, the parts to apply first.
    ///
    /// An unknown name is an error that lists all names and hints at the nearest.
    pub(crate) fn select(&self, names: &[String]) -> Result<Vec<&'static Part>> {
        if names.is_empty() {
            let base = |part: &&'static Part| part.role == Role::Base;
            return Ok(self.parts.iter().filter(base).collect());
        }
        names.iter().map(|name| self.part(name)).collect()
    }

    fn part(&self, name: &str) -> Result<&'static Part> {
        let stem = name.strip_suffix(".yaml").unwrap_or(name);
        self.parts
            .iter()
            .find(|part| part.name == name || part.file.strip_suffix(".yaml") == Some(stem))
            .ok_or_else(|| {
                let known: Vec<&str> = self.parts.iter().map(|part| part.name).collect();
                let what = format!("sample `{}` has no part `{name}`", self.name);
                unknown(&what, name, &known)
            })
    }
}

/// The error for a name that is not in `known`.
fn unknown(what: &str, name: &str, known: &[&str]) -> Error {
    let error = Error::usage(format!("{what}; there are: {}", known.join(", ")));
    match nearest(name, known.iter().copied()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}

#[cfg(test)]
mod tests;
