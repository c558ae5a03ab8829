//! Is everything there, and can it be read?

use std::collections::BTreeSet;

use crate::verdict::triage::{SeriesTriage, Triage};
use crate::verdict::words::count;

use super::{Question, Seen};

/// For how many series missing files are asked for one by one.
const ALONE: usize = 3;

/// How many missing files are named in one question.
const NAMED: usize = 4;

/// Sources that could not be opened, or are torn.
pub fn damaged(seen: &Seen<'_>) -> Vec<Question> {
    let names = seen.sources_where(|_, each| each.is_faulty());
    let question = Question::new(
        "damaged",
        "Is there another copy of what could not be read whole (on the server, in a backup, at the hosting provider)?",
        "what is lost in a damaged file cannot be told from what never happened",
    );
    question.about(names).into_iter().collect()
}

/// Sources that are encrypted, or packed in a way that is not read.
pub fn locked(seen: &Seen<'_>) -> Vec<Question> {
    let names = seen.sources_where(|_, each| each.sealed.is_some());
    let question = Question::new(
        "locked",
        "What is the key or password of what is encrypted, or can it be sent unpacked?",
        "a log that is not read is the same as no log",
    );
    question.about(names).into_iter().collect()
}

/// Members that rotations should have.
pub fn missing(seen: &Seen<'_>) -> Vec<Question> {
    let why = "the files before and behind are here; a day without a log is a day that cannot be cleared (where \"notifempty\" skipped an empty file, say so)";
    let holed: Vec<&SeriesTriage> =
        seen.triage.series.iter().filter(|series| !series.missing.is_empty()).collect();
    let (alone, together) = holed.split_at(holed.len().min(ALONE));
    let mut questions = Vec::new();
    for series in alone {
        // A hole between copies is told twice.
        let mut told = BTreeSet::new();
        let each = series.missing.iter().map(|each| each.name.as_str());
        let mut names: Vec<&str> = each.filter(|name| told.insert(*name)).collect();
        let n = names.len();
        let more = format!("{} more", n.saturating_sub(NAMED));
        names.truncate(NAMED);
        if n > NAMED {
            names.push(&more);
        }
        let text = match n {
            1 => format!("Where is {}?", names.join(", ")),
            n => format!("Where are {n} files of the rotation: {}?", names.join(", ")),
        };
        questions.extend(Question::new("missing", text, why).about(vec![seen.series_name(series)]));
    }
    let text = format!(
        "Where are the files missing from the rotations of {}?",
        count(together.len() as u64, "more series", "more series")
    );
    let names = together.iter().map(|series| seen.series_name(series)).collect();
    questions.extend(Question::new("missing", text, why).about(names));
    questions
}

/// Sources that no format reads.
pub fn unknown(seen: &Seen<'_>) -> Vec<Question> {
    let names: Vec<String> = Triage::unknown(seen.plan)
        .filter(|place| seen.survey.sources[*place].sealed.is_none())
        .map(|place| seen.name(place))
        .collect();
    let question = Question::new(
        "unknown-format",
        "What wrote these files, and by which LogFormat, log_format or list of fields?",
        "no format reads them; they may be access logs",
    );
    question.about(names).into_iter().collect()
}

/// Runs of NUL bytes.
pub fn nul(seen: &Seen<'_>) -> Vec<Question> {
    let names = seen.sources_where(|_, each| each.nul_bytes > 0);
    let question = Question::new(
        "nul",
        "Is the log rotated with \"copytruncate\", or did the machine crash or the disk fill up?",
        "there are runs of NUL bytes; lines written meanwhile may be lost",
    );
    question.about(names).into_iter().collect()
}
