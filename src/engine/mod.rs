//! The pure part of `mesh`: values in, values out.
//!
//! Nothing here reads a file, the environment, a clock or the network, and nothing here prints; a command does that
//! before and after. One folder per capability.

// What clippy.toml lists cannot be used here. Tests may read their fixtures.
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_macros,
        clippy::disallowed_methods,
        clippy::disallowed_types
    )
)]

#[expect(
    dead_code,
    reason = "the definitions are generated from it; reading objects serves route evaluation and analysis, which follow"
)]
pub(crate) mod api;
pub(crate) mod canary;
pub(crate) mod inject;
pub(crate) mod install;
pub(crate) mod nearest;
pub(crate) mod precheck;
pub(crate) mod samples;
pub(crate) mod status;
#[expect(
    dead_code,
    reason = "clock, lookup and limits are for charts and injectors that are not ours, which follow"
)]
pub(crate) mod template;
pub(crate) mod versions;
pub(crate) mod words;
