//! The brick of the text formats whose lines each stand alone: a card, and a
//! grammar over the whole of a line, with its fast path where it has one. No
//! state, no scratch: what needs one of these implements [`Format`] itself.

use super::clf::whole;
use super::token::Read;
use super::{Card, Format, Miss, Quick, Scratch, State};
use crate::record::Record;

/// A format as data: what it is, and how one line of it is read.
pub struct Plain {
    /// What it is.
    pub card: &'static Card,
    /// The rule of a line. What it leaves over makes the line a miss.
    pub grammar: for<'a> fn(&'a [u8]) -> Read<'a, Record<'a>>,
    /// The fast way through lines of it, where there is one.
    pub quick: Option<&'static dyn Quick>,
}

impl Format for Plain {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn read<'a>(
        &self,
        _state: &mut State,
        line: &'a [u8],
        _scratch: &'a mut Scratch,
    ) -> Result<Record<'a>, Miss> {
        whole(line, (self.grammar)(line))
    }

    fn quick(&self) -> Option<&dyn Quick> {
        self.quick
    }
}
