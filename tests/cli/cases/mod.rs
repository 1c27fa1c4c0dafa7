//! One module per command, in alphabetical order.

mod profile;
mod sample;
mod version;
