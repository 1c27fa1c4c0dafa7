//! Hosts of routes and the service that the user means, compared by their full names.
//!
//! Istio's rule (`destination.host` of VirtualService): a host without a dot belongs to the namespace of the object that
//! names it; a host with a dot is taken as it is, so that `reviews.prod` is not completed.

/// The domain of the cluster. Hosts of another domain are compared as they are written.
const DOMAIN: &str = ".svc.cluster.local";

/// The full name of a host that an object of `namespace` names.
pub(super) fn resolve(host: &str, namespace: &str) -> String {
    if host.contains('.') || host == "*" {
        host.to_owned()
    } else {
        format!("{host}.{namespace}{DOMAIN}")
    }
}

/// A full name as one would type it: `reviews.default` for a service of the cluster.
pub(crate) fn short(full: &str) -> &str {
    full.strip_suffix(DOMAIN).unwrap_or(full)
}

/// The first label of a service of the cluster, or the whole name of any other host.
pub(super) fn service(full: &str) -> &str {
    match full.strip_suffix(DOMAIN) {
        Some(name) => name.split('.').next().unwrap_or(name),
        None => full,
    }
}

/// The full name of a service of the cluster.
pub(crate) fn full_name(name: &str, namespace: &str) -> String {
    format!("{name}.{namespace}{DOMAIN}")
}

/// Name and namespace of a service of the cluster.
pub(crate) fn parts(full: &str) -> Option<(&str, &str)> {
    full.strip_suffix(DOMAIN)?.split_once('.')
}

/// Whether `pattern` (a host, perhaps with `*` for its first labels) stands for `full`.
pub(super) fn covers(pattern: &str, full: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(rest) => full.ends_with(rest),
        None => pattern == full,
    }
}

/// The service that the user named: `reviews`, `reviews.prod`, or the full name of any host.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) text: String,
    /// The namespace of a name without one; any if unknown.
    pub(crate) namespace: Option<String>,
}

impl Target {
    /// The full name of what is meant, if a name without namespace is one of `namespace`.
    pub(crate) fn full(&self, namespace: &str) -> String {
        let namespace = self.namespace.as_deref().unwrap_or(namespace);
        let name = self.text.strip_suffix(".svc").unwrap_or(&self.text);
        match name.matches('.').count() {
            0 => format!("{name}.{namespace}{DOMAIN}"),
            1 => format!("{name}{DOMAIN}"),
            _ => self.text.clone(),
        }
    }

    /// Whether the full name of a host is meant.
    pub(super) fn means(&self, full: &str) -> bool {
        if full == self.text {
            return true;
        }
        let Some(name) = full.strip_suffix(DOMAIN) else {
            return false;
        };
        match (self.text.strip_suffix(".svc"), &self.namespace) {
            (Some(text), _) => text == name,
            (None, _) if self.text.contains('.') => self.text == name,
            (None, Some(namespace)) => name.split_once('.') == Some((&self.text, namespace)),
            (None, None) => name.split('.').next() == Some(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str, namespace: Option<&str>) -> Target {
        Target {
            text: text.to_owned(),
            namespace: namespace.map(str::to_owned),
        }
    }

    #[test]
    fn completes_short_hosts_only() {
        assert_eq!(resolve("reviews", "prod"), "reviews.prod.svc.cluster.local");
        assert_eq!(resolve("reviews.prod", "default"), "reviews.prod");
        assert_eq!(resolve("*", "default"), "*");
        assert_eq!(short("reviews.prod.svc.cluster.local"), "reviews.prod");
    }

    #[test]
    fn means_the_whole_name_and_not_its_first_label() {
        let full = "reviews.prod.svc.cluster.local";
        for text in ["reviews", "reviews.prod", "reviews.prod.svc", full] {
            assert!(target(text, None).means(full), "{text}");
        }
        for text in ["review", "reviews.pro", "prod", "reviews.prod.svc.cluster"] {
            assert!(!target(text, None).means(full), "{text}");
        }
        assert!(!target("reviews", Some("default")).means(full));
        assert!(!target("reviews", None).means("reviews.prod"));
        assert!(target("api.example.com", None).means("api.example.com"));
    }
}
