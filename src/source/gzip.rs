//! One member of a gzip file (RFC 1952), decoded step by step.
//!
//! Header and trailer are read here, because damage in a deflate stream and a checksum that does not agree are two different things: behind
//! the second nothing is lost, and the next member begins at once.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::decode::{State, Step};

/// One gzip member (RFC 1952): a header, a raw deflate stream, a checksum and a length.
pub(super) struct Gzip {
    phase: Phase,
    deflate: Decompress,
    crc: Crc,
}

/// The part of a member the next byte belongs to.
enum Phase {
    /// Byte `n` of the ten fixed bytes; byte 3 holds the flags.
    Fixed {
        n: u8,
        flags: u8,
    },
    /// Byte `n` of the two that say how long the extra field is.
    ExtraLength {
        n: u8,
        length: u16,
        flags: u8,
    },
    /// The extra field, with so many bytes left.
    Extra {
        left: u16,
        flags: u8,
    },
    /// The original name or a comment, up to its NUL.
    Text {
        flags: u8,
    },
    /// The checksum of the header, with so many bytes left. It is not compared: what matters has its own.
    HeaderCrc {
        left: u8,
    },
    Body,
    /// Byte `n` of the checksum and the length.
    Trailer {
        n: u8,
        bytes: [u8; 8],
    },
}

const HAS_HEADER_CRC: u8 = 2;
const HAS_EXTRA: u8 = 4;
const HAS_NAME: u8 = 8;
const HAS_COMMENT: u8 = 16;

impl Gzip {
    pub(super) fn new() -> Self {
        Gzip {
            phase: Phase::Fixed { n: 0, flags: 0 },
            deflate: Decompress::new(false),
            crc: Crc::new(),
        }
    }

    /// Makes ready for the next member, with the same memory.
    pub(super) fn restart(&mut self) {
        self.phase = Phase::Fixed { n: 0, flags: 0 };
        self.deflate.reset(false);
        self.crc.reset();
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut consumed = 0;
        loop {
            if let Phase::Body = self.phase {
                let (before_in, before_out) = (self.deflate.total_in(), self.deflate.total_out());
                let status =
                    self.deflate.decompress(&input[consumed..], output, FlushDecompress::None);
                consumed += (self.deflate.total_in() - before_in) as usize;
                let produced = (self.deflate.total_out() - before_out) as usize;
                self.crc.update(&output[..produced]);
                let state = match status {
                    Err(error) => State::Damaged(error.to_string()),
                    Ok(Status::StreamEnd) => {
                        self.phase = Phase::Trailer { n: 0, bytes: [0; 8] };
                        State::Going
                    }
                    Ok(_) => State::Going,
                };
                return Step { consumed, produced, state };
            }
            let Some(&byte) = input.get(consumed) else {
                return Step { consumed, produced: 0, state: State::Going };
            };
            consumed += 1;
            if let Some(state) = self.frame(byte) {
                return Step { consumed, produced: 0, state };
            }
        }
    }

    /// Takes one byte of the header or the trailer; says when the member ends with it.
    fn frame(&mut self, byte: u8) -> Option<State> {
        self.phase = match self.phase {
            Phase::Fixed { n: 9, flags } => after_fixed(flags),
            Phase::Fixed { n, flags } => {
                Phase::Fixed { n: n + 1, flags: if n == 3 { byte } else { flags } }
            }
            Phase::ExtraLength { n: 0, flags, .. } => {
                Phase::ExtraLength { n: 1, length: u16::from(byte), flags }
            }
            Phase::ExtraLength { length, flags, .. } => match length | u16::from(byte) << 8 {
                0 => after_extra(flags),
                left => Phase::Extra { left, flags },
            },
            Phase::Extra { left: 1, flags } => after_extra(flags),
            Phase::Extra { left, flags } => Phase::Extra { left: left - 1, flags },
            Phase::Text { flags } if byte == 0 => after_extra(flags),
            Phase::Text { flags } => Phase::Text { flags },
            Phase::HeaderCrc { left: 1 } => Phase::Body,
            Phase::HeaderCrc { left } => Phase::HeaderCrc { left: left - 1 },
            Phase::Body => Phase::Body,
            Phase::Trailer { n, mut bytes } => {
                bytes[usize::from(n)] = byte;
                if n == 7 {
                    return Some(self.compare(bytes));
                }
                Phase::Trailer { n: n + 1, bytes }
            }
        };
        None
    }

    fn compare(&self, trailer: [u8; 8]) -> State {
        let [a, b, c, d, e, f, g, h] = trailer;
        if u32::from_le_bytes([a, b, c, d]) != self.crc.sum() {
            State::Mismatch("its checksum does not agree".to_string())
        } else if u32::from_le_bytes([e, f, g, h]) != self.deflate.total_out() as u32 {
            State::Mismatch("its length does not agree".to_string())
        } else {
            State::End
        }
    }
}

fn after_fixed(flags: u8) -> Phase {
    if flags & HAS_EXTRA != 0 {
        Phase::ExtraLength { n: 0, length: 0, flags }
    } else {
        after_extra(flags)
    }
}

/// The name comes before the comment; each is taken off the flags when its turn comes.
fn after_extra(flags: u8) -> Phase {
    if flags & HAS_NAME != 0 {
        Phase::Text { flags: flags & !HAS_NAME }
    } else if flags & HAS_COMMENT != 0 {
        Phase::Text { flags: flags & !HAS_COMMENT }
    } else if flags & HAS_HEADER_CRC != 0 {
        Phase::HeaderCrc { left: 2 }
    } else {
        Phase::Body
    }
}
