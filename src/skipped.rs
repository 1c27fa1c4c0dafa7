//! What tests say that cannot run here: past the harness, which hides what a passing test prints.

use std::io::Write as _;

/// Says on stderr, whatever the harness captures, that a test is skipped and why.
pub(crate) fn skipped(why: impl std::fmt::Display) {
    // A stderr that is closed is nothing to fail a test for.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
