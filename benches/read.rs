//! Nanoseconds per line, for each format of the table by its grammar, and for
//! the fast paths: `cargo bench --bench read`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use whofetched::format::{self, QuickLine, Scratch, State, Sweep};
use whofetched::source::Index;

fn main() {
    divan::main();
}

/// How many times the samples of a format are repeated: enough that a run
/// takes longer than the clock is coarse.
const REPEATS: usize = 1_000;

fn names() -> impl Iterator<Item = &'static str> {
    format::TABLE.iter().map(|format| format.card().name)
}

#[divan::bench(args = names())]
fn grammar(bencher: Bencher, name: &str) {
    let Some(format) = format::named(name) else { return };
    let samples = format.card().samples;
    bencher.counter(ItemsCount::new(samples.len() * REPEATS)).bench_local(|| {
        let mut scratch = Scratch::default();
        for _ in 0..REPEATS {
            for sample in samples {
                let mut state = State::default();
                for line in sample.preamble {
                    format.header(&mut state, line);
                }
                scratch.bytes.clear();
                let _ = black_box(format.read(&mut state, black_box(sample.line), &mut scratch));
            }
        }
    });
}

#[divan::bench(args = names().filter(|name| format::named(name).is_some_and(|f| f.quick().is_some())))]
fn sweep(bencher: Bencher, name: &str) {
    let Some(format) = format::named(name) else { return };
    let Some(quick) = format.quick() else { return };
    let mut block = Vec::new();
    let samples = format.card().samples;
    for _ in 0..REPEATS {
        for sample in samples {
            block.extend_from_slice(sample.line);
            block.push(b'\n');
        }
    }
    let mut index = Index::default();
    // The header of the first sample holds for all.
    let mut state = State::default();
    for line in samples.iter().take(1).flat_map(|sample| sample.preamble) {
        format.header(&mut state, line);
    }
    bencher.counter(ItemsCount::new(samples.len() * REPEATS)).bench_local(|| {
        index.fill(black_box(&block), quick.marks());
        let mut count = Count { state: state.clone(), ..Count::default() };
        quick.sweep(&block, &index, &mut count);
        black_box(count)
    });
}

/// Counts what a sweep hands on.
#[derive(Default)]
struct Count {
    lines: u64,
    odd: u64,
    sum: u64,
    state: State,
}

impl Sweep for Count {
    fn line(&mut self, line: &QuickLine) {
        self.lines += 1;
        self.sum = self.sum.wrapping_add(line.time.at.seconds as u64);
    }

    fn odd(&mut self, _start: u32, _end: u32, _next: u32) {
        self.odd += 1;
    }

    fn state(&self) -> &State {
        &self.state
    }
}
