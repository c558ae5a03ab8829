//! A raw deflate stream, decoded step by step.
//!
//! The crate's own reader loses what it had unpacked in the call in which it meets damage: up to a quarter of a mebibyte of lines.

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};

/// Unpacks a deflate stream, and leaves its reader right behind it.
pub(super) struct Inflate<R> {
    packed: R,
    state: Decompress,
    /// Damage that was met in a step that also gave bytes.
    damage: Option<io::Error>,
    is_ended: bool,
}

impl<R: BufRead> Inflate<R> {
    pub(super) fn new(packed: R) -> Inflate<R> {
        Inflate { packed, state: Decompress::new(false), damage: None, is_ended: false }
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.damage.take() {
            self.is_ended = true;
            return Err(error);
        }
        while !self.is_ended && !out.is_empty() {
            let input = self.packed.fill_buf()?;
            let is_over = input.is_empty();
            let (before_in, before_out) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(input, out, FlushDecompress::None);
            let n_read = (self.state.total_in() - before_in) as usize;
            let n_given = (self.state.total_out() - before_out) as usize;
            self.packed.consume(n_read);
            match status {
                Ok(Status::StreamEnd) => self.is_ended = true,
                Ok(_) if n_read + n_given > 0 => {}
                Ok(_) if is_over => {
                    self.damage = Some(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "its packed bytes end too early",
                    ));
                }
                Ok(_) => self.damage = Some(invalid("it makes no progress")),
                Err(error) => self.damage = Some(invalid(&error.to_string())),
            }
            if n_given > 0 {
                return Ok(n_given);
            }
            if let Some(error) = self.damage.take() {
                self.is_ended = true;
                return Err(error);
            }
        }
        Ok(0)
    }
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}
