//! What Kubernetes says of its own types, and the merge that depends on nothing else: the layer below the engine and the
//! practice cluster, which knows neither. Pure.

pub(crate) mod names;
pub(crate) mod quantity;
pub(crate) mod schema;
pub(crate) mod strategic;
