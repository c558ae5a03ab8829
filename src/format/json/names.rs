//! Which keys a name goes on with, remembered: the names of a log's lines are
//! nearly always those of the line before.

use super::Key;
use super::walk::below;

/// How many names are remembered, and how long one may be.
const MOST: usize = 48;
const LONGEST: usize = 46;

/// The names that were asked for, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct Remembered {
    seen: Vec<Seen>,
    /// Which of them comes next if a line has the names of the line before.
    next: usize,
}

/// A name that was asked for, and what was found.
#[derive(Debug, Clone, Copy)]
struct Seen {
    keys: &'static [Key],
    live: u128,
    below: u128,
    depth: usize,
    length: u8,
    name: [u8; LONGEST],
}

impl Remembered {
    /// Begins with the first name of a line.
    pub fn begin(&mut self) {
        self.next = 0;
    }

    /// As [`below`]: of the `live` keys, which share `depth` names, those that
    /// go on with `name`.
    pub fn below(&mut self, keys: &'static [Key], live: u128, depth: usize, name: &[u8]) -> u128 {
        let is_same = |seen: &Seen| {
            seen.live == live
                && seen.depth == depth
                && std::ptr::eq(seen.keys, keys)
                && seen.name.get(..usize::from(seen.length)) == Some(name)
        };
        let (before, behind) = self.seen.split_at(self.next.min(self.seen.len()));
        let known = behind.iter().position(is_same).map(|at| before.len() + at);
        if let Some(at) = known.or_else(|| before.iter().position(is_same)) {
            self.next = at + 1;
            return self.seen[at].below;
        }
        let below = below(keys, live, depth, name);
        let mut kept = [0; LONGEST];
        if let Some(text) = kept.get_mut(..name.len()) {
            text.copy_from_slice(name);
            let length = name.len() as u8;
            let seen = Seen { keys, live, below, depth, length, name: kept };
            let n_seen = self.seen.len();
            if n_seen < MOST {
                // Those that come next do so behind a name that is new, too.
                self.next += usize::from(self.next == n_seen);
                self.seen.push(seen);
            } else {
                self.next %= MOST;
                self.seen[self.next] = seen;
                self.next += 1;
            }
        }
        below
    }
}

#[cfg(test)]
mod tests {
    use super::super::at;
    use super::*;

    #[test]
    fn a_name_is_remembered_as_it_was_found() {
        static KEYS: &[Key] = &[at(0, &["a"]), at(1, &["b", "A"]), at(2, &["c"]), at(3, &["b"])];
        static OTHER: &[Key] = &[at(0, &["b"]), at(1, &["a"])];
        let mut names = Remembered::default();
        let long = "b".repeat(LONGEST + 1);
        let asked: Vec<String> = ["a", "A", "b", "", "c", "d", &long].map(str::to_owned).into();
        let others = (0..300).map(|number| format!("name{number}"));
        let asked: Vec<String> = asked.into_iter().chain(others).collect();
        for _ in 0..2 {
            names.begin();
            for name in &asked {
                for (keys, live, depth) in
                    [(KEYS, 15, 0), (KEYS, 10, 0), (KEYS, 2, 1), (KEYS, 2, 300), (OTHER, 3, 0)]
                {
                    let found = names.below(keys, live, depth, name.as_bytes());
                    assert_eq!(found, below(keys, live, depth, name.as_bytes()), "{name} {depth}");
                }
            }
        }
        assert_eq!(names.below(KEYS, 15, 0, b"B"), 0b1010);
        assert_eq!(names.below(OTHER, 3, 0, b"B"), 0b01);
    }
}
