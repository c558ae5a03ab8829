//! The axis of time that all figures share, and its ticks. Times lie on the
//! clock of the case, so that days begin where its reader's do.

use crate::record::Instant;

use super::say::Say;

/// How many steps an axis has: what falls into one step is one mark.
pub(super) const STEPS: u32 = 250;

/// How many ticks an axis has at most.
const TICKS: i64 = 9;

/// A day in seconds.
pub(super) const DAY: i64 = 86_400;

/// How far apart ticks may be, in seconds.
const STRIDES: [i64; 17] = [
    60,
    300,
    900,
    3600,
    3 * 3600,
    6 * 3600,
    12 * 3600,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    56 * DAY,
    91 * DAY,
    182 * DAY,
    364 * DAY,
    1820 * DAY,
];

/// A stretch of time drawn from `left` to `left + width`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    /// Its first second.
    pub from: i64,
    /// The first second after it.
    pub to: i64,
    /// Where it begins on the drawing.
    pub left: f64,
    /// How wide it is there.
    pub width: f64,
}

/// A tick.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// Where.
    pub x: String,
    /// What is written at it.
    pub text: String,
}

impl Axis {
    /// An axis that shows all of these instants, with a little room at both
    /// ends; `None` where there are none.
    pub(super) fn over(
        times: impl IntoIterator<Item = Instant>,
        left: f64,
        width: f64,
    ) -> Option<Axis> {
        let (mut from, mut to) = (i64::MAX, i64::MIN);
        for at in times {
            (from, to) = (from.min(at.seconds), to.max(at.seconds));
        }
        if from > to {
            return None;
        }
        let room = ((to - from) / 50).max(60);
        Some(Axis { from: from - room, to: to + room, left, width })
    }

    /// Where an instant lies, held to the ends of the axis.
    pub(super) fn x(&self, seconds: i64) -> f64 {
        let seconds = seconds.clamp(self.from, self.to);
        self.left + self.width * (seconds - self.from) as f64 / (self.to - self.from) as f64
    }

    /// The step that an instant falls into.
    pub(super) fn step(&self, at: Instant) -> u32 {
        let seconds = at.seconds.clamp(self.from, self.to - 1);
        let step =
            i128::from(seconds - self.from) * i128::from(STEPS) / i128::from(self.to - self.from);
        step as u32
    }

    /// Where the middle of a step lies.
    pub(super) fn middle(&self, step: u32) -> f64 {
        self.left + self.width * (f64::from(step) + 0.5) / f64::from(STEPS)
    }

    /// Ticks at round times of the clock, a handful of them.
    pub(super) fn ticks(&self, say: &Say<'_>) -> Vec<Tick> {
        let span = self.to - self.from;
        let stride = STRIDES.into_iter().find(|stride| span / stride <= TICKS);
        let stride = stride.unwrap_or(span / TICKS);
        let offset = say.offset(Instant::at(self.from));
        let first = (self.from + offset).div_euclid(stride) + 1;
        let shown = |seconds: i64| {
            let text = say.time(Instant::at(seconds));
            let (day, time) = text.split_once(' ').unwrap_or((&text, ""));
            match stride < DAY {
                true => format!("{} {}", &day[day.len().min(5)..], &time[..time.len().min(5)]),
                false => day.to_owned(),
            }
        };
        // What is written at a tick needs room on its right.
        let last = self.to - (self.to - self.from) / 25;
        let all = (first..).map(|number| number * stride - offset).take_while(|at| *at < last);
        all.map(|at| Tick { x: short(self.x(at)), text: shown(at) }).collect()
    }
}

/// A length on a drawing, with one digit.
pub(super) fn short(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;
    use crate::report::veil::Veil;

    #[test]
    fn an_axis_holds_its_times_and_has_round_ticks() {
        let times =
            ["2021-06-29T00:00:00Z", "2021-08-27T22:30:00Z"].map(|it| Instant::parse(it).unwrap());
        let axis = Axis::over(times, 100.0, 800.0).unwrap();
        assert!(axis.x(times[0].seconds) > 100.0 && axis.x(times[1].seconds) < 900.0);
        assert_eq!(axis.x(i64::MIN), 100.0);
        assert_eq!(axis.step(Instant::at(i64::MAX)), STEPS - 1);
        let ticks = axis.ticks(&Say::new(&Case::default(), &Veil::full()));
        assert!((3..=10).contains(&ticks.len()), "{ticks:?}");
        assert!(ticks.iter().all(|tick| tick.text.starts_with("2021-0")), "{ticks:?}");
    }

    #[test]
    fn one_moment_is_an_axis_and_none_is_not() {
        let axis = Axis::over([Instant::at(0)], 0.0, 100.0).unwrap();
        assert_eq!(axis.x(0), 50.0);
        assert!(!axis.ticks(&Say::new(&Case::default(), &Veil::full())).is_empty());
        assert_eq!(Axis::over([], 0.0, 100.0), None);
        assert_eq!((short(3.0).as_str(), short(2.72).as_str()), ("3", "2.7"));
    }
}
