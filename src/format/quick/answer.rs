//! How a server answered: the status and the bytes of the Common Log Format,
//! read at once.

use super::fields::{bytes, status};
use crate::source::index::{Form, Look, NOWHERE, chunk};

/// `DQUOTE SP status SP bytes`, from the quote up to `end`: their values.
///
/// Nearly all have as few bytes as eight digits can tell, and are taken at once.
#[inline(always)]
pub fn answer(
    look: impl Look,
    block: &[u8],
    quote: usize,
    end: usize,
) -> Option<(u16, Option<u64>)> {
    let length = end.wrapping_sub(quote + BEFORE_BYTES);
    if let Some(window) = chunk(block, quote)
        && let Some(answer) = ANSWERS.get(length.wrapping_sub(1))
        && look.fits(window, &answer.form)
    {
        let [status, bytes] = look.pair(window, &answer.places);
        return Some((status as u16, Some(u64::from(bytes))));
    }
    slow_answer(block, quote, end)
}

/// The same, one after the other.
#[inline(never)]
fn slow_answer(block: &[u8], quote: usize, end: usize) -> Option<(u16, Option<u64>)> {
    let status = status(block, quote + 1).filter(|_| block[quote] == b'"')?;
    Some((status, bytes(block, quote + BEFORE_BYTES, end)?))
}

/// How long `" 200 ` is.
const BEFORE_BYTES: usize = 6;

/// A status and bytes of so many digits.
struct Answer {
    form: Form,
    /// Where their digits stand.
    places: [u8; 16],
}

/// Bytes of one to eight digits.
static ANSWERS: [Answer; 8] = {
    let mut all =
        [const { Answer { form: Form { like: [0; 32], within: [0; 32] }, places: [NOWHERE; 16] } };
            8];
    let mut length = 1;
    while length <= 8 {
        let Answer { form, places } = &mut all[length - 1];
        let mut at = 0;
        while at < 32 {
            let is_free = at >= BEFORE_BYTES + length;
            let is_digit = at >= BEFORE_BYTES || at >= 2 && at < 5;
            let text = *b"\" 000 ";
            form.like[at] = if is_digit { b'0' } else { text[at] };
            form.within[at] = if is_free {
                u8::MAX
            } else if is_digit {
                9
            } else {
                0
            };
            if is_digit && !is_free {
                let place = if at < 5 { 3 + at } else { 10 + at - length };
                places[place] = at as u8;
            }
            at += 1;
        }
        length += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::index::Usual;

    /// Room round a text behind a quote, of bytes that are right in other places.
    fn framed(text: &str, room: usize) -> Vec<u8> {
        [b"1.2.3.4 \"", text.as_bytes(), &b" \"http://a.example/\""[..room]].concat()
    }

    #[test]
    fn an_answer_is_its_status_and_its_bytes() {
        let mut texts = vec![" 200 -".to_owned(), " 200 --".to_owned(), "x200 1".to_owned()];
        for bytes in ["0", "9", "10", "807", "1024", "99999", "654321", "7654321", "98765432"] {
            texts.push(format!(" 404 {bytes}"));
            texts.push(format!(" 999 {bytes}9"));
            for at in 0..5 + bytes.len() {
                for byte in ['/', ':', '"', '\u{1}', ' '] {
                    let mut text = format!(" 206 {bytes}");
                    text.replace_range(at..=at, &byte.to_string());
                    texts.push(text);
                }
            }
        }
        for text in texts {
            for room in [0, 12] {
                let block = framed(&text, room);
                let end = 9 + text.len();
                assert_eq!(answer(Usual, &block, 8, end), slow_answer(&block, 8, end), "{text}");
            }
        }
        let block = framed(" 301 1234567", 12);
        assert_eq!(answer(Usual, &block, 8, 21), Some((301, Some(1_234_567))));
    }
}
