//! Flags that pick the routes of a service which a command changes.

use crate::engine::canary::{ObjectName, RouteName, Selection};

/// Which of the routes that lead to the service.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct RouteFlags {
    /// The route, by its name or by its place in its list, from `#0`
    #[arg(long, value_name = "NAME|#INDEX", conflicts_with = "all_routes")]
    route: Option<RouteName>,

    /// Every route that leads to the service
    #[arg(long)]
    all_routes: bool,

    /// The object that holds the route
    #[arg(long, value_name = "VirtualService/[NAMESPACE/]NAME")]
    object: Option<ObjectName>,
}

impl RouteFlags {
    /// What they pick, of any port and server name.
    pub(super) fn selection(&self) -> Selection {
        Selection {
            object: self.object.clone(),
            route: self.route.clone(),
            all: self.all_routes,
            ..Selection::default()
        }
    }
}
