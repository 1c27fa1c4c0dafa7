//! One module per command, in alphabetical order.

mod version;
