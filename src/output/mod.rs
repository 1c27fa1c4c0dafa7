//! What the user sees: results to stdout; status, hints, warnings and errors to stderr.

pub(crate) mod confirm;
pub(crate) mod diff;
pub(crate) mod progress;
pub(crate) mod sink;
pub(crate) mod structured;
pub(crate) mod table;
pub(crate) mod ui;

pub(crate) use ui::Ui;
