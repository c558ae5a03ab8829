//! How the text of a source is made: what one log can show of having been
//! edited, filtered or merged. Counts only; what follows from them is not for
//! this room.

use serde::{Deserialize, Serialize};

use crate::record::Instant;

/// Counts of how a source is made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texture {
    /// Lines that end with CR and LF.
    pub crlf: u64,
    /// Lines that end with LF alone.
    pub lf: u64,
    /// Lines that end with the source, or at damage of it.
    pub unended: u64,
    /// Bytes of byte order marks.
    pub mark_bytes: u64,
    /// Bytes of runs of NUL between lines.
    pub nul_bytes: u64,
    /// Records that are earlier than the one before them by a second or more.
    pub disordered: u64,
    /// The largest step back in seconds, and the time that it went back to.
    pub most_back: Option<(i64, Instant)>,
    /// Successful requests with a referer for something that is no part of a
    /// page.
    pub pages: u64,
    /// Requests for parts of pages: styles, scripts, pictures.
    pub parts: u64,
    /// Requests for what only scanners ask for.
    pub probes: u64,
}

impl Texture {
    /// Counts how a line ended, by how many bytes its ending has.
    pub fn ended(&mut self, bytes: u64) {
        match bytes {
            0 => self.unended += 1,
            1 => self.lf += 1,
            _ => self.crlf += 1,
        }
    }

    /// Counts how lines ended that have an ending each, by how many bytes all
    /// of these have.
    pub fn ended_all(&mut self, lines: u64, bytes: u64) {
        let crlf = bytes.saturating_sub(lines);
        self.crlf += crlf;
        self.lf += lines.saturating_sub(crlf);
    }

    /// Counts the step from one record to the next.
    pub fn step(&mut self, from: Instant, to: Instant) {
        let back = from.seconds.saturating_sub(to.seconds);
        if back > 0 {
            self.disordered += 1;
            self.most_back = self.most_back.max(Some((back, to)));
        }
    }

    /// Counts what was asked for: a path, the query off.
    #[inline(always)]
    pub fn request(&mut self, path: &[u8], status: Option<u16>, is_referred: bool) {
        let purpose = Purpose::of(path, status, is_referred);
        self.requests([purpose.page.into(), purpose.part.into(), purpose.probe.into()]);
    }

    /// Counts requests: for pages, for parts of pages, and what only scanners
    /// ask for.
    pub fn requests(&mut self, [pages, parts, probes]: [u64; 3]) {
        self.pages += pages;
        self.parts += parts;
        self.probes += probes;
    }

    /// Adds what another part of the same source shows.
    pub fn merge(&mut self, other: &Texture) {
        self.crlf += other.crlf;
        self.lf += other.lf;
        self.unended += other.unended;
        self.mark_bytes += other.mark_bytes;
        self.nul_bytes += other.nul_bytes;
        self.disordered += other.disordered;
        self.most_back = self.most_back.max(other.most_back);
        self.pages += other.pages;
        self.parts += other.parts;
        self.probes += other.probes;
    }
}

/// What a request was for, as far as it is one of these.
pub struct Purpose {
    /// A page: with a referer, and it was sent.
    pub page: bool,
    /// A part of a page.
    pub part: bool,
    /// What only scanners ask for.
    pub probe: bool,
}

impl Purpose {
    /// What a request for a path was for, the query off.
    #[inline(always)]
    pub fn of(path: &[u8], status: Option<u16>, is_referred: bool) -> Purpose {
        // Nobody can foretell what the next request is for: nothing here is a
        // branch that depends on it.
        let part = is_part(path);
        let probe = !part & is_probe(path);
        let page = !(part | probe) & is_referred & (status == Some(200));
        Purpose { page, part, probe }
    }
}

/// The endings of parts of pages with their dots, each at the place that its
/// last two letters have, which no other ending has: which bytes of a word are
/// such an ending, and what they are.
const PARTS: [(u64, u64); 32] = {
    let endings: [&[u8]; 12] = [
        b".css", b".gif", b".ico", b".jpeg", b".jpg", b".js", b".png", b".svg", b".ttf", b".webp",
        b".woff", b".woff2",
    ];
    // A word has nothing in common with one of the others.
    let mut places = [(0, 1); 32];
    let mut at = 0;
    while at < endings.len() {
        let (mut mask, mut ending) = (0, 0);
        let mut letter = 0;
        while letter < endings[at].len() {
            let place = 8 * (8 - endings[at].len() + letter);
            mask |= 0xff << place;
            ending |= (endings[at][letter] as u64) << place;
            letter += 1;
        }
        // Two at one place would stop the build.
        assert!(places[place_of(ending)].0 == 0);
        places[place_of(ending)] = (mask, ending);
        at += 1;
    }
    places
};

/// Where in [`PARTS`] a path may stand by its end, by a factor that keeps them
/// apart.
const fn place_of(tail: u64) -> usize {
    (((tail >> 48) as u32).wrapping_mul(0x9f76_7c45) >> 27) as usize
}

/// Whether a path is that of a part of a page: it has one of the endings.
#[inline(always)]
fn is_part(path: &[u8]) -> bool {
    let tail = match path.last_chunk::<8>() {
        Some(tail) => u64::from_le_bytes(*tail),
        None => path.iter().fold(0, |tail, byte| tail >> 8 | u64::from(*byte) << 56),
    };
    let (mask, ending) = PARTS[place_of(tail)];
    tail & mask == ending
}

/// How what only scanners ask for begins, each at the place that [`begun`]
/// gives it.
const PROBES: [u32; 8] = {
    let heads = [b"/.en", b"/.gi", b"/wp-", b"/php", b"/cgi"];
    let mut places = [0; 8];
    let mut at = 0;
    while at < heads.len() {
        let head = u32::from_le_bytes(*heads[at]);
        // Two at one place would stop the build.
        assert!(places[begun(head)] == 0);
        places[begun(head)] = head;
        at += 1;
    }
    places
};

/// Where in [`PROBES`] a beginning may stand, by a factor that keeps them apart.
const fn begun(head: u32) -> usize {
    (head.wrapping_mul(0xbd69_fe29) >> 29) as usize
}

/// Whether a path is one that every public server is asked for by machines
/// which look for what should not be there.
#[inline(always)]
fn is_probe(path: &[u8]) -> bool {
    let Some(head) = path.first_chunk::<4>() else { return false };
    let head = u32::from_le_bytes(*head);
    // Few paths begin like one of them.
    PROBES[begun(head)] == head
        && (path.starts_with(b"/.env")
            || path.starts_with(b"/.git")
            || path.starts_with(b"/wp-login.php")
            || path.starts_with(b"/phpmyadmin")
            || path.starts_with(b"/cgi-bin/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart() {
        let check = |target: &[u8], status, is_referred, expected: [u64; 3]| {
            let mut texture = Texture::default();
            texture.request(target, Some(status), is_referred);
            let found = [texture.pages, texture.parts, texture.probes];
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(target));
        };
        check(b"/a/b.css", 200, true, [0, 1, 0]);
        for ending in
            ["js", "css", "gif", "ico", "jpg", "png", "svg", "ttf", "jpeg", "webp", "woff"]
        {
            check(format!("/x.{ending}").as_bytes(), 304, false, [0, 1, 0]);
            check(format!("/folder/.x.{ending}").as_bytes(), 304, false, [0, 1, 0]);
            check(format!("/x.{ending}x").as_bytes(), 304, false, [0, 0, 0]);
            check(format!("/x.x{ending}").as_bytes(), 304, false, [0, 0, 0]);
            check(format!("/{ending}").as_bytes(), 304, false, [0, 0, 0]);
        }
        check(b"/a.js.", 304, false, [0, 0, 0]);
        check(b"/.js.x", 304, false, [0, 0, 0]);
        check(b"/a.\0js", 304, false, [0, 0, 0]);
        check(b"/a.js\0", 304, false, [0, 0, 0]);
        check(b"/font.woff2", 304, false, [0, 1, 0]);
        check(b"/a.csv", 200, true, [1, 0, 0]);
        check(b"/a.csv", 200, false, [0, 0, 0]);
        check(b"/a", 404, true, [0, 0, 0]);
        check(b"/.git/config", 404, false, [0, 0, 1]);
        check(b"/wp-login.php", 200, true, [0, 0, 1]);
        check(b"", 200, true, [1, 0, 0]);
    }

    #[test]
    fn endings_are_counted_together_as_one_by_one() {
        for endings in [&[][..], &[1], &[2], &[1, 2, 1, 1, 2], &[2, 2]] {
            let (mut each, mut all) = (Texture::default(), Texture::default());
            endings.iter().for_each(|bytes| each.ended(*bytes));
            all.ended_all(endings.len() as u64, endings.iter().sum());
            assert_eq!(each, all);
        }
    }

    #[test]
    fn parts_add_up_in_any_order() {
        let (mut one, mut two) = (Texture::default(), Texture::default());
        one.step(Instant::at(100), Instant::at(40));
        one.ended(2);
        two.step(Instant::at(100), Instant::at(10));
        two.step(Instant::at(5), Instant::at(5));
        two.ended(0);
        let (mut left, mut right) = (one.clone(), two.clone());
        left.merge(&two);
        right.merge(&one);
        assert_eq!(left, right);
        assert_eq!((left.disordered, left.most_back), (2, Some((90, Instant::at(10)))));
        assert_eq!((left.crlf, left.unended, left.lf), (1, 1, 0));
    }
}
