//! A compiled directive: its pieces in an order that a line can be read by,
//! and where each text ends.
//!
//! ```abnf
//! line    = *(literal / field) *BLANK
//! field   = typed / text
//! typed   = number / status / time      ; ends where its shape ends
//! text    = *OCTET                      ; ends at the literal behind it
//! ```
//!
//! A text ends at the first place at which the rest of the line can be read;
//! where the writer escapes quotes, never behind a bare one. So what a client
//! writes between quotes cannot pass for another field; where it could, the
//! line is not read.

use super::clock::Clock;
use super::field::{Escaping, Field, Kind, Piece, Pieces};
use super::text::Wrong;

/// How many fields a directive may have; the longest in use have some forty.
pub const MOST: usize = 96;

/// How many nanoseconds a second is.
const SECOND: u64 = 1_000_000_000;

/// Where a text field ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Until {
    /// At a blank.
    Blank,
    /// At the end of the line.
    End,
    /// At this literal.
    Literal(Vec<u8>),
    /// At the slash that begins a path.
    Slash,
    /// Where the typed field behind it can be read.
    Typed,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// One blank or more; none where one was just read (HAProxy merges them).
    Blanks,
    /// A text that stands in every line.
    Literal(Vec<u8>),
    /// A field that ends elsewhere.
    Text(Field, Until),
    /// A field that ends where its shape ends.
    Typed(Field),
}

/// The pieces of a line, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The pieces.
    pub parts: Vec<Part>,
    /// How what is between them is escaped.
    pub escaping: Escaping,
    /// A field may be empty where its value is not known (nginx, unless it
    /// escapes by default).
    pub empties: bool,
    /// For each part, whether it is a text that may end elsewhere so that a
    /// field that matters is another.
    pub weighs: Vec<bool>,
}

impl Layout {
    /// Puts pieces into an order that can be read.
    ///
    /// # Errors
    /// Two texts between which nothing stands, or too many fields.
    pub fn new(pieces: Pieces, escaping: Escaping) -> Result<Layout, Wrong> {
        let pieces = joined(pieces);
        let mut parts = Vec::with_capacity(pieces.0.len());
        let mut n_fields = 0;
        let mut rest = pieces.0.into_iter().peekable();
        while let Some(piece) = rest.next() {
            parts.push(match piece {
                Piece::Blanks => Part::Blanks,
                Piece::Literal(text) => Part::Literal(text),
                Piece::Field(field) => {
                    n_fields += 1;
                    if n_fields > MOST {
                        return Err(Wrong::at(
                            field.at,
                            format!("this is more than {MOST} fields; no log has so many"),
                        ));
                    }
                    if field.kind.is_typed() {
                        if let Some(Piece::Field(next)) = rest.peek()
                            && is_long_number(&field.kind)
                            && begins_with_digit(&next.kind)
                        {
                            return Err(between(&field, next));
                        }
                        Part::Typed(field)
                    } else {
                        let until = until(&field, rest.peek())?;
                        Part::Text(field, until)
                    }
                }
            });
        }
        let empties = matches!(escaping, Escaping::Json | Escaping::Nothing);
        let weighs = weighing(&parts, escaping);
        Ok(Layout { parts, escaping, empties, weighs })
    }

    /// The fields, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().filter_map(Part::field)
    }
}

impl Part {
    /// The field, if it is one.
    pub fn field(&self) -> Option<&Field> {
        match self {
            Part::Text(field, _) | Part::Typed(field) => Some(field),
            Part::Blanks | Part::Literal(_) => None,
        }
    }
}

/// The texts whose end decides on a field that matters. Where the writer
/// escapes quotes, a bare one stands where it stands; W3C's columns end at
/// every blank.
fn weighing(parts: &[Part], escaping: Escaping) -> Vec<bool> {
    let mut weighs = vec![false; parts.len()];
    if escaping == Escaping::Plus {
        return weighs;
    }
    let is_anchor = |text: &[u8]| escaping.guards_quotes() && text.contains(&b'"');
    let mut before_key = false;
    for (part, weighs) in parts.iter().zip(&mut weighs).rev() {
        match part {
            Part::Literal(text) if is_anchor(text) => before_key = false,
            Part::Blanks | Part::Literal(_) => {}
            Part::Typed(field) => before_key |= field.kind.is_key(),
            Part::Text(field, until) => {
                let is_fixed = match until {
                    Until::End => true,
                    Until::Literal(text) => match text.first() {
                        Some(b'"') => escaping.guards_quotes(),
                        Some(b' ' | b'\t') => field.kind.is_word(),
                        _ => false,
                    },
                    Until::Blank => field.kind.is_word(),
                    Until::Slash => true,
                    Until::Typed => false,
                };
                before_key |= field.kind.is_key();
                *weighs = before_key && !is_fixed;
            }
        }
    }
    weighs
}

/// Where a text ends, by what stands behind it.
fn until(field: &Field, next: Option<&Piece>) -> Result<Until, Wrong> {
    Ok(match next {
        None => Until::End,
        Some(Piece::Blanks) => Until::Blank,
        Some(Piece::Literal(text)) => Until::Literal(text.clone()),
        Some(Piece::Field(next)) if next.kind.is_typed() => Until::Typed,
        Some(Piece::Field(next)) if matches!(next.kind, Kind::Path | Kind::Target) => Until::Slash,
        Some(Piece::Field(next)) => return Err(between(field, next)),
    })
}

/// Two fields of which no line tells where one ends.
fn between(field: &Field, next: &Field) -> Wrong {
    let (one, other) = (&field.name, &next.name);
    let why =
        format!("nothing stands between {one} and {other}, so that no line tells where one ends");
    Wrong::at(next.at, why)
}

/// A number of as many digits as it takes.
fn is_long_number(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Bytes(_)
            | Kind::Number
            | Kind::Took(..)
            | Kind::Transferred
            | Kind::Time(_, Clock::Decimal | Clock::Epoch(_))
    )
}

/// A field whose first digit might be the last one of a number before it.
fn begins_with_digit(kind: &Kind) -> bool {
    is_long_number(kind)
        || matches!(kind, Kind::Status(_) | Kind::Time(_, Clock::Fraction(_) | Clock::Iso))
}

/// Joins fields between which nothing stands and which make one: a path and
/// its query are a target, two opaque texts are one.
fn joined(pieces: Pieces) -> Pieces {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.0.len());
    for piece in pieces.0 {
        if let (Some(Piece::Field(before)), Piece::Field(field)) = (joined.last_mut(), &piece) {
            let kind = match (&before.kind, &field.kind) {
                (Kind::Path | Kind::Target, Kind::Query | Kind::IsArgs) => Some(Kind::Target),
                (one, other) if one.is_loose() && other.is_loose() => Some(Kind::Opaque),
                // Seconds and what is behind their point, without the point.
                (
                    Kind::Time(moment, Clock::Epoch(SECOND)),
                    Kind::Time(other, Clock::Fraction(digits @ (3 | 6))),
                ) if moment == other => {
                    Some(Kind::Time(*moment, Clock::Epoch(SECOND / 10_u64.pow(u32::from(*digits)))))
                }
                _ => None,
            };
            if let Some(kind) = kind {
                before.kind = kind;
                before.name.push_str(&field.name);
                continue;
            }
        }
        joined.push(piece);
    }
    Pieces(joined)
}
