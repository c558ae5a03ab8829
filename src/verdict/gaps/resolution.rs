//! How short an interruption would have been seen.

use crate::evidence::coverage::BIN_SECONDS;

/// For each bin the length in seconds of the shortest silence from there on
/// that reaches `threshold`, by what each bin would add to its score. Near the
/// end of the log it is the shortest that ends there.
pub fn each(scores: &[f64], threshold: f64) -> Vec<Option<i64>> {
    let forward = shortest(scores.iter().copied(), threshold);
    let mut backward = shortest(scores.iter().rev().copied(), threshold);
    backward.reverse();
    forward.into_iter().zip(backward).map(|(on, back)| on.or(back)).collect()
}

/// The same in one direction.
fn shortest(scores: impl Iterator<Item = f64> + Clone, threshold: f64) -> Vec<Option<i64>> {
    let mut ahead = scores.clone();
    let (mut sum, mut length) = (0.0, 0.0_f64);
    let mut last = 0.0;
    let each = scores.map(|own| {
        while sum < threshold
            && let Some(next) = ahead.next()
        {
            sum += next;
            length += 1.0;
            last = next;
        }
        // Of the last bin only a part is needed.
        let beyond = if last > 0.0 { ((sum - threshold) / last).clamp(0.0, 1.0) } else { 0.0 };
        let found =
            (sum >= threshold).then(|| ((length - beyond) * BIN_SECONDS as f64).ceil() as i64);
        sum -= own;
        length -= 1.0;
        found
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_silence_grows_where_traffic_is_thin() {
        let scores = [10.0, 10.0, 10.0, 5.0, 0.0, 0.0, 20.0, 40.0];
        let found: Vec<_> = each(&scores, 20.0)
            .into_iter()
            .map(|length| length.map(|seconds| seconds as f64 / BIN_SECONDS as f64))
            .collect();
        let bins = [2.0, 2.0, 3.0 + 0.75 + 0.0, 3.0 + 0.75, 2.0 + 1.0, 2.0, 1.0, 0.5];
        for (place, (found, expected)) in found.iter().zip(bins).enumerate() {
            assert!((found.unwrap() - expected).abs() < 1.01, "{place}: {found:?} {expected}");
        }
        assert_eq!(each(&[1.0, 2.0], 20.0), [None, None]);
        assert_eq!(each(&[], 20.0), []);
    }
}
