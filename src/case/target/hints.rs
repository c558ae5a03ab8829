//! Cheap looks at a block, a target or a referer: where they say no, nothing is
//! named.

use smallvec::SmallVec;

use super::Matcher;
use crate::record::{Escape, path};

impl Matcher {
    /// Says whether a target, as logged, may be one that [`Matcher::find`]
    /// finds. A cheap look: where it says no, so does `find`.
    pub fn may_match(&self, target: &[u8], escape: Escape) -> bool {
        let path = path::raw(target);
        self.has_other_form(path, escape) || self.may_name_by(path)
    }

    /// Whether a path, its query off, may have another form than its own bytes, but
    /// for letter case where that is folded.
    fn has_other_form(&self, path: &[u8], escape: Escape) -> bool {
        path::is_odd_path(path, escape, false) || self.fold && !path::is_lowered(path)
    }

    /// As [`Matcher::may_name`], letter case folded where that is.
    fn may_name_by(&self, path: &[u8]) -> bool {
        if !self.fold {
            return self.may_name(path);
        }
        let mut lowered = SmallVec::<[u8; 128]>::from_slice(path);
        lowered.make_ascii_lowercase();
        self.may_name(&lowered)
    }

    /// As [`Matcher::may_match`], for a path that has no other form than its own
    /// bytes, its query off.
    pub fn may_name(&self, path: &[u8]) -> bool {
        self.candidates(path, &mut |_| true)
    }

    /// Says whether a referer, log escapes undone, may name a target: a cheap
    /// look. Its path is one that may match; where the targets have few pieces it
    /// holds one of them, as browsers spell it.
    pub fn may_be_from(&self, referer: &[u8]) -> bool {
        let holds_piece = || self.search.as_ref().is_none_or(|search| search.is_in(referer));
        let are_few = self.tells_by_pieces();
        if are_few && !holds_piece() {
            return false;
        }
        let Some(path) = behind_host(referer).map(path::raw) else { return are_few };
        match self.has_other_form(path, Escape::None) {
            true => are_few || holds_piece(),
            // An expression may match the host, too.
            false => self.may_name_by(path) || are_few && self.may_name_by(path::raw(referer)),
        }
    }

    /// Whether targets are so few that the pieces in a referer tell whether it may
    /// name one.
    pub(super) fn tells_by_pieces(&self) -> bool {
        self.search.is_some() && !self.pieces.are_many()
    }

    /// Whether looking at one path costs more than remembering it: there are
    /// several expressions to be tried, and nothing else tells lines apart.
    pub fn is_slow(&self) -> bool {
        self.search.is_none() && self.expressions.are_slow()
    }

    /// Whether many lines may hold a piece and yet name nothing: targets are so many
    /// that a block is searched for no more than the folders in which they lie, or
    /// their beginnings; or there are expressions, of which each has but one piece.
    pub fn tells_little(&self) -> bool {
        self.pieces.are_many() || !self.expressions.is_empty()
    }

    /// Lists where in a block of lines a piece of a target begins, and says
    /// whether that tells everything: then a line in which none begins is no
    /// match of a target whose path has no other form, but for letters in
    /// another case where that is folded, and has no referer that
    /// [`Matcher::may_be_from`] a target.
    ///
    /// `find` may know a quicker way: given what is rare of each piece, and
    /// whether its letters may be in any case, it adds every place at which the
    /// first six bytes of one stand, and others if it likes, in rising order;
    /// or it adds none, and says so.
    pub fn list(
        &self,
        block: &[u8],
        into: &mut Vec<u32>,
        find: impl FnOnce(&[&[u8]], bool, &mut Vec<u32>) -> bool,
    ) -> bool {
        into.clear();
        // To look at each path costs less than a search that is not quick.
        let Some(search) = self.search.as_ref().filter(|search| search.is_quick()) else {
            return false;
        };
        search.list(block, into, find);
        true
    }
}

/// What is behind the host of an absolute URI, from its path on.
pub(super) fn behind_host(uri: &[u8]) -> Option<&[u8]> {
    let rest = match uri.strip_prefix(b"https://").or(uri.strip_prefix(b"http://")) {
        Some(rest) => rest,
        None => &uri[memchr::memmem::find(uri, b"://")? + 3..],
    };
    Some(&rest[memchr::memchr(b'/', rest)?..])
}
