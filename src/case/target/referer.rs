//! Which targets the referer of a request names: the page it came from.

use super::finds::{Finds, Found};
use super::{Match, Matcher, is_told, same_host};
use crate::record::path::Forms;
use crate::record::{Record, Request};

impl Matcher {
    /// Which targets a referer names, and whether their host is known to be the
    /// one that was asked: the case gives it, or the line logs it as `host`. A
    /// referer of another host names none.
    pub fn find_referer<'f, 't>(
        &self,
        referer: &'t [u8],
        host: Option<&[u8]>,
        finds: &'f mut Finds,
    ) -> Option<(Found<'f, 't>, bool)> {
        if !self.may_be_from(referer) {
            return None;
        }
        let request = Request::Line { method: b"-", target: referer, version: None };
        let found = finds.find_forms(self, &Record { request, ..Record::default() })?;
        let (named, forms) = found.both();
        let is_sure = self.is_of(named, forms, host)?;
        Some((found, is_sure))
    }

    /// Whether the host is known to be the one that was asked, of what a referer
    /// names; `None` where it is another, or none.
    fn is_of(&self, found: &Match<'_>, forms: &Forms<'_>, host: Option<&[u8]>) -> Option<bool> {
        let own = forms.host.as_deref()?;
        if found.exposures == 0 {
            return None;
        }
        let is_stated = found.targets.iter().any(|id| {
            let entry = &self.entries[*id as usize];
            entry.host.is_some() || entry.pattern.host().is_some()
        });
        match host.filter(|host| is_told(host)) {
            _ if is_stated => Some(true),
            Some(host) => same_host(own, host).then_some(true),
            None => Some(false),
        }
    }
}
