//! What stands behind the user agent in the kin of the combined format.
//!
//! ```abnf
//! host-tail    = SP (host / DQUOTE host DQUOTE)
//! ingress-tail = SP 1*DIGIT SP seconds 1*2(SP "[" *name "]") 4(SP word) [SP word]
//! traefik-tail = SP (1*DIGIT / "-") SP DQUOTE *plain DQUOTE SP DQUOTE *plain DQUOTE
//!                SP 1*DIGIT "ms"
//! fields       = *(SP (DQUOTE *plain DQUOTE / [name "="] DQUOTE *plain DQUOTE / word))
//! ```
//!
//! No field here has a quote or a backslash inside, and one space alone stands
//! between two: whatever else is odd.

use super::clf::Behind;
use crate::format::QuickLine;
use crate::format::token::{is_forwarded, is_host_name, is_ip, number, seconds, without_port};

/// The line ends.
#[inline(always)]
pub fn nothing(behind: Behind<'_>, _read: &mut QuickLine) -> Option<()> {
    (behind.marks.is_empty() && behind.quote + 1 == behind.line.end).then_some(())
}

/// `host-tail`
#[inline(always)]
pub fn host(behind: Behind<'_>, _read: &mut QuickLine) -> Option<()> {
    let Behind { block, line, quote, marks } = behind;
    let field = block[quote + 1..line.end].strip_prefix(b" ")?;
    let name = match marks {
        [] => field,
        [_, _] => field.strip_prefix(b"\"")?.strip_suffix(b"\"")?,
        _ => return None,
    };
    is_host_name(name).then_some(())
}

/// `ingress-tail`, of which a request that was tried again has more.
#[inline(always)]
pub fn ingress(behind: Behind<'_>, _read: &mut QuickLine) -> Option<()> {
    let Behind { block, line, quote, marks } = behind;
    let text = block[quote + 1..line.end].strip_prefix(b" ").filter(|_| marks.is_empty())?;
    let mut words = text.split(|byte| *byte == b' ');
    let is_measured = number(words.next()?).is_some() && seconds(words.next()?).is_some();
    let is_name = |word: &[u8]| {
        word.len() >= 2 && word[0] == b'[' && memchr::memchr(b']', word) == Some(word.len() - 1)
    };
    if !is_measured || !is_name(words.next()?) {
        return None;
    }
    let mut word = words.next()?;
    if word.starts_with(b"[") {
        if !is_name(word) {
            return None;
        }
        word = words.next()?;
    }
    let is_alone = |word: &[u8]| !word.is_empty() && !word.ends_with(b",") && word != b":";
    let mut n_words = 1;
    let mut are_alone = is_alone(word);
    for word in words {
        n_words += 1;
        are_alone &= is_alone(word);
    }
    (are_alone && matches!(n_words, 4 | 5)).then_some(())
}

/// `traefik-tail`
#[inline(always)]
pub fn traefik(behind: Behind<'_>, _read: &mut QuickLine) -> Option<()> {
    let Behind { block, line, quote, marks } = behind;
    let &[q6, q7, q8, q9] = marks else { return None };
    let [first, end, next, last] = [q6, q7, q8, q9].map(|at| at as usize);
    let is_framed =
        block[end..next + 1] == *b"\" \"" && block[first] == b'"' && block[last] == b'"';
    let count = block[quote + 1..first].strip_prefix(b" ")?.strip_suffix(b" ")?;
    let took = block[last + 1..line.end].strip_prefix(b" ")?.strip_suffix(b"ms")?;
    let is_counted = count == b"-" || number(count).is_some();
    (is_framed && is_counted && number(took).is_some()).then_some(())
}

/// `fields`, of which one at most is a list of forwarded addresses.
#[inline(always)]
pub fn fields(behind: Behind<'_>, read: &mut QuickLine) -> Option<()> {
    let Behind { block, line, quote, mut marks } = behind;
    let mut at = quote + 1;
    let mut n_upstreams = 0;
    while at < line.end {
        // Up to the next quote stand words; it opens a field, or a name's value.
        let Some((&[open, close], others)) = marks.split_first_chunk() else {
            words(&block[at..line.end])?;
            return marks.is_empty().then_some(());
        };
        let (opening, closing) = (open as usize, close as usize);
        let before = &block[at..opening];
        let is_whole = block[opening] == b'"'
            && block[closing] == b'"'
            && (closing + 1 == line.end || block[closing + 1] == b' ');
        if !is_whole {
            return None;
        }
        n_upstreams += match before {
            b" " => 0,
            [b' ', .., b'='] => words(before)?,
            [b' ', words_between @ .., b' '] => words(&before[..words_between.len() + 1])?,
            _ => return None,
        };
        let text = &block[opening + 1..closing];
        if before.ends_with(b" ") && is_forwarded(text) {
            // A record has room for few addresses.
            if read.forwarded.is_some() || n_upstreams > 2 {
                return None;
            }
            read.forwarded = Some((open + 1, close));
        }
        (at, marks) = (closing + 1, others);
    }
    Some(())
}

/// `*(SP word)`, none of which begins with a bracket or is an address that the
/// grammar would take for a client's: how many are addresses of other servers.
pub fn words(text: &[u8]) -> Option<usize> {
    let Some(text) = text.strip_prefix(b" ") else { return text.is_empty().then_some(0) };
    // Without a branch, so that many are looked at together.
    let is_plain = |byte: u8| (byte >= b' ') & (byte != 0x7f) & (byte != b'[');
    if !text.iter().fold(true, |all, byte| all & is_plain(*byte)) {
        return None;
    }
    let mut n_upstreams = 0;
    for word in text.split(|byte| *byte == b' ') {
        let may_stand = !word.is_empty() && word[0] != b'(' && !word.starts_with(b"http");
        let bare = word.strip_suffix(b",").unwrap_or(word);
        let is_address = is_ip(bare);
        if !may_stand || is_address && without_port(bare).len() == bare.len() {
            return None;
        }
        n_upstreams += usize::from(is_address);
    }
    Some(n_upstreams)
}
