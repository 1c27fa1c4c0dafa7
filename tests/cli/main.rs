//! Tests of the real binary, one module of `cases/` for each command.

mod cases;
#[path = "../../src/skipped.rs"]
mod skipped;
mod support;
