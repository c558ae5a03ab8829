//! What to preserve now: rotation deletes the oldest file of a series, and
//! that may be the one that shows the beginning. And what lies beside the logs
//! at hand and goes as quickly.

use serde::Serialize;

use crate::verdict::words::{count, grouped};

use super::questions::{IIS, Seen};
use super::{SeriesTriage, pace};

/// For how many series advice of its own is given.
const SERIES: usize = 5;

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// What to do, and why now.
    pub text: String,
    /// The series that it is about; `None` where it is about everything.
    pub about: Option<String>,
}

impl Advice {
    fn of(text: impl Into<String>) -> Advice {
        Advice { text: text.into(), about: None }
    }
}

/// What to keep, the most urgent first.
pub fn advice(seen: &Seen<'_>) -> Vec<Advice> {
    let mut rotated: Vec<(&SeriesTriage, &pace::Pace)> = seen
        .triage
        .series
        .iter()
        .filter_map(|series| Some((series, series.pace.as_ref()?)))
        .collect();
    // What has a next rotation goes first, the soonest before.
    rotated.sort_by_key(|(series, pace)| {
        (pace.next_rotation.is_none(), pace.next_rotation, &series.series.name)
    });
    let mut all: Vec<Advice> =
        rotated.iter().take(SERIES).map(|(series, pace)| rotation(seen, series, pace)).collect();
    if rotated.len() > SERIES {
        let more = (rotated.len() - SERIES) as u64;
        all.push(Advice::of(format!(
            "do the same for {}",
            count(more, "more series", "more series that rotate")
        )));
    }
    all.push(Advice::of(match seen.plan.sources.len() {
        0 => {
            "copy every log as it is stored, with its digest, before rotation deletes it".to_owned()
        }
        1 => {
            "copy the input as it is stored, with its digest, and write-protect the copy".to_owned()
        }
        n => format!(
            "copy all {} as they are stored, with their digests, and write-protect the copies",
            count(n as u64, "input", "inputs")
        ),
    }));
    all.extend(beside(seen).into_iter().map(Advice::of));
    all
}

/// What rotation will do to a series, and when.
fn rotation(seen: &Seen<'_>, series: &SeriesTriage, pace: &pace::Pace) -> Advice {
    let oldest = seen.name(series.series.sources[pace.oldest]);
    let since = pace.oldest_first.map_or(String::new(), |first| format!(" (from {first} on)"));
    let n_files = series.series.sources.len() as u64;
    let mut text = format!("{} here", count(n_files, "file is", "files are"));
    if let Some(step) = pace.step_seconds {
        text.push_str(&format!(", one {}", every(step)));
    }
    if let Some(kept) = pace.kept {
        text.push_str(&format!(", numbered up to {kept}"));
    }
    let gone = pace.since.unwrap_or(0);
    let rotations = match gone {
        1 => "1 rotation has passed".to_owned(),
        n => format!("{} rotations have passed", grouped(n)),
    };
    let then = if seen.is_format(series, &IIS) {
        format!(
            "; IIS itself deletes none: stop any job that cleans up, and copy {oldest}{since} first"
        )
    } else if gone >= n_files {
        format!(
            "; at that pace {rotations} since the last line, so that all of these may be deleted on the server: keep these copies, and ask for backups"
        )
    } else if gone > 0 {
        let files = match gone {
            1 => "the oldest".to_owned(),
            n => format!("the oldest {n}"),
        };
        format!(
            "; at that pace {rotations} since the last line, so that {files} may be deleted on the server: stop rotation, and keep {oldest}{since} and what follows it"
        )
    } else {
        let next = match pace.next_rotation {
            Some(next) => format!("the next rotation, about {next}, may delete"),
            None => "the next rotation may delete".to_owned(),
        };
        format!("; {next} {oldest}{since}: stop rotation and copy that file first")
    };
    text.push_str(&then);
    Advice { text, about: Some(seen.series_name(series)) }
}

/// How often that is, in words.
pub fn every(seconds: i64) -> String {
    const HOUR: i64 = 3_600;
    let hours = (seconds + HOUR / 2) / HOUR;
    match hours {
        0 => format!("every {} min", (seconds / 60).max(1)),
        1 => "every hour".to_owned(),
        2..=20 => format!("every {hours} h"),
        21..=27 => "a day".to_owned(),
        160..=176 => "a week".to_owned(),
        660..=760 => "a month".to_owned(),
        28.. => format!("every {:.1} days", hours as f64 / 24.0),
        ..0 => "at odd times".to_owned(),
    }
}

/// What lies beside the logs at hand.
fn beside(seen: &Seen<'_>) -> Vec<String> {
    let mut beside = Vec::new();
    if seen.read_series().any(|series| !series.clients.proxies.is_empty()) {
        beside.push(
            "the logs of the proxies in front, which alone have the addresses of clients"
                .to_owned(),
        );
    }
    beside.extend([
        "error logs, and the logs of anything in front (CDN, WAF, load balancer, cache): they are often kept for days only".to_owned(),
        "the configuration of servers and of rotation (nginx -T, apachectl -S, /etc/logrotate.d), with its history".to_owned(),
        "central syslog or SIEM, backups and snapshots, and the provider's traffic statistics for the time of the exposure".to_owned(),
    ]);
    beside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paces_are_said_in_words() {
        let check = |seconds, expected: &str| assert_eq!(every(seconds), expected);
        check(600, "every 10 min");
        check(3_600, "every hour");
        check(6 * 3_600, "every 6 h");
        check(86_400 - 300, "a day");
        check(7 * 86_400, "a week");
        check(30 * 86_400, "a month");
        check(3 * 86_400, "every 3.0 days");
    }
}
