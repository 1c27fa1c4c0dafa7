//! One file per command; a group of commands is a folder.

pub(crate) mod canary;
pub(crate) mod check_inject;
pub(crate) mod completion;
pub(crate) mod inject;
pub(crate) mod injector;
pub(crate) mod install;
pub(crate) mod install_flags;
pub(crate) mod kube_inject;
pub(crate) mod kube_uninject;
pub(crate) mod manifest;
pub(crate) mod outcome;
pub(crate) mod precheck;
pub(crate) mod profile;
pub(crate) mod proxies;
pub(crate) mod replace;
pub(crate) mod sample;
pub(crate) mod sandbox;
pub(crate) mod status;
pub(crate) mod tag;
pub(crate) mod target;
pub(crate) mod uninstall;
pub(crate) mod upgrade;
pub(crate) mod util;
pub(crate) mod version;
pub(crate) mod workload_files;
