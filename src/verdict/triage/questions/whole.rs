//! Is everything there, and can it be read?

use crate::verdict::triage::{Triage, gaps};
use crate::verdict::words::count;

use super::{Question, Seen};

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
    let mut questions = Vec::new();
    for series in seen.triage.series.iter().filter(|series| !series.missing.is_empty()) {
        let missing: &[gaps::MissingMember] = &series.missing;
        let mut names: Vec<&str> =
            missing.iter().take(NAMED).map(|each| each.name.as_str()).collect();
        let more = format!("{} more", missing.len().saturating_sub(NAMED));
        if missing.len() > NAMED {
            names.push(&more);
        }
        let text = match missing.len() {
            1 => format!("Where is {}?", names.join(", ")),
            n => format!(
                "Where are {} of the rotation: {}?",
                count(n as u64, "file", "files"),
                names.join(", ")
            ),
        };
        let why = "its neighbours are here; a day without a log is a day that cannot be cleared (an empty file may have been skipped by \"notifempty\": then say so)";
        let about = vec![seen.series_name(series)];
        questions.extend(Question::new("missing", text, why).about(about));
    }
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
