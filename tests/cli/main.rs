//! Tests of the real binary, one module of `cases/` for each command.

mod cases;
mod support;
