//! Behind damage: everything is given as it stands, until a record begins.

use super::{Expect, GAP, Mode, Walk};

impl Walk {
    /// Something is no JSON here.
    pub(super) fn damage(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.before.get_or_insert(self.facts);
        self.n_damaged += 1;
        self.is_round = false;
        if self.is_behind && self.hold.is_empty() && self.gap > 0 {
            self.give_gap(out);
        }
        // An object where a name is due: the one before lacks its brace.
        let opener = if self.base().of_lists { b'[' } else { b'{' };
        let is_next = byte == opener && self.expect == Expect::Key && !self.in_text;
        let mut gap = 0;
        if is_next {
            let is_gap = |byte: &u8| matches!(byte, b' ' | b',');
            gap = self.hold.iter().rev().take_while(|byte| is_gap(byte)).count();
            self.hold.truncate(self.hold.len() - gap);
        }
        self.release(out);
        self.lose();
        if is_next {
            let indent = self.indent;
            self.gap = gap;
            self.begin(byte, out);
            self.indent = indent;
        } else {
            self.lost(byte, out);
        }
    }

    /// From here on the next record is looked for.
    pub(super) fn lose(&mut self) {
        while self.depth > self.base().depth {
            self.shut();
        }
        (self.mode, self.in_text, self.is_held) = (Mode::Lost, false, false);
        (self.is_behind, self.is_round, self.is_pending) = (false, false, false);
        self.is_line_start = false;
        self.hold.clear();
    }

    /// A byte behind damage. A record may begin behind a closing brace, or at the beginning of a line where records do.
    pub(super) fn lost(&mut self, byte: u8, out: &mut Vec<u8>) {
        let (opener, closer) = (if self.base().of_lists { b'[' } else { b'{' }, self.closer());
        let is_open = self.hold.iter().rposition(|one| *one == opener);
        match byte {
            b'"' if is_open.is_some() => {
                let held = std::mem::take(&mut self.hold);
                let (gap, record) = held.split_at(is_open.unwrap_or(0));
                // The closing brace was kept only to see it.
                let gap = gap.strip_prefix(&[closer]).unwrap_or(gap);
                self.gap = gap.len();
                let indent = self.indent;
                self.begin(opener, out);
                self.indent = indent;
                record.iter().skip(1).for_each(|byte| self.inside(*byte, out));
                self.inside(byte, out);
            }
            b' ' | b'\t' | b'\r' | b'\n' | b','
                if !self.hold.is_empty() && self.hold.len() < GAP =>
            {
                self.look_at_layout(byte);
                self.hold.push(byte);
            }
            b'\n' => {
                self.give_up(out);
                (self.was_newline, self.column) = (true, 0);
                self.hold.push(byte);
            }
            _ if byte == opener
                && is_open.is_none()
                && !self.hold.is_empty()
                && self.may_begin() =>
            {
                self.hold.push(byte);
            }
            _ if byte == closer => {
                self.give_up(out);
                out.push(byte);
                (self.was_newline, self.column) = (false, 0);
                self.hold.push(byte);
            }
            _ => {
                self.give_up(out);
                out.push(byte);
            }
        }
    }

    /// What ends a record.
    pub(super) fn closer(&self) -> u8 {
        if self.base().of_lists { b']' } else { b'}' }
    }

    /// Says whether records begin where the walk is.
    fn may_begin(&self) -> bool {
        match (self.indent, self.was_newline) {
            (Some(indent), true) => indent == self.column,
            (None, _) => true,
            (Some(_), false) => false,
        }
    }

    /// What is held behind damage is no beginning of a record.
    pub(super) fn give_up(&mut self, out: &mut Vec<u8>) {
        let is_brace = matches!(self.hold.first(), Some(b'}' | b']'));
        out.extend_from_slice(&self.hold[usize::from(is_brace)..]);
        self.hold.clear();
    }
}
