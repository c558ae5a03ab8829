//! An envelope that is a JSON object, as data: its marks, and where the line,
//! the host and the time stand in it.

use super::{About, Content, Envelope, Names, Opened};
use crate::format::json::{Key, has_name, member, pick};
use crate::format::{Scratch, State};

/// The place of the line itself.
pub const CONTENT: usize = 0;
/// The place of the machine that logged.
pub const HOST: usize = 1;
/// The place of the time.
pub const TIME: usize = 2;

/// An envelope that is a JSON object.
pub struct Wrap {
    /// What it is called.
    pub name: &'static str,
    /// What writes it, with a sample.
    pub about: About,
    /// Of each group one must be the name of a member in the line.
    pub marks: &'static [&'static [&'static str]],
    /// Names of which none may be in the line: it is then another thing.
    pub never: &'static [&'static str],
    /// Where the values are. Of several keys for one place the first is taken.
    pub keys: &'static [Key],
    /// An object in the outermost one that is itself the line, where no key
    /// gives one.
    pub object: Option<&'static str>,
}

impl Envelope for Wrap {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> About {
        self.about
    }

    fn may_hold(&self, _state: &State, line: &[u8]) -> bool {
        let names = Names { groups: self.marks, never: self.never };
        line.first() == Some(&b'{') && names.mark(|name| has_name(line, name))
    }

    fn names(&self) -> Option<Names> {
        Some(Names { groups: self.marks, never: self.never })
    }

    fn open<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        scratch: &'a mut Scratch,
    ) -> Option<Opened<'a>> {
        let picked = pick(line, self.keys, scratch).ok()?;
        let object = || self.object.and_then(|name| member(line, name));
        let content = picked.text(CONTENT).or_else(|| object().filter(|one| one[0] == b'{'))?;
        Some(Opened {
            content: Content::Whole(without_ending(content)),
            logger: picked.text(HOST),
            sealed: picked.time(TIME),
        })
    }
}

/// A line without its ending.
pub fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
