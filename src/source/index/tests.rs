//! Every way of looking gives what the obvious way gives.

use super::prints::PRINT;
use super::*;
use proptest::collection::vec;
use proptest::prelude::proptest;

fn slowly(block: &[u8], wanted: &[u8]) -> Vec<u32> {
    (0..block.len() as u32).filter(|at| wanted.contains(&block[*at as usize])).collect()
}

fn check(index: &mut Index, block: &[u8]) {
    for (marks, wanted) in [(Marks::Quotes, &b"\n\"\\"[..]), (Marks::Fields, &b"\n\"\\ \t"[..])] {
        let expected = slowly(block, wanted);
        for means in [Means::Usual, Means::Avx2, Means::Avx512] {
            index.fill_by(means, block, marks);
            assert_eq!(index.marks(), expected, "{means:?}");
        }
    }
}

#[test]
fn agrees_with_the_obvious_way_at_every_length_and_shift() {
    let mut index = Index::default();
    let line = b"192.0.2.1 - - [12/Apr/2018:09:48:40 +0200] \"GET /a\\\"b\\xc3.csv HTTP/1.1\" 200 5120 \"-\" \"u\\\\a\"\r\n";
    let text = line.repeat(4);
    for start in 0..line.len() {
        for end in (start..text.len()).step_by(7) {
            check(&mut index, &text[start..end]);
        }
    }
}

#[test]
fn chunks_are_those_of_the_standard_library() {
    let block: Vec<u8> = (0..40).collect();
    for length in 0..=block.len() {
        let block = &block[..length];
        for at in (0..45).chain([usize::MAX - 8, usize::MAX]) {
            let expected = block.get(at..).and_then(|rest| rest.first_chunk::<8>());
            assert_eq!(chunk(block, at), expected, "{at} of {length}");
            let expected = block.get(at..).and_then(|rest| rest.first_chunk::<32>());
            assert_eq!(chunk(block, at), expected, "{at} of {length}");
        }
    }
}

/// A window with what is to be seen in it.
struct Checked<'a> {
    window: &'a [u8; 32],
    one: u32,
    four: u32,
}

impl Work for Checked<'_> {
    fn with<L: Look>(self, look: L) {
        assert_eq!(look.any(self.window, *b"%"), self.one);
        assert_eq!(look.any(self.window, *b"\\;\0#"), self.four);
        assert_eq!(look.few(self.window, &Few::new(*b"\\;\0#")), self.four);
    }
}

/// A window with what of it are digits, and what is no ASCII.
struct Digits<'a> {
    window: &'a [u8; 32],
    expected: u32,
    high: u32,
}

impl Work for Digits<'_> {
    fn with<L: Look>(self, look: L) {
        assert_eq!(look.digits(self.window), self.expected);
        assert_eq!(look.high(self.window), self.high);
        let hex = (0..32).filter(|at| self.window[*at].is_ascii_hexdigit());
        assert_eq!(look.hex(self.window), hex.fold(0, |mask, at| mask | 1 << at));
        let other = [b'5'; 32];
        let same = (0..32).filter(|at| self.window[*at] == other[*at]);
        assert_eq!(look.same(self.window, &other), same.fold(0, |mask, at| mask | 1 << at));
    }
}

/// Four numbers, of which one is looked at, in its place among the others.
struct Quartet {
    number: u32,
    place: usize,
}

impl Work for Quartet {
    fn with<L: Look>(self, look: L) {
        let mut window = [b'9'; 32];
        let mut places = [NOWHERE; 16];
        let digits = self.number.to_string().into_bytes();
        window[7..7 + digits.len()].copy_from_slice(&digits);
        for (place, at) in
            places[..self.place * 4 + 3].iter_mut().rev().zip((7..7 + digits.len()).rev())
        {
            *place = at as u8;
        }
        for least in [0, 10, 100] {
            let mut all = [0; 4];
            all[self.place] = least;
            let expected = (u32::from(least)..=255).contains(&self.number);
            let expected = expected.then_some(self.number << (24 - 8 * self.place));
            assert_eq!(look.quartet(&window, &places, &all), expected);
        }
    }
}

#[test]
fn numbers_of_four_are_read_and_refused() {
    for number in 0..1_000 {
        for place in 0..4 {
            work(Quartet { number, place });
            Quartet { number, place }.with(Usual);
        }
    }
}

/// A window whose bytes are `like` but for one, and whether that may be.
struct Formed {
    form: Form,
    window: [u8; 32],
    expected: bool,
}

impl Work for Formed {
    fn with<L: Look>(self, look: L) {
        assert_eq!(look.fits(&self.window, &self.form), self.expected);
    }
}

#[test]
fn every_byte_of_a_form_is_looked_at() {
    let like: [u8; 32] = *b"[12/Apr/2018:09:48:40 +0200] \"GE";
    for at in 0..32 {
        for most in [0, 5, 9, 127, 128, 255] {
            let mut form = Form { like, within: [0; 32] };
            form.within[at] = most;
            for byte in 0..=255 {
                let mut window = like;
                window[at] = byte;
                let expected = byte ^ like[at] <= most;
                work(Formed { form, window, expected });
                Formed { form, window, expected }.with(Usual);
            }
        }
    }
}

/// A number in its place, the other of the pair being the same turned round.
struct Pair(u32);

impl Work for Pair {
    fn with<L: Look>(self, look: L) {
        let text = format!("\" {:>8} 9999999999999999999999", self.0);
        let window = text.as_bytes().first_chunk().unwrap();
        let place = |at: usize| if window[at] == b' ' { NOWHERE } else { at as u8 };
        let mut places = [NOWHERE; 16];
        (0..8).for_each(|at| places[at] = place(2 + at));
        (0..8).for_each(|at| places[8 + at] = place(9 - at));
        let turned = self.0.to_string().bytes().rev().map(char::from).collect::<String>();
        // What is turned has its blanks behind it.
        let turned = format!("{turned:0<8}").parse().unwrap();
        assert_eq!(look.pair(window, &places), [self.0, turned]);
    }
}

#[test]
fn pairs_of_numbers_are_read() {
    for number in (0..3_000).chain((0..100_000_000).step_by(9_973)).chain([99_999_999]) {
        work(Pair(number));
        Pair(number).with(Usual);
    }
}

#[test]
fn every_byte_at_every_place_is_told_apart() {
    let mut index = Index::default();
    let mut block = [b'x'; 131];
    for at in 0..block.len() {
        for byte in 0..=255 {
            block[at] = byte;
            check(&mut index, &block);
        }
        block[at] = b'x';
    }
    let mut window = [0; 32];
    for at in 0..window.len() {
        for byte in 0..=255 {
            window[at] = byte;
            let slow = |wanted: &[u8]| {
                slowly(&window, wanted).into_iter().fold(0, |mask, at| mask | 1_u32 << at)
            };
            work(Checked { window: &window, one: slow(b"%"), four: slow(b"\\;\0#") });
            Checked { window: &window, one: slow(b"%"), four: slow(b"\\;\0#") }.with(Usual);
            assert_eq!(any_plainly(&window, *b"\\;\0#"), slow(b"\\;\0#"));
            assert_eq!(any_plainly(&window, [255]), slow(&[255]));
            let high = slow(&(0x80..=0xff).collect::<Vec<u8>>());
            work(Digits { window: &window, expected: slow(b"0123456789"), high });
            Digits { window: &window, expected: slow(b"0123456789"), high }.with(Usual);
        }
        window[at] = at as u8;
    }
}

proptest! {
    #[test]
    fn no_place_of_a_print_is_missing(
        texts in vec("[a-cA-C/]{1,8}", 0..20), block in "([a-cA-C/x]{0,9}|é){0,40}", fold: bool,
    ) {
        let texts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        let prints = Prints::new(&texts, fold);
        for block in [block.as_bytes(), block.repeat(9).as_bytes()] {
            let begins = |at: &u32, text: &[u8]| {
                // Behind the end it may be anything.
                let behind = &block[*at as usize..];
                let length = text.len().min(PRINT).min(behind.len());
                match fold {
                    true => behind[..length].eq_ignore_ascii_case(&text[..length]),
                    false => behind[..length] == text[..length],
                }
            };
            let stands = |at: &u32| {
                let is_whole = |text: &&&[u8]| *at as usize + text.len().min(PRINT) <= block.len();
                texts.iter().filter(is_whole).any(|text| begins(at, text))
            };
            let may_stand = |at: &u32| texts.iter().any(|text| begins(at, text));
            for means in [Means::Avx2, Means::Avx512] {
                // Means of fewer bits look at fewer bytes.
                let mut found = Vec::new();
                if !prints.list_by(means, block, &mut found) {
                    continue;
                }
                assert!(found.is_sorted_by(|one, other| one < other));
                assert!((0..block.len() as u32).filter(stands).all(|at| found.contains(&at)));
                // Of so few texts each is a group by itself.
                let is_exact = means.min(Means::best()) == Means::Avx512;
                if texts.len() <= 8 && block.is_ascii() && is_exact {
                    assert!(found.iter().all(may_stand));
                }
            }
        }
    }
}

#[test]
fn a_block_of_nothing_but_marks() {
    let mut index = Index::default();
    check(&mut index, &b"\n\"\\ ".repeat(5_000));
    check(&mut index, b"");
    check(&mut index, &b"x".repeat(1_000));
}
