//! Annexes B to D: what was read, what of it could not be, and what was asked.

use crate::report::Whole;
use crate::report::asked::AskedExposure;
use crate::report::inputs::{Input, UnreadLine};

use super::caps;
use super::say::Say;
use super::{terms, words as shared, words_annex as w};

/// Annex B.
pub(super) struct Inputs {
    pub rows: Vec<InputRow>,
    pub note: Option<String>,
}

/// An input.
pub(super) struct InputRow {
    pub number: usize,
    pub path: String,
    pub about: Vec<String>,
    pub format: String,
    pub lines: String,
    pub unread: String,
    pub first: String,
    pub last: String,
    pub bytes: String,
    pub digest: String,
}

pub(super) fn inputs(say: &Say<'_>, whole: &Whole<'_>) -> Inputs {
    let all = &whole.report.inputs;
    let rows: Vec<InputRow> = (1..)
        .zip(all)
        .take(caps::INPUTS)
        .map(|(number, input)| input_row(say, number, input))
        .collect();
    Inputs { note: caps::note(say, rows.len(), all.len() as u64, "report.json", false), rows }
}

fn input_row(say: &Say<'_>, number: usize, input: &Input) -> InputRow {
    let mut about = vec![say.cut(&input.server)];
    about.extend(input.what.map(str::to_owned));
    if let Some(original) = input.duplicate_of {
        about.push(say.with(&w::COPY_OF, &[&(original + 1)]));
    }
    if !input.also_readable_as.is_empty() {
        about.push(say.with(&w::ALSO, &[&input.also_readable_as.join(", ")]));
    }
    let path = match &input.member {
        Some(member) => format!("{} › {member}", input.path),
        None => input.path.clone(),
    };
    let time = |at: Option<crate::record::Moment>| {
        at.map_or_else(|| "–".to_owned(), |moment| say.time(moment.at))
    };
    InputRow {
        number,
        path: say.cut(&path),
        about,
        format: input.format.clone().unwrap_or_else(|| "–".to_owned()),
        lines: say.n(input.lines.total),
        unread: say.n(input.lines.unread),
        first: time(input.first),
        last: time(input.last),
        bytes: say.n(input.bytes),
        digest: input.sha256.clone().unwrap_or_else(|| say.it(&w::NO_DIGEST).to_owned()),
    }
}

/// Annex C.
pub(super) struct Unread {
    pub rows: Vec<UnreadRow>,
    pub note: Option<String>,
}

/// A line that was not read.
pub(super) struct UnreadRow {
    pub line: String,
    pub wanted: String,
    pub at: String,
    pub is_suspect: bool,
    pub after: String,
    pub before: String,
}

pub(super) fn unread(say: &Say<'_>, whole: &Whole<'_>) -> Unread {
    let all = &whole.report.unread;
    let rows: Vec<UnreadRow> =
        all.iter().take(caps::UNREAD).map(|line| unread_row(say, line)).collect();
    let total = all.len() as u64 + whole.report.unread_left_out;
    Unread { note: caps::note(say, rows.len(), total, "report.json", true), rows }
}

fn unread_row(say: &Say<'_>, line: &UnreadLine) -> UnreadRow {
    let time =
        |at: Option<crate::record::Instant>| at.map_or_else(|| "–".to_owned(), |at| say.time(at));
    UnreadRow {
        line: format!("{}: {}, {}", line.source + 1, say.n(line.line), say.n(line.offset)),
        wanted: say.cut(&line.wanted),
        at: say.n(line.at),
        is_suspect: line.suspect,
        after: time(line.after),
        before: time(line.before),
    }
}

/// Annex D.
pub(super) struct Asked {
    pub exposures: Vec<Exposure>,
    pub parties: Vec<Party>,
    pub parties_note: Option<String>,
    pub lists: Vec<ListRow>,
    pub absent: Vec<&'static str>,
}

/// An exposure as asked.
pub(super) struct Exposure {
    pub name: String,
    pub kind: &'static str,
    pub host: Option<String>,
    pub targets: Vec<String>,
}

/// A declared party.
pub(super) struct Party {
    pub name: String,
    pub role: &'static str,
    pub networks: Vec<String>,
}

/// A list of networks or names.
pub(super) struct ListRow {
    pub name: String,
    pub file: String,
    pub says: String,
    pub date: String,
    pub digest: String,
}

pub(super) fn asked(say: &Say<'_>, whole: &Whole<'_>) -> Asked {
    let case = &whole.report.case;
    let parties = case.parties.iter().take(caps::OTHER).map(|party| Party {
        name: say.cut(&party.name),
        role: match party.role {
            "crawler" => say.it(terms::class(crate::actor::Class::Crawler).0),
            "self" => say.it(terms::class(crate::actor::Class::Own).0),
            _ => say.it(terms::class(crate::actor::Class::Known).0),
        },
        networks: caps::first(say, &party.networks, 12),
    });
    let lists = whole.report.lists.iter().take(caps::OTHER).map(|list| ListRow {
        name: say.cut(&list.name),
        file: say.cut(&list.file),
        says: list
            .says
            .as_deref()
            .or(list.party.as_deref())
            .map_or_else(|| "–".to_owned(), |text| say.cut(text)),
        date: list.date.map_or_else(
            || say.it(&shared::NOT_STATED).to_owned(),
            |at| say.time(at).chars().take(10).collect(),
        ),
        digest: list.sha256.clone().unwrap_or_else(|| say.it(&w::NO_DIGEST).to_owned()),
    });
    Asked {
        exposures: case.exposures.iter().map(|one| exposure(say, one)).collect(),
        parties: parties.collect(),
        parties_note: caps::note(
            say,
            case.parties.len().min(caps::OTHER),
            case.parties.len() as u64,
            "report.json",
            false,
        ),
        lists: lists.collect(),
        absent: case.absent.clone(),
    }
}

fn exposure(say: &Say<'_>, asked: &AskedExposure) -> Exposure {
    let mut targets: Vec<String> =
        asked.targets.iter().take(caps::OTHER).map(|target| say.cut(target)).collect();
    let more = (asked.targets.len() - targets.len()) as u64 + asked.targets_left_out;
    if more > 0 {
        targets.push(say.with(&shared::MORE, &[&say.n(more)]));
    }
    Exposure {
        name: say.cut(&asked.name),
        kind: say.it(terms::kind(asked.kind)),
        host: asked.host.as_ref().map(|host| say.with(&w::HOST, &[&say.cut(host)])),
        targets,
    }
}
