//! What every match of a pattern holds: a text, or one of a few, by which lines
//! that name nothing are told from others at the speed of memory.

use std::cmp::Reverse;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use crate::record::path;

/// Texts of which every plain spelling of a match holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The texts, each of three bytes or more and ASCII; at least one.
    pub any_of: Vec<Vec<u8>>,
    /// They stand there in any letter case, and are given in lower case.
    pub any_case: bool,
    /// They are where every matching path begins.
    pub begins: bool,
}

impl Piece {
    /// The longest run of ASCII bytes of a text that every match holds; or the
    /// first, if it is long enough: files of one folder have that in common.
    pub(super) fn of_text(text: &[u8]) -> Option<Piece> {
        let mut runs = text.split(|byte| !byte.is_ascii());
        let first = runs.next().filter(|first| first.len() >= LONG);
        let begins = first.is_some() || text.is_ascii();
        let run =
            first.or_else(|| text.split(|byte| !byte.is_ascii()).max_by_key(|run| run.len()))?;
        good(vec![run.to_vec()]).map(|any_of| Piece { any_of, any_case: false, begins })
    }

    /// Its texts as they stand in a path, folded where `fold`.
    pub(super) fn texts(&self, fold: bool) -> impl Iterator<Item = Vec<u8>> {
        self.any_of.iter().map(move |text| if fold { path::fold(text) } else { text.clone() })
    }

    /// What every match of a glob holds, by the texts that stand in each: one
    /// piece of each, the longest first, and of those as long the last.
    pub(super) fn of_runs<'r>(runs: impl Iterator<Item = &'r [u8]>) -> Vec<Piece> {
        let each = runs.flat_map(|run| run.split(|byte| !byte.is_ascii()));
        let mut each: Vec<_> = each.filter_map(|run| good(vec![run.to_vec()])).collect();
        each.reverse();
        each.sort_by_key(|any_of| Reverse(worth(any_of)));
        each.into_iter().map(|any_of| Piece { any_of, any_case: false, begins: false }).collect()
    }

    /// What every match of a regular expression on bytes holds: one of each
    /// of these, what tells most first.
    pub(super) fn of_expression(expression: &str) -> Vec<Piece> {
        let parsed = ParserBuilder::new().utf8(false).build().parse(expression);
        let mut any_case = false;
        let told = parsed.map_or(Told::Hold(Vec::new()), |hir| Told::of(&hir, &mut any_case));
        let mut each = told.each();
        each.sort_by_key(|any_of| Reverse(worth(any_of)));
        each.truncate(MOST_PIECES);
        let piece = |mut any_of: Vec<Vec<u8>>| {
            if any_case {
                any_of.iter_mut().for_each(|text| text.make_ascii_lowercase());
                any_of.sort();
                any_of.dedup();
            }
            Piece { any_of, any_case, begins: false }
        };
        each.into_iter().map(piece).collect()
    }
}

/// The fewest bytes a piece is good for, and with how many it tells enough.
const LEAST: usize = 3;
const LONG: usize = 8;

/// How many letters of a class are told apart.
const MOST_LETTERS: usize = 4;

/// How many texts are told one behind the other.
const MOST_IN_A_ROW: usize = 16;

/// How many texts a piece may be.
const MOST: usize = 256;

/// How many pieces are told of an expression.
const MOST_PIECES: usize = 8;

/// How often what is repeated is written out.
const MOST_TIMES: u32 = 8;

/// The texts, if each is long enough.
fn good(texts: Vec<Vec<u8>>) -> Option<Vec<Vec<u8>>> {
    let is_good = !texts.is_empty() && texts.iter().all(|text| text.len() >= LEAST);
    (is_good && texts.len() <= MOST).then_some(texts)
}

/// How much a piece tells: the longer its texts the rarer, the more of them the
/// more often.
fn worth(texts: &[Vec<u8>]) -> isize {
    let shortest = texts.iter().map(Vec::len).min().unwrap_or_default();
    shortest as isize - texts.len().ilog2() as isize
}

/// What is told of the matches of an expression.
#[derive(Clone)]
enum Told {
    /// They are these, and no other.
    Are(Vec<Vec<u8>>),
    /// Each holds one of each of these.
    Hold(Vec<Vec<Vec<u8>>>),
}

impl Told {
    /// What is told of an expression; `any_case` is set where letters of it stand
    /// for both cases.
    fn of(hir: &Hir, any_case: &mut bool) -> Told {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Told::Are(vec![Vec::new()]),
            HirKind::Literal(text) if text.0.is_ascii() => Told::Are(vec![text.0.to_vec()]),
            // Other scripts are written in several ways.
            HirKind::Literal(text) => {
                Told::Hold(Piece::of_text(&text.0).map(|piece| piece.any_of).into_iter().collect())
            }
            HirKind::Class(class) => {
                letters(class, any_case).map_or(Told::Hold(Vec::new()), Told::Are)
            }
            HirKind::Capture(group) => Told::of(&group.sub, any_case),
            HirKind::Repetition(_) => Told::in_a_row(std::slice::from_ref(hir), any_case),
            HirKind::Concat(row) => Told::in_a_row(row, any_case),
            HirKind::Alternation(branches) => {
                let each: Vec<_> = branches.iter().map(|hir| Told::of(hir, any_case)).collect();
                let texts = each.iter().map(|told| match told {
                    Told::Are(texts) => Some(texts.as_slice()),
                    Told::Hold(_) => None,
                });
                if let Some(texts) = texts.collect::<Option<Vec<_>>>() {
                    return Told::Are(texts.concat());
                }
                let best: Option<Vec<_>> = each.into_iter().map(Told::best).collect();
                Told::Hold(best.and_then(|each| good(each.concat())).into_iter().collect())
            }
        }
    }

    /// What is told of expressions one behind the other.
    fn in_a_row(row: &[Hir], any_case: &mut bool) -> Told {
        let mut so_far = Row { texts: vec![Vec::new()], held: Vec::new(), is_broken: false };
        for hir in row {
            let HirKind::Repetition(Repetition { min, max, sub, .. }) = hir.kind() else {
                so_far.push(Told::of(hir, any_case));
                continue;
            };
            let (n, told) = ((*min).min(MOST_TIMES), Told::of(sub, any_case));
            (0..n).for_each(|_| so_far.push(told.clone()));
            if *max != Some(n) {
                so_far.end();
            }
        }
        match so_far.is_broken {
            false => Told::Are(so_far.texts),
            true => {
                so_far.end();
                Told::Hold(so_far.held)
            }
        }
    }

    /// The texts of which each match holds one, if they are good for it; each
    /// such.
    fn each(self) -> Vec<Vec<Vec<u8>>> {
        match self {
            Told::Are(texts) => good(texts).into_iter().collect(),
            Told::Hold(each) => each,
        }
    }

    /// Those that tell most.
    fn best(self) -> Option<Vec<Vec<u8>>> {
        self.each().into_iter().min_by_key(|texts| Reverse(worth(texts)))
    }
}

/// Expressions one behind the other.
struct Row {
    /// What matches those since the row was last broken.
    texts: Vec<Vec<u8>>,
    /// What stands in every match, one of each of these.
    held: Vec<Vec<Vec<u8>>>,
    /// Something was left out.
    is_broken: bool,
}

impl Row {
    fn push(&mut self, told: Told) {
        match told {
            Told::Are(next) if self.texts.len() * next.len() <= MOST_IN_A_ROW => {
                let with = |text: &Vec<u8>| {
                    let text = text.clone();
                    next.iter().map(move |next| [&text[..], next].concat())
                };
                self.texts = self.texts.iter().flat_map(with).collect();
            }
            Told::Are(next) => {
                self.end();
                self.texts = next;
            }
            Told::Hold(each) => {
                self.end();
                each.into_iter().for_each(|texts| self.keep(texts));
            }
        }
    }

    /// Ends what is known to stand without a gap.
    fn end(&mut self) {
        self.is_broken = true;
        let texts = std::mem::replace(&mut self.texts, vec![Vec::new()]);
        good(texts).into_iter().for_each(|texts| self.keep(texts));
    }

    fn keep(&mut self, texts: Vec<Vec<u8>>) {
        if !self.held.contains(&texts) {
            self.held.push(texts);
        }
    }
}

/// The letters of a class, each a text, where they are few and ASCII; a letter in
/// either case is one.
fn letters(class: &Class, any_case: &mut bool) -> Option<Vec<Vec<u8>>> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
        Class::Bytes(class) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
    };
    let mut letters = Vec::new();
    for (start, end) in ranges {
        letters.extend((start..=end).take(MOST_LETTERS + 1).map(u8::try_from));
    }
    let letters: Vec<u8> = letters.into_iter().collect::<Result<_, _>>().ok()?;
    if !letters.is_ascii() || letters.len() > MOST_LETTERS {
        return None;
    }
    let is_capital =
        |letter: &u8| letter.is_ascii_uppercase() && letters.contains(&letter.to_ascii_lowercase());
    *any_case |= letters.iter().any(is_capital);
    Some(letters.iter().filter(|letter| !is_capital(letter)).map(|letter| vec![*letter]).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::string::string_regex;

    use super::*;

    /// An expression, and a text that it matches.
    fn matched() -> impl Strategy<Value = (String, String)> {
        let letters = r"(/|a|b|ab|B|é|\[ab\]|\[Bb\]|\[a-f\]|\(\?i:ab/\)|\(\?i:b\))";
        let times = r"(||||\?|\*|\+|\{2\}|\{1,2\}|\{0\})";
        let one = format!("{letters}{times}");
        let group = format!(r"({one}){{1,3}}|\({one}(\|{letters}{{0,3}}){{0,2}}\){times}");
        let whole = format!(r"({group}){{1,4}}(\|({letters}){{3,4}})?");
        let expressions = string_regex(&whole).unwrap();
        expressions.prop_flat_map(|expression| {
            let texts = string_regex(&expression).unwrap();
            (Just(expression), texts)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_match_holds_it((expression, text) in matched()) {
            for piece in Piece::of_expression(&expression) {
                let text = match piece.any_case {
                    true => text.to_ascii_lowercase(),
                    false => text.clone(),
                };
                let holds = |one: &Vec<u8>| memchr::memmem::find(text.as_bytes(), one).is_some();
                prop_assert!(piece.any_of.iter().any(holds), "{expression} {text} {piece:?}");
            }
        }
    }

    fn check(text: &str, expected: &[&str], any_case: bool) {
        let found = Piece::of_expression(text).into_iter().next();
        let any_of: Vec<Vec<u8>> = expected.iter().map(|text| text.as_bytes().to_vec()).collect();
        let expected = Piece { any_of, any_case, begins: false };
        assert_eq!(found, (!expected.any_of.is_empty()).then_some(expected), "{text}");
    }

    #[test]
    fn an_expression_shows_what_every_match_holds() {
        let check = |text: &str, expected: &[&str]| check(text, expected, false);
        check(r"^/api/(?<record>\d+)$", &["/api/"]);
        check(r"^/export\.php$", &["/export.php"]);
        check(r"^/exports?/x", &["/export"]);
        check(r"^/a{2}/longer", &["/aa/longer"]);
        check(r"^/a{2,3}/longer", &["/longer"]);
        check(r"^/a{2,3}", &["/aa"]);
        check(r"(?:x/yz)?/ab", &["/ab"]);
        check(r"[a-z/]+\.csv", &[".csv"]);
        check(r"[]x]abc[^]y]", &["]abc", "xabc"]);
        check(r"/ab+c", &["/ab"]);
        check(r"(?:/abc)+", &["/abc"]);
        check(r"\x2fabc", &["/abc"]);
        check(r"(?x) /a b c", &["/abc"]);
        check(r"/ab|.", &[]);
        check(r".*", &[]);
        check(r"(?:)", &[]);
        check(r"/é/abc", &["/abc"]);
        check(r"a{1000}", &["aaaaaaaa"]);
    }

    #[test]
    fn one_of_several_texts_may_be_what_it_holds() {
        let check = |text: &str, expected: &[&str]| check(text, expected, false);
        check(r"/(a|b)/cd", &["/a/cd", "/b/cd"]);
        check(r"/ab|/cde", &["/ab", "/cde"]);
        check(r"^/(u|user)/12\d*/(export|download)", &["/export", "/download"]);
        check(r"^/v[12]/x", &["/v1/x", "/v2/x"]);
        check(r"\.(sql|zip)$", &[".sql", ".zip"]);
        check(r"/longest/[0-9](aaa|bbb)", &["/longest/"]);
        check(r"x[0-9a-h]|/cde", &[]);
        check(r".+/abc/|.+\.csv", &["/abc/", ".csv"]);
    }

    #[test]
    fn letter_case_may_be_any() {
        check(r"(?i)/Dump", &["/dump"], true);
        check(r"/A(?i)b/", &["/ab/"], true);
        check(r"/[Xx]y", &["/xy"], true);
        check(r"/[X]y", &["/Xy"], false);
        // The long s and the sign of Kelvin are letters of other cases.
        check(r"(?i)/backup", &["/bac"], true);
        check(r"(?i-u)/backup", &["/backup"], true);
    }
}
