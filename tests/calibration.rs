//! How often the test of silence is wrong, and how short a hole it finds, over
//! generated logs of known truth. The rates stand in docs/validation.md;
//! `BLESS=1` writes them there anew.
//!
//! Heavy, so `.ci/run` has a step of its own for it, built for speed. A plain
//! `cargo test` takes two logs for each figure.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rand_distr::{Distribution, Exp, Gamma, LogNormal, Poisson, StandardUniform};
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;
use whofetched::evidence::Coverage;
use whofetched::evidence::beats::Beats;
use whofetched::evidence::coverage::bin_of;
use whofetched::record::Instant;
use whofetched::verdict::gaps::hear::{self, Heard};
use whofetched::verdict::gaps::heartbeat::Heartbeat;
use whofetched::verdict::gaps::silence::{self, Tested};
use whofetched::verdict::gaps::traffic::Traffic;
use whofetched::verdict::hours::Stretch;

/// A Monday, 2024-01-01T00:00:00Z.
const BEGIN: i64 = 1_704_067_200;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// How the hours of a log vary.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Gamma,
    LogNormal,
    Holidays,
}

const KINDS: [Kind; 3] = [Kind::Gamma, Kind::LogNormal, Kind::Holidays];

/// A log of `days` with `rate` visits an hour on average, cut in `cuts`.
fn log(rate: f64, kind: Kind, days: i64, seed: u64, cuts: &[Stretch]) -> Coverage {
    let numbers = &mut Pcg64Mcg::seed_from_u64(seed);
    let gamma = Gamma::new(4.0, 0.25).unwrap();
    let log_normal = LogNormal::new(-0.125, 0.5).unwrap();
    let pause = Exp::new(1.0 / 40.0).unwrap();
    let mut coverage = Coverage::default();
    let mut client = 0_u64;
    for day in 0..days {
        let chance: f64 = StandardUniform.sample(numbers);
        let holiday = matches!(kind, Kind::Holidays) && chance < 0.05;
        let of_day = if holiday {
            0.25
        } else if day % 7 >= 5 {
            0.8
        } else {
            1.08
        };
        for hour in 0..24 {
            let of_hour = match hour {
                0..6 => 0.5,
                8..20 => 1.3,
                _ => 0.9,
            };
            let busy: f64 = match kind {
                Kind::LogNormal => log_normal.sample(numbers),
                _ => gamma.sample(numbers),
            };
            let mean = (rate * of_day * of_hour * busy).max(1e-9);
            let visits: f64 = Poisson::new(mean).unwrap().sample(numbers);
            for _ in 0..visits as u64 {
                client += 1;
                let within: f64 = StandardUniform.sample(numbers);
                let mut at = (BEGIN + day * DAY + hour * HOUR) as f64 + within * HOUR as f64;
                let more: f64 = StandardUniform.sample(numbers);
                for _ in 0..1 + (more * 15.0) as u64 {
                    see(&mut coverage, at as i64, client, cuts);
                    at += pause.sample(numbers);
                }
            }
        }
    }
    coverage
}

fn see(coverage: &mut Coverage, at: i64, client: u64, cuts: &[Stretch]) {
    if cuts.iter().any(|cut| cut.from <= at && at < cut.to) {
        return;
    }
    coverage.see(Instant::at(at));
    let crowd = coverage.crowds.entry(bin_of(Instant::at(at))).or_default();
    crowd.absorb(client.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
}

fn tested(coverage: &Coverage, days: i64) -> Tested {
    let asked = Stretch { from: BEGIN, to: BEGIN + days * DAY };
    silence::test(&Traffic::of([coverage].into_iter(), asked).unwrap())
}

/// Whether a hole is told that lies over most of a cut.
fn found(tested: &Tested, cut: Stretch) -> bool {
    tested.holes.iter().any(|hole| {
        let both = hole.stretch.to.min(cut.to) - hole.stretch.from.max(cut.from);
        both * 10 >= (cut.to - cut.from) * 8
    })
}

/// What was measured over the logs of one rate and kind.
#[derive(Debug, Default)]
struct Cell {
    /// Complete logs with a hole told.
    alarms: usize,
    /// Cuts found: of one, two and six hours by day, and of a day from midnight
    /// to midnight.
    found: [usize; 4],
    /// The shortest silence that would be seen at any time, in hours: of each
    /// complete log.
    resolution: Vec<f64>,
}

/// How many logs each figure is of.
const RUNS: usize = if cfg!(debug_assertions) { 2 } else { 50 };

const RATES: [f64; 4] = [2.0, 10.0, 25.0, 100.0];

/// How long a log is, in days: of six weeks the course of a week is known, of
/// two that of a day.
const SPANS: [i64; 2] = [42, 14];

fn measure(rate: f64, kind: Kind, days: i64) -> Cell {
    let mut cell = Cell::default();
    for seed in 0..RUNS as u64 {
        let whole = tested(&log(rate, kind, days, seed, &[]), days);
        cell.alarms += usize::from(!whole.holes.is_empty());
        let all = whole.resolution.iter().map(|length| length.unwrap_or(days * DAY));
        cell.resolution.push(all.max().unwrap_or(0) as f64 / HOUR as f64);
        for (place, length) in [HOUR, 2 * HOUR, 6 * HOUR, DAY].into_iter().enumerate() {
            let of_day = if length == DAY { 0 } else { 10 * HOUR + (seed as i64 * 397) % 7_200 };
            let from = BEGIN + 8 * DAY + of_day;
            let cut = Stretch { from, to: from + length };
            let left = tested(&log(rate, kind, days, seed, &[cut]), days);
            cell.found[place] += usize::from(found(&left, cut));
        }
    }
    cell.resolution.sort_by(f64::total_cmp);
    cell
}

/// How many of the removed ten minutes of a monitor that calls once a minute,
/// late by up to five seconds and sometimes not at all, are told.
fn monitors() -> usize {
    let is_found = |seed: &u64| {
        let numbers = &mut Pcg64Mcg::seed_from_u64(*seed);
        let mut beats = Beats::default();
        let cut = 5 * DAY + (*seed as i64 * 7_919) % DAY;
        for minute in 0..14 * 1_440 {
            let late: f64 = StandardUniform.sample(numbers);
            let skipped: f64 = StandardUniform.sample(numbers);
            let at = minute * 60 + (late * 5.0) as i64;
            if skipped > 0.002 && !(cut..cut + 600).contains(&at) {
                beats.see(Instant::at(at));
            }
        }
        let calls: Vec<i64> = beats.seconds().collect();
        let heartbeat = Heartbeat::of(&[&beats]).unwrap();
        let told: Vec<i64> = calls
            .windows(2)
            .filter(|pair| {
                heartbeat.score(Stretch { from: pair[0] + 15, to: pair[1] - 15 }).is_some()
            })
            .map(|pair| pair[0])
            .collect();
        told.len() == 1 && (told[0] - cut).abs() <= 120
    };
    (0..RUNS as u64).filter(is_found).count()
}

#[test]
fn holes_are_found_and_complete_logs_left_alone() {
    let cells: Vec<(i64, f64, Kind)> = SPANS
        .into_iter()
        .flat_map(|days| RATES.into_iter().map(move |rate| (days, rate)))
        .flat_map(|(days, rate)| KINDS.into_iter().map(move |kind| (days, rate, kind)))
        .collect();
    let next = AtomicUsize::new(0);
    let measured = Mutex::new(BTreeMap::new());
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some((days, rate, kind)) = cells.get(place) else { break };
                    let cell = measure(*rate, *kind, *days);
                    measured.lock().unwrap().insert(place, cell);
                }
            });
        }
    });
    let measured = measured.into_inner().unwrap();
    let (mut alarms, mut complete) = (0, 0);
    let mut table = String::from(
        "| weeks | visits an hour | hours vary as | complete logs with a hole told | 1 h by day \
         found | 2 h | 6 h | a day | an interruption is seen from |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (place, (days, rate, kind)) in cells.iter().enumerate() {
        let cell = &measured[&place];
        let [one, two, six, day] = cell.found;
        let of = |n: usize| format!("{n}/{RUNS}");
        let kind = match kind {
            Kind::Gamma => "gamma, k = 4",
            Kind::LogNormal => "log-normal, sigma = 0.5",
            Kind::Holidays => "gamma, one day in twenty at a quarter",
        };
        table.push_str(&format!(
            "| {} | {rate} | {kind} | {} | {} | {} | {} | {} | {:.1} h |\n",
            days / 7,
            of(cell.alarms),
            of(one),
            of(two),
            of(six),
            of(day),
            cell.resolution[RUNS / 2],
        ));
        let is_modelled = !kind.contains("twenty");
        if is_modelled {
            alarms += cell.alarms;
            complete += RUNS;
        }
        let enough = |n: usize| n * 100 >= RUNS * 95;
        assert!(enough(day), "{days} days, {rate}/h, {kind}: {cell:?}");
        if *rate >= 25.0 && is_modelled {
            assert!(enough(two), "{days} days, {rate}/h, {kind}: {cell:?}");
        }
        if *rate >= 100.0 && is_modelled && *days == 42 {
            assert!(enough(one), "{days} days, {rate}/h, {kind}: {cell:?}");
        }
    }
    let monitors = monitors();
    println!("{table}\n{alarms} of {complete}, {monitors} of {RUNS}");
    assert!(alarms * 100 <= complete * 2, "{alarms} of {complete}");
    assert!(monitors * 100 >= RUNS * 95, "{monitors} of {RUNS}");
    if cfg!(debug_assertions) {
        return;
    }
    let section = format!(
        "{table}\nOf {complete} generated complete logs {alarms} had a hole told, unmodelled holidays \
         apart. Of {RUNS} slices of ten minutes taken from a monitor that calls once a minute on \
         an otherwise silent site {monitors} were told.\n"
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/validation.md");
    let whole = fs::read_to_string(path).unwrap();
    let (head, rest) = whole.split_once(MARKS.0).unwrap();
    let (old, tail) = rest.split_once(MARKS.1).unwrap();
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, format!("{head}{}\n{section}{}{tail}", MARKS.0, MARKS.1)).unwrap();
    } else if !old.trim().is_empty() {
        // Where nothing stands yet, reports quote nothing.
        assert_eq!(old.trim_start(), section, "BLESS=1 writes it anew");
    }
}

/// Law 3: of a log that passes, no cut that is longer than what it is said to
/// show passes.
#[test]
fn no_cut_beyond_what_is_stated_passes() {
    let days = 21;
    let window = [Stretch { from: BEGIN + DAY, to: BEGIN + (days - 1) * DAY }];
    let hears = |coverage: &Coverage| {
        let traffic = Traffic::of([coverage].into_iter(), window[0]).unwrap();
        hear::listen(&traffic, &[], &window, HOUR)
    };
    let passes = |heard: &Heard| heard.holes.is_empty() && heard.untold.is_empty();
    let numbers = &mut Pcg64Mcg::seed_from_u64(7);
    let mut cuts = 0;
    for rate in [60.0, 100.0, 250.0] {
        for kind in KINDS {
            for seed in 0..RUNS as u64 / 2 {
                let whole = log(rate, kind, days, seed, &[]);
                let heard = hears(&whole);
                for _ in 0..if passes(&heard) { 4 } else { 0 } {
                    let share: f64 = StandardUniform.sample(numbers);
                    let longer: f64 = StandardUniform.sample(numbers);
                    let length = heard.noticed_from + 1 + (longer * 900.0) as i64;
                    let room = window[0].seconds() - length;
                    let from = window[0].from + (share * room as f64) as i64;
                    let cut = Stretch { from, to: from + length };
                    let left = hears(&log(rate, kind, days, seed, &[cut]));
                    assert!(!passes(&left), "{rate}/h {kind:?} {seed}: {cut:?} of {heard:?}");
                    cuts += 1;
                }
            }
        }
    }
    assert!(cuts >= RUNS, "{cuts}");
}

/// What encloses the section of this test.
const MARKS: (&str, &str) = ("<!-- silence: begin -->", "<!-- silence: end -->");
