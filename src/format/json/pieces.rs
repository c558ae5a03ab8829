//! The lines of a log by what they have in common: the names and marks between
//! their values, which are nearly always those of the line before.
//!
//! What stands between two values is a piece. It is taken apart once, by
//! [`Between`], and remembered with what that said of the value behind it; from
//! then on it is compared, and the values are what lies between. A piece is told
//! by its own bytes and by what begins behind it, so that no two of them fit one
//! place in different ways.

use std::ops::Range;

use super::between::{Between, Hole, Level, is_bare};
use super::slots::{Slot, Slots};
use super::{Key, PLACES};
use crate::format::token::{self, eight_digits};
use crate::source::index::{Look, chunk};

/// How many pieces are remembered, how many of them behind one value, and how
/// long one may be: a log in which more varies is no use to remember.
const MOST: usize = 4096;
const BEHIND: usize = 48;
const LONGEST: usize = 4096;

/// How many bytes are looked at together.
const WINDOW: usize = 32;

/// What stands between two values.
#[derive(Debug)]
struct Piece {
    /// Where its bytes are in the text of all pieces.
    text: Range<usize>,
    /// What a window has that begins with them, and which of its bytes are they:
    /// a bit each.
    window: [u8; WINDOW],
    covered: u32,
    length: usize,
    n_quotes: usize,
    follows: Follows,
    /// The key that the value is of, and its place; none of them where nobody
    /// asks for it.
    key: usize,
    place: usize,
    /// Which of the names that are asked for stand in it, as bits.
    names: u128,
    /// The point behind the value that follows.
    to: usize,
    /// The piece that was found there last.
    likely: usize,
}

impl Piece {
    /// What stands before a line: nothing.
    const NONE: Piece = Piece {
        text: 0..0,
        window: [0; WINDOW],
        covered: 0,
        length: 0,
        n_quotes: 0,
        follows: Follows::End,
        key: usize::MAX,
        place: PLACES,
        names: 0,
        to: 0,
        likely: 0,
    };
}

/// What follows a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Bare,
    End,
    Text,
}

/// A point behind a value.
#[derive(Debug, Default)]
struct Point {
    levels: Vec<Level>,
    is_behind_text: bool,
    /// The name that stands before it last.
    name: Vec<u8>,
    /// The pieces that were found there, the one seen first first.
    pieces: Vec<usize>,
}

/// The pieces of a log's lines, learnt as they come.
#[derive(Debug)]
pub struct Pieces {
    keys: &'static [Key],
    aside: usize,
    /// The names that are asked for: at most 128.
    names: Vec<&'static str>,
    text: Vec<u8>,
    /// The first is the one before a line, which stands nowhere.
    pieces: Vec<Piece>,
    /// The first is the beginning of a line.
    points: Vec<Point>,
}

/// A line that was taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// How long it is, its ending off.
    pub length: usize,
    /// How many marks are in it.
    pub n_marks: usize,
    /// Which of the names that were asked for stand in it, as bits.
    pub names: u128,
}

impl Pieces {
    /// Nothing learnt; the values of `keys` are looked for, but for that of the
    /// place `aside`, and of `names` (at most 128) whether they are there.
    pub fn new(keys: &'static [Key], aside: usize, mut names: Vec<&'static str>) -> Pieces {
        names.truncate(128);
        let (pieces, points) = (vec![Piece::NONE], vec![Point::default()]);
        Pieces { keys, aside, names, text: Vec::new(), pieces, points }
    }

    /// Takes a line apart that begins at a place of a block; `marks` are the
    /// places of its quotes, backslashes and newlines. `None` where there is
    /// more to it than the grammar's walk makes of plain values, or something
    /// else.
    #[inline(always)]
    pub fn read(
        &mut self,
        look: impl Look,
        block: &[u8],
        start: usize,
        marks: &[u32],
        slots: &mut Slots,
    ) -> Option<Shown> {
        let mut shown = Shown { length: 0, n_marks: 0, names: 0 };
        slots.clear();
        let mut at = start;
        // The piece before, and the one that was found behind it last.
        let (mut before, mut likely) = (0, self.pieces.first()?.likely);
        loop {
            let number = match self.pieces.get(likely) {
                Some(piece) if likely > 0 && self.stands(look, piece, block, at) => likely,
                _ => self.look_up(look, block, at, before)?,
            };
            let piece = self.pieces.get(number)?;
            (before, likely) = (number, piece.likely);
            at += piece.length;
            shown.n_marks += piece.n_quotes;
            shown.names |= piece.names;
            match piece.follows {
                Follows::Text => {
                    let end = *marks.get(shown.n_marks)? as usize;
                    let text = block.get(at..end).filter(|_| block.get(end) == Some(&b'"'))?;
                    if token::present(text).is_some() {
                        let slot = Slot::Line(at - start, end - start);
                        slots.fill(piece.place, piece.key, slot);
                    }
                    at = end;
                }
                Follows::Bare => {
                    let (length, value) = bare(block.get(at..)?)?;
                    if piece.place < PLACES
                        && let Some(value) = value
                    {
                        slots.fill(piece.place, piece.key, value.slot()?);
                    }
                    at += length;
                }
                Follows::End => {
                    shown.length = at - start;
                    return is_text(&block[start..at]).then_some(shown);
                }
            }
        }
    }

    /// The number of the piece that begins at a place, behind another and the
    /// value that follows that; it is the likely one from then on.
    #[inline(never)]
    fn look_up(
        &mut self,
        look: impl Look,
        block: &[u8],
        at: usize,
        before: usize,
    ) -> Option<usize> {
        let point = self.pieces.get(before)?.to;
        let known = &self.points.get(point)?.pieces;
        let stands = |number: &&usize| {
            self.pieces.get(**number).is_some_and(|piece| self.stands(look, piece, block, at))
        };
        let number = match known.iter().find(stands) {
            Some(number) => *number,
            None => self.learn(block.get(at..)?, point)?,
        };
        self.pieces.get_mut(before)?.likely = number;
        Some(number)
    }

    /// Says whether a piece stands at a place, and what follows is as it was.
    #[inline(always)]
    fn stands(&self, look: impl Look, piece: &Piece, block: &[u8], at: usize) -> bool {
        let length = piece.length;
        let begins = chunk(block, at)
            .map(|window| look.same(window, &piece.window) & piece.covered == piece.covered);
        let is_there = match begins {
            Some(begins) if length <= WINDOW => begins,
            Some(false) => false,
            _ => match (block.get(at..), self.text.get(piece.text.clone())) {
                (Some(behind), Some(text)) => behind.starts_with(text),
                _ => false,
            },
        };
        is_there && piece.follows.fits(block.get(at + length))
    }

    /// Takes a piece apart and remembers it.
    #[cold]
    fn learn(&mut self, behind: &[u8], from: usize) -> Option<usize> {
        let point = self.points.get(from)?;
        if self.pieces.len() >= MOST || point.pieces.len() >= BEHIND {
            return None;
        }
        let line = &behind[..memchr::memchr(b'\n', behind).unwrap_or(behind.len())];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (levels, names) = (point.levels.clone(), Vec::new());
        let mut between = Between { keys: self.keys, text: line, at: 0, levels, names };
        let (follows, goal) = match between.read(from == 0, point.is_behind_text)? {
            Hole::Bare(goal) => (Follows::Bare, goal),
            Hole::Text(goal) => (Follows::Text, goal),
            Hole::End => (Follows::End, None),
        };
        let goal = goal.map(|key| (key, self.keys[key].place));
        let goal = goal.filter(|(_, place)| *place != self.aside);
        let (key, place) = goal.unwrap_or((Piece::NONE.key, Piece::NONE.place));
        let text = line.get(..between.at).filter(|text| text.len() <= LONGEST)?;
        let is_there = |name: &&str| between.names.contains(&name.as_bytes());
        let there = self.names.iter().enumerate().filter(|(_, name)| is_there(name));
        let names = there.fold(0, |names, (number, _)| names | 1 << number);
        let name = between.names.last().map_or(point.name.as_slice(), |name| name).to_vec();
        let is_behind_text = follows == Follows::Text;
        let levels = between.levels;
        let is_same = |each: &Point| {
            (&each.levels, each.is_behind_text, &each.name) == (&levels, is_behind_text, &name)
        };
        // Nothing leads back to the beginning.
        let to = match self.points.iter().skip(1).position(is_same) {
            Some(before) => before + 1,
            None => {
                self.points.push(Point { levels, is_behind_text, name, pieces: Vec::new() });
                self.points.len() - 1
            }
        };
        let number = self.pieces.len();
        self.points.get_mut(from)?.pieces.push(number);
        let start = self.text.len();
        self.text.extend_from_slice(text);
        let n_quotes = text.iter().filter(|byte| **byte == b'"').count();
        let length = text.len();
        let n_covered = length.min(WINDOW);
        let covered = ((1_u64 << n_covered) - 1) as u32;
        let mut window = [0; WINDOW];
        window[..n_covered].copy_from_slice(&text[..n_covered]);
        let text = start..self.text.len();
        self.pieces.push(Piece {
            text,
            window,
            covered,
            length,
            n_quotes,
            follows,
            key,
            place,
            names,
            to,
            likely: 0,
        });
        Some(number)
    }
}

impl Follows {
    /// Says whether what begins so may follow.
    #[inline(always)]
    fn fits(self, byte: Option<&u8>) -> bool {
        match self {
            Follows::Text => true,
            Follows::Bare => byte.is_some_and(|byte| is_bare(*byte)),
            Follows::End => matches!(byte, None | Some(b'\n' | b'\r')),
        }
    }
}

/// Says whether a line is text as JSON has it: UTF-8 without control
/// characters.
#[inline(always)]
fn is_text(line: &[u8]) -> bool {
    // As signed numbers, bytes that are no ASCII are below the space as well.
    let other = line.iter().fold(0, |other, byte| other | u8::from((*byte as i8) < 0x20));
    other == 0 || line.iter().all(|byte| *byte >= b' ') && std::str::from_utf8(line).is_ok()
}

/// A number as its digits say it: `whole` without the point, which stands
/// before so many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    whole: u64,
    decimals: Option<usize>,
    is_negative: bool,
}

impl Number {
    /// As the walk has it.
    fn slot(self) -> Option<Slot> {
        /// Powers of ten that are whole as floating-point numbers.
        const TEN: [f64; 18] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
            1e16, 1e17,
        ];
        match (self.is_negative, self.decimals) {
            (true, _) => None,
            (false, None) => Some(Slot::Whole(self.whole)),
            (false, Some(decimals)) => Some(Slot::Number(self.whole as f64 / TEN.get(decimals)?)),
        }
    }
}

/// ```abnf
/// bare   = "true" / "false" / "null" / number
/// number = ["-"] ("0" / %x31-39 *DIGIT) ["." 1*DIGIT]   ; 17 digits at most
/// ```
/// How long it is, and the number that it is.
#[inline(always)]
fn bare(rest: &[u8]) -> Option<(usize, Option<Number>)> {
    match rest.first()? {
        b't' => return rest.starts_with(b"true").then_some((4, None)),
        b'f' => return rest.starts_with(b"false").then_some((5, None)),
        b'n' => return rest.starts_with(b"null").then_some((4, None)),
        _ => {}
    }
    let is_negative = rest[0] == b'-';
    let start = usize::from(is_negative);
    let (n_digits, whole) = digits(&rest[start..], 0);
    let point = start + n_digits;
    let (n_decimals, whole) = match rest.get(point) {
        Some(b'.') => digits(&rest[point + 1..], whole),
        _ => (0, whole),
    };
    let has_point = rest.get(point) == Some(&b'.');
    let is_right = n_digits > 0
        && (n_digits == 1 || rest[start] != b'0')
        && has_point == (n_decimals > 0)
        && n_digits + n_decimals <= 19
        && n_decimals <= 17;
    let number = Number { whole, decimals: has_point.then_some(n_decimals), is_negative };
    let length = point + usize::from(has_point) + n_decimals;
    is_right.then_some((length, Some(number)))
}

/// How many digits a text begins with, and the number that they go on with.
#[inline(always)]
fn digits(text: &[u8], before: u64) -> (usize, u64) {
    const TEN: [u64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
    // Nearly always they are few, and seen at once.
    if let Some(bytes) = text.first_chunk() {
        let values = u64::from_le_bytes(*bytes) ^ 0x3030_3030_3030_3030;
        // The lowest of these bits is of the first byte that is none.
        let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
        let count = others.trailing_zeros() as usize / 8;
        match TEN.get(count) {
            Some(_) if count == 0 => return (0, before),
            Some(ten) => {
                let number = eight_digits(values << (64 - 8 * count));
                return (count, before.wrapping_mul(*ten).wrapping_add(number));
            }
            None => {}
        }
    }
    let mut number = before;
    let mut count = 0;
    while let Some(digit) = text.get(count).map(|byte| byte.wrapping_sub(b'0'))
        && digit < 10
    {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        count += 1;
    }
    (count, number)
}
