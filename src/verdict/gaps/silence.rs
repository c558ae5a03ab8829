//! Is a silence longer than traffic explains?
//!
//! Where arrivals of clients are counted per bin and vary as a negative
//! binomial of mean `m` and parameter `k`, no arrival has the probability
//! `(1 + m / k) ^ -k`. The score of a silence is minus the logarithm of that,
//! summed over its bins: how unlikely it is if everything that arrived was
//! logged.
//!
//! What the score cannot tell: whether nothing was logged, or nothing was
//! served. Both are silence.

use crate::verdict::hours::Stretch;

use super::bootstrap;
use super::profile::Profile;
use super::traffic::Traffic;

/// The least score that counts: with it no complete log of 240 generated ones
/// had a silence told.
const LEAST_SCORE: f64 = 20.0;

/// How likely a false alarm may be over all bins of a log.
pub const ALPHA: f64 = 0.01;

/// By how much a silence must exceed what the same traffic, drawn anew, shows.
const ABOVE_DRAWN: f64 = 1.1;

/// From what score on a silence is left out of what is usual.
const LEFT_OUT_FROM: f64 = 12.0;

/// How often what is usual is learnt again without what may be holes.
const ROUNDS: usize = 3;

/// What the traffic of a series tells of its silences.
#[derive(Debug, Clone)]
pub struct Tested {
    /// From what score on a silence is a hole.
    pub threshold: f64,
    /// The holes.
    pub holes: Vec<Hole>,
    /// For each bin of the traffic the length of the shortest interruption from
    /// there on that would be seen, in seconds; `None` where not even the whole
    /// log would do.
    pub resolution: Vec<Option<i64>>,
    /// What is usual is known by the hour of the week, not of the day.
    pub is_weekly: bool,
}

/// A silence that traffic does not explain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hole {
    /// When, as far as is certain.
    pub stretch: Stretch,
    /// Its score.
    pub score: f64,
    /// How many arrivals were expected in it.
    pub expected: f64,
}

/// Tests the silences of a series.
pub fn test(traffic: &Traffic) -> Tested {
    let mut profile = Profile::learn(traffic, &[]);
    let mut left_out: Vec<Stretch> = Vec::new();
    for _ in 0..ROUNDS {
        let suspects: Vec<Stretch> = traffic
            .silences
            .iter()
            .filter(|silence| score(&profile, **silence) >= LEFT_OUT_FROM)
            .copied()
            .collect();
        if suspects == left_out {
            break;
        }
        profile = Profile::learn(traffic, &suspects);
        left_out = suspects;
    }
    let threshold = threshold(&profile, traffic);
    let holes = traffic.silences.iter().filter_map(|silence| {
        let score = score(&profile, *silence);
        let expected = profile.expected(*silence).iter().sum();
        (score >= threshold).then_some(Hole { stretch: *silence, score, expected })
    });
    Tested {
        threshold,
        holes: holes.collect(),
        resolution: super::resolution::each(&scores(&profile), threshold),
        is_weekly: profile.is_weekly,
    }
}

/// How often the test was wrong over generated logs, as docs/validation.md has
/// it: a sentence without its stop, or nothing where that was not measured.
pub fn measured() -> Option<&'static str> {
    const PAGE: &str = include_str!("../../../docs/validation.md");
    let (_, behind) = PAGE.split_once("<!-- silence: begin -->")?;
    let (section, _) = behind.split_once("<!-- silence: end -->")?;
    let line = section.lines().find(|line| line.starts_with("Of "))?;
    line.split(". ").next()
}

/// How unlikely a silence is if logging worked.
pub fn score(profile: &Profile<'_>, silence: Stretch) -> f64 {
    profile.expected(silence).iter().map(|usual| of_bin(*usual, profile.k)).sum()
}

/// Minus the logarithm of the probability of no arrival where `usual` are.
pub fn of_bin(usual: f64, k: f64) -> f64 {
    k * (usual / k).ln_1p()
}

/// Says whether the same is surely more than a score, without a logarithm: for
/// `x >= 0`, `ln(1 + x) >= 2x / (2 + x)`.
pub fn is_over(usual: f64, k: f64, score: f64) -> bool {
    2.0 * usual > score * (2.0 + usual / k)
}

/// What the silence of each whole bin would score.
fn scores(profile: &Profile<'_>) -> Vec<f64> {
    profile.all_expected().iter().map(|usual| of_bin(*usual, profile.k)).collect()
}

/// From what score on a silence is a hole: not seen by chance in so many bins,
/// and beyond what the traffic shows if it is drawn anew.
fn threshold(profile: &Profile<'_>, traffic: &Traffic) -> f64 {
    let bins = traffic.arrivals.len() as f64;
    let drawn = bootstrap::largest_score(&profile.all_expected(), profile.k, profile.k_hour);
    LEAST_SCORE.max((bins / ALPHA).ln()).max(ABOVE_DRAWN * drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_surely_over_a_score_is() {
        for k in [1e-3, 0.1, 1.0, 7.5, 400.0, 1e6] {
            for usual in (0..2_000).map(|step| f64::from(step) * 0.37) {
                for score in [1.0, 40.0, 300.0] {
                    assert!(!is_over(usual, k, score) || of_bin(usual, k) > score);
                }
            }
            assert!(!is_over(0.0, k, 0.0));
        }
        assert!(is_over(300.0, 30.0, 40.0));
        assert!(!is_over(f64::NAN, 1.0, 1.0));
    }
}
