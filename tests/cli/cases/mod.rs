//! One module per command, in alphabetical order.

mod sample;
mod version;
