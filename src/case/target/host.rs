//! Whether a target is on the host that was asked.

use super::{Entry, same_host};
use crate::record::Object;
use crate::record::path;

impl Entry {
    /// Says whether the target is on one of the hosts that were asked; where
    /// none is logged it is. `path` is the form that names the target.
    pub(super) fn is_on(&self, hosts: &[&[u8]], object: Option<Object<'_>>, path: &[u8]) -> bool {
        let is = |own: Option<&[u8]>| {
            own.is_none_or(|own| {
                hosts.is_empty()
                    || hosts.iter().any(|host| same_host(own, host))
                    || object.is_some_and(|object| object.is_on(path::host_of(own), hosts, path))
            })
        };
        is(self.host.as_deref()) && is(self.pattern.host())
    }
}

/// Says whether a host field tells a host: nginx writes `_` where any would
/// do.
pub(super) fn is_told(host: &[u8]) -> bool {
    !matches!(host, b"" | b"-" | b"_")
}
