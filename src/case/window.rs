//! When an exposure was open.

use crate::record::Instant;

/// A half-open interval [from, to) in UTC, with what is known of its ends. A
/// missing end is unknown, never infinity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    /// Its first instant.
    pub from: Option<Instant>,
    /// The first instant after it.
    pub to: Option<Instant>,
    /// How early it may have begun.
    pub from_earliest: Option<Instant>,
    /// How late it may have ended.
    pub to_latest: Option<Instant>,
    /// Where its beginning is known from.
    pub source_of_from: Option<String>,
    /// Where its end is known from.
    pub source_of_to: Option<String>,
}

impl Window {
    /// Says whether the window holds an instant. A missing end holds
    /// everything on its side.
    pub fn holds(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    /// The earliest it may have begun and the latest it may have ended, where
    /// known.
    pub fn widest(&self) -> (Option<Instant>, Option<Instant>) {
        let earliest = [self.from, self.from_earliest].into_iter().flatten().min();
        (earliest, self.to.max(self.to_latest))
    }
}
