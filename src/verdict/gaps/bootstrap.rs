//! What silences the same traffic shows by chance: it is drawn anew, many
//! times, and the largest score of each drawing is kept.
//!
//! Drawn is with hours that are busy or still as a whole, as far as whole hours
//! were seen to vary, because arrivals of one hour are not independent and the
//! score takes them to be. The numbers are those of a named generator from a
//! fixed seed: the same log gives the same threshold.

use rand_distr::{Distribution, Gamma, StandardUniform};
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;

use super::silence::{is_over, of_bin};

/// How many bins are drawn in all.
const DRAWN: usize = 800_000;

/// How many times a log is drawn at least and at most.
const TIMES: (usize, usize) = (40, 200);

/// Bins of an hour.
const HOUR: usize = 4;

/// The score of a silence that is never drawn: its probability is less than the
/// least that a drawn number but zero can be, 2^-53.
const NEVER: f64 = 40.0;

/// The seed of every drawing.
const SEED: u64 = 0x6761_7073;

/// The largest score of a silence that 95 of 100 drawings do not exceed, where
/// `expected` arrive in each bin, `k` is the spread of bins and `k_hour` that
/// of hours.
pub fn largest_score(expected: &[f64], k: f64, k_hour: f64) -> f64 {
    if expected.iter().all(|usual| *usual <= 0.0) {
        return 0.0;
    }
    // Of the spread of bins a part is that of their hour.
    let k_hour = k_hour.max(k);
    let own = (1.0 + 1.0 / k) / (1.0 + 1.0 / k_hour) - 1.0;
    let k_own = 1.0 / own.max(1e-6);
    let Ok(busy) = Gamma::new(k_hour, 1.0 / k_hour) else { return 0.0 };
    let scores: Vec<f64> = expected.iter().map(|usual| of_bin(*usual, k)).collect();
    let times = (DRAWN / expected.len()).clamp(TIMES.0, TIMES.1);
    let mut numbers = Pcg64Mcg::seed_from_u64(SEED);
    let draw = |_| {
        let (mut largest, mut run) = (0.0_f64, 0.0);
        for (expected, scores) in expected.chunks(HOUR).zip(scores.chunks(HOUR)) {
            let hour: f64 = busy.sample(&mut numbers);
            for (usual, score) in expected.iter().zip(scores) {
                let chance: f64 = StandardUniform.sample(&mut numbers);
                let usual = usual * hour;
                let is_silent =
                    !is_over(usual, k_own, NEVER) && chance < (-of_bin(usual, k_own)).exp();
                run = if is_silent { run + score } else { 0.0 };
                largest = largest.max(run);
            }
        }
        largest
    };
    let mut largest: Vec<f64> = (0..times).map(draw).collect();
    largest.sort_by(f64::total_cmp);
    largest[(times * 95 / 100).min(times - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_grows_with_the_spread_of_hours_and_is_always_the_same() {
        let expected = vec![5.0; 2_000];
        let even = largest_score(&expected, 4.0, 16.0);
        let uneven = largest_score(&expected, 4.0, 4.0);
        assert!(even > 5.0 && even < 16.0, "{even}");
        assert!(uneven > even, "{uneven} {even}");
        assert_eq!(uneven, largest_score(&expected, 4.0, 4.0));
        assert_eq!(largest_score(&[0.0; 10], 4.0, 4.0), 0.0);
    }
}
